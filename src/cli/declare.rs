//! `vagt act declare`: one ticket stands for all that are named, a new one or one that is there, and they are linked to it.
//!
//! Invariant: the whole of it is on disk before anything is sent, as when a console declares. So what this command is
//! stopped in is ended by the next console, and that one also proposes who joins later.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use uuid::Uuid;

use super::act::{Ended, Means, action, asked_twice, carry_out, failed, read_ids, report};
use super::args::ActArgs;
use super::exit::{Exit, Stop};
use super::live::block_on;
use super::out::Out;
use super::session::Ground;
use crate::domain::Timestamp;
use crate::domain::action::{Action, NewTicket, Verb};
use crate::domain::bulk::LeftOut;
use crate::domain::declared::{self, Declared, Part};
use crate::domain::ids::{ActionId, GroupId, IncidentId, TicketId};
use crate::domain::ticket::Ticket;
use crate::i18n::incident::Sentences;
use crate::store::outbox::Filter;
use crate::text::lang::Lang;
use crate::text::mask::mask;

/// Runs it.
///
/// # Errors
/// A wrong command line or configuration, a desk that is not there, or a parent that cannot be read. What happens to
/// single tickets is in the answer, not an error.
pub fn run(args: &ActArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let ids = read_ids(&args.ids)?;
    let to = args.to.as_deref().filter(|to| !to.is_empty());
    if to.is_some() && args.subject.is_some() {
        let why =
            "--subject goes with a new ticket, and --to names one that is there: give one of them";
        return Err(Stop::new(Exit::Usage, why));
    }
    ground.right()?;
    block_on(async {
        let means = Means::open(ground).await?;
        let parent = match to {
            Some(id) => Some(means.read(&TicketId::from(id)).await?),
            None => None,
        };
        let mut ended = Vec::new();
        let named = Box::pin(read(&means, &ids, parent.as_ref(), &mut ended));
        let tickets = means.heeding_signals(named).await;
        if !tickets.is_empty() {
            let declaring = declare(&means, args, parent.as_ref(), &tickets, &mut ended);
            means.heeding_signals(Box::pin(declaring)).await?;
        }
        report("declare", args.json, args.dry_run, &ended, out)
    })
}

/// The tickets that can be linked; what cannot be read or is named twice has ended already.
async fn read(
    means: &Means,
    ids: &[String],
    parent: Option<&Ticket>,
    ended: &mut Vec<Ended>,
) -> Vec<Ticket> {
    let (mut tickets, mut asked) = (Vec::new(), BTreeMap::new());
    for id in ids {
        let id = TicketId::from(id.as_str());
        let read = means.read(&id).await.and_then(|ticket| {
            if let Some(stop) = asked_twice(&mut asked, &id, &ticket.id) {
                return Err(stop);
            }
            let whole = declared::wholes(ticket.links.known().map_or(&[][..], Vec::as_slice))
                .find(|whole| parent.is_none_or(|parent| parent.id != **whole));
            let why = if parent.is_some_and(|parent| parent.id == ticket.id) {
                "it stands for the others itself".to_owned()
            } else if ticket.status.class.is_gone() {
                "it was deleted".to_owned()
            } else if let Some(whole) = whole {
                LeftOut::PartOf(whole.clone()).to_string()
            } else {
                return Ok(ticket);
            };
            Err(Stop::new(Exit::Refused, format!("{why}; it is not linked")))
        });
        match read {
            Ok(ticket) => tickets.push(ticket),
            Err(stop) => ended.push(failed(id.as_str(), &stop)),
        }
    }
    tickets
}

