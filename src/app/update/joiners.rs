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

/// A bulk is on disk, or was taken back as a whole: the incident that most of its tickets belong to remembers or forgets the
/// template.
pub(super) fn remember(
    model: &mut Model,
    bulk: ActionId,
    items: &[Item],
    is_sent: bool,
    fx: &mut Effects,
) {
    let is_reply = |item: &&Item| matches!(item.action.verb, Verb::Reply { .. });
    let replies: Vec<&Item> = items.iter().filter(is_reply).collect();
    let letters = model.outbox.bulk(bulk).and_then(|b| b.template.as_ref());
    let name = letters.and_then(|letters| remembered(model, letters));
    let Some(name) = name.map(str::to_owned) else {
        return;
    };
    let mut counts: BTreeMap<ActionId, usize> = BTreeMap::new();
    for ticket in replies
        .iter()
        .filter_map(|item| item.action.ticket.as_ref())
    {
        let of = |record: &&Declared| record.is_open() && record.has(ticket);
        for record in model.declared.records().filter(of) {
            *counts.entry(record.id).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    let Some((record, _)) = most.filter(|(_, count)| count * 2 > replies.len()) else {
        return;
    };
    let Some(known) = model.declared.record(record) else {
        return;
    };
    let is_known = known.template.as_ref() == Some(&name);
    if is_sent && !is_known {
        declared::change(model, record, Change::Template(Some(name)), fx);
    } else if !is_sent && is_known {
        let before = before(model, known, bulk);
        if before.as_ref() != Some(&name) {
            declared::change(model, record, Change::Template(before), fx);
        }
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
