//! Rounds in which a console is killed again and again while it delivers twenty actions.
//!
//! The console is this test program itself, started for one test that calls [`console`]. It delivers what is in its
//! outbox and ends when nothing is left that it can do. [`round`] fills an outbox, kills consoles at random moments, lets
//! the last one finish, and then asks the desk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vagt::desk::port::Desk as _;
use vagt::desk::rt::{Auth, RtDesk, RtOptions};
use vagt::domain::Fact;
use vagt::domain::action::{Action, NewTicket, Seen, Verb};
use vagt::domain::delivery::holds_back;
use vagt::domain::ids::{ActionId, PersonId, TicketId};
use vagt::domain::outbox::{Item, State};
use vagt::net::NetOptions;
use vagt::store::outbox::{Filter, New};
use vagt::store::{Location, Outbox};
use vagt::sync::change::{Changed, drop_item, retry_item};
use vagt::sync::clock::SystemClock;
use vagt::sync::deliver::Delivery;
use vagt::sync::outbox::Timing;

const ORDERS: &str = "VAGT_TEST_KILL";

/// What a console is told, through its environment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Orders {
    pub url: String,
    /// A file with the token of the agent.
    pub token_file: PathBuf,
    /// Waits before the looks, shortened.
    pub first_look: Duration,
    pub second_look: Duration,
    /// The file that it works on.
    #[serde(default)]
    pub outbox: PathBuf,
}

impl Orders {
    pub fn new(url: &str, token_file: &Path, first_look: Duration, second_look: Duration) -> Self {
        Self {
            url: url.to_owned(),
            token_file: token_file.to_owned(),
            first_look,
            second_look,
            outbox: PathBuf::new(),
        }
    }

    /// The desk, as the agent sees it.
    pub fn desk(&self) -> RtDesk {
        let token = std::fs::read_to_string(&self.token_file).unwrap();
        let auth = Auth::Token(SecretString::from(token.trim()));
        RtDesk::new(RtOptions::new(auth), NetOptions::new(&self.url)).unwrap()
    }

    /// How long a console waits for what.
    pub fn timing(&self) -> Timing {
        Timing {
            hold: Duration::from_millis(200),
            first_look: self.first_look,
            second_look: self.second_look,
            retry_first: Duration::from_millis(50),
            retry_most: Duration::from_millis(400),
            lease_retry: Duration::from_millis(50),
            in_flight: 3,
            ..Timing::default()
        }
    }
}

/// Does nothing in a usual test run; in a process that [`round`] started, delivers until nothing is left to do.
pub async fn console() {
    let Ok(orders) = std::env::var(ORDERS) else {
        return;
    };
    let orders: Orders = serde_json::from_str(&orders).unwrap();
    let outbox = Outbox::open(&Location::File(orders.outbox.clone()), "main").unwrap();
    let (events, _) = mpsc::unbounded_channel();
    let (delivery, handle) = Delivery::new(
        Arc::new(orders.desk()),
        outbox,
        Arc::new(SystemClock),
        orders.timing(),
        events,
    );
    let stop = CancellationToken::new();
    let mut running = JoinSet::new();
    running.spawn(delivery.run(stop.clone()));
    handle.flush(Duration::from_secs(100)).await;
    stop.cancel();
    running.join_all().await;
}

/// What a round is made of.
pub struct Round {
    pub orders: Orders,
    /// Names the round in the texts.
    pub name: String,
    /// Six tickets of its own.
    pub tickets: Vec<TicketId>,
    /// Who asks for the new tickets, and in which queue.
    pub requester: String,
    pub queue: String,
    /// Whether the desk has the marker fields.
    pub markers: bool,
    /// How many consoles are killed, and how long each may live at most.
    pub kills: u32,
    pub life: Duration,
}

/// Twenty actions: eight replies, four notes, two new tickets, a merge, five values.
fn actions(round: &Round) -> Vec<Action> {
    let (mut replies, mut notes, mut creates) = (0, 0, 0);
    let mut make = |ticket: Option<usize>, word: &str| {
        let name = &round.name;
        let files = Vec::new();
        let verb = match word {
            "reply" => {
                replies += 1;
                let text = format!("{name}: answer {replies}.\n\nØystein");
                Verb::Reply { text, files }
            }
            "note" => {
                notes += 1;
                let text = format!("{name}: note {notes}");
                Verb::Note { text, files }
            }
            "create" => {
                creates += 1;
                Verb::Create {
                    new: NewTicket {
                        subject: format!("{name}: call {creates}"),
                        text: "Somebody called.".into(),
                        requester: PersonId::new(&round.requester),
                        queue: round.queue.clone(),
                        priority: None,
                        owner: None,
                        group: None,
                        device: None,
                    },
                }
            }
            "take" => Verb::Take,
            "priority" => Verb::Priority { to: 77 },
            "stall" => Verb::Status {
                to: "stalled".into(),
            },
            _ => Verb::Merge {
                into: round.tickets[4].clone(),
            },
        };
        Action {
            id: ActionId::new(Uuid::now_v7()),
            ticket: ticket.map(|n| round.tickets[n].clone()),
            verb,
            seen: Seen::default(),
            at: Timestamp::now(),
            undoes: None,
            parent: None,
            force: false,
        }
    };
    let list = "0 reply,0 note,0 take,0 reply,1 reply,1 priority,1 note,1 reply,2 reply,2 note,2 stall,- create,\
        3 reply,3 reply,3 priority,4 reply,4 take,4 note,- create,5 merge";
    list.split(',')
        .map(|one| {
            let (ticket, word) = one.trim().split_once(' ').unwrap();
            make(ticket.parse().ok(), word)
        })
        .collect()
}

