//! The Board: a grid of live panes, or one pane and tabs.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::load::{health_line, trend_line};
use super::row::{self, RowStyle, WIDE, number_columns};
use crate::app::Model;
use crate::app::model::{Area, PaneView};
use crate::app::words as app_words;
use crate::board::{Pane, PaneKind};
use crate::domain::ids::TicketId;
use crate::domain::source::{Pulse, Source};
use crate::domain::view::Column;
use crate::i18n::{self, say};
use crate::input::{Command, Context};
use crate::text::width;
use crate::ui::cache::{PaneKey, ViewCache, mark};
use crate::ui::compose::{self, Part};
use crate::ui::paint::{Canvas, Labels};
use crate::ui::{alarms, chrome, layout};

/// Columns of a cursor that is short.
const SHORT_CURSOR: u16 = 8;

/// Draws the Board.
pub(in crate::ui) fn draw(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let screen = &model.screens.board;
    let panes = model.board.panes();
    let mut area = draw_alarms(model, cache, canvas, area);
    if !screen.filter.is_empty() {
        let (line, rest) = layout::cut_top(area, 1);
        draw_filter(model, canvas, line);
        area = rest;
    }
    let rest = panes.iter().position(|p| p.def().kind == PaneKind::Rest);
    let (columns, rows) = layout::grid(area, panes.len());
    if screen.zoom || columns * rows <= 1 {
        single(model, cache, canvas, area, rest);
        return;
    }
    // Tabs only when the grid cannot show everything.
    let body = if columns * rows < panes.len() {
        draw_tabs(model, canvas, area, rest)
    } else {
        area
    };
    let (columns, rows) = layout::grid(body, panes.len());
    let (shown, first) = layout::page(
        panes.len(),
        columns * rows,
        screen.focus,
        rest,
        cache.first_pane,
    );
    cache.first_pane = first;
    let places = layout::cells(body, columns, shown.len());
    for (pane, place) in shown.into_iter().zip(places) {
        boxed(model, cache, canvas, pane, place);
    }
}

/// Draws what is the matter at the top of an area; what is left of it is returned.
fn draw_alarms(model: &Model, cache: &mut ViewCache, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
    let (place, rest) = layout::cut_top(area, alarms::rows(model.terminal.rows));
    let columns = usize::from(place.width.saturating_sub(2));
    let keymap = &model.settings.keymap;
    let key = keymap.label(Command::GoIncidents, Context::Board);
    let sentences = cache.sentences(model);
    let lines = alarms::lines(
        model,
        &sentences,
        canvas,
        columns,
        place.height,
        key.as_deref(),
    );
    let inside = Rect {
        x: place.x + 1,
        width: place.width.saturating_sub(2),
        ..place
    };
    canvas.lines(inside, &lines);
    rest
}

/// The panes' names with their open counts.
fn tab_names(model: &Model, canvas: &Canvas<'_>) -> Vec<String> {
    model
        .board
        .panes()
        .iter()
        .enumerate()
        .map(|(at, pane)| {
            let count = if chrome::is_known(model) {
                pane.len().to_string()
            } else {
                "?".to_owned()
            };
            let title = app_words::pane_title(pane.def());
            let sign = alarms::sign(model, canvas, pane);
            match at {
                0..9 => format!("{} {title} {count}{sign}", at + 1),
                _ => format!("{title} {count}{sign}"),
            }
        })
        .collect()
}

/// Tabs in at most `rows` lines.
fn tab_lines(
    model: &Model,
    canvas: &Canvas<'_>,
    columns: u16,
    rows: usize,
    rest: Option<usize>,
) -> Vec<Line<'static>> {
    let columns = usize::from(columns.saturating_sub(2));
    let names = tab_names(model, canvas);
    chrome::tabs(
        canvas,
        &names,
        // The column before the bar is that of the sign: tabs stay where they are when a surge comes or goes.
        canvas.look.glyphs.tab.trim_start(),
        model.screens.board.focus,
        rest,
        columns,
        rows,
    )
}

/// Draws the tabs at the top of an area; what is left of it is returned.
fn draw_tabs(model: &Model, canvas: &mut Canvas<'_>, area: Rect, rest: Option<usize>) -> Rect {
    let rows = match area.height {
        0..15 => 1,
        15..18 => 2,
        _ => 3,
    };
    let lines = tab_lines(model, canvas, area.width, rows, rest);
    let (tabs, body) = layout::cut_top(area, u16::try_from(lines.len()).unwrap_or(1));
    let place = Rect {
        x: tabs.x + 1,
        width: tabs.width.saturating_sub(2),
        ..tabs
    };
    canvas.lines(place, &lines);
    body
}

fn draw_filter(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.look.theme;
    let line = Line::from(vec![
        Span::styled(format!(" {} ", i18n::word("pane-filter")), theme.dim),
        Span::styled(model.screens.board.filter.clone(), theme.accent),
    ]);
    let columns = usize::from(area.width);
    canvas.line(area.x, area.y, area.width, &compose::fit(line, columns));
}

