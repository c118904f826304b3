//! The connector reads what a real Request Tracker 5 answered (`tests/desk/recordings`).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::path::Path;

use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Value, json};
use vagt::desk::port::{Answer, Desk};
use vagt::desk::rt::{Auth, RtDesk, RtOptions};
use vagt::domain::action::{Action, Seen, Verb};
use vagt::domain::entry::EntryKind;
use vagt::domain::ids::{ActionId, AttachmentId, PersonId, TicketId};
use vagt::domain::outcome::TroubleKind;
use vagt::domain::ticket::{LinkKind, LinkTarget, StatusClass};
use vagt::domain::{Fact, Timestamp};
use vagt::net::NetOptions;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A recorded answer, by the beginning of its file's name.
fn recording(name: &str) -> ResponseTemplate {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desk/recordings");
    let file = std::fs::read_dir(&dir)
        .unwrap()
        .flatten()
        .find(|f| f.file_name().to_string_lossy().starts_with(name))
        .unwrap_or_else(|| panic!("no recording {name}"));
    let text = std::fs::read_to_string(file.path()).unwrap();
    let recorded: Value = serde_json::from_str(&text).unwrap();
    let answer = &recorded["response"];
    let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap();
    let mut template = ResponseTemplate::new(status);
    template = match &answer["json"] {
        Value::Null => template.set_body_string(answer["text"].as_str().unwrap_or_default()),
        body => template.set_body_json(body),
    };
    for (name, value) in answer["headers"].as_object().unwrap() {
        if matches!(name.as_str(), "ETag" | "Location" | "Last-Modified") {
            template = template.insert_header(name.as_str(), value.as_str().unwrap());
        }
    }
    template
}

/// A server that gives recordings: method, path below `/REST/2.0`, recording.
async fn desk(answers: &[(&str, &str, &str)]) -> (MockServer, RtDesk) {
    let server = MockServer::start().await;
    for (verb, at, name) in answers {
        Mock::given(method(*verb))
            .and(path(format!("/REST/2.0{at}")))
            .respond_with(recording(name))
            .mount(&server)
            .await;
    }
    let token = SecretString::from("1-14-0123456789abcdef0123456789abcdef");
    let options = RtOptions::new(Auth::Token(token));
    let desk = RtDesk::new(options, NetOptions::new(server.uri())).unwrap();
    (server, desk)
}

#[tokio::test]
async fn a_ticket_with_links() {
    let (_server, desk) = desk(&[("GET", "/ticket/1", "053")]).await;
    let ticket = desk.read(&TicketId::from("1")).await.unwrap();
    assert_eq!(ticket.subject, "Skriver i 2. etg. svarer ikke – æøå");
    assert_eq!(ticket.version.unwrap().0, "72");
    assert_eq!(ticket.status.class, StatusClass::Open);
    assert_eq!(ticket.due, Fact::Empty);
    assert_eq!(ticket.tags, Fact::Unknown, "this desk has no such field");
    let links = ticket.links.known().unwrap();
    let kinds: Vec<_> = links
        .iter()
        .map(|l| (l.kind, l.target.to_string()))
        .collect();
    assert!(kinds.contains(&(LinkKind::DependsOn, "2".to_owned())));
    assert!(kinds.contains(&(LinkKind::Parent, "2".to_owned())));
    assert!(
        links
            .iter()
            .any(|l| l.target == LinkTarget::Device("1".into()))
    );
}

#[tokio::test]
async fn a_merged_ticket_answers_as_the_other() {
    let (_server, desk) = desk(&[("GET", "/ticket/3", "027")]).await;
    let ticket = desk.read(&TicketId::from("3")).await.unwrap();
    assert_eq!(ticket.id, TicketId::from("2"));
    assert_eq!(ticket.requesters.known().unwrap().len(), 2);
    assert_eq!(ticket.owner, Fact::Empty);
}

#[tokio::test]
async fn a_list_with_ids_as_text_and_no_custom_fields() {
    let (_server, desk) = desk(&[("GET", "/tickets", "029")]).await;
    let tickets = desk
        .tickets_of(&PersonId::from("kari.nordmann@example.test"), 10)
        .await
        .unwrap();
    assert_eq!(tickets.len(), 2);
    assert_eq!(tickets[0].queue, Fact::Known("General".to_owned()));
    assert_eq!(tickets[0].priority, Fact::Known(80));
    assert_eq!(tickets[0].owner.known().unwrap().id.as_str(), "root");
    assert_eq!(tickets[1].owner, Fact::Empty);
    assert!(
        tickets
            .iter()
            .all(|t| t.group.is_unknown() && t.links.is_unknown() && t.version.is_none())
    );
}

#[tokio::test]
async fn an_empty_list_with_a_float_for_pages() {
    let (_server, desk) = desk(&[("GET", "/tickets", "044")]).await;
    assert_eq!(desk.active_ids().await.unwrap(), Vec::<TicketId>::new());
}

