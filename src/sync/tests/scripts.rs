//! `vagt act`: one action, no hold, an answer.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::action::Action;
use crate::domain::outbox::State;
use crate::domain::outcome::TroubleKind;
use crate::store::db::Location;
use crate::store::outbox::{Filter, Outbox};
use crate::sync::one::{One, deliver_one};
use crate::sync::outbox::Timing;
use crate::sync::testing::clock::Hand;
use crate::sync::testing::desk::{Fake, Fault};
use crate::sync::testing::{note, reply};

fn outbox(dir: &Path) -> Outbox {
    Outbox::open(&Location::File(dir.join("outbox.db")), "main").unwrap()
}

async fn act(desk: &Fake, clock: &Hand, outbox: &Outbox, action: Action) -> One {
    let one = deliver_one(
        Arc::new(desk.clone()),
        outbox.clone(),
        Arc::new(clock.clone()),
        Timing::default(),
        (action, Vec::new()),
        Duration::from_secs(60),
    );
    let stores = [outbox];
    let (one, ()) = tokio::join!(one, clock.pass(100, &stores));
    one.unwrap()
}

fn state(one: &One) -> Option<State> {
    match one {
        One::Ended(item) => Some(item.state),
        One::Withdrawn(_) => None,
    }
}

#[tokio::test]
async fn it_is_sent_at_once_and_answered() {
    let (clock, dir) = (Hand::new(), tempfile::tempdir().unwrap());
    let desk = Fake::new(&clock, true, &["17"]);
    let outbox = outbox(dir.path());
    let one = act(&desk, &clock, &outbox, reply(1, "17")).await;
    assert_eq!(state(&one), Some(State::Done));
    assert_eq!(desk.sent(), [(0, 1)]);
}

#[tokio::test]
async fn not_reachable_withdraws_it_so_that_the_script_may_try_again() {
    for kind in [TroubleKind::Transient, TroubleKind::Auth] {
        let (clock, dir) = (Hand::new(), tempfile::tempdir().unwrap());
        let desk = Fake::new(&clock, true, &["17"]);
        let outbox = outbox(dir.path());
        desk.trouble(Some(kind));
        let One::Withdrawn(trouble) = act(&desk, &clock, &outbox, reply(1, "17")).await else {
            panic!("kept");
        };
        assert_eq!(trouble.kind, kind);
        assert!(outbox.list(Filter::Open).await.unwrap().is_empty());
        desk.trouble(None);
        let one = act(&desk, &clock, &outbox, reply(2, "17")).await;
        assert_eq!(state(&one), Some(State::Done));
        assert_eq!(desk.copies(&reply(1, "17")), 0);
    }
}

#[tokio::test]
async fn no_clear_answer_is_kept_as_unknown() {
    let (clock, dir) = (Hand::new(), tempfile::tempdir().unwrap());
    let desk = Fake::new(&clock, true, &["17"]);
    let outbox = outbox(dir.path());
    desk.go_wrong([Fault::Dropped]);
    let one = act(&desk, &clock, &outbox, reply(1, "17")).await;
    assert_eq!(state(&one), Some(State::Unknown));
    assert_eq!(outbox.list(Filter::Open).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_waits_on_the_same_ticket_goes_first_and_nothing_else_goes() {
    let (clock, dir) = (Hand::new(), tempfile::tempdir().unwrap());
    let desk = Fake::new(&clock, true, &["17", "18"]);
    let outbox = outbox(dir.path());
    let new = |action| crate::store::outbox::New {
        action,
        files: Vec::new(),
        hold_until: None,
    };
    let now = crate::sync::clock::Clock::now(&clock);
    let kept = vec![new(reply(1, "17")), new(reply(2, "18"))];
    outbox.enqueue(kept, now).await.unwrap();
    let one = act(&desk, &clock, &outbox, note(3, "17")).await;
    assert_eq!(state(&one), Some(State::Done));
    let sent: Vec<u128> = desk.sent().into_iter().map(|(_, id)| id).collect();
    assert_eq!(sent, [1, 3]);
}
