//! From a key to the desk and back: what waits, what is asked, what is said, what can be taken back.

use super::session::{Session, at, known, person, ticket};
use crate::app::model::{NoticeKind, Overlay};
use crate::app::{Effect, Msg};
use crate::domain::action::Verb;
use crate::domain::fact::Fact;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::outbox::State;
use crate::domain::outcome::Difference;
use crate::domain::source::{Can, SourceEvent};
use crate::domain::ticket::{Link, LinkKind, LinkTarget, Ticket};
use crate::input::command::COMMANDS;
use crate::input::{Command, Context};

fn question(s: &Session) -> String {
    match s.model.overlays.last() {
        Some(Overlay::Confirm(confirm)) => {
            format!("{}\n{}", confirm.question, confirm.lines.join("\n"))
        }
        other => panic!("no question: {other:?}"),
    }
}

/// Whether the last action handed to the store is held, and its verb.
fn handed(s: &mut Session) -> (Verb, Option<jiff::Timestamp>) {
    let effect = s.effects.iter().find_map(|effect| match effect {
        Effect::Enqueue {
            action, hold_until, ..
        } => Some((action.verb.clone(), *hold_until)),
        _ => None,
    });
    s.effects.clear();
    effect.expect("an action")
}

#[test]
fn what_only_staff_sees_goes_at_once() {
    let link = Link {
        kind: LinkKind::RefersTo,
        target: LinkTarget::Ticket(TicketId::from("4209")),
    };
    let cases: [(&str, Verb); 10] = [
        ("t", Verb::Take),
        ("a å s a enter", Verb::Assign { to: "asa".into() }),
        (
            "s s t a l enter",
            Verb::Status {
                to: "stalled".into(),
            },
        ),
        ("p h i g h enter", Verb::Priority { to: 100 }),
        ("p 4 2 enter", Verb::Priority { to: 42 }),
        (
            "Q down enter",
            Verb::Queue {
                to: "Network".into(),
            },
        ),
        (
            "g w i f i enter",
            Verb::Group {
                to: Some(GroupId::from("wifi")),
            },
        ),
        ("+ v i p enter", Verb::Tag { tag: "vip".into() }),
        ("+ n y enter", Verb::Tag { tag: "ny".into() }),
        ("L enter 4 2 0 9 enter", Verb::Link { link }),
    ];
    for (keys, verb) in cases {
        let mut s = Session::new();
        s.keys(keys);
        assert_eq!(handed(&mut s), (verb, None), "{keys}");
        assert!(s.model.overlays.is_empty(), "{keys}");
        assert!(s.told().starts_with("4205: "), "{keys}: {}", s.told());
    }
}

#[test]
fn a_visible_status_is_asked_with_the_number_of_people_and_held() {
    let mut s = Session::new();
    s.keys("s r e s enter");
    assert_eq!(
        question(&s),
        "Set 4205 to resolved? The desk writes to 1 person (Kåre Ødegård).\n\
         It is held for 5 s; undo takes it back."
    );
    assert_eq!(s.sent(), []);
    s.keys("y");
    let resolved = Verb::Status {
        to: "resolved".into(),
    };
    assert_eq!(handed(&mut s), (resolved, Some(at(5))));
    assert_eq!(
        s.told(),
        "4205: status resolved is held until 08:00:05; undo takes it back"
    );
}

#[test]
fn no_is_no() {
    for no in ["n", "esc", "ctrl-c"] {
        let mut s = Session::new();
        s.keys("s r e s enter").keys(no);
        assert_eq!(s.sent(), []);
        assert!(s.model.overlays.is_empty());
    }
}

