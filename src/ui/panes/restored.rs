//! Whether an incident is really mended: who of it is well again, and by name who is not.

use std::fmt::Write as _;

use ratatui::text::{Line, Span};

use super::incident::failing_words;
use super::row::mark_of;
use crate::app::Model;
use crate::domain::ids::TicketId;
use crate::domain::incident::Restored;
use crate::domain::watch::{Ill, Standing};
use crate::i18n::{self, say};
use crate::text::mask::mask;
use crate::text::width;
use crate::ui::compose::{self, Part};
use crate::ui::look::Look;
use crate::ui::{when, words};

/// Names in the sentence; the others are in the list.
const NAMES: usize = 5;

/// `41 of 45 well again`.
pub(super) fn short(restored: &Restored) -> String {
    let Restored { well, of, .. } = restored;
    match restored.unknown.len() {
        0 => say!("well-short", well = *well, of = *of),
        unknown if unknown == *of => say!("well-unknown", of = *of),
        unknown => say!("well-in-part", well = *well, of = *of, unknown = unknown),
    }
}

/// Who is well again, and by name who is not.
pub(super) fn text(model: &Model, standing: &Standing, restored: &Restored) -> String {
    let Restored {
        well, of, unknown, ..
    } = restored;
    let mut text = if unknown.len() == *of {
        short(restored)
    } else {
        // Those of whom nothing is known are named below.
        say!("well-short", well = *well, of = *of)
    };
    for (ill, words) in [
        (Ill::Fails, i18n::word("ill-fails")),
        (Ill::SaidNo, i18n::word("ill-said-no")),
        (Ill::NotKnown, i18n::word("ill-not-known")),
    ] {
        let members = standing.members.iter().map(|member| &member.ticket);
        let of_it = members.filter(|id| standing.ill(id) == Some(ill));
        let names: Vec<String> = of_it.map(|id| name(model, id)).collect();
        if !names.is_empty() {
            let more = match names.len().saturating_sub(NAMES) {
                0 => String::new(),
                n => format!(" {}", say!("ill-and-more", n = n)),
            };
            let names: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
            let _ = write!(text, "; {words}: {}{more}", names.join(", "));
        }
    }
    text
}

/// The requester with the number of the ticket.
fn name(model: &Model, id: &TicketId) -> String {
    let ticket = model.ticket(id);
    match ticket.and_then(|ticket| ticket.requester()) {
        Some(who) => format!("{} ({id})", mask(&who.name)),
        None => id.to_string(),
    }
}

/// A ticket of somebody who is not well, or of whom it is not known, with the reason.
pub(super) fn row(
    model: &Model,
    standing: &Standing,
    id: &TicketId,
    look: &Look,
    columns: usize,
) -> Line<'static> {
    let theme = look.theme;
    let Some(ticket) = model.ticket(id) else {
        return Line::styled(say!("row-not-on-desk", id = id), theme.dim);
    };
    let mut left = mark_of(&model.marks, id, look);
    left.push(Span::styled(format!("{id} "), theme.dim));
    let who = ticket
        .requester()
        .map_or(i18n::word("unknown"), |who| who.name.as_str());
    left.push(Span::styled(mask(who).into_owned(), theme.strong));
    left.push(Span::styled(look.glyphs.dot, theme.dim));
    left.push(Span::styled(mask(&ticket.subject).into_owned(), theme.text));
    let member = standing.members.iter().find(|m| m.ticket == *id);
    let device = member.and_then(|m| m.device.as_ref());
    let device = device.and_then(|id| model.board.fleet().get(id));
    let (reason, style) = match (standing.ill(id), device) {
        (Some(Ill::Fails), Some(device)) => {
            let text = format!("{}: {}", device.name, failing_words(model, device));
            (text, theme.alarm)
        }
        (Some(Ill::Fails), None) => (say!("ill-device-fails"), theme.alarm),
        (Some(Ill::SaidNo), _) => (say!("ill-wrote"), theme.alarm),
        (Some(Ill::NotKnown), _) => (say!("ill-nothing"), theme.caution),
        (None, _) => (say!("ill-well"), theme.dim),
    };
    let me = model.desk.identity.as_ref().map(|i| &i.me);
    let time = when::short(ticket.updated, model.now, &model.settings.zone);
    let state = width::pad(&words::state_short(ticket, me), 4);
    let right = vec![
        Part::new(0, width::fit(&reason, columns / 2).into_owned(), style),
        Part::new(1, format!("{time} {state}"), theme.dim),
    ];
    let right = compose::parts(right, "  ", columns * 2 / 3);
    compose::spread(Line::from(left), right, columns)
}
