//! What an open ticket costs the incident engine: the time to place one more among 100,000 while an incident grows and
//! devices change, and the memory of each beyond its text.
//!
//! Fails (exit 1) beyond the bounds of [`PLACING`] and [`BYTES`]. `VAGT_BENCH_TICKETS` takes another number.
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench fails by panicking, and prints its figures"
)]

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use vagt::domain::Fact;
use vagt::domain::device::{Device, DeviceFact, Value};
use vagt::domain::finding::Finding;
use vagt::domain::ids::{DeviceId, PersonId, TicketId};
use vagt::domain::person::PersonRef;
use vagt::triage::incident::{Engine, Input, NewTicket, Settings, Size};

/// Microseconds at the 99th percentile, of a ticket and of a device.
const PLACING: u128 = 1_000;
/// The same of what is done once a minute: every open incident is gone through.
const MINUTE: u128 = 50_000;
/// Bytes of a ticket beyond the text, which the engine does not keep.
const BYTES: f64 = 600.0;
const MEASURED: usize = 6_000;
const DEVICES: usize = 15_000;
/// Seconds between two tickets: 100,000 in three weeks.
const EVERY: i64 = 18;
const START: i64 = 1_768_176_000;
/// Every so many tickets one is of the outage, while it lasts.
const OUTAGE: usize = 3;
/// Members that the incident must have in the end, or the bench measures nothing.
const MEMBERS: usize = 300;

/// A text and what is made of it.
struct Text {
    subject: String,
    body: String,
    finding: Finding,
}

/// A number that jumps about, the same on every run.
fn mix(n: usize) -> usize {
    let n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

/// What people wrote, in five languages: every text that the model was trained on, read by the engine.
fn texts() -> Vec<Text> {
    let engine = vagt::triage::Engine::built_in().unwrap();
    let authors = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/training/authors");
    let mut files: Vec<_> = std::fs::read_dir(authors).unwrap().collect();
    files.sort_by_key(|file| file.as_ref().unwrap().path());
    let mut texts = Vec::new();
    for file in files {
        let told = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for (subject, body) in told.lines().filter_map(|line| line.split_once(" || ")) {
            let input = vagt::triage::Input {
                subject,
                body,
                lang: None,
            };
            texts.push(Text {
                subject: subject.to_owned(),
                body: body.to_owned(),
                finding: engine.classify(&input),
            });
        }
    }
    texts
}

/// A device of one person. `turn` counts its changes: the tunnel goes up and down, now and then it gets another version.
fn device(n: usize, turn: usize, is_down: bool) -> Device {
    let kinds = [
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
    let fact = |value: Value| DeviceFact { value, seen: None };
    let facts = kinds.into_iter().map(|(name, kinds)| {
        let turn = if name == "access" || name == "os_build" {
            turn / 2
        } else {
            0
        };
        let value = format!("{name} {}", mix(n ^ kinds ^ (turn << 20)) % kinds);
        (name.to_owned(), fact(Value::Text(value)))
    });
    let state = if is_down { "down" } else { "up" };
    let tunnel = ("vpn_state".to_owned(), fact(Value::Text(state.to_owned())));
    Device {
        id: DeviceId::new(format!("D{n}")),
        name: String::new(),
        kind: Fact::Unknown,
        holder: Fact::Known(PersonRef::new(PersonId::new(format!("u{n}")), "")),
        status: Fact::Unknown,
        last_seen: Fact::Unknown,
        facts: facts.chain([tunnel]).collect(),
        source: "bench".into(),
    }
}

/// Whether a device is behind the gateway that fails.
fn is_hit(n: usize) -> bool {
    mix(n ^ 4) % 4 == 2
}

fn ticket(n: usize, texts: &[Text], who: usize) -> Box<NewTicket> {
    let text = &texts[mix(n ^ 0x63) % texts.len()];
    Box::new(NewTicket {
        id: TicketId::new(format!("T-{n}")),
        at: at(n),
        subject: text.subject.clone(),
        body: text.body.clone(),
        reporter: Some(PersonId::new(format!("u{who}"))),
        site: None,
        device: Some(DeviceId::new(format!("D{who}"))),
        finding: text.finding.clone(),
    })
}

fn at(n: usize) -> Timestamp {
    Timestamp::from_second(START + i64::try_from(n).unwrap() * EVERY).unwrap()
}

/// Resident memory in bytes, where the system tells it.
fn resident() -> Option<usize> {
    let told = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = told.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4_096)
}

/// Median, 99th percentile, slowest, in microseconds.
fn figures(mut times: Vec<u128>) -> (u128, u128, u128) {
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 1_000).copied().unwrap();
    (at(500), at(990), *times.last().unwrap())
}

