//! What sources tell the console: who they are, what they can do, what changed, and whether they are alive.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::deed::Deed;
use super::device::Device;
use super::entry::Entry;
use super::ids::{DeviceId, EntryId, GroupId, PersonId, TicketId};
use super::outbox::Item;
use super::outcome::Trouble;
use super::person::{Person, PersonRef};
use super::ticket::{LinkKind, StatusClass, Ticket};

/// Whether a desk can do a thing, and if not, why (the reason is shown, the thing is never silently absent).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Can {
    /// Yes.
    Yes,
    /// No, because.
    No(String),
    /// Not known before it is tried.
    Unknown,
}

impl Can {
    /// Why not, if not.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::No(why) => Some(why),
            Self::Yes | Self::Unknown => None,
        }
    }
}

/// What an answer of an earlier version says of what it did not know.
fn not_asked() -> Can {
    Can::Unknown
}

/// What a desk can do for this person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Any write at all.
    pub write: Can,
    /// Tags (RT: needs a custom field).
    pub tags: Can,
    /// A group kept on the desk (RT: needs a custom field).
    pub group: Can,
    /// Device on the ticket.
    pub device: Can,
    /// Merging.
    pub merge: Can,
    /// Devices with health facts.
    pub devices: Can,
    /// Exact answer to "was this reply sent?" (RT: transaction custom field).
    pub marker_entry: Can,
    /// Exact answer to "was this ticket created?" (RT: ticket custom field).
    pub marker_create: Can,
    /// Soft claims that colleagues see (RT: needs a custom field).
    #[serde(default = "not_asked")]
    pub claim: Can,
    /// Kinds of links that can be set.
    pub links: Vec<LinkKind>,
    /// Longest subject in bytes, if the desk cuts.
    pub subject_bytes: Option<usize>,
    /// Whether the desk spoils file names that are not ASCII.
    pub ascii_file_names: bool,
}

/// Who answers and as whom we are known there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Product ("Request Tracker").
    pub product: String,
    /// Version as stated.
    pub version: String,
    /// Who we are.
    pub me: PersonRef,
    /// Time zone in which the desk reads our dates, IANA name; `None` = its own, unknown.
    pub zone: Option<String>,
    /// Desk clock minus our clock, from its `Date` header.
    pub skew_ms: Option<i64>,
    /// What it can do.
    pub capabilities: Capabilities,
    /// What an administrator should mend, one sentence each.
    pub warnings: Vec<String>,
}

/// The desk's own words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Vocab {
    /// Statuses in the desk's order, with their class.
    pub statuses: Vec<(String, StatusClass)>,
    /// Queues that one may see.
    pub queues: Vec<String>,
    /// People who can own tickets.
    pub agents: Vec<Person>,
    /// Tags in use, most used first.
    pub tags: Vec<String>,
}

/// Where a source's feed was last read; opaque to everybody but its connector. Serialised as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// Why a ticket is no longer there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gone {
    /// Merged into this one.
    Merged(TicketId),
    /// Deleted.
    Deleted,
    /// Not visible to us any more.
    Hidden,
}

/// One answer of the change feed. Applying it twice is harmless.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Changes {
    /// New and changed tickets.
    pub tickets: Vec<Ticket>,
    /// Tickets that went away.
    pub gone: Vec<(TicketId, Gone)>,
    /// New and changed devices.
    pub devices: Vec<Device>,
    /// Devices that went away.
    pub devices_gone: Vec<DeviceId>,
    /// What requesters wrote on tickets that were there before. It is evidence for the engine, kept nowhere.
    pub replies: Vec<Reply>,
    /// What people did on tickets.
    #[serde(default)]
    pub deeds: Vec<Deed>,
    /// What is known of deeds from now on; `None`: as much as before.
    #[serde(default)]
    pub deeds_known: Option<DeedsKnown>,
    /// Where to go on. Store it only after the rest is stored.
    pub next: Cursor,
    /// Nothing more for now; `false`: ask again at once.
    pub caught_up: bool,
    /// During a first sync: how much of how much (`None` where the desk does not say).
    pub progress: Option<(u64, Option<u64>)>,
}

/// How far back a first read takes what people did, in hours: the window of first answers.
pub const DEEDS_HOURS: u32 = 24;

/// From when on all deeds are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeedsKnown {
    /// Not any more: a first read begins.
    Anew,
    /// All of so many hours before this answer, and from it on; a connector says so.
    Hours(u32),
    /// All since then; what keeps them says so.
    Since(Timestamp),
}

