//! Roll-out watch: how far a new version has come in the fleet, and whether it is worse than the old one.
//!
//! Invariant: a verdict is told with its counts, and only where chance does not explain it; where too little is known it says so.
//!
//! **Counting.** A device counts for the version that it had when a ticket about it came. Until it got the new version its time
//! is time of the old one. A device counts once for each side however many tickets there are, questions how to do something
//! count apart and not at all for the verdict, and so do mails that nobody wrote.
//!
//! **Test.** Two counts over two spans of time: given how many devices were written of in all, how many of them had the new
//! version is binomial with the share of the time that devices had it (Przyborowski and Wilenski, "Homogeneity of results
//! in testing samples from Poisson series", Biometrika 31, 1940). One-sided each way; corrected by Holm for the roll-outs that
//! are looked at. Start at [`rollouts`].

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::device::{Device, Value};
use super::ids::{DeviceId, GroupId};

/// The facts that are versions, the fact that says of what product, and the group whose tickets count; none: all tickets.
const VERSIONS: [(&str, Option<&str>, Option<&str>); 3] = [
    ("vpn_version", Some("vpn_client"), Some("vpn")),
    ("video_client_version", None, Some("video")),
    ("os_build", None, None),
];

/// With fewer devices on a side nothing is told: it is a trial, not a roll-out.
const LEAST_DEVICES: usize = 5;
/// With fewer devices written of, chance explains everything.
const LEAST_WROTE: usize = 5;
/// A verdict that is wrong more often than this is none.
const LEVEL: f64 = 0.01;
/// A version that nobody got in this time is no roll-out any more.
const GOING_ON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Since when devices have the versions that they have, as far as the change was seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VersionLog(HashMap<DeviceId, BTreeMap<String, Timestamp>>);

impl VersionLog {
    /// A device has had a version since then.
    pub fn put(&mut self, device: DeviceId, fact: String, since: Timestamp) {
        self.0.entry(device).or_default().insert(fact, since);
    }
    /// A device went away.
    pub fn forget(&mut self, device: &DeviceId) {
        self.0.remove(device);
    }
    /// Since when; none where the change was not seen.
    pub fn since(&self, device: &DeviceId, fact: &str) -> Option<Timestamp> {
        self.0.get(device)?.get(fact).copied()
    }
}

/// The versions that are others than before, and since when: when the source saw them.
pub fn changed<'a>(
    old: &'a Device,
    new: &'a Device,
) -> impl Iterator<Item = (&'static str, Timestamp)> + use<'a> {
    VERSIONS.into_iter().filter_map(move |(fact, ..)| {
        let (before, now) = (old.facts.get(fact)?, new.facts.get(fact)?);
        let seen = now.seen.or_else(|| new.last_seen.known().copied());
        (before.value != now.value).then_some((fact, seen?))
    })
}

/// A ticket, as far as it counts here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Devices that it may be about: the one it names, else those that its requester holds.
    pub devices: Vec<DeviceId>,
    /// When it came.
    pub at: Timestamp,
    /// Its group.
    pub group: GroupId,
    /// Whether it asks how to do something.
    pub is_howto: bool,
}

/// One side of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Side {
    /// Devices that had it in the window, if only for a while.
    pub devices: usize,
    /// Devices on it of which somebody wrote that something does not work.
    pub wrote: usize,
    /// Tickets of that.
    pub faults: usize,
    /// Tickets that ask how to do something.
    pub howto: usize,
    /// The time that devices had it in the window, days of one device.
    pub device_days: f64,
    /// Tickets, faults and questions, for 100 devices.
    pub per_100: f64,
}

/// What is said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The new version is worse than the old ones.
    Worse,
    /// It is better.
    Better,
    /// No difference is seen.
    NoDifference,
    /// Too few wrote to say anything.
    TooFew,
}

