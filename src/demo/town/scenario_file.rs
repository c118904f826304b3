//! Reading a scenario: text in, checked truths out, or the first mistake with its line and column.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Value;
use toml::de::{DeTable, DeValue};

use super::data;
use super::fleet::{FACTS, fact};
use super::scenario::{Kind, Plot, Span, Start, Trait, Truth};
use super::start::StartAt;
use crate::text::nearest::nearest;

/// Why a scenario cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// No scenario has this name.
    #[error(
        "there is no scenario {name:?}{hint}; there are {known}, or give a file whose name ends in .toml"
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// The nearest name, as a question.
        hint: String,
        /// The names that there are.
        known: String,
    },
    /// The file cannot be read.
    #[error(
        "the scenario {file} cannot be read: {source}; check the name and whether you may read it"
    )]
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something in the file is wrong.
    #[error("{file}:{line}:{column}: {problem}")]
    Wrong {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong, and what would be right.
        problem: String,
    },
}

impl ScenarioError {
    /// No scenario has this name.
    pub(crate) fn unknown<'a>(name: &str, names: impl Iterator<Item = &'a str> + Clone) -> Self {
        Self::Unknown {
            name: name.to_owned(),
            hint: did_you_mean(name, names.clone()),
            known: names.collect::<Vec<_>>().join(", "),
        }
    }
}

/// `, did you mean lasts?` if something is near, else nothing.
fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(word, known.map(str::to_owned))
        .map_or_else(String::new, |near| format!(", did you mean {near:?}?"))
}

const ROOT_KEYS: [&str; 7] = ["about", "at", "hours", "still", "level", "levels", "truth"];
const TRUTH_KEYS: [&str; 25] = [
    "name",
    "cause",
    "kind",
    "group",
    "also",
    "texts",
    "howto_texts",
    "start",
    "lasts",
    "again",
    "where",
    "share",
    "seats",
    "spread",
    "facts",
    "sets",
    "mends",
    "flap",
    "write",
    "at_most",
    "delay",
    "prompt",
    "howto",
    "twice",
    "back",
];
const LATE_KEYS: [&str; 2] = ["back_within", "never"];
/// Who plays which part, where it is told exactly.
const CAST_KEYS: [&str; 6] = ["people", "writers", "stay", "doubt", "react", "alone"];

#[derive(Debug, Deserialize)]
struct RawPlot {
    #[serde(default)]
    about: String,
    at: Option<String>,
    #[serde(default = "hours")]
    hours: u32,
    #[serde(default)]
    still: bool,
    #[serde(default = "one")]
    level: f64,
    #[serde(default)]
    levels: BTreeMap<String, f64>,
    #[serde(default)]
    truth: Vec<RawTruth>,
}

#[derive(Debug, Deserialize)]
struct RawTruth {
    name: String,
    cause: String,
    kind: Kind,
    group: String,
    #[serde(default)]
    also: Vec<String>,
    texts: Vec<String>,
    #[serde(default)]
    howto_texts: Vec<String>,
    start: Start,
    lasts: Span,
    again: Option<Span>,
    #[serde(default)]
    r#where: BTreeMap<String, Value>,
    #[serde(default = "hundred")]
    share: u32,
    people: Option<u32>,
    seats: Option<u32>,
    #[serde(default = "minutes")]
    spread: Span,
    #[serde(default)]
    facts: BTreeMap<String, Value>,
    #[serde(default)]
    sets: BTreeMap<String, Value>,
    #[serde(default)]
    mends: BTreeMap<String, Value>,
    flap: Option<Span>,
    #[serde(default = "a_third")]
    write: u32,
    #[serde(default = "many")]
    at_most: u32,
    writers: Option<u32>,
    #[serde(default)]
    stay: u32,
    #[serde(default)]
    doubt: u32,
    react: Option<u32>,
    #[serde(default)]
    alone: bool,
    #[serde(default = "a_while")]
    delay: Span,
    #[serde(default = "two")]
    prompt: u32,
    #[serde(default)]
    howto: u32,
    #[serde(default = "few")]
    twice: u32,
    #[serde(default = "most")]
    back: u32,
    #[serde(default = "soon")]
    back_within: Span,
    #[serde(default)]
    never: u32,
}

