//! `vagt incidents`: the incidents that are suspected now, found in what the desk has.

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::args::IncidentsArgs;
use super::exit::{Exit, Stop};
use super::live::{Live, block_on, outbox};
use super::out::Out;
use super::replay::language;
use super::session::Ground;
use crate::desk::port::Desk;
use crate::domain::declared::parent_of;
use crate::domain::ids::TicketId;
use crate::domain::incident::Incident;
use crate::domain::source::{Arrival, MOST_PAST, PAST_BUT, PAST_DAYS};
use crate::domain::watch::Ruling;
use crate::i18n::incident::Sentences;
use crate::runtime::triage;
use crate::runtime::watch::{self, History};

/// Prints them.
///
/// # Errors
/// No desk, or trouble with it.
pub fn run(args: &IncidentsArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let lang = language(&args.lang)?;
    // One runtime for both: connections of one that has ended do not answer any more.
    let (live, incidents) = block_on(async {
        let live = Live::open(ground).await?;
        let incidents = suspected(&live, ground).await?;
        Ok((live, incidents))
    })?;
    let sentences = Sentences::new(lang, TimeZone::system());
    if args.json {
        let list: Vec<Json> = incidents
            .iter()
            .map(|incident| object(incident, &sentences, declared(&live, incident)))
            .collect();
        out.json(&json!({ "schema": "vagt.incidents/1", "at": live.now, "incidents": list }))?;
        return Ok(Exit::Done);
    }
    for incident in &incidents {
        let mut told = incident.incident.to_string();
        if let Some((parent, _)) = declared(&live, incident) {
            told = format!("{told} {}", sentences.declared(Some(parent.as_str())));
        }
        out.line(format!("{told} {}", sentences.incident(incident)))?;
    }
    if incidents.is_empty() {
        out.line("no incident")?;
    }
    Ok(Exit::Done)
}

/// An incident as an object of `docs/json.md`; `declared`: the ticket that stands for it, and how many are linked to that.
pub(super) fn object(
    incident: &Incident,
    sentences: &Sentences,
    declared: Option<(TicketId, usize)>,
) -> Json {
    let mut object = json!(incident);
    if let Json::Object(object) = &mut object {
        object.remove("at");
        object.remove("state");
        object.insert("sentence".to_owned(), json!(sentences.incident(incident)));
        if let Some((parent, linked)) = declared {
            let declared = json!({ "parent": parent, "linked": linked });
            object.insert("declared".to_owned(), declared);
        }
    }
    object
}

/// The ticket that stands for an incident, if it was declared, and how many of its tickets are linked to it.
fn declared(live: &Live, incident: &Incident) -> Option<(TicketId, usize)> {
    let tickets = incident.tickets.iter();
    parent_of(tickets.flat_map(|id| live.board.wholes_of(id)))
}

/// The incidents that are suspected now, found in what the desk has, as agents ruled at this console.
///
/// # Errors
/// The outbox cannot be read; the engine could not go through all of it.
pub(super) async fn suspected(live: &Live, ground: &Ground) -> Result<Vec<Incident>, Stop> {
    // In the runtime of the caller: connections of one that has ended do not answer any more.
    let mut past = weeks_before(&*live.desk).await;
    let engine = ground.engine()?;
    for past in &mut past {
        triage::read_subject(&engine, past);
    }
    let rulings = outbox(ground)?.rulings().await?;
    found(live, past, rulings)
        .ok_or_else(|| Stop::new(Exit::Failed, "the tickets could not be gone through"))
}

/// The same, with the usual guessed from the size of the desk and without the rulings of agents; none when the engine could
/// not go through all of it.
pub(super) fn without_past(live: &Live) -> Option<Vec<Incident>> {
    found(live, Vec::new(), Vec::new())
}

fn found(live: &Live, past: Vec<Arrival>, rulings: Vec<Ruling>) -> Option<Vec<Incident>> {
    let rows: Vec<_> = live.board.rows().collect();
    let history = History {
        tickets: rows
            .iter()
            .filter_map(|row| Some((row.ticket(), row.finding.as_ref()?)))
            .collect(),
        devices: live.board.fleet().iter().collect(),
        past,
        rulings,
    };
    let engine = watch::start(TimeZone::system(), history, live.now)?;
    Some(engine.incidents())
}

/// Tickets of the weeks before. A desk that does not tell them is no reason to say nothing: the usual is then guessed
/// from the size of the desk.
async fn weeks_before(desk: &dyn Desk) -> Vec<Arrival> {
    let (mut past, mut after) = (Vec::new(), None);
    while past.len() < MOST_PAST
        && let Ok(part) = desk.past(PAST_DAYS, PAST_BUT, after.as_ref()).await
    {
        past.extend(part.arrivals);
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    past
}
