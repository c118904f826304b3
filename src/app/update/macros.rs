//! Macros: several actions on a ticket as one step, on one ticket or on all that are marked.
//!
//! Invariant: all of a macro is done to a ticket or nothing of it, and what is so already is left out. It is one bulk:
//! stored in one transaction, taken back by one undo.

use std::collections::BTreeMap;

use crate::domain::action::Verb;
use crate::domain::bulk::LeftOut;
use crate::domain::ids::TicketId;
use crate::domain::template::{Macro, Missing, Moment, Part, TemplateKind, Variable};
use crate::text::lang::Lang;

use super::super::macros::{Step, labels, steps, unknown_to_desk};
use super::super::model::bulk::{Choices, Preview, Run, Written};
use super::super::model::marks::Mark;
use super::super::model::pick::Target;
use super::super::model::{Model, NoticeKind};
use super::checks::{self, Checks};
use super::{Effects, bulk, notice, write};

/// A macro was chosen: for the ticket of the key, or without one for all that are marked.
pub(super) fn chosen(
    model: &mut Model,
    target: Option<Target>,
    name: &str,
    lang: Option<Lang>,
    fx: &mut Effects,
) {
    let Some(made) = model.shelf.find_macro(name).cloned() else {
        let text = format!("There is no macro {name} any more");
        notice(model, NoticeKind::Warning, None, text);
        return;
    };
    let id = target.as_ref().map(|t| t.ticket.clone());
    let unknown = unknown_to_desk(model, &made);
    if !unknown.is_empty() {
        let text = format!("{name} is not possible: {}", unknown.join("; "));
        notice(model, NoticeKind::Warning, id.as_ref(), text);
        return;
    }
    for part in &made.parts {
        if !write::may(model, target.as_ref(), &part.verb()) {
            return;
        }
    }
    let run = Run {
        name: made.name.clone(),
        target,
        lang,
        does: Vec::new(),
    };
    let preview = preview(model, &made, run, BTreeMap::new(), Choices::default());
    bulk::present(model, preview, fx);
}

/// The same preview with what the person wrote for variables that are not known.
pub(super) fn anew(
    model: &Model,
    run: &Run,
    supplied: BTreeMap<Variable, String>,
    choices: Choices,
) -> Option<Preview> {
    let made = model.shelf.find_macro(&run.name)?;
    Some(preview(model, made, run.clone(), supplied, choices))
}

/// Whether a macro solves tickets, or tells people that it works again.
fn ends(model: &Model, made: &Macro) -> bool {
    made.parts.iter().any(|part| match part {
        Part::Write(TemplateKind::Reply, wording) => {
            let first = model.shelf.worded(wording, &made.groups);
            first.is_some_and(|template| template.moment == Some(Moment::Restored))
        }
        part => checks::ends(model, &part.verb()),
    })
}

fn preview(
    model: &Model,
    made: &Macro,
    run: Run,
    supplied: BTreeMap<Variable, String>,
    choices: Choices,
) -> Preview {
    let checks = Checks {
        template: Some(made.name.as_str()),
        ends: ends(model, made),
        choices,
    };
    let cases: Vec<(TicketId, Mark)> = if let Some(target) = &run.target {
        let mark = Mark {
            seen: target.seen.clone(),
            at: model.now,
            is_by_itself: true,
        };
        vec![(target.ticket.clone(), mark)]
    } else {
        let marks = model.marks.iter();
        marks.map(|(id, m)| (id.clone(), m.clone())).collect()
    };
    let mut sorted = Sorted {
        does: vec![0; made.parts.len()],
        ..Sorted::default()
    };
    for (id, mark) in &cases {
        let asked = (run.lang, &supplied, checks);
        if let Err(why) = sort(model, made, (id, mark), asked, &mut sorted) {
            sorted.left_out.push((id.clone(), why));
        }
    }
    let does = labels(made).into_iter().zip(sorted.does).collect();
    let has_text = made
        .parts
        .iter()
        .any(|part| matches!(part, Part::Write(..)));
    let mut written = Written::of(&made.name, &sorted.tickets, &sorted.left_out);
    written.langs = sorted.langs;
    written.supplied = supplied;
    let what = format!("macro {}", made.name);
    let mut preview = bulk::preview(model, what, cases.len(), sorted.children, sorted.left_out);
    preview.text = None;
    preview.written = has_text.then_some(written);
    preview.run = Some(Run { does, ..run });
    checks.tell(model, &mut preview);
    preview
}

