//! Declaring an incident: what is asked, what goes out, who joins later, what is taken back.

use std::collections::BTreeSet;

use super::letters::five_languages;
use super::session::{Session, at, device, person, ticket};
use crate::app::Effect;
use crate::app::model::Overlay;
use crate::app::model::declared::{DeclareForm, Parent};
use crate::domain::action::Verb;
use crate::domain::bulk::LeftOut;
use crate::domain::declared::Declared;
use crate::domain::fact::Fact;
use crate::domain::ids::{ActionId, IncidentId, TicketId};
use crate::domain::incident::{Incident, IncidentState, Shared};
use crate::domain::outbox::State;
use crate::domain::source::{Changes, SourceEvent};
use crate::domain::ticket::{Link, LinkKind, LinkTarget, StatusClass};
use crate::domain::watch::{Membership, Reading, Standing, Watch};
use crate::text::lang::Lang;

fn member(id: &str) -> Membership {
    Membership {
        ticket: TicketId::from(id),
        device: None,
        agrees: Vec::new(),
        differs: Vec::new(),
        fails: None,
        is_pinned: false,
    }
}

/// The engine tells of one incident.
fn incident(s: &mut Session, members: &[&str], odd: &[&str]) {
    let standing = Standing {
        incident: Incident {
            at: at(0),
            incident: IncidentId::from("i1"),
            state: IncidentState::Changed,
            group: "vpn".into(),
            tickets: members.iter().map(|id| TicketId::from(*id)).collect(),
            people: members.len(),
            since: at(-600),
            shared: vec![Shared {
                fact: "gateway".into(),
                value: "gw2".into(),
                inside: 4,
                inside_of: 5,
                fleet: 25,
                fleet_of: 100,
                p: 1e-6,
            }],
            silent: Vec::new(),
            odd: odd.iter().map(|id| TicketId::from(*id)).collect(),
            restored: None,
            into: None,
        },
        members: members.iter().map(|id| member(id)).collect(),
        odd: odd.iter().map(|id| member(id)).collect(),
        split: Vec::new(),
        story: Vec::new(),
    };
    s.msg(crate::app::Msg::Watch(Box::new(Watch {
        reading: Reading::UpToDate,
        standings: vec![standing],
        surges: Vec::new(),
    })));
}

fn form(s: &Session) -> &DeclareForm {
    match s.model.overlays.last() {
        Some(Overlay::Declare(form)) => form,
        other => panic!("no form: {other:?}"),
    }
}

/// The record of the one declared incident.
fn record(s: &Session) -> Declared {
    let mut records = s.model.declared.records();
    let record = records.next().expect("a record").clone();
    assert!(records.next().is_none());
    record
}

/// Tickets for which a link to this one is on its way or there.
fn linked(s: &Session, parent: &str) -> BTreeSet<String> {
    let wanted = Verb::Link {
        link: Declared::link(&parent.into()),
    };
    let items = s.model.outbox.items();
    let links = items.filter(|i| i.action.verb == wanted && i.state != State::Dropped);
    links
        .map(|i| i.action.ticket.as_ref().unwrap().to_string())
        .collect()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(ToString::to_string).collect()
}

const ALL: [&str; 5] = ["4205", "4206", "4207", "4208", "4209"];

fn shown(s: &Session) -> Option<(Option<String>, Vec<String>)> {
    let shown = s.model.declared.shown(&IncidentId::from("i1"))?;
    let joiners = shown.joiners.iter().map(ToString::to_string).collect();
    Some((shown.parent.as_ref().map(ToString::to_string), joiners))
}

