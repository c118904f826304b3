//! Writing: each verb once, guarded, refused, turned away.

use serde_json::json;
use vagt::desk::port::{Answer, Desk};
use vagt::domain::Fact;
use vagt::domain::action::{NewTicket, OutgoingFile, Verb};
use vagt::domain::claim::{Claim, Doing};
use vagt::domain::entry::{EntryKind, Visibility};
use vagt::domain::ids::{GroupId, PersonId, TicketId};
use vagt::domain::outcome::TroubleKind;
use vagt::domain::person::PersonRef;
use vagt::domain::plan::{Expect, Marker};
use vagt::domain::source::Can;
use vagt::domain::ticket::{Link, LinkKind, LinkTarget};

use super::stage::{Stage, accepted, action, carry_out, unique};

pub async fn each_field_is_set_and_taken_back(stage: &Stage) {
    let desk = stage.agent().await;
    let id = stage.ticket("Felter", "Tekst").await;
    let linked = stage.ticket("Anden", "Tekst").await;
    let me = PersonId::new(stage.agent.login.clone());
    let other = PersonId::new(stage.other.login.clone());
    let link = |kind, target: &TicketId| Link {
        kind,
        target: LinkTarget::Ticket(target.clone()),
    };
    let now = vagt::domain::Timestamp::now();
    let until = now + jiff::SignedDuration::from_mins(15);
    let who = PersonRef::new(me.clone(), "Søren (æøå)");
    let claim = Claim::new(Doing::Writing, &who, (now, until), "3f2a91c0");
    let verbs = [
        Verb::Take,
        Verb::Status {
            to: "open".to_owned(),
        },
        Verb::Status {
            to: "stalled".to_owned(),
        },
        Verb::Priority { to: 83 },
        Verb::Queue {
            to: stage.second_queue.clone(),
        },
        Verb::Group {
            to: Some(GroupId::from("vpn")),
        },
        Verb::Group {
            to: Some(GroupId::from("wifi")),
        },
        Verb::Tag {
            tag: "på-ferie".to_owned(),
        },
        Verb::Tag {
            tag: "O'Brien \"x\"".to_owned(),
        },
        Verb::Untag {
            tag: "på-ferie".to_owned(),
        },
        Verb::Link {
            link: link(LinkKind::RefersTo, &linked),
        },
        Verb::Link {
            link: link(LinkKind::DependsOn, &linked),
        },
        Verb::Link {
            link: link(LinkKind::Parent, &linked),
        },
        Verb::Unlink {
            link: link(LinkKind::Parent, &linked),
        },
        Verb::Link {
            link: link(LinkKind::ReferredToBy, &linked),
        },
        Verb::Claim {
            claim: claim.clone(),
        },
        Verb::Unclaim { claim },
        Verb::Release,
        Verb::Assign { to: other.clone() },
        Verb::Steal,
        Verb::Assign {
            to: PersonId::from("Nobody"),
        },
    ];
    for verb in verbs {
        let word = verb.word();
        let action = action(Some(&id), verb);
        let current = desk.read(&id).await.unwrap();
        let plan = desk.plan(&action, Some(&current)).unwrap();
        assert_eq!(plan.marker, Marker::ByState, "{word}");
        assert!(plan.steps.iter().all(|s| s.guarded), "{word}");
        assert!(!plan.expects.is_empty(), "{word}");
        let answer = desk
            .write(&action, &plan, current.version.as_ref(), &Vec::new())
            .await;
        assert!(
            matches!(answer, Answer::Accepted { .. }),
            "{word}: {answer:?}"
        );
        let after = desk.read(&id).await.unwrap();
        for expect in &plan.expects {
            assert!(holds(expect, &after), "{word}: {expect:?} in {after:?}");
        }
        assert_ne!(after.version, current.version, "{word} was recorded");
        // What takes it back brings the field to where it was, and then it is done again.
        if let Some(inverse) = plan.inverse.clone() {
            let undone = accepted(&desk, &id, inverse).await;
            assert_eq!(
                undone.owner.clone().map(|p| p.id),
                current.owner.clone().map(|p| p.id),
                "{word}"
            );
            assert_eq!(undone.status, current.status, "{word}");
            assert_eq!(undone.priority, current.priority, "{word}");
            assert_eq!(undone.queue, current.queue, "{word}");
            assert_eq!(undone.group, current.group, "{word}");
            assert_eq!(undone.tags, current.tags, "{word}");
            assert_eq!(undone.links, current.links, "{word}");
            accepted(&desk, &id, action.verb.clone()).await;
        }
    }
    let ticket = desk.read(&id).await.unwrap();
    assert_eq!(ticket.tags, Fact::Known(vec!["O'Brien \"x\"".to_owned()]));
    assert_eq!(ticket.owner, Fact::Empty);
    assert_ne!(me, other);
}

