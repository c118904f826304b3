//! Tickets read whole, for the Ticket screen; a few are kept.

use std::collections::{BTreeMap, VecDeque};

use crate::domain::alike::AlikeTickets;
use crate::domain::ids::TicketId;
use crate::domain::outcome::Trouble;
use crate::domain::source::Detail;
use crate::domain::ticket::Ticket;

/// How many are kept.
const KEPT: usize = 30;

/// What is known of one ticket's conversation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DetailState {
    /// What can be shown, perhaps from the cache (`read_at` says).
    pub shown: Option<Box<Detail>>,
    /// Whether an answer is awaited.
    pub loading: bool,
    /// Why the last read failed.
    pub trouble: Option<Trouble>,
    /// Solved tickets like it.
    pub alike: AlikeState,
}

/// What is known of solved tickets like a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlikeState {
    /// Whether they were looked for.
    pub is_asked: bool,
    /// How many answers there were.
    pub answers: u32,
    /// The last one.
    pub found: Option<Box<AlikeTickets>>,
}

/// Tickets read whole.
#[derive(Debug, Clone, Default)]
pub struct Details {
    states: BTreeMap<TicketId, DetailState>,
    /// Oldest use first.
    used: VecDeque<TicketId>,
}

impl Details {
    /// What is known of a ticket.
    pub fn get(&self, id: &TicketId) -> Option<&DetailState> {
        self.states.get(id)
    }
    /// What can be shown of a ticket.
    pub fn shown(&self, id: &TicketId) -> Option<&Detail> {
        self.states.get(id)?.shown.as_deref()
    }
    /// The ticket as it was read.
    pub fn ticket(&self, id: &TicketId) -> Option<&Ticket> {
        self.shown(id).map(|d| &d.ticket)
    }
    /// The state of a ticket, made if need be; the one that was not used for longest makes room.
    pub fn entry(&mut self, id: &TicketId) -> &mut DetailState {
        self.used.retain(|used| used != id);
        self.used.push_back(id.clone());
        while self.used.len() > KEPT {
            if let Some(old) = self.used.pop_front() {
                self.states.remove(&old);
            }
        }
        self.states.entry(id.clone()).or_default()
    }
    /// The state of a ticket, if there is one.
    pub fn get_mut(&mut self, id: &TicketId) -> Option<&mut DetailState> {
        self.states.get_mut(id)
    }
}
