//! The screens and where the person is on each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ActionId, DeviceId, GroupId, IncidentId, TicketId};
use crate::domain::numbers::trends::Span;
use crate::domain::outcome::Trouble;
use crate::domain::person::{Person, PersonRef};
use crate::domain::query::Query;
use crate::input::Context;

use super::pane::{ListCursor, PaneView};

/// The Board.
#[derive(Debug, Clone, Default)]
pub struct BoardScreen {
    /// The panes, in the order of [`crate::board::Board::panes`].
    pub panes: Vec<PaneView>,
    /// The pane with the cursor.
    pub focus: usize,
    /// Whether that pane has the whole screen.
    pub zoom: bool,
    /// The filter as typed; empty = none.
    pub filter: String,
}

impl BoardScreen {
    /// The pane with the cursor.
    pub fn view(&self) -> Option<&PaneView> {
        self.panes.get(self.focus)
    }
}

/// A part of the Ticket screen.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// Messages, public and internal.
    #[default]
    Conversation,
    /// Requester, device, links, other tickets.
    Facts,
    /// What was changed by whom.
    History,
}

impl Section {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::Conversation, Self::Facts, Self::History];
}

/// One ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketScreen {
    /// The ticket.
    pub id: TicketId,
    /// The part that the arrows move.
    pub section: Section,
    /// First visible line of each part that was moved; the others stand where they begin, the conversation at its
    /// end.
    pub scroll: BTreeMap<Section, usize>,
    /// Whether personal numbers in its texts are shown.
    pub unmasked: bool,
    /// Whether quoted parts of messages are shown whole.
    pub quotes: bool,
}

/// A column by which devices are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceSort {
    /// Failing ones first, then by name.
    #[default]
    Failing,
    /// By name.
    Name,
    /// By holder.
    Holder,
    /// By site.
    Site,
    /// Heard from longest ago first.
    LastSeen,
}

impl DeviceSort {
    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Failing => Self::Name,
            Self::Name => Self::Holder,
            Self::Holder => Self::Site,
            Self::Site => Self::LastSeen,
            Self::LastSeen => Self::Failing,
        }
    }
    /// The word on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failing => "failing first",
            Self::Name => "name",
            Self::Holder => "holder",
            Self::Site => "site",
            Self::LastSeen => "last seen",
        }
    }
}

/// By what failing devices are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakDown {
    /// By site.
    Site,
    /// By mobile carrier.
    Carrier,
    /// By version of the VPN client.
    VpnVersion,
    /// By version of the video client.
    VideoVersion,
    /// By VPN gateway.
    Gateway,
    /// Not failing ones: new versions on their way.
    Rollouts,
}

impl BreakDown {
    /// All, in order.
    pub const ALL: [Self; 6] = [
        Self::Site,
        Self::Carrier,
        Self::VpnVersion,
        Self::VideoVersion,
        Self::Gateway,
        Self::Rollouts,
    ];
    /// The fact that it counts; roll-outs count none.
    pub fn fact(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Carrier => "carrier",
            Self::VpnVersion => "vpn_version",
            Self::VideoVersion => "video_client_version",
            Self::Gateway => "gateway",
            Self::Rollouts => "",
        }
    }
    /// The word on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Carrier => "carrier",
            Self::VpnVersion => "VPN client version",
            Self::VideoVersion => "video client version",
            Self::Gateway => "gateway",
            Self::Rollouts => "roll-out",
        }
    }
}

/// The devices.
#[derive(Debug, Clone, Default)]
pub struct DevicesScreen {
    /// The devices shown, in order.
    pub rows: Vec<DeviceId>,
    /// The cursor.
    pub list: ListCursor<DeviceId>,
    /// Whether a person has moved it; until then the screen opens at its first row.
    pub moved: bool,
    /// The order.
    pub sort: DeviceSort,
    /// Whether only devices with a failing fact are shown.
    pub failing_only: bool,
    /// What is counted beside the list.
    pub break_down: Option<BreakDown>,
    /// The filter as typed; empty = none.
    pub filter: String,
    /// The filter as understood.
    pub query: Option<Query>,
}

