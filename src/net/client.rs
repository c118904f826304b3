//! The client: deadlines, caps, one retry of reads, and what is known about a request that failed.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;

use crate::domain::outcome::{Trouble, TroubleKind};
use crate::net::answer::{self, Answer};
use crate::net::options::{Base, NetOptions};
use crate::net::request::{Body, Method, Request};
use crate::net::{tls, words};

/// Not a browser: a desk may answer one with its login page.
const USER_AGENT: &str = concat!("vagt/", env!("CARGO_PKG_VERSION"));

/// How long an idle connection is kept. RT's usual server closes after 1 s; a request on a closed one breaks.
const POOL_IDLE: Duration = Duration::from_millis(800);

/// Whether the desk may have received a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It surely did not.
    No,
    /// It may have.
    Maybe,
}

/// An exchange that ended without a complete answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub trouble: Trouble,
    /// Whether the desk may have received the request.
    pub sent: Sent,
    /// The connection broke before an answer began, as a pooled one does that the desk had closed meanwhile.
    pub(super) broken: bool,
}

impl Failure {
    pub(super) fn new(kind: TroubleKind, message: impl Into<String>, sent: Sent) -> Self {
        Self {
            trouble: Trouble::new(kind, message),
            sent,
            broken: false,
        }
    }

    /// Trouble before anything was sent.
    pub fn not_sent(trouble: Trouble) -> Self {
        Self {
            trouble,
            sent: Sent::No,
            broken: false,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        failure.trouble
    }
}

/// One HTTP client for one base address. Cheap to share by reference; safe to use from several tasks.
#[derive(Debug)]
pub struct Client {
    /// Keeps connections for a moment: for reads.
    pooled: reqwest::Client,
    /// Opens a connection for each request: for writes, and for a read whose connection broke.
    fresh: reqwest::Client,
    base: Base,
    options: NetOptions,
    /// Until when the desk asked us to wait.
    wait_until: Mutex<Option<Instant>>,
}

impl Client {
    /// Checks the options and builds the client. No request is made.
    pub fn new(options: NetOptions) -> Result<Self, Trouble> {
        let base = Base::check(&options)?;
        let proxy = match &options.proxy {
            Some(address) if !base.is_loopback => {
                Some(reqwest::Proxy::all(address).map_err(|_| {
                    Trouble::new(
                        TroubleKind::Config,
                        "The proxy's address is not an address. Write it like http://proxy.example.org:3128.",
                    )
                })?)
            }
            _ => None,
        };
        let ca = match &options.ca_file {
            Some(file) => tls::read_ca(file)?,
            None => Vec::new(),
        };
        let builder = |idle: usize| {
            let mut b = reqwest::Client::builder()
                .user_agent(USER_AGENT)
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .connect_timeout(options.connect_timeout)
                .pool_idle_timeout(POOL_IDLE)
                .pool_max_idle_per_host(idle)
                .tcp_nodelay(true);
            if base.is_loopback {
                b = b.no_proxy();
            } else if let Some(proxy) = &proxy {
                b = b.proxy(proxy.clone());
            }
            b
        };
        let build = |idle: usize| {
            if base.is_https {
                tls::build(|| builder(idle), &ca)
            } else {
                tls::none(builder(idle))?.build().map_err(|_| {
                    Trouble::new(TroubleKind::Config, "The HTTP client cannot be built.")
                })
            }
        };
        Ok(Self {
            pooled: build(2)?,
            fresh: build(0)?,
            base,
            options,
            wait_until: Mutex::new(None),
        })
    }

    /// Machine and port, for messages.
    pub fn place(&self) -> &str {
        &self.base.place
    }

    /// The base address, without a slash at the end. It holds no secret.
    pub fn base(&self) -> &str {
        &self.base.prefix
    }

    /// How much longer the desk asked us to wait before the next request.
    pub fn wait_asked(&self) -> Option<Duration> {
        let until = *self
            .wait_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        until
            .map(|u| u.saturating_duration_since(Instant::now()))
            .filter(|d| !d.is_zero())
    }

    /// Sends a request and reads the whole answer, whatever its status. A read whose connection broke is sent once
    /// more on a fresh connection; a write never is.
    pub async fn send(&self, request: &Request) -> Result<Answer, Failure> {
        let started = Instant::now();
        let result = if request.is_write {
            self.once(&self.fresh, request, started).await
        } else {
            match self.once(&self.pooled, request, started).await {
                Err(f) if f.broken => self.once(&self.fresh, request, started).await,
                other => other,
            }
        };
        let (method, path, took) = (request.method, request.loggable_path(), started.elapsed());
        match &result {
            Ok(a) => {
                tracing::debug!(
                    ?method,
                    path,
                    status = a.status,
                    bytes = a.body.len(),
                    ?took,
                    "answered"
                );
                if let Some(wait) = a.retry_after {
                    *self
                        .wait_until
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + wait);
                }
            }
            Err(f) => {
                tracing::debug!(?method, path, kind = ?f.trouble.kind, sent = ?f.sent, ?took, "no answer");
            }
        }
        result
    }

