//! The first read tells the same as a day at the console, and what is not known is no calm.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Feed, History, Watcher, start};
use crate::domain::device::{Device, DeviceFact, Value};
use crate::domain::fact::Fact;
use crate::domain::finding::Finding;
use crate::domain::ids::{ActionId, DeviceId, GroupId, PersonId, TicketId};
use crate::domain::incident::Incident;
use crate::domain::person::PersonRef;
use crate::domain::source::{Arrival, Reply};
use crate::domain::ticket::{Link, LinkKind, LinkTarget, Status, StatusClass, Ticket};
use crate::domain::watch::{Reading, Ruling, Says, Watch};

/// Minutes after eight on a Wednesday.
fn at(minutes: i64) -> Timestamp {
    let eight: Timestamp = "2026-02-11T07:00:00Z".parse().unwrap();
    eight + SignedDuration::from_mins(minutes)
}

fn person(n: usize) -> PersonRef {
    PersonRef::new(PersonId::new(format!("p{n}")), format!("Person {n}"))
}

/// Device of a person: every fourth is on the gateway that will fail.
fn device(n: usize, is_down: bool, seen: Timestamp) -> Device {
    let fact = |text: &str| DeviceFact {
        value: Value::Text(text.to_owned()),
        seen: Some(seen),
    };
    let state = if is_down { "down" } else { "up" };
    let gateway = if n.is_multiple_of(4) { "gw2" } else { "gw1" };
    Device {
        id: DeviceId::new(format!("d{n}")),
        name: format!("LT-{n}"),
        kind: Fact::Unknown,
        holder: Fact::Known(person(n)),
        status: Fact::Unknown,
        last_seen: Fact::Known(seen),
        facts: [
            ("gateway".to_owned(), fact(gateway)),
            ("vpn_state".to_owned(), fact(state)),
        ]
        .into(),
        source: "test".to_owned(),
    }
}

fn ticket(n: usize, who: usize, created: Timestamp) -> Ticket {
    Ticket {
        id: TicketId::new(n.to_string()),
        subject: "VPN virker ikke".to_owned(),
        body: Fact::Known("Forbindelsen ryger hele tiden".to_owned()),
        status: Status {
            name: "new".into(),
            class: StatusClass::New,
        },
        priority: Fact::Empty,
        queue: Fact::Empty,
        owner: Fact::Empty,
        requesters: Fact::Known(vec![person(who)]),
        tags: Fact::Empty,
        group: Fact::Empty,
        device: Fact::Empty,
        links: Fact::Empty,
        created,
        updated: created,
        due: Fact::Empty,
        resolved: Fact::Empty,
        custom: std::collections::BTreeMap::new(),
        claims: Fact::Unknown,
        version: None,
    }
}

fn vpn() -> Finding {
    Finding::of(GroupId::from("vpn"), 0.95)
}

/// A quiet night, then the gateway of every fourth device dies: thirty people in a quarter of an hour.
fn tickets() -> Vec<Ticket> {
    let quiet = (0..3).map(|n| ticket(n, 4 * n + 1, at(-600 + 200 * i64::try_from(n).unwrap())));
    let outage = (0..30).map(|n| ticket(100 + n, 4 * n, at(i64::try_from(n / 2).unwrap())));
    quiet.chain(outage).collect()
}

fn devices(is_down: bool, seen: Timestamp) -> Vec<Device> {
    (0..400)
        .map(|n| device(n, is_down && n.is_multiple_of(4), seen))
        .collect()
}

/// A watcher of a desk that tells nothing of the weeks before.
fn watcher() -> Watcher {
    let mut watcher = Watcher::new(TimeZone::UTC);
    watcher.take(Feed::Past(Vec::new()));
    watcher
}

fn run(watcher: &mut Watcher, feed: Feed) -> Option<Watch> {
    watcher.take(feed);
    while watcher.step() {}
    watcher.news()
}

fn rows(changed: Vec<Ticket>) -> Feed {
    Feed::Tickets {
        changed,
        gone: Vec::new(),
    }
}

fn fleet(changed: Vec<Device>) -> Feed {
    Feed::Devices {
        changed,
        gone: Vec::new(),
    }
}

fn found(tickets: &[Ticket]) -> Feed {
    Feed::Findings(tickets.iter().map(|t| (t.id.clone(), vpn())).collect())
}

