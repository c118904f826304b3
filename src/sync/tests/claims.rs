//! Claims on their way: never late, never in the way.

use std::collections::HashSet;

use crate::domain::action::{Action, Verb};
use crate::domain::claim::{Claim, Doing};
use crate::domain::ids::ActionId;
use crate::domain::outbox::{Item, State};
use crate::domain::person::PersonRef;
use crate::sync::outbox::{overtaken, pick};
use crate::sync::testing::{action, at, reply};

fn claim(n: u128, ticket: &str, minutes: i64) -> Action {
    let who = PersonRef::new("me".into(), "Me");
    let times = (at(0), at(minutes * 60));
    let claim = Claim::new(Doing::Writing, &who, times, "c1");
    action(n, ticket, Verb::Claim { claim })
}

#[test]
fn a_claim_that_is_late_or_overtaken_is_dropped_and_holds_nothing_back() {
    let item = |action: Action| Item::new(action, State::Ready, None, at(0));
    let (old, new) = (item(claim(1, "17", 15)), item(claim(3, "17", 20)));
    let (other, text) = (item(claim(4, "18", 15)), item(reply(2, "17")));
    let all = [&old, &text, &new, &other];
    assert_eq!(overtaken(&all, at(60)), [old.id()], "a newer one waits");
    assert_eq!(
        overtaken(&all, at(16 * 60)),
        [old.id(), other.id()],
        "what is over is not told"
    );
    let nothing_busy = HashSet::<ActionId>::new();
    let next = pick(&[&old, &text], at(60), &nothing_busy, 4);
    assert_eq!(next, [old.id(), text.id()], "neither waits for the other");
    let next = pick(&[&old, &new], at(60), &nothing_busy, 4);
    assert_eq!(next, [old.id()], "claims of a ticket keep their order");
}
