//! What agents said about incidents: kept here because the cache may be deleted at any time.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{TransactionBehavior, params};

use super::audit::{AuditLine, append};
use super::{Outbox, ms, readable};
use crate::domain::outbox::State;
use crate::domain::watch::Ruling;
use crate::store::error::StoreError;

/// Incidents are over and forgotten after so long.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Outbox {
    /// Keeps a ruling, with its line in the audit log. One that takes another back removes that one: what is kept holds.
    pub async fn put_ruling(&self, ruling: Ruling) -> Result<(), StoreError> {
        let profile = Arc::clone(&self.profile);
        let json = serde_json::to_string(&ruling)?;
        let about = ruling.incident.first().map(|t| format!("incident of {t}"));
        let undoes = ruling.undoes.map(|id| id.to_string());
        let (before, after, message) = match undoes {
            Some(_) => (about, None, "taken back".to_owned()),
            None => (None, about, String::new()),
        };
        let line = AuditLine {
            at: ruling.at,
            action: Some(ruling.id),
            verb: ruling.says.word().to_owned(),
            ticket: ruling.says.ticket().cloned(),
            who: None,
            state: State::Done,
            before,
            after,
            entry: None,
            message,
        };
        let old = ms(ruling.at.saturating_sub(KEPT).unwrap_or(Timestamp::MIN));
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                match undoes {
                    Some(undone) => tx.execute(
                        "DELETE FROM rulings WHERE profile = ?1 AND json_extract(json, '$.id') = ?2",
                        params![profile, undone],
                    )?,
                    None => tx.execute(
                        "INSERT INTO rulings (profile, at, json) VALUES (?1, ?2, ?3)",
                        params![profile, ms(line.at), json],
                    )?,
                };
                tx.execute(
                    "DELETE FROM rulings WHERE profile = ?1 AND at < ?2",
                    params![profile, old],
                )?;
                append(&tx, &profile, &line)?;
                Ok(tx.commit()?)
            })
            .await
    }

    /// All rulings, oldest first. One that cannot be read (of a newer version) is left where it is.
    pub async fn rulings(&self) -> Result<Vec<Ruling>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let mut query =
                    c.prepare_cached("SELECT json FROM rulings WHERE profile = ?1 ORDER BY n")?;
                readable(&mut query, &profile)
            })
            .await
    }
}
