//! The change feed: what others do comes, whatever is hidden in between, and an idle poll costs next to nothing.

use std::time::Instant;

use serde_json::json;
use vagt::desk::port::Desk;
use vagt::domain::Fact;
use vagt::domain::deed::Did;
use vagt::domain::entry::{Entry, EntryKind};
use vagt::domain::ids::TicketId;
use vagt::domain::source::{DEEDS_HOURS, DeedsKnown, Gone};
use vagt::domain::ticket::StatusClass;
use vagt::net::Method;

use super::proxy::Wire;
use super::stage::{Mirror, SOON, Stage, unique};

pub async fn everything_that_a_colleague_does_comes(stage: &Stage) {
    let desk = stage.agent().await;
    let mut mirror = Mirror::first(&desk).await;
    let subject = unique("Ny sag");
    let id = stage.ticket(&subject, "Hej\nTeams hakker").await;
    mirror
        .until(&desk, "a new ticket with its text", |m| {
            m.tickets.get(&id).is_some_and(|t| {
                t.subject == subject && t.body == Fact::Known("Hej\nTeams hakker".to_owned())
            })
        })
        .await;
    stage
        .put(
            &id,
            json!({"Status": "open", "Priority": 66, "Owner": stage.other.login}),
        )
        .await;
    mirror
        .until(&desk, "status, priority and owner", |m| {
            let t = &m.tickets[&id];
            t.status.class == StatusClass::Open
                && t.priority == Fact::Known(66)
                && t.owner
                    .known()
                    .is_some_and(|o| o.id.as_str() == stage.other.login)
        })
        .await;
    let fields = json!({"CustomFields": {"Vagt group": "video", "Vagt tags": ["æble", "vip"]}});
    stage.put(&id, fields).await;
    mirror
        .until(&desk, "group and tags", |m| {
            let t = &m.tickets[&id];
            t.group == Fact::Known("video".into())
                && t.tags == Fact::Known(vec!["vip".to_owned(), "æble".to_owned()])
        })
        .await;
    assert!(
        mirror.tickets[&id].body.known().is_some(),
        "the text is not forgotten"
    );
    stage
        .put(&id, json!({"CustomFields": {"Vagt group": null}}))
        .await;
    mirror
        .until(&desk, "the group taken off", |m| {
            m.tickets[&id].group == Fact::Empty
        })
        .await;
    stage.put(&id, json!({"Queue": stage.second_queue})).await;
    mirror
        .until(&desk, "the queue", |m| {
            m.tickets[&id].queue == Fact::Known(stage.second_queue.clone())
        })
        .await;
    stage.put(&id, json!({"Status": "resolved"})).await;
    mirror
        .until(&desk, "solved", |m| {
            let t = &m.tickets[&id];
            t.status.class == StatusClass::Resolved && t.resolved.known().is_some()
        })
        .await;
}

/// Who answered, closed and opened again, from a first read and from the feed alike. What the desk does by itself is no deed.
pub async fn who_did_what_is_told(stage: &Stage) {
    let desk = stage.agent().await;
    let work = async |subject: &str| {
        let id = stage.ticket(&unique(subject), "Hej").await;
        let path = format!("/ticket/{id}/correspond");
        let reply = json!({"Content": "Prøv igen", "ContentType": "text/plain"});
        stage.write(&stage.other, Method::Post, &path, reply).await;
        stage.put(&id, json!({"Status": "resolved"})).await;
        stage.put(&id, json!({"Status": "open"})).await;
        stage.put(&id, json!({"Priority": 7})).await;
        id
    };
    let told = |mirror: &Mirror, id: &TicketId| -> Vec<Did> {
        let of_it = mirror.deeds.iter();
        let of_it = of_it.filter(|d| d.ticket == *id && d.by.as_str() == stage.other.login);
        of_it.map(|deed| deed.did).collect()
    };
    let before = work("Før").await;
    let mut mirror = Mirror::first(&desk).await;
    assert_eq!(mirror.deeds_known, Some(DeedsKnown::Hours(DEEDS_HOURS)));
    let after = work("Efter").await;
    mirror
        .until(&desk, "what was done", |m| {
            m.tickets
                .get(&after)
                .is_some_and(|t| t.priority == Fact::Known(7))
        })
        .await;
    for id in [&before, &after] {
        let all = told(&mirror, id);
        for (did, times) in [(Did::Wrote, 1), (Did::Closed, 1), (Did::Reopened, 1)] {
            let found = all.iter().filter(|one| **one == did).count();
            assert_eq!(found, times, "{did:?} of {all:?}");
        }
        assert!(all.contains(&Did::Other), "the priority: {all:?}");
    }
    let systems = mirror
        .deeds
        .iter()
        .filter(|deed| deed.by.as_str() == "RT_System");
    assert_eq!(systems.count(), 0);
}

