//! How many people usually write: by group and hour of the week, from the first minute on.
//!
//! A prior (a day's rhythm, shares of the groups, the size of the desk) is corrected by what was seen, the more
//! the more there is of it: Gamma-Poisson, shrunk towards the prior. Each factor (the desk as a whole, a group, an
//! hour of the week, a group's hour of the week) has a strength in people: as many as must have been seen for
//! the data to weigh as much as the prior. The desk as a whole is measured by days, by the median of them: a heap of old
//! tickets in the last hours before the start is no busy desk.

use std::cell::Cell;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::stats::{real, seconds};
use crate::domain::ids::GroupId;

/// A group, as a number; [`ALL`] for all of them together.
pub(crate) type GroupNo = u8;

/// All groups together.
pub(crate) const ALL: GroupNo = u8::MAX;

/// The number of the group at a place in the list. There are fewer numbers than there may be groups: the last share one.
pub(crate) fn group_no(place: usize) -> GroupNo {
    GroupNo::try_from(place).unwrap_or(ALL - 1).min(ALL - 1)
}

const WEEK: usize = 168;
const HOUR: i64 = 3_600;

/// A week in seconds, and the longest span that is gone through hour by hour.
const WHOLE_WEEK: i64 = 168 * HOUR;
const LONG: i64 = 8 * WHOLE_WEEK;

/// Share of a working day's tickets by hour, midnight first; our judgement after the opening hours of municipal
/// desks: two thirds before one o'clock, little after five. It is scaled to a sum of one.
const DAY: [f64; 24] = [
    0.3, 0.3, 0.3, 0.3, 0.3, 0.8, 2.5, 8.0, 12.5, 12.0, 11.0, 9.5, 8.0, 9.5, 9.0, 7.0, 4.0, 2.0,
    1.5, 1.2, 1.0, 0.8, 0.6, 0.4,
];

/// A Saturday or Sunday against a working day.
const WEEKEND: f64 = 0.1;

/// Shares of the groups on an ordinary day, in order of [`GroupId::BUILT_IN`]; our judgement, flattened on purpose.
const SHARES: [f64; 14] = [
    0.11, 0.11, 0.07, 0.06, 0.13, 0.12, 0.05, 0.06, 0.08, 0.06, 0.04, 0.04, 0.05, 0.07,
];

/// Share of a group of the user's own.
const OWN_SHARE: f64 = 0.03;

/// Strengths, in people (see the module).
const GROUP: f64 = 6.0;
const HOUR_OF_WEEK: f64 = 25.0;
const GROUP_HOUR: f64 = 14.0;

/// Share of a working day's tickets that makes a whole day of evidence.
const WHOLE: f64 = 0.5;

/// How much more certain a whole day makes the level of the desk, as a shape; the most of it for a group.
const DAY_SHAPE: f64 = 20.0;
const MOST_DESK: f64 = 240.0;

/// Days that the level is measured by.
const MOST_DAYS: usize = 70;

/// However long the history: one day is not like another. The largest shape of a level.
const MOST_CERTAIN: f64 = 60.0;

/// Where the size of the desk comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Size {
    /// Somebody said how many tickets a working day brings.
    PerDay(f64),
    /// From the number of devices.
    Devices(usize),
    /// Nothing is known.
    Unknown,
}

impl Size {
    /// Tickets a working day, how certain that is (as a shape), and as how many days that counts.
    fn prior(self) -> (f64, f64, f64) {
        match self {
            Self::PerDay(n) => (n.clamp(1.0, 1e6), 60.0, 5.0),
            // One ticket a day for four devices on a small desk; large ones get by with fewer (published figures are
            // 0.5 to 1.5 tickets a month and person), so the number grows with the root.
            Self::Devices(n) => {
                let n = real(n);
                ((7.2 * n.sqrt()).min(n / 4.0).max(5.0), 10.0, 0.6)
            }
            Self::Unknown => (200.0, 3.0, 0.3),
        }
    }
}

#[derive(Debug, Clone)]
struct Line {
    share: f64,
    seen: f64,
    due: f64,
    seen_at: Vec<f32>,
    due_at: Vec<f32>,
}

