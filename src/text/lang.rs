//! Which of five languages a text is in, by function words and letters.
//!
//! Made for tickets: a few words, often with English product names, sometimes without `æøå`. Bokmål and
//! nynorsk are told apart. With too little to go by the answer is [`Lang::Unknown`], never a guess by chance.

use super::fold;
use super::quick::{QuickMap, QuickSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A language of the desk's users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Danish.
    Da,
    /// Norwegian bokmål.
    Nb,
    /// Norwegian nynorsk.
    Nn,
    /// Swedish.
    Sv,
    /// English.
    En,
    /// Another language, or too little text to tell.
    Unknown,
}

impl Lang {
    /// The languages that are told apart.
    pub const ALL: [Self; 5] = [Self::Da, Self::Nb, Self::Nn, Self::Sv, Self::En];

    /// The ISO 639-1 code; `None` for [`Lang::Unknown`].
    pub fn code(self) -> Option<&'static str> {
        match self {
            Self::Da => Some("da"),
            Self::Nb => Some("nb"),
            Self::Nn => Some("nn"),
            Self::Sv => Some("sv"),
            Self::En => Some("en"),
            Self::Unknown => None,
        }
    }

    /// The language of a code; region and case do not matter, `no` is bokmål.
    pub fn from_code(code: &str) -> Self {
        let primary = code
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        match primary.as_str() {
            "da" => Self::Da,
            "nb" | "no" => Self::Nb,
            "nn" => Self::Nn,
            "sv" => Self::Sv,
            "en" => Self::En,
            _ => Self::Unknown,
        }
    }
}

/// Points that a text needs to be called anything: one word that only one language has.
const ENOUGH: f32 = 1.0;

/// Characters looked at; more only cost time.
const MAX_CHARS: usize = 600;

/// The language of `text`.
///
/// ```
/// use vagt::text::lang::{Lang, detect};
/// assert_eq!(detect("får ikkje kopla til VPN heimanfrå"), Lang::Nn);
/// assert_eq!(detect("VPN"), Lang::Unknown);
/// ```
pub fn detect(text: &str) -> Lang {
    let end = text
        .char_indices()
        .nth(MAX_CHARS)
        .map_or(text.len(), |(at, _)| at);
    let text = text.get(..end).unwrap_or(text);
    let mut points = [0.0_f32; 5];
    for word in fold::fold(text)
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|w| !w.is_empty())
    {
        if let Some(share) = WORDS.get(word.trim_matches('\'')) {
            add(&mut points, share);
        }
    }
    for c in text.chars() {
        match c {
            'æ' | 'ø' | 'Æ' | 'Ø' => add(&mut points, &[0.5, 0.5, 0.5, 0.0, 0.0]),
            'ä' | 'ö' | 'Ä' | 'Ö' => add(&mut points, &[0.0, 0.0, 0.0, 1.0, 0.0]),
            'å' | 'Å' => add(&mut points, &[0.2, 0.2, 0.2, 0.2, 0.0]),
            _ => {}
        }
    }
    let letters: String = std::iter::once(' ')
        .chain(
            text.chars()
                .flat_map(char::to_lowercase)
                .map(|c| if c.is_alphabetic() { c } else { ' ' }),
        )
        .chain(std::iter::once(' '))
        .collect();
    for (part, share) in PARTS {
        let hits = letters.matches(part).take(3).count();
        (0..hits).for_each(|_| add(&mut points, &share));
    }
    // Ties go to the first in order: Danish before bokmål before nynorsk.
    let (best, most) =
        points.iter().enumerate().fold(
            (0, 0.0_f32),
            |best, (at, p)| if *p > best.1 { (at, *p) } else { best },
        );
    if most < ENOUGH {
        Lang::Unknown
    } else {
        Lang::ALL.get(best).copied().unwrap_or(Lang::Unknown)
    }
}

/// What the lists say about one word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Known {
    /// Points for each of [`Lang::ALL`].
    Ours([f32; 5]),
    /// A function word of another language.
    Foreign,
}

