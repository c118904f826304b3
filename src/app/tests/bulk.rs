//! Marks, and one action on all marked tickets: what is shown before, what goes out, what is said after, what comes back.

use super::session::{Session, at, person, ticket};
use crate::app::Effect;
use crate::app::model::bulk::Preview;
use crate::app::model::{NoticeKind, Overlay};
use crate::domain::action::{Action, Verb};
use crate::domain::bulk::{Bulk, LeftOut, TYPE_NUMBER};
use crate::domain::draft::{DraftKey, DraftKind};
use crate::domain::fact::Fact;
use crate::domain::ids::{ActionId, GroupId, IncidentId, TicketId};
use crate::domain::incident::{Incident, IncidentState};
use crate::domain::outbox::{Item, State};
use crate::domain::source::{Changes, Gone, SourceEvent};
use crate::domain::watch::{Membership, Reading, Standing, Watch};

pub(super) fn marked(s: &Session) -> Vec<String> {
    s.model.marks.iter().map(|(id, _)| id.to_string()).collect()
}

pub(super) fn shown(s: &Session) -> &Preview {
    match s.model.overlays.last() {
        Some(Overlay::Preview(preview)) => preview,
        other => panic!("no preview: {other:?}"),
    }
}

pub(super) fn left_out(s: &Session) -> Vec<(String, LeftOut)> {
    let rows = shown(s).left_out.iter();
    rows.map(|(id, why)| (id.to_string(), why.clone()))
        .collect()
}

/// The bulk that was handed to the store last, and its actions.
pub(super) fn handed(s: &mut Session) -> (Bulk, Vec<Action>) {
    let found = s.effects.iter().rev().find_map(|effect| match effect {
        Effect::EnqueueBulk { bulk, actions, .. } => Some(((**bulk).clone(), actions.clone())),
        _ => None,
    });
    s.effects.clear();
    found.expect("a bulk")
}

/// The children come as far as this, in their order.
fn become_states(s: &mut Session, bulk: ActionId, states: &[State]) {
    let ids: Vec<ActionId> = s.model.outbox.children(bulk).map(Item::id).collect();
    assert_eq!(ids.len(), states.len());
    for (id, state) in ids.into_iter().zip(states) {
        s.becomes(id, *state);
    }
}

#[test]
fn marks_stay_with_their_tickets_until_they_are_taken_away() {
    let mut s = Session::new();
    s.keys("space space");
    assert_eq!(marked(&s), ["4205", "4206"]);
    assert_eq!(s.cursor(), "4207", "the cursor goes on");
    // Everything is sorted anew, one is filtered away.
    s.changed(
        (4205..=4211)
            .map(|n| {
                let mut ticket = ticket(&n.to_string());
                ticket.priority = Fact::Known(4300 - n);
                ticket.updated = at(1);
                ticket
            })
            .collect(),
    );
    s.keys("/ 4 2 0 9 enter");
    assert_eq!(marked(&s), ["4205", "4206"]);
    s.keys("esc");
    // Space takes a mark away again.
    s.keys("home space");
    assert_eq!(marked(&s).len(), 1);
    s.keys("0");
    assert_eq!(marked(&s), Vec::<String>::new());
    assert_eq!(s.told(), "1 ticket unmarked");
}

#[test]
fn a_range_all_of_a_pane_and_a_query() {
    let mut s = Session::new();
    s.keys("j space j j v");
    assert_eq!(marked(&s), ["4206", "4207", "4208", "4209"]);
    assert_eq!(s.told(), "3 marked, 4 in all");
    s.keys("0 A");
    assert_eq!(marked(&s).len(), 7);
    s.keys("0 v");
    assert!(s.told().contains("Mark the first row"), "{}", s.told());
    let mut owned = ticket("4210");
    owned.owner = Fact::Known(person("asa", "Åsa Lind"));
    owned.updated = at(1);
    s.changed(vec![owned]);
    s.keys("%").types("-owner:none").keys("enter");
    assert_eq!(marked(&s), ["4210"]);
    // A query that cannot be read marks nothing, and an empty one neither.
    s.keys("0 %")
        .types("stauts:open")
        .keys("enter esc %")
        .keys("enter");
    assert_eq!(marked(&s), Vec::<String>::new());
}

