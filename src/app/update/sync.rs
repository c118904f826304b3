//! What sources, store and engine tell, and how every list follows.

use crate::board::Board;
use crate::domain::finding::Finding;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::outbox::Item;
use crate::domain::outcome::Trouble;
use crate::domain::source::{Changes, Detail, Gone, Identity, Pulse, Source, SourceEvent, Vocab};
use crate::domain::ticket::Ticket;
use crate::domain::watch::Watch;

use super::super::effect::Effect;
use super::super::model::screen::{PersonScreen, PersonSection, Screen};
use super::super::model::{Area, Model, NoticeKind};
use super::super::msg::Startup;
use super::{Effects, alike, compose, devices, incidents, notice, outbox, unseen};

/// How many tickets that went away are remembered.
const GONE_KEPT: usize = 1000;

/// Changes the board and brings every list in step. The pane in use keeps its order.
pub(super) fn change_board(model: &mut Model, change: impl FnOnce(&mut Board)) {
    let (now, freeze, focus) = (model.now, model.settings.freeze, model.screens.board.focus);
    let height = model.height(Area::Pane(focus));
    if let Some(view) = model.screens.board.panes.get_mut(focus) {
        view.hold(&model.board, focus, now, freeze, height);
    }
    let fleet = model.board.fleet().revision();
    change(&mut model.board);
    if model.board.fleet().revision() != fleet {
        devices::list(model);
    }
    settle_lists(model);
}

/// Brings every list in step with what it lists, and its cursor into sight.
pub(super) fn settle_lists(model: &mut Model) {
    let count = model.board.panes().len();
    let heights: Vec<usize> = (0..count).map(|at| model.height(Area::Pane(at))).collect();
    // While the first read comes in, the cursor stays at the top instead of with whatever came first.
    let focus = (!model.is_settling()).then_some(model.screens.board.focus);
    let panes = &mut model.screens.board.panes;
    panes.resize_with(count, Default::default);
    for (at, (view, height)) in panes.iter_mut().zip(heights).enumerate() {
        view.settle(&model.board, at, height, Some(at) == focus);
    }
    // A list that nobody looks at and nobody has moved in stays at its top.
    let stack = &model.screens.stack;
    let devices_open = stack.iter().any(|s| matches!(s, Screen::Devices));
    let outbox_open = stack.iter().any(|s| matches!(s, Screen::Outbox));
    let height = model.height(Area::Devices);
    let screen = &mut model.screens.devices;
    if !devices_open && !screen.moved {
        screen.list.reset();
    }
    screen.list.settle(screen.rows.as_slice(), height);
    let height = model.height(Area::Outbox);
    let screen = &mut model.screens.outbox;
    if !outbox_open && !screen.moved {
        screen.list.reset();
    }
    screen.list.settle(screen.rows.as_slice(), height);
    incidents::settle(model);
    let height = model.height(Area::Person(PersonSection::Tickets));
    for screen in &mut model.screens.stack {
        if let Screen::Person(person) = screen {
            person.rows = tickets_of(&model.board, person);
            person.tickets.settle(person.rows.as_slice(), height);
        }
    }
}

/// A person's tickets: active ones first, then the newest.
fn tickets_of(board: &Board, person: &PersonScreen) -> Vec<TicketId> {
    let mut rows: Vec<&Ticket> = board
        .tickets_of(&person.who.id)
        .map(crate::board::Row::ticket)
        .collect();
    rows.sort_by(|a, b| {
        let order = |t: &Ticket| (!t.is_active(), std::cmp::Reverse(t.created));
        order(a).cmp(&order(b)).then_with(|| b.id.cmp(&a.id))
    });
    rows.into_iter().map(|ticket| ticket.id.clone()).collect()
}

