//! The states of an action, as pure code: what happens on which event, and which action may go next.
//!
//! `held → ready → sending → done | no-change | refused | conflict | unknown | parked`, as in `docs/delivery.md`.
//! Invariant: an action that cannot be repeated (reply, note, create, merge) leads to a second send only over a look
//! at the desk, and only where the desk can say for certain that it is not there, or a person said so.
//! No I/O and no clock: `now` is given. Start at [`step`], then [`pick`]. Who drives it: [`super::deliver`].

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::desk::apply::{Applied, Looked};
use crate::domain::action::Seen;
use crate::domain::delivery::holds_back;
use crate::domain::ids::ActionId;
use crate::domain::outbox::{Item, State};
use crate::domain::outcome::{Difference, Outcome, Trouble, TroubleKind};

/// How long everything takes. All of it is configurable; the defaults are those of `docs/delivery.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// How long an action is held so that it can be taken back.
    pub hold: Duration,
    /// First look for an action whose answer was lost, after it went out. A desk was measured to take 13 s to store a
    /// text.
    pub first_look: Duration,
    /// Second look.
    pub second_look: Duration,
    /// First pause after trouble; doubles with every further one.
    pub retry_first: Duration,
    /// Longest pause after trouble, unless the desk asks for more.
    pub retry_most: Duration,
    /// Longest pause that a desk may ask for.
    pub asked_most: Duration,
    /// A lease that was not renewed for so long is over.
    pub lease: Duration,
    /// How often the lease is renewed while something is being sent.
    pub renew: Duration,
    /// How often an idle console looks whether another one has written into the outbox.
    pub watch: Duration,
    /// How often a console that waits for another one's lease tries again.
    pub lease_retry: Duration,
    /// How long a stop waits for what is on its way.
    pub stop: Duration,
    /// How many actions may be on their way at once.
    pub in_flight: usize,
    /// How often an action goes out before a person is asked.
    pub most_attempts: u32,
    /// How long ended actions are kept.
    pub keep: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            hold: Duration::from_secs(5),
            first_look: Duration::from_secs(30),
            second_look: Duration::from_secs(120),
            retry_first: Duration::from_secs(2),
            retry_most: Duration::from_secs(60),
            asked_most: Duration::from_secs(15 * 60),
            lease: Duration::from_secs(60),
            renew: Duration::from_secs(15),
            watch: Duration::from_secs(5),
            lease_retry: Duration::from_secs(1),
            stop: Duration::from_secs(3),
            in_flight: 2,
            most_attempts: 6,
            keep: Duration::from_secs(7 * 24 * 60 * 60),
        }
    }
}

/// What happens to an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The hold is over, or everything is to be sent now.
    Release,
    /// It is the next to be sent.
    Begin,
    /// It is about to go out: to be on disk before it does.
    AboutToWrite,
    /// An attempt ended. With how often and when it had gone out before the attempt.
    Applied(Box<Applied>, Sent),
    /// An attempt ended that is not this console's any more: its lease was over and another one may be sending.
    Late(Box<Applied>),
    /// A look ended.
    Looked(Box<Looked>),
    /// It was found `sending`, and the console that was sending it is gone.
    Abandoned,
    /// The console that held it is gone: it is held once more.
    HeldAgain,
    /// A person takes it back or drops it.
    Drop,
    /// A person wants it sent (or looked for) again.
    Retry,
    /// A person has read what stood in its way, and this is what they have seen now.
    Read(Box<Seen>),
}

/// How often and when an action may have gone out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// How often.
    pub attempts: u32,
    /// When last.
    pub at: Option<Timestamp>,
}

impl Sent {
    /// What an item says.
    pub fn of(item: &Item) -> Self {
        Self {
            attempts: item.attempts,
            at: item.sent_at,
        }
    }
}

/// What a step means for the whole outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Stop sending anything: the desk does not accept us. With what it said.
    Pause(String),
    /// Send nothing for a while: the desk is not there or asked to wait.
    Wait(Trouble),
}

/// One step of one action. An event that means nothing in its state changes nothing.
pub fn step(item: Item, event: Event, now: Timestamp, timing: &Timing) -> (Item, Vec<Do>) {
    let before = item.clone();
    let (mut after, todo) = advance(item, event, now, timing);
    if after != before {
        after.updated = now;
    }
    (after, todo)
}

