//! The engine: what it is told, what it keeps, and the order in which it does things.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::automatic;
use super::fleet::{DeviceNo, Fleet, Sign};
use super::past::watched;
use super::record::{PersonNo, Record};
use super::reply;
use super::rings::{Key, Rings, TicketNo};
use super::surge::Watch;
use super::suspect::{Scale, Stage, Suspect};
use super::usual::{ALL, GroupNo, Size, Usual, group_no};
use super::words::Lexis;
use crate::domain::device::Device;
use crate::domain::finding::Finding;
use crate::domain::ids::{DeviceId, GroupId, IncidentId, PersonId, TicketId};
use crate::domain::incident::Event;

/// How often the engine takes stock, in seconds of the stream.
pub(super) const TICK: i64 = 60;

/// A ticket that arrives so many seconds after it was written counts in the alarms when it was written.
const LATE: i64 = 180;

/// A person counts again in the same group after so many seconds.
pub(super) const SAME_PERSON: i64 = 8 * 3_600;

/// Only what is older than this is taken for usual: what rises slowly must not raise its own measure.
const LEARN_AFTER: i64 = 4 * 3_600;

/// When nothing at all was told for so many seconds, longer than a weekend, nobody listened: that is no silence to learn from.
pub(super) const SILENT: i64 = 72 * 3_600;

/// So far back hours are marked as not usual when an alarm stands, in seconds.
const MARK: i64 = 48 * 3_600;

/// What the engine starts from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// In which hours of the week the desk lives.
    pub zone: TimeZone,
    /// How large the desk is.
    pub size: Size,
}

/// A ticket that was created.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTicket {
    /// Its number.
    pub id: TicketId,
    /// When it was written.
    pub at: Timestamp,
    /// Subject, sanitised.
    pub subject: String,
    /// First message, sanitised.
    pub body: String,
    /// Who wrote it.
    pub reporter: Option<PersonId>,
    /// Where they work.
    pub site: Option<String>,
    /// The device that it is about.
    pub device: Option<DeviceId>,
    /// What the text says.
    pub finding: Finding,
}

impl NewTicket {
    /// Written by a machine: counted nowhere.
    fn is_automatic(&self) -> bool {
        let reporter = self.reporter.as_ref().map(PersonId::as_str);
        self.finding.automatic.is_some() || automatic::is_automatic(&self.subject, reporter)
    }
}

/// What an agent decided; the engine respects it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// A ticket does not belong to an incident.
    Split {
        /// The ticket.
        ticket: TicketId,
        /// The incident.
        incident: IncidentId,
    },
    /// A ticket belongs to an incident, whatever its odds.
    Pin {
        /// The ticket.
        ticket: TicketId,
        /// The incident.
        incident: IncidentId,
    },
    /// Two incidents are one.
    Join {
        /// The one that is joined.
        incident: IncidentId,
        /// The one that goes on.
        into: IncidentId,
    },
    /// What was said of a ticket holds no more: the engine decides.
    Free {
        /// The ticket.
        ticket: TicketId,
    },
    /// An incident that was joined to another one goes on by itself again.
    Apart {
        /// The one that was joined.
        incident: IncidentId,
    },
}

