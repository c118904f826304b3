//! The small tables on the wire: queues, catalogs, groups, custom fields.

use serde_json::{Map, Value, json};

use super::collection::{Paging, page};
use super::expand::Lens;
use super::record::Record;
use super::transactions::json_query;
use super::{Answer, Reply, Request, hyperlinks};
use crate::demo::base::{DeskBase, Refusal};
use crate::demo::query::dates::wire_time;
use crate::demo::query::json::{self, Column, count, words};

const QUEUES: [Column; 4] = [
    count("id", "q.id"),
    words("Name", "q.name"),
    words("Description", "q.description"),
    words("Lifecycle", "'default'"),
];
const CATALOGS: [Column; 4] = [
    count("id", "q.id"),
    words("Name", "q.name"),
    words("Description", "q.description"),
    words("Lifecycle", "'assets'"),
];
const GROUPS: [Column; 3] = [
    count("id", "g.id"),
    words("Name", "g.name"),
    words("Description", "g.description"),
];
const FIELDS: [Column; 4] = [
    count("id", "c.id"),
    words("Name", "c.name"),
    words("Type", "c.type"),
    words(
        "LookupType",
        "CASE c.kind WHEN 1 THEN 'RT::Queue-RT::Ticket' WHEN 2 THEN 'RT::Catalog-RT::Asset'
         WHEN 5 THEN 'RT::Queue-RT::Ticket-RT::Transaction' ELSE '' END",
    ),
];

/// The numbers of rows that a JSON search finds; none for a search without a condition.
fn find(
    base: &DeskBase,
    request: &Request,
    from: &str,
    columns: &[Column],
    all: bool,
) -> Result<Vec<i64>, Refusal> {
    if all {
        return base.numbers(&format!("SELECT {from}"), &[]);
    }
    let query = json_query(request)?;
    match json::compile(base, &query, columns, None) {
        None => Ok(Vec::new()),
        Some(found) => base.numbers(
            &format!("SELECT {from} WHERE {} ORDER BY 1", found.sql),
            &found.values,
        ),
    }
}

/// One page of records that are all in memory; `known`: the viewer may know how many there are.
fn slice(base: &mut DeskBase, request: &Request, records: Vec<Record>, known: bool) -> Answer {
    let paging = Paging::of(request);
    let total = i64::try_from(records.len()).unwrap_or(i64::MAX);
    let skip = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
    let take = usize::try_from(paging.per_page).unwrap_or(20);
    let shown: Vec<Record> = records.into_iter().skip(skip).take(take).collect();
    let shown = if request.viewer.role.sees() {
        shown
    } else {
        Vec::new()
    };
    Ok(page(base, request, &shown, known.then_some(total))?)
}

/// A record in full, by the fields it has.
fn full(
    base: &mut DeskBase,
    request: &Request,
    record: &Record,
    fields: &[&str],
    more: &[(&str, Value)],
) -> Answer {
    if !request.viewer.role.sees() {
        return Err(Refusal::forbidden());
    }
    let lens = Lens { request };
    let mut map = Map::new();
    map.insert("id".to_owned(), json!(record.id()));
    for field in fields {
        let value = lens.value(base, record, field, "fields")?;
        map.insert((*field).to_owned(), value);
    }
    for (name, value) in more {
        map.insert((*name).to_owned(), value.clone());
    }
    map.insert(
        "_hyperlinks".to_owned(),
        hyperlinks::of(base, record, request)?,
    );
    Ok(Reply::ok(Value::Object(map)))
}

/// In the order of their names, when all of them were asked for; the real desk knows capital letters of
/// ASCII only.
fn by_name(mut records: Vec<Record>, all: bool) -> Vec<Record> {
    if all {
        records.sort_by_key(|record| match record {
            Record::Queue(queue) => queue.name.to_ascii_lowercase(),
            Record::Catalog(catalog) => catalog.name.to_ascii_lowercase(),
            _ => String::new(),
        });
    }
    records
}

/// `GET /queues/all`, `POST /queues`
pub(crate) fn queues(base: &mut DeskBase, request: &Request, all: bool) -> Answer {
    let ids = find(base, request, "q.id FROM queues q", &QUEUES, all)?;
    let viewer = &request.viewer;
    let records = base
        .queues
        .iter()
        .filter(|queue| ids.contains(&queue.id) && base.sees_queue(viewer, queue.id))
        .cloned()
        .map(Record::Queue)
        .collect();
    let known = request.viewer.role.rules();
    slice(base, request, by_name(records, all), known)
}

