//! What a script asks for and must not get: refused before anything is sent, in a dry run too.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::process::{Command, Stdio};

use town::{Town, times};

/// Exit code, and what was said.
fn run(town: &Town, args: &[&str]) -> (Option<i32>, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_vagt"))
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("VAGT_CONFIG_DIR", town.home().join("config"))
        .env("VAGT_DATA_DIR", town.home().join("data"))
        .env("VAGT_DESK", town.address())
        .env("VAGT_TOKEN", town.token())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [out.stdout, out.stderr].concat();
    (
        out.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn tickets_of_different_people_are_not_merged() {
    let town = Town::new();
    let ours = town.ticket("VPN ned A").to_string();
    let theirs = town
        .ticket_of("VPN ned B", "ole@kommune.example")
        .to_string();
    let (code, said) = run(&town, &["act", "merge", &theirs, "--to", &ours]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("they are of different people"), "{said}");
    let again = town.ticket("VPN ned C").to_string();
    let (code, said) = run(&town, &["act", "merge", &again, "--to", &ours]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn nobody_is_taken_for_somebody() {
    let town = Town::new();
    let id = town.ticket("VPN ned A");
    let ticket = id.to_string();
    for args in [
        ["act", "assign", &ticket, "--to", "nobodyhere"].as_slice(),
        &["act", "assign", &ticket, "--to", "nobodyhere", "--dry-run"],
        &[
            "new",
            "--requester",
            "nobodyhere",
            "--queue",
            "Servicedesk",
            "--subject",
            "x",
            "--file",
            "/proc/version",
        ],
    ] {
        let (code, said) = run(&town, args);
        assert_eq!(code, Some(5), "{args:?} {said}");
        assert!(
            said.contains("knows nobody with the login \"nobodyhere\""),
            "{said}"
        );
    }
    assert_eq!(times(&town.history(id), "", "Owner", ""), 0);
}

#[test]
fn a_misspelt_group_is_said() {
    let town = Town::new();
    let ticket = town.ticket("VPN ned A").to_string();
    let (code, said) = run(&town, &["act", "group", &ticket, "--to", "vpm"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("there is no group \"vpm\""), "{said}");
    let (code, said) = run(&town, &["list", "group:vpm"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("did you mean vpn?"), "{said}");
}

#[test]
fn what_was_done_can_be_named_to_undo_it() {
    let town = Town::new();
    let id = town.ticket("VPN ned A");
    let ticket = id.to_string();
    let (code, said) = run(&town, &["act", "priority", &ticket, "--to", "75"]);
    assert_eq!(code, Some(0), "{said}");
    let action = said
        .split("(action ")
        .nth(1)
        .unwrap()
        .split(')')
        .next()
        .unwrap();
    let (code, said) = run(&town, &["act", "undo", action]);
    assert_eq!(code, Some(0), "{said}");
    let lines = town.history(id);
    assert_eq!(times(&lines, "Set", "Priority", "75"), 1, "{lines:?}");
    assert_eq!(times(&lines, "Set", "Priority", ""), 2, "{lines:?}");
}