#[test]
fn the_first_read_comes_in_any_order_and_tells_the_incident_of_the_morning() {
    let mut watcher = watcher();
    let mut all = tickets();
    all.reverse();
    assert_eq!(
        run(&mut watcher, rows(all.clone())).unwrap().reading,
        Reading::Waiting
    );
    run(&mut watcher, fleet(devices(false, at(-600))));
    assert_eq!(
        run(&mut watcher, Feed::Heard(at(20))),
        None,
        "texts are not read yet"
    );
    let watch = run(&mut watcher, found(&all)).unwrap();
    assert_eq!(watch.reading, Reading::UpToDate);
    let standing = watch.open().next().expect("an incident");
    assert_eq!(standing.incident.group, GroupId::from("vpn"));
    let shared = &standing.incident.shared[0];
    assert_eq!(
        (shared.fact.as_str(), shared.value.as_str()),
        ("gateway", "gw2")
    );
    assert!(standing.members.len() >= 25, "{}", standing.members.len());
    assert!(
        standing.members[0]
            .agrees
            .contains(&("gateway".into(), "gw2".into())),
        "{:?}",
        standing.members[0]
    );
    assert!(standing.story.len() > 1 && standing.story[0].people < standing.incident.people);
}

#[test]
fn what_comes_while_the_console_is_open_is_told_within_the_answer_that_brings_it() {
    let mut watcher = watcher();
    let all = tickets();
    let (quiet, outage) = all.split_at(3);
    watcher.take(fleet(devices(false, at(-600))));
    watcher.take(rows(quiet.to_vec()));
    watcher.take(found(quiet));
    let watch = run(&mut watcher, Feed::Heard(at(-1))).unwrap();
    assert_eq!(watch.open().count(), 0);
    let mut told = None;
    for (n, ticket) in outage.iter().enumerate() {
        watcher.take(rows(vec![ticket.clone()]));
        watcher.take(found(std::slice::from_ref(ticket)));
        if n == 20 {
            watcher.take(fleet(devices(true, ticket.created)));
        }
        let now = ticket.created + SignedDuration::from_secs(20);
        if let Some(watch) = run(&mut watcher, Feed::Heard(now))
            && watch.open().count() > 0
        {
            told.get_or_insert(n + 1);
        }
    }
    assert!(told.is_some_and(|n| n <= 15), "told at ticket {told:?}");
    let watch = run(&mut watcher, Feed::Heard(at(16))).expect("the last ticket");
    let silent = watch.open().next().unwrap().incident.silent.len();
    assert_eq!(silent, 70, "a hundred on the gateway, thirty wrote");
    // Nothing new: nothing is told, though time passes.
    for minute in 17..20 {
        assert_eq!(run(&mut watcher, Feed::Heard(at(minute))), None);
    }
}

#[test]
fn a_desk_that_does_not_answer_is_no_calm() {
    let mut watcher = watcher();
    let all = tickets();
    watcher.take(fleet(devices(false, at(-600))));
    watcher.take(rows(all.clone()));
    watcher.take(found(&all));
    let watch = run(&mut watcher, Feed::Heard(at(20))).unwrap();
    assert_eq!(watch.open().count(), 1);
    for _ in 0..500 {
        assert_eq!(
            run(&mut watcher, Feed::Silence),
            None,
            "it ended in silence"
        );
    }
    // The desk answers again ten hours later and has nothing new: now it is over.
    let watch = run(&mut watcher, Feed::Heard(at(620))).unwrap();
    assert_eq!(watch.open().count(), 0);
    assert_eq!(watch.standings.len(), 1, "what ended is kept");
}

#[test]
fn the_cache_alone_tells_what_was_known_when_the_desk_is_away() {
    let mut watcher = watcher();
    let all = tickets();
    watcher.take(fleet(devices(false, at(-600))));
    watcher.take(rows(all.clone()));
    assert_eq!(
        run(&mut watcher, Feed::Silence).map(|w| w.reading),
        Some(Reading::Waiting)
    );
    let watch = run(&mut watcher, found(&all)).unwrap();
    assert_eq!(watch.open().count(), 1);
}

