//! Opening, keeping and closing what is written: replies, notes, new tickets.
//!
//! The keys of its fields are in [`super::fields`], its files in [`super::files`], sending in [`super::send`].

use jiff::Timestamp;

use crate::domain::draft::{Draft, DraftKind};
use crate::text::lang::Lang;
use crate::text::sanitize;

use super::super::compose::{Compose, ComposeField, ComposeFile, Editor, LONGEST, NewFields};
use super::super::effect::Effect;
use super::super::model::overlay::{Confirm, Then};
use super::super::model::pick::Target;
use super::super::model::screen::Screen;
use super::super::model::{Model, NoticeKind, Overlay};
use super::super::words;
use super::{Effects, fields, letters, marks, notice, time, write};

/// What is being written, wherever it lies among the overlays.
pub(super) fn composing(model: &mut Model) -> Option<&mut Compose> {
    model
        .overlays
        .iter_mut()
        .rev()
        .find_map(|overlay| match overlay {
            Overlay::Compose(compose) => Some(&mut **compose),
            _ => None,
        })
}

/// Opens the editor for the ticket under the cursor, with the draft if there is one.
pub(super) fn open(model: &mut Model, kind: DraftKind, fx: &mut Effects) {
    if marks::are_meant(model) {
        let marked = model.marks.len();
        let about = match kind {
            DraftKind::Reply => format!("the {marked} marked tickets, to their requesters"),
            DraftKind::Note | DraftKind::New => format!("the {marked} marked tickets, staff only"),
        };
        start(model, kind, None, about, None, fx);
        return;
    }
    if let Some(target) = write::target(model) {
        open_on(model, kind, target, fx);
    }
}

/// Opens the editor for a ticket that was chosen before.
pub(super) fn open_on(model: &mut Model, kind: DraftKind, target: Target, fx: &mut Effects) {
    let id = target.ticket.clone();
    let subject = model
        .ticket(&id)
        .map(|t| t.subject.clone())
        .unwrap_or_default();
    let about = match kind {
        DraftKind::Reply => {
            format!(
                "{id} to {}: {subject}",
                words::requesters(model.ticket(&id))
            )
        }
        DraftKind::Note | DraftKind::New => format!("{id}, staff only: {subject}"),
    };
    start(model, kind, Some(target), about, None, fx);
}

/// Opens the editor for a new ticket. On a person's screen it is for that person.
pub(super) fn open_new(model: &mut Model, fx: &mut Effects) {
    let queues = model.desk.vocab.queues.clone();
    let queue = model
        .ticket_under_cursor()
        .and_then(|id| model.ticket(id))
        .and_then(|ticket| ticket.queue.known())
        .and_then(|queue| queues.iter().position(|q| q == queue))
        .or(if queues.is_empty() { None } else { Some(0) });
    let mut new = NewFields {
        queues,
        queue,
        ..NewFields::default()
    };
    if let Screen::Person(person) = model.screens.current() {
        fields::choose_person(&mut new.requester, person.who.clone());
    }
    start(
        model,
        DraftKind::New,
        None,
        "New ticket".to_owned(),
        Some(new),
        fx,
    );
}

/// Opens the editor for the text of a template in one language, over the preview of what all get.
pub(super) fn open_template(
    model: &mut Model,
    kind: DraftKind,
    about: String,
    (lang, text): (Lang, String),
) {
    let compose = Compose {
        kind,
        target: None,
        about,
        text: Editor::new(&text),
        files: Vec::new(),
        new: None,
        focus: ComposeField::Text,
        is_bulk: false,
        of_template: Some((lang, text)),
        problem: None,
        save_at: None,
    };
    model.overlays.push(Overlay::Compose(Box::new(compose)));
    model.touch();
}

fn start(
    model: &mut Model,
    kind: DraftKind,
    target: Option<Target>,
    about: String,
    new: Option<NewFields>,
    fx: &mut Effects,
) {
    let focus = if new.is_some() {
        ComposeField::Subject
    } else {
        ComposeField::Text
    };
    let is_bulk = target.is_none() && new.is_none();
    let mut compose = Compose {
        kind,
        target,
        about,
        text: Editor::new(""),
        files: Vec::new(),
        new,
        focus,
        is_bulk,
        of_template: None,
        problem: None,
        save_at: None,
    };
    let key = compose.key();
    if let Some(draft) = model.drafts.get(&key) {
        restore(&mut compose, draft);
        fx.extend(draft.files.iter().cloned().map(Effect::InspectFile));
        let at = words::clock(&model.settings.zone, draft.updated, model.now);
        let text = format!("Your draft of {at} ({})", words::drafts([&key].into_iter()));
        notice(model, NoticeKind::Info, key.ticket.as_ref(), text);
    }
    model.overlays.push(Overlay::Compose(Box::new(compose)));
    model.touch();
}

