//! Actions on their way, as the store told.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::action::{Action, Verb};
use crate::domain::bulk::{Bulk, Tally};
use crate::domain::draft::Draft;
use crate::domain::ids::{ActionId, TicketId};
use crate::domain::outbox::{Item, State};
use crate::domain::watch::Ruling;

/// What a person asked for a row of the outbox, until the store answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To drop it, by undo.
    Undo,
    /// To drop it.
    Drop,
    /// To try again.
    Retry,
    /// To send it anyway.
    Force,
}

/// What a person asked for a bulk action, until the store answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkAsked {
    /// To put it on disk.
    Store,
    /// To drop what is not sent.
    Undo,
    /// To try again what failed.
    Retry,
    /// To send replies whose unseen messages were read.
    Read,
}

/// An action that is not on disk yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storing {
    /// The action.
    pub action: Action,
    /// The draft that it was written as: removed when the action is on disk, never before.
    pub draft: Option<Draft>,
    /// Whether it was taken back in the meantime.
    pub undo: bool,
}

/// What was said of an incident in this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    /// What was said.
    pub ruling: Ruling,
    /// In a few words.
    pub about: String,
}

/// Actions on their way.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    items: BTreeMap<ActionId, Item>,
    by_ticket: BTreeMap<TicketId, BTreeSet<ActionId>>,
    /// Handed to the store and not yet on disk: not acknowledged.
    pub storing: BTreeMap<ActionId, Storing>,
    /// What was asked for rows and is not answered.
    pub asked: BTreeMap<ActionId, Asked>,
    /// Why nothing is sent at all (401), if so.
    pub paused: Option<String>,
    /// Actions and rulings of this session that `undo` can take back, oldest first.
    pub done_here: Vec<ActionId>,
    /// The rulings among them.
    pub ruled: BTreeMap<ActionId, Ruled>,
    /// What was asked of the store for a bulk action and is not answered.
    pub bulk_asked: BTreeMap<ActionId, BulkAsked>,
    /// What was told last of a bulk action that is over.
    pub bulk_told: BTreeMap<ActionId, Tally>,
    bulks: BTreeMap<ActionId, Bulk>,
    children: BTreeMap<ActionId, BTreeSet<ActionId>>,
    revision: u64,
}

impl Outbox {
    /// A row.
    pub fn get(&self, id: ActionId) -> Option<&Item> {
        self.items.get(&id)
    }
    /// All rows, oldest first.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &Item> {
        self.items.values()
    }
    /// A bulk action.
    pub fn bulk(&self, id: ActionId) -> Option<&Bulk> {
        self.bulks.get(&id)
    }
    /// All bulk actions, oldest first.
    pub fn bulks(&self) -> impl Iterator<Item = &Bulk> {
        self.bulks.values()
    }
    /// The newest bulk action.
    pub fn newest_bulk(&self) -> Option<ActionId> {
        self.bulks.keys().next_back().copied()
    }
    /// Takes a bulk action up.
    pub fn put_bulk(&mut self, bulk: Bulk) {
        self.revision += 1;
        self.bulks.insert(bulk.id, bulk);
    }
    /// Forgets a bulk action that could not be stored.
    pub fn forget_bulk(&mut self, id: ActionId) -> Option<Bulk> {
        self.revision += 1;
        self.bulks.remove(&id)
    }
    /// The rows of a bulk action, oldest first.
    pub fn children(&self, bulk: ActionId) -> impl Iterator<Item = &Item> {
        let ids = self.children.get(&bulk).into_iter().flatten();
        ids.filter_map(|id| self.items.get(id))
    }
    /// Whether a bulk action is a macro: several actions on a ticket.
    pub fn is_macro(&self, bulk: ActionId) -> bool {
        let children = self.children.get(&bulk).map_or(0, BTreeSet::len);
        self.bulks.get(&bulk).is_some_and(|b| children > b.asked)
    }
    /// How far a bulk action is. Children that the store has not told yet wait.
    pub fn tally(&self, bulk: ActionId) -> Tally {
        // Of thousands only what has several actions on a ticket is looked at ticket by ticket.
        let mut tally = if self.is_macro(bulk) {
            Tally::of_tickets(self.children(bulk))
        } else {
            Tally::of(self.children(bulk).map(|item| item.state))
        };
        let asked = self.bulks.get(&bulk).map_or(tally.asked, |b| b.asked);
        tally.waiting += asked.saturating_sub(tally.asked);
        tally.asked = tally.asked.max(asked);
        tally
    }
    /// Counts changes.
    pub fn revision(&self) -> u64 {
        self.revision
    }
    /// Rows of one ticket, oldest first.
    pub fn of_ticket(&self, ticket: &TicketId) -> impl Iterator<Item = &Item> {
        self.by_ticket
            .get(ticket)
            .into_iter()
            .flatten()
            .filter_map(|id| self.items.get(id))
    }
    /// What is not yet confirmed for one ticket, oldest first: laid over the desk's row.
    pub fn pending_verbs(&self, ticket: &TicketId) -> Vec<Verb> {
        self.of_ticket(ticket)
            .filter(|item| item.state.is_pending())
            .map(|item| item.action.verb.clone())
            .collect()
    }
    /// How many actions are not on the desk and still mean to go there ("3 to send").
    pub fn unsent(&self) -> usize {
        let waiting = self
            .items
            .values()
            .filter(|item| is_unsent(item.state))
            .count();
        let storing = self
            .storing
            .keys()
            .filter(|id| !self.items.contains_key(id));
        let of_bulks = self.bulk_asked.iter().filter_map(|(id, asked)| {
            let bulk = self.bulks.get(id).filter(|_| *asked == BulkAsked::Store)?;
            Some(bulk.asked)
        });
        waiting + storing.count() + of_bulks.sum::<usize>()
    }
    /// How many rows a person must decide about.
    pub fn want_person(&self) -> usize {
        self.items
            .values()
            .filter(|item| item.state.wants_person())
            .count()
    }
    /// How many rows are in a state.
    pub fn count(&self, state: State) -> usize {
        self.items.values().filter(|i| i.state == state).count()
    }
    /// Ids for the Outbox screen: by state in the order of [`State::ALL`], newest first.
    pub fn ordered(&self) -> Vec<ActionId> {
        let mut ids: Vec<(usize, ActionId)> = self
            .items
            .values()
            .map(|item| {
                let place = State::ALL.iter().position(|s| *s == item.state);
                (place.unwrap_or(State::ALL.len()), item.id())
            })
            .collect();
        ids.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        ids.into_iter().map(|(_, id)| id).collect()
    }
    /// Takes a row as it is now; the state that it had before. The store's answer and what delivery tells come by
    /// different ways: an older word does not take the row back.
    pub fn put(&mut self, item: Item) -> Option<State> {
        if let Some(known) = self.items.get(&item.id())
            && (known.updated > item.updated
                || (known.updated == item.updated && known.state.is_final()))
        {
            return Some(known.state);
        }
        self.revision += 1;
        if let Some(ticket) = &item.action.ticket {
            self.by_ticket
                .entry(ticket.clone())
                .or_default()
                .insert(item.id());
        }
        if let Some(parent) = item.action.parent {
            self.children.entry(parent).or_default().insert(item.id());
        }
        self.items.insert(item.id(), item).map(|old| old.state)
    }
}

/// Whether an action in this state still has to be sent or is being sent.
pub fn is_unsent(state: State) -> bool {
    matches!(state, State::Held | State::Ready | State::Sending)
}
