//! Every fault, seen from outside, and its end.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

use super::desk;
use vagt::demo::faults::{Fault, FaultKind};

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn statuses_pages_and_redirects() {
    let (desk, agent) = desk().await;
    let faults = desk.faults();
    for code in [401, 403, 429, 500, 502, 503] {
        faults.set(Fault::new(FaultKind::Status(code, None)).times(1));
        assert_eq!(agent.call("GET", "/rt", None).await.status, code);
        assert_eq!(
            agent.call("GET", "/rt", None).await.status,
            200,
            "over after one"
        );
    }
    for wait in ["7", "Fri, 20 Nov 2026 00:00:00 GMT", "in a while"] {
        faults.set(Fault::new(FaultKind::Status(429, Some(wait.to_owned()))));
        assert_eq!(
            agent.call("GET", "/rt", None).await.header("retry-after"),
            Some(wait)
        );
    }
    faults.set(Fault::new(FaultKind::LoginPage));
    let page = agent.call("GET", "/rt", None).await;
    assert_eq!(page.status, 200);
    assert!(page.body.starts_with(b"<!DOCTYPE html>"));
    faults.set(Fault::new(FaultKind::Redirect));
    let away = agent.call("GET", "/rt", None).await;
    assert_eq!(
        (away.status, away.header("location")),
        (302, Some("/login"))
    );
    faults.clear();
    assert_eq!(agent.call("GET", "/rt", None).await.status, 200);
}

#[tokio::test]
async fn spoilt_bodies() {
    let (desk, agent) = desk().await;
    desk.add_ticket("a", "…", "p1@kommune.example")
        .await
        .unwrap();
    let faults = desk.faults();
    let list = "/REST/2.0/tickets?query=id>0&fields=Subject";
    faults.set(Fault::new(FaultKind::CutBody));
    assert!(
        agent.raw("GET", list, &[], b"").await.is_err(),
        "less came than was promised"
    );
    faults.set(Fault::new(FaultKind::MalformedJson));
    let spoilt = agent.raw("GET", list, &[], b"").await.unwrap();
    assert!(serde_json::from_slice::<Value>(&spoilt.body).is_err());
    faults.set(Fault::new(FaultKind::WrongTypes));
    let twisted = agent.raw("GET", list, &[], b"").await.unwrap().json();
    assert!(twisted["items"].is_object(), "{twisted}");
    faults.set(Fault::new(FaultKind::HugeBody(5_000_000)));
    assert_eq!(
        agent.raw("GET", list, &[], b"").await.unwrap().body.len(),
        5_000_000
    );
    faults.set(Fault::new(FaultKind::EndlessBody));
    let mut stream = agent.send("GET", list, b"").await.unwrap();
    let mut bytes = vec![0; 65_536];
    let mut total = 0;
    while total < 1_000_000 {
        let read = tokio::time::timeout(SOON, stream.read(&mut bytes))
            .await
            .unwrap()
            .unwrap();
        assert!(read > 0, "it ended after {total} bytes");
        total += read;
    }
}

#[tokio::test]
async fn lost_answers_before_and_after_the_write() {
    let (desk, agent) = desk().await;
    let id = desk
        .add_ticket("a", "…", "p1@kommune.example")
        .await
        .unwrap();
    let comment = |text: &str| json!({"Content": text, "ContentType": "text/plain"}).to_string();
    let path = format!("/REST/2.0/ticket/{id}/comment");
    let faults = desk.faults();
    faults.set(Fault::new(FaultKind::DropBefore).on_writes().times(1));
    assert!(
        agent
            .raw("POST", &path, &[], comment("never").as_bytes())
            .await
            .is_err()
    );
    faults.set(Fault::new(FaultKind::DropAfter).on_writes().times(1));
    assert!(
        agent
            .raw("POST", &path, &[], comment("applied").as_bytes())
            .await
            .is_err()
    );
    assert_eq!(
        agent
            .raw("POST", &path, &[], comment("clear").as_bytes())
            .await
            .unwrap()
            .status,
        201
    );
    let texts: Vec<String> = desk
        .history(id)
        .await
        .unwrap()
        .into_iter()
        .filter(|line| line.typ == "Comment")
        .map(|line| line.text)
        .collect();
    assert_eq!(texts, ["applied", "clear"]);
}

#[tokio::test]
async fn stalls_end_when_cleared() {
    let (desk, agent) = desk().await;
    let faults = desk.faults();
    for (kind, bytes) in [
        (FaultKind::StallBeforeHeaders, false),
        (FaultKind::StallAfterApplied, false),
        (FaultKind::StallMidBody, true),
    ] {
        faults.set(Fault::new(kind.clone()));
        let mut stream = agent
            .send("GET", "/REST/2.0/queues/all", b"")
            .await
            .unwrap();
        let mut buffer = vec![0; 65_536];
        if bytes {
            let read = tokio::time::timeout(SOON, stream.read(&mut buffer))
                .await
                .unwrap()
                .unwrap();
            assert!(read > 0);
        }
        let quiet =
            tokio::time::timeout(Duration::from_millis(150), stream.read_to_end(&mut buffer)).await;
        assert!(quiet.is_err(), "{kind:?} said something");
        faults.clear();
        drop(
            tokio::time::timeout(SOON, stream.read_to_end(&mut buffer))
                .await
                .expect("the line is cut"),
        );
        assert_eq!(agent.call("GET", "/rt", None).await.status, 200);
    }
}

