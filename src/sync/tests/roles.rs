//! A console that may not send: what waits in the outbox stays there.

use super::rig::Console;
use crate::domain::action::Verb;
use crate::domain::outbox::State;
use crate::domain::role::Role;
use crate::domain::source::SourceEvent;
use crate::sync::testing::clock::Hand;
use crate::sync::testing::desk::Fake;
use crate::sync::testing::{action, reply};

#[tokio::test]
async fn nothing_goes_out_of_a_console_that_reads_and_it_says_what_waits() {
    let clock = Hand::new();
    let desk = Fake::new(&clock, true, &["17", "18"]);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    let mut reader = Console::start_as(&desk, &clock, &path, Role::ReadOnly);
    let (take, text) = (action(1, "17", Verb::Take), reply(2, "18"));
    reader.press(&[take.clone(), text.clone()]).await;
    reader.pass(300).await;
    assert!(desk.sent().is_empty());
    assert_eq!(reader.state(&take).await, State::Ready);
    let paused = reader.told().into_iter().rev().find_map(|e| match e {
        SourceEvent::OutboxPaused(why) => why,
        _ => None,
    });
    assert!(paused.is_some_and(|why| why.starts_with("2 actions wait")));
    reader.quit().await;
    let supervisor = Console::start_as(&desk, &clock, &path, Role::Supervisor);
    supervisor.pass(300).await;
    assert_eq!(supervisor.state(&take).await, State::Done);
    assert_eq!(supervisor.state(&text).await, State::Ready, "no text");
    supervisor.quit().await;
    let agent = Console::start(&desk, &clock, &path);
    agent.pass(300).await;
    assert_eq!(agent.state(&text).await, State::Done);
    assert_eq!(desk.copies(&text), 1);
}
