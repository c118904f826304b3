use super::*;
use crate::domain::finding::Automatic;
use proptest::prelude::*;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::built_in().unwrap());

fn read(subject: &str, body: &str) -> Finding {
    ENGINE.classify(&Input {
        subject,
        body,
        lang: None,
    })
}

fn groups(ids: &[GroupId]) -> Vec<&str> {
    ids.iter().map(GroupId::as_str).collect()
}

#[test]
fn what_works_is_cleared_and_never_an_alternative() {
    for (text, group, cleared) in [
        ("VPN virker fint, men Teams hakker", "video", "vpn"),
        (
            "Teams virker fint men VPN'en ryger hvert 10. minut",
            "vpn",
            "video",
        ),
        (
            "Not a VPN problem - my camera is black in Teams",
            "video",
            "vpn",
        ),
        (
            "BankID virker, men nøkkelbrikken gir feilmelding",
            "login",
            "login",
        ),
        (
            "Gerica henger på nettbrett hos hjemmetjenesten, 4G ok",
            "health",
            "mobile",
        ),
    ] {
        let finding = read(text, "");
        assert_eq!(finding.group.as_str(), group, "{text}: {finding:?}");
        if group != cleared {
            assert!(
                finding.cleared.iter().any(|c| c.group.as_str() == cleared),
                "{text}: {finding:?}"
            );
        }
        assert!(
            !groups(&finding.also).contains(&cleared),
            "{text}: {finding:?}"
        );
    }
}

#[test]
fn reasons_quote_the_ticket() {
    let finding = read("De hÃ¸rer meg ikke", "Mikrofonen er død i M?TET");
    assert_eq!(finding.group.as_str(), "video");
    let quotes: Vec<&str> = finding.reasons.iter().map(|r| r.text.as_str()).collect();
    assert!(quotes.contains(&"De hÃ¸rer meg ikke"), "{quotes:?}");
    let is_quoted = |quote: &&str| "De hÃ¸rer meg ikke Mikrofonen er død i M?TET".contains(*quote);
    assert!(
        quotes.len() > 1 && quotes.iter().all(is_quoted),
        "{quotes:?}"
    );
    assert!(
        finding
            .reasons
            .windows(2)
            .all(|pair| pair[0].weight >= pair[1].weight)
    );
}

#[test]
fn reasons_are_phrases_and_what_is_cleared_is_said_whole() {
    let finding = read("VPN virker fint, men Teams hakker", "");
    let reasons: Vec<&str> = finding.reasons.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(reasons.first(), Some(&"Teams hakker"), "{reasons:?}");
    let cleared: Vec<&str> = finding.cleared.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(cleared, ["VPN virker fint"]);
    let joined = read("jeg kan ikke komme på VPN", "og det er nu");
    for word in ["og", "det", "er", "jeg"] {
        assert!(
            joined.reasons.iter().all(|r| r.text != word),
            "{:?}",
            joined.reasons
        );
    }
}

#[test]
fn quotes_and_signatures_do_not_vote() {
    let quoted = read(
        "SV: hjælp",
        "VPN melder fejl\n\n> Prøv at genstarte Teams, printer og Outlook\n> Teams Teams",
    );
    assert_eq!(quoted.group.as_str(), "vpn");
    let signed = read(
        "Skærmen er sort",
        "Ny skærm?\n\nMvh\nIda\nFang mig på Teams, Zoom eller Skype\nHusk VPN!",
    );
    assert_eq!(signed.group.as_str(), "hardware");
    assert!(signed.reasons.iter().all(|r| !r.text.contains("Teams")));
    let forwarded = read("Fwd:", "> VPN virker ikke hjemmefra");
    assert_eq!(forwarded.group.as_str(), "vpn");
}

#[test]
fn nothing_said_is_other_without_conviction() {
    for text in ["", ".", "\u{0}\u{fffd}?", "😀😀"] {
        let finding = read(text, "");
        assert_eq!(finding.group, GroupId::other(), "{text}");
        assert!(finding.confidence <= 0.5, "{text}: {}", finding.confidence);
        assert!(finding.also.is_empty());
    }
}

#[test]
fn other_languages_fall_into_no_group_by_chance() {
    for (text, group) in [
        (
            "Salasana ei kelpaa, en pääse sisään koneelle. Mitä nyt? Kiitos",
            "other",
        ),
        (
            "Dzień dobry, nie mogę otworzyć okna w biurze, proszę o pomoc",
            "other",
        ),
        (
            "Доброго дня, у мене не відкривається вікно в кабінеті",
            "other",
        ),
        ("مرحبا، لا أستطيع فتح النافذة في المكتب", "other"),
        ("VPN ei toimi, en pääse sisään", "vpn"),
    ] {
        let finding = read(text, "");
        assert_eq!(finding.group.as_str(), group, "{text}: {finding:?}");
        assert_eq!(finding.lang, None, "{text}");
    }
}

