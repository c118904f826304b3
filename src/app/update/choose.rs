//! Lists to choose from for one ticket: what is offered, and what the choice does.

use crate::domain::action::Verb;
use crate::domain::ids::TicketId;
use crate::domain::merging;
use crate::domain::ticket::{Link, LinkKind, LinkTarget};

use super::super::model::pick::{Pick, PickValue, PickWhat, Target};
use super::super::model::{Model, NoticeKind, Overlay};
use super::{Effects, bulk, command, marks, notice, offer, sync, write};

/// Opens the list for the ticket under the cursor. What the person sees of the ticket is noted now.
pub(super) fn open(model: &mut Model, what: PickWhat, fx: &mut Effects) {
    if marks::are_meant(model) {
        open_bulk(model, what);
        return;
    }
    let Some(target) = write::target(model) else {
        return;
    };
    let id = target.ticket.clone();
    if let Some(why) = impossible(model, what) {
        let text = format!("{id}: {} is not possible: {why}", word(what));
        notice(model, NoticeKind::Warning, Some(&id), text);
        return;
    }
    let Some(ticket) = model.ticket(&id) else {
        return;
    };
    let missing = match what {
        PickWhat::Untag if ticket.tags.is_unknown() => Some("tags"),
        PickWhat::Unlink if ticket.links.is_unknown() => Some("links"),
        _ => None,
    };
    if let Some(missing) = missing {
        sync::load(model, &id, fx);
        let text = format!(
            "{id}: the {missing} are not known yet and are being read; press the key again"
        );
        notice(model, NoticeKind::Info, Some(&id), text);
        return;
    }
    let items = offer::items(model, what, ticket);
    let status = if items.is_empty() { empty(what) } else { "" };
    let current = offer::current(what, ticket);
    let mut pick = Pick::new(what, title(what, &id), Some(target), items);
    pick.start_at(current.as_ref());
    status.clone_into(&mut pick.status);
    model.overlays.push(Overlay::Pick(Box::new(pick)));
    model.touch();
}

/// Opens the list for all marked tickets.
fn open_bulk(model: &mut Model, what: PickWhat) {
    if what == PickWhat::Unlink {
        let text = format!(
            "{} goes one ticket at a time: unmark all, or do it on the Ticket screen",
            word(what)
        );
        notice(model, NoticeKind::Info, None, text);
        return;
    }
    if let Some(why) = impossible(model, what) {
        let text = format!("{} is not possible: {why}", word(what));
        notice(model, NoticeKind::Warning, None, text);
        return;
    }
    let Some(all) = marks::as_one(model, what) else {
        let text = "None of the marked tickets is known any more";
        notice(model, NoticeKind::Warning, None, text);
        return;
    };
    let items = match what {
        PickWhat::Merge => offer::marked(model),
        _ => offer::items(model, what, &all),
    };
    let marked = TicketId::new(format!("{} marked tickets", model.marks.len()));
    let status = if items.is_empty() { empty(what) } else { "" };
    let mut pick = Pick::new(what, title(what, &marked), None, items);
    pick.is_bulk = true;
    status.clone_into(&mut pick.status);
    model.overlays.push(Overlay::Pick(Box::new(pick)));
    model.touch();
}

/// Does what was chosen for all marked tickets.
pub(super) fn chosen_bulk(model: &mut Model, what: PickWhat, value: PickValue) {
    if let (PickWhat::LinkKind, PickValue::LinkKind(kind)) = (what, &value) {
        open_bulk(model, PickWhat::LinkTarget(*kind));
        return;
    }
    if let Some(verb) = verb(what, value) {
        bulk::begin(model, &verb);
    }
}

/// What was chosen, as an action; none where a further choice or check is needed.
fn verb(what: PickWhat, value: PickValue) -> Option<Verb> {
    Some(match (what, value) {
        (PickWhat::Assign, PickValue::Owner(to)) => Verb::Assign { to },
        (PickWhat::Status, PickValue::Status(to)) => Verb::Status { to },
        (PickWhat::Priority, PickValue::Priority(to)) => Verb::Priority { to },
        (PickWhat::Queue, PickValue::Queue(to)) => Verb::Queue { to },
        (PickWhat::Group, PickValue::Group(to)) => Verb::Group { to },
        (PickWhat::Tag, PickValue::Tag(tag)) => Verb::Tag { tag },
        (PickWhat::Untag, PickValue::Tag(tag)) => Verb::Untag { tag },
        (PickWhat::Unlink, PickValue::Link(link)) => Verb::Unlink { link },
        (PickWhat::LinkTarget(_), PickValue::Link(link)) => Verb::Link { link },
        (PickWhat::Merge, PickValue::Ticket(into)) => Verb::Merge { into },
        (PickWhat::LinkTarget(kind), PickValue::Ticket(id)) => Verb::Link {
            link: Link {
                kind,
                target: LinkTarget::Ticket(id),
            },
        },
        _ => return None,
    })
}

