//! The promise of the surge alarm: how often it is wrong on quiet days, and how soon it tells a rise. Simulated with the
//! engine itself: fourteen groups, forty people an hour, eight hours a day; the table of `docs/engine-incidents.md` is
//! printed by `cargo test --release --test alarms -- --ignored --nocapture`.
#![expect(
    clippy::pedantic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and days are drawn with small numbers"
)]

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use vagt::domain::finding::Finding;
use vagt::domain::ids::{GroupId, PersonId, TicketId};
use vagt::domain::incident::FALSE_ALARMS;
use vagt::domain::incident::{Event, Level};
use vagt::domain::source::Arrival;
use vagt::triage::incident::{Engine, Input, NewTicket, Settings, Size};

/// People an hour by group: one with ten, one with two, the rest of forty in the others.
const RATES: [f64; 14] = [
    10.0, 2.0, 3.7, 3.3, 2.8, 2.6, 2.4, 2.3, 2.2, 2.1, 1.9, 1.7, 1.6, 1.4,
];

/// Monday of the first week of the history; the days that are played lie four weeks later.
const MONDAY: i64 = 1_768_176_000; // 2026-01-12T00:00:00Z
const DAY: i64 = 86_400;
const PLAYED: i64 = MONDAY + 30 * DAY; // a Wednesday
const OPENS: i64 = 8 * 3_600;

fn poisson(rng: &mut StdRng, mean: f64) -> usize {
    let (mut n, mut left) = (0, mean);
    loop {
        left += (1.0 - rng.random::<f64>()).ln();
        if left < 0.0 {
            return n;
        }
        n += 1;
    }
}

struct People {
    rng: StdRng,
    count: usize,
    /// Whether the desk tells where they work.
    has_sites: bool,
}

impl People {
    fn new(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            count: 0,
            has_sites: true,
        }
    }
    fn ticket(&mut self, at: i64, group: usize, who: Option<&str>) -> NewTicket {
        self.count += 1;
        let who = who.map_or_else(|| format!("u{at}-{}", self.count), str::to_owned);
        let site = self.rng.random_range(0..20);
        NewTicket {
            id: TicketId::new(format!("{at}-{}", self.count)),
            at: Timestamp::from_second(at).unwrap_or_default(),
            subject: String::new(),
            body: String::new(),
            reporter: Some(PersonId::new(who)),
            site: self.has_sites.then(|| format!("site {site}")),
            device: None,
            finding: Finding::of(GroupId::from(GroupId::BUILT_IN[group]), 0.9),
        }
    }
    /// Eight hours from eight o'clock on, `times` as many in one group from ten o'clock on.
    fn day(&mut self, midnight: i64, rise: Option<(usize, f64)>) -> Vec<NewTicket> {
        let mut tickets = Vec::new();
        for minute in 0..480 {
            for (group, rate) in RATES.iter().enumerate() {
                let times = match rise {
                    Some((of, times)) if of == group && minute >= 120 => times,
                    _ => 1.0,
                };
                for _ in 0..poisson(&mut self.rng, rate * times / 60.0) {
                    let at = midnight + OPENS + minute * 60 + self.rng.random_range(0..60);
                    tickets.push(self.ticket(at, group, None));
                }
            }
        }
        tickets.sort_by_key(|ticket| ticket.at);
        tickets
    }
}

fn engine(size: Size, history: Option<u64>) -> Engine {
    let mut engine = Engine::new(&Settings {
        zone: TimeZone::UTC,
        size,
    });
    if let Some(seed) = history {
        let mut people = People::new(seed ^ 0xA1A);
        let earlier: Vec<NewTicket> = (0..28)
            .filter(|day| day % 7 < 5)
            .flat_map(|day| people.day(MONDAY + day * DAY, None))
            .collect();
        engine.remember(&earlier);
    }
    engine
}

