//! How many people a text speaks of, and whether it asks how or says that something is broken.

use super::evidence::{Page, Reading};
use super::phrases::Says;
use super::words::Known;
use crate::text::lang;

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

/// Ways to ask how something is done, folded.
pub(super) const HOW: [&str; 36] = [
    "hvordan",
    "korleis",
    "hur gor",
    "hur far",
    "hur man",
    "how do",
    "how to",
    "how can i",
    "how can we",
    "how would i",
    "hvor finder jeg",
    "hvor finner jeg",
    "kvar finn eg",
    "var hittar",
    "where do",
    "where can",
    "where would",
    "lurer pa hvor",
    "lurer pa om",
    "lurar pa kvar",
    "undrar var",
    "undrar hur",
    "kan man",
    "gar det an",
    "gar det att",
    "er det mulig",
    "er det mogleg",
    "er det mogeleg",
    "ar det mojligt",
    "is it possible",
    "is there a way",
    "hvad skal jeg gore for",
    "vise meg",
    "vise mig",
    "visa mig",
    "show me",
];

/// What is asked for by who wants to learn.
pub(super) const GUIDES: [&str; 16] = [
    "vejledning",
    "veiledning",
    "rettleiing",
    "brugervejledning",
    "brukerveiledning",
    "brukarrettleiing",
    "bruksanvis",
    "manual",
    "lathund",
    "guide",
    "instruks",
    "instrukt",
    "instructions",
    "tutorial",
    "opplaring",
    "training",
];

/// Whether a passage asks how something is done in words that no phrase has: `hur delar jag`.
pub(super) fn asks_how(page: &Page) -> bool {
    page.words.windows(3).any(|three| {
        let [how, _, who] = three else { return false };
        how.of(&page.plain) == "hur" && matches!(who.of(&page.plain), "jag" | "man" | "vi")
    })
}

/// Ways to ask for something, which is neither a question how nor a fault, folded.
pub(super) const REQUESTS: [&str; 38] = [
    "bestil",
    "bestill",
    "order",
    "onsker",
    "onskar",
    "onskes",
    "vil gerne have",
    "vil gerne bede",
    "vil gjerne ha",
    "vil ha",
    "vill ha",
    "behover en",
    "behover ett",
    "har brug for",
    "trenger en",
    "trenger et",
    "treng ein",
    "treng eit",
    "need a",
    "would like",
    "kan i",
    "kan dere",
    "kan dykk",
    "kan de",
    "kan ni",
    "can you",
    "could you",
    "kan jeg fa",
    "kan jag fa",
    "kan eg fa",
    "kan vi fa",
    "can i have",
    "can we have",
    "can i get",
    "may i have",
    "may we have",
    "please send",
    "vil i sende",
];

/// Words of a text that tells something.
const TELLS: usize = 4;

/// Whether a ticket asks how to do something (`true`), says that something fails (`false`), or neither. A question in which
/// nothing fails asks how, and who tells something without asking for anything, says thanks or closes a case, tells of a fault:
/// there are too many ways to say so for a list.
pub(super) fn howto(reading: &Reading) -> Option<bool> {
    let says = |what: Says| reading.phrases.iter().any(|found| found.says == what);
    if reading.asks_how {
        return Some(true);
    }
    if reading.has_fault {
        return Some(false);
    }
    if reading.automatic.is_some() || reading.closing.is_some() || says(Says::Request) {
        return None;
    }
    if reading.pages.iter().any(|page| asks(page.key())) {
        return Some(true);
    }
    (reading.words().nth(TELLS).is_some()
        && lang::is_any(reading.words().map(|(_, known)| known.lang)))
    .then_some(false)
}

/// Whether a sentence of a key is a question.
fn asks(key: &str) -> bool {
    let mut bytes = key.bytes().peekable();
    std::iter::from_fn(|| bytes.next().map(|byte| (byte, bytes.peek().copied())))
        .any(|(byte, next)| byte == b'?' && next.is_none_or(|next| matches!(next, b' ' | b'|')))
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
            (
                "Skærmen viser alt i spejlvendt, når jeg er hjemme",
                Some(false),
            ),
            ("Må vi bruge skærmen til eksamen?", Some(true)),
            ("Kan I sende mig en skærm til kontoret?", None),
            ("Jeg vil gerne have en ny skærm til kontoret", None),
            ("Tak for hjælpen med skærmen i går", None),
        ] {
            let reading = engine.read(text, "");
            assert_eq!(howto(&reading), asks, "{text}");
        }
    }
}
