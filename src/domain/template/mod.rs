//! Ready-made texts with variables, in several languages, and macros: several actions on a ticket as one step.
//!
//! Pure: a template is read from a file elsewhere, the [`Values`] of a ticket are gathered elsewhere, and [`render`]
//! makes the text or says what is missing. Whoever answers many tickets calls it once for each, with the language and
//! the values of that ticket.

mod macros;
mod pattern;
mod variable;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use macros::{Macro, Part, Wording};
pub use pattern::{Filled, Missing, Pattern, PatternError, unfilled};
pub use variable::{Values, Variable};

use super::action::Verb;
use super::draft::DraftKind;
use super::ids::GroupId;
use crate::text::lang::Lang;

/// What a template is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TemplateKind {
    /// A reply, which the requester sees.
    Reply,
    /// An internal note.
    Note,
}

impl TemplateKind {
    /// The word in files and on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
        }
    }
    /// The action that sends a text of this kind.
    pub fn verb(self, text: String) -> Verb {
        let files = Vec::new();
        match self {
            Self::Reply => Verb::Reply { text, files },
            Self::Note => Verb::Note { text, files },
        }
    }
    /// The kind of text that it becomes.
    pub fn draft(self) -> DraftKind {
        match self {
            Self::Reply => DraftKind::Reply,
            Self::Note => DraftKind::Note,
        }
    }
}

/// When in an incident a text is for: then it is offered first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// It goes on: to those who wrote.
    Outage,
    /// It is mended.
    Restored,
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Outage, Self::Restored];
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Outage => "outage",
            Self::Restored => "restored",
        }
    }
}

/// A ready-made text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// What scripts call it: the name of its file without the ending.
    pub name: String,
    /// What it is for.
    pub kind: TemplateKind,
    /// Groups in whose tickets it is offered first; empty: it fits everywhere.
    pub groups: Vec<GroupId>,
    /// When in an incident of these groups it comes first of all.
    #[serde(default)]
    pub moment: Option<Moment>,
    /// What the list calls it, by language.
    pub titles: BTreeMap<Lang, String>,
    /// The text, by language; at least one.
    pub texts: BTreeMap<Lang, Pattern>,
    /// Whether it comes with the program; the others are the installation's own.
    pub is_shipped: bool,
}

impl Template {
    /// What the list calls it in a language, or in the nearest one that it has; its name where it has none.
    pub fn title(&self, lang: Lang) -> &str {
        best(&self.titles, lang)
            .and_then(|lang| self.titles.get(&lang))
            .map_or(&self.name, String::as_str)
    }
    /// The language in which somebody who reads `lang` gets it: that one, else the nearest that it has.
    pub fn language(&self, lang: Lang) -> Lang {
        best(&self.texts, lang).unwrap_or(Lang::Unknown)
    }
    /// The text as far as it can be filled in.
    pub fn fill(&self, lang: Lang, values: &Values) -> Filled {
        self.texts
            .get(&self.language(lang))
            .map(|text| text.fill(values))
            .unwrap_or_default()
    }
}

/// The text of a template for somebody who reads `lang`, ready to be sent.
///
/// # Errors
/// What is missing, each variable once, with the reason.
pub fn render(template: &Template, lang: Lang, values: &Values) -> Result<String, Vec<Missing>> {
    let filled = template.fill(lang, values);
    if filled.missing.is_empty() {
        Ok(filled.text)
    } else {
        Err(filled.missing)
    }
}

/// All templates and macros, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shelf {
    /// Templates, sorted by name.
    pub templates: Vec<Template>,
    /// Macros, sorted by name.
    #[serde(default)]
    pub macros: Vec<Macro>,
}

impl Shelf {
    /// The template of that name.
    pub fn template(&self, name: &str) -> Option<&Template> {
        self.templates.iter().find(|t| t.name == name)
    }
    /// The templates for a ticket of this group (and lanes): those of its groups first, then those that fit
    /// everywhere, then the others.
    pub fn templates_for(&self, groups: &[GroupId]) -> Vec<&Template> {
        let mut all: Vec<&Template> = self.templates.iter().collect();
        all.sort_by_key(|t| rank(&t.groups, groups));
        all
    }
    /// Templates and macros for such a ticket, in the same order, templates before macros; in an incident those first that
    /// are for this moment of it.
    pub fn offers_for(&self, groups: &[GroupId], moment: Option<Moment>) -> Vec<Offered<'_>> {
        let templates = self.templates.iter().map(Offered::Template);
        let macros = self.macros.iter().map(Offered::Macro);
        let mut all: Vec<Offered<'_>> = templates.chain(macros).collect();
        let is_now = |offered: &Offered<'_>| moment.is_some() && offered.moment() == moment;
        all.sort_by_key(|offered| (rank(offered.groups(), groups), !is_now(offered)));
        all
    }
}

