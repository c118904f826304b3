//! Plain types and rules: tickets, people, devices, actions, plans, outcomes, queries.
//!
//! No I/O, no clock, no randomness. Text in these types has already been through
//! [`crate::text`]; a connector sanitises at its door. Start at [`ticket`], then [`action`] (what a person
//! wants), [`plan`] (what would be sent), [`outcome`] (what came of it) and [`outbox`] (how far it is).

pub mod action;
pub mod alarm;
pub mod alike;
pub mod bulk;
pub mod card;
pub mod claim;
pub mod declared;
pub mod deed;
pub mod delivery;
pub mod device;
pub mod draft;
pub mod entry;
pub mod fact;
pub mod finding;
pub mod handover;
pub mod health;
pub mod hosting;
pub mod ids;
pub mod incident;
pub mod merging;
pub mod numbers;
pub mod optimistic;
pub mod outbox;
pub mod outcome;
pub mod person;
pub mod plan;
pub mod query;
pub mod role;
pub mod rollout;
pub mod source;
pub mod template;
pub mod ticket;
pub mod timeline;
pub mod view;
pub mod watch;

pub use fact::Fact;
pub use jiff::Timestamp;
