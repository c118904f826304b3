//! Tickets: reading them and creating them.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Row, params};

use super::history::{NewAttachment, NewTxn};
use super::messages::Upload;
use super::people::{NOBODY, SYSTEM};
use super::{Base, DeskBase, Kind, Person, Refusal};

/// Statuses of the default lifecycle that count as active (initial ones included).
pub(crate) const ACTIVE: [&str; 3] = ["new", "open", "stalled"];
/// Statuses that close a ticket.
pub(crate) const INACTIVE: [&str; 3] = ["resolved", "rejected", "deleted"];
/// Statuses that a ticket may start with.
const AT_CREATION: [&str; 3] = ["new", "open", "resolved"];

/// Roles of people on a ticket, besides its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub(crate) enum Watcher {
    /// Who asked.
    Requestor = 0,
    /// Who gets a copy of replies.
    Cc = 1,
    /// Who gets a copy of notes too.
    AdminCc = 2,
}

impl Watcher {
    /// The three of them, with the names of the wire.
    pub(crate) const ALL: [(Self, &'static str); 3] = [
        (Self::Requestor, "Requestor"),
        (Self::Cc, "Cc"),
        (Self::AdminCc, "AdminCc"),
    ];

    /// The role with this name on the wire.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(_, known)| *known == name)
            .map(|(role, _)| role)
    }
}

/// A ticket as stored. Times in seconds since 1970, 0 for unset.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) id: i64,
    pub(crate) effective: i64,
    pub(crate) queue: i64,
    pub(crate) subject: String,
    pub(crate) status: String,
    pub(crate) owner: i64,
    pub(crate) priority: i64,
    pub(crate) initial_priority: i64,
    pub(crate) final_priority: i64,
    pub(crate) time_worked: i64,
    pub(crate) time_left: i64,
    pub(crate) time_estimated: i64,
    pub(crate) created: i64,
    pub(crate) creator: i64,
    pub(crate) updated: i64,
    pub(crate) updated_by: i64,
    pub(crate) starts: i64,
    pub(crate) started: i64,
    pub(crate) due: i64,
    pub(crate) resolved: i64,
    pub(crate) told: i64,
}

/// What a new ticket is made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewTicket {
    pub(crate) queue: String,
    pub(crate) subject: String,
    pub(crate) status: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) priority: i64,
    pub(crate) starts: i64,
    pub(crate) due: i64,
    /// In minutes.
    pub(crate) time_worked: i64,
    /// In minutes.
    pub(crate) time_left: i64,
    /// In minutes.
    pub(crate) time_estimated: i64,
    pub(crate) requestors: Vec<String>,
    pub(crate) cc: Vec<String>,
    pub(crate) admin_cc: Vec<String>,
    pub(crate) content: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) uploads: Vec<Upload>,
    pub(crate) fields: BTreeMap<String, Vec<String>>,
    /// (link type of the wire, other end), e.g. (`RefersTo`, `asset:3`).
    pub(crate) links: Vec<(String, String)>,
}

const COLUMNS: &str = "id, effective, queue, subject, status, owner, priority, initial_priority, final_priority, time_worked, \
     time_left, time_estimated, created, creator, updated, updated_by, starts, started, due, resolved, told";

fn read(row: &Row<'_>) -> rusqlite::Result<Ticket> {
    Ok(Ticket {
        id: row.get(0)?,
        effective: row.get(1)?,
        queue: row.get(2)?,
        subject: row.get(3)?,
        status: row.get(4)?,
        owner: row.get(5)?,
        priority: row.get(6)?,
        initial_priority: row.get(7)?,
        final_priority: row.get(8)?,
        time_worked: row.get(9)?,
        time_left: row.get(10)?,
        time_estimated: row.get(11)?,
        created: row.get(12)?,
        creator: row.get(13)?,
        updated: row.get(14)?,
        updated_by: row.get(15)?,
        starts: row.get(16)?,
        started: row.get(17)?,
        due: row.get(18)?,
        resolved: row.get(19)?,
        told: row.get(20)?,
    })
}

/// A subject as the desk stores it: one line, at most 200 bytes.
pub(crate) fn subject_line(text: &str) -> String {
    let line: String = text.chars().filter(|c| *c != '\n' && *c != '\r').collect();
    let mut end = line.len().min(200);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line.get(..end).unwrap_or_default().to_owned()
}

/// The status that a new ticket begins with.
fn first_status(asked: Option<&str>) -> Result<String, Refusal> {
    let status = asked.unwrap_or("new").to_lowercase();
    if !ACTIVE.contains(&status.as_str()) && !INACTIVE.contains(&status.as_str()) {
        return Err(Refusal::new(
            400,
            format!("Status '{status}' isn't a valid status for tickets in this queue."),
        ));
    }
    if !AT_CREATION.contains(&status.as_str()) {
        return Err(Refusal::new(
            400,
            format!("New tickets can not have status '{status}' in this queue."),
        ));
    }
    Ok(status)
}

impl DeskBase {
    /// The ticket with this number; a merged one answers as the ticket it was merged into.
    pub(crate) fn ticket(&self, id: i64) -> Base<Option<Ticket>> {
        let Some(ticket) = self.raw_ticket(id)? else {
            return Ok(None);
        };
        if ticket.effective == ticket.id {
            Ok(Some(ticket))
        } else {
            self.raw_ticket(ticket.effective)
        }
    }

