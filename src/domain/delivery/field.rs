//! The fields that actions set, with their values as text.

use crate::domain::action::{Seen, Verb};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::ticket::Ticket;

/// A field that holds one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The owner.
    Owner,
    /// The status.
    Status,
    /// The priority.
    Priority,
    /// The queue.
    Queue,
    /// The group chosen on the desk.
    Group,
}

impl Field {
    /// Our word for it, as in the changes of a history.
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Queue => "queue",
            Self::Group => "group",
        }
    }

    /// The field that a verb sets; `None` for texts, tags, links, merges and new tickets.
    pub fn of(verb: &Verb) -> Option<Self> {
        match verb {
            Verb::Take | Verb::Release | Verb::Steal | Verb::Assign { .. } => Some(Self::Owner),
            Verb::Status { .. } => Some(Self::Status),
            Verb::Priority { .. } => Some(Self::Priority),
            Verb::Queue { .. } => Some(Self::Queue),
            Verb::Group { .. } => Some(Self::Group),
            Verb::Reply { .. }
            | Verb::Note { .. }
            | Verb::Tag { .. }
            | Verb::Untag { .. }
            | Verb::Link { .. }
            | Verb::Unlink { .. }
            | Verb::Merge { .. }
            | Verb::Claim { .. }
            | Verb::Unclaim { .. }
            | Verb::Create { .. } => None,
        }
    }

    /// The value that a verb wants there; unknown when it sets no field.
    pub fn wanted(verb: &Verb, me: &PersonId) -> Fact<String> {
        match verb {
            Verb::Take | Verb::Steal => Fact::Known(me.to_string()),
            Verb::Release => Fact::Empty,
            Verb::Assign { to } => Fact::Known(to.to_string()),
            Verb::Status { to } | Verb::Queue { to } => Fact::Known(to.clone()),
            Verb::Priority { to } => Fact::Known(to.to_string()),
            Verb::Group { to } => to.as_ref().map(ToString::to_string).into(),
            _ => Fact::Unknown,
        }
    }

    /// The value that the person saw.
    pub fn seen(self, seen: &Seen) -> Fact<String> {
        match self {
            Self::Owner => seen.owner.as_ref().map(ToString::to_string),
            Self::Status => seen.status.clone().map_or(Fact::Unknown, Fact::Known),
            Self::Priority => seen.priority.map(|p| p.to_string()),
            Self::Queue => seen.queue.clone(),
            Self::Group => seen.group.as_ref().map(ToString::to_string),
        }
    }

    /// The value on the desk.
    pub fn on(self, ticket: &Ticket) -> Fact<String> {
        match self {
            Self::Owner => ticket.owner.as_ref().map(|p| p.id.to_string()),
            Self::Status => Fact::Known(ticket.status.name.clone()),
            Self::Priority => ticket.priority.map(|p| p.to_string()),
            Self::Queue => ticket.queue.clone(),
            Self::Group => ticket.group.as_ref().map(ToString::to_string),
        }
    }

    /// A value in words.
    pub fn show(value: &Fact<String>) -> String {
        match value {
            Fact::Known(value) => value.clone(),
            Fact::Empty => "none".to_owned(),
            Fact::Unknown => "unknown".to_owned(),
        }
    }
}
