//! Macros: several actions on a ticket as one step, on one and on many.

use super::bulk::{handed, left_out, shown};
use super::letters::five_languages;
use super::session::{Session, at, person, ticket};
use super::templates::{offered, session as with_templates};
use crate::app::model::Overlay;
use crate::app::{Effect, Msg};
use crate::config::templates;
use crate::domain::action::{Action, Verb};
use crate::domain::fact::Fact;
use crate::domain::ids::ActionId;
use crate::domain::outbox::State;
use crate::domain::ticket::StatusClass;
use crate::text::lang::Lang;

const QUIET: &str = "kind = \"macro\"\ngroups = [\"vpn\"]\ndo = [\"take\", { priority = 75 }, { note = \"note-no-answer\" }]\n";
const LOUD: &str =
    "kind = \"macro\"\ndo = [\"take\", { reply = \"vpn-restored\" }, { status = \"resolved\" }]\n";
const LACKS: &str = "kind = \"macro\"\ndo = [\"take\", { reply = \"vpn-outage\" }]\n";
const ODD: &str = "kind = \"macro\"\ndo = [\"take\", { status = \"on hold\" }]\n";

fn shelved(mut s: Session) -> Session {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("quiet", QUIET),
        ("loud", LOUD),
        ("lacks", LACKS),
        ("odd", ODD),
    ] {
        std::fs::write(dir.path().join(format!("{name}.toml")), text).unwrap();
    }
    let loaded = templates::load(Some(dir.path()));
    assert_eq!(loaded.problems, []);
    s.msg(Msg::Templates {
        shelf: Box::new(loaded.shelf),
        problems: Vec::new(),
    });
    s.effects.clear();
    s
}

fn session() -> Session {
    shelved(with_templates())
}

fn run<'s>(s: &'s mut Session, name: &str) -> &'s mut Session {
    s.keys("e").types(name).keys("enter")
}

fn words(actions: &[Action]) -> Vec<&'static str> {
    actions.iter().map(|a| a.verb.word()).collect()
}

/// The parts of the macro of the only ticket, in their order.
fn parts(s: &Session, bulk: ActionId) -> Vec<(ActionId, &'static str, State)> {
    let children = s.model.outbox.children(bulk);
    let part =
        |item: &crate::domain::outbox::Item| (item.id(), item.action.verb.word(), item.state);
    children.map(part).collect()
}

#[test]
fn macros_stand_in_the_list_of_templates_after_those_of_the_group() {
    let mut s = session();
    s.keys("e");
    let list = offered(&s);
    let place = |name: &str| list.iter().position(|n| n == name).unwrap();
    assert!(place("first-vpn") < place("quiet") && place("quiet") < place("note-no-answer"));
    assert!(place("note-no-answer") < place("loud"), "{list:?}");
    // Into what is being written a macro cannot be inserted.
    s.keys("esc n ctrl-t");
    assert!(!offered(&s).contains(&"quiet".to_owned()));
}

#[test]
fn a_macro_does_all_of_it_on_the_ticket_of_the_key_as_one_bulk_without_a_question() {
    let mut s = session();
    run(&mut s, "quiet");
    assert!(s.model.overlays.is_empty(), "{:?}", s.model.overlays);
    let held = s.effects.iter().find_map(|e| match e {
        Effect::EnqueueBulk { hold_until, .. } => Some(*hold_until),
        _ => None,
    });
    assert_eq!(held, Some(None), "no requester sees it: sent at once");
    let (bulk, actions) = handed(&mut s);
    assert_eq!((bulk.what.as_str(), bulk.asked), ("macro quiet", 1));
    assert_eq!(words(&actions), ["take", "priority", "note"]);
    assert!(
        actions
            .iter()
            .all(|a| a.ticket.as_ref().unwrap().as_str() == "4205")
    );
    assert!(actions.iter().all(|a| a.parent == Some(bulk.id)));
    assert!(matches!(&actions[2].verb, Verb::Note { text, .. } if text.contains("Kåre Ødegård")));
    for (id, _, _) in parts(&s, bulk.id) {
        s.becomes(id, State::Done);
    }
    assert_eq!(s.told(), "macro quiet on 1 ticket: 1 done");
}

