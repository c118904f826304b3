//! `vagt list` and `vagt devices`: what a query finds.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::args::{ListArgs, Shape};
use super::exit::{Exit, Stop};
use super::live::{Live, block_on};
use super::out::{Out, is_terminal, say};
use super::session::Ground;
use crate::board::Row;
use crate::config::nearest;
use crate::domain::Fact;
use crate::domain::device::{Device, Value};
use crate::domain::ids::TicketId;
use crate::domain::query::{Field, Query, Term, Test};
use crate::text::mask::{self, mask};
use crate::text::width;
use crate::triage::Groups;

/// Lists tickets.
///
/// # Errors
/// A query that cannot be read (exit code 2, with a caret under the column); no desk, or trouble with it.
pub fn tickets(args: &ListArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let query = parse(&args.query)?;
    let (live, ids) = block_on(async {
        let live = Live::open(ground).await?;
        let ids = select(&live, &query).await?;
        Ok((live, ids))
    })?;
    let rows: Vec<&Row> = ids.iter().filter_map(|id| live.board.row(id)).collect();
    let objects = || rows.iter().map(|row| ticket_json(row));
    if args.shape.csv {
        out.csv(&[
            "id",
            "subject",
            "group",
            "status",
            "priority",
            "owner",
            "requester",
            "queue",
            "created",
            "updated",
        ])?;
    }
    if args.shape.json {
        let tickets: Vec<Json> = objects().collect();
        out.json(&json!({ "schema": "vagt.list/1", "at": live.now, "query": query.to_string(), "tickets": tickets }))?;
        return Ok(Exit::Done);
    }
    // Who reads it on a screen is told what the columns are; a pipe gets rows alone.
    let is_read = is_terminal() && !args.shape.csv && !args.shape.ndjson;
    if is_read && !rows.is_empty() {
        out.line(line(
            "ticket", "group", "status", "prio", "owner", "subject",
        ))?;
    }
    for row in &rows {
        print_ticket(row, args.shape, out)?;
    }
    if rows.is_empty() {
        hints(&query, &ground.groups).into_iter().for_each(say);
    }
    Ok(Exit::Done)
}

/// Tickets for which the query holds, most urgent first. The board looks for free words where its rows show them; the
/// cache finds them at the end of a long text and in conversations too.
async fn select(live: &Live, query: &Query) -> Result<Vec<TicketId>, Stop> {
    let (texts, rest): (Vec<_>, Vec<_>) = query
        .terms
        .iter()
        .cloned()
        .partition(|term| matches!(term.test, Test::Text(_)));
    let mut ids = live.board.select(&Query {
        terms: rest.clone(),
    });
    for term in texts {
        let Test::Text(words) = &term.test else {
            continue;
        };
        // A masked number is found nowhere: who knows it could learn whose ticket it is.
        let is_number = !mask::find(words).is_empty();
        let mut found: HashSet<TicketId> = HashSet::new();
        if is_number {
            say("personal numbers are masked and cannot be searched for");
        } else {
            let phrase = format!("\"{}\"", words.replace('"', " "));
            found.extend(live.cache.search(&phrase, u32::MAX).await?);
            let mut terms = rest.clone();
            terms.push(Term {
                negated: false,
                test: term.test.clone(),
            });
            found.extend(live.board.select(&Query { terms }));
        }
        ids.retain(|id| found.contains(id) != term.negated);
    }
    Ok(ids)
}

/// Nothing was found: what may be misspelt in the query. Values of most fields are the desk's own and cannot be told.
fn hints(query: &Query, groups: &Groups) -> Vec<String> {
    let groups = || groups.in_order().map(|group| group.slug.to_string());
    let mut hints = Vec::new();
    for term in &query.terms {
        let Test::Field {
            field: Field::Named(name),
            values,
            ..
        } = &term.test
        else {
            continue;
        };
        for value in values.iter().filter(|_| name == "group") {
            if groups().any(|g| g == *value) {
                continue;
            }
            hints.push(match nearest(value, groups()) {
                Some(near) => format!("there is no group {value:?}; did you mean {near}?"),
                None => format!(
                    "there is no group {value:?}; there are {}",
                    groups().collect::<Vec<_>>().join(", ")
                ),
            });
        }
    }
    if hints.is_empty() {
        hints.push("nothing was found".to_owned());
    }
    hints
}

fn print_ticket(row: &Row, shape: Shape, out: &mut Out) -> Result<(), Stop> {
    let t = row.ticket();
    let owner = t.owner.as_ref().map(|p| p.name.clone());
    let requester = t.requester().map_or_else(String::new, |p| p.name.clone());
    if shape.ndjson {
        let mut object = ticket_json(row);
        object
            .as_object_mut()
            .map(|o| o.insert("schema".to_owned(), json!("vagt.list/1")));
        return out.json(&object);
    }
    let priority = said(&t.priority);
    if shape.csv {
        let queue = said(&t.queue);
        return out.csv(&[
            t.id.as_str(),
            &mask(&t.subject),
            row.group.as_str(),
            &t.status.name,
            &priority,
            &mask(&said(&owner)),
            &mask(&requester),
            &queue,
            &t.created.to_string(),
            &t.updated.to_string(),
        ]);
    }
    let owner = match owner {
        Fact::Empty => "nobody".to_owned(),
        other => said(&other),
    };
    out.line(line(
        t.id.as_str(),
        row.group.as_str(),
        &t.status.name,
        &priority,
        &owner,
        &mask(&t.subject),
    ))
}

