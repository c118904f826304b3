//! A list to choose from, with a line to type in: palette, people, statuses, attachments, messages.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::window;
use crate::app::model::pick::{Pick, PickItem, PickValue};
use crate::i18n::{self, say};
use crate::text::width;
use crate::ui::compose;
use crate::ui::layout;
use crate::ui::paint::{Canvas, Labels};

const WIDTH: u16 = 84;

/// Draws it; rows of the list that can be seen, and rows in all.
pub(super) fn draw(pick: &Pick, canvas: &mut Canvas<'_>, area: Rect) -> (u16, usize) {
    let theme = canvas.look.theme;
    let status_rows = u16::from(!pick.status.is_empty());
    let wanted = u16::try_from(pick.items.len()).unwrap_or(u16::MAX).max(1);
    let height = wanted.saturating_add(3 + status_rows).min(area.height);
    let count = if pick.matches.len() == pick.items.len() {
        compose::number(pick.items.len())
    } else {
        say!(
            "n-of-n",
            n = compose::number(pick.matches.len()),
            of = compose::number(pick.items.len())
        )
    };
    let labels = Labels {
        title: Line::styled(i18n::retold(&pick.title).into_owned(), theme.accent),
        corner: Line::styled(count, theme.dim),
        foot: Line::default(),
    };
    let inside = window(canvas, area, WIDTH, height, labels);
    let (input, rest) = layout::cut_top(inside, 1);
    canvas.field(input, "> ", &pick.input, true);
    let (status, rows) = layout::cut_bottom(rest, status_rows);
    if status.height > 0 {
        let line = Line::styled(format!(" {}", i18n::retold(&pick.status)), theme.dim);
        canvas.line(status.x, status.y, status.width, &line);
    }
    self::rows(pick, canvas, rows);
    (rows.height, pick.matches.len())
}

/// The rows that can be seen, the chosen one with its sign.
pub(super) fn rows(pick: &Pick, canvas: &mut Canvas<'_>, rows: Rect) {
    let theme = canvas.look.theme;
    let visible = usize::from(rows.height);
    let label = pick
        .window(visible)
        .map(|(_, item)| width::of(&label_of(item)))
        .max()
        .unwrap_or(0);
    for (y, (at, item)) in (rows.y..rows.bottom()).zip(pick.window(visible)) {
        let chosen = at == pick.selected;
        let sign = if chosen {
            canvas.look.glyphs.cursor
        } else {
            " "
        };
        let mut line = row(
            item,
            canvas,
            label,
            usize::from(rows.width).saturating_sub(2),
        );
        line.spans.insert(0, Span::raw(sign));
        canvas.line(rows.x, y, rows.width, &line);
        if chosen {
            let place = Rect {
                y,
                height: 1,
                ..rows
            };
            canvas.shade(place, theme.cursor);
        }
    }
    if pick.matches.is_empty() && rows.height > 0 && pick.status.is_empty() {
        let text = if pick.items.is_empty() {
            i18n::word("pick-empty")
        } else {
            i18n::word("pick-no-match")
        };
        canvas.line(
            rows.x,
            rows.y,
            rows.width,
            &Line::styled(format!(" {text}"), theme.dim),
        );
    }
}

/// The label of a row: our own words in the language of the screen, the desk's as they are.
fn label_of(item: &PickItem) -> Cow<'_, str> {
    match item.value {
        PickValue::Group(None)
        | PickValue::Sort(_)
        | PickValue::LinkKind(_)
        | PickValue::Priority(_)
        | PickValue::Text => i18n::retold(&item.label),
        _ => Cow::Borrowed(&item.label),
    }
}

/// What stands beside the label, by the same rule: a ticket that was found shows its own words.
fn detail_of(item: &PickItem) -> Cow<'_, str> {
    match item.value {
        PickValue::Person(_) | PickValue::Address(_) | PickValue::Attachment(_) => {
            Cow::Borrowed(&item.detail)
        }
        _ => i18n::retold(&item.detail),
    }
}

fn row(item: &PickItem, canvas: &Canvas<'_>, label: usize, columns: usize) -> Line<'static> {
    let theme = canvas.look.theme;
    // The label has at most two thirds, unless nothing stands beside it.
    let most = if item.detail.is_empty() {
        columns
    } else {
        columns * 2 / 3
    };
    let line = Line::from(vec![
        Span::styled(width::pad(&label_of(item), label.min(most)), theme.text),
        Span::raw("  "),
        Span::styled(detail_of(item).into_owned(), theme.dim),
    ]);
    compose::fit(line, columns)
}
