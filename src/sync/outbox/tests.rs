//! The states against a model of a desk that does everything wrong, and the rules one by one.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::action::{Action, Seen, Verb};

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_770_000_000 + second)
}

fn item(n: u128, ticket: &str, verb: Verb, state: State) -> Item {
    let action = Action {
        id: ActionId::new(Uuid::from_u128(n)),
        ticket: Some(ticket.into()),
        verb,
        seen: Seen::default(),
        at: at(0),
        undoes: None,
        parent: None,
        force: false,
    };
    Item::new(action, state, None, at(0))
}

fn reply() -> Verb {
    Verb::Reply {
        text: "Hello".into(),
        files: Vec::new(),
    }
}

fn go(item: Item, event: Event, now: i64) -> Item {
    step(item, event, at(now), &Timing::default()).0
}

fn attempt(outcome: Outcome, unsent: bool) -> Applied {
    Applied {
        outcome,
        unsent,
        before: None,
        after: None,
    }
}

fn applied(outcome: Outcome, unsent: bool) -> Event {
    Event::Applied(Box::new(attempt(outcome, unsent)), Sent::default())
}

fn late(outcome: Outcome, unsent: bool) -> Event {
    Event::Late(Box::new(attempt(outcome, unsent)))
}

fn lost() -> Outcome {
    Outcome::Unknown {
        message: "the connection was lost".into(),
    }
}

fn done() -> Outcome {
    Outcome::Done {
        ticket: None,
        entry: Some("9".into()),
        remarks: Vec::new(),
    }
}

fn not_there(certain: bool) -> Event {
    Event::Looked(Box::new(Looked::NotThere { certain }))
}

/// A reply that went out at second 0 and got no answer.
fn unanswered() -> Item {
    let sending = go(item(1, "17", reply(), State::Ready), Event::Begin, 0);
    let sent = go(sending, Event::AboutToWrite, 0);
    go(sent, applied(lost(), false), 20)
}

#[test]
fn a_lost_reply_is_looked_for_after_30_and_120_seconds_and_then_a_person_is_asked() {
    let first = unanswered();
    assert_eq!((first.state, first.due), (State::Unknown, Some(at(30))));
    assert!(!is_look_due(&first, at(29)) && is_look_due(&first, at(30)));
    let second = go(first, not_there(false), 30);
    assert_eq!((second.state, second.due), (State::Unknown, Some(at(120))));
    let parked = go(second, not_there(false), 120);
    assert_eq!(parked.state, State::Parked);
    assert!(parked.message.contains("history"), "{}", parked.message);
}

#[test]
fn with_a_marker_it_is_sent_again_after_the_second_look() {
    let second = go(unanswered(), not_there(true), 30);
    let again = go(second, not_there(true), 120);
    assert_eq!(again.state, State::Ready);
    assert_eq!(
        again.sent_at,
        Some(at(0)),
        "so that the next attempt looks first"
    );
}

#[test]
fn looking_by_hand_does_not_shorten_the_wait_for_sending_again() {
    let mut item = unanswered();
    for second in [21, 22, 40] {
        item = go(item, Event::Retry, second);
        assert_eq!(item.due, Some(at(second)));
        item = go(item, not_there(true), second);
        assert_eq!((item.state, item.due), (State::Unknown, Some(at(120))));
    }
    assert_eq!(go(item, not_there(true), 120).state, State::Ready);
}

#[test]
fn what_is_found_is_done() {
    let found = go(
        unanswered(),
        Event::Looked(Box::new(Looked::There(done()))),
        30,
    );
    assert_eq!(found.state, State::Done);
    assert_eq!(found.entry, Some("9".into()));
}

#[test]
fn a_look_that_fails_counts_for_nothing() {
    let offline = Trouble::new(TroubleKind::Transient, "not reachable");
    let (item, todo) = step(
        unanswered(),
        Event::Looked(Box::new(Looked::Later(offline.clone()))),
        at(30),
        &Timing::default(),
    );
    assert_eq!((item.state, item.looks), (State::Unknown, 0));
    assert_eq!(todo, [Do::Wait(offline)]);
}