/// All words of the lists, as keys ([`fold::fold`]), for who looks words up once for many purposes.
pub fn vocabulary() -> impl Iterator<Item = (&'static str, Known)> {
    let ours = WORDS
        .iter()
        .map(|(word, points)| (word.as_str(), Known::Ours(*points)));
    let theirs = FOREIGN_WORDS.iter();
    ours.chain(theirs.map(|word| (word.as_str(), Known::Foreign)))
}

/// Whether a text has enough function words of one language to be called anything, by what is known of its words.
pub fn is_any(words: impl Iterator<Item = Option<Known>>) -> bool {
    let mut points = [0.0_f32; 5];
    words
        .filter_map(|known| match known {
            Some(Known::Ours(share)) => Some(share),
            _ => None,
        })
        .any(|share| {
            add(&mut points, &share);
            points.iter().any(|p| *p >= ENOUGH)
        })
}

/// Function words of other languages that newcomers and neighbours write in Latin letters: Finnish, Polish, German.
const FOREIGN: &str = "ei ole en voi kun mutta että tämä minun minulla toimi toimii pääse kanssa mitä onko ovat sekä jos niin kiitos terveisin olen tai myös \
     nyt kotoa vain mikä sitä koko apua hei \
     nie jest się działa mogę proszę dzień dobry mam dziękuję pozdrawiam jak czy już przez mnie pan pani ale tylko mój moja moje jestem dla tego też \
     ich nicht und ist das ein eine mit der die kann mein meine bitte danke auch wenn aber sich wird auf";

/// Shares of foreign words, and of letters that are not Latin, from which a text is foreign.
const MOSTLY_FOREIGN: (usize, usize) = (5, 2);

static FOREIGN_WORDS: LazyLock<QuickSet<String>> = LazyLock::new(|| {
    let words = FOREIGN.split_whitespace().map(fold::fold);
    words.filter(|word| !WORDS.contains_key(word)).collect()
});

/// Words of a text that are looked at for this.
const FIRST_WORDS: usize = 60;

/// Whether a text is in a language that is none of [`Lang::ALL`]: in other letters, or one word in five is a function word of
/// another language and no more are of these. Takes its words and what is known of them.
pub fn is_foreign<'a>(text: impl Iterator<Item = (&'a str, Option<Known>)>) -> bool {
    let (mut words, mut ours, mut theirs) = (0, 0, 0);
    let (mut letters, mut strange) = (0, 0);
    for (word, known) in text.take(FIRST_WORDS) {
        words += 1;
        ours += usize::from(matches!(known, Some(Known::Ours(_))));
        theirs += usize::from(known == Some(Known::Foreign));
        if word.is_ascii() {
            letters += word.len();
        } else {
            for c in word.chars() {
                letters += 1;
                strange += usize::from(c.is_alphabetic() && c > '\u{24f}' && c != fold::LOST);
            }
        }
    }
    strange * MOSTLY_FOREIGN.1 > letters
        || (theirs > 1 && theirs >= ours && theirs * MOSTLY_FOREIGN.0 >= words)
}

fn add(points: &mut [f32; 5], share: &[f32; 5]) {
    points.iter_mut().zip(share).for_each(|(p, s)| *p += s);
}

