//! The devices as the engine sees them: facts as small numbers, how common each value is, and since when a device fails.
//!
//! A value counts for a device as long as it had it in the last hours: what a device was like when its holder wrote is
//! compared with what the fleet was like then, also when an update has changed both since.
//!
//! Invariant: the holders of a value are the devices that hold it, now or in the last [`LATELY`] seconds, and
//! [`Fleet::count`] is how many.

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(crate) use super::failing::{Failing, Sign};
use super::share::Shown;
use crate::domain::device::{Device, Value};
use crate::domain::health::{Grade, Thresholds};
use crate::domain::ids::DeviceId;

/// A fact's value, as a number.
pub(crate) type ValueId = u32;

/// Number of a device.
pub(crate) type DeviceNo = u32;

/// How long a value that a device had still counts, in seconds: as long as a scan looks back.
const LATELY: i64 = super::rings::SPAN;

/// What a device says of itself is told at most so many seconds late; what is older is no time at which it came back.
const LATE: i64 = 1_800;

/// A device that fails again within so many seconds is told once: it comes and goes.
const FLAPS: i64 = 900;

/// In such steps it is noted how a value spreads, in seconds.
const GROWTH: i64 = 600;

/// Facts that identify a device or its holder, or say when, not what it is like.
const NOT_COMPARED: [&str; 8] = [
    "id",
    "owner",
    "holder",
    "name",
    "last_seen",
    "seen",
    "at",
    "serial",
];

/// Ends of the names of measured facts: they grade a device, they are no kind of device.
const MEASURED: [&str; 12] = [
    "_dbm", "_db", "_ms", "_pct", "_gb", "_mb", "_mbps", "_at", "_days", "_hours", "_time",
    "_uptime",
];

#[derive(Debug, Clone)]
struct Record {
    id: DeviceId,
    values: Vec<ValueId>,
    /// Values that it had, each once, and until when.
    had: Vec<(ValueId, i64)>,
    failing: [Failing; 5],
    /// When it was last told that it begins to fail.
    began: [Option<i64>; 5],
    owner: Option<u32>,
    gone: bool,
}

impl Record {
    /// Values that it has or had lately, each once.
    fn held(&self) -> BTreeSet<ValueId> {
        let had = self.had.iter().map(|(value, _)| *value);
        self.values.iter().copied().chain(had).collect()
    }
    fn holds(&self, value: ValueId) -> bool {
        self.values.contains(&value) || self.had.iter().any(|(had, _)| *had == value)
    }
}

/// All devices.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fleet {
    facts: Vec<String>,
    fact_numbers: BTreeMap<String, u16>,
    values: Vec<(u16, String)>,
    value_numbers: HashMap<(u16, String), ValueId>,
    /// Devices that hold each value, in order.
    holders: Vec<Vec<DeviceNo>>,
    known: Vec<u32>,
    devices: Vec<Record>,
    /// How many devices held a value after each ten minutes in which some began to.
    grew: HashMap<ValueId, Vec<(i64, usize)>>,
    /// Devices that lost a value, and when they lost the first that still counts.
    changed: BTreeMap<DeviceNo, i64>,
    numbers: HashMap<DeviceId, DeviceNo>,
    owned: HashMap<u32, Vec<DeviceNo>>,
    /// How many devices there are.
    live: usize,
    /// Counts changes of values, and of which facts are known of a device; joint counts of before are stale.
    revision: u64,
    limits: Thresholds,
    /// Devices with both values, and the revision.
    joint: HashMap<(ValueId, ValueId), (u64, usize)>,
    /// Devices of which both facts are known, kept true for each pair that was ever asked for.
    joint_known: HashMap<(u16, u16), usize>,
}

/// What some devices hold.
pub(crate) struct Held {
    with: Vec<u32>,
    known: Vec<u32>,
    /// Devices that had a value lately, of which that fact is not known any more.
    once: HashMap<ValueId, u32>,
}

impl Held {
    /// Devices that hold a value, and those of which its fact is known.
    pub(crate) fn count(&self, value: ValueId, fleet: &Fleet) -> (usize, usize) {
        let with = self.with.get(value as usize).copied().unwrap_or(0);
        let known = self.known.get(usize::from(fleet.fact(value))).copied();
        let once = self.once.get(&value).copied().unwrap_or(0);
        (with as usize, (known.unwrap_or(0) + once) as usize)
    }
}

