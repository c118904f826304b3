//! Every screen in every language: nothing of it in English but what the desk said, and nothing cut.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use vagt::app::Msg;
use vagt::domain::ids::PersonId;

use super::fixture::{Desk, Scene};
use super::{incidents, open_ticket, with_outbox};

const LANGUAGES: [&str; 4] = ["da", "nb", "nn", "sv"];

/// Every screen, overlay, question and list, by name.
type Act = fn(Scene) -> Scene;

fn many(mut s: Scene) -> Scene {
    s.watch(incidents::many());
    s
}

fn one(mut s: Scene) -> Scene {
    s.watch(incidents::one());
    s.press("i enter")
}

fn person(s: Scene) -> Scene {
    let mut s = s.press("P");
    s.tell(Msg::PersonTickets {
        person: PersonId::from("anders"),
        result: Ok(vec![]),
    });
    s.draw();
    s
}

const SCREENS: [(&str, Desk, Act); 56] = [
    ("board", Desk::Full, |s| s),
    ("board empty", Desk::Empty, |s| s),
    ("board loading", Desk::Loading, |s| s),
    ("board stale", Desk::Stale, |s| s),
    ("board refused", Desk::Refused, |s| s),
    ("board with alarms", Desk::Full, many),
    ("board zoomed", Desk::Full, |s| s.press("2 z j")),
    ("filter", Desk::Full, |s| s.press("/").type_text("x>")),
    ("filtered", Desk::Full, |s| {
        s.press("/").type_text("owner:none").press("enter")
    }),
    ("marks", Desk::Full, |s| s.press("1 space space")),
    ("preview", Desk::Full, |s| s.press("1 A t")),
    ("preview of letters", Desk::Full, |s| {
        s.press("1 A e").type_text("vpn-rest").press("enter tab")
    }),
    ("preview that lacks", Desk::Full, |s| {
        s.press("1 A e").type_text("vpn-outage").press("enter")
    }),
    ("progress", Desk::Full, |s| s.press("1 A t y")),
    ("templates", Desk::Full, |s| s.press("e")),
    ("macro", Desk::Full, |s| {
        s.press("e").type_text("restored-and")
    }),
    ("ticket", Desk::Full, open_ticket),
    ("facts", Desk::Full, |s| open_ticket(s).press("tab")),
    ("history", Desk::Full, |s| open_ticket(s).press("tab tab")),
    ("why", Desk::Full, |s| s.press("w")),
    ("devices", Desk::Full, |s| s.press("D")),
    ("devices broken down", Desk::Full, |s| s.press("D F b")),
    ("outbox", Desk::Full, |s| with_outbox(s).press("O")),
    ("outbox empty", Desk::Full, |s| s.press("O")),
    ("conflict", Desk::Full, |s| {
        with_outbox(s).press("O j enter")
    }),
    ("unknown", Desk::Full, |s| {
        with_outbox(s).press("O j j enter")
    }),
    ("leave", Desk::Full, |s| with_outbox(s).press("q")),
    ("person", Desk::Full, person),
    ("incidents", Desk::Full, |s| many(s).press("i")),
    ("surge", Desk::Full, |s| many(s).press("i j j")),
    ("no incidents", Desk::Empty, |s| s.press("i")),
    ("incident", Desk::Full, one),
    ("does not fit", Desk::Full, |s| one(s).press("tab j")),
    ("silent", Desk::Full, |s| one(s).press("tab tab")),
    ("not well", Desk::Full, |s| one(s).press("tab tab tab")),
    ("story", Desk::Full, |s| one(s).press("backtab")),
    ("belongs to", Desk::Full, |s| many(s).press("i enter I")),
    ("declare", Desk::Full, |s| one(s).press("d")),
    ("wall", Desk::Full, |s| s.press("W")),
    ("wall with alarms", Desk::Full, |s| many(s).press("W")),
    ("help of the board", Desk::Full, |s| s.press("?")),
    ("help of a ticket", Desk::Full, |s| {
        open_ticket(s).press("?")
    }),
    ("help of the wall", Desk::Full, |s| s.press("W ?")),
    ("help of incidents", Desk::Full, |s| s.press("i ?")),
    ("palette", Desk::Full, |s| s.press(":")),
    ("owner", Desk::Full, |s| s.press("a")),
    ("status", Desk::Full, |s| s.press("s")),
    ("priority", Desk::Full, |s| s.press("p")),
    ("group", Desk::Full, |s| s.press("g")),
    ("link", Desk::Full, |s| s.press("L")),
    ("languages", Desk::Full, |s| s.press("ctrl-g")),
    ("reply", Desk::Full, |s| {
        open_ticket(s).press("r").type_text("Hej")
    }),
    ("done writing", Desk::Full, |s| {
        open_ticket(s).press("r").type_text("Hej").press("esc")
    }),
    ("new ticket", Desk::Full, |s| s.press("c")),
    ("a key that does nothing", Desk::Full, |s| s.press("alt-z")),
    ("everything found", Desk::Full, |s| s.press("F")),
];

