//! What truly goes wrong: who is hit and when, what their devices show, who writes, who is well again.

use std::collections::{BTreeMap, BTreeSet};

use super::cast::Cast;
use super::chance::{between, percent, ppm, skewed};
use super::engine::{Event, Happening, Town};
use super::fleet::{Device, fact};
use super::scenario::{Kind, Start, Trait, Truth};

/// A truth that has begun.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    /// Its place in the scenario.
    pub(crate) truth: usize,
    /// How many times it had begun before.
    pub(crate) before: usize,
    pub(crate) start: i64,
    /// When it was over.
    pub(crate) end: Option<i64>,
    /// Who is hit, by number of the resident.
    pub(crate) hit: BTreeMap<usize, Hit>,
    /// Whose device does not come back, by number of the resident.
    pub(crate) stays: BTreeSet<usize>,
    /// Who will say that it still does not work once their ticket is solved.
    pub(crate) doubts: BTreeSet<usize>,
}

/// Somebody who is hit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hit {
    /// Since when; none: it has not reached them yet.
    pub(crate) since: Option<i64>,
    /// When it was well again.
    pub(crate) well: Option<i64>,
    /// What their device reported before.
    before: Vec<(usize, String)>,
}

impl Town {
    /// Plans what the scenario holds, from its start on.
    pub(crate) fn plan_scenario(&mut self, start: i64) {
        self.scenario_start = start;
        if self.plot.still {
            return;
        }
        for truth in 0..self.plot.truths.len() {
            if let Some(begins) = self.truth(truth).map(|truth| truth.start) {
                let at = match begins {
                    Start::After(seconds) => start + seconds,
                    Start::At(time) => self.next_time_of_day(start, time),
                };
                self.plan(at, Event::TroubleBegins { truth });
            }
        }
        self.plan(start, Event::Minute);
        self.plan(start + 5, Event::Report);
    }

    fn next_time_of_day(&self, start: i64, time: jiff::civil::Time) -> i64 {
        let zone = self.plan.zone.clone();
        let moment = jiff::Timestamp::from_second(start)
            .unwrap_or_default()
            .to_zoned(zone.clone());
        let on = |date: jiff::civil::Date| {
            date.to_datetime(time)
                .to_zoned(zone.clone())
                .map_or(start, |zoned| zoned.timestamp().as_second())
        };
        let today = on(moment.date());
        if today >= start {
            today
        } else {
            on(moment.date().saturating_add(jiff::Span::new().days(1)))
        }
    }

    /// A truth of the scenario.
    pub(crate) fn truth(&self, truth: usize) -> Option<&Truth> {
        self.plot.truths.get(truth)
    }

    /// The truth behind a trouble.
    pub(crate) fn truth_of(&self, trouble: usize) -> Option<&Truth> {
        self.truth(self.troubles.get(trouble)?.truth)
    }

    /// Whether somebody is hit and not well yet.
    pub(crate) fn is_ill(&self, trouble: usize, resident: usize) -> bool {
        self.troubles
            .get(trouble)
            .and_then(|trouble| trouble.hit.get(&resident))
            .is_some_and(|hit| hit.since.is_some() && hit.well.is_none())
    }

    /// Whether a device may not connect: a trouble holds it, or would if it tried.
    pub(super) fn is_barred(&self, resident: usize) -> bool {
        (0..self.troubles.len()).any(|trouble| {
            let Some(truth) = self.truth_of(trouble) else {
                return false;
            };
            let touches_vpn = truth
                .facts
                .iter()
                .any(|(which, _)| *which == fact::VPN_STATE);
            let over = self
                .troubles
                .get(trouble)
                .is_none_or(|trouble| trouble.end.is_some());
            // Somebody's own trouble is nobody else's.
            let holds = || truth.kind != Kind::Own && self.fits(truth, resident, true);
            touches_vpn && (self.is_ill(trouble, resident) || (!over && holds()))
        })
    }

    /// Whether a truth is about a resident; `could` leaves out the facts that it changes itself.
    fn fits(&self, truth: &Truth, resident: usize, could: bool) -> bool {
        truth.fits.iter().all(|(which, values)| match which {
            Trait::Fact(fact) if could && truth.facts.iter().any(|(own, _)| own == fact) => true,
            which => {
                let value = self.value_of(*which, resident);
                values.iter().any(|wanted| value == Some(wanted))
            }
        })
    }

