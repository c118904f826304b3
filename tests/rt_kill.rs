//! kill -9 at random moments while twenty actions are delivered to the real Request Tracker, ten times.
//! `VAGT_TEST_KILL_ROUNDS` plays more or fewer.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "common/kill.rs"]
mod kill;
#[path = "common/rt.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod rt;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use kill::{Orders, Round};
use rt::{Rt, Who};
use tokio::task::JoinSet;
use vagt::domain::ids::TicketId;

/// Consoles at work at the same time, each with its own outbox and tickets. More only make the server slower.
const AT_ONCE: usize = 2;

/// Not a test by itself: the process that the next one starts and kills.
#[tokio::test]
async fn the_console_that_is_killed() {
    kill::console().await;
}

#[tokio::test]
async fn every_action_is_on_the_desk_exactly_once_or_listed_for_a_person() {
    let Some(rt) = Rt::from_env() else { return };
    let rounds: usize = std::env::var("VAGT_TEST_KILL_ROUNDS").map_or(10, |n| n.parse().unwrap());
    let asked = play(&rt, rounds.div_ceil(2), true).await;
    assert!(asked.is_empty(), "nothing is left to a person: {asked:?}");
    rt.up(&["markers", "off"]);
    let asked = play(&rt, rounds / 2, false).await;
    rt.up(&["markers", "on"]);
    let all: usize = asked.values().sum();
    assert!(all <= rounds * 5, "most arrive by themselves: {asked:?}");
}

async fn play(rt: &Rt, rounds: usize, markers: bool) -> BTreeMap<&'static str, usize> {
    let token_file = Who::Mette.token_file();
    // A busy server takes some seconds to store a text whose console is gone.
    let orders = Orders::new(
        &rt.url,
        Path::new(&token_file),
        Duration::from_secs(3),
        Duration::from_secs(10),
    );
    let run: u32 = rand::random();
    let mut playing = JoinSet::new();
    let mut asked = BTreeMap::new();
    for n in 0..rounds {
        // What an earlier run left on the desk has another name.
        let name = format!("Round {n} of {run:x}, markers {markers}");
        let tickets = (0..6)
            .map(|_| rt.create(Who::Root, "General", &name))
            .map(|id| TicketId::new(id.to_string()))
            .collect();
        let round = Round {
            orders: orders.clone(),
            name,
            tickets,
            requester: "p002@kommune.test".to_owned(),
            queue: "General".to_owned(),
            markers,
            kills: 4,
            life: Duration::from_millis(2_500),
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
    asked
}

fn count(asked: &mut BTreeMap<&'static str, usize>, ended: kill::Ended) {
    for (state, n) in ended.asked {
        *asked.entry(state).or_default() += n;
    }
}
