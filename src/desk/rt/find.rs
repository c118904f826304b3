//! Looking for an action whose answer was lost.
//!
//! First by our marker, then by author, exact text and time: RT stores the text first and the marker as a second
//! step, and a desk may lose the marker field. An entry that carries somebody else's marker is never ours.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::desk::rt::RtDesk;
use crate::desk::rt::api::Api;
use crate::desk::rt::entries::ticket_number;
use crate::desk::rt::plan::SUBJECT_BYTES;
use crate::desk::rt::query::{List, ago, custom_field, quoted};
use crate::desk::rt::wire::{self, Reference};
use crate::domain::Fact;
use crate::domain::Timestamp;
use crate::domain::action::{Action, NewTicket, Verb};
use crate::domain::claim::Claim;
use crate::domain::delivery::is_same_text;
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::ids::{EntryId, TicketId};
use crate::domain::outcome::{Found, Trouble, TroubleKind};
use crate::domain::plan::{Expect, Plan};
use crate::domain::ticket::Ticket;
use crate::text::sanitize;

/// How much earlier than we sent it the desk may say that it was written: rounding to seconds and clock drift.
const BEFORE: Duration = Duration::from_secs(90);
/// How much later it may have been written.
const AFTER: Duration = Duration::from_secs(15 * 60);

impl RtDesk {
    pub(super) async fn look_up(
        &self,
        action: &Action,
        plan: &Plan,
        sent_at: Timestamp,
    ) -> Result<Found, Trouble> {
        let window = Window::around(sent_at, self.skew());
        match &action.verb {
            Verb::Reply { text, .. } | Verb::Note { text, .. } => {
                self.find_entry(action, text, &window).await
            }
            Verb::Create { new } => self.find_created(action, new, &window).await,
            Verb::Merge { into } => {
                let id = ticket_of(action)?;
                let ticket = self.read_one(id).await?;
                let is_merged = ticket.id != TicketId::new(id.to_string());
                // The target may have been merged further on; then the ticket it went into is where both are.
                let is_there = is_merged
                    && (ticket.id == *into
                        || self.read_one(ticket_number(into)?).await?.id == ticket.id);
                Ok(if is_there {
                    Found::Yes {
                        entry: None,
                        ticket: Some(ticket.id),
                    }
                } else {
                    Found::No
                })
            }
            _ => {
                let ticket = self.read_one(ticket_of(action)?).await?;
                let holds = plan.expects.iter().all(|e| holds(e, &ticket));
                Ok(if holds {
                    Found::Yes {
                        entry: None,
                        ticket: Some(ticket.id),
                    }
                } else {
                    Found::No
                })
            }
        }
    }

    async fn find_entry(
        &self,
        action: &Action,
        text: &str,
        window: &Window,
    ) -> Result<Found, Trouble> {
        let marker = action.id.to_string();
        let field = &self.options.fields.marker_entry;
        if !field.is_empty() {
            let ask = List::new("/transactions")
                .query(format!("{}={}", custom_field(field)?, quoted(&marker)))
                .fields("Type", &[])
                .per_page(100);
            let page = self.api.page(&ask).await?;
            let ids: BTreeSet<u64> = page.rows().map(|(id, _)| id).collect();
            if let Some(found) = found(&ids) {
                return Ok(found);
            }
        }
        let Some(me) = self.me() else {
            return Err(Trouble::new(
                TroubleKind::Transient,
                "The desk has not said who we are yet, so its entries cannot be told apart.",
            ));
        };
        let is_note = matches!(action.verb, Verb::Note { .. });
        let mine = |e: &Entry| {
            let is_kind = match e.kind {
                EntryKind::Note => is_note,
                EntryKind::Reply => !is_note,
                _ => false,
            };
            is_kind
                && e.author.known().is_some_and(|a| a.id == me.id)
                && window.holds(e.at)
                && e.marker.as_ref().is_none_or(|m| *m == marker)
                && is_same_text(e, text)
        };
        let ids: BTreeSet<u64> = self
            .read_entries(ticket_of(action)?)
            .await?
            .iter()
            .filter(|e| mine(e))
            .filter_map(|e| e.id.as_str().parse().ok())
            .collect();
        Ok(found(&ids).unwrap_or(Found::No))
    }

    async fn find_created(
        &self,
        action: &Action,
        new: &NewTicket,
        window: &Window,
    ) -> Result<Found, Trouble> {
        let marker = action.id.to_string();
        let field = &self.options.fields.marker_create;
        if !field.is_empty() {
            let ask = List::new("/tickets")
                .query(format!("{}={}", custom_field(field)?, quoted(&marker)))
                .per_page(100);
            let page = self.api.page(&ask).await?;
            let ids: BTreeSet<u64> = page.rows().map(|(id, _)| id).collect();
            if let Some(found) = created(&ids) {
                return Ok(found);
            }
        }
        let Some(me) = self.me() else {
            return Err(Trouble::new(
                TroubleKind::Transient,
                "The desk has not said who we are yet, so its tickets cannot be told apart.",
            ));
        };
        let subject = cut_bytes(&sanitize::line(&new.subject), SUBJECT_BYTES);
        let ask = List::new("/tickets")
            .query(format!(
                "Creator={} AND Created > '{}'",
                quoted(me.id.as_str()),
                ago(Api::now().duration_since(window.from).as_secs() + 60)
            ))
            .fields("Subject,Creator,Created,CustomFields", &[])
            .descending()
            .per_page(100);
        let page = self.api.page(&ask).await?;
        let ids: BTreeSet<u64> = page
            .rows()
            .filter(|(_, row)| {
                let is_same = wire::line(row.get("Subject"), 500)
                    .is_some_and(|s| sanitize::block(&s) == sanitize::block(&subject));
                let is_mine =
                    Reference::of(row.get("Creator")).is_some_and(|r| r.id == me.id.as_str());
                let at = wire::time(row.get("Created"));
                is_same
                    && is_mine
                    && at.known().is_some_and(|at| window.holds(*at))
                    && has_no_other_marker(row, field, &marker)
            })
            .map(|(id, _)| id)
            .collect();
        Ok(created(&ids).unwrap_or(Found::No))
    }
}

