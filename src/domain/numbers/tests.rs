//! The numbers of a log whose answers were worked out by hand.

use jiff::Timestamp;

use super::forecast::Outlook;
use super::*;
use crate::domain::deed::{Deed, Deeds, Did};
use crate::domain::ids::{EntryId, GroupId, IncidentId, PersonId, TicketId};
use crate::domain::incident::{Incident, IncidentState};
use crate::domain::person::PersonRef;
use crate::domain::source::DeedsKnown;
use crate::domain::watch::{Reading, Standing};

/// A time on Monday the 2nd of March 2026; now is 12:00.
fn at(clock: &str) -> Timestamp {
    day("2026-03-02", clock)
}

fn day(date: &str, clock: &str) -> Timestamp {
    format!("{date}T{clock}:00Z").parse().unwrap()
}

fn now() -> Timestamp {
    at("12:00")
}

/// A ticket of the backlog that nobody owns and nobody answered, without a due time.
fn case(created: Timestamp, requester: &str) -> Case {
    Case {
        created,
        state: State::Backlog,
        closed: Vec::new(),
        reopened: Vec::new(),
        answered: None,
        owner: Fact::Empty,
        due: Fact::Empty,
        requester: Fact::Known(PersonId::from(requester)),
        is_part: false,
        group: GroupId::from("vpn"),
    }
}

fn owned(owner: &str, case: Case) -> Case {
    Case {
        owner: Fact::Known(PersonId::from(owner)),
        ..case
    }
}

fn over(closed: &[Timestamp], case: Case) -> Case {
    Case {
        state: State::Over,
        closed: closed.to_vec(),
        ..case
    }
}

/// Everything is known from the 20th of February on.
fn log() -> Log {
    let due = |clock| Fact::Known(at(clock));
    let answered = |clock| Some(at(clock));
    let cases = vec![
        // 1: backlog, 10 minutes old, nobody's, due 12:20.
        Case {
            due: due("12:20"),
            ..case(at("11:50"), "p1")
        },
        // 2: backlog, 10 minutes old, due 13:00; of the same person.
        Case {
            due: due("13:00"),
            ..owned("a1", case(at("11:50"), "p1"))
        },
        // 3: backlog, 40 minutes old, answered after 20 minutes.
        Case {
            answered: answered("11:40"),
            ..case(at("11:20"), "p2")
        },
        // 4: backlog, an hour old to the second, past due, answered after 30 minutes.
        Case {
            due: due("11:30"),
            answered: answered("11:30"),
            ..owned("a1", case(at("11:00"), "p3"))
        },
        // 5: closed 11:55 as part of another one, answered after 10 minutes.
        Case {
            answered: answered("10:10"),
            is_part: true,
            ..over(&[at("11:55")], case(at("10:00"), "p4"))
        },
        // 6: closed 11:30 as part of another one, answered after 2 hours.
        Case {
            answered: answered("11:00"),
            is_part: true,
            ..over(&[at("11:30")], case(at("09:00"), "p5"))
        },
        // 7: backlog, 28 hours old, due 14:00; closed yesterday at 10:00 and opened again at 12:00.
        Case {
            due: due("14:00"),
            closed: vec![day("2026-03-01", "10:00")],
            reopened: vec![Reopening::At(day("2026-03-01", "12:00"))],
            ..owned("a2", case(day("2026-03-01", "08:00"), "p6"))
        },
        // 8: of February, closed yesterday.
        over(
            &[day("2026-03-01", "12:00")],
            case(day("2026-02-20", "08:00"), "p7"),
        ),
        // 9: waits for its requester, answered after 30 minutes; its due time counts for nothing.
        Case {
            state: State::Waiting,
            due: due("12:05"),
            answered: answered("08:30"),
            ..owned("a1", case(at("08:00"), "p8"))
        },
        // 10: closed 09:00, opened again 10:00, closed again 11:45: it was closed for the first time three hours ago.
        Case {
            reopened: vec![Reopening::At(at("10:00"))],
            ..over(&[at("09:00"), at("11:45")], case(at("07:00"), "p9"))
        },
        // 11: closed more than seven days ago.
        over(
            &[day("2026-02-23", "11:00")],
            case(day("2026-02-22", "08:00"), "p10"),
        ),
    ];
    let active = [("a1", "11:50"), ("a2", "11:40"), ("a3", "11:46")];
    let since = Some(day("2026-02-20", "00:00"));
    Log {
        cases,
        active: active
            .into_iter()
            .map(|(who, clock)| (PersonId::from(who), at(clock)))
            .collect(),
        known: Known {
            flow: since,
            answers: since,
            activity: since,
        },
    }
}

