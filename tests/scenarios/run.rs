//! A day through the engine, and how well it understood it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use vagt::domain::finding::Finding;
use vagt::domain::ids::{DeviceId, GroupId, PersonId, TicketId};
use vagt::domain::incident::{Event, Incident, IncidentState, Level};
use vagt::triage::incident::{Engine, Input, NewTicket, Settings, Size};
use vagt::triage::{Engine as Reader, Input as Text};

use super::day::{Day, Line, Ticket};
use super::town::GROUPS;

/// Who says which group a ticket is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The engine itself.
    Real,
    /// The truth, with 15 % wrong at random.
    Noisy,
}

pub fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn finding(ticket: &Ticket, reading: Reading, reader: &Reader, rng: &mut StdRng) -> Finding {
    let mut finding = reader.classify(&Text {
        subject: &ticket.subject,
        body: &ticket.body,
        lang: None,
    });
    if reading == Reading::Noisy {
        let wrong = rng.random_bool(0.15);
        let group = if wrong {
            GROUPS[rng.random_range(0..14)]
        } else {
            ticket.group
        };
        finding.group = GroupId::from(group);
        finding.also.clear();
        finding.confidence = 0.5 + 0.5 * rng.random::<f64>() * if wrong { 0.6 } else { 1.0 };
    }
    finding
}

/// What came out.
pub struct Outcome {
    pub events: Vec<Event>,
    pub assigned: BTreeMap<String, Option<String>>,
    /// How many tickets were read as of their group.
    pub right: f64,
    pub slowest_us: u128,
}

pub fn run(day: &Day, reading: Reading, reader: &Reader, seed: u64) -> Outcome {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut engine = Engine::new(&Settings {
        zone: TimeZone::fixed(Offset::constant(1)),
        size: Size::PerDay(day.per_day),
    });
    for person in day.town.people.iter().filter(|p| p.has_device) {
        engine.know(&person.device(if person.vpn_up { "up" } else { "off" }));
    }
    let mut events = Vec::new();
    let (mut right, mut all, mut slowest) = (0, 0, 0);
    let mut tick: Option<i64> = None;
    for line in &day.lines {
        while let Some(next) = tick.filter(|t| *t <= line.at()) {
            events.extend(engine.advance(time(next), &[]));
            tick = Some(next + 60);
        }
        tick.get_or_insert(line.at() + 60);
        let input = match line {
            Line::Ticket(ticket) => {
                let person = &day.town.people[ticket.who];
                let finding = finding(ticket, reading, reader, &mut rng);
                all += 1;
                right += usize::from(finding.group.as_str() == ticket.group);
                Input::Ticket(Box::new(NewTicket {
                    id: TicketId::new(ticket.id.clone()),
                    at: time(ticket.at),
                    subject: ticket.subject.clone(),
                    body: ticket.body.clone(),
                    reporter: ticket
                        .names_reporter
                        .then(|| PersonId::new(person.id.clone())),
                    site: Some(person.fact("site").to_owned()),
                    device: ticket
                        .names_device
                        .then(|| DeviceId::new(person.device_id())),
                    finding,
                }))
            }
            Line::Vpn { who, up, .. } => {
                Input::Device(Box::new(day.town.people[*who].device(if *up {
                    "up"
                } else {
                    "down"
                })))
            }
        };
        let began = std::time::Instant::now();
        events.extend(engine.advance(time(line.at()), &[input]));
        slowest = slowest.max(began.elapsed().as_micros());
    }
    // The evening goes on.
    let end = day.lines.last().map_or(0, Line::at) + 4 * 3_600;
    while let Some(next) = tick.filter(|t| *t <= end) {
        events.extend(engine.advance(time(next), &[]));
        tick = Some(next + 60);
    }
    let assigned = day
        .lines
        .iter()
        .filter_map(|line| match line {
            Line::Ticket(t) => {
                let id = TicketId::new(t.id.clone());
                Some((t.id.clone(), engine.incident_of(&id).map(|i| i.to_string())))
            }
            Line::Vpn { .. } => None,
        })
        .collect();
    Outcome {
        events,
        assigned,
        right: f64::from(right as u32) / f64::from(all.max(1) as u32),
        slowest_us: slowest,
    }
}

/// How well one cause was found.
#[derive(Debug, Clone)]
pub struct Found {
    pub name: &'static str,
    /// Minutes to the first incident that is about it.
    pub delay: Option<f64>,
    pub fragments: usize,
    pub precision: f64,
    pub recall: f64,
    /// Minutes until all its facts were named.
    pub named: Option<f64>,
    pub first_fact: String,
    /// It is one of those that its members truly share.
    pub is_true_first: bool,
}

impl Found {
    pub fn f1(&self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall).max(1e-9)
    }
}

/// Marks of a day.
#[derive(Debug, Clone)]
pub struct Marks {
    pub found: Vec<Found>,
    pub false_incidents: Vec<String>,
    pub incidents: usize,
    pub banners: usize,
    pub pages: usize,
    pub first_all: Option<i64>,
    pub bcubed: (f64, f64, f64),
    pub right: f64,
}

fn told(event: &Event) -> Option<&Incident> {
    match event {
        Event::Incident(incident) => Some(incident),
        _ => None,
    }
}

