//! Ready-made texts and macros: the list of them, and what the choice does.

use std::collections::BTreeMap;

use crate::domain::draft::DraftKind;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::template::{Macro, Offered, Shelf, Template, TemplateKind, next_language};
use crate::i18n;
use crate::text::lang::Lang;

use super::super::compose::ComposeField;
use super::super::effect::Effect;
use super::super::model::pick::{Offer, Pick, PickItem, PickValue, PickWhat, Target};
use super::super::model::screen::Screen;
use super::super::model::{Model, NoticeKind, Overlay};
use super::super::{fill, macros, words};
use super::compose::{close_menu, composing, open_on};
use super::{Effects, letters, marks, notice, write};

/// From the editor: a text to insert.
pub(super) fn insert(model: &mut Model, fx: &mut Effects) {
    close_menu(model);
    let Some(compose) = composing(model) else {
        return;
    };
    if compose.of_template.is_some() {
        let why = "This is the text of a template: close it, and choose another one";
        compose.problem = Some(why.to_owned());
        return;
    }
    let kind = match compose.kind {
        DraftKind::Reply => TemplateKind::Reply,
        DraftKind::Note => TemplateKind::Note,
        DraftKind::New => {
            let why = "Templates are for replies and notes, once the ticket is there";
            compose.problem = Some(why.to_owned());
            return;
        }
    };
    let target = compose.target.clone();
    list(model, Offer::Insert(kind), target, fx);
}

/// From a row: a text to write a reply or a note from. With tickets marked, and on the screen of an incident, for all of
/// them.
pub(super) fn open(model: &mut Model, fx: &mut Effects) {
    if model.marks.is_empty() && matches!(model.screens.current(), Screen::Incident(_)) {
        marks::all(model);
        model.marks.let_pass();
    }
    if marks::are_meant(model) {
        list(model, Offer::All, None, fx);
        return;
    }
    if let Some(target) = write::target(model) {
        list(model, Offer::Write, Some(target), fx);
    }
}

fn list(model: &mut Model, offer: Offer, target: Option<Target>, fx: &mut Effects) {
    let id = target.as_ref().map(|t| &t.ticket);
    let title = match (offer, id) {
        (Offer::Write, Some(id)) => format!("Write on {id} from a template, or run a macro"),
        (Offer::All, _) => format!("Write on {} from a template, or run a macro", marked(model)),
        _ => "Insert a template".to_owned(),
    };
    let items = items(model, offer, id);
    let what = PickWhat::Template { offer, lang: None };
    let mut pick = Pick::new(what, title, target, items);
    if pick.items.is_empty() {
        "There is no template: `vagt config check` says why".clone_into(&mut pick.status);
    }
    model.overlays.push(Overlay::Pick(Box::new(pick)));
    // Somebody may have changed a file since: the list follows when they are read.
    fx.push(Effect::ReadTemplates);
    model.touch();
}

/// `40 marked tickets`.
fn marked(model: &Model) -> String {
    match model.marks.len() {
        1 => "1 marked ticket".to_owned(),
        n => format!("{n} marked tickets"),
    }
}

/// The rows: templates and macros for the ticket's group first. A macro is nothing to insert.
fn items(model: &Model, offer: Offer, ticket: Option<&TicketId>) -> Vec<PickItem> {
    let screen = Lang::from_code(&model.settings.lang);
    let groups = match offer {
        Offer::All => fill::groups_of_marked(model),
        Offer::Insert(_) | Offer::Write => fill::groups(model, ticket),
    };
    let moment = match offer {
        Offer::All => fill::moment(model, model.marks.iter().map(|(id, _)| id)),
        Offer::Insert(_) | Offer::Write => fill::moment(model, ticket.into_iter()),
    };
    let offered = model.shelf.offers_for(&groups, moment).into_iter();
    offered
        .filter_map(|offered| match offered {
            Offered::Template(template) => offer.takes(template.kind).then(|| {
                let value = PickValue::Template(template.name.clone());
                PickItem::new(template.title(screen), detail(template, offer), value)
            }),
            Offered::Macro(made) => (!matches!(offer, Offer::Insert(_))).then(|| {
                let value = PickValue::Macro(made.name.clone());
                PickItem::new(made.title(screen), about(made), value)
            }),
        })
        .collect()
}

/// What else is worth knowing of a macro: what it does, its groups, its name in files.
fn about(made: &Macro) -> String {
    let does = made.words();
    let does: Vec<_> = does.iter().map(|part| i18n::retold(part)).collect();
    let mut parts = vec![does.join(" + ")];
    if !made.groups.is_empty() {
        parts.push(titles(&made.groups));
    }
    parts.push(made.name.clone());
    parts.join(" · ")
}

