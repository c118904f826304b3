//! Incidents and surges as a list, what the chosen one says below it.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::list;
use crate::app::Model;
use crate::app::model::Area;
use crate::app::model::screen::AlarmId;
use crate::domain::incident::{Incident, IncidentState, Level, Surge};
use crate::domain::watch::Standing;
use crate::i18n::incident::{Sentences, few};
use crate::text::width;
use crate::ui::alarms;
use crate::ui::cache::ViewCache;
use crate::ui::compose::{self, Part};
use crate::ui::look::Look;
use crate::ui::paint::Canvas;
use crate::ui::{layout, when, words};

/// Columns of the words at the beginning of a row.
const ID: usize = 4;
const STATE: usize = 10;

/// Where an incident stands, in a word.
pub(super) fn state_word(state: IncidentState) -> &'static str {
    match state {
        IncidentState::Suspected => "suspected",
        IncidentState::Changed => "goes on",
        IncidentState::Joined => "joined",
        IncidentState::Ended => "over",
    }
}

/// Draws the Incidents screen.
pub(in crate::ui) fn draw(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let theme = canvas.look.theme;
    let screen = &model.screens.incidents;
    let watch = model.board.watch();
    let (head, body) = layout::cut_top(area, 1);
    let columns = usize::from(area.width.saturating_sub(2));
    let sentences = cache.sentences(&model.settings);
    let mut parts = vec![Part::new(0, " Incidents and surges", theme.strong)];
    if let Some(text) = sentences.reading(watch.reading) {
        parts.push(Part::new(1, text, theme.dim));
    } else {
        let going = watch.open().count();
        parts.push(Part::new(1, format!("{going} go on"), theme.text));
        let surges = watch.surges.len();
        parts.push(Part::new(
            2,
            words::count(surges, "surge", "surges"),
            theme.text,
        ));
        let over = watch.standings.len() - going;
        parts.push(Part::new(3, format!("{over} over"), theme.dim));
    }
    let line = compose::parts(parts, canvas.look.glyphs.dot, columns);
    canvas.line(head.x, head.y, head.width, &line);

    let rows = match body.height {
        0..12 => 3,
        12..30 => 6,
        _ => 9,
    };
    let (detail, body) = layout::cut_bottom(body, rows);
    let look = canvas.look;
    if screen.rows.is_empty() {
        let line = Line::styled(sentences.calm(!alarms::is_silent(model)), theme.dim);
        canvas.line(body.x + 1, body.y, body.width.saturating_sub(1), &line);
    }
    list::draw(
        canvas,
        body,
        &screen.list,
        &screen.rows,
        true,
        |id, columns| match id {
            AlarmId::Incident(id) => match watch.standing(id) {
                Some(standing) => incident_row(model, &sentences, standing, &look, columns),
                None => Line::styled(format!("{id} is not known any more"), look.theme.dim),
            },
            AlarmId::Surge(group) => match watch.surge(group) {
                Some(surge) => surge_row(model, &sentences, surge, &look, columns),
                None => Line::styled(format!("{group}: the surge is over"), look.theme.dim),
            },
        },
    );
    let lines = screen.list.cursor().map_or_else(Vec::new, |id| match id {
        AlarmId::Incident(id) => watch.standing(id).map_or_else(Vec::new, |standing| {
            let text = sentences.incident(&standing.incident);
            compose::wrap(&text, theme.text, columns)
        }),
        AlarmId::Surge(group) => watch.surge(group).map_or_else(Vec::new, |surge| {
            surge_lines(&sentences, surge, canvas, columns)
        }),
    });
    let place = Rect {
        x: detail.x + 1,
        y: detail.y + 1,
        width: detail.width.saturating_sub(2),
        height: detail.height.saturating_sub(1),
    };
    canvas.lines(place, &lines);
    cache.note(Area::Incidents, body.height, 0);
}

/// Parts of a row: those that say how large it is stand together at its right end.
fn incident_row(
    model: &Model,
    sentences: &Sentences,
    standing: &Standing,
    look: &Look,
    columns: usize,
) -> Line<'static> {
    let theme = look.theme;
    let incident = &standing.incident;
    let is_wide = columns >= 60;
    let style = if standing.is_open() {
        theme.strong
    } else {
        theme.dim
    };
    let mut left = vec![Span::styled(
        width::pad(incident.incident.as_str(), ID),
        theme.dim,
    )];
    if is_wide {
        let word = width::pad(state_word(incident.state), STATE);
        let style = if standing.is_open() {
            theme.alarm
        } else {
            theme.dim
        };
        left.push(Span::styled(format!("{word} "), style));
    }
    left.push(Span::styled(sentences.group_name(&incident.group), style));
    if is_wide && let Some(cause) = cause(sentences, incident) {
        left.push(Span::styled(look.glyphs.dot, theme.dim));
        left.push(Span::styled(cause, theme.text));
    }
    let since = when::short(incident.since, model.now, &model.settings.zone);
    let people = words::count(incident.people, "person", "people");
    let mut right = vec![Part::new(0, people, theme.text)];
    if is_wide {
        let tickets = words::count(incident.tickets.len(), "ticket", "tickets");
        right.push(Part::new(4, tickets, theme.dim));
        if !incident.silent.is_empty() {
            let silent = format!("{} silent", incident.silent.len());
            right.push(Part::new(2, silent, theme.text));
        }
        if !incident.odd.is_empty() {
            let odd = format!("{} odd", incident.odd.len());
            right.push(Part::new(3, odd, theme.text));
        }
    }
    right.push(Part::new(1, format!("since {}", since.trim()), theme.dim));
    let right = compose::parts(right, "  ", columns / 2);
    compose::spread(Line::from(left), right, columns)
}

/// The first thing that the members share.
fn cause(sentences: &Sentences, incident: &Incident) -> Option<String> {
    let first = incident.shared.first()?;
    Some(match first.fact.as_str() {
        "word" => format!("\u{201c}{}\u{201d}", first.value),
        _ => sentences.shared(first),
    })
}

fn surge_row(
    model: &Model,
    sentences: &Sentences,
    surge: &Surge,
    look: &Look,
    columns: usize,
) -> Line<'static> {
    let theme = look.theme;
    let mut left = vec![Span::styled(
        width::pad(look.glyphs.rising, ID),
        theme.caution,
    )];
    if columns >= 60 {
        let word = width::pad("surge", STATE);
        left.push(Span::styled(format!("{word} "), theme.caution));
    }
    left.push(Span::styled(
        sentences.group_name(&surge.group),
        theme.strong,
    ));
    let since = when::short(surge.since, model.now, &model.settings.zone);
    let right = vec![
        Part::new(0, format!("{} people", surge.people), theme.text),
        Part::new(2, format!("usual {}", few(surge.usual)), theme.dim),
        Part::new(1, format!("since {}", since.trim()), theme.dim),
    ];
    let right = compose::parts(right, "  ", columns / 2);
    compose::spread(Line::from(left), right, columns)
}

/// What a surge says, what its numbers mean, and how often it is wrong.
fn surge_lines(
    sentences: &Sentences,
    surge: &Surge,
    canvas: &Canvas<'_>,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let mut lines = compose::wrap(
        &sentences.surge(surge),
        alarms::level_style(canvas, surge.level),
        columns,
    );
    let level = match surge.level {
        Level::Page => "It is loud enough to wake somebody.",
        Level::Banner => "It is a hint, not loud enough to wake anybody.",
    };
    let text = format!(
        "Distinct people who wrote since then, against as many as usually write at this time. {level} {}",
        alarms::rates()
    );
    lines.extend(compose::wrap(&text, theme.dim, columns));
    lines
}
