//! Is it really fixed? Who of an incident is not well again, by name, and one action on all of them.

use super::bulk::{handed, incident, left_out, marked};
use super::session::{Session, device};
use crate::app::Msg;
use crate::app::model::screen::{IncidentSection, Screen};
use crate::domain::action::Verb;
use crate::domain::ids::{DeviceId, TicketId};
use crate::domain::incident::{IncidentState, Restored};
use crate::domain::source::{Changes, SourceEvent};
use crate::domain::watch::{Ill, Watch};

/// Five members: the device of one still fails, one wrote that it does not work, of one nothing is known.
fn mended() -> Watch {
    let mut watch = incident(&["4205", "4206", "4207", "4208", "4209"], &["4210"]);
    let standing = &mut watch.standings[0];
    standing.members[0].device = Some(DeviceId::from("1"));
    standing.incident.restored = Some(Restored {
        of: 5,
        well: 2,
        failing: vec![DeviceId::from("1")],
        said_no: vec![TicketId::from("4207")],
        unknown: vec![TicketId::from("4209")],
    });
    watch
}

fn section(s: &Session) -> IncidentSection {
    match s.model.screens.current() {
        Screen::Incident(open) => open.section,
        other => panic!("{other:?}"),
    }
}

fn session() -> Session {
    let mut s = Session::new();
    s.source(SourceEvent::Changed(Changes {
        devices: vec![device("1", "LT-0412", "down")],
        ..Changes::default()
    }));
    s
}

#[test]
fn who_is_not_well_is_known_by_ticket_and_reason() {
    let watch = mended();
    let standing = &watch.standings[0];
    let ill = |id: &str| standing.ill(&TicketId::from(id));
    assert_eq!(ill("4205"), Some(Ill::Fails));
    assert_eq!(ill("4206"), None, "well again");
    assert_eq!(ill("4207"), Some(Ill::SaidNo));
    assert_eq!(ill("4209"), Some(Ill::NotKnown));
    assert_eq!(ill("4210"), None, "no member");
    let (ill, not_known) = standing.not_well();
    assert_eq!(ill, ["4205", "4207"].map(TicketId::from));
    assert_eq!(not_known, [TicketId::from("4209")]);
}

#[test]
fn those_who_are_not_well_are_a_list_that_opens_and_is_marked_by_one_key() {
    let mut s = session();
    s.msg(Msg::Watch(Box::new(incident(&["4205", "4207"], &[]))));
    s.keys("i enter tab tab tab");
    assert_eq!(section(&s), IncidentSection::Story, "nothing is solved yet");
    s.msg(Msg::Watch(Box::new(mended())));
    s.keys("tab tab tab tab");
    assert_eq!(section(&s), IncidentSection::Ill);
    s.keys("A");
    assert_eq!(marked(&s), ["4205", "4207"]);
    s.keys("s o p e n enter");
    assert_eq!(left_out(&s), []);
    s.keys("y");
    let (_, actions) = handed(&mut s);
    let open = Verb::Status { to: "open".into() };
    assert!(actions.len() == 2 && actions.iter().all(|a| a.verb == open));
    s.keys("esc j enter");
    assert!(
        matches!(s.model.screens.current(), Screen::Ticket(t) if t.id == TicketId::from("4207"))
    );
    // Those of whom nothing is known are asked by themselves.
    s.keys("esc 0 tab A");
    assert_eq!(section(&s), IncidentSection::NotKnown);
    assert_eq!(marked(&s), ["4209"]);
}

#[test]
fn the_list_stays_when_the_incident_is_over() {
    let mut s = session();
    let mut watch = mended();
    watch.standings[0].incident.state = IncidentState::Ended;
    s.msg(Msg::Watch(Box::new(watch.clone())));
    s.keys("i enter tab tab tab A");
    assert_eq!(marked(&s), ["4205", "4207"]);
    // One more is well: the list follows, whoever looks at it.
    let restored = watch.standings[0].incident.restored.as_mut().unwrap();
    restored.failing.clear();
    restored.well = 3;
    s.msg(Msg::Watch(Box::new(watch)));
    s.keys("0 A");
    assert_eq!(marked(&s), ["4207"]);
}
