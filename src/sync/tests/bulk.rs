//! Bulk actions over a desk that does everything wrong, with consoles that are killed: the numbers always add up, and
//! the desk agrees.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::rig::Console;
use crate::domain::action::{Action, Seen, Verb};
use crate::domain::bulk::{Bulk, Tally};
use crate::domain::delivery::as_read;
use crate::domain::fact::Fact;
use crate::domain::ids::ActionId;
use crate::domain::outbox::State;
use crate::domain::outcome::TroubleKind;
use crate::store::outbox::{Filter, New, Outbox, Row};
use crate::sync::change::{Decision, decide_children, send_read};
use crate::sync::clock::Clock as _;
use crate::sync::outbox::Timing;
use crate::sync::testing::clock::Hand;
use crate::sync::testing::desk::{Fake, Fault};
use crate::sync::testing::{action, at};

fn bulk_id() -> ActionId {
    ActionId::new(uuid::Uuid::from_u128(1_000))
}

/// What a bulk does: a field, or a text.
fn verb() -> impl Strategy<Value = Verb> {
    let text = || ("Til alle".to_owned(), Vec::new());
    prop_oneof![
        Just(Verb::Priority { to: 90 }),
        Just(Verb::Take),
        Just(text()).prop_map(|(text, files)| Verb::Reply { text, files }),
        Just(text()).prop_map(|(text, files)| Verb::Note { text, files }),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::None),
        2 => Just(Fault::Dropped),
        1 => (0_i64..100).prop_map(Fault::Late),
        1 => (0_i64..100).prop_map(Fault::SlowToStore),
        1 => Just(Fault::NotSent(TroubleKind::Transient)),
        1 => Just(Fault::NotSent(TroubleKind::RateLimited)),
        1 => Just(Fault::Before(Verb::Priority { to: 7 })),
        1 => Just(Fault::Refused),
        1 => Just(Fault::SaysYesDoesNothing),
    ]
}

/// What happens meanwhile.
#[derive(Debug, Clone)]
enum Happens {
    /// The console is killed after so many turns, and started again after so many seconds.
    Kill(usize, i64),
    /// Time passes.
    Pass(i64),
    /// A person decides about all of it.
    Decide(Decision),
    /// A colleague changes a ticket.
    Anna(usize),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        2 => (0_usize..300, 0_i64..100).prop_map(|(turns, s)| Happens::Kill(turns, s)),
        3 => (1_i64..60).prop_map(Happens::Pass),
        1 => Just(Happens::Decide(Decision::Drop)),
        2 => Just(Happens::Decide(Decision::Retry)),
        2 => (0_usize..12).prop_map(Happens::Anna),
    ]
}

/// The children of the bulk as they are stored; their numbers must add up at any moment.
async fn children(outbox: &Outbox, asked: usize) -> Result<Vec<Row>, TestCaseError> {
    let rows = outbox.list(Filter::Parent(bulk_id())).await.unwrap();
    let tally = Tally::of(rows.iter().map(|row| row.item.state));
    prop_assert_eq!(tally.sum(), asked, "{:?}", tally);
    Ok(rows)
}

/// No second part is on the desk whose first is not, and it waits for one that is stuck.
fn second_parts_follow(desk: &Fake, rows: &[Row]) -> Result<(), TestCaseError> {
    for parts in rows.chunks(2) {
        let [first, second] = parts else {
            continue;
        };
        let (first, second) = (&first.item, &second.item);
        let is_first_there = matches!(first.state, State::Done | State::NoChange);
        let id = second.action.ticket.as_ref().unwrap();
        let is_second_there = desk.ticket(id.as_str()).status.name == "resolved";
        prop_assert!(is_first_there || !is_second_there, "{first:?} {second:?}");
        let is_stuck = matches!(
            first.state,
            State::Refused | State::Conflict | State::Parked
        );
        // What is parked is dropped by a person who takes back what is not sent.
        let waits = second.is_held_back() || second.state == State::Dropped;
        prop_assert!(!is_stuck || waits, "{first:?} {second:?}");
    }
    Ok(())
}

