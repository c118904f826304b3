//! What `vagt watch` tells while a morning passes on the desk, and how it ends.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "common/listener.rs"]
mod listener;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use listener::Listener;
use serde_json::{Value as Json, json};
use town::Town;

fn listen(town: &Town, args: &[&str]) -> Listener {
    Listener::start(town, town.home(), args, town.token())
}

fn id(line: &Json) -> String {
    line["ticket"]["id"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_morning_is_told_as_it_happens_and_sigterm_ends_it_in_order() {
    let mut town = Town::new();
    town.ticket("Skrivar virker ikke");
    let mut vagt = listen(&town, &[]);
    let started = vagt.event("started");
    assert_eq!(started["open"], 1, "what was there is no news: {started}");

    let ticket = town.ticket_of("VPN falder ud", "ole@kommune.example");
    let new = vagt.event("ticket-new");
    assert_eq!(id(&new), ticket.to_string());
    assert_eq!(new["ticket"]["group"], "vpn", "{new}");

    town.change(ticket, json!({"Owner": "bjorn"}));
    let owned = vagt.event("ticket-changed");
    assert_eq!(owned["changed"], json!(["owner", "updated"]), "{owned}");
    town.change(ticket, json!({"Status": "resolved"}));
    let closed = vagt.event("ticket-closed");
    assert_eq!(closed["ticket"]["status"], "resolved", "{closed}");
    town.change(ticket, json!({"Status": "open"}));
    vagt.event("ticket-reopened");

    for n in 0..16 {
        let who = format!("p{n}@kommune.example");
        town.ticket_of("VPN kobler ikke til 010190-1234", &who);
    }
    let suspected = vagt.event("incident-suspected");
    assert_eq!(suspected["incident"]["group"], "vpn", "{suspected}");
    let sentence = suspected["incident"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("VPN"), "{sentence}");
    let surges = vagt.seen().iter().filter(|l| l["event"] == "surge-began");
    let groups: Vec<_> = surges.map(|l| &l["surge"]["group"]).collect();
    assert!(groups.len() <= 2, "each surge begins once: {groups:?}");

    town.switch_off();
    let stale = vagt.event("source-stale");
    assert_eq!(stale["source"], "desk", "{stale}");
    town.switch_on();
    vagt.event("source-back");

    vagt.terminate();
    vagt.event("stopped");
    let news = vagt.seen().iter().filter(|l| l["event"] == "ticket-new");
    assert_eq!(news.count(), 17, "each is told once");
    let all = serde_json::to_string(vagt.seen()).unwrap();
    assert!(!all.contains("010190-1234"), "personal numbers are masked");
    let (code, said) = vagt.end();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_query_narrows_the_tickets_and_one_that_leaves_it_is_told_once_more() {
    let town = Town::new();
    let mut vagt = listen(&town, &["owner:none", "group:video"]);
    vagt.event("started");
    town.ticket("VPN falder ud");
    let video = town.ticket("Teams viser ingen deltagere i mødet");
    assert_eq!(id(&vagt.event("ticket-new")), video.to_string());
    town.change(video, json!({"Owner": "bjorn"}));
    assert_eq!(id(&vagt.event("ticket-changed")), video.to_string());
    town.change(video, json!({"Priority": "70"}));
    let next = town.ticket("Teams: kameraet virker ikke i videomødet");
    let after = vagt.wait("the next one", |line| id(line) != video.to_string());
    assert_eq!(id(&after), next.to_string());
    let of_video = vagt.seen().iter().filter(|l| id(l) == video.to_string());
    assert_eq!(of_video.count(), 2, "it is somebody's: {:#?}", vagt.seen());
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    let town = Town::new();
    let mut vagt = listen(&town, &[]);
    vagt.event("started");
    vagt.turn_away();
    // The thread that reads notices with the next line.
    town.ticket("VPN falder ud");
    let (code, said) = vagt.end();
    assert_eq!((code, said.as_str()), (Some(0), ""));
}

#[test]
fn a_desk_that_does_not_let_us_in_ends_it_at_once() {
    let town = Town::new();
    let vagt = Listener::start(&town, town.home(), &[], "1-12-wrong");
    let (code, said) = vagt.end();
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("VAGT_TOKEN") || said.contains("token"),
        "{said}"
    );
}
