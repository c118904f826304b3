//! What is wrong with a configuration: where, what was expected, and what was probably meant.

use std::fmt;
use std::path::PathBuf;

use super::schema;
pub use crate::text::nearest::nearest;

/// Where a setting stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file; line and column count from 1, the column in characters.
    File {
        /// The file.
        path: PathBuf,
        /// Line, if it is about a place in the file.
        line: Option<u32>,
        /// Column in characters.
        column: Option<u32>,
    },
    /// In an environment variable of this name.
    Env(String),
    /// In an option of the command line.
    Option(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, column } => {
                write!(f, "{}", path.display())?;
                if let Some(line) = line {
                    write!(f, ":{line}")?;
                }
                if let Some(column) = column {
                    write!(f, ":{column}")?;
                }
                Ok(())
            }
            Self::Env(name) => write!(f, "{name} in the environment"),
            Self::Option(name) => f.write_str(name),
        }
    }
}

/// One thing wrong. The offending value of a configuration is never repeated: it might be a secret in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ConfigProblem {
    /// Where.
    pub place: Place,
    /// Which key, as `section.name`, if it is about one.
    pub key: Option<String>,
    /// What is wrong and what to write instead, one sentence.
    pub message: String,
    /// The line of the file with a caret below the place, where the file can hold no secret.
    pub excerpt: Option<String>,
}

impl ConfigProblem {
    /// The problem with the line of the file and a caret below the place, where that may be shown.
    pub fn with_caret(&self) -> String {
        match &self.excerpt {
            Some(excerpt) => format!("{self}\n{excerpt}"),
            None => self.to_string(),
        }
    }

    /// Whether it is about a file of this name.
    pub fn is_in_file(&self, name: &str) -> bool {
        matches!(&self.place, Place::File { path, .. } if path.file_name().is_some_and(|n| n == name))
    }

    /// A key that does not exist, with the nearest that does.
    pub fn unknown_key(place: Place, path: &str) -> Self {
        let message = match advice(path) {
            Some(advice) => format!("there is no key {path}; {advice}"),
            None => format!("there is no key {path}; `vagt config show` lists all"),
        };
        Self {
            place,
            key: Some(path.to_owned()),
            message,
            excerpt: None,
        }
    }

    /// A known key with a value that it cannot have.
    pub fn bad_value(place: Place, path: &str, expected: &str) -> Self {
        Self {
            place,
            key: Some(path.to_owned()),
            message: format!("{path} must be {expected}"),
            excerpt: None,
        }
    }

    /// Anything else.
    pub fn other(place: Place, message: impl Into<String>) -> Self {
        Self {
            place,
            key: None,
            message: message.into(),
            excerpt: None,
        }
    }
}

fn advice(path: &str) -> Option<String> {
    let name = path.rsplit('.').next().unwrap_or(path);
    if matches!(name, "token" | "password") {
        return Some(format!(
            "a secret does not belong in this file: use VAGT_{}, desk.{name}_command or desk.{name}_file",
            name.to_uppercase()
        ));
    }
    nearest_key(path).map(|near| format!("did you mean {near}?"))
}

/// The known key that `path` was probably meant to be: the same name in another section, else the nearest
/// spelling.
pub fn nearest_key(path: &str) -> Option<String> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let same_name = schema::all_keys().find(|key| key.name == name);
    same_name
        .map(super::key::Key::path)
        .or_else(|| nearest(path, schema::all_keys().map(super::key::Key::path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_key_and_nonsense_finds_none() {
        assert_eq!(
            nearest_key("poll.busi_sec").as_deref(),
            Some("poll.busy_secs")
        );
        assert_eq!(
            nearest_key("pol.busy_secs").as_deref(),
            Some("poll.busy_secs")
        );
        assert_eq!(
            nearest_key("hold_secs").as_deref(),
            Some("delivery.hold_secs")
        );
        assert_eq!(nearest_key("weather.rain"), None);
    }

    #[test]
    fn a_token_in_the_file_is_answered_with_where_it_belongs() {
        let place = Place::Env("X".to_owned());
        let problem = ConfigProblem::unknown_key(place, "desk.token");
        assert!(problem.message.contains("VAGT_TOKEN"), "{problem}");
        assert!(problem.message.contains("desk.token_file"), "{problem}");
    }
}
