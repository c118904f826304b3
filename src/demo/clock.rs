//! The desk's clock: real or virtual time.
//!
//! With speed 1 and no start time it is the clock of the machine; a demonstration may start at 08:00
//! and run faster. The desk stamps everything, the `Date` header too, with this clock, so a console
//! that corrects by the server's clock shows the right ages.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// A clock that started at a given moment and runs at a given speed.
#[derive(Debug)]
pub struct DeskClock {
    origin: Timestamp,
    started: Instant,
    speed: f64,
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
            started: Instant::now(),
            speed,
        }
    }

    /// A clock that starts today at a time of day (none: now), in the machine's time zone.
    pub fn starting_at(at: Option<jiff::civil::Time>, speed: f64) -> Self {
        let now = Timestamp::now();
        let origin = at.and_then(|time| {
            let zone = jiff::tz::TimeZone::system();
            let today = now.to_zoned(zone.clone()).date();
            today
                .to_datetime(time)
                .to_zoned(zone)
                .ok()
                .map(|zoned| zoned.timestamp())
        });
        Self::new(origin.unwrap_or(now), speed)
    }

    /// The machine's own time.
    pub fn real() -> Self {
        Self::new(Timestamp::now(), 1.0)
    }

    /// What the desk takes for now.
    pub fn now(&self) -> Timestamp {
        let run =
            SignedDuration::try_from_secs_f64(self.started.elapsed().as_secs_f64() * self.speed)
                .unwrap_or_default();
        self.origin.checked_add(run).unwrap_or(Timestamp::MAX)
    }

    /// Now, in whole seconds since 1970.
    pub fn now_second(&self) -> i64 {
        self.now().as_second()
    }

    /// How many times as fast as real time it runs.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// How long to wait, in real time, until the desk's clock shows `moment`.
    pub fn wait_until(&self, moment: Timestamp) -> std::time::Duration {
        let left = moment.duration_since(self.now()).as_secs_f64() / self.speed;
        std::time::Duration::try_from_secs_f64(left.max(0.0)).unwrap_or_default()
    }
}
