//! What somebody else did to a ticket while the person at the console writes on it.

use crate::domain::claim;
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::source::Gone;
use crate::i18n::{self, say};

use super::super::compose::Compose;
use super::super::words;
use super::Model;

/// One sentence, or `None` where nothing happened since the key was pressed. What the person did themselves is nothing
/// new to them, and what the desk does by itself (mail sent, times set) is no reason to stop writing.
pub(super) fn meanwhile(model: &Model, compose: &Compose) -> Option<String> {
    let target = compose.target.as_ref()?;
    let id = &target.ticket;
    match model.gone.get(id) {
        Some(Gone::Merged(into)) => return Some(say!("meanwhile-merged", id = id, into = into)),
        Some(Gone::Deleted) => return Some(say!("meanwhile-deleted", id = id)),
        Some(Gone::Hidden) => return Some(say!("meanwhile-hidden", id = id)),
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
        let who = last
            .author
            .known()
            .map_or(i18n::word("somebody"), |p| p.name.as_str());
        let at = words::clock(&model.settings.zone, last.at, model.now);
        let more = match of_others.len() - 1 {
            0 => String::new(),
            n => format!(" {}", say!("meanwhile-and-more", n = n)),
        };
        return Some(deed(last, [who, &at, &more]));
    }
    // The conversation has not been read again yet; the row of the Board is enough to say that there is something.
    let row = model.board.row(id)?;
    let owner = row.server.owner.known();
    let is_news = owner
        .is_some_and(|owner| Some(&owner.id) != me && target.seen.owner.known() != Some(&owner.id));
    if let Some(owner) = owner.filter(|_| is_news) {
        return Some(say!("meanwhile-owner", who = owner.name));
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

/// What somebody did. `about`: who, when, and what else.
fn deed(entry: &Entry, about: [&str; 3]) -> String {
    let [who, at, more] = about;
    match &entry.kind {
        EntryKind::Create | EntryKind::Reply | EntryKind::System => {
            say!("meanwhile-wrote", who = who, at = at, more = more)
        }
        EntryKind::Note => say!("meanwhile-note", who = who, at = at, more = more),
        EntryKind::Change { field, to, .. } if to.trim().is_empty() => say!(
            "meanwhile-emptied",
            who = who,
            field = field,
            at = at,
            more = more
        ),
        EntryKind::Change { field, to, .. } => say!(
            "meanwhile-changed",
            who = who,
            field = field,
            to = to,
            at = at,
            more = more
        ),
    }
}