#[test]
fn an_unknown_number_of_people_is_said_to_be_unknown() {
    let mut s = Session::new();
    s.changed(vec![Ticket {
        requesters: Fact::Unknown,
        priority: Fact::Known(99),
        ..ticket("9000")
    }]);
    s.keys("home s r e s enter");
    assert!(question(&s).contains("an unknown number of people"));
    s.keys("n");
    s.changed(vec![Ticket {
        requesters: Fact::Known(vec![person("a", "Anna"), person("b", "Bo")]),
        priority: Fact::Known(99),
        ..ticket("9000")
    }]);
    s.keys("s r e s enter");
    assert!(question(&s).contains("2 people (Anna, …)"));
}

#[test]
fn merging_is_asked_and_held_and_refused_across_people() {
    let mut s = Session::new();
    s.keys("M 4 2 0 9 enter");
    assert!(question(&s).starts_with("Merge 4205 into 4209? Seen by 1 person (Kåre Ødegård)."));
    s.keys("y");
    let into = TicketId::from("4209");
    assert_eq!(handed(&mut s), (Verb::Merge { into }, Some(at(5))));

    let mut s = Session::new();
    s.changed(vec![Ticket {
        requesters: Fact::Known(vec![person("b", "Bo Ek")]),
        ..ticket("4300")
    }]);
    s.keys("M 4 3 0 0 enter");
    assert_eq!(s.sent(), []);
    assert!(
        s.told()
            .contains("4205 is not merged into 4300: they are of different people"),
        "{}",
        s.told()
    );
    s.keys("M 9 9 9 9 enter");
    assert!(s.told().contains("not known whether"), "{}", s.told());
    s.keys("M 4 2 0 5 enter");
    assert_eq!(s.sent(), []);
}

#[test]
fn in_read_only_mode_every_writing_key_says_why_and_writes_nothing() {
    let mut checked = 0;
    for spec in COMMANDS
        .iter()
        .filter(|s| s.writes() && s.applies(Context::Board))
    {
        let mut s = Session::new();
        s.model.settings.read_only = vec!["this console is a wall".into()];
        let key = s.model.settings.keymap.label(spec.command, Context::Board);
        s.keys(&key.unwrap());
        assert!(
            s.told().contains("this console is a wall"),
            "{}: {}",
            spec.id,
            s.told()
        );
        assert!(s.told().starts_with("4205: "), "{}: {}", spec.id, s.told());
        assert!(s.model.overlays.is_empty(), "{}", spec.id);
        assert_eq!(s.sent(), [], "{}", spec.id);
        checked += 1;
    }
    assert!(checked >= 16, "{checked}");
}

#[test]
fn a_desk_that_takes_no_writes_makes_the_console_read_only() {
    let mut s = Session::new();
    let mut identity = super::session::identity();
    identity.capabilities.write = Can::No("the token may only read".into());
    s.source(SourceEvent::Identity(Box::new(identity)));
    s.keys("t");
    assert_eq!(
        s.told(),
        "4205: take is not possible: the token may only read"
    );
    assert!(
        s.model
            .banners()
            .iter()
            .any(|b| b.text == "Read only: the token may only read")
    );
}

#[test]
fn what_the_desk_cannot_do_is_said_with_its_reason() {
    for (keys, what) in [("+", "tag"), ("g", "group"), ("M", "merge"), ("L", "link")] {
        let mut s = Session::new();
        let mut identity = super::session::identity();
        let c = &mut identity.capabilities;
        c.tags = Can::No("no field".into());
        c.group = Can::No("no field".into());
        c.merge = Can::No("no field".into());
        c.links.clear();
        s.source(SourceEvent::Identity(Box::new(identity)));
        s.keys(keys);
        assert!(s.model.overlays.is_empty(), "{keys}");
        assert!(
            s.told()
                .starts_with(&format!("4205: {what} is not possible: ")),
            "{keys}: {}",
            s.told()
        );
    }
}

