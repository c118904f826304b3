//! The town from outside: the same seed, the same town; a past that makes sense; an outage that
//! looks like one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::data;
use super::engine::{Event, Happening, Town, TownPlan};
use super::fleet::fact;
use crate::demo::options::Scenario;

const START: i64 = 1_772_438_400;

fn plan(seed: u64, scenario: Scenario) -> TownPlan {
    TownPlan {
        seed,
        devices: 1_200,
        per_hour: 50,
        scenario,
        rhythm: false,
        zone: TimeZone::UTC,
        report_every: 1,
    }
}

/// Everything that happens in the first hours of a town.
fn hours(seed: u64, scenario: Scenario, hours: i64) -> (Town, Vec<(i64, Happening)>) {
    let mut town = Town::new(Arc::new(data::load().unwrap()), plan(seed, scenario));
    town.plan_scenario(START);
    let mut happened = Vec::new();
    while let Some((at, happenings)) = town.step(START + hours * 3_600) {
        happened.extend(happenings.into_iter().map(|happening| (at, happening)));
    }
    (town, happened)
}

fn mails(happened: &[(i64, Happening)]) -> impl Iterator<Item = (i64, usize, &super::style::Mail)> {
    happened
        .iter()
        .filter_map(|(at, happening)| match happening {
            Happening::Wrote { ticket, mail, .. } => Some((*at, *ticket, mail)),
            _ => None,
        })
}

#[test]
fn the_same_seed_is_the_same_town() {
    let (_, first) = hours(7, Scenario::Surge, 3);
    let (_, again) = hours(7, Scenario::Surge, 3);
    let (_, other) = hours(8, Scenario::Surge, 3);
    assert!(first == again);
    assert!(first != other);
    assert!(first.len() > 2_000, "only {} things happened", first.len());
}

#[test]
fn a_surge_fails_devices_first_and_is_told_in_many_words() {
    let mut all = Vec::new();
    for seed in 1..=8 {
        let (town, happened) = hours(seed, Scenario::Surge, 2);
        let first_down = happened.iter().find_map(|(at, happening)| match happening {
            Happening::Facts { device, changes } => {
                let ours = town.devices[*device].fact(fact::GATEWAY) == "gw2";
                let down = changes
                    .iter()
                    .any(|(which, value)| *which == fact::VPN_STATE && value == "down");
                (ours && down).then_some(*at)
            }
            _ => None,
        });
        assert!(
            first_down.unwrap() <= START + 60,
            "seed {seed}: nothing fails within a minute"
        );
        let told: Vec<_> = mails(&happened)
            .filter(|(_, ticket, _)| town.tickets[*ticket].outage.is_some())
            .collect();
        assert!(
            (25..130).contains(&told.len()),
            "seed {seed}: {} tickets",
            told.len()
        );
        assert!(
            told[0].0 <= START + 75,
            "seed {seed}: the first ticket comes {} s after the start",
            told[0].0 - START
        );
        let writers: BTreeSet<usize> = told
            .iter()
            .map(|(_, ticket, _)| town.tickets[*ticket].resident)
            .collect();
        assert_eq!(
            writers.len(),
            told.len(),
            "one person writes of an outage once"
        );
        let affected = town
            .devices
            .iter()
            .filter(|device| device.fact(fact::GATEWAY) == "gw2")
            .count();
        assert!(affected > 2 * told.len(), "most are silent");
        all.extend(told.into_iter().map(|(_, _, mail)| mail.subject.clone()));
    }
    let distinct: BTreeSet<&String> = all.iter().collect();
    let equal = all.len() - distinct.len();
    assert!(
        equal * 100 <= all.len() * 5,
        "{equal} of {} subjects are told twice",
        all.len()
    );
}

#[test]
fn a_lockdown_brings_several_times_as_much() {
    let (_, quiet) = hours(3, Scenario::Quiet, 6);
    let (town, lockdown) = hours(3, Scenario::Lockdown, 6);
    let (few, many) = (mails(&quiet).count(), mails(&lockdown).count());
    assert!(few > 200 && many > 2 * few, "{few} and {many}");
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, ticket, _) in mails(&lockdown) {
        *groups
            .entry(town.tickets[ticket].group.as_str())
            .or_default() += 1;
    }
    assert_eq!(
        groups.len(),
        town.data.town.groups.len(),
        "every group is written about: {groups:?}"
    );
    assert!(groups["vpn"] > 3 * groups["printing"], "{groups:?}");
}

#[test]
fn people_return_when_the_gateway_does() {
    let (town, happened) = hours(5, Scenario::Surge, 3);
    let count = |state: &str| {
        town.devices
            .iter()
            .filter(|device| {
                device.fact(fact::GATEWAY) == "gw2" && device.fact(fact::VPN_STATE) == state
            })
            .count()
    };
    assert!(count("up") > 60, "{} up", count("up"));
    assert!(
        (1..30).contains(&count("down")),
        "{} still down",
        count("down")
    );
    let said = happened
        .iter()
        .filter(|(_, happening)| matches!(happening, Happening::Said { .. }))
        .count();
    assert!(said > 20, "only {said} people answered");
}

#[test]
fn a_day_has_its_rhythm() {
    let mut plan = plan(2, Scenario::Quiet);
    plan.rhythm = true;
    let mut town = Town::new(Arc::new(data::load().unwrap()), plan);
    // a Tuesday at midnight
    let midnight = "2026-03-03T00:00:00Z"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_second();
    town.plan(midnight, Event::Minute);
    let mut by_hour = [0_usize; 24];
    while let Some((at, happenings)) = town.step(midnight + 86_399) {
        let wrote = happenings
            .iter()
            .filter(|happening| matches!(happening, Happening::Wrote { .. }))
            .count();
        by_hour[usize::try_from((at - midnight) / 3_600).unwrap()] += wrote;
    }
    assert!(
        by_hour[8] > 40 && by_hour[8] > 8 * by_hour[3] && by_hour[8] > 4 * by_hour[19],
        "{by_hour:?}"
    );
}
