//! The town from outside: the same seed, the same town; troubles that look like what they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::data;
use super::engine::{Event, Happening, Town, TownPlan};
use super::fleet::fact;
use super::scenario::Scenario;
use super::style::Mail;

const START: i64 = 1_772_438_400;

fn plan(seed: u64, scenario: &str) -> TownPlan {
    TownPlan {
        seed,
        devices: 1_200,
        per_hour: 50,
        scenario: Scenario::named(scenario).unwrap(),
        rhythm: false,
        zone: TimeZone::UTC,
        report_every: 1,
    }
}

/// Everything that happens in the first hours of a town. The desk is not there, so every ticket counts as
/// delivered at once.
fn lived(plan: TownPlan, hours: i64) -> (Town, Vec<(i64, Happening)>) {
    let mut town = Town::new(Arc::new(data::load().unwrap()), plan);
    town.plan_scenario(START);
    let mut happened = Vec::new();
    while let Some((at, happenings)) = town.step(START + hours * 3_600) {
        for happening in happenings {
            if let Happening::Wrote { ticket, .. } = &happening {
                town.born(*ticket, i64::try_from(*ticket).unwrap() + 1);
            }
            happened.push((at, happening));
        }
    }
    (town, happened)
}

fn hours(seed: u64, scenario: &str, hours: i64) -> (Town, Vec<(i64, Happening)>) {
    lived(plan(seed, scenario), hours)
}

fn mails(happened: &[(i64, Happening)]) -> impl Iterator<Item = (i64, usize, &Mail)> {
    happened
        .iter()
        .filter_map(|(at, happening)| match happening {
            Happening::Wrote { ticket, mail, .. } => Some((*at, *ticket, mail)),
            _ => None,
        })
}

/// The first time at which a device reports this value of a fact.
fn first_report(happened: &[(i64, Happening)], which: usize, wanted: &str) -> i64 {
    happened
        .iter()
        .find_map(|(at, happening)| match happening {
            Happening::Facts { changes, .. } => changes
                .iter()
                .any(|(fact, value)| *fact == which && value == wanted)
                .then_some(*at),
            _ => None,
        })
        .unwrap()
}

#[test]
fn the_same_seed_is_the_same_town() {
    let (_, first) = hours(7, "mixed", 3);
    let (_, again) = hours(7, "mixed", 3);
    let (_, other) = hours(8, "mixed", 3);
    assert!(first == again);
    assert!(first != other);
    assert!(first.len() > 2_000, "only {} things happened", first.len());
}

#[test]
fn an_outage_fails_devices_first_and_is_told_by_some() {
    for seed in 1..=6 {
        let (town, happened) = hours(seed, "vpn-outage", 2);
        let down = first_report(&happened, fact::VPN_STATE, "down");
        assert!(
            down <= START + 60,
            "seed {seed}: nothing fails within a minute"
        );
        let told: Vec<_> = mails(&happened)
            .filter(|(_, ticket, _)| town.tickets[*ticket].trouble.is_some())
            .collect();
        assert!(
            (25..140).contains(&told.len()),
            "seed {seed}: {} tickets",
            told.len()
        );
        assert!(
            told[0].0 <= START + 75 && told[0].0 > down,
            "seed {seed}: the first ticket comes {} s after the start",
            told[0].0 - START
        );
        let writers: BTreeSet<usize> = told
            .iter()
            .map(|(_, ticket, _)| town.tickets[*ticket].resident)
            .collect();
        assert!(
            writers.len() < told.len() + 1 && writers.len() * 10 > told.len() * 8,
            "few write twice"
        );
        let trouble = &town.troubles[0];
        assert!(trouble.hit.len() > 2 * writers.len(), "most are silent");
        for resident in trouble.hit.keys() {
            assert_eq!(
                town.devices[*resident].fact(fact::GATEWAY),
                "gw2",
                "only gw2 is hit"
            );
        }
    }
}

/// The scene of the certificate, to the number, in any town.
#[test]
fn forty_write_in_five_languages_and_a_hundred_and_thirty_are_silent() {
    for seed in 1..=6 {
        let (town, happened) = hours(seed, "vpn-certificate", 3);
        let of = |trouble| move |ticket: &&super::engine::Told| ticket.trouble == Some(trouble);
        let told: Vec<_> = town.tickets.iter().filter(of(0)).collect();
        assert_eq!((told.len(), town.troubles[0].hit.len()), (40, 170));
        assert!(
            told.iter().all(|ticket| ticket.at <= START + 30 * 60),
            "{seed}"
        );
        let langs: BTreeSet<&str> = told
            .iter()
            .map(|ticket| town.residents[ticket.resident].lang.as_str())
            .collect();
        assert_eq!(langs.len(), 5, "{seed}");
        // Two have troubles of their own: one on another gateway, one whose tunnel is up.
        for (trouble, gateway, state) in [(1, "gw3", "down"), (2, "gw1", "up")] {
            let own: Vec<_> = town.tickets.iter().filter(of(trouble)).collect();
            assert_eq!(own.len(), 1, "{seed}");
            let device = &town.devices[own[0].resident];
            assert_eq!(device.fact(fact::GATEWAY), gateway);
            assert_eq!(device.fact(fact::VPN_STATE), state);
            assert_eq!(town.incident_of(own[0]), None);
        }
        // Everybody is back soon but one, who wrote.
        let end = town.troubles[0].end.unwrap();
        let hit = &town.troubles[0].hit;
        let soon = hit.values().filter_map(|hit| hit.well);
        assert_eq!(soon.filter(|well| *well <= end + 300).count(), 169);
        let ill = hit.iter().find(|(_, hit)| hit.well.is_none()).unwrap().0;
        assert!(told.iter().any(|ticket| ticket.resident == *ill), "{seed}");
        // Colleagues leave them alone.
        let of_it = |ticket: &usize| town.tickets[*ticket].trouble.is_some();
        let touched = happened.iter().any(
            |(_, happening)| matches!(happening, Happening::Acted { ticket, .. } if of_it(ticket)),
        );
        assert!(!touched, "{seed}");
    }
}

