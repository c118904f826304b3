//! What was probably meant: the known word that is nearest to a misspelt one.

/// The candidate with the least edit distance to `word`, if it is near enough to be a slip of the keys.
///
/// ```
/// use vagt::text::nearest::nearest;
/// let known = ["lasts", "start"].map(str::to_owned);
/// assert_eq!(nearest("lats", known.into_iter()).as_deref(), Some("lasts"));
/// ```
pub fn nearest(word: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let limit = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .map(|c| (distance(word, &c), c))
        .filter(|(d, _)| *d <= limit)
        .min()
        .map(|(_, c)| c)
}

/// Edit distance with swapped neighbours as one slip (optimal string alignment), ignoring case. Words longer
/// than 64 characters are infinitely far from everything.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().take(65).collect();
    let b: Vec<char> = b.to_lowercase().chars().take(65).collect();
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let at = |row: &[usize], k: usize| row.get(k).copied().unwrap_or(usize::MAX);
            let mut best = (at(&last, j) + usize::from(ca != cb))
                .min(at(&last, j + 1) + 1)
                .min(at(&row, j) + 1);
            let swapped =
                i > 0 && j > 0 && a.get(i - 1) == Some(cb) && b.get(j - 1) == Some(ca) && ca != cb;
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_slips() {
        assert_eq!(distance("poll.busy_secs", "poll.busy_secs"), 0);
        assert_eq!(distance("poll.bsuy_secs", "poll.busy_secs"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
