//! Columns of text as the screen library counts them, and text fitted to columns.
//!
//! Invariant: [`of`] is the number of cells that ratatui 0.30 gives a string (`tests/text.rs` compares; the sum over its grapheme
//! clusters by `unicode-width` 0.2); nothing that [`fit`], [`pad`] or [`wrap`] returns is wider than asked.
//! A cluster is never split.

use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands for text that was cut off. One column.
pub const ELLIPSIS: char = '…';

/// Columns that `text` takes on the screen. Clusters with a control character take none: they are not drawn.
pub fn of(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    text.graphemes(true).map(of_cluster).sum()
}

/// Columns of one grapheme cluster.
fn of_cluster(cluster: &str) -> usize {
    if cluster.contains(char::is_control) {
        return 0;
    }
    // ratatui adds a column for each halfwidth sound mark (U+FF9E, U+FF9F), on top of `unicode-width`.
    let sound_marks = if cluster.len() > 1 {
        cluster.matches(['\u{ff9e}', '\u{ff9f}']).count()
    } else {
        0
    };
    cluster.width() + sound_marks
}

/// Printable ASCII: a byte is a column.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
}

/// `text` if it fits into `columns`, else as many clusters as fit before a `…`.
///
/// ```
/// use vagt::text::width::fit;
/// assert_eq!(fit("mødelokale", 5), "møde…");
/// assert_eq!(fit("møde", 5), "møde");
/// ```
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    // A column needs at least one byte, so that short texts are not measured.
    if (text.len() <= columns && is_plain(text)) || of(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::with_capacity(columns + 4);
    let mut used = 0;
    for cluster in text.graphemes(true) {
        let width = of_cluster(cluster);
        if used + width > columns - 1 {
            break;
        }
        out.push_str(cluster);
        used += width;
    }
    out.push(ELLIPSIS);
    // A mark or joiner may have been cut off right before the ellipsis and change the cluster; measure.
    debug_assert!(of(&out) <= columns, "fit is too wide: {out:?}");
    Cow::Owned(out)
}

/// `text` fitted into `columns` and filled with spaces on the right: always exactly `columns` wide.
pub fn pad(text: &str, columns: usize) -> String {
    let mut out = fit(text, columns).into_owned();
    let fill = columns.saturating_sub(of(&out));
    out.extend(std::iter::repeat_n(' ', fill));
    out
}

/// [`pad`] with the spaces on the left, for numbers.
pub fn pad_left(text: &str, columns: usize) -> String {
    let fitted = fit(text, columns);
    let fill = columns.saturating_sub(of(&fitted));
    let mut out = " ".repeat(fill);
    out.push_str(&fitted);
    out
}

/// `text` without the clusters that begin in its first `columns`.
pub fn skip(text: &str, columns: usize) -> &str {
    let mut skipped = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        if skipped >= columns {
            return text.get(at..).unwrap_or("");
        }
        skipped += of_cluster(cluster);
    }
    ""
}

/// The first cluster of `text`, and what follows it; `None` for an empty text.
pub fn split_first(text: &str) -> Option<(&str, &str)> {
    let first = text.graphemes(true).next()?;
    text.split_at_checked(first.len())
}

/// Rows of at most `columns` (at least 1) that hold `text`.
///
/// Breaks at spaces, and inside words that are longer than a row. Line breaks and blank lines stay, and so
/// does the indentation of a line on its first row. A cluster wider than a row becomes `…`.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut rows = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut row = Row {
            columns,
            ..Row::default()
        };
        for (index, word) in line.split(' ').enumerate() {
            if index > 0 {
                row.spaces += 1;
            }
            if !word.is_empty() {
                row.word(word, &mut rows);
            }
        }
        rows.push(row.text);
    }
    rows
}

/// The row being filled by [`wrap`].
#[derive(Default)]
struct Row {
    columns: usize,
    text: String,
    used: usize,
    /// Spaces between what is in the row and the next word.
    spaces: usize,
}

