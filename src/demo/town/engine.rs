//! What happens when: a queue of planned events, turned one by one into happenings.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use jiff::tz::TimeZone;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::chance::{between, percent, pick, ppm, skewed, weighted};
use super::data::TownData;
use super::fleet::{self, Device, fact};
use super::residents::{self, Resident};
use super::rhythm;
use super::scenario::Outage;
use super::style::{self, Mail};
use crate::demo::options::Scenario;

/// How a town is drawn.
#[derive(Debug, Clone)]
pub(crate) struct TownPlan {
    pub(crate) seed: u64,
    /// Devices, and as many people.
    pub(crate) devices: usize,
    /// Tickets that an hour brings, on the mean of office hours.
    pub(crate) per_hour: u32,
    pub(crate) scenario: Scenario,
    /// Whether the time of day counts; otherwise every hour is an office hour.
    pub(crate) rhythm: bool,
    pub(crate) zone: TimeZone,
    /// Devices report no more often than every so many seconds of the town's time.
    pub(crate) report_every: i64,
}

/// Something planned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    /// The tickets of the next minute are drawn.
    Minute,
    /// A device reports.
    Report,
    Writes {
        resident: usize,
        group: String,
        outage: Option<usize>,
    },
    Nags {
        ticket: usize,
    },
    Reacts {
        ticket: usize,
    },
    Takes {
        ticket: usize,
        agent: usize,
    },
    Replies {
        ticket: usize,
        agent: usize,
    },
    Notes {
        ticket: usize,
        agent: usize,
    },
    Raises {
        ticket: usize,
        agent: usize,
    },
    Moves {
        ticket: usize,
        agent: usize,
    },
    Waits {
        ticket: usize,
        agent: usize,
    },
    Solves {
        ticket: usize,
        agent: usize,
    },
    DeviceFails {
        device: usize,
        outage: usize,
    },
    DeviceReturns {
        device: usize,
    },
    GatewayDies(String),
    GatewayReturns(usize),
}

/// What a colleague does with a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    Take,
    Reply(String),
    Note(String),
    Priority(i64),
    Move(&'static str),
    /// Waits for the requester.
    Stall,
    Solve(String),
}

/// Something that happens on the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Happening {
    /// Somebody writes a new ticket.
    Wrote {
        ticket: usize,
        mail: Mail,
        queue: &'static str,
        device: bool,
        urgent: bool,
    },
    /// The requester of a ticket writes again.
    Said { ticket: usize, text: String },
    /// A colleague (place in the staff) does something.
    Acted {
        ticket: usize,
        agent: usize,
        act: Act,
    },
    /// A device reports other facts.
    Facts {
        device: usize,
        changes: Vec<(usize, String)>,
    },
}

/// A ticket of the simulation.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// Number on the desk, once it is there.
    pub(crate) desk: i64,
    pub(crate) resident: usize,
    /// The group that it truly belongs to.
    pub(crate) group: String,
    pub(crate) outage: Option<usize>,
}

/// The town and its plans.
pub(crate) struct Town {
    pub(crate) data: Arc<TownData>,
    pub(crate) plan: TownPlan,
    pub(crate) scenario: Scenario,
    pub(crate) residents: Vec<Resident>,
    pub(crate) devices: Vec<Device>,
    pub(crate) tickets: Vec<Told>,
    pub(crate) outages: Vec<Outage>,
    pub(crate) rng: StdRng,
    by_desk: HashMap<i64, usize>,
    planned: BinaryHeap<Reverse<(i64, u64, Event)>>,
    order: u64,
    /// From here on tickets are of today: colleagues have not got to all of them yet.
    pub(crate) today: i64,
}

/// How many of the staff (after the two whose tokens are handed out) are colleagues.
pub(super) const COLLEAGUES: i64 = 4;

impl Town {
    /// Draws a town.
    pub(crate) fn new(data: Arc<TownData>, plan: TownPlan) -> Self {
        let mut rng = StdRng::seed_from_u64(plan.seed);
        let residents = residents::people(&data, plan.devices, &mut rng);
        let devices = fleet::devices(&data, &residents, &mut rng);
        Self {
            data,
            scenario: plan.scenario,
            plan,
            residents,
            devices,
            tickets: Vec::new(),
            outages: Vec::new(),
            rng,
            by_desk: HashMap::new(),
            planned: BinaryHeap::new(),
            order: 0,
            today: i64::MIN,
        }
    }