#[test]
fn three_keys_from_the_board_make_a_new_ticket_and_link_all_but_the_odd_one() {
    let mut s = Session::new();
    incident(&mut s, &ALL, &["4210"]);
    s.keys("i d");
    let asked = form(&s);
    assert_eq!(
        asked.subject.text(),
        "VPN: 5 people since 07:50 · gateway gw2"
    );
    assert_eq!(asked.queue, "General");
    assert_eq!(asked.linked().count(), 5);
    assert_eq!(asked.left_out, [("4210".into(), LeftOut::Odd("i1".into()))]);
    assert!(
        !s.any_effect(|e| matches!(e, Effect::Declare { .. })),
        "nothing before yes"
    );
    s.keys("ctrl-d");
    assert!(
        s.told()
            .contains("a new ticket, and 5 tickets linked to it; held until 08:00:05"),
        "{}",
        s.told()
    );
    let record = record(&s);
    let create = s.model.outbox.get(record.create.unwrap()).unwrap().clone();
    let Verb::Create { new } = &create.action.verb else {
        panic!("{create:?}")
    };
    assert_eq!(
        (new.requester.as_str(), new.queue.as_str()),
        ("mette", "General")
    );
    assert!(
        new.text.contains("stands for all") && new.text.contains("fleet 25 %"),
        "{}",
        new.text
    );
    assert_eq!(create.state, State::Held);
    assert_eq!(
        s.model.outbox.items().count(),
        1,
        "nothing is linked before there is a parent"
    );
    assert_eq!(shown(&s), Some((None, Vec::new())));
    // The same incident is not declared twice, though its ticket is not there yet.
    s.keys("d");
    assert!(
        s.model.overlays.is_empty() && s.told().contains("being declared"),
        "{}",
        s.told()
    );
    s.parent_made(record.id, "5012");
    assert_eq!(linked(&s, "5012"), set(&ALL));
    assert_eq!(shown(&s), Some((Some("5012".into()), Vec::new())));
    assert!(
        s.told()
            .contains("Declared 5012: 5 tickets are being linked"),
        "{}",
        s.told()
    );
}

#[test]
fn a_member_that_is_promoted_stands_for_the_others() {
    let mut s = Session::new();
    incident(&mut s, &ALL, &[]);
    s.keys("i d down");
    assert_eq!(*form(&s).parent(), Parent::Promote("4205".into()));
    assert_eq!(form(&s).linked().count(), 4);
    s.keys("ctrl-d");
    assert_eq!(linked(&s, "4205"), set(&ALL[1..]));
    assert!(s.model.outbox.items().all(|i| i.state == State::Held));
    assert!(
        s.told().contains("Declared 4205: 4 tickets linked"),
        "{}",
        s.told()
    );
    assert_eq!(shown(&s), Some((Some("4205".into()), Vec::new())));
    // Undo takes all of it back before it is sent, and it is declared no more.
    s.keys("u");
    assert_eq!(linked(&s, "4205"), set(&[]));
    assert_eq!(shown(&s), None);
    s.keys("d");
    assert_eq!(form(&s).choices.len(), 6);
}

#[test]
fn undo_before_the_new_ticket_is_sent_takes_all_back_and_keeps_no_draft() {
    let mut s = Session::new();
    incident(&mut s, &ALL, &[]);
    s.keys("i d ctrl-d u");
    let record = record(&s);
    assert_eq!(
        s.model.outbox.get(record.create.unwrap()).unwrap().state,
        State::Dropped
    );
    assert!(
        s.model.drafts.is_empty(),
        "its text is made from the incident"
    );
    s.settle_declared(record.id);
    assert!(
        s.told()
            .contains("not declared, and nothing is linked: taken back"),
        "{}",
        s.told()
    );
    assert_eq!(shown(&s), None);
}

#[test]
fn undo_after_the_links_are_there_unlinks_and_closes_it() {
    let mut s = Session::new();
    incident(&mut s, &ALL, &[]);
    s.keys("i d ctrl-d");
    let id = record(&s).id;
    s.parent_made(id, "5012");
    let bulk = record(&s).bulks[0];
    link_all(&mut s, bulk, "5012");
    assert_eq!(s.model.declared.shown(&"i1".into()).unwrap().linked, 5);
    s.effects.clear();
    s.keys("u");
    assert!(matches!(s.model.overlays.last(), Some(Overlay::Preview(p)) if p.children.len() == 5));
    s.keys("y");
    assert!(
        s.any_effect(|e| matches!(e, Effect::EnqueueBulk { actions, .. }
        if actions.iter().all(|a| matches!(a.verb, Verb::Unlink { .. }))))
    );
    assert!(!record(&s).is_open(), "nobody joins what was taken back");
}

