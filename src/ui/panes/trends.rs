//! Trends: what came above the line and what was closed below it, for all groups and for each.
//!
//! Invariant: the picture never stands alone, the same counts are beside it as text; direction tells the two apart, not colour;
//! what is not known is a question mark and no bar.

mod chart;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span as Text};

use crate::app::Model;
use crate::app::model::TrendsScreen;
use crate::domain::ids::GroupId;
use crate::domain::numbers::trends::{Span, Trend};
use crate::i18n::incident::Sentences;
use crate::text::width;
use crate::ui::cache::{self, ViewCache};
use crate::ui::compose::{self, Part};
use crate::ui::paint::Canvas;
use crate::ui::{chrome, layout, spark};

pub(in crate::ui) use chart::Strokes;

/// Rows of the picture below which the list of groups does not show.
const CHART: u16 = 9;
/// Rows of the picture where there is much room.
const TALL: u16 = 19;
/// Columns of the small picture in the list.
const SMALL: usize = 24;

/// Something on the axis: an incident, from when, until when.
pub(super) struct Mark {
    from: Timestamp,
    to: Option<Timestamp>,
    label: String,
}

/// Draws the trends.
pub(in crate::ui) fn draw(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let screen = &model.screens.trends;
    let sentences = cache.sentences(model);
    let theme = canvas.look.theme;
    let (head, body) = layout::cut_top(area, 1);
    heading(model, screen, &sentences, canvas, head);
    if !chrome::is_known(model) {
        return;
    }
    let now = Timestamp::from_second(cache::mark(model.now) * 300).unwrap_or(model.now);
    let trends = cache.trends(model, now);
    let offset = i64::from(model.settings.zone.to_offset(now).seconds());
    let of = |group: Option<&GroupId>| trends.trend(group, screen.span, now, offset);
    let rows = groups(model);
    let chosen = rows.get(screen.at).cloned().unwrap_or_default();
    let trend = of(chosen.as_ref());
    let columns = usize::from(area.width.saturating_sub(2));

    let texts = texts(model, &trend, chosen.as_ref(), &sentences, columns, canvas);
    let shown = texts.len().min(if body.height < CHART + 4 { 2 } else { 4 });
    let (said, body) = layout::cut_top(body, u16::try_from(shown).unwrap_or(2));
    let place = Rect {
        x: said.x + 1,
        width: said.width.saturating_sub(2),
        ..said
    };
    canvas.lines(place, texts.iter().take(shown));

    let list = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let picture = match body.height {
        all if all <= CHART => all,
        all => all.saturating_sub(list + 1).clamp(CHART, TALL),
    };
    let (picture, list) = layout::cut_top(body, picture);
    let strokes = Strokes::chosen(&model.settings.charts, &canvas.look.glyphs);
    let marks = marks(model, chosen.as_ref());
    chart::draw(
        &trend,
        &marks,
        strokes,
        &model.settings.zone,
        canvas,
        picture,
    );
    if list.height < 2 {
        return;
    }
    let (_, list) = layout::cut_top(list, 1);
    let height = usize::from(list.height);
    let top = (screen.at + 1).saturating_sub(height);
    let widest = rows
        .iter()
        .map(|group| width::of(&title(model, group.as_ref(), &sentences)));
    let widest = widest.max().unwrap_or(0).min(columns / 3);
    for ((y, at), group) in (list.y..list.bottom())
        .zip(top..)
        .zip(rows.iter().skip(top))
    {
        let trend = of(group.as_ref());
        let is_chosen = at == screen.at;
        let style = if is_chosen { theme.cursor } else { theme.text };
        let cursor = if is_chosen {
            canvas.look.glyphs.cursor
        } else {
            " "
        };
        let name = title(model, group.as_ref(), &sentences);
        let mut parts = vec![Part::new(
            0,
            format!(
                "{cursor} {}",
                width::pad(&width::fit(&name, widest), widest)
            ),
            style,
        )];
        let heights = canvas.look.glyphs.heights;
        let is_known = trend.bins.iter().any(|bin| !bin.arrived.is_unknown());
        if !heights.is_empty() && is_known {
            let small: Vec<u32> = trend
                .bins
                .iter()
                .map(|bin| bin.arrived.known().copied().unwrap_or(0))
                .collect();
            parts.push(Part::new(
                3,
                spark::line(&spark::squeeze(&small, SMALL), heights),
                theme.text,
            ));
        }
        parts.push(Part::new(1, sentences.in_out(trend.now), theme.text));
        parts.push(Part::new(
            2,
            sentences.week_before(trend.week_before),
            theme.dim,
        ));
        let line = compose::parts(parts, canvas.look.glyphs.dot, columns);
        canvas.line(list.x + 1, y, list.width.saturating_sub(2), &line);
    }
}

