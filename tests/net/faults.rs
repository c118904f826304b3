//! The connector against each fault of the embedded desk: a clear trouble within the deadline, no lie about whether
//! a write went out, and recovery by itself.

use std::time::{Duration, Instant};

use rstest::rstest;
use vagt::demo::{Desk as Embedded, DeskOptions, RunningDesk};
use vagt::desk::port::{Answer, Desk};
use vagt::desk::rt::{Auth, RtDesk, RtOptions};
use vagt::domain::Timestamp;
use vagt::domain::action::{Action, Seen, Verb};
use vagt::domain::ids::{ActionId, TicketId};
use vagt::domain::outcome::{Found, TroubleKind};
use vagt::domain::source::Cursor;
use vagt::net::NetOptions;

const NOTE: &str = "En bemærkning";

async fn desk() -> (RunningDesk, RtDesk, TicketId) {
    let server = Embedded::start(DeskOptions::default()).await.unwrap();
    let id = server
        .add_ticket("Sag", "Tekst", "p1@kommune.example")
        .await
        .unwrap();
    let mut net = NetOptions::new(server.url());
    net.read_timeout = Duration::from_millis(1_500);
    net.write_timeout = Duration::from_millis(1_500);
    net.stall_timeout = Duration::from_millis(500);
    net.max_body = 1_000_000;
    let desk = RtDesk::new(RtOptions::new(Auth::Token(server.agent_token())), net).unwrap();
    desk.probe().await.unwrap();
    (server, desk, TicketId::new(id.to_string()))
}

#[rstest]
#[case("drop", &[TroubleKind::Transient])]
#[case("lostack", &[TroubleKind::Transient])]
#[case("cut", &[TroubleKind::Malformed])]
#[case("json", &[TroubleKind::Malformed])]
#[case("types", &[TroubleKind::Malformed])]
#[case("huge", &[TroubleKind::Malformed])]
#[case("endless", &[TroubleKind::Malformed])]
#[case("stall", &[TroubleKind::Transient])]
#[case("midstall", &[TroubleKind::Transient])]
#[case("html", &[TroubleKind::Config])]
#[case("redirect", &[TroubleKind::Config])]
#[case("401", &[TroubleKind::Auth])]
#[case("403", &[TroubleKind::Permission])]
#[case("429", &[TroubleKind::RateLimited])]
#[case("500", &[TroubleKind::Transient])]
#[case("502", &[TroubleKind::Transient])]
#[case("503", &[TroubleKind::Transient, TroubleKind::RateLimited])]
#[tokio::test]
async fn a_fault_in_reading_is_one_clear_trouble_and_passes(
    #[case] fault: &str,
    #[case] kinds: &[TroubleKind],
) {
    let (server, desk, id) = desk().await;
    let cursor = {
        let mut cursor = Cursor::default();
        loop {
            let changes = desk.changes(&cursor).await.unwrap();
            cursor = changes.next;
            if changes.caught_up {
                break cursor;
            }
        }
    };
    server.faults().add_spec(fault).unwrap();
    let start = Instant::now();
    let trouble = desk.changes(&cursor).await.unwrap_err();
    assert!(kinds.contains(&trouble.kind), "{trouble:?}");
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    assert!(
        !trouble.message.is_empty() && !trouble.message.contains('<'),
        "{}",
        trouble.message
    );
    assert!(
        trouble.message.contains("127.0.0.1") || fault == "403",
        "names the desk: {}",
        trouble.message
    );
    let trouble = desk.read(&id).await.unwrap_err();
    assert!(kinds.contains(&trouble.kind), "{trouble:?}");
    server.faults().clear();
    desk.changes(&cursor).await.unwrap();
    assert_eq!(desk.read(&id).await.unwrap().id, id);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Written,
    NotWritten,
}

#[rstest]
#[case("drop", Truth::NotWritten)]
#[case("lostack", Truth::Written)]
#[case("lateack", Truth::Written)]
#[case("cut", Truth::Written)]
#[case("json", Truth::Written)]
#[case("huge", Truth::Written)]
#[case("stall", Truth::NotWritten)]
#[case("html", Truth::NotWritten)]
#[case("redirect", Truth::NotWritten)]
#[case("401", Truth::NotWritten)]
#[case("429", Truth::NotWritten)]
#[case("500", Truth::NotWritten)]
#[case("503", Truth::NotWritten)]
#[tokio::test]
async fn a_fault_in_writing_is_never_told_as_more_than_is_known(
    #[case] fault: &str,
    #[case] truth: Truth,
) {
    let (server, desk, id) = desk().await;
    let note = Action {
        id: ActionId::new(uuid::Uuid::now_v7()),
        ticket: Some(id),
        verb: Verb::Note {
            text: NOTE.to_owned(),
            files: Vec::new(),
        },
        seen: Seen::default(),
        at: Timestamp::now(),
        undoes: None,
        parent: None,
        force: false,
    };
    let plan = desk.plan(&note, None).unwrap();
    let at = Timestamp::now();
    server.faults().add_spec(fault).unwrap();
    let start = Instant::now();
    let answer = desk.write(&note, &plan, None, &Vec::new()).await;
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    server.faults().clear();
    let found = desk.find(&note, &plan, at).await.unwrap();
    let is_there = matches!(found, Found::Yes { .. });
    assert_eq!(
        is_there,
        truth == Truth::Written,
        "the desk's truth under {fault}: {found:?}"
    );
    match answer {
        Answer::Accepted { .. } => assert!(is_there, "accepted but not there"),
        Answer::NotSent(_) | Answer::Refused(_) | Answer::Stale => {
            assert!(!is_there, "denied but there");
        }
        Answer::NoAnswer(message) => assert!(!message.is_empty()),
    }
}

#[tokio::test]
async fn a_lost_answer_is_no_answer() {
    for fault in ["lostack", "lateack", "drop", "500"] {
        let (server, desk, id) = desk().await;
        let note = Action {
            id: ActionId::new(uuid::Uuid::now_v7()),
            ticket: Some(id),
            verb: Verb::Priority { to: 7 },
            seen: Seen::default(),
            at: Timestamp::now(),
            undoes: None,
            parent: None,
            force: false,
        };
        let plan = desk.plan(&note, None).unwrap();
        server
            .faults()
            .add_spec(&format!("{fault}@writes"))
            .unwrap();
        let answer = desk.write(&note, &plan, None, &Vec::new()).await;
        assert!(matches!(answer, Answer::NoAnswer(_)), "{fault}: {answer:?}");
        let writes = server
            .faults()
            .seen()
            .iter()
            .filter(|s| s.method == "PUT")
            .count();
        assert!(writes <= 1, "{fault}: sent {writes} times");
    }
}
