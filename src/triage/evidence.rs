//! Evidence: what the words of a ticket say for and against groups, by the clause they stand in.

use std::ops::Range;

use super::automatic;
use super::clause::{self, Clause, Tone};
use super::closing::{self, Closing};
use super::crowd;
use super::lexicon::{Entry, Kind};
use super::matcher::{Hit, Matcher};
use super::phrases::{self, Phrase, Says};
use super::spelling::{self, DISCOUNT, Speller};
use super::words::{self, Known, Word};
use crate::domain::finding::Automatic;
use crate::text::fold::{self, Folded};

/// Behind "but".
const CONTRAST: f64 = 1.4;

/// In a clause that says that something fails.
const FAILS: f64 = 1.2;

/// In a clause that says neither, in a body of several clauses one of which says that something fails.
const PLAIN: f64 = 0.5;

/// Clauses of a body that has few.
const FEW_CLAUSES: usize = 4;

/// In a clause that another one goes against.
const ASIDE: f64 = 0.6;

/// What a match counts inside a longer one of another group.
const SHADOWED: f64 = 0.4;

/// Evidence below this does not stand for anything.
const ENOUGH: f64 = 0.65;

/// Bytes of a note above a mail that is sent on, at most.
const COVER_NOTE: usize = 160;

/// Longest clause that is shown whole.
const LONGEST_QUOTE: usize = 60;

/// Something found in the text.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    /// Index of the entry.
    pub(super) entry: usize,
    /// Where: number of the passage, bytes of its key.
    pub(super) place: (usize, Range<usize>),
    /// What it counts for its group.
    pub(super) weight: f64,
    /// The ticket says that this is not it.
    pub(super) is_cleared: bool,
}

/// What was read.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) evidence: Vec<Evidence>,
    /// The passages as they were read.
    pub(super) pages: Vec<Page>,
    /// The phrases found in them.
    pub(super) phrases: Vec<Phrase>,
    /// Some clause says that something fails.
    pub(super) has_fault: bool,
    /// It asks how something is done.
    pub(super) asks_how: bool,
    /// A machine wrote it.
    pub(super) automatic: Option<Automatic>,
    /// It asks for nothing any more.
    pub(super) closing: Option<Closing>,
}

/// One passage, prepared.
pub(super) struct Page {
    /// Number of the passage: 0 is the subject.
    pub(super) nth: usize,
    factor: f64,
    text: String,
    folded: Folded,
    /// The key with separators as spaces.
    pub(super) plain: String,
    /// Its words.
    pub(super) words: Vec<Word>,
    /// It has several clauses, and one of them says that something fails.
    says_what_fails: bool,
    /// Its clauses.
    pub(super) clauses: Vec<Clause>,
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

impl Page {
    /// The passage.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The key, separators as they stand.
    pub(super) fn key(&self) -> &str {
        &self.folded.key
    }

    /// The words of the text behind bytes of the key, on one line.
    pub(super) fn quote(&self, range: Range<usize>) -> String {
        let words = self.text.get(self.folded.origin(range));
        words.unwrap_or_default().replace('|', " ")
    }

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
        Some(Evidence {
            entry: hit.entry,
            place: (self.nth, hit.start..hit.end),
            weight: weight * self.factor,
            is_cleared,
        })
    }

