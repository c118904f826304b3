//! Two consoles of one person and somebody at a script write to the same tickets of a real Request Tracker: 200 actions on
//! 60 tickets. No update that was lost is called done, and no text is there twice.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "common/rt.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod rt;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use rt::{Rt, Who};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vagt::desk::port::Desk as _;
use vagt::desk::rt::{Auth, RtDesk, RtOptions};
use vagt::domain::action::{Action, Seen, Verb};
use vagt::domain::ids::{ActionId, TicketId};
use vagt::domain::outbox::{Item, State};
use vagt::domain::ticket::{Ticket, Version};
use vagt::net::NetOptions;
use vagt::store::outbox::Filter;
use vagt::store::{Location, Outbox};
use vagt::sync::clock::SystemClock;
use vagt::sync::deliver::{Delivery, Handle, Order};
use vagt::sync::outbox::Timing;

const TICKETS: usize = 60;
const ACTIONS: usize = 200;

fn desk(rt: &Rt) -> Arc<RtDesk> {
    let auth = Auth::Token(SecretString::from(Who::Mette.token()));
    Arc::new(RtDesk::new(RtOptions::new(auth), NetOptions::new(&rt.url)).unwrap())
}

fn console(rt: &Rt, file: &Path, stop: &CancellationToken, running: &mut JoinSet<()>) -> Handle {
    let outbox = Outbox::open(&Location::File(file.to_owned()), "main").unwrap();
    let (events, _) = mpsc::unbounded_channel();
    let timing = Timing {
        lease_retry: Duration::from_millis(100),
        in_flight: 3,
        ..Timing::default()
    };
    let (delivery, handle) = Delivery::new(desk(rt), outbox, Arc::new(SystemClock), timing, events);
    running.spawn(delivery.run(stop.clone()));
    handle
}

/// Action `n` on `ticket`, as a person wants it who saw the ticket as it is given. Values differ from action to action, so
/// that the history tells them apart.
fn action(n: usize, ticket: &Ticket) -> Action {
    let files = Vec::new();
    let value = i64::try_from(n / TICKETS).unwrap();
    let verb = match n % 5 {
        0 => Verb::Reply {
            text: format!("Answer number {n}"),
            files,
        },
        1 | 2 => Verb::Priority { to: 10 + value },
        3 => Verb::Note {
            text: format!("Note number {n}"),
            files,
        },
        _ => Verb::Status {
            to: if value % 2 == 0 { "stalled" } else { "open" }.into(),
        },
    };
    Action {
        id: ActionId::new(Uuid::now_v7()),
        ticket: Some(ticket.id.clone()),
        verb,
        seen: Seen::of(ticket, None, Timestamp::now()),
        at: Timestamp::now(),
        undoes: None,
        parent: None,
        force: false,
    }
}

