//! Requests that mean harm: each is refused in bounded time and memory, and the desk serves the next one.

use std::time::{Duration, Instant};

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use vagt::demo::{Desk, DeskOptions, Limits, RunningDesk};

use super::bare::Bare;
use super::desk;

/// However hostile: an answer is there by then, or the line is closed.
const PATIENCE: Duration = Duration::from_secs(10);
const MIB: usize = 1024 * 1024;

async fn limited(limits: Limits) -> (RunningDesk, Bare) {
    let desk = Desk::start(DeskOptions {
        limits,
        ..DeskOptions::default()
    })
    .await
    .unwrap();
    let agent = Bare::new(&desk.url(), desk.agent_token());
    (desk, agent)
}

async fn connect(desk: &RunningDesk) -> TcpStream {
    TcpStream::connect(desk.url().trim_start_matches("http://"))
        .await
        .unwrap()
}

/// The beginning of a request by the agent, without the empty line that ends a head.
fn head(desk: &RunningDesk, first: &str) -> String {
    format!(
        "{first} HTTP/1.1\r\nHost: desk\r\nAuthorization: token {}\r\n",
        desk.agent_token().expose_secret()
    )
}

/// All that comes until the line is closed; a line that is broken off counts as closed.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let reading = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    assert!(
        reading.is_ok(),
        "the line stays open: {:?}",
        String::from_utf8_lossy(&bytes)
    );
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What is answered to these bytes.
async fn answer(desk: &RunningDesk, bytes: &str) -> String {
    let mut stream = connect(desk).await;
    drop(stream.write_all(bytes.as_bytes()).await);
    rest(&mut stream).await
}

fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0)
}

/// Sends the same bytes until the desk has enough: how many it took, and what it said.
async fn flood(desk: &RunningDesk, start: &str, piece: &[u8], most: usize) -> (usize, String) {
    let mut stream = connect(desk).await;
    stream.write_all(start.as_bytes()).await.unwrap();
    let mut sent = 0;
    let (mut reader, mut writer) = stream.split();
    let mut said = Vec::new();
    let sending = async {
        while sent < most && writer.write_all(piece).await.is_ok() {
            sent += piece.len();
        }
    };
    let reading = async { drop(reader.read_to_end(&mut said).await) };
    let both = async {
        tokio::select! {
            () = sending => {}
            () = reading => {}
        }
    };
    assert!(
        tokio::time::timeout(PATIENCE, both).await.is_ok(),
        "the desk takes and takes"
    );
    if said.is_empty() {
        drop(tokio::time::timeout(PATIENCE, stream.read_to_end(&mut said)).await);
    }
    (sent, String::from_utf8_lossy(&said).into_owned())
}

/// The desk serves the next one.
async fn serves(agent: &Bare) {
    let asking = tokio::time::timeout(PATIENCE, agent.get("/rt")).await;
    assert_eq!(asking.unwrap()["Version"], "5.0.3");
}

#[tokio::test]
async fn path_tricks_lead_nowhere() {
    let (desk, agent) = desk().await;
    desk.add_ticket("min", "…", "p1@kommune.example")
        .await
        .unwrap();
    let long = format!("/REST/2.0/{}", "a".repeat(60_000));
    let longer = format!("/REST/2.0/{}", "a".repeat(300_000));
    let deep = format!("/REST/2.0/{}", "a/".repeat(20_000));
    for target in [
        "/REST/2.0/../../etc/passwd",
        "/REST/2.0/ticket/../ticket/1",
        "/REST/2.0/ticket/1/../../rt",
        "/REST/2.0/%2e%2e/%2e%2e/etc/passwd",
        "/REST/2.0/ticket/%2e%2e/rt",
        "/REST/2.0/ticket/1%00",
        "/REST/2.0/ticket/%001",
        "/REST/2.0/ticket/1%2f..%2f..%2frt",
        "/REST/2.0//ticket//1",
        "//REST/2.0/ticket/1",
        "/REST/2.0/queue/%2e%2e%2f%2e%2e%2fetc",
        "/REST/2.0/ticket/1;x=y",
        "/REST/2.0/ticket/%zz",
        "/REST/2.0/ticket/0x1",
        "/REST/2.0/ticket/-1",
        "/rest/2.0/ticket/1",
        "/REST/2.0/user/%ff%fe",
        "/_vagt/../REST/2.0/rt",
        "http://elsewhere.example/etc/passwd",
        "ftp://elsewhere.example/REST/2.0/x",
        "REST/2.0/rt",
        "*",
        &long,
        &longer,
        &deep,
    ] {
        let request = head(&desk, &format!("GET {target}")) + "Connection: close\r\n\r\n";
        let said = answer(&desk, &request).await;
        let shown: String = target.chars().take(80).collect();
        assert!(
            matches!(status(&said), 302 | 400 | 403 | 404 | 414 | 431),
            "{shown}: {said}"
        );
        assert!(
            said.len() < 4_096,
            "{shown}: an answer of {} bytes",
            said.len()
        );
    }
    let whole = head(&desk, "GET http://desk/REST/2.0/rt") + "Connection: close\r\n\r\n";
    assert_eq!(
        status(&answer(&desk, &whole).await),
        200,
        "the long form of an address is allowed"
    );
    for n in 0..1_000 {
        let request = head(&desk, &format!("GET /REST/2.0/x{n}/y")) + "Connection: close\r\n\r\n";
        assert_eq!(status(&answer(&desk, &request).await), 404);
    }
    assert!(
        desk.faults().counts().len() <= 501,
        "what is counted does not grow"
    );
    assert!(
        desk.faults()
            .seen()
            .iter()
            .all(|seen| seen.path.len() <= 2_048)
    );
    serves(&agent).await;
}

