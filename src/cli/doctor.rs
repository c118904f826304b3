//! `vagt doctor`: what is wrong, and how to mend it. Changes nothing.

use serde::Serialize;
use serde_json::json;

use super::exit::{Exit, Stop};
use super::live::block_on;
use super::out::Out;
use super::session::Ground;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Can, Identity};
use crate::runtime::connect;
use crate::store::Location;
use crate::store::outbox::Outbox;
use crate::term::caps::Caps;

/// A clock that is off by more makes ages wrong that people act on.
const SKEW_MS: i64 = 30_000;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Ok,
    Warning,
    Failed,
}

#[derive(Debug, Serialize)]
struct Check {
    id: &'static str,
    state: State,
    words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

#[derive(Default)]
struct Checks {
    all: Vec<Check>,
    exit: Option<Exit>,
}

impl Checks {
    fn ok(&mut self, id: &'static str, words: impl Into<String>) {
        self.all.push(Check {
            id,
            state: State::Ok,
            words: words.into(),
            fix: None,
        });
    }
    fn warn(&mut self, id: &'static str, words: impl Into<String>, fix: impl Into<String>) {
        self.all.push(Check {
            id,
            state: State::Warning,
            words: words.into(),
            fix: Some(fix.into()),
        });
    }
    fn fail(
        &mut self,
        exit: Exit,
        id: &'static str,
        words: impl Into<String>,
        fix: Option<String>,
    ) {
        self.exit.get_or_insert(exit);
        self.all.push(Check {
            id,
            state: State::Failed,
            words: words.into(),
            fix,
        });
    }
}

/// Runs all checks.
///
/// # Errors
/// Only what keeps it from printing; what is wrong is in the answer and the exit code.
pub fn run(as_json: bool, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let mut checks = Checks::default();
    configuration(ground, &mut checks);
    files(ground, &mut checks);
    if ground.loaded.problem.is_none() {
        block_on(async {
            desk(ground, &mut checks).await;
            Ok(())
        })?;
    }
    terminal(&Caps::from_env(), &mut checks);
    print(&checks, as_json, out)?;
    Ok(checks.exit.unwrap_or(Exit::Done))
}

fn configuration(ground: &Ground, checks: &mut Checks) {
    let file = ground.dirs.config_file();
    for problem in ground.loaded.problems() {
        checks.fail(
            Exit::Config,
            "config",
            problem.to_string(),
            Some(format!("mend {}", problem.place)),
        );
    }
    if ground.loaded.problem.is_none() {
        let words = if file.exists() {
            file.display().to_string()
        } else {
            format!("no file at {}; built-in values", file.display())
        };
        checks.ok("config", words);
    }
    for notice in &ground.loaded.notices {
        checks.warn("config", notice.clone(), "see `vagt config show`");
    }
}

fn files(ground: &Ground, checks: &mut Checks) {
    let dir = ground.loaded.store_dir(&ground.dirs);
    match Outbox::open(&Location::File(dir.join("outbox.db")), &ground.loaded.store) {
        Ok(outbox) => {
            checks.ok("data", dir.display().to_string());
            outbox.close();
        }
        Err(error) => {
            let fix = format!(
                "make {} a directory of yours with free space, or set VAGT_DATA_DIR",
                dir.display()
            );
            checks.fail(Exit::Failed, "data", error.to_string(), Some(fix));
        }
    }
}

async fn desk(ground: &Ground, checks: &mut Checks) {
    let desk = match connect::desk(&ground.loaded.config, &ground.env, &ground.dirs) {
        Ok(desk) => desk,
        // Nothing was asked of a desk yet: the sentence itself says what is missing here.
        Err(trouble) => {
            checks.fail(Exit::from(&trouble), "sign-in", trouble.message, None);
            return;
        }
    };
    checks.ok("address", desk.place());
    match desk.probe().await {
        Ok(identity) => known(&identity, checks),
        Err(trouble) => refused(&trouble, ground, checks),
    }
}

fn refused(trouble: &Trouble, ground: &Ground, checks: &mut Checks) {
    let fix = match trouble.kind {
        TroubleKind::Auth => {
            let file = ground.dirs.config_file();
            let then = if file.exists() {
                format!("put it where {} says (`vagt config show` names the file or command)", file.display())
            } else {
                "run `vagt setup`".to_owned()
            };
            Some(format!("make a new token in the desk (Request Tracker: Logged in as … → Settings → Auth Tokens), or check user and password; then {then}"))
        }
        TroubleKind::Config => Some("check the address: it is the one of the desk's web pages, without /REST/2.0; a private authority goes into desk.ca_file".to_owned()),
        TroubleKind::Permission => Some("ask an administrator of the desk for the rights SeeQueue and ShowTicket".to_owned()),
        TroubleKind::Transient | TroubleKind::RateLimited => Some("look whether the desk's web pages open from this machine (network, VPN, proxy)".to_owned()),
        _ => None,
    };
    checks.fail(Exit::from(trouble), "desk", trouble.message.clone(), fix);
}

fn known(identity: &Identity, checks: &mut Checks) {
    checks.ok(
        "sign-in",
        format!(
            "{} {} knows you as {} ({})",
            identity.product, identity.version, identity.me.name, identity.me.id
        ),
    );
    match identity.skew_ms {
        Some(skew) if skew.abs() > SKEW_MS => checks.warn(
            "clock",
            format!(
                "the desk's clock and this machine's differ by {} s",
                skew.abs() / 1000
            ),
            "let both follow a time server; ages on the screen are wrong by as much",
        ),
        Some(_) => checks.ok("clock", "this machine and the desk agree"),
        None => checks.warn(
            "clock",
            "the desk does not tell its time",
            "nothing to do unless ages look wrong",
        ),
    }
    match &identity.zone {
        Some(zone) => checks.ok("time zone", format!("the desk reads your dates as {zone}")),
        None => checks.warn(
            "time zone",
            "the desk does not say in which time zone it reads your dates",
            "set your time zone in the desk's user settings, or desk.zone here",
        ),
    }
    let can = &identity.capabilities;
    let all: [(&'static str, &Can, &'static str); 8] = [
        (
            "writing",
            &can.write,
            "a read-only account shows everything and changes nothing",
        ),
        (
            "groups",
            &can.group,
            "without it, corrections of groups stay on this machine and colleagues do not see them",
        ),
        ("tags", &can.tags, "without it there are no tags"),
        (
            "claims",
            &can.claim,
            "without it, colleagues do not see who is writing on a ticket",
        ),
        ("merging", &can.merge, "without it there is no merging"),
        (
            "devices",
            &can.devices,
            "without it there is no device health",
        ),
        (
            "reply marker",
            &can.marker_entry,
            "without it an answer that was lost may need you to look whether it arrived",
        ),
        (
            "create marker",
            &can.marker_create,
            "without it a new ticket whose answer was lost may need you to look",
        ),
    ];
    for (id, can, meaning) in all {
        match can {
            Can::Yes => checks.ok(id, "yes"),
            Can::Unknown => checks.warn(id, "not known before it is tried", meaning),
            Can::No(why) => checks.warn(id, why.clone(), meaning),
        }
    }
    for warning in &identity.warnings {
        checks.warn(
            "administrator",
            warning.clone(),
            "tell an administrator of the desk",
        );
    }
}

fn terminal(caps: &Caps, checks: &mut Checks) {
    if caps.dumb {
        checks.warn(
            "terminal",
            "TERM says that this terminal cannot draw",
            "set TERM to what your terminal is, for example xterm-256color",
        );
    } else if caps.unicode {
        let color = if caps.color { "colours" } else { "no colours" };
        checks.ok(
            "terminal",
            format!(
                "UTF-8, {color}{}",
                if caps.tmux { ", inside tmux" } else { "" }
            ),
        );
    } else {
        checks.warn(
            "terminal",
            "the locale is not UTF-8: æ, ø and å show as ?",
            "set LANG, for example LANG=C.UTF-8 or da_DK.UTF-8",
        );
    }
}

fn print(checks: &Checks, as_json: bool, out: &mut Out) -> Result<(), Stop> {
    if as_json {
        return out.json(&json!({ "schema": "vagt.doctor/1", "ok": checks.exit.is_none(), "checks": checks.all }));
    }
    for check in &checks.all {
        let word = match check.state {
            State::Ok => "ok",
            State::Warning => "look",
            State::Failed => "WRONG",
        };
        out.line(format!("{word:<6} {:<14} {}", check.id, check.words))?;
        if let Some(fix) = &check.fix {
            out.line(format!("{:21} → {fix}", ""))?;
        }
    }
    Ok(())
}
