//! The triage worker: the engine's one owner, on its own thread.
//!
//! Invariant: a ticket is read again only when its text changed, and findings go out in batches of at most [`BATCH`],
//! so that no message keeps the loop busy. New texts come before everything else: what staff corrected is looked for in the
//! tickets that were read before, and the tickets of the weeks before are read, while nothing waits; a question about
//! similar tickets is answered when they are. So the order in which tickets are read does not matter in the end.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeMap, HashMap, VecDeque};
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

/// From this confidence on a subject without its body says what a ticket is about: of 1,080 tickets by authors whom nobody
/// read, 867 are so clear, and the shares of the groups among those are nearest to the true ones.
const CLEAR: f64 = 0.6;

/// Tickets that are read, or looked at again, between two looks at what waits.
const SOME: usize = 20;

/// What the worker is told or asked.
#[derive(Debug)]
pub enum Ask {
    /// Tickets as the desk has them now.
    Texts(Vec<Text>),
    /// Tickets that are not on the desk any more: what they say is news when they come back.
    Gone(Vec<TicketId>),
    /// Tickets of the weeks before.
    Past(Vec<Arrival>),
    /// Which solved tickets are like this one, and among how many?
    Alike(Text, oneshot::Sender<(usize, Vec<Found>)>),
}

/// What the worker says.
#[derive(Debug, Clone)]
pub enum Told {
    /// What was found in tickets.
    Findings(Vec<(TicketId, Finding)>),
    /// The tickets of the weeks before, all that it was told of, with the groups that their subjects speak for.
    Past(Vec<Arrival>),
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
    tell: impl Fn(Told) -> bool + Send + 'static,
) -> std::io::Result<mpsc::Sender<Ask>> {
    let (asks, asked) = mpsc::channel::<Ask>();
    std::thread::Builder::new()
        .name("vagt-triage".to_owned())
        .spawn(move || work(&engine, &asked, &tell))?;
    Ok(asks)
}

