//! One file: text in, a template or a macro out, or what is wrong with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::macros::Named;
use crate::config::file::line_and_column;
use crate::config::problem::{ConfigProblem, Place, nearest};
use crate::domain::ids::GroupId;
use crate::domain::template::{Macro, Moment, Pattern, Template, TemplateKind};
use crate::text::lang::Lang;
use crate::text::mask::mask;
use crate::text::{sanitize, width};

/// Longest title, in characters.
const LONGEST_TITLE: usize = 60;
/// Longest slug of a group, in bytes; the same as in `groups.toml`.
const LONGEST_SLUG: usize = 32;
/// What is said of something that can be no slug.
const NO_SLUG: &str =
    "expected the slug of a group: 1 to 32 letters a-z, digits and \"-\", in quotes";
/// Longest line that is shown with a caret, in columns.
const LONGEST_EXCERPT: usize = 100;

/// A file and what stands in it.
pub(in crate::config) struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    pub(in crate::config) fn new(path: PathBuf, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { path, text }
    }

    /// Something that is wrong at a byte of the file.
    pub(in crate::config) fn problem(
        &self,
        at: usize,
        message: impl Into<String>,
    ) -> ConfigProblem {
        let (line, column) = line_and_column(&self.text, at);
        let place = Place::File {
            path: self.path.clone(),
            line: Some(line),
            column: Some(column),
        };
        ConfigProblem {
            excerpt: self.excerpt(at),
            ..ConfigProblem::other(place, message)
        }
    }

    /// The line around a byte with a caret below it, as a terminal can show them.
    fn excerpt(&self, at: usize) -> Option<String> {
        let start = self.text.get(..at)?.rfind('\n').map_or(0, |n| n + 1);
        let before = plain(self.text.get(start..at)?);
        let line = plain(self.text.get(start..)?.lines().next()?);
        let columns = width::of(&before);
        if columns >= LONGEST_EXCERPT {
            return None;
        }
        let line = width::fit(&line, LONGEST_EXCERPT);
        Some(format!("  {line}\n  {}^", " ".repeat(columns)))
    }
}

/// A part of a line that can be shown, with blanks at its ends.
fn plain(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    mask(&clean).into_owned()
}

/// What a file is.
pub(super) enum Draft {
    /// A template.
    Template(Template),
    /// A macro, and the templates that it names.
    Macro(Macro, Vec<Named>),
}

/// Reads a file. What is not as it should be is told, and then there is nothing of it.
pub(super) fn read(
    name: &str,
    is_shipped: bool,
    source: &Source,
) -> (Option<Draft>, Vec<ConfigProblem>) {
    let mut reader = Reader {
        source,
        problems: Vec::new(),
    };
    let draft = match DeTable::parse(&source.text) {
        Ok(table) => {
            let table = table.get_ref();
            let kind = find(table, "kind").and_then(|(_, value)| text(value));
            Some(if kind == Some("macro") {
                let (made, named) = reader.made(name, is_shipped, table);
                Draft::Macro(made, named)
            } else {
                Draft::Template(reader.file(name, is_shipped, table))
            })
        }
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reader.tell(at, format!("not TOML: {}", error.message()));
            None
        }
    };
    let mut problems = reader.problems;
    problems.sort_by_key(|(at, _)| *at);
    let problems: Vec<ConfigProblem> = problems.into_iter().map(|(_, p)| p).collect();
    (draft.filter(|_| problems.is_empty()), problems)
}

/// Keys of a file.
const KEYS: [&str; 5] = ["kind", "groups", "moment", "title", "text"];

/// Reads one file and notes what is wrong with it.
pub(super) struct Reader<'a> {
    source: &'a Source,
    problems: Vec<(usize, ConfigProblem)>,
}

