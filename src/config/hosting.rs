//! `hosting.toml` beside `config.toml`: where systems run, what depends on what, whom to ring, how much they carry.
//!
//! Whatever is wrong with a system is told with its line and a caret, costs that system, and nothing else. Start at [`load`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::dirs::write_private_file;
use super::problem::{ConfigProblem, nearest};
use super::templates::contents;
use super::templates::read::{Source, find, group, text};
use crate::domain::hosting::{Ceiling, Hosting, Runs, System};
use crate::domain::ids::GroupId;
use crate::text::sanitize;

/// Name of the file.
pub const FILE: &str = "hosting.toml";
/// The file that comes with the program as an example; the demo has its systems.
pub const SAMPLE: &str = include_str!("../../assets/demo/hosting.toml");
/// Where marks are kept, in the directory of cache and outbox.
const DOWN: &str = "down";
/// Keys of a system.
const KEYS: [&str; 7] = [
    "title", "runs", "by", "phone", "groups", "depends", "ceiling",
];
/// Keys of a ceiling.
const CEILING: [&str; 3] = ["what", "most", "count"];
/// Longest text, in characters.
const LONGEST: usize = 60;
/// Longest slug, in bytes.
const LONGEST_SLUG: usize = 32;
/// Most systems.
const MOST: usize = 500;

/// Reads the file; without one there are no systems.
pub fn load(path: &Path) -> (Hosting, Vec<ConfigProblem>) {
    if !path.exists() {
        return (Hosting::default(), Vec::new());
    }
    match contents(path) {
        Ok(text) => read(path, &text),
        Err(problem) => (Hosting::default(), vec![problem]),
    }
}

/// Reads a text; `path` is for messages.
pub fn read(path: &Path, text: &str) -> (Hosting, Vec<ConfigProblem>) {
    let source = Source::new(path.to_owned(), text);
    let mut reader = Reader {
        source: &source,
        problems: Vec::new(),
    };
    let mut hosting = Hosting::default();
    match DeTable::parse(text) {
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reader.tell(at, format!("not TOML: {}", error.message()));
        }
        Ok(table) => reader.file(table.get_ref(), &mut hosting),
    }
    let mut problems = reader.problems;
    problems.sort_by_key(|(at, _)| *at);
    (
        hosting,
        problems.into_iter().map(|(_, problem)| problem).collect(),
    )
}

/// The systems that were marked down at this machine, as far as they can be read. The marks are this person's own: a desk has no
/// place for them.
pub fn read_down(store_dir: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(store_dir.join(DOWN)).unwrap_or_default();
    let slugs = text.lines().map(str::trim).filter(|line| is_slug(line));
    slugs.map(str::to_owned).collect()
}

/// Keeps them, one a line.
///
/// # Errors
/// The file cannot be written.
pub fn write_down(store_dir: &Path, down: &BTreeSet<String>) -> std::io::Result<()> {
    let mut text: String = down.iter().cloned().collect::<Vec<_>>().join("\n");
    text.push('\n');
    write_private_file(&store_dir.join(DOWN), text.as_bytes())
}

struct Reader<'a> {
    source: &'a Source,
    problems: Vec<(usize, ConfigProblem)>,
}

/// A system and the places of the slugs that it depends on.
type Read = (System, Vec<(usize, String)>);