/// What a person saw on the board is compared with what happened since: neither less nor more.
pub async fn a_ticket_of_the_feed_says_which_changes_are_in_it(stage: &Stage) {
    let desk = stage.agent().await;
    let id = stage.ticket(&unique("Ny sag"), "Hej").await;
    let mut mirror = Mirror::first(&desk).await;
    let priorities = |entries: Vec<Entry>| -> Vec<String> {
        entries
            .into_iter()
            .filter_map(|e| match e.kind {
                EntryKind::Change { field, to, .. } if field == "priority" => Some(to),
                _ => None,
            })
            .collect()
    };
    let first = mirror.tickets[&id].version.clone().unwrap();
    stage.put(&id, json!({"Priority": 61})).await;
    let since = desk.entries_after(&id, &first).await.unwrap();
    assert_eq!(priorities(since), ["61"]);
    mirror
        .until(&desk, "the priority", |m| {
            m.tickets[&id].priority == Fact::Known(61)
        })
        .await;
    let then = mirror.tickets[&id].version.clone().unwrap();
    stage.put(&id, json!({"Priority": 62})).await;
    let since = desk.entries_after(&id, &then).await.unwrap();
    assert_eq!(priorities(since), ["62"], "the first change was seen");
}

pub async fn merged_deleted_and_hidden_tickets_go(stage: &Stage) {
    let desk = stage.agent().await;
    let kept = stage.ticket("Bliver", "Tekst").await;
    let merged = stage.ticket("Flettes", "Tekst").await;
    let deleted = stage.ticket("Slettes", "Tekst").await;
    let hidden = stage.ticket("Flyttes", "Tekst").await;
    let mut mirror = Mirror::first(&desk).await;
    for id in [&kept, &merged, &deleted, &hidden] {
        assert!(mirror.tickets.contains_key(id));
    }
    stage
        .put(&merged, json!({"MergeInto": kept.as_str()}))
        .await;
    let root = &stage.root;
    stage
        .write(
            root,
            Method::Put,
            &format!("/ticket/{deleted}"),
            json!({"Status": "deleted"}),
        )
        .await;
    stage
        .write(
            root,
            Method::Put,
            &format!("/ticket/{hidden}"),
            json!({"Queue": stage.hidden_queue}),
        )
        .await;
    mirror
        .until(&desk, "merged and deleted", |m| {
            m.gone.get(&merged) == Some(&Gone::Merged(kept.clone()))
                && m.gone.get(&deleted) == Some(&Gone::Deleted)
        })
        .await;
    assert!(mirror.tickets.contains_key(&kept));
    let read = desk.read(&merged).await.unwrap();
    assert_eq!(
        read.id, kept,
        "a merged ticket answers as the one that stayed"
    );
    // A ticket that was moved out of sight leaves no trace in the feed that we may see; the list of ids tells.
    let ids = desk.active_ids().await.unwrap();
    assert!(ids.contains(&kept) && !ids.contains(&hidden) && !ids.contains(&merged));
}

pub async fn hidden_rows_do_not_hide_ours(stage: &Stage) {
    let desk = stage.agent().await;
    let ours = stage.ticket("Vores", "Tekst").await;
    let hidden = stage
        .ticket_in(&stage.hidden_queue, "Fortroligt", "Tekst")
        .await;
    let mut mirror = Mirror::first(&desk).await;
    let path = format!("/ticket/{hidden}");
    let root = &stage.root;
    // More hidden rows than a page holds, then a visible one, then a few hidden ones.
    for n in 0..120 {
        stage
            .write(root, Method::Put, &path, json!({"Priority": 1 + n % 2}))
            .await;
    }
    stage.put(&ours, json!({"Priority": 91})).await;
    for n in 0..5 {
        stage
            .write(root, Method::Put, &path, json!({"Priority": 3 + n % 2}))
            .await;
    }
    mirror
        .until(&desk, "a change behind a hundred hidden rows", |m| {
            m.tickets[&ours].priority == Fact::Known(91)
        })
        .await;
    assert!(!mirror.tickets.contains_key(&hidden));
    // Two visible changes with more than a page of hidden rows between them, found by one late console.
    let early = stage.ticket("Tidlig", "Tekst").await;
    for n in 0..120 {
        stage
            .write(root, Method::Put, &path, json!({"Priority": 5 + n % 2}))
            .await;
    }
    stage.put(&ours, json!({"Priority": 92})).await;
    mirror
        .until(&desk, "both ends of a gap", |m| {
            m.tickets[&ours].priority == Fact::Known(92) && m.tickets.contains_key(&early)
        })
        .await;
}

