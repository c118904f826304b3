//! One of the two desks: its address, its people, and its own numbers for what both have.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// What a desk answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// Names in small letters.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body; null when there is none, a text when it is no JSON.
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.into_owned()))
    }
}

/// A request, the same for both desks but for placeholders (see [`Side::fill`]).
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What is tried, for the table of differences: `create`, `ticketsql`, …
    pub kind: &'static str,
    /// Login of the sender; empty: nobody.
    pub who: &'static str,
    pub method: &'static str,
    /// Below `/REST/2.0`, not yet percent-encoded, without a query.
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(&'static str, String)>,
    /// The body as text; JSON unless a header says something else.
    pub body: Option<String>,
}

impl std::fmt::Display for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let who = if self.who.is_empty() {
            "nobody"
        } else {
            self.who
        };
        write!(f, "[{}] {who} {} {}", self.kind, self.method, self.path)?;
        for (at, (key, value)) in self.query.iter().enumerate() {
            write!(f, "{}{key}={value}", if at == 0 { "?" } else { "&" })?;
        }
        for (key, value) in &self.headers {
            write!(f, " {key}: {value}")?;
        }
        if let Some(body) = &self.body {
            write!(f, " {}", body.chars().take(300).collect::<String>())?;
        }
        Ok(())
    }
}

/// A desk that is asked.
pub struct Side {
    pub name: &'static str,
    pub address: String,
    pub tokens: BTreeMap<&'static str, String>,
    /// What a number means here: `(kind, number)` to a name that both desks know.
    pub names: BTreeMap<(String, i64), String>,
}

impl Side {
    /// A desk at `http://HOST:PORT` with these tokens.
    pub fn new(name: &'static str, url: &str, tokens: BTreeMap<&'static str, String>) -> Self {
        Side {
            name,
            address: url.trim_start_matches("http://").to_owned(),
            tokens,
            names: BTreeMap::new(),
        }
    }

