//! One console, one desk, and everything that can go wrong between them.

use super::rig::Console;
use crate::desk::port::Desk as _;
use crate::domain::action::{Action, Seen, Verb};
use crate::domain::fact::Fact;
use crate::domain::outbox::State;
use crate::domain::outcome::TroubleKind;
use crate::domain::source::SourceEvent;
use crate::store::outbox::AuditRange;
use crate::sync::clock::Clock as _;
use crate::sync::testing::clock::Hand;
use crate::sync::testing::desk::{Fake, Fault, ME};
use crate::sync::testing::{action, create, note, priority, reply};

struct Scene {
    desk: Fake,
    console: Console,
    dir: tempfile::TempDir,
    clock: Hand,
}

impl Scene {
    fn new(marker: bool) -> Self {
        let clock = Hand::new();
        let desk = Fake::new(&clock, marker, &["17", "18", "19"]);
        let dir = tempfile::tempdir().unwrap();
        let console = Console::start(&desk, &clock, &dir.path().join("outbox.db"));
        Self {
            desk,
            console,
            dir,
            clock,
        }
    }

    fn again(&self) -> Console {
        Console::start(&self.desk, &self.clock, &self.dir.path().join("outbox.db"))
    }

    async fn saw(&self, action: Action) -> Action {
        let ticket = action.ticket.clone().unwrap();
        let now = self.desk.read(&ticket).await.unwrap();
        let seen = Seen::of(&now, None, self.clock.now());
        Action { seen, ..action }
    }
}

#[tokio::test]
async fn actions_reach_the_desk_once_and_are_told_with_the_ticket_read_back() {
    let mut scene = Scene::new(true);
    let actions = [
        reply(1, "17"),
        action(2, "17", Verb::Take),
        note(3, "18"),
        create(4),
        action(5, "19", Verb::Merge { into: "18".into() }),
    ];
    scene.console.press(&actions).await;
    scene.console.pass(10).await;
    assert_eq!(scene.console.states().await, [State::Done; 5]);
    for one in [&actions[0], &actions[2], &actions[3]] {
        assert_eq!(scene.desk.copies(one), 1, "{one:?}");
    }
    assert_eq!(
        scene.desk.ticket("17").owner.known().unwrap().id.as_str(),
        ME
    );
    let made = scene.console.item(actions[3].id).await;
    assert!(made.result.is_some(), "the new ticket has a number");
    let told = scene.console.told();
    let owner_told = told.iter().any(|event| {
        matches!(event, SourceEvent::Changed(c) if c.tickets.iter().any(|t| t.id.as_str() == "17" && t.owner.known().is_some()))
    });
    assert!(owner_told, "the ticket read back is told");
    let merge_told = told
        .iter()
        .any(|event| matches!(event, SourceEvent::Changed(c) if !c.gone.is_empty()));
    assert!(merge_told, "the merged ticket is told as gone");
    let audit = scene.console.outbox.audit(AuditRange::default());
    let audit: Vec<_> = audit
        .await
        .unwrap()
        .into_iter()
        .filter_map(|l| l.line)
        .collect();
    assert_eq!(audit.len(), 5);
    let take = audit.iter().find(|l| l.verb == "take").unwrap();
    assert_eq!(take.before.as_deref(), Some("none"));
    assert_eq!(take.after.as_deref(), Some(ME));
}

