//! What the desk has, as the incident engine takes it: once for a list on the command line, or all the time for the
//! console.
//!
//! Invariant: tickets are given in order of time, so that the first read of a desk tells the same as if the
//! console had been open all the time. Start at [`Watcher`]; [`worker`] keeps one on a thread of its own.

mod feed;
mod keeper;
#[cfg(test)]
mod tests;
mod watcher;
pub mod worker;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::device::Device;
use crate::domain::finding::Finding;
use crate::domain::source::Arrival;
use crate::domain::ticket::Ticket;
use crate::domain::watch::Ruling;
use crate::triage::incident::Engine;

pub use feed::Feed;
pub(super) use feed::is_there;
pub(super) use keeper::Keeper;
pub use watcher::Watcher;

/// What is known when the engine starts.
pub struct History<'a> {
    /// Tickets with what was found in their texts.
    pub tickets: Vec<(&'a Ticket, &'a Finding)>,
    /// Devices.
    pub devices: Vec<&'a Device>,
    /// Tickets of the weeks before.
    pub past: Vec<Arrival>,
    /// What agents said of incidents, oldest first.
    pub rulings: Vec<Ruling>,
}

/// An engine that has gone through what the desk has until `now`; what is older than a day it knows as the usual.
/// `None`: it could not go through all of it.
pub fn start(zone: TimeZone, history: History, now: Timestamp) -> Option<Engine> {
    let mut watcher = Watcher::new(zone);
    watcher.take(Feed::Devices {
        changed: history.devices.iter().map(|d| (*d).clone()).collect(),
        gone: Vec::new(),
    });
    let (tickets, findings) = history
        .tickets
        .iter()
        .map(|(ticket, finding)| ((*ticket).clone(), (ticket.id.clone(), (*finding).clone())))
        .unzip();
    watcher.take(Feed::Tickets {
        changed: tickets,
        gone: Vec::new(),
    });
    watcher.take(Feed::Findings(findings));
    watcher.take(Feed::Past(history.past));
    watcher.take(Feed::Rulings(history.rulings));
    watcher.take(Feed::Heard(now));
    while watcher.step() {}
    watcher.into_engine()
}