impl Decision {
    /// The ticket that it is about, if it is about one.
    pub fn ticket(&self) -> Option<&TicketId> {
        match self {
            Self::Split { ticket, .. } | Self::Pin { ticket, .. } | Self::Free { ticket } => {
                Some(ticket)
            }
            Self::Join { .. } | Self::Apart { .. } => None,
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A ticket was created. One that is known already changes its group only.
    Ticket(Box<NewTicket>),
    /// The requester answered.
    Reply {
        /// The ticket.
        ticket: TicketId,
        /// What they wrote.
        body: String,
        /// When they wrote it, where it is told later; none: now.
        at: Option<Timestamp>,
    },
    /// A ticket was solved or closed, or is open again.
    Solved {
        /// The ticket.
        ticket: TicketId,
        /// Solved, or not any more.
        is_solved: bool,
    },
    /// A ticket is not on the desk any more: merged, deleted, hidden. It counts nowhere; one that comes back is a new one.
    Gone(TicketId),
    /// Staff put a ticket into another group.
    Group {
        /// The ticket.
        ticket: TicketId,
        /// The group.
        group: GroupId,
    },
    /// A device as it is now.
    Device(Box<Device>),
    /// A device went away.
    DeviceGone(DeviceId),
    /// An agent decided something.
    Decision(Decision),
}

/// Finds incidents and surges.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(super) fleet: Fleet,
    pub(super) usual: Usual,
    /// The usual before [`Engine::remember`] taught it.
    pub(super) untaught: Option<Usual>,
    pub(super) lexis: Lexis,
    pub(super) rings: Rings,
    pub(super) records: Vec<Record>,
    pub(super) suspects: Vec<Suspect>,
    pub(super) groups: Vec<GroupId>,
    pub(super) slugs: Vec<String>,
    pub(super) watches: Vec<Watch>,
    pub(super) watch_all: Watch,
    /// Tickets that went away: their group, and the incident that they belonged to last.
    gone: HashMap<TicketId, (GroupNo, Option<u16>)>,
    /// How words are spelt that no list knows.
    pub(super) spelt: HashMap<u32, String>,
    /// Devices that began to fail.
    pub(super) failures: VecDeque<(i64, DeviceNo, Sign)>,
    /// Combinations that were looked at and are no incident, until when.
    pub(super) settled: HashMap<Key, i64>,
    tickets: HashMap<TicketId, TicketNo>,
    people: HashMap<PersonId, PersonNo>,
    strangers: PersonNo,
    /// When a person counted last in a group, or among all.
    pub(super) counted: HashMap<(PersonNo, GroupNo), i64>,
    /// People by hour and group, before they are taken for usual.
    pub(super) hours: BTreeMap<i64, Vec<u32>>,
    /// The first hour that is not taken for usual yet.
    learned: Option<i64>,
    /// When something was told last.
    heard: i64,
    /// Hours in which an alarm of a group, or of all, stood: they are not usual, whenever that is asked.
    alarmed: BTreeSet<(i64, GroupNo)>,
    /// The latest moment that the engine was told.
    pub(super) now: i64,
    ticked: i64,
    started: bool,
    /// When the first event was.
    pub(super) started_at: i64,
    /// When the last general rise ended.
    pub(super) calm_since: i64,
    /// Many groups rise together, told or not, until then.
    pub(super) restless_until: i64,
    pub(super) told: Vec<Event>,
}

impl Engine {
    /// An engine that knows nothing yet.
    pub fn new(settings: &Settings) -> Self {
        let groups = Usual::built_in();
        Self {
            fleet: Fleet::default(),
            usual: Usual::new(settings.zone.clone(), settings.size),
            untaught: None,
            lexis: Lexis::new(),
            rings: Rings::default(),
            records: Vec::new(),
            suspects: Vec::new(),
            slugs: groups.iter().map(ToString::to_string).collect(),
            watches: (0..groups.len())
                .filter_map(|g| GroupNo::try_from(g).ok())
                .map(Watch::new)
                .collect(),
            watch_all: Watch::new(ALL),
            gone: HashMap::new(),
            groups,
            spelt: HashMap::new(),
            failures: VecDeque::new(),
            settled: HashMap::new(),
            tickets: HashMap::new(),
            people: HashMap::new(),
            strangers: PersonNo::MAX,
            counted: HashMap::new(),
            hours: BTreeMap::new(),
            learned: None,
            heard: i64::MIN,
            alarmed: BTreeSet::new(),
            now: i64::MIN,
            ticked: i64::MIN,
            started: false,
            started_at: 0,
            calm_since: i64::MIN,
            restless_until: i64::MIN,
            told: Vec::new(),
        }
    }

    /// What was known before the first event: a device. Later ones go through [`Engine::advance`].
    pub fn know(&mut self, device: &Device) {
        self.tell_device(device, None);
    }

    /// Learns from earlier tickets what is usual. To be called before the first event, with all of them.
    pub fn remember(&mut self, tickets: &[NewTicket]) {
        let mut hours: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
        let mut last: HashMap<(PersonNo, GroupNo), i64> = HashMap::new();
        for ticket in tickets.iter().filter(|t| !t.is_automatic()) {
            let at = ticket.at.as_second();
            let person = self.person(ticket);
            let group = self.group(&ticket.finding.group);
            let words = self
                .lexis
                .read(&ticket.subject, &ticket.body, &ticket.finding.concepts);
            let is_howto = ticket.finding.howto == Some(true);
            self.lexis.learn_whole(&words.stems, is_howto);
            if is_news(&mut last, person, group, at) {
                bump(&mut hours, at, group);
                bump(&mut hours, at, ALL);
            }
        }
        self.untaught = Some(self.usual.clone());
        for hour in watched(hours.keys().copied()) {
            let counts = hours.get(&hour).map_or(&[][..], Vec::as_slice);
            self.learn_hour(hour, counts);
        }
    }

