use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::*;
use crate::domain::Fact;
use crate::domain::deed::{Deed, Did};
use crate::domain::device::{Device, DeviceFact, Value};
use crate::domain::entry::{Entry, EntryKind, Visibility};
use crate::domain::finding::Finding;
use crate::domain::ids::{DeviceId, EntryId, GroupId};
use crate::domain::person::PersonRef;
use crate::domain::source::{Can, Capabilities, Changes, DeedsKnown, Gone};
use crate::domain::ticket::{Status, StatusClass, Ticket};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    at("2026-11-21T12:00:00Z")
}

fn ticket(id: &str, subject: &str) -> Ticket {
    Ticket {
        id: TicketId::from(id),
        subject: subject.to_owned(),
        body: Fact::Known(format!("Brødtekst af {id}")),
        status: Status {
            name: "open".to_owned(),
            class: StatusClass::Open,
        },
        priority: Fact::Known(10),
        queue: Fact::Known("Support".to_owned()),
        owner: Fact::Empty,
        requesters: Fact::Known(vec![PersonRef::new(PersonId::from("kari"), "Kari")]),
        tags: Fact::Unknown,
        group: Fact::Unknown,
        device: Fact::Unknown,
        links: Fact::Unknown,
        created: at("2026-11-01T08:00:00Z"),
        updated: noon(),
        due: Fact::Empty,
        resolved: Fact::Empty,
        custom: BTreeMap::new(),
        claims: Fact::Unknown,
        version: None,
    }
}

fn closed(id: &str, when: &str) -> Ticket {
    Ticket {
        status: Status {
            name: "resolved".to_owned(),
            class: StatusClass::Resolved,
        },
        resolved: Fact::Known(at(when)),
        ..ticket(id, "lukket")
    }
}

fn device(id: &str, rtt: f64) -> Device {
    let fact = DeviceFact {
        value: Value::Number(rtt),
        seen: Some(noon()),
    };
    Device {
        id: DeviceId::from(id),
        name: format!("LT-{id}"),
        kind: Fact::Unknown,
        holder: Fact::Empty,
        status: Fact::Unknown,
        last_seen: Fact::Known(noon()),
        facts: [("rtt_ms".to_owned(), fact)].into(),
        source: "test".to_owned(),
    }
}

fn page(tickets: Vec<Ticket>, next: &str) -> Changes {
    Changes {
        tickets,
        next: Cursor(next.to_owned()),
        caught_up: true,
        ..Changes::default()
    }
}

fn options(place: &str) -> CacheOptions {
    CacheOptions {
        place: place.to_owned(),
        conversations: 2,
    }
}

fn in_memory() -> Cache {
    Cache::open(&Location::Memory, options("here"))
        .unwrap()
        .cache
}

fn in_file(path: &Path) -> Opened {
    Cache::open(&Location::File(path.to_owned()), options("here")).unwrap()
}

async fn put(cache: &Cache, changes: &Changes) -> Changes {
    cache
        .apply(Source::Desk, changes, Advance::Yes, noon())
        .await
        .unwrap()
}

fn file_in(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("cache.db")
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut changes = page(
        vec![closed("9", "2026-11-20T08:00:00Z"), ticket("10", "VPN")],
        "c1",
    );
    changes.devices = vec![device("1", 31.0)];
    let first = in_file(&file_in(&dir));
    assert_eq!(first.notice, None);
    put(&first.cache, &changes).await;
    first.cache.close();

    let started = Cache::start(&Location::File(file_in(&dir)), options("here"))
        .await
        .unwrap();
    assert_eq!(started.notice, None);
    let ids: Vec<_> = started
        .snapshot
        .tickets
        .iter()
        .map(|t| t.id.as_str())
        .collect();
    assert_eq!(ids, ["10", "9"], "active ones first");
    assert_eq!(started.snapshot.tickets[0], changes.tickets[1]);
    assert_eq!(started.snapshot.devices, changes.devices);
    assert_eq!(started.snapshot.known.synced, Some(noon()));
    let marks = started.cache.marks(Source::Desk).await.unwrap();
    assert_eq!(marks.cursor, Cursor("c1".to_owned()));
    assert_eq!(
        started.cache.marks(Source::Fleet).await.unwrap(),
        Marks::default()
    );
}

