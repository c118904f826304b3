//! A list to choose from by typing a few letters.

use jiff::Timestamp;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::app::line::Line;
use crate::domain::action::Seen;
use crate::domain::entry::Attachment;
use crate::domain::ids::{GroupId, IncidentId, PersonId, TicketId};
use crate::domain::person::Person;
use crate::domain::template::TemplateKind;
use crate::domain::ticket::{Link, LinkKind};
use crate::domain::view::Sort;
use crate::input::Command;
use crate::text::fold;
use crate::text::lang::Lang;

use super::pane::Step;

/// The ticket that an action will be about, and what the person saw of it, from the moment the key was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The ticket.
    pub ticket: TicketId,
    /// What was seen.
    pub seen: Seen,
}

/// What a template that is chosen is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// A text to insert into a reply or note that is being written.
    Insert(TemplateKind),
    /// A reply or note to begin with it.
    Write,
    /// A reply or note on every marked ticket, each in its own language.
    All,
}

impl Offer {
    /// Whether templates of this kind are offered.
    pub fn takes(self, kind: TemplateKind) -> bool {
        match self {
            Self::Insert(wanted) => wanted == kind,
            Self::Write | Self::All => true,
        }
    }
}

/// What is being chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickWhat {
    /// A template or a macro.
    Template {
        /// What for.
        offer: Offer,
        /// In another language than that of the ticket.
        lang: Option<Lang>,
    },
    /// A command.
    Palette,
    /// The new owner.
    Assign,
    /// The status.
    Status,
    /// The priority.
    Priority,
    /// The queue.
    Queue,
    /// The problem group.
    Group,
    /// A tag to add.
    Tag,
    /// A tag to remove.
    Untag,
    /// How two tickets belong together.
    LinkKind,
    /// The other end of a link.
    LinkTarget(LinkKind),
    /// A link to remove.
    Unlink,
    /// The ticket to merge into.
    Merge,
    /// The order of a pane that is saved.
    ViewSort,
    /// The language of the screen.
    Language,
    /// An address to copy, or a linked ticket to open.
    Links,
    /// An attachment to save.
    Attachments,
    /// A system, to mark it down or up.
    Systems,
    /// What the console told.
    Notices,
    /// A person to show.
    FindPerson,
    /// A ticket to open, by words that stand anywhere in it.
    FindText,
    /// The incident that a ticket belongs to.
    Incident,
    /// The incident that another one is the same as.
    SameIncident,
}

/// What a row stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PickValue {
    /// A command.
    Command(Command),
    /// A person who can own tickets.
    Owner(PersonId),
    /// A status word.
    Status(String),
    /// A priority.
    Priority(i64),
    /// A queue.
    Queue(String),
    /// A group; `None` gives the ticket back to the engine.
    Group(Option<GroupId>),
    /// A tag.
    Tag(String),
    /// A kind of link.
    LinkKind(LinkKind),
    /// A link.
    Link(Link),
    /// A ticket.
    Ticket(TicketId),
    /// An order of rows.
    Sort(Sort),
    /// A language of the screen.
    Language(Lang),
    /// An address on the web.
    Address(String),
    /// An attachment.
    Attachment(Attachment),
    /// A person.
    Person(Box<Person>),
    /// An incident, and the one that it is to go on in.
    Incident(IncidentId, Option<IncidentId>),
    /// A template, by name.
    Template(String),
    /// A macro, by name.
    Macro(String),
    /// A system, by slug.
    System(String),
    /// Nothing: the row is for reading.
    Text,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickItem {
    /// What it is called.
    pub label: String,
    /// What else is worth knowing.
    pub detail: String,
    /// What it stands for.
    pub value: PickValue,
    /// Whether the row is what is typed.
    pub typed: bool,
    /// Folded text that typing is compared with.
    key: String,
}

impl PickItem {
    /// A row.
    pub fn new(label: impl Into<String>, detail: impl Into<String>, value: PickValue) -> Self {
        let (label, detail) = (label.into(), detail.into());
        let key = fold::fold(&format!("{label} {detail}"));
        Self {
            label,
            detail,
            value,
            typed: false,
            key,
        }
    }
    /// A row that stands for what is typed.
    pub fn typed(label: impl Into<String>, detail: impl Into<String>, value: PickValue) -> Self {
        Self {
            typed: true,
            ..Self::new(label, detail, value)
        }
    }
}

