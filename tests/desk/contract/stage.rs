//! Who is there, and small helpers to act as them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde_json::{Value, json};
use vagt::desk::port::{Answer, Desk};
use vagt::desk::rt::{Auth, RtDesk, RtOptions};
use vagt::domain::Timestamp;
use vagt::domain::action::{Action, Seen, Verb};
use vagt::domain::deed::Deed;
use vagt::domain::device::Device;
use vagt::domain::ids::{ActionId, DeviceId, TicketId};
use vagt::domain::source::{Changes, Cursor, DeedsKnown};
use vagt::domain::ticket::Ticket;
use vagt::net::{self, Method, NetOptions, Request};

/// Longest wait for something that must happen.
pub const SOON: Duration = Duration::from_secs(30);

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Account {
    pub login: String,
    pub token: SecretString,
    pub password: SecretString,
}

/// A desk and the people of the tests.
pub struct Stage {
    pub url: String,
    /// An agent.
    pub agent: Account,
    /// Another agent.
    pub other: Account,
    /// May look, not touch.
    pub reader: Account,
    /// Sees and may do everything.
    pub root: Account,
    /// A queue that the agents see.
    pub queue: String,
    /// Another one.
    pub second_queue: String,
    /// A queue that only root sees.
    pub hidden_queue: String,
    /// A person who may ask.
    pub requester: String,
    /// Part of a person's name, in the wrong case, and that person's whole name.
    pub search: (String, String),
    /// Keeps an embedded desk alive.
    pub server: Option<vagt::demo::RunningDesk>,
}

impl Stage {
    /// Options for an account; assets and defaults as they come.
    pub fn options(account: &Account) -> RtOptions {
        RtOptions::new(Auth::Token(account.token.clone()))
    }

    pub fn net(url: &str) -> NetOptions {
        NetOptions::new(url)
    }

    /// The connector as somebody.
    pub fn desk(&self, account: &Account) -> RtDesk {
        Self::desk_at(&self.url, account)
    }

    /// The connector through another address (a proxy of the test).
    pub fn desk_at(url: &str, account: &Account) -> RtDesk {
        RtDesk::new(Self::options(account), Self::net(url)).unwrap()
    }

    /// The connector as the agent, who knows what the desk can do.
    pub async fn agent(&self) -> RtDesk {
        let desk = self.desk(&self.agent);
        desk.probe().await.unwrap();
        desk
    }

