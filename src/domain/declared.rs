//! A declared incident: many tickets are one problem, and one ticket stands for all of them.
//!
//! Invariant: a record names every ticket that was ever to be linked, and every one that was left out, so that a later
//! joiner is neither; which links there are the desk says. Ids of the engine's incidents are made anew at every start, so
//! a record belongs to the incident that shares most tickets with it ([`of_incidents`]). Start at [`Declared`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::action::{Action, Seen, Verb};
use super::bulk::Bulk;
use super::ids::{ActionId, GroupId, IncidentId, TicketId};
use super::outbox::{Item, State};
use super::person::PersonRef;
use super::ticket::{Link, LinkKind, LinkTarget};
use super::watch::Standing;

/// So many tickets of an incident that are parts of the same ticket make it a declared one, whoever declared it.
const PARTS: usize = 2;

/// A ticket that is linked once the parent is there, and the action that will do it: made beforehand, so that whoever
/// links makes the same action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The ticket.
    pub ticket: TicketId,
    /// The action.
    pub action: ActionId,
}

/// Why nothing more is done for a declared incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Over {
    /// Since when.
    pub at: Timestamp,
    /// Why, in words.
    pub why: String,
}

/// A declared incident, as it stands in the outbox of the console that declared it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// Its id.
    pub id: ActionId,
    /// What the engine called the incident then.
    pub incident: IncidentId,
    /// The group of it.
    pub group: GroupId,
    /// What it is called: the subject of its parent.
    pub title: String,
    /// When the first of it happened, as was known then.
    pub since: Timestamp,
    /// When it was declared.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<PersonRef>,
    /// The action that creates the parent; none where a ticket was promoted.
    pub create: Option<ActionId>,
    /// The parent, once it is known.
    pub parent: Option<TicketId>,
    /// What links its tickets, oldest first; the first one is named before it is stored.
    pub bulks: Vec<ActionId>,
    /// Tickets that wait for the parent.
    pub waiting: Vec<Part>,
    /// Tickets that were linked or are to be.
    pub members: BTreeSet<TicketId>,
    /// Tickets that were left out, and why.
    pub left_out: BTreeMap<TicketId, String>,
    /// Whether later joiners are linked without asking.
    pub follow: bool,
    /// The template that its people were answered with.
    pub template: Option<String>,
    /// Why it goes no further, if it does not.
    pub over: Option<Over>,
}

/// What a person changes about a declared incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Whether later joiners are linked without asking.
    Follow(bool),
    /// The template that its people were answered with.
    Template(Option<String>),
    /// These tickets stay out.
    LeaveOut(Vec<(TicketId, String)>),
    /// It goes no further.
    Close(Over),
}

