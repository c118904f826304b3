//! What requesters write on their tickets: transactions of the feed, with their texts in bulk.

use std::collections::BTreeMap;

use serde_json::Value;

use super::deeds::{FIELDS as DEED_FIELDS, MESSAGES};
use super::first::is_about;
use crate::desk::rt::RtDesk;
use crate::desk::rt::paging::PAGE;
use crate::desk::rt::query::{List, ago, any_id};
use crate::desk::rt::texts::Message;
use crate::desk::rt::wire::{self, Reference};
use crate::domain::Timestamp;
use crate::domain::ids::{EntryId, PersonId, TicketId};
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Changes, Replies, Reply};
use crate::domain::ticket::Ticket;

/// Fields of a transaction that say who wrote, when, and where.
const FIELDS: &str = "Type,ObjectType,ObjectId,Creator,Created";

/// A message that was written, still without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spoken {
    pub(super) ticket: u64,
    author: PersonId,
    at: Timestamp,
}

impl Spoken {
    /// The message that a row of the feed is; `None` for any other row.
    pub(super) fn of(row: &Value) -> Option<Self> {
        let is_reply = row.get("Type").and_then(Value::as_str) == Some("Correspond");
        if !is_reply || !is_about(row, "RT::Ticket") {
            return None;
        }
        Some(Self {
            ticket: row.get("ObjectId").and_then(wire::id)?,
            author: PersonId::new(Reference::of(row.get("Creator"))?.id),
            at: wire::time(row.get("Created")).known().copied()?,
        })
    }

    /// Whether one of the requesters wrote it.
    pub(super) fn is_of_requester(&self, ticket: &Ticket) -> bool {
        let requesters = ticket.requesters.known().into_iter().flatten();
        requesters.into_iter().any(|who| who.id == self.author)
    }

    /// With its text. One that could not be read says nothing.
    pub(super) fn with(self, message: Option<&Message>) -> Option<Reply> {
        Some(Reply {
            ticket: TicketId::new(self.ticket.to_string()),
            author: self.author,
            at: self.at,
            text: message?.text.clone()?,
        })
    }
}

impl RtDesk {
    /// What was written and closed on these tickets in the last `window` seconds: for changes that the feed did not show.
    pub(super) async fn replies_on(
        &self,
        tickets: &BTreeMap<u64, Ticket>,
        window: i64,
        changes: &mut Changes,
    ) -> Result<(), Trouble> {
        let ids: Vec<u64> = tickets.keys().copied().collect();
        let Some(any) = any_id("ObjectId", &ids) else {
            return Ok(());
        };
        let ask = List::new("/transactions")
            .query(format!(
                "{MESSAGES} AND ObjectType='RT::Ticket' AND Created > '{}' AND ({any})",
                ago(window)
            ))
            .fields(DEED_FIELDS, &[])
            .descending()
            .per_page(PAGE);
        let page = self.api.page(&ask).await?;
        let deeds = page.rows().filter_map(|(id, row)| self.deed(id, row));
        changes.deeds.extend(deeds);
        let spoken = page
            .rows()
            .filter_map(|(id, row)| Some((id, Spoken::of(row)?)));
        let by_requesters = spoken.filter(|(_, spoken)| {
            let ticket = tickets.get(&spoken.ticket);
            ticket.is_some_and(|ticket| spoken.is_of_requester(ticket))
        });
        let replies = self.with_texts(by_requesters.collect()).await?;
        changes.replies.extend(replies);
        Ok(())
    }

    /// One page of the replies of the last hours.
    pub(in crate::desk::rt) async fn replies_page(
        &self,
        hours: u32,
        after: Option<&EntryId>,
    ) -> Result<Replies, Trouble> {
        let strange = |_| Trouble::new(TroubleKind::Validation, "That is no entry number of RT.");
        let last: u64 = after.map_or(Ok(0), |id| id.as_str().parse().map_err(strange))?;
        let query = format!(
            "Type='Correspond' AND ObjectType='RT::Ticket' AND Created > '{}'",
            ago(i64::from(hours) * 3_600)
        );
        let ask = List::new("/transactions")
            .query(format!("{query} AND id > {last}"))
            .fields(FIELDS, &[])
            .per_page(PAGE);
        let page = self.api.page(&ask).await?;
        let spoken = page
            .rows()
            .filter_map(|(id, row)| Some((id, Spoken::of(row)?)));
        let replies = self.with_texts(spoken.collect()).await?;
        let next = self.next_key("/transactions", &query, &page, last).await?;
        Ok(Replies {
            replies,
            next: next.map(|id| EntryId::new(id.to_string())),
        })
    }

    async fn with_texts(&self, spoken: BTreeMap<u64, Spoken>) -> Result<Vec<Reply>, Trouble> {
        let ids: Vec<u64> = spoken.keys().copied().collect();
        let texts = self.bodies(&ids).await?;
        let said = spoken.into_iter();
        Ok(said
            .filter_map(|(id, spoken)| spoken.with(texts.get(&id)))
            .collect())
    }
}