fn ticket_of(action: &Action) -> Result<u64, Trouble> {
    match &action.ticket {
        Some(id) => ticket_number(id),
        None => Err(Trouble::new(
            TroubleKind::Validation,
            "This action has no ticket to look at.",
        )),
    }
}

fn found(ids: &BTreeSet<u64>) -> Option<Found> {
    let mut entries = ids.iter().map(|id| EntryId::new(id.to_string()));
    match ids.len() {
        0 => None,
        1 => Some(Found::Yes {
            entry: entries.next(),
            ticket: None,
        }),
        _ => Some(Found::Twice(entries.collect())),
    }
}

/// Found tickets. Twice is reported by the creating tickets' numbers.
fn created(ids: &BTreeSet<u64>) -> Option<Found> {
    match ids.len() {
        0 => None,
        1 => Some(Found::Yes {
            entry: None,
            ticket: ids.first().map(|id| TicketId::new(id.to_string())),
        }),
        _ => Some(Found::Twice(
            ids.iter().map(|id| EntryId::new(id.to_string())).collect(),
        )),
    }
}

fn has_no_other_marker(row: &Value, field: &str, marker: &str) -> bool {
    wire::custom_fields(row.get("CustomFields"))
        .iter()
        .flatten()
        .filter(|f| f.name == field)
        .flat_map(|f| &f.values)
        .all(|v| v == marker)
}

/// When the desk may have written what we sent, by the desk's clock.
#[derive(Debug, Clone, Copy)]
struct Window {
    from: Timestamp,
    to: Timestamp,
}

impl Window {
    /// `skew_ms`: desk clock minus ours.
    fn around(sent_at: Timestamp, skew_ms: i64) -> Self {
        let shifted = sent_at
            .checked_add(jiff::SignedDuration::from_millis(skew_ms))
            .unwrap_or(sent_at);
        Self {
            from: shifted.saturating_sub(BEFORE).unwrap_or(shifted),
            to: shifted.saturating_add(AFTER).unwrap_or(shifted),
        }
    }
    fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at <= self.to
    }
}

/// The longest part of at most `bytes` bytes that is whole characters.
fn cut_bytes(text: &str, bytes: usize) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if out.len() + c.len_utf8() > bytes {
            break;
        }
        out.push(c);
    }
    out
}

/// Whether a ticket is as a plan wants it.
fn holds(expect: &Expect, ticket: &Ticket) -> bool {
    match expect {
        Expect::Owner(owner) => ticket.owner.clone().map(|p| p.id) == *owner,
        Expect::Status(to) => ticket.status.name == *to,
        Expect::Priority(to) => ticket.priority == Fact::Known(*to),
        Expect::Queue(to) => ticket.queue.known() == Some(to),
        Expect::Group(to) => ticket.group == *to,
        Expect::HasTag(tag) => ticket.tags.known().is_some_and(|t| t.contains(tag)),
        Expect::LacksTag(tag) => {
            !ticket.tags.is_unknown() && !ticket.tags.known().is_some_and(|t| t.contains(tag))
        }
        Expect::HasLink(link) => ticket.links.known().is_some_and(|l| l.contains(link)),
        Expect::LacksLink(link) => {
            !ticket.links.is_unknown() && !ticket.links.known().is_some_and(|l| l.contains(link))
        }
        Expect::HasClaim(claim) => {
            let stands = |c: &Claim| c.console == claim.console && c.until == claim.until;
            ticket.claims.known().is_some_and(|c| c.iter().any(stands))
        }
        Expect::LacksClaim(claim) => {
            let none = |c: &Claim| c.console != claim.console;
            !ticket.claims.is_unknown() && ticket.claims.known().is_none_or(|c| c.iter().all(none))
        }
        // These three are looked up in other ways.
        Expect::HasEntry | Expect::MergedInto(_) | Expect::Created => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_window_goes_by_the_desks_clock() {
        let window = Window::around(at("2026-11-21T20:00:00Z"), -3_600_000);
        assert!(window.holds(at("2026-11-21T19:00:05Z")));
        assert!(!window.holds(at("2026-11-21T20:00:05Z")));
        assert!(!window.holds(at("2026-11-21T18:58:00Z")));
    }

    #[test]
    fn a_subject_is_cut_at_whole_characters() {
        assert_eq!(cut_bytes(&"æ".repeat(150), 200).chars().count(), 100);
        assert_eq!(cut_bytes("aæ", 2), "a");
    }
}