impl Declared {
    /// The link of a ticket to the parent.
    pub fn link(parent: &TicketId) -> Link {
        Link {
            kind: LinkKind::Parent,
            target: LinkTarget::Ticket(parent.clone()),
        }
    }
    /// Whether it goes on.
    pub fn is_open(&self) -> bool {
        self.over.is_none()
    }
    /// Whether the parent was made for it: then it is nobody's report.
    pub fn is_made(&self) -> bool {
        self.create.is_some()
    }
    /// Whether a ticket is linked or is to be, or stands for the others.
    pub fn has(&self, ticket: &TicketId) -> bool {
        self.members.contains(ticket) || self.parent.as_ref() == Some(ticket)
    }
    /// How many tickets it shares with a list of them. The parent counts: a promoted one is a member itself.
    fn shared<'a>(&self, tickets: impl Iterator<Item = &'a TicketId>) -> usize {
        tickets.filter(|id| self.has(id)).count()
    }
    /// Tickets of the incident that came later: neither linked nor left out, in their order. `is_linked` says which ones
    /// the desk knows as parts of the parent, whoever linked them.
    pub fn joiners<'a>(
        &self,
        tickets: impl Iterator<Item = &'a TicketId>,
        is_linked: impl Fn(&TicketId) -> bool,
    ) -> Vec<TicketId> {
        let is_new = |id: &&TicketId| {
            self.parent.as_ref() != Some(*id)
                && !self.members.contains(*id)
                && !self.left_out.contains_key(*id)
                && !is_linked(id)
        };
        tickets.filter(is_new).cloned().collect()
    }
    /// What follows from how far the create is. Gives back what links the tickets that waited for it, once: after that
    /// none waits. Asking again changes nothing.
    pub fn created(&mut self, create: &Item, now: Timestamp) -> Option<(Bulk, Vec<Action>)> {
        if self.create != Some(create.id()) || self.parent.is_some() {
            return None;
        }
        let why = match (create.state, &create.result) {
            (State::Done | State::NoChange, Some(parent)) => {
                self.over = None;
                self.parent = Some(parent.clone());
                return self.take_waiting(now);
            }
            (State::Done | State::NoChange, None) => "the desk did not say which ticket it made",
            (State::Dropped, _) => "taken back before it was sent",
            (State::Refused, _) if create.message.is_empty() => "the desk refused the new ticket",
            (State::Refused, _) => create.message.as_str(),
            // It was refused, and a person tries again.
            _ => {
                self.over = None;
                return None;
            }
        };
        if self.over.as_ref().is_none_or(|over| over.why != why) {
            let why = why.to_owned();
            self.over = Some(Over { at: now, why });
        }
        None
    }
    /// What links the tickets that wait for the parent; none when there is no parent or nothing waits.
    pub fn take_waiting(&mut self, now: Timestamp) -> Option<(Bulk, Vec<Action>)> {
        let parent = self.parent.clone()?;
        let bulk = *self.bulks.first()?;
        let parts = std::mem::take(&mut self.waiting);
        let left_out = self.left_out.clone().into_iter().collect();
        (!parts.is_empty()).then(|| links(bulk, &parent, parts, left_out, now))
    }
    /// Takes up later joiners that another console has not taken up meanwhile; gives back what links them.
    pub fn join(
        &mut self,
        bulk: ActionId,
        mut parts: Vec<Part>,
        now: Timestamp,
    ) -> Option<(Bulk, Vec<Action>)> {
        let parent = self.parent.clone().filter(|_| self.is_open())?;
        parts.retain(|part| self.members.insert(part.ticket.clone()));
        if parts.is_empty() {
            return None;
        }
        for part in &parts {
            self.left_out.remove(&part.ticket);
        }
        self.bulks.push(bulk);
        Some(links(bulk, &parent, parts, Vec::new(), now))
    }
    /// Changes it as a person wants.
    pub fn change(&mut self, change: Change) {
        match change {
            Change::Follow(follow) => self.follow = follow,
            Change::Template(name) => self.template = name,
            Change::LeaveOut(tickets) => self.left_out.extend(tickets),
            Change::Close(over) => self.over = Some(over),
        }
    }
}

/// The answers that go with links: those to tickets that are linked now, and not by another console meanwhile.
pub fn answers_to(
    (mut bulk, mut actions): (Bulk, Vec<Action>),
    links: &[Action],
) -> Option<(Bulk, Vec<Action>)> {
    actions.retain(|answer| links.iter().any(|link| link.ticket == answer.ticket));
    bulk.asked = actions.len();
    (!actions.is_empty()).then_some((bulk, actions))
}

/// A bulk that makes tickets parts of another one.
fn links(
    id: ActionId,
    parent: &TicketId,
    parts: Vec<Part>,
    left_out: Vec<(TicketId, String)>,
    at: Timestamp,
) -> (Bulk, Vec<Action>) {
    let bulk = Bulk {
        id,
        what: format!("link to {parent}"),
        asked: parts.len(),
        left_out,
        undoes: None,
        template: None,
        at,
    };
    let link = |part: Part| Action {
        id: part.action,
        ticket: Some(part.ticket),
        verb: Verb::Link {
            link: Declared::link(parent),
        },
        // A link is there or it is not: nothing that was seen is compared.
        seen: Seen::default(),
        at,
        undoes: None,
        parent: Some(id),
        force: false,
    };
    (bulk, parts.into_iter().map(link).collect())
}

/// Which record belongs to which incident: of the records that go on the one that shares most tickets, the newest among
/// equals. Each record belongs to one incident, for its tickets are of one cause.
pub fn of_incidents<'a>(
    records: impl Iterator<Item = &'a Declared>,
    standings: &[Standing],
) -> BTreeMap<IncidentId, ActionId> {
    let mut found: BTreeMap<IncidentId, (usize, ActionId)> = BTreeMap::new();
    for record in records.filter(|record| record.is_open()) {
        let share = |s: &Standing| record.shared(s.members.iter().map(|m| &m.ticket));
        // What goes on comes first in the list, and wins among equals.
        let best = standings
            .iter()
            .map(|s| (share(s), s))
            .filter(|(shared, _)| *shared > 0)
            .rev()
            .max_by_key(|(shared, _)| *shared);
        if let Some((shared, standing)) = best {
            let id = standing.incident.incident.clone();
            let mine = (shared, record.id);
            let known = found.entry(id).or_insert(mine);
            *known = (*known).max(mine);
        }
    }
    found
        .into_iter()
        .map(|(id, (_, record))| (id, record))
        .collect()
}

