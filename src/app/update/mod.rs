//! One message in, effects out: the only place where the model changes.
//!
//! Split by topic: [`keys`] finds the command, the other files do what it says. Start at [`update`].

mod sync;

use jiff::Timestamp;

use super::effect::Effect;
use super::model::Model;
use super::msg::Msg;

/// What follows from a message that happened at `at`.
pub fn update(model: &mut Model, at: Timestamp, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    model.now = at;
    match msg {
        Msg::Resize { columns, rows } => {
            (model.terminal.columns, model.terminal.rows) = (columns, rows);
            model.terminal.areas.clear();
            model.touch();
        }
        Msg::Focus(focused) => model.terminal.focused = focused,
        Msg::Viewport(viewport) => model.terminal.areas = viewport.areas.into_iter().collect(),
        Msg::Startup(startup) => sync::startup(model, *startup),
        Msg::Source(event) => sync::event(model, *event, &mut effects),
        Msg::Findings(findings) => sync::findings(model, findings),
        _ => {}
    }
    effects
}

/// When [`Msg::Tick`] is due: the earliest moment at which something changes by itself. `None`: never.
pub fn next_wake(model: &Model) -> Option<Timestamp> {
    model.notices.next_end(model.now)
}
