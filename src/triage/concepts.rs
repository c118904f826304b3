//! What a ticket is about in no language, for comparing tickets: sub-problems, products, error codes and stages.

use std::collections::BTreeSet;

use super::evidence::{Page, Reading};
use super::lexicon::{Entry, Kind};

/// Most concepts of one ticket.
const MOST: usize = 12;

/// Words before a number that make it a code.
const CODE_WORDS: [&str; 12] = [
    "fejl", "feil", "fel", "error", "code", "kode", "kod", "fejlkode", "feilkode", "felkod", "err",
    "status",
];

/// The concepts of what was read, sorted: `vpn/drop`, `vpn:anyconnect`, `code:809`, `stage:98`.
pub(super) fn of(reading: &Reading, entries: &[Entry]) -> Vec<String> {
    let mut concepts = BTreeSet::new();
    for evidence in reading.evidence.iter().filter(|e| !e.is_cleared) {
        let Some(entry) = entries.get(evidence.entry) else {
            continue;
        };
        match entry.kind {
            Kind::Phrase if !entry.problem.is_empty() => {
                concepts.insert(format!("{}/{}", entry.group, entry.problem));
            }
            Kind::Product => {
                concepts.insert(format!("{}:{}", entry.group, entry.key.replace(' ', "-")));
            }
            _ => {}
        }
    }
    for page in &reading.pages {
        codes(page, &mut concepts);
    }
    concepts.into_iter().take(MOST).collect()
}

/// Error codes and percentages: `fejl 809`, `0x80070043`, `98 %`, `98 procent`, `-7200`.
fn codes(page: &Page, concepts: &mut BTreeSet<String>) {
    let mut before = "";
    for place in &page.words {
        let (word, end) = (place.of(&page.plain), place.end);
        if !word.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            before = word;
            continue;
        }
        let rest = page.key().get(end..).unwrap_or_default().trim_start();
        let is_share = ["%", "procent", "prosent", "percent", "pct"]
            .iter()
            .any(|unit| rest.starts_with(unit));
        let is_number = (2..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
        let is_hex = word.len() >= 6
            && word.starts_with("0x")
            && word.bytes().skip(2).all(|b| b.is_ascii_hexdigit());
        if is_hex || (is_number && CODE_WORDS.contains(&before)) {
            concepts.insert(format!("code:{word}"));
        } else if is_number && is_share {
            concepts.insert(format!("stage:{word}"));
        }
        before = word;
    }
}