/// The store is open: show what is known until a source answers.
pub(super) fn startup(model: &mut Model, startup: Startup) {
    model.desk.cache_as_of = startup.as_of;
    if let (Some(known), None) = (startup.identity, &model.desk.identity) {
        identity(model, known);
    }
    if let Some(known) = startup.vocab {
        vocab(model, *known);
    }
    for draft in startup.drafts {
        model.drafts.insert(draft.key.clone(), draft);
    }
    let changes = Changes {
        tickets: startup.tickets,
        devices: startup.devices,
        ..Changes::default()
    };
    change_board(model, |board| {
        board.apply(&changes);
        board.set_deeds(startup.deeds);
        board.set_versions(startup.versions);
        for (id, finding) in startup.findings {
            board.set_finding(&id, finding);
        }
    });
    for record in startup.declared {
        model.declared.put(record);
    }
    outbox::restored(model, startup.outbox, startup.bulks);
    model.touch();
}

/// A source told something.
pub(super) fn event(model: &mut Model, event: SourceEvent, fx: &mut Effects) {
    match event {
        SourceEvent::Changed(changes) => changed(model, &changes, fx),
        SourceEvent::Pulse(source, liveness) => {
            if source == Source::Desk && liveness.pulse == Pulse::Live {
                model.desk.live_since.get_or_insert(model.now);
            }
            model.desk.sources.insert(source, liveness);
        }
        SourceEvent::Identity(known) => identity(model, known),
        SourceEvent::Vocab(known) => vocab(model, *known),
        SourceEvent::Past(past) => {
            let now = model.now;
            change_board(model, |board| board.set_past(&past, now));
            alike::find_again(model, fx);
        }
        SourceEvent::Outbox(items) => items_changed(model, items, fx),
        SourceEvent::OutboxPaused(why) => model.outbox.paused = why,
    }
    model.touch();
}

fn items_changed(model: &mut Model, items: Vec<Item>, fx: &mut Effects) {
    outbox::put(model, items, fx);
}

fn identity(model: &mut Model, known: Box<Identity>) {
    let me = known.me.clone();
    model.desk.identity = Some(known);
    change_board(model, |board| board.set_me(me));
}

fn vocab(model: &mut Model, known: Vocab) {
    let staff = known.agents.iter().map(|agent| agent.who.id.clone());
    let staff = staff.collect();
    change_board(model, |board| {
        board.set_statuses(&known.statuses);
        board.set_staff(staff);
    });
    model.desk.vocab = known;
}

fn changed(model: &mut Model, changes: &Changes, fx: &mut Effects) {
    if model.fleet_past.is_empty() && !model.is_settling() {
        devices::count_failing(model);
    }
    change_board(model, |board| board.apply(changes));
    for ticket in &changes.tickets {
        model.gone.remove(&ticket.id);
    }
    for (id, gone) in &changes.gone {
        model.gone.insert(id.clone(), gone.clone());
    }
    while model.gone.len() > GONE_KEPT {
        model.gone.pop_first();
    }
    unseen::wrote(model, &changes.replies);
    follow_open_tickets(model, changes, fx);
}

/// Reads tickets again that are open or written on and have changed, and says when one went away.
fn follow_open_tickets(model: &mut Model, changes: &Changes, fx: &mut Effects) {
    let written_on = compose::composing(model)
        .and_then(|compose| compose.target.as_ref())
        .map(|target| target.ticket.clone());
    let mut open: Vec<TicketId> = model
        .screens
        .stack
        .iter()
        .filter_map(|screen| match screen {
            Screen::Ticket(ticket) => Some(ticket.id.clone()),
            _ => None,
        })
        .collect();
    open.extend(written_on.filter(|id| !open.contains(id)));
    for id in open {
        if let Some((_, gone)) = changes.gone.iter().find(|(gone, _)| *gone == id) {
            let text = match gone {
                Gone::Merged(into) => format!("{id} was merged into {into}"),
                Gone::Deleted => format!("{id} was deleted on the desk"),
                Gone::Hidden => format!("{id} is not visible to you any more"),
            };
            notice(model, NoticeKind::Warning, Some(&id), text);
            continue;
        }
        let newer = changes.tickets.iter().find(|ticket| ticket.id == id);
        let shown = model.details.ticket(&id).map(|ticket| ticket.updated);
        if newer.is_some_and(|ticket| shown.is_none_or(|shown| ticket.updated > shown)) {
            load(model, &id, fx);
        }
    }
}

