//! Servers that answer with bytes of the test's choice.

use std::future::Future;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use vagt::domain::outcome::TroubleKind;
use vagt::net::{Client, Method, NetOptions, Request, Sent};

/// Reads one request: its head and as much of its body as the head announces. None: the client hung up.
pub async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length: usize = head
                .lines()
                .find_map(|l| {
                    l.to_lowercase()
                        .strip_prefix("content-length: ")
                        .map(str::to_owned)
                })
                .map_or(0, |n| n.parse().unwrap());
            if body.len() >= length {
                return Some(text);
            }
        }
        let n = stream.read(&mut buffer).await.ok()?;
        if n == 0 {
            return None;
        }
        bytes.extend_from_slice(&buffer[..n]);
    }
}

/// A server that treats each connection with `serve`; gives its address and how many connections came.
pub async fn server<F, Fut>(serve: F) -> (String, Arc<AtomicUsize>)
where
    F: Fn(usize, TcpStream) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    tokio::runtime::Handle::current().spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let n = counter.fetch_add(1, Ordering::SeqCst);
            tokio::runtime::Handle::current().spawn(serve(n, stream));
        }
    });
    (url, count)
}

fn client(url: &str) -> Client {
    let mut options = NetOptions::new(url);
    options.read_timeout = Duration::from_millis(1_500);
    options.write_timeout = Duration::from_millis(1_500);
    options.stall_timeout = Duration::from_millis(400);
    options.max_body = 100_000;
    Client::new(options).unwrap()
}

fn write() -> Request {
    Request::write(Method::Post, "/w", Some(&json!({"a": 1})))
}

/// A server that says the same to everybody and hangs up.
async fn says(bytes: Vec<u8>) -> String {
    let (url, _) = server(move |_, mut stream| {
        let bytes = bytes.clone();
        async move {
            if request(&mut stream).await.is_some() {
                drop(stream.write_all(&bytes).await);
                drop(stream.shutdown().await);
            }
        }
    })
    .await;
    url
}

#[tokio::test]
async fn a_compressed_bomb_is_stopped_at_the_cap() {
    // 40 MB of zeros in 40 kB.
    let mut packed = Vec::new();
    let mut child = std::process::Command::new("gzip")
        .arg("-9")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || input.write_all(&vec![b' '; 40_000_000]).unwrap());
    std::io::Read::read_to_end(&mut child.stdout.take().unwrap(), &mut packed).unwrap();
    feeder.join().unwrap();
    child.wait().unwrap();
    assert!(
        packed.len() < 100_000,
        "small on the wire: {}",
        packed.len()
    );
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    )
    .into_bytes();
    answer.extend(packed);
    let url = says(answer).await;
    let failure = client(&url).send(&Request::get("/x")).await.unwrap_err();
    assert_eq!(failure.trouble.kind, TroubleKind::Malformed);
    assert!(
        failure.trouble.message.contains("larger than"),
        "{}",
        failure.trouble.message
    );
}

