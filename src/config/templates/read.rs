//! One file: text in, a template or macro out, or what is wrong with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::config::file::line_and_column;
use crate::config::problem::{ConfigProblem, Place, nearest};
use crate::domain::ids::GroupId;
use crate::domain::template::{Deed, Macro, Pattern, Template, TemplateKind};
use crate::text::lang::Lang;
use crate::text::mask::mask;
use crate::text::{sanitize, width};

/// Longest title, in characters.
const LONGEST_TITLE: usize = 60;
/// Longest line that is shown with a caret, in columns.
const LONGEST_EXCERPT: usize = 100;

/// A file and what stands in it.
pub(super) struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    pub(super) fn new(path: PathBuf, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { path, text }
    }

    /// Something that is wrong at a byte of the file.
    pub(super) fn problem(&self, at: usize, message: impl Into<String>) -> ConfigProblem {
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
pub(super) enum Made {
    Template(Template),
    Macro(Macro),
}

/// What a file is, and where the deeds of a macro stand in it.
pub(super) struct Draft {
    pub(super) made: Made,
    pub(super) places: Vec<usize>,
}

/// Reads a file. What is not as it should be is told, and then there is no draft.
pub(super) fn read(
    name: &str,
    is_shipped: bool,
    source: Source,
) -> (Option<(Draft, Source)>, Vec<ConfigProblem>) {
    let mut reader = Reader {
        source: &source,
        problems: Vec::new(),
    };
    let draft = match DeTable::parse(&source.text) {
        Ok(table) => Some(reader.file(name, is_shipped, table.get_ref())),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reader.tell(at, format!("not TOML: {}", error.message()));
            None
        }
    };
    let mut problems = reader.problems;
    problems.sort_by_key(|(at, _)| *at);
    let problems: Vec<ConfigProblem> = problems.into_iter().map(|(_, p)| p).collect();
    let draft = draft.filter(|_| problems.is_empty());
    (draft.map(|draft| (draft, source)), problems)
}

/// Keys of a file.
const KEYS: [&str; 5] = ["kind", "groups", "title", "text", "do"];
/// What a macro can do, as it is written.
const DEEDS: [&str; 8] = [
    "take", "status", "priority", "queue", "group", "tag", "reply", "note",
];

struct Reader<'a> {
    source: &'a Source,
    problems: Vec<(usize, ConfigProblem)>,
}