/// Does `verb` to `count` tickets, and where it is a macro closes the ticket after it as its second part.
async fn play(
    count: usize,
    (verb, is_macro): (Verb, bool),
    faults: Vec<Fault>,
    story: Vec<Happens>,
) -> Result<(), TestCaseError> {
    let (clock, dir) = (Hand::new(), tempfile::tempdir().unwrap());
    let path = dir.path().join("outbox.db");
    let names: Vec<String> = (0..count).map(|n| format!("{}", 20 + n)).collect();
    let tickets: Vec<&str> = names.iter().map(String::as_str).collect();
    let desk = Fake::new(&clock, true, &tickets);
    desk.go_wrong(faults);
    let part = |n: u128, id: &str, verb: &Verb| Action {
        parent: Some(bulk_id()),
        seen: Seen::of(&desk.ticket(id), None, at(0)),
        ..action(n, id, verb.clone())
    };
    let mut actions = Vec::new();
    for (n, id) in (1..).zip(&tickets) {
        actions.push(part(2 * n, id, &verb));
        if is_macro {
            actions.push(part(2 * n + 1, id, &second_part()));
        }
    }
    let asked = actions.len();
    let new = |action: &Action| New {
        action: action.clone(),
        files: Vec::new(),
        hold_until: Some(at(5)),
    };
    let bulk = Bulk {
        id: bulk_id(),
        what: "test".into(),
        asked: count,
        left_out: Vec::new(),
        undoes: None,
        template: None,
        at: at(0),
    };
    let mut console = Console::start(&desk, &clock, &path);
    let all = actions.iter().map(new).collect();
    console.outbox.enqueue_bulk(bulk, all, at(0)).await.unwrap();
    console.handle.nudge();
    for one in story {
        match one {
            Happens::Kill(turns, seconds) => {
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
                console.kill().await;
                clock.jump(clock.now() + SignedDuration::from_secs(seconds));
                console = Console::start(&desk, &clock, &path);
            }
            Happens::Pass(seconds) => console.pass(seconds).await,
            Happens::Decide(decision) => {
                let (now, timing) = (clock.now(), Timing::default());
                let outbox = &console.outbox;
                decide_children(outbox, bulk_id(), decision, now, &timing)
                    .await
                    .unwrap();
                console.handle.nudge();
            }
            Happens::Anna(nth) => {
                let id = tickets[nth % count];
                desk.by_anna(id, &Verb::Priority { to: 3 });
            }
        }
        children(&console.outbox, asked).await?;
    }
    console.pass(3_600).await;
    let rows = children(&console.outbox, asked).await?;
    if is_macro {
        second_parts_follow(&desk, &rows)?;
    }
    for row in rows {
        let item = row.item;
        if item.action.verb == second_part() {
            prop_assert_ne!(item.state, State::Ready, "{:?}", item);
            continue;
        }
        let copies = desk_copies(&desk, &item.action);
        let is_text = matches!(verb, Verb::Reply { .. } | Verb::Note { .. });
        match item.state {
            State::Done if is_text => prop_assert_eq!(copies, 1, "{:?}", item),
            State::Done if verb == Verb::Take => {
                let owner = desk
                    .ticket(item.action.ticket.as_ref().unwrap().as_str())
                    .owner;
                let owner = owner.map(|who| who.id.to_string());
                prop_assert_eq!(owner, Fact::Known("me".to_owned()), "{:?}", item);
            }
            State::Done | State::NoChange => {}
            State::Refused | State::Dropped | State::Conflict => {
                prop_assert_eq!(copies, 0, "{:?}", item);
            }
            State::Parked => prop_assert!(copies <= 1, "{:?}", item),
            other => prop_assert!(false, "ends as {:?}: {:?}", other, item),
        }
    }
    prop_assert_eq!(console.outbox.bulks().await.unwrap().len(), 1);
    console.kill().await;
    Ok(())
}

fn second_part() -> Verb {
    Verb::Status {
        to: "resolved".into(),
    }
}

