//! The first full read.

use std::collections::{BTreeMap, HashMap};
use std::sync::PoisonError;

use serde_json::Value;

use super::cursor::{Backfill, State};
use crate::desk::rt::RtDesk;
use crate::desk::rt::convert::{EXPANSIONS, FULL_FIELDS, LIST_FIELDS};
use crate::desk::rt::query::{List, ago, any_id, custom_field};
use crate::desk::rt::wire::{self, Page};
use crate::domain::Fact;
use crate::domain::outcome::Trouble;
use crate::domain::source::Changes;
use crate::domain::ticket::Ticket;

/// Rows of a page.
const PAGE: usize = 100;
/// With at most so many tickets that have our custom fields, those are read before the first page.
const FEW: u64 = 300;
/// Pages asked for in search of a visible transaction at the top.
const TOP_PAGES: u32 = 3;

/// What is kept in memory of a first read. Losing it costs requests, not data.
#[derive(Debug, Default)]
pub(in crate::desk::rt) struct Memory {
    /// Tickets with our custom fields, as far as they were read beforehand.
    with_fields: HashMap<u64, Ticket>,
    /// Whether `with_fields` holds all of them, so that the others have none.
    is_complete: bool,
    /// Whether it was tried in this process.
    is_prepared: bool,
    /// Tickets that wait for their text, as last given out.
    waiting: HashMap<u64, Ticket>,
}

impl RtDesk {
    /// Starts a first read.
    pub(super) async fn begin(&self, now: i64) -> Result<State, Trouble> {
        let top = self.newest_transaction().await?;
        *self.memory() = Memory::default();
        Ok(State::first(top, now))
    }

    pub(super) fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a ticket that waits for its text up to date: whatever path gave it out.
    pub(in crate::desk::rt) fn remember(&self, id: u64, ticket: &Ticket) {
        let mut memory = self.memory();
        if let Some(waiting) = memory.waiting.get_mut(&id) {
            waiting.absorb(ticket.clone());
        }
    }

    /// One step of the first read.
    pub(super) async fn step(
        &self,
        state: &mut State,
        changes: &mut Changes,
    ) -> Result<(), Trouble> {
        let next = match state.backfill.clone() {
            None => None,
            Some(Backfill::Tickets { last, done, total }) => {
                self.tickets_page(last, done, total, changes).await?
            }
            Some(Backfill::Bodies { last }) => self.bodies_page(last, changes).await?,
            Some(Backfill::Fields { last }) => self.fields_page(last, changes).await?,
            Some(Backfill::Devices { last }) => self.devices_page(last, changes).await?,
        };
        state.backfill = next;
        if state.backfill.is_none() {
            *self.memory() = Memory::default();
        }
        Ok(())
    }

    /// The newest transaction of a ticket or device that we may see; 0 on an empty desk.
    async fn newest_transaction(&self) -> Result<u64, Trouble> {
        for page in 1..=TOP_PAGES {
            let ask = List::new("/transactions")
                .query(self.feed_query(0))
                .fields("Type", &[])
                .descending()
                .per_page(PAGE)
                .page(page);
            let answer = self.api.page(&ask).await?;
            if let Some((id, _)) = answer.rows().max_by_key(|(id, _)| *id) {
                return Ok(id);
            }
        }
        // Everything at the top is hidden from us. The ticket changed last knows the newest that is not.
        let ask = List::new("/tickets")
            .query("id > 0")
            .fields("LastUpdated", &[])
            .per_page(PAGE);
        let page = self.api.page(&ask).await?;
        let newest = page
            .rows()
            .max_by_key(|(id, row)| (wire::time(row.get("LastUpdated")).known().copied(), *id))
            .map(|(id, _)| id);
        match newest {
            None => Ok(0),
            Some(id) => Ok(self
                .read_one(id)
                .await?
                .version
                .and_then(|v| v.0.parse().ok())
                .unwrap_or(0)),
        }
    }

    /// Which tickets a first read takes.
    fn first_query(&self) -> String {
        match self.options.resolved_hours {
            0 => "Status='__Active__'".to_owned(),
            hours => format!(
                "(Status='__Active__' OR Resolved > '{}')",
                ago(i64::from(hours) * 3600)
            ),
        }
    }

    /// Tickets on which one of our custom fields is set, as a condition; none when there is no such field.
    fn fields_query(&self) -> Option<String> {
        let names = &self.options.fields;
        let parts: Vec<String> = [&names.group, &names.tags, &names.device]
            .into_iter()
            .filter(|n| !n.is_empty())
            .filter_map(|n| custom_field(n).ok())
            .map(|cf| format!("{cf} IS NOT NULL"))
            .collect();
        (!parts.is_empty()).then(|| format!("({})", parts.join(" OR ")))
    }

    /// Reads the tickets with custom fields if they are few.
    async fn prepare(&self) -> Result<(), Trouble> {
        if self.memory().is_prepared {
            return Ok(());
        }
        let mut found = HashMap::new();
        let mut is_complete = false;
        if let Some(with) = self.fields_query() {
            let query = format!("{} AND {with}", self.first_query());
            // One row, for the count: only a few tickets are worth reading with their custom fields.
            let count = List::new("/tickets").query(query.clone()).per_page(1);
            let total = self.api.page(&count).await?.total;
            let mut next = total.is_some_and(|t| t <= FEW).then_some(0);
            is_complete = next.is_some();
            while let Some(last) = next {
                let ask = List::new("/tickets")
                    .query(format!("{query} AND id > {last}"))
                    .fields(FULL_FIELDS, &EXPANSIONS)
                    .per_page(PAGE);
                let page = self.api.page(&ask).await?;
                for (id, row) in page.rows() {
                    if let Some(ticket) = self.ticket(row, None) {
                        found.insert(id, ticket);
                    }
                }
                next = self.next_key("/tickets", &query, &page, last).await?;
            }
        }
        let mut memory = self.memory();
        memory.with_fields = found;
        memory.is_complete = is_complete;
        memory.is_prepared = true;
        Ok(())
    }

