//! The desk port: what Vagt needs of a ticketing system, and the connectors.
//!
//! Start at [`port::Desk`].

pub mod apply;
pub mod port;
pub mod rt;