    /// Takes what happened until `now`, and tells what is to be seen now. Inputs of one call count as arrived at
    /// `now`, whenever they were written. A clock that goes backwards is taken for standing still.
    pub fn advance(&mut self, now: Timestamp, inputs: &[Input]) -> Vec<Event> {
        let now = now.as_second();
        if !self.started {
            self.started = true;
            self.started_at = now;
            self.now = now;
            self.ticked = now;
            self.heard = now;
        }
        self.pass(now);
        if !inputs.is_empty() {
            self.hear();
        }
        for input in inputs {
            self.take(input);
        }
        self.alarms();
        if self.now - self.ticked >= TICK {
            self.tick();
        }
        std::mem::take(&mut self.told)
    }

    /// The group that a ticket is taken for.
    pub fn group_of(&self, ticket: &TicketId) -> Option<&GroupId> {
        let record = self.records.get(*self.tickets.get(ticket)? as usize)?;
        self.groups.get(usize::from(record.group))
    }

    /// The incident that a ticket belongs to or belonged to last; after a join, the one that went on.
    pub fn incident_of(&self, ticket: &TicketId) -> Option<IncidentId> {
        let record = self.records.get(*self.tickets.get(ticket)? as usize)?;
        Some(incident_id(self.survivor(record.incident?)))
    }

    /// What a ticket is or was, on the desk or not any more: its group, and the incident as in [`Engine::incident_of`].
    pub fn assignment(&self, ticket: &TicketId) -> (Option<&GroupId>, Option<IncidentId>) {
        match self.gone.get(ticket) {
            Some((group, incident)) if !self.tickets.contains_key(ticket) => {
                let incident = incident.map(|no| incident_id(self.survivor(no)));
                (self.groups.get(usize::from(*group)), incident)
            }
            _ => (self.group_of(ticket), self.incident_of(ticket)),
        }
    }

    /// Keeps what a ticket was taken for that goes away.
    fn note_gone(&mut self, no: TicketNo) {
        if let Some(record) = self.records.get(no as usize) {
            let was = (record.group, record.incident);
            self.gone.insert(record.id.clone(), was);
        }
    }

    pub(super) fn survivor(&self, mut no: u16) -> u16 {
        // A chain of joins is shorter than the list; a circle cannot be told of.
        for _ in 0..self.suspects.len() {
            match self.suspects.get(usize::from(no)).map(|s| s.stage) {
                Some(Stage::Joined(into)) => no = into,
                _ => break,
            }
        }
        no
    }

    pub(super) fn scale(&self) -> Scale<'_> {
        Scale {
            records: &self.records,
            fleet: &self.fleet,
            usual: &self.usual,
            lexis: &self.lexis,
            level: self.level(),
            now: self.now,
        }
    }

    fn pass(&mut self, now: i64) {
        self.now = self.now.max(now);
        let levels = self.other_levels();
        for (watch, level) in self.watches.iter_mut().zip(levels) {
            watch.pass(self.now, &self.usual, level);
        }
        self.watch_all.pass(self.now, &self.usual, 1.0);
    }

    fn take(&mut self, input: &Input) {
        match input {
            Input::Ticket(ticket) => self.take_ticket(ticket),
            Input::Reply { ticket, body, at } => {
                let now = at.map_or(self.now, |at| at.as_second().min(self.now));
                if let (Some(said), Some(record)) = (reply::read(body), self.record_mut(ticket)) {
                    record.said = Some(said);
                    record.said_at = now;
                }
            }
            Input::Solved { ticket, is_solved } => {
                if let Some(record) = self.record_mut(ticket) {
                    record.is_solved = *is_solved;
                    // What was wrong before somebody mended it says nothing of now.
                    if *is_solved && record.said == Some(reply::Said::Still) {
                        record.said = None;
                    }
                }
            }
            Input::Gone(ticket) => {
                if let Some(no) = self.tickets.remove(ticket) {
                    self.note_gone(no);
                    self.forget(no);
                }
            }
            Input::Group { ticket, group } => {
                if let Some(no) = self.tickets.get(ticket).copied() {
                    self.regroup(no, group);
                }
            }
            Input::Device(device) => self.tell_device(device, Some(self.now)),
            Input::DeviceGone(id) => self.fleet.remove(id),
            Input::Decision(decision) => self.decide(decision),
        }
    }

