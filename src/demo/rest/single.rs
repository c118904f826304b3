//! Single records in full, as `GET /ticket/N` and its like answer.

use serde_json::{Map, Value, json};

use super::expand::{Lens, custom_field_list};
use super::record::{Record, reference};
use super::{Answer, Reply, Request, etag, hyperlinks};
use crate::demo::base::history::Txn;
use crate::demo::base::{Base, DeskBase, Kind};
use crate::demo::query::dates::wire_time;

const TICKET: [&str; 22] = [
    "Subject",
    "Status",
    "Type",
    "Priority",
    "InitialPriority",
    "FinalPriority",
    "TimeWorked",
    "TimeLeft",
    "TimeEstimated",
    "Created",
    "LastUpdated",
    "Starts",
    "Started",
    "Due",
    "Resolved",
    "Owner",
    "Creator",
    "LastUpdatedBy",
    "Queue",
    "Requestor",
    "Cc",
    "AdminCc",
];
const ASSET: [&str; 10] = [
    "Name",
    "Description",
    "Status",
    "Created",
    "LastUpdated",
    "Owner",
    "Creator",
    "LastUpdatedBy",
    "Catalog",
    "HeldBy",
];

/// A ticket or asset in full.
pub(crate) fn full(base: &mut DeskBase, request: &Request, record: &Record) -> Base<Value> {
    let lens = Lens { request };
    let mut map = Map::new();
    map.insert("id".to_owned(), json!(record.id()));
    let fields: &[&str] = if matches!(record, Record::Ticket(_)) {
        &TICKET
    } else {
        &ASSET
    };
    for field in fields {
        let value = lens.value(base, record, field, "fields")?;
        map.insert((*field).to_owned(), value);
    }
    if let Record::Ticket(ticket) = record {
        let effective = reference(base, "ticket", &ticket.effective.to_string());
        map.insert("EffectiveId".to_owned(), Value::Object(effective));
        if ticket.told != 0 {
            map.insert("Told".to_owned(), json!(wire_time(ticket.told)));
        }
    } else {
        let contact = lens.value(base, record, "Contact", "fields")?;
        map.insert("Contact".to_owned(), contact);
    }
    map.insert(
        "CustomFields".to_owned(),
        Value::Array(custom_field_list(base, record)?),
    );
    map.insert(
        "_hyperlinks".to_owned(),
        hyperlinks::of(base, record, request)?,
    );
    Ok(Value::Object(map))
}

/// A ticket or asset as an answer, with its version; 304 when the client has it.
pub(crate) fn answer(
    base: &mut DeskBase,
    request: &Request,
    record: &Record,
    updated: i64,
) -> Answer {
    let kind = record.kind().unwrap_or(Kind::Ticket);
    let version = version(base, request, kind, record.id(), updated)?;
    etag::check(request, &version)?;
    let modified = wire_time(updated);
    if let Some(reply) = etag::unchanged(request, &version, &modified) {
        return Ok(reply);
    }
    let body = full(base, request, record)?;
    Ok(Reply {
        etag: Some(version),
        last_modified: Some(modified),
        ..Reply::ok(body)
    })
}

/// The version of a record for this viewer.
pub(crate) fn version(
    base: &DeskBase,
    request: &Request,
    kind: Kind,
    id: i64,
    updated: i64,
) -> Base<String> {
    let last = base.version(kind, id, request.viewer.role)?;
    Ok(last.map_or_else(|| wire_time(updated), |id| id.to_string()))
}

/// A transaction in full.
pub(crate) fn transaction(base: &mut DeskBase, request: &Request, txn: &Txn) -> Base<Value> {
    let lens = Lens { request };
    let record = Record::Txn(Box::new(txn.clone()));
    let kind = if txn.kind == Kind::Asset {
        "asset"
    } else {
        "ticket"
    };
    let object = match txn.kind {
        Kind::Ticket => base
            .raw_ticket(txn.object)?
            .map_or(txn.object, |ticket| ticket.effective),
        _ => txn.object,
    };
    let mut map = Map::new();
    map.insert("id".to_owned(), json!(txn.id));
    map.insert("Type".to_owned(), json!(txn.typ));
    map.insert(
        "Object".to_owned(),
        Value::Object(reference(base, kind, &object.to_string())),
    );
    map.insert("TimeTaken".to_owned(), json!(txn.time_taken.to_string()));
    for field in ["Created", "Creator"] {
        let value = lens.value(base, &record, field, "fields")?;
        map.insert(field.to_owned(), value);
    }
    for (name, value) in [
        ("Field", &txn.field),
        ("OldValue", &txn.old),
        ("NewValue", &txn.new),
    ] {
        if !value.is_empty() {
            map.insert(name.to_owned(), json!(value));
        }
    }
    let data = base.data_of(txn)?;
    if !data.is_empty() {
        map.insert("Data".to_owned(), json!(data));
    }
    let custom = custom_field_list(base, &record)?;
    if !custom.is_empty() {
        map.insert("CustomFields".to_owned(), Value::Array(custom));
    }
    map.insert(
        "_hyperlinks".to_owned(),
        hyperlinks::of(base, &record, request)?,
    );
    Ok(Value::Object(map))
}
