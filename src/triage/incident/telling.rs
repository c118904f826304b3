//! What is told: alarms, incidents as they are now, and what is over.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::engine::{Engine, incident_id};
use super::fleet::{Failing, ValueId};
use super::record::Record;
use super::reply::Said;
use super::surge::{Alarm, Watch, minutes};
use super::suspect::{Stage, Suspect, Told};
use super::usual::{ALL, GroupNo, group_no};
use crate::domain::ids::{DeviceId, GroupId, IncidentId, TicketId};
use crate::domain::incident::{
    Clear, Cleared, Event, Incident, IncidentState, Level, Restored, Shared, Surge,
};

/// What is all groups together called.
const ALL_NAME: &str = "all";

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The people for whom somebody was woken already: of alarms of groups, and of incidents that go on.
fn woken(watches: &[Watch], suspects: &[Suspect], records: &[Record]) -> BTreeSet<u32> {
    let of_alarms = watches.iter().flat_map(Watch::woken);
    let of_incidents = suspects
        .iter()
        .filter(|s| s.is_open() && s.has_paged)
        .flat_map(|s| &s.members)
        .filter_map(|t| records.get(*t as usize).map(|r| r.person));
    of_alarms.chain(of_incidents).collect()
}

impl Engine {
    /// New alarms, and those that are over.
    pub(super) fn alarms(&mut self) {
        let now = self.now;
        let mut alarms: Vec<Alarm> = Vec::new();
        let mut over: Vec<GroupNo> = Vec::new();
        if self.watch_all.clear(now, &self.usual) {
            over.push(ALL);
            self.calm_since = now;
        }
        let (watches, suspects, records) = (&self.watches, &self.suspects, &self.records);
        let woken = || woken(watches, suspects, records);
        alarms.extend(self.watch_all.alarm(now, &self.usual, woken));
        let flood = self.watch_all.level();
        for (place, watch) in self.watches.iter_mut().enumerate() {
            let group = group_no(place);
            let is_over = watch.clear(now, &self.usual);
            let is_page = watch.level() == Some(Level::Page);
            if is_over || over.contains(&ALL) && !is_page && watch.fold() {
                over.push(group);
            }
            if over.contains(&ALL) && !is_page {
                watch.begin_anew();
            }
            // While the alarm of all groups stands, no group has one of its own. One that somebody was woken for goes on
            // until they are woken for all.
            if let Some(flood) = flood {
                if (flood == Level::Page || !is_page) && watch.fold() {
                    over.push(group);
                }
                continue;
            }
            alarms.extend(watch.alarm(now, &self.usual, BTreeSet::new));
        }
        for group in over {
            let what = Cleared::Surge {
                group: self.group_name(group),
            };
            self.told.push(Event::Clear(Clear {
                at: time(now),
                what,
            }));
        }
        for alarm in alarms {
            if alarm.level == Level::Page {
                self.note_page(alarm.group);
            }
            let event = Event::Surge(self.surge(&alarm));
            self.told.push(event);
        }
    }

    /// Somebody is woken for a group: for its incidents too.
    fn note_page(&mut self, group: GroupNo) {
        let suspects = self.suspects.iter_mut();
        for suspect in suspects.filter(|s| s.is_open() && s.group == group) {
            suspect.has_paged = true;
        }
    }

    /// An alarm as it is told now.
    pub(super) fn surge(&self, alarm: &Alarm) -> Surge {
        Surge {
            at: time(self.now),
            group: self.group_name(alarm.group),
            people: alarm.people,
            usual: (alarm.usual * 10.0).round() / 10.0,
            limit: alarm.limit,
            since: time(alarm.since),
            window_min: minutes(alarm.since, self.now),
            level: alarm.level,
        }
    }

    fn group_name(&self, group: GroupNo) -> GroupId {
        if group == ALL {
            return GroupId::from(ALL_NAME);
        }
        self.groups
            .get(usize::from(group))
            .cloned()
            .unwrap_or_else(GroupId::other)
    }

