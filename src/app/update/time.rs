//! What happens when nothing happens: deadlines. There is no idle tick; the earliest deadline is the next wake-up.

use jiff::{SignedDuration, Timestamp};

use crate::domain::source::Pulse;

use super::super::effect::Effect;
use super::super::model::{Area, Model, Overlay};
use super::super::words;
use super::{Effects, alarms, claims, compose, devices, focus, search, sync};

/// Rates, windows and ages advance on these marks of the clock only.
const MARK_SECONDS: i64 = 300;

/// When [`super::super::Msg::Tick`] is due: the earliest moment at which something changes by itself.
pub fn next_wake(model: &Model) -> Option<Timestamp> {
    let frozen = model
        .screens
        .board
        .view()
        .filter(|view| view.is_held())
        .and_then(|view| view.frozen_until(model.settings.freeze));
    [
        model.keys.give_up_at,
        model.notices.next_end(model.now),
        frozen,
        compose::deadline(model),
        claims::deadline(model),
        alarms::deadline(model),
        search::deadline(model),
        focus::idle_from(model),
        stale_minute(model),
        words::next_count(model),
        mark_after(model.now),
    ]
    .into_iter()
    .flatten()
    .min()
}

fn mark_after(now: Timestamp) -> Option<Timestamp> {
    let mark = now.as_second().div_euclid(MARK_SECONDS) + 1;
    Timestamp::from_second(mark.checked_mul(MARK_SECONDS)?).ok()
}

/// When the minutes of a stale source go up by one.
fn stale_minute(model: &Model) -> Option<Timestamp> {
    let stale = model
        .desk
        .sources
        .values()
        .filter(|l| l.pulse == Pulse::Stale);
    stale
        .filter_map(|liveness| {
            let since = liveness.last_ok.or(model.desk.cache_as_of)?;
            let minutes = model.now.duration_since(since).as_mins().max(0) + 1;
            since.checked_add(SignedDuration::from_mins(minutes)).ok()
        })
        .min()
}

/// A deadline has come.
pub(super) fn tick(model: &mut Model, fx: &mut Effects) {
    let now = model.now;
    if model.keys.give_up_at.is_some_and(|at| at <= now) {
        model.keys.give_up_at = None;
        model.keys.resolver.give_up();
    }
    thaw_if_idle(model);
    compose::due(model, fx);
    if let Some(Overlay::Pick(_)) = model.overlays.last() {
        search::due(model, fx);
    }
    let mark = now.as_second().div_euclid(MARK_SECONDS) * MARK_SECONDS;
    if let Ok(mark) = Timestamp::from_second(mark)
        && mark > model.last_mark
    {
        model.last_mark = mark;
        sync::change_board(model, |board| board.tick(mark));
        devices::list(model);
        devices::count_failing(model);
        sync::settle_lists(model);
    }
    // Deadlines are few, and the screen writes only what differs.
    model.touch();
}

/// The pane was not used for a while: the new order comes in, and the cursor stays with its ticket.
fn thaw_if_idle(model: &mut Model) {
    let (now, freeze, focus) = (model.now, model.settings.freeze, model.screens.board.focus);
    let height = model.height(Area::Pane(focus));
    if let Some(view) = model.screens.board.panes.get_mut(focus)
        && view.is_held()
        && view.frozen_until(freeze).is_none_or(|end| end <= now)
    {
        view.thaw(&model.board, focus, height, true);
    }
}

/// Effects that put every open draft on disk now.
pub(super) fn save_drafts(model: &mut Model, fx: &mut Effects) {
    let now = model.now;
    for overlay in &mut model.overlays {
        if let Overlay::Compose(compose) = overlay
            && compose.save_at.take().is_some()
        {
            let draft = compose.draft(now);
            model.drafts.insert(draft.key.clone(), draft.clone());
            fx.push(Effect::SaveDraft(Box::new(draft)));
        }
    }
}
