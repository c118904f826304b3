//! Writing the feed into the cache.

use std::sync::atomic::Ordering;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Cache, cursor_name, deeds, get, set, synced_name, text, whole_name, write};
use crate::domain::Timestamp;
use crate::domain::device::Device;
use crate::domain::finding::Finding;
use crate::domain::ids::{DeviceId, TicketId};
use crate::domain::rollout;
use crate::domain::source::{Changes, Source};
use crate::domain::ticket::Ticket;
use crate::store::error::StoreError;

/// Whether the cursor of the changes is stored with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// Yes: the rows are all there is up to it.
    Yes,
    /// No: the rows did not come from the feed, or some before them could not be stored.
    No,
}

impl Cache {
    /// Stores changes of `source`, received at `at`, in one transaction with their cursor. Gives them back as the
    /// cache now has them: what a list answer left out is filled in from what was known, and where another
    /// console stored something newer, that.
    pub async fn apply(
        &self,
        source: Source,
        changes: &Changes,
        advance: Advance,
        at: Timestamp,
    ) -> Result<Changes, StoreError> {
        let mut changes = changes.clone();
        let generation = self.generation.load(Ordering::Relaxed);
        self.db
            .call(move |c| {
                let tx = write(c)?;
                for ticket in &mut changes.tickets {
                    *ticket = upsert(&tx, ticket)?;
                }
                deeds::put(&tx, &changes.deeds)?;
                for (id, _) in &changes.gone {
                    remove(&tx, id)?;
                }
                for device in &changes.devices {
                    put_device(&tx, device)?;
                }
                for id in &changes.devices_gone {
                    remove_device(&tx, id)?;
                }
                let now = get::<i64>(&tx, "generation")?.unwrap_or_default();
                if advance == Advance::Yes && now == generation {
                    set(&tx, &cursor_name(source), &changes.next)?;
                    set(&tx, &synced_name(source), &at)?;
                    if changes.caught_up {
                        set(&tx, &whole_name(source), &true)?;
                    }
                    if let Some(known) = &mut changes.deeds_known {
                        *known = deeds::put_known(&tx, *known, at)?;
                    }
                }
                tx.commit()?;
                Ok(changes)
            })
            .await
    }

    /// Keeps what the engine last said about tickets that are in the cache.
    pub async fn put_findings(&self, findings: &[(TicketId, Finding)]) -> Result<(), StoreError> {
        let rows = findings
            .iter()
            .map(|(id, finding)| Ok((id.to_string(), serde_json::to_string(finding)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.db
            .call(move |c| {
                let tx = write(c)?;
                {
                    let mut put = tx.prepare_cached(
                        "INSERT INTO finding SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM ticket WHERE id = ?1)
                         ON CONFLICT (id) DO UPDATE SET row = excluded.row WHERE row != excluded.row",
                    )?;
                    for (id, row) in &rows {
                        put.execute([id, row])?;
                    }
                }
                Ok(tx.commit()?)
            })
            .await
    }

    /// Forgets tickets that were closed before `before`, and says which.
    pub async fn forget_closed(&self, before: Timestamp) -> Result<Vec<TicketId>, StoreError> {
        self.db
            .call(move |c| {
                let tx = write(c)?;
                let ids: Vec<TicketId> = tx
                    .prepare("SELECT id FROM ticket WHERE closed < ?1")?
                    .query_map([before.as_second()], |r| {
                        Ok(TicketId::new(r.get::<_, String>(0)?))
                    })?
                    .collect::<Result<_, _>>()?;
                for id in &ids {
                    remove(&tx, id)?;
                }
                deeds::forget(&tx, before)?;
                tx.commit()?;
                Ok(ids)
            })
            .await
    }
}

/// Stores a ticket and says what the cache then has.
pub(super) fn upsert(c: &Connection, ticket: &Ticket) -> Result<Ticket, StoreError> {
    let old: Option<String> = c
        .prepare_cached("SELECT row FROM ticket WHERE id = ?1")?
        .query_row([ticket.id.as_str()], |r| r.get(0))
        .optional()?;
    let old: Option<Ticket> = old.and_then(|row| serde_json::from_str(&row).ok());
    let new = match old {
        Some(old) => {
            // Another console, or the feed in the middle of a full read, may have read it later than this: then
            // this only fills in what that did not say.
            let (mut new, later) = if old.updated > ticket.updated {
                (ticket.clone(), old.clone())
            } else {
                (old.clone(), ticket.clone())
            };
            new.absorb(later);
            if new == old {
                return Ok(new);
            }
            new
        }
        None => ticket.clone(),
    };
    let closed = (!new.is_active()).then(|| {
        let at = new.resolved.known().copied().unwrap_or(new.updated);
        at.max(new.created).as_second()
    });
    let (seq, text_id): (i64, Option<i64>) = c
        .prepare_cached(
            "INSERT INTO ticket (id, active, closed, updated, row) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET active = excluded.active, closed = excluded.closed,
                 updated = excluded.updated, row = excluded.row
             RETURNING seq, text_id",
        )?
        .query_row(
            params![
                new.id.as_str(),
                new.is_active(),
                closed,
                new.updated.as_second(),
                serde_json::to_string(&new)?,
            ],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?;
    text::put(c, seq, text_id, &new)?;
    Ok(new)
}

fn remove(c: &Connection, id: &TicketId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM ticket WHERE id = ?1",
        "DELETE FROM detail WHERE id = ?1",
        "DELETE FROM finding WHERE id = ?1",
        "DELETE FROM deed WHERE ticket = ?1",
    ] {
        c.prepare_cached(sql)?.execute([id.as_str()])?;
    }
    Ok(())
}

fn put_device(c: &Connection, device: &Device) -> Result<(), StoreError> {
    let old: Option<String> = c
        .prepare_cached("SELECT row FROM device WHERE id = ?1")?
        .query_row([device.id.as_str()], |r| r.get(0))
        .optional()?;
    let old: Option<Device> = old.and_then(|row| serde_json::from_str(&row).ok());
    for (fact, at) in old.iter().flat_map(|old| rollout::changed(old, device)) {
        c.prepare_cached(
            "INSERT INTO version_since VALUES (?1, ?2, ?3)
             ON CONFLICT (device, fact) DO UPDATE SET at = excluded.at",
        )?
        .execute(params![device.id.as_str(), fact, at.as_second()])?;
    }
    c.prepare_cached(
        "INSERT INTO device VALUES (?1, ?2)
         ON CONFLICT (id) DO UPDATE SET row = excluded.row WHERE row != excluded.row",
    )?
    .execute(params![device.id.as_str(), serde_json::to_string(device)?])?;
    Ok(())
}

fn remove_device(c: &Connection, id: &DeviceId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM device WHERE id = ?1",
        "DELETE FROM version_since WHERE device = ?1",
    ] {
        c.prepare_cached(sql)?.execute([id.as_str()])?;
    }
    Ok(())
}

/// Empties everything and begins the next generation.
pub(super) fn empty(c: &Connection) -> Result<(), StoreError> {
    c.execute_batch(
        "DELETE FROM ticket; INSERT INTO ticket_text (ticket_text) VALUES ('delete-all'); DELETE FROM device; DELETE FROM detail; DELETE FROM finding;
         DELETE FROM deed; DELETE FROM active; DELETE FROM version_since;
         DELETE FROM meta WHERE name NOT IN ('generation', 'place');
         UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'generation';",
    )?;
    Ok(())
}
