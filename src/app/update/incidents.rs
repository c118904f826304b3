//! Incidents and surges: their lists, and what an agent says about them.

use crate::domain::ids::{GroupId, IncidentId, TicketId};
use crate::domain::watch::{ALL_GROUPS, Membership, Ruling, Says, Standing, Watch};

use super::super::effect::Effect;
use super::super::model::outbox::Ruled;
use super::super::model::pane::Step;
use super::super::model::pick::{Pick, PickItem, PickValue, PickWhat};
use super::super::model::screen::{AlarmId, IncidentScreen, IncidentSection, Screen};
use super::super::model::{Area, Model, NoticeKind, Overlay};
use super::super::words;
use super::{Effects, declared, nav, notice, sync, write};

/// From one incident back to the list, from anywhere else to the list; an incident that stands alone is opened.
pub(super) fn go(model: &mut Model) {
    nav::go(model, Screen::Incidents);
}

/// Brings the lists in step with what the engine told.
pub(super) fn settle(model: &mut Model) {
    declared::settle(model);
    let is_open = |s: &Screen| matches!(s, Screen::Incidents);
    let is_shown = model.screens.stack.iter().any(is_open);
    let height = model.height(Area::Incidents);
    let rows = rows(model);
    let screen = &mut model.screens.incidents;
    screen.rows = rows;
    if !is_shown && !screen.moved {
        screen.list.reset();
    }
    screen.list.settle(screen.rows.as_slice(), height);
    let heights = IncidentSection::ALL.map(|s| model.height(Area::Incident(s)));
    let [members, odd, silent, ill, not_known, _] = heights;
    for screen in &mut model.screens.stack {
        if let Screen::Incident(open) = screen {
            fill(open, model.board.watch());
            open.at_member.settle(open.members.as_slice(), members);
            open.at_odd.settle(open.odd.as_slice(), odd);
            open.at_silent.settle(open.silent.as_slice(), silent);
            open.at_ill.settle(open.ill.as_slice(), ill);
            let rows = open.not_known.as_slice();
            open.at_not_known.settle(rows, not_known);
        }
    }
}

fn rows(model: &Model) -> Vec<AlarmId> {
    let watch = model.board.watch();
    let incident = |s: &Standing| AlarmId::Incident(s.incident.incident.clone());
    let surges = watch.surges.iter().map(|s| AlarmId::Surge(s.group.clone()));
    let is_unfinished = |s: &Standing| {
        model
            .unfinished()
            .any(|(other, _)| other.incident.incident == s.incident.incident)
    };
    let ended = watch
        .standings
        .iter()
        .filter(|s| !s.is_open() && !is_unfinished(s));
    watch
        .open()
        .chain(model.unfinished().map(|(standing, _)| standing))
        .map(incident)
        .chain(surges)
        .chain(ended.map(incident))
        .collect()
}

fn fill(open: &mut IncidentScreen, watch: &Watch) {
    let Some(standing) = watch.standing(&open.id) else {
        return;
    };
    let ids = |members: &[Membership]| -> Vec<TicketId> {
        members.iter().map(|m| m.ticket.clone()).collect()
    };
    open.members = ids(&standing.members);
    open.odd = ids(&standing.odd);
    open.odd.extend(standing.split.iter().cloned());
    open.silent.clone_from(&standing.incident.silent);
    open.is_mended = standing.incident.restored.is_some();
    (open.ill, open.not_known) = standing.not_well();
}

pub(super) fn step(model: &mut Model, step: Step) {
    let height = model.height(Area::Incidents);
    if let Screen::Incidents = model.screens.current() {
        let screen = &mut model.screens.incidents;
        screen.moved = true;
        screen.list.step(screen.rows.as_slice(), step, height);
        return;
    }
    let heights = IncidentSection::ALL.map(|s| model.height(Area::Incident(s)));
    let [members, odd, silent, ill, not_known, story] = heights;
    let area = Area::Incident(IncidentSection::Story);
    let content = model.terminal.areas.get(&area).map_or(0, |e| e.content);
    let Some(Screen::Incident(open)) = model.screens.stack.last_mut() else {
        return;
    };
    match open.section {
        IncidentSection::Members => open.at_member.step(open.members.as_slice(), step, members),
        IncidentSection::Odd => open.at_odd.step(open.odd.as_slice(), step, odd),
        IncidentSection::Silent => open.at_silent.step(open.silent.as_slice(), step, silent),
        IncidentSection::Ill => open.at_ill.step(open.ill.as_slice(), step, ill),
        IncidentSection::NotKnown => {
            let rows = open.not_known.as_slice();
            open.at_not_known.step(rows, step, not_known);
        }
        IncidentSection::Story => {
            let last = content.saturating_sub(story);
            open.story_top = nav::scroll(open.story_top, step, last, story);
        }
    }
}

