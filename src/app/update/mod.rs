//! One message in, effects out: the only place where the model changes.
//!
//! Split by topic: [`keys`] turns a key into a command, [`command`] says whose it is, the other files do it. Start at
//! [`update`].

mod alarms;
mod alike;
mod answer;
mod bulk;
mod cards;
mod checks;
mod choose;
mod claims;
mod command;
mod compose;
mod conversation;
mod declare;
mod declared;
mod devices;
mod fields;
mod files;
mod focus;
mod handover;
mod incidents;
mod joiners;
mod keys;
mod language;
mod leave;
mod letters;
mod macros;
mod marks;
mod nav;
mod offer;
mod outbox;
mod overlay;
mod search;
mod send;
mod sync;
mod systems;
mod templates;
mod time;
mod timeline;
mod triage;
mod undo;
mod unmask;
mod unseen;
mod views;
mod write;

use jiff::Timestamp;

use super::effect::Effect;
use super::model::{Model, Notice, NoticeKind};
use super::msg::Msg;
use crate::domain::ids::TicketId;
use crate::i18n;

pub use handover::gather as gather_handover;
pub use joiners::template as template_of_joiners;
pub use time::next_wake;

/// What must happen outside, in order.
type Effects = Vec<Effect>;

/// What follows from a message that happened at `at`.
pub fn update(model: &mut Model, at: Timestamp, msg: Msg) -> Vec<Effect> {
    let _speaking = i18n::speaking(&model.settings.lang);
    let mut fx = Vec::new();
    model.now = at;
    match msg {
        Msg::Key(key) => keys::press(model, key, &mut fx),
        Msg::Paste(text) => keys::paste(model, &text),
        Msg::Resize { columns, rows } => focus::resize(model, columns, rows),
        Msg::Focus(focused) => focus::focus(model, focused),
        Msg::Viewport(viewport) => focus::viewport(model, viewport),
        Msg::Tick => time::tick(model, &mut fx),
        Msg::Signal(signal) => leave::signal(model, signal, &mut fx),
        Msg::Startup(startup) => sync::startup(model, *startup),
        Msg::Source(event) => sync::event(model, *event, &mut fx),
        Msg::Findings(findings) => sync::findings(model, findings),
        Msg::Watch(watch) => sync::watch(model, *watch),
        Msg::Stored { action, result } => outbox::stored(model, action, result, &mut fx),
        Msg::BulkStored { bulk, result } => bulk::stored(model, bulk, result, &mut fx),
        Msg::Declared { record, result } => declared::stored(model, record, result, &mut fx),
        Msg::DetailLoaded { ticket, result } => sync::detail(model, &ticket, result, &mut fx),
        Msg::AlikeFound { ticket, found } => alike::found(model, &ticket, found),
        Msg::PeopleFound { text, result } => search::people_found(model, &text, result),
        Msg::TextFound { text, result } => search::text_found(model, &text, result),
        Msg::PersonTickets { person, result } => sync::person_tickets(model, &person, result),
        Msg::FileInspected { path, result } => files::inspected(model, &path, result),
        Msg::PathCompleted { typed, paths } => overlay::completed(model, &typed, &paths),
        Msg::AttachmentSaved { attachment, result } => overlay::saved(model, &attachment, result),
        Msg::AttachmentText { name, result } => conversation::text(model, &name, result),
        Msg::Templates { shelf, problems } => templates::read(model, *shelf, problems),
        Msg::Cards { cards, problems } => cards::read(model, cards, problems),
        Msg::ViewChanged { change, result } => views::changed(model, &change, result),
        Msg::EditorReturned(result) => compose::edited(model, result),
        Msg::Copied(result) => overlay::copied(model, result),
        Msg::TimelineWritten(result) => timeline::written(model, result),
        Msg::HandedOver(result) => handover::written(model, result),
        Msg::DraftFailed(why) => notice(
            model,
            NoticeKind::Error,
            None,
            format!("What you write is not on disk: {why}"),
        ),
        Msg::Mishap(what) => notice(model, NoticeKind::Error, None, what),
    }
    claims::settle(model, &mut fx);
    declared::follow(model, &mut fx);
    alarms::settle(model, &mut fx);
    leave::leave_when_sent(model, &mut fx);
    focus::attention(model, &mut fx);
    focus::title(model, &mut fx);
    fx
}

/// Says that a key about a ticket found none.
fn no_ticket(model: &mut Model) {
    let text = "There is no ticket under the cursor";
    notice(model, NoticeKind::Info, None, text);
}

/// Tells the person something.
fn notice(model: &mut Model, kind: NoticeKind, ticket: Option<&TicketId>, text: impl Into<String>) {
    model.notices.push(Notice {
        at: model.now,
        kind,
        ticket: ticket.cloned(),
        text: text.into(),
    });
    model.touch();
}
