//! A new configuration file, for the set-up.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use toml::{Table, Value};

use super::dirs::write_private_file;
use super::problem::{ConfigProblem, Place};
use super::schema::{self, Config};

impl Config {
    /// Writes a new configuration file with these settings (`section.key`, value as one string): mode 0600, its
    /// directory 0700, whole or not at all.
    ///
    /// # Errors
    /// A file that exists already is never overwritten; an unknown key or a value that it cannot have; what
    /// the file system says.
    pub fn write_new(path: &Path, settings: &[(&str, &str)]) -> io::Result<()> {
        if path.try_exists()? {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                format!(
                    "{} exists already; move it away or change it by hand",
                    path.display()
                ),
            ));
        }
        let text = render(settings)
            .map_err(|problem| io::Error::new(io::ErrorKind::InvalidInput, problem))?;
        write_private_file(path, text.as_bytes())
    }
}

fn render(settings: &[(&str, &str)]) -> Result<String, ConfigProblem> {
    let mut sections: Vec<(&str, Table)> = Vec::new();
    for (path, text) in settings {
        let place = || Place::Option((*path).to_owned());
        let key = path
            .split_once('.')
            .and_then(|(section, name)| schema::find(section, name))
            .ok_or_else(|| ConfigProblem::unknown_key(place(), path))?;
        let value: Value = key
            .kind
            .read(text)
            .ok_or_else(|| ConfigProblem::bad_value(place(), path, &key.kind.expected()))?;
        let named = (key.name.to_owned(), value);
        match sections.iter_mut().find(|(name, _)| *name == key.section) {
            Some((_, table)) => {
                table.insert(named.0, named.1);
            }
            None => sections.push((key.section, Table::from_iter([named]))),
        }
    }
    let mut out = String::from(
        "# Vagt. `vagt config show` prints every key with its meaning and value in force.\n",
    );
    for (name, table) in sections {
        let _ = write!(out, "\n[{name}]\n{table}");
    }
    Ok(out)
}