    fn record_mut(&mut self, ticket: &TicketId) -> Option<&mut Record> {
        let no = self.tickets.get(ticket)?;
        self.records.get_mut(*no as usize)
    }

    fn take_ticket(&mut self, ticket: &NewTicket) {
        if let Some(no) = self.tickets.get(&ticket.id).copied() {
            self.regroup(no, &ticket.finding.group);
            return;
        }
        let Ok(no) = TicketNo::try_from(self.records.len()) else {
            return;
        };
        let record = self.record(ticket);
        // A ticket from the future came now.
        self.tickets.insert(ticket.id.clone(), no);
        let (person, group, at) = (record.person, record.group, record.at);
        let is_nobodys = record.is_nobodys;
        self.rings.know(no, self.fleet.facts_of(&record.values));
        self.records.push(record);
        if is_nobodys {
            return;
        }
        let in_group = is_news(&mut self.counted, person, group, at);
        let in_all = is_news(&mut self.counted, person, ALL, at);
        if let Some(record) = self.records.get_mut(no as usize) {
            (record.in_group, record.in_all) = (in_group, in_all);
        }
        self.place(no);
        // What was moved in or comes back was written when it was written.
        if self.now - at > LATE {
            self.watch_again(no);
        } else {
            self.watch(no);
        }
    }

    fn record(&mut self, ticket: &NewTicket) -> Record {
        let person = self.person(ticket);
        let group = self.group(&ticket.finding.group);
        let also = ticket.finding.also.first().map(|also| self.group(also));
        let device = ticket
            .device
            .as_ref()
            .and_then(|id| self.fleet.find(id))
            .or_else(|| self.fleet.of_owner(person));
        let mut values = device.map_or_else(Vec::new, |d| self.fleet.values_of(d).to_vec());
        if let Some(site) = ticket.site.as_deref().filter(|s| !s.is_empty()) {
            let told = self.fleet.value("site", site);
            self.lexis.name(site);
            if !values
                .iter()
                .any(|v| self.fleet.fact(*v) == self.fleet.fact(told))
            {
                values.push(told);
            }
        }
        let words = self
            .lexis
            .read(&ticket.subject, &ticket.body, &ticket.finding.concepts);
        for (word, spelt) in words.unknown.iter().chain(&words.codes) {
            self.spelt.entry(*word).or_insert_with(|| spelt.clone());
        }
        #[expect(clippy::cast_possible_truncation, reason = "two digits are enough")]
        let confidence = ticket.finding.confidence as f32;
        Record {
            id: ticket.id.clone(),
            at: ticket.at.as_second().min(self.now),
            person,
            group,
            also,
            confidence,
            device,
            values: values.into_boxed_slice(),
            unknown: words.unknown.iter().map(|(word, _)| *word).collect(),
            stems: words.stems,
            codes: words.codes.iter().map(|(code, _)| *code).collect(),
            problems: words.problems,
            is_howto: ticket.finding.howto == Some(true),
            incident: None,
            in_group: false,
            in_all: false,
            is_out: true,
            is_learned: false,
            is_nobodys: ticket.is_automatic(),
            said: None,
            said_at: i64::MIN,
            is_solved: false,
        }
    }

    /// Who wrote; the holder of the device where nobody is named; else somebody of their own.
    fn person(&mut self, ticket: &NewTicket) -> PersonNo {
        if let Some(reporter) = &ticket.reporter {
            return self.person_no(reporter);
        }
        let device = ticket.device.as_ref().and_then(|id| self.fleet.find(id));
        device
            .and_then(|device| self.fleet.owner(device))
            .unwrap_or_else(|| {
                self.strangers -= 1;
                self.strangers
            })
    }

    pub(super) fn person_no(&mut self, person: &PersonId) -> PersonNo {
        if let Some(no) = self.people.get(person) {
            return *no;
        }
        let no = PersonNo::try_from(self.people.len()).unwrap_or(PersonNo::MAX);
        self.people.insert(person.clone(), no);
        no
    }

    pub(super) fn group(&mut self, group: &GroupId) -> GroupNo {
        let found = self.groups.iter().position(|g| g == group);
        let place = found.unwrap_or_else(|| {
            self.groups.push(group.clone());
            self.slugs.push(group.to_string());
            self.usual.add_group();
            let place = self.groups.len() - 1;
            self.watches.push(Watch::new(group_no(place)));
            place
        });
        group_no(place)
    }