    /// Tells a new incident.
    pub(super) fn tell_new(&mut self, place: usize) {
        self.tell(place, IncidentState::Suspected);
    }

    /// Tells what changed, at most once a minute and incident.
    pub(super) fn tell_changes(&mut self) {
        for place in 0..self.suspects.len() {
            let Some(suspect) = self.suspects.get(place) else {
                continue;
            };
            let Some(told) = &suspect.told else { continue };
            let is_told_over = suspect.told_at == i64::MAX;
            match suspect.stage {
                // What was told to be over and goes on is told as new.
                Stage::Open if is_told_over => self.tell(place, IncidentState::Suspected),
                Stage::Open if self.state(suspect).is_news(told) => {
                    self.tell(place, IncidentState::Changed);
                }
                Stage::Ended(_) if !is_told_over => {
                    self.tell(place, IncidentState::Ended);
                    self.tell_over(place);
                }
                Stage::Joined(_) if !is_told_over => {
                    self.tell(place, IncidentState::Joined);
                    self.tell_over(place);
                }
                _ => {}
            }
        }
    }

    fn tell_over(&mut self, place: usize) {
        let at = time(self.now);
        let Some(suspect) = self.suspects.get_mut(place) else {
            return;
        };
        suspect.told_at = i64::MAX;
        let what = Cleared::Incident {
            incident: incident_id(suspect.no),
        };
        self.told.push(Event::Clear(Clear { at, what }));
    }

    fn tell(&mut self, place: usize, state: IncidentState) {
        let Some(suspect) = self.suspects.get(place) else {
            return;
        };
        let incident = self.incident(suspect, state);
        let told = self.state(suspect);
        if let Some(suspect) = self.suspects.get_mut(place) {
            suspect.told = Some(told);
            suspect.told_at = self.now;
        }
        self.told.push(Event::Incident(Box::new(incident)));
    }

    /// The incidents that stand on the screen now.
    pub fn incidents(&self) -> Vec<Incident> {
        self.suspects
            .iter()
            .filter(|s| s.is_open())
            .map(|s| self.incident(s, IncidentState::Changed))
            .collect()
    }

    /// What is worth another line when it changes.
    fn state(&self, suspect: &Suspect) -> Told {
        let shared: Vec<ValueId> = suspect.shared.iter().map(|s| s.value).collect();
        let answers = suspect
            .members
            .iter()
            .filter_map(|t| {
                let record = self.records.get(*t as usize)?;
                let is_answer = record.is_solved || record.said.is_some();
                is_answer.then_some((*t, record.is_solved, record.said))
            })
            .collect();
        Told {
            tickets: suspect.members.iter().copied().collect(),
            odd: suspect.odd.iter().copied().collect(),
            silent: suspect.silent.clone(),
            shared,
            group: suspect.group,
            answers,
            ill: self.restored(suspect).map_or(0, |r| r.failing.len()),
        }
    }

    fn ticket_ids(&self, tickets: impl Iterator<Item = u32>) -> Vec<TicketId> {
        let mut found: Vec<(i64, TicketId)> = tickets
            .filter_map(|t| self.records.get(t as usize).map(|r| (r.at, r.id.clone())))
            .collect();
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }

    fn device_ids(&self, devices: impl Iterator<Item = u32>) -> Vec<DeviceId> {
        let mut found: Vec<DeviceId> = devices.filter_map(|d| self.fleet.id(d).cloned()).collect();
        found.sort();
        found
    }