/// A new version on its way through the fleet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rollout {
    /// The fact that it is the value of.
    pub fact: &'static str,
    /// The product, where the devices say.
    pub product: Option<String>,
    /// The new version.
    pub version: String,
    /// The versions before it with their devices, most devices first.
    pub before: Vec<(String, usize)>,
    /// Devices that have it now.
    pub has: usize,
    /// Devices of the product whose version is known.
    pub of: usize,
    /// Devices that got it in the last day; `None`: no change was seen yet.
    pub last_day: Option<usize>,
    /// Devices that got it in the last seven days; `None`: no change was seen yet.
    pub last_week: Option<usize>,
    /// When the first device was seen with it, of those whose change was seen.
    pub first: Option<Timestamp>,
    /// The group whose tickets count; none: all.
    pub group: Option<&'static str>,
    /// Where the window begins.
    pub from: Timestamp,
    /// On the new version.
    pub new: Side,
    /// On the old ones.
    pub old: Side,
    /// How often chance alone gives a difference as large, corrected for all roll-outs; of the side that is worse.
    pub p: f64,
    /// What is said.
    pub verdict: Verdict,
}

/// The roll-outs that go on: of each product the newest version, where enough devices have it and enough do not. Tickets of the
/// time between `from` and `now` count.
pub fn rollouts<'a>(
    devices: impl Iterator<Item = &'a Device>,
    log: &VersionLog,
    tickets: &[Told],
    from: Timestamp,
    now: Timestamp,
) -> Vec<Rollout> {
    let devices: Vec<&Device> = devices.collect();
    let mut found: Vec<Rollout> = Vec::new();
    for (fact, product, group) in VERSIONS {
        let mut products: BTreeMap<Option<&str>, Vec<(&Device, &str)>> = BTreeMap::new();
        for device in &devices {
            let Some(version) = device.text(fact).filter(|version| !version.is_empty()) else {
                continue;
            };
            let of = product.and_then(|product| device.text(product));
            products.entry(of).or_default().push((device, version));
        }
        for (name, fleet) in products {
            let window = (from, now);
            let one = rollout(fact, group, &fleet, log, tickets, window);
            found.extend(one.map(|one| Rollout {
                product: name.map(str::to_owned),
                ..one
            }));
        }
    }
    judge(&mut found);
    found.sort_by_key(|one| {
        (
            one.verdict != Verdict::Worse,
            Reverse(one.last_week),
            Reverse(one.has),
        )
    });
    found
}

fn rollout(
    fact: &'static str,
    group: Option<&'static str>,
    fleet: &[(&Device, &str)],
    log: &VersionLog,
    tickets: &[Told],
    (from, now): (Timestamp, Timestamp),
) -> Option<Rollout> {
    let newest = fleet
        .iter()
        .map(|(_, version)| *version)
        .max_by(|a, b| order(a, b))?;
    let (new, old): (Vec<_>, Vec<_>) = fleet.iter().partition(|(_, version)| *version == newest);
    if new.len() < LEAST_DEVICES || old.len() < LEAST_DEVICES {
        return None;
    }
    let since: HashMap<&DeviceId, Timestamp> = new
        .iter()
        .filter_map(|(device, _)| Some((&device.id, log.since(&device.id, fact)?)))
        .collect();
    let got = |back: i64| {
        let lately = now
            .checked_sub(SignedDuration::from_hours(back))
            .unwrap_or(from);
        let fresh = since.values().filter(|at| **at >= lately).count();
        (!since.is_empty()).then_some(fresh)
    };
    let (last_day, last_week) = (got(24), got(7 * 24));
    let first = since.values().min().copied();
    let is_going_on = since.values().any(|at| now.duration_since(*at) <= GOING_ON);
    // Where no change was seen yet it may go on all the same: the cache is new.
    if !is_going_on && !since.is_empty() {
        return None;
    }
    let product = Product {
        on_new: new.iter().map(|(device, _)| &device.id).collect(),
        all: fleet.iter().map(|(device, _)| &device.id).collect(),
        since,
    };
    let of_group = |told: &&Told| group.is_none_or(|group| told.group.as_str() == group);
    let tickets = tickets.iter().filter(of_group);
    let (newer, older) = product.sides(tickets, from, now);
    let mut before: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, version) in &old {
        *before.entry(version).or_default() += 1;
    }
    let mut before: Vec<(String, usize)> =
        before.into_iter().map(|(v, n)| (v.to_owned(), n)).collect();
    before.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| order(&b.0, &a.0)));
    Some(Rollout {
        fact,
        product: None,
        version: newest.to_owned(),
        before,
        has: new.len(),
        of: fleet.len(),
        last_day,
        last_week,
        first,
        group,
        from,
        new: newer,
        old: older,
        p: 1.0,
        verdict: Verdict::TooFew,
    })
}

