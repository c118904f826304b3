//! The devices as the engine sees them: facts as small numbers, how common each value is, and since when a device fails.
//!
//! Invariant: [`Fleet::count`] of a value is the number of devices that have it now.

use std::collections::{BTreeMap, HashMap};

use crate::domain::device::{Device, Value};
use crate::domain::health::{Grade, Thresholds};
use crate::domain::ids::{DeviceId, GroupId};

/// A fact's value, as a number.
pub(crate) type ValueId = u32;

/// Number of a device.
pub(crate) type DeviceNo = u32;

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

/// What a device can fail in, by the group that it makes people write about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sign {
    /// The tunnel is down.
    Vpn,
    /// Loss, jitter or delay beyond what calls bear.
    Call,
    /// Weak signal of the mobile network.
    Signal,
    /// Weak Wi-Fi.
    Wifi,
    /// The disk is full.
    Disk,
}

impl Sign {
    pub(crate) const ALL: [Self; 5] = [Self::Vpn, Self::Call, Self::Signal, Self::Wifi, Self::Disk];

    /// The facts that show it, and from which grade on.
    fn facts(self) -> (&'static [&'static str], Grade) {
        match self {
            Self::Vpn => (&["vpn_state"], Grade::Bad),
            Self::Call => (&["loss_pct", "jitter_ms", "rtt_ms"], Grade::Bad),
            Self::Signal => (&["rsrp_dbm", "sinr_db"], Grade::Poor),
            Self::Wifi => (&["wifi_dbm"], Grade::Poor),
            Self::Disk => (&["disk_free_gb"], Grade::Poor),
        }
    }
    /// The group whose tickets it stands behind.
    pub(crate) fn group(self) -> GroupId {
        GroupId::from(match self {
            Self::Vpn => "vpn",
            Self::Call => "video",
            Self::Signal => "mobile",
            Self::Wifi => "wifi",
            Self::Disk => "hardware",
        })
    }
    fn place(self) -> usize {
        self as usize
    }
}

/// When a device failed in one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Failing {
    /// Nothing is known.
    #[default]
    Unknown,
    /// It did not, as long as known.
    Never,
    /// From the first that was heard of it.
    Always,
    /// Since this second.
    Since(i64),
    /// Until this second.
    Until(i64),
}

impl Failing {
    /// Whether it fails now.
    pub(crate) fn now(self) -> bool {
        matches!(self, Self::Always | Self::Since(_))
    }
    /// Whether it failed at any time from this second on; `None` when unknown.
    pub(crate) fn at_or_after(self, from: i64) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Never => Some(false),
            Self::Always | Self::Since(_) => Some(true),
            Self::Until(end) => Some(end >= from),
        }
    }
}

#[derive(Debug, Clone)]
struct Record {
    id: DeviceId,
    values: Vec<ValueId>,
    failing: [Failing; 5],
    owner: Option<u32>,
    gone: bool,
}

