//! Devices, by holder, and what the failing ones share.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::device::{Device, Value};
use crate::domain::ids::{DeviceId, PersonId};
use crate::domain::rollout::{self, VersionLog};

/// How often a fact's value stands on failing devices, against all devices with a known value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SharedValue {
    /// The value.
    pub value: String,
    /// Failing devices with it.
    pub failing: usize,
    /// All devices with it.
    pub all: usize,
}

/// All known devices.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    devices: BTreeMap<DeviceId, Device>,
    by_holder: HashMap<PersonId, BTreeSet<DeviceId>>,
    versions: VersionLog,
    revision: u64,
}

impl Fleet {
    /// Counts changes.
    pub fn revision(&self) -> u64 {
        self.revision
    }
    /// How many devices.
    pub fn len(&self) -> usize {
        self.devices.len()
    }
    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.devices.is_empty()
    }
    /// All devices, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Device> {
        self.devices.values()
    }
    /// A device.
    pub fn get(&self, id: &DeviceId) -> Option<&Device> {
        self.devices.get(id)
    }
    /// Devices that a person holds.
    pub fn held_by(&self, person: &PersonId) -> impl Iterator<Item = &Device> {
        self.by_holder
            .get(person)
            .into_iter()
            .flatten()
            .filter_map(|id| self.devices.get(id))
    }
    /// Devices around a ticket: the one that it names, by id or name, and those of its requester.
    pub fn around(&self, named: Option<&str>, requester: Option<&PersonId>) -> Vec<&Device> {
        let mut found: Vec<&Device> = requester
            .into_iter()
            .flat_map(|person| self.held_by(person))
            .collect();
        let is_named = |device: &&Device| {
            named.is_some_and(|named| named == device.name || named == device.id.as_str())
        };
        if named.is_some() && !found.iter().any(is_named) {
            found.extend(self.devices.values().find(is_named));
        }
        found
    }
    /// How the values of a fact are spread over failing devices and over all: most failing first.
    pub fn spread(&self, fact: &str, failing: impl Fn(&Device) -> bool) -> Vec<SharedValue> {
        let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for device in self.devices.values() {
            let Some(value) = device.facts.get(fact).map(|f| plain(&f.value)) else {
                continue;
            };
            let (bad, all) = counts.entry(value).or_default();
            *all += 1;
            *bad += usize::from(failing(device));
        }
        let mut out: Vec<SharedValue> = counts
            .into_iter()
            .map(|(value, (failing, all))| SharedValue {
                value,
                failing,
                all,
            })
            .collect();
        out.sort_by(|a, b| {
            b.failing
                .cmp(&a.failing)
                .then_with(|| a.value.cmp(&b.value))
        });
        out
    }

    /// Since when devices have their versions, as far as a change was seen.
    pub fn versions(&self) -> &VersionLog {
        &self.versions
    }
    pub(super) fn set_versions(&mut self, versions: VersionLog) {
        self.versions = versions;
    }

    pub(super) fn apply(&mut self, changed: &[Device], gone: &[DeviceId]) -> bool {
        for device in changed {
            let old = self.devices.get(&device.id);
            let since: Vec<_> = old
                .into_iter()
                .flat_map(|old| rollout::changed(old, device))
                .collect();
            for (fact, at) in since {
                self.versions.put(device.id.clone(), fact.to_owned(), at);
            }
            self.remove(&device.id);
            if let Some(holder) = device.holder.known() {
                self.by_holder
                    .entry(holder.id.clone())
                    .or_default()
                    .insert(device.id.clone());
            }
            self.devices.insert(device.id.clone(), device.clone());
        }
        for id in gone {
            self.remove(id);
            self.versions.forget(id);
        }
        let touched = !changed.is_empty() || !gone.is_empty();
        self.revision += u64::from(touched);
        touched
    }
    fn remove(&mut self, id: &DeviceId) {
        let Some(old) = self.devices.remove(id) else {
            return;
        };
        if let Some(holder) = old.holder.known()
            && let Some(ids) = self.by_holder.get_mut(&holder.id)
        {
            ids.remove(id);
        }
    }
}

/// A fact's value in plain words.
fn plain(value: &Value) -> String {
    match value {
        Value::Number(n) => n.to_string(),
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Text(t) => t.clone(),
    }
}
