//! Macros at the keyboard: several actions as one step, the real program in a terminal, on the embedded desk.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/five.rs"]
mod five;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use five::FIVE;
use pty::Session;
use serde_json::json;
use town::{Town, times};

const SIZE: (u16, u16) = (120, 40);
const ENTER: &str = "\r";
/// Long enough for a colleague to come in between.
const HOLD: [(&str, &str); 1] = [("VAGT_DELIVERY_HOLD_SECS", "4")];
const SHORT: [(&str, &str); 1] = [("VAGT_DELIVERY_HOLD_SECS", "1")];

fn board(town: &Town, count: usize, env: &[(&str, &str)]) -> Session {
    let vagt = town.console(SIZE, env);
    let (open, vpn) = (format!("{count} open"), format!("VPN {count}"));
    vagt.wait("a live board", |s| {
        s.contains("· live") && s.contains(&open) && s.contains(&vpn)
    });
    vagt
}

fn run(vagt: &mut Session, name: &str) {
    vagt.press("e");
    vagt.says("or run a macro");
    vagt.press(name);
    vagt.says("what it does, as one step");
    vagt.press(ENTER);
}

/// Tickets of the five writers in turn, with the beginning of the answer that each should get.
fn written(town: &Town, count: usize) -> Vec<(i64, &'static str)> {
    let tickets = FIVE.iter().cycle().take(count).zip(0..);
    tickets
        .map(|(writer, n)| {
            let who = format!("p{n:02}@kommune.example");
            let id = town.ticket_from(&who, writer.subject, writer.body);
            (id, writer.restored)
        })
        .collect()
}

#[test]
fn twelve_are_answered_in_their_language_and_resolved_once_each_though_the_console_is_killed() {
    let town = Town::new();
    let asked = written(&town, 12);
    let mut vagt = board(&town, 12, &SHORT);
    vagt.press("1A");
    vagt.says("12 marked");
    run(&mut vagt, "restored-and-resolve");
    vagt.says("macro restored-and-resolve: 12 tickets of 12 people?");
    vagt.says("1 reply, 2 status resolved");
    vagt.says("da 3 · nb 3 · nn 2 · sv 2 · en 2");
    vagt.press("y");
    let solved = |id: i64| times(&town.history(id), "Status", "Status", "resolved");
    let all = || asked.iter().map(|(id, _)| solved(*id)).sum::<usize>();
    vagt.wait("some of them", |_| all() >= 4);
    vagt.kill();
    assert!(all() < 12, "killed too late to show anything");
    let mut vagt = town.console(SIZE, &SHORT);
    vagt.says("· live");
    vagt.press("b");
    vagt.says("12 done");
    for (id, answer) in &asked {
        let lines = town.history(*id);
        let place = |test: &dyn Fn(&vagt::demo::HistoryLine) -> bool| {
            let places: Vec<usize> = (0..)
                .zip(&lines)
                .filter(|(_, l)| test(l))
                .map(|(at, _)| at)
                .collect();
            assert_eq!(places.len(), 1, "{lines:?}");
            places[0]
        };
        let reply = place(&|l| l.typ == "Correspond");
        let status = place(&|l| l.typ == "Status" && l.new == "resolved");
        assert!(reply < status, "{lines:?}");
        assert!(lines[reply].text.contains(answer), "{answer}: {lines:?}");
    }
}

#[test]
fn after_a_part_in_conflict_the_rest_of_that_ticket_waits_and_goes_when_a_person_sends_it() {
    let town = Town::new();
    let asked = written(&town, 3);
    let mut vagt = board(&town, 3, &HOLD);
    vagt.press("1A");
    vagt.says("3 marked");
    run(&mut vagt, "restored-and-resolve");
    vagt.says("3 tickets of 3 people?");
    vagt.press("y");
    vagt.says("3 to send");
    town.change(asked[0].0, json!({"Status": "rejected"}));
    vagt.says("2 done, 1 changed by others");
    vagt.says("reply, conflict: somebody changed it since you looked.");
    vagt.says("status resolved, parked: not sent, for the reply before it is in");
    let replies = |id: i64| times(&town.history(id), "Correspond", "", "");
    let solved = |id: i64| times(&town.history(id), "Status", "Status", "resolved");
    let count = || -> Vec<(usize, usize)> {
        asked
            .iter()
            .map(|(id, _)| (replies(*id), solved(*id)))
            .collect()
    };
    assert_eq!(count(), [(0, 0), (1, 1), (1, 1)]);
    // The person looks at it and drops the reply: its ticket stays as the colleague left it.
    vagt.press("\u{1b}");
    vagt.wait("no overlay", |s| !s.contains("3/3"));
    vagt.press("O");
    vagt.says("2 need you");
    // The part that waits stands above the one in conflict.
    vagt.press("j");
    vagt.press("x");
    vagt.wait("nothing to decide", |s| !s.contains("need you"));
    assert_eq!(count(), [(0, 0), (1, 1), (1, 1)]);
}

#[test]
fn one_ticket_is_taken_noted_and_set_aside_with_one_choice_and_undone_with_one_key() {
    let town = Town::new();
    let asked = written(&town, 1);
    let id = asked[0].0;
    let mut vagt = board(&town, 1, &SHORT);
    run(&mut vagt, "no-answer-and-wait");
    // Nothing of it is done as long as a name is missing.
    vagt.says("{requester.name}: the desk knows no name of p00@kommune.example");
    vagt.press("f");
    vagt.says("Whole name of the requester");
    vagt.press("Kari");
    vagt.press(ENTER);
    vagt.says("1 take, 2 note, 3 status stalled");
    vagt.says("Ringet til Kari: intet svar.");
    vagt.press("y");
    vagt.says("macro no-answer-and-wait on 1 ticket: 1 done");
    let lines = town.history(id);
    assert_eq!(times(&lines, "Comment", "", ""), 1, "{lines:?}");
    assert_eq!(times(&lines, "Status", "Status", "stalled"), 1, "{lines:?}");
    vagt.press("u");
    vagt.says("What stays:");
    vagt.says("A note cannot be taken back");
    vagt.press("y");
    vagt.says("undo of macro no-answer-and-wait on 1 ticket: 1 done");
    let lines = town.history(id);
    assert_eq!(times(&lines, "Status", "Status", "new"), 1, "{lines:?}");
}