/// Enter: the incident, the pane of the surge, the ticket, the holder of the device.
pub(super) fn open(model: &mut Model, fx: &mut Effects) {
    match model.screens.current() {
        Screen::Incidents => match model.screens.incidents.list.cursor().cloned() {
            Some(AlarmId::Incident(id)) => {
                let screen = Screen::Incident(Box::new(IncidentScreen::new(id)));
                model.screens.stack.push(screen);
                sync::settle_lists(model);
            }
            Some(AlarmId::Surge(group)) => open_pane(model, &group),
            None => notice(model, NoticeKind::Info, None, "There is no incident here"),
        },
        Screen::Incident(open) => {
            if let Some(id) = open.ticket().cloned() {
                nav::open_ticket(model, id, fx);
                return;
            }
            let device = match open.section {
                IncidentSection::Silent => open.at_silent.cursor().cloned(),
                _ => None,
            };
            let device = device.and_then(|id| model.board.fleet().get(&id));
            let holder = device.and_then(|d| d.holder.known().cloned());
            match holder {
                Some(holder) => nav::open_person(model, holder, fx),
                None => notice(
                    model,
                    NoticeKind::Info,
                    None,
                    "There is nothing to open here",
                ),
            }
        }
        _ => {}
    }
}

/// The pane of a group; the Board where there is none of its own.
fn open_pane(model: &mut Model, group: &GroupId) {
    use crate::board::PaneKind;
    let panes = model.board.panes();
    let own = |kind: &PaneKind| matches!(kind, PaneKind::Group(g) if g == group);
    let pane = panes.iter().position(|p| own(&p.def().kind));
    let pane = pane.or_else(|| panes.iter().position(|p| p.def().kind == PaneKind::Rest));
    nav::go_board(model);
    if let Some(pane) = pane.filter(|_| group.as_str() != ALL_GROUPS) {
        nav::focus_pane(model, pane);
    }
}

/// The ticket under the cursor, with the incident that it is in or looks as if it were in.
fn ticket_in(model: &mut Model) -> Option<(TicketId, Option<IncidentId>)> {
    let ticket = write::target(model)?.ticket;
    let shown = match model.screens.current() {
        Screen::Incident(open) => Some(open.id.clone()),
        _ => None,
    };
    let found = model.board.incident_of(&ticket);
    let incident = shown.or_else(|| found.map(|s| s.incident.incident.clone()));
    Some((ticket, incident))
}

/// The ticket does not belong to its incident.
pub(super) fn not_part(model: &mut Model, fx: &mut Effects) {
    let Some((ticket, incident)) = ticket_in(model) else {
        return;
    };
    let Some(incident) = incident else {
        let text = format!("{ticket} is in no incident");
        notice(model, NoticeKind::Info, Some(&ticket), text);
        return;
    };
    let text = format!("{ticket} does not belong to {incident}: it stays out; I puts it back");
    let says = Says::NotPart {
        ticket: ticket.clone(),
    };
    rule(
        model,
        &incident,
        says,
        format!("{ticket} out of {incident}"),
        fx,
    );
    notice(model, NoticeKind::Done, Some(&ticket), text);
}

/// To which incident does the ticket belong?
pub(super) fn belongs_to(model: &mut Model) {
    let Some(target) = write::target(model) else {
        return;
    };
    let title = format!("{} belongs to", target.ticket);
    let items = items(model, None);
    let mut pick = Pick::new(PickWhat::Incident, title, Some(target), items);
    if pick.items.is_empty() {
        "There is no incident now".clone_into(&mut pick.status);
    }
    model.overlays.push(Overlay::Pick(Box::new(pick)));
}

