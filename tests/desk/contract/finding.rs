//! Answers that were lost: what was written is found once, and what was not is not.

use serde_json::json;
use vagt::desk::port::{Answer, Desk};
use vagt::desk::rt::{RtDesk, RtOptions};
use vagt::domain::Timestamp;
use vagt::domain::action::{Action, NewTicket, Verb};
use vagt::domain::ids::PersonId;
use vagt::domain::outcome::Found;
use vagt::domain::plan::Marker;
use vagt::net::Method;

use super::proxy::Wire;
use super::stage::{Stage, action, carry_out, unique};

fn reply(text: &str) -> Verb {
    Verb::Reply {
        text: text.to_owned(),
        files: Vec::new(),
    }
}

fn create(stage: &Stage, subject: &str) -> Action {
    action(
        None,
        Verb::Create {
            new: NewTicket {
                subject: subject.to_owned(),
                text: "Tekst".to_owned(),
                requester: PersonId::new(stage.requester.clone()),
                queue: stage.queue.clone(),
                priority: None,
                owner: None,
                group: None,
                device: None,
            },
        },
    )
}

async fn find(desk: &RtDesk, action: &Action, sent_at: Timestamp) -> Found {
    let current = match &action.ticket {
        Some(id) => Some(desk.read(id).await.unwrap()),
        None => None,
    };
    let plan = desk.plan(action, current.as_ref()).unwrap();
    desk.find(action, &plan, sent_at).await.unwrap()
}

/// A connector whose config names no marker fields.
async fn unmarked(stage: &Stage) -> RtDesk {
    let mut options: RtOptions = Stage::options(&stage.agent);
    options.fields.marker_entry = String::new();
    options.fields.marker_create = String::new();
    let desk = RtDesk::new(options, Stage::net(&stage.url)).unwrap();
    desk.probe().await.unwrap();
    desk
}

pub async fn a_lost_reply_is_found_by_its_marker(stage: &Stage) {
    let wire = Wire::to(&stage.url).await;
    let desk = Stage::desk_at(&wire.url, &stage.agent);
    desk.probe().await.unwrap();
    let id = stage.ticket("Tabt svar", "Tekst").await;
    let sent = action(Some(&id), reply("Genstart klienten."));
    let plan = desk.plan(&sent, None).unwrap();
    let at = Timestamp::now();
    assert_eq!(find(&desk, &sent, at).await, Found::No, "not sent yet");
    wire.lose_next();
    let answer = desk.write(&sent, &plan, None, &Vec::new()).await;
    assert!(matches!(answer, Answer::NoAnswer(_)), "{answer:?}");
    let Found::Yes {
        entry: Some(entry), ..
    } = find(&desk, &sent, at).await
    else {
        panic!("the desk has it");
    };
    let entries = desk.entries(&id).await.unwrap();
    let written = entries.iter().find(|e| e.id == entry).unwrap();
    assert_eq!(written.text, "Genstart klienten.");
    // The same text by a later action of ours is another reply.
    let later = action(Some(&id), reply("Genstart klienten."));
    assert_eq!(find(&desk, &later, at).await, Found::No);
    // Should two ever appear, it is said.
    let body = json!({
        "Content": "Genstart klienten.", "ContentType": "text/plain",
        "TxnCustomFields": {"Vagt action": sent.id.to_string()},
    });
    stage
        .write(
            &stage.agent,
            Method::Post,
            &format!("/ticket/{id}/correspond"),
            body,
        )
        .await;
    assert!(matches!(find(&desk, &sent, at).await, Found::Twice(ids) if ids.len() == 2));
}

pub async fn a_lost_create_is_found_by_its_marker(stage: &Stage) {
    let wire = Wire::to(&stage.url).await;
    let desk = Stage::desk_at(&wire.url, &stage.agent);
    desk.probe().await.unwrap();
    let sent = create(stage, "Tabt oprettelse");
    let plan = desk.plan(&sent, None).unwrap();
    assert_eq!(plan.marker, Marker::Searchable);
    let at = Timestamp::now();
    assert_eq!(find(&desk, &sent, at).await, Found::No);
    wire.lose_next();
    let answer = desk.write(&sent, &plan, None, &Vec::new()).await;
    assert!(matches!(answer, Answer::NoAnswer(_)), "{answer:?}");
    let Found::Yes {
        ticket: Some(id), ..
    } = find(&desk, &sent, at).await
    else {
        panic!("the desk has it");
    };
    assert_eq!(desk.read(&id).await.unwrap().subject, "Tabt oprettelse");
    let another = create(stage, "Tabt oprettelse");
    assert_eq!(
        find(&desk, &another, at).await,
        Found::No,
        "same subject, other action"
    );
}