#[test]
fn taking_what_somebody_owns_offers_to_take_it_over() {
    let owned = |by: &str, name: &str| Ticket {
        owner: Fact::Known(person(by, name)),
        priority: Fact::Known(99),
        ..ticket("9000")
    };
    let mut s = Session::new();
    s.changed(vec![owned("soren", "Søren Holm")]);
    s.keys("home t");
    assert_eq!(question(&s), "9000 belongs to Søren Holm. Take it over?\n");
    s.keys("enter");
    assert_eq!(s.sent_one(), ("9000".into(), Verb::Steal));

    let mut s = Session::new();
    s.changed(vec![owned("mette", "Mette Ravn")]);
    s.keys("home t");
    assert_eq!(s.told(), "9000 is yours already");
    s.keys("X");
    assert_eq!(s.sent_one(), ("9000".into(), Verb::Release));
}

#[test]
fn nothing_is_acknowledged_before_it_is_on_disk() {
    let mut s = Session::new();
    s.store_answers = false;
    s.keys("t");
    assert_eq!(s.told(), "");
    assert_eq!(
        s.model.ticket(&TicketId::from("4205")).unwrap().owner,
        Fact::Empty
    );
    assert_eq!(s.model.outbox.unsent(), 1);
    let action = s.sent().remove(0);
    s.msg(Msg::Stored {
        action: action.id,
        result: Err("the disk is full".into()),
    });
    assert_eq!(
        s.told(),
        "4205: take is not on disk, and nothing was sent: the disk is full."
    );
    assert_eq!(s.told_kind(), NoticeKind::Error);
    assert_eq!(s.model.outbox.unsent(), 0);
}

#[test]
fn what_is_not_confirmed_is_laid_over_the_row_and_marked() {
    let mut s = Session::new();
    s.keys("t p h i g h enter");
    let id = TicketId::from("4205");
    let row = s.model.board.row(&id).unwrap();
    assert_eq!(row.ticket().owner.known().unwrap().name, "Mette Ravn");
    assert_eq!(row.ticket().priority, Fact::Known(100));
    assert_eq!(row.pending(), 2);
    assert_eq!(
        row.server.owner,
        Fact::Empty,
        "the desk's row is as the desk told"
    );
    let take = s.model.outbox.items().next().unwrap().id();
    s.becomes(take, State::Refused);
    let row = s.model.board.row(&id).unwrap();
    assert_eq!(row.ticket().owner, Fact::Empty);
    assert_eq!(row.pending(), 1);
    assert!(s.told().starts_with("4205: take refused"), "{}", s.told());
}

#[test]
fn undo_withdraws_what_is_held() {
    let mut s = Session::new();
    s.keys("s r e s enter y");
    let id = s.newest().id();
    s.keys("u");
    assert!(s.has_effect(&Effect::Drop(id)));
    assert_eq!(
        s.told(),
        "4205: status resolved taken back; it was not sent"
    );
    assert_eq!(
        s.model
            .board
            .row(&TicketId::from("4205"))
            .unwrap()
            .pending(),
        0
    );
    s.keys("u");
    assert_eq!(s.told(), "There is nothing to take back");
}

#[test]
fn undo_that_cannot_be_stored_does_not_claim_that_nothing_was_sent() {
    let mut s = Session::new();
    s.keys("s r e s enter y");
    let id = s.newest().id();
    s.store_answers = false;
    s.keys("u");
    s.msg(Msg::Stored {
        action: id,
        result: Err("the disk is full".into()),
    });
    assert_eq!(
        s.told(),
        "4205: status resolved could not be taken back and may still be sent: the disk is full"
    );
    assert_eq!(s.told_kind(), NoticeKind::Error);
}

#[test]
fn undo_that_comes_too_late_says_so() {
    let mut s = Session::new();
    s.keys("s r e s enter y");
    let id = s.newest().id();
    s.store_answers = false;
    s.keys("u");
    let mut item = s.newest();
    item.state = State::Sending;
    item.updated = at(1);
    s.msg(Msg::Stored {
        action: id,
        result: Ok(Box::new(item)),
    });
    assert_eq!(s.told(), "4205: status resolved: too late, it is sending");
    s.becomes(id, State::Sending);
    s.keys("u");
    assert!(s.sent().iter().all(|a| a.undoes.is_none()));
}

