//! Drafts: text that was typed and not yet sent, so that a killed console loses none of it.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{Outbox, ms};
use crate::domain::action::{Action, Verb};
use crate::domain::ids::TicketId;
use crate::store::error::StoreError;

/// Text that was typed and not yet sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The ticket; for a new one an id of the caller's choice.
    pub ticket: TicketId,
    /// The verb's word: `reply`, `note`, `create`.
    pub what: String,
    /// The text.
    pub text: String,
    /// When it was typed.
    pub at: Timestamp,
}

impl Outbox {
    /// Stores a draft in the place of an older one for the same ticket and verb; an empty text drops it.
    pub async fn put_draft(&self, draft: Draft) -> Result<(), StoreError> {
        if draft.text.is_empty() {
            return self.drop_draft(draft.ticket, &draft.what).await;
        }
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                c.prepare_cached(
                    "INSERT INTO drafts (profile, ticket, what, text, at) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT DO UPDATE SET text = excluded.text, at = excluded.at",
                )?
                .execute(params![
                    profile,
                    draft.ticket.as_str(),
                    draft.what,
                    draft.text,
                    ms(draft.at)
                ])?;
                Ok(())
            })
            .await
    }

    /// The draft of a ticket and verb, if there is one.
    pub async fn get_draft(
        &self,
        ticket: TicketId,
        what: &str,
    ) -> Result<Option<Draft>, StoreError> {
        let (profile, what) = (Arc::clone(&self.profile), what.to_owned());
        self.db
            .call(move |c| {
                Ok(c.prepare_cached(
                    "SELECT ticket, what, text, at FROM drafts WHERE profile = ?1 AND ticket = ?2 AND what = ?3",
                )?
                .query_row(params![profile, ticket.as_str(), what], read)
                .optional()?)
            })
            .await
    }

    /// All drafts, newest first, for the notice at the start.
    pub async fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let mut query = c.prepare_cached(
                    "SELECT ticket, what, text, at FROM drafts WHERE profile = ?1 ORDER BY at DESC, ticket",
                )?;
                let drafts = query.query_map([profile], read)?;
                Ok(drafts.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// Forgets a draft.
    pub async fn drop_draft(&self, ticket: TicketId, what: &str) -> Result<(), StoreError> {
        let (profile, what) = (Arc::clone(&self.profile), what.to_owned());
        self.db
            .call(move |c| {
                c.prepare_cached(
                    "DELETE FROM drafts WHERE profile = ?1 AND ticket = ?2 AND what = ?3",
                )?
                .execute(params![profile, ticket.as_str(), what])?;
                Ok(())
            })
            .await
    }
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Draft> {
    Ok(Draft {
        ticket: TicketId::new(row.get::<_, String>(0)?),
        what: row.get(1)?,
        text: row.get(2)?,
        at: Timestamp::from_millisecond(row.get(3)?).unwrap_or_default(),
    })
}

/// A text that goes into the outbox leaves the drafts in the same transaction.
pub(super) fn drop_of_action(
    tx: &Transaction<'_>,
    profile: &str,
    action: &Action,
) -> Result<(), StoreError> {
    if let (Verb::Reply { .. } | Verb::Note { .. }, Some(ticket)) = (&action.verb, &action.ticket) {
        tx.prepare_cached("DELETE FROM drafts WHERE profile = ?1 AND ticket = ?2 AND what = ?3")?
            .execute(params![profile, ticket.as_str(), action.verb.word()])?;
    }
    Ok(())
}
