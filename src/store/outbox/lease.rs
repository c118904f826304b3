//! The lease: which console sends. One at a time and profile.
//!
//! Invariant: the right to send is looked at in the same transaction that writes down "about to send". A console that was
//! suspended and lost its lease therefore sends nothing.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::process::Process;
use super::rows::{self, Row};
use super::{Outbox, ms};
use crate::domain::outbox::Item;
use crate::store::error::StoreError;

/// Answer to the wish to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lease {
    /// It is ours, and was before.
    Kept,
    /// It is ours now. What is `sending` in the outbox and not known to us was left by another.
    Taken,
    /// Another console has it: its process id.
    Others(u32),
}

/// Answer to "about to send".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// Written down: send.
    Go(Box<Row>),
    /// Another console sends now: do not.
    LeaseLost,
    /// The row was changed meanwhile (dropped, ended by another): do not.
    RowChanged,
}

impl Outbox {
    /// Takes or renews the lease. Another console's is taken over only when its process is proven dead, or when it
    /// was not renewed for `limit`.
    pub async fn acquire(&self, now: Timestamp, limit: Duration) -> Result<Lease, StoreError> {
        let (profile, me) = (Arc::clone(&self.profile), Arc::clone(&self.process));
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let answer = match holder(&tx, &profile)? {
                    Some((other, _)) if other.token == me.token => Lease::Kept,
                    Some((other, renewed))
                        if !me.proves_dead(&other) && !is_over(renewed, now, limit) =>
                    {
                        return Ok(Lease::Others(other.pid));
                    }
                    Some(_) | None => Lease::Taken,
                };
                write(&tx, &profile, &me, now)?;
                tx.commit()?;
                Ok(answer)
            })
            .await
    }

    /// Gives the lease back, if it is ours.
    pub async fn release(&self) -> Result<(), StoreError> {
        let (profile, token) = (Arc::clone(&self.profile), self.process.token.clone());
        self.db
            .call(move |c| {
                c.execute(
                    "DELETE FROM lease WHERE profile = ?1 AND token = ?2",
                    params![profile, token],
                )?;
                Ok(())
            })
            .await
    }

    /// Writes down that `from` is about to be sent, as `to`, if the lease is ours and the row is still `from`.
    /// On disk when it returns. Renews the lease.
    pub async fn begin_write(
        &self,
        from: &Row,
        to: Item,
        now: Timestamp,
    ) -> Result<Begin, StoreError> {
        let (profile, me, rev) = (
            Arc::clone(&self.profile),
            Arc::clone(&self.process),
            from.rev,
        );
        self.db
            .call(move |c| {
                let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
                if holder(&tx, &profile)?.is_none_or(|(holder, _)| holder.token != me.token) {
                    return Ok(Begin::LeaseLost);
                }
                let Some(row) = rows::replace(&tx, &profile, rev, to)?.into_iter().next() else {
                    return Ok(Begin::RowChanged);
                };
                write(&tx, &profile, &me, now)?;
                tx.commit()?;
                Ok(Begin::Go(Box::new(row)))
            })
            .await
    }
}

/// Whether a lease was not renewed for too long. A clock that was set back makes a lease from the future: over as well.
fn is_over(renewed: Timestamp, now: Timestamp, limit: Duration) -> bool {
    now.duration_since(renewed).unsigned_abs() > limit
}

fn holder(c: &Connection, profile: &str) -> Result<Option<(Process, Timestamp)>, StoreError> {
    let found = c
        .prepare_cached(
            "SELECT token, host, boot, space, pid, started, renewed FROM lease WHERE profile = ?1",
        )?
        .query_row([profile], |row| {
            let process = Process {
                token: row.get(0)?,
                host: row.get(1)?,
                boot: row.get(2)?,
                space: row.get(3)?,
                pid: row.get(4)?,
                started: row.get(5)?,
            };
            Ok((process, row.get::<_, i64>(6)?))
        })
        .optional()?;
    Ok(found.map(|(process, renewed)| {
        (
            process,
            Timestamp::from_millisecond(renewed).unwrap_or_default(),
        )
    }))
}

fn write(c: &Connection, profile: &str, me: &Process, now: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT OR REPLACE INTO lease (profile, token, host, boot, space, pid, started, renewed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        profile,
        me.token,
        me.host,
        me.boot,
        me.space,
        me.pid,
        me.started,
        ms(now)
    ])?;
    Ok(())
}