/// One row of the list, as text.
fn line(id: &str, group: &str, status: &str, priority: &str, owner: &str, subject: &str) -> String {
    format!(
        "{} {} {} {} {} {subject}",
        width::pad_left(id, 7),
        width::pad(group, 9),
        width::pad(status, 9),
        width::pad_left(priority, 4),
        width::pad(&width::fit(owner, 18), 18),
    )
}

/// A fact in words; unknown is a question mark, never nothing.
fn said<T: ToString>(fact: &Fact<T>) -> String {
    match fact {
        Fact::Known(value) => value.to_string(),
        Fact::Empty => String::new(),
        Fact::Unknown => "?".to_owned(),
    }
}

/// A fact as JSON: what is not set is null, what is not known is left out by the caller or marked.
pub fn fact_json<T: serde::Serialize>(fact: &Fact<T>) -> Json {
    match fact {
        Fact::Known(value) => json!(value),
        Fact::Empty => Json::Null,
        Fact::Unknown => json!({ "unknown": true }),
    }
}

/// A ticket as an object of `docs/json.md`.
pub fn ticket_json(row: &Row) -> Json {
    let mut object = plain_ticket_json(row.ticket());
    if let Some(map) = object.as_object_mut() {
        map.insert("group".to_owned(), json!(row.group));
        map.insert("lanes".to_owned(), json!(row.lanes()));
        map.insert("lang".to_owned(), json!(row.lang()));
        map.insert(
            "confidence".to_owned(),
            json!(row.finding.as_ref().map(|f| f.confidence)),
        );
    }
    object
}

/// A ticket without what the engine says.
pub fn plain_ticket_json(t: &crate::domain::ticket::Ticket) -> Json {
    json!({
        "id": t.id, "subject": t.subject, "status": t.status.name, "status_class": t.status.class,
        "priority": fact_json(&t.priority), "queue": fact_json(&t.queue), "owner": fact_json(&t.owner),
        "requesters": fact_json(&t.requesters), "tags": fact_json(&t.tags), "group_by_staff": fact_json(&t.group),
        "device": fact_json(&t.device), "links": fact_json(&t.links), "created": t.created, "updated": t.updated,
        "due": fact_json(&t.due), "resolved": fact_json(&t.resolved),
    })
}

/// A query of the command line.
///
/// # Errors
/// It cannot be read: exit code 2, with a caret under the column.
pub(super) fn parse(words: &[String]) -> Result<Query, Stop> {
    let text = words.join(" ");
    Query::parse(&text).map_err(|error| {
        Stop::new(
            Exit::Usage,
            format!("the query cannot be read:\n{}", error.with_caret(&text)),
        )
    })
}

/// Lists devices.
///
/// # Errors
/// As [`tickets`]; a query about anything but devices.
pub fn devices(args: &ListArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let query = parse(&args.query)?;
    for term in &query.terms {
        if let Test::Field {
            field: Field::Named(name),
            ..
        } = &term.test
            && !matches!(name.as_str(), "site" | "device")
        {
            let why = format!(
                "{name} is a field of tickets; for devices write device.FACT, site:NAME or words of the name or holder"
            );
            return Err(Stop::new(Exit::Usage, why));
        }
    }
    let live = block_on(Live::open(ground))?;
    let found: Vec<&Device> = live
        .board
        .fleet()
        .iter()
        .filter(|d| query.matches_device(d))
        .collect();
    if args.shape.json {
        let devices: Vec<Json> = found.iter().map(|d| device_json(d)).collect();
        out.json(&json!({ "schema": "vagt.devices/1", "at": live.now, "query": query.to_string(), "devices": devices }))?;
        return Ok(Exit::Done);
    }
    if args.shape.csv {
        out.csv(&[
            "id",
            "name",
            "holder",
            "site",
            "vpn_state",
            "gateway",
            "rsrp_dbm",
            "wifi_dbm",
            "loss_pct",
            "last_seen",
        ])?;
    }
    for device in found {
        let cell = |key: &str| {
            device
                .facts
                .get(key)
                .map_or_else(String::new, |f| plain(&f.value))
        };
        let holder = device
            .holder
            .known()
            .map_or_else(String::new, |p| p.name.clone());
        let seen = said(&device.last_seen);
        if args.shape.ndjson {
            let mut object = device_json(device);
            object
                .as_object_mut()
                .map(|o| o.insert("schema".to_owned(), json!("vagt.devices/1")));
            out.json(&object)?;
        } else if args.shape.csv {
            let cells = [
                device.id.to_string(),
                device.name.clone(),
                holder,
                cell("site"),
                cell("vpn_state"),
                cell("gateway"),
                cell("rsrp_dbm"),
                cell("wifi_dbm"),
                cell("loss_pct"),
                seen,
            ];
            out.csv(&cells.each_ref().map(String::as_str))?;
        } else {
            out.line(format!(
                "{} {} {} {} {} {seen}",
                width::pad(&device.name, 10),
                width::pad(&width::fit(&holder, 24), 24),
                width::pad(&width::fit(&cell("site"), 18), 18),
                width::pad(&cell("vpn_state"), 5),
                width::pad(&cell("gateway"), 6),
            ))?;
        }
    }
    Ok(Exit::Done)
}

fn plain(value: &Value) -> String {
    match value {
        Value::Number(n) => n.to_string(),
        Value::Flag(f) => f.to_string(),
        Value::Text(t) => t.clone(),
    }
}

/// A device as an object of `docs/json.md`.
pub fn device_json(d: &Device) -> Json {
    json!({
        "id": d.id, "name": d.name, "kind": fact_json(&d.kind), "holder": fact_json(&d.holder),
        "status": fact_json(&d.status), "last_seen": fact_json(&d.last_seen), "facts": d.facts, "source": d.source,
    })
}