/// How a round ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// What was left to a person, by state.
    pub asked: BTreeMap<&'static str, usize>,
}

/// Plays one round and checks it.
pub async fn round(round: Round) -> Ended {
    let dir = tempfile::tempdir().unwrap();
    let orders = Orders {
        outbox: dir.path().join("outbox.db"),
        ..round.orders.clone()
    };
    let outbox = Outbox::open(&Location::File(orders.outbox.clone()), "main").unwrap();
    let actions = actions(&round);
    assert_eq!(actions.len(), 20);
    let now = Timestamp::now();
    let new = actions
        .iter()
        .map(|action| New {
            action: action.clone(),
            files: Vec::new(),
            hold_until: action.verb.is_visible_to_requester(&[]).then_some(now),
        })
        .collect();
    outbox.enqueue(new, now).await.unwrap();
    outbox.close();
    for _ in 0..round.kills {
        let mut child = start(&orders);
        let life = rand::random_range(Duration::ZERO..round.life);
        // Ends earlier only when everything was delivered earlier.
        drop(tokio::time::timeout(life, child.wait()).await);
        child.kill().await.unwrap();
    }
    let desk = orders.desk();
    desk.probe().await.unwrap();
    let mut ended = Ended::default();
    // After the last kill a console works in peace; then its person decides what it asks, until it asks nothing more.
    for _ in 0..10 {
        let console = tokio::time::timeout(Duration::from_secs(120), start(&orders).wait()).await;
        let status = console.unwrap().unwrap();
        assert!(status.success(), "{}: the last console failed", round.name);
        let outbox = Outbox::open(&Location::File(orders.outbox.clone()), "main").unwrap();
        let rows = outbox.list(Filter::All).await.unwrap();
        assert_eq!(rows.len(), 20, "{}: nothing was lost", round.name);
        let items: Vec<Item> = rows.into_iter().map(|row| row.item).collect();
        if !decide(&desk, &round, &outbox, &items, &mut ended).await {
            for item in items {
                let times = times_on_the_desk(&desk, &round, &item).await;
                assert_eq!(times, 1, "{}: {item:?}", round.name);
            }
            return ended;
        }
        outbox.close();
    }
    panic!("{}: asks for ever: {ended:?}", round.name);
}

/// Checks that an action is on the desk as often as its state says, and decides about what is left to a person, who
/// looks at the ticket. `false`: there was nothing to decide.
async fn decide(
    desk: &RtDesk,
    round: &Round,
    outbox: &Outbox,
    items: &[Item],
    ended: &mut Ended,
) -> bool {
    let (now, timing) = (Timestamp::now(), round.orders.timing());
    let mut decided = false;
    for (place, item) in items.iter().enumerate() {
        let what = format!("{}: {item:?}", round.name);
        let times = times_on_the_desk(desk, round, item).await;
        match item.state {
            State::Done | State::NoChange => assert_eq!(times, 1, "{what}"),
            State::Dropped => {
                assert_eq!(times, 1, "dropped by this test because it is there: {what}");
            }
            State::Conflict | State::Unknown | State::Parked => {
                assert!(
                    !round.markers,
                    "left to a person in spite of markers: {what}"
                );
                assert!(times <= 1, "{times} times: {what}");
                *ended.asked.entry(item.state.word()).or_default() += 1;
                decided = true;
                let id = item.id();
                let changed = if times == 1 {
                    drop_item(outbox, id, now, &timing).await
                } else {
                    retry_item(outbox, id, now, &timing).await
                };
                assert!(matches!(changed.unwrap(), Changed::Yes(_)), "{what}");
            }
            State::Ready => {
                let waits = items
                    .iter()
                    .take(place)
                    .any(|earlier| holds_back(earlier, item));
                assert!(waits && times == 0, "waits for nothing: {what}");
            }
            State::Held | State::Sending | State::Refused => panic!("{what}"),
        }
    }
    decided
}

/// Starts a console.
pub fn start(orders: &Orders) -> tokio::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["the_console_that_is_killed", "--exact", "--nocapture"])
        .env(ORDERS, serde_json::to_string(orders).unwrap())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn times_on_the_desk(desk: &RtDesk, round: &Round, item: &Item) -> usize {
    let action = &item.action;
    if let Verb::Create { new } = &action.verb {
        let person = PersonId::new(&round.requester);
        let tickets = desk.tickets_of(&person, 1_000).await.unwrap();
        return tickets.iter().filter(|t| t.subject == new.subject).count();
    }
    let id = action.ticket.as_ref().unwrap();
    match &action.verb {
        Verb::Reply { text, .. } | Verb::Note { text, .. } => {
            let entries = desk.entries(id).await.unwrap();
            entries
                .iter()
                .filter(|e| e.text.trim() == text.trim())
                .count()
        }
        verb => {
            let ticket = desk.read(id).await.unwrap();
            usize::from(match verb {
                Verb::Take => ticket.owner.known().is_some(),
                Verb::Priority { to } => ticket.priority == Fact::Known(*to),
                Verb::Status { to } => ticket.status.name == *to,
                Verb::Merge { into } => ticket.id == *into,
                other => panic!("{other:?} is not part of a round"),
            })
        }
    }
}
