//! The wall: six numbers for the big screen, each with its target, its window, a colour and a word.
//!
//! Invariant: it never scrolls; nobody's name stands on it; the numbers move only when the desk tells something or at
//! five-minute marks, so that nothing flickers; what is not known says so.

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::domain::fact::Fact;
use crate::domain::ids::TicketId;
use crate::domain::numbers::wall::{Target, Targets, Verdict};
use crate::domain::numbers::{Metric, Numbers};
use crate::domain::source::{Pulse, Source};
use crate::i18n::incident::Sentences;
use crate::text::width;
use crate::ui::alarms;
use crate::ui::big::{self, Scale};
use crate::ui::cache::{self, ViewCache};
use crate::ui::chrome;
use crate::ui::compose;
use crate::ui::layout;
use crate::ui::look::Theme;
use crate::ui::paint::{Canvas, Labels};

/// Narrower than this, two tiles stand side by side, else three.
const THREE: u16 = 66;

/// One number.
struct Tile {
    title: String,
    /// In large digits; what has no shape there stands in plain text.
    value: String,
    verdict: Fact<Verdict>,
    /// What it is made of.
    detail: String,
    /// Target and window.
    target: String,
}

/// Draws the wall.
pub(in crate::ui) fn draw(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let sentences = cache.sentences(model);
    let at = at(model);
    let numbers = cache.numbers(model, at);
    let (head, body) = layout::cut_top(area, 1);
    heading(model, &sentences, canvas, head, at);
    // While the desk is read for the first time a part of it looks like all.
    let is_whole =
        model.desk.pulse(Source::Desk) != Pulse::Loading || model.desk.cache_as_of.is_some();
    let tiles = if chrome::is_known(model) && is_whole {
        tiles(model, &numbers, &sentences)
    } else {
        nothing(&sentences)
    };
    let columns = if body.width < THREE { 2 } else { 3 };
    let cells = layout::cells(body, columns, tiles.len());
    let scale = scale(&tiles, &cells);
    for (tile, cell) in tiles.iter().zip(cells) {
        draw_tile(model, tile, scale, &sentences, canvas, cell);
    }
}

/// The moment that the numbers are of: the last five-minute mark; of a desk that does not answer, its last answer.
fn at(model: &Model) -> Timestamp {
    let heard = model.desk.sources.get(&Source::Desk);
    let heard = heard.and_then(|source| source.last_ok);
    let mark = Timestamp::from_second(cache::mark(model.now) * 300).unwrap_or(model.now);
    if alarms::is_silent(model) {
        heard.or(model.desk.cache_as_of).unwrap_or(mark)
    } else {
        mark
    }
}

fn heading(
    model: &Model,
    sentences: &Sentences,
    canvas: &mut Canvas<'_>,
    area: Rect,
    at: Timestamp,
) {
    let theme = canvas.look.theme;
    let (state, style) = chrome::desk_state(model, canvas);
    let clock = at.to_zoned(model.settings.zone.clone()).strftime("%H:%M");
    let left = Line::from(vec![
        Span::styled(
            format!(" {}", sentences.as_of(&clock.to_string())),
            theme.strong,
        ),
        Span::styled(canvas.look.glyphs.dot, theme.dim),
        Span::styled(state, style),
    ]);
    let key = model
        .settings
        .keymap
        .label(crate::input::Command::Help, crate::input::Context::Wall);
    let right = key.map_or_else(Line::default, |key| {
        Line::styled(format!("{key} {}", sentences.what_they_mean()), theme.dim)
    });
    let columns = usize::from(area.width.saturating_sub(1));
    canvas.line(
        area.x,
        area.y,
        area.width,
        &compose::spread(left, right, columns),
    );
}

/// Six tiles of which nothing is known yet.
fn nothing(sentences: &Sentences) -> Vec<Tile> {
    let titles = [
        Metric::NetFlow,
        Metric::Clear,
        Metric::Age,
        Metric::Forecast,
        Metric::Affected,
        Metric::Backlog,
    ];
    let tile = |metric| Tile {
        title: sentences.metric(metric),
        value: "?".to_owned(),
        verdict: Fact::Unknown,
        detail: String::new(),
        target: String::new(),
    };
    titles.into_iter().map(tile).collect()
}

fn tiles(model: &Model, numbers: &Numbers, sentences: &Sentences) -> Vec<Tile> {
    let targets = &model.settings.wall;
    vec![
        net_flow(numbers, targets, sentences),
        clear(numbers, targets, sentences),
        oldest(numbers, targets, sentences, model),
        late(numbers, targets, sentences),
        incident(numbers, sentences, model),
        backlog(numbers, targets, sentences),
    ]
}

