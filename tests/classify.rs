//! `vagt classify` as scripts see it: what goes in, what comes out, and what is said about lines that are no tickets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// What the program did.
struct Run {
    code: Option<i32>,
    /// Standard output.
    out: String,
    /// Standard error.
    said: String,
}

impl Run {
    fn answers(&self) -> Vec<Value> {
        let lines = self.out.lines();
        lines.map(|l| serde_json::from_str(l).unwrap()).collect()
    }
}

/// Runs `vagt classify` with some input; without any configuration of the person who runs the test.
fn classify(args: &[&str], input: &[u8]) -> Run {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_vagt"))
        .arg("classify")
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("VAGT_CONFIG_DIR", home.path())
        .env("VAGT_DATA_DIR", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The program may answer, or give up, before it has read all of it.
    let feeder = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        said: String::from_utf8(output.stderr).unwrap(),
    }
}

fn lines(tickets: &[Value]) -> Vec<u8> {
    let lines: Vec<String> = tickets.iter().map(Value::to_string).collect();
    lines.join("\n").into_bytes()
}

fn file(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

const GROUPS: [&str; 14] = [
    "vpn",
    "video",
    "mobile",
    "wifi",
    "login",
    "remote",
    "files",
    "email",
    "printing",
    "hardware",
    "telephony",
    "school",
    "health",
    "other",
];

fn keys(value: &Value) -> BTreeSet<&str> {
    let object = value.as_object().unwrap();
    object.keys().map(String::as_str).collect()
}

/// Checks every field of an answer.
fn check_form(answer: &Value) {
    let always = [
        "id",
        "group",
        "confidence",
        "also",
        "lanes",
        "lang",
        "howto",
        "people",
        "reasons",
        "cleared",
    ];
    let sometimes = ["runner_up", "langs", "automatic", "urgency", "concepts"];
    let found = keys(answer);
    assert!(always.iter().all(|key| found.contains(key)), "{answer}");
    assert!(
        found
            .iter()
            .all(|key| always.contains(key) || sometimes.contains(key)),
        "{answer}"
    );
    let group = answer["group"].as_str().unwrap();
    assert!(answer["id"].is_string() && GROUPS.contains(&group));
    assert!((0.0..=1.0).contains(&answer["confidence"].as_f64().unwrap()));
    if let Some(next) = answer.get("runner_up") {
        assert_eq!(keys(next), ["group", "confidence"].into());
        assert_ne!(next["group"], answer["group"]);
        assert!(next["confidence"].as_f64() <= answer["confidence"].as_f64());
    }
    for also in answer["also"].as_array().unwrap() {
        let also = also.as_str().unwrap();
        assert!(GROUPS.contains(&also) && also != group, "{answer}");
    }
    let lanes = answer["lanes"].as_array().unwrap();
    assert!(
        lanes
            .iter()
            .all(|lane| lane == "school" || lane == "health")
    );
    if ["school", "health"].contains(&group) {
        assert!(lanes.contains(&json!(group)), "{answer}");
    }
    let lang = &answer["lang"];
    assert!(lang.is_null() || ["da", "nb", "nn", "sv", "en"].contains(&lang.as_str().unwrap()));
    assert!(answer["howto"].is_null() || answer["howto"].is_boolean());
    assert!(answer["people"].is_null() || answer["people"].as_u64().unwrap() > 0);
    for reason in answer["reasons"].as_array().unwrap() {
        assert_eq!(keys(reason), ["text", "for", "weight"].into());
        assert!(!reason["text"].as_str().unwrap().is_empty());
        assert!(reason["weight"].as_f64().unwrap() > 0.0);
        assert!(GROUPS.contains(&reason["for"].as_str().unwrap()));
    }
    for cleared in answer["cleared"].as_array().unwrap() {
        assert_eq!(keys(cleared), ["text", "group"].into());
        assert_ne!(cleared["group"], answer["group"]);
        let also = answer["also"].as_array().unwrap();
        assert!(!also.contains(&cleared["group"]), "{answer}");
    }
}

#[test]
fn every_field_of_an_answer() {
    let tickets = [
        json!({"id": "17", "subject": "Møde", "body": "VPN virker fint, men Teams hakker", "lang": "da"}),
        json!({"id": 18, "subject": "Printeren", "body": "på plejehjemmet udskriver ikke, vi er fem"}),
        json!({"id": "19", "subject": "Hur delar jag skärmen?", "body": ""}),
    ];
    let run = classify(&[], &lines(&tickets));
    assert_eq!((run.code, run.said.as_str()), (Some(0), ""));
    let answers = run.answers();
    assert_eq!(answers.len(), 3);
    answers.iter().for_each(check_form);

    let video = &answers[0];
    assert_eq!(
        (&video["id"], &video["group"], &video["lang"]),
        (&json!("17"), &json!("video"), &json!("da"))
    );
    assert_eq!(
        (&video["howto"], &video["people"]),
        (&json!(false), &json!(1))
    );
    assert!(video["confidence"].as_f64().unwrap() > 0.8, "{video}");
    let says = |text: &str| {
        let reasons = video["reasons"].as_array().unwrap();
        reasons.iter().any(|reason| {
            reason["for"] == "video" && reason["text"].as_str().unwrap().contains(text)
        })
    };
    assert!(says("Teams") && says("hakker"), "{video}");
    assert_eq!(
        video["cleared"],
        json!([{"text": "VPN virker fint", "group": "vpn"}])
    );

    assert_eq!(answers[1]["id"], "18", "a number is written as its digits");
    assert_eq!(
        (&answers[1]["group"], &answers[1]["people"]),
        (&json!("printing"), &json!(5))
    );
    assert_eq!(answers[1]["lanes"], json!(["health"]));
    assert_eq!(
        (&answers[2]["howto"], &answers[2]["lang"]),
        (&json!(true), &json!("sv"))
    );
}

/// Nothing that a mailbox holds stops it, and it takes seconds.
#[test]
fn any_text_has_a_sane_answer() {
    let nothing = [
        "",
        " ",
        "\u{200b}",
        "💥🙈",
        "👨‍👩‍👧 😭😭😭",
        "…!?",
        "\u{0}\u{1}\u{7f}",
    ];
    let foreign = [
        (
            "fi",
            "Moi, en pääse verkkoon kotoa enkä tiedä mikä siinä on, kiitos avusta",
        ),
        (
            "pl",
            "Dzień dobry, nie mogę się zalogować z domu, proszę o pomoc",
        ),
        ("ar", "مرحبا، لا أستطيع تسجيل الدخول من المنزل"),
        (
            "uk",
            "Добрий день, не можу увійти в систему з дому, допоможіть",
        ),
    ];
    let mut tickets: Vec<Value> = nothing
        .iter()
        .map(|text| json!({"id": "nothing", "subject": text, "body": text}))
        .collect();
    tickets.extend(foreign.map(|(id, body)| json!({"id": id, "subject": "", "body": body})));
    tickets.extend([
        json!({"id": "without anything"}),
        json!({"id": "mixed", "subject": "Help", "body": "Hej, my vpn drops hela tiden, har provat att restart, kan I hjælpe?"}),
        json!({"id": "5 MB", "subject": "VPN", "body": "VPN virker ikke hjemmefra. ".repeat(5_000_000 / 27)}),
        json!({"id": "one line", "subject": "", "body": format!("Printeren udskriver ikke {}", "x".repeat(200_000))}),
        json!({"id": "one word", "subject": "m?".repeat(100_000), "body": "ø".repeat(200_000)}),
        json!({"id": "binary", "subject": "\u{fffd}\u{0}\u{1b}[31m", "body": (0..20_000_u32).filter_map(char::from_u32).collect::<String>()}),
    ]);
    let began = Instant::now();
    let run = classify(&[], &lines(&tickets));
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "{:?}",
        began.elapsed()
    );
    assert_eq!((run.code, run.said.as_str()), (Some(0), ""));
    let answers = run.answers();
    assert_eq!(answers.len(), tickets.len());
    for (answer, ticket) in answers.iter().zip(&tickets) {
        check_form(answer);
        let id = ticket["id"].as_str().unwrap();
        assert_eq!(answer["id"], id);
        let is_sure = answer["confidence"].as_f64().unwrap() >= 0.5;
        match id {
            "nothing" | "without anything" => {
                assert_eq!(
                    (&answer["group"], is_sure, &answer["lang"]),
                    (&json!("other"), false, &Value::Null)
                );
                assert_eq!(answer["reasons"], json!([]));
            }
            "mixed" | "5 MB" => assert_eq!(answer["group"], "vpn"),
            "one line" => assert_eq!(answer["group"], "printing"),
            "one word" | "binary" => {}
            _ => assert_eq!(answer["lang"], Value::Null, "{answer}"),
        }
        for text in answer["reasons"].as_array().unwrap() {
            assert!(text["text"].as_str().unwrap().chars().count() < 300);
        }
    }
}

