//! Keeps an incident engine in step with the desk, and says what the screen should show.
//!
//! Invariants: the engine starts when everything that the desk had was told, and hears of it in order of time; a
//! ticket is told once, with its text and its group; time passes for the engine only as far as the desk has
//! answered, so a desk that is silent is no calm.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::feed::{Feed, Known, Names, is_solved, is_there, new_ticket, requesters, solved_at};
use crate::domain::declared;
use crate::domain::device::Device;
use crate::domain::finding::Finding;
use crate::domain::ids::{ActionId, DeviceId, GroupId, IncidentId, PersonId, TicketId};
use crate::domain::incident::{Event, Incident, IncidentState, Surge};
use crate::domain::source::{Arrival, Reply};
use crate::domain::ticket::Ticket;
use crate::domain::watch::{Reading, Ruling, Says, Standing, Step, Watch, order};
use crate::triage::incident::{Decision, Engine, Input, NewTicket, Settings, Size};

/// Tickets older than this when the engine starts only say what is usual.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);
/// The engine takes stock as often as this in a time without tickets.
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// After a longer time without tickets it is not taken minute by minute.
const LONG: SignedDuration = SignedDuration::from_hours(48);
/// Inputs of one step.
const STEP: usize = 250;
/// Answers of the desk that a ticket waits for its text or for what was found in it.
const PATIENCE: u64 = 3;
/// Answers of the desk that the start waits for the weeks before.
const LESSON: u64 = 12;
/// Incidents that ended, and steps of one that are kept.
const ENDED: usize = 20;
const STORY: usize = 60;

/// A ticket that the engine does not have yet.
#[derive(Debug)]
struct Waiting {
    ticket: Ticket,
    finding: Option<Finding>,
    /// What its requester wrote since.
    replies: Vec<Reply>,
    /// How many answers of the desk there were when it came.
    came: u64,
}

/// The engine, what waits for it, and what it said.
#[derive(Debug)]
pub struct Watcher {
    engine: Engine,
    zone: TimeZone,
    has_begun: bool,
    is_silent: bool,
    known: HashMap<TicketId, Known>,
    /// Tickets that stand for others and are nobody's report.
    parents: HashSet<TicketId>,
    staff: HashSet<PersonId>,
    waiting: BTreeMap<TicketId, Waiting>,
    devices: BTreeMap<DeviceId, Device>,
    names: Names,
    /// Tickets of the weeks before; none as long as the desk has not told them.
    past: Option<Vec<Arrival>>,
    heard: Option<Timestamp>,
    answers: u64,
    /// What the engine will be told, in order of time.
    queue: VecDeque<(Timestamp, Input)>,
    /// Tickets of the first reading: gone through, in all.
    first: Option<(usize, usize)>,
    /// Until when the engine was told.
    told: Option<Timestamp>,
    standings: Vec<Standing>,
    surges: Vec<Surge>,
    /// What agents said of incidents that are not there yet.
    rulings: Vec<Ruling>,
    /// What agents said and the engine was told, oldest first.
    ruled: Vec<(Ruling, Decision)>,
    /// When the engine began; what is before it is the past.
    since: Timestamp,
    reading: Reading,
    is_news: bool,
}

impl Watcher {
    /// An engine that knows nothing. `zone`: in which hours of the week the desk lives.
    pub fn new(zone: TimeZone) -> Self {
        Self {
            engine: engine(&zone, 0),
            zone,
            has_begun: false,
            is_silent: false,
            known: HashMap::new(),
            parents: HashSet::new(),
            staff: HashSet::new(),
            waiting: BTreeMap::new(),
            devices: BTreeMap::new(),
            names: Names::default(),
            past: None,
            heard: None,
            answers: 0,
            queue: VecDeque::new(),
            first: None,
            told: None,
            standings: Vec::new(),
            surges: Vec::new(),
            rulings: Vec::new(),
            ruled: Vec::new(),
            since: Timestamp::UNIX_EPOCH,
            reading: Reading::Waiting,
            is_news: true,
        }
    }

    /// The engine, if it has gone through everything.
    pub fn into_engine(self) -> Option<Engine> {
        (self.reading == Reading::UpToDate).then_some(self.engine)
    }

