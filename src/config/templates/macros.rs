//! One file of a macro: what it does, in its order, and the texts that it brings itself.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::read::{Reader, find, text};
use crate::config::problem::{ConfigProblem, nearest};
use crate::domain::delivery::Field;
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::template::{Macro, Part, Template, TemplateKind, Wording};
use crate::text::sanitize;

/// Keys of a file.
const KEYS: [&str; 7] = ["kind", "groups", "moment", "title", "do", "reply", "note"];
/// Parts that stand alone.
const WORDS: [&str; 4] = ["take", "steal", "reply", "note"];
/// Parts with a value.
const VALUES: [&str; 9] = [
    "status", "priority", "queue", "owner", "group", "tag", "untag", "reply", "note",
];
/// Most parts of a macro.
const MOST: usize = 12;
/// Longest value of a part, in characters.
const LONGEST: usize = 100;

/// A template that a macro names, and what is said when there is none.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) kind: TemplateKind,
    pub(super) problem: ConfigProblem,
}

impl Reader<'_> {
    /// The macro of a file, and the templates that it names.
    pub(super) fn made(
        &mut self,
        name: &str,
        is_shipped: bool,
        table: &DeTable<'_>,
    ) -> (Macro, Vec<Named>) {
        self.keys(table, &KEYS);
        let groups = find(table, "groups").map_or_else(Vec::new, |(_, v)| self.groups(v));
        let moment = self.moment(table);
        let titles = find(table, "title").map(|(at, v)| self.titles(at, v));
        let mut own = Own {
            name,
            is_shipped,
            table,
            used: Vec::new(),
        };
        let (mut parts, mut named) = (Vec::new(), Vec::new());
        match find(table, "do").map(|(at, v)| (at, v.get_ref().as_array())) {
            Some((_, Some(list))) if !list.is_empty() => {
                for item in list {
                    if let Some(part) = self.part(item, &mut own, &mut named) {
                        self.add(item.span().start, part, &mut parts);
                    }
                }
            }
            found => self.tell(
                found.map_or(0, |(at, _)| at),
                "a macro says what it does: do = [\"take\", { status = \"resolved\" }]",
            ),
        }
        for kind in [TemplateKind::Reply, TemplateKind::Note] {
            let word = kind.word();
            if let Some((at, _)) = find(table, word).filter(|_| !own.used.contains(&kind)) {
                let text = format!("the text of [{word}] is not used: put \"{word}\" into do");
                self.tell(at, text);
            }
        }
        let made = Macro {
            name: name.to_owned(),
            groups,
            moment,
            titles: titles.unwrap_or_default(),
            parts,
            is_shipped,
        };
        (made, named)
    }

    /// Takes a part up, unless another one does the same.
    fn add(&mut self, at: usize, part: Part, parts: &mut Vec<Part>) {
        let is_same = |other: &Part| {
            let (one, other) = (part.verb(), other.verb());
            let field = Field::of(&one);
            let writes = matches!(part, Part::Write(..)) && one.word() == other.word();
            writes || one == other || (field.is_some() && field == Field::of(&other))
        };
        if parts.iter().any(is_same) {
            let word = part.verb().word();
            self.tell(at, format!("{word} is done by an earlier part already"));
        } else if parts.len() == MOST {
            self.tell(at, format!("a macro has at most {MOST} parts"));
        } else {
            parts.push(part);
        }
    }

    fn part(
        &mut self,
        item: &Spanned<DeValue<'_>>,
        own: &mut Own<'_>,
        named: &mut Vec<Named>,
    ) -> Option<Part> {
        let at = item.span().start;
        if let Some(word) = text(item) {
            return match word {
                "take" => Some(Part::Take),
                "steal" => Some(Part::Steal),
                "reply" => self.own_text(at, TemplateKind::Reply, own),
                "note" => self.own_text(at, TemplateKind::Note, own),
                _ => {
                    self.unknown(at, word, &WORDS);
                    None
                }
            };
        }
        let table = item.get_ref().as_table().filter(|table| table.len() == 1);
        let Some((key, value)) = table.and_then(|table| table.iter().next()) else {
            self.tell(
                at,
                "expected a word such as \"take\", or one thing with its value: { status = \"resolved\" }",
            );
            return None;
        };
        self.valued(key.get_ref(), key.span().start, value, named)
    }

    /// A part with a value: `{ status = "resolved" }`.
    fn valued(
        &mut self,
        word: &str,
        at: usize,
        value: &Spanned<DeValue<'_>>,
        named: &mut Vec<Named>,
    ) -> Option<Part> {
        let here = value.span().start;
        match word {
            "priority" => {
                let number = value
                    .get_ref()
                    .as_integer()
                    .and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
                if number.is_none() {
                    self.tell(here, "expected a number");
                }
                return number.map(Part::Priority);
            }
            "reply" => return self.named(TemplateKind::Reply, value, named),
            "note" => return self.named(TemplateKind::Note, value, named),
            _ if !VALUES.contains(&word) => {
                self.unknown(at, word, &VALUES);
                return None;
            }
            _ => {}
        }
        let said = text(value).map(|text| sanitize::line_max(text, LONGEST));
        let Some(said) = said.filter(|said| !said.is_empty()) else {
            self.tell(here, "expected a text in quotes");
            return None;
        };
        Some(match word {
            "status" => Part::Status(said),
            "queue" => Part::Queue(said),
            "owner" => Part::Owner(PersonId::new(said)),
            "tag" => Part::Tag(said),
            "untag" => Part::Untag(said),
            _ => Part::Group(self.slug(here, &said)?),
        })
    }

    /// A text of the file itself.
    fn own_text(&mut self, at: usize, kind: TemplateKind, own: &mut Own<'_>) -> Option<Part> {
        let word = kind.word();
        let Some((key, value)) = find(own.table, word) else {
            self.tell(
                at,
                format!(
                    "there is no text: write [{word}] with da = \"…\" and so on, or {{ {word} = \"NAME\" }} for a template"
                ),
            );
            return None;
        };
        own.used.push(kind);
        let texts = self.texts(key, value, word);
        let template = Template {
            name: own.name.to_owned(),
            kind,
            groups: Vec::new(),
            moment: None,
            titles: std::collections::BTreeMap::new(),
            texts,
            is_shipped: own.is_shipped,
        };
        Some(Part::Write(kind, Wording::Own(Box::new(template))))
    }

    /// The text of a template, or of the one of several that fits the ticket.
    fn named(
        &mut self,
        kind: TemplateKind,
        value: &Spanned<DeValue<'_>>,
        references: &mut Vec<Named>,
    ) -> Option<Part> {
        let items: Vec<&Spanned<DeValue<'_>>> = match value.get_ref().as_array() {
            Some(list) => list.iter().collect(),
            None => vec![value],
        };
        let mut names = Vec::new();
        for item in &items {
            let at = item.span().start;
            let Some(name) = text(item) else {
                self.tell(at, "expected the name of a template in quotes");
                return None;
            };
            let message = format!("there is no template {name} for a {}", kind.word());
            references.push(Named {
                name: name.to_owned(),
                kind,
                problem: self.problem(at, message),
            });
            names.push(name.to_owned());
        }
        if names.is_empty() {
            self.tell(value.span().start, "expected the name of a template");
            return None;
        }
        Some(Part::Write(kind, Wording::Of(names)))
    }

    fn unknown(&mut self, at: usize, word: &str, known: &[&str]) {
        let all = || known.iter().map(ToString::to_string);
        let advice = match nearest(word, all()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are {}", known.join(", ")),
        };
        self.tell(at, format!("a macro cannot do {word:?}; {advice}"));
    }

    fn slug(&mut self, at: usize, slug: &str) -> Option<GroupId> {
        match super::read::group(slug) {
            Ok(group) => Some(group),
            Err(why) => {
                self.tell(at, why);
                None
            }
        }
    }
}

/// What the texts of the file itself need.
struct Own<'a> {
    name: &'a str,
    is_shipped: bool,
    table: &'a DeTable<'a>,
    used: Vec<TemplateKind>,
}
