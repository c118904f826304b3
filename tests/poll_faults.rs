//! The poller with the production connector against the embedded desk, on a bad day: what the screen is told, that
//! the board stays, and that everything heals by itself.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use vagt::demo::faults::{Fault, FaultKind};
use vagt::demo::{Desk as Embedded, DeskOptions, RunningDesk};
use vagt::desk::rt::{Auth, RtDesk, RtOptions};
use vagt::domain::Timestamp;
use vagt::domain::source::{Liveness, Pulse, Source, SourceEvent};
use vagt::domain::ticket::Ticket;
use vagt::net::NetOptions;
use vagt::store::cache::CacheOptions;
use vagt::store::{Cache, Location};
use vagt::sync::poller::{PollerHandle, PollerParts, Rhythm, poller};

/// A generous end for whatever is waited for.
const DEADLINE: Duration = Duration::from_secs(30);

struct Console {
    cache: Cache,
    handle: PollerHandle,
    events: mpsc::Receiver<SourceEvent>,
    board: BTreeMap<String, Ticket>,
    running: JoinSet<()>,
}

impl Console {
    fn start(desk: &RunningDesk, file: &Path) -> Self {
        let net = NetOptions {
            read_timeout: Duration::from_secs(3),
            stall_timeout: Duration::from_secs(1),
            max_body: 2_000_000,
            ..NetOptions::new(desk.url())
        };
        let connector = RtDesk::new(RtOptions::new(Auth::Token(desk.agent_token())), net).unwrap();
        let options = CacheOptions {
            place: desk.url(),
            conversations: 10,
        };
        let opened = Cache::open(&Location::File(file.to_owned()), options).unwrap();
        assert_eq!(opened.notice, None);
        let poll = Duration::from_millis(150);
        let day = Duration::from_secs(86_400);
        let (send, events) = mpsc::channel(64);
        let (handle, run) = poller(PollerParts {
            desk: Arc::new(connector),
            cache: opened.cache.clone(),
            events: send,
            rhythm: Rhythm {
                in_use: poll,
                idle: poll,
                unfocused: poll,
                reconcile: day,
                vocab: day,
                keep_closed: 30 * day,
            },
            now: Arc::new(Timestamp::now),
            wall: Arc::new(Timestamp::now),
            backoff: Arc::new(|_| Duration::from_millis(100)),
        });
        let mut running = JoinSet::new();
        running.spawn(run);
        Self {
            cache: opened.cache,
            handle,
            events,
            board: BTreeMap::new(),
            running,
        }
    }

    async fn event(&mut self) -> SourceEvent {
        let event = tokio::time::timeout(DEADLINE, self.events.recv()).await;
        let event = event
            .expect("something happens in time")
            .expect("the poller goes on");
        if let SourceEvent::Changed(changes) = &event {
            for ticket in &changes.tickets {
                self.board.insert(ticket.id.to_string(), ticket.clone());
            }
            for (id, _) in &changes.gone {
                self.board.remove(id.as_str());
            }
        }
        event
    }

    async fn until(&mut self, pulse: Pulse) -> Liveness {
        let end = tokio::time::Instant::now() + DEADLINE;
        loop {
            if let SourceEvent::Pulse(Source::Desk, live) = self.event().await {
                if live.pulse == pulse {
                    return live;
                }
                assert!(
                    tokio::time::Instant::now() < end,
                    "{pulse:?} wanted, but {live:?}"
                );
            }
        }
    }

    async fn until_there(&mut self, id: i64) {
        let end = tokio::time::Instant::now() + DEADLINE;
        while !self.board.contains_key(&id.to_string()) {
            assert!(tokio::time::Instant::now() < end, "ticket {id} never came");
            self.event().await;
        }
    }

    async fn cached(&self) -> BTreeMap<String, Ticket> {
        let tickets = self.cache.load_all().await.unwrap().tickets;
        tickets.into_iter().map(|t| (t.id.to_string(), t)).collect()
    }

