//! Declared incidents between the loop and the store: what is asked for, and what follows when a parent was made.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::Msg;
use crate::app::msg::DeclaredNews;
use crate::config::write_private_file;
use crate::domain::action::{Action, Verb};
use crate::domain::bulk::Bulk;
use crate::domain::declared::{Change, Declared, Part};
use crate::domain::ids::ActionId;
use crate::domain::source::SourceEvent;
use crate::domain::timeline::{Happening, Timeline};
use crate::store::StoreError;
use crate::store::outbox::{AuditLine, AuditRange, Outbox, Stored};

/// What is asked of the store for a record.
pub(super) enum Wanted {
    /// Put it on disk, with what creates its parent; none of it goes out before that time.
    Declare(Box<Declared>, Option<Box<Action>>, Option<Timestamp>),
    /// Link later joiners with this bulk, and answer them; none goes out before that time.
    Join(ActionId, Vec<Part>, Answers, Option<Timestamp>),
    /// Change it.
    Change(Change),
}

/// What answers later joiners, if anything does.
pub(super) type Answers = Option<Box<(Bulk, Vec<Action>)>>;

/// Does what is asked; nothing where nothing is left to do.
pub(super) async fn carry_out(
    outbox: &Outbox,
    record: ActionId,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Option<Box<DeclaredNews>>, StoreError> {
    let stored = match wanted {
        Wanted::Declare(record, create, hold) => {
            let create = create.map(|create| *create);
            Some(outbox.declare(*record, create, hold, now).await?)
        }
        Wanted::Join(bulk, parts, answers, hold) => {
            let answers = answers.map(|answers| *answers);
            outbox
                .join_declared(record, (bulk, parts), answers, hold, now)
                .await?
        }
        Wanted::Change(change) => {
            let changed = outbox.change_declared(record, change, now).await?;
            changed.map(|record| Stored {
                record,
                bulk: None,
                answers: None,
                rows: Vec::new(),
            })
        }
    };
    Ok(stored.map(|stored| Box::new(news(stored))))
}

/// What the loop hears of a record that changed with something else.
pub(super) fn changed(record: Declared) -> Msg {
    Msg::Declared {
        record: record.id,
        result: Ok(Some(Box::new(DeclaredNews {
            record,
            bulk: None,
            answers: None,
            items: Vec::new(),
        }))),
    }
}

fn news(stored: Stored) -> DeclaredNews {
    DeclaredNews {
        record: stored.record,
        bulk: stored.bulk,
        answers: stored.answers,
        items: stored.rows.into_iter().map(|row| row.item).collect(),
    }
}

/// Whether something follows for declared incidents from what delivery told: a new ticket is there, or will never be.
pub(super) fn concerns(event: &SourceEvent) -> bool {
    let SourceEvent::Outbox(items) = event else {
        return false;
    };
    let mut creates = items
        .iter()
        .filter(|item| matches!(item.action.verb, Verb::Create { .. }));
    creates.any(|item| item.state.is_final())
}

/// Links what waited for parents that are there by now; what the loop should hear of it.
pub(super) async fn settle(outbox: &Outbox, now: Timestamp) -> Vec<Msg> {
    match outbox.settle_declared(now).await {
        Ok(all) => all
            .into_iter()
            .map(|stored| Msg::Declared {
                record: stored.record.id,
                result: Ok(Some(Box::new(news(stored)))),
            })
            .collect(),
        Err(error) => {
            let text = format!(
                "declared incidents are not looked at: {error}; leave Vagt and start it again"
            );
            vec![Msg::Mishap(text)]
        }
    }
}

/// Adds what the audit says of agents' words about the incident, and writes the timeline; gives back where.
pub(super) async fn write_timeline(
    outbox: &Outbox,
    mut timeline: Timeline,
    dir: PathBuf,
) -> Result<String, String> {
    let range = AuditRange {
        since: Some(timeline.since),
        ..AuditRange::default()
    };
    let lines = outbox.audit(range).await.map_err(|e| e.to_string())?;
    let lines = lines.into_iter().filter_map(|recorded| recorded.line);
    let said: Vec<Happening> = lines.filter_map(|line| ruling(&timeline, &line)).collect();
    timeline.happened.extend(said);
    let (text, path) = (
        timeline.markdown(&TimeZone::system()),
        dir.join(timeline.file_name()),
    );
    let told = path.display().to_string();
    let written = tokio::task::spawn_blocking(move || write_private_file(&path, text.as_bytes()));
    match written.await {
        Ok(Ok(())) => Ok(told),
        Ok(Err(error)) => Err(format!("{told} cannot be written: {error}")),
        Err(error) => Err(error.to_string()),
    }
}

/// What an agent said of a ticket of the incident.
fn ruling(timeline: &Timeline, line: &AuditLine) -> Option<Happening> {
    let ticket = line
        .ticket
        .as_ref()
        .filter(|id| timeline.tickets.contains(id))?;
    let what = match line.verb.as_str() {
        "not-part-of-incident" => "does not belong to it",
        "part-of-incident" => "belongs to it",
        _ => return None,
    };
    let back = if line.before.is_some() {
        "; that was taken back"
    } else {
        ""
    };
    Some(Happening {
        at: line.at,
        what: format!("An agent said: {ticket} {what}{back}"),
    })
}
