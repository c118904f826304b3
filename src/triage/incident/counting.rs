//! Where a ticket counts: in the rings, in the hours of the usual, among the words, in the surge alarms.
//!
//! Invariant: a ticket stands in the rings unless an incident explains it or it is nobody's. One that leaves an incident
//! counts again as it did before. A person counts in a group by one ticket; when that one goes away, by another.

use super::engine::{Engine, SAME_PERSON, bump, is_news};
use super::fleet::Sign;
use super::record::newest;
use super::rings::{SPAN, TicketNo};
use super::surge::Writer;
use super::suspect::{Stage, Suspect, Verdict};
use super::usual::{ALL, GroupNo};
use crate::domain::ids::GroupId;

impl Engine {
    /// A ticket belongs to an incident: it counts nowhere else.
    pub(super) fn explain(&mut self, ticket: TicketNo, incident: u16) {
        self.count_out(ticket);
        if let Some(record) = self.records.get_mut(ticket as usize) {
            record.incident = Some(incident);
        }
    }

    /// A ticket belongs to this incident no more: it counts as if it had never been in one.
    pub(super) fn let_go(&mut self, ticket: TicketNo, from: u16) {
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        if record.incident.take_if(|of| *of == from).is_none() {
            return;
        }
        if record.is_nobodys {
            return;
        }
        self.count_in(ticket);
        self.watch_again(ticket);
    }

    pub(super) fn count_in(&mut self, ticket: TicketNo) {
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        if !std::mem::take(&mut record.is_out) {
            return;
        }
        if !std::mem::replace(&mut record.is_learned, true) {
            self.lexis.learn_whole(&record.stems, record.is_howto);
        }
        for key in record.keys(&self.fleet) {
            self.rings.add(key, record.at, ticket);
        }
        if record.in_group {
            bump(&mut self.hours, record.at, record.group);
            // A person counts for everybody once in each group: so both sides of a comparison saturate alike.
            bump(&mut self.hours, record.at, ALL);
        }
    }

    pub(super) fn count_out(&mut self, ticket: TicketNo) {
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        if std::mem::replace(&mut record.is_out, true) {
            return;
        }
        if std::mem::take(&mut record.is_learned) {
            self.lexis.unlearn_whole(&record.stems, record.is_howto);
        }
        for key in record.keys(&self.fleet) {
            self.rings.remove(key, record.at, ticket);
        }
        let (is_counted, at, group) = (record.in_group, record.at, record.group);
        if is_counted {
            self.unlearn_hour(at, group);
            self.unlearn_hour(at, ALL);
        }
    }

    /// A person turned out to be explained: they are not of the usual.
    fn unlearn_hour(&mut self, at: i64, group: GroupNo) {
        if let Some(count) = self
            .hours
            .get_mut(&(at - at.rem_euclid(3_600)))
            .and_then(|counts| counts.get_mut(usize::from(group)))
        {
            *count = count.saturating_sub(1);
        }
    }

    /// Staff put a ticket into another group.
    pub(super) fn regroup(&mut self, ticket: TicketNo, group: &GroupId) {
        let group = self.group(group);
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        let old = record.group;
        if old == group {
            return;
        }
        let (person, at, is_nobodys) = (record.person, record.at, record.is_nobodys);
        let was_out = record.is_out;
        self.count_out(ticket);
        self.hand_on(ticket, old);
        let is_counted = !is_nobodys && is_news(&mut self.counted, person, group, at);
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        record.group = group;
        record.also = None;
        record.confidence = 1.0;
        record.in_group = is_counted;
        if is_nobodys {
            return;
        }
        if !was_out {
            self.count_in(ticket);
        }
        self.watch_all.regroup(ticket, group);
        if let Some(watch) = self.watches.get_mut(usize::from(group)) {
            watch.see(at, person, ticket);
        }
        self.watch_again(ticket);
        for suspect in self.suspects.iter_mut().filter(|s| s.is_open()) {
            suspect.is_dirty = true;
        }
    }

    /// A ticket is not on the desk any more.
    pub(super) fn forget(&mut self, ticket: TicketNo) {
        for suspect in &mut self.suspects {
            let is_of_it = [
                &suspect.members,
                &suspect.odd,
                &suspect.split,
                &suspect.pinned,
            ];
            if !is_of_it.iter().any(|tickets| tickets.contains(&ticket)) {
                continue;
            }
            suspect.set(ticket, Verdict::Stranger);
            suspect.split.remove(&ticket);
            suspect.pinned.remove(&ticket);
            suspect.count(&self.records);
            suspect.is_dirty = true;
            // Nobody is left who says anything.
            if suspect.is_open() && suspect.members.is_empty() && suspect.silent.is_empty() {
                suspect.stage = Stage::Ended(self.now);
            }
        }
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        record.incident = None;
        // What is so old is in no count that is looked at, and its words were usual ones: desks let go of what was closed long ago.
        let is_old = record.at < self.now - SPAN - SAME_PERSON;
        let was_nobodys = std::mem::replace(&mut record.is_nobodys, true);
        let group = record.group;
        if is_old || was_nobodys {
            // An alarm that stands for long still counts who wrote first.
            self.strike(ticket, group);
            self.strike(ticket, ALL);
            return;
        }
        self.count_out(ticket);
        self.hand_on(ticket, group);
        self.hand_on(ticket, ALL);
    }

