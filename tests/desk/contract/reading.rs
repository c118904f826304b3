//! Reading: lists, tickets, conversations, people.

use std::collections::BTreeSet;

use serde_json::json;
use vagt::desk::port::Desk;
use vagt::domain::Fact;
use vagt::domain::entry::{EntryKind, Visibility};
use vagt::domain::ids::{PersonId, TicketId};
use vagt::domain::outcome::TroubleKind;
use vagt::domain::source::Can;
use vagt::domain::ticket::{LinkKind, LinkTarget, StatusClass};
use vagt::net::Method;

use super::stage::{Mirror, Stage, unique};

pub async fn the_desk_says_who_and_what(stage: &Stage) {
    let desk = stage.desk(&stage.agent);
    let before = desk.capabilities();
    assert_eq!(
        before.write,
        Can::Unknown,
        "nothing is promised before the probe"
    );
    let identity = desk.probe().await.unwrap();
    assert_eq!(identity.product, "Request Tracker");
    assert!(identity.version.starts_with('5'), "{}", identity.version);
    assert_eq!(identity.me.id.as_str(), stage.agent.login);
    assert_ne!(identity.me.name, stage.agent.login, "with the real name");
    let can = &identity.capabilities;
    for (what, can) in [
        ("write", &can.write),
        ("tags", &can.tags),
        ("group", &can.group),
        ("merge", &can.merge),
        ("device", &can.device),
        ("marker_entry", &can.marker_entry),
        ("marker_create", &can.marker_create),
        ("devices", &can.devices),
    ] {
        assert_eq!(can, &Can::Yes, "{what}");
    }
    assert_eq!(identity.warnings, Vec::<String>::new());
    assert!(identity.skew_ms.unwrap().abs() < 5_000);
    assert_eq!(desk.capabilities(), identity.capabilities);
}

pub async fn the_words_of_the_desk(stage: &Stage) {
    let desk = stage.agent().await;
    let vocab = desk.vocab().await.unwrap();
    assert!(vocab.queues.contains(&stage.queue));
    assert!(!vocab.queues.contains(&stage.hidden_queue));
    let logins: Vec<&str> = vocab.agents.iter().map(|p| p.who.id.as_str()).collect();
    assert!(logins.contains(&stage.agent.login.as_str()), "{logins:?}");
    assert!(logins.contains(&stage.other.login.as_str()), "{logins:?}");
    assert!(!logins.contains(&"Nobody"));
    assert!(
        vocab
            .statuses
            .contains(&("stalled".to_owned(), StatusClass::WaitingOther))
    );
}

pub async fn a_first_read_brings_every_active_ticket_with_its_text(stage: &Stage) {
    let subject = unique("Første læsning æøå");
    let id = stage
        .ticket(&subject, "Hej\n\nVPN ryger hver 5. minut. Æ Ø Å.\n")
        .await;
    let desk = stage.agent().await;
    let ids: BTreeSet<TicketId> = desk.active_ids().await.unwrap().into_iter().collect();
    let mirror = Mirror::first(&desk).await;
    // Others may make tickets meanwhile; what was there before must have come.
    let missing: Vec<_> = ids
        .iter()
        .filter(|id| !mirror.tickets.contains_key(*id) && !mirror.gone.contains_key(*id))
        .collect();
    assert_eq!(missing, Vec::<&TicketId>::new());
    let ticket = &mirror.tickets[&id];
    assert_eq!(ticket.subject, subject);
    assert_eq!(
        ticket.body,
        Fact::Known("Hej\n\nVPN ryger hver 5. minut. Æ Ø Å.".to_owned())
    );
    assert_eq!(ticket.queue, Fact::Known(stage.queue.clone()));
    assert_eq!(ticket.owner, Fact::Empty);
    assert_eq!(ticket.status.class, StatusClass::New);
    assert_eq!(ticket.due, Fact::Empty, "1970 is not a date");
    assert_eq!(ticket.group, Fact::Empty);
    assert_eq!(ticket.tags, Fact::Empty);
    assert_eq!(ticket.requester().unwrap().id.as_str(), stage.requester);
    let unknown: Vec<_> = mirror
        .tickets
        .values()
        .filter(|t| t.body.is_unknown() || t.requesters.is_unknown() || t.queue.is_unknown())
        .map(|t| &t.id)
        .collect();
    assert_eq!(
        unknown,
        Vec::<&TicketId>::new(),
        "of every ticket these are known"
    );
}

