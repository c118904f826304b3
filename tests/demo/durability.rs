//! A desk in a file keeps every acknowledged write through `kill -9`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::bare::Bare;
use secrecy::ExposeSecret as _;
use vagt::demo::{Desk, DeskOptions};

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
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["durability::child_desk", "--exact", "--nocapture"]);
    start_as(command, file)
}

/// Starts a desk by this command, and waits until it serves.
fn start_as(mut command: Command, file: &Path) -> (Child, Bare) {
    let mut child = command
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

/// Starts a desk as a user would; what it said on standard error, and its exit code.
fn serve(arguments: &[&str]) -> (String, Option<i32>) {
    let done = Command::new(env!("CARGO_BIN_EXE_vagt"))
        .arg("serve")
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        done.stdout.is_empty(),
        "it serves: {}",
        String::from_utf8_lossy(&done.stdout)
    );
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    (said, done.status.code())
}

#[test]
fn what_cannot_be_served_is_a_sentence_and_an_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (newer, text) = (path("newer.db"), path("text.db"));
    let conn = rusqlite::Connection::open(&newer).unwrap();
    conn.execute_batch("CREATE TABLE meta (x); PRAGMA user_version = 99;")
        .unwrap();
    drop(conn);
    std::fs::write(
        &text,
        "Dette er ikke en database, men en lang tekst. ".repeat(100),
    )
    .unwrap();
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap().to_string();
    let nowhere = path("findes/ikke/desk.db");
    for (arguments, words, code) in [
        (vec!["--db", &newer], "use a newer vagt", 1),
        (vec!["--db", &text], "database of something else", 1),
        (vec!["--db", &nowhere], "cannot use", 1),
        (vec!["--listen", &taken], "name another port", 1),
        (vec!["--listen", "0.0.0.0:0"], "--allow-remote", 2),
        (vec!["--fault", "regn=2%"], "regn", 2),
        (vec!["--scenario", "findes-ikke"], "findes-ikke", 2),
    ] {
        let before: Vec<_> = [&newer, &text]
            .map(|file| std::fs::read(file).unwrap())
            .into();
        let (said, exit) = serve(&arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert_eq!(exit, Some(code), "{arguments:?}: {said}");
        let after: Vec<_> = [&newer, &text]
            .map(|file| std::fs::read(file).unwrap())
            .into();
        assert!(before == after, "{arguments:?}: the file was touched");
    }
}

#[tokio::test]
async fn a_database_serves_one_desk_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let options = DeskOptions {
        db: Some(folder.path().join("desk.db")),
        ..DeskOptions::default()
    };
    let first = Desk::start(options.clone()).await.unwrap();
    let error = Desk::start(options.clone()).await.err().unwrap();
    assert!(error.to_string().contains("end that one"), "{error}");
    first
        .add_ticket("stadig min", "…", "p1@kommune.example")
        .await
        .unwrap();
    first.shutdown().await;
    Desk::start(options).await.unwrap().shutdown().await;
}