    /// A person counts in a group (or among all) by this ticket no more, but by another one of theirs, if there is one. The
    /// ticket must be out of the rings.
    fn hand_on(&mut self, ticket: TicketNo, group: GroupNo) {
        self.strike(ticket, group);
        let Some(record) = self.records.get_mut(ticket as usize) else {
            return;
        };
        let (person, at) = (record.person, record.at);
        let was_counted = if group == ALL {
            std::mem::take(&mut record.in_all)
        } else {
            std::mem::take(&mut record.in_group)
        };
        if !was_counted {
            return;
        }
        if self.counted.get(&(person, group)) == Some(&at) {
            self.counted.remove(&(person, group));
        }
        // What is so old is in no count that is still looked at.
        if at < self.now - SPAN - SAME_PERSON {
            return;
        }
        let Some((heir, at)) = self.heir(ticket, group) else {
            return;
        };
        let last = self.counted.entry((person, group)).or_insert(at);
        *last = at.max(*last);
        let was_out = self.records.get(heir as usize).is_none_or(|r| r.is_out);
        self.count_out(heir);
        if let Some(record) = self.records.get_mut(heir as usize) {
            if group == ALL {
                record.in_all = true;
            } else {
                record.in_group = true;
            }
        }
        if !was_out {
            self.count_in(heir);
        }
        self.watch_again(heir);
    }

    /// The alarm of a group (or of all) counts this ticket no more.
    fn strike(&mut self, ticket: TicketNo, group: GroupNo) {
        if group == ALL {
            self.watch_all.strike(ticket);
        } else if let Some(watch) = self.watches.get_mut(usize::from(group)) {
            watch.strike(ticket);
        }
    }

    /// The first ticket by which the person of this one counts in a group now, and when it was written.
    fn heir(&self, ticket: TicketNo, group: GroupNo) -> Option<(TicketNo, i64)> {
        let own = self.records.get(ticket as usize)?;
        let others = newest(&self.records, own.at - 2 * SAME_PERSON);
        let (mut counted, mut free) = (Vec::new(), Vec::new());
        for (no, record) in others {
            let is_theirs = record.person == own.person && !record.is_nobodys;
            if !is_theirs || no == ticket as usize || (group != ALL && record.group != group) {
                continue;
            }
            let is_counted = if group == ALL {
                record.in_all
            } else {
                record.in_group
            };
            if is_counted {
                counted.push(record.at);
            } else if let Ok(no) = TicketNo::try_from(no) {
                free.push((record.at, no));
            }
        }
        let is_near = |a: i64, b: i64| (a - b).abs() < SAME_PERSON;
        free.into_iter()
            .filter(|(at, _)| is_near(*at, own.at))
            .filter(|(at, _)| !counted.iter().any(|other| is_near(*at, *other)))
            .min()
            .map(|(at, no)| (no, at))
    }

    /// Counts a new ticket's person for the surge alarms.
    pub(super) fn watch(&mut self, no: TicketNo) {
        let Some((person, writer)) = self.writer(no) else {
            return;
        };
        let Some(record) = self.records.get(no as usize) else {
            return;
        };
        let (in_group, in_all) = (record.in_group, record.in_all);
        let is_explained = self.is_explained_elsewhere(no);
        let watch = self.watches.get_mut(usize::from(writer.group));
        if let Some(watch) = watch.filter(|_| !is_explained) {
            watch.see(self.now, person, no);
            if in_group {
                watch.add(self.now, (no, person), writer);
            }
        }
        self.watch_all.see(self.now, person, no);
        if in_all {
            self.watch_all.add(self.now, (no, person), writer);
        }
    }

    /// Counts the person of a ticket of before, at the time at which they wrote, where they do not count yet.
    pub(super) fn watch_again(&mut self, no: TicketNo) {
        let Some((person, writer)) = self.writer(no) else {
            return;
        };
        let Some(record) = self.records.get(no as usize) else {
            return;
        };
        let (at, in_group, in_all) = (record.at, record.in_group, record.in_all);
        let is_explained = self.is_explained_elsewhere(no);
        let now = self.now;
        let watch = self.watches.get_mut(usize::from(writer.group));
        if let Some(watch) = watch.filter(|_| in_group && !is_explained) {
            watch.admit(at, (no, person), writer, now);
        }
        if in_all {
            self.watch_all.admit(at, (no, person), writer, now);
        }
    }

    /// What an incident of another group explains is no news of this one: one alarm for one cause.
    fn is_explained_elsewhere(&self, no: TicketNo) -> bool {
        let Some(record) = self.records.get(no as usize) else {
            return false;
        };
        let incident = record
            .incident
            .and_then(|no| self.suspects.get(usize::from(no)));
        incident.is_some_and(|s: &Suspect| s.is_open() && s.group != record.group)
    }

    /// Who wrote a ticket, as the alarms see them.
    fn writer(&self, no: TicketNo) -> Option<(u32, Writer)> {
        let record = self.records.get(no as usize)?;
        let sign = Sign::ALL
            .into_iter()
            .find(|s| self.groups.get(usize::from(record.group)) == Some(&s.group()));
        let fails = sign.and_then(|sign| {
            let failing = self.fleet.failing(record.device?, sign);
            failing.at_or_after(self.now - 1_800)
        });
        let site = record
            .values
            .iter()
            .copied()
            .find(|v| self.fleet.name(*v).0 == "site");
        let writer = Writer {
            group: record.group,
            site,
            fails,
        };
        Some((record.person, writer))
    }
}