/// The incident that is open, or the one under the cursor of the list.
pub(super) fn chosen_one(model: &Model) -> Option<IncidentId> {
    match model.screens.current() {
        Screen::Incident(open) => Some(open.id.clone()),
        _ => match model.screens.incidents.list.cursor() {
            Some(AlarmId::Incident(id)) => Some(id.clone()),
            _ => None,
        },
    }
}

/// With which incident is this one the same?
pub(super) fn same_as(model: &mut Model) {
    let id = chosen_one(model);
    let is_open = |id: &IncidentId| {
        model
            .board
            .watch()
            .standing(id)
            .is_some_and(Standing::is_open)
    };
    let Some(id) = id.filter(is_open) else {
        notice(
            model,
            NoticeKind::Info,
            None,
            "There is no incident that goes on here",
        );
        return;
    };
    let title = format!("{id} is the same as");
    let items = items(model, Some(&id));
    let mut pick = Pick::new(PickWhat::SameIncident, title, None, items);
    if pick.items.is_empty() {
        "There is no other incident now".clone_into(&mut pick.status);
    }
    model.overlays.push(Overlay::Pick(Box::new(pick)));
}

/// The incidents that go on, without `from`; chosen for it, where there is one.
fn items(model: &Model, from: Option<&IncidentId>) -> Vec<PickItem> {
    let standings = model.board.watch().open();
    standings
        .map(|s| &s.incident)
        .filter(|incident| Some(&incident.incident) != from)
        .map(|incident| {
            let id = incident.incident.clone();
            let since = words::clock(&model.settings.zone, incident.since, model.now);
            let label = format!("{id} {}", model.group_title(&incident.group));
            let detail = format!("{} people since {since}", incident.people);
            let value = match from {
                Some(from) => PickValue::Incident(from.clone(), Some(id)),
                None => PickValue::Incident(id, None),
            };
            PickItem::new(label, detail, value)
        })
        .collect()
}

/// An incident was chosen, for a ticket or for another incident.
pub(super) fn chosen(
    model: &mut Model,
    id: &IncidentId,
    into: Option<&IncidentId>,
    ticket: Option<TicketId>,
    fx: &mut Effects,
) {
    match (into, ticket) {
        (Some(into), _) => {
            let anchors = model.board.watch().anchors(into, None);
            let about = format!("{id} joined to {into}");
            rule(model, id, Says::SameAs { into: anchors }, about, fx);
            let text = format!("{id} goes on as {into}");
            notice(model, NoticeKind::Done, None, text);
        }
        (None, Some(ticket)) => {
            let text = format!("{ticket} belongs to {id} and stays there");
            let says = Says::Part {
                ticket: ticket.clone(),
            };
            rule(model, id, says, format!("{ticket} into {id}"), fx);
            notice(model, NoticeKind::Done, Some(&ticket), text);
        }
        (None, None) => {}
    }
}

/// `about`: what is done, in a few words, for the undo of it.
fn rule(model: &mut Model, incident: &IncidentId, says: Says, about: String, fx: &mut Effects) {
    let watch = model.board.watch();
    let ruling = Ruling {
        incident: watch.anchors(incident, says.ticket()),
        id: model.ids.next(model.now),
        at: model.now,
        says,
        undoes: None,
    };
    model.outbox.done_here.push(ruling.id);
    let ruled = Ruled {
        ruling: ruling.clone(),
        about,
    };
    model.outbox.ruled.insert(ruling.id, ruled);
    fx.push(Effect::Rule(Box::new(ruling)));
    model.touch();
}

/// What was said of an incident holds no more.
pub(super) fn take_back(model: &mut Model, ruled: Ruled, fx: &mut Effects) {
    let Ruled { ruling, about } = ruled;
    let ticket = ruling.says.ticket().cloned();
    let undo = Ruling {
        id: model.ids.next(model.now),
        at: model.now,
        undoes: Some(ruling.id),
        ..ruling
    };
    fx.push(Effect::Rule(Box::new(undo)));
    let text = format!("{about} taken back; the engine decides again");
    notice(model, NoticeKind::Done, ticket.as_ref(), text);
    model.touch();
}