/// Puts all of it on disk, and delivers it.
async fn declare(
    means: &Means,
    args: &ActArgs,
    parent: Option<&Ticket>,
    tickets: &[Ticket],
    ended: &mut Vec<Ended>,
) -> Result<(), Stop> {
    let create = match parent {
        Some(_) => None,
        None => Some(action(create(means, args, tickets), None, None)),
    };
    // What the desk would refuse is said before anything is on disk.
    if let Some(create) = &create {
        let planned = carry_out(means, create.clone(), None, Vec::new(), true).await?;
        if args.dry_run {
            ended.push(planned);
        }
    }
    if args.dry_run {
        for ticket in tickets {
            ended.push(match parent {
                Some(parent) => linked(means, link(&parent.id), ticket, true).await,
                None => Ended::would(ticket.id.as_str(), "link", "to the new ticket"),
            });
        }
        return Ok(());
    }
    let record = record(means, create.as_ref(), parent, tickets);
    let bulk = record.bulks.first().copied();
    let (outbox, now) = (&means.outbox, Timestamp::now());
    outbox.declare(record, create.clone(), None, now).await?;
    let mut why = "the ticket that stands for it is not there";
    if let Some(create) = create {
        let made = carry_out(means, create, None, Vec::new(), false).await?;
        if made.is_kept() {
            why = "it is linked when the new ticket is there: the next console does it";
        }
        ended.push(made);
        outbox.settle_declared(Timestamp::now()).await?;
    }
    // A console that was faster may have stored the links: they are the same ones.
    let mut actions: BTreeMap<TicketId, Action> = BTreeMap::new();
    let links = match bulk {
        Some(bulk) => outbox.list(Filter::Parent(bulk)).await?,
        None => Vec::new(),
    };
    for row in links {
        let of = row.item.action.ticket.clone();
        actions.extend(of.map(|ticket| (ticket, row.item.action)));
    }
    for ticket in tickets {
        ended.push(match actions.remove(&ticket.id) {
            Some(action) => linked(means, action, ticket, false).await,
            None => failed(ticket.id.as_str(), &Stop::new(Exit::Failed, why)),
        });
    }
    Ok(())
}

async fn linked(means: &Means, mut action: Action, ticket: &Ticket, dry_run: bool) -> Ended {
    action.ticket = Some(ticket.id.clone());
    let done = carry_out(means, action, Some(ticket), Vec::new(), dry_run).await;
    done.unwrap_or_else(|stop| failed(ticket.id.as_str(), &stop))
}

/// A link that is only looked at.
fn link(parent: &TicketId) -> Action {
    let link = Declared::link(parent);
    action(Verb::Link { link }, None, None)
}

/// The new ticket: in the queue of most of them.
fn create(means: &Means, args: &ActArgs, tickets: &[Ticket]) -> Verb {
    let lang = Lang::from_code(&means.config.ui.lang);
    let sentences = Sentences::new(lang, TimeZone::system());
    // The subject of one person becomes that of a ticket that many see.
    let first = tickets.first().map(|t| mask(&t.subject).into_owned());
    let queues = tickets.iter().filter_map(|ticket| ticket.queue.known());
    Verb::Create {
        new: NewTicket {
            subject: args.subject.clone().or(first).unwrap_or_default(),
            text: sentences.declared_text(),
            requester: means.me.id.clone(),
            queue: most(queues).cloned().unwrap_or_default(),
            priority: None,
            owner: None,
            group: None,
            device: None,
        },
    }
}

fn record(
    means: &Means,
    create: Option<&Action>,
    parent: Option<&Ticket>,
    tickets: &[Ticket],
) -> Declared {
    let new = || ActionId::new(Uuid::now_v7());
    let title = match (parent, create.map(|action| &action.verb)) {
        (Some(parent), _) => parent.subject.clone(),
        (None, Some(Verb::Create { new })) => new.subject.clone(),
        (None, _) => String::new(),
    };
    let now = Timestamp::now();
    let groups = tickets.iter().filter_map(|ticket| ticket.group.known());
    let members: BTreeSet<TicketId> = tickets.iter().map(|ticket| ticket.id.clone()).collect();
    let part = |ticket: &Ticket| Part {
        ticket: ticket.id.clone(),
        action: new(),
    };
    Declared {
        id: new(),
        // Whichever incident shares most tickets with it is the one.
        incident: IncidentId::from("-"),
        group: most(groups).cloned().unwrap_or_else(GroupId::other),
        title,
        since: tickets.iter().map(|t| t.created).min().unwrap_or(now),
        at: now,
        by: Some(means.me.clone()),
        create: create.map(|action| action.id),
        parent: parent.map(|parent| parent.id.clone()),
        bulks: vec![new()],
        waiting: tickets.iter().map(part).collect(),
        members,
        left_out: BTreeMap::new(),
        follow: false,
        template: None,
        over: None,
    }
}

/// What most of them have.
fn most<'a, T: Ord>(all: impl Iterator<Item = &'a T>) -> Option<&'a T> {
    let mut counts: BTreeMap<&T, usize> = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(_, n)| *n)
        .map(|(one, _)| one)
}
