//! Whole days with known truth through the incident engine. Rates over many days: `docs/engine-incidents.md`; here a few
//! seeds keep the engine from losing what it can.
#![expect(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test fails by panicking, and days are drawn with small numbers"
)]

#[path = "scenarios/day.rs"]
mod day;
#[path = "scenarios/run.rs"]
mod run;
#[path = "scenarios/texts.rs"]
mod texts;
#[path = "scenarios/town.rs"]
mod town;

use day::{Day, Kind, MONDAY};
use run::{Marks, Reading, mark, run};
use std::sync::LazyLock;
use texts::{Texts, Writer};
use vagt::triage::Engine as Reader;

static SHARED: LazyLock<(Texts, Reader)> =
    LazyLock::new(|| (Texts::new(), Reader::built_in().unwrap()));

/// Days of one kind, each with seeds of its own. Fifteen of a hundred tickets are read as of a wrong group.
fn days(kind: Kind, seeds: std::ops::Range<u64>) -> Vec<Marks> {
    let (texts, reader) = &*SHARED;
    seeds
        .map(|seed| {
            let mut day = Day::new(kind, seed, Writer::Plain, texts);
            if kind == Kind::Lockdown {
                // The morning says it all, and an unoptimised build takes its time.
                day.lines.retain(|line| line.at() < MONDAY + 11 * 3_600);
            }
            let marks = mark(&day, &run(&day, Reading::Noisy, reader, seed));
            println!(
                "{kind:?} {seed}: incidents {}, false {:?}, banners {}, pages {}, B-cubed precision {:.2} recall {:.2} F1 {:.2}, read right {:.2}",
                marks.incidents, marks.false_incidents, marks.banners, marks.pages, marks.bcubed.0, marks.bcubed.1, marks.bcubed.2, marks.right
            );
            for found in &marks.found {
                println!(
                    "  {}: after {:?} min, named after {:?}, fragments {}, F1 {:.2}",
                    found.name, found.delay, found.named, found.fragments, found.f1()
                );
            }
            marks
        })
        .collect()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

/// At most so many incidents that nothing happened behind: over the twenty days below one in five days.
fn at_most_false(marks: &[Marks], most: usize) {
    let found: Vec<&String> = marks.iter().flat_map(|m| &m.false_incidents).collect();
    assert!(found.len() <= most, "{found:#?}");
}

#[test]
fn a_quiet_day_stays_quiet() {
    let marks = days(Kind::Quiet, 101..107);
    let sum = |of: fn(&Marks) -> usize| marks.iter().map(of).sum::<usize>();
    assert_eq!(sum(|m| m.incidents), 0);
    assert_eq!(sum(|m| m.pages), 0);
    assert!(sum(|m| m.banners) <= 1);
}

#[test]
fn a_dead_gateway_is_one_incident_within_minutes() {
    let mut all = Vec::new();
    for kind in [Kind::Gateway, Kind::GatewayBlind] {
        let marks = days(kind, 101..104);
        for mark in &marks {
            assert!(mark.found[0].delay.unwrap() <= 10.0);
            assert_eq!(mark.found[0].fragments, 1);
            assert!(mark.found[0].is_true_first, "{}", mark.found[0].first_fact);
            assert!(mark.pages <= 1, "{} pages", mark.pages);
        }
        assert!(mean(marks.iter().map(|m| m.bcubed.2)) >= 0.8);
        all.extend(marks);
    }
    at_most_false(&all, 2);
}

#[test]
fn a_slow_incident_shows_in_what_its_tickets_share() {
    let marks = days(Kind::Slow, 101..105);
    let found = |m: &Marks| m.found[0].clone();
    assert!(mean(marks.iter().map(|m| found(m).delay.unwrap_or(600.0))) <= 120.0);
    for mark in &marks {
        assert_eq!(found(mark).first_fact, "video_client_version=1.5.3");
    }
    at_most_false(&marks, 1);
}

#[test]
fn two_at_once_stay_apart() {
    let marks = days(Kind::Two, 101..111);
    for (place, limit) in [(0, 22.0), (1, 12.0)] {
        assert!(mean(marks.iter().map(|m| m.found[place].delay.unwrap_or(600.0))) <= limit);
    }
    assert!(mean(marks.iter().map(|m| m.bcubed.2)) >= 0.75);
    for mark in &marks {
        // Each has an incident of its own, and hardly more.
        let pieces: Vec<usize> = mark.found.iter().map(|f| f.fragments).collect();
        assert!(pieces.iter().all(|n| (1..=2).contains(n)), "{pieces:?}");
    }
    let pieces = |m: &Marks| m.found.iter().map(|f| f.fragments).sum::<usize>() as f64 / 2.0;
    assert!(mean(marks.iter().map(pieces)) <= 1.1);
    // Carrier and town are both named, one of them first.
    let named = marks.iter().filter(|m| m.found[0].named.is_some()).count();
    let first = marks.iter().filter(|m| m.found[0].is_true_first).count();
    assert!(named >= 9 && first >= 9, "{named} and {first} of ten");
    at_most_false(&marks, 1);
}

#[test]
fn a_lockdown_is_a_surge_and_hardly_an_incident() {
    let marks = days(Kind::Lockdown, 101..103);
    for mark in &marks {
        assert!(mark.first_all.unwrap() <= MONDAY + 8 * 3_600);
        assert!(mark.incidents <= 2, "{:?}", mark.false_incidents);
    }
}

/// The table of `docs/engine-incidents.md`.
#[test]
#[ignore = "minutes in an optimised build; prints figures"]
fn figures() {
    let (texts, reader) = (Texts::new(), Reader::built_in().unwrap());
    for writer in [Writer::Grammar, Writer::Phrases, Writer::Plain] {
        for reading in [Reading::Noisy, Reading::Real] {
            for kind in [
                Kind::Quiet,
                Kind::Gateway,
                Kind::GatewayBlind,
                Kind::Slow,
                Kind::Two,
                Kind::Site,
                Kind::NewProduct,
                Kind::Lockdown,
            ] {
                let seeds = if kind == Kind::Lockdown {
                    301..304
                } else {
                    301..321
                };
                let marks: Vec<(Marks, u128)> = seeds
                    .map(|seed| {
                        let day = Day::new(kind, seed, writer, &texts);
                        let outcome = run(&day, reading, &reader, seed);
                        (mark(&day, &outcome), outcome.slowest_us)
                    })
                    .collect();
                let of = |f: &dyn Fn(&Marks) -> f64| mean(marks.iter().map(|(m, _)| f(m)));
                println!(
                    "{writer:?} {reading:?} {kind:?}: read right {:.2}, false incidents {:.2}, banners {:.2}, pages {:.2}, incidents {:.2}, B-cubed precision {:.2} recall {:.2} F1 {:.2}, slowest call {} us",
                    of(&|m| m.right),
                    of(&|m| m.false_incidents.len() as f64),
                    of(&|m| m.banners as f64),
                    of(&|m| m.pages as f64),
                    of(&|m| m.incidents as f64),
                    of(&|m| m.bcubed.0),
                    of(&|m| m.bcubed.1),
                    of(&|m| m.bcubed.2),
                    marks.iter().map(|m| m.1).max().unwrap_or(0)
                );
                for place in 0..marks[0].0.found.len() {
                    let found: Vec<_> = marks.iter().map(|(m, _)| &m.found[place]).collect();
                    println!(
                        "  {}: seen {}/{} after {:.1} min, facts named {}/{}, fragments {:.2}, F1 {:.2}",
                        found[0].name,
                        found.iter().filter(|f| f.delay.is_some()).count(),
                        found.len(),
                        mean(found.iter().filter_map(|f| f.delay)),
                        found.iter().filter(|f| f.named.is_some()).count(),
                        found.len(),
                        mean(found.iter().map(|f| f.fragments as f64)),
                        mean(found.iter().map(|f| f.f1()))
                    );
                }
            }
        }
    }
}
