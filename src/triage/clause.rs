//! Clauses of a folded text and what they say: it works, it fails, it is not that.
//!
//! "VPN virker fint, men Teams hakker": the first clause clears what it names, the second one, behind a
//! contrast, has the say.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::lexicon::{pattern, separates};

/// What a clause says about the things it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// They work.
    Works,
    /// They do not.
    Fails,
    /// Neither is said.
    Plain,
}

/// A stretch of a key between two breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// Bytes of the key.
    pub(super) range: Range<usize>,
    /// What it says.
    pub(super) tone: Tone,
    /// It stands behind "but".
    pub(super) is_contrast: bool,
}

/// Words that begin a clause which goes against the one before.
const CONTRASTS: &str = "men | but | however | derimod | derimot | däremot | alligevel | likevel | likevæl | ändå | trots | dog | \
    although | though | yet | still | selv om | selvom | enda | sjølv om | except";

/// Of those the ones that break a clause in two.
const BREAKS: [&str; 12] = [
    " men ",
    " but ",
    " however ",
    " derimod ",
    " derimot ",
    " daremot ",
    " selvom ",
    " selv om ",
    " though ",
    " although ",
    " enda ",
    " sjolv om ",
];

const NEGATIONS: &str = "ikke | ikkje | inte | not | ik | ikk | ingen | inga | inget | intet | inkje | no | nothing | ingenting | aldrig | aldri | never | none | \
    cannot | can't | won't | doesn't | don't | isn't | didn't | hverken | verken | varken | neither | nobody | ingenstans | uten | ej | dont | cant | wont | doesnt";

const FAULTS: &str = "fejl | feil | fel | error | mangler | manglar | saknas | fattas | missing | borte | væk | borta | gone | nede | down | ryger | ryker | dør | dies | \
    hænger | henger | heng | hänger | hakker | hackar | hakkar | fryser | freezes | frozen | frys | krasjer | crasher | kraschar | krasjar | crashes | fejler | feiler | fails | failed | \
    nægter | nekter | nektar | vägrar | refuses | denied | afvist | avvist | nekad | låst | locked | udløbet | utløpt | expired | blank | tom | tomt | empty | sort | svart | black | \
    langsom | treg | treig | slow | långsam | seg | trægt | tregt | død | dead | død | stuck | driller | bøvler | problem | problemer | problems | forsvinder | forsvinner | försvinner | \
    disappears | lost | mister | tapper | tappar | mistet | stopper | stoppet | stoppar | stops | stopped | blokeret | blokkert | blocked | gal | galt | gale | broken | virkede | \
    avbrutt | drops | dropping | kicked | smidt | kastet | utslängd | freezing | choppy | unable | invalid | ugyldig | ogiltig | suspended | spærret | sperret | sperra | kun | bare når | only when | lapsed";

const WORKING: &str = "virker | fungerer | funker | fungerar | funkar | verkar | works | work | working | fine | fint | ok | okay | i orden | is up | er oppe | är uppe | \
    svarer | svarar | godkendt | godkjent | godkänd | godkänt | godtatt | accepted | rigtig | rigtigt | riktig | riktigt | korrekt | stemmer | stämmer | is right | in order | \
    mår bra | er bra | er god | er godt | er rask | er raskt | er hel | uskyldig | uden problemer | uten problemer | utan problem | without trouble | without problems | er på plads | er på plass | \
    går igennem | gick igenom | gikk gjennom | as normal | normalt | normal | perfekt | knall | leverer | er grøn | er grønn | er grønt | er på | er tilsluttet | connected fine | åbner fint | \
    strålende | udmærket | utmerket | upåklagelig | god plass | good | er intakt | er ny | rigeligt | is on | er stilt | is fast | er fast | som den skal | som det skal | som de skal | som han skal | \
    uten mukk | is up | are up | tip top | er lost | healthy | all green | no problem | no problems | ingen problemer | er tændt | er verificeret | er fornyet | er bekræftet | well | ikke noget galt | intet galt | nothing wrong | ikkje noko gale | inget fel | ikke noe galt | ingen fejl | no fault";

/// What a word or phrase says, as a set of bits.
type Cues = u8;
const CONTRAST: Cues = 1;
const NEGATION: Cues = 2;
const FAULT: Cues = 4;
const WORKS: Cues = 8;

/// Most words in one cue.
const LONGEST_CUE: usize = 3;

static CUES: LazyLock<HashMap<String, Cues>> = LazyLock::new(|| {
    let mut cues = HashMap::new();
    for (list, cue) in [
        (CONTRASTS, CONTRAST),
        (NEGATIONS, NEGATION),
        (FAULTS, FAULT),
        (WORKING, WORKS),
    ] {
        for key in list.split('|').map(pattern).filter(|key| !key.is_empty()) {
            *cues.entry(key).or_default() |= cue;
        }
    }
    cues
});

