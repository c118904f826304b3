//! Action cards: beside the ticket where there is room, else over it.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{text_columns, text_window};
use crate::app::Model;
use crate::domain::ids::TicketId;
use crate::i18n;
use crate::ui::compose;
use crate::ui::paint::Canvas;

const WIDTH: u16 = 78;
/// From this width on a card leaves the conversation in sight.
const BESIDE: u16 = 100;

/// The cards that fit a ticket.
pub(super) fn draw(
    model: &Model,
    ticket: &TicketId,
    top: usize,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> (u16, usize) {
    let theme = canvas.look.theme;
    let place = if area.width >= BESIDE {
        let left = area.width * 11 / 20;
        Rect {
            x: area.x + left,
            width: area.width - left,
            ..area
        }
    } else {
        area
    };
    let columns = text_columns(place, WIDTH);
    let cards = model.cards_for(ticket);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for card in &cards {
        if !lines.is_empty() {
            lines.push(Line::default());
            lines.push(Line::styled(card.title.clone(), theme.accent));
        }
        for text in card.text.lines() {
            let heading = text.trim_start_matches('#');
            if heading.len() < text.len() {
                lines.extend(compose::wrap(heading.trim(), theme.strong, columns));
            } else if text.trim().is_empty() {
                lines.push(Line::default());
            } else {
                lines.extend(compose::wrap(&text.replace("**", ""), theme.text, columns));
            }
        }
    }
    if lines.is_empty() {
        lines.push(Line::styled(i18n::word("card-gone"), theme.dim));
    }
    let title = cards
        .first()
        .map_or(i18n::word("card-title"), |card| &card.title);
    let title = format!("{ticket}: {title}");
    text_window(canvas, place, WIDTH, title, top, &lines, Line::default())
}