    /// Hears of something. Call [`Watcher::step`] until it says no.
    pub fn take(&mut self, feed: Feed) {
        match feed {
            Feed::Tickets { changed, gone } => {
                for ticket in changed {
                    self.ticket(ticket);
                }
                for id in gone {
                    self.gone(id);
                }
            }
            Feed::Findings(findings) => {
                for (id, finding) in findings {
                    self.finding(id, finding);
                }
            }
            Feed::Devices { changed, gone } => {
                for device in changed {
                    self.device(device);
                }
                for id in gone {
                    self.devices.remove(&id);
                    if self.has_begun {
                        let at = self.last();
                        self.queue.push_back((at, Input::DeviceGone(id)));
                    }
                }
            }
            Feed::Rulings(rulings) => self.rulings.extend(rulings),
            Feed::Replies(replies) => replies.into_iter().for_each(|reply| self.reply(reply)),
            Feed::Past(mut past) if self.has_begun => {
                // It comes late: what is usual is known from here on.
                past.retain(|arrival| arrival.at < self.since);
                self.engine.remember_arrivals(&past);
            }
            Feed::Parents(tickets) => {
                for id in tickets {
                    self.parents.insert(id.clone());
                    self.gone(id);
                }
            }
            Feed::Staff(people) => self.staff = people.into_iter().collect(),
            Feed::Past(past) => self.past = Some(past),
            Feed::Heard(at) => {
                self.heard = self.heard.max(Some(at));
                self.answers += 1;
                self.is_silent = false;
            }
            Feed::Silence => self.is_silent = true,
        }
        self.prepare();
    }

    /// Tells the engine a part of what waits. Whether there is more.
    pub fn step(&mut self) -> bool {
        for _ in 0..STEP {
            let Some((at, input)) = self.queue.pop_front() else {
                break;
            };
            // What is said to come from the future came by now; in which order it came is known all the same.
            let heard = self.heard;
            let by_now = |at: Timestamp| at.min(heard.unwrap_or(at));
            let at = by_now(at);
            self.pass(at);
            if let (Input::Ticket(_), Some((done, _))) = (&input, &mut self.first) {
                *done += 1;
            }
            let mut inputs = vec![input];
            while self
                .queue
                .front()
                .is_some_and(|(next, _)| by_now(*next) == at)
            {
                inputs.extend(self.queue.pop_front().map(|(_, input)| input));
            }
            self.advance(at, &inputs);
        }
        if !self.queue.is_empty() {
            self.read();
            return true;
        }
        if self.has_begun {
            self.first = None;
        }
        if self.has_begun && self.waiting.is_empty() {
            if let Some(heard) = self.heard {
                self.pass(heard);
                self.advance(heard, &[]);
            }
            self.rule();
        }
        self.read();
        self.count_surges();
        self.keep_up();
        self.look_after();
        false
    }

    /// What the screen should show, if that is something else than the last time.
    pub fn news(&mut self) -> Option<Watch> {
        std::mem::take(&mut self.is_news).then(|| Watch {
            reading: self.reading,
            standings: self.standings.clone(),
            surges: self.surges.clone(),
        })
    }