impl Line {
    fn new(share: f64) -> Self {
        Self {
            share,
            seen: 0.0,
            due: 0.0,
            seen_at: vec![0.0; WEEK],
            due_at: vec![0.0; WEEK],
        }
    }
}

/// The usual.
#[derive(Debug, Clone)]
pub(crate) struct Usual {
    zone: TimeZone,
    per_day: f64,
    certain: f64,
    /// As how many days the prior counts.
    prior_days: f64,
    total: f64,
    lines: Vec<Line>,
    all: Line,
    /// People seen and due by local day, the last [`MOST_DAYS`].
    days: BTreeMap<i64, (f64, f64)>,
    /// The desk as a whole against its prior, and how many whole days say so.
    level: f64,
    seen_days: f64,
    /// Hours of the week of the last few hours: local time is asked for often. Zones that shift by less than an
    /// hour do so on the whole hour here.
    memo: Cell<[(i64, u8); 16]>,
}

impl Usual {
    pub(crate) fn new(zone: TimeZone, size: Size) -> Self {
        let (per_day, certain, prior_days) = size.prior();
        let lines: Vec<Line> = SHARES.iter().map(|share| Line::new(*share)).collect();
        Self {
            zone,
            per_day,
            certain,
            prior_days,
            total: DAY.iter().sum(),
            lines,
            all: Line::new(1.0),
            days: BTreeMap::new(),
            level: 1.0,
            seen_days: 0.0,
            memo: Cell::new([(i64::MIN, 0); 16]),
        }
    }
    /// Makes room for a group of the user's own.
    pub(crate) fn add_group(&mut self) {
        self.lines.push(Line::new(OWN_SHARE));
    }
    fn hour_of_week(&self, at: i64) -> usize {
        let hour = at.div_euclid(HOUR);
        let mut memo = self.memo.get();
        let place = usize::try_from(hour.rem_euclid(16)).unwrap_or(0);
        if let Some((of, cell)) = memo.get(place)
            && *of == hour
        {
            return usize::from(*cell);
        }
        let cell = self.local_hour(at);
        if let Some(slot) = memo.get_mut(place) {
            *slot = (hour, u8::try_from(cell).unwrap_or(0));
        }
        self.memo.set(memo);
        cell
    }
    fn local_hour(&self, at: i64) -> usize {
        let Ok(moment) = Timestamp::from_second(at) else {
            return 0;
        };
        let local = moment.to_zoned(self.zone.clone());
        let day = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
        (day * 24 + usize::try_from(local.hour()).unwrap_or(0)).min(WEEK - 1)
    }
    /// Number of the local day.
    fn local_day(&self, at: i64) -> i64 {
        let offset = Timestamp::from_second(at)
            .map_or(0, |moment| self.zone.to_offset(moment).seconds().into());
        (at + offset).div_euclid(86_400)
    }
    /// Share of a working day's tickets in an hour of the week, by the prior.
    fn rhythm(&self, cell: usize) -> f64 {
        let hour = DAY.get(cell % 24).copied().unwrap_or(1.0) / self.total;
        if cell >= 5 * 24 { hour * WEEKEND } else { hour }
    }
    /// The desk as a whole against its prior: the median of its days, shrunk. A day of which only some hours are known
    /// weighs as much as they usually bring.
    fn measure(&mut self) {
        let mut days: Vec<(f64, f64)> = self
            .days
            .values()
            .map(|(seen, due)| {
                let ratio = ((seen + 1.0) / (due + 1.0)).ln().clamp(-3.5, 3.5);
                (ratio, (due / (self.per_day * WHOLE)).min(1.0))
            })
            .collect();
        days.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.seen_days = days.iter().map(|(_, weight)| weight).sum();
        let mut left = self.seen_days / 2.0;
        let median = days.iter().find(|(_, weight)| {
            left -= weight;
            left <= 0.0
        });
        let ratio = median.map_or(0.0, |(ratio, _)| *ratio);
        self.level = (ratio * self.seen_days / (self.prior_days + self.seen_days)).exp();
    }
    /// What was seen of everybody against what was due by the prior: what groups and hours are measured by.
    fn raw(&self) -> f64 {
        (1.0 + self.all.seen) / (1.0 + self.all.due)
    }
    fn line(&self, group: GroupNo) -> &Line {
        self.lines.get(usize::from(group)).unwrap_or(&self.all)
    }
    /// People an hour in a group (or [`ALL`]) in an hour of the week.
    fn rate(&self, group: GroupNo, cell: usize) -> f64 {
        let raw = self.raw();
        let prior = self.per_day * self.rhythm(cell) * self.level;
        let at = |line: &Line, cell: usize| {
            (
                f64::from(line.seen_at.get(cell).copied().unwrap_or(0.0)),
                f64::from(line.due_at.get(cell).copied().unwrap_or(0.0)),
            )
        };
        let (seen, due) = at(&self.all, cell);
        let hour = (HOUR_OF_WEEK + seen) / (HOUR_OF_WEEK + due * raw);
        if group == ALL {
            return prior * hour;
        }
        let line = self.line(group);
        let own = (GROUP + line.seen) / (GROUP + line.due * raw);
        let (seen, due) = at(line, cell);
        let own_hour = (GROUP_HOUR + seen) / (GROUP_HOUR + due * raw * own * hour);
        prior * hour * line.share * own * own_hour
    }
    /// People that usually write in a group (or [`ALL`]) between two seconds. Of a long span the whole weeks are taken for
    /// alike: a wrong clock must not make it go through thousands of years.
    pub(crate) fn expected(&self, group: GroupNo, from: i64, to: i64) -> f64 {
        let span = to.saturating_sub(from);
        if span <= LONG {
            return self.stepped(group, from, to);
        }
        let weeks = span / WHOLE_WEEK;
        seconds(weeks) * self.stepped(group, to - WHOLE_WEEK, to)
            + self.stepped(group, to - span % WHOLE_WEEK, to)
    }
    /// The same, hour by hour.
    fn stepped(&self, group: GroupNo, from: i64, to: i64) -> f64 {
        let (mut at, mut sum) = (from, 0.0);
        while at < to {
            let end = to.min(at - at.rem_euclid(HOUR) + HOUR);
            sum += self.rate(group, self.hour_of_week(at)) * seconds(end - at) / seconds(HOUR);
            at = end;
        }
        sum
    }
    /// How certain a group's level is, as the shape of its gamma distribution.
    pub(crate) fn shape(&self, group: GroupNo) -> f64 {
        let desk = self.certain + DAY_SHAPE * self.seen_days;
        if group == ALL {
            return desk.min(MOST_CERTAIN);
        }
        let own = (GROUP + self.line(group).seen).min(MOST_CERTAIN);
        1.0 / (1.0 / own + 1.0 / desk.min(MOST_DESK))
    }
    /// Takes one whole hour into account: how many people wrote in a group in it.
    pub(crate) fn learn(&mut self, group: GroupNo, hour: i64, people: usize) {
        self.learn_in_part(group, hour, real(people), 1.0);
    }
    /// The same of an hour that counts less than others because its number is only an estimate.
    pub(crate) fn learn_in_part(&mut self, group: GroupNo, hour: i64, people: f64, weight: f64) {
        let cell = self.hour_of_week(hour);
        let due = self.per_day * self.rhythm(cell);
        if group == ALL {
            let day = self.days.entry(self.local_day(hour)).or_default();
            day.0 += people;
            day.1 += due;
            while self.days.len() > MOST_DAYS {
                self.days.pop_first();
            }
            self.measure();
        }
        let line = match self.lines.get_mut(usize::from(group)) {
            Some(line) => line,
            None => &mut self.all,
        };
        let (people, due) = (people * weight, due * line.share * weight);
        line.seen += people;
        line.due += due;
        #[expect(clippy::cast_possible_truncation, reason = "a few digits are enough")]
        {
            if let Some(seen) = line.seen_at.get_mut(cell) {
                *seen += people as f32;
            }
            if let Some(at) = line.due_at.get_mut(cell) {
                *at += due as f32;
            }
        }
    }
    /// Whether this hour of the week was learned in a group.
    #[cfg(test)]
    pub(crate) fn learned(&self, group: GroupNo, hour: i64) -> bool {
        let due = self.line(group).due_at.get(self.hour_of_week(hour));
        due.is_some_and(|due| *due > 0.0)
    }
    /// Whether only some places have what a group is about.
    pub(crate) fn is_of_places(group: GroupNo) -> bool {
        let slug = GroupId::BUILT_IN.get(usize::from(group));
        slug.is_some_and(|slug| matches!(*slug, "school" | "health"))
    }
    /// The number that a built-in group has.
    pub(crate) fn built_in() -> Vec<GroupId> {
        GroupId::BUILT_IN
            .iter()
            .map(|slug| GroupId::from(*slug))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn a_working_day_sums_to_its_size() {
        let usual = Usual::new(TimeZone::UTC, Size::PerDay(300.0));
        let (from, to) = (at("2026-02-10T00:00:00Z"), at("2026-02-11T00:00:00Z"));
        assert!((usual.expected(ALL, from, to) - 300.0).abs() < 1e-6);
        let groups: f64 = (0..14).map(|g| usual.expected(g, from, to)).sum();
        assert!((250.0..350.0).contains(&groups), "{groups}");
        let sunday = at("2026-02-15T00:00:00Z");
        assert!(usual.expected(ALL, sunday, sunday + 24 * HOUR) < 40.0);
    }

    #[test]
    fn a_span_of_thousands_of_years_is_not_gone_through() {
        let usual = Usual::new(TimeZone::UTC, Size::PerDay(300.0));
        let (from, to) = (at("2026-02-11T09:30:00Z"), at("2026-05-01T11:15:00Z"));
        let (long, stepped) = (usual.expected(0, from, to), usual.stepped(0, from, to));
        assert!((long - stepped).abs() < 1e-6 * stepped, "{long} {stepped}");
        // Seventy million hours: a step each would take minutes.
        let (from, to) = (at("0001-01-01T00:00:00Z"), at("9999-01-01T00:00:00Z"));
        let begun = std::time::Instant::now();
        for _ in 0..1_000 {
            assert!(usual.expected(ALL, from, to) > 1e8);
        }
        assert!(begun.elapsed().as_secs() < 20);
    }

    #[test]
    fn a_heap_of_old_tickets_is_no_busy_desk() {
        let mut usual = Usual::new(TimeZone::UTC, Size::Devices(1_200));
        let monday = at("2026-02-09T00:00:00Z");
        let noon = monday + 10 * HOUR;
        let before = usual.expected(ALL, noon, noon + HOUR);
        for (hour, people) in [(2, 40), (3, 60), (4, 130), (5, 280)] {
            usual.learn(ALL, monday + hour * HOUR, people);
            usual.learn(0, monday + hour * HOUR, people / 10);
        }
        let after = usual.expected(ALL, noon, noon + HOUR);
        assert!(after < 1.8 * before, "{before} {after}");
        let vpn = usual.expected(0, noon, noon + HOUR);
        assert!(vpn < 0.25 * after, "{vpn} {after}");
    }

    #[test]
    fn history_takes_over_from_the_prior() {
        let mut usual = Usual::new(TimeZone::UTC, Size::Unknown);
        let monday = at("2026-02-02T00:00:00Z");
        // Four weeks of twenty an hour in office hours, ten of them vpn.
        for hour in 0..(28 * 24) {
            let start = monday + hour * HOUR;
            let office = (hour / 24) % 7 < 5 && (8..16).contains(&(hour % 24));
            usual.learn(ALL, start, if office { 20 } else { 0 });
            usual.learn(0, start, if office { 10 } else { 0 });
        }
        let next = monday + 28 * 24 * HOUR + 9 * HOUR;
        let (all, vpn) = (
            usual.expected(ALL, next, next + HOUR),
            usual.expected(0, next, next + HOUR),
        );
        assert!((16.0..24.0).contains(&all), "{all}");
        assert!((7.5..12.5).contains(&vpn), "{vpn}");
        let night = next + 14 * HOUR;
        assert!(usual.expected(0, night, night + HOUR) < 0.7);
    }
}
