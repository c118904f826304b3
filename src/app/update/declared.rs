//! Declared incidents: which incident is which, what the store answers, who joined later.
//!
//! The question before one is declared is in [`super::declare`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use crate::domain::action::Verb;
use crate::domain::bulk::{Bulk, TYPE_NUMBER};
use crate::domain::declared::{Change, Declared, Over, Part, of_incidents, parent_of};
use crate::domain::fact::Fact;
use crate::domain::ids::{ActionId, IncidentId, TicketId};
use crate::domain::outbox::State;
use crate::domain::ticket::{Link, Ticket};
use crate::domain::watch::{Reading, Standing};
use crate::input::{Command, Context};

use super::super::effect::Effect;
use super::super::model::declared::{Answer, DeclaredAsked, Shown};
use super::super::model::{Leaving, Model, NoticeKind};
use super::super::msg::DeclaredNews;
use super::super::words;
use super::{Effects, incidents, joiners, notice, outbox, sync};

/// After linking by itself came to nothing it is tried again so much later.
const AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// The incident that a key is about: the one that is open, or the one under the cursor.
pub(super) fn here(model: &mut Model) -> Option<IncidentId> {
    let known =
        incidents::chosen_one(model).filter(|id| model.board.watch().standing(id).is_some());
    if known.is_none() {
        notice(model, NoticeKind::Info, None, "There is no incident here");
    }
    known
}

/// Brings what is known of declared incidents in step with the engine, the records and the links.
pub(super) fn settle(model: &mut Model) {
    let standings = &model.board.watch().standings;
    let records = of_incidents(model.declared.records(), standings);
    let mut shown = BTreeMap::new();
    for standing in standings {
        let id = &standing.incident.incident;
        let record = records.get(id).and_then(|id| model.declared.record(*id));
        let known = match record {
            Some(record) => Some(of_record(model, record, standing)),
            None => of_links(model, standing),
        };
        shown.extend(known.map(|known| (id.clone(), known)));
    }
    model.declared.show(shown);
}

fn of_record(model: &Model, record: &Declared, standing: &Standing) -> Shown {
    let tickets = || standing.members.iter().map(|m| &m.ticket);
    let is_linked = |id: &TicketId| {
        let parent = record.parent.as_ref();
        parent.is_some_and(|parent| is_linked(model, id, parent))
    };
    let mut joiners = Vec::new();
    if standing.is_open() && record.parent.is_some() {
        joiners = record.joiners(tickets(), is_linked);
        joiners.retain(|id| is_there(model, id));
    }
    let unanswered = if standing.is_open() {
        joiners::unanswered(model, record)
    } else {
        Vec::new()
    };
    Shown {
        record: Some(record.id),
        unanswered,
        parent: record.parent.clone(),
        linked: tickets().filter(|id| is_linked(id)).count(),
        joiners,
        open: open(
            model,
            tickets().chain(&record.members),
            record.parent.as_ref(),
        ),
    }
}

/// An incident that was declared elsewhere: most of its tickets that are linked are parts of one ticket.
fn of_links(model: &Model, standing: &Standing) -> Option<Shown> {
    let tickets = || standing.members.iter().map(|m| &m.ticket);
    let (parent, linked) = parent_of(tickets().flat_map(|id| model.board.wholes_of(id)))?;
    Some(Shown {
        open: open(model, tickets(), Some(&parent)),
        record: None,
        parent: Some(parent),
        linked,
        joiners: Vec::new(),
        unanswered: Vec::new(),
    })
}

/// How many of these tickets and their parent are open.
fn open<'a>(
    model: &Model,
    tickets: impl Iterator<Item = &'a TicketId>,
    parent: Option<&'a TicketId>,
) -> usize {
    let all: BTreeSet<&TicketId> = tickets.chain(parent).collect();
    let is_open = |id: &&TicketId| model.ticket(id).is_some_and(|t| t.status.class.is_active());
    all.into_iter().filter(is_open).count()
}

/// The links of a ticket as the desk has them, as far as it told.
pub(super) fn links<'m>(model: &'m Model, id: &TicketId) -> Option<&'m [Link]> {
    match &model.board.row(id)?.server.links {
        Fact::Known(links) => Some(links),
        Fact::Empty => Some(&[]),
        Fact::Unknown => None,
    }
}

