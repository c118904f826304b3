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
use crate::i18n::{self, say};
use crate::text::width;
use crate::ui::alarms;
use crate::ui::cache::ViewCache;
use crate::ui::compose::{self, Part};
use crate::ui::look::Look;
use crate::ui::paint::Canvas;
use crate::ui::{layout, when};

/// Columns of the words at the beginning of a row.
const ID: usize = 4;
const STATE: usize = 10;

/// From this width on a surge says in its row how much of it incidents explain.
const WIDE: usize = 100;

/// Where an incident stands, in a word.
pub(super) fn state_word(state: IncidentState) -> &'static str {
    match state {
        IncidentState::Suspected => i18n::word("incident-suspected"),
        IncidentState::Changed => i18n::word("incident-goes-on"),
        IncidentState::Joined => i18n::word("incident-joined"),
        IncidentState::Ended => i18n::word("incident-over"),
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
    let sentences = cache.sentences(model);
    let mut parts = vec![Part::new(
        0,
        format!(" {}", i18n::word("incidents-title")),
        theme.strong,
    )];
    if let Some(text) = sentences.reading(watch.reading) {
        parts.push(Part::new(1, text, theme.dim));
    } else {
        let going = watch.open().count() + model.unfinished().count();
        let (open, surges) = sentences.counts(going, watch.surges.len());
        parts.push(Part::new(1, open, theme.text));
        parts.push(Part::new(2, surges, theme.text));
        let over = watch.standings.len() - going;
        if over > 0 {
            parts.push(Part::new(3, sentences.over(over), theme.dim));
        }
    }
    let line = compose::parts(parts, canvas.look.glyphs.dot, columns);
    canvas.line(head.x, head.y, head.width, &line);

    // What the chosen one says comes first, in as many rows whatever it says: the list below does not move.
    let rows = match body.height {
        0..12 => 3,
        12..24 => 6,
        _ => 7,
    };
    let (detail, body) = layout::cut_top(body, if screen.rows.is_empty() { 0 } else { rows });
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
                None => Line::styled(say!("not-known-any-more", id = id), look.theme.dim),
            },
            AlarmId::Surge(group) => {
                if let Some(surge) = watch.surge(group) {
                    surge_row(model, &sentences, surge, &look, columns)
                } else {
                    let text = say!("surge-over", group = model.group_title(group));
                    Line::styled(text, look.theme.dim)
                }
            }
        },
    );
    let room = usize::from(detail.height.saturating_sub(1));
    let lines = screen.list.cursor().map_or_else(Vec::new, |id| match id {
        AlarmId::Incident(id) => watch.standing(id).map_or_else(Vec::new, |standing| {
            let text = alarms::sentence(model, &sentences, standing);
            compose::wrap_to(&text, theme.text, columns, room)
        }),
        AlarmId::Surge(group) => watch.surge(group).map_or_else(Vec::new, |surge| {
            surge_lines(model, &sentences, surge, canvas, columns, room)
        }),
    });
    let place = Rect {
        x: detail.x + 1,
        width: detail.width.saturating_sub(2),
        height: detail.height.saturating_sub(1),
        ..detail
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
    let declared = model.declared.shown(&incident.incident);
    if is_wide {
        let goes_on = standing.is_open() || declared.is_some_and(|shown| shown.open > 0);
        let word = match declared.filter(|_| goes_on) {
            Some(_) => i18n::word("incident-declared"),
            None => state_word(incident.state),
        };
        let word = width::pad(word, STATE);
        let style = if standing.is_open() {
            theme.alarm
        } else {
            theme.dim
        };
        left.push(Span::styled(format!("{word} "), style));
    }
    if let Some(parent) = declared.and_then(|shown| shown.parent.as_ref()) {
        left.push(Span::styled(format!("{parent} "), theme.alarm));
    }
    left.push(Span::styled(sentences.incident_name(incident), style));
    if is_wide && let Some(cause) = cause(sentences, incident) {
        left.push(Span::styled(look.glyphs.dot, theme.dim));
        left.push(Span::styled(cause, theme.text));
    }
    let since = when::short(incident.since, model.now, &model.settings.zone);
    let people = say!("count-people", n = incident.people);
    let mut right = vec![Part::new(0, people, theme.text)];
    let joined = declared.map_or(0, |shown| shown.joiners.len());
    if joined > 0 {
        right.push(Part::new(1, joiners(joined), theme.caution));
    }
    if is_wide {
        let tickets = say!("count-tickets", n = incident.tickets.len());
        right.push(Part::new(4, tickets, theme.dim));
        if !incident.silent.is_empty() {
            let silent = sentences.silent_in_short(incident.silent.len());
            right.push(Part::new(2, silent, theme.text));
        }
        if !incident.odd.is_empty() {
            let odd = sentences.odd_in_short(incident.odd.len());
            right.push(Part::new(3, odd, theme.text));
        }
    }
    right.push(Part::new(1, say!("since-at", at = since.trim()), theme.dim));
    let right = compose::parts(right, "  ", columns / 2);
    compose::spread(Line::from(left), right, columns)
}

/// `3 later joiners`.
pub(super) fn joiners(count: usize) -> String {
    say!("count-joiners", n = count)
}

/// The first thing that the members share; a word that nobody knew is the name already.
fn cause(sentences: &Sentences, incident: &Incident) -> Option<String> {
    let first = incident.shared.iter().find(|s| s.fact != "word")?;
    Some(sentences.shared(first, incident.people))
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
        let word = width::pad(i18n::word("incident-surge"), STATE);
        left.push(Span::styled(format!("{word} "), theme.caution));
    }
    left.push(Span::styled(
        sentences.group_name(&surge.group),
        theme.strong,
    ));
    let explained = model.board.watch().explained(surge);
    if explained > 0 && columns >= WIDE {
        left.push(Span::styled(look.glyphs.dot, theme.dim));
        let text = sentences.in_incidents(explained);
        left.push(Span::styled(text, theme.dim));
    }
    let since = when::short(surge.since, model.now, &model.settings.zone);
    let right = vec![
        Part::new(0, say!("count-people", n = surge.people), theme.text),
        Part::new(
            2,
            say!("alarm-usual", n = i18n::decimal(&few(surge.usual))),
            theme.dim,
        ),
        Part::new(1, say!("since-at", at = since.trim()), theme.dim),
    ];
    let right = compose::parts(right, "  ", columns / 2);
    compose::spread(Line::from(left), right, columns)
}

/// What a surge says, what its numbers mean, and how often it is wrong.
fn surge_lines(
    model: &Model,
    sentences: &Sentences,
    surge: &Surge,
    canvas: &Canvas<'_>,
    columns: usize,
    rows: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let mut text = sentences.surge(surge);
    let explained = model.board.watch().explained(surge);
    if explained > 0 {
        text.push_str(canvas.look.glyphs.dot);
        text.push_str(&sentences.in_incidents(explained));
    }
    let style = alarms::level_style(canvas, surge.level);
    let mut lines = compose::wrap_to(&text, style, columns, rows.clamp(1, 2));
    let level = match surge.level {
        Level::Page => i18n::word("surge-level-page"),
        Level::Banner => i18n::word("surge-level-hint"),
    };
    let text = say!("surge-meaning", level = level, rates = alarms::rates());
    let room = rows.saturating_sub(lines.len());
    if room > 0 {
        lines.extend(compose::wrap_to(&text, theme.dim, columns, room));
    }
    lines
}