#[test]
fn lines_that_are_no_tickets_are_named_and_the_rest_goes_on() {
    let mut input = lines(&[json!({"id": "first", "subject": "VPN nede", "body": ""})]);
    input.extend(b"\nVPN er nede\n[1, 2]\n{}\n\n");
    input.extend([0xff, 0xfe, 0x00, b'\n']);
    input.extend(b"{\"id\": null, \"subject\": \"x\"}\n{\"id\": \"7\", \"subject\": 12}\n");
    input.extend(lines(&[
        json!({"id": "last", "subject": "", "body": "Papir sidder fast i printeren"}),
    ]));
    let run = classify(&["-"], &input);
    assert_eq!(run.code, Some(6), "{}", run.said);
    let groups: Vec<(Value, Value)> = run
        .answers()
        .iter()
        .map(|answer| (answer["id"].clone(), answer["group"].clone()))
        .collect();
    assert_eq!(
        groups,
        [
            (json!("first"), json!("vpn")),
            (json!("last"), json!("printing"))
        ]
    );
    let named: Vec<&str> = run
        .said
        .lines()
        .filter_map(|line| line.split_once(": ").map(|(line, _)| line))
        .filter(|line| line.contains("line "))
        .collect();
    let numbers = [2, 3, 4, 6, 7, 8].map(|n| format!("line {n}"));
    assert_eq!(named.len(), numbers.len(), "{}", run.said);
    for (line, number) in named.iter().zip(&numbers) {
        assert!(line.ends_with(number.as_str()), "{line} {number}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_from_a_file_and_from_a_pipe() {
    let dir = tempfile::tempdir().unwrap();
    let input = std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/training/tickets-dev.jsonl"),
    )
    .unwrap();
    let path = file(dir.path(), "t.jsonl", &String::from_utf8_lossy(&input));
    let path = path.to_str().unwrap();
    let piped = classify(&[], &input);
    assert_eq!(piped.code, Some(0));
    assert_eq!(piped.answers().len(), 150);
    for args in [&[path][..], &["-", "--json"], &["--explain"]] {
        assert_eq!(classify(args, &input).out, piped.out, "{args:?}");
    }
    let missing = classify(&["/nowhere/t.jsonl"], b"");
    assert_eq!((missing.code, missing.out.as_str()), (Some(1), ""));
    assert!(
        missing.said.contains("/nowhere/t.jsonl"),
        "{}",
        missing.said
    );
}

#[test]
fn a_group_of_your_own_decides_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let own = file(
        dir.path(),
        "groups.toml",
        "[[group]]\nslug = \"parking\"\ntitle = \"Parkering\"\nwords = [\"EasyPark\"]\nweak = [\"p-plads\"]\n",
    );
    let ticket = lines(&[
        json!({"id": "1", "subject": "EasyPark", "body": "viser ingen zoner på min p-plads"}),
    ]);
    let without = classify(&["--explain"], &ticket);
    assert_ne!(without.answers()[0]["group"], "parking");

    let run = classify(&["--explain", "--config", own.to_str().unwrap()], &ticket);
    assert_eq!(run.code, Some(0), "{}", run.said);
    let answer = &run.answers()[0];
    assert_eq!(answer["group"], "parking");
    let reasons = answer["reasons"].as_array().unwrap();
    assert!(
        reasons
            .iter()
            .any(|reason| reason["for"] == "parking" && reason["text"] == "EasyPark"),
        "{answer}"
    );
    assert!(run.said.contains("1: parking "), "{}", run.said);
    assert!(
        run.said.contains("\"EasyPark\" for parking (+"),
        "{}",
        run.said
    );

    let broken = file(dir.path(), "broken.toml", "[[group]]\nslug = \"A b\"\n");
    let run = classify(&["--config", broken.to_str().unwrap()], &ticket);
    assert_eq!((run.code, run.out.as_str()), (Some(3), ""));
    assert!(
        run.said.contains("broken.toml:line 2, column 8"),
        "{}",
        run.said
    );
}

