//! Rows of the outbox: store, list, compare-and-set.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::{AuditLine, Outbox, audit, bulk, draft, ms};
use crate::domain::action::Action;
use crate::domain::delivery::{follow, may_begin};
use crate::domain::ids::{ActionId, TicketId};
use crate::domain::outbox::{Item, State};
use crate::store::error::StoreError;

/// An action to be stored.
#[derive(Debug, Clone)]
pub struct New {
    /// The action.
    pub action: Action,
    /// Bytes of its files, in the order of their positions.
    pub files: Vec<Vec<u8>>,
    /// Until when it is held; `None`: ready at once.
    pub hold_until: Option<Timestamp>,
}

/// A row: the item, its place in the queue and its revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Place in the queue: the order of the key presses over all consoles.
    pub seq: i64,
    /// Revision: changes with every change of the row; the greater, the later.
    pub rev: i64,
    /// The item.
    pub item: Item,
}

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Everything that is kept.
    All,
    /// Everything that has not ended: what may still be sent, and what waits for a person (refused included).
    Open,
    /// Changed after this revision.
    ChangedSince(i64),
    /// Of one ticket.
    Ticket(TicketId),
    /// Children of one bulk action.
    Parent(ActionId),
}

impl Outbox {
    /// Stores actions, all or none, in this order. What is stored already (the same id) stays as it is. A reply or note
    /// takes the draft of its ticket with it: the typed text is in one place at any moment.
    pub async fn enqueue(&self, new: Vec<New>, now: Timestamp) -> Result<Vec<Row>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let rows = new
                    .into_iter()
                    .map(|one| insert(&tx, &profile, one, now))
                    .collect::<Result<Vec<_>, _>>()?;
                tx.commit()?;
                Ok(rows)
            })
            .await
    }

    /// Rows, in the order of the queue.
    pub async fn list(&self, filter: Filter) -> Result<Vec<Row>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db.call(move |c| list(c, &profile, &filter)).await
    }

    /// One row, if there is one.
    pub async fn get(&self, id: ActionId) -> Result<Option<Row>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db.call(move |c| get(c, &profile, id)).await
    }

    /// Replaces a row, unless it is not what `from` says any more: then nothing happens and the answer is `None`.
    /// The audit line is stored with it. Files of an action that needs them no more are deleted.
    pub async fn transition(
        &self,
        from: &Row,
        to: Item,
        line: Option<AuditLine>,
    ) -> Result<Option<Row>, StoreError> {
        let (rev, profile) = (from.rev, Arc::clone(&self.profile));
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let row = replace(&tx, &profile, rev, to)?.into_iter().next();
                if let (Some(_), Some(line)) = (&row, &line) {
                    audit::append(&tx, &profile, line)?;
                }
                tx.commit()?;
                Ok(row)
            })
            .await
    }

    /// Replaces many rows in one transaction; a row that is not what it was any more is left as it is. Gives back those
    /// that were replaced, and those that changed with them (later parts of a macro).
    pub async fn transitions(&self, changes: Vec<(Row, Item)>) -> Result<Vec<Row>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let mut rows = Vec::with_capacity(changes.len());
                for (from, to) in changes {
                    rows.extend(replace(&tx, &profile, from.rev, to)?);
                }
                tx.commit()?;
                Ok(rows)
            })
            .await
    }

    /// What is not yet on the desk and still means to go there, for the optimistic view of a ticket.
    pub async fn pending_for(&self, ticket: TicketId) -> Result<Vec<Row>, StoreError> {
        let mut rows = self.list(Filter::Ticket(ticket)).await?;
        rows.retain(|row| row.item.state.is_pending());
        Ok(rows)
    }

    /// The earliest time at which a row wants to be looked at again.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.list(Filter::Open).await?;
        Ok(rows
            .iter()
            .filter(|r| r.item.state.is_pending())
            .filter_map(|r| r.item.due)
            .min())
    }

    /// How many rows there are in each state that occurs.
    pub async fn counts(&self) -> Result<BTreeMap<State, usize>, StoreError> {
        let rows = self.list(Filter::All).await?;
        let mut counts = BTreeMap::new();
        for row in rows {
            *counts.entry(row.item.state).or_default() += 1;
        }
        Ok(counts)
    }

    /// Bytes of the files of an action, in the order of their positions; empty after it has ended.
    pub async fn files(&self, id: ActionId) -> Result<Vec<Vec<u8>>, StoreError> {
        self.db
            .call(move |c| {
                let mut query = c.prepare_cached(
                    "SELECT bytes FROM files WHERE action = ?1 ORDER BY position",
                )?;
                let files = query.query_map([id.to_string()], |row| row.get(0))?;
                Ok(files.collect::<Result<_, _>>()?)
            })
            .await
    }
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    profile: &str,
    new: New,
    now: Timestamp,
) -> Result<Row, StoreError> {
    let id = new.action.id;
    if let Some(row) = get(tx, profile, id)? {
        return Ok(row);
    }
    // A bulk has a draft of its own, and none of the tickets that it goes to.
    if new.action.parent.is_none() {
        draft::drop_of_action(tx, profile, &new.action)?;
    }
    let state = if new.hold_until.is_some() {
        State::Held
    } else {
        State::Ready
    };
    let item = Item::new(new.action, state, new.hold_until, now);
    let rev = next_rev(tx)?;
    tx.execute(
        "INSERT INTO items (id, profile, ticket, parent, state, due, updated, rev, json)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            id.to_string(),
            profile,
            item.action.ticket.as_ref().map(TicketId::as_str),
            item.action.parent.map(|p| p.to_string()),
            item.state.word(),
            item.due.map(ms),
            ms(item.updated),
            rev,
            serde_json::to_string(&item)?,
        ],
    )?;
    let seq = tx.last_insert_rowid();
    for (position, bytes) in new.files.iter().enumerate() {
        tx.execute(
            "INSERT INTO files (action, position, bytes) VALUES (?1, ?2, ?3)",
            params![
                id.to_string(),
                i64::try_from(position).unwrap_or(i64::MAX),
                bytes
            ],
        )?;
    }
    Ok(Row { seq, rev, item })
}

