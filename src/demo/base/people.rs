//! Users: agents, readers, requesters, and who may do what.

use std::sync::Arc;

use rusqlite::{OptionalExtension as _, Row, params};

use super::{Base, DeskBase};
use crate::demo::query::dates::zone_of;

/// RT's own user for what the system does.
pub(crate) const SYSTEM: i64 = 1;
/// RT's user that owns what nobody owns.
pub(crate) const NOBODY: i64 = 6;
/// The administrator.
pub(crate) const ROOT: i64 = 14;

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// No rights beyond being a requester; an unprivileged user.
    Requester = 0,
    /// Sees tickets and devices, changes nothing, sees no internal notes.
    Reader = 1,
    /// First line: everything but deleting and administration.
    Agent = 2,
    /// Everything, totals and outgoing mail included.
    Admin = 3,
}

impl Role {
    fn of(number: i64) -> Self {
        match number {
            1 => Self::Reader,
            2 => Self::Agent,
            3 => Self::Admin,
            _ => Self::Requester,
        }
    }

    /// May see tickets, devices, queues.
    pub(crate) fn sees(self) -> bool {
        self >= Self::Reader
    }

    /// May change tickets and devices, reply, comment, own.
    pub(crate) fn works(self) -> bool {
        self >= Self::Agent
    }

    /// May delete, sees every transaction and total.
    pub(crate) fn rules(self) -> bool {
        self == Self::Admin
    }
}

/// A user of the desk.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) real_name: String,
    pub(crate) lang: String,
    pub(crate) timezone: String,
    pub(crate) organization: String,
    pub(crate) role: Role,
    pub(crate) privileged: bool,
    pub(crate) disabled: bool,
    pub(crate) created: i64,
    pub(crate) creator: i64,
    pub(crate) updated: i64,
    pub(crate) updated_by: i64,
}

/// What a new user is made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewPerson<'a> {
    pub(crate) id: Option<i64>,
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) real_name: &'a str,
    pub(crate) lang: &'a str,
    pub(crate) timezone: &'a str,
    pub(crate) organization: &'a str,
    pub(crate) role: Option<Role>,
    /// May have rights of its own; all roles but the lowest are.
    pub(crate) privileged: bool,
}

const COLUMNS: &str = "id, name, email, real_name, lang, timezone, organization, role, privileged, disabled, created, creator, updated, updated_by";

fn read(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        real_name: row.get(3)?,
        lang: row.get(4)?,
        timezone: row.get(5)?,
        organization: row.get(6)?,
        role: Role::of(row.get(7)?),
        privileged: row.get(8)?,
        disabled: row.get(9)?,
        created: row.get(10)?,
        creator: row.get(11)?,
        updated: row.get(12)?,
        updated_by: row.get(13)?,
    })
}

impl DeskBase {
    /// The user with this number.
    pub(crate) fn person(&mut self, id: i64) -> Base<Option<Arc<Person>>> {
        if let Some(person) = self.people.get(&id) {
            return Ok(Some(Arc::clone(person)));
        }
        let found = self
            .conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE id = ?1"))?
            .query_row([id], read)
            .optional()?
            .map(Arc::new);
        if let Some(person) = &found {
            self.people.insert(id, Arc::clone(person));
        }
        Ok(found)
    }

    /// The user behind what a client wrote: a number, a user name or a mail address.
    pub(crate) fn find_person(&mut self, who: &str) -> Base<Option<Arc<Person>>> {
        let who = who.trim();
        if who.is_empty() {
            return Ok(None);
        }
        if let Ok(id) = who.parse::<i64>() {
            return self.person(id);
        }
        let id: Option<i64> = self
            .conn
            .prepare_cached("SELECT id FROM users WHERE name = ?1 UNION ALL SELECT id FROM users WHERE email = ?1 LIMIT 1")?
            .query_row([who], |row| row.get(0))
            .optional()?;
        id.map_or(Ok(None), |id| self.person(id))
    }

    /// The user behind a mail address or name; made if it is an address nobody has.
    pub(crate) fn find_or_make_person(&mut self, who: &str) -> Base<Option<Arc<Person>>> {
        if let Some(person) = self.find_person(who)? {
            return Ok(Some(person));
        }
        let who = who.trim();
        if !who.contains('@') {
            return Ok(None);
        }
        let id = self.add_person(&NewPerson {
            name: who,
            email: who,
            ..NewPerson::default()
        })?;
        self.person(id)
    }

    /// Adds a user.
    pub(crate) fn add_person(&mut self, new: &NewPerson<'_>) -> Base<i64> {
        self.conn
            .prepare_cached(
                "INSERT INTO users (id, name, email, real_name, lang, timezone, organization, role, privileged, created, creator, updated, updated_by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?11, ?9, ?10, ?9, ?10)",
            )?
            .execute(params![
                new.id,
                new.name,
                new.email,
                new.real_name,
                new.lang,
                new.timezone,
                new.organization,
                new.role.unwrap_or(Role::Requester) as i64,
                self.now,
                SYSTEM,
                new.privileged || new.role.is_some_and(|role| role != Role::Requester),
            ])?;
        Ok(self.conn.last_insert_rowid())
    }

    /// Sets the secret part of a user's token, and the password for the cookie session.
    pub(crate) fn set_secrets(&mut self, id: i64, token: &str, password: &str) -> Base<()> {
        self.conn
            .prepare_cached("UPDATE users SET token = ?2, password = ?3 WHERE id = ?1")?
            .execute(params![id, token, password])?;
        Ok(())
    }

    /// Number, name, token secret and password of every user that has one.
    pub(crate) fn secrets(&self) -> Base<Vec<(i64, String, String, String)>> {
        let mut statement =
            self.conn.prepare("SELECT id, name, token, password FROM users WHERE token <> '' AND disabled = 0 ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The time zone in which this user's dates are read and shown: their own, or the desk's.
    pub(crate) fn zone_of(&self, who: &Person) -> jiff::tz::TimeZone {
        zone_of(if who.timezone.is_empty() {
            &self.zone
        } else {
            &who.timezone
        })
    }

    /// Whether this user may own tickets.
    pub(crate) fn may_own(person: &Person) -> bool {
        person.id == NOBODY || (person.role.works() && !person.disabled)
    }
}
