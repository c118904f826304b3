//! What the next shift has to know: data, in the order in which it is told.
//!
//! Invariant: it lists every incident that goes on, every draft and every promise that this console knows of, and nothing
//! that is over. A promise is: a ticket that is due within a day or was due; a ticket that we answered since the last
//! hand-over and that is open; an alarm that is to be silent until a time.

use jiff::Timestamp;

use super::alarm::Said;
use super::draft::DraftKind;
use super::ids::{GroupId, TicketId};

/// An incident that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Going {
    /// What is the matter, in the language of the hand-over.
    pub sentence: String,
    /// Its group.
    pub group: GroupId,
    /// Whether it was declared; the ticket that stands for it once that is made, and how many are linked to it.
    pub declared: Option<(Option<TicketId>, usize)>,
    /// Who has it in hand, or until when it is silent.
    pub said: Option<Said>,
}

/// Something that is written and not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// What.
    pub kind: DraftKind,
    /// The ticket; none for a new one, and for what goes to many.
    pub ticket: Option<TicketId>,
    /// The subject of its ticket, or how it begins.
    pub about: String,
    /// When it was last changed.
    pub at: Timestamp,
}

/// What somebody counts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promise {
    /// The ticket is due, or was.
    Due {
        /// The ticket.
        ticket: TicketId,
        /// Its subject.
        about: String,
        /// Who owns it.
        owner: Option<String>,
        /// When.
        due: Timestamp,
    },
    /// We wrote to its requester, and it is open.
    Answered {
        /// The ticket.
        ticket: TicketId,
        /// Its subject.
        about: String,
        /// When.
        at: Timestamp,
    },
    /// An alarm that rings again.
    Silent {
        /// Its group.
        group: GroupId,
        /// Who said so, and until when.
        said: Said,
    },
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nobody has this incident in hand.
    Take(GroupId),
    /// So many tickets came to a declared incident and are not linked.
    Join(TicketId, usize),
    /// So many people of an incident are not well again.
    NotWell(GroupId, usize),
    /// An action of ours wants a decision: its ticket, and what it is.
    Decide(Option<TicketId>, String),
    /// So many actions of ours are not sent.
    Unsent(usize),
}

/// A hand-over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// When.
    pub at: Timestamp,
    /// When the last one was; none: this is the first.
    pub since: Option<Timestamp>,
    /// Who hands over.
    pub by: Option<String>,
    /// Where the desk is.
    pub desk: String,
    /// When the desk last answered, if it does not.
    pub stale: Option<Timestamp>,
    /// Incidents that go on, worst first.
    pub incidents: Vec<Going>,
    /// What is written and not sent.
    pub drafts: Vec<Begun>,
    /// What somebody counts on, the earliest first.
    pub promises: Vec<Promise>,
    /// What is to be done next.
    pub next: Vec<Next>,
}

impl Handover {
    /// The name of the file that it is kept in: sorts by time.
    pub fn file_name(&self) -> String {
        format!("{}.md", self.at.strftime("%Y-%m-%d-%H%M%SZ"))
    }
}