#[test]
fn a_hold_can_be_taken_back_and_ends() {
    let mut held = item(1, "17", reply(), State::Held);
    held.due = Some(at(5));
    let dropped = go(held.clone(), Event::Drop, 3);
    assert_eq!(dropped.state, State::Dropped);
    assert!(dropped.message.contains("before it was sent"));
    let released = go(held, Event::Release, 5);
    assert_eq!((released.state, released.due), (State::Ready, None));
    let sending = go(released, Event::Begin, 5);
    assert_eq!(
        go(sending.clone(), Event::Drop, 6),
        sending,
        "what is on its way cannot be taken back"
    );
}

#[test]
fn refusals_pauses_and_waits() {
    let sending = || go(item(1, "17", Verb::Take, State::Ready), Event::Begin, 0);
    let with = |kind| {
        let outcome = Outcome::Later(Trouble::new(kind, "words of the desk"));
        step(sending(), applied(outcome, true), at(1), &Timing::default())
    };
    let (item, todo) = with(TroubleKind::Auth);
    assert_eq!(item.state, State::Ready);
    assert_eq!(todo, [Do::Pause("words of the desk".into())]);
    for kind in [TroubleKind::RateLimited, TroubleKind::Transient] {
        let (item, todo) = with(kind);
        assert_eq!((item.state, item.attempts), (State::Ready, 0));
        assert!(matches!(todo[..], [Do::Wait(_)]), "{kind:?}");
    }
    let refused = go(
        sending(),
        applied(
            Outcome::Refused {
                message: "Permission Denied".into(),
            },
            true,
        ),
        1,
    );
    assert_eq!(refused.state, State::Refused);
    assert_eq!(refused.message, "Permission Denied");
}

#[test]
fn a_killed_console_leaves_what_can_be_told_apart() {
    let begun = |verb| go(item(1, "17", verb, State::Ready), Event::Begin, 0);
    let not_yet_out = go(begun(reply()), Event::Abandoned, 50);
    assert_eq!(not_yet_out.state, State::Ready, "the write was not begun");
    let out = go(begun(reply()), Event::AboutToWrite, 1);
    let unclear = go(out, Event::Abandoned, 2);
    assert_eq!((unclear.state, unclear.due), (State::Unknown, Some(at(31))));
    let set = go(begun(Verb::Take), Event::AboutToWrite, 1);
    let again = go(set, Event::Abandoned, 2);
    assert_eq!(again.state, State::Ready, "setting a value can be repeated");
    assert!(again.sent_at.is_some());
}

#[test]
fn a_console_that_comes_late_tells_only_what_is_certain() {
    let taken_over = go(
        go(
            go(item(1, "17", reply(), State::Ready), Event::Begin, 0),
            Event::AboutToWrite,
            0,
        ),
        Event::Abandoned,
        60,
    );
    assert_eq!(taken_over.state, State::Unknown);
    let sending = go(
        go(
            go(taken_over.clone(), not_there(true), 90),
            not_there(true),
            120,
        ),
        Event::Begin,
        121,
    );
    assert_eq!(sending.state, State::Sending, "the other console sends it");
    let refused = Outcome::Refused {
        message: "no right".into(),
    };
    let offline = Outcome::Later(Trouble::new(TroubleKind::Transient, "not reachable"));
    for row in [taken_over, sending] {
        for (outcome, unsent) in [
            (lost(), false),
            (refused.clone(), true),
            (offline.clone(), true),
        ] {
            let after = go(row.clone(), late(outcome, unsent), 122);
            assert_eq!(after, row, "what came of an attempt that is over");
        }
        let found = go(row, late(done(), false), 122);
        assert_eq!(
            found.state,
            State::Done,
            "it is on the desk, whoever says so"
        );
    }
}

