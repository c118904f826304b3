//! The cursor: where the feed was last read. Opaque to everybody else, versioned JSON.

use serde::{Deserialize, Serialize};

use crate::domain::source::Cursor;

/// Version of the form below. A cursor of another version starts a new full read.
const VERSION: u8 = 2;

/// Seconds for which a transaction's neighbours are read again: where RT runs on PostgreSQL or MySQL, a lower id
/// can appear after a higher one.
pub(super) const OVERLAP_SECONDS: i64 = 60;
/// Most transactions kept for that.
const OVERLAP_ROWS: usize = 300;

/// Where a first read is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub(super) enum Backfill {
    /// Pages of tickets, by id.
    Tickets {
        /// Last id read.
        last: u64,
        /// How many were read.
        done: u64,
        /// How many there are.
        total: Option<u64>,
    },
    /// Tickets with a group or tags, where too many have them to be read beforehand.
    Words {
        /// Last id read.
        last: u64,
    },
    /// Texts of first messages, by the id of the transaction that created the ticket.
    Bodies {
        /// Last id read.
        last: u64,
    },
    /// Tickets that name a device, where too many do to be read beforehand.
    Named {
        /// Last id read.
        last: u64,
    },
    /// Devices, by id.
    Devices {
        /// Last id read.
        last: u64,
    },
    /// What people did in the last hours, by the id of the transaction.
    Deeds {
        /// Last id read.
        last: u64,
    },
}

/// Transactions between two ids that are still to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Gap {
    /// Everything up to here was read.
    pub(super) from: u64,
    /// Everything above was read.
    pub(super) to: u64,
}

/// The state behind a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    v: u8,
    /// Transactions up to here are done with.
    pub(super) settled: u64,
    /// Transactions above that were handled already: id and when (Unix seconds, our clock).
    pub(super) seen: Vec<(u64, i64)>,
    /// Missing part of the feed, after a pause.
    pub(super) gap: Option<Gap>,
    /// The first read, while it goes on.
    pub(super) backfill: Option<Backfill>,
    /// When the feed was last asked (Unix seconds, our clock).
    pub(super) polled: i64,
    /// When the last sweep for changes that the feed did not show was made (Unix seconds, our clock).
    pub(super) swept: i64,
}

impl State {
    /// A first read; everything up to transaction `top` will be covered by it.
    pub(super) fn first(top: u64, now: i64) -> Self {
        Self {
            v: VERSION,
            settled: top,
            seen: Vec::new(),
            gap: None,
            backfill: Some(Backfill::Tickets {
                last: 0,
                done: 0,
                total: None,
            }),
            polled: now,
            swept: now,
        }
    }

    /// Reads a cursor; `None` when it is empty, unreadable or of another version.
    pub(super) fn read(cursor: &Cursor) -> Option<Self> {
        serde_json::from_str::<Self>(&cursor.0)
            .ok()
            .filter(|s| s.v == VERSION)
    }

    /// The cursor.
    pub(super) fn cursor(&self) -> Cursor {
        // A value of plain numbers and words always serialises; an empty cursor would only mean a full read.
        Cursor(serde_json::to_string(self).unwrap_or_default())
    }

    /// The newest transaction that was read.
    pub(super) fn newest(&self) -> u64 {
        self.seen
            .iter()
            .map(|(id, _)| *id)
            .max()
            .unwrap_or(self.settled)
    }

    /// Whether a transaction was handled already.
    pub(super) fn is_seen(&self, id: u64) -> bool {
        id <= self.settled || self.seen.iter().any(|(seen, _)| *seen == id)
    }

    /// Notes handled transactions and settles what is old enough, or what is too much to be remembered.
    pub(super) fn note(&mut self, ids: impl IntoIterator<Item = u64>, now: i64) {
        self.seen.extend(ids.into_iter().map(|id| (id, now)));
        self.seen.sort_unstable();
        self.seen.dedup_by_key(|(id, _)| *id);
        let excess = self.seen.len().saturating_sub(OVERLAP_ROWS);
        let old = |at: i64| now.saturating_sub(at) >= OVERLAP_SECONDS || at > now;
        // Settled is a single mark, so it rises to the highest id below which everything is old.
        let mut settled = 0;
        for (position, (id, at)) in self.seen.iter().enumerate() {
            if position < excess || old(*at) {
                settled = *id;
            } else {
                break;
            }
        }
        if settled > self.settled {
            self.settled = settled;
        }
        let settled = self.settled;
        self.seen.retain(|(id, _)| *id > settled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_a_strange_one_starts_anew() {
        let mut state = State::first(2241, 1_000);
        state.note([2242, 2250], 1_000);
        assert_eq!(State::read(&state.cursor()), Some(state.clone()));
        for strange in ["", "{}", "null", "[1]", "{\"v\":2}", "\u{0}"] {
            assert_eq!(State::read(&Cursor(strange.to_owned())), None, "{strange}");
        }
        let newer = state.cursor().0.replace("\"v\":2", "\"v\":3");
        assert_eq!(State::read(&Cursor(newer)), None);
    }

    #[test]
    fn a_lower_id_that_comes_late_is_not_taken_for_seen() {
        let mut state = State::first(100, 0);
        state.note([105], 0);
        assert!(state.is_seen(105));
        assert!(!state.is_seen(103), "103 was not there yet when 105 came");
        state.note([], OVERLAP_SECONDS - 1);
        assert!(!state.is_seen(103));
        state.note([103], OVERLAP_SECONDS - 1);
        state.note([], OVERLAP_SECONDS);
        assert_eq!(state.settled, 100, "103 is not a minute old yet");
        state.note([], 2 * OVERLAP_SECONDS);
        assert_eq!((state.settled, state.seen.len()), (105, 0));
    }

    #[test]
    fn a_burst_does_not_grow_the_cursor() {
        let mut state = State::first(0, 0);
        state.note(1..=5_000, 0);
        assert_eq!(state.seen.len(), OVERLAP_ROWS);
        assert!(state.is_seen(4_000) && state.is_seen(5_000) && !state.is_seen(5_001));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_keep_rows_for_ever() {
        let mut state = State::first(0, 0);
        state.note([7], 10_000);
        state.note([], 500);
        assert_eq!(state.settled, 7);
    }
}
