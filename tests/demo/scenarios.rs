//! Every scenario at full speed: what was written down, what was true and what the desk holds agree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::bare::Bare;
use super::town::all;
use vagt::demo::{Desk, DeskOptions, Scenario, StartAt, record_day};

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of<'a>(lines: &'a [Value], what: &'a str) -> impl Iterator<Item = &'a Value> {
    lines.iter().filter(move |line| line["truth"] == what)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> BTreeSet<String> {
    value.as_array().unwrap().iter().map(text).collect()
}

/// A scenario's hours, at most three.
#[expect(
    clippy::too_many_lines,
    reason = "one day, looked at from every side: the recording is made once"
)]
async fn played(name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let scenario = Scenario::named(name).unwrap();
    let hours = scenario.hours().min(3);
    let options = DeskOptions {
        tickets: 80,
        devices: 400,
        scenario,
        db: Some(folder.path().join("desk.db")),
        record: Some(folder.path().join("day.jsonl")),
        ..DeskOptions::default()
    };
    let done = record_day(&options, hours).unwrap();
    let [tickets, devices, history, truth] = done.files.each_ref().map(|path| lines(path));
    let still = name == "still";
    assert_eq!(tickets.is_empty(), still, "{name}");
    // A week at the town's own pace, which 80 tickets in eight hours set.
    let before = history.iter().filter(|line| line["event"].is_null());
    let past = before.count();
    assert!((300..1_000).contains(&past), "{name}: {past}");

    // The truth of each ticket stands beside exactly the tickets of the day.
    let told: BTreeMap<String, &Value> = of(&truth, "ticket")
        .map(|line| (text(&line["id"]), line))
        .collect();
    let written: BTreeMap<String, &Value> = tickets
        .iter()
        .filter(|line| line["event"].is_null())
        .map(|line| (text(&line["id"]), line))
        .collect();
    assert_eq!(
        told.keys().collect::<Vec<_>>(),
        written.keys().collect::<Vec<_>>(),
        "{name}"
    );
    let mut last = String::new();
    for line in &tickets {
        let at = text(&line["at"]);
        assert!(at >= last, "{name}: {at} comes after {last}");
        last = at;
    }

    // Incidents: their tickets are of their group and of people who are hit.
    let plan: BTreeMap<&str, usize> = [
        ("quiet", 0),
        ("still", 0),
        ("mixed", 3),
        ("vpn-outage", 1),
        ("night", 1),
        ("school-morning", 1),
    ]
    .into();
    let incidents: Vec<&Value> = of(&truth, "incident").collect();
    if let Some(few) = plan.get(name) {
        assert!(
            incidents.len() >= *few && (*few > 0 || incidents.is_empty()),
            "{name}: {incidents:?}"
        );
    }
    for incident in &incidents {
        let id = &incident["incident"];
        let own: BTreeSet<String> = told
            .iter()
            .filter(|(_, line)| line["incident"] == *id)
            .map(|(id, _)| id.clone())
            .collect();
        assert_eq!(own, texts(&incident["tickets"]), "{name} {id}");
        assert!(!own.is_empty(), "{name}: nobody wrote because of {id}");
        let people = texts(&incident["people"]);
        for ticket in &own {
            let line = told[ticket];
            assert_eq!(line["group"], incident["group"], "{name} {ticket}");
            assert!(people.contains(&text(&line["person"])), "{name} {ticket}");
        }
        assert!(texts(&incident["ill"]).is_subset(&texts(&incident["devices"])));
        assert!(
            people.len() >= own.len() / 2,
            "{name}: {} people, {} tickets",
            people.len(),
            own.len()
        );
    }

    // The desk holds the same.
    let desk = Desk::start(DeskOptions {
        db: options.db.clone(),
        ..DeskOptions::default()
    })
    .await
    .unwrap();
    let root = Bare::new(&desk.url(), desk.admin_token());
    let held: BTreeMap<String, Value> = all(
        &root,
        "/tickets?query=id>0&fields=Subject,Status,Requestor,CustomFields&orderby=id",
    )
    .await
    .into_iter()
    .map(|ticket| (text(&ticket["id"]), ticket))
    .collect();
    assert_eq!(held.len(), past + told.len(), "{name}");
    let known: BTreeMap<String, (String, bool)> = desk
        .truth()
        .await
        .unwrap()
        .into_iter()
        .map(|(id, group, crisis)| (id.to_string(), (group, crisis)))
        .collect();
    let mut status: BTreeMap<String, String> = BTreeMap::new();
    for line in tickets.iter().filter(|line| line["event"] == "status") {
        status.insert(text(&line["id"]), text(&line["status"]));
    }
    for (id, line) in &written {
        let ticket = &held[id];
        let cut: String = text(&line["subject"]).chars().take(40).collect();
        assert!(
            text(&ticket["Subject"]).starts_with(cut.trim_end()),
            "{name} {id}: {ticket} {line}"
        );
        assert_eq!(
            ticket["Requestor"][0]["id"], line["reporter"],
            "{name} {id}"
        );
        assert_eq!(
            text(&ticket["Status"]),
            status.get(id).cloned().unwrap_or_else(|| "new".to_owned()),
            "{name} {id}"
        );
        let (group, crisis) = &known[id];
        assert_eq!(
            (json!(group), *crisis),
            (told[id]["group"].clone(), !told[id]["incident"].is_null()),
            "{name} {id}"
        );
    }

    // Devices: what they were known with, and every change, make what the desk shows.
    let mut facts: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for line in &devices {
        let device = facts.entry(text(&line["id"])).or_default();
        for (key, value) in line.as_object().unwrap() {
            device.insert(key.clone(), value.clone());
        }
    }
    let assets = all(&root, "/assets?query=id>0&fields=Name,CustomFields").await;
    assert_eq!((assets.len(), facts.len()), (400, 400), "{name}");
    for asset in &assets {
        let mine = &facts[&text(&asset["Name"])];
        for (field, fact) in [
            ("VPN state", "vpn_state"),
            ("VPN gateway", "gateway"),
            ("Video client version", "video_client_version"),
            ("RSRP dBm", "rsrp_dbm"),
            ("Loss %", "loss_pct"),
            ("Carrier", "carrier"),
        ] {
            let value = asset["CustomFields"]
                .as_array()
                .unwrap()
                .iter()
                .find(|found| found["name"] == field)
                .and_then(|found| found["values"][0].as_str())
                .unwrap_or_default();
            let recorded = match &mine[fact] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let same = value == recorded
                || value.parse::<f64>().ok() == recorded.parse::<f64>().ok() && !value.is_empty();
            assert!(
                same,
                "{name} {}: {field} is {value:?}, recorded as {recorded:?}",
                asset["Name"]
            );
        }
    }
    for incident in incidents
        .iter()
        .filter(|incident| incident["shown"]["vpn_state"] == "down" && incident["kind"] == "outage")
    {
        for device in texts(&incident["ill"]) {
            assert_eq!(
                facts[&device]["vpn_state"], "down",
                "{name} {device} is not well"
            );
        }
    }
    desk.shutdown().await;
}