pub async fn a_first_read_brings_devices_with_numbers(stage: &Stage) {
    let desk = stage.agent().await;
    let name = unique("LT");
    let body = json!({
        "Catalog": catalog(stage).await, "Name": name, "Status": "in-use", "HeldBy": stage.requester,
        "CustomFields": {"RSRP dBm": "-97", "VPN state": "down", "RTT ms": "n/a", "Access": "4G", "Loss %": "12,5"},
    });
    let made = stage.write(&stage.root, Method::Post, "/asset", body).await;
    let mirror = Mirror::first(&desk).await;
    let id = vagt::domain::ids::DeviceId::new(made["id"].as_str().unwrap());
    let device = &mirror.devices[&id];
    assert_eq!(device.name, name);
    assert_eq!(device.number("rsrp_dbm"), Some(-97.0));
    assert_eq!(device.number("loss_pct"), Some(12.5));
    assert_eq!(device.number("rtt_ms"), None, "n/a is no measurement");
    assert_eq!(device.text("vpn_state"), Some("down"));
    assert_eq!(device.text("access"), Some("mobile"));
    let holder = device.holder.known().unwrap();
    assert_eq!(holder.id.as_str(), stage.requester);
    // A change comes by the feed.
    let mut mirror = mirror;
    let path = format!("/asset/{id}");
    let up = json!({"CustomFields": {"VPN state": "up"}});
    stage.write(&stage.root, Method::Put, &path, up).await;
    mirror
        .until(&desk, "the device's new state", |m| {
            m.devices[&id].text("vpn_state") == Some("up")
        })
        .await;
}

async fn catalog(stage: &Stage) -> String {
    let answer = stage
        .call(&stage.agent, Method::Get, "/catalogs/all?fields=Name", None)
        .await;
    let list: serde_json::Value = answer.json().unwrap();
    list["items"][0]["Name"].as_str().unwrap().to_owned()
}

pub async fn a_ticket_with_everything(stage: &Stage) {
    let desk = stage.agent().await;
    let subject = "O'Brien sa \"nei\" \\ 100 % – \u{1b}[31mrød\u{1b}[0m \u{202e}gniks æøå";
    let id = stage.ticket(subject, "Tekst").await;
    let linked = stage.ticket("Den anden", "Tekst").await;
    stage
        .put(
            &id,
            json!({
                "Owner": stage.other.login, "Priority": 80, "Status": "open",
                "AddRefersTo": [linked.as_str(), "https://example.test/a"],
                "AddDependsOn": [linked.as_str()],
                "CustomFields": {"Vagt group": "vpn", "Vagt tags": ["vip", "på-ferie"], "Device": "LT-0001"},
            }),
        )
        .await;
    let ticket = desk.read(&id).await.unwrap();
    assert_eq!(
        ticket.subject,
        "O'Brien sa \"nei\" \\ 100 % – rød gniks æøå"
    );
    assert_eq!(ticket.owner.known().unwrap().id.as_str(), stage.other.login);
    assert_eq!(ticket.priority, Fact::Known(80));
    assert_eq!(ticket.status.class, StatusClass::Open);
    assert_eq!(ticket.queue, Fact::Known(stage.queue.clone()));
    assert_eq!(ticket.group, Fact::Known("vpn".into()));
    assert_eq!(
        ticket.tags,
        Fact::Known(vec!["på-ferie".to_owned(), "vip".to_owned()])
    );
    assert_eq!(ticket.device, Fact::Known("LT-0001".to_owned()));
    let links = ticket.links.known().unwrap();
    let has = |kind, target: LinkTarget| links.iter().any(|l| l.kind == kind && l.target == target);
    assert!(has(LinkKind::RefersTo, LinkTarget::Ticket(linked.clone())));
    assert!(has(LinkKind::DependsOn, LinkTarget::Ticket(linked.clone())));
    assert!(has(
        LinkKind::RefersTo,
        LinkTarget::Other("https://example.test/a".to_owned())
    ));
    assert!(ticket.version.is_some());
    let other_side = desk.read(&linked).await.unwrap();
    assert!(
        other_side
            .links
            .known()
            .unwrap()
            .iter()
            .any(|l| l.kind == LinkKind::DependedOnBy)
    );
    let many = desk.read_many(&[id.clone(), linked]).await.unwrap();
    assert_eq!(many.len(), 2);
    assert_eq!(many[0].group, Fact::Known("vpn".into()));
}

