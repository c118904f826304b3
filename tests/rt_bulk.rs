//! One action on many tickets, at the keyboard, on the real Request Tracker: what others change meanwhile, what fails,
//! retry, undo, and a line that is dead while five are asked for.
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
#[path = "common/rt.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod rt;
#[path = "common/rt_people.rs"]
mod rt_people;

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use five::FIVE;
use pty::{Session, Start};
use rt::{Rt, Who};
use rt_people::{replies, ticket_of};
use serde_json::{Value, json};

const ENTER: &str = "\r";
const ESC: &str = "\u{1b}";
/// The real desk takes its time.
const PATIENCE: Duration = Duration::from_secs(120);

/// A console of Mette's.
fn start(address: &str, hold: &str, home: &std::path::Path) -> Session {
    let (desk, token) = (format!("rt+{address}"), Who::Mette.token());
    let vagt = Session::start(&Start {
        args: &[],
        env: &[
            ("VAGT_DESK", desk.as_str()),
            ("VAGT_TOKEN", &token),
            ("VAGT_DELIVERY_HOLD_SECS", hold),
            ("VAGT_DELIVERY_UNKNOWN_FIRST_LOOK_SECS", "3"),
            ("VAGT_DELIVERY_UNKNOWN_SECOND_LOOK_SECS", "6"),
            ("VAGT_POLL_BUSY_SECS", "2"),
            ("VAGT_POLL_BACKOFF_MAX_SECS", "2"),
        ],
        home,
        size: (120, 40),
    });
    vagt.wait_for(PATIENCE, "a live board", |s| s.contains("· live"));
    vagt
}

/// A console of Mette's with these tickets marked.
fn marked(address: &str, hold: &str, home: &std::path::Path, tag: &str, count: usize) -> Session {
    let mut vagt = start(address, hold, home);
    let all = format!("{count} marked");
    // The first read may still go on.
    vagt.wait_for(PATIENCE, &all, |s| s.contains("open"));
    vagt.press("%");
    vagt.press(tag);
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, &all);
    vagt
}

fn put(rt: &Rt, id: u64, body: &Value) {
    let answer = rt.call(Who::Root, "PUT", &format!("/ticket/{id}"), Some(body));
    assert_eq!(answer.status, 200, "{}", answer.json());
}

fn priority(rt: &Rt, id: u64) -> String {
    let ticket = rt.get(Who::Root, &format!("/ticket/{id}"));
    let value = &ticket["Priority"];
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn tickets(rt: &Rt, tag: &str, count: usize) -> Vec<u64> {
    let subject = format!("VPN ryger {tag}");
    (0..count)
        .map(|_| rt.create(Who::Root, "VPN og fjernadgang", &subject))
        .collect()
}

fn all(rt: &Rt, ids: &[u64]) -> Vec<String> {
    ids.iter().map(|id| priority(rt, *id)).collect()
}

#[test]
fn forty_done_four_changed_two_failed_then_retry_and_undo() {
    let Some(rt) = Rt::from_env() else { return };
    let home = tempfile::tempdir().unwrap();
    let tag = format!("bulk{}", std::process::id());
    let ids = tickets(&rt, &tag, 40);
    let before = all(&rt, &ids);
    let mut vagt = marked(&rt.url, "6", home.path(), &tag, 40);
    vagt.press("p75");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, "priority 75: 40 tickets of");
    vagt.press("y");
    vagt.says_within(PATIENCE, "40 to send");
    for id in &ids[..4] {
        put(&rt, *id, &json!({"Priority": 10}));
    }
    for id in &ids[4..6] {
        put(&rt, *id, &json!({"Queue": "Personalesager"}));
    }
    vagt.says_within(PATIENCE, "34 done, 4 changed by others, 2 failed");
    let expected = |n: usize, before: &str| match n {
        0..4 => "10".to_owned(),
        4..6 => before.to_owned(),
        _ => "75".to_owned(),
    };
    let wanted: Vec<String> = before
        .iter()
        .enumerate()
        .map(|(n, b)| expected(n, b))
        .collect();
    assert_eq!(all(&rt, &ids), wanted);
    for id in &ids[4..6] {
        put(&rt, *id, &json!({"Queue": "VPN og fjernadgang"}));
    }
    vagt.press("r");
    vagt.says_within(PATIENCE, "36 done, 4 changed by others");
    assert_eq!(all(&rt, &ids[4..6]), ["75", "75"]);
    vagt.press("u");
    vagt.says_within(PATIENCE, "undo of priority 75: 36 tickets of");
    vagt.press("y");
    vagt.says_within(PATIENCE, "36/36");
    assert_eq!(all(&rt, &ids[4..]), before[4..]);
    assert_eq!(all(&rt, &ids[..4]), ["10"; 4]);
}

