//! The desk on its bad days, seen at the console: each fault has its own words, what was known stays on the screen,
//! the console comes back by itself, and no action is lost or sent twice.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::time::{Duration, SystemTime};

use pty::{Session, flat};
use town::{Town, times};
use vagt::demo::faults::{Fault, FaultKind};

const SIZE: (u16, u16) = (200, 50);
const CTRL_D: &str = "\x04";
const ENTER: &str = "\r";
/// Longest pause that a fault of these tests causes: a `Retry-After` that makes no sense counts as 30 s.
const LONG: Duration = Duration::from_secs(60);

/// A fault, the word in the top line, and the reason under it.
type Case = (FaultKind, &'static str, &'static str);

/// Tries faults one after the other on a console that is live.
fn each(town: &Town, vagt: &Session, cases: Vec<Case>) {
    for (open, (kind, word, why)) in (3..).zip(cases) {
        let name = format!("{kind:?}: {word}, {why}");
        town.desk().faults().set(Fault::new(kind));
        // What was known stays; a frame may be seen half painted.
        let known = ["VPN ned A", "VPN ned B", "VPN ned C"];
        let shown = vagt.wait_for(LONG, &name, |s| {
            let words = flat(s);
            let is_told = words.contains(word) && words.contains(why) && !s.contains("· live");
            is_told && known.iter().all(|subject| s.contains(subject))
        });
        assert!(shown.contains(&format!("{open} open")), "{name}:\n{shown}");
        town.ticket("Skærmen er sort");
        town.desk().faults().clear();
        let arrived = format!("{} open", open + 1);
        vagt.wait_for(LONG, &format!("the end of {name}"), |s| {
            s.contains("· live") && s.contains(&arrived) && !s.contains("STALE")
        });
    }
}

/// A desk with three tickets, and a console that is live.
fn live(env: &[(&str, &str)]) -> (Town, Session) {
    let town = Town::new();
    for subject in ["VPN ned A", "VPN ned B", "VPN ned C"] {
        town.ticket(subject);
    }
    let vagt = town.console(SIZE, env);
    vagt.wait("a live board", |s| {
        s.contains("· live") && s.contains("3 open")
    });
    (town, vagt)
}

fn status(code: u16, retry_after: Option<&str>) -> FaultKind {
    FaultKind::Status(code, retry_after.map(str::to_owned))
}

fn leave(mut vagt: Session) {
    vagt.press("q");
    assert!(vagt.wait_end(), "a clean exit");
}

#[test]
fn statuses_pages_and_redirects_have_their_words() {
    let (town, vagt) = live(&[]);
    let cases = vec![
        (
            status(401, None),
            "REFUSED",
            "does not accept the token or password (401)",
        ),
        (status(403, None), "REFUSED", "does not allow this (403)"),
        (status(500, None), "STALE", "failed (500)"),
        (status(502, None), "STALE", "failed (502)"),
        (status(503, None), "STALE", "not available for now (503)"),
        (
            FaultKind::LoginPage,
            "REFUSED",
            "a web page where data is expected",
        ),
        (
            FaultKind::Redirect,
            "REFUSED",
            "redirects instead of answering",
        ),
    ];
    each(&town, &vagt, cases);
    leave(vagt);
}

#[test]
fn a_desk_that_asks_to_wait_is_left_in_peace() {
    let (town, vagt) = live(&[]);
    let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3));
    let cases = vec![
        (
            status(429, Some("2")),
            "told to wait",
            "asks us to wait (429)",
        ),
        (
            status(503, Some("2")),
            "told to wait",
            "not available for now (503)",
        ),
        (
            status(429, Some(&soon)),
            "told to wait",
            "asked us to wait, next try in",
        ),
    ];
    each(&town, &vagt, cases);

    // Whatever is typed meanwhile, nothing is asked before the time has come.
    town.desk()
        .faults()
        .set(Fault::new(status(429, Some("when we are ready"))).times(1));
    vagt.wait_text("told to wait");
    let asked = town.desk().faults().total();
    vagt.wait_for(LONG, "the end of the wait", |s| s.contains("· live"));
    assert!(
        town.desk().faults().total() <= asked + 3,
        "one try after the wait, not one a second"
    );
    leave(vagt);
}

