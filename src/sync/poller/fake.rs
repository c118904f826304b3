//! A desk in memory, for tests: a feed, and faults in the order in which requests will meet them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use crate::desk::port::{Answer, AttachmentBody, Desk, Files};
use crate::domain::action::Action;
use crate::domain::entry::Entry;
use crate::domain::ids::{AttachmentId, PersonId, TicketId};
use crate::domain::outcome::{Found, Trouble, TroubleKind};
use crate::domain::person::{Person, PersonRef};
use crate::domain::plan::Plan;
use crate::domain::source::{
    Arrival, Can, Capabilities, Changes, Cursor, Gone, Identity, Past, Vocab,
};
use crate::domain::ticket::{Status, StatusClass, Ticket, Version};
use crate::domain::{Fact, Timestamp};

pub(crate) fn ticket(id: &str, subject: &str) -> Ticket {
    Ticket {
        id: TicketId::from(id),
        subject: subject.to_owned(),
        body: Fact::Unknown,
        status: Status {
            name: "open".to_owned(),
            class: StatusClass::Open,
        },
        priority: Fact::Known(10),
        queue: Fact::Known("Support".to_owned()),
        owner: Fact::Empty,
        requesters: Fact::Known(vec![PersonRef::new(PersonId::from("kari"), "Kari")]),
        tags: Fact::Unknown,
        group: Fact::Unknown,
        device: Fact::Unknown,
        links: Fact::Unknown,
        created: start(),
        updated: start(),
        due: Fact::Empty,
        resolved: Fact::Empty,
        custom: BTreeMap::new(),
        claims: Fact::Unknown,
        version: None,
    }
}

/// When the tests begin.
pub(crate) fn start() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

#[derive(Debug, Clone)]
pub(crate) enum Row {
    Ticket(Box<Ticket>),
    Gone(TicketId, Gone),
}

/// What the next request meets.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// This answer.
    Fail(Trouble),
    /// The right answer, late.
    Slow(Duration),
    /// Silence, then a time-out.
    Hang(Duration),
}

#[derive(Debug)]
struct Inner {
    feed: Vec<Row>,
    page: usize,
    faults: VecDeque<Fault>,
    /// Faults of one kind of request only, for ever.
    broken: BTreeMap<&'static str, Trouble>,
    log: Vec<(Instant, &'static str)>,
    in_flight: u32,
    most_in_flight: u32,
    me: String,
    /// What single reads and id lists say; else what the feed says.
    truth: Option<BTreeMap<String, Ticket>>,
    merged: BTreeMap<String, String>,
    /// Tickets of the weeks before, given out two at a time; none: a desk that cannot tell.
    past: Vec<Arrival>,
    wait_until: Option<Instant>,
}

#[derive(Debug)]
pub(crate) struct FakeDesk(Mutex<Inner>);

impl FakeDesk {
    /// A desk with so many tickets, ids from 1, given out in pages of `page` rows.
    pub(crate) fn new(tickets: usize, page: usize) -> Self {
        let row = |n: usize| Row::Ticket(Box::new(ticket(&n.to_string(), "VPN")));
        Self(Mutex::new(Inner {
            feed: (1..=tickets).map(row).collect(),
            page,
            faults: VecDeque::new(),
            broken: BTreeMap::new(),
            log: Vec::new(),
            in_flight: 0,
            most_in_flight: 0,
            me: "ingrid".to_owned(),
            truth: None,
            merged: BTreeMap::new(),
            past: Vec::new(),
            wait_until: None,
        }))
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }
    pub(crate) fn push(&self, row: Row) {
        self.inner().feed.push(row);
    }
    pub(crate) fn faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.inner().faults.extend(faults);
    }
    pub(crate) fn break_for_good(&self, kind: &'static str, trouble: Trouble) {
        self.inner().broken.insert(kind, trouble);
    }
    pub(crate) fn log_in_as(&self, me: &str) {
        me.clone_into(&mut self.inner().me);
    }
    pub(crate) fn past(&self, past: Vec<Arrival>) {
        self.inner().past = past;
    }
    pub(crate) fn ask_to_wait(&self, wait: Duration) {
        self.inner().wait_until = Some(Instant::now() + wait);
    }
    /// What is really there, though the feed did not say so.
    pub(crate) fn truth(&self, tickets: impl IntoIterator<Item = Ticket>) {
        let tickets = tickets.into_iter().map(|t| (t.id.to_string(), t));
        self.inner().truth = Some(tickets.collect());
    }
    pub(crate) fn merge(&self, from: &str, into: &str) {
        self.inner().merged.insert(from.to_owned(), into.to_owned());
    }
    /// Kinds and seconds (of running time, from the first one) of the requests so far.
    pub(crate) fn log(&self) -> Vec<(u64, &'static str)> {
        let inner = self.inner();
        let first = inner.log.first().map(|(at, _)| *at);
        let since = |at: &Instant| first.map_or(0, |first| (*at - first).as_secs());
        inner
            .log
            .iter()
            .map(|(at, kind)| (since(at), *kind))
            .collect()
    }
    pub(crate) fn most_in_flight(&self) -> u32 {
        self.inner().most_in_flight
    }
    /// Tickets after all rows of the feed.
    pub(crate) fn tickets(&self) -> BTreeMap<String, Ticket> {
        self.tickets_after(usize::MAX)
    }
    /// Tickets after the first rows of the feed.
    pub(crate) fn tickets_after(&self, rows: usize) -> BTreeMap<String, Ticket> {
        let mut all = BTreeMap::new();
        for row in self.inner().feed.iter().take(rows) {
            match row {
                Row::Ticket(ticket) => {
                    all.insert(ticket.id.to_string(), (**ticket).clone());
                }
                Row::Gone(id, _) => {
                    all.remove(id.as_str());
                }
            }
        }
        all
    }
    fn really(&self) -> BTreeMap<String, Ticket> {
        let truth = self.inner().truth.clone();
        truth.unwrap_or_else(|| self.tickets())
    }