    pub(super) fn ticket_no(&self, ticket: &TicketId) -> Option<TicketNo> {
        self.tickets.get(ticket).copied()
    }

    /// Once a minute of the stream.
    fn tick(&mut self) {
        self.ticked = self.now;
        self.mark_alarms();
        self.learn();
        self.fleet.forget(self.now);
        self.look_at_everybody();
        self.look_at_devices();
        self.review();
        self.tell_changes();
        if self.now.rem_euclid(1_800) < TICK {
            self.rings.prune(self.now);
            let (now, settled) = (self.now, &mut self.settled);
            settled.retain(|_, until| *until > now);
            self.counted.retain(|_, at| *at > now - SAME_PERSON);
        }
    }

    /// Something is told. After a silence that was too long for a desk the stream begins anew.
    fn hear(&mut self) {
        if self.now - self.heard > SILENT {
            self.learn_until(self.heard);
            let this = self.now - self.now.rem_euclid(3_600);
            self.learned = Some(this + 3_600);
            self.rings = Rings::default();
        }
        self.heard = self.now;
    }

    /// Notes in which hours an alarm stands.
    fn mark_alarms(&mut self) {
        let this = self.now - self.now.rem_euclid(3_600);
        if self.is_flood() {
            self.alarmed.insert((this, ALL));
        }
        for watch in self.watches.iter().chain([&self.watch_all]) {
            let Some(since) = watch.alarmed_since() else {
                continue;
            };
            let since = since.max(self.now - MARK);
            let mut hour = since - since.rem_euclid(3_600);
            while hour <= this {
                self.alarmed.insert((hour, watch.group()));
                hour += 3_600;
            }
        }
    }

    /// Takes hours that are long past for usual. Tickets of incidents have been taken out of them, and a group
    /// learns nothing of an hour in which it had an alarm. How long a silence is, is known when it is over.
    fn learn(&mut self) {
        self.learn_until(self.heard.min(self.now - LEARN_AFTER));
    }

    fn learn_until(&mut self, end: i64) {
        // The hour in which the stream began is not whole.
        let this = self.now - self.now.rem_euclid(3_600);
        let mut hour = *self.learned.get_or_insert(this + 3_600);
        while hour + 3_600 <= end {
            let counts = self.hours.remove(&hour).unwrap_or_default();
            self.learn_hour(hour, &counts);
            hour += 3_600;
        }
        self.learned = Some(hour);
        self.hours = self.hours.split_off(&(hour - 3_600));
        self.alarmed = self.alarmed.split_off(&(hour - 3_600, 0));
    }

    fn learn_hour(&mut self, hour: i64, counts: &[u32]) {
        if self.alarmed.contains(&(hour, ALL)) {
            return;
        }
        let of = |group: usize| counts.get(group).copied().unwrap_or(0) as usize;
        for place in 0..self.watches.len() {
            if let Ok(group) = GroupNo::try_from(place)
                && !self.alarmed.contains(&(hour, group))
            {
                self.usual.learn(group, hour, of(place));
            }
        }
        self.usual.learn(ALL, hour, of(usize::from(ALL)));
    }
}

/// Whether a person counts in a group at a moment; notes it if so.
pub(super) fn is_news(
    last: &mut HashMap<(PersonNo, GroupNo), i64>,
    person: PersonNo,
    group: GroupNo,
    at: i64,
) -> bool {
    let old = last.get(&(person, group)).copied();
    if old.is_some_and(|old| (at - old).abs() < SAME_PERSON) {
        return false;
    }
    // One that was written before another one does not make that one news again.
    last.insert((person, group), old.map_or(at, |old| old.max(at)));
    true
}

pub(super) fn bump(hours: &mut BTreeMap<i64, Vec<u32>>, at: i64, group: GroupNo) {
    let counts = hours.entry(at - at.rem_euclid(3_600)).or_default();
    let place = usize::from(group);
    if counts.len() <= place {
        counts.resize(place + 1, 0);
    }
    if let Some(count) = counts.get_mut(place) {
        *count += 1;
    }
}

