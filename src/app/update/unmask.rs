//! Personal numbers of the open ticket: shown on request, and only where there are some.

use crate::domain::entry::EntryKind;
use crate::domain::ids::TicketId;
use crate::text::mask;

use super::super::effect::Effect;
use super::super::model::screen::Screen;
use super::super::model::{Model, NoticeKind};
use super::{Effects, notice};

/// Shows the personal numbers of the open ticket, or masks them again. They are masked whenever a ticket is opened.
pub(super) fn unmask(model: &mut Model, fx: &mut Effects) {
    let Screen::Ticket(open) = model.screens.current() else {
        return;
    };
    if !open.unmasked && has_none(model, &open.id) {
        let id = open.id.clone();
        let text = format!("{id}: there is no personal number in it");
        notice(model, NoticeKind::Info, Some(&id), text);
        return;
    }
    let Some(Screen::Ticket(open)) = model.screens.stack.last_mut() else {
        return;
    };
    open.unmasked = !open.unmasked;
    let (ticket, shown) = (open.id.clone(), open.unmasked);
    let text = if shown {
        format!(
            "{ticket}: personal numbers are shown until you leave the ticket; the log keeps that"
        )
    } else {
        format!("{ticket}: personal numbers are masked")
    };
    notice(model, NoticeKind::Warning, Some(&ticket), text);
    if shown {
        let by = model.desk.identity.as_ref().map(|i| i.me.id.clone());
        fx.push(Effect::Unmasked { ticket, by });
    }
}

/// Whether the ticket was read whole and nothing on its screen has a personal number. Before it was read nobody knows.
fn has_none(model: &Model, id: &TicketId) -> bool {
    let Some(detail) = model.details.shown(id) else {
        return false;
    };
    let has = |text: &str| !mask::find(text).is_empty();
    let in_entries = detail.entries.iter().any(|entry| {
        let changed = match &entry.kind {
            EntryKind::Change { field, from, to } => has(field) || has(from) || has(to),
            _ => false,
        };
        changed || has(&entry.text) || entry.attachments.iter().any(|file| has(&file.name))
    });
    let rows = model.ticket(id).into_iter().chain([&detail.ticket]);
    let in_tickets = rows.chain(&detail.others).any(|ticket| {
        has(&ticket.subject)
            || ticket.body.known().is_some_and(|body| has(body))
            || ticket.custom.values().flatten().any(|value| has(value))
    });
    !in_entries && !in_tickets
}