pub fn mark(day: &Day, outcome: &Outcome) -> Marks {
    let truth: BTreeMap<&str, &str> = day
        .truth()
        .iter()
        .flat_map(|(cause, tickets)| {
            tickets
                .iter()
                .map(move |t| (t.clone(), *cause))
                .collect::<Vec<_>>()
        })
        .map(|(ticket, cause)| (Box::leak(ticket.into_boxed_str()) as &str, cause))
        .collect();
    let mut clusters = BTreeMap::<&str, Vec<&str>>::new();
    for (ticket, incident) in &outcome.assigned {
        if let Some(incident) = incident {
            clusters.entry(incident).or_default().push(ticket);
        }
    }
    let cause_of = |tickets: &[&str]| -> Option<&str> {
        let mut counts = BTreeMap::<&str, usize>::new();
        for ticket in tickets {
            if let Some(cause) = truth.get(ticket) {
                *counts.entry(cause).or_default() += 1;
            }
        }
        counts
            .into_iter()
            .max_by_key(|c| c.1)
            .filter(|c| c.1 * 2 >= tickets.len())
            .map(|c| c.0)
    };
    // An incident without tickets is about the cause whose devices it lists.
    let cause_of_event = |incident: &Incident| -> Option<String> {
        let tickets: Vec<&str> = incident.tickets.iter().map(|t| t.as_str()).collect();
        if tickets.is_empty() {
            return day
                .causes
                .iter()
                .find(|c| {
                    incident
                        .shared
                        .iter()
                        .any(|s| c.facts.iter().any(|(f, v)| s.fact == *f && s.value == *v))
                })
                .map(|c| c.name.to_owned());
        }
        cause_of(&tickets).map(str::to_owned)
    };
    let mut first = BTreeMap::<String, i64>::new();
    let mut named = BTreeMap::<String, i64>::new();
    let mut first_fact = BTreeMap::<String, String>::new();
    let mut about = BTreeMap::<String, BTreeSet<String>>::new();
    let mut joined = BTreeSet::new();
    let mut sentences = BTreeMap::<String, String>::new();
    for incident in outcome.events.iter().filter_map(told) {
        let id = incident.incident.to_string();
        if incident.state == IncidentState::Joined {
            joined.insert(id.clone());
        }
        let shared: Vec<String> = incident
            .shared
            .iter()
            .map(|s| format!("{}={} {}/{}", s.fact, s.value, s.inside, s.inside_of))
            .collect();
        sentences.insert(
            id.clone(),
            format!(
                "{id} {} {} people at {} since {} {shared:?}",
                incident.group,
                incident.people,
                (incident.at.as_second() - super::day::MIDNIGHT) / 60,
                (incident.since.as_second() - super::day::MIDNIGHT) / 60
            ),
        );
        let Some(cause) = cause_of_event(incident) else {
            continue;
        };
        about.entry(id).or_default().insert(cause.clone());
        let at = incident.at.as_second();
        first.entry(cause.clone()).or_insert(at);
        let facts = &day.causes.iter().find(|c| c.name == cause).unwrap().facts;
        let has = |f: &str, v: &str| incident.shared.iter().any(|s| s.fact == f && s.value == v);
        if !facts.is_empty() && facts.iter().all(|(f, v)| has(f, v)) {
            named.entry(cause.clone()).or_insert(at);
        }
        if let Some(shared) = incident.shared.first() {
            first_fact.insert(cause.clone(), format!("{}={}", shared.fact, shared.value));
        }
    }
    let false_incidents = sentences
        .iter()
        .filter(|(id, _)| !about.contains_key(*id) && !joined.contains(*id))
        .map(|(_, s)| s.clone())
        .collect();
    let mut found = Vec::new();
    let (mut all_p, mut all_r, mut n_all) = (0.0, 0.0, 0.0);
    for cause in &day.causes {
        let members: Vec<&str> = truth
            .iter()
            .filter(|(_, c)| **c == cause.name)
            .map(|(t, _)| *t)
            .collect();
        let (mut p, mut r) = (0.0, 0.0);
        for ticket in &members {
            let cluster: Vec<&str> = match &outcome.assigned[*ticket] {
                Some(incident) => clusters[incident.as_str()].clone(),
                None => vec![ticket],
            };
            let same = cluster
                .iter()
                .filter(|t| truth.get(*t) == Some(&cause.name))
                .count() as f64;
            p += same / cluster.len() as f64;
            r += same / members.len() as f64;
        }
        let n = members.len() as f64;
        (all_p, all_r, n_all) = (all_p + p, all_r + r, n_all + n);
        let fragments = clusters
            .iter()
            .filter(|(_, tickets)| cause_of(tickets) == Some(cause.name))
            .count();
        let delay = |at: &i64| (at - cause.start) as f64 / 60.0;
        let told = first_fact.get(cause.name).cloned().unwrap_or_default();
        found.push(Found {
            name: cause.name,
            delay: first.get(cause.name).map(delay),
            fragments,
            precision: p / n,
            recall: r / n,
            named: named.get(cause.name).map(delay),
            is_true_first: cause.facts.iter().any(|(f, v)| told == format!("{f}={v}")),
            first_fact: told,
        });
    }
    let surges: Vec<_> = outcome
        .events
        .iter()
        .filter_map(|e| match e {
            Event::Surge(s) => Some(s),
            _ => None,
        })
        .collect();
    let (p, r) = (all_p / f64::max(n_all, 1.0), all_r / f64::max(n_all, 1.0));
    Marks {
        found,
        false_incidents,
        incidents: sentences.len() - joined.len(),
        banners: surges.iter().filter(|s| s.level == Level::Banner).count(),
        pages: surges.iter().filter(|s| s.level == Level::Page).count(),
        first_all: surges
            .iter()
            .find(|s| s.group.as_str() == "all")
            .map(|s| s.at.as_second()),
        bcubed: (p, r, 2.0 * p * r / (p + r).max(1e-9)),
        right: outcome.right,
    }
}
