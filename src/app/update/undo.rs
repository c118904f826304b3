//! `undo`: withdraw what is not sent, write the previous value of what is done, say why when neither is possible.

use jiff::SignedDuration;

use crate::domain::action::Seen;
use crate::domain::delivery::undo_of;
use crate::domain::ids::ActionId;
use crate::domain::optimistic::overlay;
use crate::domain::outbox::{Item, State};
use crate::domain::ticket::Ticket;

use super::super::effect::Effect;
use super::super::model::declared::DeclaredAsked;
use super::super::model::outbox::{Asked, Ruled};
use super::super::model::pick::Target;
use super::super::model::{Model, NoticeKind, Overlay};
use super::super::words;
use super::{Effects, bulk, incidents, notice, write};

/// How long after an action an older answer may still come in.
const JUST_NOW: SignedDuration = SignedDuration::from_secs(5);

/// What `undo` is about.
enum Newest {
    Action(Box<Item>),
    Ruling(Box<Ruled>),
    Bulk(ActionId),
}

/// Takes back the newest action or ruling that can be taken back.
pub(super) fn undo(model: &mut Model, fx: &mut Effects) {
    if let Some(Overlay::Bulk { bulk, .. }) = model.overlays.last() {
        let bulk = *bulk;
        bulk::take_back(model, bulk, fx);
        return;
    }
    let newest = model.outbox.done_here.last().copied();
    let said_since = |id: ActionId| newest.is_some_and(|newest| newest > id);
    if let Some((id, storing)) = model.outbox.storing.iter_mut().next_back()
        && !said_since(*id)
    {
        // Not on disk yet: it is taken back as soon as the store has answered.
        storing.undo = true;
        return;
    }
    let is_declaring = |asked: &DeclaredAsked| *asked == DeclaredAsked::Declare;
    if model.declared.asked.values().any(is_declaring) {
        let text = "The declared incident is being put on disk: undo again";
        notice(model, NoticeKind::Info, None, text);
        return;
    }
    match candidate(model) {
        Some(Newest::Action(item)) => take_back(model, &item, fx),
        Some(Newest::Ruling(ruled)) => incidents::take_back(model, *ruled, fx),
        Some(Newest::Bulk(bulk)) => bulk::take_back(model, bulk, fx),
        None => notice(
            model,
            NoticeKind::Info,
            None,
            "There is nothing to take back",
        ),
    }
}

/// The newest action or ruling of this session that is not over, or an action that is still held from an earlier session.
fn candidate(model: &mut Model) -> Option<Newest> {
    let held = model
        .outbox
        .items()
        .rev()
        .find(|item| {
            let is_asked = model.outbox.asked.contains_key(&item.id());
            // What the console did by itself is not what a person did last.
            let parent = item.action.parent.as_ref();
            let is_own = parent.is_none_or(|bulk| !model.declared.followed.contains(bulk));
            item.state == State::Held && !is_asked && is_own
        })
        .cloned();
    while let Some(id) = model.outbox.done_here.last().copied() {
        if held.as_ref().is_some_and(|held| held.id() > id) {
            break;
        }
        if model.outbox.bulk(id).is_some() {
            model.outbox.done_here.pop();
            return Some(Newest::Bulk(id));
        }
        let item = model.outbox.get(id).cloned();
        match item {
            Some(item) if !is_over(model, &item) => return Some(Newest::Action(Box::new(item))),
            _ => {
                model.outbox.done_here.pop();
                if let Some(ruled) = model.outbox.ruled.remove(&id) {
                    return Some(Newest::Ruling(Box::new(ruled)));
                }
            }
        }
    }
    held.map(|item| match item.action.parent {
        Some(bulk) => Newest::Bulk(bulk),
        None => Newest::Action(Box::new(item)),
    })
}

/// Whether there is nothing of an action to take back.
fn is_over(model: &Model, item: &Item) -> bool {
    matches!(
        item.state,
        State::Dropped | State::NoChange | State::Refused
    ) || model.outbox.asked.contains_key(&item.id())
}

/// Takes one action back.
pub(super) fn take_back(model: &mut Model, item: &Item, fx: &mut Effects) {
    let id = item.id();
    let ticket = item.action.ticket.clone();
    let about = words::about(&item.action);
    match item.state {
        State::Held | State::Ready | State::Conflict | State::Parked => {
            forget(model, id);
            model.outbox.asked.insert(id, Asked::Undo);
            fx.push(Effect::Drop(id));
        }
        State::Sending | State::Unknown => {
            let text =
                format!("{about} is on its way: wait for the answer of the desk, then undo again");
            notice(model, NoticeKind::Warning, ticket.as_ref(), text);
        }
        State::Done => {
            forget(model, id);
            inverse(model, item, fx);
        }
        State::NoChange | State::Refused | State::Dropped => {
            forget(model, id);
            let text = format!("{about} changed nothing: there is nothing to take back");
            notice(model, NoticeKind::Info, ticket.as_ref(), text);
        }
    }
}

fn forget(model: &mut Model, id: ActionId) {
    model.outbox.done_here.retain(|done| *done != id);
}

/// The ticket as our action left it, unless what is known is clearly newer. Moments after an action, an answer that was on
/// its way meanwhile may still show the old value; whether somebody changed it since is decided on the desk then.
pub(super) fn as_left(model: &Model, item: &Item, now: &Ticket) -> Ticket {
    if now.updated.duration_since(item.updated) > JUST_NOW {
        return now.clone();
    }
    let me = model.desk.identity.as_ref().map(|identity| &identity.me);
    let class = now.status.class;
    overlay(now, std::slice::from_ref(&item.action.verb), me, |_| class)
}

/// Writes the previous value, if there is one and nobody changed the field since.
fn inverse(model: &mut Model, item: &Item, fx: &mut Effects) {
    let about = words::about(&item.action);
    let ticket = item.action.ticket.clone();
    let me = model.desk.identity.as_ref().map(|i| i.me.id.clone());
    let known = ticket
        .as_ref()
        .and_then(|id| model.ticket(id).map(|now| (id.clone(), now)));
    let result = match (known, me) {
        (Some((id, now)), Some(me)) => {
            let now = as_left(model, item, now);
            undo_of(item, &now, &me).map(|verb| {
                let seen = Seen::of(&now, None, now.updated);
                (Target { ticket: id, seen }, verb)
            })
        }
        _ if item.action.ticket.is_none() => {
            Err("A new ticket cannot be taken back: set its status to rejected instead.".to_owned())
        }
        _ => Err("The ticket is not known any more.".to_owned()),
    };
    match result {
        Ok((target, verb)) => write::ask_or_act(model, target, verb, Some(item.id()), fx),
        Err(why) => {
            let text = format!("{about} is not taken back. {why}");
            notice(model, NoticeKind::Warning, ticket.as_ref(), text);
        }
    }
}
