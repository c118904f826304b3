//! What would be sent for an action: a pure value, shown by `--dry-run` and by confirmations.

use serde::{Deserialize, Serialize};

use super::action::Verb;
use super::claim::Claim;
use super::fact::Fact;
use super::ids::{GroupId, PersonId, TicketId};
use super::ticket::Link;

/// One request to the desk, as data. Bodies of files are filled in when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it does, in a few words.
    pub what: String,
    /// HTTP method.
    pub method: String,
    /// Path below the API's base, with its query.
    pub path: String,
    /// JSON body, if any.
    pub body: Option<serde_json::Value>,
    /// Whether the desk checks a version on this request (`If-Match`).
    pub guarded: bool,
}

/// What must be true on the desk afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// The owner; empty = nobody.
    Owner(Fact<PersonId>),
    /// The status word.
    Status(String),
    /// The priority.
    Priority(i64),
    /// The queue.
    Queue(String),
    /// The group on the desk; empty = none.
    Group(Fact<GroupId>),
    /// The tag is there.
    HasTag(String),
    /// The tag is not there.
    LacksTag(String),
    /// The link is there.
    HasLink(Link),
    /// The link is not there.
    LacksLink(Link),
    /// The claim stands on the ticket.
    HasClaim(Claim),
    /// No claim of the console of this one stands there.
    LacksClaim(Claim),
    /// An entry with this text by us is there, once.
    HasEntry,
    /// The ticket now answers under this id.
    MergedInto(TicketId),
    /// A ticket with our marker exists.
    Created,
}

/// How an action of ours can be found again on the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marker {
    /// The write carries our id in a field that the desk can search: found or not is certain.
    Searchable,
    /// By author, exact text and time window only.
    ByText,
    /// By reading the ticket's fields.
    ByState,
}

/// The plan of one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Requests, in order.
    pub steps: Vec<Step>,
    /// What must be true afterwards.
    pub expects: Vec<Expect>,
    /// How to look for it after an answer that was lost.
    pub marker: Marker,
    /// What would take it back, if anything can.
    pub inverse: Option<Verb>,
    /// Who outside the staff will notice, in words ("mail to the requester").
    pub notices: Vec<String>,
    /// What the person should know before it is sent (a file name that the desk will spoil …).
    pub warnings: Vec<String>,
}
