//! Sorting of collections: `orderby=` and `order=`.

use super::Language;
use crate::demo::base::{DeskBase, Kind};

/// The SQL of an `ORDER BY`, or `None` when a column is unknown: the real desk's query then fails in
/// its database and it answers with a total and no items.
pub(crate) fn order_by(
    base: &DeskBase,
    language: Language,
    orders: &[(String, bool)],
) -> Option<String> {
    let fallback = match language {
        Language::Ticket => "t.id",
        Language::Asset => "a.name COLLATE NOCASE, a.id",
        Language::Transaction => "x.created, x.id",
    };
    if orders.is_empty() {
        return Some(fallback.to_owned());
    }
    let mut parts = Vec::new();
    for (key, descending) in orders {
        let expression = column(base, language, key)?;
        parts.push(format!(
            "{expression} {}",
            if *descending { "DESC" } else { "ASC" }
        ));
    }
    Some(parts.join(", "))
}

fn column(base: &DeskBase, language: Language, key: &str) -> Option<String> {
    let (name, sub) = key.split_once('.').unwrap_or((key, ""));
    let lower = name.to_lowercase();
    if matches!(lower.as_str(), "cf" | "customfield") {
        let (kind, object) = match language {
            Language::Ticket => (Kind::Ticket, "t.id"),
            Language::Asset => (Kind::Asset, "a.id"),
            Language::Transaction => return None,
        };
        let name = sub
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
            .unwrap_or(sub);
        let field = base.field(kind, name)?;
        return Some(format!(
            "(SELECT v.content FROM custom_values v WHERE v.kind = {} AND v.object = {object} AND v.field = {} LIMIT 1)",
            kind as i64, field.id
        ));
    }
    let person = |column: &str| {
        let what = match sub.to_lowercase().as_str() {
            "emailaddress" => "email",
            "realname" => "real_name",
            _ => "name",
        };
        // Through a dot the real desk sorts by bytes, and the names of queues always.
        let collation = if sub.is_empty() { "NOCASE" } else { "BINARY" };
        format!("(SELECT u.{what} FROM users u WHERE u.id = {column}) COLLATE {collation}")
    };
    let found = match (language, lower.as_str()) {
        (Language::Ticket, "id") => "t.id".to_owned(),
        (Language::Ticket, "status") => "t.status COLLATE NOCASE".to_owned(),
        (Language::Ticket, "subject") => "t.subject COLLATE NOCASE".to_owned(),
        (Language::Ticket, "priority") => "t.priority".to_owned(),
        (Language::Ticket, "initialpriority") => "t.initial_priority".to_owned(),
        (Language::Ticket, "finalpriority") => "t.final_priority".to_owned(),
        (Language::Ticket, "created") => "t.created".to_owned(),
        (Language::Ticket, "lastupdated") => "t.updated".to_owned(),
        (Language::Ticket, "due") => "t.due".to_owned(),
        (Language::Ticket, "starts") => "t.starts".to_owned(),
        (Language::Ticket, "started") => "t.started".to_owned(),
        (Language::Ticket, "resolved") => "t.resolved".to_owned(),
        (Language::Ticket, "told") => "t.told".to_owned(),
        (Language::Ticket, "timeworked") => "t.time_worked".to_owned(),
        (Language::Ticket, "timeleft") => "t.time_left".to_owned(),
        (Language::Ticket, "queue") => {
            "(SELECT q.name FROM queues q WHERE q.id = t.queue) COLLATE BINARY".to_owned()
        }
        (Language::Ticket, "owner") => person("t.owner"),
        (Language::Ticket, "creator") => person("t.creator"),
        (Language::Ticket, "lastupdatedby") => person("t.updated_by"),
        (Language::Ticket, "requestor" | "requestors") if !sub.is_empty() => {
            person("(SELECT min(w.user) FROM watchers w WHERE w.ticket = t.id AND w.role = 0)")
        }
        (Language::Asset, "id") => "a.id".to_owned(),
        (Language::Asset, "name") => "a.name COLLATE NOCASE".to_owned(),
        (Language::Asset, "description") => "a.description COLLATE NOCASE".to_owned(),
        (Language::Asset, "status") => "a.status COLLATE NOCASE".to_owned(),
        (Language::Asset, "catalog") => "a.catalog".to_owned(),
        (Language::Asset, "created") => "a.created".to_owned(),
        (Language::Asset, "lastupdated") => "a.updated".to_owned(),
        (Language::Transaction, "id") => "x.id".to_owned(),
        (Language::Transaction, "objectid") => "x.object".to_owned(),
        (Language::Transaction, "created") => "x.created".to_owned(),
        (Language::Transaction, "type") => "x.type".to_owned(),
        _ => return None,
    };
    Some(found)
}
