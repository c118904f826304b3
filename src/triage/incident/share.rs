//! What do they share: values that stand on an incident's devices more often than on the fleet's.
//!
//! One-sided Fisher against the whole fleet, Holm over the values tried, at least [`LEAST`] devices and [`TIMES`] the
//! fleet's odds. Members are taken as they were when they wrote. After the first value only those count that still stand
//! out among the devices with it, so a shadow (the build that most of a gateway's devices happen to have) is not named
//! beside its cause. Towns may be named together: a mast serves more than one.

use std::collections::{BTreeMap, BTreeSet};

use super::fleet::{Fleet, Held, ValueId};
use super::stats::{fisher, real};

/// Fewest devices that share something.
const LEAST: usize = 5;

/// Chance for anything at all to stand out in a random group.
const ALPHA: f64 = 0.002;

/// The same for values at which an incident was found: that it was says most already.
const SEED: f64 = 0.01;

/// How many times the fleet's odds of a value its odds are among the members: a gateway that half of the fleet has can be
/// named too, when three of four members have it.
const TIMES: f64 = 3.0;

/// Least share of the devices that a value must have to be what they share, and for a place where only some places have
/// what the group is about.
const HALF: f64 = 0.4;
const PLACE: f64 = 0.6;

/// Facts that are places.
pub(crate) const PLACES: [&str; 3] = ["site", "town", "department"];

/// The fact of which several values may be named together, how many at most, the least share that they have to have
/// together, and the fewest devices of each.
const TOGETHER: &str = "town";
const MOST_TOGETHER: usize = 4;
const MOST_OF_THEM: f64 = 0.75;
const EACH: usize = 3;

/// Most facts that are named.
const MOST: usize = 3;

/// A device as it is compared: what was known of it at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) values: Box<[ValueId]>,
}

impl Shown {
    fn has(&self, given: &[ValueId], fleet: &Fleet) -> bool {
        fleet.fit(given, |value| self.values.contains(&value))
    }
    fn of(&self, fact: u16, fleet: &Fleet) -> Option<ValueId> {
        self.values.iter().copied().find(|v| fleet.fact(*v) == fact)
    }
}

/// A value that stands out. Several of one fact stand behind one another: members have any of them.
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

/// Values of the same fact, put together.
pub(crate) fn by_fact<'a>(
    shared: &'a [Standout],
    fleet: &'a Fleet,
) -> impl Iterator<Item = &'a [Standout]> {
    shared.chunk_by(|a, b| fleet.fact(a.value) == fleet.fact(b.value))
}

/// The values of the first fact that is shared.
pub(crate) fn first(shared: &[Standout], fleet: &Fleet) -> Vec<ValueId> {
    let first = by_fact(shared, fleet).next().unwrap_or_default();
    first.iter().map(|s| s.value).collect()
}

/// What some devices (each once) share against the fleet; `placed`: their tickets are of a group that only some places
/// have.
pub(crate) fn shared(devices: &[Shown], fleet: &Fleet, placed: bool) -> Vec<Standout> {
    let mut found: Vec<Standout> = Vec::new();
    for _ in 0..MOST {
        let among = Among::new(found.iter().map(|f| f.value).collect(), fleet);
        let one = strongest(devices, &among, placed);
        let many = if placed {
            Vec::new()
        } else {
            together(devices, &among)
        };
        // Several towns where they say more than the one that would be named alone, or where nothing else is.
        let is_better = match &one {
            None => true,
            Some(one) => many.iter().any(|town| town.value == one.value),
        };
        if is_better && many.len() > 1 {
            found.extend(many);
        } else if let Some(one) = one {
            found.push(one);
        } else {
            break;
        }
    }
    found
}

/// Whether a value is so much more common among the members that it is worth a word.
fn stands_out((count, of): (usize, usize), (with, all): (usize, usize), least: f64) -> bool {
    let inside = real(count) / real(of.max(1));
    let usual = real(with.max(1)) / real(all.max(1));
    inside >= least && inside * (1.0 - usual) >= TIMES * usual * (1.0 - inside) && usual < 1.0
}