/// How often the text of this child is on its ticket.
fn desk_copies(desk: &Fake, action: &Action) -> usize {
    desk.copies_on(action.ticket.as_ref().unwrap(), action)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_numbers_add_up_and_the_desk_agrees(
        count in 1_usize..12,
        verb in (verb(), any::<bool>()),
        faults in prop::collection::vec(fault(), 0..14),
        story in prop::collection::vec(happens(), 0..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(play(count, verb, faults, story))?;
    }
}

/// A bulk of the two parts of a macro on one ticket, and how they stand.
struct Parts {
    desk: Fake,
    clock: Hand,
    console: Console,
    _dir: tempfile::TempDir,
}

impl Parts {
    async fn start(faults: Vec<Fault>, by_anna: Option<Verb>) -> Self {
        let (clock, dir) = (Hand::new(), tempfile::tempdir().unwrap());
        let desk = Fake::new(&clock, true, &["17"]);
        let parts = [Verb::Priority { to: 90 }, second_part()];
        let seen = Seen::of(&desk.ticket("17"), None, at(0));
        let children = (1..).zip(parts).map(|(n, verb)| New {
            action: Action {
                parent: Some(bulk_id()),
                seen: seen.clone(),
                ..action(n, "17", verb)
            },
            files: Vec::new(),
            hold_until: None,
        });
        let bulk = Bulk {
            id: bulk_id(),
            what: "test".into(),
            asked: 1,
            left_out: Vec::new(),
            undoes: None,
            template: None,
            at: at(0),
        };
        if let Some(verb) = by_anna {
            desk.by_anna("17", &verb);
        }
        desk.go_wrong(faults);
        let console = Console::start(&desk, &clock, &dir.path().join("outbox.db"));
        let children = children.collect();
        console
            .outbox
            .enqueue_bulk(bulk, children, at(0))
            .await
            .unwrap();
        console.handle.nudge();
        let parts = Self {
            desk,
            clock,
            console,
            _dir: dir,
        };
        parts.console.pass(10).await;
        parts
    }
    async fn states(&self) -> Vec<State> {
        let rows = self.console.outbox.list(Filter::Parent(bulk_id())).await;
        rows.unwrap().iter().map(|row| row.item.state).collect()
    }
    async fn decide(&self, decision: Decision) {
        let (now, timing) = (self.clock.now(), Timing::default());
        let outbox = &self.console.outbox;
        decide_children(outbox, bulk_id(), decision, now, &timing)
            .await
            .unwrap();
        self.console.handle.nudge();
        self.console.pass(10).await;
    }
    fn first() -> ActionId {
        action(1, "17", second_part()).id
    }
}

#[tokio::test]
async fn after_a_part_that_is_refused_the_next_waits_and_goes_on_when_it_is_sent_again() {
    let parts = Parts::start(vec![Fault::Refused], None).await;
    assert_eq!(parts.states().await, [State::Refused, State::Parked]);
    assert_ne!(parts.desk.ticket("17").status.name, "resolved");
    parts.decide(Decision::Retry).await;
    assert_eq!(parts.states().await, [State::Done, State::Done]);
    let rows = parts.console.outbox.list(Filter::Parent(bulk_id())).await;
    assert!(rows.unwrap().iter().all(|row| !row.item.action.force));
}

#[tokio::test]
async fn after_a_part_in_conflict_the_next_is_not_sent_by_a_retry_but_when_that_one_is() {
    let anna = Verb::Priority { to: 3 };
    let parts = Parts::start(Vec::new(), Some(anna)).await;
    assert_eq!(parts.states().await, [State::Conflict, State::Parked]);
    // What failed is tried again; what others changed is no failure, and what comes after it stays.
    parts.decide(Decision::Retry).await;
    assert_eq!(parts.states().await, [State::Conflict, State::Parked]);
    let first = Parts::first();
    parts.console.handle.retry_item(first).await.unwrap();
    parts.console.pass(10).await;
    assert_eq!(parts.states().await, [State::Done, State::Done]);
}

#[tokio::test]
async fn a_part_that_is_dropped_takes_the_next_with_it() {
    let anna = Verb::Priority { to: 3 };
    let parts = Parts::start(Vec::new(), Some(anna)).await;
    let first = Parts::first();
    parts.console.handle.drop_item(first).await.unwrap();
    parts.console.pass(10).await;
    assert_eq!(parts.states().await, [State::Dropped, State::Dropped]);
    assert_ne!(parts.desk.ticket("17").status.name, "resolved");
}

#[tokio::test]
async fn a_reply_goes_out_after_what_was_read_and_not_after_what_was_written_since() {
    let (clock, dir) = (Hand::new(), tempfile::tempdir().unwrap());
    let desk = Fake::new(&clock, true, &["17", "18"]);
    let says = |text: &str| Verb::Reply {
        text: text.to_owned(),
        files: Vec::new(),
    };
    let children = (1..).zip(["17", "18"]).map(|(n, id)| New {
        action: Action {
            parent: Some(bulk_id()),
            seen: Seen::of(&desk.ticket(id), None, at(0)),
            ..action(n, id, says("Til alle"))
        },
        files: Vec::new(),
        hold_until: None,
    });
    let children: Vec<New> = children.collect();
    let bulk = Bulk {
        id: bulk_id(),
        what: "test".into(),
        asked: 2,
        left_out: Vec::new(),
        undoes: None,
        template: None,
        at: at(0),
    };
    desk.by_anna("17", &says("virker stadig ikke"));
    desk.by_anna("18", &says("virker stadig ikke"));
    let console = Console::start(&desk, &clock, &dir.path().join("outbox.db"));
    let outbox = &console.outbox;
    outbox.enqueue_bulk(bulk, children, at(0)).await.unwrap();
    console.handle.nudge();
    console.pass(10).await;
    let rows = || async { outbox.list(Filter::Parent(bulk_id())).await.unwrap() };
    let met = rows().await;
    assert!(
        met.iter().all(|row| row.item.state == State::Conflict),
        "{met:?}"
    );
    let read: Vec<_> = met
        .iter()
        .map(|row| (row.item.id(), as_read(&row.item).unwrap()))
        .collect();
    // One of them writes once more after that was read.
    desk.by_anna("18", &says("og nu?"));
    let timing = Timing::default();
    let sent = send_read(outbox, bulk_id(), &read, clock.now(), &timing)
        .await
        .unwrap();
    assert_eq!(sent.len(), 2);
    console.handle.nudge();
    console.pass(10).await;
    let states: Vec<State> = rows().await.iter().map(|row| row.item.state).collect();
    assert_eq!(states, [State::Done, State::Conflict]);
    assert!(rows().await.iter().all(|row| !row.item.action.force));
    // What was read before says nothing of what is newer.
    let again = send_read(outbox, bulk_id(), &read, clock.now(), &timing)
        .await
        .unwrap();
    assert_eq!(again, []);
    console.kill().await;
}
