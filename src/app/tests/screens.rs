//! The other screens: ticket, devices, person, outbox.

use super::session::{Session, at, device, known, person, ticket};
use crate::app::model::screen::{Section, TicketScreen};
use crate::app::model::{Area, Extent, Overlay, Screen, Viewport};
use crate::app::{Effect, Msg};
use crate::domain::entry::Attachment;
use crate::domain::fact::Fact;
use crate::domain::ids::{AttachmentId, DeviceId, PersonId, TicketId};
use crate::domain::source::{Changes, SourceEvent};
use crate::domain::ticket::Ticket;

fn open(s: &Session) -> &TicketScreen {
    match s.model.screens.current() {
        Screen::Ticket(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

fn devices(s: &mut Session, devices: Vec<crate::domain::device::Device>) {
    s.source(SourceEvent::Changed(Changes {
        devices,
        ..Changes::default()
    }));
}

#[test]
fn next_and_previous_ticket_without_going_back() {
    let mut s = Session::new();
    s.keys("enter tab . .");
    assert_eq!(open(&s).id.as_str(), "4207");
    assert_eq!(open(&s).section, Section::Facts, "the section stays");
    s.keys(",");
    assert_eq!(open(&s).id.as_str(), "4206");
    s.keys("t");
    assert_eq!(s.sent_one().0, "4206");
    s.keys("esc");
    assert_eq!(s.cursor(), "4206", "the cursor went along");
    assert_eq!(s.model.screens.depth(), 0);
}

#[test]
fn personal_numbers_are_shown_for_one_ticket_only_and_the_log_hears_of_it() {
    let mut s = Session::new();
    s.keys("enter");
    assert!(!open(&s).unmasked);
    s.keys("#");
    assert!(open(&s).unmasked);
    assert!(s.told().contains("the log keeps that"), "{}", s.told());
    assert!(s.has_effect(&Effect::Unmasked {
        ticket: TicketId::from("4205"),
        by: Some(PersonId::from("mette")),
    }));
    s.keys(".");
    assert!(!open(&s).unmasked, "the next one is masked again");
    s.keys("# #");
    assert!(!open(&s).unmasked);
    assert!(s.told().contains("masked"), "{}", s.told());
}

#[test]
fn a_ticket_without_a_personal_number_has_nothing_to_show() {
    let mut s = Session::new();
    s.keys("enter");
    let ticket = TicketId::from("4205");
    let read = |s: &mut Session, text: &str| {
        let mut detail = super::session::detail("4205");
        detail.entries[0].text = text.into();
        let (ticket, result) = (ticket.clone(), Ok(Box::new(detail)));
        s.msg(Msg::DetailLoaded { ticket, result });
    };
    read(&mut s, "Intet virker");
    s.keys("#");
    assert_eq!(s.told(), "4205: there is no personal number in it");
    assert!(!open(&s).unmasked);
    assert!(!s.any_effect(|e| matches!(e, Effect::Unmasked { .. })));
    read(&mut s, "Mit nummer er 010190-1234");
    s.keys("#");
    assert!(open(&s).unmasked);
}

#[test]
fn the_devices_open_at_the_top_until_somebody_moves() {
    let mut s = Session::new();
    devices(&mut s, vec![device("2", "LT-2", "up")]);
    devices(&mut s, vec![device("1", "LT-1", "up")]);
    let cursor = |s: &Session| s.model.screens.devices.list.cursor().unwrap().to_string();
    s.keys("D");
    assert_eq!(cursor(&s), "1", "the first row, whichever came first");
    s.keys("down esc");
    devices(&mut s, vec![device("0", "LT-0", "up")]);
    s.keys("D");
    assert_eq!(cursor(&s), "2", "it stays where it was put");
}

#[test]
fn a_notice_goes_with_its_screen_or_with_a_later_key() {
    let mut s = Session::new();
    let shown = |s: &Session| s.model.notices.current(s.now).count();
    s.keys("ctrl-x");
    assert_eq!(shown(&s), 1);
    s.now += jiff::SignedDuration::from_secs(1);
    s.keys("O");
    assert_eq!(shown(&s), 0, "another screen");
    s.msg(Msg::Mishap("The disk is full".into()));
    s.now += jiff::SignedDuration::from_secs(9);
    s.keys("down");
    assert_eq!(shown(&s), 1);
    s.now += jiff::SignedDuration::from_secs(2);
    s.keys("down");
    assert_eq!(shown(&s), 0, "it was read");
    assert_eq!(s.model.notices.log().count(), 2, "and is kept");
}

#[test]
fn sections_scroll_within_their_text() {
    let mut s = Session::new();
    s.keys("enter");
    let extent = Extent {
        height: 10,
        content: 25,
    };
    let areas = [Section::Conversation, Section::History].map(|s| (Area::Section(s), extent));
    s.msg(Msg::Viewport(Viewport {
        areas: areas.to_vec(),
    }));
    let top = |s: &Session| open(s).scroll.get(&open(s).section).copied();
    assert_eq!(top(&s), None, "the conversation stands at its end");
    s.keys("up");
    assert_eq!(top(&s), Some(12));
    s.keys("end down pagedown");
    assert_eq!(top(&s), Some(15));
    s.keys("home up");
    assert_eq!(top(&s), Some(0));
    s.keys("backtab down");
    assert_eq!((open(&s).section, top(&s)), (Section::History, Some(3)));
}

#[test]
fn attachments_are_listed_and_saved() {
    let mut s = Session::new();
    s.keys("enter o");
    assert!(s.told().contains("4205: the conversation is not read yet"));
    let mut detail = super::session::detail("4205");
    let attachment = Attachment {
        id: AttachmentId::from("77"),
        name: "log.txt".into(),
        media_type: "text/plain".into(),
        size: Fact::Known(1234),
    };
    detail.entries[0].attachments.push(attachment.clone());
    s.msg(Msg::DetailLoaded {
        ticket: TicketId::from("4205"),
        result: Ok(Box::new(detail)),
    });
    s.keys("o");
    let Some(Overlay::Pick(pick)) = s.model.overlays.last() else {
        panic!("no list")
    };
    assert_eq!(pick.items[0].detail, "1.2 kB, Kåre Ødegård 07:59");
    s.keys("enter");
    assert!(s.has_effect(&Effect::SaveAttachment {
        ticket: TicketId::from("4205"),
        attachment,
    }));
    s.msg(Msg::AttachmentSaved {
        attachment: AttachmentId::from("77"),
        result: Ok("/home/mette/log.txt".into()),
    });
    assert_eq!(s.told(), "Saved /home/mette/log.txt");
}

#[test]
fn devices_sort_filter_and_keep_the_cursor() {
    let mut s = Session::new();
    let list = vec![
        device("1", "LT-1", "up"),
        device("2", "LT-2", "down"),
        device("3", "LT-3", "up"),
    ];
    devices(&mut s, list);
    s.keys("D");
    let rows = |s: &Session| -> Vec<String> {
        let screen = &s.model.screens.devices;
        screen.rows.iter().map(ToString::to_string).collect()
    };
    assert_eq!(rows(&s), ["2", "1", "3"], "failing first");
    s.keys("s");
    assert_eq!(rows(&s), ["1", "2", "3"]);
    s.keys("down down");
    devices(&mut s, vec![device("0", "LT-0", "up")]);
    assert_eq!(rows(&s), ["0", "1", "2", "3"]);
    assert_eq!(
        s.model.screens.devices.list.cursor(),
        Some(&DeviceId::from("3"))
    );
    s.keys("F");
    assert_eq!(rows(&s), ["2"]);
    s.keys("F /").types("device:LT-3 site:soro").keys("enter");
    assert_eq!(rows(&s), ["3"]);
    s.keys("/ ctrl-u").types("queue:x").keys("enter");
    let Some(Overlay::Prompt(prompt)) = s.model.overlays.last() else {
        panic!("closed")
    };
    assert_eq!(prompt.error.as_ref().unwrap().column, 1);
    s.keys("esc enter");
    assert!(matches!(s.model.screens.current(), Screen::Person(p) if p.who.name == "Kåre Ødegård"));
}

#[test]
fn failing_devices_are_broken_down_and_back() {
    let mut s = Session::new();
    s.keys("D b");
    assert_eq!(s.model.screens.devices.break_down.unwrap().fact(), "site");
    s.keys("b b b b b b");
    assert_eq!(s.model.screens.devices.break_down, None);
}

#[test]
fn a_name_finds_the_person_with_devices_and_tickets() {
    let mut s = Session::new();
    devices(&mut s, vec![device("1", "LT-1", "up")]);
    s.keys("f").types("odegard");
    let Some(Overlay::Pick(pick)) = s.model.overlays.last() else {
        panic!("no list")
    };
    assert_eq!(pick.chosen().unwrap().label, "Kåre Ødegård");
    s.wait(1);
    assert!(s.has_effect(&Effect::FindPeople("odegard".into())));
    let mut found = known("kare", "Kåre Ødegård");
    found.phone = Fact::Known("12 34 56".into());
    s.msg(Msg::PeopleFound {
        text: "odegard".into(),
        result: Ok(vec![found]),
    });
    s.keys("enter");
    assert!(s.has_effect(&Effect::LoadPerson(PersonId::from("kare"))));
    let Screen::Person(screen) = s.model.screens.current() else {
        panic!("no person")
    };
    assert_eq!(screen.rows.len(), 7);
    assert_eq!(screen.rows[0].as_str(), "4211", "the newest first");
    assert_eq!(
        screen.person.as_ref().unwrap().phone,
        Fact::Known("12 34 56".into())
    );
    s.keys("t");
    assert_eq!(s.sent_one().0, "4211", "one can act from here");
    s.msg(Msg::PersonTickets {
        person: PersonId::from("kare"),
        result: Ok(vec![Ticket {
            created: at(5),
            ..ticket("4400")
        }]),
    });
    assert_eq!(s.cursor(), "4211", "the cursor stays with its ticket");
    s.keys("home enter");
    assert_eq!(open(&s).id.as_str(), "4400");
}

#[test]
fn a_new_ticket_from_a_person_is_for_that_person() {
    let mut s = Session::new();
    s.keys("P c").types("Igen").keys("ctrl-d");
    let crate::domain::action::Verb::Create { new } = s.sent_one().1 else {
        panic!("no create")
    };
    assert_eq!(new.requester, person("kare", "").id);
}

#[test]
fn screens_do_not_pile_up() {
    let mut s = Session::new();
    s.keys("D O D O D");
    assert!(s.model.screens.depth() <= 2);
    s.keys("B");
    assert_eq!(s.model.screens.depth(), 0);
}

#[test]
fn the_outbox_keeps_its_cursor_on_its_row() {
    let mut s = Session::new();
    s.keys("t down t down t O");
    let ids: Vec<_> = s
        .model
        .outbox
        .items()
        .map(crate::domain::outbox::Item::id)
        .collect();
    s.keys("end");
    assert_eq!(s.model.screens.outbox.list.cursor(), Some(&ids[0]));
    s.becomes(ids[0], crate::domain::outbox::State::Refused);
    assert_eq!(
        s.model.screens.outbox.rows[2], ids[0],
        "no row moves while it is looked at"
    );
    assert_eq!(s.model.screens.outbox.list.cursor(), Some(&ids[0]));
    s.keys("esc O");
    assert_eq!(
        s.model.screens.outbox.rows[0], ids[0],
        "what wants a person stands first"
    );
    assert_eq!(s.model.screens.outbox.list.cursor(), Some(&ids[0]));
    s.keys("r");
    assert!(s.has_effect(&Effect::Retry(ids[0])));
    s.keys("o");
    assert_eq!(open(&s).id.as_str(), "4205");
}

#[test]
fn a_number_is_copied() {
    let mut s = Session::new();
    s.keys("down y");
    assert!(s.has_effect(&Effect::Copy("4206".into())));
}