/// A third party that writes over REST, without looking and without a version, until told to stop.
fn third_party(rt: &Rt, ids: &[u64], is_over: &AtomicBool) -> usize {
    let mut writes = 0;
    while !is_over.load(Ordering::SeqCst) {
        let id = ids[rand::random_range(0..ids.len())];
        let coin: bool = rand::random();
        let body = match rand::random_range(0..3) {
            0 => json!({"Priority": rand::random_range(60..95)}),
            1 => json!({"Status": if coin { "open" } else { "stalled" }}),
            _ => json!({"Owner": if coin { "ingrid" } else { "Nobody" }}),
        };
        rt.call(Who::Ingrid, "PUT", &format!("/ticket/{id}"), Some(&body));
        writes += 1;
    }
    writes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_lost_update_is_called_done_and_no_text_is_there_twice() {
    let Some(rt) = Rt::from_env() else { return };
    let ids: Vec<u64> = (0..TICKETS)
        .map(|n| rt.create(Who::Root, "General", &format!("Everybody writes {n}")))
        .collect();
    let reader = desk(&rt);
    reader.probe().await.unwrap();
    let mut seen = Vec::new();
    for id in &ids {
        seen.push(reader.read(&TicketId::new(id.to_string())).await.unwrap());
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let writes = Arc::new(AtomicUsize::new(0));
    let other = {
        let (rt, ids, is_over, writes) = (rt.clone(), ids.clone(), is_over.clone(), writes.clone());
        std::thread::spawn(move || writes.store(third_party(&rt, &ids, &is_over), Ordering::SeqCst))
    };
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("outbox.db");
    let stop = CancellationToken::new();
    let mut running = JoinSet::new();
    let consoles = [
        console(&rt, &file, &stop, &mut running),
        console(&rt, &file, &stop, &mut running),
    ];
    for n in 0..ACTIONS {
        let order = Order {
            action: action(n, &seen[n % TICKETS]),
            files: Vec::new(),
            hold: false,
        };
        consoles[n % 2].enqueue(vec![order]).await.unwrap();
    }
    let limit = Duration::from_secs(280);
    tokio::join!(consoles[0].flush(limit), consoles[1].flush(limit));
    is_over.store(true, Ordering::SeqCst);
    other.join().unwrap();
    stop.cancel();
    running.join_all().await;

    let outbox = Outbox::open(&Location::File(file), "main").unwrap();
    let rows = outbox.list(Filter::All).await.unwrap();
    assert_eq!(rows.len(), ACTIONS);
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        *states.entry(row.item.state.word()).or_default() += 1;
        check(&rt, &reader, &row.item).await;
    }
    let report = format!("{states:?} beside {writes:?} writes of a third party");
    writeln!(std::io::stderr(), "{report}").ok();
    let done = states.get("done").copied().unwrap_or_default();
    assert!(
        done >= ACTIONS * 2 / 5,
        "texts at least are delivered: {report}"
    );
    assert!(
        writes.load(Ordering::SeqCst) > 20,
        "somebody else wrote too: {report}"
    );
}

async fn check(rt: &Rt, desk: &RtDesk, item: &Item) {
    let action = &item.action;
    let id = action.ticket.as_ref().unwrap();
    match &action.verb {
        Verb::Reply { text, .. } | Verb::Note { text, .. } => {
            let entries = desk.entries(id).await.unwrap();
            let times = entries.iter().filter(|e| e.text.trim() == text).count();
            let wanted = usize::from(item.state == State::Done);
            let is_open = matches!(item.state, State::Unknown | State::Parked);
            assert!(
                times == wanted || is_open && times <= 1,
                "{times} times: {item:?}"
            );
        }
        Verb::Priority { to } if item.state == State::Done => {
            let version = action.seen.version.as_ref().unwrap();
            not_lost(rt, id, version, "Priority", &to.to_string(), item);
        }
        Verb::Status { to } if item.state == State::Done => {
            let version = action.seen.version.as_ref().unwrap();
            not_lost(rt, id, version, "Status", to, item);
        }
        _ => {}
    }
}

/// Between what the person saw and our change of a field nobody else changed it: theirs would be lost unseen.
fn not_lost(rt: &Rt, id: &TicketId, seen: &Version, field: &str, to: &str, item: &Item) {
    let path = format!("/ticket/{id}/history?fields=Field,OldValue,NewValue,Creator&per_page=100");
    let history = rt.get(Who::Root, &path);
    let seen: u64 = seen.0.parse().unwrap();
    let mut changes: Vec<(u64, &Value)> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["Field"] == field)
        .map(|row| (row["id"].as_str().unwrap().parse().unwrap(), row))
        .filter(|(number, _)| *number > seen)
        .collect();
    changes.sort_by_key(|(number, _)| *number);
    let by = |row: &Value| row["Creator"]["id"].as_str().unwrap_or_default().to_owned();
    let ours = changes
        .iter()
        .position(|(_, row)| by(row) == "mette" && row["NewValue"] == to)
        .unwrap_or_else(|| panic!("done, but nowhere in the history: {item:?} {changes:?}"));
    let lost = changes[..ours].iter().find(|(_, row)| by(row) == "ingrid");
    assert!(
        lost.is_none(),
        "written over {lost:?} and called done: {item:?} {changes:?}"
    );
}