    /// A bare request as somebody, beside the connector.
    pub async fn call(
        &self,
        account: &Account,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> net::Answer {
        use secrecy::ExposeSecret as _;
        let client = net::Client::new(Self::net(&self.url)).unwrap();
        let header = format!("token {}", account.token.expose_secret());
        let request = match method {
            Method::Get => Request::get(format!("/REST/2.0{path}")),
            other => Request::write(other, format!("/REST/2.0{path}"), body),
        };
        client
            .send(&request.secret_header("authorization", SecretString::from(header)))
            .await
            .unwrap()
    }

    /// A bare write that must work.
    pub async fn write(&self, account: &Account, method: Method, path: &str, body: Value) -> Value {
        let answer = self.call(account, method, path, Some(&body)).await;
        assert!(
            answer.is_success(),
            "{path}: {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
        serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
    }

    /// A new ticket, made by the other agent beside the connector.
    pub async fn ticket(&self, subject: &str, text: &str) -> TicketId {
        self.ticket_in(&self.queue, subject, text).await
    }

    pub async fn ticket_in(&self, queue: &str, subject: &str, text: &str) -> TicketId {
        let body = json!({
            "Queue": queue, "Subject": subject, "Requestor": self.requester,
            "Content": text, "ContentType": "text/plain",
        });
        let made = self.write(&self.root, Method::Post, "/ticket", body).await;
        TicketId::new(made["id"].as_str().unwrap())
    }

    /// A change by the other agent, beside the connector.
    pub async fn put(&self, id: &TicketId, body: Value) -> Value {
        self.write(&self.other, Method::Put, &format!("/ticket/{id}"), body)
            .await
    }
}

/// What a console holds after reading the feed.
#[derive(Debug, Default)]
pub struct Mirror {
    pub tickets: BTreeMap<TicketId, Ticket>,
    pub gone: BTreeMap<TicketId, vagt::domain::source::Gone>,
    pub devices: BTreeMap<DeviceId, Device>,
    pub deeds: Vec<Deed>,
    pub deeds_known: Option<DeedsKnown>,
    pub cursor: Cursor,
    pub caught_up: bool,
}

impl Mirror {
    /// Applies one answer of the feed.
    pub fn apply(&mut self, changes: Changes) {
        for ticket in changes.tickets {
            self.gone.remove(&ticket.id);
            match self.tickets.get_mut(&ticket.id) {
                Some(known) => known.absorb(ticket),
                None => {
                    self.tickets.insert(ticket.id.clone(), ticket);
                }
            }
        }
        for (id, why) in changes.gone {
            self.tickets.remove(&id);
            self.gone.insert(id, why);
        }
        for device in changes.devices {
            self.devices.insert(device.id.clone(), device);
        }
        for id in changes.devices_gone {
            self.devices.remove(&id);
        }
        self.deeds.extend(changes.deeds);
        self.deeds_known = changes.deeds_known.or(self.deeds_known);
        self.cursor = changes.next;
        self.caught_up = changes.caught_up;
    }

    /// Asks once.
    pub async fn step(&mut self, desk: &RtDesk) {
        let changes = desk.changes(&self.cursor).await.unwrap();
        self.apply(changes);
    }

    /// Reads until the desk has nothing more.
    pub async fn catch_up(&mut self, desk: &RtDesk) {
        let start = Instant::now();
        loop {
            self.step(desk).await;
            if self.caught_up {
                return;
            }
            assert!(
                start.elapsed() < 4 * SOON,
                "the feed does not come to an end"
            );
        }
    }

    /// A console after its first read.
    pub async fn first(desk: &RtDesk) -> Self {
        let mut mirror = Self::default();
        mirror.catch_up(desk).await;
        mirror
    }

    /// Polls until something is true.
    pub async fn until(&mut self, desk: &RtDesk, what: &str, is_true: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        loop {
            self.catch_up(desk).await;
            if is_true(self) {
                return;
            }
            assert!(start.elapsed() < SOON, "never seen in the feed: {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// An action on a ticket, pressed now.
pub fn action(ticket: Option<&TicketId>, verb: Verb) -> Action {
    Action {
        id: ActionId::new(uuid::Uuid::now_v7()),
        ticket: ticket.cloned(),
        verb,
        seen: Seen::default(),
        at: Timestamp::now(),
        undoes: None,
        parent: None,
        force: false,
    }
}

/// Plans and writes an action as delivery does, without its comparisons: read, plan, write once.
pub async fn carry_out(desk: &RtDesk, action: &Action, files: &[&[u8]]) -> Answer {
    let current = match &action.ticket {
        Some(id) => Some(desk.read(id).await.unwrap()),
        None => None,
    };
    let plan = desk.plan(action, current.as_ref()).unwrap();
    let version = current.as_ref().and_then(|t| t.version.clone());
    let files = files.iter().map(|f| f.to_vec()).collect();
    desk.write(action, &plan, version.as_ref(), &files).await
}

/// The same, which must be accepted.
pub async fn accepted(desk: &RtDesk, ticket: &TicketId, verb: Verb) -> Ticket {
    let action = action(Some(ticket), verb);
    let answer = carry_out(desk, &action, &[]).await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    desk.read(ticket).await.unwrap()
}

/// A word that no other test uses.
pub fn unique(word: &str) -> String {
    format!("{word} {}", uuid::Uuid::new_v4().simple())
}