    async fn stop(mut self) {
        self.handle.stop();
        self.running.join_next().await.unwrap().unwrap();
        self.cache.close();
    }
}

async fn desk() -> RunningDesk {
    let desk = Embedded::start(DeskOptions::default()).await.unwrap();
    for n in 0..12 {
        add(&desk, &format!("VPN ryger {n}")).await;
    }
    desk
}

async fn add(desk: &RunningDesk, subject: &str) -> i64 {
    desk.add_ticket(subject, "Det virker ikke.", "p001@kommune.example")
        .await
        .unwrap()
}

/// Lets the desk have a bad day: the screen says it, the board stays, nothing is lost, and all heals by itself.
async fn bad_day(kind: FaultKind, said: Pulse) {
    let files = tempfile::tempdir().unwrap();
    let desk = desk().await;
    let mut console = Console::start(&desk, &files.path().join("cache.db"));
    console.until(Pulse::Live).await;
    assert_eq!(console.board.len(), 12);
    let before = console.board.clone();

    desk.faults().set(Fault::new(kind.clone()));
    let live = console.until(said).await;
    let words = live.trouble.expect("it says what is wrong").message;
    assert!(words.len() > 10, "{words}");
    assert!(live.last_ok.is_some(), "it says how old the board is");
    assert_eq!(console.board, before, "{kind:?} changed the board");
    assert_eq!(console.cached().await, before);

    let meanwhile = add(&desk, "kom imens").await;
    desk.faults().clear();
    console.until(Pulse::Live).await;
    console.until_there(meanwhile).await;
    assert_eq!(console.board.len(), 13);
    console.stop().await;
    desk.shutdown().await;
}

macro_rules! bad_days {
    ($($name:ident: $kind:expr => $said:ident;)*) => { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            bad_day($kind, Pulse::$said).await;
        }
    )* };
}

bad_days! {
    error_500: FaultKind::Status(500, None) => Stale;
    not_accepted: FaultKind::Status(401, None) => Refused;
    forbidden: FaultKind::Status(403, None) => Refused;
    asked_to_wait: FaultKind::Status(429, Some("1".to_owned())) => Waiting;
    down_for_a_second: FaultKind::Status(503, Some("1".to_owned())) => Waiting;
    login_page: FaultKind::LoginPage => Refused;
    redirect: FaultKind::Redirect => Refused;
    cut_body: FaultKind::CutBody => Stale;
    malformed: FaultKind::MalformedJson => Stale;
    wrong_types: FaultKind::WrongTypes => Stale;
    huge_body: FaultKind::HugeBody(300_000_000) => Stale;
    endless_body: FaultKind::EndlessBody => Stale;
    stall_before_headers: FaultKind::StallBeforeHeaders => Stale;
    stall_in_the_body: FaultKind::StallMidBody => Stale;
    line_cut: FaultKind::DropBefore => Stale;
}

/// The desk is gone at the start: the board comes from the cache, and the desk's return is noticed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_without_the_desk_has_the_board_of_the_last_time() {
    let files = tempfile::tempdir().unwrap();
    let file = files.path().join("cache.db");
    let desk = desk().await;
    let mut first = Console::start(&desk, &file);
    first.until(Pulse::Live).await;
    let before = first.board.clone();
    first.stop().await;

    desk.faults().set(Fault::new(FaultKind::DropBefore));
    let mut second = Console::start(&desk, &file);
    assert_eq!(second.cached().await, before);
    second.until(Pulse::Stale).await;
    let meanwhile = add(&desk, "kom imens").await;
    desk.faults().clear();
    second.until(Pulse::Live).await;
    second.until_there(meanwhile).await;
    assert_eq!(second.board.len(), 1, "only what changed was read");
    assert_eq!(second.cached().await.len(), 13);
    second.stop().await;
    desk.shutdown().await;
}