/// Asks for a ticket whole.
pub(super) fn load(model: &mut Model, id: &TicketId, fx: &mut Effects) {
    let state = model.details.entry(id);
    state.loading = true;
    fx.push(Effect::LoadDetail(id.clone()));
}

/// A ticket was read whole, from the cache or from the desk.
pub(super) fn detail(
    model: &mut Model,
    asked: &TicketId,
    result: Result<Box<Detail>, Trouble>,
    fx: &mut Effects,
) {
    let detail = match result {
        Ok(detail) => detail,
        Err(trouble) => {
            let state = model.details.entry(asked);
            state.loading = false;
            state.trouble = Some(trouble);
            model.touch();
            return;
        }
    };
    let id = detail.ticket.id.clone();
    if id != *asked {
        merged_meanwhile(model, asked, &id);
    }
    let fresh = detail.read_at.is_some();
    let changes = Changes {
        tickets: vec![detail.ticket.clone()],
        devices: detail.devices.clone(),
        ..Changes::default()
    };
    let known = model.board.row(&id).map(|row| row.server.updated);
    let state = model.details.entry(&id);
    let older = state
        .shown
        .as_ref()
        .is_some_and(|s| s.read_at > detail.read_at);
    if !older {
        state.shown = Some(detail);
    }
    if fresh {
        state.loading = false;
        state.trouble = None;
    }
    // What the cache tells must not take the board back to an earlier time.
    if known.is_none_or(|known| {
        fresh
            || known
                <= changes
                    .tickets
                    .iter()
                    .map(|t| t.updated)
                    .max()
                    .unwrap_or(known)
    }) {
        change_board(model, |board| board.apply(&changes));
    }
    // A ticket that nothing was known of when it was opened.
    if model
        .details
        .get(&id)
        .is_some_and(|state| !state.alike.is_asked)
    {
        alike::find(model, &id, fx);
    }
    model.touch();
}

/// A ticket that was asked for lives on as another one: the screen follows, and says so.
fn merged_meanwhile(model: &mut Model, asked: &TicketId, id: &TicketId) {
    model.gone.insert(asked.clone(), Gone::Merged(id.clone()));
    if let Some(state) = model.details.get_mut(asked) {
        state.loading = false;
    }
    for screen in &mut model.screens.stack {
        if let Screen::Ticket(ticket) = screen
            && ticket.id == *asked
        {
            ticket.id = id.clone();
            ticket.unmasked = false;
        }
    }
    let text = format!("{asked} was merged into {id}: this is {id}");
    notice(model, NoticeKind::Info, Some(id), text);
}

/// A person's tickets, older ones too.
pub(super) fn person_tickets(
    model: &mut Model,
    who: &PersonId,
    result: Result<Vec<Ticket>, Trouble>,
) {
    let (tickets, trouble) = match result {
        Ok(tickets) => (tickets, None),
        Err(trouble) => (Vec::new(), Some(trouble)),
    };
    for screen in &mut model.screens.stack {
        if let Screen::Person(person) = screen
            && person.who.id == *who
        {
            person.loading = false;
            person.trouble.clone_from(&trouble);
        }
    }
    let changes = Changes {
        tickets,
        ..Changes::default()
    };
    change_board(model, |board| board.apply(&changes));
    model.touch();
}

/// The engine spoke.
pub(super) fn findings(model: &mut Model, findings: Vec<(TicketId, Finding)>) {
    change_board(model, |board| {
        for (id, finding) in findings {
            board.set_finding(&id, finding);
        }
    });
    model.touch();
}

/// The engine spoke about incidents and surges.
pub(super) fn watch(model: &mut Model, watch: Watch) {
    change_board(model, |board| board.set_watch(watch));
    model.touch();
}