/// The clauses of a key, in order. `plain` is the key with separators as spaces, of the same length.
pub(super) fn split(key: &str, plain: &str) -> Vec<Clause> {
    let mut breaks = vec![0];
    let mut bytes = key.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        let before_space = bytes.peek().is_none_or(|(_, next)| *next == b' ');
        if byte == BREAK
            || (before_space && matches!(byte, b'.' | b',' | b';' | b'!' | b'?' | b':' | b'-'))
        {
            breaks.push(at + 1);
        }
    }
    for word in BREAKS {
        breaks.extend(plain.match_indices(word).map(|(at, _)| at));
    }
    breaks.push(key.len());
    breaks.sort_unstable();
    breaks.dedup();
    let mut clauses: Vec<Clause> = Vec::with_capacity(breaks.len());
    for pair in breaks.windows(2) {
        let &[start, end] = pair else { continue };
        let Some(text) = plain.get(start..end).filter(|text| !text.trim().is_empty()) else {
            continue;
        };
        let cues = cues_of(text);
        let tone = match cues {
            cues if cues & (NEGATION | FAULT) != 0 => Tone::Fails,
            cues if cues & WORKS != 0 => Tone::Works,
            _ => Tone::Plain,
        };
        clauses.push(Clause {
            range: start..end,
            tone,
            is_contrast: !clauses.is_empty() && cues & CONTRAST != 0,
        });
    }
    clauses
}

/// What [`crate::triage::classify`] puts where a line ends, so that it ends a clause.
pub(super) const BREAK: u8 = b'|';

/// The cues of a clause; a longer cue hides the shorter ones in it (`no problems`).
fn cues_of(text: &str) -> Cues {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let mut found = 0;
    let mut at = 0;
    while at < words.len() {
        let longest = (1..=LONGEST_CUE.min(words.len() - at))
            .rev()
            .find_map(|size| {
                let window = words.get(at..at + size)?;
                let cue = if let [word] = window {
                    CUES.get(*word)
                } else {
                    CUES.get(window.join(" ").as_str())
                };
                cue.map(|cue| (size, *cue))
            });
        let (size, cue) = longest.unwrap_or((1, 0));
        found |= cue;
        at += size;
    }
    found
}

/// Whether the words before a match say "it is not this": `ikke VPN`, `it is not a VPN problem`.
pub(super) fn is_ruled_out(before: &str) -> bool {
    let mut back = before
        .split(' ')
        .filter(|word| !word.is_empty())
        .rev()
        .skip_while(|word| is_filler(word));
    if !back.next().is_some_and(|word| {
        matches!(
            word,
            "ikke"
                | "ikkje"
                | "inte"
                | "not"
                | "ik"
                | "ej"
                | "hverken"
                | "verken"
                | "varken"
                | "neither"
        )
    }) {
        return false;
    }
    // "I cannot VPN" is a fault, "it is not the VPN" is none.
    back.next().is_none_or(|word| {
        matches!(
            word,
            "er" | "ar"
                | "is"
                | "s"
                | "det"
                | "it"
                | "this"
                | "that"
                | "dette"
                | "detta"
                | "og"
                | "and"
                | "har"
                | "altsa"
                | "jo"
        )
    })
}

/// Small words between the negation and what it is about.
fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "en"
            | "et"
            | "ein"
            | "eit"
            | "ett"
            | "the"
            | "my"
            | "mit"
            | "min"
            | "mitt"
            | "med"
            | "pa"
            | "om"
            | "noget"
            | "noe"
            | "noko"
            | "i"
            | "about"
            | "selve"
            | "sjalve"
    )
}

/// The key with everything that separates words as spaces, byte for byte.
pub(super) fn plain(key: &str) -> String {
    let mut plain = String::with_capacity(key.len());
    for c in key.chars() {
        if separates(c) {
            plain.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;

    fn read(text: &str) -> Vec<(String, Tone, bool)> {
        let key = fold(text);
        split(&key, &plain(&key))
            .into_iter()
            .map(|c| {
                (
                    key.get(c.range).unwrap().trim().to_owned(),
                    c.tone,
                    c.is_contrast,
                )
            })
            .collect()
    }

    #[test]
    fn a_contrast_splits_what_works_from_what_does_not() {
        assert_eq!(
            read("VPN virker fint, men Teams hakker"),
            [
                ("vpn virker fint,".to_owned(), Tone::Works, false),
                ("men teams hakker".to_owned(), Tone::Fails, true)
            ]
        );
        assert_eq!(
            read("vpn works on home wifi but not over 4G"),
            [
                ("vpn works on home wifi".to_owned(), Tone::Works, false),
                ("but not over 4g".to_owned(), Tone::Fails, true)
            ]
        );
    }

    #[test]
    fn tones() {
        for (text, tone) in [
            ("VPN virker ikke", Tone::Fails),
            ("VPN virker", Tone::Works),
            ("ingen problemer med VPN", Tone::Works),
            ("VPN er nede", Tone::Fails),
            ("bestilling af skærm", Tone::Plain),
            ("BankID gick igenom direkt", Tone::Works),
        ] {
            assert_eq!(read(text)[0].1, tone, "{text}");
        }
    }

    #[test]
    fn ruling_out() {
        for (before, out) in [
            ("", false),
            ("ikke ", true),
            ("det er ikke ", true),
            ("not a ", true),
            ("it s not the ", true),
            ("jeg kan ikke ", false),
            ("far ikke ", false),
            ("har ikke med ", true),
        ] {
            assert_eq!(is_ruled_out(before), out, "{before:?}");
        }
    }
}
