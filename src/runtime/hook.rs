//! Runs the command of an alarm: once over all consoles of a person, without a shell, for a bounded time, with a bounded output.
//!
//! Invariant: at its limit the command is killed with its children, and whatever went wrong with it is one sentence for a
//! person. Start at [`run`].

use std::io::ErrorKind;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use crate::config::{make_private_dir, write_private_file};
use crate::domain::Timestamp;
use crate::domain::alarm::{Book, Hook, Ring, Why};
use crate::domain::ids::GroupId;
use crate::text::mask::mask;
use crate::text::sanitize;

/// Most that a command may print, in bytes.
const MOST: usize = 64_000;
/// Secrets of ours that are not handed on.
const SECRETS: [&str; 2] = ["VAGT_TOKEN", "VAGT_PASSWORD"];
/// Most tickets that are named.
const TICKETS: usize = 200;
/// Longest first line of an output that is repeated, in characters.
const SAID: usize = 160;

/// Whether nobody has run the command of this ring yet, another console of this person for example; then it is noted that
/// somebody does. A note of an earlier alarm does not count.
///
/// # Errors
/// The note cannot be written.
pub fn claim(dir: &Path, ring: &Ring) -> std::io::Result<bool> {
    make_private_dir(dir)?;
    // What a person wants is another wish each time.
    let what = match ring.why {
        Why::Escalated => format!("m{}", ring.at.as_second()),
        Why::Unanswered => format!("e{}", ring.rung),
        _ => format!("r{}", ring.rung),
    };
    let path = dir.join(format!("{}.{what}", file_name(&ring.group)));
    // Consoles of one person look at the same second; the lock is free again when its file is closed.
    let lock = std::fs::File::create(dir.join(LOCK))?;
    lock.lock()?;
    match std::fs::read_to_string(&path) {
        // What cannot be read says that somebody was there.
        Ok(text)
            if text
                .parse()
                .is_ok_and(|before: Timestamp| before < ring.since) => {}
        Ok(_) => return Ok(false),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    write_private_file(&path, ring.at.to_string().as_bytes())?;
    forget(dir);
    Ok(true)
}

/// Name of the file that one console at a time holds.
const LOCK: &str = "lock";
/// A note is of use as long as its alarm may be open.
const KEPT: Duration = Duration::from_secs(7 * 86_400);

/// Takes away the notes of alarms that are long over, whichever console wrote them.
fn forget(dir: &Path) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_note = name.rsplit_once('.').is_some_and(|(_, end)| {
            let number = end.strip_prefix(['r', 'e', 'm']);
            number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        });
        let written = entry.metadata().and_then(|found| found.modified()).ok();
        let age = written.and_then(|at| at.elapsed().ok());
        if is_note && age.is_some_and(|age| age > KEPT) {
            // It is taken away the next time.
            drop(std::fs::remove_file(entry.path()));
        }
    }
}

/// Name of the file in which the book is kept.
const BOOK: &str = "book.json";

