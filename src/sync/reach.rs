//! Whether a source is alive, as the screen says it. Pure: told what happened and when.
//!
//! One missed poll is LATE, two are STALE; a request that hangs counts as missed polls while it hangs. A source
//! that asks us to wait is WAITING, one that does not accept us is REFUSED. Any good answer heals everything.

use std::time::Duration;

use crate::domain::Timestamp;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Liveness, Pulse};

/// What a failed request means for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setback {
    /// Try again by ourselves, a little later each time.
    Missed,
    /// The desk said when.
    Waiting,
    /// Somebody must act; tried again seldom, in case they did.
    Refused,
}

impl Setback {
    /// What `trouble` means.
    pub fn of(trouble: &Trouble) -> Self {
        match trouble.kind {
            TroubleKind::RateLimited => Self::Waiting,
            _ if trouble.retry_after.is_some() => Self::Waiting,
            TroubleKind::Transient | TroubleKind::Malformed | TroubleKind::NoAnswer => Self::Missed,
            TroubleKind::Config
            | TroubleKind::Auth
            | TroubleKind::Permission
            | TroubleKind::NotFound
            | TroubleKind::Conflict
            | TroubleKind::Validation
            | TroubleKind::Unsupported => Self::Refused,
        }
    }
}

/// Follows one source.
#[derive(Debug, Clone)]
pub struct Reach {
    live: Liveness,
    /// Polls missed in a row.
    missed: u32,
}

impl Reach {
    /// A source that has not been heard since the start. `last_ok`: when what we show was read.
    pub fn new(last_ok: Option<Timestamp>) -> Self {
        Self {
            live: Liveness {
                last_ok,
                ..Liveness::default()
            },
            missed: 0,
        }
    }

    /// How it is.
    pub fn liveness(&self) -> &Liveness {
        &self.live
    }

    /// The first full read begins.
    pub fn loading(&mut self) {
        self.live.pulse = Pulse::Loading;
        self.live.trouble = None;
        self.live.next_try = None;
    }

    /// A good answer came at `at` and took `took`. `progress` is of a read that is not complete.
    pub fn heard(
        &mut self,
        at: Timestamp,
        took: Duration,
        caught_up: bool,
        progress: Option<(u64, Option<u64>)>,
    ) {
        self.missed = 0;
        // While older parts are still missing, the board may be shown but is not up to date.
        let is_first_read = matches!(self.live.pulse, Pulse::Loading | Pulse::Starting);
        self.live = Liveness {
            pulse: if caught_up || !(is_first_read || progress.is_some()) {
                Pulse::Live
            } else {
                Pulse::Loading
            },
            last_ok: Some(at),
            next_try: None,
            trouble: None,
            progress: if caught_up { None } else { progress },
            took: Some(took),
        };
    }

    /// A request hangs for as long as `polls` polls would have taken.
    pub fn overdue(&mut self, polls: u32, trouble: Trouble) {
        let polls = self.missed.saturating_add(polls);
        if !matches!(self.live.pulse, Pulse::Waiting | Pulse::Refused) {
            self.live.pulse = late_by(polls);
        }
        self.live.next_try = None;
        self.live.trouble = Some(trouble);
    }

    /// A request failed; the next one goes out at `next_try`.
    pub fn failed(&mut self, trouble: Trouble, next_try: Timestamp) {
        self.live.pulse = match Setback::of(&trouble) {
            Setback::Missed => {
                self.missed = self.missed.saturating_add(1);
                // A request that hung long enough was called stale before it failed, and stays so.
                late_by(if self.live.pulse == Pulse::Stale {
                    2
                } else {
                    self.missed
                })
            }
            Setback::Waiting => Pulse::Waiting,
            Setback::Refused => Pulse::Refused,
        };
        self.live.next_try = Some(next_try);
        self.live.trouble = Some(trouble);
    }

    /// The machine slept, or its clock jumped: what we show is older than it seemed.
    pub fn slept(&mut self) {
        if !matches!(
            self.live.pulse,
            Pulse::Starting | Pulse::Waiting | Pulse::Refused
        ) {
            self.missed = self.missed.max(2);
            self.live.pulse = Pulse::Stale;
        }
    }

    /// Something is wrong on our side, though the source is alive.
    pub fn remark(&mut self, trouble: Trouble) {
        self.live.trouble = Some(trouble);
    }
}

