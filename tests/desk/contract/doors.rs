//! Doors: accounts, addresses, sessions, connections.

use secrecy::SecretString;
use vagt::desk::port::{Answer, Desk};
use vagt::desk::rt::{Auth, RtDesk, RtOptions};
use vagt::domain::action::Verb;
use vagt::domain::outcome::TroubleKind;
use vagt::domain::source::Cursor;

use super::stage::{Account, Mirror, Stage, action};

pub async fn a_wrong_token_is_said_to_be_wrong(stage: &Stage) {
    let wrong = Account {
        token: SecretString::from("1-66-00000000000000000000000000000000"),
        ..stage.agent.clone()
    };
    let desk = stage.desk(&wrong);
    let trouble = desk.probe().await.unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Auth);
    assert!(trouble.is_auth() && !trouble.is_retryable());
    let trouble = desk.changes(&Cursor::default()).await.unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Auth);
    assert!(!trouble.message.contains("0000"));
    let nonsense = Account {
        token: SecretString::from("hemmelig"),
        ..stage.agent.clone()
    };
    let trouble = stage.desk(&nonsense).probe().await.unwrap_err();
    assert!(
        matches!(trouble.kind, TroubleKind::Auth | TroubleKind::Config),
        "{trouble:?}"
    );
    let shown = format!("{:?}", stage.desk(&nonsense));
    assert!(!shown.contains("hemmelig"));
}

pub async fn a_write_with_a_wrong_token_is_surely_not_sent(stage: &Stage) {
    let id = stage.ticket("Ikke sendt", "Tekst").await;
    let wrong = Account {
        token: SecretString::from("1-66-00000000000000000000000000000000"),
        ..stage.agent.clone()
    };
    let desk = stage.desk(&wrong);
    let verb = Verb::Note {
        text: "Må ikke komme frem".to_owned(),
        files: Vec::new(),
    };
    let note = action(Some(&id), verb);
    let plan = desk.plan(&note, None).unwrap();
    let answer = desk.write(&note, &plan, None, &Vec::new()).await;
    assert!(
        matches!(&answer, Answer::NotSent(t) if t.is_auth()),
        "{answer:?}"
    );
}

pub async fn a_wrong_path_is_a_matter_of_the_config(stage: &Stage) {
    let desk = Stage::desk_at(&format!("{}/nowhere", stage.url), &stage.agent);
    let trouble = desk.probe().await.unwrap_err();
    assert!(
        matches!(trouble.kind, TroubleKind::Config | TroubleKind::NotFound),
        "{trouble:?}"
    );
    assert!(trouble.message.contains("Check") || trouble.message.contains("no such"));
    // The REST path at the end of the address is what people paste.
    let desk = Stage::desk_at(&format!("{}/REST/2.0/", stage.url), &stage.agent);
    desk.probe().await.unwrap();
}

pub async fn nobody_at_the_door(stage: &Stage) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let desk = Stage::desk_at(&url, &stage.agent);
    let trouble = desk.probe().await.unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Transient);
    assert!(
        trouble.message.contains("refuses the connection"),
        "{}",
        trouble.message
    );
    let id = stage.ticket("Ingen hjemme", "Tekst").await;
    let verb = Verb::Note {
        text: "x y".to_owned(),
        files: Vec::new(),
    };
    let note = action(Some(&id), verb);
    let plan = desk.plan(&note, None).unwrap();
    let answer = desk.write(&note, &plan, None, &Vec::new()).await;
    assert!(matches!(answer, Answer::NotSent(_)), "{answer:?}");
}

pub async fn a_cookie_session_does_the_same(stage: &Stage) {
    let options = |secret: &SecretString| {
        RtOptions::new(Auth::Password {
            user: stage.agent.login.clone(),
            secret: secret.clone(),
        })
    };
    let desk = RtDesk::new(options(&stage.agent.password), Stage::net(&stage.url)).unwrap();
    let identity = desk.probe().await.unwrap();
    assert_eq!(identity.me.id.as_str(), stage.agent.login);
    let id = stage.ticket("Med kage", "Tekst").await;
    let verb = Verb::Note {
        text: "Skrevet i en session æøå".to_owned(),
        files: Vec::new(),
    };
    let note = action(Some(&id), verb);
    let plan = desk.plan(&note, None).unwrap();
    let answer = desk.write(&note, &plan, None, &Vec::new()).await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    if let Some(server) = &stage.server {
        server.end_sessions();
    }
    let mirror = Mirror::first(&desk).await;
    assert!(mirror.tickets.contains_key(&id), "after a new login");

    let wrong = RtDesk::new(
        options(&SecretString::from("forkert")),
        Stage::net(&stage.url),
    )
    .unwrap();
    let trouble = wrong.probe().await.unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Auth);
    assert!(!trouble.message.contains("forkert"));
}
