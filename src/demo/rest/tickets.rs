//! Tickets on the wire: searching, reading, creating, changing, owning, answering.

use rusqlite::params_from_iter;
use serde_json::{Map, Value, json};

use super::collection::{Paging, orders, page};
use super::record::{Record, reference};
use super::{Answer, Reply, Request, etag, input, single};
use crate::demo::base::links::{End, RELATIONS};
use crate::demo::base::ticket_writes::{OwnerChange, priority_number};
use crate::demo::base::tickets::{NewTicket, Ticket, Watcher};
use crate::demo::base::{DeskBase, Kind, Refusal};
use crate::demo::query::dates::iso_utc;
use crate::demo::query::{self, Language, order};

/// What a `PUT` may set besides people, links and custom fields, in the order in which it is applied.
const FIELDS: [&str; 11] = [
    "Due",
    "FinalPriority",
    "Owner",
    "Priority",
    "Queue",
    "Starts",
    "Status",
    "Subject",
    "TimeEstimated",
    "TimeLeft",
    "TimeWorked",
];

/// `GET /tickets?query=…`
pub(crate) fn search(base: &mut DeskBase, request: &Request) -> Answer {
    let form = form_of(request);
    let text = request.param("query").or_else(|| {
        form.iter()
            .find(|(key, _)| key == "query")
            .map(|(_, value)| value.as_str())
    });
    let mut text = text.unwrap_or_default().to_owned();
    if request
        .param("simple")
        .is_some_and(|flag| !flag.is_empty() && flag != "0")
        && !text.is_empty()
    {
        text = simple(&text);
    }
    let found = query::compile(base, &request.viewer, Language::Ticket, &text)
        .map_err(|message| Refusal::new(400, message))?;
    if found.sql.is_empty() || !request.viewer.role.sees() {
        return Ok(page(base, request, &[], Some(0))?);
    }
    let hidden = base.but_hidden_queues(&request.viewer, "t.queue");
    let from = format!(
        "FROM tickets t WHERE t.effective = t.id AND t.status <> 'deleted' {hidden}AND ({})",
        found.sql
    );
    let total = base.total(&from, &found.values)?;
    let paging = Paging::of(request);
    let mut records = Vec::new();
    if let Some(order) = order::order_by(base, Language::Ticket, &orders(request)) {
        let sql = format!(
            "SELECT t.id {from} ORDER BY {order} LIMIT {} OFFSET {}",
            paging.per_page,
            paging.offset()
        );
        for id in base.numbers(&sql, &found.values)? {
            if let Some(ticket) = base.raw_ticket(id)? {
                records.push(Record::Ticket(Box::new(ticket)));
            }
        }
    }
    Ok(page(base, request, &records, Some(total))?)
}

/// The simple search of the real desk, as far as numbers and words go.
fn simple(text: &str) -> String {
    let word = text.trim();
    if word.parse::<i64>().is_ok() {
        return format!("id = {word}");
    }
    format!(
        "Subject LIKE '{}'",
        word.replace('\\', "\\\\").replace('\'', "\\'")
    )
}

fn form_of(request: &Request) -> Vec<(String, String)> {
    if request
        .content_type
        .starts_with("application/x-www-form-urlencoded")
    {
        url::form_urlencoded::parse(&request.body)
            .into_owned()
            .collect()
    } else {
        Vec::new()
    }
}

impl DeskBase {
    /// How many rows a query has; kept until the next write.
    pub(crate) fn total(
        &mut self,
        from: &str,
        values: &[rusqlite::types::Value],
    ) -> Result<i64, Refusal> {
        use std::hash::{Hash as _, Hasher as _};
        let mut hasher = std::hash::DefaultHasher::new();
        from.hash(&mut hasher);
        format!("{values:?}").hash(&mut hasher);
        let key = hasher.finish();
        if let Some((writes, total)) = self.totals.get(&key)
            && *writes == self.writes
        {
            return Ok(*total);
        }
        let total = self
            .conn
            .prepare_cached(&format!("SELECT count(*) {from}"))?
            .query_row(params_from_iter(values), |row| row.get(0))?;
        if self.totals.len() > 200 {
            self.totals.clear();
        }
        self.totals.insert(key, (self.writes, total));
        Ok(total)
    }