fn heading(
    model: &Model,
    screen: &TrendsScreen,
    sentences: &Sentences,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let theme = canvas.look.theme;
    let chosen = groups(model).get(screen.at).cloned().unwrap_or_default();
    let left = Line::from(vec![
        Text::styled(format!(" {}", sentences.trends()), theme.strong),
        Text::styled(canvas.look.glyphs.dot, theme.dim),
        Text::styled(title(model, chosen.as_ref(), sentences), theme.text),
    ]);
    let tabs = Span::ALL.map(|span| {
        let word = sentences.trend_span(span);
        if span == screen.span {
            Text::styled(format!("[{word}]"), theme.accent)
        } else {
            Text::styled(format!(" {word} "), theme.dim)
        }
    });
    let columns = usize::from(area.width.saturating_sub(1));
    let line = compose::spread(left, Line::from(tabs.to_vec()), columns);
    canvas.line(area.x, area.y, area.width, &line);
}

/// All groups together, then each in the order of the Board.
pub(in crate::ui) fn groups(model: &Model) -> Vec<Option<GroupId>> {
    std::iter::once(None)
        .chain(model.trend_groups().map(Some))
        .collect()
}

fn title(model: &Model, group: Option<&GroupId>, sentences: &Sentences) -> String {
    group.map_or_else(
        || sentences.all_groups(),
        |group| model.group_title(group).to_owned(),
    )
}

/// The same as the picture in words: counts, the week before, the tallest bin, incidents.
fn texts(
    model: &Model,
    trend: &Trend,
    group: Option<&GroupId>,
    sentences: &Sentences,
    columns: usize,
    canvas: &Canvas<'_>,
) -> Vec<Line<'static>> {
    let (theme, dot) = (canvas.look.theme, canvas.look.glyphs.dot);
    let most = chart::most(trend);
    let counts = vec![
        Part::new(0, sentences.in_out(trend.now), theme.strong),
        Part::new(1, sentences.week_before(trend.week_before), theme.text),
        Part::new(2, sentences.trend_scale(most, trend.span), theme.dim),
    ];
    let mut lines = compose::flow_parts(counts, dot, columns, 2);
    let from = trend.bins.first().map_or(model.now, |bin| bin.from);
    let marks = marks(model, group);
    let marks = marks
        .into_iter()
        .filter(|mark| mark.to.is_none_or(|to| to >= from));
    let rising = canvas.look.glyphs.rising;
    let marks = marks.map(|mark| {
        let style = if mark.to.is_none() {
            theme.alarm
        } else {
            theme.dim
        };
        Part::new(0, format!("{rising} {}", mark.label), style)
    });
    let marks: Vec<Part> = marks.collect();
    if !marks.is_empty() {
        lines.extend(compose::flow_parts(marks, dot, columns, 2));
    }
    lines
}

/// The incidents of a group, or of all: those that go on first.
fn marks(model: &Model, group: Option<&GroupId>) -> Vec<Mark> {
    let standings = model.board.watch().standings.iter();
    let of_it = standings.filter(|s| group.is_none_or(|group| s.incident.group == *group));
    let marks = of_it.map(|standing| {
        let incident = &standing.incident;
        let ended = standing.story.last().map(|step| step.at);
        let since = clock(incident.since, &model.settings.zone);
        let title = model.group_title(&incident.group);
        Mark {
            from: incident.since,
            to: (!standing.is_open()).then(|| ended.unwrap_or(incident.at)),
            label: format!("{since} {title} {}", incident.people),
        }
    });
    marks.collect()
}

fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}
