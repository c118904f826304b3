//! Where a ticket goes: into an open incident, into the counts, or with others into a new incident.

use std::collections::BTreeSet;

use super::engine::Engine;
use super::flood::{BEYOND, FAR};
use super::record::newest;
use super::rings::{Key, SPAN, TicketNo};
use super::scan::{Hot, LEAST, Scene};
use super::stats::{real, seconds};
use super::suspect::{Stage, Suspect, Verdict};
use super::usual::{ALL, GroupNo, group_no};

/// Rounds in which a new incident finds its members.
const ROUNDS: usize = 6;

/// A combination that turned out to be no incident is left alone for so many seconds.
const SETTLED: i64 = 600;

/// Most tickets that a review goes through.
const MOST: usize = 6_000;

/// With so many members an incident whose group rises far beyond all others stands, whatever comes later.
const PROVEN: usize = 25;

impl Engine {
    /// Puts a new ticket where it belongs.
    pub(super) fn place(&mut self, ticket: TicketNo) {
        if self.join_open(ticket) {
            return;
        }
        self.count_in(ticket);
        if let Some(hot) = self.scan(ticket) {
            self.raise(hot);
        }
    }

    /// Tries the open incidents; the one that it fits best takes it.
    fn join_open(&mut self, ticket: TicketNo) -> bool {
        let scale = self.scale();
        let mut best: Option<(f64, usize)> = None;
        let mut odd: Option<usize> = None;
        for (place, suspect) in self
            .suspects
            .iter()
            .enumerate()
            .filter(|(_, s)| s.is_open())
        {
            match suspect.judge(ticket, &scale) {
                Verdict::Member => {
                    let odds = suspect.odds(ticket, &scale).sum();
                    if best.is_none_or(|(most, _)| odds > most) {
                        best = Some((odds, place));
                    }
                }
                Verdict::Odd => odd = odd.or(Some(place)),
                Verdict::Stranger => {}
            }
        }
        if let Some((_, place)) = best {
            self.put(ticket, place);
            return true;
        }
        if let Some(suspect) = odd.and_then(|place| self.suspects.get_mut(place)) {
            suspect.set(ticket, Verdict::Odd);
        }
        false
    }

    /// Makes a ticket a member.
    pub(super) fn put(&mut self, ticket: TicketNo, place: usize) {
        let Some(suspect) = self.suspects.get_mut(place) else {
            return;
        };
        suspect.set(ticket, Verdict::Member);
        suspect.count(&self.records);
        suspect.is_dirty = true;
        let no = suspect.no;
        // What belongs here is nobody else's odd one.
        for other in self.suspects.iter_mut().filter(|s| s.no != no) {
            other.odd.remove(&ticket);
        }
        self.explain(ticket, no);
    }

    /// The combination of a ticket that surprises most.
    fn scan(&mut self, ticket: TicketNo) -> Option<Hot> {
        let keys = self.records.get(ticket as usize)?.keys(&self.fleet);
        let is_flood = self.is_flood();
        let mut scene = Scene {
            now: self.now,
            rings: &self.rings,
            fleet: &mut self.fleet,
            usual: &self.usual,
            lexis: &self.lexis,
            slugs: &self.slugs,
            started: self.started_at,
            calm_since: self.calm_since,
            is_flood,
            known: std::cell::RefCell::default(),
        };
        let mut best: Option<Hot> = None;
        for key in keys {
            if self
                .settled
                .get(&key)
                .is_some_and(|until| *until > self.now)
            {
                continue;
            }
            if let Some(hot) = scene.look(key)
                && best.is_none_or(|b| hot.margin > b.margin)
            {
                best = Some(hot);
            }
        }
        best
    }

