//! How an embedded desk is started.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use jiff::civil::Time;

/// What happens in the town while the desk runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scenario {
    /// Nothing moves: for tests that change the desk themselves.
    #[default]
    Still,
    /// An ordinary day.
    Quiet,
    /// A VPN gateway dies soon after the start.
    Surge,
    /// Everybody was sent home: several times as many tickets of all kinds.
    Lockdown,
}

impl Scenario {
    /// Every scenario with its name on the command line.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Still, "still"),
        (Self::Quiet, "quiet"),
        (Self::Surge, "surge"),
        (Self::Lockdown, "lockdown"),
    ];

    /// The scenario with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(_, known)| *known == name)
            .map(|(scenario, _)| scenario)
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(scenario, _)| *scenario == self)
            .map_or("", |(_, name)| name)
    }
}

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
    /// The time of day at which the desk's clock starts; none: the real one.
    pub at: Option<Time>,
    /// Faults from the start, as in `latency=800ms±200,500=1%`.
    pub fault: Option<String>,
}

impl Default for DeskOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            db: None,
            tickets: 0,
            devices: 0,
            seed: 1,
            scenario: Scenario::Still,
            speed: 1.0,
            markers: true,
            at: None,
            fault: None,
        }
    }
}

impl DeskOptions {
    /// The desk of `vagt demo`: some 400 tickets of the last hours, some 1,200 devices, a surge.
    pub fn demo() -> Self {
        Self {
            tickets: 400,
            devices: 1_200,
            scenario: Scenario::Surge,
            ..Self::default()
        }
    }
}
