//! The outbox: every action, from the key press until its end. States as in `docs/delivery.md`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::action::Action;
use super::ids::{ActionId, EntryId, TicketId};
use super::outcome::Difference;

/// How far an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Waits a few seconds, so that it can be taken back.
    Held,
    /// Waits to be sent.
    Ready,
    /// Being sent by the process that holds the lease.
    Sending,
    /// On the desk, read back.
    Done,
    /// The desk had it already.
    NoChange,
    /// The desk said no.
    Refused,
    /// Somebody changed what the person saw; a person decides.
    Conflict,
    /// Sent, but no clear answer; being looked for.
    Unknown,
    /// A person must decide.
    Parked,
    /// Taken back before it was sent, or dropped by a person.
    Dropped,
}

impl State {
    /// All states, in the order of the Outbox screen.
    pub const ALL: [Self; 10] = [
        Self::Parked,
        Self::Conflict,
        Self::Unknown,
        Self::Refused,
        Self::Sending,
        Self::Ready,
        Self::Held,
        Self::Done,
        Self::NoChange,
        Self::Dropped,
    ];
    /// The word on screen, command line and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Done => "done",
            Self::NoChange => "no-change",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::Unknown => "unknown",
            Self::Parked => "parked",
            Self::Dropped => "dropped",
        }
    }
    /// Whether nothing more will happen to it unless a person acts.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Done | Self::NoChange | Self::Refused | Self::Dropped
        )
    }
    /// Whether a person must decide.
    pub fn wants_person(self) -> bool {
        matches!(self, Self::Refused | Self::Conflict | Self::Parked)
    }
    /// Whether it is not yet on the desk and still means to go there: shown on top of the ticket as not confirmed.
    pub fn is_pending(self) -> bool {
        matches!(
            self,
            Self::Held | Self::Ready | Self::Sending | Self::Unknown
        )
    }
}

/// One row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The action.
    pub action: Action,
    /// How far it is.
    pub state: State,
    /// Not before this time: end of the hold, next try, next look.
    pub due: Option<Timestamp>,
    /// How often it was sent.
    pub attempts: u32,
    /// How often it was looked for since the answer was lost.
    pub looks: u32,
    /// When the write whose answer was lost went out.
    pub sent_at: Option<Timestamp>,
    /// What the desk or we said last, one safe sentence.
    pub message: String,
    /// Both versions, in a conflict.
    pub differences: Vec<Difference>,
    /// The entry written on the desk.
    pub entry: Option<EntryId>,
    /// The ticket that a create made, or that a merge left.
    pub result: Option<TicketId>,
    /// Last change of this row.
    pub updated: Timestamp,
}

impl Item {
    /// A row that was stored at a time and nothing has happened to yet.
    pub fn new(action: Action, state: State, due: Option<Timestamp>, at: Timestamp) -> Self {
        Self {
            action,
            state,
            due,
            attempts: 0,
            looks: 0,
            sent_at: None,
            message: String::new(),
            differences: Vec::new(),
            entry: None,
            result: None,
            updated: at,
        }
    }
    /// Whether it is a part of a macro that waits for one before it: parked, and it never went out.
    pub fn is_held_back(&self) -> bool {
        let is_untried = self.attempts == 0 && self.sent_at.is_none();
        self.state == State::Parked && self.action.parent.is_some() && is_untried
    }
    /// The action's id.
    pub fn id(&self) -> ActionId {
        self.action.id
    }
}