#[tokio::test]
async fn slow_answers_and_counters() {
    let (desk, agent) = desk().await;
    let faults = desk.faults();
    faults.set(
        Fault::new(FaultKind::Slow(Duration::from_millis(120), Duration::ZERO)).on_path("/rt"),
    );
    let start = Instant::now();
    agent.call("GET", "/rt", None).await;
    assert!(start.elapsed() >= Duration::from_millis(120));
    faults.clear();
    faults.reset_counters();
    agent.call("GET", "/ticket/1", None).await;
    agent
        .call("GET", "/ticket/2?token=secret&fields=Subject", None)
        .await;
    agent
        .call("POST", "/ticket/1/comment", Some(json!({})))
        .await;
    let counts = faults.counts();
    assert_eq!(
        (
            faults.total(),
            counts["GET /ticket/:id"],
            counts["POST /ticket/:id/comment"]
        ),
        (3, 2, 1)
    );
    assert_eq!(
        faults.seen()[1].query,
        "fields=Subject",
        "a token is never remembered"
    );
}

#[tokio::test]
async fn faults_can_be_set_over_the_wire_by_agents_only() {
    let (desk, agent) = desk().await;
    let reader = super::bare::Bare::new(&desk.url(), desk.reader_token());
    let set = |client: super::bare::Bare, text: &'static str| async move {
        client
            .raw("POST", "/_vagt/fault", &[], text.as_bytes())
            .await
            .unwrap()
    };
    assert_eq!(set(reader.clone(), "500").await.status, 403);
    assert_eq!(
        agent
            .raw("POST", "/_vagt/fault", &[("Authorization", "")], b"500")
            .await
            .unwrap()
            .status,
        401
    );
    let wrong = set(agent.clone(), "often=2%").await;
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.json()["message"]
            .as_str()
            .unwrap()
            .contains("not known")
    );
    assert_eq!(set(agent.clone(), "503=2x@reads").await.status, 200);
    assert_eq!(agent.call("GET", "/rt", None).await.status, 503);
    assert_eq!(
        agent
            .raw("DELETE", "/_vagt/fault", &[], b"")
            .await
            .unwrap()
            .status,
        200
    );
    assert_eq!(agent.call("GET", "/rt", None).await.status, 200);
}

/// Sets faults as an operator does while the desk runs.
async fn set(agent: &super::bare::Bare, spec: &str) {
    let done = agent
        .raw("POST", "/_vagt/fault", &[], spec.as_bytes())
        .await
        .unwrap();
    assert_eq!(done.status, 200, "{spec}");
}

#[tokio::test]
async fn every_name_does_what_the_page_says() {
    let (desk, agent) = desk().await;
    let id = desk
        .add_ticket("a", "…", "p1@kommune.example")
        .await
        .unwrap();
    let note = json!({"Content": "x", "ContentType": "text/plain"}).to_string();
    let path = format!("/REST/2.0/ticket/{id}/comment");
    let notes = || async {
        let lines = desk.history(id).await.unwrap();
        lines.iter().filter(|line| line.typ == "Comment").count()
    };
    // name, whether an answer comes (and its status), how many notes are there afterwards
    for (spec, status, written) in [
        ("drop=1x", None, 0),
        ("lostack=1x", None, 1),
        ("dup=1x", Some(201), 2),
        ("429=1x", Some(429), 0),
        ("500=1x", Some(500), 0),
        ("html=1x", Some(200), 0),
        ("redirect=1x", Some(302), 0),
        ("cut=1x", None, 1),
        ("latency=30ms±10", Some(201), 1),
    ] {
        let before = notes().await;
        set(&agent, spec).await;
        let answer = agent.raw("POST", &path, &[], note.as_bytes()).await;
        assert_eq!(answer.ok().map(|answer| answer.status), status, "{spec}");
        agent.raw("DELETE", "/_vagt/fault", &[], b"").await.unwrap();
        assert_eq!(notes().await - before, written, "{spec}");
    }
    set(&agent, "stall").await;
    let stalled = agent.raw("POST", &path, &[], note.as_bytes());
    assert!(
        tokio::time::timeout(Duration::from_millis(200), stalled)
            .await
            .is_err(),
        "a stall answers nothing"
    );
}

#[tokio::test]
async fn a_wrong_clock_is_seen_in_the_date_and_in_what_is_stamped() {
    let (desk, agent) = desk().await;
    let ahead = |answer: &super::bare::Answer| {
        let date = httpdate::parse_http_date(answer.header("date").unwrap()).unwrap();
        date.duration_since(std::time::SystemTime::now())
            .map_or(0, |ahead| ahead.as_secs())
    };
    set(&agent, "skew=10m").await;
    let answer = agent.call("GET", "/rt", None).await;
    assert!(
        (590..=601).contains(&ahead(&answer)),
        "{} s ahead",
        ahead(&answer)
    );
    let id = desk
        .add_ticket("a", "…", "p1@kommune.example")
        .await
        .unwrap();
    let ticket = agent.get(&format!("/ticket/{id}")).await;
    let created: jiff::Timestamp = ticket["Created"].as_str().unwrap().parse().unwrap();
    assert!(
        created > jiff::Timestamp::now() + Duration::from_secs(500),
        "{created}"
    );
    agent.raw("DELETE", "/_vagt/fault", &[], b"").await.unwrap();
    let answer = agent.call("GET", "/rt", None).await;
    assert!(ahead(&answer) <= 1, "the clock is right again");
}
