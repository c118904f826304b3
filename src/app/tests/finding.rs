//! Finding words in everything that is kept, and reading a conversation: quotes, links, files of text.

use super::session::{Session, at, detail, entry, person, ticket};
use crate::app::model::Overlay;
use crate::app::model::pick::Pick;
use crate::app::model::screen::Screen;
use crate::app::{Effect, Msg};
use crate::domain::entry::Attachment;
use crate::domain::fact::Fact;
use crate::domain::ids::AttachmentId;
use crate::domain::ticket::{Link, LinkKind, LinkTarget, StatusClass};

fn pick(s: &Session) -> &Pick {
    match s.model.overlays.last() {
        Some(Overlay::Pick(pick)) => pick,
        other => panic!("no list: {other:?}"),
    }
}

fn asked(s: &mut Session) -> Vec<String> {
    let mut texts = Vec::new();
    s.effects.retain(|effect| match effect {
        Effect::FindText(text) => {
            texts.push(text.clone());
            false
        }
        _ => true,
    });
    texts
}

#[test]
fn a_ticket_is_found_by_its_number() {
    let mut s = Session::new();
    for typed in ["4205", "#4205"] {
        s.keys("F").types(typed);
        let found = Msg::TextFound {
            text: typed.into(),
            result: Ok(vec![ticket("4206"), ticket("4205")]),
        };
        s.msg(found);
        let items = &pick(&s).items;
        assert_eq!(items.len(), 2);
        assert!(items[0].label.starts_with("4205 "), "{:?}", items[0].label);
        s.keys("esc");
    }
}

#[test]
fn words_are_looked_for_while_they_are_typed_and_a_solved_ticket_opens() {
    let mut s = Session::new();
    s.keys("F").types("g");
    s.wait(1);
    assert!(asked(&mut s).is_empty(), "one letter finds half of all");
    s.types("ate");
    s.wait(1);
    assert_eq!(asked(&mut s), ["gate"], "once, when the hand rests");
    let mut solved = ticket("3980");
    solved.status.class = StatusClass::Resolved;
    solved.subject = "Nyt certifikat 010190-1234".into();
    let found = |text: &str, tickets| Msg::TextFound {
        text: text.into(),
        result: Ok(tickets),
    };
    s.msg(found("gatew", vec![ticket("4205")]));
    assert!(pick(&s).matches.is_empty(), "an answer to something else");
    s.msg(found("gate", vec![solved]));
    assert_eq!(
        pick(&s).matches.len(),
        1,
        "though the row does not have the word"
    );
    let label = &pick(&s).items[0].label;
    assert!(label.contains("3980") && !label.contains("1234"), "{label}");
    s.keys("enter");
    assert!(
        matches!(s.model.screens.current(), Screen::Ticket(open) if open.id.as_str() == "3980")
    );
    assert!(s.has_effect(&Effect::LoadDetail("3980".into())));
}

#[test]
fn rows_go_with_the_words_and_trouble_is_told() {
    let mut s = Session::new();
    s.keys("F").types("gate").wait(1);
    s.msg(Msg::TextFound {
        text: "gate".into(),
        result: Ok(vec![ticket("4205")]),
    });
    s.keys("backspace backspace backspace");
    assert!(pick(&s).items.is_empty());
    s.types("ate").wait(1);
    s.msg(Msg::TextFound {
        text: "gate".into(),
        result: Err("the disk is full".into()),
    });
    assert!(pick(&s).status.contains("the disk is full"));
}

fn open(s: &mut Session, text: &str) {
    let mut detail = detail("4205");
    let mut said = entry("902", person("kare", "Kåre Ødegård"), text);
    said.attachments = vec![Attachment {
        id: AttachmentId::from("77"),
        name: "vpn.log".into(),
        media_type: "application/octet-stream".into(),
        size: Fact::Known(90),
    }];
    said.at = at(-30);
    detail.entries.push(said);
    detail.ticket.links = Fact::Known(vec![Link {
        kind: LinkKind::Parent,
        target: LinkTarget::Ticket("4211".into()),
    }]);
    s.keys("enter");
    s.msg(Msg::DetailLoaded {
        ticket: "4205".into(),
        result: Ok(Box::new(detail)),
    });
    s.effects.clear();
}

#[test]
fn addresses_and_linked_tickets_are_listed_once() {
    let mut s = Session::new();
    open(
        &mut s,
        "Se https://status.example.org/vpn. Igen: https://status.example.org/vpn",
    );
    s.keys("H");
    let labels: Vec<&str> = pick(&s).items.iter().map(|i| i.label.as_str()).collect();
    assert_eq!(
        labels,
        ["4211 VPN ryger 4211", "https://status.example.org/vpn"]
    );
    s.keys("down enter");
    assert!(s.has_effect(&Effect::Copy("https://status.example.org/vpn".into())));
    s.keys("H enter");
    assert!(
        matches!(s.model.screens.current(), Screen::Ticket(open) if open.id.as_str() == "4211")
    );
}

#[test]
fn a_file_of_text_is_read_here_and_saved_by_enter() {
    let mut s = Session::new();
    open(&mut s, "Log");
    s.keys("o tab");
    assert!(s.any_effect(|e| matches!(e, Effect::ReadAttachment(file) if file.name == "vpn.log")));
    let answer = |result| Msg::AttachmentText {
        name: "vpn.log".into(),
        result,
    };
    s.msg(answer(Err("this is no text; Enter saves it".into())));
    assert!(pick(&s).status.contains("no text"));
    s.msg(answer(Ok("stage 98 %: no answer".into())));
    assert!(
        matches!(s.model.overlays.last(), Some(Overlay::Text { text, .. }) if text.contains("98"))
    );
    s.keys("esc enter");
    assert!(s.any_effect(|e| matches!(e, Effect::SaveAttachment { .. })));
}

#[test]
fn quotes_unfold_by_a_key_for_this_ticket() {
    let mut s = Session::new();
    open(&mut s, "Hej");
    let unfolded = |s: &Session| matches!(s.model.screens.current(), Screen::Ticket(t) if t.quotes);
    assert!(!unfolded(&s));
    s.keys("z");
    assert!(unfolded(&s));
    s.keys("esc enter");
    assert!(!unfolded(&s), "folded again when it is opened anew");
}
