//! From a ticket's text to a finding.

use std::collections::BTreeSet;

use crate::domain::finding::{Cleared, Finding, Reason};
use crate::domain::ids::GroupId;
use crate::text::lang::{self, Lang};

use super::evidence::{self, Evidence, Passage, Reading};
use super::groups::{Groups, GroupsError};
use super::lexicon::{Lexicon, LexiconError};
use super::matcher::Matcher;
use super::spelling::Speller;
use super::{crowd, segment};

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

/// How much a word in the subject counts against one in the body.
const SUBJECT: f64 = 1.25;

/// How much counts what is only in quoted text, when the writer says nothing of their own.
const QUOTED: f64 = 0.5;

/// What counts a word for `other` against one for a service.
const OTHER: f64 = 0.75;

/// Scores below this are chance.
const ENOUGH: f64 = 0.65;

/// Log-odds per point of score; fitted on tickets-dev from line 61.
const STEEPNESS: f64 = 0.9;

/// Share of the winner's score that makes another group a fair choice.
const ALSO: f64 = 0.7;

/// Reasons that a finding carries at most.
const MAX_REASONS: usize = 6;

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
}

/// Says what tickets are about. Make it once; it is read-only and may be shared.
pub struct Engine {
    matcher: Matcher,
    speller: Speller,
    /// Every group, in order of the Board.
    groups: Vec<GroupId>,
    /// For each entry of the matcher the place of its group.
    places: Vec<usize>,
}

impl Engine {
    /// An engine from word lists and groups.
    pub fn new(lexicon: &Lexicon, groups: &Groups) -> Result<Self, EngineError> {
        let mut lexicon = lexicon.clone();
        groups.add_words(&mut lexicon);
        let matcher = Matcher::new(lexicon.entries())?;
        let speller = Speller::new(matcher.entries());
        let mut slugs: Vec<GroupId> = groups.in_order().map(|group| group.slug.clone()).collect();
        let mut places = Vec::with_capacity(matcher.entries().len());
        for entry in matcher.entries() {
            let known = slugs.iter().position(|slug| *slug == entry.group);
            places.push(known.unwrap_or(slugs.len()));
            if known.is_none() {
                slugs.push(entry.group.clone());
            }
        }
        Ok(Self {
            matcher,
            speller,
            groups: slugs,
            places,
        })
    }

    /// An engine from what comes with the program.
    pub fn built_in() -> Result<Self, EngineError> {
        Self::new(&Lexicon::built_in()?, &Groups::built_in()?)
    }

    /// What a ticket is about. Any text gives a finding; `other` when nothing speaks for a group.
    pub fn classify(&self, input: &Input) -> Finding {
        let body: String = input.body.chars().take(MAX_BODY).collect();
        let subject = segment::subject(input.subject);
        let parts = segment::body(&body);
        let mut passages = vec![
            Passage {
                text: subject.to_owned(),
                factor: SUBJECT,
            },
            Passage {
                text: parts.own,
                factor: 1.0,
            },
        ];
        let mut reading = evidence::read(&passages, &self.matcher, &self.speller);
        if reading
            .evidence
            .iter()
            .all(|e| e.is_cleared || e.weight < ENOUGH)
            && !parts.quoted.is_empty()
        {
            passages.push(Passage {
                text: parts.quoted,
                factor: QUOTED,
            });
            reading = evidence::read(&passages, &self.matcher, &self.speller);
        }
        let lang = input
            .lang
            .filter(|lang| *lang != Lang::Unknown)
            .unwrap_or_else(|| {
                let text = passages
                    .iter()
                    .map(|p| p.text.as_str())
                    .collect::<Vec<_>>()
                    .join("\n");
                lang::detect(&text)
            });
        self.weigh(&reading, lang)
    }

    /// The group that evidence speaks for.
    fn group(&self, evidence: &Evidence) -> Option<&GroupId> {
        self.matcher
            .entries()
            .get(evidence.entry)
            .map(|entry| &entry.group)
    }

    /// Its place among the groups.
    fn place(&self, evidence: &Evidence) -> Option<usize> {
        self.places.get(evidence.entry).copied()
    }

