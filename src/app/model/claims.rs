//! What this console tells colleagues: which tickets are looked at or written on here.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::claim::Doing;
use crate::domain::ids::TicketId;

/// A claim of this console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// What for.
    pub doing: Doing,
    /// Since when, by our clock.
    pub since: Timestamp,
    /// Until when it was told to the desk, by our clock; `None`: the desk has not been told.
    pub until: Option<Timestamp>,
    /// When the desk is told next; `None`: not again.
    pub tell_at: Option<Timestamp>,
}

/// The claims of this console.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    /// The word by which this console knows its own claims again.
    pub console: String,
    /// By ticket.
    pub mine: BTreeMap<TicketId, Mine>,
    /// Whether it was said that the desk does not take claims.
    pub said_refused: bool,
}

impl Claims {
    /// No claims yet. `seed` is random and becomes the word of this console.
    pub fn new(seed: [u64; 2]) -> Self {
        let [first, second] = seed;
        Self {
            console: format!("{:08x}", (first ^ second.rotate_left(17)) & 0xffff_ffff),
            ..Self::default()
        }
    }
}
