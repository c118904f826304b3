//! One action on its way: the part of delivery that waits for the desk.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Mutex;

use super::clock::Clock;
use super::outbox::{Event, Sent, Timing, step};
use crate::desk::apply::{Applied, Attempt, Gate, Looked, Writer, apply, look};
use crate::desk::port::Desk;
use crate::domain::ids::{ActionId, EntryId};
use crate::domain::outcome::{Outcome, Trouble, TroubleKind};
use crate::store::error::StoreError;
use crate::store::outbox::{Begin, Filter, Outbox, Row};

/// What an attempt needs; cheap to clone.
#[derive(Clone)]
pub(super) struct Means {
    pub(super) desk: Arc<dyn Desk>,
    pub(super) outbox: Outbox,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) timing: Arc<Timing>,
    /// As whom we write; asked of the desk when it is not known yet.
    pub(super) writer: Option<Writer>,
}

/// How one action came back.
#[derive(Debug, Clone)]
pub(super) struct Finished {
    pub(super) id: ActionId,
    /// Revision of the row as this attempt stored or read it last: with another one the row is not ours any more.
    pub(super) rev: i64,
    /// As whom, if it was found out.
    pub(super) writer: Option<Writer>,
    pub(super) how: How,
}

#[derive(Debug, Clone)]
pub(super) enum How {
    Applied(Box<Applied>, Sent),
    Looked(Box<Looked>),
    /// Another console sends now, or somebody changed the row: nothing was sent, nothing is ours to write.
    Stopped,
}

/// Sends `row`, which is stored as `sending`.
pub(super) async fn send(means: Means, row: Row) -> Finished {
    let id = row.item.id();
    let began = Sent::of(&row.item);
    let unstored = row.rev;
    let finished = |writer, how, rev| Finished {
        id,
        rev,
        writer,
        how,
    };
    let later = |trouble| How::Applied(Box::new(not_now(trouble)), began);
    let writer = match known_writer(&means).await {
        Ok(writer) => writer,
        Err(trouble) => return finished(None, later(trouble), unstored),
    };
    let (files, known) = match material(&means, &row).await {
        Ok(material) => material,
        Err(error) => return finished(Some(writer), later(store_trouble(&error)), unstored),
    };
    let action = row.item.action.clone();
    let gate = Door {
        means: means.clone(),
        began: row.clone(),
        now: Mutex::new((row, None)),
    };
    let attempt = Attempt {
        action: &action,
        files: &files,
        sent_at: began.at,
        known: &known,
    };
    let applied = apply(&*means.desk, attempt, &writer, &gate).await;
    let (stored, failed) = gate.now.into_inner();
    let how = match (applied, failed) {
        (Ok(applied), _) => How::Applied(Box::new(applied), began),
        (Err(_), Some(error)) => later(store_trouble(&error)),
        (Err(_), None) => How::Stopped,
    };
    finished(Some(writer), how, stored.rev)
}

/// Looks for `row`, whose answer was lost.
pub(super) async fn look_for(means: Means, row: Row) -> Finished {
    let id = row.item.id();
    let finished = |writer, looked| Finished {
        id,
        rev: row.rev,
        writer,
        how: How::Looked(Box::new(looked)),
    };
    // A connector tells our entries from others' only once the desk has said who we are.
    let writer = match known_writer(&means).await {
        Ok(writer) => writer,
        Err(trouble) => return finished(None, Looked::Later(trouble)),
    };
    let looked = match material(&means, &row).await {
        Err(error) => Looked::Later(store_trouble(&error)),
        Ok((files, known)) => {
            let attempt = Attempt {
                action: &row.item.action,
                files: &files,
                sent_at: row.item.sent_at,
                known: &known,
            };
            look(&*means.desk, attempt).await
        }
    };
    finished(Some(writer), looked)
}

async fn known_writer(means: &Means) -> Result<Writer, Trouble> {
    if let Some(writer) = &means.writer {
        return Ok(writer.clone());
    }
    let identity = means.desk.probe().await?;
    Ok(Writer { me: identity.me.id })
}

/// Bytes of the files, and entries on the ticket that are other actions of ours.
async fn material(means: &Means, row: &Row) -> Result<(Vec<Vec<u8>>, Vec<EntryId>), StoreError> {
    let id = row.item.id();
    let files = if row.item.action.verb.files().is_empty() {
        Vec::new()
    } else {
        means.outbox.files(id).await?
    };
    let known = if let Some(ticket) = &row.item.action.ticket {
        let rows = means.outbox.list(Filter::Ticket(ticket.clone())).await?;
        rows.into_iter()
            .filter(|other| other.item.id() != id)
            .filter_map(|other| other.item.entry)
            .collect()
    } else {
        // Tickets that other creates of ours made.
        let rows = means.outbox.list(Filter::All).await?;
        rows.into_iter()
            .filter(|other| other.item.id() != id && other.item.action.ticket.is_none())
            .filter_map(|other| other.item.result)
            .map(|ticket| EntryId::new(ticket.as_str()))
            .collect()
    };
    Ok((files, known))
}

fn not_now(trouble: Trouble) -> Applied {
    Applied {
        outcome: Outcome::Later(trouble),
        unsent: true,
        before: None,
        after: None,
    }
}

fn store_trouble(error: &StoreError) -> Trouble {
    Trouble::new(TroubleKind::Transient, error.to_string())
}

/// The gate of one attempt: writes down "about to send", if the lease is still ours.
struct Door {
    means: Means,
    /// The row as the attempt began.
    began: Row,
    /// The row as it is stored now, and why it could not be stored.
    now: Mutex<(Row, Option<StoreError>)>,
}

#[async_trait]
impl Gate for Door {
    async fn may_write(&self) -> bool {
        let mut now = self.now.lock().await;
        let time = self.means.clock.now();
        let (item, _) = step(
            self.began.item.clone(),
            Event::AboutToWrite,
            time,
            &self.means.timing,
        );
        match self.means.outbox.begin_write(&now.0, item, time).await {
            Ok(Begin::Go(row)) => {
                now.0 = *row;
                true
            }
            Ok(Begin::LeaseLost | Begin::RowChanged) => false,
            Err(error) => {
                now.1 = Some(error);
                false
            }
        }
    }
}
