//! What an open ticket costs the incident engine: the time to place one more among 100,000, and the memory of each.
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench prints its figures"
)]

use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use vagt::domain::Fact;
use vagt::domain::device::{Device, DeviceFact, Value};
use vagt::domain::finding::Finding;
use vagt::domain::ids::{DeviceId, GroupId, PersonId, TicketId};
use vagt::domain::person::PersonRef;
use vagt::triage::incident::{Engine, Input, NewTicket, Settings, Size};

const OPEN: u64 = 100_000;
const MEASURED: u64 = 10_000;
const DEVICES: u64 = 15_000;
/// Seconds between two tickets: 100,000 in three weeks.
const EVERY: i64 = 18;
const START: i64 = 1_768_176_000;

/// A number that jumps about, the same on every run.
fn mix(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

fn device(n: u64) -> Device {
    let fact = |name: &str, kinds: u64| {
        let value = Value::Text(format!("{name} {}", mix(n ^ kinds) % kinds));
        (name.to_owned(), DeviceFact { value, seen: None })
    };
    let facts = [
        ("gateway", 4),
        ("site", 120),
        ("town", 14),
        ("isp", 7),
        ("carrier", 5),
        ("os_build", 6),
        ("video_client_version", 4),
        ("vpn_version", 5),
        ("access", 3),
        ("model", 20),
    ];
    Device {
        id: DeviceId::new(format!("D{n}")),
        name: String::new(),
        kind: Fact::Unknown,
        holder: Fact::Known(PersonRef::new(PersonId::new(format!("u{n}")), "")),
        status: Fact::Unknown,
        last_seen: Fact::Unknown,
        facts: facts
            .into_iter()
            .map(|(name, kinds)| fact(name, kinds))
            .collect(),
        source: "bench".into(),
    }
}

fn ticket(n: u64) -> (Timestamp, Input) {
    const WORDS: [&str; 24] = [
        "forbindelsen",
        "printer",
        "skærm",
        "møde",
        "adgang",
        "kode",
        "mail",
        "drev",
        "opdatering",
        "fejl",
        "langsom",
        "lyd",
        "billede",
        "router",
        "elev",
        "journal",
        "kalender",
        "telefon",
        "tastatur",
        "mappe",
        "licens",
        "konto",
        "netværk",
        "dækning",
    ];
    let at = START + i64::try_from(n).unwrap_or(0) * EVERY;
    let at = Timestamp::from_second(at).unwrap_or_default();
    let who = mix(n) % DEVICES;
    let word = |k: u64| {
        WORDS
            .get(usize::try_from(mix(n * 7 + k) % 24).unwrap_or(0))
            .copied()
            .unwrap_or("")
    };
    let group = GroupId::BUILT_IN.get(usize::try_from(mix(n ^ 0x63) % 14).unwrap_or(0));
    let body: Vec<&str> = (0..12).map(word).collect();
    let ticket = NewTicket {
        id: TicketId::new(format!("T-{n}")),
        at,
        subject: word(50).to_owned(),
        body: body.join(" "),
        reporter: Some(PersonId::new(format!("u{who}"))),
        site: None,
        device: Some(DeviceId::new(format!("D{who}"))),
        finding: Finding::of(GroupId::from(*group.unwrap_or(&"other")), 0.9),
    };
    (at, Input::Ticket(Box::new(ticket)))
}

/// Resident memory in bytes, where the system tells it.
fn resident() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = told.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4_096)
}

fn main() {
    let mut engine = Engine::new(&Settings {
        zone: TimeZone::UTC,
        size: Size::PerDay(4_800.0),
    });
    for n in 0..DEVICES {
        engine.know(&device(n));
    }
    let before = resident();
    for n in 0..OPEN {
        let (at, input) = ticket(n);
        engine.advance(at, &[input]);
    }
    if let (Some(before), Some(after)) = (before, resident()) {
        let each = after.saturating_sub(before) as f64 / OPEN as f64;
        println!("memory: {each:.0} bytes a ticket at {OPEN} open tickets (bound 600)");
    }
    let mut times: Vec<u128> = (OPEN..OPEN + MEASURED)
        .map(|n| {
            let (at, input) = ticket(n);
            let began = Instant::now();
            engine.advance(at, &[input]);
            began.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 1_000).copied().unwrap_or(0);
    println!(
        "placing a ticket among {OPEN}: median {} us, p99 {} us (bound 1000), slowest {} us; {} incidents stand",
        at(500),
        at(990),
        at(999),
        engine.incidents().len()
    );
}