#[test]
fn a_conflict_goes_out_all_the_same_when_its_person_says_so() {
    let sending = go(item(1, "17", reply(), State::Ready), Event::Begin, 0);
    let outcome = Outcome::Conflict {
        differences: Vec::new(),
        unseen: Vec::new(),
    };
    let conflict = go(sending, applied(outcome, true), 1);
    assert_eq!(conflict.state, State::Conflict);
    let again = go(conflict, Event::Retry, 2);
    assert_eq!(again.state, State::Ready);
    assert!(again.action.force);
    let refused = item(2, "17", Verb::Take, State::Refused);
    assert!(
        !go(refused, Event::Retry, 2).action.force,
        "a refusal is no conflict"
    );
}

#[test]
fn a_value_that_never_gets_a_clear_answer_is_asked_about_in_the_end() {
    let timing = Timing::default();
    let mut item = item(1, "17", Verb::Take, State::Ready);
    let mut now = 0;
    while item.state == State::Ready {
        now += 100;
        assert!(item.attempts < timing.most_attempts);
        item = go(go(item, Event::Begin, now), Event::AboutToWrite, now);
        let outcome = Outcome::Later(Trouble::new(TroubleKind::NoAnswer, "timed out"));
        item = go(item, applied(outcome, false), now);
    }
    assert_eq!(item.state, State::Parked);
}

fn picked(items: &[Item], now: i64, busy: &[u128], limit: usize) -> Vec<u128> {
    let items: Vec<&Item> = items.iter().collect();
    let busy: HashSet<ActionId> = busy
        .iter()
        .map(|n| ActionId::new(Uuid::from_u128(*n)))
        .collect();
    pick(&items, at(now), &busy, limit)
        .into_iter()
        .map(|id| id.uuid().as_u128())
        .collect()
}

#[test]
fn one_ticket_first_come_first_served_and_several_tickets_at_once() {
    let ready = |n, ticket| item(n, ticket, Verb::Priority { to: 1 }, State::Ready);
    let items = [
        ready(1, "17"),
        ready(2, "17"),
        ready(3, "18"),
        ready(4, "19"),
    ];
    assert_eq!(picked(&items, 0, &[], 2), [1, 3]);
    assert_eq!(picked(&items, 0, &[], 9), [1, 3, 4]);
    assert_eq!(picked(&items, 0, &[1], 2), [3]);
    let mut creates = [ready(1, "17"), ready(2, "17")];
    for create in &mut creates {
        create.action.ticket = None;
    }
    assert_eq!(
        picked(&creates, 0, &[], 9),
        [1, 2],
        "new tickets do not wait for each other"
    );
}

#[test]
fn an_earlier_action_that_is_held_or_waits_for_its_time_holds_back_the_ticket() {
    let take = item(2, "17", Verb::Take, State::Ready);
    for state in [State::Held, State::Sending] {
        assert!(picked(&[item(1, "17", reply(), state), take.clone()], 0, &[], 9).is_empty());
    }
    let mut waits = item(1, "17", reply(), State::Ready);
    waits.due = Some(at(10));
    assert!(picked(&[waits.clone(), take.clone()], 9, &[], 9).is_empty());
    assert_eq!(picked(&[waits, take], 10, &[], 9), [1]);
}

#[test]
fn an_earlier_action_that_is_stuck_holds_back_only_what_must_keep_its_order() {
    let resolve = Verb::Status {
        to: "resolved".into(),
    };
    for stuck in [State::Unknown, State::Conflict, State::Parked] {
        let items = [
            item(1, "17", reply(), stuck),
            item(2, "17", resolve.clone(), State::Ready),
            item(3, "17", Verb::Take, State::Ready),
        ];
        // The take is behind the resolve, which is ready: it keeps its turn behind that one.
        assert!(picked(&items, 0, &[], 9).is_empty(), "{stuck:?}");
        let items = [items[0].clone(), items[2].clone()];
        assert_eq!(picked(&items, 0, &[], 9), [3], "{stuck:?}");
    }
    for ended in [State::Refused, State::Dropped] {
        let items = [
            item(1, "17", reply(), ended),
            item(2, "17", resolve.clone(), State::Ready),
        ];
        assert_eq!(picked(&items, 0, &[], 9), [2], "{ended:?}");
    }
}

