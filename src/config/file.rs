//! One configuration file: text in, checked settings and problems with line and column out.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::key::Kind;
use super::problem::{ConfigProblem, Place, nearest};
use super::schema;

/// What a file says: only settings that are as they should be.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Settings outside profiles: section → key → value.
    pub base: Table,
    /// Settings of profiles, by name.
    pub profiles: BTreeMap<String, Table>,
    /// Everything that is wrong, in the order of the file.
    pub problems: Vec<ConfigProblem>,
}

/// Most places that are cut out of a text that is not TOML before all of it is given up.
const CUTS: usize = 32;

/// Reads the text of a configuration file. Never fails: settings that are wrong are left out and told. So are lines
/// that are not TOML.
pub fn parse(text: &str, path: &Path) -> Parsed {
    let mut reader = Reader {
        text,
        path,
        out: Parsed::default(),
        starts: Vec::new(),
    };
    let mut left = text.to_owned();
    for _ in 0..CUTS {
        let start = match (DeTable::parse(&left), left.parse::<Table>()) {
            (Ok(spans), Ok(values)) => {
                reader.root(spans.get_ref(), &values);
                break;
            }
            (Err(error), _) | (_, Err(error)) => {
                let start = error.span().map_or(0, |span| span.start);
                reader.tell(start, |place| {
                    ConfigProblem::other(place, format!("not TOML: {}", error.message()))
                });
                start
            }
        };
        match without(&left, start) {
            Some(rest) => left = rest,
            None => break,
        }
    }
    let mut order: Vec<_> = reader.starts.iter().copied().enumerate().collect();
    order.sort_by_key(|(_, start)| *start);
    let mut problems: Vec<_> = reader.out.problems.into_iter().map(Some).collect();
    Parsed {
        problems: order
            .into_iter()
            .filter_map(|(i, _)| problems.get_mut(i)?.take())
            .collect(),
        base: reader.out.base,
        profiles: reader.out.profiles,
    }
}

/// The text with the place around `at` blanked, every other byte where it was; nothing when that changes nothing.
///
/// A line goes alone. A section goes whole when its name cannot be read, for its lines would fall to the section before
/// it; and in a profile, for what is left of one could bring the credentials of one desk to another.
fn without(text: &str, at: usize) -> Option<String> {
    let mut lines: Vec<(usize, &str)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        lines.push((start, line));
        start += line.len();
    }
    let is_header = |line: &str| line.trim_start().starts_with('[');
    let bad = lines.iter().rposition(|(start, _)| *start <= at)?;
    let header = lines.iter().take(bad + 1).rposition(|(_, l)| is_header(l));
    let of_profile = header
        .and_then(|h| lines.get(h))
        .is_some_and(|(_, l)| l.contains("profiles"));
    let (first, past) = match header {
        Some(header) if header == bad || of_profile => {
            let next = lines.iter().skip(bad + 1).position(|(_, l)| is_header(l));
            (header, next.map_or(lines.len(), |n| bad + 1 + n))
        }
        _ => (bad, bad + 1),
    };
    let mut out = String::with_capacity(text.len());
    for (n, (_, line)) in lines.iter().enumerate() {
        if (first..past).contains(&n) {
            out.extend(line.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(line);
        }
    }
    (out != text).then_some(out)
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    out: Parsed,
    /// Byte offset of each problem, so that they can be told in the order of the file.
    starts: Vec<usize>,
}

