//! Keys and pasted text: to a command, or as text to whatever takes text.

use jiff::SignedDuration;

use crate::domain::ids::TicketId;
use crate::input::keys::print_sequence;
use crate::input::sequence::Resolution;
use crate::input::{Command, Context, Key};

use super::super::model::{Model, NoticeKind, Overlay, Screen};
use super::{Effects, command, fields, notice, overlay};

/// How long an unfinished sequence of keys is remembered.
const SEQUENCE: SignedDuration = SignedDuration::from_secs(3);
/// How long a notice stays at least, whatever keys are pressed.
const READ: SignedDuration = SignedDuration::from_secs(10);

pub(super) fn press(model: &mut Model, key: Key, fx: &mut Effects) {
    model.terminal.last_key = model.now;
    model.terminal.touched = true;
    model.touch();
    if let Ok(read) = model.now.checked_sub(READ) {
        model.notices.hide_before(read);
    }
    let screen = seen(model);
    let context = model.context();
    let resolution = model
        .keys
        .resolver
        .press(&model.settings.keymap, context, key);
    model.keys.give_up_at = None;
    match resolution {
        Resolution::Command(command) => command::run(model, command, fx),
        Resolution::Pending => model.keys.give_up_at = model.now.checked_add(SEQUENCE).ok(),
        Resolution::Free(key) => free(model, key),
        Resolution::Nothing(keys) => unbound(model, &print_sequence(&keys)),
    }
    if model.overlays.is_empty() {
        model.marks.drop_passing();
    }
    if seen(model) != screen {
        // What was told on the other screen was about that one.
        model.notices.hide_before(model.now);
    }
}

/// Which screen is seen.
fn seen(model: &Model) -> (usize, Context, Option<TicketId>) {
    let screen = model.screens.current();
    let ticket = match screen {
        Screen::Ticket(open) => Some(open.id.clone()),
        _ => None,
    };
    (model.screens.depth(), screen.context(), ticket)
}

pub(super) fn paste(model: &mut Model, text: &str) {
    model.terminal.last_key = model.now;
    model.touch();
    match model.overlays.last_mut() {
        Some(Overlay::Pick(pick)) => {
            pick.input.paste(text);
            overlay::typed(model);
        }
        Some(Overlay::Prompt(prompt)) => {
            prompt.input.paste(text);
            overlay::prompt_typed(model);
        }
        Some(Overlay::Help { input, top, .. }) => {
            input.paste(text);
            *top = 0;
        }
        Some(Overlay::Declare(form)) => {
            if let Some(field) = form.field() {
                field.paste(text);
                form.problem = None;
            }
        }
        Some(Overlay::Compose(_)) => fields::paste(model, text),
        _ => {
            // Text that is pasted where nothing takes text would otherwise run as a row of commands.
            notice(
                model,
                NoticeKind::Info,
                None,
                "Pasted text goes nowhere here: open a reply, a note or a filter first",
            );
        }
    }
}

/// A key that nothing is bound to.
fn free(model: &mut Model, key: Key) {
    match model.overlays.last_mut() {
        Some(Overlay::Pick(pick)) => {
            if pick.input.press(key) {
                overlay::typed(model);
            }
        }
        Some(Overlay::Prompt(prompt)) => {
            if prompt.input.press(key) {
                overlay::prompt_typed(model);
            }
        }
        Some(Overlay::Declare(form)) => {
            if form.field().is_some_and(|field| field.press(key)) {
                form.problem = None;
            }
        }
        Some(Overlay::Compose(_)) => fields::press(model, key),
        Some(Overlay::Preview(preview)) if preview.typed.is_some() => {
            if let Some(typed) = &mut preview.typed
                && typed.press(key)
            {
                preview.problem = None;
            }
        }
        Some(Overlay::Help { input, top, .. }) => {
            // The key that opened it closes it, as long as nothing is typed.
            if key == Key::char('?') && input.text().is_empty() {
                model.overlays.pop();
            } else if input.press(key) {
                *top = 0;
            }
        }
        Some(Overlay::Why { .. } | Overlay::Card { .. } | Overlay::Text { .. }) => {}
        Some(_) | None => unbound(model, &key.to_string()),
    }
}

fn unbound(model: &mut Model, keys: &str) {
    let context = model.context();
    if context.is_question() {
        // Who answers with a key of another program is told which ones these are.
        let keys = format!("{keys} is no answer here: {}", answers(model));
        notice(model, NoticeKind::Info, None, keys);
        return;
    }
    let help = model
        .settings
        .keymap
        .label(Command::Help, context)
        .map_or_else(String::new, |help| format!("; {help} shows the keys"));
    notice(
        model,
        NoticeKind::Info,
        None,
        format!("{keys} does nothing here{help}"),
    );
}

/// The keys that answer what is asked: `y yes, n no`.
pub(super) fn answers(model: &Model) -> String {
    let hints = model.hints().into_iter();
    let each: Vec<String> = hints.map(|(key, word)| format!("{key} {word}")).collect();
    each.join(", ")
}