/// The devices of the fleet that have all given values.
struct Among<'a> {
    given: Vec<ValueId>,
    fleet: &'a Fleet,
    /// What they hold; none where nothing is given.
    held: Option<Held>,
}

impl<'a> Among<'a> {
    fn new(given: Vec<ValueId>, fleet: &'a Fleet) -> Self {
        let held = (!given.is_empty()).then(|| fleet.held(&given));
        Self { given, fleet, held }
    }
    /// Those with a value, and those of which its fact is known.
    fn count(&self, value: ValueId) -> (usize, usize) {
        let held = self.held.as_ref();
        held.map_or_else(
            || self.fleet.count(value),
            |held| held.count(value, self.fleet),
        )
    }
}

/// The most telling value among devices that have all given ones.
fn strongest(devices: &[Shown], among: &Among<'_>, placed: bool) -> Option<Standout> {
    let Among { given, fleet, .. } = among;
    let taken: BTreeSet<u16> = given.iter().map(|v| fleet.fact(*v)).collect();
    let (mut inside, mut known): (BTreeMap<ValueId, usize>, BTreeMap<u16, usize>) =
        Default::default();
    for device in devices.iter().filter(|d| d.has(given, fleet)) {
        for value in &device.values {
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
        let (with, all) = among.count(*value);
        let (with, all) = (with.max(*count), all.max(of));
        if stands_out((*count, of), (with, all), least(*value, fleet, placed)) {
            tried.push((fisher(*count, of, with, all), *value));
        }
    }
    tried.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (p, value) = tried.first().copied()?;
    // Holm: the smallest of all values tried bears all of them.
    let p = (p * real(inside.len())).min(1.0);
    (p < ALPHA).then(|| standout(value, p, among, devices))
}

/// Towns that only together are where most of the devices are, among those that have all given values.
fn together(devices: &[Shown], among: &Among<'_>) -> Vec<Standout> {
    let Among { given, fleet, .. } = among;
    let Some(fact) = fleet.fact_number(TOGETHER) else {
        return Vec::new();
    };
    if given.iter().any(|v| fleet.fact(*v) == fact) {
        return Vec::new();
    }
    let mut inside: BTreeMap<ValueId, usize> = BTreeMap::new();
    let fitting = devices.iter().filter(|d| d.has(given, fleet));
    for town in fitting.filter_map(|d| d.of(fact, fleet)) {
        *inside.entry(town).or_default() += 1;
    }
    let of: usize = inside.values().sum();
    let all_of = inside.keys().next().map_or(0, |town| among.count(*town).1);
    // Those that are there more often than chance would have it, the surest first.
    let mut towns: Vec<(f64, ValueId, usize, usize)> = inside
        .iter()
        .filter(|(_, count)| **count >= EACH && **count * 10 >= of)
        .map(|(town, count)| {
            let with = among.count(*town).0.max(*count);
            (
                fisher(*count, of, with, all_of.max(of)),
                *town,
                *count,
                with,
            )
        })
        .filter(|(p, _, count, with)| {
            *p < 0.05 && real(*count) * real(all_of) > 1.5 * real(*with) * real(of)
        })
        .collect();
    towns.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    towns.truncate(MOST_TOGETHER);
    let count: usize = towns.iter().map(|(_, _, count, _)| count).sum();
    let with: usize = towns.iter().map(|(.., with)| with).sum();
    if towns.len() < 2 || count < LEAST || !stands_out((count, of), (with, all_of), MOST_OF_THEM) {
        return Vec::new();
    }
    // As many choices of so many towns were there to err in.
    let choices =
        super::stats::ln_choose(real(fleet.values_of_fact(fact)), real(towns.len())).exp();
    let p = (fisher(count, of, with, all_of.max(of)) * choices).min(1.0);
    if p >= ALPHA {
        return Vec::new();
    }
    let mut towns: Vec<(usize, ValueId)> =
        towns.iter().map(|(_, town, n, _)| (*n, *town)).collect();
    towns.sort_by_key(|(n, town)| (std::cmp::Reverse(*n), *town));
    towns
        .iter()
        .map(|(_, town)| standout(*town, p, among, devices))
        .collect()
}

fn standout(value: ValueId, p: f64, among: &Among<'_>, devices: &[Shown]) -> Standout {
    let fleet = among.fleet;
    let (inside, inside_of) = counted(&[value], devices, fleet);
    let (with, all) = among.count(value);
    let usual = super::fleet::share(with, all);
    let (with, all) = fleet.count(value);
    Standout {
        value,
        inside,
        inside_of,
        fleet: with.max(inside),
        fleet_of: all.max(inside_of),
        p,
        usual,
    }
}

/// Least share of the devices with a value.
fn least(value: ValueId, fleet: &Fleet, placed: bool) -> f64 {
    if placed && PLACES.contains(&fleet.name(value).0) {
        PLACE
    } else {
        HALF
    }
}

/// Devices with any of some values of one fact, and those of which that fact is known.
pub(crate) fn counted(values: &[ValueId], devices: &[Shown], fleet: &Fleet) -> (usize, usize) {
    let Some(fact) = values.first().map(|v| fleet.fact(*v)) else {
        return (0, 0);
    };
    let known = devices.iter().filter_map(|d| d.of(fact, fleet));
    known.fold((0, 0), |(with, of), own| {
        (with + usize::from(values.contains(&own)), of + 1)
    })
}

/// Values found elsewhere, as `devices` have them; none when of all that fail or wrote (`seen`) fewer than four do, or
/// not much more than the fleet.
pub(crate) fn of_values(
    values: &[ValueId],
    given: &[ValueId],
    (devices, seen): (&[Shown], &[Shown]),
    fleet: &Fleet,
    placed: bool,
) -> Vec<Standout> {
    let (count, of) = counted(values, seen, fleet);
    let sum = |of: &dyn Fn(ValueId) -> (usize, usize)| {
        let each = values.iter().map(|v| of(*v));
        each.fold((0, 0), |(with, _), (own, all)| (with + own, all))
    };
    let (with, all) = sum(&|v| fleet.count(v));
    let least = values.iter().map(|v| least(*v, fleet, placed));
    if count < 4 || !stands_out((count, of), (with, all), least.fold(0.0, f64::max)) {
        return Vec::new();
    }
    let p = fisher(count, of, with.max(count), all.max(of));
    if p >= SEED {
        return Vec::new();
    }
    let among = Among::new(given.to_vec(), fleet);
    let standout = |value: &ValueId| standout(*value, p, &among, devices);
    values.iter().map(standout).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fleet::DeviceNo;
    use super::*;
    use crate::domain::Fact;
    use crate::domain::device::{Device, DeviceFact, Value};

    /// Numbers that look like chance, the same every time.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % sides
        }
        /// The first half of the time, the second a quarter of it, and so on.
        fn uneven(&mut self, sides: usize) -> usize {
            (0..sides - 1)
                .find(|_| self.roll(2) == 0)
                .unwrap_or(sides - 1)
        }
    }

    fn device(id: usize, facts: &[(&str, String)]) -> Device {
        let fact = |text: &str| DeviceFact {
            value: Value::Text(text.to_owned()),
            seen: None,
        };
        Device {
            id: format!("D{id}").as_str().into(),
            name: String::new(),
            kind: Fact::Unknown,
            holder: Fact::Unknown,
            status: Fact::Unknown,
            last_seen: Fact::Unknown,
            facts: facts
                .iter()
                .map(|(key, text)| ((*key).to_owned(), fact(text)))
                .collect(),
            source: "test".into(),
        }
    }

    /// Twelve hundred devices: even and uneven facts, one that follows from another, one that few have.
    fn fleet(dice: &mut Dice) -> Fleet {
        let mut fleet = Fleet::default();
        for id in 0..1_200 {
            let site = dice.roll(18);
            let mut facts = vec![
                ("site", format!("site {site}")),
                (
                    "town",
                    format!(
                        "town {}",
                        if dice.roll(3) == 0 {
                            dice.roll(9)
                        } else {
                            site / 2
                        }
                    ),
                ),
                ("gateway", format!("gw{}", dice.uneven(4))),
                ("isp", format!("isp {}", dice.roll(6))),
                ("os_build", format!("build {}", dice.uneven(3))),
                ("model", format!("model {}", dice.roll(7))),
                ("vpn_version", format!("5.{}", dice.uneven(3))),
                ("video_client_version", format!("1.{}", dice.roll(5))),
                ("access", format!("access {}", dice.uneven(3))),
            ];
            if dice.roll(5) < 2 {
                facts.push(("carrier", format!("carrier {}", dice.roll(3))));
            }
            facts.retain(|_| dice.roll(12) > 0);
            fleet.tell(&device(id, &facts), None, None);
        }
        fleet
    }

    fn shown(fleet: &Fleet, devices: &[DeviceNo]) -> Vec<Shown> {
        devices.iter().map(|d| fleet.shown(*d)).collect()
    }

    fn names(found: &[Standout], fleet: &Fleet) -> Vec<String> {
        found
            .iter()
            .map(|s| fleet.name(s.value).1.to_owned())
            .collect()
    }

    #[test]
    fn in_random_groups_nothing_stands_out() {
        let mut dice = Dice(4);
        let fleet = fleet(&mut dice);
        let all: Vec<DeviceNo> = fleet.all().collect();
        let mut named = Vec::new();
        for nth in 0..3_000 {
            let mut rest = all.clone();
            let group: Vec<DeviceNo> = (0..8 + nth % 60)
                .map(|_| rest.swap_remove(dice.roll(rest.len())))
                .collect();
            let found = shared(&shown(&fleet, &group), &fleet, false);
            if !found.is_empty() {
                named.push(names(&found, &fleet).join(", "));
            }
        }
        println!(
            "something was named in {} of 3000 random groups: {named:?}",
            named.len()
        );
        // Five of a thousand; the limits promise two for one value, and two for several towns.
        assert!(named.len() <= 15, "{named:?}");
    }

    #[test]
    fn towns_are_named_together_and_only_those() {
        let mut dice = Dice(5);
        let fleet = fleet(&mut dice);
        let mut with = |towns: &[&str], n: usize| -> Vec<DeviceNo> {
            let has = |d: &DeviceNo, fact: &str, values: &[&str]| {
                let mut own = fleet.values_of(*d).iter().map(|v| fleet.name(*v));
                own.any(|(key, text)| key == fact && values.contains(&text))
            };
            let mut rest: Vec<DeviceNo> = fleet
                .all()
                .filter(|d| has(d, "carrier", &["carrier 1"]) && has(d, "town", towns))
                .collect();
            (0..n)
                .map(|_| rest.swap_remove(dice.roll(rest.len())))
                .collect()
        };
        let three = ["town 2", "town 5", "town 7"];
        let mast = with(&three, 30);
        let mut found = names(&shared(&shown(&fleet, &mast), &fleet, false), &fleet);
        assert_eq!(found.remove(0), "carrier 1");
        found.sort_unstable();
        assert_eq!(found, three);
        // One town stays one town, also with two strays elsewhere.
        let mut one = with(&["town 2"], 10);
        one.extend(with(&["town 3"], 2));
        let found = names(&shared(&shown(&fleet, &one), &fleet, false), &fleet);
        assert_eq!(found, ["town 2", "carrier 1"]);
    }

    #[test]
    fn a_gateway_that_half_of_the_fleet_has_can_be_named() {
        let mut dice = Dice(6);
        let fleet = fleet(&mut dice);
        let is = |d: &DeviceNo| {
            fleet
                .values_of(*d)
                .iter()
                .any(|v| fleet.name(*v).1 == "gw0")
        };
        let (own, other): (Vec<DeviceNo>, Vec<DeviceNo>) = fleet.all().partition(is);
        assert!(
            own.len() * 9 > other.len() * 7,
            "{} {}",
            own.len(),
            other.len()
        );
        let mut members: Vec<DeviceNo> = own.iter().step_by(7).take(60).copied().collect();
        members.extend(other.iter().step_by(11).take(8));
        let found = shared(&shown(&fleet, &members), &fleet, false);
        assert_eq!(names(&found, &fleet), ["gw0"]);
    }
}