impl Reader<'_> {
    fn tell(&mut self, at: usize, message: impl Into<String>) {
        self.problems.push((at, self.source.problem(at, message)));
    }

    fn file(&mut self, name: &str, is_shipped: bool, table: &DeTable<'_>) -> Draft {
        for key in table.keys() {
            let word = key.get_ref().as_ref();
            if !KEYS.contains(&word) {
                let advice = match nearest(word, KEYS.iter().map(ToString::to_string)) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("there are {}", KEYS.join(", ")),
                };
                self.tell(
                    key.span().start,
                    format!("there is no key {word}; {advice}"),
                );
            }
        }
        let find = |word: &str| {
            let found = table.iter().find(|(key, _)| key.get_ref() == word);
            found.map(|(key, value)| (key.span().start, value))
        };
        let groups = find("groups").map_or_else(Vec::new, |(_, v)| self.groups(v));
        let titles = find("title").map_or_else(BTreeMap::new, |(at, v)| self.titles(at, v));
        let kind = find("kind").map(|(_, value)| (value.span().start, text(value)));
        let kind = match kind {
            None | Some((_, Some("reply"))) => TemplateKind::Reply,
            Some((_, Some("note"))) => TemplateKind::Note,
            Some((_, Some("macro"))) => {
                if let Some((at, _)) = find("text") {
                    self.tell(
                        at,
                        "a macro has no text of its own; it names templates in do",
                    );
                }
                let (deeds, places) = match find("do") {
                    Some((_, value)) => self.deeds(value),
                    None => Default::default(),
                };
                if deeds.is_empty() && self.problems.is_empty() {
                    self.tell(0, "a macro needs do, a list of what it does");
                }
                let made = Macro {
                    name: name.to_owned(),
                    groups,
                    titles,
                    deeds,
                    is_shipped,
                };
                return Draft {
                    made: Made::Macro(made),
                    places,
                };
            }
            Some((at, _)) => {
                self.tell(at, "kind must be one of \"reply\", \"note\", \"macro\"");
                TemplateKind::Reply
            }
        };
        if let Some((at, _)) = find("do") {
            self.tell(at, "only a macro has do; write kind = \"macro\"");
        }
        let texts = match find("text") {
            Some((at, value)) => self.texts(at, value),
            None => BTreeMap::new(),
        };
        if texts.is_empty() && self.problems.is_empty() {
            self.tell(
                0,
                "there is no text; write [text] and then da = \"…\", nb, nn, sv or en",
            );
        }
        let made = Template {
            name: name.to_owned(),
            kind,
            groups,
            titles,
            texts,
            is_shipped,
        };
        Draft {
            made: Made::Template(made),
            places: Vec::new(),
        }
    }

    fn groups(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<GroupId> {
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
            match text(item).filter(|slug| GroupId::BUILT_IN.contains(slug)) {
                Some(slug) => groups.push(GroupId::from(slug)),
                None => self.tell(
                    at,
                    format!(
                        "there is no such group; there are {}",
                        GroupId::BUILT_IN.join(", ")
                    ),
                ),
            }
        }
        groups
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

    fn titles(&mut self, at: usize, value: &Spanned<DeValue<'_>>) -> BTreeMap<Lang, String> {
        let titles = self.by_language(at, value, "title");
        titles
            .into_iter()
            .map(|(lang, title, _)| (lang, sanitize::line_max(&title, LONGEST_TITLE)))
            .filter(|(_, title)| !title.is_empty())
            .collect()
    }

    fn texts(&mut self, at: usize, value: &Spanned<DeValue<'_>>) -> BTreeMap<Lang, Pattern> {
        let mut texts = BTreeMap::new();
        for (lang, text, span) in self.by_language(at, value, "text") {
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

    fn deeds(&mut self, value: &Spanned<DeValue<'_>>) -> (Vec<Deed>, Vec<usize>) {
        let Some(list) = value.get_ref().as_array().filter(|list| !list.is_empty()) else {
            self.tell(
                value.span().start,
                "do must be a list such as [\"take\", { reply = \"NAME\" }]",
            );
            return Default::default();
        };
        let made: Vec<(Deed, usize)> = list.iter().filter_map(|item| self.deed(item)).collect();
        self.told_twice(list, &made);
        made.into_iter().unzip()
    }

    /// A macro speaks to the requester once, and sets a thing to one value.
    fn told_twice(&mut self, list: &DeArray<'_>, made: &[(Deed, usize)]) {
        if made.len() != list.len() {
            return;
        }
        let mut seen = Vec::new();
        for (deed, at) in made {
            let kind = std::mem::discriminant(deed);
            let may_repeat = matches!(deed, Deed::Tag(_) | Deed::Note(_));
            if seen.contains(&kind) && !may_repeat {
                self.tell(*at, "a macro does this only once");
            }
            seen.push(kind);
        }
    }

    fn deed(&mut self, item: &Spanned<DeValue<'_>>) -> Option<(Deed, usize)> {
        let at = item.span().start;
        if text(item) == Some("take") {
            return Some((Deed::Take, at));
        }
        let one = item
            .get_ref()
            .as_table()
            .filter(|table| table.len() == 1)
            .and_then(|table| table.iter().next());
        let Some((key, value)) = one else {
            self.tell(
                at,
                "expected \"take\" or one of { status = … }, { priority = … }, { queue = … }, { group = … }, \
                 { tag = … }, { reply = … }, { note = … }",
            );
            return None;
        };
        let word = key.get_ref().as_ref();
        let line = text(value).map(sanitize::line).filter(|t| !t.is_empty());
        let deed = match (word, line) {
            ("priority", _) => whole(value).map(Deed::Priority),
            ("status", Some(to)) => Some(Deed::Status(to)),
            ("queue", Some(to)) => Some(Deed::Queue(to)),
            ("tag", Some(tag)) => Some(Deed::Tag(tag)),
            ("reply", Some(name)) => Some(Deed::Reply(name)),
            ("note", Some(name)) => Some(Deed::Note(name)),
            ("group", Some(slug)) if GroupId::BUILT_IN.contains(&slug.as_str()) => {
                Some(Deed::Group(GroupId::new(slug)))
            }
            _ => None,
        };
        if let Some(deed) = deed {
            return Some((deed, value.span().start));
        }
        let (place, message) = match word {
            "priority" => (
                value.span().start,
                "priority must be a whole number".to_owned(),
            ),
            "group" => (
                value.span().start,
                format!("group must be one of {}", GroupId::BUILT_IN.join(", ")),
            ),
            "take" => (
                key.span().start,
                "write \"take\" alone, in quotes".to_owned(),
            ),
            _ if DEEDS.contains(&word) => (
                value.span().start,
                format!("{word} must be a text in quotes"),
            ),
            _ => {
                let known = DEEDS.iter().map(ToString::to_string);
                let advice = match nearest(word, known) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("there are {}", DEEDS.join(", ")),
                };
                (key.span().start, format!("a macro cannot {word}; {advice}"))
            }
        };
        self.tell(place, message);
        None
    }
}

fn text<'a>(value: &'a Spanned<DeValue<'_>>) -> Option<&'a str> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.as_ref()),
        _ => None,
    }
}

fn whole(value: &Spanned<DeValue<'_>>) -> Option<i64> {
    match value.get_ref() {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok(),
        _ => None,
    }
}
