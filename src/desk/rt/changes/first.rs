//! The first full read.

use std::collections::HashMap;
use std::sync::PoisonError;

use serde_json::Value;

use super::cursor::{Backfill, State};
use crate::desk::rt::RtDesk;
use crate::desk::rt::convert::{EXPANSIONS, FULL_FIELDS, LIST_FIELDS, links_of};
use crate::desk::rt::paging::PAGE;
use crate::desk::rt::query::{List, ago, custom_field};
use crate::desk::rt::wire;
use crate::domain::Fact;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Changes, DeedsKnown};
use crate::domain::ticket::{Link, Ticket};

/// With at most so many tickets that have our custom fields, those are read before the first page.
const FEW: u64 = 100;
/// So many tickets that have parts are read with their links, the newest ones.
const WHOLES: usize = 50;
/// Pages asked for in search of a visible transaction at the top.
const TOP_PAGES: u32 = 3;

/// Which of our custom fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fields {
    All,
    /// Group and tags.
    Words,
    Device,
}

/// What is kept in memory of a first read. Losing it costs requests, not data.
#[derive(Debug, Default)]
pub(in crate::desk::rt) struct Memory {
    /// Tickets with our custom fields, as far as they were read beforehand.
    with_fields: HashMap<u64, Ticket>,
    /// Whether it holds all with a group or tags, so that the others have none.
    has_all_words: bool,
    /// Whether it holds all that name a device.
    has_all_named: bool,
    /// Links of the tickets that have parts.
    links: HashMap<u64, Fact<Vec<Link>>>,
    /// Whether it was tried in this process.
    is_prepared: bool,
    /// Tickets that wait for their text, as last given out.
    pub(super) waiting: HashMap<u64, Ticket>,
}

impl RtDesk {
    /// Starts a first read.
    pub(super) async fn begin(&self, now: i64, changes: &mut Changes) -> Result<State, Trouble> {
        let top = self.newest_transaction().await?;
        changes.deeds_known = Some(DeedsKnown::Anew);
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
            None => return Ok(()),
            Some(Backfill::Tickets { last, done, total }) => {
                self.tickets_page(last, done, total, changes).await?
            }
            Some(Backfill::Bodies { last }) => self.bodies_page(last, changes).await?,
            Some(Backfill::Words { last }) => {
                let next = self.fields_page(Fields::Words, last, changes).await?;
                Some(
                    next.map_or(Backfill::Bodies { last: 0 }, |last| Backfill::Words {
                        last,
                    }),
                )
            }
            Some(Backfill::Named { last }) => {
                let next = self.fields_page(Fields::Device, last, changes).await?;
                next.map_or_else(
                    || self.devices_step(),
                    |last| Some(Backfill::Named { last }),
                )
            }
            Some(Backfill::Devices { last }) => self.devices_page(last, changes).await?,
            Some(Backfill::Deeds { last }) => self.deeds_page(last, changes).await?,
        };
        let is_last = matches!(state.backfill, Some(Backfill::Deeds { .. }));
        state.backfill = next.or((!is_last).then_some(Backfill::Deeds { last: 0 }));
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

    /// Tickets on which one of the fields is set, as a condition; none when the config names no such field.
    fn fields_query(&self, which: Fields) -> Option<String> {
        let names = &self.options.fields;
        let wanted: &[&String] = match which {
            Fields::All => &[&names.group, &names.tags, &names.claim, &names.device],
            Fields::Words => &[&names.group, &names.tags, &names.claim],
            Fields::Device => &[&names.device],
        };
        let parts: Vec<String> = wanted
            .iter()
            .filter(|n| !n.is_empty())
            .filter_map(|n| custom_field(n).ok())
            .map(|cf| format!("{cf} IS NOT NULL"))
            .collect();
        (!parts.is_empty()).then(|| format!("{} AND ({})", self.first_query(), parts.join(" OR ")))
    }

    /// Reads the tickets with custom fields beforehand if they are few: all, else at least those with groups and tags.
    async fn prepare(&self) -> Result<(), Trouble> {
        if self.memory().is_prepared {
            return Ok(());
        }
        let mut found = HashMap::new();
        let has_all = self.read_few(Fields::All, &mut found).await?;
        let has_words = has_all || self.read_few(Fields::Words, &mut found).await?;
        let links = self.read_wholes().await?;
        let mut memory = self.memory();
        memory.links = links;
        memory.with_fields = found;
        memory.has_all_words = has_words;
        memory.has_all_named = has_all;
        memory.is_prepared = true;
        Ok(())
    }