#[tokio::test]
async fn a_list_answer_does_not_erase_what_was_known() {
    let cache = in_memory();
    put(&cache, &page(vec![ticket("1", "VPN")], "a")).await;
    let thin = Ticket {
        body: Fact::Unknown,
        priority: Fact::Known(80),
        updated: at("2026-11-21T12:00:05Z"),
        ..ticket("1", "VPN igen")
    };
    let merged = put(&cache, &page(vec![thin], "b")).await;
    assert_eq!(
        merged.tickets[0].body,
        Fact::Known("Brødtekst af 1".to_owned())
    );
    assert_eq!(merged.tickets[0].priority, Fact::Known(80));
    assert_eq!(cache.load_all().await.unwrap().tickets, merged.tickets);
}

#[tokio::test]
async fn an_older_answer_of_another_console_does_not_win() {
    let cache = in_memory();
    let new = Ticket {
        updated: at("2026-11-21T12:00:09Z"),
        ..ticket("1", "ny")
    };
    put(&cache, &page(vec![new.clone()], "b")).await;
    let merged = put(&cache, &page(vec![ticket("1", "gammel")], "a")).await;
    assert_eq!(merged.tickets, [new]);
}

#[tokio::test]
async fn an_older_answer_still_fills_in_what_the_newer_one_did_not_say() {
    let cache = in_memory();
    let thin = Ticket {
        updated: at("2026-11-21T12:00:09Z"),
        body: Fact::Unknown,
        priority: Fact::Known(90),
        ..ticket("1", "ny")
    };
    put(&cache, &page(vec![thin.clone()], "b")).await;
    let merged = put(&cache, &page(vec![ticket("1", "gammel")], "a")).await;
    let whole = Ticket {
        body: ticket("1", "").body,
        ..thin
    };
    assert_eq!(merged.tickets, [whole]);
    assert_eq!(cache.search("brodtekst", 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn findings_live_and_go_with_their_tickets() {
    let cache = in_memory();
    put(&cache, &page(vec![ticket("1", "a"), ticket("2", "b")], "x")).await;
    let finding = |confidence| Finding {
        lang: Some("da".to_owned()),
        ..Finding::of(GroupId::from("vpn"), confidence)
    };
    let said = ["1", "2", "unknown"].map(|id| (TicketId::from(id), finding(0.5)));
    cache.put_findings(&said).await.unwrap();
    cache
        .put_findings(&[(TicketId::from("1"), finding(0.9))])
        .await
        .unwrap();
    let mut kept = cache.load_all().await.unwrap().known.findings;
    kept.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        (TicketId::from("1"), finding(0.9)),
        (TicketId::from("2"), finding(0.5)),
    ];
    assert_eq!(kept, expected);
    let gone = Changes {
        gone: vec![(TicketId::from("1"), Gone::Hidden)],
        ..Changes::default()
    };
    put(&cache, &gone).await;
    assert_eq!(
        cache.load_all().await.unwrap().known.findings,
        expected[1..]
    );
}

#[tokio::test]
async fn applying_a_page_twice_is_harmless_and_gone_means_gone() {
    let cache = in_memory();
    let mut changes = page(vec![ticket("1", "a"), ticket("2", "b")], "x");
    changes.devices = vec![device("1", 5.0)];
    put(&cache, &changes).await;
    put(&cache, &changes).await;
    assert_eq!(cache.load_all().await.unwrap().tickets.len(), 2);
    let gone = Changes {
        gone: vec![
            (TicketId::from("1"), Gone::Merged(TicketId::from("2"))),
            (TicketId::from("77"), Gone::Deleted),
        ],
        devices_gone: vec![DeviceId::from("1")],
        next: Cursor("y".to_owned()),
        ..Changes::default()
    };
    put(&cache, &gone).await;
    let left = cache.load_all().await.unwrap();
    assert_eq!(left.tickets.len(), 1);
    assert_eq!(left.devices, []);
    assert!(cache.search("brodtekst af 1", 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn rows_without_advance_leave_the_cursor() {
    let cache = in_memory();
    put(&cache, &page(vec![ticket("1", "a")], "x")).await;
    let more = page(vec![ticket("2", "b")], "y");
    cache
        .apply(Source::Desk, &more, Advance::No, noon())
        .await
        .unwrap();
    assert_eq!(
        cache.marks(Source::Desk).await.unwrap().cursor,
        Cursor("x".to_owned())
    );
    assert_eq!(cache.all_ids().await.unwrap().len(), 2);
}

#[tokio::test]
async fn after_somebody_else_emptied_it_our_cursor_is_not_stored() {
    let dir = tempfile::tempdir().unwrap();
    let ours = in_file(&file_in(&dir)).cache;
    let theirs = in_file(&file_in(&dir)).cache;
    put(&ours, &page(vec![ticket("1", "a")], "x")).await;
    theirs.purge().await.unwrap();
    put(&ours, &page(vec![ticket("2", "b")], "y")).await;
    let marks = theirs.marks(Source::Desk).await.unwrap();
    assert_eq!(
        marks.cursor,
        Cursor::default(),
        "a cursor ahead of the rows"
    );
    put(&theirs, &page(vec![ticket("1", "a")], "z")).await;
    assert_eq!(
        theirs.marks(Source::Desk).await.unwrap().cursor,
        Cursor("z".to_owned())
    );
}

#[tokio::test]
async fn purging_leaves_nothing_readable_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let cache = in_file(&file_in(&dir)).cache;
    put(&cache, &page(vec![ticket("1", "hemmelig-markering")], "x")).await;
    cache.purge().await.unwrap();
    assert_eq!(cache.load_all().await.unwrap(), Snapshot::default());
    cache.close();
    for file in fs::read_dir(dir.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let found = bytes.windows(18).any(|w| w == b"hemmelig-markering");
        assert!(!found);
    }
}

#[tokio::test]
async fn closed_tickets_are_forgotten_by_age_and_active_ones_never() {
    let cache = in_memory();
    let old = Ticket {
        updated: at("2020-01-01T00:00:00Z"),
        ..ticket("1", "gammel men åben")
    };
    let no_date = Ticket {
        resolved: Fact::Unknown,
        updated: at("2026-10-01T00:00:00Z"),
        ..closed("4", "2026-10-01T00:00:00Z")
    };
    let rows = vec![
        old,
        closed("2", "2026-11-02T00:00:00Z"),
        closed("3", "2026-11-20T00:00:00Z"),
        no_date,
    ];
    let rows = rows
        .into_iter()
        .map(|t| Ticket {
            created: at("2019-01-01T00:00:00Z"),
            ..t
        })
        .collect();
    put(&cache, &page(rows, "x")).await;
    let mut gone = cache
        .forget_closed(at("2026-11-10T00:00:00Z"))
        .await
        .unwrap();
    gone.sort();
    assert_eq!(gone, [TicketId::from("2"), TicketId::from("4")]);
    assert_eq!(cache.all_ids().await.unwrap().len(), 2);
}

fn detail(id: &str) -> Detail {
    Detail {
        ticket: ticket(id, "emne"),
        entries: Vec::new(),
        requester: None,
        others: vec![ticket("99", "en anden")],
        devices: Vec::new(),
        read_at: Some(noon()),
    }
}

#[tokio::test]
async fn the_last_opened_conversations_are_kept() {
    let cache = in_memory();
    for id in ["1", "2", "1", "3"] {
        cache.put_detail(&detail(id)).await.unwrap();
    }
    let mut kept = Vec::new();
    for id in ["1", "2", "3"] {
        kept.push(cache.get_detail(&TicketId::from(id)).await.unwrap());
    }
    assert_eq!(kept[1], None);
    let first = kept[0].clone().expect("opened again, so kept");
    assert_eq!(first.read_at, None);
    assert_eq!(first.others.len(), 1);
    assert!(kept[2].is_some());
    assert_eq!(
        cache.all_ids().await.unwrap().len(),
        3,
        "their tickets stay"
    );
}

#[tokio::test]
async fn a_search_finds_every_spelling_newest_first() {
    let cache = in_memory();
    let rows = vec![
        Ticket {
            updated: at("2026-11-21T07:00:00Z"),
            ..ticket("1", "Møte på Åsane")
        },
        Ticket {
            updated: at("2026-11-21T09:00:00Z"),
            ..ticket("2", "MOETE igjen")
        },
        ticket("3", "printer"),
    ];
    put(&cache, &page(rows, "x")).await;
    let find = async |text: &str| {
        let ids = cache.search(text, 10).await.unwrap();
        ids.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(find("mote").await, ["2", "1"]);
    assert_eq!(find("asane møte").await, ["1"]);
    assert_eq!(find("brodtekst 3").await, ["3"]);
    assert_eq!(find("100%_'\"").await, [""; 0]);
    assert_eq!(find("  ").await, [""; 0]);
    assert_eq!(cache.search("mote", 1).await.unwrap().len(), 1);
    let ids = cache.search("mote", 9).await.unwrap();
    let whole = cache.search_tickets("mote", 9).await.unwrap();
    assert!(
        !ids.is_empty() && whole.iter().map(|t| &t.id).eq(&ids),
        "in the same order"
    );
}

fn said(text: &str) -> Entry {
    Entry {
        id: "1".into(),
        at: noon(),
        author: Fact::Unknown,
        visibility: Visibility::Public,
        kind: EntryKind::Reply,
        text: text.to_owned(),
        cut: false,
        attachments: Vec::new(),
        marker: None,
    }
}

async fn found(cache: &Cache, text: &str) -> Vec<String> {
    let ids = cache.search(text, 100).await.unwrap();
    ids.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_search_looks_in_whole_bodies_names_and_kept_conversations() {
    let cache = in_memory();
    let long = Ticket {
        body: Fact::Known(format!("{} nederst", "mange ord ".repeat(500))),
        requesters: Fact::Known(vec![PersonRef::new(PersonId::from("kåre"), "Kåre Ødegård")]),
        ..ticket("1", "VPN")
    };
    put(&cache, &page(vec![long, ticket("2", "printer")], "x")).await;
    assert_eq!(found(&cache, "nederst").await, ["1"]);
    assert_eq!(found(&cache, "oedegaard").await, ["1"]);
    assert_eq!(found(&cache, "\"mange ord\" vpn").await, ["1"]);
    assert_eq!(found(&cache, "\"ord mange nederst\"").await, [""; 0]);

    let with = |id: &str, text: &str| Detail {
        ticket: ticket(id, "printer"),
        entries: vec![said(text)],
        ..detail(id)
    };
    cache
        .put_detail(&with("2", "gatewayen er genstartet"))
        .await
        .unwrap();
    assert_eq!(found(&cache, "genstart").await, ["2"]);
    let changed = Ticket {
        priority: Fact::Known(99),
        updated: at("2026-11-21T13:00:00Z"),
        ..ticket("2", "printer")
    };
    put(&cache, &page(vec![changed], "y")).await;
    assert_eq!(found(&cache, "genstart").await, ["2"], "a change keeps it");
    // Two conversations are kept: the first one makes room.
    cache.put_detail(&with("3", "a")).await.unwrap();
    cache.put_detail(&with("4", "b")).await.unwrap();
    assert_eq!(found(&cache, "genstart").await, [""; 0]);
    assert_eq!(found(&cache, "printer").await.len(), 3);
}

#[tokio::test]
async fn the_index_goes_with_the_ticket() {
    let cache = in_memory();
    put(&cache, &page(vec![ticket("1", "gammelt emne")], "x")).await;
    let renamed = Ticket {
        updated: at("2026-11-21T13:00:00Z"),
        ..ticket("1", "nyt emne")
    };
    put(&cache, &page(vec![renamed], "y")).await;
    assert_eq!(found(&cache, "gammelt").await, [""; 0]);
    assert_eq!(found(&cache, "emne").await, ["1"]);
    cache.purge().await.unwrap();
    assert_eq!(found(&cache, "emne").await, [""; 0]);
    put(&cache, &page(vec![ticket("1", "igen emne")], "z")).await;
    assert_eq!(found(&cache, "emne").await, ["1"]);
}

#[tokio::test]
async fn personal_numbers_are_not_searchable() {
    let cache = in_memory();
    let with = Ticket {
        body: Fact::Known("Borger 010190-1234, pnr 811228-9874, fnr 01018950037".to_owned()),
        ..ticket("1", "adgang")
    };
    put(&cache, &page(vec![with], "x")).await;
    for number in [
        "010190-1234",
        "0101901234",
        "010190",
        "1234",
        "811228",
        "01018950037",
        "010189",
        "01",
    ] {
        assert_eq!(found(&cache, number).await, [""; 0], "{number}");
    }
    assert_eq!(found(&cache, "borger pnr").await, ["1"]);
}

#[tokio::test]
async fn a_cache_of_an_earlier_version_is_searched_whole() {
    let dir = tempfile::tempdir().unwrap();
    let rows: Vec<Ticket> = (0..2500)
        .map(|n| ticket(&n.to_string(), &format!("emne{n}")))
        .collect();
    {
        let cache = in_file(&file_in(&dir)).cache;
        put(&cache, &page(rows, "x")).await;
        cache.close();
    }
    // As version 2 left it.
    rusqlite::Connection::open(file_in(&dir))
        .unwrap()
        .execute_batch(
            "DROP TABLE version_since; DROP TABLE deed; DROP TABLE active; DROP TRIGGER ticket_text_goes; DROP INDEX ticket_text_id; ALTER TABLE ticket DROP COLUMN text_id;
             DROP TABLE ticket_text; CREATE TABLE ticket_key (seq INTEGER PRIMARY KEY REFERENCES ticket (seq), key TEXT NOT NULL) STRICT;
             INSERT INTO ticket_key VALUES (1, 'emne0'); UPDATE ticket SET row = 'broken' WHERE id = '7'; PRAGMA user_version = 2;",
        )
        .unwrap();
    let opened = in_file(&file_in(&dir));
    assert_eq!(opened.notice, None);
    assert_eq!(found(&opened.cache, "emne2499").await, ["2499"]);
    let all = opened.cache.search("emne", 9999).await.unwrap();
    assert_eq!(all.len(), 2499, "all but the one that cannot be read");
}

#[tokio::test]
async fn identity_and_vocabulary_are_kept() {
    let cache = in_memory();
    let can = || Can::Unknown;
    let identity = Identity {
        product: "Request Tracker".to_owned(),
        version: "5.0.3".to_owned(),
        me: PersonRef::new(PersonId::from("ingrid"), "Ingrid"),
        zone: None,
        skew_ms: None,
        capabilities: Capabilities {
            write: Can::Yes,
            tags: can(),
            group: can(),
            device: can(),
            merge: can(),
            devices: can(),
            marker_entry: can(),
            marker_create: can(),
            claim: can(),
            links: Vec::new(),
            subject_bytes: Some(200),
            ascii_file_names: true,
        },
        warnings: Vec::new(),
    };
    let vocab = Vocab {
        queues: vec!["Support".to_owned()],
        ..Vocab::default()
    };
    cache.put_identity(&identity).await.unwrap();
    cache.put_vocab(&vocab, noon()).await.unwrap();
    cache.put_reconciled(noon()).await.unwrap();
    let known = cache.load_all().await.unwrap().known;
    assert_eq!(known.identity, Some(identity));
    assert_eq!(known.vocab, Some(vocab));
    let marks = cache.marks(Source::Desk).await.unwrap();
    assert_eq!(marks.vocab_at, Some(noon()));
    assert_eq!(marks.reconciled, Some(noon()));
    assert_eq!(marks.me, Some(PersonId::from("ingrid")));
}

#[tokio::test]
async fn a_damaged_or_foreign_file_is_moved_aside_and_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_in(&dir);
    let aside = dir.path().join("cache.db.broken");

    fs::write(&path, "no database at all, just some text ".repeat(200)).unwrap();
    let opened = in_file(&path);
    assert!(opened.notice.unwrap().contains("damaged"));
    assert!(
        fs::read_to_string(&aside)
            .unwrap()
            .starts_with("no database")
    );
    opened.cache.close();

    fs::remove_file(&path).unwrap();
    let foreign = rusqlite::Connection::open(&path).unwrap();
    foreign
        .execute_batch("CREATE TABLE photos (a); INSERT INTO photos VALUES (1)")
        .unwrap();
    drop(foreign);
    let opened = in_file(&path);
    assert!(opened.notice.unwrap().contains("no cache of Vagt"));
    let kept = rusqlite::Connection::open(&aside).unwrap();
    let rows: i64 = kept
        .query_row("SELECT count(*) FROM photos", [], |r| r.get(0))
        .unwrap();
    assert_eq!(rows, 1, "somebody's data is left as it was");
    opened.cache.close();

    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 999).unwrap();
    drop(newer);
    let opened = in_file(&path);
    assert!(opened.notice.unwrap().contains("newer"));
    assert_eq!(opened.cache.all_ids().await.unwrap(), []);
}

#[tokio::test]
async fn damage_deep_inside_is_found_when_it_is_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_in(&dir);
    let cache = in_file(&path).cache;
    let rows = (0..400).map(|n| ticket(&n.to_string(), "VPN")).collect();
    put(&cache, &page(rows, "x")).await;
    cache.close();
    let mut bytes = fs::read(&path).unwrap();
    let whole = bytes.len();
    for byte in &mut bytes[8192..whole] {
        *byte = 0xAA;
    }
    fs::write(&path, bytes).unwrap();
    let started = Cache::start(&Location::File(path), options("here"))
        .await
        .unwrap();
    assert!(started.notice.unwrap().contains("damaged"));
    assert_eq!(started.snapshot.tickets, []);
    put(&started.cache, &page(vec![ticket("1", "a")], "y")).await;
}

#[tokio::test]
async fn rows_that_cannot_be_read_any_more_are_read_anew_from_the_desk() {
    let cache = in_memory();
    put(&cache, &page(vec![ticket("1", "a"), ticket("2", "b")], "x")).await;
    cache
        .db
        .call(|c| {
            Ok(c.execute(
                "UPDATE ticket SET row = '{\"of\":\"old\"}' WHERE id = '1'",
                [],
            )?)
        })
        .await
        .unwrap();
    let snapshot = cache.load_all().await.unwrap();
    assert_eq!(snapshot.known.unreadable, 1);
    assert_eq!(snapshot.tickets.len(), 1);
    assert_eq!(
        cache.marks(Source::Desk).await.unwrap().cursor,
        Cursor::default()
    );
    assert_eq!(cache.all_ids().await.unwrap(), [TicketId::from("2")]);
}

#[tokio::test]
async fn a_cache_of_another_desk_is_emptied() {
    let dir = tempfile::tempdir().unwrap();
    let cache = in_file(&file_in(&dir)).cache;
    put(&cache, &page(vec![ticket("1", "a")], "x")).await;
    cache.close();
    let opened = Cache::open(&Location::File(file_in(&dir)), options("elsewhere")).unwrap();
    assert!(opened.notice.unwrap().contains("elsewhere"));
    assert_eq!(opened.cache.load_all().await.unwrap().tickets, []);
    assert_eq!(
        opened.cache.marks(Source::Desk).await.unwrap().cursor,
        Cursor::default()
    );
}

#[tokio::test]
async fn the_file_may_be_deleted_at_any_time() {
    let dir = tempfile::tempdir().unwrap();
    let cache = in_file(&file_in(&dir)).cache;
    put(&cache, &page(vec![ticket("1", "a")], "x")).await;
    fs::remove_file(file_in(&dir)).unwrap();
    put(&cache, &page(vec![ticket("2", "b")], "y")).await;
    cache.close();
    let again = in_file(&file_in(&dir));
    assert_eq!(
        again.cache.marks(Source::Desk).await.unwrap().cursor,
        Cursor::default()
    );
    assert_eq!(again.cache.all_ids().await.unwrap(), []);
}

#[test]
fn a_look_without_a_desk_finds_what_counts_and_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("cache.db");
    let hour = SignedDuration::from_hours(1);
    assert_eq!(peek(&path, hour).unwrap(), None);
    assert!(!path.exists(), "looking made a file");

    let location = Location::File(path.clone());
    let options = CacheOptions {
        place: "https://desk".to_owned(),
        conversations: 10,
    };
    let cache = Cache::open(&location, options).unwrap().cache;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let changes = Changes {
            tickets: vec![
                ticket("1", "åben"),
                closed("2", "2026-11-21T11:30:00Z"),
                closed("3", "2026-11-20T11:30:00Z"),
            ],
            devices: vec![device("D1", 5.0)],
            ..Changes::default()
        };
        cache
            .apply(Source::Desk, &changes, Advance::Yes, noon())
            .await
            .unwrap();
        let finding = Finding::of(GroupId::from("vpn"), 0.9);
        cache
            .put_findings(&[(TicketId::from("2"), finding)])
            .await
            .unwrap();
    });
    let found = peek(&path, hour).unwrap().unwrap();
    let mut ids: Vec<&str> = found.tickets.iter().map(|t| t.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["1", "2"]);
    assert_eq!(
        found.groups.get(&TicketId::from("2")).map(GroupId::as_str),
        Some("vpn")
    );
    assert_eq!((found.devices, found.synced), (1, Some(noon())));
    assert_eq!(found.place, "https://desk");
    // Killed here, it is a part of the desk; once the read has come to its end, it is all of it.
    assert!(!found.is_whole);
    runtime.block_on(async {
        let end = Changes {
            caught_up: true,
            ..Changes::default()
        };
        let end = cache.apply(Source::Desk, &end, Advance::Yes, noon());
        end.await.unwrap();
    });
    assert!(peek(&path, hour).unwrap().unwrap().is_whole);
}

