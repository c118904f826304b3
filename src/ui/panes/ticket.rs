//! One ticket: conversation, facts, history.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{conversation, facts};
use crate::app::Model;
use crate::app::model::screen::{Screen, Section, TicketScreen};
use crate::app::model::{Area, DetailState};
use crate::domain::fact::Fact;
use crate::domain::ids::TicketId;
use crate::domain::ticket::Ticket;
use crate::i18n::{self, say};
use crate::text::mask::mask_unless;
use crate::ui::cache::{TextKey, ViewCache};
use crate::ui::compose::{self, Part};
use crate::ui::paint::{Canvas, Labels};
use crate::ui::{chrome, layout, when, words};

/// From this width on the facts stand beside the conversation.
const SIDE_BY_SIDE: u16 = 100;

/// Draws the Ticket screen.
pub(in crate::ui) fn draw(
    model: &Model,
    screen: &TicketScreen,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    // Nothing but this ticket is drawn from here on, until the function ends.
    canvas.unmasked = screen.unmasked;
    draw_whole(model, screen, cache, canvas, area);
    canvas.unmasked = false;
}

fn draw_whole(
    model: &Model,
    screen: &TicketScreen,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let header = header(
        model,
        &screen.id,
        canvas,
        usize::from(area.width),
        area.height,
    );
    let rows = u16::try_from(header.len()).unwrap_or(1);
    let (top, body) = layout::cut_top(area, rows);
    canvas.lines(top, &header);
    if model.ticket(&screen.id).is_none() {
        let text = match model.details.get(&screen.id) {
            Some(DetailState {
                trouble: Some(trouble),
                ..
            }) => i18n::retold(&trouble.message).into_owned(),
            Some(DetailState { loading: true, .. }) => say!("ticket-reading"),
            _ => say!("ticket-not-known"),
        };
        let lines = compose::wrap(&text, canvas.look.theme.dim, usize::from(body.width) - 2);
        let place = Rect {
            x: body.x + 1,
            ..body
        };
        canvas.lines(place, &lines);
        return;
    }
    if area.width >= SIDE_BY_SIDE {
        side_by_side(model, screen, cache, canvas, body);
    } else {
        stacked(model, screen, cache, canvas, body);
    }
}

/// Number, subject, state; below it what else there is room for.
fn header(
    model: &Model,
    id: &TicketId,
    canvas: &Canvas<'_>,
    columns: usize,
    height: u16,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let dot = canvas.look.glyphs.dot;
    let room = columns.saturating_sub(2);
    let Some(ticket) = model.ticket(id) else {
        return vec![Line::styled(format!(" {id}"), theme.strong)];
    };
    let me = model.desk.identity.as_ref().map(|i| &i.me);
    let mut state = vec![
        Part::new(1, ticket.status.name.clone(), theme.strong),
        Part::new(3, priority_text(ticket), theme.text),
        Part::new(2, words::owner(ticket, me), theme.text),
    ];
    if let Some(row) = model.board.row(id) {
        state.push(Part::new(
            4,
            model.group_title(&row.group).to_owned(),
            theme.text,
        ));
    }
    if !model.way_out(id).is_empty() {
        state.push(Part::new(5, i18n::word("ticket-way-out"), theme.accent));
    }
    state.extend(incident_part(model, id, canvas));
    if let Some(claim) = model.claimed_by(ticket).next() {
        let text = crate::app::words::claimed(model, claim);
        state.insert(0, Part::new(1, text, theme.caution));
    }
    if let Some(mark) = chrome::mark(model, canvas) {
        state.insert(
            0,
            Part {
                rank: 0,
                spans: vec![mark],
            },
        );
    }
    let number = Span::styled(format!("{id}  "), theme.dim);
    let subject = Span::styled(
        mask_unless(canvas.unmasked, &ticket.subject).into_owned(),
        theme.strong,
    );
    let mut lines = Vec::new();
    let indent = |mut line: Line<'static>| {
        line.spans.insert(0, Span::raw(" "));
        line
    };
    if columns >= 100 {
        let right = compose::parts(state, dot, room / 2);
        lines.push(indent(compose::spread(
            Line::from(vec![number, subject]),
            right,
            room,
        )));
    } else {
        lines.push(indent(compose::fit(
            Line::from(vec![number, subject]),
            room,
        )));
        lines.push(indent(compose::parts(state, dot, room)));
    }
    let pending = pending_text(model, id);
    if let Some(text) = pending {
        let line = Line::from(vec![
            Span::styled(
                format!("{} ", canvas.look.glyphs.unconfirmed),
                theme.caution,
            ),
            Span::styled(text, theme.caution),
        ]);
        lines.push(indent(compose::fit(line, room)));
    } else if height >= 18 {
        let date = |at| when::long(at, model.now, &model.settings.zone);
        let tags = match &ticket.tags {
            Fact::Known(tags) if !tags.is_empty() => say!("ticket-tags", tags = tags.join(", ")),
            _ => String::new(),
        };
        let parts = vec![
            Part::new(
                1,
                say!(
                    "ticket-queue",
                    queue = words::fact(&ticket.queue, i18n::word("none"))
                ),
                theme.dim,
            ),
            Part::new(
                2,
                say!("ticket-since", at = date(ticket.created)),
                theme.dim,
            ),
            Part::new(
                3,
                say!("ticket-changed", at = date(ticket.updated)),
                theme.dim,
            ),
            Part::new(4, tags, theme.dim),
        ];
        lines.push(indent(compose::parts(parts, dot, room)));
    }
    lines
}

