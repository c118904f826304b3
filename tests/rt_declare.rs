//! An incident from its beginning to its end at the keyboard, on the real Request Tracker: declared though the console is
//! killed, answered in five languages, joined later, solved; and whether it is really fixed.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/five.rs"]
mod five;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/rt.rs"]
mod rt;
#[path = "common/rt_people.rs"]
mod rt_people;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use five::FIVE;
use pty::{Session, Start};
use rt::{Rt, Who};
use rt_people::{replies, ticket_of};
use serde_json::json;

const ENTER: &str = "\r";
const CTRL_D: &str = "\u{4}";
const ESC: &str = "\u{1b}";
/// The real desk takes its time, and the engine places some tickets with the next full minute.
const PATIENCE: Duration = Duration::from_secs(120);

/// One test at a time has the desk: what another one writes would join its incident.
static DESK: Mutex<()> = Mutex::new(());

/// A desk without tickets, for as long as the guard lives.
fn empty() -> Option<(Rt, MutexGuard<'static, ()>)> {
    let rt = Rt::from_env()?;
    if std::env::var("VAGT_RT_RESTORE").as_deref() != Ok("yes") {
        // Straight to the stream: what a test prints is shown only when it fails.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: this test empties the Request Tracker; set VAGT_RT_RESTORE=yes if {} may be emptied",
            rt.url
        );
        return None;
    }
    let guard = DESK.lock().unwrap_or_else(PoisonError::into_inner);
    rt.up(&["restore", "empty"]);
    Some((rt, guard))
}

/// A console of somebody's.
fn start(rt: &Rt, who: Who, home: &Path) -> Session {
    let (desk, token) = (format!("rt+{}", rt.url), who.token());
    let vagt = Session::start(&Start {
        args: &[],
        env: &[
            ("VAGT_DESK", desk.as_str()),
            ("VAGT_TOKEN", &token),
            ("VAGT_DELIVERY_HOLD_SECS", "1"),
            ("VAGT_DELIVERY_UNKNOWN_FIRST_LOOK_SECS", "3"),
            ("VAGT_DELIVERY_UNKNOWN_SECOND_LOOK_SECS", "6"),
            ("VAGT_POLL_BUSY_SECS", "1"),
            ("VAGT_POLL_IDLE_SECS", "1"),
            ("VAGT_POLL_UNFOCUSED_SECS", "1"),
        ],
        home,
        size: (120, 40),
    });
    vagt.wait_for(PATIENCE, "a live board", |s| s.contains("· live"));
    vagt
}

fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < deadline, "never {what}");
    }
}

fn count(rt: &Rt, query: &str) -> usize {
    let answer = rt.get(Who::Root, &format!("/tickets?query={query}&per_page=100"));
    answer["items"].as_array().unwrap().len()
}

fn parts(rt: &Rt, parent: u64) -> usize {
    count(rt, &format!("MemberOf={parent}"))
}

/// How often the desk noted that a ticket became a part of another one.
fn links(rt: &Rt, ticket: u64) -> usize {
    let path = format!("/ticket/{ticket}/history?fields=Type,Field&per_page=100");
    let history = rt.get(Who::Root, &path);
    let items = history["items"].as_array().unwrap().iter();
    items
        .filter(|item| item["Type"] == "AddLink" && item["Field"] == "MemberOf")
        .count()
}

#[test]
fn twelve_are_declared_though_the_console_is_killed_answered_joined_and_solved() {
    let Some((rt, _desk)) = empty() else { return };
    let asked: Vec<(u64, &str)> = (0..12)
        .zip(FIVE.iter().cycle())
        .map(|(n, writer)| {
            let who = format!("p{n:03}@kommune.test");
            (
                ticket_of(&rt, &who, writer.subject, writer.body),
                writer.outage,
            )
        })
        .collect();
    let parent = asked[11].0 + 1;
    let homes = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let mut vagt = start(&rt, Who::Mette, homes[0].path());
    let other = start(&rt, Who::Ingrid, homes[1].path());
    vagt.says_within(PATIENCE, "INCIDENT VPN");
    other.says_within(PATIENCE, "INCIDENT VPN");
    vagt.press("i");
    vagt.says_within(PATIENCE, "12 people 12 tickets");
    vagt.press("d");
    vagt.says_within(
        PATIENCE,
        "Make a new ticket, and link 12 tickets of 12 people to it?",
    );
    vagt.press(CTRL_D);
    // Killed in the middle of linking.
    let linked = until("a link", || Some(parts(&rt, parent)).filter(|n| *n > 0));
    vagt.kill();
    assert!(linked < 12, "killed too late to show anything: {linked}");
    let mut vagt = start(&rt, Who::Mette, homes[0].path());
    until("all linked", || (parts(&rt, parent) == 12).then_some(()));
    vagt.says_within(PATIENCE, &format!("DECLARED {parent} VPN"));
    // A colleague who looks at the desk sees it by its links.
    other.says_within(PATIENCE, &format!("DECLARED {parent} VPN"));
    vagt.press("b");
    vagt.says_within(PATIENCE, "12/12");
    assert_eq!(
        count(&rt, &format!("id > {}", asked[11].0)),
        1,
        "one ticket"
    );
    for (id, _) in &asked {
        assert_eq!(links(&rt, *id), 1, "{id} is linked once");
    }

    // One who comes now finds it declared, with the first read.
    drop(other);
    let third = start(&rt, Who::Kaare, homes[2].path());
    third.says_within(PATIENCE, &format!("DECLARED {parent} VPN: 12 people"));
    drop(third);

    // All are answered, each in their own language.
    vagt.press(ESC);
    vagt.wait("no overlay", |s| !s.contains("12/12"));
    vagt.press("i");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, &format!("12 of 12 linked to {parent}"));
    vagt.press("e");
    vagt.says_within(PATIENCE, "Write on 12 marked tickets from a template");
    vagt.press("vpn-outage");
    vagt.says_within(PATIENCE, "in Danish, 3 of 12");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, "reply from vpn-outage: 12 tickets of 12 people?");
    vagt.press("y");
    vagt.says_within(PATIENCE, "reply from vpn-outage on 12 tickets: 12 done");
    for (id, answer) in &asked {
        let texts = replies(&rt, *id);
        assert_eq!(texts.len(), 1, "{id}");
        assert!(texts[0].contains(answer), "{id}, {answer}: {texts:?}");
    }
    vagt.press(ESC);
    vagt.wait("no overlay", |s| !s.contains("12/12"));

    // Somebody joins later, and is linked and answered as the others were.
    let later = ticket_of(&rt, "p050@kommune.test", FIVE[0].subject, FIVE[0].body);
    vagt.says_within(PATIENCE, "1 later joiner (l links them)");
    vagt.press("l");
    vagt.says_within(
        PATIENCE,
        &format!("Link 1 ticket of 1 person to {parent}, and answer 1 from vpn-outage?"),
    );
    vagt.press(CTRL_D);
    vagt.says_within(PATIENCE, &format!("13 of 13 linked to {parent}"));
    vagt.says_within(PATIENCE, "reply from vpn-outage on 1 ticket: 1 done");
    let texts = replies(&rt, later);
    assert!(
        matches!(&texts[..], [one] if one.contains(FIVE[0].outage)),
        "{texts:?}"
    );
    assert_eq!((parts(&rt, parent), links(&rt, later)), (13, 1));

    // All are solved.
    vagt.press("A");
    vagt.says_within(PATIENCE, "13 marked");
    vagt.press("sresolved");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, "status resolved: 13 tickets of 13 people?");
    vagt.press("y");
    vagt.says_within(PATIENCE, "status resolved on 13 tickets: 13 done");
    let solved = format!("MemberOf={parent} AND Status='resolved'");
    assert_eq!(count(&rt, &solved), 13);
}

