//! The outbox: every action on its way, those that want a person first.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::list;
use crate::app::Model;
use crate::app::model::Area;
use crate::app::words::state as state_word;
use crate::domain::outbox::{Item, State};
use crate::i18n::{self, say};
use crate::text::width;
use crate::ui::cache::ViewCache;
use crate::ui::compose::{self, Part};
use crate::ui::look::Look;
use crate::ui::paint::Canvas;
use crate::ui::{layout, when};

/// Draws the Outbox screen.
pub(in crate::ui) fn draw(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let theme = canvas.look.theme;
    let screen = &model.screens.outbox;
    let (head, body) = layout::cut_top(area, 1);
    let line = heading(model, canvas, usize::from(head.width));
    canvas.line(head.x, head.y, head.width, &line);
    // What the chosen row says stands below the list, where it can be read whole.
    let rows = match body.height {
        0..12 => 2,
        12..30 => 3,
        _ => 4,
    };
    let (detail, body) = layout::cut_bottom(body, rows);
    cache.note(Area::Outbox, body.height, 0);
    if screen.rows.is_empty() {
        let line = Line::styled(i18n::word("box-empty"), theme.dim);
        canvas.line(body.x + 1, body.y, body.width.saturating_sub(1), &line);
        return;
    }
    let look = canvas.look;
    list::draw(
        canvas,
        body,
        &screen.list,
        &screen.rows,
        true,
        |id, columns| match model.outbox.get(*id) {
            Some(item) => row(model, item, &look, columns),
            None => Line::styled(i18n::word("box-gone"), look.theme.dim),
        },
    );
    let chosen = screen.list.cursor().and_then(|id| model.outbox.get(*id));
    if let Some(item) = chosen {
        let columns = usize::from(detail.width.saturating_sub(2));
        let lines: Vec<Line<'static>> = std::iter::once(Line::default())
            .chain(compose::wrap(&explain(model, item), theme.text, columns))
            .collect();
        let place = Rect {
            x: detail.x + 1,
            ..detail
        };
        canvas.lines(place, &lines);
    }
}

fn heading(model: &Model, canvas: &Canvas<'_>, columns: usize) -> Line<'static> {
    let theme = canvas.look.theme;
    let mut parts = vec![Part::new(0, i18n::word("box-title"), theme.strong)];
    if model.outbox.paused.is_some() {
        parts.push(Part::new(1, i18n::word("box-paused"), theme.alarm));
    }
    let storing = model.outbox.storing.len();
    if storing > 0 {
        parts.push(Part::new(
            2,
            say!("box-storing", n = storing),
            theme.caution,
        ));
    }
    for (rank, state) in (2..).zip(State::ALL) {
        let n = model.outbox.count(state);
        if n > 0 {
            parts.push(Part::new(
                rank,
                format!("{n} {}", state_word(state)),
                state_style(&canvas.look, state),
            ));
        }
    }
    let mut line = compose::parts(parts, canvas.look.glyphs.dot, columns.saturating_sub(2));
    line.spans.insert(0, Span::raw(" "));
    line
}

/// How a state is shown, beside its word.
pub(in crate::ui) fn state_style(look: &Look, state: State) -> Style {
    let theme = look.theme;
    match state {
        State::Conflict | State::Refused | State::Parked => theme.alarm,
        State::Unknown | State::Held => theme.caution,
        State::Ready | State::Sending => theme.strong,
        State::Done | State::NoChange | State::Dropped => theme.dim,
    }
}

fn row(model: &Model, item: &Item, look: &Look, columns: usize) -> Line<'static> {
    let theme = look.theme;
    let at = when::short(item.action.at, model.now, &model.settings.zone);
    let ticket = item
        .action
        .ticket
        .as_ref()
        .or(item.result.as_ref())
        .map_or_else(|| say!("box-new"), ToString::to_string);
    let mut left = vec![
        Span::styled(
            width::pad(state_word(item.state), 10),
            state_style(look, item.state),
        ),
        Span::styled(width::pad(&ticket, 6), theme.strong),
        Span::raw(format!(" {}", crate::app::words::verb(&item.action.verb))),
    ];
    if columns >= 76 && !item.message.is_empty() {
        left.push(Span::styled(look.glyphs.dot, theme.dim));
        left.push(Span::styled(
            i18n::retold(&item.message).into_owned(),
            theme.dim,
        ));
    }
    compose::spread(Line::from(left), Line::styled(at, theme.dim), columns)
}

/// What a row means and what to do next.
pub(in crate::ui) fn explain(model: &Model, item: &Item) -> String {
    let due = item
        .due
        .map(|at| when::long(at, model.now, &model.settings.zone));
    let next = match item.state {
        State::Held => due.map_or_else(|| say!("box-held"), |at| say!("box-held-until", at = at)),
        State::Ready => due.map_or_else(|| say!("box-ready"), |at| say!("box-ready-at", at = at)),
        State::Sending => say!("box-sending"),
        State::Done => say!("box-done"),
        State::NoChange => say!("box-no-change"),
        State::Refused => say!("box-refused"),
        State::Conflict => say!("box-conflict"),
        State::Unknown => {
            due.map_or_else(|| say!("box-unknown"), |at| say!("box-unknown-at", at = at))
        }
        State::Parked if item.is_held_back() => say!("box-held-back"),
        State::Parked => say!("box-parked"),
        State::Dropped => say!("box-dropped"),
    };
    if item.message.is_empty() {
        next
    } else {
        format!("{} {next}", sentence(&i18n::retold(&item.message)))
    }
}

/// Text with a full stop at its end.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
