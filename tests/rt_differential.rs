//! The embedded desk beside a real Request Tracker 5: the same requests to both, the same answers.
//!
//! Both begin with the same queues, catalogs, fields and staff and no tickets. What is generated
//! (`differential/plan.rs`, always the same) fills both and is compared from the first request on: status,
//! headers, keys, types and values, but for what is a desk's own (numbers of transactions, the host, the
//! moment). `tests/desk/differences.toml` says what may differ, and why.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "a test fails by panicking, and is no place to save allocations"
)]

#[path = "differential/compare.rs"]
mod compare;
#[path = "differential/plan.rs"]
mod plan;
#[path = "differential/queries.rs"]
mod queries;
#[path = "common/rt.rs"]
#[expect(
    dead_code,
    reason = "only the address and the snapshots are needed here"
)]
mod rt;
#[path = "differential/side.rs"]
mod side;
#[path = "differential/stage.rs"]
mod stage;

use std::collections::BTreeMap;
use std::io::Write as _;

use compare::{Table, differences, plain};

#[test]
fn both_desks_give_the_same_answers() {
    let Some((real, ours, _kept)) = stage::both() else {
        return;
    };
    let text = std::fs::read_to_string("tests/desk/differences.toml").unwrap();
    let table: Table = toml::from_str(&text).unwrap();
    let mut used = vec![0_usize; table.difference.len()];
    let (mut equal, mut accepted) = (0, 0);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let requests = plan::requests();
    for request in &requests {
        *kinds.entry(request.kind).or_default() += 1;
        let (a, b) = (real.ask(request), ours.ask(request));
        let found = differences(&plain(&real, request, &a), &plain(&ours, request, &b));
        let mut unexpected = Vec::new();
        for difference in &found {
            match table
                .difference
                .iter()
                .position(|entry| entry.covers(request, difference))
            {
                Some(at) => used[at] += 1,
                None => unexpected.push(format!(
                    "    {}\n      real {}\n      ours {}",
                    difference.at, difference.real, difference.ours
                )),
            }
        }
        if !unexpected.is_empty() {
            wrong.push(format!("{request}\n{}", unexpected.join("\n")));
        } else if found.is_empty() {
            equal += 1;
        } else {
            accepted += 1;
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "differential: {} requests ({kinds:?}); {equal} answered alike, {accepted} with one of {} accepted differences, {} otherwise",
        requests.len(),
        table.difference.len(),
        wrong.len(),
    );
    if let Ok(file) = std::env::var("VAGT_TEST_DIFFERENCES") {
        std::fs::write(file, wrong.join("\n")).unwrap();
    }
    assert!(
        wrong.is_empty(),
        "{} answers differ:\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(40)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
    let gone: Vec<&str> = table
        .difference
        .iter()
        .zip(&used)
        .filter(|(_, count)| **count == 0)
        .map(|(entry, _)| entry.reason.as_str())
        .collect();
    assert!(
        gone.is_empty(),
        "these differences no longer occur, take them out of differences.toml: {gone:#?}"
    );
    assert!(requests.len() > 500, "only {} requests", requests.len());
}
