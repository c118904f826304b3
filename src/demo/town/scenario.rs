//! What happens in the town, and what is true about it: scenarios as data.
//!
//! A scenario says how busy the day is and holds a list of [`Truth`]s: what goes wrong, for whom, when,
//! what their devices report and how many of them write. The simulation carries the truths out and the
//! recording writes down what became of them, so a test compares with what was meant, not with what was
//! seen. The files are in `assets/demo/scenarios`; `scenario_file` reads them and those of a user.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Time;
use rand::rngs::StdRng;
use serde::Deserialize;

use super::chance::{between, skewed};
use super::fleet::FACTS;
use super::scenario_file::{self, ScenarioError};
use super::start::StartAt;

/// The scenarios that are part of the program, in the order in which a person is told of them.
const BUILT_IN: [(&str, &str); 13] = [
    (
        "mixed",
        include_str!("../../../assets/demo/scenarios/mixed.toml"),
    ),
    (
        "quiet",
        include_str!("../../../assets/demo/scenarios/quiet.toml"),
    ),
    (
        "vpn-outage",
        include_str!("../../../assets/demo/scenarios/vpn-outage.toml"),
    ),
    (
        "vpn-certificate",
        include_str!("../../../assets/demo/scenarios/vpn-certificate.toml"),
    ),
    (
        "vpn-capacity",
        include_str!("../../../assets/demo/scenarios/vpn-capacity.toml"),
    ),
    (
        "video-update",
        include_str!("../../../assets/demo/scenarios/video-update.toml"),
    ),
    (
        "new-product",
        include_str!("../../../assets/demo/scenarios/new-product.toml"),
    ),
    (
        "mobile-outage",
        include_str!("../../../assets/demo/scenarios/mobile-outage.toml"),
    ),
    (
        "mfa-outage",
        include_str!("../../../assets/demo/scenarios/mfa-outage.toml"),
    ),
    (
        "school-morning",
        include_str!("../../../assets/demo/scenarios/school-morning.toml"),
    ),
    (
        "lockdown",
        include_str!("../../../assets/demo/scenarios/lockdown.toml"),
    ),
    (
        "night",
        include_str!("../../../assets/demo/scenarios/night.toml"),
    ),
    (
        "still",
        include_str!("../../../assets/demo/scenarios/still.toml"),
    ),
];

/// What happens in the town while the desk runs. Cheap to clone; see [`Scenario::named`] and
/// [`Scenario::from_file`]. The default is `still`: nothing moves.
#[derive(Debug, Clone)]
pub struct Scenario {
    name: String,
    pub(crate) plot: Arc<Plot>,
}

impl Default for Scenario {
    fn default() -> Self {
        Self::named("still").unwrap_or_else(|_| Self {
            name: "still".to_owned(),
            plot: Arc::new(Plot::default()),
        })
    }
}

impl Scenario {
    /// The scenario with this name, of those that are part of the program.
    pub fn named(name: &str) -> Result<Self, ScenarioError> {
        let (_, text) = BUILT_IN
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| ScenarioError::unknown(name, Self::names()))?;
        Self::read(name, text, &format!("{name}.toml"))
    }

    /// The scenario in a file that somebody wrote.
    pub fn from_file(path: &Path) -> Result<Self, ScenarioError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| ScenarioError::Unreadable {
            file: shown.clone(),
            source,
        })?;
        let stem = path
            .file_stem()
            .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let name = crate::text::sanitize::line(&stem);
        Self::read(&name, &text, &shown)
    }

    fn read(name: &str, text: &str, file: &str) -> Result<Self, ScenarioError> {
        Ok(Self {
            name: name.to_owned(),
            plot: Arc::new(scenario_file::read(text, file)?),
        })
    }

    /// The names of the scenarios that are part of the program.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One sentence: what happens.
    pub fn about(&self) -> &str {
        &self.plot.about
    }

    /// When it begins, if it belongs to a time of day.
    pub fn at(&self) -> Option<StartAt> {
        self.plot.at
    }

    /// Hours that tell the whole story.
    pub fn hours(&self) -> u32 {
        self.plot.hours
    }

    /// Whether nothing moves.
    pub fn is_still(&self) -> bool {
        self.plot.still
    }
}

/// A scenario as read and checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plot {
    pub(crate) about: String,
    pub(crate) at: Option<StartAt>,
    pub(crate) hours: u32,
    pub(crate) still: bool,
    /// Tickets against an ordinary day, in tenths.
    pub(crate) level: u32,
    /// The same on top for single groups, in tenths.
    pub(crate) levels: Vec<(String, u32)>,
    pub(crate) truths: Vec<Truth>,
}

impl Plot {
    /// How many times as many tickets of a group come, in tenths.
    pub(crate) fn tenfold(&self, group: &str) -> u32 {
        let own = self
            .levels
            .iter()
            .find(|(name, _)| name == group)
            .map_or(10, |(_, level)| *level);
        self.level.saturating_mul(own) / 10
    }
}

/// What kind of thing goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Something of the house is dead for a while.
    Outage,
    /// Something is full: it works for a moment, then for others.
    Capacity,
    /// A new version spreads and is worse than the old one.
    Update,
    /// A product that nobody knows spreads.
    Product,
    /// Something of a supplier is dead; no device here is ill.
    Supplier,
    /// Somebody's own trouble, at a time at which many have another one; no incident.
    Own,
}

