//! `vagt replay` as a script sees it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

/// Twenty people of one gateway in twenty minutes, and a few others.
fn write_day(dir: &Path) {
    let (mut tickets, mut devices) = (String::new(), String::new());
    for n in 0..200 {
        let _ = writeln!(
            devices,
            r#"{{"id":"D{n}","owner":"u{n}","site":"s{}","gateway":"gw{}","vpn_state":"up","rtt_ms":{}}}"#,
            n % 5,
            n % 4,
            10 + n
        );
    }
    for n in 0..20 {
        let _ = writeln!(
            tickets,
            r#"{{"id":"T{n}","at":"2026-02-11T09:{n:02}:00+01:00","subject":"VPN virker ikke","body":"kan ikke koble op hjemmefra","reporter":"u{0}","device":"D{0}"}}"#,
            n * 4
        );
        if n == 10 {
            tickets.push_str("this is no JSON\n{\"id\":\"X\"}\n");
            // Late, and far too late.
            tickets.push_str("{\"id\":\"L1\",\"at\":\"2026-02-11T08:40:00+01:00\",\"subject\":\"printeren svarer ikke\"}\n");
            tickets.push_str(
                "{\"id\":\"L2\",\"at\":\"2026-02-11T03:40:00+01:00\",\"subject\":\"printer\"}\n",
            );
        }
    }
    tickets.push_str("{\"id\":\"T1\",\"at\":\"2026-02-11T10:30:00+01:00\",\"event\":\"status\",\"status\":\"resolved\"}\n");
    std::fs::write(dir.join("tickets.jsonl"), tickets).unwrap();
    std::fs::write(dir.join("devices.jsonl"), devices).unwrap();
}

fn replay(dir: &Path, lang: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vagt"))
        .args(["replay", "tickets.jsonl", "--devices", "devices.jsonl"])
        .args(["--usual-per-day", "100", "--lang", lang])
        .current_dir(dir)
        .output()
        .unwrap()
}

#[test]
fn a_day_is_told_in_order_and_the_same_every_time() {
    let dir = tempfile::tempdir().unwrap();
    write_day(dir.path());
    let first = replay(dir.path(), "en");
    assert_eq!(first.stdout, replay(dir.path(), "en").stdout);
    let lines: Vec<Json> = String::from_utf8(first.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let incident = lines.iter().find(|l| l["event"] == "incident").unwrap();
    assert_eq!(
        (&incident["state"], &incident["group"]),
        (&"suspected".into(), &"vpn".into())
    );
    assert!(incident["sentence"].as_str().unwrap().starts_with("VPN: "));
    let last = lines.iter().rfind(|l| l["event"] == "incident").unwrap();
    assert_eq!(last["shared"][0]["value"], "gw0");
    assert_eq!(last["restored"]["of"], 20);
    let surge = lines.iter().find(|l| l["event"] == "surge").unwrap();
    assert!(surge["people"].as_u64() >= surge["limit"].as_u64());
    let times: Vec<&str> = lines.iter().filter_map(|l| l["at"].as_str()).collect();
    assert!(times.is_sorted());
    let assigned: Vec<(&str, Option<&str>)> = lines
        .iter()
        .filter(|l| l["event"] == "assignment")
        .map(|l| (l["ticket"].as_str().unwrap(), l["incident"].as_str()))
        .collect();
    assert_eq!(assigned.len(), 21);
    assert_eq!(assigned[0], ("T0", Some("i1")));
    assert!(assigned.contains(&("L1", None)));
}

#[test]
fn bad_lines_are_named_and_the_rest_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    write_day(dir.path());
    let output = replay(dir.path(), "da");
    assert_eq!(output.status.code(), Some(6));
    let said = String::from_utf8(output.stderr).unwrap();
    for line in ["line 12: not JSON", "line 13: no \"at\"", "line 15: "] {
        assert!(said.contains(line), "{said}");
    }
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("personer siden")
    );
}
