//! The layers: built-in < file < profile < environment < command line.
//!
//! A broken layer never stops the program: what is wrong is left out and told, everything else counts, and the
//! result is read-only, so that nobody writes to a desk with half a configuration.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::key::Kind;
use super::problem::{ConfigProblem, Place, nearest};
use super::schema::{self, Config, Desk};
use super::{Dirs, Env, file};

/// The built-in values, with an explanation of every key.
pub const DEFAULT: &str = include_str!("../../config/default.toml");

/// Larger files are no configuration.
const MAX_BYTES: u64 = 1 << 20;

/// Keys that belong to one desk's address and must not follow to another one.
const BOUND_TO_URL: [&str; 5] = [
    "token_command",
    "token_file",
    "user",
    "password_command",
    "password_file",
];

/// Environment names that are no keys.
const OTHER_ENV: [&str; 7] = [
    "VAGT_TOKEN",
    "VAGT_PASSWORD",
    "VAGT_PROFILE",
    "VAGT_CONFIG_DIR",
    "VAGT_DATA_DIR",
    "VAGT_DESK",
    "VAGT_CLOCK",
];

/// What to load.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The configuration file; it may be absent. `None`: no file at all.
    pub file: Option<PathBuf>,
    /// Environment.
    pub env: Env,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--desk KIND+URL`.
    pub desk: Option<String>,
    /// Other options of the command line: `section.key` and its value.
    pub set: Vec<(String, String)>,
}

impl LoadOptions {
    /// The usual file and the environment of this process, without options.
    pub fn usual(dirs: &Dirs, env: Env) -> Self {
        Self {
            file: Some(dirs.config_file()),
            env,
            ..Self::default()
        }
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    BuiltIn,
    /// The configuration file.
    File,
    /// A profile in it.
    Profile,
    /// The environment.
    Env,
    /// The command line.
    Option,
}

/// What was loaded.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration. Where something was wrong, `desk.read_only` is set.
    pub config: Config,
    /// The first thing that is wrong. One-shot commands stop at it with exit code 3.
    pub problem: Option<ConfigProblem>,
    /// Whatever else is wrong.
    pub further: Vec<ConfigProblem>,
    /// Sentences that a person should see, though nothing is wrong.
    pub notices: Vec<String>,
    /// Where each value came from, by `section.key`.
    pub sources: BTreeMap<String, Origin>,
    /// The profile in use.
    pub profile: Option<String>,
    /// The file that was read or would have been.
    pub file: Option<PathBuf>,
    /// Name of the directory below the data directory in which cache and outbox of this desk are kept: the
    /// profile, or the address where environment or command line chose another one.
    pub store: String,
}

impl Loaded {
    /// Everything that is wrong.
    pub fn problems(&self) -> impl Iterator<Item = &ConfigProblem> {
        self.problem.iter().chain(&self.further)
    }
    /// Where cache and outbox of this desk are kept.
    pub fn store_dir(&self, dirs: &Dirs) -> PathBuf {
        dirs.data.join(&self.store)
    }
}

impl Config {
    /// The built-in configuration.
    pub fn built_in() -> Self {
        let mut stack = Stack::default();
        stack.finish()
    }

    /// Loads all layers. Never fails: see [`Loaded::problem`].
    pub fn load(options: &LoadOptions) -> Loaded {
        let mut stack = Stack::default();
        let parsed = options
            .file
            .as_deref()
            .map(|path| read(path, &mut stack.problems))
            .unwrap_or_default();
        stack.problems.extend(parsed.problems);
        stack.lay(&parsed.base, &Origin::File);

        let profile = stack.choose_profile(options, &parsed.profiles);
        let configured = stack.url();
        let from_env = stack.env_layer(&options.env);
        stack.lay(&from_env, &Origin::Env);
        let from_options = stack.option_layer(options);
        stack.lay(&from_options, &Origin::Option);

        let mut config = stack.finish();
        let mut problems = stack.problems.into_iter();
        let problem = problems.next();
        if problem.is_some() {
            config.desk.read_only = true;
        }
        let url = config.desk.url.get().unwrap_or_default();
        let store = if url == configured {
            profile.clone().unwrap_or_else(|| "default".to_owned())
        } else {
            store_of(&config.desk)
        };
        Loaded {
            config,
            problem,
            further: problems.collect(),
            notices: stack.notices,
            sources: stack.sources,
            profile,
            file: options.file.clone(),
            store,
        }
    }
}

fn read(path: &Path, problems: &mut Vec<ConfigProblem>) -> file::Parsed {
    let mut fail = |message: String| {
        let place = Place::File {
            path: path.to_owned(),
            line: None,
            column: None,
        };
        problems.push(ConfigProblem::other(place, message));
    };
    let mut bytes = Vec::new();
    let result = File::open(path).and_then(|f| f.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => fail(format!("cannot be read: {error}")),
        Ok(_) if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES => {
            fail("is larger than 1 MiB; this is no configuration file".to_owned());
        }
        Ok(_) => match String::from_utf8(bytes) {
            Ok(text) => return file::parse(&text, path),
            Err(_) => fail("is not UTF-8; save it as UTF-8".to_owned()),
        },
    }
    file::Parsed::default()
}

/// The layers as they are laid on each other.
struct Stack {
    merged: Table,
    sources: BTreeMap<String, Origin>,
    problems: Vec<ConfigProblem>,
    notices: Vec<String>,
}

impl Default for Stack {
    fn default() -> Self {
        let mut stack = Self {
            merged: Table::new(),
            sources: BTreeMap::new(),
            problems: Vec::new(),
            notices: Vec::new(),
        };
        let built_in = file::parse(DEFAULT, Path::new("default.toml"));
        stack.problems.extend(built_in.problems);
        stack.lay(&built_in.base, &Origin::BuiltIn);
        stack
    }
}

impl Stack {
    fn url(&self) -> String {
        text_of(&self.merged, "url").to_owned()
    }

    fn lay(&mut self, layer: &Table, origin: &Origin) {
        self.unbind(layer);
        for (section, values) in layer {
            let Some(values) = values.as_table() else {
                continue;
            };
            let into = self
                .merged
                .entry(section.clone())
                .or_insert_with(|| Value::Table(Table::new()));
            let Some(into) = into.as_table_mut() else {
                continue;
            };
            for (name, value) in values {
                let kind = schema::find(section, name).map(|key| key.kind);
                match (into.get_mut(name).and_then(Value::as_table_mut), value) {
                    (Some(below), Value::Table(above)) if kind.is_some_and(Kind::is_table) => {
                        below.extend(above.clone());
                        below.retain(|_, v| v.as_str() != Some(""));
                    }
                    _ => {
                        into.insert(name.clone(), value.clone());
                    }
                }
                self.sources
                    .insert(format!("{section}.{name}"), origin.clone());
            }
        }
    }

    /// A layer that names another address than the layers below takes their credentials away: they belong to
    /// the other desk and must never be sent to this one.
    fn unbind(&mut self, layer: &Table) {
        let (old, new) = (self.url(), text_of(layer, "url").to_owned());
        if old.is_empty() || new.is_empty() || same_origin(&old, &new) {
            return;
        }
        let mut dropped = Vec::new();
        if let Some(desk) = self.merged.get_mut("desk").and_then(Value::as_table_mut) {
            for name in BOUND_TO_URL {
                if let Some(Value::String(text)) = desk.get_mut(name)
                    && !text.is_empty()
                {
                    text.clear();
                    dropped.push(name);
                }
            }
        }
        for name in &dropped {
            self.sources.remove(&format!("desk.{name}"));
        }
        if !dropped.is_empty() {
            self.notices.push(format!(
                "{} of {old} not used for {new}; set VAGT_TOKEN, or name them beside this address",
                dropped.join(", ")
            ));
        }
    }

    fn choose_profile(
        &mut self,
        options: &LoadOptions,
        profiles: &BTreeMap<String, Table>,
    ) -> Option<String> {
        let (name, place) = match (&options.profile, options.env.get("VAGT_PROFILE")) {
            (Some(name), _) => (name.as_str(), Place::Option("--profile".to_owned())),
            (None, Some(name)) if !name.is_empty() => (name, Place::Env("VAGT_PROFILE".to_owned())),
            _ => return None,
        };
        if let Some(layer) = profiles.get(name) {
            self.lay(layer, &Origin::Profile);
            return Some(name.to_owned());
        }
        let advice = match nearest(name, profiles.keys().cloned()) {
            Some(near) => format!("did you mean {near}?"),
            None if profiles.is_empty() => {
                "the configuration has none; add [profiles.NAME.desk]".to_owned()
            }
            None => {
                let names: Vec<_> = profiles.keys().map(String::as_str).collect();
                format!("there are {}", names.join(", "))
            }
        };
        self.problems.push(ConfigProblem::other(
            place,
            format!("there is no profile of that name; {advice}"),
        ));
        // Without its profile the file's own desk must not be taken for the one that was asked for.
        let nowhere = Table::from_iter([("url".to_owned(), Value::from(""))]);
        self.lay(
            &Table::from_iter([("desk".to_owned(), Value::Table(nowhere))]),
            &Origin::Profile,
        );
        None
    }

    fn env_layer(&mut self, env: &Env) -> Table {
        let mut layer = Table::new();
        for key in schema::all_keys() {
            let name = key.env_name();
            if let Some(text) = env.get(&name) {
                let place = Place::Env(name);
                self.put(&mut layer, key.section, key.name, key.kind, text, place);
            }
        }
        if let Some(text) = env.get("VAGT_KEYS") {
            match Kind::Lists.read(text) {
                Some(keys) => {
                    layer.insert(schema::FREE_SECTION.to_owned(), keys);
                }
                None => self.problems.push(ConfigProblem::bad_value(
                    Place::Env("VAGT_KEYS".to_owned()),
                    "keys",
                    "a table such as { \"ticket.take\" = [\"t\"] }",
                )),
            }
        }
        if let Some(text) = env.get("VAGT_DESK").filter(|text| !text.is_empty()) {
            self.put_desk(&mut layer, text, Place::Env("VAGT_DESK".to_owned()));
        }
        for name in env.names() {
            let known = OTHER_ENV.contains(&name)
                || name == "VAGT_KEYS"
                || schema::all_keys().any(|key| key.env_name() == name);
            let near = || nearest(name, schema::all_keys().map(super::key::Key::env_name));
            if !known && let Some(near) = near() {
                self.notices.push(format!(
                    "{name} in the environment means nothing here; did you mean {near}?"
                ));
            }
        }
        layer
    }

    fn option_layer(&mut self, options: &LoadOptions) -> Table {
        let mut layer = Table::new();
        for (path, text) in &options.set {
            let place = Place::Option(path.clone());
            match path.split_once('.').and_then(|(s, n)| schema::find(s, n)) {
                Some(key) => self.put(&mut layer, key.section, key.name, key.kind, text, place),
                None => self.problems.push(ConfigProblem::unknown_key(place, path)),
            }
        }
        if let Some(text) = &options.desk {
            self.put_desk(&mut layer, text, Place::Option("--desk".to_owned()));
        }
        layer
    }

    fn put(
        &mut self,
        layer: &mut Table,
        section: &str,
        name: &str,
        kind: Kind,
        text: &str,
        place: Place,
    ) {
        let Some(value) = kind.read(text) else {
            let path = format!("{section}.{name}");
            let problem = ConfigProblem::bad_value(place, &path, &kind.expected());
            self.problems.push(problem);
            return;
        };
        let into = layer
            .entry(section.to_owned())
            .or_insert_with(|| Value::Table(Table::new()));
        if let Some(table) = into.as_table_mut() {
            table.insert(name.to_owned(), value);
        }
    }

    /// `KIND+URL`.
    fn put_desk(&mut self, layer: &mut Table, text: &str, place: Place) {
        let mut find = |name: &str, text: &str| {
            let kind = schema::find("desk", name)?.kind;
            let ok = !text.is_empty() && kind.read(text).is_some();
            ok.then(|| self.put(layer, "desk", name, kind, text, place.clone()))
        };
        let read = text
            .split_once('+')
            .and_then(|(kind, url)| find("url", url).and_then(|()| find("kind", kind)));
        if read.is_none() {
            self.problems.push(ConfigProblem::other(
                place,
                "must be KIND+URL such as rt+https://rt.example.org, without user name and password",
            ));
        }
    }

    fn finish(&mut self) -> Config {
        match self.merged.clone().try_into() {
            Ok(config) => config,
            // Every value was checked before it was laid; a test proves that the built-in ones are whole.
            Err(error) => {
                let place = Place::Option("configuration".to_owned());
                let message = error.message().to_owned();
                self.problems.push(ConfigProblem::other(place, message));
                Config::default()
            }
        }
    }
}

fn text_of<'a>(layer: &'a Table, name: &str) -> &'a str {
    layer
        .get("desk")
        .and_then(|desk| desk.get(name))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn same_origin(a: &str, b: &str) -> bool {
    match (url::Url::parse(a), url::Url::parse(b)) {
        (Ok(a), Ok(b)) => a.origin() == b.origin(),
        _ => false,
    }
}

fn store_of(desk: &Desk) -> String {
    let url = desk.url.get().unwrap_or("none");
    let safe: String = format!("at-{}-{url}", desk.kind)
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        })
        .take(100)
        .collect();
    let parts: Vec<_> = safe.split('-').filter(|p| !p.is_empty()).collect();
    parts.join("-")
}
