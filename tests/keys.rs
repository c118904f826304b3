//! How few keys the daily work needs, and what is copied: the real program in a terminal, on the embedded desk.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::time::Duration;

use pty::Session;
use town::{Town, times};

const SIZE: (u16, u16) = (120, 40);
const ENTER: &str = "\r";
const CTRL_D: &str = "\u{4}";

fn board(town: &Town) -> Session {
    let vagt = town.console(SIZE, &[]);
    vagt.wait("a live board", |s| {
        s.contains("· live") && s.contains("1 open")
    });
    vagt
}

#[test]
fn take_priority_and_note_of_one_ticket_are_six_keys_beside_the_text() {
    let town = Town::new();
    let id = town.ticket("VPN ryger");
    let before = town.history(id).len();
    let mut vagt = board(&town);
    let text = "Ringer op kl. 10";
    // What is pressed, and what stands on the screen before the next key.
    let keys = [
        ("t", "take"),
        ("p", "Priority of"),
        ("h", "high"),
        (ENTER, "priority 100"),
        ("n", "staff only"),
    ];
    for (key, then) in keys {
        vagt.press(key);
        vagt.says(then);
    }
    vagt.press(text);
    vagt.says(text);
    vagt.press(CTRL_D);
    assert_eq!(keys.len() + 1, 6);
    // Exactly these three writes, by the agent, and nothing else but that colleagues are told who writes.
    // (A claim is a field; of an owner the desk writes two lines.)
    let is_by_the_way =
        |l: &vagt::demo::HistoryLine| ["CustomField", "SetWatcher"].contains(&l.typ.as_str());
    town.wait_history(id, "a note", |lines| times(lines, "Comment", "", "") == 1);
    vagt.wait_quiet(Duration::from_millis(1_500));
    let lines = town.history(id);
    let lines: Vec<_> = lines
        .into_iter()
        .skip(before)
        .filter(|l| !is_by_the_way(l))
        .collect();
    let wrote: Vec<(&str, &str, &str)> = lines
        .iter()
        .map(|l| (l.typ.as_str(), l.field.as_str(), l.new.as_str()))
        .collect();
    assert_eq!(wrote.len(), 3, "{lines:?}");
    let has = |field: &str| lines.iter().any(|l| l.field == field);
    assert!(has("Owner"), "{wrote:?}");
    assert!(wrote.contains(&("Set", "Priority", "100")), "{wrote:?}");
    let note = lines.last().unwrap();
    assert_eq!((note.typ.as_str(), note.text.trim()), ("Comment", text));
}

#[test]
fn what_is_copied_goes_to_the_terminal_and_into_a_file_and_the_screen_says_where() {
    let town = Town::new();
    let id = town.ticket("VPN ryger").to_string();
    let mut vagt = board(&town);
    vagt.press("y");
    let said = vagt.says("also in ");
    let path = said.split("also in ").nth(1).unwrap();
    let path = path.split_whitespace().next().unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap(), id);
    // OSC 52: the terminal's own clipboard, also through ssh.
    let sent = String::from_utf8_lossy(&vagt.raw()).into_owned();
    let begins = sent.split("\u{1b}]52;").nth(1).unwrap();
    let packed = begins.split(';').nth(1).unwrap();
    let packed: String = packed
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "+/=".contains(*c))
        .collect();
    assert_eq!(base64(id.as_bytes()), packed);
}

/// Few bytes, packed as the terminal wants them.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut packed = String::new();
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0_usize, |word, at| {
            word << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            packed.push(if at <= three.len() {
                LETTERS
                    .get(word >> (18 - 6 * at) & 63)
                    .map_or('?', |b| char::from(*b))
            } else {
                '='
            });
        }
    }
    packed
}
