//! Who is told of an incident, when and how: the policy of an installation, and what was told already.
//!
//! Invariant: one open alarm a group. What rings is decided by policy, incident and time alone, so that two consoles that
//! see the same desk decide the same. Start at [`Policy::rule`] and [`Book::look`].

mod book;
mod policy;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{GroupId, IncidentId, TicketId};

pub use book::{Book, Escalating, Open, Said};
pub use policy::{Escalation, Hook, Hours, Policy, Protocol, Rule};

/// How sure it is that somebody should act, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// The engine suspects something.
    Banner,
    /// So many people that the engine would wake somebody.
    Page,
    /// An agent declared it.
    Declared,
}

impl Gate {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Banner, Self::Page, Self::Declared];
    /// The word in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Page => "page",
            Self::Declared => "declared",
        }
    }
}

/// One way to tell a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// The terminal's bell.
    Bell,
    /// The terminal's title.
    Title,
    /// A notification by the terminal (OSC 9, 777 or 99).
    Notify,
    /// The command of the policy.
    Hook,
}

impl Means {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Bell, Self::Title, Self::Notify, Self::Hook];
    /// The word in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bell => "bell",
            Self::Title => "title",
            Self::Notify => "notify",
            Self::Hook => "hook",
        }
    }
}

/// One thing that goes on, as the policy looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its group, or `all`.
    pub group: GroupId,
    /// The incident; none for a surge without one.
    pub incident: Option<IncidentId>,
    /// Distinct people.
    pub people: usize,
    /// Devices that fail without a ticket.
    pub silent: usize,
    /// Sites and towns of its people, as far as they are known.
    pub places: BTreeSet<String>,
    /// How sure it is.
    pub gate: Gate,
    /// When it began.
    pub since: Timestamp,
    /// Its tickets, the one that stands for all first, then the oldest.
    pub tickets: Vec<TicketId>,
}

/// Why an alarm rings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is new, or was not to be told before this hour.
    New,
    /// Twice as many people as when it rang last.
    Doubled,
    /// It reached another place.
    Spread(String),
    /// The time until which it was to be silent is over.
    SnoozeOver,
    /// Nobody acknowledged it in time.
    Unanswered,
    /// Somebody escalated it.
    Escalated,
}

impl Why {
    /// The word for scripts.
    pub fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Doubled => "doubled",
            Self::Spread(_) => "new-place",
            Self::SnoozeOver => "snooze-over",
            Self::Unanswered => "unanswered",
            Self::Escalated => "escalated",
        }
    }
    /// Whether it goes to whom the policy names for what nobody answers.
    pub fn is_escalation(&self) -> bool {
        matches!(self, Self::Unanswered | Self::Escalated)
    }
}

/// An alarm that rings now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// When.
    pub at: Timestamp,
    /// Its group, or `all`.
    pub group: GroupId,
    /// The incident, if it is one.
    pub incident: Option<IncidentId>,
    /// Why.
    pub why: Why,
    /// By which means; none where the policy only counts it.
    pub means: BTreeSet<Means>,
    /// How often this alarm rang, this time included.
    pub rung: u32,
    /// The how many-th page of this shift it is.
    pub page: usize,
    /// Distinct people.
    pub people: usize,
    /// Devices that fail without a ticket.
    pub silent: usize,
    /// Places.
    pub places: BTreeSet<String>,
    /// When it began.
    pub since: Timestamp,
    /// Its tickets, the one that stands for all first, then the oldest.
    pub tickets: Vec<TicketId>,
    /// What is the matter, in the language of the screen.
    pub sentence: String,
}