    /// The stored row of this number, merged or not.
    pub(crate) fn raw_ticket(&self, id: i64) -> Base<Option<Ticket>> {
        Ok(self
            .conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM tickets WHERE id = ?1"))?
            .query_row([id], read)
            .optional()?)
    }

    /// The people of a role on a ticket.
    pub(crate) fn watchers(&self, ticket: i64, role: Watcher) -> Base<Vec<i64>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT user FROM watchers WHERE ticket = ?1 AND role = ?2 ORDER BY user",
        )?;
        let rows = statement.query_map(params![ticket, role as i64], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds somebody to a role on a ticket; false if already there.
    pub(crate) fn add_watcher(&mut self, ticket: i64, role: Watcher, user: i64) -> Base<bool> {
        let added = self
            .conn
            .prepare_cached(
                "INSERT OR IGNORE INTO watchers (ticket, role, user) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![ticket, role as i64, user])?;
        Ok(added > 0)
    }

    /// Creates a ticket, as `POST /ticket` does: unknown custom fields are dropped without a word.
    pub(crate) fn create_ticket(&mut self, new: &NewTicket, who: &Person) -> Result<i64, Refusal> {
        if new.queue.is_empty() {
            return Err(Refusal::new(400, "Could not create ticket. Queue not set"));
        }
        let denied = |name: &str| {
            Refusal::new(
                403,
                format!("No permission to create tickets in the queue '{name}'"),
            )
        };
        let queue = self.queue(&new.queue).ok_or_else(|| denied(&new.queue))?;
        if !(who.role.works() || self.open) {
            return Err(denied(&queue.name));
        }
        let status = first_status(new.status.as_deref())?;
        let owner = match &new.owner {
            None => NOBODY,
            Some(name) => self
                .find_person(name)?
                .filter(|person| Self::may_own(person))
                .map_or(NOBODY, |person| person.id),
        };
        let mut people = Vec::new();
        for (names, role) in [
            (&new.requestors, Watcher::Requestor),
            (&new.cc, Watcher::Cc),
            (&new.admin_cc, Watcher::AdminCc),
        ] {
            for name in names {
                if let Some(person) = self.find_or_make_person(name)? {
                    people.push((role, person.id));
                }
            }
        }
        let asked = people
            .iter()
            .find(|(role, _)| *role == Watcher::Requestor)
            .map(|(_, id)| *id);
        // Mail comes in by the system, but its author is who wrote it.
        let author = asked.filter(|_| who.id == SYSTEM).unwrap_or(who.id);
        let subject = subject_line(&new.subject);
        let started = if status == "new" { 0 } else { self.now };
        let resolved = if status == "resolved" { self.now } else { 0 };
        self.conn
            .prepare_cached(
                "INSERT INTO tickets (effective, queue, subject, status, owner, priority, created, creator,
                 updated, updated_by, started, due, resolved, starts, time_worked, time_left, time_estimated)
                 VALUES (0, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                queue.id,
                subject,
                status,
                owner,
                new.priority,
                self.now,
                author,
                started,
                new.due,
                resolved,
                new.starts,
                new.time_worked,
                new.time_left,
                new.time_estimated
            ])?;
        let id = self.conn.last_insert_rowid();
        self.conn
            .prepare_cached("UPDATE tickets SET effective = id WHERE id = ?1")?
            .execute([id])?;
        for (role, person) in people {
            self.add_watcher(id, role, person)?;
        }
        for (relation, other) in &new.links {
            self.link_at_creation(id, relation, other, author)?;
        }
        let txn = self.record(NewTxn {
            kind: Kind::Ticket,
            object: id,
            typ: "Create",
            field: "",
            old: "",
            new: "",
            creator: author,
        })?;
        if new.time_worked > 0 {
            self.conn
                .prepare_cached("UPDATE transactions SET time_taken = ?2 WHERE id = ?1")?
                .execute(params![txn, new.time_worked])?;
        }
        if new.content.is_some() || !new.uploads.is_empty() {
            let body = new.content.as_deref().unwrap_or_default();
            let content_type = new.content_type.as_deref().unwrap_or("text/plain");
            self.store_message(txn, &subject, body, content_type, &new.uploads, author)?;
        }
        for (name, values) in &new.fields {
            let Some(field) = self.field(Kind::Ticket, name) else {
                continue;
            };
            for value in field.kept(values) {
                self.put_value(&field, id, value)?;
            }
        }
        self.record(NewTxn {
            kind: Kind::Ticket,
            object: id,
            typ: "EmailRecord",
            field: "",
            old: "",
            new: "",
            creator: SYSTEM,
        })?;
        Ok(id)
    }

    /// Stores the text of a message and its files, in the shape that Request Tracker gives them.
    pub(crate) fn store_message(
        &mut self,
        txn: i64,
        subject: &str,
        body: &str,
        content_type: &str,
        uploads: &[Upload],
        creator: i64,
    ) -> Base<()> {
        let mut parent = 0;
        if !uploads.is_empty() {
            parent = self.attach(NewAttachment {
                txn,
                parent: 0,
                subject,
                filename: "",
                content_type: "multipart/mixed",
                content: b"",
                creator,
            })?;
        }
        let subject = if parent == 0 { subject } else { "" };
        self.attach(NewAttachment {
            txn,
            parent,
            subject,
            filename: "",
            content_type,
            content: body.as_bytes(),
            creator,
        })?;
        for upload in uploads {
            self.attach(NewAttachment {
                txn,
                parent,
                subject: "",
                filename: &upload.name,
                content_type: &upload.content_type,
                content: &upload.content,
                creator,
            })?;
        }
        Ok(())
    }
}
