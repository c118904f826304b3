//! One key press, and how it is written in configuration, help and hints.
//!
//! The written form is `ctrl-alt-shift-NAME`, where NAME is one character (`å` as well as `a`) or a word
//! (`space`, `enter`, `f5` …). A sequence is written with blanks between the keys: `space t`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// What was pressed, without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A character, as the keyboard layout gives it (`A` is shift and `a`).
    Char(char),
    /// Enter or Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Function key, 1 to 24.
    F(u8),
}

/// Names of keys that are no printable character, as written.
const NAMES: [(&str, Code); 16] = [
    ("space", Code::Char(' ')),
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backtab", Code::BackTab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("insert", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
];

/// A key press with its modifiers, in a form in which equal presses compare equal.
///
/// Shift is part of a character (`A`), so `shift` is only set on named keys and on letters with Ctrl.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key {
    /// What was pressed.
    pub code: Code,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
    /// With Shift, where the character does not say so already.
    pub shift: bool,
}

impl Key {
    /// A key in its normal form.
    pub fn new(code: Code, ctrl: bool, alt: bool, shift: bool) -> Self {
        let (code, shift) = match code {
            Code::Char(c) if ctrl && c.is_alphabetic() => {
                (Code::Char(lower(c)), shift || c.is_uppercase())
            }
            Code::Char(c) if shift && c.is_lowercase() => (Code::Char(upper(c)), false),
            Code::Char(c) => (Code::Char(c), false),
            Code::Tab if shift => (Code::BackTab, false),
            Code::BackTab => (Code::BackTab, false),
            other => (other, shift),
        };
        Self {
            code,
            ctrl,
            alt,
            shift,
        }
    }
    /// A key without modifiers.
    pub fn plain(code: Code) -> Self {
        Self::new(code, false, false, false)
    }
    /// A character without modifiers.
    pub fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }
    /// A character with Ctrl.
    pub fn ctrl(c: char) -> Self {
        Self::new(Code::Char(c), true, false, false)
    }
    /// The character that this key types into a text field, if it types one.
    pub fn typed(&self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt && !c.is_control() => Some(c),
            _ => None,
        }
    }
    /// Reads a sequence of keys (`g g`, `space t`).
    pub fn parse_sequence(text: &str) -> Result<Vec<Self>, KeyError> {
        let keys = text
            .split_whitespace()
            .map(Self::from_str)
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(KeyError::new(text));
        }
        Ok(keys)
    }
}

/// Writes a sequence of keys as [`Key::parse_sequence`] reads it.
pub fn print_sequence(keys: &[Key]) -> String {
    keys.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The lower-case form, where it is one character.
fn lower(c: char) -> char {
    let mut all = c.to_lowercase();
    all.next().filter(|_| all.next().is_none()).unwrap_or(c)
}

/// The upper-case form, where it is one character (not for `ß`).
fn upper(c: char) -> char {
    let mut all = c.to_uppercase();
    all.next().filter(|_| all.next().is_none()).unwrap_or(c)
}

/// A key that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no key: write one character, or one of space enter esc tab backtab backspace delete insert up down left right home end pageup pagedown f1 to f24, with ctrl-, alt- or shift- before it"
)]
pub struct KeyError {
    /// What was written.
    pub text: String,
}

impl KeyError {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
        }
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        // A file may spell å as a and a ring; the keyboard sends one character.
        let composed: String = text.nfc().collect();
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = composed.as_str();
        loop {
            let modifier = [
                ("ctrl-", &mut ctrl),
                ("alt-", &mut alt),
                ("shift-", &mut shift),
            ]
            .into_iter()
            .find_map(|(word, flag)| Some((strip_word(rest, word)?, flag)));
            match modifier {
                Some((after, flag)) if !after.is_empty() && !*flag => {
                    *flag = true;
                    rest = after;
                }
                _ => break,
            }
        }
        let code = code(rest).ok_or_else(|| KeyError::new(text))?;
        Ok(Self::new(code, ctrl, alt, shift))
    }
}

/// What follows `word`, if `text` begins with it in any case.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(tail)
}

