//! What the embedded desk can do in a second: single tickets, list pages, the delta query of an idle desk, and
//! how long a big town takes to be there. The client shares the process and its time is counted in; for one core:
//! `taskset -c 0 cargo bench --bench desk`. A figure that misses its aim makes the run fail, unless `--only-print` is given.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench fails by panicking and prints what it measured"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret as _, SecretString};
use vagt::demo::{Desk, DeskOptions, RunningDesk};

/// Fields of a list as the console asks for them.
const FIELDS: &str = "Subject,Status,Priority,Owner,Queue,Requestor,Created,LastUpdated";
/// So long is each figure measured.
const FOR: Duration = Duration::from_secs(3);

/// One connection that is kept open.
struct Client {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Client {
    fn new(desk: &RunningDesk, token: &SecretString) -> Self {
        let url = desk.url();
        let address = url.trim_start_matches("http://");
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream: BufReader::new(stream),
            head: format!(
                "HTTP/1.1\r\nHost: {address}\r\nAuthorization: token {}\r\n\r\n",
                token.expose_secret()
            ),
        }
    }

    /// The body of an answer that must be 200.
    fn get(&mut self, path: &str) -> Vec<u8> {
        let request = format!(
            "GET /REST/2.0{} {}",
            path.replace(' ', "%20").replace('>', "%3E"),
            self.head
        );
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        assert!(line.contains(" 200 "), "{path}: {line}");
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            if line == "\r\n" {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        body
    }
}

/// How often a second something can be asked for.
fn rate(client: &mut Client, path: impl Fn(u64) -> String) -> f64 {
    for n in 0..20 {
        client.get(&path(n));
    }
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < FOR {
        client.get(&path(u64::from(count)));
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

fn newest(client: &mut Client) -> u64 {
    let body = client.get("/transactions?query=id > 0&orderby=id&order=DESC&per_page=1");
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let id = json.pointer("/items/0/id").unwrap();
    id.as_str().unwrap().parse().unwrap()
}

fn main() {
    let strict = !std::env::args().any(|argument| argument == "--only-print");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let mut missed = Vec::new();
    let mut told = |name: &str, found: f64, unit: &str, aim: f64, more_is_better: bool| {
        let met = if more_is_better {
            found >= aim
        } else {
            found <= aim
        };
        let sign = if more_is_better {
            "at least"
        } else {
            "at most"
        };
        println!("{name}: {found:.2} {unit} (aim: {sign} {aim})");
        if !met {
            missed.push(name.to_owned());
        }
    };

    let start = Instant::now();
    let big = DeskOptions {
        tickets: 100_000,
        devices: 15_000,
        ..DeskOptions::default()
    };
    let desk = runtime.block_on(Desk::start(big)).unwrap();
    told(
        "100,000 tickets and 15,000 devices",
        start.elapsed().as_secs_f64(),
        "s",
        20.0,
        false,
    );
    let mut root = Client::new(&desk, &desk.admin_token());
    let newest = newest(&mut root);
    let mut agent = Client::new(&desk, &desk.agent_token());
    let read = rate(&mut agent, |n| {
        format!("/ticket/{}", n * 7_919 % 100_000 + 1)
    });
    told("single tickets", read, "a second", 2_000.0, true);
    let page = rate(&mut agent, |n| {
        let from = n * 100 % 99_000;
        format!("/tickets?query=id > {from}&orderby=id&per_page=100&fields={FIELDS}")
    });
    told(
        "pages of 100 tickets with 8 fields",
        page,
        "a second",
        100.0,
        true,
    );
    let idle = rate(&mut agent, |_| {
        format!(
            "/transactions?query=id > {newest} AND Type != 'EmailRecord'&orderby=id&per_page=100&fields=Type,Field,OldValue,NewValue,ObjectId,ObjectType,Created,Creator"
        )
    });
    told(
        "delta query of an idle desk",
        1_000.0 / idle,
        "ms",
        1.0,
        false,
    );
    runtime.block_on(desk.shutdown());
    assert!(missed.is_empty() || !strict, "missed: {missed:?}");
}
