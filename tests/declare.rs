//! Forty tickets become one declared incident, at the keyboard: the real program in a terminal, on the embedded desk.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/five.rs"]
mod five;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::path::Path;
use std::time::Duration;

use five::FIVE;
use pty::{Session, Start};
use town::{BRISK, Town, times};

const SIZE: (u16, u16) = (120, 40);
const ENTER: &str = "\r";
const CTRL_D: &str = "\u{4}";
/// The engine waits for the texts of all of them, and places some with the next full minute.
const PATIENCE: Duration = Duration::from_secs(90);

/// What people write when the same thing fails.
const TEXTS: [&str; 8] = [
    "VPN virker ikke",
    "Kan ikke logge på VPN hjemmefra",
    "VPN kobler ikke til",
    "Får ikke koblet til VPN",
    "VPN ryger hele tiden",
    "VPN fungerar inte hemifrån",
    "Kommer ikke på VPN",
    "VPN will not connect",
];

fn town_of(number: usize) -> (Town, Vec<i64>) {
    let town = Town::new();
    let ids = (0..number)
        .zip(TEXTS.iter().cycle())
        .map(|(n, text)| town.ticket_of(text, &format!("p{n:02}@kommune.example")))
        .collect();
    (town, ids)
}

fn console(town: &Town, hold: &str) -> Session {
    town.console(SIZE, &[("VAGT_DELIVERY_HOLD_SECS", hold)])
}

/// A console with an outbox of its own.
fn colleague(town: &Town, home: &Path) -> Session {
    let desk = town.address();
    let mut env: Vec<(&str, &str)> = BRISK.to_vec();
    env.extend([("VAGT_DESK", desk.as_str()), ("VAGT_TOKEN", town.token())]);
    Session::start(&Start {
        args: &[],
        env: &env,
        home,
        size: SIZE,
    })
}

/// What a command prints, on a machine of its own.
fn script(town: &Town, args: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_vagt"))
        .args(args)
        .env("VAGT_CONFIG_DIR", home.path().join("config"))
        .env("VAGT_DATA_DIR", home.path().join("data"))
        .env("VAGT_DESK", town.address())
        .env("VAGT_TOKEN", town.token())
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Tickets that became a part of something, and of what.
fn parts(town: &Town, ids: &[i64]) -> Vec<(i64, String)> {
    let links = |id: &i64| {
        let lines = town.history(*id);
        let added = lines
            .into_iter()
            .filter(|l| l.typ == "AddLink" && l.field == "MemberOf");
        added.map(|l| (*id, l.new)).collect::<Vec<_>>()
    };
    ids.iter().flat_map(links).collect()
}

/// How many tickets there are on the desk that an agent asked for.
fn parents(town: &Town, first: i64) -> Vec<i64> {
    let is_there = |id: &i64| {
        let lines = town.history(*id);
        times(&lines, "Create", "", "") == 1
    };
    (first..first + 20).filter(is_there).collect()
}

/// From the Board and back: the first two tickets of an incident of forty do not belong to it.
fn take_two_out(vagt: &mut Session) {
    vagt.press("i");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, "Tickets 40");
    vagt.press("x");
    vagt.says_within(PATIENCE, "Tickets 39");
    // The cursor stays with the one that went.
    vagt.press("jx");
    vagt.says_within(PATIENCE, "Tickets 38");
    vagt.press("B");
    vagt.says_within(PATIENCE, "INCIDENT VPN");
}

