//! A municipality drawn from a seed: people, devices with facts, shares of the groups. No two seeds are alike in the
//! number of gateways, carriers and towns, in how even they are, or in what facts are called.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use vagt::domain::device::{Device, DeviceFact, Value};
use vagt::domain::fact::Fact;
use vagt::domain::ids::{DeviceId, GroupId, PersonId};
use vagt::domain::person::PersonRef;

pub const GROUPS: [&str; 14] = GroupId::BUILT_IN;

/// One person and their device.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub lang: &'static str,
    pub site: usize,
    pub town: usize,
    /// Facts by name; empty: unknown.
    pub facts: Vec<(&'static str, String)>,
    /// Known to the fleet.
    pub has_device: bool,
    pub vpn_up: bool,
}

impl Person {
    pub fn fact(&self, name: &str) -> &str {
        self.facts
            .iter()
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value.as_str())
    }
    pub fn device_id(&self) -> String {
        format!("D{}", &self.id[1..])
    }
    pub fn device(&self, vpn_state: &str) -> Device {
        let text = |value: &str| DeviceFact {
            value: Value::Text(value.to_owned()),
            seen: None,
        };
        let mut facts: std::collections::BTreeMap<String, DeviceFact> = self
            .facts
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| ((*key).to_owned(), text(value)))
            .collect();
        facts.insert("vpn_state".into(), text(vpn_state));
        Device {
            id: DeviceId::new(self.device_id()),
            name: self.device_id(),
            kind: Fact::Unknown,
            holder: Fact::Known(PersonRef::new(PersonId::new(self.id.clone()), "")),
            status: Fact::Unknown,
            last_seen: Fact::Unknown,
            facts,
            source: "file".into(),
        }
    }
}

pub struct Town {
    pub people: Vec<Person>,
    pub shares: Vec<f64>,
    pub sites: Vec<(String, &'static str)>,
    pub towns: Vec<String>,
    pub rng: StdRng,
    /// How busy each hour of the day is.
    pub hours: [f64; 24],
}

pub fn pick<'a, T>(rng: &mut StdRng, list: &'a [T]) -> &'a T {
    &list[rng.random_range(0..list.len())]
}

/// A place drawn by weight.
pub fn weighted(rng: &mut StdRng, weights: &[f64]) -> usize {
    let mut at = rng.random::<f64>() * weights.iter().sum::<f64>();
    for (place, weight) in weights.iter().enumerate() {
        at -= weight;
        if at <= 0.0 {
            return place;
        }
    }
    weights.len() - 1
}

