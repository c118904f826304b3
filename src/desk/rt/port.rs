//! The desk port, method by method.

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use crate::desk::port::{Answer, AttachmentBody, Desk, Files};
use crate::desk::rt::RtDesk;
use crate::desk::rt::convert::{EXPANSIONS, FULL_FIELDS, LIST_FIELDS};
use crate::desk::rt::entries::ticket_number;
use crate::desk::rt::paging::PAGE;
use crate::desk::rt::query::{List, ago, quoted};
use crate::desk::rt::wire;
use crate::domain::Timestamp;
use crate::domain::action::Action;
use crate::domain::entry::Entry;
use crate::domain::ids::{AttachmentId, EntryId, PersonId, TicketId};
use crate::domain::outcome::{Found, Trouble, TroubleKind};
use crate::domain::person::Person;
use crate::domain::plan::Plan;
use crate::domain::source::{Capabilities, Changes, Cursor, Identity, Past, Replies, Vocab};
use crate::domain::ticket::{Ticket, Version};
use crate::net::Request;

/// RT wraps its base64 into lines and is not always exact about the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[async_trait]
impl Desk for RtDesk {
    fn place(&self) -> String {
        self.api.client().base().to_owned()
    }

    fn capabilities(&self) -> Capabilities {
        self.known_capabilities()
    }

    async fn probe(&self) -> Result<Identity, Trouble> {
        self.probe_desk().await
    }

    async fn vocab(&self) -> Result<Vocab, Trouble> {
        self.read_vocab().await
    }

    async fn changes(&self, cursor: &Cursor) -> Result<Changes, Trouble> {
        self.next_changes(cursor).await
    }

    async fn active_ids(&self) -> Result<Vec<TicketId>, Trouble> {
        let query = "Status='__Active__'";
        let mut ids = Vec::new();
        let mut next = Some(0);
        while let Some(last) = next {
            let ask = List::new("/tickets")
                .query(format!("{query} AND id > {last}"))
                .per_page(100);
            let page = self.api.page(&ask).await?;
            ids.extend(page.rows().map(|(id, _)| TicketId::new(id.to_string())));
            next = self.next_key("/tickets", query, &page, last).await?;
        }
        Ok(ids)
    }

    async fn read(&self, id: &TicketId) -> Result<Ticket, Trouble> {
        self.read_one(ticket_number(id)?).await
    }