#[test]
fn spoilt_answers_are_never_a_calm_board() {
    let (town, vagt) = live(&[("VAGT_NET_MAX_ANSWER_MB", "5")]);
    let cases = vec![
        (FaultKind::CutBody, "STALE", "broke off"),
        (FaultKind::MalformedJson, "STALE", "The answer of 127.0.0.1"),
        (FaultKind::WrongTypes, "STALE", "The answer of 127.0.0.1"),
        (FaultKind::HugeBody(300_000_000), "STALE", "is larger than"),
        (FaultKind::EndlessBody, "STALE", "is larger than"),
        (
            FaultKind::DropBefore,
            "STALE",
            "closed the connection without an answer",
        ),
        (
            FaultKind::DropAfter,
            "STALE",
            "closed the connection without an answer",
        ),
    ];
    each(&town, &vagt, cases);
    leave(vagt);
}

#[test]
fn a_desk_that_stalls_is_late_then_stale() {
    let (town, vagt) = live(&[("VAGT_NET_READ_SECS", "4"), ("VAGT_NET_STALL_SECS", "2")]);
    town.desk()
        .faults()
        .set(Fault::new(FaultKind::StallBeforeHeaders));
    vagt.wait("late after one missed poll", |s| s.contains("late since"));
    vagt.wait("stale after two", |s| s.contains("STALE"));
    town.desk().faults().clear();
    vagt.wait_text("· live");
    let cases = vec![
        (
            FaultKind::StallBeforeHeaders,
            "STALE",
            "did not answer within 4 s",
        ),
        (
            FaultKind::StallMidBody,
            "STALE",
            "stalled: nothing came for 2 s",
        ),
    ];
    each(&town, &vagt, cases);
    leave(vagt);
}

/// Opens the vpn pane with the cursor on one ticket.
fn only(vagt: &mut Session, id: i64, subject: &str) {
    vagt.press("1");
    vagt.press("/");
    vagt.press(subject);
    vagt.press(ENTER);
    vagt.wait("the only ticket under the cursor", |s| {
        s.lines()
            .any(|l| l.contains('›') && l.contains(&format!("{id} ")) && l.contains(subject))
    });
}

#[test]
fn what_is_done_while_the_desk_is_off_arrives_once() {
    let mut town = Town::new();
    let id = town.ticket("VPN ned A");
    let mut vagt = town.console(SIZE, &[]);
    vagt.wait_text("· live");
    only(&mut vagt, id, "VPN ned A");
    town.switch_off();
    vagt.wait("the desk is gone", |s| {
        s.contains("STALE") && flat(s).contains("refuses the connection")
    });
    vagt.press("t");
    vagt.wait_text("1 to send");
    vagt.press("n");
    vagt.wait_text("staff only");
    vagt.press("Skrevet mens desken var nede");
    vagt.press(CTRL_D);
    let waiting = vagt.wait_text("2 to send");
    assert!(waiting.contains("VPN ned A"), "{waiting}");

    town.switch_on();
    vagt.wait("both sent", |s| {
        s.contains("· live") && s.contains("note done") && !s.contains("to send")
    });
    let lines = town.history(id);
    assert_eq!(times(&lines, "Comment", "", ""), 1, "{lines:?}");
    assert_eq!(times(&lines, "Set", "Owner", ""), 1, "{lines:?}");
    leave(vagt);
}

#[test]
fn an_answer_that_is_lost_after_the_desk_has_written_is_no_second_note() {
    let town = Town::new();
    let id = town.ticket("VPN ned A");
    let mut vagt = town.console(SIZE, &[("VAGT_NET_WRITE_SECS", "2")]);
    vagt.wait_text("· live");
    only(&mut vagt, id, "VPN ned A");
    let faults = [
        FaultKind::DropAfter,
        FaultKind::DropBefore,
        FaultKind::StallAfterApplied,
    ];
    for (n, kind) in faults.into_iter().enumerate() {
        let name = format!("{kind:?}");
        town.desk()
            .faults()
            .set(Fault::new(kind).on_writes().times(1));
        let text = format!("Linje faldt ud {n}.");
        vagt.press("n");
        vagt.wait_text("staff only");
        vagt.press(&text);
        vagt.press(CTRL_D);
        town.wait_history(id, &format!("written in spite of {name}"), |lines| {
            lines.iter().any(|l| l.text.contains(&text))
        });
    }
    town.desk()
        .faults()
        .set(Fault::new(FaultKind::DropAfter).on_writes().times(1));
    vagt.press("p");
    vagt.wait_text(&format!("Priority of {id}"));
    vagt.press("75");
    vagt.press(ENTER);
    vagt.wait_text(&format!("{id}: priority 75 done"));
    let lines = town.history(id);
    assert_eq!(times(&lines, "Set", "Priority", "75"), 1, "{lines:?}");
    assert_eq!(times(&lines, "Comment", "", ""), 3, "{lines:?}");
    let screen = vagt.screen();
    assert!(
        !screen.contains("to send") && !screen.contains("need you"),
        "{screen}"
    );
    leave(vagt);
}
