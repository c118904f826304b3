//! A bare HTTP client for tests: one request a connection, no library between the test and the bytes.

use std::fmt::Write as _;
use std::io;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// Header lines, as they came.
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// The body as JSON; null when there is none.
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!(
                "{error}: {} {}",
                self.head,
                String::from_utf8_lossy(&self.body)
            )
        })
    }
}

/// A client of one desk with one token.
#[derive(Clone)]
pub struct Bare {
    address: String,
    pub token: SecretString,
}

impl Bare {
    /// A client of the desk at `http://HOST:PORT`.
    pub fn new(url: &str, token: SecretString) -> Self {
        Self {
            address: url.trim_start_matches("http://").to_owned(),
            token,
        }
    }

    /// The bytes of a request; spaces and quotes in the path are encoded here.
    fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let path: String = path
            .bytes()
            .map(|byte| match byte {
                b' ' | b'\'' | b'"' | b'{' | b'}' | b'<' | b'>' | b'[' | b']' | 0x80.. => {
                    format!("%{byte:02X}")
                }
                _ => char::from(byte).to_string(),
            })
            .collect();
        let mut head = format!("{method} {path} HTTP/1.0\r\nHost: {}\r\n", self.address);
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("authorization"))
        {
            write!(
                head,
                "Authorization: token {}\r\n",
                self.token.expose_secret()
            )
            .unwrap();
        }
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        {
            head += "Content-Type: application/json\r\n";
        }
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "Content-Length: {}\r\n\r\n", body.len()).unwrap();
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// Opens a connection and sends a request; the answer is left to the caller.
    pub async fn send(&self, method: &str, path: &str, body: &[u8]) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).await?;
        stream
            .write_all(&self.request(method, path, &[], body))
            .await?;
        Ok(stream)
    }

    /// A request with headers and a raw body. The path starts at the host.
    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(&self.address).await?;
        stream
            .write_all(&self.request(method, path, headers, body))
            .await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        let split = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        let head = String::from_utf8_lossy(&bytes[..split]).into_owned();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or(0);
        let body = bytes[split + 4..].to_vec();
        let answer = Answer { status, head, body };
        match answer
            .header("content-length")
            .and_then(|length| length.parse::<usize>().ok())
        {
            Some(length) if answer.body.len() < length && method != "HEAD" => {
                Err(io::Error::from(io::ErrorKind::UnexpectedEof))
            }
            _ => Ok(answer),
        }
    }

    /// A request below `/REST/2.0` with a JSON body, which must be answered.
    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body
            .map(|body| body.to_string().into_bytes())
            .unwrap_or_default();
        self.raw(method, &format!("/REST/2.0{path}"), &[], &body)
            .await
            .unwrap()
    }

    /// Reads JSON with status 200.
    pub async fn get(&self, path: &str) -> Value {
        let answer = self.call("GET", path, None).await;
        assert_eq!(
            answer.status,
            200,
            "GET {path}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        answer.json()
    }

    /// Changes something: 200 or 201, and the JSON that came.
    pub async fn change(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.call(method, path, Some(body)).await;
        assert!(
            matches!(answer.status, 200 | 201),
            "{method} {path}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        answer.json()
    }
}