    async fn read_many(&self, ids: &[TicketId]) -> Result<Vec<Ticket>, Trouble> {
        let mut numbers = Vec::with_capacity(ids.len());
        for id in ids {
            numbers.push(ticket_number(id)?);
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(self
            .read_list(&numbers, FULL_FIELDS)
            .await?
            .into_values()
            .collect())
    }

    async fn entries(&self, id: &TicketId) -> Result<Vec<Entry>, Trouble> {
        self.read_entries(ticket_number(id)?).await
    }

    async fn entries_after(&self, id: &TicketId, version: &Version) -> Result<Vec<Entry>, Trouble> {
        self.read_entries_after(ticket_number(id)?, version).await
    }

    async fn tickets_of(&self, person: &PersonId, limit: usize) -> Result<Vec<Ticket>, Trouble> {
        let who = quoted(person.as_str());
        // A requester known by mail only has the address as login; a caller may know one and not the other.
        let query = if person.as_str().contains('@') {
            format!("(Requestor.Name={who} OR Requestor.EmailAddress={who})")
        } else {
            format!("Requestor.Name={who}")
        };
        let ask = List::new("/tickets")
            .query(query)
            .fields(LIST_FIELDS, &EXPANSIONS)
            .descending()
            .per_page(limit);
        let version = self.at_least();
        let page = self.api.page(&ask).await?;
        let mut tickets = Vec::new();
        for (id, row) in page.rows().take(limit) {
            if let Some(ticket) = self.ticket(row, version.clone()) {
                self.remember(id, &ticket);
                tickets.push(ticket);
            }
        }
        Ok(tickets)
    }

    async fn past(&self, days: u32, but: u32, after: Option<&TicketId>) -> Result<Past, Trouble> {
        let last = after.map_or(Ok(0), ticket_number)?;
        let from = ago(i64::from(days) * 86_400);
        let query = match but {
            0 => format!("Created > '{from}'"),
            hours => {
                let to = ago(i64::from(hours) * 3_600);
                format!("Created > '{from}' AND Created < '{to}'")
            }
        };
        let ask = List::new("/tickets")
            .query(format!("{query} AND id > {last}"))
            .fields("Subject,Created,Requestor,Status", &[])
            .per_page(PAGE);
        let page = self.api.page(&ask).await?;
        let arrivals = page.rows().filter_map(|(_, row)| self.arrival(row));
        Ok(Past {
            arrivals: arrivals.collect(),
            next: self
                .next_key("/tickets", &query, &page, last)
                .await?
                .map(|id| TicketId::new(id.to_string())),
        })
    }

    async fn replies(&self, hours: u32, after: Option<&EntryId>) -> Result<Replies, Trouble> {
        self.replies_page(hours, after).await
    }

    async fn people(&self, text: &str, limit: usize) -> Result<Vec<Person>, Trouble> {
        self.search_people(text, limit).await
    }

    async fn person(&self, id: &PersonId) -> Result<Person, Trouble> {
        self.read_person(id.as_str()).await
    }

    async fn attachment(&self, id: &AttachmentId, cap: u64) -> Result<AttachmentBody, Trouble> {
        let number: u64 = id.as_str().parse().map_err(|_| {
            Trouble::new(
                TroubleKind::NotFound,
                "That is no attachment number of Request Tracker.",
            )
        })?;
        let too_large = || {
            Trouble::new(
                TroubleKind::Validation,
                format!(
                    "The attachment is larger than {cap} bytes. Fetch it in RT, or raise the limit in the config."
                ),
            )
        };
        // Base64 with its line ends takes a little over 4/3; headers and the rest of the answer come on top.
        let wire_cap = cap
            .saturating_mul(7)
            .saturating_div(5)
            .saturating_add(256 * 1024);
        let request = Request::get(format!("/REST/2.0/attachment/{number}")).cap(wire_cap);
        let answer = match self.api.send(request).await {
            Ok(answer) => answer,
            Err(f) if f.trouble.kind == TroubleKind::Malformed => return Err(too_large()),
            Err(f) => return Err(f.trouble),
        };
        if let Some(trouble) = answer.trouble() {
            return Err(trouble);
        }
        let value: Value = answer.json()?;
        let text: String = match value.get("Content") {
            Some(Value::String(text)) => {
                text.chars().filter(|c| !c.is_ascii_whitespace()).collect()
            }
            _ => String::new(),
        };
        let bytes = BASE64.decode(text).map_err(|_| {
            Trouble::new(
                TroubleKind::Malformed,
                "The attachment's content cannot be read.",
            )
        })?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > cap {
            return Err(too_large());
        }
        Ok(AttachmentBody {
            name: wire::line(value.get("Filename"), 200)
                .unwrap_or_else(|| format!("attachment {number}")),
            media_type: wire::line(value.get("ContentType"), 100).unwrap_or_default(),
            bytes,
        })
    }

    fn plan(&self, action: &Action, current: Option<&Ticket>) -> Result<Plan, Trouble> {
        self.plan_for(action, current)
    }

    async fn write(
        &self,
        _action: &Action,
        plan: &Plan,
        version: Option<&Version>,
        files: &Files,
    ) -> Answer {
        self.send_plan(plan, version, files).await
    }

    async fn find(
        &self,
        action: &Action,
        plan: &Plan,
        sent_at: Timestamp,
    ) -> Result<Found, Trouble> {
        self.look_up(action, plan, sent_at).await
    }

    fn wait_asked(&self) -> Option<Duration> {
        self.api.client().wait_asked()
    }
}