impl Row {
    fn word(&mut self, word: &str, rows: &mut Vec<String>) {
        let width = of(word);
        let mut spaces = std::mem::take(&mut self.spaces);
        let is_indent = self.text.is_empty();
        if self.used + spaces + width > self.columns {
            if is_indent {
                spaces = spaces.min(self.columns / 2);
            } else {
                self.next(rows);
                spaces = 0;
            }
        }
        self.text.extend(std::iter::repeat_n(' ', spaces));
        self.used += spaces;
        if self.used + width <= self.columns {
            self.text.push_str(word);
            self.used += width;
            return;
        }
        for cluster in word.graphemes(true) {
            let (cluster, width) = match of_cluster(cluster) {
                width if width > self.columns => ("…", 1),
                width => (cluster, width),
            };
            if self.used + width > self.columns {
                self.next(rows);
            }
            self.text.push_str(cluster);
            self.used += width;
        }
    }

    fn next(&mut self, rows: &mut Vec<String>) {
        rows.push(std::mem::take(&mut self.text));
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::sanitize;
    use proptest::prelude::*;

    #[test]
    fn skipping_keeps_clusters_whole() {
        assert_eq!(skip("møde", 0), "møde");
        assert_eq!(skip("møde", 2), "de");
        assert_eq!(skip("日本語", 3), "語");
        assert_eq!(skip("møde", 9), "");
        assert_eq!(split_first("👨‍👩‍👧x"), Some(("👨‍👩‍👧", "x")));
        assert_eq!(split_first(""), None);
    }

    #[test]
    fn fitting() {
        for (text, columns, fitted) in [
            ("VPN", 3, "VPN"),
            ("VPN", 2, "V…"),
            ("VPN", 1, "…"),
            ("VPN", 0, ""),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            (
                "👨\u{200d}👩\u{200d}👧 familie",
                4,
                "👨\u{200d}👩\u{200d}👧 …",
            ),
            ("🇩🇰🇳🇴", 3, "🇩🇰…"),
        ] {
            assert_eq!(fit(text, columns), fitted, "{text:?} in {columns}");
        }
    }

    #[test]
    fn padding() {
        assert_eq!(pad("日本", 5), "日本 ");
        assert_eq!(pad("日本語", 4), "日… ");
        assert_eq!(pad_left("17", 4), "  17");
    }

    #[test]
    fn wrapping() {
        let cases: [(&str, usize, &[&str]); 8] = [
            ("VPN er nede igen", 8, &["VPN er", "nede", "igen"]),
            ("a\n\nb", 5, &["a", "", "b"]),
            ("", 5, &[""]),
            ("abcdefgh", 3, &["abc", "def", "gh"]),
            ("ab cdefgh i", 4, &["ab", "cdef", "gh i"]),
            ("  - punkt to", 9, &["  - punkt", "to"]),
            ("日本語", 1, &["…", "…", "…"]),
            ("a  b", 4, &["a  b"]),
        ];
        for (text, columns, rows) in cases {
            assert_eq!(wrap(text, columns), rows, "{text:?} in {columns}");
        }
    }

    #[test]
    fn a_megabyte_wraps_at_once() {
        let rows = wrap(&"ord ".repeat(250_000), 80);
        assert_eq!(rows.len(), 12_500);
        assert_eq!(wrap(&"x".repeat(1_000_000), 80).len(), 12_500);
    }

    proptest! {
        #[test]
        fn fitted_text_fits(text in any::<String>(), columns in 0_usize..40) {
            let text = sanitize::line(&text);
            prop_assert!(of(&fit(&text, columns)) <= columns);
            prop_assert_eq!(of(&pad(&text, columns)), columns);
            prop_assert_eq!(of(&pad_left(&text, columns)), columns);
        }

        #[test]
        fn wrapped_rows_fit_and_lose_nothing(text in "[a-zøæå \n日👨]{0,200}", columns in 2_usize..30) {
            let rows = wrap(&text, columns);
            prop_assert!(rows.iter().all(|row| of(row) <= columns));
            let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&rows.concat()), letters(&text));
        }
    }
}
