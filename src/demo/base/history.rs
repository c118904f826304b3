//! Transactions and attachments: what happened to an object, and the texts that came with it.

use rusqlite::{OptionalExtension as _, Row, params};

use super::people::Role;
use super::{Base, DeskBase, Kind, Person};

/// A transaction that is about to be recorded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewTxn<'a> {
    pub(crate) kind: Kind,
    pub(crate) object: i64,
    pub(crate) typ: &'a str,
    pub(crate) field: &'a str,
    pub(crate) old: &'a str,
    pub(crate) new: &'a str,
    pub(crate) creator: i64,
}

/// A recorded transaction.
#[derive(Debug, Clone)]
pub(crate) struct Txn {
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) object: i64,
    pub(crate) typ: String,
    pub(crate) field: String,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) creator: i64,
    pub(crate) created: i64,
    pub(crate) time_taken: i64,
}

/// An attachment: a text or a file that came with a transaction.
#[derive(Debug, Clone)]
pub(crate) struct Attachment {
    pub(crate) id: i64,
    pub(crate) txn: i64,
    pub(crate) parent: i64,
    pub(crate) subject: String,
    pub(crate) filename: String,
    pub(crate) content_type: String,
    pub(crate) content: Vec<u8>,
    pub(crate) creator: i64,
    pub(crate) created: i64,
}

/// An attachment that is about to be stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewAttachment<'a> {
    pub(crate) txn: i64,
    pub(crate) parent: i64,
    pub(crate) subject: &'a str,
    pub(crate) filename: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) content: &'a [u8],
    pub(crate) creator: i64,
}

const COLUMNS: &str = "id, kind, object, type, field, old, new, creator, created, time_taken";

fn read(row: &Row<'_>) -> rusqlite::Result<Txn> {
    Ok(Txn {
        id: row.get(0)?,
        kind: Kind::of(row.get(1)?),
        object: row.get(2)?,
        typ: row.get(3)?,
        field: row.get(4)?,
        old: row.get(5)?,
        new: row.get(6)?,
        creator: row.get(7)?,
        created: row.get(8)?,
        time_taken: row.get(9)?,
    })
}

