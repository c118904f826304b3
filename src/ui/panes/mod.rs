//! The screens.

pub(super) mod alike;
pub(super) mod board;
mod conversation;
pub(super) mod devices;
pub(super) mod facts;
pub(super) mod incident;
pub(super) mod incidents;
mod list;
mod load;
pub(super) mod outbox;
pub(super) mod person;
mod restored;
mod row;
pub(super) mod ticket;
pub(super) mod trends;
pub(super) mod wall;
pub(super) mod why;
