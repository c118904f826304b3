//! The outbox: every action of this person, on disk before the key press is acknowledged.
//!
//! One file (`outbox.db`, every commit synced) per data directory, shared by all consoles of the person; each handle
//! sees the actions of one desk profile. Invariant: a row changes only by compare-and-set on its revision, and files,
//! audit line and draft change in the same transaction as the row they belong to, so that a process may be killed between
//! any two statements. Who may send is said by [`lease`]. The rules of the states are `sync::outbox`.
//! Start at [`Outbox::open`] and [`Outbox::enqueue`].

mod audit;
mod bulk;
mod declared;
mod draft;
pub mod lease;
pub mod process;
mod rows;
mod ruling;
mod schema;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Statement;
use serde::de::DeserializeOwned;

pub use audit::chain::{Flaw, FlawKind, SHORTEST, Verdict};
pub use audit::{AuditLine, AuditRange, Recorded};
pub use declared::Stored;
pub use lease::{Begin, Lease};
pub use process::Process;
pub use rows::{Filter, New, Row};

use super::db::{Db, Durability, Location};
use super::error::StoreError;

/// A handle to the outbox, for one desk profile. Clones share the connection and the identity.
#[derive(Debug, Clone)]
pub struct Outbox {
    db: Db,
    profile: Arc<str>,
    process: Arc<Process>,
}

impl Outbox {
    /// Opens the outbox, made if it is missing. `profile` names the desk; two handles of one process are two consoles.
    pub fn open(location: &Location, profile: &str) -> Result<Self, StoreError> {
        Ok(Self {
            db: Db::open(location, Durability::Full, schema::MIGRATIONS)?,
            profile: profile.into(),
            process: Arc::new(Process::current()),
        })
    }

    /// The desk profile whose actions this handle sees.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Which file it is.
    pub fn path(&self) -> &Path {
        self.db.path()
    }

    /// The database, for tests that make it fail or wait until it is idle.
    #[cfg(test)]
    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// Closes the file and waits for that.
    pub fn close(&self) {
        self.db.close();
    }

    /// Forgets actions that ended before `before`, but not a text that the desk refused. Audit lines stay. Returns how
    /// many went.
    pub async fn prune(&self, before: Timestamp) -> Result<usize, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| rows::prune(c, &profile, before))
            .await
    }
}

/// What stands as JSON in the first column of a profile's rows. A row that cannot be read (of a newer version) is left
/// where it is.
fn readable<T: DeserializeOwned>(
    query: &mut Statement<'_>,
    profile: &str,
) -> Result<Vec<T>, StoreError> {
    let rows = query.query_map([profile], |row| row.get::<_, String>(0))?;
    let texts = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(texts
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect())
}

/// Milliseconds since 1970, as stored.
fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}
