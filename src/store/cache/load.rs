//! Reading the cache.

use rusqlite::Connection;
use serde::de::DeserializeOwned;

use super::{Cache, cursor_name, deeds, get, synced_name};
use crate::domain::Timestamp;
use crate::domain::deed::Deeds;
use crate::domain::device::Device;
use crate::domain::finding::Finding;
use crate::domain::ids::{DeviceId, TicketId};
use crate::domain::rollout::VersionLog;
use crate::domain::source::{Changes, Identity, Source, Vocab};
use crate::domain::ticket::Ticket;
use crate::store::error::StoreError;

/// What is known besides tickets and devices.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// Who the desk is and as whom it knew us.
    pub identity: Option<Identity>,
    /// The desk's words.
    pub vocab: Option<Vocab>,
    /// What the engine last said.
    pub findings: Vec<(TicketId, Finding)>,
    /// What people did.
    pub deeds: Deeds,
    /// Since when devices have their versions.
    pub versions: VersionLog,
    /// When the desk's last answer was stored: how old all this is.
    pub synced: Option<Timestamp>,
    /// Rows that could not be read any more; they were thrown away and will be read anew from the desk.
    pub unreadable: usize,
}

/// Everything in the cache.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// Tickets, active ones first.
    pub tickets: Vec<Ticket>,
    /// Devices.
    pub devices: Vec<Device>,
    /// The rest.
    pub known: Known,
}

impl Cache {
    /// Reads everything at once. 100,000 tickets take about a second in a release build; see
    /// [`Cache::load`] for batches.
    pub async fn load_all(&self) -> Result<Snapshot, StoreError> {
        let (send, receive) = std::sync::mpsc::channel();
        // Sending to ourselves cannot fail: the receiver lives until the end of this function.
        let known = self.load(4096, move |batch| drop(send.send(batch))).await?;
        let mut snapshot = Snapshot {
            known,
            ..Snapshot::default()
        };
        for batch in receive.try_iter() {
            snapshot.tickets.extend(batch.tickets);
            snapshot.devices.extend(batch.devices);
        }
        Ok(snapshot)
    }

    /// Reads everything in batches of at most `rows`, devices first, then active tickets, then closed ones, and
    /// gives each batch to `each`, which runs on the database's thread and must not wait for long.
    pub async fn load(
        &self,
        rows: usize,
        mut each: impl FnMut(Changes) + Send + 'static,
    ) -> Result<Known, StoreError> {
        self.db
            .call(move |c| {
                let rows = rows.max(1);
                let mut broken = Vec::new();
                read(
                    c,
                    "SELECT rowid, row FROM device",
                    rows,
                    &mut broken,
                    |devices| {
                        each(Changes {
                            devices,
                            ..Changes::default()
                        });
                    },
                )?;
                throw_away(c, "DELETE FROM device WHERE rowid = ?1", &broken)?;
                let mut unreadable = broken.len();
                broken.clear();
                for sql in [
                    "SELECT seq, row FROM ticket WHERE active = 1",
                    "SELECT seq, row FROM ticket WHERE active = 0",
                ] {
                    read(c, sql, rows, &mut broken, |tickets| {
                        each(Changes {
                            tickets,
                            ..Changes::default()
                        });
                    })?;
                }
                throw_away(c, "DELETE FROM ticket WHERE seq = ?1", &broken)?;
                unreadable += broken.len();
                if unreadable > 0 {
                    // Only a full read brings the lost rows back.
                    for source in [Source::Desk, Source::Fleet] {
                        c.execute("DELETE FROM meta WHERE name = ?1", [cursor_name(source)])?;
                    }
                }
                Ok(Known {
                    identity: get(c, "identity")?,
                    vocab: get(c, "vocab")?,
                    findings: findings(c)?,
                    deeds: deeds::all(c)?,
                    versions: versions(c)?,
                    synced: get(c, &synced_name(Source::Desk))?,
                    unreadable,
                })
            })
            .await
    }

    /// Ids of active tickets.
    pub async fn active_ids(&self) -> Result<Vec<TicketId>, StoreError> {
        self.ids("SELECT id FROM ticket WHERE active = 1").await
    }

    /// Ids of all tickets.
    pub async fn all_ids(&self) -> Result<Vec<TicketId>, StoreError> {
        self.ids("SELECT id FROM ticket").await
    }

    /// Ids of all devices.
    pub async fn device_ids(&self) -> Result<Vec<DeviceId>, StoreError> {
        let ids = self.ids("SELECT id FROM device").await?;
        Ok(ids.iter().map(|id| DeviceId::from(id.as_str())).collect())
    }

    async fn ids(&self, sql: &'static str) -> Result<Vec<TicketId>, StoreError> {
        self.db
            .call(move |c| {
                let mut statement = c.prepare_cached(sql)?;
                let ids = statement.query_map([], |r| Ok(TicketId::new(r.get::<_, String>(0)?)))?;
                Ok(ids.collect::<Result<_, _>>()?)
            })
            .await
    }
}

/// Reads rows of JSON in batches. Row numbers of those that cannot be read are noted in `broken`.
fn read<T: DeserializeOwned>(
    c: &Connection,
    sql: &str,
    size: usize,
    broken: &mut Vec<i64>,
    mut each: impl FnMut(Vec<T>),
) -> Result<(), StoreError> {
    let mut statement = c.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut batch = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(1)?;
        match text.as_str().ok().map(serde_json::from_str) {
            Some(Ok(value)) => batch.push(value),
            _ => broken.push(row.get(0)?),
        }
        if batch.len() >= size {
            each(std::mem::take(&mut batch));
        }
    }
    if !batch.is_empty() {
        each(batch);
    }
    Ok(())
}

/// One that cannot be read is left out: the engine will say it again.
fn findings(c: &Connection) -> Result<Vec<(TicketId, Finding)>, StoreError> {
    let mut statement = c.prepare("SELECT id, row FROM finding")?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(Ok(finding)) = row.get_ref(1)?.as_str().ok().map(serde_json::from_str) {
            all.push((TicketId::new(row.get::<_, String>(0)?), finding));
        }
    }
    Ok(all)
}

fn versions(c: &Connection) -> Result<VersionLog, StoreError> {
    let mut statement = c.prepare("SELECT device, fact, at FROM version_since")?;
    let mut rows = statement.query([])?;
    let mut log = VersionLog::default();
    while let Some(row) = rows.next()? {
        if let Ok(at) = Timestamp::from_second(row.get(2)?) {
            log.put(DeviceId::new(row.get::<_, String>(0)?), row.get(1)?, at);
        }
    }
    Ok(log)
}

fn throw_away(c: &Connection, sql: &str, rows: &[i64]) -> Result<(), StoreError> {
    for row in rows {
        c.execute(sql, [row])?;
    }
    Ok(())
}
