//! What the engine says about a ticket. Plain data; the words are in `reasons`.

use serde::{Deserialize, Serialize};

use super::ids::GroupId;

/// A span of the ticket's text that spoke for a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The words, as they stand in the ticket.
    pub text: String,
    /// The group that they speak for.
    #[serde(rename = "for")]
    pub group: GroupId,
    /// How much they weigh (log-linear; only comparable within one ticket).
    pub weight: f64,
}

/// Words that rule a group out ("VPN virker fint").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleared {
    /// The words.
    pub text: String,
    /// The group that they rule out.
    pub group: GroupId,
}

/// What the engine says about one ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The group; `other` when nothing speaks for any.
    pub group: GroupId,
    /// 0 to 1: of the tickets at 0.9, nine in ten should be right.
    pub confidence: f64,
    /// Other groups that a fair agent could choose.
    pub also: Vec<GroupId>,
    /// Lanes beside the group: `school`, `health`.
    pub lanes: Vec<GroupId>,
    /// Language of the text: `da`, `nb`, `nn`, `sv`, `en`.
    pub lang: Option<String>,
    /// Question how to do something (`true`) or something broken (`false`).
    pub howto: Option<bool>,
    /// How many people the text says are hit.
    pub people: Option<u32>,
    /// Words that spoke for groups, heaviest first.
    pub reasons: Vec<Reason>,
    /// Words that ruled groups out.
    pub cleared: Vec<Cleared>,
}
