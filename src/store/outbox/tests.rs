//! What the outbox promises, over a real file and with two consoles.

use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::*;
use crate::domain::action::{Action, OutgoingFile, Seen, Verb};
use crate::domain::draft::{Draft, DraftKey, DraftKind};
use crate::domain::ids::ActionId;
use crate::domain::outbox::{Item, State};

const LIMIT: Duration = Duration::from_secs(60);

struct Place {
    _dir: tempfile::TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outbox.db");
        Self { _dir: dir, path }
    }
    fn console(&self) -> Outbox {
        self.console_of("main")
    }
    fn console_of(&self, profile: &str) -> Outbox {
        Outbox::open(&Location::File(self.path.clone()), profile).unwrap()
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_770_000_000 + second)
}

fn reply(n: u128, ticket: &str) -> New {
    New {
        action: Action {
            id: ActionId::new(Uuid::from_u128(n)),
            ticket: Some(ticket.into()),
            verb: Verb::Reply {
                text: "Hello".into(),
                files: vec![OutgoingFile {
                    name: "log.txt".into(),
                    media_type: "text/plain".into(),
                    size: 3,
                    position: 0,
                }],
            },
            seen: Seen::default(),
            at: at(0),
            undoes: None,
            parent: None,
            force: false,
        },
        files: vec![b"abc".to_vec()],
        hold_until: Some(at(5)),
    }
}

fn in_state(row: &Row, state: State) -> Item {
    Item {
        state,
        due: None,
        ..row.item.clone()
    }
}

