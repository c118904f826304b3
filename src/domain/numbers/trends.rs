//! What came and was closed over a span of time, in bins, beside the same time a week before.
//!
//! Invariant: a bin of which not all is known is unknown, never zero; both weeks are counted over windows of equal length, so
//! that a running hour is compared with as much of the hour before. Start at [`Trends::of`].

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::log::{Case, Log};
use super::{Bin, State, WEEK};
use crate::domain::fact::Fact;
use crate::domain::ids::GroupId;

/// How far back a trend reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// Two hours, by five minutes.
    Hours,
    /// A day, by half hours.
    #[default]
    Day,
    /// A week, by three hours.
    Week,
}

impl Span {
    /// All, shortest first.
    pub const ALL: [Self; 3] = [Self::Hours, Self::Day, Self::Week];
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hours => "2h",
            Self::Day => "24h",
            Self::Week => "7d",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.word() == word)
    }
    /// The next longer one, after the longest the shortest.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Hours => Self::Day,
            Self::Day => Self::Week,
            Self::Week => Self::Hours,
        }
    }
    /// The next shorter one.
    #[must_use]
    pub fn previous(self) -> Self {
        self.next().next()
    }
    /// How long it is.
    pub fn length(self) -> SignedDuration {
        match self {
            Self::Hours => SignedDuration::from_hours(2),
            Self::Day => SignedDuration::from_hours(24),
            Self::Week => WEEK,
        }
    }
    /// How long a bin is.
    pub fn bin(self) -> SignedDuration {
        match self {
            Self::Hours => SignedDuration::from_mins(5),
            Self::Day => SignedDuration::from_mins(30),
            Self::Week => SignedDuration::from_hours(3),
        }
    }
}

/// What came and was closed in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Tickets that came.
    pub arrived: Fact<u32>,
    /// Tickets closed for the first time.
    pub closed: Fact<u32>,
}

/// The trend of a group, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trend {
    /// How far it reaches.
    pub span: Span,
    /// Its bins, oldest first; the last one runs still.
    pub bins: Vec<Bin>,
    /// The whole window until now.
    pub now: Flow,
    /// The same window seven days before.
    pub week_before: Flow,
}

/// All arrivals and closings of a group, in order of time.
#[derive(Debug, Clone, Default)]
struct Times {
    arrived: Vec<Timestamp>,
    closed: Vec<Timestamp>,
    /// A ticket is over and nobody knows since when.
    is_dateless: bool,
}

fn count(times: &[Timestamp], from: Timestamp, to: Timestamp) -> u32 {
    let (from, to) = (
        times.partition_point(|at| *at < from),
        times.partition_point(|at| *at < to),
    );
    u32::try_from(to.saturating_sub(from)).unwrap_or(u32::MAX)
}

impl Times {
    fn of<'a>(cases: impl Iterator<Item = &'a Case>) -> Self {
        let mut times = Self::default();
        for case in cases {
            times.arrived.push(case.created);
            times.closed.extend(case.first_closed());
            times.is_dateless |= case.state == State::Over && case.closed.is_empty();
        }
        times.arrived.sort_unstable();
        times.closed.sort_unstable();
        times
    }
}

/// The trends of a log.
#[derive(Debug, Clone, Default)]
pub struct Trends {
    all: Times,
    groups: HashMap<GroupId, Times>,
    /// Arrivals of the weeks before, in order of time, and from when until when they are whole.
    past: Vec<Timestamp>,
    past_known: Option<(Timestamp, Timestamp)>,
    flow: Option<Timestamp>,
}

impl Trends {
    /// Sorts a log. `past`: arrivals of the weeks before, which stand in for a time of which the log knows nothing; whole between the times of `past_known`.
    pub fn of(log: &Log, past: &[Timestamp], past_known: Option<(Timestamp, Timestamp)>) -> Self {
        let mut by_group: HashMap<&GroupId, Vec<&Case>> = HashMap::new();
        for case in &log.cases {
            by_group.entry(&case.group).or_default().push(case);
        }
        let mut past = past.to_vec();
        past.sort_unstable();
        Self {
            all: Times::of(log.cases.iter()),
            groups: by_group
                .into_iter()
                .map(|(group, cases)| (group.clone(), Times::of(cases.into_iter())))
                .collect(),
            past,
            past_known,
            flow: log.known.flow,
        }
    }

