//! What sources, store and engine tell.

use crate::board::Board;
use crate::domain::finding::Finding;
use crate::domain::ids::TicketId;
use crate::domain::source::{Changes, SourceEvent};

use super::super::effect::Effect;
use super::super::model::{Area, Model};
use super::super::msg::Startup;

/// Changes the board and brings every list in step. The pane in use keeps its order.
pub(super) fn change_board(model: &mut Model, change: impl FnOnce(&mut Board)) {
    let (now, freeze, focus) = (model.now, model.settings.freeze, model.screens.board.focus);
    let height = model.height(Area::Pane(focus));
    if let Some(view) = model.screens.board.panes.get_mut(focus) {
        view.hold(&model.board, focus, now, freeze, height);
    }
    change(&mut model.board);
    settle_panes(model);
}

/// Brings the panes in step with the board.
pub(super) fn settle_panes(model: &mut Model) {
    let count = model.board.panes().len();
    let heights: Vec<usize> = (0..count).map(|at| model.height(Area::Pane(at))).collect();
    let panes = &mut model.screens.board.panes;
    panes.resize_with(count, Default::default);
    for (at, (view, height)) in panes.iter_mut().zip(heights).enumerate() {
        view.settle(&model.board, at, height);
    }
}

/// The store is open: show what is known.
pub(super) fn startup(model: &mut Model, startup: Startup) {
    model.desk.cache_as_of = startup.as_of;
    model.desk.identity = startup.identity.or(model.desk.identity.take());
    for draft in startup.drafts {
        model.drafts.insert(draft.key.clone(), draft);
    }
    for item in startup.outbox {
        model.outbox.put(item);
    }
    let changes = Changes {
        tickets: startup.tickets,
        devices: startup.devices,
        ..Changes::default()
    };
    change_board(model, |board| {
        board.apply(&changes);
        for (id, finding) in startup.findings {
            board.set_finding(&id, finding);
        }
    });
    model.touch();
}

/// A source told something.
pub(super) fn event(model: &mut Model, event: SourceEvent, _effects: &mut Vec<Effect>) {
    match event {
        SourceEvent::Changed(changes) => change_board(model, |board| board.apply(&changes)),
        SourceEvent::Pulse(source, liveness) => {
            model.desk.sources.insert(source, liveness);
        }
        SourceEvent::Identity(identity) => model.desk.identity = Some(identity),
        SourceEvent::Vocab(vocab) => model.desk.vocab = *vocab,
        SourceEvent::Outbox(items) => {
            for item in items {
                model.outbox.put(item);
            }
        }
        SourceEvent::OutboxPaused(why) => model.outbox.paused = why,
    }
    model.touch();
}

/// The engine spoke.
pub(super) fn findings(model: &mut Model, findings: Vec<(TicketId, Finding)>) {
    change_board(model, |board| {
        for (id, finding) in findings {
            board.set_finding(&id, finding);
        }
    });
}
