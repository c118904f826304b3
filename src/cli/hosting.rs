//! `vagt hosting`: where systems run, whom to ring, how full they are, and what is down. It needs no desk; with one it also knows
//! incidents and devices.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::args::HostingArgs;
use super::exit::{Exit, Stop};
use super::list::fact_json;
use super::live::{Live, block_on};
use super::ongoing::Ongoing;
use super::out::{Out, say};
use super::session::Ground;
use crate::config::hosting::{FILE, SAMPLE, load, read_down, write_down};
use crate::domain::Fact;
use crate::domain::hosting::{Ceiling, Hosting, Runs, System, Use};
use crate::domain::ids::GroupId;

/// What the desk adds to the file.
#[derive(Default)]
struct Seen {
    live: Option<Live>,
    /// Groups with an incident.
    troubled: BTreeSet<GroupId>,
}

/// Runs it.
///
/// # Errors
/// A file that is wrong, exit code 3; a system that is none; marks that cannot be written.
pub fn run(args: &HostingArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    if args.sample {
        out.line(SAMPLE.trim_end())?;
        return Ok(Exit::Done);
    }
    let (hosting, problems) = load(&ground.dirs.hosting());
    for problem in &problems {
        say(problem.with_caret());
    }
    let store = ground.loaded.store_dir(&ground.dirs);
    let mut down = read_down(&store);
    for (slug, is_down) in [(&args.down, true), (&args.up, false)] {
        let Some(slug) = slug else { continue };
        let Some(system) = hosting.system(slug) else {
            let known: Vec<&str> = hosting.systems.iter().map(|s| s.slug.as_str()).collect();
            let why = format!(
                "there is no system {slug:?} in {FILE}; there are {}",
                known.join(", ")
            );
            return Err(Stop::new(Exit::Usage, why));
        };
        if is_down {
            down.insert(system.slug.clone());
        } else {
            down.remove(&system.slug);
        }
        write_down(&store, &down)?;
    }
    let seen = if ground.loaded.config.desk.url.is_set() && !hosting.systems.is_empty() {
        look(ground)
    } else {
        Seen::default()
    };
    if args.json {
        let systems: Vec<Json> = hosting
            .systems
            .iter()
            .map(|system| object(system, &hosting, &down, &seen))
            .collect();
        out.json(&json!({ "schema": "vagt.hosting/1", "systems": systems }))?;
    } else {
        for system in &hosting.systems {
            print(system, &hosting, &down, &seen, out)?;
        }
        if hosting.systems.is_empty() {
            out.line(format!(
                "no systems: write {} (`vagt hosting --sample` prints an example)",
                ground.dirs.hosting().display()
            ))?;
        }
    }
    Ok(if problems.is_empty() {
        Exit::Done
    } else {
        Exit::Config
    })
}

/// Asks the desk; one that is away is no reason not to say whom to ring.
fn look(ground: &Ground) -> Seen {
    let found = block_on(async {
        let live = Live::open(ground).await?;
        let ongoing = Ongoing::of_live(&live);
        Ok((live, ongoing))
    });
    match found {
        Ok((live, ongoing)) => {
            let suspected = ongoing
                .standings()
                .map(|standing| standing.incident.group.clone());
            let declared = ongoing
                .declared
                .iter()
                .map(|parent| GroupId::from(parent.group.as_str()));
            Seen {
                troubled: suspected.chain(declared).collect(),
                live: Some(live),
            }
        }
        Err(stop) => {
            say(format!("vagt: {}", stop.message));
            Seen::default()
        }
    }
}

/// Whether an incident goes on in a group of it; unknown without a desk.
fn troubled(system: &System, seen: &Seen) -> Fact<bool> {
    if seen.live.is_none() {
        return Fact::Unknown;
    }
    Fact::Known(
        system
            .groups
            .iter()
            .any(|group| seen.troubled.contains(group)),
    )
}

fn used(ceiling: &Ceiling, seen: &Seen) -> Fact<Use> {
    match &seen.live {
        Some(live) => ceiling.used(live.board.fleet().iter()),
        None => Fact::Unknown,
    }
}

fn object(system: &System, hosting: &Hosting, down: &BTreeSet<String>, seen: &Seen) -> Json {
    let slugs = |systems: Vec<&System>| -> Vec<String> {
        systems
            .into_iter()
            .map(|system| system.slug.clone())
            .collect()
    };
    let waits: Vec<&System> = hosting.below(&system.slug).into_iter().skip(1).collect();
    let waits = waits.into_iter().filter(|below| down.contains(&below.slug));
    let ceilings: Vec<Json> = system
        .ceilings
        .iter()
        .map(|ceiling| {
            let used = used(ceiling, seen);
            json!({
                "what": ceiling.what, "most": ceiling.most, "used": fact_json(&used.map(|used| used.used)),
                "near": fact_json(&used.map(|used| used.is_near)),
            })
        })
        .collect();
    json!({
        "system": system.slug, "title": system.title, "runs": system.runs, "by": system.by, "phone": system.phone,
        "groups": system.groups, "depends": system.depends, "carries": slugs(hosting.above(&system.slug)),
        "marked_down": down.contains(&system.slug), "incident": fact_json(&troubled(system, seen)),
        "waits_for": slugs(waits.collect()), "ceilings": ceilings,
    })
}

fn print(
    system: &System,
    hosting: &Hosting,
    down: &BTreeSet<String>,
    seen: &Seen,
    out: &mut Out,
) -> Result<(), Stop> {
    let place = match system.runs {
        Runs::Own => "own cellar",
        Runs::Shared => "shared IT company",
        Runs::Supplier => "supplier",
        Runs::Cloud => "cloud",
    };
    let mut parts = vec![system.title.clone()];
    if down.contains(&system.slug) {
        parts.push("DOWN".to_owned());
    }
    if troubled(system, seen) == Fact::Known(true) {
        parts.push("INCIDENT".to_owned());
    }
    parts.push(match &system.by {
        Some(by) => format!("{place} ({by})"),
        None => place.to_owned(),
    });
    parts.extend(system.phone.clone());
    out.line(parts.join(" · "))?;
    for below in hosting.below(&system.slug).iter().skip(1) {
        if down.contains(&below.slug) {
            out.line(format!("  waits for {}, which is down", below.title))?;
        }
    }
    let above: Vec<&str> = hosting
        .above(&system.slug)
        .iter()
        .map(|above| above.title.as_str())
        .collect();
    if !above.is_empty() {
        out.line(format!("  carries {}", above.join(", ")))?;
    }
    for ceiling in &system.ceilings {
        let told = match used(ceiling, seen) {
            Fact::Known(used) => {
                let near = if used.is_near {
                    ": near its ceiling"
                } else {
                    ""
                };
                format!("{} of {}{near}", used.used, ceiling.most)
            }
            Fact::Empty | Fact::Unknown => format!("not known, at most {}", ceiling.most),
        };
        out.line(format!("  {}: {told}", ceiling.what))?;
    }
    Ok(())
}
