//! Drawing by chance, with whole numbers only: the same on every machine.

use rand::Rng as _;
use rand::rngs::StdRng;

/// True in so many of a hundred cases.
pub(crate) fn percent(rng: &mut StdRng, percent: u32) -> bool {
    rng.random_range(0..100) < percent
}

/// True in so many of a million cases.
pub(crate) fn ppm(rng: &mut StdRng, ppm: u32) -> bool {
    rng.random_range(0..1_000_000) < ppm
}

/// A number from `low` to `high`, both included.
pub(crate) fn between(rng: &mut StdRng, low: i64, high: i64) -> i64 {
    if low >= high {
        low
    } else {
        rng.random_range(low..=high)
    }
}

/// A number from `low` to `high`, small ones more often: how long people take.
pub(crate) fn skewed(rng: &mut StdRng, low: i64, high: i64) -> i64 {
    let first = between(rng, low, high);
    let second = between(rng, low, high);
    first.min(second)
}

/// One of a list; none only if the list is empty.
pub(crate) fn pick<'a, T>(rng: &mut StdRng, list: &'a [T]) -> Option<&'a T> {
    if list.is_empty() {
        None
    } else {
        list.get(rng.random_range(0..list.len()))
    }
}

/// A list in an order of chance.
pub(crate) fn shuffled<T>(rng: &mut StdRng, mut list: Vec<T>) -> Vec<T> {
    for last in (1..list.len()).rev() {
        list.swap(last, rng.random_range(0..=last));
    }
    list
}

/// The place of one of a weighted list; 0 if all weights are 0.
pub(crate) fn weighted(rng: &mut StdRng, weights: impl Iterator<Item = u32> + Clone) -> usize {
    let total: u32 = weights.clone().sum();
    if total == 0 {
        return 0;
    }
    let mut left = rng.random_range(0..total);
    for (at, weight) in weights.enumerate() {
        if left < weight {
            return at;
        }
        left -= weight;
    }
    0
}
