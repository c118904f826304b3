//! What later joiners of a declared incident are answered with: the template that its people were answered with.
//!
//! Invariant: who joins is linked and answered by one write of the store, so each is answered once or not at all; no text
//! with a hole in it is sent.

use std::collections::BTreeMap;

use crate::domain::action::{Action, Seen, Verb};
use crate::domain::bulk::{Bulk, LeftOut, Letters};
use crate::domain::declared::{Change, Declared};
use crate::domain::ids::{ActionId, TicketId};
use crate::domain::outbox::{Item, State};
use crate::domain::template::{Moment, Template, TemplateKind};
use crate::domain::ticket::Ticket;

use super::super::fill;
use super::super::model::Model;
use super::super::model::bulk::Written;
use super::super::model::declared::Answer;
use super::{Effects, command, declared};

/// The template that later joiners can be answered from; none where nobody was answered from one, or nothing may be sent
/// from here.
pub fn template<'m>(model: &'m Model, record: &Declared) -> Option<&'m Template> {
    let template = model.shelf.template(record.template.as_ref()?)?;
    let probe = TemplateKind::Reply.verb(String::new());
    let may = model.settings.role.why_not(&probe).is_none()
        && command::incapable(model, &probe).is_none();
    (may && template.kind == TemplateKind::Reply).then_some(template)
}

/// The answers to tickets that join, if they are answered.
pub(super) fn answer(model: &Model, record: &Declared, joiners: &[TicketId]) -> Option<Answer> {
    let template = template(model, record)?;
    let mut answer = Answer {
        template: template.name.clone(),
        letters: Vec::new(),
        lacking: Vec::new(),
    };
    for id in joiners {
        let Some(ticket) = model.ticket(id) else {
            answer.lacking.push((id.clone(), LeftOut::NotKnown));
            continue;
        };
        let made = fill::preview(model, template, Some(id), None);
        if ticket.requester().is_none() {
            answer.lacking.push((id.clone(), LeftOut::NoRequester));
        } else if !ticket.is_active() {
            answer.lacking.push((id.clone(), LeftOut::Solved));
        } else if is_answered(model, record, id) {
            answer.lacking.push((id.clone(), LeftOut::Answered));
        } else if made.filled.missing.is_empty() {
            answer
                .letters
                .push((id.clone(), made.lang, made.filled.text));
        } else {
            let why = LeftOut::Lacks(made.filled.missing);
            answer.lacking.push((id.clone(), why));
        }
    }
    Some(answer)
}

/// Who joined later, is linked and not answered, for the text lacks something or nobody would get it; with the reason. They
/// stay until they are answered from here, or solved.
pub(super) fn unanswered(model: &Model, record: &Declared) -> Vec<(TicketId, String)> {
    let later = record.bulks.iter().skip(1);
    let linked = later.flat_map(|bulk| model.outbox.children(*bulk));
    let linked = linked.filter(|item| item.state != State::Dropped);
    let linked = linked.filter_map(|item| item.action.ticket.as_ref());
    let is_open = |id: &&TicketId| model.ticket(id).is_some_and(Ticket::is_active);
    let who: Vec<TicketId> = linked.filter(is_open).cloned().collect();
    if who.is_empty() {
        return Vec::new();
    }
    let answer = answer(model, record, &who);
    let lacking = answer.into_iter().flat_map(|answer| answer.lacking);
    let lacking =
        lacking.filter(|(_, why)| matches!(why, LeftOut::Lacks(_) | LeftOut::NoRequester));
    lacking.map(|(id, why)| (id, why.to_string())).collect()
}

/// Whether a ticket was answered from here since the incident was declared, or will be: an answer to all may have reached
/// somebody who was not linked yet.
fn is_answered(model: &Model, record: &Declared, id: &TicketId) -> bool {
    model.outbox.of_ticket(id).any(|item| {
        let is_reply = matches!(item.action.verb, Verb::Reply { .. });
        is_reply && item.state != State::Dropped && item.action.at >= record.at
    })
}