#[test]
fn who_doubts_says_so_when_it_is_solved_and_only_once() {
    use super::engine::Answer;
    let (mut town, _) = hours(3, "vpn-certificate", 1);
    let doubter = *town.troubles[0].doubts.iter().next().unwrap();
    let desk = town
        .tickets
        .iter()
        .find(|ticket| ticket.resident == doubter && ticket.trouble == Some(0))
        .unwrap()
        .desk;
    let at = START + 3_600;
    let mut said = |answer, at: i64| {
        town.answered(desk, at, answer);
        let mut said = 0;
        while let Some((_, happenings)) = town.step(at + 1_000) {
            let of_it = |happening: &&Happening| matches!(happening, Happening::Said { ticket, .. } if town.tickets[*ticket].desk == desk);
            said += happenings.iter().filter(of_it).count();
        }
        said
    };
    assert_eq!(said(Answer::Told, at), 0);
    assert_eq!(said(Answer::Solved, at + 1_000), 1);
    assert!(town.troubles[0].doubts.is_empty(), "and only once");
}

#[test]
fn people_return_when_the_gateway_does_some_late_some_never() {
    let (town, happened) = hours(5, "vpn-outage", 2);
    let trouble = &town.troubles[0];
    let end = trouble.end.unwrap();
    let soon = trouble
        .hit
        .values()
        .filter(|hit| hit.well.is_some_and(|well| well < end + 601))
        .count();
    let still = trouble
        .hit
        .values()
        .filter(|hit| hit.well.is_none())
        .count();
    assert!(
        soon > 60 && (1..30).contains(&still),
        "{soon} came back soon, {still} did not"
    );
    for (resident, hit) in &trouble.hit {
        if hit.well.is_none() {
            assert_eq!(town.devices[*resident].fact(fact::VPN_STATE), "down");
        }
    }
    let said = happened
        .iter()
        .filter(|(_, happening)| matches!(happening, Happening::Said { .. }))
        .count();
    assert!(said > 20, "only {said} people answered");
}

#[test]
fn without_licences_signing_in_works_for_a_moment() {
    let (town, happened) = hours(4, "vpn-capacity", 1);
    let hit: BTreeSet<usize> = town.troubles[0].hit.keys().copied().collect();
    let mut states: BTreeMap<usize, Vec<(i64, String)>> = BTreeMap::new();
    for (at, happening) in &happened {
        if let Happening::Facts { device, changes } = happening
            && hit.contains(device)
        {
            for (which, value) in changes {
                if *which == fact::VPN_STATE {
                    states
                        .entry(*device)
                        .or_default()
                        .push((*at, value.clone()));
                }
            }
        }
    }
    let flapped = states
        .values()
        .filter(|states| {
            states
                .windows(2)
                .any(|pair| pair[0].1 == "up" && pair[1].1 == "down" && pair[1].0 - pair[0].0 <= 60)
        })
        .count();
    assert!(
        flapped * 2 > hit.len(),
        "{flapped} of {} came in and were thrown out",
        hit.len()
    );
}

#[test]
fn no_gateway_has_more_connections_than_seats() {
    for scenario in Scenario::names() {
        let (town, happened) = hours(5, scenario, 3);
        let mut devices = Town::new(Arc::new(data::load().unwrap()), plan(5, scenario)).devices;
        let mut looks = 0;
        for (at, happening) in happened {
            let Happening::Facts { device, changes } = happening else {
                continue;
            };
            // a client that is thrown out and comes back for a moment has the seat of another for so long
            let flaps = (0..town.troubles.len()).any(|trouble| {
                let hit = town.troubles[trouble].hit.get(&device);
                hit.is_some_and(|hit| {
                    hit.since.is_some_and(|since| since <= at)
                        && hit.well.is_none_or(|well| at < well)
                })
            });
            for (which, value) in changes {
                if !(flaps && which == fact::VPN_STATE && value == "up") {
                    devices[device].change(which, value);
                }
            }
            looks += 1;
            if looks % 50 == 0 {
                for gateway in &town.data.town.gateways {
                    let (connected, using) = super::fleet::connected(&devices, &gateway.name);
                    assert!(
                        connected * 100 <= using * gateway.seats,
                        "{scenario}: {connected} of {using} on {}",
                        gateway.name
                    );
                }
            }
        }
    }
}

