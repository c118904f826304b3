//! Assets on the wire.

use serde_json::{Value, json};

use super::collection::{Paging, orders, page};
use super::record::{Record, reference};
use super::transactions::json_query;
use super::{Answer, Method, Reply, Request, etag, input, single, tickets};
use crate::demo::base::assets::NewAsset;
use crate::demo::base::links::End;
use crate::demo::base::{DeskBase, Kind, Refusal};
use crate::demo::query::json::{Column, count, words};
use crate::demo::query::{self, Language, json, order};

const COLUMNS: [Column; 5] = [
    count("id", "a.id"),
    words("Name", "a.name"),
    words("Description", "a.description"),
    words("Status", "a.status"),
    count("Catalog", "a.catalog"),
];

/// `GET /assets?query=…` and `POST /assets`
pub(crate) fn search(base: &mut DeskBase, request: &Request) -> Answer {
    let text = request.param("query").unwrap_or_default().to_owned();
    let found = if request.method == Method::Post || text.trim_start().starts_with('[') {
        let query = json_query(request)?;
        // Agents, who hold their rights place by place, cannot name custom fields here: as if they had not.
        let custom = request.viewer.role.rules().then_some((Kind::Asset, "a.id"));
        json::compile(base, &query, &COLUMNS, custom).unwrap_or_default()
    } else {
        query::compile(base, &request.viewer, Language::Asset, &text)
            .map_err(|message| Refusal::new(400, message))?
    };
    if found.sql.is_empty() || !request.viewer.role.sees() {
        let total = request.viewer.role.rules().then_some(0);
        return Ok(page(base, request, &[], total)?);
    }
    let hidden = base.but_hidden_catalogs(&request.viewer, "a.catalog");
    let from = format!(
        "FROM assets a WHERE a.status <> 'deleted' {hidden}AND ({})",
        found.sql
    );
    let total = if request.viewer.role.rules() {
        Some(base.total(&from, &found.values)?)
    } else {
        None
    };
    let paging = Paging::of(request);
    let mut records = Vec::new();
    if let Some(order) = order::order_by(base, Language::Asset, &orders(request)) {
        let sql = format!(
            "SELECT a.id {from} ORDER BY {order} LIMIT {} OFFSET {}",
            paging.per_page,
            paging.offset()
        );
        for id in base.numbers(&sql, &found.values)? {
            if let Some(asset) = base.asset(id)?
                && base.sees_catalog(&request.viewer, asset.catalog)
            {
                records.push(Record::Asset(Box::new(asset)));
            }
        }
    }
    Ok(page(base, request, &records, total)?)
}

/// `POST /asset`
pub(crate) fn create(base: &mut DeskBase, request: &Request) -> Answer {
    let map = input::object(request)?;
    let get = |name: &str| map.get(name).and_then(input::text);
    let lists = |name: &str| map.get(name).map(input::list).unwrap_or_default();
    let new = NewAsset {
        catalog: get("Catalog").unwrap_or_default(),
        name: get("Name").unwrap_or_default(),
        description: get("Description").unwrap_or_default(),
        status: get("Status"),
        held_by: lists("HeldBy"),
        contact: lists("Contact"),
        fields: input::fields(map.get("CustomFields")),
    };
    let id = base.create_asset(&new, &request.viewer)?;
    let body = Value::Object(reference(base, "asset", &id.to_string()));
    Ok(Reply::created(body, format!("/REST/2.0/asset/{id}")))
}

/// `GET /asset/N`
pub(crate) fn get(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let asset = base.asset(id)?.ok_or_else(Refusal::not_found)?;
    if !base.sees_catalog(&request.viewer, asset.catalog) {
        return Err(Refusal::forbidden());
    }
    let updated = asset.updated;
    single::answer(base, request, &Record::Asset(Box::new(asset)), updated)
}

/// `PUT /asset/N`
pub(crate) fn put(base: &mut DeskBase, request: &Request, id: i64) -> Answer {
    let map = input::object(request)?;
    let Some(asset) = base.asset(id)? else {
        return Err(Refusal::new(
            404,
            "Resource does not exist; use POST to create",
        ));
    };
    let who = &request.viewer;
    if !base.sees_catalog(who, asset.catalog) {
        return Err(Refusal::forbidden());
    }
    let version = single::version(base, request, Kind::Asset, id, asset.updated)?;
    etag::check(request, &version)?;
    let mut said = Vec::new();
    for name in ["Name", "Description", "Status"] {
        let Some(value) = map.get(name).and_then(input::text) else {
            continue;
        };
        let sentence = base.set_asset(&asset, name, &value, who)?;
        // by its name, the new one if that is what changed
        let label = base.asset(id)?.map(|asset| asset.name).unwrap_or_default();
        said.extend(sentence.map(|sentence| format!("Asset {label}: {sentence}")));
    }
    for (name, values) in input::fields(map.get("CustomFields")) {
        let Some(field) = base.field(Kind::Asset, &name) else {
            continue;
        };
        if who.role.works() {
            said.extend(base.set_values(&field, id, &values, who.id)?);
        } else {
            said.push("Permission Denied".to_owned());
        }
    }
    if let Some(value) = map.get("HeldBy") {
        said.extend(base.set_holders(id, &input::list(value), who)?);
    }
    said.extend(tickets::change_links(
        base,
        request,
        &End::Local(Kind::Asset, id),
        &map,
    )?);
    Ok(Reply::ok(json!(said)))
}
