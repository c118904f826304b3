//! The first minutes with a desk of one's own: `vagt setup` asks, tests and writes; `vagt doctor` says what is wrong.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/pty.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod pty;
#[path = "common/town.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod town;

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output, Stdio};

use secrecy::ExposeSecret as _;
use town::{BRISK, Town};

use pty::{Session, Start, flat};

/// The address as a person types it.
fn typed(town: &Town) -> String {
    town.address().trim_start_matches("rt+").to_owned()
}

/// The program in a terminal, with nothing in its environment that names a desk.
fn bare(town: &Town, args: &[&str]) -> Session {
    Session::start(&Start {
        args,
        env: &BRISK,
        home: town.home(),
        size: (120, 40),
    })
}

/// The program without a terminal, likewise.
fn run(town: &Town, args: &[&str], env: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vagt"))
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("LANG", "C.UTF-8")
        .env("TERM", "xterm-256color")
        .env("VAGT_CONFIG_DIR", town.home().join("config"))
        .env("VAGT_DATA_DIR", town.home().join("data"))
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Nobody else can read the files that were written, and no secret is in the configuration.
fn assert_private(town: &Town, secret: &str) {
    let dir = town.home().join("config");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let mut files = 0;
    for entry in std::fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        let holds = std::fs::read_to_string(&path).unwrap().contains(secret);
        let is_config = path.extension().is_some_and(|e| e == "toml");
        assert_ne!(holds, is_config, "{}", path.display());
        files += 1;
    }
    assert_eq!(files, 2, "the configuration and the secret");
}

#[test]
fn setup_asks_tests_and_writes_what_the_console_then_uses() {
    let town = Town::new();
    town.ticket("VPN ned A");
    let mut setup = bare(&town, &["setup"]);
    setup.wait_text("Address of your Request Tracker");
    setup.press("no address\r");
    setup.wait_text("That is no address.");
    setup.press(&format!("{}/\r", typed(&town)));
    setup.wait_text("User name for a session");
    setup.press("\r");
    setup.wait("Token:", |s| s.contains("Token:") && !setup.is_cooked());
    setup.press("1-20-wrong\r");
    // A refusal is no end: a token is mistyped easily.
    setup.wait("why, and the question again", |s| {
        s.contains("(401)") && s.matches("User name for a session").count() == 2
    });
    assert!(
        !town.home().join("config").exists(),
        "nothing before a test"
    );
    setup.press("\r");
    setup.wait("the token's question again", |s| {
        s.matches("Token:").count() == 2
    });
    setup.press(&format!("{}\r", town.token()));
    assert!(setup.wait_end());
    let raw = String::from_utf8_lossy(&setup.raw_to_the_end()).into_owned();
    for words in [
        "knows you as Mette",
        "write to tickets",
        "Written: ",
        "Now run: vagt",
    ] {
        assert!(raw.contains(words), "{words}: {raw}");
    }
    assert!(
        !raw.contains(town.token()) && !raw.contains("1-20-wrong"),
        "{raw}"
    );
    assert_private(&town, town.token());

    let mut vagt = bare(&town, &[]);
    vagt.wait("the board of this desk", |s| {
        s.contains("· live") && s.contains("VPN ned A")
    });
    vagt.press("q");
    assert!(vagt.wait_end());

    let doctor = run(&town, &["doctor"], &[]);
    assert_eq!(doctor.status.code(), Some(0), "{doctor:?}");
    assert!(out(&doctor).contains("knows you as Mette"), "{doctor:?}");

    // What is there is not overwritten.
    let again = run(&town, &["setup"], &[]);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"));
}

#[test]
fn setup_with_a_password_opens_a_session() {
    let town = Town::new();
    town.ticket("VPN ned A");
    let password = town.desk().password_of("mette").unwrap();
    let mut setup = bare(&town, &["setup"]);
    setup.wait_text("Address of your Request Tracker");
    setup.press(&format!("{}\r", typed(&town)));
    setup.wait_text("User name for a session");
    setup.press("mette\r");
    // Nobody types before the terminal has stopped to echo.
    setup.wait("Password:", |s| {
        s.contains("Password:") && !setup.is_cooked()
    });
    setup.press(&format!("{}\r", password.expose_secret()));
    assert!(setup.wait_end());
    let raw = String::from_utf8_lossy(&setup.raw_to_the_end()).into_owned();
    assert!(!raw.contains(password.expose_secret()), "{raw}");
    assert_private(&town, password.expose_secret());
    let list = run(&town, &["list"], &[]);
    assert_eq!(list.status.code(), Some(0), "{list:?}");
    assert!(out(&list).contains("VPN ned A"), "{list:?}");
}

#[test]
fn doctor_says_what_is_wrong_and_how_to_mend_it() {
    let mut town = Town::new();
    let (address, token) = (town.address(), town.token().to_owned());
    let desk = ("VAGT_DESK", address.as_str());
    let doctor = |town: &Town, token: &str, more: &[(&str, &str)]| {
        let mut env = vec![desk, ("VAGT_TOKEN", token)];
        env.extend(more);
        let doctor = run(town, &["doctor"], &env);
        assert!(
            !out(&doctor).contains(token),
            "a secret is shown: {doctor:?}"
        );
        (doctor.status.code(), flat(&out(&doctor)))
    };

    let (code, words) = doctor(&town, "1-20-wrong", &[]);
    assert_eq!(code, Some(3), "{words}");
    assert!(words.contains("WRONG desk"), "{words}");
    assert!(words.contains("→ make a new token in the desk"), "{words}");

    let (code, words) = doctor(&town, &token, &[("TERM", "dumb"), ("LANG", "C")]);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("look terminal"), "{words}");
    assert!(
        words.contains("→ set TERM to what your terminal is"),
        "{words}"
    );

    // A reader's account works, and the doctor says what it cannot do.
    let reader = town.desk().reader_token();
    let (code, words) = doctor(&town, reader.expose_secret(), &[]);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("look writing"), "{words}");

    // An administrator is told which fields are missing.
    let fields = [("VAGT_DESK_MARKER_ENTRY_FIELD", "Findes ikke")];
    let (code, words) = doctor(&town, &token, &fields);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("look reply marker"), "{words}");
    assert!(words.contains("Findes ikke"), "{words}");

    let mistake = [("VAGT_POLL_BUSY_SECS", "often")];
    let (code, words) = doctor(&town, &token, &mistake);
    assert_eq!(code, Some(3), "{words}");
    assert!(words.contains("WRONG config"), "{words}");
    assert!(words.contains("poll.busy_secs"), "{words}");

    town.switch_off();
    let (code, words) = doctor(&town, &token, &[]);
    assert_eq!(code, Some(4), "{words}");
    assert!(words.contains("refuses the connection"), "{words}");
    assert!(
        words.contains("→ look whether the desk's web pages open"),
        "{words}"
    );
}