#[test]
fn a_fixed_log_gives_the_numbers_of_their_definitions() {
    let told = Numbers::of(&log(), None, now());
    // 1, 2, 3, 4, 7; and 9 is open, but waits for its requester.
    assert_eq!((told.backlog, told.open), (5, 6));
    // From 11:00 on: 1, 2, 3 and 4 (at 11:00 sharp, where the window begins); from 11:45 on: 1, 2. Of p1, p2 and p3.
    let quarter = |count| Rate { count, minutes: 15 };
    let hour = |count| Rate { count, minutes: 60 };
    let arrivals = Arrivals {
        quarter: quarter(2),
        hour: hour(4),
        people: Fact::Known(3),
    };
    assert_eq!(told.arrivals, Fact::Known(arrivals));
    // 5 and 6, both parts of another ticket; 10 was closed for the first time at 09:00. After 11:45: 5.
    let closures = Closures {
        quarter: quarter(1),
        hour: hour(2),
        parts: 2,
    };
    assert_eq!(told.closures, Fact::Known(closures));
    // 4 - 2.
    assert_eq!(told.net_flow, Fact::Known(2));
    let clear = told.clear.known().unwrap();
    assert_eq!(clear.expected, Outlook::Growing { per_hour: 2.0 });
    // Of today and after 12:00 yesterday: 3 (20 min), 4 (30), 5 (10), 6 (120), 9 (30) were answered; sorted 10, 20, 30, 30,
    // 120: the 3rd is the half, the 5th is nine of ten. 1 and 2 wait; 10 is closed.
    let answers = FirstAnswers {
        answered: 5,
        waiting: 2,
        p50: Some(30 * 60),
        p90: Some(120 * 60),
        since: day("2026-03-01", "12:00"),
    };
    assert_eq!(told.first_answers, Fact::Known(answers));
    // 10 min, 10 min, 40 min, 1 h, 28 h: the 3rd, the 5th, the last.
    let age = Age {
        p50: 40 * 60,
        p90: 28 * 3_600,
        max: 28 * 3_600,
        oldest: day("2026-03-01", "08:00"),
    };
    assert_eq!(told.age, Fact::Known(age));
    // Due: 4 at 11:30 (past), 1 at 12:20, 2 at 13:00, 7 at 14:00. At two closures an hour, nearest due first, they are
    // closed at 12:30, 13:00, 13:30 and 14:00: 1 and 2 too late, 7 just in time.
    let breach = Breach {
        of: 4,
        past: 1,
        due_at_once: 1,
        due_soon: 3,
        late_at_once: Fact::Known(1),
        late_soon: Fact::Known(2),
    };
    assert_eq!(told.breach, Fact::Known(breach));
    // Closed after 12:00 on the 23rd of February: 5, 6, 7, 8, 10; of these 7 and 10 were opened again.
    let reopened = Reopened {
        closed: 5,
        reopened: 2,
        since: day("2026-02-23", "12:00"),
    };
    assert_eq!(told.reopened, Fact::Known(reopened));
    // After 11:45: a1 and a3. Owned are 2, 4, 7; nobody's 1, 3: one and a half for each agent.
    assert_eq!(
        (told.shift.agents, told.shift.owned, told.shift.unowned),
        (Fact::Known(2), 3, 2)
    );
    assert_eq!(told.shift.per_agent(), Fact::Known(1.5));
    assert!(told.affected.is_unknown() && told.restored.is_unknown());
}

