//! What happens in the things that lie over a screen: lists, lines of text, questions, texts.

use crate::config::views::ViewChange;
use crate::domain::ids::AttachmentId;
use crate::domain::source::Detail;

use super::super::effect::Effect;
use super::super::line::Line;
use super::super::model::overlay::{PromptFor, Then};
use super::super::model::pane::Step;
use super::super::model::pick::{Pick, PickItem, PickValue, PickWhat};
use super::super::model::screen::Screen;
use super::super::model::{Area, Extent, Model, NoticeKind, Overlay};
use super::super::words;
use super::{
    Effects, alike, answer, bulk, choose, command, compose, conversation, declare, files,
    incidents, keys, language, letters, macros, marks, nav, no_ticket, notice, offer, outbox,
    search, send, systems, templates, unseen, views, write,
};

pub(super) fn close(model: &mut Model) {
    model.overlays.pop();
    model.touch();
}

pub(super) fn help(model: &mut Model) {
    let context = model.context();
    model.overlays.push(Overlay::Help {
        context,
        input: Line::default(),
        top: 0,
    });
}

pub(super) fn why(model: &mut Model, fx: &mut Effects) {
    match model.ticket_under_cursor().cloned() {
        Some(ticket) => {
            alike::find(model, &ticket, fx);
            model.overlays.push(Overlay::Why { ticket, top: 0 });
        }
        None => no_ticket(model),
    }
}

pub(super) fn notices(model: &mut Model) {
    let items: Vec<PickItem> = model
        .notices
        .log()
        .map(|told| {
            let at = words::clock(&model.settings.zone, told.at, model.now);
            PickItem::new(told.text.clone(), at, PickValue::Text)
        })
        .collect();
    let mut pick = Pick::new(PickWhat::Notices, "Messages".to_owned(), None, items);
    if pick.items.is_empty() {
        "Nothing was told yet".clone_into(&mut pick.status);
    }
    model.overlays.push(Overlay::Pick(Box::new(pick)));
}

pub(super) fn attachments(model: &mut Model) {
    let Screen::Ticket(open) = model.screens.current() else {
        return;
    };
    let id = open.id.clone();
    let Some(detail) = model.details.shown(&id) else {
        let text = format!("{id}: the conversation is not read yet");
        notice(model, NoticeKind::Info, Some(&id), text);
        return;
    };
    let items = attachment_items(model, detail);
    if items.is_empty() {
        notice(
            model,
            NoticeKind::Info,
            Some(&id),
            format!("{id} has no attachments"),
        );
        return;
    }
    let title = format!("Attachments of {id}: save one, or read text with Tab");
    // The list is about this ticket, whatever is under the cursor when a row is chosen.
    let target = write::target(model);
    let pick = Pick::new(PickWhat::Attachments, title, target, items);
    model.overlays.push(Overlay::Pick(Box::new(pick)));
}

fn attachment_items(model: &Model, detail: &Detail) -> Vec<PickItem> {
    let mut items = Vec::new();
    for entry in detail.entries.iter().rev() {
        for file in &entry.attachments {
            let size = file
                .size
                .known()
                .map_or_else(|| "size unknown".to_owned(), |s| words::size(*s));
            let by = entry
                .author
                .known()
                .map_or_else(|| "unknown".to_owned(), |p| p.name.clone());
            let at = words::clock(&model.settings.zone, entry.at, model.now);
            items.push(PickItem::new(
                file.name.clone(),
                format!("{size}, {by} {at}"),
                PickValue::Attachment(file.clone()),
            ));
        }
    }
    items
}

pub(super) fn saved(model: &mut Model, id: &AttachmentId, result: Result<String, String>) {
    let (kind, text) = match result {
        Ok(path) => (NoticeKind::Done, format!("Saved {path}")),
        Err(why) => (
            NoticeKind::Error,
            format!("Attachment {id} was not saved: {why}"),
        ),
    };
    notice(model, kind, None, text);
}

pub(super) fn copied(model: &mut Model, result: Result<String, String>) {
    let (kind, text) = match result {
        Ok(path) => (
            NoticeKind::Done,
            format!("Sent to the clipboard of your terminal; also in {path}"),
        ),
        Err(why) => (
            NoticeKind::Warning,
            format!("Sent to the clipboard of your terminal, but into no file: {why}"),
        ),
    };
    notice(model, kind, None, text);
}

