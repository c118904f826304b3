//! Whose hand was it: reading who changed what from a history.

use jiff::SignedDuration;

use crate::domain::entry::{Entry, EntryKind};
use crate::domain::ids::PersonId;

/// Who made an entry, as far as it matters for an action of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    /// We, or the desk in answer to what we did.
    Mine,
    /// Somebody else.
    Other,
    /// The desk does not say.
    Unclear,
}

/// How long after a message of ours a change by the desk itself still counts as its answer to it. Desks do such things
/// (a reply opens a new ticket) in the same request, after sending mails; busy ones were seen to take 13 s for that.
const SIDE_EFFECT: SignedDuration = SignedDuration::from_secs(30);

/// A change of one field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'a> {
    pub(super) entry: &'a Entry,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) hand: Hand,
}

/// The changes of the fields called one of `words`, in the order of the history.
pub(super) fn changes<'a>(history: &'a [Entry], words: &[&str], me: &PersonId) -> Vec<Change<'a>> {
    let mut found = Vec::new();
    let mut last_message_of_mine: Option<&Entry> = None;
    for entry in history {
        let mut hand = hand_of(entry, me);
        match &entry.kind {
            EntryKind::Reply | EntryKind::Note | EntryKind::Create => {
                last_message_of_mine = (hand == Hand::Mine).then_some(entry);
            }
            EntryKind::Change { field, from, to } if words.contains(&field.as_str()) => {
                let answers_mine = last_message_of_mine
                    .is_some_and(|m| entry.at.duration_since(m.at) <= SIDE_EFFECT);
                // Only an automatic hand counts as an answer to ours; a colleague who is as quick is a colleague.
                if hand == Hand::Unclear && answers_mine {
                    hand = Hand::Mine;
                }
                found.push(Change {
                    entry,
                    from,
                    to,
                    hand,
                });
            }
            EntryKind::Change { .. } | EntryKind::System => {}
        }
    }
    found
}

/// Who made this entry, looking at its author only.
pub(super) fn hand_of(entry: &Entry, me: &PersonId) -> Hand {
    match entry.author.known() {
        Some(author) if author.id == *me => Hand::Mine,
        Some(_) => Hand::Other,
        None => Hand::Unclear,
    }
}

/// The name of an entry's author, to be shown.
pub(super) fn author_name(entry: &Entry) -> Option<String> {
    entry.author.known().map(|a| a.name.clone())
}