/// The devices of a product.
struct Product<'a> {
    /// Those on the new version.
    on_new: BTreeSet<&'a DeviceId>,
    all: BTreeSet<&'a DeviceId>,
    /// Since when those on the new version have it, where the change was seen.
    since: HashMap<&'a DeviceId, Timestamp>,
}

impl Product<'_> {
    /// What was written of devices on the new version, and on the old ones.
    fn sides<'t>(
        &self,
        tickets: impl Iterator<Item = &'t Told>,
        from: Timestamp,
        now: Timestamp,
    ) -> (Side, Side) {
        let (mut newer, mut older) = (Side::default(), Side::default());
        let days = |from: Timestamp, to: Timestamp| {
            to.duration_since(from).as_secs_f64().max(0.0) / 86_400.0
        };
        for id in &self.all {
            let begins = match (self.on_new.contains(id), self.since.get(id)) {
                (false, _) => now,
                (true, None) => from,
                (true, Some(at)) => (*at).clamp(from, now),
            };
            newer.device_days += days(begins, now);
            older.device_days += days(from, begins);
            newer.devices += usize::from(self.on_new.contains(id));
            older.devices += usize::from(begins > from);
        }
        let (mut on_new, mut on_old) = (BTreeSet::new(), BTreeSet::new());
        for told in tickets.filter(|told| told.at >= from) {
            let mut about = told.devices.iter().filter(|id| self.all.contains(id));
            // With several devices of the product nobody knows which one is meant.
            let (Some(id), None) = (about.next(), about.next()) else {
                continue;
            };
            let has_new = self.on_new.contains(id);
            let is_new = has_new && self.since.get(id).is_none_or(|at| told.at >= *at);
            let (side, wrote) = if is_new {
                (&mut newer, &mut on_new)
            } else {
                (&mut older, &mut on_old)
            };
            if told.is_howto {
                side.howto += 1;
            } else {
                side.faults += 1;
                wrote.insert(id);
            }
        }
        (newer.wrote, older.wrote) = (on_new.len(), on_old.len());
        for side in [&mut newer, &mut older] {
            side.per_100 = real(side.faults + side.howto) * 100.0 / real(side.devices.max(1));
        }
        (newer, older)
    }
}

/// Says of each whether the difference is more than chance: the least probable first, each against what is left (Holm).
fn judge(all: &mut [Rollout]) {
    let mut sides: Vec<(usize, bool, f64)> = Vec::new();
    for (at, one) in all.iter_mut().enumerate() {
        let wrote = one.new.wrote + one.old.wrote;
        if wrote < LEAST_WROTE {
            continue;
        }
        one.verdict = Verdict::NoDifference;
        let time = one.new.device_days + one.old.device_days;
        let share = if time > 0.0 {
            one.new.device_days / time
        } else {
            0.5
        };
        let worse = at_least(one.new.wrote, wrote, share);
        let better = at_least(one.old.wrote, wrote, 1.0 - share);
        let (is_worse, p) = if worse <= better {
            (true, worse)
        } else {
            (false, better)
        };
        // Both ways are looked at.
        sides.push((at, is_worse, (p * 2.0).min(1.0)));
    }
    sides.sort_by(|a, b| a.2.total_cmp(&b.2));
    let number = sides.len();
    let mut least: f64 = 0.0;
    for (tried, (at, is_worse, p)) in sides.into_iter().enumerate() {
        least = least.max((p * real(number - tried)).min(1.0));
        let Some(one) = all.get_mut(at) else { continue };
        one.p = least;
        if least < LEVEL {
            one.verdict = if is_worse {
                Verdict::Worse
            } else {
                Verdict::Better
            };
        }
    }
}

