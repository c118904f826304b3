//! From a ticket's text to a finding.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::domain::finding::{Cleared, Finding, Reason};
use crate::domain::ids::GroupId;
use crate::text::lang::{self, Lang};

use super::evidence::{self, Evidence, Page, Passage, Reading};
use super::features::{self, Dense, GROUPS};
use super::groups::{Groups, GroupsError};
use super::lexicon::{Lexicon, LexiconError, Origin};
use super::matcher::Matcher;
use super::model::{Model, ModelError, Scored};
use super::spelling::Speller;
use super::{concepts, crowd, segment, urgency};

/// The text of one ticket; sanitised, not folded.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<'a> {
    /// The title.
    pub subject: &'a str,
    /// The first message.
    pub body: &'a str,
    /// The language, when the desk knows it.
    pub lang: Option<Lang>,
}

/// Characters of a body that are read. A problem stands at the top; a pasted log is evidence of nothing.
const MAX_BODY: usize = 8_000;

/// Characters of a subject that are read; desks cut it long before.
const MAX_SUBJECT: usize = 600;

/// How much a word in the subject counts against one in the body.
const SUBJECT: f64 = 1.25;

/// How much counts what is only in quoted text, when the writer says nothing of their own.
const QUOTED: f64 = 0.5;

/// Evidence below this does not stand for anything.
const ENOUGH: f64 = 0.65;

/// Chance that makes another group a fair choice, and its least share of the winner's.
const ALSO: (f32, f32) = (0.2, 0.4);

/// What a text without any word is worth: `other`, and nobody knows.
const NOTHING: f64 = 0.4;

/// Log-odds that a word of the installation's own adds for each point of its weight.
const OWN: f32 = 1.6;

/// Reasons that a finding carries at most, and how many of them speak for the runner-up.
const MAX_REASONS: (usize, usize) = (6, 2);

/// Words that stand side by side and make one reason, at most.
const LONGEST_REASON: usize = 3;

/// Log-odds below which a word is no reason.
const LEAST_REASON: f32 = 0.12;

/// The word model that comes with the program; `vagt classify --train` makes it.
const MODEL: &[u8] = include_bytes!("../../assets/model/words.bin");

