//! Where systems run, what depends on what, whom to ring, and how much they carry. Plain data and rules; the file is read by
//! `config::hosting`.
//!
//! Invariant: a system that depends on another one does so in no circle. What is down explains only what depends on it.
//! Start at [`Hosting::causes`].

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::device::{Device, Value};
use super::fact::Fact;
use super::ids::GroupId;

/// Where a system runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runs {
    /// In a cellar of one's own.
    Own,
    /// At an IT company that several share.
    Shared,
    /// At its supplier.
    Supplier,
    /// In a cloud.
    Cloud,
}

impl Runs {
    /// All.
    pub const ALL: [Self; 4] = [Self::Own, Self::Shared, Self::Supplier, Self::Cloud];
    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Shared => "shared",
            Self::Supplier => "supplier",
            Self::Cloud => "cloud",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|runs| runs.word() == word)
    }
}

/// How much a system carries, and which devices use it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ceiling {
    /// What is counted (`sessions on gw2`).
    pub what: String,
    /// As many there can be.
    pub most: u32,
    /// A device counts whose facts have all these values.
    pub count: BTreeMap<String, String>,
}

/// How full it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Use {
    /// Devices that use it.
    pub used: u32,
    /// Nine tenths of it or more are used.
    pub is_near: bool,
}

impl Ceiling {
    /// How full it is; unknown where no device tells all the facts.
    pub fn used<'a>(&self, devices: impl Iterator<Item = &'a Device>) -> Fact<Use> {
        let (mut told, mut used) = (false, 0_u32);
        for device in devices {
            let mut values = self.count.iter().map(|(fact, value)| {
                let told = &device.facts.get(fact)?.value;
                Some(match told {
                    Value::Text(text) => text == value,
                    Value::Number(n) => n.to_string() == *value,
                    Value::Flag(flag) => flag.to_string() == *value,
                })
            });
            let is_all = values.try_fold(true, |all, is| Some(all && is?));
            told |= is_all.is_some();
            used = used.saturating_add(u32::from(is_all == Some(true)));
        }
        if !told {
            return Fact::Unknown;
        }
        Fact::Known(Use {
            used,
            is_near: u64::from(used) * 10 >= u64::from(self.most) * 9,
        })
    }
}

/// A system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct System {
    /// What the file calls it.
    pub slug: String,
    /// What the screen calls it.
    pub title: String,
    /// Where it runs.
    pub runs: Runs,
    /// Who runs it.
    pub by: Option<String>,
    /// Whom to ring.
    pub phone: Option<String>,
    /// The problem groups in which its failure shows.
    pub groups: Vec<GroupId>,
    /// The systems without which it does not work.
    pub depends: Vec<String>,
    /// How much it carries.
    pub ceilings: Vec<Ceiling>,
}

/// All systems, by slug.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Hosting {
    /// The systems.
    pub systems: Vec<System>,
}

impl Hosting {
    /// A system.
    pub fn system(&self, slug: &str) -> Option<&System> {
        self.systems.iter().find(|system| system.slug == slug)
    }

    /// The system and everything that it depends on, nearest first.
    pub fn below(&self, slug: &str) -> Vec<&System> {
        let mut found: Vec<&System> = self.system(slug).into_iter().collect();
        let mut at = 0;
        while let Some(system) = found.get(at).copied() {
            for slug in &system.depends {
                let is_new = !found.iter().any(|known| known.slug == *slug);
                found.extend(self.system(slug).filter(|_| is_new));
            }
            at += 1;
        }
        found
    }

    /// What does not work while a system is down: those that depend on it, itself left out.
    pub fn above(&self, slug: &str) -> Vec<&System> {
        let depends = |system: &&System| {
            let below = self.below(&system.slug);
            system.slug != slug && below.iter().any(|below| below.slug == slug)
        };
        self.systems.iter().filter(depends).collect()
    }

    /// What explains trouble in a group: of the systems in which it shows and what those depend on, those that are down, the
    /// deepest first, as it explains the others.
    pub fn causes(&self, group: &GroupId, down: &BTreeSet<String>) -> Vec<&System> {
        let mut causes: Vec<&System> = Vec::new();
        for system in self
            .systems
            .iter()
            .filter(|system| system.groups.contains(group))
        {
            for below in self.below(&system.slug).into_iter().rev() {
                let is_new = !causes.iter().any(|known| known.slug == below.slug);
                if is_new && down.contains(&below.slug) {
                    causes.push(below);
                }
            }
        }
        causes
    }

