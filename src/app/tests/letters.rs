//! One template for many tickets: each in the language of its own, nobody with a hole in the text.

use super::bulk::{handed, incident, left_out, marked, shown, watch};
use super::session::{Session, at, device, person, ticket};
use super::templates::{offered, session};
use crate::app::model::bulk::Written;
use crate::app::model::{NoticeKind, Overlay};
use crate::app::{Effect, Msg};
use crate::domain::action::Verb;
use crate::domain::bulk::LeftOut;
use crate::domain::draft::{DraftKey, DraftKind};
use crate::domain::fact::Fact;
use crate::domain::finding::Finding;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::outbox::State;
use crate::domain::source::{Changes, SourceEvent};
use crate::domain::ticket::StatusClass;
use crate::text::lang::Lang;

/// Seven tickets of seven people: Danish (2), bokmål, nynorsk, Swedish, English, and one of no known language.
pub(super) fn five_languages() -> Session {
    let mut s = session();
    let people = [
        "Kåre Å",
        "Ida Holm",
        "Ola Vik",
        "Ingunn Lie",
        "Åsa Ek",
        "Sam Bell",
        "N N",
    ];
    let langs = ["da", "da", "nb", "nn", "sv", "en", ""];
    let (mut tickets, mut findings) = (Vec::new(), Vec::new());
    for ((nth, name), lang) in (4205..).zip(people).zip(langs) {
        let mut one = ticket(&nth.to_string());
        one.requesters = Fact::Known(vec![person(&format!("u{nth}"), name)]);
        one.updated = at(-1);
        let mut finding = Finding::of(GroupId::from("vpn"), 0.9);
        finding.lang = (!lang.is_empty()).then(|| lang.to_owned());
        findings.push((one.id.clone(), finding));
        tickets.push(one);
    }
    s.changed(tickets);
    s.msg(Msg::Findings(findings));
    s.effects.clear();
    s
}

fn written(s: &Session) -> &Written {
    shown(s).written.as_ref().expect("texts from a template")
}

