//! Logging and crash reports.
//!
//! Everything written here goes through [`redact`]: no token, password, cookie or personal number reaches a
//! file. Nothing here writes to the terminal. Start at [`start_log`] and [`write_crash`].

mod crash;
mod log;
pub mod redact;

pub use crash::write_crash;
pub use log::{LogGuard, LogProblem, start_log};
