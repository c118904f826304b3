//! A list with a cursor that stays with its row, and a pane of the Board, whose order stands still while it is used.
//!
//! Invariant: the cursor never goes to another row without a key. When its row leaves the list, a *ghost* of it stays
//! in place until the cursor is moved; so what is under the cursor is always what the person put it on.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::board::Board;
use crate::domain::ids::TicketId;

/// Rows in their order.
pub trait Rows<Id> {
    /// How many.
    fn count(&self) -> usize;
    /// The row at a position.
    fn get_at(&self, at: usize) -> Option<Id>;
    /// Where a row stands.
    fn find(&self, id: &Id) -> Option<usize>;
    /// The rows at positions `from..from+count`, as far as there are any.
    fn part(&self, from: usize, count: usize) -> Vec<Id>;
}

impl<Id: Clone + PartialEq> Rows<Id> for [Id] {
    fn count(&self) -> usize {
        self.len()
    }
    fn get_at(&self, at: usize) -> Option<Id> {
        self.get(at).cloned()
    }
    fn find(&self, id: &Id) -> Option<usize> {
        self.iter().position(|row| row == id)
    }
    fn part(&self, from: usize, count: usize) -> Vec<Id> {
        self.iter().skip(from).take(count).cloned().collect()
    }
}

/// How far to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

impl Step {
    /// The position that a step from `at` leads to, in a list of `count` rows, `page` of them visible.
    pub fn from(self, at: usize, count: usize, page: usize) -> usize {
        let page = page.saturating_sub(1).max(1);
        let to = match self {
            Self::Up => at.saturating_sub(1),
            Self::Down => at.saturating_add(1),
            Self::PageUp => at.saturating_sub(page),
            Self::PageDown => at.saturating_add(page),
            Self::First => 0,
            Self::Last => usize::MAX,
        };
        to.min(count.saturating_sub(1))
    }
}

/// The cursor of a list, and which part of the list is visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCursor<Id> {
    row: Option<Id>,
    at: usize,
    top: usize,
    ghost: bool,
}

impl<Id> Default for ListCursor<Id> {
    fn default() -> Self {
        Self {
            row: None,
            at: 0,
            top: 0,
            ghost: false,
        }
    }
}

