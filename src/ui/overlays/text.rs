//! A text to read: a file of text that hangs on a ticket.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{text_columns, text_window};
use crate::text::mask::mask;
use crate::ui::compose;
use crate::ui::paint::Canvas;

const WIDTH: u16 = 100;

/// The text, with personal numbers masked.
pub(super) fn draw(
    (title, text): (&str, &str),
    top: usize,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> (u16, usize) {
    let columns = text_columns(area, WIDTH);
    let lines = compose::wrap(&mask(text), canvas.look.theme.text, columns);
    let title = mask(&crate::i18n::retold(title)).into_owned();
    text_window(canvas, area, WIDTH, title, top, &lines, Line::default())
}
