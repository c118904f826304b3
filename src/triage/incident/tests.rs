//! What a person would miss: silent devices, odd ones, what is well again, what an agent decided, one person's thirty mails.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Decision, Engine, Input, NewTicket, Settings, Size};
use crate::domain::Fact;
use crate::domain::device::{Device, DeviceFact, Value};
use crate::domain::finding::Finding;
use crate::domain::ids::{GroupId, PersonId, TicketId};
use crate::domain::incident::{Event, Incident, IncidentState};
use crate::domain::person::PersonRef;

/// A Wednesday morning.
fn at(minute: i64) -> Timestamp {
    "2026-02-11T09:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

/// Device n of four hundred, a quarter on each gateway.
fn device(n: usize, vpn_state: &str) -> Device {
    let text = |value: String| DeviceFact {
        value: Value::Text(value),
        seen: None,
    };
    Device {
        id: format!("D{n}").as_str().into(),
        name: String::new(),
        kind: Fact::Unknown,
        holder: Fact::Known(PersonRef::new(PersonId::new(format!("u{n}")), "")),
        status: Fact::Unknown,
        last_seen: Fact::Unknown,
        facts: BTreeMap::from([
            ("gateway".to_owned(), text(format!("gw{}", n % 4))),
            ("site".to_owned(), text(format!("site {}", n % 7))),
            ("vpn_state".to_owned(), text(vpn_state.to_owned())),
        ]),
        source: "test".into(),
    }
}

fn engine() -> Engine {
    let mut engine = Engine::new(&Settings {
        zone: TimeZone::UTC,
        size: Size::PerDay(100.0),
    });
    for n in 0..400 {
        engine.know(&device(n, "up"));
    }
    engine.advance(at(-120), &[]);
    engine
}

fn ticket(id: &str, who: usize, minute: i64) -> Input {
    let finding = Finding::of(GroupId::from("vpn"), 0.9);
    Input::Ticket(Box::new(NewTicket {
        id: TicketId::from(id),
        at: at(minute),
        subject: "VPN virker ikke".into(),
        body: "Jeg kan ikke koble op hjemmefra.".into(),
        reporter: Some(PersonId::new(format!("u{who}"))),
        site: None,
        device: Some(format!("D{who}").as_str().into()),
        finding,
    }))
}

fn incidents(events: &[Event]) -> Vec<&Incident> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Incident(incident) => Some(incident.as_ref()),
            _ => None,
        })
        .collect()
}

/// Devices of gw2 lose their tunnel, `writers` of their holders write, one a minute.
fn outage(failing: usize, writers: usize) -> Engine {
    let mut engine = engine();
    for nth in 0..failing {
        engine.advance(
            at(0),
            &[Input::Device(Box::new(device(nth * 4 + 2, "down")))],
        );
    }
    for nth in 0..writers {
        let minute = i64::try_from(nth).unwrap();
        engine.advance(
            at(minute),
            &[ticket(&format!("T{nth}"), nth * 4 + 2, minute)],
        );
    }
    for minute in 1..=60 {
        engine.advance(at(minute), &[]);
    }
    engine
}

#[test]
fn devices_that_fail_without_a_ticket_are_silent() {
    let engine = outage(37, 10);
    let incidents = engine.incidents();
    assert_eq!(incidents.len(), 1);
    assert_eq!((incidents[0].people, incidents[0].silent.len()), (10, 27));
    let shared = &incidents[0].shared[0];
    assert_eq!(
        (shared.fact.as_str(), shared.value.as_str()),
        ("gateway", "gw2")
    );
    assert_eq!((shared.fleet, shared.fleet_of), (100, 400));
}

#[test]
fn devices_alone_raise_a_suspicion() {
    let incidents = outage(37, 0).incidents();
    assert_eq!(incidents.len(), 1);
    assert!(incidents[0].tickets.is_empty());
    assert_eq!(incidents[0].silent.len(), 37);
    assert_eq!(incidents[0].group.as_str(), "vpn");
}

#[test]
fn tickets_from_another_gateway_are_odd_and_left_out() {
    let mut engine = outage(60, 40);
    for (nth, who) in [1, 5, 3].into_iter().enumerate() {
        engine.advance(at(61), &[ticket(&format!("odd{nth}"), who, 20)]);
    }
    engine.advance(at(63), &[]);
    let incidents = engine.incidents();
    let mut odd: Vec<&str> = incidents[0].odd.iter().map(TicketId::as_str).collect();
    odd.sort_unstable();
    assert_eq!(odd, ["odd0", "odd1", "odd2"]);
    assert_eq!(incidents[0].tickets.len(), 40);
    assert_eq!(engine.incident_of(&"odd0".into()), None);
}