/// An engine as a console starts it: of the two weeks before it knows the subjects. Three of four are clear, fewer in the
/// largest group, and one in fourteen of those is misread.
fn by_subjects(seed: u64) -> Engine {
    let mut engine = engine(Size::Unknown, None);
    let mut people = People::new(seed ^ 0xA1A);
    let days = (15..30).filter(|day| day % 7 < 5);
    let earlier: Vec<NewTicket> = days
        .flat_map(|day| people.day(MONDAY + day * DAY, None))
        .collect();
    let rng = &mut people.rng;
    let arrivals: Vec<Arrival> = earlier
        .into_iter()
        .map(|ticket| {
            let group = ticket.finding.group;
            let share = if group.as_str() == GroupId::BUILT_IN[0] {
                0.6
            } else {
                0.75
            };
            let misread = GroupId::from(GroupId::BUILT_IN[rng.random_range(0..14)]);
            let read = if rng.random_bool(0.07) {
                misread
            } else {
                group
            };
            Arrival {
                id: ticket.id,
                at: ticket.at,
                requester: ticket.reporter,
                subject: ticket.subject,
                is_solved: true,
                group: rng.random_bool(share).then_some(read),
            }
        })
        .collect();
    engine.remember_arrivals(&arrivals);
    engine
}

/// Minutes since ten o'clock of the first banner (or page) and page of a group; of any group: how many of each.
struct Told {
    first: [Option<f64>; 2],
    counts: [usize; 2],
}

fn play(mut engine: Engine, tickets: Vec<NewTicket>, group: Option<usize>) -> Told {
    let open = PLAYED + OPENS;
    let mut events = Vec::new();
    let mut tick = open;
    for ticket in tickets {
        while tick <= ticket.at.as_second() {
            events.extend(engine.advance(Timestamp::from_second(tick).unwrap_or_default(), &[]));
            tick += 60;
        }
        let at = ticket.at;
        events.extend(engine.advance(at, &[Input::Ticket(Box::new(ticket))]));
    }
    let mut told = Told {
        first: [None; 2],
        counts: [0; 2],
    };
    for event in &events {
        let Event::Surge(surge) = event else { continue };
        let place = usize::from(surge.level == Level::Page);
        told.counts[place] += 1;
        if group.is_some_and(|group| surge.group.as_str() == GroupId::BUILT_IN[group]) {
            let minutes = (surge.at.as_second() - open - 7_200) as f64 / 60.0;
            for first in &mut told.first[..=place] {
                first.get_or_insert(minutes);
            }
        }
    }
    told
}

/// Of so many days each: false banners, false pages, a rise of ten an hour told within 35 minutes and paged within 45,
/// one of two an hour told within 90.
fn table(engines: &[Engine], days: u64, has_sites: bool) -> [u64; 5] {
    let mut found = [0; 5];
    for day in 0..days {
        let engine = &engines[day as usize % engines.len()];
        let mut people = People {
            has_sites,
            ..People::new(day + 1)
        };
        let quiet = play(engine.clone(), people.day(PLAYED, None), None);
        found[0] += quiet.counts[0] as u64;
        found[1] += quiet.counts[1] as u64;
        let ten = play(engine.clone(), people.day(PLAYED, Some((0, 5.0))), Some(0));
        let within = |at: Option<f64>, minutes: f64| u64::from(at.is_some_and(|at| at <= minutes));
        found[2] += within(ten.first[0], 35.0);
        found[3] += within(ten.first[1], 45.0);
        let two = play(engine.clone(), people.day(PLAYED, Some((1, 5.0))), Some(1));
        found[4] += within(two.first[0], 90.0);
    }
    found
}