    /// The trend of a group, or of all. `offset`: seconds that the local time is ahead, so that bins stand on local hours.
    pub fn trend(&self, group: Option<&GroupId>, span: Span, now: Timestamp, offset: i64) -> Trend {
        let length = span.bin().as_secs();
        let local = now.as_second().saturating_add(offset);
        let last = local.div_euclid(length).saturating_mul(length) - offset;
        let number = span.length().as_secs() / length;
        let edges = (0..=number).map(|n| {
            let second = last.saturating_add((n - number + 1).saturating_mul(length));
            Timestamp::from_second(second).unwrap_or(now)
        });
        let edges: Vec<Timestamp> = edges.collect();
        let bins = edges.iter().zip(edges.iter().skip(1));
        let bins = bins.map(|(from, to)| {
            let flow = self.flow(group, *from, *to);
            Bin {
                from: *from,
                to: *to,
                arrived: flow.arrived,
                closed: flow.closed,
            }
        });
        let before = |at: Timestamp, back: SignedDuration| at.checked_sub(back).unwrap_or(at);
        let from = before(now, span.length());
        Trend {
            span,
            bins: bins.collect(),
            // What lies ahead by a clock that goes fast is of now.
            now: self.flow(group, from, Timestamp::MAX),
            week_before: self.flow(group, before(from, WEEK), before(now, WEEK)),
        }
    }

