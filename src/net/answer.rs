//! A complete answer, and what its status means.

use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;

use crate::domain::outcome::{Trouble, TroubleKind};
use crate::net::retry_after;
use crate::text::sanitize;

/// Longest message of a desk that is shown, in characters.
const MESSAGE_CHARS: usize = 300;

/// A complete answer: status, a few headers, the body.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `ETag` without quotes and weakness mark.
    pub etag: Option<String>,
    /// `Location`, as sent.
    pub location: Option<String>,
    /// `Content-Type`, lower case.
    pub content_type: String,
    /// `Retry-After`, read; only of 429 and 503.
    pub retry_after: Option<Duration>,
    /// `Date`, the desk's clock.
    pub date: Option<SystemTime>,
    /// Name and value of each `Set-Cookie`, without attributes. Secrets: never show them.
    pub(crate) cookies: Vec<String>,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// How long it took.
    pub took: Duration,
    /// Who answered, for messages.
    pub place: String,
}

impl Answer {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it looks like a web page.
    pub fn is_html(&self) -> bool {
        self.content_type.contains("html")
            || self
                .body
                .iter()
                .find(|b| !b.is_ascii_whitespace())
                .is_some_and(|b| *b == b'<')
    }

    /// `name=value` of the cookies that were set.
    pub(crate) fn cookies(&self) -> &[String] {
        &self.cookies
    }

    /// The desk's own words in `{"message": …}` or `{"error": …}`, one safe line.
    pub fn message(&self) -> Option<String> {
        let value: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        let text = ["message", "error", "error_human"]
            .iter()
            .find_map(|key| value.get(key)?.as_str())?;
        let line = sanitize::line_max(text, MESSAGE_CHARS);
        (!line.is_empty()).then_some(line)
    }

    /// The trouble that the status or the form of the answer means; `None` for a good one.
    pub fn trouble(&self) -> Option<Trouble> {
        let place = &self.place;
        let said = self
            .message()
            .map(|m| format!(" It says: {m}"))
            .unwrap_or_default();
        let (kind, message) = match self.status {
            200..=299 | 304 => return None,
            300..=399 => (
                TroubleKind::Config,
                format!(
                    "{place} redirects instead of answering, as a login page or a moved address does. Check the address, its path, and the token."
                ),
            ),
            401 => (
                TroubleKind::Auth,
                format!(
                    "{place} does not accept the token or password (401). Make a new one and set it in the config."
                ),
            ),
            403 => (
                TroubleKind::Permission,
                format!(
                    "{place} does not allow this (403). Ask the desk's administrator for the right.{said}"
                ),
            ),
            404 | 410 if self.is_html() => (
                TroubleKind::Config,
                format!("{place} has no such page. Check the address and its path."),
            ),
            404 | 410 => (
                TroubleKind::NotFound,
                format!("{place} has no such record, or hides it.{said}"),
            ),
            407 => (
                TroubleKind::Config,
                format!("The proxy before {place} wants a login. Set it in the proxy's address."),
            ),
            408 => (
                TroubleKind::Transient,
                format!("{place} gave up waiting (408)."),
            ),
            409 | 412 => (
                TroubleKind::Conflict,
                format!("The record on {place} changed since it was read."),
            ),
            413 => (
                TroubleKind::Validation,
                format!("{place} does not take as much at once (413). Send smaller files."),
            ),
            429 => (
                TroubleKind::RateLimited,
                format!("{place} asks us to wait (429)."),
            ),
            503 => (
                if self.retry_after.is_some() {
                    TroubleKind::RateLimited
                } else {
                    TroubleKind::Transient
                },
                format!("{place} is not available for now (503)."),
            ),
            501 => (
                TroubleKind::Unsupported,
                format!("{place} cannot do this (501).{said}"),
            ),
            500..=599 => (
                TroubleKind::Transient,
                format!("{place} failed ({}).{said}", self.status),
            ),
            400..=499 => (
                TroubleKind::Validation,
                format!("{place} does not accept this ({}).{said}", self.status),
            ),
            other => (
                TroubleKind::Malformed,
                format!("{place} answered with the unknown status {other}."),
            ),
        };
        Some(Trouble {
            kind,
            message,
            retry_after: self.retry_after,
        })
    }

