use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use super::*;
use crate::domain::claim::Doing;

fn at(date: Date, time: Time) -> Zoned {
    date.to_datetime(time).to_zoned(TimeZone::UTC).unwrap()
}

/// A Wednesday at night.
fn night() -> Zoned {
    at(date(2026, 3, 4), time(2, 10, 0, 0))
}

/// The same Wednesday, when people have come.
fn morning() -> Zoned {
    at(date(2026, 3, 4), time(7, 0, 0, 0))
}

fn case(group: &str, people: usize, places: &[&str], gate: Gate) -> Case {
    Case {
        group: GroupId::from(group),
        incident: Some(IncidentId::from("i1")),
        people,
        silent: 0,
        places: places.iter().map(ToString::to_string).collect(),
        gate,
        since: night().timestamp(),
        tickets: Vec::new(),
    }
}

fn rule(hours: Option<(&str, bool)>, means: &[Means]) -> Rule {
    Rule {
        hours: hours.map(|(name, within)| (name.to_owned(), within)),
        means: means.iter().copied().collect(),
        ..Rule::default()
    }
}

/// Forgotten passwords wait until somebody is at work; whatever pages or is at two sites calls somebody.
fn policy() -> Policy {
    let office = Hours {
        days: (1..=5).collect(),
        from: time(7, 0, 0, 0),
        to: time(17, 0, 0, 0),
    };
    let call = [Means::Bell, Means::Hook];
    Policy {
        hours: BTreeMap::from([("office".to_owned(), office)]),
        holidays: BTreeSet::from([date(2026, 12, 25)]),
        rules: vec![
            Rule {
                groups: vec![GroupId::from("login")],
                ..rule(Some(("office", false)), &[])
            },
            Rule {
                gate: Some(Gate::Page),
                ..rule(None, &call)
            },
            Rule {
                sites: 2,
                ..rule(None, &call)
            },
            rule(Some(("office", true)), &[Means::Title]),
        ],
        shifts: BTreeSet::from([time(7, 0, 0, 0), time(23, 0, 0, 0)]),
        budget: 2,
        ..Policy::default()
    }
}

#[test]
fn the_first_rule_that_holds_decides() {
    let policy = policy();
    let means = |case: &Case, now: &Zoned| {
        let rule = policy.rule(case, now);
        rule.map(|rule| rule.means.iter().map(|m| m.word()).collect::<Vec<_>>())
    };
    let passwords = case("login", 6, &["Sorø", "Ry"], Gate::Banner);
    assert_eq!(means(&passwords, &night()), Some(vec![]), "until morning");
    assert_eq!(means(&passwords, &morning()), Some(vec!["bell", "hook"]));
    let one_site = case("vpn", 6, &["Sorø"], Gate::Banner);
    assert_eq!(means(&one_site, &night()), None);
    assert_eq!(means(&one_site, &morning()), Some(vec!["title"]));
    let two = case("vpn", 6, &["Sorø", "Ry"], Gate::Banner);
    assert_eq!(means(&two, &night()), Some(vec!["bell", "hook"]));
    let declared = case("vpn", 1, &[], Gate::Declared);
    assert_eq!(means(&declared, &night()), Some(vec!["bell", "hook"]));
}

#[test]
fn hours_know_holidays_weekends_and_midnight() {
    let mut policy = policy();
    let one_site = case("vpn", 6, &["Sorø"], Gate::Banner);
    let is_told = |policy: &Policy, day, clock| policy.rule(&one_site, &at(day, clock)).is_some();
    assert!(
        !is_told(&policy, date(2026, 12, 25), time(9, 0, 0, 0)),
        "a holiday"
    );
    assert!(
        !is_told(&policy, date(2026, 3, 7), time(9, 0, 0, 0)),
        "a Saturday"
    );
    assert!(
        !is_told(&policy, date(2026, 3, 4), time(17, 0, 0, 0)),
        "until, not with"
    );
    let late = Hours {
        days: BTreeSet::from([5]),
        from: time(22, 0, 0, 0),
        to: time(6, 0, 0, 0),
    };
    policy.hours.insert("office".to_owned(), late);
    assert!(
        is_told(&policy, date(2026, 3, 6), time(23, 0, 0, 0)),
        "Friday night"
    );
    assert!(
        is_told(&policy, date(2026, 3, 7), time(5, 0, 0, 0)),
        "still the same"
    );
    assert!(
        !is_told(&policy, date(2026, 3, 6), time(5, 0, 0, 0)),
        "of Thursday"
    );
}

