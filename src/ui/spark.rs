//! A trend as a sparkline. Invariant: it never stands alone; a text with the same facts is beside it.

/// `values` as one column each, scaled to the largest. All columns of the lowest height when nothing came. Empty where
/// the font has no heights.
pub fn line(values: &[u32], heights: &[char]) -> String {
    let Some(top) = heights.len().checked_sub(1) else {
        return String::new();
    };
    let most = values.iter().copied().max().unwrap_or(0);
    values
        .iter()
        .filter_map(|v| {
            // Anything but zero is seen as more than zero.
            let step = match most {
                0 => 0,
                _ => usize::try_from(*v).ok()? * top / usize::try_from(most).ok()?,
            };
            heights.get(if *v > 0 { step.max(1) } else { 0 })
        })
        .collect()
}

/// The last `columns * n` values, summed up in `columns` groups of `n`.
pub fn squeeze(values: &[u32], columns: usize) -> Vec<u32> {
    if columns == 0 {
        return Vec::new();
    }
    let n = values.len().div_ceil(columns).max(1);
    values.rchunks(n).rev().map(|c| c.iter().sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

    #[test]
    fn one_ticket_is_seen_beside_a_hundred() {
        assert_eq!(line(&[0, 1, 50, 100], &HEIGHTS), "▁▂▄█");
        assert_eq!(line(&[0, 0], &HEIGHTS), "▁▁");
        assert_eq!(line(&[3], &[]), "");
    }

    #[test]
    fn squeezing_keeps_the_sum_and_the_newest_group_whole() {
        assert_eq!(squeeze(&[1, 2, 3, 4, 5], 2), [3, 12]);
        assert_eq!(squeeze(&[1, 2, 3], 8), [1, 2, 3]);
    }
}
