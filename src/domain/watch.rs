//! What the console knows of incidents and surges at a moment: the engine's words, ready for the screen. Plain data.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::{ActionId, DeviceId, GroupId, IncidentId, TicketId};
use super::incident::{Incident, IncidentState, Surge};

/// What all groups together are called in a [`Surge`].
pub const ALL_GROUPS: &str = "all";

/// What a console knew of incidents is told for so long as what is.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// Tickets by which an incident is known again.
const ANCHORS: usize = 6;

/// An incident with a cause explains a rise of everything if it has at least one in so many of its people.
const CAUSE_PART: usize = 6;

/// How far the engine is with what the desk has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// The desk's tickets are not all here yet.
    #[default]
    Waiting,
    /// It goes through what came before.
    Begun {
        /// Tickets that it has gone through.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// It has gone through everything that the desk has told.
    UpToDate,
    /// It failed; nothing is watched until the console is started again.
    Failed,
}

/// Why a ticket is in an incident, or why it does not fit though its words do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The ticket.
    pub ticket: TicketId,
    /// The device that it is about, as far as the engine knows.
    pub device: Option<DeviceId>,
    /// Facts that the members share and that its device had when it was written: fact, value.
    pub agrees: Vec<(String, String)>,
    /// Facts that the members share and of which its device had another value: fact, its own value.
    pub differs: Vec<(String, String)>,
    /// Whether its device failed in the way of the incident since that began; `None`: nothing is known.
    pub fails: Option<bool>,
    /// An agent put it here.
    pub is_pinned: bool,
}

/// What was told of an incident at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Where it stood.
    pub state: IncidentState,
    /// Distinct people.
    pub people: usize,
    /// Tickets.
    pub tickets: usize,
    /// Devices that failed without a ticket.
    pub silent: usize,
    /// The first thing that they shared: fact, value.
    pub shared: Option<(String, String)>,
}

/// An incident with everything that its screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The incident.
    pub incident: Incident,
    /// Its tickets with reasons, oldest first.
    pub members: Vec<Membership>,
    /// The tickets that do not fit, with reasons.
    pub odd: Vec<Membership>,
    /// Tickets that an agent took out.
    pub split: Vec<TicketId>,
    /// How it grew, oldest first.
    pub story: Vec<Step>,
}

impl Standing {
    /// Whether it is still going on.
    pub fn is_open(&self) -> bool {
        matches!(
            self.incident.state,
            IncidentState::Suspected | IncidentState::Changed
        )
    }
}

/// Why a member counts as not well, or as not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ill {
    /// Its device fails still.
    Fails,
    /// Its requester wrote that it still does not work.
    SaidNo,
    /// Neither a device nor an answer tells.
    NotKnown,
}

impl Standing {
    /// Why a ticket does not count as well again; none as long as no member is solved, and for one that is well.
    pub fn ill(&self, ticket: &TicketId) -> Option<Ill> {
        let restored = self.incident.restored.as_ref()?;
        let member = self.members.iter().find(|m| m.ticket == *ticket)?;
        let fails = |device| restored.failing.contains(device);
        if member.device.as_ref().is_some_and(fails) {
            Some(Ill::Fails)
        } else if restored.said_no.contains(ticket) {
            Some(Ill::SaidNo)
        } else {
            let is_open = restored.unknown.contains(ticket);
            is_open.then_some(Ill::NotKnown)
        }
    }
    /// The members that are known not to be well, and those of which nothing is known; each oldest first.
    pub fn not_well(&self) -> (Vec<TicketId>, Vec<TicketId>) {
        let ill = self.members.iter().filter_map(|member| {
            let why = self.ill(&member.ticket)?;
            Some((member.ticket.clone(), why))
        });
        let (unknown, ill): (Vec<_>, Vec<_>) = ill.partition(|(_, why)| *why == Ill::NotKnown);
        let tickets = |of: Vec<(TicketId, Ill)>| of.into_iter().map(|(id, _)| id).collect();
        (tickets(ill), tickets(unknown))
    }
}

/// Incidents and surges.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Watch {
    /// How far the engine is.
    pub reading: Reading,
    /// The incidents that go on, most people first; then those that ended lately.
    pub standings: Vec<Standing>,
    /// The surges that stand; all groups together first, then by people.
    pub surges: Vec<Surge>,
}

/// What a console knew of incidents at a time, for those who look at its cache.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// When.
    pub at: Timestamp,
    /// What, without the reasons and the history of each.
    pub watch: Watch,
}

