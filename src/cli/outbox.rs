//! `vagt outbox`: what is not on the desk yet, and what became of the rest.

use serde_json::json;

use super::args::{OutboxArgs, OutboxWhat};
use super::exit::{Exit, Stop};
use super::live::{self, block_on};
use super::out::{Out, say};
use super::session::Ground;
use crate::domain::Timestamp;
use crate::domain::outbox::Item;
use crate::runtime::console::timing;
use crate::store::outbox::{Filter, Outbox, Row};
use crate::sync::change::{Changed, drop_item, retry_item};
use crate::text::mask::mask;

/// Runs it. It needs no desk: what is retried goes out with the next console.
///
/// # Errors
/// An id that does not exist or is not the only one with that beginning; a file that cannot be used.
pub fn run(args: &OutboxArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    block_on(async {
        let outbox = live::outbox(ground)?;
        match args.what.clone().unwrap_or(OutboxWhat::List { all: false }) {
            OutboxWhat::List { all } => list(&outbox, all, args.json, out).await,
            OutboxWhat::Show { id } => show(&find(&outbox, &id).await?.item, args.json, out),
            OutboxWhat::Retry { ids } => decide(&outbox, &ids, true, ground, args.json, out).await,
            OutboxWhat::Drop { ids } => decide(&outbox, &ids, false, ground, args.json, out).await,
        }
    })
}

/// The row whose id is, or begins with, `id`.
///
/// # Errors
/// It is empty, there is none, or more than one.
pub async fn find(outbox: &Outbox, id: &str) -> Result<Row, Stop> {
    // Every id begins with nothing: a variable that a script left empty must not name the only action there is.
    if id.trim().is_empty() {
        return Err(Stop::new(
            Exit::Usage,
            "an action's id is empty; `vagt outbox` lists them",
        ));
    }
    let rows = outbox.list(Filter::All).await?;
    let mut found = rows
        .into_iter()
        .filter(|row| row.item.id().to_string().starts_with(id));
    match (found.next(), found.next()) {
        (Some(row), None) => Ok(row),
        (Some(_), Some(_)) => Err(Stop::new(
            Exit::Usage,
            format!("more than one action begins with {id}; give more of it"),
        )),
        _ => Err(Stop::new(
            Exit::Refused,
            format!("there is no action {id} in the outbox"),
        )),
    }
}

async fn list(outbox: &Outbox, all: bool, as_json: bool, out: &mut Out) -> Result<Exit, Stop> {
    let rows = outbox
        .list(if all { Filter::All } else { Filter::Open })
        .await?;
    if as_json {
        let items: Vec<&Item> = rows.iter().map(|row| &row.item).collect();
        out.json(&json!({ "schema": "vagt.outbox/1", "items": items }))?;
        return Ok(Exit::Done);
    }
    for row in &rows {
        out.line(line(&row.item))?;
    }
    if rows.is_empty() {
        say("nothing waits in the outbox");
    }
    Ok(Exit::Done)
}

fn line(item: &Item) -> String {
    let ticket = item
        .action
        .ticket
        .as_ref()
        .map_or_else(|| "new".to_owned(), ToString::to_string);
    let message = if item.message.is_empty() {
        String::new()
    } else {
        format!("  {}", mask(&item.message))
    };
    format!(
        "{}  {:<9}  {ticket:>7}  {:<8}{message}",
        item.id(),
        item.state.word(),
        item.action.verb.word()
    )
}

fn show(item: &Item, as_json: bool, out: &mut Out) -> Result<Exit, Stop> {
    if as_json {
        out.json(&json!({ "schema": "vagt.outbox/1", "items": [item] }))?;
        return Ok(Exit::Done);
    }
    out.line(line(item))?;
    out.line(format!(
        "asked at {}, last change {}, sent {} times",
        item.action.at, item.updated, item.attempts
    ))?;
    if let Some(sent) = item.sent_at {
        out.line(format!("last sent at {sent}"))?;
    }
    for d in &item.differences {
        let by =
            d.by.as_ref()
                .map_or_else(String::new, |by| format!(", by {by}"));
        out.line(format!(
            "{}: you saw {}, the desk has {}{by}",
            d.field,
            mask(&d.seen),
            mask(&d.theirs)
        ))?;
    }
    let what = serde_json::to_string_pretty(&item.action.verb).unwrap_or_default();
    out.line(mask(&what))?;
    Ok(Exit::Done)
}

async fn decide(
    outbox: &Outbox,
    ids: &[String],
    retry: bool,
    ground: &Ground,
    as_json: bool,
    out: &mut Out,
) -> Result<Exit, Stop> {
    if retry && let Some(why) = super::act::read_only(&ground.loaded.config) {
        return Err(Stop::new(
            Exit::Refused,
            format!("{why}; nothing is sent again"),
        ));
    }
    let timing = timing(&ground.loaded.config);
    let mut items = Vec::new();
    let mut exit = Exit::Done;
    for id in ids {
        let id = find(outbox, id).await?.item.id();
        let now = Timestamp::now();
        let changed = if retry {
            retry_item(outbox, id, now, &timing).await?
        } else {
            drop_item(outbox, id, now, &timing).await?
        };
        match changed {
            Changed::Yes(item) => items.push(*item),
            Changed::No(item) => {
                say(format!(
                    "{id} is {}; that cannot be changed",
                    item.state.word()
                ));
                items.push(*item);
                exit = Exit::Refused;
            }
            Changed::Missing => {
                say(format!("{id} is not in the outbox any more"));
                exit = Exit::Refused;
            }
        }
    }
    if as_json {
        out.json(&json!({ "schema": "vagt.outbox/1", "items": items }))?;
    } else {
        for item in &items {
            out.line(line(item))?;
        }
    }
    Ok(exit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::{Action, Seen, Verb};
    use crate::domain::ids::ActionId;
    use crate::store::Location;
    use crate::store::outbox::New;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_beginning_names_an_action_and_an_empty_one_names_none() {
        let outbox = Outbox::open(&Location::Memory, "main").unwrap();
        let now = Timestamp::now();
        let action = Action {
            id: ActionId::new(Uuid::from_u128(0x1234 << 112)),
            ticket: Some("17".into()),
            verb: Verb::Take,
            seen: Seen::default(),
            at: now,
            undoes: None,
            parent: None,
            force: false,
        };
        let new = New {
            action: action.clone(),
            files: Vec::new(),
            hold_until: None,
        };
        outbox.enqueue(vec![new], now).await.unwrap();
        assert_eq!(find(&outbox, "1234").await.unwrap().item.action, action);
        assert_eq!(find(&outbox, "99").await.unwrap_err().exit, Exit::Refused);
        for empty in ["", " "] {
            let stop = find(&outbox, empty).await.unwrap_err();
            assert_eq!(stop.exit, Exit::Usage, "{}", stop.message);
        }
    }
}
