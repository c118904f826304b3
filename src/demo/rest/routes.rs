//! Where what lives: the one table behind refusals (404, 405 with `Allow`) and the `OpenAPI` description.
//!
//! A new handler in [`super::route`] needs its row here; a test asks every row.

use super::Method::{self, Delete, Get, Post, Put};

/// A path and what may be done there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    /// Below `/REST/2.0`; `{id}` is a number, `{name}` a name or number.
    pub(crate) path: &'static str,
    /// Methods; where there is `GET` there is `HEAD`.
    pub(crate) methods: &'static [Method],
}

const fn at(path: &'static str, methods: &'static [Method]) -> Route {
    Route { path, methods }
}

/// Everything that the desk serves.
pub(crate) const ROUTES: [Route; 37] = [
    at("/rt", &[Get]),
    at("/tickets", &[Get, Post]),
    at("/tickets/bulk", &[Post, Put]),
    at("/tickets/bulk/comment", &[Post]),
    at("/tickets/bulk/correspond", &[Post]),
    at("/ticket", &[Post]),
    at("/ticket/{id}", &[Get, Post, Put, Delete]),
    at("/ticket/{id}/take", &[Get, Post, Put]),
    at("/ticket/{id}/untake", &[Get, Post, Put]),
    at("/ticket/{id}/steal", &[Get, Post, Put]),
    at("/ticket/{id}/comment", &[Post]),
    at("/ticket/{id}/correspond", &[Post]),
    at("/ticket/{id}/history", &[Get, Post]),
    at("/ticket/{id}/attachments", &[Get, Post]),
    at("/transactions", &[Get, Post]),
    at("/transaction/{id}", &[Get]),
    at("/transaction/{id}/attachments", &[Get, Post]),
    at("/attachments", &[Get, Post]),
    at("/attachment/{id}", &[Get]),
    at("/assets", &[Get, Post]),
    at("/asset", &[Post]),
    at("/asset/{id}", &[Get, Put]),
    at("/asset/{id}/history", &[Get, Post]),
    at("/users", &[Get, Post]),
    at("/user/{name}", &[Get]),
    at("/user/{name}/groups", &[Get]),
    at("/queues", &[Get, Post]),
    at("/queues/all", &[Get, Post]),
    at("/queue/{name}", &[Get]),
    at("/catalogs", &[Get, Post]),
    at("/catalogs/all", &[Get, Post]),
    at("/catalog/{name}", &[Get]),
    at("/groups", &[Get, Post]),
    at("/group/{id}", &[Get]),
    at("/group/{id}/members", &[Get]),
    at("/customfields", &[Get, Post]),
    at("/customfield/{id}", &[Get]),
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

/// The methods of a path; none when nothing lives there.
pub(crate) fn methods(segments: &[&str]) -> Option<&'static [Method]> {
    ROUTES
        .iter()
        .find(|route| fits(route.path, segments))
        .map(|route| route.methods)
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
    let names: Vec<&str> = methods(&segments)?
        .iter()
        .flat_map(|method| match method {
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