impl<Id: Clone + PartialEq> ListCursor<Id> {
    /// The row under the cursor; `None` in a list that was empty when it was last looked at.
    pub fn cursor(&self) -> Option<&Id> {
        self.row.as_ref()
    }
    /// Position of the row under the cursor, the ghost counted.
    pub fn at(&self) -> usize {
        self.at
    }
    /// Position of the first visible row.
    pub fn top(&self) -> usize {
        self.top
    }
    /// Whether the row under the cursor is not in the list any more.
    pub fn is_ghost(&self) -> bool {
        self.ghost
    }
    /// How many rows there are to show, the ghost counted.
    pub fn count(&self, rows: &(impl Rows<Id> + ?Sized)) -> usize {
        rows.count() + usize::from(self.ghost)
    }
    /// The row at a position, the ghost counted.
    pub fn get(&self, rows: &(impl Rows<Id> + ?Sized), at: usize) -> Option<Id> {
        if self.ghost && at == self.at {
            return self.row.clone();
        }
        rows.get_at(at - usize::from(self.ghost && at > self.at))
    }
    /// The rows at positions `from..from+count`, the ghost counted.
    pub fn window(&self, rows: &(impl Rows<Id> + ?Sized), from: usize, count: usize) -> Vec<Id> {
        let Some(ghost) = self.row.as_ref().filter(|_| self.ghost) else {
            return rows.part(from, count);
        };
        let mut part = rows.part(from - usize::from(from > self.at), count);
        if let Some(place) = self.at.checked_sub(from)
            && place <= part.len()
            && place < count
        {
            part.insert(place, ghost.clone());
            part.truncate(count);
        }
        part
    }
    /// Brings the cursor in step with the list after it changed. The cursor stays with its row; a list that had
    /// none puts it on the first.
    pub fn settle(&mut self, rows: &(impl Rows<Id> + ?Sized), height: usize) {
        let before = self.at;
        match &self.row {
            None => {
                self.row = rows.get_at(0);
                (self.at, self.top, self.ghost) = (0, 0, false);
            }
            Some(id) => {
                let found = rows.find(id);
                self.ghost = found.is_none();
                self.at = found.unwrap_or(self.at.min(rows.count()));
            }
        }
        // At the very top new rows push the list down where they can be seen; elsewhere the row under the cursor
        // keeps its place on the screen.
        if self.top > 0 {
            self.top = (self.top + self.at).saturating_sub(before);
        }
        self.show(rows, height);
    }
    /// Lets the ghost go: the cursor is then on the row that took its place. For a list that nobody looks at with the
    /// cursor in mind.
    pub fn release(&mut self, rows: &(impl Rows<Id> + ?Sized), height: usize) {
        if self.ghost {
            let at = self.at.min(rows.count().saturating_sub(1));
            (self.row, self.at, self.ghost) = (rows.get_at(at), at, false);
            self.show(rows, height);
        }
    }
    /// Moves the cursor.
    pub fn step(&mut self, rows: &(impl Rows<Id> + ?Sized), step: Step, height: usize) {
        let count = self.count(rows);
        if count == 0 {
            *self = Self::default();
            return;
        }
        let to = step.from(self.at, count, height);
        if self.ghost && to == self.at {
            return;
        }
        self.row = self.get(rows, to);
        self.at = to - usize::from(self.ghost && to > self.at);
        self.ghost = false;
        self.show(rows, height);
    }
    /// Puts the cursor on a row, if it is there. Whether it is.
    pub fn put(&mut self, rows: &(impl Rows<Id> + ?Sized), id: &Id, height: usize) -> bool {
        let Some(at) = rows.find(id) else {
            return false;
        };
        (self.row, self.at, self.ghost) = (Some(id.clone()), at, false);
        self.show(rows, height);
        true
    }
    /// Forgets the row: the next [`ListCursor::settle`] starts at the first one.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
    /// Makes the cursor visible. At an edge the window jumps by half a page, because a window that scrolls by one
    /// line repaints every row on every key.
    fn show(&mut self, rows: &(impl Rows<Id> + ?Sized), height: usize) {
        let height = height.max(1);
        let half = (height / 2).max(1);
        if self.at < self.top {
            let rows_above = self.top - self.at;
            self.top = self.top.saturating_sub(half.max(rows_above));
        } else if self.at >= self.top + height {
            let rows_below = self.at + 1 - (self.top + height);
            self.top += half.max(rows_below);
        }
        self.top = self
            .top
            .min(self.count(rows).saturating_sub(height))
            .min(self.at);
    }
}

/// One pane of the Board as it is shown.
#[derive(Debug, Clone, Default)]
pub struct PaneView {
    list: ListCursor<TicketId>,
    /// The order in which rows are held while the pane is used and something has changed.
    frozen: Option<Vec<TicketId>>,
    /// Rows that would be there if the order did not stand still.
    new: usize,
    /// Revision of the pane at which they were counted.
    counted: u64,
    /// When the cursor was last moved here.
    moved: Option<Timestamp>,
    /// Whether a person ever put the cursor somewhere here.
    chosen: bool,
}

/// Rows of a pane: as the board has them, or as they stood when the order was frozen.
enum Shown<'a> {
    Live(&'a Board, usize),
    Frozen(&'a [TicketId]),
}

impl Rows<TicketId> for Shown<'_> {
    fn count(&self) -> usize {
        match self {
            Self::Live(board, pane) => board.panes().get(*pane).map_or(0, crate::board::Pane::len),
            Self::Frozen(rows) => rows.len(),
        }
    }
    fn get_at(&self, at: usize) -> Option<TicketId> {
        match self {
            Self::Live(board, pane) => board.window(*pane, at, 1).pop(),
            Self::Frozen(rows) => rows.get_at(at),
        }
    }
    fn find(&self, id: &TicketId) -> Option<usize> {
        match self {
            Self::Live(board, pane) => board.position(*pane, id),
            Self::Frozen(rows) => rows.find(id),
        }
    }
    fn part(&self, from: usize, count: usize) -> Vec<TicketId> {
        match self {
            Self::Live(board, pane) => board.window(*pane, from, count),
            Self::Frozen(rows) => rows.part(from, count),
        }
    }
}

