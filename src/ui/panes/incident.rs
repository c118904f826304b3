//! One incident: its sentence, what its members share, and its tickets with reasons.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::incidents::{joiners, state_word};
use super::row::mark_of;
use super::{list, restored, why};
use crate::app::Model;
use crate::app::model::Area;
use crate::app::model::declared::Shown;
use crate::app::model::screen::{IncidentScreen, IncidentSection};
use crate::app::update::template_of_joiners;
use crate::domain::device::Device;
use crate::domain::ids::{DeviceId, TicketId};
use crate::domain::incident::IncidentState;
use crate::domain::watch::{Membership, Standing};
use crate::i18n::incident::Sentences;
use crate::i18n::why::Why;
use crate::i18n::{self, say};
use crate::input::{Command, Context};
use crate::text::mask::mask;
use crate::text::width;
use crate::ui::cache::ViewCache;
use crate::ui::compose::{self, Part};
use crate::ui::look::Look;
use crate::ui::paint::Canvas;
use crate::ui::{alarms, chrome, layout, when, words};

/// Draws the screen of one incident.
pub(in crate::ui) fn draw(
    model: &Model,
    screen: &IncidentScreen,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let theme = canvas.look.theme;
    let columns = usize::from(area.width.saturating_sub(2));
    let Some(standing) = model.board.watch().standing(&screen.id) else {
        let text = format!(" {}", say!("incident-not-known", id = screen.id));
        canvas.line(area.x, area.y, area.width, &Line::styled(text, theme.dim));
        return;
    };
    let sentences = cache.sentences(model);
    let mut head = head_lines(model, &sentences, standing, canvas, columns, area.height);
    for line in &mut head {
        line.spans.insert(0, Span::raw(" "));
    }
    let rows = u16::try_from(head.len()).unwrap_or(1);
    let (top, body) = layout::cut_top(area, rows.min(area.height / 2));
    canvas.lines(top, &head);

    let (line, body) = layout::cut_top(body, 1);
    let incident = &standing.incident;
    let names: Vec<String> = screen
        .sections()
        .map(|section| match section {
            IncidentSection::Members => say!("incident-tab-tickets", n = screen.members.len()),
            IncidentSection::Odd => say!("incident-tab-odd", n = screen.odd.len()),
            IncidentSection::Silent => say!("incident-tab-silent", n = incident.silent.len()),
            IncidentSection::Ill => say!("incident-tab-ill", n = screen.ill.len()),
            IncidentSection::NotKnown => say!("incident-tab-unknown", n = screen.not_known.len()),
            IncidentSection::Story => say!("incident-tab-story"),
        })
        .collect();
    let chosen = screen
        .sections()
        .position(|s| s == screen.section)
        .unwrap_or(0);
    let tabs = chrome::sections(canvas, &names, chosen, columns);
    canvas.line(line.x + 1, line.y, line.width.saturating_sub(2), &tabs);
    let look = canvas.look;
    let row = |id: &TicketId, columns| ticket_row(model, &sentences, standing, id, &look, columns);
    let device = |id: &DeviceId, columns| device_row(model, id, &look, columns);
    let well = |id: &TicketId, columns| restored::row(model, standing, id, &look, columns);
    let mut content = 0;
    let (is_empty, nothing) = match screen.section {
        IncidentSection::Members => {
            let rows = &screen.members;
            list::draw(canvas, body, &screen.at_member, rows, true, row);
            (rows.is_empty(), i18n::word("incident-no-tickets"))
        }
        IncidentSection::Odd => {
            let rows = &screen.odd;
            list::draw(canvas, body, &screen.at_odd, rows, true, row);
            (rows.is_empty(), i18n::word("incident-no-odd"))
        }
        IncidentSection::Silent => {
            let rows = &screen.silent;
            list::draw(canvas, body, &screen.at_silent, rows, true, device);
            (rows.is_empty(), i18n::word("incident-no-silent"))
        }
        IncidentSection::Ill => {
            list::draw(canvas, body, &screen.at_ill, &screen.ill, true, well);
            (screen.ill.is_empty(), i18n::word("incident-no-ill"))
        }
        IncidentSection::NotKnown => {
            let rows = &screen.not_known;
            list::draw(canvas, body, &screen.at_not_known, rows, true, well);
            (rows.is_empty(), i18n::word("incident-no-unknown"))
        }
        IncidentSection::Story => {
            let story = story_lines(model, &sentences, standing, &look, columns);
            let place = Rect {
                x: body.x + 1,
                width: body.width.saturating_sub(2),
                ..body
            };
            canvas.lines(place, story.iter().skip(screen.story_top));
            content = story.len();
            (story.is_empty(), i18n::word("incident-no-story"))
        }
    };
    if is_empty {
        let line = Line::styled(nothing, theme.dim);
        canvas.line(body.x + 1, body.y, body.width.saturating_sub(1), &line);
    }
    cache.note(Area::Incident(screen.section), body.height, content);
}

