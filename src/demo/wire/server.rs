//! Requests from the socket to `rest`, and answers back.
//!
//! One handler takes everything: it counts, lets faults strike, finds out who asks, reads the body
//! within its limits, and hands the request to the thread of the database. A body that came in chunks is
//! the last thing on its connection, so that nobody can hide a second request behind it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request as HttpRequest, State};
use axum::http::header::{
    ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, ETAG, HeaderName, IF_MATCH,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE, LAST_MODIFIED, LOCATION, SERVER,
    SET_COOKIE, TRANSFER_ENCODING,
};
use axum::http::{HeaderMap, HeaderValue, Method as HttpMethod, Response, StatusCode};
use serde_json::json;

use super::auth::{Accounts, Stranger};
use super::body::{self, Bodies};
use super::control;
use super::io::Line;
use super::limits::Limits;
use super::mangle;
use crate::demo::base::thread::Handle;
use crate::demo::base::{Person, Role};
use crate::demo::clock::DeskClock;
use crate::demo::faults::{FaultKind, Faults, Seen};
use crate::demo::rest::{self, Method, Reply, Request, openapi};

/// Where the dialect lives.
pub(crate) const BASE_PATH: &str = "/REST/2.0";

/// What the handler needs.
pub(crate) struct Desk {
    pub(crate) base: Handle,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) faults: Faults,
    pub(crate) clock: Arc<DeskClock>,
    pub(crate) bodies: Bodies,
    pub(crate) limits: Limits,
}

/// The router of the desk: one handler for all paths.
pub(crate) fn router(desk: Arc<Desk>) -> Router {
    Router::new().fallback(handle).with_state(desk)
}

async fn handle(
    State(desk): State<Arc<Desk>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: HttpRequest,
) -> Response<Body> {
    let busy = line.busy();
    let chunked = request.headers().contains_key(TRANSFER_ENCODING);
    let mut response = struck(&desk, &line, request).await;
    drop(busy);
    let headers = response.headers_mut();
    if chunked {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    headers.insert(SERVER, HeaderValue::from_static("vagt embedded desk"));
    let date = httpdate::fmt_http_date(std::time::SystemTime::from(desk.clock.now()));
    if let Ok(date) = HeaderValue::from_str(&date) {
        headers.insert(DATE, date);
    }
    response
}

/// Answers a request, with the fault that strikes it.
async fn struck(desk: &Desk, line: &Line, request: HttpRequest) -> Response<Body> {
    let path = request.uri().path().to_owned();
    match path.as_str() {
        openapi::FAULTS => return control::faults(desk, line, request).await,
        openapi::DESCRIPTION => return control::description(request.method()),
        _ => {}
    }
    let below = path.strip_prefix(BASE_PATH).unwrap_or(&path).to_owned();
    let write = may_write(request.method(), &below);
    let seen = Seen {
        method: request.method().to_string(),
        path: path.clone(),
        query: request
            .uri()
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|part| !part.starts_with("token="))
            .collect::<Vec<_>>()
            .join("&"),
    };
    let kind = format!("{} {}", request.method(), pattern(&below));
    let verdict = desk.faults.decide(seen, kind, write, &below);
    if !verdict.delay.is_zero() {
        tokio::time::sleep(verdict.delay).await;
    }
    let faults = &desk.faults;
    match verdict.kind {
        None => apply(desk, request).await,
        Some(FaultKind::Status(code, retry)) => mangle::status(code, retry.as_deref()),
        Some(FaultKind::LoginPage) => mangle::login_page(),
        Some(FaultKind::Redirect) => mangle::redirect("/login"),
        Some(FaultKind::DropBefore) => {
            drop(read_all(desk, request).await);
            line.cut();
            Response::default()
        }
        Some(FaultKind::StallBeforeHeaders) => {
            drop(read_all(desk, request).await);
            faults.until_cleared(verdict.cleared).await;
            line.cut();
            Response::default()
        }
        Some(FaultKind::DropAfter) => {
            drop(apply(desk, request).await);
            line.cut();
            Response::default()
        }
        Some(FaultKind::StallAfterApplied) => {
            drop(apply(desk, request).await);
            faults.until_cleared(verdict.cleared).await;
            line.cut();
            Response::default()
        }
        Some(FaultKind::CutBody) => mangle::cut(apply(desk, request).await, line.clone()).await,
        Some(FaultKind::StallMidBody) => {
            mangle::stall(
                apply(desk, request).await,
                line.clone(),
                faults.clone(),
                verdict.cleared,
            )
            .await
        }
        Some(FaultKind::MalformedJson) => mangle::malformed(apply(desk, request).await).await,
        Some(FaultKind::WrongTypes) => mangle::wrong_types(apply(desk, request).await).await,
        Some(FaultKind::HugeBody(length)) => {
            drop(apply(desk, request).await);
            mangle::huge(length)
        }
        Some(FaultKind::EndlessBody) => {
            drop(apply(desk, request).await);
            mangle::endless(faults, verdict.cleared)
        }
        Some(FaultKind::Twice) => twice(desk, request).await,
        Some(FaultKind::Slow(..) | FaultKind::Skew(_)) => Response::default(),
    }
}