/// Whether a ticket is a part of another one: the desk says so, or took our link.
fn is_linked(model: &Model, id: &TicketId, parent: &TicketId) -> bool {
    if model.board.wholes_of(id).contains(&parent) {
        return true;
    }
    if links(model, id).is_some() {
        return false;
    }
    let link = Declared::link(parent);
    model.outbox.of_ticket(id).any(|item| {
        let is_done = matches!(item.state, State::Done | State::NoChange);
        is_done && matches!(&item.action.verb, Verb::Link { link: own } if *own == link)
    })
}

/// Whether a ticket can be linked at all.
fn is_there(model: &Model, id: &TicketId) -> bool {
    let ticket = model.ticket(id);
    !model.gone.contains_key(id) && ticket.is_some_and(|t| !t.status.class.is_gone())
}

/// Parts with actions of their own.
pub(super) fn parts(model: &mut Model, tickets: Vec<TicketId>) -> Vec<Part> {
    let now = model.now;
    let part = |ticket| Part {
        ticket,
        action: model.ids.next(now),
    };
    tickets.into_iter().map(part).collect()
}

/// Hands later joiners to the store, with the answers to them.
pub(super) fn join(
    model: &mut Model,
    record: ActionId,
    who: Vec<TicketId>,
    answer: Option<Answer>,
    asked: DeclaredAsked,
    fx: &mut Effects,
) {
    let bulk = model.ids.next(model.now);
    let parts = parts(model, who);
    if asked == DeclaredAsked::Follow {
        // Nobody saw a question that says it.
        for (id, why) in answer.iter().flat_map(|answer| &answer.lacking) {
            let text = format!("{id} is being linked and is not answered: {why}");
            notice(model, NoticeKind::Warning, Some(id), text);
        }
    }
    let answers = answer.and_then(|answer| joiners::bulk(model, answer));
    model.declared.asked.insert(record, asked);
    fx.push(Effect::JoinDeclared {
        record,
        bulk,
        parts,
        answers,
        hold_until: model.now.checked_add(model.settings.hold).ok(),
    });
    model.touch();
}

/// Links later joiners where a person said that they come in without asking.
pub(super) fn follow(model: &mut Model, fx: &mut Effects) {
    let is_wanted = model.declared.records().any(|r| r.follow && r.is_open());
    let is_ready = model.board.watch().reading == Reading::UpToDate
        && model.leaving == Leaving::No
        && model.outbox.paused.is_none();
    if !is_wanted || !is_ready || !model.read_only().is_empty() {
        return;
    }
    let due: Vec<(ActionId, Vec<TicketId>)> = model
        .declared
        .all_shown()
        .filter(|(id, shown)| is_few(model, id, &shown.joiners))
        .filter_map(|(_, shown)| Some((shown.record?, shown)))
        .filter(|(record, _)| {
            let waits = model.declared.waits.get(record);
            waits.is_none_or(|until| *until <= model.now)
        })
        .filter(|(record, _)| !model.declared.asked.contains_key(record))
        .filter(|(_, shown)| shown.parent.as_ref().is_some_and(|p| is_going_on(model, p)))
        .filter_map(|(id, shown)| {
            let record = model.declared.record(id).filter(|r| r.follow)?;
            Some((record.id, shown.joiners.clone()))
        })
        .collect();
    for (record, who) in due {
        let known = model.declared.record(record);
        let answer = known.and_then(|known| joiners::answer(model, known, &who));
        join(model, record, who, answer, DeclaredAsked::Follow, fx);
    }
}

/// Whether later joiners are so few that nobody need be asked: most of the incident was declared, so it is the one that
/// was meant, and no bulk of that many would ask for its number.
fn is_few(model: &Model, incident: &IncidentId, joiners: &[TicketId]) -> bool {
    let members = model.board.watch().standing(incident);
    let members = members.map_or(0, |standing| standing.members.len());
    !joiners.is_empty() && joiners.len() < TYPE_NUMBER && joiners.len() * 2 <= members
}

/// Whether a parent still stands for something: who joins after it was solved is proposed to a person.
fn is_going_on(model: &Model, parent: &TicketId) -> bool {
    !model.gone.contains_key(parent) && model.ticket(parent).is_none_or(Ticket::is_active)
}

