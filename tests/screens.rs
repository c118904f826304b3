//! Every screen as a person sees it, at the sizes that people have: 40x12, 80x24, 120x40, 200x60.
//!
//! The snapshots are the specification of the screens: read them when they change.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "screens/declared.rs"]
mod declared;
#[path = "screens/fixture.rs"]
mod fixture;
#[path = "screens/incidents.rs"]
mod incidents;
#[path = "screens/languages.rs"]
mod languages;

use std::fmt::Write as _;

use fixture::{Desk, Scene};
use vagt::app::{Effect, Msg};
use vagt::domain::alike::{Alike, AlikeTickets, Fix};
use vagt::domain::ids::{PersonId, TicketId};
use vagt::domain::outcome::{Trouble, TroubleKind};
use vagt::domain::source::{Source, SourceEvent};
use vagt::domain::watch::{Reading, Ruling, Says, Watch};

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];
const STATES: [(&str, Desk); 7] = [
    ("empty", Desk::Empty),
    ("loading", Desk::Loading),
    ("stale", Desk::Stale),
    ("error", Desk::Refused),
    ("full", Desk::Full),
    ("wide", Desk::Wide),
    ("plain", Desk::Plain),
];

/// One snapshot of a scene at all sizes.
fn at_all_sizes(name: &str, desk: Desk, act: impl Fn(Scene) -> Scene) {
    let mut all = String::new();
    for size in SIZES {
        let scene = act(Scene::new(desk, size));
        scene.assert_sound();
        writeln!(all, "{}x{}", size.0, size.1).unwrap();
        all.push_str(&scene.text());
    }
    insta::assert_snapshot!(name, all);
}

fn in_all_states(name: &str, act: impl Fn(Scene) -> Scene) {
    for (state, desk) in STATES {
        at_all_sizes(&format!("{name}_{state}"), desk, &act);
    }
}

/// Opens the last ticket of the pane (4200 on the full desk), and lets the desk answer with its conversation where there
/// is one.
fn open_ticket(scene: Scene) -> Scene {
    let mut scene = scene.press("end");
    let id = scene.model.ticket_under_cursor().cloned();
    scene = scene.press("enter");
    if let Some(id) = id {
        let detail = fixture::detail(&scene, &id, 0);
        scene.tell(Msg::DetailLoaded {
            ticket: id,
            result: Ok(Box::new(detail)),
        });
        scene.draw();
    }
    scene
}

fn with_outbox(mut scene: Scene) -> Scene {
    scene.source(SourceEvent::Outbox(fixture::outbox()));
    scene.draw();
    scene
}

#[test]
fn board() {
    in_all_states("board", |scene| scene);
}

#[test]
fn board_with_alarms() {
    at_all_sizes("board_incident", Desk::Full, |mut s| {
        s.watch(incidents::one());
        s
    });
    at_all_sizes("board_alarms", Desk::Full, |mut s| {
        s.model.settings.lang = "nb".to_owned();
        s.watch(incidents::many());
        s
    });
    at_all_sizes("board_alarms_plain", Desk::Plain, |mut s| {
        s.watch(incidents::many());
        s
    });
    at_all_sizes("board_reading", Desk::Full, |mut s| {
        s.watch(Watch {
            reading: Reading::Begun {
                done: 400,
                of: 1200,
            },
            ..Watch::default()
        });
        s
    });
}

#[test]
fn no_row_moves_when_an_alarm_comes_or_goes() {
    for size in SIZES {
        let mut s = Scene::new(Desk::Full, size).press("j j");
        let place = |s: &Scene| {
            let text = s.text();
            let mut rows = text.lines();
            rows.position(|row| row.contains('›') && row.contains("42"))
                .expect("the cursor is on the screen")
        };
        let (before, ticket) = (place(&s), s.model.ticket_under_cursor().cloned());
        for watch in [incidents::one(), incidents::many(), Watch::default()] {
            s.watch(watch);
            assert_eq!(
                (place(&s), s.model.ticket_under_cursor().cloned()),
                (before, ticket.clone()),
                "{size:?}"
            );
        }
    }
}

#[test]
fn incidents_and_surges() {
    let many = |mut s: Scene| {
        s.watch(incidents::many());
        s.press("i")
    };
    at_all_sizes("incidents", Desk::Full, many);
    at_all_sizes("incidents_surge", Desk::Full, |s| many(s).press("j j"));
    at_all_sizes("incidents_none", Desk::Empty, |s| s.press("i"));
}

