//! Devices: RT's assets, their custom fields as facts.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desk::rt::RtDesk;
use crate::desk::rt::query::{List, any_id, quoted};
use crate::desk::rt::wire::{self, Page, Reference};
use crate::domain::Fact;
use crate::domain::Timestamp;
use crate::domain::device::{Device, DeviceFact, Value as FactValue};
use crate::domain::ids::DeviceId;
use crate::domain::outcome::Trouble;
use crate::domain::source::Changes;

/// Fields of an asset.
const FIELDS: &str = "Name,Description,Status,Catalog,HeldBy,LastUpdated,CustomFields";
/// What the references carry besides the id.
const EXPANSIONS: [(&str, &str); 2] = [("fields[Catalog]", "Name"), ("fields[HeldBy]", "RealName")];
/// Name of the source on the screen.
const SOURCE: &str = "rt assets";
/// Longest word in characters.
const WORD: usize = 120;

impl RtDesk {
    /// The condition for the catalogs that are read; always true without any.
    pub(super) fn devices_query(&self) -> String {
        let catalogs: Vec<String> = self
            .options
            .assets
            .catalogs
            .iter()
            .map(|c| format!("Catalog={}", quoted(c)))
            .collect();
        if catalogs.is_empty() {
            "id > 0".to_owned()
        } else {
            format!("({})", catalogs.join(" OR "))
        }
    }

    /// One page of devices after an id.
    pub(super) async fn devices_after(
        &self,
        last: u64,
        changes: &mut Changes,
    ) -> Result<Page, Trouble> {
        let ask = List::new("/assets")
            .query(format!("{} AND id > {last}", self.devices_query()))
            .fields(FIELDS, &EXPANSIONS)
            .per_page(100);
        let page = self.api.page(&ask).await?;
        for (_, row) in page.rows() {
            changes.devices.extend(self.device(row));
        }
        Ok(page)
    }

    /// Devices by id; those that do not come are gone.
    pub(super) async fn devices_by_id(
        &self,
        ids: &[u64],
        changes: &mut Changes,
    ) -> Result<(), Trouble> {
        for batch in ids.chunks(100) {
            let Some(any) = any_id("id", batch) else {
                continue;
            };
            let ask = List::new("/assets")
                .query(format!("{} AND ({any})", self.devices_query()))
                .fields(FIELDS, &EXPANSIONS)
                .per_page(100);
            let page = self.api.page(&ask).await?;
            let found: BTreeMap<u64, &Value> = page.rows().collect();
            for id in batch {
                match found.get(id).and_then(|row| self.device(row)) {
                    Some(device) => changes.devices.push(device),
                    None => changes.devices_gone.push(DeviceId::new(id.to_string())),
                }
            }
        }
        Ok(())
    }

    pub(super) fn device(&self, row: &Value) -> Option<Device> {
        let id = wire::id(row.get("id")?)?;
        let updated = wire::time(row.get("LastUpdated")).known().copied();
        let fields = wire::custom_fields(row.get("CustomFields"));
        let options = &self.options.assets;
        let last_seen = match fields
            .iter()
            .flatten()
            .find(|f| f.name == options.last_seen)
        {
            None => Fact::Unknown,
            Some(field) => match field.values.first() {
                None => Fact::Empty,
                Some(text) => wire::time(Some(&Value::String(text.clone()))),
            },
        };
        // A fact was seen when the device was; where that is not told, when the record was written.
        let seen = last_seen.known().copied().or(updated);
        let mut facts = BTreeMap::new();
        if let Some(model) = wire::line(row.get("Description"), WORD) {
            facts.insert("model".to_owned(), fact(&model, None));
        }
        for field in fields.iter().flatten() {
            if field.name == options.last_seen {
                continue;
            }
            let Some(text) = field.values.first().map(|t| t.trim()) else {
                continue;
            };
            if text.is_empty() {
                continue;
            }
            let key = options.facts.get(&field.name).unwrap_or(&field.name);
            facts.insert(key.clone(), fact_of(key, text, seen));
        }
        Some(Device {
            id: DeviceId::new(id.to_string()),
            name: wire::line(row.get("Name"), WORD).unwrap_or_else(|| format!("asset {id}")),
            kind: match Reference::of(row.get("Catalog")) {
                None => Fact::Unknown,
                Some(r) => r.field("Name", WORD).map_or(Fact::Unknown, Fact::Known),
            },
            holder: match wire::references(row.get("HeldBy")) {
                None => Fact::Unknown,
                Some(people) => people
                    .iter()
                    .filter(|r| !super::entries::is_nobody(&r.id))
                    .find_map(|r| self.person_ref(r))
                    .into(),
            },
            status: wire::line(row.get("Status"), WORD).map_or(Fact::Unknown, Fact::Known),
            last_seen,
            facts,
            source: SOURCE.to_owned(),
        })
    }
}