/// What the world does to one attempt or one look.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    /// Nothing sent: the desk is not there.
    Offline,
    /// Killed before the write was written down.
    KilledBefore,
    /// Killed after it was written down, before it went out.
    KilledBetween,
    /// It went out and was lost on the way.
    LostOnTheWay,
    /// It arrives after so many seconds; the answer is lost.
    AnswerLost(i64),
    /// It arrives after so many seconds; the console is killed meanwhile.
    KilledAfter(i64),
    /// Accepted, but not there when it is read back; there after so many seconds.
    SlowToStore(i64),
    Answered,
    Refused,
    Changed,
    /// A person looks by hand.
    LookNow,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        Just(Fate::Offline),
        Just(Fate::KilledBefore),
        Just(Fate::KilledBetween),
        Just(Fate::LostOnTheWay),
        (0_i64..119).prop_map(Fate::AnswerLost),
        (0_i64..119).prop_map(Fate::KilledAfter),
        (1_i64..119).prop_map(Fate::SlowToStore),
        Just(Fate::Answered),
        Just(Fate::Refused),
        Just(Fate::Changed),
        Just(Fate::LookNow),
    ]
}

/// One action, one desk, and a script of fates; after it everything works.
struct World {
    now: Timestamp,
    /// When each copy can be seen on the desk.
    copies: Vec<Timestamp>,
    marker: bool,
    repeatable: bool,
    sends: usize,
    looks_since_send: usize,
}

impl World {
    fn is_there(&self) -> bool {
        self.copies.iter().any(|at| *at <= self.now)
    }

    fn arrive(&mut self, after: i64) {
        self.copies
            .push(self.now + SignedDuration::from_secs(after));
    }

    fn look(&mut self) -> Looked {
        self.looks_since_send += 1;
        if self.is_there() {
            Looked::There(done())
        } else {
            Looked::NotThere {
                certain: self.marker,
            }
        }
    }

    /// What `desk::apply` does, without a desk. `None`: killed.
    fn attempt(&mut self, item: &mut Item, fate: Fate, timing: &Timing) -> Option<(Outcome, bool)> {
        match fate {
            Fate::Offline => {
                let trouble = Trouble::new(TroubleKind::Transient, "offline");
                return Some((Outcome::Later(trouble), true));
            }
            Fate::KilledBefore => return None,
            Fate::Refused => {
                return Some((
                    Outcome::Refused {
                        message: "no".into(),
                    },
                    true,
                ));
            }
            Fate::Changed => {
                let outcome = Outcome::Conflict {
                    differences: Vec::new(),
                    unseen: Vec::new(),
                };
                return Some((outcome, true));
            }
            _ => {}
        }
        if item.sent_at.is_some() {
            // The last look before sending again; for a value, the read.
            if let Looked::There(found) = self.look() {
                return Some((found, true));
            }
        }
        *item = step(item.clone(), Event::AboutToWrite, self.now, timing).0;
        if fate == Fate::KilledBetween {
            return None;
        }
        assert!(
            self.repeatable || self.sends == 0 || self.looks_since_send >= 2,
            "sent again without two looks"
        );
        self.sends += 1;
        self.looks_since_send = 0;
        let unclear = if self.repeatable {
            Outcome::Later(Trouble::new(TroubleKind::NoAnswer, "lost"))
        } else {
            lost()
        };
        match fate {
            Fate::LostOnTheWay => Some((unclear, false)),
            Fate::AnswerLost(after) | Fate::SlowToStore(after) => {
                self.arrive(after);
                Some((unclear, false))
            }
            Fate::KilledAfter(after) => {
                self.arrive(after);
                None
            }
            _ => {
                self.arrive(0);
                Some((done(), false))
            }
        }
    }
}

