//! The tokeniser and the small state machine of Request Tracker's query languages.

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Is,
    IsNot,
    Like,
    NotLike,
    StartsWith,
    NotStartsWith,
    EndsWith,
    NotEndsWith,
}

/// Longest spelling first, as the real tokeniser has them.
const OPERATORS: [(&str, Op); 14] = [
    ("!=", Op::NotEqual),
    (">=", Op::GreaterEqual),
    ("<=", Op::LessEqual),
    ("=", Op::Equal),
    (">", Op::Greater),
    ("<", Op::Less),
    ("IS NOT", Op::IsNot),
    ("IS", Op::Is),
    ("NOT LIKE", Op::NotLike),
    ("LIKE", Op::Like),
    ("NOT STARTSWITH", Op::NotStartsWith),
    ("STARTSWITH", Op::StartsWith),
    ("NOT ENDSWITH", Op::NotEndsWith),
    ("ENDSWITH", Op::EndsWith),
];

impl Op {
    /// The operator that is spelled exactly so (letter case aside).
    pub(crate) fn spelled(text: &str) -> Option<Self> {
        OPERATORS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
            .map(|(_, op)| *op)
    }

    /// Whether it is one of the negated ones.
    pub(crate) fn negated(self) -> bool {
        matches!(
            self,
            Self::NotEqual | Self::NotLike | Self::NotStartsWith | Self::NotEndsWith
        )
    }

    /// Whether it compares two values of the same sort.
    pub(crate) fn compares(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Less
                | Self::LessEqual
                | Self::Greater
                | Self::GreaterEqual
        )
    }

    /// The operator without its negation.
    pub(crate) fn positive(self) -> Self {
        match self {
            Self::NotEqual => Self::Equal,
            Self::NotLike => Self::Like,
            Self::NotStartsWith => Self::StartsWith,
            Self::NotEndsWith => Self::EndsWith,
            other => other,
        }
    }
}

/// A part of a parsed query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Open,
    Close,
    And,
    Or,
    Condition {
        key: String,
        op: Op,
        value: String,
        /// Written without quotes and beginning with a letter: the name of a column.
        column: bool,
    },
}

/// What may come next; names as the error sentences have them, in their order.
const VALUE: u8 = 1;
const AGGREGATOR: u8 = 2;
const OPERATOR: u8 = 4;
const OPEN: u8 = 8;
const CLOSE: u8 = 16;
const KEYWORD: u8 = 32;
const NAMES: [(u8, &str); 6] = [
    (VALUE, "VALUE"),
    (AGGREGATOR, "AGGREGATOR"),
    (OPERATOR, "OPERATOR"),
    (OPEN, "OPEN_PAREN"),
    (CLOSE, "CLOSE_PAREN"),
    (KEYWORD, "KEYWORD"),
];

fn names(mask: u8) -> String {
    let mut found: Vec<&str> = NAMES
        .iter()
        .filter(|(bit, _)| mask & bit != 0)
        .map(|(_, name)| *name)
        .collect();
    let last = found.pop().unwrap_or_default();
    if found.is_empty() {
        last.to_owned()
    } else {
        format!("{} or {last}", found.join(", "))
    }
}

/// Parses a query. The error is Request Tracker's sentence, without the place.
pub(crate) fn parse(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    read(text, &mut pieces).map(|()| pieces)
}

/// What a query says up to its first mistake, made whole: for the language that overlooks mistakes.
pub(crate) fn parse_what_can_be(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    drop(read(text, &mut pieces));
    while matches!(pieces.last(), Some(Piece::And | Piece::Or | Piece::Open)) {
        pieces.pop();
    }
    let open = pieces.iter().filter(|piece| **piece == Piece::Open).count();
    let closed = pieces
        .iter()
        .filter(|piece| **piece == Piece::Close)
        .count();
    pieces.extend(std::iter::repeat_n(
        Piece::Close,
        open.saturating_sub(closed),
    ));
    pieces
}

