//! Declared incidents: the record beside the actions that create the parent and link its tickets.
//!
//! Invariant: a record changes in one transaction with the actions that follow from the change. So the tickets that wait
//! for a new parent are linked exactly once, by whichever console first sees that it is there, whoever was killed when.

#[cfg(test)]
#[path = "declared_tests.rs"]
mod tests;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::audit::{AuditLine, append};
use super::{New, Outbox, Row, bulk, ms, readable, rows};
use crate::domain::action::Action;
use crate::domain::bulk::Bulk;
use crate::domain::declared::{Change, Declared, Part, answers_to};
use crate::domain::ids::ActionId;
use crate::domain::outbox::State;
use crate::store::error::StoreError;

/// The parents are solved and forgotten after so long.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A record as it is now, and what was stored with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The record.
    pub record: Declared,
    /// What links its tickets, if that was stored now.
    pub bulk: Option<Bulk>,
    /// What answers them, if that was stored now.
    pub answers: Option<Bulk>,
    /// The actions that were stored now.
    pub rows: Vec<Row>,
}

impl Outbox {
    /// Stores a declared incident with the action that creates its parent, or with what links its tickets where the parent is
    /// known; and its line in the audit. All or none. `hold_until`: none of it is sent before.
    pub async fn declare(
        &self,
        mut record: Declared,
        create: Option<Action>,
        hold_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Stored, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let links = record.take_waiting(now);
                let json = serde_json::to_string(&record)?;
                tx.execute(
                    "INSERT INTO declared (id, profile, at, json) VALUES (?1, ?2, ?3, ?4)",
                    params![record.id.to_string(), profile, ms(record.at), json],
                )?;
                tx.execute(
                    "DELETE FROM declared WHERE profile = ?1 AND at < ?2",
                    params![
                        profile,
                        ms(now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN))
                    ],
                )?;
                append(&tx, &profile, &line(&record, "declare", String::new()))?;
                let (bulk, mut rows) = store_links(&tx, &profile, links, hold_until, now)?;
                if let Some(action) = create {
                    let new = new(action, hold_until);
                    rows.push(rows::insert(&tx, &profile, new, now)?);
                }
                tx.commit()?;
                let answers = None;
                Ok(Stored {
                    record,
                    bulk,
                    answers,
                    rows,
                })
            })
            .await
    }

    /// All declared incidents that are kept, oldest first. One that cannot be read (of a newer version) is left where it is.
    pub async fn declared(&self) -> Result<Vec<Declared>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db.call(move |c| all(c, &profile)).await
    }

    /// Looks how far the creates of parents are: stores what links the tickets that waited for one that is there now, and
    /// closes what came to nothing. Gives back what changed; asking again changes nothing.
    pub async fn settle_declared(&self, now: Timestamp) -> Result<Vec<Stored>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let mut stored = Vec::new();
                for before in all(&tx, &profile)? {
                    let create = before.create.filter(|_| before.parent.is_none());
                    let Some(create) = create else { continue };
                    let Some(row) = rows::get(&tx, &profile, create)? else {
                        continue;
                    };
                    let mut record = before.clone();
                    let links = record.created(&row.item, now);
                    if record == before {
                        continue;
                    }
                    let (bulk, rows) = store_links(&tx, &profile, links, None, now)?;
                    put(&tx, &profile, &record)?;
                    let answers = None;
                    stored.push(Stored {
                        record,
                        bulk,
                        answers,
                        rows,
                    });
                }
                tx.commit()?;
                Ok(stored)
            })
            .await
    }

    /// Takes up later joiners of a declared incident that no other console has taken up, with the answers to them if there are
    /// any, all or none; `None` when nothing is left to do.
    pub async fn join_declared(
        &self,
        id: ActionId,
        (bulk, parts): (ActionId, Vec<Part>),
        answers: Option<(Bulk, Vec<Action>)>,
        hold_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<Stored>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let Some(mut record) = find(&tx, &profile, id)? else {
                    return Ok(None);
                };
                let Some(links) = record.join(bulk, parts, now) else {
                    return Ok(None);
                };
                let answers = answers.and_then(|answers| answers_to(answers, &links.1));
                let (bulk, mut rows) = store_links(&tx, &profile, Some(links), hold_until, now)?;
                let (answers, more) = store_links(&tx, &profile, answers, hold_until, now)?;
                rows.extend(more);
                put(&tx, &profile, &record)?;
                tx.commit()?;
                Ok(Some(Stored {
                    record,
                    bulk,
                    answers,
                    rows,
                }))
            })
            .await
    }

    /// Stores a bulk of answers to the people of a declared incident, with the template by which later joiners are answered from
    /// then on. All or none: whoever is killed right after has either both or nothing. The record as it is then, if it is kept.
    pub async fn answer_declared(
        &self,
        (bulk, children): (Bulk, Vec<New>),
        (record, template): (ActionId, String),
        now: Timestamp,
    ) -> Result<(Vec<Row>, Option<Declared>), StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let rows = bulk::insert(&tx, &profile, &bulk, children, now)?;
                let mut found = find(&tx, &profile, record)?;
                if let Some(record) = &mut found {
                    record.change(Change::Template(Some(template)));
                    put(&tx, &profile, record)?;
                }
                tx.commit()?;
                Ok((rows, found))
            })
            .await
    }

    /// Changes a declared incident; gives it back as it is then, `None` when it is not kept any more.
    pub async fn change_declared(
        &self,
        id: ActionId,
        change: Change,
        now: Timestamp,
    ) -> Result<Option<Declared>, StoreError> {
        let profile = Arc::clone(&self.profile);
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let Some(mut record) = find(&tx, &profile, id)? else {
                    return Ok(None);
                };
                let told = match &change {
                    Change::Follow(true) => {
                        Some("later joiners are linked without asking".to_owned())
                    }
                    Change::Follow(false) => Some("later joiners are proposed".to_owned()),
                    Change::Close(over) => Some(over.why.clone()),
                    Change::Template(_) | Change::LeaveOut(_) => None,
                };
                record.change(change);
                put(&tx, &profile, &record)?;
                if let Some(message) = told {
                    let line = AuditLine {
                        at: now,
                        ..line(&record, "declared", message)
                    };
                    append(&tx, &profile, &line)?;
                }
                tx.commit()?;
                Ok(Some(record))
            })
            .await
    }
}

