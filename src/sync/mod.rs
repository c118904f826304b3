//! Poll, reconcile, deliver: the actors between the desk and the store.
//!
//! Delivery starts at [`deliver::Delivery`]; the states of an action are [`outbox`].

mod attempt;
pub mod change;
pub mod clock;
pub mod deliver;
pub mod one;
pub mod outbox;
pub mod pace;
