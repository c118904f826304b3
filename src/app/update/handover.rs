//! The hand-over: what the next shift has to know, written into a file.

use jiff::{SignedDuration, Timestamp};

use crate::domain::action::Verb;
use crate::domain::claim::Doing;
use crate::domain::handover::{Begun, Going, Handover, Next, Promise};
use crate::domain::ids::TicketId;
use crate::domain::outbox::State;
use crate::domain::source::Source;
use crate::i18n::incident::{Form, Sentences};
use crate::text::lang::Lang;

use super::super::effect::{Effect, Page};
use super::super::model::{Model, NoticeKind};
use super::super::words;
use super::{Effects, alarms, notice};

/// What is due later than this is no matter of the next shift.
const SOON: SignedDuration = SignedDuration::from_hours(24);
/// Longest beginning of a draft that is repeated, in characters.
const BEGINNING: usize = 80;

/// The key: writes it in the language of the screen.
pub(super) fn hand_over(model: &mut Model, fx: &mut Effects) {
    let lang = Lang::from_code(&model.settings.lang);
    let sentences = Sentences::new(lang, model.settings.zone.clone());
    let handover = gather(model, &sentences);
    fx.push(Effect::WriteHandover(Page {
        name: handover.file_name(),
        at: handover.at,
        text: sentences.handover(&handover),
    }));
}

/// The file is there, or is not.
pub(super) fn written(model: &mut Model, result: Result<(String, Timestamp), String>) {
    let (kind, text) = match result {
        Ok((path, at)) => {
            model.handed_over = Some(at);
            (NoticeKind::Done, format!("The hand-over is in {path}"))
        }
        Err(why) => (
            NoticeKind::Error,
            format!("The hand-over was not written: {why}"),
        ),
    };
    notice(model, kind, None, text);
}

/// What the next shift has to know, with sentences in a language.
pub fn gather(model: &Model, sentences: &Sentences) -> Handover {
    let since = model.handed_over;
    let me = model
        .desk
        .identity
        .as_ref()
        .map(|known| known.me.name.clone());
    let desk = model.desk.sources.get(&Source::Desk);
    let stale = desk.filter(|desk| desk.pulse.is_silent());
    let mut promises = due(model);
    promises.extend(answered(model, since));
    let cases = alarms::cases(model);
    promises.extend(cases.iter().filter_map(|(case, said)| {
        let said = said.clone().filter(|said| said.doing == Doing::Snoozed)?;
        let group = case.group.clone();
        Some(Promise::Silent { group, said })
    }));
    Handover {
        at: model.now,
        since,
        by: me,
        desk: model.settings.place.clone(),
        stale: stale.and_then(|desk| desk.last_ok.or(model.desk.cache_as_of)),
        incidents: going(model, sentences),
        drafts: drafts(model),
        promises,
        next: next(model),
    }
}

fn going(model: &Model, sentences: &Sentences) -> Vec<Going> {
    let open = model.board.watch().open().map(|standing| (standing, None));
    // Nobody new writes about these, and their tickets are not all closed.
    let quiet = model
        .unfinished()
        .map(|(standing, shown)| (standing, Some(shown.open)));
    open.chain(quiet)
        .map(|(standing, left)| {
            let incident = &standing.incident;
            let shown = model.declared.shown(&incident.incident);
            let parent = shown.and_then(|shown| shown.parent.clone());
            let case = alarms::of_incident(model, standing, shown.is_some(), parent);
            Going {
                sentence: match left {
                    None => sentences.incident(incident),
                    Some(left) => {
                        let parts = sentences.incident_parts(incident, Form::Full);
                        let mut parts: Vec<String> =
                            parts.into_iter().map(|(_, text)| text).collect();
                        parts.insert(parts.len().min(1), sentences.quiet(left));
                        parts.join(" · ")
                    }
                },
                group: incident.group.clone(),
                declared: shown.map(|shown| (shown.parent.clone(), shown.linked)),
                said: alarms::said(model, &case.group, std::iter::once(&case)),
            }
        })
        .collect()
}