#[test]
fn a_rise_that_incidents_explain_stands_below_them_or_not_at_all() {
    let shown = |people, size| {
        let mut s = Scene::new(Desk::Full, size);
        s.watch(incidents::explained(people));
        s
    };
    // 41 of 50 people are in incidents: the other nine are no alarm.
    let s = shown(50, (120, 40));
    assert!(!s.text().contains("SURGE"), "{}", s.text());
    at_all_sizes("incidents_explain_surge", Desk::Full, |mut s| {
        s.watch(incidents::explained(75));
        s.press("i j j")
    });
    let text = shown(75, (200, 60)).text();
    let at = |word: &str| text.find(word).unwrap_or(usize::MAX);
    assert!(at("INCIDENT Mobile data") < at("INCIDENT VPN"), "{text}");
    assert!(text.contains("2 incidents"), "the top line says so, too");
}

#[test]
fn the_cause_is_said_shorter_before_it_is_left_out() {
    in_every_language("board_cause", |mut s| {
        s.watch(incidents::out());
        s
    });
    let mut s = Scene::new(Desk::Full, (80, 24));
    s.watch(incidents::out());
    let text = s.text();
    assert!(
        text.contains("31 people since 07:05 · carrier Telenor 28 of 28"),
        "{text}"
    );
    assert!(text.contains("1 incident"), "{text}");
}

#[test]
fn devices_and_people_are_not_mixed() {
    let shown = |tickets| {
        let mut s = Scene::new(Desk::Full, (120, 40));
        s.watch(incidents::devices_only(tickets));
        s.text()
    };
    let text = shown(1);
    assert!(
        text.contains("1 person since 07:05 · gateway gw1 36 of 36 devices"),
        "{text}"
    );
    let text = shown(0);
    assert!(
        text.contains("12 devices fail since 07:05, no ticket from them yet"),
        "{text}"
    );
    in_every_language("incident_devices_only", |mut s| {
        s.watch(incidents::devices_only(0));
        s.press("i enter")
    });
}

#[test]
fn tickets_of_an_incident_say_so_in_their_rows() {
    for size in [(80, 24), (120, 40)] {
        let mut s = Scene::new(Desk::Full, size);
        let row = |s: &Scene, id: &str| {
            let text = s.text();
            let row = text.lines().find(|row| row.contains(id)).map(str::to_owned);
            row.expect("it is on the screen")
        };
        assert!(!row(&s, "4207").contains("!i1"));
        s.watch(incidents::one());
        assert!(
            row(&s, "4207").contains("4207 !i1 high"),
            "{}",
            row(&s, "4207")
        );
        // 4249 looks like it and does not fit.
        assert!(!row(&s, "4249").contains("!i1"), "{}", row(&s, "4249"));
    }
}

#[test]
fn a_sentence_that_has_no_room_ends_with_a_sign() {
    let mut s = Scene::new(Desk::Full, (40, 12));
    s.watch(incidents::many());
    let s = s.press("i");
    let text = s.text();
    let above: Vec<&str> = text
        .lines()
        .take_while(|row| !row.starts_with('›'))
        .collect();
    assert!(above.iter().any(|row| row.ends_with('…')), "{text}");
    let s = s.press("enter");
    assert!(
        s.text()
            .lines()
            .nth(3)
            .is_some_and(|row| row.ends_with('…')),
        "{}",
        s.text()
    );
}

#[test]
fn two_reasons_to_doubt_the_screen_are_both_read_to_their_end() {
    let mut s = Scene::new(Desk::Stale, (80, 24));
    let silent = s.model.desk.sources.get(&Source::Desk).cloned().unwrap();
    s.source(SourceEvent::Pulse(Source::Fleet, silent));
    s.draw();
    let text = s.text();
    assert_eq!(text.matches("(is the desk running?)").count(), 2, "{text}");
}

#[test]
fn the_words_of_incidents_are_explained_where_they_stand() {
    in_every_language("help_incidents", |mut s| {
        s.watch(incidents::one());
        s.press("i ?")
    });
    let s = Scene::new(Desk::Full, (40, 12)).press("i ?");
    assert!(
        s.text().contains("quit") || s.text().contains("Quit"),
        "{}",
        s.text()
    );
    let s = Scene::new(Desk::Full, (120, 40)).press("?");
    assert!(!s.text().contains("The words of this screen"));
}

