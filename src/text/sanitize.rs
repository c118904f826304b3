//! Text from outside made displayable. Every string passes here at the door, once.
//!
//! Start at [`line()`] and [`block`]. Both are idempotent and linear. What goes:
//! control sequences with their parameters; C0, C1 and DEL; bidi marks, overrides and isolates; zero-width
//! and other invisible characters, the byte order mark, tag characters; private, unassigned and
//! noncharacters; combining marks beyond [`MAX_MARKS`] a base, and marks without a base.
//!
//! **Emoji.** Joiners, variation selectors and skin tones go too. Terminals disagree on the width of a
//! joined family or a selector, and a column that is off by one breaks a whole table; the same people side
//! by side are as wide everywhere as they are here.

pub use super::file_name::{ascii_file_name, file_name};

use super::escape::WithoutSequences;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{is_combining_mark, is_public_assigned};
use unicode_width::UnicodeWidthChar;

/// Combining marks kept on one base character. Living languages need up to three.
pub const MAX_MARKS: usize = 3;

/// Columns between tab stops in a [`block`].
pub const TAB_STOP: usize = 4;

/// Marks that reach the normaliser in one run; it buffers and sorts them.
const MARK_BUFFER: usize = 16;

/// One displayable line: line breaks, tabs, controls and runs of white space become one space, the ends
/// are trimmed, and the text is in Unicode normal form C.
///
/// ```
/// use vagt::text::sanitize::line;
/// assert_eq!(line("  VPN\t\u{1b}[31mnede\u{1b}[0m\r\n\u{202e}igen "), "VPN nede igen");
/// ```
pub fn line(text: &str) -> String {
    line_max(text, usize::MAX)
}

/// [`line()`], cut to at most `max_chars` characters, the last of which is then `…`.
///
/// Reading stops there, so that a huge text costs no more than the part that is kept.
pub fn line_max(text: &str, max_chars: usize) -> String {
    let mut out = Bounded::new(max_chars, text.len());
    let mut gap = false;
    for piece in pieces(text) {
        match piece {
            Piece::Char(c) => {
                if std::mem::take(&mut gap) {
                    out.push(' ');
                }
                out.push(c);
            }
            Piece::Space | Piece::Tab | Piece::Newline => gap = !out.is_empty(),
        }
        if out.is_over() {
            break;
        }
    }
    out.finish()
}

/// Displayable text of several lines: `\n` is kept (CRLF, CR, form feeds and Unicode line separators
/// become `\n`), tabs become spaces up to the next stop of [`TAB_STOP`], other controls a space. White
/// space at the end of lines and of the text goes; indentation and blank lines stay.
pub fn block(text: &str) -> String {
    block_max(text, usize::MAX)
}

/// [`block()`], cut to at most `max_chars` characters, the last of which is then `…`.
pub fn block_max(text: &str, max_chars: usize) -> String {
    let mut out = Bounded::new(max_chars, text.len());
    let (mut spaces, mut newlines, mut column) = (0, 0, 0);
    for piece in pieces(text) {
        match piece {
            Piece::Char(c) => {
                out.repeat('\n', std::mem::take(&mut newlines));
                out.repeat(' ', std::mem::take(&mut spaces));
                out.push(c);
                column += c.width().unwrap_or(0);
            }
            Piece::Space => {
                spaces += 1;
                column += 1;
            }
            Piece::Tab => {
                let step = TAB_STOP - column % TAB_STOP;
                spaces += step;
                column += step;
            }
            Piece::Newline => {
                newlines += 1;
                spaces = 0;
                column = 0;
            }
        }
        if out.is_over() {
            break;
        }
    }
    out.finish()
}

/// What layout has to tell apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Piece {
    Char(char),
    Space,
    Tab,
    Newline,
}

/// The displayable pieces of a text, normalised.
fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    let visible = drop_excess_marks(WithoutSequences::new(text).filter(|c| !is_invisible(*c)));
    let mut after_cr = false;
    let mut marks = None;
    visible.nfc().filter_map(move |c| {
        let was_cr = std::mem::replace(&mut after_cr, c == '\r');
        if c == '\n' && was_cr {
            return None;
        }
        let piece = classify(c);
        match piece {
            Piece::Char(c) if is_combining_mark(c) => {
                // Marks have no base at the start of a line and after a space.
                let count = marks?;
                if count >= MAX_MARKS {
                    return None;
                }
                marks = Some(count + 1);
            }
            Piece::Char(c) => {
                // Jamo vowels and the like take no column of their own; a mark behind one must not move
                // over to what stands before it.
                if c.width().unwrap_or(0) == 0 {
                    marks = None;
                    return None;
                }
                marks = Some(0);
            }
            _ => marks = None,
        }
        Some(piece)
    })
}

/// Bounds the runs of marks that the normaliser sees.
fn drop_excess_marks(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut run = 0;
    chars.filter(move |c| {
        run = if is_combining_mark(*c) { run + 1 } else { 0 };
        run <= MARK_BUFFER
    })
}

fn classify(c: char) -> Piece {
    match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Piece::Newline,
        '\t' => Piece::Tab,
        c if c.is_whitespace() || c.is_control() => Piece::Space,
        c => Piece::Char(c),
    }
}

/// Characters that show nothing, change how their neighbours are drawn, or mean nothing. Controls are
/// not among them: they become white space or line breaks.
fn is_invisible(c: char) -> bool {
    c > '\u{9f}' && (is_formatting(c) || !is_public_assigned(c))
}

#[rustfmt::skip]
fn is_formatting(c: char) -> bool {
    matches!(c,
        // Soft hyphen, grapheme joiner, Arabic letter mark, Mongolian selectors.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}'
        // Fillers that look like nothing but are letters.
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}'
        // Zero width, bidi marks, embeddings, overrides, word joiner, isolates, deprecated formatting.
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        // Variation selectors, byte order mark, interlinear annotations.
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        // Shorthand and musical formatting, skin tones, tags, supplementary selectors.
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A string that knows when it holds more than it may.
struct Bounded {
    text: String,
    chars: usize,
    max_chars: usize,
}

impl Bounded {
    fn new(max_chars: usize, hint: usize) -> Self {
        Self {
            text: String::with_capacity(hint.min(max_chars.saturating_mul(2)).min(64 * 1024)),
            chars: 0,
            max_chars,
        }
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
        self.chars += 1;
    }

    fn repeat(&mut self, c: char, count: usize) {
        for _ in 0..count {
            if self.is_over() {
                return;
            }
            self.push(c);
        }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn is_over(&self) -> bool {
        self.chars > self.max_chars
    }

    fn finish(mut self) -> String {
        if !self.is_over() {
            return self.text;
        }
        if self.max_chars == 0 {
            return String::new();
        }
        let keep = self
            .text
            .char_indices()
            .nth(self.max_chars - 1)
            .map_or(self.text.len(), |(at, _)| at);
        self.text.truncate(keep);
        self.text.truncate(self.text.trim_end().len());
        self.text.push('…');
        self.text
    }
}

#[cfg(test)]
#[path = "sanitize_tests.rs"]
mod tests;