/// What a console before this one told of alarms; nothing where that cannot be read.
pub fn kept(dir: &Path) -> Book {
    let text = std::fs::read_to_string(dir.join(BOOK)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Keeps the book.
///
/// # Errors
/// One sentence: the file cannot be written.
pub fn keep(dir: &Path, book: &Book) -> Result<(), String> {
    let path = dir.join(BOOK);
    let json = serde_json::to_vec(book).map_err(|error| error.to_string())?;
    write_private_file(&path, &json).map_err(|error| {
        let path = path.display();
        format!(
            "{path} cannot be written: {error}; after a restart an alarm may ring a second time"
        )
    })?;
    Ok(())
}

/// The name of a group in the name of a note.
fn file_name(group: &GroupId) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    group.as_str().chars().map(plain).take(40).collect()
}

/// What the command is told of an alarm.
pub fn environment(ring: &Ring, budget: usize, desk: &str) -> Vec<(&'static str, String)> {
    let safe = |text: &str| sanitize::line(&mask(text));
    let places: Vec<String> = ring.places.iter().map(|place| safe(place)).collect();
    let tickets = ring.tickets.iter().take(TICKETS);
    let tickets: Vec<String> = tickets.map(ToString::to_string).collect();
    let event = if ring.why.is_escalation() {
        "escalation"
    } else {
        "alarm"
    };
    let incident = ring.incident.as_ref().map(ToString::to_string);
    vec![
        ("VAGT_EVENT", event.to_owned()),
        ("VAGT_WHY", ring.why.word().to_owned()),
        ("VAGT_GROUP", safe(ring.group.as_str())),
        ("VAGT_INCIDENT", safe(&incident.unwrap_or_default())),
        ("VAGT_PEOPLE", ring.people.to_string()),
        ("VAGT_SILENT", ring.silent.to_string()),
        ("VAGT_SINCE", ring.since.to_string()),
        ("VAGT_PLACES", places.join(", ")),
        ("VAGT_TICKETS", tickets.join(" ")),
        ("VAGT_SENTENCE", safe(&ring.sentence)),
        ("VAGT_PAGE", ring.page.to_string()),
        ("VAGT_BUDGET", budget.to_string()),
        ("VAGT_WHERE", safe(desk)),
    ]
}

/// Why a command did not do what it should.
enum Failed {
    /// It printed more than [`MOST`].
    Flood,
    /// The system says so.
    Io(std::io::Error),
}

/// Runs a command to its end.
///
/// # Errors
/// One sentence: it cannot be started, ended with a failure, took too long or printed too much.
pub async fn run(hook: &Hook, environment: Vec<(&'static str, String)>) -> Result<(), String> {
    let Some((program, arguments)) = hook.command.split_first() else {
        return Err("the hook of alarms names no program; mend alarms.toml".to_owned());
    };
    let name = sanitize::line_max(program, SAID);
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(environment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    for secret in SECRETS {
        command.env_remove(secret);
    }
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(|error| {
        format!("the hook {name} cannot be started: {error}; alarms.toml names it")
    })?;
    let mut group = Group(child.id());
    let limit = Duration::try_from(hook.limit).unwrap_or_default();
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let work = async {
        let status = async { child.wait().await.map_err(Failed::Io) };
        tokio::try_join!(read(out), read(err), status)
    };
    let ended = tokio::time::timeout(limit, work).await;
    let why = match ended {
        Ok(Ok((out, err, status))) => {
            group.0 = None;
            return judged(&name, status, &out, &err);
        }
        Ok(Err(Failed::Flood)) => format!("printed more than {MOST} bytes"),
        Ok(Err(Failed::Io(error))) => format!("failed: {error}"),
        Err(_) => format!("did not end within {} s", limit.as_secs()),
    };
    drop(group);
    drop(child.kill().await);
    Err(format!("the hook {name} {why} and was killed"))
}

async fn read(from: Option<impl AsyncRead + Unpin>) -> Result<Vec<u8>, Failed> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        let most = u64::try_from(MOST).unwrap_or(u64::MAX);
        let mut limited = from.take(most.saturating_add(1));
        limited.read_to_end(&mut bytes).await.map_err(Failed::Io)?;
    }
    if bytes.len() > MOST {
        return Err(Failed::Flood);
    }
    Ok(bytes)
}

/// A command with its children; they are killed when it is let go before its end, on leaving for example.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            let pid = self.0.and_then(|id| i32::try_from(id).ok());
            if let Some(pid) = pid.and_then(Pid::from_raw) {
                // It may have ended meanwhile.
                let _gone = kill_process_group(pid, Signal::KILL);
            }
        }
    }
}

