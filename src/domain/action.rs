//! What a person wants done to a ticket: data, with what they saw when they asked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::fact::Fact;
use super::ids::{ActionId, EntryId, GroupId, PersonId, TicketId};
use super::ticket::{Link, Ticket, Version};

/// A file to be sent with a reply or note. The bytes are copied into the outbox when the action is stored, so
/// that the file may vanish afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutgoingFile {
    /// The name as it will be sent (already safe; transliterated where the desk spoils others).
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// Place among the files of its action, from 0; with the action id it keys the bytes in the outbox.
    pub position: u32,
}

/// A ticket to be created for a caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTicket {
    /// Subject.
    pub subject: String,
    /// Text of the first message.
    pub text: String,
    /// Who asked: the desk's id or a mail address.
    pub requester: PersonId,
    /// Queue, by name.
    pub queue: String,
    /// Priority, if chosen.
    pub priority: Option<i64>,
    /// Owner, if chosen.
    pub owner: Option<PersonId>,
    /// Group, if chosen.
    pub group: Option<GroupId>,
    /// Device, if known.
    pub device: Option<String>,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum Verb {
    /// Make me the owner of a ticket that nobody owns.
    Take,
    /// Give up my ownership: nobody owns it then.
    Release,
    /// Make me the owner though somebody else is.
    Steal,
    /// Make somebody the owner.
    Assign {
        /// The new owner.
        to: PersonId,
    },
    /// Set the status, by the desk's word.
    Status {
        /// The new status.
        to: String,
    },
    /// Set the priority number.
    Priority {
        /// The new priority.
        to: i64,
    },
    /// Move to a queue, by name.
    Queue {
        /// The new queue.
        to: String,
    },
    /// Put into a problem group, for everybody; `None` gives it back to the engine.
    Group {
        /// The new group.
        to: Option<GroupId>,
    },
    /// Answer the requester.
    Reply {
        /// The text.
        text: String,
        /// Files.
        files: Vec<OutgoingFile>,
    },
    /// Write an internal note.
    Note {
        /// The text.
        text: String,
        /// Files.
        files: Vec<OutgoingFile>,
    },
    /// Add a tag.
    Tag {
        /// The tag.
        tag: String,
    },
    /// Remove a tag.
    Untag {
        /// The tag.
        tag: String,
    },
    /// Add a link.
    Link {
        /// The link.
        link: Link,
    },
    /// Remove a link.
    Unlink {
        /// The link.
        link: Link,
    },
    /// Merge this ticket into another.
    Merge {
        /// The ticket that stays.
        into: TicketId,
    },
    /// Tell colleagues that I look at it or write on it; locks nothing.
    Claim {
        /// The claim.
        claim: Claim,
    },
    /// Take that back.
    Unclaim {
        /// The claim.
        claim: Claim,
    },
    /// Create a ticket.
    Create {
        /// The ticket.
        new: NewTicket,
    },
}

impl Verb {
    /// The word used on the command line, in logs and on the screen.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Release => "release",
            Self::Steal => "steal",
            Self::Assign { .. } => "assign",
            Self::Status { .. } => "status",
            Self::Priority { .. } => "priority",
            Self::Queue { .. } => "queue",
            Self::Group { .. } => "group",
            Self::Reply { .. } => "reply",
            Self::Note { .. } => "note",
            Self::Tag { .. } => "tag",
            Self::Untag { .. } => "untag",
            Self::Link { .. } => "link",
            Self::Unlink { .. } => "unlink",
            Self::Merge { .. } => "merge",
            Self::Claim { .. } => "claim",
            Self::Unclaim { .. } => "unclaim",
            Self::Create { .. } => "create",
        }
    }
    /// Whether the same write can be sent again without doing harm: it sets a value.
    /// The others must never be sent twice (`delivery.md`).
    pub fn is_repeatable(&self) -> bool {
        !matches!(
            self,
            Self::Reply { .. } | Self::Note { .. } | Self::Create { .. } | Self::Merge { .. }
        )
    }
    /// Whether the requester will see it. `visible_statuses` are the statuses whose change mails the requester.
    pub fn is_visible_to_requester(&self, visible_statuses: &[String]) -> bool {
        match self {
            Self::Reply { .. } | Self::Merge { .. } | Self::Create { .. } => true,
            Self::Status { to } => visible_statuses.iter().any(|s| s == to),
            _ => false,
        }
    }
    /// Whether it is confirmed before it is stored: the requester will see it, and it is no new ticket.
    pub fn wants_confirmation(&self, visible_statuses: &[String]) -> bool {
        self.is_visible_to_requester(visible_statuses) && !matches!(self, Self::Create { .. })
    }
    /// The claim that it sets or takes back: a word for colleagues, nothing that is done to the ticket.
    pub fn claim(&self) -> Option<&Claim> {
        match self {
            Self::Claim { claim } | Self::Unclaim { claim } => Some(claim),
            _ => None,
        }
    }
    /// Files to be sent.
    pub fn files(&self) -> &[OutgoingFile] {
        match self {
            Self::Reply { files, .. } | Self::Note { files, .. } => files,
            _ => &[],
        }
    }
}

/// What the person saw of the ticket when they asked: the values that a write is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// Version of the record, if one was known.
    pub version: Option<Version>,
    /// Status word.
    pub status: Option<String>,
    /// Owner; empty = nobody.
    pub owner: Fact<PersonId>,
    /// Priority.
    pub priority: Fact<i64>,
    /// Queue.
    pub queue: Fact<String>,
    /// Group chosen on the desk.
    pub group: Fact<GroupId>,
    /// Newest entry of the conversation that was on the screen; `None` when the conversation was not open.
    pub last_entry: Option<EntryId>,
    /// How fresh that knowledge was, by the desk's clock: entries later than this were not seen. It counts where no
    /// version is known. `None`: nothing of the ticket was seen.
    pub at: Option<Timestamp>,
}

impl Seen {
    /// What a person sees who looks at `ticket`, read at `at`, with the conversation up to `last_entry`.
    pub fn of(ticket: &Ticket, last_entry: Option<EntryId>, at: Timestamp) -> Self {
        Self {
            version: ticket.version.clone(),
            status: Some(ticket.status.name.clone()),
            owner: ticket.owner.clone().map(|p| p.id),
            priority: ticket.priority,
            queue: ticket.queue.clone(),
            group: ticket.group.clone(),
            last_entry,
            at: Some(at),
        }
    }
}

/// One action on one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Our id and the marker sent to the desk.
    pub id: ActionId,
    /// The ticket; `None` only for a create.
    pub ticket: Option<TicketId>,
    /// What to do.
    pub verb: Verb,
    /// What the person saw.
    pub seen: Seen,
    /// When the key was pressed.
    pub at: Timestamp,
    /// The action that this one takes back, if any.
    pub undoes: Option<ActionId>,
    /// The bulk action it belongs to, if any.
    pub parent: Option<ActionId>,
    /// The person looked at a conflict and wants it sent all the same.
    pub force: bool,
}