#[tokio::test]
async fn a_history_and_its_texts() {
    let (_server, desk) = desk(&[
        ("GET", "/ticket/1/history", "023"),
        ("POST", "/attachments", "066"),
        ("GET", "/user/6", "111"),
        ("GET", "/user/14", "111"),
    ])
    .await;
    let entries = desk.entries(&TicketId::from("1")).await.unwrap();
    assert_eq!(entries[0].kind, EntryKind::Create);
    assert!(entries.iter().any(|e| matches!(&e.kind,
        EntryKind::Change { field, from, to } if field == "priority" && from == "20" && to == "80")));
    assert!(entries.iter().any(|e| e.kind == EntryKind::Reply));
    assert!(entries.windows(2).all(|w| w[0].id < w[1].id));
}

#[tokio::test]
async fn an_attachment_in_base64() {
    let (_server, desk) = desk(&[("GET", "/attachment/1", "067")]).await;
    let body = desk
        .attachment(&AttachmentId::from("1"), 1_000)
        .await
        .unwrap();
    assert_eq!(
        body.bytes,
        b"<p>Skriveren <b>PRN-0207</b> er frakoblet.</p>"
    );
    assert_eq!(body.media_type, "text/html");
    let small = desk
        .attachment(&AttachmentId::from("1"), 10)
        .await
        .unwrap_err();
    assert_eq!(small.kind, TroubleKind::Validation);
}

#[tokio::test]
async fn people_as_a_list_gives_them() {
    let (_server, desk) = desk(&[("POST", "/users", "112"), ("GET", "/user/kari", "111")]).await;
    let people = desk.people("a", 5).await.unwrap();
    assert!(!people.is_empty() && people.len() <= 5);
    assert!(people.iter().all(|p| !p.who.name.is_empty()));
    let person = desk.person(&PersonId::from("kari")).await.unwrap();
    assert!(!person.who.id.as_str().is_empty());
}

#[rstest]
#[case("001", TroubleKind::Auth)]
#[case("034", TroubleKind::NotFound)]
#[case("042", TroubleKind::Permission)]
#[tokio::test]
async fn a_read_that_fails(#[case] name: &str, #[case] kind: TroubleKind) {
    let (_server, desk) = desk(&[("GET", "/ticket/1", name)]).await;
    let trouble = desk.read(&TicketId::from("1")).await.unwrap_err();
    assert_eq!(trouble.kind, kind);
}

#[tokio::test]
async fn a_failed_query_shows_no_path_of_the_server() {
    let (_server, desk) = desk(&[("GET", "/tickets", "032")]).await;
    let trouble = desk.active_ids().await.unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Validation);
    assert!(
        trouble.message.contains("Unknown field: Banana"),
        "{}",
        trouble.message
    );
    assert!(
        !trouble.message.contains("/usr/share"),
        "{}",
        trouble.message
    );
}

#[rstest]
#[case("010", "accepted")]
#[case("011", "stale")]
#[case("012", "accepted")]
#[case("014", "accepted")]
#[case("015", "accepted")]
#[case("043", "refused")]
#[case("126", "accepted")]
#[tokio::test]
async fn a_write_that_was_answered(#[case] name: &str, #[case] means: &str) {
    let (_server, desk) = desk(&[("PUT", "/ticket/1", name)]).await;
    let priority = Action {
        id: ActionId::new(uuid::Uuid::now_v7()),
        ticket: Some(TicketId::from("1")),
        verb: Verb::Priority { to: 80 },
        seen: Seen::default(),
        at: Timestamp::now(),
        undoes: None,
        parent: None,
        force: false,
    };
    let plan = desk.plan(&priority, None).unwrap();
    assert_eq!(plan.steps[0].body, Some(json!({"Priority": 80})));
    let answer = desk.write(&priority, &plan, None, &Vec::new()).await;
    let got = match answer {
        Answer::Accepted { .. } => "accepted",
        Answer::Stale => "stale",
        Answer::Refused(_) => "refused",
        Answer::NotSent(_) => "not sent",
        Answer::NoAnswer(_) => "no answer",
    };
    assert_eq!(got, means);
}

#[tokio::test]
async fn a_note_without_the_right_is_refused() {
    let (_server, desk) = desk(&[("POST", "/ticket/1/comment", "046")]).await;
    let note = Action {
        id: ActionId::new(uuid::Uuid::now_v7()),
        ticket: Some(TicketId::from("1")),
        verb: Verb::Note {
            text: "x y".to_owned(),
            files: Vec::new(),
        },
        seen: Seen::default(),
        at: Timestamp::now(),
        undoes: None,
        parent: None,
        force: false,
    };
    let plan = desk.plan(&note, None).unwrap();
    let answer = desk.write(&note, &plan, None, &Vec::new()).await;
    assert_eq!(answer, Answer::Refused("Permission Denied".to_owned()));
}