#[test]
fn undo_writes_the_previous_value_of_what_is_done() {
    let mut s = Session::new();
    s.keys("t");
    let take = s.newest().id();
    s.arrives(take, |t| {
        t.owner = Fact::Known(person("mette", "Mette Ravn"));
    });
    assert_eq!(s.told(), "4205: take done");
    s.sent();
    s.keys("p h i g h enter");
    let priority = s.newest().id();
    s.arrives(priority, |t| t.priority = Fact::Known(100));
    s.sent();
    s.keys("down down u");
    let action = s.sent().remove(0);
    assert_eq!(
        action.ticket,
        Some(TicketId::from("4205")),
        "whatever is under the cursor"
    );
    assert_eq!(action.verb, Verb::Priority { to: 50 });
    assert_eq!(action.undoes, Some(priority));
    assert_eq!(action.seen.priority, Fact::Known(100));
    let undo = s.newest().id();
    s.arrives(undo, |t| t.priority = Fact::Known(50));
    assert_eq!(s.told(), "4205: undo by priority 50 done");
    s.keys("u");
    let action = s.sent().remove(0);
    assert_eq!((action.verb, action.undoes), (Verb::Release, Some(take)));
}

#[test]
fn undo_leaves_alone_what_somebody_changed_since() {
    let mut s = Session::new();
    s.keys("p h i g h enter");
    let id = s.newest().id();
    s.arrives(id, |t| t.priority = Fact::Known(100));
    s.changed(vec![Ticket {
        priority: Fact::Known(70),
        updated: at(99),
        ..ticket("4205")
    }]);
    s.sent();
    s.keys("u");
    assert_eq!(s.sent(), []);
    assert!(
        s.told()
            .starts_with("4205: priority 100 is not taken back."),
        "{}",
        s.told()
    );
}

#[test]
fn a_reply_that_was_sent_cannot_be_taken_back_and_says_so() {
    let mut s = Session::new();
    s.keys("r").types("Hej").keys("ctrl-d y");
    let id = s.newest().id();
    s.becomes(id, State::Done);
    s.sent();
    s.keys("u");
    assert_eq!(s.sent(), []);
    assert!(
        s.told()
            .contains("4205: reply is not taken back. A reply cannot be taken back")
    );
}

#[test]
fn delivery_that_is_quicker_than_the_store_is_not_taken_back() {
    let mut s = Session::new();
    s.store_answers = false;
    s.keys("t");
    let action = s.sent().remove(0);
    let id = action.id;
    let stored = s.item(action, State::Ready, None);
    let mut done = stored.clone();
    (done.state, done.updated) = (State::Done, at(1));
    s.source(SourceEvent::Outbox(vec![done]));
    s.msg(Msg::Stored {
        action: id,
        result: Ok(Box::new(stored)),
    });
    assert_eq!(s.model.outbox.get(id).unwrap().state, State::Done);
    assert_eq!(s.told(), "4205: take done");
    assert_eq!(s.model.outbox.unsent(), 0);
    let row = s.model.board.row(&TicketId::from("4205")).unwrap();
    assert_eq!(row.pending(), 0);
}

#[test]
fn undo_before_the_store_has_answered_waits_for_it() {
    let mut s = Session::new();
    s.store_answers = false;
    s.keys("t u");
    let enqueue = s
        .effects
        .iter()
        .find(|e| matches!(e, Effect::Enqueue { .. }))
        .cloned();
    s.answer(&enqueue.unwrap());
    let id = s.newest().id();
    assert!(s.has_effect(&Effect::Drop(id)));
}