/// Compare-and-set by revision. The row, and after it the rows that follow from it: later parts of the same macro.
/// Nothing, if the row is not what it was any more.
pub(super) fn replace(
    tx: &Transaction<'_>,
    profile: &str,
    rev: i64,
    mut item: Item,
) -> Result<Vec<Row>, StoreError> {
    let id = item.id().to_string();
    let seq: Option<i64> = tx
        .prepare_cached("SELECT seq FROM items WHERE id = ?1 AND profile = ?2 AND rev = ?3")?
        .query_row(params![id, profile, rev], |row| row.get(0))
        .optional()?;
    let Some(seq) = seq else {
        return Ok(Vec::new());
    };
    let parts = other_parts(tx, profile, &item)?;
    let (before, after): (Vec<Row>, Vec<Row>) = parts.into_iter().partition(|row| row.seq < seq);
    if let (State::Ready, Some(stuck)) =
        (item.state, before.iter().find(|row| !may_begin(&row.item)))
    {
        // Sent again while the part before it still waits for a person: it stays where it was.
        item = follow(&stuck.item, &item).unwrap_or(item);
    }
    let mut rows = vec![put(tx, seq, item)?];
    for later in after {
        let Some(followed) = rows.first().and_then(|row| follow(&row.item, &later.item)) else {
            continue;
        };
        let goes_on = followed.state == State::Ready;
        rows.push(put(tx, later.seq, followed)?);
        if goes_on {
            break;
        }
    }
    Ok(rows)
}

/// The other parts of the same macro on the same ticket, in the order of the queue.
fn other_parts(tx: &Transaction<'_>, profile: &str, item: &Item) -> Result<Vec<Row>, StoreError> {
    let (Some(parent), Some(ticket), None) =
        (item.action.parent, &item.action.ticket, item.action.undoes)
    else {
        return Ok(Vec::new());
    };
    let mut query = tx.prepare_cached(
        "SELECT seq, rev, json FROM items INDEXED BY items_by_ticket
         WHERE profile = ?1 AND ticket = ?2 AND parent = ?3 AND id != ?4 ORDER BY seq",
    )?;
    let found = query.query_map(
        params![
            profile,
            ticket.as_str(),
            parent.to_string(),
            item.id().to_string()
        ],
        raw_row,
    )?;
    found.map(|raw| parse(raw?)).collect()
}

