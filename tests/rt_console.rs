//! A person at the keyboard, and a real Request Tracker: every key reaches the desk exactly once.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "common/claims.rs"]
mod claims;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/rt.rs"]
mod rt;

use std::collections::BTreeMap;

use pty::{Session, Start};
use rt::{Rt, Who};
use serde_json::Value;

const CTRL_D: &str = "\x04";
const CTRL_F: &str = "\x06";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const TAB: &str = "\t";

/// Transactions of a ticket that somebody caused, as (type, field, new value) with how often.
fn history(rt: &Rt, id: u64) -> BTreeMap<(String, String, String), usize> {
    let path = format!("/ticket/{id}/history?fields=Type,Field,NewValue&per_page=100");
    let mut counts = BTreeMap::new();
    for item in rt.get(Who::Root, &path)["items"].as_array().unwrap() {
        let cell = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
        let kind = cell("Type");
        if !matches!(kind.as_str(), "EmailRecord" | "CommentEmailRecord") {
            *counts
                .entry((kind, cell("Field"), cell("NewValue")))
                .or_default() += 1;
        }
    }
    counts
}

fn number(counts: &BTreeMap<(String, String, String), usize>, kind: &str) -> usize {
    counts
        .iter()
        .filter(|((k, ..), _)| k == kind)
        .map(|(_, n)| n)
        .sum()
}

