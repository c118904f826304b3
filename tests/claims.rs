//! Two consoles of two agents, and who writes on a ticket: seen by the other in the list, on the ticket and when opening
//! an editor; taken back when the editor closes, and over by itself when the console was killed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/claims.rs"]
mod claims;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use pty::{Session, Start};
use secrecy::ExposeSecret as _;
use town::{BRISK, Town};

#[test]
fn a_colleague_sees_who_writes_and_since_when() {
    let town = Town::new();
    town.ticket("VPN ned");
    let first = town.console((100, 30), &[claims::SHORT]);
    let home = tempfile::tempdir().unwrap();
    let token = town.desk().second_agent_token();
    let address = town.address();
    let mut env = BRISK.to_vec();
    env.extend([
        claims::SHORT,
        ("VAGT_DESK", address.as_str()),
        ("VAGT_TOKEN", token.expose_secret()),
    ]);
    let second = Session::start(&Start {
        args: &[],
        env: &env,
        home: home.path(),
        size: (100, 30),
    });
    for console in [&first, &second] {
        console.wait("a live board with the ticket", |s| {
            s.contains("· live") && s.contains("VPN ned")
        });
    }
    claims::scene(first, second, "MR", "Mette Ravn");
}