#[test]
fn a_conflict_shows_both_versions_and_one_key_sends_anyway() {
    let mut s = Session::new();
    s.keys("p h i g h enter");
    let mut item = s.newest();
    item.state = State::Conflict;
    item.updated = at(1);
    item.differences = vec![Difference {
        field: "priority".into(),
        seen: "50".into(),
        theirs: "70".into(),
        by: Some("Søren Holm".into()),
        at: None,
        entry: None,
    }];
    let id = item.id();
    s.source(SourceEvent::Outbox(vec![item]));
    assert_eq!(
        s.told(),
        "4205: priority 100: somebody changed the ticket; the outbox shows both versions"
    );
    s.keys("O enter");
    assert!(matches!(s.model.overlays.last(), Some(Overlay::Item { action, .. }) if *action == id));
    s.keys("!");
    assert!(s.has_effect(&Effect::Force(id)));
    assert!(s.model.overlays.is_empty());
    s.keys("!");
    let forced = s
        .effects
        .iter()
        .filter(|e| matches!(e, Effect::Force(_)))
        .count();
    assert_eq!(forced, 1, "once is enough");
}

#[test]
fn the_outbox_screen_says_why_a_row_cannot_be_retried_or_dropped() {
    for (state, key, says) in [
        (State::Unknown, "r", "it may be on the desk already"),
        (State::Unknown, "x", "it may be on the desk already"),
        (State::Sending, "x", "it is being sent"),
        (State::Done, "r", "it is done"),
        (State::Conflict, "r", "send it anyway or drop it"),
        (State::Ready, "!", "there is no conflict"),
    ] {
        let mut s = Session::new();
        s.keys("n").types("x").keys("ctrl-d");
        let id = s.newest().id();
        s.becomes(id, state);
        s.effects.clear();
        s.keys("O").keys(key);
        assert!(s.told().contains(says), "{state:?} {key}: {}", s.told());
        assert!(s.told().starts_with("4205: note"), "{}", s.told());
        assert!(
            !s.any_effect(|e| matches!(e, Effect::Drop(_) | Effect::Retry(_) | Effect::Force(_)))
        );
    }
    let mut s = Session::new();
    s.keys("t");
    let id = s.newest().id();
    s.becomes(id, State::Refused);
    s.keys("O r");
    assert!(s.has_effect(&Effect::Retry(id)));
}

#[test]
fn every_sentence_about_a_ticket_names_its_number() {
    let mut s = Session::new();
    s.keys("t a å enter s enter p enter g enter + v enter n x ctrl-d u X T w esc o r y");
    s.keys("esc esc P esc");
    for notice in s.model.notices.log() {
        if let Some(id) = &notice.ticket {
            assert!(notice.text.contains(id.as_str()), "{}", notice.text);
        }
    }
}

#[test]
fn the_outbox_offers_only_what_its_row_allows() {
    let mut s = Session::new();
    s.keys("t O");
    let id = s.newest().id();
    let offered = |s: &Session| -> Vec<&str> {
        let hints = s.model.hints();
        let decisions = ["retry", "drop", "send anyway"];
        let words = hints.into_iter().map(|(_, word)| word);
        words.filter(|word| decisions.contains(word)).collect()
    };
    assert_eq!(offered(&s), ["drop"]);
    s.becomes(id, State::Conflict);
    assert_eq!(offered(&s), ["drop", "send anyway"]);
    s.becomes(id, State::Parked);
    assert_eq!(offered(&s), ["retry", "drop"]);
    s.becomes(id, State::Done);
    assert_eq!(offered(&s), [""; 0]);
}

#[test]
fn leaving_says_what_becomes_of_the_unsent() {
    let mut s = Session::new();
    s.keys("t q");
    let said = |s: &Session| crate::app::words::unsent(&s.model, s.model.outbox.unsent());
    assert!(said(&s).contains("at the next start"), "{}", said(&s));
    s.model.settings.demo = true;
    assert!(said(&s).contains("lost with it"), "{}", said(&s));
    let id = s.newest().id();
    s.becomes(id, State::Done);
    assert_eq!(said(&s), "Everything is sent.");
    assert!(s.model.hints().contains(&("k".to_owned(), "leave")));
}

