//! Ids of actions, made without a clock and without randomness: both are given in.

use uuid::Builder;

use crate::domain::Timestamp;
use crate::domain::ids::ActionId;

/// Makes ids of actions from a seed that the runtime draws once at the start, so that a recorded session can be
/// replayed with the same ids.
#[derive(Debug, Clone)]
pub struct ActionIds {
    seed: [u64; 2],
    made: u64,
}

/// `SplitMix64`: spreads a counter over all bits. Steele, Lea, Flood: "Fast splittable pseudorandom number generators".
fn spread(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl ActionIds {
    /// Ids that no other process makes, if `seed` is random.
    pub fn new(seed: [u64; 2]) -> Self {
        Self { seed, made: 0 }
    }
    /// The next id, for an action at this time.
    pub fn next(&mut self, at: Timestamp) -> ActionId {
        self.made += 1;
        let [a, b] = self.seed.map(|seed| spread(seed, self.made).to_be_bytes());
        let mut bytes = [0; 10];
        for (to, from) in bytes.iter_mut().zip(a.into_iter().chain(b)) {
            *to = from;
        }
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        ActionId::new(Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_differ_within_a_process_and_between_processes() {
        let mut all = BTreeSet::new();
        for seed in [[1, 2], [1, 3], [2, 2]] {
            let mut ids = ActionIds::new(seed);
            all.extend((0..1000).map(|_| ids.next(Timestamp::UNIX_EPOCH)));
        }
        assert_eq!(all.len(), 3000);
    }

    #[test]
    fn ids_sort_by_time() {
        let mut ids = ActionIds::new([7, 7]);
        let late = ids.next(Timestamp::from_second(2_000_000).unwrap());
        let early = ids.next(Timestamp::from_second(1_000_000).unwrap());
        assert!(early < late);
        assert_eq!(early.uuid().get_version_num(), 7);
    }
}
