//! What must happen outside after an update: plain data, carried out by the runtime.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::views::ViewChange;
use crate::domain::action::{Action, Seen};
use crate::domain::alarm::{Book, Ring};
use crate::domain::bulk::Bulk;
use crate::domain::declared::{Change, Declared, Part};
use crate::domain::draft::{Draft, DraftKey};
use crate::domain::entry::Attachment;
use crate::domain::ids::{ActionId, PersonId, TicketId};
use crate::domain::ticket::Ticket;
use crate::domain::timeline::Timeline;
use crate::domain::watch::Ruling;

/// How much attention the console gets; decides how often the desk is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attention {
    /// Somebody pressed a key in the last minute.
    InUse,
    /// The terminal has the focus, or does not say, and nobody presses a key.
    Idle,
    /// The terminal does not have the focus.
    Unfocused,
}

/// A text that becomes a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Name of the file.
    pub name: String,
    /// Of when it is.
    pub at: Timestamp,
    /// The text.
    pub text: String,
}

/// Something to be done. Answers come back as messages, named at each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Put an action on disk and deliver it. Answer: [`super::Msg::Stored`].
    Enqueue {
        /// The action; its id is the one to answer with.
        action: Box<Action>,
        /// Paths of the files, in the order of their positions in the action; their bytes are copied.
        files: Vec<String>,
        /// Not to be sent before this time; `None`: at once.
        hold_until: Option<Timestamp>,
    },
    /// Put a bulk action on disk with its children and deliver them. Answer: [`super::Msg::BulkStored`].
    EnqueueBulk {
        /// The bulk.
        bulk: Box<Bulk>,
        /// Its children.
        actions: Vec<Action>,
        /// None is to be sent before this time.
        hold_until: Option<Timestamp>,
        /// The declared incident that it answers, and the template by which later joiners are answered from then on: kept in
        /// the same write. Told by [`super::Msg::Declared`] besides.
        remember: Option<(ActionId, String)>,
    },
    /// Put a declared incident on disk, with the action that creates its parent or with what links its tickets. Answer:
    /// [`super::Msg::Declared`].
    Declare {
        /// The record.
        record: Box<Declared>,
        /// What creates the parent; none where a ticket is promoted.
        create: Option<Box<Action>>,
        /// None of it is to be sent before this time.
        hold_until: Option<Timestamp>,
    },
    /// Link later joiners of a declared incident, and answer them. Answer: [`super::Msg::Declared`].
    JoinDeclared {
        /// The record.
        record: ActionId,
        /// The bulk that links them.
        bulk: ActionId,
        /// The tickets.
        parts: Vec<Part>,
        /// What answers them, with its replies.
        answers: Option<Box<(Bulk, Vec<Action>)>>,
        /// None is to be sent before this time.
        hold_until: Option<Timestamp>,
    },
    /// Change a declared incident. Answer: [`super::Msg::Declared`].
    ChangeDeclared {
        /// The record.
        record: ActionId,
        /// What is changed.
        change: Change,
    },
    /// Drop every child of a bulk that is not sent. Answer: [`super::Msg::BulkStored`].
    DropBulk(ActionId),
    /// Try again to send the children of a bulk that failed. Answer: [`super::Msg::BulkStored`].
    RetryBulk(ActionId),
    /// Send those replies of a bulk again whose unseen messages the person has read. Answer: [`super::Msg::BulkStored`].
    SendRead {
        /// The bulk.
        bulk: ActionId,
        /// The replies, and what the person has seen of each ticket now.
        read: Vec<(ActionId, Seen)>,
    },
    /// Drop an action that is not sent, or that a person gave up. Answer: [`super::Msg::Stored`] with the row as it
    /// is then, which is not dropped when it was too late.
    Drop(ActionId),
    /// Try again to send a refused or parked action. Answer: [`super::Msg::Stored`].
    Retry(ActionId),
    /// Send in spite of the conflict. Answer: [`super::Msg::Stored`].
    Force(ActionId),
    /// Read one ticket whole: first from the cache, then from the desk. Answers: [`super::Msg::DetailLoaded`], one
    /// or two.
    LoadDetail(TicketId),
    /// Look for solved tickets like this one. Answers: [`super::Msg::AlikeFound`], first without what helped, then with it.
    FindAlike(Box<Ticket>),
    /// Look people up whose name, login or mail address contains the text. Answer: [`super::Msg::PeopleFound`].
    FindPeople(String),
    /// Look for words in everything that is kept on this machine. Answer: [`super::Msg::TextFound`].
    FindText(String),
    /// Read the newest tickets of a person. Answer: [`super::Msg::PersonTickets`].
    LoadPerson(PersonId),
    /// Look whether a file can be attached. `~` is the home directory. Answer: [`super::Msg::FileInspected`].
    InspectFile(String),
    /// Complete a path. Answer: [`super::Msg::PathCompleted`].
    CompletePath(String),
    /// Fetch an attachment and save it. Answer: [`super::Msg::AttachmentSaved`].
    SaveAttachment {
        /// The ticket it hangs on.
        ticket: TicketId,
        /// The attachment.
        attachment: Attachment,
    },
    /// Fetch an attachment to show its text. Answer: [`super::Msg::AttachmentText`].
    ReadAttachment(Attachment),
    /// Read the files of templates and cards. Answers: [`super::Msg::Templates`] and [`super::Msg::Cards`].
    ReadTemplates,
    /// Keep which systems are marked down.
    KeepDown(BTreeSet<String>),
    /// Change the saved panes in the configuration file. Answer: [`super::Msg::ViewChanged`].
    ChangeView(ViewChange),
    /// Let the person edit this text in their own editor. Answer: [`super::Msg::EditorReturned`].
    OpenEditor(String),
    /// Put a draft on disk.
    SaveDraft(Box<Draft>),
    /// Remove a draft from disk.
    DropDraft(DraftKey),
    /// Ask all sources now.
    RefreshNow,
    /// Put a text on the clipboard (OSC 52) and into a file. Answer: [`super::Msg::Copied`].
    Copy(String),
    /// Ask the desk more or less often.
    Attention(Attention),
    /// Note in the log that the personal numbers of a ticket are on the screen.
    Unmasked {
        /// The ticket.
        ticket: TicketId,
        /// Who is at the console, as far as the desk has told.
        by: Option<PersonId>,
    },
    /// Keep what an agent said about an incident, and tell the engine. Answer: [`super::Msg::Watch`].
    Rule(Box<Ruling>),
    /// Write the timeline of an incident into a file, with what the audit says of it. Answer:
    /// [`super::Msg::TimelineWritten`].
    WriteTimeline(Box<Timeline>),
    /// An alarm rings: run what the policy names for it, ring the bell, show a notification.
    Ring(Box<Ring>),
    /// Put on disk what was told of alarms, so that the next console goes on from there.
    KeepAlarms(Box<Book>),
    /// Write a hand-over into a file. Answer: [`super::Msg::HandedOver`].
    WriteHandover(Page),
    /// Set the title of the terminal.
    SetTitle(String),
    /// Paint the whole screen anew.
    Redraw,
    /// Give the terminal back to the shell until it continues us.
    Suspend,
    /// Send everything that is held or ready now, without waiting for the hold to end.
    Flush,
    /// Leave: everything before this effect in the list is carried out first.
    Quit,
}
