//! Signs that a ticket cannot wait, as facts with the words that say so; never a score.

use super::evidence::Page;
use super::phrases::{Phrase, Says};
use crate::domain::finding::Urgency;

/// Signs and the words for them. A word stands at its start; `$` is the end of a word. Folded like keys.
const SIGNS: [(&str, &[&str]); 7] = [
    (
        "care",
        &[
            "medicin",
            "medisin",
            "insulin",
            "dosis",
            "dosett",
            "lakemedel",
            "trygghetsalarm",
            "trygghetslarm",
            "trygghedsalarm",
            "nodkald",
            "nodalarm",
            "sykesignal",
            "sjukesignal",
            "beboer",
            "bebuar",
            "boende$",
            "patient",
            "pasient",
            "legevakt",
            "lagevagt",
            "ambulance",
            "ambulanse",
            "call bell",
            "resident$",
            "residents$",
            "medication",
            "vaccin",
            "vaksin",
            "falls sensor",
            "aftenrunde",
        ],
    ),
    (
        "exam",
        &[
            "eksamen",
            "tentamen",
            "terminsprov",
            "nationale test",
            "nationella prov",
            "nasjonale prov",
            "netprove",
            "exam",
            "afgangsprove",
            "heldagsprove",
            "proven starter",
            "provet startar",
            "proven begynner",
        ],
    ),
    (
        "council",
        &[
            "byrad",
            "bystyre",
            "kommunestyre",
            "formannskap",
            "formandskab",
            "fullmaktige",
            "kommunalbestyrelse",
            "okonomiudvalg",
            "council meeting",
            "council chamber",
            "full council",
            "fylkesting",
            "regionsrad",
            "namndmote",
            "udvalgsmode",
            "utvalgsmote",
        ],
    ),
    (
        "deadline",
        &[
            "frist",
            "deadline",
            "haster",
            "hastar",
            "bradskande",
            "brattom",
            "urgent",
            "asap",
            "inden kl",
            "inden middag",
            "innen kl",
            "fore klockan",
            "before noon",
            "by noon",
            "senest i dag",
            "senast idag",
            "hurtigst muligt",
            "snarest",
            "as soon as possible",
            "omgaende",
            "om en time",
            "om ti minutter",
            "om tio minuter",
            "in ten minutes",
            "in an hour",
            "inden midnat",
            "i dag kl",
        ],
    ),
    (
        "waiting",
        &[
            "sidder her nu",
            "sitter her na",
            "sitter har nu",
            "star her nu",
            "venter i",
            "vantar har",
            "is waiting",
            "are waiting",
            "venter na",
            "venter nu",
            "sidder og venter",
            "sitter og venter",
            "sitter och vantar",
            "er i gang na",
            "modet er i gang",
            "motet er i gang",
            "borgeren sidder",
            "in the meeting now",
            "lige nu",
            "akkurat na",
            "just nu",
            "right now",
            "akkurat no$",
        ],
    ),
    (
        "security",
        &[
            "phishing",
            "trykket pa linket",
            "trykkede pa linket",
            "trykket pa lenka",
            "trykte pa lenka",
            "klickade pa lanken",
            "clicked on a link",
            "clicked the link",
            "hacket",
            "hackad",
            "hacked",
            "virus",
            "ransomware",
            "stjalet",
            "stjalet",
            "stjalen",
            "stulen",
            "stulit",
            "stolen",
            "forkert borger",
            "feil pasient",
            "fel patient",
            "wrong patient",
            "wrong resident",
            "personalemapp",
            "alle kan lase",
            "alle kan lese",
        ],
    ),
    (
        "payroll",
        &[
            "lonkorsel",
            "lonnskjoring",
            "lonkorning",
            "lonekorning",
            "payroll run",
            "lonudbetaling",
            "lonnsutbetaling",
            "loneutbetalning",
            "udbetaling af",
        ],
    ),
];

/// All words with the number of their sign, and whether they end where a word does.
pub(super) fn words() -> impl Iterator<Item = (usize, bool, &'static str)> {
    SIGNS.iter().enumerate().flat_map(|(sign, (_, words))| {
        words.iter().map(move |word| match word.strip_suffix('$') {
            Some(word) => (sign, true, word),
            None => (sign, false, *word),
        })
    })
}

/// The signs of a text, each once, with the words, by the phrases found in it.
pub(super) fn signs(pages: &[Page], phrases: &[Phrase]) -> Vec<Urgency> {
    let mut found: [Option<String>; SIGNS.len()] = Default::default();
    for phrase in phrases {
        let Says::Urgent(sign, is_whole) = phrase.says else {
            continue;
        };
        let Some(page) = pages.get(phrase.page) else {
            continue;
        };
        let Some(slot) = found.get_mut(sign).filter(|slot| slot.is_none()) else {
            continue;
        };
        let rest = page.plain.get(phrase.range.end..).unwrap_or_default();
        let tail = rest.find(' ').unwrap_or(rest.len());
        if !is_whole || tail == 0 {
            *slot = Some(page.quote(phrase.range.start..phrase.range.end + tail));
        }
    }
    SIGNS
        .iter()
        .zip(found)
        .filter_map(|((sign, _), text)| {
            Some(Urgency {
                sign: (*sign).to_owned(),
                text: text?,
            })
        })
        .collect()
}
