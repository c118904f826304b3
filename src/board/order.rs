//! The order of rows: what wants a person first stands first.

use jiff::{SignedDuration, Timestamp};

use super::Slot;
use crate::domain::ticket::Ticket;

/// A ticket whose due date is nearer than this stands above all others, nearest first.
pub(super) const SOON: SignedDuration = SignedDuration::from_hours(4);

/// Sort key of a ticket: due soon (nearest first), then priority (highest first), then waiting longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    band: u8,
    first: i64,
    created: i64,
    pub(crate) slot: Slot,
}

impl Key {
    /// The key of a ticket at a time.
    pub(crate) fn of(ticket: &Ticket, slot: Slot, now: Timestamp) -> Self {
        let created = ticket.created.as_second();
        let soon = now.checked_add(SOON).unwrap_or(Timestamp::MAX);
        match ticket.due.known() {
            Some(due) if *due <= soon => Self {
                band: 0,
                first: due.as_second(),
                created,
                slot,
            },
            _ => {
                let priority = ticket.priority.known().copied().unwrap_or(0);
                Self {
                    band: 1,
                    first: priority.saturating_neg(),
                    created,
                    slot,
                }
            }
        }
    }
}
