//! The order of rows: what wants a person first stands first.

use jiff::{SignedDuration, Timestamp};

use super::{Row, Slot};
use crate::domain::view::Sort;

/// A ticket whose due date is nearer than this stands above all others, nearest first.
pub(super) const SOON: SignedDuration = SignedDuration::from_hours(4);

/// Sort key of a ticket: due soon (nearest first), then priority (highest first); of those that are equal care and school
/// first, then waiting longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    band: u8,
    first: i64,
    /// 0 for care and school, where people wait who cannot help themselves.
    lane: u8,
    created: i64,
    pub(crate) slot: Slot,
}

impl Key {
    /// The key of a ticket at a time.
    pub(crate) fn of(row: &Row, slot: Slot, now: Timestamp) -> Self {
        let ticket = row.ticket();
        let lane = u8::from(row.lane().is_none());
        let created = ticket.created.as_second();
        let soon = now.checked_add(SOON).unwrap_or(Timestamp::MAX);
        match ticket.due.known() {
            Some(due) if *due <= soon => Self {
                band: 0,
                first: due.as_second(),
                lane,
                created,
                slot,
            },
            _ => {
                let priority = ticket.priority.known().copied().unwrap_or(0);
                Self {
                    band: 1,
                    first: priority.saturating_neg(),
                    lane,
                    created,
                    slot,
                }
            }
        }
    }

    /// The key of the same row in another order.
    pub(super) fn sorted(self, row: &Row, sort: Sort) -> Self {
        let ticket = row.ticket();
        let first = match sort {
            Sort::Urgent => return self,
            Sort::Newest => ticket.created.as_second().saturating_neg(),
            Sort::Oldest => ticket.created.as_second(),
            Sort::Changed => ticket.updated.as_second().saturating_neg(),
        };
        Self {
            band: 0,
            first,
            lane: 0,
            ..self
        }
    }
}
