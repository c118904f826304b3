//! The live index: tickets, devices and findings in sorted views, kept incrementally.
//!
//! Invariant: after any sequence of [`Board::apply`], [`Board::set_finding`] and [`Board::set_pending`] calls, in any page order, every
//! pane holds exactly the tickets that a fresh look at all of them would put there, in the order of [`order::Key`],
//! and the open tickets of the group panes sum up to [`Board::open_total`]. Start at [`Board`].

mod devices;
mod load;
mod numbers;
mod order;
mod pane;
mod rollouts;

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::Timestamp;
use crate::domain::action::Verb;
use crate::domain::declared;
use crate::domain::deed::Deeds;
use crate::domain::device::Device;
use crate::domain::fact::Fact;
use crate::domain::finding::Finding;
use crate::domain::ids::{GroupId, IncidentId, PersonId, TicketId};
use crate::domain::optimistic::overlay;
use crate::domain::person::PersonRef;
use crate::domain::query::{Query, Subject};
use crate::domain::source::{Changes, Gone};
use crate::domain::ticket::{StatusClass, Ticket};
use crate::domain::watch::{Standing, Watch};
use crate::text::fold;

pub use devices::{Fleet, SharedValue};
pub use load::{BINS, Load, TREND_MINUTES, Trend};
pub use order::Key;
pub use pane::{Pane, PaneDef, PaneKind};

/// Lanes whose tickets stand above others that are as urgent.
const LIFTED: [&str; 2] = ["health", "school"];

/// Place of a ticket in the index; stable while the ticket is known.
pub(crate) type Slot = u32;

/// A ticket with what is known about it here.
#[derive(Debug, Clone)]
pub struct Row {
    /// As the desk last told.
    pub server: Ticket,
    /// With our unsent actions laid over it; `None` when there are none.
    shown: Option<Box<Ticket>>,
    /// What our unsent actions want, oldest first.
    unsent: Vec<Verb>,
    /// What the engine says; `None` before it has spoken.
    pub finding: Option<Finding>,
    /// Effective group: staff's choice, else the engine's, else `other`.
    pub group: GroupId,
    /// Folded text for free words.
    key: String,
}

impl Row {
    /// The ticket as it should be shown: the desk's row with our unsent actions on top.
    pub fn ticket(&self) -> &Ticket {
        self.shown.as_deref().unwrap_or(&self.server)
    }
    /// How many actions of ours are not yet confirmed.
    pub fn pending(&self) -> usize {
        self.unsent.len()
    }
    /// Lanes beside the group.
    pub fn lanes(&self) -> &[GroupId] {
        self.finding.as_ref().map_or(&[], |f| &f.lanes)
    }
    /// The lane in which people wait who cannot help themselves, as a slug: care before school.
    pub fn lane(&self) -> Option<&GroupId> {
        LIFTED.iter().find_map(|slug| {
            let is_it = |group: &&GroupId| group.as_str() == *slug;
            self.lanes()
                .iter()
                .find(is_it)
                .or(Some(&self.group).filter(is_it))
        })
    }
    /// Language of the text, if the engine told.
    pub fn lang(&self) -> Option<&str> {
        self.finding.as_ref().and_then(|f| f.lang.as_deref())
    }
}

/// The index.
#[derive(Debug, Clone)]
pub struct Board {
    rows: Vec<Option<Row>>,
    slots: HashMap<TicketId, Slot>,
    by_requester: HashMap<PersonId, BTreeSet<TicketId>>,
    by_due: BTreeSet<(Timestamp, Slot)>,
    /// Tickets with a claim, over or not.
    claimed: BTreeSet<TicketId>,
    /// What a ticket is a part of, as the tickets that have parts say.
    wholes: HashMap<TicketId, BTreeSet<TicketId>>,
    panes: Vec<Pane>,
    filter: Option<Query>,
    load: Load,
    fleet: Fleet,
    watch: Watch,
    /// Tickets of incidents that go on, those that do not fit among them.
    in_incident: HashMap<TicketId, IncidentId>,
    statuses: HashMap<String, StatusClass>,
    /// What people did.
    deeds: Deeds,
    /// When tickets of the weeks before came, and from when until when these are all.
    past: (Vec<Timestamp>, Option<(Timestamp, Timestamp)>),
    /// People who can own tickets, as the desk says.
    staff: HashSet<PersonId>,
    me: Option<PersonRef>,
    now: Timestamp,
    revision: u64,
}

