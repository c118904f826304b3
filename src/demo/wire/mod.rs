//! The network side of the embedded desk: socket, authentication, faults, answers.
//!
//! Start at [`server`].

pub(crate) mod auth;
pub(crate) mod body;
pub(crate) mod control;
pub(crate) mod io;
pub(crate) mod limits;
pub(crate) mod mangle;
pub(crate) mod server;
