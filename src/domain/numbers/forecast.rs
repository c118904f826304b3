//! When are we clear? A backlog as a tank: so much flows in, so much flows out.
//!
//! Little's law is for desks in balance and is of no use in a surge; here the backlog simply drains. The band says what
//! chance does to counts of this size: arrivals and closures are taken for Poisson, and in 8 of 10 hours like this one the
//! truth lies inside.

use serde::Serialize;

use super::Rate;

/// So many standard deviations hold 8 of 10.
const EIGHT_OF_TEN: f64 = 1.281_6;
/// Longer than this is no forecast but a guess: hours, four weeks.
const LONGEST: f64 = 28.0 * 24.0;

/// When a backlog is gone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Outlook {
    /// There is none.
    Clear,
    /// In so many hours.
    In {
        /// Hours from now.
        hours: f64,
    },
    /// Never, as things go: it grows by so many an hour, or stands still.
    Growing {
        /// Tickets an hour; 0: it stands still.
        per_hour: f64,
    },
}

impl Outlook {
    /// Hours from now; none when it never is.
    pub fn hours(self) -> Option<f64> {
        match self {
            Self::Clear => Some(0.0),
            Self::In { hours } => Some(hours),
            Self::Growing { .. } => None,
        }
    }
}

/// When a backlog is gone, with a band.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Clear {
    /// At the present pace.
    pub expected: Outlook,
    /// At the best pace that 8 of 10 such hours leave open.
    pub best: Outlook,
    /// At the worst.
    pub worst: Outlook,
}

/// What is different from now on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WhatIf {
    /// Closures an hour more: two people more at five an hour each are ten.
    pub more_out: f64,
    /// Arrivals that end: so many an hour, in so many hours from now.
    pub ends: Option<(f64, f64)>,
}

/// When `backlog` tickets are gone at these rates an hour.
#[expect(clippy::cast_precision_loss, reason = "tickets of one desk")]
pub fn drain(backlog: usize, arrivals: f64, closures: f64, what_if: WhatIf) -> Outlook {
    if backlog == 0 {
        return Outlook::Clear;
    }
    let size = backlog as f64;
    let out = closures + what_if.more_out;
    let net = out - arrivals;
    let (less, at) = what_if.ends.unwrap_or((0.0, 0.0));
    let alone = if net > 0.0 { size / net } else { f64::INFINITY };
    let at = at.max(0.0);
    let hours = if less <= 0.0 || alone <= at {
        alone
    } else {
        // What is left when those arrivals end drains without them.
        let then = out - (arrivals - less).max(0.0);
        let left = size - net * at;
        if then > 0.0 {
            at + left / then
        } else {
            f64::INFINITY
        }
    };
    if hours <= LONGEST {
        Outlook::In { hours }
    } else {
        Outlook::Growing {
            per_hour: (arrivals - out).max(0.0),
        }
    }
}

/// The same from what was counted, with the band that the counts allow.
pub fn clear(backlog: usize, arrivals: Rate, closures: Rate) -> Clear {
    clear_if(backlog, arrivals, closures, WhatIf::default())
}

/// The same if something were different.
pub fn clear_if(backlog: usize, arrivals: Rate, closures: Rate, what_if: WhatIf) -> Clear {
    let (come, gone) = (arrivals.per_hour(), closures.per_hour());
    // The variance of a Poisson count is the count.
    let variance = |rate: Rate| {
        let hours = f64::from(rate.minutes.max(1)) / 60.0;
        f64::from(rate.count) / (hours * hours)
    };
    let spread = EIGHT_OF_TEN * (variance(arrivals) + variance(closures)).sqrt();
    let with = |more: f64| {
        let what_if = WhatIf {
            more_out: what_if.more_out + more,
            ..what_if
        };
        drain(backlog, come, gone, what_if)
    };
    Clear {
        expected: with(0.0),
        best: with(spread),
        worst: with(-spread),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(outlook: Outlook) -> f64 {
        outlook.hours().unwrap()
    }

    /// Within a minute.
    fn assert_is(outlook: Outlook, wanted: f64) {
        assert!(
            (hours(outlook) - wanted).abs() < 1.0 / 60.0,
            "{outlook:?}, wanted {wanted}"
        );
    }

    #[test]
    fn a_backlog_drains_by_what_goes_out_less_what_comes_in() {
        // 120 / (30 - 18) = 10 h; two more people at 5 an hour: 120 / (40 - 18) = 5.4545 h = 5 h 27.
        assert_is(drain(120, 18.0, 30.0, WhatIf::default()), 10.0);
        let two_more = WhatIf {
            more_out: 10.0,
            ..WhatIf::default()
        };
        assert_is(drain(120, 18.0, 30.0, two_more), 5.0 + 27.0 / 60.0);
        assert_eq!(
            drain(0, 18.0, 3.0, WhatIf::default()),
            Outlook::Clear,
            "nothing waits"
        );
        assert_eq!(
            drain(5, 18.0, 3.0, WhatIf::default()),
            Outlook::Growing { per_hour: 15.0 }
        );
        assert_eq!(
            drain(5, 3.0, 3.0, WhatIf::default()),
            Outlook::Growing { per_hour: 0.0 }
        );
    }

    #[test]
    fn arrivals_that_end_are_counted_until_they_do() {
        // 100 open, in 40/h (30 of them VPN), out 20/h. VPN is mended in 2 h: until then it grows by 20/h to 140; then
        // 20 - 10 = 10/h drain 140 in 14 h: 16 h in all.
        let mended = WhatIf {
            ends: Some((30.0, 2.0)),
            ..WhatIf::default()
        };
        assert_is(drain(100, 40.0, 20.0, mended), 16.0);
        // Clear before that: the end changes nothing. 10 / (20 - 10) = 1 h.
        assert_is(drain(10, 10.0, 20.0, mended), 1.0);
        // More than come cannot end: nothing comes then. 20 open, in 10/h, out 10/h: stands at 20 for 2 h, then 2 h.
        assert_is(drain(20, 10.0, 10.0, mended), 4.0);
    }

    #[test]
    fn the_band_is_as_wide_as_the_counts_are_small() {
        // In 18, out 30 in an hour: standard deviation of the difference √48 = 6.928, times 1.2816 = 8.879. So the net is
        // between 12 - 8.879 = 3.121 and 12 + 8.879 = 20.879 an hour: 120 / 20.879 = 5.747 h to 120 / 3.121 = 38.45 h.
        let hour = |count| Rate { count, minutes: 60 };
        let told = clear(120, hour(18), hour(30));
        assert_is(told.expected, 10.0);
        assert_is(told.best, 5.747);
        assert!((hours(told.worst) - 38.45).abs() < 0.05, "{told:?}");
        // The same rates counted over four hours: √(72 + 120) / 4 = 3.464, times 1.2816 = 4.4396: 120 / 16.44 = 7.299 h to
        // 120 / 7.560 = 15.87 h.
        let four = |count| Rate {
            count,
            minutes: 240,
        };
        let told = clear(120, four(72), four(120));
        assert_is(told.best, 7.299);
        assert_is(told.worst, 15.872);
        // Too close to call: 20 in, 22 out.
        let told = clear(120, hour(20), hour(22));
        assert!(matches!(told.worst, Outlook::Growing { .. }), "{told:?}");
        assert_is(told.expected, 60.0);
    }
}
