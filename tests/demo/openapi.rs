//! The desk's description of itself is true: everything in it answers as it says, and nothing else answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::bare::{Answer, Bare};
use vagt::demo::{Desk, DeskOptions};

const ADDRESS: &str = "/_vagt/openapi.json";
const BASE: &str = "/REST/2.0";

/// What is wrong with a value, by its schema: as much of JSON Schema as the description uses.
fn wrong(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let Some(rules) = schema.as_object() else {
        return vec![format!("{at}: no schema but {schema}")];
    };
    let mut found = Vec::new();
    for (rule, wanted) in rules {
        match rule.as_str() {
            "$ref" => {
                let pointer = wanted.as_str().unwrap().trim_start_matches('#');
                let named = root.pointer(pointer);
                let named = named.unwrap_or_else(|| panic!("{pointer} is not there"));
                found.extend(wrong(root, named, value, at));
            }
            "type" => {
                let types: Vec<&str> = match wanted {
                    Value::Array(several) => several.iter().map(|t| t.as_str().unwrap()).collect(),
                    one => vec![one.as_str().unwrap()],
                };
                let fits = types.iter().any(|known| match *known {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "number" => value.is_number(),
                    "null" => value.is_null(),
                    other => panic!("what is a {other}?"),
                });
                if !fits {
                    found.push(format!("{at}: {value} is no {wanted}"));
                }
            }
            "const" if wanted != value => found.push(format!("{at}: {value} is not {wanted}")),
            "const" => {}
            "anyOf" => {
                let tried = wanted.as_array().unwrap().iter();
                let tried: Vec<_> = tried.map(|one| wrong(root, one, value, at)).collect();
                if tried.iter().all(|found| !found.is_empty()) {
                    found.extend(tried.concat());
                }
            }
            "allOf" => {
                for one in wanted.as_array().unwrap() {
                    found.extend(wrong(root, one, value, at));
                }
            }
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(wrong(root, wanted, item, &format!("{at}[{number}]")));
                }
            }
            "required" => {
                for name in wanted.as_array().unwrap() {
                    if value.is_object() && value.get(name.as_str().unwrap()).is_none() {
                        found.push(format!("{at}: no {name}"));
                    }
                }
            }
            "properties" => {
                for (name, inner) in wanted.as_object().unwrap() {
                    if let Some(member) = value.get(name) {
                        found.extend(wrong(root, inner, member, &format!("{at}.{name}")));
                    }
                }
            }
            "additionalProperties" => {
                let named = rules.get("properties").and_then(Value::as_object);
                for (name, member) in value.as_object().into_iter().flatten() {
                    if named.is_some_and(|named| named.contains_key(name)) {
                        continue;
                    }
                    match wanted {
                        Value::Bool(true) => {}
                        Value::Bool(false) => found.push(format!("{at}: {name} is not described")),
                        inner => found.extend(wrong(root, inner, member, &format!("{at}.{name}"))),
                    }
                }
            }
            other => panic!("{at}: the rule {other} is not checked here"),
        }
    }
    found
}

#[test]
fn the_checker_sees_what_is_wrong() {
    let root = json!({"components": {"schemas": {"Name": {"type": "string"}}}});
    let schema = json!({
        "type": "object", "required": ["n", "m"], "additionalProperties": false,
        "properties": {"n": {"$ref": "#/components/schemas/Name"}, "m": {"type": "array", "items": {"type": ["integer", "null"]}}, "k": {"allOf": [{"anyOf": [{"const": 1}, {"type": "string"}]}]}},
    });
    let count = |value: &Value| wrong(&root, &schema, value, "").len();
    assert_eq!(count(&json!({"n": "x", "m": [1, null], "k": 1})), 0);
    for (value, faults) in [
        (json!([]), 1),
        (json!({"n": "x"}), 1),
        (json!({"n": 1, "m": []}), 1),
        (json!({"n": "x", "m": [1, "x", 1.5]}), 2),
        (json!({"n": "x", "m": [], "o": 1}), 1),
        (json!({"n": "x", "m": [], "k": 2}), 2),
    ] {
        assert_eq!(count(&value), faults, "{value}");
    }
}

/// What was described for a status: the answer itself, or that of its hundred.
fn described(operation: &Value, status: u16) -> Option<&Value> {
    let answers = &operation["responses"];
    answers
        .get(status.to_string())
        .or_else(|| answers.get(format!("{}XX", status / 100)))
}