impl Board {
    /// An empty index with these panes. `now` is the time until the first [`Board::tick`].
    pub fn new(panes: Vec<PaneDef>, now: Timestamp) -> Self {
        let mut load = Load::default();
        load.tick(now);
        Self {
            rows: Vec::new(),
            slots: HashMap::new(),
            by_requester: HashMap::new(),
            by_due: BTreeSet::new(),
            claimed: BTreeSet::new(),
            wholes: HashMap::new(),
            panes: panes.into_iter().map(Pane::new).collect(),
            filter: None,
            load,
            fleet: Fleet::default(),
            watch: Watch::default(),
            in_incident: HashMap::new(),
            statuses: HashMap::new(),
            deeds: Deeds::default(),
            past: (Vec::new(), None),
            staff: HashSet::new(),
            me: None,
            now,
            revision: 0,
        }
    }

    /// Counts every change of what could be seen; a cache key.
    pub fn revision(&self) -> u64 {
        self.revision
    }
    /// The panes, in order.
    pub fn panes(&self) -> &[Pane] {
        &self.panes
    }
    /// The pane of a group's own, if it has one.
    pub fn pane_of(&self, group: &GroupId) -> Option<&Pane> {
        let is_its = |kind: &PaneKind| matches!(kind, PaneKind::Group(own) if own == group);
        self.panes.iter().find(|pane| is_its(&pane.def().kind))
    }
    /// Incidents and surges.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }
    /// Puts what is known of incidents and surges in the place of what was known.
    pub fn set_watch(&mut self, watch: Watch) {
        self.in_incident = watch
            .open()
            .flat_map(|standing| {
                let id = &standing.incident.incident;
                let tickets = standing.members.iter().chain(&standing.odd);
                tickets.map(move |member| (member.ticket.clone(), id.clone()))
            })
            .collect();
        self.watch = watch;
        self.revision += 1;
    }
    /// The incident that a ticket is in, or looks as if it were in.
    pub fn incident_of(&self, ticket: &TicketId) -> Option<&Standing> {
        self.watch.standing(self.in_incident.get(ticket)?)
    }
    /// The incident that a ticket belongs to; none for one that only looks like it.
    pub fn member_of(&self, ticket: &TicketId) -> Option<&IncidentId> {
        let standing = self.incident_of(ticket)?;
        let is_odd = standing.odd.iter().any(|odd| odd.ticket == *ticket);
        (!is_odd).then_some(&standing.incident.incident)
    }
    /// The row of a ticket.
    pub fn row(&self, id: &TicketId) -> Option<&Row> {
        self.slots.get(id).and_then(|slot| self.at(*slot))
    }
    /// All rows, in no particular order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().flatten()
    }
    /// How many tickets are known, solved ones included.
    pub fn len(&self) -> usize {
        self.slots.len()
    }
    /// Whether no ticket is known.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
    /// Open tickets in all.
    pub fn open_total(&self) -> usize {
        self.load.open_total()
    }
    /// Numbers per group and in all.
    pub fn load(&self) -> &Load {
        &self.load
    }
    /// Devices.
    pub fn fleet(&self) -> &Fleet {
        &self.fleet
    }
    /// Known tickets of a requester, oldest id first.
    pub fn tickets_of(&self, person: &PersonId) -> impl Iterator<Item = &Row> {
        self.by_requester
            .get(person)
            .into_iter()
            .flatten()
            .filter_map(|id| self.row(id))
    }
    /// Tickets with a claim, over or not.
    pub fn claimed(&self) -> impl Iterator<Item = &Row> {
        self.claimed.iter().filter_map(|id| self.row(id))
    }
    /// The tickets that a ticket is a part of, as far as is known: by its own links, where the desk told them, else by those
    /// of the tickets that have parts. A list tells of no links, but the few that have parts are read with theirs.
    pub fn wholes_of(&self, id: &TicketId) -> Vec<&TicketId> {
        let links = self.row(id).map(|row| &row.server.links);
        match links {
            Some(Fact::Known(links)) => declared::wholes(links).collect(),
            Some(Fact::Empty) => Vec::new(),
            Some(Fact::Unknown) | None => self.wholes.get(id).into_iter().flatten().collect(),
        }
    }
    /// Ids in a pane at positions `from..from+count`, most urgent first.
    pub fn window(&self, pane: usize, from: usize, count: usize) -> Vec<TicketId> {
        let Some(pane) = self.panes.get(pane) else {
            return Vec::new();
        };
        pane.keys()
            .iter()
            .skip(from)
            .take(count)
            .filter_map(|k| self.at(k.slot))
            .map(|r| r.server.id.clone())
            .collect()
    }
    /// All ids of a pane, most urgent first.
    pub fn ids(&self, pane: usize) -> Vec<TicketId> {
        self.window(pane, 0, usize::MAX)
    }
    /// Where a ticket stands in a pane.
    pub fn position(&self, pane: usize, id: &TicketId) -> Option<usize> {
        let slot = *self.slots.get(id)?;
        let (row, pane) = (self.at(slot)?, self.panes.get(pane)?);
        pane.position(&pane.key(Key::of(row, slot, self.now), row))
    }
    /// Tickets for which a query holds, most urgent first; active ones only unless it asks for a status.
    pub fn select(&self, query: &Query) -> Vec<TicketId> {
        let mut keys: Vec<Key> = self
            .entries()
            .filter(|(_, row)| query.asks_status() || row.ticket().is_active())
            .filter(|(_, row)| self.holds(query, row))
            .map(|(slot, row)| Key::of(row, slot, self.now))
            .collect();
        keys.sort_unstable();
        keys.iter()
            .filter_map(|k| self.at(k.slot))
            .map(|r| r.server.id.clone())
            .collect()
    }
    /// Whether a query holds for a ticket, solved ones too.
    pub fn is_found(&self, query: &Query, id: &TicketId) -> bool {
        self.row(id).is_some_and(|row| self.holds(query, row))
    }
    /// The filter that narrows all panes.
    pub fn filter(&self) -> Option<&Query> {
        self.filter.as_ref()
    }

    /// Narrows all panes to tickets for which the query holds; `None` shows everything again.
    pub fn set_filter(&mut self, filter: Option<Query>) {
        if self.filter != filter {
            self.filter = filter;
            self.refill();
        }
    }
    /// Replaces the panes (configuration).
    pub fn set_panes(&mut self, panes: Vec<PaneDef>) {
        self.panes = panes.into_iter().map(Pane::new).collect();
        self.refill();
    }
    /// Who we are: for `me` in queries and for unsent takes.
    pub fn set_me(&mut self, me: PersonRef) {
        if self.me.as_ref() != Some(&me) {
            self.me = Some(me);
            self.settle_all();
        }
    }
    /// The desk's status words and their classes.
    pub fn set_statuses(&mut self, statuses: &[(String, StatusClass)]) {
        let statuses: HashMap<String, StatusClass> = statuses.iter().cloned().collect();
        if self.statuses != statuses {
            self.statuses = statuses;
            self.settle_all();
        }
    }
    /// Moves the clock: tickets that come close to their due date move up, ages in queries are counted anew.
    /// Call it on five-minute marks, so that nothing moves between them.
    pub fn tick(&mut self, now: Timestamp) {
        if now == self.now {
            return;
        }
        let ages = self.filter.is_some()
            || self
                .panes
                .iter()
                .any(|p| matches!(p.def().kind, PaneKind::Saved(_)));
        let window = order::SOON;
        let crossed: Vec<Slot> = match (self.now.checked_add(window), now.checked_add(window)) {
            (Ok(from), Ok(to)) if from < to => self
                .by_due
                .range((from, 0)..=(to, Slot::MAX))
                .map(|(_, s)| *s)
                .collect(),
            _ => self.by_due.iter().map(|(_, s)| *s).collect(),
        };
        self.load.tick(now);
        if ages {
            self.now = now;
            self.refill();
            return;
        }
        for slot in &crossed {
            self.take_out(*slot);
        }
        self.now = now;
        for slot in crossed {
            self.put_in(slot);
        }
        self.revision += 1;
    }

    /// Files what a source told. Applying the same twice changes nothing.
    pub fn apply(&mut self, changes: &Changes) {
        let bulk = changes.tickets.len() > 64 && changes.tickets.len() * 8 > self.slots.len();
        for ticket in &changes.tickets {
            self.upsert(ticket.clone(), !bulk);
        }
        self.hear(changes);
        for (id, gone) in &changes.gone {
            self.remove(id, gone);
            self.deeds.forget(id);
        }
        let touched = self.fleet.apply(&changes.devices, &changes.devices_gone);
        if bulk || (touched && self.asks_devices()) {
            self.refill();
        }
        self.revision += 1;
    }
    /// Files what the engine says about a ticket.
    pub fn set_finding(&mut self, id: &TicketId, finding: Finding) {
        self.change(id, |row| row.finding = Some(finding));
    }
    /// Lays unsent actions over a ticket, oldest first; an empty slice takes them away.
    pub fn set_pending(&mut self, id: &TicketId, verbs: &[Verb]) {
        if self.row(id).is_some_and(|row| row.unsent != verbs) {
            self.change(id, |row| row.unsent = verbs.to_vec());
        }
    }
    /// Takes everything out (another desk).
    pub fn clear(&mut self) {
        let defs = self.panes.iter().map(|p| p.def().clone()).collect();
        let (now, revision) = (self.now, self.revision);
        *self = Self {
            revision: revision + 1,
            ..Self::new(defs, now)
        };
    }

    fn asks_devices(&self) -> bool {
        self.filter.is_some()
            || self
                .panes
                .iter()
                .any(|p| matches!(p.def().kind, PaneKind::Saved(_)))
    }
    fn at(&self, slot: Slot) -> Option<&Row> {
        self.rows.get(usize::try_from(slot).ok()?)?.as_ref()
    }
    fn at_mut(&mut self, slot: Slot) -> Option<&mut Row> {
        self.rows.get_mut(usize::try_from(slot).ok()?)?.as_mut()
    }
    fn entries(&self) -> impl Iterator<Item = (Slot, &Row)> {
        self.rows
            .iter()
            .zip(0..)
            .filter_map(|(row, slot)| row.as_ref().map(|r| (slot, r)))
    }
    fn holds(&self, query: &Query, row: &Row) -> bool {
        let devices: Vec<&Device> = row
            .ticket()
            .requester()
            .map(|p| self.fleet.held_by(&p.id).collect())
            .unwrap_or_default();
        query.matches(&Subject {
            ticket: row.ticket(),
            group: &row.group,
            lanes: row.lanes(),
            lang: row.lang(),
            key: &row.key,
            devices: &devices,
            me: self.me.as_ref().map(|m| &m.id),
            now: self.now,
        })
    }
    fn belongs(&self, pane: &Pane, row: &Row) -> bool {
        let ticket = row.ticket();
        let wanted = match &pane.def().kind {
            PaneKind::Group(group) => ticket.is_active() && row.group == *group,
            PaneKind::Rest => ticket.is_active() && self.pane_of(&row.group).is_none(),
            PaneKind::Saved(query) => {
                (query.asks_status() || ticket.is_active()) && self.holds(query, row)
            }
        };
        wanted && self.filter.as_ref().is_none_or(|f| self.holds(f, row))
    }
    fn upsert(&mut self, ticket: Ticket, file: bool) {
        if let Some(&slot) = self.slots.get(&ticket.id) {
            if file {
                self.take_out(slot);
            } else {
                self.forget(slot);
            }
            if let Some(row) = self.at_mut(slot) {
                // An answer that was on its way while we wrote is older than what was read back: it only fills gaps.
                if ticket.updated < row.server.updated {
                    let newer = std::mem::replace(&mut row.server, ticket);
                    row.server.absorb(newer);
                } else {
                    row.server.absorb(ticket);
                }
            }
            self.settle(slot);
            self.remember(slot);
            if file {
                self.put_in(slot);
            }
            return;
        }
        let Ok(slot) = Slot::try_from(self.rows.len()) else {
            return;
        };
        self.slots.insert(ticket.id.clone(), slot);
        let (group, key) = (GroupId::other(), String::new());
        self.rows.push(Some(Row {
            server: ticket,
            shown: None,
            unsent: Vec::new(),
            finding: None,
            group,
            key,
        }));
        self.settle(slot);
        self.remember(slot);
        if file {
            self.put_in(slot);
        }
    }
    fn remove(&mut self, id: &TicketId, _why: &Gone) {
        if let Some(slot) = self.slots.get(id).copied() {
            self.take_out(slot);
            self.slots.remove(id);
            if let Some(place) = usize::try_from(slot)
                .ok()
                .and_then(|s| self.rows.get_mut(s))
            {
                *place = None;
            }
        }
    }
    fn change(&mut self, id: &TicketId, with: impl FnOnce(&mut Row)) {
        let Some(slot) = self.slots.get(id).copied() else {
            return;
        };
        self.take_out(slot);
        if let Some(row) = self.at_mut(slot) {
            with(row);
        }
        self.settle(slot);
        self.remember(slot);
        self.put_in(slot);
        self.revision += 1;
    }

    /// Recomputes what follows from the rest of a row.
    fn settle(&mut self, slot: Slot) {
        let Some(row) = self.rows.get_mut(slot as usize).and_then(Option::as_mut) else {
            return;
        };
        let class = |word: &str| {
            self.statuses
                .get(word)
                .copied()
                .unwrap_or(StatusClass::Unmapped)
        };
        row.settle(self.me.as_ref(), class);
    }
    /// Out of panes and counters.
    fn take_out(&mut self, slot: Slot) {
        let Some(row) = self.rows.get(slot as usize).and_then(Option::as_ref) else {
            return;
        };
        let key = Key::of(row, slot, self.now);
        for pane in &mut self.panes {
            let key = pane.key(key, row);
            pane.remove(&key);
        }
        self.forget(slot);
    }
    fn forget(&mut self, slot: Slot) {
        let Some(row) = self.rows.get(slot as usize).and_then(Option::as_ref) else {
            return;
        };
        self.load.remove(row);
        if let Some(due) = row.ticket().due.known() {
            self.by_due.remove(&(*due, slot));
        }
        self.claimed.remove(&row.server.id);
        for part in parts(row) {
            if let Some(wholes) = self.wholes.get_mut(part) {
                wholes.remove(&row.server.id);
                if wholes.is_empty() {
                    self.wholes.remove(part);
                }
            }
        }
        if let Some(person) = row.server.requester()
            && let Some(ids) = self.by_requester.get_mut(&person.id)
        {
            ids.remove(&row.server.id);
            if ids.is_empty() {
                self.by_requester.remove(&person.id);
            }
        }
    }
    fn remember(&mut self, slot: Slot) {
        let Some(row) = self.rows.get(slot as usize).and_then(Option::as_ref) else {
            return;
        };
        self.load.add(row);
        if let Some(due) = row.ticket().due.known() {
            self.by_due.insert((*due, slot));
        }
        if row.server.claims.known().is_some_and(|c| !c.is_empty()) {
            self.claimed.insert(row.server.id.clone());
        }
        for part in parts(row) {
            let wholes = self.wholes.entry(part.clone()).or_default();
            wholes.insert(row.server.id.clone());
        }
        if let Some(person) = row.server.requester() {
            self.by_requester
                .entry(person.id.clone())
                .or_default()
                .insert(row.server.id.clone());
        }
    }
    fn put_in(&mut self, slot: Slot) {
        let Some(row) = self.at(slot) else { return };
        let key = Key::of(row, slot, self.now);
        let wanted: Vec<Option<Key>> = self
            .panes
            .iter()
            .map(|p| self.belongs(p, row).then(|| p.key(key, row)))
            .collect();
        for (pane, key) in self.panes.iter_mut().zip(wanted) {
            if let Some(key) = key {
                pane.insert(key);
            }
        }
    }
    /// After a change that unsent actions depend on.
    fn settle_all(&mut self) {
        let slots: Vec<Slot> = self.entries().map(|(slot, _)| slot).collect();
        for slot in slots {
            self.forget(slot);
            self.settle(slot);
            self.remember(slot);
        }
        self.refill();
    }
    fn refill(&mut self) {
        let mut filled: Vec<Vec<Key>> = vec![Vec::new(); self.panes.len()];
        for (slot, row) in self.entries() {
            let key = Key::of(row, slot, self.now);
            for (pane, keys) in self.panes.iter().zip(&mut filled) {
                if self.belongs(pane, row) {
                    keys.push(pane.key(key, row));
                }
            }
        }
        for (pane, keys) in self.panes.iter_mut().zip(filled) {
            pane.fill(keys);
        }
        self.revision += 1;
    }
}