#[test]
fn what_is_not_known_is_unknown_and_never_zero() {
    let mut log = log();
    log.known = Known::default();
    let told = Numbers::of(&log, None, now());
    assert!(told.arrivals.is_unknown() && told.closures.is_unknown());
    assert!(told.net_flow.is_unknown() && told.clear.is_unknown());
    assert!(told.first_answers.is_unknown() && told.reopened.is_unknown());
    assert!(told.shift.agents.is_unknown() && told.shift.per_agent().is_unknown());
    // What stands on the tickets is known all the same; how fast they are closed is not.
    let breach = told.breach.known().unwrap();
    assert_eq!((breach.past, breach.due_soon), (1, 3));
    assert!(breach.late_soon.is_unknown());
    assert_eq!(told.backlog, 5);

    // A desk that does not say when its tickets were closed, who asked, or what is due.
    let mut log = self::log();
    for case in &mut log.cases {
        case.closed.clear();
        case.requester = Fact::Unknown;
        case.due = Fact::Unknown;
    }
    let told = Numbers::of(&log, None, now());
    assert!(told.closures.is_unknown() && told.net_flow.is_unknown());
    assert!(told.arrivals.known().unwrap().people.is_unknown());
    assert!(told.breach.is_unknown());

    // Nothing waits and nothing was promised: that is known, and no number.
    let empty = Log {
        known: self::log().known,
        ..Log::default()
    };
    let told = Numbers::of(&empty, None, now());
    assert_eq!(
        (told.age, told.breach, told.reopened),
        (Fact::Empty, Fact::Empty, Fact::Empty)
    );
    assert_eq!(told.clear.known().unwrap().expected, Outlook::Clear);
}

#[test]
fn a_window_reaches_no_further_back_than_what_is_known() {
    // Known since 11:35: 25 minutes. 1 and 2 came in them, 5 was closed: 4.8 and 2.4 an hour, 2.4 more.
    let mut log = log();
    log.known = Known {
        flow: Some(at("11:35")),
        answers: Some(at("11:35")),
        activity: Some(at("11:50")),
    };
    let told = Numbers::of(&log, None, now());
    let short = |count| Rate { count, minutes: 25 };
    assert_eq!(told.arrivals.known().unwrap().hour, short(2));
    assert_eq!(told.closures.known().unwrap().hour, short(1));
    assert_eq!(told.net_flow, Fact::Known(2));
    assert_eq!(told.known_since, Some(at("11:35")));
    // Of tickets that came before, the first answer may have been missed: only 1 and 2 came since.
    let answers = told.first_answers.known().unwrap();
    assert_eq!(
        (answers.answered, answers.waiting, answers.p50),
        (0, 2, None)
    );
    // Ten minutes of the fifteen in which agents are counted.
    assert!(told.shift.agents.is_unknown());

    log.known.flow = Some(at("11:50"));
    assert!(Numbers::of(&log, None, now()).arrivals.is_unknown());
}

#[test]
fn an_open_ticket_that_was_closed_once_was_opened_again() {
    let mut log = log();
    log.cases = vec![
        Case {
            closed: vec![at("10:00")],
            reopened: vec![Reopening::Sometime],
            ..case(at("08:00"), "p1")
        },
        over(&[at("10:00")], case(at("08:00"), "p2")),
        // Opened again eight days after it was closed, while nobody counts that any more.
        Case {
            reopened: vec![Reopening::At(day("2026-03-03", "10:00"))],
            ..over(
                &[day("2026-02-23", "13:00")],
                case(day("2026-02-22", "08:00"), "p3"),
            )
        },
    ];
    let told = Numbers::of(&log, None, now()).reopened;
    let told = told.known().unwrap();
    assert_eq!((told.closed, told.reopened), (3, 1));
}

