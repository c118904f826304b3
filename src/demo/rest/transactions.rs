//! The change feed and histories.
//!
//! Rows that the viewer may not see are dropped after paging, so a page can be short or empty in the
//! middle, and only an administrator is told a total. That is how the real desk answers, and what a
//! client must cope with.

use rusqlite::types::Value as SqlValue;
use serde_json::Value;

use super::collection::{Paging, orders, page};
use super::record::Record;
use super::{Answer, Reply, Request, input, single};
use crate::demo::base::{DeskBase, Refusal};
use crate::demo::query::json::{Column, count, words};
use crate::demo::query::{self, Language, MOST_CONDITIONS, Where, json, order};

const COLUMNS: [Column; 8] = [
    count("id", "x.id"),
    count("ObjectId", "x.object"),
    words("Type", "x.type"),
    words("Field", "x.field"),
    words("OldValue", "x.old"),
    words("NewValue", "x.new"),
    count("Creator", "x.creator"),
    words(
        "ObjectType",
        "CASE x.kind WHEN 1 THEN 'RT::Ticket' WHEN 2 THEN 'RT::Asset' WHEN 3 THEN 'RT::User' ELSE 'RT::Queue' END",
    ),
];

/// The transaction is of a ticket in a queue that everybody sees.
const VISIBLE: &str = "(SELECT q.hidden FROM tickets t JOIN tickets e ON e.id = t.effective
     JOIN queues q ON q.id = e.queue WHERE t.id = x.object) = 0";

/// The JSON query of a request: its body, or the `query` parameter when that is a list.
pub(crate) fn json_query(request: &Request) -> Result<Vec<Value>, Refusal> {
    let items = if request.method == super::Method::Post {
        input::json(request)?
    } else {
        match request
            .param("query")
            .filter(|text| text.trim_start().starts_with('['))
        {
            None => return Ok(Vec::new()),
            Some(text) => serde_json::from_str(text)
                .map_err(|error| Refusal::new(400, format!("JSON parse error: {error}\n")))?,
        }
    };
    match items {
        Value::Array(items) if items.len() > MOST_CONDITIONS => {
            let why = format!("Query has more than {MOST_CONDITIONS} conditions");
            Err(Refusal::new(400, why))
        }
        Value::Array(items) => Ok(items),
        _ => Err(Refusal::new(400, "JSON object must be a ARRAY")),
    }
}

/// `GET /transactions?query=…`
pub(crate) fn search(base: &mut DeskBase, request: &Request) -> Answer {
    let text = request.param("query").unwrap_or_default().to_owned();
    let found = if request.method == super::Method::Post || text.trim_start().starts_with('[') {
        let query = json_query(request)?;
        json::compile(
            base,
            &query,
            &COLUMNS,
            Some((crate::demo::base::Kind::Transaction, "x.id")),
        )
        .unwrap_or_default()
    } else {
        let mut found = query::compile(base, &request.viewer, Language::Transaction, &text)
            .map_err(|message| Refusal::new(400, message))?;
        if !request.viewer.role.rules() && query::tickets_only(&text) {
            found.sql = format!("({}) AND {VISIBLE}", found.sql);
        }
        found
    };
    list(base, request, &found)
}

/// `GET /ticket/N/history`, of tickets merged into it too.
pub(crate) fn of_ticket(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let Some(ticket) = base
        .ticket(id)?
        .filter(|ticket| base.sees_queue(&request.viewer, ticket.queue))
    else {
        return Ok(page(base, request, &[], total_for(request, 0))?);
    };
    let sql = "x.kind = 1 AND x.object IN (SELECT id FROM tickets WHERE effective = ?)";
    let found = narrowed(base, request, sql, ticket.id)?;
    list(base, request, &found)
}

/// `GET /asset/N/history`
pub(crate) fn of_asset(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let found = narrowed(base, request, "x.kind = 2 AND x.object = ?", id)?;
    list(base, request, &found)
}

/// A history, narrowed by the JSON query that a client may add to it.
fn narrowed(base: &DeskBase, request: &Request, sql: &str, object: i64) -> Result<Where, Refusal> {
    let mut found = Where {
        sql: sql.to_owned(),
        values: vec![SqlValue::Integer(object)],
    };
    let query = json_query(request)?;
    let custom = Some((crate::demo::base::Kind::Transaction, "x.id"));
    if let Some(more) = json::compile(base, &query, &COLUMNS, custom) {
        found.sql = format!("{sql} AND ({})", more.sql);
        found.values.extend(more.values);
    }
    Ok(found)
}

fn total_for(request: &Request, total: i64) -> Option<i64> {
    request.viewer.role.rules().then_some(total)
}

fn list(base: &mut DeskBase, request: &Request, found: &Where) -> Answer {
    if found.sql.is_empty() {
        return Ok(page(base, request, &[], total_for(request, 0))?);
    }
    let from = format!("FROM transactions x WHERE ({})", found.sql);
    let total = if request.viewer.role.rules() {
        Some(base.total(&from, &found.values)?)
    } else {
        None
    };
    let paging = Paging::of(request);
    let mut records = Vec::new();
    if let Some(order) = order::order_by(base, Language::Transaction, &orders(request)) {
        let sql = format!(
            "SELECT x.id {from} ORDER BY {order} LIMIT {} OFFSET {}",
            paging.per_page,
            paging.offset()
        );
        for id in base.numbers(&sql, &found.values)? {
            if let Some(txn) = base.txn(id)?
                && base.shows(&request.viewer, &txn)?
            {
                records.push(Record::Txn(Box::new(txn)));
            }
        }
    }
    Ok(page(base, request, &records, total)?)
}

/// `GET /transaction/N`
pub(crate) fn get(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let txn = base.txn(id)?.ok_or_else(Refusal::not_found)?;
    if !base.shows(&request.viewer, &txn)? {
        return Err(Refusal::forbidden());
    }
    Ok(Reply::ok(single::transaction(base, request, &txn)?))
}
