//! A list with a cursor: the rows that can be seen, and nothing else.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::model::pane::ListCursor;
use crate::i18n::{self, say};
use crate::text::width;
use crate::ui::paint::Canvas;

/// Draws the visible rows of a list. `build` makes the line of a row for the columns right of the cursor's.
pub(super) fn draw<Id: Clone + PartialEq>(
    canvas: &mut Canvas<'_>,
    area: Rect,
    list: &ListCursor<Id>,
    rows: &[Id],
    focused: bool,
    mut build: impl FnMut(&Id, usize) -> Line<'static>,
) {
    let theme = canvas.look.theme;
    let columns = area.width.saturating_sub(1);
    for (y, at) in (area.y..area.bottom()).zip(list.top()..list.count(rows)) {
        let Some(id) = list.get(rows, at) else { break };
        let line = build(&id, usize::from(columns));
        canvas.line(area.x + 1, y, columns, &line);
        if at == list.at() && list.cursor().is_some() {
            let row = Rect {
                y,
                height: 1,
                ..area
            };
            let sign = if focused {
                canvas.look.glyphs.cursor
            } else {
                " "
            };
            canvas.line(area.x, y, 1, &Line::raw(sign));
            if focused && list.is_ghost() {
                let text = format!(" {} ", i18n::word("row-gone"));
                let wide = u16::try_from(width::of(&text)).unwrap_or(u16::MAX);
                let gone = Line::styled(text, theme.caution);
                canvas.line(area.right().saturating_sub(wide), y, wide, &gone);
            }
            let style = if focused {
                theme.cursor
            } else {
                theme.cursor_away
            };
            canvas.shade(row, style);
        }
    }
}

/// How many rows are below what can be seen, in words; empty when none.
pub(super) fn below<Id: Clone + PartialEq>(
    list: &ListCursor<Id>,
    rows: &[Id],
    height: u16,
) -> String {
    match list
        .count(rows)
        .saturating_sub(list.top() + usize::from(height))
    {
        0 => String::new(),
        n => say!("more-below", n = n),
    }
}
