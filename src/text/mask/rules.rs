//! The rules of each country: dates, what is added to them, check digits.

use super::shape::{Join, Label};

/// Whose number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// CPR: ten digits.
    Danish,
    /// Eleven digits.
    Norwegian,
    /// Ten or twelve digits.
    Swedish,
}

/// From this year on twelve digits without a dash that end like a clock are the time of a log line.
const FIRST_LOG_YEAR: u32 = 2020;

/// Whether `digits`, with `join` in front of the last group, are such a number. `label` is asked only where it matters.
pub(super) fn holds(kind: Kind, digits: &[u32], join: Join, label: impl Fn() -> Label) -> bool {
    match kind {
        Kind::Danish => is_danish(digits, join, label),
        Kind::Norwegian => join != Join::Plus && is_norwegian(digits),
        Kind::Swedish => is_swedish(digits, join, label),
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
    let is_leap = year.is_multiple_of(4)
        && (!year.is_multiple_of(100) || year.is_multiple_of(400) || year == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=last).contains(&day)
}

/// Administrative numbers add 60 to the day; those are taken for one only in their written form.
fn is_danish(digits: &[u32], join: Join, label: impl Fn() -> Label) -> bool {
    let (day, month, year) = (
        number(digits, 0, 2),
        number(digits, 2, 2),
        number(digits, 4, 2),
    );
    let is_administrative = day > 60 && join == Join::Dash;
    let day = if is_administrative { day - 60 } else { day };
    if join == Join::Plus || !is_date(day, month, year) {
        return false;
    }
    if join != Join::None || weighted(digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) == 0 {
        return true;
    }
    match label() {
        Label::Personal => true,
        Label::Other => false,
        // Ten bare digits from 070 to 079 are more likely a Swedish mobile number; with 5 to 8 behind 58 to 99 they
        // would be of somebody born before 1900.
        Label::None => {
            let is_too_old = matches!(number(digits, 6, 1), 5..=8) && year >= 58;
            day != 7 && !is_too_old
        }
    }
}

/// D-numbers add 40 to the day, H-numbers and test numbers 40, the tax office's test numbers 80 to the month.
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

/// Samordningsnummer add 60 to the day. With twelve digits the century is one in which somebody alive was born.
fn is_swedish(digits: &[u32], join: Join, label: impl Fn() -> Label) -> bool {
    let (year, short) = match digits.len() {
        12 if matches!(number(digits, 0, 2), 18..=20) => {
            (number(digits, 0, 4), digits.get(2..).unwrap_or_default())
        }
        10 => (number(digits, 0, 2), digits),
        _ => return false,
    };
    let day = number(short, 4, 2);
    let day = if day > 60 { day - 60 } else { day };
    if !is_date(day, number(short, 2, 2), year) || luhn(short) != 0 {
        return false;
    }
    let is_clock = number(short, 6, 2) < 24 && number(short, 8, 2) < 60;
    let is_log = is_clock && year >= FIRST_LOG_YEAR && matches!(join, Join::None | Join::Space);
    !is_log || label() == Label::Personal
}

fn luhn(digits: &[u32]) -> u32 {
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(at, d)| {
            let d = if at % 2 == 0 { d * 2 } else { *d };
            d / 10 + d % 10
        })
        .sum();
    sum % 10
}
