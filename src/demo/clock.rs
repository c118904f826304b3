//! The desk's clock: real or virtual time.
//!
//! With speed 1 and no start time it is the clock of the machine; a demonstration may start at 08:00
//! and run faster. The desk stamps everything, the `Date` header too, with this clock, so a console
//! that corrects by the server's clock shows the right ages.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::town::start::StartAt;

/// A clock that started at a given moment and runs at a given speed.
#[derive(Debug)]
pub struct DeskClock {
    origin: Timestamp,
    started: Mutex<Instant>,
    speed: f64,
    /// How wrong the desk's clock is, in seconds.
    skew: AtomicI64,
}

impl DeskClock {
    /// A clock that shows `origin` now and runs `speed` times as fast as real time.
    pub fn new(origin: Timestamp, speed: f64) -> Self {
        let speed = if speed.is_finite() && speed > 0.0 {
            speed
        } else {
            1.0
        };
        Self {
            origin,
            started: Mutex::new(Instant::now()),
            speed,
            skew: AtomicI64::new(0),
        }
    }

    /// A clock that starts at this moment (none: now).
    pub fn starting_at(at: Option<StartAt>, speed: f64) -> Self {
        let now = Timestamp::now();
        Self::new(at.map_or(now, |at| at.moment(now)), speed)
    }

    /// The machine's own time.
    pub fn real() -> Self {
        Self::new(Timestamp::now(), 1.0)
    }

    /// What the desk takes for now.
    pub fn now(&self) -> Timestamp {
        let skew = SignedDuration::from_secs(self.skew());
        self.right_now().checked_add(skew).unwrap_or(Timestamp::MAX)
    }

    /// The clock begins anew: what was done until now took no time.
    pub fn begin(&self) {
        *self.started.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Since when it runs.
    fn running(&self) -> Duration {
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.elapsed()
    }

    /// Now, were the desk's clock not wrong.
    fn right_now(&self) -> Timestamp {
        let run = SignedDuration::try_from_secs_f64(self.running().as_secs_f64() * self.speed)
            .unwrap_or_default();
        self.origin.checked_add(run).unwrap_or(Timestamp::MAX)
    }

    /// The second in which the town lives: not touched by [`Self::set_skew`].
    pub fn true_second(&self) -> i64 {
        self.right_now().as_second()
    }

    /// Puts the desk's clock forward by so many seconds (back, if negative) from the right time.
    pub fn set_skew(&self, seconds: i64) {
        self.skew.store(seconds, Ordering::Relaxed);
    }

    /// How many seconds the desk's clock is ahead of the right time.
    pub fn skew(&self) -> i64 {
        self.skew.load(Ordering::Relaxed)
    }

    /// Now, in whole seconds since 1970.
    pub fn now_second(&self) -> i64 {
        self.now().as_second()
    }

    /// How many times as fast as real time it runs.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// The clock as `VAGT_CLOCK` takes it: what it shows right now, when that is on the machine, and how fast it runs.
    pub fn setting(&self) -> String {
        format!("{}@{}x{}", self.right_now(), Timestamp::now(), self.speed)
    }

    /// How long to wait, in real time, until the town's clock shows this second.
    pub fn wait_until(&self, second: i64) -> Duration {
        let moment = Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
        let left = moment.duration_since(self.right_now()).as_secs_f64() / self.speed;
        Duration::try_from_secs_f64(left.max(0.0)).unwrap_or_default()
    }
}