/// A value that may not be known, or not be there.
fn value<T>(fact: &Fact<T>, print: impl FnOnce(&T) -> String) -> String {
    match fact {
        Fact::Known(value) => print(value),
        Fact::Empty => "-".to_owned(),
        Fact::Unknown => "?".to_owned(),
    }
}

fn net_flow(numbers: &Numbers, targets: &Targets, sentences: &Sentences) -> Tile {
    let detail = match (&numbers.arrivals, &numbers.closures) {
        (Fact::Known(come), Fact::Known(gone)) => {
            sentences.in_and_out(come.hour.per_hour(), gone.hour.per_hour())
        }
        _ => sentences.not_known(),
    };
    let minutes = numbers
        .arrivals
        .known()
        .map_or(60, |come| come.hour.minutes);
    Tile {
        title: sentences.metric(Metric::NetFlow),
        value: value(&numbers.net_flow, |net| {
            let sign = if *net > 0 { "+" } else { "" };
            format!("{sign}{net}")
        }),
        verdict: targets.net_flow(numbers),
        detail,
        target: sentences.target(
            &targets.growing.fine.to_string(),
            &sentences.span(i64::from(minutes) * 60),
        ),
    }
}

/// Hours and minutes as a clock shows them; days from two on.
fn clock(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    if minutes >= 48 * 60 {
        format!("{}d", minutes / (24 * 60))
    } else {
        format!("{}:{:02}", minutes / 60, minutes % 60)
    }
}

fn hours(target: Target, sentences: &Sentences) -> String {
    sentences.span(target.fine.saturating_mul(3_600))
}

#[expect(clippy::cast_possible_truncation, reason = "hours of some weeks")]
fn clear(numbers: &Numbers, targets: &Targets, sentences: &Sentences) -> Tile {
    let minutes = numbers
        .arrivals
        .known()
        .map_or(60, |come| come.hour.minutes);
    let when = |clear: &crate::domain::numbers::forecast::Clear| match clear.expected.hours() {
        Some(hours) => clock((hours * 60.0).round() as i64 * 60),
        None => "-".to_owned(),
    };
    Tile {
        title: sentences.metric(Metric::Clear),
        value: value(&numbers.clear, when),
        verdict: targets.clear(numbers),
        detail: match &numbers.clear {
            Fact::Known(clear) => sentences.clear_range(clear),
            _ => sentences.not_known(),
        },
        target: sentences.target(
            &hours(targets.clear_hours, sentences),
            &sentences.span(i64::from(minutes) * 60),
        ),
    }
}

fn oldest(numbers: &Numbers, targets: &Targets, sentences: &Sentences, model: &Model) -> Tile {
    let zone = &model.settings.zone;
    Tile {
        title: sentences.oldest(),
        value: value(&numbers.age, |age| clock(age.max)),
        verdict: targets.oldest(numbers),
        detail: match &numbers.age {
            Fact::Known(age) => {
                sentences.waits_since(&crate::ui::when::long(age.oldest, numbers.at, zone))
            }
            _ => sentences.outlook(crate::domain::numbers::forecast::Outlook::Clear),
        },
        target: sentences.target(&hours(targets.oldest_hours, sentences), &sentences.now()),
    }
}

fn late(numbers: &Numbers, targets: &Targets, sentences: &Sentences) -> Tile {
    let late = match numbers.breach {
        Fact::Known(breach) => breach.late_soon,
        Fact::Empty => Fact::Empty,
        Fact::Unknown => Fact::Unknown,
    };
    Tile {
        title: sentences.metric(Metric::Forecast),
        value: value(&late, ToString::to_string),
        verdict: targets.late(numbers),
        detail: match &numbers.breach {
            Fact::Known(breach) => sentences.due_and_past(breach.due_soon, breach.past),
            Fact::Empty => sentences.no_due_times(),
            Fact::Unknown => sentences.not_known(),
        },
        target: sentences.target(&targets.late.fine.to_string(), &sentences.span(2 * 3_600)),
    }
}

fn incident(numbers: &Numbers, sentences: &Sentences, model: &Model) -> Tile {
    let Some(top) = model.board.watch().open().next() else {
        if let Some((standing, shown)) = model.unfinished().next() {
            return Tile {
                title: sentences.group_name(&standing.incident.group),
                value: standing.incident.people.to_string(),
                verdict: Fact::Known(Verdict::Watch),
                detail: sentences.quiet(shown.open),
                target: sentences.declared(shown.parent.as_ref().map(TicketId::as_str)),
            };
        }
        let none = (Fact::Known(Verdict::Fine), sentences.no_incident(), "0");
        let unknown = (Fact::Unknown, sentences.not_known(), "?");
        let (verdict, detail, value) = if numbers.affected.is_unknown() {
            unknown
        } else {
            none
        };
        return Tile {
            title: sentences.incidents_title(),
            value: value.to_owned(),
            verdict,
            detail,
            target: sentences.target("0", &sentences.now()),
        };
    };
    Tile {
        title: sentences.group_name(&top.incident.group),
        value: top.incident.people.to_string(),
        verdict: Targets::incidents(numbers),
        detail: sentences.people_since(top.incident.since, numbers.at),
        target: numbers.affected.known().map_or_else(String::new, |all| {
            sentences.going_on(all.incidents, all.silent)
        }),
    }
}