    /// Links of the tickets that have parts: they tell what stands for others, in one request. Links in every list would make
    /// a first read far dearer, and a part is named by its whole.
    async fn read_wholes(&self) -> Result<HashMap<u64, Fact<Vec<Link>>>, Trouble> {
        let ask = List::new("/tickets")
            .query(format!("{} AND HasMember IS NOT NULL", self.first_query()))
            .fields("_hyperlinks", &[])
            .descending()
            .per_page(WHOLES);
        let page = match self.api.page(&ask).await {
            // A desk that does not know the question is read without the answer.
            Err(t) if matches!(t.kind, TroubleKind::Validation | TroubleKind::Malformed) => {
                tracing::warn!(trouble = %t, "tickets that have parts are not read");
                return Ok(HashMap::new());
            }
            page => page?,
        };
        let rows = page.rows();
        Ok(rows.map(|(id, row)| (id, links_of(id, row))).collect())
    }

    /// Whether the tickets with such a field were few, and are in `found` now.
    async fn read_few(
        &self,
        which: Fields,
        found: &mut HashMap<u64, Ticket>,
    ) -> Result<bool, Trouble> {
        let Some(query) = self.fields_query(which) else {
            return Ok(true);
        };
        // One row, for the count.
        let count = List::new("/tickets").query(query.clone()).per_page(1);
        let total = self.api.page(&count).await?.total;
        if total.is_none_or(|t| t > FEW) {
            return Ok(false);
        }
        let mut next = Some(0);
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
        Ok(true)
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
        let version = self.at_least();
        let page = self.api.page(&ask).await?;
        let total = total.or_else(|| page.total.map(|t| t.saturating_add(done)));
        let mut read = done;
        {
            let mut memory = self.memory();
            for (id, row) in page.rows() {
                read += 1;
                let Some(mut ticket) = self.ticket(row, version.clone()) else {
                    continue;
                };
                match memory.with_fields.get(&id) {
                    Some(with) => {
                        ticket.tags = with.tags.clone();
                        ticket.group = with.group.clone();
                        ticket.device = with.device.clone();
                        ticket.claims = with.claims.clone();
                        ticket.custom = with.custom.clone();
                    }
                    None => self.without_fields(&mut ticket, &memory),
                }
                if let Some(links) = memory.links.get(&id) {
                    ticket.links = links.clone();
                }
                memory.waiting.insert(id, ticket.clone());
                changes.tickets.push(ticket);
            }
        }
        changes.progress = Some((read, total));
        let next = self.next_key("/tickets", &query, &page, last).await?;
        Ok(Some(match next {
            None if self.memory().has_all_words => Backfill::Bodies { last: 0 },
            None => Backfill::Words { last: 0 },
            Some(last) => Backfill::Tickets {
                last,
                done: read,
                total,
            },
        }))
    }

    /// No value of our custom fields: said only of fields that the desk is known to have.
    fn without_fields(&self, ticket: &mut Ticket, memory: &Memory) {
        let names = &self.options.fields;
        if memory.has_all_words && self.has_field(&names.tags) {
            ticket.tags = Fact::Empty;
        }
        if memory.has_all_words && self.has_field(&names.group) {
            ticket.group = Fact::Empty;
        }
        if memory.has_all_words && self.has_field(&names.claim) {
            ticket.claims = Fact::Empty;
        }
        if memory.has_all_named && self.has_field(&names.device) {
            ticket.device = Fact::Empty;
        }
    }

    pub(super) fn after_bodies(&self) -> Option<Backfill> {
        if self.memory().has_all_named || self.options.fields.device.is_empty() {
            self.devices_step()
        } else {
            Some(Backfill::Named { last: 0 })
        }
    }

    fn devices_step(&self) -> Option<Backfill> {
        self.options
            .assets
            .enabled
            .then_some(Backfill::Devices { last: 0 })
    }

    /// One page of tickets with custom fields; after which id it goes on.
    async fn fields_page(
        &self,
        which: Fields,
        last: u64,
        changes: &mut Changes,
    ) -> Result<Option<u64>, Trouble> {
        let Some(query) = self.fields_query(which) else {
            return Ok(None);
        };
        let ask = List::new("/tickets")
            .query(format!("{query} AND id > {last}"))
            .fields(FULL_FIELDS, &EXPANSIONS)
            .per_page(PAGE);
        let version = self.at_least();
        let page = self.api.page(&ask).await?;
        for (id, row) in page.rows() {
            if let Some(ticket) = self.ticket(row, version.clone()) {
                self.remember(id, &ticket);
                changes.tickets.push(ticket);
            }
        }
        self.next_key("/tickets", &query, &page, last).await
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
}

/// Whether a row is about the kind of record.
pub(super) fn is_about(row: &Value, class: &str) -> bool {
    row.get("ObjectType").and_then(Value::as_str) == Some(class)
}
