//! A group that one person chose stands on the desk: their colleague's console learns the same from it, and unlearns it.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use pty::{Session, Start, flat};
use secrecy::ExposeSecret as _;
use town::{BRISK, Town};

const SIZE: (u16, u16) = (120, 40);
/// What the three have in common.
const BODY: &str = "Den grå boks på femte sal i Nøddebo ryger hvert kvarter.";
const ENTER: &str = "\r";

/// Shows only what matches.
fn filter(vagt: &mut Session, query: &str) {
    vagt.press("/");
    vagt.press("\u{15}");
    vagt.press(query);
    vagt.press(ENTER);
}

/// Waits until exactly these of the tickets are on the board.
fn shows(vagt: &Session, who: &str, words: &[&str]) {
    vagt.wait(&format!("{words:?} at {who}"), |s| {
        ["alfa", "beta", "gamma"]
            .iter()
            .all(|word| s.contains(word) == words.contains(word))
    });
}

#[test]
fn a_correction_stays_is_audited_teaches_both_consoles_and_is_undone() {
    let town = Town::new();
    let first = town.ticket_with("VPN Nøddebo alfa", BODY);
    let mut mette = town.console(SIZE, &[]);
    let home = tempfile::tempdir().unwrap();
    let (desk, token) = (town.address(), town.desk().second_agent_token());
    let mut env = BRISK.to_vec();
    env.extend([
        ("VAGT_DESK", desk.as_str()),
        ("VAGT_TOKEN", token.expose_secret()),
    ]);
    let mut bjorn = Session::start(&Start {
        args: &[],
        env: &env,
        home: home.path(),
        size: SIZE,
    });
    for vagt in [&mette, &bjorn] {
        vagt.wait("a live board", |s| {
            s.contains("· live") && s.contains("Nøddebo")
        });
    }
    filter(&mut mette, "group:vpn");
    shows(&mette, "mette", &["alfa"]);
    mette.press("1g");
    mette.wait_text(&format!("Group of {first}"));
    mette.press("video");
    mette.press(ENTER);
    mette.wait("the group on the desk", |s| {
        flat(s).contains("group video done")
    });
    town.wait_history(first, "in its group", |lines| {
        lines
            .iter()
            .any(|l| l.typ == "CustomField" && l.new == "video")
    });
    // It stays, and the next twin follows, at both.
    for vagt in [&mut mette, &mut bjorn] {
        filter(vagt, "group:video");
    }
    for (vagt, who) in [(&mette, "mette"), (&bjorn, "bjorn")] {
        shows(vagt, who, &["alfa"]);
    }
    town.ticket_with("VPN Nøddebo beta", BODY);
    for (vagt, who) in [(&mette, "mette"), (&bjorn, "bjorn")] {
        shows(vagt, who, &["alfa", "beta"]);
    }
    // Undone, it teaches nothing any more, and who followed goes back.
    mette.press("u");
    town.wait_history(first, "out of its group", |lines| {
        lines
            .iter()
            .any(|l| l.typ == "CustomField" && l.old == "video" && l.new.is_empty())
    });
    town.ticket_with("VPN Nøddebo gamma", BODY);
    for vagt in [&mut mette, &mut bjorn] {
        filter(vagt, "group:vpn");
    }
    for (vagt, who) in [(&mette, "mette"), (&bjorn, "bjorn")] {
        shows(vagt, who, &["alfa", "beta", "gamma"]);
    }
    let audit = town.program(&["audit", "show"], SIZE, &[]);
    audit.wait("both lines of the audit", |s| {
        s.lines()
            .filter(|line| line.contains("group") && line.contains("video"))
            .count()
            == 2
    });
}