/// Waits for the receipt of an action on a ticket.
fn done(vagt: &Session, ticket: u64, verb: &str) {
    let begins = format!("{ticket}: {verb}");
    vagt.wait(&format!("the receipt of {verb}"), |s| {
        s.lines()
            .any(|l| l.contains(&begins) && l.contains(" done"))
    });
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn keys_reach_the_desk_exactly_once() {
    let Some(rt) = Rt::from_env() else { return };
    let home = tempfile::tempdir().unwrap();
    let tag = format!("e2e{}", std::process::id());
    let ticket = rt.create(
        Who::Root,
        "VPN og fjernadgang",
        &format!("VPN ryger hele tiden {tag}"),
    );
    let other = rt.create(
        Who::Root,
        "VPN og fjernadgang",
        &format!("VPN er nede {tag}b"),
    );
    let log = home.path().join("vpn-log.txt");
    std::fs::write(&log, "stage 98 %: no answer\n").unwrap();
    let (desk, token) = (
        format!("rt+{}", std::env::var("VAGT_RT_URL").unwrap()),
        Who::Mette.token(),
    );

    let mut vagt = Session::start(&Start {
        args: &[],
        env: &[
            ("VAGT_DESK", &desk),
            ("VAGT_TOKEN", &token),
            ("VAGT_DELIVERY_HOLD_SECS", "1"),
        ],
        home: home.path(),
        size: (120, 40),
    });
    vagt.wait_text("· live");
    vagt.press("1");
    vagt.press("/");
    vagt.press(&format!("group:vpn {tag}"));
    vagt.press(ENTER);
    vagt.wait("the ticket in the vpn pane", |s| {
        s.contains("VPN 2") && s.contains(&format!("{ticket} "))
    });
    vagt.press(ENTER);
    // The cursor stands on the older of the two.
    vagt.wait("the conversation", |s| {
        s.contains("(public)") && s.contains(&format!("{ticket}  VPN ryger"))
    });

    vagt.press("t");
    done(&vagt, ticket, "take");
    vagt.press("p");
    vagt.wait_text(&format!("Priority of {ticket}"));
    vagt.press("75");
    vagt.press(ENTER);
    done(&vagt, ticket, "priority");
    vagt.press("s");
    vagt.wait_text(&format!("Status of {ticket}"));
    vagt.press("open");
    vagt.press(ENTER);
    done(&vagt, ticket, "status");
    vagt.press("n");
    vagt.wait_text("staff only");
    vagt.press("Samme gateway som de andre: gw2 æøå");
    vagt.press(CTRL_D);
    done(&vagt, ticket, "note");

    reply(&mut vagt, ticket, &log);

    vagt.press("L");
    vagt.wait_text(&format!("Link {ticket}: how?"));
    vagt.press("refers");
    vagt.press(ENTER);
    vagt.wait("the question for the other ticket", |s| !s.contains("how?"));
    vagt.press(&other.to_string());
    vagt.press(ENTER);
    done(&vagt, ticket, "link");

    vagt.press("p");
    vagt.wait_text(&format!("Priority of {ticket}"));
    vagt.press("25");
    vagt.press(ENTER);
    vagt.wait("the second priority", |s| {
        s.contains("(25)") && s.contains("priority 25 done")
    });
    vagt.press("u");
    vagt.wait("the undo", |s| {
        s.contains("(75)") && s.contains("priority 75 done")
    });

    vagt.press("c");
    vagt.wait_text("New ticket");
    vagt.press(&format!("Opkald: kan ikke logge på {tag}c"));
    vagt.press(TAB);
    vagt.press("p002@kommune.test");
    vagt.press(TAB);
    vagt.press(TAB);
    vagt.press(TAB);
    vagt.press("Ringer hjemmefra, koden bliver afvist.");
    vagt.press(CTRL_D);
    vagt.wait("the receipt of the new ticket", |s| {
        s.contains("New ticket ") && s.contains("Opkald")
    });
    // Esc and q in one breath would be Alt-q.
    vagt.press(ESC);
    // Whoever leaves while something is on its way is asked first.
    vagt.wait("nothing left to send", |s| {
        s.contains("u undo") && !s.contains("to send")
    });
    vagt.press("q");
    assert!(vagt.wait_end(), "a clean exit");

    arrived_once(&rt, ticket, &tag);
}

fn reply(vagt: &mut Session, ticket: u64, file: &std::path::Path) {
    vagt.press("r");
    vagt.wait_text("Reply: public");
    vagt.press("Hej, vi ser på det nu.");
    vagt.press(CTRL_F);
    vagt.wait_text("Path of the file");
    vagt.press(file.to_str().unwrap());
    vagt.press(ENTER);
    vagt.wait_text("file: vpn-log.txt");
    vagt.press(CTRL_D);
    vagt.wait_text("to 1 person");
    vagt.wait_text("y yes");
    vagt.press("y");
    done(vagt, ticket, "reply");
}

/// Asks the desk what it has: exactly those changes, each once.
fn arrived_once(rt: &Rt, ticket: u64, tag: &str) {
    let now = rt.get(Who::Root, &format!("/ticket/{ticket}?fields[Owner]=Name"));
    assert_eq!(text(&now["Owner"]["Name"]), "mette", "{now}");
    assert_eq!(text(&now["Priority"]), "75");
    assert_eq!(text(&now["Status"]), "open");
    let done = history(rt, ticket);
    let count = |kind: &str| number(&done, kind);
    assert_eq!(count("Comment"), 1, "{done:?}");
    assert_eq!(count("Correspond"), 1, "{done:?}");
    assert_eq!(count("AddLink"), 1, "{done:?}");
    assert_eq!(count("Status"), 1, "{done:?}");
    let priority = |value: &str| {
        done.iter()
            .filter(|((_, f, v), _)| f == "Priority" && v == value)
            .map(|(_, n)| n)
            .sum::<usize>()
    };
    assert_eq!(
        (priority("75"), priority("25")),
        (2, 1),
        "set, changed, taken back: {done:?}"
    );
    let owners = done
        .iter()
        .filter(|((k, f, _), _)| k == "Set" && f == "Owner")
        .map(|(_, n)| n)
        .sum::<usize>();
    assert_eq!(owners, 1, "{done:?}");

    let files = rt.get(
        Who::Root,
        &format!("/ticket/{ticket}/attachments?fields=Filename,Content&per_page=100"),
    );
    let sent: Vec<&Value> = files["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| text(&f["Filename"]) == "vpn-log.txt")
        .collect();
    // RT keeps the reply's own copy; its outgoing mails do not repeat attachments.
    assert_eq!(sent.len(), 1, "{files}");
    let query = format!("/tickets?query=Subject LIKE '{tag}c'&fields=Subject,Queue");
    let made = rt.get(Who::Root, &query);
    assert_eq!(made["items"].as_array().unwrap().len(), 1, "{made}");
}

#[test]
fn a_colleague_sees_who_writes_and_since_when() {
    let Some(rt) = Rt::from_env() else { return };
    let tag = format!("claim{}", std::process::id());
    rt.create(
        Who::Root,
        "VPN og fjernadgang",
        &format!("VPN ryger hele tiden {tag}"),
    );
    let desk = format!("rt+{}", std::env::var("VAGT_RT_URL").unwrap());
    let homes = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut consoles = [Who::Mette, Who::Ingrid]
        .iter()
        .zip(&homes)
        .map(|(who, home)| {
            let mut vagt = Session::start(&Start {
                args: &[],
                env: &[
                    ("VAGT_DESK", &desk),
                    ("VAGT_TOKEN", &who.token()),
                    ("VAGT_POLL_BUSY_SECS", "1"),
                    ("VAGT_POLL_IDLE_SECS", "1"),
                    claims::SHORT,
                ],
                home: home.path(),
                size: (100, 30),
            });
            vagt.wait_text("· live");
            vagt.press("1");
            vagt.press("/");
            vagt.press(&format!("group:vpn {tag}"));
            vagt.press(ENTER);
            vagt.wait("the ticket in the vpn pane", |s| {
                s.contains("VPN 1") && s.contains("VPN ryger hele tiden")
            });
            vagt
        });
    let (first, second) = (consoles.next().unwrap(), consoles.next().unwrap());
    drop(consoles);
    claims::scene(first, second, "MR", "Mette Ravn");
}
