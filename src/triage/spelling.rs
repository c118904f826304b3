//! Words that were meant: lost letters put back, names and words of the lexicon one slip away.
//!
//! Only words that no entry matches are looked at, and only long ones, so that a plain word does not become
//! a product. The index holds every key with one letter left out; two words that share such a form are
//! one insertion, deletion, substitution or swap apart.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::lexicon::{Entry, Kind};
use crate::text::fold::LOST;

/// Shortest word that is corrected. Shorter ones are one slip from too many others.
const SHORTEST: usize = 6;

/// Longest word that is corrected.
const LONGEST: usize = 24;

/// Shortest word in which one letter may stand for another. In shorter ones that makes other words
/// (`lederen`, `laderen`), while doubled, dropped and swapped letters hardly do.
const SHORTEST_SWAPPED: usize = 9;

/// Plain words that are one slip from a word of the lexicon.
const NO_SLIPS: [&str; 6] = [
    "kloden",
    "overskredet",
    "hallo",
    "kontor",
    "kontoret",
    "stammer",
];

/// Weight of a corrected word against the right one.
pub(super) const DISCOUNT: f64 = 0.8;

/// Most lost letters put back in one word; each doubles the work.
const MOST_LOST: usize = 3;

/// Entries and their keys by the hash of a form.
type Forms = HashMap<u64, Vec<(usize, Arc<str>)>, BuildHasherDefault<Same>>;

/// The keys are hashes already.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(31).wrapping_add(u64::from(*byte));
        }
    }
    fn write_u64(&mut self, hash: u64) {
        // The table looks at the upper bits, too.
        self.0 = hash ^ (hash << 32);
    }
}

/// What is needed to correct a word.
pub(super) struct Speller {
    /// Every word of the lexicon, for lost letters.
    words: BTreeSet<String>,
    /// Hashes of forms with a letter left out, and the entries that have them.
    forms: Forms,
    /// A bit for each form: most words have none of them, and this fits where the map does not.
    maybe: Vec<u64>,
}

/// Bits of `maybe`, as a power of two.
const MAYBE_BITS: u32 = 18;

/// Word and bit of a form in `maybe`.
fn maybe_at(form: u64) -> (usize, u64) {
    let bit = form.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - MAYBE_BITS);
    (usize::try_from(bit / 64).unwrap_or(0), 1 << (bit % 64))
}

impl Speller {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut words: BTreeSet<String> = entries
            .iter()
            .flat_map(|e| e.key.split(' '))
            .map(str::to_owned)
            .collect();
        words.extend(
            [
                "nar", "pa", "far", "ma", "sa", "gar", "na", "hoj", "bor", "gor", "oppe", "for",
                "hor",
            ]
            .map(str::to_owned),
        );
        let mut forms = Forms::default();
        for (index, entry) in entries.iter().enumerate() {
            let is_name = matches!(entry.kind, Kind::Product | Kind::Strong | Kind::Word);
            if is_name
                && !entry.exact
                && !entry.key.contains(' ')
                && entry.key.chars().count() >= SHORTEST
            {
                let key: Arc<str> = entry.key.as_str().into();
                each_form(&entry.key, |form| {
                    let known = forms.entry(form).or_default();
                    known.push((index, Arc::clone(&key)));
                });
            }
        }
        let mut maybe = vec![0; 1 << (MAYBE_BITS - 6)];
        for form in forms.keys() {
            let (at, bit) = maybe_at(*form);
            if let Some(bits) = maybe.get_mut(at) {
                *bits |= bit;
            }
        }
        Self {
            words,
            forms,
            maybe,
        }
    }

    /// The key with lost letters put back where the lexicon knows the word, else with the likeliest letter.
    /// `None` when no letter is missing. Byte positions move; the lengths of both sides are in the result.
    pub(super) fn restore(&self, word: &str) -> Option<String> {
        let lost = word.matches(LOST).count();
        if lost == 0 {
            return None;
        }
        let mut fallback = None;
        if lost <= MOST_LOST {
            for choice in 0..(1_u32 << lost) {
                let mut nth = 0;
                let candidate: String = word
                    .chars()
                    .map(|c| {
                        if c != LOST {
                            return c;
                        }
                        nth += 1;
                        if choice >> (nth - 1) & 1 == 0 {
                            'o'
                        } else {
                            'a'
                        }
                    })
                    .collect();
                if self.knows(&candidate) {
                    return Some(candidate);
                }
                fallback.get_or_insert(candidate);
            }
        }
        fallback.or_else(|| Some(word.replace(LOST, "o")))
    }

    /// Whether the word, or all but a short ending of it, is in the lexicon.
    fn knows(&self, word: &str) -> bool {
        self.words.contains(word)
            || (3..word.len()).rev().take(4).any(|end| {
                word.get(..end)
                    .is_some_and(|stem| self.words.contains(stem))
            })
            || (word.len() >= 4
                && self
                    .words
                    .range(word.to_owned()..)
                    .next()
                    .is_some_and(|next| next.starts_with(word)))
    }

    /// The entries that a misspelt word, see [`may_be_slip`], may have meant.
    pub(super) fn meant(&self, word: &str) -> Vec<usize> {
        let mut meant: Vec<usize> = Vec::new();
        each_form(word, |form| {
            let (at, bit) = maybe_at(form);
            if self.maybe.get(at).is_none_or(|bits| bits & bit == 0) {
                return;
            }
            for (entry, key) in self.forms.get(&form).into_iter().flatten() {
                if !meant.contains(entry) && is_slip(word, key) {
                    meant.push(*entry);
                }
            }
        });
        meant
    }
}