fn hours() -> u32 {
    2
}
fn one() -> f64 {
    1.0
}
fn hundred() -> u32 {
    100
}
fn a_third() -> u32 {
    35
}
fn many() -> u32 {
    120
}
fn two() -> u32 {
    2
}
fn few() -> u32 {
    5
}
fn most() -> u32 {
    94
}
fn minutes() -> Span {
    Span { low: 1, high: 240 }
}
fn a_while() -> Span {
    Span {
        low: 15,
        high: 2_400,
    }
}
fn soon() -> Span {
    Span { low: 5, high: 600 }
}

/// Reads and checks a scenario. `file` is only for messages.
pub(crate) fn read(text: &str, file: &str) -> Result<Plot, ScenarioError> {
    let reader = Reader { text, file };
    let doc = DeTable::parse(text).map_err(|error| reader.toml(&error))?;
    let doc = doc.get_ref();
    reader.known_keys(doc, &[&ROOT_KEYS])?;
    for truth in truths(doc) {
        reader.known_keys(truth, &[&TRUTH_KEYS, &LATE_KEYS, &CAST_KEYS])?;
    }
    let raw: RawPlot = toml::from_str(text).map_err(|error| reader.toml(&error))?;
    reader.plot(doc, raw)
}

/// The tables of the truths, in order.
fn truths<'a, 'b>(doc: &'a DeTable<'b>) -> impl Iterator<Item = &'a DeTable<'b>> {
    doc.iter()
        .filter(|(key, _)| key.get_ref() == "truth")
        .filter_map(|(_, value)| value.get_ref().as_array())
        .flat_map(|list| list.iter())
        .filter_map(|truth| truth.get_ref().as_table())
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
}

