//! The triage worker: the engine's one owner, on its own thread.
//!
//! Invariant: a ticket is read again only when its text changed, and findings go out in batches of at most [`BATCH`],
//! so that no message keeps the loop busy. New texts come before everything else: the tickets of the weeks before are
//! read while nothing waits, and a question about similar tickets is answered when they are.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash as _, Hasher as _};
use std::sync::mpsc::{self, TryRecvError};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::alike::{Found, Solved};
use crate::domain::fact::Fact;
use crate::domain::finding::Finding;
use crate::domain::ids::{GroupId, PersonId, TicketId};
use crate::domain::source::Arrival;
use crate::domain::ticket::Ticket;
use crate::triage::similar::{Lessons, Sketch};
use crate::triage::{Engine, Input};

/// Most findings of one message.
pub const BATCH: usize = 200;

/// Tickets of the weeks before that are read between two looks at what waits.
const SOME: usize = 20;

/// What the worker is told or asked.
#[derive(Debug)]
pub enum Ask {
    /// Tickets as the desk has them now.
    Texts(Vec<Text>),
    /// Tickets of the weeks before.
    Past(Vec<Arrival>),
    /// Which solved tickets are like this one, and among how many?
    Alike(Text, oneshot::Sender<(usize, Vec<Found>)>),
}

/// What the engine reads of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub(super) id: TicketId,
    pub(super) subject: String,
    /// Unknown in a ticket that was read back after a write: texts come by the feed.
    pub(super) body: Option<String>,
    /// What staff say it is.
    pub(super) group: Option<GroupId>,
    pub(super) created: Timestamp,
    pub(super) requester: Option<PersonId>,
    pub(super) is_solved: bool,
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
            created: ticket.created,
            requester: ticket.requester().map(|who| who.id.clone()),
            is_solved: ticket.status.class.is_solved(),
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
) -> std::io::Result<mpsc::Sender<Ask>> {
    let (asks, asked) = mpsc::channel::<Ask>();
    std::thread::Builder::new()
        .name("vagt-triage".to_owned())
        .spawn(move || work(&engine, &asked, &tell))?;
    Ok(asks)
}

fn work(
    engine: &Engine,
    asked: &mpsc::Receiver<Ask>,
    tell: &impl Fn(Vec<(TicketId, Finding)>) -> bool,
) {
    let mut read: HashMap<TicketId, u64> = HashMap::new();
    let mut learnt = Learnt::default();
    let mut solved = Solved::default();
    let mut questions = Vec::new();
    loop {
        let ask = match asked.try_recv() {
            Ok(ask) => ask,
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {
                if solved.read(engine, SOME) {
                    continue;
                }
                for (text, answer) in questions.drain(..) {
                    // Whoever asked may not wait any more.
                    let _: Result<_, _> = oneshot::Sender::send(answer, solved.like(engine, &text));
                }
                match asked.recv() {
                    Ok(ask) => ask,
                    Err(_) => return,
                }
            }
        };
        match ask {
            Ask::Past(past) => solved.remember(past),
            Ask::Alike(text, answer) => questions.push((text, answer)),
            Ask::Texts(texts) => {
                for batch in texts.chunks(BATCH) {
                    let mut findings: Vec<_> = batch
                        .iter()
                        .filter(|text| is_news(&mut read, text))
                        .map(|text| (text.id.clone(), learnt.say(engine, text)))
                        .collect();
                    findings.extend(learnt.say_again(engine));
                    if findings.chunks(BATCH).any(|part| !tell(part.to_vec())) {
                        return;
                    }
                    for text in batch {
                        solved.note(engine, text);
                    }
                }
            }
        }
    }
}

/// What staff corrected, and which tickets follow that.
#[derive(Debug, Default)]
struct Learnt {
    lessons: Lessons,
    /// Twins that are in another group than their text says, because of a correction.
    followers: HashMap<TicketId, Text>,
    /// A correction was undone or changed: its followers are to be read again.
    is_undone: bool,
}

impl Learnt {
    /// The finding of a ticket. Where staff say otherwise than the engine, the next ticket like it follows them.
    fn say(&mut self, engine: &Engine, text: &Text) -> Finding {
        let body = text.body.as_deref().unwrap_or_default();
        let finding = engine.classify(&Input {
            subject: &text.subject,
            body,
            lang: None,
        });
        let sketch = Sketch::new(&text.subject, body, &finding);
        match &text.group {
            Some(group) if *group != finding.group => {
                let id = text.id.clone();
                self.is_undone |= self.lessons.learn(id, sketch, group.clone());
                self.followers.remove(&text.id);
                finding
            }
            _ => {
                self.is_undone |= self.lessons.forget(&text.id);
                let own = finding.group.clone();
                let finding = self.lessons.apply(Some(&text.id), &sketch, finding);
                if finding.group == own {
                    self.followers.remove(&text.id);
                } else {
                    self.followers.insert(text.id.clone(), text.clone());
                }
                finding
            }
        }
    }

    /// The findings of those that followed a correction which does not hold any more.
    fn say_again(&mut self, engine: &Engine) -> Vec<(TicketId, Finding)> {
        if !std::mem::take(&mut self.is_undone) {
            return Vec::new();
        }
        let mut texts: Vec<Text> = self.followers.values().cloned().collect();
        texts.sort_by(|a, b| a.id.cmp(&b.id));
        let said = texts.iter();
        said.map(|text| (text.id.clone(), self.say(engine, text)))
            .collect()
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

    fn text(id: &str, subject: &str) -> Text {
        Text {
            id: id.into(),
            subject: subject.into(),
            body: Some(String::new()),
            group: None,
            created: Timestamp::UNIX_EPOCH,
            requester: None,
            is_solved: false,
        }
    }

    #[test]
    fn the_same_text_is_read_once_and_a_new_one_again() {
        let (told, heard) = mpsc::channel();
        let worker = start(Engine::built_in().unwrap(), move |f| told.send(f).is_ok()).unwrap();
        let text = |subject: &str| text("1", subject);
        let told = |texts| worker.send(Ask::Texts(texts)).unwrap();
        told(vec![text("VPN virker ikke")]);
        told(vec![text("VPN virker ikke")]);
        // Read back after a write: its text is not known, and says nothing new.
        let half = Text {
            body: None,
            ..text("PUK")
        };
        told(vec![half]);
        told(vec![text("Teams hakker")]);
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
        let mut learnt = Learnt::default();
        let mut again = Vec::new();
        let mut group = |id: &str, subject: &str, group: Option<&str>| {
            let text = Text {
                group: group.map(GroupId::from),
                ..text(id, subject)
            };
            let group = learnt.say(&engine, &text).group.to_string();
            again.extend(learnt.say_again(&engine));
            group
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
        let again: Vec<_> = again
            .iter()
            .map(|(id, f)| (id.as_str(), f.group.as_str()))
            .collect();
        assert_eq!(again, [("2", before.as_str())], "the follower goes back");
    }
}
