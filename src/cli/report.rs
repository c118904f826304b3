//! `vagt report`: the numbers and what came and went, as a page or as data.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::json;

use super::args::{ReportArgs, ReportFormat};
use super::exit::{Exit, Stop};
use super::incidents::suspected;
use super::live::{Live, block_on};
use super::load::{Load, numbers_json, plain};
use super::ongoing::Ongoing;
use super::out::Out;
use super::replay::language;
use super::rollouts::rollouts_json;
use super::session::Ground;
use crate::domain::Timestamp;
use crate::domain::fact::Fact;
use crate::domain::numbers::{DAY, HOUR};
use crate::i18n::incident::Sentences;
use crate::report::{GroupRow, Report, html, markdown};

/// Up to so long a report counts by the hour, a longer one by the day.
const BY_HOUR: SignedDuration = SignedDuration::from_hours(48);

/// Prints it.
///
/// # Errors
/// A time that is none; no desk, or trouble with it.
pub fn run(args: &ReportArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let sentences = Sentences::new(language(&args.lang)?, TimeZone::system());
    let load = block_on(load(args, ground))?;
    let from = begin(args, load.at)?;
    let length = if load.at.duration_since(from) <= BY_HOUR {
        HOUR
    } else {
        DAY
    };
    let bins = load.log.bins(from, load.at, length);
    let groups = load.panes.iter().filter(|pane| !pane.is_saved);
    match args.format {
        ReportFormat::Json => {
            let groups: Vec<_> = groups
                .map(|pane| {
                    json!({
                        "group": pane.group, "title": pane.title, "open": pane.open, "unowned": pane.unowned,
                        "arrived_last_hour": pane.arrived,
                    })
                })
                .collect();
            out.json(&json!({
                "schema": "vagt.report/1", "desk": load.place, "from": from, "at": load.at, "cached": load.is_cached,
                "numbers": numbers_json(&load.numbers), "incidents": load.ongoing.json(),
                "rollouts": rollouts_json(load.rollouts.as_deref().unwrap_or_default(), &sentences), "groups": groups, "bins": plain(json!(bins)),
            }))?;
            return Ok(Exit::Done);
        }
        ReportFormat::Csv => {
            out.csv(&["from", "to", "arrived", "closed"])?;
            for bin in bins {
                let count = |fact: crate::domain::Fact<u32>| {
                    fact.known()
                        .map_or_else(|| "unknown".to_owned(), ToString::to_string)
                };
                let (from, to) = (bin.from.to_string(), bin.to.to_string());
                out.csv(&[&from, &to, &count(bin.arrived), &count(bin.closed)])?;
            }
            return Ok(Exit::Done);
        }
        ReportFormat::Md | ReportFormat::Html => {}
    }
    let report = Report {
        place: load.place.clone(),
        from,
        to: load.at,
        numbers: &load.numbers,
        groups: groups
            .map(|pane| GroupRow {
                title: pane.title.clone(),
                open: pane.open,
                unowned: pane.unowned,
                arrived: pane.arrived,
            })
            .collect(),
        bins,
        incidents: incident_rows(&load, &sentences),
        rollouts: load.rollouts.as_deref(),
        sentences: &sentences,
        zone: TimeZone::system(),
    };
    let page = if args.format == ReportFormat::Html {
        html::page(&report)
    } else {
        markdown::page(&report)
    };
    out.line(page.trim_end())?;
    Ok(Exit::Done)
}

/// Incidents in words: suspected ones first, then those that were declared; none where nobody has looked.
fn incident_rows(load: &Load, sentences: &Sentences) -> Fact<Vec<String>> {
    let standings = load.ongoing.standings();
    let suspected = standings.map(|standing| sentences.incident(&standing.incident));
    let declared = load.ongoing.declared.iter().map(|parent| {
        let name = sentences.declared(Some(parent.ticket.as_str()));
        format!(
            "{name} {} ({}/{})",
            parent.subject, parent.open, parent.parts
        )
    });
    let rows: Vec<String> = suspected.chain(declared).collect();
    match (rows.is_empty(), &load.ongoing.suspected) {
        (false, _) => Fact::Known(rows),
        (true, Some(_)) => Fact::Empty,
        (true, None) => Fact::Unknown,
    }
}

/// The load with its incidents; a report has the time to look for them with the weeks before in mind.
async fn load(args: &ReportArgs, ground: &Ground) -> Result<Load, Stop> {
    if args.source.cached {
        return Load::find(args.source, ground).await;
    }
    let live = Live::open(ground).await?;
    let found = suspected(&live, ground).await?;
    let ongoing = Ongoing::with(&live.board, found, live.now);
    Ok(Load::of_live(&live, ground.right()?, ongoing))
}

/// Where the report begins: on the hour, so that its bins do.
fn begin(args: &ReportArgs, now: Timestamp) -> Result<Timestamp, Stop> {
    let from = super::audit::moment(&args.since, now)?.min(now);
    let hours = from.as_second().div_euclid(3_600);
    Ok(Timestamp::from_second(hours.saturating_mul(3_600)).unwrap_or(from))
}
