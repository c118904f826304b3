//! The words of a key. Each is looked up once, in one table of all that is known of single words, whoever asks later.

use std::sync::LazyLock;

use super::clause::{self, Cue};
use super::crowd::{self, Count};
use super::features;
use crate::text::lang;

/// A word of a key whose separators are spaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Bytes of the key.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Hash of the word, see [`features::hash`].
    pub(super) hash: u32,
    /// What is known of it.
    pub(super) known: &'static Known,
}

impl Word {
    /// The word itself, in the key that it is from.
    pub(super) fn of<'a>(&self, plain: &'a str) -> &'a str {
        plain.get(self.start..self.end).unwrap_or_default()
    }
}

/// What is known of a word.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// It is a function word of a language.
    pub(super) lang: Option<lang::Known>,
    /// It only joins others, see [`features`].
    pub(super) is_stop: bool,
    /// What phrases that begin with it say in a clause, the longest first.
    pub(super) cues: Vec<Cue>,
    /// It may break a clause in two.
    pub(super) may_break: bool,
    /// The words behind it with which a clause says what it is not.
    pub(super) openings: Vec<String>,
    /// With it such a clause says something else.
    pub(super) is_excuse: bool,
    /// How many it says.
    pub(super) count: Option<Count>,
}

static NOTHING: Known = Known {
    lang: None,
    is_stop: false,
    cues: Vec::new(),
    may_break: false,
    openings: Vec::new(),
    is_excuse: false,
    count: None,
};

/// All known words, found by their hash: made once, asked for each word of each ticket.
pub(super) struct Table {
    words: Vec<(String, Known)>,
    /// Hash and place of a word, where its hash leads to or behind that; places count from 1, 0 is free.
    slots: Vec<(u32, u32)>,
}

/// Slots of the table, as a power of two: about a third is taken.
const SLOT_BITS: u32 = 12;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        words: Vec::new(),
        slots: vec![(0, 0); 1 << SLOT_BITS],
    };
    for (word, known) in lang::vocabulary() {
        table.put(word, |word| word.lang = Some(known));
    }
    for word in features::stop_words() {
        table.put(&word, |word| word.is_stop = true);
    }
    for (word, count) in crowd::counts() {
        table.put(word, |word| word.count = Some(count));
    }
    clause::teach(&mut table);
    table
});

impl Table {
    /// The places of the slots to look at for a hash, in order.
    fn slots_of(hash: u32) -> impl Iterator<Item = usize> {
        let first = (features::mix(hash) >> (32 - SLOT_BITS)) as usize;
        (first..1 << SLOT_BITS).chain(0..first)
    }

    /// Lets more be said of a word; a new word is known from now on.
    pub(super) fn put(&mut self, word: &str, say: impl FnOnce(&mut Known)) {
        let hash = features::hash(word.as_bytes());
        let place = Self::slots_of(hash).find_map(|at| {
            let slot = self.slots.get_mut(at)?;
            if slot.1 == 0 {
                self.words.push((word.to_owned(), Known::default()));
                *slot = (hash, u32::try_from(self.words.len()).unwrap_or(0));
            }
            let place = (slot.1 as usize).checked_sub(1)?;
            let is_same = slot.0 == hash && self.words.get(place).is_some_and(|(w, _)| w == word);
            is_same.then_some(place)
        });
        if let Some((_, known)) = place.and_then(|place| self.words.get_mut(place)) {
            say(known);
        }
    }

    fn get(&'static self, word: &[u8], hash: u32) -> &'static Known {
        let found = Self::slots_of(hash)
            .map_while(|at| self.slots.get(at).filter(|slot| slot.1 != 0))
            .filter(|slot| slot.0 == hash)
            .filter_map(|slot| self.words.get(slot.1 as usize - 1))
            .find(|(known, _)| known.as_bytes() == word);
        found.map_or(&NOTHING, |(_, known)| known)
    }
}

/// The words of a key whose separators are spaces.
pub(super) fn split(plain: &str) -> Vec<Word> {
    let table: &'static Table = &TABLE;
    let mut words = Vec::with_capacity(plain.len() / 5 + 1);
    let mut start = 0;
    for word in plain.as_bytes().split(|byte| *byte == b' ') {
        let end = start + word.len();
        if !word.is_empty() {
            let hash = features::hash(word);
            words.push(Word {
                start,
                end,
                hash,
                known: table.get(word, hash),
            });
        }
        start = end + 1;
    }
    words
}

/// What is known of one word.
pub(super) fn known(word: &str) -> &'static Known {
    let table: &'static Table = &TABLE;
    table.get(word.as_bytes(), features::hash(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_lists_is_found_again() {
        let table: &'static Table = &TABLE;
        assert!(table.words.len() * 2 < table.slots.len());
        for (word, known) in &table.words {
            assert!(std::ptr::eq(super::known(word), known), "{word}");
        }
        for word in ["", "xyzzy", "ikkee"] {
            assert!(
                std::ptr::eq(super::known(word), &raw const NOTHING),
                "{word}"
            );
        }
    }

    #[test]
    fn words_know_their_place() {
        let plain = " vpn  er  nede";
        let words: Vec<&str> = split(plain).iter().map(|word| word.of(plain)).collect();
        assert_eq!(words, ["vpn", "er", "nede"]);
    }
}
