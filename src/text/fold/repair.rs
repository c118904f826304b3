//! Characters of a text with encoding damage undone as far as it can be.
//!
//! Two kinds of damage are common in mail gateways: UTF-8 read as Windows-1252 (`ø` became `Ã¸`), and
//! letters replaced by `?` or U+FFFD. The first is reversible. The second is only recognised, with care:
//! most question marks are questions.

use super::LOST;
use std::str::Chars;

/// A character and the bytes of the text that it stands for.
pub(super) struct Piece {
    pub(super) c: char,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Iterates over the repaired characters of a text.
pub(super) struct Pieces<'a> {
    text: &'a str,
    rest: Chars<'a>,
    /// The last two characters, newest first; space before the text.
    before: [char; 2],
}

impl<'a> Pieces<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            rest: text.chars(),
            before: [' '; 2],
        }
    }

    /// The characters up to the next one that may be damaged, and where they begin.
    pub(super) fn plain_run(&mut self) -> (usize, &'a str) {
        let start = self.offset();
        let rest = self.rest.as_str();
        let length = rest
            .bytes()
            .position(|byte| !byte.is_ascii() || byte == b'?');
        let (run, behind) = rest
            .split_at_checked(length.unwrap_or(rest.len()))
            .unwrap_or((rest, ""));
        self.rest = behind.chars();
        match run.as_bytes() {
            [] => {}
            [only] => self.before = [char::from(*only), self.before[0]],
            [.., before, last] => self.before = [char::from(*last), char::from(*before)],
        }
        (start, run)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.clone().nth(ahead)
    }

    fn take(&mut self, count: usize) {
        for _ in 0..count {
            self.rest.next();
        }
    }

    fn offset(&self) -> usize {
        self.text.len() - self.rest.as_str().len()
    }

    /// The character that a misread sequence beginning with `lead` was.
    fn misread(&mut self, lead: char) -> Option<char> {
        let lead = byte_of(lead)?;
        let length = match lead {
            0xC2..=0xDF => 1,
            0xE2..=0xE3 => 2,
            _ => return None,
        };
        let mut bytes = [lead, 0, 0];
        for (ahead, byte) in bytes.iter_mut().skip(1).take(length).enumerate() {
            *byte = self
                .peek(ahead)
                .and_then(byte_of)
                .filter(|b| (0x80..=0xBF).contains(b))?;
        }
        let c = std::str::from_utf8(bytes.get(..=length)?)
            .ok()?
            .chars()
            .next()?;
        self.take(length);
        Some(c)
    }

    /// Whether the question mark just read is a lost letter; takes a second one that belongs to it.
    fn is_lost_letter(&mut self) -> bool {
        let doubled = self.peek(0) == Some('?');
        let after = self.peek(usize::from(doubled)).unwrap_or(' ');
        let [last, last_but_one] = self.before;
        let inside = last.is_alphabetic() && after.is_lowercase();
        // A consonant alone is no word: `p?`, `s?`, `f?`.
        let after_consonant = !doubled
            && is_consonant(last)
            && !last_but_one.is_alphanumeric()
            && !after.is_alphanumeric()
            && last.is_lowercase();
        let at_start = !doubled && !is_word(last) && last == ' ' && after.is_lowercase();
        if inside || after_consonant || at_start {
            if doubled {
                self.take(1);
            }
            return true;
        }
        false
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let start = self.offset();
        let c = self.rest.next()?;
        let c = match c {
            'Â'..='ß' | 'â' | 'ã' => self.misread(c).unwrap_or(c),
            '?' if self.is_lost_letter() => LOST,
            c => c,
        };
        self.before = [c, self.before[0]];
        Some(Piece {
            c,
            start,
            end: self.offset(),
        })
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == LOST
}

fn is_consonant(c: char) -> bool {
    c.is_alphabetic()
        && !matches!(
            c.to_ascii_lowercase(),
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'æ' | 'ø' | 'å' | 'ä' | 'ö'
        )
}

/// The Windows-1252 byte of a character.
fn byte_of(c: char) -> Option<u8> {
    let byte = match c {
        '\u{80}'..='\u{ff}' => return u8::try_from(u32::from(c)).ok(),
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8A,
        '‹' => 0x8B,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9A,
        '›' => 0x9B,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        _ => return None,
    };
    Some(byte)
}