/// A list to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// What is being chosen.
    pub what: PickWhat,
    /// Title, with the ticket number where it is about one.
    pub title: String,
    /// The ticket that it is about.
    pub target: Option<Target>,
    /// Whether it is about all marked tickets.
    pub is_bulk: bool,
    /// What is typed.
    pub input: Line,
    /// All rows.
    pub items: Vec<PickItem>,
    /// Rows that match what is typed, best first: positions in `items`.
    pub matches: Vec<usize>,
    /// The chosen one: position in `matches`.
    pub selected: usize,
    /// Position in `matches` of the first visible row.
    pub top: usize,
    /// When what is typed is looked up at the desk.
    pub look_up_at: Option<Timestamp>,
    /// A line below the list: what is going on, or why it is empty.
    pub status: String,
}

impl Pick {
    /// A list that shows everything.
    pub fn new(
        what: PickWhat,
        title: String,
        target: Option<Target>,
        items: Vec<PickItem>,
    ) -> Self {
        let matches = (0..items.len()).collect();
        Self {
            what,
            title,
            target,
            is_bulk: false,
            input: Line::default(),
            items,
            matches,
            selected: 0,
            top: 0,
            look_up_at: None,
            status: String::new(),
        }
    }
    /// The chosen row.
    pub fn chosen(&self) -> Option<&PickItem> {
        self.items.get(*self.matches.get(self.selected)?)
    }
    /// Puts the choice on the row of this value, if there is one.
    pub fn start_at(&mut self, value: Option<&PickValue>) {
        let found = |at: &usize| self.items.get(*at).map(|item| &item.value) == value;
        self.selected = self.matches.iter().position(found).unwrap_or(0);
    }
    /// Rows to show, the chosen one among them: position in the matches, row.
    pub fn window(&self, count: usize) -> impl Iterator<Item = (usize, &PickItem)> {
        let top = self.top.max((self.selected + 1).saturating_sub(count));
        (top..)
            .zip(self.matches.iter().skip(top).take(count))
            .filter_map(|(at, item)| Some((at, self.items.get(*item)?)))
    }
    /// Replaces the rows; the choice stays with its row if that is still there.
    pub fn set_items(&mut self, items: Vec<PickItem>) {
        let chosen = self.chosen().map(|item| item.value.clone());
        self.items = items;
        self.narrow();
        let again = self
            .matches
            .iter()
            .position(|at| self.items.get(*at).map(|i| &i.value) == chosen.as_ref());
        self.selected = again.unwrap_or(0);
    }
    /// Compares all rows with what is typed.
    pub fn narrow(&mut self) {
        (self.selected, self.top) = (0, 0);
        // What a search found need not have the words in its row.
        if self.input.is_blank() || self.what == PickWhat::FindText {
            self.matches = (0..self.items.len()).collect();
            return;
        }
        let mut matcher = Matcher::new(Config::DEFAULT);
        let needle = fold::fold(self.input.trimmed());
        let pattern = Pattern::parse(&needle, CaseMatching::Ignore, Normalization::Never);
        let mut buffer = Vec::new();
        // What is typed whole is meant, whatever else has its letters.
        let is_whole = |item: &PickItem| {
            let is_palette = self.what == PickWhat::Palette;
            let label = fold::fold(&item.label);
            let name = label
                .split_once(" (")
                .map_or(label.as_str(), |(name, _)| name);
            is_palette && name == needle
        };
        let mut scored: Vec<(bool, u32, usize)> = (0..)
            .zip(&self.items)
            .filter_map(|(at, item)| {
                let text = Utf32Str::new(&item.key, &mut buffer);
                let score = pattern.score(text, &mut matcher)?;
                Some((is_whole(item), score, at))
            })
            .collect();
        // Equal scores stay in the order of the list.
        scored.sort_by_key(|(whole, score, at)| (!whole, std::cmp::Reverse(*score), *at));
        self.matches = scored.into_iter().map(|(_, _, at)| at).collect();
    }
    /// Moves the choice.
    pub fn step(&mut self, step: Step, height: usize) {
        self.selected = step.from(self.selected, self.matches.len(), height);
        if self.selected < self.top {
            self.top = self.selected;
        } else if self.selected >= self.top + height {
            self.top = self.selected + 1 - height;
        }
    }
}