impl Reader<'_> {
    pub(super) fn tell(&mut self, at: usize, message: impl Into<String>) {
        self.problems.push((at, self.problem(at, message)));
    }

    /// Something that is wrong at a byte of the file, without telling it.
    pub(super) fn problem(&self, at: usize, message: impl Into<String>) -> ConfigProblem {
        self.source.problem(at, message)
    }

    /// Tells keys that there are not.
    pub(super) fn keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys() {
            let word = key.get_ref().as_ref();
            if !known.contains(&word) {
                let advice = match nearest(word, known.iter().map(ToString::to_string)) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("there are {}", known.join(", ")),
                };
                self.tell(
                    key.span().start,
                    format!("there is no key {word}; {advice}"),
                );
            }
        }
    }

    fn file(&mut self, name: &str, is_shipped: bool, table: &DeTable<'_>) -> Template {
        self.keys(table, &KEYS);
        let moment = self.moment(table);
        let find = |word: &str| find(table, word);
        let groups = find("groups").map_or_else(Vec::new, |(_, v)| self.groups(v));
        let titles = find("title").map_or_else(BTreeMap::new, |(at, v)| self.titles(at, v));
        let kind = find("kind").map(|(_, value)| (value.span().start, text(value)));
        let kind = match kind {
            None | Some((_, Some("reply"))) => TemplateKind::Reply,
            Some((_, Some("note"))) => TemplateKind::Note,
            Some((at, _)) => {
                self.tell(at, "kind must be \"reply\", \"note\" or \"macro\"");
                TemplateKind::Reply
            }
        };
        let texts = match find("text") {
            Some((at, value)) => self.texts(at, value, "text"),
            None => BTreeMap::new(),
        };
        if texts.is_empty() && self.problems.is_empty() {
            self.tell(
                0,
                "there is no text; write [text] and then da = \"…\", nb, nn, sv or en",
            );
        }
        Template {
            name: name.to_owned(),
            kind,
            groups,
            moment,
            titles,
            texts,
            is_shipped,
        }
    }

    pub(super) fn groups(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<GroupId> {
        let Some(list) = value.get_ref().as_array() else {
            self.tell(
                value.span().start,
                "groups must be a list such as [\"vpn\", \"wifi\"]",
            );
            return Vec::new();
        };
        let mut groups = Vec::new();
        for item in list {
            let at = item.span().start;
            match text(item).map_or(Err(NO_SLUG.to_owned()), group) {
                Ok(group) => groups.push(group),
                Err(why) => self.tell(at, why),
            }
        }
        groups
    }

    /// When in an incident it comes first, if the file says so.
    pub(super) fn moment(&mut self, table: &DeTable<'_>) -> Option<Moment> {
        let (_, value) = find(table, "moment")?;
        let word = text(value);
        let moment = Moment::ALL.into_iter().find(|m| Some(m.word()) == word);
        if moment.is_none() {
            let at = value.span().start;
            self.tell(at, "moment must be \"outage\" or \"restored\"");
        }
        moment
    }

    /// The values of a table with a key for each language, with their places.
    fn by_language(
        &mut self,
        at: usize,
        value: &Spanned<DeValue<'_>>,
        key: &str,
    ) -> Vec<(Lang, String, Range<usize>)> {
        let Some(table) = value.get_ref().as_table() else {
            let what = format!("{key} must be a table by language: [{key}] and then da = \"…\"");
            self.tell(at, what);
            return Vec::new();
        };
        let mut found = Vec::new();
        for (code, value) in table {
            let lang = Lang::ALL
                .into_iter()
                .find(|lang| lang.code() == Some(code.get_ref().as_ref()));
            match (lang, text(value)) {
                (Some(lang), Some(text)) => found.push((lang, text.to_owned(), value.span())),
                (Some(_), None) => self.tell(value.span().start, "expected a text in quotes"),
                (None, _) => self.tell(
                    code.span().start,
                    "there is no such language; there are da, nb, nn, sv and en",
                ),
            }
        }
        found
    }

    pub(super) fn titles(
        &mut self,
        at: usize,
        value: &Spanned<DeValue<'_>>,
    ) -> BTreeMap<Lang, String> {
        let titles = self.by_language(at, value, "title");
        titles
            .into_iter()
            .map(|(lang, title, _)| (lang, sanitize::line_max(&title, LONGEST_TITLE)))
            .filter(|(_, title)| !title.is_empty())
            .collect()
    }

    pub(super) fn texts(
        &mut self,
        at: usize,
        value: &Spanned<DeValue<'_>>,
        key: &str,
    ) -> BTreeMap<Lang, Pattern> {
        let mut texts = BTreeMap::new();
        for (lang, text, span) in self.by_language(at, value, key) {
            let text = sanitize::block(&text);
            if text.is_empty() {
                self.tell(span.start, "the text is empty");
                continue;
            }
            match Pattern::parse(&text) {
                Ok(pattern) => {
                    texts.insert(lang, pattern);
                }
                Err(error) => {
                    let at = self.brace(span, error.brace);
                    self.tell(at, error.message);
                }
            }
        }
        texts
    }

    /// Where a brace of a text stands in the file; the beginning of the text where it is written in some other way.
    fn brace(&self, span: Range<usize>, nth: usize) -> usize {
        let raw = self.source.text.get(span.clone()).unwrap_or_default();
        let mut braces = raw.match_indices(['{', '}']);
        span.start + braces.nth(nth).map_or(0, |(at, _)| at)
    }
}

/// The group of a slug, or what is wrong with it. Groups of the installation's own are not known here, so any slug may be
/// one; one that is nearly the slug of a built-in group is taken for a slip of the keys.
pub(in crate::config) fn group(slug: &str) -> Result<GroupId, String> {
    if GroupId::BUILT_IN.contains(&slug) {
        return Ok(GroupId::from(slug));
    }
    if let Some(near) = nearest(slug, GroupId::BUILT_IN.iter().map(ToString::to_string)) {
        return Err(format!(
            "no built-in group is called so; did you mean {near}?"
        ));
    }
    let is_slug = (1..=LONGEST_SLUG).contains(&slug.len())
        && slug
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if is_slug {
        Ok(GroupId::from(slug))
    } else {
        Err(NO_SLUG.to_owned())
    }
}

/// The value of a key with the place of the key.
pub(in crate::config) fn find<'a, 'b>(
    table: &'a DeTable<'b>,
    word: &str,
) -> Option<(usize, &'a Spanned<DeValue<'b>>)> {
    let found = table.iter().find(|(key, _)| key.get_ref() == word);
    found.map(|(key, value)| (key.span().start, value))
}

pub(in crate::config) fn text<'a>(value: &'a Spanned<DeValue<'_>>) -> Option<&'a str> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.as_ref()),
        _ => None,
    }
}