/// Applies a request and applies it again.
async fn twice(desk: &Desk, request: HttpRequest) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = match desk.bodies.read(&parts.headers, body, body::LARGEST).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let again = HttpRequest::from_parts(parts.clone(), Body::from(body.bytes.clone()));
    drop(apply(desk, HttpRequest::from_parts(parts, Body::from(body.bytes))).await);
    apply(desk, again).await
}

/// Whether a request may change the desk, for the faults that only touch those.
fn may_write(method: &HttpMethod, below: &str) -> bool {
    let search = method == HttpMethod::POST
        && matches!(
            below.trim_end_matches('/'),
            "/tickets"
                | "/users"
                | "/assets"
                | "/transactions"
                | "/attachments"
                | "/queues"
                | "/groups"
                | "/customfields"
                | "/catalogs"
        );
    !search
        && (method == HttpMethod::PUT || method == HttpMethod::POST || method == HttpMethod::DELETE)
}

/// The kind of a path: numbers become `:id`.
fn pattern(below: &str) -> String {
    let parts: Vec<&str> = below
        .split('/')
        .map(|part| {
            if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
                ":id"
            } else {
                part
            }
        })
        .collect();
    let joined = parts.join("/");
    if joined.len() > 60 {
        joined.chars().take(60).collect()
    } else {
        joined
    }
}

/// Takes a request whole, whatever it says.
async fn read_all(desk: &Desk, request: HttpRequest) -> Result<(), Response<Body>> {
    let (parts, body) = request.into_parts();
    let taken = desk.bodies.read(&parts.headers, body, body::LARGEST).await;
    taken.map(drop)
}

/// Answers a request for real.
async fn apply(desk: &Desk, request: HttpRequest) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    if path == openapi::LOGIN && parts.method == HttpMethod::POST {
        return log_in(desk, &parts.headers, body).await;
    }
    let Some(below) = path
        .strip_prefix(BASE_PATH)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    else {
        return if path == "/" {
            mangle::login_page()
        } else {
            mangle::redirect("/NoAuth/Login.html")
        };
    };
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let token = query
        .iter()
        .find(|(key, _)| key == "token")
        .map(|(_, value)| value.as_str());
    let sender = match desk.accounts.identify(&parts.headers, token) {
        Ok(id) => id,
        Err(Stranger::Unauthorized) => return mangle::status(401, None),
        Err(Stranger::Redirect) => return mangle::redirect("/"),
    };
    let mut body = match desk.bodies.read(&parts.headers, body, body::LARGEST).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let method = match parts.method {
        HttpMethod::GET => Method::Get,
        HttpMethod::HEAD => Method::Head,
        HttpMethod::POST => Method::Post,
        HttpMethod::PUT => Method::Put,
        HttpMethod::DELETE => Method::Delete,
        HttpMethod::OPTIONS => Method::Options,
        _ => Method::Other,
    };
    let header = |name: HeaderName| {
        parts
            .headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let request = Request {
        method,
        segments: below
            .trim_start_matches('/')
            .split('/')
            .map(decode)
            .collect(),
        path: path.clone(),
        query,
        if_match: header(IF_MATCH),
        if_none_match: header(IF_NONE_MATCH),
        since: since(&parts.headers),
        content_type: header(CONTENT_TYPE).unwrap_or_default(),
        body: std::mem::take(&mut body.bytes),
        viewer: Arc::new(nobody()),
    };
    let writes = request.writes();
    let patience = desk.limits.query;
    let work = move |base: &mut crate::demo::base::DeskBase| {
        let mut request = request;
        match base.person(sender) {
            Ok(Some(person)) if !person.disabled => {
                request.viewer = person;
                if writes {
                    rest::answer(base, &request)
                } else {
                    base.within(patience, |base| rest::answer(base, &request))
                }
            }
            _ => Reply {
                status: 401,
                body: Some(json!({"message": "Unauthorized"})),
                ..Reply::default()
            },
        }
    };
    let reply = if writes {
        desk.base.write(work).await
    } else {
        desk.base.read(work).await
    };
    match reply {
        Ok(reply) => render(reply, method == Method::Head),
        Err(error) => {
            tracing::error!(%error, "embedded desk: no answer from its database");
            let reply = Reply {
                status: 500,
                body: Some(json!({"message": error.to_string()})),
                ..Reply::default()
            };
            render(reply, method == Method::Head)
        }
    }
}

