//! The forms in which numbers are written: groups of digits, what joins them, what may stand around them.

use super::rules::{self, Kind};

/// Groups of digits that a personal number is written in, the longest form first, and whose it then is.
const SHAPES: [(&[usize], &[Kind]); 10] = [
    (&[4, 2, 2, 4], &[Kind::Swedish]),
    (&[2, 2, 2, 4], &[Kind::Danish, Kind::Swedish]),
    (&[2, 2, 2, 5], &[Kind::Norwegian]),
    (&[6, 3, 2], &[Kind::Norwegian]),
    (&[8, 4], &[Kind::Swedish]),
    (&[6, 5], &[Kind::Norwegian]),
    (&[6, 4], &[Kind::Danish, Kind::Swedish]),
    (&[12], &[Kind::Swedish]),
    (&[11], &[Kind::Norwegian]),
    (&[10], &[Kind::Danish, Kind::Swedish]),
];
/// Most groups of a shape.
const MOST_GROUPS: usize = 4;
/// Digits of the longest group of a shape.
const LONGEST: usize = 12;
/// Beside so many digits or fewer a comma, slash or colon is a decimal sign, a date or a clock; beside more it parts two numbers.
const SHORT_RUN: usize = 3;
/// Characters in front of a number in which a word may say what it is.
const LABEL_REACH: usize = 32;

/// Words that say that a personal number follows, in lower case; the end of a longer word counts.
const PERSONAL: [&str; 14] = [
    "cpr",
    "cprnr",
    "cprnummer",
    "personnr",
    "personnummer",
    "personnumre",
    "pnr",
    "persnr",
    "fnr",
    "fødselsnr",
    "fødselsnummer",
    "dnr",
    "samordningsnummer",
    "ssn",
];

/// Words that say that another number follows, in lower case; the beginning of a longer word counts.
const OTHER: [&str; 36] = [
    "account",
    "artikel",
    "beställning",
    "bestilling",
    "case",
    "cvr",
    "ean",
    "faktura",
    "gtin",
    "iban",
    "imei",
    "inc",
    "invoice",
    "konto",
    "kund",
    "mob",
    "order",
    "ordre",
    "ordn",
    "org",
    "phone",
    "ref",
    "req",
    "sag",
    "sak",
    "serial",
    "serie",
    "telefon",
    "tel",
    "ticket",
    "tlf",
    "tracking",
    "vare",
    "version",
    "build",
    "ärende",
];

/// Words between the one that says it and the number.
const FILLERS: [&str; 6] = ["nr", "nummer", "no", "num", "number", "id"];

/// What joins two groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// Nothing: one group.
    None,
    /// A hyphen or dash, maybe between spaces; or a character that was lost where one stood.
    Dash,
    /// People over a hundred, in Sweden.
    Plus,
    /// A space of any kind.
    Space,
    /// A point.
    Point,
    /// A slash.
    Slash,
}

impl Join {
    fn of(c: char) -> Option<Self> {
        Some(match c {
            '-' | '\u{ad}' | '‐' | '‑' | '‒' | '–' | '—' | '−' | '﹣' | '－' | '\u{fffd}' => {
                Self::Dash
            }
            '+' | '＋' => Self::Plus,
            '.' => Self::Point,
            '/' => Self::Slash,
            c if is_space(c) => Self::Space,
            _ => return None,
        })
    }
}

fn is_space(c: char) -> bool {
    c != '\n' && c.is_whitespace()
}

/// The value of a digit, ASCII or full-width.
pub(super) fn digit(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        _ => c.to_digit(10),
    }
}

/// A run of digits, in characters, and what joins it to the one before.
#[derive(Debug, Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
    join: Join,
}

/// A text by characters. Positions are characters, but for [`Line::byte`].
pub(super) struct Line<'a> {
    text: &'a str,
    chars: Vec<(usize, char)>,
}