/// `GET /queue/N`
pub(crate) fn queue(base: &mut DeskBase, request: &Request, which: &str) -> Answer {
    // One that is not there is not told from one that may not be seen.
    let queue = base
        .queue(which)
        .filter(|queue| base.sees_queue(&request.viewer, queue.id))
        .ok_or_else(|| {
            if request.viewer.role.rules() {
                Refusal::not_found()
            } else {
                Refusal::forbidden()
            }
        })?;
    let fields = [
        "Name",
        "Description",
        "Lifecycle",
        "SLADisabled",
        "Disabled",
        "SortOrder",
        "Created",
        "LastUpdated",
    ];
    let list = |kind| {
        let mut refs = Vec::new();
        for field in base.fields_of(kind) {
            let mut map = super::record::reference(base, "customfield", &field.id.to_string());
            map.insert("ref".to_owned(), json!("customfield"));
            map.insert("name".to_owned(), json!(field.name));
            refs.push(Value::Object(map));
        }
        Value::Array(refs)
    };
    let system = super::record::reference(base, "user", "RT_System");
    let more = [
        ("Creator", Value::Object(system.clone())),
        ("LastUpdatedBy", Value::Object(system)),
        ("TicketCustomFields", list(crate::demo::base::Kind::Ticket)),
        (
            "TicketTransactionCustomFields",
            list(crate::demo::base::Kind::Transaction),
        ),
        ("CustomFields", json!([])),
        ("Cc", json!([])),
        ("AdminCc", json!([])),
        ("CorrespondAddress", json!("")),
        ("CommentAddress", json!("")),
    ];
    let (version, modified) = (queue.id, wire_time(queue.created));
    let reply = full(base, request, &Record::Queue(queue), &fields, &more)?;
    Ok(fixed(reply, version, modified))
}

/// `GET /catalogs/all`, `POST /catalogs`
pub(crate) fn catalogs(base: &mut DeskBase, request: &Request, all: bool) -> Answer {
    let ids = find(base, request, "q.id FROM catalogs q", &CATALOGS, all)?;
    let viewer = &request.viewer;
    let records = base
        .catalogs
        .iter()
        .filter(|catalog| ids.contains(&catalog.id) && base.sees_catalog(viewer, catalog.id))
        .cloned()
        .map(Record::Catalog)
        .collect();
    let known = request.viewer.role.rules();
    slice(base, request, by_name(records, all), known)
}

/// `GET /catalog/N`
pub(crate) fn catalog(base: &mut DeskBase, request: &Request, which: &str) -> Answer {
    let catalog = base.catalog(which).ok_or_else(Refusal::not_found)?;
    if !base.sees_catalog(&request.viewer, catalog.id) {
        return Err(Refusal::forbidden());
    }
    let fields = [
        "Name",
        "Description",
        "Lifecycle",
        "Disabled",
        "Created",
        "LastUpdated",
    ];
    let system = Value::Object(super::record::reference(base, "user", "RT_System"));
    let more = [
        ("HeldBy", json!([])),
        ("Contact", json!([])),
        ("Creator", system.clone()),
        ("LastUpdatedBy", system),
    ];
    let (version, modified) = (catalog.id, wire_time(catalog.created));
    let reply = full(base, request, &Record::Catalog(catalog), &fields, &more)?;
    Ok(fixed(reply, version, modified))
}

/// A reply about something that never changes here, with the version that it will always have.
fn fixed(reply: Reply, version: i64, modified: String) -> Reply {
    Reply {
        etag: Some(version.to_string()),
        last_modified: Some(modified),
        ..reply
    }
}

/// `GET /groups?query=[…]`, `POST /groups`
pub(crate) fn groups(base: &mut DeskBase, request: &Request) -> Answer {
    let mut records = Vec::new();
    for id in find(base, request, "g.id FROM groups g", &GROUPS, false)? {
        if let Some(group) = base.group(id)? {
            records.push(Record::Group(group));
        }
    }
    let known = request.viewer.role.works();
    slice(base, request, records, known)
}