fn titles(groups: &[GroupId]) -> String {
    let titles: Vec<&str> = groups
        .iter()
        .map(|g| words::group_name(g.as_str()))
        .collect();
    titles.join(", ")
}

/// What else is worth knowing of a template: that it is a note, its groups, its name in files.
fn detail(template: &Template, offer: Offer) -> String {
    let mut parts = Vec::new();
    if offer.takes(TemplateKind::Note)
        && offer.takes(TemplateKind::Reply)
        && template.kind == TemplateKind::Note
    {
        parts.push(words::draft_kind(DraftKind::Note).to_owned());
    }
    if !template.groups.is_empty() {
        parts.push(titles(&template.groups));
    }
    parts.push(template.name.clone());
    parts.join(" · ")
}

/// The files were read.
pub(super) fn read(model: &mut Model, shelf: Shelf, problems: Vec<String>) {
    model.touch();
    for problem in &problems {
        if !model.shelf_problems.contains(problem) {
            let text = format!("A template or macro is left out: {problem}");
            notice(model, NoticeKind::Warning, None, text);
        }
    }
    model.shelf_problems = problems;
    if model.shelf == shelf {
        return;
    }
    model.shelf = shelf;
    let Some(Overlay::Pick(pick)) = model.overlays.last() else {
        return;
    };
    let PickWhat::Template { offer, .. } = pick.what else {
        return;
    };
    let chosen = pick.chosen().map(|item| item.value.clone());
    let items = items(model, offer, pick.target.as_ref().map(|t| &t.ticket));
    if let Some(Overlay::Pick(pick)) = model.overlays.last_mut() {
        pick.items = items;
        pick.narrow();
        pick.start_at(chosen.as_ref());
    }
}

/// The preview in the next language of the chosen template.
pub(super) fn other_language(model: &mut Model) {
    let Some(Overlay::Pick(pick)) = model.overlays.last() else {
        return;
    };
    let (PickWhat::Template { offer, lang }, Some(chosen)) = (pick.what, pick.chosen()) else {
        return;
    };
    let ticket = pick.target.as_ref().map(|t| &t.ticket);
    let template = match &chosen.value {
        PickValue::Template(name) => model.shelf.template(name),
        // The preview before a macro on many has its languages itself.
        PickValue::Macro(name) => {
            let made = model.shelf.find_macro(name);
            made.zip(ticket)
                .and_then(|(made, ticket)| macros::first_text(model, made, ticket))
        }
        _ => None,
    };
    let Some(template) = template else {
        return;
    };
    let lang = if offer == Offer::All {
        let split = fill::split_of_marked(model, template);
        let sample = fill::sample_of_marked(model, template, lang);
        let shown = fill::preview(model, template, sample, None).lang;
        let after = split.keys().copied().find(|lang| *lang > shown);
        after.or_else(|| split.keys().next().copied())
    } else {
        let shown = fill::preview(model, template, ticket, lang).lang;
        Some(next_language(template, shown))
    };
    if let Some(Overlay::Pick(pick)) = model.overlays.last_mut() {
        pick.what = PickWhat::Template { offer, lang };
    }
    model.touch();
}

/// A template was chosen: it is inserted at the cursor, or at the end of what is written on the ticket already.
pub(super) fn chosen(
    model: &mut Model,
    (offer, lang): (Offer, Option<Lang>),
    target: Option<Target>,
    name: &str,
    fx: &mut Effects,
) {
    let Some(template) = model.shelf.template(name).cloned() else {
        let text = format!("There is no template {name} any more");
        notice(model, NoticeKind::Warning, None, text);
        return;
    };
    if offer == Offer::All {
        letters::begin(model, &template, BTreeMap::new());
        return;
    }
    let ticket = target.as_ref().map(|t| t.ticket.clone());
    if let (Offer::Write, Some(target)) = (offer, target) {
        open_on(model, template.kind.draft(), target, fx);
    }
    let text = fill::preview(model, &template, ticket.as_ref(), lang)
        .filled
        .text;
    let now = model.now;
    if let Some(compose) = composing(model) {
        let is_below = offer == Offer::Write && !compose.text.is_blank();
        let before = if is_below { "\n\n" } else { "" };
        compose.text.paste(&format!("{before}{text}"));
        compose.focus = ComposeField::Text;
        compose.changed(now);
    }
    model.touch();
}
