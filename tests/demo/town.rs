//! The town on the desk: a past that makes sense, and a present that moves.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::bare::Bare;
use vagt::demo::{Desk, DeskOptions, Scenario};

fn small() -> DeskOptions {
    DeskOptions {
        tickets: 120,
        devices: 300,
        ..DeskOptions::default()
    }
}

pub(crate) async fn all(client: &Bare, what: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for page in 1.. {
        let mut list = client
            .get(&format!("{what}&per_page=100&page={page}"))
            .await;
        let items = list["items"].as_array_mut().unwrap();
        if items.is_empty() {
            break;
        }
        found.append(items);
    }
    found
}

#[tokio::test]
async fn the_past_makes_sense() {
    let desk = Desk::start(small()).await.unwrap();
    let root = Bare::new(&desk.url(), desk.admin_token());
    let tickets = all(
        &root,
        "/tickets?query=id>0&fields=Subject,Status,Owner,Created,Requestor,id&orderby=id",
    )
    .await;
    assert_eq!(tickets.len(), 120);
    let now = desk.clock().now();
    let mut last = String::new();
    let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
    for ticket in &tickets {
        let created = ticket["Created"].as_str().unwrap();
        assert!(created >= last.as_str(), "numbers follow time");
        last = created.to_owned();
        let age = now.duration_since(created.parse().unwrap()).as_hours();
        assert!((0..=8).contains(&age), "{created} is not of the last hours");
        assert!(!ticket["Subject"].as_str().unwrap().is_empty());
        *statuses
            .entry(ticket["Status"].as_str().unwrap())
            .or_default() += 1;
    }
    assert!(
        statuses["new"] > 30 && statuses["open"] > 5 && statuses["resolved"] > 10,
        "{statuses:?}"
    );
    let feed = all(
        &root,
        "/transactions?query=id>0&fields=Created,Type&orderby=id",
    )
    .await;
    let mut last = "";
    for line in &feed {
        let created = line["Created"].as_str().unwrap();
        assert!(created >= last, "the feed follows time");
        last = created;
    }
    let devices = all(&root, "/assets?query=id>0&fields=Name,HeldBy,CustomFields").await;
    assert_eq!(devices.len(), 300);
    for device in &devices {
        assert_eq!(device["HeldBy"].as_array().unwrap().len(), 1);
    }
    let truth = desk.truth().await.unwrap();
    assert_eq!(truth.len(), 120);
    desk.shutdown().await;
}

#[tokio::test]
async fn the_same_seed_gives_the_same_desk() {
    let mut subjects = Vec::new();
    for seed in [4, 4, 5] {
        let desk = Desk::start(DeskOptions { seed, ..small() }).await.unwrap();
        let root = Bare::new(&desk.url(), desk.admin_token());
        let tickets = all(&root, "/tickets?query=id>0&fields=Subject&orderby=id").await;
        subjects.push(
            tickets
                .iter()
                .map(|ticket| ticket["Subject"].to_string())
                .collect::<Vec<_>>(),
        );
        desk.shutdown().await;
    }
    // What colleagues had done by now may differ by a second; who wrote what may not.
    assert_eq!(subjects[0].len(), subjects[1].len());
    assert_ne!(subjects[0], subjects[2]);
}

#[tokio::test]
async fn a_surge_arrives_and_an_answer_gets_a_reaction() {
    let options = DeskOptions {
        scenario: Scenario::named("vpn-outage").unwrap(),
        speed: 600.0,
        ..small()
    };
    let desk = Desk::start(options).await.unwrap();
    let agent = Bare::new(&desk.url(), desk.agent_token());
    let deadline = Instant::now() + Duration::from_secs(30);
    let told = loop {
        let told: Vec<i64> = desk
            .truth()
            .await
            .unwrap()
            .into_iter()
            .filter(|(_, _, outage)| *outage)
            .map(|(id, ..)| id)
            .collect();
        if told.len() >= 5 {
            break told;
        }
        assert!(
            Instant::now() < deadline,
            "only {} tickets of the surge came",
            told.len()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let down = agent
        .get("/assets?query='CF.{VPN state}'='down' AND CF.{VPN gateway}='gw2'&per_page=100")
        .await;
    assert!(down["count"].as_u64().unwrap() >= 5, "{down}");
    for id in &told {
        let body = serde_json::json!({"Content": "Vi ser på det.", "ContentType": "text/plain"});
        agent
            .change("POST", &format!("/ticket/{id}/correspond"), body)
            .await;
    }
    loop {
        let mut reactions = 0;
        for id in &told {
            let history = desk.history(*id).await.unwrap();
            let ours = history
                .iter()
                .position(|line| line.creator == "mette")
                .unwrap();
            reactions += history[ours..]
                .iter()
                .filter(|line| line.typ == "Correspond" && line.creator.starts_with('u'))
                .count();
        }
        if reactions > 0 {
            break;
        }
        assert!(Instant::now() < deadline, "nobody reacted to an answer");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    desk.shutdown().await;
}

#[tokio::test]
async fn a_filled_file_is_kept_and_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = DeskOptions {
        db: Some(folder.path().join("desk.db")),
        ..small()
    };
    let desk = Desk::start(options.clone()).await.unwrap();
    desk.shutdown().await;
    let desk = Desk::start(DeskOptions {
        scenario: Scenario::named("quiet").unwrap(),
        speed: 600.0,
        ..options
    })
    .await
    .unwrap();
    let agent = Bare::new(&desk.url(), desk.agent_token());
    let before = agent.get("/tickets?query=id>0").await["total"]
        .as_i64()
        .unwrap();
    assert!(before >= 120);
    let deadline = Instant::now() + Duration::from_secs(30);
    while agent.get("/tickets?query=id>0").await["total"]
        .as_i64()
        .unwrap()
        < before + 2
    {
        assert!(Instant::now() < deadline, "nothing new came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    desk.shutdown().await;
}