/// The links of a bulk arrive.
fn link_all(s: &mut Session, bulk: ActionId, parent: &str) {
    let children: Vec<_> = s.model.outbox.children(bulk).cloned().collect();
    for child in children {
        s.arrives(child.action.id, |t| {
            t.links = Fact::Known(vec![Declared::link(&parent.into())]);
        });
    }
}

#[test]
fn who_joins_later_is_proposed_and_linked_with_two_keys() {
    let mut s = Session::new();
    incident(&mut s, &ALL[..3], &["4210"]);
    s.keys("i d down ctrl-d");
    let id = record(&s).id;
    let first = record(&s).bulks[0];
    link_all(&mut s, first, "4205");
    assert_eq!(shown(&s).unwrap().1, Vec::<String>::new());
    // The odd one fits by now, and was left out: it stays out.
    incident(
        &mut s,
        &["4205", "4206", "4207", "4208", "4209", "4210"],
        &[],
    );
    assert_eq!(shown(&s).unwrap().1, ["4208", "4209"]);
    s.keys("l");
    assert_eq!(*form(&s).parent(), Parent::Joined("4205".into(), id));
    s.keys("ctrl-d");
    assert!(
        s.told().contains("2 tickets linked to 4205; held until"),
        "{}",
        s.told()
    );
    assert_eq!(linked(&s, "4205"), set(&["4206", "4207", "4208", "4209"]));
    assert_eq!(shown(&s).unwrap().1, Vec::<String>::new());
    s.keys("l");
    assert!(s.told().contains("nobody joined later"), "{}", s.told());
}

#[test]
fn later_joiners_come_in_by_themselves_once_that_is_said_and_what_is_odd_never() {
    let mut s = Session::new();
    incident(&mut s, &ALL[..3], &[]);
    s.keys("i d down ctrl-d");
    s.keys("Y");
    assert!(s.told().contains("From now on"), "{}", s.told());
    incident(&mut s, &ALL[..4], &["4209"]);
    assert!(
        s.told().contains("1 ticket joined 4205 later"),
        "{}",
        s.told()
    );
    assert_eq!(linked(&s, "4205"), set(&["4206", "4207", "4208"]));
    // Told again, nobody is linked twice.
    let before = s.model.outbox.items().count();
    incident(&mut s, &ALL[..4], &["4209"]);
    assert_eq!(s.model.outbox.items().count(), before);
    s.keys("Y");
    incident(&mut s, &ALL, &[]);
    assert_eq!(
        linked(&s, "4205"),
        set(&["4206", "4207", "4208"]),
        "proposed, not linked"
    );
    assert_eq!(shown(&s).unwrap().1, ["4209"]);
}

#[test]
fn most_of_an_incident_is_not_linked_unasked_and_undo_is_about_what_a_person_did() {
    let mut s = Session::new();
    incident(&mut s, &ALL[..3], &[]);
    s.keys("i d down ctrl-d Y");
    // The engine has put one of them among others.
    incident(&mut s, &["4206", "4208", "4209"], &[]);
    assert_eq!(shown(&s).unwrap().1, ["4208", "4209"], "proposed");
    incident(&mut s, &ALL[..4], &[]);
    assert!(linked(&s, "4205").contains("4208"));
    s.keys("u");
    let left = linked(&s, "4205");
    assert_eq!(left, set(&["4208"]), "the links of the declaring went");
}