    /// What a resident or their device has of a trait.
    pub(super) fn value_of(&self, which: Trait, resident: usize) -> Option<&str> {
        match which {
            Trait::Fact(fact) => self.devices.get(resident).map(|device| device.fact(fact)),
            Trait::SiteKind => Some(self.site_kind(resident)),
            Trait::Lang => self.residents.get(resident).map(|who| who.lang.as_str()),
        }
    }

    /// A truth begins: it is drawn who is hit, and when it is over.
    pub(super) fn trouble_begins(&mut self, at: i64, truth: usize) {
        let Some(spec) = self.truth(truth).cloned() else {
            return;
        };
        let trouble = self.troubles.len();
        let before = self
            .troubles
            .iter()
            .filter(|other| other.truth == truth)
            .count();
        let candidates: Vec<usize> = (0..self.residents.len())
            .filter(|resident| self.fits(&spec, *resident, false))
            .collect();
        let share = match spec.seats {
            None => spec.share * 10_000,
            Some(seats) => self.above_seats(&spec, seats, candidates.len()),
        };
        let hit: Vec<usize> = match spec.people {
            Some(people) => self.exactly(&spec, candidates, people),
            None => candidates
                .into_iter()
                .filter(|_| ppm(&mut self.rng, share))
                .collect(),
        };
        let cast = self.cast(&spec, &hit);
        self.troubles.push(Trouble {
            truth,
            before,
            start: at,
            end: None,
            hit: hit
                .iter()
                .map(|resident| (*resident, Hit::default()))
                .collect(),
            stays: cast.as_ref().map(Cast::stays).unwrap_or_default(),
            doubts: cast.as_ref().map(Cast::doubts).unwrap_or_default(),
        });
        let many = u32::try_from(hit.len()).unwrap_or(u32::MAX).max(1);
        let writers = (spec.write * 10_000).min(spec.at_most.saturating_mul(1_000_000) / many);
        let prompt = usize::try_from(spec.prompt).unwrap_or(0);
        // The prompt ones are drawn anywhere in the town, not at its beginning.
        let first = usize::try_from(between(&mut self.rng, 0, i64::from(many) - 1)).unwrap_or(0);
        for (number, resident) in hit.into_iter().enumerate() {
            let prompt = match &cast {
                Some(cast) => cast.is_prompt(resident, prompt),
                None => {
                    (number + usize::try_from(many).unwrap_or(1) - first)
                        % usize::try_from(many).unwrap_or(1)
                        < prompt
                }
            };
            let down = at
                + if prompt {
                    between(&mut self.rng, 1, 8)
                } else if spec.kind.creeps() {
                    spec.spread.draw(&mut self.rng)
                } else {
                    spec.spread.early(&mut self.rng)
                };
            self.plan(down, Event::Hits { trouble, resident });
            let tells = match &cast {
                Some(cast) => cast.writes(resident),
                None => prompt || ppm(&mut self.rng, writers),
            };
            if !tells {
                continue;
            }
            let delay = if prompt {
                between(&mut self.rng, 10, 40)
            } else {
                spec.delay.early(&mut self.rng)
            };
            let howto = percent(&mut self.rng, spec.howto);
            let group = spec.group.clone();
            self.plan(
                down + delay,
                Event::Writes {
                    resident,
                    group: group.clone(),
                    trouble: Some(trouble),
                    howto,
                },
            );
        }
        let over = at + spec.lasts.draw(&mut self.rng);
        self.plan(over, Event::TroubleEnds { trouble });
        // A colleague tells half of them that it is known.
        let known = at + between(&mut self.rng, 720, 1_500);
        if known < over && !spec.alone {
            self.plan(known, Event::HalfAnswered { trouble });
        }
    }

    /// Of a million who are connected to a gateway: how many are above its seats.
    fn above_seats(&self, spec: &Truth, seats: u32, connected: usize) -> u32 {
        let all = (0..self.residents.len())
            .filter(|resident| self.fits(spec, *resident, true))
            .count();
        let allowed = all * usize::try_from(seats).unwrap_or(100) / 100;
        let above = connected.saturating_sub(allowed);
        u32::try_from(above * 1_000_000 / connected.max(1)).unwrap_or(0)
    }

