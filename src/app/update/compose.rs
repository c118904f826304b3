//! Writing: replies, notes, new tickets; their fields, files and drafts.

use jiff::Timestamp;

use crate::domain::action::{NewTicket, OutgoingFile, Verb};
use crate::domain::draft::{Draft, DraftKind};
use crate::domain::outcome::Trouble;
use crate::domain::person::{Person, PersonRef};
use crate::input::{Code, Key};
use crate::text::{file_name, fold, sanitize};

use super::super::compose::{
    Compose, ComposeField, ComposeFile, Editor, LONGEST, LOOK_UP_AFTER, NewFields, RequesterField,
};
use super::super::effect::Effect;
use super::super::line::Line;
use super::super::model::overlay::{Confirm, Prompt, PromptFor, Then};
use super::super::model::pick::Target;
use super::super::model::screen::Screen;
use super::super::model::{Model, NoticeKind, Overlay};
use super::super::msg::FileFacts;
use super::super::words;
use super::{Effects, notice, search, time, write};

/// People offered below the requester field.
const OFFERED: usize = 8;

/// What is being written, wherever it lies among the overlays.
fn composing(model: &mut Model) -> Option<&mut Compose> {
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
    let Some(target) = write::target(model) else {
        return;
    };
    let id = target.ticket.clone();
    let subject = model
        .ticket(&id)
        .map(|t| t.subject.clone())
        .unwrap_or_default();
    let about = match kind {
        DraftKind::Reply => {
            format!(
                "Reply on {id} {subject}: to {}",
                words::requesters(model.ticket(&id))
            )
        }
        DraftKind::Note | DraftKind::New => format!("Note on {id} {subject}: staff only"),
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
        choose_person(&mut new.requester, person.who.clone());
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
    let mut compose = Compose {
        kind,
        target,
        about,
        text: Editor::new(""),
        files: Vec::new(),
        new,
        focus,
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

/// A key in the editor that is no command.
pub(super) fn press(model: &mut Model, key: Key) {
    let now = model.now;
    let Some(compose) = composing(model) else {
        return;
    };
    let changed = match (compose.focus, &mut compose.new) {
        (ComposeField::Text, _) | (_, None) => compose.text.press(key),
        (ComposeField::Subject, Some(new)) => new.subject.press(key),
        (ComposeField::Priority, Some(new)) => {
            let digit = key.typed().is_none_or(|c| c.is_ascii_digit() || c == '-');
            digit && new.priority.press(key)
        }
        (ComposeField::Queue, Some(new)) => queue_key(new, key),
        (ComposeField::Requester, Some(new)) => requester_key(&mut new.requester, key, now),
    };
    let next = key.code == Code::Enter && compose.focus != ComposeField::Text;
    if changed {
        compose.changed(now);
    }
    if next {
        compose.go(true);
    }
    if changed {
        offer_known(model);
    }
}

fn queue_key(new: &mut NewFields, key: Key) -> bool {
    let count = new.queues.len();
    let (Some(at), true) = (new.queue, count > 0) else {
        return false;
    };
    let to = match key.code {
        Code::Down | Code::Right => (at + 1) % count,
        Code::Up | Code::Left => (at + count - 1) % count,
        Code::Char(_) => {
            // A letter goes to the next queue that begins with it.
            let Some(c) = key.typed() else {
                return false;
            };
            let start = fold::fold(&c.to_string());
            let found = (1..=count).map(|step| (at + step) % count).find(|at| {
                new.queues
                    .get(*at)
                    .is_some_and(|queue| fold::fold(queue).starts_with(&start))
            });
            match found {
                Some(found) => found,
                None => return false,
            }
        }
        _ => return false,
    };
    new.queue = Some(to);
    to != at
}

fn requester_key(field: &mut RequesterField, key: Key, now: Timestamp) -> bool {
    match key.code {
        Code::Down if !field.found.is_empty() => {
            field.selected = (field.selected + 1).min(field.found.len() - 1);
            false
        }
        Code::Up => {
            field.selected = field.selected.saturating_sub(1);
            false
        }
        Code::Enter => {
            let person = field.found.get(field.selected).map(|p| p.who.clone());
            match person {
                Some(who) if field.chosen.is_none() => {
                    choose_person(field, who);
                    true
                }
                _ => false,
            }
        }
        _ => {
            let changed = field.input.press(key);
            if changed {
                field.chosen = None;
                field.selected = 0;
                let wanted = field.input.trimmed().chars().count() >= 2;
                field.look_up_at = wanted
                    .then(|| now.checked_add(LOOK_UP_AFTER).ok())
                    .flatten();
                field.status.clear();
            }
            changed
        }
    }
}

fn choose_person(field: &mut RequesterField, who: PersonRef) {
    field.input.set(&who.name);
    field.chosen = Some(who);
    field.found.clear();
    field.look_up_at = None;
    field.status.clear();
}

/// Offers people that are known here for what is typed; the desk is asked a moment later.
fn offer_known(model: &mut Model) {
    let typed = match composing(model).map(|c| (c.focus, &c.new)) {
        Some((ComposeField::Requester, Some(new))) if new.requester.chosen.is_none() => {
            new.requester.input.trimmed().to_owned()
        }
        _ => return,
    };
    let needle = fold::fold(&typed);
    let found: Vec<Person> = if needle.chars().count() < 2 {
        Vec::new()
    } else {
        search::known_people(model)
            .into_values()
            .filter(|p| fold::fold(&format!("{} {}", p.who.name, p.who.id)).contains(&needle))
            .take(OFFERED)
            .collect()
    };
    if let Some(Some(new)) = composing(model).map(|c| &mut c.new) {
        new.requester.found = found;
        new.requester.selected = 0;
    }
}

/// The desk's directory answered for the requester field.
pub(super) fn people_found(model: &mut Model, text: &str, result: Result<Vec<Person>, Trouble>) {
    let Some(Some(new)) = composing(model).map(|c| &mut c.new) else {
        return;
    };
    let field = &mut new.requester;
    if field.chosen.is_some() || field.input.trimmed() != text {
        return;
    }
    match result {
        Ok(people) => {
            for person in people {
                let known = field.found.iter_mut().find(|p| p.who.id == person.who.id);
                match known {
                    Some(known) => *known = person,
                    None => field.found.push(person),
                }
            }
            field.found.truncate(OFFERED);
            field.status = if field.found.is_empty() {
                "Nobody by that name; a mail address works too".to_owned()
            } else {
                String::new()
            };
        }
        Err(trouble) => {
            field.status = format!("The desk could not be asked: {}", trouble.message);
        }
    }
}

pub(super) fn paste(model: &mut Model, text: &str) {
    let now = model.now;
    let Some(compose) = composing(model) else {
        return;
    };
    match (compose.focus, &mut compose.new) {
        (ComposeField::Text, _) | (_, None) => compose.text.paste(text),
        (ComposeField::Subject, Some(new)) => new.subject.paste(text),
        (ComposeField::Priority, Some(new)) => new.priority.paste(text),
        (ComposeField::Requester, Some(new)) => {
            new.requester.input.paste(text);
            new.requester.chosen = None;
            new.requester.look_up_at = now.checked_add(LOOK_UP_AFTER).ok();
        }
        (ComposeField::Queue, Some(_)) => return,
    }
    compose.changed(now);
    offer_known(model);
}

pub(super) fn field(model: &mut Model, forward: bool) {
    if let Some(compose) = composing(model) {
        compose.go(forward);
    }
}

/// Esc: nothing written closes at once, else asks what to do.
pub(super) fn menu(model: &mut Model, fx: &mut Effects) {
    match composing(model).map(|c| c.is_empty()) {
        Some(true) => discarded(model, fx),
        Some(false) => model.overlays.push(Overlay::ComposeMenu),
        None => {}
    }
}

fn close_menu(model: &mut Model) {
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

pub(super) fn attach(model: &mut Model) {
    close_menu(model);
    let refused = composing(model).is_some_and(|c| c.kind == DraftKind::New);
    if refused {
        if let Some(compose) = composing(model) {
            compose.problem =
                Some("A file goes with a reply or a note, once the ticket is there".to_owned());
        }
        return;
    }
    let prompt = Prompt {
        what: PromptFor::FilePath,
        input: Line::default(),
        error: None,
        hint: "Path of the file; Tab completes".to_owned(),
    };
    model.overlays.push(Overlay::Prompt(Box::new(prompt)));
}

pub(super) fn accept_path(model: &mut Model, path: &str, fx: &mut Effects) {
    model.overlays.pop();
    let path = path.trim().to_owned();
    let now = model.now;
    if path.is_empty() {
        return;
    }
    if let Some(compose) = composing(model) {
        compose.files.retain(|file| file.path != path);
        compose.files.push(ComposeFile {
            path: path.clone(),
            facts: None,
            error: None,
        });
        compose.changed(now);
        fx.push(Effect::InspectFile(path));
    }
}

/// A file was looked at.
pub(super) fn inspected(model: &mut Model, path: &str, result: Result<FileFacts, String>) {
    let limit = model.settings.max_file;
    model.touch();
    let Some(compose) = composing(model) else {
        return;
    };
    let Some(file) = compose.files.iter_mut().find(|file| file.path == path) else {
        return;
    };
    match result {
        Ok(facts) if facts.size > limit => {
            let (size, limit) = (words::size(facts.size), words::size(limit));
            file.error = Some(format!("{size} is more than the limit of {limit}"));
        }
        Ok(facts) => {
            file.error = None;
            file.facts = Some(facts);
        }
        Err(why) => file.error = Some(why),
    }
}

pub(super) fn detach(model: &mut Model) {
    close_menu(model);
    let now = model.now;
    if let Some(compose) = composing(model) {
        match compose.files.pop() {
            Some(_) => compose.changed(now),
            None => compose.problem = Some("No file is attached".to_owned()),
        }
    }
}

pub(super) fn keep(model: &mut Model, fx: &mut Effects) {
    close_menu(model);
    let now = model.now;
    let Some(compose) = composing(model) else {
        return;
    };
    let draft = compose.draft(now);
    let text = format!("Draft kept: {}", words::drafts([&draft.key].into_iter()));
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
    if compose.is_empty() {
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
    if let Some(key) = composing(model).map(|c| c.key()) {
        model.drafts.remove(&key);
        fx.push(Effect::DropDraft(key));
        close(model);
    }
}

fn close(model: &mut Model) {
    let at = model
        .overlays
        .iter()
        .rposition(|overlay| matches!(overlay, Overlay::Compose(_)));
    if let Some(at) = at {
        model.overlays.truncate(at);
    }
    model.touch();
}

/// What would be sent, or what is missing.
fn verb(compose: &Compose, ascii_names: bool) -> Result<Verb, String> {
    let text = compose.text.text();
    let mut files = Vec::new();
    for (position, file) in (0..).zip(&compose.files) {
        match (&file.facts, &file.error) {
            (_, Some(why)) => return Err(format!("{} cannot be attached: {why}", file.path)),
            (None, None) => return Err(format!("{} is still being looked at", file.path)),
            (Some(facts), None) => files.push(OutgoingFile {
                name: sent_name(&facts.name, ascii_names),
                media_type: facts.media_type.clone(),
                size: facts.size,
                position,
            }),
        }
    }
    let Some(new) = &compose.new else {
        if compose.text.is_blank() {
            return Err("Nothing is written yet".to_owned());
        }
        return Ok(match compose.kind {
            DraftKind::Reply => Verb::Reply { text, files },
            DraftKind::Note | DraftKind::New => Verb::Note { text, files },
        });
    };
    if new.subject.is_blank() {
        return Err("The subject is missing".to_owned());
    }
    let Some(requester) = new.requester.person() else {
        return Err("Choose the requester from the list, or type a mail address".to_owned());
    };
    let Some(queue) = new.queue() else {
        return Err("The desk has not told its queues yet: try again in a moment".to_owned());
    };
    let priority = match new.priority.trimmed() {
        "" => None,
        number => Some(
            number
                .parse()
                .map_err(|_| format!("The priority {number} is not a number"))?,
        ),
    };
    Ok(Verb::Create {
        new: NewTicket {
            subject: new.subject.trimmed().to_owned(),
            text,
            requester,
            queue: queue.to_owned(),
            priority,
            owner: None,
            group: None,
            device: None,
        },
    })
}

/// The name under which a file is sent: safe, and transliterated where the desk spoils other names.
fn sent_name(name: &str, ascii: bool) -> String {
    if ascii {
        file_name::ascii_file_name(name)
    } else {
        file_name::file_name(name)
    }
}

pub(super) fn send(model: &mut Model, fx: &mut Effects) {
    close_menu(model);
    let ascii = model
        .desk
        .capabilities()
        .is_some_and(|c| c.ascii_file_names);
    let Some(compose) = composing(model) else {
        return;
    };
    let verb = match verb(compose, ascii) {
        Ok(verb) => verb,
        Err(problem) => {
            compose.problem = Some(problem);
            return;
        }
    };
    let renamed: Vec<String> = compose
        .files
        .iter()
        .filter_map(|file| file.facts.as_ref())
        .zip(verb.files())
        .filter(|(facts, file)| facts.name != file.name)
        .map(|(facts, file)| {
            format!(
                "{} is sent as {}: the desk spoils such names",
                facts.name, file.name
            )
        })
        .collect();
    let target = compose.target.clone();
    let visible = &model.settings.visible_statuses;
    match target {
        Some(target) if verb.wants_confirmation(visible) => {
            if !write::may(model, Some(&target), &verb) {
                return;
            }
            let mut confirm = write::question(model, &target, &verb, Then::SendComposed);
            confirm.lines.extend(renamed);
            model.overlays.push(Overlay::Confirm(Box::new(confirm)));
        }
        _ => sent(model, fx),
    }
}

/// Hands what is written to the store. Its draft stays until the action is on disk.
pub(super) fn sent(model: &mut Model, fx: &mut Effects) {
    let now = model.now;
    let ascii = model
        .desk
        .capabilities()
        .is_some_and(|c| c.ascii_file_names);
    let Some(compose) = composing(model) else {
        return;
    };
    let verb = match verb(compose, ascii) {
        Ok(verb) => verb,
        Err(problem) => {
            compose.problem = Some(problem);
            return;
        }
    };
    let draft = compose.draft(now);
    let target = compose.target.clone();
    let files = compose
        .files
        .iter()
        .map(|file| {
            file.facts
                .as_ref()
                .map_or_else(|| file.path.clone(), |f| f.path.clone())
        })
        .collect();
    compose.save_at = None;
    model.drafts.insert(draft.key.clone(), draft.clone());
    fx.push(Effect::SaveDraft(Box::new(draft.clone())));
    if write::act(model, target, verb, None, files, Some(draft), fx) {
        close(model);
    }
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
