//! The feed after the first read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::bodies::with_body;
use super::cursor::{Gap, State};
use super::first::is_about;
use super::replies::Spoken;
use crate::desk::rt::RtDesk;
use crate::desk::rt::convert::{EXPANSIONS, FULL_FIELDS, LIST_FIELDS};
use crate::desk::rt::paging::PAGE;
use crate::desk::rt::query::{List, ago, any_id};
use crate::desk::rt::wire;
use crate::domain::ids::TicketId;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Changes, Gone};
use crate::domain::ticket::{StatusClass, Ticket};

/// Requests for a gap in one call; the caller comes back at once for the rest.
const GAP_REQUESTS: u32 = 5;
/// Beyond so many ids, a new full read is cheaper than the feed.
const GAP_MOST: u64 = 50_000;
/// A sweep every so many seconds.
const SWEEP_SECONDS: i64 = 600;
/// How much further back than the last one a sweep looks.
const SWEEP_MARGIN: i64 = 300;

/// Fields of a transaction in the feed.
const FEED_FIELDS: &str = "Type,Field,OldValue,NewValue,ObjectType,ObjectId,Creator,Created";

impl RtDesk {
    /// The query of the feed above an id.
    pub(super) fn feed_query(&self, above: u64) -> String {
        let kinds = if self.options.assets.enabled {
            "(ObjectType='RT::Ticket' OR ObjectType='RT::Asset')"
        } else {
            "ObjectType='RT::Ticket'"
        };
        format!(
            "id > {above} AND {kinds} AND Type != 'EmailRecord' AND Type != 'CommentEmailRecord'"
        )
    }

    /// One poll: one request when nothing happened.
    pub(super) async fn poll(
        &self,
        state: &mut State,
        changes: &mut Changes,
        now: i64,
    ) -> Result<(), Trouble> {
        if let Some(gap) = state.gap {
            return self.fill(state, gap, changes, now).await;
        }
        if now.saturating_sub(state.swept) >= SWEEP_SECONDS || state.swept > now {
            // After a pause this covers all of it: the newest rows of the feed may all be hidden from us.
            let window = now.saturating_sub(state.swept).max(SWEEP_SECONDS) + SWEEP_MARGIN;
            self.sweep(window, changes).await?;
            state.swept = now;
            return Ok(());
        }
        let ask = List::new("/transactions")
            .query(self.feed_query(state.settled))
            .fields(FEED_FIELDS, &[])
            .descending()
            .per_page(PAGE);
        let page = self.api.page(&ask).await?;
        state.polled = now;
        let rows: BTreeMap<u64, &Value> = page.rows().collect();
        let fresh: BTreeMap<u64, &Value> = rows
            .iter()
            .filter(|(id, _)| !state.is_seen(**id))
            .map(|(id, row)| (*id, *row))
            .collect();
        let (Some(lowest), Some(highest)) =
            (rows.keys().next().copied(), rows.keys().last().copied())
        else {
            state.note([], now);
            return Ok(());
        };
        self.heard_of(highest);
        // Up to here everything was read at the last poll, but for ids that come late.
        let known = state.newest();
        let news = highest.saturating_sub(known);
        if news > GAP_MOST {
            *state = self.begin(now, changes).await?;
            return Ok(());
        }
        self.handle(&fresh, changes).await?;
        let handled: Vec<u64> = fresh.keys().copied().collect();
        // A page holds a hundred rows before the hidden ones are dropped. Fewer ids than that cannot overflow it, and
        // a page that reaches down to what is known did not.
        if news > PAGE as u64 && lowest > known {
            state.gap = Some(Gap {
                from: known,
                to: lowest,
            });
        }
        state.note(handled, now);
        Ok(())
    }

    /// Reads the feed between two ids by key, oldest first.
    async fn fill(
        &self,
        state: &mut State,
        mut gap: Gap,
        changes: &mut Changes,
        now: i64,
    ) -> Result<(), Trouble> {
        for _ in 0..GAP_REQUESTS {
            let ask = List::new("/transactions")
                .query(format!("{} AND id < {}", self.feed_query(gap.from), gap.to))
                .fields(FEED_FIELDS, &[])
                .per_page(PAGE);
            let page = self.api.page(&ask).await?;
            let rows: BTreeMap<u64, &Value> = page.rows().collect();
            self.handle(&rows, changes).await?;
            let is_whole = page
                .total
                .is_some_and(|t| t <= u64::try_from(page.items.len()).unwrap_or(0));
            gap.from = match rows.keys().last() {
                // Everything up to the last row that we saw lies within the page.
                Some(last) => *last,
                // All rows of the page were hidden; a full page spans at least as many ids.
                None => gap.from.saturating_add(PAGE as u64),
            };
            if is_whole || gap.from.saturating_add(1) >= gap.to {
                state.gap = None;
                state.note([], now);
                return Ok(());
            }
        }
        state.gap = Some(gap);
        Ok(())
    }

