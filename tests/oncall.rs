//! A person on call: what rings, by which means, how often, and what silences it. Consoles in a terminal and `vagt watch
//! --alarm` without one, on the embedded desk.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/listener.rs"]
mod listener;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use listener::{Listener, PATIENCE};
use pty::{Session, Start, flat};
use tempfile::TempDir;
use town::{BRISK, Town};

const SIZE: (u16, u16) = (120, 40);

/// A person's machine: a home of their own, and what their hook wrote.
struct Person {
    home: TempDir,
}

impl Person {
    fn with(policy: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("config");
        fs::create_dir_all(&config).unwrap();
        let policy = policy.replace("LOG", &home.path().join("log").display().to_string());
        fs::write(config.join("alarms.toml"), policy).unwrap();
        Self { home }
    }

    /// What is loud for everything, and a hook that notes each call.
    fn noting() -> Self {
        Self::with(
            "notify = \"osc777\"\n[hook]\n\
             command = [\"/bin/sh\", \"-c\", \"echo $VAGT_WHY $VAGT_GROUP $VAGT_PEOPLE $VAGT_PAGE >> LOG\"]\n\
             [[rule]]\npeople = 6\ndo = [\"bell\", \"title\", \"notify\", \"hook\"]\n",
        )
    }

    fn home(&self) -> &Path {
        self.home.path()
    }

