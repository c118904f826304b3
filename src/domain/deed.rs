//! What people did on tickets, as far as the supervisor's numbers need it: who answered when, what was closed and opened
//! again, and who was at work. Plain data; texts are not kept.
//!
//! Invariant: hearing of the same deed twice changes nothing, and order does not matter. Start at [`Deeds::hear`].

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::{EntryId, PersonId, TicketId};
use super::source::{DEEDS_HOURS, DeedsKnown};

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Did {
    /// Wrote a message that the requester can read.
    Wrote,
    /// Closed the ticket.
    Closed,
    /// Opened it again after it had been closed.
    Reopened,
    /// Anything else.
    Other,
}

/// Something that a person did on a ticket. What the desk does by itself, receipts among it, is no deed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// The entry of the ticket's history.
    pub id: EntryId,
    /// The ticket.
    pub ticket: TicketId,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub did: Did,
}

/// The deeds that are known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Deeds {
    /// By ticket, all but [`Did::Other`].
    tickets: HashMap<TicketId, Vec<Deed>>,
    /// When each person last did anything.
    active: BTreeMap<PersonId, Timestamp>,
    /// From when on all deeds are known; `None`: not at all.
    since: Option<Timestamp>,
}

impl Deeds {
    /// Hears of a deed.
    pub fn hear(&mut self, deed: &Deed) {
        self.was_active(deed.by.clone(), deed.at);
        if deed.did == Did::Other {
            return;
        }
        let of_ticket = self.tickets.entry(deed.ticket.clone()).or_default();
        if of_ticket.iter().all(|known| known.id != deed.id) {
            of_ticket.push(deed.clone());
        }
    }
    /// A person did something at a time.
    pub fn was_active(&mut self, who: PersonId, at: Timestamp) {
        let last = self.active.entry(who).or_insert(at);
        *last = at.max(*last);
    }
    /// Hears from when on all deeds are known.
    pub fn known(&mut self, known: DeedsKnown) {
        match known {
            DeedsKnown::Anew => self.since = None,
            DeedsKnown::Since(at) => self.since = Some(at),
            // Of which moment that is, whoever keeps them says.
            DeedsKnown::Hours(_) => {}
        }
    }
    /// A ticket went away.
    pub fn forget(&mut self, ticket: &TicketId) {
        self.tickets.remove(ticket);
    }
    /// What was done on a ticket, in no particular order.
    pub fn on(&self, ticket: &TicketId) -> &[Deed] {
        self.tickets.get(ticket).map_or(&[], Vec::as_slice)
    }
    /// When each person last did anything.
    pub fn active(&self) -> impl Iterator<Item = (&PersonId, Timestamp)> {
        self.active.iter().map(|(who, at)| (who, *at))
    }
    /// From when on all deeds are known.
    pub fn since(&self) -> Option<Timestamp> {
        self.since
    }
    /// When the reading that all this stands on was complete: from then on the feed has missed nothing.
    pub fn read_at(&self) -> Option<Timestamp> {
        let back = SignedDuration::from_hours(DEEDS_HOURS.into());
        self.since?.checked_add(back).ok()
    }
}