pub async fn what_is_not_there_says_so(stage: &Stage) {
    let desk = stage.agent().await;
    let missing = desk.read(&TicketId::from("99999999")).await.unwrap_err();
    assert_eq!(missing.kind, TroubleKind::NotFound);
    let nonsense = desk.read(&TicketId::from("1/history")).await.unwrap_err();
    assert_eq!(nonsense.kind, TroubleKind::NotFound);
    let hidden = stage
        .ticket_in(&stage.hidden_queue, "Fortroligt", "Tekst")
        .await;
    let forbidden = desk.read(&hidden).await.unwrap_err();
    assert_eq!(forbidden.kind, TroubleKind::Permission);
    let nobody = desk.person(&PersonId::from("findes-ikke-æ")).await;
    assert_eq!(nobody.unwrap_err().kind, TroubleKind::NotFound);
}

pub async fn a_conversation_with_texts_files_and_changes(stage: &Stage) {
    let desk = stage.agent().await;
    let id = stage
        .ticket("Samtale", "Første besked\nmed to linjer")
        .await;
    let path = format!("/ticket/{id}");
    let note = json!({
        "Content": "Intern: prøv gw2 – æøå\u{1b}[2J", "ContentType": "text/plain",
        "Attachments": [
            {"FileName": "log.txt", "FileType": "text/plain", "FileContent": "aGVqIGxvZw=="},
            {"FileName": "shot.png", "FileType": "image/png", "FileContent": "iVBORw0KGgo="},
        ],
    });
    stage
        .write(&stage.other, Method::Post, &format!("{path}/comment"), note)
        .await;
    let reply = json!({"Content": "<p>Hej <b>Mette</b></p><script>x()</script><p>Prøv igen &amp; skriv</p>", "ContentType": "text/html"});
    stage
        .write(
            &stage.other,
            Method::Post,
            &format!("{path}/correspond"),
            reply,
        )
        .await;
    stage.put(&id, json!({"Owner": stage.other.login})).await;
    stage
        .put(&id, json!({"CustomFields": {"Vagt group": "wifi"}}))
        .await;
    let entries = desk.entries(&id).await.unwrap();
    let ids: Vec<_> = entries.iter().map(|e| e.id.clone()).collect();
    let mut sorted = ids.clone();
    sorted.sort();
    assert_eq!(ids, sorted, "oldest first");
    let create = &entries[0];
    assert_eq!(create.kind, EntryKind::Create);
    assert_eq!(create.text, "Første besked\nmed to linjer");
    let note = entries.iter().find(|e| e.kind == EntryKind::Note).unwrap();
    assert_eq!(note.visibility, Visibility::Internal);
    assert_eq!(note.text, "Intern: prøv gw2 – æøå");
    assert_eq!(note.author.known().unwrap().id.as_str(), stage.other.login);
    assert_ne!(note.author.known().unwrap().name, stage.other.login);
    let names: Vec<_> = note.attachments.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["log.txt", "shot.png"]);
    let reply = entries.iter().find(|e| e.kind == EntryKind::Reply).unwrap();
    assert!(reply.is_public_message());
    assert!(
        reply.text.contains("Hej Mette") && reply.text.contains("Prøv igen & skriv"),
        "{}",
        reply.text
    );
    assert!(
        !reply.text.contains("x()") && !reply.text.contains('<'),
        "{}",
        reply.text
    );
    let changes: Vec<(&str, &str, &str)> = entries
        .iter()
        .filter_map(|e| match &e.kind {
            EntryKind::Change { field, from, to } => {
                Some((field.as_str(), from.as_str(), to.as_str()))
            }
            _ => None,
        })
        .collect();
    assert!(
        changes.contains(&("owner", "Nobody", stage.other.login.as_str())),
        "by login, once: {changes:?}"
    );
    assert_eq!(changes.iter().filter(|c| c.0 == "owner").count(), 1);
    assert!(changes.contains(&("group", "", "wifi")), "{changes:?}");

    let log = desk
        .attachment(&note.attachments[0].id, 1_000)
        .await
        .unwrap();
    assert_eq!(
        (log.name.as_str(), log.bytes.as_slice()),
        ("log.txt", &b"hej log"[..])
    );
    let png = desk
        .attachment(&note.attachments[1].id, 1_000)
        .await
        .unwrap();
    assert_eq!(png.bytes, b"\x89PNG\r\n\x1a\n");
    let capped = desk
        .attachment(&note.attachments[0].id, 3)
        .await
        .unwrap_err();
    assert_eq!(capped.kind, TroubleKind::Validation);
}

