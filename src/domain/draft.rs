//! Drafts: what somebody is writing and has not sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::TicketId;

/// What is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DraftKind {
    /// An answer to the requester.
    Reply,
    /// An internal note.
    Note,
    /// A new ticket.
    New,
}

impl DraftKind {
    /// The word in the store and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
            Self::New => "new ticket",
        }
    }
}

/// Which draft: one of each kind per ticket, one new ticket, and one reply and one note to marked tickets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DraftKey {
    /// The ticket; `None` for a new one, and for what goes to all marked tickets.
    pub ticket: Option<TicketId>,
    /// What is being written.
    pub kind: DraftKind,
}

/// A draft as it is kept on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Which.
    pub key: DraftKey,
    /// The text.
    pub text: String,
    /// Paths of files to attach, as typed.
    pub files: Vec<String>,
    /// Subject of a new ticket.
    pub subject: String,
    /// Requester of a new ticket: the desk's id or a mail address, as far as typed.
    pub requester: String,
    /// Queue of a new ticket; empty = not chosen.
    pub queue: String,
    /// Priority of a new ticket, as far as typed.
    pub priority: String,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Draft {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
            && [&self.text, &self.subject, &self.requester]
                .iter()
                .all(|s| s.trim().is_empty())
    }
}