/// Later joiners are linked without asking from now on, or are not any more.
pub(super) fn toggle_follow(model: &mut Model, fx: &mut Effects) {
    let Some(id) = here(model) else { return };
    let shown = model.declared.shown(&id);
    let record = shown.and_then(|s| model.declared.record(s.record?));
    match record {
        Some(record) => {
            let (id, follow) = (record.id, !record.follow);
            change(model, id, Change::Follow(follow), fx);
        }
        None => not_ours(model, &id),
    }
}

/// Says why a key for a declared incident does nothing here.
pub(super) fn not_ours(model: &mut Model, id: &IncidentId) {
    let parent = model.declared.shown(id).map(|s| s.parent.clone());
    let text = match parent {
        Some(Some(parent)) => {
            format!(
                "{id} was declared as {parent} on another console: that one takes care of who joins later"
            )
        }
        Some(None) => format!("{id} is being declared"),
        None => {
            let key = model
                .settings
                .keymap
                .label(Command::Declare, Context::Incident);
            let key = key.map_or_else(String::new, |key| format!("; {key} declares it"));
            format!("{id} is not declared{key}")
        }
    };
    notice(model, NoticeKind::Info, None, text);
}

/// Asks the store for a change.
pub(super) fn change(model: &mut Model, record: ActionId, change: Change, fx: &mut Effects) {
    model
        .declared
        .asked
        .entry(record)
        .or_insert(DeclaredAsked::Change);
    fx.push(Effect::ChangeDeclared { record, change });
    model.touch();
}

/// What links the tickets of a declared incident is taken back: it goes no further.
pub(super) fn links_taken_back(model: &mut Model, bulk: ActionId, fx: &mut Effects) {
    let record = model.declared.of_bulk(bulk);
    let first = record.filter(|r| r.is_open() && r.bulks.first() == Some(&bulk));
    if let Some(id) = first.map(|record| record.id) {
        let over = Over {
            at: model.now,
            why: "its links were taken back".to_owned(),
        };
        change(model, id, Change::Close(over), fx);
    }
}

/// Nothing came of linking by itself: another console did it, or the disk is full. It is not tried again at once.
fn wait(model: &mut Model, record: ActionId, asked: Option<DeclaredAsked>) {
    if asked == Some(DeclaredAsked::Follow)
        && let Ok(until) = model.now.checked_add(AGAIN)
    {
        model.declared.waits.insert(record, until);
    }
}

/// The store answered, or a parent was made.
pub(super) fn stored(
    model: &mut Model,
    id: ActionId,
    result: Result<Option<Box<DeclaredNews>>, String>,
    fx: &mut Effects,
) {
    let asked = model.declared.asked.remove(&id);
    model.touch();
    let news = match result {
        Ok(Some(news)) => *news,
        Ok(None) => {
            wait(model, id, asked);
            if asked == Some(DeclaredAsked::Join) {
                let text = "Nothing is left to link: another console has done it";
                notice(model, NoticeKind::Info, None, text);
            }
            return;
        }
        Err(why) => {
            // Somebody who is leaving must see this.
            model.leaving = Leaving::No;
            wait(model, id, asked);
            let what = match asked {
                Some(DeclaredAsked::Declare) => "The incident is not declared",
                Some(DeclaredAsked::Join | DeclaredAsked::Follow) => "Later joiners are not linked",
                Some(DeclaredAsked::Change) | None => "The declared incident stays as it was",
            };
            let text = format!("{what}: it is not on disk, and nothing was sent: {why}");
            notice(model, NoticeKind::Error, None, text);
            return;
        }
    };
    let DeclaredNews {
        record,
        bulk,
        answers,
        items,
    } = news;
    let before = model.declared.record(id).cloned();
    let due = items.iter().filter_map(|item| item.due).min();
    let until = due.map(|due| words::clock_seconds(&model.settings.zone, due));
    model.declared.put(record.clone());
    for stored in bulk.iter().chain(&answers) {
        model.outbox.put_bulk(stored.clone());
    }
    if asked.is_some_and(|asked| asked != DeclaredAsked::Change) {
        // Undo is about what a person did last; what the console did by itself is taken back where its bulk is shown.
        if asked == Some(DeclaredAsked::Follow) {
            let own = bulk.iter().chain(&answers).map(|bulk| bulk.id);
            model.declared.followed.extend(own);
        } else {
            let undoable = bulk.as_ref().map(|b| b.id).or(record.create);
            model.outbox.done_here.extend(undoable);
            // Undo takes the answers back first, then the links.
            model
                .outbox
                .done_here
                .extend(answers.as_ref().map(|b| b.id));
        }
    } else if let (Some(bulk), Some(create)) = (&bulk, record.create) {
        // From now on it is the links that are taken back.
        let done = &mut model.outbox.done_here;
        if let Some(place) = done.iter().position(|id| *id == create)
            && let Some(done) = done.get_mut(place)
        {
            *done = bulk.id;
        }
    }
    outbox::put(model, items, fx);
    sync::settle_lists(model);
    let (kind, text) = match asked {
        Some(DeclaredAsked::Change) => match before {
            Some(before) if before.follow != record.follow => {
                (NoticeKind::Done, following(model, &record))
            }
            _ => return,
        },
        Some(asked) => {
            let stored = (bulk.as_ref(), answers.as_ref());
            (NoticeKind::Done, held(model, &record, stored, asked, until))
        }
        None => match made(model, &record, bulk.as_ref()) {
            Some(told) => told,
            None => return,
        },
    };
    notice(model, kind, record.parent.as_ref(), text);
}

