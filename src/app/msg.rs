//! What can happen: keys, answers, events of sources, time. Plain data, so that a session can be recorded and replayed.

use serde::{Deserialize, Serialize};

use crate::config::views::ViewChange;
use crate::domain::alike::AlikeTickets;
use crate::domain::bulk::Bulk;
use crate::domain::card::Card;
use crate::domain::declared::Declared;
use crate::domain::deed::Deeds;
use crate::domain::device::Device;
use crate::domain::draft::Draft;
use crate::domain::finding::Finding;
use crate::domain::ids::{ActionId, AttachmentId, PersonId, TicketId};
use crate::domain::outbox::Item;
use crate::domain::outcome::Trouble;
use crate::domain::person::Person;
use crate::domain::rollout::VersionLog;
use crate::domain::source::{Detail, Identity, SourceEvent, Vocab};
use crate::domain::template::Shelf;
use crate::domain::ticket::Ticket;
use crate::domain::watch::Watch;
use crate::input::Key;

use super::model::Viewport;

/// A signal from outside the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signal {
    /// Asked to end (SIGTERM).
    Terminate,
    /// The terminal went away (SIGHUP).
    Hangup,
    /// Somebody asks us to stop for a while (SIGTSTP from outside).
    Stop,
    /// The shell continues us after a suspension.
    Continued,
}

/// A file that can be attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its path, absolute.
    pub path: String,
    /// Its name, sanitised.
    pub name: String,
    /// Media type, guessed from the name.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
}

/// What the store knew at the start, before any source answered.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Startup {
    /// Tickets of the cache.
    pub tickets: Vec<Ticket>,
    /// Devices of the cache.
    pub devices: Vec<Device>,
    /// Findings of the cache.
    pub findings: Vec<(TicketId, Finding)>,
    /// Since when devices have their versions.
    #[serde(default)]
    pub versions: VersionLog,
    /// What people did, as the cache has it.
    #[serde(default)]
    pub deeds: Deeds,
    /// When the cache was last in step with the desk; `None`: never.
    pub as_of: Option<jiff::Timestamp>,
    /// Bulk actions of those rows.
    pub bulks: Vec<Bulk>,
    /// Declared incidents.
    pub declared: Vec<Declared>,
    /// Rows of the outbox that are not final or ended lately.
    pub outbox: Vec<Item>,
    /// Drafts.
    pub drafts: Vec<Draft>,
    /// Who the desk was, the last time.
    pub identity: Option<Box<Identity>>,
    /// The desk's words, the last time.
    pub vocab: Option<Box<Vocab>>,
}

