//! A ticket's conversation and history: transactions, joined with the texts and files of the messages.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::desk::rt::RtDesk;
use crate::desk::rt::convert::NOBODY;
use crate::desk::rt::query::List;
use crate::desk::rt::texts::Message;
use crate::desk::rt::wire::{self, Reference};
use crate::domain::Fact;
use crate::domain::Timestamp;
use crate::domain::claim;
use crate::domain::entry::{Entry, EntryKind, Visibility};
use crate::domain::ids::{EntryId, TicketId};
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::ticket::Version;

/// Most pages of one history that are read.
const PAGES: u32 = 50;
/// Longest value of a change, in characters.
const VALUE: usize = 200;

/// The account in whose name RT itself acts: it opens a ticket that was answered, for example.
pub(super) const SYSTEM: &str = "RT_System";

/// Fields of a transaction.
const FIELDS: &str = "Type,Field,OldValue,NewValue,Creator,Created,Data";
/// The same with our marker.
const FIELDS_MARKED: &str = "Type,Field,OldValue,NewValue,Creator,Created,Data,CustomFields";

impl RtDesk {
    /// Conversation and history, oldest first: two requests for a usual ticket.
    pub(super) async fn read_entries(&self, id: u64) -> Result<Vec<Entry>, Trouble> {
        let rows = self.history(id, None).await?;
        let messages: Vec<u64> = rows
            .iter()
            .filter(|(_, row)| is_message(row))
            .map(|(id, _)| *id)
            .collect();
        let texts = self.messages(&messages).await?;
        let mut entries: Vec<Entry> = rows
            .iter()
            .filter(|(_, row)| !is_double(row))
            .map(|(id, row)| self.entry(*id, row, texts.get(id)))
            .collect();
        for entry in &mut entries {
            self.name_values(&mut entry.kind).await;
        }
        Ok(entries)
    }

    /// Owners and queues stand in the history by number; it stays where the desk does not tell the name.
    async fn name_values(&self, kind: &mut EntryKind) {
        let EntryKind::Change { field, from, to } = kind else {
            return;
        };
        for value in [from, to] {
            let Ok(number) = value.parse::<u64>() else {
                continue;
            };
            match field.as_str() {
                "owner" => {
                    if let Some(login) = self.login_of(number).await {
                        *value = login;
                    }
                }
                "queue" => {
                    if let Some(name) = self.known().queues.get(&number) {
                        name.clone_into(value);
                    }
                }
                _ => {}
            }
        }
    }

    /// What happened after a version, oldest first, without texts.
    pub(super) async fn read_entries_after(
        &self,
        id: u64,
        version: &Version,
    ) -> Result<Vec<Entry>, Trouble> {
        let after: u64 = version.0.parse().map_err(|_| {
            Trouble::new(
                TroubleKind::Validation,
                "The version is not one of Request Tracker. Read the ticket again.",
            )
        })?;
        let rows = self.history(id, Some(after)).await?;
        // Fields stand in the history by number; the ticket knows their names.
        if rows.values().any(|row| self.is_unnamed_field(row)) {
            self.read_one(id).await?;
        }
        let mut entries: Vec<Entry> = rows
            .iter()
            .filter(|(_, row)| !is_double(row))
            .map(|(id, row)| self.entry(*id, row, None))
            .collect();
        // Compared with the ticket's own values, so named like them.
        for entry in &mut entries {
            self.name_values(&mut entry.kind).await;
        }
        Ok(entries)
    }

    /// The transactions of a ticket, by id, without the mails that RT sent.
    ///
    /// Rows that we may not see leave short and empty pages, so the pages are read from the newest on until the
    /// ticket's first transaction was seen (it is of type Create), and past it as long as rows come, because a
    /// merged ticket brings older ones.
    async fn history(&self, id: u64, after: Option<u64>) -> Result<BTreeMap<u64, Value>, Trouble> {
        let mut conditions = vec![
            json!({"field": "Type", "operator": "!=", "value": "EmailRecord"}),
            json!({"field": "Type", "operator": "!=", "value": "CommentEmailRecord", "entry_aggregator": "AND"}),
        ];
        if let Some(after) = after {
            conditions.push(json!({"field": "id", "operator": ">", "value": after}));
        }
        let fields = if self.options.fields.marker_entry.is_empty() {
            FIELDS
        } else {
            FIELDS_MARKED
        };
        let query = Value::Array(conditions).to_string();
        let mut rows = BTreeMap::new();
        let mut is_created_seen = false;
        for page in 1..=PAGES {
            let ask = List::new(format!("/ticket/{id}/history"))
                .query(query.clone())
                .fields(fields, &[("fields[Creator]", "RealName")])
                .descending()
                .per_page(100)
                .page(page);
            let answer = self.api.page(&ask).await?;
            for (row_id, row) in answer.rows() {
                is_created_seen |= word(row, "Type") == "Create";
                rows.insert(row_id, row.clone());
            }
            let is_full = answer.items.len() >= 100;
            let is_counted = answer
                .total
                .is_some_and(|t| t <= u64::from(page).saturating_mul(100));
            // After a version, a page that is not full is the end unless a hundred rows were hidden from us; what
            // is hidden we could not judge anyway.
            if is_counted || (!is_full && (is_created_seen || after.is_some())) {
                break;
            }
        }
        Ok(rows)
    }