impl Watched {
    /// What is worth keeping of it: the incidents that go on, without the reasons of each member.
    pub fn of(watch: &Watch, at: Timestamp) -> Self {
        let standings = watch.open().map(|standing| Standing {
            incident: standing.incident.clone(),
            members: Vec::new(),
            odd: Vec::new(),
            split: Vec::new(),
            story: Vec::new(),
        });
        Self {
            at,
            watch: Watch {
                reading: watch.reading,
                standings: standings.collect(),
                surges: watch.surges.clone(),
            },
        }
    }
    /// Whether it may still be told as what is.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.watch.reading == Reading::UpToDate && now.duration_since(self.at) <= FRESH
    }
}

/// What an agent said about incidents; it stands, whatever the engine finds later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ruling", rename_all = "kebab-case")]
pub enum Says {
    /// The ticket does not belong to the incident.
    NotPart {
        /// The ticket.
        ticket: TicketId,
    },
    /// The ticket belongs to the incident.
    Part {
        /// The ticket.
        ticket: TicketId,
    },
    /// The incident is the same as the one of these tickets, which goes on.
    SameAs {
        /// Tickets of the one that goes on.
        into: Vec<TicketId>,
    },
}

impl Says {
    /// The word in the audit log.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotPart { .. } => "not-part-of-incident",
            Self::Part { .. } => "part-of-incident",
            Self::SameAs { .. } => "same-incident",
        }
    }
    /// The ticket that it is about.
    pub fn ticket(&self) -> Option<&TicketId> {
        match self {
            Self::NotPart { ticket } | Self::Part { ticket } => Some(ticket),
            Self::SameAs { .. } => None,
        }
    }
}

/// What an agent said, with what names the incident. Ids of incidents are made anew at every start; its tickets stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Which one.
    pub id: ActionId,
    /// When.
    pub at: Timestamp,
    /// Tickets of the incident, a few of the oldest.
    pub incident: Vec<TicketId>,
    /// What was said.
    #[serde(flatten)]
    pub says: Says,
    /// The ruling that this one takes back, if any; what it said then holds no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<ActionId>,
}

/// One thing that somebody should know of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Alarm<'a> {
    /// An incident.
    Incident(&'a Standing),
    /// More people than usual, without a cause.
    Surge(&'a Surge),
}

impl Watch {
    /// An incident by its id.
    pub fn standing(&self, id: &IncidentId) -> Option<&Standing> {
        self.standings.iter().find(|s| s.incident.incident == *id)
    }
    /// The tickets by which an incident is known again, all but `without`.
    pub fn anchors(&self, id: &IncidentId, without: Option<&TicketId>) -> Vec<TicketId> {
        let members = self.standing(id).into_iter().flat_map(|s| &s.members);
        members
            .map(|member| member.ticket.clone())
            .filter(|ticket| Some(ticket) != without)
            .take(ANCHORS)
            .collect()
    }
    /// The incidents that go on.
    pub fn open(&self) -> impl Iterator<Item = &Standing> {
        self.standings.iter().filter(|s| s.is_open())
    }
    /// The surge of a group.
    pub fn surge(&self, group: &GroupId) -> Option<&Surge> {
        self.surges.iter().find(|s| s.group == *group)
    }
    /// How many of the people of a surge are in incidents that go on, as far as that can be counted: who is in two of
    /// them counts twice, and never more than there are.
    pub fn explained(&self, surge: &Surge) -> usize {
        let is_all = surge.group.as_str() == ALL_GROUPS;
        let of_it = self
            .open()
            .filter(|s| is_all || s.incident.group == surge.group);
        let people: usize = of_it.map(|s| s.incident.people).sum();
        people.min(surge.people)
    }
    /// What somebody should know of, worst first: incidents with a cause that explain a good part of what comes, or
    /// without one that are half of it, a rise of all groups, other incidents, then surges of groups that no incident explains.
    /// A rise of all groups stands after the incidents when more than half of it are theirs, and not at all when what
    /// is left would be no alarm.
    pub fn alarms(&self) -> Vec<Alarm<'_>> {
        let is_all = |surge: &&Surge| surge.group.as_str() == ALL_GROUPS;
        let explained = |surge: &&Surge| self.open().any(|s| s.incident.group == surge.group);
        let all = self.surges.iter().find(is_all);
        let is_cause = |standing: &&Standing| {
            let incident = &standing.incident;
            let times = if incident.shared.is_empty() {
                2
            } else {
                CAUSE_PART
            };
            let is_known = !incident.shared.is_empty() || all.is_some();
            is_known && all.is_none_or(|all| incident.people * times >= all.people)
        };
        let causes = self.open().filter(is_cause).map(Alarm::Incident);
        let others = self.open().filter(|s| !is_cause(s)).map(Alarm::Incident);
        let is_theirs = all.is_some_and(|all| self.explained(all) * 2 > all.people);
        let all = all.filter(|all| !is_theirs || all.people - self.explained(all) >= all.limit);
        let (before, after) = match all.map(Alarm::Surge) {
            all if is_theirs => (None, all),
            all => (all, None),
        };
        let rest = self
            .surges
            .iter()
            .filter(|surge| !is_all(surge) && !explained(surge))
            .map(Alarm::Surge);
        causes
            .chain(before)
            .chain(others)
            .chain(after)
            .chain(rest)
            .collect()
    }
}

