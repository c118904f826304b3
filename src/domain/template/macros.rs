//! Macros: several actions on a ticket as one step.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Moment, Shelf, Template, TemplateKind, best};
use crate::domain::action::Verb;
use crate::domain::ids::{GroupId, PersonId};
use crate::text::lang::Lang;

/// Where the text of a part comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wording {
    /// It stands in the macro's own file.
    Own(Box<Template>),
    /// Of these templates the first that is for the ticket's group, else the first that is for all.
    Of(Vec<String>),
}

/// One of the things that a macro does to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Make me the owner of a ticket that nobody owns.
    Take,
    /// Make me the owner whoever owns it.
    Steal,
    /// Make somebody the owner.
    Owner(PersonId),
    /// Set the status, by the desk's word.
    Status(String),
    /// Set the priority number.
    Priority(i64),
    /// Move to a queue, by name.
    Queue(String),
    /// Put into a problem group.
    Group(GroupId),
    /// Add a tag.
    Tag(String),
    /// Remove a tag.
    Untag(String),
    /// Write a reply or a note.
    Write(TemplateKind, Wording),
}

impl Part {
    /// The action; that of a text is without its words yet.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Take => Verb::Take,
            Self::Steal => Verb::Steal,
            Self::Owner(to) => Verb::Assign { to: to.clone() },
            Self::Status(to) => Verb::Status { to: to.clone() },
            Self::Priority(to) => Verb::Priority { to: *to },
            Self::Queue(to) => Verb::Queue { to: to.clone() },
            Self::Group(to) => Verb::Group {
                to: Some(to.clone()),
            },
            Self::Tag(tag) => Verb::Tag { tag: tag.clone() },
            Self::Untag(tag) => Verb::Untag { tag: tag.clone() },
            Self::Write(kind, _) => kind.verb(String::new()),
        }
    }
}

/// Several actions on a ticket as one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Macro {
    /// The name of its file without the ending.
    pub name: String,
    /// Groups in whose tickets it is offered first; empty: it fits everywhere.
    pub groups: Vec<GroupId>,
    /// When in an incident of these groups it comes first of all.
    #[serde(default)]
    pub moment: Option<Moment>,
    /// What the list calls it, by language.
    pub titles: BTreeMap<Lang, String>,
    /// What it does, in this order; at least one part.
    pub parts: Vec<Part>,
    /// Whether it comes with the program; the others are the installation's own.
    pub is_shipped: bool,
}

impl Macro {
    /// What the list calls it in a language, or in the nearest one that it has; its name where it has none.
    pub fn title(&self, lang: Lang) -> &str {
        best(&self.titles, lang)
            .and_then(|lang| self.titles.get(&lang))
            .map_or(&self.name, String::as_str)
    }
    /// The words of what it does, in its order: `reply`, `status`.
    pub fn words(&self) -> Vec<&'static str> {
        self.parts.iter().map(|part| part.verb().word()).collect()
    }
}

impl Shelf {
    /// The macro of that name.
    pub fn find_macro(&self, name: &str) -> Option<&Macro> {
        self.macros.iter().find(|m| m.name == name)
    }
    /// The template that a part of a macro takes for a ticket of these groups; none: it has none for them.
    pub fn worded<'a>(&'a self, wording: &'a Wording, groups: &[GroupId]) -> Option<&'a Template> {
        match wording {
            Wording::Own(template) => Some(template),
            Wording::Of(names) => {
                let all = || names.iter().filter_map(|name| self.template(name));
                let is_for = |t: &&Template| t.groups.iter().any(|group| groups.contains(group));
                let only = all().next().filter(|_| names.len() == 1);
                only.or_else(|| all().find(is_for))
                    .or_else(|| all().find(|t| t.groups.is_empty()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;
    use super::*;

    fn template(name: &str, groups: &[&str]) -> Template {
        Template {
            name: name.to_owned(),
            kind: TemplateKind::Reply,
            groups: groups.iter().map(|g| GroupId::from(*g)).collect(),
            moment: None,
            titles: BTreeMap::new(),
            texts: [(Lang::En, Pattern::parse("x").unwrap())].into(),
            is_shipped: true,
        }
    }

    #[test]
    fn of_several_templates_the_one_for_the_group_is_taken_else_the_one_for_all() {
        let shelf = Shelf {
            templates: vec![template("vpn", &["vpn"]), template("any", &[])],
            macros: Vec::new(),
        };
        let of = |names: &[&str], group: &str| {
            let names = names.iter().map(|n| (*n).to_owned()).collect();
            let found = Wording::Of(names);
            let found = shelf.worded(&found, &[GroupId::from(group)]);
            found.map(|t| t.name.clone())
        };
        assert_eq!(of(&["any", "vpn"], "vpn").as_deref(), Some("vpn"));
        assert_eq!(of(&["vpn", "any"], "wifi").as_deref(), Some("any"));
        assert_eq!(of(&["vpn", "gone"], "wifi"), None);
        // Who names one means that one.
        assert_eq!(of(&["vpn"], "wifi").as_deref(), Some("vpn"));
    }
}
