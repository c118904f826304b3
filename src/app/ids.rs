//! Ids of actions, made without a clock and without randomness: both are given in.

use uuid::Builder;

use crate::domain::Timestamp;
use crate::domain::ids::ActionId;

/// Makes ids of actions from a seed that the runtime draws once at the start, so that a recorded session can be
/// replayed with the same ids. Ids of one process sort in the order in which they were made, even within a
/// millisecond and when the clock goes back (RFC 9562, 6.2, method 1).
#[derive(Debug, Clone)]
pub struct ActionIds {
    seed: [u64; 2],
    made: u64,
    /// Milliseconds of the last id.
    millis: u64,
    /// Place of the last id within them, 12 bits.
    place: u16,
}

/// Largest place within a millisecond.
const LAST_PLACE: u16 = 0xfff;

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
        Self {
            seed,
            made: 0,
            millis: 0,
            place: 0,
        }
    }
    /// The next id, for an action at this time.
    pub fn next(&mut self, at: Timestamp) -> ActionId {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        if millis > self.millis {
            (self.millis, self.place) = (millis, 0);
        } else if self.place == LAST_PLACE {
            (self.millis, self.place) = (self.millis + 1, 0);
        } else {
            self.place += 1;
        }
        self.made += 1;
        let [a, b] = self.seed;
        let bits = spread(a.wrapping_add(spread(b, self.made)), self.made).to_be_bytes();
        let mut bytes = [0; 10];
        let place = self.place.to_be_bytes();
        for (to, from) in bytes.iter_mut().zip(place.into_iter().chain(bits)) {
            *to = from;
        }
        ActionId::new(Builder::from_unix_timestamp_millis(self.millis, &bytes).into_uuid())
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
    fn ids_sort_in_the_order_in_which_they_were_made() {
        let mut ids = ActionIds::new([7, 7]);
        let mut all = Vec::new();
        for second in [1_000_000, 1_000_000, 2_000_000, 1_500_000] {
            let at = Timestamp::from_second(second).unwrap();
            all.extend((0..5000).map(|_| ids.next(at)));
        }
        assert!(all.is_sorted());
        assert_eq!(all[0].uuid().get_version_num(), 7);
        let later = ids.next(Timestamp::from_second(3_000_000).unwrap());
        let millis = later.uuid().as_u128() >> 80;
        assert_eq!(millis, 3_000_000_000, "an id tells its time");
    }
}