fn holds(expect: &Expect, t: &vagt::domain::ticket::Ticket) -> bool {
    match expect {
        Expect::Owner(o) => t.owner.clone().map(|p| p.id) == *o,
        Expect::Status(s) => t.status.name == *s,
        Expect::Priority(p) => t.priority == Fact::Known(*p),
        Expect::Queue(q) => t.queue == Fact::Known(q.clone()),
        Expect::Group(g) => t.group == *g,
        Expect::HasTag(tag) => t.tags.known().is_some_and(|tags| tags.contains(tag)),
        Expect::LacksTag(tag) => !t.tags.known().is_some_and(|tags| tags.contains(tag)),
        Expect::HasLink(l) => t.links.known().is_some_and(|links| links.contains(l)),
        Expect::LacksLink(l) => !t.links.known().is_some_and(|links| links.contains(l)),
        Expect::HasClaim(c) => t.claims.known().is_some_and(|claims| claims.contains(c)),
        Expect::LacksClaim(c) => !t.claims.known().is_some_and(|claims| claims.contains(c)),
        Expect::HasEntry | Expect::MergedInto(_) | Expect::Created => false,
    }
}

pub async fn a_reply_and_a_note_with_files_and_marker(stage: &Stage) {
    let desk = stage.agent().await;
    let id = stage.ticket("Svar", "Tekst").await;
    let text = "Hej Søren\n\n  indrykket – æøå €\n<b>ikke html</b>\n";
    let files = vec![
        OutgoingFile {
            name: "skærm billede.txt".to_owned(),
            media_type: "text/plain".to_owned(),
            size: 7,
            position: 0,
        },
        OutgoingFile {
            name: "tom.bin".to_owned(),
            media_type: "application/octet-stream".to_owned(),
            size: 0,
            position: 1,
        },
    ];
    let reply = action(
        Some(&id),
        Verb::Reply {
            text: text.to_owned(),
            files,
        },
    );
    let plan = desk.plan(&reply, None).unwrap();
    assert_eq!(plan.marker, Marker::Searchable);
    assert_eq!(
        plan.warnings.len(),
        1,
        "the spoilt name is said: {:?}",
        plan.warnings
    );
    assert!(!plan.notices.is_empty());
    assert_eq!(plan.inverse, None);
    let answer = carry_out(&desk, &reply, &[b"hej log", b""]).await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    let note = action(
        Some(&id),
        Verb::Note {
            text: "Intern bemærkning".to_owned(),
            files: Vec::new(),
        },
    );
    let answer = carry_out(&desk, &note, &[]).await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");

    let entries = desk.entries(&id).await.unwrap();
    let reply_entry = entries.iter().find(|e| e.kind == EntryKind::Reply).unwrap();
    assert_eq!(reply_entry.text, text.trim_end());
    assert_eq!(reply_entry.visibility, Visibility::Public);
    assert_eq!(reply_entry.marker, Some(reply.id.to_string()));
    assert_eq!(
        reply_entry.author.known().unwrap().id.as_str(),
        stage.agent.login
    );
    assert_eq!(reply_entry.attachments.len(), 2);
    assert!(reply_entry.attachments[0].name.is_ascii());
    let first = desk
        .attachment(&reply_entry.attachments[0].id, 100)
        .await
        .unwrap();
    assert_eq!(first.bytes, b"hej log");
    let empty = desk
        .attachment(&reply_entry.attachments[1].id, 100)
        .await
        .unwrap();
    assert_eq!(empty.bytes, b"");
    let note_entry = entries.iter().find(|e| e.kind == EntryKind::Note).unwrap();
    assert_eq!(note_entry.visibility, Visibility::Internal);
    assert_eq!(note_entry.marker, Some(note.id.to_string()));
}

