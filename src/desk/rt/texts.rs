//! Texts of messages: attachments by the transactions they hang on, one request for many messages.
//!
//! RT keeps text, HTML and files alike as attachments of a transaction. Asking for them by transaction leaves out
//! the mails that RT itself sent, which are several times as many.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::desk::rt::RtDesk;
use crate::desk::rt::query::{List, json_any};
use crate::desk::rt::wire;
use crate::domain::Fact;
use crate::domain::entry::Attachment;
use crate::domain::ids::AttachmentId;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::text::{html, sanitize};

/// Longest text of one message, in characters.
const TEXT: usize = 100_000;
/// Largest answer with texts; beyond it, fewer messages are asked for at once.
const CAP: u64 = 8 * 1024 * 1024;
/// Transactions asked for at once.
const BATCH: usize = 100;
/// Most pages of one batch: a message with thousands of files must not hold us up for ever.
const PAGES: u32 = 20;

/// What hangs on one message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// The text; none when there is no readable part.
    pub(super) text: Option<String>,
    /// Whether the text was cut.
    pub(super) cut: bool,
    /// There is one that could not be read (too large, unreadable).
    pub(super) unread: bool,
    /// Files, by id.
    pub(super) files: Vec<Attachment>,
}

/// Parts of a message while they come in.
#[derive(Debug, Default)]
struct Parts {
    plain: Vec<(u64, String)>,
    html: Vec<(u64, String)>,
    files: Vec<(u64, Attachment)>,
    unread: bool,
}

/// Which attachments are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    /// All, with content.
    All,
    /// Only bodies (text without a file name), with content.
    Bodies,
    /// All, without content.
    Names,
}

impl RtDesk {
    /// Texts and files of messages, by transaction.
    pub(super) async fn messages(
        &self,
        transactions: &[u64],
    ) -> Result<BTreeMap<u64, Message>, Trouble> {
        let mut parts = BTreeMap::new();
        for batch in transactions.chunks(BATCH) {
            match self.collect(batch, Want::All, &mut parts).await {
                // Large files: names without content, and the texts on their own.
                Err(t) if t.kind == TroubleKind::Malformed => {
                    self.collect(batch, Want::Names, &mut parts).await?;
                    self.bodies_of(batch, &mut parts).await?;
                }
                other => other?,
            }
        }
        Ok(finish(parts))
    }

    /// Texts alone, by transaction: for the engine, which needs no files.
    pub(super) async fn bodies(
        &self,
        transactions: &[u64],
    ) -> Result<BTreeMap<u64, Message>, Trouble> {
        let mut parts = BTreeMap::new();
        for batch in transactions.chunks(BATCH) {
            self.bodies_of(batch, &mut parts).await?;
        }
        Ok(finish(parts))
    }

    /// Texts of a batch; when they are too large together, of its halves. A single message that is too large
    /// keeps an unknown text.
    async fn bodies_of(
        &self,
        batch: &[u64],
        parts: &mut BTreeMap<u64, Parts>,
    ) -> Result<(), Trouble> {
        let mut todo = vec![batch];
        while let Some(some) = todo.pop() {
            match self.collect(some, Want::Bodies, parts).await {
                Err(t) if t.kind == TroubleKind::Malformed && some.len() > 1 => {
                    let (a, b) = some.split_at(some.len() / 2);
                    todo.push(b);
                    todo.push(a);
                }
                // One that broke off for once is read again; one that cannot be read must not hold up the rest.
                Err(t) if t.kind == TroubleKind::Malformed => {
                    match self.collect(some, Want::Bodies, parts).await {
                        Err(t) if t.kind == TroubleKind::Malformed => {
                            for transaction in some {
                                tracing::warn!(transaction, "a message is too large or unreadable");
                                parts.entry(*transaction).or_default().unread = true;
                            }
                        }
                        other => other?,
                    }
                }
                other => other?,
            }
        }
        Ok(())
    }

    async fn collect(
        &self,
        batch: &[u64],
        want: Want,
        parts: &mut BTreeMap<u64, Parts>,
    ) -> Result<(), Trouble> {
        if batch.is_empty() {
            return Ok(());
        }
        let fields = match want {
            Want::Names => "TransactionId,ContentType,Filename,ContentLength",
            Want::All | Want::Bodies => "TransactionId,ContentType,Filename,ContentLength,Content",
        };
        let mut conditions = json_any("TransactionId", batch);
        if want == Want::Bodies {
            conditions.extend(json_any("ContentType", &["text/plain", "text/html"]));
            conditions.push(json!({"field": "Filename", "operator": "IS", "value": "NULL"}));
        }
        let mut fresh: BTreeMap<u64, Parts> = BTreeMap::new();
        for page in 1..=PAGES {
            let ask = List::new("/attachments")
                .fields(fields, &[])
                .per_page(100)
                .page(page);
            let answer = self.api.search(&ask, &conditions, Some(CAP)).await?;
            for (id, row) in answer.rows() {
                take(&mut fresh, id, row, want);
            }
            // The attachments of messages that we see are seen too, so a short page is the last one.
            if answer.items.len() < 100 {
                break;
            }
        }
        for (transaction, found) in fresh {
            let known = parts.entry(transaction).or_default();
            known.plain.extend(found.plain);
            known.html.extend(found.html);
            known.files.extend(found.files);
        }
        Ok(())
    }
}