#[tokio::test]
async fn what_is_held_can_be_taken_back_for_five_seconds() {
    let scene = Scene::new(true);
    let (first, second) = (reply(1, "17"), reply(2, "18"));
    scene
        .console
        .order(&[first.clone(), second.clone()], true)
        .await;
    scene.console.pass(4).await;
    assert!(scene.desk.sent().is_empty());
    scene.console.handle.drop_item(first.id).await.unwrap();
    scene.console.pass(10).await;
    assert_eq!(scene.desk.sent(), [(5, 2)]);
    assert_eq!(scene.console.state(&first).await, State::Dropped);
    assert_eq!(scene.console.state(&second).await, State::Done);
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_after_30_seconds_and_found() {
    let scene = Scene::new(false);
    scene.desk.go_wrong([Fault::Late(13)]);
    let one = reply(1, "17");
    scene.console.press(std::slice::from_ref(&one)).await;
    scene.console.pass(29).await;
    assert_eq!(scene.console.state(&one).await, State::Unknown);
    scene.console.pass(100).await;
    assert_eq!(scene.console.state(&one).await, State::Done);
    assert_eq!(scene.desk.looked(), [(30, 1)]);
    assert_eq!(scene.desk.sent(), [(0, 1)]);
}

#[tokio::test]
async fn a_lost_reply_is_sent_again_after_120_seconds_with_a_marker_and_asked_about_without() {
    for marker in [true, false] {
        let scene = Scene::new(marker);
        scene.desk.go_wrong([Fault::Dropped]);
        let one = reply(1, "17");
        scene.console.press(std::slice::from_ref(&one)).await;
        scene.console.pass(119).await;
        assert_eq!(scene.desk.looked(), [(30, 1)]);
        assert_eq!(scene.desk.sent(), [(0, 1)]);
        scene.console.pass(20).await;
        if marker {
            assert_eq!(scene.console.state(&one).await, State::Done);
            assert_eq!(scene.desk.sent(), [(0, 1), (120, 1)]);
            // The second look, the last one before sending, and the one that would tell of a second copy.
            assert_eq!(scene.desk.looked(), [(30, 1), (120, 1), (120, 1), (120, 1)]);
        } else {
            assert_eq!(scene.console.state(&one).await, State::Parked);
            assert_eq!(scene.desk.sent(), [(0, 1)]);
            scene.console.handle.retry_item(one.id).await.unwrap();
            scene.console.pass(20).await;
            assert_eq!(
                scene.console.state(&one).await,
                State::Done,
                "the person said so"
            );
        }
        assert_eq!(scene.desk.copies(&one), 1);
    }
}

#[tokio::test]
async fn a_text_that_arrived_without_its_marker_is_not_sent_again() {
    let scene = Scene::new(true);
    scene.desk.go_wrong([Fault::TextWithoutMarker]);
    let one = note(1, "17");
    scene.console.press(std::slice::from_ref(&one)).await;
    scene.console.pass(200).await;
    assert_eq!(scene.console.state(&one).await, State::Done);
    assert_eq!(scene.desk.copies(&one), 1);
}

#[tokio::test]
async fn two_calls_about_one_thing_are_two_tickets() {
    let scene = Scene::new(false);
    let first = create(1);
    let mut second = create(2);
    second.verb = first.verb.clone();
    scene.console.press(std::slice::from_ref(&first)).await;
    scene.console.pass(1).await;
    assert_eq!(scene.console.state(&first).await, State::Done);
    scene.desk.go_wrong([Fault::Dropped]);
    scene.console.press(std::slice::from_ref(&second)).await;
    scene.console.pass(200).await;
    assert_eq!(
        scene.console.state(&second).await,
        State::Parked,
        "the ticket of the first call is not that of the second"
    );
}

#[tokio::test]
async fn the_same_text_twice_is_two_texts() {
    let scene = Scene::new(false);
    let first = note(1, "17");
    let mut second = note(2, "17");
    second.verb = first.verb.clone();
    scene.console.press(std::slice::from_ref(&first)).await;
    scene.console.pass(1).await;
    scene.desk.go_wrong([Fault::Dropped]);
    scene.console.press(std::slice::from_ref(&second)).await;
    scene.console.pass(200).await;
    assert_eq!(
        scene.console.state(&second).await,
        State::Parked,
        "the first one is not it"
    );
}

#[tokio::test]
async fn a_text_that_shows_up_twice_after_all_is_told() {
    let scene = Scene::new(true);
    scene.desk.go_wrong([Fault::Late(121)]);
    let one = reply(1, "17");
    scene.console.press(std::slice::from_ref(&one)).await;
    scene.console.pass(119).await;
    scene.desk.go_wrong([Fault::SlowToStore(3)]);
    scene.console.pass(300).await;
    let item = scene.console.item(one.id).await;
    assert_eq!(item.state, State::Done);
    assert_eq!(scene.desk.copies(&one), 2, "no client can prevent this one");
    assert!(item.message.contains("2 times"), "{}", item.message);
}

#[tokio::test]
async fn a_colleagues_note_in_between_is_no_conflict_a_change_of_the_field_is() {
    let scene = Scene::new(true);
    let harmless = scene.saw(priority(1, "17", 10)).await;
    let touched = scene.saw(priority(2, "18", 10)).await;
    let text = || Verb::Note {
        text: "on it".into(),
        files: Vec::new(),
    };
    scene.desk.go_wrong([Fault::Before(text()), Fault::None]);
    scene.console.press(std::slice::from_ref(&harmless)).await;
    scene.console.pass(5).await;
    assert_eq!(scene.console.state(&harmless).await, State::Done);
    scene.desk.by_anna("18", &Verb::Priority { to: 90 });
    scene.console.press(std::slice::from_ref(&touched)).await;
    scene.console.pass(5).await;
    let item = scene.console.item(touched.id).await;
    assert_eq!(item.state, State::Conflict);
    assert_eq!(item.differences[0].theirs, "90");
    assert_eq!(item.differences[0].by.as_deref(), Some("anna"));
    assert_eq!(
        scene.desk.ticket("18").priority,
        Fact::Known(90),
        "nothing was overwritten"
    );
    scene.console.handle.retry_item(touched.id).await.unwrap();
    scene.console.pass(5).await;
    assert_eq!(scene.console.state(&touched).await, State::Done);
    assert_eq!(scene.desk.ticket("18").priority, Fact::Known(10));
}

#[tokio::test]
async fn a_ticket_that_changes_all_the_time_is_tried_again_later() {
    let scene = Scene::new(true);
    let one = scene.saw(priority(1, "17", 10)).await;
    let text = |n: usize| Verb::Note {
        text: format!("busy {n}"),
        files: Vec::new(),
    };
    scene.desk.go_wrong((0..7).map(|n| Fault::Before(text(n))));
    scene.console.press(std::slice::from_ref(&one)).await;
    scene.console.pass(1).await;
    assert_eq!(scene.console.state(&one).await, State::Ready);
    scene.console.pass(30).await;
    assert_eq!(scene.console.state(&one).await, State::Done);
}

#[tokio::test]
async fn a_race_that_the_version_check_missed_is_reported_never_called_done() {
    for fault in [
        Fault::RacedBefore(Verb::Priority { to: 70 }),
        Fault::RacedAfter(Verb::Priority { to: 70 }),
    ] {
        let scene = Scene::new(true);
        let one = scene.saw(priority(1, "17", 10)).await;
        scene.desk.go_wrong([fault.clone()]);
        scene.console.press(std::slice::from_ref(&one)).await;
        scene.console.pass(5).await;
        let item = scene.console.item(one.id).await;
        assert_eq!(item.state, State::Conflict, "{fault:?}");
        assert_eq!(item.differences[0].theirs, "70", "{fault:?}");
    }
}

#[tokio::test]
async fn a_yes_that_did_nothing_is_refused_with_the_desks_words_and_a_colleagues_yes_is_no_change()
{
    let scene = Scene::new(true);
    let one = scene.saw(priority(1, "17", 10)).await;
    scene.desk.go_wrong([Fault::SaysYesDoesNothing]);
    scene.console.press(std::slice::from_ref(&one)).await;
    scene.console.pass(5).await;
    let item = scene.console.item(one.id).await;
    assert_eq!(
        (item.state, item.message.as_str()),
        (State::Refused, "Permission Denied")
    );
    let same = scene.saw(priority(2, "18", 90)).await;
    scene.desk.by_anna("18", &Verb::Priority { to: 90 });
    scene.console.press(std::slice::from_ref(&same)).await;
    scene.console.pass(5).await;
    assert_eq!(scene.console.state(&same).await, State::NoChange);
}

#[tokio::test]
async fn a_value_whose_answer_was_lost_is_read_and_sent_again_if_needed() {
    for fault in [Fault::Dropped, Fault::Late(0), Fault::Late(13)] {
        let scene = Scene::new(true);
        let one = scene.saw(priority(1, "17", 10)).await;
        scene.desk.go_wrong([fault.clone()]);
        scene.console.press(std::slice::from_ref(&one)).await;
        scene.console.pass(60).await;
        assert_eq!(scene.console.state(&one).await, State::Done, "{fault:?}");
        assert_eq!(scene.desk.ticket("17").priority, Fact::Known(10));
    }
}

#[tokio::test]
async fn a_refused_sign_in_pauses_everything_and_says_so_until_somebody_mends_it() {
    let mut scene = Scene::new(true);
    scene.desk.trouble(Some(TroubleKind::Auth));
    let actions = [reply(1, "17"), note(2, "18")];
    scene.console.press(&actions).await;
    scene.console.pass(3_600).await;
    assert_eq!(scene.console.states().await, [State::Ready; 2]);
    let told = scene.console.told();
    assert!(
        told.iter()
            .any(|e| matches!(e, SourceEvent::OutboxPaused(Some(why)) if why.contains("Auth")))
    );
    scene.desk.trouble(None);
    scene.console.pass(60).await;
    assert_eq!(
        scene.console.states().await,
        [State::Ready; 2],
        "a person decides"
    );
    scene.console.handle.resume();
    scene.console.pass(5).await;
    assert_eq!(scene.console.states().await, [State::Done; 2]);
    assert!(
        scene
            .console
            .told()
            .contains(&SourceEvent::OutboxPaused(None))
    );
}

#[tokio::test]
async fn offline_for_a_day_everything_stays_ready_and_goes_out_on_return_checked_for_conflicts() {
    let scene = Scene::new(true);
    let clear = scene.saw(priority(1, "17", 10)).await;
    let changed = scene.saw(priority(2, "18", 10)).await;
    scene.desk.trouble(Some(TroubleKind::Transient));
    scene
        .console
        .press(&[clear.clone(), changed.clone(), reply(3, "19")])
        .await;
    scene.console.pass(24 * 3_600).await;
    assert_eq!(scene.console.states().await, [State::Ready; 3]);
    scene.desk.by_anna("18", &Verb::Priority { to: 90 });
    scene.desk.trouble(None);
    scene.console.pass(120).await;
    assert_eq!(
        scene.console.states().await,
        [State::Done, State::Conflict, State::Done]
    );
    assert_eq!(scene.desk.ticket("17").priority, Fact::Known(10));
}

#[tokio::test]
async fn a_403_is_refused_and_the_next_goes_on() {
    let scene = Scene::new(true);
    scene
        .desk
        .go_wrong([Fault::NotSent(TroubleKind::Permission)]);
    let actions = [reply(1, "17"), reply(2, "17")];
    scene.console.press(&actions).await;
    scene.console.pass(5).await;
    assert_eq!(scene.console.states().await, [State::Refused, State::Done]);
}

#[tokio::test]
async fn a_429_makes_all_wait_and_nothing_is_lost() {
    let scene = Scene::new(true);
    scene.desk.go_wrong([
        Fault::NotSent(TroubleKind::RateLimited),
        Fault::NotSent(TroubleKind::RateLimited),
    ]);
    scene
        .console
        .press(&[reply(1, "17"), reply(2, "18"), reply(3, "19")])
        .await;
    scene.console.pass(60).await;
    assert_eq!(scene.console.states().await, [State::Done; 3]);
    for n in 1..=3 {
        assert_eq!(scene.desk.copies(&reply(n, "17")), 1);
    }
}

#[tokio::test]
async fn one_ticket_keeps_its_order_and_a_lost_reply_does_not_stop_the_rest() {
    let scene = Scene::new(true);
    scene.desk.go_wrong([Fault::Dropped]);
    let resolve = Verb::Status {
        to: "resolved".into(),
    };
    let actions = [
        reply(1, "17"),
        action(2, "17", Verb::Take),
        action(3, "17", resolve),
        reply(4, "18"),
    ];
    scene.console.press(&actions).await;
    scene.console.pass(10).await;
    assert_eq!(
        scene.console.states().await,
        [State::Unknown, State::Done, State::Ready, State::Done],
        "the ticket is not closed before its answer is on the desk"
    );
    scene.console.pass(200).await;
    assert_eq!(scene.console.states().await, [State::Done; 4]);
    assert_eq!(scene.desk.ticket("17").status.name, "resolved");
}

#[tokio::test]
async fn send_now_and_wait_sends_what_is_held_and_says_what_is_left() {
    let scene = Scene::new(false);
    let held = reply(1, "17");
    scene.console.order(std::slice::from_ref(&held), true).await;
    let handle = scene.console.handle.clone();
    let (left, ()) = tokio::join!(
        handle.flush(std::time::Duration::from_secs(10)),
        scene.console.pass(10)
    );
    assert_eq!(left, []);
    assert_eq!(scene.desk.sent(), [(0, 1)]);
    scene.desk.go_wrong([Fault::Dropped]);
    scene.console.order(&[reply(2, "18")], true).await;
    let (left, ()) = tokio::join!(
        handle.flush(std::time::Duration::from_secs(10)),
        scene.console.pass(12)
    );
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].state, State::Unknown);
    scene.console.pass(200).await;
    // Parked: nothing can be done without a person, so a flush does not wait for it.
    let (left, ()) = tokio::join!(
        handle.flush(std::time::Duration::from_secs(3_600)),
        scene.console.pass(1)
    );
    assert_eq!(left[0].state, State::Parked);
}

