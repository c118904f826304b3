//! Reading request bodies: JSON of the shapes that Request Tracker takes.

use std::collections::BTreeMap;

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};
use serde_json::{Map, Value};

use super::Request;
use crate::demo::base::Refusal;
use crate::demo::base::messages::{NewMessage, Upload};

/// A body has no more values than this: an empty one can take a hundred times its length in memory.
const MOST_VALUES: usize = 100_000;
/// A list that a client sends has no more items.
const MOST_ITEMS: usize = 2_000;

/// Refuses JSON of too many values, before it is read.
pub(crate) fn modest(body: &[u8]) -> Result<(), Refusal> {
    let (mut values, mut quoted, mut escaped) = (1_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' | b':' | b'[' | b'{' if !quoted => values += 1,
            _ => {}
        }
    }
    if values > MOST_VALUES {
        let why = format!("JSON of more than {MOST_VALUES} values is not read");
        return Err(Refusal::new(413, why));
    }
    Ok(())
}

/// Refuses a list that is too long.
pub(crate) fn few(items: usize) -> Result<(), Refusal> {
    if items > MOST_ITEMS {
        let why = format!("More than {MOST_ITEMS} items in one request: send them in parts");
        return Err(Refusal::new(413, why));
    }
    Ok(())
}

/// Refuses a write whose body is not announced as something the desk reads.
pub(crate) fn is_json(request: &Request) -> Result<(), Refusal> {
    let kind = request.content_type.split(';').next().unwrap_or_default();
    let message = matches!(
        request.segments.last().map(String::as_str),
        Some("comment" | "correspond")
    );
    let known = kind.trim().eq_ignore_ascii_case("application/json")
        || (message
            && matches!(
                kind.trim().to_ascii_lowercase().as_str(),
                "text/plain" | "text/html"
            ));
    if request.writes() && request.method != super::Method::Delete && !known {
        return Err(Refusal::new(415, "Unsupported Media Type"));
    }
    Ok(())
}

/// The body as JSON.
pub(crate) fn json(request: &Request) -> Result<Value, Refusal> {
    modest(&request.body)?;
    let value: Value = serde_json::from_slice(&request.body)
        .map_err(|error| Refusal::new(400, format!("JSON parse error: {error}\n")))?;
    if value.is_object() || value.is_array() {
        return Ok(value);
    }
    let why = "JSON text must be an object or array (but found number, string, true, false or null, use allow_nonref to allow this)";
    Err(Refusal::new(400, format!("JSON parse error: {why}\n")))
}

/// The body as a JSON object; no body is an empty one. Query parameters count as members too.
pub(crate) fn object(request: &Request) -> Result<Map<String, Value>, Refusal> {
    let mut found = if request.body.is_empty() {
        Map::new()
    } else {
        match json(request)? {
            Value::Object(map) => map,
            _ => return Err(Refusal::new(400, "JSON object must be a HASH")),
        }
    };
    for (key, value) in &request.query {
        if !key.starts_with("fields") && key != "token" {
            found.insert(key.clone(), Value::String(value.clone()));
        }
    }
    Ok(found)
}

/// The body as a JSON array of objects.
pub(crate) fn array(request: &Request) -> Result<Vec<Map<String, Value>>, Refusal> {
    let Value::Array(items) = json(request)? else {
        return Err(Refusal::new(400, "JSON object must be a ARRAY"));
    };
    few(items.len())?;
    Ok(items
        .into_iter()
        .map(|item| match item {
            Value::Object(map) => map,
            _ => Map::new(),
        })
        .collect())
}

/// A scalar as text; null, lists and objects are none.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(i64::from(*flag).to_string()),
        // a reference, as the desk itself writes them
        Value::Object(map) => ["type", "_url"]
            .iter()
            .all(|key| map.contains_key(*key))
            .then(|| map.get("id"))
            .flatten()
            .and_then(text),
        Value::Null | Value::Array(_) => None,
    }
}

/// A scalar or list as a list of texts.
pub(crate) fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        other => text(other).into_iter().collect(),
    }
}

/// Custom fields by name or number: each a scalar, null or list.
pub(crate) fn fields(value: Option<&Value>) -> BTreeMap<String, Vec<String>> {
    match value {
        Some(Value::Object(map)) => map
            .iter()
            .map(|(name, value)| (name.clone(), list(value)))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// The files of a message. The desk spoils names that are not ASCII, as the real one does.
pub(crate) fn uploads(
    value: Option<&Value>,
    missing: fn(&str) -> String,
) -> Result<Vec<Upload>, String> {
    let items = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err("Attachments must be an array".to_owned()),
    };
    let mut found = Vec::new();
    for item in items {
        let part = |name: &str| {
            item.get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
                .ok_or_else(|| missing(name))
        };
        let (name, content_type, content) =
            (part("FileName")?, part("FileType")?, part("FileContent")?);
        found.push(Upload {
            name: name
                .chars()
                .map(|c| if c.is_ascii() { c } else { '\u{fffd}' })
                .collect(),
            content_type: content_type.to_owned(),
            content: base64_as_perl(content)?,
        });
    }
    Ok(found)
}

/// Decodes as the real desk does: what is no letter of base64 is skipped, the end is the first padding.
fn base64_as_perl(content: &str) -> Result<Vec<u8>, String> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let bare: String = content
        .chars()
        .take_while(|c| *c != '=')
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/'))
        .collect();
    LENIENT
        .decode(bare)
        .map_err(|error| format!("FileContent is not base64: {error}"))
}

/// A reply or note from its JSON.
pub(crate) fn message(map: &Map<String, Value>, public: bool) -> Result<NewMessage, String> {
    let get = |name: &str| map.get(name).and_then(text).filter(|text| !text.is_empty());
    let content = get("Content");
    let content_type = get("ContentType");
    for name in ["CustomFields", "TxnCustomFields"] {
        if map
            .get(name)
            .is_some_and(|value| !value.is_object() && !value.is_null())
        {
            return Err(format!("{name} must be an object"));
        }
    }
    let uploads = uploads(map.get("Attachments"), |name| {
        format!("{name} is a required field for each attachment in Attachments")
    })?;
    if content.is_some() && content_type.is_none() {
        return Err("ContentType is a required field for application/json".to_owned());
    }
    Ok(NewMessage {
        public,
        subject: get("Subject").unwrap_or_default(),
        content: content.unwrap_or_default(),
        content_type: content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
        uploads,
        status: get("Status"),
        minutes: get("TimeTaken")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0),
        fields: fields(map.get("CustomFields")),
        txn_fields: fields(
            map.get("TxnCustomFields")
                .or_else(|| map.get("TransactionCustomFields")),
        ),
    })
}
