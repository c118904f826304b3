//! What came of attempts and looks: stored first, then told.

use jiff::Timestamp;

use super::Delivery;
use crate::desk::apply::{Applied, Looked};
use crate::domain::ids::ActionId;
use crate::domain::outbox::{Item, State};
use crate::domain::outcome::{Outcome, Trouble, TroubleKind};
use crate::domain::source::{Changes, Gone, SourceEvent};
use crate::domain::ticket::Ticket;
use crate::store::error::StoreError;
use crate::store::outbox::AuditLine;
use crate::sync::attempt::{Finished, How};
use crate::sync::outbox::{Do, Event, step};

/// How often a result is stored again when the row changes at the same time.
const STORE_TRIES: usize = 8;

impl Delivery {
    /// Takes in what came of an attempt or a look.
    pub(super) async fn finish(&mut self, finished: Finished) {
        self.busy.remove(&finished.id);
        if finished.writer.is_some() && self.means.writer.is_none() {
            self.means.writer.clone_from(&finished.writer);
        }
        match self.store(&finished).await {
            Ok(todo) => self.follow(&finished, todo),
            Err(error) => {
                self.unstored.push(finished);
                self.store_failed(&error);
            }
        }
    }

    /// Stores what came of it, whatever happened to the row meanwhile.
    async fn store(&mut self, finished: &Finished) -> Result<Vec<Do>, StoreError> {
        for _ in 0..STORE_TRIES {
            let Some(row) = self.means.outbox.get(finished.id).await? else {
                return Ok(Vec::new());
            };
            let Some(event) = event(finished, row.rev) else {
                return Ok(Vec::new());
            };
            let now = self.now();
            let (item, todo) = step(row.item.clone(), event, now, &self.means.timing);
            if item == row.item {
                return Ok(todo);
            }
            let line = self.audit_line(&item, &finished.how, now);
            if self
                .means
                .outbox
                .transition(&row, item, line)
                .await?
                .is_some()
            {
                return Ok(todo);
            }
        }
        Ok(Vec::new())
    }

    fn audit_line(&self, item: &Item, how: &How, at: Timestamp) -> Option<AuditLine> {
        let (before, after) = match how {
            How::Applied(applied, _) => (applied.before.clone(), applied.after.clone()),
            How::Looked(_) | How::Stopped => (None, None),
        };
        (item.state != State::Ready).then(|| AuditLine {
            at,
            action: Some(item.id()),
            verb: item.action.verb.word().to_owned(),
            ticket: item.result.clone().or_else(|| item.action.ticket.clone()),
            who: self.means.writer.as_ref().map(|w| w.me.to_string()),
            state: item.state,
            before,
            after,
            entry: item.entry.clone(),
            message: item.message.clone(),
        })
    }

    /// What follows from a stored result: speed, and the ticket for the screen.
    fn follow(&mut self, finished: &Finished, todo: Vec<Do>) {
        let now = self.now();
        let outcome = match &finished.how {
            How::Applied(applied, _) => Some(&applied.outcome),
            How::Looked(looked) => match &**looked {
                Looked::There(outcome) => Some(outcome),
                _ => None,
            },
            How::Stopped => {
                self.lease = None;
                None
            }
        };
        if let Some(Outcome::Done { ticket, .. } | Outcome::NoChange { ticket }) = outcome {
            self.pace.good();
            if let Some(ticket) = ticket {
                self.tell_ticket(finished.id, (**ticket).clone());
            }
        }
        if let How::Applied(applied, _) = &finished.how {
            self.last_trouble = match &**applied {
                Applied {
                    outcome: Outcome::Later(trouble),
                    ..
                } => Some((finished.id, trouble.clone())),
                _ => None,
            };
        }
        for one in todo {
            match one {
                Do::Pause(why) => self.pace.pause(why),
                Do::Wait(trouble) => self.pace.wait(&trouble, now, &self.means.timing),
            }
        }
        if let Some(asked) = self.means.desk.wait_asked() {
            let mut trouble = Trouble::new(TroubleKind::RateLimited, "the desk asked to wait");
            trouble.retry_after = Some(asked);
            self.pace.wait(&trouble, now, &self.means.timing);
        }
    }

    fn tell_ticket(&self, id: ActionId, ticket: Ticket) {
        let asked = self
            .rows
            .values()
            .find(|r| r.item.id() == id)
            .and_then(|r| r.item.action.ticket.clone());
        let gone = asked
            .filter(|asked| *asked != ticket.id)
            .map(|asked| (asked, Gone::Merged(ticket.id.clone())));
        self.tell(SourceEvent::Changed(Changes {
            gone: gone.into_iter().collect(),
            tickets: vec![ticket],
            caught_up: true,
            ..Changes::default()
        }));
    }

    /// Stores results that could not be stored before.
    pub(super) async fn store_again(&mut self) -> Result<(), StoreError> {
        while let Some(finished) = self.unstored.pop() {
            match self.store(&finished).await {
                Ok(todo) => self.follow(&finished, todo),
                Err(error) => {
                    self.unstored.push(finished);
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

/// What a result means for a row that is at revision `now`. A console that was suspended beyond its lease finds the row
/// changed by another one, which looks and sends for itself: then only that the action is on the desk still counts.
fn event(finished: &Finished, now: i64) -> Option<Event> {
    let is_ours = finished.rev == now;
    match &finished.how {
        How::Applied(applied, began) if is_ours => Some(Event::Applied(applied.clone(), *began)),
        How::Applied(applied, _) => Some(Event::Late(applied.clone())),
        How::Looked(looked) if is_ours || matches!(**looked, Looked::There(_)) => {
            Some(Event::Looked(looked.clone()))
        }
        How::Looked(_) | How::Stopped => None,
    }
}
