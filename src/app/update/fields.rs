//! Keys and pasted text in the fields of what is written, and who a new ticket is for.

use jiff::Timestamp;

use crate::domain::outcome::Trouble;
use crate::domain::person::{Person, PersonRef};
use crate::input::{Code, Key};
use crate::text::fold;

use super::super::compose::{Compose, ComposeField, LOOK_UP_AFTER, NewFields, RequesterField};
use super::super::model::Model;
use super::compose::composing;
use super::search;

/// People offered below the requester field.
const OFFERED: usize = 8;
/// What is said when nobody is chosen.
pub(super) const NO_REQUESTER: &str = "Choose the requester from the list, or type a mail address";

/// A key in the editor that is no command.
pub(super) fn press(model: &mut Model, key: Key) {
    let now = model.now;
    let Some(compose) = composing(model) else {
        return;
    };
    let changed = match (compose.focus, &mut compose.new) {
        (ComposeField::Text, _) | (_, None) => compose.text.press(key),
        (ComposeField::Subject, Some(new)) => new.subject.press(key),
        (ComposeField::Priority, Some(new)) => new.priority.press(key),
        (ComposeField::Queue, Some(new)) => queue_key(new, key),
        (ComposeField::Requester, Some(new)) => requester_key(&mut new.requester, key, now),
    };
    let next = key.code == Code::Enter && compose.focus != ComposeField::Text;
    if changed {
        compose.changed(now);
        check_priority(compose);
    }
    if next {
        leave(compose, now);
        compose.go(true);
    }
    if changed {
        offer_known(model);
    }
}

/// The cursor leaves a field: the highlighted person is taken, and what cannot be sent is said at once.
fn leave(compose: &mut Compose, now: Timestamp) {
    let Some(new) = &mut compose.new else {
        return;
    };
    match compose.focus {
        ComposeField::Requester => {
            let field = &mut new.requester;
            if field.input.is_blank() || field.person().is_some() {
                return;
            }
            match field.found.get(field.selected).map(|p| p.who.clone()) {
                Some(who) => {
                    choose_person(field, who);
                    compose.changed(now);
                }
                None => compose.problem = Some(NO_REQUESTER.to_owned()),
            }
        }
        ComposeField::Priority => {
            if let Err(problem) = new.priority() {
                compose.problem = Some(problem);
            }
        }
        ComposeField::Subject | ComposeField::Queue | ComposeField::Text => {}
    }
}

/// Says at once when what is typed can be no priority.
fn check_priority(compose: &mut Compose) {
    let Some(new) = &compose.new else {
        return;
    };
    if compose.focus == ComposeField::Priority
        && !new.is_priority_begun()
        && let Err(problem) = new.priority()
    {
        compose.problem = Some(problem);
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

pub(super) fn choose_person(field: &mut RequesterField, who: PersonRef) {
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
    check_priority(compose);
    offer_known(model);
}

pub(super) fn field(model: &mut Model, forward: bool) {
    let now = model.now;
    if let Some(compose) = composing(model) {
        leave(compose, now);
        compose.go(forward);
    }
}