impl PaneView {
    /// The ticket under the cursor.
    pub fn cursor(&self) -> Option<&TicketId> {
        self.list.cursor()
    }
    /// Position of the cursor among the rows shown.
    pub fn at(&self) -> usize {
        self.list.at()
    }
    /// Position of the first visible row.
    pub fn top(&self) -> usize {
        self.list.top()
    }
    /// Whether the ticket under the cursor does not belong in the pane any more and is only kept in its place.
    pub fn is_ghost(&self) -> bool {
        self.list.is_ghost()
    }
    /// New rows that wait until the order may change ("4 new").
    pub fn new_rows(&self) -> usize {
        self.new
    }
    /// How many rows are shown in all.
    pub fn count(&self, board: &Board, pane: usize) -> usize {
        self.list.count(&self.shown(board, pane))
    }
    /// The tickets at positions `from..from+count`, as they are to be shown.
    pub fn window(&self, board: &Board, pane: usize, from: usize, count: usize) -> Vec<TicketId> {
        self.list.window(&self.shown(board, pane), from, count)
    }
    /// Until when the order stands still.
    pub fn frozen_until(&self, freeze: SignedDuration) -> Option<Timestamp> {
        self.moved?.checked_add(freeze).ok()
    }

    fn shown<'a>(&'a self, board: &'a Board, pane: usize) -> Shown<'a> {
        match &self.frozen {
            Some(rows) => Shown::Frozen(rows),
            None => Shown::Live(board, pane),
        }
    }
    /// Before the board changes: holds the order if the pane is in use.
    pub fn hold(
        &mut self,
        board: &Board,
        pane: usize,
        now: Timestamp,
        freeze: SignedDuration,
        height: usize,
    ) {
        let in_use = self.frozen_until(freeze).is_some_and(|end| now < end);
        if in_use && self.frozen.is_none() {
            self.frozen = Some(self.window(board, pane, 0, usize::MAX));
            // The ghost is now a row like the others.
            self.settle(board, pane, height, true);
        }
    }
    /// After the board changed: counts what is new, or follows the new order. A pane without the focus holds no place
    /// for rows that left, and none for its cursor where nobody has put it.
    pub fn settle(&mut self, board: &Board, pane: usize, height: usize, focused: bool) {
        let revision = board
            .panes()
            .get(pane)
            .map_or(0, crate::board::Pane::revision);
        if let Some(rows) = &self.frozen {
            if self.counted != revision {
                let known: HashSet<&TicketId> = rows.iter().collect();
                let now = board.ids(pane);
                self.new = now.iter().filter(|id| !known.contains(id)).count();
            }
        } else {
            self.new = 0;
        }
        self.counted = revision;
        let mut list = std::mem::take(&mut self.list);
        if !focused && !self.chosen {
            list.reset();
        }
        list.settle(&self.shown(board, pane), height);
        if !focused {
            list.release(&self.shown(board, pane), height);
        }
        self.list = list;
    }
    /// Lets new rows in.
    pub fn thaw(&mut self, board: &Board, pane: usize, height: usize, focused: bool) {
        self.frozen = None;
        self.moved = None;
        self.settle(board, pane, height, focused);
    }
    /// Moves the cursor; from now on the order stands still for a while.
    pub fn step(&mut self, board: &Board, pane: usize, step: Step, height: usize, now: Timestamp) {
        let mut list = std::mem::take(&mut self.list);
        list.step(&self.shown(board, pane), step, height);
        self.list = list;
        self.touch(now);
    }
    /// The pane is in use: its order stands still for a while longer.
    pub fn touch(&mut self, now: Timestamp) {
        self.moved = Some(now);
        self.chosen = true;
    }
    /// Whether the order stands still and something waits for it to end.
    pub fn is_held(&self) -> bool {
        self.frozen.is_some()
    }
    /// Starts at the first row again (another filter).
    pub fn restart(&mut self, board: &Board, pane: usize, height: usize, focused: bool) {
        self.list.reset();
        self.chosen = false;
        self.thaw(board, pane, height, focused);
    }
    /// Puts the cursor on a ticket, if it is shown here. Whether it is.
    pub fn put(&mut self, board: &Board, pane: usize, id: &TicketId, height: usize) -> bool {
        let mut list = std::mem::take(&mut self.list);
        let there = list.put(&self.shown(board, pane), id, height);
        self.list = list;
        there
    }
}