    /// The first column of a query, as numbers.
    pub(crate) fn numbers(
        &self,
        sql: &str,
        values: &[rusqlite::types::Value],
    ) -> Result<Vec<i64>, Refusal> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params_from_iter(values), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The ticket, if it exists and the viewer may see it.
fn visible(base: &DeskBase, request: &Request, id: i64) -> Result<Ticket, Refusal> {
    let ticket = base.ticket(id)?.ok_or_else(Refusal::not_found)?;
    if base.sees_queue(&request.viewer, ticket.queue) {
        Ok(ticket)
    } else {
        Err(Refusal::forbidden())
    }
}

/// `GET /ticket/N`
pub(crate) fn get(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let ticket = visible(base, request, id)?;
    let updated = ticket.updated;
    single::answer(base, request, &Record::Ticket(Box::new(ticket)), updated)
}

/// `POST /ticket`
pub(crate) fn create(base: &mut DeskBase, request: &Request) -> Answer {
    let map = input::object(request)?;
    let id = create_from(base, request, &map)?;
    let body = Value::Object(reference(base, "ticket", &id.to_string()));
    Ok(Reply::created(body, format!("/REST/2.0/ticket/{id}")))
}

/// Creates a ticket from its JSON.
pub(crate) fn create_from(
    base: &mut DeskBase,
    request: &Request,
    map: &Map<String, Value>,
) -> Result<i64, Refusal> {
    let get = |name: &str| map.get(name).and_then(input::text);
    let lists = |name: &str| map.get(name).map(input::list).unwrap_or_default();
    let mut links = Vec::new();
    for relation in RELATIONS {
        for other in lists(relation.name) {
            links.push((relation.name.to_owned(), other));
        }
    }
    let number = |name: &str| get(name).and_then(|text| text.parse().ok()).unwrap_or(0);
    let moment = |name: &str| get(name).map_or(0, |text| iso_utc(&text));
    let new = NewTicket {
        queue: get("Queue").unwrap_or_default(),
        subject: get("Subject").unwrap_or_default(),
        status: get("Status").filter(|status| !status.is_empty()),
        owner: get("Owner"),
        priority: get("Priority").map_or(0, |text| priority_number(&text)),
        starts: moment("Starts"),
        due: moment("Due"),
        time_worked: number("TimeWorked"),
        time_left: number("TimeLeft"),
        time_estimated: number("TimeEstimated"),
        requestors: lists("Requestor"),
        cc: lists("Cc"),
        admin_cc: lists("AdminCc"),
        content: get("Content"),
        content_type: get("ContentType"),
        uploads: input::uploads(map.get("Attachments"), |name| {
            format!("Field {name} is required for each attachment in Attachments")
        })
        .map_err(|message| Refusal::new(400, message))?,
        fields: input::fields(map.get("CustomFields")),
        links,
    };
    base.create_ticket(&new, &request.viewer)
}

/// `POST /ticket/N`: the desk does not create over an existing ticket.
pub(crate) fn post_existing(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    match base.ticket(id)? {
        Some(_) => Err(Refusal::new(
            409,
            "Resource already exists; use PUT to update",
        )),
        None => create(base, request),
    }
}

/// `PUT /ticket/N`
pub(crate) fn put(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let map = input::object(request)?;
    let Some(ticket) = base.ticket(id)? else {
        return Err(Refusal::new(
            404,
            "Resource does not exist; use POST to create",
        ));
    };
    if !base.sees_queue(&request.viewer, ticket.queue) {
        return Err(Refusal::forbidden());
    }
    let version = single::version(base, request, Kind::Ticket, ticket.id, ticket.updated)?;
    etag::check(request, &version)?;
    let said = update_from(base, request, ticket.id, &map)?;
    Ok(Reply::ok(json!(said)))
}

/// Applies the JSON of a `PUT`, field by field, not as a unit: the desk's sentences.
pub(crate) fn update_from(
    base: &mut DeskBase,
    request: &Request,
    id: i64,
    map: &Map<String, Value>,
) -> Result<Vec<String>, Refusal> {
    let who = &request.viewer;
    let mut said = Vec::new();
    for name in FIELDS {
        let Some(value) = map.get(name).and_then(input::text) else {
            continue;
        };
        let Some(ticket) = base.ticket(id)? else {
            continue;
        };
        let sentence = match name {
            "Subject" => base.set_subject(&ticket, &value, who)?,
            "Queue" => base.set_queue(&ticket, &value, who)?,
            "Priority" => base.set_priority(&ticket, &value, who)?,
            "Starts" | "Due" => base.set_moment(&ticket, name, &value, who)?,
            "FinalPriority" | "TimeWorked" | "TimeLeft" | "TimeEstimated" => {
                base.set_number(&ticket, name, &value, who)?
            }
            "Status" if value.eq_ignore_ascii_case(&ticket.status) => None,
            "Status" => Some(base.set_status(ticket.id, &value, who)?),
            _ => {
                let same = base
                    .person(ticket.owner)?
                    .is_some_and(|owner| owner.name == value || owner.id.to_string() == value);
                if same {
                    None
                } else {
                    Some(base.set_owner(&ticket, &value, OwnerChange::Set, who)?)
                }
            }
        };
        said.extend(sentence.map(|sentence| format!("Ticket {id}: {sentence}")));
    }
    for (name, values) in input::fields(map.get("CustomFields")) {
        let Some(field) = base.field(Kind::Ticket, &name) else {
            continue;
        };
        if who.role.works() {
            said.extend(base.set_values(&field, id, &values, who.id)?);
        } else {
            said.push(format!(
                "Could not add a new value to custom field '{}': Permission Denied",
                field.name
            ));
        }
    }
    for (role, name) in Watcher::ALL {
        // An object that is no reference names nobody; the real desk stumbles over it.
        let odd = |value: &Value| value.is_object() && input::text(value).is_none();
        if let Some(value) = map.get(name).filter(|value| !odd(value)) {
            said.extend(base.set_watchers(id, role, &input::list(value), who)?);
        }
    }
    let here = End::Local(Kind::Ticket, id);
    said.extend(change_links(base, request, &here, map)?);
    if let Some(into) = map.get("MergeInto").and_then(input::text) {
        let into = into.parse().unwrap_or(0);
        said.push(base.merge(id, into, who)?);
    }
    Ok(said)
}

/// Applies `AddRefersTo`, `DeleteDependsOn`, `RefersTo` and their like.
pub(crate) fn change_links(
    base: &mut DeskBase,
    request: &Request,
    here: &End,
    map: &Map<String, Value>,
) -> Result<Vec<String>, Refusal> {
    let who = &request.viewer;
    let mut said = Vec::new();
    for relation in RELATIONS {
        if let Some(value) = map.get(relation.name) {
            let wanted = input::list(value);
            let ends: Vec<End> = wanted.iter().filter_map(|text| End::parse(text)).collect();
            let current = base.links_of(here, relation.base_here)?;
            let current: Vec<End> = current
                .into_iter()
                .filter(|(typ, _)| typ == relation.typ)
                .map(|(_, end)| end)
                .collect();
            for text in &wanted {
                if End::parse(text).is_none_or(|end| !current.contains(&end)) {
                    said.push(base.change_link(here, relation, text, true, who)?);
                }
            }
            for gone in current.iter().filter(|end| !ends.contains(end)) {
                if matches!(gone, End::Local(Kind::Asset, _)) {
                    // The real desk cannot drop asset links by replacing the list.
                    said.push("Either base or target must be specified".to_owned());
                } else {
                    said.push(base.change_link(here, relation, &gone.key(), false, who)?);
                }
            }
            continue;
        }
        for (action, add) in [("Add", true), ("Delete", false)] {
            for other in map
                .get(&format!("{action}{}", relation.name))
                .map(input::list)
                .unwrap_or_default()
            {
                said.push(base.change_link(here, relation, &other, add, who)?);
            }
        }
    }
    Ok(said)
}

/// `DELETE /ticket/N`
pub(crate) fn delete(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let ticket = visible(base, request, id)?;
    if !request.viewer.role.rules() {
        return Err(Refusal::new(500, "Internal Server Error"));
    }
    if ticket.status == "deleted" {
        return Err(Refusal::new(500, "Internal Server Error"));
    }
    base.set_status(ticket.id, "deleted", &request.viewer)?;
    Ok(Reply::empty(204))
}

/// `PUT /ticket/N/take` and its like.
pub(crate) fn own(base: &mut DeskBase, request: &Request, id: i64, how: &str) -> Answer {
    let Some(ticket) = base.ticket(id)? else {
        return Err(Refusal::new(
            404,
            "Resource does not exist; use POST to create",
        ));
    };
    if !base.sees_queue(&request.viewer, ticket.queue) {
        return Err(Refusal::forbidden());
    }
    let version = single::version(base, request, Kind::Ticket, ticket.id, ticket.updated)?;
    etag::check(request, &version)?;
    let me = request.viewer.id.to_string();
    let (how, new) = match how {
        "take" => (OwnerChange::Take, me.as_str()),
        "steal" => (OwnerChange::Steal, me.as_str()),
        _ => (OwnerChange::Untake, "Nobody"),
    };
    let mut said = vec![base.set_owner(&ticket, new, how, &request.viewer)?];
    let map = input::object(request)?;
    if !map.is_empty() {
        said.extend(update_from(base, request, ticket.id, &map)?);
    }
    Ok(Reply::ok(json!(said)))
}

/// `POST /ticket/N/comment` and `correspond`.
pub(crate) fn message(base: &mut DeskBase, request: &Request, id: i64, public: bool) -> Answer {
    let new = if request.content_type.starts_with("text/") {
        // Stored double-encoded, charset ignored, as on the real desk.
        let spoilt: String = request.body.iter().map(|byte| char::from(*byte)).collect();
        let content_type = request
            .content_type
            .split(';')
            .next()
            .unwrap_or("text/plain")
            .to_owned();
        crate::demo::base::messages::NewMessage {
            public,
            content: spoilt,
            content_type,
            ..Default::default()
        }
    } else {
        input::message(&input::object(request)?, public)
            .map_err(|message| Refusal::new(400, message))?
    };
    if let Some(ticket) = base.ticket(id)? {
        let version = single::version(base, request, Kind::Ticket, ticket.id, ticket.updated)?;
        etag::check(request, &version)?;
    }
    let (txn, said) = base.add_message(id, &new, &request.viewer)?;
    Ok(Reply::created(
        json!(said),
        format!("/REST/2.0/transaction/{txn}"),
    ))
}
