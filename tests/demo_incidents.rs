//! What the screen of `vagt demo` says is what happened in the town: the real program, through the real sync and both
//! engines, in a terminal, against the truth of each scenario (`assets/demo/scenarios`).
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;

use std::time::{Duration, Instant};

use pty::{Session, Start};

/// How many times faster than the clock on the wall the town lives.
const SPEED: u32 = 60;

struct Town {
    _home: tempfile::TempDir,
    vagt: Session,
}

fn town(scenario: &str) -> Town {
    let home = tempfile::tempdir().unwrap();
    let speed = SPEED.to_string();
    let vagt = Session::start(&Start {
        args: &[
            "demo",
            "--scenario",
            scenario,
            "--at",
            "2026-03-04T08:00",
            "--speed",
            &speed,
        ],
        env: &[
            ("NO_COLOR", "1"),
            ("LANG", "C.UTF-8"),
            ("TZ", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ],
        home: home.path(),
        size: (120, 40),
    });
    vagt.wait_for(Duration::from_secs(60), "a live board", |s| {
        s.contains("· live") && !s.contains("Incidents: ")
    });
    Town { _home: home, vagt }
}

/// What stands between the top line and the tabs.
fn alarms(screen: &str) -> Vec<String> {
    let lines = screen.lines().skip(1).map(str::trim);
    lines
        .take_while(|line| !line.starts_with("1 VPN"))
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Waits until a line says all of these words, within so many minutes of the town.
fn told(town: &Town, minutes: u32, words: &[&str]) {
    let patience = Duration::from_secs(u64::from(minutes * 60 / SPEED));
    let what = format!("an alarm with {words:?} within {minutes} minutes");
    town.vagt.wait_for(patience, &what, |screen| {
        alarms(screen)
            .iter()
            .any(|line| words.iter().all(|word| line.contains(word)))
    });
}

#[test]
fn a_dead_gateway_is_named_within_minutes() {
    let town = town("vpn-outage");
    told(&town, 25, &["INCIDENT VPN", "gateway gw2"]);
}

#[test]
#[ignore = "minutes; for whoever changed the engine, the sync or the town"]
fn every_scenario_is_told_as_what_it_is() {
    for (scenario, minutes, words) in [
        ("vpn-capacity", 45, &["INCIDENT VPN", "gateway gw1"][..]),
        (
            "video-update",
            70,
            &["INCIDENT Video meetings", "video client 24261.604"],
        ),
        ("new-product", 60, &["INCIDENT", "Rundbord"]),
        (
            "mobile-outage",
            40,
            &["INCIDENT Mobile data", "carrier Telenor"],
        ),
        ("mfa-outage", 40, &["INCIDENT Sign-in"]),
        ("lockdown", 60, &["SURGE All groups"]),
    ] {
        told(&town(scenario), minutes, words);
    }
}

#[test]
#[ignore = "a minute of watching nothing happen"]
fn a_quiet_morning_is_told_as_one() {
    let town = town("quiet");
    let until = Instant::now() + Duration::from_secs(60);
    town.vagt
        .wait_for(Duration::from_secs(90), "an hour of peace", |screen| {
            assert_eq!(alarms(screen), ["No incident and no surge"], "{screen}");
            Instant::now() > until
        });
}
