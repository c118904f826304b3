//! The outbox file when its console is killed between any two states, and when it was written by another program.
//!
//! The console that is killed is this test program itself, started again for one test ([`the_console_that_is_killed`]).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use vagt::domain::action::{Action, OutgoingFile, Seen, Verb};
use vagt::domain::bulk::Bulk;
use vagt::domain::draft::{Draft, DraftKey, DraftKind};
use vagt::domain::ids::ActionId;
use vagt::domain::outbox::{Item, State};
use vagt::store::outbox::{AuditLine, AuditRange, Begin, Lease, New};
use vagt::store::{Location, Outbox};

/// What the killed console does, one state after the other, and what must be on disk afterwards.
const STEPS: [(&str, Option<State>); 8] = [
    ("a draft is typed", None),
    ("the reply is stored", Some(State::Held)),
    ("its hold is over", Some(State::Ready)),
    ("it is taken up", Some(State::Sending)),
    ("it is about to go out", Some(State::Sending)),
    ("its answer is lost", Some(State::Unknown)),
    ("a person is asked", Some(State::Parked)),
    ("it is delivered", Some(State::Done)),
];
const LIMIT: Duration = Duration::from_secs(60);

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_770_000_000 + second)
}

fn open(path: &Path) -> Outbox {
    Outbox::open(&Location::File(path.to_owned()), "main").unwrap()
}

fn reply() -> Action {
    Action {
        id: ActionId::new(Uuid::from_u128(7)),
        ticket: Some("17".into()),
        verb: Verb::Reply {
            text: "Try the other gateway".into(),
            files: vec![OutgoingFile {
                name: "how.pdf".into(),
                media_type: "application/pdf".into(),
                size: 4,
                position: 0,
            }],
        },
        seen: Seen::default(),
        at: at(0),
        undoes: None,
        parent: None,
        force: false,
    }
}

/// Does the first `steps` steps.
async fn work(outbox: &Outbox, steps: usize) {
    if steps == 0 {
        return;
    }
    let draft = Draft {
        key: DraftKey {
            ticket: Some("17".into()),
            kind: DraftKind::Reply,
        },
        text: "Try the other".into(),
        files: Vec::new(),
        subject: String::new(),
        requester: String::new(),
        queue: String::new(),
        priority: String::new(),
        updated: at(0),
    };
    outbox.put_draft(draft).await.unwrap();
    if steps == 1 {
        return;
    }
    let new = New {
        action: reply(),
        files: vec![b"%PDF".to_vec()],
        hold_until: Some(at(5)),
    };
    let mut row = outbox.enqueue(vec![new], at(0)).await.unwrap().remove(0);
    for (place, (_, state)) in STEPS.iter().enumerate().take(steps).skip(2) {
        let item = Item {
            state: state.unwrap(),
            due: None,
            sent_at: (place >= 4).then(|| at(6)),
            ..row.item.clone()
        };
        row = if place == 4 {
            outbox.acquire(Timestamp::now(), LIMIT).await.unwrap();
            let begun = outbox.begin_write(&row, item, Timestamp::now()).await;
            match begun.unwrap() {
                Begin::Go(row) => *row,
                other => panic!("{other:?}"),
            }
        } else {
            let line = AuditLine {
                at: at(7),
                action: Some(row.item.id()),
                verb: "reply".into(),
                ticket: Some("17".into()),
                who: None,
                state: item.state,
                before: None,
                after: None,
                entry: None,
                message: STEPS[place].0.into(),
            };
            let stored = outbox.transition(&row, item, Some(line)).await;
            stored.unwrap().unwrap()
        };
    }
}

/// Not a test by itself: the process that the next one starts and kills.
#[tokio::test]
async fn the_console_that_is_killed() {
    let Ok(path) = std::env::var("VAGT_TEST_KILLED_OUTBOX") else {
        return;
    };
    let steps = std::env::var("VAGT_TEST_KILLED_AFTER").unwrap();
    let outbox = open(Path::new(&path));
    work(&outbox, steps.parse().unwrap()).await;
    println!("\nready to be killed");
    std::future::pending::<()>().await;
}

