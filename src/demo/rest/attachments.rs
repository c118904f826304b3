//! Texts and files.

use base64::Engine as _;
use rusqlite::types::Value as SqlValue;
use serde_json::{Map, Value, json};

use super::collection::{Paging, orders, page};
use super::expand::Lens;
use super::record::{Record, reference};
use super::transactions::json_query;
use super::{Answer, Reply, Request, hyperlinks};
use crate::demo::base::history::Attachment;
use crate::demo::base::{DeskBase, Refusal};
use crate::demo::query::Where;
use crate::demo::query::json::{self, Column, count, words};

const COLUMNS: [Column; 6] = [
    count("id", "m.id"),
    count("TransactionId", "m.txn"),
    count("Parent", "m.parent"),
    words("Subject", "m.subject"),
    words("Filename", "NULLIF(m.filename, '')"),
    words("ContentType", "m.content_type"),
];

/// `GET /attachments?query=[…]` and `POST /attachments`
pub(crate) fn search(base: &mut DeskBase, request: &Request) -> Answer {
    let query = json_query(request)?;
    let found = json::compile(base, &query, &COLUMNS, None).unwrap_or_default();
    list(base, request, &found)
}

/// `GET /ticket/N/attachments`
pub(crate) fn of_ticket(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let ticket = base.ticket(id)?;
    let query = json_query(request)?;
    let narrower = json::compile(base, &query, &COLUMNS, None);
    let mut found = match ticket.filter(|ticket| base.sees_queue(&request.viewer, ticket.queue)) {
        None => Where::default(),
        Some(ticket) => Where {
            sql: "m.txn IN (SELECT x.id FROM transactions x WHERE x.kind = 1
                  AND x.object IN (SELECT id FROM tickets WHERE effective = ?))"
                .to_owned(),
            values: vec![SqlValue::Integer(ticket.id)],
        },
    };
    if let Some(narrower) = narrower.filter(|_| !found.sql.is_empty()) {
        found.sql = format!("{} AND ({})", found.sql, narrower.sql);
        found.values.extend(narrower.values);
    }
    list(base, request, &found)
}

/// `GET /transaction/N/attachments`
pub(crate) fn of_transaction(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    list(
        base,
        request,
        &Where {
            sql: "m.txn = ?".to_owned(),
            values: vec![SqlValue::Integer(id)],
        },
    )
}

fn visible(base: &DeskBase, request: &Request, attachment: &Attachment) -> Result<bool, Refusal> {
    match base.txn(attachment.txn)? {
        Some(txn) => Ok(base.shows(&request.viewer, &txn)?),
        None => Ok(false),
    }
}

fn list(base: &mut DeskBase, request: &Request, found: &Where) -> Answer {
    let rules = request.viewer.role.rules();
    if found.sql.is_empty() {
        return Ok(page(base, request, &[], rules.then_some(0))?);
    }
    let from = format!("FROM attachments m WHERE ({})", found.sql);
    let total = if rules {
        Some(base.total(&from, &found.values)?)
    } else {
        None
    };
    let paging = Paging::of(request);
    let descending = orders(request)
        .first()
        .is_some_and(|(_, descending)| *descending);
    let direction = if descending { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT m.id {from} ORDER BY m.id {direction} LIMIT {} OFFSET {}",
        paging.per_page,
        paging.offset()
    );
    let mut records = Vec::new();
    for id in base.numbers(&sql, &found.values)? {
        if let Some(attachment) = base.attachment(id)?
            && visible(base, request, &attachment)?
        {
            records.push(Record::Attachment(Box::new(attachment)));
        }
    }
    Ok(page(base, request, &records, total)?)
}

/// `GET /attachment/N`: the content in base64.
pub(crate) fn get(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let attachment = base.attachment(id)?.ok_or_else(Refusal::not_found)?;
    if !visible(base, request, &attachment)? {
        return Err(Refusal::forbidden());
    }
    let record = Record::Attachment(Box::new(attachment.clone()));
    let lens = Lens { request };
    let mut map = Map::new();
    map.insert("id".to_owned(), json!(attachment.id));
    map.insert(
        "TransactionId".to_owned(),
        Value::Object(reference(base, "transaction", &attachment.txn.to_string())),
    );
    let parent = if attachment.parent == 0 {
        json!("0")
    } else {
        Value::Object(reference(
            base,
            "attachment",
            &attachment.parent.to_string(),
        ))
    };
    map.insert("Parent".to_owned(), parent);
    for field in ["Subject", "ContentType", "Created", "Creator"] {
        let value = lens.value(base, &record, field, "fields")?;
        map.insert(field.to_owned(), value);
    }
    if !attachment.filename.is_empty() {
        map.insert("Filename".to_owned(), json!(attachment.filename));
    }
    let headers = format!(
        "Subject: {}\nContent-Type: {}\nX-RT-Interface: REST\nContent-Length: {}",
        attachment.subject,
        attachment.content_type,
        attachment.content.len()
    );
    map.insert("Headers".to_owned(), json!(headers));
    map.insert(
        "MessageId".to_owned(),
        json!(format!(
            "vagt-{}@{}",
            attachment.id,
            crate::demo::base::links::ORGANIZATION
        )),
    );
    let content = if attachment.content_type.starts_with("multipart/") {
        Value::Null
    } else {
        json!(encode(&attachment.content))
    };
    map.insert("Content".to_owned(), content);
    map.insert(
        "_hyperlinks".to_owned(),
        hyperlinks::of(base, &record, request)?,
    );
    Ok(Reply::ok(Value::Object(map)))
}

/// Base64 in lines of 76 characters, as the real desk sends it.
fn encode(content: &[u8]) -> String {
    let mut out = String::with_capacity(content.len() * 4 / 3 + content.len() / 57 + 8);
    for line in content.chunks(57) {
        base64::engine::general_purpose::STANDARD.encode_string(line, &mut out);
        out.push('\n');
    }
    out
}