    /// A combination is too much for chance: an incident, or the shadow of one.
    fn raise(&mut self, hot: Hot) {
        let tickets = self.rings.tickets(hot.key, hot.from, self.now);
        if self.is_shadow(&hot.key, &tickets) {
            self.settled.insert(hot.key, self.now + SETTLED);
            return;
        }
        let Ok(no) = u16::try_from(self.suspects.len()) else {
            return;
        };
        // One text that many send, or that a form fills in, is no news of many.
        let texts = || {
            let told = |t: &TicketNo| Some(&self.records.get(*t as usize)?.stems);
            let texts: std::collections::BTreeSet<_> = tickets.iter().filter_map(told).collect();
            texts.len()
        };
        if matches!(hot.key, Key::Word(_)) && texts() < LEAST.max(tickets.len() / 3) {
            self.settled.insert(hot.key, self.now + SETTLED);
            return;
        }
        let tickets = self.since_start(&tickets, &hot);
        let group = match hot.key {
            Key::Group(group) | Key::Value(group, _) | Key::Pair(group, ..) if group != ALL => {
                group
            }
            _ => self.main_group(&tickets),
        };
        let since = tickets
            .first()
            .and_then(|t| self.records.get(*t as usize))
            .map_or(self.now, |r| r.at);
        let mut suspect = Suspect::new(no, group, since);
        suspect.levels = self.own_levels(since);
        suspect.seed = match hot.key {
            Key::Value(_, value) => vec![value],
            Key::Pair(_, way, place) => vec![way, place],
            Key::Group(_) | Key::People | Key::Word(_) => Vec::new(),
        };
        if let Key::Word(word) = hot.key {
            suspect.word = self.spelt.get(&word).map(|spelt| (word, spelt.clone()));
        }
        suspect.members.extend(tickets);
        suspect.count(&self.records);
        for _ in 0..ROUNDS {
            let excess = self.excess(suspect.since);
            suspect.learn(&self.records, &self.fleet, self.groups.len(), &excess);
            if suspect.word.is_some() {
                break;
            }
            let found = self.members_of(&suspect);
            if found == suspect.members {
                break;
            }
            suspect.members = found;
            suspect.count(&self.records);
        }
        // As the first review will find it: what falls apart then is not raised.
        let holds = suspect.word.is_some() || {
            let found = self.members_of(&suspect);
            self.writers_of(&found) >= LEAST
        };
        // While everybody writes more than usual, a cause has to show in what its people share.
        let is_loose = suspect.is_loose()
            && (self.is_flood() || self.is_restless())
            && !self.is_beyond_others(&suspect, BEYOND);
        if suspect.people(&self.records) < LEAST || is_loose || !holds {
            self.settled.insert(hot.key, self.now + SETTLED);
            return;
        }
        if self.tell_of_devices(&suspect) {
            return;
        }
        let is_named = |s: &Suspect| s.is_open() && self.is_same_cause(s, &suspect);
        if self.suspects.iter().any(is_named) {
            self.settled.insert(hot.key, self.now + SETTLED);
            return;
        }
        if let Some(place) = self.ended_with(&suspect) {
            self.reopen(place);
            for ticket in &suspect.members {
                self.put(*ticket, place);
            }
            self.review_one(place);
            return;
        }
        self.adopt(suspect);
    }

    /// The tickets from the moment on at which the combination rose.
    fn since_start(&self, tickets: &[TicketNo], hot: &Hot) -> Vec<TicketNo> {
        let rate = hot.mean / seconds(self.now - hot.from).max(60.0);
        let mut best = (f64::MIN, 0);
        for (place, ticket) in tickets.iter().enumerate() {
            let Some(record) = self.records.get(*ticket as usize) else {
                continue;
            };
            let count = real(tickets.len() - place);
            let due = (rate * seconds(self.now - record.at + 60)).max(0.01);
            let ratio = count * (count / due).ln() - (count - due);
            if ratio > best.0 && tickets.len() - place >= LEAST {
                best = (ratio, place);
            }
        }
        tickets.get(best.1..).unwrap_or_default().to_vec()
    }