#[test]
fn the_editor_says_how_to_attach_on_the_smallest_screen() {
    let s = open_ticket(Scene::new(Desk::Full, (40, 12))).press("r");
    assert!(s.text().contains("ctrl-f file"), "{}", s.text());
}

#[test]
fn one_incident() {
    let one = |mut s: Scene| {
        s.watch(incidents::one());
        s.press("i enter")
    };
    at_all_sizes("incident", Desk::Full, one);
    at_all_sizes("incident_odd", Desk::Full, |s| one(s).press("tab j"));
    at_all_sizes("incident_silent", Desk::Full, |s| one(s).press("tab tab"));
    at_all_sizes("incident_story", Desk::Full, |s| one(s).press("backtab"));
    at_all_sizes("incident_not_well", Desk::Full, |s| {
        one(s).press("tab tab tab A")
    });
    at_all_sizes("incident_not_known", Desk::Full, |s| {
        one(s).press("tab tab tab tab")
    });
    at_all_sizes("incident_belongs", Desk::Full, |mut s| {
        s.watch(incidents::many());
        s.press("i enter I")
    });
    // From a ticket of it to the ticket, and why it is in it.
    at_all_sizes("incident_ticket", Desk::Full, |s| one(s).press("end enter"));
    at_all_sizes("incident_why", Desk::Full, |s| one(s).press("end w"));
}

#[test]
fn what_an_agent_says_about_an_incident_names_it_by_its_tickets() {
    let said = |scene: &Scene| -> Vec<Ruling> {
        let asked = scene.asked.iter();
        asked
            .filter_map(|effect| match effect {
                Effect::Rule(ruling) => Some((**ruling).clone()),
                _ => None,
            })
            .collect()
    };
    let mut s = Scene::new(Desk::Full, (120, 40));
    s.watch(incidents::many());
    let s = s.press("i enter j x");
    let [ruling] = said(&s).try_into().unwrap();
    let ticket = s.model.ticket_under_cursor().cloned().unwrap();
    let out = Says::NotPart {
        ticket: ticket.clone(),
    };
    assert_eq!(ruling.says, out);
    assert!(!ruling.incident.contains(&ticket) && ruling.incident.len() > 3);
    assert!(s.text().contains("does not belong to i1"), "{}", s.text());
    // To the other incident, from the Board; then both are one.
    let s = s.press("B I down enter");
    assert!(matches!(said(&s)[1].says, Says::Part { .. }));
    assert_eq!(said(&s)[1].incident[0], TicketId::from("4206"));
    let s = s.press("i home J enter");
    let Says::SameAs { into } = &said(&s)[2].says else {
        panic!("{:?}", said(&s))
    };
    assert_eq!(into[0], TicketId::from("4206"));
    // Undo takes them back, newest first, and an action in between in its turn.
    let s = s.press("u u u u");
    let undone: Vec<_> = said(&s)[3..].iter().map(|ruling| ruling.undoes).collect();
    let mut made: Vec<_> = said(&s)[..3].iter().map(|ruling| Some(ruling.id)).collect();
    made.reverse();
    assert_eq!(undone, made);
    assert_eq!(said(&s)[5].says, said(&s)[0].says);
    assert!(
        s.text().contains("There is nothing to take back"),
        "{}",
        s.text()
    );
}

#[test]
fn marks_and_a_bulk_action() {
    at_all_sizes("marks", Desk::Full, |s| s.press("1 space space"));
    at_all_sizes("bulk_preview", Desk::Full, |s| s.press("1 A t"));
    at_all_sizes("bulk_progress", Desk::Full, |s| s.press("1 A t y"));
    at_all_sizes("bulk_templates", Desk::Full, |s| {
        s.press("1 A e").type_text("vpn-rest")
    });
    at_all_sizes("bulk_letters", Desk::Full, |s| {
        s.press("1 A e").type_text("vpn-rest").press("enter tab")
    });
    at_all_sizes("bulk_letters_missing", Desk::Full, |s| {
        s.press("1 A e").type_text("vpn-outage").press("enter")
    });
}

#[test]
fn board_zoomed() {
    at_all_sizes("board_zoomed", Desk::Full, |s| s.press("2 z j j"));
}

#[test]
fn board_last_pane() {
    at_all_sizes("board_last_pane", Desk::Full, |s| s.press("backtab"));
}

#[test]
fn ticket() {
    in_all_states("ticket", open_ticket);
}