/// The ticket that most tickets are parts of, if some are, and how many: an incident that was declared on another
/// console, or by hand. `wholes`: what each of them is a part of.
pub fn parent_of<'a>(wholes: impl Iterator<Item = &'a TicketId>) -> Option<(TicketId, usize)> {
    let mut counts: BTreeMap<&TicketId, usize> = BTreeMap::new();
    for parent in wholes {
        *counts.entry(parent).or_default() += 1;
    }
    let (parent, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count >= PARTS).then(|| (parent.clone(), count))
}

/// The tickets that a ticket is a part of.
pub fn wholes(links: &[Link]) -> impl Iterator<Item = &TicketId> {
    links
        .iter()
        .filter_map(|link| match (link.kind, &link.target) {
            (LinkKind::Parent, LinkTarget::Ticket(parent)) => Some(parent),
            _ => None,
        })
}

/// The tickets that are parts of a ticket.
pub fn parts(links: &[Link]) -> impl Iterator<Item = &TicketId> {
    links
        .iter()
        .filter_map(|link| match (link.kind, &link.target) {
            (LinkKind::Child, LinkTarget::Ticket(part)) => Some(part),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::incident::{Incident, IncidentState};
    use crate::domain::watch::Membership;

    fn id(n: u128) -> ActionId {
        ActionId::new(Uuid::from_u128(n))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn tickets(numbers: impl IntoIterator<Item = usize>) -> BTreeSet<TicketId> {
        let name = |n: usize| TicketId::new(n.to_string());
        numbers.into_iter().map(name).collect()
    }

    fn declared(members: BTreeSet<TicketId>) -> Declared {
        let part = |(n, ticket): (u128, &TicketId)| Part {
            ticket: ticket.clone(),
            action: id(100 + n),
        };
        Declared {
            id: id(1),
            incident: "i1".into(),
            group: "vpn".into(),
            title: "VPN".into(),
            since: at(0),
            at: at(600),
            by: None,
            create: Some(id(2)),
            parent: None,
            bulks: vec![id(3)],
            waiting: (0..).zip(&members).map(part).collect(),
            members,
            left_out: BTreeMap::new(),
            follow: false,
            template: None,
            over: None,
        }
    }

    fn create(state: State, result: Option<&str>) -> Item {
        let action = Action {
            id: id(2),
            ticket: None,
            verb: Verb::Take,
            seen: Seen::default(),
            at: at(600),
            undoes: None,
            parent: None,
            force: false,
        };
        Item {
            action,
            state,
            due: None,
            attempts: 1,
            looks: 0,
            sent_at: None,
            message: String::new(),
            differences: Vec::new(),
            entry: None,
            result: result.map(TicketId::from),
            updated: at(601),
        }
    }

    fn standing(name: &str, members: &BTreeSet<TicketId>) -> Standing {
        let member = |ticket: &TicketId| Membership {
            ticket: ticket.clone(),
            device: None,
            agrees: Vec::new(),
            differs: Vec::new(),
            fails: None,
            is_pinned: false,
        };
        Standing {
            incident: Incident {
                at: at(0),
                incident: name.into(),
                state: IncidentState::Changed,
                group: "vpn".into(),
                tickets: Vec::new(),
                people: members.len(),
                since: at(0),
                shared: Vec::new(),
                silent: Vec::new(),
                odd: Vec::new(),
                restored: None,
                into: None,
            },
            members: members.iter().map(member).collect(),
            odd: Vec::new(),
            split: Vec::new(),
            story: Vec::new(),
        }
    }

    #[test]
    fn what_waits_is_linked_once_when_the_parent_is_there() {
        let mut record = declared(tickets(1..=3));
        for state in [State::Held, State::Ready, State::Sending, State::Unknown] {
            assert!(record.created(&create(state, None), at(700)).is_none());
        }
        let done = create(State::Done, Some("50"));
        let (bulk, actions) = record.created(&done, at(700)).unwrap();
        assert_eq!((bulk.id, bulk.asked), (id(3), 3));
        assert!(actions.iter().all(|a| a.parent == Some(id(3))));
        assert_eq!(
            actions[0].verb,
            Verb::Link {
                link: Declared::link(&"50".into())
            }
        );
        assert_eq!(record.parent, Some("50".into()));
        assert!(record.created(&done, at(701)).is_none(), "only once");
    }

    #[test]
    fn a_create_that_came_to_nothing_closes_it_and_a_later_success_opens_it_again() {
        let mut record = declared(tickets(1..=3));
        let mut refused = create(State::Refused, None);
        refused.message = "no right to create in this queue".into();
        assert!(record.created(&refused, at(700)).is_none());
        let over = record.over.clone().unwrap();
        assert_eq!(
            (over.at, over.why.as_str()),
            (at(700), refused.message.as_str())
        );
        record.created(&refused, at(900));
        assert_eq!(record.over, Some(over), "it stays as it was told");
        // The person sends it again, and it is made.
        record.created(&create(State::Ready, None), at(901));
        assert!(record.is_open());
        assert!(
            record
                .created(&create(State::Done, Some("50")), at(902))
                .is_some()
        );
        let mut dropped = declared(tickets(1..=3));
        assert!(
            dropped
                .created(&create(State::Dropped, None), at(700))
                .is_none()
        );
        assert!(!dropped.is_open() && dropped.parent.is_none());
    }

    #[test]
    fn a_record_belongs_to_the_incident_that_shares_most_whatever_it_is_called() {
        let mut record = declared(tickets(1..=9));
        let standings = [
            standing("i4", &tickets([8, 9, 20, 21])),
            standing("i7", &tickets([1, 2, 3, 22])),
        ];
        let found = |record: &Declared| of_incidents([record].into_iter(), &standings);
        assert_eq!(found(&record), BTreeMap::from([("i7".into(), id(1))]));
        record.over = Some(Over {
            at: at(0),
            why: String::new(),
        });
        assert!(found(&record).is_empty(), "it goes no further");
        let stranger = declared(tickets(30..=33));
        assert!(found(&stranger).is_empty());
    }

    #[test]
    fn links_tell_a_parent_that_others_declared() {
        let to = |parent: &str| vec![Declared::link(&parent.into())];
        let refers = vec![Link {
            kind: LinkKind::RefersTo,
            target: LinkTarget::Ticket("7".into()),
        }];
        let all = [to("50"), to("50"), to("60"), refers.clone(), refers];
        let of = |all: &[Vec<Link>]| parent_of(all.iter().flat_map(|links| wholes(links)));
        assert_eq!(of(&all), Some(("50".into(), 2)));
        assert_eq!(of(&all[1..]), None, "one link is no incident");
    }

    proptest! {
        /// Whatever comes and goes in the incident, each ticket joins at most once, and what was left out never.
        #[test]
        fn nobody_joins_twice_and_what_is_left_out_stays_out(
            first in proptest::collection::btree_set(0..20_usize, 0..10),
            out in proptest::collection::btree_set(0..20_usize, 0..5),
            later in proptest::collection::vec(proptest::collection::btree_set(0..20_usize, 0..12), 1..6),
        ) {
            let members: BTreeSet<usize> = first.difference(&out).copied().collect();
            let mut record = declared(tickets(members));
            record.left_out = tickets(out).into_iter().map(|id| (id, "odd".to_owned())).collect();
            record.parent = Some("99".into());
            let mut linked: Vec<TicketId> = record.members.iter().cloned().collect();
            for (n, now) in (0..).zip(later) {
                let now = tickets(now);
                let joiners = record.joiners(now.iter(), |_| false);
                let part = |ticket: &TicketId| Part { ticket: ticket.clone(), action: id(1000) };
                let parts: Vec<Part> = joiners.iter().map(part).collect();
                // Two consoles may want the same at the same time.
                let mine = record.join(id(10 + n), parts.clone(), at(800));
                let theirs = record.join(id(20 + n), parts, at(800));
                prop_assert!(theirs.is_none());
                prop_assert_eq!(mine.is_some(), !joiners.is_empty());
                linked.extend(joiners);
                prop_assert!(record.joiners(now.iter(), |_| false).is_empty());
            }
            let once: BTreeSet<&TicketId> = linked.iter().collect();
            prop_assert_eq!(once.len(), linked.len());
            prop_assert!(linked.iter().all(|id| !record.left_out.contains_key(id)));
        }
    }
}
