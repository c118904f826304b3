//! What is the matter, in sentences: the lines at the top of the Board, and the badge of a pane.
//!
//! Invariant: the lines take the same rows whatever they say, so that nothing below them moves when an alarm comes or
//! goes.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::compose::{self, Part};
use super::paint::Canvas;
use crate::app::Model;
use crate::board::{Pane, PaneKind};
use crate::domain::claim::Doing;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::incident::{FALSE_ALARMS, FalseAlarms, Level, Surge};
use crate::domain::source::Source;
use crate::domain::watch::{Alarm, Reading, Standing};
use crate::i18n::incident::{CAUSE, Form, Sentences, few};
use crate::i18n::{self, say};
use crate::text::width;

/// How often a surge is false, as simulated (`docs/engine-incidents.md`).
pub(super) fn rates() -> String {
    let FalseAlarms {
        days,
        banners,
        pages,
    } = FALSE_ALARMS;
    say!("alarm-rates", days = days, banners = banners, pages = pages)
}

/// Whether the desk does not answer: what is shown is what was.
pub(super) fn is_silent(model: &Model) -> bool {
    model.desk.pulse(Source::Desk).is_silent()
}

/// From this height of the terminal on there are two rows.
const TALL: u16 = 30;

/// Rows that the lines take.
pub(super) fn rows(terminal_rows: u16) -> u16 {
    if terminal_rows >= TALL { 2 } else { 1 }
}

/// What the engine knows, in exactly `rows` lines at most. A single alarm may use all of them.
pub(super) fn lines(
    model: &Model,
    sentences: &Sentences,
    canvas: &Canvas<'_>,
    columns: usize,
    rows: u16,
    key: Option<&str>,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let watch = model.board.watch();
    if let Some(text) = sentences.reading(watch.reading) {
        let style = match watch.reading {
            Reading::Failed => theme.alarm,
            _ => theme.dim,
        };
        return vec![compose::fit(Line::styled(text, style), columns)];
    }
    let mut alarms = watch.alarms();
    // Who answers for a declared incident must not lose sight of it when nobody new writes.
    let unfinished = model.unfinished().map(|(standing, _)| standing);
    alarms.extend(unfinished.map(Alarm::Incident));
    let rows = usize::from(rows);
    match alarms.as_slice() {
        [] => vec![compose::fit(
            Line::styled(sentences.calm(!is_silent(model)), theme.dim),
            columns,
        )],
        [one] if rows > 1 => {
            let parts = parts(model, *one, sentences, canvas, columns, Form::Full);
            compose::flow_parts(parts, canvas.look.glyphs.dot, columns, rows)
        }
        _ => {
            let more = alarms.len().saturating_sub(rows);
            let shown = alarms.iter().take(rows);
            let last = alarms.len().min(rows).saturating_sub(1);
            shown
                .enumerate()
                .map(|(at, alarm)| {
                    let tail = if at == last && more > 0 {
                        let key = key.map_or_else(String::new, |key| format!(" · {key}"));
                        Line::styled(format!("{}{key}", sentences.more(more)), theme.caution)
                    } else {
                        Line::default()
                    };
                    let room = match compose::columns(&tail) {
                        0 => columns,
                        wide => columns.saturating_sub(wide + 2),
                    };
                    let line = in_one_row(model, *alarm, sentences, canvas, room);
                    match compose::columns(&tail) {
                        0 => line,
                        _ => compose::spread(line, tail, columns),
                    }
                })
                .collect()
        }
    }
}

/// One alarm in one row. What the members share is said shorter before it is left out: it is the cause.
fn in_one_row(
    model: &Model,
    alarm: Alarm<'_>,
    sentences: &Sentences,
    canvas: &Canvas<'_>,
    columns: usize,
) -> Line<'static> {
    let dot = canvas.look.glyphs.dot;
    let of = |form| parts(model, alarm, sentences, canvas, columns, form);
    let holds = |parts: &[Part]| {
        let kept = parts.iter().filter(|part| part.rank <= CAUSE);
        let columns_of = |part: &Part| part.columns() + width::of(dot);
        kept.map(columns_of).sum::<usize>() <= columns + width::of(dot)
    };
    let forms = [Form::Full, Form::Short, Form::Bare];
    let fitting = forms.into_iter().map(of).find(|parts| holds(parts));
    let parts = fitting.unwrap_or_else(|| of(Form::Full));
    compose::parts(parts, dot, columns)
}