#[tokio::test]
async fn heads_have_an_end() {
    let (desk, agent) = desk().await;
    let many = "X-More: y\r\n".repeat(2_000);
    let said = answer(&desk, &(head(&desk, "GET /REST/2.0/rt") + &many + "\r\n")).await;
    assert_eq!(status(&said), 431, "{said}");
    let wide = format!("X-Wide: {}\r\n\r\n", "y".repeat(4 * MIB));
    let said = answer(&desk, &(head(&desk, "GET /REST/2.0/rt") + &wide)).await;
    assert!(matches!(status(&said), 0 | 431), "{said}");
    let start = head(&desk, "GET /REST/2.0/rt") + "X-Endless: ";
    let (taken, said) = flood(&desk, &start, &vec![b'y'; 65_536], 64 * MIB).await;
    assert!(
        taken < 16 * MIB && matches!(status(&said), 0 | 431),
        "{taken} bytes of a head: {said}"
    );
    serves(&agent).await;
}

#[tokio::test]
async fn a_gigabyte_is_refused_unread() {
    let (desk, agent) = desk().await;
    let declared = head(&desk, "POST /REST/2.0/ticket")
        + "Content-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n";
    let start = Instant::now();
    let (taken, said) = flood(&desk, &declared, &vec![b' '; 65_536], 1024 * MIB).await;
    assert_eq!(status(&said), 413, "{said}");
    assert!(
        taken < 16 * MIB,
        "{taken} bytes of what was too long were taken"
    );
    let chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 65_536], b"\r\n"].concat();
    let (taken, said) = flood(
        &desk,
        &(head(&desk, "POST /REST/2.0/ticket") + chunked),
        &chunk,
        1024 * MIB,
    )
    .await;
    assert!(matches!(status(&said), 0 | 413), "{said}");
    assert!(
        taken < 64 * MIB,
        "{taken} bytes of an endless body were taken"
    );
    // who may not write at all is turned away before
    let stranger = format!("POST /REST/2.0/ticket HTTP/1.1\r\nHost: desk\r\n{chunked}");
    let (taken, said) = flood(&desk, &stranger, &chunk, 1024 * MIB).await;
    assert!(matches!(status(&said), 0 | 401), "{said}");
    assert!(taken < 16 * MIB, "{taken} bytes of a stranger were taken");
    let form = format!("POST /NoAuth/Login.html HTTP/1.1\r\nHost: desk\r\n{chunked}");
    let (taken, said) = flood(&desk, &form, &chunk, 1024 * MIB).await;
    assert!(matches!(status(&said), 0 | 413), "{said}");
    assert!(taken < 16 * MIB, "{taken} bytes of a password were taken");
    assert!(start.elapsed() < 3 * PATIENCE);
    serves(&agent).await;
}

