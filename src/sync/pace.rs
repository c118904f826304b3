//! How fast the outbox may go: paused by a refusal, slowed by trouble. Pure.

use jiff::Timestamp;

use super::outbox::{Timing, later};
use crate::domain::outcome::Trouble;

/// How fast the whole outbox may go: paused by a refusal, slowed by trouble.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    failures: u32,
    not_before: Option<Timestamp>,
    paused: Option<String>,
    spread: f64,
}

impl Pace {
    /// Full speed. `spread` in 0 to 1 shifts this console's pauses against those of others (0.75 to 1.25 times), so that
    /// a desk that comes back does not meet all of them at once.
    pub fn new(spread: f64) -> Self {
        Self {
            failures: 0,
            not_before: None,
            paused: None,
            spread: spread.clamp(0.0, 1.0),
        }
    }

    /// Slows down after trouble.
    pub fn wait(&mut self, trouble: &Trouble, now: Timestamp, timing: &Timing) {
        let doubled = timing.retry_first * (1_u32 << self.failures.min(16));
        let own = doubled
            .min(timing.retry_most)
            .mul_f64(0.75 + self.spread / 2.0);
        let asked = trouble
            .retry_after
            .unwrap_or_default()
            .min(timing.asked_most);
        let until = later(now, own.max(asked));
        self.failures += 1;
        self.not_before = Some(self.not_before.map_or(until, |old| old.max(until)));
    }

    /// Stops until somebody mends the sign-in.
    pub fn pause(&mut self, why: String) {
        self.paused = Some(why);
    }

    /// The desk answered: full speed again, unless it is paused.
    pub fn good(&mut self) {
        self.failures = 0;
        self.not_before = None;
    }

    /// Goes on after a pause, at once.
    pub fn resume(&mut self) {
        self.paused = None;
        self.good();
    }

    /// Why it is paused, if it is.
    pub fn paused(&self) -> Option<&str> {
        self.paused.as_deref()
    }

    /// Until when nothing is sent, if that lies after `now`.
    pub fn waits_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.not_before.filter(|until| *until > now)
    }

    /// Whether something may be sent now.
    pub fn may_go(&self, now: Timestamp) -> bool {
        self.paused.is_none() && self.waits_until(now).is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::outcome::TroubleKind;

    fn seconds_until(pace: &Pace, now: Timestamp) -> Option<i64> {
        pace.waits_until(now)
            .map(|until| until.duration_since(now).as_secs())
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_end_with_the_first_good_answer() {
        let (timing, now) = (Timing::default(), Timestamp::UNIX_EPOCH);
        let trouble = Trouble::new(TroubleKind::Transient, "not reachable");
        let mut pace = Pace::new(0.5);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            pace.wait(&trouble, now, &timing);
            pauses.push(seconds_until(&pace, now).unwrap());
        }
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60, 60]);
        assert!(!pace.may_go(now));
        pace.good();
        assert!(pace.may_go(now));
    }

    #[test]
    fn a_desk_that_asks_for_more_gets_more_but_not_for_ever() {
        let (timing, now) = (Timing::default(), Timestamp::UNIX_EPOCH);
        let mut trouble = Trouble::new(TroubleKind::RateLimited, "too many requests");
        let mut pace = Pace::new(0.0);
        trouble.retry_after = Some(Duration::from_secs(40));
        pace.wait(&trouble, now, &timing);
        assert_eq!(seconds_until(&pace, now), Some(40));
        trouble.retry_after = Some(Duration::from_secs(90_000));
        pace.wait(&trouble, now, &timing);
        assert_eq!(seconds_until(&pace, now), Some(15 * 60));
    }

    #[test]
    fn a_pause_ends_by_a_person_not_by_time_or_by_another_answer() {
        let mut pace = Pace::new(0.5);
        pace.pause("the token is not accepted".into());
        pace.good();
        assert!(!pace.may_go(Timestamp::MAX));
        assert_eq!(pace.paused(), Some("the token is not accepted"));
        pace.resume();
        assert!(pace.may_go(Timestamp::UNIX_EPOCH));
    }
}
