//! The cache: what the desk told us, so that the console can start before the desk answers and go on without it.
//!
//! Invariants: the file may be deleted at any time; a cursor is stored in the same transaction as the rows that
//! it stands for, so it is never ahead of them; a row is never overwritten by an older one (two consoles of
//! one person share the file). Start at [`Cache::start`] and [`Cache::apply`].

mod apply;
mod deeds;
mod load;
mod open;
mod peek;
mod text;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::db::{Db, Location, Migration};
use super::error::StoreError;
use crate::domain::Timestamp;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::source::{Cursor, Detail, Identity, Source, Vocab};
use crate::domain::watch::Watched;

pub use apply::Advance;
pub use load::{Known, Snapshot};
pub use open::{Opened, Started};
pub use peek::{Peek, peek};

/// Marks the file as ours: "VGTC".
const APPLICATION_ID: i32 = 0x5647_5443;

const MIGRATIONS: &[Migration] = &[
    Migration::Sql(
        "
    PRAGMA application_id = 0x56475443;
    -- active and closed stand before the text of the row, so that a scan for them reads little
    CREATE TABLE ticket (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        active INTEGER NOT NULL,
        closed INTEGER,             -- Unix seconds; null while active
        updated INTEGER NOT NULL,   -- Unix seconds
        row TEXT NOT NULL           -- domain::ticket::Ticket as JSON
    ) STRICT;
    CREATE INDEX ticket_closed ON ticket (closed) WHERE closed IS NOT NULL;
    CREATE TABLE ticket_key (
        seq INTEGER PRIMARY KEY REFERENCES ticket (seq) ON DELETE CASCADE,
        key TEXT NOT NULL           -- folded subject and body
    ) STRICT;
    CREATE TABLE device (id TEXT PRIMARY KEY, row TEXT NOT NULL) STRICT;
    CREATE TABLE detail (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- later opened, higher
        id TEXT NOT NULL UNIQUE,
        row TEXT NOT NULL           -- domain::source::Detail as JSON
    ) STRICT;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO meta VALUES ('generation', '0');
",
    ),
    // The row: domain::finding::Finding as JSON
    Migration::Sql("CREATE TABLE finding (id TEXT PRIMARY KEY, row TEXT NOT NULL) STRICT;"),
    // The index holds no texts (content='') and is filled for tickets of before at the first search, see text.rs.
    Migration::Sql(
        "
    DROP TABLE ticket_key;
    CREATE VIRTUAL TABLE ticket_text USING fts5(
        text,                       -- folded and masked
        content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', prefix='2 3'
    );
    ALTER TABLE ticket ADD COLUMN text_id INTEGER;  -- row in ticket_text; null: not in it yet
    CREATE UNIQUE INDEX ticket_text_id ON ticket (text_id);
    CREATE TRIGGER ticket_text_goes AFTER DELETE ON ticket WHEN OLD.text_id IS NOT NULL
        BEGIN DELETE FROM ticket_text WHERE rowid = OLD.text_id; END;
",
    ),
    // What people did, for the supervisor's numbers. The row: domain::deed::Deed as JSON
    Migration::Sql(
        "
    CREATE TABLE deed (id TEXT PRIMARY KEY, ticket TEXT NOT NULL, at INTEGER NOT NULL, row TEXT NOT NULL) STRICT;
    CREATE INDEX deed_ticket ON deed (ticket);
    CREATE TABLE active (person TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
",
    ),
    // Since when devices have the versions that they have, as far as the change was seen
    Migration::Sql(
        "CREATE TABLE version_since (device TEXT NOT NULL, fact TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (device, fact)) STRICT;",
    ),
];

/// What the cache is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheOptions {
    /// The desk, without secrets. A cache of another desk is emptied.
    pub place: String,
    /// For how many tickets the conversation is kept.
    pub conversations: u32,
}

/// Where a source's feed was left, and when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// Where to go on; empty: from the beginning.
    pub cursor: Cursor,
    /// Last answer that was stored.
    pub synced: Option<Timestamp>,
    /// When the vocabulary was read.
    pub vocab_at: Option<Timestamp>,
    /// When all ids were compared.
    pub reconciled: Option<Timestamp>,
    /// As whom the desk knew us.
    pub me: Option<PersonId>,
}

/// The cache. Cloning gives another handle to the same file.
#[derive(Debug, Clone)]
pub struct Cache {
    db: Db,
    location: Arc<Location>,
    options: Arc<CacheOptions>,
    /// Counts how often the file was emptied. When somebody else empties it, our cursor stands for rows that
    /// are not there any more.
    generation: Arc<AtomicI64>,
}

impl Cache {
    /// The file, for messages.
    pub fn path(&self) -> &std::path::Path {
        self.db.path()
    }

    /// Closes the file and waits for that.
    pub fn close(&self) {
        self.db.close();
    }