#[test]
fn the_preview_says_who_is_left_out_and_why_and_nothing_goes_out_before_yes() {
    let mut s = Session::new();
    s.keys("A");
    let mut owned = ticket("4206");
    owned.owner = Fact::Known(person("asa", "Åsa Lind"));
    let mut mine = ticket("4207");
    mine.owner = Fact::Known(person("mette", "Mette Ravn"));
    (owned.updated, mine.updated) = (at(1), at(1));
    s.changed(vec![owned, mine]);
    s.source(SourceEvent::Changed(Changes {
        gone: vec![(TicketId::from("4208"), Gone::Merged(TicketId::from("4209")))],
        ..Changes::default()
    }));
    s.keys("t");
    let changed = |is: &str| LeftOut::Changed("owner", "none".into(), is.into());
    assert_eq!(
        left_out(&s),
        [
            ("4206".into(), changed("asa")),
            ("4207".into(), LeftOut::AlreadySo),
            ("4208".into(), LeftOut::Gone(Gone::Merged("4209".into()))),
        ]
    );
    let preview = shown(&s);
    assert_eq!((preview.marked, preview.children.len()), (7, 4));
    assert_eq!((preview.people, preview.is_visible), (Some(1), false));
    s.keys("n");
    assert!(s.model.overlays.is_empty());
    assert!(!s.any_effect(|e| matches!(e, Effect::EnqueueBulk { .. })));
    s.keys("t y");
    let (bulk, actions) = handed(&mut s);
    assert_eq!(
        (bulk.what.as_str(), bulk.asked, bulk.left_out.len()),
        ("take", 4, 3)
    );
    let tickets: Vec<&str> = actions
        .iter()
        .map(|a| a.ticket.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(tickets, ["4205", "4209", "4210", "4211"]);
    assert!(
        actions
            .iter()
            .all(|a| a.verb == Verb::Take && a.parent == Some(bulk.id))
    );
    // The seconds of the hold are told, and the numbers add up from the first moment.
    assert!(
        s.told()
            .starts_with("take on 4 tickets is held until 08:00:05"),
        "{}",
        s.told()
    );
    assert_eq!(
        s.model.outbox.tally(bulk.id).to_string(),
        "0 done, 4 to send"
    );
}

#[test]
fn every_kind_of_action_goes_to_all_marked() {
    for (keys, verb) in [
        ("a å s a enter", Verb::Assign { to: "asa".into() }),
        ("s o p e n enter", Verb::Status { to: "open".into() }),
        ("p h i g h enter", Verb::Priority { to: 100 }),
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
    ] {
        let mut s = Session::new();
        s.keys("space space").keys(keys).keys("y");
        let (_, actions) = handed(&mut s);
        let verbs: Vec<&Verb> = actions.iter().map(|a| &a.verb).collect();
        assert_eq!(verbs, [&verb, &verb], "{keys}");
    }
    let mut s = Session::new();
    s.keys("space space L enter 4 2 1 1 enter y");
    let (_, actions) = handed(&mut s);
    assert!(
        actions
            .iter()
            .all(|a| matches!(&a.verb, Verb::Link { link } if link.target.to_string() == "4211"))
    );
    assert_eq!(actions.len(), 2);
    s.keys("esc U");
    assert!(s.told().contains("one ticket at a time"), "{}", s.told());
    // On the Ticket screen keys are about the ticket that is read.
    s.keys("home enter p h i g h enter");
    let (ticket, verb) = s.sent_one();
    assert_eq!(
        (ticket.as_str(), verb),
        ("4205", Verb::Priority { to: 100 })
    );
}

#[test]
fn a_reply_names_the_people_and_its_draft_stays_until_all_of_it_is_on_disk() {
    let mut s = Session::new();
    let mut other = ticket("4206");
    other.requesters = Fact::Known(vec![person("ida", "Ida Holm")]);
    s.changed(vec![other]);
    s.keys("space space space r").types("Vi arbejder på det.");
    s.store_answers = false;
    s.keys("ctrl-d");
    let preview = shown(&s);
    assert_eq!((preview.people, preview.is_visible), (Some(2), true));
    assert_eq!(preview.text.as_deref(), Some("Vi arbejder på det."));
    let key = DraftKey {
        ticket: None,
        kind: DraftKind::Reply,
    };
    s.keys("y");
    assert!(s.model.drafts.contains_key(&key));
    let effect = s
        .effects
        .iter()
        .find(|e| matches!(e, Effect::EnqueueBulk { .. }))
        .cloned();
    s.answer_bulk(&effect.unwrap());
    assert!(s.has_effect(&Effect::DropDraft(key.clone())) && !s.model.drafts.contains_key(&key));
    let (bulk, actions) = handed(&mut s);
    assert_eq!(actions.len(), 3);
    // Taken back in time, the text is a draft again.
    s.keys("u");
    let effect = Effect::DropBulk(bulk.id);
    assert!(s.has_effect(&effect));
    s.answer_bulk(&effect);
    assert!(s.model.drafts.contains_key(&key));
    assert_eq!(
        s.told(),
        "reply on 3 tickets taken back; 3 were not sent; the text is kept as a draft"
    );
}

#[test]
fn the_report_is_in_numbers_retry_sends_the_failed_and_undo_what_was_done() {
    let mut s = Session::new();
    s.keys("A p h i g h enter y");
    let (bulk, actions) = handed(&mut s);
    let (done, conflict, refused) = (State::Done, State::Conflict, State::Refused);
    for action in actions.iter().take(4) {
        s.arrives(action.id, |t| t.priority = Fact::Known(100));
    }
    become_states(
        &mut s,
        bulk.id,
        &[done, done, done, done, conflict, refused, refused],
    );
    assert_eq!(s.told_kind(), NoticeKind::Warning);
    let report = "priority 100 on 7 tickets: 4 done, 1 changed by others, 2 failed";
    assert!(s.told().starts_with(report), "{}", s.told());
    // One line for the whole of it, none for each ticket.
    assert!(!s.model.notices.log().any(|n| n.text.starts_with("4205:")));
    s.keys("r");
    assert!(s.has_effect(&Effect::RetryBulk(bulk.id)));
    assert_eq!(
        s.model.outbox.tally(bulk.id).to_string(),
        "4 done, 1 changed by others, 2 to send"
    );
    become_states(
        &mut s,
        bulk.id,
        &[done, done, done, done, conflict, done, done],
    );
    for action in actions.iter().skip(5) {
        let id = action.ticket.clone().unwrap();
        let mut now = ticket(id.as_str());
        (now.priority, now.updated) = (Fact::Known(100), at(2));
        s.changed(vec![now]);
    }
    assert!(
        s.told().contains("6 done, 1 changed by others"),
        "{}",
        s.told()
    );
    // Somebody changes one since: it is left out, the others get their old value back.
    let mut theirs = ticket("4205");
    (theirs.priority, theirs.updated) = (Fact::Known(10), at(90));
    s.changed(vec![theirs]);
    s.keys("esc u");
    let preview = shown(&s);
    assert_eq!((preview.children.len(), preview.left_out.len()), (5, 1));
    assert!(
        s.has_effect(&Effect::DropBulk(bulk.id)),
        "what met a change will not go out either"
    );
    // Whoever says no has taken nothing back, and the next undo is about the same.
    s.keys("esc u");
    assert_eq!(shown(&s).children.len(), 5);
    s.keys("y");
    let (undo, actions) = handed(&mut s);
    assert_eq!(
        (undo.undoes, undo.what.as_str()),
        (Some(bulk.id), "undo of priority 100")
    );
    assert!(
        actions
            .iter()
            .all(|a| a.verb == Verb::Priority { to: 50 } && a.undoes.is_some())
    );
    assert_eq!(s.model.outbox.tally(bulk.id).sum(), 7);
}

#[test]
fn two_hundred_want_their_number_typed() {
    let mut s = Session::new();
    let many = (0..TYPE_NUMBER + 3).map(|n| ticket(&(5000 + n).to_string()));
    s.changed(many.collect());
    s.keys("%").types("VPN").keys("enter p h i g h enter");
    let count = shown(&s).children.len();
    assert_eq!(count, 210);
    s.keys("y enter");
    assert!(shown(&s).problem.is_some());
    s.keys("backspace").types("210").keys("enter");
    let (bulk, actions) = handed(&mut s);
    assert_eq!((bulk.asked, actions.len()), (210, 210));
}

#[test]
fn who_does_not_fit_the_incident_is_left_out_unless_marked_by_itself() {
    let mut s = Session::new();
    watch(&mut s, &["4205", "4206", "4207"], &["4208", "4209"]);
    s.keys("i enter A");
    assert_eq!(marked(&s).len(), 5);
    s.keys("p h i g h enter");
    let odd = |id: &str| (id.to_owned(), LeftOut::Odd(IncidentId::new("i1")));
    assert_eq!(left_out(&s), [odd("4208"), odd("4209")]);
    // One of them was looked at and chosen.
    s.keys("n B end");
    while s.cursor() != "4209" {
        s.keys("k");
    }
    s.keys("space p h i g h enter");
    assert_eq!(left_out(&s), [odd("4208")], "space took its mark away");
    assert_eq!(shown(&s).children.len(), 3);
    s.keys("n");
    while s.cursor() != "4209" {
        s.keys("k");
    }
    s.keys("space p h i g h enter");
    assert_eq!(left_out(&s), [odd("4208")]);
    assert_eq!(shown(&s).children.len(), 4);
}

/// The engine tells an incident of these tickets.
pub(super) fn watch(s: &mut Session, members: &[&str], odd: &[&str]) {
    s.msg(crate::app::Msg::Watch(Box::new(incident(members, odd))));
}

/// An incident of these tickets, as the engine tells it.
pub(super) fn incident(members: &[&str], odd: &[&str]) -> Watch {
    let membership = |id: &&str| Membership {
        ticket: TicketId::from(*id),
        device: None,
        agrees: Vec::new(),
        differs: Vec::new(),
        fails: None,
        is_pinned: false,
    };
    let members: Vec<Membership> = members.iter().map(membership).collect();
    let odd: Vec<Membership> = odd.iter().map(membership).collect();
    let incident = Incident {
        at: at(0),
        incident: IncidentId::new("i1"),
        state: IncidentState::Suspected,
        group: GroupId::from("vpn"),
        tickets: members.iter().map(|m| m.ticket.clone()).collect(),
        people: members.len(),
        since: at(-600),
        shared: Vec::new(),
        silent: Vec::new(),
        odd: odd.iter().map(|m| m.ticket.clone()).collect(),
        restored: None,
        into: None,
    };
    Watch {
        reading: Reading::UpToDate,
        standings: vec![Standing {
            incident,
            members,
            odd,
            split: Vec::new(),
            story: Vec::new(),
        }],
        surges: Vec::new(),
    }
}

#[test]
fn a_bulk_that_cannot_be_stored_is_told_and_nothing_of_it_counts() {
    let mut s = Session::new();
    s.store_answers = false;
    s.keys("A t y");
    let (bulk, _) = handed(&mut s);
    assert_eq!(s.model.outbox.unsent(), 7, "whoever leaves is asked");
    let result = Err("the disk is full".to_owned());
    s.msg(crate::app::Msg::BulkStored {
        bulk: bulk.id,
        result,
    });
    assert_eq!(s.model.outbox.unsent(), 0);
    assert!(
        s.told().contains("nothing was sent: the disk is full"),
        "{}",
        s.told()
    );
    assert!(s.model.overlays.is_empty());
}

/// How long it takes to show what the undo of a bulk on so many tickets would do.
fn undo_of(count: usize) -> std::time::Duration {
    let mut s = Session::new();
    let tickets: Vec<_> = (0..count)
        .map(|n| ticket(&(5000 + n).to_string()))
        .collect();
    s.changed(tickets.clone());
    s.keys("%").types("VPN").keys("enter p h i g h enter");
    let all = shown(&s).children.len();
    s.types(&all.to_string()).keys("enter");
    let (bulk, _) = handed(&mut s);
    s.now += jiff::SignedDuration::from_secs(1);
    let done = s.model.outbox.children(bulk.id).cloned().map(|mut item| {
        (item.state, item.updated) = (State::Done, s.now);
        item
    });
    let done: Vec<Item> = done.collect();
    let changed = done.iter().map(|item| {
        let id = item.action.ticket.clone().unwrap();
        let mut now = ticket(id.as_str());
        (now.priority, now.updated) = (Fact::Known(100), s.now);
        now
    });
    let changed = changed.collect();
    s.changed(changed);
    s.source(SourceEvent::Outbox(done));
    let began = std::time::Instant::now();
    s.keys("u");
    let took = began.elapsed();
    assert_eq!(shown(&s).children.len(), all, "{}", s.told());
    took
}

#[test]
fn the_undo_of_many_is_not_slow_by_the_square_of_them() {
    let (few, many) = (undo_of(500), undo_of(4000));
    // Eight times as many: linear is eight, the square sixty-four. The margin is for a machine that does other things too.
    assert!(
        many < few * 40 + std::time::Duration::from_millis(200),
        "{few:?} {many:?}"
    );
}
