//! Incidents and surges of the desk that the screens are tested with.

use vagt::domain::ids::{DeviceId, GroupId, IncidentId, TicketId};
use vagt::domain::incident::{Incident, IncidentState, Level, Restored, Shared, Surge};
use vagt::domain::watch::{Membership, Reading, Standing, Step, Watch};

use super::fixture::{ago, now};

fn shared(fact: &str, value: &str, inside: usize, fleet: usize) -> Shared {
    Shared {
        fact: fact.to_owned(),
        value: value.to_owned(),
        inside,
        inside_of: 14,
        fleet,
        fleet_of: 60,
        p: 1e-7,
    }
}

fn ids(numbers: impl Iterator<Item = u32>) -> Vec<TicketId> {
    numbers.map(|n| TicketId::new(n.to_string())).collect()
}

fn member(ticket: &TicketId, value: &str, fails: Option<bool>) -> Membership {
    let gateway = ("gateway".to_owned(), value.to_owned());
    let (agrees, differs) = if value == "gw2" {
        (vec![gateway], Vec::new())
    } else {
        (Vec::new(), vec![gateway])
    };
    Membership {
        ticket: ticket.clone(),
        device: Some(DeviceId::from("1")),
        agrees,
        differs,
        fails,
        is_pinned: false,
    }
}

fn step(minutes: i64, state: IncidentState, people: usize, silent: usize) -> Step {
    Step {
        at: ago(minutes),
        state,
        people,
        tickets: people + 1,
        silent,
        shared: Some(("gateway".to_owned(), "gw2".to_owned())),
    }
}

/// Twelve tickets that share a gateway, two that do not.
fn vpn() -> Standing {
    let tickets = ids((0..84).step_by(7).map(|n| 4200 + n));
    let odd = ids([4249, 4256].into_iter());
    let members: Vec<TicketId> = tickets.into_iter().filter(|id| !odd.contains(id)).collect();
    Standing {
        members: members
            .iter()
            .map(|id| Membership {
                // One of them fails still.
                device: (id.as_str() == "4200").then(|| DeviceId::from("3")),
                ..member(id, "gw2", Some(true))
            })
            .collect(),
        odd: vec![
            member(&odd[0], "gw1", None),
            member(&odd[1], "gw2", Some(false)),
        ],
        split: Vec::new(),
        story: vec![
            step(60, IncidentState::Suspected, 6, 3),
            step(40, IncidentState::Changed, 8, 9),
            step(5, IncidentState::Changed, 10, 12),
        ],
        incident: Incident {
            at: now(),
            incident: IncidentId::from("i1"),
            state: IncidentState::Changed,
            group: GroupId::from("vpn"),
            tickets: members,
            people: 10,
            since: ago(65),
            shared: vec![
                shared("gateway", "gw2", 9, 15),
                shared("vpn_client", "AnyConnect 5.1.2", 10, 31),
            ],
            silent: (30..42).map(|n| DeviceId::new(n.to_string())).collect(),
            odd,
            restored: Some(Restored {
                of: 10,
                well: 7,
                failing: vec![DeviceId::from("3")],
                said_no: ids([4207].into_iter()),
                unknown: ids([4214].into_iter()),
            }),
            into: None,
        },
    }
}

/// A word that nobody knew.
fn named(state: IncidentState) -> Standing {
    let tickets = ids([4206, 4269, 4276].into_iter());
    Standing {
        members: tickets.iter().map(|id| member(id, "gw2", None)).collect(),
        odd: Vec::new(),
        split: Vec::new(),
        story: vec![step(30, state, 3, 0)],
        incident: Incident {
            at: now(),
            incident: IncidentId::from("i2"),
            state,
            group: GroupId::other(),
            tickets,
            people: 3,
            since: ago(90),
            shared: vec![shared("word", "Webex", 3, 3)],
            silent: Vec::new(),
            odd: Vec::new(),
            restored: None,
            into: None,
        },
    }
}

fn surge(group: &str, people: usize, usual: f64, level: Level) -> Surge {
    Surge {
        at: now(),
        group: GroupId::from(group),
        people,
        usual,
        limit: 7,
        since: ago(70),
        window_min: 70,
        level,
    }
}

/// One incident, with the surge of its group.
pub fn one() -> Watch {
    Watch {
        reading: Reading::UpToDate,
        standings: vec![vpn(), named(IncidentState::Ended)],
        surges: vec![surge("vpn", 14, 2.1, Level::Page)],
    }
}

/// A rise of everything, two incidents and a surge without a cause.
pub fn many() -> Watch {
    Watch {
        reading: Reading::UpToDate,
        standings: vec![vpn(), named(IncidentState::Suspected)],
        surges: vec![
            surge("all", 112, 21.4, Level::Page),
            surge("vpn", 14, 2.1, Level::Page),
            surge("mobile", 6, 0.4, Level::Banner),
        ],
    }
}

/// A carrier that is out, in one town.
fn carrier() -> Standing {
    let mut standing = vpn();
    let incident = &mut standing.incident;
    incident.incident = IncidentId::from("i3");
    incident.group = GroupId::from("mobile");
    incident.people = 31;
    incident.shared = vec![
        Shared {
            inside: 28,
            inside_of: 28,
            ..shared("carrier", "Telenor", 28, 30)
        },
        shared("town", "Nørre Ås", 16, 9),
    ];
    incident.restored = None;
    standing.members.clear();
    standing.odd.clear();
    standing
}

/// A carrier that is out, and nothing else.
pub fn out() -> Watch {
    Watch {
        reading: Reading::UpToDate,
        standings: vec![carrier()],
        surges: Vec::new(),
    }
}

/// Two incidents that are most of a rise of everything; so many people write in all.
pub fn explained(people: usize) -> Watch {
    Watch {
        reading: Reading::UpToDate,
        standings: vec![carrier(), vpn()],
        surges: vec![Surge {
            limit: 20,
            ..surge("all", people, 9.0, Level::Page)
        }],
    }
}

/// Devices that fail, with one ticket or none.
pub fn devices_only(tickets: usize) -> Watch {
    let mut standing = vpn();
    standing.members.truncate(tickets);
    standing.odd.clear();
    let incident = &mut standing.incident;
    incident.tickets.truncate(tickets);
    incident.odd.clear();
    incident.people = tickets;
    incident.restored = None;
    incident.shared = vec![Shared {
        inside: 36,
        inside_of: 36,
        ..shared("gateway", "gw1", 36, 40)
    }];
    Watch {
        reading: Reading::UpToDate,
        standings: vec![standing],
        surges: Vec::new(),
    }
}