impl Fleet {
    pub(crate) fn len(&self) -> usize {
        self.live
    }
    /// The number of a fact's value; makes one.
    pub(crate) fn value(&mut self, fact: &str, text: &str) -> ValueId {
        let number = if let Some(number) = self.fact_numbers.get(fact) {
            *number
        } else {
            let number = u16::try_from(self.facts.len()).unwrap_or(u16::MAX);
            self.facts.push(fact.to_owned());
            self.known.push(0);
            self.fact_numbers.insert(fact.to_owned(), number);
            number
        };
        if let Some(value) = self.value_numbers.get(&(number, text.to_owned())) {
            return *value;
        }
        let value = ValueId::try_from(self.values.len()).unwrap_or(ValueId::MAX);
        self.values.push((number, text.to_owned()));
        self.holders.push(Vec::new());
        self.value_numbers.insert((number, text.to_owned()), value);
        value
    }
    /// Fact and value in words.
    pub(crate) fn name(&self, value: ValueId) -> (&str, &str) {
        self.values
            .get(value as usize)
            .map_or(("", ""), |(fact, text)| {
                let fact = self.facts.get(usize::from(*fact));
                (fact.map_or("", String::as_str), text.as_str())
            })
    }
    /// The fact of a value.
    pub(crate) fn fact(&self, value: ValueId) -> u16 {
        self.values.get(value as usize).map_or(u16::MAX, |v| v.0)
    }
    /// The facts of some values as bits. Of more than 64 facts the last share one: that one of them is known counts for
    /// all.
    pub(crate) fn facts_of(&self, values: &[ValueId]) -> u64 {
        values
            .iter()
            .fold(0, |bits, value| bits | 1 << self.fact(*value).min(63))
    }
    /// The number of a fact; none that nobody told of.
    pub(crate) fn fact_number(&self, fact: &str) -> Option<u16> {
        self.fact_numbers.get(fact).copied()
    }
    /// How many values of a fact are held by any device.
    pub(crate) fn values_of_fact(&self, fact: u16) -> usize {
        let held = self.values.iter().zip(&self.holders);
        held.filter(|((of, _), holders)| *of == fact && !holders.is_empty())
            .count()
    }
    /// Devices that hold a value, and devices of which that fact is known.
    pub(crate) fn count(&self, value: ValueId) -> (usize, usize) {
        let known = self.known.get(usize::from(self.fact(value)));
        let known = known.copied().unwrap_or(0) as usize;
        (self.holders(value).len(), known)
    }
    /// The share of a value among the devices of which the fact is known, kept off 0 and 1.
    pub(crate) fn share(&self, value: ValueId) -> f64 {
        let (with, known) = self.count(value);
        share(with, known)
    }
    fn holders(&self, value: ValueId) -> &[DeviceNo] {
        self.holders.get(value as usize).map_or(&[], Vec::as_slice)
    }
    /// Devices with both values, and devices of which both facts are known.
    pub(crate) fn count_both(&mut self, a: ValueId, b: ValueId) -> (usize, usize) {
        let (fa, fb) = (self.fact(a), self.fact(b));
        let knows_both = |fleet: &Self, device: DeviceNo| {
            let of = |fact| {
                fleet
                    .values_of(device)
                    .iter()
                    .any(|v| fleet.fact(*v) == fact)
            };
            of(fa) && of(fb)
        };
        let both = match self.joint.get(&(a, b)) {
            Some((revision, both)) if *revision == self.revision => *both,
            _ => {
                let (few, other) = if self.holders(a).len() <= self.holders(b).len() {
                    (a, b)
                } else {
                    (b, a)
                };
                let holds = |d: &&DeviceNo| self.record(**d).is_some_and(|d| d.holds(other));
                let with = self.holders(few).iter().filter(holds);
                let both = with.filter(|d| knows_both(self, **d)).count();
                self.joint.insert((a, b), (self.revision, both));
                both
            }
        };
        let known = if let Some(known) = self.joint_known.get(&(fa, fb)) {
            *known
        } else {
            let known = self.all().filter(|d| knows_both(self, *d)).count();
            self.joint_known.insert((fa, fb), known);
            known
        };
        (both, known)
    }
    /// Other facts are known of a device than before.
    fn learn_facts(&mut self, before: &[ValueId], after: &[ValueId]) {
        let facts = |values: &[ValueId]| -> BTreeSet<u16> {
            values.iter().map(|value| self.fact(*value)).collect()
        };
        let (before, after) = (facts(before), facts(after));
        if before == after {
            return;
        }
        self.revision += 1;
        for ((a, b), known) in &mut self.joint_known {
            let both = |facts: &BTreeSet<u16>| usize::from(facts.contains(a) && facts.contains(b));
            *known = (*known + both(&after)).saturating_sub(both(&before));
        }
    }
    /// Devices that hold these values, in order; of several of one fact, any. All devices where there are none.
    pub(crate) fn having(&self, values: &[ValueId]) -> Vec<DeviceNo> {
        let fact = |value: &ValueId| self.fact(*value);
        let of = |fact: u16| values.iter().filter(move |v| self.fact(**v) == fact);
        let count = |fact: u16| of(fact).map(|v| self.holders(*v).len()).sum::<usize>();
        let Some(fewest) = values.iter().map(fact).min_by_key(|fact| count(*fact)) else {
            return self.all().collect();
        };
        let holders = of(fewest).flat_map(|v| self.holders(*v));
        let mut found: Vec<DeviceNo> = holders.copied().collect();
        if of(fewest).count() > 1 {
            found.sort_unstable();
            found.dedup();
        }
        if values.iter().any(|v| self.fact(*v) != fewest) {
            found.retain(|d| self.has_all(*d, values));
        }
        found
    }
    /// What the devices that have all `given` values hold, see [`Held`].
    pub(crate) fn held(&self, given: &[ValueId]) -> Held {
        let mut held = Held {
            with: vec![0; self.values.len()],
            known: vec![0; self.facts.len()],
            once: HashMap::new(),
        };
        let bump = |counts: &mut Vec<u32>, at: usize| {
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
            }
        };
        for device in self.having(given) {
            let Some(record) = self.record(device) else {
                continue;
            };
            for value in &record.values {
                bump(&mut held.with, *value as usize);
                bump(&mut held.known, usize::from(self.fact(*value)));
            }
            for (value, _) in &record.had {
                if record.values.contains(value) {
                    continue;
                }
                bump(&mut held.with, *value as usize);
                let fact = self.fact(*value);
                if !record.values.iter().any(|v| self.fact(*v) == fact) {
                    *held.once.entry(*value).or_default() += 1;
                }
            }
        }
        held
    }
    /// The device with this id.
    pub(crate) fn find(&self, id: &DeviceId) -> Option<DeviceNo> {
        self.numbers
            .get(id)
            .copied()
            .filter(|no| self.record(*no).is_some_and(|d| !d.gone))
    }
    /// The one device that a person holds; none where they hold several.
    pub(crate) fn of_owner(&self, owner: u32) -> Option<DeviceNo> {
        match self.owned.get(&owner).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        }
    }
    /// Who holds a device.
    pub(crate) fn owner(&self, device: DeviceNo) -> Option<u32> {
        self.record(device).and_then(|d| d.owner)
    }
    /// Values of a device, by fact.
    pub(crate) fn values_of(&self, device: DeviceNo) -> &[ValueId] {
        self.record(device).map_or(&[], |d| &d.values)
    }
    /// A device as it is now.
    pub(crate) fn shown(&self, device: DeviceNo) -> Shown {
        Shown {
            values: self.values_of(device).into(),
        }
    }
    /// Whether a device holds these values; of several of one fact, any.
    pub(crate) fn has_all(&self, device: DeviceNo, values: &[ValueId]) -> bool {
        let holds = |value| self.record(device).is_some_and(|d| d.holds(value));
        self.fit(values, holds)
    }
    /// Whether these values are had; of several of one fact, any.
    pub(crate) fn fit(&self, values: &[ValueId], has: impl Fn(ValueId) -> bool) -> bool {
        values.iter().all(|value| {
            let same = |other: &&ValueId| self.fact(**other) == self.fact(*value);
            has(*value) || values.iter().filter(same).any(|other| has(*other))
        })
    }
    /// How a device fails.
    pub(crate) fn failing(&self, device: DeviceNo, sign: Sign) -> Failing {
        self.record(device)
            .and_then(|d| d.failing.get(sign.place()).copied())
            .unwrap_or_default()
    }
    pub(crate) fn id(&self, device: DeviceNo) -> Option<&DeviceId> {
        self.record(device).map(|d| &d.id)
    }
    /// All devices that are there.
    pub(crate) fn all(&self) -> impl Iterator<Item = DeviceNo> + '_ {
        self.devices
            .iter()
            .enumerate()
            .filter(|(_, d)| !d.gone)
            .filter_map(|(no, _)| DeviceNo::try_from(no).ok())
    }
    fn record(&self, device: DeviceNo) -> Option<&Record> {
        self.devices.get(device as usize)
    }
    /// A device as its source has it now; `now` is none for what was known before the first event. Answers which
    /// signs began at this moment, of one that comes and goes only now and then.
    pub(crate) fn tell(
        &mut self,
        device: &Device,
        owner: Option<u32>,
        now: Option<i64>,
    ) -> (DeviceNo, Vec<Sign>) {
        let no = self.numbers.get(&device.id).copied().unwrap_or_else(|| {
            let no = DeviceNo::try_from(self.devices.len()).unwrap_or(DeviceNo::MAX);
            self.devices.push(Record {
                id: device.id.clone(),
                values: Vec::new(),
                had: Vec::new(),
                failing: Default::default(),
                began: Default::default(),
                owner: None,
                gone: true,
            });
            self.numbers.insert(device.id.clone(), no);
            no
        });
        let mut values: Vec<ValueId> = Vec::new();
        for (fact, told) in &device.facts {
            if is_compared(fact)
                && let Some(text) = word(&told.value)
            {
                values.push(self.value(fact, &text));
            }
        }
        values.sort_unstable_by_key(|v| (self.fact(*v), *v));
        let old = self.record(no).cloned();
        let (was_gone, old_values, old_owner) =
            old.as_ref().map_or((true, Vec::new(), None), |d| {
                (d.gone, d.values.clone(), d.owner)
            });
        self.live += usize::from(was_gone);
        self.learn_facts(&old_values, &values);
        if old_owner != owner {
            self.disown(no, old_owner);
        }
        if let Some(owner) = owner {
            let held = self.owned.entry(owner).or_default();
            if !held.contains(&no) {
                held.push(no);
            }
        }
        let mut began = Vec::new();
        let grades: Vec<Option<bool>> = Sign::ALL.iter().map(|s| self.fails(device, *s)).collect();
        if let Some(now) = now.filter(|_| old_values.iter().any(|v| !values.contains(v))) {
            self.changed.entry(no).or_insert(now);
        }
        let before = old.filter(|d| !d.gone).map(|d| d.held());
        if let Some(record) = self.devices.get_mut(no as usize) {
            if let Some(now) = now {
                for value in old_values.iter().filter(|v| !values.contains(v)) {
                    match record.had.iter_mut().find(|(had, _)| had == value) {
                        Some((_, until)) => *until = now,
                        None => record.had.push((*value, now)),
                    }
                }
            }
            record.values = values;
            record.owner = owner;
            record.gone = false;
            let states = record.failing.iter_mut().zip(&mut record.began);
            for ((sign, fails), (state, told)) in Sign::ALL.iter().zip(grades).zip(states) {
                let next = match (fails, *state, now) {
                    (Some(true), Failing::Unknown, _) | (Some(true), _, None) => Failing::Always,
                    (Some(true), Failing::Never | Failing::Until(_), Some(now)) => {
                        if told.is_none_or(|told| now - told > FLAPS) {
                            *told = Some(now);
                            began.push(*sign);
                        }
                        Failing::Since(now)
                    }
                    // When it said so itself: what is told of it may be told late.
                    (Some(false), Failing::Always | Failing::Since(_), Some(now)) => {
                        let since = match *state {
                            Failing::Since(start) => start,
                            _ => now - LATE,
                        };
                        let seen = device.last_seen.known().map(|seen| seen.as_second());
                        let lately = seen.filter(|seen| (since..=now).contains(seen));
                        Failing::Until(lately.unwrap_or(now))
                    }
                    (Some(false), Failing::Until(end), _) => Failing::Until(end),
                    (Some(false), _, _) => Failing::Never,
                    (None | Some(true), state, _) => state,
                };
                *state = next;
            }
        }
        let before = before.unwrap_or_default();
        self.recount(&before, no);
        if let Some(now) = now.filter(|_| !was_gone) {
            self.note_growth(&before, no, now);
        }
        (no, began)
    }
    /// Takes note of the values that a device has anew.
    fn note_growth(&mut self, before: &BTreeSet<ValueId>, no: DeviceNo, now: i64) {
        let own = self.values_of(no).iter();
        let new: Vec<ValueId> = own.filter(|v| !before.contains(v)).copied().collect();
        for value in new {
            let count = self.holders(value).len();
            let steps = self.grew.entry(value).or_insert_with(|| {
                // As many as held it before anybody was seen to get it.
                vec![(i64::MIN, count.saturating_sub(1))]
            });
            let bin = now - now.rem_euclid(GROWTH);
            match steps.last_mut() {
                Some((at, last)) if *at == bin => *last = count,
                _ => steps.push((bin, count)),
            }
        }
    }
    /// Since when nearly as many devices hold a value as now: tickets of before tell nothing of its share.
    pub(crate) fn spread_at(&self, value: ValueId) -> i64 {
        let Some(steps) = self.grew.get(&value) else {
            return i64::MIN;
        };
        let now = self.holders(value).len();
        let reached = steps.iter().find(|(_, count)| *count * 5 >= now * 4);
        reached.map_or(i64::MIN, |(at, _)| {
            at.saturating_add(if *at == i64::MIN { 0 } else { GROWTH })
        })
    }
    /// What devices had so long ago counts no more.
    pub(crate) fn forget(&mut self, now: i64) {
        self.grew
            .retain(|_, steps| steps.last().is_some_and(|(at, _)| *at >= now - LATELY));
        let old = self.changed.iter().filter(|(_, at)| **at < now - LATELY);
        let old: Vec<DeviceNo> = old.map(|(no, _)| *no).collect();
        for no in old {
            self.changed.remove(&no);
            let Some(record) = self.devices.get_mut(no as usize).filter(|d| !d.gone) else {
                continue;
            };
            let before = record.held();
            record.had.retain(|(_, until)| *until >= now - LATELY);
            if let Some(next) = record.had.iter().map(|(_, until)| *until).min() {
                self.changed.insert(no, next);
            }
            self.recount(&before, no);
        }
    }
    /// A device went away.
    pub(crate) fn remove(&mut self, id: &DeviceId) {
        let Some(no) = self.find(id) else { return };
        let Some((before, owner)) = self.record(no).map(|d| (d.held(), d.owner)) else {
            return;
        };
        self.disown(no, owner);
        self.live = self.live.saturating_sub(1);
        let known = self.values_of(no).to_vec();
        self.learn_facts(&known, &[]);
        if let Some(record) = self.devices.get_mut(no as usize) {
            record.gone = true;
            record.values.clear();
            record.had.clear();
        }
        self.recount(&before, no);
    }
    fn disown(&mut self, no: DeviceNo, owner: Option<u32>) {
        if let Some(held) = owner.and_then(|owner| self.owned.get_mut(&owner)) {
            held.retain(|held| *held != no);
        }
    }
    /// Counts anew what a device holds that held this before.
    fn recount(&mut self, before: &BTreeSet<ValueId>, no: DeviceNo) {
        let after = self.record(no).filter(|d| !d.gone);
        let after = after.map(Record::held).unwrap_or_default();
        if *before == after {
            return;
        }
        self.revision += 1;
        let facts = |held: &BTreeSet<ValueId>| -> BTreeSet<usize> {
            held.iter().map(|v| usize::from(self.fact(*v))).collect()
        };
        let (facts_before, facts_after) = (facts(before), facts(&after));
        for value in after.symmetric_difference(before) {
            let Some(holders) = self.holders.get_mut(*value as usize) else {
                continue;
            };
            match holders.binary_search(&no) {
                Ok(place) => {
                    holders.remove(place);
                }
                Err(place) => holders.insert(place, no),
            }
        }
        for fact in facts_after.symmetric_difference(&facts_before) {
            if let Some(known) = self.known.get_mut(*fact) {
                *known = if facts_after.contains(fact) {
                    *known + 1
                } else {
                    known.saturating_sub(1)
                };
            }
        }
    }
    fn fails(&self, device: &Device, sign: Sign) -> Option<bool> {
        let (facts, from) = sign.facts();
        facts
            .iter()
            .filter_map(|key| match &device.facts.get(*key)?.value {
                // A tunnel that nobody wanted is not down.
                Value::Text(state) if *key == "vpn_state" && state != "down" => Some(Grade::Good),
                value => self.limits.grade(key, value),
            })
            .max()
            .map(|worst| worst >= from)
    }
}

