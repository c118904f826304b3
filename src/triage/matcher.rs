//! Finds every entry of the lexicon in a key.
//!
//! An entry counts at the start of a word (`*` entries inside compounds, too) and at its end, where a
//! Nordic or English ending may follow. Inside an unrelated word it never counts.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};

use super::lexicon::Entry;
use super::starts::Starts;
use super::words::Word;

/// An entry found in a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// Index of the entry.
    pub(super) entry: usize,
    /// Bytes of the key, endings included.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The entries, ready to be searched for.
pub(super) struct Matcher {
    starts: Starts,
    /// Those that also end compounds, and which entries they are.
    heads: (AhoCorasick, Vec<usize>),
    entries: Vec<Entry>,
}

/// Endings that make no other word: definite forms, plurals, genitives.
const ENDINGS: [&str; 44] = [
    "s", "n", "t", "e", "a", "r", "m", "en", "et", "er", "ar", "or", "an", "es", "ed", "el", "ens",
    "ets", "ers", "ene", "ane", "erne", "arna", "orna", "erna", "ena", "na", "ne", "ns", "ing",
    "ern", "era", "ad", "ar", "at", "te", "de", "ende", "ande", "st", "are", "aren", "ar", "enes",
];

/// Bytes of the longest of them.
const LONGEST_ENDING: usize = 4;

impl Matcher {
    pub(super) fn new(entries: &[Entry]) -> Result<Self, BuildError> {
        let entries = entries.to_vec();
        let heads: Vec<usize> = entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.in_compounds)
            .map(|(at, _)| at)
            .collect();
        let keys = heads.iter().filter_map(|at| entries.get(*at));
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(keys.map(|entry| entry.key.as_str()))?;
        Ok(Self {
            starts: Starts::new(entries.iter().map(|entry| entry.key.as_str())),
            heads: (automaton, heads),
            entries,
        })
    }

    pub(super) fn entry(&self, hit: &Hit) -> Option<&Entry> {
        self.entries.get(hit.entry)
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The hits in a key whose separators are spaces, in order of their ends without endings.
    pub(super) fn find(&self, plain: &str, words: &[Word]) -> Vec<Hit> {
        let mut found: Vec<(usize, usize, usize)> = Vec::with_capacity(words.len());
        for word in words {
            self.starts.at(plain.as_bytes(), word.start, |entry, end| {
                found.push((end, word.start, entry));
            });
        }
        let (automaton, heads) = &self.heads;
        for hit in automaton.find_overlapping_iter(plain) {
            if let Some(entry) = heads
                .get(hit.pattern().as_usize())
                .filter(|_| is_compound(plain, hit.start()))
            {
                found.push((hit.end(), hit.start(), *entry));
            }
        }
        found.sort_unstable();
        found
            .into_iter()
            .filter_map(|(end, start, entry)| {
                let end = accepted_end(self.entries.get(entry)?, plain, end)?;
                Some(Hit { entry, start, end })
            })
            .collect()
    }
}

/// Whether at least two letters of the same word stand before the byte.
fn is_compound(plain: &str, start: usize) -> bool {
    let before = plain.get(..start).unwrap_or_default();
    let letters = before.chars().rev().take_while(|c| *c != ' ');
    letters.take(2).count() == 2
}

/// The end of the word in which an entry ends; `None` when it does not count there.
fn accepted_end(entry: &Entry, plain: &str, end: usize) -> Option<usize> {
    let rest = plain.get(end..)?;
    let length = rest
        .bytes()
        .position(|byte| byte == b' ')
        .unwrap_or(rest.len());
    let tail = rest.get(..length)?;
    let fits = tail.is_empty()
        || (!entry.exact
            && (entry.as_prefix || (tail.len() <= LONGEST_ENDING && ENDINGS.contains(&tail))));
    fits.then_some(end + tail.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::lexicon::Lexicon;
    use crate::triage::words;

    fn found(entries: &str, text: &str) -> Vec<String> {
        let mut lexicon = Lexicon::default();
        lexicon
            .read("t", &format!("vpn\tword\t*\t{entries}"))
            .unwrap();
        let matcher = Matcher::new(lexicon.entries()).unwrap();
        matcher
            .find(text, &words::split(text))
            .into_iter()
            .map(|hit| text.get(hit.start..hit.end).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn words_count_at_their_start_and_with_endings() {
        for (entries, text, hits) in [
            ("vpn", "min vpn er nede", &["vpn"][..]),
            ("vpn", "vpnen", &["vpnen"]),
            ("vpn", "xvpn", &[]),
            ("sim", "simpel", &[]),
            ("sim", "simmen simens", &["simens"]),
            ("sim*", "simpel", &["simpel"]),
            ("f2$", "f2s f2", &["f2"]),
            ("skriver", "etikettskriver", &[]),
            ("*skriver", "etikettskriveren", &["skriveren"]),
            ("*skriver", "xskriver", &[]),
            ("kalender", "kalenderdeling", &["kalenderdeling"]),
            ("e post", "e posten", &["e posten"]),
        ] {
            assert_eq!(found(entries, text), hits, "{entries} in {text}");
        }
    }
}
