//! The log: one file a day, in a directory that only its owner may enter.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tracing::Subscriber;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::redact;

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogProblem {
    /// The directory cannot be made.
    #[error("no log: {} cannot be made: {error}; check its owner, or set VAGT_DATA_DIR", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file cannot be opened.
    #[error("no log: no file can be written in {}: {error}; check its owner and the space", path.display())]
    File {
        /// The directory.
        path: PathBuf,
        /// Why.
        error: InitError,
    },
    /// Logging was started before in this process.
    #[error("no log: it was started before")]
    Twice,
}

/// Keeps the log going. Dropping it writes what is left, so keep it until the end of `main`.
#[derive(Debug)]
pub struct LogGuard {
    _worker: WorkerGuard,
}

/// Starts logging into `dir`: files `vagt.DATE.log`, one a day (UTC), the newest `keep` of them. `level` is the
/// least important level of our own events (`error` to `trace`); of libraries only warnings and errors are kept.
pub fn start_log(dir: &Path, level: &str, keep: usize) -> Result<LogGuard, LogProblem> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|error| LogProblem::Directory {
        path: dir.to_owned(),
        error,
    })?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("vagt")
        .filename_suffix("log")
        .max_log_files(keep)
        .build(dir)
        .map_err(|error| LogProblem::File {
            path: dir.to_owned(),
            error,
        })?;
    let (writer, worker) = tracing_appender::non_blocking(file);
    tracing::subscriber::set_global_default(subscriber(writer, level))
        .map_err(|_| LogProblem::Twice)?;
    Ok(LogGuard { _worker: worker })
}

/// Formats events as lines without colour and redacts each before it is written.
fn subscriber<W>(writer: W, level: &str) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(format!("warn,vagt={level}"))
        .unwrap_or_else(|_| EnvFilter::new("warn,vagt=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_target(true)
        .with_writer(Redacting(writer))
        .finish()
}

struct Redacting<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Redacting<W> {
    type Writer = Redacted<W::Writer>;
    fn make_writer(&'a self) -> Self::Writer {
        Redacted(self.0.make_writer())
    }
}

struct Redacted<W>(W);

impl<W: io::Write> io::Write for Redacted<W> {
    /// Takes a whole event: the formatter hands each over in one piece.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        self.0.write_all(redact::text(&text).as_bytes())?;
        Ok(event.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(level: &str, events: impl FnOnce()) -> String {
        let sink = Sink::default();
        let writer = sink.clone();
        let subscriber = subscriber(move || writer.clone(), level);
        tracing::subscriber::with_default(subscriber, events);
        let bytes = sink.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn secrets_do_not_reach_the_file_whichever_way_they_are_logged() {
        let token = "1-14-0123456789abcdef0123456789abcdef";
        let text = logged("debug", || {
            tracing::info!("Authorization: token {token}");
            tracing::info!(header = %format!("token {token}"), "request");
            tracing::debug!(body = ?vec![token], "answer for 010190-1234");
        });
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(!text.contains("0123456789abcdef"), "{text}");
        assert!(!text.contains("010190-1234"), "{text}");
        assert!(text.contains("request"), "{text}");
    }

    #[test]
    fn the_level_is_ours_and_libraries_only_warn() {
        let text = logged("info", || {
            tracing::debug!("ours, too fine");
            tracing::info!("ours");
            tracing::info!(target: "hyper", "theirs, too fine");
            tracing::warn!(target: "hyper", "theirs");
        });
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
        let unknown = logged("no=such=level", || tracing::info!("still logged"));
        assert!(unknown.contains("still logged"));
    }

    #[cfg(unix)]
    #[test]
    fn the_log_is_a_file_in_a_private_directory() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("state");
        let guard = start_log(&dir, "info", 3).unwrap();
        tracing::warn!("one line");
        drop(guard);
        assert_eq!(
            fs::metadata(&dir).unwrap().permissions().mode() & 0o777,
            0o700
        );
        let files: Vec<_> = fs::read_dir(&dir)
            .unwrap()
            .map(|f| f.unwrap().path())
            .collect();
        assert_eq!(files.len(), 1, "{files:?}");
        assert!(fs::read_to_string(&files[0]).unwrap().contains("one line"));
        assert!(matches!(start_log(&dir, "info", 3), Err(LogProblem::Twice)));
    }
}
