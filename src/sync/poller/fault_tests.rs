//! The poller when things go wrong.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::SignedDuration;
use proptest::prelude::*;
use tokio::time::Instant;

use super::fake::{FakeDesk, Fault, Row, start, ticket};
use super::tests::{Rig, memory, secs};
use super::*;
use crate::domain::ids::TicketId;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Cursor, Gone, Pulse};

fn trouble(kind: TroubleKind) -> Trouble {
    Trouble::new(kind, "what happened")
}

fn fail(kind: TroubleKind) -> Fault {
    Fault::Fail(trouble(kind))
}

fn wait(kind: TroubleKind, seconds: u64) -> Fault {
    Fault::Fail(Trouble {
        retry_after: Some(secs(seconds)),
        ..trouble(kind)
    })
}

async fn live(desk: FakeDesk) -> Rig {
    let mut rig = Rig::new(desk);
    rig.until(Pulse::Live).await;
    rig
}

#[tokio::test(start_paused = true)]
async fn retry_after_seven_is_seven_seconds_of_silence_whoever_asks() {
    for kind in [TroubleKind::RateLimited, TroubleKind::Transient] {
        let mut rig = live(FakeDesk::new(1, 10)).await;
        rig.desk.faults([wait(kind, 7)]);
        let waiting = rig.until(Pulse::Waiting).await;
        assert_eq!(waiting.next_try, Some(start() + secs(5 + 7)));
        assert_eq!(waiting.last_ok, Some(start()));
        rig.handle.refresh();
        rig.handle.attention(Attention::Idle);
        rig.handle.attention(Attention::InUse);
        let again = rig.pulse().await;
        assert_eq!((again.pulse, again.trouble), (Pulse::Live, None));
        rig.pulse().await;
        assert_eq!(
            rig.desk.log()[3..],
            [(5, "changes"), (12, "changes"), (17, "changes")]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_nothing_is_no_invitation_to_hammer() {
    let mut rig = live(FakeDesk::new(1, 10)).await;
    rig.desk
        .faults(std::iter::repeat_n(wait(TroubleKind::RateLimited, 0), 3));
    rig.until(Pulse::Waiting).await;
    rig.until(Pulse::Live).await;
    let log = rig.desk.log();
    let times: Vec<u64> = log[3..].iter().map(|(at, _)| *at).collect();
    assert_eq!(times, [5, 8, 14, 26]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_another_request_was_told_holds_for_polls_too() {
    let mut rig = live(FakeDesk::new(1, 10)).await;
    rig.desk.ask_to_wait(secs(9));
    let waiting = rig.pulse().await;
    assert_eq!(waiting.pulse, Pulse::Waiting);
    assert_eq!(waiting.next_try, Some(start() + secs(9)));
    rig.until(Pulse::Live).await;
    assert_eq!(rig.desk.log()[3..], [(9, "changes")]);
}

#[tokio::test(start_paused = true)]
async fn late_then_stale_with_its_age_then_live_by_itself() {
    let mut rig = live(FakeDesk::new(1, 10)).await;
    rig.desk.faults([
        fail(TroubleKind::Transient),
        fail(TroubleKind::Transient),
        fail(TroubleKind::Transient),
    ]);
    let late = rig.pulse().await;
    assert_eq!(late.pulse, Pulse::Late);
    assert_eq!(late.next_try, Some(start() + secs(5 + 3)));
    let stale = rig.pulse().await;
    assert_eq!((stale.pulse, stale.last_ok), (Pulse::Stale, Some(start())));
    assert_eq!(stale.trouble, Some(trouble(TroubleKind::Transient)));
    assert_eq!(rig.pulse().await.pulse, Pulse::Stale);
    rig.desk
        .push(Row::Ticket(Box::new(ticket("2", "kom imens"))));
    let back = rig.pulse().await;
    assert_eq!(
        (back.pulse, back.trouble, back.next_try),
        (Pulse::Live, None, None)
    );
    assert_eq!(rig.board.len(), 2);
    assert_eq!(
        rig.desk.log()[3..],
        [
            (5, "changes"),
            (8, "changes"),
            (14, "changes"),
            (26, "changes")
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_that_hangs_makes_the_screen_stale_while_it_hangs() {
    let mut rig = live(FakeDesk::new(1, 10)).await;
    rig.desk
        .faults([Fault::Hang(secs(60)), Fault::Slow(secs(8))]);
    let began = start() + secs(5);
    let late = rig.pulse().await;
    assert_eq!(late.pulse, Pulse::Late);
    let stale = rig.pulse().await;
    assert_eq!(stale.pulse, Pulse::Stale);
    assert!(stale.trouble.unwrap().message.contains("10 s"));
    let failed = rig.pulse().await;
    assert_eq!(failed.pulse, Pulse::Stale);
    assert_eq!(failed.next_try, Some(began + secs(60 + 3)));
    // The next one is slow, but good.
    let back = rig.until(Pulse::Live).await;
    assert_eq!(back.took, Some(secs(8)));
    assert_eq!(rig.desk.most_in_flight(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_broken_answer_keeps_the_board_and_says_so() {
    let mut rig = live(FakeDesk::new(4, 10)).await;
    rig.desk
        .faults([fail(TroubleKind::Malformed), fail(TroubleKind::Malformed)]);
    let late = rig.pulse().await;
    assert_eq!(late.pulse, Pulse::Late);
    assert_eq!(late.trouble, Some(trouble(TroubleKind::Malformed)));
    assert_eq!(rig.pulse().await.pulse, Pulse::Stale);
    assert_eq!(rig.board, rig.desk.tickets());
    assert_eq!(rig.cursor().await, Cursor("4".to_owned()));
    rig.until(Pulse::Live).await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_said_tried_seldom_and_heals_at_a_key() {
    let mut rig = live(FakeDesk::new(1, 10)).await;
    rig.desk
        .faults([fail(TroubleKind::Auth), fail(TroubleKind::Auth)]);
    let refused = rig.until(Pulse::Refused).await;
    assert_eq!(refused.next_try, Some(start() + secs(5 + 96)));
    assert_eq!(rig.pulse().await.pulse, Pulse::Refused);
    // Somebody mended the token and asks.
    rig.handle.refresh();
    rig.until(Pulse::Live).await;
    assert_eq!(
        rig.desk.log()[3..],
        [
            (5, "changes"),
            (101, "probe"),
            (101, "probe"),
            (101, "changes")
        ],
        "whoever answers after a refusal is asked who they are"
    );
}

#[tokio::test(start_paused = true)]
async fn no_desk_at_the_start_is_tried_for_ever() {
    let desk = FakeDesk::new(1, 10);
    desk.faults(std::iter::repeat_n(fail(TroubleKind::Transient), 60));
    let mut rig = Rig::new(desk);
    assert_eq!(rig.pulse().await.pulse, Pulse::Late);
    assert_eq!(rig.pulse().await.pulse, Pulse::Stale);
    rig.until(Pulse::Live).await;
    let log = rig.desk.log();
    assert_eq!(log.len(), 63);
    let longest = log.windows(2).map(|two| two[1].0 - two[0].0).max();
    assert_eq!(longest, Some(120), "the pause has an upper end");
}

#[tokio::test(start_paused = true)]
async fn trouble_with_words_or_ids_alone_leaves_the_board_live() {
    let desk = FakeDesk::new(1, 10);
    desk.break_for_good("vocab", trouble(TroubleKind::Permission));
    desk.break_for_good("active-ids", trouble(TroubleKind::Malformed));
    let mut rig = live(desk).await;
    while rig.desk.log().last().unwrap().0 < 3600 {
        assert_eq!(rig.pulse().await.pulse, Pulse::Live);
    }
    let vocab = rig.kinds().iter().filter(|kind| **kind == "vocab").count();
    assert!(
        (4..=5).contains(&vocab),
        "tried again every quarter of an hour: {vocab}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_full_read_goes_on_from_the_last_page() {
    let desk = FakeDesk::new(30, 10);
    desk.faults([
        Fault::None,
        Fault::None,
        Fault::None,
        fail(TroubleKind::Transient),
    ]);
    let mut rig = Rig::new(desk);
    let late = rig.until(Pulse::Late).await;
    assert_eq!(late.progress, Some((10, Some(30))));
    assert_eq!(rig.board.len(), 10);
    rig.until(Pulse::Live).await;
    assert_eq!(rig.board.len(), 30);
    let changes = rig
        .kinds()
        .iter()
        .filter(|kind| **kind == "changes")
        .count();
    assert_eq!(changes, 4, "three pages and the one that failed");
}

#[tokio::test(start_paused = true)]
async fn after_a_sleep_of_the_machine_it_is_stale_and_asks_at_once() {
    let mut rig = live(FakeDesk::new(1, 10)).await;
    rig.slept.store(3600, Ordering::Relaxed);
    let stale = rig.pulse().await;
    assert_eq!((stale.pulse, stale.last_ok), (Pulse::Stale, Some(start())));
    let live = rig.pulse().await;
    assert_eq!(live.pulse, Pulse::Live);
    assert_eq!(live.last_ok, Some(start() + secs(3605)));
    rig.desk.push(Row::Gone(TicketId::from("1"), Gone::Deleted));
    rig.rows().await;
    assert!(
        rig.kinds().contains(&"active-ids"),
        "the feed may have forgotten much"
    );
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_harms_nothing() {
    let mut rig = live(FakeDesk::new(1, 10)).await;
    rig.slept.store(-7200, Ordering::Relaxed);
    for _ in 0..3 {
        assert_eq!(rig.pulse().await.pulse, Pulse::Live);
    }
    assert_eq!(
        rig.desk.log()[3..],
        [(5, "changes"), (10, "changes"), (15, "changes")]
    );
}

#[tokio::test(start_paused = true)]
async fn without_its_cache_the_board_goes_on_and_says_so() {
    let mut rig = live(FakeDesk::new(2, 10)).await;
    rig.cache.close();
    rig.desk.push(Row::Ticket(Box::new(ticket("3", "ny"))));
    assert_eq!(rig.rows().await.tickets.len(), 1);
    let live = rig.pulse().await;
    assert_eq!(live.pulse, Pulse::Live);
    assert!(live.trouble.unwrap().message.contains("cache"));
}

#[tokio::test(start_paused = true)]
async fn a_wait_longer_than_time_itself_is_survived() {
    let mut rig = live(FakeDesk::new(1, 10)).await;
    rig.desk.faults([wait(TroubleKind::RateLimited, u64::MAX)]);
    let waiting = rig.until(Pulse::Waiting).await;
    assert!(waiting.next_try.is_some());
    rig.handle.stop();
    rig.running.join_next().await.unwrap().unwrap();
}

fn any_fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        3 => Just(Fault::None),
        2 => Just(fail(TroubleKind::Transient)),
        1 => Just(fail(TroubleKind::Malformed)),
        1 => Just(fail(TroubleKind::Auth)),
        1 => Just(fail(TroubleKind::Permission)),
        1 => Just(fail(TroubleKind::NoAnswer)),
        1 => (1u64..40).prop_map(|s| wait(TroubleKind::RateLimited, s)),
        1 => (1u64..90).prop_map(|s| Fault::Hang(secs(s))),
        1 => (1u64..90).prop_map(|s| Fault::Slow(secs(s))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever happens, in the end everything is there, and never two requests at a time.
    #[test]
    fn it_always_recovers(faults in prop::collection::vec(any_fault(), 0..25), rows in 0usize..30, page in 1usize..12) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let desk = FakeDesk::new(rows, page);
            let met = faults.len();
            desk.faults(faults);
            let mut rig = Rig::with(Arc::new(desk), memory());
            // All faults met, and then heard good news.
            loop {
                let live = rig.until(Pulse::Live).await;
                assert_eq!(live.trouble, None);
                if rig.desk.log().len() > met {
                    break;
                }
            }
            rig.until(Pulse::Live).await;
            assert_eq!(rig.board, rig.desk.tickets());
            assert_eq!(rig.cached().await, rig.desk.tickets());
            assert_eq!(rig.cursor().await, Cursor(rows.to_string()));
            assert_eq!(rig.desk.most_in_flight(), 1);
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_town_whose_time_runs_faster_is_no_sleep() {
    let desk = Arc::new(FakeDesk::new(1, 10));
    let began = Instant::now();
    let mut rig = Rig::changed(desk, memory(), |parts| {
        parts.now = Arc::new(move || {
            let ran = SignedDuration::try_from(began.elapsed() * 60).unwrap();
            start() + ran
        });
    });
    for _ in 0..50 {
        let pulse = rig.pulse().await.pulse;
        assert!(!pulse.is_silent(), "{pulse:?}");
    }
}