fn real(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// The chance of `k` or more of `n` with chance `p` each.
fn at_least(k: usize, n: usize, p: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    // In logarithms, so that nothing underflows.
    let mut term = real(n) * (1.0 - p).ln();
    let mut sum = 0.0;
    for hits in 0..=n {
        if hits >= k {
            sum += term.exp();
        }
        term += (real(n - hits) / real(hits + 1)).ln() + p.ln() - (1.0 - p).ln();
    }
    sum.min(1.0)
}

/// Versions by their numbers, part by part: 5.1.10 is newer than 5.1.9.
fn order(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| -> Vec<Result<u64, String>> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words
            .map(|word| word.parse().map_err(|_| word.to_owned()))
            .collect()
    };
    // A word is older than a number: 5.1-beta, 5.1.0.
    let key = |part: &Result<u64, String>| match part {
        Ok(n) => (true, *n, String::new()),
        Err(word) => (false, 0, word.clone()),
    };
    let (one, other) = (parts(a), parts(b));
    one.iter()
        .map(key)
        .cmp(other.iter().map(key))
        .then_with(|| a.cmp(b))
}

/// Whether a fact is a version that is watched.
pub fn is_version(fact: &str) -> bool {
    VERSIONS.iter().any(|(version, ..)| *version == fact)
}

