//! Rows of the outbox as they change: what is said about it, what is laid over the tickets, what a person decides.

use std::collections::BTreeSet;

use crate::domain::action::{Action, Verb};
use crate::domain::bulk::Bulk;
use crate::domain::delivery::undo_of;
use crate::domain::draft::{Draft, DraftKey, DraftKind};
use crate::domain::ids::{ActionId, TicketId};
use crate::domain::outbox::{Item, State};

use super::super::effect::Effect;
use super::super::model::outbox::Asked;
use super::super::model::overlay::{Confirm, Then};
use super::super::model::screen::Screen;
use super::super::model::{Leaving, Model, NoticeKind, Overlay};
use super::super::words;
use super::{Effects, bulk, claims, notice, sync, undo, write};

/// Rows that changed: files them, says what is worth saying.
pub(super) fn put(model: &mut Model, items: Vec<Item>, fx: &mut Effects) {
    let mut touched = BTreeSet::new();
    let mut bulks = BTreeSet::new();
    for item in items {
        if item.action.verb.claim().is_some() {
            claims::heard(model, &item);
            continue;
        }
        touched.extend(item.action.ticket.clone());
        let before = model.outbox.put(item.clone());
        let now = model.outbox.get(item.id()).map(|row| row.state);
        if before != now && now == Some(item.state) {
            match item.action.parent {
                Some(bulk) => {
                    bulks.insert(bulk);
                }
                None => say(model, &item),
            }
            if item.state == State::Done {
                read_again(model, &item, fx);
            }
        }
    }
    lay_over(model, touched);
    for bulk in bulks {
        bulk::moved(model, bulk);
    }
}

/// Rows of an earlier session.
pub(super) fn restored(model: &mut Model, items: Vec<Item>, bulks: Vec<Bulk>) {
    for bulk in bulks {
        model.outbox.put_bulk(bulk);
    }
    let mut touched = BTreeSet::new();
    for item in items {
        // An action is put on disk before its draft is removed: a draft that was sent is none any more.
        if let Some((key, text)) = written(&item.action)
            && model
                .drafts
                .get(&key)
                .is_some_and(|draft| draft.text == text)
        {
            model.drafts.remove(&key);
        }
        if item.action.verb.claim().is_some() {
            continue;
        }
        touched.extend(item.action.ticket.clone());
        model.outbox.put(item);
    }
    lay_over(model, touched);
    let (unsent, decide) = (model.outbox.unsent(), model.outbox.want_person());
    if unsent + decide > 0 {
        let text = format!(
            "From the last session: {unsent} to send, {decide} to decide. The outbox shows them"
        );
        notice(model, NoticeKind::Warning, None, text);
    }
    if !model.drafts.is_empty() {
        let text = format!("Drafts kept: {}", words::drafts(model.drafts.keys()));
        notice(model, NoticeKind::Info, None, text);
    }
}

/// Lays what is not confirmed over the tickets, and brings the Outbox screen in step.
fn lay_over(model: &mut Model, touched: BTreeSet<TicketId>) {
    let pending: Vec<(TicketId, Vec<Verb>)> = touched
        .into_iter()
        .map(|id| {
            let verbs = model.outbox.pending_verbs(&id);
            (id, verbs)
        })
        .collect();
    arrange(model);
    sync::change_board(model, |board| {
        for (id, verbs) in &pending {
            board.set_pending(id, verbs);
        }
    });
    model.touch();
}

/// Brings the rows of the Outbox screen in step. While it is open they keep their places, so that a key meets the row that
/// was looked at; what is new comes below them.
fn arrange(model: &mut Model) {
    let ordered = model.outbox.ordered();
    let is_open = |screen: &Screen| matches!(screen, Screen::Outbox);
    if !model.screens.stack.iter().any(is_open) {
        model.screens.outbox.rows = ordered;
        return;
    }
    let rows = &mut model.screens.outbox.rows;
    rows.retain(|id| model.outbox.get(*id).is_some());
    let known: BTreeSet<ActionId> = rows.iter().copied().collect();
    rows.extend(ordered.into_iter().filter(|id| !known.contains(id)));
}

/// Puts the rows of the Outbox screen into their order: when it is opened, and when a person wants it.
pub(super) fn sort(model: &mut Model) {
    model.screens.outbox.rows = model.outbox.ordered();
}

