//! Solved tickets that are like another one, and what helped then. Plain data; words are made elsewhere.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::TicketId;

/// How alike two tickets are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// They share some of the words that are rare.
    Some,
    /// They share most of them.
    Much,
    /// They say the same.
    Same,
}

/// What helped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fix {
    /// It is being read.
    Reading,
    /// What staff wrote last before it was solved.
    Told {
        /// Their words, without quoted mail and signature.
        text: String,
        /// When.
        at: Timestamp,
        /// Whether the requester saw it; `false`: a note among staff.
        is_public: bool,
        /// The requester said afterwards that it works.
        is_confirmed: bool,
    },
    /// Staff wrote nothing that says what helped.
    Silent,
    /// It could not be read, or nobody looked at it any more.
    Unread,
}

/// One solved ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alike {
    /// The ticket.
    pub id: TicketId,
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub created: Timestamp,
    /// How alike it is.
    pub likeness: Likeness,
    /// What helped.
    pub fix: Fix,
}

/// The solved tickets most like one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AlikeTickets {
    /// Among so many solved ones that are known.
    pub among: usize,
    /// The most alike first, a few.
    pub tickets: Vec<Alike>,
}
