//! The state of the console, as a few structs with names.
//!
//! Invariant: nothing here changes but in [`super::update()`]; the view only reads. What can be computed from other
//! parts (banners, hints, the rows of a pane) is a method, not a field.

pub mod alarms;
pub mod bulk;
pub mod claims;
pub mod declared;
pub mod detail;
mod fleet_past;
mod hints;
pub mod link;
pub mod marks;
mod meanwhile;
pub mod notice;
pub mod outbox;
pub mod overlay;
pub mod pane;
pub mod pick;
pub mod screen;
pub mod settings;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::app::words;
use crate::board::{Board, PaneDef, PaneKind};
use crate::config::SavedPane;
use crate::domain::card::Card;
use crate::domain::claim::Claim;
use crate::domain::device::Device;
use crate::domain::draft::{Draft, DraftKey};
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::incident::IncidentState;
use crate::domain::merging::may_be_one;
use crate::domain::source::{Gone, Pulse, Source};
use crate::domain::template::Shelf;
use crate::domain::ticket::Ticket;
use crate::domain::watch::Standing;
use crate::input::sequence::Resolver;
use crate::input::{Command, Context};

use super::effect::Attention;
use super::ids::ActionIds;

pub use alarms::Alarms;
pub use claims::Claims;
pub use declared::DeclaredList;
pub use detail::{DetailState, Details};
pub use fleet_past::FleetPast;
pub use link::{Banner, DeskLink, Severity};
pub use marks::Marks;
pub use notice::{Notice, NoticeKind, Notices};
pub use outbox::Outbox;
pub use overlay::Overlay;
pub use pane::PaneView;
pub use screen::{Screen, Screens, TrendsScreen};
pub use settings::Settings;

/// How long after the first good answer the desk's tickets may still be sorted into groups for the first time.
const SETTLING: SignedDuration = SignedDuration::from_secs(3);

/// A part of the screen whose height the view tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// Rows of a pane of the Board.
    Pane(usize),
    /// A section of the Ticket screen.
    Section(screen::Section),
    /// The list of devices.
    Devices,
    /// The list of actions.
    Outbox,
    /// A section of the Person screen.
    Person(screen::PersonSection),
    /// The list of incidents and surges.
    Incidents,
    /// A section of the screen of one incident.
    Incident(screen::IncidentSection),
    /// The list or text of the topmost overlay.
    Overlay,
}

/// Size of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Extent {
    /// Rows that can be seen.
    pub height: usize,
    /// Rows of the whole content, as wrapped; for areas whose rows the model cannot count (text).
    pub content: usize,
}

/// How the screen was laid out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Viewport {
    /// Areas that are on the screen, with their sizes.
    pub areas: Vec<(Area, Extent)>,
}

/// The terminal as the model knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
    /// Whether it has the focus; true where it does not say.
    pub focused: bool,
    /// Whether it says when it gets and loses the focus.
    pub tells_focus: bool,
    /// Sizes of areas, as last drawn.
    pub areas: BTreeMap<Area, Extent>,
    /// Title that was last set.
    pub title: String,
    /// When a key was last pressed.
    pub last_key: Timestamp,
    /// Whether one was pressed at all.
    pub touched: bool,
    /// The attention that was last told.
    pub attention: Attention,
}

/// Keys of an unfinished sequence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    /// The keys.
    pub resolver: Resolver,
    /// When they are given up.
    pub give_up_at: Option<Timestamp>,
}

/// How far leaving is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Leaving {
    /// Not asked for.
    #[default]
    No,
    /// Everything unsent is on its way; leave when it has ended.
    WhenSent {
        /// How many rows wanted a decision when leaving was asked for.
        to_decide: usize,
    },
    /// Done: the effect is out.
    Gone,
}

/// The state of the console.
#[derive(Debug, Clone)]
pub struct Model {
    /// Time of the last message.
    pub now: Timestamp,
    /// What the configuration and the command line say; does not change.
    pub settings: Settings,
    /// Tickets, devices, findings.
    pub board: Board,
    /// How many devices failed a while ago.
    pub fleet_past: FleetPast,
    /// The screens that are open.
    pub screens: Screens,
    /// What lies over the screen; the last one gets the keys.
    pub overlays: Vec<Overlay>,
    /// The desk: who it is, what it can do, whether it lives.
    pub desk: DeskLink,
    /// Systems that this person marked down.
    pub down: BTreeSet<String>,
    /// Tickets marked for a bulk action.
    pub marks: Marks,
    /// What this console tells colleagues of what is looked at and written on.
    pub claims: Claims,
    /// What was told of alarms, and what holds about each.
    pub alarms: Alarms,
    /// When this console, or one before it, last handed over.
    pub handed_over: Option<Timestamp>,
    /// Actions on their way.
    pub outbox: Outbox,
    /// Incidents that were declared.
    pub declared: DeclaredList,
    /// Tickets read whole.
    pub details: Details,
    /// Tickets that went away while the console ran.
    pub gone: BTreeMap<TicketId, Gone>,
    /// What is written and not sent, as it is on disk.
    pub drafts: BTreeMap<DraftKey, Draft>,
    /// Templates, as their files were read last.
    pub shelf: Shelf,
    /// What is wrong with those files.
    pub shelf_problems: Vec<String>,
    /// Action cards, as their files were read last.
    pub cards: Vec<Card>,
    /// What is wrong with those files.
    pub card_problems: Vec<String>,
    /// The pane that is being saved, as far as it was said.
    pub view_draft: Option<SavedPane>,
    /// What was told.
    pub notices: Notices,
    /// The terminal.
    pub terminal: Terminal,
    /// The unfinished sequence of keys.
    pub keys: Keys,
    /// How far leaving is.
    pub leaving: Leaving,
    /// The five-minute mark that the board stands at.
    pub last_mark: Timestamp,
    /// Counts every change of what could be seen, outside the board: with [`Board::revision`] a key for caches.
    pub revision: u64,
    /// Makes ids of actions.
    pub ids: ActionIds,
}