    /// Tickets that changed in the last `window` seconds, whatever the feed said. Only those are given out whose time
    /// of change is news.
    async fn sweep(&self, window: i64, changes: &mut Changes) -> Result<(), Trouble> {
        let query = format!("LastUpdated > '{}'", ago(window));
        let mut next = Some(0);
        while let Some(last) = next {
            let ask = List::new("/tickets")
                .query(format!("{query} AND id > {last}"))
                .fields(FULL_FIELDS, &EXPANSIONS)
                .per_page(PAGE);
            let version = self.at_least();
            let page = self.api.page(&ask).await?;
            let mut news = BTreeMap::new();
            for (id, row) in page.rows() {
                if let Some(ticket) = self.ticket(row, version.clone())
                    && self.is_news(id, &ticket)
                {
                    self.remember(id, &ticket);
                    news.insert(id, ticket);
                }
            }
            self.replies_on(&news, window, changes).await?;
            changes.tickets.extend(self.with_first_texts(news).await?);
            next = self.next_key("/tickets", &query, &page, last).await?;
        }
        Ok(())
    }

    /// Fetches what transactions name.
    async fn handle(
        &self,
        rows: &BTreeMap<u64, &Value>,
        changes: &mut Changes,
    ) -> Result<(), Trouble> {
        let deeds = rows.iter().filter_map(|(id, row)| self.deed(*id, row));
        changes.deeds.extend(deeds);
        let touched = Touched::of(rows);
        if !touched.tickets.is_empty() {
            self.handle_tickets(&touched, changes).await?;
        }
        if !touched.devices.is_empty() {
            let ids: Vec<u64> = touched.devices.iter().copied().collect();
            self.devices_by_id(&ids, changes).await?;
        }
        Ok(())
    }

    async fn handle_tickets(
        &self,
        touched: &Touched,
        changes: &mut Changes,
    ) -> Result<(), Trouble> {
        let ids: Vec<u64> = touched.tickets.iter().copied().collect();
        let fields = if touched.wants_fields {
            FULL_FIELDS
        } else {
            LIST_FIELDS
        };
        // Links make a list far dearer: they are read where they changed.
        let (linked, plain): (Vec<u64>, Vec<u64>) =
            ids.iter().partition(|id| touched.linked.contains(id));
        let mut found = self.read_list(&plain, fields).await?;
        let with_links = format!("{fields},_hyperlinks");
        found.extend(self.read_list(&linked, &with_links).await?);
        let created: Vec<u64> = touched
            .creates
            .iter()
            .filter(|(ticket, _)| found.contains_key(ticket))
            .map(|(_, transaction)| *transaction)
            .collect();
        let mut replies = touched.replies.clone();
        replies.retain(|_, spoken| {
            let ticket = found.get(&spoken.ticket);
            ticket.is_some_and(|ticket| spoken.is_of_requester(ticket))
        });
        // One request for the texts of all that is new.
        let wanted: Vec<u64> = created.iter().chain(replies.keys()).copied().collect();
        if !wanted.is_empty() {
            let bodies = self.bodies(&wanted).await?;
            for (id, transaction) in &touched.creates {
                if let Some(ticket) = found.remove(id) {
                    found.insert(*id, with_body(ticket, bodies.get(transaction)));
                }
            }
            let said = replies.into_iter();
            changes
                .replies
                .extend(said.filter_map(|(id, spoken)| spoken.with(bodies.get(&id))));
        }
        for id in &ids {
            match found.remove(id) {
                Some(ticket) => changes.tickets.push(ticket),
                None => self.look_for(*id, touched, changes).await?,
            }
        }
        Ok(())
    }

    /// A ticket that the search does not show any more: merged, deleted or hidden.
    async fn look_for(
        &self,
        id: u64,
        touched: &Touched,
        changes: &mut Changes,
    ) -> Result<(), Trouble> {
        let ticket_id = TicketId::new(id.to_string());
        if let Some(into) = touched.merged.get(&id).filter(|into| **into != id) {
            let into = TicketId::new(into.to_string());
            changes.gone.push((ticket_id, Gone::Merged(into)));
            return Ok(());
        }
        if touched.deleted.contains(&id) {
            changes.gone.push((ticket_id, Gone::Deleted));
            return Ok(());
        }
        match self.read_one(id).await {
            Ok(ticket) if ticket.id != ticket_id => {
                changes.gone.push((ticket_id, Gone::Merged(ticket.id)));
            }
            Ok(ticket) if ticket.status.class == StatusClass::Deleted => {
                changes.gone.push((ticket_id, Gone::Deleted));
            }
            Ok(ticket) => changes.tickets.push(ticket),
            Err(t) if matches!(t.kind, TroubleKind::NotFound | TroubleKind::Permission) => {
                changes.gone.push((ticket_id, Gone::Hidden));
            }
            Err(t) => return Err(t),
        }
        Ok(())
    }