fn start(verb: &Verb) -> &str {
    match verb {
        Verb::Reply { text, .. } | Verb::Note { text, .. } => {
            text.split("\n\n").nth(1).unwrap_or(text)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_marked_ticket_gets_the_text_in_its_own_language() {
    let mut s = five_languages();
    s.keys("A e");
    assert_eq!(offered(&s)[..2], ["first-vpn", "gateway"]);
    s.types("vpn-restored").keys("enter");
    let preview = shown(&s);
    assert_eq!((preview.people, preview.is_visible), (Some(7), true));
    let (da, nb, nn, sv, en) = (Lang::Da, Lang::Nb, Lang::Nn, Lang::Sv, Lang::En);
    // Of whom nothing is known gets the language of the screen.
    assert_eq!(
        written(&s).languages,
        [(da, 2), (en, 2), (nb, 1), (nn, 1), (sv, 1)]
    );
    // The text is shown in each language in turn.
    let mut seen = Vec::new();
    for _ in 0..5 {
        let text = shown(&s).samples().unwrap().1[0].1;
        let line = text.lines().nth(2).unwrap_or_default();
        seen.push(line.split('.').next().unwrap_or_default().to_owned());
        s.keys("tab");
    }
    assert_eq!(
        seen,
        [
            "VPN virker igen",
            "VPN works again",
            "VPN virker igjen",
            "VPN verkar att",
            "VPN fungerar igen",
        ]
    );
    assert_eq!(written(&s).shown, da, "around the end");
    s.keys("y");
    let (bulk, actions) = handed(&mut s);
    assert_eq!(
        (bulk.what.as_str(), bulk.asked),
        ("reply from vpn-restored", 7)
    );
    assert_eq!(
        bulk.template.unwrap().split(),
        "da 2 · en 2 · nb 1 · nn 1 · sv 1"
    );
    let sentence = |verb| start(verb).split('.').next().unwrap_or_default();
    let texts: Vec<&str> = actions.iter().map(|a| sentence(&a.verb)).collect();
    let (da, en) = ("VPN virker igen", "VPN works again");
    let (nb, nn, sv) = ("VPN virker igjen", "VPN verkar att", "VPN fungerar igen");
    let expected = [da, da, nb, nn, sv, en, en];
    assert_eq!(texts, expected);
    assert!(actions.iter().all(|a| a.parent == Some(bulk.id)));
    assert!(
        s.told()
            .starts_with("reply from vpn-restored on 7 tickets is held until 08:00:05"),
        "{}",
        s.told()
    );
}

#[test]
fn whoever_lacks_a_value_is_left_out_by_name_until_it_is_written() {
    let mut s = five_languages();
    let mut laptop = device("1", "LT-0412", "up");
    laptop.holder = Fact::Known(person("u4206", "Ida Holm"));
    let value = laptop.facts["site"].clone();
    laptop.facts.insert("gateway".to_owned(), value);
    s.source(SourceEvent::Changed(Changes {
        devices: vec![laptop],
        ..Changes::default()
    }));
    s.keys("space space space e").types("gateway").keys("enter");
    let why: Vec<String> = left_out(&s)
        .iter()
        .map(|(id, why)| format!("{id} {why}"))
        .collect();
    assert_eq!(
        why,
        [
            "4205 {device.gateway}: no device is known for Kåre",
            "4207 {device.gateway}: no device is known for Ola",
        ]
    );
    assert_eq!(shown(&s).children.len(), 1);
    assert_eq!(written(&s).languages, [(Lang::Da, 1)]);
    // What is written stands for those that lack it, and for nobody else.
    s.keys("f").types("gw2").keys("enter");
    assert_eq!(left_out(&s), []);
    // Norwegian is lacking: its neighbour is taken, and that is told.
    assert_eq!(written(&s).neighbours, [(Lang::Nb, Lang::Da, 1)]);
    s.keys("y");
    let (_, actions) = handed(&mut s);
    let texts: Vec<&str> = actions.iter().map(|a| start(&a.verb)).collect();
    assert_eq!(texts, ["Du er på gw2.", "Du er på Sorø.", "Du er på gw2."]);
    // Nothing is asked where nothing is lacking.
    s.keys("esc 0 space e")
        .types("vpn-restored")
        .keys("enter f");
    assert!(matches!(s.model.overlays.last(), Some(Overlay::Preview(_))));
}

#[test]
fn on_an_incident_with_nothing_marked_all_its_members_are_answered_and_odd_ones_are_not() {
    let mut s = five_languages();
    watch(&mut s, &["4205", "4206", "4207"], &["4208"]);
    s.keys("i enter e").types("vpn-outage").keys("enter");
    assert_eq!(marked(&s).len(), 4);
    let out = left_out(&s);
    assert!(
        matches!(&out[..], [(id, LeftOut::Odd(_))] if id == "4208"),
        "{out:?}"
    );
    s.keys("y");
    let (_, actions) = handed(&mut s);
    let tickets = actions.iter().filter_map(|a| a.ticket.as_ref());
    let tickets: Vec<&str> = tickets.map(TicketId::as_str).collect();
    assert_eq!(tickets, ["4205", "4206", "4207"]);
    // With some marked only those.
    let mut s = five_languages();
    watch(&mut s, &["4205", "4206", "4207"], &["4208"]);
    s.keys("i enter space e").types("vpn-outage").keys("enter");
    assert_eq!(shown(&s).children.len(), 1);
}

#[test]
fn a_note_from_a_template_is_seen_by_nobody_outside() {
    let mut s = five_languages();
    s.keys("A e").types("note-no-answer").keys("enter");
    assert!(!shown(&s).is_visible);
    s.keys("y");
    let (bulk, actions) = handed(&mut s);
    assert_eq!(bulk.what, "note from note-no-answer");
    assert!(
        matches!(&actions[1].verb, Verb::Note { text, .. } if text.contains("Ida Holm")),
        "{:?}",
        actions[1].verb
    );
}

#[test]
fn a_draft_for_the_marked_tickets_survives_an_answer_from_a_template() {
    let mut s = five_languages();
    s.keys("A r").types("Egen tekst").keys("esc k");
    let key = DraftKey {
        ticket: None,
        kind: DraftKind::Reply,
    };
    assert!(s.model.drafts.contains_key(&key));
    s.keys("e").types("vpn-restored").keys("enter y");
    let (bulk, _) = handed(&mut s);
    assert!(s.model.drafts.contains_key(&key), "it was another text");
    // Taken back, no ticket's text becomes the draft of all.
    s.keys("u");
    let effect = Effect::DropBulk(bulk.id);
    s.answer_bulk(&effect);
    assert_eq!(
        s.told(),
        "reply from vpn-restored on 7 tickets taken back; 7 were not sent"
    );
    assert_eq!(s.model.drafts[&key].text, "Egen tekst");
}

#[test]
fn what_was_sent_cannot_be_taken_back_and_says_so_once() {
    let mut s = five_languages();
    s.keys("A e").types("vpn-restored").keys("enter y");
    let (bulk, actions) = handed(&mut s);
    for action in &actions {
        s.becomes(action.id, State::Done);
    }
    s.keys("u");
    assert_eq!(s.told_kind(), NoticeKind::Warning);
    assert_eq!(
        s.told(),
        "reply from vpn-restored on 7 tickets is not taken back. A reply cannot be taken back: the requester has it."
    );
    assert!(
        matches!(s.model.overlays.last(), Some(Overlay::Bulk { bulk: b, .. }) if *b == bulk.id)
    );
}

#[test]
fn tickets_that_our_answer_opened_can_be_resolved_by_the_same_marks() {
    let mut s = five_languages();
    s.keys("A e").types("vpn-restored").keys("enter y esc");
    let (_, actions) = handed(&mut s);
    let mut opened = Vec::new();
    for action in &actions {
        s.becomes(action.id, State::Done);
        let mut one = s
            .model
            .ticket(action.ticket.as_ref().unwrap())
            .unwrap()
            .clone();
        one.status.name = "open".into();
        one.status.class = StatusClass::Open;
        one.updated = at(5);
        opened.push(one);
    }
    s.changed(opened);
    s.keys("s r e s o l v e d enter");
    assert_eq!(left_out(&s), []);
    assert_eq!(shown(&s).children.len(), 7);
}

#[test]
fn a_template_that_went_away_meanwhile_answers_nobody() {
    let mut s = five_languages();
    let watch = incident(&["4205", "4206"], &[]);
    s.msg(Msg::Watch(Box::new(watch)));
    s.keys("A e").types("vpn-restored");
    s.model.shelf.templates.clear();
    s.keys("enter");
    assert!(
        s.told().contains("no template vpn-restored"),
        "{}",
        s.told()
    );
    assert!(s.model.overlays.is_empty());
}

#[test]
fn the_text_of_a_language_is_changed_for_one_answer_and_its_variables_stay() {
    let mut s = five_languages();
    s.keys("A e").types("first-vpn").keys("enter");
    let danish = |s: &Session| {
        let (id, texts) = shown(s).samples().unwrap();
        (id.to_string(), texts[0].1.to_owned())
    };
    assert_eq!(written(&s).shown, Lang::Da);
    // A variable that there is not is told, and nothing is taken over.
    s.keys("e").types("{ticket.idd}").keys("ctrl-d");
    let Some(Overlay::Compose(compose)) = s.model.overlays.last() else {
        panic!("the editor is open still");
    };
    assert!(compose.text.text().contains("{requester.first_name}"));
    assert_eq!(
        compose.problem.as_deref(),
        Some("Not taken over: there is no variable {ticket.idd}; did you mean {ticket.id}?")
    );
    // Thrown away, all is as it was; no draft of it is kept.
    s.keys("esc x");
    assert!(!danish(&s).1.contains("ticket"));
    s.keys("e").types("Sag {ticket.id}").keys("ctrl-d");
    assert!(s.model.drafts.is_empty());
    let (id, text) = danish(&s);
    assert!(text.ends_with(&format!("Sag {id}")), "{text}");
    assert!(text.starts_with("Hej K"), "{text}");
    assert!(written(&s).edited.contains_key(&Lang::Da));
    // The other languages are as they were, and what all get is still asked about once.
    s.keys("tab");
    assert!(!danish(&s).1.contains("Sag "), "{}", danish(&s).1);
    s.keys("y");
    let (bulk, actions) = handed(&mut s);
    assert_eq!(bulk.what, "reply from first-vpn, edited in da");
    let with = |a: &&crate::domain::action::Action| {
        let id = a.ticket.as_ref().unwrap();
        matches!(&a.verb, Verb::Reply { text, .. } if text.ends_with(&format!("Sag {id}")))
    };
    assert_eq!(actions.iter().filter(with).count(), 2);
}

#[test]
fn a_hole_in_what_was_edited_leaves_those_out_who_lack_it() {
    let mut s = five_languages();
    s.keys("A e").types("vpn-restored").keys("enter");
    assert_eq!(shown(&s).children.len(), 7);
    s.keys("e").types("{device.gateway}").keys("ctrl-d");
    let why: Vec<String> = left_out(&s).iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(why, ["4205", "4206"], "both Danish ones");
    assert_eq!(shown(&s).children.len(), 5);
}

#[test]
fn in_an_incident_the_text_for_its_moment_comes_first() {
    use crate::domain::template::Moment;
    let s = five_languages();
    let first = |moment| {
        let offers = s.model.shelf.offers_for(&[GroupId::from("vpn")], moment);
        offers[0].moment()
    };
    assert_eq!(first(None), None);
    assert_eq!(first(Some(Moment::Outage)), Some(Moment::Outage));
    assert_eq!(first(Some(Moment::Restored)), Some(Moment::Restored));
}
