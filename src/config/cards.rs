//! Action cards: those that come with the program, and those of the installation on top.
//!
//! One Markdown file each, `NAME.md` in the directory `cards` beside `config.toml`, with a title and the lanes and groups
//! that it is for between two lines of `---` at its top. A file replaces what comes with the program under its name.
//! Whatever is wrong with a file is told with its line, costs that file, and nothing else. Start at [`load`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::problem::{ConfigProblem, Place, nearest};
use super::templates::{contents, files};
use crate::domain::card::Card;
use crate::domain::ids::GroupId;
use crate::text::sanitize;

/// Name of the directory beside the configuration file.
pub const DIRECTORY: &str = "cards";
/// Ending of the files in it that are read.
const ENDING: &str = "md";
/// Longest title, in characters.
const LONGEST_TITLE: usize = 60;
/// Longest slug, in bytes; as in `groups.toml`.
const LONGEST_SLUG: usize = 32;
/// What stands above and below the head of a file.
const FENCE: &str = "---";
/// Keys of the head.
const KEYS: [&str; 3] = ["title", "lanes", "groups"];

/// Name and text of the cards that come with the program.
const SHIPPED: [(&str, &str); 3] = [
    (
        "care-system",
        include_str!("../../assets/cards/care-system.md"),
    ),
    (
        "school-day",
        include_str!("../../assets/cards/school-day.md"),
    ),
    (
        "vpn-outage",
        include_str!("../../assets/cards/vpn-outage.md"),
    ),
];

/// What was loaded.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// Cards that are as they should be, by name.
    pub cards: Vec<Card>,
    /// Everything that is wrong, by file.
    pub problems: Vec<ConfigProblem>,
}

/// Reads what comes with the program and then the files of a directory (`None`, or one that is not there: no files).
pub fn load(dir: Option<&Path>) -> Loaded {
    let mut cards: BTreeMap<String, Option<Card>> = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, text) in SHIPPED {
        let path = PathBuf::from(format!("{name}.{ENDING} (built in)"));
        let read = read(name, &path, text);
        cards.insert(name.to_owned(), keep(read, &mut problems));
    }
    for (name, path) in files(dir, ENDING, &mut problems) {
        let read = contents(&path).and_then(|text| read(&name, &path, &text));
        // A broken file takes the place of what it was meant to replace: that is not what the town does any more.
        cards.insert(name, keep(read, &mut problems));
    }
    Loaded {
        cards: cards.into_values().flatten().collect(),
        problems,
    }
}

fn keep(read: Result<Card, ConfigProblem>, problems: &mut Vec<ConfigProblem>) -> Option<Card> {
    read.map_err(|problem| problems.push(problem)).ok()
}

/// Reads a file.
fn read(name: &str, path: &Path, text: &str) -> Result<Card, ConfigProblem> {
    let fail = |line: u32, message: String| {
        let place = Place::File {
            path: path.to_owned(),
            line: Some(line),
            column: None,
        };
        Err(ConfigProblem::other(place, message))
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().zip(1..);
    if lines
        .next()
        .is_none_or(|(line, _)| line.trim_end() != FENCE)
    {
        return fail(
            1,
            "must begin with a line of --- , then title, lanes and groups, then --- again"
                .to_owned(),
        );
    }
    let mut card = Card {
        name: name.to_owned(),
        title: String::new(),
        lanes: Vec::new(),
        groups: Vec::new(),
        text: String::new(),
    };
    let mut end = None;
    for (line, number) in lines.by_ref() {
        if line.trim_end() == FENCE {
            end = Some(number);
            break;
        }
        if line.trim().is_empty() {
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            return fail(
                number,
                "expected a key and a value such as lanes: health".to_owned(),
            );
        };
        match key.trim() {
            "title" => card.title = sanitize::line_max(value, LONGEST_TITLE),
            "lanes" => match slugs(value) {
                Ok(slugs) => card.lanes = slugs,
                Err(why) => return fail(number, why),
            },
            "groups" => match slugs(value) {
                Ok(slugs) => card.groups = slugs,
                Err(why) => return fail(number, why),
            },
            other => {
                let other = sanitize::line_max(other, LONGEST_SLUG);
                let near = nearest(&other, KEYS.iter().map(ToString::to_string));
                let advice = near.map_or_else(
                    || format!("there are {}", KEYS.join(", ")),
                    |near| format!("did you mean {near}?"),
                );
                return fail(number, format!("there is no key {other}; {advice}"));
            }
        }
    }
    let Some(end) = end else {
        return fail(
            1,
            "the head has no end: a second line of --- is missing".to_owned(),
        );
    };
    if card.title.is_empty() {
        return fail(
            end,
            "the title is missing: title: What to do when …".to_owned(),
        );
    }
    if card.lanes.is_empty() && card.groups.is_empty() {
        return fail(
            end,
            "say whom it is for: lanes: health, or groups: vpn, wifi".to_owned(),
        );
    }
    let body: Vec<&str> = lines.map(|(line, _)| line).collect();
    card.text = sanitize::block(&body.join("\n"));
    if card.text.is_empty() {
        return fail(end, "the card is empty".to_owned());
    }
    Ok(card)
}

/// Slugs divided by commas; brackets and quotes around them are taken off.
fn slugs(value: &str) -> Result<Vec<GroupId>, String> {
    let value = value.trim().trim_start_matches('[').trim_end_matches(']');
    value
        .split(',')
        .map(|slug| slug.trim().trim_matches('"'))
        .filter(|slug| !slug.is_empty())
        .map(|slug| {
            let letters = slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if letters && slug.len() <= LONGEST_SLUG {
                Ok(GroupId::from(slug))
            } else {
                Err("expected slugs of groups divided by commas, such as health, vpn".to_owned())
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_shipped_card_is_as_it_should_be() {
        let loaded = load(None);
        assert_eq!(loaded.problems, []);
        assert_eq!(loaded.cards.len(), SHIPPED.len());
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/cards");
        assert_eq!(std::fs::read_dir(dir).unwrap().count(), SHIPPED.len());
        for lane in ["health", "school"] {
            let lane = GroupId::from(lane);
            assert!(loaded.cards.iter().any(|card| card.lanes.contains(&lane)));
        }
    }

    #[test]
    fn a_bad_card_is_told_with_file_and_line_and_the_others_load() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write(
            "own.md",
            "---\ntitle: Own\nlanes: health\n---\nRing 1234.\n",
        );
        write("typo.md", "---\ntitle: Own\nlane: health\n---\nRing.\n");
        write("open.md", "---\ntitle: Own\n");
        write("vpn-outage.md", "no head");
        write("ignored.txt", "no card");
        let loaded = load(Some(dir.path()));
        let names: Vec<&str> = loaded.cards.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["care-system", "own", "school-day"]);
        let told: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 3, "{told:#?}");
        assert!(
            told.iter()
                .any(|t| t.contains("typo.md:3: there is no key lane; did you mean lanes?"))
        );
        assert!(
            told.iter()
                .any(|t| t.contains("open.md:1: the head has no end"))
        );
        assert!(
            told.iter()
                .any(|t| t.contains("vpn-outage.md:1: must begin"))
        );
    }

    proptest! {
        #[test]
        fn no_file_panics_and_nothing_steers_the_terminal(text in "\\PC*|(---\n)?(title: .*\n)?(lanes: .*\n)?(---\n)?.*") {
            if let Ok(card) = read("x", Path::new("x.md"), &text) {
                prop_assert!(!card.text.chars().any(|c| c.is_control() && c != '\n'));
                prop_assert!(!card.title.chars().any(char::is_control));
            }
        }
    }
}
