//! What happens when: a queue of planned events, turned one by one into happenings.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use jiff::tz::TimeZone;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::chance::{between, percent, pick, skewed};
use super::data::TownData;
use super::fleet::{self, Device, fact};
use super::record::Recorder;
use super::residents::{self, Resident};
use super::scenario::{Plot, Scenario};
use super::style::Mail;
use super::trouble::Trouble;

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
        trouble: Option<usize>,
        /// They ask how something is done.
        howto: bool,
    },
    /// The requester writes a second mail instead of an answer to the first.
    WritesAgain {
        ticket: usize,
    },
    Nags {
        ticket: usize,
    },
    /// The requester reacts to an answer; `asked`: it was a question.
    Reacts {
        ticket: usize,
        asked: bool,
    },
    /// The requester of a solved ticket says that it still does not work.
    Doubts {
        ticket: usize,
    },
    /// The requester calls; a colleague notes it.
    Calls {
        ticket: usize,
        agent: usize,
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
    /// A colleague writes that the trouble is known.
    Knows {
        ticket: usize,
        agent: usize,
    },
    /// A colleague asks whether it works again.
    Asks {
        ticket: usize,
        agent: usize,
    },
    /// A device that failed by itself is well again.
    DeviceReturns {
        device: usize,
    },
    /// A truth of the scenario begins.
    TroubleBegins {
        truth: usize,
    },
    Hits {
        trouble: usize,
        resident: usize,
    },
    Flaps {
        trouble: usize,
        resident: usize,
    },
    TroubleEnds {
        trouble: usize,
    },
    Mends {
        trouble: usize,
        resident: usize,
    },
    HalfAnswered {
        trouble: usize,
    },
    Restored {
        trouble: usize,
    },
}

/// What somebody who is not of the simulation did, seen by the requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// They were told something.
    Told,
    /// They were asked something.
    Asked,
    /// Their ticket was solved.
    Solved,
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
    /// When it was written.
    pub(crate) at: i64,
    /// The group that it truly belongs to.
    pub(crate) group: String,
    /// Another group that a fair agent could choose: there are two problems in it.
    pub(crate) also: Option<String>,
    /// The trouble behind it.
    pub(crate) trouble: Option<usize>,
    /// It asks how something is done.
    pub(crate) howto: bool,
    /// Its subject, for those who write again.
    pub(crate) subject: String,
}

/// The town and its plans.
pub(crate) struct Town {
    pub(crate) data: Arc<TownData>,
    pub(crate) plan: TownPlan,
    pub(crate) plot: Arc<Plot>,
    pub(crate) residents: Vec<Resident>,
    pub(crate) devices: Vec<Device>,
    pub(crate) tickets: Vec<Told>,
    pub(crate) troubles: Vec<Trouble>,
    pub(crate) rng: StdRng,
    by_desk: HashMap<i64, usize>,
    planned: BinaryHeap<Reverse<(i64, u64, Event)>>,
    order: u64,
    /// From here on tickets are of today: colleagues have not got to all of them yet.
    pub(crate) today: i64,
    /// When the scenario began; before it, the past is being made.
    pub(crate) scenario_start: i64,
    /// The desk's clock is so many seconds ahead of the town's.
    pub(crate) skew: i64,
    /// Writes down what happens, if somebody wants it.
    pub(crate) recorder: Option<Recorder>,
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
            plot: Arc::clone(&plan.scenario.plot),
            plan,
            residents,
            devices,
            tickets: Vec::new(),
            troubles: Vec::new(),
            rng,
            by_desk: HashMap::new(),
            planned: BinaryHeap::new(),
            order: 0,
            today: i64::MIN,
            scenario_start: i64::MAX,
            skew: 0,
            recorder: None,
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
    pub(crate) fn answered(&mut self, desk: i64, at: i64, answer: Answer) {
        let Some(ticket) = self.by_desk.get(&desk).copied() else {
            return;
        };
        if self.doubts(ticket) {
            if answer == Answer::Solved {
                let delay = between(&mut self.rng, 60, 240);
                self.plan(at + delay, Event::Doubts { ticket });
            }
            return;
        }
        let asked = answer == Answer::Asked;
        let likely = if asked { 80 } else { 60 };
        let likely = self.reacts(ticket).unwrap_or(likely);
        if percent(&mut self.rng, likely) {
            let delay = skewed(&mut self.rng, 60, 900);
            self.plan(at + delay, Event::Reacts { ticket, asked });
        }
    }

