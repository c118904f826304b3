//! One action on forty tickets, at the keyboard: the real program in a terminal, on the embedded desk.
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

use std::time::{Duration, Instant};

use five::FIVE;
use pty::{Session, flat};
use serde_json::json;
use town::{Town, times};

const SIZE: (u16, u16) = (120, 40);
const ENTER: &str = "\r";
const CTRL_D: &str = "\u{4}";
/// Long enough for a colleague to come in between.
const HOLD: [(&str, &str); 1] = [("VAGT_DELIVERY_HOLD_SECS", "4")];

fn town_of(number: usize) -> (Town, Vec<i64>) {
    let town = Town::new();
    let ids = (0..number)
        .map(|n| {
            let who = format!("p{n:02}@kommune.example");
            town.ticket_of("VPN virker ikke", &who)
        })
        .collect();
    (town, ids)
}

fn board(town: &Town, count: usize) -> Session {
    let vagt = town.console(SIZE, &HOLD);
    let open = format!("{count} open");
    vagt.wait("a live board", |s| {
        s.contains("· live") && s.contains(&open)
    });
    vagt
}

#[test]
fn forty_done_four_changed_two_failed_then_retry_and_undo() {
    let (town, ids) = town_of(40);
    let mut vagt = board(&town, 40);
    vagt.press("1A");
    vagt.says("40 marked");
    vagt.press("p75");
    vagt.press(ENTER);
    vagt.says("priority 75: 40 tickets of 40 people?");
    vagt.says("No requester sees it.");
    vagt.press("y");
    vagt.says("40 to send");
    for id in &ids[..4] {
        town.change(*id, json!({"Priority": 10}));
    }
    for id in &ids[4..6] {
        town.change_as(*id, "root", json!({"Queue": "Personalesager"}));
    }
    vagt.says("34 done, 4 changed by others, 2 failed");
    let set = |id: i64| times(&town.history(id), "Set", "Priority", "75");
    let counts = |ids: &[i64]| ids.iter().map(|id| set(*id)).sum::<usize>();
    assert_eq!((counts(&ids), counts(&ids[..6])), (34, 0));
    // What failed can be tried again, and nothing else goes out.
    for id in &ids[4..6] {
        town.change_as(*id, "root", json!({"Queue": "Servicedesk"}));
    }
    vagt.press("r");
    vagt.says("36 done, 4 changed by others");
    assert_eq!((counts(&ids), counts(&ids[..4])), (36, 0));
    // Undo writes what was there before; what others wrote stays.
    vagt.press("u");
    vagt.says("undo of priority 75: 36 tickets of 36 people?");
    vagt.press("y");
    vagt.says("36/36");
    vagt.says("36 done");
    for id in &ids[4..] {
        let history = town.history(*id);
        let set = history
            .iter()
            .filter(|l| l.typ == "Set" && l.field == "Priority");
        let values: Vec<_> = set.map(|l| (l.old.as_str(), l.new.as_str())).collect();
        assert_eq!(values.len(), 2, "{history:?}");
        assert_eq!(values[0].0, values[1].1, "as it was before");
    }
    assert_eq!(times(&town.history(ids[0]), "Set", "Priority", "10"), 1);
}

#[test]
fn twelve_answers_are_there_once_each_though_the_console_is_killed_after_some() {
    let (town, ids) = town_of(12);
    let mut vagt = board(&town, 12);
    vagt.press("1Ar");
    vagt.says("12 marked tickets");
    vagt.press("Vi arbejder på det.");
    vagt.press(CTRL_D);
    vagt.says("reply: 12 tickets of 12 people?");
    vagt.says("12 people get this text.");
    vagt.press("y");
    let replies = |id: i64| times(&town.history(id), "Correspond", "", "");
    let all = || ids.iter().map(|id| replies(*id)).sum::<usize>();
    vagt.wait("some of them", |_| all() >= 5);
    vagt.kill();
    let after = all();
    assert!(after < 12, "killed too late to show anything");
    let mut vagt = board(&town, 12);
    // What was left may be out before the Board is there, and its notice gone; `b` shows how far it is at any time.
    vagt.press("b");
    vagt.says("12/12");
    vagt.says("12 done");
    assert_eq!(
        ids.iter().map(|id| replies(*id)).collect::<Vec<_>>(),
        [1; 12]
    );
}

