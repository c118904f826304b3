//! What is shown before a bulk action, and while it goes on.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::app::line::Line;
use crate::domain::action::{Seen, Verb};
use crate::domain::bulk::LeftOut;
use crate::domain::ids::{ActionId, TicketId};
use crate::domain::outbox::Item;
use crate::domain::template::{Pattern, Variable};
use crate::text::lang::Lang;

use super::pick::Target;

/// What would be done to the marked tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What it does, in a few words.
    pub what: String,
    /// How many are marked.
    pub marked: usize,
    /// What is done to each that is not left out.
    pub children: Vec<(Target, Verb)>,
    /// Those left out, and why.
    pub left_out: Vec<(TicketId, LeftOut)>,
    /// People behind the children, each once; `None`: of some it is not known.
    pub people: Option<usize>,
    /// Whether requesters will see it.
    pub is_visible: bool,
    /// The text that all get or that staff will read.
    pub text: Option<String>,
    /// Where each ticket has a text of its own instead.
    pub written: Option<Written>,
    /// What is typed, where the number of tickets must be.
    pub typed: Option<Line>,
    /// What is wrong with it.
    pub problem: Option<&'static str>,
    /// The action that all get, where it is one and the same.
    pub verb: Option<Verb>,
    /// The macro that it is, if it is one.
    pub run: Option<Run>,
    /// What the person chose of what is offered here.
    pub choices: Choices,
    /// Who has this very answer already and gets it once more, for the person wants it so.
    pub repeats: usize,
    /// Who is not well and would be solved, or told that it works again: the ticket, why, who that is.
    pub ill: Vec<(TicketId, LeftOut, String)>,
    /// Requesters who wrote while this is open: the ticket, who, when.
    pub wrote: Vec<(TicketId, String, Timestamp)>,
    /// What cannot be taken back of tickets that something is taken back of.
    pub stays: Vec<(TicketId, String)>,
    /// The bulk that it takes back, with the action of each child.
    pub undoes: Option<(ActionId, Vec<ActionId>)>,
    /// First visible line.
    pub top: usize,
}

/// What a person chooses before a bulk action, beside the marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choices {
    /// Who has the very same answer already gets it once more.
    pub again: bool,
    /// Who is not well is left out.
    pub without_ill: bool,
}

/// Texts that were made from a template, one for each ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The name of the template.
    pub template: String,
    /// The language of each child's text, in their order; none for one without a text.
    pub langs: Vec<Option<Lang>>,
    /// How many tickets get which language, most first.
    pub languages: Vec<(Lang, usize)>,
    /// Tickets whose language the template lacks: that language, the one that they get, how many.
    pub neighbours: Vec<(Lang, Lang, usize)>,
    /// The language of which a text is shown.
    pub shown: Lang,
    /// What the person wrote for variables that are not known of some tickets.
    pub supplied: BTreeMap<Variable, String>,
    /// Texts that the person changed for this answer, by language.
    pub edited: BTreeMap<Lang, Pattern>,
    /// Variables for which tickets are left out, and how many.
    pub lacking: Vec<(Variable, usize)>,
}

/// What requesters wrote before a reply of a bulk action reached them, to be read before it is sent all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// The bulk action.
    pub bulk: ActionId,
    /// The replies that met a message, as they were when this was opened: what is confirmed is what was shown.
    pub rows: Vec<(Item, Seen)>,
    /// Other conflicts of the bulk action, each to be decided by itself.
    pub others: usize,
    /// First visible line.
    pub top: usize,
}

/// A macro that is to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its name.
    pub name: String,
    /// The ticket of the key; none: all that are marked.
    pub target: Option<Target>,
    /// Another language than that of the ticket.
    pub lang: Option<Lang>,
    /// Its parts in a few words, and how many tickets each is done to; of the others it is so already.
    pub does: Vec<(String, usize)>,
}

impl Written {
    /// What is said of texts from a template or macro: `tickets` are the language that each should have and the one that
    /// it gets.
    pub fn of(name: &str, tickets: &[(Lang, Lang)], left_out: &[(TicketId, LeftOut)]) -> Self {
        let mut counts: BTreeMap<Lang, usize> = BTreeMap::new();
        let mut neighbours: BTreeMap<(Lang, Lang), usize> = BTreeMap::new();
        for (wanted, lang) in tickets {
            *counts.entry(*lang).or_default() += 1;
            if wanted != lang {
                *neighbours.entry((*wanted, *lang)).or_default() += 1;
            }
        }
        let mut lacking: BTreeMap<Variable, usize> = BTreeMap::new();
        for (_, why) in left_out {
            if let LeftOut::Lacks(missing) = why {
                for one in missing {
                    *lacking.entry(one.variable).or_default() += 1;
                }
            }
        }
        let mut languages: Vec<(Lang, usize)> = counts.into_iter().collect();
        languages.sort_by_key(|(lang, count)| (std::cmp::Reverse(*count), *lang));
        Self {
            template: name.to_owned(),
            langs: Vec::new(),
            shown: languages.first().map_or(Lang::Unknown, |(lang, _)| *lang),
            languages,
            neighbours: neighbours
                .into_iter()
                .map(|((wanted, got), count)| (wanted, got, count))
                .collect(),
            supplied: BTreeMap::new(),
            edited: BTreeMap::new(),
            lacking: lacking.into_iter().collect(),
        }
    }
}

impl Preview {
    /// How many tickets something is done to. A macro does several things to each, one after the other.
    pub fn tickets(&self) -> usize {
        let mut last = None;
        let ids = self.children.iter().map(|(target, _)| &target.ticket);
        ids.filter(|id| last.replace(*id) != Some(*id)).count()
    }
    /// How many are left out because they have this very answer.
    pub fn has_answer(&self) -> usize {
        let has = |(_, why): &&(TicketId, LeftOut)| matches!(why, LeftOut::HasAnswer(_));
        self.left_out.iter().filter(has).count()
    }
    /// Whether somebody who is not well is left out.
    pub fn is_without_ill(&self) -> bool {
        let is_ill =
            |(_, why): &(TicketId, LeftOut)| matches!(why, LeftOut::StillFails | LeftOut::SaidNo);
        self.left_out.iter().any(is_ill)
    }
    /// Whether it is done without a question, and not held: a macro on one ticket of which the requester sees nothing.
    pub fn is_quiet(&self) -> bool {
        let is_one = |(_, undone): &(ActionId, Vec<ActionId>)| undone.len() > 1;
        let is_step = self.run.as_ref().is_some_and(|run| run.target.is_some())
            || self.undoes.as_ref().is_some_and(is_one);
        is_step && self.tickets() == 1 && !self.is_visible
    }
    /// The ticket whose texts are shown of those from a template, and its texts.
    pub fn samples(&self) -> Option<(&TicketId, Vec<(&'static str, &str)>)> {
        let written = self.written.as_ref()?;
        let at = written
            .langs
            .iter()
            .position(|l| *l == Some(written.shown))?;
        let (target, _) = self.children.get(at)?;
        let of_ticket = self
            .children
            .iter()
            .skip(at)
            .take_while(|(other, _)| other.ticket == target.ticket);
        let texts = of_ticket.filter_map(|(_, verb)| match verb {
            Verb::Reply { text, .. } | Verb::Note { text, .. } => {
                Some((verb.word(), text.as_str()))
            }
            _ => None,
        });
        Some((&target.ticket, texts.collect()))
    }
}
