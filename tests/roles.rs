//! A console that only reads, over an outbox that an agent's console left behind: nothing but reading reaches the desk,
//! what waits is shown, and the next agent's console sends it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use pty::flat;
use town::{Town, times};

const SIZE: (u16, u16) = (120, 40);

#[test]
fn nothing_but_reading_reaches_the_desk() {
    let mut town = Town::new();
    let id = town.ticket("VPN ned");
    let mut agent = town.console(SIZE, &[]);
    agent.wait("a live board", |s| {
        s.contains("· live") && s.contains("VPN ned")
    });
    town.switch_off();
    agent.press("t");
    agent.wait_text("1 to send");
    agent.press("q");
    agent.wait_text("not sent yet");
    agent.press("k");
    assert!(agent.wait_end(), "a clean exit");
    town.switch_on();

    let mut reader = town.program(&["--read-only"], SIZE, &[]);
    reader.wait("what waits", |s| {
        s.contains("read-only") && flat(s).contains("1 action waits for an agent's console")
    });
    reader.wait_text("· live");
    // Every key that writes on a row, one after the other, then on a marked row, then in the outbox.
    for keys in ["tXTaspQgrneL+-McCu", "mtsr0", "O"] {
        reader.press(keys);
    }
    reader.wait_text("Outbox");
    reader.press("r!");
    reader.wait_text("is not possible");
    town.wait_requests(3);
    let writes: Vec<_> = town
        .desk()
        .faults()
        .seen()
        .into_iter()
        .filter(|request| request.method != "GET")
        .collect();
    assert!(writes.is_empty(), "{writes:?}");
    assert_eq!(times(&town.history(id), "Set", "Owner", ""), 0);
    reader.press("q");
    assert!(reader.wait_end(), "leaves without a question");

    let mut agent = town.console(SIZE, &[]);
    town.wait_history(id, "taken", |lines| times(lines, "Set", "Owner", "") == 1);
    agent.wait("nothing to send", |s| {
        s.contains("· live") && !s.contains("to send")
    });
    agent.press("q");
    assert!(agent.wait_end(), "a clean exit");
}
