//! `vagt forecast`: when the backlog is gone, and what if; and, apart from it, how long callers wait.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::args::ForecastArgs;
use super::exit::{Exit, Stop};
use super::live::block_on;
use super::load::{Load, plain};
use super::out::{Out, say};
use super::session::Ground;
use crate::domain::ids::GroupId;
use crate::domain::numbers::Rate;
use crate::domain::numbers::erlang::{Waiting, erlang_c};
use crate::domain::numbers::forecast::{WhatIf, clear, clear_if};
use crate::i18n::incident::Sentences;
use crate::text::lang::Lang;

/// So many more people than calls need at least are told of.
const MOST_PEOPLE: u32 = 40;
/// Beyond this share answered in time nobody needs more people.
const ENOUGH: f64 = 0.99;

/// What it starts from.
struct Start {
    backlog: usize,
    arrivals: Rate,
    closures: Rate,
    load: Option<Load>,
}

/// Runs it.
///
/// # Errors
/// Wrong arguments; no desk, or trouble with it; rates that are not known.
pub fn run(args: &ForecastArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    if let Some(calls) = args.calls {
        return calling(args, calls, out);
    }
    let start = start(args, ground)?;
    let what_if = what_if(args, &start)?;
    let as_is = clear(start.backlog, start.arrivals, start.closures);
    let then = clear_if(start.backlog, start.arrivals, start.closures, what_if);
    let is_if = what_if != WhatIf::default();
    if args.json {
        let mut object = json!({
            "schema": "vagt.forecast/1", "at": start.load.as_ref().map_or_else(Timestamp::now, |load| load.at),
            "backlog": start.backlog, "arrivals": start.arrivals, "closures": start.closures, "clear": plain(json!(as_is)),
        });
        if is_if && let Some(map) = object.as_object_mut() {
            map.insert("what_if".to_owned(), plain(json!(then)));
        }
        out.json(&object)?;
        return Ok(Exit::Done);
    }
    let sentences = Sentences::new(Lang::En, TimeZone::system());
    out.line(format!(
        "backlog {} · in {:.0}/h · out {:.0}/h · {}",
        start.backlog,
        start.arrivals.per_hour(),
        start.closures.per_hour(),
        sentences.clear(&as_is)
    ))?;
    if is_if {
        out.line(format!("what if: {}", sentences.clear(&then)))?;
    }
    Ok(Exit::Done)
}

fn start(args: &ForecastArgs, ground: &Ground) -> Result<Start, Stop> {
    if let (Some(backlog), Some(come), Some(gone)) = (args.backlog, args.arrivals, args.closures) {
        let hour = |count| Rate { count, minutes: 60 };
        return Ok(Start {
            backlog,
            arrivals: hour(come),
            closures: hour(gone),
            load: None,
        });
    }
    let load = block_on(Load::find(args.source, ground))?;
    let rates = (load.numbers.arrivals.known(), load.numbers.closures.known());
    let (Some(come), Some(gone)) = rates else {
        let why = "how many tickets come and are closed is not known on this desk; see desk.resolved_hours, or give --backlog, --in and --out";
        return Err(Stop::new(Exit::Failed, why));
    };
    Ok(Start {
        backlog: load.numbers.backlog,
        arrivals: come.hour,
        closures: gone.hour,
        load: Some(load),
    })
}

fn what_if(args: &ForecastArgs, start: &Start) -> Result<WhatIf, Stop> {
    let each = match (args.more, args.each) {
        (0, _) => 0.0,
        (_, Some(each)) => each,
        (_, None) => {
            let why = "say how many tickets one of them closes an hour, with --each";
            return Err(Stop::new(Exit::Usage, why));
        }
    };
    let ends = match (&args.ends, &start.load) {
        (Some(ends), Some(load)) => Some(ending(ends, load)?),
        _ => None,
    };
    Ok(WhatIf {
        more_out: f64::from(args.more) * each,
        ends,
    })
}

