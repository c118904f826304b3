//! TicketSQL, TransactionSQL and AssetSQL, and the JSON searches: text in, SQL for our tables out.
//!
//! The tokeniser follows Request Tracker's: it takes the first thing it knows at or after the current
//! place (what it does not know is skipped), there is no `NOT (…)` and no `IN`, `AND` binds stronger
//! than `OR`. Values are always bound, never pasted into SQL. No input can panic, and long ones are
//! refused. Start at [`compile`].

pub(crate) mod dates;
pub(crate) mod fields;
pub(crate) mod json;
pub(crate) mod order;
pub(crate) mod parse;
pub(crate) mod terms;

use rusqlite::types::Value as SqlValue;

use super::base::{DeskBase, Person};
use parse::Piece;

/// Which of the three languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// TicketSQL; the table is `t`.
    Ticket,
    /// TransactionSQL; the table is `x`.
    Transaction,
    /// AssetSQL; the table is `a`.
    Asset,
}

impl Language {
    /// Where Request Tracker says that a bad query went wrong.
    fn place(self) -> &'static str {
        match self {
            Self::Ticket => "/usr/share/request-tracker5/lib/RT/Tickets.pm line 3187",
            Self::Transaction => "/usr/share/request-tracker5/lib/RT/Transactions.pm line 1117",
            Self::Asset => "/usr/share/request-tracker5/lib/RT/Assets.pm line 1706",
        }
    }
}

/// A condition in SQL with its values.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Where {
    /// SQL; empty when the query was empty (which finds nothing).
    pub(crate) sql: String,
    /// The values for its `?`.
    pub(crate) values: Vec<SqlValue>,
}

/// More conditions than this in one query are refused (SQLite's own limit on depth is 1,000).
const MOST_CONDITIONS: usize = 900;

/// Longer queries are refused, so that no text takes long to read.
const LONGEST: usize = 16_384;

/// Turns a query into SQL. The error is the sentence of the 400 answer.
pub(crate) fn compile(
    base: &mut DeskBase,
    viewer: &Person,
    language: Language,
    text: &str,
) -> Result<Where, String> {
    let fail = |message: String| format!("{message} at {}.\n", language.place());
    if text.len() > LONGEST {
        return Err(fail(format!("Query is longer than {LONGEST} bytes")));
    }
    let pieces = parse::parse(text).map_err(fail)?;
    let conditions = pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Condition { .. }))
        .count();
    if conditions > MOST_CONDITIONS || pieces.len() > 4 * MOST_CONDITIONS {
        return Err(fail(format!(
            "Query has more than {MOST_CONDITIONS} conditions"
        )));
    }
    let mut out = Where::default();
    for piece in pieces {
        match piece {
            Piece::Open => out.sql.push('('),
            Piece::Close => out.sql.push(')'),
            Piece::And => out.sql.push_str(" AND "),
            Piece::Or => out.sql.push_str(" OR "),
            Piece::Condition { key, op, value } => {
                let term = fields::term(base, viewer, language, &key, op, &value).map_err(fail)?;
                out.sql.push('(');
                out.sql.push_str(&term.sql);
                out.sql.push(')');
                out.values.extend(term.values);
            }
        }
    }
    Ok(out)
}
