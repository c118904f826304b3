//! Bulk actions: preview, confirmation, progress, retry of what failed, undo.
//!
//! Invariant: nothing happens to more than one ticket without its preview; the bulk carries what was seen of each ticket
//! when the preview was made, and is acknowledged when the store has all of it on disk.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::action::{Action, Seen, Verb};
use crate::domain::bulk::{Bulk, Case, LeftOut, Letters, TYPE_NUMBER, judge};
use crate::domain::delivery::{Field, undo_of};
use crate::domain::ids::{ActionId, IncidentId, TicketId};
use crate::domain::outbox::{Item, State};
use crate::domain::ticket::{StatusClass, Ticket};
use crate::domain::watch::Standing;
use crate::i18n;
use crate::input::{Command, Context};

use super::super::effect::Effect;
use super::super::line::Line;
use super::super::model::bulk::{Choices, Preview};
use super::super::model::marks::Mark;
use super::super::model::outbox::BulkAsked;
use super::super::model::pick::Target;
use super::super::model::screen::Screen;
use super::super::model::{Leaving, Model, NoticeKind, Overlay};
use super::super::words;
use super::checks::{self, Checks};
use super::{Effects, choose, compose, declared, joiners, notice, outbox, undo, write};

/// Shows what an action would do to the marked tickets.
pub(super) fn begin(model: &mut Model, verb: &Verb) {
    if !write::may(model, None, verb) {
        return;
    }
    let preview = of_verb(model, verb, Choices::default());
    model.overlays.push(Overlay::Preview(Box::new(preview)));
    model.touch();
}

/// What an action would do to the marked tickets.
pub(super) fn of_verb(model: &Model, verb: &Verb, choices: Choices) -> Preview {
    let checks = Checks {
        template: None,
        ends: checks::ends(model, verb),
        choices,
    };
    let (children, left_out) = sort_out(model, verb, checks, |verb, ticket| match &verb {
        Verb::Merge { into } if *into == ticket.id => Err(LeftOut::Stays),
        Verb::Merge { into } => match choose::cannot_merge(model, &ticket.id, into) {
            Some(why) => Err(LeftOut::NotMerged(why)),
            None => Ok(verb),
        },
        _ => Ok(verb),
    });
    let marked = model.marks.len();
    // It is kept with the actions, for every reader.
    let what = {
        let _english = i18n::speaking("en");
        words::verb(verb)
    };
    let mut preview = preview(model, what, marked, children, left_out);
    preview.verb = Some(verb.clone());
    checks.tell(model, &mut preview);
    preview
}

/// What is done to tickets, and those that are left out.
type Sorted = (Vec<(Target, Verb)>, Vec<(TicketId, LeftOut)>);

/// What is done to each marked ticket, and which are left out. `finish` makes the last of the action for its ticket.
pub(super) fn sort_out(
    model: &Model,
    verb: &Verb,
    checks: Checks<'_>,
    mut finish: impl FnMut(Verb, &Ticket) -> Result<Verb, LeftOut>,
) -> Sorted {
    let (mut children, mut left_out) = (Vec::new(), Vec::new());
    for (id, mark) in model.marks.iter() {
        let judged = judged(model, id, mark, verb).and_then(|(target, verb)| {
            let ticket = model.ticket(id).ok_or(LeftOut::NotKnown)?;
            let verb = finish(verb, ticket)?;
            checks.pass(model, id, [&verb])?;
            Ok((target, verb))
        });
        match judged {
            Ok(child) => children.push(child),
            Err(why) => left_out.push((id.clone(), why)),
        }
    }
    (children, left_out)
}

/// What an action does to one ticket as it is now, or why it is left out.
pub(super) fn judged(
    model: &Model,
    id: &TicketId,
    mark: &Mark,
    verb: &Verb,
) -> Result<(Target, Verb), LeftOut> {
    let me = model.desk.identity.as_ref().map(|i| &i.me.id);
    let ticket = model.ticket(id);
    let case = Case {
        ticket,
        gone: model.gone.get(id),
        marked: &mark.seen,
        is_own: is_own(model, id, verb, mark),
        odd: odd_in(model, id).filter(|_| !mark.is_by_itself),
    };
    let verb = judge(verb, &case, me)?;
    let ticket = ticket.ok_or(LeftOut::NotKnown)?;
    let mut seen = Seen::of(ticket, None, ticket.updated);
    if matches!(verb, Verb::Reply { .. }) {
        // What was said since the ticket was marked, the person has not read.
        (seen.version, seen.at) = (None, mark.seen.at);
        seen.last_entry.clone_from(&mark.seen.last_entry);
    }
    let ticket = id.clone();
    Ok((Target { ticket, seen }, verb))
}