    /// Where the feed of `source` was left.
    pub async fn marks(&self, source: Source) -> Result<Marks, StoreError> {
        self.db
            .call(move |c| {
                let identity: Option<Identity> = get(c, "identity")?;
                Ok(Marks {
                    cursor: get(c, &cursor_name(source))?.unwrap_or_default(),
                    synced: get(c, &synced_name(source))?,
                    vocab_at: get(c, "vocab-at")?,
                    reconciled: get(c, "reconciled")?,
                    me: identity.map(|identity| identity.me.id),
                })
            })
            .await
    }

    /// Keeps who the desk is and as whom it knows us.
    pub async fn put_identity(&self, identity: &Identity) -> Result<(), StoreError> {
        self.put("identity", identity).await
    }

    /// Keeps the desk's words, read at `at`.
    pub async fn put_vocab(&self, vocab: &Vocab, at: Timestamp) -> Result<(), StoreError> {
        self.put("vocab", vocab).await?;
        self.put("vocab-at", &at).await
    }

    /// Keeps when all ids were compared.
    pub async fn put_reconciled(&self, at: Timestamp) -> Result<(), StoreError> {
        self.put("reconciled", &at).await
    }

    /// Keeps a ticket with its conversation, as the last one opened; the one opened longest ago makes room. Its
    /// ticket is kept like one of the feed.
    pub async fn put_detail(&self, detail: &Detail) -> Result<(), StoreError> {
        let detail = detail.clone();
        let keep = self.options.conversations;
        self.db
            .call(move |c| {
                let row = serde_json::to_string(&detail)?;
                let tx = write(c)?;
                apply::upsert(&tx, &detail.ticket)?;
                let id = detail.ticket.id.as_str();
                tx.execute("DELETE FROM detail WHERE id = ?1", [id])?;
                tx.execute("INSERT INTO detail (id, row) VALUES (?1, ?2)", [id, &row])?;
                let gone: Vec<String> = tx
                    .prepare_cached(
                        "DELETE FROM detail WHERE seq NOT IN (SELECT seq FROM detail ORDER BY seq DESC LIMIT ?1)
                         RETURNING id",
                    )?
                    .query_map([keep], |r| r.get(0))?
                    .collect::<Result<_, _>>()?;
                for id in gone.iter().map(String::as_str).chain([id]) {
                    text::again(&tx, id)?;
                }
                Ok(tx.commit()?)
            })
            .await
    }

    /// A ticket with its conversation as it was read at an earlier time (`read_at` is `None`).
    pub async fn get_detail(&self, id: &TicketId) -> Result<Option<Detail>, StoreError> {
        let id = id.clone();
        self.db
            .call(move |c| {
                let row: Option<String> = c
                    .query_row("SELECT row FROM detail WHERE id = ?1", [id.as_str()], |r| {
                        r.get(0)
                    })
                    .optional()?;
                let detail = row.and_then(|row| serde_json::from_str::<Detail>(&row).ok());
                Ok(detail.map(|detail| Detail {
                    read_at: None,
                    ..detail
                }))
            })
            .await
    }

    /// Keeps what this console knows of incidents.
    pub async fn put_watched(&self, watched: &Watched) -> Result<(), StoreError> {
        self.put("watched", watched).await
    }

    /// What a console last knew of incidents.
    pub async fn watched(&self) -> Result<Option<Watched>, StoreError> {
        self.db.call(|c| get(c, "watched")).await
    }

    async fn put<T: Serialize>(&self, name: &'static str, value: &T) -> Result<(), StoreError> {
        let value = serde_json::to_string(value)?;
        self.db.call(move |c| set_text(c, name, &value)).await
    }
}

/// Begins a transaction that will write. It takes the lock at once: one that reads first would fail when another
/// console writes in between.
fn write(c: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    Ok(c.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

fn cursor_name(source: Source) -> String {
    format!("cursor-{}", source_name(source))
}

fn synced_name(source: Source) -> String {
    format!("synced-{}", source_name(source))
}

/// Whether everything that a source has was read once, to its end.
fn whole_name(source: Source) -> String {
    format!("whole-{}", source_name(source))
}

fn source_name(source: Source) -> &'static str {
    match source {
        Source::Desk => "desk",
        Source::Fleet => "fleet",
    }
}

/// A value of the `meta` table. What cannot be read any more counts as absent.
fn get<T: DeserializeOwned>(c: &Connection, name: &str) -> Result<Option<T>, StoreError> {
    let text: Option<String> = c
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |r| r.get(0))
        .optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn set<T: Serialize>(c: &Connection, name: &str, value: &T) -> Result<(), StoreError> {
    set_text(c, name, &serde_json::to_string(value)?)
}

fn set_text(c: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute(params![name, value])?;
    Ok(())
}