#[test]
fn what_is_well_again_is_counted() {
    let mut engine = outage(45, 45);
    for nth in 0..45 {
        // Three still fail; one is up and says no.
        if nth > 2 {
            engine.advance(
                at(62),
                &[Input::Device(Box::new(device(nth * 4 + 2, "up")))],
            );
        }
        let solved = Input::Solved {
            ticket: TicketId::new(format!("T{nth}")),
            is_solved: true,
        };
        engine.advance(at(63), &[solved]);
    }
    let reply = Input::Reply {
        ticket: "T10".into(),
        body: "virker stadig ikke".into(),
        at: None,
    };
    engine.advance(at(64), &[reply]);
    let restored = engine.incidents()[0].restored.clone().unwrap();
    assert_eq!((restored.of, restored.well), (45, 41));
    assert_eq!(restored.failing.len(), 3);
    assert_eq!(restored.said_no, [TicketId::from("T10")]);
    assert!(restored.unknown.is_empty());
    // Of two who write that it still does not work one has a device that comes back after that.
    let reply = Input::Reply {
        ticket: "T0".into(),
        body: "virker stadig ikke".into(),
        at: None,
    };
    engine.advance(at(66), &[reply]);
    engine.advance(at(68), &[Input::Device(Box::new(device(2, "up")))]);
    let restored = engine.incidents()[0].restored.clone().unwrap();
    assert_eq!((restored.well, restored.failing.len()), (42, 2));
    assert_eq!(restored.said_no, [TicketId::from("T10")]);
}

#[test]
fn what_an_agent_took_out_stays_out_and_what_they_put_in_stays_in() {
    let mut engine = outage(40, 20);
    engine.advance(at(61), &[ticket("other", 1, 15)]);
    let incident = engine.incidents()[0].incident.clone();
    let split = Decision::Split {
        ticket: "T3".into(),
        incident: incident.clone(),
    };
    let pin = Decision::Pin {
        ticket: "other".into(),
        incident: incident.clone(),
    };
    engine.advance(at(62), &[Input::Decision(split), Input::Decision(pin)]);
    for minute in 63..70 {
        engine.advance(at(minute), &[]);
    }
    assert_eq!(engine.incident_of(&"T3".into()), None);
    assert_eq!(engine.incident_of(&"other".into()), Some(incident));
    // Forty devices fail, twenty wrote: the one that was taken out wrote too.
    assert_eq!(engine.incidents()[0].silent.len(), 20);
}

#[test]
fn what_an_agent_took_back_is_as_if_it_had_not_been_said() {
    let mut engine = outage(40, 20);
    engine.advance(at(61), &[ticket("other", 1, 15)]);
    let before = engine.incidents()[0].clone();
    let incident = before.incident.clone();
    let decide = |engine: &mut Engine, minute: i64, decision: Decision| {
        engine.advance(at(minute), &[Input::Decision(decision)]);
        engine.advance(at(minute + 1), &[]);
    };
    let (t3, other) = (TicketId::from("T3"), TicketId::from("other"));
    let split = Decision::Split {
        ticket: t3.clone(),
        incident: incident.clone(),
    };
    decide(&mut engine, 62, split);
    assert_eq!(engine.incident_of(&t3), None);
    let pin = Decision::Pin {
        ticket: other.clone(),
        incident: incident.clone(),
    };
    decide(&mut engine, 64, pin);
    assert_eq!(engine.incident_of(&other), Some(incident.clone()));
    decide(&mut engine, 66, Decision::Free { ticket: t3 });
    decide(&mut engine, 68, Decision::Free { ticket: other });
    assert_eq!(engine.incidents()[0].tickets, before.tickets);
}

#[test]
fn an_answer_that_changes_is_told_again() {
    let mut engine = outage(0, 20);
    let solved = Input::Solved {
        ticket: "T4".into(),
        is_solved: true,
    };
    engine.advance(at(62), &[solved]);
    let mut told = |minute: i64, body: &str| -> Vec<TicketId> {
        let reply = Input::Reply {
            ticket: "T4".into(),
            body: body.into(),
            at: None,
        };
        let mut events = engine.advance(at(minute), &[reply]);
        events.extend(engine.advance(at(minute + 1), &[]));
        let last = incidents(&events).pop().expect("it is told");
        last.restored.clone().unwrap().said_no
    };
    assert_eq!(told(64, "virker stadig ikke"), [TicketId::from("T4")]);
    assert_eq!(told(66, "nu virker det igen, tak"), []);
}