#[tokio::test]
async fn what_was_stored_is_there_for_the_next_console_with_its_files_and_order() {
    let place = Place::new();
    let first = place.console();
    first
        .enqueue(vec![reply(2, "17"), reply(1, "18")], at(0))
        .await
        .unwrap();
    first.close();
    let second = place.console();
    let rows = second.list(Filter::Open).await.unwrap();
    let ids: Vec<_> = rows.iter().map(|r| r.item.id().uuid().as_u128()).collect();
    assert_eq!(ids, [2, 1], "the order of the key presses, not of the ids");
    assert_eq!(rows[0].item.state, State::Held);
    assert_eq!(second.next_due().await.unwrap(), Some(at(5)));
    assert_eq!(
        second.files(rows[0].item.id()).await.unwrap(),
        [b"abc".to_vec()]
    );
    assert_eq!(second.counts().await.unwrap()[&State::Held], 2);
    assert_eq!(second.pending_for("18".into()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_action_is_stored_once() {
    let outbox = Place::new().console();
    let first = outbox.enqueue(vec![reply(1, "17")], at(0)).await.unwrap();
    let again = outbox.enqueue(vec![reply(1, "17")], at(9)).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(outbox.list(Filter::All).await.unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_changes_of_one_row_the_second_is_told_that_it_came_late() {
    let place = Place::new();
    let (a, b) = (place.console(), place.console());
    let row = a
        .enqueue(vec![reply(1, "17")], at(0))
        .await
        .unwrap()
        .remove(0);
    let dropped = a
        .transition(&row, in_state(&row, State::Dropped), None)
        .await
        .unwrap();
    assert!(dropped.is_some());
    let late = b
        .transition(&row, in_state(&row, State::Ready), None)
        .await
        .unwrap();
    assert_eq!(late, None);
    let now = b.get(row.item.id()).await.unwrap().unwrap();
    assert_eq!(now.item.state, State::Dropped);
    assert!(
        b.files(row.item.id()).await.unwrap().is_empty(),
        "bytes of what has ended are gone"
    );
}

#[tokio::test]
async fn a_change_by_another_console_is_noticed_and_only_that() {
    let place = Place::new();
    let (a, b) = (place.console(), place.console());
    let row = a
        .enqueue(vec![reply(1, "17"), reply(2, "18")], at(0))
        .await
        .unwrap()
        .remove(1);
    let since = b.list(Filter::ChangedSince(0)).await.unwrap();
    assert_eq!(since.len(), 2);
    let newest = since.iter().map(|r| r.rev).max().unwrap();
    a.transition(&row, in_state(&row, State::Ready), None)
        .await
        .unwrap();
    let since = b.list(Filter::ChangedSince(newest)).await.unwrap();
    assert_eq!(since.len(), 1);
    assert_eq!(since[0].item.state, State::Ready);
}

#[tokio::test]
async fn each_desk_has_its_own_queue_and_its_own_lease() {
    let place = Place::new();
    let (a, b) = (place.console_of("work"), place.console_of("demo"));
    a.enqueue(vec![reply(1, "17")], at(0)).await.unwrap();
    assert!(b.list(Filter::All).await.unwrap().is_empty());
    assert_eq!(a.acquire(at(0), LIMIT).await.unwrap(), Lease::Taken);
    assert_eq!(b.acquire(at(0), LIMIT).await.unwrap(), Lease::Taken);
}

#[tokio::test]
async fn the_lease_changes_hands_when_given_back_or_after_a_minute_without_renewal() {
    let place = Place::new();
    let (a, b) = (place.console(), place.console());
    let pid = std::process::id();
    assert_eq!(a.acquire(at(0), LIMIT).await.unwrap(), Lease::Taken);
    assert_eq!(b.acquire(at(1), LIMIT).await.unwrap(), Lease::Others(pid));
    a.release().await.unwrap();
    assert_eq!(b.acquire(at(2), LIMIT).await.unwrap(), Lease::Taken);
    assert_eq!(
        b.acquire(at(40), LIMIT).await.unwrap(),
        Lease::Kept,
        "renewed"
    );
    assert_eq!(a.acquire(at(100), LIMIT).await.unwrap(), Lease::Others(pid));
    assert_eq!(a.acquire(at(101), LIMIT).await.unwrap(), Lease::Taken);
}

#[tokio::test]
async fn the_lease_of_a_dead_process_is_taken_over_at_once() {
    let place = Place::new();
    let (mut a, b) = (place.console(), place.console());
    a.process = Arc::new(Process {
        started: Some(1),
        ..Process::current()
    });
    assert_eq!(a.acquire(at(0), LIMIT).await.unwrap(), Lease::Taken);
    assert_eq!(b.acquire(at(1), LIMIT).await.unwrap(), Lease::Taken);
}

#[tokio::test]
async fn a_console_that_lost_its_lease_may_not_begin_a_write() {
    let place = Place::new();
    let (suspended, other) = (place.console(), place.console());
    let row = suspended
        .enqueue(vec![reply(1, "17")], at(0))
        .await
        .unwrap()
        .remove(0);
    suspended.acquire(at(0), LIMIT).await.unwrap();
    other.acquire(at(61), LIMIT).await.unwrap();
    let begun = suspended
        .begin_write(&row, in_state(&row, State::Sending), at(62))
        .await
        .unwrap();
    assert_eq!(begun, Begin::LeaseLost);
    let begun = other
        .begin_write(&row, in_state(&row, State::Sending), at(62))
        .await
        .unwrap();
    assert!(matches!(begun, Begin::Go(_)));
    let again = other
        .begin_write(&row, in_state(&row, State::Sending), at(62))
        .await
        .unwrap();
    assert_eq!(again, Begin::RowChanged);
}

#[tokio::test]
async fn typed_text_survives_and_is_never_in_two_places() {
    let place = Place::new();
    let outbox = place.console();
    let draft = |kind: DraftKind, second| Draft {
        key: DraftKey {
            ticket: (kind != DraftKind::New).then(|| "17".into()),
            kind,
        },
        text: format!("{} {second}", kind.word()),
        files: Vec::new(),
        subject: String::new(),
        requester: String::new(),
        queue: String::new(),
        priority: String::new(),
        updated: at(second),
    };
    for second in 0..3 {
        outbox
            .put_draft(draft(DraftKind::Reply, second))
            .await
            .unwrap();
    }
    outbox.put_draft(draft(DraftKind::Note, 9)).await.unwrap();
    outbox.put_draft(draft(DraftKind::New, 1)).await.unwrap();
    let next = place.console();
    let kept = [
        draft(DraftKind::Note, 9),
        draft(DraftKind::Reply, 2),
        draft(DraftKind::New, 1),
    ];
    assert_eq!(next.drafts().await.unwrap(), kept);
    next.enqueue(vec![reply(1, "17")], at(10)).await.unwrap();
    assert_eq!(
        next.drafts().await.unwrap(),
        [draft(DraftKind::Note, 9), draft(DraftKind::New, 1)]
    );
    next.drop_draft(draft(DraftKind::New, 1).key).await.unwrap();
    next.put_draft(Draft {
        text: String::new(),
        ..draft(DraftKind::Note, 9)
    })
    .await
    .unwrap();
    assert!(next.drafts().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_audit_line_is_stored_with_its_change_or_not_at_all() {
    let place = Place::new();
    let outbox = place.console();
    let row = outbox
        .enqueue(vec![reply(1, "17")], at(0))
        .await
        .unwrap()
        .remove(0);
    let line = AuditLine {
        at: at(1),
        action: Some(row.item.id()),
        verb: "reply".into(),
        ticket: Some("17".into()),
        who: Some("me".into()),
        state: State::Done,
        before: None,
        after: None,
        entry: Some("9".into()),
        message: String::new(),
    };
    let done = in_state(&row, State::Done);
    for _ in 0..2 {
        outbox
            .transition(&row, done.clone(), Some(line.clone()))
            .await
            .unwrap();
    }
    let lines = outbox.audit(AuditRange::default()).await.unwrap();
    assert_eq!(lines.len(), 1, "the second change came late");
    assert_eq!(lines[0].line, Some(line));
    assert_eq!(outbox.prune(at(100)).await.unwrap(), 1);
    assert_eq!(
        outbox.audit(AuditRange::default()).await.unwrap().len(),
        1,
        "the audit stays"
    );
}

#[tokio::test]
async fn a_refused_text_is_not_forgotten_and_a_refused_value_is() {
    let place = Place::new();
    let outbox = place.console();
    let mut value = reply(2, "17");
    value.action.verb = Verb::Priority { to: 90 };
    value.files.clear();
    let rows = outbox
        .enqueue(vec![reply(1, "17"), value], at(0))
        .await
        .unwrap();
    for row in &rows {
        outbox
            .transition(row, in_state(row, State::Refused), None)
            .await
            .unwrap();
    }
    assert_eq!(outbox.prune(at(100)).await.unwrap(), 1);
    let left = outbox.list(Filter::All).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].item.id(), rows[0].item.id());
    assert_eq!(outbox.files(rows[0].item.id()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_said_about_an_incident_is_kept_and_audited() {
    let dir = tempfile::tempdir().unwrap();
    let place = Location::File(dir.path().join("outbox.db"));
    let outbox = Outbox::open(&place, "p").unwrap();
    let ruling = |n: u128, at: &str| crate::domain::watch::Ruling {
        id: ActionId::new(uuid::Uuid::from_u128(n)),
        at: at.parse().unwrap(),
        incident: vec!["1".into(), "2".into()],
        says: crate::domain::watch::Says::NotPart { ticket: "9".into() },
        undoes: None,
    };
    let old = ruling(1, "2026-02-01T08:00:00Z");
    let new = ruling(2, "2026-02-11T08:00:00Z");
    outbox.put_ruling(old.clone()).await.unwrap();
    outbox.put_ruling(new.clone()).await.unwrap();
    outbox.close();
    // After a restart; what is older than a week went when the new one came.
    let outbox = Outbox::open(&place, "p").unwrap();
    assert_eq!(outbox.rulings().await.unwrap(), [new]);
    assert_eq!(
        Outbox::open(&place, "q").unwrap().rulings().await.unwrap(),
        []
    );
    let audit = outbox.audit(AuditRange::default()).await.unwrap();
    let lines: Vec<AuditLine> = audit.into_iter().filter_map(|row| row.line).collect();
    let verbs: Vec<&str> = lines.iter().map(|line| line.verb.as_str()).collect();
    assert_eq!(verbs, ["not-part-of-incident", "not-part-of-incident"]);
    assert_eq!(lines[1].ticket, Some("9".into()));
}

#[tokio::test]
async fn a_ruling_taken_back_is_kept_no_more_and_both_are_audited() {
    let place = Place::new();
    let outbox = place.console();
    let ruling = |n: u128, undoes: Option<u128>| crate::domain::watch::Ruling {
        id: ActionId::new(uuid::Uuid::from_u128(n)),
        at: at(0),
        incident: vec!["1".into()],
        says: crate::domain::watch::Says::Part { ticket: "9".into() },
        undoes: undoes.map(|n| ActionId::new(uuid::Uuid::from_u128(n))),
    };
    let (stays, goes) = (ruling(1, None), ruling(2, None));
    for said in [&stays, &goes, &ruling(3, Some(2))] {
        outbox.put_ruling(said.clone()).await.unwrap();
    }
    assert_eq!(outbox.rulings().await.unwrap(), [stays]);
    let audit = outbox.audit(AuditRange::default()).await.unwrap();
    let lines: Vec<AuditLine> = audit.into_iter().filter_map(|row| row.line).collect();
    let told = lines
        .iter()
        .map(|l| (l.before.as_deref(), l.after.as_deref(), l.message.as_str()));
    let of = Some("incident of 1");
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(None, of, ""), (None, of, ""), (of, None, "taken back")]
    );
}

#[tokio::test]
async fn a_bulk_is_stored_whole_and_forgotten_whole() {
    let place = Place::new();
    let outbox = place.console();
    let id = ActionId::new(Uuid::from_u128(9));
    let bulk = crate::domain::bulk::Bulk {
        id,
        what: "take".to_owned(),
        asked: 2,
        left_out: Vec::new(),
        undoes: None,
        template: None,
        at: at(0),
    };
    let child = |n: u128, ticket: &str| {
        let mut new = reply(n, ticket);
        new.action.parent = Some(id);
        new.action.verb = Verb::Take;
        new.files.clear();
        new
    };
    let children = vec![child(1, "17"), child(2, "18")];
    let rows = outbox
        .enqueue_bulk(bulk.clone(), children.clone(), at(0))
        .await
        .unwrap();
    // Asked twice, it is there once.
    outbox
        .enqueue_bulk(bulk.clone(), children, at(0))
        .await
        .unwrap();
    assert_eq!(outbox.list(Filter::Parent(id)).await.unwrap(), rows);
    let first = (rows[0].clone(), in_state(&rows[0], State::Done));
    assert_eq!(
        outbox.transitions(vec![first.clone()]).await.unwrap().len(),
        1
    );
    assert_eq!(
        outbox.transitions(vec![first]).await.unwrap().len(),
        0,
        "it moved on"
    );
    // As long as one child is open, all of it stays: its numbers add up.
    assert_eq!(outbox.prune(at(100)).await.unwrap(), 0);
    let second = (rows[1].clone(), in_state(&rows[1], State::NoChange));
    outbox.transitions(vec![second]).await.unwrap();
    assert_eq!(outbox.bulks().await.unwrap(), [bulk]);
    assert_eq!(outbox.prune(at(100)).await.unwrap(), 2);
    assert_eq!(outbox.bulks().await.unwrap(), []);
}
