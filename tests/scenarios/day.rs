//! Days with known truth: what happened, to whom, and what everybody wrote.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::texts::{Fault, Texts, Writer};
use super::town::{GROUPS, Town, pick, weighted};

/// One line of a day.
#[derive(Clone)]
pub enum Line {
    Ticket(Ticket),
    /// A device's tunnel is up or down.
    Vpn {
        at: i64,
        who: usize,
        up: bool,
    },
}

impl Line {
    pub fn at(&self) -> i64 {
        match self {
            Self::Ticket(ticket) => ticket.at,
            Self::Vpn { at, .. } => *at,
        }
    }
}

#[derive(Clone)]
pub struct Ticket {
    pub id: String,
    pub at: i64,
    pub who: usize,
    pub names_device: bool,
    pub names_reporter: bool,
    pub group: &'static str,
    pub truth: Option<&'static str>,
    pub subject: String,
    pub body: String,
}

/// What truly happened.
#[derive(Clone)]
pub struct Cause {
    pub name: &'static str,
    pub start: i64,
    /// What its members share, most telling first.
    pub facts: Vec<(&'static str, String)>,
}

pub struct Day {
    pub town: Town,
    pub lines: Vec<Line>,
    pub causes: Vec<Cause>,
    pub per_day: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Quiet,
    Gateway,
    /// As the gateway, but devices tell nothing.
    GatewayBlind,
    Slow,
    Two,
    Lockdown,
    Site,
    NewProduct,
}

pub const MIDNIGHT: i64 = 1_770_764_400; // 2026-02-11T00:00:00+01:00, a Wednesday
pub const MONDAY: i64 = MIDNIGHT - 2 * 86_400;

fn clock(hour: f64) -> i64 {
    (hour * 3_600.0) as i64
}

struct Maker<'a> {
    town: Town,
    rng: StdRng,
    texts: &'a Texts,
    writer: Writer,
    lines: Vec<Line>,
    count: usize,
}

impl Maker<'_> {
    fn ticket(
        &mut self,
        at: i64,
        who: usize,
        group: &'static str,
        fault: Fault,
        truth: Option<&'static str>,
    ) {
        let person = self.town.people[who].clone();
        let (subject, body) = self.texts.write(
            self.writer,
            group,
            fault,
            &person,
            &self.town,
            &mut self.rng,
        );
        self.count += 1;
        let names_device = person.has_device && self.rng.random_bool(0.97);
        let names_reporter = self.rng.random_bool(0.98);
        self.lines.push(Line::Ticket(Ticket {
            id: format!("T-{}", self.count),
            at,
            who,
            names_device,
            names_reporter,
            group,
            truth,
            subject,
            body,
        }));
    }
    /// An ordinary day, times so much by group.
    fn ordinary(&mut self, midnight: i64, per_day: f64, times: &[f64]) {
        let total: f64 = self.town.hours.iter().sum();
        for hour in 0..24 {
            for (place, group) in GROUPS.iter().enumerate() {
                let mean = per_day * self.town.hours[hour] / total
                    * self.town.shares[place]
                    * times[place];
                for _ in 0..poisson(&mut self.rng, mean) {
                    let at = midnight + hour as i64 * 3_600 + self.rng.random_range(0..3_600);
                    let who = self.town.anybody(group);
                    self.ticket(at, who, group, Fault::Ordinary, None);
                    // Some write again.
                    if self.rng.random_bool(0.03) {
                        let again = at + self.rng.random_range(300..5_000);
                        self.ticket(again, who, group, Fault::Ordinary, None);
                    }
                }
            }
        }
    }
    /// So many people of a list write about one fault over a time; `early`: rather at the beginning.
    #[expect(clippy::too_many_arguments, reason = "who, how many, when and what")]
    fn burst(
        &mut self,
        who: &[usize],
        n: usize,
        start: i64,
        span: i64,
        early: bool,
        group: &'static str,
        fault: Fault,
        truth: &'static str,
    ) {
        for _ in 0..n {
            let at = if early {
                let mut at = i64::MAX;
                while at > 2 * span {
                    at = (-(1.0 - self.rng.random::<f64>()).ln() * span as f64 * 0.5) as i64;
                }
                start + 30 + at
            } else {
                start + self.rng.random_range(0..span)
            };
            let person = *pick(&mut self.rng, who);
            // Reported as what it looks like: mostly as what it is.
            self.ticket(at, person, group, fault, Some(truth));
        }
    }
}

pub fn poisson(rng: &mut StdRng, mean: f64) -> usize {
    let (mut n, mut left) = (0, mean);
    loop {
        left += (1.0 - rng.random::<f64>()).ln();
        if left < 0.0 {
            return n;
        }
        n += 1;
    }
}

