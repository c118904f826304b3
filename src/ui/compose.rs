//! Lines made of parts: everything that is put on the screen is fitted here, by the columns that the screen counts.
//!
//! Invariant: no line is wider than asked, and of parts that do not fit whole parts are left out, least important
//! first. A key hint is never cut.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::i18n;
use crate::text::width;

/// Columns of a line.
pub fn columns(line: &Line<'_>) -> usize {
    line.spans.iter().map(|s| width::of(&s.content)).sum()
}

/// A line cut to `columns`, with an ellipsis where something is missing.
pub fn fit(line: Line<'static>, columns: usize) -> Line<'static> {
    if self::columns(&line) <= columns {
        return line;
    }
    let mut left = columns;
    let mut spans = Vec::with_capacity(line.spans.len());
    for span in line.spans {
        let wide = width::of(&span.content);
        if wide < left {
            left -= wide;
            spans.push(span);
            continue;
        }
        // This span or a later one does not fit; one column is needed for the ellipsis.
        let text = if wide == left {
            width::fit(&format!("{}{}", span.content, width::ELLIPSIS), left).into_owned()
        } else {
            width::fit(&span.content, left).into_owned()
        };
        spans.push(Span::styled(text, span.style));
        break;
    }
    Line::from(spans)
}

/// `left` and `right` at the two ends of a line of exactly `columns`; `left` is cut first.
pub fn spread(left: Line<'static>, right: Line<'static>, columns: usize) -> Line<'static> {
    let right = fit(right, columns);
    let right_wide = self::columns(&right);
    let gap = usize::from(right_wide > 0);
    let mut line = fit(left, columns.saturating_sub(right_wide + gap));
    let fill = columns.saturating_sub(self::columns(&line) + right_wide);
    if fill > 0 {
        line.spans.push(Span::raw(" ".repeat(fill)));
    }
    line.spans.extend(right.spans);
    line
}

/// One part of a line that may be left out.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it says.
    pub spans: Vec<Span<'static>>,
    /// The least important part has the highest number and goes first; 0 is never left out.
    pub rank: u8,
}

impl Part {
    /// A part of one style.
    pub fn new(rank: u8, text: impl Into<String>, style: Style) -> Self {
        Self {
            spans: vec![Span::styled(text.into(), style)],
            rank,
        }
    }
    /// Columns that it takes.
    pub fn columns(&self) -> usize {
        self.spans.iter().map(|s| width::of(&s.content)).sum()
    }
}

/// As many parts as fit into `columns`, in their order, with `gap` between them.
pub fn parts(mut parts: Vec<Part>, gap: &str, columns: usize) -> Line<'static> {
    parts.retain(|p| p.columns() > 0);
    let gap_wide = width::of(gap);
    loop {
        let total = parts.iter().map(Part::columns).sum::<usize>()
            + gap_wide * parts.len().saturating_sub(1);
        if total <= columns {
            break;
        }
        match worst(&parts) {
            Some(at) => drop(parts.remove(at)),
            None => break,
        }
    }
    let mut spans = Vec::new();
    for part in parts {
        if !spans.is_empty() {
            spans.push(Span::raw(gap.to_owned()));
        }
        spans.extend(part.spans);
    }
    fit(Line::from(spans), columns)
}

