//! What a person decides about an action in the outbox: take it back, drop it, send it again.
//!
//! Works with and without a running [`super::deliver`], so `vagt outbox` uses it too.

use jiff::Timestamp;

use super::outbox::{Event, Timing, step};
use crate::domain::action::Seen;
use crate::domain::delivery::as_read;
use crate::domain::ids::ActionId;
use crate::domain::outbox::{Item, State};
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::outbox::{Filter, Outbox};

/// How often a change is tried when others change the row at the same time.
const TRIES: usize = 8;

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// The item as it is now.
    Yes(Box<Item>),
    /// Not possible in its state (it is being sent, or has ended); the item as it is.
    No(Box<Item>),
    /// There is no such action.
    Missing,
}

/// Takes an action back before it is sent, or drops one that waits for a person.
pub async fn drop_item(
    outbox: &Outbox,
    id: ActionId,
    now: Timestamp,
    timing: &Timing,
) -> Result<Changed, StoreError> {
    change(outbox, id, &Event::Drop, now, timing).await
}

/// Sends an action again that was refused, is in conflict (it then goes out all the same) or parked; one that is being
/// looked for is looked for at once.
pub async fn retry_item(
    outbox: &Outbox,
    id: ActionId,
    now: Timestamp,
    timing: &Timing,
) -> Result<Changed, StoreError> {
    change(outbox, id, &Event::Retry, now, timing).await
}

/// What a person decides about the children of a bulk action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Take back what is not sent, and what waits for a person: held, ready, in conflict, parked.
    Drop,
    /// Try again what failed: refused and parked. What others changed is no failure.
    Retry,
}

impl Decision {
    /// What it means for a child in a state; nothing for most.
    fn event(self, state: State) -> Option<Event> {
        match (self, state) {
            (Self::Drop, State::Held | State::Ready | State::Conflict | State::Parked) => {
                Some(Event::Drop)
            }
            (Self::Retry, State::Refused | State::Parked) => Some(Event::Retry),
            _ => None,
        }
    }
}

/// Decides about all children of a bulk that it applies to, in one transaction, so that none goes out meanwhile. Gives back those that changed, as they are now.
pub async fn decide_children(
    outbox: &Outbox,
    bulk: ActionId,
    decision: Decision,
    now: Timestamp,
    timing: &Timing,
) -> Result<Vec<Item>, StoreError> {
    let mut decided = Vec::new();
    for _ in 0..TRIES {
        let rows = outbox.list(Filter::Parent(bulk)).await?;
        let changes: Vec<_> = rows
            .into_iter()
            .filter_map(|row| {
                let event = decision.event(row.item.state)?;
                let (item, _) = step(row.item.clone(), event, now, timing);
                (item != row.item).then_some((row, item))
            })
            .collect();
        let asked = changes.len();
        let rows = outbox.transitions(changes).await?;
        let is_all = rows.len() == asked;
        decided.extend(rows.into_iter().map(|row| row.item));
        if is_all {
            break;
        }
    }
    Ok(decided)
}

/// Sends those replies of a bulk again whose unseen messages a person has read by now, in one transaction. `read`: what they
/// have seen of each; one that met something newer since stays where it is. Gives back those that changed.
pub async fn send_read(
    outbox: &Outbox,
    bulk: ActionId,
    read: &[(ActionId, Seen)],
    now: Timestamp,
    timing: &Timing,
) -> Result<Vec<Item>, StoreError> {
    let rows = outbox.list(Filter::Parent(bulk)).await?;
    let mut changes = Vec::new();
    for row in rows {
        let known = read.iter().find(|(id, _)| *id == row.item.id());
        let seen = known.map(|(_, seen)| seen.clone());
        let Some(seen) = seen.filter(|seen| as_read(&row.item).as_ref() == Some(seen)) else {
            continue;
        };
        let (item, _) = step(row.item.clone(), Event::Read(Box::new(seen)), now, timing);
        changes.push((row, item));
    }
    let rows = outbox.transitions(changes).await?;
    Ok(rows.into_iter().map(|row| row.item).collect())
}

/// Applies an event to a row until the row stood still meanwhile.
pub(super) async fn change(
    outbox: &Outbox,
    id: ActionId,
    event: &Event,
    now: Timestamp,
    timing: &Timing,
) -> Result<Changed, StoreError> {
    for _ in 0..TRIES {
        let Some(row) = outbox.get(id).await? else {
            return Ok(Changed::Missing);
        };
        let (item, _) = step(row.item.clone(), event.clone(), now, timing);
        if item == row.item {
            return Ok(Changed::No(Box::new(item)));
        }
        if let Some(row) = outbox.transition(&row, item, None).await? {
            return Ok(Changed::Yes(Box::new(row.item)));
        }
    }
    Err(StoreError::new(
        StoreErrorKind::Changed,
        "it changes all the time",
    ))
}
