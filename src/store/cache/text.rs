//! Full text: words in everything that is cached, in any spelling.
//!
//! Subject, body, names and logins of requesters, and the conversations that are kept, go into one index of SQLite (FTS5),
//! in the transaction that stores the ticket. Invariants: what is indexed is masked first and folded then, so no
//! personal number can be found, in clear or by its beginning; a row's number in the index grows with the time of
//! the ticket's last change, so the newest of many hits are found without looking at the others.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Cache, write};
use crate::domain::Timestamp;
use crate::domain::ids::TicketId;
use crate::domain::source::Detail;
use crate::domain::ticket::Ticket;
use crate::store::error::StoreError;
use crate::text::fold::fold;
use crate::text::mask::mask;

/// Words and phrases of a search beyond this many are ignored.
const MAX_WORDS: usize = 16;
/// Bytes of one ticket that are looked through; keeps memory bounded.
const MOST: usize = 1 << 20;
/// Tickets that are indexed in one transaction while older ones are caught up with.
const BATCH: u32 = 1_000;
/// Bits of a row number that tell tickets apart which were changed in the same second.
const SEQ_BITS: u32 = 24;
/// A time up to the year 2514 fits above them.
const MAX_SECOND: i64 = (1 << 34) - 1;

impl Cache {
    /// Tickets that hold every word of `text`, in any spelling ([`fold`]), the last changed first, at most `limit`. A
    /// word finds those that begin with it; words in double quotes stand one behind the other. No words: none.
    ///
    /// In a cache of an earlier version the first search takes some seconds: every ticket is indexed then.
    pub async fn search(&self, text: &str, limit: u32) -> Result<Vec<TicketId>, StoreError> {
        let Some(wanted) = expression(text) else {
            return Ok(Vec::new());
        };
        while self.catch_up_with_texts().await? {}
        self.db
            .call(move |c| {
                let mut statement = c.prepare_cached(
                    "SELECT id FROM ticket_text CROSS JOIN ticket ON text_id = ticket_text.rowid
                     WHERE ticket_text MATCH ?1 ORDER BY ticket_text.rowid DESC LIMIT ?2",
                )?;
                let ids = statement.query_map(params![wanted, limit], |r| {
                    Ok(TicketId::new(r.get::<_, String>(0)?))
                })?;
                Ok(ids.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// What [`Cache::search`] finds, whole.
    pub async fn search_tickets(&self, text: &str, limit: u32) -> Result<Vec<Ticket>, StoreError> {
        let ids = self.search(text, limit).await?;
        self.db
            .call(move |c| {
                let mut statement = c.prepare_cached("SELECT row FROM ticket WHERE id = ?1")?;
                let mut tickets = Vec::with_capacity(ids.len());
                for id in ids {
                    let row: Option<String> = statement
                        .query_row([id.as_str()], |r| r.get(0))
                        .optional()?;
                    // A row of another version is thrown away when the cache is loaded.
                    tickets.extend(row.and_then(|row| serde_json::from_str(&row).ok()));
                }
                Ok(tickets)
            })
            .await
    }

    /// Indexes some tickets that were stored by an earlier version; whether there may be more.
    async fn catch_up_with_texts(&self) -> Result<bool, StoreError> {
        self.db
            .call(move |c| {
                let is_waiting: bool = c
                    .prepare_cached("SELECT EXISTS (SELECT 1 FROM ticket WHERE text_id IS NULL)")?
                    .query_row([], |r| r.get(0))?;
                if !is_waiting {
                    return Ok(false);
                }
                let tx = write(c)?;
                let rows: Vec<(i64, String)> = tx
                    .prepare_cached("SELECT seq, row FROM ticket WHERE text_id IS NULL LIMIT ?1")?
                    .query_map([BATCH], |r| Ok((r.get(0)?, r.get(1)?)))?
                    .collect::<Result<_, _>>()?;
                for (seq, row) in rows {
                    match serde_json::from_str(&row) {
                        Ok(ticket) => put(&tx, seq, None, &ticket)?,
                        // Loading the cache throws such a row away; until then it is in the index without a word.
                        Err(_) => insert(&tx, seq, 0, "")?,
                    }
                }
                tx.commit()?;
                Ok(true)
            })
            .await
    }
}

/// What a person typed as an expression of FTS5; none without a word in it.
fn expression(text: &str) -> Option<String> {
    let masked = mask(text);
    let key = fold(&masked);
    let has_word = |piece: &&&str| piece.contains(char::is_alphanumeric);
    let mut out = String::new();
    let mut count = 0;
    // Between the first and the second quote, the third and the fourth … stand phrases.
    for (place, piece) in key.split('"').enumerate() {
        let whole: Vec<&str> = if place % 2 == 1 {
            vec![piece]
        } else {
            piece.split_whitespace().collect()
        };
        for words in whole.iter().filter(has_word).take(MAX_WORDS - count) {
            count += 1;
            // A single letter begins half of all words.
            let last = words.rsplit(|c: char| !c.is_alphanumeric()).next();
            let star = if last.is_some_and(|word| word.chars().nth(1).is_some()) {
                "*"
            } else {
                ""
            };
            // No quote is left in the words.
            out.extend(["\"", words, "\"", star, " "]);
        }
    }
    (count > 0).then_some(out)
}

/// Where in the index a ticket stands: later changed, higher.
fn number(seq: i64, updated: Timestamp) -> i64 {
    let second = updated.as_second().clamp(0, MAX_SECOND);
    (second << SEQ_BITS) | (seq & ((1 << SEQ_BITS) - 1))
}

/// Indexes a ticket anew, in the place of `before`.
pub(super) fn put(
    c: &Connection,
    seq: i64,
    before: Option<i64>,
    ticket: &Ticket,
) -> Result<(), StoreError> {
    if let Some(before) = before {
        c.prepare_cached("DELETE FROM ticket_text WHERE rowid = ?1")?
            .execute([before])?;
    }
    let text = words_of(c, ticket)?;
    insert(c, seq, number(seq, ticket.updated), &text)
}

fn insert(c: &Connection, seq: i64, number: i64, text: &str) -> Result<(), StoreError> {
    c.prepare_cached("INSERT INTO ticket_text (rowid, text) VALUES (?1, ?2)")?
        .execute(params![number, text])?;
    c.prepare_cached("UPDATE ticket SET text_id = ?2 WHERE seq = ?1 AND text_id IS NOT ?2")?
        .execute([seq, number])?;
    Ok(())
}

/// Indexes a ticket whose conversation came or went.
pub(super) fn again(c: &Connection, id: &str) -> Result<(), StoreError> {
    let row: Option<(i64, Option<i64>, String)> = c
        .prepare_cached("SELECT seq, text_id, row FROM ticket WHERE id = ?1")?
        .query_row([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    let Some((seq, before, row)) = row else {
        return Ok(());
    };
    match serde_json::from_str(&row) {
        Ok(ticket) => put(c, seq, before, &ticket),
        Err(_) => Ok(()),
    }
}

/// All words of a ticket, folded and masked.
fn words_of(c: &Connection, ticket: &Ticket) -> Result<String, StoreError> {
    let mut text = String::new();
    let mut add = |piece: &str| {
        if text.len() + piece.len() < MOST {
            text.push_str(piece);
            // Nothing runs on from one piece into the next: no phrase, and no personal number either.
            text.push_str(" .\n");
        }
    };
    add(&ticket.subject);
    add(ticket.body.known().map_or("", String::as_str));
    for person in ticket.requesters.known().into_iter().flatten() {
        add(&person.name);
        add(person.id.as_str());
    }
    let kept: Option<String> = c
        .prepare_cached("SELECT row FROM detail WHERE id = ?1")?
        .query_row([ticket.id.as_str()], |r| r.get(0))
        .optional()?;
    let detail: Option<Detail> = kept.and_then(|row| serde_json::from_str(&row).ok());
    for entry in detail.iter().flat_map(|detail| &detail.entries) {
        add(&entry.text);
        entry.attachments.iter().for_each(|file| add(&file.name));
    }
    Ok(fold(&mask(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_words_and_phrases() {
        for (typed, expected) in [
            ("Møte", Some("\"mote\"* ")),
            (
                "vpn \"virker ikke\" å",
                Some("\"vpn\"* \"virker ikke\"* \"a\" "),
            ),
            ("s-drev", Some("\"s-drev\"* ")),
            ("drev s-", Some("\"drev\"* \"s-\" ")),
            ("\"never closed", Some("\"never closed\"* ")),
            (
                "AND OR NOT NEAR(a b, 2)",
                Some("\"and\"* \"or\"* \"not\"* \"near(a\" \"b,\" \"2)\" "),
            ),
            ("  \" \" -- *", None),
            ("010190-1234", None),
        ] {
            assert_eq!(expression(typed).as_deref(), expected, "{typed}");
        }
        let many = expression(&"ord ".repeat(100)).unwrap();
        assert_eq!(many.split_whitespace().count(), MAX_WORDS);
    }

    #[test]
    fn a_later_change_stands_higher_whatever_its_ticket() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(number(1, at(1_770_000_001)) > number(9_999_999, at(1_770_000_000)));
        assert!(number(2, at(1_770_000_000)) > number(1, at(1_770_000_000)));
        assert!(number(5, at(-7)) > 0);
        assert!(number(5, at(253_402_000_000)) > 0);
    }
}