#[test]
fn with_a_history_the_alarm_keeps_its_promise() {
    let engines: Vec<Engine> = (0..2)
        .map(|seed| engine(Size::Unknown, Some(seed)))
        .collect();
    let [banners, pages, told, paged, rare] = table(&engines, 20, true);
    // N3 for twenty days of a hundred, and one more where it is little.
    assert!(banners <= 5, "{banners} false banners in twenty days");
    assert!(pages <= 1, "{pages} false pages in twenty days");
    assert!(told >= 19 && paged >= 19, "{told} and {paged} of twenty");
    assert!(rare >= 16, "{rare} of twenty");
    // What the screen states is what is promised.
    let stated = std::hint::black_box(FALSE_ALARMS);
    assert_eq!(stated.days, 100);
    assert!(stated.banners <= 20 && stated.pages <= 2);
}

/// A console knows of the weeks before what the subjects say, and keeps the promise, too.
#[test]
fn with_the_subjects_of_two_weeks_the_alarm_keeps_its_promise() {
    let engines = [by_subjects(0), by_subjects(1)];
    let [banners, pages, told, paged, rare] = table(&engines, 20, true);
    assert!(banners <= 5, "{banners} false banners in twenty days");
    assert!(pages <= 1, "{pages} false pages in twenty days");
    assert!(told >= 19 && paged >= 19, "{told} and {paged} of twenty");
    assert!(rare >= 15, "{rare} of twenty");
}

/// Where neither sites nor devices are known, the page comes later, and it comes.
#[test]
fn a_desk_that_knows_no_sites_pages_too() {
    let engines = [engine(Size::Unknown, Some(0))];
    let [_, pages, told, paged, _] = table(&engines, 6, false);
    assert_eq!(pages, 0, "false pages in six days");
    assert!(told >= 5 && paged >= 5, "{told} and {paged} of six");
}

#[test]
fn one_person_who_writes_thirty_times_raises_nothing() {
    let mut people = People::new(7);
    let mut tickets = people.day(PLAYED, None);
    for minute in 0..30 {
        let at = PLAYED + OPENS + 7_200 + minute * 60;
        tickets.push(people.ticket(at, 1, Some("somebody")));
    }
    tickets.sort_by_key(|ticket| ticket.at);
    let told = play(engine(Size::Unknown, Some(1)), tickets, Some(1));
    assert_eq!(told.first, [None, None]);
}

/// The table of `docs/engine-incidents.md`.
#[test]
#[ignore = "a minute in an optimised build; prints figures"]
fn figures() {
    let with: Vec<Engine> = (0..10)
        .map(|seed| engine(Size::Unknown, Some(seed)))
        .collect();
    for (name, engines, has_sites, is_promised) in [
        ("four weeks of history", with.clone(), true, true),
        ("the same, no sites, no devices", with, false, false),
        (
            "the subjects of two weeks",
            (0..10).map(by_subjects).collect(),
            true,
            true,
        ),
        (
            "320 a day, no history",
            vec![engine(Size::PerDay(320.0), None)],
            true,
            false,
        ),
        (
            "1,200 devices, no history",
            vec![engine(Size::Devices(1_200), None)],
            true,
            false,
        ),
        (
            "nothing known",
            vec![engine(Size::Unknown, None)],
            true,
            false,
        ),
    ] {
        let [banners, pages, told, paged, rare] = table(&engines, 100, has_sites);
        println!(
            "{name}: in 100 quiet days {banners} banners, {pages} pages; x5 of 10/h told within 35 min {told}, paged within 45 min {paged}; x5 of 2/h told within 90 min {rare} of 100"
        );
        if is_promised {
            assert!(
                banners <= 20 && pages <= 2,
                "{banners} banners, {pages} pages"
            );
            assert!(
                told >= 95 && paged >= 95 && rare >= 80,
                "{told} {paged} {rare}"
            );
            let stated = std::hint::black_box(FALSE_ALARMS);
            assert!(banners <= u64::from(stated.banners) && pages <= u64::from(stated.pages));
        } else if !has_sites {
            assert!(pages <= 2 && paged >= 80, "{pages} pages, {paged} paged");
        }
    }
}
