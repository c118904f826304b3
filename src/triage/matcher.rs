//! One pass over a key that finds every entry of the lexicon.
//!
//! An entry counts at the start of a word (`*` entries inside compounds, too) and at its end, where a
//! Nordic or English ending may follow. Inside an unrelated word it never counts.

use aho_corasick::{AhoCorasick, BuildError};

use super::lexicon::Entry;

/// An entry found in a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// Index of the entry.
    pub(super) entry: usize,
    /// Bytes of the key, endings included.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The entries as one automaton.
pub(super) struct Matcher {
    automaton: AhoCorasick,
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
        let automaton = AhoCorasick::new(entries.iter().map(|entry| entry.key.as_str()))?;
        Ok(Self { automaton, entries })
    }

    pub(super) fn entry(&self, hit: &Hit) -> Option<&Entry> {
        self.entries.get(hit.entry)
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The hits in a key whose separators are spaces, in order of their ends.
    pub(super) fn find(&self, plain: &str) -> Vec<Hit> {
        self.automaton
            .find_overlapping_iter(plain)
            .filter_map(|found| {
                let entry = self.entries.get(found.pattern().as_usize())?;
                let end = accepted_end(entry, plain, found.start(), found.end())?;
                Some(Hit {
                    entry: found.pattern().as_usize(),
                    start: found.start(),
                    end,
                })
            })
            .collect()
    }
}

/// The end of the word in which an entry ends; `None` when it does not count there.
fn accepted_end(entry: &Entry, plain: &str, start: usize, end: usize) -> Option<usize> {
    let before = plain.get(..start)?.chars().next_back();
    let starts_word = before.is_none_or(|c| c == ' ');
    if !starts_word {
        // The head of a compound: letters before it, and not just one.
        let letters = plain
            .get(..start)?
            .chars()
            .rev()
            .take_while(|c| *c != ' ')
            .take(3)
            .count();
        if !entry.in_compounds || letters < 2 {
            return None;
        }
    }
    let rest = plain.get(end..)?;
    let tail = rest.split(' ').next().unwrap_or_default();
    let fits = tail.is_empty()
        || (!entry.exact
            && (entry.as_prefix || (tail.len() <= LONGEST_ENDING && ENDINGS.contains(&tail))));
    fits.then_some(end + tail.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::lexicon::Lexicon;

    fn found(entries: &str, text: &str) -> Vec<String> {
        let mut lexicon = Lexicon::default();
        lexicon
            .read("t", &format!("vpn\tword\t*\t{entries}"))
            .unwrap();
        let matcher = Matcher::new(lexicon.entries()).unwrap();
        matcher
            .find(text)
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
