//! What the store promises of declared incidents, over a real file and with two consoles.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::super::{AuditRange, Filter};
use super::*;
use crate::domain::action::{NewTicket, Seen, Verb};
use crate::domain::declared::Over;
use crate::domain::ids::TicketId;
use crate::domain::outbox::Item;
use crate::store::Location;

fn id(n: u128) -> ActionId {
    ActionId::new(Uuid::from_u128(n))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + second).unwrap()
}

fn parts(tickets: &[&str], from: u128) -> Vec<Part> {
    let part = |(n, ticket): (u128, &&str)| Part {
        ticket: TicketId::from(*ticket),
        action: id(n),
    };
    (from..).zip(tickets).map(part).collect()
}

fn record(create: Option<u128>, parent: Option<&str>) -> Declared {
    let waiting = parts(&["11", "12", "13"], 100);
    Declared {
        id: id(1),
        incident: "i1".into(),
        group: "vpn".into(),
        title: "VPN: 3 people since 08:05".into(),
        since: at(-600),
        at: at(0),
        by: None,
        create: create.map(id),
        parent: parent.map(TicketId::from),
        bulks: vec![id(3)],
        members: waiting.iter().map(|p| p.ticket.clone()).collect(),
        waiting,
        left_out: BTreeMap::from([("19".into(), "does not fit".into())]),
        follow: false,
        template: None,
        over: None,
    }
}

/// Replies to tickets, with their bulk.
fn answers(from: u128, tickets: &[&str]) -> (Bulk, Vec<Action>) {
    let bulk = Bulk {
        id: id(from),
        what: "reply from vpn-outage".into(),
        asked: tickets.len(),
        left_out: Vec::new(),
        undoes: None,
        template: None,
        at: at(20),
    };
    let reply = |(n, ticket): (u128, &&str)| Action {
        id: id(n),
        ticket: Some(TicketId::from(*ticket)),
        verb: Verb::Reply {
            text: "We know of it".into(),
            files: Vec::new(),
        },
        seen: Seen::default(),
        at: at(20),
        undoes: None,
        parent: Some(id(from)),
        force: false,
    };
    (bulk, (from + 1..).zip(tickets).map(reply).collect())
}

fn create() -> Action {
    Action {
        id: id(2),
        ticket: None,
        verb: Verb::Create {
            new: NewTicket {
                subject: "VPN".into(),
                text: "All of it".into(),
                requester: "mette".into(),
                queue: "General".into(),
                priority: None,
                owner: None,
                group: None,
                device: None,
            },
        },
        seen: Seen::default(),
        at: at(0),
        undoes: None,
        parent: None,
        force: false,
    }
}

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { dir }
    }
    fn console(&self) -> Outbox {
        let file = Location::File(self.dir.path().join("outbox.db"));
        Outbox::open(&file, "main").unwrap()
    }
}

/// The create comes this far.
async fn becomes(outbox: &Outbox, state: State, result: Option<&str>) {
    let row = outbox.get(id(2)).await.unwrap().unwrap();
    let item = Item {
        state,
        result: result.map(TicketId::from),
        ..row.item.clone()
    };
    outbox.transition(&row, item, None).await.unwrap().unwrap();
}

async fn linked(outbox: &Outbox) -> BTreeSet<String> {
    let rows = outbox.list(Filter::All).await.unwrap();
    let links = rows
        .iter()
        .filter(|r| matches!(r.item.action.verb, Verb::Link { .. }));
    links
        .map(|r| r.item.action.ticket.as_ref().unwrap().to_string())
        .collect()
}

#[tokio::test]
async fn the_links_are_stored_once_by_whichever_console_sees_the_parent_first() {
    let place = Place::new();
    let first = place.console();
    let stored = first
        .declare(record(Some(2), None), Some(create()), Some(at(5)), at(0))
        .await
        .unwrap();
    assert_eq!((stored.rows.len(), stored.bulk), (1, None));
    assert!(first.settle_declared(at(1)).await.unwrap().is_empty());
    becomes(&first, State::Done, Some("50")).await;
    // Killed here; two consoles start.
    first.close();
    let (a, b) = (place.console(), place.console());
    let (by_a, by_b) = tokio::join!(a.settle_declared(at(9)), b.settle_declared(at(9)));
    let all: Vec<Stored> = by_a.unwrap().into_iter().chain(by_b.unwrap()).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].record.parent, Some("50".into()));
    assert_eq!(all[0].rows.len(), 3);
    assert!(all[0].rows.iter().all(|r| r.item.state == State::Ready));
    assert_eq!(linked(&a).await.len(), 3);
    assert_eq!(a.bulks().await.unwrap()[0].left_out.len(), 1);
    assert!(b.settle_declared(at(99)).await.unwrap().is_empty());
    let kept = b.declared().await.unwrap();
    assert_eq!((kept.len(), kept[0].waiting.len()), (1, 0));
    let audit = b.audit(AuditRange::default()).await.unwrap();
    let line = audit[0].line.clone().unwrap();
    assert_eq!(
        (line.verb.as_str(), line.after.as_deref()),
        ("declare", Some("VPN: 3 people since 08:05"))
    );
}