#[test]
fn what_the_requester_will_see_is_asked_about_once_and_taken_back_by_one_key() {
    let mut s = session();
    run(&mut s, "loud");
    let preview = shown(&s);
    assert_eq!((preview.tickets(), preview.people), (1, Some(1)));
    let run = preview.run.as_ref().unwrap();
    let does: Vec<(&str, usize)> = run.does.iter().map(|(l, n)| (l.as_str(), *n)).collect();
    assert_eq!(does, [("take", 1), ("reply", 1), ("status resolved", 1)]);
    let (id, texts) = preview.samples().unwrap();
    assert_eq!(id.as_str(), "4205");
    assert!(texts[0].1.contains("VPN virker igen"), "{texts:?}");
    s.keys("y");
    let (bulk, actions) = handed(&mut s);
    assert_eq!(words(&actions), ["take", "reply", "status"]);
    let states = |s: &Session| -> Vec<State> {
        parts(s, bulk.id)
            .into_iter()
            .map(|(_, _, state)| state)
            .collect()
    };
    assert_eq!(
        states(&s),
        [State::Held; 3],
        "none goes out before it can be taken back"
    );
    s.keys("u");
    assert_eq!(states(&s), [State::Dropped; 3]);
    s.keys("u");
    assert_eq!(s.told(), "There is nothing to take back");
}

#[test]
fn undo_of_what_is_sent_goes_backwards_and_says_what_stays() {
    let mut s = session();
    run(&mut s, "quiet");
    let (bulk, _) = handed(&mut s);
    let ids: Vec<ActionId> = parts(&s, bulk.id)
        .into_iter()
        .map(|(id, _, _)| id)
        .collect();
    s.arrives(ids[0], |t| {
        t.owner = Fact::Known(person("mette", "Mette Ravn"));
    });
    s.arrives(ids[1], |t| t.priority = Fact::Known(75));
    s.arrives(ids[2], |_| {});
    s.effects.clear();
    s.keys("u");
    let preview = shown(&s);
    assert_eq!(preview.marked, 1);
    let verbs: Vec<Verb> = preview.children.iter().map(|(_, v)| v.clone()).collect();
    assert_eq!(verbs, [Verb::Priority { to: 50 }, Verb::Release]);
    assert_eq!(preview.stays.len(), 1);
    assert!(
        preview.stays[0]
            .1
            .starts_with("A note cannot be taken back")
    );
    assert!(preview.left_out.is_empty());
    s.keys("y");
    let (undo, actions) = handed(&mut s);
    assert_eq!(undo.undoes, Some(bulk.id));
    assert_eq!(actions[0].undoes, Some(ids[1]));
    assert_eq!(actions[1].undoes, Some(ids[0]));
}

#[test]
fn something_missing_stops_all_of_it_and_can_be_written() {
    let mut s = session();
    run(&mut s, "lacks");
    let why: Vec<String> = left_out(&s)
        .into_iter()
        .map(|(_, w)| w.to_string())
        .collect();
    assert_eq!(why, ["{incident.since}: 4205 is in no incident"]);
    assert_eq!(shown(&s).tickets(), 0);
    s.keys("y");
    assert!(!s.any_effect(|e| matches!(e, Effect::EnqueueBulk { .. })));
    run(&mut s, "lacks").keys("f").types("kl. 8").keys("enter");
    assert!(
        shown(&s).samples().unwrap().1[0]
            .1
            .contains("Siden kl. 8 har vi")
    );
    s.keys("y");
    assert_eq!(words(&handed(&mut s).1), ["take", "reply"]);
}