/// Sends a byte at a time for as long as the line stands.
async fn drip(stream: &mut TcpStream) -> String {
    let start = Instant::now();
    let mut pace = tokio::time::interval(Duration::from_millis(20));
    let mut said = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        tokio::select! {
            _ = pace.tick() => if stream.write_all(b"x").await.is_err() { break },
            read = stream.read(&mut buffer) => match read {
                Ok(0) | Err(_) => break,
                Ok(length) => said.extend_from_slice(&buffer[..length]),
            },
        }
        assert!(start.elapsed() < PATIENCE, "the desk listens for ever");
    }
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn slow_clients_are_let_go() {
    let limits = Limits {
        head: Duration::from_millis(200),
        body: Duration::from_millis(200),
        idle: Duration::from_millis(300),
        answer: Duration::from_millis(200),
        ..Limits::default()
    };
    let (desk, agent) = limited(limits).await;
    let mut silent = connect(&desk).await;
    assert_eq!(rest(&mut silent).await, "");
    let mut in_head = connect(&desk).await;
    in_head
        .write_all(b"GET /REST/2.0/rt HTTP/1.1\r\nX-Slow: ")
        .await
        .unwrap();
    assert_eq!(drip(&mut in_head).await, "");
    let mut in_body = connect(&desk).await;
    let start = head(&desk, "POST /REST/2.0/ticket")
        + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n";
    in_body.write_all(start.as_bytes()).await.unwrap();
    assert_eq!(status(&drip(&mut in_body).await), 408);
    // one that asks for much and does not take it
    let file = json!([{"FileName": "stor.bin", "FileType": "application/octet-stream", "FileContent": "QUFB".repeat(4 * MIB)}]);
    let id = desk
        .add_ticket("stor", "…", "p1@kommune.example")
        .await
        .unwrap();
    let body = json!({"Content": "fil", "ContentType": "text/plain", "Attachments": file});
    agent
        .change("POST", &format!("/ticket/{id}/comment"), body)
        .await;
    let parts = agent
        .get(&format!(
            "/ticket/{id}/attachments?fields=Filename&per_page=100"
        ))
        .await;
    let parts = parts["items"].as_array().unwrap();
    let big = parts
        .iter()
        .find(|part| part["Filename"] == "stor.bin")
        .unwrap();
    let mut unread = connect(&desk).await;
    let path = format!("GET /REST/2.0/attachment/{}", big["id"].as_str().unwrap());
    unread
        .write_all((head(&desk, &path) + "\r\n").as_bytes())
        .await
        .unwrap();
    // it takes nothing for five times as long as the desk bears
    tokio::time::sleep(5 * limits.answer).await;
    let taken = rest(&mut unread).await;
    assert!(taken.len() < 16 * MIB, "{} bytes", taken.len());
    serves(&agent).await;
}

#[tokio::test]
async fn idle_connections_make_room() {
    let limits = Limits {
        connections: 40,
        ..Limits::default()
    };
    let (desk, agent) = limited(limits).await;
    let start = Instant::now();
    let mut idle = Vec::new();
    let mut opened = 0;
    while opened < 3_000 {
        for _ in 0..200 {
            let mut stream = connect(&desk).await;
            stream
                .write_all(b"GET /REST/2.0/rt HTTP/1.1\r\n")
                .await
                .unwrap();
            idle.push(stream);
            opened += 1;
        }
        // somebody who means well is served in the midst of it
        serves(&agent).await;
        if opened < 3_000 {
            idle.drain(..idle.len() - 50);
        }
    }
    assert!(start.elapsed() < 6 * PATIENCE);
    let mut closed = 0;
    for stream in &mut idle {
        let mut byte = [0];
        let ended = tokio::time::timeout(Duration::from_millis(5), stream.read(&mut byte)).await;
        closed += usize::from(ended.is_ok());
    }
    assert!(
        idle.len() - closed <= limits.connections,
        "{closed} of {} were closed",
        idle.len()
    );
}