#[test]
fn an_incident_is_told_again_only_when_it_changed_and_ends() {
    let mut engine = outage(0, 20);
    let mut events = Vec::new();
    for minute in 61..400 {
        events.extend(engine.advance(at(minute), &[]));
    }
    let states: Vec<IncidentState> = incidents(&events).iter().map(|i| i.state).collect();
    assert_eq!(states, [IncidentState::Ended]);
    assert!(engine.incidents().is_empty());
}

#[test]
fn one_person_with_thirty_mails_is_one_person() {
    let mut engine = engine();
    let mut events = Vec::new();
    for minute in 0..30 {
        events.extend(engine.advance(at(minute), &[ticket(&format!("T{minute}"), 6, minute)]));
    }
    assert!(events.is_empty(), "{events:?}");
}

#[test]
fn automatic_mails_count_nowhere() {
    let mut engine = engine();
    let mut events = Vec::new();
    for minute in 0..30 {
        let who = usize::try_from(minute).unwrap();
        let Input::Ticket(mut ticket) = ticket(&format!("T{minute}"), who, minute) else {
            panic!("no ticket");
        };
        ticket.subject = "Automatisk svar: VPN virker ikke".into();
        events.extend(engine.advance(at(minute), &[Input::Ticket(ticket)]));
    }
    assert!(events.is_empty(), "{events:?}");
}

#[test]
fn odd_input_does_no_harm() {
    let mut engine = engine();
    // From the future, from long ago, a clock that goes back, a device that is not there.
    engine.advance(at(0), &[ticket("future", 1, 100_000)]);
    engine.advance(at(-500), &[ticket("past", 5_000, -100_000)]);
    engine.advance(at(1), &[ticket("past", 5_000, 1)]);
    let missing = Decision::Join {
        incident: "i7".into(),
        into: "nonsense".into(),
    };
    engine.advance(at(2), &[Input::Decision(missing)]);
    assert_eq!(engine.incident_of(&"future".into()), None);
    assert_eq!(engine.group_of(&"past".into()), Some(&GroupId::from("vpn")));
}

/// How many people of a group count in the last eight hours, incidents apart.
fn counted(engine: &Engine, group: &str, minute: i64) -> usize {
    let group = u8::try_from(
        engine
            .groups
            .iter()
            .position(|g| g.as_str() == group)
            .unwrap(),
    );
    let now = at(minute).as_second();
    let key = super::rings::Key::Group(group.unwrap());
    engine.rings.count(key, now - 8 * 3_600, now)
}

/// The groups in which an alarm stands, and how many people each says.
fn alarms(engine: &Engine) -> Vec<(String, usize)> {
    let surges = engine.surges();
    surges
        .iter()
        .map(|s| (s.group.to_string(), s.people))
        .collect()
}

#[test]
fn a_ticket_that_went_away_is_nowhere() {
    let mut engine = outage(60, 40);
    engine.advance(at(61), &[ticket("odd", 1, 20)]);
    engine.advance(at(63), &[]);
    let incident = engine.incidents()[0].clone();
    assert_eq!((incident.people, incident.odd.len()), (40, 1));
    let gone: Vec<Input> = ["T3", "T4", "odd"].map(|id| Input::Gone(id.into())).into();
    engine.advance(at(63), &gone);
    let now = &engine.incidents()[0];
    assert_eq!((now.people, now.tickets.len(), now.odd.len()), (38, 38, 0));
    assert_eq!(engine.incident_of(&"T3".into()), None);
    assert_eq!(engine.group_of(&"T3".into()), None);
    let events = engine.advance(at(65), &[]);
    let told = incidents(&events);
    assert_eq!(told[0].people, 38, "it is told");
    // One that comes back is a new one.
    engine.advance(at(66), &[ticket("T3", 3 * 4 + 2, 66)]);
    assert_eq!(engine.incidents()[0].people, 39);
}

