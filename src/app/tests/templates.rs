//! Ready-made texts in the editor: choosing, inserting, and what must not be sent.

use super::session::{Session, device};
use crate::app::compose::Compose;
use crate::app::model::overlay::Overlay;
use crate::app::{Effect, Msg};
use crate::config::templates;
use crate::domain::action::Verb;
use crate::domain::finding::Finding;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::source::{Changes, SourceEvent};

/// A session with the templates that come with Vagt and with one of the installation's own.
pub(super) fn session() -> Session {
    let dir = tempfile::tempdir().unwrap();
    let own = "groups = [\"vpn\"]\n[title]\nen = \"Which gateway\"\n[text]\nda = \"Du er på {device.gateway}.\"\nen = \"You are on {device.gateway}.\"\n";
    std::fs::write(dir.path().join("gateway.toml"), own).unwrap();
    let loaded = templates::load(Some(dir.path()));
    assert_eq!(loaded.problems, []);
    let mut s = Session::new();
    s.msg(Msg::Templates {
        shelf: Box::new(loaded.shelf),
        problems: Vec::new(),
    });
    let mut finding = Finding::of(GroupId::from("vpn"), 0.9);
    finding.lang = Some("da".to_owned());
    s.msg(Msg::Findings(vec![(TicketId::from("4205"), finding)]));
    s.effects.clear();
    s
}

fn compose(s: &Session) -> &Compose {
    let open = s.model.overlays.iter().rev().find_map(|o| match o {
        Overlay::Compose(compose) => Some(&**compose),
        _ => None,
    });
    open.expect("something is being written")
}

/// Names of the templates in the list, in its order.
pub(super) fn offered(s: &Session) -> Vec<String> {
    match s.model.overlays.last() {
        Some(Overlay::Pick(pick)) => pick
            .matches
            .iter()
            .map(|at| {
                pick.items[*at]
                    .detail
                    .rsplit(" · ")
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .collect(),
        other => panic!("no list: {other:?}"),
    }
}

#[test]
fn a_template_is_inserted_at_the_cursor_in_the_language_of_the_ticket_and_can_be_undone() {
    let mut s = session();
    s.keys("r")
        .types("Før")
        .keys("ctrl-t")
        .types("vpn-restored")
        .keys("enter")
        .types(" efter");
    let text = compose(&s).text.text();
    assert!(text.starts_with("FørHej\n\nVPN virker igen."), "{text}");
    assert!(text.ends_with("Mette Ravn efter"), "{text}");
    s.keys("ctrl-u ctrl-u ctrl-u ctrl-u ctrl-u ctrl-u ctrl-u");
    assert_eq!(compose(&s).text.text(), "Før");
}

#[test]
fn those_of_the_group_come_first_and_only_of_the_kind_that_is_written() {
    let mut s = session();
    s.keys("r ctrl-t");
    let list = offered(&s);
    assert_eq!(list[..2], ["first-vpn", "gateway"]);
    assert!(list.iter().any(|name| name == "share-screen"));
    assert!(!list.iter().any(|name| name == "note-incident"), "{list:?}");
    s.keys("esc esc n ctrl-t");
    assert_eq!(offered(&s), ["note-incident", "note-no-answer"]);
}

#[test]
fn another_language_is_one_key_away() {
    let mut s = session();
    s.keys("r ctrl-t").types("vpn-restored").keys("tab enter");
    assert!(
        compose(&s)
            .text
            .text()
            .starts_with("Hei\n\nVPN virker igjen.")
    );
}

#[test]
fn a_value_that_is_not_known_blocks_sending_until_something_stands_in_its_place() {
    let mut s = session();
    s.keys("r ctrl-t").types("gateway").keys("enter ctrl-d");
    assert_eq!(
        compose(&s).problem.as_deref(),
        Some(
            "Not sent. Write something in the place of {device.gateway}: no device is known for Kåre"
        )
    );
    assert!(
        matches!(s.model.overlays.last(), Some(Overlay::Compose(_))),
        "no question is asked"
    );
    // A draft of it is kept, comes back and is still not sent.
    s.keys("esc k r ctrl-d");
    assert!(compose(&s).problem.is_some());
    for _ in 0.."{device.gateway}.".len() {
        s.keys("backspace");
    }
    s.types("gw2.").keys("ctrl-d y");
    let (ticket, verb) = s.sent_one();
    assert_eq!(ticket, "4205");
    assert!(matches!(verb, Verb::Reply { text, .. } if text == "Du er på gw2."));
}

#[test]
fn what_is_known_is_filled_in_and_a_name_typed_by_hand_is_told_what_it_stands_for() {
    let mut s = session();
    let mut laptop = device("1", "LT-0412", "up");
    let gateway = laptop.facts["site"].clone();
    laptop.facts.insert("gateway".to_owned(), gateway);
    s.source(SourceEvent::Changed(Changes {
        devices: vec![laptop],
        ..Changes::default()
    }));
    s.keys("r ctrl-t").types("gateway").keys("enter");
    assert_eq!(compose(&s).text.text(), "Du er på Sorø.");
    s.types(" {ticket.id}").keys("ctrl-d");
    let problem = compose(&s).problem.clone().unwrap();
    assert!(
        problem.ends_with("{ticket.id}: it stands for 4205: write that"),
        "{problem}"
    );
}

#[test]
fn a_row_is_answered_from_a_template_and_a_note_is_a_note() {
    let mut s = session();
    s.keys("e").types("vpn-restored");
    // The cursor of the Board may move meanwhile: the answer goes to the ticket of the key.
    s.keys("enter ctrl-d y");
    let (ticket, verb) = s.sent_one();
    assert_eq!(ticket, "4205");
    assert!(matches!(verb, Verb::Reply { .. }));
    s.keys("e").types("note-no-answer").keys("enter ctrl-d");
    let (ticket, verb) = s.sent_one();
    assert_eq!(ticket, "4205");
    assert!(
        matches!(verb, Verb::Note { text, .. } if text.starts_with("Ringet til Kåre Ødegård:"))
    );
}

#[test]
fn a_template_goes_below_the_draft_that_is_there() {
    let mut s = session();
    s.keys("r")
        .types("Kladde")
        .keys("esc k e")
        .types("gateway")
        .keys("enter");
    assert_eq!(
        compose(&s).text.text(),
        "Kladde\n\nDu er på {device.gateway}."
    );
}

#[test]
fn files_are_read_again_when_the_list_opens_and_a_mistake_is_told_once() {
    let mut s = session();
    s.keys("r ctrl-t");
    assert!(s.has_effect(&Effect::ReadTemplates));
    let mut shelf = s.model.shelf.clone();
    shelf.templates.retain(|t| t.name == "share-screen");
    let answer = || Msg::Templates {
        shelf: Box::new(shelf.clone()),
        problems: vec!["x.toml:1:1: there is no text".to_owned()],
    };
    s.msg(answer());
    assert_eq!(offered(&s), ["share-screen"]);
    assert_eq!(
        s.told(),
        "A template or macro is left out: x.toml:1:1: there is no text"
    );
    let told = s.model.notices.log().count();
    s.msg(answer());
    assert_eq!(s.model.notices.log().count(), told);
}

#[test]
fn a_new_ticket_has_no_templates() {
    let mut s = session();
    s.keys("c ctrl-t");
    assert!(compose(&s).problem.is_some());
}