/// Moves the choice or the text of the topmost overlay.
pub(super) fn step(model: &mut Model, step: Step) {
    let height = model.height(Area::Overlay);
    let extent = model.terminal.areas.get(&Area::Overlay).copied();
    match model.overlays.last_mut() {
        Some(Overlay::Pick(pick)) => pick.step(step, height),
        Some(Overlay::Declare(form)) => declare::step(form, step, extent.unwrap_or_default()),
        Some(
            Overlay::Help { top, .. }
            | Overlay::Why { top, .. }
            | Overlay::Card { top, .. }
            | Overlay::Text { top, .. }
            | Overlay::Item { top, .. }
            | Overlay::Bulk { top, .. },
        ) => {
            let Extent { content, .. } = extent.unwrap_or_default();
            *top = nav::scroll(*top, step, content.saturating_sub(height), height);
        }
        Some(Overlay::Preview(preview)) => {
            let Extent { content, .. } = extent.unwrap_or_default();
            let last = content.saturating_sub(height);
            preview.top = nav::scroll(preview.top, step, last, height);
        }
        Some(Overlay::Unseen(unseen)) => {
            let Extent { content, .. } = extent.unwrap_or_default();
            let last = content.saturating_sub(height);
            unseen.top = nav::scroll(unseen.top, step, last, height);
        }
        _ => {}
    }
}

/// Something was typed into the list.
pub(super) fn typed(model: &mut Model) {
    let Some(Overlay::Pick(pick)) = model.overlays.last() else {
        return;
    };
    let items = offer::typed(model, pick);
    let look_up_at = search::look_up_at(model, pick);
    if let Some(Overlay::Pick(pick)) = model.overlays.last_mut() {
        pick.items = items;
        if pick.what == PickWhat::FindText && look_up_at.is_none() {
            pick.items.clear();
        }
        pick.narrow();
        pick.look_up_at = look_up_at;
    }
}

/// Something was typed into the line.
pub(super) fn prompt_typed(model: &mut Model) {
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
        prompt.error = search::check(prompt.what, prompt.input.text());
        prompt.hint.clear();
        prompt.asked = None;
    }
}

/// Enter in a list or a line.
pub(super) fn accept(model: &mut Model, fx: &mut Effects) {
    match model.overlays.last() {
        Some(Overlay::Pick(pick)) => {
            if let Some(item) = pick.chosen() {
                let (what, value, target) = (pick.what, item.value.clone(), pick.target.clone());
                let is_bulk = pick.is_bulk;
                model.overlays.pop();
                if is_bulk {
                    choose::chosen_bulk(model, what, value);
                    return;
                }
                accepted(model, what, value, target, fx);
            }
        }
        Some(Overlay::Prompt(prompt)) => {
            let (what, text) = (prompt.what, prompt.input.text().to_owned());
            match what {
                PromptFor::BoardFilter => search::accept_board_filter(model, &text),
                PromptFor::ViewName => views::accept_name(model, &text),
                PromptFor::ViewColumns => views::accept_columns(model, &text, fx),
                PromptFor::Marks => marks::accept_query(model, &text),
                PromptFor::DeviceFilter => search::accept_device_filter(model, &text),
                PromptFor::FilePath => files::accept_path(model, &text, fx),
                PromptFor::Value(variable) => letters::supplied(model, variable, &text),
            }
        }
        Some(Overlay::Preview(_)) => bulk::confirm(model, fx),
        Some(Overlay::Declare(_)) => declare::enter(model, fx),
        _ => {}
    }
}

fn accepted(
    model: &mut Model,
    what: PickWhat,
    value: PickValue,
    target: Option<super::super::model::pick::Target>,
    fx: &mut Effects,
) {
    match (value, target) {
        (PickValue::Command(command), _) => command::run(model, command, fx),
        (PickValue::System(slug), _) => systems::toggle(model, &slug, fx),
        (PickValue::Person(person), _) => {
            let who = person.who.clone();
            nav::open_person(model, who, fx);
            if let Some(Screen::Person(screen)) = model.screens.stack.last_mut() {
                screen.person = Some(*person);
            }
        }
        (PickValue::Ticket(id), _) if what == PickWhat::FindText => nav::open_ticket(model, id, fx),
        (PickValue::Attachment(attachment), Some(target)) => {
            let id = target.ticket;
            let text = format!("{id}: fetching {}", attachment.name);
            notice(model, NoticeKind::Info, Some(&id), text);
            fx.push(Effect::SaveAttachment {
                ticket: id,
                attachment,
            });
        }
        (PickValue::Template(name), target) => {
            if let PickWhat::Template { offer, lang } = what {
                templates::chosen(model, (offer, lang), target, &name, fx);
            }
        }
        (PickValue::Macro(name), target) => {
            if let PickWhat::Template { lang, .. } = what {
                macros::chosen(model, target, &name, lang, fx);
            }
        }
        (PickValue::Incident(id, into), target) => {
            incidents::chosen(model, &id, into.as_ref(), target.map(|t| t.ticket), fx);
        }
        (PickValue::Sort(sort), _) => views::chosen_sort(model, sort),
        (PickValue::Language(lang), _) => language::chosen(model, lang),
        (PickValue::Address(address), _) => {
            notice(model, NoticeKind::Info, None, format!("Copied: {address}"));
            fx.push(Effect::Copy(address));
        }
        (PickValue::Ticket(id), _) if what == PickWhat::Links => nav::open_ticket(model, id, fx),
        (PickValue::Text, _) | (_, None) => {}
        (value, Some(target)) => choose::chosen(model, what, target, value, fx),
    }
}