/// Stands in until the sender has been looked up.
fn nobody() -> Person {
    Person {
        id: 0,
        name: String::new(),
        email: String::new(),
        real_name: String::new(),
        lang: String::new(),
        timezone: String::new(),
        organization: String::new(),
        role: Role::Requester,
        privileged: false,
        disabled: true,
        created: 0,
        creator: 0,
        updated: 0,
        updated_by: 0,
    }
}

/// An HTTP date in one of the two headers that the real desk stumbles over.
fn since(headers: &HeaderMap) -> Option<i64> {
    let value = headers
        .get(IF_UNMODIFIED_SINCE)
        .or_else(|| headers.get(IF_MODIFIED_SINCE))?;
    let time = httpdate::parse_http_date(value.to_str().ok()?).ok()?;
    i64::try_from(time.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok()
}

fn render(reply: Reply, head: bool) -> Response<Body> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = if status.is_success() && reply.location.is_none() {
        "application/json; charset=\"utf-8\""
    } else {
        "application/json; charset=utf-8"
    };
    let text = match reply.body {
        Some(body) if !head => body.to_string(),
        _ => String::new(),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if status != StatusCode::NOT_MODIFIED {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if head {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let more = [
        (LOCATION, reply.location),
        (ETAG, reply.etag.map(|version| format!("\"{version}\""))),
        (LAST_MODIFIED, reply.last_modified),
        (ALLOW, reply.allow),
    ];
    for (name, value) in more {
        if let Some(value) = value.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(name, value);
        }
    }
    response
}

/// A path segment without its percent signs; bytes that are not UTF-8 are replaced.
fn decode(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut ahead = rest.clone();
            let digits = ahead.next().zip(ahead.next()).and_then(|(high, low)| {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                u8::try_from(digit(high)? * 16 + digit(low)?).ok()
            });
            if let Some(decoded) = digits {
                bytes.push(decoded);
                rest = ahead;
                continue;
            }
        }
        bytes.push(byte);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `POST /NoAuth/Login.html`: a cookie for the right password, the login page again for a wrong one.
async fn log_in(desk: &Desk, headers: &HeaderMap, body: Body) -> Response<Body> {
    let taken = match desk.bodies.read(headers, body, body::LARGEST_FORM).await {
        Ok(taken) => taken,
        Err(response) => return response,
    };
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&taken.bytes)
        .into_owned()
        .collect();
    let get = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    };
    let cookie = desk
        .accounts
        .log_in(get("user"), get("pass"))
        .and_then(|cookie| HeaderValue::from_str(&cookie).ok());
    match cookie {
        None => mangle::login_page(),
        Some(cookie) => {
            let mut response = mangle::redirect("/");
            response.headers_mut().insert(SET_COOKIE, cookie);
            response
        }
    }
}