fn drafts(model: &Model) -> Vec<Begun> {
    let written = model.drafts.values().filter(|draft| !draft.is_empty());
    written
        .map(|draft| {
            let ticket = draft.key.ticket.as_ref();
            let subject = ticket
                .and_then(|id| model.ticket(id))
                .map(|t| t.subject.clone());
            let own = [&draft.subject, &draft.text]
                .into_iter()
                .find(|text| !text.trim().is_empty());
            let beginning = own.map(|text| text.chars().take(BEGINNING).collect());
            Begun {
                kind: draft.key.kind,
                ticket: draft.key.ticket.clone(),
                about: subject.or(beginning).unwrap_or_default(),
                at: draft.updated,
            }
        })
        .collect()
}

/// Tickets that are due within a day, or were.
fn due(model: &Model) -> Vec<Promise> {
    let until = model.now.saturating_add(SOON).unwrap_or(model.now);
    let rows = model.board.rows().map(crate::board::Row::ticket);
    let open = rows.filter(|ticket| ticket.is_active());
    let mut due: Vec<_> = open
        .filter_map(|ticket| {
            let at = ticket.due.known().copied().filter(|at| *at <= until)?;
            Some((at, ticket))
        })
        .collect();
    due.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    due.into_iter()
        .map(|(due, ticket)| Promise::Due {
            ticket: ticket.id.clone(),
            about: ticket.subject.clone(),
            owner: ticket.owner.known().map(|who| who.name.clone()),
            due,
        })
        .collect()
}

/// Open tickets whose requesters we wrote to since a time, each with our last answer.
fn answered(model: &Model, since: Option<Timestamp>) -> Vec<Promise> {
    let mut last: Vec<(TicketId, Timestamp)> = Vec::new();
    for item in model.outbox.items() {
        let is_reply = matches!(item.action.verb, Verb::Reply { .. }) && item.state == State::Done;
        let is_new = since.is_none_or(|since| item.updated > since);
        let Some(ticket) = item.action.ticket.as_ref().filter(|_| is_reply && is_new) else {
            continue;
        };
        match last.iter_mut().find(|(id, _)| id == ticket) {
            Some((_, at)) => *at = item.updated.max(*at),
            None => last.push((ticket.clone(), item.updated)),
        }
    }
    let open = last.into_iter().filter_map(|(id, at)| {
        let ticket = model.ticket(&id).filter(|ticket| ticket.is_active())?;
        let about = ticket.subject.clone();
        Some(Promise::Answered {
            ticket: id,
            about,
            at,
        })
    });
    open.collect()
}

fn next(model: &Model) -> Vec<Next> {
    let mut next = Vec::new();
    let quiet = model.unfinished().map(|(standing, _)| standing);
    for standing in model.board.watch().open().chain(quiet) {
        let incident = &standing.incident;
        let shown = model.declared.shown(&incident.incident);
        let parent = shown.and_then(|shown| shown.parent.clone());
        let case = alarms::of_incident(model, standing, shown.is_some(), parent.clone());
        if shown.is_none() && alarms::said(model, &case.group, std::iter::once(&case)).is_none() {
            next.push(Next::Take(incident.group.clone()));
        }
        let joiners = shown.map_or(0, |shown| shown.joiners.len());
        if let Some(parent) = parent.filter(|_| joiners > 0) {
            next.push(Next::Join(parent, joiners));
        }
        let (ill, unknown) = standing.not_well();
        let open = ill.len() + unknown.len();
        if open > 0 {
            next.push(Next::NotWell(incident.group.clone(), open));
        }
    }
    let undecided = model
        .outbox
        .items()
        .filter(|item| item.state.wants_person());
    next.extend(undecided.map(|item| {
        let what = words::verb(&item.action.verb);
        Next::Decide(item.action.ticket.clone(), what)
    }));
    let unsent = model.outbox.unsent();
    if unsent > 0 {
        next.push(Next::Unsent(unsent));
    }
    next
}
