//! Terminal control sequences taken out of text, together with their parameters.
//!
//! Removing only the ESC would leave `[31m` on the screen, and a title such as `]0;…` would read as text.
//! Both the 7-bit (`ESC [`) and the 8-bit (`U+009B`) forms are known. Whatever is left over, the introducer
//! itself never survives. Linear in the input.

use std::str::Chars;

/// Parameters and intermediates read after a CSI before it is taken for broken.
const MAX_CSI: usize = 256;

/// The characters of a text without its control sequences. Lone C1 and C0 characters other than
/// introducers pass through; the caller drops them.
pub(super) struct WithoutSequences<'a> {
    rest: Chars<'a>,
    /// Length of the rest from which on no string terminator is known to follow on the same line.
    /// It keeps a text of nothing but unterminated introducers linear.
    unterminated_down_to: Option<usize>,
    previous: char,
}

/// How far a control string reaches.
enum StringEnd {
    /// This many characters, terminator included.
    After(usize),
    Missing,
}

impl<'a> WithoutSequences<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text.chars(),
            unterminated_down_to: None,
            previous: ' ',
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.rest.next();
        }
    }

    fn escape(&mut self) {
        match self.peek() {
            Some('[') => {
                self.skip(1);
                self.csi();
            }
            Some(']' | 'P' | 'X' | '^' | '_') => {
                self.skip(1);
                self.control_string();
            }
            // Single shifts take one more character with them.
            Some('N' | 'O') => {
                self.skip(1);
                if self.peek().is_some_and(|c| c.is_ascii_graphic()) {
                    self.skip(1);
                }
            }
            Some(' '..='/') => {
                let intermediates = self
                    .rest
                    .clone()
                    .take(8)
                    .take_while(|c| matches!(c, ' '..='/'))
                    .count();
                self.skip(intermediates);
                if self.peek().is_some_and(|c| matches!(c, '0'..='~')) {
                    self.skip(1);
                }
            }
            Some('0'..='~') => self.skip(1),
            _ => {}
        }
    }

    fn csi(&mut self) {
        let parameters = self
            .rest
            .clone()
            .take(MAX_CSI)
            .take_while(|c| matches!(c, ' '..='?'))
            .count();
        self.skip(parameters);
        if self.peek().is_some_and(|c| matches!(c, '@'..='~')) {
            self.skip(1);
        }
    }

    /// OSC, DCS, SOS, PM and APC: up to BEL or ST. Without one on the same line the text stays, so that
    /// a stray introducer cannot hide the rest of a mail.
    fn control_string(&mut self) {
        if self
            .unterminated_down_to
            .is_some_and(|mark| self.rest.as_str().len() > mark)
        {
            return;
        }
        match self.find_string_end() {
            StringEnd::After(count) => self.skip(count),
            StringEnd::Missing => {
                let line = self.rest.as_str().split('\n').next().map_or(0, str::len);
                self.unterminated_down_to = Some(self.rest.as_str().len().saturating_sub(line));
            }
        }
    }

    fn find_string_end(&self) -> StringEnd {
        let mut ahead = self.rest.clone().enumerate();
        while let Some((index, c)) = ahead.next() {
            match c {
                '\u{7}' | '\u{9c}' | '\u{18}' | '\u{1a}' => return StringEnd::After(index + 1),
                // ESC \ ends the string; any other ESC aborts it and begins a sequence of its own.
                '\u{1b}' => {
                    return match ahead.next() {
                        Some((_, '\\')) => StringEnd::After(index + 2),
                        _ => StringEnd::After(index),
                    };
                }
                '\n' => return StringEnd::Missing,
                _ => {}
            }
        }
        StringEnd::Missing
    }

    /// UTF-8 that was read as Latin-1 holds C1 characters: `Ø` became `Ã` + U+0098, which is also the
    /// introducer of a control string. No honest text holds C1, so the pair is decoded here, where the
    /// second half is still there.
    fn undo_latin1(&mut self, lead: char) -> Option<char> {
        let next = self.peek()?;
        if lead == 'Ã' && matches!(next, '\u{80}'..='\u{9f}') {
            self.skip(1);
            return char::from_u32(0xC0 + (u32::from(next) & 0x3F));
        }
        if lead == 'â' && next == '\u{80}' {
            let third = self.rest.clone().nth(1)?;
            if matches!(third, '\u{80}'..='\u{bf}') {
                self.skip(2);
                return char::from_u32(0x2000 + (u32::from(third) & 0x3F));
            }
        }
        None
    }

    /// Whether a C1 character here is more likely the tail of a misread UTF-8 character.
    fn inside_misread_utf8(&self) -> bool {
        matches!(self.previous, '\u{80}'..='\u{bf}' | 'Â' | 'Ã' | 'â' | 'ð')
    }
}

impl Iterator for WithoutSequences<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        loop {
            let c = self.rest.next()?;
            match c {
                '\u{1b}' => self.escape(),
                '\u{80}'..='\u{9f}' if self.inside_misread_utf8() => {
                    self.previous = c;
                    return Some(c);
                }
                '\u{9b}' => self.csi(),
                '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => self.control_string(),
                'Ã' | 'â' => {
                    let c = self.undo_latin1(c).unwrap_or(c);
                    self.previous = c;
                    return Some(c);
                }
                _ => {
                    self.previous = c;
                    return Some(c);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(text: &str) -> String {
        WithoutSequences::new(text).collect()
    }

    #[test]
    fn sequences_go_with_their_parameters() {
        for (text, left) in [
            ("a\x1b[31mred\x1b[0m", "ared"),
            ("a\u{9b}38;5;1mred", "ared"),
            ("\x1b]0;pwned\x07title", "title"),
            (
                "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
                "link",
            ),
            ("\u{9d}52;c;aGVq\u{9c}x", "x"),
            ("\x1bP1$r0m\x1b\\x", "x"),
            ("\u{90}q#0\u{9c}x", "x"),
            ("\x1b_G\u{1b}[1mx", "x"),
            ("\x1b(Bx\x1b7y\x1bcz", "xyz"),
            ("\x1bOPx", "x"),
            ("\x1b", ""),
            ("\x1b[", ""),
            ("\x1b[1;2", ""),
            ("\x1b[1æ", "æ"),
            ("\x1b\x1b[1mx", "x"),
        ] {
            assert_eq!(strip(text), left, "{text:?}");
        }
    }

    #[test]
    fn an_unterminated_string_hides_nothing() {
        assert_eq!(strip("\x1b]0;hello world"), "0;hello world");
        assert_eq!(strip("\x1b]a\nb\x07c"), "a\nb\x07c");
    }

    #[test]
    fn utf8_misread_as_latin1_is_no_control_string() {
        assert_eq!(
            strip("MÃ\u{98}TE Ã\u{85}se â\u{80}\u{9c}VPNâ\u{80}\u{9d}\u{9c}"),
            "MØTE Åse “VPN”\u{9c}"
        );
    }

    #[test]
    fn many_unterminated_strings_are_linear() {
        let text = "\x1b]".repeat(200_000);
        assert_eq!(strip(&text), "");
        let text = "\u{9d}x".repeat(200_000);
        assert_eq!(strip(&text).len(), 200_000);
    }
}
