//! From a demo desk to an incident's story: everything that a console starts, without its terminal.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::*;
use crate::demo::setup::{Member, Role};
use crate::demo::{Desk as Embedded, DeskOptions, RunningDesk, Setup as Places};
use crate::desk::rt::{Auth, RtDesk, RtOptions};
use crate::domain::Timestamp;
use crate::domain::ids::TicketId;
use crate::domain::watch::Standing;
use crate::net::NetOptions;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// People with an account of their own, who can write to the desk themselves.
const WRITERS: [&str; 2] = ["bo", "berit"];

async fn town() -> (RunningDesk, Vec<i64>) {
    let mut places = Places::default();
    places.staff.extend(WRITERS.map(|name| Member {
        name: name.to_owned(),
        real_name: name.to_owned(),
        email: format!("{name}@kommune.example"),
        zone: String::new(),
        role: Role::Requester,
    }));
    places.open = true;
    let options = DeskOptions {
        setup: places,
        ..DeskOptions::default()
    };
    let desk = Embedded::start(options).await.unwrap();
    let others: Vec<String> = (0..20).map(|n| format!("p{n:03}")).collect();
    let mut tickets = Vec::new();
    for who in WRITERS.into_iter().chain(others.iter().map(String::as_str)) {
        let body = "Jeg kan ikke komme på VPN hjemmefra, forbindelsen ryger hele tiden.";
        let mail = format!("{who}@kommune.example");
        let id = desk.add_ticket("VPN virker ikke", body, &mail).await;
        tickets.push(id.unwrap());
    }
    (desk, tickets)
}

/// Somebody writes on a ticket, as the desk's web page or a mail would let them.
async fn write(desk: &RunningDesk, who: &str, ticket: i64, text: &str) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let url = desk.url();
    let host = url.trim_start_matches("http://");
    let token: SecretString = desk.token_of(who);
    let body = serde_json::json!({"Content": text, "ContentType": "text/plain"}).to_string();
    let head = [
        format!("POST /REST/2.0/ticket/{ticket}/correspond HTTP/1.1"),
        format!("Host: {host}"),
        format!("Authorization: token {}", token.expose_secret()),
        "Content-Type: application/json".to_owned(),
        format!("Content-Length: {}", body.len()),
        "Connection: close".to_owned(),
    ];
    let request = format!("{}\r\n\r\n{body}", head.join("\r\n"));
    let mut line = tokio::net::TcpStream::connect(host).await.unwrap();
    line.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

/// The incident that stands on the screen, once it is as wanted.
async fn standing(
    inbox: &mut mpsc::UnboundedReceiver<Msg>,
    what: &str,
    wanted: impl Fn(&Standing) -> bool,
) -> Standing {
    let deadline = Instant::now() + PATIENCE;
    let mut last = None;
    loop {
        let Ok(msg) = timeout_at(deadline, inbox.recv()).await else {
            panic!("never {what}: {last:?}");
        };
        if let Some(Msg::Watch(watch)) = msg
            && let Some(standing) = watch.open().next()
        {
            if wanted(standing) {
                return standing.clone();
            }
            last = Some(standing.incident.clone());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_requesters_answer_is_in_the_story_of_their_incident() {
    let (desk, tickets) = town().await;
    let (bo, berit) = (tickets[0], tickets[1]);
    // Written before the console starts.
    write(&desk, "berit", berit, "Nu virker det igen, tak!").await;
    let home = tempfile::tempdir().unwrap();
    let mut config = Config::built_in();
    config.poll.busy_secs = 1;
    let options = RtOptions::new(Auth::Token(desk.agent_token()));
    let connector = RtDesk::new(options, NetOptions::new(desk.url())).unwrap();
    let setup = Setup {
        alarms: None,
        groups: crate::triage::Groups::built_in().unwrap(),
        config,
        problems: Vec::new(),
        notices: Vec::new(),
        read_only: Vec::new(),
        is_wall: false,
        config_profile: None,
        dirs: Dirs::below(home.path()),
        store_dir: home.path().to_path_buf(),
        profile: "town".to_owned(),
        desk: Arc::new(connector),
        place: "town".to_owned(),
        demo: true,
        // A minute of the engine is a second of the test.
        clock: Clock::town(Timestamp::now(), 60.0),
        color: None,
    };
    let (tasks, _failures) = Tasks::new();
    let (mail, mut inbox) = mpsc::unbounded_channel();
    let works = start_works(&setup, &tasks, &mail).await.unwrap();
    let found = standing(&mut inbox, "an incident", |s| s.members.len() >= 20).await;
    assert!(found.incident.restored.is_none(), "nothing is solved yet");
    for id in &tickets {
        let solved = serde_json::json!({"Status": "resolved"});
        desk.change_ticket(*id, "bjorn", solved).await.unwrap();
    }
    let solved = standing(&mut inbox, "somebody well", |s| {
        s.incident.restored.as_ref().is_some_and(|r| r.well == 1)
    });
    let solved = solved.await;
    // The same words by a colleague are no evidence.
    write(
        &desk,
        "bjorn",
        tickets[3],
        "Det virker stadig ikke hos mig.",
    )
    .await;
    write(&desk, "bo", bo, "Det virker stadig ikke hos mig.").await;
    // It counts with the next poll, and the engine tells of it as a step of its own within its minute.
    let told = standing(&mut inbox, "an answer as a step of its own", |s| {
        let restored = s.incident.restored.as_ref();
        restored.is_some_and(|r| !r.said_no.is_empty()) && s.story.len() > solved.story.len()
    });
    let told = told.await;
    // By name: one wrote that it does not work, one that it does, and nothing is known of the others.
    let (ill, not_known) = told.not_well();
    assert_eq!(ill, [TicketId::new(bo.to_string())]);
    assert_eq!(not_known.len(), told.members.len() - 2);
    let restored = told.incident.restored.unwrap();
    assert_eq!(restored.said_no, [TicketId::new(bo.to_string())]);
    assert_eq!(restored.well, 1, "{restored:?}");
    works.poller.stop();
    tasks.stop(LAST_WORDS).await;
    desk.shutdown().await;
}