/// The incident that the ticket is in, or looks as if it were in.
fn incident_part(model: &Model, id: &TicketId, canvas: &Canvas<'_>) -> Option<Part> {
    let theme = canvas.look.theme;
    let standing = model.board.incident_of(id)?;
    let incident = &standing.incident;
    let is_odd = standing.odd.iter().any(|member| member.ticket == *id);
    let (text, style) = if is_odd {
        let text = say!("ticket-odd", incident = incident.incident);
        (text, theme.caution)
    } else {
        let text = say!(
            "ticket-incident",
            incident = incident.incident,
            n = incident.people
        );
        (text, theme.alarm)
    };
    Some(Part::new(1, text, style))
}

/// `high (80)`; unknown says so.
fn priority_text(ticket: &Ticket) -> String {
    match ticket.priority {
        Fact::Known(n) => format!("{} ({n})", words::priority(n)),
        Fact::Empty => say!("ticket-no-priority"),
        Fact::Unknown => say!("ticket-priority-unknown"),
    }
}

/// What of ours on this ticket is not yet confirmed, in words.
fn pending_text(model: &Model, id: &TicketId) -> Option<String> {
    let verbs: Vec<String> = model
        .outbox
        .of_ticket(id)
        .filter(|item| item.state.is_pending())
        .map(|item| {
            format!(
                "{} ({})",
                crate::app::words::verb(&item.action.verb),
                crate::app::words::state(item.state)
            )
        })
        .collect();
    (!verbs.is_empty()).then(|| say!("ticket-unconfirmed", what = verbs.join(", ")))
}

/// The lines of a section, kept until what they depend on changes.
fn section<'c>(
    model: &Model,
    cache: &'c mut ViewCache,
    canvas: &Canvas<'_>,
    id: &TicketId,
    section: Section,
    columns: u16,
) -> &'c [Line<'static>] {
    let detail = model.details.shown(id);
    let unmasked = canvas.unmasked;
    let quotes = matches!(model.screens.current(), Screen::Ticket(open) if open.quotes);
    let key = TextKey {
        unmasked,
        quotes,
        ..text_key(model, id, columns)
    };
    let look = canvas.look;
    let columns = usize::from(columns);
    let sentences = cache.sentences(model);
    match section {
        Section::Conversation => cache.text("conversation", key, || {
            conversation::messages(model, id, detail, &look, columns, (unmasked, quotes))
        }),
        Section::History => cache.text("history", key, || {
            conversation::history(model, detail, &look, columns, unmasked)
        }),
        Section::Facts => cache.text("facts", key, || {
            facts::lines(model, id, detail, &sentences, &look, columns)
        }),
    }
}

fn text_key(model: &Model, id: &TicketId, columns: u16) -> TextKey {
    let state = model.details.get(id);
    let detail = state.and_then(|s| s.shown.as_deref());
    TextKey {
        ticket: id.clone(),
        columns,
        unmasked: false,
        quotes: false,
        read_at: detail.and_then(|d| d.read_at),
        entries: detail.map(|d| d.entries.len()),
        failed: state.is_some_and(|s| s.trouble.is_some()),
        alike: state.map_or(0, |s| s.alike.answers),
        lang: model.settings.lang.clone(),
        revision: (model.board.revision(), model.outbox.revision()),
        mark: crate::ui::cache::mark(model.now),
    }
}

/// First visible line of a section: where it was scrolled to, else its beginning; of the conversation its end.
fn top_of(screen: &TicketScreen, section: Section, count: usize, height: usize) -> usize {
    let last = count.saturating_sub(height);
    match screen.scroll.get(&section) {
        Some(top) => (*top).min(last),
        None if section == Section::Conversation => last,
        None => 0,
    }
}

