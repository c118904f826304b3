//! A request as data.

use std::time::Duration;

use secrecy::SecretString;

/// HTTP methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Search (see [`Request::search`]) or write.
    Post,
    /// Write.
    Put,
    /// Write.
    Delete,
}

/// What goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    None,
    Json(Vec<u8>),
    Form(Vec<u8>),
}

/// One request. Its `Debug` shows no secret header.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) secrets: Vec<(&'static str, SecretString)>,
    pub(super) body: Body,
    pub(super) is_write: bool,
    pub(super) cap: Option<u64>,
    pub(super) total: Option<Duration>,
}

impl Request {
    fn new(method: Method, path: impl Into<String>, body: Body, is_write: bool) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            secrets: Vec::new(),
            body,
            is_write,
            cap: None,
            total: None,
        }
    }

    /// A read. `path` is appended to the base address as it is: encode it before.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path, Body::None, false)
    }

    /// A search that must be posted but changes nothing, so it may be sent again.
    pub fn search(path: impl Into<String>, body: &serde_json::Value) -> Self {
        let body = Body::Json(body.to_string().into_bytes());
        Self::new(Method::Post, path, body, false)
    }

    /// A write. It is sent once, on a connection of its own.
    pub fn write(
        method: Method,
        path: impl Into<String>,
        body: Option<&serde_json::Value>,
    ) -> Self {
        let body = body.map_or(Body::None, |b| Body::Json(b.to_string().into_bytes()));
        Self::new(method, path, body, true)
    }

    /// A posted form (a login): never sent again by itself. `body` is already encoded.
    pub fn form(path: impl Into<String>, body: String) -> Self {
        Self::new(Method::Post, path, Body::Form(body.into_bytes()), true)
    }

    /// Whether it changes something, so that it must not be sent twice.
    pub fn is_write(&self) -> bool {
        self.is_write
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a header whose value is a secret.
    #[must_use]
    pub fn secret_header(mut self, name: &'static str, value: SecretString) -> Self {
        self.secrets.push((name, value));
        self
    }

    /// Another cap on the answer's body than the client's, in bytes after decompression.
    #[must_use]
    pub fn cap(mut self, bytes: u64) -> Self {
        self.cap = Some(bytes);
        self
    }

    /// Another total deadline than the client's.
    #[must_use]
    pub fn within(mut self, total: Duration) -> Self {
        self.total = Some(total);
        self
    }

    /// The path without its query, for the log: queries hold people's names.
    pub(super) fn loggable_path(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }
}