fn work(engine: &Engine, asked: &mpsc::Receiver<Ask>, tell: &impl Fn(Told) -> bool) {
    let mut read: HashMap<TicketId, u64> = HashMap::new();
    let mut learnt = Learnt::default();
    let (mut solved, mut weeks) = (Solved::default(), Weeks::default());
    let mut questions = Vec::new();
    loop {
        let ask = match asked.try_recv() {
            Ok(ask) => ask,
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {
                if let Some(findings) = learnt.look_again(engine, SOME) {
                    if !findings.is_empty() && !tell(Told::Findings(findings)) {
                        return;
                    }
                    continue;
                }
                if weeks.is_waiting {
                    if let Some(past) = weeks.read(engine, &mut solved, SOME)
                        && !tell(Told::Past(past))
                    {
                        return;
                    }
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
            Ask::Gone(gone) => {
                for id in gone {
                    read.remove(&id);
                }
            }
            Ask::Past(past) => weeks.put(past),
            Ask::Alike(text, answer) => questions.push((text, answer)),
            Ask::Texts(texts) => {
                for batch in texts.chunks(BATCH) {
                    let findings: Vec<_> = batch
                        .iter()
                        .filter(|text| is_news(&mut read, text))
                        .map(|text| (text.id.clone(), learnt.say(engine, text)))
                        .collect();
                    if !findings.is_empty() && !tell(Told::Findings(findings)) {
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

/// Tickets of the weeks before, of which only the subject is known: they are read when nothing else waits.
#[derive(Debug, Default)]
struct Weeks {
    unread: VecDeque<Arrival>,
    read: Vec<Arrival>,
    /// Somebody waits for them, be they none.
    is_waiting: bool,
}

impl Weeks {
    fn put(&mut self, past: Vec<Arrival>) {
        self.unread.extend(past);
        self.is_waiting = true;
    }
    /// Reads some of them. All of them, when those were the last.
    fn read(&mut self, engine: &Engine, solved: &mut Solved, most: usize) -> Option<Vec<Arrival>> {
        for mut past in self.unread.drain(..most.min(self.unread.len())) {
            let finding = read_subject(engine, &mut past);
            solved.remember(&past, &finding);
            self.read.push(past);
        }
        self.is_waiting = !self.unread.is_empty();
        (!self.is_waiting).then(|| std::mem::take(&mut self.read))
    }
}

/// Says of a ticket of the weeks before which group its subject speaks for, if clearly enough.
pub fn read_subject(engine: &Engine, past: &mut Arrival) -> Finding {
    let finding = engine.classify(&Input {
        subject: &past.subject,
        body: "",
        lang: None,
    });
    past.group = (finding.confidence >= CLEAR).then(|| finding.group.clone());
    finding
}

/// The findings of tickets that are all known, after everything that staff corrected among them: what the worker says
/// when nothing waits any more. A ticket may come twice; the last finding holds.
pub fn findings(engine: &Engine, tickets: &[Ticket]) -> Vec<(TicketId, Finding)> {
    let mut learnt = Learnt::default();
    let is_by_staff = |ticket: &&Ticket| ticket.group.known().is_some();
    // Who teaches comes first.
    let teachers = tickets.iter().filter(is_by_staff);
    let others = tickets.iter().filter(|ticket| !is_by_staff(ticket));
    let mut all: Vec<_> = teachers
        .chain(others)
        .map(|ticket| (ticket.id.clone(), learnt.say(engine, &Text::of(ticket))))
        .collect();
    while let Some(again) = learnt.look_again(engine, SOME) {
        all.extend(again);
    }
    all
}

/// The finding of one ticket, after everything that staff corrected among `known`.
pub fn finding(engine: &Engine, known: &[Ticket], ticket: &Ticket) -> Finding {
    let mut learnt = Learnt::default();
    for other in known.iter().filter(|t| t.group.known().is_some()) {
        learnt.say(engine, &Text::of(other));
    }
    learnt.say(engine, &Text::of(ticket))
}

/// What staff corrected, and the tickets that follow that or may come to.
#[derive(Debug, Default)]
struct Learnt {
    lessons: Lessons,
    /// Tickets that were not solved when they were read, and those that follow a correction.
    kept: BTreeMap<TicketId, Kept>,
    /// Something was corrected, or a correction was undone: all of them are to be looked at again.
    is_changed: bool,
    /// Those of them that are still to be looked at.
    again: VecDeque<TicketId>,
}

/// A ticket that was read, and what was said of it.
#[derive(Debug)]
struct Kept {
    text: Text,
    sketch: Sketch,
    /// Group and confidence by its text alone.
    own: Finding,
    /// Group and confidence after what staff corrected.
    said: (GroupId, f64),
}

impl Learnt {
    /// The finding of a ticket. Where staff say otherwise than the engine, tickets like it follow them.
    fn say(&mut self, engine: &Engine, text: &Text) -> Finding {
        let body = text.body.as_deref().unwrap_or_default();
        let finding = engine.classify(&Input {
            subject: &text.subject,
            body,
            lang: None,
        });
        let sketch = Sketch::new(&text.subject, body, &finding);
        self.kept.remove(&text.id);
        if let Some(group) = text.group.as_ref().filter(|group| **group != finding.group) {
            self.lessons.learn(text.id.clone(), sketch, group.clone());
            self.is_changed = true;
            return finding;
        }
        self.is_changed |= self.lessons.forget(&text.id);
        let own = Finding::of(finding.group.clone(), finding.confidence);
        let finding = self.lessons.apply(Some(&text.id), &sketch, finding);
        if !text.is_solved || finding.group != own.group {
            let kept = Kept {
                text: text.clone(),
                sketch: sketch.without_words(),
                own,
                said: (finding.group.clone(), finding.confidence),
            };
            self.kept.insert(text.id.clone(), kept);
        }
        finding
    }

    /// Looks at some of the tickets that were read before the last correction, and says those again that follow it now,
    /// or do not follow any more. `None`: nothing is to be looked at.
    fn look_again(&mut self, engine: &Engine, some: usize) -> Option<Vec<(TicketId, Finding)>> {
        if std::mem::take(&mut self.is_changed) {
            self.again = self.kept.keys().cloned().collect();
        }
        if self.again.is_empty() {
            return None;
        }
        let some = some.min(self.again.len());
        let ids: Vec<TicketId> = self.again.drain(..some).collect();
        let mut findings = Vec::new();
        for id in ids {
            let Some(kept) = self.kept.get(&id) else {
                continue;
            };
            let now = self
                .lessons
                .apply(Some(&id), &kept.sketch, kept.own.clone());
            let (group, confidence) = &kept.said;
            if now.group != *group || now.confidence.total_cmp(confidence).is_ne() {
                let text = kept.text.clone();
                findings.push((id, self.say(engine, &text)));
            }
        }
        Some(findings)
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

    /// Passes on what was found.
    fn findings(to: mpsc::Sender<Vec<(TicketId, Finding)>>) -> impl Fn(Told) -> bool {
        move |told| match told {
            Told::Findings(findings) => to.send(findings).is_ok(),
            Told::Past(_) => true,
        }
    }

    #[test]
    fn of_the_weeks_before_the_clear_subjects_say_a_group_and_all_are_told() {
        let past = |(n, subject): (usize, &str)| Arrival {
            id: TicketId::new(n.to_string()),
            at: Timestamp::UNIX_EPOCH,
            requester: None,
            subject: subject.to_owned(),
            is_solved: n == 0,
            group: None,
        };
        let (to, heard) = mpsc::channel();
        let told = move |told| to.send(told).is_ok();
        let worker = start(Engine::built_in().unwrap(), told).unwrap();
        // None is an answer, too: somebody waits for it.
        for subjects in [
            &[][..],
            &["VPN virker ikke", "Det virker ikke", "Teams hakker"],
        ] {
            let past = subjects.iter().copied().enumerate().map(past);
            worker.send(Ask::Past(past.collect())).unwrap();
            let Ok(Told::Past(read)) = heard.recv() else {
                panic!("the weeks before");
            };
            let group = |past: &Arrival| past.group.as_ref().map(ToString::to_string);
            let groups: Vec<_> = read.iter().map(group).collect();
            let clear = [Some("vpn".to_owned()), None, Some("video".to_owned())];
            assert_eq!(groups, clear[..subjects.len()]);
        }
    }

    #[test]
    fn the_same_text_is_read_once_and_a_new_one_again() {
        let (told, heard) = mpsc::channel();
        let worker = start(Engine::built_in().unwrap(), findings(told)).unwrap();
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
            while let Some(more) = learnt.look_again(&engine, 1) {
                again.extend(more);
            }
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

    #[test]
    fn a_twin_that_was_read_before_the_correction_follows_it_too() {
        let engine = Engine::built_in().unwrap();
        let twin = text("2", "Nøddebo-kassen i foyer viser grå firkant");
        // At a start what is open comes first; the corrected ticket was closed meanwhile.
        let corrected = Text {
            group: Some("telephony".into()),
            is_solved: true,
            ..text("1", "Nøddebo-kassen i foyeren viser grå firkant")
        };
        let (told, heard) = mpsc::channel();
        let worker = start(engine, findings(told)).unwrap();
        worker.send(Ask::Texts(vec![twin])).unwrap();
        worker.send(Ask::Texts(vec![corrected])).unwrap();
        let patience = std::time::Duration::from_secs(20);
        let mut groups = Vec::new();
        while groups.last() != Some(&("2".to_owned(), "telephony".to_owned())) {
            let told = heard.recv_timeout(patience).expect("the twin follows");
            let said = told.iter();
            groups.extend(said.map(|(id, f)| (id.to_string(), f.group.to_string())));
        }
        assert_eq!(groups.len(), 3, "each once, and the twin again: {groups:?}");
    }
}