fn main() -> ExitCode {
    let open = std::env::var("VAGT_BENCH_TICKETS").map_or(100_000, |n| n.parse().unwrap());
    let all = texts();
    let vpn =
        |text: &Text| text.finding.group.as_str() == "vpn" && text.finding.howto != Some(true);
    let (outage, others): (Vec<Text>, Vec<Text>) = all.into_iter().partition(vpn);
    let mut engine = Engine::new(&Settings {
        zone: TimeZone::UTC,
        size: Size::PerDay(4_800.0),
    });
    for n in 0..DEVICES {
        engine.know(&device(n, 0, false));
    }
    let before = resident();
    for n in 0..open {
        // Some write of a tunnel on any day.
        let texts = if mix(n).is_multiple_of(10) {
            &outage
        } else {
            &others
        };
        let ticket = ticket(n, texts, mix(n) % DEVICES);
        engine.advance(at(n), &[Input::Ticket(ticket)]);
    }
    let mut is_good = true;
    if let (Some(before), Some(after)) = (before, resident()) {
        let each = after.saturating_sub(before) as f64 / open as f64;
        println!("memory: {each:.0} bytes a ticket at {open} open tickets (bound {BYTES})");
        is_good &= each < BYTES;
    }
    let (mut minutes, mut tickets, mut devices) = (Vec::new(), Vec::new(), Vec::new());
    let time = |engine: &mut Engine, now, inputs: &[Input]| {
        let began = Instant::now();
        engine.advance(now, inputs);
        began.elapsed().as_micros()
    };
    for n in open..open + MEASURED {
        // What is due at this moment is done before the ticket comes.
        let waits = time(&mut engine, at(n), &[]);
        minutes.push(waits);
        let changed = mix(n ^ 0x77) % DEVICES;
        let is_down = is_hit(changed) || mix(n ^ 0x99).is_multiple_of(40);
        let input = Input::Device(Box::new(device(changed, n - open, is_down)));
        devices.push(time(&mut engine, at(n), &[input]));
        let of_outage = n.is_multiple_of(OUTAGE);
        let who = (0..DEVICES)
            .map(|k| mix(n ^ (k << 24)) % DEVICES)
            .find(|who| !of_outage || is_hit(*who))
            .unwrap();
        let texts = if of_outage { &outage } else { &others };
        let input = Input::Ticket(ticket(n, texts, who));
        tickets.push(time(&mut engine, at(n), &[input]));
    }
    let incidents = engine.incidents();
    let members = incidents.iter().map(|i| i.tickets.len()).max();
    let (median, most, slowest) = figures(tickets);
    println!(
        "placing a ticket among {open}: median {median} us, p99 {most} us (bound {PLACING}), slowest {slowest} us"
    );
    is_good &= most < PLACING;
    let (median, most, slowest) = figures(minutes);
    println!(
        "the work of a minute, seen every {EVERY} s: median {median} us, p99 {most} us (bound {MINUTE}), slowest {slowest} us"
    );
    is_good &= most < MINUTE;
    let (median, most, slowest) = figures(devices);
    println!(
        "a device that changed: median {median} us, p99 {most} us (bound {PLACING}), slowest {slowest} us"
    );
    is_good &= most < PLACING;
    println!(
        "{} incidents stand, the largest has {} tickets (at least {MEMBERS})",
        incidents.len(),
        members.unwrap_or(0)
    );
    is_good &= members.is_some_and(|members| members >= MEMBERS);
    if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
