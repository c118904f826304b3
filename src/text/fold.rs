//! Search keys: two spellings of a word fold to one key, so that `mote` and `moete` find `møte`.
//!
//! The key is lower case, without marks, in one spelling: `ø ö œ oe` are `o`, `æ ä ae` and `å aa` are `a`.
//! Both sides are folded, so a key is only ever compared with keys. White space is one space. Text that
//! was read in the wrong encoding (`mÃ¸te`) folds like the text it was. A letter that was lost on the way
//! (`m?te`, `m\u{fffd}te`) is kept as [`LOST`], which [`contains_folded`] lets stand for any one letter.
//!
//! The price is a few words that become one (`does` and `dos`, `far` and `får`); they are found once too often, never missed.

mod repair;

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A letter that an encoding error destroyed, in a key.
pub const LOST: char = '\u{fffd}';

/// The key of `text`.
///
/// ```
/// use vagt::text::fold::fold;
/// assert_eq!(fold("Møte på Åsane"), "mote pa asane");
/// assert_eq!(fold("moete paa Aasane"), "mote pa asane");
/// ```
pub fn fold(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    walk(text, |c, _, _| key.push(c));
    key
}

/// A key that knows where it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The key, as [`fold`] makes it.
    pub key: String,
    /// Where the key does not go on as the text does, byte for byte; in order.
    jumps: Vec<Jump>,
    /// Bytes of the text that the key so far stands for.
    read: usize,
}

/// A character of the key that is not the next byte of the text. Behind it key and text go on together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Jump {
    /// Bytes of the key.
    key: Range<usize>,
    /// The bytes of the text that they stand for.
    text: Range<usize>,
}

impl Folded {
    /// Folds `text` and remembers the origin of every byte.
    pub fn new(text: &str) -> Self {
        let mut folded = Self {
            key: String::with_capacity(text.len()),
            jumps: Vec::with_capacity(text.len() / 8),
            read: 0,
        };
        walk(text, |c, start, end| folded.push(c, start, end));
        folded
    }

    /// The same text with the lost letters that `choose` knows put back. It gets every word of the key with
    /// a [`LOST`] in it and answers with a word of as many characters.
    #[must_use]
    pub fn restored(&self, mut choose: impl FnMut(&str) -> Option<String>) -> Self {
        let mut restored = Self::default();
        let mut at = 0;
        for word in self
            .key
            .split_inclusive(|c: char| !(c.is_alphanumeric() || c == LOST))
        {
            let chosen = if word.contains(LOST) {
                choose(word)
            } else {
                None
            };
            let chosen = chosen.filter(|c| c.chars().count() == word.chars().count());
            for (old, new) in word.chars().zip(chosen.as_deref().unwrap_or(word).chars()) {
                let origin = self.origin(at..at + old.len_utf8());
                restored.push(new, origin.start, origin.end);
                at += old.len_utf8();
            }
        }
        restored
    }

    fn push(&mut self, c: char, start: usize, end: usize) {
        if start != self.read || end != start + 1 || !c.is_ascii() {
            let at = self.key.len();
            self.jumps.push(Jump {
                key: at..at + c.len_utf8(),
                text: start..end,
            });
        }
        self.key.push(c);
        self.read = end;
    }

    /// The bytes of the text behind the bytes `range` of the key; for highlighting and quoting.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        let start = self.origin_of(range.start).map_or(0, |origin| origin.start);
        let last = range.end.checked_sub(1);
        let end = last
            .and_then(|last| self.origin_of(last))
            .map_or(start, |origin| origin.end);
        start..end.max(start)
    }

    /// The bytes of the text behind a byte of the key.
    fn origin_of(&self, byte: usize) -> Option<Range<usize>> {
        if byte >= self.key.len() {
            return None;
        }
        let before = self.jumps.partition_point(|jump| jump.key.start <= byte);
        let jump = before.checked_sub(1).and_then(|at| self.jumps.get(at));
        Some(match jump {
            Some(jump) if byte < jump.key.end => jump.text.clone(),
            Some(jump) => {
                let start = jump.text.end + (byte - jump.key.end);
                start..start + 1
            }
            None => byte..byte + 1,
        })
    }
}

/// Whether a key holds what the user typed. `needle` is folded here; the hay is a key already.
///
/// ```
/// use vagt::text::fold::{contains_folded, fold};
/// assert!(contains_folded(&fold("De hører meg ikke i møtet"), "moete"));
/// assert!(contains_folded(&fold("de h?rer meg ikke"), "hører"));
/// ```
pub fn contains_folded(hay_key: &str, needle: &str) -> bool {
    contains_key(hay_key, fold(needle).trim())
}

