//! The engine against labelled tickets. What the figures mean: `docs/engine.md`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use vagt::domain::finding::Finding;
use vagt::triage::score::{Report, Ticket, read_line};
use vagt::triage::{Engine, Input};

fn asset(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/training")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

fn judge(tickets: &[Ticket]) -> Report {
    let engine = Engine::built_in().unwrap();
    let findings: Vec<Finding> = tickets
        .iter()
        .map(|ticket| without_lang(ticket).classify(&engine))
        .collect();
    Report::new(tickets.iter().zip(&findings))
}

/// The engine has to find the language itself.
fn without_lang(ticket: &Ticket) -> Ticket {
    Ticket {
        lang: None,
        ..ticket.clone()
    }
}

/// The half of a file that words were tuned on (every other line from the first), or the other one.
fn half(file: &str, tuned: bool) -> Vec<Ticket> {
    asset(file)
        .lines()
        .enumerate()
        .filter(|(at, _)| (at % 2 == 0) == tuned)
        .map(|(_, line)| read_line(line).unwrap())
        .collect()
}

#[test]
fn tickets_that_words_were_tuned_on() {
    let report = judge(&half("tickets-dev2.jsonl", true));
    println!("{}", report.to_text(10));
    assert!(report.lenient.accuracy() > 0.93);
}

#[test]
fn tickets_that_nobody_tuned_to() {
    let report = judge(&half("tickets-dev2.jsonl", false));
    println!("{}", report.to_text(0));
    assert!(report.lenient.accuracy() > 0.75);
    // The first sixty were read while the lists were written.
    let unseen: Vec<Ticket> = asset("tickets-dev.jsonl")
        .lines()
        .skip(60)
        .map(|line| read_line(line).unwrap())
        .collect();
    let report = judge(&unseen);
    println!("{}", report.to_text(0));
    assert!(report.lenient.accuracy() > 0.75);
}

/// The traps, one a row; `unknown` is `other`, a lane counts for `school` and `health`.
#[test]
fn traps() {
    let engine = Engine::built_in().unwrap();
    let samples = asset("samples.tsv");
    let mut right = 0;
    let rows: Vec<&str> = samples
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    for row in &rows {
        let columns: Vec<&str> = row.split('\t').collect();
        let [id, _, expect, text, ..] = columns[..] else {
            panic!("{row}")
        };
        let (subject, body) = text.split_once(" || ").unwrap_or((text, ""));
        let finding = engine.classify(&Input {
            subject,
            body,
            lang: None,
        });
        let expect = if expect == "unknown" { "other" } else { expect };
        if finding.group.as_str() == expect
            || finding.lanes.iter().any(|lane| lane.as_str() == expect)
        {
            right += 1;
        } else {
            println!(
                "{id} {} for {expect}: {text} {:?}",
                finding.group, finding.reasons
            );
        }
    }
    println!("{right} of {}", rows.len());
    assert!(right >= 53, "{right}");
}

#[test]
fn languages() {
    let engine = Engine::built_in().unwrap();
    let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for file in ["tickets-dev.jsonl", "tickets-dev2.jsonl"] {
        for ticket in asset(file).lines().map(|line| read_line(line).unwrap()) {
            let finding = without_lang(&ticket).classify(&engine);
            let count = counts.entry(ticket.lang.clone().unwrap()).or_default();
            count.0 += u32::from(finding.lang == ticket.lang);
            count.1 += 1;
        }
    }
    println!("language found (right, all): {counts:?}");
    let (right, all) = counts
        .values()
        .fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    assert!(right * 100 > all * 84, "{right} of {all}");
}