/// The columns and indexes of a database.
fn tables(file: &Path) -> std::collections::BTreeSet<String> {
    let conn = rusqlite::Connection::open(file).unwrap();
    let mut statement = conn
        .prepare("SELECT m.name || '.' || c.name || ' ' || c.type || c.\"notnull\" FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
                  UNION SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_database_of_an_older_version_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new.db");
    let options = |file: &Path| DeskOptions {
        db: Some(file.to_owned()),
        ..DeskOptions::default()
    };
    Desk::start(options(&new)).await.unwrap().shutdown().await;
    for version in [1, 2] {
        let file = folder.path().join(format!("desk-{version}.db"));
        let sql =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/desk-{version}.sql"));
        let conn = rusqlite::Connection::open(&file).unwrap();
        conn.execute_batch(&std::fs::read_to_string(sql).unwrap())
            .unwrap();
        drop(conn);
        let desk = Desk::start(options(&file)).await.unwrap();
        let mette = Bare::new(&desk.url(), format!("1-20-{}2", "0".repeat(31)).into());
        let found = mette
            .get("/tickets?query=Status='__Active__'&fields=Subject,Owner")
            .await;
        assert_eq!(
            (&found["total"], &found["items"][0]["Subject"]),
            (&json!(1), &json!("VPN ryger hele tiden")),
            "{version}"
        );
        assert_eq!(
            mette.get("/ticket/2").await["id"],
            1,
            "what was merged stays merged"
        );
        let marked = mette
            .get("/transactions?query=CF.{Vagt action}='a-1'&fields=ObjectId")
            .await;
        assert_eq!(marked["items"][0]["ObjectId"], "1");
        assert_eq!(mette.get("/user/mette").await["Privileged"], 1);
        assert_eq!(mette.get("/catalogs/all").await["count"], 1);
        let laptop = mette.get("/asset/1").await;
        assert_eq!(
            laptop["CustomFields"][1]["values"],
            json!(["2026-01-01T00:10:00Z"])
        );
        mette
            .change("PUT", "/ticket/1", json!({"Status": "resolved"}))
            .await;
        assert_eq!(
            mette.get("/tickets?query=Status='resolved'").await["total"],
            1
        );
        desk.shutdown().await;
        assert_eq!(
            tables(&file),
            tables(&new),
            "version {version} has become another than a new one"
        );
    }
}

/// A folder of a few megabytes that only the desk in it sees.
#[cfg(target_os = "linux")]
mod full_disk {
    use super::*;

    /// Makes the folder in a place of its own, fills most of it, and goes on as the desk.
    const SMALL: &str = "mount -t tmpfs -o size=4m tmpfs \"$1\" && head -c 2000000 /dev/zero > \"$1/ballast\" && exec \"$2\" durability::child_desk --exact --nocapture";

    fn possible(folder: &Path) -> bool {
        let tried = Command::new("unshare")
            .args(["-rm", "mount", "-t", "tmpfs", "tmpfs"])
            .arg(folder)
            .stderr(Stdio::null())
            .status();
        tried.is_ok_and(|status| status.success())
    }

    async fn write(agent: &Bare, subject: &str, length: usize) -> (u16, String) {
        let body =
            json!({"Queue": "Servicedesk", "Subject": subject, "Content": "x".repeat(length)})
                .to_string();
        let answer = agent
            .raw("POST", "/REST/2.0/ticket", &[], body.as_bytes())
            .await
            .unwrap();
        (
            answer.status,
            String::from_utf8_lossy(&answer.body).into_owned(),
        )
    }

    #[tokio::test]
    async fn a_full_disk_is_said_and_harms_nothing() {
        let folder = tempfile::tempdir().unwrap();
        if !possible(folder.path()) {
            use std::io::Write as _;
            drop(writeln!(
                std::io::stderr(),
                "SKIPPED: no small disk can be made here (unshare -rm mount -t tmpfs)"
            ));
            return;
        }
        let file = folder.path().join("desk.db");
        let mut command = Command::new("unshare");
        command
            .args(["-rm", "sh", "-c", SMALL, "sh"])
            .arg(folder.path())
            .arg(std::env::current_exe().unwrap());
        let (mut child, agent) = start_as(command, &file);
        let mut acknowledged = Vec::new();
        let mut refused = Vec::new();
        for number in 0..200 {
            let subject = format!("sag {number}");
            match write(&agent, &subject, 60_000).await {
                (201, _) => acknowledged.push(subject),
                (status, said) => {
                    assert!(
                        status >= 500 && said.contains("full") && said.contains("make room"),
                        "{status} {said}"
                    );
                    refused.push(subject);
                }
            }
            if refused.len() == 10 {
                break;
            }
        }
        assert!(
            acknowledged.len() > 3 && refused.len() == 10,
            "{} and {}",
            acknowledged.len(),
            refused.len()
        );
        // many at once share a commit, and its fate
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..40 {
            let agent = agent.clone();
            tasks.spawn(async move {
                let subject = format!("mange {number}");
                let (status, _) = write(&agent, &subject, 20_000 * (number % 3)).await;
                (subject, status)
            });
        }
        while let Some(done) = tasks.join_next().await {
            let (subject, status) = done.unwrap();
            if status == 201 {
                acknowledged.push(subject);
            } else {
                refused.push(subject);
            }
        }
        check(&agent, &acknowledged, &refused).await;
        let inside = Path::new("/proc")
            .join(child.id().to_string())
            .join("root")
            .join(folder.path().strip_prefix("/").unwrap());
        std::fs::remove_file(inside.join("ballast")).unwrap();
        for number in 0..5 {
            let subject = format!("igen {number}");
            let (status, said) = write(&agent, &subject, 60_000).await;
            assert_eq!(status, 201, "there is room again: {said}");
            acknowledged.push(subject);
        }
        check(&agent, &acknowledged, &refused).await;
        // the file is sound, and holds the same
        let copy = tempfile::tempdir().unwrap();
        for name in ["desk.db", "desk.db-wal"] {
            std::fs::copy(inside.join(name), copy.path().join(name)).unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let copied = copy.path().join("desk.db");
        let sound: String = rusqlite::Connection::open(&copied)
            .unwrap()
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(sound, "ok");
        let options = DeskOptions {
            db: Some(copied),
            ..DeskOptions::default()
        };
        let desk = Desk::start(options).await.unwrap();
        check(
            &Bare::new(&desk.url(), desk.agent_token()),
            &acknowledged,
            &refused,
        )
        .await;
        desk.shutdown().await;
    }

    /// What was acknowledged is there once, what was refused is not.
    async fn check(agent: &Bare, acknowledged: &[String], refused: &[String]) {
        for (subjects, times) in [(acknowledged, 1), (refused, 0)] {
            for subject in subjects {
                let found = agent
                    .get(&format!("/tickets?query=Subject='{subject}'"))
                    .await;
                assert_eq!(found["total"], times, "{subject}");
            }
        }
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