/// Three of seven are an incident that is declared, and answered from a template. The screen of the incident is open.
fn answered_from(template: &str, prepare: impl FnOnce(&mut Session)) -> Session {
    let mut s = five_languages();
    prepare(&mut s);
    incident(&mut s, &ALL[..3], &[]);
    s.keys("i d down ctrl-d enter e").types(template);
    s.keys("enter y esc");
    assert_eq!(record(&s).template.as_deref(), Some(template));
    s
}

/// The texts that a ticket gets.
fn replies(s: &Session, id: &str) -> Vec<String> {
    let items = s.model.outbox.items();
    let of = items.filter(|i| {
        i.action.ticket.as_ref().is_some_and(|t| t.as_str() == id) && i.state != State::Dropped
    });
    of.filter_map(|i| match &i.action.verb {
        Verb::Reply { text, .. } => Some(text.clone()),
        _ => None,
    })
    .collect()
}

#[test]
fn later_joiners_are_answered_as_the_others_were_each_in_their_own_language() {
    let mut s = answered_from("vpn-outage", |_| ());
    incident(&mut s, &ALL, &["4210"]);
    s.keys("l");
    let answer = form(&s).answer.clone().unwrap();
    let langs: Vec<Lang> = answer.letters.iter().map(|(_, lang, _)| *lang).collect();
    assert_eq!((langs, answer.lacking), (vec![Lang::Nn, Lang::Sv], vec![]));
    assert_eq!(
        replies(&s, "4208"),
        Vec::<String>::new(),
        "nothing before yes"
    );
    s.keys("ctrl-d");
    assert!(
        s.told()
            .contains("2 tickets linked to 4205, 2 answered from vpn-outage; held until"),
        "{}",
        s.told()
    );
    for (id, text) in [("4208", "problem med VPN"), ("4209", "problem med VPN")] {
        let got = replies(&s, id);
        assert!(matches!(&got[..], [one] if one.contains(text)), "{got:?}");
    }
    assert_ne!(replies(&s, "4208"), replies(&s, "4209"));
    assert_eq!(replies(&s, "4210"), Vec::<String>::new(), "it does not fit");
    // Undo takes the answers back first, then the links.
    s.keys("u");
    assert_eq!(replies(&s, "4208"), Vec::<String>::new());
    assert!(linked(&s, "4205").contains("4208"));
    assert_eq!(
        record(&s).template.as_deref(),
        Some("vpn-outage"),
        "the others have it"
    );
    s.keys("u");
    assert!(!linked(&s, "4205").contains("4208"));
}

#[test]
fn a_joiner_that_is_solved_is_linked_and_not_told_what_is_wrong() {
    let mut s = answered_from("vpn-outage", |_| ());
    let mut solved = s.model.ticket(&"4209".into()).unwrap().clone();
    (solved.status.class, solved.updated) = (StatusClass::Resolved, at(2));
    s.changed(vec![solved]);
    incident(&mut s, &ALL, &[]);
    s.keys("l");
    let answer = form(&s).answer.clone().unwrap();
    assert_eq!(answer.lacking, [("4209".into(), LeftOut::Solved)]);
    s.keys("ctrl-d");
    assert_eq!(replies(&s, "4208").len(), 1);
    assert_eq!(replies(&s, "4209"), Vec::<String>::new());
    assert!(linked(&s, "4205").contains("4209"));
}

#[test]
fn who_was_answered_before_they_were_linked_and_who_is_solved_get_no_answer() {
    let mut s = five_languages();
    incident(&mut s, &ALL[..3], &[]);
    s.keys("i d down ctrl-d enter");
    // One more comes between the question and the answer to all, and is answered with them.
    incident(&mut s, &ALL[..4], &[]);
    s.keys("e").types("vpn-outage");
    s.keys("enter y esc");
    assert_eq!(replies(&s, "4208").len(), 1);
    let mut solved = s.model.ticket(&"4209".into()).unwrap().clone();
    solved.status.class = StatusClass::Resolved;
    s.source(SourceEvent::Changed(Changes {
        tickets: vec![solved],
        ..Changes::default()
    }));
    incident(&mut s, &ALL, &[]);
    s.keys("l");
    let answer = form(&s).answer.clone().unwrap();
    assert_eq!(answer.letters, []);
    assert_eq!(
        answer.lacking,
        [
            ("4208".into(), LeftOut::Answered),
            ("4209".into(), LeftOut::Solved)
        ]
    );
    s.keys("ctrl-d");
    assert!(linked(&s, "4205").contains("4208"));
    assert_eq!(replies(&s, "4208").len(), 1, "once");
}

