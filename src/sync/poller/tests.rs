//! The poller against a desk in memory, in virtual time. Nothing here waits by the clock: a test waits for an
//! event. Running time may leap while the cache works and a timer is pending, so a test asks the cache last.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::fake::{FakeDesk, Fault, Row, start, ticket};
use super::*;
use crate::domain::Fact;
use crate::domain::ids::TicketId;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Arrival, Changes, Cursor, Gone, Liveness, Pulse, Source};
use crate::domain::ticket::{Status, StatusClass, Ticket};
use crate::store::Location;
use crate::store::cache::CacheOptions;

pub(super) fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

pub(super) fn memory() -> Cache {
    let options = CacheOptions {
        place: "fake".to_owned(),
        conversations: 10,
    };
    Cache::open(&Location::Memory, options).unwrap().cache
}

fn rhythm() -> Rhythm {
    Rhythm {
        in_use: secs(5),
        idle: secs(20),
        unfocused: secs(60),
        reconcile: secs(6 * 3600),
        vocab: secs(3600),
        keep_closed: secs(30 * 86400),
    }
}

/// A running poller and what it told.
pub(super) struct Rig {
    pub(super) desk: Arc<FakeDesk>,
    pub(super) cache: Cache,
    pub(super) handle: PollerHandle,
    pub(super) events: mpsc::Receiver<SourceEvent>,
    /// Seconds that the wall clock is ahead of running time.
    pub(super) slept: Arc<AtomicI64>,
    /// The Board, as the events make it.
    pub(super) board: BTreeMap<String, Ticket>,
    pub(super) running: JoinSet<()>,
}

pub(super) fn parts(
    desk: &Arc<FakeDesk>,
    cache: &Cache,
    slept: &Arc<AtomicI64>,
) -> (PollerParts, mpsc::Receiver<SourceEvent>) {
    let (events, told) = mpsc::channel(10_000);
    let (began, slept) = (Instant::now(), Arc::clone(slept));
    let wall: super::Clock = Arc::new(move || {
        let ran = SignedDuration::try_from(began.elapsed()).unwrap();
        start() + ran + SignedDuration::from_secs(slept.load(Ordering::Relaxed))
    });
    let parts = PollerParts {
        desk: Arc::clone(desk) as Arc<dyn Desk>,
        cache: cache.clone(),
        events,
        rhythm: rhythm(),
        now: Arc::clone(&wall),
        wall,
        backoff: Arc::new(|n| secs(3_u64.saturating_mul(2_u64.saturating_pow(n - 1)).min(120))),
    };
    (parts, told)
}

impl Rig {
    pub(super) fn new(desk: FakeDesk) -> Self {
        Self::with(Arc::new(desk), memory())
    }

    pub(super) fn with(desk: Arc<FakeDesk>, cache: Cache) -> Self {
        Self::changed(desk, cache, |_| {})
    }

    /// A poller with something else than usual.
    pub(super) fn changed(
        desk: Arc<FakeDesk>,
        cache: Cache,
        change: impl FnOnce(&mut PollerParts),
    ) -> Self {
        let slept = Arc::new(AtomicI64::new(0));
        let (mut parts, events) = parts(&desk, &cache, &slept);
        change(&mut parts);
        let (handle, run) = poller(parts);
        let mut running = JoinSet::new();
        running.spawn(run);
        Self {
            desk,
            cache,
            handle,
            events,
            slept,
            board: BTreeMap::new(),
            running,
        }
    }

    pub(super) async fn event(&mut self) -> SourceEvent {
        let event = self.events.recv().await.expect("the poller goes on");
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

    /// The next word about liveness.
    pub(super) async fn pulse(&mut self) -> Liveness {
        loop {
            if let SourceEvent::Pulse(Source::Desk, live) = self.event().await {
                return live;
            }
        }
    }

    /// Waits until it says this.
    pub(super) async fn until(&mut self, pulse: Pulse) -> Liveness {
        loop {
            let live = self.pulse().await;
            if live.pulse == pulse {
                return live;
            }
        }
    }

    pub(super) async fn rows(&mut self) -> Changes {
        loop {
            if let SourceEvent::Changed(changes) = self.event().await {
                return changes;
            }
        }
    }

    pub(super) fn kinds(&self) -> Vec<&'static str> {
        self.desk.log().into_iter().map(|(_, kind)| kind).collect()
    }

