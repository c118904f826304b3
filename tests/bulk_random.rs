//! Random bulk actions over the embedded desk with random faults, a colleague in between and consoles that are killed:
//! at any moment the numbers add up to what was asked, and in the end the desk agrees with each of them.
//!
//! `VAGT_TEST_BULK_CASES` plays more or fewer, `VAGT_TEST_BULK_SEED` begins at another place.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/kill.rs"]
mod kill;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use kill::Orders;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;
use vagt::demo::{Desk, DeskOptions, HistoryLine, RunningDesk};
use vagt::desk::port::Desk as _;
use vagt::domain::action::{Action, Seen, Verb};
use vagt::domain::bulk::{Bulk, Tally};
use vagt::domain::ids::{ActionId, TicketId};
use vagt::domain::outbox::{Item, State};
use vagt::store::outbox::{Filter, New};
use vagt::store::{Location, Outbox};
use vagt::sync::change::{Changed, Decision, decide_children, drop_item, retry_item};

/// Cases at the same time.
const AT_ONCE: usize = 4;
/// What the desk does wrong; each strikes until the last console, which works in peace.
const FAULTS: [&str; 7] = [
    "drop=15%",
    "drop=20%@writes",
    "lostack=25%@writes",
    "503=15%",
    "429=10%@writes",
    "cut=10%",
    "html=5%",
];

/// Not a test by itself: the process that the other one starts and kills.
#[tokio::test]
async fn the_console_that_is_killed() {
    kill::console().await;
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

#[tokio::test]
async fn whatever_goes_wrong_the_numbers_add_up_and_the_desk_agrees() {
    let first = setting("VAGT_TEST_BULK_SEED", 1);
    let mut playing = JoinSet::new();
    let mut ended: BTreeMap<&str, usize> = BTreeMap::new();
    let mut count = |case: BTreeMap<&'static str, usize>| {
        for (state, n) in case {
            *ended.entry(state).or_default() += n;
        }
    };
    for seed in first..first + setting("VAGT_TEST_BULK_CASES", 40) {
        playing.spawn(case(seed));
        if playing.len() >= AT_ONCE {
            count(playing.join_next().await.unwrap().unwrap());
        }
    }
    while let Some(case) = playing.join_next().await {
        count(case.unwrap());
    }
    println!("children by how they ended: {ended:?}");
}

/// One bulk from its beginning to its end.
struct Case {
    seed: u64,
    desk: RunningDesk,
    orders: Orders,
    verb: Verb,
    tickets: Vec<TicketId>,
    /// What a colleague set before any console began.
    meanwhile: Vec<TicketId>,
    bulk: ActionId,
}

/// Plays it; how its children ended.
async fn case(seed: u64) -> BTreeMap<&'static str, usize> {
    let mut random = StdRng::seed_from_u64(seed);
    let dir = tempfile::tempdir().unwrap();
    let case = Case::begin(seed, &mut random, dir.path()).await;
    for _ in 0..random.random_range(0..4) {
        let mut console = kill::start(&case.orders);
        let life = Duration::from_millis(random.random_range(0..700));
        drop(tokio::time::timeout(life, console.wait()).await);
        console.kill().await.unwrap();
        case.check(false).await;
    }
    case.desk.faults().clear();
    for round in 0..6 {
        let mut console = kill::start(&case.orders);
        let ended = tokio::time::timeout(Duration::from_secs(120), console.wait()).await;
        assert!(ended.unwrap().unwrap().success(), "{seed}: it failed");
        let items = case.check(true).await;
        let mut ended: BTreeMap<&'static str, usize> = BTreeMap::new();
        for item in &items {
            *ended.entry(item.state.word()).or_default() += 1;
        }
        let wants = |item: &Item| matches!(item.state, State::Unknown | State::Parked);
        let again = items.iter().any(wants) || (round == 0 && random.random_bool(0.3));
        if !again {
            case.desk.shutdown().await;
            return ended;
        }
        case.decide(&items).await;
    }
    panic!("{seed}: asks for ever");
}

impl Case {
    async fn begin(seed: u64, random: &mut StdRng, dir: &std::path::Path) -> Self {
        let desk = Desk::start(DeskOptions {
            tickets: 1,
            devices: 20,
            markers: random.random_bool(0.7),
            ..DeskOptions::default()
        })
        .await
        .unwrap();
        let token_file = dir.join("token");
        std::fs::write(&token_file, desk.agent_token().expose_secret()).unwrap();
        let looks = [300, 900].map(Duration::from_millis);
        let mut orders = Orders::new(&desk.url(), &token_file, looks[0], looks[1]);
        orders.outbox = dir.join("outbox.db");
        let mut tickets = Vec::new();
        for n in 0..random.random_range(2..14) {
            let made = desk
                .add_ticket(&format!("VPN falder ud {n}"), "Igen", "kari@kommune.test")
                .await;
            tickets.push(TicketId::new(made.unwrap().to_string()));
        }
        let text = || (format!("Til alle ({seed})"), Vec::new());
        let verb = match random.random_range(0..4) {
            0 => Verb::Priority { to: 77 },
            1 => Verb::Take,
            2 => {
                let (text, files) = text();
                Verb::Reply { text, files }
            }
            _ => {
                let (text, files) = text();
                Verb::Note { text, files }
            }
        };
        let mut case = Self {
            seed,
            desk,
            orders,
            verb,
            tickets,
            meanwhile: Vec::new(),
            bulk: ActionId::new(Uuid::now_v7()),
        };
        case.enqueue().await;
        case.colleague(random).await;
        for fault in FAULTS.choose_multiple(random, 2) {
            case.desk.faults().add_spec(fault).unwrap();
        }
        case
    }