/// Why an engine could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A word list is broken.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    /// The groups file is broken.
    #[error(transparent)]
    Groups(#[from] GroupsError),
    /// The automaton would be too large.
    #[error("the word lists are too large for one automaton: {0}")]
    Automaton(#[from] aho_corasick::BuildError),
    /// The word model is broken.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Says what tickets are about. Make it once; it is read-only and may be shared.
pub struct Engine {
    matcher: Matcher,
    speller: Speller,
    model: Model,
    /// Every group, in order of the Board; the built-in ones are in the order of the model.
    groups: Vec<GroupId>,
    /// For each entry of the matcher the place of its group among the model's, or behind them.
    places: Vec<usize>,
}

impl Engine {
    /// An engine from word lists and groups, with the model that comes with the program.
    pub fn new(lexicon: &Lexicon, groups: &Groups) -> Result<Self, EngineError> {
        Self::with_model(lexicon, groups, Model::from_bytes(MODEL)?)
    }

    /// An engine with another word model.
    pub fn with_model(
        lexicon: &Lexicon,
        groups: &Groups,
        model: Model,
    ) -> Result<Self, EngineError> {
        let mut lexicon = lexicon.clone();
        groups.add_words(&mut lexicon);
        let matcher = Matcher::new(lexicon.entries())?;
        let speller = Speller::new(matcher.entries());
        let mut slugs: Vec<GroupId> = GroupId::BUILT_IN.map(GroupId::from).to_vec();
        for slug in groups
            .in_order()
            .map(|group| &group.slug)
            .chain(matcher.entries().iter().map(|entry| &entry.group))
        {
            if !slugs.contains(slug) {
                slugs.push(slug.clone());
            }
        }
        let places = matcher
            .entries()
            .iter()
            .map(|entry| {
                slugs
                    .iter()
                    .position(|slug| *slug == entry.group)
                    .unwrap_or(usize::MAX)
            })
            .collect();
        Ok(Self {
            matcher,
            speller,
            model,
            groups: slugs,
            places,
        })
    }

    /// An engine from what comes with the program.
    pub fn built_in() -> Result<Self, EngineError> {
        Self::new(&Lexicon::built_in()?, &Groups::built_in()?)
    }

    /// The same engine with another word model.
    #[must_use]
    pub fn replace_model(self, model: Model) -> Self {
        Self { model, ..self }
    }

    /// What a ticket is about. Any text gives a finding; `other` when nothing speaks for a group.
    pub fn classify(&self, input: &Input) -> Finding {
        let reading = self.read(input.subject, input.body);
        self.weigh(&reading, input.lang.filter(|lang| *lang != Lang::Unknown))
    }

    /// Reads a ticket: what its writer says, or what is quoted when the writer says nothing.
    pub(super) fn read(&self, subject: &str, body: &str) -> Reading {
        let parts = segment::body(start_of(body, MAX_BODY));
        let mut passages = vec![
            Passage {
                text: segment::subject(start_of(subject, MAX_SUBJECT)).to_owned(),
                factor: SUBJECT,
            },
            Passage {
                text: parts.own,
                factor: 1.0,
            },
        ];
        let mut reading = evidence::read(&passages, &self.matcher, &self.speller);
        let says_nothing = reading
            .evidence
            .iter()
            .all(|e| e.is_cleared || e.weight < ENOUGH);
        if says_nothing && !parts.quoted.is_empty() {
            passages.push(Passage {
                text: parts.quoted,
                factor: QUOTED,
            });
            reading = evidence::read(&passages, &self.matcher, &self.speller);
        }
        reading
    }

    /// What the lexicon says as features of the model, and for each piece of evidence its feature and its share there.
    pub(super) fn dense(&self, reading: &Reading) -> (Dense, Vec<Option<(usize, f32)>>) {
        let mut dense = Dense::new();
        let mut sources: Vec<Option<(usize, f32)>> = Vec::with_capacity(reading.evidence.len());
        for evidence in &reading.evidence {
            let entry = self
                .matcher
                .entries()
                .get(evidence.entry)
                .filter(|entry| entry.origin == Origin::BuiltIn);
            let place = self
                .places
                .get(evidence.entry)
                .filter(|place| **place < GROUPS);
            let weight = small(evidence.weight);
            sources.push(entry.zip(place).and_then(|(entry, place)| {
                let at = dense.add(*place, entry.kind, weight, evidence.is_cleared)?;
                Some((at, weight / 3.0))
            }));
        }
        for (at, share) in sources.iter_mut().flatten() {
            *share /= dense.values.get(*at).copied().unwrap_or(1.0).max(1e-3);
        }
        dense.flag(0, reading.has_fault);
        dense.flag(1, crowd::howto(&reading.plain, false) == Some(true));
        dense.flag(2, reading.evidence.is_empty());
        dense.flag(3, reading.plain.len() > 240);
        dense.finish();
        (dense, sources)
    }

    /// The group that evidence speaks for.
    fn group(&self, evidence: &Evidence) -> Option<&GroupId> {
        self.matcher
            .entries()
            .get(evidence.entry)
            .map(|entry| &entry.group)
    }

    /// The lanes that any words speak for, and the group itself if it is one, by slug.
    fn lanes(&self, reading: &Reading, group: &GroupId) -> Vec<GroupId> {
        let blamed = reading.evidence.iter().filter(|e| !e.is_cleared);
        let lanes: BTreeSet<&GroupId> = blamed
            .filter_map(|e| self.group(e))
            .chain(std::iter::once(group))
            .filter(|g| is_lane(g))
            .collect();
        lanes.into_iter().cloned().collect()
    }

    /// The log-odds of every group, in the order of `groups`.
    fn sums(&self, reading: &Reading, scored: &Scored) -> Vec<f32> {
        let mut sums = scored.sums.to_vec();
        // A group of the installation's own begins where a group stands of which nothing is said.
        let mut middle = scored.sums;
        middle.sort_by(f32::total_cmp);
        sums.resize(
            self.groups.len(),
            middle.get(GROUPS / 2).copied().unwrap_or(0.0) - 1.0,
        );
        for evidence in &reading.evidence {
            if self.is_own(evidence) && !evidence.is_cleared {
                let place = self.places.get(evidence.entry).copied();
                if let Some(sum) = place.and_then(|place| sums.get_mut(place)) {
                    *sum += OWN * small(evidence.weight);
                }
            }
        }
        sums
    }

    /// A word of the installation's own.
    fn is_own(&self, evidence: &Evidence) -> bool {
        self.matcher
            .entries()
            .get(evidence.entry)
            .is_some_and(|entry| entry.origin == Origin::Own)
    }

    /// The finding.
    fn weigh(&self, reading: &Reading, lang: Option<Lang>) -> Finding {
        let (dense, sources) = self.dense(reading);
        let scored = self.model.score(reading, &dense, &sources);
        let lang = lang.unwrap_or_else(|| language(reading, scored.lang));
        let sums = self.sums(reading, &scored);
        let shares = shares(&sums, self.model.temperature);
        let mut ranked: Vec<usize> = (0..shares.len()).collect();
        let share = |at: &usize| shares.get(*at).copied().unwrap_or_default();
        ranked.sort_by(|a, b| share(b).total_cmp(&share(a)).then(a.cmp(b)));
        let says_nothing = scored.parts.is_empty() && reading.evidence.is_empty();
        let (best, second) = match ranked[..] {
            [best, second, ..] if !says_nothing => (best, second),
            _ => (GROUPS - 1, 0),
        };
        let group = self
            .groups
            .get(best)
            .cloned()
            .unwrap_or_else(GroupId::other);
        let cleared = self.cleared(reading, &group);
        let also = ranked
            .iter()
            .skip(1)
            .filter(|at| !says_nothing && share(at) >= ALSO.0 && share(at) >= share(&best) * ALSO.1)
            .filter_map(|at| self.groups.get(*at).cloned())
            .filter(|also| *also != GroupId::other() && !cleared.iter().any(|c| c.group == *also))
            .take(2)
            .collect();
        let confidence = if says_nothing {
            NOTHING
        } else {
            f64::from(share(&best))
        };
        Finding {
            confidence: (confidence * 100.0).round() / 100.0,
            also,
            lanes: self.lanes(reading, &group),
            lang: lang.code().map(str::to_owned),
            howto: crowd::howto(&reading.plain, reading.has_fault),
            people: crowd::people(&reading.plain),
            reasons: if says_nothing {
                Vec::new()
            } else {
                self.reasons(reading, &scored, best, second)
            },
            cleared,
            urgency: urgency::signs(&reading.pages),
            concepts: concepts::of(reading, self.matcher.entries()),
            group,
        }
    }

    /// The words that decided: what speaks most for the winner against the runner-up, then what speaks for the runner-up.
    fn reasons(
        &self,
        reading: &Reading,
        scored: &Scored,
        best: usize,
        second: usize,
    ) -> Vec<Reason> {
        let mut spans: Vec<Span> = Vec::new();
        for part in &scored.parts {
            let says = |at: usize| part.says.get(at).copied().unwrap_or_default();
            Span::add(
                &mut spans,
                part.page,
                &part.range,
                says(best) - says(second),
            );
        }
        for evidence in reading
            .evidence
            .iter()
            .filter(|e| self.is_own(e) && !e.is_cleared)
        {
            let place = self.places.get(evidence.entry).copied();
            let sign = if place == Some(best) {
                1.0
            } else if place == Some(second) {
                -1.0
            } else {
                continue;
            };
            Span::add(
                &mut spans,
                evidence.place.0,
                &evidence.place.1,
                sign * OWN * small(evidence.weight),
            );
        }
        Span::join(&mut spans);
        Span::pair(&mut spans, reading);
        spans.sort_by(|a, b| {
            b.weight
                .abs()
                .total_cmp(&a.weight.abs())
                .then((a.page, a.range.start).cmp(&(b.page, b.range.start)))
        });
        let mut against = 0;
        let mut reasons: Vec<Reason> = Vec::new();
        for span in spans
            .iter()
            .filter(|span| span.weight.abs() >= LEAST_REASON)
        {
            let is_for = span.weight > 0.0;
            against += usize::from(!is_for);
            let text = reading
                .pages
                .get(span.page)
                .map(|page| page.quote(span.range.clone()))
                .unwrap_or_default();
            let group = self.groups.get(if is_for { best } else { second });
            let is_said = reasons.iter().any(|r| r.text == text);
            if let Some(group) = group
                .filter(|_| !text.is_empty() && !is_said && (is_for || against <= MAX_REASONS.1))
            {
                reasons.push(Reason {
                    text,
                    group: group.clone(),
                    weight: (f64::from(span.weight.abs()) * 100.0).round() / 100.0,
                });
            }
            if reasons.len() == MAX_REASONS.0 {
                break;
            }
        }
        reasons
    }

    fn cleared(&self, reading: &Reading, winner: &GroupId) -> Vec<Cleared> {
        let mut cleared: Vec<Cleared> = Vec::new();
        for evidence in reading.evidence.iter().filter(|e| e.is_cleared) {
            let Some(group) = self
                .group(evidence)
                .filter(|g| **g != GroupId::other() && *g != winner)
            else {
                continue;
            };
            // What is still complained about elsewhere is not cleared.
            let is_blamed = reading.evidence.iter().any(|e| {
                self.group(e) == Some(group) && !e.is_cleared && e.weight > evidence.weight
            });
            if !is_blamed && !cleared.iter().any(|c| c.group == *group) {
                cleared.push(Cleared {
                    text: reading.clause(evidence),
                    group: group.clone(),
                });
            }
        }
        cleared
    }
}

/// A stretch of a passage and how much it speaks for the winner against the runner-up.
struct Span {
    page: usize,
    range: Range<usize>,
    weight: f32,
}

impl Span {
    /// Adds a weight to the span around or inside the range, which grows to both.
    fn add(spans: &mut Vec<Self>, page: usize, range: &Range<usize>, weight: f32) {
        let touches = |span: &&mut Self| {
            span.page == page && span.range.start < range.end && range.start < span.range.end
        };
        match spans.iter_mut().find(touches) {
            Some(span) => {
                span.range = span.range.start.min(range.start)..span.range.end.max(range.end);
                span.weight += weight;
            }
            None => spans.push(Self {
                page,
                range: range.clone(),
                weight,
            }),
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

/// The language: of those whose function words or letters are there, the one that the model says.
fn language(reading: &Reading, said: Lang) -> Lang {
    if said != Lang::Unknown && lang::is_any(&reading.plain) {
        return said;
    }
    let text = reading
        .pages
        .iter()
        .map(Page::text)
        .collect::<Vec<_>>()
        .join("\n");
    match lang::detect(&text) {
        Lang::Unknown => Lang::Unknown,
        found if said == Lang::Unknown => found,
        _ => said,
    }
}

/// The first characters of a text.
fn start_of(text: &str, most: usize) -> &str {
    let end = text
        .char_indices()
        .nth(most)
        .map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// Groups that may stand beside another.
fn is_lane(group: &GroupId) -> bool {
    matches!(group.as_str(), "school" | "health")
}

/// The chance of each group.
fn shares(sums: &[f32], temperature: f32) -> Vec<f32> {
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    let mut shares: Vec<f32> = sums
        .iter()
        .map(|sum| ((sum - most) / temperature).exp())
        .collect();
    let all: f32 = shares.iter().sum();
    for share in &mut shares {
        *share /= all;
    }
    shares
}

#[expect(clippy::cast_possible_truncation, reason = "weights are a few units")]
fn small(weight: f64) -> f32 {
    weight as f32
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