/// What is done to which ticket, and which are left out.
#[derive(Default)]
struct Sorted {
    children: Vec<(Target, Verb)>,
    /// The language of each child's text.
    langs: Vec<Option<Lang>>,
    /// The language of each ticket's first text: the one wanted, the one that it gets.
    tickets: Vec<(Lang, Lang)>,
    /// How many tickets each part is done to.
    does: Vec<usize>,
    left_out: Vec<(TicketId, LeftOut)>,
}

/// Whether a part of a macro comes after a reply.
fn is_after_reply(made: &Macro, nth: usize) -> bool {
    let mut before = made.parts.iter().take(nth);
    before.any(|part| matches!(part, Part::Write(TemplateKind::Reply, _)))
}

/// All of the macro for one ticket, or why it is left out.
fn sort(
    model: &Model,
    made: &Macro,
    (id, mark): (&TicketId, &Mark),
    (lang, supplied, checks): (Option<Lang>, &BTreeMap<Variable, String>, Checks<'_>),
    sorted: &mut Sorted,
) -> Result<(), LeftOut> {
    let steps = steps(model, made, id, lang, supplied);
    let verbs = made.parts.iter().map(Part::verb);
    let mut judged = Vec::new();
    for (nth, verb) in verbs.enumerate() {
        match bulk::judged(model, id, mark, &verb) {
            Ok((target, verb)) => {
                let step = steps.as_ref().and_then(|steps| steps.get(nth));
                judged.push((nth, target, verb, step));
            }
            // A reply opens what was solved: its status is set again after it.
            Err(LeftOut::AlreadySo)
                if matches!(verb, Verb::Status { .. }) && is_after_reply(made, nth) =>
            {
                let target = Target {
                    ticket: id.clone(),
                    seen: mark.seen.clone(),
                };
                judged.push((nth, target, verb, None));
            }
            Err(LeftOut::AlreadySo) => {}
            Err(why) => return Err(why),
        }
    }
    if judged.is_empty() {
        return Err(LeftOut::AlreadySo);
    }
    if steps.is_none() {
        return Err(LeftOut::NoWording);
    }
    let missing = missing(&judged);
    if !missing.is_empty() {
        return Err(LeftOut::Lacks(missing));
    }
    let said = judged.iter().map(|(_, _, verb, step)| {
        let written = step.filter(|step| step.letter.is_some());
        written.map_or(verb, |step| &step.verb)
    });
    checks.pass(model, id, said)?;
    let letter = |step: Option<&Step>| step.and_then(|step| step.letter.clone());
    let first = judged.iter().find_map(|(_, _, _, step)| letter(*step));
    sorted
        .tickets
        .extend(first.map(|letter| (letter.wanted, letter.lang)));
    for (nth, target, verb, step) in judged {
        if let Some(count) = sorted.does.get_mut(nth) {
            *count += 1;
        }
        let letter = letter(step);
        sorted.langs.push(letter.as_ref().map(|letter| letter.lang));
        let verb = match step.filter(|_| letter.is_some()) {
            Some(step) => step.verb.clone(),
            None => verb,
        };
        sorted.children.push((target, verb));
    }
    Ok(())
}

/// What is missing in its texts, each variable once.
fn missing(judged: &[(usize, Target, Verb, Option<&Step>)]) -> Vec<Missing> {
    let letters = judged
        .iter()
        .filter_map(|(_, _, _, step)| step.as_ref()?.letter.as_ref());
    let mut found: Vec<Missing> = Vec::new();
    for one in letters.flat_map(|letter| &letter.filled.missing) {
        if !found.iter().any(|m| m.variable == one.variable) {
            found.push(one.clone());
        }
    }
    found
}