/// One alarm: its word, its sentence in parts.
fn parts(
    model: &Model,
    alarm: Alarm<'_>,
    sentences: &Sentences,
    canvas: &Canvas<'_>,
    columns: usize,
    form: Form,
) -> Vec<Part> {
    let theme = canvas.look.theme;
    let declared = match alarm {
        Alarm::Incident(standing) => model.declared.shown(&standing.incident.incident),
        Alarm::Surge(_) => None,
    };
    let word = declared.map_or_else(
        || sentences.word(alarm),
        |shown| sentences.declared(shown.parent.as_ref().map(TicketId::as_str)),
    );
    let (style, parts) = match alarm {
        Alarm::Incident(standing) if standing.is_open() => (
            theme.alarm,
            sentences.incident_parts(&standing.incident, form),
        ),
        Alarm::Incident(standing) => {
            let open = declared.map_or(0, |shown| shown.open);
            (theme.caution, quiet_parts(standing, open, sentences, form))
        }
        Alarm::Surge(surge) => {
            let mut parts = vec![(0, sentences.surge_now(surge))];
            let explained = model.board.watch().explained(surge);
            if explained > 0 {
                parts.push((2, sentences.in_incidents(explained)));
            }
            (level_style(canvas, surge.level), parts)
        }
    };
    let mut parts = parts;
    if let Some(text) = said(model, alarm, sentences) {
        // Whether somebody has it comes before why it is.
        parts.insert(parts.len().min(1), (0, text));
    }
    parts
        .into_iter()
        .enumerate()
        .map(|(at, (rank, text))| {
            if at > 0 {
                return Part::new(rank, text, theme.text);
            }
            // Where the word has no room a sign stands for it; the sentence says what it is.
            let fits = width::of(&word) + 1 + width::of(&text) <= columns;
            let word = if fits { word.as_str() } else { "!" };
            Part {
                rank,
                spans: vec![
                    Span::styled(format!("{word} "), style),
                    Span::styled(text, theme.strong),
                ],
            }
        })
        .collect()
}

/// What is said of a declared incident that nobody new writes about, while tickets of it are open.
fn quiet_parts(
    standing: &Standing,
    open: usize,
    sentences: &Sentences,
    form: Form,
) -> Vec<(u8, String)> {
    let mut parts = sentences.incident_parts(&standing.incident, form);
    parts.insert(1, (0, sentences.quiet(open)));
    parts
}

/// What is said of an incident in one sentence.
pub(super) fn sentence(model: &Model, sentences: &Sentences, standing: &Standing) -> String {
    let of = |other: &Standing| other.incident.incident == standing.incident.incident;
    let Some((_, shown)) = model.unfinished().find(|(other, _)| of(other)) else {
        return sentences.incident(&standing.incident);
    };
    let parts = quiet_parts(standing, shown.open, sentences, Form::Full);
    let parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    parts.join(" · ")
}

/// Who has an alarm in hand, or until when it is silent.
fn said(model: &Model, alarm: Alarm<'_>, sentences: &Sentences) -> Option<String> {
    let group = match alarm {
        Alarm::Incident(standing) => &standing.incident.group,
        Alarm::Surge(surge) => &surge.group,
    };
    let said = model.alarms.book.open.get(group)?.said.as_ref()?;
    let clock = |at| crate::app::words::clock(&model.settings.zone, at, model.now);
    Some(match said.doing {
        Doing::Snoozed => sentences.snoozed(&said.who, &clock(said.until)),
        _ => sentences.acknowledged(&said.who, &clock(said.at)),
    })
}

/// How loud an alarm is shown, beside its word.
pub(super) fn level_style(canvas: &Canvas<'_>, level: Level) -> Style {
    match level {
        Level::Page => canvas.look.theme.alarm,
        Level::Banner => canvas.look.theme.caution,
    }
}

/// The surge of a pane's group: "▲14, usual 2".
pub(super) fn badge(model: &Model, canvas: &Canvas<'_>, pane: &Pane) -> Option<Span<'static>> {
    let surge = surge_of(model, pane)?;
    let sign = canvas.look.glyphs.rising;
    let text = {
        let usual = i18n::decimal(&few(surge.usual));
        format!("{sign}{}, {}", surge.people, say!("alarm-usual", n = usual))
    };
    Some(Span::styled(text, level_style(canvas, surge.level)))
}

/// One column that says whether the group of a pane has a surge.
pub(super) fn sign(model: &Model, canvas: &Canvas<'_>, pane: &Pane) -> &'static str {
    match surge_of(model, pane) {
        Some(_) => canvas.look.glyphs.rising,
        None => " ",
    }
}

fn surge_of<'m>(model: &'m Model, pane: &Pane) -> Option<&'m Surge> {
    let watch = model.board.watch();
    match &pane.def().kind {
        PaneKind::Group(group) => watch.surge(group),
        PaneKind::Rest => watch.surge(&GroupId::other()),
        PaneKind::Saved(_) => None,
    }
}

/// How many incidents go on, or that there is a surge, in two words; for screens without the lines.
pub(super) fn in_short(model: &Model) -> Option<String> {
    let watch = model.board.watch();
    let incidents = watch.open().count() + model.unfinished().count();
    match (incidents, watch.surges.len()) {
        (0, 0) => None,
        (0, n) => Some(say!("count-surges-short", n = n)),
        (n, _) => Some(say!("count-incidents-short", n = n)),
    }
}