#[test]
fn five_hundred_entries_scroll_in_steps_and_stop_at_both_ends() {
    let mut s = Scene::new(Desk::Full, (80, 24)).press("end enter");
    let id = TicketId::from("4200");
    let detail = fixture::detail(&s, &id, 500);
    s.tell(Msg::DetailLoaded {
        ticket: id,
        result: Ok(Box::new(detail)),
    });
    s.draw();
    assert!(s.text().contains("Melding 499"), "it opens at its end");
    let s = s.press("home");
    assert!(s.text().contains("Forbindelsen ryger hvert tiende minut"));
    let s = s.press("up");
    assert!(s.text().contains("Forbindelsen ryger hvert tiende minut"));
    let s = s.press("pagedown");
    assert!(!s.text().contains("Forbindelsen ryger hvert tiende minut"));
    let s = s.press("end pagedown down");
    assert!(s.text().contains("Melding 499"));
}

#[test]
fn ticket_facts() {
    at_all_sizes("ticket_facts", Desk::Full, |s| open_ticket(s).press("tab"));
}

#[test]
fn ticket_history() {
    at_all_sizes("ticket_history", Desk::Full, |s| {
        open_ticket(s).press("tab tab")
    });
}

#[test]
fn ticket_that_cannot_be_read() {
    at_all_sizes("ticket_unreadable", Desk::Full, |s| {
        let mut s = s.press("end enter");
        s.tell(Msg::DetailLoaded {
            ticket: TicketId::from("4200"),
            result: Err(Trouble::new(
                TroubleKind::Permission,
                "4200: you may not read this ticket; ask an administrator for the right ShowTicket",
            )),
        });
        s.draw();
        s
    });
}

#[test]
fn ticket_with_unsent_actions() {
    at_all_sizes("ticket_unsent", Desk::Full, |s| {
        let mut s = open_ticket(s);
        let mut items = fixture::outbox();
        for item in &mut items {
            item.action.ticket = Some(TicketId::from("4200"));
        }
        s.source(SourceEvent::Outbox(items));
        s.draw();
        s
    });
}

#[test]
fn devices() {
    in_all_states("devices", |s| s.press("D"));
}

#[test]
fn devices_broken_down() {
    at_all_sizes("devices_by_gateway", Desk::Full, |s| {
        s.press("D F b b b b b j")
    });
}

#[test]
fn outbox() {
    in_all_states("outbox", |s| s.press("O"));
    at_all_sizes("outbox_rows", Desk::Full, |s| with_outbox(s).press("O"));
}

#[test]
fn conflict() {
    at_all_sizes("conflict", Desk::Full, |s| {
        with_outbox(s).press("O j enter")
    });
}

#[test]
fn unknown_reply_beside_the_conversation() {
    at_all_sizes("outbox_unknown", Desk::Full, |s| {
        with_outbox(s).press("O j j enter")
    });
}

#[test]
fn person() {
    in_all_states("person", |s| {
        let mut s = s.press("P");
        s.tell(Msg::PersonTickets {
            person: PersonId::from("anders"),
            result: Ok(vec![]),
        });
        s.draw();
        s
    });
}

/// A morning on which VPN fails: an incident since 07:30, the week before known, in blocks, braille and ASCII.
#[test]
fn trends() {
    let morning = |mut s: Scene| {
        s.morning();
        s.watch(incidents::one());
        s.press("V")
    };
    at_all_sizes("trends", Desk::Full, morning);
    at_all_sizes("trends_hours", Desk::Full, |s| morning(s).press("tab tab"));
    at_all_sizes("trends_week_braille", Desk::Full, |s| {
        let mut s = s;
        s.model.settings.charts = "braille".to_owned();
        morning(s).press("tab j j")
    });
    at_all_sizes("trends_plain", Desk::Plain, morning);
    at_all_sizes("trends_empty", Desk::Empty, |s| s.press("V"));
    at_all_sizes("trends_da", Desk::Full, |mut s| {
        s.model.settings.lang = "da".to_owned();
        morning(s)
    });
}

#[test]
fn the_wall() {
    in_all_states("wall", |s| s.press("W"));
    at_all_sizes("wall_incident", Desk::Full, |mut s| {
        s.watch(incidents::many());
        s.press("W")
    });
    at_all_sizes("help_wall", Desk::Full, |s| s.press("W ?"));
}

#[test]
fn help() {
    at_all_sizes("help_board", Desk::Full, |s| s.press("?"));
    at_all_sizes("help_ticket", Desk::Full, |s| open_ticket(s).press("?"));
}