/// An action of ours is done: an open ticket is read again, so that the conversation shows it.
fn read_again(model: &mut Model, item: &Item, fx: &mut Effects) {
    let open = model.screens.stack.iter().any(
        |screen| matches!(screen, Screen::Ticket(t) if Some(&t.id) == item.action.ticket.as_ref()),
    );
    if let (true, Some(id)) = (open, item.action.ticket.clone()) {
        sync::load(model, &id, fx);
    }
}

/// Says what became of an action.
fn say(model: &mut Model, item: &Item) {
    let about = words::about(&item.action);
    let message = if item.message.is_empty() {
        String::new()
    } else {
        format!(": {}", item.message)
    };
    let (kind, text) = match item.state {
        State::Held | State::Ready | State::Sending | State::Dropped => return,
        State::Done => match (&item.action.verb, &item.result) {
            (Verb::Create { new }, Some(id)) => (
                NoticeKind::Done,
                format!("New ticket {id}: {}", new.subject),
            ),
            _ => (NoticeKind::Done, format!("{about} done")),
        },
        State::NoChange => (
            NoticeKind::Info,
            format!("{about}: the desk had it so already"),
        ),
        State::Refused => (NoticeKind::Error, format!("{about} refused{message}")),
        State::Conflict => (
            NoticeKind::Error,
            format!("{about}: somebody changed the ticket; the outbox shows both versions"),
        ),
        State::Unknown => (
            NoticeKind::Warning,
            format!("{about}: no clear answer; it is being looked for on the desk"),
        ),
        State::Parked => (
            NoticeKind::Error,
            format!("{about}: a person must decide{message}"),
        ),
    };
    notice(model, kind, item.action.ticket.as_ref(), text);
}

/// The store answered.
pub(super) fn stored(
    model: &mut Model,
    id: ActionId,
    result: Result<Box<Item>, String>,
    fx: &mut Effects,
) {
    let storing = model.outbox.storing.remove(&id);
    let asked = model.outbox.asked.remove(&id);
    model.touch();
    match result {
        Ok(item) => {
            put(model, vec![(*item).clone()], fx);
            // Delivery may have been quicker than this answer.
            let item = model.outbox.get(id).cloned().map_or(item, Box::new);
            if let Some(storing) = storing {
                acknowledged(model, &item, storing.draft.map(|d| d.key), storing.undo, fx);
            }
            if let Some(asked) = asked {
                answered(model, asked, &item, fx);
            }
        }
        Err(why) => {
            // Somebody who is leaving must see this.
            model.leaving = Leaving::No;
            let action = storing
                .as_ref()
                .map(|s| s.action.clone())
                .or_else(|| model.outbox.get(id).map(|item| item.action.clone()));
            let ticket = action.as_ref().and_then(|a| a.ticket.clone());
            let about = action
                .as_ref()
                .map_or_else(|| "The action".to_owned(), words::about);
            let kept = match storing.and_then(|s| s.draft) {
                Some(_) => " The text is kept as a draft.",
                None => "",
            };
            let text = match asked {
                // It is on disk as it was, and goes its way.
                Some(asked) => format!("{about} {}: {why}", unchanged(asked)),
                None => format!("{about} is not on disk, and nothing was sent: {why}.{kept}"),
            };
            notice(model, NoticeKind::Error, ticket.as_ref(), text);
        }
    }
}

/// An action is on disk: now it counts.
fn acknowledged(
    model: &mut Model,
    item: &Item,
    draft: Option<DraftKey>,
    undo_now: bool,
    fx: &mut Effects,
) {
    if let Some(key) = draft {
        model.drafts.remove(&key);
        fx.push(Effect::DropDraft(key));
    }
    if item.action.undoes.is_none() {
        model.outbox.done_here.push(item.id());
    }
    if undo_now {
        undo::take_back(model, item, fx);
        return;
    }
    let about = words::about(&item.action);
    let text = match (item.state, item.due) {
        (State::Held, Some(due)) => {
            let until = words::clock_seconds(&model.settings.zone, due);
            format!("{about} is held until {until}; undo takes it back")
        }
        (State::Held | State::Ready | State::Sending, _) => {
            format!("{about}: on disk, not yet confirmed")
        }
        _ => return,
    };
    notice(model, NoticeKind::Info, item.action.ticket.as_ref(), text);
}