#[test]
fn what_an_agent_said_is_known_again_after_a_restart() {
    let (all, vpn) = (tickets(), vpn());
    let ids = |watch: &Watch| -> Vec<TicketId> {
        let standing = watch.open().next().unwrap();
        standing.incident.tickets.clone()
    };
    let morning = |rulings: Vec<Ruling>| {
        let mut watcher = Watcher::new(TimeZone::UTC);
        watcher.take(fleet(devices(false, at(-600))));
        watcher.take(Feed::Rulings(rulings));
        watcher.take(Feed::Past(Vec::new()));
        watcher.take(rows(all.clone()));
        watcher.take(found(&all));
        let watch = run(&mut watcher, Feed::Heard(at(20))).unwrap();
        (watcher, watch)
    };
    let (mut watcher, watch) = morning(Vec::new());
    let ticket = TicketId::from("110");
    assert!(ids(&watch).contains(&ticket));
    let said = |n: u128, says: Says| Ruling {
        id: ActionId::new(uuid::Uuid::from_u128(n)),
        at: at(20),
        incident: watch.anchors(
            &watch.open().next().unwrap().incident.incident,
            Some(&ticket),
        ),
        says,
        undoes: None,
    };
    let out = said(
        1,
        Says::NotPart {
            ticket: ticket.clone(),
        },
    );
    let told = run(&mut watcher, Feed::Rulings(vec![out.clone()])).unwrap();
    assert!(!ids(&told).contains(&ticket));
    assert_eq!(
        told.open().next().unwrap().split,
        std::slice::from_ref(&ticket)
    );
    // The command line goes through all of it at once.
    let fleet = devices(false, at(-600));
    let listed = |rulings: Vec<Ruling>| {
        let history = History {
            tickets: all.iter().zip(std::iter::repeat(&vpn)).collect(),
            devices: fleet.iter().collect(),
            past: Vec::new(),
            rulings,
        };
        let engine = start(TimeZone::UTC, history, at(20)).unwrap();
        engine.incidents().remove(0).tickets
    };
    assert_eq!(listed(Vec::new()), ids(&watch));
    assert_eq!(listed(vec![out.clone()]), ids(&told));
    // The next console has the ruling before it has the tickets.
    let (_, again) = morning(vec![out.clone()]);
    assert!(!ids(&again).contains(&ticket), "forgotten by a restart");
    // The opposite takes it back, and keeps the ticket.
    let back = said(
        2,
        Says::Part {
            ticket: ticket.clone(),
        },
    );
    let (_, last) = morning(vec![out, back]);
    let standing = last.open().next().unwrap();
    assert!(
        standing
            .members
            .iter()
            .any(|m| m.ticket == ticket && m.is_pinned)
    );
}

#[test]
fn a_ruling_taken_back_holds_no_more() {
    let mut watcher = watcher();
    let mut all = tickets();
    // Ten people with another trouble, which an agent takes for the same.
    let others: Vec<Ticket> = (0..12)
        .map(|n| Ticket {
            subject: "Kan ikke logge ind".into(),
            ..ticket(300 + n, 4 * n + 2, at(i64::try_from(n / 2).unwrap()))
        })
        .collect();
    all.extend(others.clone());
    watcher.take(fleet(devices(false, at(-600))));
    watcher.take(rows(all.clone()));
    watcher.take(found(&tickets()));
    let login = Finding::of(GroupId::from("login"), 0.95);
    let found = others.iter().map(|t| (t.id.clone(), login.clone()));
    watcher.take(Feed::Findings(found.collect()));
    let watch = run(&mut watcher, Feed::Heard(at(20))).unwrap();
    let groups = |watch: &Watch| -> Vec<String> {
        let mut groups: Vec<String> = watch.open().map(|s| s.incident.group.to_string()).collect();
        groups.sort();
        groups
    };
    assert_eq!(groups(&watch), ["login", "vpn"]);
    let of = |group: &str| -> Vec<TicketId> {
        let mut open = watch.open();
        let standing = open.find(|s| s.incident.group.as_str() == group).unwrap();
        standing.members.iter().map(|m| m.ticket.clone()).collect()
    };
    let (vpn, login) = (of("vpn"), of("login"));
    let said = |n: u128, says: Says, incident: &[TicketId]| Ruling {
        id: ActionId::new(uuid::Uuid::from_u128(n)),
        at: at(20),
        incident: incident.iter().take(6).cloned().collect(),
        says,
        undoes: None,
    };
    let back = |ruling: &Ruling| Ruling {
        id: ActionId::new(uuid::Uuid::from_u128(99)),
        undoes: Some(ruling.id),
        ..ruling.clone()
    };
    let ticket = vpn[7].clone();
    let out = said(
        1,
        Says::NotPart {
            ticket: ticket.clone(),
        },
        &vpn,
    );
    let same = said(
        2,
        Says::SameAs {
            into: vpn[..6].to_vec(),
        },
        &login,
    );
    run(&mut watcher, Feed::Rulings(vec![out.clone()]));
    run(&mut watcher, Feed::Rulings(vec![same.clone()]));
    let joined = run(&mut watcher, Feed::Heard(at(22))).unwrap();
    assert_eq!(groups(&joined), ["vpn"]);
    let apart = run(&mut watcher, Feed::Rulings(vec![back(&same)])).unwrap();
    assert_eq!(groups(&apart), ["login", "vpn"]);
    let members = |watch: &Watch, group: &str| -> Vec<TicketId> {
        let mut open = watch.open();
        let standing = open.find(|s| s.incident.group.as_str() == group).unwrap();
        standing.members.iter().map(|m| m.ticket.clone()).collect()
    };
    assert_eq!(members(&apart, "login"), login);
    assert!(!members(&apart, "vpn").contains(&ticket), "still out");
    let whole = run(&mut watcher, Feed::Rulings(vec![back(&out)])).unwrap();
    assert_eq!(members(&whole, "vpn"), vpn);
}