/// A declared incident as it is on disk now, and what was stored with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredNews {
    /// The record.
    pub record: Declared,
    /// What links its tickets, if that was stored now.
    pub bulk: Option<Bulk>,
    /// What answers them, if that was stored now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Bulk>,
    /// The actions that were stored now.
    pub items: Vec<Item>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted, as it came.
    Paste(String),
    /// The terminal has another size, in cells.
    Resize {
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// The terminal got or lost the focus.
    Focus(bool),
    /// How the screen was laid out, when that changed; from the view, after a draw.
    Viewport(Viewport),
    /// A deadline of [`super::next_wake`] has come.
    Tick,
    /// A signal.
    Signal(Signal),
    /// The store is open.
    Startup(Box<Startup>),
    /// A source told something.
    Source(Box<SourceEvent>),
    /// The engine spoke about tickets.
    Findings(Vec<(TicketId, Finding)>),
    /// What is known of incidents and surges.
    Watch(Box<Watch>),
    /// Answer to [`super::Effect::Enqueue`], `Drop`, `Retry` and `Force`.
    Stored {
        /// The action.
        action: ActionId,
        /// The row as it is on disk now, or why nothing was stored.
        result: Result<Box<Item>, String>,
    },
    /// Answer to [`super::Effect::EnqueueBulk`], `DropBulk` and `RetryBulk`.
    BulkStored {
        /// The bulk.
        bulk: ActionId,
        /// Its children that were stored or changed, as they are on disk now; or why nothing was.
        result: Result<Vec<Item>, String>,
    },
    /// Answer to [`super::Effect::Declare`], `JoinDeclared` and `ChangeDeclared`; it comes unasked when the parent of a declared
    /// incident was made, or came to nothing.
    Declared {
        /// The record.
        record: ActionId,
        /// What is on disk now, nothing when nothing was left to do; or why nothing was stored.
        result: Result<Option<Box<DeclaredNews>>, String>,
    },
    /// Answer to [`super::Effect::LoadDetail`].
    DetailLoaded {
        /// The ticket that was asked for; the answer has another id after a merge.
        ticket: TicketId,
        /// What it is, or why not.
        result: Result<Box<Detail>, Trouble>,
    },
    /// Answer to [`super::Effect::FindAlike`].
    AlikeFound {
        /// The ticket that was asked for.
        ticket: TicketId,
        /// The solved tickets like it.
        found: Box<AlikeTickets>,
    },
    /// Answer to [`super::Effect::FindPeople`].
    PeopleFound {
        /// The text that was looked for.
        text: String,
        /// The people.
        result: Result<Vec<Person>, Trouble>,
    },
    /// Answer to [`super::Effect::FindText`].
    TextFound {
        /// The words that were looked for.
        text: String,
        /// Tickets, the last changed first; or why it could not be looked.
        result: Result<Vec<Ticket>, String>,
    },
    /// Answer to [`super::Effect::LoadPerson`].
    PersonTickets {
        /// The person.
        person: PersonId,
        /// Their tickets, newest first.
        result: Result<Vec<Ticket>, Trouble>,
    },
    /// Answer to [`super::Effect::InspectFile`].
    FileInspected {
        /// The path as asked.
        path: String,
        /// The file, or why it cannot be attached.
        result: Result<FileFacts, String>,
    },
    /// Answer to [`super::Effect::CompletePath`].
    PathCompleted {
        /// What was typed.
        typed: String,
        /// What it can become, at most a few.
        paths: Vec<String>,
    },
    /// Answer to [`super::Effect::SaveAttachment`].
    AttachmentSaved {
        /// The attachment.
        attachment: AttachmentId,
        /// Where it was saved, or why not.
        result: Result<String, String>,
    },
    /// Answer to [`super::Effect::ReadAttachment`].
    AttachmentText {
        /// Its name.
        name: String,
        /// Its text, safe, or why it cannot be shown.
        result: Result<String, String>,
    },
    /// Answer to [`super::Effect::ReadTemplates`]; at the start it comes unasked.
    Templates {
        /// What can be used.
        shelf: Box<Shelf>,
        /// What is wrong with files, one sentence each.
        problems: Vec<String>,
    },
    /// Answer to [`super::Effect::ReadTemplates`] too.
    Cards {
        /// Cards that can be shown.
        cards: Vec<Card>,
        /// What is wrong with files, one sentence each.
        problems: Vec<String>,
    },
    /// Answer to [`super::Effect::ChangeView`].
    ViewChanged {
        /// What was asked for.
        change: ViewChange,
        /// The file, or why it was not changed.
        result: Result<String, String>,
    },
    /// Answer to [`super::Effect::OpenEditor`].
    EditorReturned(Result<String, String>),
    /// Answer to [`super::Effect::Copy`]: the file in which the text is as well, or why it is in none.
    Copied(Result<String, String>),
    /// Answer to [`super::Effect::WriteTimeline`]: the file, or why there is none.
    TimelineWritten(Result<String, String>),
    /// Answer to [`super::Effect::WriteHandover`]: the file and of when it is, or why there is none.
    HandedOver(Result<(String, jiff::Timestamp), String>),
    /// A draft could not be put on disk.
    DraftFailed(String),
    /// A task of the runtime ended in a way that it should not; one sentence.
    Mishap(String),
}
