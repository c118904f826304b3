//! Personal numbers found in free text and made unreadable.
//!
//! Known: Danish CPR (`ddmmyy-xxxx`), Norwegian fødselsnummer and D-number (11 digits, both check digits),
//! Swedish personnummer and samordningsnummer (`yymmdd-nnnn`, `yyyymmdd-nnnn`, Luhn). Separated or not.
//! A number must hold a real date, and where the country has check digits they must be right (CPR has had
//! none since 2007), so that phone and ticket numbers stay readable. What remains ambiguous is masked:
//! a hidden number costs a key press, a shown one cannot be taken back.

use std::borrow::Cow;
use std::ops::Range;

/// What stands for a digit.
pub const MASK: char = '*';

/// `text` with the digits of every personal number replaced by [`MASK`]; byte positions stay.
///
/// ```
/// use vagt::text::mask::mask;
/// assert_eq!(mask("Borger 010190-1234 ringede fra 20 30 40 50"), "Borger ******-**** ringede fra 20 30 40 50");
/// ```
pub fn mask(text: &str) -> Cow<'_, str> {
    let found = find(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in found {
        out.push_str(text.get(done..range.start).unwrap_or_default());
        done = range.end;
        out.extend(
            text.get(range)
                .unwrap_or_default()
                .chars()
                .map(|c| if c.is_ascii_digit() { MASK } else { c }),
        );
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// [`mask`], unless somebody asked to see the numbers.
pub fn mask_unless(unmasked: bool, text: &str) -> Cow<'_, str> {
    if unmasked {
        Cow::Borrowed(text)
    } else {
        mask(text)
    }
}

/// Where the personal numbers are, in bytes, in order, not overlapping. Linear.
pub fn find(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let run_end = |from: usize| {
        (from..bytes.len())
            .find(|at| !digit(*at))
            .unwrap_or(bytes.len())
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let end = run_end(at);
        let end = match number_at(text, at, end) {
            Some(number_end) => {
                found.push(at..number_end);
                number_end
            }
            None => end,
        };
        at = end;
    }
    found
}

/// The end of the personal number that begins with the digits `start..end`.
fn number_at(text: &str, start: usize, end: usize) -> Option<usize> {
    let before = text.get(..start)?;
    let first = text.get(start..end)?;
    match first.len() {
        10..=12 => (begins_alone(before, true)
            && ends_alone(text, end)
            && is_personal(first, Separator::None))
        .then_some(end),
        6 | 8 if begins_alone(before, false) => {
            let (separator, width) = Separator::at(text.get(end..)?)?;
            let tail_start = end + width;
            let tail: String = text
                .get(tail_start..)?
                .chars()
                .take_while(char::is_ascii_digit)
                .take(6)
                .collect();
            let number_end = tail_start + tail.len();
            let whole = format!("{first}{tail}");
            (ends_alone(text, number_end) && is_personal(&whole, separator)).then_some(number_end)
        }
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    None,
    /// A hyphen or dash, maybe between spaces.
    Dash,
    /// People over a hundred, in Sweden.
    Plus,
    Space,
}

impl Separator {
    /// The separator at the start of `rest` when digits follow it, and its bytes.
    fn at(rest: &str) -> Option<(Self, usize)> {
        let end = rest.find(|c: char| c.is_ascii_digit())?;
        let separator = match rest.get(..end)? {
            " " | "\u{a0}" => Self::Space,
            "+" => Self::Plus,
            other
                if matches!(other.trim(), "-" | "–" | "‐" | "‑" | "−")
                    && other.chars().count() <= 3 =>
            {
                Self::Dash
            }
            _ => return None,
        };
        Some((separator, end))
    }
}

/// Whether nothing in front makes the digits part of something longer. `strict`: letters do, too.
fn begins_alone(before: &str, strict: bool) -> bool {
    let mut back = before.chars().rev();
    match back.next() {
        Some('+') => false,
        Some('-' | '.' | '/' | ':' | ',') => !back.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) if c.is_alphanumeric() => !strict && c.is_alphabetic(),
        _ => true,
    }
}

fn ends_alone(text: &str, end: usize) -> bool {
    let mut ahead = text.get(end..).unwrap_or_default().chars();
    match ahead.next() {
        Some('-' | '/' | '.' | ':' | ',') => !ahead.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !c.is_alphanumeric(),
        None => true,
    }
}

fn is_personal(digits: &str, separator: Separator) -> bool {
    let digits: Vec<u32> = digits
        .bytes()
        .map(|b| u32::from(b.wrapping_sub(b'0')))
        .collect();
    match digits.len() {
        10 => is_swedish(&digits) && separator != Separator::Space || is_danish(&digits, separator),
        11 => separator != Separator::Plus && is_norwegian(&digits),
        12 => {
            let century = number(&digits, 0, 2);
            matches!(century, 18..=20) && digits.get(2..).is_some_and(is_swedish)
        }
        _ => false,
    }
}

fn number(digits: &[u32], from: usize, count: usize) -> u32 {
    digits
        .iter()
        .skip(from)
        .take(count)
        .fold(0, |sum, d| sum * 10 + d)
}

/// Two digits of the year do not tell the century; 29 February counts in every fourth year.
fn is_date(day: u32, month: u32, year: u32) -> bool {
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        _ => return false,
    };
    (1..=last).contains(&day)
}