#[test]
fn what_requesters_write_is_evidence_and_what_others_write_is_none() {
    let mut watcher = watcher();
    let all = tickets();
    watcher.take(fleet(devices(false, at(-600))));
    watcher.take(rows(all.clone()));
    let wrote = |ticket: &Ticket, who: &str, minute: i64, text: &str| Reply {
        ticket: ticket.id.clone(),
        author: PersonId::from(who),
        at: at(minute),
        text: text.to_owned(),
    };
    let (first, second, third) = (&all[5], &all[6], &all[7]);
    let own = |ticket: &Ticket| ticket.requester().unwrap().id.to_string();
    // Before the engine has begun, as at a start.
    watcher.take(Feed::Replies(vec![
        wrote(first, &own(first), 17, "nu virker det igen"),
        wrote(second, "mette", 17, "det virker stadig ikke hos os andre"),
    ]));
    watcher.take(found(&all));
    run(&mut watcher, Feed::Heard(at(20)));
    let solved = all[3..].iter().map(|ticket| {
        let mut ticket = ticket.clone();
        ticket.status.class = StatusClass::Resolved;
        ticket.updated = at(21);
        ticket
    });
    watcher.take(rows(solved.collect()));
    let again = wrote(third, &own(third), 22, "Det virker stadig ikke");
    watcher.take(Feed::Replies(vec![again.clone()]));
    // The feed may say a thing twice.
    watcher.take(Feed::Replies(vec![again]));
    let watch = run(&mut watcher, Feed::Heard(at(24))).unwrap();
    let standing = watch.open().next().unwrap();
    let restored = standing.incident.restored.clone().unwrap();
    assert_eq!(restored.said_no, std::slice::from_ref(&third.id));
    assert!(restored.well >= 1, "{restored:?}");
}