pub async fn what_happened_after_a_version(stage: &Stage) {
    let desk = stage.agent().await;
    let id = stage.ticket("Efter en version", "Tekst").await;
    let version = desk.read(&id).await.unwrap().version.unwrap();
    assert_eq!(desk.entries_after(&id, &version).await.unwrap(), Vec::new());
    stage.put(&id, json!({"Priority": 77})).await;
    stage
        .put(&id, json!({"CustomFields": {"Vagt tags": ["ny"]}}))
        .await;
    // A connector that has read nothing else must know the field's name all the same.
    let fresh = stage.agent().await;
    let after = fresh.entries_after(&id, &version).await.unwrap();
    let fields: Vec<_> = after
        .iter()
        .filter_map(|e| match &e.kind {
            EntryKind::Change { field, to, .. } => Some((field.as_str(), to.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(fields, [("priority", "77"), ("tags", "ny")]);
    assert!(
        after
            .iter()
            .all(|e| e.author.known().unwrap().id.as_str() == stage.other.login)
    );
}

pub async fn a_long_history_has_no_holes(stage: &Stage) {
    let desk = stage.agent().await;
    let id = stage.ticket("Lang historie", "Tekst").await;
    let path = format!("/ticket/{id}");
    for n in 0..130 {
        stage
            .write(
                &stage.root,
                Method::Put,
                &path,
                json!({"Priority": 10 + n % 50 * 2 + n % 2}),
            )
            .await;
    }
    let reply = json!({"Content": "Sidst", "ContentType": "text/plain"});
    stage
        .write(
            &stage.other,
            Method::Post,
            &format!("{path}/correspond"),
            reply,
        )
        .await;
    let entries = desk.entries(&id).await.unwrap();
    assert_eq!(entries.first().unwrap().kind, EntryKind::Create);
    let changes = entries
        .iter()
        .filter(|e| matches!(&e.kind, EntryKind::Change { field, .. } if field == "priority"))
        .count();
    assert_eq!(changes, 130);
    assert!(entries.iter().any(|e| e.text == "Sidst"));
}

pub async fn people_by_name_and_their_tickets(stage: &Stage) {
    let desk = stage.agent().await;
    let (part, whole) = &stage.search;
    let found = desk.people(part, 20).await.unwrap();
    let names: Vec<_> = found.iter().map(|p| p.who.name.as_str()).collect();
    assert!(names.contains(&whole.as_str()), "{part} finds {names:?}");
    assert!(desk.people(&unique("ingen"), 20).await.unwrap().is_empty());
    assert!(desk.people("'; DROP", 20).await.unwrap().is_empty());
    let agent = desk
        .person(&PersonId::new(stage.agent.login.clone()))
        .await
        .unwrap();
    assert_eq!(agent.agent, Fact::Known(true));
    assert!(agent.email.known().unwrap().contains('@'));
    let caller = desk
        .person(&PersonId::new(stage.requester.clone()))
        .await
        .unwrap();
    assert_eq!(caller.agent, Fact::Known(false));

    let newest = stage.ticket("Nyeste", "Tekst").await;
    let who = PersonId::new(stage.requester.clone());
    let tickets = desk.tickets_of(&who, 3).await.unwrap();
    assert!(tickets.len() <= 3);
    assert!(tickets.iter().any(|t| t.id == newest) || tickets[0].id > newest);
    // Of the weeks before, whatever became of them, in parts.
    let (mut earlier, mut after, mut parts) = (Vec::new(), None, 0);
    loop {
        let part = desk.past(14, 0, after.as_ref()).await.unwrap();
        earlier.extend(part.arrivals);
        parts += 1;
        after = part.next;
        if after.is_none() {
            break;
        }
        assert!(parts < 1_000, "a list that does not end");
    }
    let told = earlier.iter().find(|arrival| arrival.id == newest).unwrap();
    assert_eq!(told.subject, "Nyeste");
    assert_eq!(told.requester.as_ref(), Some(&who));
    let read = desk.read(&newest).await.unwrap();
    assert_eq!(told.at, read.created);
    let (now, before) = (desk.past(14, 24, None).await.unwrap(), read.created);
    let day = jiff::SignedDuration::from_hours(24);
    assert!(
        now.arrivals
            .iter()
            .all(|arrival| arrival.at <= before.checked_sub(day).unwrap()),
        "those of today are left out"
    );

    let by_mail = PersonId::new(caller.email.known().unwrap().clone());
    assert!(!desk.tickets_of(&by_mail, 3).await.unwrap().is_empty());
}
