//! One suspected incident: who belongs to it, since when, and what was told of it.

use std::collections::BTreeSet;

use super::fleet::{DeviceNo, Fleet, Sign, ValueId};
use super::profile::{Ailing, Moment, Odds, Profile};
use super::record::Record;
use super::rings::TicketNo;
use super::share::{self, Standout};
use super::stats::{real, seconds};
use super::usual::{GroupNo, Usual};
use super::words::{Lexis, WordId};

/// A ticket joins at these odds, and leaves only below the second: nothing flaps.
pub(crate) const JOIN: f64 = 0.0;
const LEAVE: f64 = -1.5;

/// Words and time speak so strongly for a ticket that it is told as an odd one when its facts speak against.
const ODD: f64 = 1.5;

/// Shortest and longest silence after which an incident is over, in seconds.
const SILENCE: (i64, i64) = (5_400, 4 * 3_600);

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Open,
    Ended(i64),
    Joined(u16),
}

/// What was told last.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Told {
    pub(crate) tickets: Vec<TicketNo>,
    pub(crate) odd: Vec<TicketNo>,
    pub(crate) silent: Vec<DeviceNo>,
    pub(crate) shared: Vec<ValueId>,
    pub(crate) group: GroupNo,
    pub(crate) answers: Vec<(TicketNo, bool)>,
    pub(crate) ill: usize,
}

/// A suspected incident.
#[derive(Debug, Clone)]
pub(crate) struct Suspect {
    pub(crate) no: u16,
    pub(crate) group: GroupNo,
    pub(crate) since: i64,
    pub(crate) stage: Stage,
    /// The unknown word that it is named by.
    pub(crate) word: Option<(WordId, String)>,
    pub(crate) members: BTreeSet<TicketNo>,
    pub(crate) odd: BTreeSet<TicketNo>,
    /// Taken out by an agent: never again a member.
    pub(crate) split: BTreeSet<TicketNo>,
    /// Put in by an agent: a member whatever its odds.
    pub(crate) pinned: BTreeSet<TicketNo>,
    pub(crate) shared: Vec<Standout>,
    pub(crate) silent: Vec<DeviceNo>,
    pub(crate) profile: Profile,
    /// How its devices fail, once enough of them do.
    pub(crate) sign: Option<Sign>,
    /// It began with devices, before anybody wrote.
    pub(crate) is_born_of_devices: bool,
    /// The values at which it was found.
    pub(crate) seed: Vec<ValueId>,
    /// How each group stood to its usual on that day, before it began.
    pub(crate) levels: Vec<f64>,
    /// When its members wrote, in order.
    times: Vec<i64>,
    pub(crate) last: i64,
    pub(crate) told: Option<Told>,
    pub(crate) told_at: i64,
    /// Something changed that the odds depend on.
    pub(crate) is_dirty: bool,
}

/// What odds depend on.
pub(crate) struct Scale<'a> {
    pub(crate) records: &'a [Record],
    pub(crate) fleet: &'a Fleet,
    pub(crate) usual: &'a Usual,
    pub(crate) lexis: &'a Lexis,
    /// Everybody's level now.
    pub(crate) level: f64,
    pub(crate) now: i64,
}

impl Scale<'_> {
    fn record(&self, ticket: TicketNo) -> Option<&Record> {
        self.records.get(ticket as usize)
    }
}