impl Model {
    /// A console that knows nothing yet. `seed` is random, see [`ActionIds`].
    pub fn new(settings: Settings, panes: Vec<PaneDef>, now: Timestamp, seed: [u64; 2]) -> Self {
        let count = panes.len();
        Self {
            now,
            board: Board::new(panes, now),
            fleet_past: FleetPast::default(),
            screens: Screens::new(count),
            overlays: Vec::new(),
            desk: DeskLink::default(),
            down: BTreeSet::new(),
            marks: Marks::default(),
            claims: Claims::new(seed),
            alarms: Alarms::default(),
            handed_over: None,
            outbox: Outbox::default(),
            declared: DeclaredList::default(),
            details: Details::default(),
            gone: BTreeMap::new(),
            drafts: BTreeMap::new(),
            shelf: Shelf::default(),
            shelf_problems: Vec::new(),
            cards: Vec::new(),
            card_problems: Vec::new(),
            view_draft: None,
            notices: Notices::default(),
            terminal: Terminal {
                columns: 80,
                rows: 24,
                focused: true,
                tells_focus: false,
                areas: BTreeMap::new(),
                title: String::new(),
                last_key: now,
                touched: false,
                attention: Attention::InUse,
            },
            keys: Keys::default(),
            leaving: Leaving::No,
            last_mark: now,
            revision: 0,
            ids: ActionIds::new(seed),
            settings,
        }
    }

    /// Where the next key goes.
    pub fn context(&self) -> Context {
        self.overlays
            .last()
            .map_or_else(|| self.screens.current().context(), Overlay::context)
    }

    /// The ticket that a ticket command is about now: under the cursor, or open. `None` on screens without one,
    /// in empty lists, and while an overlay is open.
    pub fn ticket_under_cursor(&self) -> Option<&TicketId> {
        match self.screens.current() {
            Screen::Board => self.screens.board.view().and_then(PaneView::cursor),
            Screen::Ticket(ticket) => Some(&ticket.id),
            Screen::Person(person) => person.tickets.cursor(),
            Screen::Incident(incident) => incident.ticket(),
            Screen::Devices
            | Screen::Outbox
            | Screen::Incidents
            | Screen::Wall
            | Screen::Trends => None,
        }
    }

    /// Open tickets of the same person that are likely to be the same matter, newest first.
    pub fn twins(&self, id: &TicketId) -> Vec<&Ticket> {
        let Some(row) = self.board.row(id) else {
            return Vec::new();
        };
        let Some(person) = row.ticket().requester() else {
            return Vec::new();
        };
        let ours = (row.ticket(), &row.group);
        let others = self.board.tickets_of(&person.id);
        let others = others.filter(|other| may_be_one(ours, (other.ticket(), &other.group)));
        let mut found: Vec<&Ticket> = others.map(crate::board::Row::ticket).collect();
        found.sort_by_key(|ticket| std::cmp::Reverse(ticket.created));
        found
    }
    /// A ticket as it should be shown, our unsent actions laid over it; `None` when it is not known (any more).
    pub fn ticket(&self, id: &TicketId) -> Option<&Ticket> {
        self.board
            .row(id)
            .map(crate::board::Row::ticket)
            .or_else(|| self.details.ticket(id))
    }

    /// Rows that can be seen of an area, as last drawn; a guess by the size of the terminal before that.
    pub fn height(&self, area: Area) -> usize {
        self.terminal
            .areas
            .get(&area)
            .map_or_else(
                || usize::from(self.terminal.rows).saturating_sub(6),
                |e| e.height,
            )
            .max(1)
    }

    /// The keys that matter most in this context, for the bottom line: key and what it does, most useful first. The
    /// view shows as many as fit, and none cut in half.
    pub fn hints(&self) -> Vec<(String, &'static str)> {
        hints::hints(self)
    }

