//! The clock of the console. Injected, so that tests and the demo choose the time.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Tells the time.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that began at a chosen time and may run faster (the demo at 08:00).
    Town {
        /// What it said at the beginning.
        begin: Timestamp,
        /// When it began.
        at: Instant,
        /// How many times faster than the machine's.
        speed: f64,
    },
}

impl Clock {
    /// A clock that says `begin` now and runs `speed` times as fast as the machine's.
    pub fn town(begin: Timestamp, speed: f64) -> Self {
        let speed = if speed.is_finite() && speed > 0.0 {
            speed
        } else {
            1.0
        };
        Self::Town {
            begin,
            at: Instant::now(),
            speed,
        }
    }
    /// The time.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Town { begin, at, speed } => {
                let passed = SignedDuration::try_from_secs_f64(at.elapsed().as_secs_f64() * speed);
                begin
                    .checked_add(passed.unwrap_or_default())
                    .unwrap_or(*begin)
            }
        }
    }
    /// How long the machine has to wait until a time has come; nothing, for a time that has passed.
    pub fn wait_for(&self, at: Timestamp) -> Duration {
        let left = Duration::try_from(at.duration_since(self.now())).unwrap_or_default();
        match self {
            Self::System => left,
            Self::Town { speed, .. } => {
                Duration::try_from_secs_f64(left.as_secs_f64() / speed).unwrap_or(left)
            }
        }
    }
    /// When a time will have come, on the machine's monotonic clock.
    pub fn instant_of(&self, at: Timestamp) -> Instant {
        let now = Instant::now();
        now.checked_add(self.wait_for(at))
            .unwrap_or(now + Duration::from_secs(86_400))
    }
}

impl crate::sync::clock::Clock for Clock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
    fn until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(self.wait_for(at)))
    }
}