#[tokio::test]
async fn quitting_keeps_everything_for_the_next_start() {
    let mut scene = Scene::new(true);
    scene.desk.trouble(Some(TroubleKind::Transient));
    scene.console.order(&[reply(1, "17")], true).await;
    scene.console.press(&[reply(2, "18")]).await;
    scene.console.pass(2).await;
    let next = scene.again();
    std::mem::replace(&mut scene.console, next).quit().await;
    scene.desk.trouble(None);
    scene.console.pass(60).await;
    assert_eq!(scene.console.states().await, [State::Done; 2]);
    let first = scene.console.told().into_iter().find_map(|e| match e {
        SourceEvent::Outbox(items) => Some(items),
        _ => None,
    });
    assert_eq!(first.unwrap().len(), 2, "all rows are told at the start");
}

#[tokio::test]
async fn what_was_done_long_ago_is_no_news_at_the_next_start() {
    let mut scene = Scene::new(true);
    scene.console.press(&[note(1, "17")]).await;
    scene.console.pass(2 * 60 * 60).await;
    assert_eq!(scene.console.states().await, [State::Done]);
    let next = scene.again();
    std::mem::replace(&mut scene.console, next).quit().await;
    scene.console.press(&[note(2, "18")]).await;
    scene.console.pass(5).await;
    let told: Vec<_> = scene
        .console
        .told()
        .into_iter()
        .filter_map(|event| match event {
            SourceEvent::Outbox(items) => Some(items),
            _ => None,
        })
        .flatten()
        .map(|item| item.action.ticket)
        .collect();
    assert!(!told.is_empty());
    assert!(told.iter().all(|t| *t == Some("18".into())), "{told:?}");
}