fn advance(mut item: Item, event: Event, now: Timestamp, timing: &Timing) -> (Item, Vec<Do>) {
    match (event, item.state) {
        (Event::Release, State::Held) => {
            item.state = State::Ready;
            item.due = None;
        }
        (Event::Begin, State::Ready) => {
            item.state = State::Sending;
            item.due = None;
        }
        (Event::AboutToWrite, State::Sending) => {
            item.attempts += 1;
            item.sent_at = Some(now);
        }
        (Event::Applied(applied, began), State::Sending) => {
            if applied.unsent {
                item.attempts = began.attempts;
                item.sent_at = began.at;
            }
            return outcome(item, applied.outcome, now, timing);
        }
        (
            Event::Late(applied),
            State::Held
            | State::Ready
            | State::Sending
            | State::Unknown
            | State::Parked
            | State::Dropped,
        ) if is_certain(&applied.outcome) => return outcome(item, applied.outcome, now, timing),
        (Event::Looked(looked), State::Unknown) => return looked_at(item, *looked, now, timing),
        (Event::Abandoned, State::Sending) => abandoned(&mut item, now, timing),
        (Event::HeldAgain, State::Held) => item.due = Some(later(now, timing.hold)),
        (
            Event::Drop,
            State::Held
            | State::Ready
            | State::Unknown
            | State::Parked
            | State::Conflict
            | State::Refused,
        ) => {
            item.state = State::Dropped;
            item.due = None;
            item.message = if item.sent_at.is_some() {
                "dropped; it went out before, so it may be on the desk".to_owned()
            } else {
                "taken back before it was sent".to_owned()
            };
        }
        (Event::Read(seen), State::Conflict) => {
            // It is compared once more: what is newer than what they read stands in its way again.
            item.action.seen = *seen;
            item.state = State::Ready;
            item.due = None;
            item.attempts = item.attempts.min(1);
            item.message.clear();
            item.differences.clear();
        }
        (Event::Retry, State::Unknown) => item.due = Some(now),
        (Event::Retry, State::Parked | State::Conflict | State::Refused) => {
            // Nobody has seen what a part that never went out would overwrite.
            item.action.force |= item.state != State::Refused && !item.is_held_back();
            item.state = State::Ready;
            item.due = None;
            item.attempts = item.attempts.min(1);
            item.message.clear();
            item.differences.clear();
        }
        _ => {}
    }
    (item, Vec::new())
}

/// That it is on the desk stays true whoever says so and when. Everything else that a late console tells is about its own
/// attempt, and another one may be on its way.
fn is_certain(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Done { .. } | Outcome::NoChange { .. })
}

fn outcome(mut item: Item, outcome: Outcome, now: Timestamp, timing: &Timing) -> (Item, Vec<Do>) {
    item.due = None;
    item.message.clear();
    item.differences.clear();
    match outcome {
        Outcome::Done {
            ticket,
            entry,
            remarks,
        } => {
            item.state = State::Done;
            item.entry = entry;
            item.result = ticket
                .map(|t| t.id)
                .filter(|id| Some(id) != item.action.ticket.as_ref());
            item.message = remarks.join(" ");
        }
        Outcome::NoChange { .. } => {
            item.state = State::NoChange;
            "the desk had it so already".clone_into(&mut item.message);
        }
        Outcome::Refused { message } => {
            item.state = State::Refused;
            item.message = message;
        }
        Outcome::Conflict {
            differences,
            unseen,
        } => {
            item.state = State::Conflict;
            item.differences = differences;
            item.differences
                .extend(unseen.iter().map(|entry| Difference {
                    field: "message".to_owned(),
                    seen: String::new(),
                    theirs: entry.text.clone(),
                    by: entry.author.known().map(|a| a.name.clone()),
                    at: Some(entry.at),
                    entry: Some(entry.id.clone()),
                }));
            "somebody changed it since you looked".clone_into(&mut item.message);
        }
        Outcome::Unknown { message } => {
            item.state = State::Unknown;
            item.looks = 0;
            item.due = Some(later(item.sent_at.unwrap_or(now), timing.first_look));
            item.message = message;
        }
        Outcome::Later(trouble) => return not_now(item, trouble, now, timing),
    }
    (item, Vec::new())
}

fn not_now(mut item: Item, trouble: Trouble, now: Timestamp, timing: &Timing) -> (Item, Vec<Do>) {
    item.state = State::Ready;
    item.message.clone_from(&trouble.message);
    match trouble.kind {
        TroubleKind::Auth => (item, vec![Do::Pause(trouble.message)]),
        // About this ticket or this write only: the others may go on.
        TroubleKind::Conflict | TroubleKind::NoAnswer => {
            if item.attempts >= timing.most_attempts {
                park(&mut item, "the desk gave no clear answer many times");
            } else {
                let doubled = 1_u32 << item.attempts.min(8);
                let pause = (timing.retry_first * doubled).min(timing.retry_most);
                item.due = Some(later(now, trouble.retry_after.unwrap_or(pause)));
            }
            (item, Vec::new())
        }
        _ => (item, vec![Do::Wait(trouble)]),
    }
}

