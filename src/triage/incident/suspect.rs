//! One suspected incident: who belongs to it, since when, and what was told of it.

use std::collections::{BTreeMap, BTreeSet};

use super::fleet::{DeviceNo, Fleet, Sign, ValueId};
use super::profile::{Ailing, Known, Moment, Odds, Profile, is_rule};
use super::record::{Record, newest};
use super::reply::Said;
use super::rings::TicketNo;
use super::share::{self, Shown, Standout};
use super::stats::{real, seconds};
use super::usual::{GroupNo, Usual};
use super::words::{Lexis, WordId};

/// A ticket joins at these odds, and leaves only below the second: nothing flaps.
pub(crate) const JOIN: f64 = 0.0;
const LEAVE: f64 = -1.5;

/// Fewest members of whom it can be said that they are of all groups.
const SCATTERED: usize = 25;

/// Words and time speak so strongly for a ticket that it is told as an odd one when its facts speak against.
const ODD: f64 = 1.5;

/// Shortest and longest silence after which an incident is over, in seconds.
const SILENCE: (i64, i64) = (5_400, 4 * 3_600);

/// How far around a ticket it is looked whether more came than on any day.
const GATE: i64 = 3_600;

/// How far back it is looked whether more came than on any day, when it ends.
const TAIL: i64 = 3_600;

/// So many members say within the shortest silence that it goes on.
const MANY: usize = 15;

/// Share of a group's tickets that a new word has on any day.
const NEW: f64 = 0.05;

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Open,
    Ended(i64),
    Joined(u16),
}

/// What was told last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    pub(crate) tickets: Vec<TicketNo>,
    pub(crate) odd: Vec<TicketNo>,
    pub(crate) silent: Vec<DeviceNo>,
    pub(crate) shared: Vec<ValueId>,
    pub(crate) group: GroupNo,
    pub(crate) answers: Vec<(TicketNo, bool, Option<Said>)>,
    pub(crate) ill: usize,
}

impl Told {
    /// Whether this says something else than what was told before. One device more or less that fails silently is none.
    pub(crate) fn is_news(&self, before: &Self) -> bool {
        let moved = |now: usize, then: usize| {
            now.abs_diff(then) > (then / 10).max(1) || (now == 0) != (then == 0)
        };
        moved(self.silent.len(), before.silent.len())
            // Of those who wrote each one counts, once it is asked whether it is mended.
            || self.ill != before.ill
            || self.tickets != before.tickets
            || self.odd != before.odd
            || self.shared != before.shared
            || self.group != before.group
            || self.answers != before.answers
    }
}

