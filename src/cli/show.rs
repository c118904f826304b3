//! `vagt show` and `vagt person`.

use serde_json::{Value as Json, json};

use super::args::{PersonArgs, ShowArgs};
use super::exit::{Exit, Stop};
use super::list::{device_json, fact_json, plain_ticket_json};
use super::live::{self, Live, block_on};
use super::out::Out;
use super::session::Ground;
use crate::domain::Fact;
use crate::domain::entry::{Entry, EntryKind, Visibility};
use crate::domain::finding::Finding;
use crate::domain::ids::TicketId;
use crate::domain::source::Detail;
use crate::domain::ticket::Ticket;
use crate::runtime::triage;
use crate::sync::detail;
use crate::text::mask::mask;
use crate::triage::Engine;

/// Most people that are looked up.
const PEOPLE: usize = 10;
/// Most tickets of a person.
const TICKETS: usize = 20;

/// Prints one ticket.
///
/// # Errors
/// There is no such ticket or one may not see it (exit code 5); no desk, or trouble with it.
pub fn ticket(args: &ShowArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let (detail, finding) = block_on(async {
        let (config, desk) = live::desk(ground)?;
        let cache = live::cache(ground, desk.as_ref(), &config)?;
        let id = TicketId::from(args.id.as_str());
        let now = ground.clock()?.now();
        let detail = detail::fetch(desk.as_ref(), &cache, &id, now).await;
        let detail = detail.map_err(|trouble| {
            let message = format!("ticket {}: {}", args.id, trouble.message);
            Stop::new(Exit::from(&trouble), message)
        })?;
        let engine = ground.engine()?;
        let finding = live::finding(&engine, &cache, &whole(&detail)).await?;
        Ok((detail, finding))
    })?;
    if args.json {
        out.json(&detail_json(&detail, &finding))?;
    } else {
        print(&detail, &finding, out)?;
    }
    Ok(Exit::Done)
}

/// What the engine says of a ticket that was read whole, by its text alone.
pub(super) fn finding(engine: &Engine, detail: &Detail) -> Finding {
    triage::finding(engine, &[], &whole(detail))
}

/// The ticket with its text: where the desk gave it none, its first message.
fn whole(detail: &Detail) -> Ticket {
    let mut ticket = detail.ticket.clone();
    if ticket.body.known().is_none() {
        let mut entries = detail.entries.iter();
        let first = entries.find(|e| e.kind == EntryKind::Create);
        ticket.body = Fact::Known(first.map(|e| e.text.clone()).unwrap_or_default());
    }
    ticket
}

fn detail_json(detail: &Detail, finding: &Finding) -> Json {
    let mut object = plain_ticket_json(&detail.ticket);
    if let Some(map) = object.as_object_mut() {
        map.insert("schema".to_owned(), json!("vagt.show/1"));
        let group = detail.ticket.group.known().unwrap_or(&finding.group);
        map.insert("group".to_owned(), json!(group));
        map.insert("finding".to_owned(), json!(finding));
        map.insert(
            "entries".to_owned(),
            Json::Array(detail.entries.iter().map(entry_json).collect()),
        );
        map.insert("requester".to_owned(), json!(detail.requester));
        map.insert(
            "others".to_owned(),
            Json::Array(detail.others.iter().map(plain_ticket_json).collect()),
        );
        map.insert("read_at".to_owned(), json!(detail.read_at));
    }
    object
}

fn entry_json(entry: &Entry) -> Json {
    json!({
        "id": entry.id, "at": entry.at, "author": fact_json(&entry.author), "visibility": entry.visibility,
        "kind": entry.kind, "text": entry.text, "cut": entry.cut, "attachments": entry.attachments,
    })
}

