//! What the watcher is told, and how a ticket of the desk becomes an input of the engine.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::device::Device;
use crate::domain::finding::Finding;
use crate::domain::ids::{DeviceId, GroupId, PersonId, TicketId};
use crate::domain::source::{Arrival, Reply};
use crate::domain::ticket::{StatusClass, Ticket};
use crate::domain::watch::Ruling;
use crate::triage::incident::NewTicket;

/// Something that the watcher should know.
#[derive(Debug, Clone)]
pub enum Feed {
    /// Tickets as the desk has them now, and tickets that went away.
    Tickets {
        /// New and changed ones.
        changed: Vec<Ticket>,
        /// Merged, deleted or hidden.
        gone: Vec<TicketId>,
    },
    /// What was found in their texts.
    Findings(Vec<(TicketId, Finding)>),
    /// Devices as they are now.
    Devices {
        /// New and changed ones.
        changed: Vec<Device>,
        /// Those that went away.
        gone: Vec<DeviceId>,
    },
    /// Later messages on tickets, oldest first; only those of their requesters count.
    Replies(Vec<Reply>),
    /// Tickets of the weeks before, all that the desk told.
    Past(Vec<Arrival>),
    /// What agents said, oldest first.
    Rulings(Vec<Ruling>),
    /// Tickets that were made to stand for an incident: nobody's report.
    Parents(Vec<TicketId>),
    /// People who can own tickets.
    Staff(Vec<PersonId>),
    /// Everything until this time has been told.
    Heard(Timestamp),
    /// The desk does not answer: what is known is all that there is for now.
    Silence,
}

/// What was told to the engine of a ticket, or will be.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Group by its text.
    pub found: Option<GroupId>,
    /// Group that staff chose.
    pub staff: Option<GroupId>,
    pub is_solved: bool,
    /// When it was solved, if it is.
    pub solved: Option<Timestamp>,
    /// Who asked.
    pub requesters: Vec<PersonId>,
    /// When its last reply was written that the engine knows.
    pub replied: Option<Timestamp>,
}

impl Known {
    pub(super) fn of(ticket: &Ticket) -> Self {
        Self {
            found: None,
            staff: ticket.group.known().cloned(),
            is_solved: is_solved(ticket),
            solved: solved_at(ticket),
            requesters: requesters(ticket).unwrap_or_default(),
            replied: None,
        }
    }
    pub(super) fn group(&self) -> Option<&GroupId> {
        self.staff.as_ref().or(self.found.as_ref())
    }
}

/// Who asked, if the ticket says.
pub(super) fn requesters(ticket: &Ticket) -> Option<Vec<PersonId>> {
    let people = ticket.requesters.known()?;
    Some(people.iter().map(|who| who.id.clone()).collect())
}

/// Whether it counts as solved.
pub(super) fn is_solved(ticket: &Ticket) -> bool {
    matches!(
        ticket.status.class,
        StatusClass::Resolved | StatusClass::Closed
    )
}

/// When a ticket was solved, if it is.
pub(super) fn solved_at(ticket: &Ticket) -> Option<Timestamp> {
    is_solved(ticket).then(|| ticket.resolved.known().copied().unwrap_or(ticket.updated))
}

/// Whether it is a ticket of its own.
pub(in crate::runtime) fn is_there(ticket: &Ticket) -> bool {
    !ticket.status.class.is_gone()
}

/// Device ids by what people call them.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, DeviceId>);

impl Names {
    pub(super) fn add(&mut self, device: &Device) {
        for name in [device.name.clone(), device.id.to_string()] {
            self.0.insert(name, device.id.clone());
        }
    }
    fn find(&self, name: &str) -> Option<DeviceId> {
        self.0.get(name).cloned()
    }
}

/// The ticket as the engine takes it. What staff chose counts more than what the text says.
pub(super) fn new_ticket(ticket: &Ticket, mut finding: Finding, names: &Names) -> NewTicket {
    if let Some(group) = ticket.group.known() {
        finding.group = group.clone();
        finding.confidence = 1.0;
        finding.also.clear();
    }
    NewTicket {
        id: ticket.id.clone(),
        at: ticket.created,
        subject: ticket.subject.clone(),
        body: ticket.body.known().cloned().unwrap_or_default(),
        reporter: ticket.requester().map(|who| PersonId::new(who.id.as_str())),
        site: ticket.site().map(str::to_owned),
        device: ticket.device.known().and_then(|name| names.find(name)),
        finding,
    }
}