fn drawn(lang: &str, desk: Desk, act: Act, size: (u16, u16)) -> Scene {
    let mut scene = Scene::new(desk, size);
    lang.clone_into(&mut scene.model.settings.lang);
    scene.draw();
    act(scene)
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| word.chars().count() > 2)
        .map(str::to_lowercase)
        .collect()
}

/// Words of what a file says, without ids, comments and names of what is filled in.
fn words_of_file(lang: &str) -> BTreeSet<String> {
    let path = format!("{}/assets/i18n/{lang}.ftl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let mut said = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let begins = line.starts_with(|c: char| c.is_ascii_lowercase());
        let rest = match line.split_once(" = ") {
            Some((_, rest)) if begins => rest,
            _ => line,
        };
        let mut name = false;
        for c in rest.chars() {
            match c {
                '$' => name = true,
                c if name && (c.is_alphanumeric() || c == '_') => {}
                c => {
                    name = false;
                    said.push(c);
                }
            }
        }
        said.push('\n');
    }
    words(&said)
}

/// English that stands on the screens because the desk says so (subjects, statuses, names), or because it is typed:
/// names of the query language, keys, keys of the configuration.
const OF_THE_DESK: &str = "
    VPN client asks for certificate new open resolved stalled rejected deleted resolve token accepted desk running
    owner none tag status priority query queue help general general support free text age device site
    enter space tab esc home end pageup pagedown delete backspace shift left right up down ctrl
    Windows Wi-Fi Teams Remote AnyConnect gateway login default take in from and the with out not
    asks Chromebook build config check vagt anders and
    connection refused was make run due has lane requester subject restored incident since first use after back
    changed lost meanwhile move taken this tickets you log have sent send email files hardware health mobile printing
    school telephony english mail nynorsk
";

#[test]
fn nothing_is_said_in_english_but_what_the_desk_said() {
    let english = words_of_file("en");
    let of_the_desk = words(OF_THE_DESK);
    let mut wrong = String::new();
    for lang in LANGUAGES {
        let own = words_of_file(lang);
        for (name, desk, act) in SCREENS {
            let text = drawn(lang, desk, act, (80, 24)).text();
            let shown = words(&text);
            let left: Vec<&String> = shown
                .iter()
                .filter(|w| english.contains(*w) && !own.contains(*w) && !of_the_desk.contains(*w))
                .collect();
            if !left.is_empty() {
                let _ = writeln!(wrong, "{lang}, {name}: {left:?}\n{text}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn nothing_of_ours_is_cut_at_80_columns() {
    let mut wrong = String::new();
    for lang in LANGUAGES {
        for (name, desk, act) in SCREENS {
            let scene = drawn(lang, desk, act, (80, 24));
            scene.assert_sound();
            let text = scene.text();
            let rows: Vec<&str> = text.lines().collect();
            let is_border = |row: &&&str| row.matches(['━', '─', '═']).count() > 8;
            let cut = rows
                .first()
                .into_iter()
                .chain(rows.last())
                .chain(rows.iter().filter(is_border));
            // A title may name a subject, which may be long.
            for row in cut.filter(|row| row.contains('…') && !row.contains("42")) {
                let _ = writeln!(wrong, "{lang}, {name}: {row}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_screen_in_every_language() {
    for lang in LANGUAGES {
        let mut all = String::new();
        for (name, desk, act) in SCREENS {
            writeln!(all, "== {name}").unwrap();
            all.push_str(&drawn(lang, desk, act, (80, 24)).text());
        }
        insta::assert_snapshot!(format!("every_screen_{lang}"), all);
    }
}

#[test]
fn the_next_frame_speaks_the_language_that_was_chosen() {
    let s = Scene::new(Desk::Full, (80, 24));
    assert!(s.text().contains("? help"), "{}", s.text());
    let s = s.press("ctrl-g home enter");
    let text = s.text();
    assert_eq!(s.model.settings.lang, "da");
    assert!(
        text.contains("Skærmen taler nu dansk") && text.contains("åbne"),
        "{text}"
    );
    let s = s.press("j");
    assert!(!s.text().contains("overdue"), "{}", s.text());
}
