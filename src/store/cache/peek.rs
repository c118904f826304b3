//! A look at the cache without a desk: for a status line that is asked for every few seconds.
//!
//! Invariant: nothing is written, nothing is created, and no desk, token or network is needed. Only what counts for the
//! numbers is read: tickets that are not over, and those closed lately.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;
use rusqlite::{Connection, OpenFlags};
use serde::Deserialize;

use super::{APPLICATION_ID, MIGRATIONS, deeds, get, synced_name, whole_name};
use crate::domain::Timestamp;
use crate::domain::deed::Deeds;
use crate::domain::ids::{GroupId, PersonId, TicketId};
use crate::domain::source::{Identity, Source, Vocab};
use crate::domain::ticket::Ticket;
use crate::domain::watch::Watched;
use crate::store::error::{StoreError, StoreErrorKind};

/// How long another process may hold the file.
const BUSY: Duration = Duration::from_millis(250);

/// What the cache knows of the load.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Peek {
    /// The desk that it is of.
    pub place: String,
    /// As whom the desk knew us.
    pub me: Option<PersonId>,
    /// When the desk's last answer was stored; none before the first.
    pub synced: Option<Timestamp>,
    /// Whether everything was read to its end at least once: else the tickets are a part of the desk's.
    pub is_whole: bool,
    /// Tickets that are not over, and those that were closed in the time asked for before that answer.
    pub tickets: Vec<Ticket>,
    /// The groups that were found for them.
    pub groups: HashMap<TicketId, GroupId>,
    /// How many devices.
    pub devices: usize,
    /// What people did.
    pub deeds: Deeds,
    /// The incidents that a console last knew.
    pub watched: Option<Watched>,
    /// People who can own tickets.
    pub staff: HashSet<PersonId>,
}

/// Of a finding only its group counts.
#[derive(Deserialize)]
struct Grouped {
    group: GroupId,
}

/// Looks into a cache; `None` where there is none, or one that another version wrote. Blocks for some milliseconds.
///
/// # Errors
/// The file cannot be read, or is busy.
pub fn peek(path: &Path, closed_in: SignedDuration) -> Result<Option<Peek>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    look(&connection, closed_in).map_err(|error| error.at(path))
}

fn look(c: &Connection, closed_in: SignedDuration) -> Result<Option<Peek>, StoreError> {
    let id: i32 = c.pragma_query_value(None, "application_id", |r| r.get(0))?;
    let version: u32 = c.pragma_query_value(None, "user_version", |r| r.get(0))?;
    if id != APPLICATION_ID || u32::try_from(MIGRATIONS.len()) != Ok(version) {
        return Ok(None);
    }
    // One transaction: a poll in between must not split what belongs together.
    let c = c.unchecked_transaction()?;
    let synced: Option<Timestamp> = get(&c, &synced_name(Source::Desk))?;
    let closed_since = synced.and_then(|at| at.checked_sub(closed_in).ok());
    let mut found = Peek {
        place: get(&c, "place")?.unwrap_or_default(),
        me: get::<Identity>(&c, "identity")?.map(|identity| identity.me.id),
        synced,
        // What an older version wrote says it only by the comparison of all ids.
        is_whole: get(&c, &whole_name(Source::Desk))?.unwrap_or(false)
            || get::<Timestamp>(&c, "reconciled")?.is_some(),
        deeds: deeds::all(&c)?,
        watched: get(&c, "watched")?,
        staff: get::<Vocab>(&c, "vocab")?.map_or_else(HashSet::new, |vocab| {
            vocab.agents.into_iter().map(|agent| agent.who.id).collect()
        }),
        devices: c
            .query_row("SELECT count(*) FROM device", [], |r| r.get::<_, u32>(0))?
            .try_into()
            .unwrap_or(usize::MAX),
        ..Peek::default()
    };
    let mut statement = c.prepare(
        "SELECT t.row, f.row FROM ticket t LEFT JOIN finding f ON f.id = t.id WHERE t.active = 1
         UNION ALL
         SELECT t.row, f.row FROM ticket t LEFT JOIN finding f ON f.id = t.id WHERE t.closed >= ?1",
    )?;
    let since = closed_since.map_or(i64::MAX, Timestamp::as_second);
    let mut rows = statement.query([since])?;
    while let Some(row) = rows.next()? {
        let ticket: Ticket = serde_json::from_str(row.get_ref(0)?.as_str().unwrap_or_default())
            .map_err(|_| {
                let what = "a ticket in it cannot be read; the next console reads it anew";
                StoreError::new(StoreErrorKind::Internal, what)
            })?;
        let finding = row.get_ref(1)?.as_str_or_null().unwrap_or_default();
        if let Some(Ok(finding)) = finding.map(serde_json::from_str::<Grouped>) {
            found.groups.insert(ticket.id.clone(), finding.group);
        }
        found.tickets.push(ticket);
    }
    drop(rows);
    drop(statement);
    Ok(Some(found))
}