/// The tickets that are parts of this one, as far as its links are known.
fn parts(row: &Row) -> impl Iterator<Item = &TicketId> {
    let links = row.server.links.known();
    links.into_iter().flat_map(|links| declared::parts(links))
}

impl Row {
    fn settle(&mut self, me: Option<&PersonRef>, class: impl Fn(&str) -> StatusClass) {
        self.shown = (!self.unsent.is_empty())
            .then(|| Box::new(overlay(&self.server, &self.unsent, me, class)));
        let by_staff = self.ticket().group.known().cloned();
        self.group = by_staff
            .or_else(|| self.finding.as_ref().map(|f| f.group.clone()))
            .unwrap_or_else(GroupId::other);
        let t = &self.server;
        let mut text = format!("{} {}", t.id, t.subject);
        for person in t.requesters.known().into_iter().flatten() {
            text.push(' ');
            text.push_str(&person.name);
            text.push(' ');
            text.push_str(person.id.as_str());
        }
        if let Some(body) = t.body.known() {
            text.push(' ');
            text.extend(body.chars().take(BODY_KEY_CHARS));
        }
        self.key = fold::fold(&text);
    }
}

/// How much of a body free words are looked for in; keeps memory bounded at 100,000 tickets.
const BODY_KEY_CHARS: usize = 400;

#[cfg(test)]
mod tests;