    fn main_group(&self, tickets: &[TicketNo]) -> GroupNo {
        let mut counts = std::collections::BTreeMap::<GroupNo, usize>::new();
        for ticket in tickets {
            if let Some(record) = self.records.get(*ticket as usize) {
                *counts.entry(record.group).or_default() += 1;
            }
        }
        counts
            .into_iter()
            .max_by_key(|(group, count)| (*count, std::cmp::Reverse(*group)))
            .map_or(0, |(group, _)| group)
    }

    fn writers_of(&self, tickets: &BTreeSet<TicketNo>) -> usize {
        let people: BTreeSet<_> = tickets
            .iter()
            .filter_map(|t| self.records.get(*t as usize).map(|r| r.person))
            .collect();
        people.len()
    }

    /// Tickets since its start that fit and belong to no other open incident.
    fn members_of(&self, suspect: &Suspect) -> BTreeSet<TicketNo> {
        let scale = self.scale();
        self.lately(suspect.since)
            .filter(|t| self.is_free(*t, suspect.no))
            .filter(|t| suspect.judge(*t, &scale) == Verdict::Member)
            .collect()
    }

    /// How each group stood to its usual on the day, before a moment.
    pub(super) fn own_levels(&self, since: i64) -> Vec<f64> {
        let before = (since - SPAN).max(self.started_at);
        let all = real(self.rings.count(Key::Group(ALL), before, since));
        let level = (2.5 + all) / (2.5 + self.usual.expected(ALL, before, since));
        (0..self.groups.len())
            .map(|place| {
                let group = group_no(place);
                let seen = real(self.rings.count(Key::Group(group), before, since));
                let due = self.usual.expected(group, before, since) * level;
                let shape = self.usual.shape(group);
                (shape + seen) / (shape + due)
            })
            .collect()
    }

    /// Tickets beyond the usual since a moment, by group.
    pub(super) fn excess(&self, since: i64) -> Vec<f64> {
        let mut counts = vec![0_usize; self.groups.len()];
        for ticket in self.lately(since) {
            let group = self
                .records
                .get(ticket as usize)
                .map(|r| usize::from(r.group));
            if let Some(count) = group.and_then(|g| counts.get_mut(g)) {
                *count += 1;
            }
        }
        let level = self.level();
        counts
            .into_iter()
            .zip(self.own_levels(since))
            .enumerate()
            .map(|(place, (count, own))| {
                let group = group_no(place);
                real(count) - self.usual.expected(group, since, self.now) * level * own
            })
            .collect()
    }