impl Reader<'_> {
    fn tell(&mut self, start: usize, problem: impl FnOnce(Place) -> ConfigProblem) {
        let (line, column) = line_and_column(self.text, start);
        let place = Place::File {
            path: self.path.to_owned(),
            line: Some(line),
            column: Some(column),
        };
        self.out.problems.push(problem(place));
        self.starts.push(start);
    }

    fn root(&mut self, spans: &DeTable<'_>, values: &Table) {
        self.out.base = self.sections(spans, values, "", true);
        let profiles = spans.iter().find(|(name, _)| name.get_ref() == "profiles");
        let Some((_, spans)) = profiles else { return };
        let (Some(spans_in), Some(values)) = (
            spans.get_ref().as_table(),
            values.get("profiles").and_then(Value::as_table),
        ) else {
            self.tell(spans.span().start, |place| {
                ConfigProblem::bad_value(place, "profiles", "sections such as [profiles.NAME.desk]")
            });
            return;
        };
        for (name, spans) in spans_in {
            let path = format!("profiles.{}", name.get_ref());
            let (Some(spans_in), Some(values)) = (
                spans.get_ref().as_table(),
                values
                    .get(name.get_ref().as_ref())
                    .and_then(Value::as_table),
            ) else {
                self.tell(name.span().start, |place| {
                    ConfigProblem::bad_value(place, &path, "a section such as [profiles.NAME.desk]")
                });
                continue;
            };
            if !is_profile_name(name.get_ref()) {
                self.tell(name.span().start, |place| {
                    let expected = "named with letters, digits, - and _ only, at most 40";
                    ConfigProblem::bad_value(place, &path, expected)
                });
                continue;
            }
            let table = self.sections(spans_in, values, &format!("{path}."), false);
            self.out.profiles.insert(name.get_ref().to_string(), table);
        }
    }

    fn sections(
        &mut self,
        spans: &DeTable<'_>,
        values: &Table,
        prefix: &str,
        is_root: bool,
    ) -> Table {
        let mut out = Table::new();
        for (name, value_span) in spans {
            let section = name.get_ref().as_ref();
            if is_root && section == "profiles" {
                continue;
            }
            let path = format!("{prefix}{section}");
            if !schema::is_section(section) {
                let start = name.span().start;
                self.tell(start, |place| unknown_section(place, section, &path));
                continue;
            }
            let (Some(spans), Some(values)) = (
                value_span.get_ref().as_table(),
                values.get(section).and_then(Value::as_table),
            ) else {
                self.tell(name.span().start, |place| {
                    ConfigProblem::bad_value(place, &path, &format!("a section: [{path}]"))
                });
                continue;
            };
            let table = self.keys(section, spans, values, &path);
            out.insert(section.to_owned(), Value::Table(table));
        }
        out
    }

    fn keys(&mut self, section: &str, spans: &DeTable<'_>, values: &Table, path: &str) -> Table {
        let mut out = Table::new();
        for (name, value_span) in spans {
            let key_name = name.get_ref().as_ref();
            let path = format!("{path}.{key_name}");
            let Some(value) = values.get(key_name) else {
                continue;
            };
            let accepted = if section == schema::FREE_SECTION {
                one_of_lists(key_name, value).ok_or_else(|| Kind::Lists.expected())
            } else if let Some(key) = schema::find(section, key_name) {
                key.kind.accept(value).ok_or_else(|| key.kind.expected())
            } else {
                self.tell(name.span().start, |place| {
                    ConfigProblem::unknown_key(place, &path)
                });
                continue;
            };
            match accepted {
                Ok(value) => {
                    out.insert(key_name.to_owned(), value);
                }
                Err(expected) => {
                    let start = start_of(name.span().start, value_span);
                    self.tell(start, |place| {
                        ConfigProblem::bad_value(place, &path, &expected)
                    });
                }
            }
        }
        out
    }
}

/// A table that was opened by its own header has no useful span of its value; its name has.
fn start_of(key: usize, value: &Spanned<DeValue<'_>>) -> usize {
    match value.get_ref() {
        DeValue::Table(_) => key,
        _ => value.span().start,
    }
}

fn one_of_lists(name: &str, value: &Value) -> Option<Value> {
    let table = Table::from_iter([(name.to_owned(), value.clone())]);
    let accepted = Kind::Lists.accept(&Value::Table(table))?;
    accepted.get(name).cloned()
}

fn unknown_section(place: Place, section: &str, path: &str) -> ConfigProblem {
    let known = schema::all_keys().map(|key| key.section.to_owned());
    let near = nearest(
        section,
        known.chain(["keys".to_owned(), "profiles".to_owned()]),
    );
    match near {
        Some(near) => ConfigProblem {
            place,
            key: Some(path.to_owned()),
            message: format!("there is no section [{path}]; did you mean [{near}]?"),
            excerpt: None,
        },
        None => ConfigProblem::unknown_key(place, path),
    }
}

/// Profile names become directory names.
pub fn is_profile_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 40
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// Line and column (in characters) of a byte offset, both from 1.
pub(super) fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let mut line = 1_u32;
    let mut column = 1_u32;
    for (at, c) in text.char_indices() {
        if at >= offset {
            break;
        }
        if c == '\n' {
            line = line.saturating_add(1);
            column = 1;
        } else {
            column = column.saturating_add(1);
        }
    }
    (line, column)
}
