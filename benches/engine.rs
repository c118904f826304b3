//! What reading a ticket costs: tickets of about 300 characters, made of labelled ones, one after the other on one core.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench fails by panicking"
)]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use vagt::triage::score::{Ticket, read_line};
use vagt::triage::{Engine, Input};

/// Bodies of which one ticket is made.
const TOGETHER: usize = 3;

fn tickets() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/training/tickets-dev2.jsonl");
    let text = std::fs::read_to_string(path).expect("the labelled tickets are there");
    let short: Vec<Ticket> = text.lines().map(|line| read_line(line).unwrap()).collect();
    short
        .chunks(TOGETHER)
        .map(|some| {
            let bodies: Vec<&str> = some.iter().map(|ticket| ticket.body.as_str()).collect();
            (some.first().unwrap().subject.clone(), bodies.join(" "))
        })
        .collect()
}

fn reading(c: &mut Criterion) {
    let engine = Engine::built_in().unwrap();
    let tickets = tickets();
    let mut group = c.benchmark_group("engine");
    group.throughput(Throughput::Elements(tickets.len() as u64));
    group.bench_function("classify", |b| {
        b.iter(|| {
            for (subject, body) in &tickets {
                black_box(engine.classify(&Input {
                    subject,
                    body,
                    lang: None,
                }));
            }
        });
    });
    group.finish();
    c.bench_function("engine/build", |b| {
        b.iter(|| black_box(Engine::built_in().unwrap()));
    });
}

criterion_group!(benches, reading);
criterion_main!(benches);