pub(super) fn preview(
    model: &Model,
    what: String,
    marked: usize,
    children: Vec<(Target, Verb)>,
    left_out: Vec<(TicketId, LeftOut)>,
) -> Preview {
    let visible = &model.settings.visible_statuses;
    let is_visible = children
        .iter()
        .any(|(_, verb)| verb.is_visible_to_requester(visible));
    let mut people = Some(BTreeSet::new());
    for (target, _) in &children {
        let ticket = model.ticket(&target.ticket);
        let requesters = ticket.map(|t| &t.requesters);
        match (requesters, &mut people) {
            (Some(known), Some(people)) if !known.is_unknown() => {
                let ids = known
                    .known()
                    .into_iter()
                    .flatten()
                    .map(|who| who.id.clone());
                people.extend(ids);
            }
            _ => people = None,
        }
    }
    let text = children.iter().find_map(|(_, verb)| match verb {
        Verb::Reply { text, .. } | Verb::Note { text, .. } => Some(text.clone()),
        _ => None,
    });
    let mut preview = Preview {
        what,
        marked,
        typed: None,
        people: people.map(|people| people.len()),
        is_visible,
        text,
        written: None,
        children,
        left_out,
        problem: None,
        verb: None,
        run: None,
        choices: Choices::default(),
        repeats: 0,
        ill: Vec::new(),
        wrote: Vec::new(),
        stays: Vec::new(),
        undoes: None,
        top: 0,
    };
    preview.typed = (preview.tickets() >= TYPE_NUMBER).then(Line::default);
    preview
}

/// Shows what would be done. A macro on one ticket that leaves no question open is done at once.
pub(super) fn present(model: &mut Model, preview: Preview, fx: &mut Effects) {
    let is_clear = preview.left_out.is_empty() && preview.stays.is_empty();
    model.touch();
    if is_clear && preview.is_quiet() {
        enqueue(model, preview, fx);
    } else {
        model.overlays.push(Overlay::Preview(Box::new(preview)));
    }
}

/// The incident that a ticket does not fit, though it looks as if it belonged to it: one that goes on, or the one on the
/// screen, which may be over.
fn odd_in<'a>(model: &'a Model, id: &TicketId) -> Option<&'a IncidentId> {
    let watch = model.board.watch();
    let here = match model.screens.current() {
        Screen::Incident(screen) => watch.standing(&screen.id),
        _ => None,
    };
    let mut looked_at = here.into_iter().chain(watch.open());
    let is_odd = |s: &&Standing| s.odd.iter().any(|m| m.ticket == *id) || s.split.contains(id);
    Some(&looked_at.find(is_odd)?.incident.incident)
}

/// Whether an action of ours set the same field since the ticket was marked.
fn is_own(model: &Model, id: &TicketId, verb: &Verb, mark: &Mark) -> bool {
    let Some(field) = Field::of(verb) else {
        return false;
    };
    // Desks open a new ticket by themselves when it is answered.
    let is_open = |ticket: &Ticket| ticket.status.class == StatusClass::Open;
    let may_be_opened = field == Field::Status && model.ticket(id).is_some_and(is_open);
    model.outbox.of_ticket(id).any(|item| {
        let counts = item.state.is_pending() || item.state == State::Done;
        let verb = &item.action.verb;
        let did =
            Field::of(verb) == Some(field) || (may_be_opened && matches!(verb, Verb::Reply { .. }));
        counts && item.action.at >= mark.at && did
    })
}

/// Yes to the preview, or its number was typed.
pub(super) fn confirm(model: &mut Model, fx: &mut Effects) {
    let Some(Overlay::Preview(preview)) = model.overlays.last_mut() else {
        return;
    };
    let count = preview.tickets();
    if let Some(typed) = &preview.typed
        && typed.trimmed() != count.to_string()
    {
        preview.problem = Some("That is not the number of tickets");
        model.touch();
        return;
    }
    let Some(Overlay::Preview(preview)) = model.overlays.pop() else {
        return;
    };
    model.touch();
    if count == 0 {
        notice(
            model,
            NoticeKind::Info,
            None,
            "All marked tickets are left out: nothing was done",
        );
        return;
    }
    enqueue(model, *preview, fx);
}

