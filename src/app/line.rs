//! One line of text with a cursor, for filters, names and paths.

use unicode_segmentation::UnicodeSegmentation;

use crate::input::{Code, Key};
use crate::text::sanitize;

/// Longest text that a line takes, in characters; a paste is cut there.
pub const LONGEST: usize = 1000;

/// One line that is being edited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    text: String,
    /// Byte position of the cursor, always on the boundary of a grapheme cluster.
    at: usize,
}

impl Line {
    /// A line with this text and the cursor at its end.
    pub fn new(text: &str) -> Self {
        let text = sanitize::line_max(text, LONGEST);
        let at = text.len();
        Self { text, at }
    }
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The text without blanks around it.
    pub fn trimmed(&self) -> &str {
        self.text.trim()
    }
    /// Whether nothing but blanks is typed.
    pub fn is_blank(&self) -> bool {
        self.trimmed().is_empty()
    }
    /// The text before and after the cursor.
    pub fn parts(&self) -> (&str, &str) {
        self.text
            .split_at_checked(self.at)
            .unwrap_or((&self.text, ""))
    }
    /// Replaces the text; the cursor goes to the end.
    pub fn set(&mut self, text: &str) {
        *self = Self::new(text);
    }
    /// Takes pasted text, made safe, as one line.
    pub fn paste(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text.chars().count());
        self.insert(&sanitize::line_max(text, room));
    }
    fn insert(&mut self, text: &str) {
        let (before, after) = self.parts();
        let joined = format!("{before}{text}{after}");
        self.at = before.len() + text.len();
        self.text = joined;
        self.snap();
    }
    /// Moves the cursor to the boundary at or after it: a typed mark joins what stands before it.
    fn snap(&mut self) {
        self.at = self
            .text
            .grapheme_indices(true)
            .map(|(at, _)| at)
            .chain([self.text.len()])
            .find(|at| *at >= self.at)
            .unwrap_or(self.text.len());
    }
    /// Takes a key; whether it was one for a line of text.
    pub fn press(&mut self, key: Key) -> bool {
        if let Some(c) = key.typed() {
            if c == ' ' {
                self.insert(" ");
            } else {
                self.paste(c.encode_utf8(&mut [0; 4]));
            }
            return true;
        }
        let (before, after) = self.parts();
        let left = before.graphemes(true).next_back().map_or(0, str::len);
        let right = after.graphemes(true).next().map_or(0, str::len);
        match (key.code, key.ctrl) {
            (Code::Left, false) => self.at -= left,
            (Code::Right, false) => self.at += right,
            (Code::Home, _) => self.at = 0,
            (Code::End, _) => self.at = self.text.len(),
            (Code::Backspace, false) => self.cut(left, 0),
            (Code::Delete, false) => self.cut(0, right),
            (Code::Char('u'), true) => self.cut(before.len(), 0),
            (Code::Char('w') | Code::Backspace, true) => {
                let kept = before
                    .trim_end()
                    .trim_end_matches(|c: char| !c.is_whitespace())
                    .len();
                self.cut(before.len() - kept, 0);
            }
            _ => return false,
        }
        true
    }
    /// Removes this many bytes before and after the cursor.
    fn cut(&mut self, left: usize, right: usize) {
        let (before, after) = self.parts();
        let before = before
            .get(..before.len().saturating_sub(left))
            .unwrap_or("");
        let after = after.get(right..).unwrap_or("");
        let at = before.len();
        self.text = format!("{before}{after}");
        self.at = at;
        self.snap();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(line: &mut Line, keys: &str) {
        for key in Key::parse_sequence(keys).unwrap() {
            line.press(key);
        }
    }

    #[test]
    fn edits_by_what_a_person_sees_as_a_letter() {
        let mut line = Line::new("møte");
        typed(&mut line, "left left backspace o");
        assert_eq!(line.text(), "mote");
        line.set("q\u{308}x");
        typed(&mut line, "home delete");
        assert_eq!(line.text(), "x");
    }

    #[test]
    fn removes_words_and_the_beginning() {
        let mut line = Line::new("group:vpn owner:none ");
        typed(&mut line, "ctrl-w");
        assert_eq!(line.text(), "group:vpn ");
        typed(&mut line, "ctrl-u");
        assert_eq!(line.text(), "");
    }

    #[test]
    fn pasted_text_is_made_safe_and_cut() {
        let mut line = Line::default();
        line.paste("a\u{1b}[31mb\u{202e}\nc");
        assert!(
            !line.text().contains(['\u{1b}', '\u{202e}', '\n']),
            "{:?}",
            line.text()
        );
        line.paste(&"x".repeat(5000));
        assert!(line.text().chars().count() <= LONGEST);
    }

    proptest! {
        #[test]
        fn never_panics(start in "\\PC{0,8}", keys in proptest::collection::vec(0usize..10, 0..30), c in any::<char>()) {
            let mut line = Line::new(&start);
            for key in keys {
                let names = ["left", "right", "home", "end", "backspace", "delete", "ctrl-u", "ctrl-w", "ctrl-backspace"];
                match names.get(key) {
                    Some(name) => { line.press(name.parse().unwrap()); }
                    None => { line.press(Key::char(c)); }
                }
                let (a, b) = line.parts();
                prop_assert_eq!(format!("{a}{b}"), line.text());
            }
        }
    }
}
