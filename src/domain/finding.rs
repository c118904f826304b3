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

/// A sign in the text that the ticket cannot wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urgency {
    /// What it is about: `care`, `exam`, `council`, `deadline`, `waiting`, `security`, `payroll`.
    pub sign: String,
    /// The words, as they stand in the ticket.
    pub text: String,
}

/// What a mail is that no person wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Automatic {
    /// An answer of somebody who is away.
    Absence,
    /// A mail that could not be delivered.
    Delivery,
    /// A report of monitoring, backup or a scheduled job.
    Monitoring,
    /// A newsletter.
    Newsletter,
    /// Another notice of a system: a receipt, a reminder, a survey.
    Notice,
}

/// The group that comes second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunnerUp {
    /// The group.
    pub group: GroupId,
    /// How sure it would be, 0 to 1.
    pub confidence: f64,
}

/// What the engine says about one ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The group; `other` when nothing speaks for any.
    pub group: GroupId,
    /// 0 to 1: of the tickets at 0.9, nine in ten should be right.
    pub confidence: f64,
    /// What it is else, if not this; absent where that has less than one in a hundred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<RunnerUp>,
    /// Other groups that a fair agent could choose.
    pub also: Vec<GroupId>,
    /// Lanes beside the group: `school`, `health`.
    pub lanes: Vec<GroupId>,
    /// Language of the text: `da`, `nb`, `nn`, `sv`, `en`.
    pub lang: Option<String>,
    /// Languages of its sentences, the commonest first, where the text mixes them; else empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub langs: Vec<String>,
    /// Question how to do something (`true`) or something broken (`false`).
    pub howto: Option<bool>,
    /// How many people the text says are hit.
    pub people: Option<u32>,
    /// Words that spoke for groups, heaviest first.
    pub reasons: Vec<Reason>,
    /// Words that ruled groups out.
    pub cleared: Vec<Cleared>,
    /// What it is when no person wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic: Option<Automatic>,
    /// Signs that it cannot wait.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urgency: Vec<Urgency>,
    /// What it is about in no language: sub-problems, products and error codes such as `vpn/drop`, `product:teams`, `code:809`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub concepts: Vec<String>,
}

impl Finding {
    /// A finding that says nothing but the group.
    pub fn of(group: GroupId, confidence: f64) -> Self {
        Self {
            group,
            confidence,
            runner_up: None,
            also: Vec::new(),
            lanes: Vec::new(),
            lang: None,
            langs: Vec::new(),
            howto: None,
            people: None,
            reasons: Vec::new(),
            cleared: Vec::new(),
            automatic: None,
            urgency: Vec::new(),
            concepts: Vec::new(),
        }
    }
}