    pub(super) async fn cursor(&self) -> Cursor {
        self.cache.marks(Source::Desk).await.unwrap().cursor
    }

    pub(super) async fn cached(&self) -> BTreeMap<String, Ticket> {
        cached(&self.cache).await
    }
}

async fn cached(cache: &Cache) -> BTreeMap<String, Ticket> {
    let tickets = cache.load_all().await.unwrap().tickets;
    tickets.into_iter().map(|t| (t.id.to_string(), t)).collect()
}

#[tokio::test(start_paused = true)]
async fn first_contact_then_words_then_everything_in_pages_with_progress() {
    let mut rig = Rig::new(FakeDesk::new(25, 10));
    assert!(matches!(rig.event().await, SourceEvent::Identity(_)));
    assert_eq!(rig.pulse().await.pulse, Pulse::Loading);
    assert!(matches!(rig.event().await, SourceEvent::Vocab(_)));
    let first = rig.rows().await;
    assert_eq!((first.tickets.len(), first.caught_up), (10, false));
    let loading = rig.pulse().await;
    assert_eq!(loading.pulse, Pulse::Loading);
    assert_eq!(loading.progress, Some((10, Some(25))));
    let live = rig.until(Pulse::Live).await;
    assert_eq!(live.progress, None);
    assert_eq!(live.last_ok, Some(start()));
    assert_eq!(
        rig.kinds(),
        ["probe", "vocab", "changes", "changes", "changes"]
    );
    assert_eq!(rig.board, rig.desk.tickets());
    assert_eq!(rig.cached().await, rig.desk.tickets());
    assert_eq!(rig.cursor().await, Cursor("25".to_owned()));
}

fn arrivals(count: i64) -> Vec<Arrival> {
    let arrival = |n: i64| Arrival {
        id: TicketId::new(n.to_string()),
        at: start() - SignedDuration::from_hours(24 + n),
        requester: None,
        subject: "VPN".to_owned(),
        is_solved: true,
        group: None,
    };
    (1..=count).map(arrival).collect()
}

#[tokio::test(start_paused = true)]
async fn the_weeks_before_are_told_once_and_after_the_board() {
    let desk = FakeDesk::new(1, 10);
    desk.past(arrivals(5));
    let mut rig = Rig::new(desk);
    rig.until(Pulse::Live).await;
    let told = loop {
        if let SourceEvent::Past(told) = rig.event().await {
            break told;
        }
    };
    assert_eq!(told, arrivals(5));
    let asked = |rig: &Rig| rig.kinds().iter().filter(|kind| **kind == "past").count();
    assert_eq!(asked(&rig), 3);
    assert_eq!(rig.kinds()[..3], ["probe", "vocab", "changes"]);
    rig.until(Pulse::Live).await;
    rig.until(Pulse::Live).await;
    assert_eq!(asked(&rig), 3, "and never again");
}

#[tokio::test(start_paused = true)]
async fn a_desk_that_refuses_the_weeks_before_is_not_asked_again() {
    let desk = FakeDesk::new(1, 10);
    desk.past(arrivals(5));
    desk.break_for_good("past", Trouble::new(TroubleKind::Permission, "No."));
    let mut rig = Rig::new(desk);
    let told = loop {
        if let SourceEvent::Past(told) = rig.event().await {
            break told;
        }
    };
    assert!(told.is_empty());
    assert_eq!(rig.until(Pulse::Live).await.trouble, None);
}