/// Spelling habits, for words that are in no list. A space is the end of a word. Points in the order of
/// [`Lang::ALL`]. Danish has `b d g` where the others have `p t k` after a vowel, and no double consonant at
/// the end of a word.
const PARTS: [(&str, [f32; 5]); 52] = [
    ("sj", [0.0, 0.4, 0.4, 0.1, 0.0]),
    ("skj", [0.0, 0.5, 0.5, 0.1, 0.0]),
    ("kj", [0.0, 0.3, 0.5, 0.0, 0.0]),
    ("øy", [0.0, 0.3, 0.6, 0.0, 0.0]),
    ("øj", [0.8, 0.0, 0.0, 0.0, 0.0]),
    ("tt ", [0.0, 0.5, 0.5, 0.4, 0.0]),
    ("kk ", [0.0, 0.5, 0.5, 0.0, 0.0]),
    ("pp ", [0.0, 0.4, 0.4, 0.4, 0.0]),
    ("ll ", [0.0, 0.3, 0.3, 0.3, 0.2]),
    ("nn ", [0.0, 0.5, 0.4, 0.2, 0.0]),
    ("mm ", [0.0, 0.4, 0.4, 0.0, 0.0]),
    ("ss ", [0.0, 0.3, 0.3, 0.2, 0.3]),
    ("gg ", [0.0, 0.4, 0.4, 0.3, 0.0]),
    ("tion", [0.3, 0.0, 0.0, 0.3, 0.3]),
    ("sjon", [0.0, 0.9, 0.9, 0.0, 0.0]),
    ("ck", [0.0, 0.0, 0.0, 0.3, 0.3]),
    ("ar ", [0.0, 0.0, 0.3, 0.4, 0.0]),
    ("ane ", [0.0, 0.0, 0.4, 0.0, 0.0]),
    ("anfrå", [0.0, 0.0, 1.0, 0.0, 0.0]),
    ("heim", [0.0, 0.0, 1.0, 0.0, 0.0]),
    ("ej", [0.4, 0.0, 0.0, 0.2, 0.0]),
    ("ei", [0.0, 0.3, 0.5, 0.0, 0.1]),
    ("th", [0.0, 0.0, 0.0, 0.0, 0.3]),
    ("uge", [0.5, 0.0, 0.0, 0.0, 0.0]),
    ("uke", [0.0, 0.5, 0.0, 0.0, 0.0]),
    ("age ", [0.4, 0.0, 0.0, 0.0, 0.0]),
    ("ake ", [0.0, 0.4, 0.2, 0.0, 0.0]),
    ("øge", [0.5, 0.0, 0.0, 0.0, 0.0]),
    ("øke", [0.0, 0.5, 0.0, 0.0, 0.0]),
    ("åb", [0.8, 0.0, 0.0, 0.0, 0.0]),
    ("åp", [0.0, 0.6, 0.0, 0.0, 0.0]),
    ("nds", [0.3, 0.0, 0.0, 0.1, 0.0]),
    ("æ", [0.4, 0.2, 0.2, 0.0, 0.0]),
    ("ør ", [0.2, 0.2, 0.2, 0.0, 0.0]),
    ("hed ", [0.6, 0.0, 0.0, 0.0, 0.0]),
    ("het ", [0.0, 0.5, 0.2, 0.4, 0.0]),
    ("else ", [0.4, 0.3, 0.0, 0.1, 0.1]),
    ("ne ", [0.1, 0.2, 0.1, 0.0, 0.0]),
    ("ende ", [0.2, 0.2, 0.0, 0.0, 0.0]),
    ("or ", [0.0, 0.0, 0.0, 0.3, 0.1]),
    ("orna ", [0.0, 0.0, 0.0, 1.0, 0.0]),
    ("arna ", [0.0, 0.0, 0.0, 1.0, 0.0]),
    ("erna ", [0.0, 0.0, 0.0, 0.8, 0.0]),
    ("erne ", [0.6, 0.0, 0.0, 0.0, 0.0]),
    ("ene ", [0.1, 0.5, 0.0, 0.0, 0.0]),
    ("ige ", [0.3, 0.0, 0.0, 0.0, 0.0]),
    ("ing ", [0.1, 0.1, 0.1, 0.1, 0.2]),
    ("ed ", [0.1, 0.1, 0.0, 0.0, 0.4]),
    ("y ", [0.1, 0.1, 0.1, 0.1, 0.3]),
    ("x", [0.0, 0.0, 0.0, 0.2, 0.1]),
    ("ö", [0.0, 0.0, 0.0, 0.5, 0.0]),
    ("o ", [0.0, 0.0, 0.1, 0.0, 0.0]),
];