/// Why the desk cannot do such a thing at all, if that is known.
fn impossible(model: &Model, what: PickWhat) -> Option<String> {
    let none = || LinkTarget::Other(String::new());
    let probe = match what {
        PickWhat::Tag | PickWhat::Untag => Verb::Tag { tag: String::new() },
        PickWhat::Group => Verb::Group { to: None },
        PickWhat::Merge => Verb::Merge {
            into: TicketId::from(""),
        },
        PickWhat::LinkKind | PickWhat::Unlink => {
            let links = &model.desk.capabilities()?.links;
            return links
                .is_empty()
                .then(|| "the desk does not let you set links".to_owned());
        }
        PickWhat::LinkTarget(kind) => Verb::Link {
            link: Link {
                kind,
                target: none(),
            },
        },
        _ => return None,
    };
    command::incapable(model, &probe)
}

fn word(what: PickWhat) -> &'static str {
    match what {
        PickWhat::Palette => "command",
        PickWhat::Template { .. } => "template",
        PickWhat::Assign => "assign",
        PickWhat::Status => "status",
        PickWhat::Priority => "priority",
        PickWhat::Queue => "queue",
        PickWhat::Group => "group",
        PickWhat::Tag => "tag",
        PickWhat::Untag => "untag",
        PickWhat::LinkKind | PickWhat::LinkTarget(_) => "link",
        PickWhat::Unlink => "unlink",
        PickWhat::Merge => "merge",
        PickWhat::Attachments => "attachments",
        PickWhat::Links => "links",
        PickWhat::ViewSort => "order",
        PickWhat::Systems => "systems",
        PickWhat::Language => "language",
        PickWhat::Notices => "messages",
        PickWhat::FindPerson => "find a person",
        PickWhat::FindText => "find in everything",
        PickWhat::Incident => "incident",
        PickWhat::SameIncident => "same incident",
    }
}

fn title(what: PickWhat, id: &TicketId) -> String {
    match what {
        PickWhat::Assign => format!("Assign {id} to"),
        PickWhat::Status => format!("Status of {id}"),
        PickWhat::Priority => format!("Priority of {id}"),
        PickWhat::Queue => format!("Move {id} to queue"),
        PickWhat::Group => format!("Group of {id}"),
        PickWhat::Tag => format!("Tag {id}"),
        PickWhat::Untag => format!("Remove a tag of {id}"),
        PickWhat::LinkKind => format!("Link {id}: how?"),
        PickWhat::LinkTarget(kind) => format!("{id} {}", kind.word()),
        PickWhat::Unlink => format!("Remove a link of {id}"),
        PickWhat::Merge => format!("Merge {id} into"),
        _ => word(what).to_owned(),
    }
}

fn empty(what: PickWhat) -> &'static str {
    match what {
        PickWhat::Assign => "The desk has not told yet who can own tickets",
        PickWhat::Status => "The desk has not told its statuses yet",
        PickWhat::Queue => "The desk has not told its queues yet",
        PickWhat::Tag => "No tags are in use: type a new one",
        PickWhat::Untag => "The ticket has no tags",
        PickWhat::Unlink => "The ticket has no links",
        PickWhat::LinkTarget(_) | PickWhat::Merge => "Type the number of the ticket",
        _ => "",
    }
}

/// Does what was chosen for a ticket.
pub(super) fn chosen(
    model: &mut Model,
    what: PickWhat,
    target: Target,
    value: PickValue,
    fx: &mut Effects,
) {
    let now = model
        .ticket(&target.ticket)
        .and_then(|ticket| offer::current(what, ticket));
    if now.as_ref() == Some(&value) {
        let id = target.ticket;
        let text = format!("{id}: the {} is that already", word(what));
        notice(model, NoticeKind::Info, Some(&id), text);
        return;
    }
    let verb = match (what, value) {
        (PickWhat::LinkKind, PickValue::LinkKind(kind)) => {
            link_target(model, kind, target);
            return;
        }
        (PickWhat::Merge, PickValue::Ticket(into)) => {
            if let Some(why) = cannot_merge(model, &target.ticket, &into) {
                let id = target.ticket.clone();
                notice(model, NoticeKind::Warning, Some(&id), why);
                return;
            }
            Verb::Merge { into }
        }
        (what, value) => match verb(what, value) {
            Some(verb) => verb,
            None => return,
        },
    };
    write::ask_or_act(model, target, verb, None, fx);
}

fn link_target(model: &mut Model, kind: LinkKind, target: Target) {
    let what = PickWhat::LinkTarget(kind);
    let items = model
        .ticket(&target.ticket)
        .map(|ticket| offer::items(model, what, ticket))
        .unwrap_or_default();
    let title = title(what, &target.ticket);
    let mut pick = Pick::new(what, title, Some(target), items);
    "Type a number, an address or words of the subject".clone_into(&mut pick.status);
    model.overlays.push(Overlay::Pick(Box::new(pick)));
}

/// Why two tickets must not be merged.
pub(super) fn cannot_merge(model: &Model, from: &TicketId, into: &TicketId) -> Option<String> {
    match (model.ticket(from), model.ticket(into)) {
        (Some(from), Some(into)) => merging::why_not(from, into),
        _ => Some(format!(
            "{from} is not merged into {into}: it is not known whether they are of the same person; open both first"
        )),
    }
}
