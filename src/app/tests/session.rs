//! A console with a few tickets, a store that answers, and a hand on the keyboard.

use std::collections::{BTreeMap, VecDeque};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::app::model::{NoticeKind, Settings, settings};
use crate::app::msg::DeclaredNews;
use crate::app::{Effect, Model, Msg, update};
use crate::config::Config;
use crate::domain::action::{Action, Verb};
use crate::domain::bulk::Bulk;
use crate::domain::declared::{Change, Declared, answers_to};
use crate::domain::delivery::as_read;
use crate::domain::device::{Device, DeviceFact, Value};
use crate::domain::entry::{Entry, EntryKind, Visibility};
use crate::domain::fact::Fact;
use crate::domain::finding::Finding;
use crate::domain::ids::{ActionId, DeviceId, EntryId, GroupId, PersonId, TicketId};
use crate::domain::outbox::{Item, State};
use crate::domain::person::{Person, PersonRef};
use crate::domain::source::{
    Can, Capabilities, Changes, Detail, Identity, Liveness, Pulse, Source, SourceEvent, Vocab,
};
use crate::domain::ticket::{LinkKind, Status, StatusClass, Ticket};
use crate::input::Key;

/// 2026-11-21 08:00 in UTC, which is the zone of the screen.
pub const START: i64 = 1_795_248_000;

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(START + seconds).unwrap()
}

pub fn person(id: &str, name: &str) -> PersonRef {
    PersonRef::new(PersonId::from(id), name)
}

/// Somebody of whom only the name is known.
pub fn known(id: &str, name: &str) -> Person {
    Person {
        who: person(id, name),
        email: Fact::Unknown,
        phone: Fact::Unknown,
        site: Fact::Unknown,
        lang: Fact::Unknown,
        agent: Fact::Unknown,
    }
}

/// An open ticket in the `vpn` group, by Kåre, owned by nobody. Higher numbers are newer.
pub fn ticket(id: &str) -> Ticket {
    let number: i64 = id.parse().unwrap_or(0);
    Ticket {
        id: TicketId::from(id),
        subject: format!("VPN ryger {id}"),
        body: Fact::Unknown,
        status: Status {
            name: "new".into(),
            class: StatusClass::New,
        },
        priority: Fact::Known(50),
        queue: Fact::Known("General".into()),
        owner: Fact::Empty,
        requesters: Fact::Known(vec![person("kare", "Kåre Ødegård")]),
        tags: Fact::Known(Vec::new()),
        group: Fact::Known(GroupId::from("vpn")),
        device: Fact::Unknown,
        links: Fact::Unknown,
        created: at(number - 10_000),
        updated: at(number - 10_000),
        due: Fact::Empty,
        resolved: Fact::Empty,
        custom: BTreeMap::new(),
        claims: Fact::Unknown,
        version: None,
    }
}

pub fn device(id: &str, name: &str, vpn: &str) -> Device {
    let fact = |value: &str| DeviceFact {
        value: Value::Text(value.into()),
        seen: None,
    };
    Device {
        id: DeviceId::from(id),
        name: name.into(),
        kind: Fact::Unknown,
        holder: Fact::Known(person("kare", "Kåre Ødegård")),
        status: Fact::Unknown,
        last_seen: Fact::Unknown,
        facts: BTreeMap::from([
            ("vpn_state".to_owned(), fact(vpn)),
            ("site".to_owned(), fact("Sorø")),
        ]),
        source: "test".into(),
    }
}

pub fn entry(id: &str, by: PersonRef, text: &str) -> Entry {
    Entry {
        id: EntryId::from(id),
        at: at(-60),
        author: Fact::Known(by),
        visibility: Visibility::Public,
        kind: EntryKind::Reply,
        text: text.into(),
        cut: false,
        attachments: Vec::new(),
        marker: None,
    }
}

pub fn detail(id: &str) -> Detail {
    Detail {
        ticket: ticket(id),
        entries: vec![entry("901", person("kare", "Kåre Ødegård"), "Intet virker")],
        requester: None,
        others: Vec::new(),
        devices: Vec::new(),
        read_at: Some(at(0)),
    }
}

pub fn identity() -> Identity {
    Identity {
        product: "Request Tracker".into(),
        version: "5.0".into(),
        me: person("mette", "Mette Ravn"),
        zone: None,
        skew_ms: None,
        capabilities: Capabilities {
            write: Can::Yes,
            tags: Can::Yes,
            group: Can::Yes,
            device: Can::Yes,
            merge: Can::Yes,
            devices: Can::Yes,
            marker_entry: Can::Yes,
            marker_create: Can::Yes,
            claim: Can::No("not here".to_owned()),
            links: LinkKind::ALL.to_vec(),
            subject_bytes: Some(200),
            ascii_file_names: true,
        },
        warnings: Vec::new(),
    }
}

