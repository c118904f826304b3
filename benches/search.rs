//! What a search costs while a person types: 100,000 tickets in a file, every beginning of every query, one by one.
//!
//! Prints percentiles in milliseconds; the limit is 50 ms at the 99th. `VAGT_BENCH_TICKETS` takes another number.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a bench fails by panicking, and prints"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use vagt::domain::Fact;
use vagt::domain::Timestamp;
use vagt::domain::ids::{PersonId, TicketId};
use vagt::domain::person::PersonRef;
use vagt::domain::source::{Changes, Source};
use vagt::domain::ticket::{Status, StatusClass, Ticket};
use vagt::store::cache::{Advance, CacheOptions};
use vagt::store::{Cache, Location};
use vagt::triage::score::{Ticket as Labelled, read_line};

/// Bodies of which one ticket is made: about 300 characters.
const TOGETHER: usize = 3;
/// Rows that a screen asks for.
const SHOWN: u32 = 200;
/// Typed from the first letter to the last.
const QUERIES: [&str; 10] = [
    "vpn virker ikke",
    "møde kamera",
    "kan ikke logge ind",
    "lyden hakker teams",
    "printer",
    "anyconnect",
    "karen ødegård",
    "\"virker ikke\" vpn",
    "adgangskode udløbet",
    "findesikke",
];

fn tickets(count: usize) -> Vec<Ticket> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/training/tickets-dev2.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let labelled: Vec<Labelled> = text.lines().map(|line| read_line(line).unwrap()).collect();
    let one = |n: usize| &labelled[(n * 7919 + n / labelled.len()) % labelled.len()];
    let start = 1_770_000_000;
    (0..count)
        .map(|n| {
            let bodies: Vec<&str> = (0..TOGETHER)
                .map(|k| one(n * 3 + k).body.as_str())
                .collect();
            let at = Timestamp::from_second(start + i64::try_from(n).unwrap() * 97).unwrap();
            Ticket {
                id: TicketId::new(n.to_string()),
                subject: one(n).subject.clone(),
                body: Fact::Known(format!("{} LT-{n}", bodies.join(" "))),
                status: Status {
                    name: "open".to_owned(),
                    class: StatusClass::Open,
                },
                priority: Fact::Known(10),
                queue: Fact::Known("Support".to_owned()),
                owner: Fact::Empty,
                requesters: Fact::Known(vec![PersonRef::new(
                    PersonId::new(format!("u{}", n % 15_000)),
                    format!("Karen Ødegård {}", n % 15_000),
                )]),
                tags: Fact::Unknown,
                group: Fact::Unknown,
                device: Fact::Unknown,
                links: Fact::Unknown,
                created: at,
                updated: at,
                due: Fact::Empty,
                resolved: Fact::Empty,
                custom: BTreeMap::new(),
                claims: Fact::Unknown,
                version: None,
            }
        })
        .collect()
}

fn main() {
    let count = std::env::var("VAGT_BENCH_TICKETS").map_or(100_000, |n| n.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cache.db");
    let options = CacheOptions {
        place: "bench".to_owned(),
        conversations: 200,
    };
    let cache = Cache::open(&Location::File(file.clone()), options)
        .unwrap()
        .cache;
    let began = Instant::now();
    for page in tickets(count).chunks(500) {
        let changes = Changes {
            tickets: page.to_vec(),
            ..Changes::default()
        };
        let now = Timestamp::now();
        let applied = cache.apply(Source::Desk, &changes, Advance::Yes, now);
        runtime.block_on(applied).unwrap();
    }
    let megabytes = std::fs::metadata(&file).unwrap().len() / 1_000_000;
    println!(
        "search: {count} tickets stored in {:.1} s, file {megabytes} MB",
        began.elapsed().as_secs_f64()
    );
    let mut times: Vec<(Duration, String, usize)> = Vec::new();
    for _ in 0..3 {
        for query in QUERIES {
            for (end, c) in query.char_indices() {
                let typed = query.get(..end + c.len_utf8()).unwrap();
                let began = Instant::now();
                let found = runtime.block_on(cache.search(typed, SHOWN)).unwrap();
                times.push((began.elapsed(), typed.to_owned(), found.len()));
            }
        }
    }
    times.sort();
    let at = |per_mille: usize| times[(times.len() - 1) * per_mille / 1000].0.as_secs_f64() * 1e3;
    println!(
        "search: {} keys, p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, worst {:.2} ms",
        times.len(),
        at(500),
        at(900),
        at(990),
        at(1000)
    );
    for (time, typed, found) in times.iter().rev().take(5) {
        println!(
            "search: {:.2} ms  {typed:?}  {found} found",
            time.as_secs_f64() * 1e3
        );
    }
}
