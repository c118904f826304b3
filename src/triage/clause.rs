//! Clauses of a folded text and what they say: it works, it fails, it is not that.
//!
//! "VPN virker fint, men Teams hakker": the first clause clears what it names, the second one, behind a
//! contrast, has the say.

use std::ops::Range;

use super::lexicon::{pattern, separates};
use super::words::{Table, Word};

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
    /// Its words, by their places among the words of the key; at least one.
    pub(super) words: Range<usize>,
    /// What it says.
    pub(super) tone: Tone,
    /// It stands behind "but".
    pub(super) is_contrast: bool,
    /// It says nothing of faults, and the next one goes against it: what it names is beside the point.
    pub(super) is_aside: bool,
}

/// Words that begin a clause which goes against the one before.
const CONTRASTS: &str = "men | but | however | derimod | derimot | däremot | alligevel | likevel | likevæl | ändå | trots | dog | \
    although | though | yet | still | selv om | selvom | enda | sjølv om | except";

const NEGATIONS: &str = "ikke | ikkje | inte | not | ik | ikk | ingen | inga | inget | intet | inkje | no | nothing | ingenting | aldrig | aldri | never | none | \
    cannot | can't | won't | doesn't | don't | isn't | didn't | hverken | verken | varken | neither | nobody | ingenstans | uten | ej | dont | cant | wont | doesnt";

const FAULTS: &str = "fejl | feil | fel | error | mangler | manglar | saknas | fattas | missing | borte | væk | borta | gone | nede | down | ryger | ryker | dør | dies | \
    hænger | henger | heng | hänger | hakker | hackar | hakkar | fryser | freezes | frozen | frys | krasjer | crasher | kraschar | krasjar | crashes | fejler | feiler | fails | failed | \
    nægter | nekter | nektar | vägrar | refuses | denied | afvist | avvist | nekad | låst | locked | udløbet | utløpt | expired | blank | tom | tomt | empty | sort | svart | black | \
    langsom | treg | treig | slow | långsam | seg | trægt | tregt | død | dead | død | stuck | driller | bøvler | problem | problemer | problems | forsvinder | forsvinner | försvinner | \
    disappears | lost | mister | tapper | tappar | mistet | stopper | stoppet | stoppar | stops | stopped | blokeret | blokkert | blocked | gal | galt | gale | broken | virkede | \
    avbrutt | drops | dropping | kicked | smidt | kastet | utslängd | freezing | choppy | unable | invalid | ugyldig | ogiltig | suspended | spærret | sperret | sperra | kun | bare når | only when | lapsed | smider | kaster ut | kastar ut | \
    slutter å | sluttar å | slutar | holder op med at | keeps logging | logging me out | logs me out | throws | crash | crashing";