/// The text of a version fact; nothing for anything else.
pub fn version(device: &Device, fact: &str) -> Option<String> {
    match &device.facts.get(fact)?.value {
        Value::Text(text) if is_version(fact) => Some(text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::device::DeviceFact;
    use crate::domain::fact::Fact;

    /// Noon of a day of March 2026.
    fn day(n: i64) -> Timestamp {
        let first: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        first + SignedDuration::from_hours((n - 1) * 24)
    }

    fn device(id: usize, version: &str, seen: Timestamp) -> Device {
        let fact = |text: &str| DeviceFact {
            value: Value::Text(text.to_owned()),
            seen: Some(seen),
        };
        Device {
            id: DeviceId::new(id.to_string()),
            name: format!("LT-{id:04}"),
            kind: Fact::Unknown,
            holder: Fact::Unknown,
            status: Fact::Unknown,
            last_seen: Fact::Known(seen),
            facts: [
                ("vpn_version".to_owned(), fact(version)),
                ("vpn_client".to_owned(), fact("AnyConnect")),
            ]
            .into(),
            source: "test".to_owned(),
        }
    }

    fn told(id: usize, at: Timestamp, is_howto: bool) -> Told {
        Told {
            devices: vec![DeviceId::new(id.to_string())],
            at,
            group: GroupId::from("vpn"),
            is_howto,
        }
    }

    /// 1,200 devices, of which 220 got 5.1.10 on the 8th; tickets of the 8th to the 15th count.
    fn fleet() -> (Vec<Device>, VersionLog) {
        let mut log = VersionLog::default();
        let devices = (0..1_200).map(|id| {
            let old = device(id, if id % 3 == 0 { "5.1.2" } else { "5.1.9" }, day(1));
            if id >= 220 {
                return old;
            }
            let new = device(id, "5.1.10", day(8));
            for (fact, since) in changed(&old, &new) {
                log.put(new.id.clone(), fact.to_owned(), since);
            }
            new
        });
        (devices.collect(), log)
    }

    fn one(devices: &[Device], log: &VersionLog, tickets: &[Told]) -> Rollout {
        let mut all = rollouts(devices.iter(), log, tickets, day(8), day(15));
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    #[test]
    fn a_worse_version_is_told_with_its_counts() {
        let (devices, log) = fleet();
        // Fourteen of 220 on the new one, nine of 980 on the old ones; two on the new one ask how to sign in.
        let mut tickets: Vec<Told> = (0..14).map(|id| told(id, day(10), false)).collect();
        tickets.extend((300..309).map(|id| told(id, day(11), false)));
        tickets.extend((20..22).map(|id| told(id, day(10), true)));
        // The same device again, another group, a time before: neither changes who wrote.
        tickets.push(told(0, day(12), false));
        tickets.push(Told {
            group: GroupId::from("wifi"),
            ..told(40, day(10), false)
        });
        tickets.push(told(41, day(7), false));
        let rollout = one(&devices, &log, &tickets);
        assert_eq!(
            (rollout.version.as_str(), rollout.has, rollout.of),
            ("5.1.10", 220, 1_200)
        );
        assert_eq!(
            rollout.before,
            [("5.1.9".to_owned(), 654), ("5.1.2".to_owned(), 326)]
        );
        assert_eq!(
            (rollout.new.wrote, rollout.new.faults, rollout.new.howto),
            (14, 15, 2)
        );
        assert_eq!((rollout.old.wrote, rollout.old.devices), (9, 980));
        assert!(
            (rollout.new.device_days - 220.0 * 7.0).abs() < 1e-6,
            "{rollout:?}"
        );
        // 17 tickets of 220 devices.
        assert!((rollout.new.per_100 - 17.0 * 100.0 / 220.0).abs() < 1e-9);
        assert_eq!(
            (rollout.last_day, rollout.last_week, rollout.first),
            (Some(0), Some(220), Some(day(8)))
        );
        // Of 23 devices 14 or more with chance 220/1200 each: 7.4e-6, twice that as both ways are looked at.
        assert!(rollout.p < 1e-4 && rollout.p > 1e-6, "{}", rollout.p);
        assert_eq!(rollout.verdict, Verdict::Worse);
    }

    #[test]
    fn what_chance_explains_is_no_difference_and_few_are_too_few() {
        let (devices, log) = fleet();
        let few: Vec<Told> = (0..4).map(|id| told(id, day(10), false)).collect();
        assert_eq!(one(&devices, &log, &few).verdict, Verdict::TooFew);
        // Three of 220 and nine of 980: as many of a hundred as can be.
        let mut tickets: Vec<Told> = (0..3).map(|id| told(id, day(10), false)).collect();
        tickets.extend((300..309).map(|id| told(id, day(11), false)));
        let rollout = one(&devices, &log, &tickets);
        assert_eq!(
            (rollout.verdict, rollout.new.wrote),
            (Verdict::NoDifference, 3)
        );
        assert!(rollout.p > 0.1, "{}", rollout.p);
        // Questions how to do something say nothing of faults.
        let asked: Vec<Told> = (0..60).map(|id| told(id, day(10), true)).collect();
        let rollout = one(&devices, &log, &asked);
        assert_eq!((rollout.verdict, rollout.new.howto), (Verdict::TooFew, 60));
    }

    #[test]
    fn time_before_the_new_version_counts_for_the_old_one() {
        let (devices, _) = fleet();
        // They got it on the 14th: what they wrote on the 10th was of the old version, and the new one had a day.
        let mut log = VersionLog::default();
        for id in 0..220 {
            log.put(
                DeviceId::new(id.to_string()),
                "vpn_version".to_owned(),
                day(14),
            );
        }
        let mut tickets: Vec<Told> = (0..14).map(|id| told(id, day(10), false)).collect();
        tickets.push(told(30, day(14) + SignedDuration::from_hours(3), false));
        let rollout = one(&devices, &log, &tickets);
        assert_eq!((rollout.new.wrote, rollout.old.wrote), (1, 14));
        assert!((rollout.new.device_days - 220.0).abs() < 1e-6);
        assert_eq!(rollout.old.devices, 1_200);
        assert_eq!(rollout.verdict, Verdict::NoDifference);
    }

    #[test]
    fn a_version_that_all_have_or_nobody_got_lately_is_no_roll_out() {
        let (devices, _) = fleet();
        let mut log = VersionLog::default();
        let get = |log: &mut VersionLog, at| {
            for id in 0..220 {
                log.put(DeviceId::new(id.to_string()), "vpn_version".to_owned(), at);
            }
        };
        get(&mut log, day(-10));
        assert!(rollouts(devices.iter(), &log, &[], day(8), day(15)).is_empty());
        get(&mut log, day(8));
        let new: Vec<Device> = devices.iter().take(224).cloned().collect();
        assert!(
            rollouts(new.iter(), &log, &[], day(8), day(15)).is_empty(),
            "four are left"
        );
    }

    #[test]
    fn versions_are_ordered_by_number() {
        for (older, newer) in [
            ("5.1.9", "5.1.10"),
            ("4.10.07061", "5.1"),
            ("10.0.22631.4460", "10.0.26100.2"),
            ("5.1-beta", "5.1.0"),
        ] {
            assert_eq!(order(older, newer), Ordering::Less, "{older} {newer}");
        }
        assert!((at_least(2, 4, 0.5) - 11.0 / 16.0).abs() < 1e-12);
        assert!((at_least(1, 1, 0.25) - 0.25).abs() < 1e-12);
    }
}