#[test]
fn forty_are_declared_and_linked_with_three_keys_and_two_are_left_out() {
    let (town, ids) = town_of(40);
    let mut vagt = console(&town, "0");
    vagt.says_within(PATIENCE, "INCIDENT VPN");
    let home = tempfile::tempdir().unwrap();
    let other = colleague(&town, home.path());
    other.says_within(PATIENCE, "INCIDENT VPN");
    // Two of them do not belong to it: an agent says so.
    take_two_out(&mut vagt);
    // From the Board: the list, the question, yes.
    let keys = ["i", "d", CTRL_D];
    vagt.press(keys[0]);
    vagt.says_within(PATIENCE, "1 incident goes on");
    vagt.press(keys[1]);
    vagt.says_within(
        PATIENCE,
        "Make a new ticket, and link 38 tickets of 38 people to it? 2 are left out.",
    );
    vagt.press(keys[2]);
    let parent = ids[39] + 1;
    vagt.says_within(
        PATIENCE,
        &format!("link to {parent} on 38 tickets: 38 done"),
    );
    vagt.says_within(PATIENCE, &format!("declared {parent} VPN"));
    let linked = parts(&town, &ids);
    assert_eq!(linked.len(), 38, "{linked:?}");
    assert!(
        linked
            .iter()
            .all(|(_, to)| to.ends_with(&format!("/{parent}"))),
        "{linked:?}"
    );
    assert_eq!(parents(&town, parent), [parent], "one ticket was made");
    // On the Board, in the rows, and on its own screen.
    vagt.press("B");
    vagt.says_within(PATIENCE, &format!("DECLARED {parent} VPN"));
    vagt.says_within(PATIENCE, &format!("!{parent} "));
    // A colleague who looks at the desk sees it by its links.
    other.says_within(PATIENCE, &format!("DECLARED {parent} VPN"));
    // So does one who comes only now, and a script: the first read tells it.
    let home = tempfile::tempdir().unwrap();
    let late = colleague(&town, home.path());
    late.says_within(PATIENCE, &format!("DECLARED {parent} VPN"));
    let told = script(&town, &["incidents", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let first = &told["incidents"][0];
    assert_eq!(first["declared"]["parent"], parent.to_string(), "{told}");
    assert_eq!(first["declared"]["linked"], 38, "{told}");
    let told = script(&town, &["incidents"]);
    assert!(
        told.starts_with(&format!("i1 DECLARED {parent} VPN")),
        "{told}"
    );
}

#[test]
fn the_ticket_is_made_once_and_its_parts_are_linked_once_though_the_console_is_killed() {
    let (town, ids) = town_of(12);
    let parent = ids[11] + 1;
    let mut vagt = console(&town, "2");
    vagt.says_within(PATIENCE, "INCIDENT VPN");
    vagt.press("i");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, "Tickets 12");
    vagt.press("d");
    vagt.says_within(PATIENCE, "link 12 tickets of 12 people to it?");
    vagt.press(CTRL_D);
    vagt.says_within(PATIENCE, "held until");
    // Killed as soon as the desk has the new ticket, whatever the console knows of it.
    vagt.wait_for(PATIENCE, "the new ticket", |_| {
        !parents(&town, parent).is_empty()
    });
    vagt.kill();
    assert!(
        parts(&town, &ids).len() < 12,
        "killed too late to show anything"
    );
    let mut vagt = console(&town, "2");
    vagt.wait_for(PATIENCE, "all of them linked", |_| {
        parts(&town, &ids).len() >= 12
    });
    vagt.says_within(PATIENCE, &format!("DECLARED {parent} VPN"));
    vagt.press("b");
    vagt.says_within(PATIENCE, "12/12");
    assert_eq!(parents(&town, parent), [parent], "one ticket was made");
    let linked = parts(&town, &ids);
    assert_eq!(linked.len(), 12, "{linked:?}");
}

#[test]
fn who_joins_later_is_linked_and_answered_once_though_the_console_is_killed() {
    let (town, asked) = town_of(12);
    let write = |n: usize| {
        let writer = &FIVE[n % FIVE.len()];
        let who = format!("p{n:02}@kommune.example");
        let id = town.ticket_from(&who, writer.subject, writer.body);
        (id, writer.outage)
    };
    let parent = asked[11] + 1;
    let mut vagt = console(&town, "2");
    vagt.says_within(PATIENCE, "INCIDENT VPN");
    vagt.press("i");
    vagt.says_within(PATIENCE, "12 people 12 tickets");
    vagt.press("d");
    vagt.says_within(PATIENCE, "link 12 tickets of 12 people to it?");
    vagt.press(CTRL_D);
    vagt.says_within(
        PATIENCE,
        &format!("link to {parent} on 12 tickets: 12 done"),
    );
    vagt.press(ENTER);
    vagt.press("e");
    vagt.says_within(PATIENCE, "Write on 12 marked tickets from a template");
    vagt.press("vpn-outage");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, "reply from vpn-outage: 12 tickets of 12 people?");
    vagt.press("y");
    vagt.says_within(PATIENCE, "reply from vpn-outage on 12 tickets: 12 done");
    vagt.press("\u{1b}");
    vagt.says_within(PATIENCE, "answered from vpn-outage");

    // Proposed: with one question both linked and answered.
    let proposed = write(16);
    vagt.says_within(PATIENCE, "1 later joiner (l links them)");
    vagt.press("l");
    vagt.says_within(
        PATIENCE,
        &format!("Link 1 ticket of 1 person to {parent}, and answer 1 from vpn-outage?"),
    );
    vagt.says_within(PATIENCE, "In their own language: nb 1.");
    vagt.press(CTRL_D);
    town.wait_history(proposed.0, "answered", |lines| {
        times(lines, "Correspond", "", "") == 1
    });
    vagt.says_within(PATIENCE, "reply from vpn-outage on 1 ticket: 1 done");

    // By itself, and the console is killed while it is held.
    vagt.press("Y");
    vagt.says_within(
        PATIENCE,
        "answers them from vpn-outage in their own language",
    );
    let joiner = write(17);
    vagt.says_within(
        PATIENCE,
        &format!(
            "1 ticket joined {parent} later: linked without asking, 1 answered from vpn-outage"
        ),
    );
    vagt.kill();
    assert!(parts(&town, &[joiner.0]).is_empty(), "killed too late");
    let vagt = console(&town, "2");
    let last = write(18);
    for (id, answer) in [proposed, joiner, last] {
        let lines = town.wait_history(id, "answered", |lines| {
            times(lines, "Correspond", "", "") > 0 && times(lines, "AddLink", "MemberOf", "") > 0
        });
        let texts: Vec<&str> = lines
            .iter()
            .filter(|l| l.typ == "Correspond")
            .map(|l| l.text.as_str())
            .collect();
        assert!(
            matches!(texts[..], [one] if one.contains(answer)),
            "{texts:?}"
        );
        assert_eq!(parts(&town, &[id]).len(), 1, "{id}");
    }
    drop(vagt);
}