pub async fn a_ticket_for_a_caller(stage: &Stage) {
    let desk = stage.agent().await;
    let subject = unique("Opkald fra Åse – 'vpn'");
    let create = action(
        None,
        Verb::Create {
            new: NewTicket {
                subject: subject.clone(),
                text: "Ringer: VPN nede\næøå".to_owned(),
                requester: PersonId::new(stage.requester.clone()),
                queue: stage.queue.clone(),
                priority: Some(70),
                owner: Some(PersonId::new(stage.agent.login.clone())),
                group: Some(GroupId::from("vpn")),
                device: Some("LT-0007".to_owned()),
            },
        },
    );
    let Answer::Accepted {
        created: Some(id), ..
    } = carry_out(&desk, &create, &[]).await
    else {
        panic!("the answer names the ticket");
    };
    let ticket = desk.read(&id).await.unwrap();
    assert_eq!(ticket.subject, subject);
    assert_eq!(ticket.requester().unwrap().id.as_str(), stage.requester);
    assert_eq!(ticket.priority, Fact::Known(70));
    assert_eq!(ticket.owner.known().unwrap().id.as_str(), stage.agent.login);
    assert_eq!(ticket.group, Fact::Known("vpn".into()));
    assert_eq!(ticket.device, Fact::Known("LT-0007".to_owned()));
    assert!(
        !ticket
            .custom
            .values()
            .flatten()
            .any(|v| *v == create.id.to_string()),
        "the marker is ours to see"
    );
    let entries = desk.entries(&id).await.unwrap();
    assert_eq!(entries[0].text, "Ringer: VPN nede\næøå");
}

pub async fn a_merge(stage: &Stage) {
    let desk = stage.agent().await;
    let kept = stage.ticket("Bliver", "Tekst").await;
    let gone = stage.ticket("Flettes", "Den andens tekst").await;
    let merge = action(Some(&gone), Verb::Merge { into: kept.clone() });
    let answer = carry_out(&desk, &merge, &[]).await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    assert_eq!(desk.read(&gone).await.unwrap().id, kept);
    let texts: Vec<_> = desk
        .entries(&kept)
        .await
        .unwrap()
        .into_iter()
        .map(|e| e.text)
        .collect();
    assert!(texts.contains(&"Den andens tekst".to_owned()), "{texts:?}");
}

pub async fn an_old_version_is_not_overwritten(stage: &Stage) {
    let desk = stage.agent().await;
    let id = stage.ticket("Version", "Tekst").await;
    for verb in [
        Verb::Priority { to: 44 },
        Verb::Take,
        Verb::Tag {
            tag: "x".to_owned(),
        },
        Verb::Status {
            to: "open".to_owned(),
        },
    ] {
        let before = desk.read(&id).await.unwrap();
        stage
            .put(&id, json!({"Subject": unique("En anden ændrede")}))
            .await;
        let action = action(Some(&id), verb);
        let plan = desk.plan(&action, Some(&before)).unwrap();
        let answer = desk
            .write(&action, &plan, before.version.as_ref(), &Vec::new())
            .await;
        assert_eq!(answer, Answer::Stale, "{}", action.verb.word());
        let after = desk.read(&id).await.unwrap();
        assert_eq!(after.owner, before.owner);
        assert_eq!(after.priority, before.priority);
        assert_eq!(after.tags, before.tags);
        assert_eq!(after.status, before.status);
    }
}