#[test]
fn sentences_have_languages_of_their_own() {
    let mixed = read(
        "VPN",
        "Hej, jeg kan ikke komme på VPN hjemmefra i dag. My colleague from London has the same problem and she cannot connect either.",
    );
    assert_eq!(mixed.langs, ["en", "da"], "{mixed:?}");
    let plain = read(
        "Hjelp",
        "Jeg får ikke koblet meg til VPN hjemmefra. Det har vart siden i går, og ingenting hjelper.",
    );
    assert!(plain.langs.is_empty(), "{plain:?}");
    // What is quoted is not the writer's.
    let quoted = read(
        "SV: VPN",
        "Det virker stadig ikke hjemme hos mig.\n\n> Please restart your computer and tell us whether it works then.",
    );
    assert_eq!(
        (quoted.lang.as_deref(), quoted.langs.len()),
        (Some("da"), 0)
    );
}

#[test]
fn mails_of_machines_are_known_as_such() {
    let finding = read(
        "Automatisk svar: VPN virker ikke",
        "Jeg er på ferie til og med mandag.",
    );
    assert_eq!(
        (finding.automatic, finding.group.as_str()),
        (Some(Automatic::Absence), "other")
    );
    assert_eq!(read("VPN virker ikke", "Får fejl 809").automatic, None);
}

#[test]
fn lanes_stand_beside_the_group() {
    let finding = read(
        "Printeren på sykehjemmet",
        "Skriveren på avdelingen skriver ikke ut",
    );
    assert_eq!(
        (finding.group.as_str(), groups(&finding.lanes)),
        ("printing", vec!["health"])
    );
    let finding = read("Nexus", "Medicinlisten i Nexus er tom");
    assert_eq!(
        (finding.group.as_str(), groups(&finding.lanes)),
        ("health", vec!["health"])
    );
    let finding = read("Elev får ikke logget inn med Feide på Chromebook", "");
    assert_eq!(
        (finding.group.as_str(), groups(&finding.lanes)),
        ("school", vec!["school"])
    );
}

#[test]
fn people_language_and_how_to() {
    let finding = read("Ingen på avdelningen kommer in på VPN (12 personer)", "");
    assert_eq!(
        (finding.people, finding.lang.as_deref(), finding.howto),
        (Some(12), Some("sv"), Some(false))
    );
    let finding = read("Hvordan deler jeg skærm i Teams?", "");
    assert_eq!(
        (finding.people, finding.lang.as_deref(), finding.howto),
        (Some(1), Some("da"), Some(true))
    );
    let given = ENGINE.classify(&Input {
        subject: "VPN",
        body: "",
        lang: Some(Lang::Nn),
    });
    assert_eq!(given.lang.as_deref(), Some("nn"));
}

#[test]
fn slips_and_other_spellings_are_understood() {
    for (text, group) in [
        ("kan ikke komme paa vnp", "vpn"),
        ("simkrt virker ikke", "mobile"),
        ("outlok vil ikke starte", "email"),
        ("de h?rer meg ikke i m?tet", "video"),
        ("Moetet hakker", "video"),
    ] {
        assert_eq!(read(text, "").group.as_str(), group, "{text}");
    }
}

#[test]
fn a_reason_over_a_line_break_is_quoted_on_one_line() {
    let finding = read("", "VPN virker\nikke hjemmefra");
    assert!(!finding.reasons.is_empty());
    for reason in &finding.reasons {
        assert!(!reason.text.contains(['|', '\n']), "{reason:?}");
    }
}

/// A pasted log must not cost a second: the time grows with the text, and not beyond the part that is read.
#[test]
fn long_bodies_are_read_at_once() {
    for body in [
        "vpn ".repeat(500_000),
        "a".repeat(2_000_000),
        "?o".repeat(500_000),
        "m?".repeat(500_000),
        "\n> ".repeat(300_000),
        "æ".repeat(200_000),
        "😀".repeat(100_000),
        "x ikke, men ".repeat(400_000),
    ] {
        let started = std::time::Instant::now();
        let _ = read("x", &body);
        let _ = read(&body, "x");
        assert!(started.elapsed().as_secs() < 3, "{:?}", started.elapsed());
    }
}

proptest! {
    #[test]
    fn any_text_has_a_finding(subject in any::<String>(), body in any::<String>()) {
        let finding = read(&subject, &body);
        prop_assert!((0.0..=1.0).contains(&finding.confidence));
        prop_assert!(!finding.also.contains(&finding.group));
        prop_assert_eq!(read(&subject, &body), finding);
    }

    #[test]
    fn words_of_the_lists_in_any_order(words in proptest::collection::vec(
        prop_oneof![
            Just("VPN"), Just("virker"), Just("ikke"), Just("men"), Just("Teams,"), Just("4G"), Just("ok."), Just("M?te"), Just("Ã¸"), Just("simkrt"),
            Just("\n> "), Just("mvh\n"), Just("Fra: x"), Just("-----"), Just("\u{fffd}"), Just("12 personer"), Just("not a"), Just("|"), Just("日本"),
        ], 0..30)) {
        let text = words.join(" ");
        let finding = read("", &text);
        for reason in &finding.reasons {
            // Lines may have been joined; every word is the ticket's own.
            prop_assert!(reason.text.split_whitespace().all(|word| text.contains(word)), "{:?}", reason);
        }
    }
}

#[test]
fn the_group_that_comes_second_is_another_one_and_less_sure() {
    let finding = read("VPN ryger, og så er Teams også væk", "");
    let second = finding.runner_up.unwrap();
    assert_ne!(second.group, finding.group);
    assert!(second.confidence <= finding.confidence && second.confidence > 0.0);
    assert_eq!(read("", "").runner_up, None, "nothing is said at all");
}
