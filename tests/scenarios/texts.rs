//! What people write, by three kinds of writers: the grammars of the demo, the phrase lists with a few words around
//! them, and plain sentences written for this test alone. Which one a day uses is drawn, so that tuning and
//! testing can keep apart.

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::StdRng;

use super::town::{Person, Town, pick};

type Grammar = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    Grammar,
    Phrases,
    Plain,
}

/// What is broken, beyond the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Ordinary,
    Vpn,
    Sound,
    NoService,
    Mfa,
    Site,
    /// A product that nobody knew last week.
    New(&'static str),
}

pub struct Texts {
    grammars: BTreeMap<&'static str, Grammar>,
    /// group, subproblem, lang → phrases
    phrases: Vec<(String, String, String, Vec<String>)>,
}

const LANGS: [(&str, &str); 5] = [
    ("da", include_str!("../../assets/demo/texts/da.toml")),
    ("nb", include_str!("../../assets/demo/texts/nb.toml")),
    ("nn", include_str!("../../assets/demo/texts/nn.toml")),
    ("sv", include_str!("../../assets/demo/texts/sv.toml")),
    ("en", include_str!("../../assets/demo/texts/en.toml")),
];

impl Texts {
    pub fn new() -> Self {
        let grammars = LANGS
            .iter()
            .map(|(lang, text)| (*lang, toml::from_str::<Grammar>(text).unwrap()))
            .collect();
        let phrases = include_str!("../../assets/lexicon/lexicon.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut cells = line.split('\t');
                let (group, sub, lang) = (cells.next()?, cells.next()?, cells.next()?);
                let list = cells.next()?.split(" | ").map(str::to_owned).collect();
                Some((group.to_owned(), sub.to_owned(), lang.to_owned(), list))
            })
            .collect();
        Self { grammars, phrases }
    }

    /// Subject and body.
    pub fn write(
        &self,
        writer: Writer,
        group: &str,
        fault: Fault,
        person: &Person,
        town: &Town,
        rng: &mut StdRng,
    ) -> (String, String) {
        let (mut subject, mut body) = match (writer, fault) {
            (_, Fault::New(name)) => self.new_product(name, person, rng),
            (_, Fault::Mfa | Fault::Sound | Fault::NoService | Fault::Site)
                if rng.random_bool(0.6) =>
            {
                self.plain(group, fault, person, rng)
            }
            (Writer::Grammar, _) => self.grammar(group, fault, person, town, rng),
            (Writer::Phrases, _) => self.phrase(group, fault, person, rng),
            (Writer::Plain, Fault::Ordinary) => {
                if rng.random_bool(0.5) {
                    self.grammar(group, fault, person, town, rng)
                } else {
                    self.phrase(group, fault, person, rng)
                }
            }
            (Writer::Plain, _) => self.plain(group, fault, person, rng),
        };
        if rng.random_bool(0.35) {
            body.push_str(&format!(
                "\n\nMvh {}",
                pick(rng, &["Kari", "Lise", "Jens", "Maria", "Åsa", "Tom", "Ola"])
            ));
        }
        if rng.random_bool(0.05) {
            body.clear();
        }
        if rng.random_bool(0.06) {
            subject = subject.replace(['ø', 'å', 'æ', 'ö', 'ä'], "?");
        }
        (subject, body)
    }

    fn grammar(
        &self,
        group: &str,
        fault: Fault,
        person: &Person,
        town: &Town,
        rng: &mut StdRng,
    ) -> (String, String) {
        let grammar = &self.grammars[person.lang];
        let rules = if fault == Fault::Vpn { "outage" } else { group };
        let empty = BTreeMap::new();
        let rules = grammar.get(rules).unwrap_or(&empty);
        let mut told = BTreeMap::new();
        let cases = rules.get("cases").map_or(&[][..], Vec::as_slice);
        let free = rules.get("subject").map_or(&[][..], Vec::as_slice);
        let at = rng.random_range(0..(cases.len() + free.len()).max(1));
        let mut expand = |template: &str, rng: &mut StdRng| {
            expand(
                template,
                rules,
                &grammar["common"],
                person,
                town,
                &mut told,
                rng,
                0,
            )
        };
        match cases.get(at).and_then(|c| c.split_once(" | ")) {
            Some((subject, body)) => (expand(subject, rng), expand(body, rng)),
            None => {
                let subject = pick(rng, free).clone();
                let body = pick(rng, &rules["body"]).clone();
                (expand(&subject, rng), expand(&body, rng))
            }
        }
    }

    fn phrase(
        &self,
        group: &str,
        fault: Fault,
        person: &Person,
        rng: &mut StdRng,
    ) -> (String, String) {
        let wanted: &[&str] = match fault {
            Fault::Vpn => &["connect", "drop", "no_route"],
            Fault::Sound => &["audio"],
            Fault::NoService => &["no_service"],
            _ => &[],
        };
        let lang = if person.lang == "nn" && rng.random_bool(0.3) {
            "nb"
        } else {
            person.lang
        };
        let lists: Vec<&Vec<String>> = self
            .phrases
            .iter()
            .filter(|(g, sub, l, _)| {
                g == group
                    && (l == lang || l == "*")
                    && (wanted.is_empty() || wanted.contains(&sub.as_str()))
            })
            .map(|p| &p.3)
            .collect();
        if lists.is_empty() {
            return (format!("{group}?"), String::new());
        }
        let say = |rng: &mut StdRng| {
            let list = pick(rng, &lists);
            pick(rng, list).clone()
        };
        let around: &[&str] = match person.lang {
            "da" => &[
                "{} siden i morges",
                "{}, hvad gør jeg?",
                "Hej, {}. Har genstartet.",
                "{} her på {s}",
                "det er {} igen",
            ],
            "nb" => &[
                "{} siden i morges",
                "{}, hva gjør jeg?",
                "Hei, {}. Har startet på nytt.",
                "{} her på {s}",
                "nå er det {} igjen",
            ],
            "nn" => &[
                "{} sidan i morgon",
                "{}, kva gjer eg?",
                "Hei, {}. Har starta på nytt.",
                "{} her på {s}",
            ],
            "sv" => &[
                "{} sedan i morse",
                "{}, vad gör jag?",
                "Hej, {}. Har startat om.",
                "{} här på {s}",
            ],
            _ => &[
                "{} since this morning",
                "{}, what should I do?",
                "Hi, {}. I restarted.",
                "{} here at {s}",
            ],
        };
        let frame = pick(rng, around).replace("{s}", person.fact("site"));
        (say(rng), frame.replace("{}", &say(rng)))
    }

    fn plain(
        &self,
        group: &str,
        fault: Fault,
        person: &Person,
        rng: &mut StdRng,
    ) -> (String, String) {
        let list: &[&str] = match (fault, person.lang) {
            (Fault::Vpn, "da") => &[
                "kan ikke komme på jobbet hjemmefra|Det hele hang kl. 8 og siden har jeg ikke kunnet få forbindelse til kommunens net",
                "ingen forbindelse til kommunen|Den siger at serveren ikke svarer når jeg vil koble op hjemmefra",
                "VPN|den bliver ved at forbinde og så ryger den",
                "drev og sagssystem væk|Internettet virker fint herhjemme men jeg kan ikke nå noget på arbejdet",
            ],
            (Fault::Vpn, "nb") => &[
                "kommer ikke inn på hjemmekontoret|VPN kobler seg opp og faller ut igjen med en gang",
                "får ikke kontakt med serveren|Nettet hjemme er helt fint, men tilkoblingen til kommunen henger",
                "VPN nede?|ingen av oss på kontoret får logget på hjemmefra",
            ],
            (Fault::Vpn, "nn") => &[
                "kjem ikkje på VPN|Han står og spinn og så kjem det feilmelding",
                "får ikkje kontakt heimanfrå|Alt anna på nettet verkar, men ikkje tilkoplinga til kommunen",
            ],
            (Fault::Vpn, "sv") => &[
                "kommer inte in hemifrån|VPN ansluter inte, det bara snurrar",
                "ingen kontakt med kommunens nät|Jag har internet hemma men når inga enheter eller system",
                "uppkopplingen dör|åker ut ur VPN varje gång jag försöker",
            ],
            (Fault::Vpn, _) => &[
                "cannot connect from home|the VPN tries to connect and then gives up",
                "no access to work|internet is fine at home but nothing on the council network loads",
                "VPN dropped|was thrown off and cannot get back in",
            ],
            (Fault::Sound, "da") => &[
                "ingen lyd|siden opdateringen kan de andre ikke høre mig i møder",
                "lyden forsvinder midt i møder|jeg kan se dem men ikke høre noget",
                "mikrofonen er død i videomøder|headsettet virker i telefonen",
                "ekko og hak i lyden|det er i alle møder i dag",
            ],
            (Fault::Sound, "nb") => &[
                "ingen lyd i møtet|de andre hører ikke meg etter oppdateringen",
                "lyden faller ut|jeg ser alle, men hører ingenting",
                "mikrofonen virker ikke i møter|headsettet er fint ellers",
            ],
            (Fault::Sound, "nn") => &[
                "ingen lyd i møtet|dei høyrer meg ikkje etter oppdateringa",
                "lyden forsvinn|eg ser alle, men høyrer ingenting",
            ],
            (Fault::Sound, "sv") => &[
                "inget ljud i möten|de hör mig inte efter uppdateringen",
                "ljudet försvinner|jag ser alla men hör ingenting",
                "mikrofonen dör i mötet|headsetet fungerar annars",
            ],
            (Fault::Sound, _) => &[
                "no sound in meetings|since the update nobody can hear me",
                "audio drops out|I see everybody but hear nothing",
                "mic dead in calls|the headset is fine otherwise",
            ],
            (Fault::NoService, "da") => &[
                "ingen dækning|mobilen har været død hele morgenen",
                "4G nede|routeren finder intet net",
                "ingen signal|hverken data eller tale",
                "mobilt bredbånd væk|telefonen viser ingen tjeneste",
            ],
            (Fault::NoService, "nb") => &[
                "ingen dekning|mobilen har vært død i hele dag",
                "4G nede|ruteren finner ikke nett",
                "ikke signal|verken data eller tale",
            ],
            (Fault::NoService, "nn") => &[
                "inga dekning|mobilen har vore død i heile dag",
                "4G nede|rutaren finn ikkje nett",
            ],
            (Fault::NoService, "sv") => &[
                "ingen täckning|mobilen har varit död hela morgonen",
                "4G nere|routern hittar inget nät",
                "ingen signal|varken surf eller samtal",
            ],
            (Fault::NoService, _) => &[
                "no coverage|my mobile has been dead all morning",
                "4G down|the router finds no network",
                "no signal|neither data nor calls",
            ],
            (Fault::Mfa, "da") => &[
                "får ikke sms-koden|der kommer ingen kode når jeg logger på",
                "Authenticator svarer ikke|godkendelsen kommer aldrig frem på telefonen",
                "kan ikke logge på|totrinsgodkendelsen fejler",
                "engangskode kommer ikke|har prøvet fem gange",
            ],
            (Fault::Mfa, "nb") => &[
                "får ikke engangskode|det kommer ingen kode når jeg logger på",
                "Authenticator svarer ikke|godkjenningen kommer aldri på telefonen",
                "får ikke logget på|totrinn feiler",
            ],
            (Fault::Mfa, "nn") => &[
                "får ikkje eingongskode|det kjem ingen kode når eg loggar på",
                "Authenticator svarar ikkje|godkjenninga kjem aldri",
            ],
            (Fault::Mfa, "sv") => &[
                "får ingen kod|det kommer ingen kod när jag loggar in",
                "Authenticator svarar inte|godkännandet kommer aldrig till mobilen",
                "kan inte logga in|tvåstegsverifieringen felar",
            ],
            (Fault::Mfa, _) => &[
                "no MFA code|the code never arrives when I sign in",
                "Authenticator does not respond|the approval never shows up on my phone",
                "cannot sign in|two-factor fails",
            ],
            (Fault::Site, "da") => &[
                "nettet er væk på kontoret|hele bygningen er uden net",
                "intet virker her|hverken drev, printer eller telefon",
                "alt er nede på {s}|vi kan ikke noget",
            ],
            (Fault::Site, "nb") => &[
                "nettet er borte på kontoret|hele bygget er uten nett",
                "ingenting virker her|verken disk, skriver eller telefon",
                "alt er nede på {s}|vi får ikke gjort noe",
            ],
            (Fault::Site, "nn") => &[
                "nettet er borte på kontoret|heile bygget er utan nett",
                "ingenting verkar her|verken disk, skrivar eller telefon",
            ],
            (Fault::Site, "sv") => &[
                "nätet är borta på kontoret|hela huset är utan nät",
                "inget fungerar här|varken enheter, skrivare eller telefon",
            ],
            (Fault::Site, _) => &[
                "network gone at the office|the whole building is offline",
                "nothing works here|no drives, no printer, no phone",
            ],
            _ => return self.phrase(group, fault, person, rng),
        };
        let (subject, body) = pick(rng, list).split_once('|').unwrap();
        (
            subject.replace("{s}", person.fact("site")),
            format!("{body}."),
        )
    }

    fn new_product(&self, name: &str, person: &Person, rng: &mut StdRng) -> (String, String) {
        let list: &[&str] = match person.lang {
            "da" => &[
                "{n}|Hvordan kommer jeg i gang med {n}?",
                "{n} virker ikke|Jeg kan ikke åbne {n}, den siger fejl",
                "kan ikke logge på {n}|Min kode duer ikke i {n}",
                "hjælp til {n}|Vi skulle alle bruge {n} fra i dag",
            ],
            "nb" => &[
                "{n}|Hvordan kommer jeg i gang med {n}?",
                "{n} virker ikke|Får ikke åpnet {n}",
                "får ikke logget på {n}|passordet går ikke i {n}",
            ],
            "nn" => &[
                "{n}|Korleis kjem eg i gang med {n}?",
                "{n} verkar ikkje|Får ikkje opna {n}",
            ],
            "sv" => &[
                "{n}|Hur kommer jag igång med {n}?",
                "{n} fungerar inte|Kan inte öppna {n}",
                "kan inte logga in i {n}|lösenordet funkar inte i {n}",
            ],
            _ => &[
                "{n}|How do I start with {n}?",
                "{n} not working|I cannot open {n}",
                "login to {n}|my password is refused in {n}",
            ],
        };
        let (subject, body) = pick(rng, list).split_once('|').unwrap();
        (subject.replace("{n}", name), body.replace("{n}", name))
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a grammar, a writer, and what was told"
)]
fn expand(
    template: &str,
    rules: &BTreeMap<String, Vec<String>>,
    common: &BTreeMap<String, Vec<String>>,
    person: &Person,
    town: &Town,
    told: &mut BTreeMap<String, String>,
    rng: &mut StdRng,
    depth: u32,
) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((slot, tail)) = after.split_once('}') else {
            break;
        };
        rest = tail;
        let text = if let Some(known) = told.get(slot) {
            known.clone()
        } else if let Some(list) = rules
            .get(slot)
            .or_else(|| common.get(slot))
            .filter(|_| depth < 6)
        {
            let inner = pick(rng, list).clone();
            expand(&inner, rules, common, person, town, told, rng, depth + 1)
        } else {
            match slot {
                "n" => rng.random_range(2..9).to_string(),
                "clock" => format!(
                    "{:02}:{:02}",
                    rng.random_range(7..15),
                    rng.random_range(0..60)
                ),
                "site" => person.fact("site").to_owned(),
                "town" => town.towns[person.town].clone(),
                "client" => person.fact("vpn_client").to_owned(),
                "version" => person.fact("vpn_version").to_owned(),
                "carrier" => person.fact("carrier").to_owned(),
                "isp" => person.fact("isp").to_owned(),
                "device" => person.device_id(),
                "model" => person.fact("model").to_owned(),
                "room" => format!("{}.{:02}", rng.random_range(1..4), rng.random_range(1..40)),
                "dept" => pick(rng, &["Økonomi", "Skole", "Pleje", "Teknik"]).to_string(),
                "name" | "first" | "other" => pick(
                    rng,
                    &[
                        "Kari", "Lise", "Jens", "Maria", "Åsa", "Tom", "Ola", "Bent", "Siv",
                    ],
                )
                .to_string(),
                _ => String::new(),
            }
        };
        told.insert(slot.to_owned(), text.clone());
        out.push_str(&text);
    }
    out.push_str(rest);
    out
}
