//! Files of this machine: what is attached to a reply, and where attachments are saved.
//!
//! Invariant: a name that came from outside never chooses a directory, and nothing that exists is overwritten.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::app::msg::FileFacts;
use crate::text::file_name::file_name;
use crate::text::sanitize;

/// Most proposals of a path completion.
const PROPOSALS: usize = 20;
/// Most names tried before saving gives up.
const NAMES_TRIED: u32 = 1_000;

/// `~` and `~/…` are the home directory.
pub fn expand(typed: &str) -> PathBuf {
    let home = directories::BaseDirs::new().map(|b| b.home_dir().to_owned());
    match (typed.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
            home.join(rest.trim_start_matches('/'))
        }
        _ => PathBuf::from(typed),
    }
}

/// What a file is, if it can be attached.
///
/// # Errors
/// A sentence: it is not there, is no file, cannot be read.
pub fn inspect(typed: &str) -> Result<FileFacts, String> {
    let path = expand(typed.trim());
    let shown = || sanitize::line(&path.display().to_string());
    let facts = fs::metadata(&path).map_err(|e| format!("{} cannot be attached: {e}", shown()))?;
    if !facts.is_file() {
        return Err(format!("{} is not a file", shown()));
    }
    fs::File::open(&path).map_err(|e| format!("{} cannot be read: {e}", shown()))?;
    let absolute = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
    let name = absolute
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    Ok(FileFacts {
        path: absolute.to_string_lossy().into_owned(),
        name: sanitize::line(&name),
        media_type: media_type(&name).to_owned(),
        size: facts.len(),
    })
}

/// Reads a file whole, if it has at most `cap` bytes.
///
/// # Errors
/// A sentence.
pub fn read(path: &str, cap: u64) -> Result<Vec<u8>, String> {
    use std::io::Read as _;
    let shown = sanitize::line(path);
    let file = fs::File::open(path).map_err(|e| format!("{shown} cannot be read: {e}"))?;
    let mut bytes = Vec::new();
    let got = file.take(cap.saturating_add(1)).read_to_end(&mut bytes);
    got.map_err(|e| format!("{shown} cannot be read: {e}"))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > cap {
        return Err(format!(
            "{shown} is larger than {} MB (attachments.max_mb)",
            cap / 1_000_000
        ));
    }
    Ok(bytes)
}

/// Paths that begin as typed; directories end in `/`.
pub fn complete(typed: &str) -> Vec<String> {
    let (dir, stem) = match typed.rfind('/') {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let read = fs::read_dir(if dir.is_empty() {
        PathBuf::from(".")
    } else {
        expand(dir)
    });
    let mut found: Vec<String> = read
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let hidden = name.starts_with('.') && !stem.starts_with('.');
            let safe = sanitize::line(&name) == name;
            if hidden || !safe || !name.starts_with(stem) {
                return None;
            }
            let slash = if entry.path().is_dir() { "/" } else { "" };
            Some(format!("{dir}{name}{slash}"))
        })
        .collect();
    found.sort();
    found.truncate(PROPOSALS);
    found
}

/// Saves bytes under a safe form of `name` in `dir`; a number is put in where that name is taken. The file can be
/// read by its owner only.
///
/// # Errors
/// What the file system says.
pub fn save(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let safe = file_name(name);
    let (stem, ending) = match safe.rfind('.') {
        Some(at) if at > 0 => safe.split_at(at),
        _ => (safe.as_str(), ""),
    };
    for n in 1..NAMES_TRIED {
        let path = dir.join(if n == 1 {
            safe.clone()
        } else {
            format!("{stem} ({n}){ending}")
        });
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AlreadyExists,
        format!("there are too many files named {safe} already"),
    ))
}

/// Where attachments are saved unless the configuration says otherwise: the person's download directory, else
/// their home, else here.
pub fn download_dir() -> PathBuf {
    directories::UserDirs::new()
        .and_then(|u| u.download_dir().map(Path::to_owned))
        .or_else(|| directories::BaseDirs::new().map(|b| b.home_dir().to_owned()))
        .unwrap_or_else(|| PathBuf::from("."))
}

/// Media type by the ending of a name; what is not known is plain bytes.
fn media_type(name: &str) -> &'static str {
    let ending = name
        .rsplit_once('.')
        .map_or("", |(_, e)| e)
        .to_ascii_lowercase();
    match ending.as_str() {
        "txt" | "log" | "md" => "text/plain",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "zip" => "application/zip",
        "json" => "application/json",
        "xml" => "application/xml",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "odt" => "application/vnd.oasis.opendocument.text",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_stays_in_its_directory_and_nothing_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let first = save(dir.path(), "../../etc/passwd", b"1").unwrap();
        let second = save(dir.path(), "../../etc/passwd", b"2").unwrap();
        assert_eq!(first.parent(), Some(dir.path()));
        assert_eq!(second.parent(), Some(dir.path()));
        assert_ne!(first, second);
        assert_eq!(fs::read(first).unwrap(), b"1");
    }

    #[test]
    fn a_file_is_read_up_to_its_cap_and_a_directory_is_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vpn-log.txt");
        fs::write(&path, [0; 10]).unwrap();
        let facts = inspect(path.to_str().unwrap()).unwrap();
        assert_eq!(
            (facts.name.as_str(), facts.size, facts.media_type.as_str()),
            ("vpn-log.txt", 10, "text/plain")
        );
        assert_eq!(read(&facts.path, 10).unwrap().len(), 10);
        assert!(read(&facts.path, 9).unwrap_err().contains("larger"));
        assert!(
            inspect(dir.path().to_str().unwrap())
                .unwrap_err()
                .contains("not a file")
        );
    }

    #[test]
    fn a_path_is_completed_and_directories_say_so() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("logs")).unwrap();
        fs::write(dir.path().join("log.txt"), "").unwrap();
        fs::write(dir.path().join(".login"), "").unwrap();
        let base = dir.path().to_str().unwrap();
        let found = complete(&format!("{base}/log"));
        assert_eq!(found, [format!("{base}/log.txt"), format!("{base}/logs/")]);
    }
}
