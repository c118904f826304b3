//! What makes no sense, or looks as if it did: the desk's own words, and nothing half done.

use async_trait::async_trait;
use serde_json::json;
use vagt::desk::apply::{Attempt, Gate, Writer, apply};
use vagt::desk::port::Desk;
use vagt::desk::rt::RtDesk;
use vagt::domain::action::Verb;
use vagt::domain::declared::Declared;
use vagt::domain::entry::EntryKind;
use vagt::domain::ids::{PersonId, TicketId};
use vagt::domain::outcome::Outcome;
use vagt::domain::ticket::{Link, LinkKind, LinkTarget, Ticket};

use super::stage::{Mirror, Stage, accepted, action};

struct Open;

#[async_trait]
impl Gate for Open {
    async fn may_write(&self) -> bool {
        true
    }
}

/// Carries an action out as delivery does.
async fn tried(desk: &RtDesk, stage: &Stage, id: &TicketId, verb: Verb) -> Outcome {
    let (action, files) = (action(Some(id), verb), Vec::new());
    let writer = Writer {
        me: PersonId::new(stage.agent.login.clone()),
    };
    let attempt = Attempt {
        action: &action,
        files: &files,
        sent_at: None,
        known: &[],
    };
    apply(desk, attempt, &writer, &Open).await.unwrap().outcome
}

/// It is refused with words of the desk, and the tickets stay as they were.
async fn refused(desk: &RtDesk, stage: &Stage, id: &TicketId, verb: Verb, others: &[&TicketId]) {
    let mut before: Vec<Ticket> = Vec::new();
    for id in others.iter().copied().chain([id]) {
        before.push(desk.read(id).await.unwrap());
    }
    let what = format!("{verb:?} on {id}");
    match tried(desk, stage, id, verb).await {
        Outcome::Refused { message } => assert!(message.len() > 10, "{what}: {message:?}"),
        other => panic!("{what}: {other:?}"),
    }
    for (id, before) in others.iter().copied().chain([id]).zip(before) {
        let after = desk.read(id).await.unwrap();
        assert_eq!(after.links, before.links, "{what}");
        assert_eq!(after.status, before.status, "{what}");
        assert_eq!(after.id, before.id, "{what}");
    }
}

pub async fn links_in_a_circle_are_refused_and_change_nothing(stage: &Stage) {
    let desk = stage.agent().await;
    let [top, middle, bottom] = [
        stage.ticket("Øverst", "Tekst").await,
        stage.ticket("Midt", "Tekst").await,
        stage.ticket("Nederst", "Tekst").await,
    ];
    let part_of = |parent: &TicketId| Verb::Link {
        link: Declared::link(parent),
    };
    accepted(&desk, &middle, part_of(&top)).await;
    accepted(&desk, &bottom, part_of(&middle)).await;
    let all = [&top, &middle, &bottom];
    // To itself, to its own part, and to a part of its part.
    refused(&desk, stage, &top, part_of(&top), &all).await;
    refused(&desk, stage, &top, part_of(&middle), &all).await;
    refused(&desk, stage, &top, part_of(&bottom), &all).await;
}

pub async fn a_merge_into_itself_into_a_merged_or_a_deleted_one_leaves_nothing_half_done(
    stage: &Stage,
) {
    let desk = stage.agent().await;
    let [one, other, merged, lost, deleted] = [
        stage.ticket("Den ene", "Tekst").await,
        stage.ticket("Den anden", "Tekst").await,
        stage.ticket("Flettet", "Tekst").await,
        stage.ticket("Tabt", "Tekst").await,
        stage.ticket("Slettet", "Tekst").await,
    ];
    let into = |into: &TicketId| Verb::Merge { into: into.clone() };
    refused(&desk, stage, &one, into(&one), &[]).await;
    let delete = json!({"Status": "deleted"});
    let path = format!("/ticket/{deleted}");
    let method = vagt::net::Method::Put;
    stage.write(&stage.root, method, &path, delete).await;
    // The desk does that, and does it whole; `merging::why_not` keeps people from it.
    let outcome = tried(&desk, stage, &lost, into(&deleted)).await;
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
    assert_eq!(desk.read(&lost).await.unwrap().id, deleted);
    let (from, to) = (
        desk.read(&one).await.unwrap(),
        desk.read(&deleted).await.unwrap(),
    );
    assert!(vagt::domain::merging::why_not(&from, &to).is_some());
    // One that was merged stands for the one it went into: both end there, and what was merged before stays there.
    accepted(&desk, &merged, into(&other)).await;
    let outcome = tried(&desk, stage, &one, into(&merged)).await;
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
    for id in [&one, &merged, &other] {
        assert_eq!(desk.read(id).await.unwrap().id, other, "{id}");
    }
    // It is there already.
    let again = tried(&desk, stage, &one, into(&other)).await;
    let is_right = matches!(again, Outcome::NoChange { .. } | Outcome::Refused { .. });
    assert!(is_right, "{again:?}");
}

pub async fn an_answer_to_a_closed_ticket_is_there_once_whatever_becomes_of_its_status(
    stage: &Stage,
) {
    let desk = stage.agent().await;
    for status in ["resolved", "rejected"] {
        let id = stage.ticket("Lukket", "Tekst").await;
        stage.put(&id, json!({"Status": status})).await;
        let text = format!("Svar på en sag, der er {status}");
        let files = Vec::new();
        let reply = Verb::Reply {
            text: text.clone(),
            files,
        };
        let outcome = tried(&desk, stage, &id, reply).await;
        let Outcome::Done {
            ticket: Some(told), ..
        } = outcome
        else {
            panic!("{outcome:?}")
        };
        let entries = desk.entries(&id).await.unwrap();
        let replies = entries.iter().filter(|e| e.kind == EntryKind::Reply);
        let texts: Vec<&str> = replies.map(|e| e.text.trim()).collect();
        assert_eq!(texts, [text.as_str()]);
        // What is told of it is what the desk has.
        assert_eq!(told.status, desk.read(&id).await.unwrap().status);
    }
}

pub async fn a_first_read_tells_which_tickets_have_parts(stage: &Stage) {
    let desk = stage.agent().await;
    let whole = stage.ticket("Står for alle", "Tekst").await;
    let mut parts = Vec::new();
    for _ in 0..3 {
        let part = stage.ticket("Del", "Tekst").await;
        stage
            .put(&part, json!({"AddMemberOf": whole.as_str()}))
            .await;
        parts.push(part);
    }
    let mirror = Mirror::first(&stage.agent().await).await;
    let links = mirror.tickets[&whole].links.known().cloned();
    let wanted = parts.iter().map(|part| Link {
        kind: LinkKind::Child,
        target: LinkTarget::Ticket(part.clone()),
    });
    let mut links = links.unwrap_or_default();
    let mut wanted: Vec<Link> = wanted.collect();
    links.sort();
    wanted.sort();
    assert_eq!(links, wanted);
    // A part that leaves is told by the feed.
    let mut mirror = mirror;
    let gone = json!({"DeleteMemberOf": whole.as_str()});
    stage.put(&parts[0], gone).await;
    let is_told = |m: &Mirror| {
        m.tickets[&whole]
            .links
            .known()
            .is_some_and(|l| l.len() == 2)
    };
    mirror.until(&desk, "two parts", is_told).await;
}