    /// Plans an event; what is planned for one second happens in the order of planning.
    pub(crate) fn plan(&mut self, at: i64, event: Event) {
        self.order += 1;
        self.planned.push(Reverse((at, self.order, event)));
    }

    /// When the next event is.
    pub(crate) fn next_at(&self) -> Option<i64> {
        self.planned.peek().map(|Reverse((at, _, _))| *at)
    }

    /// Turns the next event into what happens on the desk, if it is due by `until`.
    pub(crate) fn step(&mut self, until: i64) -> Option<(i64, Vec<Happening>)> {
        if self.next_at()? > until {
            return None;
        }
        let Reverse((at, _, event)) = self.planned.pop()?;
        Some((at, self.happen(at, event)))
    }

    /// A ticket of the simulation got its number on the desk.
    pub(crate) fn born(&mut self, ticket: usize, desk: i64) {
        if let Some(told) = self.tickets.get_mut(ticket) {
            told.desk = desk;
            self.by_desk.insert(desk, ticket);
        }
    }

    /// Somebody who is not of the simulation answered a ticket: its requester may react.
    pub(crate) fn answered(&mut self, desk: i64, at: i64) {
        if let Some(ticket) = self.by_desk.get(&desk).copied()
            && percent(&mut self.rng, 60)
        {
            let delay = skewed(&mut self.rng, 60, 900);
            self.plan(at + delay, Event::Reacts { ticket });
        }
    }

    /// A group of problems, by its share of an ordinary day and by the scenario.
    pub(crate) fn draw_group(&mut self) -> String {
        let data = Arc::clone(&self.data);
        let weights: Vec<u32> = data
            .town
            .groups
            .iter()
            .map(|(group, weight)| weight * self.tenfold(group))
            .collect();
        let at = weighted(&mut self.rng, weights.into_iter());
        data.town.groups.keys().nth(at).cloned().unwrap_or_default()
    }

    fn happen(&mut self, at: i64, event: Event) -> Vec<Happening> {
        match event {
            Event::Minute => self.minute(at),
            Event::Report => return self.report(at),
            Event::Writes {
                resident,
                group,
                outage,
            } => return self.writes(at, resident, group, outage),
            Event::Nags { ticket } => return self.says(at, ticket, "impatient"),
            Event::Reacts { ticket } => {
                let rule = self.reaction(ticket);
                return self.says(at, ticket, rule);
            }
            Event::Takes { ticket, agent } => {
                return vec![Happening::Acted {
                    ticket,
                    agent,
                    act: Act::Take,
                }];
            }
            Event::Replies { ticket, agent } => {
                if percent(&mut self.rng, 45) {
                    let delay = skewed(&mut self.rng, 120, 2_400);
                    self.plan(at + delay, Event::Reacts { ticket });
                }
                return self.agent_says(at, ticket, agent, "reply", Act::Reply);
            }
            Event::Notes { ticket, agent } => {
                return self.agent_says(at, ticket, agent, "note", Act::Note);
            }
            Event::Solves { ticket, agent } => {
                return self.agent_says(at, ticket, agent, "solved", Act::Solve);
            }
            Event::Waits { ticket, agent } => {
                return vec![Happening::Acted {
                    ticket,
                    agent,
                    act: Act::Stall,
                }];
            }
            Event::Raises { ticket, agent } => {
                let priority = *pick(&mut self.rng, &[0, 50, 80, 100]).unwrap_or(&50);
                return vec![Happening::Acted {
                    ticket,
                    agent,
                    act: Act::Priority(priority),
                }];
            }
            Event::Moves { ticket, agent } => {
                let queue = self
                    .tickets
                    .get(ticket)
                    .map_or("Servicedesk", |told| queue_of(&told.group));
                return vec![Happening::Acted {
                    ticket,
                    agent,
                    act: Act::Move(queue),
                }];
            }
            Event::DeviceFails { device, outage } => {
                if self.outages.get(outage).is_some_and(|outage| !outage.over) {
                    return self.facts(at, device, &[(fact::VPN_STATE, "down".to_owned())]);
                }
            }
            Event::DeviceReturns { device } => {
                let down = self
                    .devices
                    .get(device)
                    .is_some_and(|device| device.fact(fact::VPN_STATE) == "down");
                if down {
                    return self.facts(at, device, &[(fact::VPN_STATE, "up".to_owned())]);
                }
            }
            Event::GatewayDies(gateway) => self.gateway_dies(at, &gateway),
            Event::GatewayReturns(outage) => self.gateway_returns(at, outage),
        }
        Vec::new()
    }