#[test]
fn twelve_in_five_languages_are_answered_once_each_in_their_own_and_then_resolved() {
    let town = Town::new();
    let asked: Vec<(i64, &str)> = FIVE
        .iter()
        .cycle()
        .take(12)
        .zip(0..)
        .map(|(writer, n)| {
            let who = format!("p{n:02}@kommune.example");
            let id = town.ticket_from(&who, writer.subject, writer.body);
            (id, writer.restored)
        })
        .collect();
    let ids: Vec<i64> = asked.iter().map(|(id, _)| *id).collect();
    let mut vagt = board(&town, 12);
    vagt.wait("all of them in the pane", |s| s.contains("VPN 12"));
    vagt.press("1A");
    vagt.says("12 marked");
    vagt.press("e");
    vagt.says("Write on 12 marked tickets from a template");
    vagt.press("vpn-restored");
    vagt.says("in Danish, 3 of 12");
    vagt.press(ENTER);
    vagt.says("reply from vpn-restored: 12 tickets of 12 people?");
    vagt.says("da 3 · nb 3 · nn 2 · sv 2 · en 2");
    vagt.says("VPN virker igen.");
    vagt.press("\t\t\t\t");
    vagt.says("VPN works again.");
    vagt.press("y");
    let replies = |id: i64| times(&town.history(id), "Correspond", "", "");
    let all = || ids.iter().map(|id| replies(*id)).sum::<usize>();
    vagt.wait("some of them", |_| all() >= 5);
    vagt.kill();
    assert!(all() < 12, "killed too late to show anything");
    let mut vagt = board(&town, 12);
    vagt.press("b");
    // A notice at the bottom says that 12 are done, too; this is the report.
    vagt.says("12/12");
    for (id, answer) in &asked {
        let lines = town.history(*id);
        let mut texts = lines.iter().filter(|l| l.typ == "Correspond");
        let text = &texts.next().unwrap().text;
        assert!(text.contains(answer), "{answer}: {text}");
        assert!(texts.next().is_none(), "twice: {lines:?}");
    }
    // The desk opened them when they were answered; they are still resolved by one key.
    vagt.press("\u{1b}");
    vagt.wait("no overlay", |s| !s.contains("12/12"));
    vagt.press("1A");
    vagt.says("12 marked");
    vagt.press("sresolved");
    vagt.press(ENTER);
    vagt.says("status resolved: 12 tickets of 12 people?");
    vagt.press("y");
    vagt.says("status resolved: 12 tickets");
    vagt.says("12 done");
}

/// How many tickets: enough to be asked for their number; `VAGT_TEST_BULK=2000` measures.
fn many() -> usize {
    let asked = std::env::var("VAGT_TEST_BULK").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(220)
}

#[test]
fn hundreds_are_done_once_each_after_their_number_was_typed_though_the_console_is_killed() {
    let count = many();
    let patience = Duration::from_secs(60 + count as u64 / 4);
    let (town, ids) = town_of(count);
    let open = |vagt: &Session| {
        let open = format!("{count} open");
        vagt.wait_for(patience, "a live board", |s| {
            // The top line parts thousands.
            s.contains("· live") && s.replace(',', "").contains(&open)
        });
    };
    let mut vagt = town.console(SIZE, &[("VAGT_DELIVERY_HOLD_SECS", "1")]);
    open(&vagt);
    vagt.press("1A");
    vagt.says(&format!("{count} marked"));
    vagt.press("p75");
    vagt.press(ENTER);
    vagt.says(&format!("priority 75: {count} tickets of {count} people?"));
    // Yes alone is not enough, nor is another number.
    vagt.press("y");
    vagt.press("12");
    vagt.press(ENTER);
    vagt.says("That is not the number of tickets");
    vagt.press("\u{7f}\u{7f}\u{7f}");
    vagt.press(&count.to_string());
    let begun = Instant::now();
    vagt.press(ENTER);
    vagt.says("to send");
    let stored = begun.elapsed();
    let done = |s: &str| -> usize {
        let text = flat(s);
        let before = text.split(" done").next().unwrap_or_default();
        before
            .rsplit(' ')
            .next()
            .and_then(|n| n.parse().ok())
            .unwrap_or(0)
    };
    vagt.wait_for(patience, "half of them", |s| done(s) * 2 >= count);
    let half = begun.elapsed();
    // The screen answers while they go out.
    let asked = Instant::now();
    vagt.press("\u{1b}");
    let bar = format!("/{count} =");
    vagt.wait("no overlay", |s| !s.contains(&bar));
    let answered = asked.elapsed();
    vagt.kill();
    let set = || {
        ids.iter()
            .filter(|id| times(&town.history(**id), "Set", "Priority", "75") > 0)
            .count()
    };
    let before = set();
    assert!(before < count, "killed too late to show anything");
    let mut vagt = town.console(SIZE, &[]);
    open(&vagt);
    vagt.press("b");
    let begun = Instant::now();
    let all = format!("{count} done");
    vagt.wait_for(patience, "all of them", |s| flat(s).contains(&all));
    println!(
        "{count}: stored in {stored:?}, half done in {half:?}, a key answered in {answered:?}; \
         the other {} after the kill in {:?}",
        count - before,
        begun.elapsed()
    );
    for id in &ids {
        let lines = town.history(*id);
        assert_eq!(times(&lines, "Set", "Priority", "75"), 1, "{lines:?}");
    }
}
