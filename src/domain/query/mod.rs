//! The query language of board filters, `vagt list` and saved panes.
//!
//! ```text
//! group:vpn status:open owner:none age>2h site:"Sorø" device.rsrp_dbm<-110 -tag:vip "free text"
//! ```
//! Terms are joined by *and*; a leading `-` negates one; commas inside a value mean *or*. Folding makes
//! `mote` find `møte`. Start at [`Query::parse`]; [`eval`] says what a term means.

pub mod eval;
mod parse;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use eval::Subject;
pub use parse::QueryError;

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// `:` is, or contains (text).
    Is,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Op {
    fn sign(self) -> &'static str {
        match self {
            Self::Is => ":",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// Names of the fields that can be asked for, besides `device.FACT`.
pub const FIELDS: [&str; 18] = [
    "id",
    "subject",
    "body",
    "status",
    "owner",
    "requester",
    "queue",
    "group",
    "lane",
    "lang",
    "tag",
    "priority",
    "age",
    "updated",
    "due",
    "site",
    "device",
    "has",
];

/// Lanes that can be asked for; `care` is what a row calls `health`.
pub(super) const LANES: [&str; 3] = ["health", "care", "school"];

/// A field of a ticket or of its device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    /// One of [`FIELDS`].
    Named(String),
    /// A fact of a device that the requester holds: `device.rsrp_dbm`.
    Fact(String),
}

/// What a term asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// Words anywhere in the ticket.
    Text(String),
    /// A field compared with one of several values.
    Field {
        /// The field.
        field: Field,
        /// How.
        op: Op,
        /// The values as typed; one is enough.
        values: Vec<String>,
    },
}

/// One term.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Must *not* hold.
    pub negated: bool,
    /// What is asked.
    pub test: Test,
}

/// A parsed query. The empty query holds for every ticket.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Query {
    /// Terms, all of which must hold.
    pub terms: Vec<Term>,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// Says what is wrong and at which column (counted in characters from 1).
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::parse(text)
    }
    /// Whether the query says which statuses it wants; if not, callers show active tickets only.
    pub fn asks_status(&self) -> bool {
        self.terms
            .iter()
            .any(|t| matches!(&t.test, Test::Field { field: Field::Named(n), .. } if n == "status"))
    }
    /// Whether it asks nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

fn quoted(value: &str) -> String {
    let plain = !value.is_empty()
        && !value.starts_with('-')
        && !value
            .chars()
            .any(|c| c.is_whitespace() || matches!(c, '"' | ':' | '<' | '>' | ',' | '\\'));
    if plain {
        value.to_owned()
    } else {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, term) in self.terms.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            if term.negated {
                f.write_str("-")?;
            }
            match &term.test {
                Test::Text(words) => f.write_str(&quoted(words))?,
                Test::Field { field, op, values } => {
                    match field {
                        Field::Named(name) => f.write_str(name)?,
                        Field::Fact(key) => write!(f, "device.{key}")?,
                    }
                    let values: Vec<String> = values
                        .iter()
                        .map(|v| {
                            if *op == Op::Is || !v.starts_with('-') {
                                quoted(v)
                            } else {
                                v.clone()
                            }
                        })
                        .collect();
                    write!(f, "{}{}", op.sign(), values.join(","))?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