/// Tab in a line or a list.
pub(super) fn complete(model: &mut Model, fx: &mut Effects) {
    match model.overlays.last_mut() {
        Some(Overlay::Pick(pick)) if matches!(pick.what, PickWhat::Template { .. }) => {
            templates::other_language(model);
        }
        Some(Overlay::Preview(_)) => letters::next_language(model),
        Some(Overlay::Prompt(prompt)) if prompt.what == PromptFor::FilePath => {
            fx.push(Effect::CompletePath(prompt.input.text().to_owned()));
        }
        Some(Overlay::Pick(pick)) if pick.what == PickWhat::Attachments => {
            conversation::read_attachment(model, fx);
        }
        Some(Overlay::Pick(pick)) => {
            if let Some(label) = pick.chosen().map(|item| item.label.clone()) {
                pick.input.set(&label);
                typed(model);
            }
        }
        _ => {}
    }
}

/// Paths that what is typed can become.
pub(super) fn completed(model: &mut Model, typed: &str, paths: &[String]) {
    let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() else {
        return;
    };
    if prompt.what != PromptFor::FilePath || prompt.input.text() != typed {
        return;
    }
    (prompt.error, prompt.asked) = (None, None);
    match paths {
        [] => "No such file".clone_into(&mut prompt.hint),
        [one] => {
            prompt.input.set(one);
            prompt.hint.clear();
        }
        many => {
            prompt.input.set(&common_start(many));
            prompt.hint = many.join("  ");
        }
    }
    model.touch();
}

/// What all texts begin with.
fn common_start(texts: &[String]) -> String {
    let (Some(first), rest) = (texts.first(), texts.get(1..).unwrap_or_default()) else {
        return String::new();
    };
    let mut start = first.as_str();
    for text in rest {
        let same: usize = start
            .chars()
            .zip(text.chars())
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum();
        start = start.get(..same).unwrap_or_default();
    }
    start.to_owned()
}

/// Enter at a question: a yes where one ticket is touched and no requester sees it. Else a finger that was too quick does nothing.
pub(super) fn enter(model: &mut Model, fx: &mut Effects) {
    let is_small = match model.overlays.last() {
        Some(Overlay::Preview(preview)) => !preview.is_visible && preview.tickets() < 2,
        Some(Overlay::Confirm(confirm)) => match &confirm.then {
            Then::Act(act) => {
                let visible = &model.settings.visible_statuses;
                !act.verb.is_visible_to_requester(visible)
            }
            Then::RemoveView(_) => true,
            Then::SendComposed | Then::Force(_) | Then::Escalate(..) | Then::DiscardComposed => {
                false
            }
        },
        Some(Overlay::Unseen(_)) => false,
        _ => true,
    };
    if is_small {
        yes(model, fx);
    } else {
        not_by_enter(model);
    }
}

/// Says which keys answer, for Enter does not.
pub(super) fn not_by_enter(model: &mut Model) {
    let text = format!("Enter does nothing here: {}", keys::answers(model));
    notice(model, NoticeKind::Info, None, text);
}

/// Yes to the question.
pub(super) fn yes(model: &mut Model, fx: &mut Effects) {
    match model.overlays.last() {
        Some(Overlay::Preview(_)) => return bulk::confirm(model, fx),
        Some(Overlay::Declare(_)) => return declare::confirm(model, fx),
        Some(Overlay::Unseen(_)) => return unseen::send(model, fx),
        Some(Overlay::Confirm(_)) => {}
        _ => return,
    }
    let Some(Overlay::Confirm(confirm)) = model.overlays.pop() else {
        return;
    };
    model.touch();
    match confirm.then {
        Then::Act(act) => {
            write::act(
                model,
                Some(act.target),
                act.verb,
                act.undoes,
                Vec::new(),
                None,
                fx,
            );
        }
        Then::SendComposed => send::sent(model, fx),
        Then::Force(action) => outbox::forced(model, action, fx),
        Then::Escalate(group, incident) => answer::escalate(model, &group, incident.as_ref(), fx),
        Then::RemoveView(name) => fx.push(Effect::ChangeView(ViewChange::Remove(name))),
        Then::DiscardComposed => compose::discarded(model, fx),
    }
}
