//! The words that decided, as the ticket has them: what the model's features and the installation's own words said for
//! the winner against the runner-up, put back on the words that they come from.

use std::ops::Range;

use super::evidence::{Evidence, Reading};
use super::features;
use super::model::Scored;
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
    scored: &Scored,
    own: impl Iterator<Item = (&'a Evidence, f32)>,
    [(best, winner), (second, runner_up)]: [(usize, &GroupId); 2],
) -> Vec<Reason> {
    let mut spans: Vec<Span> = Vec::with_capacity(scored.parts.len());
    for part in &scored.parts {
        let says = |at: usize| part.says.get(at).copied().unwrap_or_default();
        Span::add(
            &mut spans,
            part.page,
            &part.range,
            says(best) - says(second),
        );
    }
    for (evidence, weight) in own {
        Span::add(&mut spans, evidence.place.0, &evidence.place.1, weight);
    }
    Span::join(&mut spans);
    Span::pair(&mut spans, reading);
    spans.retain(|span| span.weight.abs() >= LEAST_REASON);
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
            .map(|page| page.quote(span.range.clone()))
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

/// A stretch of a passage and how much it speaks for the winner against the runner-up.
struct Span {
    page: usize,
    range: Range<usize>,
    weight: f32,
}

impl Span {
    /// Adds a weight to the span that the range touches, which grows to both. The spans stay in order of their starts.
    fn add(spans: &mut Vec<Self>, page: usize, range: &Range<usize>, weight: f32) {
        let at = spans.partition_point(|span| (span.page, span.range.end) <= (page, range.start));
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
        let mut joined: Vec<Self> = Vec::with_capacity(spans.len());
        for span in spans.drain(..) {
            match joined.last_mut() {
                Some(last) if last.page == span.page && span.range.start < last.range.end => {
                    last.range.end = last.range.end.max(span.range.end);
                    last.weight += span.weight;
                }
                _ => joined.push(span),
            }
        }
        *spans = joined;
    }

    /// Makes one of two words that stand side by side in a clause and speak for the same group: "Teams hakker". Words that
    /// only join others are no reason by themselves.
    fn pair(spans: &mut Vec<Self>, reading: &Reading) {
        let mut paired: Vec<Self> = Vec::with_capacity(spans.len());
        let mut count = 1;
        for span in spans.drain(..) {
            let page = reading.pages.get(span.page);
            let is_near = |last: &Self| {
                last.page == span.page
                    && last.range.end + 1 == span.range.start
                    && last.weight.abs() >= LEAST_REASON
                    && span.weight.abs() >= LEAST_REASON
                    && (last.weight > 0.0) == (span.weight > 0.0)
                    && page.is_some_and(|page| {
                        page.key().as_bytes().get(last.range.end) == Some(&b' ')
                    })
            };
            let near = paired
                .last_mut()
                .filter(|last| count < LONGEST_REASON && is_near(last));
            if let Some(last) = near {
                last.range.end = span.range.end;
                last.weight += span.weight;
                count += 1;
            } else {
                paired.push(span);
                count = 1;
            }
        }
        paired.retain(|span| {
            let word = reading
                .pages
                .get(span.page)
                .and_then(|page| page.plain.get(span.range.clone()));
            !word.is_some_and(features::is_stop)
        });
        *spans = paired;
    }
}
