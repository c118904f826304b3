//! What helped in a ticket that is solved, from its conversation.
//!
//! Invariant: only what staff wrote counts, and of a note only one that says that it is solved.

use super::incident::reply::{Said, read};
use super::segment;
use crate::domain::alike::Fix;
use crate::domain::entry::{Entry, EntryKind, Visibility};
use crate::domain::ids::PersonId;
use crate::text::fold::fold;

/// Most characters of it that are kept.
const MOST: usize = 400;

/// The last public answer of staff before the ticket was solved, or a later note that says that it is. `requester`:
/// whose messages are no answers; where it is unknown, the author of the first message is taken.
pub fn of(entries: &[Entry], requester: Option<&PersonId>) -> Fix {
    let author = |entry: &Entry| entry.author.known().map(|who| who.id.clone());
    let first = entries.iter().find(|e| e.kind == EntryKind::Create);
    let requester = requester.cloned().or_else(|| first.and_then(author));
    let is_staff = |entry: &Entry| {
        let author = author(entry);
        author.is_some() && author != requester && !entry.text.trim().is_empty()
    };
    let is_status =
        |e: &Entry| matches!(&e.kind, EntryKind::Change { field, .. } if field == "status");
    let solved = entries.iter().rposition(is_status);
    let tells = |entry: &&Entry| match entry.kind {
        EntryKind::Reply => entry.visibility == Visibility::Public && is_staff(entry),
        EntryKind::Note => is_staff(entry) && read(&entry.text) == Some(Said::Works),
        _ => false,
    };
    let before = entries.get(..solved.unwrap_or(entries.len()));
    let before = || before.into_iter().flatten().rev().filter(tells);
    let says_what = |entry: &&Entry| !only_closes(&own_words(entry));
    // That the ticket is closed helps nobody else; what was written before that may. Some desks write the status first.
    let told = before().find(says_what).or_else(|| before().next());
    let Some(told) = told.or_else(|| entries.iter().rev().find(tells)) else {
        return Fix::Silent;
    };
    let is_confirmed = entries.iter().any(|entry| {
        entry.at >= told.at
            && entry.kind == EntryKind::Reply
            && author(entry) == requester
            && read(&entry.text) == Some(Said::Works)
    });
    Fix::Told {
        text: own_words(told).chars().take(MOST).collect(),
        at: told.at,
        is_public: told.kind == EntryKind::Reply,
        is_confirmed,
    }
}

