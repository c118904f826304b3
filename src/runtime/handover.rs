//! Keeps hand-overs as files, and when the last one was.

use std::path::{Path, PathBuf};

use crate::app::effect::Page;
use crate::config::write_private_file;
use crate::domain::Timestamp;

/// Name of the file that says when the last one was.
const LAST: &str = "last";

/// When the last hand-over was; none where there was none, or that cannot be read.
pub fn last(dir: &Path) -> Option<Timestamp> {
    let text = std::fs::read_to_string(dir.join(LAST)).ok()?;
    text.trim().parse().ok()
}

/// Keeps a hand-over; gives back where.
///
/// # Errors
/// One sentence: the file cannot be written.
pub fn keep(dir: &Path, page: &Page) -> Result<String, String> {
    let path: PathBuf = dir.join(&page.name);
    let write = |path: &Path, text: &str| {
        let failed = |error| format!("{} cannot be written: {error}", path.display());
        write_private_file(path, text.as_bytes()).map_err(failed)
    };
    write(&path, &page.text)?;
    write(&dir.join(LAST), &page.at.to_string())?;
    Ok(path.display().to_string())
}
