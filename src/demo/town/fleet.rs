//! The laptops and what they report.

use rand::rngs::StdRng;

use super::chance::{between, percent, pick, weighted};
use super::data::TownData;
use super::residents::Resident;
use crate::demo::base::seed::ASSET_FIELDS;

/// Places of facts in [`ASSET_FIELDS`].
pub(crate) mod fact {
    pub(crate) const VPN_STATE: usize = 0;
    pub(crate) const VPN_CLIENT: usize = 1;
    pub(crate) const VPN_VERSION: usize = 2;
    pub(crate) const GATEWAY: usize = 3;
    pub(crate) const ACCESS: usize = 4;
    pub(crate) const CARRIER: usize = 5;
    pub(crate) const ISP: usize = 6;
    pub(crate) const RSRP: usize = 7;
    pub(crate) const RSRQ: usize = 8;
    pub(crate) const SINR: usize = 9;
    pub(crate) const WIFI: usize = 10;
    pub(crate) const RTT: usize = 11;
    pub(crate) const JITTER: usize = 12;
    pub(crate) const LOSS: usize = 13;
    pub(crate) const DISK: usize = 14;
    pub(crate) const BUILD: usize = 15;
    pub(crate) const VIDEO: usize = 16;
    pub(crate) const SITE: usize = 17;
    pub(crate) const TOWN: usize = 18;
    pub(crate) const LAST_SEEN: usize = 19;
}

/// The names of these facts in queries and recorded days, in the same order.
pub(crate) const FACTS: [&str; 20] = [
    "vpn_state",
    "vpn_client",
    "vpn_version",
    "gateway",
    "access",
    "carrier",
    "isp",
    "rsrp_dbm",
    "rsrq_db",
    "sinr_db",
    "wifi_dbm",
    "rtt_ms",
    "jitter_ms",
    "loss_pct",
    "disk_free_gb",
    "os_build",
    "video_client_version",
    "site",
    "town",
    "last_seen",
];

/// A laptop. Same number as its holder.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    /// Its name on the desk: `LT-0042`.
    pub(crate) name: String,
    pub(crate) model: String,
    /// Values of [`ASSET_FIELDS`]; empty: not reported.
    pub(crate) facts: [String; 20],
    /// Number on the desk, once it is there.
    pub(crate) desk: i64,
    /// Facts (bits by place) that the roll-outs leave alone.
    pub(crate) pinned: u32,
}

impl Device {
    /// The value of a fact.
    pub(crate) fn fact(&self, which: usize) -> &str {
        self.facts.get(which).map_or("", String::as_str)
    }

    /// Changes a fact; the change, if it is one.
    pub(crate) fn change(
        &mut self,
        which: usize,
        value: impl Into<String>,
    ) -> Option<(usize, String)> {
        let value = value.into();
        let slot = self.facts.get_mut(which)?;
        if *slot == value {
            return None;
        }
        slot.clone_from(&value);
        Some((which, value))
    }
}

/// One laptop for everybody.
pub(crate) fn devices(data: &TownData, people: &[Resident], rng: &mut StdRng) -> Vec<Device> {
    let mut all: Vec<Device> = people
        .iter()
        .enumerate()
        .map(|(number, holder)| {
            let mut device = device(data, number, holder, rng);
            for (which, value) in rolled_out(data, &device, number, 0) {
                device.change(which, value);
            }
            device
        })
        .collect();
    for gateway in &data.town.gateways {
        let (mut connected, using) = connected(&all, &gateway.name);
        for device in all.iter_mut().rev() {
            if connected * 100 <= using * gateway.seats {
                break;
            }
            if device.fact(fact::GATEWAY) == gateway.name && device.fact(fact::VPN_STATE) == "up" {
                device.change(fact::VPN_STATE, "off");
                connected -= 1;
            }
        }
    }
    all
}

/// How many devices are connected to a gateway, and how many use it.
pub(super) fn connected(devices: &[Device], gateway: &str) -> (u32, u32) {
    let (mut connected, mut using) = (0, 0);
    for device in devices {
        if device.fact(fact::GATEWAY) == gateway {
            using += 1;
            connected += u32::from(device.fact(fact::VPN_STATE) == "up");
        }
    }
    (connected, using)
}