    fn flow(&self, group: Option<&GroupId>, from: Timestamp, to: Timestamp) -> Flow {
        let none = Times::default();
        let times = match group {
            None => &self.all,
            Some(group) => self.groups.get(group).unwrap_or(&none),
        };
        let is_known = self.flow.is_some_and(|known| known <= from);
        if is_known {
            let closed = if self.all.is_dateless {
                Fact::Unknown
            } else {
                Fact::Known(count(&times.closed, from, to))
            };
            return Flow {
                arrived: Fact::Known(count(&times.arrived, from, to)),
                closed,
            };
        }
        // Of which group the tickets of the weeks before were, their subjects alone do not say surely enough.
        let is_past = group.is_none()
            && self
                .past_known
                .is_some_and(|(since, until)| since <= from && to <= until);
        Flow {
            arrived: if is_past {
                Fact::Known(count(&self.past, from, to))
            } else {
                Fact::Unknown
            },
            closed: Fact::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;
    use crate::domain::numbers::Known;

    /// A time on Monday the 2nd of March 2026.
    fn at(clock: &str) -> Timestamp {
        format!("2026-03-02T{clock}:00Z").parse().unwrap()
    }

    fn case(created: Timestamp, closed: Option<Timestamp>, group: &str) -> Case {
        Case {
            created,
            state: if closed.is_some() {
                State::Over
            } else {
                State::Backlog
            },
            closed: closed.into_iter().collect(),
            reopened: Vec::new(),
            answered: None,
            owner: Fact::Empty,
            due: Fact::Empty,
            requester: Fact::Known(PersonId::from("p")),
            is_part: false,
            group: GroupId::from(group),
        }
    }

    /// Two tickets of VPN every five minutes from 10:00 on, the first of each pair closed after 30 minutes; from 11:45 on ten of
    /// them. A week before, one of Wi-Fi at 10:30 that was closed at 11:00, and one at 12:30.
    fn log(known: &str) -> Log {
        let mut cases = Vec::new();
        for minute in (0..120).step_by(5) {
            let came = at("10:00") + SignedDuration::from_mins(minute);
            let number = if minute >= 105 { 10 } else { 2 };
            let closed = came + SignedDuration::from_mins(30);
            cases.push(case(came, (closed <= at("12:00")).then_some(closed), "vpn"));
            cases.extend((1..number).map(|_| case(came, None, "vpn")));
        }
        let before = |clock| at(clock) - WEEK;
        cases.push(case(before("10:30"), Some(before("11:00")), "wifi"));
        cases.push(case(before("12:30"), None, "wifi"));
        Log {
            cases,
            known: Known {
                flow: Some(known.parse().unwrap()),
                ..Known::default()
            },
            ..Log::default()
        }
    }

    #[test]
    fn five_times_as_many_are_seen_in_the_next_bin() {
        let trends = Trends::of(&log("2026-02-01T00:00:00Z"), &[], None);
        let trend = trends.trend(None, Span::Hours, at("12:02"), 0);
        // Bins of five minutes up to the one that runs, which ends at 12:05.
        assert_eq!(trend.bins.len(), 24);
        assert_eq!(trend.bins.last().unwrap().to, at("12:05"));
        let of = |clock: &str| *trend.bins.iter().find(|bin| bin.from == at(clock)).unwrap();
        assert_eq!(of("11:40").arrived, Fact::Known(2));
        assert_eq!(of("11:45").arrived, Fact::Known(10));
        assert_eq!(of("11:45").closed, Fact::Known(1), "that of 11:15");
        // From 10:02 to 12:02: 20 bins of two from 10:05 to 11:40, three of ten. Closed: those of 10:00 to 11:30, 19.
        assert_eq!(
            trend.now,
            Flow {
                arrived: Fact::Known(70),
                closed: Fact::Known(19)
            }
        );
        // A week before, until 12:02 too: the one of 12:30 is not compared with.
        assert_eq!(
            trend.week_before,
            Flow {
                arrived: Fact::Known(1),
                closed: Fact::Known(1)
            }
        );
        let wifi = trends.trend(Some(&GroupId::from("wifi")), Span::Hours, at("12:02"), 0);
        assert_eq!(wifi.now.arrived, Fact::Known(0));
        assert_eq!(wifi.week_before.arrived, Fact::Known(1));
    }

    #[test]
    fn what_is_not_known_is_no_bar_and_what_came_before_stands_in_for_all_groups_only() {
        let log = log("2026-03-02T11:00:00Z");
        let past = [at("10:10"), at("10:20")].map(|at| at - WEEK);
        let known = Some((
            at("00:00") - WEEK - WEEK,
            at("11:00") - SignedDuration::from_hours(24),
        ));
        let trends = Trends::of(&log, &past, known);
        let trend = trends.trend(None, Span::Hours, at("12:00"), 0);
        assert_eq!(
            trend.now.arrived,
            Fact::Unknown,
            "an hour of the two is known"
        );
        let known = trend
            .bins
            .iter()
            .filter(|bin| bin.arrived != Fact::Unknown && bin.from >= at("11:00"));
        assert_eq!(known.count(), 13);
        let before = trend.bins.iter().filter(|bin| bin.from < at("11:00"));
        assert!(before.clone().all(|bin| bin.arrived.is_unknown()) && before.count() == 11);
        // The week before was told as arrivals alone.
        assert_eq!(
            trend.week_before,
            Flow {
                arrived: Fact::Known(2),
                closed: Fact::Unknown
            }
        );
        let vpn = trends.trend(Some(&GroupId::from("vpn")), Span::Hours, at("12:00"), 0);
        assert_eq!(vpn.week_before.arrived, Fact::Unknown);
        let none = Trends::of(&log, &past, None).trend(None, Span::Hours, at("12:00"), 0);
        assert_eq!(none.week_before.arrived, Fact::Unknown);
    }

    #[test]
    fn bins_stand_on_local_hours() {
        // India is five and a half hours ahead: three-hour bins begin at 00:00 there, which is 18:30 here.
        let trends = Trends::of(&log("2026-02-01T00:00:00Z"), &[], None);
        let trend = trends.trend(None, Span::Week, at("12:00"), 19_800);
        assert_eq!((trend.bins.len(), trend.bins[55].from), (56, at("09:30")));
    }
}