#[test]
fn who_does_not_fit_gets_no_answer_when_the_incident_is_over_either() {
    let mut s = five_languages();
    incident(&mut s, &ALL[..3], &["4210"]);
    let mut watch = s.model.board.watch().clone();
    for standing in &mut watch.standings {
        standing.incident.state = IncidentState::Ended;
    }
    s.msg(crate::app::Msg::Watch(Box::new(watch)));
    s.keys("i enter e").types("vpn-restored");
    s.keys("enter");
    let preview = super::bulk::shown(&s);
    let odd = LeftOut::Odd(IncidentId::from("i1"));
    assert_eq!(preview.left_out, [("4210".into(), odd)]);
    assert_eq!(preview.children.len(), 3);
}

#[test]
fn who_joins_is_never_told_that_it_works_again() {
    let mut s = answered_from("vpn-outage", |_| ());
    s.keys("e").types("vpn-restored");
    s.keys("enter y esc");
    assert_eq!(replies(&s, "4206").len(), 2);
    let template = |s: &Session| record(s).template;
    assert_eq!(template(&s).as_deref(), Some("vpn-outage"));
    // Another answer, and it is taken back: the one before it counts again.
    s.keys("e").types("first-vpn");
    s.keys("enter y esc");
    assert_eq!(template(&s).as_deref(), Some("first-vpn"));
    s.keys("u");
    assert_eq!(template(&s).as_deref(), Some("vpn-outage"));
}

#[test]
fn an_answer_that_was_taken_back_answers_no_joiner() {
    let mut s = answered_from("vpn-outage", |_| ());
    s.keys("u");
    assert_eq!(record(&s).template, None);
    incident(&mut s, &ALL, &[]);
    s.keys("l");
    assert_eq!(form(&s).answer, None);
}

#[test]
fn joiners_are_answered_by_themselves_once_and_one_with_a_hole_in_its_text_is_named() {
    let mut s = answered_from("gateway", |s| {
        let mut laptop = device("1", "LT-0412", "up");
        laptop.holder = Fact::Known(person("u4206", "Ida Holm"));
        let mut other = device("2", "LT-0413", "up");
        other.holder = Fact::Known(person("u4208", "Ingunn Lie"));
        for laptop in [&mut laptop, &mut other] {
            let value = laptop.facts["site"].clone();
            laptop.facts.insert("gateway".to_owned(), value);
        }
        s.source(SourceEvent::Changed(Changes {
            devices: vec![laptop, other],
            ..Changes::default()
        }));
    });
    s.keys("Y");
    assert!(
        s.told().contains("answers them from gateway"),
        "{}",
        s.told()
    );
    for _ in 0..2 {
        incident(&mut s, &ALL, &["4210"]);
        assert_eq!(replies(&s, "4208").len(), 1);
        assert_eq!(replies(&s, "4209"), Vec::<String>::new());
    }
    assert!(linked(&s, "4205").contains("4209"), "linked all the same");
    let told: Vec<&str> = s.model.notices.log().map(|n| n.text.as_str()).collect();
    let told = told.join("\n");
    assert!(
        told.contains(
            "4209 is being linked and is not answered: {device.gateway}: no device is known"
        ),
        "{told}"
    );
    assert!(
        told.contains(
            "2 tickets joined 4205 later: linked without asking, 1 answered from gateway"
        ),
        "{told}"
    );
}

