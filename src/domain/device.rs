//! Devices: facts with a unit, a source and a time, every one of them optional.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::ids::DeviceId;
use super::person::PersonRef;

/// A fact's value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A measured or counted number, in the unit that the fact's key names (`rsrp_dbm`, `rtt_ms` …).
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A word (`gw2`, `AnyConnect`).
    Text(String),
}

/// One fact about a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceFact {
    /// The value.
    pub value: Value,
    /// When it was seen; `None` when the source does not say.
    pub seen: Option<Timestamp>,
}

/// A device and what is known of it.
///
/// Keys of [`Device::facts`] are those of `docs/json.md`: `os_build`, `vpn_client`, `vpn_version`, `vpn_state`
/// (`up`, `down`), `gateway`, `video_client_version`, `access` (`wifi`, `cable`, `mobile`), `carrier`, `isp`,
/// `rsrp_dbm`, `rsrq_db`, `sinr_db`, `wifi_dbm`, `rtt_ms`, `loss_pct`, `jitter_ms`, `disk_free_gb`, `site`, `town`; any other key is a fact too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// The source's id.
    pub id: DeviceId,
    /// Its name (`LT-0412`).
    pub name: String,
    /// Kind of thing as the source says (`Laptops`, `4G-routere`).
    pub kind: Fact<String>,
    /// Who holds it; empty = nobody.
    pub holder: Fact<PersonRef>,
    /// The source's lifecycle word (`in-use`).
    pub status: Fact<String>,
    /// When the device was last heard from.
    pub last_seen: Fact<Timestamp>,
    /// Facts by key.
    pub facts: BTreeMap<String, DeviceFact>,
    /// Which source told (`rt assets`).
    pub source: String,
}

impl Device {
    /// A number fact.
    pub fn number(&self, key: &str) -> Option<f64> {
        match self.facts.get(key).map(|f| &f.value) {
            Some(Value::Number(n)) => Some(*n),
            _ => None,
        }
    }
    /// A text fact.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.facts.get(key).map(|f| &f.value) {
            Some(Value::Text(t)) => Some(t),
            _ => None,
        }
    }
}