/// Puts a draft into the editor.
fn restore(compose: &mut Compose, draft: &Draft) {
    compose.text = Editor::new(&draft.text);
    compose.files = draft
        .files
        .iter()
        .map(|path| ComposeFile {
            path: path.clone(),
            facts: None,
            error: None,
        })
        .collect();
    if let Some(new) = &mut compose.new {
        new.subject.set(&draft.subject);
        if new.requester.chosen.is_none() && !draft.requester.is_empty() {
            new.requester.input.set(&draft.requester);
        }
        if let Some(at) = new.queues.iter().position(|q| *q == draft.queue) {
            new.queue = Some(at);
        }
        new.priority.set(&draft.priority);
    }
}

/// Esc: nothing written closes at once, else asks what to do.
pub(super) fn menu(model: &mut Model, fx: &mut Effects) {
    let is_as_it_was = |c: &Compose| {
        let was = c.of_template.as_ref();
        was.is_some_and(|(_, text)| *text == c.text.text())
    };
    match composing(model).map(|c| c.is_empty() || is_as_it_was(c)) {
        Some(true) => discarded(model, fx),
        Some(false) => model.overlays.push(Overlay::ComposeMenu),
        None => {}
    }
}

pub(super) fn close_menu(model: &mut Model) {
    if matches!(model.overlays.last(), Some(Overlay::ComposeMenu)) {
        model.overlays.pop();
    }
}

pub(super) fn external(model: &mut Model, fx: &mut Effects) {
    close_menu(model);
    time::save_drafts(model, fx);
    if let Some(compose) = composing(model) {
        fx.push(Effect::OpenEditor(compose.text.text()));
    }
}

/// The person's own editor was closed.
pub(super) fn edited(model: &mut Model, result: Result<String, String>) {
    let now = model.now;
    model.touch();
    let Some(compose) = composing(model) else {
        return;
    };
    match result {
        Ok(text) => {
            compose.text = Editor::new(&sanitize::block_max(&text, LONGEST));
            compose.focus = ComposeField::Text;
            compose.changed(now);
        }
        Err(why) => compose.problem = Some(format!("The editor could not be used: {why}")),
    }
}

pub(super) fn keep(model: &mut Model, fx: &mut Effects) {
    close_menu(model);
    let now = model.now;
    let Some(compose) = composing(model) else {
        return;
    };
    if compose.of_template.is_some() {
        letters::edited(model);
        return;
    }
    let draft = compose.draft(now);
    let text = format!("Kept as draft: {}", words::drafts([&draft.key].into_iter()));
    let ticket = draft.key.ticket.clone();
    model.drafts.insert(draft.key.clone(), draft.clone());
    fx.push(Effect::SaveDraft(Box::new(draft)));
    model.overlays.pop();
    notice(model, NoticeKind::Info, ticket.as_ref(), text);
}

/// Throwing text away is asked first: it cannot be taken back.
pub(super) fn discard(model: &mut Model, fx: &mut Effects) {
    close_menu(model);
    let Some(compose) = composing(model) else {
        return;
    };
    if compose.is_empty() || compose.of_template.is_some() {
        discarded(model, fx);
        return;
    }
    let what = words::drafts([&compose.key()].into_iter());
    model.overlays.push(Overlay::Confirm(Box::new(Confirm {
        question: format!("Throw away what you wrote ({what})?"),
        lines: Vec::new(),
        then: Then::DiscardComposed,
    })));
}

pub(super) fn discarded(model: &mut Model, fx: &mut Effects) {
    if composing(model).is_some_and(|c| c.of_template.is_some()) {
        close(model);
        return;
    }
    if let Some(key) = composing(model).map(|c| c.key()) {
        model.drafts.remove(&key);
        fx.push(Effect::DropDraft(key));
        close(model);
    }
}

pub(super) fn close(model: &mut Model) {
    let at = model
        .overlays
        .iter()
        .rposition(|overlay| matches!(overlay, Overlay::Compose(_)));
    if let Some(at) = at {
        model.overlays.truncate(at);
    }
    model.touch();
}

/// The next moment at which a draft is saved or a name looked up.
pub(super) fn deadline(model: &Model) -> Option<Timestamp> {
    let compose = model.overlays.iter().filter_map(|overlay| match overlay {
        Overlay::Compose(compose) => Some(compose),
        _ => None,
    });
    compose
        .flat_map(|c| {
            [
                c.save_at,
                c.new.as_ref().and_then(|n| n.requester.look_up_at),
            ]
        })
        .flatten()
        .min()
}

/// A deadline has come.
pub(super) fn due(model: &mut Model, fx: &mut Effects) {
    let now = model.now;
    let Some(compose) = composing(model) else {
        return;
    };
    let look_up = compose.new.as_mut().and_then(|new| {
        let field = &mut new.requester;
        let due = field.look_up_at.is_some_and(|at| at <= now);
        due.then(|| {
            field.look_up_at = None;
            field.input.trimmed().to_owned()
        })
    });
    let save = compose.save_at.is_some_and(|at| at <= now);
    if let Some(text) = look_up {
        fx.push(Effect::FindPeople(text));
    }
    if save {
        time::save_drafts(model, fx);
    }
}
