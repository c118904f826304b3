//! One SQLite connection on its own named thread.
//!
//! Invariant: a statement never runs on the thread of its caller, jobs run one at a time in the order they were
//! handed in, and a file is private to its owner (0600) before the first byte of content is in it.
//! Start at [`Db::open`].

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::error::{StoreError, StoreErrorKind};

/// How long a statement waits for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

/// Where a database lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In this file; directories that are missing are made, with mode 0700.
    File(PathBuf),
    /// In memory, gone when the handle is dropped.
    Memory,
}

impl Location {
    /// What to call it in an error.
    fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Memory => Path::new("database in memory"),
        }
    }
}

/// What survives a power loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every committed transaction (`synchronous=FULL`): for what cannot be fetched again.
    Full,
    /// A consistent file, perhaps without the last transactions (`synchronous=NORMAL`).
    Normal,
}

/// One step from a version of a schema to the next. It runs in one transaction.
#[derive(Debug, Clone, Copy)]
pub enum Migration {
    /// These statements.
    Sql(&'static str),
    /// These statements, then what SQL cannot say.
    SqlThen(&'static str, fn(&Connection) -> Result<(), StoreError>),
}

impl Migration {
    fn run(self, c: &Connection) -> Result<(), StoreError> {
        match self {
            Self::Sql(sql) => Ok(c.execute_batch(sql)?),
            Self::SqlThen(sql, then) => {
                c.execute_batch(sql)?;
                then(c)
            }
        }
    }
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

enum Message {
    Run(Job),
    Close,
}

/// A database. Cloning gives another handle to the same connection; the thread ends with the last handle.
#[derive(Debug, Clone)]
pub struct Db {
    to_thread: Sender<Message>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
    path: Arc<Path>,
    #[cfg(test)]
    waiting: Arc<std::sync::atomic::AtomicUsize>,
}

impl Db {
    /// Opens the database, made if it is missing, and brings its schema up to date: `migrations[n]` leads
    /// from `user_version` n to n + 1.
    ///
    /// Fails when the file cannot be used, or was written by a newer program. Blocks for a few milliseconds.
    pub fn open(
        location: &Location,
        durability: Durability,
        migrations: &'static [Migration],
    ) -> Result<Self, StoreError> {
        let path: Arc<Path> = location.path().into();
        let mut connection =
            connect(location, durability, migrations).map_err(|error| error.at(&path))?;
        let (to_thread, jobs) = channel();
        let name = path.file_stem().map_or_else(
            || "store".to_owned(),
            |stem| format!("store {}", stem.to_string_lossy()),
        );
        let thread = Builder::new()
            .name(name)
            .spawn(move || serve(&mut connection, &jobs))
            .map_err(|error| StoreError::io(&error, &path))?;
        Ok(Self {
            to_thread,
            thread: Arc::new(Mutex::new(Some(thread))),
            path,
            #[cfg(test)]
            waiting: Arc::default(),
        })
    }

    /// Whether nothing handed in is still to be done: a test with a clock of its own may move it.
    #[cfg(test)]
    pub fn is_idle(&self) -> bool {
        self.waiting.load(std::sync::atomic::Ordering::SeqCst) == 0
    }

    /// Which file it is; a description when it is in memory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `job` on the database's thread and waits without blocking. The job runs to its end even when the
    /// returned future is dropped.
    pub async fn call<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(move |connection| {
            // Nobody listens any more when the future was dropped; the work is done all the same.
            drop(reply.send(job(connection)));
        }))?;
        self.finish(answer.await.map_err(|_| lost()))
    }

    /// Runs `job` on the database's thread and blocks until it is done. Not for async code.
    pub fn call_blocking<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = channel();
        self.send(Box::new(move |connection| {
            drop(reply.send(job(connection)));
        }))?;
        self.finish(answer.recv().map_err(|_| lost()))
    }

