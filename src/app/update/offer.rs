//! What is offered in the lists: owners, statuses, groups, likely tickets, and what is typed itself.

use std::collections::BTreeSet;

use crate::domain::ids::{GroupId, TicketId};
use crate::domain::ticket::{Link, LinkKind, LinkTarget, Ticket};

use super::super::model::Model;
use super::super::model::pick::{Pick, PickItem, PickValue, PickWhat};
use super::super::words::PRIORITIES;

/// Tickets offered as the other end of a link.
const CANDIDATES: usize = 300;

/// The rows of a list for a ticket.
pub(super) fn items(model: &Model, what: PickWhat, ticket: &Ticket) -> Vec<PickItem> {
    let vocab = &model.desk.vocab;
    match what {
        PickWhat::Assign => owners(model, ticket),
        PickWhat::Status => vocab
            .statuses
            .iter()
            .map(|(name, _)| {
                let visible = model.settings.visible_statuses.contains(name);
                let detail = if *name == ticket.status.name {
                    "now"
                } else if visible {
                    "the requester is told"
                } else {
                    ""
                };
                PickItem::new(name, detail, PickValue::Status(name.clone()))
            })
            .collect(),
        PickWhat::Priority => priorities(ticket),
        PickWhat::Queue => vocab
            .queues
            .iter()
            .map(|queue| {
                let is_now = ticket.queue.known() == Some(queue);
                let detail = if is_now { "now" } else { "" };
                PickItem::new(queue, detail, PickValue::Queue(queue.clone()))
            })
            .collect(),
        PickWhat::Group => groups(model, ticket),
        PickWhat::Tag => vocab
            .tags
            .iter()
            .filter(|tag| !ticket.tags.known().is_some_and(|tags| tags.contains(tag)))
            .map(|tag| PickItem::new(tag, "", PickValue::Tag(tag.clone())))
            .collect(),
        PickWhat::Untag => ticket
            .tags
            .known()
            .into_iter()
            .flatten()
            .map(|tag| PickItem::new(tag, "", PickValue::Tag(tag.clone())))
            .collect(),
        PickWhat::LinkKind => {
            let kinds = model.desk.capabilities().map(|c| c.links.clone());
            kinds
                .unwrap_or_else(|| LinkKind::ALL.to_vec())
                .into_iter()
                .map(|kind| PickItem::new(kind.word(), kind_help(kind), PickValue::LinkKind(kind)))
                .collect()
        }
        PickWhat::LinkTarget(_) => candidates(model, ticket, false),
        PickWhat::Merge => candidates(model, ticket, true),
        PickWhat::Unlink => ticket
            .links
            .known()
            .into_iter()
            .flatten()
            .map(|link| {
                let subject = match &link.target {
                    LinkTarget::Ticket(id) => subject(model, id),
                    LinkTarget::Device(_) | LinkTarget::Other(_) => String::new(),
                };
                let label = format!("{} {}", link.kind.word(), link.target);
                PickItem::new(label, subject, PickValue::Link(link.clone()))
            })
            .collect(),
        PickWhat::Palette
        | PickWhat::Template { .. }
        | PickWhat::Attachments
        | PickWhat::Links
        | PickWhat::ViewSort
        | PickWhat::Systems
        | PickWhat::Language
        | PickWhat::Notices
        | PickWhat::FindPerson
        | PickWhat::FindText
        | PickWhat::Incident
        | PickWhat::SameIncident => Vec::new(),
    }
}

/// What the ticket has now, of what is chosen.
pub(super) fn current(what: PickWhat, ticket: &Ticket) -> Option<PickValue> {
    match what {
        PickWhat::Status => Some(PickValue::Status(ticket.status.name.clone())),
        PickWhat::Priority => ticket.priority.known().copied().map(PickValue::Priority),
        PickWhat::Queue => ticket.queue.known().cloned().map(PickValue::Queue),
        _ => None,
    }
}

/// The usual priorities and the one that the ticket has, highest first.
fn priorities(ticket: &Ticket) -> Vec<PickItem> {
    let mut all = PRIORITIES.to_vec();
    let now = ticket.priority.known().copied();
    if let Some(now) = now.filter(|now| !all.iter().any(|(number, _)| number == now)) {
        all.push((now, ""));
        all.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    }
    all.into_iter()
        .map(|(number, word)| {
            let is_now = if now == Some(number) { "now" } else { "" };
            let detail = format!("{word} {is_now}");
            PickItem::new(
                number.to_string(),
                detail.trim(),
                PickValue::Priority(number),
            )
        })
        .collect()
}

fn kind_help(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::RefersTo => "this ticket mentions the other",
        LinkKind::ReferredToBy => "the other mentions this ticket",
        LinkKind::DependsOn => "this ticket waits for the other",
        LinkKind::DependedOnBy => "the other waits for this ticket",
        LinkKind::Parent => "the other is the whole, this ticket a part",
        LinkKind::Child => "this ticket is the whole, the other a part",
    }
}

/// Everybody who can own tickets, oneself first.
fn owners(model: &Model, ticket: &Ticket) -> Vec<PickItem> {
    let me = model.desk.identity.as_ref().map(|i| &i.me.id);
    let owner = ticket.owner.known().map(|p| &p.id);
    let mut people: Vec<_> = model.desk.vocab.agents.iter().map(|p| &p.who).collect();
    people.sort_by_key(|who| (Some(&who.id) != me, who.name.to_lowercase()));
    people
        .into_iter()
        .filter(|who| Some(&who.id) != owner)
        .map(|who| {
            let detail = if Some(&who.id) == me {
                format!("{} (you)", who.id)
            } else {
                who.id.to_string()
            };
            PickItem::new(&who.name, detail, PickValue::Owner(who.id.clone()))
        })
        .collect()
}