/// What an answer has that its description has not.
fn compare(root: &Value, operation: &Value, answer: &Answer, what: &str) -> Vec<String> {
    let Some(wanted) = described(operation, answer.status) else {
        return vec![format!("{what}: {} is not described", answer.status)];
    };
    match wanted.pointer("/content/application~1json/schema") {
        Some(_) if answer.body.is_empty() => {
            vec![format!("{what}: {} without a body", answer.status)]
        }
        Some(schema) => wrong(root, schema, &answer.json(), what),
        None => Vec::new(),
    }
}

/// A body for a request, by what its description says that it takes.
fn body_for(operation: &Value, path: &str, id: i64) -> (String, String) {
    let content = operation.pointer("/requestBody/content");
    let Some((kind, inner)) = content
        .and_then(Value::as_object)
        .and_then(|map| map.iter().next())
    else {
        return (String::new(), String::new());
    };
    let schema = inner["schema"]["$ref"].as_str().unwrap_or_default();
    let message = json!({"Content": "et svar", "ContentType": "text/plain"});
    let with_id = |mut value: Value| {
        value["id"] = json!(id);
        json!([value, {"id": 999_999}])
    };
    let ticket = json!({"Queue": "Servicedesk", "Subject": "ny", "Content": "…"});
    let body = match schema.rsplit('/').next().unwrap() {
        "NewTicket" => ticket,
        "NewTickets" => json!([ticket, {"Queue": "findes ikke"}]),
        "TicketChange" => json!({"Priority": 7, "AddRefersTo": 1}),
        "TicketChanges" => with_id(json!({"Priority": 8})),
        "Message" => message,
        "Messages" => with_id(message),
        "NewAsset" => json!({"Catalog": "Laptops", "Name": "D999"}),
        "AssetChange" => json!({"Description": "på loftet"}),
        "Conditions" => json!([{"field": "id", "operator": ">", "value": 0}]),
        "SearchForm" => return ("query=id%3E0".to_owned(), kind.clone()),
        "LoginForm" => return ("user=mette&pass=x".to_owned(), kind.clone()),
        "" => return ("latency=0ms".to_owned(), kind.clone()),
        other => panic!("{path}: what is a {other}?"),
    };
    (body.to_string(), kind.clone())
}

/// A desk with something of everything, and an existing number for each kind of path.
async fn stage() -> (vagt::demo::RunningDesk, Bare, impl Fn(&str) -> String) {
    let desk = Desk::start(DeskOptions {
        tickets: 12,
        devices: 20,
        ..DeskOptions::default()
    })
    .await
    .unwrap();
    let root = Bare::new(&desk.url(), desk.admin_token());
    let said = json!({"Content": "se her", "ContentType": "text/plain", "TxnCustomFields": {"Vagt action": "a-1"},
        "Attachments": [{"FileName": "a.txt", "FileType": "text/plain", "FileContent": "aGVp"}]});
    root.change("POST", "/ticket/3/correspond", said).await;
    root.change("PUT", "/ticket/3", json!({"Status": "stalled", "RefersTo": [1, "asset:2", "https://example.org/"], "Owner": "mette"})).await;
    let of = |value: &Value| value["items"][0]["id"].as_str().unwrap().to_owned();
    let group = of(&root
        .get("/groups?query=[{\"field\":\"id\",\"operator\":\">\",\"value\":0}]")
        .await);
    let custom = of(&root
        .get("/customfields?query=[{\"field\":\"id\",\"operator\":\">\",\"value\":0}]")
        .await);
    let numbered = move |path: &str| {
        let id = if path.contains("/group/") {
            &group
        } else if path.contains("/customfield/") {
            &custom
        } else {
            "3"
        };
        let name = ["/user/", "/queue/", "/catalog/"]
            .iter()
            .zip(["mette", "Servicedesk", "Laptops"])
            .find(|(start, _)| path.contains(**start))
            .map_or("3", |(_, name)| name);
        path.replace("{id}", id).replace("{name}", name)
    };
    (desk, root, numbered)
}