/// Arrivals of a group an hour, and the hours until they end.
fn ending(text: &str, load: &Load) -> Result<(f64, f64), Stop> {
    let wrong = || {
        Stop::new(
            Exit::Usage,
            format!(
                "{text:?} is no end of a group's arrivals; write --ends vpn=14:00 or --ends vpn=2h"
            ),
        )
    };
    let (group, when) = text.split_once('=').ok_or_else(wrong)?;
    let is_pane = |pane: &&super::load::PaneLoad| !pane.is_saved && pane.group == group;
    if !load.panes.iter().any(|pane| is_pane(&pane)) {
        let groups = load.panes.iter().filter(|pane| !pane.is_saved);
        let names: Vec<&str> = groups.map(|pane| pane.group.as_str()).collect();
        let why = format!(
            "there is no group {group:?}; there are {}",
            names.join(", ")
        );
        return Err(Stop::new(Exit::Usage, why));
    }
    let hours = until(when, load.at, &TimeZone::system()).ok_or_else(wrong)?;
    let rate = load.log.arrivals_of(&GroupId::from(group), load.at);
    let rate = rate.known().map_or(0.0, |rate| rate.per_hour());
    Ok((rate, hours))
}

/// Hours until a time of day (tomorrow's where today's has passed), or until so many hours or minutes are over.
fn until(text: &str, now: Timestamp, zone: &TimeZone) -> Option<f64> {
    let text = text.trim();
    if let Ok(clock) = text.parse::<jiff::civil::Time>()
        && text.contains(':')
    {
        let here = now.to_zoned(zone.clone());
        let today = here.date().to_datetime(clock).to_zoned(zone.clone()).ok()?;
        let then = if today.timestamp() >= now {
            today
        } else {
            let tomorrow = here.date().tomorrow().ok()?;
            tomorrow.to_datetime(clock).to_zoned(zone.clone()).ok()?
        };
        return Some(then.timestamp().duration_since(now).as_secs_f64() / 3_600.0);
    }
    let span: SignedDuration = text.parse().ok()?;
    (!span.is_negative()).then(|| span.as_secs_f64() / 3_600.0)
}

/// Erlang C.
fn calling(args: &ForecastArgs, calls: f64, out: &mut Out) -> Result<Exit, Stop> {
    let wrong = |why: &str| Stop::new(Exit::Usage, why);
    let minutes = args.handling.unwrap_or(0.0);
    let is_sound = (0.0..=100_000.0).contains(&calls) && (0.0..=600.0).contains(&minutes);
    if !is_sound || minutes <= 0.0 {
        return Err(wrong(
            "--calls takes calls an hour and --handling the minutes of one, both above zero",
        ));
    }
    let within = args.within * 60.0;
    let ask = |people| erlang_c(calls, minutes * 60.0, people, within);
    let told: Vec<(u32, Option<Waiting>)> = match args.people {
        Some(people) => vec![(people, ask(people))],
        None => table(calls, minutes, ask),
    };
    if args.json {
        let rows: Vec<_> = told
            .iter()
            .map(|(people, told)| json!({ "people": people, "waiting": told }))
            .collect();
        out.json(&json!({
            "schema": "vagt.calls/1", "calls_per_hour": calls, "handling_min": minutes, "within_min": args.within, "rows": rows,
        }))?;
        return Ok(Exit::Done);
    }
    say(
        "Telephones by Erlang C, which takes callers to wait without end and so overstates the people needed.",
    );
    for (people, told) in told {
        out.line(match told {
            None => format!("{people} people: the queue grows without end"),
            Some(told) => format!(
                "{people} people: {:.0} % of callers wait, {:.1} min on average; {:.0} % answered within {} min",
                told.chance * 100.0,
                told.mean_seconds / 60.0,
                told.within * 100.0,
                args.within
            ),
        })?;
    }
    Ok(Exit::Done)
}

/// From the fewest people that keep up, until more would change nothing.
fn table(
    calls: f64,
    minutes: f64,
    ask: impl Fn(u32) -> Option<Waiting>,
) -> Vec<(u32, Option<Waiting>)> {
    let least = fewest(calls * minutes / 60.0);
    let mut rows = Vec::new();
    for people in least..least.saturating_add(MOST_PEOPLE) {
        let told = ask(people);
        rows.push((people, told));
        if told.is_some_and(|told| told.within >= ENOUGH) {
            break;
        }
    }
    rows
}

/// The fewest people that so many erlangs do not drown.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "100,000 calls of ten hours are a million; the cast saturates"
)]
fn fewest(erlangs: f64) -> u32 {
    (erlangs.floor() as u32).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_time_of_day_or_a_span() {
        let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        let hours = |text| until(text, now, &TimeZone::UTC);
        assert_eq!(hours("14:00"), Some(2.0));
        assert_eq!(hours("11:30"), Some(23.5));
        assert_eq!(hours("2h"), Some(2.0));
        assert_eq!(hours("90m"), Some(1.5));
        for wrong in ["", "14", "-2h", "soon", "25:00"] {
            assert_eq!(hours(wrong), None, "{wrong}");
        }
    }
}