#[test]
fn palette() {
    at_all_sizes("palette", Desk::Full, |s| s.press(":"));
    at_all_sizes("palette_typed", Desk::Full, |s| {
        s.press(":").type_text("out")
    });
}

#[test]
fn choices() {
    at_all_sizes("choose_owner", Desk::Full, |s| s.press("a").type_text("os"));
    at_all_sizes("choose_status", Desk::Full, |s| s.press("s down"));
    at_all_sizes("choose_priority", Desk::Full, |s| s.press("p"));
    at_all_sizes("choose_group", Desk::Full, |s| s.press("g"));
}

#[test]
fn attachments() {
    at_all_sizes("attachments", Desk::Full, |s| open_ticket(s).press("o"));
}

#[test]
fn confirm() {
    at_all_sizes("confirm", Desk::Full, |s| {
        s.press("s").type_text("resolved").press("enter")
    });
}

#[test]
fn reply() {
    at_all_sizes("reply", Desk::Full, |s| {
        open_ticket(s).press("r").type_text(
            "Hej Kåre. Prøv igen nu 👍🏽 — vi har genstartet gatewayen, og der er ikke flere fejl.",
        )
    });
    at_all_sizes("reply_menu", Desk::Full, |s| {
        open_ticket(s).press("r").type_text("Hej").press("esc")
    });
}

#[test]
fn templates() {
    at_all_sizes("templates", Desk::Full, |s| {
        open_ticket(s).press("r ctrl-t")
    });
    at_all_sizes("templates_missing", Desk::Full, |s| {
        s.press("e").type_text("note-incident").press("tab")
    });
    at_all_sizes("reply_missing", Desk::Full, |s| {
        open_ticket(s)
            .press("r ctrl-t")
            .type_text("vpn-outage")
            .press("enter ctrl-d")
    });
}

#[test]
fn new_ticket() {
    at_all_sizes("new_ticket", Desk::Full, |s| {
        s.press("c")
            .type_text("Skærmen er sort")
            .press("tab")
            .type_text("åk")
    });
}

#[test]
fn why() {
    at_all_sizes("why", Desk::Full, |s| s.press("end w"));
}

/// The full desk with the reasons of a ticket in a language, at the two sizes that matter most.
fn in_every_language(name: &str, act: impl Fn(Scene) -> Scene) {
    let mut all = String::new();
    for lang in ["da", "nb", "nn", "sv", "en"] {
        for size in [(80, 24), (120, 40)] {
            let mut scene = Scene::new(Desk::Full, size);
            lang.clone_into(&mut scene.model.settings.lang);
            let scene = act(scene);
            scene.assert_sound();
            writeln!(all, "{lang} {}x{}", size.0, size.1).unwrap();
            all.push_str(&scene.text());
        }
    }
    insta::assert_snapshot!(name, all);
}

fn with_alike(mut scene: Scene, ticket: &str, found: AlikeTickets) -> Scene {
    scene.tell(Msg::AlikeFound {
        ticket: TicketId::from(ticket),
        found: Box::new(found),
    });
    scene.draw();
    scene
}

#[test]
fn solved_tickets_and_what_helped_stand_beside_a_ticket() {
    at_all_sizes("ticket_alike", Desk::Full, |s| {
        let s = with_alike(open_ticket(s), "4200", fixture::alike());
        s.press("tab end")
    });
    in_every_language("why_alike", |mut s| {
        s.watch(incidents::one());
        let mut s = with_alike(s.press("end w"), "4200", fixture::alike());
        let text = s.text();
        assert!(text.contains("4200") && !text.contains("010190"), "{text}");
        if s.buffer().area.height < 40 {
            s = s.press("pagedown");
        }
        s
    });
}

#[test]
fn no_similar_ticket_is_said_as_such() {
    let found = |among| AlikeTickets {
        among,
        tickets: Vec::new(),
    };
    let says = |found: AlikeTickets| {
        let s = Scene::new(Desk::Full, (120, 40)).press("end w");
        with_alike(s, "4200", found).text()
    };
    assert!(says(found(2_812)).contains("No solved ticket like this one among 2812"));
    assert!(says(found(0)).contains("No solved ticket is known yet"));
    let unread = AlikeTickets {
        among: 1,
        tickets: vec![Alike {
            fix: Fix::Unread,
            ..fixture::alike().tickets.remove(0)
        }],
    };
    let text = says(unread);
    assert!(text.contains("what helped is not read"), "{text}");
    assert!(text.contains("The only solved ticket that is known"));
    let waiting = Scene::new(Desk::Full, (120, 40)).press("end w").text();
    assert!(waiting.contains("Looking for solved tickets"), "{waiting}");
}