/// `i1` for the first.
pub(super) fn incident_id(no: u16) -> IncidentId {
    IncidentId::new(format!("i{}", u32::from(no) + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::incident::{Settings, Size};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn engine() -> Engine {
        Engine::new(&Settings {
            zone: TimeZone::UTC,
            size: Size::PerDay(100.0),
        })
    }

    fn ticket(nth: i64, at: Timestamp, group: &str) -> NewTicket {
        NewTicket {
            id: TicketId::new(format!("T{nth}")),
            at,
            subject: "virker ikke".to_owned(),
            body: String::new(),
            reporter: Some(PersonId::new(format!("u{nth}"))),
            site: Some(format!("site {}", nth % 9)),
            device: None,
            finding: Finding::of(GroupId::from(group), 0.9),
        }
    }

    /// Of the vpn group at ten o'clock, and of all.
    fn usual(engine: &Engine) -> (f64, f64) {
        let from = at("2026-02-25T10:00:00Z").as_second();
        let of = |group| engine.usual.expected(group, from, from + 3_600);
        (of(0), of(ALL))
    }

    #[test]
    fn a_first_line_of_another_year_teaches_nothing() {
        let mut engine = engine();
        let before = usual(&engine);
        for first in [
            "0001-01-03T00:00:00Z",
            "1999-01-01T08:00:00Z",
            "2024-02-11T08:00:00Z",
        ] {
            let first = at(first);
            engine.advance(
                first,
                &[Input::Ticket(Box::new(ticket(
                    first.as_second(),
                    first,
                    "vpn",
                )))],
            );
        }
        let day = at("2026-02-11T08:00:00Z");
        for minute in 0..60 {
            let now = day + jiff::SignedDuration::from_mins(minute);
            let groups = ["vpn", "video", "mobile", "wifi", "hardware"];
            let group = groups[usize::try_from(minute).unwrap() % 5];
            let inputs = [Input::Ticket(Box::new(ticket(minute, now, group)))];
            // A ticket every six minutes: an ordinary hour.
            let events = engine.advance(now, if minute % 6 == 0 { &inputs } else { &[] });
            assert!(events.is_empty(), "{events:?}");
        }
        assert_eq!(usual(&engine), before);
        engine.advance(at("9999-01-01T00:00:00Z"), &[]);
        engine.advance(at("9999-01-01T00:02:00Z"), &[Input::DeviceGone("D".into())]);
        assert_eq!(usual(&engine), before);
    }

    #[test]
    fn a_weekend_of_silence_is_learned_when_it_is_over() {
        let mut engine = engine();
        engine.advance(at("2026-02-13T14:30:00Z"), &[]);
        let gone = [Input::DeviceGone("D".into())];
        let monday = at("2026-02-16T06:00:00Z");
        let mut now = at("2026-02-13T15:00:00Z");
        while now < monday {
            engine.advance(now, &[]);
            now += jiff::SignedDuration::from_mins(30);
        }
        let before = engine.learned;
        assert_eq!(before, Some(at("2026-02-13T16:00:00Z").as_second()));
        engine.advance(monday, &gone);
        assert_eq!(engine.learned, Some(at("2026-02-16T02:00:00Z").as_second()));
    }

    #[test]
    fn hours_of_an_alarm_are_not_learned_after_it_is_over() {
        let mut engine = engine();
        let start = at("2026-02-11T00:00:00Z");
        engine.advance(start, &[]);
        let (vpn, _) = usual(&engine);
        let mut was_alarmed = false;
        for minute in 0..24 * 60 {
            let now = start + jiff::SignedDuration::from_mins(minute);
            // Two a minute between seven and ten.
            let hour = minute / 60;
            let inputs: Vec<Input> = (0..2)
                .filter(|_| (7..10).contains(&hour))
                .map(|n| Input::Ticket(Box::new(ticket(minute * 2 + n, now, "vpn"))))
                .chain([Input::DeviceGone("D".into())])
                .collect();
            engine.advance(now, &inputs);
            was_alarmed |= engine.watches[0].level().is_some();
            if hour == 13 {
                // The hours before the rise were learned, though the alarm stood when their time came.
                assert!(
                    engine
                        .usual
                        .learned(0, at("2026-02-11T05:00:00Z").as_second())
                );
            }
        }
        assert!(was_alarmed && engine.watches[0].level().is_none());
        for hour in 7..10 {
            let hour = start.as_second() + hour * 3_600;
            assert!(!engine.usual.learned(0, hour));
        }
        assert!(usual(&engine).0 < 1.5 * vpn);
    }
}
