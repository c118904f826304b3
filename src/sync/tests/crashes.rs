//! A console that is killed again and again, over a desk that does everything wrong.

use proptest::prelude::*;

use super::rig::Console;
use crate::domain::action::{Action, Verb};
use crate::domain::ids::ActionId;
use crate::domain::outbox::State;
use crate::domain::outcome::TroubleKind;
use crate::sync::testing::clock::Hand;
use crate::sync::testing::desk::{Fake, Fault};
use crate::sync::testing::{action, create, note, priority, reply};

fn fault() -> impl Strategy<Value = Fault> {
    let text = || Verb::Note {
        text: "a colleague's".into(),
        files: Vec::new(),
    };
    prop_oneof![
        4 => Just(Fault::None),
        2 => Just(Fault::Dropped),
        2 => (0_i64..119).prop_map(Fault::Late),
        2 => (0_i64..119).prop_map(Fault::SlowToStore),
        1 => Just(Fault::TextWithoutMarker),
        1 => Just(Fault::NotSent(TroubleKind::Transient)),
        1 => Just(Fault::NotSent(TroubleKind::RateLimited)),
        1 => Just(Fault::Before(text())),
        1 => Just(Fault::Refused),
    ]
}

/// When the console is killed, in turns of the scheduler after the start, and after how many seconds it is started again.
fn kills() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((0_usize..400, 0_i64..200), 0..5)
}

fn actions() -> Vec<Action> {
    vec![
        reply(1, "17"),
        action(2, "17", Verb::Take),
        note(3, "17"),
        reply(4, "18"),
        priority(5, "18", 10),
        create(6),
        reply(7, "19"),
        action(8, "20", Verb::Merge { into: "19".into() }),
    ]
}

async fn play(
    faults: Vec<Fault>,
    kills: Vec<(usize, i64)>,
    marker: bool,
) -> Result<(), TestCaseError> {
    let clock = Hand::new();
    let desk = Fake::new(&clock, marker, &["17", "18", "19", "20"]).taking(2);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    desk.go_wrong(faults);
    let mut console = Console::start(&desk, &clock, &path);
    console.press(&actions()).await;
    for (turns, seconds) in kills {
        for _ in 0..turns {
            tokio::task::yield_now().await;
            if turns % 7 == 0 {
                clock.jump(
                    crate::sync::clock::Clock::now(&clock) + jiff::SignedDuration::from_secs(1),
                );
            }
        }
        console.kill().await;
        clock.jump(
            crate::sync::clock::Clock::now(&clock) + jiff::SignedDuration::from_secs(seconds),
        );
        console = Console::start(&desk, &clock, &path);
    }
    console.pass(3_600).await;
    for one in actions() {
        let item = console.item(one.id).await;
        let copies = desk.copies(&one);
        let is_text = matches!(
            one.verb,
            Verb::Reply { .. } | Verb::Note { .. } | Verb::Create { .. }
        );
        match item.state {
            State::Done | State::NoChange => {
                prop_assert_eq!(copies, usize::from(is_text), "{:?}", item);
            }
            State::Refused => {
                prop_assert!(copies == 0, "{:?}", item);
            }
            State::Conflict | State::Parked => {
                prop_assert!(copies <= 1 && !item.message.is_empty(), "{:?}", item);
            }
            other => {
                prop_assert!(false, "ends as {:?}: {:?}", other, item);
            }
        }
        if marker {
            prop_assert!(item.state != State::Parked, "{:?}", item);
        }
    }
    let id = ActionId::new(uuid::Uuid::from_u128(8));
    if console.item(id).await.state == State::Done {
        let merged = crate::desk::port::Desk::read(&desk, &"20".into())
            .await
            .unwrap();
        prop_assert_eq!(merged.id.as_str(), "19");
    }
    console.kill().await;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_every_action_is_on_the_desk_once_or_reported(
        faults in prop::collection::vec(fault(), 0..14),
        kills in kills(),
        marker: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(play(faults, kills, marker))?;
    }
}
