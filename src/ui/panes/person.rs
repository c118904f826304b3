//! One person: how to reach them, their tickets, their devices.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::row::{RowStyle, number_columns};
use super::ticket::place_text;
use super::{facts, list};
use crate::app::Model;
use crate::app::model::Area;
use crate::app::model::screen::{PersonScreen, PersonSection};
use crate::domain::fact::Fact;
use crate::domain::ids::TicketId;
use crate::domain::view::Column;
use crate::i18n::{self, say};
use crate::ui::cache::ViewCache;
use crate::ui::compose::{self, Part};
use crate::ui::paint::{Canvas, Labels};
use crate::ui::{chrome, layout};

/// From this width on the devices stand beside the tickets.
const SIDE_BY_SIDE: u16 = 100;

/// Draws the Person screen.
pub(in crate::ui) fn draw(
    model: &Model,
    screen: &PersonScreen,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let lines = heading(model, screen, canvas, usize::from(area.width));
    let rows = u16::try_from(lines.len()).unwrap_or(1);
    let (head, body) = layout::cut_top(area, rows);
    canvas.lines(head, &lines);
    if area.width >= SIDE_BY_SIDE {
        let left = Rect {
            width: body.width * 11 / 20,
            ..body
        };
        let right = Rect {
            x: body.x + left.width,
            width: body.width - left.width,
            ..body
        };
        for (place, section, title) in [
            (left, PersonSection::Tickets, i18n::word("person-tickets")),
            (right, PersonSection::Devices, i18n::word("facts-devices")),
        ] {
            let focused = screen.section == section;
            let style = if focused {
                canvas.look.theme.accent
            } else {
                canvas.look.theme.strong
            };
            let corner = match section {
                PersonSection::Tickets => Line::styled(tickets_text(screen), canvas.look.theme.dim),
                PersonSection::Devices => Line::default(),
            };
            let labels = Labels {
                title: Line::styled(title, style),
                corner,
                foot: Line::default(),
            };
            let inside = canvas.border(place, labels, focused);
            let foot = section_of(model, screen, section, cache, canvas, inside);
            canvas.foot(place, foot);
        }
    } else {
        let (line, body) = layout::cut_top(body, 1);
        let names = [say!("person-tickets"), say!("facts-devices")];
        let chosen = usize::from(screen.section == PersonSection::Devices);
        let columns = usize::from(line.width.saturating_sub(2));
        let tabs = chrome::sections(canvas, &names, chosen, columns);
        let right = Line::styled(tickets_text(screen), canvas.look.theme.dim);
        let mut tabs = compose::spread(tabs, right, columns);
        tabs.spans.insert(0, Span::raw(" "));
        canvas.line(line.x, line.y, line.width, &tabs);
        section_of(model, screen, screen.section, cache, canvas, body);
    }
}

fn tickets_text(screen: &PersonScreen) -> String {
    if screen.loading {
        say!("person-reading-older")
    } else if screen.trouble.is_some() {
        say!("person-older-failed")
    } else {
        say!("person-known", n = screen.rows.len())
    }
}

fn heading(
    model: &Model,
    screen: &PersonScreen,
    canvas: &Canvas<'_>,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let room = columns.saturating_sub(2);
    let mut parts = vec![Part::new(0, screen.who.name.clone(), theme.strong)];
    if let Some(mark) = chrome::mark(model, canvas) {
        parts.push(Part {
            rank: 1,
            spans: vec![mark],
        });
    }
    if screen.who.name != screen.who.id.as_str() {
        parts.push(Part::new(4, screen.who.id.to_string(), theme.dim));
    }
    if let Some(person) = &screen.person {
        for (rank, label, fact) in [
            (2, i18n::word("person-phone"), &person.phone),
            (3, i18n::word("person-mail"), &person.email),
            (3, i18n::word("person-site"), &person.site),
            (5, i18n::word("person-language"), &person.lang),
        ] {
            if let Fact::Known(value) = fact
                && value.as_str() != screen.who.id.as_str()
            {
                parts.push(Part::new(rank, format!("{label} {value}"), theme.text));
            }
        }
    }
    let mut first = compose::parts(parts, canvas.look.glyphs.dot, room);
    first.spans.insert(0, Span::raw(" "));
    let mut lines = vec![first];
    if let Some(trouble) = &screen.trouble {
        let mut line = compose::fit(
            Line::styled(i18n::retold(&trouble.message).into_owned(), theme.alarm),
            room,
        );
        line.spans.insert(0, Span::raw(" "));
        lines.push(line);
    }
    lines
}

/// Draws a section; what more there is of it is returned in words.
fn section_of(
    model: &Model,
    screen: &PersonScreen,
    section: PersonSection,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> Line<'static> {
    let focused = screen.section == section;
    match section {
        PersonSection::Tickets => {
            cache.note(Area::Person(section), area.height, 0);
            tickets(model, screen, canvas, area, focused);
            let below = list::below(&screen.tickets, &screen.rows, area.height);
            Line::styled(below, canvas.look.theme.dim)
        }
        PersonSection::Devices => {
            let columns = usize::from(area.width.saturating_sub(1));
            let held = model.board.fleet().held_by(&screen.who.id);
            let mut lines = facts::device_lines(model, held, &canvas.look, columns);
            if lines.is_empty() {
                lines.push(Line::styled(
                    i18n::word("facts-no-device"),
                    canvas.look.theme.dim,
                ));
            }
            let height = usize::from(area.height);
            let top = screen.devices_top.min(lines.len().saturating_sub(height));
            cache.note(Area::Person(section), area.height, lines.len());
            let place = Rect {
                x: area.x + 1,
                width: area.width.saturating_sub(1),
                ..area
            };
            canvas.lines(place, lines.iter().skip(top));
            place_text(canvas, top, height, lines.len())
        }
    }
}

fn tickets(
    model: &Model,
    screen: &PersonScreen,
    canvas: &mut Canvas<'_>,
    area: Rect,
    focused: bool,
) {
    let look = canvas.look;
    if screen.rows.is_empty() {
        let text = if screen.loading {
            i18n::word("pane-reading")
        } else {
            i18n::word("person-no-tickets")
        };
        let line = Line::styled(text, look.theme.dim);
        canvas.line(area.x + 1, area.y, area.width.saturating_sub(1), &line);
        return;
    }
    let number = number_columns(screen.rows.iter().map(TicketId::as_str));
    list::draw(
        canvas,
        area,
        &screen.tickets,
        &screen.rows,
        focused,
        |id, columns| {
            let style = RowStyle {
                model,
                view: &Column::USUAL,
                look,
                zone: &model.settings.zone,
                now: model.now,
                me: model.desk.identity.as_ref().map(|i| &i.me),
                marks: &model.marks,
                columns,
                number,
            };
            match (model.board.row(id), model.ticket(id)) {
                (Some(row), _) => style.row(row),
                (None, Some(ticket)) => style.line(ticket, 0),
                (None, None) => Line::styled(say!("not-known-any-more", id = id), look.theme.dim),
            }
        },
    );
}
