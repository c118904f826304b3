//! `vagt watch` on an embedded desk: a process without a terminal, whose lines are read as they come.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;

use super::town::{BRISK, Town};

/// The engine places some tickets with the next full minute.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// The process.
pub struct Listener {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<Json>,
}

impl Listener {
    /// Starts it, with its things in a directory.
    pub fn start(town: &Town, home: &Path, args: &[&str], token: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vagt"))
            .arg("watch")
            .args(args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("VAGT_CONFIG_DIR", home.join("config"))
            .env("VAGT_DATA_DIR", home.join("data"))
            .env("VAGT_DESK", town.address())
            .env("VAGT_TOKEN", token)
            .envs(BRISK)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (to, lines) = channel();
        // It lets go of the pipe as soon as nobody listens here any more.
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if to.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Reads until a line is as wanted; gives it back.
    pub fn wait(&mut self, what: &str, wanted: impl Fn(&Json) -> bool) -> Json {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("never {what}: {:#?}", self.seen);
            };
            let line: Json = serde_json::from_str(&line).unwrap();
            assert_eq!(line["schema"], "vagt.watch/1", "{line}");
            self.seen.push(line.clone());
            if wanted(&line) {
                return line;
            }
        }
    }

    /// Reads until something happened.
    pub fn event(&mut self, event: &str) -> Json {
        self.wait(event, |line| line["event"] == event)
    }

    /// Everything that was read.
    pub fn seen(&self) -> &[Json] {
        &self.seen
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).unwrap();
    }

    /// Reads no more.
    pub fn turn_away(&mut self) {
        let (_, nothing) = channel();
        self.lines = nothing;
    }

    /// Waits for its end: exit code, and what it said beside the lines.
    pub fn end(mut self) -> (Option<i32>, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::park_timeout(Duration::from_millis(5));
        };
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        (status.code(), said)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