fn fact(text: &str, seen: Option<Timestamp>) -> DeviceFact {
    DeviceFact {
        value: FactValue::Text(text.to_owned()),
        seen,
    }
}

/// A fact from its text. Keys that name a unit hold numbers; a text that is none ("n/a") stays text, so that it is
/// shown as it came and never taken for a measurement.
fn fact_of(key: &str, text: &str, seen: Option<Timestamp>) -> DeviceFact {
    let value = if is_measured(key) {
        number(text).map_or_else(|| FactValue::Text(text.to_owned()), FactValue::Number)
    } else {
        match key {
            "vpn_state" | "access" => FactValue::Text(normal_word(key, text)),
            _ => FactValue::Text(text.to_owned()),
        }
    };
    DeviceFact { value, seen }
}

/// Whether a fact's key names a unit.
fn is_measured(key: &str) -> bool {
    ["_dbm", "_db", "_ms", "_pct", "_gb"]
        .iter()
        .any(|unit| key.ends_with(unit))
}

/// A number, also with a decimal comma and with its unit behind it ("-97 dBm").
fn number(text: &str) -> Option<f64> {
    let first = text.split_whitespace().next()?.trim_end_matches('%');
    let first = first.replace('\u{2212}', "-").replace(',', ".");
    let n: f64 = first.parse().ok()?;
    n.is_finite().then_some(n)
}

/// Our words for the few facts that have fixed ones; anything else stays as it came.
fn normal_word(key: &str, text: &str) -> String {
    let lower = text.to_lowercase();
    let word = match (key, lower.as_str()) {
        ("access", "4g" | "5g" | "lte" | "mobile") => "mobile",
        ("access", "wi-fi" | "wifi" | "wlan") => "wifi",
        ("access", "ethernet" | "lan" | "cable") => "cable",
        ("vpn_state", "up" | "connected") => "up",
        ("vpn_state", "down" | "failed") => "down",
        ("vpn_state", "off") => "off",
        _ => return text.to_owned(),
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_and_nonsense_is_not() {
        let value = |key: &str, text: &str| fact_of(key, text, None).value;
        assert_eq!(value("rsrp_dbm", "-97"), FactValue::Number(-97.0));
        assert_eq!(value("loss_pct", "12,5"), FactValue::Number(12.5));
        assert_eq!(
            value("rsrp_dbm", "\u{2212}97 dBm"),
            FactValue::Number(-97.0)
        );
        assert_eq!(value("rsrp_dbm", "n/a"), FactValue::Text("n/a".to_owned()));
        assert_eq!(value("rtt_ms", "NaN"), FactValue::Text("NaN".to_owned()));
        assert_eq!(value("rtt_ms", "inf"), FactValue::Text("inf".to_owned()));
        assert_eq!(
            value("os_build", "22631.4460"),
            FactValue::Text("22631.4460".to_owned())
        );
        assert_eq!(value("access", "Wi-Fi"), FactValue::Text("wifi".to_owned()));
    }
}
