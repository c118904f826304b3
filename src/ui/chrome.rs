//! What stands on every screen: the top line, the banners under it, and the line of keys at the bottom.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::compose::{self, Part};
use super::paint::Canvas;
use super::{alarms, layout, when, words};
use crate::app::model::{Banner, NoticeKind, Severity};
use crate::app::{Model, words as app_words};
use crate::domain::role::Role;
use crate::domain::source::{Pulse, Source};
use crate::i18n::{self, say};
use crate::text::width;

/// Minutes.
const HOUR: i64 = 60;

/// Draws what stands on every screen; what is left for the screen itself is returned.
pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
    let (top, rest) = layout::cut_top(area, 1);
    let line = top_line(model, canvas, usize::from(top.width));
    canvas.line(top.x, top.y, top.width, &line);

    let lines = banner_lines(model, canvas, area);
    let (banners, rest) = layout::cut_top(rest, u16::try_from(lines.len()).unwrap_or(0));
    canvas.lines(banners, &lines);

    let (bottom, rest) = layout::cut_bottom(rest, 1);
    let line = bottom_line(model, canvas, usize::from(bottom.width));
    canvas.line(bottom.x, bottom.y, bottom.width, &line);
    rest
}

/// The state of the desk in a word or two, and how it is shown.
pub(super) fn desk_state(model: &Model, canvas: &Canvas<'_>) -> (String, Style) {
    let theme = canvas.look.theme;
    let Some(liveness) = model.desk.sources.get(&Source::Desk) else {
        return (say!("pulse-asking"), theme.dim);
    };
    let since = liveness.last_ok.or(model.desk.cache_as_of);
    let age = since.and_then(|at| app_words::stale_age(at, model.now));
    let clock = since.map(|at| when::long(at, model.now, &model.settings.zone));
    let word = words::pulse(liveness, age.as_deref(), clock.as_deref());
    let style = match liveness.pulse {
        Pulse::Live => theme.text,
        Pulse::Starting | Pulse::Loading => theme.dim,
        Pulse::Late | Pulse::Waiting => theme.caution,
        Pulse::Stale | Pulse::Refused => theme.alarm,
    };
    (word, style)
}