fn late_by(polls: u32) -> Pulse {
    if polls >= 2 {
        Pulse::Stale
    } else {
        Pulse::Late
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T08:00:00Z".parse().unwrap()
    }

    fn trouble(kind: TroubleKind) -> Trouble {
        Trouble::new(kind, "what happened")
    }

    fn alive() -> Reach {
        let mut reach = Reach::new(None);
        reach.heard(now(), Duration::from_millis(20), true, None);
        reach
    }

    #[test]
    fn late_after_one_poll_stale_after_two_live_at_once() {
        let mut reach = alive();
        assert_eq!(reach.liveness().pulse, Pulse::Live);
        reach.failed(trouble(TroubleKind::Transient), now());
        assert_eq!(reach.liveness().pulse, Pulse::Late);
        reach.failed(trouble(TroubleKind::Malformed), now());
        assert_eq!(reach.liveness().pulse, Pulse::Stale);
        assert_eq!(
            reach.liveness().last_ok,
            Some(now()),
            "how old it is stays known"
        );
        reach.heard(now(), Duration::ZERO, true, None);
        assert_eq!(reach.liveness().pulse, Pulse::Live);
        assert_eq!(reach.liveness().trouble, None);
        reach.failed(trouble(TroubleKind::Transient), now());
        assert_eq!(reach.liveness().pulse, Pulse::Late, "counted anew");
    }

    #[test]
    fn a_hanging_request_counts_while_it_hangs() {
        let mut reach = alive();
        reach.overdue(1, trouble(TroubleKind::Transient));
        assert_eq!(reach.liveness().pulse, Pulse::Late);
        reach.overdue(2, trouble(TroubleKind::Transient));
        assert_eq!(reach.liveness().pulse, Pulse::Stale);
        reach.failed(trouble(TroubleKind::Transient), now());
        assert_eq!(reach.liveness().pulse, Pulse::Stale);
        reach.overdue(1, trouble(TroubleKind::Transient));
        assert_eq!(reach.liveness().pulse, Pulse::Stale);
    }

    #[test]
    fn waiting_and_refused_have_their_own_words() {
        let mut reach = alive();
        reach.failed(trouble(TroubleKind::RateLimited), now());
        assert_eq!(reach.liveness().pulse, Pulse::Waiting);
        assert_eq!(reach.liveness().next_try, Some(now()));
        let asked = Trouble {
            retry_after: Some(Duration::from_secs(7)),
            ..trouble(TroubleKind::Transient)
        };
        reach.failed(asked, now());
        assert_eq!(reach.liveness().pulse, Pulse::Waiting);
        reach.failed(trouble(TroubleKind::Auth), now());
        assert_eq!(reach.liveness().pulse, Pulse::Refused);
        reach.slept();
        assert_eq!(reach.liveness().pulse, Pulse::Refused);
    }

    #[test]
    fn a_full_read_shows_its_progress_until_it_is_complete() {
        let mut reach = Reach::new(None);
        reach.loading();
        reach.heard(now(), Duration::ZERO, false, Some((100, Some(5000))));
        assert_eq!(reach.liveness().pulse, Pulse::Loading);
        assert_eq!(reach.liveness().progress, Some((100, Some(5000))));
        reach.failed(trouble(TroubleKind::Transient), now());
        assert_eq!(reach.liveness().progress, Some((100, Some(5000))));
        reach.heard(now(), Duration::ZERO, true, Some((5000, Some(5000))));
        assert_eq!(
            (reach.liveness().pulse, reach.liveness().progress),
            (Pulse::Live, None)
        );
        reach.heard(now(), Duration::ZERO, false, None);
        assert_eq!(
            reach.liveness().pulse,
            Pulse::Live,
            "a long delta is no full read"
        );
    }

    #[test]
    fn after_a_sleep_everything_is_stale_until_the_next_answer() {
        let mut reach = alive();
        reach.slept();
        assert_eq!(reach.liveness().pulse, Pulse::Stale);
        reach.heard(now(), Duration::ZERO, true, None);
        assert_eq!(reach.liveness().pulse, Pulse::Live);
    }

    proptest! {
        /// Never LIVE after trouble, never anything else after an answer that brought all.
        #[test]
        fn the_screen_never_claims_more_than_was_heard(kinds in prop::collection::vec(0usize..12, 1..30)) {
            const KINDS: [TroubleKind; 11] = [
                TroubleKind::Config, TroubleKind::Auth, TroubleKind::Permission, TroubleKind::NotFound,
                TroubleKind::Conflict, TroubleKind::Validation, TroubleKind::RateLimited,
                TroubleKind::Transient, TroubleKind::NoAnswer, TroubleKind::Malformed, TroubleKind::Unsupported,
            ];
            let mut reach = Reach::new(None);
            for kind in kinds {
                if let Some(kind) = KINDS.get(kind) {
                    reach.failed(trouble(*kind), now());
                    prop_assert_ne!(reach.liveness().pulse, Pulse::Live);
                    prop_assert!(reach.liveness().trouble.is_some());
                } else {
                    reach.heard(now(), Duration::ZERO, true, None);
                    prop_assert_eq!(reach.liveness().pulse, Pulse::Live);
                }
            }
        }
    }
}
