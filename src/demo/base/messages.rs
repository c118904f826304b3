//! Replies and internal notes.

use std::collections::BTreeMap;

use rusqlite::params;

use super::history::NewTxn;
use super::people::SYSTEM;
use super::tickets::{INACTIVE, Watcher};
use super::{DeskBase, Kind, Person, Refusal};

/// A file that comes with a message.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) content: Vec<u8>,
}

/// A reply or a note.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewMessage {
    /// True: the requester sees it (`correspond`); false: a note (`comment`).
    pub(crate) public: bool,
    pub(crate) subject: String,
    pub(crate) content: String,
    pub(crate) content_type: String,
    pub(crate) uploads: Vec<Upload>,
    pub(crate) status: Option<String>,
    /// Minutes of work that are told with it.
    pub(crate) minutes: i64,
    pub(crate) fields: BTreeMap<String, Vec<String>>,
    pub(crate) txn_fields: BTreeMap<String, Vec<String>>,
}

impl DeskBase {
    /// Adds a reply or note to a ticket. Returns its transaction and the desk's sentences; a refused
    /// status change is one of the sentences, the text stays.
    pub(crate) fn add_message(
        &mut self,
        ticket: i64,
        new: &NewMessage,
        who: &Person,
    ) -> Result<(i64, Vec<String>), Refusal> {
        let Some(before) = self.ticket(ticket)? else {
            // Without rights on a ticket that is not there, only the administrator gets further.
            let sentence = if who.role.rules() {
                "Message could not be recorded"
            } else {
                "Permission Denied"
            };
            return Err(Refusal::new(400, sentence));
        };
        let id = before.id;
        let requestors = self.watchers(id, Watcher::Requestor)?;
        let inbound = requestors.contains(&who.id);
        let may_reply = new.public && (inbound || self.open);
        if !(who.role.works() || may_reply) {
            return Err(Refusal::new(400, "Permission Denied"));
        }
        if !may_reply && !self.sees_queue(who, before.queue) {
            return Err(Refusal::new(400, "Permission Denied"));
        }
        let typ = if new.public { "Correspond" } else { "Comment" };
        let txn = self.record(NewTxn {
            kind: Kind::Ticket,
            object: id,
            typ,
            field: "",
            old: "",
            new: "",
            creator: who.id,
        })?;
        if new.minutes > 0 {
            self.conn
                .prepare_cached("UPDATE transactions SET time_taken = ?2 WHERE id = ?1")?
                .execute(params![txn, new.minutes])?;
            self.conn
                .prepare_cached("UPDATE tickets SET time_worked = time_worked + ?2 WHERE id = ?1")?
                .execute(params![id, new.minutes])?;
        }
        self.store_message(
            txn,
            &new.subject,
            &new.content,
            &new.content_type,
            &new.uploads,
            who.id,
        )?;
        let mut said = vec![
            if new.public {
                "Correspondence added"
            } else {
                "Comments added"
            }
            .to_owned(),
        ];
        if new.public {
            if !inbound && !requestors.is_empty() {
                self.conn
                    .prepare_cached("UPDATE tickets SET told = ?2 WHERE id = ?1")?
                    .execute(params![id, self.now])?;
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
            let closed = INACTIVE.contains(&before.status.as_str()) && before.status != "deleted";
            if closed || (before.status == "new" && !inbound) {
                self.change_status(id, "open", SYSTEM)?;
                // The system acts for the one who wrote.
                self.conn
                    .prepare_cached("UPDATE tickets SET updated_by = ?2 WHERE id = ?1")?
                    .execute(params![id, who.id])?;
            }
        }
        for (name, values) in &new.fields {
            if let Some(field) = self.field(Kind::Ticket, name) {
                said.extend(self.set_values(&field, id, values, who.id)?);
            }
        }
        let mut marked = false;
        for (name, values) in &new.txn_fields {
            if let Some(field) = self.field(Kind::Transaction, name) {
                for value in values.iter().filter(|value| !value.is_empty()) {
                    // Others get the same answer, and nothing is kept.
                    if who.role.works() {
                        self.put_value(&field, txn, value)?;
                    }
                    marked = true;
                }
            } else {
                said.push(format!("Unable to load transaction custom field: {name}"));
            }
        }
        if marked {
            said.push("Custom fields updated".to_owned());
        }
        if let Some(status) = &new.status {
            said.push(self.set_status(id, status, who)?);
        }
        Ok((txn, said))
    }
}