#[tokio::test]
async fn every_described_request_answers_as_described() {
    let (desk, root, numbered) = stage().await;
    let described = root
        .raw("GET", ADDRESS, &[("Authorization", "")], b"")
        .await
        .unwrap();
    assert_eq!(described.status, 200, "the description is for everybody");
    let described = described.json();
    assert_eq!(described["openapi"], "3.1.0");
    let (mut asked, mut found) = (0, Vec::new());
    for (path, item) in described["paths"].as_object().unwrap() {
        // deleting comes last, because nothing is left after it
        let mut methods: Vec<(&String, &Value)> = item.as_object().unwrap().iter().collect();
        methods.sort_by_key(|(name, _)| name.as_str() == "delete");
        for (method, operation) in methods
            .into_iter()
            .filter(|(name, _)| *name != "parameters")
        {
            let target = numbered(path);
            let target = if operation.to_string().contains("\"query\"") && method == "get" {
                format!(
                    "{target}?query={}&per_page=5&fields=Subject,Name,Created,CustomFields,_hyperlinks,Creator",
                    if path.ends_with("s/all") { "" } else { "id>0" }
                )
            } else {
                target
            };
            let (body, kind) = body_for(operation, path, 2);
            for token in [desk.admin_token(), desk.agent_token(), desk.reader_token()] {
                let client = Bare::new(&desk.url(), token);
                let headers = [("Content-Type", kind.as_str())];
                let answer = client
                    .raw(&method.to_uppercase(), &target, &headers, body.as_bytes())
                    .await
                    .unwrap();
                let what = format!("{method} {target}");
                assert!(
                    !matches!(answer.status, 404 | 405 | 415 | 501),
                    "{what}: {}",
                    answer.head
                );
                found.extend(compare(&described, operation, &answer, &what));
                asked += 1;
                if method == "delete" {
                    break;
                }
            }
            let good = root
                .raw(
                    &method.to_uppercase(),
                    &target,
                    &[("Content-Type", kind.as_str())],
                    body.as_bytes(),
                )
                .await
                .unwrap();
            let again = path.ends_with("/ticket/{id}") && method == "delete";
            let over = path.starts_with(&format!("{BASE}/ticket/{{id}}"))
                && method == "post"
                && !path.ends_with("comment")
                && !path.ends_with("correspond");
            let searches = path.ends_with("/history") || path.ends_with("/attachments");
            if !again && (!over || searches) {
                assert!(
                    good.status < 400,
                    "{method} {target}: {} {}",
                    good.head,
                    String::from_utf8_lossy(&good.body)
                );
            }
        }
    }
    assert!(
        found.is_empty(),
        "{} of {asked} answers:\n{}",
        found.len(),
        found.join("\n")
    );
    assert!(asked > 150, "only {asked} requests were described");
    desk.shutdown().await;
}

/// Whether a path is of a described form.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern
            .iter()
            .zip(&path)
            .all(|(wanted, found)| match *wanted {
                "{id}" => found.bytes().all(|byte| byte.is_ascii_digit()),
                "{name}" => true,
                word => word == *found,
            })
}

#[tokio::test]
async fn nothing_answers_that_is_not_described() {
    let (desk, root, _) = stage().await;
    let described = root.raw("GET", ADDRESS, &[], b"").await.unwrap().json();
    let paths = described["paths"].as_object().unwrap();
    let mut words: BTreeSet<&str> = paths.keys().flat_map(|path| path.split('/')).collect();
    for none in ["", "REST", "2.0", "_vagt", "NoAuth", "{id}", "{name}"] {
        words.remove(none);
    }
    words.extend(["3", "mette", "admin"]);
    let mut tried: Vec<String> = vec![
        format!("{BASE}/"),
        "/_vagt/".to_owned(),
        "/_vagt/x".to_owned(),
        "/NoAuth/x".to_owned(),
    ];
    for one in &words {
        tried.push(format!("{BASE}/{one}"));
        for two in &words {
            tried.push(format!("{BASE}/{one}/{two}"));
        }
    }
    for below in [
        "ticket/3",
        "asset/3",
        "transaction/3",
        "user/mette",
        "group/3",
        "tickets/bulk",
        "queue/3",
    ] {
        tried.extend(words.iter().map(|word| format!("{BASE}/{below}/{word}")));
    }
    let mut answered = Vec::new();
    for path in &tried {
        let known = paths
            .iter()
            .find(|(pattern, _)| pattern.as_str() == path)
            .or_else(|| paths.iter().find(|(pattern, _)| fits(pattern, path)));
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"] {
            if known.is_some_and(|(_, item)| item.get(method.to_lowercase()).is_some()) {
                continue;
            }
            let answer = root
                .raw(method, path, &[("Content-Type", "application/json")], b"")
                .await
                .unwrap();
            if !matches!(answer.status, 302 | 404 | 405 | 501) {
                answered.push(format!("{method} {path}: {}", answer.status));
            }
        }
    }
    assert!(
        answered.is_empty(),
        "of {}: {}",
        tried.len(),
        answered.join("\n")
    );
    desk.shutdown().await;
}