/// The mark that stands on every pane when what it shows is not to be taken for the present state.
pub(super) fn mark(model: &Model, canvas: &Canvas<'_>) -> Option<Span<'static>> {
    let pulse = model.desk.pulse(Source::Desk);
    pulse.is_silent().then(|| {
        let (word, style) = desk_state(model, canvas);
        Span::styled(word, style)
    })
}

/// Whether the numbers of the desk are known at all: they are not before a first answer when there is no cache.
pub(super) fn is_known(model: &Model) -> bool {
    let heard = model
        .desk
        .sources
        .get(&Source::Desk)
        .is_some_and(|l| l.last_ok.is_some());
    heard || model.desk.cache_as_of.is_some() || !model.board.is_empty()
}

fn top_line(model: &Model, canvas: &Canvas<'_>, columns: usize) -> Line<'static> {
    let theme = canvas.look.theme;
    let dot = canvas.look.glyphs.dot;
    let (state, style) = desk_state(model, canvas);
    // The place may be long; it gives way to what is open and to send.
    let place_room = columns.saturating_sub(width::of(&state) + 24) / 3;
    let place = width::fit(&model.settings.place, place_room.max(8)).into_owned();
    let mut parts = vec![
        Part::new(9, "Vagt", theme.dim),
        Part {
            rank: 0,
            spans: if place.is_empty() || columns < 60 {
                vec![Span::styled(state, style)]
            } else {
                vec![
                    Span::styled(place, theme.strong),
                    Span::styled(dot, theme.dim),
                    Span::styled(state, style),
                ]
            },
        },
    ];
    if model.settings.demo && model.settings.place != "demo" {
        parts.push(Part::new(7, i18n::word("top-demo"), theme.caution));
    }
    if !model.read_only().is_empty() {
        parts.push(Part::new(3, i18n::word("read-only"), theme.caution));
    } else if model.settings.role != Role::Agent {
        parts.push(Part::new(3, words::role(model.settings.role), theme.dim));
    }
    let left = compose::parts(parts, "  ", columns);

    let load = model.board.load();
    let mut parts = Vec::new();
    let wants = model.outbox.want_person();
    if let Some(text) = alarms::in_short(model) {
        parts.push(Part::new(1, text, theme.alarm));
    }
    if is_known(model) {
        let (come, gone) = (load.arrived_lately(HOUR), load.solved_lately(HOUR));
        let net = i64::from(come) - i64::from(gone);
        let flow = match net {
            1.. => say!("top-growing", n = net),
            0 => say!("top-steady"),
            _ => say!("top-shrinking", n = -net),
        };
        let open = compose::number(model.board.open_total());
        parts.push(Part::new(
            1,
            say!("count-open-tickets", n = open),
            theme.strong,
        ));
        parts.push(Part::new(
            5,
            say!("top-in-out", in = come, out = gone),
            theme.text,
        ));
        parts.push(Part::new(6, flow, theme.text));
        if let Some(oldest) = load.oldest() {
            let at = when::short(oldest, model.now, &model.settings.zone);
            parts.push(Part::new(4, say!("top-oldest", at = at.trim()), theme.text));
        }
    } else {
        parts.push(Part::new(1, i18n::word("top-not-known"), theme.dim));
    }
    let marked = model.marks.len();
    if marked > 0 {
        parts.push(Part::new(0, say!("top-marked", n = marked), theme.accent));
    }
    let unsent = model.outbox.unsent();
    if unsent > 0 {
        parts.push(Part::new(2, say!("top-to-send", n = unsent), theme.caution));
    }
    if wants > 0 {
        parts.push(Part::new(1, say!("top-need-you", n = wants), theme.alarm));
    }
    let room = columns.saturating_sub(compose::columns(&left) + 4);
    let right = compose::parts(parts, "   ", room);
    let mut line = compose::spread(left, right, columns.saturating_sub(2));
    line.spans.insert(0, Span::raw(" "));
    line
}

fn banner_lines(model: &Model, canvas: &Canvas<'_>, area: Rect) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let columns = usize::from(area.width.saturating_sub(2));
    let most = match area.height {
        0..16 => 2,
        _ => 4,
    };
    let banners = model.banners();
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (at, Banner { severity, text }) in banners.iter().enumerate() {
        let style = match severity {
            Severity::Info => theme.dim,
            Severity::Warning => theme.caution,
            Severity::Error => theme.alarm,
        };
        let after = banners.len() - at - 1;
        if lines.len() >= most {
            // What has no room is counted, not dropped in silence.
            if let Some(last) = lines.last_mut() {
                let more = Line::styled(say!("banner-more", n = after + 1), style);
                let text = std::mem::take(last);
                *last = compose::spread(text, more, usize::from(area.width.saturating_sub(1)));
            }
            break;
        }
        let room = (most - lines.len())
            .saturating_sub(after.min(1))
            .clamp(1, 2);
        let rows = compose::wrap_to(text, style, columns, room);
        lines.extend(rows.into_iter().map(|mut row| {
            row.spans.insert(0, Span::raw(" "));
            row
        }));
    }
    lines
}

/// The newest notice where it is too long for the bottom line: over the last rows of the screen, so that nothing else
/// moves for it.
pub(super) fn draw_long_notice(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(notice) = model.notices.current(model.now).next() else {
        return;
    };
    let room = usize::from(area.width.saturating_sub(2));
    let text = i18n::retold(&notice.text);
    let fits = width::of(&text) <= notice_room(room);
    // A question or an editor is not covered; there the notice is cut, and stands whole in the list of messages.
    if fits || !model.continuations().is_empty() || !model.overlays.is_empty() {
        return;
    }
    let style = notice_style(canvas, notice.kind);
    let rows = compose::wrap_to(&text, style, room, 3);
    let height = u16::try_from(rows.len()).unwrap_or(1);
    let (place, _) = layout::cut_bottom(area, height);
    canvas.clear(place);
    for (y, row) in (place.y..place.bottom()).zip(rows) {
        canvas.line(place.x + 1, y, place.width.saturating_sub(2), &row);
    }
}

/// Columns of a notice that leaves room for the most important key beside it.
fn notice_room(columns: usize) -> usize {
    columns.saturating_sub(8)
}

fn notice_style(canvas: &Canvas<'_>, kind: NoticeKind) -> Style {
    let theme = canvas.look.theme;
    match kind {
        NoticeKind::Info => theme.text,
        NoticeKind::Done => theme.strong,
        NoticeKind::Warning => theme.caution,
        NoticeKind::Error => theme.alarm,
    }
}

fn bottom_line(model: &Model, canvas: &Canvas<'_>, columns: usize) -> Line<'static> {
    let room = columns.saturating_sub(2);
    let following = model.continuations();
    let mut line = if !following.is_empty() {
        let parts = following
            .into_iter()
            .zip(1..)
            .map(|((keys, command), rank)| hint(canvas, &keys, app_words::title(command), rank))
            .collect();
        compose::parts(parts, "  ", room)
    } else if let Some(notice) = model.notices.current(model.now).next() {
        let style = notice_style(canvas, notice.kind);
        let told = i18n::retold(&notice.text).into_owned();
        let wide = width::of(&told);
        let text = Line::styled(told, style);
        let keys = hints(model, canvas, room.saturating_sub(wide + 2));
        compose::spread(text, keys, room)
    } else {
        hints(model, canvas, room)
    };
    line.spans.insert(0, Span::raw(" "));
    line
}

/// The keys that matter most here: whole ones, as many as fit. Help is never left out.
pub(super) fn hints(model: &Model, canvas: &Canvas<'_>, columns: usize) -> Line<'static> {
    let all = model.hints();
    let help = i18n::word("hint-help");
    let is_help = |word: &str| word == help;
    let parts = all
        .iter()
        // "down down" tells nobody anything.
        .filter(|(key, word)| key != word)
        .zip(1..)
        .map(|((key, word), rank)| {
            hint(canvas, key, word, if is_help(word) { 1 } else { rank + 1 })
        })
        .collect();
    compose::parts(parts, "  ", columns)
}

fn hint(canvas: &Canvas<'_>, key: &str, word: &str, rank: u8) -> Part {
    let theme = canvas.look.theme;
    Part {
        rank,
        spans: vec![
            Span::styled(key.to_owned(), theme.key),
            Span::styled(format!(" {word}"), theme.text),
        ],
    }
}

/// The names of a screen's sections in one line.
pub(super) fn sections(
    canvas: &Canvas<'_>,
    names: &[String],
    chosen: usize,
    columns: usize,
) -> Line<'static> {
    tabs(
        canvas,
        names,
        canvas.look.glyphs.tab,
        chosen,
        None,
        columns,
        1,
    )
    .pop()
    .unwrap_or_default()
}

/// A line of tabs in which the chosen one is always seen, with the one at `pinned` at the end; what does not fit is
/// counted. `rows` lines at most.
pub(super) fn tabs(
    canvas: &Canvas<'_>,
    names: &[String],
    gap: &'static str,
    chosen: usize,
    pinned: Option<usize>,
    columns: usize,
    rows: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let gap_wide = width::of(gap);
    let span = |at: usize| {
        let name = names.get(at).cloned().unwrap_or_default();
        let style = if at == chosen {
            theme.cursor
        } else {
            theme.text
        };
        Span::styled(name, style)
    };
    let wide = |at: usize| names.get(at).map_or(0, |n| width::of(n));
    // All of them, in as many rows as allowed.
    let mut packed: Vec<Vec<usize>> = vec![Vec::new()];
    let mut used = 0;
    for at in 0..names.len() {
        let need = wide(at) + if used > 0 { gap_wide } else { 0 };
        if used + need > columns && used > 0 {
            packed.push(Vec::new());
            used = 0;
        }
        used += wide(at) + if used > 0 { gap_wide } else { 0 };
        if let Some(row) = packed.last_mut() {
            row.push(at);
        }
    }
    if packed.len() <= rows {
        return packed
            .into_iter()
            .map(|row| {
                let mut spans = Vec::new();
                for at in row {
                    if !spans.is_empty() {
                        spans.push(Span::styled(gap, theme.dim));
                    }
                    spans.push(span(at));
                }
                Line::from(spans)
            })
            .collect();
    }
    // One row: the chosen one, its neighbours as far as they fit, the pinned one at the end.
    let pinned = pinned.filter(|p| *p != chosen && *p < names.len());
    let tail = pinned.map_or(0, |p| wide(p) + gap_wide);
    let others: Vec<usize> = (0..names.len()).filter(|at| Some(*at) != pinned).collect();
    let middle = others.iter().position(|at| *at == chosen).unwrap_or(0);
    let (mut from, mut to, mut used) = (middle, middle + 1, wide(chosen));
    // At both ends there may be a count of what is left out.
    let fits = |from: usize, to: usize, used: usize| {
        let less = if from > 0 { 4 } else { 0 };
        let more = if to < others.len() { 4 } else { 0 };
        used + less + more + tail <= columns
    };
    loop {
        let right = others.get(to).map(|at| used + wide(*at) + gap_wide);
        let before = from.checked_sub(1).and_then(|at| others.get(at));
        let left = before.map(|at| used + wide(*at) + gap_wide);
        match (right, left) {
            (Some(wide), _) if fits(from, to + 1, wide) => (to, used) = (to + 1, wide),
            (_, Some(wide)) if fits(from - 1, to, wide) => (from, used) = (from - 1, wide),
            _ => break,
        }
    }
    let [less, more] = canvas.look.glyphs.more;
    let mut spans = Vec::new();
    if from > 0 {
        spans.push(Span::styled(format!("{less}{from} "), theme.dim));
    }
    for (i, at) in others.iter().enumerate().take(to).skip(from) {
        if i > from {
            spans.push(Span::styled(gap, theme.dim));
        }
        spans.push(span(*at));
    }
    if to < others.len() {
        spans.push(Span::styled(
            format!(" {more}{}", others.len() - to),
            theme.dim,
        ));
    }
    if let Some(pinned) = pinned {
        spans.push(Span::styled(gap, theme.dim));
        spans.push(span(pinned));
    }
    vec![compose::fit(Line::from(spans), columns)]
}