fn print(detail: &Detail, finding: &Finding, out: &mut Out) -> Result<(), Stop> {
    let t = &detail.ticket;
    out.line(format!("{}  {}", t.id, mask(&t.subject)))?;
    out.line(format!(
        "{} · priority {} · {} · queue {} · {}",
        t.status.name,
        known(&t.priority),
        t.owner.known().map_or_else(
            || if t.owner == Fact::Empty {
                "nobody".to_owned()
            } else {
                "owner unknown".to_owned()
            },
            |p| p.name.clone()
        ),
        known(&t.queue),
        t.group.known().map_or_else(
            || format!("{} ({:.0} %)", finding.group, finding.confidence * 100.0),
            |g| format!("{g} (by staff)")
        ),
    ))?;
    let reasons: Vec<&str> = finding.reasons.iter().map(|r| r.text.as_str()).collect();
    if !reasons.is_empty() {
        out.line(format!("why: {}", mask(&reasons.join(", "))))?;
    }
    if let Some(person) = t.requester() {
        // A ticket of a list may carry no more than the login.
        let known = detail.requester.as_ref().filter(|p| p.who.id == person.id);
        let name = known.map_or(&person.name, |p| &p.who.name);
        out.line(format!("requester: {name} ({})", person.id))?;
    }
    for link in t.links.known().into_iter().flatten() {
        out.line(format!("{} {}", link.kind.word(), link.target))?;
    }
    for entry in &detail.entries {
        print_entry(entry, out)?;
    }
    Ok(())
}

fn known<T: ToString>(fact: &Fact<T>) -> String {
    match fact {
        Fact::Known(value) => value.to_string(),
        Fact::Empty => "none".to_owned(),
        Fact::Unknown => "unknown".to_owned(),
    }
}

fn print_entry(entry: &Entry, out: &mut Out) -> Result<(), Stop> {
    let author = entry.author.known().map_or("unknown", |p| p.name.as_str());
    if let EntryKind::Change { field, from, to } = &entry.kind {
        return out.line(format!(
            "{}  {author}: {field} {} → {}",
            entry.at,
            mask(from),
            mask(to)
        ));
    }
    let word = match entry.visibility {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
        Visibility::Unknown => "visibility unknown",
    };
    out.line("")?;
    out.line(format!("{}  {author} ({word})", entry.at))?;
    for line in mask(&entry.text).lines() {
        out.line(format!("  {line}"))?;
    }
    for file in &entry.attachments {
        out.line(format!("  [{}] {}", file.id, mask(&file.name)))?;
    }
    Ok(())
}

/// Finds people, with their devices and open tickets.
///
/// # Errors
/// Nobody of that name (exit code 5); no desk, or trouble with it.
pub fn person(args: &PersonArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let name = args.name.join(" ");
    block_on(async {
        let live = Live::open(ground).await?;
        let people = live.desk.people(&name, PEOPLE).await?;
        let mut objects = Vec::new();
        for person in &people {
            let tickets = live.desk.tickets_of(&person.who.id, TICKETS).await?;
            let devices: Vec<_> = live.board.fleet().held_by(&person.who.id).collect();
            if args.json {
                let tickets: Vec<Json> = tickets.iter().map(plain_ticket_json).collect();
                let devices: Vec<Json> = devices.iter().map(|d| device_json(d)).collect();
                objects.push(json!({ "person": person, "devices": devices, "tickets": tickets }));
                continue;
            }
            let mail = person.email.known().map_or("", String::as_str);
            out.line(format!("{}  {}  {mail}", person.who.name, person.who.id))?;
            for device in devices {
                let seen = device
                    .last_seen
                    .known()
                    .map_or_else(|| "never seen".to_owned(), |at| format!("seen {at}"));
                out.line(format!("  device {}  {seen}", device.name))?;
            }
            for ticket in tickets.iter().filter(|t| t.is_active()) {
                print_short(ticket, out)?;
            }
        }
        if args.json {
            out.json(&json!({ "schema": "vagt.person/1", "people": objects }))?;
        }
        if people.is_empty() {
            return Err(Stop::new(
                Exit::Refused,
                format!("nobody whose name, login or mail address contains {name:?}"),
            ));
        }
        Ok(Exit::Done)
    })
}

fn print_short(ticket: &Ticket, out: &mut Out) -> Result<(), Stop> {
    out.line(format!(
        "  ticket {}  {}  {}",
        ticket.id,
        ticket.status.name,
        mask(&ticket.subject)
    ))
}
