//! Moving: cursors, panes, screens.

use std::collections::BTreeMap;

use crate::domain::ids::TicketId;
use crate::domain::person::PersonRef;

use super::super::effect::Effect;
use super::super::model::pane::{ListCursor, Step};
use super::super::model::screen::{
    IncidentSection, PersonScreen, PersonSection, Screen, Section, TicketScreen,
};
use super::super::model::{Area, Model, NoticeKind};
use super::{Effects, alike, incidents, no_ticket, notice, outbox, overlay, search, sync};

/// Lines that an arrow moves in a text: a few at once, because every line that moves is painted again.
const LINES: usize = 3;

pub(super) fn step(model: &mut Model, step: Step) {
    if !model.overlays.is_empty() {
        overlay::step(model, step);
        return;
    }
    let now = model.now;
    match model.screens.current() {
        Screen::Board => {
            let focus = model.screens.board.focus;
            let height = model.height(Area::Pane(focus));
            if let Some(view) = model.screens.board.panes.get_mut(focus) {
                view.step(&model.board, focus, step, height, now);
            }
        }
        Screen::Devices => {
            let height = model.height(Area::Devices);
            let screen = &mut model.screens.devices;
            screen.moved = true;
            screen.list.step(screen.rows.as_slice(), step, height);
        }
        Screen::Outbox => {
            let height = model.height(Area::Outbox);
            let screen = &mut model.screens.outbox;
            screen.moved = true;
            screen.list.step(screen.rows.as_slice(), step, height);
        }
        Screen::Wall => {}
        Screen::Trends => {
            let last = model.trend_groups().count();
            let at = model.screens.trends.at.min(last);
            model.screens.trends.at = match step {
                Step::Up => at.saturating_sub(1),
                Step::Down => (at + 1).min(last),
                Step::PageUp | Step::First => 0,
                Step::PageDown | Step::Last => last,
            };
        }
        Screen::Incidents | Screen::Incident(_) => incidents::step(model, step),
        Screen::Ticket(ticket) => {
            let section = ticket.section;
            let extent = model.terminal.areas.get(&Area::Section(section)).copied();
            let (height, content) = extent.map_or((1, 0), |e| (e.height, e.content));
            let last = content.saturating_sub(height);
            if let Some(Screen::Ticket(ticket)) = model.screens.stack.last_mut() {
                let start = if section == Section::Conversation {
                    last
                } else {
                    0
                };
                let top = ticket.scroll.get(&section).copied().unwrap_or(start);
                ticket
                    .scroll
                    .insert(section, scroll(top, step, last, height));
            }
        }
        Screen::Person(person) => {
            let section = person.section;
            let height = model.height(Area::Person(section));
            let content = model
                .terminal
                .areas
                .get(&Area::Person(section))
                .map_or(0, |e| e.content);
            if let Some(Screen::Person(person)) = model.screens.stack.last_mut() {
                match section {
                    PersonSection::Tickets => {
                        person.tickets.step(person.rows.as_slice(), step, height);
                    }
                    PersonSection::Devices => {
                        let last = content.saturating_sub(height);
                        person.devices_top = scroll(person.devices_top, step, last, height);
                    }
                }
            }
        }
    }
}

/// The first visible line of a text after a step.
pub(super) fn scroll(top: usize, step: Step, last: usize, height: usize) -> usize {
    let page = height.saturating_sub(1).max(1);
    let to = match step {
        Step::Up => top.saturating_sub(LINES),
        Step::Down => top.saturating_add(LINES),
        Step::PageUp => top.saturating_sub(page),
        Step::PageDown => top.saturating_add(page),
        Step::First => 0,
        Step::Last => last,
    };
    to.min(last)
}

pub(super) fn focus_pane(model: &mut Model, pane: usize) {
    let count = model.screens.board.panes.len();
    if pane >= count {
        let text = format!("There is no pane {}", pane + 1);
        notice(model, NoticeKind::Info, None, text);
        return;
    }
    let old = model.screens.board.focus;
    if old != pane {
        model.screens.board.focus = pane;
        thaw(model, old);
        let height = model.height(Area::Pane(pane));
        if let Some(view) = model.screens.board.panes.get_mut(pane) {
            view.settle(&model.board, pane, height, true);
        }
    }
}

