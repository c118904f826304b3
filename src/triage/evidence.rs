//! Evidence: what the words of a ticket say for and against groups, by the clause they stand in.

use std::ops::Range;

use super::clause::{self, Clause, Tone};
use super::lexicon::{Entry, Kind};
use super::matcher::{Hit, Matcher};
use super::spelling::{DISCOUNT, Speller};
use crate::text::fold::{self, Folded};

/// Behind "but".
const CONTRAST: f64 = 1.4;

/// In a clause that says that something fails.
const FAILS: f64 = 1.2;

/// What a match counts inside a longer one of another group.
const SHADOWED: f64 = 0.4;

/// One piece of text and how much it counts.
pub(super) struct Passage {
    pub(super) text: String,
    pub(super) factor: f64,
}

/// Something found in the text.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    /// Index of the entry.
    pub(super) entry: usize,
    /// Where: number of the passage, bytes of its key.
    place: (usize, Range<usize>),
    /// What it counts for its group.
    pub(super) weight: f64,
    /// The words as the ticket has them.
    pub(super) text: String,
    /// The ticket says that this is not it.
    pub(super) is_cleared: bool,
}

/// What was read.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) evidence: Vec<Evidence>,
    /// Keys of all passages with separators as spaces.
    pub(super) plain: String,
    /// Some clause says that something fails.
    pub(super) has_fault: bool,
}

/// One passage, prepared.
struct Page<'a> {
    nth: usize,
    factor: f64,
    text: &'a str,
    folded: &'a Folded,
    plain: &'a str,
    clauses: &'a [Clause],
}

/// All evidence of some passages.
pub(super) fn read(passages: &[Passage], matcher: &Matcher, speller: &Speller) -> Reading {
    let mut reading = Reading::default();
    for (nth, passage) in passages.iter().enumerate() {
        let text = passage.text.replace('\n', "|");
        let folded = restore(&text, speller);
        let plain = clause::plain(&folded.key);
        let clauses = clause::split(&folded.key, &plain);
        reading.has_fault |= clauses.iter().any(|c| c.tone == Tone::Fails);
        let page = Page {
            nth,
            factor: passage.factor,
            text: &text,
            folded: &folded,
            plain: &plain,
            clauses: &clauses,
        };
        let hits = matcher.find(&plain);
        for hit in &hits {
            if let Some(evidence) = page.evidence(hit, &hits, matcher) {
                reading.add(evidence, matcher.entries());
            }
        }
        for evidence in page.misspelt(&hits, matcher, speller) {
            reading.add(evidence, matcher.entries());
        }
        reading.plain.push_str(&plain);
        reading.plain.push(' ');
    }
    reading
}

/// Folds a text and puts lost letters back.
fn restore(text: &str, speller: &Speller) -> Folded {
    let folded = Folded::new(text);
    if folded.key.contains(fold::LOST) {
        folded.restored(|word| speller.restore(word))
    } else {
        folded
    }
}

impl Page<'_> {
    /// What a hit counts for, by its place.
    fn evidence(&self, hit: &Hit, hits: &[Hit], matcher: &Matcher) -> Option<Evidence> {
        let entry = matcher
            .entry(hit)
            .filter(|entry| entry.kind != Kind::Never)?;
        let length = hit.end - hit.start;
        let mut weight = entry.weight;
        for other in hits {
            let is_around = other.start <= hit.start
                && hit.end <= other.end
                && other.end - other.start > length;
            let Some(longer) = matcher.entry(other).filter(|_| is_around) else {
                continue;
            };
            if longer.group == entry.group {
                return None;
            }
            if longer.weight > 1.0 {
                weight *= SHADOWED;
            }
        }
        let is_cleared = self.weigh_clause(entry, hit, &mut weight);
        let text = self
            .text
            .get(self.folded.origin(hit.start..hit.end))
            .unwrap_or_default()
            .to_owned();
        Some(Evidence {
            entry: hit.entry,
            place: (self.nth, hit.start..hit.end),
            weight: weight * self.factor,
            text,
            is_cleared,
        })
    }

    /// Adds what the clause says; true when it clears what it names.
    fn weigh_clause(&self, entry: &Entry, hit: &Hit, weight: &mut f64) -> bool {
        let Some(clause) = self.clauses.iter().find(|c| c.range.contains(&hit.start)) else {
            return false;
        };
        if clause.is_contrast {
            *weight *= CONTRAST;
        }
        if clause.tone == Tone::Fails {
            *weight *= FAILS;
        }
        let before = self
            .plain
            .get(clause.range.start..hit.start)
            .unwrap_or_default();
        // A phrase names a fault by itself ("VPN virker ikke"), it cannot be cleared by its own words.
        let is_fault = entry.kind == Kind::Phrase && entry.key.contains(' ');
        entry.kind != Kind::Cue
            && !is_fault
            && (clause.tone == Tone::Works || clause::is_ruled_out(before))
    }

    /// Evidence of words that nearly are names of the lexicon.
    fn misspelt(&self, hits: &[Hit], matcher: &Matcher, speller: &Speller) -> Vec<Evidence> {
        let mut found = Vec::new();
        let mut at = 0;
        for word in self.plain.split(' ') {
            let (start, end) = (at, at + word.len());
            at = end + 1;
            if hits.iter().any(|hit| hit.start < end && start < hit.end) {
                continue;
            }
            for entry in speller.meant(word) {
                let mut evidence = self.evidence(&Hit { entry, start, end }, &[], matcher);
                if let Some(evidence) = &mut evidence {
                    evidence.weight *= DISCOUNT;
                }
                found.extend(evidence);
            }
        }
        found
    }
}

impl Reading {
    /// Words count once for a group, where they count most: the same entry twice, and entries that overlap.
    fn add(&mut self, new: Evidence, entries: &[Entry]) {
        let group = |evidence: &Evidence| entries.get(evidence.entry).map(|entry| &entry.group);
        let (passage, range) = &new.place;
        let same = self.evidence.iter_mut().find(|old| {
            let overlaps = old.place.0 == *passage
                && old.place.1.start < range.end
                && range.start < old.place.1.end;
            old.is_cleared == new.is_cleared
                && group(old) == group(&new)
                && (old.entry == new.entry || overlaps)
        });
        match same {
            Some(old) if old.weight >= new.weight => {}
            Some(old) => *old = new,
            None => self.evidence.push(new),
        }
    }
}