fn device(data: &TownData, number: usize, holder: &Resident, rng: &mut StdRng) -> Device {
    let town = &data.town;
    let lists = &town.devices;
    let mut facts: [String; 20] = std::array::from_fn(|_| String::new());
    let mut set = |which: usize, value: String| {
        if let Some(slot) = facts.get_mut(which) {
            *slot = value;
        }
    };
    let home = percent(rng, 62);
    let access = match between(rng, 0, 99) {
        0..=63 => "Wi-Fi",
        64..=83 => "Ethernet",
        _ => "4G",
    };
    let client = town.clients.get(weighted(
        rng,
        town.clients.iter().map(|client| client.weight),
    ));
    let gateway = town.gateways.get(weighted(
        rng,
        town.gateways.iter().map(|gateway| gateway.weight),
    ));
    let state = match between(rng, 0, 99) {
        0 => "down",
        1..=70 if home => "up",
        _ => "off",
    };
    set(fact::VPN_STATE, state.to_owned());
    if let Some(client) = client {
        set(fact::VPN_CLIENT, client.name.clone());
        set(
            fact::VPN_VERSION,
            pick(rng, &client.versions).cloned().unwrap_or_default(),
        );
    }
    set(
        fact::GATEWAY,
        gateway
            .map(|gateway| gateway.name.clone())
            .unwrap_or_default(),
    );
    set(fact::ACCESS, access.to_owned());
    if home {
        set(
            fact::ISP,
            pick(rng, &lists.isps).cloned().unwrap_or_default(),
        );
    }
    radio(data, access, holder, rng, &mut set);
    let disk = if percent(rng, 4) {
        between(rng, 1, 8)
    } else {
        between(rng, 20, 400)
    };
    set(fact::DISK, disk.to_string());
    set(
        fact::BUILD,
        pick(rng, &lists.builds).cloned().unwrap_or_default(),
    );
    set(
        fact::VIDEO,
        pick(rng, &lists.video).cloned().unwrap_or_default(),
    );
    set(
        fact::SITE,
        town.sites
            .get(holder.site)
            .map(|site| site.name.clone())
            .unwrap_or_default(),
    );
    set(
        fact::TOWN,
        town.towns
            .get(holder.town)
            .map(|town| town.name.clone())
            .unwrap_or_default(),
    );
    Device {
        name: format!("LT-{:04}", number + 1),
        model: pick(rng, &lists.models).cloned().unwrap_or_default(),
        facts,
        desk: 0,
        pinned: 0,
    }
}

/// The change that a roll-out brings to a device, if its turn has come by so many seconds after the
/// town's first moment. Turns are by number, not by chance, so that a share is a share of the fleet.
pub(crate) fn rolled_out(
    data: &TownData,
    device: &Device,
    number: usize,
    seconds: i64,
) -> Vec<(usize, String)> {
    let mut changes = Vec::new();
    for (row, rollout) in data.town.rollouts.iter().enumerate() {
        let Some(which) = FACTS.iter().position(|fact| *fact == rollout.fact) else {
            continue;
        };
        let turn = i64::try_from((number * 7_919 + row * 331) % 1_000).unwrap_or(0);
        let ran = i64::from(rollout.since_days) * 86_400 + seconds;
        let reached = ran * i64::from(rollout.per_day) / 86_400;
        let client = rollout
            .client
            .as_ref()
            .is_none_or(|client| client == device.fact(fact::VPN_CLIENT));
        if client
            && turn < reached
            && device.pinned & (1 << which) == 0
            && device.fact(which) != rollout.to
        {
            changes.push((which, rollout.to.clone()));
        }
    }
    changes
}

/// How well a laptop is connected, by its access and where it is.
fn radio(
    data: &TownData,
    access: &str,
    holder: &Resident,
    rng: &mut StdRng,
    set: &mut impl FnMut(usize, String),
) {
    let weaker = data
        .town
        .towns
        .get(holder.town)
        .map_or(0, |town| town.weaker);
    if access == "4G" || percent(rng, 26) {
        let carriers = &data.town.carriers;
        let carrier = weighted(rng, carriers.iter().map(|carrier| carrier.weight));
        set(
            fact::CARRIER,
            carriers
                .get(carrier)
                .map(|carrier| carrier.name.clone())
                .unwrap_or_default(),
        );
        let rsrp = -84 - weaker - between(rng, 0, 16);
        set(fact::RSRP, rsrp.max(-125).to_string());
        set(
            fact::RSRQ,
            (-8 - weaker / 4 - between(rng, 0, 4)).to_string(),
        );
        set(
            fact::SINR,
            (14 - weaker / 2 - between(rng, 0, 6)).to_string(),
        );
    }
    if access == "Wi-Fi" {
        set(
            fact::WIFI,
            (-48 - between(rng, 0, 14) - between(rng, 0, 16)).to_string(),
        );
    }
    let poor = percent(rng, 4);
    let slow = if access == "4G" { 28 + weaker } else { 8 };
    set(
        fact::RTT,
        (slow + between(rng, 0, 22) + if poor { 140 } else { 0 }).to_string(),
    );
    set(
        fact::JITTER,
        (between(rng, 1, 7) + if poor { 34 } else { 0 }).to_string(),
    );
    let loss = if poor {
        between(rng, 12, 48)
    } else {
        between(rng, 0, 6)
    };
    set(fact::LOSS, format!("{}.{}", loss / 10, loss % 10));
}

/// The name of a fact on the desk.
pub(crate) fn fact_name(which: usize) -> &'static str {
    ASSET_FIELDS.get(which).copied().unwrap_or_default()
}
