//! What RT gives by number and people want by name: custom fields, queues, users in the history.

use std::collections::{BTreeSet, HashMap};
use std::sync::{MutexGuard, PoisonError};

use serde_json::Value;

use crate::desk::rt::RtDesk;
use crate::desk::rt::wire;
use crate::domain::Timestamp;
use crate::domain::person::PersonRef;
use crate::domain::source::Capabilities;
use crate::domain::ticket::Ticket;
use crate::domain::ticket::Version;

/// Most entries of each table: a hostile desk must not fill the memory.
const KEPT: usize = 200_000;
/// Most status words and owners: a desk has fewer.
const FEW: usize = 2_000;

/// Names learnt from answers.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Custom fields by id.
    pub(super) fields: HashMap<u64, String>,
    /// Queues by id.
    pub(super) queues: HashMap<u64, String>,
    /// Logins by user id.
    pub(super) users: HashMap<u64, String>,
    /// Logins seen as owners.
    pub(super) owners: BTreeSet<String>,
    /// Status words seen.
    pub(super) statuses: BTreeSet<String>,
    /// Who we are, once probed.
    pub(super) me: Option<PersonRef>,
    /// Desk clock minus ours, in milliseconds, once probed.
    pub(super) skew_ms: i64,
    /// What the desk can do, once probed.
    pub(super) capabilities: Option<Capabilities>,
    /// Newest transaction that the change feed has told of; 0 before it was asked.
    newest: u64,
}

impl RtDesk {
    /// Learns of a transaction.
    pub(super) fn heard_of(&self, transaction: u64) {
        let mut known = self.known();
        known.newest = known.newest.max(transaction);
    }

    /// The version that tickets of a list have at least which is asked for after this; lists tell none. What RT did up
    /// to here is in them. Later things may be too, so that it is no version for `If-Match`.
    pub(super) fn at_least(&self) -> Option<Version> {
        let newest = self.known().newest;
        (newest > 0).then(|| Version(newest.to_string()))
    }

    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns custom fields and the queue of a record.
    pub(super) fn learn_fields(&self, record: &Value) {
        let mut known = self.known();
        if let Some(Value::Array(items)) = record.get("CustomFields") {
            for item in items {
                if let (Some(id), Some(name)) = (
                    item.get("id").and_then(wire::id),
                    wire::line(item.get("name"), 200),
                ) && known.fields.len() < KEPT
                {
                    known.fields.insert(id, name);
                }
            }
        }
        let queue = record.get("Queue");
        if let (Some(id), Some(name)) = (
            queue.and_then(|q| q.get("id")).and_then(wire::id),
            queue.and_then(|q| wire::line(q.get("Name"), 120)),
        ) && known.queues.len() < KEPT
        {
            known.queues.insert(id, name);
        }
    }

    /// Learns a status word and an owner.
    pub(super) fn learn_words(&self, status: &str, owner: Option<&str>) {
        let mut known = self.known();
        if !status.is_empty() && known.statuses.len() < FEW && !known.statuses.contains(status) {
            known.statuses.insert(status.to_owned());
        }
        if let Some(owner) = owner.filter(|o| !known.owners.contains(*o))
            && known.owners.len() < FEW
        {
            known.owners.insert(owner.to_owned());
        }
    }

    /// Whether the desk was seen to have a custom field.
    pub(super) fn has_field(&self, name: &str) -> bool {
        !name.is_empty() && self.known().fields.values().any(|n| n == name)
    }

    /// Notes when a ticket changed; whether that is news.
    pub(super) fn is_news(&self, id: u64, ticket: &Ticket) -> bool {
        let mut updated = self.updated.lock().unwrap_or_else(PoisonError::into_inner);
        if updated.len() >= KEPT {
            updated.clear();
        }
        let before: Option<Timestamp> = updated.insert(id, ticket.updated);
        before != Some(ticket.updated)
    }
}