/// Whether a word is long enough to be a slip, and no plain one.
pub(super) fn may_be_slip(word: &str) -> bool {
    let length = if word.is_ascii() {
        word.len()
    } else {
        word.chars().count()
    };
    (SHORTEST..=LONGEST).contains(&length)
        && !word.bytes().any(|b| b.is_ascii_digit())
        && !NO_SLIPS.contains(&word)
}

/// Whether one slip makes one word of the other: a letter too many or too few, two letters swapped, and in
/// long words a wrong letter.
fn is_slip(word: &str, key: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), key.chars().collect());
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let back = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let shorter = a.len().min(b.len());
    let same = (front + back).min(shorter);
    match a.len().abs_diff(b.len()) {
        1 => same == shorter,
        0 if same + 1 == shorter => shorter >= SHORTEST_SWAPPED,
        0 if same + 2 == shorter => {
            a.get(front) == b.get(front + 1) && a.get(front + 1) == b.get(front)
        }
        _ => false,
    }
}

/// Calls `visit` with the hashes of the word and of the word with each of its letters left out. The first letter stays:
/// slips are rare there, and chance likenesses are common.
fn each_form(word: &str, mut visit: impl FnMut(u64)) {
    const BASE: u64 = 0x0001_0000_01b3;
    /// Times [`BASE`] it is one.
    const INVERSE: u64 = 0xb153_003e_aff6_957b;
    let hash = |hash: u64, c: char| {
        hash.wrapping_mul(BASE)
            .wrapping_add(u64::from(u32::from(c)))
    };
    let whole = word.chars().fold(0, hash);
    visit(whole);
    // The hash of a word is a number with the letters as digits; leaving out a letter moves what stands before it
    // down by one place.
    let (mut behind, mut place) = (0_u64, 1_u64);
    for (at, c) in word.char_indices().rev() {
        let through = behind.wrapping_add(place.wrapping_mul(u64::from(u32::from(c))));
        if at > 0 {
            let before = whole.wrapping_sub(through);
            visit(before.wrapping_mul(INVERSE).wrapping_add(behind));
        }
        behind = through;
        place = place.wrapping_mul(BASE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::lexicon::Lexicon;

    fn speller(words: &str) -> (Speller, Vec<String>) {
        let mut lexicon = Lexicon::default();
        lexicon
            .read("t", &format!("vpn\tword\t*\t{words}"))
            .unwrap();
        (
            Speller::new(lexicon.entries()),
            lexicon.entries().iter().map(|e| e.key.clone()).collect(),
        )
    }

    #[test]
    fn one_slip_is_forgiven() {
        let (speller, keys) = speller("simkort | outlook | kalender | vpn");
        for (word, meant) in [
            ("simkrt", Some("simkort")),
            ("simkortt", Some("simkort")),
            ("smikort", Some("simkort")),
            ("outlok", Some("outlook")),
            ("kallender", Some("kalender")),
            ("kalender", None),
            ("dimkort", None),
            ("kaleidr", None),
            ("vpm", None),
        ] {
            let found = if may_be_slip(word) {
                speller.meant(word)
            } else {
                Vec::new()
            };
            assert_eq!(found.first().map(|at| keys[*at].as_str()), meant, "{word}");
        }
    }

    #[test]
    fn lost_letters_come_back() {
        let (speller, _) = speller("møtet | hører | hakker | skærm");
        for (word, restored) in [
            ("m\u{fffd}tet", Some("motet")),
            ("h\u{fffd}rer", Some("horer")),
            ("h\u{fffd}kker", Some("hakker")),
            ("sk\u{fffd}rmen", Some("skarmen")),
            ("p\u{fffd}", Some("pa")),
            ("x\u{fffd}x", Some("xox")),
            ("motet", None),
        ] {
            assert_eq!(speller.restore(word).as_deref(), restored, "{word:?}");
        }
    }
}