    /// Any colleague, by place in the staff.
    pub(super) fn colleague(&mut self) -> usize {
        usize::try_from(2 + between(&mut self.rng, 0, COLLEAGUES - 1)).unwrap_or(2)
    }

    fn happen(&mut self, at: i64, event: Event) -> Vec<Happening> {
        match event {
            Event::Minute => self.minute(at),
            Event::Report => return self.report(at),
            Event::Writes {
                resident,
                group,
                trouble,
                howto,
            } => return self.writes(at, resident, group, trouble, howto),
            Event::WritesAgain { ticket } => return self.writes_again(at, ticket),
            Event::Nags { ticket } => return self.says(at, ticket, "impatient"),
            Event::Reacts { ticket, asked } => {
                let rule = self.reaction(ticket, asked);
                return self.says(at, ticket, rule);
            }
            Event::Doubts { ticket } => return self.says_still(at, ticket),
            Event::DeviceReturns { device } => return self.device_returns(at, device),
            Event::TroubleBegins { truth } => self.trouble_begins(at, truth),
            Event::Hits { trouble, resident } => return self.hits(at, trouble, resident),
            Event::Flaps { trouble, resident } => return self.flaps(at, trouble, resident),
            Event::TroubleEnds { trouble } => self.trouble_ends(at, trouble),
            Event::Mends { trouble, resident } => return self.mends(at, trouble, resident),
            Event::HalfAnswered { trouble } => self.half_answered(at, trouble),
            Event::Restored { trouble } => self.restored(at, trouble),
            other => return self.colleague_acts(at, &other),
        }
        Vec::new()
    }

    fn device_returns(&mut self, at: i64, device: usize) -> Vec<Happening> {
        let down = self
            .devices
            .get(device)
            .is_some_and(|device| device.fact(fact::VPN_STATE) == "down");
        if down && !self.is_barred(device) {
            if !self.has_seat(device) {
                let later = between(&mut self.rng, 120, 600);
                self.plan(at + later, Event::DeviceReturns { device });
                return Vec::new();
            }
            return self.facts(at, device, &[(fact::VPN_STATE, "up".to_owned())]);
        }
        Vec::new()
    }

    /// What a colleague planned to do with a ticket.
    fn colleague_acts(&mut self, at: i64, event: &Event) -> Vec<Happening> {
        let (ticket, agent, act) = match *event {
            Event::Takes { ticket, agent } => (ticket, agent, Act::Take),
            Event::Waits { ticket, agent } => (ticket, agent, Act::Stall),
            Event::Raises { ticket, agent } => {
                let priority = *pick(&mut self.rng, &[0, 50, 80, 100]).unwrap_or(&50);
                (ticket, agent, Act::Priority(priority))
            }
            Event::Moves { ticket, agent } => {
                let queue = self
                    .tickets
                    .get(ticket)
                    .map_or("Servicedesk", |told| queue_of(&told.group));
                (ticket, agent, Act::Move(queue))
            }
            Event::Replies { ticket, agent } => {
                if percent(&mut self.rng, 45) {
                    let delay = skewed(&mut self.rng, 120, 2_400);
                    self.plan(
                        at + delay,
                        Event::Reacts {
                            ticket,
                            asked: false,
                        },
                    );
                }
                return self.agent_says(at, ticket, agent, "reply", Act::Reply);
            }
            Event::Notes { ticket, agent } => {
                return self.agent_says(at, ticket, agent, "note", Act::Note);
            }
            Event::Calls { ticket, agent } => {
                return self.agent_says(at, ticket, agent, "called", Act::Note);
            }
            Event::Knows { ticket, agent } => {
                return self.agent_says(at, ticket, agent, "known", Act::Reply);
            }
            Event::Asks { ticket, agent } => {
                return self.agent_says(at, ticket, agent, "restored", Act::Reply);
            }
            Event::Solves { ticket, agent } => {
                return self.agent_says(at, ticket, agent, "solved", Act::Solve);
            }
            _ => return Vec::new(),
        };
        vec![Happening::Acted { ticket, agent, act }]
    }
}

/// The queue that a group's tickets are moved to.
pub(super) fn queue_of(group: &str) -> &'static str {
    match group {
        "vpn" | "mobile" | "wifi" | "remote" => "Netværk",
        "video" => "Møder",
        "hardware" | "printing" | "telephony" => "Udstyr",
        "health" | "files" | "email" => "Fagsystemer",
        "school" => "Skole",
        _ => "Servicedesk",
    }
}
