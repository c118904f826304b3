//! What a requester's answer says: it works again, it still does not, or something else.

use crate::text::fold::fold;

/// What somebody said of their problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// It works.
    Works,
    /// It still does not.
    Still,
}

/// Ways to say that it still fails, folded, by word starts.
const STILL: [&str; 72] = [
    "stadig ikke",
    "stadigv",
    "fortsatt ikke",
    "fortsat ikke",
    "framleis",
    "fremdeles ikke",
    "fortfarande",
    "still not",
    "still no",
    "still the same",
    "still down",
    "still broken",
    "still does",
    "still can",
    "still have",
    "stadig vaek",
    "stadig nede",
    "fortsatt nede",
    "virker ikke",
    "virkar ikke",
    "verkar ikkje",
    "fungerer ikke",
    "fungerer ikkje",
    "fungerar inte",
    "funkar inte",
    "funker ikke",
    "funkar ikkje",
    "not working",
    "does not work",
    "doesn t work",
    "doesnt work",
    "dont work",
    "ikke lost",
    "ikkje loyst",
    "inte lost",
    "not fixed",
    "not solved",
    "samme problem",
    "same problem",
    "samma problem",
    "ingen aendring",
    "ingen endring",
    "no change",
    "no better",
    "ikke bedre",
    "det samme igen",
    "stadig fejl",
    "stadig samme",
    "fortsatt feil",
    "fortsatt samme",
    "still an error",
    "still get",
    "still fails",
    "still failing",
    "hjalp ikke",
    "hjelpte ikkje",
    "hjälpte inte",
    "not help",
    "n t help",
    "ingen forskel",
    "ingen forskjell",
    "ingen skilnad",
    "ingen skillnad",
    "no difference",
    "desværre det samme",
    "dessverre det samme",
    "dessverre det same",
    "tyvärr samma",
    "the same i am afraid",
    "ryger det igen",
    "ryker det igjen",
    "ryk det att",
];

/// Ways to say that it works.
const WORKS: [&str; 57] = [
    "virker nu",
    "virke na",
    "virke nu",
    "verke no",
    "fungere",
    "virker na",
    "virker igen",
    "virker igjen",
    "virker fint",
    "virker det nu",
    "virker det na",
    "virker",
    "verkar no",
    "verkar",
    "fungerer",
    "fungerar",
    "funkar",
    "funker",
    "works",
    "working",
    "it is fine",
    "all good",
    "er paa igen",
    "er pa igen",
    "er pa igjen",
    "er inne igen",
    "er inne igjen",
    "ar inne igen",
    "back on",
    "back again",
    "lost sig",
    "ordnet",
    "ordnat",
    "solved",
    "fixed",
    "det er i orden",
    "er i orden",
    "i orden nu",
    "oppe igen",
    "oppe igjen",
    "uppe igen",
    "er tilbake",
    "er tilbage",
    "er lost",
    "jeg på igen",
    "jeg på igjen",
    "eg på att",
    "jag inne igen",
    "kører igen",
    "går igen",
    "går igjen",
    "går att",
    "runs again",
    "tak det var det",
    "takk det var det",
    "tack det var det",
    "thanks that was it",
];

/// Words that turn a word of success around, or leave it open, folded: denials, "nothing", "only", faults.
const NOT: [&str; 43] = [
    "ikke",
    "ikkje",
    "inte",
    "ej",
    "not",
    "cannot",
    "cant",
    "isn t",
    "isnt",
    "can t",
    "won t",
    "wont",
    "don t",
    "didn t",
    "doesn t",
    "hasn t",
    "wasn t",
    "nothing",
    "never",
    "nobody",
    "none",
    "no one",
    "only",
    "hardly",
    "ingenting",
    "intet",
    "inget",
    "inga",
    "ingen",
    "aldri",
    "aldrig",
    "kun",
    "bare",
    "bara",
    "endast",
    "berre",
    "knapt",
    "nede",
    "nere",
    "fejler",
    "feiler",
    "down",
    "fails",
];

/// What an answer says. A negation in the same clause turns a word of success around.
pub(crate) fn read(body: &str) -> Option<Said> {
    let own = crate::triage::segment::body(body).own;
    let key: String = fold(&own)
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let plain = format!(" {} ", key.split_whitespace().collect::<Vec<_>>().join(" "));
    let has = |words: &[&str]| {
        words
            .iter()
            .any(|w| plain.contains(&format!(" {}", fold(w))))
    };
    if has(&STILL) {
        return Some(Said::Still);
    }
    if has(&WORKS) && !NOT.iter().any(|w| plain.contains(&format!(" {w} "))) {
        return Some(Said::Works);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_in_five_languages() {
        for still in [
            "virker stadig ikke",
            "Det fungerar fortfarande inte.",
            "framleis nede her",
            "Still not working for me",
            "fortsatt ikke mulig å logge på",
        ] {
            assert_eq!(read(still), Some(Said::Still), "{still}");
        }
        for works in [
            "Ser ut til å virke nå? Ja, det virker.",
            "Nu virker det igen, tak!",
            "Funkar igen",
            "Det fungerer nå, takk",
            "it works now",
            "Det verkar no",
            "ser ut til å virke nå",
        ] {
            assert_eq!(read(works), Some(Said::Works), "{works}");
        }
        for open in [
            "It isn't working",
            "can't get it working",
            "Nothing works",
            "Ingenting virker",
            "Intet virker her",
            "Inget funkar",
            "virker kun på mobil",
            "It never works in the morning",
        ] {
            assert_ne!(read(open), Some(Said::Works), "{open}");
        }
        for (text, said) in [
            (
                "Nu virker det et øjeblik, og så ryger det igen.",
                Said::Still,
            ),
            ("Nei, dessverre det samme.", Said::Still),
            ("Det går igjen, dere kan lukke saken.", Said::Works),
            ("Thanks, that was it.", Said::Works),
        ] {
            assert_eq!(read(text), Some(said), "{text}");
        }
        assert_eq!(read("Hvornår kommer I?"), None);
        assert_eq!(read("Tak\n\n> virker stadig ikke"), None);
    }

    /// What the people of the demo say is understood: a doubt always, a success nearly always, and neither for the other.
    #[test]
    fn what_the_town_says_is_understood_in_five_languages() {
        let town = crate::demo::town::data::load().unwrap();
        for (lang, grammar) in &town.texts {
            let said = |rule: &str| -> Vec<(String, Option<Said>)> {
                let texts = grammar["reactions"][rule].iter();
                let texts = texts.map(|text| text.replace("{urgent}", ""));
                texts.map(|text| (text.clone(), read(&text))).collect()
            };
            for (text, read) in said("still") {
                assert_eq!(read, Some(Said::Still), "{lang}: {text}");
            }
            let works = said("works");
            let understood = works.iter().filter(|(_, read)| *read == Some(Said::Works));
            assert!(
                understood.count() * 4 >= works.len() * 3,
                "{lang}: {works:?}"
            );
            for (text, read) in works.iter().chain(&said("answer")) {
                assert_ne!(*read, Some(Said::Still), "{lang}: {text}");
            }
        }
    }
}
