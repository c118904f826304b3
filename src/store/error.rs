//! What can go wrong with a file of ours, in words that say which file and what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// What kind of trouble a store has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreErrorKind {
    /// No space left.
    DiskFull,
    /// Another process holds the file longer than we wait.
    Locked,
    /// Not a database, or damaged.
    Corrupt,
    /// May not be read or written by us.
    Permission,
    /// Written by a newer Vagt.
    TooNew,
    /// The disk answered with an error.
    Io,
    /// A row is not what it was a moment ago: somebody else changed it first.
    Changed,
    /// The store was closed.
    Closed,
    /// Anything else: an error of ours.
    Internal,
}

/// Trouble with a store: which file, what happened, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    kind: StoreErrorKind,
    file: Option<PathBuf>,
    detail: String,
}

impl StoreError {
    /// Trouble of a kind, with what happened in words.
    pub fn new(kind: StoreErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            file: None,
            detail: detail.into(),
        }
    }

    /// Trouble with reading or writing a file.
    pub fn io(error: &io::Error, file: &Path) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreErrorKind::DiskFull,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                StoreErrorKind::Permission
            }
            _ => StoreErrorKind::Io,
        };
        Self::new(kind, error.to_string()).at(file)
    }

    /// The same trouble, with the file named unless one is named already.
    #[must_use]
    pub fn at(mut self, file: &Path) -> Self {
        self.file.get_or_insert_with(|| file.to_owned());
        self
    }

    /// What kind.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// Which file, if it is about one.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Whether the same call may succeed a little later.
    pub fn is_retryable(&self) -> bool {
        self.kind == StoreErrorKind::Locked
    }

    fn what_to_do(&self) -> (&'static str, &'static str) {
        match self.kind {
            StoreErrorKind::DiskFull => ("the disk is full", "free some space and try again"),
            StoreErrorKind::Locked => (
                "another program holds it",
                "close that program or try again in a moment",
            ),
            StoreErrorKind::Corrupt => (
                "it is damaged or no database",
                "move it away (a cache may simply be deleted) and start again",
            ),
            StoreErrorKind::Permission => (
                "it may not be read or written",
                "check that you own the file and its directory",
            ),
            StoreErrorKind::TooNew => (
                "it was written by a newer Vagt",
                "update Vagt, or choose another data directory",
            ),
            StoreErrorKind::Io => (
                "the disk answered with an error",
                "check the disk and the mount",
            ),
            StoreErrorKind::Changed => ("the row was changed by somebody else", "look at it again"),
            StoreErrorKind::Closed => ("the store is closed", "start Vagt again"),
            StoreErrorKind::Internal => (
                "something unexpected happened",
                "please report this with the log file",
            ),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, to_do) = self.what_to_do();
        match &self.file {
            Some(file) => write!(f, "{}: {what}; {to_do}", file.display())?,
            None => write!(f, "{what}; {to_do}")?,
        }
        if self.detail.is_empty() {
            Ok(())
        } else {
            write!(f, " ({})", self.detail)
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreErrorKind::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreErrorKind::Locked,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreErrorKind::Corrupt,
            Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                StoreErrorKind::Permission
            }
            Some(ErrorCode::SystemIoFailure | ErrorCode::FileLockingProtocolFailed) => {
                StoreErrorKind::Io
            }
            _ => StoreErrorKind::Internal,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<serde_json::Error> for StoreError {
    /// A stored row that cannot be read back, or a value that cannot be written.
    fn from(error: serde_json::Error) -> Self {
        Self::new(StoreErrorKind::Corrupt, format!("a stored row: {error}"))
    }
}
