//! Where what lives: the one table behind refusals (404, 405 with `Allow`) and the `OpenAPI` description.
//!
//! A new handler in [`super::route`] needs its row here; a test asks every row, and compares what it answers
//! with the description.

use super::Method::{self, Delete, Get, Post, Put};

/// A path and what may be done there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    /// Below `/REST/2.0`; `{id}` is a number, `{name}` a name or number.
    pub(crate) path: &'static str,
    /// What may be done; where there is `GET` there is `HEAD`.
    pub(crate) deeds: &'static [Deed],
}

/// A method at a path: what it takes and what it answers with when it is not refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deed {
    pub(crate) method: Method,
    pub(crate) takes: Takes,
    pub(crate) status: u16,
    pub(crate) gives: Gives,
}

/// What a method wants to know, besides the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Nothing,
    /// TicketSQL and its like, or JSON conditions, in the query.
    Query,
    /// JSON conditions in the body.
    Conditions,
    /// TicketSQL in a form.
    Form,
    /// JSON, by the name of its schema.
    Json(&'static str),
}

/// What a method answers with, by the name of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    Nothing,
    /// A record in full, or something of its own.
    One(&'static str),
    /// A page of records of this kind.
    Page(&'static str),
}

const fn at(path: &'static str, deeds: &'static [Deed]) -> Route {
    Route { path, deeds }
}

const fn deed(method: Method, takes: Takes, status: u16, gives: Gives) -> Deed {
    Deed {
        method,
        takes,
        status,
        gives,
    }
}

const fn read(name: &'static str) -> Deed {
    deed(Get, Takes::Nothing, 200, Gives::One(name))
}

const fn list(kind: &'static str) -> Deed {
    deed(Get, Takes::Query, 200, Gives::Page(kind))
}

const fn search(kind: &'static str) -> Deed {
    deed(Post, Takes::Conditions, 200, Gives::Page(kind))
}

const fn make(what: &'static str, gives: &'static str) -> Deed {
    deed(Post, Takes::Json(what), 201, Gives::One(gives))
}

const fn change(what: &'static str, gives: &'static str) -> Deed {
    deed(Put, Takes::Json(what), 200, Gives::One(gives))
}

/// What may be done at `take` and its like.
const OWNING: [Deed; 3] = [
    read("Ticket"),
    make("NewTicket", "Reference"),
    change("TicketChange", "Sentences"),
];
const TRANSACTIONS: [Deed; 2] = [list("transaction"), search("transaction")];
const ATTACHMENTS: [Deed; 2] = [list("attachment"), search("attachment")];
const QUEUES: [Deed; 2] = [list("queue"), search("queue")];
const CATALOGS: [Deed; 2] = [list("catalog"), search("catalog")];
const TICKETS: [Deed; 2] = [
    list("ticket"),
    deed(Post, Takes::Form, 200, Gives::Page("ticket")),
];
const TICKET: [Deed; 4] = [
    read("Ticket"),
    make("NewTicket", "Reference"),
    change("TicketChange", "Sentences"),
    deed(Delete, Takes::Nothing, 204, Gives::Nothing),
];
const BULK: [Deed; 2] = [
    make("NewTickets", "BulkCreated"),
    change("TicketChanges", "BulkSaid"),
];

/// Everything that the desk serves below its base path.
pub(crate) const ROUTES: [Route; 37] = [
    at("/rt", &[read("Version")]),
    at("/tickets", &TICKETS),
    at("/tickets/bulk", &BULK),
    at("/tickets/bulk/comment", &[make("Messages", "BulkSaid")]),
    at("/tickets/bulk/correspond", &[make("Messages", "BulkSaid")]),
    at("/ticket", &[make("NewTicket", "Reference")]),
    at("/ticket/{id}", &TICKET),
    at("/ticket/{id}/take", &OWNING),
    at("/ticket/{id}/untake", &OWNING),
    at("/ticket/{id}/steal", &OWNING),
    at("/ticket/{id}/comment", &[make("Message", "Sentences")]),
    at("/ticket/{id}/correspond", &[make("Message", "Sentences")]),
    at("/ticket/{id}/history", &TRANSACTIONS),
    at("/ticket/{id}/attachments", &ATTACHMENTS),
    at("/transactions", &TRANSACTIONS),
    at("/transaction/{id}", &[read("Transaction")]),
    at("/transaction/{id}/attachments", &ATTACHMENTS),
    at("/attachments", &ATTACHMENTS),
    at("/attachment/{id}", &[read("Attachment")]),
    at("/assets", &[list("asset"), search("asset")]),
    at("/asset", &[make("NewAsset", "Reference")]),
    at(
        "/asset/{id}",
        &[read("Asset"), change("AssetChange", "Sentences")],
    ),
    at("/asset/{id}/history", &TRANSACTIONS),
    at("/users", &[list("user"), search("user")]),
    at("/user/{name}", &[read("User")]),
    at("/user/{name}/groups", &[read("Members")]),
    at("/queues", &QUEUES),
    at("/queues/all", &QUEUES),
    at("/queue/{name}", &[read("Queue")]),
    at("/catalogs", &CATALOGS),
    at("/catalogs/all", &CATALOGS),
    at("/catalog/{name}", &[read("Catalog")]),
    at("/groups", &[list("group"), search("group")]),
    at("/group/{id}", &[read("Group")]),
    at("/group/{id}/members", &[read("Members")]),
    at(
        "/customfields",
        &[list("customfield"), search("customfield")],
    ),
    at("/customfield/{id}", &[read("CustomField")]),
];

fn fits(pattern: &str, segments: &[&str]) -> bool {
    let mut parts = pattern.trim_start_matches('/').split('/');
    let all = segments.iter().all(|segment| match parts.next() {
        Some("{id}") => !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()),
        Some("{name}") => !segment.is_empty(),
        part => part == Some(*segment),
    });
    all && parts.next().is_none()
}

impl Route {
    /// The row of a path; none when nothing lives there.
    pub(crate) fn of(segments: &[&str]) -> Option<&'static Self> {
        ROUTES.iter().find(|route| fits(route.path, segments))
    }

    /// Whether something can be done there by this method.
    pub(crate) fn takes(&self, method: Method) -> bool {
        self.deeds.iter().any(|deed| deed.method == method)
    }
}

/// The methods of a path as the header `Allow` lists them.
pub(crate) fn allow(segments: &[String]) -> Option<String> {
    let segments: Vec<&str> = segments
        .iter()
        .map(String::as_str)
        .filter(|segment| !segment.is_empty())
        .collect();
    if segments == ["rt"] {
        return Some("GET".to_owned());
    }
    let names: Vec<&str> = Route::of(&segments)?
        .deeds
        .iter()
        .flat_map(|deed| match deed.method {
            Get => &["GET", "HEAD"][..],
            Post => &["POST"],
            Put => &["PUT"],
            Delete => &["DELETE"],
            _ => &[],
        })
        .copied()
        .collect();
    Some(names.join(", "))
}
