//! SQLite on its own thread: cache and outbox, two files.
//!
//! Invariant: nothing outside this room (and the embedded desk) speaks SQL, and no statement runs on the thread
//! of its caller. Start at [`db::Db`].

pub mod cache;
pub mod db;
pub mod error;

pub use cache::Cache;
pub use db::{Db, Durability, Location};
pub use error::{StoreError, StoreErrorKind};
