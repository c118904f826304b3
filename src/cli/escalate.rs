//! `vagt act escalate`: the note is written as any other; then whoever alarms.toml names is called.

use std::collections::BTreeSet;

use super::act::Means;
use super::exit::{Exit, Stop};
use super::out::say;
use super::session::Ground;
use crate::config::alarms;
use crate::domain::Timestamp;
use crate::domain::alarm::{Ring, Why};
use crate::domain::ids::{GroupId, TicketId};
use crate::runtime::hook;

/// What the note begins with.
pub const BEGINS: &str = "Escalated. ";

/// Runs the command of `[escalate]` for tickets; the first of them says what it is about.
///
/// # Errors
/// The ticket cannot be read; the command failed.
pub async fn call(means: &Means, ground: &Ground, tickets: &[TicketId]) -> Result<(), Stop> {
    let (policy, problems) = alarms::load(&ground.dirs.alarms());
    for problem in problems {
        say(format!("vagt: {}", problem.with_caret()));
    }
    let (Some(escalation), Some(first)) = (&policy.escalation, tickets.first()) else {
        say("vagt: alarms.toml names no [escalate]: nobody was called");
        return Ok(());
    };
    let ticket = means.read(first).await?;
    let group = ticket.group.known().cloned();
    let ring = Ring {
        at: Timestamp::now(),
        group: group.unwrap_or_else(GroupId::other),
        incident: None,
        why: Why::Escalated,
        means: BTreeSet::new(),
        rung: 1,
        page: 0,
        people: tickets.len(),
        silent: 0,
        places: ticket.site().map(str::to_owned).into_iter().collect(),
        since: ticket.created,
        tickets: tickets.to_vec(),
        sentence: ticket.subject,
    };
    let desk = ground.loaded.config.desk.url.get().unwrap_or_default();
    let environment = hook::environment(&ring, policy.budget, desk);
    let called = hook::run(&escalation.hook, environment).await;
    called.map_err(|why| Stop::new(Exit::Failed, why))
}