    /// Every request goes through here.
    async fn meet(&self, kind: &'static str) -> Result<(), Trouble> {
        struct InFlight<'a>(&'a FakeDesk);
        impl Drop for InFlight<'_> {
            fn drop(&mut self) {
                self.0.inner().in_flight -= 1;
            }
        }
        let fault = {
            let mut inner = self.inner();
            inner.log.push((Instant::now(), kind));
            inner.in_flight += 1;
            inner.most_in_flight = inner.most_in_flight.max(inner.in_flight);
            let broken = inner.broken.get(kind).cloned().map(Fault::Fail);
            broken.or_else(|| inner.faults.pop_front())
        };
        let _counted = InFlight(self);
        match fault.unwrap_or(Fault::None) {
            Fault::None => Ok(()),
            Fault::Fail(trouble) => Err(trouble),
            Fault::Slow(time) => {
                sleep(time).await;
                Ok(())
            }
            Fault::Hang(time) => {
                sleep(time).await;
                Err(Trouble::new(
                    TroubleKind::Transient,
                    "The desk did not answer in time.",
                ))
            }
        }
    }
}

#[async_trait]
impl Desk for FakeDesk {
    fn place(&self) -> String {
        "fake".to_owned()
    }
    fn capabilities(&self) -> Capabilities {
        let can = || Can::Unknown;
        Capabilities {
            write: can(),
            tags: can(),
            group: can(),
            device: can(),
            merge: can(),
            devices: can(),
            marker_entry: can(),
            marker_create: can(),
            claim: can(),
            links: Vec::new(),
            subject_bytes: None,
            ascii_file_names: false,
        }
    }
    async fn probe(&self) -> Result<Identity, Trouble> {
        self.meet("probe").await?;
        let me = self.inner().me.clone();
        Ok(Identity {
            product: "Fake".to_owned(),
            version: "1".to_owned(),
            me: PersonRef::new(PersonId::new(me), ""),
            zone: None,
            skew_ms: None,
            capabilities: self.capabilities(),
            warnings: Vec::new(),
        })
    }
    async fn vocab(&self) -> Result<Vocab, Trouble> {
        self.meet("vocab").await?;
        Ok(Vocab::default())
    }
    async fn changes(&self, cursor: &Cursor) -> Result<Changes, Trouble> {
        self.meet("changes").await?;
        let inner = self.inner();
        let from: usize = cursor.0.parse().unwrap_or(0);
        let to = (from + inner.page).min(inner.feed.len());
        let mut changes = Changes {
            next: Cursor(to.to_string()),
            caught_up: to == inner.feed.len(),
            ..Changes::default()
        };
        if !changes.caught_up {
            changes.progress = Some((to as u64, Some(inner.feed.len() as u64)));
        }
        for row in &inner.feed[from..to] {
            match row {
                Row::Ticket(ticket) => changes.tickets.push((**ticket).clone()),
                Row::Gone(id, why) => {
                    changes.tickets.retain(|t| t.id != *id);
                    changes.gone.push((id.clone(), why.clone()));
                }
            }
        }
        Ok(changes)
    }
    async fn active_ids(&self) -> Result<Vec<TicketId>, Trouble> {
        self.meet("active-ids").await?;
        let all = self.really();
        let active = all.into_values().filter(Ticket::is_active);
        Ok(active.map(|t| t.id).collect())
    }
    async fn read(&self, id: &TicketId) -> Result<Ticket, Trouble> {
        self.meet("read").await?;
        let merged = self.inner().merged.get(id.as_str()).cloned();
        let id = merged.unwrap_or_else(|| id.to_string());
        let found = self.really().remove(&id);
        found.ok_or_else(|| Trouble::new(TroubleKind::NotFound, "There is no such ticket."))
    }
    async fn read_many(&self, ids: &[TicketId]) -> Result<Vec<Ticket>, Trouble> {
        self.meet("read-many").await?;
        let mut all = self.really();
        Ok(ids
            .iter()
            .filter_map(|id| all.remove(id.as_str()))
            .collect())
    }
    async fn entries(&self, _: &TicketId) -> Result<Vec<Entry>, Trouble> {
        self.meet("entries").await?;
        Ok(Vec::new())
    }
    async fn entries_after(&self, _: &TicketId, _: &Version) -> Result<Vec<Entry>, Trouble> {
        unreachable!("the poller reads no history")
    }
    async fn tickets_of(&self, person: &PersonId, limit: usize) -> Result<Vec<Ticket>, Trouble> {
        self.meet("tickets-of").await?;
        let theirs = |t: &Ticket| t.requester().is_some_and(|r| r.id == *person);
        Ok(self
            .really()
            .into_values()
            .filter(theirs)
            .take(limit)
            .collect())
    }
    async fn past(&self, _: u32, _: u32, after: Option<&TicketId>) -> Result<Past, Trouble> {
        if self.inner().past.is_empty() {
            return Ok(Past::default());
        }
        self.meet("past").await?;
        let inner = self.inner();
        let rest = inner
            .past
            .iter()
            .filter(|arrival| after.is_none_or(|after| arrival.id > *after));
        let arrivals: Vec<Arrival> = rest.take(2).cloned().collect();
        let next = arrivals.last().map(|arrival| arrival.id.clone());
        let is_end = next == inner.past.last().map(|last| last.id.clone());
        Ok(Past {
            arrivals,
            next: next.filter(|_| !is_end),
        })
    }
    async fn people(&self, _: &str, _: usize) -> Result<Vec<Person>, Trouble> {
        unreachable!("the poller finds nobody")
    }
    async fn person(&self, id: &PersonId) -> Result<Person, Trouble> {
        self.meet("person").await?;
        Ok(Person {
            who: PersonRef::new(id.clone(), "Kari Ødegård"),
            email: Fact::Unknown,
            phone: Fact::Unknown,
            site: Fact::Unknown,
            lang: Fact::Unknown,
            agent: Fact::Unknown,
        })
    }
    async fn attachment(&self, _: &AttachmentId, _: u64) -> Result<AttachmentBody, Trouble> {
        unreachable!("the poller reads no attachment")
    }
    fn plan(&self, _: &Action, _: Option<&Ticket>) -> Result<Plan, Trouble> {
        unreachable!("the poller plans nothing")
    }
    async fn write(&self, _: &Action, _: &Plan, _: Option<&Version>, _: &Files) -> Answer {
        unreachable!("the poller writes nothing")
    }
    async fn find(&self, _: &Action, _: &Plan, _: Timestamp) -> Result<Found, Trouble> {
        unreachable!("the poller looks for nothing")
    }
    fn wait_asked(&self) -> Option<Duration> {
        let until = self.inner().wait_until?;
        let left = until.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}
