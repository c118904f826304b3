//! From "the person wants this" to an action in the outbox: checks, confirmation, hold.
//!
//! Invariant: every action is made here, and carries the ticket and what was seen of it at the time of its key
//! ([`Target`]), never what is under the cursor when a question is answered.

use crate::domain::action::{Action, Seen, Verb};
use crate::domain::draft::Draft;
use crate::domain::ids::ActionId;
use crate::domain::source::Gone;

use super::super::effect::Effect;
use super::super::model::outbox::Storing;
use super::super::model::overlay::{Act, Confirm, Then};
use super::super::model::pick::Target;
use super::super::model::screen::Screen;
use super::super::model::{Model, NoticeKind, Overlay};
use super::super::words;
use super::{Effects, command, no_ticket, notice};

/// The ticket under the cursor and what the person sees of it. `None`, with a notice, when there is none.
pub(super) fn target(model: &mut Model) -> Option<Target> {
    let Some(id) = model.ticket_under_cursor().cloned() else {
        no_ticket(model);
        return None;
    };
    if let Some(gone) = model.gone.get(&id) {
        let text = match gone {
            Gone::Merged(into) => format!("{id} was merged into {into}: go on there"),
            Gone::Deleted => format!("{id} was deleted on the desk"),
            Gone::Hidden => format!("{id} is not visible to you any more"),
        };
        notice(model, NoticeKind::Warning, Some(&id), text);
        return None;
    }
    let Some(ticket) = model.ticket(&id) else {
        let text = format!("{id} is not known any more: nothing was done");
        notice(model, NoticeKind::Warning, Some(&id), text);
        return None;
    };
    // The row was true as of its last change on the desk's own clock; ours may go differently.
    let mut seen = Seen::of(ticket, None, ticket.updated);
    if let (Screen::Ticket(_), Some(detail)) = (model.screens.current(), model.details.shown(&id)) {
        seen.last_entry = detail.entries.last().map(|entry| entry.id.clone());
        let newest = detail.entries.last().map(|entry| entry.at);
        seen.at = seen.at.max(newest);
    }
    Some(Target { ticket: id, seen })
}

/// Asks first where the requester will see it, else does it.
pub(super) fn ask_or_act(
    model: &mut Model,
    target: Target,
    verb: Verb,
    undoes: Option<ActionId>,
    fx: &mut Effects,
) {
    if !may(model, Some(&target), &verb) {
        return;
    }
    if verb.wants_confirmation(&model.settings.visible_statuses) {
        let then = Then::Act(Box::new(Act {
            target: target.clone(),
            verb: verb.clone(),
            undoes,
        }));
        let confirm = question(model, &target, &verb, then);
        model.overlays.push(Overlay::Confirm(Box::new(confirm)));
        model.touch();
    } else {
        act(model, Some(target), verb, undoes, Vec::new(), None, fx);
    }
}

/// The question before something that the requester will see; names the ticket and the number of people.
pub(super) fn question(model: &Model, target: &Target, verb: &Verb, then: Then) -> Confirm {
    let id = &target.ticket;
    let people = words::requesters(model.ticket(id));
    let question = match verb {
        Verb::Reply { .. } => format!("Send this reply on {id} to {people}?"),
        Verb::Merge { into } => {
            format!(
                "Merge {id} into {into}? Seen by {people}. It cannot be taken back once it is done."
            )
        }
        Verb::Status { to } => format!("Set {id} to {to}? The desk writes to {people}."),
        other => format!("{id}: {}? Seen by {people}.", words::verb(other)),
    };
    let seconds = model.settings.hold.as_secs();
    let mut lines = Vec::new();
    for file in verb.files() {
        lines.push(format!("with {} ({})", file.name, words::size(file.size)));
    }
    if seconds > 0 {
        lines.push(format!("It is held for {seconds} s; undo takes it back."));
    }
    Confirm {
        question,
        lines,
        then,
    }
}

/// Whether an action may be tried; if not, says why.
pub(super) fn may(model: &mut Model, target: Option<&Target>, verb: &Verb) -> bool {
    let read_only = model.read_only();
    let why = if read_only.is_empty() {
        let role = model.settings.role.why_not(verb).map(str::to_owned);
        role.or_else(|| command::incapable(model, verb))
    } else {
        Some(read_only.join("; "))
    };
    let Some(why) = why else {
        return true;
    };
    let id = target.map(|t| t.ticket.clone());
    let about = id.as_ref().map_or_else(String::new, |id| format!("{id}: "));
    let text = format!("{about}{} is not possible: {why}", words::verb(verb));
    notice(model, NoticeKind::Warning, id.as_ref(), text);
    false
}

/// Hands an action to the store. It is acknowledged when the store says that it is on disk.
pub(super) fn act(
    model: &mut Model,
    target: Option<Target>,
    verb: Verb,
    undoes: Option<ActionId>,
    files: Vec<String>,
    draft: Option<Draft>,
    fx: &mut Effects,
) -> bool {
    if !may(model, target.as_ref(), &verb) {
        return false;
    }
    let held = verb.is_visible_to_requester(&model.settings.visible_statuses);
    let hold_until = held
        .then(|| model.now.checked_add(model.settings.hold).ok())
        .flatten();
    let (ticket, seen) = target.map_or_else(
        || (None, Seen::default()),
        |target| (Some(target.ticket), target.seen),
    );
    let action = Action {
        id: model.ids.next(model.now),
        ticket,
        verb,
        seen,
        at: model.now,
        undoes,
        parent: None,
        force: false,
    };
    let storing = Storing {
        action: action.clone(),
        draft,
        undo: false,
    };
    model.outbox.storing.insert(action.id, storing);
    fx.push(Effect::Enqueue {
        action: Box::new(action),
        files,
        hold_until,
    });
    model.touch();
    true
}