#[tokio::test]
async fn no_second_request_hides_behind_the_first() {
    let (desk, agent) = desk().await;
    let hidden = head(&desk, "GET /REST/2.0/rt") + "\r\n";
    let post = head(&desk, "POST /REST/2.0/ticket") + "Content-Type: application/json\r\n";
    for lengths in [
        "Content-Length: 2\r\nContent-Length: 40\r\n",
        "Content-Length: +2\r\n",
        "Content-Length: 0x2\r\n",
        "Content-Length: -2\r\n",
        "Content-Length: 2, 40\r\n",
        "Content-Length : 2\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
    ] {
        let said = answer(&desk, &format!("{post}{lengths}\r\n{{}}{hidden}")).await;
        assert_eq!(status(&said), 400, "{lengths}: {said}");
        assert_eq!(said.matches("HTTP/1.1 ").count(), 1, "{lengths}: {said}");
    }
    for lengths in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    ] {
        let said = answer(&desk, &format!("{post}{lengths}\r\n0\r\n\r\n{hidden}")).await;
        assert!(said.matches("HTTP/1.1 ").count() <= 1, "{lengths}: {said}");
        assert!(!said.contains("5.0.3"), "{lengths}: {said}");
    }
    for chunk in ["fffffffffffffffff\r\n", "-1\r\n", "zz\r\n"] {
        let said = answer(
            &desk,
            &format!("{post}Transfer-Encoding: chunked\r\n\r\n{chunk}{hidden}"),
        )
        .await;
        assert!(!said.contains("5.0.3"), "{chunk}: {said}");
    }
    serves(&agent).await;
}

#[tokio::test]
async fn queries_are_not_a_way_in() {
    let desk = Desk::start(DeskOptions {
        tickets: 400,
        devices: 20,
        ..DeskOptions::default()
    })
    .await
    .unwrap();
    let agent = Bare::new(&desk.url(), desk.agent_token());
    let all = agent.get("/tickets?query=id>0").await["total"]
        .as_i64()
        .unwrap();
    let wild = format!("Subject LIKE '{}'", "%a".repeat(2_000));
    let nested = format!("{}id=1{}", "(".repeat(2_000), ")".repeat(2_000));
    let nested_well = format!("{}id=1{}", "(".repeat(90), ")".repeat(90));
    let ors = vec!["Subject LIKE '%e%e%e%e%e%'"; 400].join(" OR ");
    let quotes = "'\\".repeat(8_000);
    for query in [
        "id=1; DROP TABLE tickets",
        "id=1 -- AND x",
        "id=1 /* x */ OR 1=1",
        "Subject = ''; DELETE FROM tickets; --'",
        "Subject = 'x' UNION SELECT token FROM users",
        "Subject = \"x\" OR \"1\"=\"1\"",
        "Subject LIKE 'it''s'",
        "Subject = 'unbalanced",
        "Subject = \"unbalanced",
        "Subject = '\\",
        "CF.{x' OR 1=1 --} = 'y'",
        "CF.{x}') OR (1=1 = 'y'",
        "Requestor.token = 'x'",
        "Owner.password LIKE '%'",
        "id = 1) OR (1=1",
        "id = (SELECT 1)",
        "sqlite_master = 'x'",
        "RefersTo = \"ticket:1' OR 1=1 --\"",
        "Created > 'now; DROP TABLE tickets'",
        "= = =",
        "AND AND AND",
        "\u{0}\u{1}",
        &wild,
        &nested,
        &nested_well,
        &ors,
        &quotes,
    ] {
        for what in ["tickets", "transactions", "assets"] {
            let encoded: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
            let path = format!("/{what}?query={encoded}&orderby={encoded}");
            let asking = agent.call("GET", &path, None);
            let start = Instant::now();
            let said = tokio::time::timeout(PATIENCE, asking).await.unwrap();
            let shown: String = query.chars().take(80).collect();
            assert!(
                matches!(said.status, 200 | 400 | 414),
                "{what} {shown}: {}",
                said.head
            );
            assert!(
                start.elapsed() < Duration::from_secs(5),
                "{what} {shown}: {:?}",
                start.elapsed()
            );
            assert!(
                !String::from_utf8_lossy(&said.body).contains(desk.agent_token().expose_secret())
            );
        }
    }
    let long = format!("/tickets?query={}", "x".repeat(MIB));
    let said = agent.call("GET", &long, None).await;
    assert!(matches!(said.status, 414 | 431), "{}", said.head);
    let form = format!("query={}", "id%3D1+OR+".repeat(MIB / 10));
    let form_type = [("Content-Type", "application/x-www-form-urlencoded")];
    let said = agent
        .raw("POST", "/REST/2.0/tickets", &form_type, form.as_bytes())
        .await
        .unwrap();
    assert_eq!(said.status, 400);
    assert_eq!(
        agent.get("/tickets?query=id>0").await["total"].as_i64(),
        Some(all),
        "nothing was changed"
    );
    for (paging, per_page, page) in [
        ("per_page=99999999", 100, 1_i64),
        ("per_page=0", 20, 1),
        ("per_page=1e9", 20, 1),
        ("page=-1", 20, 1),
        ("page=9223372036854775807", 20, i64::MAX),
        ("page=99999999999999999999", 20, 1),
    ] {
        let found = agent.get(&format!("/tickets?query=id>0&{paging}")).await;
        assert_eq!(
            (&found["per_page"], &found["page"]),
            (&json!(per_page), &json!(page)),
            "{paging}"
        );
    }
}

