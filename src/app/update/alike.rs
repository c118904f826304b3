//! Solved tickets that are like the one that somebody looks at.
//!
//! Invariant: they are looked for when a ticket is opened or its reasons are, never for the rows of a list.

use crate::domain::alike::AlikeTickets;
use crate::domain::entry::EntryKind;
use crate::domain::fact::Fact;
use crate::domain::ids::TicketId;

use super::super::effect::Effect;
use super::super::model::screen::Screen;
use super::super::model::{Model, Overlay};
use super::Effects;

/// Looks for solved tickets like this one, as far as its text is known.
pub(super) fn find(model: &mut Model, id: &TicketId, fx: &mut Effects) {
    let Some(mut ticket) = model.ticket(id).cloned() else {
        return;
    };
    let entries = model.details.shown(id).map(|detail| &detail.entries);
    let first =
        entries.and_then(|entries| entries.iter().find(|entry| entry.kind == EntryKind::Create));
    if let (Fact::Unknown, Some(first)) = (&ticket.body, first) {
        ticket.body = Fact::Known(first.text.clone());
    }
    model.details.entry(id).alike.is_asked = true;
    fx.push(Effect::FindAlike(Box::new(ticket)));
}

/// The same for every ticket that is looked at: more solved ones are known now.
pub(super) fn find_again(model: &mut Model, fx: &mut Effects) {
    let why = model.overlays.iter().filter_map(|overlay| match overlay {
        Overlay::Why { ticket, .. } => Some(ticket.clone()),
        _ => None,
    });
    let open = model
        .screens
        .stack
        .iter()
        .filter_map(|screen| match screen {
            Screen::Ticket(screen) => Some(screen.id.clone()),
            _ => None,
        });
    let mut looked_at: Vec<TicketId> = why.chain(open).collect();
    looked_at.dedup();
    for id in looked_at {
        find(model, &id, fx);
    }
}

/// They were found.
pub(super) fn found(model: &mut Model, id: &TicketId, found: Box<AlikeTickets>) {
    // Not many tickets are kept; who comes back to an older one asks again.
    let Some(state) = model.details.get_mut(id) else {
        return;
    };
    state.alike.found = Some(found);
    state.alike.answers = state.alike.answers.wrapping_add(1);
    model.touch();
}