pub(super) fn next_pane(model: &mut Model, forward: bool) {
    let count = model.screens.board.panes.len().max(1);
    let focus = model.screens.board.focus;
    let to = if forward {
        focus + 1
    } else {
        focus + count - 1
    };
    focus_pane(model, to % count);
}

/// Lets the new order of a pane in.
fn thaw(model: &mut Model, pane: usize) {
    let height = model.height(Area::Pane(pane));
    let focused = model.screens.board.focus == pane;
    if let Some(view) = model.screens.board.panes.get_mut(pane) {
        view.thaw(&model.board, pane, height, focused);
    }
}

/// The pane is in use: its order stands still for a while longer.
pub(super) fn keep_order(model: &mut Model) {
    let (now, focus) = (model.now, model.screens.board.focus);
    if let Some(view) = model.screens.board.panes.get_mut(focus) {
        view.touch(now);
    }
}

pub(super) fn zoom(model: &mut Model) {
    model.screens.board.zoom = !model.screens.board.zoom;
}

pub(super) fn refresh(model: &mut Model, fx: &mut Effects) {
    thaw(model, model.screens.board.focus);
    outbox::sort(model);
    sync::settle_lists(model);
    fx.push(Effect::RefreshNow);
    if let Screen::Ticket(ticket) = model.screens.current() {
        let id = ticket.id.clone();
        sync::load(model, &id, fx);
    }
    notice(model, NoticeKind::Info, None, "Asking the desk now");
}

/// Opens a screen above the others, or goes back to it if it is open.
pub(super) fn go(model: &mut Model, screen: Screen) {
    let open = model
        .screens
        .stack
        .iter()
        .position(|s| s.context() == screen.context());
    if let Some(at) = open {
        model.screens.stack.truncate(at + 1);
    } else {
        if matches!(screen, Screen::Outbox) {
            outbox::sort(model);
        }
        model.screens.stack.push(screen);
    }
    sync::settle_lists(model);
}

pub(super) fn go_board(model: &mut Model) {
    model.screens.stack.clear();
}

/// Closes what is on top; on the Board takes back zoom, then filter.
pub(super) fn back(model: &mut Model) {
    if model.overlays.pop().is_some() || model.screens.stack.pop().is_some() {
        sync::settle_lists(model);
        return;
    }
    if model.screens.board.zoom {
        model.screens.board.zoom = false;
    } else if !model.screens.board.filter.is_empty() {
        search::set_board_filter(model, "");
    }
}

/// Enter: the ticket, the holder of the device, the ticket of the action.
pub(super) fn open(model: &mut Model, fx: &mut Effects) {
    match model.screens.current() {
        Screen::Board | Screen::Person(_) | Screen::Ticket(_) => {
            match model.ticket_under_cursor().cloned() {
                Some(id) => open_ticket(model, id, fx),
                None => notice(model, NoticeKind::Info, None, "There is no ticket here"),
            }
        }
        Screen::Wall | Screen::Trends => {}
        Screen::Incidents | Screen::Incident(_) => incidents::open(model, fx),
        Screen::Outbox => {
            let item = model
                .screens
                .outbox
                .list
                .cursor()
                .and_then(|id| model.outbox.get(*id));
            let ticket = item.and_then(|i| i.result.clone().or_else(|| i.action.ticket.clone()));
            match ticket {
                Some(id) => open_ticket(model, id, fx),
                None => notice(
                    model,
                    NoticeKind::Info,
                    None,
                    "There is no ticket for this yet",
                ),
            }
        }
        Screen::Devices => {
            let device = model
                .screens
                .devices
                .list
                .cursor()
                .and_then(|id| model.board.fleet().get(id));
            match device.map(|d| {
                (
                    d.holder.known().cloned(),
                    d.holder.is_unknown(),
                    d.name.clone(),
                )
            }) {
                Some((Some(holder), ..)) => open_person(model, holder, fx),
                Some((None, true, name)) => {
                    let text = format!("Who holds {name} is not known");
                    notice(model, NoticeKind::Info, None, text);
                }
                Some((None, false, name)) => {
                    notice(
                        model,
                        NoticeKind::Info,
                        None,
                        format!("Nobody holds {name}"),
                    );
                }
                None => notice(model, NoticeKind::Info, None, "There is no device here"),
            }
        }
    }
}

