//! The REST 2.0 dialect of Request Tracker 5: requests in, replies out, no network here.
//!
//! [`answer`] is a plain function on the database, run on its thread; `wire` puts it behind a socket.
//! Quirks of the real desk are kept on purpose where a client must live with them: ids that are
//! strings in lists and numbers in single records, `1970-01-01` for unset times, `"pages": 0.0` for
//! nothing found, `null` totals for agents, 200 with a sentence for a refused write.

pub(crate) mod assets;
pub(crate) mod attachments;
pub(crate) mod bulk;
pub(crate) mod collection;
pub(crate) mod etag;
pub(crate) mod expand;
pub(crate) mod hyperlinks;
pub(crate) mod input;
pub(crate) mod multipart;
pub(crate) mod openapi;
pub(crate) mod people;
pub(crate) mod record;
pub(crate) mod routes;
pub(crate) mod single;
pub(crate) mod small;
pub(crate) mod tickets;
pub(crate) mod transactions;

use std::sync::Arc;

use serde_json::{Value, json};

use super::base::{DeskBase, Person, Refusal};

/// The methods that mean something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Head,
    Post,
    Put,
    Delete,
    /// Asked by some clients, answered with 405.
    Options,
    Other,
}

/// A request whose sender is known.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path below `/REST/2.0`, split and percent-decoded.
    pub(crate) segments: Vec<String>,
    /// The raw path below the host, for `next_page`.
    pub(crate) path: String,
    /// Query parameters in order, decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) if_match: Option<String>,
    pub(crate) if_none_match: Option<String>,
    /// An HTTP date came with `If-Unmodified-Since` or `If-Modified-Since`: seconds since 1970.
    pub(crate) since: Option<i64>,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
    pub(crate) viewer: Arc<Person>,
}

impl Request {
    /// The first query parameter of this name.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether answering it can change the desk. Searches by POST cannot.
    pub(crate) fn writes(&self) -> bool {
        match self.method {
            Method::Get | Method::Head | Method::Options | Method::Other => false,
            Method::Put | Method::Delete => true,
            Method::Post => {
                let first = self.segments.first().map_or("", String::as_str);
                let below = self.segments.get(2).map_or("", String::as_str);
                let search = matches!(below, "history" | "attachments")
                    || matches!(
                        first,
                        "users"
                            | "assets"
                            | "transactions"
                            | "attachments"
                            | "queues"
                            | "groups"
                            | "customfields"
                            | "catalogs"
                    );
                !(search || (first == "tickets" && self.segments.len() == 1))
            }
        }
    }
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// None: no body at all.
    pub(crate) body: Option<Value>,
    pub(crate) location: Option<String>,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    /// The methods that a path takes, when it was asked with another one.
    pub(crate) allow: Option<String>,
}

impl Reply {
    /// 200 with this body.
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: 200,
            body: Some(body),
            ..Self::default()
        }
    }

    /// 201 with this body and place.
    pub(crate) fn created(body: Value, location: String) -> Self {
        Self {
            status: 201,
            body: Some(body),
            location: Some(location),
            ..Self::default()
        }
    }

    /// A status without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        Self {
            status: refusal.status,
            body: Some(json!({"message": refusal.message})),
            ..Self::default()
        }
    }
}

/// What a handler returns.
pub(crate) type Answer = Result<Reply, Refusal>;

/// Answers a request. A write that ends in a refusal leaves nothing behind.
pub(crate) fn answer(base: &mut DeskBase, request: &Request) -> Reply {
    if request.since.is_some_and(|since| since <= base.now) {
        return Reply::empty(500);
    }
    let refused = |refusal: Refusal| {
        let allow = (refusal.status == 405).then(|| routes::allow(&request.segments));
        Reply {
            allow: allow.flatten(),
            ..refusal.into()
        }
    };
    if !request.writes() {
        return route(base, request).unwrap_or_else(refused);
    }
    if let Err(error) = base.conn.execute_batch("SAVEPOINT request") {
        return Refusal::from(error).into();
    }
    let outcome = match multipart::unfolded(request) {
        Ok(None) => route(base, request),
        Ok(Some(unfolded)) => route(base, &unfolded),
        Err(refusal) => Err(refusal),
    };
    let end = if outcome.is_ok() {
        "RELEASE request"
    } else {
        "ROLLBACK TO request; RELEASE request"
    };
    if let Err(error) = base.conn.execute_batch(end) {
        return Refusal::from(error).into();
    }
    outcome.unwrap_or_else(|refusal| {
        // What was read while the savepoint stood may never have been.
        base.people.clear();
        refused(refusal)
    })
}

