//! Before many are answered or solved: who has the answer already, who is not well; and which key is a yes.

use super::bulk::{handed, incident, left_out, marked, shown};
use super::letters::five_languages;
use super::session::{Session, at, detail, device, entry, person, ticket};
use crate::app::model::{NoticeKind, Overlay};
use crate::app::{Effect, Msg};
use crate::domain::action::{Action, Verb};
use crate::domain::bulk::{Bulk, LeftOut};
use crate::domain::delivery::as_read;
use crate::domain::ids::{ActionId, DeviceId, EntryId, TicketId};
use crate::domain::outbox::State;
use crate::domain::outcome::Difference;
use crate::domain::source::{Changes, Reply, SourceEvent};
use crate::domain::watch::Watch;

fn has_answer(at: &str, ids: &[&str]) -> Vec<(String, LeftOut)> {
    let why = LeftOut::HasAnswer(at.to_owned());
    let each = ids.iter().map(|id| ((*id).to_owned(), why.clone()));
    each.collect()
}

fn answered(s: &mut Session, keys: &str, template: &str) -> Vec<ActionId> {
    s.keys(keys).types(template).keys("enter y");
    let (_, actions) = handed(s);
    for action in &actions {
        s.becomes(action.id, State::Done);
    }
    s.keys("esc 0");
    actions.iter().map(|action| action.id).collect()
}

#[test]
fn the_same_answer_is_not_given_twice_unless_the_person_says_so() {
    let mut s = five_languages();
    answered(&mut s, "space space e", "vpn-restored");
    s.wait(60);
    s.keys("A e").types("vpn-restored").keys("enter");
    assert_eq!(left_out(&s), has_answer("08:00", &["4205", "4206"]));
    assert_eq!(shown(&s).children.len(), 5);
    // By one key they are in again, and by the same key out.
    s.keys("a");
    assert_eq!(left_out(&s), []);
    assert_eq!((shown(&s).children.len(), shown(&s).repeats), (7, 2));
    s.keys("a");
    assert_eq!(shown(&s).children.len(), 5);
    s.keys("y");
    let (bulk, actions) = handed(&mut s);
    assert_eq!((bulk.asked, actions.len()), (5, 5));
    // What was never sent is no answer.
    s.keys("u esc e").types("vpn-restored").keys("enter");
    assert_eq!(shown(&s).children.len(), 5);
    // Another answer is another matter.
    s.keys("esc 0 A e").types("first-vpn").keys("enter");
    assert_eq!(shown(&s).children.len(), 7);
}

#[test]
fn a_macro_leaves_out_whom_its_text_has_reached_by_another_way() {
    let mut s = five_languages();
    answered(&mut s, "space e", "vpn-restored");
    s.keys("A e").types("restored-and-resolve").keys("enter");
    let out = left_out(&s);
    assert!(
        matches!(&out[..], [(id, LeftOut::HasAnswer(_))] if id == "4205"),
        "{out:?}"
    );
    s.keys("y");
    let (_, actions) = handed(&mut s);
    for action in &actions {
        s.becomes(action.id, State::Done);
    }
    // And by itself: one ticket is asked about like many.
    s.keys("esc 0 end e")
        .types("restored-and-resolve")
        .keys("enter");
    assert_eq!(left_out(&s).len(), 1);
}

#[test]
fn an_answer_that_stands_in_the_conversation_counts_whoever_wrote_it() {
    let mut s = five_languages();
    s.keys("A e").types("vpn-restored").keys("enter");
    let text = shown(&s).samples().unwrap().1[0].1.to_owned();
    s.keys("n 0");
    let mut read = detail("4205");
    read.ticket = s.model.ticket(&TicketId::from("4205")).unwrap().clone();
    let text = text.replace("\n\n", " \n \n");
    read.entries
        .push(entry("902", person("asa", "Åsa Lind"), &text));
    s.keys("home enter");
    s.msg(Msg::DetailLoaded {
        ticket: "4205".into(),
        result: Ok(Box::new(read)),
    });
    s.keys("esc A e").types("vpn-restored").keys("enter");
    assert_eq!(left_out(&s), has_answer("07:59", &["4205"]));
}

/// An incident of three: the device of the first is down.
fn failing() -> Session {
    let mut s = five_languages();
    let mut watch: Watch = incident(&["4205", "4206", "4207"], &[]);
    watch.standings[0].members[0].device = Some(DeviceId::from("1"));
    s.source(SourceEvent::Changed(Changes {
        devices: vec![device("1", "LT-0412", "down"), device("2", "LT-0413", "up")],
        ..Changes::default()
    }));
    s.msg(Msg::Watch(Box::new(watch)));
    s
}

