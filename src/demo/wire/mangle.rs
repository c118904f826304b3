//! Answers that go wrong on purpose.

use std::convert::Infallible;
use std::io::{Error, ErrorKind};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use futures_util::stream;
use serde_json::Value;

use super::io::Line;
use crate::demo::faults::Faults;

const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Login</title></head>\n<body id=\"login\">\
     <form method=\"post\" action=\"/NoAuth/Login.html\"><input name=\"user\"><input name=\"pass\" type=\"password\">\
     <input type=\"submit\" value=\"Login\"></form></body></html>\n";

const CHUNK: usize = 65_536;

/// An answer with this status, type and body.
pub(crate) fn plain(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// The login page of the web interface.
pub(crate) fn login_page() -> Response<Body> {
    plain(StatusCode::OK, "text/html; charset=utf-8", LOGIN_PAGE)
}

/// A redirect.
pub(crate) fn redirect(to: &'static str) -> Response<Body> {
    let mut response = plain(StatusCode::FOUND, "text/plain", "Login required");
    response
        .headers_mut()
        .insert(LOCATION, HeaderValue::from_static(to));
    response
}

/// A bare status, as a proxy or an overloaded desk sends it.
pub(crate) fn status(code: u16, retry_after: Option<&str>) -> Response<Body> {
    let code = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let reason = code.canonical_reason().unwrap_or("Error");
    let body = serde_json::json!({ "message": reason }).to_string();
    let mut response = plain(code, "application/json; charset=utf-8", body);
    if let Some(value) = retry_after.and_then(|text| HeaderValue::from_str(text).ok()) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}

/// The body of an answer, as bytes.
pub(crate) async fn bytes_of(response: Response<Body>) -> (axum::http::response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap_or_default();
    (parts, bytes)
}

/// Promises the whole body, sends half, and cuts the line.
pub(crate) async fn cut(response: Response<Body>, line: Line) -> Response<Body> {
    let (mut parts, bytes) = bytes_of(response).await;
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(bytes.len().max(2)));
    let half = bytes.slice(..bytes.len() / 2);
    let parts_of_body = stream::unfold(Some(half), move |half| {
        let line = line.clone();
        async move {
            let Some(half) = half else {
                // Lets what is written reach the other end before the line goes.
                tokio::time::sleep(Duration::from_millis(30)).await;
                line.cut();
                return Some((Err(Error::from(ErrorKind::ConnectionReset)), None));
            };
            Some((Ok(half), None))
        }
    });
    Response::from_parts(parts, Body::from_stream(parts_of_body))
}

/// Sends half of the body and waits until the faults are cleared, then cuts the line.
pub(crate) async fn stall(
    response: Response<Body>,
    line: Line,
    faults: Faults,
    cleared: u64,
) -> Response<Body> {
    let (mut parts, bytes) = bytes_of(response).await;
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(bytes.len().max(2)));
    let half = bytes.slice(..bytes.len() / 2);
    let parts_of_body = stream::unfold(Some(half), move |half| {
        let (line, faults) = (line.clone(), faults.clone());
        async move {
            let Some(half) = half else {
                faults.until_cleared(cleared).await;
                line.cut();
                return Some((Err(Error::from(ErrorKind::ConnectionReset)), None));
            };
            Some((Ok(half), None))
        }
    });
    Response::from_parts(parts, Body::from_stream(parts_of_body))
}

/// JSON that breaks off in the middle, with a length that fits.
pub(crate) async fn malformed(response: Response<Body>) -> Response<Body> {
    let (parts, bytes) = bytes_of(response).await;
    let cut = bytes.len().saturating_sub(bytes.len() / 3 + 1);
    let mut short = bytes.slice(..cut).to_vec();
    if short.is_empty() {
        short.push(b'{');
    }
    Response::from_parts(parts, Body::from(short))
}

/// Well-formed JSON with every type another.
pub(crate) async fn wrong_types(response: Response<Body>) -> Response<Body> {
    let (parts, bytes) = bytes_of(response).await;
    let twisted = match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) => twist(&value).to_string(),
        Err(_) => "null".to_owned(),
    };
    Response::from_parts(parts, Body::from(twisted))
}

fn twist(value: &Value) -> Value {
    match value {
        Value::Null => Value::Bool(true),
        Value::Bool(flag) => Value::String(flag.to_string()),
        Value::Number(number) => Value::Array(vec![Value::String(number.to_string())]),
        Value::String(text) => Value::from(text.len()),
        Value::Array(items) => Value::Object(
            items
                .iter()
                .enumerate()
                .map(|(at, item)| (at.to_string(), twist(item)))
                .collect(),
        ),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, value)| {
                    let twisted = if key == "items" || value.is_string() {
                        twist(value)
                    } else {
                        Value::Null
                    };
                    (key.clone(), twisted)
                })
                .collect(),
        ),
    }
}

/// A body of so many bytes: one JSON string that goes on and on.
pub(crate) fn huge(length: u64) -> Response<Body> {
    let body = stream::unfold(length, |left| async move {
        if left == 0 {
            return None;
        }
        let now = left.min(CHUNK as u64);
        let chunk = Bytes::from(vec![b'a'; usize::try_from(now).unwrap_or(CHUNK)]);
        Some((Ok::<_, Infallible>(chunk), left - now))
    });
    let mut response = plain(
        StatusCode::OK,
        "application/json; charset=utf-8",
        Body::from_stream(body),
    );
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

/// A body that never ends, until the faults are cleared.
pub(crate) fn endless(faults: &Faults, cleared: u64) -> Response<Body> {
    let faults = faults.clone();
    let body = stream::unfold(true, move |first| {
        let faults = faults.clone();
        async move {
            let chunk = if first {
                Bytes::from_static(b"{\"items\":[\"")
            } else {
                Bytes::from(vec![b'a'; 4_096])
            };
            let pause =
                tokio::time::timeout(Duration::from_millis(1), faults.until_cleared(cleared));
            match pause.await {
                Ok(()) => None,
                Err(_) => Some((Ok::<_, Infallible>(chunk), false)),
            }
        }
    });
    plain(
        StatusCode::OK,
        "application/json; charset=utf-8",
        Body::from_stream(body),
    )
}
