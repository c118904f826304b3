//! Text → [`Query`]. Never panics; an error knows its column.

use super::{FIELDS, Field, Op, Query, Term, Test};
use crate::text::nearest::nearest;

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}")]
pub struct QueryError {
    /// Where, in characters from 1.
    pub column: usize,
    /// What, and what would be right.
    pub message: String,
}

impl QueryError {
    fn at(position: usize, message: impl Into<String>) -> Self {
        Self {
            column: position + 1,
            message: message.into(),
        }
    }
    /// The query with a caret below the column, for a terminal or a log.
    pub fn with_caret(&self, query: &str) -> String {
        let pad: String = query
            .chars()
            .take(self.column.saturating_sub(1))
            .map(|c| " ".repeat(crate::text::width::of(&c.to_string())))
            .collect();
        format!("{query}\n{pad}^ {}", self.message)
    }
}

struct Cursor {
    chars: Vec<char>,
    at: usize,
}

impl Cursor {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }
    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }
    fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.at += 1;
        }
        there
    }
    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }
    /// A quoted text (the opening quote is eaten already) up to its closing quote.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let start = self.at.saturating_sub(1);
        let mut out = String::new();
        loop {
            match self.next() {
                None => {
                    return Err(QueryError::at(
                        start,
                        "this quote is never closed; add a \" at the end",
                    ));
                }
                Some('"') => return Ok(out),
                Some('\\') => out.extend(self.next()),
                Some(c) => out.push(c),
            }
        }
    }
    /// A bare word up to a blank or one of `stop`.
    fn bare(&mut self, stop: &[char]) -> String {
        let mut out = String::new();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || c == '"' || stop.contains(&c) {
                break;
            }
            out.push(c);
            self.at += 1;
        }
        out
    }
}

pub(super) fn parse(text: &str) -> Result<Query, QueryError> {
    let mut cursor = Cursor {
        chars: text.chars().collect(),
        at: 0,
    };
    let mut terms = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.peek().is_none() {
            return Ok(Query { terms });
        }
        terms.push(term(&mut cursor)?);
    }
}

fn term(cursor: &mut Cursor) -> Result<Term, QueryError> {
    let start = cursor.at;
    let negated = cursor.eat('-');
    if cursor.eat('"') {
        let words = cursor.quoted()?;
        return Ok(Term {
            negated,
            test: Test::Text(words),
        });
    }
    let word_at = cursor.at;
    let word = cursor.bare(&[':', '<', '>']);
    let op = match cursor.peek() {
        Some(':') => Op::Is,
        Some('<') => Op::Less,
        Some('>') => Op::More,
        _ if word.is_empty() => {
            return Err(QueryError::at(
                start,
                "a - must stand before what it rules out, as in -tag:vip",
            ));
        }
        _ => {
            return Ok(Term {
                negated,
                test: Test::Text(word),
            });
        }
    };
    cursor.at += 1;
    let op = match op {
        Op::Less if cursor.eat('=') => Op::AtMost,
        Op::More if cursor.eat('=') => Op::AtLeast,
        other => other,
    };
    let field = field(&word, word_at)?;
    let list_at = cursor.at;
    let mut values = Vec::new();
    loop {
        let value_at = cursor.at;
        let value = if cursor.eat('"') {
            cursor.quoted()?
        } else {
            cursor.bare(&[','])
        };
        if value.is_empty() {
            return Err(QueryError::at(
                value_at,
                format!("a value is missing after {word}{}", op.sign()),
            ));
        }
        check_value(&field, op, &value, value_at)?;
        values.push(value);
        if !cursor.eat(',') {
            break;
        }
    }
    if op != Op::Is && values.len() > 1 {
        return Err(QueryError::at(
            list_at,
            "only one value can stand after < or >",
        ));
    }
    if let Some(next) = cursor.peek().filter(|c| !c.is_whitespace()) {
        return Err(QueryError::at(
            cursor.at,
            format!("a blank is missing before {next:?}"),
        ));
    }
    Ok(Term {
        negated,
        test: Test::Field { field, op, values },
    })
}

fn field(word: &str, at: usize) -> Result<Field, QueryError> {
    let lower = word.to_lowercase();
    if let Some(fact) = lower.strip_prefix("device.") {
        if fact.is_empty() {
            return Err(QueryError::at(
                at,
                "a fact is missing after device. as in device.rsrp_dbm<-110",
            ));
        }
        return Ok(Field::Fact(fact.to_owned()));
    }
    if FIELDS.contains(&lower.as_str()) {
        return Ok(Field::Named(lower));
    }
    let near = nearest(&lower, FIELDS.iter().map(|field| (*field).to_owned()));
    let meant = near.map_or_else(String::new, |near| format!("did you mean {near}? "));
    Err(QueryError::at(
        at,
        format!(
            "there is no field {word:?}; {meant}fields are {} and device.FACT",
            FIELDS.join(", ")
        ),
    ))
}

fn check_value(field: &Field, op: Op, value: &str, at: usize) -> Result<(), QueryError> {
    let Field::Named(name) = field else {
        if op != Op::Is && value.parse::<f64>().is_err() {
            return Err(QueryError::at(at, format!("{value:?} is not a number")));
        }
        return Ok(());
    };
    let is = op == Op::Is;
    let problem = match name.as_str() {
        "age" | "updated" | "due" => {
            let word = name == "due" && is && matches!(value, "none" | "over");
            (!word && super::eval::seconds(value).is_none())
                .then(|| format!("{value:?} is not a time span; write 30m, 2h or 3d"))
        }
        "priority" => (value.parse::<i64>().is_err() && !(is && value == "none"))
            .then(|| format!("{value:?} is not a number")),
        _ if !is => Some(format!("{name} is text: write {name}:value")),
        "has" => (!super::eval::HAS.contains(&value))
            .then(|| format!("has: knows {}", super::eval::HAS.join(", "))),
        "lane" => (!super::LANES.contains(&value)).then(|| {
            format!(
                "there is no lane {value:?}; lanes are {}",
                super::LANES.join(", ")
            )
        }),
        _ => None,
    };
    problem.map_or(Ok(()), |message| Err(QueryError::at(at, message)))
}