/// A share, kept off 0 and 1 by half a device.
pub(crate) fn share(with: usize, known: usize) -> f64 {
    use super::stats::real;
    ((real(with) + 0.5) / (real(known) + 1.0)).clamp(1e-4, 0.999)
}

fn is_compared(fact: &str) -> bool {
    fact != "vpn_state"
        && !NOT_COMPARED.contains(&fact)
        && !MEASURED.iter().any(|end| fact.ends_with(end))
}

/// A value as a word; none for numbers that measure.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.trim())
            .filter(|t| !t.is_empty())
            .map(str::to_owned),
        Value::Flag(flag) => Some(if *flag { "yes" } else { "no" }.to_owned()),
        Value::Number(number) => (number.fract() == 0.0).then(|| number.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Fact;
    use crate::domain::device::DeviceFact;

    fn device(access: &str, vpn_state: &str) -> Device {
        let text = |value: &str| DeviceFact {
            value: Value::Text(value.to_owned()),
            seen: None,
        };
        Device {
            id: "D1".into(),
            name: String::new(),
            kind: Fact::Unknown,
            holder: Fact::Unknown,
            status: Fact::Unknown,
            last_seen: Fact::Unknown,
            facts: BTreeMap::from([
                ("access".to_owned(), text(access)),
                ("vpn_state".to_owned(), text(vpn_state)),
            ]),
            source: "test".into(),
        }
    }

    #[test]
    fn a_device_that_flaps_is_kept_once_and_forgotten_in_time() {
        let mut fleet = Fleet::default();
        fleet.tell(&device("wifi", "up"), None, None);
        let mut failures = 0;
        // Eight hours, twice a minute.
        for nth in 0..8 * 120 {
            let now = nth * 30;
            let next = if nth % 2 == 0 {
                device("mobile", "down")
            } else {
                device("wifi", "up")
            };
            failures += fleet.tell(&next, None, Some(now)).1.len();
            fleet.forget(now);
        }
        assert!((1..=8 * 4).contains(&failures), "{failures}");
        assert_eq!((fleet.devices[0].had.len(), fleet.changed.len()), (2, 1));
        let mobile = fleet.value("access", "mobile");
        let end = (8 * 120 - 1) * 30;
        fleet.forget(end + LATELY);
        assert_eq!(fleet.count(mobile), (1, 1));
        fleet.forget(end + LATELY + 1);
        assert_eq!(fleet.count(mobile), (0, 1));
        assert!(fleet.changed.is_empty() && fleet.devices[0].had.is_empty());
    }

    #[test]
    fn pairs_are_counted_by_what_is_known_of_a_device_now() {
        let mut fleet = Fleet::default();
        let tell = |fleet: &mut Fleet, no: u8, facts: &[(&str, &str)]| {
            let mut told = device("", "");
            told.id = format!("D{no}").as_str().into();
            let fact = |(fact, value): &(&str, &str)| {
                let value = Value::Text((*value).to_owned());
                ((*fact).to_owned(), DeviceFact { value, seen: None })
            };
            told.facts = facts.iter().map(fact).collect();
            fleet.tell(&told, None, Some(i64::from(no)));
        };
        let both = [("town", "Aa"), ("carrier", "Telia")];
        for no in 0..4 {
            tell(&mut fleet, no, &both);
        }
        let (town, carrier) = (fleet.value("town", "Aa"), fleet.value("carrier", "Telia"));
        assert_eq!(fleet.count_both(town, carrier), (4, 4));
        // One went to Wi-Fi and has no carrier any more, one is in another town, one is gone, a new one came.
        tell(&mut fleet, 0, &both[..1]);
        assert_eq!(fleet.count_both(town, carrier), (3, 3));
        tell(&mut fleet, 1, &[("town", "Bø"), ("carrier", "Telia")]);
        fleet.remove(&"D2".into());
        tell(&mut fleet, 9, &both);
        assert_eq!(fleet.count_both(town, carrier).1, 3);
        // And what went comes again.
        tell(&mut fleet, 0, &both);
        tell(&mut fleet, 2, &both);
        assert_eq!(fleet.count_both(town, carrier).1, 5);
    }
}
