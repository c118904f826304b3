//! TicketSQL, TransactionSQL and AssetSQL, and the JSON searches: text in, SQL for our tables out.
//!
//! The tokeniser follows Request Tracker's: it takes the first thing it knows at or after the current
//! place (what it does not know is skipped), there is no `NOT (…)` and no `IN`, `AND` binds stronger
//! than `OR`. Values are always bound, never pasted into SQL. No input can panic, and long ones are
//! refused. Start at [`compile`].

pub(crate) mod columns;
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
    fn place(self, message: &str) -> String {
        // first words of the sentence, lines of tickets, transactions, assets
        const LINES: [(&str, [u16; 3]); 4] = [
            ("Invalid Date Op", [574, 373, 1060]),
            ("Invalid watcher subfield", [1165, 918, 1246]),
            ("No field specified", [1367, 631, 1404]),
            ("Wrong query, no such column", [3462, 918, 1631]),
        ];
        let [ticket, transaction, asset] = LINES
            .iter()
            .find(|(start, _)| message.starts_with(start))
            .map_or([3187, 918, 1631], |(_, lines)| *lines);
        let (file, line) = match self {
            Self::Ticket => ("Tickets", ticket),
            Self::Transaction => ("Transactions", transaction),
            Self::Asset => ("Assets", asset),
        };
        format!("/usr/share/request-tracker5/lib/RT/{file}.pm line {line}")
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
pub(crate) const MOST_CONDITIONS: usize = 900;

/// Parentheses are nested no deeper.
const DEEPEST: usize = 100;

/// Longer queries are refused, so that no text takes long to read.
const LONGEST: usize = 16_384;

/// Turns a query into SQL. The error is the sentence of the 400 answer.
pub(crate) fn compile(
    base: &mut DeskBase,
    viewer: &Person,
    language: Language,
    text: &str,
) -> Result<Where, String> {
    let fail = |message: String| format!("{message} at {}.\n", language.place(&message));
    if text.len() > LONGEST {
        return Err(fail(format!("Query is longer than {LONGEST} bytes")));
    }
    let pieces = match parse::parse(text) {
        Ok(pieces) => pieces,
        // The real desk overlooks the mistake here, and what comes after it.
        Err(_) if language == Language::Asset => parse::parse_what_can_be(text),
        Err(message) => return Err(fail(message)),
    };
    let conditions = pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Condition { .. }))
        .count();
    if depth(&pieces) > DEEPEST {
        let why = format!("Query has more than {DEEPEST} parentheses inside one another");
        return Err(fail(why));
    }
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
            Piece::Condition {
                key,
                op,
                value,
                column,
            } => {
                let term = if column && language == Language::Ticket {
                    columns::compare(base, &key, op, &value, text)
                } else {
                    fields::term(base, viewer, language, &key, op, &value)
                };
                let term = term.map_err(fail)?;
                out.sql.push('(');
                out.sql.push_str(&term.sql);
                out.sql.push(')');
                out.values.extend(term.values);
            }
        }
    }
    if out.sql.is_empty() && !text.is_empty() && text != "0" {
        // Something that says nothing limits nothing.
        out.sql.push('1');
    }
    Ok(out)
}