    async fn tickets_page(
        &self,
        last: u64,
        done: u64,
        total: Option<u64>,
        changes: &mut Changes,
    ) -> Result<Option<Backfill>, Trouble> {
        self.prepare().await?;
        let query = self.first_query();
        let ask = List::new("/tickets")
            .query(format!("{query} AND id > {last}"))
            .fields(LIST_FIELDS, &EXPANSIONS)
            .per_page(PAGE);
        let page = self.api.page(&ask).await?;
        let total = total.or_else(|| page.total.map(|t| t.saturating_add(done)));
        let mut read = done;
        {
            let mut memory = self.memory();
            for (id, row) in page.rows() {
                read += 1;
                let Some(mut ticket) = self.ticket(row, None) else {
                    continue;
                };
                match memory.with_fields.get(&id) {
                    Some(with) => {
                        ticket.tags = with.tags.clone();
                        ticket.group = with.group.clone();
                        ticket.device = with.device.clone();
                        ticket.custom = with.custom.clone();
                    }
                    None if memory.is_complete => self.without_fields(&mut ticket),
                    None => {}
                }
                memory.waiting.insert(id, ticket.clone());
                changes.tickets.push(ticket);
            }
        }
        changes.progress = Some((read, total));
        let next = self.next_key("/tickets", &query, &page, last).await?;
        Ok(Some(match next {
            None => Backfill::Bodies { last: 0 },
            Some(last) => Backfill::Tickets {
                last,
                done: read,
                total,
            },
        }))
    }

    /// No value of our custom fields: said only of fields that the desk is known to have.
    fn without_fields(&self, ticket: &mut Ticket) {
        let names = &self.options.fields;
        if self.has_field(&names.tags) {
            ticket.tags = Fact::Empty;
        }
        if self.has_field(&names.group) {
            ticket.group = Fact::Empty;
        }
        if self.has_field(&names.device) {
            ticket.device = Fact::Empty;
        }
    }

    async fn bodies_page(
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

    fn after_bodies(&self) -> Option<Backfill> {
        let memory = self.memory();
        if memory.is_complete || self.fields_query().is_none() {
            self.after_fields()
        } else {
            Some(Backfill::Fields { last: 0 })
        }
    }

    fn after_fields(&self) -> Option<Backfill> {
        self.options
            .assets
            .enabled
            .then_some(Backfill::Devices { last: 0 })
    }

    async fn fields_page(
        &self,
        last: u64,
        changes: &mut Changes,
    ) -> Result<Option<Backfill>, Trouble> {
        let Some(with) = self.fields_query() else {
            return Ok(self.after_fields());
        };
        let query = format!("{} AND {with}", self.first_query());
        let ask = List::new("/tickets")
            .query(format!("{query} AND id > {last}"))
            .fields(FULL_FIELDS, &EXPANSIONS)
            .per_page(PAGE);
        let page = self.api.page(&ask).await?;
        for (id, row) in page.rows() {
            if let Some(ticket) = self.ticket(row, None) {
                self.remember(id, &ticket);
                changes.tickets.push(ticket);
            }
        }
        let next = self.next_key("/tickets", &query, &page, last).await?;
        Ok(match next {
            None => self.after_fields(),
            Some(last) => Some(Backfill::Fields { last }),
        })
    }

    async fn devices_page(
        &self,
        last: u64,
        changes: &mut Changes,
    ) -> Result<Option<Backfill>, Trouble> {
        let page = self.devices_after(last, changes).await?;
        let next = self
            .next_key("/assets", &self.devices_query(), &page, last)
            .await?;
        Ok(next.map(|last| Backfill::Devices { last }))
    }

    /// After which id a list that is read by key goes on; `None` at its end.
    ///
    /// Where RT counts, the count tells. Where it does not, rows may be hidden from us, so that a short or empty
    /// page is no end: only a look at the list's highest id is one.
    pub(in crate::desk::rt) async fn next_key(
        &self,
        path: &str,
        query: &str,
        page: &Page,
        last: u64,
    ) -> Result<Option<u64>, Trouble> {
        let highest = page.rows().map(|(id, _)| id).max();
        if let Some(total) = page.total {
            let is_whole = total <= u64::try_from(page.items.len()).unwrap_or(u64::MAX);
            return Ok(highest.filter(|_| !is_whole));
        }
        if highest.is_some() {
            return Ok(highest);
        }
        let ask = List::new(path)
            .query(format!("{query} AND id > {last}"))
            .descending()
            .per_page(PAGE);
        let top = self.api.page(&ask).await?;
        let more = top.rows().any(|(id, _)| id > last);
        // The page held a hundred hidden rows, and those take at least a hundred ids.
        Ok(more.then(|| last.saturating_add(PAGE as u64)))
    }
}

fn with_body(mut ticket: Ticket, message: Option<&crate::desk::rt::texts::Message>) -> Ticket {
    ticket.body = match message.and_then(|m| m.text.clone()) {
        Some(text) if !text.is_empty() => Fact::Known(text),
        // RT was asked for the text and has none.
        _ => Fact::Empty,
    };
    ticket
}

/// Whether a row is about the kind of record.
pub(super) fn is_about(row: &Value, class: &str) -> bool {
    row.get("ObjectType").and_then(Value::as_str) == Some(class)
}
