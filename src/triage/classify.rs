//! From a ticket's text to a finding.

use std::collections::BTreeSet;

use crate::domain::finding::{Cleared, Finding, Reason, RunnerUp};
use crate::domain::ids::GroupId;
use crate::text::lang::{self, Lang};

use super::closing::Closing;
use super::evidence::{Evidence, Page, Reading};
use super::features::{Dense, GROUPS};
use super::groups::{Groups, GroupsError};
use super::lexicon::{Lexicon, LexiconError, Origin};
use super::matcher::Matcher;
use super::model::{Model, ModelError, Scored};
use super::segment::{self, Mark};
use super::spelling::Speller;
use super::{concepts, crowd, languages, reasons, urgency};

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

/// Chance that makes another group a fair choice, and its least share of the winner's.
const ALSO: (f32, f32) = (0.2, 0.4);

/// What a text without any word is worth: `other`, and nobody knows.
const NOTHING: f64 = 0.4;

/// Log-odds that a word of the installation's own adds for each point of its weight.
const OWN: f32 = 1.6;

/// Flag of a text in which no clause says that something fails.
const NO_FAULT: usize = 7;

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
        let (subject, mark) = segment::subject(start_of(subject, MAX_SUBJECT));
        let mut reading = Reading::default();
        let add = |reading: &mut Reading, text: &str, factor| {
            reading.read(text, factor, &self.matcher, &self.speller);
        };
        add(&mut reading, subject, SUBJECT);
        add(&mut reading, &parts.own, 1.0);
        let is_sent_on = mark == Mark::Forward && !parts.is_of_desk;
        if parts.quoted.is_empty() {
            // Nobody else speaks.
        } else if is_sent_on && reading.is_cover_note() {
            reading.put_aside(1);
            add(&mut reading, &parts.quoted, 1.0);
        } else if reading.says_nothing() {
            add(&mut reading, &parts.quoted, QUOTED);
        }
        reading.finish();
        if mark == Mark::Reply && reading.is_another_matter() {
            reading.put_aside(0);
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
        dense.flag(1, reading.asks_how);
        dense.flag(2, reading.evidence.is_empty());
        dense.flag(3, reading.length() > 240);
        dense.flag(4, reading.automatic.is_some());
        dense.flag(5, reading.closing == Some(Closing::Over));
        dense.flag(6, reading.closing == Some(Closing::Thanks));
        dense.flag(NO_FAULT, !reading.has_fault);
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
        let (mut dense, sources) = self.dense(reading);
        let mut scored = self.model.score(reading, &dense, &sources);
        let words = reading.words().map(|(word, known)| (word, known.lang));
        let is_foreign = lang.is_none() && lang::is_foreign(words);
        if is_foreign {
            // That no known word says that something fails means nothing here.
            dense.flag(NO_FAULT, false);
            scored.forget_words(&dense, &self.model);
        }
        let lang = lang
            .or(is_foreign.then_some(Lang::Unknown))
            .unwrap_or_else(|| language(reading, scored.lang));
        let sums = self.sums(reading, &scored);
        let shares = shares(&sums, self.model.temperature);
        let mut ranked: Vec<usize> = (0..shares.len()).collect();
        let share = |at: &usize| shares.get(*at).copied().unwrap_or_default();
        ranked.sort_by(|a, b| share(b).total_cmp(&share(a)).then(a.cmp(b)));
        let says_nothing = scored.is_empty() && reading.evidence.is_empty();
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
        let runner_up = self.groups.get(second).map(|group| RunnerUp {
            group: group.clone(),
            confidence: hundredths(f64::from(share(&second))),
        });
        Finding {
            confidence: hundredths(confidence),
            runner_up: runner_up.filter(|next| !says_nothing && next.confidence > 0.0),
            also,
            lanes: self.lanes(reading, &group),
            langs: languages::of_sentences(&reading.pages, &scored.words, lang)
                .into_iter()
                .filter_map(|lang| lang.code().map(str::to_owned))
                .collect(),
            lang: lang.code().map(str::to_owned),
            howto: crowd::howto(reading),
            people: crowd::people(reading.words()),
            reasons: if says_nothing {
                Vec::new()
            } else {
                self.reasons(reading, &scored, best, second)
            },
            cleared,
            automatic: reading.automatic,
            urgency: urgency::signs(&reading.pages, &reading.phrases),
            concepts: concepts::of(reading, self.matcher.entries()),
            group,
        }
    }

    /// The words that decided for the winner against the runner-up.
    fn reasons(
        &self,
        reading: &Reading,
        scored: &Scored,
        best: usize,
        second: usize,
    ) -> Vec<Reason> {
        let own = reading
            .evidence
            .iter()
            .filter(|e| self.is_own(e) && !e.is_cleared)
            .filter_map(|e| {
                let place = *self.places.get(e.entry)?;
                let sign = f32::from(i8::from(place == best) - i8::from(place == second));
                Some((e, sign * OWN * small(e.weight)))
            })
            .filter(|(_, weight)| *weight != 0.0);
        let (Some(winner), Some(runner_up)) = (self.groups.get(best), self.groups.get(second))
        else {
            return Vec::new();
        };
        reasons::of(
            reading,
            (scored, &self.model),
            own,
            [(best, winner), (second, runner_up)],
        )
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

/// The language: of those whose function words or letters are there, the one that the model says.
fn language(reading: &Reading, said: Lang) -> Lang {
    if said != Lang::Unknown && lang::is_any(reading.words().map(|(_, known)| known.lang)) {
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

/// To two digits behind the point.
fn hundredths(confidence: f64) -> f64 {
    (confidence * 100.0).round() / 100.0
}

#[expect(clippy::cast_possible_truncation, reason = "weights are a few units")]
fn small(weight: f64) -> f32 {
    weight as f32
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
