//! Users on the wire. Agents see a summary of others, all of themselves.

use serde_json::{Map, Value, json};

use super::collection::{Paging, orders, page};
use super::record::{Record, reference};
use super::transactions::json_query;
use super::{Answer, Reply, Request, etag, hyperlinks};
use crate::demo::base::{DeskBase, Refusal};
use crate::demo::query::dates::wire_time;
use crate::demo::query::json::{self, Column, count, words};

const PUBLIC: [Column; 3] = [
    words("Name", "u.name"),
    words("RealName", "u.real_name"),
    words("EmailAddress", "u.email"),
];
const ALL: [Column; 7] = [
    words("Name", "u.name"),
    words("RealName", "u.real_name"),
    words("EmailAddress", "u.email"),
    words("Organization", "u.organization"),
    words("Lang", "u.lang"),
    words("Timezone", "u.timezone"),
    count("id", "u.id"),
];

/// `GET /users?query=[…]` and `POST /users`: sorted by name; without a condition, everybody.
pub(crate) fn search(base: &mut DeskBase, request: &Request) -> Answer {
    if !request.viewer.privileged {
        return Err(Refusal::forbidden());
    }
    let columns: &[Column] = if request.viewer.role.rules() {
        &ALL
    } else {
        &PUBLIC
    };
    let query = json_query(request)?;
    let found = json::compile(base, &query, columns, None).unwrap_or_default();
    let limit = if found.sql.is_empty() {
        String::new()
    } else {
        format!(" AND ({})", found.sql)
    };
    let from = format!("FROM users u WHERE u.disabled = 0{limit}");
    let total = base.total(&from, &found.values)?;
    let paging = Paging::of(request);
    let order = match orders(request).first() {
        Some((column, descending)) => {
            let direction = if *descending { "DESC" } else { "ASC" };
            match columns.iter().find(|known| known.name == column) {
                Some(known) => format!("{} {direction}", known.sql),
                None => format!("u.id {direction}"),
            }
        }
        None => "u.name COLLATE NOCASE".to_owned(),
    };
    let sql = format!(
        "SELECT u.id {from} ORDER BY {order} LIMIT {} OFFSET {}",
        paging.per_page,
        paging.offset()
    );
    let mut records = Vec::new();
    for id in base.numbers(&sql, &found.values)? {
        if let Some(person) = base.person(id)? {
            records.push(Record::User(person));
        }
    }
    Ok(page(base, request, &records, Some(total))?)
}

/// `GET /user/NAME` or `/user/N`
pub(crate) fn get(base: &mut DeskBase, request: &Request, who: &str) -> Answer {
    let person = base.find_person(who)?.ok_or_else(Refusal::not_found)?;
    let own = person.id == request.viewer.id;
    if !(request.viewer.privileged || own) {
        return Err(Refusal::forbidden());
    }
    let full = own || request.viewer.role.rules();
    // A stranger sees no date of change, and gets 1970 for a version.
    let modified = wire_time(if full { person.updated } else { 0 });
    let version = if full {
        person.id.to_string()
    } else {
        modified.clone()
    };
    etag::check(request, &version)?;
    if let Some(reply) = etag::unchanged(request, &version, &modified) {
        return Ok(reply);
    }
    let record = Record::User(person.clone());
    let mut map = Map::new();
    map.insert("Name".to_owned(), json!(person.name));
    if !person.real_name.is_empty() {
        map.insert("RealName".to_owned(), json!(person.real_name));
    } else if !full {
        map.insert("RealName".to_owned(), Value::Null);
    }
    map.insert("EmailAddress".to_owned(), json!(person.email));
    map.insert("Privileged".to_owned(), json!(i64::from(person.privileged)));
    map.insert(
        "_hyperlinks".to_owned(),
        hyperlinks::of(base, &record, request)?,
    );
    if full {
        map.insert("id".to_owned(), json!(person.id));
        map.insert(
            "Disabled".to_owned(),
            json!(i64::from(person.disabled).to_string()),
        );
        map.insert("Created".to_owned(), json!(wire_time(person.created)));
        map.insert("LastUpdated".to_owned(), json!(wire_time(person.updated)));
        for (name, text) in [
            ("Lang", &person.lang),
            ("Timezone", &person.timezone),
            ("Organization", &person.organization),
        ] {
            if !text.is_empty() {
                map.insert(name.to_owned(), json!(text));
            }
        }
        let lens = super::expand::Lens { request };
        for (name, id) in [
            ("Creator", person.creator),
            ("LastUpdatedBy", person.updated_by),
        ] {
            let value = lens.user(base, id, name, "fields")?;
            map.insert(name.to_owned(), value);
        }
        let groups: Vec<Value> = base
            .memberships(person.id)?
            .into_iter()
            .map(|group| Value::Object(reference(base, "group", &group.to_string())))
            .collect();
        map.insert("Memberships".to_owned(), Value::Array(groups));
        map.insert("CustomFields".to_owned(), json!([]));
    }
    Ok(Reply {
        etag: Some(version),
        last_modified: Some(modified),
        ..Reply::ok(Value::Object(map))
    })
}
