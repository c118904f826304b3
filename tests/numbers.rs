//! The supervisor's numbers as scripts get them: by `vagt status`, `vagt forecast` and `vagt metrics`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "what was skipped is said aloud")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use town::Town;

fn vagt(town: &Town, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vagt"));
    command
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("VAGT_CONFIG_DIR", town.home().join("config"))
        .env("VAGT_DATA_DIR", town.home().join("data"))
        .env("VAGT_DESK", town.address())
        .env("VAGT_TOKEN", town.token())
        .stdin(Stdio::null());
    command
}

fn run(town: &Town, args: &[&str]) -> Output {
    vagt(town, args).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap()
}

fn object(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A number without where its window begins: the desk was asked some milliseconds later than it was heard.
fn dateless(told: &Value, number: &str) -> Value {
    let number = told.pointer(&format!("/numbers/{number}"));
    let mut number = number.cloned().unwrap_or_default();
    if let Some(map) = number.as_object_mut() {
        map.remove("since");
    }
    number
}

/// Three tickets of two people: one is solved, one waits for its requester.
fn filled() -> Town {
    let town = Town::new();
    town.ticket("VPN ned A");
    let solved = town.ticket("VPN ned B");
    town.ticket_of("Teams hakker", "ole@kommune.example");
    town.change(solved, json!({ "Status": "resolved" }));
    town
}

#[test]
fn status_tells_the_numbers_and_the_cache_tells_them_again_without_the_desk() {
    let mut town = filled();
    let none = run(&town, &["status", "--cached"]);
    assert_eq!(none.status.code(), Some(1), "{}", said(&none));
    assert!(said(&none).contains("nothing is cached"), "{}", said(&none));

    let asked = object(&run(&town, &["status", "--json"]));
    let numbers = &asked["numbers"];
    assert_eq!(asked["open"], 2);
    assert_eq!(asked["backlog"], 2);
    assert_eq!(asked["arrived_last_hour"], 3);
    assert_eq!(asked["solved_last_hour"], 1);
    assert_eq!(
        numbers["arrivals"]["hour"],
        json!({ "count": 3, "minutes": 60 })
    );
    assert_eq!(numbers["arrivals"]["people"], 2);
    assert_eq!(numbers["closures"]["hour"]["count"], 1);
    assert_eq!(numbers["net_flow"], 2);
    assert_eq!(
        numbers["clear"]["expected"],
        json!({ "is": "growing", "per_hour": 2.0 })
    );
    // The desk has no due times: that is not zero. Nobody has answered the two that wait; one agent is at work.
    assert_eq!(numbers["breach"], Value::Null);
    assert_eq!(numbers["first_answers"]["answered"], 0);
    assert_eq!(numbers["first_answers"]["waiting"], 2);
    assert_eq!(numbers["first_answers"]["p50_s"], Value::Null);
    assert_eq!(numbers["shift"]["agents"], 1);
    // The engine looked, as no console has: nothing.
    assert_eq!(numbers["affected"], Value::Null);
    assert_eq!(asked["incidents"]["suspected"], json!([]));

    town.switch_off();
    let away = run(&town, &["status"]);
    assert_eq!(away.status.code(), Some(4), "{}", said(&away));
    let cached = object(&run(&town, &["status", "--cached", "--json"]));
    assert_eq!(
        (&asked["cached"], &cached["cached"]),
        (&json!(false), &json!(true))
    );
    for key in [
        "open",
        "backlog",
        "groups",
        "arrived_last_hour",
        "desk",
        "devices",
    ] {
        assert_eq!(cached[key], asked[key], "{key}");
    }
    for number in ["closures", "first_answers", "shift", "reopened"] {
        assert_eq!(
            dateless(&cached, number),
            dateless(&asked, number),
            "{number}"
        );
    }
    // No console has looked for incidents lately, and the cache alone tells nothing of them.
    assert_eq!(cached["incidents"]["suspected"], json!({ "unknown": true }));
    assert_eq!(cached["numbers"]["affected"], json!({ "unknown": true }));
    assert_eq!(
        (&cached["complete"], &asked["complete"]),
        (&json!(true), &json!(true))
    );
    let line = said(&run(&town, &["status", "--cached"]));
    assert!(
        line.starts_with("2 open · in 3/h · out 1/h · growing 2/h"),
        "{line}"
    );
    assert!(line.contains(" · as of "), "{line}");

    // What is cached of one desk is told of no other.
    let other = vagt(&town, &["status", "--cached"])
        .env("VAGT_DESK", "rt+http://127.0.0.1:9")
        .output()
        .unwrap();
    assert_eq!(other.status.code(), Some(1), "{}", said(&other));
}

/// Four tickets: A is answered by its own requester and then by an agent, B was solved, opened again and solved, C is B's like
/// and stays solved, D has A and B as parts.
#[test]
fn answers_and_reopenings_are_those_of_people() {
    let town = Town::new();
    let answered = town.ticket("VPN ned A").to_string();
    let again = town.ticket("VPN ned B");
    let solved = town.ticket("VPN ned C");
    let parent = town.ticket("VPN: alle").to_string();
    for status in ["resolved", "open", "resolved"] {
        town.change(again, json!({ "Status": status }));
    }
    town.change(solved, json!({ "Status": "resolved" }));
    for part in [answered.clone(), again.to_string()] {
        let linked = run(
            &town,
            &["act", "link", &part, "--to", &format!("parent:{parent}")],
        );
        assert_eq!(linked.status.code(), Some(0), "{}", said(&linked));
    }
    let told = object(&run(&town, &["status", "--json"]));
    assert_eq!(
        told["numbers"]["first_answers"]["answered"], 0,
        "a link is no answer"
    );

    let text = town.home().join("answer.txt");
    std::fs::write(&text, "Genstart klienten").unwrap();
    let text = text.to_str().unwrap();
    let sent = run(&town, &["act", "reply", &answered, "--file", text]);
    assert_eq!(sent.status.code(), Some(0), "{}", said(&sent));
    let told = object(&run(&town, &["status", "--json"]));
    let numbers = &told["numbers"];
    // A was answered, within the seconds of this test; D waits. B and C are closed, so they neither wait nor were answered.
    assert_eq!(numbers["first_answers"]["answered"], 1);
    assert_eq!(numbers["first_answers"]["waiting"], 1);
    assert!(
        numbers["first_answers"]["p50_s"].as_i64().unwrap() < 600,
        "{told}"
    );
    // B and C were closed, B was opened again; of both the first closing counts.
    assert_eq!(numbers["reopened"]["closed"], 2);
    assert_eq!(numbers["reopened"]["reopened"], 1);
    assert_eq!(numbers["closures"]["hour"]["count"], 2);
    // Bjørn closed tickets, and we answered.
    assert_eq!(numbers["shift"]["agents"], 2);
    let declared = &told["incidents"]["declared"];
    assert_eq!(declared[0]["ticket"], json!(parent));
    assert_eq!(
        (&declared[0]["parts"], &declared[0]["open"]),
        (&json!(2), &json!(1))
    );
    // The cache tells the same without a desk.
    let cached = object(&run(&town, &["status", "--cached", "--json"]));
    for number in ["first_answers", "reopened", "shift"] {
        assert_eq!(
            dateless(&cached, number),
            dateless(&told, number),
            "{number}"
        );
    }
    assert_eq!(&cached["incidents"]["declared"], declared);
    let page = String::from_utf8(run(&town, &["metrics"]).stdout).unwrap();
    promtool(&page);
    assert_eq!(
        of(&parsed(&page), "vagt_reopened_ratio"),
        Some(0.5),
        "{page}"
    );
}

#[test]
fn trends_tell_the_same_as_text_and_as_json() {
    let town = filled();
    let told = object(&run(&town, &["trends", "--span", "2h", "--json"]));
    assert_eq!(told["schema"], "vagt.trends/1");
    assert_eq!(told["bins"].as_array().unwrap().len(), 24);
    assert_eq!(told["now"], json!({ "arrived": 3, "closed": 1 }));
    let sum: u64 = told["bins"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|bin| bin["arrived"].as_u64())
        .sum();
    assert_eq!(sum, 3, "{told}");
    // A first read knows a day; the week before is not known, and not zero.
    assert_eq!(told["week_before"]["arrived"], json!({ "unknown": true }));
    let vpn = object(&run(
        &town,
        &["trends", "--group", "vpn", "--cached", "--json"],
    ));
    assert_eq!(vpn["now"]["arrived"], 2);
    let text = said(&run(&town, &["trends", "--span", "24h"]));
    assert!(
        text.starts_with("All groups · 24 h\nin 3 · out 1\na week before: not known\n"),
        "{text}"
    );
    for wrong in [["--span", "3h"], ["--group", "vpm"]] {
        let told = run(&town, &[&["trends"][..], &wrong].concat());
        assert_eq!(told.status.code(), Some(2), "{}", said(&told));
    }
}

#[test]
fn a_forecast_by_hand_needs_no_desk() {
    let town = Town::new();
    let ask = |args: &[&str]| run(&town, &[&["forecast"], args].concat());
    let by_hand = ["--backlog", "120", "--in", "18", "--out", "30"];
    let told = said(&ask(&by_hand));
    assert!(told.contains("in 10 h (5 h 45 – 38 h 27)"), "{told}");
    let told = said(&ask(
        &[&by_hand[..], &["--more", "2", "--each", "5"]].concat()
    ));
    assert!(told.contains("what if: in 5 h 27 ("), "{told}");
    let told = ask(&[&by_hand[..], &["--more", "2"]].concat());
    assert_eq!(told.status.code(), Some(2), "{}", said(&told));
    let told = object(&ask(&[
        &by_hand[..],
        &["--more", "2", "--each", "5", "--json"],
    ]
    .concat()));
    assert_eq!(told["clear"]["expected"]["hours"], 10.0);
    let hours = told["what_if"]["expected"]["hours"].as_f64().unwrap();
    assert!((hours - 120.0 / 22.0).abs() < 1e-9, "{hours}");

    let calls = ["--calls", "60", "--handling", "10", "--people"];
    let told = said(&ask(&[&calls[..], &["12"]].concat()));
    let wanted = "12 people: 45 % of callers wait, 2.2 min on average; 83 % answered within 5 min";
    assert!(told.contains(wanted), "{told}");
    let told = said(&ask(&[&calls[..], &["10"]].concat()));
    assert!(told.contains("the queue grows without end"), "{told}");
    let table = said(&ask(&calls[..4]));
    assert!(table.starts_with("11 people: 68 %"), "{table}");
    for wrong in [
        &["--calls", "60"][..],
        &["--calls", "-1", "--handling", "5"],
        &["--calls", "NaN", "--handling", "5"],
        &["--backlog", "5"],
    ] {
        assert_eq!(ask(wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn a_forecast_of_the_desk_takes_a_group_out() {
    let town = filled();
    let told = object(&run(&town, &["forecast", "--ends", "vpn=0m", "--json"]));
    // Three come an hour and one goes. Without VPN's two, one comes and one goes: it stands still.
    assert_eq!(told["clear"]["expected"]["per_hour"], 2.0);
    assert_eq!(told["what_if"]["expected"]["is"], "growing");
    for wrong in ["vpm=2h", "vpn", "vpn=soon"] {
        let told = run(&town, &["forecast", "--ends", wrong]);
        assert_eq!(told.status.code(), Some(2), "{}", said(&told));
    }
}

/// Families with their samples; asserts what every reader of the format asserts.
fn parsed(page: &str) -> BTreeMap<String, Vec<(String, f64)>> {
    let mut families: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
    let (mut family, mut seen) = (String::new(), BTreeSet::new());
    assert!(page.ends_with("# EOF\n"), "{page}");
    for line in page.lines() {
        if line == "# EOF" {
            break;
        }
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(!help.is_empty() && seen.insert(name.to_owned()), "{line}");
            name.clone_into(&mut family);
            continue;
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            assert_eq!(rest, format!("{family} gauge"));
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap();
        let name = sample.split('{').next().unwrap();
        assert_eq!(name, family, "a sample outside its family");
        let value: f64 = value.parse().unwrap();
        let samples = families.entry(family.clone()).or_default();
        assert!(
            samples.iter().all(|(other, _)| other != sample),
            "{line} twice"
        );
        samples.push((sample.to_owned(), value));
    }
    families
}

fn of(page: &BTreeMap<String, Vec<(String, f64)>>, sample: &str) -> Option<f64> {
    let family = page.get(sample.split('{').next().unwrap())?;
    let found = family.iter().find(|(name, _)| name == sample);
    found.map(|(_, value)| *value)
}

/// Prometheus's own parser and linter, where it is installed.
fn promtool(page: &str) {
    let tool = std::env::var_os("VAGT_PROMTOOL").unwrap_or_else(|| "promtool".into());
    let started = Command::new(&tool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        eprintln!("!!!! SKIPPED: promtool is not installed (Debian package prometheus)");
        return;
    };
    child
        .stdin
        .take()
        .unwrap()
        .write_all(page.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}\n{page}", said(&output));
    assert_eq!(said(&output), "", "promtool has remarks");
}

#[test]
fn metrics_are_what_prometheus_reads_and_leave_out_what_is_not_known() {
    let town = filled();
    let output = run(&town, &["metrics"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    promtool(&text);
    let page = parsed(&text);
    for (sample, value) in [
        ("vagt_desk_up", 1.0),
        ("vagt_tickets_open", 2.0),
        ("vagt_arrivals{window=\"1h\"}", 3.0),
        ("vagt_closures{window=\"15m\"}", 1.0),
        ("vagt_group_tickets_open{group=\"vpn\"}", 1.0),
        ("vagt_net_flow", 2.0),
        ("vagt_clear_seconds{case=\"expected\"}", f64::INFINITY),
    ] {
        assert_eq!(of(&page, sample), Some(value), "{sample}\n{text}");
    }
    assert_eq!(of(&page, "vagt_agents_active"), Some(1.0), "{text}");
    // Nobody was answered, and nothing has a due time.
    for family in ["vagt_first_answer_seconds", "vagt_tickets_past_due"] {
        assert!(!page.contains_key(family), "{family} is not known");
    }
    let cached = run(&town, &["metrics", "--cached"]);
    let cached = parsed(&String::from_utf8(cached.stdout).unwrap());
    assert_eq!(of(&cached, "vagt_desk_up"), Some(0.0), "nobody asked it");
    assert_eq!(of(&cached, "vagt_tickets_open"), Some(2.0));
}

fn scrape(url: &str) -> String {
    let address = url
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /metrics HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(" 200 "), "{head}");
    assert!(head.contains("application/openmetrics-text"), "{head}");
    body.to_owned()
}

#[test]
fn a_scraper_is_told_that_the_desk_is_away_beside_the_last_numbers() {
    let mut town = filled();
    let remote = run(&town, &["metrics", "--listen", "0.0.0.0:0"]);
    assert_eq!(remote.status.code(), Some(2), "{}", said(&remote));

    let mut child = vagt(
        &town,
        &["metrics", "--listen", "127.0.0.1:0", "--every", "1"],
    )
    .stdout(Stdio::piped())
    .stderr(Stdio::null())
    .spawn()
    .unwrap();
    let mut url = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut url).unwrap();
    let page = parsed(&scrape(url.trim()));
    assert_eq!(of(&page, "vagt_desk_up"), Some(1.0));

    town.switch_off();
    let deadline = std::time::Instant::now() + pty::PATIENCE;
    let page = loop {
        let page = parsed(&scrape(url.trim()));
        if of(&page, "vagt_desk_up") == Some(0.0) {
            break page;
        }
        assert!(std::time::Instant::now() < deadline, "the desk is away");
        std::thread::yield_now();
    };
    assert_eq!(of(&page, "vagt_tickets_open"), Some(2.0));
    // SIGTERM ends it in peace.
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_wall_opens_by_itself_names_nobody_and_writes_nothing() {
    let town = filled();
    let owned = town.ticket("Printeren er død");
    town.change(owned, json!({ "Owner": "bjorn" }));
    let mut wall = town.program(&["wall"], (100, 30), &[]);
    wall.wait("the numbers", |s| {
        s.contains("as of ") && s.contains("in 4 · out 1") && s.contains("no owner 2")
    });
    wall.wait("no name, and no right to write", |s| {
        !s.to_lowercase().contains("bj") && s.contains("read-only")
    });
    wall.press("?");
    wall.wait_text("What the numbers mean");
    wall.wait_text("Net flow: Arrivals less closures an hour");
    wall.press("\u{1b}");
    wall.wait("the wall again", |s| !s.contains("What the numbers mean"));
    wall.press("q");
    assert!(wall.wait_end(), "a clean exit");
}

#[test]
fn a_report_is_a_page_or_data_and_says_what_is_not_known() {
    let town = filled();
    let told = object(&run(
        &town,
        &["report", "--since", "30h", "--format", "json"],
    ));
    let bins = told["bins"].as_array().unwrap();
    let last = bins.last().unwrap();
    let sum = |key: &str| {
        let known = bins.iter().filter_map(|bin| bin[key].as_u64());
        known.sum::<u64>()
    };
    assert!(bins.len() >= 30, "{bins:?}");
    assert_eq!((sum("arrived"), sum("closed")), (3, 1));
    assert_eq!(last["to"], told["at"]);
    // What was solved more than a day ago is not known.
    assert_eq!(bins[0]["arrived"], json!({ "unknown": true }));
    let csv = said(&run(&town, &["report", "--since", "2h", "--format", "csv"]));
    assert!(csv.starts_with("from,to,arrived,closed\n"), "{csv}");
    assert!(csv.lines().count() >= 3, "{csv}");
    let page = said(&run(&town, &["report", "--lang", "da"]));
    assert!(page.contains("| Pukkel | 2 |"), "{page}");
    let page = said(&run(
        &town,
        &["report", "--cached", "--format", "html", "--lang", "sv"],
    ));
    assert!(
        page.starts_with("<!doctype html>\n<html lang=\"sv\">"),
        "{page}"
    );
    assert!(
        page.contains("<rect class=\"in\"") && page.ends_with("</html>\n"),
        "{page}"
    );
    for wrong in [["--since", "soon"], ["--lang", "xx"], ["--format", "pdf"]] {
        let told = run(&town, &[&["report"], &wrong[..]].concat());
        assert_eq!(told.status.code(), Some(2), "{}", said(&told));
    }
}
