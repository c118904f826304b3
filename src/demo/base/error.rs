//! What can go wrong below the wire, and what the wire says about it.

use std::fmt;

/// A failure of the desk's own storage. The client sees a 500 with the sentence.
#[derive(Debug, thiserror::Error)]
pub enum BaseError {
    /// SQLite refused or failed.
    #[error("the desk's database failed: {0}")]
    Sql(rusqlite::Error),
    /// There is no room for what was to be written.
    #[error(
        "the disk of the desk's database is full: nothing of this was kept; make room there and send it again"
    )]
    Full,
    /// A commit failed, and took with it what waited for it: the sentence why.
    #[error("{0}")]
    NotKept(String),
    /// A question took longer than a client may ask for.
    #[error("Query takes too long; ask for less")]
    TooLong,
    /// Another program has the file.
    #[error(
        "the database {0} is in use, most likely by another desk: end that one, or name another --db file"
    )]
    InUse(String),
    /// The file is of a later version of this program.
    #[error(
        "the database {file} has version {found}, this program knows up to {known}: use a newer vagt, or another --db file"
    )]
    Newer {
        /// The file that was to be opened.
        file: String,
        /// Version found in the file.
        found: i64,
        /// Latest version known here.
        known: i64,
    },
    /// The file is a database, but not of this desk.
    #[error("{0} is a database of something else: name another --db file")]
    Foreign(String),
    /// A data file of the simulation is wrong: a mistake of this program.
    #[error("the simulated town cannot be built: {0}")]
    Assets(String),
    /// The thread that owns the database has ended.
    #[error("the desk has been stopped")]
    Stopped,
    /// The file or its directory cannot be used.
    #[error("cannot use {file} for the desk: {source}")]
    File {
        /// The file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl From<rusqlite::Error> for BaseError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::TooLong,
            _ => Self::Sql(error),
        }
    }
}

/// Result of storage work.
pub type Base<T> = Result<T, BaseError>;

/// A request that the desk answers with a status and one sentence, as Request Tracker does
/// (`{"message": …}`). Storage failures travel in it too, as 500.
#[derive(Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// The sentence.
    pub message: String,
}

impl Refusal {
    /// A refusal with this status and sentence.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// `404 Not Found`.
    pub fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    /// `403 Forbidden`.
    pub fn forbidden() -> Self {
        Self::new(403, "Forbidden")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.message)
    }
}

impl From<BaseError> for Refusal {
    fn from(error: BaseError) -> Self {
        if matches!(error, BaseError::TooLong) {
            return Self::new(400, error.to_string());
        }
        tracing::error!(%error, "embedded desk: storage failed");
        Self::new(500, error.to_string())
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        BaseError::from(error).into()
    }
}
