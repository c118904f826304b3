//! The keys of the bottom line: those that do something where the person is, with the word for each.

use crate::app::words;
use crate::domain::delivery::{as_read, undo_of};
use crate::domain::outbox::{Item, State};
use crate::i18n;
use crate::input::{Command, Context};

use super::pick::{Offer, PickValue, PickWhat};
use super::{Model, Overlay};

/// Keys and words for the context of the next key, most useful first.
pub(super) fn hints(model: &Model) -> Vec<(String, &'static str)> {
    let context = model.context();
    let marked: &'static [(Command, &'static str)] = match context {
        Context::Board | Context::Person | Context::Incident if !model.marks.is_empty() => {
            &[(Command::Unmark, "unmark all")]
        }
        _ => &[],
    };
    marked
        .iter()
        .chain(words::hints(context))
        .filter_map(|(command, word)| {
            let word = match context {
                Context::Outbox | Context::Conflict => in_outbox(model, *command).then_some(*word),
                Context::Bulk => in_bulk(model, *command).then_some(*word),
                Context::Quit => leaving(model, *command, word),
                Context::Editor | Context::Menu if *command == Command::Template => {
                    has_templates(model, context).then_some(*word)
                }
                Context::Editor => Some(in_editor(model, *command, word)),
                Context::Confirm | Context::Field => in_preview(model, *command, word),
                Context::List => in_list(model, *command, word),
                _ => Some(*word),
            }?;
            let word = i18n::named("hint-", word).unwrap_or(word);
            Some((model.settings.keymap.label(*command, context)?, word))
        })
        .collect()
}

/// Whether the key of templates is worth its place: a new ticket has none, and on a narrow line the menu names it.
fn has_templates(model: &Model, context: Context) -> bool {
    if context == Context::Editor && model.terminal.columns < NARROW {
        return false;
    }
    model
        .overlays
        .iter()
        .any(|overlay| matches!(overlay, Overlay::Compose(compose) if compose.new.is_none()))
}