impl DeskBase {
    /// Records a transaction and marks its object as updated.
    pub(crate) fn record(&mut self, new: NewTxn<'_>) -> Base<i64> {
        self.conn
            .prepare_cached(
                "INSERT INTO transactions (kind, object, type, field, old, new, creator, created)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                new.kind as i64,
                new.object,
                new.typ,
                new.field,
                new.old,
                new.new,
                new.creator,
                self.now
            ])?;
        let id = self.conn.last_insert_rowid();
        if new.typ == "EmailRecord" {
            return Ok(id);
        }
        let table = match new.kind {
            Kind::Ticket => "UPDATE tickets SET updated = ?2, updated_by = ?3 WHERE id = ?1",
            Kind::Asset => "UPDATE assets SET updated = ?2, updated_by = ?3 WHERE id = ?1",
            Kind::User | Kind::Queue | Kind::Transaction => return Ok(id),
        };
        self.conn
            .prepare_cached(table)?
            .execute(params![new.object, self.now, new.creator])?;
        Ok(id)
    }

    /// The transaction with this number.
    pub(crate) fn txn(&self, id: i64) -> Base<Option<Txn>> {
        Ok(self
            .conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM transactions WHERE id = ?1"))?
            .query_row([id], read)
            .optional()?)
    }

    /// What Request Tracker keeps as the data of a transaction: for a reply or note, its subject.
    pub(crate) fn data_of(&self, txn: &Txn) -> Base<String> {
        if !matches!(txn.typ.as_str(), "Correspond" | "Comment") {
            return Ok(String::new());
        }
        let subject: Option<String> = self
            .conn
            .prepare_cached("SELECT subject FROM attachments WHERE txn = ?1 ORDER BY id LIMIT 1")?
            .query_row([txn.id], |row| row.get(0))
            .optional()?;
        Ok(match subject {
            Some(subject) if !subject.is_empty() => format!("{subject}\n"),
            _ => "No Subject".to_owned(),
        })
    }

    /// Whether this user sees a transaction: notes are for those who work, mail of the desk itself
    /// is for the administrator (agents of the real desk lack `ShowOutgoingEmail` too), and nothing
    /// of a hidden queue is for others.
    pub(crate) fn shows(&self, who: &Person, txn: &Txn) -> Base<bool> {
        if who.role.rules() {
            return Ok(true);
        }
        let allowed = match txn.typ.as_str() {
            "EmailRecord" | "CommentEmailRecord" => false,
            "Comment" => who.role.works(),
            _ => who.role.sees(),
        };
        if !allowed {
            return Ok(false);
        }
        if txn.kind == Kind::Asset && self.catalogs.iter().any(|catalog| catalog.hidden) {
            let asset = self.asset(txn.object)?;
            return Ok(asset.is_some_and(|asset| self.sees_catalog(who, asset.catalog)));
        }
        if txn.kind != Kind::Ticket || !self.queues.iter().any(|queue| queue.hidden) {
            return Ok(true);
        }
        let queue: Option<i64> = self
            .conn
            .prepare_cached("SELECT e.queue FROM tickets t JOIN tickets e ON e.id = t.effective WHERE t.id = ?1")?
            .query_row([txn.object], |row| row.get(0))
            .optional()?;
        Ok(queue.is_some_and(|queue| self.sees_queue(who, queue)))
    }

    /// The number of the last transaction of an object that this role sees: its version.
    pub(crate) fn version(&self, kind: Kind, object: i64, role: Role) -> Base<Option<i64>> {
        let hidden: &[&str] = match role {
            Role::Admin => &["", ""],
            Role::Agent => &["EmailRecord", ""],
            Role::Reader | Role::Requester => &["EmailRecord", "Comment"],
        };
        let [first, second] = hidden else {
            return Ok(None);
        };
        let sql = if kind == Kind::Ticket {
            "SELECT max(id) FROM transactions WHERE kind = ?1 AND type NOT IN (?3, ?4)
             AND object IN (SELECT id FROM tickets WHERE effective = ?2)"
        } else {
            "SELECT max(id) FROM transactions WHERE kind = ?1 AND object = ?2 AND type NOT IN (?3, ?4)"
        };
        Ok(self
            .conn
            .prepare_cached(sql)?
            .query_row(params![kind as i64, object, first, second], |row| {
                row.get(0)
            })?)
    }

    /// Stores an attachment.
    pub(crate) fn attach(&mut self, new: NewAttachment<'_>) -> Base<i64> {
        self.conn
            .prepare_cached(
                "INSERT INTO attachments (txn, parent, subject, filename, content_type, content, creator, created)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                new.txn,
                new.parent,
                new.subject,
                new.filename,
                new.content_type,
                new.content,
                new.creator,
                self.now
            ])?;
        Ok(self.conn.last_insert_rowid())
    }

    /// The attachment with this number.
    pub(crate) fn attachment(&self, id: i64) -> Base<Option<Attachment>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT id, txn, parent, subject, filename, content_type, content, creator, created
                 FROM attachments WHERE id = ?1",
            )?
            .query_row([id], |row| {
                Ok(Attachment {
                    id: row.get(0)?,
                    txn: row.get(1)?,
                    parent: row.get(2)?,
                    subject: row.get(3)?,
                    filename: row.get(4)?,
                    content_type: row.get(5)?,
                    content: row.get(6)?,
                    creator: row.get(7)?,
                    created: row.get(8)?,
                })
            })
            .optional()?)
    }

    /// The numbers of the attachments of a transaction.
    pub(crate) fn attachments_of(&self, txn: i64) -> Base<Vec<i64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT id FROM attachments WHERE txn = ?1 ORDER BY id")?;
        let rows = statement.query_map([txn], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
