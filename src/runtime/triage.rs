//! The triage worker: the engine's one owner, on its own thread.
//!
//! Invariant: a ticket is read again only when its text changed, and findings go out in batches of at most [`BATCH`],
//! so that no message keeps the loop busy.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash as _, Hasher as _};
use std::sync::mpsc;

use crate::domain::fact::Fact;
use crate::domain::finding::Finding;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::ticket::Ticket;
use crate::triage::similar::{Lessons, Sketch};
use crate::triage::{Engine, Input};

/// Most findings of one message.
pub const BATCH: usize = 200;

/// What the engine reads of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    id: TicketId,
    subject: String,
    /// Unknown in a ticket that was read back after a write: texts come by the feed.
    body: Option<String>,
    /// What staff say it is.
    group: Option<GroupId>,
}

impl Text {
    /// The text of a ticket.
    pub fn of(ticket: &Ticket) -> Self {
        Self {
            id: ticket.id.clone(),
            subject: ticket.subject.clone(),
            body: match &ticket.body {
                Fact::Known(body) => Some(body.clone()),
                Fact::Empty => Some(String::new()),
                Fact::Unknown => None,
            },
            group: ticket.group.known().cloned(),
        }
    }
    fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.subject, &self.body, &self.group).hash(&mut hasher);
        hasher.finish()
    }
}

/// Starts the worker. It ends when the sender is dropped, or when nobody hears it any more (`tell` says no).
///
/// # Errors
/// The system gives no thread.
pub fn start(
    engine: Engine,
    tell: impl Fn(Vec<(TicketId, Finding)>) -> bool + Send + 'static,
) -> std::io::Result<mpsc::Sender<Vec<Text>>> {
    let (texts, asked) = mpsc::channel::<Vec<Text>>();
    std::thread::Builder::new()
        .name("vagt-triage".to_owned())
        .spawn(move || work(&engine, &asked, &tell))?;
    Ok(texts)
}

fn work(
    engine: &Engine,
    asked: &mpsc::Receiver<Vec<Text>>,
    tell: &impl Fn(Vec<(TicketId, Finding)>) -> bool,
) {
    let mut read: HashMap<TicketId, u64> = HashMap::new();
    let mut lessons = Lessons::default();
    while let Ok(texts) = asked.recv() {
        for batch in texts.chunks(BATCH) {
            let findings: Vec<_> = batch
                .iter()
                .filter(|text| is_news(&mut read, text))
                .map(|text| (text.id.clone(), say(engine, &mut lessons, text)))
                .collect();
            if !findings.is_empty() && !tell(findings) {
                return;
            }
        }
    }
}

/// The finding of a ticket. Where staff say otherwise than the engine, the next ticket like it follows them.
fn say(engine: &Engine, lessons: &mut Lessons, text: &Text) -> Finding {
    let body = text.body.as_deref().unwrap_or_default();
    let finding = engine.classify(&Input {
        subject: &text.subject,
        body,
        lang: None,
    });
    let sketch = Sketch::new(&text.subject, body, &finding);
    match &text.group {
        Some(group) if *group != finding.group => {
            lessons.learn(text.id.clone(), sketch, group.clone());
            finding
        }
        _ => {
            lessons.forget(&text.id);
            lessons.apply(Some(&text.id), &sketch, finding)
        }
    }
}

fn is_news(read: &mut HashMap<TicketId, u64>, text: &Text) -> bool {
    let digest = text.digest();
    match read.entry(text.id.clone()) {
        Entry::Occupied(known) if *known.get() == digest => false,
        // Half a text must not move a ticket to another group.
        Entry::Occupied(_) if text.body.is_none() => false,
        Entry::Occupied(mut known) => {
            known.insert(digest);
            true
        }
        Entry::Vacant(new) => {
            new.insert(digest);
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_read_once_and_a_new_one_again() {
        let (told, heard) = mpsc::channel();
        let worker = start(Engine::built_in().unwrap(), move |f| told.send(f).is_ok()).unwrap();
        let text = |subject: &str| Text {
            id: "1".into(),
            subject: subject.into(),
            body: Some(String::new()),
            group: None,
        };
        worker.send(vec![text("VPN virker ikke")]).unwrap();
        worker.send(vec![text("VPN virker ikke")]).unwrap();
        // Read back after a write: its text is not known, and says nothing new.
        let half = Text {
            body: None,
            ..text("PUK")
        };
        worker.send(vec![half]).unwrap();
        worker.send(vec![text("Teams hakker")]).unwrap();
        drop(worker);
        let groups: Vec<String> = heard
            .iter()
            .flatten()
            .map(|(_, f)| f.group.to_string())
            .collect();
        assert_eq!(groups, ["vpn", "video"]);
    }

    #[test]
    fn the_next_twin_of_a_corrected_ticket_follows_and_undo_takes_it_back() {
        let engine = Engine::built_in().unwrap();
        let mut lessons = Lessons::default();
        let mut group = |id: &str, subject: &str, group: Option<&str>| {
            let text = Text {
                id: id.into(),
                subject: subject.into(),
                body: Some(String::new()),
                group: group.map(GroupId::from),
            };
            say(&engine, &mut lessons, &text).group.to_string()
        };
        let before = group("1", "Nøddebo-kassen i foyeren viser grå firkant", None);
        assert_ne!(before, "telephony");
        group(
            "1",
            "Nøddebo-kassen i foyeren viser grå firkant",
            Some("telephony"),
        );
        assert_eq!(
            group("2", "Nøddebo-kassen i foyer viser grå firkant", None),
            "telephony"
        );
        group("1", "Nøddebo-kassen i foyeren viser grå firkant", None);
        assert_eq!(
            group("3", "Nøddebo-kassen i foyer viser grå firkant", None),
            before
        );
    }
}