    /// Adds what the clause says; true when it clears what it names.
    fn weigh_clause(&self, entry: &Entry, hit: &Hit, weight: &mut f64) -> bool {
        let Some(clause) = self.clauses.iter().find(|c| c.range.contains(&hit.start)) else {
            return false;
        };
        if clause.tone == Tone::Plain && self.says_what_fails {
            *weight *= PLAIN;
        }
        if clause.is_contrast {
            *weight *= CONTRAST;
        }
        if clause.tone == Tone::Fails {
            *weight *= FAILS;
        }
        if clause.is_aside {
            *weight *= ASIDE;
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
        for place in &self.words {
            let (start, end) = (place.start, place.end);
            let word = place.of(&self.plain);
            let is_hit = || hits.iter().any(|hit| hit.start < end && start < hit.end);
            if !spelling::may_be_slip(word) || is_hit() {
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
    /// The words of a piece of evidence, as the ticket has them.
    pub(super) fn quote(&self, evidence: &Evidence) -> String {
        let (nth, range) = &evidence.place;
        self.pages
            .get(*nth)
            .map(|page| page.quote(range.clone()))
            .unwrap_or_default()
    }

    /// The clause that a piece of evidence stands in, or its words when that is long.
    pub(super) fn clause(&self, evidence: &Evidence) -> String {
        let (nth, range) = &evidence.place;
        let clause = self.pages.get(*nth).and_then(|page| {
            let clause = page
                .clauses
                .iter()
                .find(|c| c.range.contains(&range.start))?;
            let quote = page.quote(clause.range.clone());
            let text = quote.trim_matches(|c: char| !c.is_alphanumeric());
            (clause.range.end >= range.end && text.chars().count() <= LONGEST_QUOTE)
                .then(|| text.to_owned())
        });
        clause.unwrap_or_else(|| self.quote(evidence))
    }

    /// The words of all passages and what is known of them.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, &'static Known)> + Clone {
        self.pages.iter().flat_map(|page| {
            let words = page.words.iter();
            words.map(|word| (word.of(&page.plain), word.known))
        })
    }

    /// Bytes of the keys of all passages, with one for each end.
    pub(super) fn length(&self) -> usize {
        self.pages.iter().map(|page| page.plain.len() + 1).sum()
    }

    /// Whether nothing that was found speaks for any group.
    pub(super) fn says_nothing(&self) -> bool {
        let speaks = |e: &Evidence| !e.is_cleared && e.weight >= ENOUGH;
        !self.evidence.iter().any(speaks)
    }

    /// Whether the body only sends on what is below it: it is short, and says that it does so, or nothing of a fault.
    pub(super) fn is_cover_note(&self) -> bool {
        self.pages.get(1).is_some_and(|own| {
            let is_sent_on = || phrases::find(std::slice::from_ref(own));
            let fails = own.clauses.iter().any(|c| c.tone == Tone::Fails);
            own.plain.len() <= COVER_NOTE
                && (!fails || is_sent_on().iter().any(|found| found.says == Says::SentOn))
        })
    }

    /// Whether an answer says that the old matter is done, and that something else fails.
    pub(super) fn is_another_matter(&self) -> bool {
        self.pages.get(1).is_some_and(|own| {
            let fault = own.clauses.iter().rfind(|c| c.tone == Tone::Fails);
            let Some(fault) = fault.map(|clause| clause.range.start) else {
                return false;
            };
            let is_done = |found: &Phrase| {
                found.page == 1
                    && found.range.start < fault
                    && matches!(found.says, Says::Closing(_))
            };
            let works = |c: &Clause| c.tone == Tone::Works && c.range.start < fault;
            own.clauses.first().is_some_and(works) || self.phrases.iter().any(is_done)
        })
    }

    /// What a passage says is beside the point, unless it says that something fails.
    pub(super) fn put_aside(&mut self, nth: usize) {
        let Some(page) = self.pages.get_mut(nth) else {
            return;
        };
        for clause in page
            .clauses
            .iter_mut()
            .filter(|c| c.tone != Tone::Fails && !c.is_aside)
        {
            clause.is_aside = true;
            for evidence in self.evidence.iter_mut().filter(|e| e.place.0 == nth) {
                if clause.range.contains(&evidence.place.1.start) {
                    evidence.weight *= ASIDE;
                }
            }
        }
    }

    /// Reads one passage more, which counts by a factor.
    pub(super) fn read(&mut self, text: &str, factor: f64, matcher: &Matcher, speller: &Speller) {
        let text = text.replace('\n', "|");
        let folded = restore(&text, speller);
        let plain = clause::plain(&folded.key);
        let words = words::split(&plain);
        let clauses = clause::split(&folded.key, &plain, &words);
        let fails = clauses.iter().any(|c| c.tone == Tone::Fails);
        self.has_fault |= fails;
        let page = Page {
            nth: self.pages.len(),
            factor,
            text,
            folded,
            plain,
            words,
            says_what_fails: fails && clauses.len() > FEW_CLAUSES,
            clauses,
        };
        let hits = matcher.find(&page.plain, &page.words);
        for hit in &hits {
            if let Some(evidence) = page.evidence(hit, &hits, matcher) {
                self.add(evidence, matcher.entries());
            }
        }
        for evidence in page.misspelt(&hits, matcher, speller) {
            self.add(evidence, matcher.entries());
        }
        self.pages.push(page);
    }

    /// Looks for what the passages say beside groups, when all of them are read: the subject, the body, and what is quoted.
    pub(super) fn finish(&mut self) {
        self.phrases = phrases::find(&self.pages);
        let says = |what: Says| self.phrases.iter().any(|found| found.says == what);
        self.asks_how = says(Says::How)
            || (says(Says::Guide) && !self.has_fault)
            || self.pages.iter().any(crowd::asks_how);
        let of_body = self.phrases.iter().find_map(|found| match found.says {
            Says::Automatic(kind) if found.page == 1 => Some(kind),
            _ => None,
        });
        let subject = self.pages.first().map_or("", Page::key);
        self.automatic = automatic::of_subject(subject).or(of_body);
        let own = self.pages.len().min(2);
        let own = self.pages.get_mut(..own).unwrap_or_default();
        self.closing = closing::of(own, &self.phrases);
    }

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