    /// What can follow the keys of the unfinished sequence: rest of the keys, command.
    pub fn continuations(&self) -> Vec<(String, Command)> {
        let pending = self.keys.resolver.pending();
        if pending.is_empty() {
            return Vec::new();
        }
        self.settings
            .keymap
            .following(self.context(), pending)
            .into_iter()
            .map(|(keys, command)| (crate::input::keys::print_sequence(&keys), command))
            .collect()
    }

    /// Devices of a ticket's requester by which 4G is a way out of its trouble, with the signal in dBm, best first.
    pub fn way_out(&self, id: &TicketId) -> Vec<(&Device, f64)> {
        let Some(row) = self.board.row(id) else {
            return Vec::new();
        };
        let held = row
            .ticket()
            .requester()
            .map(|who| self.board.fleet().held_by(&who.id));
        let mut found: Vec<(&Device, f64)> = held
            .into_iter()
            .flatten()
            .filter_map(|device| {
                let dbm = self.settings.health.way_out(&row.group, device, self.now)?;
                Some((device, dbm))
            })
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found
    }

    /// Declared incidents that nobody new writes about, with tickets that are open still.
    pub fn unfinished(&self) -> impl Iterator<Item = (&Standing, &declared::Shown)> {
        let standings = self.board.watch().standings.iter();
        let ended = standings.filter(|s| s.incident.state == IncidentState::Ended);
        ended.filter_map(|standing| {
            let shown = self.declared.shown(&standing.incident.incident)?;
            (shown.open > 0).then_some((standing, shown))
        })
    }

    /// The title of a group as the Board shows it.
    pub fn group_title<'a>(&'a self, group: &'a GroupId) -> &'a str {
        let pane = self.board.pane_of(group);
        pane.map_or_else(
            || words::group_name(group.as_str()),
            |p| words::pane_title(p.def()),
        )
    }

    /// The groups that have a trend of their own, in the order of the Board.
    pub fn trend_groups(&self) -> impl Iterator<Item = GroupId> + use<'_> {
        let panes = self.board.panes().iter();
        panes.filter_map(|pane| match &pane.def().kind {
            PaneKind::Group(group) => Some(group.clone()),
            PaneKind::Rest => Some(GroupId::other()),
            PaneKind::Saved(_) => None,
        })
    }

    /// Why nothing may be written at all; empty when writing is allowed.
    pub fn read_only(&self) -> Vec<String> {
        let desk = self
            .desk
            .capabilities()
            .and_then(|c| c.write.reason())
            .map(str::to_owned);
        self.settings
            .read_only
            .iter()
            .cloned()
            .chain(desk)
            .collect()
    }

    /// Lines at the top of the screen that somebody must know of, worst first.
    pub fn banners(&self) -> Vec<Banner> {
        link::banners(self)
    }

    /// What is said about the alarm of a ticket's incident now, by anybody.
    pub fn said_of_alarm<'a>(&'a self, ticket: &'a Ticket) -> impl Iterator<Item = &'a Claim> {
        let now = self.desk_time();
        let claims = ticket.claims.known().into_iter().flatten();
        claims.filter(move |claim| claim.doing.is_of_alarm() && claim.is_live(now))
    }

    /// The claims of others that hold on a ticket now, the oldest first.
    pub fn claimed_by<'a>(&'a self, ticket: &'a Ticket) -> impl Iterator<Item = &'a Claim> {
        let now = self.desk_time();
        let claims = ticket.claims.known().into_iter().flatten();
        let is_work = |claim: &Claim| !claim.doing.is_of_alarm();
        claims.filter(move |c| is_work(c) && c.console != self.claims.console && c.is_live(now))
    }

    /// Tickets that others claim, with the age of the oldest claim in minutes.
    pub fn claimed_minutes(&self) -> Vec<(TicketId, i64)> {
        let now = self.desk_time();
        let rows = self.board.claimed();
        rows.filter_map(|row| {
            let claim = self.claimed_by(&row.server).next()?;
            Some((row.server.id.clone(), claim.minutes(now)))
        })
        .collect()
    }

    /// The time as the desk's clock has it.
    pub fn desk_time(&self) -> Timestamp {
        self.now.checked_add(self.desk.skew()).unwrap_or(self.now)
    }

    /// What somebody else did to the ticket since the key was pressed that began this text.
    pub fn meanwhile(&self, compose: &super::compose::Compose) -> Option<String> {
        meanwhile::meanwhile(self, compose)
    }

    /// Whether the first read of the desk still comes in, nothing was on the screen before it, and nobody has pressed a
    /// key: then no finger is on any cursor.
    pub(super) fn is_settling(&self) -> bool {
        let reading = self
            .desk
            .sources
            .get(&Source::Desk)
            .is_some_and(|l| matches!(l.pulse, Pulse::Starting | Pulse::Loading));
        let fresh = |at: Timestamp| self.now.duration_since(at) <= SETTLING;
        self.desk.cache_as_of.is_none()
            && !self.terminal.touched
            && self.desk.live_since.map_or(reading, fresh)
    }

    pub(super) fn touch(&mut self) {
        self.revision += 1;
    }
}
