//! Saved panes from the screen: the filter becomes one in three questions, and goes by one key.
//!
//! Invariant: the Board changes when the configuration file has it, so that what is seen is there at the next start too.

use crate::board::{Pane, PaneDef, PaneKind};
use crate::config::SavedPane;
use crate::config::views::ViewChange;
use crate::domain::view::{Column, Sort};
use crate::text::sanitize;

use super::super::effect::Effect;
use super::super::line::Line;
use super::super::model::overlay::{Confirm, Prompt, PromptFor, Then};
use super::super::model::pick::{Pick, PickItem, PickValue, PickWhat};
use super::super::model::settings::saved_pane;
use super::super::model::{Model, NoticeKind, Overlay};
use super::{Effects, nav, notice, search, sync};

/// Longest name of a pane, in characters.
const LONGEST: usize = 40;

fn prompt(model: &mut Model, what: PromptFor, text: &str, hint: String) {
    let prompt = Prompt {
        what,
        input: Line::new(text),
        error: None,
        hint,
        asked: None,
    };
    model.overlays.push(Overlay::Prompt(Box::new(prompt)));
    model.touch();
}

fn hint(model: &mut Model, text: String) {
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
        prompt.hint = text;
    }
    model.touch();
}

/// The key: the filter is to become a pane.
pub(super) fn save(model: &mut Model) {
    let query = model.screens.board.filter.trim().to_owned();
    if query.is_empty() {
        let text = "There is no filter to save: narrow the Board first, then save that as a pane";
        notice(model, NoticeKind::Info, None, text);
        return;
    }
    let text = format!("a name for: {query}");
    model.view_draft = Some(SavedPane {
        name: String::new(),
        query,
        sort: Sort::default(),
        columns: Vec::new(),
    });
    prompt(model, PromptFor::ViewName, "", text);
}

/// The name was typed.
pub(super) fn accept_name(model: &mut Model, text: &str) {
    let name = sanitize::line_max(text, LONGEST);
    if name.is_empty() {
        hint(model, "A pane needs a name".to_owned());
        return;
    }
    let is_group = |pane: &&PaneDef| pane.title == name && !matches!(pane.kind, PaneKind::Saved(_));
    if model
        .board
        .panes()
        .iter()
        .map(Pane::def)
        .any(|def| is_group(&def))
    {
        hint(model, format!("{name} is a group; choose another name"));
        return;
    }
    model.overlays.pop();
    if let Some(draft) = &mut model.view_draft {
        draft.name.clone_from(&name);
    }
    let items =
        Sort::ALL.map(|sort| PickItem::new(sort.word(), sort.help(), PickValue::Sort(sort)));
    let title = format!("{name}: in which order?");
    let pick = Pick::new(PickWhat::ViewSort, title, None, items.to_vec());
    model.overlays.push(Overlay::Pick(Box::new(pick)));
    model.touch();
}

/// The order was chosen.
pub(super) fn chosen_sort(model: &mut Model, sort: Sort) {
    if let Some(draft) = &mut model.view_draft {
        draft.sort = sort;
    }
    let usual: Vec<&str> = Column::USUAL.iter().map(|c| c.word()).collect();
    prompt(
        model,
        PromptFor::ViewColumns,
        &usual.join(" "),
        all_columns(),
    );
}

fn all_columns() -> String {
    let all: Vec<&str> = Column::ALL.iter().map(|c| c.word()).collect();
    format!("columns of wide rows, of {}", all.join(" "))
}

/// The columns were typed.
pub(super) fn accept_columns(model: &mut Model, text: &str, fx: &mut Effects) {
    let columns = match Column::parse_all(text) {
        Ok(columns) => columns,
        Err(word) => {
            hint(
                model,
                format!("There is no column {word}: {}", all_columns()),
            );
            return;
        }
    };
    model.overlays.pop();
    if let Some(mut draft) = model.view_draft.take() {
        // The usual ones need no word in the file.
        if columns != Column::USUAL {
            draft.columns = columns;
        }
        fx.push(Effect::ChangeView(ViewChange::Save(draft)));
    }
    model.touch();
}

/// The key: the saved pane with the cursor is to go.
pub(super) fn remove(model: &mut Model) {
    let focus = model.screens.board.focus;
    let def = model.board.panes().get(focus).map(Pane::def);
    let name = def.filter(|def| matches!(def.kind, PaneKind::Saved(_)));
    let Some(name) = name.map(|def| def.title.clone()) else {
        let text =
            "This pane is a group; only saved panes can be taken away (board.hidden hides groups)";
        notice(model, NoticeKind::Info, None, text);
        return;
    };
    model.overlays.push(Overlay::Confirm(Box::new(Confirm {
        question: format!("Take the pane {name} away?"),
        lines: vec!["Its tickets stay where they are.".to_owned()],
        then: Then::RemoveView(name),
    })));
    model.touch();
}

/// The file was changed, or not.
pub(super) fn changed(model: &mut Model, change: &ViewChange, result: Result<String, String>) {
    let path = match result {
        Ok(path) => path,
        Err(why) => {
            notice(
                model,
                NoticeKind::Error,
                None,
                format!("The pane was not changed: {why}"),
            );
            return;
        }
    };
    let mut panes: Vec<PaneDef> = model
        .board
        .panes()
        .iter()
        .map(|p| p.def().clone())
        .collect();
    let is_it =
        |def: &PaneDef, name: &str| def.title == name && matches!(def.kind, PaneKind::Saved(_));
    let (at, text) = match change {
        ViewChange::Save(saved) => {
            let Ok(pane) = saved_pane(saved) else {
                return;
            };
            let at = panes.iter().position(|def| is_it(def, &saved.name));
            match at.and_then(|at| panes.get_mut(at)) {
                Some(old) => *old = pane,
                None => panes.push(pane),
            }
            let at = at.unwrap_or(panes.len() - 1);
            (at, format!("Saved as pane {} in {path}", saved.name))
        }
        ViewChange::Remove(name) => {
            panes.retain(|def| !is_it(def, name));
            let at = model.screens.board.focus.min(panes.len().saturating_sub(1));
            (at, format!("The pane {name} is gone from {path}"))
        }
    };
    model.board.set_panes(panes);
    // Rows of a pane that went must not be taken for those of the next one.
    model.screens.board.panes.clear();
    sync::settle_lists(model);
    if matches!(change, ViewChange::Save(_)) {
        search::set_board_filter(model, "");
    }
    nav::focus_pane(model, at);
    notice(model, NoticeKind::Done, None, text);
}
