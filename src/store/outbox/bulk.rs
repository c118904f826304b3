//! Bulk actions: what was asked for, beside the children that carry it out.
//!
//! Invariant: a bulk and all its children are stored in one transaction, so a bulk on disk is whole.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::{New, Outbox, Row, ms, readable, rows};
use crate::domain::bulk::Bulk;
use crate::store::error::StoreError;

impl Outbox {
    /// Stores a bulk with its children, all or none. What is stored already stays as it is. Drafts stay: a bulk takes no
    /// ticket's draft with it.
    pub async fn enqueue_bulk(
        &self,
        bulk: Bulk,
        children: Vec<New>,
        now: Timestamp,
    ) -> Result<Vec<Row>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let stored = insert(&tx, &profile, &bulk, children, now)?;
                tx.commit()?;
                Ok(stored)
            })
            .await
    }

    /// All bulks that are kept, oldest first. One that cannot be read (of a newer version) is left where it is.
    pub async fn bulks(&self) -> Result<Vec<Bulk>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let mut query =
                    c.prepare_cached("SELECT json FROM bulks WHERE profile = ?1 ORDER BY at, id")?;
                readable(&mut query, &profile)
            })
            .await
    }
}

/// Puts a bulk and its children in their tables; what is there already stays as it is.
pub(super) fn insert(
    tx: &Transaction<'_>,
    profile: &str,
    bulk: &Bulk,
    children: impl IntoIterator<Item = New>,
    now: Timestamp,
) -> Result<Vec<Row>, StoreError> {
    tx.execute(
        "INSERT INTO bulks (id, profile, at, json) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO NOTHING",
        params![
            bulk.id.to_string(),
            profile,
            ms(bulk.at),
            serde_json::to_string(bulk)?
        ],
    )?;
    children
        .into_iter()
        .map(|one| rows::insert(tx, profile, one, now))
        .collect()
}

/// Forgets bulks that have no children any more.
pub(super) fn prune(c: &Connection, profile: &str) -> Result<(), StoreError> {
    c.execute(
        "DELETE FROM bulks WHERE profile = ?1
         AND NOT EXISTS (SELECT 1 FROM items WHERE items.profile = ?1 AND items.parent = bulks.id)",
        params![profile],
    )?;
    Ok(())
}
