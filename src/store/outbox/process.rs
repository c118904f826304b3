//! Which process is it, and is it still alive?

use std::fs;
use std::path::Path;

use uuid::Uuid;

/// A console, so that another one can prove it dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// This handle among those of its process.
    pub token: String,
    /// Name of the machine.
    pub host: String,
    /// This start of the machine; empty where it cannot be told.
    pub boot: String,
    /// Namespace in which the process id counts; empty where it cannot be told.
    pub space: String,
    /// Process id.
    pub pid: u32,
    /// Start time of the process in ticks since the start of the machine, where it can be told.
    pub started: Option<i64>,
}

impl Process {
    /// This process, as a new console.
    pub fn current() -> Self {
        let pid = std::process::id();
        Self {
            token: Uuid::new_v4().to_string(),
            host: line_of("/proc/sys/kernel/hostname")
                .or_else(|| std::env::var("HOSTNAME").ok())
                .unwrap_or_default(),
            boot: line_of("/proc/sys/kernel/random/boot_id").unwrap_or_default(),
            space: fs::read_link("/proc/self/ns/pid")
                .map(|link| link.to_string_lossy().into_owned())
                .unwrap_or_default(),
            pid,
            started: stat(pid).and_then(|s| s.started),
        }
    }

    /// Whether `other` is proven dead, seen from here. `false` means alive or not known.
    ///
    /// Another machine, or another process namespace, proves nothing.
    pub fn proves_dead(&self, other: &Self) -> bool {
        if self.host != other.host || self.host.is_empty() {
            return false;
        }
        if self.boot != other.boot {
            return !self.boot.is_empty() && !other.boot.is_empty();
        }
        if self.space != other.space {
            return false;
        }
        if Path::new("/proc/self/stat").exists() {
            match stat(other.pid) {
                None => true,
                Some(stat) => {
                    stat.is_over || (other.started.is_some() && stat.started != other.started)
                }
            }
        } else {
            is_gone(other.pid)
        }
    }
}

struct Stat {
    started: Option<i64>,
    /// Ended, though its parent has not looked yet.
    is_over: bool,
}

/// Reads `/proc/PID/stat`: the name in brackets may hold anything, so fields count from its last bracket.
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    let state = fields.next()?;
    Some(Stat {
        // Field 22 of the line; the state was the third.
        started: fields.nth(18).and_then(|f| f.parse().ok()),
        is_over: matches!(state, "Z" | "X"),
    })
}

fn line_of(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|t| !t.is_empty())
}

#[cfg(unix)]
fn is_gone(pid: u32) -> bool {
    i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .is_some_and(|pid| rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
fn is_gone(_pid: u32) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn only_proof_counts_as_death() {
        let me = Process::current();
        assert!(!me.proves_dead(&me), "alive");
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let dead = Process {
            pid: child.id(),
            started: stat(child.id()).and_then(|s| s.started),
            ..me.clone()
        };
        // Waiting without reaping: the process stays as a zombie, which is as dead.
        while !stat(child.id()).is_some_and(|s| s.is_over) {
            std::thread::yield_now();
        }
        assert!(me.proves_dead(&dead), "a zombie is dead");
        child.wait().unwrap();
        assert!(me.proves_dead(&dead), "gone");
        let reused = Process {
            started: me.started.map(|s| s + 1),
            ..me.clone()
        };
        assert!(
            me.proves_dead(&reused),
            "the process id was given to another"
        );
        let rebooted = Process {
            boot: "another".into(),
            ..me.clone()
        };
        assert!(me.proves_dead(&rebooted), "the machine was started again");
        for unknowable in [
            Process {
                host: "elsewhere".into(),
                boot: "another".into(),
                ..dead.clone()
            },
            Process {
                space: "a container".into(),
                ..dead
            },
        ] {
            assert!(!me.proves_dead(&unknowable), "{unknowable:?}");
        }
    }
}