const WORKING: &str = "virker | fungerer | funker | fungerar | funkar | verkar | works | work | working | fine | fint | ok | okay | i orden | is up | er oppe | är uppe | \
    svarer | svarar | godkendt | godkjent | godkänd | godkänt | godtatt | accepted | rigtig | rigtigt | riktig | riktigt | korrekt | stemmer | stämmer | is right | in order | \
    mår bra | er bra | er god | er godt | er rask | er raskt | er hel | uskyldig | uden problemer | uten problemer | utan problem | without trouble | without problems | er på plads | er på plass | \
    går igennem | gick igenom | gikk gjennom | as normal | normalt | normal | perfekt | knall | leverer | er grøn | er grønn | er grønt | er på | er tilsluttet | connected fine | åbner fint | \
    strålende | udmærket | utmerket | upåklagelig | god plass | good | er intakt | er ny | rigeligt | is on | er stilt | is fast | er fast | som den skal | som det skal | som de skal | som han skal | \
    uten mukk | is up | are up | tip top | er lost | healthy | all green | no problem | no problems | ingen problemer | er tændt | er verificeret | er fornyet | er bekræftet | well | ikke noget galt | intet galt | nothing wrong | ikkje noko gale | inget fel | ikke noe galt | ingen fejl | no fault | \
    fejler ikke noget | fejler intet | feiler ikke noe | feiler ingenting | ikke noget i vejen | intet i vejen | ikke noe i veien | ikkje noko i vegen | inget fel på | inte något fel | \
    ikke i stykker | ikke ødelagt | ikkje øydelagd | inte trasig | not broken | ikke problemet | ikkje problemet | inte problemet | not the problem | isn't the problem | ikke noget problem | \
    går fint | går bra | går godt | kører fint | kører godt | kører som | kører perfekt | køyrer fint | rolling along | smurt | lynrask | lynraskt | lynhurtig | lynhurtigt | jättesnabbt | snabbt | raskt | hurtigt | \
    i den skønneste | ingenting galt | går gjennom | gik igennem | gikk igjennom | gjekk gjennom | went through | er greit | er grei | er i gang | er på nett | är på nätet | er på nettet | is online | er logget på | \
    er logget ind | är inloggad | er innlogget | logged in fine | er målt | är mätt | was tested | er testet | er byttet | er skiftet | is new | er helt ny | är ny | er nytt | er nyt | har full | full bars | fuld dækning | full dekning | \
    full täckning | godt nok | bra nok | good enough | alt er der | alt i orden | allt i ordning | er som normalt | behaves | behagelig | kommer frem fint | tager den | tar den | takes it | som en drøm | like a dream | beste velgående | \
    perfectly | perfect | flawless | happily | no complaints | intet at bemærke | ingenting å si på | caps er av | caps er fra | caps lock is off | is right | are right | er riktige | stemmer helt | har sjekket | has not expired | ikke udløbet | ikke utløpt | \
    ikke skylden | ikke årsagen | ikke derfor | ikke det det | \
    ingen har klaget | ingen har klaga | ingen har klagat | ingen klager | ingen klagar | ingen klagomål | nobody has complained | no complaint | no other complaint | ingen har spurgt om | ingen har spurt | ingen har fått feil | ingen har tappat | ingen problem | \
    uten å bli | utan å bli | uden at blive | utan att bli | utan att någon | uten at noen | utan at nokon | uden at nogen | without being | without a hitch | without anyone | uten et eneste | utan eit einaste | uden et eneste | utan ett enda | uten trøbbel | utan krångel | uden bøvl | utan bry | \
    har holdt | har holdet | har halde | har hållit | has held | have held | holds | over all forventning | over all forventing | gikk bra | gikk fint | gik fint | gik godt | gjekk fint | gjekk bra | gick bra | gick fint | gått bra | gått fint | gået godt | gået fint | went well | going well | runs well | \
    glad for | glade for | glad i | nöjd med | fornøyd med | tilfreds med | nøgd med | nøgde med | happy with | pleased with | a joy | trivelig | hyggelig | utmärkt | underbar | fantastisk | strålande | prima | satisfactory | stabil | stabilt | stable | \
    i drift | er løst | er løyst | är löst | är lösta | is solved | that's solved | er ordnet | er ordna | är ordnat | er fikset | er fiksa | fixed | mended | repareret | reparert | reparerad | ordnet seg | ordna seg | orden på | ordning på | \
    er modtaget | er mottatt | har mottatt | har modtaget | har arrived | has arrived | er kommet | er komne | er tekne i bruk | er tatt i bruk | er taget i brug | problemfritt | problemfrit | problemfrie | uproblematisk | smidigt | mjukt | greit | lett | let | nemt | kører | køyrer";

/// What a word or phrase says, as a set of bits.
type Cues = u8;
const CONTRAST: Cues = 1;
const NEGATION: Cues = 2;
const FAULT: Cues = 4;
const WORKS: Cues = 8;

/// The words behind the first one of a cue, and what it says.
pub(super) type Cue = (Vec<String>, Cues);

/// Tells the table of words what these lists know.
pub(super) fn teach(table: &mut Table) {
    for (list, cue) in [
        (CONTRASTS, CONTRAST),
        (NEGATIONS, NEGATION),
        (FAULTS, FAULT),
        (WORKING, WORKS),
    ] {
        for key in list.split('|').map(pattern) {
            let mut words = key.split(' ').map(str::to_owned);
            let Some(first) = words.next().filter(|first| !first.is_empty()) else {
                continue;
            };
            let rest: Vec<String> = words.collect();
            table.put(&first, |word| {
                match word.cues.iter_mut().find(|(words, _)| *words == rest) {
                    Some((_, all)) => *all |= cue,
                    None => word.cues.push((rest, cue)),
                }
                // The longest first; those of one length as they stand in the lists.
                word.cues
                    .sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
            });
        }
    }
    for key in NOT_THIS.split('|').map(pattern) {
        let (first, rest) = key.split_once(' ').unwrap_or((&key, ""));
        table.put(first, |word| word.openings.push(rest.to_owned()));
    }
    for word in NOT_POSSIBLE.split('|').map(pattern) {
        table.put(&word, |word| word.is_excuse = true);
    }
    for word in BREAKS.into_iter().chain(BREAKS_BEFORE_OM) {
        table.put(word, |word| word.may_break = true);
    }
}

