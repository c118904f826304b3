//! What this desk has that the real one has not: faults on demand, and a description of itself.

use axum::body::Body;
use axum::extract::Request as HttpRequest;
use axum::http::{Method as HttpMethod, Response, StatusCode};
use serde_json::json;

use super::body;
use super::io::Line;
use super::mangle;
use super::server::{BASE_PATH, Desk};
use crate::demo::rest::openapi;

/// What is served, as `OpenAPI`: for everybody who reaches the desk, because it says nothing about what is in it.
pub(crate) fn description(method: &HttpMethod) -> Response<Body> {
    if !matches!(*method, HttpMethod::GET | HttpMethod::HEAD) {
        return mangle::status(405, None);
    }
    let text = openapi::description(BASE_PATH).to_string();
    mangle::plain(StatusCode::OK, "application/json; charset=utf-8", text)
}

/// `POST /_vagt/fault`: sets faults from the text in the body, `GET` shows the counters, `DELETE`
/// clears. Only from this machine, only with the token of an agent.
pub(crate) async fn faults(desk: &Desk, line: &Line, request: HttpRequest) -> Response<Body> {
    if !line.peer.ip().is_loopback() {
        return mangle::status(403, None);
    }
    let Ok(sender) = desk.accounts.identify(request.headers(), None) else {
        return mangle::status(401, None);
    };
    let works = desk
        .base
        .read(move |base| {
            base.person(sender)
                .ok()
                .flatten()
                .is_some_and(|person| person.role.works())
        })
        .await;
    if !matches!(works, Ok(true)) {
        return mangle::status(403, None);
    }
    match *request.method() {
        HttpMethod::DELETE => desk.faults.clear(),
        HttpMethod::POST => {
            let (parts, body) = request.into_parts();
            let reading = desk.bodies.read(&parts.headers, body, body::LARGEST_FORM);
            let body = match reading.await {
                Ok(body) => body,
                Err(response) => return response,
            };
            if let Err(error) = desk.faults.add_spec(&String::from_utf8_lossy(&body.bytes)) {
                let body = json!({"message": error.to_string()}).to_string();
                return mangle::plain(
                    StatusCode::BAD_REQUEST,
                    "application/json; charset=utf-8",
                    body,
                );
            }
        }
        HttpMethod::GET | HttpMethod::HEAD => {}
        _ => return mangle::status(405, None),
    }
    desk.clock.set_skew(desk.faults.skew());
    let body =
        json!({"requests": desk.faults.total(), "by_kind": desk.faults.counts()}).to_string();
    mangle::plain(StatusCode::OK, "application/json; charset=utf-8", body)
}
