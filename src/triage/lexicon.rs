//! The word lists: what people write about each group, in five languages.
//!
//! Tab-separated, one list a line: `group  kind  language  entries`, entries split at ` | `. Empty lines and
//! lines that begin with `#` are skipped. The kind decides the weight, see [`Kind`]. In an entry
//! `word*` also begins longer words, `*word` also ends compounds, `word$` stands for itself alone without
//! endings. When an entry is given twice for one group, the later line counts.

use std::collections::HashMap;

use crate::domain::ids::GroupId;
use crate::text::fold;

/// What an entry says about its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Names of a sub-problem (`connect`, `audio` …): several words that hardly mean anything else.
    Phrase,
    /// A product that serves the group. Names are matched with small spelling errors, too.
    Product,
    /// A spelling of a product or word that is wrong but common.
    Typo,
    /// A word that nearly always means the group.
    Strong,
    /// A word that usually means the group.
    Word,
    /// A word that tips the scales.
    Weak,
    /// [`Kind::Weak`], and it speaks for its group even when it works: news pages that open while the
    /// case system does not.
    Cue,
    /// The words say nothing, and hide shorter entries of the group in them (`zoom in`).
    Never,
    /// People and places of a lane (`school`, `health`): the ticket gets the lane, and the group is
    /// what fails there.
    Lane,
}

impl Kind {
    fn from_name(name: &str) -> Self {
        match name {
            "product" => Self::Product,
            "typo" => Self::Typo,
            "strong" => Self::Strong,
            "word" => Self::Word,
            "weak" => Self::Weak,
            "cue" => Self::Cue,
            "never" => Self::Never,
            "lane" => Self::Lane,
            _ => Self::Phrase,
        }
    }

    /// Log-linear weight of an entry. A phrase of one word is a word.
    fn weight(self, words: usize) -> f64 {
        match self {
            Self::Phrase if words > 1 => 3.0,
            // `sms koden` says more than `kode`.
            Self::Strong if words > 1 => 3.3,
            Self::Strong => 3.0,
            Self::Product | Self::Typo => 2.2,
            Self::Phrase | Self::Word => 1.6,
            Self::Weak | Self::Cue | Self::Lane => 0.7,
            Self::Never => 0.0,
        }
    }
}

/// Where an entry is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The lists that come with the program.
    BuiltIn,
    /// The installation's own groups file.
    Own,
}

/// One entry of the lists, ready to be searched for.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The group that it speaks for.
    pub group: GroupId,
    /// What it says about the group.
    pub kind: Kind,
    /// Log-linear weight.
    pub weight: f64,
    /// The folded words, separated by one space.
    pub key: String,
    /// It also ends compounds (`etikettskriver`).
    pub in_compounds: bool,
    /// It also begins longer words (`kalenderen`, `kalenderdeling`).
    pub as_prefix: bool,
    /// No ending at all may follow.
    pub exact: bool,
    /// The sub-problem that a phrase names (`drop`, `audio` …); empty for other kinds.
    pub problem: Box<str>,
    /// Where it is from.
    pub origin: Origin,
}

/// Something in a word list that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct LexiconError {
    /// The list.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what was expected.
    pub message: String,
}

/// All entries.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    entries: Vec<Entry>,
    /// Where an entry of a group is, by group and key.
    places: HashMap<(GroupId, String), usize>,
}

/// The lists that come with the program: phrases by problem, and single words by weight.
const BUILT_IN: [(&str, &str); 2] = [
    (
        "lexicon.tsv",
        include_str!("../../assets/lexicon/lexicon.tsv"),
    ),
    ("words.tsv", include_str!("../../assets/lexicon/words.tsv")),
];

impl Lexicon {
    /// The lists that come with the program.
    pub fn built_in() -> Result<Self, LexiconError> {
        let mut lexicon = Self::default();
        for (file, text) in BUILT_IN {
            lexicon.read(file, text)?;
        }
        Ok(lexicon)
    }

    /// Adds the lists of `text`; `file` is what errors call it.
    pub fn read(&mut self, file: &str, text: &str) -> Result<(), LexiconError> {
        for (at, line) in text.lines().enumerate() {
            let error = |message: &str| LexiconError {
                file: file.to_owned(),
                line: at + 1,
                message: message.to_owned(),
            };
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let mut columns = line.split('\t');
            let (Some(group), Some(kind), Some(_lang), Some(list), None) = (
                columns.next(),
                columns.next(),
                columns.next(),
                columns.next(),
                columns.next(),
            ) else {
                return Err(error(
                    "expected four columns with tabs between: group, kind, language, entries",
                ));
            };
            if group.is_empty()
                || !group
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            {
                return Err(error("a group is a slug of a-z, 0-9 and -"));
            }
            for entry in list.split(" | ") {
                let named = Kind::from_name(kind);
                let problem = if named == Kind::Phrase { kind } else { "" };
                if !self.put(
                    &GroupId::from(group),
                    (named, problem),
                    entry,
                    Origin::BuiltIn,
                ) {
                    return Err(error("empty entry; entries are split at \" | \""));
                }
            }
        }
        Ok(())
    }

