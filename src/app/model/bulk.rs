//! What is shown before a bulk action, and while it goes on.

use std::collections::BTreeMap;

use crate::app::line::Line;
use crate::domain::action::Verb;
use crate::domain::bulk::LeftOut;
use crate::domain::ids::{ActionId, TicketId};
use crate::domain::template::Variable;
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
    /// The bulk that it takes back, with the action of each child.
    pub undoes: Option<(ActionId, Vec<ActionId>)>,
    /// First visible line.
    pub top: usize,
}

/// Texts that were made from a template, one for each ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The name of the template.
    pub template: String,
    /// The language of each child's text, in their order.
    pub langs: Vec<Lang>,
    /// How many texts are in each language, most first.
    pub languages: Vec<(Lang, usize)>,
    /// Tickets whose language the template lacks: that language, the one that they get, how many.
    pub neighbours: Vec<(Lang, Lang, usize)>,
    /// The language of which a text is shown.
    pub shown: Lang,
    /// What the person wrote for variables that are not known of some tickets.
    pub supplied: BTreeMap<Variable, String>,
    /// Variables for which tickets are left out, and how many.
    pub lacking: Vec<(Variable, usize)>,
}

impl Preview {
    /// The ticket and the text that are shown of those from a template.
    pub fn sample(&self) -> Option<(&TicketId, &str)> {
        let written = self.written.as_ref()?;
        let at = written.langs.iter().position(|l| *l == written.shown)?;
        let (target, verb) = self.children.get(at)?;
        match verb {
            Verb::Reply { text, .. } | Verb::Note { text, .. } => {
                Some((&target.ticket, text.as_str()))
            }
            _ => None,
        }
    }
}
