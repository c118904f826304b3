//! The change feed: a first full read, then RT's transactions by id.
//!
//! **First read.** The newest transaction is noted before the first page, so that nothing that happens meanwhile is
//! lost. Tickets with our custom fields are read beforehand if they are few. Then all tickets by key (`id > last`),
//! groups and tags if those were too many, the texts of their first messages in bulk, named devices if those were too
//! many, the devices, and what people did in the last hours. The feed is asked now and then in between.
//!
//! **Feed.** One request an idle poll: the newest transactions above a mark. Rows that we may not see are dropped by
//! RT *after* paging, so a page may be short or empty although there is more. Three things follow. The page is asked
//! newest first: what we may see is at its top. When the newest id lies more than a page above the mark, the part
//! between is read by key ([`delta`]). And once in ten minutes the tickets changed lately are asked for instead, a
//! list that RT filters before paging, so that even a change buried under a hundred hidden rows is found.
//!
//! **Order.** A transaction only names what to read: the ticket's present state is fetched, so order and repetition
//! do not matter.

mod bodies;
mod cursor;
mod deeds;
mod delta;
mod first;
mod replies;

use crate::desk::rt::RtDesk;
use crate::desk::rt::api::Api;
use crate::domain::outcome::Trouble;
use crate::domain::source::{Changes, Cursor};

use cursor::{Backfill, State};
pub(super) use first::Memory;

/// During a first read the feed is asked again after so many seconds.
const INTERLEAVE_SECONDS: i64 = 5;

impl RtDesk {
    /// The next part of the feed.
    pub(super) async fn next_changes(&self, cursor: &Cursor) -> Result<Changes, Trouble> {
        let now = Api::now().as_second();
        let mut changes = Changes::default();
        let mut state = match State::read(cursor) {
            Some(state) => state,
            None => self.begin(now, &mut changes).await?,
        };
        self.heard_of(state.newest());
        let wants_feed = match &state.backfill {
            None => true,
            // The Board is not there before the tickets are.
            Some(Backfill::Tickets { .. }) => false,
            Some(_) => now.saturating_sub(state.polled) >= INTERLEAVE_SECONDS,
        };
        if wants_feed {
            self.poll(&mut state, &mut changes, now).await?;
        } else {
            self.step(&mut state, &mut changes).await?;
        }
        changes.caught_up = state.backfill.is_none() && state.gap.is_none();
        changes.next = state.cursor();
        Ok(changes)
    }
}
