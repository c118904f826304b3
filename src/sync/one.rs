//! One action for a script: sent at once, waited for, answered.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::change::{Changed, drop_item};
use super::clock::Clock;
use super::deliver::{Delivery, Scope};
use super::outbox::Timing;
use crate::desk::port::Desk;
use crate::domain::action::Action;
use crate::domain::outbox::{Item, State};
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::outbox::{New, Outbox};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum One {
    /// It has a state that answers: delivered, refused, in conflict; or unknown or parked, and kept.
    Ended(Box<Item>),
    /// Nothing was sent, and it is not in the outbox any more. Why.
    Withdrawn(Trouble),
}

/// Delivers one action without holding it and without asking, and waits for it, at most for `limit` (after that it
/// still ends what is on its way). What must go before it on the same ticket goes before it; nothing else is sent.
///
/// Like every action it is on disk before it goes out. When nothing was sent (not reachable, not accepted, out of
/// time, stopped), it is withdrawn, so that a script may try again without doing it twice. `stop` gives what is on its way
/// the time of [`Timing::stop`]; what has no answer by then is kept, and the next console finds out.
pub async fn deliver_one(
    desk: Arc<dyn Desk>,
    outbox: Outbox,
    clock: Arc<dyn Clock>,
    timing: Timing,
    (action, files): (Action, Vec<Vec<u8>>),
    limit: Duration,
    stop: CancellationToken,
) -> Result<One, StoreError> {
    let now = clock.now();
    let id = action.id;
    let ticket = action.ticket.clone();
    let new = New {
        action,
        files,
        hold_until: None,
    };
    let stored = outbox.enqueue(vec![new], now).await?;
    let seq = stored.first().map_or(i64::MAX, |row| row.seq);
    let limit = SignedDuration::try_from(limit).unwrap_or(SignedDuration::MAX);
    let (events, _) = mpsc::unbounded_channel();
    let (mut delivery, handle) = Delivery::new(
        desk,
        outbox.clone(),
        Arc::clone(&clock),
        timing.clone(),
        events,
    );
    delivery.scope = Scope::One {
        id,
        ticket,
        seq,
        until: now.checked_add(limit).unwrap_or(now),
    };
    let is_stopped = || stop.is_cancelled();
    let trouble = delivery.run_for_one(stop.clone()).await;
    drop(handle);
    let missing = || {
        StoreError::new(
            StoreErrorKind::Internal,
            "the action is not in the outbox any more",
        )
    };
    let row = outbox.get(id).await?.ok_or_else(missing)?;
    let never_sent = row.item.state == State::Ready && row.item.sent_at.is_none();
    if !never_sent {
        return Ok(One::Ended(Box::new(row.item)));
    }
    match drop_item(&outbox, id, clock.now(), &timing).await? {
        Changed::Yes(_) => Ok(One::Withdrawn(trouble.unwrap_or_else(|| {
            let why = if is_stopped() {
                "stopped before it was sent"
            } else {
                "an earlier action on this ticket is not through yet; look at the outbox"
            };
            Trouble::new(TroubleKind::Transient, why)
        }))),
        Changed::No(item) => Ok(One::Ended(item)),
        Changed::Missing => Err(missing()),
    }
}
