//! Leaving, by key and by signal. Nothing unsent is lost: it is sent first, or kept for the next start.

use super::super::effect::Effect;
use super::super::model::{Leaving, Model, NoticeKind, Overlay};
use super::super::msg::Signal;
use super::{Effects, claims, notice, time};

pub(super) fn quit(model: &mut Model, fx: &mut Effects) {
    // A console that only reads cannot send it now; it stays on disk for one that may.
    if model.outbox.unsent() > 0 && model.read_only().is_empty() {
        model.overlays.push(Overlay::Quit);
        model.touch();
    } else {
        gone(model, fx);
    }
}

pub(super) fn send_and_leave(model: &mut Model, fx: &mut Effects) {
    model
        .overlays
        .retain(|overlay| !matches!(overlay, Overlay::Quit));
    model.leaving = Leaving::WhenSent {
        to_decide: model.outbox.want_person(),
    };
    fx.push(Effect::Flush);
    model.touch();
}

pub(super) fn keep_and_leave(model: &mut Model, fx: &mut Effects) {
    gone(model, fx);
}

fn gone(model: &mut Model, fx: &mut Effects) {
    time::save_drafts(model, fx);
    claims::release_all(model, fx);
    model.leaving = Leaving::Gone;
    fx.push(Effect::Quit);
}

/// Leaves when everything has been sent; stays when something needs a decision first.
pub(super) fn leave_when_sent(model: &mut Model, fx: &mut Effects) {
    let Leaving::WhenSent { to_decide } = model.leaving else {
        return;
    };
    if model.outbox.want_person() > to_decide {
        model.leaving = Leaving::No;
        let text = "Not everything could be sent: the outbox shows what needs a decision";
        notice(model, NoticeKind::Error, None, text);
    } else if model.outbox.unsent() == 0 && model.alarms.book.escalating.is_empty() {
        gone(model, fx);
    }
}

pub(super) fn suspend(model: &mut Model, fx: &mut Effects) {
    time::save_drafts(model, fx);
    fx.push(Effect::Suspend);
}

pub(super) fn signal(model: &mut Model, signal: Signal, fx: &mut Effects) {
    match signal {
        Signal::Terminate | Signal::Hangup => gone(model, fx),
        Signal::Stop => suspend(model, fx),
        Signal::Continued => {
            fx.push(Effect::Redraw);
            fx.push(Effect::RefreshNow);
            model.touch();
        }
    }
}