/// One pane over the whole area, without a border: narrow terminals need the columns.
fn single(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
    rest: Option<usize>,
) {
    let screen = &model.screens.board;
    let body = draw_tabs(model, canvas, area, rest);
    let Some(pane) = model.board.panes().get(screen.focus) else {
        return;
    };
    let (info, body) = layout::cut_top(body, 1);
    let columns = usize::from(info.width.saturating_sub(2));
    let mut line = info_line(model, cache, canvas, screen.focus, pane, columns);
    line.spans.insert(0, Span::raw(" "));
    canvas.line(info.x, info.y, info.width, &line);
    let columns = usize::from(body.width.saturating_sub(1));
    let body = if body.height >= 14 && columns >= WIDE {
        let (head, body) = layout::cut_top(body, 1);
        let titles = row::titles(
            canvas.look.theme.dim,
            columns_of(model, screen.focus),
            columns,
        );
        canvas.line(head.x + 1, head.y, head.width.saturating_sub(1), &titles);
        body
    } else {
        body
    };
    rows_of(model, cache, canvas, screen.focus, body);
}

/// One pane of the grid.
fn boxed(model: &Model, cache: &mut ViewCache, canvas: &mut Canvas<'_>, at: usize, area: Rect) {
    let theme = canvas.look.theme;
    let screen = &model.screens.board;
    let Some(pane) = model.board.panes().get(at) else {
        return;
    };
    let focused = screen.focus == at;
    let mut title = Vec::new();
    if at < 9 {
        title.push(Span::styled(format!("{} ", at + 1), theme.dim));
    }
    let style = if focused { theme.accent } else { theme.strong };
    title.push(Span::styled(
        app_words::pane_title(pane.def()).to_owned(),
        style,
    ));
    if let Some(mark) = chrome::mark(model, canvas) {
        title.push(Span::styled(canvas.look.glyphs.dot, theme.dim));
        title.push(mark);
    }
    if let Some(badge) = alarms::badge(model, canvas, pane) {
        title.push(Span::raw(" "));
        title.push(badge);
    }
    let view = screen.panes.get(at);
    let inside_rows = usize::from(area.height.saturating_sub(4));
    let labels = Labels {
        title: Line::from(title),
        corner: Line::styled(open_text(model, pane), theme.text),
        foot: foot(model, canvas, view, at, inside_rows),
    };
    let inside = canvas.border(area, labels, focused);
    let (info, body) = layout::cut_top(inside, 2);
    let columns = usize::from(info.width);
    let trend = trend_line(model, canvas, pane, columns);
    canvas.line(info.x, info.y, info.width, &trend);
    let health = health_line(model, cache, canvas, pane);
    canvas.line(
        info.x,
        info.y + 1,
        info.width,
        &compose::fit(health, columns),
    );
    rows_of(model, cache, canvas, at, body);
}

/// How many are open, and how many of them the filter lets through.
fn open_text(model: &Model, pane: &Pane) -> String {
    if !chrome::is_known(model) {
        return say!("pane-not-read");
    }
    let shown = compose::number(pane.len());
    match &pane.def().kind {
        PaneKind::Group(group) if model.board.filter().is_some() => {
            let open = compose::number(model.board.load().open(group));
            say!("pane-open-of", n = shown, of = open)
        }
        PaneKind::Rest if model.board.filter().is_some() => {
            let load = model.board.load();
            let elsewhere: usize = model
                .board
                .panes()
                .iter()
                .filter_map(|pane| match &pane.def().kind {
                    PaneKind::Group(group) => Some(load.open(group)),
                    _ => None,
                })
                .sum();
            let open = compose::number(load.open_total().saturating_sub(elsewhere));
            say!("pane-open-of", n = shown, of = open)
        }
        PaneKind::Saved(_) => say!("pane-match", n = shown),
        _ => say!("count-open-tickets", n = shown),
    }
}

/// What stands in the lower border: rows that wait, rows out of sight, read-only.
fn foot(
    model: &Model,
    canvas: &Canvas<'_>,
    view: Option<&PaneView>,
    at: usize,
    rows: usize,
) -> Line<'static> {
    let theme = canvas.look.theme;
    let mut parts = Vec::new();
    if !model.read_only().is_empty() {
        parts.push(Part::new(1, i18n::word("read-only"), theme.caution));
    }
    if let Some(view) = view {
        if view.new_rows() > 0 {
            parts.push(Part::new(
                2,
                say!("pane-new", n = view.new_rows()),
                theme.accent,
            ));
        }
        let below = view
            .count(&model.board, at)
            .saturating_sub(view.top() + rows);
        if below > 0 {
            parts.push(Part::new(3, say!("more-below", n = below), theme.dim));
        }
    }
    compose::parts(parts, canvas.look.glyphs.dot, 36)
}

