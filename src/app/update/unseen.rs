//! Requesters who write while they are being answered: named before, read and decided about after.
//!
//! Invariant: a reply that met a message is sent again only to somebody whose message the person has had on the screen,
//! and is compared once more with what the desk has then.

use crate::domain::delivery::as_read;
use crate::domain::outbox::{Item, State};
use crate::domain::source::Reply;

use super::super::effect::Effect;
use super::super::model::bulk::Unseen;
use super::super::model::outbox::BulkAsked;
use super::super::model::{Model, NoticeKind, Overlay};
use super::{Effects, notice, write};

/// Requesters wrote: the preview that is open names them.
pub(super) fn wrote(model: &mut Model, replies: &[Reply]) {
    let names: Vec<String> = replies
        .iter()
        .map(|reply| {
            let ticket = model.ticket(&reply.ticket);
            let mut people = ticket
                .and_then(|t| t.requesters.known())
                .into_iter()
                .flatten();
            let known = people.find(|who| who.id == reply.author);
            known.map_or_else(|| reply.author.to_string(), |who| who.name.clone())
        })
        .collect();
    for overlay in &mut model.overlays {
        let Overlay::Preview(preview) = overlay else {
            continue;
        };
        for (reply, who) in replies.iter().zip(&names) {
            let mut children = preview.children.iter();
            if children.any(|(target, _)| target.ticket == reply.ticket) {
                preview.wrote.retain(|(ticket, ..)| *ticket != reply.ticket);
                let one = (reply.ticket.clone(), who.clone(), reply.at);
                preview.wrote.push(one);
            }
        }
    }
}

/// Shows what was written meanwhile on the tickets of the bulk action that is shown.
pub(super) fn show(model: &mut Model) {
    let Some(Overlay::Bulk { bulk, .. }) = model.overlays.last() else {
        return;
    };
    let bulk = *bulk;
    let conflicts = model.outbox.children(bulk);
    let conflicts = conflicts.filter(|item| item.state == State::Conflict);
    let (read, others): (Vec<_>, Vec<_>) = conflicts
        .map(|item| (item.clone(), as_read(item)))
        .partition(|(_, seen)| seen.is_some());
    let rows: Vec<(Item, _)> = read
        .into_iter()
        .filter_map(|(item, seen)| Some((item, seen?)))
        .collect();
    if rows.is_empty() {
        let text = match others.len() {
            0 => "Nobody wrote meanwhile",
            _ => {
                "Nobody wrote meanwhile; the outbox shows what others changed, to decide one by one"
            }
        };
        notice(model, NoticeKind::Info, None, text);
        return;
    }
    let unseen = Unseen {
        bulk,
        rows,
        others: others.len(),
        top: 0,
    };
    model.overlays.push(Overlay::Unseen(Box::new(unseen)));
    model.touch();
}

/// Yes: the replies whose messages were shown go out, each compared once more.
pub(super) fn send(model: &mut Model, fx: &mut Effects) {
    let Some(Overlay::Unseen(unseen)) = model.overlays.pop() else {
        return;
    };
    model.touch();
    let first = unseen
        .rows
        .first()
        .map(|(item, _)| item.action.verb.clone());
    if !first.is_some_and(|verb| write::may(model, None, &verb)) {
        return;
    }
    if model.outbox.bulk_asked.contains_key(&unseen.bulk) {
        return;
    }
    model.outbox.bulk_asked.insert(unseen.bulk, BulkAsked::Read);
    let text = match unseen.rows.len() {
        1 => {
            "1 reply goes out after what was written, unless somebody has written again".to_owned()
        }
        n => {
            format!("{n} replies go out after what was written, unless somebody has written again")
        }
    };
    notice(model, NoticeKind::Info, None, text);
    let read = unseen
        .rows
        .into_iter()
        .map(|(item, seen)| (item.id(), seen));
    fx.push(Effect::SendRead {
        bulk: unseen.bulk,
        read: read.collect(),
    });
}
