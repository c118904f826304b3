//! How many people a text speaks of, and whether it asks how or says that something is broken.

use super::words::Known;

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
pub(super) enum Count {
    /// A number.
    Is(u32),
    /// Many, without a number.
    Many,
}

/// The words that say how many.
pub(super) fn counts() -> impl Iterator<Item = (&'static str, Count)> {
    let numbers = (2_u32..).zip(NUMBERS).flat_map(|(value, names)| {
        let named = names.iter().map(move |name| (*name, Count::Is(value)));
        named.collect::<Vec<_>>()
    });
    MANY.into_iter()
        .map(|word| (word, Count::Many))
        .chain(numbers)
}

/// How many people are hit: a number that stands before a word for people (or `us`, `av oss`); nothing when
/// the text speaks of many without one; one when it speaks of nobody else.
pub(super) fn people<'a>(
    text: impl Iterator<Item = (&'a str, &'static Known)> + Clone,
) -> Option<u32> {
    if !text
        .clone()
        .any(|(word, known)| count(word, known).is_some())
    {
        return Some(1);
    }
    let words: Vec<(&str, Option<Count>)> = text
        .map(|(word, known)| (word, count(word, known)))
        .collect();
    let word = |at: usize| words.get(at).map_or("", |(word, _)| *word);
    let mut most = None;
    let mut is_many = false;
    for (at, (_, count)) in words.iter().enumerate() {
        let number = match count {
            Some(Count::Is(number)) => number,
            Some(Count::Many) => {
                is_many = true;
                continue;
            }
            None => continue,
        };
        let is_people = [at + 1, at + 2]
            .map(word)
            .iter()
            .any(|next| PEOPLE.iter().any(|p| next.starts_with(p)));
        let before = match at.checked_sub(2) {
            Some(start) => [word(start), word(start + 1)],
            None => [""; 2],
        };
        let is_us = matches!(
            [word(at + 1), word(at + 2)],
            ["af" | "av" | "of", "os" | "oss" | "us"]
        ) || matches!(
            before,
            ["vi", "er" | "ar"] | ["we", "are"] | ["os" | "oss", "alle" | "alla"]
        );
        if is_people || is_us {
            let is_self =
                SELF.contains(&before[0]) && matches!(before[1], "og" | "och" | "and" | "plus");
            most = most.max(Some(number + u32::from(is_self)));
        }
    }
    if most.is_some() {
        return most;
    }
    if is_many { None } else { Some(1) }
}

fn count(word: &str, known: &Known) -> Option<Count> {
    if word.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        let number = word.parse::<u32>().ok();
        return number.filter(|n| (2..=5000).contains(n)).map(Count::Is);
    }
    known.count
}

/// Ways to ask how something is done.
pub(super) const HOW: [&str; 24] = [
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
    use crate::triage::words;

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
            let words = words::split(plain);
            let words = words.iter().map(|word| (word.of(plain), word.known));
            assert_eq!(people(words), count, "{plain}");
        }
    }

    #[test]
    fn asking_how() {
        let engine = crate::triage::Engine::built_in().unwrap();
        for (text, asks) in [
            ("Hvordan deler jeg skærm", Some(true)),
            ("VPN virker ikke", Some(false)),
            ("Skærm", None),
            ("Showhow to", None),
        ] {
            let reading = engine.read(text, "");
            let found = howto(reading.asks_how, reading.has_fault);
            assert_eq!(found, asks, "{text}");
        }
    }
}
