//! What a client is told, checked before the first request.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::{Host, Url};

use crate::domain::outcome::{Trouble, TroubleKind};
use crate::net::redact;

/// Options of a [`super::Client`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetOptions {
    /// Base address (`https://desk.example.org/rt`); request paths are appended to it.
    pub base: String,
    /// Extra CA certificates, PEM; trusted beside those of the machine.
    pub ca_file: Option<PathBuf>,
    /// Allow plain `http` to another machine. Loopback is always allowed.
    pub allow_http: bool,
    /// Proxy address. `None`: from the environment (`HTTPS_PROXY`, `NO_PROXY` …). Loopback never goes through one.
    pub proxy: Option<String>,
    /// Longest time for name look-up, connect and TLS.
    pub connect_timeout: Duration,
    /// Longest time for a whole read.
    pub read_timeout: Duration,
    /// Longest time for a whole write: a desk was measured to take 13 s to store a comment.
    pub write_timeout: Duration,
    /// Longest pause between two pieces of a body.
    pub stall_timeout: Duration,
    /// Largest body in bytes, counted after decompression.
    pub max_body: u64,
}

impl NetOptions {
    /// The defaults for a base address.
    pub fn new(base: impl Into<String>) -> Self {
        Self {
            base: base.into(),
            ca_file: None,
            allow_http: false,
            proxy: None,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(60),
            stall_timeout: Duration::from_secs(15),
            max_body: 32 * 1024 * 1024,
        }
    }
}

/// A checked base address.
#[derive(Debug, Clone)]
pub(super) struct Base {
    /// Without a slash at the end.
    pub(super) prefix: String,
    /// `desk.example.org:8443`, for messages.
    pub(super) place: String,
    pub(super) is_loopback: bool,
    pub(super) is_https: bool,
}

impl Base {
    pub(super) fn check(options: &NetOptions) -> Result<Self, Trouble> {
        let config = |message: String| Trouble::new(TroubleKind::Config, message);
        let url = Url::parse(options.base.trim()).map_err(|e| {
            config(format!(
                "The desk's address is not an address ({e}). Write it like https://desk.example.org."
            ))
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(config(
                "The desk's address holds a user or password. Take it out and set user and password on their own."
                    .to_owned(),
            ));
        }
        let shown = redact::address(url.as_str());
        let is_https = match url.scheme() {
            "https" => true,
            "http" => false,
            other => {
                return Err(config(format!(
                    "The desk's address begins with {other}:. Only https (and http on this machine) is spoken."
                )));
            }
        };
        let host = url
            .host()
            .ok_or_else(|| config(format!("The desk's address {shown} names no machine.")))?;
        let is_loopback = is_loopback(&host);
        if !is_https && !is_loopback && !options.allow_http {
            return Err(config(format!(
                "{shown} is not encrypted, so the token would travel in the clear. Use https, or set allow_http = true."
            )));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(config(format!(
                "The desk's address has a part after ? or #. Give it up to there: {shown}"
            )));
        }
        let host = host.to_string();
        let place = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        };
        Ok(Self {
            prefix: url.as_str().trim_end_matches('/').to_owned(),
            place,
            is_loopback,
            is_https,
        })
    }
}

/// Whether a host is this machine: `localhost` and its subnames, `127.0.0.0/8`, `::1`.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => IpAddr::V6(*ip).to_canonical().is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str) -> Result<Base, String> {
        Base::check(&NetOptions::new(base)).map_err(|t| t.message)
    }

    #[test]
    fn plain_http_only_on_this_machine() {
        for ok in [
            "http://127.0.0.1:8081",
            "http://localhost/rt/",
            "http://[::1]:1",
            "https://desk.test",
        ] {
            check(ok).unwrap();
        }
        for bad in [
            "http://desk.test",
            "http://localhost.desk.test",
            "http://128.0.0.1",
            "http://127.0.0.1.desk.test",
        ] {
            assert!(
                check(bad).unwrap_err().contains("allow_http = true"),
                "{bad}"
            );
        }
        let mut allowed = NetOptions::new("http://desk.test");
        allowed.allow_http = true;
        Base::check(&allowed).unwrap();
    }

    #[test]
    fn a_bad_address_is_refused_without_showing_its_secrets() {
        for bad in [
            "desk.test",
            "ftp://desk.test",
            "https://kari:hemmelig@desk.test",
            "https://desk.test/?token=hemmelig",
            "https://desk.test/#hemmelig",
            "",
        ] {
            let message = check(bad).unwrap_err();
            assert!(!message.contains("hemmelig"), "{message}");
        }
    }

    #[test]
    fn the_path_of_the_base_is_kept() {
        let base = check("https://desk.test:8443/rt/").unwrap();
        assert_eq!(base.prefix, "https://desk.test:8443/rt");
        assert_eq!(base.place, "desk.test:8443");
    }
}
