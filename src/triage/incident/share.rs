//! What do they share: values that stand on an incident's devices more often than on the fleet's.
//!
//! One-sided Fisher against the whole fleet, Holm over the values tried, at least [`LEAST`] devices and twice the
//! fleet's share. After the first value only those count that still stand out among the devices with it, so a
//! shadow (the build that most of a gateway's devices happen to have) is not named beside its cause.

use std::collections::{BTreeMap, BTreeSet};

use super::fleet::{DeviceNo, Fleet, ValueId};
use super::stats::{fisher, real};

/// Fewest devices that share something.
const LEAST: usize = 5;

/// Chance for anything at all to stand out in a random group.
const ALPHA: f64 = 0.002;

/// Least share of the devices that a value must have to be what they share, and for a place where only some places have
/// what the group is about.
const HALF: f64 = 0.4;
const PLACE: f64 = 0.6;

/// Facts that are places.
pub(crate) const PLACES: [&str; 3] = ["site", "town", "department"];

/// Most facts that are named.
const MOST: usize = 3;

/// A value that stands out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standout {
    pub(crate) value: ValueId,
    pub(crate) inside: usize,
    pub(crate) inside_of: usize,
    pub(crate) fleet: usize,
    pub(crate) fleet_of: usize,
    pub(crate) p: f64,
    /// Share of the value among the fleet's devices that have all values named before it.
    pub(crate) usual: f64,
}

/// What some devices (each once) share against the fleet; `placed`: their tickets are of a group that only some places
/// have.
pub(crate) fn shared(devices: &[DeviceNo], fleet: &Fleet, placed: bool) -> Vec<Standout> {
    let mut found: Vec<Standout> = Vec::new();
    while found.len() < MOST {
        let given: Vec<ValueId> = found.iter().map(|f| f.value).collect();
        let Some(next) = strongest(devices, &given, fleet, placed) else {
            break;
        };
        found.push(next);
    }
    found
}

/// The most telling value among devices that have all `given` ones.
fn strongest(
    devices: &[DeviceNo],
    given: &[ValueId],
    fleet: &Fleet,
    placed: bool,
) -> Option<Standout> {
    let taken: BTreeSet<u16> = given.iter().map(|v| fleet.fact(*v)).collect();
    let (mut inside, mut known): (BTreeMap<ValueId, usize>, BTreeMap<u16, usize>) =
        Default::default();
    for device in devices.iter().filter(|d| fleet.has_all(**d, given)) {
        for value in fleet.values_of(*device) {
            let fact = fleet.fact(*value);
            if !taken.contains(&fact) {
                *inside.entry(*value).or_default() += 1;
                *known.entry(fact).or_default() += 1;
            }
        }
    }
    let mut tried: Vec<(f64, ValueId)> = Vec::new();
    for (value, count) in inside.iter().filter(|(_, count)| **count >= LEAST) {
        let of = known.get(&fleet.fact(*value)).copied().unwrap_or(0);
        let (with, all) = among(given, *value, fleet);
        let share = real(with.max(*count)) / real(all.max(of).max(1));
        let inside = real(*count) / real(of.max(1));
        if inside >= (2.0 * share).max(least(*value, fleet, placed)) {
            tried.push((fisher(*count, of, with.max(*count), all.max(of)), *value));
        }
    }
    tried.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (p, value) = tried.first().copied()?;
    // Holm: the smallest of all values tried bears all of them.
    let p = (p * real(inside.len())).min(1.0);
    if p >= ALPHA {
        return None;
    }
    let fact = fleet.fact(value);
    let of_members = |wanted: &dyn Fn(ValueId) -> bool| {
        devices
            .iter()
            .filter(|d| fleet.values_of(**d).iter().any(|v| wanted(*v)))
            .count()
    };
    let inside = of_members(&|v| v == value);
    let inside_of = of_members(&|v| fleet.fact(v) == fact);
    let (with, all) = among(given, value, fleet);
    let usual = super::fleet::share(with, all);
    let (with, all) = fleet.count(value);
    Some(Standout {
        value,
        inside,
        inside_of,
        fleet: with.max(inside),
        fleet_of: all.max(inside_of),
        p,
        usual,
    })
}

/// Least share of the devices with a value.
fn least(value: ValueId, fleet: &Fleet, placed: bool) -> f64 {
    if placed && PLACES.contains(&fleet.name(value).0) {
        PLACE
    } else {
        HALF
    }
}

/// Devices with a value, and with its fact known, among those that have all `given` ones.
pub(crate) fn among(given: &[ValueId], value: ValueId, fleet: &Fleet) -> (usize, usize) {
    if given.is_empty() {
        return fleet.count(value);
    }
    let fact = fleet.fact(value);
    let (mut with, mut all) = (0, 0);
    for device in fleet.all().filter(|d| fleet.has_all(*d, given)) {
        if let Some(own) = fleet
            .values_of(device)
            .iter()
            .find(|v| fleet.fact(**v) == fact)
        {
            all += 1;
            with += usize::from(*own == value);
        }
    }
    (with, all)
}

/// Devices with a value, and those of which its fact is known.
fn counted(value: ValueId, devices: &[DeviceNo], fleet: &Fleet) -> (usize, usize) {
    let fact = fleet.fact(value);
    let known = devices
        .iter()
        .filter_map(|d| fleet.values_of(*d).iter().find(|v| fleet.fact(**v) == fact));
    known.fold((0, 0), |(with, of), own| {
        (with + usize::from(*own == value), of + 1)
    })
}

/// The share of a value among devices of which the fact is known; a few devices count little against one.
pub(crate) fn inside(value: ValueId, devices: &[DeviceNo], fleet: &Fleet) -> f64 {
    let (with, of) = counted(value, devices, fleet);
    (real(with) + 4.9) / (real(of) + 5.0)
}

/// A value found elsewhere, as devices have it; none when fewer than four do or less than twice the fleet's share.
pub(crate) fn of_value(
    value: ValueId,
    given: &[ValueId],
    devices: &[DeviceNo],
    fleet: &Fleet,
    placed: bool,
) -> Option<Standout> {
    let (with, of) = counted(value, devices, fleet);
    let (fleet_with, fleet_of) = fleet.count(value);
    let share = real(fleet_with.max(1)) / real(fleet_of.max(1));
    if with < 4 || real(with) / real(of) < (2.0 * share).max(least(value, fleet, placed)) {
        return None;
    }
    let (among_with, among_of) = among(given, value, fleet);
    Some(Standout {
        value,
        inside: with,
        inside_of: of,
        fleet: fleet_with.max(with),
        fleet_of: fleet_of.max(of),
        p: fisher(with, of, fleet_with.max(with), fleet_of.max(of)),
        usual: super::fleet::share(among_with, among_of),
    })
}