fn backlog(numbers: &Numbers, targets: &Targets, sentences: &Sentences) -> Tile {
    let shift = &numbers.shift;
    Tile {
        title: sentences.metric(Metric::Backlog),
        value: numbers.backlog.to_string(),
        verdict: Fact::Known(targets.unowned(numbers)),
        detail: sentences.unowned(shift.unowned, shift.agents.known().copied()),
        target: sentences.unowned_target(targets.unowned.fine),
    }
}

/// One size for all, so that the wall is calm: the largest that every number has room for.
fn scale(tiles: &[Tile], cells: &[Rect]) -> Option<Scale> {
    let signs = tiles.iter().map(|tile| tile.value.chars().count()).max()?;
    let width = cells.iter().map(|cell| cell.width).min()?;
    let height = cells.iter().map(|cell| cell.height).min()?;
    // The border, a column of air on each side; two rows of text below the digits.
    let columns = usize::from(width.saturating_sub(4));
    let rows = usize::from(height.saturating_sub(4));
    Scale::fitting(signs, columns, rows)
}

fn style_of(verdict: Fact<Verdict>, theme: &Theme) -> Style {
    match verdict {
        Fact::Known(Verdict::Act) => theme.alarm,
        Fact::Known(Verdict::Watch) => theme.caution,
        Fact::Known(Verdict::Fine) => theme.strong,
        Fact::Empty | Fact::Unknown => theme.dim,
    }
}

fn draw_tile(
    model: &Model,
    tile: &Tile,
    scale: Option<Scale>,
    sentences: &Sentences,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let theme = canvas.look.theme;
    let style = style_of(tile.verdict, &theme);
    // What is stale is no state of now.
    let word = chrome::mark(model, canvas).unwrap_or_else(|| {
        let word = match tile.verdict {
            Fact::Empty => String::new(),
            verdict => sentences.verdict(verdict.known().copied()),
        };
        Span::styled(word, style)
    });
    if area.height < 3 {
        // No room for a border either.
        let text = Line::from(vec![
            Span::styled(format!(" {} ", tile.title), theme.text),
            Span::styled(tile.value.clone(), style),
            Span::raw(" "),
            word,
        ]);
        canvas.line(
            area.x,
            area.y,
            area.width,
            &compose::fit(text, usize::from(area.width)),
        );
        return;
    }
    // Without room for digits the border has none for the word.
    let (corner, beside) = match scale {
        Some(_) => (Line::from(word), String::new()),
        None => (Line::default(), format!("  {}", word.content)),
    };
    let labels = Labels {
        title: Line::styled(tile.title.clone(), theme.strong),
        corner,
        foot: Line::default(),
    };
    let inside = canvas.border(area, labels, false);
    let columns = usize::from(inside.width);
    let mut lines = match scale {
        Some(scale) => {
            let ink = if canvas.look.glyphs.heights.is_empty() {
                '#'
            } else {
                '█'
            };
            big::rows(&tile.value, scale, ink)
        }
        None => vec![format!("{}{beside}", tile.value)],
    };
    let below = [(&tile.detail, theme.text), (&tile.target, theme.dim)];
    let below: Vec<_> = below
        .into_iter()
        .filter(|(text, _)| !text.is_empty())
        .collect();
    let rows = usize::from(inside.height);
    let room = rows.saturating_sub(lines.len());
    let shown = below.len().min(room);
    let air = room.saturating_sub(shown);
    // Half of what is left stands above the digits, a row of it between them and the words where there is one.
    let (above, between) = (air / 2, usize::from(air >= 2));
    lines.truncate(rows);
    let mut drawn: Vec<Line<'static>> = vec![Line::default(); above];
    drawn.extend(lines.into_iter().map(|row| centred(row, style, columns)));
    drawn.extend(vec![Line::default(); between]);
    for (text, style) in below.into_iter().take(shown) {
        let text = width::fit(text, columns).into_owned();
        drawn.push(centred(text, style, columns));
    }
    canvas.lines(inside, &drawn);
}

fn centred(text: String, style: Style, columns: usize) -> Line<'static> {
    let before = columns.saturating_sub(width::of(&text)) / 2;
    Line::from(vec![
        Span::raw(" ".repeat(before)),
        Span::styled(text, style),
    ])
}
