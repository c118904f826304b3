//! What may differ between two desks that are alike: numbers of their own, the moment, the host. The
//! rest is compared, and what still differs is looked up in `tests/desk/differences.toml`.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::side::{Answer, Request, Side};

/// A difference that is accepted, with the reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// Kind of request, `*` for any text.
    pub kind: String,
    /// Where: `status`, `header/NAME`, or a JSON pointer with `*` for indices.
    pub at: String,
    /// Narrower: what the real desk says there, `*` for any text.
    pub real: Option<String>,
    /// Narrower: what the embedded desk says there.
    pub ours: Option<String>,
    /// Narrower: part of the request, `*` for any text.
    pub request: Option<String>,
    /// Why that is all right.
    pub reason: String,
}

/// The table of accepted differences.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    #[serde(default)]
    pub difference: Vec<Accepted>,
}

/// One place where two answers differ.
#[derive(Debug, Clone)]
pub struct Difference {
    pub at: String,
    pub real: String,
    pub ours: String,
}

impl Accepted {
    /// Whether this entry speaks of that difference.
    pub fn covers(&self, request: &Request, found: &Difference) -> bool {
        let narrow = |pattern: &Option<String>, text: &str| {
            pattern.as_deref().is_none_or(|pattern| glob(pattern, text))
        };
        glob(&self.kind, request.kind)
            && glob(&self.at, &found.at)
            && narrow(&self.real, &found.real)
            && narrow(&self.ours, &found.ours)
            && narrow(&self.request, &request.to_string())
    }
}

/// `*` is any text.
pub fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            after.is_empty()
                || (0..=rest.len())
                    .filter(|at| rest.is_char_boundary(*at))
                    .any(|at| glob(after, &rest[at..]))
        }),
    }
}

/// An answer without what is a desk's own.
pub fn plain(side: &Side, request: &Request, answer: &Answer) -> Value {
    let mut headers = Map::new();
    for (name, value) in &answer.headers {
        let value = match name.as_str() {
            "etag"
                if value
                    .trim_matches('"')
                    .bytes()
                    .all(|byte| byte.is_ascii_digit()) =>
            {
                json!("version")
            }
            "etag" | "last-modified" => {
                json!(moment(value.trim_matches('"')).unwrap_or_else(|| value.clone()))
            }
            "location" => json!(place(side, value)),
            "content-type" => json!(value.replace("; charset=", ";charset=").replace('"', "")),
            "allow" => {
                let mut methods: Vec<&str> = value.split(", ").collect();
                methods.sort_unstable();
                json!(methods)
            }
            "www-authenticate" => json!(value),
            _ => continue,
        };
        headers.insert(name.clone(), value);
    }
    let own = request
        .path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    json!({"status": answer.status, "header": headers, "body": value(side, &answer.json(), "", &own)})
}

/// A moment near now is `now`; others stay.
fn moment(text: &str) -> Option<String> {
    let when: jiff::Timestamp = text.parse().ok()?;
    let ago = jiff::Timestamp::now().as_second() - when.as_second();
    // the real desk may have been set up long before
    let recent = (-3_600..400 * 86_400).contains(&ago);
    Some(if recent {
        "now".to_owned()
    } else {
        text.to_owned()
    })
}

/// An address without host and own numbers; a query in order.
fn place(side: &Side, url: &str) -> String {
    let below = url.split_once("/REST/2.0").map_or(url, |(_, below)| below);
    let (path, query) = below.split_once('?').unwrap_or((below, ""));
    let mut before = "";
    let mut parts = Vec::new();
    for part in path.split('/') {
        parts.push(named(side, before, part));
        before = part;
    }
    let mut out = parts.join("/");
    if !query.is_empty() {
        let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        for (key, value) in &mut pairs {
            if key == "query" {
                // it holds numbers of the desk's own
                value.clear();
            }
            if key == "Queue" {
                *value = named(side, "queue", value);
            }
        }
        pairs.sort();
        out.push_str(&format!("?{pairs:?}"));
    }
    out
}

/// What both desks call a thing of this kind with that number.
fn named(side: &Side, kind: &str, text: &str) -> String {
    let Ok(number) = text.parse::<i64>() else {
        return text.to_owned();
    };
    match kind {
        "transaction" | "attachment" if number != 0 => "N".to_owned(),
        "queue" | "catalog" | "group" | "customfield" | "user" => side
            .names
            .get(&(kind.to_owned(), number))
            .cloned()
            .unwrap_or_else(|| format!("{kind} N")),
        _ => text.to_owned(),
    }
}