#[test]
fn forty_in_five_languages_are_declared_linked_and_answered_with_seven_keys_and_then_solved() {
    let town = Town::new();
    let asked: Vec<(i64, &str)> = (0..40)
        .zip(FIVE.iter().cycle())
        .map(|(n, writer)| {
            let who = format!("p{n:02}@kommune.example");
            let id = town.ticket_from(&who, writer.subject, writer.body);
            (id, writer.outage)
        })
        .collect();
    let mut vagt = console(&town, "0");
    vagt.says_within(PATIENCE, "INCIDENT VPN");
    // Two of them are about something else: an agent saw that.
    take_two_out(&mut vagt);
    let parent = asked[39].0 + 1;
    let declared = format!("declared {parent} VPN");
    // What is pressed, and what stands on the screen before the next key.
    let scene = [
        ("i", "1 incident goes on"),
        ("d", "link 38 tickets of 38 people to it? 2 are left out."),
        (CTRL_D, declared.as_str()),
        (ENTER, "38 of 38 linked"),
        // What is for an incident that goes on stands first.
        ("e", "in Danish, 8 of 40"),
        (ENTER, "reply from vpn-outage: 38 tickets of 38 people?"),
        ("y", "38 done"),
    ];
    for (key, then) in scene {
        vagt.press(key);
        vagt.says_within(PATIENCE, then);
    }
    assert_eq!(scene.len(), 7, "ten are allowed");
    let linked: Vec<i64> = {
        let ids: Vec<i64> = asked.iter().map(|(id, _)| *id).collect();
        parts(&town, &ids).into_iter().map(|(id, _)| id).collect()
    };
    assert_eq!(linked.len(), 38);
    for (id, answer) in &asked {
        let lines = town.history(*id);
        let texts: Vec<&str> = lines
            .iter()
            .filter(|l| l.typ == "Correspond")
            .map(|l| l.text.as_str())
            .collect();
        if linked.contains(id) {
            assert_eq!(texts.len(), 1, "{id}: {texts:?}");
            assert!(texts[0].contains(answer), "{answer}: {}", texts[0]);
        } else {
            assert!(texts.is_empty(), "{id} does not belong to it: {texts:?}");
        }
    }
    // They are marked still: solved by one more action.
    vagt.press("\u{1b}");
    vagt.wait("no overlay", |s| !s.contains("38/38"));
    vagt.press("sresolved");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, "status resolved: 38 tickets of 38 people?");
    vagt.press("y");
    vagt.says_within(PATIENCE, "38 done");
}