fn play(fates: &[Fate], repeatable: bool, marker: bool) -> Result<(), TestCaseError> {
    let timing = Timing::default();
    let verb = if repeatable { Verb::Take } else { reply() };
    let mut item = item(1, "17", verb, State::Ready);
    let mut world = World {
        now: at(0),
        copies: Vec::new(),
        marker,
        repeatable,
        sends: 0,
        looks_since_send: 0,
    };
    let mut fates = fates.iter().copied();
    let mut history = BTreeMap::new();
    for turn in 0..200 {
        history.insert(turn, (world.now, item.state));
        if item.state.is_final() || item.state.wants_person() {
            break;
        }
        let fate = fates.next().unwrap_or(Fate::Answered);
        match item.state {
            State::Ready => {
                let due = item.due.unwrap_or(world.now);
                world.now = world.now.max(due) + SignedDuration::from_secs(1);
                let began = Sent::of(&item);
                item = step(item, Event::Begin, world.now, &timing).0;
                let event = match world.attempt(&mut item, fate, &timing) {
                    None => Event::Abandoned,
                    Some((outcome, unsent)) => Event::Applied(
                        Box::new(Applied {
                            outcome,
                            unsent,
                            before: None,
                            after: None,
                        }),
                        began,
                    ),
                };
                item = step(item, event, world.now, &timing).0;
            }
            State::Unknown => {
                if fate == Fate::LookNow {
                    item = step(item, Event::Retry, world.now, &timing).0;
                }
                let due = item
                    .due
                    .expect("an unknown action has a time for its next look");
                world.now = world.now.max(due);
                let looked = match fate {
                    Fate::Offline => Looked::Later(Trouble::new(TroubleKind::Transient, "offline")),
                    Fate::KilledBefore => continue,
                    _ => world.look(),
                };
                item = step(item, Event::Looked(Box::new(looked)), world.now, &timing).0;
            }
            other => prop_assert!(false, "stuck in {other:?}: {history:?}"),
        }
    }
    let copies = world.copies.len();
    if !repeatable {
        prop_assert!(copies <= 1, "there {copies} times: {history:?}");
    }
    match item.state {
        State::Done => prop_assert!(copies >= 1, "done, but not there: {history:?}"),
        State::Refused | State::Conflict => {
            // Refused after an earlier attempt was lost: the pre-send look found nothing, and nothing may come later.
            prop_assert!(copies == 0 || item.sent_at.is_some());
        }
        State::Parked => prop_assert!(item.sent_at.is_some() && !item.message.is_empty()),
        other => prop_assert!(false, "ends as {other:?}: {history:?}"),
    }
    if marker && !repeatable && item.state == State::Parked {
        prop_assert!(item.attempts >= timing.most_attempts);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_it_ends_applied_once_or_reported(
        fates in prop::collection::vec(fate(), 0..14),
        repeatable: bool,
        marker: bool,
    ) {
        play(&fates, repeatable, marker)?;
    }

    #[test]
    fn no_event_in_any_state_panics_or_revives_what_has_ended(
        state in prop::sample::select(State::ALL.to_vec()),
        events in prop::collection::vec(prop::sample::select(vec![
            Event::Release, Event::Begin, Event::AboutToWrite, Event::Abandoned,
            Event::HeldAgain, Event::Drop, not_there(true), not_there(false),
            applied(lost(), false), applied(Outcome::NoChange { ticket: None }, true),
            late(lost(), false), late(done(), false),
        ]), 0..12),
    ) {
        let mut item = item(1, "17", reply(), state);
        for (second, event) in events.into_iter().enumerate() {
            let before = item.state;
            item = go(item, event, i64::try_from(second).unwrap_or(0));
            if before.is_final() && before != State::Dropped && before != State::Refused {
                prop_assert_eq!(item.state, before);
            }
        }
    }
}

#[test]
fn the_defaults_are_those_of_the_documents() {
    let timing = Timing::default();
    assert_eq!(timing.hold, Duration::from_secs(5));
    assert_eq!(timing.first_look, Duration::from_secs(30));
    assert_eq!(timing.second_look, Duration::from_secs(120));
    assert_eq!(timing.lease, Duration::from_secs(60));
    assert!((2..=3).contains(&timing.in_flight));
}