fn side_by_side(
    model: &Model,
    screen: &TicketScreen,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let left = Rect {
        width: area.width * 11 / 20,
        ..area
    };
    let right = Rect {
        x: area.x + left.width,
        width: area.width - left.width,
        ..area
    };
    // The history takes the place of the conversation while it is looked at.
    let main = match screen.section {
        Section::History => Section::History,
        Section::Conversation | Section::Facts => Section::Conversation,
    };
    for (place, section) in [(left, main), (right, Section::Facts)] {
        let title = section_title(model, &screen.id, section);
        let focused = screen.section == section;
        boxed(model, screen, cache, canvas, place, section, title, focused);
    }
}

#[expect(clippy::too_many_arguments, reason = "one box, named parts")]
fn boxed(
    model: &Model,
    screen: &TicketScreen,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
    which: Section,
    title: String,
    focused: bool,
) {
    let theme = canvas.look.theme;
    let inside = layout::inside(area);
    let height = usize::from(inside.height);
    let lines = section(model, cache, canvas, &screen.id, which, inside.width);
    let count = lines.len();
    let top = top_of(screen, which, count, height);
    let visible: Vec<Line<'static>> = lines.iter().skip(top).take(height).cloned().collect();
    let style = if focused { theme.accent } else { theme.strong };
    let labels = Labels {
        title: Line::styled(title, style),
        corner: Line::styled(read_text(model, &screen.id), theme.dim),
        foot: place_text(canvas, top, height, count),
    };
    let labels = if which == Section::Facts {
        Labels {
            corner: Line::default(),
            ..labels
        }
    } else {
        labels
    };
    canvas.border(area, labels, focused);
    canvas.lines(inside, &visible);
    cache.note(Area::Section(which), inside.height, count);
}

/// What is above and below what can be seen.
pub(super) fn place_text(
    canvas: &Canvas<'_>,
    top: usize,
    height: usize,
    count: usize,
) -> Line<'static> {
    let theme = canvas.look.theme;
    let below = count.saturating_sub(top + height);
    let mut parts = Vec::new();
    if top > 0 {
        parts.push(Part::new(1, say!("lines-above", n = top), theme.dim));
    }
    if below > 0 {
        parts.push(Part::new(0, say!("lines-below", n = below), theme.dim));
    }
    compose::parts(parts, canvas.look.glyphs.dot, 36)
}

/// How fresh the conversation is, where that is not plain.
fn read_text(model: &Model, id: &TicketId) -> String {
    let Some(state) = model.details.get(id) else {
        return say!("read-not-yet");
    };
    let read = state.shown.as_ref().map(|d| d.read_at);
    match (read, state.loading, &state.trouble) {
        (_, true, _) => say!("read-now"),
        (_, _, Some(_)) => say!("read-failed"),
        (Some(Some(at)), ..) => {
            let at = when::long(at, model.now, &model.settings.zone);
            say!("read-at", at = at)
        }
        (Some(None), ..) => say!("read-from-cache"),
        (None, ..) => say!("read-not-yet"),
    }
}

fn section_title(model: &Model, id: &TicketId, section: Section) -> String {
    match section {
        Section::Conversation => say!("section-conversation"),
        Section::History => say!("section-history"),
        Section::Facts => model
            .ticket(id)
            .and_then(Ticket::requester)
            .map_or_else(|| say!("requester-unknown"), |p| p.name.clone()),
    }
}

/// One section at a time, with a line that names them all.
fn stacked(
    model: &Model,
    screen: &TicketScreen,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let theme = canvas.look.theme;
    let (line, body) = layout::cut_top(area, 1);
    let names = [
        say!("section-conversation"),
        say!("section-facts"),
        say!("section-history"),
    ];
    let chosen = Section::ALL
        .iter()
        .position(|s| *s == screen.section)
        .unwrap_or(0);
    let columns = usize::from(area.width.saturating_sub(2));
    let tabs = chrome::sections(canvas, &names, chosen, columns);
    let body = Rect {
        x: body.x + 1,
        width: body.width.saturating_sub(2),
        ..body
    };
    let height = usize::from(body.height);
    let lines = section(model, cache, canvas, &screen.id, screen.section, body.width);
    let count = lines.len();
    let top = top_of(screen, screen.section, count, height);
    let visible: Vec<Line<'static>> = lines.iter().skip(top).take(height).cloned().collect();
    canvas.lines(body, &visible);
    let where_text = place_text(canvas, top, height, count);
    let right = if compose::columns(&where_text) + compose::columns(&tabs) < columns {
        where_text
    } else {
        Line::default()
    };
    let right = if compose::columns(&right) == 0 {
        Line::styled(read_text(model, &screen.id), theme.dim)
    } else {
        right
    };
    let mut heading = if compose::columns(&right) + compose::columns(&tabs) < columns {
        compose::spread(tabs, right, columns)
    } else {
        compose::spread(tabs, Line::default(), columns)
    };
    heading.spans.insert(0, Span::raw(" "));
    canvas.line(line.x, line.y, line.width, &heading);
    cache.note(Area::Section(screen.section), body.height, count);
}