/// [`contains_folded`] for a needle that is folded already.
pub fn contains_key(hay_key: &str, needle_key: &str) -> bool {
    if hay_key.contains(needle_key) {
        return true;
    }
    hay_key.contains(LOST)
        && lost_positions(hay_key).any(|at| matches_around(hay_key, at, needle_key))
}

fn lost_positions(key: &str) -> impl Iterator<Item = usize> {
    key.match_indices(LOST).map(|(at, _)| at).take(256)
}

/// Whether the needle lies over the lost letter at byte `at`.
fn matches_around(hay: &str, at: usize, needle: &str) -> bool {
    let reach = needle.chars().count();
    let from = hay.get(..at).map_or(at, |before| {
        before
            .char_indices()
            .rev()
            .take(reach)
            .last()
            .map_or(at, |(i, _)| i)
    });
    let Some(window) = hay.get(from..) else {
        return false;
    };
    let starts = window
        .char_indices()
        .map(|(i, _)| i)
        .take_while(|i| from + i <= at);
    starts.into_iter().any(|start| {
        let mut hay = window.get(start..).unwrap_or_default().chars();
        needle.chars().all(|n| {
            hay.next()
                .is_some_and(|h| h == n || (h == LOST && n.is_alphabetic()))
        })
    })
}

/// Calls `push` with every character of the key and the bytes of the text it stands for.
fn walk(text: &str, mut push: impl FnMut(char, usize, usize)) {
    let mut out = Collapse {
        push: &mut push,
        pending: None,
        gap: None,
        started: false,
    };
    let mut pieces = repair::Pieces::new(text);
    loop {
        let (from, run) = pieces.plain_run();
        let (mut at, mut rest) = (from, run.as_bytes());
        while let [byte, behind @ ..] = rest {
            let letter = byte.to_ascii_lowercase();
            let may_go_on = || {
                let next = behind.first().map(u8::to_ascii_lowercase);
                matches!(letter, b'a' | b'o') && matches!(next, None | Some(b'a' | b'e'))
            };
            if letter == b' ' || letter.is_ascii_control() {
                out.space(at, at + 1);
            } else if out.pending.is_some() || may_go_on() {
                out.letter(char::from(letter), at, at + 1);
            } else {
                out.single(char::from(letter), at, at + 1);
            }
            (at, rest) = (at + 1, behind);
        }
        let Some(piece) = pieces.next() else {
            break;
        };
        let (start, end) = (piece.start, piece.end);
        match piece.c {
            c if c.is_whitespace() || c.is_control() => out.space(start, end),
            c if c.is_ascii() => out.letter(c.to_ascii_lowercase(), start, end),
            c => fold_wide(c, &mut |c| out.letter(c, start, end)),
        }
    }
    out.flush();
}

/// The key letters of a character beyond ASCII.
fn fold_wide(c: char, emit: &mut impl FnMut(char)) {
    match c {
        'æ' | 'Æ' | 'ä' | 'Ä' | 'å' | 'Å' => emit('a'),
        'ø' | 'Ø' | 'ö' | 'Ö' | 'œ' | 'Œ' => emit('o'),
        'ð' | 'Ð' | 'đ' | 'Đ' => emit('d'),
        'þ' | 'Þ' => "th".chars().for_each(emit),
        'ß' => "ss".chars().for_each(emit),
        'ł' | 'Ł' => emit('l'),
        '’' | '‘' | '´' | '`' | 'ʼ' => emit('\''),
        '“' | '”' | '„' | '«' | '»' => emit('"'),
        '‐' | '‑' | '‒' | '–' | '—' | '−' => emit('-'),
        LOST => emit(LOST),
        c => {
            for part in std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)) {
                if part.is_whitespace() {
                    emit(' ');
                } else {
                    part.to_lowercase().for_each(&mut *emit);
                }
            }
        }
    }
}

/// Makes one of the spellings with two letters (`aa`, `ae`, `oe`) and of runs of white space.
struct Collapse<'a, F: FnMut(char, usize, usize)> {
    push: &'a mut F,
    /// An `a` or `o` whose second letter may follow.
    pending: Option<(char, usize, usize)>,
    /// White space not yet written.
    gap: Option<(usize, usize)>,
    started: bool,
}

