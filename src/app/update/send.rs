//! Sending what is written: what is missing, what is asked first, and the hand-over to the store.

use crate::domain::action::{NewTicket, OutgoingFile, Verb};
use crate::domain::draft::DraftKind;
use crate::domain::template::Missing;
use crate::text::file_name;

use super::super::compose::Compose;
use super::super::effect::Effect;
use super::super::fill;
use super::super::model::overlay::Then;
use super::super::model::{Model, Overlay};
use super::compose::{close, close_menu, composing};
use super::{Effects, bulk, fields, letters, write};

/// What would be sent, or what is missing.
fn verb(compose: &Compose, ascii_names: bool) -> Result<Verb, String> {
    let text = compose.text.text();
    let mut files = Vec::new();
    for (position, file) in (0..).zip(&compose.files) {
        match (&file.facts, &file.error) {
            (_, Some(why)) => {
                return Err(format!(
                    "{} cannot be attached: {why}. Attach again with an empty line to remove it",
                    file.path
                ));
            }
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
        return Err(fields::NO_REQUESTER.to_owned());
    };
    let Some(queue) = new.queue() else {
        return Err("The desk has not told its queues yet: try again in a moment".to_owned());
    };
    let priority = new.priority()?;
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

/// Says which variables stand unfilled in the text, and why. Whether there are any: then it is not sent.
fn lacks(model: &mut Model) -> bool {
    let missing = composing(model)
        .map(|compose| compose.clone())
        .map_or_else(Vec::new, |compose| fill::missing(model, &compose));
    if missing.is_empty() {
        return false;
    }
    let why: Vec<String> = missing.iter().map(Missing::to_string).collect();
    if let Some(compose) = composing(model) {
        compose.problem = Some(format!(
            "Not sent. Write something in the place of {}",
            why.join("; ")
        ));
    }
    true
}

pub(super) fn send(model: &mut Model, fx: &mut Effects) {
    close_menu(model);
    if composing(model).is_some_and(|c| c.of_template.is_some()) {
        letters::edited(model);
        return;
    }
    if lacks(model) {
        return;
    }
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
    if compose.is_bulk {
        if compose.files.is_empty() {
            bulk::begin(model, &verb);
        } else {
            let problem = "Files go with one ticket at a time: remove them, or unmark all";
            compose.problem = Some(problem.to_owned());
        }
        return;
    }
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