fn killed_after(path: &Path, steps: usize) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["the_console_that_is_killed", "--exact", "--nocapture"])
        .env("VAGT_TEST_KILLED_OUTBOX", path)
        .env("VAGT_TEST_KILLED_AFTER", steps.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let is_ready = lines.any(|line| line.unwrap() == "ready to be killed");
    assert!(is_ready, "the child ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn killed_between_any_two_states_everything_acknowledged_is_there() {
    for steps in 1..=STEPS.len() {
        let (what, state) = STEPS[steps - 1];
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outbox.db");
        killed_after(&path, steps);
        let outbox = open(&path);
        let row = outbox.get(reply().id).await.unwrap();
        assert_eq!(row.as_ref().map(|r| r.item.state), state, "{what}");
        let drafts = outbox.drafts().await.unwrap();
        assert_eq!(
            drafts.len(),
            usize::from(row.is_none()),
            "{what}: the typed text is in one place"
        );
        let files = outbox.files(reply().id).await.unwrap();
        let wanted = usize::from(row.is_some() && state != Some(State::Done));
        assert_eq!(files.len(), wanted, "{what}: the attachment");
        let lines = outbox.audit(AuditRange::default()).await.unwrap();
        // One line for each change but the one that only says "about to go out".
        let wanted = steps.saturating_sub(2) - usize::from(steps > 4);
        assert_eq!(lines.len(), wanted, "{what}: the audit");
        let verdict = outbox.verify_audit(None).await.unwrap();
        assert_eq!(verdict.flaw, None, "{what}: the chain");
        if let Some(row) = row {
            assert_eq!(row.item.sent_at.is_some(), steps > 4, "{what}");
        }
        let lease = outbox.acquire(Timestamp::now(), LIMIT).await.unwrap();
        assert_eq!(lease, Lease::Taken, "{what}: a dead console holds nothing");
    }
}

/// The file as version 1 of the schema wrote it, with something in every table.
const VERSION_1: &str = include_str!("data/outbox-1.sql");

#[tokio::test]
async fn a_file_of_the_first_schema_is_read_by_this_program() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(VERSION_1)
        .unwrap();
    let outbox = open(&path);
    let row = outbox.get(reply().id).await.unwrap().unwrap();
    assert_eq!(row.item.action, reply());
    assert_eq!(row.item.state, State::Parked);
    assert_eq!(outbox.files(reply().id).await.unwrap(), [b"%PDF".to_vec()]);
    assert_eq!(outbox.drafts().await.unwrap().len(), 1);
    let lines = outbox.audit(AuditRange::default()).await.unwrap();
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|line| line.old && line.line.is_some()));
    let verdict = outbox.verify_audit(None).await.unwrap();
    assert_eq!((verdict.lines, verdict.old, verdict.flaw), (4, 4, None));
    let lease = outbox.acquire(Timestamp::now(), LIMIT).await.unwrap();
    assert_eq!(lease, Lease::Taken);
    // What later versions added is there and works.
    let child = Action {
        id: ActionId::new(uuid::Uuid::from_u128(21)),
        parent: Some(ActionId::new(uuid::Uuid::from_u128(20))),
        ..reply()
    };
    let bulk = Bulk {
        id: ActionId::new(uuid::Uuid::from_u128(20)),
        what: "reply".to_owned(),
        asked: 1,
        left_out: vec![("4".into(), "is so already".to_owned())],
        undoes: None,
        template: None,
        at: Timestamp::now(),
    };
    let new = New {
        action: child,
        files: Vec::new(),
        hold_until: None,
    };
    let now = Timestamp::now();
    let stored = outbox.enqueue_bulk(bulk.clone(), vec![new], now).await;
    assert_eq!(stored.unwrap().len(), 1);
    assert_eq!(outbox.bulks().await.unwrap(), [bulk]);
    assert_eq!(
        outbox.drafts().await.unwrap().len(),
        1,
        "a bulk takes no draft"
    );
}
