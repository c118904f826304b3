//! Where a ticket goes: into an open incident, into the counts, or with others into a new incident.

use super::engine::{Decision, Engine};
use super::rings::{Key, SPAN, TicketNo};
use super::scan::{Hot, LEAST, Scene};
use super::stats::{real, seconds};
use super::suspect::{Stage, Suspect, Verdict};
use super::usual::{ALL, GroupNo};
use crate::domain::ids::{GroupId, IncidentId};

/// Rounds in which a new incident finds its members.
const ROUNDS: usize = 4;

/// A combination that turned out to be no incident is left alone for so many seconds.
const SETTLED: i64 = 600;

/// An incident that ended so many seconds ago goes on when its cause comes back.
const RETURNS: i64 = 6 * 3_600;

/// Most tickets that a review goes through.
const MOST: usize = 6_000;

/// Odds at which a ticket of a shadow still belongs to the incident that throws it.
const SHADOW: f64 = -2.5;

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
    fn put(&mut self, ticket: TicketNo, place: usize) {
        let Some(suspect) = self.suspects.get_mut(place) else {
            return;
        };
        suspect.set(ticket, Verdict::Member);
        suspect.count(&self.records);
        suspect.is_dirty = true;
        let no = suspect.no;
        self.explain(ticket, no);
    }

    /// A ticket belongs to an incident: it counts nowhere else.
    fn explain(&mut self, ticket: TicketNo, incident: u16) {
        self.count_out(ticket);
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        record.incident = Some(incident);
        let (group, at) = (record.group, record.at);
        self.unlearn_hour(at, group);
        self.unlearn_hour(at, ALL);
    }

    fn count_in(&mut self, ticket: TicketNo) {
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        if !record.is_learned {
            record.is_learned = true;
            self.lexis.learn(&record.stems);
        }
        let mut keys = Vec::new();
        if record.in_group {
            keys.extend(record.group_keys(&self.fleet));
        }
        if record.in_all {
            keys.extend(record.all_keys());
        }
        let at = record.at;
        for key in keys {
            self.rings.add(key, at, ticket);
        }
    }

    fn count_out(&mut self, ticket: TicketNo) {
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        if std::mem::take(&mut record.is_learned) {
            self.lexis.unlearn(&record.stems);
        }
        let mut keys = Vec::new();
        if std::mem::take(&mut record.in_group) {
            keys.extend(record.group_keys(&self.fleet));
        }
        if std::mem::take(&mut record.in_all) {
            keys.extend(record.all_keys());
        }
        let at = record.at;
        for key in keys {
            self.rings.remove(key, at, ticket);
        }
    }

    /// The combination of a ticket that surprises most.
    fn scan(&mut self, ticket: TicketNo) -> Option<Hot> {
        let record = self.records.get(ticket as usize)?;
        let mut keys = Vec::new();
        if record.in_group {
            keys.extend(record.group_keys(&self.fleet));
        }
        if record.in_all {
            keys.extend(record.all_keys());
        }
        let is_flood = self.is_flood();
        let mut scene = Scene {
            now: self.now,
            rings: &self.rings,
            fleet: &mut self.fleet,
            usual: &self.usual,
            lexis: &self.lexis,
            records: &self.records,
            slugs: &self.slugs,
            started: self.started_at,
            calm_since: self.calm_since,
            is_flood,
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
        if self.is_shadow(&tickets) {
            self.settled.insert(hot.key, self.now + SETTLED);
            return;
        }
        let Ok(no) = u16::try_from(self.suspects.len()) else {
            return;
        };
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
            Key::Group(_) | Key::Word(_) => Vec::new(),
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
        // While everybody writes more than usual, a cause has to show in what its people share.
        if suspect.people(&self.records) < LEAST || self.is_flood() && suspect.is_bare() {
            self.settled.insert(hot.key, self.now + SETTLED);
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

    /// Tickets since its start that fit and belong to no other open incident.
    fn members_of(&self, suspect: &Suspect) -> std::collections::BTreeSet<TicketNo> {
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
                let group = GroupNo::try_from(place).unwrap_or(ALL - 1);
                let seen = real(self.rings.count(Key::Group(group), before, since));
                let due = self.usual.expected(group, before, since) * level;
                let shape = self.usual.shape(group);
                (shape + seen) / (shape + due)
            })
            .collect()
    }

    /// Tickets beyond the usual since a moment, by group.
    fn excess(&self, since: i64) -> Vec<f64> {
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
                let group = GroupNo::try_from(place).unwrap_or(ALL - 1);
                real(count) - self.usual.expected(group, since, self.now) * level * own
            })
            .collect()
    }

    /// Tickets from a moment on, newest first.
    fn lately(&self, since: i64) -> impl Iterator<Item = TicketNo> + '_ {
        self.records
            .iter()
            .enumerate()
            .rev()
            // Late ones may stand an hour behind their place.
            .take_while(move |(_, r)| r.at >= since - 3_600)
            .take(MOST)
            .filter(move |(_, r)| r.at >= since - 60 && !r.is_automatic)
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

    /// Whether these tickets are what an incident leaves in other groups; it takes those that fit, and comes back
    /// if it was over.
    fn is_shadow(&mut self, tickets: &[TicketNo]) -> bool {
        let scale = self.scale();
        let mut caster = None;
        for (place, suspect) in self.suspects.iter().enumerate() {
            let may = match suspect.stage {
                Stage::Open => true,
                Stage::Ended(at) => self.now - at < RETURNS,
                Stage::Joined(_) => false,
            };
            if !may {
                continue;
            }
            let near = tickets
                .iter()
                .filter(|t| suspect.odds(**t, &scale).sum() > SHADOW)
                .count();
            if near * 2 >= tickets.len() {
                caster = Some((place, suspect.stage));
                break;
            }
        }
        let Some((place, stage)) = caster else {
            return false;
        };
        let fitting: Vec<TicketNo> = match self.suspects.get(place) {
            Some(suspect) => {
                let bar = if stage == Stage::Open { -1.0 } else { SHADOW };
                tickets
                    .iter()
                    .copied()
                    .filter(|t| suspect.odds(*t, &scale).sum() > bar)
                    .collect()
            }
            None => return false,
        };
        for ticket in fitting {
            self.put(ticket, place);
        }
        if let Some(suspect) = self.suspects.get_mut(place)
            && matches!(stage, Stage::Ended(_))
        {
            suspect.stage = Stage::Open;
            suspect.is_dirty = true;
        }
        true
    }

    /// Makes an incident of a suspect: its members count nowhere else, and it is told at once.
    pub(super) fn adopt(&mut self, mut suspect: Suspect) {
        let no = suspect.no;
        let excess = self.excess(suspect.since);
        suspect.learn(&self.records, &self.fleet, self.groups.len(), &excess);
        suspect.find_silent(&self.records, &self.fleet);
        let members: Vec<TicketNo> = suspect.members.iter().copied().collect();
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
        self.join_same();
        let (now, is_flood) = (self.now, self.is_flood());
        for suspect in self.suspects.iter_mut().filter(|s| s.is_open()) {
            // A rise that everybody has was none of its own.
            if suspect.is_over(now) || is_flood && suspect.is_bare() {
                suspect.stage = Stage::Ended(now);
            }
        }
    }

    fn review_one(&mut self, place: usize) {
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
        let excess = self.excess(since);
        let mut joined = Vec::new();
        let mut left = Vec::new();
        let Some(suspect) = self.suspects.get_mut(place) else {
            return;
        };
        for (ticket, verdict) in verdicts {
            let was = suspect.members.contains(&ticket);
            match (was, verdict) {
                (false, Verdict::Member) => joined.push(ticket),
                (true, Verdict::Odd | Verdict::Stranger) => left.push(ticket),
                _ => {}
            }
            suspect.set(ticket, verdict);
        }
        let changed = !joined.is_empty() || !left.is_empty() || suspect.is_dirty;
        if changed {
            suspect.count(&self.records);
            suspect.learn(&self.records, &self.fleet, self.groups.len(), &excess);
            suspect.is_dirty = false;
        }
        suspect.find_silent(&self.records, &self.fleet);
        for ticket in joined {
            self.explain(ticket, no);
        }
        for ticket in left {
            if let Some(record) = self.records.get_mut(ticket as usize) {
                record.incident = None;
            }
        }
    }

    /// Two incidents that are one: same group, and the same value first, or most of one's tickets fit the other.
    fn join_same(&mut self) {
        let open: Vec<usize> = (0..self.suspects.len())
            .filter(|p| self.suspects.get(*p).is_some_and(Suspect::is_open))
            .collect();
        for (nth, first) in open.iter().enumerate() {
            for second in open.iter().skip(nth + 1) {
                let (Some(a), Some(b)) = (self.suspects.get(*first), self.suspects.get(*second))
                else {
                    continue;
                };
                if !a.is_open() || !b.is_open() {
                    continue;
                }
                let top = |s: &Suspect| s.shared.first().map(|s| s.value);
                let scale = self.scale();
                let fits = b
                    .members
                    .iter()
                    .filter(|t| a.odds(**t, &scale).sum() > 0.0)
                    .count();
                let same_value = top(a).is_some() && top(a) == top(b);
                let is_one = same_value && a.group == b.group
                    || !b.members.is_empty() && fits * 10 >= b.members.len() * 7;
                if is_one {
                    self.join(*second, *first);
                }
            }
        }
    }

    /// The first goes on in the second.
    fn join(&mut self, from: usize, into: usize) {
        let Some(gone) = self.suspects.get(from).cloned() else {
            return;
        };
        let since = self
            .suspects
            .get(into)
            .map_or(gone.since, |s| s.since.min(gone.since));
        let excess = self.excess(since);
        let Some(stays) = self.suspects.get_mut(into) else {
            return;
        };
        let no = stays.no;
        stays.since = since;
        stays.members.extend(gone.members.iter().copied());
        stays.split.extend(gone.split.iter().copied());
        stays.pinned.extend(gone.pinned.iter().copied());
        if stays.word.is_none() {
            stays.word.clone_from(&gone.word);
        }
        stays.count(&self.records);
        stays.learn(&self.records, &self.fleet, self.groups.len(), &excess);
        for ticket in &gone.members {
            if let Some(record) = self.records.get_mut(*ticket as usize) {
                record.incident = Some(no);
            }
        }
        if let Some(gone) = self.suspects.get_mut(from) {
            gone.stage = Stage::Joined(no);
        }
    }

    /// Staff put a ticket into another group.
    pub(super) fn regroup(&mut self, ticket: TicketNo, group: &GroupId) {
        let group = self.group(group);
        let Some(record) = self.records.get(ticket as usize) else {
            return;
        };
        if record.group == group {
            return;
        }
        let (in_group, in_all) = (record.in_group, record.in_all);
        self.count_out(ticket);
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        record.group = group;
        record.also = None;
        record.confidence = 1.0;
        (record.in_group, record.in_all) = (in_group, in_all);
        if in_group || in_all {
            self.count_in(ticket);
        }
        for suspect in self.suspects.iter_mut().filter(|s| s.is_open()) {
            suspect.is_dirty = true;
        }
    }

    /// What an agent decided stays so.
    pub(super) fn decide(&mut self, decision: &Decision) {
        match decision {
            Decision::Split { ticket, incident } => {
                let (Some(ticket), Some(place)) =
                    (self.ticket_no(ticket), self.open_place(incident))
                else {
                    return;
                };
                if let Some(suspect) = self.suspects.get_mut(place) {
                    suspect.pinned.remove(&ticket);
                    suspect.split.insert(ticket);
                    suspect.set(ticket, Verdict::Stranger);
                    suspect.count(&self.records);
                    suspect.is_dirty = true;
                }
                if let Some(record) = self.records.get_mut(ticket as usize) {
                    record.incident = None;
                }
            }
            Decision::Pin { ticket, incident } => {
                let (Some(ticket), Some(place)) =
                    (self.ticket_no(ticket), self.open_place(incident))
                else {
                    return;
                };
                for suspect in &mut self.suspects {
                    suspect.set(ticket, Verdict::Stranger);
                    suspect.pinned.remove(&ticket);
                }
                if let Some(suspect) = self.suspects.get_mut(place) {
                    suspect.split.remove(&ticket);
                    suspect.pinned.insert(ticket);
                }
                self.put(ticket, place);
            }
            Decision::Join { incident, into } => {
                if let (Some(from), Some(into)) = (self.open_place(incident), self.open_place(into))
                    && from != into
                {
                    self.join(from, into);
                }
            }
        }
    }

    /// The place of an incident; of the one that it was joined to.
    fn open_place(&self, incident: &IncidentId) -> Option<usize> {
        let number: u16 = incident.as_str().strip_prefix('i')?.parse().ok()?;
        let place = usize::from(self.survivor(number.checked_sub(1)?));
        (place < self.suspects.len()).then_some(place)
    }
}
