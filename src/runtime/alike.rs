//! Solved tickets that are like another one: which ones are known, and which are the most alike.
//!
//! Invariant: only tickets that the desk calls solved are here, at most [`MOST`] of them; conversations are never read
//! to find them, only the ones that are shown. Start at [`Solved::like`]; [`find`] carries the question out.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use tokio::sync::{Mutex, oneshot};

use super::triage::{Ask, Text};
use crate::desk::port::Desk;
use crate::domain::alike::{Alike, AlikeTickets, Fix, Likeness};
use crate::domain::finding::Finding;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::source::Arrival;
use crate::domain::ticket::Ticket;
use crate::store::Cache;
use crate::triage::similar::{Similar, Sketch};
use crate::triage::{Engine, Input, fix};

/// Most solved tickets that are known; the oldest makes room.
const MOST: usize = 20_000;
/// Tickets that are shown, and of which the conversation is read.
pub const SHOWN: usize = 3;
/// Fixes that are kept.
const FIXES: usize = 500;
/// From here two tickets say the same, and from here they are much alike (a cosine, `docs/engine.md`).
const SAME: f32 = 0.7;
const MUCH: f32 = 0.45;

/// What is known of a solved ticket beside its sketch.
#[derive(Debug)]
struct About {
    subject: String,
    created: Timestamp,
    requester: Option<PersonId>,
    /// Its body was read, too.
    is_whole: bool,
}

/// The solved tickets.
#[derive(Debug, Default)]
pub(super) struct Solved {
    similar: Similar,
    about: HashMap<TicketId, About>,
}

/// A solved ticket that is like another one, and whose ticket it was.
pub type Found = (Alike, Option<PersonId>);

impl Solved {
    /// A ticket as the desk has it now.
    pub(super) fn note(&mut self, engine: &Engine, text: &Text) {
        if !text.is_solved {
            // It was opened again.
            if self.about.remove(&text.id).is_some() {
                self.similar.remove(&text.id);
            }
            return;
        }
        let is_known = |about: &About| about.is_whole || text.body.is_none();
        if self.about.get(&text.id).is_some_and(is_known) {
            return;
        }
        let about = About {
            subject: text.subject.clone(),
            created: text.created,
            requester: text.requester.clone(),
            is_whole: text.body.is_some(),
        };
        let body = text.body.as_deref().unwrap_or_default();
        let sketch = sketch(engine, &about.subject, body);
        self.put(text.id.clone(), sketch, about);
    }

    /// A ticket of the weeks before, and what its subject says.
    pub(super) fn remember(&mut self, past: &Arrival, finding: &Finding) {
        if !past.is_solved || self.about.contains_key(&past.id) {
            return;
        }
        let about = About {
            subject: past.subject.clone(),
            created: past.at,
            requester: past.requester.clone(),
            is_whole: false,
        };
        let sketch = Sketch::new(&past.subject, "", finding);
        self.put(past.id.clone(), sketch, about);
    }

    fn put(&mut self, id: TicketId, sketch: Sketch, about: About) {
        self.similar.put(id.clone(), sketch.without_words(), None);
        self.about.insert(id, about);
        if self.about.len() > MOST {
            let oldest = self.about.iter().min_by_key(|(_, about)| about.created);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                self.about.remove(&oldest);
                self.similar.remove(&oldest);
            }
        }
    }

    /// The solved tickets most like a ticket, and among how many they were looked for.
    pub(super) fn like(&self, engine: &Engine, text: &Text) -> (usize, Vec<Found>) {
        // Of most solved tickets only the subject is known: a long mail is like none of them, its subject may be.
        let body = text.body.as_deref().unwrap_or_default();
        let mut found: HashMap<TicketId, f32> = HashMap::new();
        for body in [body, ""] {
            let asked = sketch(engine, &text.subject, body);
            for alike in self.similar.like(Some(&text.id), &asked, SHOWN * 2) {
                let score = found.entry(alike.id).or_default();
                *score = score.max(alike.score);
            }
        }
        let mut found: Vec<(TicketId, f32)> = found.into_iter().collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let found = found.into_iter().take(SHOWN).filter_map(|(id, score)| {
            let about = self.about.get(&id)?;
            let alike = Alike {
                id,
                subject: about.subject.clone(),
                created: about.created,
                likeness: likeness(score),
                fix: Fix::Reading,
            };
            Some((alike, about.requester.clone()))
        });
        let found = found.collect();
        (
            self.about.len() - usize::from(self.about.contains_key(&text.id)),
            found,
        )
    }
}

