//! Personal numbers found in free text and made unreadable.
//!
//! Known: Danish CPR (`ddmmyy-xxxx`, and administrative ones with 60 added to the day), Norwegian fødselsnummer, D-number,
//! H-number and the test numbers of the tax office (11 digits, both check digits), Swedish personnummer and
//! samordningsnummer (`yymmdd-nnnn`, `yyyymmdd-nnnn`, Luhn, `+` for people over a hundred). With any dash or space or none, in
//! ASCII or full-width digits ([`shape`] lists the forms). A number must hold a real date, and where the country has check
//! digits they must be right. CPR has had none since 2007, so ten bare digits that fail the old check stay readable
//! only behind a word that says what they are (order, phone, case). What remains ambiguous is masked: a hidden
//! number costs a key press, a shown one cannot be taken back. Start at [`find`].

mod rules;
mod shape;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

/// What stands for a digit.
pub const MASK: char = '*';
/// What stands for a full-width digit: as wide, and as many bytes.
const WIDE_MASK: char = '＊';

/// `text` with the digits of every personal number replaced by [`MASK`]; byte positions and columns stay.
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
        let number = text.get(range).unwrap_or_default();
        out.extend(number.chars().map(|c| match shape::digit(c) {
            Some(_) if c.is_ascii() => MASK,
            Some(_) => WIDE_MASK,
            None => c,
        }));
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
    if has_too_few_digits(text) {
        return Vec::new();
    }
    let line = shape::Line::new(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = line.next_digit(at) {
        at = match line.number_at(start) {
            Some(end) => {
                found.push(line.byte(start)..line.byte(end));
                end
            }
            None => line.run_end(start),
        };
    }
    found
}

/// Most texts hold no ten digits, and are done with after one look at their bytes.
fn has_too_few_digits(text: &str) -> bool {
    // A full-width digit begins with this byte.
    let may_be_digit = |byte: &u8| byte.is_ascii_digit() || *byte == 0xef;
    text.bytes().filter(may_be_digit).take(10).count() < 10
}