#[test]
fn a_write_shows_its_keys_in_the_hints() {
    let s = Session::new();
    let hints = s.model.hints();
    assert_eq!(hints[0], ("enter".to_owned(), "open"), "{hints:?}");
    assert!(hints.contains(&("t".to_owned(), "take")));
    assert_eq!(Command::Take.spec().title, "Take");
}

#[test]
fn leaving_with_unsent_actions_asks_and_sends_or_keeps() {
    let mut s = Session::new();
    s.keys("t q");
    assert!(matches!(s.model.overlays.last(), Some(Overlay::Quit)));
    s.keys("esc");
    assert!(!s.has_effect(&Effect::Quit));
    s.keys("q k");
    assert!(s.has_effect(&Effect::Quit));

    let mut s = Session::new();
    s.keys("t q s");
    assert!(s.has_effect(&Effect::Flush));
    assert!(!s.has_effect(&Effect::Quit));
    assert!(
        s.model
            .banners()
            .iter()
            .any(|b| b.text == "Leaving when 1 action is sent")
    );
    let id = s.newest().id();
    s.becomes(id, State::Sending);
    assert!(!s.has_effect(&Effect::Quit));
    s.becomes(id, State::Done);
    assert!(s.has_effect(&Effect::Quit));
}

#[test]
fn leaving_stops_when_something_needs_a_decision() {
    let mut s = Session::new();
    s.keys("t q s");
    let id = s.newest().id();
    s.becomes(id, State::Conflict);
    assert!(!s.has_effect(&Effect::Quit));
    assert!(s.told().starts_with("Not everything could be sent"));
    s.keys("q");
    assert!(
        s.has_effect(&Effect::Quit),
        "a conflict is kept, nothing waits to be sent"
    );
}

#[test]
fn nothing_unsent_leaves_at_once() {
    let mut s = Session::new();
    s.keys("q");
    assert!(s.has_effect(&Effect::Quit));
}

#[test]
fn rows_of_the_last_session_are_told_once() {
    let mut s = Session::new();
    s.keys("t");
    let items: Vec<_> = s.model.outbox.items().cloned().collect();
    let mut next = Session::empty();
    next.msg(Msg::Startup(Box::new(crate::app::msg::Startup {
        tickets: vec![ticket("4205")],
        outbox: items,
        as_of: Some(at(-300)),
        ..Default::default()
    })));
    assert_eq!(
        next.told(),
        "From the last session: 1 to send, 0 to decide. The outbox shows them"
    );
    assert_eq!(
        next.model
            .board
            .row(&TicketId::from("4205"))
            .unwrap()
            .pending(),
        1
    );
    assert_eq!(next.cursor(), "4205");
}

#[test]
fn a_paused_outbox_says_so_at_the_top() {
    let mut s = Session::new();
    s.source(SourceEvent::OutboxPaused(Some(
        "the token is not accepted".into(),
    )));
    assert!(
        s.model.banners()[0]
            .text
            .contains("Nothing is sent: the token is not accepted")
    );
    s.source(SourceEvent::OutboxPaused(None));
    assert_eq!(s.model.banners(), []);
}

#[test]
fn assigning_offers_oneself_first_and_finds_by_folded_letters() {
    let mut s = Session::new();
    s.keys("a");
    let Some(Overlay::Pick(pick)) = s.model.overlays.last() else {
        panic!("no list")
    };
    assert_eq!(pick.chosen().unwrap().label, "Mette Ravn");
    s.types("soren").keys("enter");
    assert_eq!(s.sent_one().1, Verb::Assign { to: "soren".into() });
    let _ = known("x", "y");
}
