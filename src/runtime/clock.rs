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
    /// The clock of a town that another program lets live, as `vagt serve` prints it: `TIME@MACHINE'S TIMExSPEED`, what it
    /// said when on the machine's clock, and how fast it runs. None: the text is something else.
    pub fn of_a_town(text: &str) -> Option<Self> {
        let (begin, rest) = text.trim().split_once('@')?;
        let (machine, speed) = rest.rsplit_once('x')?;
        let speed: f64 = speed.parse().ok()?;
        let (begin, machine): (Timestamp, Timestamp) = (begin.parse().ok()?, machine.parse().ok()?);
        let passed = Timestamp::now().duration_since(machine).as_secs_f64() * speed;
        let passed = SignedDuration::try_from_secs_f64(passed).ok()?;
        let is_a_clock = speed.is_finite() && speed > 0.0;
        let now = begin.checked_add(passed).ok().filter(|_| is_a_clock)?;
        Some(Self::town(now, speed))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_a_town_that_lives_elsewhere() {
        let ago = Timestamp::now() - SignedDuration::from_secs(60);
        let begin: Timestamp = "2026-03-04T07:05:00Z".parse().unwrap();
        let clock = Clock::of_a_town(&format!("{begin}@{ago}x10")).unwrap();
        let passed = clock.now().duration_since(begin).as_secs();
        assert!((600..700).contains(&passed), "{passed}");
        let hour = clock.now() + SignedDuration::from_hours(1);
        assert!(clock.wait_for(hour) <= Duration::from_secs(360));
        for wrong in [
            "",
            "08:05x3",
            "2026-03-04T07:05:00Z@nowx3",
            "2026-03-04T07:05:00Z@2026-03-04T07:05:00Zx0",
        ] {
            assert!(Clock::of_a_town(wrong).is_none(), "{wrong}");
        }
    }
}