/// The groups that there are: the built-in ones, those with a pane, and those that tickets are in.
fn groups(model: &Model, ticket: &Ticket) -> Vec<PickItem> {
    let mut slugs: Vec<GroupId> = GroupId::BUILT_IN
        .iter()
        .map(|s| GroupId::from(*s))
        .collect();
    for pane in model.board.panes() {
        if let crate::board::PaneKind::Group(group) = &pane.def().kind
            && !slugs.contains(group)
        {
            slugs.push(group.clone());
        }
    }
    let chosen = ticket.group.known();
    let mut items: Vec<PickItem> = slugs
        .into_iter()
        .filter(|group| Some(group) != chosen)
        .map(|group| {
            let title = model.group_title(&group).to_owned();
            PickItem::new(title, group.as_str(), PickValue::Group(Some(group.clone())))
        })
        .collect();
    if chosen.is_some() {
        items.push(PickItem::new(
            "Let Vagt decide",
            "takes the choice of staff away",
            PickValue::Group(None),
        ));
    }
    items
}

/// Tickets that are likely to be meant: of the same requester, then (for links) of the same group.
fn candidates(model: &Model, ticket: &Ticket, same_person: bool) -> Vec<PickItem> {
    let mut seen = BTreeSet::from([ticket.id.clone()]);
    let mut items = Vec::new();
    let mut offer = |other: &Ticket, why: &str| {
        if items.len() < CANDIDATES && seen.insert(other.id.clone()) {
            let detail = format!("{} {why}", other.subject);
            items.push(PickItem::new(
                other.id.as_str(),
                detail.trim(),
                PickValue::Ticket(other.id.clone()),
            ));
        }
    };
    if same_person {
        // What is likely to be the same matter stands first: Enter merges.
        for twin in model.twins(&ticket.id) {
            offer(twin, "(may be the same matter)");
        }
    }
    for person in ticket.requesters.known().into_iter().flatten() {
        let mut others: Vec<_> = model.board.tickets_of(&person.id).collect();
        others.sort_by_key(|row| std::cmp::Reverse(row.server.created));
        for row in others {
            offer(row.ticket(), &format!("({})", person.name));
        }
    }
    if !same_person {
        let focus = model.screens.board.focus;
        for id in model.board.window(focus, 0, CANDIDATES) {
            if let Some(row) = model.board.row(&id) {
                offer(row.ticket(), "");
            }
        }
    }
    items
}

/// The marked tickets, oldest first: the first report of a matter is the one that usually stays.
pub(super) fn marked(model: &Model) -> Vec<PickItem> {
    let mut tickets: Vec<&Ticket> = model
        .marks
        .iter()
        .filter_map(|(id, _)| model.ticket(id))
        .collect();
    tickets.sort_by_key(|ticket| (ticket.created, ticket.id.clone()));
    tickets
        .into_iter()
        .map(|ticket| {
            let who = ticket.requester().map_or("nobody", |who| who.name.as_str());
            let detail = format!("{} ({who})", ticket.subject);
            PickItem::new(
                ticket.id.as_str(),
                detail,
                PickValue::Ticket(ticket.id.clone()),
            )
        })
        .collect()
}

fn subject(model: &Model, id: &TicketId) -> String {
    model
        .ticket(id)
        .map_or_else(|| "not known here".to_owned(), |t| t.subject.clone())
}

/// What is typed may itself be a choice: a number, a new tag, a ticket. It joins the rows.
pub(super) fn typed(model: &Model, pick: &Pick) -> Vec<PickItem> {
    let text = pick.input.trimmed().to_owned();
    let mut items: Vec<PickItem> = pick.items.iter().filter(|i| !i.typed).cloned().collect();
    let own = pick.target.as_ref().map(|t| &t.ticket);
    match pick.what {
        PickWhat::Priority => {
            if let Ok(number) = text.parse::<i64>()
                && !items.iter().any(|i| i.value == PickValue::Priority(number))
            {
                items.insert(
                    0,
                    PickItem::typed(text, "as typed", PickValue::Priority(number)),
                );
            }
        }
        PickWhat::Tag if !text.is_empty() => {
            let value = PickValue::Tag(text.clone());
            if !items.iter().any(|i| i.value == value) {
                items.push(PickItem::typed(text, "new tag", value));
            }
        }
        PickWhat::Merge | PickWhat::LinkTarget(_) if is_ticket_id(&text) => {
            let id = TicketId::new(text.clone());
            let value = PickValue::Ticket(id.clone());
            if Some(&id) != own && !items.iter().any(|i| i.value == value) {
                items.insert(0, PickItem::typed(text, subject(model, &id), value));
            }
        }
        PickWhat::LinkTarget(kind) if text.contains("://") => {
            let target = LinkTarget::Other(text.clone());
            let value = PickValue::Link(Link { kind, target });
            items.insert(0, PickItem::typed(text, "address", value));
        }
        _ => {}
    }
    items
}

/// Whether a text can be the number of a ticket.
fn is_ticket_id(text: &str) -> bool {
    text.len() <= 40
        && text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
