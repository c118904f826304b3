//! The embedded desk as a client meets it: shapes, rights, versions, faults, durability.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "common/bare.rs"]
mod bare;
#[path = "demo/behaviour.rs"]
mod behaviour;
#[path = "demo/crowd.rs"]
mod crowd;
#[path = "demo/durability.rs"]
mod durability;
#[path = "demo/faults.rs"]
mod faults;
#[path = "demo/hostile.rs"]
mod hostile;
#[path = "demo/openapi.rs"]
mod openapi;
#[path = "demo/recordings.rs"]
mod recordings;
#[path = "demo/rights.rs"]
mod rights;
#[path = "demo/scenarios.rs"]
mod scenarios;
#[path = "demo/town.rs"]
mod town;

use bare::Bare;
use vagt::demo::{Desk, DeskOptions, RunningDesk};

/// A desk for one test, and a client with the first agent's token.
async fn desk() -> (RunningDesk, Bare) {
    let desk = Desk::start(DeskOptions::default()).await.unwrap();
    let agent = Bare::new(&desk.url(), desk.agent_token());
    (desk, agent)
}
