//! kill -9 at random moments while twenty actions are delivered to the embedded desk, a hundred times: each of them is on
//! the desk exactly once, or listed for a person. `VAGT_TEST_KILL_ROUNDS` plays more or fewer.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "common/kill.rs"]
mod kill;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::time::Duration;

use kill::{Orders, Round};
use secrecy::ExposeSecret as _;
use tokio::task::JoinSet;
use vagt::demo::{Desk, DeskOptions};
use vagt::domain::ids::TicketId;

/// Consoles at work at the same time, each with its own outbox and tickets.
const AT_ONCE: usize = 4;

/// Not a test by itself: the process that the others start and kill.
#[tokio::test]
async fn the_console_that_is_killed() {
    kill::console().await;
}

#[tokio::test]
async fn with_markers_every_action_is_on_the_desk_exactly_once() {
    let asked = rounds(true).await;
    assert!(asked.is_empty(), "nothing is left to a person: {asked:?}");
}

#[tokio::test]
async fn without_markers_every_action_is_there_once_or_listed_for_a_person() {
    let asked = rounds(false).await;
    let all: usize = asked.values().sum();
    let most = rounds_wanted() * 5;
    assert!(all <= most, "most arrive by themselves: {asked:?}");
}

fn rounds_wanted() -> usize {
    std::env::var("VAGT_TEST_KILL_ROUNDS").map_or(50, |n| n.parse().unwrap())
}

/// Plays the rounds; what was left to a person, by state.
async fn rounds(markers: bool) -> BTreeMap<&'static str, usize> {
    let rounds = rounds_wanted();
    let dir = tempfile::tempdir().unwrap();
    let desk = Desk::start(DeskOptions {
        markers,
        tickets: 1,
        devices: 20,
        // Answers take a little, so that a kill meets requests on their way; some answers never come.
        fault: Some("latency=15ms±10,drop=2%@writes,lostack=3%@writes".to_owned()),
        ..DeskOptions::default()
    })
    .await
    .unwrap();
    let token_file = dir.path().join("token");
    fs::write(&token_file, desk.agent_token().expose_secret()).unwrap();
    let orders = Orders::new(
        &desk.url(),
        &token_file,
        Duration::from_millis(300),
        Duration::from_millis(900),
    );
    let mut playing = JoinSet::new();
    let mut asked = BTreeMap::new();
    for n in 0..rounds {
        let mut tickets = Vec::new();
        for _ in 0..6 {
            let made = desk
                .add_ticket("VPN falder ud", "Igen", "kari@kommune.test")
                .await;
            tickets.push(TicketId::new(made.unwrap().to_string()));
        }
        let round = Round {
            orders: orders.clone(),
            name: format!("Round {n}"),
            tickets,
            requester: "kari@kommune.test".to_owned(),
            queue: "Servicedesk".to_owned(),
            markers,
            kills: 5,
            life: Duration::from_millis(500),
        };
        playing.spawn(kill::round(round));
        if playing.len() >= AT_ONCE {
            count(&mut asked, playing.join_next().await.unwrap().unwrap());
        }
    }
    while let Some(ended) = playing.join_next().await {
        count(&mut asked, ended.unwrap());
    }
    writeln!(
        std::io::stderr(),
        "{rounds} rounds, markers {markers}: asked about {asked:?} of {}",
        rounds * 20
    )
    .ok();
    desk.shutdown().await;
    asked
}

fn count(asked: &mut BTreeMap<&'static str, usize>, ended: kill::Ended) {
    for (state, n) in ended.asked {
        *asked.entry(state).or_default() += n;
    }
}