    /// Runs what was handed in before, closes the file and waits for that. Later calls fail with
    /// [`StoreErrorKind::Closed`]. Does nothing the second time.
    pub fn close(&self) {
        drop(self.to_thread.send(Message::Close));
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            drop(thread.join());
        }
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        #[cfg(test)]
        let job = {
            use std::sync::atomic::Ordering::SeqCst;
            let waiting = Arc::clone(&self.waiting);
            waiting.fetch_add(1, SeqCst);
            Box::new(move |connection: &mut Connection| {
                job(connection);
                waiting.fetch_sub(1, SeqCst);
            })
        };
        self.to_thread
            .send(Message::Run(job))
            .map_err(|_| StoreError::new(StoreErrorKind::Closed, "").at(&self.path))
    }

    fn finish<T>(
        &self,
        result: Result<Result<T, StoreError>, StoreError>,
    ) -> Result<T, StoreError> {
        result
            .and_then(|inner| inner)
            .map_err(|error| error.at(&self.path))
    }
}

fn lost() -> StoreError {
    StoreError::new(
        StoreErrorKind::Internal,
        "a job ended without an answer, or the store was closed before its turn",
    )
}

fn serve(connection: &mut Connection, jobs: &Receiver<Message>) {
    while let Ok(Message::Run(job)) = jobs.recv() {
        // A job that panics is rolled back by its dropped transaction and loses its answer; the others go on.
        drop(catch_unwind(AssertUnwindSafe(|| job(connection))));
    }
}

fn connect(
    location: &Location,
    durability: Durability,
    migrations: &[Migration],
) -> Result<Connection, StoreError> {
    let mut connection = match location {
        Location::File(path) => {
            make_private(path)?;
            Connection::open(path)?
        }
        Location::Memory => Connection::open_in_memory()?,
    };
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    if matches!(location, Location::File(_)) {
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    }
    match durability {
        Durability::Full => {
            connection.pragma_update(None, "synchronous", "full")?;
            connection.pragma_update(None, "fullfsync", true)?;
        }
        Durability::Normal => connection.pragma_update(None, "synchronous", "normal")?,
    }
    connection.set_prepared_statement_cache_capacity(64);
    migrate(&mut connection, migrations)?;
    Ok(connection)
}

/// Makes the directory (0700, where it is missing) and the file (0600, also where it had more), before anything is
/// written. SQLite gives its side files the mode of the main one.
fn make_private(path: &Path) -> Result<(), StoreError> {
    if let Some(directory) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(directory)
            .map_err(|error| StoreError::io(&error, directory))?;
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options
        .open(path)
        .map_err(|error| StoreError::io(&error, path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file
            .metadata()
            .map_err(|error| StoreError::io(&error, path))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            file.set_permissions(fs::Permissions::from_mode(0o600))
                .map_err(|error| StoreError::io(&error, path))?;
        }
    }
    drop(file);
    Ok(())
}

fn migrate(connection: &mut Connection, migrations: &[Migration]) -> Result<(), StoreError> {
    let newest = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    while schema_version(connection)? < newest {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have done this step while we waited for the lock.
        let version = schema_version(&step)?;
        let Some(migration) = usize::try_from(version)
            .ok()
            .and_then(|v| migrations.get(v))
        else {
            break;
        };
        migration.run(&step)?;
        step.pragma_update(None, "user_version", version + 1)?;
        step.commit()?;
    }
    let version = schema_version(connection)?;
    if version > newest {
        return Err(StoreError::new(
            StoreErrorKind::TooNew,
            format!("its schema is number {version}, this program knows up to {newest}"),
        ));
    }
    Ok(())
}