#[test]
fn an_automatic_mail_is_said_to_be_one() {
    // 4283 is the last ticket that the engine finds in no group.
    in_every_language("why_automatic", |s| s.press("backtab end w"));
}

#[test]
fn filter() {
    at_all_sizes("filter_error", Desk::Full, |s| {
        s.press("/")
            .type_text("group:vpn stauts:open")
            .press("enter")
    });
    at_all_sizes("filter_on", Desk::Full, |s| {
        s.press("/").type_text("owner:me").press("enter")
    });
}

#[test]
fn quit() {
    at_all_sizes("quit", Desk::Full, |s| with_outbox(s).press("q"));
}

#[test]
fn notices() {
    at_all_sizes("notice", Desk::Full, |s| {
        let mut s = s.press("R");
        s.tell(Msg::Mishap(
            "the log cannot be written: no space left on device".into(),
        ));
        s.draw();
        s
    });
    at_all_sizes("notices", Desk::Full, |s| {
        let mut s = s.press("R");
        s.tell(Msg::Mishap(
            "the log cannot be written: no space left on device".into(),
        ));
        s.press("N")
    });
}

#[test]
fn an_action_card_at_a_supervisors_console() {
    at_all_sizes("card", Desk::Full, |mut s| {
        s.model.cards = vagt::config::cards::load(None).cards;
        s.model.settings.role = vagt::domain::role::Role::Supervisor;
        open_ticket(s).press("K")
    });
}

#[test]
fn read_only_and_broken_config() {
    at_all_sizes("read_only", Desk::Full, |mut s| {
        s.model.settings.read_only = vec!["the configuration is broken".into()];
        s.model.settings.config_problems = vec![
            "/home/mette/.config/vagt/config.toml:12:8: poll.busy_secs must be a whole number from 1 to 3600, not \"five\""
                .into(),
            "/home/mette/.config/vagt/config.toml:20:1: there is no key ui.theem; did you mean ui.theme?".into(),
        ];
        s.press("t")
    });
}

#[test]
fn new_rows_wait_while_the_pane_is_used() {
    at_all_sizes("new_rows", Desk::Full, |s| {
        let mut s = s.press("j");
        let tickets = (0..4)
            .map(|n| {
                let mut t = fixture::ticket(4400 + n, "VPN er nede", ("ole", "Ole Brumm"), 1);
                t.group = vagt::domain::Fact::Known("vpn".into());
                t
            })
            .collect();
        s.source(SourceEvent::Changed(vagt::domain::source::Changes {
            tickets,
            ..Default::default()
        }));
        s.draw();
        s
    });
}

#[test]
fn a_pane_that_nobody_uses_follows_the_desk() {
    // Every ticket was in "Other" before the engine spoke; the first of them went to the VPN pane.
    let scene = Scene::new(Desk::Full, (200, 60));
    assert_eq!(scene.text().matches("4214 ").count(), 1);
}

#[test]
fn too_small() {
    let scene = Scene::new(Desk::Full, (39, 11));
    insta::assert_snapshot!("too_small", scene.text());
}

/// A megabyte is taken whole, shown, and taken back by one key, and no frame is slow. Three frames are drawn by each
/// [`Scene::draw`]; the best of five counts, for other tests run beside this one.
#[test]
fn a_megabyte_that_is_pasted_is_shown_at_once_and_taken_back_by_one_key() {
    let line = "Jul 12 08:05:31 gw-3 openvpn[812]: TLS handshake failed, see log for details.\n";
    let text = line.repeat(1_000_000 / line.len() + 1);
    let mut scene = Scene::new(Desk::Full, (120, 40)).press("r");
    scene.tell(Msg::Paste(format!("{text}Slut")));
    scene.draw();
    assert!(scene.text().contains("Slut"));
    let mut best = std::time::Duration::MAX;
    for _ in 0..5 {
        let begun = std::time::Instant::now();
        scene = scene.type_text("!");
        best = best.min(begun.elapsed());
    }
    assert!(scene.text().contains("Slut!!!!!"));
    println!("a letter and three frames: {best:?}");
    assert!(best.as_millis() < 150, "{best:?}");
    for _ in 0..5 {
        scene = scene.press("ctrl-u");
    }
    assert!(scene.text().contains("Slut"));
    scene = scene.press("ctrl-u");
    assert!(!scene.text().contains("handshake"));
}