    /// Puts the bulk on disk, with what the person saw.
    async fn enqueue(&self) {
        let desk = self.orders.desk();
        desk.probe().await.unwrap();
        let now = Timestamp::now();
        let mut children = Vec::new();
        for id in &self.tickets {
            let ticket = desk.read(id).await.unwrap();
            let action = Action {
                id: ActionId::new(Uuid::now_v7()),
                ticket: Some(id.clone()),
                verb: self.verb.clone(),
                seen: Seen::of(&ticket, None, ticket.updated),
                at: now,
                undoes: None,
                parent: Some(self.bulk),
                force: false,
            };
            children.push(New {
                action,
                files: Vec::new(),
                hold_until: Some(now),
            });
        }
        let bulk = Bulk {
            id: self.bulk,
            what: "all".to_owned(),
            asked: children.len(),
            left_out: Vec::new(),
            undoes: None,
            template: None,
            at: now,
        };
        let outbox = self.outbox();
        outbox.enqueue_bulk(bulk, children, now).await.unwrap();
        outbox.close();
    }

    /// A colleague changes some of what the bulk is about.
    async fn colleague(&mut self, random: &mut StdRng) {
        for id in &self.tickets {
            if !random.random_bool(0.25) {
                continue;
            }
            let change = match self.verb {
                Verb::Priority { .. } => json!({"Priority": 5}),
                Verb::Take => json!({"Owner": "bjorn"}),
                _ => json!({"Status": "resolved"}),
            };
            let number = id.as_str().parse().unwrap();
            self.desk
                .change_ticket(number, "bjorn", change)
                .await
                .unwrap();
            self.meanwhile.push(id.clone());
        }
    }

    fn outbox(&self) -> Outbox {
        Outbox::open(&Location::File(self.orders.outbox.clone()), "main").unwrap()
    }

    /// A person looks at what they are asked about and decides; then everything that failed is tried again.
    async fn decide(&self, items: &[Item]) {
        let (outbox, now) = (self.outbox(), Timestamp::now());
        let timing = self.orders.timing();
        for item in items {
            if !matches!(item.state, State::Unknown | State::Parked) {
                continue;
            }
            let changed = if self.ours(item).await == 1 {
                drop_item(&outbox, item.id(), now, &timing).await
            } else {
                retry_item(&outbox, item.id(), now, &timing).await
            };
            assert!(matches!(changed.unwrap(), Changed::Yes(_)), "{item:?}");
        }
        let again = decide_children(&outbox, self.bulk, Decision::Retry, now, &timing).await;
        again.unwrap();
        outbox.close();
    }

    /// Looks at the outbox and at the desk. `is_over`: a console has done all that it can do.
    async fn check(&self, is_over: bool) -> Vec<Item> {
        let seed = self.seed;
        let outbox = self.outbox();
        let rows = outbox.list(Filter::Parent(self.bulk)).await.unwrap();
        assert_eq!(outbox.bulks().await.unwrap().len(), 1, "{seed}");
        outbox.close();
        let items: Vec<Item> = rows.into_iter().map(|row| row.item).collect();
        let tally = Tally::of(items.iter().map(|item| item.state));
        assert_eq!(tally.sum(), self.tickets.len(), "{seed}: {tally:?}");
        for item in &items {
            let id = item.action.ticket.as_ref().unwrap();
            let ours = self.ours(item).await;
            let what = format!("{seed}: {ours} on the desk: {item:?}");
            assert!(ours <= 1, "{what}");
            match item.state {
                State::Done => assert_eq!(ours, 1, "{what}"),
                // Nothing of ours: it was so already, somebody else was faster, or the desk said no.
                State::NoChange | State::Conflict | State::Refused => assert_eq!(ours, 0, "{what}"),
                State::Unknown | State::Parked | State::Dropped => {}
                State::Held | State::Ready | State::Sending => assert!(!is_over, "{what}"),
            }
            if is_over && self.meanwhile.contains(id) && !matches!(self.verb, Verb::Note { .. }) {
                assert_eq!(item.state, State::Conflict, "{what}");
            }
        }
        items
    }

    /// How often what the bulk does was done to a ticket by us.
    async fn ours(&self, item: &Item) -> usize {
        let id = item.action.ticket.as_ref().unwrap().as_str().parse();
        let history = self.desk.history(id.unwrap()).await.unwrap();
        let is_it = |line: &&HistoryLine| match &self.verb {
            Verb::Priority { to } => line.field == "Priority" && line.new == to.to_string(),
            Verb::Take => line.typ == "SetWatcher",
            Verb::Reply { text, .. } => {
                line.typ == "Correspond" && line.text.trim() == text.as_str()
            }
            Verb::Note { text, .. } => line.typ == "Comment" && line.text.trim() == text.as_str(),
            other => panic!("{other:?} is not part of a case"),
        };
        let by_us = history.iter().filter(|line| line.creator != "bjorn");
        by_us.filter(is_it).count()
    }
}
