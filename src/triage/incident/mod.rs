//! Tickets of different people with one probable cause become one incident, while they arrive.
//!
//! Start at [`Engine::advance`]: it takes what happened and the time, and tells what a person at the console should
//! now see. A ticket is tried against the open incidents ([`profile`]); one that fits none is counted in every
//! combination it belongs to ([`rings`]), and the combinations are scanned against the usual ([`scan`], [`usual`]).
//! One that is too much for chance becomes an incident; it takes its tickets out of all counts, so what was only
//! its shadow surprises nobody any more. Beside that runs the surge alarm ([`surge`]).
//!
//! Invariant: no clock and no I/O; the same inputs at the same times give the same events. An incident keeps its id.

mod counting;
mod decisions;
mod devices;
mod engine;
mod failing;
mod fleet;
mod flood;
mod past;
mod placing;
mod profile;
mod record;
pub(super) mod reply;
mod rings;
mod same;
mod scan;
mod share;
mod stats;
mod surge;
mod suspect;
mod telling;
mod usual;
mod view;
mod words;

pub use engine::{Decision, Engine, Input, NewTicket, Settings};
pub use usual::Size;

#[cfg(test)]
mod tests;