/// All devices.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fleet {
    facts: Vec<String>,
    fact_numbers: BTreeMap<String, u16>,
    values: Vec<(u16, String)>,
    value_numbers: HashMap<(u16, String), ValueId>,
    counts: Vec<u32>,
    known: Vec<u32>,
    devices: Vec<Record>,
    numbers: HashMap<DeviceId, DeviceNo>,
    owned: HashMap<u32, Vec<DeviceNo>>,
    /// How many devices there are.
    live: usize,
    /// Counts changes of facts; joint counts of before are stale.
    revision: u64,
    limits: Thresholds,
    /// Joint counts: devices with both, devices with both facts known.
    joint: HashMap<(ValueId, ValueId), (u64, u32, u32)>,
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
        self.counts.push(0);
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
    /// Devices with a value, and devices of which that fact is known.
    pub(crate) fn count(&self, value: ValueId) -> (usize, usize) {
        let with = self.counts.get(value as usize).copied().unwrap_or(0);
        let known = self.known.get(usize::from(self.fact(value)));
        (with as usize, known.copied().unwrap_or(0) as usize)
    }
    /// The share of a value among the devices of which the fact is known, kept off 0 and 1.
    pub(crate) fn share(&self, value: ValueId) -> f64 {
        let (with, known) = self.count(value);
        share(with, known)
    }
    /// Devices with both values, and devices of which both facts are known.
    pub(crate) fn count_both(&mut self, a: ValueId, b: ValueId) -> (usize, usize) {
        if let Some((revision, both, known)) = self.joint.get(&(a, b))
            && *revision == self.revision
        {
            return (*both as usize, *known as usize);
        }
        let (fa, fb) = (self.fact(a), self.fact(b));
        let (mut both, mut known) = (0_u32, 0_u32);
        for device in self.devices.iter().filter(|d| !d.gone) {
            let of = |fact| device.values.iter().find(|v| self.fact(**v) == fact);
            if let (Some(va), Some(vb)) = (of(fa), of(fb)) {
                known += 1;
                both += u32::from(*va == a && *vb == b);
            }
        }
        self.joint.insert((a, b), (self.revision, both, known));
        (both as usize, known as usize)
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
    /// Whether a device has all of these values.
    pub(crate) fn has_all(&self, device: DeviceNo, values: &[ValueId]) -> bool {
        let own = self.values_of(device);
        values.iter().all(|value| own.contains(value))
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
    /// signs began at this moment.
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
                failing: Default::default(),
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
        if was_gone || old_values != values {
            if !was_gone {
                self.discount(&old_values);
            }
            self.count_in(&values);
            self.revision += 1;
        }
        self.live += usize::from(was_gone);
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
        if let Some(record) = self.devices.get_mut(no as usize) {
            record.values = values;
            record.owner = owner;
            record.gone = false;
            for ((sign, fails), state) in Sign::ALL.iter().zip(grades).zip(&mut record.failing) {
                let next = match (fails, *state, now) {
                    (Some(true), Failing::Unknown, _) | (Some(true), _, None) => Failing::Always,
                    (Some(true), Failing::Never | Failing::Until(_), Some(now)) => {
                        began.push(*sign);
                        Failing::Since(now)
                    }
                    (Some(false), Failing::Always | Failing::Since(_), Some(now)) => {
                        Failing::Until(now)
                    }
                    (Some(false), Failing::Until(end), _) => Failing::Until(end),
                    (Some(false), _, _) => Failing::Never,
                    (None | Some(true), state, _) => state,
                };
                *state = next;
            }
        }
        (no, began)
    }
    /// A device went away.
    pub(crate) fn remove(&mut self, id: &DeviceId) {
        let Some(no) = self.find(id) else { return };
        let old = self.record(no).map(|d| (d.values.clone(), d.owner));
        let Some((values, owner)) = old else { return };
        self.discount(&values);
        self.disown(no, owner);
        self.live = self.live.saturating_sub(1);
        self.revision += 1;
        if let Some(record) = self.devices.get_mut(no as usize) {
            record.gone = true;
        }
    }
    fn disown(&mut self, no: DeviceNo, owner: Option<u32>) {
        if let Some(held) = owner.and_then(|owner| self.owned.get_mut(&owner)) {
            held.retain(|held| *held != no);
        }
    }
    fn count_in(&mut self, values: &[ValueId]) {
        for value in values {
            if let Some(count) = self.counts.get_mut(*value as usize) {
                *count += 1;
            }
            let fact = usize::from(self.fact(*value));
            if let Some(known) = self.known.get_mut(fact) {
                *known += 1;
            }
        }
    }
    fn discount(&mut self, values: &[ValueId]) {
        for value in values {
            if let Some(count) = self.counts.get_mut(*value as usize) {
                *count = count.saturating_sub(1);
            }
            let fact = usize::from(self.fact(*value));
            if let Some(known) = self.known.get_mut(fact) {
                *known = known.saturating_sub(1);
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
