//! What solved a ticket stands beside the next one like it: the real program against the embedded desk.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use town::Town;

/// Somebody does something by `vagt act`.
fn act(town: &Town, args: &[&str]) {
    let mut all = vec!["act"];
    all.extend(args);
    assert!(town.program(&all, (80, 24), &[]).wait_end());
}

#[test]
fn the_answer_that_solved_a_ticket_stands_beside_its_paraphrase() {
    let town = Town::new();
    let old = town.ticket("VPN afviser certifikatet").to_string();
    let other = town.ticket("Wi-Fi falder ud i kantinen").to_string();
    let mut vagt = town.console((140, 40), &[]);
    vagt.wait("a live board", |s| {
        s.contains("· live") && s.contains("afviser") && s.contains("kantinen")
    });
    let answer = town.home().join("answer.txt");
    std::fs::write(&answer, "Hent det nye certifikat i Softwarecenter.").unwrap();
    let file = answer.to_str().unwrap();
    act(&town, &["reply", &old, "--file", file]);
    act(&town, &["status", &old, &other, "--to", "resolved"]);
    vagt.wait("both are solved", |s| {
        s.contains("  0 open") && !s.contains("kantinen")
    });

    let twin = town.ticket_of("Certifikatet bliver afvist af VPN", "ole@kommune.example");
    vagt.wait("it is read and in its pane", |s| {
        s.contains("1 VPN 1") && s.contains("bliver afvist")
    });
    vagt.press("1\r");
    let screen = vagt.says("Softwarecenter");
    assert!(screen.contains(&twin.to_string()), "{screen}");
    assert!(
        screen.contains(&format!("{old} VPN afviser certifikatet")),
        "{screen}"
    );
    assert!(!screen.contains("kantinen"), "{screen}");
    assert!(screen.contains("of 2 solved tickets"), "{screen}");
    vagt.press("q");
    vagt.press("q");
    assert!(vagt.wait_end());
}