    /// A trouble reaches somebody.
    pub(super) fn hits(&mut self, at: i64, trouble: usize, resident: usize) -> Vec<Happening> {
        let Some(spec) = self.truth_of(trouble).cloned() else {
            return Vec::new();
        };
        let Some(found) = self
            .troubles
            .get_mut(trouble)
            .filter(|trouble| trouble.end.is_none())
        else {
            return Vec::new();
        };
        let Some(hit) = found.hit.get_mut(&resident) else {
            return Vec::new();
        };
        let device = self.devices.get(resident);
        let before = |which: usize| {
            device
                .map_or("", |device: &Device| device.fact(which))
                .to_owned()
        };
        if hit.since.is_none() {
            hit.since = Some(at);
            hit.before = spec
                .facts
                .iter()
                .map(|(which, _)| (*which, before(*which)))
                .collect();
        }
        if let Some(flap) = spec.flap {
            let wait = flap.draw(&mut self.rng);
            self.plan(at + wait, Event::Flaps { trouble, resident });
        }
        self.pin(resident, &spec.sets);
        let mut changes = self.values(&spec.facts);
        changes.extend(self.values(&spec.sets));
        self.facts(at, resident, &changes)
    }

    /// A device comes back for a moment.
    pub(super) fn flaps(&mut self, at: i64, trouble: usize, resident: usize) -> Vec<Happening> {
        let over = self
            .troubles
            .get(trouble)
            .is_none_or(|trouble| trouble.end.is_some());
        if over || !self.is_ill(trouble, resident) {
            return Vec::new();
        }
        let moment = between(&mut self.rng, 20, 50);
        self.plan(at + moment, Event::Hits { trouble, resident });
        let before = self.before(trouble, resident);
        self.facts(at, resident, &before)
    }

    /// Whatever many are hit by is over at this moment.
    pub(crate) fn end_troubles(&mut self, at: i64) {
        for trouble in 0..self.troubles.len() {
            let is_of_many = |truth: &Truth| truth.kind != Kind::Own;
            if self.truth_of(trouble).is_some_and(is_of_many) {
                self.plan(at, Event::TroubleEnds { trouble });
            }
        }
    }

    /// A trouble is over: most devices are well soon, some late, some never; a few people say so.
    pub(super) fn trouble_ends(&mut self, at: i64, trouble: usize) {
        let Some(spec) = self.truth_of(trouble).cloned() else {
            return;
        };
        let Some(found) = self
            .troubles
            .get_mut(trouble)
            .filter(|trouble| trouble.end.is_none())
        else {
            return;
        };
        found.end = Some(at);
        let stays = found.stays.clone();
        // Whom it never reached was never hit.
        found.hit.retain(|_, hit| hit.since.is_some());
        let hit: Vec<usize> = found.hit.keys().copied().collect();
        for resident in hit.into_iter().filter(|who| !stays.contains(who)) {
            let draw = u32::try_from(between(&mut self.rng, 0, 99)).unwrap_or(0);
            let delay = if draw < spec.back {
                spec.back_within.draw(&mut self.rng)
            } else if draw < spec.back.max(100 - spec.never.min(100)) {
                between(&mut self.rng, 7_200, 20_000)
            } else {
                continue;
            };
            self.plan(at + delay, Event::Mends { trouble, resident });
        }
        let writers: Vec<usize> = self.tickets_of(trouble).collect();
        for ticket in writers {
            let likely = spec.react.map_or(30, |react| react / 2);
            if !self.doubts(ticket) && percent(&mut self.rng, likely) {
                let delay = between(&mut self.rng, 300, 2_400);
                self.plan(
                    at + delay,
                    Event::Reacts {
                        ticket,
                        asked: false,
                    },
                );
            }
        }
        let told = at + between(&mut self.rng, 180, 900);
        if !spec.alone {
            self.plan(told, Event::Restored { trouble });
        }
        if let Some(again) = spec.again {
            let wait = again.draw(&mut self.rng);
            let truth = self
                .troubles
                .get(trouble)
                .map_or(0, |trouble| trouble.truth);
            self.plan(at + wait, Event::TroubleBegins { truth });
        }
    }