/// `GET /group/N`
pub(crate) fn group(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let group = base.group(id)?.ok_or_else(Refusal::not_found)?;
    if !request.viewer.role.works() {
        return Err(Refusal::forbidden());
    }
    let mut members = Vec::new();
    for member in base.members(id)? {
        if let Some(person) = base.person(member)? {
            members.push(Value::Object(Record::User(person).reference(base)));
        }
    }
    let system = Value::Object(super::record::reference(base, "user", "RT_System"));
    let made = base.meta("made")?.and_then(|text| text.parse().ok());
    let made = wire_time(made.unwrap_or_default());
    let more = [
        ("Members", Value::Array(members)),
        ("Instance", json!("0")),
        ("CustomFields", json!([])),
        ("Created", json!(made)),
        ("LastUpdated", json!(made)),
        ("Creator", system.clone()),
        ("LastUpdatedBy", system),
    ];
    let reply = full(
        base,
        request,
        &Record::Group(group),
        &["Name", "Description", "Domain", "Disabled"],
        &more,
    )?;
    Ok(fixed(reply, id, made))
}

/// `GET /group/N/members` and `GET /user/WHO/groups`: a frame without pages, ids as numbers.
fn plain_list(request: &Request, items: &[Value]) -> Reply {
    let paging = Paging::of(request);
    Reply::ok(json!({
        "count": items.len(),
        "total": items.len(),
        "page": paging.page,
        "per_page": paging.per_page,
        "items": items,
    }))
}

/// A reference whose id is a number.
fn numbered(base: &DeskBase, record: &Record) -> Value {
    let mut map = record.reference(base);
    map.insert("id".to_owned(), json!(record.id()));
    Value::Object(map)
}

/// `GET /group/N/members`
pub(crate) fn members(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    base.group(id)?.ok_or_else(Refusal::not_found)?;
    if !request.viewer.role.rules() {
        return Err(Refusal::forbidden());
    }
    let mut items = Vec::new();
    for member in base.members(id)? {
        if let Some(person) = base.person(member)? {
            items.push(numbered(base, &Record::User(person)));
        }
    }
    Ok(plain_list(request, &items))
}

/// `GET /user/WHO/groups`
pub(crate) fn memberships(base: &mut DeskBase, request: &Request, who: &str) -> Answer {
    let person = base.find_person(who)?.ok_or_else(Refusal::not_found)?;
    if !request.viewer.role.rules() {
        return Err(Refusal::forbidden());
    }
    let mut items = Vec::new();
    for group in base.memberships(person.id)? {
        if let Some(group) = base.group(group)? {
            items.push(numbered(base, &Record::Group(group)));
        }
    }
    Ok(plain_list(request, &items))
}

/// `GET /customfields?query=[…]`, `POST /customfields`
pub(crate) fn custom_fields(base: &mut DeskBase, request: &Request) -> Answer {
    // Agents hold their rights queue by queue, so the list of all fields is empty for them: they
    // find the fields in a queue and in records.
    let known = request.viewer.role.rules();
    let mut ids = find(base, request, "c.id FROM custom_fields c", &FIELDS, false)?;
    if !known {
        ids.clear();
    }
    let records = base
        .fields
        .iter()
        .filter(|field| ids.contains(&field.id))
        .cloned()
        .map(Record::Field)
        .collect();
    slice(base, request, records, known)
}

/// `GET /customfield/N`
pub(crate) fn custom_field(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let field = base
        .fields
        .iter()
        .find(|field| field.id == id)
        .cloned()
        .ok_or_else(Refusal::not_found)?;
    if !request.viewer.role.rules() {
        return Err(Refusal::forbidden());
    }
    let fields = [
        "Name",
        "LookupType",
        "Type",
        "MaxValues",
        "Disabled",
        "SortOrder",
        "Created",
        "LastUpdated",
    ];
    let system = Value::Object(super::record::reference(base, "user", "RT_System"));
    let hint = if field.multiple {
        "Enter multiple values"
    } else {
        "Enter one value"
    };
    let more = [
        ("Description", json!("")),
        ("EntryHint", json!(hint)),
        ("Pattern", json!("")),
        ("UniqueValues", json!("0")),
        ("Creator", system.clone()),
        ("LastUpdatedBy", system),
    ];
    let modified = wire_time(field.created);
    let reply = full(base, request, &Record::Field(field), &fields, &more)?;
    Ok(Reply {
        etag: Some(modified.clone()),
        last_modified: Some(modified),
        ..reply
    })
}