fn is_danish(digits: &[u32], separator: Separator) -> bool {
    if separator == Separator::Plus
        || !is_date(
            number(digits, 0, 2),
            number(digits, 2, 2),
            number(digits, 4, 2),
        )
    {
        return false;
    }
    // Ten bare digits from 070 to 079 are more likely a Swedish mobile number, unless the old check holds.
    let swedish_mobile = separator == Separator::None && number(digits, 0, 2) == 7;
    !swedish_mobile || weighted(digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) == 0
}

/// D-numbers add 40 to the day, help numbers 40 and test numbers 80 to the month.
fn is_norwegian(digits: &[u32]) -> bool {
    let (day, month) = (number(digits, 0, 2), number(digits, 2, 2));
    let day = if day > 40 { day - 40 } else { day };
    let month = match month {
        81.. => month - 80,
        41..=52 => month - 40,
        _ => month,
    };
    is_date(day, month, number(digits, 4, 2))
        && weighted(digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0]) == 0
        && weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) == 0
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum::<u32>() % 11
}

/// Samordningsnummer add 60 to the day.
fn is_swedish(digits: &[u32]) -> bool {
    let day = number(digits, 4, 2);
    let day = if day > 60 { day - 60 } else { day };
    let luhn: u32 = digits
        .iter()
        .enumerate()
        .map(|(at, d)| {
            if at % 2 == 0 {
                d * 2 / 10 + d * 2 % 10
            } else {
                *d
            }
        })
        .sum();
    is_date(day, number(digits, 2, 2), number(digits, 0, 2)) && luhn.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // Invented numbers with right check digits; the Norwegian ones are from the tax office's test range.
    #[test]
    fn personal_numbers_are_masked() {
        for (text, masked) in [
            ("010190-1234", "******-****"),
            ("cpr:0101901234.", "cpr:**********."),
            ("CPR010190-1234", "CPR******-****"),
            ("010190 1234", "****** ****"),
            ("290200-1234", "******-****"),
            ("811228-9874", "******-****"),
            ("19811228-9874", "********-****"),
            ("198112289874", "************"),
            ("8112289874", "**********"),
            ("811288-9871", "******-****"),
            ("811228+9874", "******+****"),
            ("01018950037", "***********"),
            ("010189 50037", "****** *****"),
            ("41018950020", "***********"),
            ("010190–1234", "******–****"),
            (
                "010190 - 1234 og 311299-4321",
                "****** - **** og ******-****",
            ),
        ] {
            assert_eq!(mask(text), masked, "{text}");
            assert_eq!(mask(text).len(), text.len());
        }
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "20 30 40 50",
            "+4520304050",
            "+46701234567",
            "0701234567",
            "070-123 45 67",
            "INC0101901234",
            "sag 2026-01-01-1234",
            "320190-1234",
            "300290-1234",
            "556036-0793",
            "01018950038",
            "192.168.010.190",
            "12345678901234",
            "4211",
            "2026-11-21 08:07",
            "1010101010101",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn a_megabyte_of_digits_is_linear() {
        assert!(find(&"1".repeat(1_000_000)).is_empty());
        assert!(find(&"010190-".repeat(200_000)).is_empty());
    }

    proptest! {
        #[test]
        fn every_danish_number_is_masked(day in 1_u32..=28, month in 1_u32..=12, year in 0_u32..100, serial in 0_u32..10_000, word in "[a-zæøå ,(]{0,5}") {
            let text = format!("{word}{day:02}{month:02}{year:02}-{serial:04}");
            prop_assert!(!mask(&text).contains(|c: char| c.is_ascii_digit()), "{}", mask(&text));
        }

        #[test]
        fn masking_is_total_and_idempotent(text in "[0-9 +.a-zø-]{0,60}") {
            let once = mask(&text).into_owned();
            prop_assert_eq!(once.len(), text.len());
            prop_assert!(find(&once).is_empty());
        }
    }
}