/// Plays looks one after the other: minute, people, places, what was said. Says why it rang at each.
fn play(
    policy: &Policy,
    looks: &[(i64, usize, &[&str], Option<Said>)],
) -> Vec<Option<&'static str>> {
    let mut book = Book::default();
    let look = |(minute, people, places, said): &(i64, usize, &[&str], Option<Said>)| {
        let now = &night() + SignedDuration::from_mins(*minute);
        let case = case("vpn", *people, places, Gate::Page);
        let rings = book.look(policy, &[(case, said.clone())], &now);
        rings.first().map(|ring| ring.why.word())
    };
    looks.iter().map(look).collect()
}

fn said(doing: Doing, minute: i64, until: i64) -> Said {
    let at = |minute| night().timestamp() + SignedDuration::from_mins(minute);
    Said {
        doing,
        who: "Mette".to_owned(),
        id: None,
        at: at(minute),
        until: at(until),
    }
}

#[test]
fn it_rings_again_only_when_it_doubles_or_reaches_another_place() {
    let acked = || Some(said(Doing::Acknowledged, 2, 480));
    let looks: [(i64, usize, &[&str], Option<Said>); 8] = [
        (0, 8, &["Sorø"], None),
        (1, 9, &["Sorø"], None),
        (2, 15, &["Sorø"], acked()),
        (3, 16, &["Sorø"], acked()),
        (4, 17, &["Sorø", "Ry"], acked()),
        (5, 20, &["Sorø", "Ry"], acked()),
        (6, 9, &["Ry"], acked()),
        (7, 33, &["Ry"], acked()),
    ];
    let why = play(&policy(), &looks);
    let rang = [
        Some("new"),
        None,
        None,
        Some("doubled"),
        Some("new-place"),
        None,
        None,
    ];
    assert_eq!(why.get(..7), Some(rang.as_slice()));
    assert_eq!(why.last(), Some(&None), "33 are not twice 17");
}

#[test]
fn who_comes_later_is_not_rung_for_what_somebody_has_in_hand() {
    let acked = || Some(said(Doing::Acknowledged, 0, 480));
    let looks: [(i64, usize, &[&str], Option<Said>); 3] = [
        (5, 12, &[], acked()),
        (6, 13, &["Sorø"], acked()),
        (7, 24, &["Sorø"], acked()),
    ];
    assert_eq!(play(&policy(), &looks), [None, None, Some("doubled")]);
}

#[test]
fn a_snooze_is_silent_until_its_end_and_then_it_rings_again() {
    let snoozed = || Some(said(Doing::Snoozed, 1, 60));
    let looks: [(i64, usize, &[&str], Option<Said>); 4] = [
        (0, 8, &[], None),
        (30, 90, &["Ry"], snoozed()),
        (60, 8, &[], snoozed()),
        (61, 8, &[], None),
    ];
    assert_eq!(
        play(&policy(), &looks),
        [Some("new"), None, Some("snooze-over"), None]
    );
}

#[test]
fn what_nobody_answers_goes_on_to_somebody_else_once() {
    let mut policy = policy();
    policy.escalation = Some(Escalation {
        after: SignedDuration::from_mins(15),
        hook: Hook {
            command: vec!["call".to_owned()],
            limit: SignedDuration::from_secs(10),
        },
    });
    let looks: [(i64, usize, &[&str], Option<Said>); 4] = [
        (0, 8, &[], None),
        (14, 8, &[], None),
        (15, 8, &[], None),
        (40, 8, &[], None),
    ];
    assert_eq!(
        play(&policy, &looks),
        [Some("new"), None, Some("unanswered"), None]
    );
    let acked: [(i64, usize, &[&str], Option<Said>); 2] = [
        (0, 8, &[], None),
        (15, 8, &[], Some(said(Doing::Acknowledged, 3, 480))),
    ];
    assert_eq!(play(&policy, &acked), [Some("new"), None]);
}