impl<'a> Line<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            chars: text.char_indices().collect(),
        }
    }

    /// The byte at which a character begins.
    pub(super) fn byte(&self, at: usize) -> usize {
        self.chars
            .get(at)
            .map_or(self.text.len(), |(byte, _)| *byte)
    }

    /// The first digit from `from` on.
    pub(super) fn next_digit(&self, from: usize) -> Option<usize> {
        (from..self.chars.len()).find(|at| self.is_digit(*at))
    }

    /// Where the run of digits around `from` ends.
    pub(super) fn run_end(&self, from: usize) -> usize {
        (from..self.chars.len())
            .find(|at| !self.is_digit(*at))
            .unwrap_or(self.chars.len())
    }

    fn at(&self, at: usize) -> Option<char> {
        self.chars.get(at).map(|(_, c)| *c)
    }

    fn is_digit(&self, at: usize) -> bool {
        self.at(at).is_some_and(|c| digit(c).is_some())
    }

    /// The end of the personal number that begins with the run of digits at `start`.
    pub(super) fn number_at(&self, start: usize) -> Option<usize> {
        let groups = self.groups(start);
        SHAPES.iter().find_map(|(shape, kinds)| {
            let groups = groups.get(..shape.len())?;
            let fits = groups
                .iter()
                .zip(*shape)
                .all(|(group, length)| group.end - group.start == *length);
            (fits && self.is_number(groups, kinds)).then(|| groups.last().map(|g| g.end))?
        })
    }

    fn groups(&self, start: usize) -> Vec<Group> {
        let mut groups = vec![Group {
            start,
            end: self.run_end(start),
            join: Join::None,
        }];
        while groups.len() < MOST_GROUPS {
            let Some(last) = groups.last().filter(|g| g.end - g.start <= LONGEST) else {
                break;
            };
            let Some((join, start)) = self.join_at(last.end) else {
                break;
            };
            groups.push(Group {
                start,
                end: self.run_end(start),
                join,
            });
        }
        groups
    }

    /// What joins the run that ends at `from` to another run, and where that begins.
    fn join_at(&self, from: usize) -> Option<(Join, usize)> {
        let spaces = |at: usize| usize::from(self.at(at).is_some_and(is_space));
        let before = spaces(from);
        let mark = from + before;
        let (join, next) = match self.at(mark).and_then(Join::of) {
            Some(Join::Space) => (Join::Space, mark + 1),
            Some(join @ (Join::Dash | Join::Plus)) => (join, mark + 1 + spaces(mark + 1)),
            Some(join) if before == 0 => (join, mark + 1),
            _ if before == 1 => (Join::Space, mark),
            _ => return None,
        };
        self.is_digit(next).then_some((join, next))
    }

    fn is_number(&self, groups: &[Group], kinds: &[Kind]) -> bool {
        let (Some(first), Some(last)) = (groups.first(), groups.last()) else {
            return false;
        };
        let is_bare = groups.len() == 1;
        if !self.begins_alone(first.start, is_bare)
            || !self.ends_alone(last.end, is_bare)
            || self.is_in_guid(first.start)
        {
            return false;
        }
        let digits: Vec<u32> = groups
            .iter()
            .flat_map(|group| group.start..group.end)
            .filter_map(|at| self.at(at).and_then(digit))
            .collect();
        let inner = groups.iter().skip(1).rev().skip(1).map(|g| g.join);
        let has_points = inner
            .clone()
            .any(|j| matches!(j, Join::Point | Join::Slash));
        if inner.clone().any(|join| join == Join::Plus)
            || matches!(last.join, Join::Point | Join::Slash)
            || (has_points && last.join == Join::Space)
        {
            return false;
        }
        let label = || self.label(first.start);
        // Swedish mobile numbers look like somebody born in 2007, or on a seventh.
        if is_bare && digits.starts_with(&[0, 7]) && label() == Label::Other {
            return false;
        }
        kinds
            .iter()
            .any(|kind| rules::holds(*kind, &digits, last.join, label))
    }

    /// Whether nothing in front makes the digits part of something longer.
    fn begins_alone(&self, start: usize, is_bare: bool) -> bool {
        let Some(before) = start.checked_sub(1).and_then(|at| self.at(at)) else {
            return true;
        };
        let run = || {
            let digits = (0..start - 1).rev().take_while(|at| self.is_digit(*at));
            digits.take(SHORT_RUN + 1).count()
        };
        match before {
            '+' | '＋' => false,
            '-' | '.' => run() == 0,
            '/' | ':' | ',' => !is_bare || !(1..=SHORT_RUN).contains(&run()),
            c if c.is_alphabetic() => !is_bare || self.label(start) == Label::Personal,
            _ => true,
        }
    }

    fn ends_alone(&self, end: usize, is_bare: bool) -> bool {
        let run = || {
            let digits = (end + 1..self.chars.len()).take_while(|at| self.is_digit(*at));
            digits.take(SHORT_RUN + 1).count()
        };
        match self.at(end) {
            Some('-' | '.') => run() == 0,
            Some('/' | ':' | ',') => !is_bare || !(1..=SHORT_RUN).contains(&run()),
            Some(c) => !c.is_alphanumeric(),
            None => true,
        }
    }

    /// Whether the character belongs to a GUID: hexadecimal digits in groups of 8, 4, 4, 4 and 12.
    fn is_in_guid(&self, at: usize) -> bool {
        const LENGTH: usize = 36;
        let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
        let part = |at: &usize| self.at(*at).is_some_and(is_part);
        let before = (0..at).rev().take_while(part).take(LENGTH).count();
        let start = at - before;
        let whole: Vec<char> = (start..self.chars.len())
            .take_while(part)
            .take(LENGTH + 1)
            .filter_map(|at| self.at(at))
            .collect();
        whole.len() == LENGTH
            && whole
                .iter()
                .enumerate()
                .all(|(at, c)| (*c == '-') == matches!(at, 8 | 13 | 18 | 23))
    }

    /// What the word in front of a number says that it is.
    fn label(&self, start: usize) -> Label {
        let from = start.saturating_sub(LABEL_REACH);
        let before: String = (from..start).filter_map(|at| self.at(at)).collect();
        let before = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        let words = before
            .rsplit(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty());
        for word in words.take(2) {
            if PERSONAL.iter().any(|label| word.ends_with(label)) {
                return Label::Personal;
            }
            if OTHER.iter().any(|label| word.starts_with(label)) {
                return Label::Other;
            }
            if !FILLERS.contains(&word) {
                break;
            }
        }
        Label::None
    }
}

/// What the word in front of a number says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// Nothing.
    None,
    /// A personal number.
    Personal,
    /// A number of something else.
    Other,
}
