//! What a key may hold, and how a value is read from TOML or from one string (environment, command line).

use toml::Value;
use toml::value::Array;

use crate::domain::view::{Column, Sort};

/// A key of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Section that it stands in.
    pub section: &'static str,
    /// Its name in that section.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
}

impl Key {
    /// `section.name`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }
    /// Its name in the environment: `VAGT_SECTION_NAME`.
    pub fn env_name(&self) -> String {
        format!("VAGT_{}_{}", self.section, self.name).to_uppercase()
    }
}

/// What a key may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text; empty = not set.
    Text,
    /// An http or https address without credentials, query and fragment; empty = not set.
    Url,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A whole number from the first to the second, both included.
    Whole(u32, u32),
    /// A list of texts.
    Texts,
    /// A table of texts.
    Words,
    /// A table whose values are one of these words.
    Choices(&'static [&'static str]),
    /// A table of lists of texts; a single text counts as a list of one.
    Lists,
    /// A list of saved panes.
    Panes,
}

impl Kind {
    /// What a person should write, for messages.
    pub fn expected(self) -> String {
        match self {
            Self::Text => "a text in quotes, without control characters".to_owned(),
            Self::Url => "an address such as \"https://rt.example.org\", without user name, password, ? and #".to_owned(),
            Self::Choice(words) => format!("one of {}", quoted(words)),
            Self::Flag => "true or false".to_owned(),
            Self::Whole(min, max) => format!("a whole number from {min} to {max}"),
            Self::Texts => "a list of texts such as [\"a\", \"b\"]".to_owned(),
            Self::Words => "a table of texts such as { a = \"b\" }".to_owned(),
            Self::Choices(words) => format!("a table such as {{ open = \"open\" }} with values of {}", quoted(words)),
            Self::Lists => "a text or a list of texts such as [\"g t\", \"F5\"]".to_owned(),
            Self::Panes => "a list such as [{ name = \"Mine\", query = \"owner:me\", sort = \"oldest\", columns = [\"requester\", \"since\"] }]".to_owned(),
        }
    }

    /// Whether layers are merged key by key instead of replaced.
    pub fn is_table(self) -> bool {
        matches!(self, Self::Words | Self::Choices(_) | Self::Lists)
    }

    /// Checks a value from a file and brings it into its normal form. `None`: not what is expected.
    pub fn accept(self, value: &Value) -> Option<Value> {
        let fits = match self {
            Self::Text => is_plain(value),
            Self::Url => value.as_str().is_some_and(is_url),
            Self::Choice(words) => value.as_str().is_some_and(|v| words.contains(&v)),
            Self::Flag => value.is_bool(),
            Self::Whole(min, max) => value
                .as_integer()
                .is_some_and(|n| n >= i64::from(min) && n <= i64::from(max)),
            Self::Texts => is_texts(value),
            Self::Words => table_of(value, is_plain),
            // An empty text takes the key of a lower layer away.
            Self::Choices(words) => table_of(value, |v| {
                v.as_str()
                    .is_some_and(|v| v.is_empty() || words.contains(&v))
            }),
            Self::Lists => return lists(value),
            Self::Panes => value
                .as_array()
                .is_some_and(|panes| panes.iter().all(is_pane)),
        };
        fits.then(|| value.clone())
    }

    /// Reads a value written as one string. `None`: not what is expected.
    pub fn read(self, text: &str) -> Option<Value> {
        let value = match self {
            Self::Text | Self::Url | Self::Choice(_) => Value::String(text.to_owned()),
            Self::Flag => Value::Boolean(match text.trim() {
                "true" | "1" | "yes" => true,
                "false" | "0" | "no" => false,
                _ => return None,
            }),
            Self::Whole(..) => Value::Integer(text.trim().parse().ok()?),
            Self::Panes => as_toml(text)?,
            Self::Texts if text.trim_start().starts_with('[') => as_toml(text)?,
            Self::Texts => Value::Array(parts(text).map(Value::from).collect()),
            _ if text.trim_start().starts_with('{') => as_toml(text)?,
            _ => {
                let mut table = toml::Table::new();
                for part in parts(text) {
                    let (key, value) = part.split_once('=')?;
                    table.insert(key.trim().to_owned(), Value::from(value.trim()));
                }
                Value::Table(table)
            }
        };
        self.accept(&value)
    }
}

fn quoted(words: &[&str]) -> String {
    words
        .iter()
        .map(|w| format!("\"{w}\""))
        .collect::<Vec<_>>()
        .join(", ")
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|p| !p.is_empty())
}

fn as_toml(text: &str) -> Option<Value> {
    let mut table: toml::Table = toml::from_str(&format!("value = {}", text.trim())).ok()?;
    // A line break in the text could add a second key.
    if table.len() == 1 {
        table.remove("value")
    } else {
        None
    }
}

fn is_plain(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|v| !v.chars().any(char::is_control))
}

fn is_texts(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|list| list.iter().all(is_plain))
}

fn table_of(value: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    value
        .as_table()
        .is_some_and(|table| table.values().all(fits) && table.keys().all(|k| !k.is_empty()))
}

fn lists(value: &Value) -> Option<Value> {
    let mut out = toml::Table::new();
    for (key, value) in value.as_table()? {
        let list = if is_plain(value) {
            Value::Array(Array::from([value.clone()]))
        } else if is_texts(value) {
            value.clone()
        } else {
            return None;
        };
        out.insert(key.clone(), list);
    }
    Some(Value::Table(out))
}

fn is_columns(value: &Value) -> bool {
    let is_one = |v: &Value| v.as_str().is_some_and(|word| Column::parse(word).is_some());
    value.as_array().is_some_and(|list| list.iter().all(is_one))
}

fn is_pane(value: &Value) -> bool {
    value.as_table().is_some_and(|pane| {
        let known = ["name", "query", "sort", "columns"];
        pane.keys().all(|key| known.contains(&key.as_str()))
            && pane
                .get("sort")
                .is_none_or(|sort| sort.as_str().is_some_and(|s| Sort::parse(s).is_some()))
            && pane.get("columns").is_none_or(is_columns)
            && pane.get("query").is_some_and(is_plain)
            && pane
                .get("name")
                .is_some_and(|name| is_plain(name) && name.as_str() != Some(""))
    })
}

fn is_url(text: &str) -> bool {
    text.is_empty()
        || url::Url::parse(text).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        })
}
