//! The embedded desk and the simulated municipality.
//!
//! [`Desk::start`] opens a server that speaks the REST 2.0 dialect of Request Tracker 5 on the
//! loopback, so that the demonstration and the tests run the production connector. Behind it stand a
//! SQLite database (`base`, in memory or a file that survives `kill -9` with every acknowledged
//! write), the query languages (`query`), the dialect (`rest`), the socket (`wire`) and faults on
//! demand ([`faults`]). Invariant: nothing here knows the console; it is reached over HTTP only.

pub(crate) mod base;
pub mod clock;
pub mod faults;
mod options;
pub(crate) mod query;
mod recording;
pub(crate) mod rest;
mod running;
pub mod setup;
pub(crate) mod town;
pub(crate) mod wire;

pub use options::DeskOptions;
pub use recording::{Recorded, record_day};
pub use running::{Desk, DeskError, HistoryLine, RunningDesk};
pub use setup::Setup;
pub use town::record::RecordError;
pub use town::scenario::Scenario;
pub use town::scenario_file::ScenarioError;
pub use town::start::{Day, StartAt};
pub use wire::limits::Limits;