    async fn once(
        &self,
        client: &reqwest::Client,
        request: &Request,
        started: Instant,
    ) -> Result<Answer, Failure> {
        let limit = request.total.unwrap_or(if request.is_write {
            self.options.write_timeout
        } else {
            self.options.read_timeout
        });
        let place = &self.base.place;
        let built = self.build(client, request)?;
        let deadline = started + limit;
        let late = |what: &str| {
            let message = format!("{place} {what} within {} s.", limit.as_secs());
            Failure::new(TroubleKind::Transient, message, Sent::Maybe)
        };
        let mut response = tokio::time::timeout_at(deadline.into(), client.execute(built))
            .await
            .map_err(|_| late("did not answer"))?
            .map_err(|e| words::of_error(&e, place))?;
        let mut answer = head(&response, place);
        let cap = request.cap.unwrap_or(self.options.max_body);
        let too_large = || {
            let message = format!("The answer of {place} is larger than {cap} bytes allow.");
            Failure::new(TroubleKind::Malformed, message, Sent::Maybe)
        };
        if response.content_length().is_some_and(|n| n > cap) {
            return Err(too_large());
        }
        loop {
            let stall = Instant::now() + self.options.stall_timeout;
            let chunk = tokio::time::timeout_at(deadline.min(stall).into(), response.chunk())
                .await
                .map_err(|_| {
                    if stall < deadline {
                        let message = format!(
                            "The answer of {place} stalled: nothing came for {} s.",
                            self.options.stall_timeout.as_secs()
                        );
                        Failure::new(TroubleKind::Transient, message, Sent::Maybe)
                    } else {
                        late("did not finish its answer")
                    }
                })?
                .map_err(|e| words::of_error(&e, place))?;
            let Some(chunk) = chunk else { break };
            let size = answer.body.len().saturating_add(chunk.len());
            if u64::try_from(size).unwrap_or(u64::MAX) > cap {
                return Err(too_large());
            }
            answer.body.extend_from_slice(&chunk);
        }
        answer.took = started.elapsed();
        Ok(answer)
    }

    fn build(
        &self,
        client: &reqwest::Client,
        request: &Request,
    ) -> Result<reqwest::Request, Failure> {
        let malformed = || {
            let message = format!(
                "A request for {} could not be formed. Check the address and the token for stray characters.",
                self.base.place
            );
            Failure::new(TroubleKind::Config, message, Sent::No)
        };
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        for (name, value) in &request.headers {
            let value = HeaderValue::from_str(value).map_err(|_| malformed())?;
            headers.insert(HeaderName::from_static(name), value);
        }
        for (name, value) in &request.secrets {
            let mut value =
                HeaderValue::from_str(value.expose_secret()).map_err(|_| malformed())?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        let url = format!("{}{}", self.base.prefix, request.path);
        let mut b = client.request(method, url);
        match &request.body {
            Body::None => {}
            Body::Json(bytes) => {
                headers.insert("content-type", HeaderValue::from_static("application/json"));
                b = b.body(bytes.clone());
            }
            Body::Form(bytes) => {
                headers.insert(
                    "content-type",
                    HeaderValue::from_static("application/x-www-form-urlencoded"),
                );
                b = b.body(bytes.clone());
            }
        }
        b.headers(headers).build().map_err(|_| malformed())
    }
}

fn head(response: &reqwest::Response, place: &str) -> Answer {
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned)
    };
    let date = header("date").and_then(|d| httpdate::parse_http_date(&d).ok());
    let status = response.status().as_u16();
    let retry = header("retry-after");
    Answer {
        status,
        etag: header("etag").map(|t| answer::bare_etag(&t)),
        location: header("location"),
        content_type: header("content-type")
            .unwrap_or_default()
            .to_ascii_lowercase(),
        retry_after: answer::retry_after(
            status,
            retry.as_deref(),
            date.unwrap_or_else(SystemTime::now),
        ),
        date,
        cookies: response
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|v| v.to_str().ok())
            .filter_map(|v| v.split(';').next())
            .map(|v| v.trim().to_owned())
            .collect(),
        body: Vec::new(),
        took: Duration::ZERO,
        place: place.to_owned(),
    }
}
