//! One pane: what belongs in it, and its rows in order.

use super::Row;
use super::order::Key;
use crate::domain::ids::GroupId;
use crate::domain::query::Query;
use crate::domain::view::{Sort, View};

/// What a pane shows.
#[derive(Debug, Clone, PartialEq)]
pub enum PaneKind {
    /// Open tickets of one group.
    Group(GroupId),
    /// Open tickets of every group that has no pane of its own, `other` among them: nothing is ever out of sight.
    Rest,
    /// Tickets for which a saved query holds; may overlap with other panes.
    Saved(Query),
}

/// A pane as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct PaneDef {
    /// Title on the screen.
    pub title: String,
    /// What it shows.
    pub kind: PaneKind,
    /// How.
    pub view: View,
}

/// A pane and its rows.
#[derive(Debug, Clone)]
pub struct Pane {
    def: PaneDef,
    keys: Vec<Key>,
    revision: u64,
}

impl Pane {
    pub(super) fn new(def: PaneDef) -> Self {
        Self {
            def,
            keys: Vec::new(),
            revision: 0,
        }
    }
    /// As configured.
    pub fn def(&self) -> &PaneDef {
        &self.def
    }
    /// How many tickets.
    pub fn len(&self) -> usize {
        self.keys.len()
    }
    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
    /// Counts changes of membership and order.
    pub fn revision(&self) -> u64 {
        self.revision
    }
    /// The key of a row here; `urgent` is its usual one.
    pub(super) fn key(&self, urgent: Key, row: &Row) -> Key {
        match self.def.view.sort {
            Sort::Urgent => urgent,
            other => urgent.sorted(row, other),
        }
    }
    pub(super) fn keys(&self) -> &[Key] {
        &self.keys
    }
    pub(super) fn position(&self, key: &Key) -> Option<usize> {
        self.keys.binary_search(key).ok()
    }
    pub(super) fn insert(&mut self, key: Key) {
        if let Err(at) = self.keys.binary_search(&key) {
            self.keys.insert(at, key);
            self.revision += 1;
        }
    }
    pub(super) fn remove(&mut self, key: &Key) {
        if let Ok(at) = self.keys.binary_search(key) {
            self.keys.remove(at);
            self.revision += 1;
        }
    }
    pub(super) fn fill(&mut self, mut keys: Vec<Key>) {
        keys.sort_unstable();
        if keys != self.keys {
            self.keys = keys;
            self.revision += 1;
        }
    }
}
