//! How an embedded desk is started.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use super::setup::Setup;
use super::town::scenario::Scenario;
use super::town::start::StartAt;
use super::wire::limits::Limits;

/// How an embedded desk is started. [`Default`] is a small one for tests: any free port of the
/// loopback, in memory, nothing in it, nothing moves.
#[derive(Debug, Clone)]
pub struct DeskOptions {
    /// Where it listens. Port 0: any free one.
    pub listen: SocketAddr,
    /// The database file; none: in memory.
    pub db: Option<PathBuf>,
    /// Tickets that are there at the start. A database that has been filled is left as it is.
    pub tickets: u32,
    /// Devices that are there at the start; there are about as many people.
    pub devices: u32,
    /// Seed of everything that is drawn by chance.
    pub seed: u64,
    /// What happens while it runs.
    pub scenario: Scenario,
    /// How many times as fast as real time the town lives.
    pub speed: f64,
    /// Whether the desk has the custom fields that mark actions.
    pub markers: bool,
    /// When the desk's clock starts; none: when the scenario says, else now.
    pub at: Option<StartAt>,
    /// Write the day down in this file and those beside it.
    pub record: Option<PathBuf>,
    /// Queues, catalogs and staff. A database that has been filled keeps its own.
    pub setup: Setup,
    /// Faults from the start, as in `latency=800ms±200,500=1%`.
    pub fault: Option<String>,
    /// What it bears of its clients.
    pub limits: Limits,
}

impl Default for DeskOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            db: None,
            tickets: 0,
            devices: 0,
            seed: 1,
            scenario: Scenario::default(),
            speed: 1.0,
            markers: true,
            at: None,
            record: None,
            setup: Setup::default(),
            fault: None,
            limits: Limits::default(),
        }
    }
}

impl DeskOptions {
    /// The desk of `vagt demo`: some 400 tickets of the last hours, some 1,200 devices; the scenario is
    /// left to the caller.
    pub fn demo() -> Self {
        Self {
            tickets: 400,
            devices: 1_200,
            ..Self::default()
        }
    }

    /// When the desk's clock starts; none: now.
    pub fn starts(&self) -> Option<StartAt> {
        self.at.or(self.scenario.at())
    }
}
