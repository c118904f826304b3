//! What Vagt says of the demo's scenarios is what happened in the town (`assets/demo/scenarios`), the real program each time.
//! A morning of each is recorded by `vagt serve --record` and told by `vagt replay`; the truth file says who was right.
//! One scenario is watched on the screen of `vagt demo`, through the real sync; the others so too when asked for.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value as Json;

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

/// What was told of a recorded morning, and what was true.
struct Morning {
    told: Vec<Json>,
    truth: Vec<Json>,
}

fn lines(text: &str) -> Vec<Json> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn vagt(dir: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_vagt"))
        .args(args)
        .current_dir(dir)
        .env("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn morning(scenario: &str, hours: &str) -> Morning {
    let dir = tempfile::tempdir().unwrap();
    let record = ["serve", "--record", "day.jsonl", "--scenario", scenario];
    let from = ["--at", "2026-03-04T07:00", "--seed", "7", "--hours", hours];
    vagt(dir.path(), &[record.as_slice(), &from].concat());
    let day = ["replay", "day.jsonl", "--devices", "day.devices.jsonl"];
    let told = vagt(
        dir.path(),
        &[day.as_slice(), &["--history", "day.history.jsonl"]].concat(),
    );
    let truth = std::fs::read_to_string(dir.path().join("day.truth.jsonl")).unwrap();
    Morning {
        told: lines(&told),
        truth: lines(&truth),
    }
}

fn text<'a>(line: &'a Json, key: &str) -> &'a str {
    line[key].as_str().unwrap_or_default()
}

impl Morning {
    fn events<'a>(&'a self, event: &'a str) -> impl Iterator<Item = &'a Json> {
        self.told.iter().filter(move |line| line["event"] == event)
    }
    /// Groups that a surge woke somebody for.
    fn pages(&self) -> Vec<&str> {
        let surges = self.events("surge").filter(|s| s["level"] == "page");
        surges.map(|s| text(s, "group")).collect()
    }
    /// Tickets of the scenario.
    fn true_tickets(&self) -> BTreeSet<&str> {
        let tickets = self.truth.iter().filter(|t| t["truth"] == "ticket");
        let own = tickets.filter(|t| t["incident"].is_string());
        own.map(|t| text(t, "id")).collect()
    }
    /// One incident and no other, told within so many minutes, of whom it truly is, its sentence with these words.
    fn is_one_incident(&self, minutes: i64, group: &str, words: &[&str]) {
        let mut found: BTreeMap<&str, Vec<&Json>> = BTreeMap::new();
        for incident in self.events("incident") {
            found
                .entry(text(incident, "incident"))
                .or_default()
                .push(incident);
        }
        let last = |told: &[&Json]| text(told.last().unwrap(), "sentence").to_owned();
        let all: Vec<String> = found.values().map(|told| last(told)).collect();
        assert_eq!(found.len(), 1, "{all:#?}");
        let told = found.into_values().next().unwrap();
        let cause = self
            .truth
            .iter()
            .find(|t| t["truth"] == "incident")
            .unwrap();
        let time = |line: &Json, key: &str| text(line, key).parse::<Timestamp>().unwrap();
        let after = time(told.first().unwrap(), "at").duration_since(time(cause, "start"));
        assert!(
            after.as_mins() <= minutes,
            "after {} minutes",
            after.as_mins()
        );
        // At the most that was known of it; what is over is told with what is left.
        let most = told.iter().max_by_key(|i| i["people"].as_u64()).unwrap();
        let sentence = text(most, "sentence");
        assert_eq!(most["group"], group, "{sentence}");
        for word in words {
            assert!(sentence.contains(word), "{word}: {sentence}");
        }
        let assigned = self
            .events("assignment")
            .filter(|a| a["incident"].is_string());
        let members: BTreeSet<&str> = assigned.map(|a| text(a, "ticket")).collect();
        let tickets = self.true_tickets();
        let right = members.intersection(&tickets).count();
        let (wrong, missed) = (members.len() - right, tickets.len() - right);
        assert!(
            right * 100 >= members.len() * 85,
            "{wrong} of {} do not belong: {sentence}",
            members.len()
        );
        assert!(
            right * 100 >= tickets.len() * 85,
            "{missed} of {} are missed: {sentence}",
            tickets.len()
        );
        // Nobody is woken for another group, and nobody twice.
        let is_own = |page: &&str| *page == group || cause["group"] == **page;
        let pages = self.pages();
        assert!(pages.iter().all(is_own) && pages.len() <= 1, "{pages:?}");
    }
}

#[test]
fn a_certificate_that_ran_out() {
    morning("vpn-outage", "3").is_one_incident(5, "vpn", &["gateway gw2"]);
}

#[test]
fn a_certificate_and_two_who_mean_something_else() {
    let morning = morning("vpn-certificate", "3");
    morning.is_one_incident(5, "vpn", &["gateway gw1", "40 people"]);
    let silent = morning
        .events("incident")
        .map(|i| i["silent"].as_array().unwrap().len());
    assert!(silent.max() >= Some(130));
    let odd = morning
        .events("incident")
        .map(|i| i["odd"].as_array().unwrap().len());
    assert_eq!(odd.max(), Some(2));
}

#[test]
fn a_gateway_without_licences() {
    morning("vpn-capacity", "3").is_one_incident(10, "vpn", &["gateway gw1"]);
}

#[test]
fn a_meeting_client_without_sound() {
    let words = ["video client 24261.604"];
    morning("video-update", "4").is_one_incident(60, "video", &words);
}

#[test]
fn a_product_that_nobody_has_seen() {
    morning("new-product", "3").is_one_incident(30, "other", &["“Rundbord”"]);
}

#[test]
fn a_mast_that_serves_three_towns() {
    let morning = morning("mobile-outage", "3");
    morning.is_one_incident(5, "mobile", &["carrier Telenor", "town Nørre Ås, "]);
}

#[test]
fn codes_that_never_come() {
    morning("mfa-outage", "3").is_one_incident(15, "login", &["nothing stands out"]);
}

#[test]
fn a_supplier_of_all_schools() {
    // No school is named for what happens in all of them.
    morning("school-morning", "3").is_one_incident(15, "school", &["nothing stands out"]);
}

#[test]
fn a_lockdown_is_told_as_a_rise_of_everybody() {
    let morning = morning("lockdown", "2");
    let start = morning.events("surge").find(|s| s["group"] == "all");
    assert!(
        start.is_some_and(|s| text(s, "at") < "2026-03-04T07:00"),
        "{start:?}"
    );
    let incidents: BTreeSet<&str> = morning
        .events("incident")
        .map(|i| text(i, "incident"))
        .collect();
    assert!(incidents.len() <= 2, "{incidents:?}");
}

#[test]
fn a_quiet_day() {
    let morning = morning("quiet", "6");
    assert_eq!(morning.events("incident").count(), 0);
    assert!(morning.pages().is_empty());
    assert!(morning.events("surge").count() <= 1);
}