#[tokio::test]
async fn what_people_did_is_kept_and_from_when_on_it_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let deed = |id: &str, ticket: &str, did| Deed {
        id: EntryId::from(id),
        ticket: TicketId::from(ticket),
        by: PersonId::from("bjorn"),
        at: at("2026-11-21T11:00:00Z"),
        did,
    };
    let mut first = page(vec![ticket("1", "VPN"), ticket("2", "Wi-Fi")], "c1");
    first.deeds = vec![
        deed("10", "1", Did::Wrote),
        deed("11", "2", Did::Closed),
        deed("12", "2", Did::Other),
    ];
    first.deeds_known = Some(DeedsKnown::Hours(24));
    let cache = in_file(&file_in(&dir)).cache;
    let told = put(&cache, &first).await;
    let since = at("2026-11-20T12:00:00Z");
    assert_eq!(told.deeds_known, Some(DeedsKnown::Since(since)));
    // The same again changes nothing, and a ticket that goes takes its deeds along.
    let mut again = page(Vec::new(), "c2");
    again.deeds = first.deeds.clone();
    again.gone = vec![(TicketId::from("2"), Gone::Deleted)];
    put(&cache, &again).await;
    cache.close();

    let cache = in_file(&file_in(&dir)).cache;
    let deeds = cache.load_all().await.unwrap().known.deeds;
    assert_eq!(deeds.on(&TicketId::from("1")), &first.deeds[..1]);
    assert!(deeds.on(&TicketId::from("2")).is_empty());
    assert_eq!(deeds.since(), Some(since));
    assert_eq!(deeds.active().count(), 1);
    let peeked = peek(&file_in(&dir), SignedDuration::from_hours(1))
        .unwrap()
        .unwrap();
    assert_eq!(peeked.deeds, deeds);
    // A first read that begins again leaves it unknown until it is through.
    let mut anew = page(Vec::new(), "c3");
    anew.deeds_known = Some(DeedsKnown::Anew);
    put(&cache, &anew).await;
    assert_eq!(cache.load_all().await.unwrap().known.deeds.since(), None);
}
