use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;

use super::super::Outbox;
use super::chain::{Flaw, FlawKind, Verdict};
use super::*;
use crate::store::db::Location;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + second).unwrap()
}

fn line(n: i64) -> AuditLine {
    AuditLine {
        verb: "priority".to_owned(),
        before: Some(n.to_string()),
        after: Some((n + 1).to_string()),
        message: String::new(),
        ..AuditLine::unmasked(TicketId::from("17"), None, at(n))
    }
}

fn open(path: &Path, profile: &str) -> Outbox {
    Outbox::open(&Location::File(path.to_owned()), profile).unwrap()
}

/// A file with so many lines of `main`, and three of another desk between them.
async fn written(path: &Path, lines: i64) {
    let (ours, theirs) = (open(path, "main"), open(path, "other"));
    for n in 1..=lines {
        ours.record(line(n)).await.unwrap();
        if n <= 3 {
            theirs.record(line(100 + n)).await.unwrap();
        }
    }
}

/// Changes the file behind the back of the program, its triggers taken away.
fn by_hand(path: &Path, sql: &str) {
    let c = Connection::open(path).unwrap();
    let triggers: Vec<String> = c
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |r| r.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for trigger in triggers {
        c.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    c.execute_batch(sql).unwrap();
}

async fn verdict(path: &Path) -> Verdict {
    open(path, "main").verify_audit(None).await.unwrap()
}

async fn after(lines: i64, sql: &str) -> Option<Flaw> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    written(&path, lines).await;
    by_hand(&path, sql);
    verdict(&path).await.flaw
}

#[tokio::test]
async fn what_nobody_touched_is_intact() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    assert_eq!(verdict(&path).await, Verdict::default(), "nothing yet");
    written(&path, 5).await;
    let verdict = verdict(&path).await;
    assert_eq!((verdict.lines, verdict.old), (5, 0));
    assert_eq!((verdict.from, verdict.to), (Some(at(1)), Some(at(5))));
    assert_eq!(verdict.flaw, None);
    let lines = open(&path, "main")
        .audit(AuditRange::default())
        .await
        .unwrap();
    assert_eq!(lines.last().map(|l| l.hash.clone()), verdict.last);
    let numbers: Vec<i64> = lines.iter().map(|l| l.n).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5], "each desk counts for itself");
}

/// The hash as `docs/audit.md` says, computed once by `printf … | sha256sum`.
#[tokio::test]
async fn the_hash_is_the_one_that_is_documented() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    let outbox = open(&path, "main");
    let line = AuditLine::unmasked(TicketId::from("17"), None, at(0));
    outbox.record(line).await.unwrap();
    let lines = outbox.audit(AuditRange::default()).await.unwrap();
    assert_eq!(
        lines[0].hash,
        "660124da1f65b5f8393a6358d6e1014fc0b09a49b5e38ad88a42be07f1bb2f34"
    );
}

#[tokio::test]
async fn each_way_to_change_the_past_is_found_where_it_was_done() {
    let flaw = |n, kind| Some(Flaw { n, kind });
    for (what, sql, found) in [
        (
            "a value",
            "UPDATE audit SET line = replace(line, '\"before\":\"3\"', '\"before\":\"9\"') WHERE profile = 'main' AND n = 3",
            flaw(3, FlawKind::Changed),
        ),
        (
            "a time",
            "UPDATE audit SET at = at - 1 WHERE profile = 'main' AND n = 2",
            flaw(2, FlawKind::Changed),
        ),
        (
            "the mark of an old line",
            "UPDATE audit SET old = 1 WHERE profile = 'main' AND n = 2",
            flaw(2, FlawKind::Changed),
        ),
        (
            "a line and its hash",
            "UPDATE audit SET line = '{}', hash = (SELECT hash FROM audit WHERE profile = 'other' AND n = 2) WHERE profile = 'main' AND n = 2",
            flaw(2, FlawKind::Changed),
        ),
        (
            "the first line away",
            "DELETE FROM audit WHERE profile = 'main' AND n = 1",
            flaw(1, FlawKind::Missing),
        ),
        (
            "a line away",
            "DELETE FROM audit WHERE profile = 'main' AND n = 4",
            flaw(4, FlawKind::Missing),
        ),
        (
            "a line away, the others moved up",
            "DELETE FROM audit WHERE profile = 'main' AND n = 4; UPDATE audit SET n = 4 WHERE profile = 'main' AND n = 5",
            flaw(4, FlawKind::Changed),
        ),
        (
            "a line put in",
            "UPDATE audit SET n = 6 WHERE profile = 'main' AND n = 5;
             INSERT INTO audit SELECT profile, 5, at, old, line, hash FROM audit WHERE profile = 'main' AND n = 4",
            flaw(5, FlawKind::Changed),
        ),
        (
            "a line before the first",
            "INSERT INTO audit SELECT profile, 0, at, old, line, hash FROM audit WHERE profile = 'main' AND n = 4",
            flaw(0, FlawKind::Changed),
        ),
        (
            "two lines swapped",
            "UPDATE audit SET n = 99 WHERE profile = 'main' AND n = 2; UPDATE audit SET n = 2 WHERE profile = 'main' AND n = 3;
             UPDATE audit SET n = 3 WHERE profile = 'main' AND n = 99",
            flaw(2, FlawKind::Changed),
        ),
        (
            "the lines of another desk",
            "DELETE FROM audit WHERE profile = 'main'; UPDATE audit SET profile = 'main'",
            flaw(1, FlawKind::Changed),
        ),
        (
            "the end away",
            "DELETE FROM audit WHERE profile = 'main' AND n > 3",
            flaw(4, FlawKind::CutOff),
        ),
        (
            "all away",
            "DELETE FROM audit WHERE profile = 'main'",
            flaw(1, FlawKind::CutOff),
        ),
        ("another desk", "DELETE FROM audit WHERE profile = 'other'", None),
    ] {
        assert_eq!(after(5, sql).await, found, "{what}");
    }
}