/// What was put on disk, and until when it can be taken back.
fn held(
    model: &Model,
    record: &Declared,
    (bulk, answers): (Option<&Bulk>, Option<&Bulk>),
    asked: DeclaredAsked,
    until: Option<String>,
) -> String {
    let key = model.settings.keymap.label(Command::GoBulk, Context::Board);
    let back = match key.filter(|_| asked == DeclaredAsked::Follow) {
        Some(key) => format!("{key} and then undo takes it back"),
        None => "undo takes it back".to_owned(),
    };
    let until = until.map_or_else(String::new, |until| format!("; held until {until}, {back}"));
    let answered = answers.and_then(|bulk| Some((bulk, bulk.template.as_ref()?)));
    let answered = answered.map_or_else(String::new, |(bulk, letters)| {
        let without = match bulk.left_out.len() {
            0 => String::new(),
            n => format!(" ({n} not)"),
        };
        format!(", {} answered from {}{without}", bulk.asked, letters.name)
    });
    let tickets = match bulk.map_or(record.waiting.len(), |bulk| bulk.asked) {
        1 => "1 ticket".to_owned(),
        n => format!("{n} tickets"),
    };
    match (asked, &record.parent) {
        (DeclaredAsked::Follow, Some(parent)) => {
            format!("{tickets} joined {parent} later: linked without asking{answered}{until}")
        }
        (DeclaredAsked::Join, Some(parent)) => {
            format!("{tickets} linked to {parent}{answered}{until}")
        }
        (_, Some(parent)) => format!("Declared {parent}: {tickets} linked to it{until}"),
        (_, None) => format!("Declared: a new ticket, and {tickets} linked to it{until}"),
    }
}

/// What became of a parent that had to be made.
fn made(model: &Model, record: &Declared, bulk: Option<&Bulk>) -> Option<(NoticeKind, String)> {
    if let (Some(parent), Some(bulk)) = (&record.parent, bulk) {
        let key = model.settings.keymap.label(Command::GoBulk, Context::Board);
        let key = key.map_or_else(String::new, |key| format!("; {key} shows how far"));
        let n = bulk.asked;
        return Some((
            NoticeKind::Done,
            format!("Declared {parent}: {n} tickets are being linked to it{key}"),
        ));
    }
    let why = &record.over.as_ref()?.why;
    let text = format!(
        "{} is not declared, and nothing is linked: {why}",
        record.title
    );
    Some((NoticeKind::Warning, text))
}

fn following(model: &Model, record: &Declared) -> String {
    let parent = record.parent.as_ref().map_or("it", TicketId::as_str);
    if record.follow {
        let template = joiners::template(model, record);
        let answers = template.map_or_else(String::new, |template| {
            let name = &template.name;
            format!(", answers them from {name} in their own language")
        });
        format!(
            "From now on this console links to {parent} who joins later{answers}, and says so each time; never what does not fit"
        )
    } else {
        format!("Who joins {parent} later is proposed, not linked")
    }
}