    fn incident(&self, suspect: &Suspect, state: IncidentState) -> Incident {
        let group = if suspect.word.is_some() {
            self.named_group(suspect)
        } else {
            self.group_name(suspect.group)
        };
        Incident {
            at: time(self.now),
            incident: incident_id(suspect.no),
            state,
            group,
            tickets: self.ticket_ids(suspect.members.iter().copied()),
            people: suspect.people(&self.records),
            since: time(suspect.since),
            shared: self.shared(suspect),
            silent: self.device_ids(suspect.silent.iter().copied()),
            odd: self.ticket_ids(suspect.odd.iter().copied()),
            restored: self.restored(suspect),
            into: match suspect.stage {
                Stage::Joined(into) => Some(incident_id(self.survivor(into))),
                _ => None,
            },
        }
    }

    /// A word that nobody knows is of no group, unless nearly all of its tickets say otherwise.
    fn named_group(&self, suspect: &Suspect) -> GroupId {
        let of = suspect.members.len();
        let with = suspect
            .members
            .iter()
            .filter(|t| {
                self.records
                    .get(**t as usize)
                    .is_some_and(|r| r.group == suspect.group)
            })
            .count();
        if with * 10 >= of * 8 {
            self.group_name(suspect.group)
        } else {
            GroupId::other()
        }
    }

    fn shared(&self, suspect: &Suspect) -> Vec<Shared> {
        let mut shared: Vec<Shared> = Vec::new();
        if let Some((word, spelt)) = &suspect.word {
            let (fleet, fleet_of) = self.lexis.usual(*word);
            let inside = suspect
                .members
                .iter()
                .filter(|t| {
                    self.records
                        .get(**t as usize)
                        .is_some_and(|r| r.stems.contains(word))
                })
                .count();
            let inside_of = suspect.members.len();
            shared.push(Shared {
                fact: "word".to_owned(),
                value: spelt.clone(),
                inside,
                inside_of,
                fleet: fleet + inside,
                fleet_of: fleet_of + inside_of,
                p: super::stats::fisher(inside, inside_of, fleet + inside, fleet_of + inside_of),
            });
        }
        for standout in &suspect.shared {
            let (fact, value) = self.fleet.name(standout.value);
            shared.push(Shared {
                fact: fact.to_owned(),
                value: value.to_owned(),
                inside: standout.inside,
                inside_of: standout.inside_of,
                fleet: standout.fleet,
                fleet_of: standout.fleet_of,
                p: standout.p,
            });
        }
        shared
    }

    /// Who of an incident is well again, as things are now, however long it is over; none as long as no ticket of it is
    /// solved.
    pub fn restored_of(&self, incident: &IncidentId) -> Option<Restored> {
        let suspects = self.suspects.iter();
        let mut found = suspects.filter(|s| incident_id(s.no) == *incident);
        self.restored(found.next()?)
    }

    /// Who is well again, once a member's ticket is solved.
    fn restored(&self, suspect: &Suspect) -> Option<Restored> {
        let members: Vec<u32> = suspect.members.iter().copied().collect();
        let records = members.iter().filter_map(|t| self.records.get(*t as usize));
        if !records.clone().any(|r| r.is_solved) {
            return None;
        }
        let mut restored = Restored {
            of: members.len(),
            ..Restored::default()
        };
        let mut failing = BTreeSet::new();
        for record in records {
            let state = record.device.zip(suspect.sign);
            let state = state.map(|(device, sign)| self.fleet.failing(device, sign));
            let state = state.filter(|state| *state != Failing::Unknown);
            // A device that came back after its holder wrote that it still fails says more of now.
            let came_back = matches!(state, Some(Failing::Until(end)) if end > record.said_at);
            let said = record
                .said
                .filter(|said| *said != Said::Still || !came_back);
            match (state.map(Failing::now), said) {
                (Some(true), _) => {
                    failing.extend(record.device);
                }
                (_, Some(Said::Still)) => restored.said_no.push(record.id.clone()),
                (Some(false), _) | (_, Some(Said::Works)) => restored.well += 1,
                (None, None) => restored.unknown.push(record.id.clone()),
            }
        }
        restored.failing = self.device_ids(failing.into_iter());
        restored.said_no.sort();
        restored.unknown.sort();
        Some(restored)
    }
}