/// State and numbers, the sentence, the table of what they share, who is well again.
fn head_lines(
    model: &Model,
    sentences: &Sentences,
    standing: &Standing,
    canvas: &Canvas<'_>,
    columns: usize,
    height: u16,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let incident = &standing.incident;
    let style = if standing.is_open() {
        theme.alarm
    } else {
        theme.dim
    };
    let declared = model.declared.shown(&incident.incident);
    let parts = vec![
        Part::new(
            0,
            say!("incident-title", id = incident.incident),
            theme.strong,
        ),
        Part::new(1, state(declared, incident.state), style),
        Part::new(2, sentences.incident_name(incident), theme.strong),
        Part::new(3, say!("count-people", n = incident.people), theme.text),
        Part::new(
            4,
            say!("count-tickets", n = incident.tickets.len()),
            theme.text,
        ),
    ];
    let mut lines = vec![compose::parts(parts, canvas.look.glyphs.dot, columns)];
    lines.extend(declared.map(|shown| declared_line(model, shown, standing, canvas, columns)));
    let room = if height >= 18 { 3 } else { 2 };
    let sentence = alarms::sentence(model, sentences, standing);
    lines.extend(compose::wrap_to(&sentence, theme.text, columns, room));
    if let (Some(restored), true) = (&incident.restored, height < 18) {
        let text = restored::short(restored);
        lines.push(compose::fit(Line::styled(text, theme.strong), columns));
    }
    if height < 18 {
        return lines;
    }
    if incident.shared.is_empty() {
        lines.push(Line::styled(
            i18n::word("incident-shares-nothing"),
            theme.dim,
        ));
    } else {
        lines.push(Line::styled(i18n::word("incident-shares"), theme.strong));
    }
    for shared in &incident.shared {
        let row = format!(
            "  {} {} {}",
            width::pad(&sentences.fact_name(&shared.fact), 16),
            width::pad(&shared.value, 22),
            say!(
                "incident-shared-of",
                inside = format!("{:>3}", shared.inside),
                of = format!("{:<4}", shared.inside_of),
                n = shared.fleet * 100 / shared.fleet_of.max(1)
            ),
        );
        lines.push(compose::fit(Line::styled(row, theme.text), columns));
    }
    let members = standing.members.iter();
    let out = members
        .filter(|m| !model.way_out(&m.ticket).is_empty())
        .count();
    if standing.is_open() && out > 0 {
        let text = say!("incident-way-out", n = out, of = standing.members.len());
        lines.push(compose::fit(Line::styled(text, theme.accent), columns));
    }
    if let Some(restored) = &incident.restored {
        let text = restored::text(model, standing, restored);
        lines.extend(compose::wrap(&text, theme.text, columns));
    }
    lines
}

/// Whether it is suspected or declared, and where it stands.
fn state(declared: Option<&Shown>, state: IncidentState) -> String {
    match (declared, state) {
        (None, state) => state_word(state).to_owned(),
        (Some(shown), IncidentState::Suspected | IncidentState::Changed) => shown.word(),
        (Some(shown), IncidentState::Ended) if shown.open > 0 => {
            say!("incident-quiet", what = shown.word())
        }
        (Some(shown), over) => format!("{}, {}", shown.word(), state_word(over)),
    }
}

/// How many are linked, who joined later, who is left out.
fn declared_line(
    model: &Model,
    shown: &Shown,
    standing: &Standing,
    canvas: &Canvas<'_>,
    columns: usize,
) -> Line<'static> {
    let theme = canvas.look.theme;
    let is_part = |m: &&Membership| Some(&m.ticket) != shown.parent.as_ref();
    let of = standing.members.iter().filter(is_part).count();
    let linked = match &shown.parent {
        Some(parent) => say!(
            "incident-linked",
            n = shown.linked,
            of = of,
            parent = parent
        ),
        None => say!("incident-being-made"),
    };
    let mut parts = vec![Part::new(0, linked, theme.text)];
    if !shown.joiners.is_empty() {
        let key = model
            .settings
            .keymap
            .label(Command::Joiners, Context::Incident);
        let count = joiners(shown.joiners.len());
        let text = match key {
            Some(key) => say!("incident-joiners-key", joiners = count, key = key),
            None => count,
        };
        parts.push(Part::new(1, text, theme.caution));
    }
    if let Some((id, why)) = shown.unanswered.first() {
        let more = match shown.unanswered.len() - 1 {
            0 => String::new(),
            n => format!(", and {n} more"),
        };
        let text = format!("{id} waits for an answer: {}{more}", mask(why));
        parts.push(Part::new(1, text, theme.alarm));
    }
    let record = shown.record.and_then(|id| model.declared.record(id));
    if let Some(record) = record {
        if record.follow {
            parts.push(Part::new(
                2,
                if template_of_joiners(model, record).is_some() {
                    i18n::word("incident-follow-answered")
                } else {
                    i18n::word("incident-follow")
                },
                theme.text,
            ));
        }
        if let Some(template) = &record.template {
            let text = say!("incident-answered", template = template);
            parts.push(Part::new(4, text, theme.dim));
        }
        if !record.left_out.is_empty() {
            let text = say!("count-left-out", n = record.left_out.len());
            parts.push(Part::new(3, text, theme.dim));
        }
    }
    compose::parts(parts, canvas.look.glyphs.dot, columns)
}