/// The commonest words of tickets in each language, all of them, so that a word which several languages
/// share counts little.
const LISTS: [(Lang, &str); 5] = [
    (
        Lang::Da,
        "jeg ikke og er det den der at til på fra for med om men som en et eller hvor af hvad \
         mig dig os jer de dem vi i nogen noget nogle blev blevet bliver kunne skulle ville \
         ved ud ind op siger hjælp hjælpe adgang virker nu igen lige mangler forsøger prøvet \
         prøver møde mødet skærm skærmen billedet væk gået hvordan hvorfor hvornår hvem \
         hvilken hjemmefra hjemme derhjemme uden endnu gerne venligst mvh hilsen hilsner være \
         været gøre gør får går står åbne åbner koden meget også selv sådan aften dag dage \
         tak når hver flere heller har kan vil min mit mine sig hos jeres vores efter først \
         sidst sige borgeren borger arbejder beder så kun bare helt slet siden mens hvis \
         fordi selvom må skal var havde gang gange ned maskine forbindelse forbindelsen \
         computeren fejl fejlen kommer komme lukker lukket sker ligger ny nye nyt denne dette \
         disse dog blot hej kollega kollegaer kontoret skole skolen elever eleverne mappen \
         filen ringe sender modtager hedder kender dagens gammel gamle ellers både samme",
    ),
    (
        Lang::Nb,
        "jeg ikke og er det den at til på fra for med om men som en et eller hvor av hva meg \
         deg oss dere de dem vi i noen noe ble blitt blir kunne skulle ville ved ut inn opp \
         sier hjelp hjelpe tilgang fungerer virker nå igjen mangler forsøker prøvd prøver \
         møte møtet skjerm skjermen bildet borte gått hvordan hvorfor hvem hvilken hjemmefra \
         hjemme uten ennå enda gjerne vennligst mvh hilsen være vært gjøre gjør får går står \
         åpne åpner koden veldig mye også selv sånn slik kveld dag dager takk når hver flere \
         heller har kan vil min mitt mine seg hos deres våre vår etter først sist bruker \
         jobber ber så kun bare helt siden mens hvis fordi må skal var hadde gang ganger ned \
         maskinen tilkobling tilkoblingen feil feilmelding feilen kommer komme lukker lukket \
         skjer ligger ny nye nytt denne dette disse hei kollega kolleger kollegaer kontoret \
         skole skolen elever elevene mappen mappa filen fila ringe sender heter fikk trenger \
         ingenting hjemmekontor flyttet fått henger samme ellers",
    ),
    (
        Lang::Nn,
        "eg ikkje og er det den at til på frå for med om men som ein eit ei eller kvar kva \
         meg deg oss dykk de dei vi me i nokon noko nokre vart vorte vert blir blei kunne \
         skulle ville ved ut inn opp seier hjelp tilgang fungerer verkar no igjen att manglar \
         prøver prøvd møte møtet skjerm skjermen biletet borte gått korleis kvifor kven \
         heimanfrå heime utan enno gjerne venleg mvh helsing vere vore gjere gjer får går \
         står opne opnar koden mykje òg også sjølv kveld dag dagar takk når fleire heller har \
         kan vil min mitt mine seg hjå hos dykkar våre vår etter først sist brukar jobbar ber \
         så berre heilt sidan mens medan viss fordi må skal var hadde gong gonger ned maskina \
         maskinen feil feilmelding kjem kome lukkar skjer ligg ny nye nytt denne dette desse \
         hei kollega kollegaer kontoret skule skulen elevar elevane mappa fila ringje sender \
         heiter fekk treng ingenting heimekontor saman då ho han teneste tenesta hugsar byrja \
         gale gløymt lenkja rutaren finn kastar slutta heng same elles datt",
    ),
    (
        Lang::Sv,
        "jag inte och är det den att till på från för med om men som en ett eller där av vad \
         mig dig oss er de dem vi ni i någon något några blev blivit blir kunde skulle ville \
         vid ut in upp säger hjälp hjälpa åtkomst fungerar funkar nu igen saknar saknas \
         försöker försökt provat möte mötet skärm skärmen bilden borta gått hur varför vem \
         vilken hemifrån hemma utan ännu gärna vänligen mvh hälsningar vara varit göra gör \
         får går står öppna öppnar koden mycket också själv sån kväll dag dagar tack när \
         varje flera heller har kan vill min mitt mina sig hos era våra vår efter först sist \
         använder jobbar ber så bara helt sedan medan eftersom måste ska skall var hade gång \
         gånger ner datorn anslutning anslutningen fel felmeddelande felet kommer komma \
         stänger händer ligger ny nya nytt denna detta dessa hej kollega kollegor kontoret \
         skola skolan elever eleverna mappen filen ringa skickar heter fick behöver inget \
         ingen ingenting jobbet lösenord trots samma annars någonstans kom",
    ),
    (
        Lang::En,
        "the is are my not and to have has had when from with it we you your please no of in \
         on home works working work after again does am this that these cannot can can't get \
         got help was were be been but or if at they their our an as all any do doesn't won't \
         don't didn't i'm i've it's isn't since screen says hear hi hello thanks need trying \
         tried keeps every could would should there what how nothing yes just still then than \
         me us who where which will into out up over only other before because while for i a \
         so about now new anyone someone something everything",
    ),
];