#[test]
fn with_the_next_poll_a_ticket_stands_in_its_place_and_an_answer_counts() {
    let mut watcher = watcher();
    let all = tickets();
    watcher.take(fleet(devices(false, at(-600))));
    watcher.take(rows(all.clone()));
    watcher.take(found(&all));
    let open = |watch: &Watch| watch.open().next().unwrap().clone();
    let before = run(&mut watcher, Feed::Heard(at(20))).unwrap();
    // Three within a minute: the engine tells of an incident once a minute.
    for n in 0..3_i64 {
        let second = at(20) + SignedDuration::from_secs(10 * (n + 1));
        let number = usize::try_from(n).unwrap();
        let later = ticket(200 + number, 4 * (50 + number), second);
        watcher.take(rows(vec![later.clone()]));
        watcher.take(found(std::slice::from_ref(&later)));
        let watch = run(&mut watcher, Feed::Heard(second)).unwrap();
        let standing = open(&watch);
        assert!(standing.members.iter().any(|m| m.ticket == later.id));
        assert_eq!(
            standing.incident.people,
            open(&before).incident.people + number + 1
        );
    }
    let solved = all[3..].iter().map(|ticket| {
        let mut ticket = ticket.clone();
        ticket.status.class = StatusClass::Resolved;
        ticket.updated = at(21);
        ticket
    });
    watcher.take(rows(solved.collect()));
    run(&mut watcher, Feed::Heard(at(22)));
    for n in [5, 6] {
        let seconds = 10 * i64::try_from(n).unwrap();
        let wrote = Reply {
            ticket: all[n].id.clone(),
            author: all[n].requester().unwrap().id.clone(),
            at: at(22) + SignedDuration::from_secs(seconds - 1),
            text: "Det virker stadig ikke".to_owned(),
        };
        watcher.take(Feed::Replies(vec![wrote]));
        let heard = at(22) + SignedDuration::from_secs(seconds);
        let watch = run(&mut watcher, Feed::Heard(heard)).unwrap();
        let restored = open(&watch).incident.restored.unwrap();
        assert!(restored.said_no.contains(&all[n].id), "{restored:?}");
    }
}

#[test]
fn of_45_closed_41_are_well_and_the_four_are_named_for_as_long_as_it_is_on_the_screen() {
    let mut watcher = watcher();
    watcher.take(fleet(devices(false, at(-600))));
    run(&mut watcher, Feed::Heard(at(-5)));
    run(&mut watcher, fleet(devices(true, at(0))));
    let minute = |n: usize| at(1 + i64::try_from(n / 3).unwrap());
    let all: Vec<Ticket> = (0..45).map(|n| ticket(100 + n, 4 * n, minute(n))).collect();
    watcher.take(rows(all.clone()));
    run(&mut watcher, found(&all));
    let wrote = |n: usize, minute: i64| Reply {
        ticket: all[n].id.clone(),
        author: PersonId::new(format!("p{}", 4 * n)),
        at: at(minute),
        text: "Det virker stadig ikke".to_owned(),
    };
    // Before anybody mended it: that says nothing of now.
    watcher.take(Feed::Replies(vec![wrote(20, 18)]));
    run(&mut watcher, Feed::Heard(at(20)));
    let mended = (0..100).map(|n| device(4 * n, n < 3, at(40)));
    watcher.take(fleet(mended.collect()));
    let solved = |ticket: &Ticket| {
        let mut ticket = ticket.clone();
        ticket.status.class = StatusClass::Resolved;
        ticket.resolved = Fact::Known(at(41));
        // One was written on since, which is told together with it.
        ticket.updated = at(43);
        ticket
    };
    watcher.take(Feed::Replies(vec![wrote(10, 43)]));
    watcher.take(rows(all.iter().map(solved).collect()));
    let watch = run(&mut watcher, Feed::Heard(at(45))).unwrap();
    let standing = &watch.standings[0];
    let restored = standing.incident.restored.clone().unwrap();
    assert_eq!((restored.of, restored.well), (45, 41), "{restored:?}");
    let named = ["100", "101", "102", "110"].map(TicketId::from);
    assert_eq!(standing.not_well(), (named.to_vec(), Vec::new()));
    // What was written before it was solved is told after it; it says nothing of now.
    watcher.take(Feed::Replies(vec![wrote(30, 40)]));
    // It is over, one of the devices comes back, and one ticket is opened again.
    let watch = run(&mut watcher, Feed::Heard(at(300))).unwrap();
    assert!(!watch.standings[0].is_open());
    let mut again = solved(&all[10]);
    again.status.class = StatusClass::Open;
    again.updated = at(301);
    watcher.take(rows(vec![again]));
    watcher.take(fleet(vec![device(0, false, at(301))]));
    let watch = run(&mut watcher, Feed::Heard(at(302))).unwrap();
    let standing = &watch.standings[0];
    let restored = standing.incident.restored.clone().unwrap();
    assert_eq!((restored.of, restored.well), (45, 42), "{restored:?}");
    assert_eq!(standing.not_well().0, named[1..]);
}