#[test]
fn an_incident_whose_tickets_all_went_away_is_over() {
    let mut engine = outage(0, 20);
    assert_eq!(alarms(&engine), [("vpn".to_owned(), 20)]);
    let gone: Vec<Input> = (0..20)
        .map(|n| Input::Gone(TicketId::new(format!("T{n}"))))
        .collect();
    let mut events = engine.advance(at(61), &gone);
    assert!(engine.incidents().is_empty() && alarms(&engine).is_empty());
    events.extend(engine.advance(at(62), &[]));
    let states: Vec<IncidentState> = incidents(&events).iter().map(|i| i.state).collect();
    assert_eq!(states, [IncidentState::Ended]);
}

#[test]
fn a_person_whose_first_ticket_was_merged_counts_by_the_second() {
    let mut engine = engine();
    for nth in 0..4 {
        engine.advance(at(nth), &[ticket(&format!("T{nth}"), 7, nth)]);
    }
    assert_eq!(counted(&engine, "vpn", 5), 1);
    engine.advance(at(5), &[Input::Gone("T0".into()), Input::Gone("T1".into())]);
    assert_eq!(counted(&engine, "vpn", 5), 1);
    engine.advance(at(6), &["T2", "T3"].map(|id| Input::Gone(id.into())));
    assert_eq!(counted(&engine, "vpn", 6), 0);
    engine.advance(at(7), &[ticket("T4", 7, 7)]);
    assert_eq!(counted(&engine, "vpn", 7), 1);
}

#[test]
fn what_leaves_an_incident_counts_as_before() {
    let mut engine = outage(0, 20);
    assert_eq!(counted(&engine, "vpn", 60), 0);
    let incident = engine.incidents()[0].incident.clone();
    let split: Vec<Input> = (0..8)
        .map(|n| {
            let ticket = TicketId::new(format!("T{n}"));
            let incident = incident.clone();
            Input::Decision(Decision::Split { ticket, incident })
        })
        .collect();
    engine.advance(at(61), &split);
    assert_eq!(counted(&engine, "vpn", 61), 8);
    // Put back, it counts in the incident only.
    let ticket = "T3".into();
    let pin = Decision::Pin { ticket, incident };
    engine.advance(at(61), &[Input::Decision(pin)]);
    assert_eq!(counted(&engine, "vpn", 61), 7);
}

#[test]
fn a_person_explained_by_another_group_counts_in_their_own_when_they_are_taken_out() {
    let mut engine = outage(60, 30);
    let incident = engine.incidents()[0].incident.clone();
    // Six who are read as of mail, and whose devices fail like the others.
    let mut split = Vec::new();
    for nth in 30..36_usize {
        let Input::Ticket(mut told) = ticket(&format!("M{nth}"), nth * 4 + 2, 61) else {
            panic!("no ticket");
        };
        told.finding.group = GroupId::from("email");
        let ticket = told.id.clone();
        let pin = Decision::Pin {
            ticket: ticket.clone(),
            incident: incident.clone(),
        };
        engine.advance(at(61), &[Input::Ticket(told), Input::Decision(pin)]);
        let incident = incident.clone();
        split.push(Input::Decision(Decision::Split { ticket, incident }));
    }
    assert_eq!(counted(&engine, "email", 61), 0);
    engine.advance(at(62), &split);
    assert_eq!(counted(&engine, "email", 62), 6);
    assert!(
        alarms(&engine).contains(&("email".to_owned(), 6)),
        "{:?}",
        alarms(&engine)
    );
}

#[test]
fn a_correction_moves_the_person_between_the_alarms() {
    let mut engine = engine();
    let told = |id: &str, who: usize, minute: i64| {
        let Input::Ticket(mut ticket) = ticket(id, who, minute) else {
            panic!("no ticket");
        };
        ticket.finding.group = GroupId::from("telephony");
        Input::Ticket(ticket)
    };
    for nth in 0..6_i64 {
        let who = usize::try_from(nth).unwrap();
        engine.advance(at(nth), &[told(&format!("T{nth}"), who, nth)]);
    }
    // One of them writes a second time.
    engine.advance(at(6), &[told("again", 0, 6)]);
    assert_eq!(alarms(&engine), [("telephony".to_owned(), 6)]);
    let moved = |nth: i64| Input::Group {
        ticket: TicketId::new(format!("T{nth}")),
        group: GroupId::from("printing"),
    };
    let all: Vec<Input> = (0..6).map(moved).collect();
    engine.advance(at(7), &all);
    assert_eq!(alarms(&engine), [("printing".to_owned(), 6)]);
    let since = engine.surges()[0].since;
    assert_eq!(since, at(0), "since they wrote, not since they were moved");
    // Whose other ticket is there still counts there.
    let group = |name| {
        engine
            .groups
            .iter()
            .position(|g| g.as_str() == name)
            .unwrap()
    };
    let hours = &engine.hours[&at(0).as_second()];
    let (before, after) = (hours[group("telephony")], hours[group("printing")]);
    assert_eq!((before, after), (1, 6));
    // It was a mistake: all is as it was.
    let back = |nth: i64| Input::Group {
        ticket: TicketId::new(format!("T{nth}")),
        group: GroupId::from("telephony"),
    };
    let all: Vec<Input> = (0..6).map(back).collect();
    engine.advance(at(8), &all);
    engine.advance(at(9), &[]);
    assert_eq!(alarms(&engine), [("telephony".to_owned(), 6)]);
}

