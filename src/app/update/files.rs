//! Files of what is written.

use crate::domain::draft::DraftKind;
use crate::domain::query::QueryError;

use super::super::compose::ComposeFile;
use super::super::effect::Effect;
use super::super::line::Line;
use super::super::model::overlay::{Prompt, PromptFor};
use super::super::model::{Model, Overlay};
use super::super::msg::FileFacts;
use super::super::words;
use super::Effects;
use super::compose::{close_menu, composing};

pub(super) fn attach(model: &mut Model) {
    close_menu(model);
    if let Some(compose) = composing(model).filter(|c| c.of_template.is_some()) {
        compose.problem = Some("Files go with one ticket at a time".to_owned());
        return;
    }
    let refused = composing(model).is_some_and(|c| c.kind == DraftKind::New);
    if refused {
        if let Some(compose) = composing(model) {
            compose.problem =
                Some("A file goes with a reply or a note, once the ticket is there".to_owned());
        }
        return;
    }
    let removed = composing(model).and_then(|c| c.files.get(removable(&c.files)?));
    let hint = match removed {
        Some(file) => {
            let name = file.path.rsplit('/').next().unwrap_or(&file.path);
            format!("Path of the file; Tab completes; an empty line removes {name}")
        }
        None => "Path of the file; Tab completes".to_owned(),
    };
    let prompt = Prompt {
        what: PromptFor::FilePath,
        input: Line::default(),
        error: None,
        hint,
        asked: None,
    };
    model.overlays.push(Overlay::Prompt(Box::new(prompt)));
}

/// The file that goes when one is removed: one that cannot be attached, else the last.
fn removable(files: &[ComposeFile]) -> Option<usize> {
    let bad = files.iter().rposition(|file| file.error.is_some());
    bad.or_else(|| files.len().checked_sub(1))
}

/// Enter in the line: the path stays there until the file was looked at, so that a wrong one can be mended.
pub(super) fn accept_path(model: &mut Model, path: &str, fx: &mut Effects) {
    let path = path.trim().to_owned();
    if path.is_empty() {
        model.overlays.pop();
        remove(model);
        return;
    }
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
        prompt.asked = Some(path.clone());
        prompt.error = None;
        "Looking at the file".clone_into(&mut prompt.hint);
        fx.push(Effect::InspectFile(path));
    }
}

/// A file was looked at: the one that is asked for joins what is written or is refused where it was typed; those of a
/// draft are marked.
pub(super) fn inspected(model: &mut Model, path: &str, result: Result<FileFacts, String>) {
    let (limit, now) = (model.settings.max_file, model.now);
    model.touch();
    let result = result.and_then(|facts| {
        if facts.size > limit {
            let (size, limit) = (words::size(facts.size), words::size(limit));
            Err(format!("{size} is more than the limit of {limit}"))
        } else {
            Ok(facts)
        }
    });
    let asked = match model.overlays.last_mut() {
        Some(Overlay::Prompt(prompt)) if prompt.asked.as_deref() == Some(path) => {
            if let Err(why) = &result {
                prompt.asked = None;
                prompt.hint.clear();
                prompt.error = Some(QueryError {
                    column: 1,
                    message: format!("It cannot be attached: {why}"),
                });
                return;
            }
            true
        }
        _ => false,
    };
    if asked {
        model.overlays.pop();
    }
    let Some(compose) = composing(model) else {
        return;
    };
    if asked {
        compose.files.retain(|file| file.path != path);
        compose.files.push(ComposeFile {
            path: path.to_owned(),
            facts: None,
            error: None,
        });
        compose.changed(now);
    }
    let Some(file) = compose.files.iter_mut().find(|file| file.path == path) else {
        return;
    };
    match result {
        Ok(facts) => {
            file.error = None;
            file.facts = Some(facts);
        }
        Err(why) => file.error = Some(why),
    }
}

pub(super) fn detach(model: &mut Model) {
    close_menu(model);
    if !remove(model)
        && let Some(compose) = composing(model)
    {
        compose.problem = Some("No file is attached".to_owned());
    }
}

/// Removes a file; whether there was one.
fn remove(model: &mut Model) -> bool {
    let now = model.now;
    let Some(compose) = composing(model) else {
        return false;
    };
    let Some(at) = removable(&compose.files) else {
        return false;
    };
    compose.files.remove(at);
    compose.changed(now);
    true
}