#[test]
fn whose_device_still_fails_is_named_before_it_is_solved_and_left_out_by_one_key() {
    let mut s = failing();
    s.keys("space space space s r e s o l v e d enter");
    let ill = vec![(
        TicketId::from("4205"),
        LeftOut::StillFails,
        "Kåre Å".to_owned(),
    )];
    assert_eq!(shown(&s).ill, ill);
    assert_eq!(shown(&s).children.len(), 3);
    s.keys("x");
    assert_eq!(left_out(&s), [("4205".into(), LeftOut::StillFails)]);
    assert_eq!((shown(&s).children.len(), shown(&s).ill.len()), (2, 0));
    s.keys("x");
    assert_eq!((shown(&s).children.len(), shown(&s).ill.len()), (3, 1));
    // The same before they are told that it works again, by a text or a macro; nobody is named for another action.
    s.keys("n e").types("vpn-restored").keys("enter");
    assert_eq!(shown(&s).ill, ill);
    s.keys("n e").types("restored-and-resolve").keys("enter");
    assert_eq!(shown(&s).ill, ill);
    s.keys("x y");
    let (bulk, _) = handed(&mut s);
    assert_eq!(bulk.left_out[0].1, "its device still fails");
    s.keys("esc s s t a l l e d enter");
    assert_eq!(shown(&s).ill, []);
}

#[test]
fn enter_is_no_yes_where_others_are_touched_and_says_which_key_is() {
    let mut s = Session::new();
    for keys in ["space space p h i g h enter", "s r e s o l v e d enter"] {
        s.keys(keys).keys("enter");
        assert!(s.model.overlays.last().is_some());
        assert!(
            s.told().contains("Enter does nothing here: y yes, n no"),
            "{}",
            s.told()
        );
        s.keys("q");
        assert!(s.told().starts_with("q is no answer here"), "{}", s.told());
        s.keys("esc 0");
    }
    assert!(!s.any_effect(|e| matches!(e, Effect::EnqueueBulk { .. } | Effect::Enqueue { .. })));
    // Nor when leaving.
    s.store_answers = false;
    s.keys("s r e s o l v e d enter y q y");
    assert!(matches!(s.model.overlays.last(), Some(Overlay::Quit)));
    assert!(s.told().contains("s send and leave"), "{}", s.told());
}

#[test]
fn marks_that_a_command_made_go_with_it_and_those_of_the_person_stay() {
    let mut s = failing();
    s.keys("i enter e");
    assert_eq!(marked(&s).len(), 3);
    s.keys("esc");
    assert_eq!(marked(&s), Vec::<String>::new());
    s.keys("e").types("vpn-outage").keys("enter");
    assert!(matches!(s.model.overlays.last(), Some(Overlay::Preview(_))));
    s.keys("n");
    assert_eq!(marked(&s), Vec::<String>::new());
    // Made by hand they stay; so they do when something is done with them.
    s.keys("space e esc");
    assert_eq!(marked(&s).len(), 1);
    s.keys("0 e").types("vpn-outage").keys("enter y");
    assert_eq!(marked(&s).len(), 3);
    s.keys("esc");
    assert_eq!(marked(&s).len(), 3);
}

#[test]
fn undo_is_offered_where_it_works_and_says_why_where_not() {
    let mut s = five_languages();
    let undo = |s: &Session| s.model.hints().iter().any(|(_, word)| *word == "undo");
    s.keys("A e").types("vpn-restored").keys("enter y");
    assert!(undo(&s), "held: it can be taken back");
    let (_, actions) = handed(&mut s);
    for action in &actions {
        s.becomes(action.id, State::Done);
    }
    assert!(!undo(&s), "the requesters have it");
    s.keys("u");
    assert_eq!(s.told_kind(), NoticeKind::Warning);
    assert!(
        s.told().contains("A reply cannot be taken back"),
        "{}",
        s.told()
    );
    s.keys("esc O x");
    assert!(
        s.told()
            .ends_with("it is done. A reply cannot be taken back: the requester has it."),
        "{}",
        s.told()
    );
}

#[test]
fn a_reply_that_met_a_change_is_not_sent_by_one_key_and_no_row_moves_under_the_cursor() {
    let mut s = Session::new();
    s.keys("r").types("Hej").keys("ctrl-d y");
    let reply = s.newest().id();
    s.keys("j t j t O");
    s.becomes(reply, State::Conflict);
    let before = s.model.screens.outbox.rows.clone();
    assert_eq!(
        before.last(),
        Some(&reply),
        "it was held, below what is ready"
    );
    while s.model.screens.outbox.list.cursor() != Some(&reply) {
        s.keys("j");
    }
    s.effects.clear();
    s.keys("!");
    let Some(Overlay::Confirm(confirm)) = s.model.overlays.last() else {
        panic!("a question first");
    };
    assert!(
        confirm.question.contains("4205: reply") && confirm.question.contains("Kåre Ødegård"),
        "{}",
        confirm.question
    );
    s.keys("enter n");
    assert!(!s.has_effect(&Effect::Force(reply)));
    s.keys("! y");
    assert!(s.has_effect(&Effect::Force(reply)));
    // Whatever becomes of the others, the rows stay; R sorts them.
    let first = before[0];
    s.becomes(first, State::Done);
    s.changed(vec![ticket("4299")]);
    assert_eq!(s.model.screens.outbox.rows, before);
    s.keys("R");
    assert_eq!(s.model.screens.outbox.rows[0], reply);
    assert!(at(0) < s.now);
}