fn sketch(engine: &Engine, subject: &str, body: &str) -> Sketch {
    let finding: Finding = engine.classify(&Input {
        subject,
        body,
        lang: None,
    });
    Sketch::new(subject, body, &finding)
}

fn likeness(score: f32) -> Likeness {
    match score {
        SAME.. => Likeness::Same,
        MUCH.. => Likeness::Much,
        _ => Likeness::Some,
    }
}

/// What [`find`] keeps between two questions. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Finder {
    /// The newest question: an older one reads no further conversation.
    newest: Arc<AtomicU64>,
    /// One question reads at a time; what helped in the tickets that were read, the oldest first.
    fixes: Arc<Mutex<VecDeque<(TicketId, Fix)>>>,
}

/// Says which solved tickets are like this one: first without what helped, then with it.
pub(super) async fn find(
    finder: &Finder,
    desk: &dyn Desk,
    cache: &Cache,
    texts: &std::sync::mpsc::Sender<Ask>,
    ticket: &Ticket,
    tell: impl Fn(AlikeTickets),
) {
    let turn = finder.newest.fetch_add(1, Ordering::Relaxed) + 1;
    let (answer, heard) = oneshot::channel();
    let asked = Ask::Alike(Text::of(ticket), answer);
    // The worker ends with the loop; when it failed before, that was told.
    let Some((among, mut found)) = (match texts.send(asked) {
        Ok(()) => heard.await.ok(),
        Err(_) => None,
    }) else {
        return;
    };
    let say = |found: &[Found]| {
        tell(AlikeTickets {
            among,
            tickets: found.iter().map(|(alike, _)| alike.clone()).collect(),
        });
    };
    say(&found);
    if found.is_empty() {
        return;
    }
    let mut fixes = finder.fixes.lock().await;
    for (alike, requester) in &mut found {
        let known = fixes.iter().find(|(id, _)| *id == alike.id);
        alike.fix = match known {
            Some((_, fix)) => fix.clone(),
            // The person went on to another ticket.
            None if finder.newest.load(Ordering::Relaxed) != turn => Fix::Unread,
            None => {
                let fix = read(desk, cache, &alike.id, requester.as_ref()).await;
                if fix != Fix::Unread {
                    fixes.push_back((alike.id.clone(), fix.clone()));
                    if fixes.len() > FIXES {
                        fixes.pop_front();
                    }
                }
                fix
            }
        };
    }
    say(&found);
}