#[test]
fn people_who_wrote_and_devices_that_are_silent_are_two_counts() {
    let incident = |id: &str, people, silent: usize, state| Standing {
        incident: Incident {
            at: now(),
            incident: IncidentId::from(id),
            state,
            group: GroupId::from("vpn"),
            tickets: Vec::new(),
            people,
            since: at("08:05"),
            shared: Vec::new(),
            silent: (0..silent)
                .map(|n| crate::domain::ids::DeviceId::new(n.to_string()))
                .collect(),
            odd: Vec::new(),
            restored: (people > 20).then(|| crate::domain::incident::Restored {
                of: 40,
                well: 38,
                unknown: Vec::new(),
                ..Default::default()
            }),
            into: None,
        },
        members: Vec::new(),
        odd: Vec::new(),
        split: Vec::new(),
        story: Vec::new(),
    };
    let mut watch = Watch {
        reading: Reading::UpToDate,
        standings: vec![
            incident("i1", 38, 92, IncidentState::Changed),
            incident("i2", 4, 3, IncidentState::Suspected),
            incident("i3", 50, 50, IncidentState::Ended),
        ],
        surges: Vec::new(),
    };
    let told = Numbers::of(&log(), Some(&watch), now());
    let affected = Affected {
        reported: 42,
        silent: 95,
        incidents: 2,
    };
    assert_eq!(told.affected, Fact::Known(affected));
    let restored = Restored {
        of: 40,
        well: 38,
        unknown: 0,
    };
    assert_eq!(told.restored, Fact::Known(restored));

    watch.standings.clear();
    let told = Numbers::of(&log(), Some(&watch), now());
    assert_eq!((told.affected, told.restored), (Fact::Empty, Fact::Empty));
    // Nobody has looked yet.
    watch.reading = Reading::Waiting;
    let told = Numbers::of(&log(), Some(&watch), now());
    assert!(told.affected.is_unknown());
}

#[test]
fn bins_hold_what_came_and_was_closed_in_them() {
    let mut log = log();
    let told: Vec<_> = log
        .bins(at("09:00"), at("11:30"), HOUR)
        .into_iter()
        .map(|bin| (bin.from, bin.arrived, bin.closed))
        .collect();
    // 6 came at 09:00 and 10 was closed then; 5 came at 10:00; 3 and 4 came between 11:00 and 11:30, and 6, closed at 11:30,
    // is of the next bin.
    let known = Fact::Known::<u32>;
    assert_eq!(
        told,
        [
            (at("09:00"), known(1), known(1)),
            (at("10:00"), known(1), known(0)),
            (at("11:00"), known(2), known(0)),
        ]
    );
    // What is known in part is unknown.
    log.known.flow = Some(at("10:30"));
    let told = log.bins(at("10:00"), at("12:00"), HOUR);
    assert_eq!(told[0].arrived, Fact::Unknown);
    assert_eq!((told[1].arrived, told[1].closed), (known(4), known(2)));
    // A year of hours is cut to its end.
    let year = log.bins(day("2025-03-02", "12:00"), now(), HOUR);
    assert_eq!((year.len(), year[399].to), (400, now()));
    assert!(log.bins(now(), at("09:00"), HOUR).is_empty());
}