#[test]
fn what_staff_correct_counts_more_than_the_text() {
    let mut watcher = watcher();
    let all = tickets();
    watcher.take(fleet(devices(false, at(-600))));
    watcher.take(rows(all.clone()));
    watcher.take(found(&all));
    run(&mut watcher, Feed::Heard(at(20)));
    let corrected: Vec<Ticket> = all[3..]
        .iter()
        .map(|ticket| Ticket {
            group: Fact::Known(GroupId::from("files")),
            updated: at(21),
            ..ticket.clone()
        })
        .collect();
    run(&mut watcher, rows(corrected));
    let watch = run(&mut watcher, Feed::Heard(at(23))).unwrap();
    let standing = watch.open().next().unwrap();
    assert_eq!(standing.incident.group, GroupId::from("files"));
}

/// 300 tickets a day in office hours, of all groups and of everybody in turn.
fn office(day: i64) -> Vec<Ticket> {
    let groups = GroupId::BUILT_IN.iter().cycle();
    let number = |n: i64| usize::try_from((20 - day) * 1_000 + n).unwrap();
    let of_day = (0..300).zip(groups).map(|(n, group)| {
        let who = usize::try_from((n * 7 + day * 3) % 400).unwrap();
        let mut ticket = ticket(number(n), who, at(n * 2 - day * 1_440));
        ticket.group = Fact::Known(GroupId::from(*group));
        ticket
    });
    of_day.collect()
}

/// What is read of a ticket of the weeks before.
fn arrival(ticket: Ticket) -> Arrival {
    Arrival {
        at: ticket.created,
        requester: ticket.requester().map(|who| who.id.clone()),
        id: ticket.id,
        subject: ticket.subject,
        is_solved: true,
        group: None,
    }
}

/// What the screen shows in the evening of a day like any other, on a desk that solves nearly everything by then.
fn evening(weeks_before: impl Fn(&Ticket) -> bool) -> Watch {
    let mut watcher = Watcher::new(TimeZone::UTC);
    let past = (1..=14).rev().flat_map(office).filter(weeks_before);
    watcher.take(Feed::Past(past.map(arrival).collect()));
    run(&mut watcher, fleet(devices(false, at(0))));
    // One in thirty of the weeks before is still open.
    let open = (1..=14).flat_map(|day| office(day).into_iter().step_by(30));
    let all: Vec<Ticket> = open.chain(office(0)).collect();
    run(&mut watcher, rows(all.clone()));
    run(&mut watcher, found(&all));
    run(&mut watcher, Feed::Heard(at(600))).unwrap()
}

#[test]
fn the_few_that_are_still_open_are_no_measure_of_a_usual_day() {
    let watch = evening(|_| true);
    assert_eq!(
        (watch.reading, watch.surges),
        (Reading::UpToDate, Vec::new())
    );
    // The same day looks like a flood to somebody who sees the open tickets only.
    assert!(!evening(|_| false).surges.is_empty());
}

#[test]
fn weeks_that_come_late_take_the_place_of_what_was_guessed() {
    let mut watcher = Watcher::new(TimeZone::UTC);
    run(&mut watcher, fleet(devices(false, at(0))));
    let open = (1..=14).flat_map(|day| office(day).into_iter().step_by(30));
    let all: Vec<Ticket> = open.chain(office(0)).collect();
    run(&mut watcher, rows(all.clone()));
    run(&mut watcher, found(&all));
    // The desk answers, and does not say what was before: the few that are open make the day look like a flood.
    let told = (0..15).filter_map(|_| run(&mut watcher, Feed::Heard(at(600))));
    assert!(!told.last().unwrap().surges.is_empty());
    let past = (1..=14).rev().flat_map(office).map(arrival);
    let late = [Feed::Past(past.collect()), Feed::Heard(at(601))];
    let told = late.into_iter().filter_map(|feed| run(&mut watcher, feed));
    assert_eq!(told.last().unwrap().surges, Vec::new());
}

#[test]
fn nothing_is_told_before_the_usual_is_known_and_a_desk_that_does_not_say_is_not_waited_for_long() {
    let mut watcher = Watcher::new(TimeZone::UTC);
    let all = tickets();
    run(&mut watcher, fleet(devices(true, at(0))));
    run(&mut watcher, rows(all.clone()));
    run(&mut watcher, found(&all));
    run(&mut watcher, Feed::Heard(at(20)));
    assert_eq!(run(&mut watcher, Feed::Heard(at(20))), None);
    let mut answers = 2;
    let told = loop {
        answers += 1;
        if let Some(watch) = run(&mut watcher, Feed::Heard(at(20))) {
            break watch;
        }
    };
    assert_eq!((answers, told.standings.len()), (12, 1));
}

