//! The words that decided, as the ticket has them: what the model's features and the installation's own words said for
//! the winner against the runner-up, put back on the words that they come from.

use std::ops::Range;

use super::evidence::{Evidence, Reading};
use super::model::{Model, Scored};
use super::words;
use crate::domain::finding::Reason;
use crate::domain::ids::GroupId;

/// Reasons that a finding carries at most, and how many of them speak for the runner-up.
const MAX_REASONS: (usize, usize) = (6, 2);

/// Words that stand side by side and make one reason, at most.
const LONGEST_REASON: usize = 3;

/// Log-odds below which a word is no reason.
const LEAST_REASON: f32 = 0.12;

/// What speaks most for the first group against the second, then what speaks for the second. `own` is what words of the
/// installation's own add, above zero for the first group.
pub(super) fn of<'a>(
    reading: &Reading,
    (scored, model): (&Scored, &Model),
    own: impl Iterator<Item = (&'a Evidence, f32)>,
    [(best, winner), (second, runner_up)]: [(usize, &GroupId); 2],
) -> Vec<Reason> {
    let mut spans: Vec<Span> = Vec::with_capacity(scored.words.len() + 16);
    for (page, range, weight) in scored.for_against(model, (best, second)) {
        Span::add(&mut spans, page, range, weight);
    }
    for (evidence, weight) in own {
        Span::add(&mut spans, evidence.place.0, &evidence.place.1, weight);
    }
    Span::join(&mut spans);
    Span::pair(&mut spans, reading);
    spans.retain(|span| span.weight.abs() >= LEAST_REASON && !span.only_joins(reading));
    spans.sort_unstable_by(|a, b| {
        b.weight
            .abs()
            .total_cmp(&a.weight.abs())
            .then((a.page, a.range.start).cmp(&(b.page, b.range.start)))
    });
    let mut against = 0;
    let mut reasons: Vec<Reason> = Vec::new();
    for span in &spans {
        let is_for = span.weight > 0.0;
        against += usize::from(!is_for);
        let text = reading
            .pages
            .get(span.page)
            .map(|page| shorten(page.quote(span.range.clone())))
            .unwrap_or_default();
        let is_said = reasons.iter().any(|r| r.text == text);
        if !text.is_empty() && !is_said && (is_for || against <= MAX_REASONS.1) {
            reasons.push(Reason {
                text,
                group: if is_for { winner } else { runner_up }.clone(),
                weight: (f64::from(span.weight.abs()) * 100.0).round() / 100.0,
            });
        }
        if reasons.len() == MAX_REASONS.0 {
            break;
        }
    }
    reasons
}

/// Characters of a reason, at most; what is longer is no word.
const LONGEST_TEXT: usize = 80;

/// The beginning of a text that is too long.
fn shorten(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A stretch of a passage and how much it speaks for the winner against the runner-up.
struct Span {
    page: usize,
    range: Range<usize>,
    weight: f32,
}

impl Span {
    /// Adds a weight to the span that the range touches, which grows to both. The spans stay in order of their starts.
    fn add(spans: &mut Vec<Self>, page: usize, range: &Range<usize>, weight: f32) {
        let is_before = |span: &Self| (span.page, span.range.end) <= (page, range.start);
        let at = if spans.last().is_none_or(is_before) {
            spans.len()
        } else {
            spans.partition_point(is_before)
        };
        match spans.get_mut(at) {
            Some(span) if span.page == page && span.range.start < range.end => {
                span.range = span.range.start.min(range.start)..span.range.end.max(range.end);
                span.weight += weight;
            }
            _ => spans.insert(
                at,
                Self {
                    page,
                    range: range.clone(),
                    weight,
                },
            ),
        }
    }

    /// Makes one of spans that a wider one has come to overlap.
    fn join(spans: &mut Vec<Self>) {
        spans.sort_by_key(|span| (span.page, span.range.start));
        spans.dedup_by(|span, last| {
            let overlaps = last.page == span.page && span.range.start < last.range.end;
            if overlaps {
                last.range.end = last.range.end.max(span.range.end);
                last.weight += span.weight;
            }
            overlaps
        });
    }

    /// Makes one of two words that stand side by side in a clause and speak for the same group: "Teams hakker".
    fn pair(spans: &mut Vec<Self>, reading: &Reading) {
        let mut count = 1;
        spans.dedup_by(|span, last| {
            let is_near = count < LONGEST_REASON
                && last.page == span.page
                && last.range.end + 1 == span.range.start
                && last.weight.abs() >= LEAST_REASON
                && span.weight.abs() >= LEAST_REASON
                && (last.weight > 0.0) == (span.weight > 0.0)
                && reading
                    .pages
                    .get(span.page)
                    .is_some_and(|page| page.key().as_bytes().get(last.range.end) == Some(&b' '));
            if is_near {
                last.range.end = span.range.end;
                last.weight += span.weight;
                count += 1;
            } else {
                count = 1;
            }
            is_near
        });
    }

    /// Whether it is a word that only joins others: that is no reason by itself.
    fn only_joins(&self, reading: &Reading) -> bool {
        let page = reading.pages.get(self.page);
        let word = page.and_then(|page| page.plain.get(self.range.clone()));
        word.is_some_and(|word| words::known(word).is_stop)
    }
}