fn read(text: &str, pieces: &mut Vec<Piece>) -> Result<(), String> {
    let (mut key, mut op) = (String::new(), Op::Equal);
    let mut want = KEYWORD | OPEN;
    let mut last = 0;
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some((start, token)) = next_token(text, at) {
        at = start + token.len();
        let kind = classify(token, want);
        if kind == 0 {
            let before = text.get(..start).unwrap_or_default();
            let after = text.get(at..).unwrap_or_default();
            return Err(format!(
                "Wrong query, expecting a {} in '{before}>{token}<--here{after}'",
                names(want)
            ));
        }
        let closing = if depth > 0 { CLOSE } else { 0 };
        match kind {
            OPEN => {
                pieces.push(Piece::Open);
                depth += 1;
                want = KEYWORD | OPEN;
            }
            CLOSE => {
                pieces.push(Piece::Close);
                depth = depth.saturating_sub(1);
                want = AGGREGATOR | if depth > 0 { CLOSE } else { 0 };
            }
            AGGREGATOR => {
                pieces.push(if token.eq_ignore_ascii_case("and") {
                    Piece::And
                } else {
                    Piece::Or
                });
                want = KEYWORD | OPEN;
            }
            KEYWORD => {
                key = plain(token);
                want = OPERATOR;
            }
            OPERATOR => {
                op = Op::spelled(operator_words(token)).unwrap_or(Op::Equal);
                want = VALUE;
            }
            _ => {
                pieces.push(Piece::Condition {
                    key: std::mem::take(&mut key),
                    op,
                    value: plain(token),
                    column: is_column(token),
                });
                want = AGGREGATOR | closing;
            }
        }
        last = kind;
    }
    if last != 0 && last & (CLOSE | VALUE) == 0 {
        return Err(format!(
            "Incomplete query, last element ({}) is not close paren or value in '{text}'",
            names(last)
        ));
    }
    match depth {
        0 => Ok(()),
        1 => Err(format!("Incomplete query, 1 unclosed paren in '{text}'")),
        many => Err(format!(
            "Incomplete query, {many} unclosed parens in '{text}'"
        )),
    }
}

/// The kind of a token among those that are wanted; 0 when none fits. Later kinds win.
fn classify(token: &str, want: u8) -> u8 {
    let quoted = quoted_length(token) == Some(token.len());
    let word = |extra: &str| {
        token
            .chars()
            .all(|c| is_word(c) || c == '.' || extra.contains(c))
    };
    let custom = custom_length(token) == Some(token.len());
    let number = token.strip_prefix(['+', '-']).unwrap_or(token);
    let fits = [
        (OPERATOR, Op::spelled(operator_words(token)).is_some()),
        (
            VALUE,
            quoted
                || custom
                || word("")
                || (!number.is_empty() && number.chars().all(|c| c.is_ascii_digit())),
        ),
        (KEYWORD, quoted || custom || word("{}")),
        (
            AGGREGATOR,
            token.eq_ignore_ascii_case("and") || token.eq_ignore_ascii_case("or"),
        ),
        (OPEN, token == "("),
        (CLOSE, token == ")"),
    ];
    fits.into_iter()
        .filter(|(kind, fit)| *fit && want & kind != 0)
        .map(|(kind, _)| kind)
        .next_back()
        .unwrap_or(0)
}

/// Whether a value names a column instead of being a text: `Told > Created`.
fn is_column(token: &str) -> bool {
    let bare = custom_length(token.trim_matches(['\'', '"'])).is_some();
    let letter = token
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic());
    bare || (letter && !token.eq_ignore_ascii_case("null"))
}

/// An operator without the word for "not through group members".
fn operator_words(token: &str) -> &str {
    match token.get(..8) {
        Some(first) if first.eq_ignore_ascii_case("SHALLOW ") => token.get(8..).unwrap_or_default(),
        _ => token,
    }
}