/// What is said when a decision about a row could not be stored.
fn unchanged(asked: Asked) -> &'static str {
    match asked {
        Asked::Undo => "could not be taken back and may still be sent",
        Asked::Drop => "could not be dropped and may still be sent",
        Asked::Retry | Asked::Force => "could not be sent again",
    }
}

/// What a person asked for a row was done, or came too late.
fn answered(model: &mut Model, asked: Asked, item: &Item, fx: &mut Effects) {
    let about = words::about(&item.action);
    let ticket = item.action.ticket.clone();
    let dropped = item.state == State::Dropped;
    let (kind, text) = match asked {
        Asked::Undo | Asked::Drop if dropped => {
            let kept = keep_text(model, item, fx);
            let what = if asked == Asked::Undo {
                "taken back"
            } else {
                "dropped"
            };
            (
                NoticeKind::Done,
                format!("{about} {what}; it was not sent{kept}"),
            )
        }
        Asked::Undo | Asked::Drop => (
            NoticeKind::Warning,
            format!("{about}: too late, it is {}", item.state.word()),
        ),
        Asked::Retry => (NoticeKind::Info, format!("{about} goes out again")),
        Asked::Force => (
            NoticeKind::Info,
            format!("{about} goes out in spite of the change"),
        ),
    };
    notice(model, kind, ticket.as_ref(), text);
}

/// The draft that an action was written as, and its text.
pub(super) fn written(action: &Action) -> Option<(DraftKey, &str)> {
    let (kind, text) = match &action.verb {
        Verb::Reply { text, .. } => (DraftKind::Reply, text),
        Verb::Note { text, .. } => (DraftKind::Note, text),
        Verb::Create { new } => (DraftKind::New, &new.text),
        _ => return None,
    };
    // A bulk has one draft for all of its tickets.
    let ticket = action.ticket.clone().filter(|_| action.parent.is_none());
    Some((DraftKey { ticket, kind }, text))
}

/// What was written and not sent becomes a draft again, so that no text is lost. What to say about it.
pub(super) fn keep_text(model: &mut Model, item: &Item, fx: &mut Effects) -> &'static str {
    let Some((key, text)) = written(&item.action) else {
        return "";
    };
    // Its text is made from the incident, and is made again with it.
    if model.declared.of_create(item.id()).is_some() {
        return "";
    }
    if model.drafts.contains_key(&key) {
        return "; the text stays in the outbox, for there is another draft";
    }
    let mut draft = Draft {
        key: key.clone(),
        text: text.to_owned(),
        files: Vec::new(),
        subject: String::new(),
        requester: String::new(),
        queue: String::new(),
        priority: String::new(),
        updated: model.now,
    };
    if let Verb::Create { new } = &item.action.verb {
        draft.subject.clone_from(&new.subject);
        draft.requester = new.requester.to_string();
        draft.queue.clone_from(&new.queue);
        draft.priority = new.priority.map_or_else(String::new, |p| p.to_string());
    }
    model.drafts.insert(key, draft.clone());
    fx.push(Effect::SaveDraft(Box::new(draft)));
    if item.action.verb.files().is_empty() {
        "; the text is kept as a draft"
    } else {
        "; the text is kept as a draft, without its files"
    }
}

/// The row that a command is about: the one that is shown whole, or the one under the cursor.
fn chosen(model: &mut Model) -> Option<Item> {
    let id = match model.overlays.last() {
        Some(Overlay::Item { action, .. }) => Some(*action),
        _ => model.screens.outbox.list.cursor().copied(),
    };
    let item = id.and_then(|id| model.outbox.get(id)).cloned();
    if item.is_none() {
        notice(model, NoticeKind::Info, None, "There is no action here");
    }
    item
}

pub(super) fn show(model: &mut Model) {
    if let Some(item) = chosen(model) {
        let action = item.id();
        model.overlays.push(Overlay::Item { action, top: 0 });
    }
}

