//! The desk's description of itself, in `OpenAPI` 3.1: paths and methods come from [`ROUTES`], what their
//! bodies look like from `assets/demo/schemas.json`. A test sends every request in it and compares the answers.

use serde_json::{Map, Value, json};

use super::Method;
use super::routes::{Deed, Gives, ROUTES, Takes};

/// Where the description is served.
pub(crate) const DESCRIPTION: &str = "/_vagt/openapi.json";
/// Where faults are set.
pub(crate) const FAULTS: &str = "/_vagt/fault";
/// Where a cookie session is opened.
pub(crate) const LOGIN: &str = "/NoAuth/Login.html";

/// What bodies look like, by name. Members that are not named in what clients send (links, for one) are taken too.
const SCHEMAS: &str = include_str!("../../../assets/demo/schemas.json");

/// The description of everything that is served; the dialect lives below `base`.
pub(crate) fn description(base: &str) -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        let mut item = Map::new();
        if let Some(name) = ["id", "name"]
            .into_iter()
            .find(|name| route.path.contains(&format!("{{{name}}}")))
        {
            let kind = if name == "id" { "integer" } else { "string" };
            item.insert(
                "parameters".to_owned(),
                json!([parameter(name, "path", kind)]),
            );
        }
        for deed in route.deeds {
            let (name, described) = operation(deed, route.path);
            if deed.method == Method::Get {
                item.insert("head".to_owned(), head());
            }
            item.insert(name.to_owned(), described);
        }
        paths.insert(format!("{base}{}", route.path), Value::Object(item));
    }
    paths.extend(own());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "The embedded desk of Vagt",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The REST 2.0 dialect of Request Tracker 5, as docs/embedded-desk.md describes it.",
        },
        "security": [{"token": []}, {"password": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": serde_json::from_str::<Value>(SCHEMAS).unwrap_or_default(),
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "The word token, a space, the token"},
                "password": {"type": "http", "scheme": "basic"},
                "session": {"type": "apiKey", "in": "cookie", "name": "RT_SID_vagt.PORT", "description": "From the login form; PORT is the desk's"},
            },
        },
    })
}

fn parameter(name: &str, place: &str, kind: &str) -> Value {
    json!({"name": name, "in": place, "required": place == "path", "schema": {"type": kind}})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// What is in a body of this type.
fn content(kind: &str, schema: &Value) -> Value {
    json!({kind: {"schema": schema}})
}

/// A body of JSON, by the name of its schema.
fn named(schema: &str) -> Value {
    content("application/json", &reference(schema))
}

/// A page of records of one kind.
fn page(kind: &str) -> Value {
    let rows =
        json!({"properties": {"items": {"items": {"properties": {"type": {"const": kind}}}}}});
    json!({"allOf": [reference("Page"), rows]})
}

/// What may be answered: this, or one of the ways to say no.
fn answers(status: u16, done: &Value) -> Value {
    let refused = json!({"description": "Refused, with a sentence", "content": named("Refusal")});
    json!({
        status.to_string(): done,
        "302": {"description": "To the login page: a browser without a session"},
        "304": {"description": "The client has this version"},
        "4XX": refused,
        "5XX": refused,
    })
}

/// `HEAD`, which is never answered with a body.
fn head() -> Value {
    let answer = |what: &str| json!({"description": what});
    json!({
        "summary": "What GET would answer, without the body",
        "responses": {"200": answer("As GET"), "302": answer("As GET"), "304": answer("As GET"), "4XX": answer("Refused"), "5XX": answer("Refused")},
    })
}

/// The name of a method, and what it does.
fn operation(deed: &Deed, path: &str) -> (&'static str, Value) {
    let (name, verb) = match deed.method {
        Method::Put => ("put", "Change"),
        Method::Delete => ("delete", "Delete"),
        Method::Post if deed.status == 201 => ("post", "Create"),
        Method::Post => ("post", "Search"),
        _ => ("get", "Read"),
    };
    let done = match deed.gives {
        Gives::Nothing => json!({"description": "Done"}),
        Gives::One(schema) => json!({"description": "Done", "content": named(schema)}),
        Gives::Page(kind) => {
            json!({"description": "A page", "content": content("application/json", &page(kind))})
        }
    };
    let mut described = Map::new();
    described.insert("summary".to_owned(), json!(format!("{verb} {path}")));
    described.insert("responses".to_owned(), answers(deed.status, &done));
    let mut parameters = Vec::new();
    if matches!(deed.gives, Gives::Page(_)) {
        let names = ["fields", "orderby", "order", "query"];
        let texts = if deed.takes == Takes::Query { 4 } else { 3 };
        parameters.extend(["per_page", "page"].map(|name| parameter(name, "query", "integer")));
        let texts = names.iter().take(texts);
        parameters.extend(texts.map(|name| parameter(name, "query", "string")));
    }
    described.insert("parameters".to_owned(), Value::Array(parameters));
    let takes = match deed.takes {
        Takes::Nothing | Takes::Query => None,
        Takes::Conditions => Some(named("Conditions")),
        Takes::Form => Some(content(
            "application/x-www-form-urlencoded",
            &reference("SearchForm"),
        )),
        Takes::Json(schema) => Some(named(schema)),
    };
    if let Some(takes) = takes {
        described.insert("requestBody".to_owned(), json!({"content": takes}));
    }
    (name, Value::Object(described))
}

/// What only this desk has, and the door for browsers.
fn own() -> [(String, Value); 3] {
    let counters = json!({"description": "Requests so far", "content": named("Counters")});
    let counters = answers(200, &counters);
    let again = json!({"description": "The login page again: not the right password"});
    let any = content("application/json", &json!({"type": "object"}));
    let form = content("application/x-www-form-urlencoded", &reference("LoginForm"));
    let login = json!({
        "post": {"summary": "Open a cookie session", "security": [], "requestBody": {"content": form}, "responses": answers(200, &again)},
    });
    let text = json!({"content": content("text/plain", &json!({"type": "string"}))});
    let faults = json!({
        "get": {"summary": "The counters", "responses": counters},
        "head": head(),
        "post": {"summary": "Add faults, as vagt serve --fault takes them", "requestBody": text, "responses": counters},
        "delete": {"summary": "Take all faults away", "responses": counters},
    });
    let this = json!({
        "get": {"summary": "This description", "security": [], "responses": answers(200, &json!({"description": "OpenAPI 3.1", "content": any}))},
        "head": head(),
    });
    [(LOGIN, login), (FAULTS, faults), (DESCRIPTION, this)]
        .map(|(path, item)| (path.to_owned(), item))
}
