//! Keeps hand-overs as files, and when the last one was.

use std::path::{Path, PathBuf};

use crate::app::effect::Page;
use crate::config::write_private_file;
use crate::domain::Timestamp;

/// Name of the file that says when the last one was.
const LAST: &str = "last";
/// Most of one second.
const MOST: u32 = 100;

/// When the last hand-over was; none where there was none, or that cannot be read.
pub fn last(dir: &Path) -> Option<Timestamp> {
    let text = std::fs::read_to_string(dir.join(LAST)).ok()?;
    text.trim().parse().ok()
}

/// Two within a second are two all the same: the second one gets a number.
fn free(dir: &Path, name: &str) -> PathBuf {
    let first = dir.join(name);
    let stem = name.trim_end_matches(".md");
    let others = (2..MOST).map(|n| dir.join(format!("{stem}-{n}.md")));
    let mut all = std::iter::once(first.clone()).chain(others);
    all.find(|path| !path.exists()).unwrap_or(first)
}

/// Keeps a hand-over; gives back where.
///
/// # Errors
/// One sentence: the file cannot be written.
pub fn keep(dir: &Path, page: &Page) -> Result<String, String> {
    let path = free(dir, &page.name);
    let write = |path: &Path, text: &str| {
        let failed = |error| format!("{} cannot be written: {error}", path.display());
        write_private_file(path, text.as_bytes()).map_err(failed)
    };
    write(&path, &page.text)?;
    write(&dir.join(LAST), &page.at.to_string())?;
    Ok(path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_the_same_second_takes_no_other_ones_place() {
        let dir = tempfile::tempdir().unwrap();
        let page = |text: &str| Page {
            name: "2026-03-04-055000Z.md".to_owned(),
            at: "2026-03-04T05:50:00Z".parse().unwrap(),
            text: text.to_owned(),
        };
        let first = keep(dir.path(), &page("first")).unwrap();
        let second = keep(dir.path(), &page("second")).unwrap();
        assert_eq!(std::fs::read_to_string(first).unwrap(), "first");
        assert!(second.ends_with("055000Z-2.md"), "{second}");
        assert_eq!(last(dir.path()), Some(page("").at));
    }
}