#[test]
fn what_the_desk_does_not_have_is_named_and_nothing_is_done() {
    let mut s = session();
    run(&mut s, "odd");
    assert_eq!(
        s.told(),
        "odd is not possible: the desk has no status on hold; it has new, open, stalled, resolved"
    );
    assert!(s.model.overlays.is_empty());
}

#[test]
fn what_is_so_already_is_left_out_and_what_somebody_else_has_is_not_touched() {
    let mut s = session();
    let mut mine = ticket("4205");
    mine.owner = Fact::Known(person("mette", "Mette Ravn"));
    mine.priority = Fact::Known(75);
    mine.updated = at(0);
    let mut theirs = ticket("4206");
    theirs.owner = Fact::Known(person("asa", "Åsa Lind"));
    theirs.updated = at(0);
    s.changed(vec![mine, theirs]);
    run(&mut s, "quiet");
    assert_eq!(words(&handed(&mut s).1), ["note"]);
    s.keys("j");
    run(&mut s, "quiet");
    let why: Vec<String> = left_out(&s)
        .into_iter()
        .map(|(_, w)| w.to_string())
        .collect();
    assert_eq!(why, ["belongs to Åsa Lind"]);
    s.keys("n");
    assert!(!s.any_effect(|e| matches!(e, Effect::EnqueueBulk { .. })));
}

#[test]
fn on_many_each_ticket_has_its_language_and_counts_once() {
    let mut s = shelved(five_languages());
    s.keys("A");
    run(&mut s, "loud");
    let preview = shown(&s);
    assert_eq!((preview.tickets(), preview.children.len()), (7, 21));
    let written = preview.written.as_ref().unwrap();
    assert_eq!(written.languages[0], (Lang::Da, 2));
    assert_eq!(written.languages.iter().map(|(_, n)| n).sum::<usize>(), 7);
    s.keys("y");
    let (bulk, actions) = handed(&mut s);
    assert_eq!((bulk.asked, actions.len()), (7, 21));
    let order: Vec<(&str, &str)> = actions
        .iter()
        .map(|a| (a.ticket.as_ref().unwrap().as_str(), a.verb.word()))
        .collect();
    assert_eq!(
        order[..4],
        [
            ("4205", "take"),
            ("4205", "reply"),
            ("4205", "status"),
            ("4206", "take")
        ]
    );
    // Numbers are tickets: one in conflict, its later parts wait with it; the others are done.
    let all = parts(&s, bulk.id);
    for (nth, (id, _, _)) in all.into_iter().enumerate() {
        let state = match nth {
            1 => State::Conflict,
            2 => State::Parked,
            _ => State::Done,
        };
        s.becomes(id, state);
    }
    let tally = s.model.outbox.tally(bulk.id);
    assert_eq!((tally.done, tally.conflict, tally.failed()), (6, 1, 0));
    assert_eq!(tally.sum(), 7);
    assert!(matches!(
        s.model.overlays.last(),
        Some(Overlay::Bulk { .. })
    ));
    assert!(
        s.told()
            .starts_with("macro loud on 7 tickets: 6 done, 1 changed by others")
    );
}

#[test]
fn what_a_reply_opens_again_is_solved_again_and_what_was_taken_back_in_the_middle_is_not_done() {
    let mut s = session();
    s.keys("m");
    let mut solved = s.model.ticket(&"4205".into()).unwrap().clone();
    solved.status.name = "resolved".into();
    solved.status.class = StatusClass::Resolved;
    s.changed(vec![solved]);
    run(&mut s, "loud");
    let run = shown(&s).run.clone().unwrap();
    let does: Vec<usize> = run.does.iter().map(|(_, count)| *count).collect();
    assert_eq!(does, [1, 1, 1], "{:?}", run.does);
    s.keys("y");
    let (bulk, actions) = handed(&mut s);
    for (action, state) in actions
        .iter()
        .zip([State::Done, State::Done, State::Dropped])
    {
        s.becomes(action.id, state);
    }
    let tally = s.model.outbox.tally(bulk.id);
    assert_eq!((tally.done, tally.dropped), (0, 1));
}