impl<F: FnMut(char, usize, usize)> Collapse<'_, F> {
    fn letter(&mut self, c: char, start: usize, end: usize) {
        if c == ' ' {
            self.space(start, end);
            return;
        }
        if let Some((first, from, _)) = self.pending
            && matches!((first, c), ('a', 'a' | 'e') | ('o', 'e'))
        {
            // It stays pending: `Aaen` and `Åen` are one name.
            self.pending = Some((first, from, end));
            return;
        }
        if matches!(c, 'a' | 'o') {
            self.begin();
            self.pending = Some((c, start, end));
        } else {
            self.single(c, start, end);
        }
    }

    /// A letter that neither belongs to the one before nor to the next.
    #[inline]
    fn single(&mut self, c: char, start: usize, end: usize) {
        self.begin();
        (self.push)(c, start, end);
    }

    /// Writes what waits before a letter.
    #[inline]
    fn begin(&mut self) {
        self.flush();
        if let Some((from, to)) = self.gap.take() {
            (self.push)(' ', from, to);
        }
        self.started = true;
    }

    fn space(&mut self, start: usize, end: usize) {
        self.flush();
        if self.started {
            let from = self.gap.map_or(start, |(from, _)| from);
            self.gap = Some((from, end));
        }
    }

    fn flush(&mut self) {
        if let Some((c, start, end)) = self.pending.take() {
            (self.push)(c, start, end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_word_share_a_key() {
        for (key, spellings) in [
            (
                "mote",
                &[
                    "møte",
                    "Møte",
                    "mote",
                    "moete",
                    "MÖTE",
                    "mo\u{308}te",
                    "mÃ¸te",
                    "MÃ˜TE",
                ][..],
            ),
            (
                "asane",
                &["Åsane", "asane", "Aasane", "A\u{30a}sane", "Ã…sane"],
            ),
            ("lare", &["lære", "laere", "läre", "LÆRE"]),
            ("cafe", &["café", "CAFÉ", "cafÃ©", "cafe\u{301}"]),
            ("teams", &["Ｔｅａｍｓ", "TEAMS"]),
            ("vpn'en", &["vpn’en", "VPN'en", "vpnâ€™en"]),
            ("a b", &["  a \n\t b ", "a\u{a0}b"]),
        ] {
            for spelling in spellings {
                assert_eq!(fold(spelling), key, "{spelling:?}");
            }
        }
    }

    #[test]
    fn lost_letters_match_any_letter() {
        for (hay, needle, found) in [
            ("de h?rer meg ikke i m?tet", "møtet", true),
            ("de h?rer meg ikke i m?tet", "hører meg", true),
            ("m\u{fffd}te kl 9", "mote", true),
            ("m??te", "møte", true),
            ("n?r p? ?bne", "når på åbne", true),
            ("m?tet", "matet", true),
            ("virker det? nej", "det nej", false),
            ("virker det?", "dete", false),
            ("VPN", "møte", false),
        ] {
            assert_eq!(
                contains_folded(&fold(hay), needle),
                found,
                "{needle:?} in {hay:?}"
            );
        }
    }

    #[test]
    fn origins_lead_back_to_the_text() {
        let text = "De hører  MÃ¸tet på Aaen";
        let folded = Folded::new(text);
        for (key, origin) in [
            ("horer", "hører"),
            ("motet", "MÃ¸tet"),
            ("an", "Aaen"),
            ("horer motet", "hører  MÃ¸tet"),
        ] {
            let at = folded.key.find(key).unwrap();
            assert_eq!(text.get(folded.origin(at..at + key.len())), Some(origin));
        }
    }

    #[test]
    fn restored_letters_keep_their_origin() {
        let text = "i m?tet nu";
        let folded = Folded::new(text).restored(|word| Some(word.replace(LOST, "o")));
        assert_eq!(folded.key, "i motet nu");
        let at = folded.key.find("nu").unwrap();
        assert_eq!(text.get(folded.origin(at..at + 2)), Some("nu"));
        assert_eq!(text.get(folded.origin(2..7)), Some("m?tet"));
    }

    proptest! {
        #[test]
        fn folding_is_stable_and_total(text in any::<String>()) {
            let folded = Folded::new(&text);
            prop_assert_eq!(&folded.key, &fold(&text));
            prop_assert!(!folded.key.contains("  "));
            prop_assert!(!["aa", "ae", "oe"].iter().any(|pair| folded.key.contains(pair)));
            for (at, c) in folded.key.char_indices() {
                prop_assert!(text.get(folded.origin(at..at + c.len_utf8())).is_some());
            }
        }

        #[test]
        fn a_word_of_the_text_is_found(words in proptest::collection::vec("[a-zæøåäöé]{3,9}", 1..8), pick in any::<prop::sample::Index>()) {
            let hay = fold(&words.join(" "));
            prop_assert!(contains_folded(&hay, &words[pick.index(words.len())]));
        }
    }
}