/// A part of the Person screen.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum PersonSection {
    /// Their tickets.
    #[default]
    Tickets,
    /// Their devices.
    Devices,
}

/// One person.
#[derive(Debug, Clone)]
pub struct PersonScreen {
    /// Who.
    pub who: PersonRef,
    /// As the directory has them, if it was asked.
    pub person: Option<Person>,
    /// Their tickets: active ones first, newest first.
    pub rows: Vec<TicketId>,
    /// The cursor among the tickets.
    pub tickets: ListCursor<TicketId>,
    /// First visible line of the devices.
    pub devices_top: usize,
    /// The part that the arrows move.
    pub section: PersonSection,
    /// Whether older tickets are still being asked for.
    pub loading: bool,
    /// Why that failed.
    pub trouble: Option<Trouble>,
}

/// A row of the Incidents screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlarmId {
    /// An incident.
    Incident(IncidentId),
    /// The surge of a group, or of all.
    Surge(GroupId),
}

/// The Incidents screen.
#[derive(Debug, Clone, Default)]
pub struct IncidentsScreen {
    /// What is shown: incidents that go on, surges, incidents that ended.
    pub rows: Vec<AlarmId>,
    /// The cursor.
    pub list: ListCursor<AlarmId>,
    /// Whether a person has moved it; until then the screen opens at its first row.
    pub moved: bool,
}

/// A part of the screen of one incident.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum IncidentSection {
    /// Its tickets.
    #[default]
    Members,
    /// Tickets that do not fit, and those that an agent took out.
    Odd,
    /// Devices that fail without a ticket.
    Silent,
    /// Tickets of those that are not well again, once tickets are solved.
    Ill,
    /// Tickets of those of which it is not known.
    NotKnown,
    /// How it grew.
    Story,
}

impl IncidentSection {
    /// All, in order.
    pub const ALL: [Self; 6] = [
        Self::Members,
        Self::Odd,
        Self::Silent,
        Self::Ill,
        Self::NotKnown,
        Self::Story,
    ];
}

/// One incident.
#[derive(Debug, Clone)]
pub struct IncidentScreen {
    /// Which one.
    pub id: IncidentId,
    /// The part that the arrows move.
    pub section: IncidentSection,
    /// Its tickets, and the cursor among them.
    pub members: Vec<TicketId>,
    /// The cursor among them.
    pub at_member: ListCursor<TicketId>,
    /// Tickets that do not fit.
    pub odd: Vec<TicketId>,
    /// The cursor among them.
    pub at_odd: ListCursor<TicketId>,
    /// Devices that fail without a ticket.
    pub silent: Vec<DeviceId>,
    /// The cursor among them.
    pub at_silent: ListCursor<DeviceId>,
    /// Whether it is asked who is well again: a ticket is solved.
    pub is_mended: bool,
    /// Tickets of those that are not well again.
    pub ill: Vec<TicketId>,
    /// The cursor among them.
    pub at_ill: ListCursor<TicketId>,
    /// Tickets of those of which it is not known.
    pub not_known: Vec<TicketId>,
    /// The cursor among them.
    pub at_not_known: ListCursor<TicketId>,
    /// First visible line of the story.
    pub story_top: usize,
}

