//! Incidents and surges as the engine tells them: many tickets of different people with one probable cause, and
//! groups in which more people write than usual. Plain data; sentences are made elsewhere.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{DeviceId, GroupId, IncidentId, TicketId};

/// A fact that members of an incident have more often than the fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    /// The fact (`gateway`), or `word` for a word that nobody used before.
    pub fact: String,
    /// Its value.
    pub value: String,
    /// Members' devices with it.
    pub inside: usize,
    /// Members' devices of which the fact is known.
    pub inside_of: usize,
    /// Devices with it.
    pub fleet: usize,
    /// Devices of which the fact is known.
    pub fleet_of: usize,
    /// One-sided Fisher, corrected by Holm for the facts tried.
    pub p: f64,
}

/// How many of the reported members are well again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Restored {
    /// Members.
    pub of: usize,
    /// Members whose device is healthy, or who said that it works.
    pub well: usize,
    /// Members' devices that still fail.
    pub failing: Vec<DeviceId>,
    /// Tickets whose requester said that it still does not work.
    pub said_no: Vec<TicketId>,
    /// Tickets of which neither a device nor an answer is known.
    pub unknown: Vec<TicketId>,
}

/// Where an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncidentState {
    /// New on the screen.
    Suspected,
    /// Something about it is different from what was told last.
    Changed,
    /// It is the same as another one, which goes on.
    Joined,
    /// Over.
    Ended,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// When this was so.
    pub at: Timestamp,
    /// Which one; it keeps its id as it grows.
    pub incident: IncidentId,
    /// Where it stands.
    pub state: IncidentState,
    /// The group of most of its tickets.
    pub group: GroupId,
    /// Its tickets, those that do not fit left out, oldest first.
    pub tickets: Vec<TicketId>,
    /// Distinct people behind them.
    pub people: usize,
    /// When it began: its first ticket, or the first failing device.
    pub since: Timestamp,
    /// What its members share, most telling first. Empty: nothing stands out.
    pub shared: Vec<Shared>,
    /// Devices that fail the same way and of which nobody wrote.
    pub silent: Vec<DeviceId>,
    /// Tickets that words and time would put in, and facts do not: check before a common answer.
    pub odd: Vec<TicketId>,
    /// How many are well again; present once a member's ticket is solved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<Restored>,
    /// The one that goes on, of an incident that was joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub into: Option<IncidentId>,
}

/// How loud an alarm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A hint in its pane.
    Banner,
    /// Wakes someone.
    Page,
}

/// More people than usual. `people`, `usual` and `limit` all cover the time from `since` to `at`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Surge {
    /// When this was so.
    pub at: Timestamp,
    /// The group, or `all`.
    pub group: GroupId,
    /// Distinct people who wrote.
    pub people: usize,
    /// How many usually write, one digit behind the point.
    pub usual: f64,
    /// As many raise the alarm.
    pub limit: usize,
    /// The first of them.
    pub since: Timestamp,
    /// Minutes from `since` to `at`, at least one.
    pub window_min: i64,
    /// How loud.
    pub level: Level,
}

/// What is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clear {
    /// Since when.
    pub at: Timestamp,
    /// The alarm or the incident.
    #[serde(flatten)]
    pub what: Cleared,
}

/// An alarm or an incident that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Cleared {
    /// The alarm of a group, or `all`.
    Surge {
        /// The group.
        group: GroupId,
    },
    /// An incident.
    Incident {
        /// Which one.
        incident: IncidentId,
    },
}

/// What the engine has to tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// More people than usual.
    Surge(Surge),
    /// An incident, new or changed.
    Incident(Box<Incident>),
    /// Something is over.
    Clear(Clear),
}

/// How often the alarm is wrong, for a screen to state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FalseAlarms {
    /// Quiet days of eight hours that it is counted over.
    pub days: u32,
    /// Banners in them.
    pub banners: u32,
    /// Pages in them.
    pub pages: u32,
}

/// What the simulation of `tests/alarms.rs` gave with four weeks of history, and with the subjects of two weeks as a
/// console knows them when it starts; fourteen groups and forty people an hour; the worse of both, rounded up
/// (`docs/engine-incidents.md` has the table).
pub const FALSE_ALARMS: FalseAlarms = FalseAlarms {
    days: 100,
    banners: 12,
    pages: 1,
};
