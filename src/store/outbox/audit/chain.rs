//! The chain: the hash of a line covers the hash of the line before, so that nothing before the last line can be changed
//! without changing the last hash.
//!
//! The hash of a line is SHA-256, in lower-case hexadecimal, over these bytes:
//! ```text
//! HASH-BEFORE ␊ N ␊ MILLISECONDS ␊ OLD ␊ PROFILE ␊ LINE
//! ```
//! with sixty-four zeros before the first line, `OLD` 0 or 1, and line feeds and backslashes of the profile's name written
//! as `\n` and `\\`. The chain holds no secret: who may write the file can write a whole new chain. What that person cannot
//! do is make it end in a hash that somebody else wrote down; that is what `last` of [`verify`] is for.

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::store::error::StoreError;

/// What stands for the hash before the first line.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Hexadecimal digits of a hash that are enough to name it.
pub const SHORTEST: usize = 12;

/// What looking through the audit of a profile came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Lines that are right, from the first one on.
    pub lines: u64,
    /// How many of them are older than the chain.
    pub old: u64,
    /// When the first of them was written.
    pub from: Option<Timestamp>,
    /// When the last of them was written.
    pub to: Option<Timestamp>,
    /// The hash of the last of them.
    pub last: Option<String>,
    /// The first thing that is wrong; the lines behind it prove nothing.
    pub flaw: Option<Flaw>,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The number of the first line that is not right.
    pub n: i64,
    /// What is wrong with it.
    pub kind: FlawKind,
}

/// What is wrong with the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlawKind {
    /// The line does not follow from the one before: one of the two was changed, moved or put in.
    Changed,
    /// The line is not there, and a later one is.
    Missing,
    /// The line was the last one or before it, and the file ends before it.
    CutOff,
    /// The file ends before this line, in which, or behind which, the given hash should stand.
    NotReached,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let n = self.n;
        match self.kind {
            FlawKind::Changed => write!(
                f,
                "line {n} does not follow from the one before it: it was changed, moved or put in"
            ),
            FlawKind::Missing => write!(f, "line {n} is missing, and later ones are there"),
            FlawKind::CutOff => write!(
                f,
                "line {n} is missing: the end was cut off behind line {}",
                n - 1
            ),
            FlawKind::NotReached => write!(
                f,
                "no line has the given hash: lines were cut off behind line {}, or all of them were written anew",
                n - 1
            ),
        }
    }
}

/// The hash of a line.
fn hash(before: &str, n: i64, at: i64, old: bool, profile: &str, line: &str) -> String {
    let profile = profile.replace('\\', "\\\\").replace('\n', "\\n");
    let old = u8::from(old);
    let bytes = format!("{before}\n{n}\n{at}\n{old}\n{profile}\n{line}");
    let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or_default();
    digest(&SHA256, bytes.as_bytes())
        .as_ref()
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Number and hash of the newest line, by the lines or by the head, whichever is further: behind an end that was cut
/// off the chain goes on with a gap that stays visible.
fn newest(c: &Connection, profile: &str) -> Result<(i64, String), StoreError> {
    let mut newest = (0, NOTHING.to_owned());
    for sql in [
        "SELECT n, hash FROM audit WHERE profile = ?1 ORDER BY n DESC LIMIT 1",
        "SELECT n, hash FROM audit_head WHERE profile = ?1",
    ] {
        let found: Option<(i64, String)> = c
            .prepare_cached(sql)?
            .query_row([profile], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        newest = found.filter(|f| f.0 > newest.0).unwrap_or(newest);
    }
    Ok(newest)
}

/// Adds a line at the end. The caller holds a transaction that writes.
pub(super) fn add(
    c: &Connection,
    profile: &str,
    at: i64,
    old: bool,
    line: &str,
) -> Result<(), StoreError> {
    let (n, before) = newest(c, profile)?;
    let n = n.saturating_add(1);
    let hash = hash(&before, n, at, old, profile, line);
    c.prepare_cached(
        "INSERT INTO audit (profile, n, at, old, line, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![profile, n, at, old, line, hash])?;
    c.prepare_cached(
        "INSERT INTO audit_head (profile, n, hash) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET n = excluded.n, hash = excluded.hash",
    )?
    .execute(params![profile, n, hash])?;
    Ok(())
}

/// Migration: the lines of the table that was not chained, as they were and in their order.
pub(in super::super) fn take_over(c: &Connection) -> Result<(), StoreError> {
    {
        let mut query = c.prepare("SELECT profile, at, line FROM audit_before ORDER BY n")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (profile, line): (String, String) = (row.get(0)?, row.get(2)?);
            add(c, &profile, row.get(1)?, true, &line)?;
        }
    }
    Ok(c.execute_batch("DROP TABLE audit_before")?)
}

/// Looks through all lines of a profile, in their order, one at a time.
pub(super) fn verify(
    c: &Connection,
    profile: &str,
    wanted: Option<&str>,
) -> Result<Verdict, StoreError> {
    let wanted = wanted.map(str::to_ascii_lowercase);
    let mut verdict = Verdict::default();
    let mut before = NOTHING.to_owned();
    let mut next = 1;
    let mut is_met = wanted.is_none();
    let mut query =
        c.prepare("SELECT n, at, old, line, hash FROM audit WHERE profile = ?1 ORDER BY n")?;
    let mut rows = query.query([profile])?;
    while let Some(row) = rows.next()? {
        let (n, at, old): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (line, written): (String, String) = (row.get(3)?, row.get(4)?);
        if n > next {
            verdict.flaw = Some(Flaw {
                n: next,
                kind: FlawKind::Missing,
            });
            return Ok(verdict);
        }
        let right = hash(&before, n, at, old == 1, profile, &line);
        if n != next || !matches!(old, 0 | 1) || written != right {
            verdict.flaw = Some(Flaw {
                n,
                kind: FlawKind::Changed,
            });
            return Ok(verdict);
        }
        let when = Timestamp::from_millisecond(at).ok();
        verdict.lines += 1;
        verdict.old += u64::from(old == 1);
        verdict.from = verdict.from.or(when);
        verdict.to = when;
        is_met |= wanted.as_ref().is_some_and(|w| written.starts_with(w));
        verdict.last = Some(written.clone());
        before = written;
        next += 1;
    }
    let (n, _) = newest(c, profile)?;
    let kind = if n >= next {
        Some(FlawKind::CutOff)
    } else if is_met {
        None
    } else {
        Some(FlawKind::NotReached)
    };
    verdict.flaw = kind.map(|kind| Flaw { n: next, kind });
    Ok(verdict)
}