/// Hands a bulk to the store.
fn enqueue(model: &mut Model, preview: Preview, fx: &mut Effects) {
    let id = model.ids.next(model.now);
    model.marks.stay();
    let (held, asked) = (!preview.is_quiet(), preview.tickets());
    let is_step = preview.run.is_some() || preview.children.len() > asked;
    let (undoes, undone) = preview.undoes.unzip();
    if let Some(undone) = undoes {
        model.outbox.done_here.retain(|done| *done != undone);
    }
    let mut undone = undone.unwrap_or_default().into_iter();
    let bulk = Bulk {
        id,
        what: preview.what,
        asked,
        left_out: preview
            .left_out
            .into_iter()
            .map(|(ticket, why)| (ticket, why.to_string()))
            .collect(),
        undoes,
        template: preview.written.map(|written| Letters {
            name: written.template,
            languages: written.languages,
            is_edited: !written.edited.is_empty(),
        }),
        at: model.now,
    };
    let actions: Vec<Action> = preview
        .children
        .into_iter()
        .map(|(target, verb)| Action {
            id: model.ids.next(model.now),
            ticket: Some(target.ticket),
            verb,
            seen: target.seen,
            at: model.now,
            undoes: undone.next(),
            parent: Some(id),
            force: false,
        })
        .collect();
    // What is written stays a draft until all of it is on disk.
    if let Some(composed) = compose::composing(model).filter(|c| c.is_bulk) {
        composed.save_at = None;
        let draft = composed.draft(bulk.at);
        model.drafts.insert(draft.key.clone(), draft.clone());
        fx.push(Effect::SaveDraft(Box::new(draft)));
        compose::close(model);
    }
    if let Some(undone) = undoes {
        declared::links_taken_back(model, undone, fx);
    }
    model.outbox.put_bulk(bulk.clone());
    model.outbox.bulk_asked.insert(id, BulkAsked::Store);
    let remember = joiners::remember(model, &bulk, &actions);
    fx.push(Effect::EnqueueBulk {
        bulk: Box::new(bulk),
        remember,
        actions,
        hold_until: held
            .then(|| model.now.checked_add(model.settings.hold).ok())
            .flatten(),
    });
    // Of one ticket the notices tell enough.
    if !(is_step && asked == 1) {
        model.overlays.push(Overlay::Bulk { bulk: id, top: 0 });
    }
    model.touch();
}

/// The store answered.
pub(super) fn stored(
    model: &mut Model,
    id: ActionId,
    result: Result<Vec<Item>, String>,
    fx: &mut Effects,
) {
    let asked = model.outbox.bulk_asked.remove(&id);
    let about = about(model, id);
    model.touch();
    match (result, asked) {
        (Ok(items), Some(BulkAsked::Store)) => {
            let due = items.iter().filter_map(|item| item.due).min();
            let first = items.first().filter(|_| is_by_hand(model, id));
            if let Some((key, _)) = first.and_then(|i| outbox::written(&i.action)) {
                model.drafts.remove(&key);
                fx.push(Effect::DropDraft(key));
            }
            outbox::put(model, items, fx);
            if model.outbox.bulk(id).is_some_and(|b| b.undoes.is_none()) {
                model.outbox.done_here.push(id);
            }
            if let Some(due) = due {
                let until = words::clock_seconds(&model.settings.zone, due);
                let text = format!("{about} is held until {until}; undo takes it back");
                notice(model, NoticeKind::Info, None, text);
            }
        }
        (Ok(items), asked) => {
            let dropped: Vec<Item> = items
                .iter()
                .filter(|item| item.state == State::Dropped)
                .cloned()
                .collect();
            outbox::put(model, items, fx);
            if let (Some(BulkAsked::Undo), Some(first)) = (asked, dropped.first()) {
                let kept = if is_by_hand(model, id) {
                    outbox::keep_text(model, first, fx)
                } else {
                    ""
                };
                let is_dropped = |item: &Item| item.state == State::Dropped;
                if model.outbox.children(id).all(is_dropped) {
                    declared::links_taken_back(model, id, fx);
                    joiners::forget(model, id, &dropped, fx);
                }
                let tickets = dropped.iter().map(|item| &item.action.ticket);
                let count = tickets.collect::<BTreeSet<_>>().len();
                let text = format!("{about} taken back; {count} were not sent{kept}");
                notice(model, NoticeKind::Done, None, text);
            }
        }
        (Err(why), Some(BulkAsked::Store)) => {
            // Somebody who is leaving must see this.
            model.leaving = Leaving::No;
            model.outbox.forget_bulk(id);
            model
                .overlays
                .retain(|o| !matches!(o, Overlay::Bulk { bulk, .. } if *bulk == id));
            let text = format!("{about} is not on disk, and nothing was sent: {why}");
            notice(model, NoticeKind::Error, None, text);
        }
        (Err(why), _) => {
            let text = format!("{about} goes its way as it was: {why}");
            notice(model, NoticeKind::Error, None, text);
        }
    }
}

