//! The scan: is a combination written about by more people than chance brings?
//!
//! What is expected is the usual of the group, times the level that everybody else has right now, times the value's
//! share of the fleet, corrected by the group's tickets that have another value; each with its uncertainty. So a
//! flood of everything surprises no combination. The surprise is -ln P of that many or more (`stats`), and each
//! family of combinations has its own limit, because it has more or fewer members to err in.

use std::cell::RefCell;

use super::fleet::{Fleet, ValueId};
use super::rings::{Key, Rings, SPAN};
use super::stats::real;
use super::usual::{ALL, GroupNo, Usual};
use super::words::Lexis;

/// How far back each look goes, in seconds.
const LOOKS: [i64; 8] = [300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 28_800];

/// Fewest distinct people.
pub(crate) const LEAST: usize = 5;

/// How many people the level of the others is worth before any of them wrote.
const OTHERS: f64 = 2.5;

/// How certain a group's level may be at most, as a shape: from its past, and beside its own other tickets.
const MOST_CERTAIN: f64 = 25.0;
const MOST_PRIOR: f64 = 6.0;

/// More surprise that a combination needs while everybody writes more than usual.
const FLOOD: f64 = 12.0;

/// How surprising the others' rise is when it counts as one, and how certain the usual is taken to be.
const RISE: f64 = 6.0;
const RISE_SHAPE: f64 = 10.0;
const LOOK_AROUND: i64 = 3 * 3_600;

/// How many times as often as in the fleet a place is behind a ticket of a group that only some places have.
const FEW_PLACES: f64 = 4.0;

/// Fewest distinct people then.
const FLOOD_LEAST: usize = 12;

/// A combination that is too much for chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hot {
    pub(crate) key: Key,
    pub(crate) from: i64,
    pub(crate) people: usize,
    pub(crate) mean: f64,
    /// Surprise above the limit.
    pub(crate) margin: f64,
}

/// What a scan looks at.
pub(crate) struct Scene<'a> {
    pub(crate) now: i64,
    pub(crate) rings: &'a Rings,
    pub(crate) fleet: &'a mut Fleet,
    pub(crate) usual: &'a Usual,
    pub(crate) lexis: &'a Lexis,
    pub(crate) slugs: &'a [String],
    /// Nothing was seen before.
    pub(crate) started: i64,
    /// A general rise ended then; what is before it says nothing of a cause.
    pub(crate) calm_since: i64,
    pub(crate) is_flood: bool,
    /// What the other groups do, by group and moment, as far as it was asked.
    pub(crate) known: RefCell<Vec<Others>>,
}

/// A group and a moment, and what all other groups have done since: people, and as many as usual.
type Others = ((GroupNo, i64), (f64, f64));

/// Two uncertainties as one shape.
fn both(a: f64, b: f64) -> f64 {
    1.0 / (1.0 / a + 1.0 / b)
}