pub(super) fn retry(model: &mut Model, fx: &mut Effects) {
    if let Some(Overlay::Bulk { bulk, .. }) = model.overlays.last() {
        let bulk = *bulk;
        bulk::retry(model, bulk, fx);
        return;
    }
    let Some(item) = chosen(model) else {
        return;
    };
    if !write::may(model, None, &item.action.verb) {
        return;
    }
    match item.state {
        State::Refused | State::Parked => {
            ask(model, &item, Asked::Retry, Effect::Retry(item.id()), fx);
        }
        State::Conflict => no(
            model,
            &item,
            "somebody changed the ticket: send it anyway or drop it",
        ),
        State::Unknown => no(
            model,
            &item,
            "it may be on the desk already: it is being looked for",
        ),
        State::Held | State::Ready | State::Sending => no(model, &item, "it is on its way"),
        State::Done | State::NoChange => no(model, &item, "it is done"),
        State::Dropped => no(model, &item, "it was dropped: write it again"),
    }
}

pub(super) fn drop(model: &mut Model, fx: &mut Effects) {
    let Some(item) = chosen(model) else {
        return;
    };
    match item.state {
        State::Held | State::Ready | State::Conflict | State::Parked | State::Refused => {
            close_item(model);
            ask(model, &item, Asked::Drop, Effect::Drop(item.id()), fx);
        }
        State::Sending => no(model, &item, "it is being sent"),
        State::Unknown => no(
            model,
            &item,
            "it may be on the desk already: it is being looked for, and you will be asked",
        ),
        State::Done | State::NoChange => {
            let why = done(model, &item);
            no(model, &item, &why);
        }
        State::Dropped => no(model, &item, "it is dropped already"),
    }
}

pub(super) fn force(model: &mut Model, fx: &mut Effects) {
    let Some(item) = chosen(model) else {
        return;
    };
    if !write::may(model, None, &item.action.verb) {
        return;
    }
    match item.state {
        State::Conflict => {
            let visible = &model.settings.visible_statuses;
            if item.action.verb.is_visible_to_requester(visible) {
                ask_to_force(model, &item);
            } else {
                forced(model, item.id(), fx);
            }
        }
        _ => no(model, &item, "there is no conflict"),
    }
}

/// What the requester will see is not sent by one key, though a person looked at both versions.
fn ask_to_force(model: &mut Model, item: &Item) {
    let ticket = item.action.ticket.as_ref();
    let people = words::requesters(ticket.and_then(|id| model.ticket(id)));
    let about = words::about(&item.action);
    let mut lines = Vec::new();
    if !item.message.is_empty() {
        lines.push(item.message.clone());
    }
    let confirm = Confirm {
        question: format!(
            "Send it all the same, though somebody changed the ticket? {about}, seen by {people}."
        ),
        lines,
        then: Then::Force(item.id()),
    };
    model.overlays.push(Overlay::Confirm(Box::new(confirm)));
    model.touch();
}

/// Sends an action in spite of the conflict.
pub(super) fn forced(model: &mut Model, id: ActionId, fx: &mut Effects) {
    let Some(item) = model.outbox.get(id).cloned() else {
        return;
    };
    close_item(model);
    if item.state == State::Conflict {
        ask(model, &item, Asked::Force, Effect::Force(id), fx);
    } else {
        no(model, &item, "there is no conflict any more");
    }
}

/// What to say of an action that is done: whether it can be taken back still.
fn done(model: &Model, item: &Item) -> String {
    let me = model.desk.identity.as_ref().map(|i| &i.me.id);
    let ticket = item.action.ticket.as_ref().and_then(|id| model.ticket(id));
    match (ticket, me) {
        (Some(now), Some(me)) => match undo_of(item, now, me) {
            Ok(_) => "it is done; undo takes it back".to_owned(),
            Err(why) => format!("it is done. {why}"),
        },
        _ => "it is done".to_owned(),
    }
}

fn close_item(model: &mut Model) {
    if matches!(model.overlays.last(), Some(Overlay::Item { .. })) {
        model.overlays.pop();
    }
}

fn ask(model: &mut Model, item: &Item, asked: Asked, effect: Effect, fx: &mut Effects) {
    if model.outbox.asked.contains_key(&item.id()) {
        return;
    }
    model.outbox.asked.insert(item.id(), asked);
    fx.push(effect);
}

fn no(model: &mut Model, item: &Item, why: &str) {
    let text = format!("{}: {why}", words::about(&item.action));
    notice(model, NoticeKind::Info, item.action.ticket.as_ref(), text);
}
