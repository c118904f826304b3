//! What is one: the shadow of an incident, what its devices told first, and two that turn out to be the same.

use std::collections::BTreeSet;

use super::engine::Engine;
use super::rings::{Key, TicketNo};
use super::scan::LEAST;
use super::suspect::{Stage, Suspect};

/// An incident that ended so many seconds ago goes on when its cause comes back.
const RETURNS: i64 = 6 * 3_600;

/// What is named like one that ended is the same one within so many seconds; later it is told by itself.
const AGAIN: i64 = 2 * 3_600;

/// Odds at which a ticket of a shadow still belongs to the incident that throws it.
const SHADOW: f64 = -2.5;

impl Engine {
    /// Whether these tickets are what an incident leaves in other groups; it takes those that fit, and comes back
    /// if it was over.
    pub(super) fn is_shadow(&mut self, key: &Key, tickets: &[TicketNo]) -> bool {
        let scale = self.scale();
        let values = match *key {
            Key::Value(_, value) => vec![value],
            Key::Pair(_, way, place) => vec![way, place],
            Key::Group(_) | Key::People | Key::Word(_) => Vec::new(),
        };
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
            // What is named as its cause already is no other cause.
            let is_named = suspect.stage == Stage::Open
                && suspect
                    .top(&self.fleet)
                    .iter()
                    .any(|top| values.contains(top));
            if near * 2 >= tickets.len() || is_named {
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
        if matches!(stage, Stage::Ended(_)) {
            self.reopen(place);
        }
        true
    }

    /// It was not over.
    pub(super) fn reopen(&mut self, place: usize) {
        let Some(suspect) = self.suspects.get_mut(place) else {
            return;
        };
        suspect.stage = Stage::Open;
        suspect.is_dirty = true;
        let (no, members) = (suspect.no, suspect.members.clone());
        // Since it was taken for over, its members may have been let go, or belong to another one.
        let mut kept = BTreeSet::new();
        for ticket in members {
            match self.incident_now(ticket) {
                Some(other) if other != no => continue,
                Some(_) => {}
                None => self.explain(ticket, no),
            }
            kept.insert(ticket);
        }
        if let Some(suspect) = self.suspects.get_mut(place)
            && kept.len() < suspect.members.len()
        {
            suspect.members = kept;
            suspect.count(&self.records);
        }
    }

    /// The incident that has a ticket and goes on, or that had it last.
    fn incident_now(&self, ticket: TicketNo) -> Option<u16> {
        let of = self.records.get(ticket as usize)?.incident?;
        Some(self.survivor(of))
    }

    /// Whether two are of one cause as far as their first fact says.
    pub(super) fn is_same_cause(&self, a: &Suspect, b: &Suspect) -> bool {
        let (a, b) = (a.top(&self.fleet), b.top(&self.fleet));
        a.iter().any(|value| b.contains(value))
    }

    /// The incident of the same group and cause that ended lately.
    pub(super) fn ended_with(&self, found: &Suspect) -> Option<usize> {
        self.suspects.iter().position(|s| {
            let is_late = matches!(s.stage, Stage::Ended(at) if self.now - at < AGAIN);
            is_late && s.group == found.group && self.is_same_cause(s, found)
        })
    }

    /// What devices told before anybody wrote, and what people now write, are one: the first goes on with their tickets.
    pub(super) fn tell_of_devices(&mut self, found: &Suspect) -> bool {
        let devices = found.devices(false, &self.records);
        let place = self.suspects.iter().position(|s| {
            let top = s.top(&self.fleet);
            if top.is_empty() {
                return false;
            }
            let with = devices
                .iter()
                .filter(|d| self.fleet.has_all(**d, &top))
                .count();
            s.is_open()
                && s.is_born_of_devices
                && s.members.len() < LEAST
                && (found.seed.iter().any(|v| top.contains(v))
                    || with >= 3 && with * 5 >= devices.len() * 3)
        });
        let Some(place) = place else {
            return false;
        };
        if let Some(suspect) = self.suspects.get_mut(place) {
            suspect.group = found.group;
        }
        for ticket in &found.members {
            self.put(*ticket, place);
        }
        self.review_one(place);
        true
    }

    /// Two incidents that are one: the same value first, or most of one's tickets fit the other.
    pub(super) fn join_same(&mut self) {
        for place in 0..self.suspects.len() {
            let ended = self.suspects.get(place).filter(|s| s.is_open());
            if let Some(earlier) = ended.and_then(|s| self.ended_with(s)) {
                self.reopen(earlier);
                self.join(place, earlier);
            }
        }
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
                let scale = self.scale();
                let fits = b
                    .members
                    .iter()
                    .filter(|t| a.odds(**t, &scale).sum() > 0.0)
                    .count();
                let is_one = self.is_same_cause(a, b)
                    || !b.members.is_empty() && fits * 10 >= b.members.len() * 7;
                if is_one {
                    self.join(*second, *first);
                }
            }
        }
    }

    /// The first goes on in the second.
    pub(super) fn join(&mut self, from: usize, into: usize) {
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
        let stood = (stays.since, stays.word.clone());
        stays.since = since;
        stays.members.extend(gone.members.iter().copied());
        // Taken out of the one does not mean taken out of the other that it belongs to.
        let split = gone.split.iter().filter(|t| !stays.members.contains(t));
        stays.split.extend(split.copied().collect::<Vec<_>>());
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
            gone.joined = Some(stood);
        }
    }

    /// One that was joined to another goes on by itself again, with the members that it brought.
    pub(super) fn part(&mut self, place: usize) {
        let Some(gone) = self.suspects.get_mut(place) else {
            return;
        };
        let Stage::Joined(into) = gone.stage else {
            return;
        };
        gone.stage = Stage::Open;
        gone.is_dirty = true;
        let stood = gone.joined.take();
        let (no, mut brought) = (gone.no, gone.clone());
        let into = self.survivor(into);
        // What was taken out since, or belongs to another one now, does not come along.
        brought.members.retain(|t| {
            self.records
                .get(*t as usize)
                .is_some_and(|r| r.incident == Some(into))
        });
        let into = usize::from(into);
        if let Some(stays) = self.suspects.get_mut(into) {
            stays.members.retain(|t| !brought.members.contains(t));
            stays.odd.retain(|t| !brought.odd.contains(t));
            stays.split.retain(|t| !brought.split.contains(t));
            stays.pinned.retain(|t| !brought.pinned.contains(t));
            if let Some((since, word)) = stood {
                stays.since = since;
                stays.word = word;
            }
            stays.count(&self.records);
            stays.is_dirty = true;
        }
        for ticket in &brought.members {
            self.explain(*ticket, no);
        }
        if let Some(gone) = self.suspects.iter_mut().find(|s| s.no == no) {
            gone.members = brought.members;
            gone.count(&self.records);
        }
    }
}
