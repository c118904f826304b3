//! Whether everybody writes: a rise of many groups at once is no incident, and in it nothing but what people share is one.
//!
//! The surge alarm of all groups tells it to people and may wait until it is sure. Here it is seen sooner, because an
//! incident that was raised for nothing is worse than one that waits.

use std::collections::HashSet;

use super::engine::Engine;
use super::record::newest;
use super::rings::{Key, Rings};
use super::stats::{real, surprise};
use super::suspect::Suspect;
use super::usual::{ALL, GroupNo, Usual, group_no};

/// How far back it looks, in seconds.
const LOOKS: [i64; 4] = [1_200, 3_600, 2 * 3_600, 4 * 3_600];

/// A rise is over so many seconds after it was last seen.
const LASTS: i64 = 5_400;

/// Fewest groups that rise.
const GROUPS: usize = 5;

/// How surprising the rest must be without the two groups that rose most; how certain the usual is taken to be.
const LIMIT: f64 = 6.0;
const SHAPE: f64 = 12.0;

/// In a rise of everybody groups rise by different factors; one that rises so many times as much as the others, and by
/// more than chance, has a cause of its own.
pub(super) const BEYOND: f64 = 5.0;
/// So far beyond that nothing later takes it back.
pub(super) const FAR: f64 = 8.0;
const BEYOND_SHAPE: f64 = 3.0;
const BEYOND_LIMIT: f64 = 10.0;

/// So many incidents at once that share nothing are one rise of everybody.
const LOOSE: usize = 3;

/// People that a level is worth before any of them wrote.
const STEADY: f64 = 8.0;
/// The same where a rise of everybody is looked for, which may come at night.
const FEW: f64 = 2.0;

/// Distinct people of all groups but one (or of all) since a moment, and as many as usual; without a group that rises
/// alone, because a second incident is no rise of everybody.
pub(super) fn others(
    rings: &Rings,
    usual: &Usual,
    groups: usize,
    but: GroupNo,
    (from, now): (i64, i64),
) -> (f64, f64) {
    let (mut count, mut all_due) = (0.0, 0.0);
    let mut top = (0.0, 0.0, 0.0);
    for place in 0..groups {
        let group = group_no(place);
        if group == but {
            continue;
        }
        let n = real(rings.count(Key::Group(group), from, now));
        let due = usual.expected(group, from, now);
        count += n;
        all_due += due;
        let excess = n - due;
        if excess > 3.0 * due.sqrt() + 3.0 && excess > top.0 {
            top = (excess, n, due);
        }
    }
    (count - top.1, (all_due - top.2).max(0.0))
}

impl Engine {
    /// Everybody writes more than usual now.
    pub(super) fn is_flood(&self) -> bool {
        self.watch_all.level().is_some() || self.now < self.restless_until
    }

    /// How many times as many as usual write now, incidents apart.
    pub(super) fn level(&self) -> f64 {
        let span = (self.now - 3_600, self.now);
        let (count, due) = others(&self.rings, &self.usual, self.groups.len(), ALL, span);
        ((STEADY + count) / (STEADY + due)).clamp(0.6, 100.0)
    }

    /// For each group how all others stand to their usual in the last hour; never below 1.
    pub(super) fn other_levels(&self) -> Vec<f64> {
        let span = (self.now - 3_600, self.now);
        (0..self.groups.len())
            .map(|place| {
                let group = group_no(place);
                let (count, due) = others(&self.rings, &self.usual, self.groups.len(), group, span);
                ((STEADY + count) / (STEADY + due)).clamp(1.0, 100.0)
            })
            .collect()
    }

    /// Whether an incident's group rises so far beyond all others that a rise of everybody does not explain it.
    pub(super) fn is_beyond_others(&self, suspect: &Suspect, times: f64) -> bool {
        let from = suspect.since.max(self.now - 2 * 3_600) - 60;
        let (mut own, mut others) = (0, 0);
        for (_, record) in newest(&self.records, from + 1).filter(|(_, r)| !r.is_nobodys) {
            if record.group == suspect.group {
                own += 1;
            } else {
                others += 1;
            }
        }
        let due = self.usual.expected(suspect.group, from, self.now);
        let others_due = (self.usual.expected(ALL, from, self.now) - due).max(0.0);
        let due = due * ((FEW + real(others)) / (FEW + others_due)).max(1.0);
        real(own) > times * due && surprise(own, due, BEYOND_SHAPE) > BEYOND_LIMIT
    }

    /// Takes note when many groups rise together, and when that is over.
    pub(super) fn look_at_everybody(&mut self) {
        let was = self.is_flood();
        if self.is_restless() {
            self.restless_until = self.now + LASTS;
        }
        if self.restless_until > self.now - 60 && was && !self.is_flood() {
            self.calm_since = self.now;
        }
    }

    /// Whether many groups rise together, whatever was told of it.
    pub(super) fn is_restless(&self) -> bool {
        let loose = self.suspects.iter().filter(|s| s.is_open() && s.is_loose());
        if loose.count() >= LOOSE {
            return true;
        }
        let news = self.news();
        LOOKS
            .iter()
            .any(|span| self.rises_together(&news, self.now - span))
    }

    /// When somebody wrote in a group for the first time within the longest look, newest first.
    fn news(&self) -> Vec<(i64, GroupNo)> {
        let from = self.now - LOOKS.iter().max().copied().unwrap_or(0);
        let mut people = HashSet::new();
        newest(&self.records, from + 1)
            .map(|(_, r)| r)
            .filter(|r| !r.is_nobodys)
            .filter(|r| {
                // Whom an incident of its own explains, beside everybody, does not make everybody rise.
                r.incident
                    .and_then(|no| self.suspects.get(usize::from(no)))
                    .is_none_or(Suspect::is_loose)
            })
            .filter(|r| people.insert((r.person, r.group)))
            .map(|r| (r.at, r.group))
            .collect()
    }

    fn rises_together(&self, news: &[(i64, GroupNo)], from: i64) -> bool {
        let mut counts = vec![0_usize; self.groups.len()];
        for (_, group) in news.iter().filter(|(at, _)| *at > from) {
            if let Some(count) = counts.get_mut(usize::from(*group)) {
                *count += 1;
            }
        }
        let mut rises: Vec<(f64, f64)> = counts
            .iter()
            .enumerate()
            .map(|(place, count)| {
                let group = group_no(place);
                (real(*count), self.usual.expected(group, from, self.now))
            })
            .collect();
        let rising = rises.iter().filter(|(n, due)| *n > 1.7 * due + 1.0).count();
        if rising < GROUPS {
            return false;
        }
        rises.sort_by(|a, b| (b.0 - b.1).total_cmp(&(a.0 - a.1)));
        let rest = rises.get(2..).unwrap_or_default();
        let (n, due) = rest
            .iter()
            .fold((0.0, 0.0), |(n, d), (c, due)| (n + c, d + due));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a sum of counts"
        )]
        let count = n as usize;
        n > 1.8 * due + 2.0 && surprise(count, due, SHAPE) > LIMIT
    }
}