/// About normal, from the sum of twelve.
pub fn normal(rng: &mut StdRng) -> f64 {
    (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0
}

fn uneven(rng: &mut StdRng, n: usize, spread: f64) -> Vec<f64> {
    (0..n).map(|_| (spread * normal(rng)).exp()).collect()
}

const TOWNS: [&str; 14] = [
    "Elvdalen",
    "Nordmarka",
    "Bjerringsted",
    "Hvalø",
    "Kvernes",
    "Solberga",
    "Ringsund",
    "Åmot",
    "Fjellvik",
    "Granhult",
    "Torsby Strand",
    "Lundeby",
    "Østre Vik",
    "Kongsmark",
];
const SITE_KINDS: [(&str, &str); 6] = [
    ("Rådhuset", "office"),
    ("Skolen", "school"),
    ("Plejecenter", "care"),
    ("Jobcenter", "office"),
    ("Børnehuset", "office"),
    ("Hjemmeplejen", "care"),
];

impl Town {
    pub fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed ^ 0x5eed);
        let people = rng.random_range(1_000..2_600);
        let town_count = rng.random_range(7..14);
        let towns: Vec<String> = TOWNS[..town_count]
            .iter()
            .map(|t| (*t).to_owned())
            .collect();
        let sites: Vec<(String, &'static str)> = (0..rng.random_range(9..22))
            .map(|n| {
                let (name, kind) = SITE_KINDS[n % SITE_KINDS.len()];
                (format!("{name} {}", (b'A' + n as u8) as char), kind)
            })
            .collect();
        let site_weights = uneven(&mut rng, sites.len(), 0.8);
        let town_weights = uneven(&mut rng, towns.len(), 0.5);
        let gateways = rng.random_range(3..6);
        let gateway_weights = uneven(&mut rng, gateways, 0.4);
        let carriers = ["Telia", "Telenor", "TDC", "3", "Ice"];
        let carriers = &carriers[..rng.random_range(3..=5)];
        let carrier_weights = uneven(&mut rng, carriers.len(), 0.4);
        let isps = [
            "StofNet",
            "Fibia",
            "Altibox",
            "YouSee",
            "Telia",
            "Norlys",
            "Bredband2",
        ];
        let isp_weights = uneven(&mut rng, isps.len(), 0.6);
        let clients = [
            ("AnyConnect", vec!["5.1.2", "5.1.3", "4.10.07"]),
            ("GlobalProtect", vec!["6.2.4", "6.1.3"]),
            ("FortiClient", vec!["7.2.5", "7.0.12"]),
        ];
        let client_weights = uneven(&mut rng, clients.len(), 0.9);
        let builds = ["10.0.19045", "10.0.22631", "10.0.26100"];
        let build_weights = uneven(&mut rng, 3, 0.5);
        let videos = ["1.5.1", "1.5.2", "1.5.3", "1.4.9"];
        let video_weights = [0.45, 0.25, 0.2, 0.1];
        let models = [
            "Latitude 5440",
            "EliteBook 840",
            "ThinkPad T14",
            "Surface 5",
            "ProBook 450",
        ];
        let sim_share = 0.25 + 0.4 * rng.random::<f64>();
        let no_device = 0.11 + 0.05 * rng.random::<f64>();
        let langs = [
            ("da", 36.0),
            ("nb", 28.0),
            ("en", 13.0),
            ("sv", 13.0),
            ("nn", 10.0),
        ];
        let lang_weights: Vec<f64> = langs
            .iter()
            .map(|l| l.1 * (0.3 * normal(&mut rng)).exp())
            .collect();
        let people = (0..people)
            .map(|n| {
                let (site, town) = (
                    weighted(&mut rng, &site_weights),
                    weighted(&mut rng, &town_weights),
                );
                let client = &clients[weighted(&mut rng, &client_weights)];
                let access = ["wifi", "cable", "mobile"][weighted(&mut rng, &[62.0, 22.0, 16.0])];
                let has_sim = access == "mobile" || rng.random_bool(sim_share);
                let mut facts = vec![
                    ("site", sites[site].0.clone()),
                    ("town", towns[town].clone()),
                    (
                        "os_build",
                        builds[weighted(&mut rng, &build_weights)].to_owned(),
                    ),
                    ("vpn_client", client.0.to_owned()),
                    ("vpn_version", pick(&mut rng, &client.1).to_string()),
                    (
                        "gateway",
                        format!("gw{}", 1 + weighted(&mut rng, &gateway_weights)),
                    ),
                    (
                        "video_client_version",
                        videos[weighted(&mut rng, &video_weights)].to_owned(),
                    ),
                    ("access", access.to_owned()),
                    ("isp", isps[weighted(&mut rng, &isp_weights)].to_owned()),
                    ("model", pick(&mut rng, &models).to_string()),
                ];
                if has_sim {
                    facts.push((
                        "carrier",
                        carriers[weighted(&mut rng, &carrier_weights)].to_owned(),
                    ));
                }
                Person {
                    id: format!("u{}", 10_000 + n),
                    lang: langs[weighted(&mut rng, &lang_weights)].0,
                    site,
                    town,
                    facts,
                    has_device: !rng.random_bool(no_device),
                    vpn_up: rng.random_bool(0.6),
                }
            })
            .collect();
        let base = [
            0.11, 0.11, 0.07, 0.06, 0.13, 0.12, 0.05, 0.07, 0.08, 0.06, 0.04, 0.04, 0.05, 0.07,
        ];
        let mut shares: Vec<f64> = base
            .iter()
            .map(|b| b * (0.35 * normal(&mut rng)).exp())
            .collect();
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|s| *s /= sum);
        // Some desks are busiest at eight, others all day.
        let peak = 0.5 + 1.2 * rng.random::<f64>();
        let mut hours = [0.0; 24];
        for (hour, weight) in hours.iter_mut().enumerate() {
            *weight = match hour {
                0..=5 => 0.02,
                6 => 0.2,
                7 => 0.7 * (1.0 + 0.4 * peak),
                8..=9 => 1.0 + peak * 0.7,
                10 | 11 => 1.0 + peak * 0.2,
                12 => 0.7,
                13 | 14 => 1.0,
                15 => 0.7,
                16 => 0.35,
                17..=20 => 0.12,
                _ => 0.06,
            };
        }
        Self {
            people,
            shares,
            sites,
            towns,
            rng,
            hours,
        }
    }
    /// Somebody; who writes of schools works in one more often than not.
    pub fn anybody(&mut self, group: &str) -> usize {
        let kind = match group {
            "school" => "school",
            "health" => "care",
            _ => "",
        };
        for _ in 0..8 {
            let who = self.rng.random_range(0..self.people.len());
            let person = &self.people[who];
            let fits = match group {
                "mobile" => !person.fact("carrier").is_empty() || self.rng.random_bool(0.15),
                "wifi" => person.fact("access") == "wifi" || self.rng.random_bool(0.3),
                _ => {
                    kind.is_empty()
                        || self.sites[person.site].1 == kind
                        || self.rng.random_bool(0.15)
                }
            };
            if fits {
                return who;
            }
        }
        self.rng.random_range(0..self.people.len())
    }
    /// Who has these values.
    pub fn with(&self, facts: &[(&str, &str)]) -> Vec<usize> {
        (0..self.people.len())
            .filter(|n| {
                facts
                    .iter()
                    .all(|(key, value)| self.people[*n].fact(key) == *value)
            })
            .collect()
    }
    /// The most common value of a fact, and the others behind it.
    pub fn values(&self, fact: &str) -> Vec<(String, usize)> {
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for person in &self.people {
            let value = person.fact(fact);
            if !value.is_empty() {
                *counts.entry(value.to_owned()).or_default() += 1;
            }
        }
        let mut list: Vec<(String, usize)> = counts.into_iter().collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        list
    }
}
