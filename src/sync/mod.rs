//! Poll, reconcile, deliver: the actors between the desk and the store.
//!
//! Nothing here starts tasks: each actor is a future that the runtime supervises, and speaks
//! [`crate::domain::source::SourceEvent`]s. What comes in starts at [`poller::poller`]. Delivery starts at
//! [`deliver::Delivery`]; the states of an action are [`outbox`].

mod attempt;
pub mod change;
pub mod clock;
pub mod deliver;
pub mod detail;
pub mod one;
pub mod outbox;
pub mod pace;
pub mod poller;
pub mod reach;
pub mod reconcile;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
