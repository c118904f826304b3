//! The problem groups: built in by `config/groups.toml`, changed and extended by a file of the same form.

use serde::Deserialize;

use super::lexicon::{Kind, Lexicon};
use crate::domain::ids::GroupId;
use crate::text::sanitize;

/// The groups that come with the program, and the reference of the file's keys.
pub const BUILT_IN: &str = include_str!("../../config/groups.toml");

/// Longest title, in characters; panes are narrow.
const MAX_TITLE: usize = 40;

/// Most words that a file may add to one group.
const MAX_WORDS: usize = 5_000;

/// A problem group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What scripts and the desk call it.
    pub slug: GroupId,
    /// What the screen calls it.
    pub title: String,
    /// Place on the Board, smallest first.
    pub order: u32,
    /// Words of the installation's own that speak for it.
    pub words: Vec<String>,
    /// Words that only tip the scales.
    pub weak: Vec<String>,
}

/// Something in a groups file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct GroupsError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong, and what was expected.
    pub message: String,
}

/// All groups of an installation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    group: Vec<toml::Spanned<Written>>,
}

/// A group as a file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    slug: toml::Spanned<String>,
    title: Option<String>,
    order: Option<u32>,
    #[serde(default)]
    words: Vec<toml::Spanned<String>>,
    #[serde(default)]
    weak: Vec<toml::Spanned<String>>,
}

impl Groups {
    /// The groups that come with the program.
    pub fn built_in() -> Result<Self, GroupsError> {
        Self { groups: Vec::new() }.with_file(BUILT_IN)
    }

    /// These groups with a groups file on top: known slugs are changed, others are added.
    pub fn with_file(mut self, text: &str) -> Result<Self, GroupsError> {
        let file: File = toml::from_str(text).map_err(|e| {
            at(
                text,
                e.span().map_or(0, |span| span.start),
                e.message().to_owned(),
            )
        })?;
        for written in file.group {
            let start = written.span().start;
            self.put(text, start, written.into_inner())?;
        }
        Ok(self)
    }

    fn put(&mut self, text: &str, start: usize, written: Written) -> Result<(), GroupsError> {
        let slug_start = written.slug.span().start;
        let slug = written.slug.into_inner();
        let is_slug = !slug.is_empty()
            && slug.len() <= 32
            && slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !is_slug {
            return Err(at(
                text,
                slug_start,
                "expected a slug of 1 to 32 letters a-z, digits and \"-\"".to_owned(),
            ));
        }
        if written.words.len() + written.weak.len() > MAX_WORDS {
            return Err(at(
                text,
                start,
                format!("expected at most {MAX_WORDS} words in a group"),
            ));
        }
        let read = |words: Vec<toml::Spanned<String>>| -> Result<Vec<String>, GroupsError> {
            words
                .into_iter()
                .map(|word| {
                    let is_word = word.as_ref().chars().any(char::is_alphanumeric);
                    if is_word {
                        Ok(word.as_ref().clone())
                    } else {
                        Err(at(text, word.span().start, "expected a word".to_owned()))
                    }
                })
                .collect()
        };
        let (words, weak) = (read(written.words)?, read(written.weak)?);
        let slug = GroupId::from(slug.as_str());
        let title = written
            .title
            .map(|title| sanitize::line_max(&title, MAX_TITLE))
            .filter(|title| !title.is_empty());
        match self.groups.iter_mut().find(|group| group.slug == slug) {
            Some(group) => {
                group.title = title.unwrap_or_else(|| group.title.clone());
                group.order = written.order.unwrap_or(group.order);
                group.words.extend(words);
                group.weak.extend(weak);
            }
            None => self.groups.push(Group {
                title: title.unwrap_or_else(|| slug.to_string()),
                // Before `other`, behind the built-in groups.
                order: written.order.unwrap_or(900),
                words,
                weak,
                slug,
            }),
        }
        Ok(())
    }

    /// The groups in the order of the Board.
    pub fn in_order(&self) -> impl Iterator<Item = &Group> {
        let mut sorted: Vec<&Group> = self.groups.iter().collect();
        sorted.sort_by(|a, b| (a.order, &a.slug).cmp(&(b.order, &b.slug)));
        sorted.into_iter()
    }

    /// The group of a slug.
    pub fn get(&self, slug: &GroupId) -> Option<&Group> {
        self.groups.iter().find(|group| group.slug == *slug)
    }

    /// Adds the installation's own words to the lists.
    pub(super) fn add_words(&self, lexicon: &mut Lexicon) {
        for group in &self.groups {
            for (kind, words) in [(Kind::Strong, &group.words), (Kind::Weak, &group.weak)] {
                for word in words {
                    lexicon.add(&group.slug, kind, word);
                }
            }
        }
    }
}

/// An error at a byte of the file.
fn at(text: &str, byte: usize, message: String) -> GroupsError {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    GroupsError {
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_groups_are_those_of_the_domain() {
        let slugs: Vec<String> = Groups::built_in()
            .unwrap()
            .in_order()
            .map(|g| g.slug.to_string())
            .collect();
        assert_eq!(slugs, GroupId::BUILT_IN);
    }

    #[test]
    fn a_file_changes_and_adds() {
        let file = "[[group]]\nslug = \"mobile\"\ntitle = \"Mobilt bredbånd\"\nwords = [\"skovdongle\"]\n\
            [[group]]\nslug = \"parking\"\nwords = [\"EasyPark\"]\norder = 5";
        let groups = Groups::built_in().unwrap().with_file(file).unwrap();
        let mobile = groups.get(&"mobile".into()).unwrap();
        assert_eq!(
            (mobile.title.as_str(), mobile.order),
            ("Mobilt bredbånd", 30)
        );
        assert_eq!(groups.in_order().next().unwrap().slug.as_str(), "parking");
        let engine = crate::triage::Engine::new(&Lexicon::built_in().unwrap(), &groups).unwrap();
        let group = |subject| {
            engine
                .classify(&crate::triage::Input {
                    subject,
                    ..Default::default()
                })
                .group
                .to_string()
        };
        assert_eq!(group("Easypark virker ikke"), "parking");
        assert_eq!(group("skovdonglen er død"), "mobile");
    }

    #[test]
    fn errors_name_line_and_column() {
        for (file, error) in [
            (
                "[[group]]\nslug = \"A b\"",
                "line 2, column 8: expected a slug of 1 to 32 letters a-z, digits and \"-\"",
            ),
            (
                "[[group]]\nslug = \"a\"\nwords = [\"x\", \"\"]",
                "line 3, column 15: expected a word",
            ),
            (
                "[[group]]\nslog = \"a\"",
                "line 2, column 1: unknown field `slog`, expected one of `slug`, `title`, `order`, `words`, `weak`",
            ),
            (
                "[[group]]\ntitle = \"x\"",
                "line 1, column 1: missing field `slug`",
            ),
        ] {
            let found = Groups::built_in().unwrap().with_file(file).unwrap_err();
            assert_eq!(found.to_string(), error);
        }
    }
}
