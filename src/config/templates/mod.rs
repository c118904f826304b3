//! Templates and macros: those that come with the program, and those of the installation on top.
//!
//! One file each, `NAME.toml` in the directory `templates` beside `config.toml`; the format is in `docs/templates.md`.
//! Whatever is wrong with a file is told with line, column and a caret, costs that file, and nothing else. Start at
//! [`load`].

mod macros;
pub(super) mod read;
mod shipped;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use macros::Named;
use read::{Draft, Source};
pub use shipped::SHIPPED;

use super::problem::{ConfigProblem, Place};
use crate::domain::template::{Macro, Shelf};
use crate::text::nearest::nearest;

/// Name of the directory beside the configuration file.
pub const DIRECTORY: &str = "templates";
/// Ending of the files in it that are read.
const ENDING: &str = "toml";
/// Larger files are no templates.
const MAX_BYTES: u64 = 256 * 1024;
/// Most files that are read.
const MAX_FILES: usize = 500;

/// What was loaded.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// Templates that are as they should be.
    pub shelf: Shelf,
    /// Everything that is wrong, by file.
    pub problems: Vec<ConfigProblem>,
}

/// Reads what comes with the program and then the files of a directory (`None`, or one that is not there: no files). A
/// file replaces what comes with the program under its name; one that is broken takes its place too, so that nobody
/// sends the text that was meant to be replaced.
pub fn load(dir: Option<&Path>) -> Loaded {
    let mut drafts: BTreeMap<String, Option<Draft>> = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, text) in SHIPPED {
        let path = PathBuf::from(format!("{name}.{ENDING} (built in)"));
        let (draft, told) = read::read(name, true, &Source::new(path, *text));
        problems.extend(told);
        drafts.insert((*name).to_owned(), draft);
    }
    for (name, path) in files(dir, ENDING, &mut problems) {
        let draft = match contents(&path) {
            Ok(text) => {
                let (draft, told) = read::read(&name, false, &Source::new(path, text));
                problems.extend(told);
                draft
            }
            Err(problem) => {
                problems.push(problem);
                None
            }
        };
        drafts.insert(name, draft);
    }
    let mut shelf = Shelf::default();
    let mut macros = Vec::new();
    for draft in drafts.into_values().flatten() {
        match draft {
            Draft::Template(template) => shelf.templates.push(template),
            Draft::Macro(made, named) => macros.push((made, named)),
        }
    }
    for (made, named) in macros {
        let lacking = lacking(&shelf, &made, named);
        if lacking.is_empty() {
            shelf.macros.push(made);
        }
        problems.extend(lacking);
    }
    Loaded { shelf, problems }
}

/// What is said of the templates that a macro names and that are not there.
fn lacking(shelf: &Shelf, made: &Macro, named: Vec<Named>) -> Vec<ConfigProblem> {
    let is_there = |named: &Named| {
        let template = shelf.template(&named.name);
        template.is_some_and(|template| template.kind == named.kind)
    };
    let lacking = named.into_iter().filter(|named| !is_there(named));
    lacking
        .map(|named| {
            let of_kind = shelf.templates.iter().filter(|t| t.kind == named.kind);
            let near = nearest(&named.name, of_kind.map(|t| t.name.clone()));
            let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            let message = format!("{}{near}", named.problem.message);
            // A file of one's own may have taken away what a shipped macro names.
            let whose = if made.is_shipped {
                "; the macro is left out"
            } else {
                ""
            };
            ConfigProblem {
                message: format!("{message}{whose}"),
                ..named.problem
            }
        })
        .collect()
}

/// The files of a directory with this ending, by name of the template or card.
pub(super) fn files(
    dir: Option<&Path>,
    ending: &str,
    problems: &mut Vec<ConfigProblem>,
) -> Vec<(String, PathBuf)> {
    let Some(dir) = dir else { return Vec::new() };
    let mut tell = |path: &Path, message: String| {
        problems.push(ConfigProblem::other(whole(path), message));
    };
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            tell(dir, format!("cannot be read: {error}"));
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .collect();
    paths.sort();
    if paths.len() > MAX_FILES {
        let text = format!("has more than {MAX_FILES} files; only the first are read");
        tell(dir, text);
        paths.truncate(MAX_FILES);
    }
    let mut named = Vec::new();
    for path in paths {
        let name = path.file_stem().map(|stem| stem.to_string_lossy());
        match name.filter(|name| super::file::is_profile_name(name)) {
            Some(name) => named.push((name.into_owned(), path.clone())),
            None => tell(
                &path,
                "must be named with letters a to z, digits, - and _ only, at most 40".to_owned(),
            ),
        }
    }
    named
}

/// The text of a file that is not too large.
pub(super) fn contents(path: &Path) -> Result<String, ConfigProblem> {
    let fail = |message: String| Err(ConfigProblem::other(whole(path), message));
    let mut bytes = Vec::new();
    match File::open(path).and_then(|f| f.take(MAX_BYTES + 1).read_to_end(&mut bytes)) {
        Err(error) => fail(format!("cannot be read: {error}")),
        Ok(_) if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES => {
            fail("is larger than 256 KiB".to_owned())
        }
        Ok(_) => match String::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(_) => fail("is not UTF-8; save it as UTF-8".to_owned()),
        },
    }
}

/// A whole file as a place.
fn whole(path: &Path) -> Place {
    Place::File {
        path: path.to_owned(),
        line: None,
        column: None,
    }
}

#[cfg(test)]
mod tests;