#[tokio::test]
async fn an_end_that_was_cut_off_stays_missing_when_more_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    written(&path, 5).await;
    by_hand(&path, "DELETE FROM audit WHERE profile = 'main' AND n > 3");
    open(&path, "main").record(line(6)).await.unwrap();
    let kind = FlawKind::Missing;
    assert_eq!(verdict(&path).await.flaw, Some(Flaw { n: 4, kind }));
}

#[tokio::test]
async fn an_end_that_was_cut_off_with_care_is_found_by_a_hash_from_before() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    written(&path, 5).await;
    let (third, fifth) = {
        let lines = open(&path, "main")
            .audit(AuditRange::default())
            .await
            .unwrap();
        (lines[2].hash.clone(), lines[4].hash.clone())
    };
    by_hand(
        &path,
        "DELETE FROM audit WHERE profile = 'main' AND n > 3;
         UPDATE audit_head SET n = 3, hash = (SELECT hash FROM audit WHERE profile = 'main' AND n = 3) WHERE profile = 'main'",
    );
    assert_eq!(
        verdict(&path).await.flaw,
        None,
        "the file alone cannot tell"
    );
    let outbox = open(&path, "main");
    let verify = async |last: &str| {
        outbox
            .verify_audit(Some(last.to_owned()))
            .await
            .unwrap()
            .flaw
    };
    let kind = FlawKind::NotReached;
    assert_eq!(verify(&fifth).await, Some(Flaw { n: 4, kind }));
    assert_eq!(verify(&third).await, None);
    assert_eq!(verify(&third.get(..12).unwrap().to_uppercase()).await, None);
}

#[tokio::test]
async fn the_file_itself_refuses_changes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    written(&path, 3).await;
    let c = Connection::open(&path).unwrap();
    for sql in [
        "UPDATE audit SET at = 0",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT profile, n, 0, old, line, hash FROM audit",
        "INSERT INTO audit SELECT profile, -5, at, old, line, hash FROM audit",
        "UPDATE audit_head SET n = 1",
        "DELETE FROM audit_head",
    ] {
        let refused = c.execute_batch(sql).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    assert_eq!(verdict(&path).await.flaw, None);
}

#[tokio::test]
async fn two_consoles_write_one_chain() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    let (a, b) = (open(&path, "main"), open(&path, "main"));
    for n in 0..20 {
        let (one, two) = tokio::join!(a.record(line(n)), b.record(line(n)));
        one.unwrap();
        two.unwrap();
    }
    let verdict = a.verify_audit(None).await.unwrap();
    assert_eq!((verdict.lines, verdict.flaw), (40, None));
}

#[tokio::test]
async fn a_range_is_cut_by_number_time_and_ticket() {
    let outbox = Outbox::open(&Location::Memory, "main").unwrap();
    for n in 1..=6 {
        let ticket = if n == 4 { "18" } else { "17" };
        let line = AuditLine {
            ticket: Some(ticket.into()),
            ..line(n)
        };
        outbox.record(line).await.unwrap();
    }
    let all = AuditRange::default;
    for (range, numbers) in [
        (AuditRange { after: 4, ..all() }, vec![5, 6]),
        (
            AuditRange {
                limit: Some(2),
                ..all()
            },
            vec![1, 2],
        ),
        (
            AuditRange {
                since: Some(at(3)),
                until: Some(at(5)),
                ..all()
            },
            vec![3, 4],
        ),
        (
            AuditRange {
                ticket: Some("18".into()),
                ..all()
            },
            vec![4],
        ),
    ] {
        let lines = outbox.audit(range.clone()).await.unwrap();
        assert_eq!(
            lines.iter().map(|l| l.n).collect::<Vec<_>>(),
            numbers,
            "{range:?}"
        );
    }
}

#[tokio::test]
async fn what_can_never_be_erased_holds_no_personal_number() {
    let outbox = Outbox::open(&Location::Memory, "main").unwrap();
    let line = AuditLine {
        before: Some("Borger 010190-1234".to_owned()),
        after: Some("Borger 811228-9874".to_owned()),
        message: "010190-1234 is no status".to_owned(),
        ..line(1)
    };
    outbox.record(line).await.unwrap();
    let stored = outbox
        .audit(AuditRange::default())
        .await
        .unwrap()
        .remove(0)
        .line
        .unwrap();
    assert_eq!(stored.before.as_deref(), Some("Borger ******-****"));
    assert_eq!(stored.after.as_deref(), Some("Borger ******-****"));
    assert_eq!(stored.message, "******-**** is no status");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// One byte of one stored line, whichever: found, at that line.
    #[test]
    fn one_changed_byte_is_found(victim in 1_i64..=4, place in 0_usize..200, byte in b'!'..=b'~') {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("outbox.db");
            written(&path, 4).await;
            let c = Connection::open(&path).unwrap();
            let query = "SELECT line FROM audit WHERE profile = 'main' AND n = ?1";
            let was: String = c.query_row(query, [victim], |r| r.get(0)).unwrap();
            let mut bytes = was.clone().into_bytes();
            let place = place % bytes.len();
            bytes[place] = byte;
            let is = String::from_utf8(bytes).unwrap();
            c.execute_batch("DROP TRIGGER audit_no_update").unwrap();
            c.execute("UPDATE audit SET line = ?2 WHERE profile = 'main' AND n = ?1", (victim, &is)).unwrap();
            let found = verdict(&path).await.flaw.map(|flaw| flaw.n);
            assert_eq!(found, (was != is).then_some(victim));
        });
    }
}
