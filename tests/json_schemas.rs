//! What scripts read is what `docs/schemas` says: real output of the commands, compared with the schemas word by word.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};
use town::Town;
use vagt::demo::DeskOptions;

/// What of JSON Schema (2020-12) the files use; any other word is an error, so that nothing is thought to be checked that is not.
const WORDS: [&str; 14] = [
    "$schema",
    "$defs",
    "$ref",
    "title",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
    "enum",
    "const",
    "minimum",
    "format",
];

/// What is wrong with a value, with its place.
fn wrong(schema: &Value, root: &Value, value: &Value, place: &str) -> Vec<String> {
    let words = schema
        .as_object()
        .unwrap_or_else(|| panic!("{place}: no schema: {schema}"));
    for word in words.keys() {
        assert!(
            WORDS.contains(&word.as_str()),
            "{place}: {word} is not checked"
        );
    }
    if let Some(name) = words.get("$ref").and_then(Value::as_str) {
        let to = root
            .pointer(name.strip_prefix('#').unwrap())
            .unwrap_or_else(|| panic!("no {name}"));
        return wrong(to, root, value, place);
    }
    let mut found = Vec::new();
    if let Some(any) = words.get("anyOf").and_then(Value::as_array) {
        let all: Vec<Vec<String>> = any
            .iter()
            .map(|one| wrong(one, root, value, place))
            .collect();
        if all.iter().all(|one| !one.is_empty()) {
            found.push(format!("{place}: none of those fits {value}: {all:?}"));
        }
    }
    if words.get("const").is_some_and(|wanted| wanted != value) {
        found.push(format!("{place}: {value}"));
    }
    if words
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|all| !all.contains(value))
    {
        found.push(format!("{place}: {value} is none of them"));
    }
    if let Some(wanted) = words.get("type").and_then(Value::as_str) {
        let is_it = match wanted {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            other => panic!("{place}: no type {other}"),
        };
        if !is_it {
            return vec![format!("{place}: {value} is no {wanted}")];
        }
    }
    if words.contains_key("format") {
        let is_time = value
            .as_str()
            .is_some_and(|text| text.parse::<vagt::domain::Timestamp>().is_ok());
        found.extend((!is_time).then(|| format!("{place}: {value} is no time")));
    }
    if let (Some(least), Some(n)) = (words.get("minimum").and_then(Value::as_f64), value.as_f64()) {
        found.extend((n < least).then(|| format!("{place}: {n} is below {least}")));
    }
    if let (Some(items), Some(list)) = (words.get("items"), value.as_array()) {
        for (at, item) in list.iter().enumerate() {
            found.extend(wrong(items, root, item, &format!("{place}[{at}]")));
        }
    }
    if let Some(object) = value.as_object() {
        found.extend(members(words, root, object, place));
    }
    found
}

fn members(
    words: &Map<String, Value>,
    root: &Value,
    object: &Map<String, Value>,
    place: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    for name in words
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let name = name.as_str().unwrap();
        if !object.contains_key(name) {
            found.push(format!("{place}: {name} is missing"));
        }
    }
    let properties = words.get("properties").and_then(Value::as_object);
    for (name, value) in object {
        let place = format!("{place}.{name}");
        match (
            properties.and_then(|all| all.get(name)),
            words.get("additionalProperties"),
        ) {
            (Some(schema), _) => found.extend(wrong(schema, root, value, &place)),
            (None, Some(Value::Bool(false))) => found.push(format!("{place} is not in the schema")),
            (None, Some(schema @ Value::Object(_))) => {
                found.extend(wrong(schema, root, value, &place));
            }
            (None, _) => {}
        }
    }
    found
}

fn schema(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schemas/{name}.json"));
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap()
}

fn vagt(town: &Town, args: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_vagt"))
        .args(args)
        .env_clear()
        .env("VAGT_CONFIG_DIR", town.home().join("config"))
        .env("VAGT_DATA_DIR", town.home().join("data"))
        .env("VAGT_DESK", town.address())
        .env("VAGT_TOKEN", town.token())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn real_output_is_what_the_schemas_say() {
    let town = Town::of(DeskOptions {
        devices: 60,
        ..DeskOptions::default()
    });
    let first = town.ticket("VPN ned A");
    let again = town.ticket("VPN ned B");
    let parent = town.ticket("VPN: alle").to_string();
    town.change(first, json!({ "Status": "resolved" }));
    vagt(
        &town,
        &[
            "act",
            "link",
            &again.to_string(),
            "--to",
            &format!("parent:{parent}"),
            "--json",
        ],
    );
    for n in 0..24 {
        town.ticket_of("VPN ryger", &format!("person{n}@kommune.example"));
    }
    std::fs::create_dir_all(town.home().join("config")).unwrap();
    std::fs::write(
        town.home().join("config/hosting.toml"),
        vagt::config::hosting::SAMPLE,
    )
    .unwrap();
    let asked: [(&str, &[&str]); 11] = [
        ("status", &["status", "--json"]),
        ("status", &["status", "--cached", "--json"]),
        ("list", &["list", "--json"]),
        ("incidents", &["incidents", "--json"]),
        ("devices", &["devices", "--json"]),
        ("report", &["report", "--since", "24h", "--format", "json"]),
        (
            "report",
            &["report", "--since", "24h", "--format", "json", "--cached"],
        ),
        ("trends", &["trends", "--span", "7d", "--json"]),
        ("rollouts", &["rollouts", "--json"]),
        ("hosting", &["hosting", "--json"]),
        ("hosting", &["hosting", "--down", "vpn", "--json"]),
    ];
    for (name, args) in asked {
        let told = vagt(&town, args);
        let schema = schema(name);
        let found = wrong(&schema, &schema, &told, name);
        assert!(found.is_empty(), "{args:?}: {found:#?}\n{told:#}");
    }
    // There is something to compare.
    assert!(
        !vagt(&town, &["incidents", "--json"])["incidents"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(
        !vagt(&town, &["devices", "--json"])["devices"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn what_is_not_in_a_schema_is_found() {
    let schema = schema("list");
    let right = json!({ "schema": "vagt.list/1", "at": "2026-03-02T12:00:00Z", "query": "", "tickets": [] });
    assert_eq!(
        wrong(&schema, &schema, &right, "list"),
        Vec::<String>::new()
    );
    for (change, value) in [
        ("at", json!("today")),
        ("query", json!(3)),
        ("tickets", json!([{}])),
        ("more", json!(1)),
        ("schema", json!("vagt.list/2")),
    ] {
        let mut object = right.clone();
        object
            .as_object_mut()
            .unwrap()
            .insert(change.to_owned(), value);
        assert!(
            !wrong(&schema, &schema, &object, "list").is_empty(),
            "{change}"
        );
    }
    let mut less = right;
    less.as_object_mut().unwrap().remove("at");
    assert!(!wrong(&schema, &schema, &less, "list").is_empty());
}
