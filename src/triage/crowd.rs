//! How many people a text speaks of, and whether it asks how or says that something is broken.

use std::sync::LazyLock;

use super::starts::Starts;
use crate::text::quick::QuickMap;

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
const NUMBERS: [&[&str]; 19] = [
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
    &["tretten", "tretton", "thirteen"],
    &["fjorten", "fjorton", "fourteen"],
    &["femten", "femton", "fifteen"],
    &["seksten", "sexton", "sixteen"],
    &["sytten", "sjutton", "seventeen"],
    &["atten", "arton", "eighteen"],
    &["nitten", "nitton", "nineteen"],
    &["tyve", "tjue", "tjugo", "twenty"],
];

/// Words for the writer, who is one more in "me and three colleagues".
const SELF: [&str; 8] = ["jeg", "mig", "meg", "eg", "jag", "i", "me", "myself"];

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

/// What a word says about how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    /// A number.
    Is(u32),
    /// Many, without a number.
    Many,
}

static COUNTS: LazyLock<QuickMap<&'static str, Count>> = LazyLock::new(|| {
    let numbers = (2_u32..).zip(NUMBERS).flat_map(|(value, names)| {
        let named = names.iter().map(move |name| (*name, Count::Is(value)));
        named.collect::<Vec<_>>()
    });
    MANY.map(|word| (word, Count::Many))
        .into_iter()
        .chain(numbers)
        .collect()
});

/// How many people are hit: a number that stands before a word for people (or `us`, `av oss`); nothing when
/// the text speaks of many without one; one when it speaks of nobody else.
pub(super) fn people(plain: &str) -> Option<u32> {
    let words: Vec<&str> = plain.split(' ').filter(|w| !w.is_empty()).collect();
    let mut most = None;
    let mut is_many = false;
    for (at, word) in words.iter().enumerate() {
        let number = match count(word) {
            Some(Count::Is(number)) => number,
            Some(Count::Many) => {
                is_many = true;
                continue;
            }
            None => continue,
        };
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
            let is_self = at >= 2
                && words
                    .get(at - 1)
                    .is_some_and(|word| matches!(*word, "og" | "och" | "and" | "plus"))
                && words.get(at - 2).is_some_and(|word| SELF.contains(word));
            most = most.max(Some(number + u32::from(is_self)));
        }
    }
    if most.is_some() {
        return most;
    }
    if is_many { None } else { Some(1) }
}

fn count(word: &str) -> Option<Count> {
    if word.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        let number = word.parse::<u32>().ok();
        return number.filter(|n| (2..=5000).contains(n)).map(Count::Is);
    }
    COUNTS.get(word).copied()
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

static HOW_STARTS: LazyLock<Starts> = LazyLock::new(|| Starts::new(HOW));

/// Whether the text asks how something is done.
pub(super) fn asks_how(plain: &str) -> bool {
    let mut asks = false;
    HOW_STARTS.each(plain, |_, _, _| asks = true);
    asks
}

/// Whether the text asks how to do something (`true`), says that something fails (`false`), or neither.
pub(super) fn howto(asks_how: bool, has_fault: bool) -> Option<bool> {
    match (asks_how, has_fault) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
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
            ("mig og tre kollegaer kan ikke logge pa", Some(4)),
            ("vi er femten i huset", Some(15)),
            ("tjugo elever star utan", Some(20)),
        ] {
            assert_eq!(people(plain), count, "{plain}");
        }
    }

    #[test]
    fn asking_how() {
        let howto = |plain, has_fault| super::howto(asks_how(plain), has_fault);
        assert_eq!(howto("hvordan deler jeg skarm", false), Some(true));
        assert_eq!(howto("vpn virker ikke", true), Some(false));
        assert_eq!(howto("skarm", false), None);
        assert_eq!(howto("showhow to", false), None);
    }
}
