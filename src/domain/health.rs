//! What a device's facts mean: thresholds with their sources, and which facts speak about which problem group.
//!
//! Invariant: a fact that is missing, out of its physical range or older than [`Thresholds::fresh`] gets no grade:
//! unknown is never shown as good or bad.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::device::{Device, Value};
use super::ids::GroupId;

/// How good a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Nothing to see here.
    Good,
    /// Usable, not as it should be.
    Fair,
    /// Somebody will notice.
    Poor,
    /// Does not work.
    Bad,
}

impl Grade {
    /// The word on the screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
            Self::Bad => "bad",
        }
    }
    /// Whether a device with such a fact counts as failing.
    pub fn is_failing(self) -> bool {
        self >= Self::Poor
    }
}

/// Limits of one measured fact, in the unit of its key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The fact's key (`rsrp_dbm`).
    pub key: &'static str,
    /// At this value or better: good.
    pub good: f64,
    /// At this value or better: fair.
    pub fair: f64,
    /// At this value or better: poor; beyond it: bad.
    pub poor: f64,
    /// Smallest and largest value that can be; anything else is a reading error.
    pub range: (f64, f64),
    /// Whose limits these are.
    pub source: &'static str,
}

/// The limits in use.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// Name of the table, shown beside the grades.
    pub name: String,
    /// Limits by fact.
    pub limits: Vec<Limits>,
    /// Facts seen longer ago than this get no grade; facts without a time do.
    pub fresh: SignedDuration,
}

impl Default for Thresholds {
    /// Mobile: Digi "Signal bars explained" (6300-CX, EX15), ranges of 3GPP. Calls: Microsoft "Prepare your
    /// organization's network for Teams" (client to edge) as good, and RTT over 300 ms, jitter over 60 ms, loss over
    /// 5 % as bad (our judgement). Wi-Fi: Cisco's design edge of -67 dBm, and the usual bands below it. Disk: our judgement.
    fn default() -> Self {
        const DIGI: &str = "Digi";
        const TEAMS: &str = "Teams";
        const CISCO: &str = "Cisco";
        let limit = |key, good, fair, poor, range, source| Limits {
            key,
            good,
            fair,
            poor,
            range,
            source,
        };
        Self {
            name: "default".to_owned(),
            limits: vec![
                limit("rsrp_dbm", -95.0, -105.0, -115.0, (-140.0, -44.0), DIGI),
                limit("sinr_db", 4.5, 1.0, -3.0, (-23.0, 40.0), DIGI),
                limit("rsrq_db", -10.0, -15.0, -19.0, (-19.5, -3.0), "HiCellTek"),
                limit("wifi_dbm", -67.0, -75.0, -85.0, (-120.0, 0.0), CISCO),
                limit("rtt_ms", 100.0, 300.0, 300.0, (0.0, 60_000.0), TEAMS),
                limit("jitter_ms", 30.0, 60.0, 60.0, (0.0, 60_000.0), TEAMS),
                limit("loss_pct", 1.0, 5.0, 5.0, (0.0, 100.0), TEAMS),
                limit("disk_free_gb", 10.0, 5.0, 1.0, (0.0, 1e6), "Vagt"),
            ],
            fresh: SignedDuration::from_hours(24),
        }
    }
}

/// What the devices say about a problem group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupHealth {
    /// What is counted (`VPN down`).
    pub what: &'static str,
    /// Devices of which it is true.
    pub failing: usize,
    /// Devices of which it is known whether it is true.
    pub known: usize,
}

/// What is counted for a group: words, facts, and from which grade on.
fn signs(group: &GroupId) -> Option<(&'static str, &'static [&'static str], Grade)> {
    Some(match group.as_str() {
        "vpn" => ("VPN down", &["vpn_state"], Grade::Bad),
        "video" => (
            "over call limits",
            &["loss_pct", "jitter_ms", "rtt_ms"],
            Grade::Fair,
        ),
        "mobile" => ("weak signal", &["rsrp_dbm", "sinr_db"], Grade::Poor),
        "wifi" => ("weak Wi-Fi", &["wifi_dbm"], Grade::Poor),
        "hardware" => ("disk full", &["disk_free_gb"], Grade::Poor),
        _ => return None,
    })
}

impl Thresholds {
    /// The limits of a fact.
    pub fn limits(&self, key: &str) -> Option<&Limits> {
        self.limits.iter().find(|l| l.key == key)
    }
    /// The grade of a value; `None` when there are no limits for it or it cannot be.
    pub fn grade(&self, key: &str, value: &Value) -> Option<Grade> {
        match value {
            Value::Text(word) if key == "vpn_state" => match word.as_str() {
                "up" => Some(Grade::Good),
                "down" => Some(Grade::Bad),
                _ => None,
            },
            Value::Number(n) => self.limits(key)?.grade(*n),
            Value::Text(_) | Value::Flag(_) => None,
        }
    }
    /// The grade of a device's fact as of `now`; `None` when it is unknown or too old.
    pub fn of_fact(&self, device: &Device, key: &str, now: Timestamp) -> Option<Grade> {
        let fact = device.facts.get(key)?;
        let seen = fact.seen.or_else(|| device.last_seen.known().copied());
        if seen.is_some_and(|seen| now.duration_since(seen) > self.fresh) {
            return None;
        }
        self.grade(key, &fact.value)
    }
    /// The signal in dBm of a device that has a SIM with good signal, where that is a way out: its trouble is one of the
    /// tunnel or of the network at home, it is not on mobile broadband already, and nothing known speaks against it.
    pub fn way_out(&self, group: &GroupId, device: &Device, now: Timestamp) -> Option<f64> {
        if !matches!(group.as_str(), "vpn" | "wifi") {
            return None;
        }
        let access = device.text("access").unwrap_or_default();
        let is_mobile = ["4G", "5G", "LTE"].iter().any(|word| access.contains(word));
        let is_noisy = self
            .of_fact(device, "sinr_db", now)
            .is_some_and(Grade::is_failing);
        let is_good = self.of_fact(device, "rsrp_dbm", now) == Some(Grade::Good);
        match device.facts.get("rsrp_dbm")?.value {
            Value::Number(dbm) if is_good && !is_noisy && !is_mobile => Some(dbm),
            _ => None,
        }
    }
    /// A device's facts that fail, worst first.
    pub fn failing<'a>(&self, device: &'a Device, now: Timestamp) -> Vec<(&'a str, Grade)> {
        let mut facts: Vec<(&str, Grade)> = device
            .facts
            .keys()
            .filter_map(|key| Some((key.as_str(), self.of_fact(device, key, now)?)))
            .filter(|(_, grade)| grade.is_failing())
            .collect();
        facts.sort_by_key(|(_, grade)| std::cmp::Reverse(*grade));
        facts
    }
    /// Whether any fact of a device fails.
    pub fn is_failing(&self, device: &Device, now: Timestamp) -> bool {
        device.facts.keys().any(|key| {
            self.of_fact(device, key, now)
                .is_some_and(Grade::is_failing)
        })
    }
    /// What the devices say about a group; `None` when no fact speaks about it or no device knows one.
    pub fn of_group<'a>(
        &self,
        group: &GroupId,
        devices: impl IntoIterator<Item = &'a Device>,
        now: Timestamp,
    ) -> Option<GroupHealth> {
        let (what, keys, from) = signs(group)?;
        let mut health = GroupHealth {
            what,
            failing: 0,
            known: 0,
        };
        for device in devices {
            let worst = keys
                .iter()
                .filter_map(|key| self.of_fact(device, key, now))
                .max();
            health.known += usize::from(worst.is_some());
            health.failing += usize::from(worst.is_some_and(|grade| grade >= from));
        }
        (health.known > 0).then_some(health)
    }
}

