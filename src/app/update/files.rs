//! Files of what is written.

use crate::domain::draft::DraftKind;

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
