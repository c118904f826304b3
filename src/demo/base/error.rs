//! What can go wrong below the wire, and what the wire says about it.

use std::fmt;

/// A failure of the desk's own storage. The client sees a 500 with the sentence.
#[derive(Debug, thiserror::Error)]
pub enum BaseError {
    /// SQLite refused or failed.
    #[error("the desk's database failed: {0}")]
    Sql(#[from] rusqlite::Error),
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
        tracing::error!(%error, "embedded desk: storage failed");
        Self::new(500, error.to_string())
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        BaseError::from(error).into()
    }
}
