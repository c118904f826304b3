//! A desk in a file keeps every acknowledged write through `kill -9`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::bare::Bare;
use secrecy::ExposeSecret as _;
use vagt::demo::{Desk, DeskError, DeskOptions};

const CHILD: &str = "VAGT_TEST_DESK_FILE";

/// Not a test of its own: the desk that the test below starts as a child and kills.
#[tokio::test]
async fn child_desk() {
    let Ok(file) = std::env::var(CHILD) else {
        return;
    };
    let desk = Desk::start(DeskOptions {
        db: Some(file.into()),
        ..DeskOptions::default()
    })
    .await
    .unwrap();
    println!("DESK {} {}", desk.url(), desk.agent_token().expose_secret());
    std::future::pending::<()>().await;
}

fn start(file: &Path) -> (Child, Bare) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["durability::child_desk", "--exact", "--nocapture"])
        .env(CHILD, file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines {
        let line = line.unwrap();
        if let Some(rest) = line.split_once("DESK ").map(|(_, rest)| rest) {
            let (url, token) = rest.split_once(' ').unwrap();
            let client = Bare::new(url, token.to_owned().into());
            return (child, client);
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    panic!("the child printed no address");
}

#[tokio::test]
async fn acknowledged_writes_survive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.db");
    let mut token = None;
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..5 {
        let (mut child, agent) = start(&file);
        let secret = agent.token.expose_secret().to_owned();
        assert_eq!(
            *token.get_or_insert_with(|| secret.clone()),
            secret,
            "the tokens stay the same"
        );
        for subject in &acknowledged {
            let found = agent
                .get(&format!(
                    "/tickets?query=Subject='{subject}'&fields=Subject"
                ))
                .await;
            assert_eq!(
                found["total"], 1,
                "{subject} was acknowledged and is there {} times",
                found["total"]
            );
        }
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..40 {
            let agent = agent.clone();
            tasks.spawn(async move {
                let subject = format!("runde {round} sag {n}");
                let body =
                    json!({"Queue": "Servicedesk", "Subject": subject, "Content": "…"}).to_string();
                let answer = agent
                    .raw("POST", "/REST/2.0/ticket", &[], body.as_bytes())
                    .await;
                answer
                    .ok()
                    .filter(|answer| answer.status == 201)
                    .map(|_| subject)
            });
        }
        let mut done = 0;
        while let Some(subject) = tasks.join_next().await {
            acknowledged.extend(subject.unwrap());
            done += 1;
            if done == 10 + round * 4 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
    }
    assert!(
        acknowledged.len() >= 50,
        "only {} writes were acknowledged",
        acknowledged.len()
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

#[tokio::test]
async fn a_file_of_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.db");
    let other = rusqlite::Connection::open(&file).unwrap();
    other
        .execute_batch("CREATE TABLE mine (x); INSERT INTO mine VALUES (1);")
        .unwrap();
    drop(other);
    let options = DeskOptions {
        db: Some(file.clone()),
        ..DeskOptions::default()
    };
    let error = Desk::start(options.clone()).await.err().unwrap();
    assert!(
        error.to_string().contains("database of something else"),
        "{error}"
    );
    let other = rusqlite::Connection::open(&file).unwrap();
    assert_eq!(
        other
            .query_row("SELECT count(*) FROM sqlite_master", [], |row| row
                .get::<_, i64>(0))
            .unwrap(),
        1
    );
    other
        .execute_batch("DROP TABLE mine; PRAGMA user_version = 99;")
        .unwrap();
    drop(other);
    let error = Desk::start(options).await.err().unwrap();
    assert!(error.to_string().contains("use a newer vagt"), "{error}");
}

#[tokio::test]
async fn a_taken_port_is_a_sentence() {
    let desk = Desk::start(DeskOptions::default()).await.unwrap();
    let listen = desk.url().trim_start_matches("http://").parse().unwrap();
    let error = Desk::start(DeskOptions {
        listen,
        ..DeskOptions::default()
    })
    .await
    .err()
    .unwrap();
    assert!(matches!(error, DeskError::Listen { .. }));
    assert!(error.to_string().contains("name another port"), "{error}");
}