/// A child met something: messages by their ids, or a change of the owner.
fn meets(s: &mut Session, id: ActionId, messages: &[&str]) {
    let mut item = s.model.outbox.get(id).unwrap().clone();
    let difference = |field: &str, entry: Option<&&str>| Difference {
        field: field.to_owned(),
        seen: String::new(),
        theirs: "virker stadig ikke".to_owned(),
        by: Some("Kåre Å".to_owned()),
        at: Some(at(2)),
        entry: entry.map(|id| EntryId::from(*id)),
    };
    let met = messages.iter().map(|id| difference("message", Some(id)));
    item.differences = met.collect();
    if messages.is_empty() {
        item.differences.push(difference("owner", None));
    }
    item.state = State::Conflict;
    s.now += jiff::SignedDuration::from_millis(1);
    item.updated = s.now;
    s.source(SourceEvent::Outbox(vec![item]));
}

fn three_replies(s: &mut Session) -> (Bulk, Vec<Action>) {
    s.keys("space space space e")
        .types("vpn-restored")
        .keys("enter");
    let reply = Reply {
        ticket: "4205".into(),
        author: "u4205".into(),
        at: at(1),
        text: "virker stadig ikke".into(),
    };
    s.source(SourceEvent::Changed(Changes {
        replies: vec![reply],
        ..Changes::default()
    }));
    let named = [(TicketId::from("4205"), "Kåre Å".to_owned(), at(1))];
    assert_eq!(shown(s).wrote, named);
    // The preview made anew names them still.
    s.keys("x");
    assert_eq!(shown(s).wrote, named);
    s.keys("x y");
    handed(s)
}

#[test]
fn who_wrote_meanwhile_is_named_read_and_answered_after_one_question() {
    let mut s = five_languages();
    let (bulk, actions) = three_replies(&mut s);
    let [first, second, third] = &actions[..] else {
        panic!("{actions:?}");
    };
    meets(&mut s, first.id, &["902", "903"]);
    meets(&mut s, second.id, &[]);
    s.becomes(third.id, State::Done);
    assert!(
        s.model
            .hints()
            .iter()
            .any(|(_, word)| *word == "what they wrote")
    );
    s.keys("w");
    let Some(Overlay::Unseen(unseen)) = s.model.overlays.last() else {
        panic!("what they wrote is shown");
    };
    assert_eq!((unseen.rows.len(), unseen.others), (1, 1));
    s.keys("enter");
    assert!(s.told().contains("y yes, n no"), "{}", s.told());
    s.keys("n");
    assert!(!s.any_effect(|e| matches!(e, Effect::SendRead { .. })));
    s.keys("w y");
    let sent = |s: &Session| {
        let item = s.model.outbox.get(first.id).unwrap();
        (
            item.state,
            item.action.force,
            item.action.seen.last_entry.clone(),
        )
    };
    let last = Some(EntryId::from("903"));
    assert_eq!(sent(&s), (State::Ready, false, last), "compared once more");
    // The other one is decided by itself.
    let other = s.model.outbox.get(second.id).unwrap();
    assert_eq!(other.state, State::Conflict);
    // Who writes once more while it is read is not answered by the yes.
    meets(&mut s, first.id, &["904"]);
    s.keys("w");
    meets(&mut s, first.id, &["904", "905"]);
    s.keys("y");
    assert_eq!(s.model.outbox.get(first.id).unwrap().state, State::Conflict);
    assert!(as_read(s.model.outbox.get(first.id).unwrap()).is_some());
    assert_eq!(bulk.asked, 3);
}

#[test]
fn several_tickets_of_one_person_are_merged_in_one_step_and_those_of_others_are_not() {
    let mut s = Session::new();
    let mut other = ticket("4207");
    other.requesters = crate::domain::fact::Fact::Known(vec![person("ida", "Ida Holm")]);
    s.changed(vec![other]);
    s.keys("space space space space M");
    let Some(Overlay::Pick(pick)) = s.model.overlays.last() else {
        panic!("which one stays?");
    };
    let offered: Vec<&str> = pick.items.iter().map(|item| item.label.as_str()).collect();
    assert_eq!(
        offered,
        ["4205", "4206", "4207", "4208"],
        "the oldest first"
    );
    s.keys("enter");
    let out = left_out(&s);
    assert_eq!(out[0], ("4205".into(), LeftOut::Stays));
    assert!(
        matches!(&out[1], (id, LeftOut::NotMerged(why)) if id == "4207" && why.contains("different people")),
        "{out:?}"
    );
    assert!(shown(&s).is_visible);
    s.keys("enter");
    assert!(matches!(s.model.overlays.last(), Some(Overlay::Preview(_))));
    s.keys("y");
    let (bulk, actions) = handed(&mut s);
    let merged: Vec<(&str, &Verb)> = actions
        .iter()
        .map(|a| (a.ticket.as_ref().unwrap().as_str(), &a.verb))
        .collect();
    let into = Verb::Merge {
        into: "4205".into(),
    };
    assert_eq!(merged, [("4206", &into), ("4208", &into)]);
    assert!(actions.iter().all(|a| a.parent == Some(bulk.id)));
}