fn schema_version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Migration = Migration::Sql("CREATE TABLE t (a INTEGER) STRICT");
    const ONE: &[Migration] = &[FIRST];
    const TWO: &[Migration] = &[
        FIRST,
        Migration::SqlThen("ALTER TABLE t ADD COLUMN b TEXT", |c| {
            c.execute("INSERT INTO t VALUES (7, 'x')", [])?;
            Ok(())
        }),
    ];

    const BAD: &[Migration] = &[
        FIRST,
        Migration::Sql("CREATE TABLE u (a); CREATE TABLE t (again)"),
    ];

    fn open(path: &Path, migrations: &'static [Migration]) -> Result<Db, StoreError> {
        Db::open(
            &Location::File(path.to_owned()),
            Durability::Full,
            migrations,
        )
    }

    fn count(db: &Db) -> i64 {
        db.call_blocking(|c| Ok(c.query_row("SELECT count(*) FROM t", [], |r| r.get(0))?))
            .unwrap()
    }

    #[test]
    fn an_older_file_is_brought_up_to_date_and_keeps_its_rows() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let db = open(&path, ONE).unwrap();
        db.call_blocking(|c| Ok(c.execute("INSERT INTO t VALUES (1)", [])?))
            .unwrap();
        db.close();
        assert_eq!(count(&open(&path, TWO).unwrap()), 2);
        assert_eq!(count(&open(&path, TWO).unwrap()), 2, "migrations ran twice");
    }

    #[test]
    fn a_file_of_a_newer_program_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        open(&path, TWO).unwrap().close();
        let error = open(&path, ONE).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::TooNew);
        assert!(error.to_string().contains("a.db"), "{error}");
        assert!(error.to_string().contains("update Vagt"), "{error}");
        assert_eq!(count(&open(&path, TWO).unwrap()), 1);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_older_schema() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        open(&path, ONE).unwrap().close();
        assert!(open(&path, BAD).is_err());
        let db = open(&path, ONE).unwrap();
        let tables = db
            .call_blocking(|c| {
                Ok(c.query_row("SELECT count(*) FROM sqlite_schema", [], |r| {
                    r.get::<_, i64>(0)
                })?)
            })
            .unwrap();
        assert_eq!(tables, 1);
    }

    #[cfg(unix)]
    #[test]
    fn files_and_new_directories_are_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data/vagt/a.db");
        let db = open(&path, ONE).unwrap();
        db.call_blocking(|c| Ok(c.execute("INSERT INTO t VALUES (1)", [])?))
            .unwrap();
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        for name in ["a.db", "a.db-wal", "a.db-shm"] {
            assert_eq!(mode(&path.with_file_name(name)), 0o600, "{name}");
        }
        db.close();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        open(&path, ONE).unwrap().close();
        assert_eq!(mode(&path), 0o600, "a file with more rights is closed");
    }

    #[test]
    fn trouble_names_the_file_and_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("broken.db");
        fs::write(&path, "this is no database, only a line of text".repeat(40)).unwrap();
        let error = open(&path, ONE).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        assert!(error.to_string().contains("broken.db"), "{error}");
        assert!(error.to_string().contains("move it away"), "{error}");
    }

    #[tokio::test]
    async fn a_job_that_panics_or_fails_does_not_take_the_store_with_it() {
        let db = Db::open(&Location::Memory, Durability::Normal, ONE).unwrap();
        let panicked: Result<(), _> = db
            .call(|c| {
                let tx = c.transaction()?;
                tx.execute("INSERT INTO t VALUES (1)", [])?;
                panic!("a mistake in a job");
            })
            .await;
        assert_eq!(panicked.unwrap_err().kind(), StoreErrorKind::Internal);
        let failed = db.call(|c| Ok(c.execute("nonsense", [])?)).await;
        assert_eq!(failed.unwrap_err().kind(), StoreErrorKind::Internal);
        let rows: i64 = db
            .call(|c| Ok(c.query_row("SELECT count(*) FROM t", [], |r| r.get(0))?))
            .await
            .unwrap();
        assert_eq!(rows, 0, "the half transaction was rolled back");
        db.close();
        let late = db.call(|_| Ok(())).await;
        assert_eq!(late.unwrap_err().kind(), StoreErrorKind::Closed);
    }
}
