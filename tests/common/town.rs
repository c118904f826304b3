//! An embedded desk in the process of the test, and consoles that look at it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use vagt::demo::{Desk, DeskOptions, HistoryLine, RunningDesk};

use super::pty::{PATIENCE, Session, Start};

/// What makes a console ask often and wait briefly, so that a test takes seconds.
pub const BRISK: [(&str, &str); 8] = [
    ("VAGT_POLL_BUSY_SECS", "1"),
    ("VAGT_POLL_IDLE_SECS", "1"),
    ("VAGT_POLL_UNFOCUSED_SECS", "1"),
    ("VAGT_POLL_BACKOFF_MAX_SECS", "1"),
    ("VAGT_DELIVERY_UNKNOWN_FIRST_LOOK_SECS", "1"),
    ("VAGT_DELIVERY_UNKNOWN_SECOND_LOOK_SECS", "2"),
    ("VAGT_NET_READ_SECS", "5"),
    ("VAGT_NET_WRITE_SECS", "5"),
];

/// A desk, and the home directory of the consoles that look at it.
pub struct Town {
    runtime: Runtime,
    desk: Option<RunningDesk>,
    options: DeskOptions,
    home: TempDir,
    token: String,
}

impl Town {
    /// An empty desk that survives being switched off.
    pub fn new() -> Self {
        Self::of(DeskOptions::default())
    }

    /// A desk that survives being switched off.
    pub fn of(options: DeskOptions) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let home = tempfile::tempdir().unwrap();
        let mut options = DeskOptions {
            db: Some(home.path().join("desk.db")),
            ..options
        };
        let desk = runtime.block_on(Desk::start(options.clone())).unwrap();
        options.listen = address(&desk);
        let token = desk.agent_token().expose_secret().to_owned();
        Self {
            runtime,
            desk: Some(desk),
            options,
            home,
            token,
        }
    }

    /// The desk; it must be switched on.
    pub fn desk(&self) -> &RunningDesk {
        self.desk.as_ref().unwrap()
    }

    /// Where consoles keep their things.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Switches the desk off.
    pub fn switch_off(&mut self) {
        let desk = self.desk.take().unwrap();
        self.runtime.block_on(desk.shutdown());
    }

    /// Switches it on again, at the same address.
    pub fn switch_on(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        let desk = loop {
            match self.runtime.block_on(Desk::start(self.options.clone())) {
                Ok(desk) => break desk,
                Err(error) => assert!(Instant::now() < deadline, "{error}"),
            }
        };
        self.desk = Some(desk);
    }

    /// A ticket that somebody wrote.
    pub fn ticket(&self, subject: &str) -> i64 {
        self.ticket_of(subject, "karen@kommune.example")
    }

    /// A ticket of somebody.
    pub fn ticket_of(&self, subject: &str, requester: &str) -> i64 {
        let body = format!("{subject}: kan I hjælpe?");
        let asked = self.desk().add_ticket(subject, &body, requester);
        self.runtime.block_on(asked).unwrap()
    }

    /// A ticket with a text of its own.
    pub fn ticket_with(&self, subject: &str, body: &str) -> i64 {
        let asked = self
            .desk()
            .add_ticket(subject, body, "karen@kommune.example");
        self.runtime.block_on(asked).unwrap()
    }

    /// A ticket of somebody with a text of their own.
    pub fn ticket_from(&self, requester: &str, subject: &str, body: &str) -> i64 {
        let asked = self.desk().add_ticket(subject, body, requester);
        self.runtime.block_on(asked).unwrap()
    }

    /// A colleague changes a ticket.
    pub fn change(&self, id: i64, json: serde_json::Value) {
        let done = self.desk().change_ticket(id, "bjorn", json);
        self.runtime.block_on(done).unwrap();
    }

    /// Somebody else changes a ticket.
    pub fn change_as(&self, id: i64, user: &str, json: serde_json::Value) {
        let done = self.desk().change_ticket(id, user, json);
        self.runtime.block_on(done).unwrap();
    }

    /// What happened to a ticket.
    pub fn history(&self, id: i64) -> Vec<HistoryLine> {
        self.runtime.block_on(self.desk().history(id)).unwrap()
    }

    /// Waits until the history of a ticket is as wanted; gives it back.
    pub fn wait_history(
        &self,
        id: i64,
        what: &str,
        wanted: impl Fn(&[HistoryLine]) -> bool,
    ) -> Vec<HistoryLine> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let lines = self.history(id);
            if wanted(&lines) {
                return lines;
            }
            assert!(Instant::now() < deadline, "never {what}: {lines:?}");
            std::thread::yield_now();
        }
    }

    /// Waits until the desk has had `more` requests more than it has had now.
    pub fn wait_requests(&self, more: u64) {
        let (deadline, all) = (
            Instant::now() + PATIENCE,
            self.desk().faults().total() + more,
        );
        while self.desk().faults().total() < all {
            assert!(Instant::now() < deadline, "nobody asks the desk");
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// A console that looks at this desk.
    pub fn console(&self, size: (u16, u16), env: &[(&str, &str)]) -> Session {
        self.program(&[], size, env)
    }

    /// The program with arguments, looking at this desk, in a terminal.
    pub fn program(&self, args: &[&str], size: (u16, u16), env: &[(&str, &str)]) -> Session {
        let desk = self.address();
        let mut all: Vec<(&str, &str)> = BRISK.to_vec();
        all.extend([("VAGT_DESK", desk.as_str()), ("VAGT_TOKEN", &self.token)]);
        all.extend(env);
        Session::start(&Start {
            args,
            env: &all,
            home: self.home(),
            size,
        })
    }

    /// The desk as `VAGT_DESK` names it.
    pub fn address(&self) -> String {
        format!("rt+http://{}", self.options.listen)
    }

    /// The token of the agent who sits at the console.
    pub fn token(&self) -> &str {
        &self.token
    }
}

fn address(desk: &RunningDesk) -> SocketAddr {
    desk.url().strip_prefix("http://").unwrap().parse().unwrap()
}

/// How often the history has a line of this type, field and new value; an empty text fits all.
pub fn times(lines: &[HistoryLine], typ: &str, field: &str, new: &str) -> usize {
    lines
        .iter()
        .filter(|l| {
            l.typ == typ
                && (field.is_empty() || l.field == field)
                && (new.is_empty() || l.new == new)
        })
        .count()
}
