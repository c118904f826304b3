//! The real Request Tracker, seen by a test: who is there, and bare requests beside the connector under test.
//!
//! A test takes it in with `#[path = "common/rt.rs"] mod rt;` (and, where it uses only a part of it,
//! `#[expect(dead_code, reason = "…")]` before that).
//!
//! `tests/run` sets it up and exports what [`Rt::from_env`] reads; `tests/desk/rt5/up.sh` does so by hand.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

/// A running Request Tracker.
#[derive(Debug, Clone)]
pub struct Rt {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    address: String,
}

/// Somebody with a token. What each may do: `tests/desk/rt5/staff.tsv` and `access.pl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The superuser; zone UTC.
    Root,
    /// An agent; the server's zone, Danish.
    Mette,
    /// An agent; Europe/Oslo, Norwegian.
    Ingrid,
    /// An agent whose login is not ASCII; Europe/Helsinki.
    Kaare,
    /// May read, not write.
    Reader,
    /// May log in and nothing else.
    Vikar,
}

impl Who {
    /// The login.
    pub fn login(self) -> &'static str {
        match self {
            Who::Root => "root",
            Who::Mette => "mette",
            Who::Ingrid => "ingrid",
            Who::Kaare => "kåre",
            Who::Reader => "reader",
            Who::Vikar => "vikar",
        }
    }

    /// The file that holds the token, mode 0600.
    pub fn token_file(self) -> String {
        let name = match self {
            Who::Root => "ROOT",
            Who::Mette => "METTE",
            Who::Ingrid => "INGRID",
            Who::Kaare => "KAARE",
            Who::Reader => "READER",
            Who::Vikar => "VIKAR",
        };
        variable(&format!("VAGT_RT_{name}_TOKEN_FILE"))
    }

    /// The token itself.
    pub fn token(self) -> String {
        read(&self.token_file())
    }

    /// The password, for a cookie session.
    pub fn password(self) -> String {
        let name = if self == Who::Root { "ROOT" } else { "STAFF" };
        read(&variable(&format!("VAGT_RT_{name}_PASSWORD_FILE")))
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set beside VAGT_RT_URL; see tests/desk/rt5/up.sh env")
    })
}

fn read(file: &str) -> String {
    std::fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("{file}: {error}"))
        .trim()
        .to_string()
}

/// What the server said.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Header lines, as they came.
    pub head: String,
    /// The body, as it came.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; letters that are no UTF-8 are replaced.
    pub fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: no JSON ({error}): {text}", self.status))
    }
}

impl Rt {
    /// The server that `tests/run` set up; without one it says so loudly and the test ends there.
    pub fn from_env() -> Option<Rt> {
        let Ok(url) = std::env::var("VAGT_RT_URL") else {
            // straight to the stream: what a test prints is shown only when it fails
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: no real Request Tracker (VAGT_RT_URL is not set); see tests/desk/rt5/README.md"
            );
            return None;
        };
        let address = url
            .strip_prefix("http://")
            .unwrap_or_else(|| panic!("VAGT_RT_URL is not http: {url}"))
            .to_string();
        Some(Rt { url, address })
    }

    /// One request by `who` on a connection of its own. `path` begins with `/`, spaces and letters are encoded here.
    pub fn call(&self, who: Who, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(ToString::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(&self.address).expect("Request Tracker listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(120)))
            .expect("a timeout can be set");
        // HTTP/1.0: the answer ends where the connection ends, without chunks
        write!(
            stream,
            "{method} /REST/2.0{} HTTP/1.0\r\nHost: {}\r\nAuthorization: token {}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            encode(path),
            self.address,
            who.token(),
            body.len(),
        )
        .expect("the request can be sent");
        let mut raw = Vec::new();
        stream
            .read_to_end(&mut raw)
            .expect("the answer can be read");
        let split = raw
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no HTTP answer: {}", String::from_utf8_lossy(&raw)));
        let head = String::from_utf8_lossy(&raw[..split]).into_owned();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or_else(|| panic!("no status: {head}"));
        Answer {
            status,
            head,
            body: raw[split + 4..].to_vec(),
        }
    }

    /// Reads JSON; anything but 200 fails the test.
    pub fn get(&self, who: Who, path: &str) -> Value {
        let answer = self.call(who, "GET", path, None);
        assert_eq!(
            answer.status,
            200,
            "GET {path}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        answer.json()
    }

    /// Makes a ticket in `queue` and answers its number.
    pub fn create(&self, who: Who, queue: &str, subject: &str) -> u64 {
        let ticket = serde_json::json!({"Queue": queue, "Subject": subject, "Requestor": "p001@kommune.test", "Content": "Prøve.", "ContentType": "text/plain"});
        let answer = self.call(who, "POST", "/ticket", Some(&ticket));
        assert_eq!(
            answer.status,
            201,
            "create: {}",
            String::from_utf8_lossy(&answer.body)
        );
        answer.json()["id"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .expect("the answer names the ticket")
    }

    /// Runs `up.sh` for this server: `["markers", "off"]`, `["restore", "seeded"]`, …
    pub fn up(&self, arguments: &[&str]) {
        let done = Command::new(variable("VAGT_RT_UP"))
            .args(arguments)
            .output()
            .expect("up.sh runs");
        assert!(
            done.status.success(),
            "up.sh {arguments:?} of {}: {}",
            self.url,
            String::from_utf8_lossy(&done.stderr)
        );
    }
}

/// Percent-encodes what may not stand in a request line, and leaves what gives a query its form.
fn encode(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'/'
            | b'?'
            | b'&'
            | b'='
            | b'%'
            | b'-'
            | b'_'
            | b'.'
            | b'~'
            | b','
            | b':' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