    fn entry(&self, id: u64, row: &Value, message: Option<&Message>) -> Entry {
        let author = match Reference::of(row.get("Creator")) {
            Some(r) if r.id == SYSTEM => Fact::Empty,
            Some(r) => self.person_ref(&r).map_or(Fact::Unknown, Fact::Known),
            None => Fact::Unknown,
        };
        let (kind, visibility) = self.kind(row);
        let fields = wire::custom_fields(row.get("CustomFields"));
        let marker = fields
            .iter()
            .flatten()
            .find(|f| f.name == self.options.fields.marker_entry)
            .and_then(|f| f.values.first().cloned());
        Entry {
            id: EntryId::new(id.to_string()),
            at: wire::time(row.get("Created"))
                .known()
                .copied()
                .unwrap_or(Timestamp::UNIX_EPOCH),
            author,
            visibility,
            kind,
            text: message.and_then(|m| m.text.clone()).unwrap_or_default(),
            cut: message.is_some_and(|m| m.cut || m.unread),
            attachments: message.map(|m| m.files.clone()).unwrap_or_default(),
            marker,
        }
    }

    /// What a transaction is, and who may read it. Changes are for staff: RT shows requesters only messages.
    fn kind(&self, row: &Value) -> (EntryKind, Visibility) {
        let (from, to) = (word(row, "OldValue"), word(row, "NewValue"));
        let field = word(row, "Field");
        let change = |field: String, from: String, to: String| {
            let kind = EntryKind::Change { field, from, to };
            (kind, Visibility::Internal)
        };
        match word(row, "Type").as_str() {
            "Create" => (EntryKind::Create, Visibility::Public),
            "Correspond" => (EntryKind::Reply, Visibility::Public),
            "Comment" => (EntryKind::Note, Visibility::Internal),
            "Status" => change("status".to_owned(), from, to),
            "Set" => change(our_field(&field), from, to),
            "Take" | "Give" | "Steal" | "Untake" | "Force" => change("owner".to_owned(), from, to),
            "CustomField" => change(self.custom_field_word(&field), from, to),
            "AddLink" => change(link_field(&field), String::new(), target(&to)),
            "DeleteLink" => change(link_field(&field), target(&from), String::new()),
            "AddWatcher" => change(our_field(&field), String::new(), to),
            "DelWatcher" => change(our_field(&field), from, String::new()),
            _ => (EntryKind::System, Visibility::Unknown),
        }
    }

    fn is_unnamed_field(&self, row: &Value) -> bool {
        word(row, "Type") == "CustomField"
            && row
                .get("Field")
                .and_then(wire::id)
                .is_some_and(|id| !self.known().fields.contains_key(&id))
    }

    /// Our word for a custom field that stands in the history by number.
    fn custom_field_word(&self, number: &str) -> String {
        let name = number
            .parse::<u64>()
            .ok()
            .and_then(|id| self.known().fields.get(&id).cloned());
        let Some(name) = name else {
            return format!("custom field {number}");
        };
        let names = &self.options.fields;
        match name {
            n if n == names.group => "group".to_owned(),
            n if n == names.tags => "tags".to_owned(),
            n if n == names.device => "device".to_owned(),
            n if n == names.claim => claim::FIELD.to_owned(),
            other => other,
        }
    }
}

fn word(row: &Value, key: &str) -> String {
    wire::line(row.get(key), VALUE).unwrap_or_default()
}

/// An owner change is written twice: as a change of the field, and as one of the role.
fn is_double(row: &Value) -> bool {
    word(row, "Type") == "SetWatcher" && word(row, "Field") == "Owner"
}

fn is_message(row: &Value) -> bool {
    matches!(
        word(row, "Type").as_str(),
        "Create" | "Correspond" | "Comment"
    )
}

fn our_field(field: &str) -> String {
    match field {
        "Owner" => "owner",
        "Status" => "status",
        "Priority" => "priority",
        "Queue" => "queue",
        "Subject" => "subject",
        "Due" => "due",
        "Requestor" => "requester",
        other => return other.to_owned(),
    }
    .to_owned()
}

fn link_field(field: &str) -> String {
    match field {
        "MergedInto" => "merged-into",
        "RefersTo" => "refers-to",
        "ReferredToBy" => "referred-to-by",
        "DependsOn" => "depends-on",
        "DependedOnBy" => "depended-on-by",
        "MemberOf" => "parent",
        "HasMember" => "child",
        other => return other.to_owned(),
    }
    .to_owned()
}

/// The other end of a link: the number of a ticket, else the address as it is.
fn target(uri: &str) -> String {
    wire::trailing_id(uri, "ticket").map_or_else(|| uri.to_owned(), |id| id.to_string())
}

/// The number inside one of our ticket ids.
pub(super) fn ticket_number(id: &TicketId) -> Result<u64, Trouble> {
    id.as_str().parse().ok().filter(|n| *n > 0).ok_or_else(|| {
        Trouble::new(
            TroubleKind::NotFound,
            format!(
                "{:?} is no ticket number of Request Tracker.",
                crate::text::sanitize::line_max(id.as_str(), 40)
            ),
        )
    })
}

/// Whether a name stands for "no owner".
pub(super) fn is_nobody(name: &str) -> bool {
    name == NOBODY
}
