//! How many people a text speaks of, and whether it asks how or says that something is broken.

use crate::domain::finding::Finding;

/// Words for people behind a number.
const PEOPLE: [&str; 30] = [
    "person",
    "pers",
    "bruger",
    "bruker",
    "brukar",
    "anvandar",
    "ansat",
    "ansatt",
    "anstalld",
    "medarb",
    "kolleg",
    "people",
    "user",
    "colleague",
    "staff",
    "employee",
    "elev",
    "pupil",
    "student",
    "lar",
    "teacher",
    "mann",
    "stykker",
    "stk",
    "styck",
    "nurse",
    "sygeplejersk",
    "sykeplei",
    "beboer",
    "of us",
];

/// Numbers in words, by value from two.
const NUMBERS: [&[&str]; 11] = [
    &["to", "tva", "two", "begge", "both"],
    &["tre", "three"],
    &["fire", "fyra", "four"],
    &["fem", "five"],
    &["seks", "sex", "six"],
    &["syv", "sju", "seven"],
    &["otte", "atte", "atta", "eight"],
    &["ni", "nio", "nine"],
    &["ti", "tio", "ten"],
    &["elleve", "elva", "eleven"],
    &["tolv", "twelve"],
];

/// Words that mean many, without a number.
const MANY: [&str; 24] = [
    "hele",
    "heile",
    "hela",
    "alle",
    "alla",
    "everyone",
    "everybody",
    "all",
    "flere",
    "fleire",
    "flera",
    "several",
    "mange",
    "manga",
    "mange",
    "many",
    "ingen",
    "nobody",
    "none",
    "whole",
    "entire",
    "samtlige",
    "samtliga",
    "gruppen",
];

/// How many people are hit: a number that stands before a word for people (or `us`, `av oss`); nothing when
/// the text speaks of many without one; one when it speaks of nobody else.
pub(super) fn people(plain: &str) -> Option<u32> {
    let words: Vec<&str> = plain.split(' ').filter(|w| !w.is_empty()).collect();
    let mut most = None;
    for (at, word) in words.iter().enumerate() {
        let Some(number) = number(word) else { continue };
        let is_people = words
            .iter()
            .skip(at + 1)
            .take(2)
            .any(|next| PEOPLE.iter().any(|p| next.starts_with(p)));
        let is_us = match (words.get(at + 1), words.get(at + 2)) {
            (Some(&("af" | "av" | "of")), Some(&("os" | "oss" | "us"))) => true,
            _ => {
                at >= 2
                    && matches!(
                        words.get(at - 2..at),
                        Some(["vi", "er" | "ar"] | ["we", "are"] | ["os" | "oss", "alle" | "alla"])
                    )
            }
        };
        if is_people || is_us {
            most = most.max(Some(number));
        }
    }
    if most.is_some() {
        return most;
    }
    if words.iter().any(|word| MANY.contains(word)) {
        None
    } else {
        Some(1)
    }
}

fn number(word: &str) -> Option<u32> {
    if let Ok(number) = word.parse::<u32>() {
        return (2..=5000).contains(&number).then_some(number);
    }
    let at = NUMBERS.iter().position(|names| names.contains(&word))?;
    u32::try_from(at + 2).ok()
}

/// Ways to ask how something is done.
const HOW: [&str; 24] = [
    "hvordan",
    "korleis",
    "hur gor",
    "hur kan",
    "hur far",
    "hur man",
    "how do",
    "how to",
    "how can",
    "hvor finder jeg",
    "hvor finner jeg",
    "var hittar",
    "where do",
    "where can",
    "kan man",
    "kan jeg faa",
    "er det mulig",
    "er det muligt",
    "ar det mojligt",
    "is it possible",
    "is there a way",
    "hvad skal jeg gore for",
    "vejledning",
    "veiledning",
];

/// Whether the text asks how to do something (`true`), says that something fails (`false`), or neither.
pub(super) fn howto(plain: &str, has_fault: bool) -> Option<bool> {
    let asks = HOW.iter().any(|how| {
        plain
            .match_indices(how)
            .any(|(at, _)| at == 0 || plain.as_bytes().get(at - 1) == Some(&b' '))
    });
    match (asks, has_fault) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    }
}

/// An empty finding for a text that says nothing.
pub(super) fn nothing() -> Finding {
    Finding {
        group: crate::domain::ids::GroupId::other(),
        confidence: 0.0,
        also: Vec::new(),
        lanes: Vec::new(),
        lang: None,
        howto: None,
        people: Some(1),
        reasons: Vec::new(),
        cleared: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_people() {
        for (plain, count) in [
            ("ingen pa avdelningen kommer in  12 personer", Some(12)),
            ("hele aftenholdet kan ikke logge pa", None),
            ("vpn virker ikke", Some(1)),
            ("vi er to der tager posten", Some(2)),
            ("hos os alle fem", Some(5)),
            ("three of us cannot join", Some(3)),
            ("4 g virker ikke", Some(1)),
            ("34 beboere", Some(34)),
            ("alle er ramt", None),
        ] {
            assert_eq!(people(plain), count, "{plain}");
        }
    }

    #[test]
    fn asking_how() {
        assert_eq!(howto("hvordan deler jeg skarm", false), Some(true));
        assert_eq!(howto("vpn virker ikke", true), Some(false));
        assert_eq!(howto("skarm", false), None);
        assert_eq!(howto("showhow to", false), None);
    }
}
