//! Macros and tickets together: what a macro would do to a ticket, and what of it the desk does not know.
//!
//! Reads the model only, so that the view can show what [`super::update()`] would do.

use std::collections::BTreeMap;

use crate::domain::action::Verb;
use crate::domain::draft::DraftKind;
use crate::domain::ids::TicketId;
use crate::domain::template::{Macro, Part, Template, Variable};
use crate::text::lang::Lang;

use super::fill::{self, Preview};
use super::model::Model;
use super::words;

/// One thing that a macro would do to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The action; a text as far as it can be filled in.
    pub verb: Verb,
    /// Its text, if it writes one.
    pub letter: Option<Preview>,
}

/// What a macro would do to a ticket, in its order, whatever is so already. None: none of the templates that it has to
/// choose from is for a ticket of this group.
pub fn steps(
    model: &Model,
    made: &Macro,
    ticket: &TicketId,
    lang: Option<Lang>,
    supplied: &BTreeMap<Variable, String>,
) -> Option<Vec<Step>> {
    let groups = fill::groups(model, Some(ticket));
    let step = |part: &Part| {
        let Part::Write(kind, wording) = part else {
            let verb = part.verb();
            return Some(Step { verb, letter: None });
        };
        let template = model.shelf.worded(wording, &groups)?;
        let letter = fill::letter(model, template, Some(ticket), lang, supplied);
        Some(Step {
            verb: kind.verb(letter.filled.text.clone()),
            letter: Some(letter),
        })
    };
    made.parts.iter().map(step).collect()
}

/// The template of the first text that a macro would write on a ticket.
pub fn first_text<'a>(
    model: &'a Model,
    made: &'a Macro,
    ticket: &TicketId,
) -> Option<&'a Template> {
    let groups = fill::groups(model, Some(ticket));
    let mut texts = made.parts.iter().filter_map(|part| match part {
        Part::Write(_, wording) => model.shelf.worded(wording, &groups),
        _ => None,
    });
    texts.next()
}

/// What a macro does, a few words for each part: `take`, `reply`, `status resolved`.
pub fn labels(made: &Macro) -> Vec<String> {
    made.parts.iter().map(|part| label(&part.verb())).collect()
}

/// One of them.
pub fn label(verb: &Verb) -> String {
    match verb {
        Verb::Reply { .. } => words::draft_kind(DraftKind::Reply).to_owned(),
        Verb::Note { .. } => words::draft_kind(DraftKind::Note).to_owned(),
        other => words::verb(other),
    }
}

/// What a macro names and the desk does not have, as far as the desk has told.
pub fn unknown_to_desk(model: &Model, made: &Macro) -> Vec<String> {
    let vocab = &model.desk.vocab;
    let statuses: Vec<&str> = vocab
        .statuses
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let queues: Vec<&str> = vocab.queues.iter().map(String::as_str).collect();
    let agents: Vec<&str> = vocab.agents.iter().map(|a| a.who.id.as_str()).collect();
    let lacks = |what: &str, name: &str, all: &[&str]| {
        let is_unknown = !all.is_empty() && !all.contains(&name);
        is_unknown.then(|| format!("the desk has no {what} {name}; it has {}", all.join(", ")))
    };
    let parts = made.parts.iter().filter_map(|part| match part {
        Part::Status(to) => lacks("status", to, &statuses),
        Part::Queue(to) => lacks("queue", to, &queues),
        Part::Owner(to) => lacks("agent", to.as_str(), &agents),
        _ => None,
    });
    parts.collect()
}