#[tokio::test]
async fn what_was_held_when_its_console_died_gets_its_seconds_again() {
    let mut scene = Scene::new(true);
    scene.console.order(&[reply(1, "17")], true).await;
    scene.console.pass(1).await;
    let clock = scene.clock.clone();
    // The next console starts an hour later; until then an idle one over another file keeps the clock going.
    let idle = Console::start(&scene.desk, &clock, &scene.dir.path().join("elsewhere.db"));
    let dead = std::mem::replace(&mut scene.console, idle);
    dead.kill().await;
    scene.console.pass(3_600).await;
    scene.console = scene.again();
    scene.console.pass(4).await;
    assert_eq!(scene.console.states().await, [State::Held]);
    scene.console.pass(3).await;
    assert_eq!(scene.console.states().await, [State::Done]);
}

#[tokio::test]
async fn a_full_disk_sends_nothing_that_it_cannot_write_down() {
    let mut scene = Scene::new(true);
    scene.desk.trouble(Some(TroubleKind::Transient));
    scene.console.press(&[reply(1, "17")]).await;
    scene.console.pass(1).await;
    let full = "PRAGMA max_page_count = 1; CREATE TEMP TRIGGER full BEFORE UPDATE ON items BEGIN SELECT raise(ABORT, 'full'); END";
    let db = scene.console.outbox.db().clone();
    db.call(move |c| Ok(c.execute_batch(full)?)).await.unwrap();
    scene.desk.trouble(None);
    scene.console.pass(300).await;
    assert!(scene.desk.sent().is_empty());
    assert!(
        scene.console.told().iter().any(
            |e| matches!(e, SourceEvent::OutboxPaused(Some(why)) if why.contains("outbox.db"))
        )
    );
    db.call(|c| Ok(c.execute_batch("DROP TRIGGER full")?))
        .await
        .unwrap();
    scene.console.pass(120).await;
    assert_eq!(scene.console.states().await, [State::Done]);
    assert!(
        scene
            .console
            .told()
            .contains(&SourceEvent::OutboxPaused(None))
    );
}