#[test]
fn a_ticket_that_went_away_is_taken_out_of_its_incident() {
    let mut watcher = watcher();
    let all = tickets();
    run(&mut watcher, fleet(devices(true, at(0))));
    run(&mut watcher, rows(all.clone()));
    run(&mut watcher, Feed::Heard(at(20)));
    let watch = run(&mut watcher, found(&all)).unwrap();
    assert_eq!(watch.standings[0].incident.people, 30);
    // One is merged as the feed says, one as its status says.
    let mut merged = all[10].clone();
    merged.status.class = StatusClass::Merged;
    let feed = Feed::Tickets {
        changed: vec![merged],
        gone: vec![all[11].id.clone()],
    };
    let watch = run(&mut watcher, feed).expect("it is told at once");
    let standing = &watch.standings[0];
    assert_eq!(standing.incident.people, 28);
    assert_eq!(
        (standing.incident.tickets.len(), standing.members.len()),
        (28, 28)
    );
    // A list that is made anew says the same.
    let left: Vec<Ticket> = all
        .iter()
        .filter(|t| t.id != all[10].id && t.id != all[11].id)
        .cloned()
        .collect();
    let finding = vpn();
    let devices = devices(true, at(0));
    let history = History {
        tickets: left.iter().map(|t| (t, &finding)).collect(),
        devices: devices.iter().collect(),
        past: Vec::new(),
        rulings: Vec::new(),
    };
    let engine = start(TimeZone::UTC, history, at(20)).unwrap();
    assert_eq!(engine.incidents()[0].tickets, standing.incident.tickets);
}

#[test]
fn where_somebody_works_is_taken_from_the_ticket() {
    let mut told = ticket(1, 1, at(0));
    told.custom
        .insert("Arbejdssted".to_owned(), vec!["Rådhuset".to_owned()]);
    let names = super::feed::Names::default();
    let site = |ticket: &Ticket| super::feed::new_ticket(ticket, vpn(), &names).site;
    assert_eq!(site(&told).as_deref(), Some("Rådhuset"));
    told.custom.clear();
    assert_eq!(site(&told), None);
}

#[test]
fn a_ticket_that_staff_made_to_stand_for_others_is_nobodys_report() {
    let mut watcher = watcher();
    let all = tickets();
    run(&mut watcher, rows(all.clone()));
    run(&mut watcher, fleet(devices(false, at(-600))));
    run(&mut watcher, Feed::Heard(at(20)));
    let members = |watch: &Watch| watch.open().next().map(|s| s.members.len());
    let before = members(&run(&mut watcher, found(&all)).unwrap());
    let agent = person(9_000);
    run(&mut watcher, Feed::Staff(vec![agent.id.clone()]));
    let mut parent = ticket(9_000, 9_000, at(20));
    parent.requesters = Fact::Known(vec![agent]);
    let part = |ticket: &Ticket| Link {
        kind: LinkKind::Child,
        target: LinkTarget::Ticket(ticket.id.clone()),
    };
    // Before its links are known it is a ticket like others; then it is none.
    run(&mut watcher, rows(vec![parent.clone()]));
    run(&mut watcher, found(std::slice::from_ref(&parent)));
    parent.links = Fact::Known(all.iter().take(3).map(part).collect());
    run(&mut watcher, rows(vec![parent.clone()]));
    run(&mut watcher, Feed::Heard(at(21)));
    // A report that was promoted stays the report of its person.
    let mut promoted = all[0].clone();
    promoted.links = Fact::Known(all.iter().skip(1).take(3).map(part).collect());
    run(&mut watcher, rows(vec![promoted]));
    let now = run(&mut watcher, Feed::Heard(at(22)));
    assert!(now.is_none_or(|now| members(&now) == before));
    let engine = watcher.into_engine().unwrap();
    let is_in = |i: &Incident| i.tickets.contains(&parent.id) || i.odd.contains(&parent.id);
    assert!(!engine.incidents().iter().any(is_in));
}
