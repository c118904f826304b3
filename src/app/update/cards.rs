//! Action cards beside a ticket.

use crate::domain::card::{Card, fitting};
use crate::domain::ids::TicketId;

use super::super::effect::Effect;
use super::super::model::{Model, NoticeKind, Overlay};
use super::{Effects, no_ticket, notice};

/// Shows the cards that fit the ticket under the cursor.
pub(super) fn show(model: &mut Model, fx: &mut Effects) {
    let Some(ticket) = model.ticket_under_cursor().cloned() else {
        no_ticket(model);
        return;
    };
    // Somebody may have changed a file since; what is shown follows when they are read.
    fx.push(Effect::ReadTemplates);
    if model.cards_for(&ticket).is_empty() {
        let text = format!(
            "{ticket}: no action card is for its lane or group; cards are Markdown files in the directory cards beside the configuration"
        );
        notice(model, NoticeKind::Info, Some(&ticket), text);
    } else {
        model.overlays.push(Overlay::Card { ticket, top: 0 });
    }
    problem(model);
    model.touch();
}

/// The files were read.
pub(super) fn read(model: &mut Model, cards: Vec<Card>, problems: Vec<String>) {
    let is_news = problems != model.card_problems;
    (model.cards, model.card_problems) = (cards, problems);
    if is_news && matches!(model.overlays.last(), Some(Overlay::Card { .. })) {
        problem(model);
    }
    model.touch();
}

/// Says what is wrong with the files, if anything.
fn problem(model: &mut Model) {
    let Some(first) = model.card_problems.first() else {
        return;
    };
    let more = match model.card_problems.len() {
        1 => String::new(),
        n => format!(" (and {} more: vagt config check)", n - 1),
    };
    let text = format!("Card: {first}{more}");
    notice(model, NoticeKind::Warning, None, text);
}

impl Model {
    /// The action cards that fit a ticket, best first.
    pub fn cards_for(&self, ticket: &TicketId) -> Vec<&Card> {
        let row = self.board.row(ticket);
        row.map_or_else(Vec::new, |row| fitting(&self.cards, row.lane(), &row.group))
    }
}
