//! A person at a terminal: starts the real program in a PTY, presses keys, reads the screen.
//!
//! Nothing sleeps: every wait is for a condition on the screen (or the end of the program), with a deadline. When a
//! deadline passes, the failure shows the screen.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::OFlags;
use rustix::termios::{LocalModes, tcgetattr};

/// How long a screen may take to show what is expected, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked again while nothing is written.
const LOOK: Duration = Duration::from_millis(50);

/// A screen as one line: what stands on it, wherever its lines are broken.
pub fn flat(screen: &str) -> String {
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    ended: bool,
    last_byte: Instant,
}

/// A program in a terminal.
pub struct Session {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn std::io::Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

/// How to start the program.
pub struct Start<'a> {
    /// Arguments.
    pub args: &'a [&'a str],
    /// Environment on top of a clean one.
    pub env: &'a [(&'a str, &'a str)],
    /// Home of configuration and data.
    pub home: &'a Path,
    /// Columns and rows.
    pub size: (u16, u16),
}

fn pty_size((columns, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl Session {
    /// Starts the program.
    pub fn start(start: &Start<'_>) -> Self {
        let pair = native_pty_system().openpty(pty_size(start.size)).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_vagt"));
        command.env_clear();
        for name in ["PATH", "HOME", "TMPDIR"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("TZ", "UTC");
        command.env("VAGT_CONFIG_DIR", start.home.join("config"));
        command.env("VAGT_DATA_DIR", start.home.join("data"));
        for (name, value) in start.env {
            command.env(name, value);
        }
        command.args(start.args);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (columns, rows) = start.size;
        let parser = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        let seen = Seen {
            parser,
            raw: Vec::new(),
            ended: false,
            last_byte: Instant::now(),
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let theirs = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut buffer = vec![0u8; 65536];
            loop {
                let got = reader.read(&mut buffer).unwrap_or(0);
                let (lock, told) = &*theirs;
                let mut seen = lock
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                let bytes = buffer.get(..got).unwrap();
                seen.parser.process(bytes);
                seen.raw.extend_from_slice(bytes);
                seen.last_byte = Instant::now();
                seen.ended = got == 0;
                told.notify_all();
                if got == 0 {
                    return;
                }
            }
        });
        Self {
            master: pair.master,
            writer,
            child,
            seen,
        }
    }

    /// Presses keys, as the bytes that a terminal sends.
    pub fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// The screen, as text.
    pub fn screen(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// Every byte that came, from the beginning.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().raw.clone()
    }

    /// Waits until a text stands on the screen, wherever its lines are broken; gives the screen back as one line.
    pub fn says(&self, what: &str) -> String {
        self.says_within(PATIENCE, what)
    }

    /// The same, at most so long.
    pub fn says_within(&self, patience: Duration, what: &str) -> String {
        let what = flat(what);
        flat(&self.wait_for(patience, &what, |screen| flat(screen).contains(&what)))
    }

    /// Waits until the screen is as wanted; gives it back.
    pub fn wait(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        self.wait_for(PATIENCE, what, wanted)
    }

    /// Waits, at most so long.
    pub fn wait_for(
        &self,
        patience: Duration,
        what: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> String {
        let deadline = Instant::now() + patience;
        let (lock, told) = &*self.seen;
        let mut seen = lock.lock().unwrap();
        loop {
            let screen = seen.parser.screen().contents();
            if wanted(&screen) {
                return screen;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !seen.ended,
                "the screen never showed {what}:\n{screen}"
            );
            // Some wait for what no screen tells.
            seen = told.wait_timeout(seen, left.min(LOOK)).unwrap().0;
        }
    }

    /// Waits until a text stands on the screen.
    pub fn wait_text(&self, text: &str) -> String {
        self.wait(&format!("{text:?}"), |screen| screen.contains(text))
    }

    /// Waits until nothing was written for `quiet`.
    pub fn wait_quiet(&self, quiet: Duration) {
        let deadline = Instant::now() + PATIENCE;
        let (lock, told) = &*self.seen;
        let mut seen = lock.lock().unwrap();
        loop {
            let silent = seen.last_byte.elapsed();
            if silent >= quiet {
                return;
            }
            assert!(Instant::now() < deadline, "the screen never came to rest");
            seen = told
                .wait_timeout(seen, quiet.saturating_sub(silent))
                .unwrap()
                .0;
        }
    }

    /// Changes the size of the terminal.
    pub fn resize(&mut self, size: (u16, u16)) {
        let (columns, rows) = size;
        // As a terminal does: the picture has its new size before the program hears of it.
        let mut seen = self.seen.0.lock().unwrap();
        seen.parser
            .screen_mut()
            .set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        self.master.resize(pty_size(size)).unwrap();
    }

    /// Process id of the program.
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.process_id().unwrap()).unwrap()
    }

    /// Sends a signal by name (`TERM`, `HUP`, `KILL`, `TSTP`, `CONT`).
    pub fn signal(&self, name: &str) {
        let status = std::process::Command::new("kill")
            .args([&format!("-{name}"), &self.pid().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    /// Waits until the program has ended; whether it ended well.
    pub fn wait_end(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            assert!(
                Instant::now() < deadline,
                "the program never ended:\n{}",
                self.screen()
            );
            std::thread::yield_now();
        }
    }

    /// Every byte of a program that has ended.
    pub fn raw_to_the_end(&self) -> Vec<u8> {
        let deadline = Instant::now() + PATIENCE;
        let (lock, told) = &*self.seen;
        let mut seen = lock.lock().unwrap();
        while !seen.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "somebody still holds the terminal");
            seen = told.wait_timeout(seen, left).unwrap().0;
        }
        seen.raw.clone()
    }

    /// Whether the terminal collects lines and echoes them, as a shell leaves it.
    pub fn is_cooked(&self) -> bool {
        let name = self.master.tty_name().unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY;
        let line = rustix::fs::open(name, flags, rustix::fs::Mode::empty()).unwrap();
        let modes = tcgetattr(line).unwrap().local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO)
    }

    /// Kills it without warning.
    pub fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.kill();
    }
}