#[tokio::test]
async fn a_question_that_takes_too_long_is_refused() {
    let options = DeskOptions {
        tickets: 1_500,
        devices: 20,
        limits: Limits {
            query: Duration::from_millis(20),
            ..Limits::default()
        },
        ..DeskOptions::default()
    };
    let desk = Desk::start(options).await.unwrap();
    let agent = Bare::new(&desk.url(), desk.agent_token());
    let before = agent.get("/tickets?query=id>0&per_page=1").await["total"].clone();
    let query = vec!["Requestor.RealName NOT LIKE '%x%y%z%e%'"; 120].join(" AND ");
    let start = Instant::now();
    let said = agent
        .call("GET", &format!("/tickets?query={query}"), None)
        .await;
    assert_eq!(
        (said.status, said.json()),
        (
            400,
            json!({"message": "Query takes too long; ask for less"})
        )
    );
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(
        agent.get("/tickets?query=id>0&per_page=1").await["total"],
        before
    );
    let body = json!({"Content": "stadig her", "ContentType": "text/plain"});
    agent.change("POST", "/ticket/1/comment", body).await;
}

#[tokio::test]
async fn json_bombs_do_not_go_off() {
    let (desk, agent) = desk().await;
    let id = desk
        .add_ticket("x", "…", "p1@kommune.example")
        .await
        .unwrap();
    let send = async |method: &str, path: &str, body: String| {
        let start = Instant::now();
        let path = format!("/REST/2.0{path}");
        let said = agent
            .raw(method, &path, &[], body.as_bytes())
            .await
            .unwrap();
        assert!(start.elapsed() < PATIENCE, "{method} {path}");
        said
    };
    let deep = "[".repeat(100_000);
    let objects = "{\"a\":".repeat(50_000);
    let wide = format!("[{}0]", "{},".repeat(3_000_000));
    let items = |count: usize, item: &str| format!("[{}]", vec![item; count].join(","));
    for body in [&deep, &objects, &wide, &items(5_000_000, "0")] {
        for (method, path) in [
            ("POST", "/tickets/bulk"),
            ("PUT", "/tickets/bulk"),
            ("POST", "/ticket"),
            ("POST", "/users"),
        ] {
            let said = send(method, path, body.clone()).await;
            assert!(
                matches!(said.status, 400 | 413),
                "{method} {path}: {}",
                said.head
            );
        }
    }
    assert_eq!(
        send(
            "POST",
            "/tickets/bulk",
            items(2_001, r#"{"Queue":"Servicedesk"}"#)
        )
        .await
        .status,
        413
    );
    assert_eq!(
        send("PUT", "/tickets/bulk", items(2_000, r#"{"id":1}"#))
            .await
            .status,
        200
    );
    let conditions = items(901, r#"{"field":"id","value":1}"#);
    assert_eq!(send("POST", "/transactions", conditions).await.status, 400);
    let twice = format!(
        "{{\"Priority\":1,\"Priority\":2,\"Subject\":\"{}\"}}",
        "æ".repeat(MIB)
    );
    assert_eq!(
        send("PUT", &format!("/ticket/{id}"), twice).await.status,
        200
    );
    let ticket = agent.get(&format!("/ticket/{id}")).await;
    assert_eq!(
        ticket["Priority"], "2",
        "the last of two counts, as on the real desk"
    );
    assert!(ticket["Subject"].as_str().unwrap().len() <= 200);
    let parts =
        format!("--x\r\nContent-Disposition: form-data; name=\"JSON\"\r\n\r\n{wide}\r\n--x--");
    let long = format!("multipart/form-data; boundary={}", "x".repeat(60_000));
    for kind in ["multipart/form-data; boundary=x", &long] {
        let said = agent
            .raw(
                "POST",
                &format!("/REST/2.0/ticket/{id}/comment"),
                &[("Content-Type", kind)],
                parts.as_bytes(),
            )
            .await
            .unwrap();
        assert!(matches!(said.status, 400 | 413), "{}", said.head);
    }
    assert_eq!(
        agent.get("/tickets?query=id>0").await["total"],
        Value::from(1)
    );
}