impl Reader<'_> {
    fn tell(&mut self, at: usize, message: impl Into<String>) {
        self.problems.push((at, self.source.problem(at, message)));
    }

    fn keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys() {
            let word = key.get_ref().as_ref();
            if known.contains(&word) {
                continue;
            }
            let shown = sanitize::line_max(word, LONGEST_SLUG);
            let advice = match nearest(word, known.iter().map(ToString::to_string)) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are {}", known.join(", ")),
            };
            self.tell(
                key.span().start,
                format!("there is no key {shown}; {advice}"),
            );
        }
    }

    fn file(&mut self, table: &DeTable<'_>, hosting: &mut Hosting) {
        self.keys(table, &["systems"]);
        let Some((at, systems)) = find(table, "systems") else {
            return;
        };
        let Some(systems) = systems.get_ref().as_table() else {
            self.tell(at, "systems are tables: [systems.vpn]");
            return;
        };
        if systems.len() > MOST {
            self.tell(at, format!("at most {MOST} systems can be told apart"));
            return;
        }
        let mut found: BTreeMap<String, Read> = BTreeMap::new();
        for (key, value) in systems {
            let before = self.problems.len();
            let slug = key.get_ref().as_ref();
            let at = key.span().start;
            let Some(table) = value.get_ref().as_table() else {
                self.tell(at, "a system is a table: [systems.vpn]");
                continue;
            };
            if !is_slug(slug) {
                self.tell(
                    at,
                    "a system is called by 1 to 32 letters a-z, digits and \"-\"",
                );
            }
            let read = self.system(slug, at, table);
            // What is wrong with a system costs that system.
            if self.problems.len() == before {
                found.insert(slug.to_owned(), read);
            }
        }
        self.tie(found, hosting);
    }

    fn system(&mut self, slug: &str, at: usize, table: &DeTable<'_>) -> Read {
        self.keys(table, &KEYS);
        let title = self.text(table, "title");
        let runs = match find(table, "runs") {
            None => {
                self.tell(
                    at,
                    "say where it runs: runs = \"own\", \"shared\", \"supplier\" or \"cloud\"",
                );
                Runs::Own
            }
            Some((_, value)) => text(value).and_then(Runs::parse).unwrap_or_else(|| {
                self.tell(
                    value.span().start,
                    "runs must be \"own\", \"shared\", \"supplier\" or \"cloud\"",
                );
                Runs::Own
            }),
        };
        let mut groups: Vec<GroupId> = Vec::new();
        for (place, slug) in self.words(table, "groups") {
            match group(&slug) {
                Ok(group) => groups.push(group),
                Err(why) => self.tell(place, why),
            }
        }
        let depends = self.words(table, "depends");
        let ceilings = self.ceilings(table);
        let system = System {
            slug: slug.to_owned(),
            title: title.unwrap_or_else(|| slug.to_owned()),
            runs,
            by: self.text(table, "by"),
            phone: self.text(table, "phone"),
            groups,
            depends: depends.iter().map(|(_, slug)| slug.clone()).collect(),
            ceilings,
        };
        (system, depends)
    }

    fn ceilings(&mut self, table: &DeTable<'_>) -> Vec<Ceiling> {
        const SAY: &str = "a ceiling is written [[systems.NAME.ceiling]] with what, most and count = { vpn_state = \"up\" }";
        let Some((at, value)) = find(table, "ceiling") else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.tell(at, SAY);
            return Vec::new();
        };
        let mut ceilings = Vec::new();
        for item in list {
            let at = item.span().start;
            let Some(table) = item.get_ref().as_table() else {
                self.tell(at, SAY);
                continue;
            };
            self.keys(table, &CEILING);
            let what = self.text(table, "what");
            let most = find(table, "most").and_then(|(_, value)| match value.get_ref() {
                DeValue::Integer(n) => u32::from_str_radix(n.as_str(), n.radix()).ok(),
                _ => None,
            });
            let mut count: BTreeMap<String, String> = BTreeMap::new();
            let facts = find(table, "count").and_then(|(_, value)| value.get_ref().as_table());
            for (fact, value) in facts.into_iter().flatten() {
                match text(value) {
                    Some(value) => {
                        let fact = sanitize::line_max(fact.get_ref(), LONGEST);
                        count.insert(fact, sanitize::line_max(value, LONGEST));
                    }
                    None => self.tell(
                        value.span().start,
                        "expected the value of a fact in quotes, such as \"up\"",
                    ),
                }
            }
            match (what, most.filter(|most| *most > 0)) {
                (Some(what), Some(most)) if !count.is_empty() => {
                    ceilings.push(Ceiling { what, most, count });
                }
                _ => self.tell(at, SAY),
            }
        }
        ceilings
    }

    /// A text, safe and not too long.
    fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        let (_, value) = find(table, key)?;
        let told = text(value).map(|text| sanitize::line_max(text, LONGEST));
        let told = told.filter(|text| !text.is_empty());
        if told.is_none() {
            self.tell(
                value.span().start,
                format!("{key} must be a text in quotes"),
            );
        }
        told
    }

    /// A list of words with their places.
    fn words(&mut self, table: &DeTable<'_>, key: &str) -> Vec<(usize, String)> {
        let Some((at, value)) = find(table, key) else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.tell(at, format!("{key} is a list: {key} = [\"vpn\"]"));
            return Vec::new();
        };
        let mut words = Vec::new();
        for item in list {
            match word(item) {
                Some(word) => words.push((item.span().start, word)),
                None => self.tell(item.span().start, "expected a word in quotes"),
            }
        }
        words
    }

    /// Takes out what depends on nothing that there is, and what depends on itself.
    fn tie(&mut self, found: BTreeMap<String, Read>, hosting: &mut Hosting) {
        let known: Vec<String> = found.keys().cloned().collect();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (slug, (mut system, depends)) in found {
            places.extend(depends.first().map(|(at, _)| (slug.clone(), *at)));
            for (at, on) in depends.iter().filter(|(_, on)| !known.contains(on)) {
                let shown = sanitize::line_max(on, LONGEST_SLUG);
                let near = nearest(on, known.iter().cloned());
                let advice = near.map_or_else(
                    || "each is named by its [systems.NAME]".to_owned(),
                    |near| format!("did you mean {near}?"),
                );
                self.tell(*at, format!("there is no system {shown}; {advice}"));
                system.depends.retain(|kept| kept != on);
            }
            hosting.systems.push(system);
        }
        for slug in known {
            let Some(circle) = hosting.circle(&slug) else {
                continue;
            };
            let at = places.get(&slug).copied().unwrap_or(0);
            self.tell(
                at,
                format!(
                    "these depend on each other in a circle: {}",
                    circle.join(" on ")
                ),
            );
            if let Some(system) = hosting
                .systems
                .iter_mut()
                .find(|system| system.slug == slug)
            {
                system.depends.clear();
            }
        }
    }
}