fn ticket_row(
    model: &Model,
    sentences: &Sentences,
    standing: &Standing,
    id: &TicketId,
    look: &Look,
    columns: usize,
) -> Line<'static> {
    let theme = look.theme;
    let mut members = standing.members.iter().chain(&standing.odd);
    let member = members.find(|m| m.ticket == *id);
    let is_odd = standing.odd.iter().any(|m| m.ticket == *id);
    let Some(ticket) = model.ticket(id) else {
        return Line::styled(say!("row-not-on-desk", id = id), theme.dim);
    };
    let waits = model.declared.shown(&standing.incident.incident);
    let mut waits = waits.into_iter().flat_map(|shown| &shown.unanswered);
    let waits = waits.find(|(other, _)| other == id);
    let reason = match member {
        Some(_) if waits.is_some() => {
            let why = waits.map_or("", |(_, why)| why.as_str());
            format!("not answered: {}", mask(why))
        }
        Some(_) if is_odd && ticket.created < standing.incident.since => {
            say!("incident-before-start")
        }
        Some(member) => why::reason(sentences, standing, member, look),
        None => sentences.why(Why::Split),
    };
    let mut left = mark_of(&model.marks, id, look);
    left.push(Span::styled(format!("{id} "), theme.dim));
    left.push(Span::styled(mask(&ticket.subject).into_owned(), theme.text));
    let who = ticket.requester().map(|p| p.name.clone());
    if columns >= 100 {
        let who = who.unwrap_or_else(|| say!("unknown"));
        left.push(Span::styled(look.glyphs.dot, theme.dim));
        left.push(Span::styled(who, theme.dim));
    }
    let me = model.desk.identity.as_ref().map(|i| &i.me);
    let style = if is_odd || waits.is_some() {
        theme.caution
    } else {
        theme.text
    };
    let time = when::short(ticket.created, model.now, &model.settings.zone);
    let state = width::pad(&words::state_short(ticket, me), 4);
    let right = vec![
        Part::new(1, width::fit(&reason, columns / 2).into_owned(), style),
        Part::new(0, format!("{time} {state}"), theme.dim),
    ];
    // On a narrow screen the subject says more than the reason.
    let most = if columns < 60 {
        columns / 2
    } else {
        columns * 2 / 3
    };
    let right = compose::parts(right, "  ", most);
    compose::spread(Line::from(left), right, columns)
}

/// A device that fails without a ticket, and who holds it.
fn device_row(model: &Model, id: &DeviceId, look: &Look, columns: usize) -> Line<'static> {
    let theme = look.theme;
    let Some(device) = model.board.fleet().get(id) else {
        return Line::styled(say!("not-known-any-more", id = id), theme.dim);
    };
    let holder = device
        .holder
        .known()
        .map_or(i18n::word("nobody"), |p| p.name.as_str());
    let mut left = vec![
        Span::styled(format!("{} ", device.name), theme.dim),
        Span::styled(holder.to_owned(), theme.text),
    ];
    if let Some(site) = device.text("site") {
        left.push(Span::styled(look.glyphs.dot, theme.dim));
        left.push(Span::styled(site.to_owned(), theme.dim));
    }
    let right = Line::styled(failing_words(model, device), theme.alarm);
    compose::spread(Line::from(left), right, columns)
}

pub(super) fn failing_words(model: &Model, device: &Device) -> String {
    let failing = model.settings.health.failing(device, model.now);
    let facts: Vec<&str> = failing
        .iter()
        .map(|(key, _)| words::failing_fact(key))
        .collect();
    if facts.is_empty() {
        say!("device-well-by-now")
    } else {
        say!("device-fails", what = facts.join(", "))
    }
}

/// How it grew.
fn story_lines(
    model: &Model,
    sentences: &Sentences,
    standing: &Standing,
    look: &Look,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = look.theme;
    let steps = standing.story.iter().enumerate();
    steps
        .map(|(nth, step)| {
            let word = match step.state {
                _ if nth == 0 => i18n::word("story-found"),
                IncidentState::Ended => i18n::word("story-over"),
                IncidentState::Joined => i18n::word("story-joined"),
                IncidentState::Suspected => i18n::word("story-came-back"),
                IncidentState::Changed => "",
            };
            let mut parts = vec![
                Part::new(
                    0,
                    when::long(step.at, model.now, &model.settings.zone),
                    theme.dim,
                ),
                Part::new(1, width::pad(word, 9), theme.strong),
                Part::new(2, say!("count-people", n = step.people), theme.text),
                Part::new(4, say!("count-tickets", n = step.tickets), theme.dim),
                Part::new(3, sentences.silent_in_short(step.silent), theme.dim),
            ];
            if let Some((fact, value)) = &step.shared {
                let text = format!("{} {value}", sentences.fact_name(fact));
                parts.push(Part::new(5, text, theme.text));
            }
            compose::parts(parts, "  ", columns)
        })
        .collect()
}