/// Trend, health and marks in one line, for the pane that has the whole screen.
fn info_line(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &Canvas<'_>,
    at: usize,
    pane: &Pane,
    columns: usize,
) -> Line<'static> {
    let theme = canvas.look.theme;
    let mut parts = Vec::new();
    if let Some(mark) = chrome::mark(model, canvas) {
        parts.push(Part {
            rank: 0,
            spans: vec![mark],
        });
    }
    if !model.read_only().is_empty() {
        parts.push(Part::new(1, i18n::word("read-only"), theme.caution));
    }
    if let Some(badge) = alarms::badge(model, canvas, pane) {
        parts.push(Part {
            rank: 1,
            spans: vec![badge],
        });
    }
    let view = model.screens.board.panes.get(at);
    if let Some(new) = view.map(PaneView::new_rows).filter(|n| *n > 0) {
        parts.push(Part::new(1, say!("pane-new", n = new), theme.accent));
    }
    if columns >= WIDE {
        parts.push(Part::new(2, open_text(model, pane), theme.strong));
    }
    let health = health_line(model, cache, canvas, pane);
    let used: usize = parts.iter().map(|p| p.columns() + 2).sum();
    let room = columns.saturating_sub(used + compose::columns(&health) + 2);
    // The trend takes what is left, in a shorter form where that is little.
    let trend = trend_line(model, canvas, pane, room.min(44));
    parts.push(Part {
        rank: 4,
        spans: trend.spans,
    });
    parts.push(Part {
        rank: 3,
        spans: health.spans,
    });
    compose::parts(parts, "  ", columns)
}

/// The rows of a pane that can be seen, with the cursor.
fn rows_of(model: &Model, cache: &mut ViewCache, canvas: &mut Canvas<'_>, at: usize, area: Rect) {
    let theme = canvas.look.theme;
    cache.note(Area::Pane(at), area.height, 0);
    let screen = &model.screens.board;
    let Some(view) = screen.panes.get(at) else {
        return;
    };
    let height = usize::from(area.height);
    let ids = view.window(&model.board, at, view.top(), height);
    if ids.is_empty() {
        let line = Line::styled(empty_text(model), theme.dim);
        canvas.line(area.x + 1, area.y, area.width.saturating_sub(1), &line);
        return;
    }
    let key = PaneKey {
        board: model.board.revision(),
        columns: area.width,
        mark: mark(model.now),
        marks: model.marks.revision(),
        claims: model.claimed_minutes(),
        declared: model.declared.revision(),
        ids,
    };
    let look = canvas.look;
    let lines = cache.pane(at, key, |key| {
        let style = RowStyle {
            model,
            view: columns_of(model, at),
            look,
            zone: &model.settings.zone,
            now: model.now,
            me: model.desk.identity.as_ref().map(|i| &i.me),
            marks: &model.marks,
            columns: usize::from(area.width.saturating_sub(1)),
            number: number_columns(key.ids.iter().map(TicketId::as_str)),
        };
        key.ids
            .iter()
            .map(|id| match (model.board.row(id), model.ticket(id)) {
                (Some(row), _) => style.row(row),
                (None, Some(ticket)) => style.line(ticket, 0),
                (None, None) => Line::styled(say!("row-not-on-desk", id = id), theme.dim),
            })
            .collect()
    });
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        canvas.line(area.x + 1, y, area.width.saturating_sub(1), line);
    }
    draw_cursor(model, canvas, at, view, area);
}

/// What the wide rows of a pane show beside the subject.
fn columns_of(model: &Model, pane: usize) -> &[Column] {
    let pane = model.board.panes().get(pane);
    pane.map_or(&Column::USUAL, |pane| &pane.def().view.columns)
}

fn draw_cursor(model: &Model, canvas: &mut Canvas<'_>, at: usize, view: &PaneView, area: Rect) {
    let theme = canvas.look.theme;
    let focused = model.screens.board.focus == at;
    let Some(y) = view
        .at()
        .checked_sub(view.top())
        .and_then(|d| u16::try_from(d).ok())
        .filter(|d| *d < area.height)
        .map(|d| area.y + d)
    else {
        return;
    };
    if view.cursor().is_none() || !focused {
        return;
    }
    // On a slow line only the number is turned over: a move is then a fifth of the bytes.
    let width = if model.settings.low_bandwidth {
        area.width.min(SHORT_CURSOR)
    } else {
        area.width
    };
    let row = Rect {
        y,
        height: 1,
        width,
        ..area
    };
    canvas.line(area.x, y, 1, &Line::raw(canvas.look.glyphs.cursor));
    if view.is_ghost() {
        // The ticket went elsewhere; it stays here until the cursor leaves it.
        let text = format!(" {} ", i18n::word("row-moved"));
        let wide = u16::try_from(width::of(&text)).unwrap_or(u16::MAX);
        let line = Line::styled(text, theme.caution);
        canvas.line(area.right().saturating_sub(wide), y, wide, &line);
    }
    canvas.shade(row, theme.cursor);
}

/// Why a pane has no rows.
fn empty_text(model: &Model) -> &'static str {
    match model.desk.pulse(Source::Desk) {
        _ if model.board.filter().is_some() => i18n::word("pane-empty-filter"),
        _ if chrome::is_known(model) => i18n::word("pane-empty"),
        Pulse::Starting => i18n::word("pane-asking"),
        Pulse::Loading => i18n::word("pane-reading"),
        _ => i18n::word("pane-not-known"),
    }
}