#[tokio::test(start_paused = true)]
async fn an_idle_poll_is_one_request_and_follows_the_attention() {
    let mut rig = Rig::new(FakeDesk::new(1, 10));
    rig.until(Pulse::Live).await;
    let before = rig.desk.log().len();
    for _ in 0..3 {
        rig.pulse().await;
    }
    rig.handle.attention(Attention::Idle);
    rig.pulse().await;
    rig.handle.attention(Attention::Unfocused);
    rig.pulse().await;
    rig.handle.attention(Attention::InUse);
    rig.pulse().await;
    assert_eq!(
        rig.desk.log()[before..],
        [
            (5, "changes"),
            (10, "changes"),
            (15, "changes"),
            (35, "changes"),
            (95, "changes"),
            (100, "changes")
        ]
    );
    assert_eq!(rig.desk.most_in_flight(), 1);
}

#[tokio::test(start_paused = true)]
async fn coming_back_to_the_terminal_polls_at_once() {
    let mut rig = Rig::new(FakeDesk::new(1, 10));
    rig.until(Pulse::Live).await;
    rig.handle.attention(Attention::Unfocused);
    tokio::time::sleep(secs(30)).await;
    assert_eq!(rig.desk.log().len(), 3, "first contact only");
    rig.handle.attention(Attention::InUse);
    rig.pulse().await;
    assert_eq!(rig.desk.log()[3], (30, "changes"));
}

#[tokio::test(start_paused = true)]
async fn refreshing_often_is_one_poll_now() {
    let mut rig = Rig::new(FakeDesk::new(1, 10));
    rig.until(Pulse::Live).await;
    for _ in 0..20 {
        rig.handle.refresh();
    }
    rig.pulse().await;
    rig.pulse().await;
    assert_eq!(rig.desk.log()[3..], [(0, "changes"), (5, "changes")]);
}

