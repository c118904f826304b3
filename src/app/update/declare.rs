//! The question before an incident is declared or later joiners are linked, and what the answer does.
//!
//! Invariant: nothing is made or linked without this question; it names the tickets that will be linked and those left
//! out, and what is confirmed is what it showed.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::action::{Action, NewTicket, Seen, Verb};
use crate::domain::bulk::{LeftOut, TYPE_NUMBER};
use crate::domain::declared::Declared;
use crate::domain::ids::{IncidentId, TicketId};
use crate::domain::source::Gone;
use crate::domain::ticket::{Link, LinkKind, LinkTarget, Ticket};
use crate::domain::watch::Standing;
use crate::i18n::incident::{CAUSE, Form, Sentences};
use crate::text::lang::Lang;

use super::super::effect::Effect;
use super::super::line::Line;
use super::super::model::declared::{DeclareForm, DeclaredAsked, Parent};
use super::super::model::pane::Step;
use super::super::model::{Extent, Model, NoticeKind, Overlay};
use super::{Effects, declared, nav, notice, overlay, write};

/// So many tickets are offered to stand for all.
const OFFERED: usize = 5;

/// Declare the incident?
pub(super) fn open(model: &mut Model) {
    let Some(id) = declared::here(model) else {
        return;
    };
    if model.declared.shown(&id).is_some() {
        joiners(model);
        return;
    }
    if model
        .declared
        .asked
        .values()
        .any(|a| *a == DeclaredAsked::Declare)
    {
        notice(
            model,
            NoticeKind::Info,
            None,
            "The last one is being put on disk: press the key again",
        );
        return;
    }
    let Some(standing) = model.board.watch().standing(&id).filter(|s| s.is_open()) else {
        let text = format!("{id} is over: there is nothing to declare");
        notice(model, NoticeKind::Info, None, text);
        return;
    };
    let (parts, left_out) = judge(model, standing);
    let sentences = Sentences::new(
        Lang::from_code(&model.settings.lang),
        model.settings.zone.clone(),
    );
    let subject = subject(standing, &sentences);
    let text = text(standing, &sentences);
    if !may_link(model) {
        return;
    }
    let problem = if parts.is_empty() {
        Some("No ticket can be linked: there is nothing to declare yet")
    } else if model.desk.identity.is_none() {
        Some("The desk has not told yet who you are: try again in a moment")
    } else {
        None
    };
    if let Some(problem) = problem {
        notice(model, NoticeKind::Info, None, problem);
        return;
    }
    let promotable = parts
        .iter()
        .filter(|id| model.ticket(id).is_some_and(Ticket::is_active));
    let promoted = promotable.take(OFFERED).cloned().map(Parent::Promote);
    let queue = queue(model, &parts);
    let form = DeclareForm {
        incident: id,
        choices: std::iter::once(Parent::New).chain(promoted).collect(),
        chosen: 0,
        subject: Line::new(&subject),
        text,
        queue,
        parts,
        left_out,
        answer: None,
        typed: None,
        problem: None,
        top: 0,
    };
    model.overlays.push(Overlay::Declare(Box::new(form)));
    model.touch();
}

/// Link who joined later?
pub(super) fn joiners(model: &mut Model) {
    let Some(id) = declared::here(model) else {
        return;
    };
    let shown = model.declared.shown(&id).cloned();
    let ours = shown.and_then(|s| Some((s.parent?, s.record?, s.joiners)));
    let Some((parent, record, parts)) = ours else {
        declared::not_ours(model, &id);
        return;
    };
    if parts.is_empty() {
        let text = format!("{id} is declared as {parent}, and nobody joined later");
        notice(model, NoticeKind::Info, None, text);
        return;
    }
    if !may_link(model) || model.declared.asked.contains_key(&record) {
        return;
    }
    let standing = model.board.watch().standing(&id);
    let left_out = standing.map_or_else(Vec::new, |standing| judge(model, standing).1);
    let kept = model.declared.record(record);
    let is_news = |id: &TicketId| kept.is_none_or(|r| !r.left_out.contains_key(id));
    let answer = kept.and_then(|kept| super::joiners::answer(model, kept, &parts));
    let form = DeclareForm {
        incident: id,
        choices: vec![Parent::Joined(parent, record)],
        chosen: 0,
        subject: Line::default(),
        text: String::new(),
        queue: String::new(),
        left_out: left_out
            .into_iter()
            .filter(|(id, why)| matches!(why, LeftOut::Odd(_)) && is_news(id))
            .collect(),
        parts,
        answer,
        typed: None,
        problem: None,
        top: 0,
    };
    model.overlays.push(Overlay::Declare(Box::new(form)));
    model.touch();
}