    /// The sum of what speaks for each group, in the order of the groups.
    fn scores(&self, reading: &Reading) -> Vec<f64> {
        let mut scores = vec![0.0; self.groups.len()];
        for evidence in reading.evidence.iter().filter(|e| !e.is_cleared) {
            if let Some(score) = self.place(evidence).and_then(|place| scores.get_mut(place)) {
                *score += evidence.weight;
            }
        }
        // What is no service of the desk gives way to any service that fails.
        for (score, _) in scores
            .iter_mut()
            .zip(&self.groups)
            .filter(|(_, group)| **group == GroupId::other())
        {
            *score *= OTHER;
        }
        scores
    }

    /// The lanes that any words speak for, by slug.
    fn lanes(&self, reading: &Reading) -> Vec<GroupId> {
        let blamed = reading.evidence.iter().filter(|e| !e.is_cleared);
        let lanes: BTreeSet<&GroupId> = blamed
            .filter_map(|e| self.group(e))
            .filter(|g| is_lane(g))
            .collect();
        lanes.into_iter().cloned().collect()
    }

    /// The finding.
    fn weigh(&self, reading: &Reading, lang: Lang) -> Finding {
        let scores = self.scores(reading);
        let mut ranked: Vec<(usize, f64)> = scores
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, score)| *score > 0.0)
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut finding = Finding {
            lang: lang.code().map(str::to_owned),
            howto: crowd::howto(&reading.plain, reading.has_fault),
            people: crowd::people(&reading.plain),
            lanes: self.lanes(reading),
            cleared: self.cleared(reading),
            ..crowd::nothing()
        };
        let best = ranked
            .first()
            .copied()
            .filter(|(_, score)| *score >= ENOUGH);
        finding.confidence = confidence(&ranked, best.map(|(group, _)| group));
        if let Some((group, best_score)) = best {
            finding.group = self
                .groups
                .get(group)
                .cloned()
                .unwrap_or_else(GroupId::other);
            finding.also = ranked
                .iter()
                .skip(1)
                .filter(|(_, score)| *score >= best_score * ALSO && *score >= 1.5)
                .filter_map(|(group, _)| self.groups.get(*group).cloned())
                .filter(|group| {
                    !finding.cleared.iter().any(|c| c.group == *group) && *group != GroupId::other()
                })
                .take(2)
                .collect();
        }
        finding.reasons = self.reasons(reading);
        finding
    }

    fn reasons(&self, reading: &Reading) -> Vec<Reason> {
        let mut kept: Vec<&Evidence> = reading
            .evidence
            .iter()
            .filter(|e| !e.is_cleared && e.weight > 0.0)
            .collect();
        kept.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        kept.truncate(MAX_REASONS);
        kept.into_iter()
            .filter_map(|e| {
                let group = self.group(e)?.clone();
                Some(Reason {
                    text: e.text.clone(),
                    group,
                    weight: (e.weight * 100.0).round() / 100.0,
                })
            })
            .collect()
    }

    fn cleared(&self, reading: &Reading) -> Vec<Cleared> {
        let mut cleared: Vec<Cleared> = Vec::new();
        for evidence in reading.evidence.iter().filter(|e| e.is_cleared) {
            let Some(group) = self.group(evidence).filter(|g| **g != GroupId::other()) else {
                continue;
            };
            // What is still complained about elsewhere is not cleared.
            let is_blamed = reading.evidence.iter().any(|e| {
                self.group(e) == Some(group) && !e.is_cleared && e.weight > evidence.weight
            });
            if !is_blamed && !cleared.iter().any(|c| c.group == *group) {
                cleared.push(Cleared {
                    text: evidence.text.clone(),
                    group: group.clone(),
                });
            }
        }
        cleared
    }
}

/// Groups that may stand beside another.
fn is_lane(group: &GroupId) -> bool {
    matches!(group.as_str(), "school" | "health")
}

/// How sure the winner is: its share of the exponentials of all scores, beside `other` and "some group whose
/// words are not in the lists", both at the threshold. A ticket without evidence is `other` at one half.
fn confidence(ranked: &[(usize, f64)], winner: Option<usize>) -> f64 {
    let other = (STEEPNESS * ENOUGH).exp();
    let total: f64 = 2.0 * other
        + ranked
            .iter()
            .map(|(_, score)| (STEEPNESS * score).exp())
            .sum::<f64>();
    let own = ranked
        .iter()
        .find(|(group, _)| Some(*group) == winner)
        .map_or(other, |(_, score)| (STEEPNESS * score).exp());
    ((own / total) * 100.0).round() / 100.0
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
