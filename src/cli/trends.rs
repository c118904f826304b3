//! `vagt trends`: what came and was closed, as text or JSON: the same as the screen shows.

use jiff::tz::TimeZone;
use serde_json::json;

use super::args::TrendsArgs;
use super::exit::{Exit, Stop};
use super::live::block_on;
use super::load::{Load, plain};
use super::out::Out;
use super::replay::language;
use super::session::Ground;
use crate::domain::Timestamp;
use crate::domain::fact::Fact;
use crate::domain::ids::GroupId;
use crate::domain::numbers::WEEK;
use crate::domain::numbers::trends::{Span, Trends};
use crate::i18n::incident::Sentences;

/// Prints them.
///
/// # Errors
/// A span or a group that is none; no desk, or trouble with it.
pub fn run(args: &TrendsArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let Some(span) = Span::parse(&args.span) else {
        let why = format!("{:?} is no span; there are 2h, 24h and 7d", args.span);
        return Err(Stop::new(Exit::Usage, why));
    };
    let sentences = Sentences::new(language(&args.lang)?, TimeZone::system());
    // The span, and the same a week before.
    let looked = span.length() + WEEK;
    let load = block_on(Load::find_back(args.source, ground, looked))?;
    let group = group(args.group.as_deref(), &load)?;
    let trends = Trends::of(&load.log, &[], None);
    let zone = TimeZone::system();
    let offset = i64::from(zone.to_offset(load.at).seconds());
    let trend = trends.trend(group.as_ref(), span, load.at, offset);
    if args.json {
        let mut object = plain(json!(trend));
        if let Some(map) = object.as_object_mut() {
            map.insert("schema".to_owned(), json!("vagt.trends/1"));
            map.insert("at".to_owned(), json!(load.at));
            map.insert("cached".to_owned(), json!(load.is_cached));
            map.insert("group".to_owned(), json!(group));
            map.insert("span".to_owned(), json!(span.word()));
            map.insert("incidents".to_owned(), load.ongoing.json());
        }
        out.json(&object)?;
        return Ok(Exit::Done);
    }
    let name = group.as_ref().map_or_else(
        || sentences.all_groups(),
        |group| sentences.group_name(group),
    );
    out.line(format!("{name} · {}", sentences.trend_span(span)))?;
    out.line(sentences.in_out(trend.now))?;
    out.line(sentences.week_before(trend.week_before))?;
    for standing in load.ongoing.standings() {
        if group
            .as_ref()
            .is_none_or(|group| standing.incident.group == *group)
        {
            out.line(sentences.incident(&standing.incident))?;
        }
    }
    let clock = |at: Timestamp| {
        let format = if span == Span::Week {
            "%d.%m %H:%M"
        } else {
            "%H:%M"
        };
        at.to_zoned(zone.clone()).strftime(format).to_string()
    };
    let count = |fact: Fact<u32>| match fact {
        Fact::Known(n) => n.to_string(),
        Fact::Empty | Fact::Unknown => "?".to_owned(),
    };
    for bin in &trend.bins {
        out.line(format!(
            "{} {:>5} {:>5}",
            clock(bin.from),
            count(bin.arrived),
            count(bin.closed)
        ))?;
    }
    Ok(Exit::Done)
}

fn group(wanted: Option<&str>, load: &Load) -> Result<Option<GroupId>, Stop> {
    let Some(wanted) = wanted else {
        return Ok(None);
    };
    let panes = || load.panes.iter().filter(|pane| !pane.is_saved);
    if panes().any(|pane| pane.group == wanted) {
        return Ok(Some(GroupId::from(wanted)));
    }
    let known: Vec<&str> = panes().map(|pane| pane.group.as_str()).collect();
    let why = format!(
        "there is no group {wanted:?}; there are {}",
        known.join(", ")
    );
    Err(Stop::new(Exit::Usage, why))
}