/// Whether its text, if it has one, was written by hand: then it has a draft.
fn is_by_hand(model: &Model, id: ActionId) -> bool {
    model
        .outbox
        .bulk(id)
        .is_none_or(|bulk| bulk.template.is_none())
}

/// A bulk in a few words: `take on 34 tickets`.
fn about(model: &Model, id: ActionId) -> String {
    model.outbox.bulk(id).map_or_else(
        || "The bulk action".to_owned(),
        |bulk| match bulk.asked {
            1 => format!("{} on 1 ticket", bulk.what),
            n => format!("{} on {n} tickets", bulk.what),
        },
    )
}

/// Children came further: says so once, when nothing more will happen by itself.
pub(super) fn moved(model: &mut Model, id: ActionId) {
    let tally = model.outbox.tally(id);
    let is_told = model.outbox.bulk_told.get(&id) == Some(&tally);
    if !tally.is_over() || is_told || model.outbox.bulk(id).is_none() {
        return;
    }
    model.outbox.bulk_told.insert(id, tally);
    if tally.dropped == tally.asked {
        return;
    }
    let is_all = tally.failed() + tally.conflict == 0;
    let (kind, more) = if is_all {
        (NoticeKind::Done, String::new())
    } else {
        let key = model.settings.keymap.label(Command::GoBulk, Context::Board);
        let key = key.map_or_else(String::new, |key| format!("; {key} shows which"));
        (NoticeKind::Warning, key)
    };
    let text = format!("{}: {tally}{more}", about(model, id));
    notice(model, kind, None, text);
}

/// Tries again to send what failed, and nothing else.
pub(super) fn retry(model: &mut Model, id: ActionId, fx: &mut Effects) {
    let tally = model.outbox.tally(id);
    let about = about(model, id);
    if tally.failed() == 0 {
        let text = format!("{about}: nothing failed");
        notice(model, NoticeKind::Info, None, text);
        return;
    }
    if model.outbox.bulk_asked.contains_key(&id) {
        return;
    }
    model.outbox.bulk_asked.insert(id, BulkAsked::Retry);
    fx.push(Effect::RetryBulk(id));
    let text = format!("{about}: {} go out again", tally.failed());
    notice(model, NoticeKind::Info, None, text);
}

/// Withdraws what is not sent, and shows what writing the previous values of the rest would do.
pub(super) fn take_back(model: &mut Model, id: ActionId, fx: &mut Effects) {
    if model.outbox.bulk_asked.get(&id) == Some(&BulkAsked::Store) {
        let text = format!("{} is being put on disk: undo again", about(model, id));
        notice(model, NoticeKind::Info, None, text);
        model.outbox.done_here.push(id);
        return;
    }
    model.outbox.done_here.retain(|done| *done != id);
    let children: Vec<Item> = model.outbox.children(id).cloned().collect();
    let is_unsent = |item: &&Item| {
        matches!(
            item.state,
            State::Held | State::Ready | State::Conflict | State::Parked
        )
    };
    let unsent = children.iter().filter(is_unsent).count();
    if unsent > 0 {
        model.outbox.bulk_asked.insert(id, BulkAsked::Undo);
        fx.push(Effect::DropBulk(id));
    }
    let is_on_its_way = |item: &&Item| matches!(item.state, State::Sending | State::Unknown);
    let on_its_way = children.iter().filter(is_on_its_way).count();
    if on_its_way > 0 {
        let text = format!(
            "{}: {on_its_way} on their way; undo again when the desk has answered",
            about(model, id)
        );
        notice(model, NoticeKind::Warning, None, text);
        model.outbox.done_here.push(id);
    }
    let done: Vec<&Item> = children
        .iter()
        .filter(|item| item.state == State::Done)
        .collect();
    if done.is_empty() {
        if unsent + on_its_way == 0 {
            let text = format!(
                "{} changed nothing: there is nothing to take back",
                about(model, id)
            );
            notice(model, NoticeKind::Info, None, text);
        }
        return;
    }
    undo_done(model, id, &done, fx);
}

