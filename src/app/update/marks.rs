//! Marking tickets, and whether keys are about the marked ones.

use crate::domain::action::Seen;
use crate::domain::fact::Fact;
use crate::domain::ids::TicketId;
use crate::domain::query::Query;
use crate::domain::ticket::Ticket;

use super::super::line::Line;
use super::super::model::marks::Mark;
use super::super::model::overlay::{Prompt, PromptFor};
use super::super::model::pane::Step;
use super::super::model::pick::PickWhat;
use super::super::model::screen::{IncidentSection, PersonSection, Screen};
use super::super::model::{Model, NoticeKind, Overlay};
use super::{nav, no_ticket, notice, search, write};

/// Whether a key for tickets is about the marked ones. On the Ticket screen it is about the ticket that is read.
pub(super) fn are_meant(model: &Model) -> bool {
    !model.marks.is_empty() && !matches!(model.screens.current(), Screen::Ticket(_))
}

/// Marks the ticket under the cursor or unmarks it, and goes on to the next row.
pub(super) fn toggle(model: &mut Model) {
    let Some(target) = write::target(model) else {
        return;
    };
    let id = target.ticket;
    if !model.marks.remove(&id) {
        let mark = Mark {
            seen: target.seen,
            at: model.now,
            is_by_itself: true,
        };
        model.marks.put(id.clone(), mark);
    }
    model.marks.last = Some(id);
    model.touch();
    if !matches!(model.screens.current(), Screen::Ticket(_)) {
        nav::step(model, Step::Down);
    }
}

/// Marks the rows from the one that was marked last up to the cursor.
pub(super) fn range(model: &mut Model) {
    let rows = rows(model);
    let place = |id: Option<&TicketId>| rows.iter().position(|row| Some(row) == id);
    let Some(to) = place(model.ticket_under_cursor()) else {
        no_ticket(model);
        return;
    };
    let Some(from) = place(model.marks.last.as_ref()) else {
        let text = "Mark the first row of the range first; it is not in this list";
        notice(model, NoticeKind::Info, None, text);
        return;
    };
    let (first, count) = (from.min(to), from.abs_diff(to) + 1);
    let range: Vec<TicketId> = rows.into_iter().skip(first).take(count).collect();
    model.marks.last = range.get(to - first).cloned();
    put(model, range, true);
}

/// Marks every ticket of the pane or list; of an incident those too that look as if they belonged to it, and among those
/// that are not well only them.
pub(super) fn all(model: &mut Model) {
    let all = match model.screens.current() {
        Screen::Incident(open) => match open.section {
            IncidentSection::Ill | IncidentSection::NotKnown => rows(model),
            _ => open.members.iter().chain(&open.odd).cloned().collect(),
        },
        _ => rows(model),
    };
    put(model, all, false);
}

/// Which tickets?
pub(super) fn ask_query(model: &mut Model) {
    let prompt = Prompt {
        what: PromptFor::Marks,
        input: Line::new(""),
        error: None,
        hint: "group:vpn status:new owner:none age>2h; what matches is marked besides what is"
            .to_owned(),
        asked: None,
    };
    model.overlays.push(Overlay::Prompt(Box::new(prompt)));
}

/// Marks what a query finds.
pub(super) fn accept_query(model: &mut Model, text: &str) {
    match Query::parse(text) {
        Ok(query) if query.is_empty() => {
            model.overlays.pop();
            notice(
                model,
                NoticeKind::Info,
                None,
                "An empty query marks nothing",
            );
        }
        Ok(query) => {
            model.overlays.pop();
            let found = model.board.select(&query);
            put(model, found, false);
        }
        Err(error) => search::show_error(model, error),
    }
}

/// Unmarks all.
pub(super) fn none(model: &mut Model) {
    let text = match model.marks.clear() {
        0 => "Nothing is marked".to_owned(),
        1 => "1 ticket unmarked".to_owned(),
        n => format!("{n} tickets unmarked"),
    };
    notice(model, NoticeKind::Info, None, text);
}

/// The rows of the list with the cursor.
fn rows(model: &Model) -> Vec<TicketId> {
    match model.screens.current() {
        Screen::Board => {
            let view = model.screens.board.view();
            let focus = model.screens.board.focus;
            view.map_or_else(Vec::new, |v| v.window(&model.board, focus, 0, usize::MAX))
        }
        Screen::Person(person) if person.section == PersonSection::Tickets => person.rows.clone(),
        Screen::Incident(open) => match open.section {
            IncidentSection::Members => open.members.clone(),
            IncidentSection::Odd => open.odd.clone(),
            IncidentSection::Ill => open.ill.clone(),
            IncidentSection::NotKnown => open.not_known.clone(),
            IncidentSection::Silent | IncidentSection::Story => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn put(model: &mut Model, tickets: Vec<TicketId>, is_by_itself: bool) {
    let before = model.marks.len();
    for id in tickets {
        if model.marks.has(&id) && !is_by_itself {
            continue;
        }
        let Some(ticket) = model.ticket(&id) else {
            continue;
        };
        let mark = Mark {
            seen: Seen::of(ticket, None, ticket.updated),
            at: model.now,
            is_by_itself,
        };
        model.marks.put(id, mark);
    }
    let (all, new) = (model.marks.len(), model.marks.len() - before);
    let text = if new == 0 {
        format!("Nothing new to mark; {all} marked")
    } else {
        format!("{new} marked, {all} in all")
    };
    notice(model, NoticeKind::Info, None, text);
}

/// A ticket that stands for all marked ones where something is chosen for them: what they may differ in is not known of it.
pub(super) fn as_one(model: &Model, what: PickWhat) -> Option<Ticket> {
    let known = |id: &TicketId| model.ticket(id);
    let mut tickets = model.marks.iter().filter_map(|(id, _)| known(id));
    let mut one = tickets.next()?.clone();
    let mut tags = one.tags.known().cloned().unwrap_or_default();
    tags.extend(tickets.filter_map(|t| t.tags.known()).flatten().cloned());
    tags.sort();
    tags.dedup();
    one.tags = match what {
        PickWhat::Untag => Fact::Known(tags),
        _ => Fact::Empty,
    };
    one.id = TicketId::new("");
    one.status.name.clear();
    one.priority = Fact::Unknown;
    one.queue = Fact::Unknown;
    one.owner = Fact::Unknown;
    one.group = Fact::Unknown;
    one.links = Fact::Unknown;
    one.requesters = Fact::Unknown;
    Some(one)
}
