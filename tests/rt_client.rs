//! A public client that knows nothing of this project, the Python package `rt`, has the same working day with the
//! embedded desk as with a real Request Tracker 5.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "a test fails by panicking, and is no place to save allocations"
)]

#[path = "common/rt.rs"]
#[expect(
    dead_code,
    reason = "only the address and the snapshots are needed here"
)]
mod rt;
#[path = "differential/side.rs"]
#[expect(dead_code, reason = "the other client sends the requests")]
mod side;
#[path = "differential/stage.rs"]
mod stage;

use std::io::Write as _;
use std::process::Command;

use side::Side;

/// What the client told of its day with a desk.
fn day(python: &str, desk: &Side) -> Vec<String> {
    let done = Command::new(python)
        .args([
            "tests/desk/rt_client.py",
            &format!("http://{}", desk.address),
        ])
        .args(["kåre", "jens", "root"].map(|who| desk.tokens[who].clone()))
        .env("PYTHONIOENCODING", "utf-8")
        .output()
        .expect("python starts");
    assert!(
        done.status.success(),
        "{}: {}",
        desk.name,
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_public_client_cannot_tell_them_apart() {
    let Ok(python) = std::env::var("VAGT_RT_PYTHON") else {
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: VAGT_RT_PYTHON names no Python that has the package rt (tests/desk/requirements.txt); tests/run makes one"
        );
        return;
    };
    let Some((real, ours, _kept)) = stage::both() else {
        return;
    };
    let (a, b) = (day(&python, &real), day(&python, &ours));
    let different: Vec<String> = a
        .iter()
        .zip(&b)
        .filter(|(a, b)| a != b)
        .map(|(a, b)| format!("  real {a}\n  ours {b}"))
        .collect();
    let _ = writeln!(
        std::io::stderr(),
        "public client: {} steps on each desk, {} answered alike",
        a.len(),
        a.len() - different.len()
    );
    assert!(
        different.is_empty(),
        "{} steps differ:\n{}",
        different.len(),
        different.join("\n")
    );
    assert_eq!(a.len(), b.len());
    assert!(a.len() > 60, "only {} steps", a.len());
    let refused = a.iter().filter(|line| line.contains("Error: ")).count();
    assert!(refused < 12, "{refused} steps were refused: {a:#?}");
}