fn take(parts: &mut BTreeMap<u64, Parts>, id: u64, row: &Value, want: Want) {
    let transaction = row
        .get("TransactionId")
        .and_then(|t| wire::id(t).or_else(|| t.get("id").and_then(wire::id)));
    let Some(transaction) = transaction else {
        return;
    };
    let media_type = wire::line(row.get("ContentType"), 100)
        .unwrap_or_default()
        .to_lowercase();
    if media_type.starts_with("multipart/") {
        return;
    }
    let name = wire::line(row.get("Filename"), 200);
    let size = row
        .get("ContentLength")
        .and_then(wire::number)
        .and_then(|n| u64::try_from(n).ok());
    let entry = parts.entry(transaction).or_default();
    let content = row.get("Content").and_then(wire::raw_text);
    match (media_type.as_str(), name) {
        ("text/plain", None) => {
            if let Some(text) = content {
                entry.plain.push((id, text));
            }
        }
        ("text/html", None) => {
            if let Some(text) = content {
                entry.html.push((id, text));
            }
        }
        // RT keeps an empty message as a nameless part of unknown type.
        (_, None) if size == Some(0) => {}
        (_, name) => {
            if want != Want::Bodies {
                let attachment = Attachment {
                    id: AttachmentId::new(id.to_string()),
                    name: name.unwrap_or_else(|| format!("attachment {id}")),
                    media_type,
                    size: size.map_or(Fact::Unknown, Fact::Known),
                };
                entry.files.push((id, attachment));
            }
        }
    }
}

fn finish(parts: BTreeMap<u64, Parts>) -> BTreeMap<u64, Message> {
    parts
        .into_iter()
        .map(|(transaction, p)| (transaction, message(p)))
        .collect()
}

/// The plain parts where there are any; a mail often carries the same text as HTML too.
fn message(mut parts: Parts) -> Message {
    parts.plain.sort();
    parts.plain.dedup();
    parts.html.sort();
    parts.html.dedup();
    parts.files.sort_by_key(|(id, _)| *id);
    parts.files.dedup_by_key(|(id, _)| *id);
    let written = |(_, text): (u64, String)| (!text.trim().is_empty()).then_some(text);
    let plain: Vec<String> = parts.plain.into_iter().filter_map(written).collect();
    let raw = if plain.is_empty() {
        let pages: Vec<String> = parts.html.into_iter().filter_map(written).collect();
        let texts: Vec<String> = pages.iter().map(|page| html::to_text(page)).collect();
        (!texts.is_empty()).then(|| texts.join("\n\n"))
    } else {
        Some(plain.join("\n\n"))
    };
    let text = raw.map(|t| sanitize::block_max(&t, TEXT));
    Message {
        // The limit leaves its sign as the last character.
        cut: text
            .as_ref()
            .is_some_and(|t| t.chars().count() >= TEXT && t.ends_with('…')),
        unread: parts.unread && text.is_none(),
        text,
        files: parts.files.into_iter().map(|(_, f)| f).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &[Value]) -> BTreeMap<u64, Message> {
        let mut parts = BTreeMap::new();
        for (id, row) in (1..).zip(rows) {
            take(&mut parts, id, row, Want::All);
        }
        finish(parts)
    }

    #[test]
    fn a_mail_is_its_plain_text_and_its_files() {
        let messages = read(&[
            json!({"TransactionId": "9", "ContentType": "multipart/mixed", "Filename": "", "Content": ""}),
            json!({"TransactionId": "9", "ContentType": "text/html", "Filename": "", "Content": "<b>Hej</b>"}),
            json!({"TransactionId": 9, "ContentType": "text/plain", "Filename": null, "Content": "Hej\r\nder"}),
            json!({"TransactionId": {"id": "9"}, "ContentType": "text/plain", "Filename": "log\u{1b}[2J.txt", "ContentLength": "7", "Content": "hej log"}),
            json!({"TransactionId": "9", "ContentType": "image/png", "Filename": "", "ContentLength": 12}),
            json!({"TransactionId": "9", "ContentType": "application/octet-stream", "Filename": "", "ContentLength": "0"}),
            json!({"TransactionId": "", "ContentType": "text/plain", "Content": "of nothing"}),
        ]);
        let message = &messages[&9];
        assert_eq!(message.text.as_deref(), Some("Hej\nder"));
        let files: Vec<_> = message.files.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(files, ["log.txt", "attachment 5"]);
        assert_eq!(messages.len(), 1);
    }

    #[test]
    fn html_is_read_where_there_is_nothing_else() {
        let messages = read(&[
            json!({"TransactionId": "9", "ContentType": "text/plain", "Filename": "", "Content": "  \n"}),
            json!({"TransactionId": "9", "ContentType": "text/html", "Filename": "", "Content": "<p>Hej &amp; hå</p><script>x()</script>"}),
        ]);
        assert_eq!(messages[&9].text.as_deref(), Some("Hej & hå"));
    }

    #[test]
    fn a_huge_text_is_cut_and_says_so() {
        let messages = read(&[
            json!({"TransactionId": "9", "ContentType": "text/plain", "Content": "ø".repeat(TEXT + 1)}),
            json!({"TransactionId": "8", "ContentType": "text/plain", "Content": "kort …"}),
        ]);
        assert!(messages[&9].cut);
        assert_eq!(messages[&9].text.as_ref().unwrap().chars().count(), TEXT);
        assert!(!messages[&8].cut);
    }
}