/// What its author wrote, without quoted mail and signature, in one line.
fn own_words(entry: &Entry) -> String {
    let own = segment::body(&entry.text).own;
    let own = if own.trim().is_empty() {
        entry.text.as_str()
    } else {
        own.as_str()
    };
    own.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Most words of an answer that says nothing but that the ticket is closed.
const CLOSING: usize = 16;

/// Ways to name a ticket, and to close one, folded, by word starts.
const TICKET: [&str; 6] = ["sag", "sak", "arende", "ticket", "case", "henvendelse"];
const CLOSE: [&str; 6] = ["luk", "stang", "avslut", "afslut", "clos", "arkiv"];

/// Whether an answer says nothing but that the ticket is closed.
fn only_closes(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let has = |starts: &[&str]| {
        let mut all = words.iter();
        all.any(|word| starts.iter().any(|start| word.starts_with(start)))
    };
    words.len() <= CLOSING && has(&TICKET) && has(&CLOSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;
    use crate::domain::fact::Fact;
    use crate::domain::ids::EntryId;
    use crate::domain::person::PersonRef;

    fn entry(id: &str, author: &str, kind: EntryKind, text: &str) -> Entry {
        let visibility = match kind {
            EntryKind::Note => Visibility::Internal,
            _ => Visibility::Public,
        };
        Entry {
            id: EntryId::from(id),
            at: Timestamp::from_second(id.parse::<i64>().unwrap() * 60).unwrap(),
            author: Fact::Known(PersonRef::new(PersonId::from(author), author)),
            visibility,
            kind,
            text: text.to_owned(),
            cut: false,
            attachments: Vec::new(),
            marker: None,
        }
    }

    fn solved(id: &str) -> Entry {
        let kind = EntryKind::Change {
            field: "status".to_owned(),
            from: "open".to_owned(),
            to: "resolved".to_owned(),
        };
        entry(id, "mette", kind, "")
    }

    fn conversation(rest: Vec<Entry>) -> Vec<Entry> {
        let mut all = vec![entry("1", "kare", EntryKind::Create, "VPN er nede")];
        all.extend(rest);
        all
    }

    #[test]
    fn the_last_answer_before_it_was_solved_is_the_fix() {
        let entries = conversation(vec![
            entry("2", "mette", EntryKind::Reply, "Prøv at genstarte."),
            entry("3", "kare", EntryKind::Reply, "Virker stadig ikke"),
            entry("4", "mette", EntryKind::Note, "Ringet til leverandøren"),
            entry(
                "5",
                "mette",
                EntryKind::Reply,
                "Vi har fornyet certifikatet.\n\nMvh\nMette\n\n> Virker stadig ikke",
            ),
            entry("6", "kare", EntryKind::Reply, "Nu virker det igen, tak!"),
            solved("7"),
            entry("8", "mette", EntryKind::Reply, "Svar på vores spørgeskema"),
        ]);
        let Fix::Told {
            text,
            is_public,
            is_confirmed,
            ..
        } = of(&entries, Some(&PersonId::from("kare")))
        else {
            panic!("there is one");
        };
        assert_eq!(text, "Vi har fornyet certifikatet.");
        assert!(is_public && is_confirmed);
        // Whoever wrote the first message is taken for the requester where nobody knows better.
        assert_eq!(of(&entries, None), of(&entries, Some(&"kare".into())));
    }

    #[test]
    fn that_a_ticket_is_closed_is_no_fix_where_another_answer_says_more() {
        let closed = |text: &str| {
            conversation(vec![
                entry(
                    "2",
                    "mette",
                    EntryKind::Reply,
                    "Slet profilen og log på igen.",
                ),
                entry("3", "mette", EntryKind::Reply, text),
                solved("4"),
            ])
        };
        let told = |entries: &[Entry]| match of(entries, None) {
            Fix::Told { text, .. } => text,
            other => panic!("{other:?}"),
        };
        for text in [
            "Hei Øyvind. Dette skal være løst nå, så jeg lukker saken.",
            "Hej. Ärendet stängs nu.",
            "Glad to hear it, closing the ticket.",
            "Tak for beskeden, sagen lukkes.",
        ] {
            assert_eq!(
                told(&closed(text)),
                "Slet profilen og log på igen.",
                "{text}"
            );
        }
        let says_more = "Luk AnyConnect, og åbn den igen.";
        assert_eq!(told(&closed(says_more)), says_more);
        let alone = conversation(vec![entry("2", "m", EntryKind::Reply, "Sagen lukkes.")]);
        assert_eq!(told(&alone), "Sagen lukkes.", "better than nothing");
    }

    #[test]
    fn a_note_counts_only_when_it_says_that_it_is_solved() {
        let note = |text: &str| conversation(vec![entry("2", "m", EntryKind::Note, text)]);
        assert_eq!(of(&note("Ringet to gange"), None), Fix::Silent);
        assert!(matches!(
            of(&note("Skiftet kabel, nu virker det igen"), None),
            Fix::Told {
                is_public: false,
                is_confirmed: false,
                ..
            }
        ));
        assert_eq!(of(&[], None), Fix::Silent);
        let alone = conversation(vec![entry("2", "kare", EntryKind::Reply, "Det virker nu")]);
        assert_eq!(of(&alone, None), Fix::Silent, "the requester is no staff");
    }

    #[test]
    fn a_desk_that_writes_the_status_first_still_has_its_answer() {
        let entries = conversation(vec![
            solved("2"),
            entry("3", "mette", EntryKind::Reply, "Ny oplader er sendt."),
        ]);
        assert!(
            matches!(of(&entries, None), Fix::Told { text, .. } if text == "Ny oplader er sendt.")
        );
    }
}
