//! A key hits the ticket that was under the cursor when it was pressed, whatever moves in around it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use pty::Session;
use serde_json::json;
use town::{Town, times};

/// One pane with tabs: the only cursor on the screen is the pane's.
const SIZE: (u16, u16) = (90, 26);

/// The number of the ticket under the cursor.
fn under_cursor(screen: &str) -> Option<i64> {
    let (_, row) = screen.lines().find_map(|line| line.split_once('›'))?;
    row.split(|c: char| !c.is_ascii_digit())
        .find_map(|word| word.parse().ok())
}

fn cursor(vagt: &Session, what: &str, wanted: impl Fn(i64) -> bool) -> i64 {
    let screen = vagt.wait(what, |s| under_cursor(s).is_some_and(&wanted));
    under_cursor(&screen).unwrap()
}

/// Tickets that stand above all others.
fn urgent(town: &Town, number: usize, place: &str) -> Vec<i64> {
    (0..number)
        .map(|n| {
            let id = town.ticket(&format!("VPN nede i {place} {n}"));
            town.change(id, json!({ "Priority": 90 }));
            id
        })
        .collect()
}

fn owners_set(town: &Town, id: i64) -> usize {
    times(&town.history(id), "Set", "Owner", "")
}

fn town_of(number: usize) -> (Town, Vec<i64>) {
    let town = Town::new();
    let ids = (0..number)
        .map(|n| town.ticket(&format!("VPN ned {n}")))
        .collect();
    (town, ids)
}

#[test]
fn a_held_key_under_twenty_arrivals_and_a_new_order_hits_its_ticket() {
    let (town, ids) = town_of(12);
    let mut vagt = town.console(SIZE, &[]);
    vagt.wait("a live board", |s| {
        s.contains("· live") && s.contains("VPN ned 11")
    });
    vagt.press("1");
    let mut at = cursor(&vagt, "a cursor", |_| true);
    for _ in 0..5 {
        vagt.press("j");
        at = cursor(&vagt, "the next row", |now| now != at);
    }
    let mut others = Vec::new();
    std::thread::scope(|scope| {
        let arriving = scope.spawn(|| {
            let new = urgent(&town, 20, "Vejle");
            // The order of those that were there turns round as well.
            for (id, priority) in ids.iter().zip(10..) {
                town.change(*id, json!({ "Priority": priority }));
            }
            new
        });
        while !arriving.is_finished() {
            vagt.press("jk");
        }
        others = arriving.join().unwrap();
    });
    vagt.wait("the new rows are counted", |s| s.contains("32 open"));
    vagt.press(&"jk".repeat(50));
    vagt.press("t");
    vagt.wait_text(&format!("{at}: take done"));
    assert_eq!(owners_set(&town, at), 1);
    others.extend(ids.iter().filter(|id| **id != at));
    for id in others {
        assert_eq!(
            owners_set(&town, id),
            0,
            "ticket {id} was hit instead of {at}"
        );
    }
    vagt.press("q");
    assert!(vagt.wait_end());
}

#[test]
fn a_new_order_between_the_look_and_the_key_takes_the_cursor_along() {
    let (town, ids) = town_of(8);
    let mut vagt = town.console(SIZE, &[("VAGT_BOARD_FREEZE_SECS", "0")]);
    vagt.wait("a live board", |s| {
        s.contains("· live") && s.contains("VPN ned 7")
    });
    vagt.press("1");
    let mut at = cursor(&vagt, "a cursor", |_| true);
    let mut taken = Vec::new();
    let mut all = ids;
    for place in ["Aarhus", "Odense", "Esbjerg", "Randers"] {
        vagt.press("j");
        at = cursor(&vagt, "the next row", |now| now != at);
        std::thread::scope(|scope| {
            let arriving = scope.spawn(|| urgent(&town, 5, place));
            vagt.wait("some of them on the screen", |s| s.contains(place));
            vagt.press("t");
            all.extend(arriving.join().unwrap());
        });
        vagt.wait_text(&format!("{at}: take done"));
        taken.push(at);
    }
    for id in all {
        let expected = usize::from(taken.contains(&id));
        assert_eq!(
            owners_set(&town, id),
            expected,
            "ticket {id}, taken {taken:?}"
        );
    }
    vagt.press("q");
    assert!(vagt.wait_end());
}