pub async fn a_change_under_a_hundred_hidden_rows_is_found_in_time(stage: &Stage) {
    let desk = stage.agent().await;
    let ours = stage.ticket("Begravet", "Tekst").await;
    let hidden = stage
        .ticket_in(&stage.hidden_queue, "Fortroligt", "Tekst")
        .await;
    let mut mirror = Mirror::first(&desk).await;
    stage.put(&ours, json!({"Priority": 93})).await;
    let path = format!("/ticket/{hidden}");
    for n in 0..130 {
        stage
            .write(
                &stage.root,
                Method::Put,
                &path,
                json!({"Priority": 1 + n % 2}),
            )
            .await;
    }
    let new = stage.ticket_in(&stage.hidden_queue, "Mere", "Tekst").await;
    // Ten minutes later, or after a pause: the time of the last sweep is all that has changed.
    let mut cursor: serde_json::Value = serde_json::from_str(&mirror.cursor.0).unwrap();
    let swept = cursor["swept"].as_i64().unwrap();
    cursor["swept"] = json!(swept - 600);
    mirror.cursor.0 = cursor.to_string();
    mirror
        .until(&desk, "a change that only the sweep can see", |m| {
            m.tickets[&ours].priority == Fact::Known(93)
        })
        .await;
    assert!(!mirror.tickets.contains_key(&new));
}

pub async fn a_console_that_slept_catches_up(stage: &Stage) {
    let desk = stage.agent().await;
    let id = stage.ticket("Sov", "Tekst").await;
    let mut mirror = Mirror::first(&desk).await;
    // Much more than a page of visible changes on many tickets.
    let mut made = Vec::new();
    for n in 0..30 {
        made.push(stage.ticket(&format!("Mens du sov {n}"), "Tekst").await);
    }
    for n in 0..110 {
        let at = &made[n % made.len()];
        stage.put(at, json!({"Priority": 1 + n % 97})).await;
    }
    stage.put(&id, json!({"Priority": 99})).await;
    // Another process goes on with the stored cursor.
    let desk = stage.agent().await;
    mirror
        .until(&desk, "everything made meanwhile", |m| {
            made.iter().all(|id| m.tickets.contains_key(id))
                && m.tickets[&id].priority == Fact::Known(99)
        })
        .await;
    for id in &made {
        assert!(
            mirror.tickets[id].body.known().is_some(),
            "{id} has its text"
        );
    }
}

pub async fn an_idle_poll_is_one_small_request(stage: &Stage) {
    let wire = Wire::to(&stage.url).await;
    let desk = Stage::desk_at(&wire.url, &stage.agent);
    desk.probe().await.unwrap();
    let mut mirror = Mirror::first(&desk).await;
    let start = Instant::now();
    // Others may be at work on a shared server: some poll must be idle.
    loop {
        let before = mirror.cursor.clone();
        wire.take();
        let changes = desk.changes(&mirror.cursor).await.unwrap();
        let (requests, bytes) = wire.take();
        let is_idle = changes.tickets.is_empty()
            && changes.gone.is_empty()
            && changes.devices.is_empty()
            && changes.caught_up;
        mirror.apply(changes);
        if is_idle && bytes < 2_000 {
            assert_eq!(requests, 1);
            assert!(bytes > 0);
            assert!(mirror.cursor.0.len() < 20_000, "{}", before.0);
            return;
        }
        assert!(
            start.elapsed() < 4 * SOON,
            "no idle poll below 2 kB: {requests} requests, {bytes} bytes"
        );
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
}

pub async fn a_strange_cursor_means_a_full_read(stage: &Stage) {
    let desk = stage.agent().await;
    let cursor = vagt::domain::source::Cursor("{\"v\":99,\"x\":[".to_owned());
    let changes = desk.changes(&cursor).await.unwrap();
    assert!(!changes.caught_up);
    assert!(!changes.tickets.is_empty());
    let (done, total) = changes.progress.unwrap();
    assert!(done > 0 && total.is_some_and(|t| t >= done));
}
