//! A ticket's conversation and history.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::ids::{AttachmentId, EntryId};
use super::person::PersonRef;

/// Who may read an entry. The screen says it by word, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// The requester sees it.
    Public,
    /// Staff only.
    Internal,
    /// The desk did not say; treat as internal when copying, and say "unknown".
    Unknown,
}

/// What kind of entry it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// The first message.
    Create,
    /// A message between requester and staff.
    Reply,
    /// A remark among staff.
    Note,
    /// A field went from one value to another.
    Change {
        /// The field, in our word where we have one (`owner`, `status`, `priority` …), else the desk's.
        field: String,
        /// Value before.
        from: String,
        /// Value after.
        to: String,
    },
    /// A message the desk itself sent, or anything else.
    System,
}

/// A file that hangs on an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The desk's id.
    pub id: AttachmentId,
    /// The name as the desk gave it, sanitised for the screen (not yet safe as a file name).
    pub name: String,
    /// Media type as stated; do not trust it.
    pub media_type: String,
    /// Size in bytes as stated.
    pub size: Fact<u64>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The desk's id; entries sort by it.
    pub id: EntryId,
    /// When.
    pub at: Timestamp,
    /// Who; empty = the desk itself (RT: `RT_System`), unknown = it does not say.
    pub author: Fact<PersonRef>,
    /// Who may read it.
    pub visibility: Visibility,
    /// What kind.
    pub kind: EntryKind,
    /// Safe multi-line text; empty for changes.
    pub text: String,
    /// Whether the text was cut at our limit.
    pub cut: bool,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Marker of the action that wrote it, where the desk keeps one.
    pub marker: Option<String>,
}

impl Entry {
    /// Whether the requester sees it and it is a message.
    pub fn is_public_message(&self) -> bool {
        self.visibility == Visibility::Public
            && matches!(self.kind, EntryKind::Create | EntryKind::Reply)
    }
}
