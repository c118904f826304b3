//! The README's picture of the board, taken from `vagt demo` itself.
//!
//! `cargo test --test picture -- --ignored` starts the demo in a terminal of 120 columns, lets a quarter of an
//! hour pass in the town and puts what stands on the screen between the markers of the README. Nothing is retouched.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;

use std::time::Duration;

use pty::{Session, Start};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const BEGIN: &str = "<!-- picture: cargo test --test picture -- --ignored -->\n```\n";
const END: &str = "```\n<!-- end of picture -->";

#[test]
#[ignore = "writes README.md; for whoever changed the board or the town"]
fn take_the_picture() {
    let home = tempfile::tempdir().unwrap();
    let vagt = Session::start(&Start {
        args: &["demo", "--at", "2026-03-02T08:05", "--speed", "30"],
        // the town keeps Central European Time, so that its mails and the console agree
        env: &[("NO_COLOR", "1"), ("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")],
        home: home.path(),
        size: (120, 26),
    });
    // Fourteen minutes of the town: the picture shows a surge and not its first mail.
    let patience = Duration::from_secs(28);
    let began = std::time::Instant::now();
    let screen = vagt.wait_for(patience * 3, "the board of a busy morning", |screen| {
        began.elapsed() > patience && screen.contains("live")
    });
    let picture: Vec<&str> = screen.lines().map(str::trim_end).collect();
    let picture = picture.join("\n");
    let readme = std::fs::read_to_string(README).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    std::fs::write(
        README,
        format!("{before}{BEGIN}{}\n{END}{after}", picture.trim_end()),
    )
    .unwrap();
}

#[test]
fn the_readme_shows_a_picture_of_the_demo() {
    let readme = std::fs::read_to_string(README).unwrap();
    let (_, rest) = readme.split_once(BEGIN).unwrap();
    let (picture, _) = rest.split_once(END).unwrap();
    assert!(
        picture.contains("Vagt") && picture.contains("VPN"),
        "{picture}"
    );
    for line in picture.lines() {
        assert!(line.chars().count() <= 120, "{line}");
    }
}