/// The order of the screen: what goes on first, more people first; what began later first among equals.
pub fn order(standings: &mut [Standing]) {
    standings.sort_by(|a, b| {
        let key = |s: &Standing| {
            let last = s.story.last().map(|step| step.at);
            let ended = (!s.is_open()).then_some(last).flatten();
            (!s.is_open(), std::cmp::Reverse((ended, s.incident.people)))
        };
        key(a)
            .cmp(&key(b))
            .then_with(|| b.incident.since.cmp(&a.incident.since))
            .then_with(|| a.incident.incident.cmp(&b.incident.incident))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::Level;

    fn standing(id: &str, group: &str, people: usize) -> Standing {
        Standing {
            incident: Incident {
                at: Timestamp::UNIX_EPOCH,
                incident: IncidentId::from(id),
                state: IncidentState::Changed,
                group: GroupId::from(group),
                tickets: Vec::new(),
                people,
                since: Timestamp::UNIX_EPOCH,
                shared: Vec::new(),
                silent: Vec::new(),
                odd: Vec::new(),
                restored: None,
                into: None,
            },
            members: Vec::new(),
            odd: Vec::new(),
            split: Vec::new(),
            story: Vec::new(),
        }
    }

    fn surge(group: &str, people: usize, limit: usize) -> Surge {
        Surge {
            at: Timestamp::UNIX_EPOCH,
            group: GroupId::from(group),
            people,
            usual: 20.0,
            limit,
            since: Timestamp::UNIX_EPOCH,
            window_min: 60,
            level: Level::Page,
        }
    }

    /// What is told of these incidents beside a rise of all groups of so many people, alarm at 30.
    fn told(people: usize, standings: &[(&str, usize)]) -> Vec<String> {
        let standings = standings.iter().enumerate();
        let watch = Watch {
            reading: Reading::UpToDate,
            standings: standings
                .map(|(n, (group, people))| standing(&format!("i{n}"), group, *people))
                .collect(),
            surges: vec![surge(ALL_GROUPS, people, 30)],
        };
        let alarms = watch.alarms();
        let words = alarms.iter().map(|alarm| match alarm {
            Alarm::Incident(standing) => standing.incident.group.to_string(),
            Alarm::Surge(surge) => surge.group.to_string(),
        });
        words.collect()
    }

    #[test]
    fn a_rise_that_incidents_explain_does_not_stand_above_them() {
        // Two incidents are three quarters of it, and neither is half.
        assert_eq!(told(80, &[("vpn", 30), ("login", 30)]), ["vpn", "login"]);
        // What they leave would be an alarm of its own.
        assert_eq!(
            told(110, &[("vpn", 40), ("login", 35)]),
            ["vpn", "login", "all"]
        );
        // A small incident within a flood.
        assert_eq!(told(200, &[("vpn", 10)]), ["all", "vpn"]);
    }

    #[test]
    fn nobody_is_explained_who_is_not_there() {
        let watch = Watch {
            standings: vec![standing("i1", "vpn", 30), standing("i2", "login", 9)],
            ..Watch::default()
        };
        assert_eq!(watch.explained(&surge("vpn", 20, 7)), 20);
        assert_eq!(watch.explained(&surge("vpn", 50, 7)), 30);
        assert_eq!(watch.explained(&surge("mobile", 50, 7)), 0);
        assert_eq!(watch.explained(&surge(ALL_GROUPS, 50, 7)), 39);
    }
}
