//! A supervisor's numbers, each by one definition, wherever it is shown.
//!
//! Invariant: what is not known is [`Fact::Unknown`] and never zero; a rate says over how many minutes it was counted, and
//! a window reaches no further back than what is known. Pure: the clock is an argument. Start at [`Numbers::of`], which
//! reads a [`Log`]; [`forecast`] says when the backlog is gone, [`erlang`] is for telephones alone.

mod bins;
pub mod erlang;
pub mod forecast;
mod log;
mod metric;
mod stats;
pub mod trends;
pub mod wall;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::fact::Fact;
use super::watch::Watch;

pub use bins::Bin;
pub use log::{Case, Known, Log, Reach, Reopening, State};
pub use metric::Metric;
pub use stats::percentile;

/// The window of rates.
pub const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// The short window of rates.
pub const QUARTER: SignedDuration = SignedDuration::from_mins(15);
/// The window of first answers.
pub const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The window of reopened tickets, and the time in which a ticket counts as reopened.
pub const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far ahead breaches are forecast.
pub const SOON: SignedDuration = SignedDuration::from_hours(2);
/// How far ahead those are that are hardly to be mended.
pub const AT_ONCE: SignedDuration = SignedDuration::from_mins(30);

/// So many in so many minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In how many minutes, up to now.
    pub minutes: u32,
}

impl Rate {
    /// So many an hour.
    pub fn per_hour(self) -> f64 {
        f64::from(self.count) * 60.0 / f64::from(self.minutes.max(1))
    }
}

/// What comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Arrivals {
    /// In the last 15 minutes.
    pub quarter: Rate,
    /// In the last 60 minutes.
    pub hour: Rate,
    /// Distinct requesters of those of the hour.
    pub people: Fact<u32>,
}

/// What is closed for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Closures {
    /// In the last 15 minutes.
    pub quarter: Rate,
    /// In the last 60 minutes.
    pub hour: Rate,
    /// Those of the hour that are part of another ticket: one key closes many of them.
    pub parts: u32,
}

/// How long people wait for the first answer of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FirstAnswers {
    /// Tickets of the window that were answered.
    pub answered: usize,
    /// Tickets of the window in the backlog that were not.
    pub waiting: usize,
    /// From arrival to answer, seconds: half of those answered waited no longer.
    #[serde(rename = "p50_s")]
    pub p50: Option<i64>,
    /// Nine of ten waited no longer, seconds.
    #[serde(rename = "p90_s")]
    pub p90: Option<i64>,
    /// Where the window begins.
    pub since: Timestamp,
}

/// How old the backlog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Age {
    /// Half is no older, seconds.
    #[serde(rename = "p50_s")]
    pub p50: i64,
    /// Nine of ten are no older, seconds.
    #[serde(rename = "p90_s")]
    pub p90: i64,
    /// The oldest, seconds.
    #[serde(rename = "max_s")]
    pub max: i64,
    /// When the oldest was created.
    pub oldest: Timestamp,
}

/// Promised times that have passed or will.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Tickets of the backlog that have a due time.
    pub of: usize,
    /// Of these, past due.
    pub past: usize,
    /// Due in the next 30 minutes.
    pub due_at_once: usize,
    /// Due in the next 2 hours.
    pub due_soon: usize,
    /// Of those due in 30 minutes, so many come too late at the present pace.
    pub late_at_once: Fact<usize>,
    /// Of those due in 2 hours, so many come too late at the present pace.
    pub late_soon: Fact<usize>,
}

/// What came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reopened {
    /// Tickets that were closed in the window.
    pub closed: usize,
    /// Of these, opened again within 7 days.
    pub reopened: usize,
    /// Where the window begins.
    pub since: Timestamp,
}

/// Work and hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// Agents who did something on the desk in the last 15 minutes.
    pub agents: Fact<usize>,
    /// Tickets of the backlog that somebody owns.
    pub owned: usize,
    /// Tickets of the backlog that nobody owns.
    pub unowned: usize,
    /// Tickets of the backlog of which the desk does not say who owns them.
    pub not_said: usize,
}

impl Shift {
    /// Owned tickets for each agent; unknown without agents.
    #[expect(clippy::cast_precision_loss, reason = "tickets of one desk")]
    pub fn per_agent(&self) -> Fact<f64> {
        match self.agents {
            Fact::Known(n) if n > 0 => Fact::Known(self.owned as f64 / n as f64),
            Fact::Known(_) | Fact::Empty => Fact::Empty,
            Fact::Unknown => Fact::Unknown,
        }
    }
}