/// The bulk that sends them, and its replies; none where there is nothing to send.
pub(super) fn bulk(model: &mut Model, answer: Answer) -> Option<Box<(Bulk, Vec<Action>)>> {
    if answer.letters.is_empty() {
        return None;
    }
    let (now, id) = (model.now, model.ids.next(model.now));
    let langs = answer.letters.iter().map(|(_, lang, _)| (*lang, *lang));
    let written = Written::of(&answer.template, &langs.collect::<Vec<_>>(), &[]);
    let left_out = answer.lacking.into_iter();
    let bulk = Bulk {
        id,
        what: format!("reply from {}", answer.template),
        asked: answer.letters.len(),
        left_out: left_out.map(|(id, why)| (id, why.to_string())).collect(),
        undoes: None,
        template: Some(Letters {
            name: answer.template,
            languages: written.languages,
            is_edited: false,
        }),
        at: now,
    };
    let mut actions = Vec::with_capacity(answer.letters.len());
    for (ticket, _, text) in answer.letters {
        // Nobody looked at its conversation: whatever was said on it since it was written is for a person to see first.
        let seen = model.ticket(&ticket).map(|t| Seen {
            version: None,
            ..Seen::of(t, None, t.created)
        });
        actions.push(Action {
            id: model.ids.next(now),
            ticket: Some(ticket),
            verb: TemplateKind::Reply.verb(text),
            seen: seen.unwrap_or_default(),
            at: now,
            undoes: None,
            parent: Some(id),
            force: false,
        });
    }
    Some(Box::new((bulk, actions)))
}

/// What is to be kept with a bulk: the declared incident that it answers, and the template by which later joiners are answered
/// from then on. Kept in one write with the answers, a console that is killed right after knows it too.
pub(super) fn remember(
    model: &Model,
    bulk: &Bulk,
    actions: &[Action],
) -> Option<(ActionId, String)> {
    let name = remembered(model, bulk.template.as_ref()?)?.to_owned();
    let record = answered(model, actions)?;
    let is_known = record.template.as_ref() == Some(&name);
    (!is_known).then_some((record.id, name))
}

/// The declared incident that most of these replies go to.
fn answered<'m>(model: &'m Model, actions: &[Action]) -> Option<&'m Declared> {
    let is_reply = |action: &&Action| matches!(action.verb, Verb::Reply { .. });
    let replies: Vec<&Action> = actions.iter().filter(is_reply).collect();
    let mut counts: BTreeMap<ActionId, usize> = BTreeMap::new();
    for ticket in replies.iter().filter_map(|action| action.ticket.as_ref()) {
        let of = |record: &&Declared| record.is_open() && record.has(ticket);
        for record in model.declared.records().filter(of) {
            *counts.entry(record.id).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    let (record, _) = most.filter(|(_, count)| count * 2 > replies.len())?;
    model.declared.record(record)
}

/// A bulk was taken back as a whole: the incident that it answered forgets its template.
pub(super) fn forget(model: &mut Model, bulk: ActionId, items: &[Item], fx: &mut Effects) {
    let letters = model.outbox.bulk(bulk).and_then(|b| b.template.as_ref());
    let Some(name) = letters.and_then(|letters| remembered(model, letters)) else {
        return;
    };
    let actions: Vec<Action> = items.iter().map(|item| item.action.clone()).collect();
    let found = answered(model, &actions).and_then(|known| {
        let before = before(model, known, bulk);
        let is_last = known.template.as_deref() == Some(name) && before.as_deref() != Some(name);
        is_last.then_some((known.id, before))
    });
    if let Some((record, before)) = found {
        declared::change(model, record, Change::Template(before), fx);
    }
}

/// The name of the template of an answer, if who joins later can be answered so, too. A macro has a name and is more than
/// an answer; a text that a person changed for once is in no file; and who joins is not told that it works again.
fn remembered<'m>(model: &Model, letters: &'m Letters) -> Option<&'m str> {
    let template = model.shelf.template(&letters.name)?;
    let is_answer = template.kind == TemplateKind::Reply
        && template.moment != Some(Moment::Restored)
        && !letters.is_edited;
    is_answer.then_some(letters.name.as_str())
}

/// The template of the newest other answer to people of the incident.
fn before(model: &Model, record: &Declared, bulk: ActionId) -> Option<String> {
    let is_of_it = |item: &&Item| {
        let is_member = item.action.ticket.as_ref().is_some_and(|t| record.has(t));
        let is_other = item.action.parent.is_some_and(|parent| parent != bulk);
        is_member && is_other && item.state != State::Dropped
    };
    let others = model.outbox.items().filter(is_of_it);
    let letters = others
        .rev()
        .filter_map(|item| model.outbox.bulk(item.action.parent?)?.template.as_ref());
    let names = letters.filter_map(|letters| remembered(model, letters));
    names.map(str::to_owned).next()
}