impl Day {
    pub fn new(kind: Kind, seed: u64, writer: Writer, texts: &Texts) -> Self {
        let town = Town::new(seed);
        let mut maker = Maker {
            town,
            rng: StdRng::seed_from_u64(seed.wrapping_mul(0x9E37) ^ 77),
            texts,
            writer,
            lines: Vec::new(),
            count: 0,
        };
        let mut causes = Vec::new();
        let midnight = if kind == Kind::Lockdown {
            MONDAY
        } else {
            MIDNIGHT
        };
        let per_day = if kind == Kind::Lockdown { 357.0 } else { 300.0 };
        let mut times = [1.0; 14];
        if kind == Kind::Lockdown {
            for (place, time) in times.iter_mut().enumerate() {
                let home =
                    ["vpn", "video", "mobile", "wifi", "login", "remote"].contains(&GROUPS[place]);
                let base: f64 = if home { 22.0 } else { 6.0 };
                *time = base * (0.4 * super::town::normal(&mut maker.rng)).exp();
            }
            let sum: f64 = times
                .iter()
                .zip(&maker.town.shares)
                .map(|(t, s)| t * s)
                .sum();
            times.iter_mut().for_each(|t| *t *= 14.0 / sum);
        }
        maker.ordinary(midnight, per_day, &times);
        let start = midnight + clock(8.0 + 3.0 * maker.rng.random::<f64>());
        match kind {
            Kind::Quiet | Kind::Lockdown => {}
            Kind::Gateway | Kind::GatewayBlind => {
                let values = maker.town.values("gateway");
                let at = maker.rng.random_range(0..values.len().min(3));
                let gateway = values[at].0.clone();
                let hit = maker.town.with(&[("gateway", &gateway)]);
                let span = clock(1.5 + 1.5 * maker.rng.random::<f64>());
                let early = maker.rng.random_bool(0.5);
                maker.burst(&hit, 180, start, span, early, "vpn", Fault::Vpn, "gateway");
                if kind == Kind::Gateway {
                    for who in hit {
                        if maker.town.people[who].vpn_up && maker.town.people[who].has_device {
                            let down = start + maker.rng.random_range(0..360);
                            maker.lines.push(Line::Vpn {
                                at: down,
                                who,
                                up: false,
                            });
                            let back = start + span + maker.rng.random_range(0..900);
                            maker.lines.push(Line::Vpn {
                                at: back,
                                who,
                                up: true,
                            });
                        }
                    }
                }
                causes.push(Cause {
                    name: "gateway",
                    start,
                    facts: vec![("gateway", gateway)],
                });
            }
            Kind::Slow => {
                let hit = maker.town.with(&[("video_client_version", "1.5.3")]);
                let start = midnight + clock(7.5 + 1.5 * maker.rng.random::<f64>());
                maker.burst(
                    &hit,
                    40,
                    start,
                    clock(6.0),
                    false,
                    "video",
                    Fault::Sound,
                    "slow",
                );
                causes.push(Cause {
                    name: "slow",
                    start,
                    facts: vec![("video_client_version", "1.5.3".into())],
                });
            }
            Kind::Two => {
                let town = maker.town.values("town")[0].0.clone();
                let carriers = maker.town.values("carrier");
                let at = maker.rng.random_range(0..2);
                let carrier = carriers[at].0.clone();
                let hit = maker.town.with(&[("town", &town), ("carrier", &carrier)]);
                maker.burst(
                    &hit,
                    60,
                    start,
                    clock(2.5),
                    false,
                    "mobile",
                    Fault::NoService,
                    "carrier",
                );
                causes.push(Cause {
                    name: "carrier",
                    start,
                    facts: vec![("carrier", carrier), ("town", town)],
                });
                let all: Vec<usize> = (0..maker.town.people.len()).collect();
                let second = start + maker.rng.random_range(0..3_600);
                maker.burst(
                    &all,
                    110,
                    second,
                    clock(2.0),
                    false,
                    "login",
                    Fault::Mfa,
                    "mfa",
                );
                causes.push(Cause {
                    name: "mfa",
                    start: second,
                    facts: vec![],
                });
            }
            Kind::Site => {
                let values = maker.town.values("site");
                let at = maker.rng.random_range(0..3);
                let site = values[at].0.clone();
                let hit = maker.town.with(&[("site", &site)]);
                for _ in 0..35 {
                    let group = ["wifi", "files", "printing", "telephony", "wifi", "other"]
                        [weighted(&mut maker.rng, &[4.0, 2.0, 1.0, 1.0, 1.0, 1.0])];
                    maker.burst(
                        &hit,
                        1,
                        start,
                        clock(1.5),
                        false,
                        group,
                        Fault::Site,
                        "site",
                    );
                }
                causes.push(Cause {
                    name: "site",
                    start,
                    facts: vec![("site", site)],
                });
            }
            Kind::NewProduct => {
                let all: Vec<usize> = (0..maker.town.people.len()).collect();
                let name = *pick(
                    &mut maker.rng,
                    &["Vidyosa", "Klarvik", "Nimbora", "Samtalo", "Whiteboxly"],
                );
                let start = midnight + clock(8.5);
                maker.burst(
                    &all,
                    45,
                    start,
                    clock(5.0),
                    false,
                    "other",
                    Fault::New(name),
                    "product",
                );
                causes.push(Cause {
                    name: "product",
                    start,
                    facts: vec![("word", name.to_owned())],
                });
            }
        }
        maker.lines.sort_by_key(Line::at);
        let Maker { town, lines, .. } = maker;
        Self {
            town,
            lines,
            causes,
            per_day,
        }
    }

    /// Tickets by cause.
    pub fn truth(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut truth = BTreeMap::<&'static str, Vec<String>>::new();
        for line in &self.lines {
            if let Line::Ticket(ticket) = line
                && let Some(cause) = ticket.truth
            {
                truth.entry(cause).or_default().push(ticket.id.clone());
            }
        }
        truth
    }
}