    fn calls(&self) -> Vec<String> {
        let log = fs::read_to_string(self.home().join("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    fn wait_calls(&self, number: usize) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let calls = self.calls();
            if calls.len() >= number {
                return calls;
            }
            assert!(Instant::now() < deadline, "nobody is called: {calls:?}");
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }

    fn console(&self, town: &Town) -> Session {
        let desk = town.address();
        let mut env: Vec<(&str, &str)> = BRISK.to_vec();
        env.extend([("VAGT_DESK", desk.as_str()), ("VAGT_TOKEN", town.token())]);
        Session::start(&Start {
            args: &[],
            env: &env,
            home: self.home(),
            size: SIZE,
        })
    }

    fn listener(&self, town: &Town) -> Listener {
        Listener::start(town, self.home(), &["--alarm"], town.token())
    }
}

fn says(vagt: &Session, what: &str) -> String {
    vagt.says_within(PATIENCE, what)
}

/// So many people write that their VPN fails.
fn outage(town: &Town, people: std::ops::Range<usize>) -> Vec<i64> {
    let write = |n| town.ticket_of("VPN kobler ikke til", &format!("p{n:02}@kommune.example"));
    people.map(write).collect()
}

fn holds(bytes: &[u8], what: &str) -> bool {
    bytes
        .windows(what.len())
        .any(|part| part == what.as_bytes())
}

#[test]
fn it_rings_once_on_every_way_that_the_policy_names_and_not_again_after_a_restart() {
    let town = Town::new();
    outage(&town, 0..10);
    let person = Person::noting();
    let mut vagt = person.console(&town);
    vagt.says("1st page this shift");
    let calls = person.wait_calls(1);
    assert!(
        calls[0].starts_with("new vpn ") && calls[0].ends_with(" 1"),
        "{calls:?}"
    );
    let bytes = vagt.raw();
    assert!(
        holds(&bytes, "\x07\x1b]777;notify;Vagt;VPN"),
        "bell and notification"
    );
    assert!(holds(&bytes, "\x1b]2;(!) Vagt 10 open"), "title");
    vagt.press("q");
    assert!(vagt.wait_end());

    // The same alarm goes on: whoever starts the console again is not called again.
    let vagt = person.console(&town);
    says(&vagt, "INCIDENT VPN");
    town.wait_requests(6);
    assert_eq!(person.calls(), calls);
    drop(vagt);
    // Twice as many: that is worth a call. Without a screen, too.
    outage(&town, 10..22);
    let mut watch = person.listener(&town);
    let alarm = watch.event("alarm");
    assert_eq!(alarm["alarm"]["why"], "doubled", "{alarm}");
    assert_eq!(alarm["alarm"]["page"], 2, "{alarm}");
    let calls = person.wait_calls(2);
    assert_eq!(calls.len(), 2, "{calls:?}");
    watch.terminate();
    assert_eq!(watch.end().0, Some(0));

    // Somebody else on call has their own alarm.
    let other = Person::noting();
    let mut watch = other.listener(&town);
    watch.event("alarm");
    assert!(other.wait_calls(1)[0].starts_with("new vpn "));
}

#[test]
fn a_hook_that_hangs_is_killed_and_said() {
    let town = Town::new();
    outage(&town, 0..8);
    let person = Person::with(
        "[hook]\ncommand = [\"/bin/sh\", \"-c\", \"echo $$ > LOG; sleep 600 & sleep 600\"]\nseconds = 1\n\
         [[rule]]\ndo = [\"hook\"]\n",
    );
    let vagt = person.console(&town);
    says(&vagt, "did not end within 1 s and was killed");
    let pid = person.wait_calls(1).remove(0);
    let status = PathBuf::from(format!("/proc/{pid}"));
    let deadline = Instant::now() + PATIENCE;
    while status.exists() {
        assert!(Instant::now() < deadline, "it lives");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

#[test]
fn forgotten_passwords_wait_and_the_tunnel_does_not() {
    let town = Town::new();
    let person = Person::with(
        "[hours.night]\ndays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]\nfrom = \"00:00\"\nto = \"00:00\"\n\
         [hook]\ncommand = [\"/bin/sh\", \"-c\", \"echo $VAGT_GROUP >> LOG\"]\n\
         [[rule]]\ngroups = [\"login\"]\nhours = \"night\"\ndo = []\n\
         [[rule]]\ndo = [\"hook\"]\n",
    );
    let mut watch = person.listener(&town);
    watch.event("started");
    for n in 0..6 {
        let who = format!("q{n}@kommune.example");
        town.ticket_of("Jeg har glemt min adgangskode", &who);
    }
    watch.wait("the passwords", |line| {
        line["surge"]["group"] == "login" || line["incident"]["group"] == "login"
    });
    outage(&town, 0..10);
    let alarm = watch.event("alarm");
    assert_eq!(alarm["alarm"]["group"], "vpn", "{alarm}");
    assert_eq!(person.wait_calls(1), ["vpn"]);
    let alarms = watch.seen().iter().filter(|l| l["event"] == "alarm");
    assert_eq!(alarms.count(), 1);
}

#[test]
fn a_mistake_in_the_policy_is_shown_with_its_line_and_the_rest_counts() {
    let town = Town::new();
    outage(&town, 0..8);
    let person = Person::with(
        "[hook]\ncommand = [\"/bin/sh\", \"-c\", \"echo $VAGT_GROUP >> LOG\"]\n\
         [[rule]]\ngrups = [\"vpn\"]\ndo = []\n[[rule]]\ndo = [\"hook\"]\n",
    );
    let out = Command::new(env!("CARGO_BIN_EXE_vagt"))
        .args(["config", "check"])
        .env("VAGT_CONFIG_DIR", person.home().join("config"))
        .env("VAGT_DATA_DIR", person.home().join("data"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(3), "{said}");
    let told = "alarms.toml:4:1: there is no key grups; did you mean groups?\ngrups = [\"vpn\"]\n^";
    assert!(said.contains(told), "{said}");
    let mut watch = person.listener(&town);
    watch.event("alarm");
    assert_eq!(person.wait_calls(1), ["vpn"], "the other rule counts");
    watch.terminate();
    let (code, said) = watch.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("alarms.toml:4:1"), "{said}");
}

#[test]
fn what_one_console_acknowledges_the_other_hears_within_a_poll_and_nobody_rings_for_it() {
    let town = Town::new();
    let ids = outage(&town, 0..10);
    let (anna, bo) = (Person::noting(), Person::noting());
    let mut first = anna.console(&town);
    let second = bo.console(&town);
    says(&first, "1st page this shift");
    says(&second, "1st page this shift");
    anna.wait_calls(1);
    bo.wait_calls(1);
    first.press("!");
    says(&first, "acknowledged by");
    // Any line of the claim field is one write on the desk; the colleague polls every second.
    town.wait_history(ids[0], "an acknowledgement", |lines| {
        lines
            .iter()
            .any(|line| line.new.contains("acknowledged since"))
    });
    second.wait_for(
        Duration::from_secs(10),
        "acknowledged at the colleague",
        |s| flat(s).contains("acknowledged by"),
    );

    // Who begins later is told that somebody has it, and nothing rings.
    let late = Person::noting();
    let mut watch = late.listener(&town);
    let acked = watch.event("acknowledged");
    assert_eq!(acked["group"], "vpn", "{acked}");
    town.wait_requests(4);
    assert!(late.calls().is_empty(), "{:?}", late.calls());
    // Twice as many is news for all of them.
    outage(&town, 10..22);
    assert_eq!(watch.event("alarm")["alarm"]["why"], "doubled");
    late.wait_calls(1);
    assert_eq!(anna.wait_calls(2).len(), 2);
    assert_eq!(bo.wait_calls(2).len(), 2);
}

#[test]
fn a_script_acknowledges_and_a_key_keeps_silent_and_escalates_with_a_note_and_a_call() {
    let town = Town::new();
    let ids = outage(&town, 0..8);
    let person = Person::with(
        "[escalate]\ncommand = [\"/bin/sh\", \"-c\", \"echo $VAGT_EVENT $VAGT_WHY $VAGT_GROUP >> LOG\"]\n\
         [[rule]]\ndo = [\"title\"]\n",
    );
    let mut vagt = person.console(&town);
    says(&vagt, "INCIDENT VPN");
    let acked = Command::new(env!("CARGO_BIN_EXE_vagt"))
        .args(["act", "ack", &ids[0].to_string(), "--to", "2h"])
        .env("VAGT_CONFIG_DIR", person.home().join("config"))
        .env("VAGT_DATA_DIR", person.home().join("data"))
        .env("VAGT_DESK", town.address())
        .env("VAGT_TOKEN", town.token())
        .output()
        .unwrap();
    assert!(acked.status.success(), "{acked:?}");
    says(&vagt, "acknowledged by");
    vagt.press("Z");
    says(&vagt, "silent until");
    let why = person.home().join("why.txt");
    fs::write(&why, "Leverandøren svarer ikke.").unwrap();
    let escalated = Command::new(env!("CARGO_BIN_EXE_vagt"))
        .args(["act", "escalate", &ids[1].to_string(), "--file"])
        .arg(&why)
        .env("VAGT_CONFIG_DIR", person.home().join("config"))
        .env("VAGT_DATA_DIR", person.home().join("data"))
        .env("VAGT_DESK", town.address())
        .env("VAGT_TOKEN", town.token())
        .output()
        .unwrap();
    assert!(escalated.status.success(), "{escalated:?}");
    assert_eq!(town::times(&town.history(ids[1]), "Comment", "", ""), 1);
    assert!(person.wait_calls(1)[0].starts_with("escalation escalated"));

    vagt.press("i>");
    says(&vagt, "Escalate VPN");
    vagt.press("y");
    town.wait_history(ids[0], "a note", |lines| {
        town::times(lines, "Comment", "", "") == 1
    });
    assert_eq!(person.wait_calls(2)[1], "escalation escalated vpn");
}

#[test]
fn the_next_shift_gets_a_page_in_its_language_and_the_file_says_the_same() {
    let town = Town::new();
    let ids = outage(&town, 0..8);
    let due = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(6);
    let due = due.strftime("%Y-%m-%d %H:%M:%S").to_string();
    town.change(ids[7], serde_json::json!({ "Due": due }));
    let person = Person::with("[[rule]]\ndo = [\"title\"]\n");
    let run = |args: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_vagt"))
            .args(args)
            .env("VAGT_CONFIG_DIR", person.home().join("config"))
            .env("VAGT_DATA_DIR", person.home().join("data"))
            .env("VAGT_DESK", town.address())
            .env("VAGT_TOKEN", town.token())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
        assert!(out.status.success(), "{args:?}: {said}");
        said
    };
    let answer = person.home().join("answer.txt");
    fs::write(&answer, "Vi ringer kl. 10.").unwrap();
    let answered = ids[2].to_string();
    run(&[
        "act",
        "reply",
        &answered,
        "--file",
        answer.to_str().unwrap(),
    ]);

    let mut vagt = person.console(&town);
    says(&vagt, "INCIDENT VPN");
    vagt.press("!");
    says(&vagt, "acknowledged by");
    vagt.press("H");
    says(&vagt, "The hand-over is in");
    let files = |end: &str| -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut dirs = vec![person.home().join("data")];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(dir).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    dirs.push(path);
                } else if path.to_string_lossy().ends_with(end) {
                    found.push(path);
                }
            }
        }
        found
    };
    let kept = files(".md");
    assert_eq!(kept.len(), 1, "{kept:?}");
    let page = fs::read_to_string(&kept[0]).unwrap();
    for line in [
        "## Open incidents\n\n- VPN: ",
        "suspected · acknowledged by",
        "## Drafts\n\nNone.",
        &format!("- {} is due", ids[7]),
        &format!("- {answered} was answered"),
    ] {
        assert!(page.contains(line), "{line} in {page}");
    }
    vagt.press("q");
    assert!(vagt.wait_end());

    // Who looks in another language sees the same incident, and the answer is told already.
    let page = run(&["handover", "--lang", "da"]);
    for line in [
        "# Overlevering",
        "siden",
        "## Hændelser i gang\n\n- VPN: ",
        "taget af",
    ] {
        assert!(page.contains(line), "{line} in {page}");
    }
    assert!(!page.contains("blev besvaret"), "{page}");
    assert_eq!(files(".md").len(), 2);
}