pub async fn without_markers_text_author_and_time_tell(stage: &Stage) {
    let desk = unmarked(stage).await;
    let id = stage.ticket("Uden mærke", "Tekst").await;
    let text = "Hej\r\n  Åse – prøv igen \n\n";
    let at = Timestamp::now();
    let sent = action(Some(&id), reply(text));
    let plan = desk.plan(&sent, None).unwrap();
    assert_eq!(plan.marker, Marker::ByText);
    assert!(
        !plan.steps[0]
            .body
            .as_ref()
            .unwrap()
            .to_string()
            .contains("TxnCustomFields")
    );
    assert_eq!(find(&desk, &sent, at).await, Found::No);
    // A colleague who writes the same is not us; neither is a note, nor our own marked reply.
    let same = json!({"Content": text, "ContentType": "text/plain"});
    let path = format!("/ticket/{id}/correspond");
    stage
        .write(&stage.other, Method::Post, &path, same.clone())
        .await;
    stage
        .write(
            &stage.agent,
            Method::Post,
            &format!("/ticket/{id}/comment"),
            same.clone(),
        )
        .await;
    assert_eq!(find(&desk, &sent, at).await, Found::No);
    carry_out(&desk, &sent, &[]).await;
    assert!(matches!(
        find(&desk, &sent, at).await,
        Found::Yes { entry: Some(_), .. }
    ));
    let long_ago = at - jiff::SignedDuration::from_hours(2);
    assert_eq!(
        find(&desk, &sent, long_ago).await,
        Found::No,
        "outside the time"
    );
    carry_out(&desk, &sent, &[]).await;
    assert!(matches!(find(&desk, &sent, at).await, Found::Twice(_)));

    let subject = unique("Opkald 'æ'");
    let made = create(stage, &subject);
    assert_eq!(find(&desk, &made, at).await, Found::No);
    carry_out(&desk, &made, &[]).await;
    assert!(matches!(
        find(&desk, &made, at).await,
        Found::Yes {
            ticket: Some(_),
            ..
        }
    ));
}

pub async fn merges_and_fields_are_found_by_reading(stage: &Stage) {
    let desk = stage.agent().await;
    let kept = stage.ticket("Bliver", "Tekst").await;
    let gone = stage.ticket("Flettes", "Tekst").await;
    let at = Timestamp::now();
    let merge = action(Some(&gone), Verb::Merge { into: kept.clone() });
    let plan = desk.plan(&merge, None).unwrap();
    assert_eq!(desk.find(&merge, &plan, at).await.unwrap(), Found::No);
    carry_out(&desk, &merge, &[]).await;
    let found = desk.find(&merge, &plan, at).await.unwrap();
    assert!(matches!(found, Found::Yes { ticket: Some(id), .. } if id == kept));

    let priority = action(Some(&kept), Verb::Priority { to: 61 });
    assert_eq!(find(&desk, &priority, at).await, Found::No);
    carry_out(&desk, &priority, &[]).await;
    assert!(matches!(
        find(&desk, &priority, at).await,
        Found::Yes { .. }
    ));
}

pub async fn a_desk_without_marker_fields_says_so_and_works(stage: &Stage) {
    let mut options: RtOptions = Stage::options(&stage.agent);
    "Findes ikke A".clone_into(&mut options.fields.marker_entry);
    "Findes ikke B".clone_into(&mut options.fields.marker_create);
    let desk = RtDesk::new(options, Stage::net(&stage.url)).unwrap();
    let id = stage.ticket("Ingen mærker", "Tekst").await;
    let at = Timestamp::now();
    // Before the probe the field is tried: the desk stores the text all the same, and it is found by it.
    let tried = action(Some(&id), reply("Før vi vidste det"));
    let plan = desk.plan(&tried, None).unwrap();
    assert_eq!(plan.marker, Marker::ByText);
    let answer = desk.write(&tried, &plan, None, &Vec::new()).await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    let identity = desk.probe().await.unwrap();
    assert!(matches!(
        desk.find(&tried, &plan, at).await.unwrap(),
        Found::Yes { .. }
    ));
    for name in ["Findes ikke A", "Findes ikke B"] {
        assert!(
            identity
                .warnings
                .iter()
                .any(|w| w.contains(name) && w.contains("administrator")),
            "{:?}",
            identity.warnings
        );
    }
    let later = action(Some(&id), reply("Efter"));
    let plan = desk.plan(&later, None).unwrap();
    assert_eq!(plan.marker, Marker::ByText);
    assert!(
        !plan.steps[0]
            .body
            .as_ref()
            .unwrap()
            .to_string()
            .contains("Findes ikke")
    );
    carry_out(&desk, &later, &[]).await;
    assert!(matches!(
        desk.find(&later, &plan, at).await.unwrap(),
        Found::Yes { .. }
    ));
}
