//! Carrying out on the desk what happens in the town, as people and colleagues would.

use super::engine::{Act, Happening, Town};
use super::fleet::fact_name;
use super::style::as_html;
use crate::demo::base::assets::NewAsset;
use crate::demo::base::messages::NewMessage;
use crate::demo::base::people::{NewPerson, SYSTEM};
use crate::demo::base::ticket_writes::OwnerChange;
use crate::demo::base::tickets::{ACTIVE, NewTicket};
use crate::demo::base::{Base, BaseError, DeskBase, Kind, Refusal, seed};

impl Town {
    /// Runs what is due by `until`, at most `most` events, on the desk; how many there were.
    pub(crate) fn run(&mut self, desk: &mut DeskBase, until: i64, most: usize) -> Base<usize> {
        let real = desk.now;
        let skew = self.skew;
        let mut events = 0;
        while events < most
            && let Some((at, happenings)) = self.step(until)
        {
            events += 1;
            desk.now = at + skew;
            for happening in happenings {
                if let Err(refusal) = self.carry_out(desk, at, happening) {
                    if refusal.status >= 500 {
                        desk.now = real;
                        return Err(BaseError::Stopped);
                    }
                    tracing::debug!(%refusal, "the desk refused what the town wanted");
                }
            }
        }
        desk.now = real;
        self.note_down(|recorder, town| recorder.keep(town, until, false));
        Ok(events)
    }

    fn carry_out(
        &mut self,
        desk: &mut DeskBase,
        at: i64,
        happening: Happening,
    ) -> Result<(), Refusal> {
        if self.recorder.is_none() {
            return self.carry(desk, at, happening);
        }
        let ticket = match &happening {
            Happening::Said { ticket, .. } | Happening::Acted { ticket, .. } => {
                self.tickets.get(*ticket).map_or(0, |told| told.desk)
            }
            _ => 0,
        };
        let status = |desk: &mut DeskBase| -> Base<Option<String>> {
            Ok(if ticket > 0 {
                desk.ticket(ticket)?.map(|ticket| ticket.status)
            } else {
                None
            })
        };
        let before = status(desk)?;
        self.carry(desk, at, happening)?;
        if let Some(after) = status(desk)?.filter(|after| before.as_ref() != Some(after)) {
            self.note_down(|recorder, _| recorder.status(at, ticket, &after));
        }
        Ok(())
    }