impl IncidentScreen {
    /// The screen of an incident, not filled yet.
    pub fn new(id: IncidentId) -> Self {
        Self {
            id,
            section: IncidentSection::default(),
            members: Vec::new(),
            at_member: ListCursor::default(),
            odd: Vec::new(),
            at_odd: ListCursor::default(),
            silent: Vec::new(),
            at_silent: ListCursor::default(),
            is_mended: false,
            ill: Vec::new(),
            at_ill: ListCursor::default(),
            not_known: Vec::new(),
            at_not_known: ListCursor::default(),
            story_top: 0,
        }
    }
    /// The ticket under the cursor.
    pub fn ticket(&self) -> Option<&TicketId> {
        match self.section {
            IncidentSection::Members => self.at_member.cursor(),
            IncidentSection::Odd => self.at_odd.cursor(),
            IncidentSection::Ill => self.at_ill.cursor(),
            IncidentSection::NotKnown => self.at_not_known.cursor(),
            IncidentSection::Silent | IncidentSection::Story => None,
        }
    }
    /// The parts that there are now, in order: who is well again is no question before a ticket is solved.
    pub fn sections(&self) -> impl Iterator<Item = IncidentSection> + use<'_> {
        let is_shown = |section: &IncidentSection| match section {
            IncidentSection::Ill => self.is_mended || self.section == IncidentSection::Ill,
            IncidentSection::NotKnown => {
                !self.not_known.is_empty() || self.section == IncidentSection::NotKnown
            }
            _ => true,
        };
        IncidentSection::ALL.into_iter().filter(is_shown)
    }
}

/// The trends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrendsScreen {
    /// How far back.
    pub span: Span,
    /// Which row: all groups together first, then each.
    pub at: usize,
}

/// A screen.
#[derive(Debug, Clone)]
pub enum Screen {
    /// The Board: its state is [`Screens::board`].
    Board,
    /// One ticket.
    Ticket(TicketScreen),
    /// The devices: the state is [`Screens::devices`].
    Devices,
    /// The outbox: the state is [`Screens::outbox`].
    Outbox,
    /// One person.
    Person(Box<PersonScreen>),
    /// Incidents and surges: the state is [`Screens::incidents`].
    Incidents,
    /// One incident.
    Incident(Box<IncidentScreen>),
    /// The wall: it has no state of its own.
    Wall,
    /// The trends: the state is [`Screens::trends`].
    Trends,
}

impl Screen {
    /// Where keys go.
    pub fn context(&self) -> Context {
        match self {
            Self::Board => Context::Board,
            Self::Ticket(_) => Context::Ticket,
            Self::Devices => Context::Devices,
            Self::Outbox => Context::Outbox,
            Self::Person(_) => Context::Person,
            Self::Incidents => Context::Incidents,
            Self::Incident(_) => Context::Incident,
            Self::Wall => Context::Wall,
            Self::Trends => Context::Trends,
        }
    }
}

/// The Outbox screen.
#[derive(Debug, Clone, Default)]
pub struct OutboxScreen {
    /// The actions shown, those that want a person first.
    pub rows: Vec<ActionId>,
    /// The cursor.
    pub list: ListCursor<ActionId>,
    /// Whether a person has moved it; until then the screen opens at its first row.
    pub moved: bool,
}

/// All screens. The Board lies at the bottom and is never closed.
#[derive(Debug, Clone)]
pub struct Screens {
    /// The Board.
    pub board: BoardScreen,
    /// The devices.
    pub devices: DevicesScreen,
    /// The outbox.
    pub outbox: OutboxScreen,
    /// Incidents and surges.
    pub incidents: IncidentsScreen,
    /// What came and was closed.
    pub trends: TrendsScreen,
    /// What is open above the Board; the last one is seen.
    pub stack: Vec<Screen>,
}

impl Screens {
    /// The Board alone, with this many panes.
    pub fn new(panes: usize) -> Self {
        Self {
            board: BoardScreen {
                panes: vec![PaneView::default(); panes],
                ..BoardScreen::default()
            },
            devices: DevicesScreen::default(),
            outbox: OutboxScreen::default(),
            incidents: IncidentsScreen::default(),
            trends: TrendsScreen::default(),
            stack: Vec::new(),
        }
    }
    /// The screen that is seen.
    pub fn current(&self) -> &Screen {
        self.stack.last().unwrap_or(&Screen::Board)
    }
    /// How many screens are open above the Board.
    pub fn depth(&self) -> usize {
        self.stack.len()
    }
}
