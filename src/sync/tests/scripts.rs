//! `vagt act`: one action, no hold, an answer.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::rig::Console;
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
    act_until(desk, clock, outbox, action, None).await
}

/// Stops it after so many seconds.
async fn act_until(
    desk: &Fake,
    clock: &Hand,
    outbox: &Outbox,
    action: Action,
    stopped_after: Option<i64>,
) -> One {
    let stop = CancellationToken::new();
    let one = deliver_one(
        Arc::new(desk.clone()),
        outbox.clone(),
        Arc::new(clock.clone()),
        Timing::default(),
        (action, Vec::new()),
        Duration::from_secs(60),
        stop.clone(),
    );
    let stores = [outbox];
    let passing = async {
        if let Some(seconds) = stopped_after {
            clock.pass(seconds, &stores).await;
            stop.cancel();
        }
        clock.pass(100, &stores).await;
    };
    let (one, ()) = tokio::join!(one, passing);
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

#[tokio::test]
async fn stopped_before_it_was_sent_it_is_withdrawn() {
    let (clock, dir) = (Hand::new(), tempfile::tempdir().unwrap());
    let desk = Fake::new(&clock, true, &["17"]).slow_to_read(10);
    let outbox = outbox(dir.path());
    let One::Withdrawn(trouble) = act_until(&desk, &clock, &outbox, reply(1, "17"), Some(2)).await
    else {
        panic!("nothing had gone out");
    };
    assert!(trouble.message.contains("stopped"), "{}", trouble.message);
    let left = outbox.list(Filter::Open).await.unwrap();
    assert!(left.is_empty(), "a next console would send it: {left:?}");
    assert_eq!(desk.copies(&reply(1, "17")), 0);
}

#[tokio::test]
async fn stopped_on_its_way_it_is_answered_in_time_or_kept_for_the_next_console() {
    for (takes, ends) in [(4, State::Done), (10, State::Unknown)] {
        let (clock, dir) = (Hand::new(), tempfile::tempdir().unwrap());
        let desk = Fake::new(&clock, true, &["17"]).taking(takes);
        let outbox = outbox(dir.path());
        let one = act_until(&desk, &clock, &outbox, reply(1, "17"), Some(2)).await;
        assert_eq!(state(&one), Some(ends), "a write of {takes} s");
        let console = Console::start(&desk, &clock, &dir.path().join("outbox.db"));
        console.pass(200).await;
        assert_eq!(console.state(&reply(1, "17")).await, State::Done);
        assert_eq!(desk.copies(&reply(1, "17")), 1, "a write of {takes} s");
    }
}