#[test]
fn what_arrives_late_counts_when_it_was_written() {
    // A queue of the whole night becomes visible at once.
    let night: Vec<Input> = (0..12)
        .map(|n| ticket(&format!("T{n}"), n * 4 + 1, 30 * i64::try_from(n).unwrap()))
        .collect();
    let alarm = |minutes: i64| {
        let mut engine = engine();
        engine.advance(at(0), &[]);
        for minute in 1..minutes {
            engine.advance(at(minute), &[]);
        }
        engine.advance(at(minutes), &night);
        alarms(&engine)
    };
    assert_eq!(alarm(360), []);
    // The same people within minutes are an alarm.
    let mut engine = engine();
    for n in 0..12 {
        let minute = i64::try_from(n).unwrap();
        engine.advance(at(minute), &[ticket(&format!("T{n}"), n * 4 + 1, minute)]);
    }
    assert_eq!(alarms(&engine), [("vpn".to_owned(), 12)]);
}

#[test]
fn a_ticket_that_was_merged_keeps_what_it_was_for_the_record() {
    let mut engine = outage(60, 40);
    let (_, before) = engine.assignment(&"T3".into());
    engine.advance(at(61), &[Input::Gone("T3".into())]);
    assert_eq!(engine.incident_of(&"T3".into()), None);
    let (group, after) = engine.assignment(&"T3".into());
    assert_eq!(group, Some(&GroupId::from("vpn")));
    assert!(before.is_some() && after == before, "{before:?} {after:?}");
}

/// Forty tickets of gateway gw2 with error 809, whose devices fail, and three more that the test says what they are like.
fn with_misfits(misfits: &[(&str, usize, &str)]) -> Engine {
    let mut engine = engine();
    let told = |id: &str, who: usize, minute: i64, code: &str| {
        let Input::Ticket(mut ticket) = ticket(id, who, minute) else {
            panic!("no ticket");
        };
        ticket.finding.concepts = vec!["vpn/connect".to_owned(), format!("code:{code}")];
        Input::Ticket(ticket)
    };
    for nth in 0..60 {
        engine.advance(
            at(0),
            &[Input::Device(Box::new(device(nth * 4 + 2, "down")))],
        );
    }
    for nth in 0..40_usize {
        let minute = i64::try_from(nth).unwrap();
        engine.advance(
            at(minute),
            &[told(&format!("T{nth}"), nth * 4 + 2, minute, "809")],
        );
    }
    for (id, who, code) in misfits {
        engine.advance(at(41), &[told(id, *who, 41, code)]);
    }
    for minute in 42..=45 {
        engine.advance(at(minute), &[]);
    }
    engine
}

#[test]
fn a_misfit_is_told_with_its_reason_and_left_out() {
    // Another gateway, a device that is well, another error code.
    let misfits = [
        ("gateway", 1, "809"),
        ("well", 390, "809"),
        ("code", 190, "691"),
    ];
    let engine = with_misfits(&misfits);
    let incident = &engine.incidents()[0];
    assert_eq!(incident.tickets.len(), 40);
    let (members, odd, _) = engine.members(&incident.incident);
    assert_eq!(members.len(), 40);
    let reason = |id: &str| odd.iter().find(|m| m.ticket.as_str() == id).unwrap();
    assert_eq!(
        reason("gateway").differs,
        [("gateway".to_owned(), "gw1".to_owned())]
    );
    assert_eq!(reason("well").fails, Some(false));
    assert_eq!(
        reason("code").differs,
        [("code".to_owned(), "691".to_owned())]
    );
    assert_eq!(odd.len(), 3);
}