#[tokio::test]
async fn a_large_body_is_refused_before_it_is_read() {
    let url = says(b"HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n[".to_vec()).await;
    let start = Instant::now();
    let failure = client(&url).send(&Request::get("/x")).await.unwrap_err();
    assert_eq!(failure.trouble.kind, TroubleKind::Malformed);
    assert!(start.elapsed() < Duration::from_millis(300));
    // The cap of one request may be another than the client's.
    let url = says(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345".to_vec()).await;
    client(&url)
        .send(&Request::get("/x").cap(4))
        .await
        .unwrap_err();
    client(&url).send(&Request::get("/x").cap(5)).await.unwrap();
}

#[tokio::test]
async fn a_cut_body_is_malformed_and_a_dripping_one_ends() {
    let url = says(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n[1,2".to_vec()).await;
    let failure = client(&url).send(&Request::get("/x")).await.unwrap_err();
    assert_eq!(failure.trouble.kind, TroubleKind::Malformed);
    assert_eq!(failure.sent, Sent::Maybe);
    let (url, _) = server(|_, mut stream| async move {
        request(&mut stream).await;
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n[").await);
        // Each piece comes before the stall deadline; only the total one ends it.
        for _ in 0..100 {
            if stream.write_all(b" ").await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
    let start = Instant::now();
    let failure = client(&url).send(&Request::get("/x")).await.unwrap_err();
    assert_eq!(failure.trouble.kind, TroubleKind::Transient);
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (target, reached) = server(|_, mut stream| async move {
        request(&mut stream).await;
    })
    .await;
    let answer =
        format!("HTTP/1.1 302 Found\r\nLocation: {target}/steal\r\nContent-Length: 0\r\n\r\n");
    let url = says(answer.into_bytes()).await;
    let answer = client(&url).send(&Request::get("/x")).await.unwrap();
    assert_eq!(answer.trouble().unwrap().kind, TroubleKind::Config);
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_read_on_a_connection_that_was_closed_is_sent_once_more_and_a_write_is_not() {
    // Answers the first request of each connection, and hangs up at the second.
    let (url, connections) = server(|_, mut stream| async move {
        request(&mut stream).await;
        drop(
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
                .await,
        );
        request(&mut stream).await;
    })
    .await;
    let client = client(&url);
    client.send(&Request::get("/x")).await.unwrap();
    client.send(&Request::get("/x")).await.unwrap();
    assert!(connections.load(Ordering::SeqCst) >= 2);
    // Hangs up on every request without an answer.
    let (url, connections) = server(|_, mut stream| async move {
        request(&mut stream).await;
    })
    .await;
    let failure = self::client(&url).send(&write()).await.unwrap_err();
    assert_eq!(failure.sent, Sent::Maybe);
    assert_eq!(failure.trouble.kind, TroubleKind::Transient);
    assert_eq!(
        connections.load(Ordering::SeqCst),
        1,
        "a write goes out once"
    );
    let failure = self::client(&url)
        .send(&Request::get("/x"))
        .await
        .unwrap_err();
    assert_eq!(failure.sent, Sent::Maybe);
    assert_eq!(connections.load(Ordering::SeqCst), 3, "a read twice");
    let failure = self::client(&url)
        .send(&Request::form("/login", "user=x".to_owned()))
        .await
        .unwrap_err();
    assert_eq!(failure.sent, Sent::Maybe);
    assert_eq!(connections.load(Ordering::SeqCst), 4, "a login once");
}

#[tokio::test]
async fn nothing_is_sent_where_nobody_listens() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let failure = client(&url).send(&write()).await.unwrap_err();
    assert_eq!(failure.sent, Sent::No);
    assert_eq!(failure.trouble.kind, TroubleKind::Transient);
    let unknown = Client::new(NetOptions::new("https://no-such-name.invalid")).unwrap();
    let failure = unknown.send(&write()).await.unwrap_err();
    assert_eq!(failure.sent, Sent::No);
    assert!(
        failure.trouble.message.contains("name"),
        "{}",
        failure.trouble.message
    );
}

#[tokio::test]
async fn a_wish_to_wait_is_remembered() {
    let url =
        says(b"HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n".to_vec())
            .await;
    let client = client(&url);
    assert_eq!(client.wait_asked(), None);
    let answer = client.send(&Request::get("/x")).await.unwrap();
    let trouble = answer.trouble().unwrap();
    assert_eq!(trouble.kind, TroubleKind::RateLimited);
    assert_eq!(trouble.retry_after, Some(Duration::from_secs(7)));
    let wait = client.wait_asked().unwrap();
    assert!(wait > Duration::from_secs(5) && wait <= Duration::from_secs(7));
}

#[tokio::test]
async fn the_client_says_what_it_is_and_hides_its_secrets() {
    let (url, _) = server(|_, mut stream| async move {
        let text = request(&mut stream).await.unwrap();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        );
        drop(stream.write_all(answer.as_bytes()).await);
    })
    .await;
    let secret = secrecy::SecretString::from("token 1-14-hemmelig");
    let request = Request::get("/x?a=%20b").secret_header("authorization", secret);
    assert!(!format!("{request:?}").contains("hemmelig"));
    let client = client(&url);
    assert!(!format!("{client:?}").contains("hemmelig"));
    let answer = client.send(&request).await.unwrap();
    let seen = String::from_utf8(answer.body).unwrap();
    assert!(seen.starts_with("GET /x?a=%20b HTTP/1.1\r\n"), "{seen}");
    assert!(
        seen.contains("user-agent: vagt/") && !seen.contains("Mozilla"),
        "{seen}"
    );
    assert!(
        seen.contains("authorization: token 1-14-hemmelig"),
        "{seen}"
    );
    assert!(
        !seen.to_lowercase().contains("if-modified") && !seen.contains("cookie"),
        "{seen}"
    );
}