/// The key of that name.
fn code(name: &str) -> Option<Code> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control() && !c.is_whitespace()).then_some(Code::Char(c));
    }
    if let Some((_, code)) = NAMES
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(name))
    {
        return Some(*code);
    }
    let number: u8 = strip_word(name, "f")?.parse().ok()?;
    (1..=24).contains(&number).then_some(Code::F(number))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;

        let mut text = String::new();
        for (on, word) in [
            (self.ctrl, "ctrl-"),
            (self.alt, "alt-"),
            (self.shift, "shift-"),
        ] {
            if on {
                text.push_str(word);
            }
        }
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => text.push_str(name),
            (None, Code::Char(c)) => text.push(c),
            (None, Code::F(n)) => write!(text, "f{n}")?,
            (None, _) => {}
        }
        f.pad(&text)
    }
}

impl TryFrom<String> for Key {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> Key {
        text.parse().unwrap()
    }

    #[test]
    fn nordic_letters_are_keys() {
        for c in "æøåäöÆØÅÄÖ".chars() {
            assert_eq!(key(&c.to_string()), Key::char(c));
        }
        assert_eq!(key("ctrl-å"), Key::ctrl('å'));
        assert_eq!(key("a\u{30a}"), Key::char('å'), "decomposed form in a file");
    }

    #[test]
    fn equal_presses_compare_equal() {
        assert_eq!(Key::new(Code::Char('a'), false, false, true), key("A"));
        assert_eq!(Key::new(Code::Char('A'), false, false, true), key("A"));
        assert_eq!(Key::new(Code::Char('Ø'), false, false, true), key("Ø"));
        assert_eq!(Key::new(Code::Tab, false, false, true), key("backtab"));
        assert_eq!(
            Key::new(Code::Char('D'), true, false, false),
            key("ctrl-shift-d")
        );
        assert_eq!(key("CTRL-d"), key("ctrl-d"));
        assert_eq!(Key::new(Code::Char('?'), false, false, true), key("?"));
    }

    #[test]
    fn a_dash_is_a_key_and_a_separator() {
        assert_eq!(key("-"), Key::char('-'));
        assert_eq!(key("ctrl--"), Key::ctrl('-'));
    }

    #[test]
    fn sequences_have_blanks_between_keys() {
        assert_eq!(
            Key::parse_sequence("g  g").unwrap(),
            [Key::char('g'), Key::char('g')]
        );
        assert_eq!(
            print_sequence(&Key::parse_sequence("space ctrl-å f12").unwrap()),
            "space ctrl-å f12"
        );
    }

    #[test]
    fn nonsense_is_refused_with_what_would_be_right() {
        for text in [
            "",
            "ctrl-",
            "hyper-x",
            "f0",
            "f25",
            "ctrl-ctrl-x",
            "ab",
            "\u{1b}",
        ] {
            let error = text.parse::<Key>().unwrap_err();
            assert!(error.to_string().contains("pageup"), "{text:?}");
        }
        assert!(Key::parse_sequence("  ").is_err());
    }

    #[test]
    fn only_plain_characters_type() {
        assert_eq!(key("å").typed(), Some('å'));
        assert_eq!(key("space").typed(), Some(' '));
        assert_eq!(key("ctrl-x").typed(), None);
        assert_eq!(key("alt-x").typed(), None);
        assert_eq!(key("enter").typed(), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(
            c in any::<char>().prop_filter("printable", |c| !c.is_control() && !c.is_whitespace()),
            ctrl: bool, alt: bool, shift: bool,
        ) {
            let c: String = c.nfc().collect();
            prop_assume!(c.chars().count() == 1);
            let key = Key::new(Code::Char(c.chars().next().unwrap()), ctrl, alt, shift);
            prop_assume!(key.to_string().nfc().eq(key.to_string().chars()));
            prop_assert_eq!(key.to_string().parse::<Key>().unwrap(), key);
        }
        #[test]
        fn reading_never_panics(text in ".{0,12}") {
            let _ = Key::parse_sequence(&text);
        }
    }
}