impl Scene<'_> {
    /// The surprise that a family must pass; found by simulation (`docs/engine-incidents.md`).
    fn limit(&self, key: Key) -> f64 {
        match key {
            Key::Group(_) | Key::People => 12.5,
            Key::Value(ALL, _) => 13.5,
            Key::Value(group, value) => {
                let slug = self
                    .slugs
                    .get(usize::from(group))
                    .map_or("", String::as_str);
                match (slug, self.fleet.name(value).0) {
                    // A client or a gateway explains what its own group writes about, sooner than a chance does.
                    ("video", "video_client_version") | ("vpn", "gateway" | "vpn_version") => 11.0,
                    _ => 12.5,
                }
            }
            Key::Pair(..) => 13.0,
            Key::Word(_) => 11.5,
        }
    }
    /// The look at which a combination surprises most, if it passes the limit.
    pub(crate) fn look(&mut self, key: Key) -> Option<Hot> {
        let mut best: Option<Hot> = None;
        let mut last = 0;
        for span in LOOKS {
            let from = (self.now - span).max(self.calm_since);
            let people = self.rings.count(key, from, self.now);
            // A longer look that finds nobody more says less. Pairs and new words are rare; of the others something rises
            // every day.
            let enough = match key {
                Key::Pair(..) | Key::Word(_) => LEAST,
                Key::Group(_) | Key::People | Key::Value(..) => LEAST + 2,
            };
            if people < enough || people == last {
                continue;
            }
            last = people;
            let Some((mean, surprise)) = self.surprise(key, from, people) else {
                continue;
            };
            let most = best.map_or(0.0, |b| b.margin);
            let mut margin = surprise - self.limit(key);
            if margin > most && (self.is_flood || self.others_rise(key, from)) {
                margin -= FLOOD;
                if people < FLOOD_LEAST {
                    continue;
                }
            }
            if margin > most {
                best = Some(Hot {
                    key,
                    from,
                    people,
                    mean,
                    margin,
                });
            }
        }
        best
    }
    /// Whether all others rise as well, now or in the last hours, so that this rise says little of a cause.
    fn others_rise(&self, key: Key, from: i64) -> bool {
        let (ring, group, share) = match key {
            Key::Group(ALL) | Key::People | Key::Word(_) => return false,
            Key::Value(ALL, value) => (key, ALL, self.fleet.share(value)),
            Key::Group(group) | Key::Value(group, _) | Key::Pair(group, ..) => {
                (Key::Group(group), group, 1.0)
            }
        };
        [from, (self.now - LOOK_AROUND).max(self.calm_since)]
            .into_iter()
            .any(|from| {
                let (mut n, mut due) = self.others(group, from);
                if group == ALL {
                    n -= real(self.rings.count(ring, from, self.now));
                    due *= 1.0 - share;
                }
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a sum of counts"
                )]
                let count = n.max(0.0) as usize;
                n > 2.0 * due + 2.0 && super::stats::surprise(count, due, RISE_SHAPE) > RISE
            })
    }
    /// Distinct people of the other groups since a moment, and as many as usual.
    fn others(&self, group: GroupNo, from: i64) -> (f64, f64) {
        let mut known = self.known.borrow_mut();
        if let Some((_, others)) = known.iter().find(|(key, _)| *key == (group, from)) {
            return *others;
        }
        let groups = self.slugs.len();
        let others = super::flood::others(self.rings, self.usual, groups, group, (from, self.now));
        known.push(((group, from), others));
        others
    }
    fn surprise(&mut self, key: Key, from: i64, people: usize) -> Option<(f64, f64)> {
        let (mean, shape) = match key {
            Key::Group(ALL) | Key::People => return None,
            Key::Group(group) => self.group(group, from),
            Key::Value(group, value) => {
                let share = self.share(group, value, self.fleet.share(value));
                self.part(group, from, people, share, &[value], key)?
            }
            Key::Pair(group, a, b) => {
                let (with, of) = self.fleet.count_both(a, b);
                let share = self.share(group, b, super::fleet::share(with, of));
                self.part(group, from, people, share, &[a, b], key)?
            }
            Key::Word(word) => {
                let of = self.rings.count(Key::People, from, self.now);
                let (with, all) = self.lexis.usual(word);
                let before = real(all.saturating_sub(of));
                if before < 30.0 {
                    return None;
                }
                let seen = real(with.saturating_sub(people)) + self.lexis.expected(word);
                let rate = seen / (before + 150.0);
                (real(of) * rate, 2.5)
            }
        };
        Some((mean, super::stats::surprise(people, mean, shape)))
    }
    /// What all others do against the usual: the level now, and its shape.
    fn level(&self, group: GroupNo, from: i64) -> (f64, f64) {
        if group == ALL {
            return (1.0, 1e6);
        }
        let (others, due) = self.others(group, from);
        let level = (OTHERS + others) / (OTHERS + due.max(0.0));
        (level.clamp(0.6, 100.0), OTHERS + others)
    }
    /// How the group stands to its usual so far today, before the look, and how certain that is: a group that is
    /// larger on this desk than on others surprises only at first.
    fn own_level(&self, group: GroupNo, from: i64) -> (f64, f64) {
        let before = (self.now - SPAN).max(self.started);
        let shape = self.usual.shape(group);
        if before >= from {
            return (1.0, shape);
        }
        let seen = self.rings.count(Key::Group(group), before, from);
        let due = self.usual.expected(group, before, from);
        let others = self
            .rings
            .count(Key::Group(ALL), before, from)
            .saturating_sub(seen);
        let others_due = (self.usual.expected(ALL, before, from) - due).max(0.0);
        let level = if group == ALL {
            1.0
        } else {
            ((OTHERS + real(others)) / (OTHERS + others_due)).clamp(0.5, 100.0)
        };
        (
            (shape + real(seen)) / (shape + due * level),
            shape + real(seen),
        )
    }
    fn group(&self, group: GroupNo, from: i64) -> (f64, f64) {
        let (level, certain) = self.level(group, from);
        let (own, shape) = self.own_level(group, from);
        let mean = self.usual.expected(group, from, self.now) * level * own;
        // The higher the general level, the less alike the groups rise.
        let shape = shape.min(MOST_CERTAIN) / level.max(1.0).powi(2);
        (mean, both(shape, certain))
    }
    /// People with all the values, given those of the group with other ones.
    fn part(
        &self,
        group: GroupNo,
        from: i64,
        people: usize,
        share: f64,
        values: &[ValueId],
        key: Key,
    ) -> Option<(f64, f64)> {
        let steady = self.steadiness(group, values);
        let due = self.usual.expected(group, from, self.now);
        let whole = if group == ALL {
            Key::People
        } else {
            Key::Group(group)
        };
        let in_group = self.rings.count(whole, from, self.now);
        let (level, certain) = self.level(group, from);
        let (past, certainty) = self.own_level(group, from);
        let (prior, weight) = if group == ALL {
            // Nobody else tells how high everybody's level is but those without the value.
            (past, OTHERS)
        } else {
            // However well the group's level is known, what it does this minute is told by its other tickets.
            (past * level, both(certainty, certain).min(MOST_PRIOR))
        };
        let predict = |others: f64, due: f64, share: f64, steady: f64| {
            let theta = (weight + others) / (weight / prior + due * (1.0 - share));
            (due * share * theta, both(weight + others, steady))
        };
        // The least that can be expected; most combinations end here.
        let (mean, certain) = predict(0.0, due, share, steady);
        if super::stats::surprise(people, mean, certain) <= self.limit(key) {
            return None;
        }
        let facts = self.fleet.facts_of(values);
        let known = |from: i64, to: i64| real(self.rings.count_known(whole, facts, (from, to)));
        let now_known = known(from, self.now).max(real(people));
        let known_part = now_known / real(in_group).max(now_known);
        // The value's share among the group's tickets before the look, since it is as common as now.
        let spread = values.iter().map(|v| self.fleet.spread_at(*v)).max();
        let before = (self.now - SPAN).max(self.started);
        let before = before.max(spread.unwrap_or(before)).min(from);
        let with = real(self.rings.count(key, before, from));
        let share = (share * (steady + with) / (steady + known(before, from) * share)).min(0.95);
        Some(predict(
            now_known - real(people),
            due * known_part.max(0.3),
            share,
            steady + with,
        ))
    }
    /// The share that a value has in a group's tickets. Who writes of schools works in one of the few.
    fn share(&self, group: GroupNo, value: ValueId, share: f64) -> f64 {
        let is_place = super::share::PLACES.contains(&self.fleet.name(value).0);
        if is_place && Usual::is_of_places(group) {
            (share * FEW_PLACES).min(0.5).max(share)
        } else {
            share
        }
    }
    /// How alike the share of a value is in a group's tickets and in the fleet, as a shape.
    fn steadiness(&self, group: GroupNo, values: &[ValueId]) -> f64 {
        let slug = self
            .slugs
            .get(usize::from(group))
            .map_or("", String::as_str);
        let of = |fact: &str| match (fact, slug) {
            ("site" | "town" | "department", "school" | "health" | "telephony" | "printing")
            | ("access", "mobile" | "wifi" | "vpn" | "video") => 1.5,
            ("site" | "town" | "department", _) => 5.0,
            ("access", _) => 3.0,
            ("model", "hardware") | ("isp", "wifi") => 4.0,
            ("carrier" | "model" | "os_build" | "vpn_client" | "isp", _) => 8.0,
            ("gateway" | "vpn_version" | "video_client_version", _) => 14.0,
            _ => 6.0,
        };
        values
            .iter()
            .map(|v| of(self.fleet.name(*v).0))
            .fold(20.0, f64::min)
    }
}
