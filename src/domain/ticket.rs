//! A ticket as Vagt sees it: raw value beside the normalised one.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::fact::Fact;
use super::ids::{GroupId, TicketId};
use super::person::PersonRef;

/// What a status means, whatever the desk calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusClass {
    /// Nobody has begun.
    New,
    /// Somebody works on it.
    Open,
    /// Waits for the requester.
    WaitingRequester,
    /// Waits for somebody or something else (RT: stalled).
    WaitingOther,
    /// Solved, may be opened again.
    Resolved,
    /// Closed for good, or rejected.
    Closed,
    /// Merged into another ticket.
    Merged,
    /// Deleted.
    Deleted,
    /// A status that the configuration does not map.
    Unmapped,
}

impl StatusClass {
    /// Whether the ticket is over: solved, or closed for good.
    pub fn is_solved(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed)
    }
    /// Whether the ticket still wants work: it counts as open on the Board. An unmapped status counts
    /// as open, so that nothing disappears for want of configuration.
    pub fn is_active(self) -> bool {
        matches!(
            self,
            Self::New | Self::Open | Self::WaitingRequester | Self::WaitingOther | Self::Unmapped
        )
    }
    /// Whether it is no ticket of its own any more: deleted, or merged into another one.
    pub fn is_gone(self) -> bool {
        matches!(self, Self::Merged | Self::Deleted)
    }
}

/// A ticket's status: the desk's own word and its class.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Status {
    /// The desk's own word (`open`, `stalled` …).
    pub name: String,
    /// What it means.
    pub class: StatusClass,
}

/// How two tickets (or a ticket and a device or web page) belong together, seen from the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// Mentions the other one.
    RefersTo,
    /// Is mentioned by the other one.
    ReferredToBy,
    /// Cannot be solved before the other one.
    DependsOn,
    /// The other one cannot be solved before this.
    DependedOnBy,
    /// Is part of the other one.
    Parent,
    /// The other one is part of this.
    Child,
}

impl LinkKind {
    /// All kinds, in the order offered.
    pub const ALL: [Self; 6] = [
        Self::RefersTo,
        Self::ReferredToBy,
        Self::DependsOn,
        Self::DependedOnBy,
        Self::Parent,
        Self::Child,
    ];
    /// The word used on the command line and in `KIND:ID`.
    pub fn word(self) -> &'static str {
        match self {
            Self::RefersTo => "refers-to",
            Self::ReferredToBy => "referred-to-by",
            Self::DependsOn => "depends-on",
            Self::DependedOnBy => "depended-on-by",
            Self::Parent => "parent",
            Self::Child => "child",
        }
    }
    /// Reads the word; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// The other end of a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkTarget {
    /// Another ticket.
    Ticket(TicketId),
    /// A device, by the desk's id.
    Device(super::ids::DeviceId),
    /// Anything else, as the desk spells it (sanitised).
    Other(String),
}

impl fmt::Display for LinkTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket(id) => write!(f, "{id}"),
            Self::Device(id) => write!(f, "device:{id}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

/// One link of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Link {
    /// How they belong together.
    pub kind: LinkKind,
    /// The other end.
    pub target: LinkTarget,
}

/// The desk's version of a record: what we read, so that a write can say "only if still this".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub String);

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Canonical id: of the surviving ticket, after a merge.
    pub id: TicketId,
    /// Subject, one safe line.
    pub subject: String,
    /// Text of the first message, quoted parts included; unknown until it has been fetched.
    pub body: Fact<String>,
    /// Status.
    pub status: Status,
    /// Priority as the desk's number (RT: 0 to 100, higher is more urgent).
    pub priority: Fact<i64>,
    /// Queue, by name.
    pub queue: Fact<String>,
    /// Owner; empty = nobody.
    pub owner: Fact<PersonRef>,
    /// Who asked. A list answer that leaves them out is unknown.
    pub requesters: Fact<Vec<PersonRef>>,
    /// Tags, sorted.
    pub tags: Fact<Vec<String>>,
    /// Group that staff chose on the desk; empty = the engine decides.
    pub group: Fact<GroupId>,
    /// Device named on the ticket (id or name as written).
    pub device: Fact<String>,
    /// Links, sorted.
    pub links: Fact<Vec<Link>>,
    /// Who says that they look at it or write on it; claims that are over may be among them.
    #[serde(default)]
    pub claims: Fact<Vec<Claim>>,
    /// When it was created.
    pub created: Timestamp,
    /// When anything last changed.
    pub updated: Timestamp,
    /// When it is due.
    pub due: Fact<Timestamp>,
    /// When it was solved.
    pub resolved: Fact<Timestamp>,
    /// Other custom fields, by name.
    pub custom: BTreeMap<String, Vec<String>>,
    /// Version, where the answer carried one (single reads do, lists do not).
    pub version: Option<Version>,
}

/// What desks call the field of a ticket that says where its requester works, in small letters.
const SITES: [&str; 11] = [
    "site",
    "location",
    "workplace",
    "sted",
    "lokation",
    "lokasjon",
    "arbejdssted",
    "arbeidssted",
    "arbeidsstad",
    "arbetsplats",
    "plats",
];

impl Ticket {
    /// Where the requester works, if a field of the ticket says so.
    pub fn site(&self) -> Option<&str> {
        let mut fields = self.custom.iter();
        let (_, values) = fields.find(|(name, values)| {
            SITES.contains(&name.trim().to_lowercase().as_str()) && !values.is_empty()
        })?;
        let site = values.first()?.trim();
        (!site.is_empty()).then_some(site)
    }
    /// The first requester, if known.
    pub fn requester(&self) -> Option<&PersonRef> {
        self.requesters.known().and_then(|r| r.first())
    }
    /// Whether the ticket counts as open on the Board.
    pub fn is_active(&self) -> bool {
        self.status.class.is_active()
    }
    /// Takes what `newer` knows and keeps what it does not say (a list answer has no body, no links).
    pub fn absorb(&mut self, newer: Self) {
        let old = std::mem::replace(self, newer);
        macro_rules! keep {
            ($($field:ident),*) => { $( if self.$field.is_unknown() { self.$field = old.$field; } )* };
        }
        keep!(
            body, priority, queue, owner, requesters, tags, group, device, links, claims, due,
            resolved
        );
        if self.custom.is_empty() {
            self.custom = old.custom;
        }
        if self.version.is_none() && self.updated == old.updated {
            self.version = old.version;
        }
    }
}
