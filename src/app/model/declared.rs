//! Declared incidents as the screens show them, and the question before one is declared.
//!
//! Invariant: [`DeclaredList::shown`] is computed from records, the engine's incidents and the links of tickets; it is
//! brought in step whenever one of them changes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::app::line::Line;
use crate::domain::bulk::LeftOut;
use crate::domain::declared::Declared;
use crate::domain::ids::{ActionId, IncidentId, TicketId};
use crate::i18n::say;
use crate::text::lang::Lang;

/// What is known of an incident that was declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// The record; none where another console declared it, or somebody by hand.
    pub record: Option<ActionId>,
    /// The ticket that stands for all; none while it is being made.
    pub parent: Option<TicketId>,
    /// Tickets of the incident that are linked to it, as far as is known.
    pub linked: usize,
    /// Tickets that came to the incident later, oldest first.
    pub joiners: Vec<TicketId>,
    /// Later joiners that are linked and wait for an answer, for their text lacks something: which, and what it lacks.
    pub unanswered: Vec<(TicketId, String)>,
    /// Its tickets that are open still, the one that stands for all among them.
    pub open: usize,
}

impl Shown {
    /// What it is called: `declared 5012`.
    pub fn word(&self) -> String {
        match &self.parent {
            Some(parent) => say!("declared-as", parent = parent),
            None => say!("declared"),
        }
    }
}

/// What a person asked of the store about a declared incident, until it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclaredAsked {
    /// To put it on disk.
    Declare,
    /// To link later joiners.
    Join,
    /// To link later joiners, without a person.
    Follow,
    /// To change it.
    Change,
}

/// Declared incidents.
#[derive(Debug, Clone, Default)]
pub struct DeclaredList {
    records: BTreeMap<ActionId, Declared>,
    shown: BTreeMap<IncidentId, Shown>,
    parents: BTreeSet<TicketId>,
    /// What was asked of the store and is not answered, by record.
    pub asked: BTreeMap<ActionId, DeclaredAsked>,
    /// Bulks of this session that linked or answered later joiners by themselves.
    pub followed: BTreeSet<ActionId>,
    /// Records of which nothing is linked by itself before a time, for the last try came to nothing.
    pub waits: BTreeMap<ActionId, Timestamp>,
    revision: u64,
}

impl DeclaredList {
    /// Takes a record as it is now.
    pub fn put(&mut self, record: Declared) {
        self.revision += 1;
        self.records.insert(record.id, record);
    }
    /// A record.
    pub fn record(&self, id: ActionId) -> Option<&Declared> {
        self.records.get(&id)
    }
    /// All records, oldest first.
    pub fn records(&self) -> impl Iterator<Item = &Declared> {
        self.records.values()
    }
    /// The record whose parent an action creates.
    pub fn of_create(&self, create: ActionId) -> Option<&Declared> {
        self.records.values().find(|r| r.create == Some(create))
    }
    /// The record that a bulk links for.
    pub fn of_bulk(&self, bulk: ActionId) -> Option<&Declared> {
        self.records.values().find(|r| r.bulks.contains(&bulk))
    }
    /// What is known of an incident; `None` when it was not declared.
    pub fn shown(&self, incident: &IncidentId) -> Option<&Shown> {
        self.shown.get(incident)
    }
    /// All incidents that were declared.
    pub fn all_shown(&self) -> impl Iterator<Item = (&IncidentId, &Shown)> {
        self.shown.iter()
    }
    /// Whether a ticket stands for a declared incident.
    pub fn is_parent(&self, ticket: &TicketId) -> bool {
        self.parents.contains(ticket)
    }
    /// Puts what is known of incidents in the place of what was known.
    pub fn show(&mut self, shown: BTreeMap<IncidentId, Shown>) {
        let of_records = self.records.values().filter(|r| r.is_open());
        let parents: BTreeSet<TicketId> = of_records
            .filter_map(|r| r.parent.clone())
            .chain(shown.values().filter_map(|s| s.parent.clone()))
            .collect();
        if self.shown != shown || self.parents != parents {
            self.revision += 1;
            (self.shown, self.parents) = (shown, parents);
        }
    }
    /// Counts changes: a key for caches.
    pub fn revision(&self) -> u64 {
        self.revision
    }
}

/// Which ticket is to stand for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parent {
    /// A new one.
    New,
    /// One of the tickets.
    Promote(TicketId),
    /// The one that stands for them already: later joiners come to it.
    Joined(TicketId, ActionId),
}

/// What later joiners are answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The name of the template.
    pub template: String,
    /// Who is answered, in which language, with which text.
    pub letters: Vec<(TicketId, Lang, String)>,
    /// Who is not, and why.
    pub lacking: Vec<(TicketId, LeftOut)>,
}

/// The question before an incident is declared, or later joiners are linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclareForm {
    /// The incident.
    pub incident: IncidentId,
    /// What can be chosen.
    pub choices: Vec<Parent>,
    /// The chosen one: position in `choices`.
    pub chosen: usize,
    /// The subject of a new ticket.
    pub subject: Line,
    /// Its text.
    pub text: String,
    /// Its queue.
    pub queue: String,
    /// Tickets that will be linked.
    pub parts: Vec<TicketId>,
    /// Those left out, and why.
    pub left_out: Vec<(TicketId, LeftOut)>,
    /// What later joiners are answered with, if they are.
    pub answer: Option<Answer>,
    /// What is typed, where the number of tickets must be.
    pub typed: Option<Line>,
    /// What is wrong.
    pub problem: Option<&'static str>,
    /// First visible line.
    pub top: usize,
}

impl DeclareForm {
    /// What is chosen.
    pub fn parent(&self) -> &Parent {
        self.choices.get(self.chosen).unwrap_or(&Parent::New)
    }
    /// The tickets that will be linked to what is chosen.
    pub fn linked(&self) -> impl Iterator<Item = &TicketId> {
        let promoted = match self.parent() {
            Parent::Promote(ticket) => Some(ticket),
            Parent::New | Parent::Joined(..) => None,
        };
        self.parts.iter().filter(move |id| Some(*id) != promoted)
    }
    /// Where typing goes: the number, or the subject of a new ticket.
    pub fn field(&mut self) -> Option<&mut Line> {
        let is_new = *self.parent() == Parent::New;
        match &mut self.typed {
            Some(typed) => Some(typed),
            None if is_new => Some(&mut self.subject),
            None => None,
        }
    }
}
