//! Crash reports: what a panic said and where, in a file that only its owner may read.

use std::backtrace::Backtrace;
use std::fs;
use std::io::{self, Write as _};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};

use crate::domain::Timestamp;

use super::redact;

/// Writes a report of a panic into `dir` and says where it is. Meant for a panic hook: it does not touch the
/// terminal and does not panic. `now` is the time of the panic.
pub fn write_crash(dir: &Path, info: &PanicHookInfo<'_>, now: Timestamp) -> io::Result<PathBuf> {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("(the panic carried no text)");
    let place = info
        .location()
        .map_or_else(|| "unknown".to_owned(), ToString::to_string);
    let thread = std::thread::current();
    let report = format!(
        "Vagt {} panicked at {now}\nplace: {place}\nthread: {}\nmessage: {message}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        thread.name().unwrap_or("unnamed"),
        Backtrace::force_capture()
    );
    write(dir, &redact::text(&report), now)
}

fn write(dir: &Path, report: &str, now: Timestamp) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let name = format!(
        "crash-{}-{}",
        now.strftime("%Y%m%dT%H%M%SZ"),
        std::process::id()
    );
    // A second panic in the same second gets a file of its own.
    for n in 0..100 {
        let path = match n {
            0 => dir.join(format!("{name}.txt")),
            n => dir.join(format!("{name}-{n}.txt")),
        };
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(report.as_bytes())?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_panic_leaves_a_private_report_without_secrets() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("state");
        let now: Timestamp = "2026-11-21T08:07:12Z".parse().unwrap();
        let paths = Arc::new(Mutex::new(Vec::new()));
        let (into, at) = (Arc::clone(&paths), dir.clone());
        let before = std::panic::take_hook();
        let named = std::thread::Builder::new().name("crash test".to_owned());
        let ours = "crash test".to_owned();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() == Some(ours.as_str()) {
                into.lock()
                    .unwrap()
                    .push(write_crash(&at, info, now).unwrap());
                into.lock()
                    .unwrap()
                    .push(write_crash(&at, info, now).unwrap());
            }
        }));
        let thread = named
            .spawn(|| panic!("went wrong with 1-14-0123456789abcdef0123456789abcdef"))
            .unwrap();
        assert!(thread.join().is_err());
        std::panic::set_hook(before);
        let paths = paths.lock().unwrap().clone();
        assert_eq!(paths.len(), 2);
        assert_ne!(paths[0], paths[1]);
        let report = fs::read_to_string(&paths[0]).unwrap();
        assert!(
            report.contains("message: went wrong with [hidden]"),
            "{report}"
        );
        assert!(report.contains("diag/crash.rs"), "{report}");
        assert!(report.contains("thread: crash test"), "{report}");
        assert!(report.contains("2026-11-21T08:07:12Z"), "{report}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&paths[0]).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