#[test]
fn what_a_colleague_declared_is_seen_by_its_links() {
    let mut s = Session::new();
    incident(&mut s, &ALL, &[]);
    let linked = |id: &str| {
        let mut ticket = ticket(id);
        ticket.links = Fact::Known(vec![Declared::link(&"5012".into())]);
        ticket.updated = at(1);
        ticket
    };
    s.changed(vec![linked("4205")]);
    assert_eq!(shown(&s), None, "one link is no incident");
    s.changed(vec![linked("4206"), linked("4207")]);
    assert_eq!(shown(&s), Some((Some("5012".into()), Vec::new())));
    s.keys("i d");
    assert!(s.model.overlays.is_empty());
    assert!(
        s.told().contains("declared as 5012 on another console"),
        "{}",
        s.told()
    );
}

#[test]
fn who_is_a_part_of_something_already_is_left_out() {
    let mut s = Session::new();
    let mut part = ticket("4206");
    part.links = Fact::Known(vec![Link {
        kind: LinkKind::Parent,
        target: LinkTarget::Ticket("77".into()),
    }]);
    part.updated = at(1);
    s.changed(vec![part]);
    incident(&mut s, &ALL, &["4210"]);
    // Marked by itself, the odd one is meant.
    s.keys("end k space");
    assert!(s.model.marks.has(&"4210".into()));
    s.keys("i d");
    assert_eq!(
        form(&s).left_out,
        [("4206".into(), LeftOut::PartOf("77".into()))]
    );
    assert_eq!(form(&s).linked().count(), 5);
}

#[test]
fn without_the_right_to_write_nothing_is_asked() {
    let mut s = Session::new();
    s.model
        .settings
        .read_only
        .push("the profile says so".into());
    incident(&mut s, &ALL, &[]);
    s.keys("i d");
    assert!(s.model.overlays.is_empty());
    assert!(
        s.told().contains("read-only") || s.told().contains("the profile says so"),
        "{}",
        s.told()
    );
}

#[test]
fn an_empty_subject_and_two_hundred_tickets_are_asked_about() {
    let mut s = Session::new();
    let many: Vec<String> = (5000..5210).map(|n| n.to_string()).collect();
    s.changed(many.iter().map(|id| ticket(id)).collect());
    let ids: Vec<&str> = many.iter().map(String::as_str).collect();
    incident(&mut s, &ids, &[]);
    s.keys("i d");
    for _ in 0..60 {
        s.keys("backspace");
    }
    s.keys("enter");
    assert_eq!(form(&s).problem, Some("The subject is missing"));
    s.types("VPN nede").keys("enter");
    s.types("200").keys("enter");
    assert_eq!(form(&s).problem, Some("That is not the number of tickets"));
    for _ in 0..3 {
        s.keys("backspace");
    }
    s.types("210").keys("enter");
    assert_eq!(record(&s).title, "VPN nede");
    assert_eq!(record(&s).by, Some(person("mette", "Mette Ravn")));
}

#[test]
fn the_timeline_names_what_happened_and_the_file_is_told() {
    let mut s = Session::new();
    incident(&mut s, &ALL[..3], &["4210"]);
    s.keys("i d down ctrl-d");
    let bulk = record(&s).bulks[0];
    link_all(&mut s, bulk, "4205");
    s.effects.clear();
    s.keys("E");
    let written = s.effects.iter().find_map(|e| match e {
        Effect::WriteTimeline(timeline) => Some((**timeline).clone()),
        _ => None,
    });
    let timeline = written.expect("a timeline");
    let text = timeline.markdown(&jiff::tz::TimeZone::UTC);
    for what in [
        "First ticket: 4205 VPN ryger 4205",
        "Declared by Mette Ravn as 4205, which was promoted",
        "link to 4205: 2 done",
        "4210 was left out: does not fit i1",
        "Declared as 4205; 2 tickets are linked to it",
    ] {
        assert!(text.contains(what), "{what}: {text}");
    }
    assert_eq!(timeline.file_name(), "2026-11-21-0750-vpn-4205.md");
    s.msg(crate::app::Msg::TimelineWritten(Ok(
        "/data/timelines/a.md".into()
    )));
    assert_eq!(s.told(), "The timeline is in /data/timelines/a.md");
}