/// Writes a row anew.
fn put(tx: &Transaction<'_>, seq: i64, item: Item) -> Result<Row, StoreError> {
    let id = item.id().to_string();
    let rev = next_rev(tx)?;
    tx.prepare_cached(
        "UPDATE items SET ticket = ?2, state = ?3, due = ?4, updated = ?5, rev = ?6, json = ?7 WHERE id = ?1",
    )?
    .execute(params![
        id,
        item.action.ticket.as_ref().map(TicketId::as_str),
        item.state.word(),
        item.due.map(ms),
        ms(item.updated),
        rev,
        serde_json::to_string(&item)?,
    ])?;
    // A refused action may be sent again by its person, so it keeps its files.
    if matches!(item.state, State::Done | State::NoChange | State::Dropped) {
        tx.prepare_cached("DELETE FROM files WHERE action = ?1")?
            .execute([&id])?;
    }
    Ok(Row { seq, rev, item })
}

fn next_rev(tx: &Transaction<'_>) -> Result<i64, StoreError> {
    Ok(tx
        .prepare_cached("UPDATE revision SET rev = rev + 1 RETURNING rev")?
        .query_row([], |row| row.get(0))?)
}

pub(super) fn get(c: &Connection, profile: &str, id: ActionId) -> Result<Option<Row>, StoreError> {
    let raw = c
        .prepare_cached("SELECT seq, rev, json FROM items WHERE profile = ?1 AND id = ?2")?
        .query_row(params![profile, id.to_string()], raw_row)
        .optional()?;
    raw.map(parse).transpose()
}

fn list(c: &Connection, profile: &str, filter: &Filter) -> Result<Vec<Row>, StoreError> {
    let (condition, value) = match filter {
        Filter::All => ("?2 = ''", String::new()),
        Filter::Open => (
            "state NOT IN ('done', 'no-change', 'dropped') AND ?2 = ''",
            String::new(),
        ),
        Filter::ChangedSince(rev) => ("rev > CAST(?2 AS INTEGER)", rev.to_string()),
        Filter::Ticket(ticket) => ("ticket = ?2", ticket.to_string()),
        Filter::Parent(parent) => ("parent = ?2", parent.to_string()),
    };
    let mut query = c.prepare_cached(&format!(
        "SELECT seq, rev, json FROM items WHERE profile = ?1 AND {condition} ORDER BY seq"
    ))?;
    let rows = query.query_map(params![profile, value], raw_row)?;
    rows.map(|raw| parse(raw?)).collect()
}

pub(super) fn prune(
    c: &mut Connection,
    profile: &str,
    before: Timestamp,
) -> Result<usize, StoreError> {
    let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // What a person wrote and the desk refused is nowhere else: it stays until that person drops it. A bulk goes as a
    // whole, so that its numbers add up as long as it is shown.
    let gone = tx.execute(
        "DELETE FROM items WHERE profile = ?1 AND updated < ?2
         AND (state IN ('done', 'no-change', 'dropped')
              OR state = 'refused'
              AND json_extract(json, '$.action.verb.verb') NOT IN ('reply', 'note', 'create'))
         AND (parent IS NULL OR NOT EXISTS (
              SELECT 1 FROM items AS other WHERE other.profile = ?1 AND other.parent = items.parent
              AND (other.updated >= ?2 OR other.state NOT IN ('done', 'no-change', 'dropped'))))",
        params![profile, ms(before)],
    )?;
    bulk::prune(&tx, profile)?;
    tx.commit()?;
    Ok(gone)
}

type Raw = (i64, i64, String);

fn raw_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn parse((seq, rev, json): Raw) -> Result<Row, StoreError> {
    Ok(Row {
        seq,
        rev,
        item: serde_json::from_str(&json)?,
    })
}
