//! The program and the terminal around it: given back on every way out, resized, too small, quiet when nothing happens;
//! started with a broken configuration, or without a terminal at all.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use pty::{PATIENCE, Session, flat};
use town::{Town, times};

const CTRL_D: &str = "\x04";
const CTRL_L: &str = "\x0c";
const CTRL_Z: &str = "\x1a";
/// What gives a terminal back, without the window's title.
const GIVEN_BACK: &[u8] = b"\x1b[?7h\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// Gives the window's old title back; the last that may come.
const OLD_TITLE: &[u8] = b"\x1b[23;2t";
/// The clock's marks at which rates and windows advance, seconds.
const MARK: u64 = 300;
/// Longer than the longest wait of these tests that is meant.
const LONG: Duration = Duration::from_secs(60);

fn live(town: &Town, size: (u16, u16), env: &[(&str, &str)]) -> Session {
    let vagt = town.console(size, env);
    vagt.wait_text("· live");
    vagt
}

/// The program has ended; the terminal is as it was, and nothing was written after that.
fn assert_given_back(vagt: &Session, way: &str) {
    let raw = vagt.raw_to_the_end();
    let raw = raw.strip_suffix(OLD_TITLE).unwrap_or(&raw);
    let end = raw.rchunks(80).next().unwrap_or_default();
    let end = String::from_utf8_lossy(end);
    assert!(raw.ends_with(GIVEN_BACK), "{way}: {end:?}");
    assert!(vagt.is_cooked(), "{way}: the line is still raw");
}

