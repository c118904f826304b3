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
    command(dir, lang).output().unwrap()
}

fn command(dir: &Path, lang: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vagt"));
    command
        .args(["replay", "tickets.jsonl", "--devices", "devices.jsonl"])
        .args(["--usual-per-day", "100", "--lang", lang])
        .current_dir(dir);
    command
}

#[test]
fn a_day_is_told_in_order_and_the_same_every_time() {
    let dir = tempfile::tempdir().unwrap();
    write_day(dir.path());
    let first = replay(dir.path(), "en");
    // Whatever zone and language the machine has, and however many run beside.
    let others: Vec<_> = ["UTC", "Asia/Tokyo", "America/New_York", "Europe/Oslo"]
        .into_iter()
        .map(|zone| {
            let mut command = command(dir.path(), "en");
            command.env("TZ", zone).env("LC_ALL", "da_DK.UTF-8");
            command.stdout(std::process::Stdio::piped());
            command.stderr(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    for other in others {
        assert_eq!(first.stdout, other.wait_with_output().unwrap().stdout);
    }
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
    for line in [
        "tickets.jsonl:12: not JSON",
        "tickets.jsonl:13: no \"at\"",
        "tickets.jsonl:15: ",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("personer siden")
    );
}

/// A day with everything that should not be in it, and what a person wrote between.
#[test]
fn whatever_stands_in_the_files_the_day_is_told() {
    let dir = tempfile::tempdir().unwrap();
    write_day(dir.path());
    let whole = std::fs::read_to_string(dir.path().join("tickets.jsonl")).unwrap();
    let clean: Vec<&str> = whole
        .lines()
        .filter(|line| line.contains("VPN virker") || line.contains("status"))
        .collect();
    let mut lines: Vec<String> = clean.iter().map(|line| (*line).to_owned()).collect();
    let big = "jeg kan ikke komme på vpn ".repeat(200_000);
    let bad = [
        // From the future; the rest of the day is not late for it.
        r#"{"id":"F","at":"2031-01-01T00:00:00+01:00","subject":"vpn"}"#.to_owned(),
        // A device and a site that nobody knows.
        r#"{"id":"N","at":"2026-02-11T09:03:30+01:00","subject":"vpn nede","device":"D-none","site":"no such site","reporter":"nobody"}"#.to_owned(),
        // The clock goes back, by a little and by much.
        r#"{"id":"B1","at":"2026-02-11T08:30:00+01:00","subject":"printeren"}"#.to_owned(),
        r#"{"id":"B2","at":"1999-02-11T08:30:00+01:00","subject":"printeren"}"#.to_owned(),
        format!(r#"{{"id":"L","at":"2026-02-11T09:03:40+01:00","subject":"vpn","body":"{big}"}}"#),
        r#"{"id":"E","at":"2026-02-11T09:03:50+01:00","subject":"😭😭😭","body":"🔥"}"#.to_owned(),
        r#"{"id":"Z","at":"2026-02-11T09:03:55+01:00"}"#.to_owned(),
        "not JSON \u{0}\u{1b}[2J".to_owned(),
        r#"["an","array"]"#.to_owned(),
    ];
    for (nth, line) in bad.iter().enumerate() {
        lines.insert(4 + nth, line.clone());
    }
    lines.push(r#"{"id":"nobody-wrote-it","at":"2026-02-11T10:40:00+01:00","event":"status","status":"resolved"}"#.to_owned());
    std::fs::write(dir.path().join("tickets.jsonl"), lines.join("\n")).unwrap();
    let mut devices = std::fs::read_to_string(dir.path().join("devices.jsonl")).unwrap();
    devices.push_str(
        "{\"id\":\n{\"id\":\"D9\",\"gateway\":[1,2],\"at\":\"2026-02-11T09:05:00+01:00\"}\n",
    );
    std::fs::write(dir.path().join("devices.jsonl"), devices).unwrap();
    let output = replay(dir.path(), "en");
    assert_eq!(output.status.code(), Some(6));
    let said = String::from_utf8(output.stderr).unwrap();
    for line in [
        "tickets.jsonl:5: 2030-12-31T23:00:00Z is more than an hour ahead",
        "tickets.jsonl:8: ",
        "tickets.jsonl:12: not JSON",
        "tickets.jsonl:13: expected a JSON object",
        "devices.jsonl:201: not JSON",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert_eq!(said.lines().count(), 5, "{said}");
    assert!(!said.contains('\u{1b}'));
    let told = String::from_utf8(output.stdout).unwrap();
    let incidents: std::collections::BTreeSet<String> = told
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap())
        .filter(|line| line["event"] == "incident")
        .map(|line| line["incident"].to_string())
        .collect();
    assert_eq!(incidents.len(), 1, "{told}");
    let assigned = |id: &str| told.contains(&format!(r#"{{"event":"assignment","ticket":"{id}""#));
    for id in ["T0", "T19", "N", "B1", "L", "E", "Z"] {
        assert!(assigned(id), "{id}");
    }
    assert!(!assigned("F") && !assigned("B2"));
}

/// Lines a minute apart from nine to ten, each of somebody else.
fn hour() -> Vec<String> {
    (0..60)
        .map(|n| {
            format!(
                r#"{{"id":"T{n}","at":"2026-02-11T09:{n:02}:00Z","subject":"printeren","reporter":"u{n}"}}"#
            )
        })
        .collect()
}

/// Plays lines; the exit code, what was assigned, and what was said.
fn play(lines: &[String], more: &[(&str, &str)]) -> (Option<i32>, Vec<String>, String) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("day.jsonl"), lines.join("\n")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vagt"));
    command
        .args(["replay", "day.jsonl"])
        .current_dir(dir.path());
    for (option, text) in more {
        let file = format!("{}.jsonl", option.trim_start_matches('-'));
        std::fs::write(dir.path().join(&file), text).unwrap();
        command.args([option, &file.as_str()]);
    }
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let assigned = told
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap())
        .filter(|line| line.get("event").is_some_and(|event| event == "assignment"))
        .map(|line| {
            line.get("ticket")
                .and_then(Json::as_str)
                .unwrap()
                .to_owned()
        })
        .collect();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), assigned, said)
}

#[test]
fn a_late_batch_does_not_put_the_lines_before_it_ahead() {
    let mut lines = hour();
    for n in 0..10 {
        let late = format!(r#"{{"id":"L{n}","at":"2026-02-11T07:30:0{n}Z","subject":"vpn"}}"#);
        lines.push(late);
    }
    lines.push(r#"{"id":"N","at":"2026-02-11T10:00:00Z","subject":"vpn"}"#.to_owned());
    let (code, assigned, said) = play(&lines, &[]);
    assert_eq!(code, Some(6));
    assert_eq!(assigned.len(), 61, "{said}");
    assert!(
        !said.contains("ahead") && said.lines().count() == 10,
        "{said}"
    );
}

#[test]
fn one_wrong_clock_loses_nobody_else() {
    let wrong = r#"{"id":"F","at":"9999-01-01T00:00:00Z","subject":"vpn"}"#;
    for place in [0, 30, 60] {
        let mut lines = hour();
        lines.insert(place, wrong.to_owned());
        let (code, assigned, said) = play(&lines, &[]);
        let others = assigned.iter().filter(|id| *id != "F").count();
        assert_eq!(others, 60, "{place}: {said}");
        // Behind the last line nothing says that it is wrong.
        let expected = if place == 60 { Some(0) } else { Some(6) };
        assert_eq!(code, expected, "{place}: {said}");
    }
}

#[test]
fn what_is_of_another_time_is_left_out_of_devices_and_history() {
    let devices = r#"{"id":"D1","gateway":"gw1"}
{"id":"D1","at":"2026-02-11T09:05:00Z","gateway":"gw2"}
{"id":"D1","at":"9999-01-01T00:00:00Z","gateway":"gw3"}
{"id":"D1","at":"0001-01-03T00:00:00Z","gateway":"gw4"}"#;
    let history = r#"{"id":"H1","at":"2026-02-10T09:00:00Z","subject":"vpn"}
{"id":"H2","at":"2026-02-11T09:00:00Z","subject":"vpn"}
{"id":"H3","at":"9999-01-01T00:00:00Z","subject":"vpn"}
{"id":"H4","at":"0001-01-03T00:00:00Z","subject":"vpn"}"#;
    // A first line with a wrong clock does not say when the day begins.
    for first in [
        None,
        Some("1999-01-01T00:00:00Z"),
        Some("2031-01-01T00:00:00Z"),
    ] {
        let mut lines = hour();
        if let Some(at) = first {
            lines.insert(0, format!(r#"{{"id":"F","at":"{at}","subject":"vpn"}}"#));
        }
        let more = [("--devices", devices), ("--history", history)];
        let (code, assigned, said) = play(&lines, &more);
        assert_eq!(code, Some(6));
        assert_eq!(
            assigned.iter().filter(|id| *id != "F").count(),
            60,
            "{said}"
        );
        for line in [
            "devices.jsonl:3: 9999-01-01T00:00:00Z is more than a year away",
            "devices.jsonl:4: 0001-01-03T00:00:00Z is more than a year away",
            "history.jsonl:2: 2026-02-11T09:00:00Z is not before the first ticket",
            "history.jsonl:3: 9999-01-01T00:00:00Z is not before the first ticket",
            "history.jsonl:4: 0001-01-03T00:00:00Z is more than a year away",
        ] {
            assert!(said.contains(line), "{line}: {said}");
        }
        let ahead = usize::from(first.is_some_and(|at| at.starts_with("2031")));
        assert_eq!(said.lines().count(), 5 + ahead, "{said}");
    }
}