/// A laptop in somebody's hands, with its tunnel up.
fn laptop(rt: &Rt, holder: &str, number: usize) -> u64 {
    let fields = json!({"VPN state": "up", "VPN gateway": "gw2", "VPN client": "AnyConnect"});
    let new = json!({"Catalog": "Bærbare", "Name": format!("LT-{number:04}"), "Status": "in-use",
        "HeldBy": holder, "CustomFields": fields});
    let answer = rt.call(Who::Root, "POST", "/asset", Some(&new));
    assert_eq!(answer.status, 201, "{}", answer.json());
    let id = &answer.json()["id"];
    id.as_str()
        .map_or_else(|| id.as_u64(), |id| id.parse().ok())
        .expect("a number")
}

/// Somebody answers by mail, as a mail server would hand it over.
fn mail(rt: &Rt, who: &str, ticket: u64, text: &str) {
    let message = format!(
        "From: {who}\r\nTo: rt@helpdesk.test\r\nSubject: Re: [helpdesk.test #{ticket}] VPN\r\nMessage-ID: <{ticket}.again@kommune.test>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    );
    let letters: Vec<String> = message.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let letters = letters.concat();
    let form = format!("SessionType=REST&queue=General&action=correspond&message={letters}");
    let address = rt.url.strip_prefix("http://").unwrap();
    let mut line = TcpStream::connect(address).unwrap();
    line.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(
        line,
        "POST /REST/1.0/NoAuth/mail-gateway HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("\nok"), "{answer}");
}

#[test]
fn of_eight_solved_six_are_well_again_and_the_two_others_are_named() {
    let Some((rt, _desk)) = empty() else { return };
    let who = |n: usize| format!("p{n:03}@kommune.test");
    let laptops: Vec<u64> = (0..18).map(|n| laptop(&rt, &who(n), n)).collect();
    let tunnels = |laptops: &[u64], state: &str| {
        for laptop in laptops {
            let fields = json!({"CustomFields": {"VPN state": state}});
            let answer = rt.call(Who::Root, "PUT", &format!("/asset/{laptop}"), Some(&fields));
            assert_eq!(answer.status, 200, "{}", answer.json());
        }
    };
    let home = tempfile::tempdir().unwrap();
    let mut vagt = start(&rt, Who::Mette, home.path());
    // Eight tunnels go down, and their holders write.
    tunnels(&laptops[..8], "down");
    let asked: Vec<u64> = (0..8)
        .zip(FIVE.iter().cycle())
        .map(|(n, writer)| ticket_of(&rt, &who(n), writer.subject, writer.body))
        .collect();
    vagt.says_within(PATIENCE, "INCIDENT VPN");
    vagt.press("i");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, "Tickets 8");
    // Seven tunnels come up again, and all eight are solved.
    tunnels(&laptops[..7], "up");
    vagt.press("A");
    vagt.says_within(PATIENCE, "8 marked");
    vagt.press("sresolved");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, "status resolved: 8 tickets of 8 people?");
    vagt.press("y");
    vagt.says_within(PATIENCE, "status resolved on 8 tickets: 8 done");
    vagt.press(ESC);
    vagt.says_within(PATIENCE, "7 of 8 well again");
    // For one of the seven it is not.
    mail(&rt, &who(2), asked[2], "Det virker stadig ikke");
    vagt.says_within(PATIENCE, "6 of 8 well again");
    let named = |n: usize| format!("{} ({})", who(n), asked[n]);
    vagt.says_within(PATIENCE, &format!("still failing: {}", named(7)));
    vagt.says_within(
        PATIENCE,
        &format!("wrote that it still does not work: {}", named(2)),
    );
}