    /// The body as `T`. A web page means a wrong address; anything else that does not fit is malformed.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Trouble> {
        let place = &self.place;
        if self.is_html() {
            return Err(Trouble::new(
                TroubleKind::Config,
                format!(
                    "{place} answers with a web page where data is expected. Check the address, its path, and whether a login page stands before it."
                ),
            ));
        }
        let parsed = match std::str::from_utf8(&self.body) {
            Ok(text) => serde_json::from_str(text),
            // One letter in a wrong encoding must not cost the whole answer.
            Err(_) => serde_json::from_str(&String::from_utf8_lossy(&self.body)),
        };
        parsed.map_err(|e| {
            let what = if self.body.is_empty() {
                "is empty".to_owned()
            } else if e.is_eof() {
                format!("is cut after {} bytes", self.body.len())
            } else {
                format!("does not fit (line {}, column {})", e.line(), e.column())
            };
            Trouble::new(
                TroubleKind::Malformed,
                format!("The answer of {place} {what}. It is asked again."),
            )
        })
    }
}

/// Reads `Retry-After` where the status gives it a meaning. 503 without the header is an ordinary failure.
pub(super) fn retry_after(status: u16, header: Option<&str>, now: SystemTime) -> Option<Duration> {
    match status {
        429 => Some(retry_after::parse(header, now)),
        503 if header.is_some() => Some(retry_after::parse(header, now)),
        _ => None,
    }
}

/// An entity tag without quotes and weakness mark.
pub(super) fn bare_etag(tag: &str) -> String {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    sanitize::line_max(tag.trim_matches('"'), 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn answer(status: u16, content_type: &str, body: &str) -> Answer {
        Answer {
            status,
            content_type: content_type.to_owned(),
            body: body.as_bytes().to_vec(),
            place: "desk.test".to_owned(),
            ..Answer::default()
        }
    }

    #[rstest]
    #[case(302, TroubleKind::Config)]
    #[case(401, TroubleKind::Auth)]
    #[case(403, TroubleKind::Permission)]
    #[case(404, TroubleKind::NotFound)]
    #[case(412, TroubleKind::Conflict)]
    #[case(429, TroubleKind::RateLimited)]
    #[case(500, TroubleKind::Transient)]
    #[case(502, TroubleKind::Transient)]
    #[case(503, TroubleKind::Transient)]
    #[case(400, TroubleKind::Validation)]
    #[case(501, TroubleKind::Unsupported)]
    #[case(999, TroubleKind::Malformed)]
    fn each_status_is_one_trouble(#[case] status: u16, #[case] kind: TroubleKind) {
        let trouble = answer(status, "application/json", "{\"message\":\"Forbidden\"}")
            .trouble()
            .unwrap();
        assert_eq!(trouble.kind, kind);
        assert!(
            trouble.message.contains("desk.test"),
            "names the desk: {}",
            trouble.message
        );
    }

    #[test]
    fn a_web_page_is_a_wrong_address_and_cut_data_is_malformed() {
        let page = answer(200, "text/html; charset=utf-8", "<html>Login</html>");
        assert_eq!(
            page.json::<Vec<String>>().unwrap_err().kind,
            TroubleKind::Config
        );
        let unlabelled = answer(200, "application/json", "\n <!DOCTYPE html>");
        assert_eq!(
            unlabelled.json::<Vec<String>>().unwrap_err().kind,
            TroubleKind::Config
        );
        let cut = answer(200, "application/json", "[\"a\", \"b");
        let trouble = cut.json::<Vec<String>>().unwrap_err();
        assert_eq!(trouble.kind, TroubleKind::Malformed);
        assert!(trouble.message.contains("cut"), "{}", trouble.message);
        let wrong = answer(200, "application/json", "{\"a\":1}");
        assert_eq!(
            wrong.json::<Vec<String>>().unwrap_err().kind,
            TroubleKind::Malformed
        );
        let mut latin = answer(200, "application/json", "[\"?\"]");
        latin.body[2] = 0xf8;
        assert_eq!(latin.json::<Vec<String>>().unwrap(), ["\u{fffd}"]);
        let page = answer(404, "text/html", "<h1>Not Found</h1>");
        assert_eq!(page.trouble().unwrap().kind, TroubleKind::Config);
    }

    #[test]
    fn words_of_the_desk_are_made_safe() {
        let evil = answer(
            403,
            "application/json",
            r#"{"message":"no\u001b[2J\u202e\nway"}"#,
        );
        assert_eq!(evil.message().as_deref(), Some("no way"));
    }

    #[test]
    fn only_a_503_with_the_header_is_a_wish_to_wait() {
        let now = SystemTime::UNIX_EPOCH;
        assert_eq!(retry_after(503, None, now), None);
        assert_eq!(
            retry_after(503, Some("2"), now),
            Some(Duration::from_secs(2))
        );
        assert_eq!(retry_after(429, None, now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after(500, Some("2"), now), None);
    }

    #[test]
    fn etags_lose_their_quotes() {
        assert_eq!(bare_etag("\"34\""), "34");
        assert_eq!(bare_etag("W/\"34\""), "34");
        assert_eq!(bare_etag("34"), "34");
    }
}
