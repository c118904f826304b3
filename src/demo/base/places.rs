//! Queues of tickets, catalogs of assets, groups of users.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::{Base, DeskBase, Person};

/// A queue of tickets.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Only for the administrator: its tickets make holes in the pages of all others.
    pub(crate) hidden: bool,
    pub(crate) created: i64,
}

/// A catalog of assets.
#[derive(Debug, Clone)]
pub(crate) struct Catalog {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Only for the administrator, as with queues.
    pub(crate) hidden: bool,
    pub(crate) created: i64,
}

/// A group of users.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
}

pub(super) fn load_queues(conn: &Connection) -> Base<Vec<Arc<Queue>>> {
    let mut statement =
        conn.prepare("SELECT id, name, description, hidden, created FROM queues ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok(Arc::new(Queue {
            id: row.get(0)?,
            name: row.get(1)?,
            description: row.get(2)?,
            hidden: row.get(3)?,
            created: row.get(4)?,
        }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn load_catalogs(conn: &Connection) -> Base<Vec<Arc<Catalog>>> {
    let mut statement =
        conn.prepare("SELECT id, name, description, hidden, created FROM catalogs ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok(Arc::new(Catalog {
            id: row.get(0)?,
            name: row.get(1)?,
            description: row.get(2)?,
            hidden: row.get(3)?,
            created: row.get(4)?,
        }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Same, but for letter case.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// A condition that leaves these numbers out, unless the user sees everything.
fn without(who: &Person, column: &str, hidden: impl Iterator<Item = i64>) -> String {
    if who.role.rules() {
        return String::new();
    }
    let conditions: Vec<String> = hidden.map(|id| format!("AND {column} <> {id} ")).collect();
    conditions.concat()
}

impl DeskBase {
    /// The queue with this number or name.
    pub(crate) fn queue(&self, which: &str) -> Option<Arc<Queue>> {
        let id = which.parse::<i64>().ok();
        self.queues
            .iter()
            .find(|queue| Some(queue.id) == id || same(&queue.name, which))
            .cloned()
    }

    /// Whether this user may see the tickets of a queue.
    pub(crate) fn sees_queue(&self, who: &Person, queue: i64) -> bool {
        let hidden = || {
            self.queues
                .iter()
                .any(|known| known.id == queue && known.hidden)
        };
        who.role.rules() || (who.role.sees() && !hidden())
    }

    /// SQL that leaves out what is in queues that this user does not see. Their numbers stand in it, so that
    /// an index can answer.
    pub(crate) fn but_hidden_queues(&self, who: &Person, column: &str) -> String {
        let hidden = self.queues.iter().filter(|queue| queue.hidden);
        without(who, column, hidden.map(|queue| queue.id))
    }

    /// As [`Self::but_hidden_queues`], for catalogs of assets.
    pub(crate) fn but_hidden_catalogs(&self, who: &Person, column: &str) -> String {
        let hidden = self.catalogs.iter().filter(|catalog| catalog.hidden);
        without(who, column, hidden.map(|catalog| catalog.id))
    }

    /// The catalog with this number or name.
    pub(crate) fn catalog(&self, which: &str) -> Option<Arc<Catalog>> {
        let id = which.parse::<i64>().ok();
        self.catalogs
            .iter()
            .find(|catalog| Some(catalog.id) == id || same(&catalog.name, which))
            .cloned()
    }

    /// Adds a queue.
    pub(crate) fn add_queue(&mut self, name: &str, description: &str, hidden: bool) -> Base<i64> {
        self.conn
            .prepare_cached(
                "INSERT INTO queues (name, description, hidden, created) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![name, description, hidden, self.now])?;
        let id = self.conn.last_insert_rowid();
        self.queues = load_queues(&self.conn)?;
        Ok(id)
    }

    /// Whether this user may see the assets of a catalog.
    pub(crate) fn sees_catalog(&self, who: &Person, catalog: i64) -> bool {
        let hidden = || {
            self.catalogs
                .iter()
                .any(|known| known.id == catalog && known.hidden)
        };
        who.role.rules() || (who.role.sees() && !hidden())
    }

    /// Adds a catalog.
    pub(crate) fn add_catalog(&mut self, name: &str, description: &str, hidden: bool) -> Base<i64> {
        self.conn
            .prepare_cached(
                "INSERT INTO catalogs (name, description, hidden, created) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![name, description, hidden, self.now])?;
        let id = self.conn.last_insert_rowid();
        self.catalogs = load_catalogs(&self.conn)?;
        Ok(id)
    }

    /// Adds a group with these members.
    pub(crate) fn add_group(
        &mut self,
        name: &str,
        description: &str,
        members: &[i64],
    ) -> Base<i64> {
        self.conn
            .prepare_cached("INSERT INTO groups (name, description) VALUES (?1, ?2)")?
            .execute(params![name, description])?;
        let id = self.conn.last_insert_rowid();
        for member in members {
            self.conn
                .prepare_cached(
                    "INSERT OR IGNORE INTO group_members (group_id, user_id) VALUES (?1, ?2)",
                )?
                .execute(params![id, member])?;
        }
        Ok(id)
    }

    /// The group with this number.
    pub(crate) fn group(&self, id: i64) -> Base<Option<Group>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT id, name, description FROM groups WHERE id = ?1")?;
        let mut rows = statement.query_map([id], |row| {
            Ok(Group {
                id: row.get(0)?,
                name: row.get(1)?,
                description: row.get(2)?,
            })
        })?;
        Ok(rows.next().transpose()?)
    }

    /// The members of a group.
    pub(crate) fn members(&self, group: i64) -> Base<Vec<i64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT user_id FROM group_members WHERE group_id = ?1")?;
        let rows = statement.query_map([group], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The groups that a user belongs to.
    pub(crate) fn memberships(&self, user: i64) -> Base<Vec<i64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT group_id FROM group_members WHERE user_id = ?1")?;
        let rows = statement.query_map([user], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