fn word(value: &Spanned<DeValue<'_>>) -> Option<String> {
    text(value)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn is_slug(slug: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=LONGEST_SLUG).contains(&slug.len()) && slug.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (Hosting, Vec<String>) {
        let (hosting, problems) = read(Path::new("hosting.toml"), text);
        (
            hosting,
            problems.iter().map(ConfigProblem::with_caret).collect(),
        )
    }

    #[test]
    fn the_sample_is_right() {
        let (hosting, problems) = told(SAMPLE);
        assert_eq!(problems, Vec::<String>::new());
        let vpn = hosting.system("vpn").unwrap();
        assert!(!vpn.ceilings.is_empty() && vpn.phone.is_some());
        assert!(!hosting.above("vpn").is_empty());
    }

    #[test]
    fn what_is_wrong_costs_its_system_and_is_shown_with_a_caret() {
        let (hosting, problems) = told(
            "[systems.vpn]\nruns = \"own\"\ngroups = [\"vpn\"]\ndepends = [\"aad\", \"ad\"]\n\n\
             [systems.ad]\nruns = \"celler\"\n\n[systems.ax]\nruns = \"cloud\"\nphon = \"1\"\n\n\
             [systems.aad2]\nruns = \"supplier\"\n[[systems.aad2.ceiling]]\nwhat = \"licences\"\nmost = 0\ncount = { kind = \"x\" }\n",
        );
        let slugs: Vec<&str> = hosting.systems.iter().map(|s| s.slug.as_str()).collect();
        assert_eq!(slugs, ["vpn"]);
        assert!(hosting.systems[0].depends.is_empty());
        let all = problems.join("\n");
        for part in [
            "hosting.toml:4:12: there is no system aad",
            "hosting.toml:7:8: runs must be",
            "  runs = \"celler\"\n         ^",
            "hosting.toml:11:1: there is no key phon; did you mean phone?",
            "a ceiling is written",
        ] {
            assert!(all.contains(part), "{part}\n{all}");
        }
        let (none, problems) = told("[systems.vpn\n");
        assert!(
            none.systems.is_empty() && problems[0].contains("not TOML"),
            "{problems:?}"
        );
    }

    #[test]
    fn a_circle_is_named_and_broken() {
        let (hosting, problems) = told(
            "[systems.a]\nruns = \"own\"\ndepends = [\"b\"]\n[systems.b]\nruns = \"own\"\ndepends = [\"a\"]\n",
        );
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(
            problems[0].contains("in a circle: a on b on a"),
            "{problems:?}"
        );
        assert_eq!(hosting.systems.len(), 2);
        assert!(hosting.circle("b").is_none());
    }
}