    fn carry(&mut self, desk: &mut DeskBase, at: i64, happening: Happening) -> Result<(), Refusal> {
        match happening {
            Happening::Wrote {
                ticket,
                mail,
                queue,
                device,
                urgent,
            } => {
                let Some(told) = self.tickets.get(ticket) else {
                    return Ok(());
                };
                let (Some(who), Some(laptop)) = (
                    self.residents.get(told.resident),
                    self.devices.get(told.resident),
                ) else {
                    return Ok(());
                };
                let mut new = NewTicket {
                    queue: queue.to_owned(),
                    subject: mail.subject.clone(),
                    priority: if urgent { 80 } else { 20 },
                    requestors: vec![who.login.clone()],
                    content: Some(if mail.html {
                        as_html(&mail.body)
                    } else {
                        mail.body.clone()
                    }),
                    content_type: Some(
                        if mail.html { "text/html" } else { "text/plain" }.to_owned(),
                    ),
                    ..NewTicket::default()
                };
                if device {
                    new.fields
                        .insert("Device".to_owned(), vec![laptop.name.clone()]);
                }
                let group = told.group.clone();
                let (trouble, resident) = (self.incident_of(told), told.resident);
                let Some(system) = desk.person(SYSTEM)? else {
                    return Ok(());
                };
                let id = desk.create_ticket(&new, &system)?;
                desk.conn
                    .prepare_cached(
                        "INSERT INTO truth (ticket, problem, outage) VALUES (?1, ?2, ?3)",
                    )?
                    .execute(rusqlite::params![
                        id,
                        group,
                        trouble.map(|trouble| trouble.to_string())
                    ])?;
                self.born(ticket, id);
                self.note_down(|recorder, town| {
                    let laptop = town.devices.get(resident).filter(|_| device);
                    recorder.wrote(at, id, town, resident, &mail, laptop);
                });
            }
            Happening::Said { ticket, text } => self.said(desk, at, ticket, text)?,
            Happening::Acted { ticket, agent, act } => {
                let desk_id = self.tickets.get(ticket).map_or(0, |told| told.desk);
                if desk_id > 0
                    && let Some(said) = act_on(desk, desk_id, agent, act)?
                {
                    self.note_down(|recorder, _| recorder.replied(at, desk_id, "agent", &said));
                }
            }
            Happening::Facts { device, changes } => {
                let id = self.devices.get(device).map_or(0, |device| device.desk);
                self.note_down(|recorder, town| {
                    if let Some(device) = town.devices.get(device) {
                        recorder.reported(at, device, &changes);
                    }
                });
                for (which, value) in changes {
                    if let Some(field) = desk.field(Kind::Asset, fact_name(which))
                        && id > 0
                    {
                        desk.set_values(&field, id, &[value], SYSTEM)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The requester of a ticket writes again.
    fn said(
        &mut self,
        desk: &mut DeskBase,
        at: i64,
        ticket: usize,
        text: String,
    ) -> Result<(), Refusal> {
        let Some(told) = self.tickets.get(ticket).filter(|told| told.desk > 0) else {
            return Ok(());
        };
        let login = self
            .residents
            .get(told.resident)
            .map(|who| who.login.clone())
            .unwrap_or_default();
        let Some(person) = desk.find_person(&login)? else {
            return Ok(());
        };
        let deleted = desk
            .ticket(told.desk)?
            .is_none_or(|ticket| ticket.status == "deleted");
        if !deleted {
            let message = NewMessage {
                public: true,
                content: text,
                content_type: "text/plain".to_owned(),
                ..NewMessage::default()
            };
            let id = told.desk;
            desk.add_message(id, &message, &person)?;
            self.note_down(|recorder, _| {
                recorder.replied(at, id, "requester", &message.content);
            });
        }
        Ok(())
    }

    /// Puts the people and the devices on the desk.
    pub(crate) fn settle(&mut self, desk: &mut DeskBase) -> Result<(), Refusal> {
        let Some(system) = desk.person(SYSTEM)? else {
            return Ok(());
        };
        let data = std::sync::Arc::clone(&self.data);
        for who in &self.residents {
            let site = data
                .town
                .sites
                .get(who.site)
                .map_or("", |site| site.name.as_str());
            desk.add_person(&NewPerson {
                name: &who.login,
                email: &who.mail,
                real_name: &who.name,
                lang: &who.lang,
                organization: site,
                ..NewPerson::default()
            })?;
        }
        for (device, who) in self.devices.iter_mut().zip(&self.residents) {
            let fields = device
                .facts
                .iter()
                .enumerate()
                .filter(|(_, value)| !value.is_empty())
                .map(|(which, value)| (fact_name(which).to_owned(), vec![value.clone()]))
                .collect();
            let new = NewAsset {
                catalog: seed::LAPTOPS.to_owned(),
                name: device.name.clone(),
                description: device.model.clone(),
                status: Some("in-use".to_owned()),
                held_by: vec![who.login.clone()],
                contact: Vec::new(),
                fields,
            };
            device.desk = desk.create_asset(&new, &system)?;
        }
        Ok(())
    }

    /// Finds the people's devices on a desk that was filled before.
    pub(crate) fn find_devices(&mut self, desk: &mut DeskBase) -> Base<()> {
        for device in &mut self.devices {
            let mut statement = desk
                .conn
                .prepare_cached("SELECT id FROM assets WHERE name = ?1")?;
            let mut rows = statement.query_map([&device.name], |row| row.get(0))?;
            device.desk = rows.next().transpose()?.unwrap_or(0);
        }
        Ok(())
    }
}

/// A colleague does something with a ticket, if it still makes sense; what they told the requester.
fn act_on(desk: &mut DeskBase, id: i64, agent: usize, act: Act) -> Result<Option<String>, Refusal> {
    let name = seed::STAFF.get(agent).map_or("", |(name, ..)| name);
    let (Some(who), Some(ticket)) = (desk.find_person(name)?, desk.ticket(id)?) else {
        return Ok(None);
    };
    if !ACTIVE.contains(&ticket.status.as_str()) {
        return Ok(None);
    }
    let mine = ticket.owner == who.id;
    let free = ticket.owner == crate::demo::base::people::NOBODY;
    let message = |public: bool, text: String, status: Option<String>| NewMessage {
        public,
        content: text,
        content_type: "text/plain".to_owned(),
        status,
        ..NewMessage::default()
    };
    match act {
        Act::Take if free => drop(desk.set_owner(&ticket, name, OwnerChange::Take, &who)?),
        Act::Reply(text) if mine => {
            desk.add_message(id, &message(true, text.clone(), None), &who)?;
            return Ok(Some(text));
        }
        Act::Note(text) if mine || free => {
            drop(desk.add_message(id, &message(false, text, None), &who)?);
        }
        Act::Stall if mine => drop(desk.set_status(id, "stalled", &who)?),
        Act::Solve(text) if mine => {
            let message = message(true, text.clone(), Some("resolved".to_owned()));
            desk.add_message(id, &message, &who)?;
            return Ok(Some(text));
        }
        Act::Priority(priority) if mine || free => {
            drop(desk.set_priority(&ticket, &priority.to_string(), &who)?);
        }
        Act::Move(queue) if mine || free => drop(desk.set_queue(&ticket, queue, &who)?),
        _ => {}
    }
    Ok(None)
}