    /// Adds one entry of the installation's own. False when nothing is left of it after folding.
    pub fn add(&mut self, group: &GroupId, kind: Kind, written: &str) -> bool {
        self.put(group, (kind, ""), written, Origin::Own)
    }

    fn put(
        &mut self,
        group: &GroupId,
        (kind, problem): (Kind, &str),
        written: &str,
        origin: Origin,
    ) -> bool {
        let written = written.trim();
        let (written, in_compounds) = written
            .strip_prefix('*')
            .map_or((written, false), |rest| (rest, true));
        let (written, exact) = written
            .strip_suffix('$')
            .map_or((written, false), |rest| (rest, true));
        let (written, starred) = written
            .strip_suffix('*')
            .map_or((written, false), |rest| (rest, true));
        let key = pattern(written);
        if key.is_empty() {
            return false;
        }
        let words = key.split(' ').count();
        // Long words have no unrelated longer ones in practice; short ones must say so.
        let as_prefix = starred || (!exact && key.len() >= 7);
        let entry = Entry {
            group: group.clone(),
            kind,
            weight: kind.weight(words),
            in_compounds,
            as_prefix,
            exact,
            problem: problem.into(),
            origin,
            key,
        };
        let place = (group.clone(), entry.key.clone());
        if let Some(old) = self
            .places
            .get(&place)
            .and_then(|at| self.entries.get_mut(*at))
        {
            *old = entry;
        } else {
            self.places.insert(place, self.entries.len());
            self.entries.push(entry);
        }
        true
    }

    /// The entries, in the order in which they were first given.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Whether a character of a key separates words.
pub(super) fn separates(c: char) -> bool {
    !(c.is_alphanumeric() || c == fold::LOST)
}

/// The key of an entry: folded, separators as one space.
pub(super) fn pattern(written: &str) -> String {
    let mut key = String::with_capacity(written.len());
    for word in fold::fold(written)
        .split(separates)
        .filter(|w| !w.is_empty())
    {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_lists_are_read() {
        let lexicon = Lexicon::built_in().unwrap();
        assert!(
            lexicon.entries().len() > 1500,
            "{}",
            lexicon.entries().len()
        );
        for slug in GroupId::BUILT_IN {
            assert!(
                lexicon.entries().iter().any(|e| e.group.as_str() == slug),
                "{slug}"
            );
        }
    }

    #[test]
    fn errors_name_the_line() {
        for (text, message) in [
            (
                "# ok\nvpn\tword\tda",
                "t:2: expected four columns with tabs between: group, kind, language, entries",
            ),
            (
                "vpn\tword\tda\ta\tb",
                "t:1: expected four columns with tabs between: group, kind, language, entries",
            ),
            (
                "V P\tword\tda\ta",
                "t:1: a group is a slug of a-z, 0-9 and -",
            ),
            (
                "vpn\tword\tda\ta |  | b",
                "t:1: empty entry; entries are split at \" | \"",
            ),
            (
                "vpn\tword\tda\t¤",
                "t:1: empty entry; entries are split at \" | \"",
            ),
        ] {
            let error = Lexicon::default().read("t", text).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn marks_say_where_an_entry_matches() {
        let mut lexicon = Lexicon::default();
        lexicon
            .read("t", "printing\tword\tda\t*Skriver$ | kø* | E-post")
            .unwrap();
        let seen: Vec<_> = lexicon
            .entries()
            .iter()
            .map(|e| (e.key.as_str(), e.in_compounds, e.as_prefix, e.exact))
            .collect();
        assert_eq!(
            seen,
            [
                ("skriver", true, false, true),
                ("ko", false, true, false),
                ("e post", false, false, false)
            ]
        );
    }

    #[test]
    fn a_later_line_counts() {
        let mut lexicon = Lexicon::default();
        lexicon
            .read("t", "mobile\tproduct\t*\ttre\nmobile\tnever\t*\tTre")
            .unwrap();
        assert_eq!(lexicon.entries().len(), 1);
        assert_eq!(lexicon.entries()[0].kind, Kind::Never);
    }
}