/// How deep parentheses are nested.
fn depth(pieces: &[Piece]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for piece in pieces {
        match piece {
            Piece::Open => depth += 1,
            Piece::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Whether a TransactionSQL query says outside of every `OR` that it is about tickets. The real desk then
/// asks its database for visible queues, so that hidden ones leave no holes.
pub(crate) fn tickets_only(text: &str) -> bool {
    let Ok(pieces) = parse::parse(text) else {
        return false;
    };
    let (mut depth, mut said, mut alternatives) = (0_usize, false, false);
    for piece in &pieces {
        match piece {
            Piece::Open => depth += 1,
            Piece::Close => depth = depth.saturating_sub(1),
            Piece::Or => alternatives |= depth == 0,
            Piece::Condition { key, op, value, .. } => {
                said |= depth == 0
                    && *op == parse::Op::Equal
                    && key.eq_ignore_ascii_case("ObjectType")
                    && value == "RT::Ticket";
            }
            Piece::And => {}
        }
    }
    said && !alternatives
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::demo::base::seed;

    fn base() -> DeskBase {
        let mut base = DeskBase::open(
            None,
            "http://127.0.0.1:1/REST/2.0".to_owned(),
            1_700_000_000,
        )
        .unwrap();
        seed::fill(&mut base, true, &crate::demo::Setup::default()).unwrap();
        base
    }

    fn table(language: Language) -> &'static str {
        match language {
            Language::Ticket => "tickets t",
            Language::Transaction => "transactions x",
            Language::Asset => "assets a",
        }
    }

    /// SQLite must take what comes out, whatever went in.
    fn runs(base: &mut DeskBase, language: Language, text: &str) -> Result<(), String> {
        let viewer = base.person(20).unwrap().unwrap();
        let Ok(found) = compile(base, &viewer, language, text) else {
            return Ok(());
        };
        if found.sql.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "SELECT count(*) FROM {} WHERE {}",
            table(language),
            found.sql
        );
        base.conn
            .query_row(&sql, rusqlite::params_from_iter(&found.values), |row| {
                row.get::<_, i64>(0)
            })
            .map(drop)
            .map_err(|error| format!("{text:?} became {sql:?}: {error}"))
    }

    #[test]
    fn every_field_takes_every_operator() {
        let mut base = base();
        let keys = [
            "id",
            "Status",
            "Queue",
            "Owner",
            "Owner.Name",
            "Requestor",
            "Requestor.EmailAddress",
            "Requestor.Name",
            "Subject",
            "Priority",
            "Created",
            "Due",
            "LastUpdated",
            "CF.{Vagt group}",
            "CF.{nosuch}",
            "Linked",
            "RefersTo",
            "MemberOf",
            "Watcher",
            "Type",
            "Content",
            "Name",
            "HeldBy.Name",
            "Catalog",
            "ObjectType",
            "OldValue",
            "TicketStatus",
            "TicketQueue",
            "TicketPriority",
            "Creator",
        ];
        let operators = [
            "=",
            "!=",
            "<",
            ">",
            "<=",
            ">=",
            "LIKE",
            "NOT LIKE",
            "STARTSWITH",
            "ENDSWITH",
            "IS",
            "IS NOT",
        ];
        let values = [
            "'x'",
            "5",
            "NULL",
            "'__Active__'",
            "'asset:3'",
            "'2026-11-21 10:00:00'",
            "'%_\\\\'",
            "''",
        ];
        for language in [Language::Ticket, Language::Transaction, Language::Asset] {
            for key in keys {
                for operator in operators {
                    for value in values {
                        runs(&mut base, language, &format!("{key} {operator} {value}")).unwrap();
                    }
                }
            }
        }
    }

    #[test]
    fn a_query_of_many_ids_is_fine_and_a_monstrous_one_refused() {
        let mut base = base();
        let many = (1..800)
            .map(|id| format!("id={id}"))
            .collect::<Vec<_>>()
            .join(" OR ");
        runs(&mut base, Language::Ticket, &many).unwrap();
        let viewer = base.person(20).unwrap().unwrap();
        for text in [
            "id=1 OR ".repeat(1_000) + "id=1",
            "(".repeat(5_000),
            "'".repeat(100_000),
        ] {
            assert!(compile(&mut base, &viewer, Language::Ticket, &text).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn what_compiles_runs(
            words in proptest::collection::vec(
                prop_oneof![
                    Just("("), Just(")"), Just(" AND "), Just(" OR "), Just("id > 1"), Just("Subject LIKE 'a%'"),
                    Just("CF.{Vagt tags} = 'x'"), Just("Status = '__Active__'"), Just("Due IS NULL"), Just("RefersTo = 'asset:1'"),
                    Just("Requestor.Name != 'p'"), Just("Created > 'today'"),
                ],
                0..12,
            )
        ) {
            let mut base = base();
            prop_assert_eq!(runs(&mut base, Language::Ticket, &words.concat()), Ok(()));
        }
    }
}
