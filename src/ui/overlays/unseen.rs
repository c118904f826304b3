//! What requesters wrote before a reply of a bulk action reached them, and whether it is sent all the same.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{text_columns, text_window};
use crate::app::Model;
use crate::app::model::bulk::Unseen;
use crate::domain::ids::TicketId;
use crate::text::mask::mask;
use crate::ui::paint::Canvas;
use crate::ui::{chrome, compose, when};

const WIDTH: u16 = 84;

/// Draws it: the question, then each ticket with what was written on it.
pub(super) fn draw(
    model: &Model,
    unseen: &Unseen,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> (u16, usize) {
    let theme = canvas.look.theme;
    let columns = text_columns(area, WIDTH);
    let mut lines = Vec::new();
    let question = match unseen.rows.len() {
        1 => "1 requester wrote before the reply went out. Send it after that?".to_owned(),
        n => format!("{n} requesters wrote before the reply went out. Send it to all of them?"),
    };
    lines.extend(compose::wrap(&question, theme.strong, columns));
    let how = "Each ticket is read again first: who has written once more since is left for you to decide.";
    lines.extend(compose::wrap(how, theme.dim, columns));
    if unseen.others > 0 {
        let text = format!(
            "{} more met another change: the outbox shows them, to decide one by one.",
            unseen.others
        );
        lines.extend(compose::wrap(&text, theme.caution, columns));
    }
    for (item, _) in &unseen.rows {
        let ticket = item.action.ticket.as_ref().map_or("new", TicketId::as_str);
        for difference in &item.differences {
            lines.push(Line::default());
            let at = difference.at.map_or_else(String::new, |at| {
                format!(" {}", when::long(at, model.now, &model.settings.zone))
            });
            if difference.entry.is_none() {
                let text = format!(
                    "{ticket} {}: was {}, is {}{at}",
                    difference.field, difference.seen, difference.theirs
                );
                lines.extend(compose::wrap(&mask(&text), theme.caution, columns));
                continue;
            }
            let by = difference.by.as_deref().unwrap_or("somebody unknown");
            let head = format!("{ticket} {by}{at}:");
            lines.extend(compose::wrap(&mask(&head), theme.accent, columns));
            lines.extend(compose::wrap(
                &mask(&difference.theirs),
                theme.text,
                columns,
            ));
        }
    }
    let keys = chrome::hints(model, canvas, columns);
    let title = "What they wrote".to_owned();
    text_window(canvas, area, WIDTH, title, unseen.top, &lines, keys)
}