#[tokio::test]
async fn a_parent_that_is_never_made_links_nothing() {
    let place = Place::new();
    let outbox = place.console();
    outbox
        .declare(record(Some(2), None), Some(create()), Some(at(5)), at(0))
        .await
        .unwrap();
    becomes(&outbox, State::Dropped, None).await;
    let settled = outbox.settle_declared(at(9)).await.unwrap();
    assert_eq!(
        settled[0].record.over.as_ref().map(|o| o.why.as_str()),
        Some("taken back before it was sent")
    );
    assert!(outbox.settle_declared(at(10)).await.unwrap().is_empty());
    assert!(linked(&outbox).await.is_empty());
}

#[tokio::test]
async fn later_joiners_are_stored_once_though_two_consoles_take_them_up() {
    let place = Place::new();
    let (a, b) = (place.console(), place.console());
    let stored = a
        .declare(record(None, Some("10")), None, Some(at(5)), at(0))
        .await
        .unwrap();
    assert!(stored.rows.iter().all(|r| r.item.state == State::Held));
    let joined = parts(&["13", "14", "15"], 200);
    let by_a = a
        .join_declared(
            id(1),
            (id(7), joined.clone()),
            Some(answers(70, &["13", "14"])),
            Some(at(25)),
            at(20),
        )
        .await
        .unwrap()
        .unwrap();
    let rows: Vec<(String, &str)> = by_a
        .rows
        .iter()
        .map(|r| {
            let action = &r.item.action;
            let ticket = action.ticket.as_ref().unwrap().to_string();
            (ticket, action.verb.word())
        })
        .collect();
    let wanted = [("14", "link"), ("15", "link"), ("14", "reply")];
    assert_eq!(
        rows,
        wanted.map(|(ticket, verb)| (ticket.to_owned(), verb)),
        "13 was linked before, and had its answer"
    );
    assert!(by_a.rows.iter().all(|r| r.item.state == State::Held));
    assert_eq!(by_a.answers.map(|bulk| bulk.asked), Some(1));
    let answers_of_b = Some(answers(80, &["14", "15"]));
    assert_eq!(
        b.join_declared(id(1), (id(8), joined), answers_of_b, None, at(20))
            .await
            .unwrap(),
        None
    );
    assert_eq!(linked(&b).await.len(), 5);
    let over = Change::Close(Over {
        at: at(30),
        why: "its links were taken back".into(),
    });
    let closed = b
        .change_declared(id(1), over, at(30))
        .await
        .unwrap()
        .unwrap();
    assert!(!closed.is_open());
    assert_eq!(
        a.join_declared(id(1), (id(9), parts(&["16"], 300)), None, None, at(40))
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn an_outbox_of_an_earlier_version_gets_its_table() {
    let place = Place::new();
    let path = place.dir.path().join("outbox.db");
    place.console().close();
    let c = rusqlite::Connection::open(&path).unwrap();
    c.execute_batch("DROP TABLE declared; PRAGMA user_version = 4;")
        .unwrap();
    drop(c);
    let outbox = place.console();
    outbox
        .declare(record(None, Some("10")), None, None, at(0))
        .await
        .unwrap();
    assert_eq!(outbox.declared().await.unwrap().len(), 1);
}

#[tokio::test]
async fn answers_are_stored_with_the_template_for_later_joiners_or_not_at_all() {
    let place = Place::new();
    let outbox = place.console();
    let stored = outbox
        .declare(record(None, Some("50")), None, None, at(0))
        .await
        .unwrap();
    let template = (stored.record.id, "vpn-outage".to_owned());
    let (bulk, actions) = answers(900, &["11", "12"]);
    let children = || {
        actions
            .iter()
            .cloned()
            .map(|a| new(a, None))
            .collect::<Vec<_>>()
    };
    // The second one cannot be stored: an index of the file is in its way.
    let block = |sql: &'static str| outbox.db.call(move |c| Ok(c.execute_batch(sql)?));
    block(
        "CREATE TRIGGER no_second BEFORE INSERT ON items WHEN new.ticket = '12' AND new.json LIKE '%reply%'
         BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    )
    .await
    .unwrap();
    let failed = outbox.answer_declared((bulk.clone(), children()), template.clone(), at(20));
    assert!(failed.await.is_err());
    let known = || async { outbox.declared().await.unwrap().remove(0).template };
    assert_eq!(known().await, None);
    let replies = || async {
        let rows = outbox.list(Filter::Parent(id(900))).await.unwrap();
        rows.len()
    };
    assert_eq!(replies().await, 0);
    block("DROP TRIGGER no_second").await.unwrap();
    let (rows, record) = outbox
        .answer_declared((bulk, children()), template, at(20))
        .await
        .unwrap();
    assert_eq!((rows.len(), replies().await), (2, 2));
    assert_eq!(record.unwrap().template.as_deref(), Some("vpn-outage"));
    // Whoever opens the file after a kill finds both.
    assert_eq!(
        place.console().declared().await.unwrap()[0].template,
        known().await
    );
    assert_eq!(known().await.as_deref(), Some("vpn-outage"));
}