/// The word for a command in the list that is open, if it is worth a hint there: a template is inserted, and has other
/// languages.
fn in_list(model: &Model, command: Command, word: &'static str) -> Option<&'static str> {
    let is_template = matches!(
        model.overlays.last(),
        Some(Overlay::Pick(pick)) if matches!(pick.what, PickWhat::Template { .. })
    );
    let is_for_all = matches!(
        model.overlays.last(),
        Some(Overlay::Pick(pick)) if matches!(pick.what, PickWhat::Template { offer: Offer::All, .. })
    );
    let is_macro = matches!(
        model.overlays.last(),
        Some(Overlay::Pick(pick)) if matches!(pick.chosen().map(|item| &item.value), Some(PickValue::Macro(_)))
    );
    let is_files = matches!(
        model.overlays.last(),
        Some(Overlay::Pick(pick)) if pick.what == PickWhat::Attachments
    );
    let is_help = matches!(model.overlays.last(), Some(Overlay::Help { .. }));
    let is_declare = matches!(model.overlays.last(), Some(Overlay::Declare(_)));
    let is_number =
        matches!(model.overlays.last(), Some(Overlay::Declare(form)) if form.typed.is_some());
    match command {
        Command::Accept if is_help => None,
        Command::PageDown => is_help.then_some(word),
        Command::Accept if is_for_all => Some("preview"),
        Command::Accept if is_macro => Some("run"),
        Command::Accept if is_files => Some("save"),
        Command::Complete if is_files => Some("read"),
        Command::Accept if is_template => Some("insert"),
        Command::Yes => (is_declare && !is_number).then_some(word),
        Command::Accept if is_declare => is_number.then_some("do it"),
        Command::Down if is_declare => Some("another ticket"),
        Command::Complete => is_template.then_some("language"),
        _ => Some(word),
    }
}

/// The word for a command over a question or a preview, if it does something there.
fn in_preview(model: &Model, command: Command, word: &'static str) -> Option<&'static str> {
    let preview = match model.overlays.last() {
        Some(Overlay::Preview(preview)) => Some(preview),
        _ => None,
    };
    let written = preview.and_then(|preview| preview.written.as_ref());
    match command {
        Command::NextLanguage => written
            .is_some_and(|w| w.languages.len() > 1)
            .then_some(word),
        Command::EditText => written
            .and(preview)
            .is_some_and(|p| p.run.is_none())
            .then_some(word),
        Command::Supply => written
            .is_some_and(|w| !w.lacking.is_empty())
            .then_some(word),
        Command::AnswerAgain => match preview {
            Some(preview) if preview.repeats > 0 => Some("not again"),
            Some(preview) if preview.has_answer() > 0 => Some(word),
            _ => None,
        },
        Command::WithoutIll => match preview {
            Some(preview) if preview.is_without_ill() => Some("take in again"),
            Some(preview) if !preview.ill.is_empty() => Some(word),
            _ => None,
        },
        Command::Complete if preview.is_some() => written
            .is_some_and(|w| w.languages.len() > 1)
            .then_some("language"),
        Command::Down => {
            let is_unseen = matches!(model.overlays.last(), Some(Overlay::Unseen(_)));
            (preview.is_some() || is_unseen).then_some(word)
        }
        _ => Some(word),
    }
}

/// Whether a command does something with the row of the outbox that it would be about.
fn in_outbox(model: &Model, command: Command) -> bool {
    let id = match model.overlays.last() {
        Some(Overlay::Item { action, .. }) => Some(action),
        _ => model.screens.outbox.list.cursor(),
    };
    let item = id.and_then(|id| model.outbox.get(*id));
    let state = item.map(|item| item.state);
    match command {
        Command::ShowItem => item.is_some(),
        Command::Open => item.is_some_and(has_ticket),
        Command::Retry => matches!(state, Some(State::Refused | State::Parked)),
        Command::Drop => matches!(
            state,
            Some(State::Held | State::Ready | State::Conflict | State::Parked | State::Refused)
        ),
        Command::Force => state == Some(State::Conflict),
        _ => true,
    }
}

/// Whether an action can be taken back: it is not sent yet, or its previous value can be written.
fn can_take_back(model: &Model, item: &Item) -> bool {
    let me = model.desk.identity.as_ref().map(|identity| &identity.me.id);
    let ticket = item.action.ticket.as_ref().and_then(|id| model.ticket(id));
    match item.state {
        State::Held | State::Ready | State::Conflict | State::Parked => true,
        State::Done => match (ticket, me) {
            (Some(now), Some(me)) => undo_of(item, now, me).is_ok(),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a command does something with the bulk action that is shown.
fn in_bulk(model: &Model, command: Command) -> bool {
    match (command, model.overlays.last()) {
        (Command::Retry, Some(Overlay::Bulk { bulk, .. })) => {
            model.outbox.tally(*bulk).failed() > 0
        }
        (Command::Unseen, Some(Overlay::Bulk { bulk, .. })) => {
            let mut children = model.outbox.children(*bulk);
            children.any(|item| as_read(item).is_some())
        }
        (Command::Undo, Some(Overlay::Bulk { bulk, .. })) => {
            let tally = model.outbox.tally(*bulk);
            let mut children = model.outbox.children(*bulk);
            tally.waiting > 0 || children.any(|item| can_take_back(model, item))
        }
        _ => true,
    }
}

fn has_ticket(item: &Item) -> bool {
    item.action.ticket.is_some() || item.result.is_some()
}

/// The answers when leaving: a demo keeps nothing, and what is sent meanwhile needs no answer.
fn leaving(model: &Model, command: Command, word: &'static str) -> Option<&'static str> {
    let sent = model.outbox.unsent() == 0;
    match command {
        Command::QuitSend if sent => None,
        Command::QuitKeep if sent => Some("leave"),
        Command::QuitKeep if model.settings.demo => Some("lose and leave"),
        _ => Some(word),
    }
}

/// Whether it is the text of a template that is being written.
fn is_of_template(model: &Model) -> bool {
    matches!(model.overlays.last(), Some(Overlay::Compose(compose)) if compose.of_template.is_some())
}

/// Columns below which a long word would push other keys out of the line.
const NARROW: u16 = 60;

/// The keys of the editor: on a narrow screen the menu says itself that twice keeps.
fn in_editor(model: &Model, command: Command, word: &'static str) -> &'static str {
    match command {
        Command::Send if is_of_template(model) => "take over",
        Command::EditorMenu if model.terminal.columns < NARROW => "menu",
        _ => word,
    }
}
