//! A desk that does what it is told to do wrong, a clock that is moved by hand, and actions.

pub(crate) mod clock;
pub(crate) mod desk;

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::action::{Action, NewTicket, Seen, Verb};
use crate::domain::ids::ActionId;

/// Second `second` of the tests.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(1_770_000_000 + second)
}

pub(super) fn action(n: u128, ticket: &str, verb: Verb) -> Action {
    Action {
        id: ActionId::new(Uuid::from_u128(n)),
        ticket: Some(ticket.into()),
        verb,
        seen: Seen::default(),
        at: at(0),
        undoes: None,
        parent: None,
        force: false,
    }
}

pub(super) fn reply(n: u128, ticket: &str) -> Action {
    let text = format!("Answer {n}");
    let files = Vec::new();
    action(n, ticket, Verb::Reply { text, files })
}

pub(super) fn note(n: u128, ticket: &str) -> Action {
    let text = format!("Note {n}");
    let files = Vec::new();
    action(n, ticket, Verb::Note { text, files })
}

pub(super) fn priority(n: u128, ticket: &str, to: i64) -> Action {
    action(n, ticket, Verb::Priority { to })
}

pub(super) fn create(n: u128) -> Action {
    let new = NewTicket {
        subject: format!("Call {n}"),
        text: "Somebody called".into(),
        requester: "kari".into(),
        queue: "General".into(),
        priority: None,
        owner: None,
        group: None,
        device: None,
    };
    Action {
        ticket: None,
        ..action(n, "", Verb::Create { new })
    }
}