    /// Learns which numbers this desk gave to queues, catalogs, groups, custom fields and people.
    pub fn learn(&mut self, people: &[&str]) {
        for (kind, path) in [("queue", "/queues/all"), ("catalog", "/catalogs/all")] {
            let list = self.get(&format!("{path}?fields=Name,id&per_page=100"));
            self.keep(kind, &list);
        }
        for (kind, path) in [("group", "/groups"), ("customfield", "/customfields")] {
            let query = encode(r#"[{"field":"id","operator":">","value":"0"}]"#);
            let list = self.get(&format!("{path}?query={query}&fields=Name,id&per_page=100"));
            self.keep(kind, &list);
        }
        for person in people {
            let user = self.get(&format!("/user/{}", encode(person)));
            let id = user["id"]
                .as_i64()
                .unwrap_or_else(|| panic!("{}: no user {person}: {user}", self.name));
            self.names
                .insert(("user".to_owned(), id), (*person).to_owned());
        }
    }

    fn keep(&mut self, kind: &str, list: &Value) {
        for item in list["items"].as_array().into_iter().flatten() {
            let id = item["id"]
                .as_i64()
                .or_else(|| item["id"].as_str().and_then(|id| id.parse().ok()))
                .unwrap_or_else(|| panic!("{}: no number: {item}", self.name));
            let name = item["Name"].as_str().unwrap_or_default();
            self.names.insert((kind.to_owned(), id), name.to_owned());
        }
    }

    /// The number of something by its name.
    pub fn number(&self, kind: &str, name: &str) -> i64 {
        self.names
            .iter()
            .find(|((known, _), label)| known == kind && label.as_str() == name)
            .map_or_else(
                || panic!("{}: no {kind} {name}", self.name),
                |((_, id), _)| *id,
            )
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.send("root", "GET", path, &[], b"");
        assert_eq!(answer.status, 200, "{}: GET {path}", self.name);
        answer.json()
    }

    /// Puts this desk's numbers in: `{queue:NAME}`, `{cf:NAME}`, `{user:NAME}`, `{txn:TICKET:N}` (the
    /// N-th transaction of a ticket but for mail), `{att:TICKET:N}` (the N-th text or file that people
    /// wrote), `{etag:TICKET}` (its version for the sender).
    fn fill(&self, text: &str, who: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{@") {
            out.push_str(before);
            let (mark, tail) = after.split_once('}').unwrap_or((after, ""));
            let parts: Vec<&str> = mark.split(':').collect();
            let found = match parts[..] {
                ["queue", name] => self.number("queue", name).to_string(),
                ["cf", name] => self.number("customfield", name).to_string(),
                ["user", name] => self.number("user", name).to_string(),
                ["group", name] => self.number("group", name).to_string(),
                ["catalog", name] => self.number("catalog", name).to_string(),
                ["txn", ticket, at] => self.nth_transaction(ticket, at),
                ["att", ticket, at] => self.nth_attachment(ticket, at),
                ["etag", ticket] => {
                    let answer = self.send(who, "GET", &format!("/ticket/{ticket}"), &[], b"");
                    answer.headers.get("etag").cloned().unwrap_or_default()
                }
                _ => panic!("no such placeholder: {mark}"),
            };
            out.push_str(&found);
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    fn history(&self, ticket: &str) -> Vec<i64> {
        let list = self.get(&format!(
            "/ticket/{ticket}/history?fields=Type&per_page=100"
        ));
        let mut ids: Vec<i64> = list["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|item| {
                !item["Type"]
                    .as_str()
                    .unwrap_or_default()
                    .contains("EmailRecord")
            })
            .filter_map(|item| item["id"].as_str()?.parse().ok())
            .collect();
        ids.sort_unstable();
        ids
    }

    fn nth_transaction(&self, ticket: &str, at: &str) -> String {
        let at: usize = at.parse().unwrap();
        self.history(ticket)
            .get(at)
            .copied()
            .unwrap_or(0)
            .to_string()
    }

    fn nth_attachment(&self, ticket: &str, at: &str) -> String {
        let at: usize = at.parse().unwrap();
        let own = self.history(ticket);
        let list = self.get(&format!(
            "/ticket/{ticket}/attachments?fields=TransactionId&per_page=100"
        ));
        let mut ids: Vec<i64> = list["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|item| {
                let txn = item["TransactionId"]["id"]
                    .as_str()
                    .or_else(|| item["TransactionId"].as_str());
                txn.and_then(|txn| txn.parse().ok())
                    .is_some_and(|txn: i64| own.contains(&txn))
            })
            .filter_map(|item| item["id"].as_str()?.parse().ok())
            .collect();
        ids.sort_unstable();
        ids.get(at).copied().unwrap_or(0).to_string()
    }

    /// Sends a request, placeholders filled.
    pub fn ask(&self, request: &Request) -> Answer {
        let mut path = encode_path(&self.fill(&request.path, request.who));
        for (at, (key, value)) in request.query.iter().enumerate() {
            path.push(if at == 0 { '?' } else { '&' });
            path.push_str(&encode(key));
            path.push('=');
            path.push_str(&encode(&self.fill(value, request.who)));
        }
        let headers: Vec<(&str, String)> = request
            .headers
            .iter()
            .map(|(key, value)| (*key, self.fill(value, request.who)))
            .collect();
        let body = request
            .body
            .as_deref()
            .map(|body| self.fill(body, request.who))
            .unwrap_or_default();
        self.send(
            request.who,
            request.method,
            &path,
            &headers,
            body.as_bytes(),
        )
    }

    fn send(
        &self,
        who: &str,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("the desk listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(120)))
            .expect("a timeout can be set");
        let mut head = format!(
            "{method} /REST/2.0{path} HTTP/1.0\r\nHost: {}\r\nContent-Length: {}\r\n",
            self.address,
            body.len()
        );
        let given = |name: &str| {
            headers
                .iter()
                .any(|(key, _)| key.eq_ignore_ascii_case(name))
        };
        if !who.is_empty() && !given("authorization") {
            let token = self
                .tokens
                .get(who)
                .unwrap_or_else(|| panic!("{}: no token of {who}", self.name));
            head.push_str(&format!("Authorization: token {token}\r\n"));
        }
        if matches!(method, "POST" | "PUT") && !given("content-type") {
            head.push_str("Content-Type: application/json\r\n");
        }
        for (key, value) in headers {
            head.push_str(&format!("{key}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut raw = head.into_bytes();
        raw.extend_from_slice(body);
        stream.write_all(&raw).expect("the request can be sent");
        let mut answer = Vec::new();
        stream
            .read_to_end(&mut answer)
            .expect("the answer can be read");
        let split = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no HTTP answer: {}", String::from_utf8_lossy(&answer)));
        let head = String::from_utf8_lossy(&answer[..split]).into_owned();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        let headers = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(key, value)| (key.to_lowercase(), value.trim().to_owned()))
            .collect();
        Answer {
            status,
            headers,
            body: answer[split + 4..].to_vec(),
        }
    }
}

/// Percent-encodes everything but letters, digits and a few signs.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn encode_path(path: &str) -> String {
    path.split('/').map(encode).collect::<Vec<_>>().join("/")
}