fn value(side: &Side, found: &Value, key: &str, kind: &str) -> Value {
    match found {
        Value::Object(map) => Value::Object(object(side, map, kind)),
        Value::Array(items) => {
            let mut list: Vec<Value> = items
                .iter()
                .map(|item| value(side, item, key, kind))
                .collect();
            match key {
                // in any order on the real desk, or in the order of the desk's own numbers
                "CustomFields"
                | "_hyperlinks"
                | "TicketCustomFields"
                | "TicketTransactionCustomFields"
                | "Memberships"
                | "Members"
                | "Requestor"
                | "Cc"
                | "AdminCc"
                | "HeldBy"
                | "Contact" => list.sort_by_key(Value::to_string),
                _ => {}
            }
            if key.is_empty() && list.len() > 1 && list.iter().all(Value::is_string) {
                list.sort_by_key(Value::to_string);
            }
            Value::Array(list)
        }
        Value::String(text) => json!(self::text(side, text, key)),
        other => other.clone(),
    }
}

fn text(side: &Side, text: &str, key: &str) -> String {
    if matches!(key, "_url" | "next_page" | "prev_page") {
        return place(side, text);
    }
    if let Some(moment) = moment(text) {
        return moment;
    }
    // the name of the organisation in links
    text.replace("//helpdesk.test/", "//ORG/")
        .replace("//vagt.example/", "//ORG/")
}

fn object(side: &Side, map: &Map<String, Value>, kind: &str) -> Map<String, Value> {
    let own = map.get("type").and_then(Value::as_str).unwrap_or(kind);
    let scalar = |name: &str| map.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut out = Map::new();
    for (key, found) in map {
        let as_text = || match found {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) if number.is_i64() => Some(number.to_string()),
            _ => None,
        };
        // the type of a number is kept: "5" and 5 are different
        let renamed = |kind: &str| {
            as_text().map(|text| {
                let name = named(side, kind, &text);
                if found.is_number() {
                    json!(format!("number {name}"))
                } else {
                    json!(name)
                }
            })
        };
        let special = match key.as_str() {
            "id" => renamed(own.trim_end_matches('s')),
            "TransactionId" | "Parent" if !found.is_object() => renamed("transaction"),
            "Field"
                if found
                    .as_str()
                    .is_some_and(|text| text.parse::<i64>().is_ok()) =>
            {
                renamed("customfield")
            }
            "OldValue" | "NewValue" => match scalar("Field") {
                "Owner" | "Requestor" | "Cc" | "AdminCc" | "HeldBy" | "Contact" => renamed("user"),
                "Queue" => renamed("queue"),
                "Catalog" => renamed("catalog"),
                _ => None,
            },
            "MessageId" => Some(json!("message id")),
            _ => None,
        };
        let new = special.unwrap_or_else(|| value(side, found, key, own));
        out.insert(key.clone(), new);
    }
    out
}

/// All places where two plain answers differ.
pub fn differences(real: &Value, ours: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    if real["status"] == ours["status"] {
        walk(&real["header"], &ours["header"], "header", &mut found);
        walk(&real["body"], &ours["body"], "", &mut found);
    } else {
        found.push(Difference {
            at: "status".to_owned(),
            real: format!("{} {}", real["status"], short(&real["body"])),
            ours: format!("{} {}", ours["status"], short(&ours["body"])),
        });
    }
    found
}

fn short(value: &Value) -> String {
    let mut value = value.clone();
    for item in value.as_array_mut().into_iter().flatten() {
        // what tells the items of a list apart
        if let Some(map) = item.as_object_mut() {
            map.retain(|key, _| {
                !matches!(
                    key.as_str(),
                    "_url"
                        | "type"
                        | "Created"
                        | "CustomFields"
                        | "ObjectType"
                        | "TimeTaken"
                        | "Data"
                        | "Owner"
                        | "Queue"
                )
            });
            if let Some(id) = map
                .get("Creator")
                .and_then(|creator| creator.get("id"))
                .cloned()
            {
                map.insert("Creator".to_owned(), id);
            }
        }
    }
    value.to_string().chars().take(1_500).collect()
}

fn walk(real: &Value, ours: &Value, at: &str, found: &mut Vec<Difference>) {
    match (real, ours) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let at = format!("{at}/{key}");
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => walk(a, b, &at, found),
                    (a, b) => found.push(Difference {
                        at,
                        real: a.map_or_else(|| "absent".to_owned(), short),
                        ours: b.map_or_else(|| "absent".to_owned(), short),
                    }),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (a, b) in a.iter().zip(b) {
                walk(a, b, &format!("{at}/*"), found);
            }
        }
        _ if real == ours => {}
        _ => found.push(Difference {
            at: if at.is_empty() {
                "/".to_owned()
            } else {
                at.to_owned()
            },
            real: short(real),
            ours: short(ours),
        }),
    }
}
