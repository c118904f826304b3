//! Lists, palette, help, sequences of keys.

use super::session::{Session, detail, ticket};
use crate::app::model::pick::PickValue;
use crate::app::model::{Overlay, Screen};
use crate::app::{Effect, Msg};
use crate::domain::action::Verb;
use crate::domain::alike::AlikeTickets;
use crate::domain::fact::Fact;
use crate::domain::ids::TicketId;
use crate::domain::source::SourceEvent;
use crate::domain::ticket::{Link, LinkKind, LinkTarget, Ticket};
use crate::input::command::COMMANDS;
use crate::input::{Command, Context, Keymap};

fn pick(s: &Session) -> &crate::app::model::pick::Pick {
    match s.model.overlays.last() {
        Some(Overlay::Pick(pick)) => pick,
        other => panic!("no list: {other:?}"),
    }
}

#[test]
fn the_palette_lists_every_command_that_applies_with_its_key() {
    let mut s = Session::new();
    s.keys(":");
    let labels: Vec<_> = pick(&s).items.iter().map(|i| i.label.as_str()).collect();
    for spec in COMMANDS
        .iter()
        .filter(|s| s.in_palette() && s.applies(Context::Board))
    {
        assert!(
            labels.iter().any(|l| l.starts_with(spec.title)),
            "{}",
            spec.id
        );
    }
    assert!(labels.contains(&"Take (t)"), "{labels:?}");
    assert!(
        !labels.iter().any(|l| l.starts_with("Retry")),
        "not on the Board"
    );
    s.types("outb").keys("enter");
    assert!(matches!(s.model.screens.current(), Screen::Outbox));
    assert!(s.model.overlays.is_empty());
}

#[test]
fn a_command_of_the_palette_acts_on_the_ticket_of_the_screen() {
    let mut s = Session::new();
    s.keys("down down :").types("take").keys("enter");
    assert_eq!(s.sent_one(), ("4207".into(), Verb::Take));
}

#[test]
fn what_is_typed_can_be_chosen_itself() {
    let mut s = Session::new();
    s.keys("p").types("7");
    assert_eq!(pick(&s).chosen().unwrap().label, "7", "not 75");
    s.types("5");
    assert_eq!(pick(&s).items.iter().filter(|i| i.label == "75").count(), 1);
    s.keys("esc +").types("vi");
    assert_eq!(
        pick(&s).chosen().unwrap().label,
        "vip",
        "a known tag before a new one"
    );
    s.types("xy");
    assert_eq!(pick(&s).chosen().unwrap().detail, "new tag");
}

#[test]
fn lists_begin_at_what_the_ticket_has_and_choosing_that_does_nothing() {
    let mut s = Session::new();
    for (key, has) in [("s", "new"), ("p", "50"), ("Q", "General")] {
        s.keys(key);
        let chosen = pick(&s).chosen().unwrap().clone();
        assert_eq!(chosen.label, has);
        assert!(chosen.detail.ends_with("now"), "{}", chosen.detail);
        s.keys("enter");
        assert!(s.told().starts_with("4205: "), "{}", s.told());
    }
    assert_eq!(s.sent(), []);
}

#[test]
fn an_address_can_be_linked_and_a_link_removed() {
    let mut s = Session::new();
    s.keys("L")
        .types("refers")
        .keys("enter")
        .types("https://drift.example/42")
        .keys("enter");
    let link = Link {
        kind: LinkKind::RefersTo,
        target: LinkTarget::Other("https://drift.example/42".into()),
    };
    assert_eq!(s.sent_one().1, Verb::Link { link: link.clone() });

    let mut s = Session::new();
    s.keys("U");
    assert!(
        s.told().contains("4205: the links are not known yet"),
        "{}",
        s.told()
    );
    assert!(s.has_effect(&Effect::LoadDetail(TicketId::from("4205"))));
    s.changed(vec![Ticket {
        links: Fact::Known(vec![link.clone()]),
        ..ticket("4205")
    }]);
    s.keys("U enter");
    assert_eq!(s.sent_one().1, Verb::Unlink { link });
}

#[test]
fn a_ticket_is_not_offered_to_itself() {
    let mut s = Session::new();
    s.keys("M").types("4205");
    assert!(pick(&s).items.iter().all(|i| i.label != "4205"));
}

#[test]
fn lists_say_why_they_are_empty() {
    let mut s = Session::empty();
    s.changed(vec![ticket("4205")]);
    for (key, says) in [
        ("a", "who can own tickets"),
        ("s", "statuses"),
        ("Q", "queues"),
    ] {
        s.keys(key);
        assert!(pick(&s).status.contains(says), "{key}: {}", pick(&s).status);
        s.keys("enter esc");
    }
    assert_eq!(s.sent(), []);
}

#[test]
fn help_is_about_the_screen_below_it() {
    let mut s = Session::new();
    s.keys("O ?");
    assert!(matches!(
        s.model.overlays.last(),
        Some(Overlay::Help {
            context: Context::Outbox,
            ..
        })
    ));
    s.keys("?");
    assert!(s.model.overlays.is_empty());
}

