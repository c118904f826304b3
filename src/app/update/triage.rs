//! Commands that act on the ticket under the cursor without a further choice.

use crate::domain::action::Verb;
use crate::domain::fact::Fact;

use super::super::effect::Effect;
use super::super::model::overlay::{Act, Confirm, Then};
use super::super::model::pick::Target;
use super::super::model::{Model, NoticeKind, Overlay};
use super::{Effects, bulk, marks, no_ticket, notice, write};

/// Who owns the ticket, seen from here.
enum Owner {
    Me,
    Nobody,
    Other(String),
    Unknown,
}

fn owner(model: &Model, target: &Target) -> Owner {
    let me = model.desk.identity.as_ref().map(|i| &i.me.id);
    match model.ticket(&target.ticket).map(|t| &t.owner) {
        Some(Fact::Known(person)) if Some(&person.id) == me => Owner::Me,
        Some(Fact::Known(person)) => Owner::Other(person.name.clone()),
        Some(Fact::Empty) => Owner::Nobody,
        Some(Fact::Unknown) | None => Owner::Unknown,
    }
}

pub(super) fn take(model: &mut Model, fx: &mut Effects) {
    if marks::are_meant(model) {
        bulk::begin(model, &Verb::Take);
        return;
    }
    let Some(target) = write::target(model) else {
        return;
    };
    match owner(model, &target) {
        Owner::Me => already_mine(model, &target),
        Owner::Nobody | Owner::Unknown => write::ask_or_act(model, target, Verb::Take, None, fx),
        Owner::Other(name) => {
            if !write::may(model, Some(&target), &Verb::Steal) {
                return;
            }
            let question = format!("{} belongs to {name}. Take it over?", target.ticket);
            let then = Then::Act(Box::new(Act {
                target,
                verb: Verb::Steal,
                undoes: None,
            }));
            model.overlays.push(Overlay::Confirm(Box::new(Confirm {
                question,
                lines: Vec::new(),
                then,
            })));
        }
    }
}

pub(super) fn steal(model: &mut Model, fx: &mut Effects) {
    if marks::are_meant(model) {
        bulk::begin(model, &Verb::Steal);
        return;
    }
    let Some(target) = write::target(model) else {
        return;
    };
    match owner(model, &target) {
        Owner::Me => already_mine(model, &target),
        // Nobody has it: there is nobody to steal from.
        Owner::Nobody => write::ask_or_act(model, target, Verb::Take, None, fx),
        Owner::Other(..) | Owner::Unknown => {
            write::ask_or_act(model, target, Verb::Steal, None, fx);
        }
    }
}

pub(super) fn release(model: &mut Model, fx: &mut Effects) {
    if marks::are_meant(model) {
        bulk::begin(model, &Verb::Release);
        return;
    }
    let Some(target) = write::target(model) else {
        return;
    };
    let id = target.ticket.clone();
    match owner(model, &target) {
        Owner::Me | Owner::Unknown => write::ask_or_act(model, target, Verb::Release, None, fx),
        Owner::Nobody => {
            notice(
                model,
                NoticeKind::Info,
                Some(&id),
                format!("{id}: nobody owns it"),
            );
        }
        Owner::Other(name) => {
            let text = format!(
                "{id} belongs to {name}: only they can release it; steal or assign it instead"
            );
            notice(model, NoticeKind::Info, Some(&id), text);
        }
    }
}

fn already_mine(model: &mut Model, target: &Target) {
    let id = &target.ticket;
    notice(
        model,
        NoticeKind::Info,
        Some(id),
        format!("{id} is yours already"),
    );
}

pub(super) fn copy_id(model: &mut Model, fx: &mut Effects) {
    match model.ticket_under_cursor() {
        Some(id) => fx.push(Effect::Copy(id.to_string())),
        None => no_ticket(model),
    }
}
