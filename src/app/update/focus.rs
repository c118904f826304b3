//! The terminal: size, focus, title, and how much attention the console gets.

use jiff::{SignedDuration, Timestamp};

use super::super::effect::{Attention, Effect};
use super::super::model::{Model, Viewport};
use super::{Effects, sync};
use crate::i18n::{self, say};

/// How long after the last key the console counts as in use.
const IN_USE: SignedDuration = SignedDuration::from_secs(60);

pub(super) fn resize(model: &mut Model, columns: u16, rows: u16) {
    (model.terminal.columns, model.terminal.rows) = (columns, rows);
    model.terminal.areas.clear();
    sync::settle_lists(model);
    model.touch();
}

pub(super) fn focus(model: &mut Model, focused: bool) {
    model.terminal.focused = focused;
    model.terminal.tells_focus = true;
}

pub(super) fn viewport(model: &mut Model, viewport: Viewport) {
    let areas = viewport.areas.into_iter().collect();
    if model.terminal.areas != areas {
        model.terminal.areas = areas;
        sync::settle_lists(model);
        model.touch();
    }
}

/// When the console stops to count as in use.
pub(super) fn idle_from(model: &Model) -> Option<Timestamp> {
    (model.terminal.attention == Attention::InUse)
        .then(|| model.terminal.last_key.checked_add(IN_USE).ok())
        .flatten()
}

/// Tells how much attention the console gets, when that changed.
pub(super) fn attention(model: &mut Model, fx: &mut Effects) {
    let since = model.now.duration_since(model.terminal.last_key);
    let attention = if !model.terminal.focused {
        Attention::Unfocused
    } else if since < IN_USE {
        Attention::InUse
    } else {
        Attention::Idle
    };
    if model.terminal.attention != attention {
        model.terminal.attention = attention;
        fx.push(Effect::Attention(attention));
    }
}

/// Sets the title of the terminal, when it changed: what is open, what is unsent, and whether that can be trusted.
pub(super) fn title(model: &mut Model, fx: &mut Effects) {
    let rings = if model.alarms.is_in_title() {
        "(!) "
    } else {
        ""
    };
    let mut title = format!(
        "{rings}{}",
        say!("title-open", n = model.board.open_total())
    );
    if model.desk.is_stale(crate::domain::source::Source::Desk) {
        title.push_str(i18n::word("title-stale"));
    }
    let incidents = model.board.watch().open().count();
    if incidents > 0 {
        title.push_str(&say!("title-incidents", n = incidents));
    }
    let (unsent, wanting) = (model.outbox.unsent(), model.outbox.want_person());
    if unsent > 0 {
        title.push_str(&say!("title-to-send", n = unsent));
    }
    if wanting > 0 {
        title.push_str(&say!("title-to-decide", n = wanting));
    }
    if model.terminal.title != title {
        model.terminal.title.clone_from(&title);
        fx.push(Effect::SetTitle(title));
    }
}
