//! The desk port: everything that Vagt needs of a ticketing system.
//!
//! A connector maps the wire to [`crate::domain`] and makes every string safe on the way in. It owns no state
//! that matters: cursors are given back to the caller, who stores them. `plan` is pure; `write` sends one plan
//! once and says what came back, without believing it. Comparing before and reading back after are done above
//! the port, in `super::apply`, so that every connector delivers in the same way.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::Timestamp;
use crate::domain::action::Action;
use crate::domain::entry::Entry;
use crate::domain::ids::{AttachmentId, EntryId, PersonId, TicketId};
use crate::domain::outcome::{Found, Trouble};
use crate::domain::person::Person;
use crate::domain::plan::Plan;
use crate::domain::source::{Capabilities, Changes, Cursor, Identity, Past, Replies, Vocab};
use crate::domain::ticket::{Ticket, Version};

/// What came back of a write. It decides nothing by itself: read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The desk answered and did not say no; its remarks, sanitised.
    Accepted {
        /// Sentences of the desk.
        remarks: Vec<String>,
        /// The ticket that a create made, if the answer named it.
        created: Option<TicketId>,
    },
    /// The version was not current any more; nothing was written.
    Stale,
    /// The desk said no in a way that can be recognised (4xx); its words, sanitised.
    Refused(String),
    /// Nothing was sent or the desk surely did not take it: may be tried again.
    NotSent(Trouble),
    /// It went out and no clear answer came back.
    NoAnswer(String),
}

/// Bytes of an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentBody {
    /// The name as the desk gave it, one safe line; make it safe as a file name before saving.
    pub name: String,
    /// Media type as stated.
    pub media_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Bytes of the files of an action, in the order of their positions.
pub type Files = Vec<Vec<u8>>;

/// A ticketing system.
///
/// Every method answers or fails within the limits of its HTTP client; none waits for ever, none panics.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Where the desk is, without secrets, for messages.
    fn place(&self) -> String;

    /// What the desk can do as far as is known now: all [`crate::domain::source::Can::Unknown`] before [`Desk::probe`].
    fn capabilities(&self) -> Capabilities;

    /// Who answers, as whom, with what rights. Cheap enough for every start (a few requests).
    async fn probe(&self) -> Result<Identity, Trouble>;

    /// Statuses, queues, agents, tags.
    async fn vocab(&self) -> Result<Vocab, Trouble>;

    /// The next part of the change feed: with an empty cursor the first part of a full read. Tickets and devices
    /// come in one feed, so that an idle poll is one request. Loss-free: a change may come twice, never not at all.
    async fn changes(&self, cursor: &Cursor) -> Result<Changes, Trouble>;

    /// Ids of all active tickets that we may see, for the periodic reconciliation (deletes, rights).
    async fn active_ids(&self) -> Result<Vec<TicketId>, Trouble>;

    /// One ticket, fresh, with version and links. After a merge the answer has another id than asked.
    async fn read(&self, id: &TicketId) -> Result<Ticket, Trouble>;

    /// Several tickets, as lists give them (no links; at most a version that they are surely not older than).
    async fn read_many(&self, ids: &[TicketId]) -> Result<Vec<Ticket>, Trouble>;

    /// Conversation and history of one ticket, oldest first, texts included.
    async fn entries(&self, id: &TicketId) -> Result<Vec<Entry>, Trouble>;

    /// What happened on the ticket after `version`, oldest first, texts not needed: who changed which field. Values are
    /// spelled as tickets have them.
    async fn entries_after(&self, id: &TicketId, version: &Version) -> Result<Vec<Entry>, Trouble>;

    /// The newest tickets of a requester, at most `limit`.
    async fn tickets_of(&self, person: &PersonId, limit: usize) -> Result<Vec<Ticket>, Trouble>;

    /// Tickets that were created in the last so many `days`, those of the last `but` hours left out, in parts: the first with
    /// no `after`. A desk that cannot tell has none.
    async fn past(&self, days: u32, but: u32, after: Option<&TicketId>) -> Result<Past, Trouble> {
        let _ = (days, but, after);
        Ok(Past::default())
    }

    /// Replies of the last so many `hours`, with their texts, in parts: the first with no `after`. A desk that cannot
    /// tell has none.
    async fn replies(&self, hours: u32, after: Option<&EntryId>) -> Result<Replies, Trouble> {
        let _ = (hours, after);
        Ok(Replies::default())
    }

    /// People whose name, login or mail address contains `text`, at most `limit`.
    async fn people(&self, text: &str, limit: usize) -> Result<Vec<Person>, Trouble>;

    /// One person by id.
    async fn person(&self, id: &PersonId) -> Result<Person, Trouble>;

    /// Content of an attachment, refused when it is larger than `cap` bytes.
    async fn attachment(&self, id: &AttachmentId, cap: u64) -> Result<AttachmentBody, Trouble>;

    /// What would be sent, and what must be true afterwards. Pure. `current` is the ticket as last read (`None` for
    /// a create). Fails with [`crate::domain::outcome::TroubleKind::Unsupported`] or `Validation`, with the reason.
    fn plan(&self, action: &Action, current: Option<&Ticket>) -> Result<Plan, Trouble>;

    /// Sends a plan once. `version` guards the steps that can be guarded.
    async fn write(
        &self,
        action: &Action,
        plan: &Plan,
        version: Option<&Version>,
        files: &Files,
    ) -> Answer;

    /// Looks for an action whose answer was lost: by marker, else by author, exact text and a time window around `sent_at`.
    async fn find(
        &self,
        action: &Action,
        plan: &Plan,
        sent_at: Timestamp,
    ) -> Result<Found, Trouble>;

    /// How long the desk asked us to wait before the next request, if it did.
    fn wait_asked(&self) -> Option<Duration>;
}