/// Whether links to a parent may be tried; if not, says why.
fn may_link(model: &mut Model) -> bool {
    let link = Link {
        kind: LinkKind::Parent,
        target: LinkTarget::Other("a parent".to_owned()),
    };
    write::may(model, None, &Verb::Link { link })
}

/// The tickets of an incident that can be linked, and those left out. What does not fit is left out unless it was
/// marked by itself.
fn judge(model: &Model, standing: &Standing) -> (Vec<TicketId>, Vec<(TicketId, LeftOut)>) {
    let marked = |id: &TicketId| model.marks.get(id).is_some_and(|m| m.is_by_itself);
    let members = standing.members.iter().map(|m| (&m.ticket, None));
    let odd = standing.odd.iter().map(|m| &m.ticket);
    let odd = odd
        .chain(&standing.split)
        .map(|id| (id, (!marked(id)).then_some(&standing.incident.incident)));
    let (mut parts, mut left_out) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for (id, incident) in members.chain(odd).filter(|(id, _)| seen.insert(*id)) {
        match why_not(model, id, incident) {
            Some(why) => left_out.push((id.clone(), why)),
            None => parts.push(id.clone()),
        }
    }
    (parts, left_out)
}

fn why_not(model: &Model, id: &TicketId, odd: Option<&IncidentId>) -> Option<LeftOut> {
    if let Some(gone) = model.gone.get(id) {
        return Some(LeftOut::Gone(gone.clone()));
    }
    let Some(ticket) = model.ticket(id) else {
        return Some(LeftOut::NotKnown);
    };
    if ticket.status.class.is_gone() {
        return Some(LeftOut::Gone(Gone::Deleted));
    }
    if let Some(incident) = odd {
        return Some(LeftOut::Odd(incident.clone()));
    }
    let wholes = model.board.wholes_of(id);
    let whole = wholes.first()?;
    Some(LeftOut::PartOf((*whole).clone()))
}

