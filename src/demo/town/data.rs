//! The data files of the town, embedded in the program.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A grammar: group → rule → alternatives.
pub(crate) type Grammar = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// A place of work.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Site {
    pub(crate) name: String,
    /// `office`, `school` or `care`.
    pub(crate) kind: String,
    pub(crate) weight: u32,
}

/// A place where people live.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct HomeTown {
    pub(crate) name: String,
    pub(crate) weight: u32,
    /// How much weaker the mobile signal is there, in dB.
    pub(crate) weaker: i64,
}

/// A VPN gateway.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Gateway {
    pub(crate) name: String,
    pub(crate) weight: u32,
    /// Of a hundred laptops that use it: how many can be connected at once.
    pub(crate) seats: u32,
}

/// A mobile carrier.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Carrier {
    pub(crate) name: String,
    pub(crate) weight: u32,
}

/// A version that spreads over the fleet from day to day.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Rollout {
    /// Name of the fact in queries.
    pub(crate) fact: String,
    /// The new value.
    pub(crate) to: String,
    /// Only devices of this VPN client, if it is about one.
    pub(crate) client: Option<String>,
    /// Of a thousand devices: how many get it in a day.
    pub(crate) per_day: u32,
    /// It began so many days before the town's first moment.
    pub(crate) since_days: u32,
}

/// A VPN client and the versions in use, more common ones more often.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) weight: u32,
    pub(crate) versions: Vec<String>,
}

/// What laptops are made of.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DeviceLists {
    pub(crate) models: Vec<String>,
    pub(crate) builds: Vec<String>,
    pub(crate) video: Vec<String>,
    pub(crate) isps: Vec<String>,
}

/// Names of a language.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Names {
    pub(crate) first: Vec<String>,
    pub(crate) last: Vec<String>,
}

/// `town.toml`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TownFile {
    /// Domain of the mail addresses.
    pub(crate) mail: String,
    pub(crate) groups: BTreeMap<String, u32>,
    pub(crate) languages: BTreeMap<String, u32>,
    pub(crate) sites: Vec<Site>,
    pub(crate) departments: BTreeMap<String, Vec<String>>,
    pub(crate) towns: Vec<HomeTown>,
    pub(crate) gateways: Vec<Gateway>,
    pub(crate) clients: Vec<Client>,
    pub(crate) carriers: Vec<Carrier>,
    pub(crate) rollouts: Vec<Rollout>,
    pub(crate) devices: DeviceLists,
    pub(crate) names: BTreeMap<String, Names>,
}

/// Everything the town is made of.
#[derive(Debug, Clone)]
pub(crate) struct TownData {
    pub(crate) town: TownFile,
    /// By language.
    pub(crate) texts: BTreeMap<String, Grammar>,
}

/// What people write: what they always wrote about, and what they write in a crisis.
const TEXTS: [(&str, [&str; 2]); 5] = [
    (
        "da",
        [
            include_str!("../../../assets/demo/texts/da.toml"),
            include_str!("../../../assets/demo/texts/da-crisis.toml"),
        ],
    ),
    (
        "nb",
        [
            include_str!("../../../assets/demo/texts/nb.toml"),
            include_str!("../../../assets/demo/texts/nb-crisis.toml"),
        ],
    ),
    (
        "nn",
        [
            include_str!("../../../assets/demo/texts/nn.toml"),
            include_str!("../../../assets/demo/texts/nn-crisis.toml"),
        ],
    ),
    (
        "sv",
        [
            include_str!("../../../assets/demo/texts/sv.toml"),
            include_str!("../../../assets/demo/texts/sv-crisis.toml"),
        ],
    ),
    (
        "en",
        [
            include_str!("../../../assets/demo/texts/en.toml"),
            include_str!("../../../assets/demo/texts/en-crisis.toml"),
        ],
    ),
];

/// Reads the embedded files. A section that stands in both files of a language has the rules of both, and a
/// rule that stands in both has the alternatives of both.
pub(crate) fn load() -> Result<TownData, toml::de::Error> {
    let town = toml::from_str(include_str!("../../../assets/demo/town.toml"))?;
    let mut texts = BTreeMap::new();
    for (lang, files) in TEXTS {
        let mut grammar = Grammar::new();
        for text in files {
            for (section, rules) in toml::from_str::<Grammar>(text)? {
                let known = grammar.entry(section).or_default();
                for (rule, more) in rules {
                    known.entry(rule).or_default().extend(more);
                }
            }
        }
        texts.insert(lang.to_owned(), grammar);
    }
    Ok(TownData { town, texts })
}
