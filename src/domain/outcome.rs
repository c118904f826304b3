//! What came of an action, and what can go wrong with a desk.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::ids::{EntryId, TicketId};
use super::ticket::Ticket;

/// One field that differs between what the person saw and what the desk has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The field, in our word.
    pub field: String,
    /// What the person saw.
    pub seen: String,
    /// What the desk has.
    pub theirs: String,
    /// Who changed it, if the history says.
    pub by: Option<String>,
    /// When, if the history says.
    pub at: Option<Timestamp>,
    /// The entry that it is, where it is a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
}

/// What came of one attempt to carry out a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Read back: the desk has it, and by us.
    Done {
        /// The ticket as read back (of a create: the new one).
        ticket: Option<Box<Ticket>>,
        /// The entry that was written, if one was.
        entry: Option<EntryId>,
        /// What the desk did besides, in words.
        remarks: Vec<String>,
    },
    /// The desk already had that value, by somebody else or before.
    NoChange {
        /// The ticket as read.
        ticket: Option<Box<Ticket>>,
    },
    /// The desk said no; its own words, sanitised.
    Refused {
        /// Why.
        message: String,
    },
    /// Somebody changed what the person saw; nothing was sent (or it was overwritten since).
    Conflict {
        /// Which fields.
        differences: Vec<Difference>,
        /// Entries that the person had not seen, for a reply.
        unseen: Vec<Entry>,
    },
    /// No clear answer, and the write must not be sent again before somebody looked.
    Unknown {
        /// What happened.
        message: String,
    },
    /// Nothing was sent: try again later.
    Later(Trouble),
}

/// What kind of trouble a desk made. Decides about retry and about the words on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TroubleKind {
    /// Not an API at that address: redirect to a login page, HTML, wrong product, TLS or name failure.
    Config,
    /// The token or password is not accepted.
    Auth,
    /// Known, but not allowed.
    Permission,
    /// No such record, or hidden.
    NotFound,
    /// The record changed since it was read.
    Conflict,
    /// The desk does not accept the value.
    Validation,
    /// Asked to wait.
    RateLimited,
    /// Not reachable or broken for now; nothing was sent or the request was a read.
    Transient,
    /// A write went out and no clear answer came back.
    NoAnswer,
    /// The answer cannot be understood (cut, malformed, wrong types, too large).
    Malformed,
    /// The desk cannot do this at all.
    Unsupported,
}

/// Trouble with a desk: what happened and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct Trouble {
    /// What kind.
    pub kind: TroubleKind,
    /// What happened, one safe sentence, with what to do.
    pub message: String,
    /// How long the desk asked to wait.
    pub retry_after: Option<Duration>,
}

impl Trouble {
    /// Trouble of a kind, in words.
    pub fn new(kind: TroubleKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
        }
    }
    /// Whether trying again later can help without anybody doing anything.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind,
            TroubleKind::RateLimited | TroubleKind::Transient | TroubleKind::Malformed
        )
    }
    /// Whether the token or password is the trouble.
    pub fn is_auth(&self) -> bool {
        self.kind == TroubleKind::Auth
    }
    /// Whether somebody else changed the record.
    pub fn is_conflict(&self) -> bool {
        self.kind == TroubleKind::Conflict
    }
}

/// Whether an action whose answer was lost is on the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is, as this entry or ticket.
    Yes {
        /// The entry.
        entry: Option<EntryId>,
        /// The ticket (of a create).
        ticket: Option<TicketId>,
    },
    /// It is there more than once; reported, never hidden.
    Twice(Vec<EntryId>),
    /// It is not there.
    No,
}