/// The queue of most of the tickets; the first one of the desk where none is known.
fn queue(model: &Model, parts: &[TicketId]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let tickets = parts.iter().filter_map(|id| model.ticket(id));
    for queue in tickets.filter_map(|t| t.queue.known()) {
        *counts.entry(queue).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    let first = || model.desk.vocab.queues.first().cloned();
    most.map(|(queue, _)| queue.to_owned())
        .or_else(first)
        .unwrap_or_default()
}

/// Who, since when, and the cause as far as anybody knows.
fn subject(standing: &Standing, sentences: &Sentences) -> String {
    let parts = sentences.incident_parts(&standing.incident, Form::Bare);
    let wanted = parts.into_iter().filter(|(rank, _)| *rank <= CAUSE);
    wanted.map(|(_, text)| text).collect::<Vec<_>>().join(" · ")
}

/// The facts of the incident, one a line.
fn text(standing: &Standing, sentences: &Sentences) -> String {
    let parts = sentences.incident_parts(&standing.incident, Form::Full);
    let facts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    format!("{}\n\n{}", sentences.declared_text(), facts.join("\n"))
}

/// Goes to another choice; a page at a time it scrolls.
pub(super) fn step(form: &mut DeclareForm, step: Step, extent: Extent) {
    let Extent { height, content } = extent;
    if matches!(step, Step::PageUp | Step::PageDown) {
        form.top = nav::scroll(form.top, step, content.saturating_sub(height), height);
    } else if form.choices.len() > 1 && form.typed.is_none() {
        form.chosen = step.from(form.chosen, form.choices.len(), height);
        form.problem = None;
    }
}

/// Enter: typed in its field the number of tickets is a yes, and so it is where one ticket is linked and nobody gets
/// anything. Else a finger that was too quick does nothing.
pub(super) fn enter(model: &mut Model, fx: &mut Effects) {
    if !is_complete(model) {
        return;
    }
    let Some(Overlay::Declare(form)) = model.overlays.last() else {
        return;
    };
    let is_answered = form.answer.as_ref().is_some_and(|a| !a.letters.is_empty());
    let is_small = form.linked().count() < 2 && !is_answered;
    if form.typed.is_some() || is_small {
        confirm(model, fx);
    } else {
        overlay::not_by_enter(model);
    }
}

/// Whether nothing is wrong with what is asked; if something is, it is said.
fn is_complete(model: &mut Model) -> bool {
    let Some(Overlay::Declare(form)) = model.overlays.last_mut() else {
        return false;
    };
    let count = form.linked().count();
    if *form.parent() == Parent::New && form.subject.is_blank() {
        form.problem = Some("The subject is missing");
    } else if *form.parent() == Parent::New && form.queue.is_empty() {
        form.problem = Some("The desk has not told its queues yet: try again in a moment");
    } else if count == 0 {
        form.problem = Some("There is no ticket left to link to it");
    } else if let Some(typed) = &form.typed {
        let is_right = typed.trimmed() == count.to_string();
        form.problem = (!is_right).then_some("That is not the number of tickets");
    } else if count >= TYPE_NUMBER {
        form.typed = Some(Line::default());
        form.problem = Some("That are many: type their number");
    } else {
        form.problem = None;
    }
    let is_complete = form.problem.is_none();
    model.touch();
    is_complete
}

/// Yes: what was shown is done.
pub(super) fn confirm(model: &mut Model, fx: &mut Effects) {
    if !is_complete(model) {
        return;
    }
    let Some(Overlay::Declare(form)) = model.overlays.pop() else {
        return;
    };
    match form.parent().clone() {
        Parent::Joined(_, record) => {
            let answer = form.answer;
            declared::join(model, record, form.parts, answer, DeclaredAsked::Join, fx);
        }
        parent => declare(model, &form, &parent, fx),
    }
}

/// Hands a declared incident to the store.
fn declare(model: &mut Model, form: &DeclareForm, parent: &Parent, fx: &mut Effects) {
    let Some(me) = model.desk.identity.as_ref().map(|i| i.me.clone()) else {
        return;
    };
    let Some(standing) = model.board.watch().standing(&form.incident) else {
        let text = format!("{}: the engine does not know it any more", form.incident);
        notice(model, NoticeKind::Warning, None, text);
        return;
    };
    let (group, since) = (standing.incident.group.clone(), standing.incident.since);
    let can_group = model
        .desk
        .capabilities()
        .is_some_and(|c| c.group.reason().is_none());
    let now = model.now;
    let id = model.ids.next(now);
    let (title, create) = if let Parent::Promote(ticket) = parent {
        let subject = model.ticket(ticket).map(|t| t.subject.clone());
        (subject.unwrap_or_default(), None)
    } else {
        let subject = form.subject.trimmed().to_owned();
        let new = NewTicket {
            subject: subject.clone(),
            text: form.text.clone(),
            requester: me.id.clone(),
            queue: form.queue.clone(),
            priority: None,
            owner: None,
            group: can_group.then(|| group.clone()),
            device: None,
        };
        let action = Action {
            id: model.ids.next(now),
            ticket: None,
            verb: Verb::Create { new },
            seen: Seen::default(),
            at: now,
            undoes: None,
            parent: None,
            force: false,
        };
        (subject, Some(Box::new(action)))
    };
    let bulk = model.ids.next(now);
    let linked: Vec<TicketId> = form.linked().cloned().collect();
    let left_out = form.left_out.iter();
    let left_out = left_out.filter(|(_, why)| !matches!(why, LeftOut::NotKnown));
    let record = Declared {
        id,
        incident: form.incident.clone(),
        group,
        title,
        since,
        at: now,
        by: Some(me),
        create: create.as_ref().map(|action| action.id),
        parent: match parent {
            Parent::Promote(ticket) => Some(ticket.clone()),
            _ => None,
        },
        bulks: vec![bulk],
        members: linked.iter().cloned().collect(),
        left_out: left_out
            .map(|(id, why)| (id.clone(), why.to_string()))
            .collect(),
        waiting: declared::parts(model, linked),
        follow: false,
        template: None,
        over: None,
    };
    model.declared.asked.insert(id, DeclaredAsked::Declare);
    fx.push(Effect::Declare {
        record: Box::new(record),
        create,
        hold_until: now.checked_add(model.settings.hold).ok(),
    });
    model.touch();
}