    /// Draws the tickets of the minute that begins, second by second.
    fn minute(&mut self, at: i64) {
        self.plan(at + 60, Event::Minute);
        let busy = if self.plan.rhythm {
            rhythm::per_mille(at, &self.plan.zone)
        } else {
            1_000
        };
        let groups = &self.data.town.groups;
        let plain: u32 = groups.values().sum();
        let more: u32 = groups
            .iter()
            .map(|(group, weight)| weight * self.tenfold(group))
            .sum();
        let per_hour = u64::from(self.plan.per_hour) * u64::from(busy) * u64::from(more)
            / u64::from(plain.max(1) * 10);
        // per hour and thousandths → millionths a second
        let rate = per_hour * 1_000 / 3_600;
        for second in 0..60 {
            let mut left = rate;
            while left > 0 {
                let share = u32::try_from(left.min(1_000_000)).unwrap_or(1_000_000);
                left -= u64::from(share);
                if ppm(&mut self.rng, share) {
                    let group = self.draw_group();
                    let resident = self.somebody(&group);
                    self.plan(
                        at + second,
                        Event::Writes {
                            resident,
                            group,
                            outage: None,
                        },
                    );
                }
            }
        }
    }

    /// Any resident.
    pub(crate) fn anybody(&mut self) -> usize {
        let last = i64::try_from(self.residents.len()).unwrap_or(1) - 1;
        usize::try_from(between(&mut self.rng, 0, last)).unwrap_or(0)
    }

    /// Somebody who would write about this group: pupils' devices are a matter of schools, care
    /// records of those who care.
    pub(crate) fn somebody(&mut self, group: &str) -> usize {
        let kind = match group {
            "school" => "school",
            "health" => "care",
            _ => return self.anybody(),
        };
        let data = Arc::clone(&self.data);
        let mut found = self.anybody();
        for _ in 0..60 {
            let site = self
                .residents
                .get(found)
                .and_then(|who| data.town.sites.get(who.site));
            if site.is_some_and(|site| site.kind == kind) {
                break;
            }
            found = self.anybody();
        }
        found
    }

    fn writes(
        &mut self,
        at: i64,
        resident: usize,
        group: String,
        outage: Option<usize>,
    ) -> Vec<Happening> {
        let ticket = self.tickets.len();
        let words = if outage.is_some() {
            "outage"
        } else {
            group.as_str()
        };
        let Some(mail) = self.with_writer(at, resident, "", |grammar, facts, rng| {
            style::mail(grammar, words, facts, rng)
        }) else {
            return Vec::new();
        };
        let queue = if percent(&mut self.rng, 30) {
            queue_of(&group)
        } else {
            "Servicedesk"
        };
        self.tickets.push(Told {
            desk: 0,
            resident,
            group,
            outage,
        });
        self.plan_colleagues(at, ticket, outage.is_some());
        let device = percent(&mut self.rng, 40);
        let urgent = percent(&mut self.rng, 8);
        vec![Happening::Wrote {
            ticket,
            mail,
            queue,
            device,
            urgent,
        }]
    }
}

/// The queue that a group's tickets are moved to.
fn queue_of(group: &str) -> &'static str {
    match group {
        "vpn" | "mobile" | "wifi" | "remote" => "Netværk",
        "video" => "Møder",
        "hardware" | "printing" | "telephony" => "Udstyr",
        "health" | "files" | "email" => "Fagsystemer",
        "school" => "Skole",
        _ => "Servicedesk",
    }
}