    /// The time that the engine was told, or the latest that is known at all.
    fn last(&self) -> Timestamp {
        self.told.or(self.heard).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Whether staff made a ticket to stand for others: it has parts, and nobody but staff asked for it. A report that was
    /// promoted stays the report of its person.
    fn is_parent(&self, ticket: &Ticket) -> bool {
        let links = ticket.links.known().map_or(&[][..], Vec::as_slice);
        let asked = requesters(ticket).unwrap_or_default();
        declared::parts(links).next().is_some()
            && !asked.is_empty()
            && asked.iter().all(|who| self.staff.contains(who))
    }

    /// A ticket is not on the desk any more. One that comes back is a new one.
    fn gone(&mut self, id: TicketId) {
        if self.waiting.remove(&id).is_some() {
            self.known.remove(&id);
        } else if self.known.remove(&id).is_some() {
            let at = self.heard.max(self.told).unwrap_or_else(|| self.last());
            self.queue.push_back((at, Input::Gone(id)));
        }
    }

    fn ticket(&mut self, ticket: Ticket) {
        let id = ticket.id.clone();
        if self.is_parent(&ticket) {
            self.parents.insert(id.clone());
        }
        if !is_there(&ticket) || self.parents.contains(&id) {
            self.gone(id);
            return;
        }
        if let Some(waiting) = self.waiting.get_mut(&id) {
            waiting.ticket.absorb(ticket);
            let replied = self.known.get(&id).and_then(|known| known.replied);
            let known = Known {
                replied,
                ..Known::of(&waiting.ticket)
            };
            self.known.insert(id, known);
            return;
        }
        let Some(known) = self.known.get_mut(&id) else {
            self.known.insert(id.clone(), Known::of(&ticket));
            let finding = None;
            let came = self.answers;
            self.waiting.insert(
                id,
                Waiting {
                    ticket,
                    finding,
                    replies: Vec::new(),
                    came,
                },
            );
            return;
        };
        // The engine has it: only what changed is news.
        let before = known.group().cloned();
        if !ticket.group.is_unknown() {
            known.staff = ticket.group.known().cloned();
        }
        if let Some(requesters) = requesters(&ticket) {
            known.requesters = requesters;
        }
        let after = known.group().cloned();
        let was_solved = std::mem::replace(&mut known.is_solved, is_solved(&ticket));
        let (is_solved, at) = (known.is_solved, ticket.updated);
        // What somebody wrote since comes after it.
        known.solved = solved_at(&ticket);
        let since = known.solved.unwrap_or(at);
        if let Some(group) = after.filter(|after| Some(after) != before.as_ref()) {
            let ticket = id.clone();
            self.queue.push_back((at, Input::Group { ticket, group }));
        }
        if was_solved != is_solved {
            let ticket = id;
            self.queue
                .push_back((since, Input::Solved { ticket, is_solved }));
        }
    }

    fn finding(&mut self, id: TicketId, finding: Finding) {
        if let Some(waiting) = self.waiting.get_mut(&id) {
            waiting.finding = Some(finding);
            return;
        }
        let at = self.last();
        // The engine has it: its text changed, or its twin was corrected.
        let Some(known) = self.known.get_mut(&id) else {
            return;
        };
        let before = known.group().cloned();
        known.found = Some(finding.group);
        let after = known.group().cloned();
        if let Some(group) = after.filter(|after| Some(after) != before.as_ref()) {
            let ticket = id;
            self.queue.push_back((at, Input::Group { ticket, group }));
        }
    }

    fn device(&mut self, device: Device) {
        self.names.add(&device);
        if self.has_begun {
            let seen = device.facts.values().filter_map(|fact| fact.seen).max();
            let at = seen.max(device.last_seen.known().copied());
            let at = at.or(self.heard).unwrap_or_else(|| self.last());
            self.queue.push_back((at, Input::Device(Box::new(device))));
        } else {
            self.devices.insert(device.id.clone(), device);
        }
    }

    /// What a requester wrote; once, though the feed may say it twice.
    fn reply(&mut self, reply: Reply) {
        let Some(known) = self.known.get_mut(&reply.ticket) else {
            return;
        };
        let is_news = known.replied.is_none_or(|last| last < reply.at);
        if !is_news || !known.requesters.contains(&reply.author) {
            return;
        }
        known.replied = Some(reply.at);
        match self.waiting.get_mut(&reply.ticket) {
            // The ticket comes first.
            Some(waiting) => waiting.replies.push(reply),
            // The desk tells of messages later than of the ticket: what was written before it was solved says nothing of now.
            None if known.solved.is_some_and(|solved| reply.at < solved) => {}
            None => self.queue.push_back((reply.at, said(reply))),
        }
    }

    /// Whether a ticket can be told to the engine as far as it will ever be.
    fn is_ready(&self, waiting: &Waiting) -> bool {
        let is_whole = !waiting.ticket.body.is_unknown() || self.is_silent;
        (is_whole && waiting.finding.is_some()) || self.answers >= waiting.came + PATIENCE
    }

    /// Puts into the queue what can be told, in order of time.
    fn prepare(&mut self) {
        if !self.has_begun {
            let is_taught = self.past.is_some() || self.answers >= LESSON;
            let is_all = (self.heard.is_some() && is_taught) || self.is_silent;
            let can = is_all && self.waiting.values().all(|w| self.is_ready(w));
            if !can || (self.heard.is_none() && self.waiting.is_empty()) {
                return;
            }
            self.begin();
        }
        let ready: Vec<TicketId> = self
            .waiting
            .iter()
            .filter(|(_, waiting)| self.is_ready(waiting))
            .map(|(id, _)| id.clone())
            .collect();
        // One that comes back does so after it went.
        let gone = self.queue.iter().filter_map(|(at, input)| match input {
            Input::Gone(id) => Some((id.clone(), *at)),
            _ => None,
        });
        let went: BTreeMap<TicketId, Timestamp> = gone.collect();
        for id in ready {
            if let Some(mut waiting) = self.waiting.remove(&id) {
                let solved = solved_at(&waiting.ticket);
                let replies = std::mem::take(&mut waiting.replies);
                let ticket = self.told_ticket(waiting);
                let created = ticket.at.max(went.get(&id).copied().unwrap_or(ticket.at));
                self.queue
                    .push_back((created, Input::Ticket(Box::new(ticket))));
                let again = self.ruled.iter().map(|(_, decision)| decision);
                let again = again.filter(|decision| decision.ticket() == Some(&id));
                self.queue
                    .extend(again.map(|said| (created, Input::Decision(said.clone()))));
                let later = replies.into_iter();
                self.queue
                    .extend(later.map(|reply| (reply.at.max(created), said(reply))));
                if let Some(at) = solved {
                    let ticket = id;
                    let is_solved = true;
                    self.queue
                        .push_back((at, Input::Solved { ticket, is_solved }));
                }
            }
        }
        let queue = self.queue.make_contiguous();
        queue.sort_by_key(|(at, _)| *at);
    }

    fn told_ticket(&mut self, waiting: Waiting) -> NewTicket {
        let unread = || Finding::of(GroupId::other(), 0.0);
        let finding = waiting.finding.unwrap_or_else(unread);
        if let Some(known) = self.known.get_mut(&waiting.ticket.id) {
            known.found = Some(finding.group.clone());
        }
        new_ticket(&waiting.ticket, finding, &self.names)
    }

    /// Everything is here: the engine starts with devices and with what is usual.
    fn begin(&mut self) {
        self.has_begun = true;
        let latest = self.waiting.values().map(|w| w.ticket.created).max();
        let now = self.heard.or(latest).unwrap_or(Timestamp::UNIX_EPOCH);
        // Before the first ticket nothing is known; that is no quiet time.
        let first = self.waiting.values().map(|w| w.ticket.created).min();
        let since = now.saturating_sub(LOOK_BACK).unwrap_or(now);
        let since = since.max(first.unwrap_or(since)).min(now);
        self.since = since;
        self.engine = engine(&self.zone, self.devices.len());
        for device in std::mem::take(&mut self.devices).values() {
            self.engine.know(device);
        }
        let old: Vec<TicketId> = self
            .waiting
            .iter()
            .filter(|(_, waiting)| waiting.ticket.created < since)
            .map(|(id, _)| id.clone())
            .collect();
        let mut earlier: Vec<NewTicket> = Vec::with_capacity(old.len());
        for id in old {
            if let Some(waiting) = self.waiting.remove(&id) {
                earlier.push(self.told_ticket(waiting));
            }
        }
        // Those that are still open are no measure of how many came.
        let mut past = self.past.take().unwrap_or_default();
        past.retain(|arrival| arrival.at < since);
        if past.is_empty() {
            earlier.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.id.cmp(&b.id)));
            self.engine.remember(&earlier);
        } else {
            self.engine.remember_arrivals(&past);
        }
        self.first = Some((0, self.waiting.len()));
        self.told = Some(since);
        self.engine.advance(since, &[]);
    }

    /// Time passes without news, minute by minute: what ends or calms down does so in its time.
    fn pass(&mut self, until: Timestamp) {
        let Some(mut at) = self.told else { return };
        if until.duration_since(at) > LONG {
            return;
        }
        while let Ok(next) = at.checked_add(MINUTE)
            && next < until
        {
            self.advance(next, &[]);
            at = next;
        }
    }

    fn advance(&mut self, at: Timestamp, inputs: &[Input]) {
        self.told = self.told.max(Some(at));
        for event in self.engine.advance(at, inputs) {
            self.is_news = true;
            if let Event::Incident(incident) = event {
                self.incident(*incident);
            }
        }
        for input in inputs {
            if let Input::Gone(id) = input {
                self.strike(id);
            }
        }
    }

    /// A ticket that went away stands nowhere any more, also where the engine will say nothing new.
    fn strike(&mut self, id: &TicketId) {
        let with = |s: &&mut Standing| {
            let tickets = s.incident.tickets.iter().chain(&s.incident.odd);
            let members = s.members.iter().chain(&s.odd).map(|m| &m.ticket);
            tickets.chain(members).chain(&s.split).any(|t| t == id)
        };
        for standing in self.standings.iter_mut().filter(with) {
            let of = &standing.incident.incident;
            (standing.members, standing.odd, standing.split) = self.engine.members(of);
            standing.incident.people = self.engine.people_of(of);
            standing.incident.tickets.retain(|t| t != id);
            standing.incident.odd.retain(|t| t != id);
            self.is_news = true;
        }
    }

    /// Keeps what was told of an incident.
    fn incident(&mut self, incident: Incident) {
        let step = Step {
            at: incident.at,
            state: incident.state,
            people: incident.people,
            tickets: incident.tickets.len(),
            silent: incident.silent.len(),
            shared: incident
                .shared
                .first()
                .map(|s| (s.fact.clone(), s.value.clone())),
        };
        let (members, odd, split) = self.engine.members(&incident.incident);
        let id = incident.incident.clone();
        let place = self.place(&id);
        match place.and_then(|at| self.standings.get_mut(at)) {
            Some(standing) => {
                standing.incident = incident;
                (standing.members, standing.odd, standing.split) = (members, odd, split);
                standing.story.push(step);
                if standing.story.len() > STORY {
                    // The beginning stays: it says how it was found.
                    standing.story.remove(1);
                }
            }
            None => self.standings.push(Standing {
                incident,
                members,
                odd,
                split,
                story: vec![step],
            }),
        }
        order(&mut self.standings);
        let open = self.standings.iter().filter(|s| s.is_open()).count();
        self.standings.truncate(open + ENDED);
    }

    /// Tells the engine what agents said of incidents that are known by now.
    fn rule(&mut self) {
        if self.rulings.is_empty() {
            return;
        }
        let rulings = std::mem::take(&mut self.rulings);
        let mut decisions = Vec::new();
        for ruling in rulings {
            if let Some(undone) = ruling.undoes {
                self.rulings.retain(|waiting| waiting.id != undone);
                decisions.extend(self.take_back(undone).into_iter().map(Input::Decision));
                continue;
            }
            match self.decision(&ruling) {
                Some(decision) => {
                    decisions.push(Input::Decision(decision.clone()));
                    self.ruled.push((ruling, decision));
                }
                None => self.rulings.push(ruling),
            }
        }
        if decisions.is_empty() {
            return;
        }
        let now = self.last();
        self.advance(now, &decisions);
        for incident in self.engine.incidents() {
            let (members, odd, split) = self.engine.members(&incident.incident);
            let place = self.place(&incident.incident);
            if let Some(standing) = place.and_then(|at| self.standings.get_mut(at)) {
                // One that was joined and goes on by itself again is open at once.
                let state = if standing.is_open() {
                    standing.incident.state
                } else {
                    incident.state
                };
                standing.incident = Incident { state, ..incident };
                (standing.members, standing.odd, standing.split) = (members, odd, split);
            }
        }
        order(&mut self.standings);
        self.is_news = true;
    }

    /// What the engine is to be told when a ruling is taken back: what it was about is free, and what else was said of
    /// that holds again.
    fn take_back(&mut self, ruling: ActionId) -> Vec<Decision> {
        let Some(place) = self.ruled.iter().position(|(said, _)| said.id == ruling) else {
            return Vec::new();
        };
        let (_, undone) = self.ruled.remove(place);
        let freed = match undone {
            Decision::Split { ticket, .. } | Decision::Pin { ticket, .. } => {
                Decision::Free { ticket }
            }
            Decision::Join { incident, .. } => Decision::Apart { incident },
            Decision::Free { .. } | Decision::Apart { .. } => return Vec::new(),
        };
        let others = self.ruled.iter().map(|(_, decision)| decision);
        let again = others.filter(|d| matches!(d, Decision::Split { .. } | Decision::Pin { .. }));
        std::iter::once(freed).chain(again.cloned()).collect()
    }

    fn decision(&self, ruling: &Ruling) -> Option<Decision> {
        let incident = self.incident_with(&ruling.incident)?;
        Some(match &ruling.says {
            Says::NotPart { ticket } => Decision::Split {
                ticket: ticket.clone(),
                incident,
            },
            Says::Part { ticket } => Decision::Pin {
                ticket: ticket.clone(),
                incident,
            },
            Says::SameAs { into } => Decision::Join {
                incident,
                into: self.incident_with(into)?,
            },
        })
    }

    /// The incident that goes on and has most of these tickets.
    fn incident_with(&self, tickets: &[TicketId]) -> Option<IncidentId> {
        let with = |s: &Standing| {
            let members = s.members.iter().filter(|m| tickets.contains(&m.ticket));
            members.count()
        };
        self.standings
            .iter()
            .filter(|s| s.is_open())
            .map(|s| (with(s), s))
            .filter(|(count, _)| *count > 0)
            .max_by_key(|(count, _)| *count)
            .map(|(_, s)| s.incident.incident.clone())
    }

    fn place(&self, id: &IncidentId) -> Option<usize> {
        self.standings
            .iter()
            .position(|s| s.incident.incident == *id)
    }

    /// Notes how far the reading is.
    fn read(&mut self) {
        let reading = match self.first {
            _ if !self.has_begun => Reading::Waiting,
            Some((done, of)) => Reading::Begun {
                done: done.min(of),
                of,
            },
            None => Reading::UpToDate,
        };
        if self.reading != reading {
            self.reading = reading;
            self.is_news = true;
        }
    }

    /// Brings the tickets of incidents that go on in step: the engine tells of each once a minute, and a ticket is to stand
    /// in its place with the next poll.
    fn keep_up(&mut self) {
        for standing in self.standings.iter_mut().filter(|s| s.is_open()) {
            let of = &standing.incident.incident;
            let now = self.engine.tickets_of(of);
            let shown = &standing.members;
            if now.len() == shown.len() && shown.iter().all(|m| now.contains(&m.ticket)) {
                continue;
            }
            (standing.members, standing.odd, standing.split) = self.engine.members(of);
            standing.incident.people = self.engine.people_of(of);
            let tickets = standing.members.iter().map(|m| m.ticket.clone());
            standing.incident.tickets = tickets.collect();
            self.is_news = true;
        }
    }

    /// Whether those of an incident are well again is looked at for as long as it is on the screen: the engine tells of one
    /// that goes on once a minute, and no more of one that is over.
    fn look_after(&mut self) {
        for standing in &mut self.standings {
            let incident = &mut standing.incident;
            if incident.state == IncidentState::Joined {
                continue;
            }
            let now = self.engine.restored_of(&incident.incident);
            if now != incident.restored {
                incident.restored = now;
                self.is_news = true;
            }
        }
    }

    /// Notes the surges that stand; their people and level are news, the time that passes is not.
    fn count_surges(&mut self) {
        let surges = self.engine.surges();
        let same = self.surges.len() == surges.len()
            && self.surges.iter().zip(&surges).all(|(a, b)| {
                (&a.group, a.people, a.level, a.since) == (&b.group, b.people, b.level, b.since)
            });
        if !same {
            self.surges = surges;
            self.is_news = true;
        }
    }
}

fn engine(zone: &TimeZone, devices: usize) -> Engine {
    Engine::new(&Settings {
        zone: zone.clone(),
        size: Size::Devices(devices),
    })
}

fn said(reply: Reply) -> Input {
    Input::Reply {
        ticket: reply.ticket,
        body: reply.text,
        at: Some(reply.at),
    }
}
