//! Opening the cache, whatever lies in its place.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::{Connection, OpenFlags};

use super::load::Snapshot;
use super::{APPLICATION_ID, Cache, CacheOptions, MIGRATIONS, apply, get, set, write};
use crate::store::db::{Db, Durability, Location};
use crate::store::error::{StoreError, StoreErrorKind};

/// An open cache.
#[derive(Debug)]
pub struct Opened {
    /// The cache.
    pub cache: Cache,
    /// What a person should know, one sentence: the file was damaged and is built anew.
    pub notice: Option<String>,
}

/// An open cache and everything in it.
#[derive(Debug)]
pub struct Started {
    /// The cache.
    pub cache: Cache,
    /// What it holds.
    pub snapshot: Snapshot,
    /// What a person should know.
    pub notice: Option<String>,
}

impl Cache {
    /// Opens the cache and loads it. A file that is damaged, foreign or of another version is moved aside and
    /// built anew.
    ///
    /// # Errors
    /// When no cache can be made at all: no space, no rights.
    pub async fn start(location: &Location, options: CacheOptions) -> Result<Started, StoreError> {
        let Opened { cache, notice } = Self::open(location, options)?;
        match cache.load_all().await {
            Ok(snapshot) => Ok(Started {
                cache,
                snapshot,
                notice,
            }),
            Err(error) if error.kind() == StoreErrorKind::Corrupt => {
                let Opened { cache, notice } = cache.rebuild()?;
                Ok(Started {
                    snapshot: cache.load_all().await?,
                    cache,
                    notice,
                })
            }
            Err(error) => Err(error),
        }
    }

    /// Opens the cache. A file that is no cache of ours is moved aside; damage deeper inside shows when it is
    /// read, see [`Cache::rebuild`]. Blocks for a few milliseconds.
    pub fn open(location: &Location, options: CacheOptions) -> Result<Opened, StoreError> {
        let mut notice = None;
        if let Location::File(path) = location
            && is_foreign(path)
        {
            notice = Some(move_aside(path, "is no cache of Vagt")?);
        }
        let (db, generation, emptied) = match open_db(location, &options.place) {
            Err(error) => match (location, why_useless(&error)) {
                (Location::File(path), Some(why)) => {
                    notice = Some(move_aside(path, why)?);
                    open_db(location, &options.place)?
                }
                _ => return Err(error),
            },
            Ok(opened) => opened,
        };
        if emptied && notice.is_none() {
            notice = Some(format!(
                "The cache was of another desk and has been emptied; everything is read anew from {}.",
                options.place
            ));
        }
        let cache = Self {
            db,
            location: Arc::new(location.clone()),
            options: Arc::new(options),
            generation: Arc::new(AtomicI64::new(generation)),
        };
        Ok(Opened { cache, notice })
    }

    /// Moves a file that turned out to be damaged aside and begins a new one. This handle and its clones are
    /// closed.
    pub fn rebuild(&self) -> Result<Opened, StoreError> {
        self.close();
        let notice = match &*self.location {
            Location::File(path) => Some(move_aside(path, "is damaged")?),
            Location::Memory => None,
        };
        let opened = Self::open(&self.location, (*self.options).clone())?;
        Ok(Opened { notice, ..opened })
    }

    /// Empties the cache. The next poll reads everything anew.
    pub async fn purge(&self) -> Result<(), StoreError> {
        let ours = Arc::clone(&self.generation);
        self.db
            .call(move |c| {
                let tx = write(c)?;
                apply::empty(&tx)?;
                let generation = get(&tx, "generation")?.unwrap_or_default();
                tx.commit()?;
                ours.store(generation, Ordering::Relaxed);
                // Gives the space back, and what was deleted does not stay readable in the file.
                c.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")?;
                Ok(())
            })
            .await
    }
}

/// The database, its generation, and whether it had to be emptied.
fn open_db(location: &Location, place: &str) -> Result<(Db, i64, bool), StoreError> {
    let db = Db::open(location, Durability::Normal, MIGRATIONS)?;
    let place = place.to_owned();
    let settled = db.call_blocking(move |c| settle(c, &place));
    match settled {
        Ok((generation, emptied)) => Ok((db, generation, emptied)),
        Err(error) => {
            // The file may be moved now.
            db.close();
            Err(error)
        }
    }
}

fn why_useless(error: &StoreError) -> Option<&'static str> {
    match error.kind() {
        StoreErrorKind::Corrupt => Some("is damaged"),
        StoreErrorKind::TooNew => Some("was written by a newer Vagt"),
        _ => None,
    }
}

/// Whether a database that is not ours lies there. What cannot be read as a database is not judged here.
fn is_foreign(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if !fs::metadata(path).is_ok_and(|file| file.len() > 0) {
        return false;
    }
    let read = |c: &Connection| {
        let id: i32 = c.pragma_query_value(None, "application_id", |r| r.get(0))?;
        let tables: i64 = c.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
        Ok::<_, rusqlite::Error>(tables > 0 && id != APPLICATION_ID)
    };
    Connection::open_with_flags(path, flags).is_ok_and(|c| read(&c).unwrap_or(false))
}

/// Renames the file and its side files to `….broken`; an older one of that name is replaced.
fn move_aside(path: &Path, why: &str) -> Result<String, StoreError> {
    let with = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let aside = with(".broken");
    fs::rename(path, &aside).map_err(|error| StoreError::io(&error, path))?;
    for side in ["-wal", "-shm"] {
        let from = with(side);
        if from.exists() {
            fs::rename(&from, with(&format!(".broken{side}")))
                .map_err(|error| StoreError::io(&error, &from))?;
        }
    }
    Ok(format!(
        "{} {why}; it was moved to {} and is built anew from the desk.",
        path.display(),
        aside.display()
    ))
}

/// The generation of the file; and whether it had to be emptied, because it was of another desk.
fn settle(c: &mut Connection, place: &str) -> Result<(i64, bool), StoreError> {
    let tx = write(c)?;
    let before: Option<String> = get(&tx, "place")?;
    let other = before.is_some_and(|before| before != place);
    if other {
        apply::empty(&tx)?;
    }
    set(&tx, "place", &place)?;
    let generation = get(&tx, "generation")?.unwrap_or_default();
    tx.commit()?;
    Ok((generation, other))
}