impl Suspect {
    pub(crate) fn new(no: u16, group: GroupNo, since: i64) -> Self {
        Self {
            no,
            group,
            since,
            stage: Stage::Open,
            word: None,
            members: BTreeSet::new(),
            odd: BTreeSet::new(),
            split: BTreeSet::new(),
            pinned: BTreeSet::new(),
            shared: Vec::new(),
            silent: Vec::new(),
            profile: Profile::default(),
            sign: None,
            is_born_of_devices: false,
            seed: Vec::new(),
            levels: Vec::new(),
            times: Vec::new(),
            last: since,
            told: None,
            told_at: i64::MIN,
            is_dirty: true,
        }
    }
    pub(crate) fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }
    /// Nothing but a group holds it together.
    pub(crate) fn is_bare(&self) -> bool {
        self.shared.is_empty()
            && self.word.is_none()
            && self.sign.is_none()
            && self.pinned.is_empty()
    }
    /// Distinct people of its members.
    pub(crate) fn people(&self, records: &[Record]) -> usize {
        let people: BTreeSet<u32> = self
            .members
            .iter()
            .filter_map(|t| records.get(*t as usize).map(|r| r.person))
            .collect();
        people.len()
    }
    /// Tickets of it an hour around a moment.
    fn rate(&self, at: i64, scale: &Scale) -> f64 {
        let (from, to) = ((at - 2_400).max(self.since), (at + 1_200).min(scale.now));
        let count = self.times.partition_point(|t| *t <= to)
            - self
                .times
                .partition_point(|t| *t < from)
                .min(self.times.partition_point(|t| *t <= to));
        let hours = seconds((to - from).max(600)) / 3_600.0;
        // Devices that fail make their holders write, before the first of them has.
        let silent = real(self.silent.len().min(200)) * 0.15;
        let quiet = seconds((at - self.last).max(0)) / 3_600.0;
        // An ordinary day brings some of those that fit; only what comes beyond it speaks for the incident.
        let part: f64 = self.shared.iter().map(|s| s.usual).product();
        let usual = scale
            .usual
            .expected(self.group, to - (to - from).max(600), to)
            * scale.level
            * self.own_level(self.group)
            * part;
        let beyond = (real(count) - usual).max(0.0) + 0.2;
        (beyond / hours).max(silent * (-quiet).exp())
    }
    fn own_level(&self, group: GroupNo) -> f64 {
        self.levels.get(usize::from(group)).copied().unwrap_or(1.0)
    }
    /// The odds of a ticket.
    pub(crate) fn odds(&self, ticket: TicketNo, scale: &Scale) -> Odds {
        let never = Odds {
            text: -50.0,
            facts: 0.0,
        };
        let Some(record) = scale.record(ticket) else {
            return never;
        };
        if record.is_automatic || self.split.contains(&ticket) || record.at < self.since - 60 {
            return never;
        }
        let usual = scale
            .usual
            .expected(record.group, record.at - 1_800, record.at + 1_800)
            * scale.level
            * self.own_level(record.group);
        let mut odds = self.profile.odds(
            record,
            self.members.contains(&ticket),
            Moment {
                rate: self.rate(record.at, scale),
                usual,
                since: self.since,
            },
            scale.fleet,
            scale.lexis,
        );
        if let Some((word, _)) = &self.word {
            odds.text += if record.stems.contains(word) {
                5.0
            } else {
                -3.0
            };
        }
        odds
    }
    /// Where a ticket belongs now.
    pub(crate) fn judge(&self, ticket: TicketNo, scale: &Scale) -> Verdict {
        if self.pinned.contains(&ticket) {
            return Verdict::Member;
        }
        let odds = self.odds(ticket, scale);
        let bar = if self.members.contains(&ticket) {
            LEAVE
        } else {
            JOIN
        };
        if odds.sum() >= bar {
            Verdict::Member
        } else if odds.text >= ODD && odds.facts < -1.0 {
            Verdict::Odd
        } else {
            Verdict::Stranger
        }
    }
    pub(crate) fn set(&mut self, ticket: TicketNo, verdict: Verdict) {
        match verdict {
            Verdict::Member => {
                self.members.insert(ticket);
                self.odd.remove(&ticket);
            }
            Verdict::Odd => {
                self.members.remove(&ticket);
                self.odd.insert(ticket);
            }
            Verdict::Stranger => {
                self.members.remove(&ticket);
                self.odd.remove(&ticket);
            }
        }
    }
    /// Takes stock after members changed.
    pub(crate) fn count(&mut self, records: &[Record]) {
        self.times = self
            .members
            .iter()
            .filter_map(|t| records.get(*t as usize).map(|r| r.at))
            .collect();
        self.times.sort_unstable();
        if let (Some(first), Some(last)) = (self.times.first(), self.times.last()) {
            self.last = *last;
            self.since = if self.is_born_of_devices {
                self.since.min(*first)
            } else {
                *first
            };
        }
    }
    /// Devices of members, and of the odd ones if asked; each once.
    pub(crate) fn devices(&self, with_odd: bool, records: &[Record]) -> Vec<DeviceNo> {
        let odd = self.odd.iter().filter(|_| with_odd);
        let found: BTreeSet<DeviceNo> = self
            .members
            .iter()
            .chain(odd)
            .filter_map(|t| records.get(*t as usize)?.device)
            .collect();
        found.into_iter().collect()
    }
    /// Learns anew what its members look like.
    /// `excess`: tickets since it began beyond the usual, by group.
    pub(crate) fn learn(
        &mut self,
        records: &[Record],
        fleet: &Fleet,
        groups: usize,
        excess: &[f64],
    ) {
        let devices = self.devices(true, records);
        let mut shared = share::shared(&devices, fleet);
        self.add_seed(&mut shared, &devices, fleet);
        self.shared = shared;
        self.group = self.main_group(records);
        let ailing = self.ailing(records, fleet);
        let members: Vec<&Record> = self
            .members
            .iter()
            .filter_map(|t| records.get(*t as usize))
            .collect();
        // The odd ones are told among those that share it or not; the odds go by the members alone.
        let own = self.devices(false, records);
        let standing: Vec<(ValueId, f64, f64)> = self
            .shared
            .iter()
            .map(|s| (s.value, share::inside(s.value, &own, fleet), s.usual))
            .collect();
        self.profile = Profile::new(self.group, groups, &members, &standing, ailing, excess);
        self.is_dirty = true;
    }
    /// The values at which it was found stand out already, though too few devices say so on their own; those of
    /// failing devices before anybody wrote.
    fn add_seed(&self, shared: &mut Vec<Standout>, devices: &[DeviceNo], fleet: &Fleet) {
        let devices = if devices.len() < 4 && self.is_born_of_devices {
            &self.silent
        } else {
            devices
        };
        for value in &self.seed {
            if shared
                .iter()
                .any(|s| fleet.fact(s.value) == fleet.fact(*value))
                || shared.len() >= 3
            {
                continue;
            }
            let given: Vec<ValueId> = shared.iter().map(|s| s.value).collect();
            if let Some(standout) = share::of_value(*value, &given, devices, fleet) {
                shared.push(standout);
            }
        }
    }
    fn main_group(&self, records: &[Record]) -> GroupNo {
        let mut counts = std::collections::BTreeMap::<GroupNo, usize>::new();
        for ticket in &self.members {
            if let Some(record) = records.get(*ticket as usize) {
                *counts.entry(record.group).or_default() += 1;
            }
        }
        counts
            .into_iter()
            .max_by_key(|(group, count)| (*count, *group == self.group, std::cmp::Reverse(*group)))
            .map_or(self.group, |(group, _)| group)
    }
    /// How members' devices fail, if they do so much more than the fleet.
    fn ailing(&mut self, records: &[Record], fleet: &Fleet) -> Option<Ailing> {
        // Among the devices that have what the members share: there it would say the same twice.
        let given: Vec<ValueId> = self.shared.iter().take(1).map(|s| s.value).collect();
        let devices = self.devices(false, records);
        let from = self.since - 600;
        let mut best: Option<Ailing> = None;
        for sign in Sign::ALL {
            let of = |devices: &mut dyn Iterator<Item = DeviceNo>| {
                devices
                    .filter_map(|d| fleet.failing(d, sign).at_or_after(from))
                    .fold((0, 0), |(known, failing), fails| {
                        (known + 1, failing + usize::from(fails))
                    })
            };
            let (known, failing) = of(&mut devices.iter().copied());
            if failing < 4 || failing * 3 < known {
                continue;
            }
            let (all, all_failing) = of(&mut fleet.all());
            let inside = (real(failing) + 1.0) / (real(known) + 2.0);
            let share = |failing: usize, known: usize| (real(failing) + 1.0) / (real(known) + 2.0);
            if inside
                < 2.0
                    * share(
                        all_failing.saturating_sub(failing),
                        all.saturating_sub(known),
                    )
            {
                continue;
            }
            let (all, all_failing) = of(&mut fleet.all().filter(|d| fleet.has_all(*d, &given)));
            let outside = share(all_failing, all);
            let found = Ailing {
                sign,
                hit: (inside / outside).ln().clamp(0.0, 3.5),
                miss: ((1.0 - inside).max(0.03) / (1.0 - outside)).ln().min(0.0),
            };
            if best.is_none_or(|best| found.hit - found.miss > best.hit - best.miss) {
                best = Some(found);
            }
        }
        if let Some(best) = best {
            self.sign = Some(best.sign);
        }
        best
    }
    /// Devices that fail the same way and of which nobody wrote.
    pub(crate) fn find_silent(&mut self, records: &[Record], fleet: &Fleet) {
        let Some(sign) = self.sign else {
            self.silent.clear();
            return;
        };
        let reported: BTreeSet<DeviceNo> = self.devices(true, records).into_iter().collect();
        let value = self.shared.first().map(|s| s.value);
        let since = self.since - 1_800;
        self.silent = fleet
            .all()
            .filter(|device| {
                let failing = fleet.failing(*device, sign);
                let in_time = match failing {
                    super::fleet::Failing::Since(at) => at >= since,
                    super::fleet::Failing::Always => value.is_some(),
                    _ => false,
                };
                in_time
                    && value.is_none_or(|v| fleet.values_of(*device).contains(&v))
                    && !reported.contains(device)
            })
            .collect();
    }
    /// Whether it is over: nobody has joined for long, as long as its tickets came.
    pub(crate) fn is_over(&self, now: i64) -> bool {
        let recent: Vec<i64> = self.times.iter().rev().take(10).copied().collect();
        let gap = match (recent.first(), recent.last()) {
            (Some(last), Some(first)) if recent.len() > 1 => {
                (last - first) / i64::try_from(recent.len() - 1).unwrap_or(1)
            }
            _ => 1_200,
        };
        let silence = (gap * 6).clamp(SILENCE.0, SILENCE.1);
        let still_ill = self.sign.is_some() && self.silent.len() >= 5;
        now - self.last > if still_ill { 3 * SILENCE.1 } else { silence }
    }
}

/// Where a ticket belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// In it.
    Member,
    /// Words say yes, facts say no.
    Odd,
    /// Not in it.
    Stranger,
}