/// Shows what is taken back of what is done: the previous value where nobody changed it since. Of a macro the last part is
/// taken back first.
fn undo_done(model: &mut Model, id: ActionId, done: &[&Item], fx: &mut Effects) {
    let me = model.desk.identity.as_ref().map(|i| i.me.id.clone());
    let (mut children, mut undone, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    let marked: BTreeSet<&TicketId> = done
        .iter()
        .filter_map(|i| i.action.ticket.as_ref())
        .collect();
    let marked = marked.len();
    let is_macro = marked < done.len();
    let mut done: Vec<&Item> = done.to_vec();
    if is_macro {
        // Ticket by ticket in the order of the bulk, and in each from the last part to the first.
        let mut places: BTreeMap<&TicketId, usize> = BTreeMap::new();
        for ticket in done.iter().filter_map(|i| i.action.ticket.as_ref()) {
            let next = places.len();
            places.entry(ticket).or_insert(next);
        }
        let place = |item: &Item| places.get(item.action.ticket.as_ref()?).copied();
        done.sort_by_key(|item| (place(item), std::cmp::Reverse(item.id())));
    }
    for item in done {
        let Some(ticket) = item.action.ticket.clone() else {
            continue;
        };
        let (Some(now), Some(me)) = (model.ticket(&ticket), &me) else {
            left_out.push((ticket, LeftOut::NotKnown));
            continue;
        };
        let now = undo::as_left(model, item, now);
        match undo_of(item, &now, me) {
            Ok(verb) => {
                let seen = Seen::of(&now, None, now.updated);
                children.push((Target { ticket, seen }, verb));
                undone.push(item.id());
            }
            Err(why) => left_out.push((ticket, LeftOut::NotUndone(why))),
        }
    }
    if let (true, Some(why)) = (children.is_empty(), same_reason(&left_out)) {
        // A list that says the same of each tells nothing more.
        let text = format!("{} is not taken back. {why}", about(model, id));
        notice(model, NoticeKind::Warning, None, text);
        return;
    }
    let what = model
        .outbox
        .bulk(id)
        .map_or("bulk action", |b| b.what.as_str());
    let what = format!("undo of {what}");
    // A ticket of which something is taken back is not left out.
    let is_done: BTreeSet<TicketId> = children
        .iter()
        .map(|(target, _): &(Target, Verb)| target.ticket.clone())
        .collect();
    let (stays, left_out): (Vec<_>, Vec<_>) = left_out
        .into_iter()
        .partition(|(ticket, _)| is_done.contains(ticket));
    let mut left_out = left_out;
    left_out.dedup_by(|one, before| one.0 == before.0);
    let mut preview = preview(model, what, marked, children, left_out);
    preview.stays = stays
        .into_iter()
        .map(|(ticket, why)| (ticket, why.to_string()))
        .collect();
    preview.undoes = Some((id, undone));
    present(model, preview, fx);
    // Whoever says no has taken nothing back: the next undo is about the same.
    if matches!(model.overlays.last(), Some(Overlay::Preview(_))) {
        model.outbox.done_here.push(id);
    }
}

/// The reason why all are left out, if it is one.
fn same_reason(left_out: &[(TicketId, LeftOut)]) -> Option<String> {
    let (_, first) = left_out.first()?;
    let is_same = left_out.iter().all(|(_, why)| why == first);
    is_same.then(|| first.to_string())
}

/// Shows how far a bulk is: the one of the row in the outbox, else the newest.
pub(super) fn show(model: &mut Model) {
    let of_row = match model.screens.current() {
        Screen::Outbox => {
            let row = model.screens.outbox.list.cursor();
            let item = row.and_then(|id| model.outbox.get(*id));
            item.and_then(|item| item.action.parent)
        }
        _ => None,
    };
    let newest = || model.outbox.newest_bulk();
    match of_row
        .or_else(newest)
        .filter(|id| model.outbox.bulk(*id).is_some())
    {
        Some(bulk) => model.overlays.push(Overlay::Bulk { bulk, top: 0 }),
        None => notice(
            model,
            NoticeKind::Info,
            None,
            "There was no bulk action; mark tickets first",
        ),
    }
}
