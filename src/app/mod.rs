//! The application without terminal, network, disk or clock: a model, messages, and what follows from them.
//!
//! Invariant: state changes only in [`update()`], on a message; every message carries the time at which it happened,
//! and everything that must reach the outside is an [`Effect`]. An action carries the ticket that was under the
//! cursor when its key was pressed. Start at [`Model`], then [`Msg`], [`Effect`] and [`update()`].

pub mod compose;
pub mod effect;
pub mod fill;
pub mod ids;
pub mod line;
pub mod macros;
pub mod model;
pub mod msg;
pub mod update;
pub mod words;

#[cfg(test)]
mod tests;

pub use effect::{Attention, Effect};
pub use model::Model;
pub use msg::Msg;
pub use update::{gather_handover, next_wake, update};
