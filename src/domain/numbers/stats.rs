//! Shares of a sorted list.

/// The value that so many percent of the list do not exceed: nearest rank, so that it is always one of the values. None
/// of an empty list.
pub fn percentile<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    let rank = (sorted.len() * percent.min(100)).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        // Ten values: the 50th percentile is the 5th, the 90th the 9th, the 91st the 10th.
        let ten: Vec<u32> = (1..=10).collect();
        for (percent, value) in [(0, 1), (50, 5), (90, 9), (91, 10), (100, 10), (200, 10)] {
            assert_eq!(percentile(&ten, percent), Some(value), "{percent}");
        }
        // Three values: half is 1.5, so the 2nd; nine of ten is 2.7, so the 3rd.
        assert_eq!(percentile(&[10, 20, 30], 50), Some(20));
        assert_eq!(percentile(&[10, 20, 30], 90), Some(30));
        assert_eq!(percentile::<u32>(&[], 50), None);
    }
}