    /// Tickets by id, as lists give them.
    pub(in crate::desk::rt) async fn read_list(
        &self,
        ids: &[u64],
        fields: &str,
    ) -> Result<BTreeMap<u64, Ticket>, Trouble> {
        let mut found = BTreeMap::new();
        for batch in ids.chunks(PAGE) {
            let Some(any) = any_id("id", batch) else {
                continue;
            };
            let ask = List::new("/tickets")
                .query(any)
                .fields(fields, &EXPANSIONS)
                .per_page(PAGE);
            let version = self.at_least();
            let page = self.api.page(&ask).await?;
            for (id, row) in page.rows() {
                if let Some(ticket) = self.ticket(row, version.clone()) {
                    self.is_news(id, &ticket);
                    self.remember(id, &ticket);
                    found.insert(id, ticket);
                }
            }
        }
        Ok(found)
    }
}

/// What a batch of transactions is about.
#[derive(Debug, Default, PartialEq, Eq)]
struct Touched {
    tickets: BTreeSet<u64>,
    devices: BTreeSet<u64>,
    /// New tickets with the transaction that created them.
    creates: BTreeMap<u64, u64>,
    /// Messages by whomever, by transaction.
    replies: BTreeMap<u64, Spoken>,
    /// Merged tickets and where they went.
    merged: BTreeMap<u64, u64>,
    deleted: BTreeSet<u64>,
    /// Tickets whose links changed.
    linked: BTreeSet<u64>,
    /// Whether a custom field may have changed.
    wants_fields: bool,
}

impl Touched {
    fn of(rows: &BTreeMap<u64, &Value>) -> Self {
        let mut touched = Self::default();
        for (transaction, row) in rows {
            let Some(id) = row.get("ObjectId").and_then(wire::id) else {
                continue;
            };
            if is_about(row, "RT::Asset") {
                touched.devices.insert(id);
                continue;
            }
            if !is_about(row, "RT::Ticket") {
                continue;
            }
            touched.tickets.insert(id);
            if let Some(spoken) = Spoken::of(row) {
                touched.replies.insert(*transaction, spoken);
            }
            let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
            match (text("Type"), text("Field")) {
                ("Create", _) => {
                    touched.creates.insert(id, *transaction);
                    touched.wants_fields = true;
                }
                ("CustomField", _) => touched.wants_fields = true,
                ("AddLink", "MergedInto") => {
                    if let Some(into) = wire::trailing_id(text("NewValue"), "ticket") {
                        touched.merged.insert(id, into);
                    }
                }
                ("AddLink" | "DeleteLink", _) => {
                    touched.linked.insert(id);
                }
                ("Status" | "Set", "Status") => {
                    if text("NewValue") == "deleted" {
                        touched.deleted.insert(id);
                    } else {
                        touched.deleted.remove(&id);
                    }
                }
                _ => {}
            }
        }
        touched
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn transactions_name_what_to_read() {
        let rows = [
            json!({"ObjectType":"RT::Ticket","ObjectId":"7","Type":"Create","Field":""}),
            json!({"ObjectType":"RT::Ticket","ObjectId":107,"Type":"AddLink","Field":"MergedInto","NewValue":"fsck.com-rt://helpdesk.test/ticket/141"}),
            json!({"ObjectType":"RT::Ticket","ObjectId":"141","Type":"AddLink","Field":"MergedInto","NewValue":"fsck.com-rt://helpdesk.test/ticket/141"}),
            json!({"ObjectType":"RT::Ticket","ObjectId":"9","Type":"Status","Field":"Status","NewValue":"deleted"}),
            json!({"ObjectType":"RT::Ticket","ObjectId":"9","Type":"AddLink","Field":"MemberOf","NewValue":"fsck.com-rt://helpdesk.test/ticket/7"}),
            json!({"ObjectType":"RT::Asset","ObjectId":"3","Type":"CustomField","Field":"8"}),
            json!({"ObjectType":"RT::User","ObjectId":"66","Type":"Set"}),
            json!({"ObjectType":"RT::Ticket","ObjectId":"","Type":"Set"}),
            json!("nonsense"),
        ];
        let rows: BTreeMap<u64, &Value> = (50..).zip(rows.iter()).collect();
        let touched = Touched::of(&rows);
        assert_eq!(
            touched.tickets.into_iter().collect::<Vec<_>>(),
            [7, 9, 107, 141]
        );
        assert_eq!(touched.devices.into_iter().collect::<Vec<_>>(), [3]);
        assert_eq!(touched.creates.get(&7), Some(&50));
        assert_eq!(touched.merged.get(&107), Some(&141));
        assert_eq!(touched.linked.into_iter().collect::<Vec<_>>(), [9]);
        assert!(touched.deleted.contains(&9) && touched.wants_fields);
    }
}
