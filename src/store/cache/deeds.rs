//! What people did, as the cache keeps it.

use jiff::SignedDuration;
use rusqlite::{Connection, params};

use super::{get, set};
use crate::domain::Timestamp;
use crate::domain::deed::{Deed, Deeds, Did};
use crate::domain::ids::PersonId;
use crate::domain::source::DeedsKnown;
use crate::store::error::StoreError;

/// Where it stands from when on all deeds are known.
const SINCE: &str = "deeds-since";

/// Keeps deeds.
pub(super) fn put(c: &Connection, deeds: &[Deed]) -> Result<(), StoreError> {
    let mut active = c.prepare_cached(
        "INSERT INTO active VALUES (?1, ?2) ON CONFLICT (person) DO UPDATE SET at = max(at, excluded.at)",
    )?;
    let mut kept = c.prepare_cached("INSERT OR IGNORE INTO deed VALUES (?1, ?2, ?3, ?4)")?;
    for deed in deeds {
        let at = deed.at.as_second();
        active.execute(params![deed.by.as_str(), at])?;
        if deed.did != Did::Other {
            let row = serde_json::to_string(deed)?;
            kept.execute(params![deed.id.as_str(), deed.ticket.as_str(), at, row])?;
        }
    }
    Ok(())
}

/// Keeps from when on all deeds are known, told at `at`. Gives it back as a moment.
pub(super) fn put_known(
    c: &Connection,
    known: DeedsKnown,
    at: Timestamp,
) -> Result<DeedsKnown, StoreError> {
    let since = match known {
        DeedsKnown::Anew => {
            c.execute("DELETE FROM meta WHERE name = ?1", [SINCE])?;
            return Ok(DeedsKnown::Anew);
        }
        DeedsKnown::Hours(hours) => at
            .checked_sub(SignedDuration::from_hours(hours.into()))
            .unwrap_or(at),
        DeedsKnown::Since(since) => since,
    };
    set(c, SINCE, &since)?;
    Ok(DeedsKnown::Since(since))
}

/// Forgets what was done before.
pub(super) fn forget(c: &Connection, before: Timestamp) -> Result<(), StoreError> {
    c.execute("DELETE FROM deed WHERE at < ?1", [before.as_second()])?;
    c.execute("DELETE FROM active WHERE at < ?1", [before.as_second()])?;
    Ok(())
}

/// All deeds. One that cannot be read makes them unknown: a first answer may be the one that is missing.
pub(super) fn all(c: &Connection) -> Result<Deeds, StoreError> {
    let mut deeds = Deeds::default();
    let mut is_whole = true;
    let mut statement = c.prepare("SELECT row FROM deed")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        match row.get_ref(0)?.as_str().ok().map(serde_json::from_str) {
            Some(Ok(deed)) => deeds.hear(&deed),
            _ => is_whole = false,
        }
    }
    let mut statement = c.prepare("SELECT person, at FROM active")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Ok(at) = Timestamp::from_second(row.get(1)?) {
            deeds.was_active(PersonId::new(row.get::<_, String>(0)?), at);
        }
    }
    if let Some(since) = get(c, SINCE)?.filter(|_| is_whole) {
        deeds.known(DeedsKnown::Since(since));
    }
    Ok(deeds)
}
