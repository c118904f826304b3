//! What the screen asks: the alarms that stand now, and why a ticket is where it is. Reads only.

use std::collections::BTreeSet;

use super::engine::{Engine, incident_id};
use super::fleet::ValueId;
use super::share::by_fact;
use super::surge::Alarm;
use super::suspect::Suspect;
use crate::domain::ids::{IncidentId, TicketId};
use crate::domain::incident::Surge;
use crate::domain::watch::{ALL_GROUPS, Membership};

impl Engine {
    /// The alarms that stand, with the numbers of now: all groups together first, then by people.
    pub fn surges(&self) -> Vec<Surge> {
        let mut standing: Vec<Surge> = std::iter::once(&self.watch_all)
            .chain(&self.watches)
            .filter_map(|watch| watch.standing(self.now, &self.usual))
            .map(|alarm: Alarm| self.surge(&alarm))
            .collect();
        standing.sort_by(|a, b| {
            let key = |s: &Surge| (s.group.as_str() != ALL_GROUPS, std::cmp::Reverse(s.people));
            key(a).cmp(&key(b)).then_with(|| a.group.cmp(&b.group))
        });
        standing
    }

    /// The tickets of an incident with reasons, those that do not fit, and those that an agent took out; each oldest
    /// first.
    pub fn members(
        &self,
        incident: &IncidentId,
    ) -> (Vec<Membership>, Vec<Membership>, Vec<TicketId>) {
        let Some(suspect) = self
            .suspects
            .iter()
            .find(|s| incident_id(s.no) == *incident)
        else {
            return (Vec::new(), Vec::new(), Vec::new());
        };
        let of = |tickets: Vec<u32>| -> Vec<Membership> {
            let mut found: Vec<(i64, Membership)> = tickets
                .into_iter()
                .filter_map(|ticket| {
                    let at = self.records.get(ticket as usize)?.at;
                    Some((at, self.membership(suspect, ticket)?))
                })
                .collect();
            found.sort_by(|a, b| (a.0, &a.1.ticket).cmp(&(b.0, &b.1.ticket)));
            found.into_iter().map(|(_, member)| member).collect()
        };
        let split = suspect
            .split
            .iter()
            .filter_map(|ticket| self.records.get(*ticket as usize))
            .map(|record| record.id.clone());
        (
            of(suspect.members.iter().copied().collect()),
            of(suspect.odd.iter().copied().collect()),
            split.collect(),
        )
    }

    /// The tickets of an incident, by id.
    pub fn tickets_of(&self, incident: &IncidentId) -> BTreeSet<&TicketId> {
        let of = |s: &&Suspect| incident_id(s.no) == *incident;
        let members = self.suspects.iter().find(of).map(|s| s.members.iter());
        members
            .into_iter()
            .flatten()
            .filter_map(|ticket| self.records.get(*ticket as usize))
            .map(|record| &record.id)
            .collect()
    }

    /// Distinct people behind the tickets of an incident.
    pub fn people_of(&self, incident: &IncidentId) -> usize {
        let of = |s: &&Suspect| incident_id(s.no) == *incident;
        let suspect = self.suspects.iter().find(of);
        suspect.map_or(0, |s| s.people(&self.records))
    }

    fn membership(&self, suspect: &Suspect, ticket: u32) -> Option<Membership> {
        let record = self.records.get(ticket as usize)?;
        let named = |value: ValueId| {
            let (fact, text) = self.fleet.name(value);
            (fact.to_owned(), text.to_owned())
        };
        let (mut agrees, mut differs) = (Vec::new(), Vec::new());
        for shared in by_fact(&suspect.shared, &self.fleet) {
            let fact = shared.first().map(|s| self.fleet.fact(s.value));
            match fact.and_then(|fact| record.value_of(fact, &self.fleet)) {
                Some(value) if shared.iter().any(|s| s.value == value) => agrees.push(named(value)),
                Some(value) => differs.push(named(value)),
                None => {}
            }
        }
        if let Some(code) = suspect.profile.code() {
            let spelt = |code: &u32| {
                let (kind, text) = self.spelt.get(code)?.split_once(':')?;
                Some((kind.to_owned(), text.to_owned()))
            };
            if record.codes.contains(&code) {
                agrees.extend(spelt(&code));
            } else {
                differs.extend(record.codes.first().and_then(spelt));
            }
        }
        let fails = record.device.zip(suspect.sign).and_then(|(device, sign)| {
            let failing = self.fleet.failing(device, sign);
            failing.at_or_after(suspect.since - 600)
        });
        Some(Membership {
            ticket: record.id.clone(),
            device: record.device.and_then(|d| self.fleet.id(d).cloned()),
            agrees,
            differs,
            fails,
            is_pinned: suspect.pinned.contains(&ticket),
        })
    }
}
