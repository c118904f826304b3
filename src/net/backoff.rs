//! Waiting longer after each failure, with jitter, so that a hundred consoles do not come back at the same second.

use std::time::Duration;

/// How long to wait before a try: doubles from `base` to `cap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Wait after the first failure.
    pub base: Duration,
    /// Longest wait.
    pub cap: Duration,
}

impl Default for Backoff {
    /// From 2 seconds to 2 minutes.
    fn default() -> Self {
        Self {
            base: Duration::from_secs(2),
            cap: Duration::from_secs(120),
        }
    }
}

impl Backoff {
    /// The wait after `failures` failures in a row. `unit` is a random number in `0.0..1.0` that the caller draws;
    /// the wait lies between half and the whole of the doubled base. No failure: no wait.
    pub fn wait(&self, failures: u32, unit: f64) -> Duration {
        let Some(doublings) = failures.checked_sub(1) else {
            return Duration::ZERO;
        };
        let factor = 1_u32.checked_shl(doublings.min(31)).unwrap_or(u32::MAX);
        let whole = self.base.saturating_mul(factor).min(self.cap);
        let unit = if unit.is_finite() {
            unit.clamp(0.0, 1.0)
        } else {
            1.0
        };
        whole.mul_f64(unit.mul_add(0.5, 0.5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn doubles_up_to_the_cap() {
        let b = Backoff::default();
        assert_eq!(b.wait(0, 0.9), Duration::ZERO);
        assert_eq!(b.wait(1, 1.0), Duration::from_secs(2));
        assert_eq!(b.wait(2, 1.0), Duration::from_secs(4));
        assert_eq!(b.wait(2, 0.0), Duration::from_secs(2));
        assert_eq!(b.wait(40, 1.0), Duration::from_secs(120));
    }

    proptest! {
        #[test]
        fn stays_between_half_and_whole(failures in 0_u32..u32::MAX, unit: f64) {
            let b = Backoff::default();
            let wait = b.wait(failures, unit);
            prop_assert!(wait <= b.cap);
            prop_assert!(failures == 0 || wait >= b.base / 2);
        }
    }
}
