//! Drafts: text that was typed and not yet sent, so that a killed console loses none of it.

use std::sync::Arc;

use rusqlite::{Transaction, params};

use super::{Outbox, ms, readable};
use crate::domain::action::{Action, Verb};
use crate::domain::draft::{Draft, DraftKey, DraftKind};
use crate::domain::ids::TicketId;
use crate::store::error::StoreError;

/// The two columns that name a draft; a new ticket has no number yet.
fn columns(key: &DraftKey) -> (String, &'static str) {
    let ticket = key
        .ticket
        .as_ref()
        .map_or(String::new(), ToString::to_string);
    (ticket, key.kind.word())
}

impl Outbox {
    /// Stores a draft in the place of an older one with the same key; an empty one is dropped.
    pub async fn put_draft(&self, draft: Draft) -> Result<(), StoreError> {
        if draft.is_empty() {
            return self.drop_draft(draft.key).await;
        }
        let profile = Arc::clone(&self.profile);
        let (ticket, what) = columns(&draft.key);
        let json = serde_json::to_string(&draft)?;
        let at = ms(draft.updated);
        self.db
            .call(move |c| {
                c.prepare_cached(
                    "INSERT INTO drafts (profile, ticket, what, json, at) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT DO UPDATE SET json = excluded.json, at = excluded.at",
                )?
                .execute(params![profile, ticket, what, json, at])?;
                Ok(())
            })
            .await
    }

    /// All drafts, newest first. A row that cannot be read (of a newer version) is left where it is.
    pub async fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let mut query = c.prepare_cached(
                    "SELECT json FROM drafts WHERE profile = ?1 ORDER BY at DESC, ticket",
                )?;
                readable(&mut query, &profile)
            })
            .await
    }

    /// Forgets a draft.
    pub async fn drop_draft(&self, key: DraftKey) -> Result<(), StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db.call(move |c| delete(c, &profile, &key)).await
    }
}

fn delete(c: &rusqlite::Connection, profile: &str, key: &DraftKey) -> Result<(), StoreError> {
    let (ticket, what) = columns(key);
    c.prepare_cached("DELETE FROM drafts WHERE profile = ?1 AND ticket = ?2 AND what = ?3")?
        .execute(params![profile, ticket, what])?;
    Ok(())
}

/// A text that goes into the outbox leaves the drafts in the same transaction.
pub(super) fn drop_of_action(
    tx: &Transaction<'_>,
    profile: &str,
    action: &Action,
) -> Result<(), StoreError> {
    let key = |kind: DraftKind, ticket: Option<&TicketId>| DraftKey {
        ticket: ticket.cloned(),
        kind,
    };
    let ticket = action.ticket.as_ref();
    match &action.verb {
        Verb::Reply { .. } => delete(tx, profile, &key(DraftKind::Reply, ticket)),
        Verb::Note { .. } => delete(tx, profile, &key(DraftKind::Note, ticket)),
        Verb::Create { .. } => delete(tx, profile, &key(DraftKind::New, None)),
        _ => Ok(()),
    }
}
