//! What the poller can ask the desk for, and what is due when.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::desk::port::Desk;
use crate::domain::ids::{EntryId, TicketId};
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{
    Changes, Cursor, Identity, PAST_BUT, PAST_DAYS, Past, REPLIES_HOURS, Replies, Vocab,
};
use crate::domain::ticket::Ticket;

/// Tickets that are read in one request when ids were compared.
pub(super) const CHECK_CHUNK: usize = 50;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Job {
    /// Who the desk is.
    Probe,
    /// The desk's words.
    Vocab,
    /// The feed, from here on.
    Changes(Cursor),
    /// All ids of active tickets.
    AllIds,
    /// Tickets that differed.
    CheckMany(Vec<TicketId>),
    /// A ticket that did not come back.
    CheckOne(TicketId),
    /// Tickets of the weeks before, after this one.
    Past(Option<TicketId>),
    /// Replies of the last hours, after this one.
    Replies(Option<EntryId>),
}

impl Job {
    /// Whether the Board can do without it for now: only trouble that also hits the feed counts.
    pub(super) fn is_background(&self) -> bool {
        matches!(
            self,
            Self::Vocab
                | Self::AllIds
                | Self::CheckMany(_)
                | Self::CheckOne(_)
                | Self::Past(_)
                | Self::Replies(_)
        )
    }

    /// Asks the desk.
    pub(super) async fn ask(&self, desk: &dyn Desk) -> Result<Answer, Trouble> {
        Ok(match self {
            Self::Probe => Answer::Identity(Box::new(desk.probe().await?)),
            Self::Vocab => Answer::Vocab(Box::new(desk.vocab().await?)),
            Self::Changes(cursor) => Answer::Changes(Box::new(desk.changes(cursor).await?)),
            Self::AllIds => Answer::AllIds(desk.active_ids().await?),
            Self::CheckMany(ids) => Answer::Many(desk.read_many(ids).await?),
            Self::CheckOne(id) => match desk.read(id).await {
                Err(trouble) if !says_something_of_the_ticket(&trouble) => return Err(trouble),
                answer => Answer::One(answer.map(Box::new)),
            },
            Self::Past(after) => {
                Answer::Past(desk.past(PAST_DAYS, PAST_BUT, after.as_ref()).await?)
            }
            Self::Replies(after) => {
                Answer::Replies(desk.replies(REPLIES_HOURS, after.as_ref()).await?)
            }
        })
    }
}

fn says_something_of_the_ticket(trouble: &Trouble) -> bool {
    matches!(
        trouble.kind,
        TroubleKind::NotFound | TroubleKind::Permission
    )
}

/// What the desk said.
#[derive(Debug)]
pub(super) enum Answer {
    Identity(Box<Identity>),
    Vocab(Box<Vocab>),
    Changes(Box<Changes>),
    AllIds(Vec<TicketId>),
    Many(Vec<Ticket>),
    One(Result<Box<Ticket>, Trouble>),
    Past(Past),
    Replies(Replies),
}

/// How far the replies of the last hours are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lately {
    /// Up to this one; none yet.
    After(Option<EntryId>),
    /// All of them.
    Over,
}

/// What is to be done, and when.
#[derive(Debug)]
pub(super) struct Agenda {
    /// The desk accepted us.
    pub(super) contacted: bool,
    /// The feed was read to its end.
    pub(super) caught_up: bool,
    /// End of the last poll; `None`: a poll is due.
    pub(super) polled: Option<Instant>,
    pub(super) vocab_due: Instant,
    pub(super) reconcile_due: Instant,
    pub(super) checks: VecDeque<Job>,
    /// What is still to be asked of the weeks before, and from when on.
    pub(super) past: Option<(Instant, Option<TicketId>)>,
    /// How far the reading of the last hours' replies is.
    pub(super) replies: Lately,
}

impl Agenda {
    /// The next request, or until when there is none.
    pub(super) fn next(
        &mut self,
        now: Instant,
        interval: Duration,
        cursor: &Cursor,
    ) -> Result<Job, Instant> {
        let poll_due = self.polled.map_or(now, |polled| polled + interval);
        if !self.contacted {
            Ok(Job::Probe)
        } else if !self.caught_up {
            // The first words of the desk are wanted before the first tickets, to name their statuses.
            if self.vocab_due <= now && self.polled.is_none() {
                Ok(Job::Vocab)
            } else {
                Ok(Job::Changes(cursor.clone()))
            }
        } else if poll_due <= now {
            Ok(Job::Changes(cursor.clone()))
        } else if let Some(check) = self.checks.pop_front() {
            Ok(check)
        } else if let Lately::After(after) = &self.replies {
            // Before the weeks before: the engine starts when those are there, and hears of these in order of time.
            Ok(Job::Replies(after.clone()))
        } else if let Some((_, after)) = self.past.as_ref().filter(|(due, _)| *due <= now) {
            Ok(Job::Past(after.clone()))
        } else if self.reconcile_due <= now {
            Ok(Job::AllIds)
        } else if self.vocab_due <= now {
            Ok(Job::Vocab)
        } else {
            let past_due = self.past.as_ref().map_or(poll_due, |(due, _)| *due);
            Err(poll_due
                .min(self.reconcile_due)
                .min(self.vocab_due)
                .min(past_due))
        }
    }
}
