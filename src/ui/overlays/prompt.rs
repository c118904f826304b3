//! A line of text that is asked for, with a caret under what is wrong in it.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::model::overlay::{Prompt, PromptFor};
use crate::i18n;
use crate::text::width;
use crate::ui::compose;
use crate::ui::layout;
use crate::ui::paint::Canvas;

/// Draws it at the bottom of the screen.
pub(super) fn draw(prompt: &Prompt, canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.look.theme;
    let label = match prompt.what {
        PromptFor::BoardFilter | PromptFor::DeviceFilter => i18n::word("prompt-filter"),
        PromptFor::Marks => i18n::word("prompt-mark"),
        PromptFor::FilePath => i18n::word("prompt-file"),
        PromptFor::Value(_) => i18n::word("prompt-value"),
        PromptFor::ViewName => i18n::word("prompt-name"),
        PromptFor::ViewColumns => i18n::word("prompt-columns"),
    };
    let label = format!(" {label} ");
    let columns = usize::from(area.width.saturating_sub(1));
    let most = usize::from(area.height.saturating_sub(4));
    let mut below: Vec<Line<'static>> = Vec::new();
    if let Some(error) = &prompt.error {
        let text = prompt.input.text();
        let before: String = text.chars().take(error.column.saturating_sub(1)).collect();
        // The field shows the end of a text that is too long for it.
        let shift = canvas.field_shift(usize::from(area.width), &label, &prompt.input);
        let at = (width::of(&label) + width::of(&before))
            .saturating_sub(shift)
            .min(columns.saturating_sub(1));
        // A path is wrong as a whole.
        if prompt.what != PromptFor::FilePath {
            below.push(Line::from(vec![
                Span::raw(" ".repeat(at)),
                Span::styled("^", theme.alarm),
            ]));
        }
        let wrapped = compose::wrap(
            &i18n::retold(&error.message),
            theme.alarm,
            columns.saturating_sub(1),
        );
        below.extend(wrapped.into_iter().take(most).map(|mut line| {
            line.spans.insert(0, Span::raw(" "));
            line
        }));
    } else if !prompt.hint.is_empty() {
        let wrapped = compose::wrap(
            &i18n::retold(&prompt.hint),
            theme.dim,
            columns.saturating_sub(1),
        );
        below.extend(wrapped.into_iter().take(3).map(|mut line| {
            line.spans.insert(0, Span::raw(" "));
            line
        }));
    }
    let rows = u16::try_from(below.len() + 1).unwrap_or(1);
    let (place, _) = layout::cut_bottom(area, rows);
    canvas.clear(place);
    let (field, rest) = layout::cut_top(place, 1);
    canvas.field(field, &label, &prompt.input, true);
    canvas.lines(rest, &below);
}
