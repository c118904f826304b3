//! `vagt status`: queue load and the supervisor's numbers, in one line or as JSON.

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::args::StatusArgs;
use super::exit::{Exit, Stop};
use super::list::fact_json;
use super::live::block_on;
use super::load::{Load, numbers_json};
use super::out::Out;
use super::session::Ground;
use crate::domain::fact::Fact;
use crate::domain::numbers::{Numbers, Rate};
use crate::i18n::incident::Sentences;
use crate::text::lang::Lang;

/// Prints the load.
///
/// # Errors
/// No desk, or trouble with it; with `--cached`: nothing is cached yet.
pub fn run(args: StatusArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let load = block_on(Load::find(args.source, ground))?;
    if args.json {
        out.json(&object(&load))?;
        return Ok(Exit::Done);
    }
    let sentences = Sentences::new(Lang::En, TimeZone::system());
    let mut parts = vec![format!("{} open", load.numbers.open)];
    parts.extend(of_numbers(&load.numbers, &sentences));
    parts.extend(load.ongoing.standings().take(1).map(|standing| {
        let incident = &standing.incident;
        let group = sentences.group_name(&incident.group);
        format!("incident {group} {} people", incident.people)
    }));
    let before = parts.len();
    let filled = load.panes.iter().filter(|pane| pane.open > 0);
    parts.extend(filled.map(|pane| format!("{} {}", pane.title, pane.open)));
    if parts.len() == before {
        parts.push("nothing waits".to_owned());
    }
    if !load.is_whole {
        parts.push("a part of the desk only: its first read was broken off".to_owned());
    }
    if load.is_cached {
        let local = load.at.to_zoned(TimeZone::system());
        let today = ground.clock()?.now().to_zoned(TimeZone::system());
        let is_today = local.date() == today.date();
        let format = if is_today { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        parts.push(format!("as of {}", local.strftime(format)));
    }
    out.line(parts.join(" · "))?;
    Ok(Exit::Done)
}

/// What of the numbers stands in one line.
fn of_numbers(numbers: &Numbers, sentences: &Sentences) -> Vec<String> {
    let rate = |word: &str, rate: Option<Rate>| match rate {
        Some(rate) => format!("{word} {:.0}/h", rate.per_hour()),
        None => format!("{word} unknown"),
    };
    let (come, gone) = (numbers.arrivals.known(), numbers.closures.known());
    let mut parts = vec![
        rate("in", come.map(|come| come.hour)),
        rate("out", gone.map(|gone| gone.hour)),
    ];
    if let Fact::Known(clear) = &numbers.clear {
        let is_date = clear.expected.hours().is_some_and(|hours| hours > 0.0);
        let word = if is_date { "clear " } else { "" };
        parts.push(format!("{word}{}", sentences.outlook(clear.expected)));
    }
    if let Fact::Known(age) = &numbers.age {
        parts.push(format!("oldest {}", sentences.span(age.max)));
    }
    if let Fact::Known(breach) = &numbers.breach {
        parts.push(format!("past due {}", breach.past));
        if let Fact::Known(late) = breach.late_soon {
            parts.push(format!("late in 2 h {late}"));
        }
    }
    parts
}

fn object(load: &Load) -> Json {
    let numbers = &load.numbers;
    let groups: Vec<_> = load
        .panes
        .iter()
        .map(|pane| {
            json!({
                "group": pane.group, "title": pane.title, "open": pane.open, "unowned": pane.unowned,
                "arrived_last_hour": pane.arrived,
            })
        })
        .collect();
    let arrived = numbers.arrivals.as_ref().map(|come| come.hour.count);
    let solved = numbers.closures.as_ref().map(|gone| gone.hour.count);
    json!({
        "schema": "vagt.status/1", "desk": load.place, "me": load.me, "at": load.at, "cached": load.is_cached, "complete": load.is_whole,
        "open": numbers.open, "backlog": numbers.backlog,
        "arrived_last_hour": fact_json(&arrived), "solved_last_hour": fact_json(&solved),
        "oldest": fact_json(&numbers.age.as_ref().map(|age| age.oldest)), "groups": groups,
        "devices": load.devices, "incidents": load.ongoing.json(), "numbers": numbers_json(numbers),
    })
}
