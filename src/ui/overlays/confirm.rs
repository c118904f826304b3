//! Questions: before something is done, what to do with what is written, and when leaving.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::window;
use crate::app::Model;
use crate::app::model::Overlay;
use crate::app::model::overlay::Confirm;
use crate::app::words as app_words;
use crate::i18n::{self, say};
use crate::ui::chrome;
use crate::ui::compose;
use crate::ui::paint::{Canvas, Labels};

const WIDTH: u16 = 72;

pub(super) fn draw(model: &Model, confirm: &Confirm, canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.look.theme;
    let columns = usize::from(WIDTH.min(area.width).saturating_sub(4));
    let mut lines = compose::wrap(&i18n::retold(&confirm.question), theme.strong, columns);
    for line in &confirm.lines {
        lines.extend(compose::wrap(&i18n::retold(line), theme.text, columns));
    }
    question(model, canvas, area, i18n::word("confirm-sure"), lines);
}

/// What to do with what is written.
pub(super) fn menu(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.look.theme;
    let what = model.overlays.iter().rev().find_map(|o| match o {
        Overlay::Compose(compose) => Some(app_words::draft_kind(compose.kind)),
        _ => None,
    });
    let title = say!(
        "confirm-the",
        what = what.unwrap_or(i18n::word("confirm-text"))
    );
    let lines = vec![Line::styled(i18n::word("confirm-kept"), theme.text)];
    let columns = usize::from(WIDTH.min(area.width).saturating_sub(4));
    let lines = lines
        .into_iter()
        .flat_map(|l| compose::wrap(&l.to_string(), theme.text, columns))
        .collect();
    question(model, canvas, area, &title, lines);
}

/// Whether to send or keep what is unsent.
pub(super) fn quit(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.look.theme;
    let columns = usize::from(WIDTH.min(area.width).saturating_sub(4));
    let unsent = model.outbox.unsent();
    let text = crate::app::words::unsent(model, unsent);
    let mut lines = compose::wrap(&text, theme.strong, columns);
    let unsent: Vec<String> = model
        .outbox
        .items()
        .filter(|item| crate::app::model::outbox::is_unsent(item.state))
        .map(|item| {
            let ticket = item.action.ticket.as_ref();
            format!(
                "  {} {} ({})",
                ticket.map_or_else(|| say!("confirm-new"), ToString::to_string),
                crate::app::words::verb(&item.action.verb),
                app_words::state(item.state)
            )
        })
        .collect();
    let keys = answers(model, canvas, columns).len();
    let room = usize::from(area.height)
        .saturating_sub(lines.len() + keys + 3)
        .min(8);
    let shown = if unsent.len() > room {
        room.saturating_sub(1)
    } else {
        room
    };
    for text in unsent.iter().take(shown) {
        lines.push(compose::fit(
            Line::styled(text.clone(), theme.text),
            columns,
        ));
    }
    if unsent.len() > shown {
        let more = format!("  {}", say!("confirm-more", n = unsent.len() - shown));
        lines.push(Line::styled(more, theme.dim));
    }
    question(model, canvas, area, i18n::word("confirm-leave"), lines);
}

/// A box with text and the keys that answer it, one line each where there are many.
fn question(
    model: &Model,
    canvas: &mut Canvas<'_>,
    area: Rect,
    title: &str,
    lines: Vec<Line<'static>>,
) {
    let theme = canvas.look.theme;
    let columns = usize::from(WIDTH.min(area.width).saturating_sub(4));
    let keys = answers(model, canvas, columns);
    let room = usize::from(area.height).saturating_sub(keys.len() + 3);
    let mut lines: Vec<Line<'static>> = lines.into_iter().take(room).collect();
    lines.push(Line::default());
    lines.extend(keys);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let labels = Labels {
        title: Line::styled(title.to_owned(), theme.accent),
        ..Labels::default()
    };
    let inside = window(canvas, area, WIDTH, height, labels);
    let text = Rect {
        x: inside.x + 1,
        width: inside.width.saturating_sub(2),
        ..inside
    };
    canvas.lines(text, &lines);
}

/// All keys of the question, in as many lines as they need: none may be missing here.
fn answers(model: &Model, canvas: &Canvas<'_>, columns: usize) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let one = chrome::hints(model, canvas, usize::MAX);
    if compose::columns(&one) <= columns {
        return vec![one];
    }
    model
        .hints()
        .into_iter()
        .map(|(key, word)| {
            Line::from(vec![
                Span::styled(format!("{key:>7}"), theme.key),
                Span::styled(format!("  {word}"), theme.text),
            ])
        })
        .collect()
}
