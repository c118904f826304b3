//! What this console told a person of alarms, and what holds about each.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use crate::domain::alarm::{Book, Ring, Said};
use crate::domain::ids::GroupId;

/// How many rings are kept.
const KEPT: usize = 50;

/// Alarms of this console.
#[derive(Debug, Clone, Default)]
pub struct Alarms {
    /// What is open, and what was told of it.
    pub book: Book,
    /// The book as it is on disk.
    pub kept: Book,
    /// What was said here, before the desk tells it back; by group.
    pub mine: BTreeMap<GroupId, Said>,
    /// Stamp of what was looked at last, and when.
    pub looked: Option<((u64, u64, i64), Timestamp)>,
    rings: VecDeque<Ring>,
    /// How many rang since the start.
    rang: usize,
}

impl Alarms {
    /// Alarms that go on from what a console before this one told.
    pub fn of(book: Book) -> Self {
        let said = book.open.iter().filter_map(|(group, open)| {
            let said = open.said.clone()?;
            Some((group.clone(), said))
        });
        Self {
            mine: said.collect(),
            kept: book.clone(),
            book,
            ..Self::default()
        }
    }
    /// Notes a ring.
    pub fn note(&mut self, ring: Ring) {
        self.rings.push_back(ring);
        self.rang += 1;
        while self.rings.len() > KEPT {
            self.rings.pop_front();
        }
    }
    /// What rang after the first `told` of the session, oldest first; and how many there are now.
    pub fn after(&self, told: usize) -> (impl Iterator<Item = &Ring>, usize) {
        let new = self.rang.saturating_sub(told).min(self.rings.len());
        (self.rings.iter().skip(self.rings.len() - new), self.rang)
    }
    /// Whether the title should say that something rings: nobody has it in hand.
    pub fn is_in_title(&self) -> bool {
        self.book
            .open
            .values()
            .any(|open| open.in_title && open.said.is_none() && open.gone.is_none())
    }
}