#[test]
fn what_decided_and_what_was_cleared_is_explained() {
    let tickets = [
        json!({"id": "a", "subject": "", "body": "VPN virker fint, men Teams hakker"}),
        json!({"id": "b", "subject": "", "body": ""}),
    ];
    let run = classify(&["--explain"], &lines(&tickets));
    let said: Vec<&str> = run.said.lines().collect();
    let [first, second] = said[..] else {
        panic!("{}", run.said)
    };
    assert!(
        first.contains("a: video 0.") || first.contains("a: video 1."),
        "{first}"
    );
    assert!(
        first.contains("hakker") && first.contains(" for video (+"),
        "{first}"
    );
    assert!(first.contains("\"VPN virker fint\" clears vpn"), "{first}");
    assert!(
        second.ends_with("b: other 0.40: no word speaks for any group"),
        "{second}"
    );
}

#[test]
fn a_score_counts_as_its_definitions_say() {
    let dir = tempfile::tempdir().unwrap();
    let tickets = [
        json!({"id": "1", "lang": "da", "subject": "", "body": "VPN forbinder ikke hjemmefra", "label": "vpn"}),
        json!({"id": "2", "lang": "da", "subject": "", "body": "VPN forbinder ikke hjemmefra", "label": "wifi", "also": ["vpn"]}),
        json!({"id": "3", "lang": "en", "subject": "Sure mistake", "body": "The printer prints nothing, paper jam", "label": "health"}),
        json!({"id": "4", "lang": "en", "subject": "", "body": "The printer prints nothing", "label": "printing"}),
        json!({"id": "5", "subject": "", "body": "uden facit"}),
    ];
    let mut text = String::from_utf8(lines(&tickets)).unwrap();
    text.push_str("\nno ticket\n");
    let path = file(dir.path(), "labelled.jsonl", &text);
    let run = classify(&["--score", path.to_str().unwrap()], b"");
    assert_eq!(run.code, Some(6), "{}", run.said);
    assert!(run.said.contains("line 6"), "{}", run.said);
    let rows: Vec<Vec<&str>> = run
        .out
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let row = |first: &str| {
        let found = rows.iter().find(|row| row.first() == Some(&first));
        found.unwrap_or_else(|| panic!("{first} in {}", run.out))
    };
    assert!(
        run.out.starts_with("4 tickets, 1 without a label left out"),
        "{}",
        run.out
    );
    // Three of four are right; strictly, two of four.
    assert_eq!(row("accuracy")[1..4], ["0.750", "(strict", "0.500)"]);
    // tickets, precision, recall, F1: an allowed group counts as the label.
    assert_eq!(row("vpn")[1..5], ["2", "1.00", "1.00", "1.00"]);
    assert_eq!(row("printing")[1..5], ["1", "0.50", "1.00", "0.67"]);
    assert_eq!(row("health")[1..4], ["1", "0.00", "0.00"]);
    // tickets, accuracy, strict.
    assert_eq!(row("da")[1..4], ["2", "1.00", "0.50"]);
    assert_eq!(row("en")[1..4], ["2", "0.50", "0.50"]);
    assert!(run.out.contains("health      printing 1"), "{}", run.out);
    assert_eq!(row("3")[1..4], ["printing", "for", "health"]);
}
