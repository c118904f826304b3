//! Opening the database: in memory, or a file of this version, of an older one, or of nobody's business.
//!
//! What a file holds is looked at before anything is changed in it; a file that is not for us stays as it is.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::patience::Patience;
use super::{Base, BaseError, DeskBase, schema};

/// So long is waited for another program to let go of the file.
const BUSY: Duration = Duration::from_secs(2);

impl DeskBase {
    /// Opens the database: in memory, or a file (created with mode 0600) whose every commit is on
    /// disk before it is acknowledged.
    pub(crate) fn open(file: Option<&Path>, base_url: String, now: i64) -> Base<Self> {
        let mut conn = match file {
            None => Connection::open_in_memory()?,
            Some(path) => connect(path)?,
        };
        let name = file
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        let found = version(&conn, &name)?;
        if file.is_some() {
            conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
            conn.pragma_update(None, "journal_mode", "WAL")?;
            conn.pragma_update(None, "synchronous", "FULL")?;
        }
        conn.set_prepared_statement_cache_capacity(256);
        conn.pragma_update(None, "foreign_keys", false)?;
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        conn.pragma_update(None, "cache_size", -65_536)?;
        if found == 0 {
            step(&conn, schema::CREATE, schema::VERSION)?;
        }
        for (from, sql) in (1..).zip(schema::STEPS) {
            if (1..=from).contains(&found) {
                step(&conn, sql, from + 1)?;
            }
        }
        let patience = Patience::over(&mut conn)?;
        let mut base = Self {
            conn,
            base_url,
            now,
            writes: 0,
            people: HashMap::new(),
            queues: Vec::new(),
            catalogs: Vec::new(),
            fields: Vec::new(),
            open: false,
            zone: String::new(),
            totals: HashMap::new(),
            patience,
        };
        base.reload()?;
        Ok(base)
    }
}

/// Connects to a file, which is made with mode 0600 if it is not there.
fn connect(path: &Path) -> Base<Connection> {
    let failed = |source| BaseError::File {
        file: path.display().to_string(),
        source,
    };
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path).map_err(failed)?);
    let conn = Connection::open(path)?;
    conn.busy_timeout(BUSY)?;
    Ok(conn)
}

/// The version of the tables in a file, 0 for an empty one; an error if they are not ours to use.
fn version(conn: &Connection, name: &str) -> Base<i64> {
    let unusable = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => BaseError::Foreign(name.to_owned()),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            BaseError::InUse(name.to_owned())
        }
        _ => error.into(),
    };
    let number = |sql: &str| {
        conn.query_row(sql, [], |row| row.get::<_, i64>(0))
            .map_err(unusable)
    };
    let found = number("PRAGMA user_version")?;
    if found > schema::VERSION {
        return Err(BaseError::Newer {
            file: name.to_owned(),
            found,
            known: schema::VERSION,
        });
    }
    // Ours has a version as soon as it has tables.
    let tables = number("SELECT count(*) FROM sqlite_master")?;
    let ours = number(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('transactions', 'custom_values')",
    )?;
    if (found == 0 && tables > 0) || (found > 0 && ours < 2) {
        return Err(BaseError::Foreign(name.to_owned()));
    }
    Ok(found)
}

/// Makes the tables those of a version, as a whole or not at all.
fn step(conn: &Connection, sql: &str, version: i64) -> Base<()> {
    let done = conn.execute_batch(&format!(
        "BEGIN IMMEDIATE; {sql} PRAGMA user_version = {version}; COMMIT;"
    ));
    if done.is_err() && !conn.is_autocommit() {
        conn.execute_batch("ROLLBACK")?;
    }
    Ok(done?)
}
