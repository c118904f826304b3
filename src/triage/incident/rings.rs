//! Who wrote lately, by every combination that may turn out to be a cause: the scan's index.
//!
//! Invariant: a ring holds tickets of distinct people, in order of time, that no open incident explains.

use std::collections::{HashMap, VecDeque};

use super::fleet::ValueId;
use super::usual::GroupNo;

/// How far back a scan looks, in seconds.
pub(crate) const SPAN: i64 = 8 * 3_600;

/// Number of a ticket, in the order of arrival.
pub(crate) type TicketNo = u32;

/// What a ring counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// A group; or all, where a person counts once in each group.
    Group(GroupNo),
    /// All, where a person counts once.
    People,
    /// A group's tickets with a value.
    Value(GroupNo, ValueId),
    /// A group's tickets with two values.
    Pair(GroupNo, ValueId, ValueId),
    /// Tickets with an unknown word.
    Word(u32),
}

/// The rings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rings {
    by_key: HashMap<Key, VecDeque<Entry>>,
    /// The second from which entries count.
    base: Option<i64>,
    /// The facts known of each ticket's device, see [`Rings::know`].
    facts: Vec<u64>,
}

/// Seconds since the base, and the ticket: half the memory of full seconds.
type Entry = (i32, TicketNo);

impl Rings {
    fn short(&self, at: i64) -> i32 {
        let since = at - self.base.unwrap_or(at);
        i32::try_from(since).unwrap_or(if since < 0 { i32::MIN } else { i32::MAX })
    }
    pub(crate) fn add(&mut self, key: Key, at: i64, ticket: TicketNo) {
        // A ticket of long ago (a broken clock on the desk) must not leave all others without a time of their own.
        if self
            .base
            .is_none_or(|base| i32::try_from(at - base).is_err_and(|_| at > base))
        {
            self.by_key.clear();
            self.base = Some(at);
        }
        let (entry, oldest) = ((self.short(at), ticket), self.short(at - SPAN));
        let ring = self.by_key.entry(key).or_default();
        if ring.back().is_none_or(|last| *last < entry) {
            ring.push_back(entry);
        } else if let Err(place) = ring.binary_search(&entry) {
            ring.insert(place, entry);
        }
        while ring.front().is_some_and(|(first, _)| *first < oldest) {
            ring.pop_front();
        }
    }
    pub(crate) fn remove(&mut self, key: Key, at: i64, ticket: TicketNo) {
        let entry = (self.short(at), ticket);
        if let Some(ring) = self.by_key.get_mut(&key)
            && let Ok(place) = ring.binary_search(&entry)
        {
            ring.remove(place);
        }
    }
    /// How many in (from, to].
    pub(crate) fn count(&self, key: Key, from: i64, to: i64) -> usize {
        let (from, to) = (self.short(from), self.short(to));
        self.by_key.get(&key).map_or(0, |ring| {
            let after = |second: i32| ring.partition_point(|(at, _)| *at <= second);
            after(to).saturating_sub(after(from))
        })
    }
    /// The tickets in (from, to], oldest first.
    pub(crate) fn tickets(&self, key: Key, from: i64, to: i64) -> Vec<TicketNo> {
        self.between(key, from, to).collect()
    }
    fn between(&self, key: Key, from: i64, to: i64) -> impl Iterator<Item = TicketNo> + '_ {
        let (from, to) = (self.short(from), self.short(to));
        let ring = self.by_key.get(&key).into_iter();
        ring.flat_map(move |ring| {
            let after = |second: i32| ring.partition_point(|(at, _)| *at <= second);
            let (start, end) = (after(from), after(to));
            ring.range(start.min(end)..end).map(|(_, ticket)| *ticket)
        })
    }
    /// Keeps which facts are known of the device of a ticket, a bit each; asked by [`Rings::count_known`].
    pub(crate) fn know(&mut self, ticket: TicketNo, facts: u64) {
        let place = ticket as usize;
        if self.facts.len() <= place {
            self.facts.resize(place + 1, 0);
        }
        if let Some(slot) = self.facts.get_mut(place) {
            *slot = facts;
        }
    }
    /// How many in (from, to] of which all these facts are known.
    pub(crate) fn count_known(&self, key: Key, facts: u64, (from, to): (i64, i64)) -> usize {
        let of = |ticket: TicketNo| self.facts.get(ticket as usize).copied().unwrap_or(0);
        let known = self
            .between(key, from, to)
            .filter(|t| of(*t) & facts == facts);
        known.count()
    }
    /// Forgets what is too old for any scan.
    pub(crate) fn prune(&mut self, now: i64) {
        let oldest = self.short(now - SPAN);
        self.by_key.retain(|_, ring| {
            while ring.front().is_some_and(|(first, _)| *first < oldest) {
                ring.pop_front();
            }
            if ring.capacity() > 16 && ring.capacity() > 2 * ring.len() {
                ring.shrink_to_fit();
            }
            !ring.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_of_the_year_one_takes_no_time_from_those_of_today() {
        let mut rings = Rings::default();
        let (long_ago, now) = (-62_000_000_000, 1_790_000_000);
        rings.add(Key::People, long_ago, 0);
        for nth in 0..3 {
            rings.add(Key::People, now + i64::from(nth) * 60, nth + 1);
        }
        assert_eq!(rings.tickets(Key::People, now, now + 60), [2]);
        assert_eq!(rings.count(Key::People, now - 1, now + 120), 3);
    }
}