impl Limits {
    fn grade(&self, n: f64) -> Option<Grade> {
        let (least, most) = self.range;
        if !(least..=most).contains(&n) {
            return None;
        }
        // Signals are better when larger, delays and losses when smaller.
        let better = |limit: f64| {
            if self.good > self.poor {
                n >= limit
            } else {
                n <= limit
            }
        };
        Some(if better(self.good) {
            Grade::Good
        } else if better(self.fair) {
            Grade::Fair
        } else if better(self.poor) {
            Grade::Poor
        } else {
            Grade::Bad
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::device::DeviceFact;
    use crate::domain::fact::Fact;
    use crate::domain::ids::DeviceId;

    fn device(facts: &[(&str, Value)], seen: Option<Timestamp>) -> Device {
        Device {
            id: DeviceId::from("1"),
            name: "LT-0001".into(),
            kind: Fact::Unknown,
            holder: Fact::Unknown,
            status: Fact::Unknown,
            last_seen: Fact::Unknown,
            facts: facts
                .iter()
                .map(|(key, value)| {
                    let value = value.clone();
                    ((*key).to_owned(), DeviceFact { value, seen })
                })
                .collect::<BTreeMap<_, _>>(),
            source: "test".into(),
        }
    }

    #[test]
    fn limits_hold_at_their_edges() {
        let t = Thresholds::default();
        let grade = |key, n| t.grade(key, &Value::Number(n));
        assert_eq!(grade("rsrp_dbm", -95.0), Some(Grade::Good));
        assert_eq!(grade("rsrp_dbm", -95.1), Some(Grade::Fair));
        assert_eq!(grade("rsrp_dbm", -115.0), Some(Grade::Poor));
        assert_eq!(grade("rsrp_dbm", -116.0), Some(Grade::Bad));
        assert_eq!(grade("loss_pct", 0.2), Some(Grade::Good));
        assert_eq!(grade("loss_pct", 1.5), Some(Grade::Fair));
        assert_eq!(grade("loss_pct", 5.1), Some(Grade::Bad));
    }

    #[test]
    fn what_cannot_be_or_is_not_known_gets_no_grade() {
        let t = Thresholds::default();
        assert_eq!(t.grade("rsrp_dbm", &Value::Number(0.0)), None);
        assert_eq!(t.grade("rsrp_dbm", &Value::Number(f64::NAN)), None);
        assert_eq!(
            t.grade("vpn_state", &Value::Text("connecting".into())),
            None
        );
        assert_eq!(t.grade("site", &Value::Text("Sorø".into())), None);
    }

    #[test]
    fn an_old_fact_is_not_held_against_a_device() {
        let t = Thresholds::default();
        let now: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
        let down = [("vpn_state", Value::Text("down".into()))];
        let week_ago = now - SignedDuration::from_hours(168);
        assert!(t.is_failing(&device(&down, Some(now)), now));
        assert!(t.is_failing(&device(&down, None), now));
        assert!(!t.is_failing(&device(&down, Some(week_ago)), now));
    }

    #[test]
    fn a_group_counts_what_is_known() {
        let t = Thresholds::default();
        let now: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
        let text = |s: &str| Value::Text(s.to_owned());
        let devices = [
            device(&[("vpn_state", text("down"))], None),
            device(&[("vpn_state", text("up"))], None),
            device(&[("rsrp_dbm", Value::Number(-120.0))], None),
        ];
        let vpn = t.of_group(&GroupId::from("vpn"), &devices, now).unwrap();
        assert_eq!((vpn.failing, vpn.known), (1, 2));
        assert_eq!(t.of_group(&GroupId::from("wifi"), &devices, now), None);
        assert_eq!(t.of_group(&GroupId::from("email"), &devices, now), None);
    }
}
