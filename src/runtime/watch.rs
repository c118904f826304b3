//! What the desk has, as the incident engine takes it.
//!
//! Invariant: tickets are given in order of time, so that the first read of a desk tells the same as if the
//! console had been open all the time.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::device::Device;
use crate::domain::finding::Finding;
use crate::domain::ids::{DeviceId, PersonId};
use crate::domain::ticket::{StatusClass, Ticket};
use crate::triage::incident::{Engine, Input, NewTicket, Settings, Size};

/// What is known when the engine starts.
pub struct History<'a> {
    /// Tickets with what was found in their texts.
    pub tickets: Vec<(&'a Ticket, &'a Finding)>,
    /// Devices.
    pub devices: Vec<&'a Device>,
}

/// Device ids by what people call them.
fn names(devices: &[&Device]) -> HashMap<String, DeviceId> {
    devices
        .iter()
        .flat_map(|device| {
            [device.name.clone(), device.id.to_string()]
                .into_iter()
                .map(|name| (name, device.id.clone()))
        })
        .collect()
}

fn new_ticket(ticket: &Ticket, finding: &Finding, names: &HashMap<String, DeviceId>) -> NewTicket {
    let mut finding = finding.clone();
    // What staff chose counts more than what the text says.
    if let Some(group) = ticket.group.known() {
        finding.group = group.clone();
        finding.confidence = 1.0;
        finding.also.clear();
    }
    let device = ticket.device.known();
    NewTicket {
        id: ticket.id.clone(),
        at: ticket.created,
        subject: ticket.subject.clone(),
        body: ticket.body.known().cloned().unwrap_or_default(),
        reporter: ticket.requester().map(|who| PersonId::new(who.id.as_str())),
        site: None,
        device: device.and_then(|name| names.get(name).cloned()),
        finding,
    }
}

fn is_solved(ticket: &Ticket) -> bool {
    matches!(
        ticket.status.class,
        StatusClass::Resolved | StatusClass::Closed
    )
}

fn is_there(ticket: &Ticket) -> bool {
    !matches!(
        ticket.status.class,
        StatusClass::Merged | StatusClass::Deleted
    )
}

/// An engine that knows what was before `since` as the usual, and has gone through what came after it.
pub fn start(zone: TimeZone, history: &History, since: Timestamp) -> Engine {
    let mut engine = Engine::new(&Settings {
        zone,
        size: Size::Devices(history.devices.len()),
    });
    for device in &history.devices {
        engine.know(device);
    }
    let names = names(&history.devices);
    let mut tickets: Vec<_> = history
        .tickets
        .iter()
        .filter(|(ticket, _)| is_there(ticket))
        .map(|(ticket, finding)| (new_ticket(ticket, finding, &names), is_solved(ticket)))
        .collect();
    tickets.sort_by(|a, b| a.0.at.cmp(&b.0.at).then_with(|| a.0.id.cmp(&b.0.id)));
    let later = tickets.split_off(tickets.partition_point(|(ticket, _)| ticket.at < since));
    let earlier: Vec<NewTicket> = tickets.into_iter().map(|(ticket, _)| ticket).collect();
    engine.remember(&earlier);
    for (ticket, is_solved) in later {
        let (at, id) = (ticket.at, ticket.id.clone());
        engine.advance(at, &[Input::Ticket(Box::new(ticket))]);
        if is_solved {
            let solved = Input::Solved {
                ticket: id,
                is_solved,
            };
            engine.advance(at, &[solved]);
        }
    }
    engine
}