/// What helped in a solved ticket: from the cache where that has its end, else from the desk.
async fn read(desk: &dyn Desk, cache: &Cache, id: &TicketId, requester: Option<&PersonId>) -> Fix {
    match cache.get_detail(id).await {
        Ok(Some(detail)) if detail.ticket.status.class.is_solved() => {
            return fix::of(&detail.entries, requester);
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(ticket = %id, %error, "conversation not read from the cache"),
    }
    match desk.entries(id).await {
        Ok(mut entries) => {
            entries.sort_by(|a, b| a.id.cmp(&b.id));
            fix::of(&entries, requester)
        }
        Err(trouble) => {
            tracing::info!(ticket = %id, %trouble, "what helped is not known");
            Fix::Unread
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::Verb;
    use crate::domain::outcome::TroubleKind;
    use crate::store::Location;
    use crate::store::cache::CacheOptions;
    use crate::sync::testing::clock::Hand;
    use crate::sync::testing::desk::Fake;

    fn engine() -> Engine {
        Engine::built_in().unwrap()
    }

    fn text(id: &str, subject: &str, body: Option<&str>, is_solved: bool) -> Text {
        Text {
            id: id.into(),
            subject: subject.to_owned(),
            body: body.map(str::to_owned),
            group: None,
            created: Timestamp::UNIX_EPOCH,
            requester: None,
            is_solved,
        }
    }

    fn past(subjects: &[&str]) -> Vec<Arrival> {
        let arrival = |(n, subject): (usize, &&str)| Arrival {
            id: TicketId::new((100 + n).to_string()),
            at: Timestamp::UNIX_EPOCH,
            requester: Some(PersonId::from("kare")),
            subject: (*subject).to_owned(),
            is_solved: true,
            group: None,
        };
        subjects.iter().enumerate().map(arrival).collect()
    }

    const WEEKS: [&str; 8] = [
        "VPN afviser certifikatet",
        "Printeren i kantinen larmer",
        "Glemt adgangskode til Nexus",
        "Ingen lyd i Teams",
        "Kortlæseren i skranken læser ikke kort",
        "Ny skærm til reception",
        "Wi-Fi falder ud i mødelokale 3",
        "SIM-kort er væk",
    ];

    fn remember(solved: &mut Solved, engine: &Engine, past: &[Arrival]) {
        for past in past {
            let finding = engine.classify(&Input {
                subject: &past.subject,
                body: "",
                lang: None,
            });
            solved.remember(past, &finding);
        }
    }

    fn ids(found: &[Found]) -> Vec<&str> {
        found.iter().map(|(alike, _)| alike.id.as_str()).collect()
    }

    #[test]
    fn a_paraphrase_of_a_solved_ticket_is_among_the_first_three() {
        let engine = engine();
        let mut solved = Solved::default();
        remember(&mut solved, &engine, &past(&WEEKS));
        for (asked, body, wanted) in [
            ("certifikatet afvises af VPN", Some(""), "100"),
            ("Kortlæser i skranke læser intet kort", None, "104"),
            // Of most solved tickets only the subject is known; a long mail is found by its own.
            (
                "Printer larmer",
                Some(
                    "Hej. Vi sidder syv mand på tredje sal og har i en uge hørt på en maskine, som ingen tør røre ved. \
                     Den står ved vinduet og brummer om formiddagen. Kan nogen komme forbi og se på den i dag?",
                ),
                "101",
            ),
        ] {
            let (among, found) = solved.like(&engine, &text("9", asked, body, false));
            assert_eq!(among, WEEKS.len());
            assert!(ids(&found).contains(&wanted), "{asked}: {:?}", ids(&found));
            assert!(found.len() <= SHOWN);
        }
        let (among, found) = solved.like(&engine, &text("9", "Hvem vinder i aften?", None, false));
        assert_eq!((among, ids(&found)), (WEEKS.len(), Vec::new()));
    }

    fn alike(id: &str) -> Found {
        let alike = Alike {
            id: id.into(),
            subject: "VPN".to_owned(),
            created: Timestamp::UNIX_EPOCH,
            likeness: Likeness::Much,
            fix: Fix::Reading,
        };
        (alike, Some(PersonId::from("kare")))
    }

    /// What was told, answer by answer, when these tickets were found.
    async fn told(finder: &Finder, desk: &Fake, cache: &Cache, found: &[&str]) -> Vec<Vec<Fix>> {
        let (asks, asked) = std::sync::mpsc::channel();
        let found: Vec<Found> = found.iter().map(|id| alike(id)).collect();
        let worker = std::thread::spawn(move || match asked.recv() {
            Ok(Ask::Alike(_, answer)) => answer.send((40, found)).unwrap(),
            other => panic!("the worker was asked {other:?}"),
        });
        let heard = std::sync::Mutex::new(Vec::new());
        let ticket = desk.ticket("1");
        let tell = |found: AlikeTickets| {
            assert_eq!(found.among, 40);
            let fixes = found.tickets.into_iter().map(|alike| alike.fix);
            heard.lock().unwrap().push(fixes.collect());
        };
        find(finder, desk, cache, &asks, &ticket, tell).await;
        worker.join().unwrap();
        heard.into_inner().unwrap()
    }

    #[tokio::test]
    async fn conversations_are_read_once_and_what_cannot_be_read_is_said() {
        let desk = Fake::new(&Hand::new(), true, &["1", "2", "3"]);
        let reply = Verb::Reply {
            text: "Ny oplader er sendt".to_owned(),
            files: Vec::new(),
        };
        desk.by_anna("2", &reply);
        let options = CacheOptions {
            place: desk.place(),
            conversations: 10,
        };
        let cache = Cache::start(&Location::Memory, options)
            .await
            .unwrap()
            .cache;
        let finder = Finder::default();
        let answers = told(&finder, &desk, &cache, &["2"]).await;
        assert_eq!(answers.first(), Some(&vec![Fix::Reading]), "at once");
        let is_told = |fix: Option<&Fix>| matches!(fix, Some(Fix::Told { text, .. }) if text == "Ny oplader er sendt");
        assert!(is_told(answers.last().and_then(|fixes| fixes.first())));
        // The desk is away: what was read stands, the rest is not known, and is asked for the next time.
        desk.trouble(Some(TroubleKind::Transient));
        let answers = told(&finder, &desk, &cache, &["2", "3"]).await;
        let last = answers.last().unwrap();
        assert!(is_told(last.first()));
        assert_eq!(last.last(), Some(&Fix::Unread));
        desk.trouble(None);
        let answers = told(&finder, &desk, &cache, &["3"]).await;
        assert_eq!(answers.last(), Some(&vec![Fix::Silent]));
        let answers = told(&finder, &desk, &cache, &[]).await;
        assert_eq!(answers, [Vec::new()]);
    }

    #[test]
    fn only_what_is_solved_now_counts_and_never_the_ticket_itself() {
        let engine = engine();
        let mut solved = Solved::default();
        let mut open = past(&["VPN afviser certifikatet"]);
        for arrival in &mut open {
            arrival.is_solved = false;
        }
        remember(&mut solved, &engine, &open);
        let asked = text("1", "VPN afviser certifikatet", Some(""), true);
        assert_eq!(solved.like(&engine, &asked).0, 0);
        solved.note(&engine, &asked);
        assert_eq!(solved.like(&engine, &asked), (0, Vec::new()), "itself");
        let twin = text("2", "VPN afviser certifikatet", Some(""), false);
        let (among, found) = solved.like(&engine, &twin);
        assert_eq!((among, ids(&found)), (1, vec!["1"]));
        assert_eq!(found.first().map(|f| f.0.likeness), Some(Likeness::Same));
        // It was opened again.
        solved.note(
            &engine,
            &text("1", "VPN afviser certifikatet", Some(""), false),
        );
        assert_eq!(solved.like(&engine, &twin).0, 0);
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let engine = engine();
        let mut solved = Solved::default();
        let about = |n: usize| About {
            subject: "x".to_owned(),
            created: Timestamp::from_second(i64::try_from(n).unwrap()).unwrap(),
            requester: None,
            is_whole: true,
        };
        for n in 1..=MOST {
            solved.about.insert(TicketId::new(n.to_string()), about(n));
        }
        let newer = Text {
            created: Timestamp::MAX,
            ..text("new", "VPN", Some(""), true)
        };
        solved.note(&engine, &newer);
        assert_eq!(solved.about.len(), MOST);
        assert!(solved.about.contains_key(&"new".into()));
        assert!(
            !solved.about.contains_key(&"1".into()),
            "the oldest made room"
        );
    }
}