/// The clauses of a key, in order. `plain` is the key with separators as spaces, of the same length, `words` are its words.
pub(super) fn split(key: &str, plain: &str, words: &[Word]) -> Vec<Clause> {
    let mut breaks = Vec::with_capacity(words.len() / 3 + 2);
    breaks.push(0);
    let bytes = key.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let ends = match byte {
            b'.' | b',' | b';' | b'!' | b'?' | b':' | b'-' => {
                bytes.get(at + 1).is_none_or(|next| *next == b' ')
            }
            _ => *byte == BREAK,
        };
        if ends {
            breaks.push(at + 1);
        }
    }
    for word in words.iter().filter(|word| word.known.may_break) {
        let rest = plain.get(word.end..).unwrap_or_default();
        if word.start > 0 && !rest.is_empty() && breaks_in_two(word.of(plain), rest) {
            breaks.push(word.start - 1);
        }
    }
    breaks.push(key.len());
    breaks.sort_unstable();
    breaks.dedup();
    let mut clauses: Vec<Clause> = Vec::with_capacity(breaks.len());
    let mut first = 0;
    for pair in breaks.windows(2) {
        let &[start, end] = pair else { continue };
        let behind = words.get(first..).unwrap_or_default();
        let count = behind.iter().take_while(|word| word.start < end).count();
        let own = behind.get(..count).unwrap_or_default();
        let range = first..first + count;
        first += count;
        if own.is_empty() {
            continue;
        }
        let cues = cues_of(own, plain);
        let tone = match cues {
            _ if rules_out(own, plain) => Tone::Works,
            cues if cues & (NEGATION | FAULT) != 0 => Tone::Fails,
            cues if cues & WORKS != 0 => Tone::Works,
            _ => Tone::Plain,
        };
        clauses.push(Clause {
            range: start..end,
            words: range,
            tone,
            is_contrast: !clauses.is_empty() && cues & CONTRAST != 0,
            is_aside: false,
        });
    }
    let mut follows = false;
    for clause in clauses.iter_mut().rev() {
        clause.is_aside = follows && !clause.is_contrast && clause.tone != Tone::Fails;
        follows = clause.is_contrast || (clause.is_aside && clause.tone == Tone::Works);
    }
    clauses
}

/// Words of contrast that break a clause in two.
const BREAKS: [&str; 10] = [
    "men", "but", "however", "derimod", "derimot", "daremot", "selvom", "though", "although",
    "enda",
];

/// Those that do so before "om" only.
const BREAKS_BEFORE_OM: [&str; 2] = ["selv", "sjolv"];

/// Whether a word breaks a clause in two, by what stands behind it.
fn breaks_in_two(word: &str, rest: &str) -> bool {
    !BREAKS_BEFORE_OM.contains(&word) || rest.starts_with(" om ")
}

/// Openings of a clause that says what it is not.
const NOT_THIS: &str = "ikke | ikkje | inte | not | det er ikke | det er ikkje | det är inte | it is not | it isn't | it's not | this is not | dette er ikke | er ikke | det er altså ikke | \
    det er ikke noe med | hverken | verken | varken | neither | isn't | har ikke med | intet galt med | dette er ikkje | er altså ikke";

/// What such a clause may say instead: that something cannot be, or is not allowed.
const NOT_POSSIBLE: &str = "mulig | muligt | möjligt | mogleg | possible | able | lov | nok | længere | lenger | lenger | længer | til at | til å | at | kunne | adgang | tilgang | åtkomst | working | synlig | visible | der | klar | ready | tilgængelig | \
    tilgjengelig | available | sikker | sure | let | lett | nemt | easy | virker | fungerer | får | kan | logget | koblet | forbundet | connected | registrert | registreret | found | godkendt | supported | allowed | authorised | installert | installeret";

/// Most words of a clause that rules something out.
const SHORT: usize = 9;

/// Whether a clause says only what it is not: "Ikke Citrix", "det er ikke min router".
fn rules_out(words: &[Word], plain: &str) -> bool {
    let [first, .., last] = words else {
        return false;
    };
    if first.known.openings.is_empty() || words.len() > SHORT {
        return false;
    }
    let behind = plain.get(first.end + 1..last.end).unwrap_or_default();
    let opens = first.known.openings.iter().any(|words| {
        words.is_empty()
            || behind
                .strip_prefix(words.as_str())
                .is_some_and(|rest| rest.starts_with(' '))
    });
    opens && !words.iter().any(|word| word.known.is_excuse)
}

/// What [`crate::triage::classify`] puts where a line ends, so that it ends a clause.
pub(super) const BREAK: u8 = b'|';

/// The cues of a clause; a longer cue hides the shorter ones in it (`no problems`).
fn cues_of(words: &[Word], plain: &str) -> Cues {
    let mut words = words.iter();
    let mut found = 0;
    while let Some(word) = words.next() {
        let cue = word.known.cues.iter().find(|(rest, _)| {
            let mut ahead = words.clone();
            rest.iter()
                .all(|word| ahead.next().is_some_and(|next| next.of(plain) == word))
        });
        if let Some((rest, cue)) = cue {
            found |= cue;
            for _ in rest {
                words.next();
            }
        }
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
    if key.is_ascii() {
        let letters = key.bytes().map(|byte| {
            if byte.is_ascii_alphanumeric() {
                byte
            } else {
                b' '
            }
        });
        return String::from_utf8(letters.collect()).unwrap_or_default();
    }
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
    use crate::triage::words;

    fn read(text: &str) -> Vec<(String, Tone, bool)> {
        let key = fold(text);
        let plain = plain(&key);
        split(&key, &plain, &words::split(&plain))
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
