//! The scan: is a combination written about by more people than chance brings?
//!
//! What is expected is the usual of the group, times the level that everybody else has right now, times the value's
//! share of the fleet, corrected by the group's tickets that have another value; each with its uncertainty. So a
//! flood of everything surprises no combination. The surprise is -ln P of that many or more (`stats`), and each
//! family of combinations has its own limit, because it has more or fewer members to err in.

use super::fleet::{Fleet, ValueId};
use super::record::Record;
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
    pub(crate) records: &'a [Record],
    pub(crate) slugs: &'a [String],
    /// Nothing was seen before.
    pub(crate) started: i64,
    /// A general rise ended then; what is before it says nothing of a cause.
    pub(crate) calm_since: i64,
    pub(crate) is_flood: bool,
}

/// Two uncertainties as one shape.
fn both(a: f64, b: f64) -> f64 {
    1.0 / (1.0 / a + 1.0 / b)
}

impl Scene<'_> {
    /// The surprise that a family must pass; found by simulation (`docs/engine-incidents.md`).
    fn limit(&self, key: Key) -> f64 {
        match key {
            Key::Group(_) => 12.5,
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
            // A longer look that finds nobody more says less.
            let enough = if self.is_flood {
                FLOOD_LEAST
            } else {
                // Pairs and new words are rare; of the others something rises every day.
                match key {
                    Key::Pair(..) | Key::Word(_) => LEAST,
                    Key::Group(_) | Key::Value(..) => LEAST + 2,
                }
            };
            if people < enough || people == last {
                continue;
            }
            last = people;
            let Some((mean, surprise)) = self.surprise(key, from, people) else {
                continue;
            };
            let extra = if self.is_flood { FLOOD } else { 0.0 };
            let margin = surprise - self.limit(key) - extra;
            if margin > best.map_or(0.0, |b| b.margin) {
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
    fn surprise(&mut self, key: Key, from: i64, people: usize) -> Option<(f64, f64)> {
        let (mean, shape) = match key {
            Key::Group(ALL) => return None,
            // Everybody writes more: that is a surge, and no cause.
            Key::Group(_) if self.is_flood => return None,
            Key::Group(group) => self.group(group, from, people),
            Key::Value(group, value) => {
                let share = self.fleet.share(value);
                let steady = self.steadiness(group, &[value]);
                self.part(
                    group,
                    from,
                    people,
                    share,
                    steady,
                    &|r, f| r.value_of(f.fact(value), f).is_some(),
                    key,
                )?
            }
            Key::Pair(group, a, b) => {
                let (with, of) = self.fleet.count_both(a, b);
                let share = super::fleet::share(with, of);
                let steady = self.steadiness(group, &[a, b]);
                self.part(
                    group,
                    from,
                    people,
                    share,
                    steady,
                    &|r, f| {
                        r.value_of(f.fact(a), f).is_some() && r.value_of(f.fact(b), f).is_some()
                    },
                    key,
                )?
            }
            Key::Word(word) => {
                let of = self.rings.count(Key::Group(ALL), from, self.now);
                let (with, all) = self.lexis.usual(word);
                let before = real(all.saturating_sub(of));
                if before < 30.0 {
                    return None;
                }
                let rate = (real(with.saturating_sub(people)) + 0.25) / (before + 150.0);
                (real(of) * rate, 2.5)
            }
        };
        Some((mean, super::stats::surprise(people, mean, shape)))
    }
    /// What all others do against the usual: the level now, and its shape.
    fn level(&self, group: GroupNo, from: i64, people: usize) -> (f64, f64) {
        if group == ALL {
            return (1.0, 1e6);
        }
        let others = real(
            self.rings
                .count(Key::Group(ALL), from, self.now)
                .saturating_sub(people),
        );
        let due =
            self.usual.expected(ALL, from, self.now) - self.usual.expected(group, from, self.now);
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
    fn group(&self, group: GroupNo, from: i64, people: usize) -> (f64, f64) {
        let (level, certain) = self.level(group, from, people);
        let (own, shape) = self.own_level(group, from);
        let mean = self.usual.expected(group, from, self.now) * level * own;
        // The higher the general level, the less alike the groups rise.
        let shape = shape.min(MOST_CERTAIN) / level.max(1.0).powi(2);
        (mean, both(shape, certain))
    }
    /// People with a value, given those of the group with another value.
    #[expect(
        clippy::too_many_arguments,
        reason = "one formula, told once for values and pairs"
    )]
    fn part(
        &self,
        group: GroupNo,
        from: i64,
        people: usize,
        share: f64,
        steady: f64,
        is_known: &dyn Fn(&Record, &Fleet) -> bool,
        key: Key,
    ) -> Option<(f64, f64)> {
        let due = self.usual.expected(group, from, self.now);
        let in_group = self.rings.count(Key::Group(group), from, self.now);
        let (level, certain) = self.level(group, from, in_group);
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
        let known = |from: i64, to: i64| {
            let tickets = self.rings.tickets(Key::Group(group), from, to);
            let of = |t: &u32| self.records.get(*t as usize);
            let known = tickets
                .iter()
                .filter_map(of)
                .filter(|r| is_known(r, self.fleet));
            real(known.count())
        };
        let now_known = known(from, self.now).max(real(people));
        let known_part = now_known / real(in_group).max(now_known);
        // The value's share among the group's tickets before the look.
        let before = (self.now - SPAN).max(self.started);
        let with = real(self.rings.count(key, before, from));
        let share = (share * (steady + with) / (steady + known(before, from) * share)).min(0.95);
        Some(predict(
            now_known - real(people),
            due * known_part.max(0.3),
            share,
            steady + with,
        ))
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
