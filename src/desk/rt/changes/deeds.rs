//! What people did: transactions of the feed, and those of the last hours at a first read.

use serde_json::Value;

use super::cursor::Backfill;
use super::first::is_about;
use crate::desk::rt::RtDesk;
use crate::desk::rt::entries::{SYSTEM, is_nobody};
use crate::desk::rt::paging::PAGE;
use crate::desk::rt::query::{List, ago};
use crate::desk::rt::wire::{self, Reference};
use crate::domain::deed::{Deed, Did};
use crate::domain::ids::{EntryId, PersonId, TicketId};
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Changes, DEEDS_HOURS, DeedsKnown};

/// Fields of a transaction that say who did what, when, and where.
pub(super) const FIELDS: &str = "Type,Field,OldValue,NewValue,ObjectType,ObjectId,Creator,Created";

/// Messages and changes of status.
pub(super) const MESSAGES: &str = "(Type='Correspond' OR Type='Status')";

/// Everything else only tells who is at work, which is asked for a quarter of an hour; the rest is margin. Seconds.
const LATELY: i64 = 20 * 60;

impl RtDesk {
    /// The deed that a row of the feed is; `None` for what RT does by itself.
    pub(super) fn deed(&self, transaction: u64, row: &Value) -> Option<Deed> {
        if !is_about(row, "RT::Ticket") {
            return None;
        }
        let by = Reference::of(row.get("Creator"))?.id;
        if by == SYSTEM || is_nobody(&by) {
            return None;
        }
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        let is_solved = |key: &str| self.options.class(text(key)).is_solved();
        let did = match (text("Type"), text("Field")) {
            ("Correspond", _) => Did::Wrote,
            ("Status" | "Set", "Status") => match (is_solved("OldValue"), is_solved("NewValue")) {
                (false, true) => Did::Closed,
                (true, false) => Did::Reopened,
                _ => Did::Other,
            },
            _ => Did::Other,
        };
        Some(Deed {
            id: EntryId::new(transaction.to_string()),
            ticket: TicketId::new(row.get("ObjectId").and_then(wire::id)?.to_string()),
            by: PersonId::new(by),
            at: wire::time(row.get("Created")).known().copied()?,
            did,
        })
    }

    /// One page of what people did in the last hours. A desk that does not tell it leaves it unknown.
    pub(super) async fn deeds_page(
        &self,
        last: u64,
        changes: &mut Changes,
    ) -> Result<Option<Backfill>, Trouble> {
        let query = format!(
            "ObjectType='RT::Ticket' AND Type != 'EmailRecord' AND Type != 'CommentEmailRecord' AND \
             (({MESSAGES} AND Created > '{}') OR Created > '{}')",
            ago(i64::from(DEEDS_HOURS) * 3_600),
            ago(LATELY)
        );
        let ask = List::new("/transactions")
            .query(format!("{query} AND id > {last}"))
            .fields(FIELDS, &[])
            .per_page(PAGE);
        let page = match self.api.page(&ask).await {
            Err(t)
                if matches!(
                    t.kind,
                    TroubleKind::Validation | TroubleKind::Malformed | TroubleKind::Permission
                ) =>
            {
                tracing::warn!(trouble = %t, "what people did is not read; first answers stay unknown");
                return Ok(None);
            }
            page => page?,
        };
        let deeds = page.rows().filter_map(|(id, row)| self.deed(id, row));
        changes.deeds.extend(deeds);
        let next = self.next_key("/transactions", &query, &page, last).await?;
        if next.is_none() {
            changes.deeds_known = Some(DeedsKnown::Hours(DEEDS_HOURS));
        }
        Ok(next.map(|last| Backfill::Deeds { last }))
    }
}
