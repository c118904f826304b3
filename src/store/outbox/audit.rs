//! The audit log: one line for every write that was tried, with what was there before and after.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Outbox, ms};
use crate::domain::ids::{ActionId, EntryId, TicketId};
use crate::domain::outbox::State;
use crate::store::error::StoreError;

/// One line. Texts of replies and notes are not in it: they are on the desk, and the outbox forgets them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// When it came out.
    pub at: Timestamp,
    /// The action.
    pub action: ActionId,
    /// Its verb's word.
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

impl Outbox {
    /// Audit lines after number `after`, oldest first, at most `limit`, each with its number.
    pub async fn audit(&self, after: i64, limit: u32) -> Result<Vec<(i64, AuditLine)>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let mut query = c.prepare_cached(
                    "SELECT n, line FROM audit WHERE profile = ?1 AND n > ?2 ORDER BY n LIMIT ?3",
                )?;
                let lines = query.query_map(params![profile, after, limit], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                })?;
                lines
                    .map(|line| {
                        let (n, json) = line?;
                        Ok((n, serde_json::from_str(&json)?))
                    })
                    .collect()
            })
            .await
    }
}

pub(super) fn append(
    tx: &Transaction<'_>,
    profile: &str,
    line: &AuditLine,
) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO audit (profile, at, line) VALUES (?1, ?2, ?3)")?
        .execute(params![profile, ms(line.at), serde_json::to_string(line)?])?;
    Ok(())
}