fn judged(name: &str, status: ExitStatus, out: &[u8], err: &[u8]) -> Result<(), String> {
    if status.success() {
        return Ok(());
    }
    let line = [err, out].into_iter().find_map(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let line = text.lines().find(|line| !line.trim().is_empty())?;
        Some(sanitize::line_max(&mask(line), SAID))
    });
    let said = line.map_or_else(String::new, |line| format!(": {line}"));
    Err(format!("the hook {name} ended with {status}{said}"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Instant;

    use jiff::SignedDuration;

    use super::*;
    use crate::domain::ids::{IncidentId, TicketId};

    fn ring(rung: u32, since: &str, at: &str) -> Ring {
        Ring {
            at: at.parse().unwrap(),
            group: GroupId::from("vpn"),
            incident: Some(IncidentId::from("i1")),
            why: Why::New,
            means: BTreeSet::new(),
            rung,
            page: 3,
            people: 14,
            silent: 2,
            places: BTreeSet::from(["Sorø".to_owned()]),
            since: since.parse().unwrap(),
            tickets: vec![TicketId::from("7"), TicketId::from("9")],
            sentence: "VPN: 14 \u{1b}[31mpeople 010190-1234".to_owned(),
        }
    }

    fn hook(script: &str, seconds: i64) -> Hook {
        Hook {
            command: ["/bin/sh", "-c", script].map(str::to_owned).to_vec(),
            limit: SignedDuration::from_secs(seconds),
        }
    }

    #[tokio::test]
    async fn it_gets_the_incident_made_safe_and_no_secret() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("told");
        let ring = ring(1, "2026-03-04T02:00:00Z", "2026-03-04T02:10:00Z");
        let script = format!("env > {}", file.display());
        run(&hook(&script, 10), environment(&ring, 2, "rt.example.org"))
            .await
            .unwrap();
        let told = std::fs::read_to_string(file).unwrap();
        for line in [
            "VAGT_GROUP=vpn",
            "VAGT_PEOPLE=14",
            "VAGT_TICKETS=7 9",
            "VAGT_PAGE=3",
            "VAGT_PLACES=Sorø",
            "VAGT_SINCE=2026-03-04T02:00:00Z",
        ] {
            assert!(told.lines().any(|l| l == line), "{line} in {told}");
        }
        assert!(
            !told.contains('\u{1b}') && !told.contains("010190-1234"),
            "{told}"
        );
    }

    #[tokio::test]
    async fn what_fails_hangs_or_floods_is_said_and_ends() {
        let why = run(&hook("echo no carrier >&2; exit 3", 10), Vec::new()).await;
        let why = why.unwrap_err();
        assert!(why.contains("exit status: 3: no carrier"), "{why}");

        // The child of the command holds its output open, and has to go too.
        let began = Instant::now();
        let why = run(&hook("sleep 600 & sleep 600", 1), Vec::new())
            .await
            .unwrap_err();
        assert!(
            why.contains("did not end within 1 s and was killed"),
            "{why}"
        );
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{:?}",
            began.elapsed()
        );

        let why = run(&hook("yes", 60), Vec::new()).await.unwrap_err();
        assert!(why.contains("printed more than"), "{why}");

        let missing = Hook {
            command: vec!["/nowhere/call-me".to_owned()],
            limit: SignedDuration::from_secs(1),
        };
        let why = run(&missing, Vec::new()).await.unwrap_err();
        assert!(why.contains("/nowhere/call-me cannot be started"), "{why}");
    }

    #[test]
    fn one_console_of_a_person_runs_it_and_the_next_alarm_is_another_one() {
        let dir = tempfile::tempdir().unwrap();
        let first = ring(1, "2026-03-04T02:00:00Z", "2026-03-04T02:10:00Z");
        assert!(claim(dir.path(), &first).unwrap());
        assert!(!claim(dir.path(), &first).unwrap(), "another console");
        let again = ring(2, "2026-03-04T02:00:00Z", "2026-03-04T02:30:00Z");
        assert!(claim(dir.path(), &again).unwrap(), "it doubled");
        let next = ring(1, "2026-03-05T02:00:00Z", "2026-03-05T02:10:00Z");
        assert!(claim(dir.path(), &next).unwrap(), "a note of yesterday");
        // A person who wants somebody called is no other console.
        let mut wish = ring(1, "2026-03-05T02:00:00Z", "2026-03-05T02:20:00Z");
        wish.why = Why::Unanswered;
        assert!(claim(dir.path(), &wish).unwrap());
        wish.why = Why::Escalated;
        assert!(claim(dir.path(), &wish).unwrap());
        assert!(!claim(dir.path(), &wish).unwrap(), "once");
        wish.at = "2026-03-05T02:40:00Z".parse().unwrap();
        assert!(claim(dir.path(), &wish).unwrap(), "and again");
    }
}