#[test]
fn the_terminal_is_given_back_on_every_way_out() {
    let town = Town::new();
    town.ticket("VPN ned A");
    for way in ["q", "TERM", "HUP"] {
        let mut vagt = live(&town, (100, 30), &[]);
        assert!(!vagt.is_cooked(), "the console takes single keys");
        match way {
            "q" => vagt.press("q"),
            signal => vagt.signal(signal),
        }
        assert!(vagt.wait_end(), "{way}: a clean exit");
        assert_given_back(&vagt, way);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn stopped_by_ctrl_z_and_back_again() {
    let town = Town::new();
    town.ticket("VPN ned A");
    let mut vagt = live(&town, (100, 30), &[]);
    vagt.press(CTRL_Z);
    vagt.wait("the screen of the shell", |s| !s.contains("live"));
    let stat = format!("/proc/{}/stat", vagt.pid());
    let deadline = Instant::now() + PATIENCE;
    while !std::fs::read_to_string(&stat).unwrap().contains(") T") {
        assert!(Instant::now() < deadline, "it was never stopped");
        std::thread::yield_now();
    }
    assert!(vagt.is_cooked(), "the shell gets lines");
    // What happened meanwhile is on the screen afterwards, whole.
    town.ticket("VPN ned B");
    vagt.signal("CONT");
    vagt.wait("the console again", |s| {
        s.contains("· live") && s.contains("VPN ned A") && s.contains("VPN ned B")
    });
    assert!(!vagt.is_cooked());
    vagt.press("q");
    assert!(vagt.wait_end());
    assert_given_back(&vagt, "after a stop");
}

#[test]
fn leaving_with_something_unsent_asks_and_keeps_it() {
    let town = Town::new();
    let id = town.ticket("VPN ned A");
    let mut vagt = live(&town, (120, 40), &[("VAGT_DELIVERY_HOLD_SECS", "25")]);
    vagt.press("1");
    vagt.press("r");
    vagt.wait_text("Reply: public");
    vagt.press("Vi ser på det.");
    vagt.press(CTRL_D);
    vagt.wait_text("to 1 person");
    vagt.press("y");
    vagt.wait_text("1 to send");
    vagt.press("q");
    vagt.wait_text("not sent yet");
    vagt.press("k");
    assert!(vagt.wait_end(), "a clean exit");
    assert_eq!(times(&town.history(id), "Correspond", "", ""), 0);

    let mut vagt = town.console((120, 40), &[("VAGT_DELIVERY_HOLD_SECS", "3")]);
    vagt.wait_text("From the last session: 1 to send");
    // It is held for what is left of its time.
    vagt.wait_for(LONG, "the end of the hold", |s| {
        s.contains(&format!("{id}: reply done"))
    });
    let lines = town.history(id);
    let sent = lines.iter().filter(|l| l.text.contains("Vi ser på det."));
    assert_eq!(sent.count(), 1, "{lines:?}");
    vagt.press("q");
    assert!(vagt.wait_end(), "nothing to ask now");
}

#[test]
fn fifty_sizes_under_held_keys_leave_a_right_picture() {
    let town = Town::new();
    for n in 0..30 {
        town.ticket(&format!("VPN ned {n}"));
    }
    let mut vagt = live(&town, (120, 40), &[]);
    vagt.press("1");
    for n in 0..50_u16 {
        vagt.resize((40 + (n * 37) % 161, 12 + (n * 23) % 49));
        vagt.press(if n % 2 == 0 { "jjj" } else { "kk" });
    }
    vagt.resize((110, 33));
    vagt.wait("the last size", |s| {
        s.contains("· live") && s.lines().last().is_some_and(|l| l.contains("help"))
    });
    vagt.wait_quiet(Duration::from_millis(1500));
    let settled = vagt.screen();
    vagt.press(CTRL_L);
    vagt.wait_quiet(Duration::from_millis(1500));
    assert_eq!(settled, vagt.screen(), "painted anew, it is the same");

    vagt.resize((39, 12));
    vagt.wait("too small", |s| {
        s.contains("Too small.") && s.contains("Vagt needs 40x12.") && s.contains("This is 39x12.")
    });
    vagt.resize((40, 12));
    vagt.wait("the smallest board", |s| {
        s.contains("live") && s.contains("VPN ned") && !s.contains("Too small")
    });
    vagt.press("q");
    assert!(vagt.wait_end());
    assert_given_back(&vagt, "after the storm");
}

#[test]
fn a_flood_of_keys_is_read_to_the_end() {
    let town = Town::new();
    town.ticket("VPN ned A");
    let mut vagt = live(&town, (100, 30), &[]);
    // Far more than a terminal's queue holds: the terminal makes the writer wait, and nothing may stay behind.
    vagt.press(&"jk".repeat(20_000));
    vagt.press("?");
    vagt.wait_text("Keys: ");
    vagt.press("\u{1b}");
    vagt.wait("no help", |s| !s.contains("Keys: "));
    vagt.press("q");
    assert!(vagt.wait_end());
}

#[test]
fn nothing_changed_nothing_written() {
    let town = Town::new();
    town.ticket("VPN ned A");
    let vagt = live(&town, (120, 40), &[]);
    let to_mark = || {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        MARK - now.as_secs() % MARK
    };
    // At a mark the windows move on, which is a change.
    let deadline = Instant::now() + PATIENCE;
    while to_mark() < 15 || to_mark() > MARK - 3 {
        assert!(Instant::now() < deadline);
        town.wait_requests(1);
    }
    vagt.wait_quiet(Duration::from_secs(2));
    let before = vagt.raw().len();
    town.wait_requests(5);
    let after = vagt.raw();
    let written = String::from_utf8_lossy(after.get(before..).unwrap());
    assert_eq!(written, "", "written while nothing changed");
}

fn config(town: &Town, text: &str) {
    let dir = town.home().join("config");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("config.toml"), text).unwrap();
}

#[test]
fn a_broken_configuration_is_shown_and_nothing_is_written() {
    let town = Town::new();
    let id = town.ticket("VPN ned A");
    config(&town, "[board]\nfreeze_secs = \"often\"\n");
    let mut vagt = town.console((160, 40), &[]);
    let shown = vagt.wait("where the mistake is", |s| {
        s.contains("· live") && flat(s).contains("config.toml:2:")
    });
    assert!(
        flat(&shown).contains("board.freeze_secs must be"),
        "{shown}"
    );
    assert!(shown.contains("read-only"), "{shown}");
    vagt.press("1");
    vagt.press("t");
    vagt.wait("why a write key does nothing", |s| {
        s.lines()
            .last()
            .is_some_and(|l| l.contains("the configuration has a mistake"))
    });
    let touched = town.history(id).iter().any(|l| l.field == "Owner");
    assert!(!touched);
    let out = run(&town, &["list"], &[]);
    assert_eq!(out.status.code(), Some(3), "{out:?}");
    assert!(said(&out).contains("config.toml:2:"), "{out:?}");
    vagt.press("q");
    assert!(vagt.wait_end());
}

#[test]
fn a_wrong_token_is_said_on_the_screen() {
    let town = Town::new();
    town.ticket("VPN ned A");
    let mut vagt = town.console((160, 40), &[("VAGT_TOKEN", "1-20-nothing")]);
    vagt.wait("the desk's refusal", |s| {
        s.contains("REFUSED") && flat(s).contains("does not accept the token or password (401)")
    });
    let shown = vagt.screen();
    assert!(
        !shown.contains("1-20-nothing"),
        "a secret is shown:\n{shown}"
    );
    assert!(shown.contains("not known yet"), "no calm zero:\n{shown}");
    vagt.press("q");
    assert!(vagt.wait_end());
}

/// The program without a terminal.
fn command(town: &Town, args: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vagt"));
    command
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("VAGT_CONFIG_DIR", town.home().join("config"))
        .env("VAGT_DATA_DIR", town.home().join("data"))
        .env("VAGT_DESK", town.address())
        .env("VAGT_TOKEN", town.token())
        .envs(env.iter().copied())
        .stdin(Stdio::null());
    command
}

fn run(town: &Town, args: &[&str], env: &[(&str, &str)]) -> Output {
    command(town, args, env).output().unwrap()
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

#[test]
fn exit_codes_and_sentences_without_a_terminal() {
    let mut town = Town::new();
    let id = town.ticket("VPN ned A").to_string();

    let plain = run(&town, &[], &[]);
    assert_eq!(plain.status.code(), Some(0), "{plain:?}");
    let line = String::from_utf8_lossy(&plain.stdout).into_owned();
    assert!(line.starts_with("1 open"), "{line}");

    for args in [vec!["list"], vec!["show", &id], vec!["status"]] {
        let out = run(&town, &args, &[("VAGT_TOKEN", "1-20-nothing")]);
        assert_eq!(out.status.code(), Some(3), "{args:?} {out:?}");
        assert!(said(&out).contains("(401)"), "{out:?}");
        assert!(!said(&out).contains("1-20-nothing"), "{out:?}");
    }

    let out = run(&town, &["show", "99999"], &[]);
    assert_eq!(out.status.code(), Some(5), "{out:?}");
    assert!(said(&out).contains("99999"), "{out:?}");

    let out = run(&town, &["list", "status:new prio:75"], &[]);
    assert_eq!(out.status.code(), Some(2), "{out:?}");
    let told = said(&out);
    let under = told.lines().find_map(|l| l.find('^'));
    let at = told.lines().find_map(|l| l.find("prio:75"));
    assert!(
        under.is_some() && under == at,
        "a caret under the column: {told}"
    );

    town.switch_off();
    for args in [vec!["list"], vec!["show", &id], vec!["act", "take", &id]] {
        let out = run(&town, &args, &[]);
        assert_eq!(out.status.code(), Some(4), "{args:?} {out:?}");
        assert!(said(&out).contains("refuses the connection"), "{out:?}");
    }
    town.switch_on();
    let lines = town.history(id.parse().unwrap());
    let owned = lines.iter().filter(|l| l.field == "Owner").count();
    assert_eq!(owned, 0, "the action was withdrawn");
}

#[test]
fn a_closed_pipe_ends_a_list_quietly() {
    let town = Town::new();
    town.ticket("VPN ned A");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let child = command(&town, &["list"], &[])
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let out = child.wait_with_output().unwrap();
    assert_eq!(said(&out), "");
    assert_eq!(out.status.code(), Some(0));
}
