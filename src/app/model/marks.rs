//! The tickets that are marked for a bulk action.
//!
//! Invariant: a mark belongs to a ticket, not to a row: it stays whatever is refreshed, filtered or sorted, until a key
//! takes it away.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::action::Seen;
use crate::domain::ids::TicketId;

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What the person saw of the ticket when they marked it.
    pub seen: Seen,
    /// When that was.
    pub at: Timestamp,
    /// Whether this very ticket was chosen, and not all of a list.
    pub is_by_itself: bool,
}

/// Marked tickets.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    tickets: BTreeMap<TicketId, Mark>,
    /// Those that a command made for itself, until it is done.
    passing: BTreeSet<TicketId>,
    /// The row that was marked last: where a range begins.
    pub last: Option<TicketId>,
    revision: u64,
}

impl Marks {
    /// How many.
    pub fn len(&self) -> usize {
        self.tickets.len()
    }
    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty()
    }
    /// Whether a ticket is.
    pub fn has(&self, ticket: &TicketId) -> bool {
        self.tickets.contains_key(ticket)
    }
    /// How a ticket was marked, if it is.
    pub fn get(&self, ticket: &TicketId) -> Option<&Mark> {
        self.tickets.get(ticket)
    }
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&TicketId, &Mark)> {
        self.tickets.iter()
    }
    /// Counts changes: a key for caches.
    pub fn revision(&self) -> u64 {
        self.revision
    }
    /// Marks a ticket. One that was chosen by itself stays so.
    pub fn put(&mut self, ticket: TicketId, mark: Mark) {
        self.revision += 1;
        let is_by_itself = self.tickets.get(&ticket).is_some_and(|m| m.is_by_itself);
        let mark = Mark {
            is_by_itself: mark.is_by_itself || is_by_itself,
            ..mark
        };
        self.tickets.insert(ticket, mark);
    }
    /// Unmarks a ticket. Whether it was marked.
    pub fn remove(&mut self, ticket: &TicketId) -> bool {
        self.revision += 1;
        self.tickets.remove(ticket).is_some()
    }
    /// All marks are a command's own: they go with it, unless it does something.
    pub fn let_pass(&mut self) {
        self.passing = self.tickets.keys().cloned().collect();
    }
    /// The command did something: its marks stay, for the next one.
    pub fn stay(&mut self) {
        self.passing.clear();
    }
    /// The command was left: its marks go, those of the person stay.
    pub fn drop_passing(&mut self) {
        if self.passing.is_empty() {
            return;
        }
        self.revision += 1;
        for ticket in std::mem::take(&mut self.passing) {
            self.tickets.remove(&ticket);
        }
    }
    /// Unmarks all; how many there were.
    pub fn clear(&mut self) -> usize {
        self.revision += 1;
        self.last = None;
        self.passing.clear();
        std::mem::take(&mut self.tickets).len()
    }
}