    /// Tickets from a moment on, newest first.
    pub(super) fn lately(&self, since: i64) -> impl Iterator<Item = TicketNo> + '_ {
        newest(&self.records, since - 60)
            .take(MOST)
            .filter(|(_, r)| !r.is_nobodys)
            .filter_map(|(no, _)| TicketNo::try_from(no).ok())
    }

    /// Whether no other open incident has a ticket.
    fn is_free(&self, ticket: TicketNo, but: u16) -> bool {
        self.records
            .get(ticket as usize)
            .and_then(|r| r.incident)
            .is_none_or(|no| {
                no == but
                    || self
                        .suspects
                        .get(usize::from(no))
                        .is_none_or(|s| !s.is_open() && !s.members.contains(&ticket))
            })
    }

    /// Makes an incident of a suspect: its members count nowhere else, and it is told at once.
    pub(super) fn adopt(&mut self, mut suspect: Suspect) {
        let no = suspect.no;
        let excess = self.excess(suspect.since);
        suspect.learn(&self.records, &self.fleet, self.groups.len(), &excess);
        suspect.find_silent(&self.records, &self.fleet);
        let members: Vec<TicketNo> = suspect.members.iter().copied().collect();
        let watch = self.watches.get(usize::from(suspect.group));
        suspect.has_paged = watch.is_some_and(|watch| watch.woken().next().is_some());
        self.suspects.push(suspect);
        for ticket in members {
            self.explain(ticket, no);
        }
        self.review_one(usize::from(no));
        self.tell_new(usize::from(no));
    }

    /// Looks at all open incidents again: members, facts, silent devices, end.
    pub(super) fn review(&mut self) {
        for place in 0..self.suspects.len() {
            if self.suspects.get(place).is_some_and(Suspect::is_open) {
                self.review_one(place);
            }
        }
        for place in 0..self.suspects.len() {
            let Some(suspect) = self.suspects.get(place) else {
                continue;
            };
            let is_proven = suspect.is_open()
                && !suspect.is_proven
                && suspect.members.len() >= PROVEN
                && self.is_beyond_others(suspect, FAR);
            if is_proven && let Some(suspect) = self.suspects.get_mut(place) {
                suspect.is_proven = true;
            }
        }
        self.join_same();
        let (now, is_flood) = (self.now, self.is_flood());
        let mut freed = Vec::new();
        let drowned: Vec<u16> = self
            .suspects
            .iter()
            .filter(|s| s.is_open() && s.is_loose())
            .filter(|s| {
                let is_drowned = is_flood && !s.is_proven && !self.is_beyond_others(s, BEYOND);
                is_drowned || s.is_scattered(&self.records)
            })
            .map(|s| s.no)
            .collect();
        let scale = self.scale();
        let over: Vec<(u16, Vec<TicketNo>)> = self
            .suspects
            .iter()
            .filter(|s| s.is_open() && s.is_over(&scale))
            .map(|s| (s.no, s.tail(&scale)))
            .collect();
        for suspect in self.suspects.iter_mut().filter(|s| s.is_open()) {
            // A rise that everybody has was none of its own: it is taken back.
            if drowned.contains(&suspect.no) {
                suspect.stage = Stage::Ended(now);
                suspect.odd.clear();
                freed.extend(suspect.members.iter().map(|t| (*t, suspect.no)));
            } else if let Some((_, tail)) = over.iter().find(|(no, _)| *no == suspect.no) {
                suspect.stage = Stage::Ended(now);
                for ticket in tail {
                    suspect.set(*ticket, Verdict::Stranger);
                }
                suspect.count(&self.records);
                freed.extend(tail.iter().map(|t| (*t, suspect.no)));
            }
        }
        for (ticket, from) in freed {
            self.let_go(ticket, from);
        }
    }

    pub(super) fn review_one(&mut self, place: usize) {
        let Some(suspect) = self.suspects.get(place) else {
            return;
        };
        let scale = self.scale();
        let since = suspect.since;
        let verdicts: Vec<(TicketNo, Verdict)> = self
            .lately(since)
            .filter(|t| self.is_free(*t, suspect.no))
            .map(|t| (t, suspect.judge(t, &scale)))
            .collect();
        let no = suspect.no;
        let mut joined = Vec::new();
        let mut left = Vec::new();
        for (ticket, verdict) in &verdicts {
            match (suspect.members.contains(ticket), verdict) {
                (false, Verdict::Member) => joined.push(*ticket),
                (true, Verdict::Odd | Verdict::Stranger) => left.push(*ticket),
                _ => {}
            }
        }
        let changed = !joined.is_empty() || !left.is_empty() || suspect.is_dirty;
        let excess = changed.then(|| self.excess(since));
        let Some(suspect) = self.suspects.get_mut(place) else {
            return;
        };
        for (ticket, verdict) in verdicts {
            suspect.set(ticket, verdict);
        }
        if let Some(excess) = excess {
            suspect.count(&self.records);
            suspect.learn(&self.records, &self.fleet, self.groups.len(), &excess);
            suspect.is_dirty = false;
        }
        suspect.find_silent(&self.records, &self.fleet);
        for ticket in joined {
            self.explain(ticket, no);
        }
        for ticket in left {
            self.let_go(ticket, no);
        }
    }
}