    /// A way on which a system depends on itself, beginning and ending with it.
    pub fn circle(&self, slug: &str) -> Option<Vec<String>> {
        let mut ways: Vec<Vec<&str>> = vec![vec![slug]];
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        while let Some(way) = ways.pop() {
            let Some(system) = way.last().and_then(|last| self.system(last)) else {
                continue;
            };
            for next in &system.depends {
                let mut longer = way.clone();
                longer.push(next);
                if next == slug {
                    return Some(longer.into_iter().map(str::to_owned).collect());
                }
                if seen.insert(next) {
                    ways.push(longer);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::device::DeviceFact;
    use crate::domain::ids::DeviceId;

    fn system(slug: &str, groups: &[&str], depends: &[&str]) -> System {
        System {
            slug: slug.to_owned(),
            title: slug.to_uppercase(),
            runs: Runs::Own,
            by: None,
            phone: None,
            groups: groups.iter().map(|group| GroupId::from(*group)).collect(),
            depends: depends.iter().map(ToString::to_string).collect(),
            ceilings: Vec::new(),
        }
    }

    /// Remote desktop and file shares need VPN, and VPN needs the directory; print needs nothing.
    fn hosting() -> Hosting {
        Hosting {
            systems: vec![
                system("ad", &["login"], &[]),
                system("files", &["files"], &["vpn"]),
                system("print", &["printing"], &[]),
                system("rds", &["remote-desktop"], &["vpn"]),
                system("vpn", &["vpn"], &["ad"]),
            ],
        }
    }

    fn slugs(systems: &[&System]) -> Vec<String> {
        systems.iter().map(|system| system.slug.clone()).collect()
    }

    #[test]
    fn what_is_down_explains_what_depends_on_it_and_nothing_else() {
        let hosting = hosting();
        let down = |slugs: &[&str]| -> BTreeSet<String> {
            slugs.iter().map(ToString::to_string).collect()
        };
        let causes =
            |group: &str, of: &[&str]| slugs(&hosting.causes(&GroupId::from(group), &down(of)));
        assert_eq!(causes("files", &["vpn"]), ["vpn"]);
        assert_eq!(
            causes("remote-desktop", &["vpn", "ad"]),
            ["ad", "vpn"],
            "the deepest first"
        );
        assert_eq!(causes("vpn", &["vpn"]), ["vpn"], "its own group too");
        assert!(
            causes("login", &["vpn"]).is_empty(),
            "what it depends on is not explained by it"
        );
        assert!(causes("printing", &["vpn", "ad"]).is_empty());
        assert_eq!(slugs(&hosting.above("ad")), ["files", "rds", "vpn"]);
        assert!(hosting.above("rds").is_empty());
    }

    #[test]
    fn a_circle_is_found() {
        let mut hosting = hosting();
        assert_eq!(hosting.circle("files"), None);
        hosting.systems[0].depends.push("files".to_owned());
        let circle = hosting.circle("vpn").unwrap();
        assert_eq!(
            (circle.first(), circle.last()),
            (Some(&"vpn".to_owned()), Some(&"vpn".to_owned()))
        );
        assert_eq!(circle.len(), 4, "{circle:?}");
        assert_eq!(
            slugs(&hosting.below("vpn")),
            ["vpn", "ad", "files"],
            "and ends all the same"
        );
        assert_eq!(hosting.circle("print"), None);
    }

    #[test]
    fn a_ceiling_counts_the_devices_that_have_all_its_facts() {
        let device = |id: u32, facts: &[(&str, &str)]| Device {
            id: DeviceId::new(id.to_string()),
            name: id.to_string(),
            kind: Fact::Unknown,
            holder: Fact::Unknown,
            status: Fact::Unknown,
            last_seen: Fact::Unknown,
            facts: facts
                .iter()
                .map(|(fact, value)| {
                    let value = Value::Text((*value).to_owned());
                    ((*fact).to_owned(), DeviceFact { value, seen: None })
                })
                .collect(),
            source: "test".to_owned(),
        };
        let mut fleet: Vec<Device> = (0..9)
            .map(|id| device(id, &[("vpn_state", "up"), ("gateway", "gw2")]))
            .collect();
        fleet.push(device(20, &[("vpn_state", "down"), ("gateway", "gw2")]));
        fleet.push(device(21, &[("vpn_state", "up"), ("gateway", "gw1")]));
        let ceiling = |most| Ceiling {
            what: "sessions".to_owned(),
            most,
            count: [("vpn_state", "up"), ("gateway", "gw2")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .into(),
        };
        assert_eq!(
            ceiling(10).used(fleet.iter()),
            Fact::Known(Use {
                used: 9,
                is_near: true
            })
        );
        assert_eq!(
            ceiling(11).used(fleet.iter()),
            Fact::Known(Use {
                used: 9,
                is_near: false
            })
        );
        assert_eq!(
            ceiling(10).used([device(1, &[("vpn_state", "up")])].iter()),
            Fact::Unknown
        );
    }
}