/// Deeds on a ticket of p1, created at 08:00; the staff are a1 and a2.
///
/// 08:01 the receipt of the desk is no deed and stands nowhere; 08:05 p1 writes again; 08:07 a colleague in copy (p9) writes; 08:30 a1
/// answers: the first answer, 30 minutes. 09:00 a2 answers. 10:00 a1 closes it; 10:40 p1 opens it again by a mail that a2 takes
/// over; 11:10 a1 closes it, which the ticket says as 11:10:02.
#[test]
fn the_first_answer_is_that_of_a_person_who_did_not_ask() {
    let deed = |id: &str, clock: &str, by: &str, did| Deed {
        id: EntryId::from(id),
        ticket: TicketId::from("1"),
        by: PersonId::from(by),
        at: at(clock),
        did,
    };
    let all = [
        deed("9", "11:10", "a1", Did::Closed),
        deed("2", "08:05", "p1", Did::Wrote),
        deed("3", "08:07", "p9", Did::Wrote),
        deed("5", "09:00", "a2", Did::Wrote),
        deed("4", "08:30", "a1", Did::Wrote),
        deed("6", "10:00", "a1", Did::Closed),
        deed("7", "10:40", "a2", Did::Reopened),
        deed("8", "10:41", "a2", Did::Other),
    ];
    let mut deeds = Deeds::default();
    for deed in all.iter().chain(&all) {
        deeds.hear(deed);
    }
    let staff = ["a1", "a2"].map(PersonId::from).into_iter().collect();
    let mut ticket = crate::sync::poller::fake::ticket("1", "VPN");
    ticket.requesters = Fact::Known(vec![PersonRef::new(PersonId::from("p1"), "P1")]);
    let told = || Case {
        closed: vec!["2026-03-02T11:10:02Z".parse().unwrap()],
        state: State::Over,
        ..case(at("08:00"), "p1")
    };
    let mut case = told();
    case.hear(deeds.on(&TicketId::from("1")), &ticket, &staff);
    assert_eq!(case.answered, Some(at("08:30")));
    assert_eq!(case.closed, [at("10:00"), at("11:10")], "each once");
    assert_eq!(case.reopened, [Reopening::At(at("10:40"))]);
    assert_eq!(case.first_closed(), Some(at("10:00")));
    // Nobody knows who is staff: then the colleague in copy counts, the requester never.
    let mut case = told();
    case.hear(
        deeds.on(&TicketId::from("1")),
        &ticket,
        &std::collections::HashSet::new(),
    );
    assert_eq!(case.answered, Some(at("08:07")));
    // Of what was done before 10:30 nothing is known: the closing at 11:10 is not the first, as it was opened again before.
    let late: Vec<Deed> = all
        .into_iter()
        .filter(|deed| deed.at > at("10:30"))
        .collect();
    let mut case = told();
    case.hear(&late, &ticket, &staff);
    assert_eq!((case.first_closed(), case.closed.len()), (None, 1));
}

#[test]
fn what_is_known_goes_back_to_the_first_read_and_no_further_than_what_is_kept() {
    let reach = |hours, days: i64| Reach {
        resolved_hours: hours,
        kept: SignedDuration::from_hours(days * 24),
    };
    let mut deeds = Deeds::default();
    let known = |deeds: &Deeds, reach| Known::of(deeds, true, reach, now());
    // Nothing tells when the first read was: it may have been just now.
    let told = known(&deeds, reach(24, 30));
    assert_eq!(
        (told.flow, told.answers),
        (Some(day("2026-03-01", "12:00")), None)
    );
    assert_eq!(known(&deeds, reach(0, 30)).flow, None);
    // It was on the 27th at 12:00, and took deeds of 24 hours and closed tickets of 48.
    deeds.known(DeedsKnown::Since(day("2026-02-26", "12:00")));
    let told = known(&deeds, reach(48, 30));
    assert_eq!(told.flow, Some(day("2026-02-25", "12:00")));
    assert_eq!(told.answers, Some(day("2026-02-26", "12:00")));
    assert_eq!(told.activity, told.answers);
    assert_eq!(
        known(&deeds, reach(0, 30)).flow,
        Some(day("2026-02-27", "12:00"))
    );
    // What is closed is kept for a day.
    let told = known(&deeds, reach(48, 1));
    assert_eq!(
        (told.flow, told.answers),
        (
            Some(day("2026-03-01", "12:00")),
            Some(day("2026-03-01", "12:00"))
        )
    );
    // Who is staff is not known: then nobody knows who is at work.
    assert_eq!(
        Known::of(&deeds, false, reach(48, 30), now()).activity,
        None
    );
    // A first read begins again.
    deeds.known(DeedsKnown::Anew);
    assert_eq!(known(&deeds, reach(48, 30)).answers, None);
}