/// The line of a record in the audit.
fn line(record: &Declared, verb: &str, message: String) -> AuditLine {
    AuditLine {
        at: record.at,
        action: Some(record.id),
        verb: verb.to_owned(),
        ticket: record.parent.clone(),
        who: record.by.as_ref().map(|by| by.id.to_string()),
        state: State::Done,
        before: None,
        after: Some(record.title.clone()),
        entry: None,
        message,
    }
}

fn new(action: Action, hold_until: Option<Timestamp>) -> New {
    New {
        action,
        files: Vec::new(),
        hold_until,
    }
}

fn store_links(
    tx: &Transaction<'_>,
    profile: &str,
    links: Option<(Bulk, Vec<Action>)>,
    hold_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<(Option<Bulk>, Vec<Row>), StoreError> {
    let Some((bulk, actions)) = links else {
        return Ok((None, Vec::new()));
    };
    let children = actions.into_iter().map(|action| new(action, hold_until));
    let rows = bulk::insert(tx, profile, &bulk, children, now)?;
    Ok((Some(bulk), rows))
}

fn all(c: &Connection, profile: &str) -> Result<Vec<Declared>, StoreError> {
    let mut query =
        c.prepare_cached("SELECT json FROM declared WHERE profile = ?1 ORDER BY at, id")?;
    readable(&mut query, profile)
}

fn find(tx: &Transaction<'_>, profile: &str, id: ActionId) -> Result<Option<Declared>, StoreError> {
    let json: Option<String> = tx
        .prepare_cached("SELECT json FROM declared WHERE profile = ?1 AND id = ?2")?
        .query_row(params![profile, id.to_string()], |row| row.get(0))
        .optional()?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}

fn put(tx: &Transaction<'_>, profile: &str, record: &Declared) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE declared SET json = ?3 WHERE profile = ?1 AND id = ?2")?
        .execute(params![
            profile,
            record.id.to_string(),
            serde_json::to_string(record)?
        ])?;
    Ok(())
}