/// Parts one after the other with `gap` between them, in as many rows as they need; none is broken, and one that is
/// wider than a row is cut.
pub fn flow(parts: Vec<Vec<Span<'static>>>, gap: &str, columns: usize) -> Vec<Line<'static>> {
    let wide = |spans: &[Span<'static>]| spans.iter().map(|s| width::of(&s.content)).sum::<usize>();
    let mut rows: Vec<Vec<Span<'static>>> = Vec::new();
    let mut used = 0;
    for part in parts {
        let need = wide(&part);
        match rows.last_mut() {
            Some(row) if used + width::of(gap) + need <= columns => {
                row.push(Span::raw(gap.to_owned()));
                row.extend(part);
                used += width::of(gap) + need;
            }
            _ => {
                rows.push(part);
                used = need;
            }
        }
    }
    rows.into_iter()
        .map(|row| fit(Line::from(row), columns))
        .collect()
}

/// The same in at most `rows` rows: whole parts are left out, least important first. A row that goes on begins with the
/// gap's sign, so that nobody takes it for a sentence of its own.
pub fn flow_parts(
    mut parts: Vec<Part>,
    gap: &str,
    columns: usize,
    rows: usize,
) -> Vec<Line<'static>> {
    loop {
        let sign = gap.trim_start();
        let spans = parts.iter().map(|part| part.spans.clone()).collect();
        let room = columns.saturating_sub(width::of(sign));
        let mut flowed = flow(spans, gap, if rows > 1 { room } else { columns });
        for line in flowed.iter_mut().skip(1) {
            line.spans.insert(0, Span::raw(sign.to_owned()));
        }
        let worst = worst(&parts);
        match worst {
            Some(at) if flowed.len() > rows => drop(parts.remove(at)),
            _ => return flowed.into_iter().take(rows).collect(),
        }
    }
}

/// The part that goes first where there is no room for all.
fn worst(parts: &[Part]) -> Option<usize> {
    parts
        .iter()
        .enumerate()
        .filter(|(_, p)| p.rank > 0)
        .max_by_key(|(at, p)| (p.rank, *at))
        .map(|(at, _)| at)
}

/// The same in at most `rows` rows; the last one is cut with a sign where more follows.
pub fn wrap_to(text: &str, style: Style, columns: usize, rows: usize) -> Vec<Line<'static>> {
    let mut all = width::wrap(text, columns);
    if all.len() > rows {
        let rest = all.split_off(rows.saturating_sub(1)).join(" ");
        all.push(width::fit(&rest, columns).into_owned());
    }
    all.into_iter()
        .map(|row| Line::styled(row, style))
        .collect()
}

/// `text` wrapped to `columns`, each row with this style.
pub fn wrap(text: &str, style: Style, columns: usize) -> Vec<Line<'static>> {
    width::wrap(text, columns)
        .into_iter()
        .map(|row| Line::styled(row, style))
        .collect()
}

/// A number with thin groups of three: `1,204`.
pub fn number(n: usize) -> String {
    i18n::grouped(n)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(line: &Line<'_>) -> String {
        line.spans.iter().map(|s| s.content.as_ref()).collect()
    }

    #[test]
    fn the_right_end_stays_and_the_left_is_cut() {
        let line = spread(Line::raw("Forbindelsen ryger"), Line::raw("08:07 new"), 20);
        assert_eq!(plain(&line), "Forbindel… 08:07 new");
        let line = spread(Line::raw("kort"), Line::raw("MR"), 10);
        assert_eq!(plain(&line), "kort    MR");
    }

    #[test]
    fn whole_parts_are_left_out_least_important_first() {
        let make = || {
            vec![
                Part::new(0, "412 open", Style::new()),
                Part::new(3, "in 38/h", Style::new()),
                Part::new(1, "3 to send", Style::new()),
            ]
        };
        assert_eq!(
            plain(&parts(make(), "  ", 40)),
            "412 open  in 38/h  3 to send"
        );
        assert_eq!(plain(&parts(make(), "  ", 20)), "412 open  3 to send");
        assert_eq!(plain(&parts(make(), "  ", 10)), "412 open");
        assert_eq!(plain(&parts(make(), "  ", 5)), "412 …");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(7), "7");
        assert_eq!(number(1204), "1,204");
        assert_eq!(number(1_234_567), "1,234,567");
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_asked(a in "\\PC{0,12}", b in "\\PC{0,12}", c in "\\PC{0,6}", n in 0usize..30) {
            let line = Line::from(vec![Span::raw(a.clone()), Span::raw(b)]);
            prop_assert!(columns(&fit(line.clone(), n)) <= n);
            let both = spread(line, Line::raw(c), n);
            prop_assert_eq!(columns(&both), n);
        }
    }
}