/// What the list offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered<'a> {
    /// A text.
    Template(&'a Template),
    /// Several actions.
    Macro(&'a Macro),
}

impl Offered<'_> {
    /// Groups in whose tickets it is offered first.
    pub fn groups(&self) -> &[GroupId] {
        match self {
            Self::Template(template) => &template.groups,
            Self::Macro(made) => &made.groups,
        }
    }
    /// When in an incident it comes first.
    pub fn moment(&self) -> Option<Moment> {
        match self {
            Self::Template(template) => template.moment,
            Self::Macro(made) => made.moment,
        }
    }
}

/// Place in the list: for the group, for all, for others.
fn rank(of: &[GroupId], groups: &[GroupId]) -> u8 {
    if of.iter().any(|group| groups.contains(group)) {
        0
    } else if of.is_empty() {
        1
    } else {
        2
    }
}

/// The language of `of` that somebody who reads `lang` reads best.
fn best<T>(of: &BTreeMap<Lang, T>, lang: Lang) -> Option<Lang> {
    let near = match lang {
        Lang::Da => [Lang::Da, Lang::Nb, Lang::Nn, Lang::Sv, Lang::En],
        Lang::Nb => [Lang::Nb, Lang::Nn, Lang::Da, Lang::Sv, Lang::En],
        Lang::Nn => [Lang::Nn, Lang::Nb, Lang::Da, Lang::Sv, Lang::En],
        Lang::Sv => [Lang::Sv, Lang::Nb, Lang::Nn, Lang::Da, Lang::En],
        Lang::En | Lang::Unknown => [Lang::En, Lang::Da, Lang::Nb, Lang::Nn, Lang::Sv],
    };
    near.into_iter().find(|lang| of.contains_key(lang))
}

/// The language after this one among those that the template has, around the end.
pub fn next_language(template: &Template, lang: Lang) -> Lang {
    let mut has: Vec<Lang> = template.texts.keys().copied().collect();
    has.sort_unstable();
    let after = has.iter().copied().find(|other| *other > lang);
    after.or(has.first().copied()).unwrap_or(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(name: &str, groups: &[&str], texts: &[(Lang, &str)]) -> Template {
        Template {
            name: name.to_owned(),
            kind: TemplateKind::Reply,
            groups: groups.iter().map(|g| GroupId::from(*g)).collect(),
            moment: None,
            titles: texts.iter().map(|(l, _)| (*l, name.to_owned())).collect(),
            texts: texts
                .iter()
                .map(|(l, t)| (*l, Pattern::parse(t).unwrap()))
                .collect(),
            is_shipped: false,
        }
    }

    #[test]
    fn a_text_is_made_or_what_is_missing_is_named() {
        let t = template("a", &[], &[(Lang::Da, "Sag {ticket.id} {device.name}")]);
        let mut values = Values::default();
        values.set(Variable::TicketId, "4211", "");
        values.lack(Variable::DeviceName, "no device is known for Kåre");
        let missing = render(&t, Lang::Da, &values).unwrap_err();
        assert_eq!(missing.len(), 1);
        assert_eq!(
            missing[0].to_string(),
            "{device.name}: no device is known for Kåre"
        );
        values.set(Variable::DeviceName, "LT-0412", "");
        assert_eq!(render(&t, Lang::Da, &values).unwrap(), "Sag 4211 LT-0412");
    }

    #[test]
    fn a_language_that_is_lacking_gives_its_neighbour() {
        let t = template("a", &[], &[(Lang::Nb, "nb"), (Lang::En, "en")]);
        for (asked, got) in [
            (Lang::Nn, Lang::Nb),
            (Lang::Da, Lang::Nb),
            (Lang::Sv, Lang::Nb),
            (Lang::En, Lang::En),
            (Lang::Unknown, Lang::En),
        ] {
            assert_eq!(t.language(asked), got, "{asked:?}");
        }
        assert_eq!(next_language(&t, Lang::Nb), Lang::En);
        assert_eq!(next_language(&t, Lang::En), Lang::Nb);
    }

    #[test]
    fn those_of_the_group_come_first_then_those_for_all() {
        let shelf = Shelf {
            templates: vec![
                template("a-video", &["video"], &[(Lang::En, "x")]),
                template("b-all", &[], &[(Lang::En, "x")]),
                template("c-vpn", &["mobile", "vpn"], &[(Lang::En, "x")]),
            ],
            macros: Vec::new(),
        };
        let names = |group: &str| -> Vec<String> {
            let found = shelf.templates_for(&[GroupId::from(group)]);
            found.iter().map(|t| t.name.clone()).collect()
        };
        assert_eq!(names("vpn"), ["c-vpn", "b-all", "a-video"]);
        assert_eq!(names("other"), ["b-all", "a-video", "c-vpn"]);
    }
}
