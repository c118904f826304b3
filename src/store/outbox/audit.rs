//! The audit: one line for every write that was tried, with what was there before and after, and one for every time
//! that personal numbers were shown.
//!
//! Invariant: lines are only ever added, at the end, in the transaction of what they tell; [`chain`] ties each to the
//! one before. Personal numbers are masked before a line is stored: what is append-only can never be erased.

pub(super) mod chain;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::{Outbox, ms};
use crate::domain::ids::{ActionId, EntryId, PersonId, TicketId};
use crate::domain::outbox::State;
use crate::store::error::StoreError;
use crate::text::mask::mask;

/// One line. Texts of replies and notes are not in it: they are on the desk, and the outbox forgets them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// When it came out.
    pub at: Timestamp,
    /// The action; none where nothing was to be sent.
    pub action: Option<ActionId>,
    /// Its verb's word, or [`AuditLine::UNMASK`].
    pub verb: String,
    /// The ticket; of a create, the new one.
    pub ticket: Option<TicketId>,
    /// As whom it was written, if known by then.
    pub who: Option<String>,
    /// What came of it.
    pub state: State,
    /// The value before, as the desk had it.
    pub before: Option<String>,
    /// The value after, as read back.
    pub after: Option<String>,
    /// The entry that was written.
    pub entry: Option<EntryId>,
    /// What the desk or we said.
    pub message: String,
}

impl AuditLine {
    /// The verb of a line that tells that personal numbers were shown.
    pub const UNMASK: &str = "unmask";

    /// The personal numbers of a ticket were shown to `who`.
    pub fn unmasked(ticket: TicketId, who: Option<&PersonId>, at: Timestamp) -> Self {
        Self {
            at,
            action: None,
            verb: Self::UNMASK.to_owned(),
            ticket: Some(ticket),
            who: who.map(ToString::to_string),
            state: State::Done,
            before: None,
            after: None,
            entry: None,
            message: "personal numbers were shown".to_owned(),
        }
    }

    fn masked(&self) -> Self {
        let masked = |text: &Option<String>| text.as_ref().map(|t| mask(t).into_owned());
        Self {
            before: masked(&self.before),
            after: masked(&self.after),
            message: mask(&self.message).into_owned(),
            ..self.clone()
        }
    }
}

/// Which lines of the audit. The default: all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditRange {
    /// Lines after this number.
    pub after: i64,
    /// Of this time or later.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Of this ticket.
    pub ticket: Option<TicketId>,
    /// At most so many, oldest first.
    pub limit: Option<u32>,
}

/// A line as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its number within the profile, from 1.
    pub n: i64,
    /// Whether it was there before lines were chained: from the chaining on it is as safe as the others.
    pub old: bool,
    /// The line; `None` if it cannot be read, which [`Outbox::verify_audit`] says more about.
    pub line: Option<AuditLine>,
    /// Its hash.
    pub hash: String,
}

impl Outbox {
    /// Lines of the audit, oldest first.
    pub async fn audit(&self, range: AuditRange) -> Result<Vec<Recorded>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db.call(move |c| read(c, &profile, &range)).await
    }

    /// Adds a line of its own: for what is no change of an action.
    pub async fn record(&self, line: AuditLine) -> Result<(), StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                append(&tx, &profile, &line)?;
                Ok(tx.commit()?)
            })
            .await
    }

    /// Whether every line is the one that was written, in its place, and none is missing. `last` is the hash of a line
    /// that was the last one at an earlier time, or at least the first [`chain::SHORTEST`] digits of it: what was cut off
    /// behind it, or written anew up to it, is found by it.
    pub async fn verify_audit(&self, last: Option<String>) -> Result<chain::Verdict, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                // One transaction, so that lines and head are of one moment.
                let tx = c.transaction()?;
                chain::verify(&tx, &profile, last.as_deref())
            })
            .await
    }
}

fn read(c: &Connection, profile: &str, range: &AuditRange) -> Result<Vec<Recorded>, StoreError> {
    let mut query = c.prepare_cached(
        "SELECT n, old, line, hash FROM audit
         WHERE profile = ?1 AND n > ?2 AND at >= ?3 AND at < ?4
           AND (?5 IS NULL OR json_valid(line) AND json_extract(line, '$.ticket') = ?5)
         ORDER BY n LIMIT ?6",
    )?;
    let rows = query.query_map(
        params![
            profile,
            range.after,
            range.since.map_or(i64::MIN, ms),
            range.until.map_or(i64::MAX, ms),
            range.ticket.as_ref().map(TicketId::as_str),
            range.limit.map_or(-1, i64::from),
        ],
        |row| {
            Ok(Recorded {
                n: row.get(0)?,
                old: row.get(1)?,
                line: serde_json::from_str(&row.get::<_, String>(2)?).ok(),
                hash: row.get(3)?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn append(
    tx: &Transaction<'_>,
    profile: &str,
    line: &AuditLine,
) -> Result<(), StoreError> {
    let json = serde_json::to_string(&line.masked())?;
    chain::add(tx, profile, ms(line.at), false, &json)
}
