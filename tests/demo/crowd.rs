//! Several hundred clients at once, on sockets of their own: everybody is answered, and what was acknowledged
//! is there.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::Barrier;

use super::bare::Bare;
use super::desk;

const CLIENTS: usize = 320;
const ROUNDS: usize = 3;
const TICKETS: usize = 16;

/// Writes, reads and asks what is new, as fast as it is answered: the notes that were acknowledged, and how
/// long the slowest answer took.
async fn work(
    agent: Bare,
    number: usize,
    tickets: Arc<Vec<i64>>,
) -> (Vec<(i64, String)>, Duration) {
    let (mut kept, mut slowest) = (Vec::new(), Duration::ZERO);
    for round in 0..ROUNDS {
        let id = tickets[(number + round) % tickets.len()];
        let text = format!("klient {number} runde {round}");
        let note = json!({"Content": text, "ContentType": "text/plain"}).to_string();
        let requests = [
            ("POST", format!("/REST/2.0/ticket/{id}/comment"), note),
            ("GET", format!("/REST/2.0/ticket/{id}"), String::new()),
            ("GET", "/REST/2.0/transactions?query=id>0&orderby=id&order=DESC&per_page=20&fields=Type,ObjectId".to_owned(), String::new()),
        ];
        for (method, path, body) in requests {
            let start = Instant::now();
            let answer = agent.raw(method, &path, &[], body.as_bytes()).await;
            let answer =
                answer.unwrap_or_else(|error| panic!("client {number}, {method} {path}: {error}"));
            assert!(
                matches!(answer.status, 200 | 201),
                "{method} {path}: {}",
                answer.head
            );
            slowest = slowest.max(start.elapsed());
            if answer.status == 201 {
                kept.push((id, text.clone()));
            }
        }
    }
    (kept, slowest)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_clients_at_once_are_all_served() {
    let (desk, agent) = desk().await;
    let mut tickets = Vec::new();
    for number in 0..TICKETS {
        tickets.push(
            desk.add_ticket(&format!("sag {number}"), "…", "p1@kommune.example")
                .await
                .unwrap(),
        );
    }
    let tickets = Arc::new(tickets);
    let all_ready = Arc::new(Barrier::new(CLIENTS));
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..CLIENTS {
        let (agent, tickets, all_ready) =
            (agent.clone(), Arc::clone(&tickets), Arc::clone(&all_ready));
        clients.spawn(async move {
            all_ready.wait().await;
            work(agent, number, tickets).await
        });
    }
    let (mut kept, mut slowest) = (Vec::new(), Duration::ZERO);
    let all = async {
        while let Some(done) = clients.join_next().await {
            let (notes, slow) = done.unwrap();
            kept.extend(notes);
            slowest = slowest.max(slow);
        }
    };
    let served = tokio::time::timeout(Duration::from_secs(60), all).await;
    assert!(served.is_ok(), "not everybody was served within a minute");
    assert_eq!(kept.len(), CLIENTS * ROUNDS);
    assert!(
        slowest < Duration::from_secs(20),
        "somebody waited {slowest:?}"
    );
    let mut there: BTreeMap<(i64, String), u32> = BTreeMap::new();
    for id in tickets.iter() {
        for line in desk.history(*id).await.unwrap() {
            if line.typ == "Comment" {
                *there.entry((*id, line.text)).or_default() += 1;
            }
        }
    }
    assert_eq!(there.len(), kept.len());
    for note in kept {
        assert_eq!(there.get(&note), Some(&1), "{note:?} was acknowledged once");
    }
    desk.shutdown().await;
}
