//! The recorded session with the real desk, sent again to the embedded one.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::bare::Bare;
use vagt::demo::{Desk, DeskOptions};

/// Recordings that depend on what was on that desk only (users made by hand, saved searches), on a
/// race, or whose answer speaks of a library of its own.
const NOT_ALIKE: [&str; 8] = [
    "002-bad-password",
    "016-ticket-put-malformed-json",
    "041-user-create-limited",
    "047-customfield-create-tags",
    "048-customfields-list",
    "079-options",
    "055-assets-search-heldby",
    "054-asset-get-with-links",
];

/// Keys and types of a value; texts that may differ are not looked at.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Map<String, Value> = map
                .iter()
                .map(|(key, value)| (key.clone(), shape(value)))
                .collect();
            // that desk had no custom fields, and mail of its own
            keys.remove("CustomFields");
            if let Some(links) = map.get("_hyperlinks").and_then(Value::as_array) {
                let refs: BTreeSet<&str> = links
                    .iter()
                    .filter_map(|link| link["ref"].as_str())
                    .filter(|name| *name != "customfield")
                    .collect();
                keys.insert("_hyperlinks".to_owned(), json!(refs));
            }
            for pages in ["next_page", "prev_page"] {
                keys.remove(pages);
            }
            Value::Object(keys)
        }
        Value::Array(items) => items
            .first()
            .map_or_else(|| json!([]), |first| json!([shape(first)])),
        Value::String(_) => json!("text"),
        Value::Number(number) if number.is_f64() => json!("float"),
        Value::Number(_) => json!("number"),
        other => json!(format!("{other}")),
    }
}

/// Whether a body is sentences of the desk, which are compared word by word.
fn sentences(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().all(Value::is_string))
        || value.get("message").is_some()
}

#[tokio::test]
async fn the_recorded_session_gets_the_same_answers() {
    let desk = Desk::start(DeskOptions {
        markers: false,
        ..DeskOptions::default()
    })
    .await
    .unwrap();
    let root = Bare::new(&desk.url(), desk.admin_token());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desk/recordings");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut compared = 0;
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    }) {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let number: u32 = name.split('-').next().unwrap().parse().unwrap();
        if number > 70
            || NOT_ALIKE.contains(&name)
            || name.contains("limited")
            || name.contains("delta")
        {
            continue;
        }
        let recorded: Value =
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let ask = &recorded["request"];
        // The same places under other names, and the same transactions under other numbers.
        let rename = |text: &str| {
            text.replace("General assets", "Laptops")
                .replace("General", "Servicedesk")
        };
        let mut headers: Vec<(String, String)> = Vec::new();
        for (key, value) in ask["headers"].as_object().unwrap() {
            let mut value = value.as_str().unwrap().to_owned();
            if number < 12 && value == "\"34\"" {
                let version = root.call("GET", "/ticket/1", None).await;
                value = if name.contains("stale") {
                    "\"1\"".to_owned()
                } else {
                    version.header("etag").unwrap().to_owned()
                };
            }
            headers.push((key.clone(), value));
        }
        if ask["user"].is_null() {
            headers.push(("Authorization".to_owned(), String::new()));
        }
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let body = match &ask["body"] {
            Value::Null => Vec::new(),
            Value::String(text) => text.clone().into_bytes(),
            other => rename(&other.to_string()).into_bytes(),
        };
        let path =
            rename(ask["path"].as_str().unwrap()).replace("/transaction/33", "/transaction/1");
        let answer = root
            .raw(ask["method"].as_str().unwrap(), &path, &headers, &body)
            .await
            .unwrap();
        let said = &recorded["response"];
        let expected = &said["json"];
        let got = answer.json();
        compared += 1;
        if u64::from(answer.status) != said["status"].as_u64().unwrap() {
            wrong.push(format!(
                "{name}: status {} instead of {}: {got}",
                answer.status, said["status"]
            ));
        } else if sentences(expected) {
            let expected: Value = serde_json::from_str(&rename(&expected.to_string())).unwrap();
            if got != expected {
                wrong.push(format!("{name}:\n  real: {expected}\n  ours: {got}"));
            }
        } else if shape(&got) != shape(expected) {
            wrong.push(format!(
                "{name}:\n  real: {}\n  ours: {}",
                shape(expected),
                shape(&got)
            ));
        }
        for header in ["ETag", "Location", "Last-Modified"] {
            let real = said["headers"].get(header).is_some();
            if answer.header(header).is_some() != real {
                wrong.push(format!(
                    "{name}: {header} is {:?}, the real desk has it: {real}",
                    answer.header(header)
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(compared > 45, "only {compared} recordings were compared");
    desk.shutdown().await;
}