/// A suspected incident.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says something of its own; none of them is a state"
)]
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
    /// Its group rose far beyond all others.
    pub(crate) is_proven: bool,
    /// Since when the one that it was joined to went on before, and by which word.
    pub(crate) joined: Option<(i64, Option<(WordId, String)>)>,
    /// Somebody was woken for its group while it went on.
    pub(crate) has_paged: bool,
    /// Most devices that failed silently at once.
    most_silent: usize,
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
            is_proven: false,
            joined: None,
            has_paged: false,
            most_silent: 0,
        }
    }
    pub(crate) fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }
    /// Nothing but a group holds it together; whether devices fail says nothing, in a rise of everybody some always do.
    pub(crate) fn is_loose(&self) -> bool {
        self.shared.is_empty() && self.word.is_none() && self.pinned.is_empty()
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
        let usual = scale
            .usual
            .expected(self.group, to - (to - from).max(600), to)
            * scale.level
            * self.part();
        // What comes when no more come than on any day is of that day.
        let beyond = if self.is_above(at + GATE, 2 * GATE, scale) {
            (real(count) - usual).max(0.0) + 0.2
        } else {
            0.02
        };
        (beyond / hours).max(silent * (-quiet).exp())
    }
    fn own_level(&self, group: GroupNo) -> f64 {
        self.levels.get(usize::from(group)).copied().unwrap_or(1.0)
    }
    /// Whether most members are read as of other groups: with nothing that they share, they are everybody who writes, and
    /// no incident.
    pub(crate) fn is_scattered(&self, records: &[Record]) -> bool {
        let of_group = |ticket: &&TicketNo| {
            let record = records.get(**ticket as usize);
            record.is_some_and(|r| r.group == self.group || r.also == Some(self.group))
        };
        let own = self.members.iter().filter(of_group).count();
        self.members.len() >= SCATTERED && own * 5 < self.members.len() * 2
    }

    /// The odds of a ticket.
    pub(crate) fn odds(&self, ticket: TicketNo, scale: &Scale) -> Odds {
        let never = Odds {
            text: -50.0,
            facts: 0.0,
            breaks_rule: false,
        };
        let Some(record) = scale.record(ticket) else {
            return never;
        };
        if record.is_nobodys || self.split.contains(&ticket) || record.at < self.since - 60 {
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
        if odds.sum() >= bar && !odds.breaks_rule {
            Verdict::Member
        } else if odds.text >= ODD && (odds.facts < -1.0 || odds.breaks_rule) {
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
    /// The same devices as they were when their holders wrote first.
    fn shown(&self, with_odd: bool, records: &[Record]) -> Vec<Shown> {
        let odd = self.odd.iter().filter(|_| with_odd);
        let mut found: BTreeMap<DeviceNo, Shown> = BTreeMap::new();
        let tickets = self.members.iter().chain(odd);
        for record in tickets.filter_map(|t| records.get(*t as usize)) {
            if let Some(device) = record.device {
                let values = || record.values.clone();
                found
                    .entry(device)
                    .or_insert_with(|| Shown { values: values() });
            }
        }
        found.into_values().collect()
    }
    /// The values of the first fact that its members share.
    pub(crate) fn top(&self, fleet: &Fleet) -> Vec<ValueId> {
        share::first(&self.shared, fleet)
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
        let devices = self.shown(true, records);
        let placed = Usual::is_of_places(self.group);
        let mut shared = share::shared(&devices, fleet, placed);
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
        let own = self.shown(false, records);
        let standing: Vec<Known> = share::by_fact(&self.shared, fleet)
            .map(|values| Known::new(values, &own, fleet))
            .collect();
        self.profile = Profile::new(self.group, groups, &members, standing, ailing, excess);
        self.is_dirty = true;
    }
    /// The values at which it was found stand out already, though too few devices say so on their own; those of
    /// failing devices before anybody wrote.
    fn add_seed(&self, shared: &mut Vec<Standout>, devices: &[Shown], fleet: &Fleet) {
        let silent = self.silent.iter().filter(|_| self.is_born_of_devices);
        let silent: Vec<Shown> = silent.map(|d| fleet.shown(*d)).collect();
        let seen: Vec<Shown> = devices.iter().chain(&silent).cloned().collect();
        let devices = if devices.len() < 4 { &seen } else { devices };
        for values in self.seed.chunk_by(|a, b| fleet.fact(*a) == fleet.fact(*b)) {
            let is_same =
                |s: &Standout| values.iter().any(|v| fleet.fact(*v) == fleet.fact(s.value));
            if shared.iter().any(is_same) || share::by_fact(shared, fleet).count() >= 3 {
                continue;
            }
            let given: Vec<ValueId> = shared.iter().map(|s| s.value).collect();
            let placed = Usual::is_of_places(self.group);
            shared.extend(share::of_values(
                values,
                &given,
                (devices, &seen),
                fleet,
                placed,
            ));
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
        let given = self.top(fleet);
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
            let (all, all_failing) = of(&mut fleet.having(&given).into_iter());
            let outside = share(all_failing, all);
            let found = Ailing {
                sign,
                hit: (inside / outside).ln().clamp(0.0, 3.5),
                miss: ((1.0 - inside).max(0.03) / (1.0 - outside)).ln().min(0.0),
                is_rule: is_rule(failing, known),
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
        let top = self.top(fleet);
        let since = self.since - 1_800;
        let mut reported: BTreeSet<DeviceNo> = self.devices(true, records).into_iter().collect();
        // Whoever wrote of it is not silent, though the ticket is no member.
        let alike = newest(records, since).filter(|(_, record)| record.group == self.group);
        reported.extend(alike.filter_map(|(_, record)| record.device));
        self.silent = fleet
            .having(&top)
            .into_iter()
            .filter(|device| {
                let failing = fleet.failing(*device, sign);
                let in_time = match failing {
                    super::fleet::Failing::Since(at) => at >= since,
                    // A tunnel that was down when the day began may be of it; a weak signal is there on any day.
                    super::fleet::Failing::Always => !top.is_empty() && sign == Sign::Vpn,
                    _ => false,
                };
                in_time && !reported.contains(device)
            })
            .collect();
        self.most_silent = self.most_silent.max(self.silent.len());
    }
    /// Whether it is over: nobody has joined for long, as long as its tickets came; no more do than on any day; or nearly
    /// all of them are solved.
    pub(crate) fn is_over(&self, scale: &Scale) -> bool {
        let quiet = scale.now - self.last;
        let solved = self
            .members
            .iter()
            .filter(|t| scale.record(**t).is_some_and(|r| r.is_solved));
        if quiet > SILENCE.0 && solved.count() * 20 > self.members.len() * 17 {
            return true;
        }
        // A few devices fail on any day.
        if self.sign.is_some() && self.silent.len() >= (self.most_silent / 5).max(5) {
            return quiet > 3 * SILENCE.1;
        }
        let recent: Vec<i64> = self.times.iter().rev().take(10).copied().collect();
        let gap = match (recent.first(), recent.last()) {
            (Some(last), Some(first)) if recent.len() > 1 => {
                (last - first) / i64::try_from(recent.len() - 1).unwrap_or(1)
            }
            _ => 1_200,
        };
        let silence = (gap * 6).clamp(SILENCE.0, SILENCE.1);
        let look = if self.members.len() >= MANY {
            SILENCE.0
        } else {
            2 * SILENCE.0
        };
        quiet > silence
            || scale.now - self.since > 2 * look && !self.is_above(scale.now, look, scale)
    }
    /// Whether more of it came in a time before a moment than an ordinary day brings of what fits.
    fn is_above(&self, at: i64, look: i64, scale: &Scale) -> bool {
        let until = |t: i64| self.times.partition_point(|own| *own <= t);
        let count = until(at).saturating_sub(until(at - look));
        let (from, at) = ((at - look).max(self.since - 60), at.min(scale.now));
        let due = scale.usual.expected(self.group, from, at) * scale.level * self.part();
        real(count) > due + 2.0 * due.sqrt() + 1.0
    }
    /// The share of its group's tickets that an ordinary day has of its facts, on the group's level of that day.
    fn part(&self) -> f64 {
        let part = self.profile.part();
        let own = self.own_level(self.group);
        part * if self.word.is_some() { own * NEW } else { own }
    }
    /// When it ends: those that came when no more came than on any day were of that day.
    pub(crate) fn tail(&self, scale: &Scale) -> Vec<TicketNo> {
        let mut end = self.since + TAIL;
        for at in &self.times {
            if self.is_above(*at, TAIL, scale) {
                end = end.max(*at);
            }
        }
        let tail: Vec<TicketNo> = self
            .members
            .iter()
            .copied()
            .filter(|t| !self.pinned.contains(t))
            .filter(|t| scale.record(*t).is_some_and(|r| r.at > end + TAIL / 2))
            .collect();
        // An incident that was never more than its tail is left as it was told.
        if tail.len() * 2 > self.members.len() {
            return Vec::new();
        }
        tail
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