pub(super) fn open_ticket(model: &mut Model, id: TicketId, fx: &mut Effects) {
    keep_order(model);
    sync::load(model, &id, fx);
    alike::find(model, &id, fx);
    model.screens.stack.push(Screen::Ticket(TicketScreen {
        id,
        section: Section::default(),
        scroll: BTreeMap::new(),
        unmasked: false,
        quotes: false,
    }));
}

pub(super) fn open_requester(model: &mut Model, fx: &mut Effects) {
    let Some(id) = model.ticket_under_cursor().cloned() else {
        no_ticket(model);
        return;
    };
    let requesters = model
        .ticket(&id)
        .map(|t| t.requesters.clone())
        .unwrap_or_default();
    let first = requesters.known().and_then(|all| all.first().cloned());
    match first {
        Some(person) => open_person(model, person, fx),
        None if requesters.is_unknown() => {
            let text = format!("{id}: the requester is not known yet");
            notice(model, NoticeKind::Info, Some(&id), text);
        }
        None => notice(
            model,
            NoticeKind::Info,
            Some(&id),
            format!("{id} has no requester"),
        ),
    }
}

pub(super) fn open_person(model: &mut Model, who: PersonRef, fx: &mut Effects) {
    fx.push(Effect::LoadPerson(who.id.clone()));
    model
        .screens
        .stack
        .push(Screen::Person(Box::new(PersonScreen {
            who,
            person: None,
            rows: Vec::new(),
            tickets: ListCursor::default(),
            devices_top: 0,
            section: PersonSection::default(),
            loading: true,
            trouble: None,
        })));
    sync::settle_lists(model);
}

pub(super) fn section(model: &mut Model, forward: bool) {
    if matches!(model.screens.current(), Screen::Trends) {
        let span = model.screens.trends.span;
        model.screens.trends.span = if forward {
            span.next()
        } else {
            span.previous()
        };
        return;
    }
    match model.screens.stack.last_mut() {
        Some(Screen::Ticket(ticket)) => {
            let count = Section::ALL.len();
            let at = Section::ALL
                .iter()
                .position(|s| *s == ticket.section)
                .unwrap_or(0);
            let to = if forward { at + 1 } else { at + count - 1 };
            ticket.section = Section::ALL.get(to % count).copied().unwrap_or_default();
        }
        Some(Screen::Incident(incident)) => {
            let sections: Vec<IncidentSection> = incident.sections().collect();
            let count = sections.len().max(1);
            let at = sections.iter().position(|s| *s == incident.section);
            let at = at.unwrap_or(0);
            let to = if forward { at + 1 } else { at + count - 1 };
            incident.section = sections.get(to % count).copied().unwrap_or_default();
        }
        Some(Screen::Person(person)) => {
            person.section = match person.section {
                PersonSection::Tickets => PersonSection::Devices,
                PersonSection::Devices => PersonSection::Tickets,
            };
        }
        _ => {}
    }
}

/// From the open ticket to its neighbour in the pane.
pub(super) fn neighbour(model: &mut Model, step: Step, fx: &mut Effects) {
    let Screen::Ticket(open) = model.screens.current() else {
        return;
    };
    let (id, section) = (open.id.clone(), open.section);
    let (now, focus) = (model.now, model.screens.board.focus);
    let height = model.height(Area::Pane(focus));
    let next = model.screens.board.panes.get_mut(focus).and_then(|view| {
        if !view.put(&model.board, focus, &id, height) {
            return None;
        }
        view.step(&model.board, focus, step, height, now);
        view.cursor().cloned()
    });
    match next {
        Some(next) if next != id => {
            model.screens.stack.pop();
            open_ticket(model, next, fx);
            if let Some(Screen::Ticket(open)) = model.screens.stack.last_mut() {
                open.section = section;
            }
        }
        Some(_) => {
            let text = format!("{id} is the end of this pane");
            notice(model, NoticeKind::Info, Some(&id), text);
        }
        None => {
            let text = format!("{id} is not in the pane below");
            notice(model, NoticeKind::Info, Some(&id), text);
        }
    }
}