/// Who is hit by incidents that go on. Three counts, never one sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Affected {
    /// People who wrote.
    pub reported: usize,
    /// Devices that fail the same way, of which nobody wrote.
    pub silent: usize,
    /// Incidents that go on.
    pub incidents: usize,
}

/// Who is well again, of those who wrote of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// People or tickets that were asked about.
    pub of: usize,
    /// Those whose device is well, or who said so.
    pub well: usize,
    /// Those of whom neither a device nor an answer tells.
    pub unknown: usize,
}

/// The numbers of a desk at a moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Numbers {
    /// The moment.
    pub at: Timestamp,
    /// Tickets that are not over, those that wait for their requester among them.
    pub open: usize,
    /// Tickets that are neither over nor wait for their requester.
    pub backlog: usize,
    /// What comes.
    pub arrivals: Fact<Arrivals>,
    /// What is closed.
    pub closures: Fact<Closures>,
    /// Arrivals less closures an hour: above zero it grows.
    pub net_flow: Fact<i64>,
    /// First answers.
    pub first_answers: Fact<FirstAnswers>,
    /// Age of the backlog; empty without one.
    pub age: Fact<Age>,
    /// Promised times; empty where no ticket has one.
    pub breach: Fact<Breach>,
    /// What came back.
    pub reopened: Fact<Reopened>,
    /// Work and hands.
    pub shift: Shift,
    /// Who is hit; empty without an incident.
    pub affected: Fact<Affected>,
    /// Who is well again; empty where nothing was solved yet.
    pub restored: Fact<Restored>,
    /// When the backlog is gone.
    pub clear: Fact<forecast::Clear>,
    /// From when on arrivals and closures are known.
    pub known_since: Option<Timestamp>,
}

impl Numbers {
    /// The numbers of a log. `watch`: incidents, where they are watched.
    pub fn of(log: &Log, watch: Option<&Watch>, now: Timestamp) -> Self {
        let backlog = || log.cases.iter().filter(|case| case.state == State::Backlog);
        let (arrivals, closures) = (log.arrivals(now), log.closures(now));
        let net_flow = match (&arrivals, &closures) {
            (Fact::Known(come), Fact::Known(gone)) => {
                Fact::Known(whole(come.hour.per_hour() - gone.hour.per_hour()))
            }
            _ => Fact::Unknown,
        };
        let size = backlog().count();
        let clear = match (&arrivals, &closures) {
            (Fact::Known(come), Fact::Known(gone)) => {
                Fact::Known(forecast::clear(size, come.hour, gone.hour))
            }
            _ => Fact::Unknown,
        };
        let pace = closures.known().map(|gone| gone.hour.per_hour());
        Self {
            at: now,
            open: log.cases.iter().filter(|c| c.state != State::Over).count(),
            backlog: size,
            arrivals,
            closures,
            net_flow,
            first_answers: log.first_answers(now),
            age: log.age(now),
            breach: log.breach(now, pace),
            reopened: log.reopened(now),
            shift: log.shift(now),
            affected: watch.map_or(Fact::Unknown, affected),
            restored: watch.map_or(Fact::Unknown, restored),
            clear,
            known_since: log.known.flow,
        }
    }
}

/// A whole number, ties away from zero.
#[expect(
    clippy::cast_possible_truncation,
    reason = "rates of one desk; beyond that the cast saturates"
)]
pub(super) fn whole(n: f64) -> i64 {
    n.round() as i64
}

fn affected(watch: &Watch) -> Fact<Affected> {
    let (mut reported, mut silent, mut incidents) = (0, 0, 0);
    for standing in watch.open() {
        reported += standing.incident.people;
        silent += standing.incident.silent.len();
        incidents += 1;
    }
    if incidents == 0 && watch.reading != super::watch::Reading::UpToDate {
        return Fact::Unknown;
    }
    Fact::from((incidents > 0).then_some(Affected {
        reported,
        silent,
        incidents,
    }))
}

fn restored(watch: &Watch) -> Fact<Restored> {
    let told: Vec<_> = watch
        .open()
        .filter_map(|standing| standing.incident.restored.as_ref())
        .collect();
    let sum = told.iter().fold((0, 0, 0), |(of, well, unknown), part| {
        (of + part.of, well + part.well, unknown + part.unknown.len())
    });
    Fact::from((!told.is_empty()).then_some(Restored {
        of: sum.0,
        well: sum.1,
        unknown: sum.2,
    }))
}

#[cfg(test)]
mod tests;