#[tokio::test(start_paused = true)]
async fn changes_and_tombstones_reach_board_and_cache_and_twice_is_harmless() {
    let mut rig = Rig::new(FakeDesk::new(3, 10));
    rig.until(Pulse::Live).await;
    let changed = Ticket {
        updated: start() + SignedDuration::from_secs(1),
        ..ticket("2", "VPN, nu også hos naboen")
    };
    rig.desk.push(Row::Ticket(Box::new(changed.clone())));
    rig.desk.push(Row::Ticket(Box::new(changed.clone())));
    rig.desk.push(Row::Gone(TicketId::from("1"), Gone::Deleted));
    rig.desk.push(Row::Gone(TicketId::from("1"), Gone::Deleted));
    rig.rows().await;
    rig.pulse().await;
    rig.desk.push(Row::Ticket(Box::new(changed)));
    rig.rows().await;
    rig.pulse().await;
    assert_eq!(rig.board, rig.desk.tickets());
    assert_eq!(rig.cached().await, rig.desk.tickets());
    assert_eq!(rig.board.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_long_answer_comes_in_batches() {
    let mut rig = Rig::new(FakeDesk::new(1000, 1000));
    let mut sizes = Vec::new();
    while rig.board.len() < 1000 {
        if let SourceEvent::Changed(changes) = rig.event().await {
            sizes.push(changes.tickets.len());
        }
    }
    assert_eq!(sizes, [300, 300, 300, 100]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_goes_on_where_the_feed_was_left_without_asking_for_words_again() {
    let mut rig = Rig::new(FakeDesk::new(12, 10));
    rig.until(Pulse::Live).await;
    rig.handle.stop();
    rig.running.join_next().await.unwrap().unwrap();
    rig.desk.push(Row::Ticket(Box::new(ticket("13", "ny"))));
    let before = rig.desk.log().len();
    let mut again = Rig::with(Arc::clone(&rig.desk), rig.cache.clone());
    assert!(matches!(again.event().await, SourceEvent::Identity(_)));
    let rows = again.rows().await;
    assert_eq!(rows.tickets.len(), 1);
    again.until(Pulse::Live).await;
    assert_eq!(again.kinds()[before..], ["probe", "changes"]);
}

/// Kills the poller after any number of events and a few steps more; whatever is then in the cache, the cursor
/// stands for rows that are there, and the next start completes them.
#[tokio::test(start_paused = true)]
async fn killed_at_any_moment_the_cursor_is_never_ahead_of_the_rows() {
    let mut interrupted = 0;
    for (events, steps) in (0..10).flat_map(|events| (0..4).map(move |steps| (events, steps))) {
        let desk = Arc::new(FakeDesk::new(7, 3));
        desk.push(Row::Gone(TicketId::from("2"), Gone::Deleted));
        let cache = memory();
        let (mut parts, _) = parts(&desk, &cache, &Arc::default());
        let (send, mut told) = mpsc::channel(1);
        parts.events = send;
        let (_handle, run) = poller(parts);
        let mut run = Box::pin(run);
        for _ in 0..events {
            tokio::select! {
                biased;
                event = told.recv() => assert!(event.is_some()),
                () = &mut run => panic!("it ended by itself"),
            }
        }
        for _ in 0..steps {
            assert!(futures_util::poll!(&mut run).is_pending());
        }
        drop(run);
        let cursor = cache.marks(Source::Desk).await.unwrap().cursor;
        let read: usize = cursor.0.parse().unwrap_or(0);
        interrupted += u32::from(read > 0 && read < 8);
        let there = cached(&cache).await;
        let in_the_end = desk.tickets();
        for (id, ticket) in desk.tickets_after(read) {
            assert!(
                there.get(&id) == Some(&ticket) || !in_the_end.contains_key(&id),
                "cursor {read}, but {id} is not stored"
            );
        }
        let mut rig = Rig::with(desk, cache);
        rig.until(Pulse::Live).await;
        assert_eq!(rig.cached().await, rig.desk.tickets());
    }
    assert!(
        interrupted > 5,
        "too few kills fell between the pages: {interrupted}"
    );
}

fn closed(id: &str, days_ago: i64) -> Ticket {
    let when = start() - SignedDuration::from_hours(24 * days_ago);
    Ticket {
        status: Status {
            name: "resolved".to_owned(),
            class: StatusClass::Resolved,
        },
        resolved: Fact::Known(when),
        created: when,
        updated: when,
        ..ticket(id, "løst")
    }
}

#[tokio::test(start_paused = true)]
async fn closed_tickets_leave_after_thirty_days() {
    let desk = FakeDesk::new(0, 10);
    desk.push(Row::Ticket(Box::new(closed("1", 31))));
    desk.push(Row::Ticket(Box::new(closed("2", 29))));
    let mut rig = Rig::new(desk);
    rig.until(Pulse::Live).await;
    let gone = rig.rows().await.gone;
    assert_eq!(gone, [(TicketId::from("1"), Gone::Hidden)]);
    assert_eq!(rig.cached().await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn comparing_all_ids_finds_what_the_feed_did_not_tell() {
    let mut rig = Rig::new(FakeDesk::new(5, 10));
    rig.until(Pulse::Live).await;
    let merged_into = ticket("5", "samlet");
    let found = ticket("77", "så vi ikke før");
    let solved = Ticket {
        updated: start(),
        ..closed("2", 1)
    };
    rig.desk
        .truth([ticket("1", "VPN"), solved, merged_into, found]);
    rig.desk.merge("4", "5");
    let before = rig.desk.log().len();
    while !rig.board.contains_key("77") {
        rig.event().await;
    }
    while rig.board.len() > 4 {
        rig.event().await;
    }
    let kinds = rig.kinds();
    let extra: Vec<_> = kinds[before..]
        .iter()
        .filter(|k| !matches!(**k, "changes" | "vocab"))
        .collect();
    assert_eq!(extra, [&"active-ids", &"read-many", &"read", &"read"]);
    let left: Vec<_> = rig.board.keys().map(String::as_str).collect();
    assert_eq!(left, ["1", "2", "5", "77"]);
    assert_eq!(rig.board["2"].status.class, StatusClass::Resolved);
    assert_eq!(
        rig.cursor().await,
        Cursor("5".to_owned()),
        "the feed is where it was"
    );
    rig.pulse().await;
    assert_eq!(rig.cached().await, rig.board);
}

#[tokio::test(start_paused = true)]
async fn words_are_read_again_after_their_time_and_ids_after_theirs() {
    let mut rig = Rig::new(FakeDesk::new(1, 10));
    rig.until(Pulse::Live).await;
    rig.handle.attention(Attention::Unfocused);
    let begin = rig.desk.log().len();
    let hours = 13;
    while rig.desk.log().last().unwrap().0 < hours * 3600 + 120 {
        rig.pulse().await;
    }
    let log = rig.desk.log();
    let count = |kind| log[begin..].iter().filter(|(_, k)| *k == kind).count();
    assert_eq!(count("vocab"), 13);
    assert_eq!(count("active-ids"), 2);
    assert_eq!(count("read-many"), 0);
}

#[tokio::test(start_paused = true)]
async fn another_person_sees_nothing_of_what_the_first_one_saw() {
    let mut rig = Rig::new(FakeDesk::new(4, 10));
    rig.until(Pulse::Live).await;
    rig.handle.stop();
    rig.running.join_next().await.unwrap().unwrap();
    rig.desk.log_in_as("olav");
    let mut again = Rig::with(Arc::clone(&rig.desk), rig.cache.clone());
    again.board = rig.board.clone();
    let gone = again.rows().await;
    assert_eq!(gone.gone.len(), 4);
    assert!(again.board.is_empty());
    assert_eq!(again.pulse().await.pulse, Pulse::Loading);
    again.until(Pulse::Live).await;
    assert_eq!(again.cached().await, again.desk.tickets());
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_stopped_and_when_nobody_listens_or_steers() {
    let mut stopped = Rig::new(FakeDesk::new(1, 10));
    stopped.until(Pulse::Live).await;
    stopped.handle.stop();
    stopped.running.join_next().await.unwrap().unwrap();

    let Rig {
        handle,
        events,
        mut running,
        ..
    } = Rig::new(FakeDesk::new(1, 10));
    drop(events);
    running.join_next().await.unwrap().unwrap();
    drop(handle);

    let mut unsteered = Rig::new(FakeDesk::new(1, 10));
    unsteered.until(Pulse::Live).await;
    let Rig {
        handle,
        mut running,
        events: _events,
        ..
    } = unsteered;
    drop(handle);
    running.join_next().await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_detail_is_read_with_person_and_other_tickets_and_kept() {
    let desk = FakeDesk::new(30, 10);
    let cache = memory();
    let id = TicketId::from("3");
    let slow = || Fault::Slow(secs(1));
    desk.faults([slow(), slow(), slow(), slow()]);
    let read = crate::sync::detail::fetch(&desk, &cache, &id, start())
        .await
        .unwrap();
    assert_eq!(read.ticket.id, id);
    assert_eq!(read.requester.as_ref().unwrap().who.name, "Kari Ødegård");
    assert_eq!(read.others.len(), 20);
    assert!(read.others.iter().all(|other| other.id != id));
    assert_eq!(read.read_at, Some(start()));
    assert_eq!(desk.most_in_flight(), 2);
    // The directory does not answer: what was known of the person stays.
    let trouble = || {
        crate::domain::outcome::Trouble::new(crate::domain::outcome::TroubleKind::Transient, "cut")
    };
    desk.break_for_good("person", trouble());
    desk.break_for_good("tickets-of", trouble());
    let again = crate::sync::detail::fetch(&desk, &cache, &id, start())
        .await
        .unwrap();
    assert_eq!(again, read);
    desk.break_for_good("entries", trouble());
    assert_eq!(
        crate::sync::detail::fetch(&desk, &cache, &id, start()).await,
        Err(trouble())
    );
    let kept = cache.get_detail(&id).await.unwrap().unwrap();
    assert_eq!((kept.read_at, kept.others), (None, read.others));
}
