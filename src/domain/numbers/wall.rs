//! Targets of the numbers, and what a number means against them.

use super::Numbers;
use crate::domain::fact::Fact;

/// Where a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Within its target.
    Fine,
    /// Over its target.
    Watch,
    /// So far over it that somebody must do something.
    Act,
}

/// A target, and from where on somebody must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// At most this is fine.
    pub fine: i64,
    /// More than this is too much.
    pub act: i64,
}

impl Target {
    /// What a value means.
    pub fn of(self, value: i64) -> Verdict {
        if value <= self.fine {
            Verdict::Fine
        } else if value <= self.act {
            Verdict::Watch
        } else {
            Verdict::Act
        }
    }
}

/// The targets of the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Targets {
    /// Net flow, tickets an hour.
    pub growing: Target,
    /// Until the backlog is gone, hours.
    pub clear_hours: Target,
    /// The oldest of the backlog, hours.
    pub oldest_hours: Target,
    /// Tickets that come too late in the next 2 hours.
    pub late: Target,
    /// Tickets of the backlog that nobody owns.
    pub unowned: Target,
}

impl Default for Targets {
    fn default() -> Self {
        let target = |fine, act| Target { fine, act };
        Self {
            growing: target(0, 10),
            clear_hours: target(8, 24),
            oldest_hours: target(24, 72),
            late: target(0, 5),
            unowned: target(20, 60),
        }
    }
}

impl Targets {
    /// Of the net flow.
    pub fn net_flow(&self, numbers: &Numbers) -> Fact<Verdict> {
        numbers.net_flow.map(|net| self.growing.of(net))
    }
    /// Of the time until the backlog is gone; one that grows must be acted on as the net flow says, at least watched.
    pub fn clear(&self, numbers: &Numbers) -> Fact<Verdict> {
        numbers.clear.map(|clear| match clear.expected.hours() {
            Some(hours) => self.clear_hours.of(super::whole(hours.ceil())),
            None => self
                .net_flow(numbers)
                .known()
                .copied()
                .unwrap_or(Verdict::Watch)
                .max(Verdict::Watch),
        })
    }
    /// Of the oldest of the backlog.
    pub fn oldest(&self, numbers: &Numbers) -> Fact<Verdict> {
        let hours = |seconds: i64| seconds.div_euclid(3_600) + i64::from(seconds % 3_600 > 0);
        numbers.age.map(|age| self.oldest_hours.of(hours(age.max)))
    }
    /// Of what will be late; where something is past due already, it is at least watched.
    pub fn late(&self, numbers: &Numbers) -> Fact<Verdict> {
        match numbers.breach {
            Fact::Known(breach) => breach.late_soon.map(|late| {
                let least = if breach.past > 0 {
                    Verdict::Watch
                } else {
                    Verdict::Fine
                };
                self.late.of(count(late)).max(least)
            }),
            Fact::Empty => Fact::Empty,
            Fact::Unknown => Fact::Unknown,
        }
    }
    /// Of what nobody owns.
    pub fn unowned(&self, numbers: &Numbers) -> Verdict {
        self.unowned.of(count(numbers.shift.unowned))
    }
    /// Of incidents: any that goes on must be acted on.
    pub fn incidents(numbers: &Numbers) -> Fact<Verdict> {
        match numbers.affected {
            Fact::Known(_) => Fact::Known(Verdict::Act),
            Fact::Empty => Fact::Known(Verdict::Fine),
            Fact::Unknown => Fact::Unknown,
        }
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_reached_kept_and_missed() {
        let target = Target { fine: 8, act: 24 };
        for (value, verdict) in [
            (-3, Verdict::Fine),
            (8, Verdict::Fine),
            (9, Verdict::Watch),
            (24, Verdict::Watch),
            (25, Verdict::Act),
        ] {
            assert_eq!(target.of(value), verdict, "{value}");
        }
    }
}
