//! Reading a conversation: quotes, addresses, files of text.

use crate::domain::ids::TicketId;
use crate::domain::ticket::LinkTarget;
use crate::text::addresses::addresses;
use crate::text::mask::mask;

use super::super::effect::Effect;
use super::super::model::pick::{Pick, PickItem, PickValue, PickWhat};
use super::super::model::screen::Screen;
use super::super::model::{Model, NoticeKind, Overlay};
use super::{Effects, notice};

/// Shows what messages quote, or folds it again.
pub(super) fn quotes(model: &mut Model) {
    if let Some(Screen::Ticket(open)) = model.screens.stack.last_mut() {
        open.quotes = !open.quotes;
        model.touch();
    }
}

/// Lists the addresses in the conversation and the tickets that are linked.
pub(super) fn links(model: &mut Model) {
    let Screen::Ticket(open) = model.screens.current() else {
        return;
    };
    let id = open.id.clone();
    let items = link_items(model, &id);
    if items.is_empty() {
        let text = format!("{id}: no addresses in the conversation, and no links");
        notice(model, NoticeKind::Info, Some(&id), text);
        return;
    }
    let title = format!("Links of {id}: a ticket is opened, an address copied");
    let pick = Pick::new(PickWhat::Links, title, None, items);
    model.overlays.push(Overlay::Pick(Box::new(pick)));
    model.touch();
}

fn link_items(model: &Model, id: &TicketId) -> Vec<PickItem> {
    let mut items = Vec::new();
    let links = model.ticket(id).and_then(|t| t.links.known());
    for link in links.into_iter().flatten() {
        let kind = link.kind.word();
        match &link.target {
            LinkTarget::Ticket(other) => {
                let subject = model.ticket(other).map(|t| mask(&t.subject).into_owned());
                let label = format!("{other} {}", subject.unwrap_or_default());
                items.push(PickItem::new(label, kind, PickValue::Ticket(other.clone())));
            }
            LinkTarget::Other(address) => {
                let value = PickValue::Address(address.clone());
                items.push(PickItem::new(mask(address).into_owned(), kind, value));
            }
            LinkTarget::Device(_) => {}
        }
    }
    let entries = model.details.shown(id).map_or(&[][..], |d| &d.entries);
    let mut seen: Vec<&str> = Vec::new();
    for entry in entries.iter().rev() {
        let who = entry
            .author
            .known()
            .map_or("the desk", |who| who.name.as_str());
        for address in addresses(&entry.text) {
            if !seen.contains(&address) {
                seen.push(address);
                let value = PickValue::Address(address.to_owned());
                items.push(PickItem::new(mask(address).into_owned(), who, value));
            }
        }
    }
    items
}

/// Tab in the list of attachments: the text of the chosen one.
pub(super) fn read_attachment(model: &mut Model, fx: &mut Effects) {
    let Some(Overlay::Pick(pick)) = model.overlays.last_mut() else {
        return;
    };
    let Some(PickValue::Attachment(file)) = pick.chosen().map(|item| item.value.clone()) else {
        return;
    };
    pick.status = format!("Fetching {} …", file.name);
    fx.push(Effect::ReadAttachment(file));
    model.touch();
}

/// The text of an attachment was fetched.
pub(super) fn text(model: &mut Model, name: &str, result: Result<String, String>) {
    model.touch();
    let Some(Overlay::Pick(pick)) = model.overlays.last_mut() else {
        return;
    };
    match result {
        Ok(text) => {
            pick.status.clear();
            let title = name.to_owned();
            model.overlays.push(Overlay::Text {
                title,
                text,
                top: 0,
            });
        }
        Err(why) => pick.status = format!("{name}: {why}"),
    }
}