/// A line to the desk that can be cut.
struct Cable {
    address: String,
    is_up: Arc<AtomicBool>,
    lines: Arc<Mutex<Vec<TcpStream>>>,
}

impl Cable {
    fn new(to: &str) -> Self {
        let to = to.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let is_up = Arc::new(AtomicBool::new(true));
        let lines: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let (up, open) = (Arc::clone(&is_up), Arc::clone(&lines));
        std::thread::spawn(move || {
            for here in listener.incoming().map_while(Result::ok) {
                if !up.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(there) = TcpStream::connect(&to) else {
                    continue;
                };
                for (from, into) in [(&here, &there), (&there, &here)] {
                    let (mut from, mut into) =
                        (from.try_clone().unwrap(), into.try_clone().unwrap());
                    std::thread::spawn(move || {
                        let _ = io::copy(&mut from, &mut into);
                        let _ = into.shutdown(Shutdown::Write);
                    });
                }
                open.lock().unwrap().extend([here, there]);
            }
        });
        Self {
            address,
            is_up,
            lines,
        }
    }

    fn cut(&self) {
        self.is_up.store(false, Ordering::SeqCst);
        for line in self.lines.lock().unwrap().drain(..) {
            let _ = line.shutdown(Shutdown::Both);
        }
    }

    fn mend(&self) {
        self.is_up.store(true, Ordering::SeqCst);
    }
}

#[test]
fn five_asked_for_on_a_dead_line_one_changed_meanwhile() {
    let Some(rt) = Rt::from_env() else { return };
    let home = tempfile::tempdir().unwrap();
    let tag = format!("offline{}", std::process::id());
    let ids = tickets(&rt, &tag, 5);
    let cable = Cable::new(&rt.url);
    let mut vagt = marked(&cable.address, "1", home.path(), &tag, 5);
    cable.cut();
    vagt.press("p75");
    vagt.press(ENTER);
    vagt.says_within(PATIENCE, "priority 75: 5 tickets?");
    vagt.press("y");
    vagt.wait_for(PATIENCE, "a dead line", |s| !s.contains("· live"));
    vagt.says_within(PATIENCE, "5 to send");
    put(&rt, ids[2], &json!({"Priority": 10}));
    cable.mend();
    vagt.says_within(PATIENCE, "4 done, 1 changed by others");
    let wanted: Vec<&str> = (0..5).map(|n| if n == 2 { "10" } else { "75" }).collect();
    assert_eq!(all(&rt, &ids), wanted);
    // Both versions, in the outbox.
    vagt.press(ESC);
    vagt.wait("no overlay", |s| !s.contains("5/5"));
    vagt.press("O");
    vagt.wait("the outbox", |s| s.contains("conflict"));
    vagt.press(ENTER);
    vagt.wait_for(PATIENCE, "both versions", |s| {
        s.contains("you saw") && s.contains("desk has") && s.contains("10")
    });
}

#[test]
fn twelve_in_five_languages_are_answered_once_each_in_their_own_though_the_console_is_killed() {
    let Some(rt) = Rt::from_env() else { return };
    let home = tempfile::tempdir().unwrap();
    let tag = format!("alle{}", std::process::id());
    let subject = format!("VPN {tag}");
    let asked: Vec<(u64, &str)> = FIVE
        .iter()
        .cycle()
        .take(12)
        .enumerate()
        .map(|(n, writer)| {
            let who = format!("p{:03}@kommune.test", n + 10);
            let id = ticket_of(&rt, &who, &subject, writer.body);
            (id, writer.restored)
        })
        .collect();
    let mut vagt = marked(&rt.url, "1", home.path(), &tag, 12);
    // The language is known when the text is: the list counts anew until it is.
    vagt.press("e");
    vagt.says_within(PATIENCE, "Write on 12 marked tickets from a template");
    vagt.press("vpn-restored");
    vagt.says_within(PATIENCE, "in Danish, 3 of 12");
    vagt.press(ENTER);
    vagt.says_within(
        PATIENCE,
        "reply from vpn-restored: 12 tickets of 12 people?",
    );
    vagt.says_within(PATIENCE, "da 3 · nb 3 · nn 2 · sv 2 · en 2");
    vagt.press("y");
    vagt.wait_for(PATIENCE, "some of them", |s| {
        (2..9).any(|n| s.contains(&format!("{n} done, ")))
    });
    vagt.kill();
    let sent = asked.iter().map(|(id, _)| replies(&rt, *id).len());
    let sent: usize = sent.sum();
    assert!((2..12).contains(&sent), "killed at {sent}");
    let mut vagt = start(&rt.url, "1", home.path());
    vagt.press("b");
    vagt.says_within(PATIENCE, "12 done");
    for (id, answer) in &asked {
        let texts = replies(&rt, *id);
        assert_eq!(texts.len(), 1, "{id}");
        assert!(texts[0].contains(answer), "{id}, {answer}: {texts:?}");
    }
}