/// Whether a source is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pulse {
    /// Not heard yet since the start; the screen shows the cache.
    Starting,
    /// The first full read goes on.
    Loading,
    /// Answered at the last poll.
    Live,
    /// One poll late.
    Late,
    /// Two polls late or more: everything from it is STALE.
    Stale,
    /// Asked us to wait.
    Waiting,
    /// Does not accept us: a person must act.
    Refused,
}

impl Pulse {
    /// Whether what is shown of the source is what was: it does not answer, or does not accept us.
    pub fn is_silent(self) -> bool {
        matches!(self, Self::Stale | Self::Refused)
    }
}

/// State of one source, for the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Liveness {
    /// Alive or not.
    pub pulse: Pulse,
    /// Last good answer.
    pub last_ok: Option<Timestamp>,
    /// When the next request goes out, if waiting.
    pub next_try: Option<Timestamp>,
    /// What is wrong.
    pub trouble: Option<Trouble>,
    /// How much of a first read is done.
    pub progress: Option<(u64, Option<u64>)>,
    /// Time that the last answer took.
    pub took: Option<Duration>,
}

impl Default for Liveness {
    fn default() -> Self {
        Self {
            pulse: Pulse::Starting,
            last_ok: None,
            next_try: None,
            trouble: None,
            progress: None,
            took: None,
        }
    }
}

/// Which source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The ticketing desk.
    Desk,
    /// Device health.
    Fleet,
}

/// Everything about one ticket, for the Ticket screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// The ticket, freshly read, with version and links.
    pub ticket: Ticket,
    /// Conversation and history, oldest first.
    pub entries: Vec<Entry>,
    /// The requester, as the directory has them.
    pub requester: Option<Person>,
    /// Other tickets of the requester, newest first.
    pub others: Vec<Ticket>,
    /// Devices that the requester holds.
    pub devices: Vec<Device>,
    /// When it was read; `None`: from the cache of an earlier time.
    pub read_at: Option<Timestamp>,
}

/// A ticket of the weeks before, whatever became of it. How many usually come is learnt from these: the tickets that are
/// still open are the few that nobody has solved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The ticket.
    pub id: TicketId,
    /// When it was created.
    pub at: Timestamp,
    /// Its first requester, where the desk tells.
    pub requester: Option<PersonId>,
    /// Its subject.
    pub subject: String,
    /// Whether the desk called it solved when it told of it.
    pub is_solved: bool,
    /// The group that its subject alone speaks for, clearly enough; none where it does not, or before somebody read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
}

/// How far back the weeks before reach, in days: each hour of the week twice.
pub const PAST_DAYS: u32 = 14;

/// Hours before now that are left out of them: the feed has those.
pub const PAST_BUT: u32 = 24;

/// So many of them are read at most: more do not make the usual more certain.
pub const MOST_PAST: usize = 10_000;

/// A part of the [`Arrival`]s.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Past {
    /// Oldest first.
    pub arrivals: Vec<Arrival>,
    /// After which ticket the next part begins; `None` at the end.
    pub next: Option<TicketId>,
}

/// A message for all to see on a ticket, after its first one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The ticket.
    pub ticket: TicketId,
    /// Who wrote it.
    pub author: PersonId,
    /// When.
    pub at: Timestamp,
    /// Safe multi-line text.
    pub text: String,
}

/// How far back replies are read when a console starts, in hours: the engine looks back as far.
pub const REPLIES_HOURS: u32 = 24;

/// So many of them are read at most.
pub const MOST_REPLIES: usize = 2_000;

/// A part of the replies of the last hours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replies {
    /// Oldest first, by whomever.
    pub replies: Vec<Reply>,
    /// After which entry the next part begins; `None` at the end.
    pub next: Option<EntryId>,
}

/// What sync tells the console. The runtime makes messages of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceEvent {
    /// Tickets and devices changed.
    Changed(Changes),
    /// A source's liveness changed.
    Pulse(Source, Liveness),
    /// Who the desk is and what it can do.
    Identity(Box<Identity>),
    /// The desk's words.
    Vocab(Box<Vocab>),
    /// Tickets of the weeks before, all that the desk told.
    Past(Vec<Arrival>),
    /// Outbox rows changed.
    Outbox(Vec<Item>),
    /// The outbox is paused (401) or runs again.
    OutboxPaused(Option<String>),
}
