//! The texts of first messages, in bulk: by the transactions that created the tickets.

use std::collections::{BTreeMap, HashMap};

use super::cursor::Backfill;
use crate::desk::rt::RtDesk;
use crate::desk::rt::convert::LIST_FIELDS;
use crate::desk::rt::paging::PAGE;
use crate::desk::rt::query::{List, ago, any_id};
use crate::desk::rt::texts::Message;
use crate::desk::rt::wire::{self, Page};
use crate::domain::Fact;
use crate::domain::outcome::Trouble;
use crate::domain::source::Changes;
use crate::domain::ticket::Ticket;

impl RtDesk {
    /// Adds the text of the first message to tickets.
    pub(super) async fn with_first_texts(
        &self,
        mut tickets: BTreeMap<u64, Ticket>,
    ) -> Result<Vec<Ticket>, Trouble> {
        let ids: Vec<u64> = tickets.keys().copied().collect();
        let creates = self.creates_of(&ids).await?;
        let transactions: Vec<u64> = creates.rows().map(|(id, _)| id).collect();
        let bodies = self.bodies(&transactions).await?;
        let mut done = Vec::with_capacity(tickets.len());
        for (transaction, row) in creates.rows() {
            let ticket = row.get("ObjectId").and_then(wire::id);
            if let Some(ticket) = ticket.and_then(|id| tickets.remove(&id)) {
                done.push(with_body(ticket, bodies.get(&transaction)));
            }
        }
        done.extend(tickets.into_values());
        Ok(done)
    }

    pub(super) async fn bodies_page(
        &self,
        last: u64,
        changes: &mut Changes,
    ) -> Result<Option<Backfill>, Trouble> {
        let tickets = match self.options.resolved_hours {
            0 => "TicketStatus='__Active__'".to_owned(),
            hours => format!(
                "(TicketStatus='__Active__' OR TicketResolved > '{}')",
                ago(i64::from(hours) * 3600)
            ),
        };
        let query = format!("Type='Create' AND ObjectType='RT::Ticket' AND {tickets}");
        let ask = List::new("/transactions")
            .query(format!("{query} AND id > {last}"))
            .fields("ObjectId", &[])
            .per_page(PAGE);
        let mut page = self.api.page(&ask).await?;
        if page.items.is_empty() {
            if let Some(last) = self.next_key("/transactions", &query, &page, last).await? {
                return Ok(Some(Backfill::Bodies { last }));
            }
            // What still waits was solved meanwhile, or lies under hidden rows.
            page = self.creates_of_waiting().await?;
            if page.items.is_empty() {
                return Ok(self.after_bodies());
            }
        }
        let by_transaction: BTreeMap<u64, u64> = page
            .rows()
            .filter_map(|(id, row)| Some((id, wire::id(row.get("ObjectId")?)?)))
            .collect();
        let transactions: Vec<u64> = by_transaction.keys().copied().collect();
        let bodies = self.bodies(&transactions).await?;
        let mut missing = Vec::new();
        {
            let mut memory = self.memory();
            for (transaction, ticket) in &by_transaction {
                let Some(waiting) = memory.waiting.remove(ticket) else {
                    missing.push((*ticket, *transaction));
                    continue;
                };
                changes
                    .tickets
                    .push(with_body(waiting, bodies.get(transaction)));
            }
        }
        // After a restart in the middle nothing waits in memory: those tickets are read again.
        if !missing.is_empty() {
            let ids: Vec<u64> = missing.iter().map(|(ticket, _)| *ticket).collect();
            let by_id: HashMap<u64, u64> = missing.into_iter().collect();
            for (id, ticket) in self.read_list(&ids, LIST_FIELDS).await? {
                let body = by_id.get(&id).and_then(|t| bodies.get(t));
                changes.tickets.push(with_body(ticket, body));
            }
        }
        let highest = transactions.last().copied().unwrap_or(last);
        Ok(Some(Backfill::Bodies {
            last: highest.max(last),
        }))
    }

    /// The creating transactions of tickets that still wait for their text.
    async fn creates_of_waiting(&self) -> Result<Page, Trouble> {
        loop {
            let mut ids: Vec<u64> = self.memory().waiting.keys().copied().collect();
            ids.sort_unstable();
            ids.truncate(PAGE);
            let page = self.creates_of(&ids).await?;
            if ids.is_empty() || !page.items.is_empty() {
                return Ok(page);
            }
            // They have no first message that we may see.
            self.memory().waiting.retain(|id, _| !ids.contains(id));
        }
    }

    /// The transactions that created tickets, of at most a page of them.
    pub(super) async fn creates_of(&self, tickets: &[u64]) -> Result<Page, Trouble> {
        let Some(any) = any_id("ObjectId", tickets) else {
            return Ok(Page::default());
        };
        let ask = List::new("/transactions")
            .query(format!(
                "Type='Create' AND ObjectType='RT::Ticket' AND ({any})"
            ))
            .fields("ObjectId", &[])
            .per_page(PAGE);
        self.api.page(&ask).await
    }
}

/// A ticket with the text of its first message. A message without one is empty; one that could not be read is not.
pub(super) fn with_body(mut ticket: Ticket, message: Option<&Message>) -> Ticket {
    ticket.body = match message {
        Some(m) if m.unread => Fact::Unknown,
        Some(Message {
            text: Some(text), ..
        }) if !text.is_empty() => Fact::Known(text.clone()),
        _ => Fact::Empty,
    };
    ticket
}
