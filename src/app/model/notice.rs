//! What the console told: shown for a while, kept in a list.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::TicketId;

/// How many are kept.
const KEPT: usize = 200;

/// What kind of notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// For information.
    Info,
    /// Something is done and confirmed.
    Done,
    /// Something did not go as asked, and nothing is lost.
    Warning,
    /// Something failed and a person must act.
    Error,
}

impl NoticeKind {
    /// How long it is shown.
    fn lasts(self) -> SignedDuration {
        SignedDuration::from_secs(match self {
            Self::Info | Self::Done => 6,
            Self::Warning => 12,
            Self::Error => 30,
        })
    }
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// When.
    pub at: Timestamp,
    /// What kind.
    pub kind: NoticeKind,
    /// The ticket that it is about.
    pub ticket: Option<TicketId>,
    /// One sentence; names the ticket number.
    pub text: String,
}

/// All notices.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    log: VecDeque<Notice>,
    /// What was told before this time has left the screen.
    from: Option<Timestamp>,
}

impl Notices {
    /// All that are kept, newest first.
    pub fn log(&self) -> impl Iterator<Item = &Notice> {
        self.log.iter().rev()
    }
    /// Those that should be on the screen now, newest first.
    pub fn current(&self, now: Timestamp) -> impl Iterator<Item = &Notice> {
        self.log()
            .filter(move |notice| end(notice) > now && self.from.is_none_or(|at| notice.at >= at))
    }
    /// When the next one leaves the screen.
    pub fn next_end(&self, now: Timestamp) -> Option<Timestamp> {
        self.current(now).map(end).min()
    }
    /// Takes what was told before this time off the screen; the list keeps it.
    pub fn hide_before(&mut self, at: Timestamp) {
        self.from = self.from.max(Some(at));
    }
    /// Adds one; the oldest makes room.
    pub fn push(&mut self, notice: Notice) {
        self.log.push_back(notice);
        while self.log.len() > KEPT {
            self.log.pop_front();
        }
    }
}

/// When a notice leaves the screen.
fn end(notice: &Notice) -> Timestamp {
    notice
        .at
        .checked_add(notice.kind.lasts())
        .unwrap_or(Timestamp::MAX)
}