/// Points of each word for each language, by key.
static WORDS: LazyLock<QuickMap<String, [f32; 5]>> = LazyLock::new(|| {
    let mut languages: QuickMap<String, [bool; 5]> = QuickMap::default();
    for (lang, words) in LISTS {
        for word in words.split_whitespace() {
            let entry = languages.entry(fold::fold(word)).or_default();
            for (is_in, candidate) in entry.iter_mut().zip(Lang::ALL) {
                *is_in |= candidate == lang;
            }
        }
    }
    languages
        .into_iter()
        .map(|(word, is_in)| (word, points_of(is_in)))
        .collect()
});

/// What a word is worth that these languages have.
fn points_of(is_in: [bool; 5]) -> [f32; 5] {
    let weight = match is_in.iter().filter(|is_in| **is_in).count() {
        1 => 1.5,
        2 => 0.7,
        3 => 0.4,
        _ => 0.2,
    };
    is_in.map(|is_in| if is_in { weight } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn plain_sentences() {
        for (text, lang) in [
            ("Jeg kan ikke komme på VPN, hvad gør jeg?", Lang::Da),
            ("Kan I hjælpe mig? Mødet er væk", Lang::Da),
            ("Får ikke koblet til, hva gjør jeg nå?", Lang::Nb),
            ("Trenger hjelp, ingenting fungerer", Lang::Nb),
            ("Eg kjem ikkje inn, kva er gale?", Lang::Nn),
            ("Jag kommer inte in, vad ska jag göra?", Lang::Sv),
            ("Skarmen ar svart och inget funkar", Lang::Sv),
            ("My screen is black and nothing works", Lang::En),
            (
                "FYI GlobalProtect disconnecter hele tiden, jeg kan ikke arbejde",
                Lang::Da,
            ),
            ("jeg kan ikke faa hjaelp, hvad nu", Lang::Da),
            ("", Lang::Unknown),
            ("4711", Lang::Unknown),
            ("Outlook", Lang::Unknown),
            ("Пароль не работает", Lang::Unknown),
        ] {
            assert_eq!(detect(text), lang, "{text}");
        }
    }

    #[test]
    fn other_languages_are_foreign() {
        for (text, foreign) in [
            ("Salasana ei toimi, en pääse sisään. Kiitos", true),
            ("Nie mogę się zalogować, proszę o pomoc", true),
            ("Не працює пароль", true),
            ("كلمة المرور لا تعمل", true),
            (
                "Ich kann mich nicht anmelden, das Passwort ist falsch",
                true,
            ),
            ("VPN", false),
            ("Dock død", false),
            (
                "Min kollega Jaana siger: ei toimi. Vi kan ikke komme ind",
                false,
            ),
            ("", false),
        ] {
            let known: HashMap<&str, Known> = vocabulary().collect();
            let key = fold::fold(text).replace([',', '.'], " ");
            let words = key.split_whitespace();
            let found = is_foreign(words.map(|word| (word, known.get(word).copied())));
            assert_eq!(found, foreign, "{text}");
        }
    }

    #[test]
    fn codes_go_both_ways() {
        for lang in Lang::ALL {
            assert_eq!(lang.code().map(Lang::from_code), Some(lang));
        }
        assert_eq!(Lang::from_code("nb-NO"), Lang::Nb);
        assert_eq!(Lang::from_code("no"), Lang::Nb);
        assert_eq!(Lang::from_code("xx"), Lang::Unknown);
    }
}