impl Reader<'_> {
    fn toml(&self, error: &toml::de::Error) -> ScenarioError {
        let start = error.span().map_or(0, |span| span.start);
        self.wrong(start, error.message().replace('\n', " "))
    }

    fn wrong(&self, start: usize, problem: impl Into<String>) -> ScenarioError {
        let before = self.text.get(..start).unwrap_or_default();
        let last = before.rsplit('\n').next().unwrap_or_default();
        ScenarioError::Wrong {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: last.chars().count() + 1,
            problem: problem.into(),
        }
    }

    fn known_keys(&self, table: &DeTable<'_>, known: &[&[&str]]) -> Result<(), ScenarioError> {
        let known = || known.iter().copied().flatten().copied();
        for (key, _) in table {
            let name = key.get_ref().as_ref();
            if !known().any(|word| word == name) {
                let hint = did_you_mean(name, known());
                let hint = if hint.is_empty() {
                    format!("; there are {}", known().collect::<Vec<_>>().join(", "))
                } else {
                    hint
                };
                return Err(self.wrong(key.span().start, format!("there is no key {name:?}{hint}")));
            }
        }
        Ok(())
    }

    fn plot(&self, doc: &DeTable<'_>, raw: RawPlot) -> Result<Plot, ScenarioError> {
        let town = data::load().map_err(|error| self.wrong(0, error.to_string()))?;
        let at = match &raw.at {
            None => None,
            Some(text) => Some(StartAt::parse(text).ok_or_else(|| {
                let why = format!("{text:?} is no beginning; write \"08:00\", \"mon 08:00\" or \"2026-03-02T08:00\"");
                self.wrong(place(doc, &["at"]), why)
            })?),
        };
        if !(1..=744).contains(&raw.hours) {
            return Err(self.wrong(place(doc, &["hours"]), "hours must be from 1 to 744"));
        }
        let mut levels = Vec::new();
        for (group, level) in &raw.levels {
            let start = place(doc, &["levels", group]);
            self.group(start, group, &town)?;
            levels.push((group.clone(), self.tenths(start, *level)?));
        }
        let mut found = Vec::new();
        for (truth, table) in raw.truth.into_iter().zip(truths(doc)) {
            let checked = self.truth(truth, table, &town)?;
            if found.iter().any(|other: &Truth| other.name == checked.name) {
                let why = format!(
                    "two truths are named {:?}; give each its own name",
                    checked.name
                );
                return Err(self.wrong(place(table, &["name"]), why));
            }
            found.push(checked);
        }
        Ok(Plot {
            about: raw.about,
            at,
            hours: raw.hours,
            still: raw.still,
            level: self.tenths(place(doc, &["level"]), raw.level)?,
            levels,
            truths: found,
        })
    }

    fn truth(
        &self,
        raw: RawTruth,
        table: &DeTable<'_>,
        town: &data::TownData,
    ) -> Result<Truth, ScenarioError> {
        self.group(place(table, &["group"]), &raw.group, town)?;
        for group in &raw.also {
            self.group(place(table, &["also"]), group, town)?;
        }
        for (key, list) in [("texts", &raw.texts), ("howto_texts", &raw.howto_texts)] {
            for section in list {
                self.section(place(table, &[key]), section, town)?;
            }
        }
        if raw.texts.is_empty() || (raw.howto > 0 && raw.howto_texts.is_empty()) {
            let why =
                "needs texts, and howto_texts when howto is above 0: sections of assets/demo/texts";
            return Err(self.wrong(place(table, &["texts"]), why));
        }
        for (key, percent) in [
            ("share", raw.share),
            ("seats", raw.seats.unwrap_or(0)),
            ("write", raw.write),
            ("howto", raw.howto),
            ("twice", raw.twice),
            ("back", raw.back),
            ("never", raw.never),
            ("react", raw.react.unwrap_or(0)),
        ] {
            if percent > 100 {
                return Err(self.wrong(
                    place(table, &[key]),
                    format!("{key} is of a hundred: 0 to 100"),
                ));
            }
        }
        self.cast(&raw, table)?;
        let mut fits = Vec::new();
        for (name, value) in &raw.r#where {
            let start = place(table, &["where", name]);
            let which = match name.as_str() {
                "site_kind" => Trait::SiteKind,
                "lang" => Trait::Lang,
                fact => Trait::Fact(self.fact(key_place(table, "where", name), fact)?),
            };
            let values = texts_of(value).ok_or_else(|| {
                self.wrong(
                    start,
                    format!("{name} must be a text, a number or a list of them"),
                )
            })?;
            self.in_town(start, which, &values, town)?;
            fits.push((which, values));
        }
        Ok(Truth {
            facts: self.facts(table, "facts", &raw.facts)?,
            sets: self.facts(table, "sets", &raw.sets)?,
            mends: self.facts(table, "mends", &raw.mends)?,
            name: raw.name,
            cause: raw.cause,
            kind: raw.kind,
            group: raw.group,
            also: raw.also,
            texts: raw.texts,
            howto_texts: raw.howto_texts,
            start: raw.start,
            lasts: raw.lasts,
            again: raw.again,
            fits,
            share: raw.share,
            people: raw.people,
            seats: raw.seats,
            spread: raw.spread,
            flap: raw.flap,
            write: raw.write,
            at_most: raw.at_most,
            writers: raw.writers,
            stay: raw.stay,
            doubt: raw.doubt,
            react: raw.react,
            alone: raw.alone,
            delay: raw.delay,
            prompt: raw.prompt,
            howto: raw.howto,
            twice: raw.twice,
            back: raw.back,
            back_within: raw.back_within,
            never: raw.never,
        })
    }

    /// A part that nobody can play is a slip.
    fn cast(&self, raw: &RawTruth, table: &DeTable<'_>) -> Result<(), ScenarioError> {
        let writers = raw.writers.unwrap_or(0);
        if raw.people.is_some_and(|people| people < writers) {
            let why = "there are fewer people than writers: who writes is one of those who are hit";
            return Err(self.wrong(place(table, &["people"]), why));
        }
        if raw.stay.saturating_add(raw.doubt) > writers {
            let key = if raw.stay > writers { "stay" } else { "doubt" };
            let why = format!("{key} is of the writers: give writers a larger number");
            return Err(self.wrong(place(table, &[key]), why));
        }
        Ok(())
    }

    fn group(&self, start: usize, group: &str, town: &data::TownData) -> Result<(), ScenarioError> {
        let known = || town.town.groups.keys().map(String::as_str);
        if known().any(|name| name == group) {
            return Ok(());
        }
        let hint = did_you_mean(group, known());
        let known = known().collect::<Vec<_>>().join(", ");
        Err(self.wrong(
            start,
            format!("there is no group {group:?}{hint}; there are {known}"),
        ))
    }

    fn section(
        &self,
        start: usize,
        section: &str,
        town: &data::TownData,
    ) -> Result<(), ScenarioError> {
        let Some(without) = town
            .texts
            .iter()
            .find(|(_, grammar)| !grammar.contains_key(section))
        else {
            return Ok(());
        };
        let known = without.1.keys().map(String::as_str);
        let hint = did_you_mean(section, known);
        Err(self.wrong(
            start,
            format!(
                "the texts have no section {section:?} in {}{hint}",
                without.0
            ),
        ))
    }

    fn fact(&self, start: usize, name: &str) -> Result<usize, ScenarioError> {
        FACTS.iter().position(|fact| *fact == name).ok_or_else(|| {
            let more = ["site_kind", "lang"];
            let known = || FACTS.iter().chain(&more).copied();
            let hint = did_you_mean(name, known());
            let known = known().collect::<Vec<_>>().join(", ");
            self.wrong(
                start,
                format!("devices have no fact {name:?}{hint}; there are {known}"),
            )
        })
    }

    fn facts(
        &self,
        table: &DeTable<'_>,
        key: &str,
        raw: &BTreeMap<String, Value>,
    ) -> Result<Vec<(usize, String)>, ScenarioError> {
        raw.iter()
            .map(|(name, value)| {
                let start = place(table, &[key, name]);
                let which = self.fact(key_place(table, key, name), name)?;
                match texts_of(value).as_deref() {
                    Some([one]) => Ok((which, one.clone())),
                    _ => Err(self.wrong(
                        start,
                        format!("{name} must be one text or number, or \"A..B\""),
                    )),
                }
            })
            .collect()
    }

    /// A place, carrier or gateway that the town does not have hits nobody; that is a slip.
    fn in_town(
        &self,
        start: usize,
        which: Trait,
        values: &[String],
        data: &data::TownData,
    ) -> Result<(), ScenarioError> {
        let town = &data.town;
        let known: Vec<&str> = match which {
            Trait::SiteKind => vec!["office", "school", "care"],
            Trait::Lang => data.texts.keys().map(String::as_str).collect(),
            Trait::Fact(fact::GATEWAY) => town.gateways.iter().map(|g| g.name.as_str()).collect(),
            Trait::Fact(fact::CARRIER) => town.carriers.iter().map(|c| c.name.as_str()).collect(),
            Trait::Fact(fact::SITE) => town.sites.iter().map(|s| s.name.as_str()).collect(),
            Trait::Fact(fact::TOWN) => town.towns.iter().map(|t| t.name.as_str()).collect(),
            Trait::Fact(fact::VPN_STATE) => vec!["up", "down", "off"],
            Trait::Fact(_) => return Ok(()),
        };
        for value in values {
            if !known.contains(&value.as_str()) {
                let hint = did_you_mean(value, known.iter().copied());
                let known = known.join(", ");
                return Err(self.wrong(
                    start,
                    format!("the town has no {value:?}{hint}; there are {known}"),
                ));
            }
        }
        Ok(())
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number has been checked to be between 0 and 1,000"
    )]
    fn tenths(&self, start: usize, level: f64) -> Result<u32, ScenarioError> {
        if level.is_finite() && (0.0..=100.0).contains(&level) {
            return Ok((level * 10.0).round() as u32);
        }
        Err(self.wrong(
            start,
            "a level is how many times as much as usual: 0 to 100",
        ))
    }
}

