//! What the desk knows: people, tickets, assets, transactions, in one SQLite database.
//!
//! One thread owns the database ([`thread::Handle`]); everything here is plain synchronous code on
//! [`DeskBase`], so it can be tested without a server. Every change of an object leaves a transaction
//! behind, as Request Tracker records it, and a write is answered only after its commit.
//! Start at `open`, then `tickets`.

pub(crate) mod assets;
pub(crate) mod error;
pub(crate) mod fields;
pub(crate) mod history;
pub(crate) mod links;
pub(crate) mod messages;
mod open;
mod patience;
pub(crate) mod people;
pub(crate) mod places;
pub(crate) mod schema;
pub(crate) mod seed;
pub(crate) mod thread;
pub(crate) mod ticket_writes;
pub(crate) mod tickets;

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

pub(crate) use error::{Base, BaseError, Refusal};
pub(crate) use people::Person;
pub use people::Role;

/// Kinds of objects that transactions, custom fields and links belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i64)]
pub(crate) enum Kind {
    /// A ticket.
    Ticket = 1,
    /// An asset: a device.
    Asset = 2,
    /// A user.
    User = 3,
    /// A queue.
    Queue = 4,
    /// A transaction, which can carry custom fields of its own.
    Transaction = 5,
}

impl Kind {
    /// The name that Request Tracker uses in `ObjectType`.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Ticket => "RT::Ticket",
            Self::Asset => "RT::Asset",
            Self::User => "RT::User",
            Self::Queue => "RT::Queue",
            Self::Transaction => "RT::Transaction",
        }
    }

    /// The kind behind a stored number.
    pub(crate) fn of(number: i64) -> Self {
        match number {
            2 => Self::Asset,
            3 => Self::User,
            4 => Self::Queue,
            5 => Self::Transaction,
            _ => Self::Ticket,
        }
    }
}

/// The database and what is kept in memory of it. Owned by one thread.
pub struct DeskBase {
    pub(crate) conn: Connection,
    /// Where the desk is reached, for `_url`: `http://127.0.0.1:8081/REST/2.0`.
    pub(crate) base_url: String,
    /// Now, in seconds since 1970: set before every job from the desk's clock.
    pub(crate) now: i64,
    /// Counts writes: what was computed from the tables holds while it stands still.
    pub(crate) writes: u64,
    pub(crate) people: HashMap<i64, Arc<Person>>,
    pub(crate) queues: Vec<Arc<places::Queue>>,
    pub(crate) catalogs: Vec<Arc<places::Catalog>>,
    pub(crate) fields: Vec<Arc<fields::CustomField>>,
    /// Whether anybody with an account may open and answer tickets.
    pub(crate) open: bool,
    /// IANA time zone of users that have none of their own; empty: UTC.
    pub(crate) zone: String,
    pub(crate) totals: HashMap<u64, (u64, i64)>,
    patience: patience::Patience,
}

impl DeskBase {
    /// Reads the small tables again: after the first fill, or when a batch of writes was taken back.
    pub(crate) fn reload(&mut self) -> Base<()> {
        self.people.clear();
        self.totals.clear();
        self.queues = places::load_queues(&self.conn)?;
        self.catalogs = places::load_catalogs(&self.conn)?;
        self.fields = fields::load(&self.conn)?;
        self.open = self.meta("open")?.is_some();
        self.zone = self.meta("zone")?.unwrap_or_default();
        Ok(())
    }

    /// A remembered setting of this desk.
    pub(crate) fn meta(&self, key: &str) -> Base<Option<String>> {
        Ok(self
            .conn
            .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?)
    }

    /// Remembers a setting of this desk.
    pub(crate) fn set_meta(&mut self, key: &str, value: &str) -> Base<()> {
        self.conn
            .prepare_cached("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?
            .execute([key, value])?;
        Ok(())
    }
}