#[test]
fn a_version_spreads_and_takes_the_sound_away() {
    let (town, happened) = hours(2, "video-update", 2);
    let share = |town: &Town| {
        town.devices
            .iter()
            .filter(|device| device.fact(fact::VIDEO) == "24261.604")
            .count()
    };
    let (early, _) = hours(2, "video-update", 1);
    assert!(
        share(&early) > 40 && share(&town) > share(&early),
        "{} {}",
        share(&early),
        share(&town)
    );
    for (_, ticket, _) in mails(&happened) {
        let told = &town.tickets[ticket];
        if told.trouble.is_some() {
            assert_eq!(told.group, "video");
        }
    }
    assert!(first_report(&happened, fact::VIDEO, "24261.604") < START + 60);
}

#[test]
fn a_new_product_brings_questions_and_faults() {
    let (town, happened) = hours(3, "new-product", 3);
    let (mut how, mut fault) = (0, 0);
    for (_, ticket, mail) in mails(&happened) {
        let told = &town.tickets[ticket];
        if told.trouble.is_some() {
            if told.howto { how += 1 } else { fault += 1 }
        } else {
            assert!(!mail.subject.contains("Rundbord"), "{}", mail.subject);
        }
    }
    assert!(how > 25 && fault > 20, "{how} questions, {fault} faults");
}

#[test]
fn a_lockdown_is_ten_times_everything() {
    let (_, quiet) = hours(3, "quiet", 3);
    let (town, lockdown) = hours(3, "lockdown", 3);
    let (few, many) = (mails(&quiet).count(), mails(&lockdown).count());
    assert!(
        few > 100 && many > 8 * few && many < 14 * few,
        "{few} and {many}"
    );
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
}

#[test]
fn a_thousand_tickets_of_one_incident_differ() {
    for scenario in [
        "vpn-outage",
        "vpn-capacity",
        "video-update",
        "new-product",
        "mobile-outage",
        "mfa-outage",
        "school-morning",
    ] {
        let mut subjects = Vec::new();
        for seed in 1..60 {
            if subjects.len() >= 1_000 {
                break;
            }
            let (town, happened) = hours(seed, scenario, 2);
            subjects.extend(
                mails(&happened)
                    .filter(|(_, ticket, _)| town.tickets[*ticket].trouble.is_some())
                    .map(|(_, _, mail)| mail.subject.clone()),
            );
        }
        subjects.truncate(1_000);
        assert_eq!(subjects.len(), 1_000, "{scenario}");
        let distinct: BTreeSet<&String> = subjects.iter().collect();
        let equal = subjects.len() - distinct.len();
        assert!(
            equal * 100 <= subjects.len() * 2,
            "{scenario}: {equal} of 1,000 subjects are equal to another"
        );
    }
}

#[test]
fn versions_roll_out_over_days_by_their_plan() {
    let (town, _) = hours(2, "quiet", 1);
    let data = data::load().unwrap();
    let rollout = &data.town.rollouts[0];
    let which = super::fleet::FACTS
        .iter()
        .position(|fact| *fact == rollout.fact)
        .unwrap();
    let share = |seconds: i64| {
        (0..town.devices.len())
            .filter(|number| {
                let device = &town.devices[*number];
                device.fact(which) == rollout.to
                    || super::fleet::rolled_out(&data, device, *number, seconds)
                        .iter()
                        .any(|(fact, _)| *fact == which)
            })
            .count()
    };
    let (now, week) = (share(0), share(7 * 86_400));
    let planned =
        usize::try_from(rollout.since_days * rollout.per_day).unwrap() * town.devices.len() / 1_000;
    assert!(
        now.abs_diff(planned) < 40 && week > 3 * now,
        "{now} now, {planned} planned, {week} in a week"
    );
}

#[test]
fn a_day_has_its_rhythm() {
    let mut plan = plan(2, "quiet");
    plan.rhythm = true;
    let mut town = Town::new(Arc::new(data::load().unwrap()), plan);
    // a Tuesday at midnight
    let midnight = "2026-03-03T00:00:00Z"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_second();
    town.plan(midnight, Event::Minute);
    let mut by_hour = [0_usize; 24];
    let mut night = Vec::new();
    while let Some((at, happenings)) = town.step(midnight + 86_399) {
        for happening in &happenings {
            if let Happening::Wrote { ticket, .. } = happening {
                let hour = usize::try_from((at - midnight) / 3_600).unwrap();
                by_hour[hour] += 1;
                if hour < 5 {
                    night.push(town.site_kind(town.tickets[*ticket].resident).to_owned());
                }
            }
        }
    }
    assert!(
        by_hour[8] > 40
            && by_hour[8] > 8 * by_hour[3]
            && by_hour[8] > 4 * by_hour[19]
            && by_hour[12] * 3 < by_hour[8] * 2,
        "{by_hour:?}"
    );
    assert!(
        night.iter().all(|kind| kind == "care"),
        "who writes at night is at work: {night:?}"
    );
}