/// One value or a list of them, as the desk writes them.
fn texts_of(value: &Value) -> Option<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        _ => None,
    };
    match value {
        Value::Array(list) => list.iter().map(one).collect(),
        other => one(other).map(|text| vec![text]),
    }
}

/// Where the name of a key in an inner table stands, in bytes.
fn key_place(table: &DeTable<'_>, inner: &str, name: &str) -> usize {
    table
        .iter()
        .filter(|(key, _)| key.get_ref() == inner)
        .filter_map(|(_, value)| value.get_ref().as_table())
        .flat_map(|inner| inner.iter())
        .find(|(key, _)| key.get_ref() == name)
        .map_or(0, |(key, _)| key.span().start)
}

/// Where the value of a key stands, in bytes; the beginning of the table if it is not there.
fn place(table: &DeTable<'_>, path: &[&str]) -> usize {
    let Some((first, rest)) = path.split_first() else {
        return 0;
    };
    let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == first) else {
        return table
            .iter()
            .map(|(key, _)| key.span().start)
            .min()
            .unwrap_or(0);
    };
    match value.get_ref() {
        DeValue::Table(inner) if !rest.is_empty() => place(inner, rest),
        DeValue::Table(_) => key.span().start,
        _ => value.span().start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::town::scenario::Scenario;

    const GOOD: &str = "about = \"x\"\n[[truth]]\nname = \"a\"\ncause = \"b\"\nkind = \"outage\"\ngroup = \"vpn\"\ntexts = [\"vpn\"]\nstart = \"20s\"\nlasts = \"1h-2h\"\n";

    #[test]
    fn every_scenario_of_the_program_can_be_read() {
        for name in Scenario::names() {
            let scenario = Scenario::named(name).unwrap();
            assert!(
                !scenario.about().is_empty(),
                "{name} does not say what happens"
            );
            let happens = scenario.plot.level > 0 || !scenario.plot.truths.is_empty();
            assert!(scenario.is_still() || happens, "{name}");
        }
        assert_eq!(read(GOOD, "good.toml").unwrap().truths.len(), 1);
    }

    #[test]
    fn mistakes_are_shown_with_their_place_and_what_would_be_right() {
        let with = |line: &str| format!("{GOOD}{line}\n");
        for (text, place, words) in [
            (
                with("lats = \"1h\""),
                "10:1",
                vec!["no key \"lats\"", "did you mean \"lasts\""],
            ),
            (
                "levell = 2\n".to_owned(),
                "1:1",
                vec!["did you mean \"level\""],
            ),
            (
                with("where = { gatway = \"gw2\" }"),
                "10:11",
                vec!["no fact", "did you mean \"gateway\""],
            ),
            (
                with("where = { gateway = \"gw9\" }"),
                "10:21",
                vec!["has no \"gw9\"", "gw1"],
            ),
            (with("share = 120"), "10:9", vec!["of a hundred"]),
            (with("react = 101"), "10:9", vec!["of a hundred"]),
            (with("doubt = 1"), "10:9", vec!["of the writers"]),
            (
                with("writers = 2\nstay = 3"),
                "11:8",
                vec!["of the writers"],
            ),
            (
                with("writers = 9\npeople = 4"),
                "11:10",
                vec!["fewer people than writers"],
            ),
            (with("share = \"all\""), "10:9", vec!["invalid type"]),
            (
                GOOD.replace("\"vpn\"\ntexts", "\"vpm\"\ntexts"),
                "6:9",
                vec!["no group", "did you mean \"vpn\""],
            ),
            (
                GOOD.replace("1h-2h", "soon"),
                "9:9",
                vec!["no time span", "35m"],
            ),
            (
                GOOD.replace("20s", "later"),
                "8:9",
                vec!["no start", "08:30"],
            ),
            (
                GOOD.replace("[\"vpn\"]", "[\"vpnn\"]"),
                "7:9",
                vec!["no section", "did you mean \"vpn\""],
            ),
            (
                format!("{GOOD}{}", GOOD.replace("about = \"x\"\n", "")),
                "11:8",
                vec!["two truths are named"],
            ),
            ("at = \"noon\"\n".to_owned(), "1:6", vec!["no beginning"]),
            ("level = 1e9\n".to_owned(), "1:9", vec!["how many times"]),
            ("hours = 0\n".to_owned(), "1:9", vec!["1 to 744"]),
            ("about = \n".to_owned(), "1:", vec![""]),
        ] {
            let error = read(&text, "mine.toml").unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("mine.toml:{place}")),
                "{error}\n{text}"
            );
            for word in words {
                assert!(error.contains(word), "{error}");
            }
        }
        let unknown = Scenario::named("vpn-outrage").unwrap_err().to_string();
        assert!(
            unknown.contains("did you mean \"vpn-outage\"") && unknown.contains("night"),
            "{unknown}"
        );
        let missing = Scenario::from_file(std::path::Path::new("/nowhere/x.toml")).unwrap_err();
        assert!(missing.to_string().contains("cannot be read"), "{missing}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}", line in 0_usize..9) {
            let mut lines: Vec<&str> = GOOD.lines().collect();
            lines[line] = &text;
            drop(read(&lines.join("\n"), "x"));
        }
    }
}