macro_rules! scenarios {
    ($($test:ident $name:literal,)*) => {
        $(#[tokio::test]
        async fn $test() {
            played($name).await;
        })*

        #[test]
        fn every_scenario_is_tested() {
            let tested: BTreeSet<&str> = [$($name),*].into();
            assert_eq!(tested, Scenario::names().collect());
        }
    };
}

scenarios! {
    mixed "mixed",
    quiet "quiet",
    vpn_outage "vpn-outage",
    vpn_certificate "vpn-certificate",
    vpn_capacity "vpn-capacity",
    video_update "video-update",
    new_product "new-product",
    mobile_outage "mobile-outage",
    mfa_outage "mfa-outage",
    school_morning "school-morning",
    lockdown "lockdown",
    night "night",
    still "still",
}

#[test]
fn the_same_seed_writes_the_same_day_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let day = |name: &str, seed: u64| {
        let options = DeskOptions {
            tickets: 100,
            devices: 500,
            seed,
            scenario: Scenario::named("mixed").unwrap(),
            at: StartAt::parse("2026-03-04T08:00"),
            record: Some(folder.path().join(format!("{name}.jsonl"))),
            ..DeskOptions::default()
        };
        record_day(&options, 2)
            .unwrap()
            .files
            .map(|path| std::fs::read(path).unwrap())
    };
    let (first, again, other) = (day("first", 11), day("again", 11), day("other", 12));
    for (one, two) in first.iter().zip(&again) {
        assert!(one.len() > 1_000 && one == two, "two runs differ");
    }
    assert!(first[0] != other[0]);
}

#[test]
fn a_recording_that_cannot_be_written_says_so() {
    let options = DeskOptions {
        devices: 20,
        record: Some("/nowhere/at/all/day.jsonl".into()),
        ..DeskOptions::default()
    };
    let said = record_day(&options, 1).unwrap_err().to_string();
    assert!(said.contains("/nowhere/at/all/day.jsonl"), "{said}");
}

#[tokio::test]
async fn a_living_desk_is_recorded_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("day.jsonl");
    let desk = Desk::start(DeskOptions {
        tickets: 60,
        devices: 300,
        speed: 900.0,
        scenario: Scenario::named("vpn-outage").unwrap(),
        record: Some(path.clone()),
        ..DeskOptions::default()
    })
    .await
    .unwrap();
    let agent = Bare::new(&desk.url(), desk.agent_token());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let id = loop {
        if let Some((id, ..)) = desk
            .truth()
            .await
            .unwrap()
            .into_iter()
            .find(|(_, _, crisis)| *crisis)
        {
            break id;
        }
        assert!(std::time::Instant::now() < deadline, "nobody wrote");
        tokio::task::yield_now().await;
    };
    let body = json!({"Content": "Virker det nu?", "ContentType": "text/plain"});
    agent
        .change("POST", &format!("/ticket/{id}/correspond"), body)
        .await;
    loop {
        desk.keep_recording().unwrap();
        let said = lines(&path).into_iter().any(|line| {
            line["id"] == json!(id.to_string())
                && line["from"] == "agent"
                && line["body"] == "Virker det nu?"
        });
        if said {
            break;
        }
        assert!(
            std::time::Instant::now() < deadline,
            "what an agent said over the wire is not recorded"
        );
        tokio::task::yield_now().await;
    }
    desk.shutdown().await;
}
