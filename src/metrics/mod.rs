//! The numbers as OpenMetrics text, and a listener that gives them to whoever scrapes.
//!
//! Invariant: a number that is not known is left out, never written as zero; the text is valid for readers of OpenMetrics
//! and of the older text format. Start at [`text()`]; [`listen`] serves it.

pub mod listen;
mod text;

use jiff::Timestamp;

use crate::domain::numbers::Numbers;

pub use text::text;

/// The load of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupLoad {
    /// Its slug.
    pub group: String,
    /// Tickets that are not over.
    pub open: usize,
    /// Of these, nobody's.
    pub unowned: usize,
    /// What came in the last hour.
    pub arrived: u32,
}

/// What is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The numbers.
    pub numbers: Numbers,
    /// Each group.
    pub groups: Vec<GroupLoad>,
    /// Devices that are known.
    pub devices: usize,
    /// When the desk last answered.
    pub synced: Timestamp,
    /// Whether it answered when it was last asked.
    pub is_up: bool,
}