impl Kind {
    /// Its word in files.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Outage => "outage",
            Self::Capacity => "capacity",
            Self::Update => "update",
            Self::Product => "product",
            Self::Supplier => "supplier",
            Self::Own => "own",
        }
    }

    /// Whether it spreads evenly, as software does, and not with a crash.
    pub(crate) fn creeps(self) -> bool {
        matches!(self, Self::Update | Self::Product)
    }
}

/// By what somebody is hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    /// A fact of their device, by its place.
    Fact(usize),
    /// `office`, `school` or `care`.
    SiteKind,
    /// Their language.
    Lang,
}

impl Trait {
    /// Its name in files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fact(which) => FACTS.get(which).copied().unwrap_or_default(),
            Self::SiteKind => "site_kind",
            Self::Lang => "lang",
        }
    }
}

/// When a truth begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Start {
    /// So many seconds after the scenario.
    After(i64),
    /// At this time of day.
    At(Time),
}

/// A time that something takes, in seconds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Span {
    pub(crate) low: i64,
    pub(crate) high: i64,
}

impl Span {
    pub(crate) fn draw(self, rng: &mut StdRng) -> i64 {
        between(rng, self.low, self.high)
    }

    /// Early rather than late.
    pub(crate) fn early(self, rng: &mut StdRng) -> i64 {
        skewed(rng, self.low, self.high)
    }
}

/// `90s`, `35m`, `2h`, `3d`, in seconds.
fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text.strip_prefix(number)? {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let number: i64 = number.parse().ok().filter(|n| (0..=100_000).contains(n))?;
    Some(number * factor)
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (low, high) = text.split_once('-').unwrap_or((&text, &text));
        match (seconds(low), seconds(high)) {
            (Some(low), Some(high)) if low <= high => Ok(Self { low, high }),
            _ => Err(format!(
                "{text:?} is no time span; write \"35m\", \"90s\" or \"35m-2h\""
            )),
        }
    }
}

impl TryFrom<String> for Start {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Some(after) = seconds(&text) {
            return Ok(Self::After(after));
        }
        Time::strptime("%H:%M", &text)
            .map(Self::At)
            .map_err(|_| format!("{text:?} is no start; write \"20s\" after the beginning, or a time of day such as \"08:30\""))
    }
}

/// Something that truly happens.
#[derive(Debug, Clone)]
pub(crate) struct Truth {
    /// A short name, unique in the scenario.
    pub(crate) name: String,
    /// What is wrong, one sentence.
    pub(crate) cause: String,
    pub(crate) kind: Kind,
    /// The group that the tickets belong to.
    pub(crate) group: String,
    /// Other groups that a fair agent could choose.
    pub(crate) also: Vec<String>,
    /// Sections of the grammars from which those who are hit write.
    pub(crate) texts: Vec<String>,
    /// The same for those who ask how something is done.
    pub(crate) howto_texts: Vec<String>,
    pub(crate) start: Start,
    pub(crate) lasts: Span,
    /// From its end to when it begins again.
    pub(crate) again: Option<Span>,
    /// Who is hit: every trait has one of its values.
    pub(crate) fits: Vec<(Trait, Vec<String>)>,
    /// Of a hundred who fit: how many are hit.
    pub(crate) share: u32,
    /// Exactly so many are hit instead; those with the values that stand first come first.
    pub(crate) people: Option<u32>,
    /// Of a hundred laptops of the gateway: how many can be connected. Those above are hit.
    pub(crate) seats: Option<u32>,
    /// How long it takes until all are hit.
    pub(crate) spread: Span,
    /// What their devices report while it lasts: place and value, `A..B` for a number from A to B.
    pub(crate) facts: Vec<(usize, String)>,
    /// What changes on their devices and stays.
    pub(crate) sets: Vec<(usize, String)>,
    /// What changes on their devices when it is over.
    pub(crate) mends: Vec<(usize, String)>,
    /// Devices come back for a moment, so often.
    pub(crate) flap: Option<Span>,
    /// Of a hundred who are hit: how many write.
    pub(crate) write: u32,
    /// Writers are about so many at most, however large the town.
    pub(crate) at_most: u32,
    /// Exactly so many of those who are hit write instead.
    pub(crate) writers: Option<u32>,
    /// So many of the writers have a device that never comes back by itself.
    pub(crate) stay: u32,
    /// So many of the writers say that it still does not work once their ticket is solved, though their device is well.
    pub(crate) doubt: u32,
    /// Of a hundred writers: how many say something when they are answered, their ticket is solved or it is over; none:
    /// as people do.
    pub(crate) react: Option<u32>,
    /// Colleagues leave its tickets to the person at the console.
    pub(crate) alone: bool,
    /// How long it takes somebody to write.
    pub(crate) delay: Span,
    /// So many notice and write at once.
    pub(crate) prompt: u32,
    /// Of a hundred who write: how many ask how it is done.
    pub(crate) howto: u32,
    /// Of a hundred who write: how many write a second time.
    pub(crate) twice: u32,
    /// Of a hundred devices: how many are well again soon after the end.
    pub(crate) back: u32,
    /// How soon.
    pub(crate) back_within: Span,
    /// Of a hundred: how many never come back by themselves.
    pub(crate) never: u32,
}
