//! The handle to a running delivery: store, nudge, decide, wait.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot};

use crate::desk::apply::Writer;
use crate::domain::action::Action;
use crate::domain::ids::{ActionId, PersonId};
use crate::domain::outbox::Item;
use crate::store::error::StoreError;
use crate::store::outbox::{Filter, New, Outbox};
use crate::sync::change::{self, Changed};
use crate::sync::clock::Clock;
use crate::sync::outbox::Timing;

/// An action to be delivered, with the bytes of its files.
#[derive(Debug, Clone)]
pub struct Order {
    /// The action.
    pub action: Action,
    /// Bytes of its files, in the order of their positions.
    pub files: Vec<Vec<u8>>,
    /// Whether it is held first, so that it can be taken back.
    pub hold: bool,
}

/// What a handle says to its actor.
pub(super) enum Command {
    Nudge,
    Resume,
    Writer(Writer),
    Flush(Timestamp, oneshot::Sender<Vec<Item>>),
}

/// The way to talk to a running delivery. Cheap to clone; works (as far as storing goes) also when nothing runs.
#[derive(Clone)]
pub struct Handle {
    outbox: Outbox,
    clock: Arc<dyn Clock>,
    timing: Arc<Timing>,
    commands: mpsc::UnboundedSender<Command>,
}

impl Handle {
    pub(super) fn new(
        outbox: Outbox,
        clock: Arc<dyn Clock>,
        timing: Arc<Timing>,
        commands: mpsc::UnboundedSender<Command>,
    ) -> Self {
        Self {
            outbox,
            clock,
            timing,
            commands,
        }
    }

    /// Stores actions, all or none. They are on disk when this returns; only then acknowledge the key press.
    pub async fn enqueue(&self, orders: Vec<Order>) -> Result<Vec<Item>, StoreError> {
        let now = self.clock.now();
        let hold = SignedDuration::try_from(self.timing.hold).unwrap_or(SignedDuration::ZERO);
        let new = orders
            .into_iter()
            .map(|order| New {
                hold_until: order.hold.then(|| now.checked_add(hold).unwrap_or(now)),
                action: order.action,
                files: order.files,
            })
            .collect();
        let rows = self.outbox.enqueue(new, now).await?;
        self.nudge();
        Ok(rows.into_iter().map(|row| row.item).collect())
    }

    /// Takes an action back before it is sent, or drops one that waits for a person.
    pub async fn drop_item(&self, id: ActionId) -> Result<Changed, StoreError> {
        let now = self.clock.now();
        let changed = change::drop_item(&self.outbox, id, now, &self.timing).await;
        self.nudge();
        changed
    }

    /// Sends or looks again ([`change::retry_item`]).
    pub async fn retry_item(&self, id: ActionId) -> Result<Changed, StoreError> {
        let now = self.clock.now();
        let changed = change::retry_item(&self.outbox, id, now, &self.timing).await;
        self.nudge();
        changed
    }

    /// Says that there may be something to do.
    pub fn nudge(&self) {
        // Nobody listens any more after the end; what is stored stays.
        drop(self.commands.send(Command::Nudge));
    }

    /// The sign-in works again (or shall be tried again), or the desk is reachable again: go on at once.
    pub fn resume(&self) {
        drop(self.commands.send(Command::Resume));
    }

    /// Tells as whom the desk knows us, so that it need not be asked.
    pub fn set_writer(&self, me: PersonId) {
        drop(self.commands.send(Command::Writer(Writer { me })));
    }

    /// Sends everything now, what is held too, and waits until nothing can be done any more or `limit` is over. Returns what is
    /// left: it stays for the next start, or waits for a person.
    pub async fn flush(&self, limit: Duration) -> Vec<Item> {
        let limit = SignedDuration::try_from(limit).unwrap_or(SignedDuration::MAX);
        let until = self
            .clock
            .now()
            .checked_add(limit)
            .unwrap_or(Timestamp::MAX);
        let (reply, left) = oneshot::channel();
        drop(self.commands.send(Command::Flush(until, reply)));
        if let Ok(left) = left.await {
            return left;
        }
        // The actor has ended: what is stored is what is left.
        let rows = self.outbox.list(Filter::Open).await.unwrap_or_default();
        rows.into_iter().map(|row| row.item).collect()
    }
}