/// A token without its quotes, with `\x` read as `x`.
fn plain(token: &str) -> String {
    let inner = if quoted_length(token) == Some(token.len()) {
        token
            .get(1..token.len().saturating_sub(1))
            .unwrap_or_default()
    } else {
        token
    };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            match chars.next() {
                Some(escaped) => out.push(escaped),
                None => out.push(c),
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The next token at or after a place: where it starts, and its text.
fn next_token(text: &str, from: usize) -> Option<(usize, &str)> {
    let rest = text.get(from..)?;
    for (offset, _) in rest.char_indices() {
        let here = rest.get(offset..)?;
        if let Some(length) = token_length(here) {
            return here.get(..length).map(|token| (from + offset, token));
        }
    }
    None
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn token_length(text: &str) -> Option<usize> {
    for word in ["and", "or"] {
        if starts_with(text, word) {
            return Some(word.len());
        }
    }
    let shallow = if starts_with(text, "SHALLOW ") { 8 } else { 0 };
    let after = text.get(shallow..)?;
    if let Some((name, _)) = OPERATORS.iter().find(|(name, _)| starts_with(after, name)) {
        return Some(shallow + name.len());
    }
    if let Some(length) = custom_length(text) {
        return Some(length);
    }
    let run: usize = text
        .chars()
        .take_while(|c| is_word(*c) || matches!(c, '.' | '{' | '}'))
        .map(char::len_utf8)
        .sum();
    if run > 0 {
        return Some(run);
    }
    if let Some(length) = quoted_length(text) {
        return Some(length);
    }
    if let Some(digits) = text.strip_prefix(['+', '-']) {
        let run = digits.bytes().take_while(u8::is_ascii_digit).count();
        if run > 0 {
            return Some(run + 1);
        }
    }
    matches!(text.chars().next(), Some('(' | ')')).then_some(1)
}

/// The length of `CF.{…}` at the start of a text.
fn custom_length(text: &str) -> Option<usize> {
    if !starts_with(text, "CF.{") {
        return None;
    }
    let close = text.get(5..)?.find('}')? + 6;
    for tail in [".Content", ".LargeContent"] {
        if text
            .get(close..)
            .is_some_and(|rest| starts_with(rest, tail))
        {
            return Some(close + tail.len());
        }
    }
    Some(close)
}

/// The length of a quoted string at the start of a text, its quotes included.
fn quoted_length(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn condition(key: &str, op: Op, value: &str) -> Piece {
        Piece::Condition {
            key: key.to_owned(),
            op,
            value: value.to_owned(),
            column: false,
        }
    }

    #[test]
    fn conditions_aggregators_and_parens() {
        assert_eq!(
            parse("(Status = 'new' OR Status='open') AND CF.{Vagt group} NOT LIKE \"vpn\" and Priority>-5").unwrap(),
            [
                Piece::Open,
                condition("Status", Op::Equal, "new"),
                Piece::Or,
                condition("Status", Op::Equal, "open"),
                Piece::Close,
                Piece::And,
                condition("CF.{Vagt group}", Op::NotLike, "vpn"),
                Piece::And,
                condition("Priority", Op::Greater, "-5"),
            ]
        );
    }

    #[test]
    fn quotes_and_escapes() {
        assert_eq!(
            parse(r"Subject LIKE 'it\'s (down) OR not'").unwrap(),
            [condition("Subject", Op::Like, "it's (down) OR not")]
        );
        assert_eq!(
            parse("'CF.{RSRP dBm}'='-99'").unwrap(),
            [condition("CF.{RSRP dBm}", Op::Equal, "-99")]
        );
    }

    #[test]
    fn sentences_of_the_real_desk() {
        assert_eq!(
            parse("Queue=").unwrap_err(),
            "Incomplete query, last element (OPERATOR) is not close paren or value in 'Queue='"
        );
        assert_eq!(
            parse("Status IN ('new')").unwrap_err(),
            "Wrong query, expecting a OPERATOR in 'Status >IN<--here ('new')'"
        );
        assert_eq!(
            parse("(id > 1").unwrap_err(),
            "Incomplete query, 1 unclosed paren in '(id > 1'"
        );
        assert_eq!(
            parse("= 5").unwrap_err(),
            "Wrong query, expecting a OPEN_PAREN or KEYWORD in '>=<--here 5'"
        );
        assert_eq!(parse(" ").unwrap(), []);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,80}") {
            drop(parse(&text));
        }

        #[test]
        fn never_panics_on_near_queries(
            words in proptest::collection::vec(
                prop_oneof![
                    Just("("), Just(")"), Just("AND"), Just("or"), Just("NOT LIKE"), Just("="), Just("CF.{"), Just("}"),
                    Just("'"), Just("\""), Just("\\"), Just("Queue"), Just("é"), Just("-1"), Just("SHALLOW "), Just(" "),
                ],
                0..30,
            )
        ) {
            drop(parse(&words.concat()));
        }

        #[test]
        fn quoted_values_survive(value in "\\PC{0,40}") {
            let quoted = format!("Subject = '{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
            prop_assert_eq!(parse(&quoted).unwrap(), [condition("Subject", Op::Equal, &value)]);
        }
    }
}
