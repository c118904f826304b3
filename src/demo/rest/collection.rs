//! Pages: limits, totals, `next_page`, as the real desk writes them.

use serde_json::{Map, Value, json};

use super::expand::Lens;
use super::record::Record;
use super::{Reply, Request};
use crate::demo::base::{Base, DeskBase};

/// Which page of what size was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paging {
    pub(crate) per_page: i64,
    pub(crate) page: i64,
}

impl Paging {
    /// From the query: 20 a page unless told, never more than 100, nonsense is the default.
    pub(crate) fn of(request: &Request) -> Self {
        let number = |name: &str| {
            request
                .param(name)
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|text| text.parse::<i64>().ok())
                .filter(|number| *number > 0)
        };
        Self {
            per_page: number("per_page").unwrap_or(20).min(100),
            page: number("page").unwrap_or(1),
        }
    }

    /// How many rows come before this page.
    pub(crate) fn offset(self) -> i64 {
        (self.page - 1).saturating_mul(self.per_page)
    }
}

/// The sort order asked for: column and whether descending.
pub(crate) fn orders(request: &Request) -> Vec<(String, bool)> {
    let mut directions = request
        .query
        .iter()
        .filter(|(key, _)| key == "order")
        .map(|(_, value)| value.eq_ignore_ascii_case("desc"));
    request
        .query
        .iter()
        .filter(|(key, _)| key == "orderby")
        .map(|(_, column)| (column.clone(), directions.next().unwrap_or(false)))
        .collect()
}

/// A page of records with the fields that were asked for. `total` none: the viewer may not know it.
pub(crate) fn page(
    base: &mut DeskBase,
    request: &Request,
    records: &[Record],
    total: Option<i64>,
) -> Base<Reply> {
    let lens = Lens { request };
    let fields = lens.fields();
    let mut items = Vec::with_capacity(records.len());
    for record in records {
        let mut item = record.reference(base);
        for field in &fields {
            let value = lens.value(base, record, field, "fields")?;
            item.insert(field.clone(), value);
        }
        items.push(Value::Object(item));
    }
    Ok(Reply::ok(frame(base, request, items, total)))
}

/// The frame around the items of a page.
pub(crate) fn frame(
    base: &DeskBase,
    request: &Request,
    items: Vec<Value>,
    total: Option<i64>,
) -> Value {
    let paging = Paging::of(request);
    let pages = total.map(|total| total.saturating_add(paging.per_page - 1) / paging.per_page);
    let mut map = Map::new();
    map.insert("count".to_owned(), json!(items.len()));
    map.insert("total".to_owned(), json!(total));
    map.insert("per_page".to_owned(), json!(paging.per_page));
    map.insert("page".to_owned(), json!(paging.page));
    map.insert("items".to_owned(), Value::Array(items));
    let shown = match pages {
        Some(0) => json!(0.0),
        other => json!(other),
    };
    map.insert("pages".to_owned(), shown);
    if let Some(pages) = pages {
        if paging.page < pages {
            map.insert(
                "next_page".to_owned(),
                json!(page_url(base, request, paging.page + 1)),
            );
        }
        if paging.page > 1 && pages > 0 {
            let before = if paging.page > pages {
                pages
            } else {
                paging.page - 1
            };
            map.insert(
                "prev_page".to_owned(),
                json!(page_url(base, request, before)),
            );
        }
    }
    Value::Object(map)
}

fn page_url(base: &DeskBase, request: &Request, page: i64) -> String {
    let host = base
        .base_url
        .strip_suffix("/REST/2.0")
        .unwrap_or(&base.base_url);
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in request
        .query
        .iter()
        .filter(|(key, _)| key != "page" && key != "token")
    {
        form.append_pair(key, value);
    }
    form.append_pair("page", &page.to_string());
    format!(
        "{host}{}?{}",
        request.path,
        form.finish().replace("%27", "'")
    )
}