#[test]
fn an_unfinished_sequence_is_shown_and_given_up() {
    let mut s = Session::new();
    let rows =
        crate::input::keymap::Overrides::from([("ticket.take".to_owned(), vec!["å t".to_owned()])]);
    s.model.settings.keymap = Keymap::new(&rows).0;
    s.keys("å");
    let next = s.model.continuations();
    assert_eq!(next.len(), 1);
    assert_eq!((next[0].0.as_str(), next[0].1.id()), ("t", "ticket.take"));
    s.wait(4);
    assert_eq!(s.model.continuations(), []);
    s.keys("å t");
    assert_eq!(s.sent_one().1, Verb::Take);
}

#[test]
fn a_key_without_a_command_says_where_the_keys_are() {
    let mut s = Session::new();
    s.keys("f12");
    assert_eq!(s.told(), "f12 does nothing here; ? shows the keys");
}

#[test]
fn messages_are_kept_in_a_list() {
    let mut s = Session::new();
    s.keys("f12 t N");
    assert!(pick(&s).items[0].label.contains("4205: take"));
    assert_eq!(pick(&s).items.len(), 2);
    s.keys("enter");
    assert!(s.model.overlays.is_empty());
}

#[test]
fn solved_tickets_are_looked_for_when_a_ticket_is_opened_or_asked_about_and_not_for_rows() {
    let mut s = Session::new();
    let asked = |s: &Session| {
        let asks = s.effects.iter().filter_map(|effect| match effect {
            Effect::FindAlike(ticket) => Some(ticket.id.to_string()),
            _ => None,
        });
        asks.collect::<Vec<_>>()
    };
    s.keys("j k");
    assert!(asked(&s).is_empty());
    s.keys("w");
    assert_eq!(asked(&s), ["4205"]);
    s.keys("esc enter");
    assert_eq!(asked(&s), ["4205", "4205"]);
    // The conversation tells nothing new about what it is like.
    s.msg(Msg::DetailLoaded {
        ticket: TicketId::from("4205"),
        result: Ok(Box::new(detail("4205"))),
    });
    assert_eq!(asked(&s), ["4205", "4205"]);
    // The weeks before are known now.
    s.source(SourceEvent::Past(Vec::new()));
    assert_eq!(asked(&s), ["4205", "4205", "4205"]);
    let found = AlikeTickets {
        among: 3,
        tickets: Vec::new(),
    };
    s.msg(Msg::AlikeFound {
        ticket: TicketId::from("4205"),
        found: Box::new(found.clone()),
    });
    let state = s.model.details.get(&TicketId::from("4205"));
    assert_eq!(state.and_then(|s| s.alike.found.as_deref()), Some(&found));
}

#[test]
fn one_matter_told_twice_is_offered_first_and_merged_after_a_yes() {
    let mut s = Session::new();
    let mut long_ago = super::session::ticket("4211");
    long_ago.created = super::session::at(-400_000);
    long_ago.subject = "Skærmen flimrer".into();
    long_ago.updated = super::session::at(1);
    s.changed(vec![long_ago]);
    let twins = |s: &Session, id: &str| -> Vec<String> {
        let id = crate::domain::ids::TicketId::from(id);
        let twins = s.model.twins(&id);
        twins.iter().map(|t| t.id.to_string()).collect()
    };
    assert_eq!(twins(&s, "4205"), ["4210", "4209", "4208", "4207", "4206"]);
    assert_eq!(twins(&s, "4211"), Vec::<String>::new());
    while s.cursor() != "4205" {
        s.keys("k");
    }
    s.keys("M enter");
    assert!(
        !s.any_effect(|e| matches!(e, crate::app::Effect::Enqueue { .. })),
        "asked first"
    );
    s.keys("y");
    let (ticket, verb) = s.sent_one();
    let into = crate::domain::ids::TicketId::from("4210");
    assert_eq!(
        (ticket.as_str(), verb),
        ("4205", crate::domain::action::Verb::Merge { into })
    );
}

#[test]
fn every_command_of_a_screen_is_found_in_the_palette_by_its_name() {
    let screens = ["B", "enter", "D", "O", "P", "i", "i enter", "W", "V"];
    let mut met = std::collections::BTreeSet::new();
    for keys in screens {
        let mut s = Session::new();
        super::bulk::watch(&mut s, &["4205", "4206"], &[]);
        s.keys(keys);
        let context = s.model.context();
        for spec in COMMANDS
            .iter()
            .filter(|c| c.in_palette() && c.applies(context))
        {
            s.keys(":").types(spec.title);
            let Some(Overlay::Pick(pick)) = s.model.overlays.last() else {
                panic!("no palette on {}", context.word());
            };
            let chosen = pick.chosen().map(|item| &item.value);
            assert_eq!(
                chosen,
                Some(&PickValue::Command(spec.command)),
                "{} on {}",
                spec.title,
                context.word()
            );
            s.keys("esc");
        }
        met.insert(context);
    }
    let with_palette = Command::Palette.spec().contexts;
    assert!(
        with_palette.iter().all(|context| met.contains(context)),
        "{met:?}"
    );
}

#[test]
fn help_is_searched_by_typing_and_closed_by_its_own_key() {
    let mut s = Session::new();
    s.keys("? m a r k");
    assert!(
        matches!(s.model.overlays.last(), Some(Overlay::Help { input, .. }) if input.text() == "mark")
    );
    s.keys("esc ? ?");
    assert!(s.model.overlays.is_empty());
    assert_eq!(s.sent(), [], "letters are no commands there");
    assert!(Command::Declare.spec().is_called("stand for all"));
    assert!(Command::Merge.spec().is_called("MERGE"));
    assert!(!Command::Merge.spec().is_called("merge devices"));
}