pub fn vocab() -> Vocab {
    let status = |name: &str, class| (name.to_owned(), class);
    Vocab {
        statuses: vec![
            status("new", StatusClass::New),
            status("open", StatusClass::Open),
            status("stalled", StatusClass::WaitingOther),
            status("resolved", StatusClass::Resolved),
        ],
        queues: vec!["General".into(), "Network".into()],
        agents: vec![
            known("asa", "Åsa Lind"),
            known("mette", "Mette Ravn"),
            known("soren", "Søren Holm"),
        ],
        tags: vec!["vip".into()],
    }
}

fn settings() -> Settings {
    let mut settings = Settings::of(&Config::default(), "test".into(), TimeZone::UTC);
    settings.hold = SignedDuration::from_secs(5);
    settings.freeze = SignedDuration::from_secs(10);
    settings.visible_statuses = vec!["resolved".into(), "rejected".into()];
    settings.max_file = 25_000_000;
    settings
}

pub struct Session {
    pub model: Model,
    pub now: Timestamp,
    /// Effects that nobody has looked at, oldest first.
    pub effects: VecDeque<Effect>,
    /// Whether the store answers at once.
    pub store_answers: bool,
}

impl Session {
    /// Seven open tickets (4205 to 4211) in the first pane, the oldest first; the desk answered a while ago.
    pub fn new() -> Self {
        let mut session = Self::empty();
        let tickets = (4205..=4211).map(|n| ticket(&n.to_string())).collect();
        session.source(SourceEvent::Identity(Box::new(identity())));
        session.source(SourceEvent::Vocab(Box::new(vocab())));
        session.changed(tickets);
        session.pulse(Pulse::Live, Some(at(0)));
        // It has been open for a while.
        session.model.desk.live_since = Some(at(-60));
        session.effects.clear();
        session
    }
    /// Nothing has answered yet.
    pub fn empty() -> Self {
        let now = at(0);
        let (panes, problems) = settings::panes(&Config::default());
        assert_eq!(problems, Vec::<String>::new());
        Self {
            model: Model::new(settings(), panes, now, [1, 2]),
            now,
            effects: VecDeque::new(),
            store_answers: true,
        }
    }
    pub fn msg(&mut self, msg: Msg) {
        let effects = update(&mut self.model, self.now, msg);
        for effect in effects {
            match &effect {
                Effect::Enqueue { .. } | Effect::Drop(_) if self.store_answers => {
                    self.answer(&effect);
                }
                Effect::EnqueueBulk { .. }
                | Effect::DropBulk(_)
                | Effect::RetryBulk(_)
                | Effect::SendRead { .. }
                    if self.store_answers =>
                {
                    self.answer_bulk(&effect);
                }
                Effect::Declare { .. }
                | Effect::JoinDeclared { .. }
                | Effect::ChangeDeclared { .. }
                    if self.store_answers =>
                {
                    self.answer_declared(&effect);
                }
                _ => {}
            }
            self.effects.push_back(effect);
        }
    }
    /// The store does what it is asked for.
    pub fn answer(&mut self, effect: &Effect) {
        let (id, item) = match effect {
            Effect::Enqueue {
                action, hold_until, ..
            } => {
                let state = if hold_until.is_some() {
                    State::Held
                } else {
                    State::Ready
                };
                (action.id, self.item((**action).clone(), state, *hold_until))
            }
            Effect::Drop(id) => {
                let mut item = self.model.outbox.get(*id).unwrap().clone();
                item.state = State::Dropped;
                self.now += SignedDuration::from_millis(1);
                item.updated = self.now;
                (*id, item)
            }
            other => panic!("the store is not asked by {other:?}"),
        };
        self.msg(Msg::Stored {
            action: id,
            result: Ok(Box::new(item)),
        });
    }
    /// The same for a bulk action.
    pub fn answer_bulk(&mut self, effect: &Effect) {
        let turned = |s: &mut Self, bulk: ActionId, from: &[State], to: State| {
            let children: Vec<Item> = s.model.outbox.children(bulk).cloned().collect();
            s.now += SignedDuration::from_millis(1);
            let now = s.now;
            let turn = |item: Item| Item {
                state: to,
                updated: now,
                ..item
            };
            let meant = children.into_iter().filter(|i| from.contains(&i.state));
            meant.map(turn).collect::<Vec<_>>()
        };
        let mut kept = None;
        let (bulk, items) = match effect {
            Effect::EnqueueBulk {
                bulk,
                actions,
                hold_until,
                remember,
            } => {
                if let Some((record, template)) = remember {
                    let mut record = self.model.declared.record(*record).unwrap().clone();
                    record.change(Change::Template(Some(template.clone())));
                    kept = Some(record);
                }
                let held = |action: &Action| self.item(action.clone(), State::Held, *hold_until);
                (bulk.id, actions.iter().map(held).collect())
            }
            Effect::DropBulk(id) => {
                let unsent = [State::Held, State::Ready, State::Conflict, State::Parked];
                (*id, turned(self, *id, &unsent, State::Dropped))
            }
            Effect::RetryBulk(id) => {
                let failed = [State::Refused, State::Parked];
                (*id, turned(self, *id, &failed, State::Ready))
            }
            Effect::SendRead { bulk, read } => {
                let children: Vec<Item> = self.model.outbox.children(*bulk).cloned().collect();
                self.now += SignedDuration::from_millis(1);
                let sent = children.into_iter().filter_map(|mut item| {
                    let (_, seen) = read.iter().find(|(id, _)| *id == item.id())?;
                    (as_read(&item).as_ref() == Some(seen)).then_some(())?;
                    item.action.seen = seen.clone();
                    (item.state, item.updated) = (State::Ready, self.now);
                    item.differences.clear();
                    Some(item)
                });
                (*bulk, sent.collect())
            }
            other => panic!("no bulk: {other:?}"),
        };
        let result = Ok(items);
        self.msg(Msg::BulkStored { bulk, result });
        if let Some(record) = kept {
            self.declared_stored(record, (None, None), Vec::new());
        }
    }
    /// The same for declared incidents.
    pub fn answer_declared(&mut self, effect: &Effect) {
        let now = self.now;
        let mut answers = None;
        let (record, links, create, until) = match effect {
            Effect::Declare {
                record,
                create,
                hold_until,
            } => {
                let mut record = (**record).clone();
                let links = record.take_waiting(now);
                (record, links, create.clone(), *hold_until)
            }
            Effect::JoinDeclared {
                record,
                bulk,
                parts,
                answers: wanted,
                hold_until,
            } => {
                let mut record = self.model.declared.record(*record).unwrap().clone();
                let links = record.join(*bulk, parts.clone(), now);
                let wanted = wanted.as_ref().map(|answers| (**answers).clone());
                let taken = links
                    .as_ref()
                    .map_or(&[][..], |(_, links)| links.as_slice());
                answers = wanted.and_then(|wanted| answers_to(wanted, taken));
                (record, links, None, *hold_until)
            }
            Effect::ChangeDeclared { record, change } => {
                let mut record = self.model.declared.record(*record).unwrap().clone();
                record.change(change.clone());
                (record, None, None, None)
            }
            other => panic!("no declared incident: {other:?}"),
        };
        let (bulk, actions) = links.unzip();
        let (answers, replies) = answers.unzip();
        let actions = actions.into_iter().flatten();
        let actions = actions.chain(replies.into_iter().flatten());
        let actions = actions.chain(create.map(|create| *create));
        let held = |action| self.item(action, State::Held, until);
        let items = actions.map(held).collect();
        self.declared_stored(record, (bulk, answers), items);
    }
    fn declared_stored(
        &mut self,
        record: Declared,
        (bulk, answers): (Option<Bulk>, Option<Bulk>),
        items: Vec<Item>,
    ) {
        self.msg(Msg::Declared {
            record: record.id,
            result: Ok(Some(Box::new(DeclaredNews {
                record,
                bulk,
                answers,
                items,
            }))),
        });
    }
    /// The desk makes the parent of a declared incident.
    pub fn parent_made(&mut self, record: ActionId, parent: &str) {
        let create = self.model.declared.record(record).unwrap().create.unwrap();
        let mut item = self.model.outbox.get(create).unwrap().clone();
        self.now += SignedDuration::from_millis(1);
        (item.state, item.updated) = (State::Done, self.now);
        item.result = Some(TicketId::from(parent));
        self.source(SourceEvent::Outbox(vec![item]));
        self.settle_declared(record);
    }
    /// What the runtime does when the create of a parent has ended.
    pub fn settle_declared(&mut self, record: ActionId) {
        let mut record = self.model.declared.record(record).unwrap().clone();
        let create = self
            .model
            .outbox
            .get(record.create.unwrap())
            .unwrap()
            .clone();
        let (bulk, actions) = record.created(&create, self.now).unzip();
        let actions = actions.into_iter().flatten();
        let items = actions.map(|a| self.item(a, State::Ready, None)).collect();
        self.declared_stored(record, (bulk, None), items);
    }
    pub fn item(&self, action: Action, state: State, due: Option<Timestamp>) -> Item {
        Item::new(action, state, due, self.now)
    }
    pub fn source(&mut self, event: SourceEvent) {
        self.msg(Msg::Source(Box::new(event)));
    }
    pub fn changed(&mut self, tickets: Vec<Ticket>) {
        self.source(SourceEvent::Changed(Changes {
            tickets,
            ..Changes::default()
        }));
    }
    pub fn pulse(&mut self, pulse: Pulse, last_ok: Option<Timestamp>) {
        let liveness = Liveness {
            pulse,
            last_ok,
            ..Liveness::default()
        };
        self.source(SourceEvent::Pulse(Source::Desk, liveness));
    }
    /// An action comes this far.
    pub fn becomes(&mut self, id: ActionId, state: State) {
        let mut item = self.model.outbox.get(id).unwrap().clone();
        item.state = state;
        self.now += SignedDuration::from_millis(1);
        item.updated = self.now;
        self.source(SourceEvent::Outbox(vec![item]));
    }
    /// An action arrives: the desk shows the new value, then says done.
    pub fn arrives(&mut self, id: ActionId, change: impl FnOnce(&mut Ticket)) {
        let action = self.model.outbox.get(id).unwrap().action.clone();
        let row = self
            .model
            .board
            .row(action.ticket.as_ref().unwrap())
            .unwrap();
        let mut ticket = row.server.clone();
        change(&mut ticket);
        ticket.updated = self.now;
        self.changed(vec![ticket]);
        self.becomes(id, State::Done);
    }
    /// Presses keys, written as in the keymap: `t`, `ctrl-d`, `enter`.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in Key::parse_sequence(keys).unwrap() {
            self.msg(Msg::Key(key));
        }
        self
    }
    /// Types text, letter by letter.
    pub fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.msg(Msg::Key(Key::char(c)));
        }
        self
    }
    /// Lets time pass, with a tick at every deadline.
    pub fn wait(&mut self, seconds: i64) -> &mut Self {
        let end = self.now + SignedDuration::from_secs(seconds);
        // What became due between two messages is told first, as the loop does.
        if crate::app::next_wake(&self.model).is_some_and(|due| due <= self.now) {
            self.msg(Msg::Tick);
        }
        for _ in 0..10_000 {
            match crate::app::next_wake(&self.model) {
                Some(due) if due <= end => {
                    assert!(due > self.now, "a deadline in the past: {due}");
                    self.now = due;
                    self.msg(Msg::Tick);
                }
                _ => {
                    self.now = end;
                    return self;
                }
            }
        }
        panic!("ticks without end");
    }
    pub fn finding(&mut self, id: &str, group: &str) {
        let finding = Finding::of(GroupId::from(group), 0.9);
        self.msg(Msg::Findings(vec![(TicketId::from(id), finding)]));
    }

    /// The ticket under the cursor.
    pub fn cursor(&self) -> &str {
        self.model
            .ticket_under_cursor()
            .map_or("none", TicketId::as_str)
    }
    /// The rows of the pane with the cursor, as shown.
    pub fn rows(&self) -> Vec<String> {
        let focus = self.model.screens.board.focus;
        let view = self.model.screens.board.view().unwrap();
        view.window(&self.model.board, focus, 0, usize::MAX)
            .iter()
            .map(ToString::to_string)
            .collect()
    }
    /// Actions handed to the store since this was last asked.
    pub fn sent(&mut self) -> Vec<Action> {
        let mut actions = Vec::new();
        self.effects.retain(|effect| match effect {
            Effect::Enqueue { action, .. } => {
                actions.push((**action).clone());
                false
            }
            _ => true,
        });
        actions
    }
    /// The one action handed to the store since this was last asked: ticket, verb.
    pub fn sent_one(&mut self) -> (String, Verb) {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "{sent:#?}");
        let action = sent.remove(0);
        let ticket = action.ticket.map_or("new".into(), |id| id.to_string());
        (ticket, action.verb)
    }
    /// What was told last.
    pub fn told(&self) -> String {
        let last = self.model.notices.log().next();
        last.map_or_else(String::new, |notice| notice.text.clone())
    }
    pub fn told_kind(&self) -> NoticeKind {
        self.model.notices.log().next().unwrap().kind
    }
    /// The newest row of the outbox.
    pub fn newest(&self) -> Item {
        self.model.outbox.items().next_back().unwrap().clone()
    }
    pub fn has_effect(&self, wanted: &Effect) -> bool {
        self.effects.contains(wanted)
    }
    /// Whether an effect of this kind is out.
    pub fn any_effect(&self, wanted: impl Fn(&Effect) -> bool) -> bool {
        self.effects.iter().any(wanted)
    }
}