fn looked_at(mut item: Item, looked: Looked, now: Timestamp, timing: &Timing) -> (Item, Vec<Do>) {
    match looked {
        Looked::There(found) => outcome(item, found, now, timing),
        Looked::Later(trouble) => {
            item.due = Some(later(now, timing.retry_first));
            let todo = if trouble.is_auth() {
                Do::Pause(trouble.message)
            } else {
                Do::Wait(trouble)
            };
            (item, vec![todo])
        }
        Looked::NotThere { certain } => {
            item.looks += 1;
            let second = later(item.sent_at.unwrap_or(now), timing.second_look);
            // Looks by hand do not replace the one after the full wait.
            if item.looks < 2 || now < second {
                item.due = Some(second.max(now));
            } else if certain && item.attempts < timing.most_attempts {
                item.state = State::Ready;
                item.due = None;
                "not on the desk after the second look: it is sent again"
                    .clone_into(&mut item.message);
            } else {
                park(
                    &mut item,
                    "no clear answer, and it was not found on the desk",
                );
            }
            (item, Vec::new())
        }
    }
}

fn park(item: &mut Item, why: &str) {
    item.state = State::Parked;
    item.due = None;
    item.message = format!("{why}: look at the ticket's history, then send it again or drop it");
}

fn abandoned(item: &mut Item, now: Timestamp, timing: &Timing) {
    match item.sent_at {
        Some(sent) if !item.action.verb.is_repeatable() => {
            item.state = State::Unknown;
            item.looks = 0;
            item.due = Some(later(sent, timing.first_look).max(now));
            "the console that was sending it ended".clone_into(&mut item.message);
        }
        // Nothing went out, or it sets a value: reading first shows how it stands.
        _ => {
            item.state = State::Ready;
            item.due = None;
        }
    }
}

pub(super) fn later(at: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by)
        .ok()
        .and_then(|by| at.checked_add(by).ok())
        .unwrap_or(Timestamp::MAX)
}

/// Which actions may begin now, in the order of the queue. `items` are all that have not ended, in that order.
///
/// Per ticket first come, first served: an action waits while an earlier one of its ticket is held, ready or on its
/// way. An earlier one that is stuck (looked for, in conflict, parked) holds back only what must not overtake it
/// ([`holds_back`]). Across tickets at most `limit` are on their way.
pub fn pick<S: BuildHasher>(
    items: &[&Item],
    now: Timestamp,
    busy: &HashSet<ActionId, S>,
    limit: usize,
) -> Vec<ActionId> {
    let room = limit.saturating_sub(busy.len());
    let may_go = |(place, item): &(usize, &&Item)| {
        item.state == State::Ready
            && !busy.contains(&item.id())
            && item.due.is_none_or(|due| due <= now)
            && !items
                .iter()
                .take(*place)
                .any(|earlier| holds_back(earlier, item))
    };
    items
        .iter()
        .enumerate()
        .filter(may_go)
        .take(room)
        .map(|(_, item)| item.id())
        .collect()
}

/// Claims that nobody needs any more, to be dropped instead of sent late: those that are over, and those after which a
/// newer one of the same ticket and console waits. `items` are all that have not ended, in the order of the queue.
pub fn overtaken(items: &[&Item], now: Timestamp) -> Vec<ActionId> {
    let is_newer = |place: usize, item: &Item| {
        items.iter().skip(place + 1).any(|later| {
            let claims = (later.action.verb.claim(), item.action.verb.claim());
            let is_same = matches!(claims, (Some(a), Some(b)) if a.console == b.console);
            is_same && later.action.ticket == item.action.ticket
        })
    };
    items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.state != State::Sending)
        .filter(|(place, item)| {
            let claim = item.action.verb.claim();
            claim.is_some_and(|claim| claim.until <= now || is_newer(*place, item))
        })
        .map(|(_, item)| item.id())
        .collect()
}

/// Whether it is time to look for an action whose answer was lost.
pub fn is_look_due(item: &Item, now: Timestamp) -> bool {
    item.state == State::Unknown && item.due.is_none_or(|due| due <= now)
}

/// When the next of these wants attention by itself; `None`: never.
pub fn next_wake(items: &[&Item]) -> Option<Timestamp> {
    items
        .iter()
        .filter(|i| matches!(i.state, State::Held | State::Ready | State::Unknown))
        .filter_map(|i| i.due)
        .min()
}

#[cfg(test)]
mod tests;
