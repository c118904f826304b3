//! Two agents on one ticket, each at a console.

use std::time::Duration;

use super::pty::Session;

const ESC: &str = "\x1b";
/// A claim of these tests is over after a minute; the rest is what a busy machine takes.
const OVER: Duration = Duration::from_secs(120);

/// The environment that makes claims short.
pub const SHORT: (&str, &str) = ("VAGT_DELIVERY_CLAIM_MINUTES", "1");

/// Both look at a board with one ticket under the cursor. `first` writes, takes it back, writes again and is killed;
/// `second` sees it each time, by `initials` and by `name`.
pub fn scene(mut first: Session, mut second: Session, initials: &str, name: &str) {
    let begun = format!("{initials} 0 min ");
    first.press("n");
    first.wait_text("staff only");
    first.press("Jeg ser");
    second.wait(&format!("{begun:?} in the row"), |s| s.contains(&begun));

    // Nothing is locked: the editor opens, and says who writes already.
    second.press("n");
    second.wait_text("staff only");
    second.wait_text(&format!("{name} has been writing since "));
    second.press(ESC);
    second.wait("no editor", |s| !s.contains("staff only"));

    first.press(ESC);
    first.wait_text("discard");
    first.press("k");
    second.wait("that it was taken back", |s| !s.contains(&begun));

    first.press("n");
    first.wait_text("staff only");
    second.wait(&format!("{begun:?} again"), |s| s.contains(&begun));
    first.signal("KILL");
    drop(first);
    second.press("\r");
    second.wait_text(&format!("{name} has been writing since "));
    second.wait_for(OVER, "the end of a claim that nobody takes back", |s| {
        !s.contains("has been writing")
    });
    second.press(ESC);
    // Esc and q in one breath would be Alt-q.
    second.wait("the board, without a claim", |s| {
        !s.contains("esc back") && !s.contains(&format!("{initials} 1 min"))
    });
    second.press("q");
    assert!(second.wait_end(), "a clean exit");
}
