//! What somebody else did to a ticket while the person at the console writes on it.

use crate::domain::claim;
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::source::Gone;

use super::super::compose::Compose;
use super::super::words;
use super::Model;

/// One sentence, or `None` where nothing happened since the key was pressed. What the person did themselves is nothing
/// new to them, and what the desk does by itself (mail sent, times set) is no reason to stop writing.
pub(super) fn meanwhile(model: &Model, compose: &Compose) -> Option<String> {
    let target = compose.target.as_ref()?;
    let id = &target.ticket;
    match model.gone.get(id) {
        Some(Gone::Merged(into)) => return Some(format!("Meanwhile {id} was merged into {into}.")),
        Some(Gone::Deleted) => return Some(format!("Meanwhile {id} was deleted on the desk.")),
        Some(Gone::Hidden) => return Some(format!("Meanwhile you may not see {id} any more.")),
        None => {}
    }
    let me = model.desk.identity.as_ref().map(|i| &i.me.id);
    let seen = target.seen.at?;
    let entries = model
        .details
        .shown(id)
        .map_or(&[][..], |detail| &detail.entries);
    let of_others: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.at > seen && is_of_another(entry, me))
        .collect();
    // What somebody wrote says more than the changes of fields that come with it.
    let written = of_others
        .iter()
        .rev()
        .find(|entry| !matches!(entry.kind, EntryKind::Change { .. }));
    if let Some(last) = written.or(of_others.last()) {
        let who = last.author.known().map_or("somebody", |p| p.name.as_str());
        let at = words::clock(&model.settings.zone, last.at, model.now);
        let more = match of_others.len() - 1 {
            0 => String::new(),
            1 => " (and one more change)".to_owned(),
            n => format!(" (and {n} more changes)"),
        };
        return Some(format!("Meanwhile {who} {} at {at}{more}.", deed(last)));
    }
    // The conversation has not been read again yet; the row of the Board is enough to say that there is something.
    let row = model.board.row(id)?;
    let owner = row.server.owner.known();
    let is_news = owner
        .is_some_and(|owner| Some(&owner.id) != me && target.seen.owner.known() != Some(&owner.id));
    if let Some(owner) = owner.filter(|_| is_news) {
        return Some(format!("Meanwhile {} became the owner.", owner.name));
    }
    let claim = model.claimed_by(&row.server).next()?;
    Some(format!("{}.", words::claimed(model, claim)))
}

fn is_of_another(entry: &Entry, me: Option<&PersonId>) -> bool {
    // That a colleague writes too is told in words of its own.
    let is_deed = match &entry.kind {
        EntryKind::System => false,
        EntryKind::Change { field, .. } => field != claim::FIELD,
        _ => true,
    };
    let by_another = match &entry.author {
        Fact::Known(author) => Some(&author.id) != me,
        Fact::Empty => false,
        Fact::Unknown => true,
    };
    is_deed && by_another
}

fn deed(entry: &Entry) -> String {
    match &entry.kind {
        EntryKind::Create | EntryKind::Reply | EntryKind::System => "wrote".to_owned(),
        EntryKind::Note => "wrote a note".to_owned(),
        EntryKind::Change { field, to, .. } if to.trim().is_empty() => format!("emptied {field}"),
        EntryKind::Change { field, to, .. } => format!("changed {field} to {to}"),
    }
}