#[test]
fn a_declared_incident_stays_in_sight_until_its_last_ticket_is_closed() {
    let mut s = Session::new();
    incident(&mut s, &ALL[..3], &[]);
    let linked = |id: &str, class: StatusClass| {
        let mut ticket = ticket(id);
        ticket.links = Fact::Known(vec![Declared::link(&"5012".into())]);
        ticket.status.class = class;
        ticket.updated = at(1);
        ticket
    };
    let ids = ["4205", "4206", "4207"];
    s.changed(ids.map(|id| linked(id, StatusClass::Open)).to_vec());
    assert_eq!(s.model.unfinished().count(), 0, "the engine tells of it");
    let mut watch = s.model.board.watch().clone();
    watch.standings[0].incident.state = IncidentState::Ended;
    s.msg(crate::app::Msg::Watch(Box::new(watch)));
    let open = |s: &Session| {
        s.model
            .unfinished()
            .map(|(_, d)| d.open)
            .collect::<Vec<_>>()
    };
    assert_eq!(open(&s), [3]);
    s.changed(vec![linked("4205", StatusClass::Resolved)]);
    assert_eq!(open(&s), [2]);
    s.changed(vec![
        linked("4206", StatusClass::Closed),
        linked("4207", StatusClass::Resolved),
    ]);
    assert!(open(&s).is_empty());
}

#[test]
fn the_template_for_later_joiners_goes_with_the_answers_in_one_write() {
    let mut s = five_languages();
    incident(&mut s, &ALL[..3], &[]);
    s.keys("i d down ctrl-d enter e").types("vpn-outage");
    s.effects.clear();
    s.keys("enter y");
    let id = record(&s).id;
    let kept = s.effects.iter().find_map(|effect| match effect {
        Effect::EnqueueBulk { remember, .. } => Some(remember.clone()),
        _ => None,
    });
    assert_eq!(kept, Some(Some((id, "vpn-outage".to_owned()))));
    let is_change = |e: &Effect| matches!(e, Effect::ChangeDeclared { .. });
    assert!(
        !s.any_effect(is_change),
        "a second write could be missing after a kill"
    );
    // What is known already is not written again.
    s.keys("esc e").types("vpn-outage");
    s.effects.clear();
    s.keys("enter a y");
    assert!(s.any_effect(|e| matches!(e, Effect::EnqueueBulk { remember: None, .. })));
}

#[test]
fn a_joiner_whose_answer_has_a_hole_stays_in_sight_until_it_is_dealt_with() {
    let waits = |s: &Session| -> Vec<String> {
        let shown = s.model.declared.shown(&IncidentId::from("i1")).unwrap();
        shown
            .unanswered
            .iter()
            .map(|(id, why)| format!("{id} {why}"))
            .collect()
    };
    let mut s = answered_from("vpn-outage", |_| ());
    let mut nobodys = s.model.ticket(&"4208".into()).unwrap().clone();
    (nobodys.requesters, nobodys.updated) = (Fact::Empty, at(2));
    s.changed(vec![nobodys]);
    incident(&mut s, &ALL, &[]);
    assert_eq!(waits(&s), Vec::<String>::new(), "not linked yet");
    s.keys("l ctrl-d");
    assert_eq!(waits(&s), ["4208 nobody would get it: no requester"]);
    // It stays, whatever else happens, and goes when somebody is known who gets an answer.
    s.wait(120);
    incident(&mut s, &ALL, &[]);
    assert_eq!(waits(&s).len(), 1);
    let mut solved = s.model.ticket(&"4208".into()).unwrap().clone();
    (solved.status.class, solved.updated) = (StatusClass::Resolved, at(200));
    s.changed(vec![solved]);
    assert_eq!(waits(&s), Vec::<String>::new());
}