pub async fn a_refusal_that_comes_as_success_changes_nothing(stage: &Stage) {
    let desk = stage.agent().await;
    let id = stage.ticket("Afslag", "Tekst").await;
    let before = desk.read(&id).await.unwrap();
    for verb in [
        Verb::Status {
            to: "bananflue".to_owned(),
        },
        Verb::Queue {
            to: "Findes ikke".to_owned(),
        },
        Verb::Assign {
            to: PersonId::from("findes-ikke"),
        },
    ] {
        let action = action(Some(&id), verb);
        let answer = carry_out(&desk, &action, &[]).await;
        // Whatever it says, reading back decides.
        if let Answer::Accepted { remarks, .. } = &answer {
            assert!(!remarks.is_empty(), "the desk's words are kept");
        }
        let after = desk.read(&id).await.unwrap();
        assert_eq!(after.status, before.status);
        assert_eq!(after.queue, before.queue);
        assert_eq!(after.owner, before.owner);
    }
    let missing = action(Some(&TicketId::from("99999999")), Verb::Priority { to: 1 });
    let plan = desk.plan(&missing, None).unwrap();
    let answer = desk.write(&missing, &plan, None, &Vec::new()).await;
    assert!(matches!(answer, Answer::Refused(_)), "{answer:?}");
    let bad_queue = action(
        None,
        Verb::Create {
            new: NewTicket {
                subject: "x".to_owned(),
                text: "x".to_owned(),
                requester: PersonId::new(stage.requester.clone()),
                queue: "Findes ikke".to_owned(),
                priority: None,
                owner: None,
                group: None,
                device: None,
            },
        },
    );
    let answer = carry_out(&desk, &bad_queue, &[]).await;
    assert!(matches!(answer, Answer::Refused(_)), "{answer:?}");
}

pub async fn a_reader_is_told_before_and_turned_away_after(stage: &Stage) {
    let id = stage.ticket("Kun læse", "Tekst").await;
    let desk = stage.desk(&stage.reader);
    let note = action(
        Some(&id),
        Verb::Note {
            text: "Må ikke".to_owned(),
            files: Vec::new(),
        },
    );
    // Before the probe the connector does not know; the desk refuses.
    let plan = desk.plan(&note, None).unwrap();
    let answer = desk.write(&note, &plan, None, &Vec::new()).await;
    assert!(matches!(answer, Answer::Refused(_)), "{answer:?}");
    let take = action(Some(&id), Verb::Priority { to: 99 });
    let before = desk.read(&id).await.unwrap();
    let plan = desk.plan(&take, Some(&before)).unwrap();
    let answer = desk
        .write(&take, &plan, before.version.as_ref(), &Vec::new())
        .await;
    assert!(
        matches!(answer, Answer::Refused(_) | Answer::Accepted { .. }),
        "{answer:?}"
    );
    assert_eq!(desk.read(&id).await.unwrap().priority, before.priority);
    let identity = desk.probe().await.unwrap();
    assert!(matches!(identity.capabilities.write, Can::No(_)));
    assert!(!identity.warnings.is_empty());
    let why = desk.plan(&note, None).unwrap_err();
    assert_eq!(why.kind, TroubleKind::Permission);
}

pub async fn what_cannot_be_sent_is_said_beforehand(stage: &Stage) {
    let desk = stage.agent().await;
    let id = stage.ticket("Plan", "Tekst").await;
    let nothing = |text: &str| Verb::Reply {
        text: text.to_owned(),
        files: Vec::new(),
    };
    for verb in [
        nothing(""),
        nothing(" \n "),
        nothing("0"),
        Verb::Merge { into: id.clone() },
        Verb::Tag {
            tag: "x".to_owned(),
        },
        Verb::Link {
            link: Link {
                kind: LinkKind::RefersTo,
                target: LinkTarget::Ticket(id.clone()),
            },
        },
    ] {
        let action = action(Some(&id), verb);
        let trouble = desk.plan(&action, None).unwrap_err();
        assert_eq!(
            trouble.kind,
            TroubleKind::Validation,
            "{}",
            action.verb.word()
        );
        assert!(!trouble.message.is_empty());
    }
}