#[test]
fn one_alarm_a_group_pages_are_counted_by_shift_and_a_restart_rings_nobody_again() {
    let policy = policy();
    let mut book = Book::default();
    let vpn = || (case("vpn", 8, &[], Gate::Page), None);
    let wifi = || (case("wifi", 9, &[], Gate::Page), None);
    let rings = book.look(&policy, &[vpn(), wifi(), vpn()], &night());
    let pages: Vec<_> = rings.iter().map(|r| (r.group.as_str(), r.page)).collect();
    assert_eq!(pages, [("vpn", 1), ("wifi", 2)]);

    let kept = serde_json::to_string(&book).unwrap();
    let mut book: Book = serde_json::from_str(&kept).unwrap();
    assert!(book.look(&policy, &[vpn(), wifi()], &night()).is_empty());
    // It ended, and the next one begins hours later: that one is new, and the shift is another one.
    assert!(book.look(&policy, &[wifi()], &night()).is_empty());
    let mut later = case("vpn", 8, &[], Gate::Page);
    later.since = morning().timestamp();
    let rings = book.look(&policy, &[wifi(), (later, None)], &morning());
    let pages: Vec<_> = rings.iter().map(|r| (r.why.word(), r.page)).collect();
    assert_eq!(pages, [("new", 1)]);
}

#[test]
fn one_that_ended_while_nobody_looked_is_not_taken_for_the_next() {
    let policy = policy();
    let mut book = Book::default();
    let first = case("vpn", 8, &[], Gate::Page);
    assert_eq!(
        book.look(&policy, &[(first.clone(), None)], &night()).len(),
        1
    );
    let next = Case {
        since: morning().timestamp(),
        ..first
    };
    let rings = book.look(&policy, &[(next, None)], &morning());
    assert_eq!(rings.len(), 1, "{rings:?}");
}

#[test]
fn what_waited_for_the_morning_rings_in_the_morning() {
    let policy = policy();
    let mut book = Book::default();
    let passwords = || (case("login", 6, &[], Gate::Banner), None);
    assert!(book.look(&policy, &[passwords()], &night()).is_empty());
    let rings = book.look(&policy, &[passwords()], &morning());
    let told: Vec<_> = rings
        .iter()
        .map(|r| (r.why.word(), r.means.len()))
        .collect();
    assert_eq!(told, [("new", 1)], "a title, and no call");
    assert_eq!(book.pages_of_shift(&policy, &morning()), 0);
    let _: Option<Timestamp> = book.next_wake(&policy);
}

#[test]
fn what_is_gone_for_a_moment_is_the_same_alarm_and_what_is_gone_for_long_is_over() {
    let policy = policy();
    let mut book = Book::default();
    let vpn = || (case("vpn", 8, &["Sorø"], Gate::Page), None);
    let after = |minutes: i64| &night() + SignedDuration::from_mins(minutes);
    assert_eq!(book.look(&policy, &[vpn()], &night()).len(), 1);
    assert!(book.look(&policy, &[], &after(1)).is_empty());
    assert!(
        book.look(&policy, &[vpn()], &after(3)).is_empty(),
        "it flapped"
    );
    assert!(book.look(&policy, &[], &after(4)).is_empty());
    assert!(book.look(&policy, &[], &after(20)).is_empty());
    assert_eq!(book.look(&policy, &[vpn()], &after(21)).len(), 1);
}

#[test]
fn one_place_in_two_spellings_rings_once_and_giving_it_back_calls_nobody_yet() {
    let mut policy = policy();
    policy.escalation = Some(Escalation {
        after: SignedDuration::from_mins(15),
        hook: Hook {
            command: vec!["call".to_owned()],
            limit: SignedDuration::from_secs(10),
        },
    });
    let acked = || Some(said(Doing::Acknowledged, 2, 480));
    let looks: [(i64, usize, &[&str], Option<Said>); 5] = [
        (0, 8, &["Sorø"], None),
        (2, 8, &["sorø"], acked()),
        (40, 8, &["SORØ"], None),
        (54, 8, &["Sorø"], None),
        (55, 8, &["Sorø"], None),
    ];
    assert_eq!(
        play(&policy, &looks),
        [Some("new"), None, None, None, Some("unanswered")]
    );
}