/// Chooses the handler by path and method; what is here is told to clients by [`routes::ROUTES`].
fn route(base: &mut DeskBase, request: &Request) -> Answer {
    use Method::{Delete, Get, Head, Post, Put};
    let mut segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    if segments.len() > 1 && segments.last() == Some(&"") && segments.first() != Some(&"rt") {
        segments.pop();
    }
    let method = match request.method {
        Head => Get,
        other => other,
    };
    if method == Method::Other {
        return Err(Refusal::new(501, "Not Implemented"));
    }
    let Some(row) = routes::Route::of(&segments) else {
        return Err(Refusal::not_found());
    };
    if method == Get && matches!(segments.as_slice(), ["ticket" | "asset"]) {
        return Err(Refusal::not_found());
    }
    if !row.takes(method) {
        return Err(Refusal::new(405, "Method Not Allowed"));
    }
    input::is_json(request)?;
    let number = |text: &str| text.parse::<i64>().map_err(|_| Refusal::not_found());
    match (method, segments.as_slice()) {
        (Get, ["rt"]) => Ok(Reply::ok(version(request))),
        (Get | Post, ["tickets"]) => tickets::search(base, request),
        (Post, ["tickets", "bulk"]) => bulk::create(base, request),
        (Put, ["tickets", "bulk"]) => bulk::update(base, request),
        (Post, ["tickets", "bulk", kind]) => bulk::message(base, request, *kind == "correspond"),
        (Post, ["ticket"]) => tickets::create(base, request),
        (Get, ["ticket", id] | ["ticket", id, "take" | "untake" | "steal"]) => {
            tickets::get(base, request, number(id)?)
        }
        (Put, ["ticket", id]) => tickets::put(base, request, number(id)?),
        (Delete, ["ticket", id]) => tickets::delete(base, request, number(id)?),
        (Put, ["ticket", id, how @ ("take" | "untake" | "steal")]) => {
            tickets::own(base, request, number(id)?, how)
        }
        (Post, ["ticket", id, kind @ ("comment" | "correspond")]) => {
            tickets::message(base, request, number(id)?, *kind == "correspond")
        }
        (Post, ["ticket", id] | ["ticket", id, "take" | "untake" | "steal"]) => {
            tickets::post_existing(base, request, number(id)?)
        }
        (_, ["ticket", id, "history"]) => transactions::of_ticket(base, request, number(id)?),
        (_, ["ticket", id, "attachments"]) => attachments::of_ticket(base, request, number(id)?),
        (_, ["asset", id, "history"]) => transactions::of_asset(base, request, number(id)?),
        (_, ["transactions"]) => transactions::search(base, request),
        (_, ["transaction", id]) => transactions::get(base, request, number(id)?),
        (_, ["transaction", id, "attachments"]) => {
            attachments::of_transaction(base, request, number(id)?)
        }
        (_, ["attachments"]) => attachments::search(base, request),
        (_, ["attachment", id]) => attachments::get(base, request, number(id)?),
        (_, ["assets"]) => assets::search(base, request),
        (Post, ["asset"]) => assets::create(base, request),
        (Get, ["asset", id]) => assets::get(base, request, number(id)?),
        (Put, ["asset", id]) => assets::put(base, request, number(id)?),
        (_, ["users"]) => people::search(base, request),
        (_, ["user", who]) => people::get(base, request, who),
        (_, ["user", who, "groups"]) => small::memberships(base, request, who),
        (_, ["queues", "all"]) => small::queues(base, request, true),
        (_, ["queues"]) => small::queues(base, request, false),
        (_, ["queue", which]) => small::queue(base, request, which),
        (_, ["catalogs", "all"]) => small::catalogs(base, request, true),
        (_, ["catalogs"]) => small::catalogs(base, request, false),
        (_, ["catalog", which]) => small::catalog(base, request, which),
        (_, ["groups"]) => small::groups(base, request),
        (_, ["group", id]) => small::group(base, request, number(id)?),
        (_, ["group", id, "members"]) => small::members(base, request, number(id)?),
        (_, ["customfields"]) => small::custom_fields(base, request),
        (_, ["customfield", id]) => small::custom_field(base, request, number(id)?),
        _ => Err(Refusal::not_found()),
    }
}

/// `GET /rt`: the version that this dialect is of; plug-ins are the administrator's to know.
fn version(request: &Request) -> Value {
    let mut map = serde_json::Map::new();
    map.insert("Version".to_owned(), json!("5.0.3"));
    if request.viewer.role.rules() {
        map.insert("Plugins".to_owned(), json!([]));
    }
    Value::Object(map)
}

impl DeskBase {
    /// Changes a ticket as this user would by `PUT`, for the simulation and for tests.
    pub(crate) fn act_as(
        &mut self,
        user: &str,
        ticket: i64,
        change: &Value,
    ) -> Result<Vec<String>, String> {
        let viewer = self
            .find_person(user)
            .map_err(|error| error.to_string())?
            .ok_or_else(|| format!("there is no user {user}"))?;
        let request = Request {
            method: Method::Put,
            segments: vec!["ticket".to_owned(), ticket.to_string()],
            path: format!("/REST/2.0/ticket/{ticket}"),
            query: Vec::new(),
            if_match: None,
            if_none_match: None,
            since: None,
            content_type: "application/json".to_owned(),
            body: change.to_string().into_bytes(),
            viewer,
        };
        let reply = answer(self, &request);
        match reply.body {
            Some(Value::Array(said)) if reply.status == 200 => Ok(said
                .iter()
                .filter_map(|sentence| sentence.as_str().map(str::to_owned))
                .collect()),
            body => Err(format!("{} {}", reply.status, body.unwrap_or_default())),
        }
    }
}