#[test]
fn what_comes_back_after_it_was_told_over_is_told_as_new_under_its_id() {
    let mut engine = outage(0, 20);
    let mut events = Vec::new();
    for minute in 61..=140 {
        events.extend(engine.advance(at(minute), &[]));
    }
    for nth in 0..10 {
        let minute = 141 + i64::try_from(nth).unwrap();
        let who = (nth + 30) * 4 + 2;
        events.extend(engine.advance(at(minute), &[ticket(&format!("N{nth}"), who, minute)]));
    }
    events.extend(engine.advance(at(152), &[]));
    let told: Vec<(String, IncidentState)> = incidents(&events)
        .iter()
        .filter(|i| i.state != IncidentState::Changed)
        .map(|i| (i.incident.to_string(), i.state))
        .collect();
    let expected = [IncidentState::Ended, IncidentState::Suspected].map(|s| ("i1".to_owned(), s));
    assert_eq!(told, expected);
}

#[test]
fn a_version_that_was_called_back_is_still_what_they_shared() {
    let version = |n: usize, version: &str| {
        let mut device = device(n, "up");
        let value = Value::Text(version.to_owned());
        device
            .facts
            .insert("vpn_version".to_owned(), DeviceFact { value, seen: None });
        device
    };
    let mut engine = engine();
    for n in 0..400 {
        let old = if n % 5 == 0 { "6.1" } else { "6.0" };
        engine.advance(at(-1), &[Input::Device(Box::new(version(n, old)))]);
    }
    for nth in 0..30_usize {
        let minute = i64::try_from(nth).unwrap();
        engine.advance(at(minute), &[ticket(&format!("T{nth}"), nth * 5, minute)]);
    }
    for n in (0..400).step_by(5) {
        engine.advance(at(31), &[Input::Device(Box::new(version(n, "6.2")))]);
    }
    for minute in 32..40 {
        engine.advance(at(minute), &[]);
    }
    let incident = engine.incidents().remove(0);
    assert_eq!(incident.shared[0].value, "6.1");
    assert_eq!(
        (incident.shared[0].inside, incident.shared[0].fleet),
        (30, 80)
    );
}

/// Tickets that are moved in from another queue were written long ago; they arrive in the middle of an outage.
#[test]
fn old_tickets_that_arrive_now_hide_nothing() {
    let mut engine = engine();
    let mut seen = Vec::new();
    for n in 0..16_usize {
        let minute = i64::try_from(n).unwrap();
        let old = ticket(&format!("old{n}"), 200 + n, minute - 6 * 24 * 60);
        seen.extend(engine.advance(
            at(minute),
            &[ticket(&n.to_string(), 4 * n + 2, minute), old],
        ));
    }
    let told = incidents(&seen);
    let last = told.last().expect("an incident is told");
    assert!(last.tickets.len() >= 12, "{:?}", last.tickets);
    assert!(last.tickets.iter().all(|t| !t.as_str().starts_with("old")));
}

/// A desk without history is opened in a night in which everybody writes: that is told as a surge, not as one incident
/// that takes all.
#[test]
fn everybody_is_no_incident() {
    const GROUPS: [&str; 8] = [
        "vpn", "video", "files", "email", "wifi", "printing", "hardware", "remote",
    ];
    let mut engine = Engine::new(&Settings {
        zone: TimeZone::UTC,
        size: Size::PerDay(100.0),
    });
    let night = |minute: i64| {
        "2026-02-15T02:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
    };
    for n in 0..240_usize {
        let minute = i64::try_from(n).unwrap();
        // Those who cannot sign in come first, then everybody.
        let group = if n < 30 || n % 8 == 0 {
            "login"
        } else {
            GROUPS[n % GROUPS.len()]
        };
        let told = NewTicket {
            id: TicketId::new(format!("T{n}")),
            at: night(minute),
            subject: format!("{group} {n}"),
            body: format!("Hej, {group} virker ikke hos os i dag"),
            reporter: Some(PersonId::new(format!("u{n}"))),
            site: None,
            device: None,
            finding: Finding::of(GroupId::from(group), 0.9),
        };
        engine.advance(night(minute), &[Input::Ticket(Box::new(told))]);
    }
    let goes_on = |i: &&Incident| !matches!(i.state, IncidentState::Ended | IncidentState::Joined);
    let open = engine.incidents();
    let sizes: Vec<usize> = open
        .iter()
        .filter(goes_on)
        .map(|i| i.tickets.len())
        .collect();
    assert!(sizes.iter().all(|n| *n < 60), "{sizes:?}");
}
