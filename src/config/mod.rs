//! Configuration: schema, layers, errors with file, line and column, secrets, theme.
//!
//! Start at [`Config::load`]; the reference of every key is `config/default.toml`. Whatever is wrong with a
//! configuration is told with its place and what was expected, and never stops the console: it starts
//! read-only on what is left. Secrets are not part of [`Config`]; [`credential`] finds them.

pub mod alarms;
pub mod cards;
mod dirs;
pub mod docs;
mod file;
pub mod hosting;
mod key;
mod load;
mod problem;
mod schema;
mod secrets;
pub mod templates;
pub mod views;
mod write;

#[cfg(test)]
mod load_tests;
#[cfg(test)]
mod secrets_tests;

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;

pub use dirs::{Dirs, make_private_dir, write_private_file};
pub use key::{Key, Kind};
pub use load::{DEFAULT, LoadOptions, Loaded, Origin};
pub use problem::{ConfigProblem, Place, nearest, nearest_key};
pub use schema::{
    Attachments, Board, Cache, Config, Delivery, Desk, Log, Net, Poll, SavedPane, Setting, Ui,
    Wall, all_keys,
};
pub use secrets::{Credential, SecretProblem, credential, expand};

/// The part of the environment that concerns us: variables whose name begins with `VAGT_`. Its `Debug` shows
/// names only, and the two secrets can be had as secrets only.
#[derive(Clone, Default)]
pub struct Env {
    vars: BTreeMap<String, String>,
    token: Option<SecretString>,
    password: Option<SecretString>,
}

impl Env {
    /// The environment of this process.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }
    /// The value of a variable that is no secret.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str)
    }
    /// The names of all but the secret ones.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.vars.keys().map(String::as_str)
    }
    /// `VAGT_TOKEN`, unless it is empty.
    pub fn token(&self) -> Option<&SecretString> {
        self.token.as_ref()
    }
    /// `VAGT_PASSWORD`, unless it is empty.
    pub fn password(&self) -> Option<&SecretString> {
        self.password.as_ref()
    }
}

impl FromIterator<(String, String)> for Env {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(all: I) -> Self {
        let mut env = Self::default();
        for (name, value) in all {
            match name.as_str() {
                "VAGT_TOKEN" | "VAGT_PASSWORD" if value.is_empty() => {}
                "VAGT_TOKEN" => env.token = Some(SecretString::from(value)),
                "VAGT_PASSWORD" => env.password = Some(SecretString::from(value)),
                _ if name.starts_with("VAGT_") => {
                    env.vars.insert(name, value);
                }
                _ => {}
            }
        }
        env
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Env").field(&self.vars.keys()).finish()
    }
}