#[tokio::test]
async fn nothing_to_do_means_few_wake_ups_and_no_lease() {
    let scene = Scene::new(true);
    scene.console.press(&[reply(1, "17")]).await;
    scene.console.pass(60).await;
    let other = crate::store::Outbox::open(
        &crate::store::Location::File(scene.dir.path().join("outbox.db")),
        "main",
    )
    .unwrap();
    let lease = other
        .acquire(scene.clock.now(), std::time::Duration::from_secs(60))
        .await
        .unwrap();
    assert_eq!(lease, crate::store::outbox::Lease::Taken);
}

#[tokio::test]
async fn another_text_of_ours_at_the_same_time_is_not_taken_for_the_lost_one() {
    let Scene { desk, console, .. } = &Scene::new(false);
    let one = reply(1, "17");
    let beside = Verb::Reply {
        text: "written in the web pages".into(),
        files: Vec::new(),
    };
    desk.go_wrong([Fault::DroppedBeside(beside)]);
    console.press(std::slice::from_ref(&one)).await;
    console.pass(5).await;
    assert_eq!(console.state(&one).await, State::Unknown);
    console.pass(200).await;
    assert_eq!(
        console.state(&one).await,
        State::Parked,
        "it never arrived, and without a marker a person is asked"
    );
    assert_eq!(desk.copies(&one), 0);
}
