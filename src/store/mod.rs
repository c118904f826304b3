//! SQLite on its own thread: cache and outbox, two files.
//!
//! Invariant: nothing outside this room (and the embedded desk) speaks SQL, and no statement runs on the thread
//! of its caller. Start at [`db::Db`], then [`outbox::Outbox`].

pub mod cache;
pub mod db;
pub mod error;
pub mod outbox;

pub use cache::Cache;
pub use db::{Db, Durability, Location, Migration};
pub use error::{StoreError, StoreErrorKind};
pub use outbox::Outbox;