    /// Somebody is well again.
    pub(super) fn mends(&mut self, at: i64, trouble: usize, resident: usize) -> Vec<Happening> {
        let Some(spec) = self.truth_of(trouble).cloned() else {
            return Vec::new();
        };
        // What it changes when it is over comes in the place of what was before.
        let mut before = self.before(trouble, resident);
        before.retain(|(which, _)| spec.mends.iter().all(|(mended, _)| mended != which));
        let connects = before
            .iter()
            .chain(&spec.mends)
            .any(|(which, value)| *which == fact::VPN_STATE && value == "up");
        if connects && self.is_ill(trouble, resident) && !self.has_seat(resident) {
            // Somebody else has the seat by now.
            let later = between(&mut self.rng, 60, 300);
            self.plan(at + later, Event::Mends { trouble, resident });
            return Vec::new();
        }
        let hit = self
            .troubles
            .get_mut(trouble)
            .and_then(|trouble| trouble.hit.get_mut(&resident));
        match hit {
            Some(hit) if hit.well.is_none() => hit.well = Some(at),
            _ => return Vec::new(),
        }
        // Another trouble still has the device.
        let held =
            (0..self.troubles.len()).any(|other| other != trouble && self.is_ill(other, resident));
        self.pin(resident, &spec.mends);
        let mut changes = if held { Vec::new() } else { before };
        changes.extend(self.values(&spec.mends));
        self.facts(at, resident, &changes)
    }

    /// A colleague tells half of those who wrote that the trouble is known, and leaves it at that.
    pub(super) fn half_answered(&mut self, at: i64, trouble: usize) {
        let agent = self.colleague();
        let tickets: Vec<usize> = self.tickets_of(trouble).collect();
        let mut next = at;
        for ticket in tickets {
            if percent(&mut self.rng, 50) {
                next += between(&mut self.rng, 2, 6);
                self.plan(next, Event::Takes { ticket, agent });
                self.plan(next + 1, Event::Knows { ticket, agent });
            }
        }
    }

    /// A colleague asks some of those who wrote whether it works again.
    pub(super) fn restored(&mut self, at: i64, trouble: usize) {
        let agent = self.colleague();
        let tickets: Vec<usize> = self.tickets_of(trouble).collect();
        let mut next = at;
        for ticket in tickets {
            if percent(&mut self.rng, 30) {
                next += between(&mut self.rng, 2, 6);
                self.plan(next, Event::Takes { ticket, agent });
                self.plan(next + 1, Event::Asks { ticket, agent });
                if percent(&mut self.rng, 70) {
                    let delay = skewed(&mut self.rng, 40, 1_500);
                    self.plan(
                        next + delay,
                        Event::Reacts {
                            ticket,
                            asked: true,
                        },
                    );
                }
            }
        }
    }

    /// The tickets that were written because of a trouble.
    pub(crate) fn tickets_of(&self, trouble: usize) -> impl Iterator<Item = usize> {
        self.tickets
            .iter()
            .enumerate()
            .filter(move |(_, ticket)| ticket.trouble == Some(trouble))
            .map(|(number, _)| number)
    }

    fn before(&self, trouble: usize, resident: usize) -> Vec<(usize, String)> {
        self.troubles
            .get(trouble)
            .and_then(|trouble| trouble.hit.get(&resident))
            .map(|hit| hit.before.clone())
            .unwrap_or_default()
    }

    /// The roll-outs leave these facts of a device alone from now on.
    fn pin(&mut self, resident: usize, facts: &[(usize, String)]) {
        if let Some(device) = self.devices.get_mut(resident) {
            for (which, _) in facts {
                device.pinned |= 1 << which;
            }
        }
    }

    /// Values with a number drawn for `A..B`.
    fn values(&mut self, facts: &[(usize, String)]) -> Vec<(usize, String)> {
        facts
            .iter()
            .map(|(which, value)| {
                let range = value.split_once("..").and_then(|(low, high)| {
                    Some((low.parse::<i64>().ok()?, high.parse::<i64>().ok()?))
                });
                let value = match range {
                    Some((low, high)) => between(&mut self.rng, low, high).to_string(),
                    None => value.clone(),
                };
                (*which, value)
            })
            .collect()
    }
}
