//! What lies over a screen.

use crate::app::compose::Compose;
use crate::app::line::Line;
use crate::domain::action::Verb;
use crate::domain::ids::{ActionId, GroupId, IncidentId, TicketId};
use crate::domain::query::QueryError;
use crate::domain::template::Variable;
use crate::input::Context;

use super::bulk::{Preview, Unseen};
use super::declared::DeclareForm;
use super::pick::{Pick, Target};

/// What a line of text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptFor {
    /// A query that narrows the Board.
    BoardFilter,
    /// The name of a pane that is saved.
    ViewName,
    /// The columns of a pane that is saved.
    ViewColumns,
    /// A query whose tickets are marked.
    Marks,
    /// A query that narrows the devices.
    DeviceFilter,
    /// A path of a file to attach to what is being written.
    FilePath,
    /// What stands in the place of a variable that is not known.
    Value(Variable),
}

/// A line of text that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What for.
    pub what: PromptFor,
    /// What is typed.
    pub input: Line,
    /// What is wrong with it, and at which column if that is known.
    pub error: Option<QueryError>,
    /// What else to say: completions, results.
    pub hint: String,
    /// What was taken with Enter and is being looked at.
    pub asked: Option<String>,
}

/// A question before something is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// The question; names the ticket and the number of people.
    pub question: String,
    /// What else the person should know.
    pub lines: Vec<String>,
    /// What is done on yes.
    pub then: Then,
}

/// An action on a ticket that waits for a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The ticket and what was seen of it.
    pub target: Target,
    /// What to do.
    pub verb: Verb,
    /// The action that this one takes back.
    pub undoes: Option<ActionId>,
}

/// What is done on yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// An action on a ticket.
    Act(Box<Act>),
    /// What is being written is sent.
    SendComposed,
    /// An action is sent though somebody changed the ticket.
    Force(ActionId),
    /// What is being written is thrown away.
    DiscardComposed,
    /// The saved pane of this name is taken away.
    RemoveView(String),
    /// Somebody else is called about the alarm of this group, and of this incident of it.
    Escalate(GroupId, Option<IncidentId>),
}

/// Something over a screen.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The keys of a context.
    Help {
        /// The context that it is about.
        context: Context,
        /// What is typed: only keys that have all of its words are shown.
        input: Line,
        /// First visible line.
        top: usize,
    },
    /// A list to choose from: palette, people, statuses, attachments, notices …
    Pick(Box<Pick>),
    /// A line of text.
    Prompt(Box<Prompt>),
    /// A question.
    Confirm(Box<Confirm>),
    /// A reply, a note or a new ticket that is being written.
    Compose(Box<Compose>),
    /// What to do with what is written; lies over [`Overlay::Compose`].
    ComposeMenu,
    /// Why a ticket is in its group.
    Why {
        /// The ticket.
        ticket: TicketId,
        /// First visible line.
        top: usize,
    },
    /// What to do about a ticket: the action cards that fit it.
    Card {
        /// The ticket.
        ticket: TicketId,
        /// First visible line.
        top: usize,
    },
    /// A text to read.
    Text {
        /// What it is.
        title: String,
        /// Safe text of several lines.
        text: String,
        /// First visible line.
        top: usize,
    },
    /// A row of the outbox whole; in a conflict with both versions.
    Item {
        /// The action.
        action: ActionId,
        /// First visible line.
        top: usize,
    },
    /// What declaring an incident would do, before it is done.
    Declare(Box<DeclareForm>),
    /// What a bulk action would do, before it is done.
    Preview(Box<Preview>),
    /// What requesters wrote before a reply of a bulk action reached them, and whether it is sent all the same.
    Unseen(Box<Unseen>),
    /// How far a bulk action is.
    Bulk {
        /// The bulk.
        bulk: ActionId,
        /// First visible line.
        top: usize,
    },
    /// Whether to send or keep what is unsent when leaving.
    Quit,
}

impl Overlay {
    /// Where keys go.
    pub fn context(&self) -> Context {
        match self {
            Self::Why { .. } | Self::Card { .. } | Self::Text { .. } => Context::Help,
            Self::Help { .. } | Self::Pick(_) | Self::Declare(_) => Context::List,
            Self::Prompt(_) => Context::Field,
            Self::Compose(_) => Context::Editor,
            Self::ComposeMenu => Context::Menu,
            Self::Preview(preview) if preview.typed.is_some() => Context::Field,
            Self::Confirm(_) | Self::Preview(_) | Self::Unseen(_) => Context::Confirm,
            Self::Bulk { .. } => Context::Bulk,
            Self::Item { .. } => Context::Conflict,
            Self::Quit => Context::Quit,
        }
    }
}
