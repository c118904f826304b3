//! The actor that delivers: takes actions from the outbox to the desk and tells what came of them.
//!
//! Invariant: every state is on disk before the next thing happens, so the process may be killed at any point; and only
//! the console with the lease sends. It sleeps until the earliest due time, a nudge, or the next look at what another
//! console may have written. Start at [`Delivery::new`], run [`Delivery::run`], talk to it through [`Handle`].

mod handle;
mod results;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use self::handle::Command;
pub use self::handle::{Handle, Order};
use super::attempt::{Finished, Means, look_for, send};
use super::change::change;
use super::clock::Clock;
use super::outbox::{Event, Timing, is_look_due, next_wake, overtaken, pick, step};
use super::pace::Pace;
use crate::desk::port::Desk;
use crate::domain::delivery::holds_back;
use crate::domain::ids::{ActionId, TicketId};
use crate::domain::outbox::{Item, State};
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::role::Role;
use crate::domain::source::SourceEvent;
use crate::store::error::StoreError;
use crate::store::outbox::{Filter, Lease, Outbox, Row};

/// What ended longer ago is not told when delivery starts: a console that opens must not report last week's work.
const OLD: SignedDuration = SignedDuration::from_hours(1);

/// What an actor takes care of.
#[derive(Debug, Clone)]
pub(super) enum Scope {
    /// The whole outbox.
    All,
    /// One action, and what must go before it; ends with it, or at that time.
    One {
        id: ActionId,
        ticket: Option<TicketId>,
        seq: i64,
        until: Timestamp,
    },
}

impl Scope {
    fn has(&self, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::One {
                id, ticket, seq, ..
            } => {
                row.item.id() == *id
                    || (ticket.is_some() && row.item.action.ticket == *ticket && row.seq < *seq)
            }
        }
    }
}

/// The actor.
pub struct Delivery {
    pub(super) means: Means,
    pub(super) scope: Scope,
    events: mpsc::UnboundedSender<SourceEvent>,
    commands: mpsc::UnboundedReceiver<Command>,
    /// Everything that has not ended, by place in the queue.
    pub(super) rows: BTreeMap<i64, Row>,
    /// Newest revision that was seen.
    rev: i64,
    busy: HashSet<ActionId>,
    on_its_way: FuturesUnordered<BoxFuture<'static, Finished>>,
    /// Results that could not be stored yet.
    unstored: Vec<Finished>,
    /// When the lease was last renewed, while it is ours.
    lease: Option<Timestamp>,
    /// When to ask for the lease again, while another console has it.
    lease_again: Option<Timestamp>,
    pace: Pace,
    /// What the screen was told last of a pause.
    told_paused: Option<String>,
    /// What this console may send at all.
    role: Role,
    /// Why the outbox cannot be used, while it cannot.
    store_trouble: Option<String>,
    /// Trouble of the last attempt of an action that came to nothing.
    pub(super) last_trouble: Option<(ActionId, Trouble)>,
    flush: Option<(Timestamp, oneshot::Sender<Vec<Item>>)>,
}

enum Woken {
    Command(Command),
    Finished(Finished),
    Time,
    Stop,
}

impl Delivery {
    /// A delivery and the handle to it. `events` gets rows, pauses and tickets read back; nobody need listen.
    pub fn new(
        desk: Arc<dyn Desk>,
        outbox: Outbox,
        clock: Arc<dyn Clock>,
        timing: Timing,
        events: mpsc::UnboundedSender<SourceEvent>,
    ) -> (Self, Handle) {
        let timing = Arc::new(timing);
        let (to_actor, commands) = mpsc::unbounded_channel();
        let handle = Handle::new(
            outbox.clone(),
            Arc::clone(&clock),
            Arc::clone(&timing),
            to_actor,
        );
        let delivery = Self {
            means: Means {
                desk,
                outbox,
                clock,
                timing,
                writer: None,
            },
            scope: Scope::All,
            events,
            commands,
            rows: BTreeMap::new(),
            rev: 0,
            busy: HashSet::new(),
            on_its_way: FuturesUnordered::new(),
            unstored: Vec::new(),
            lease: None,
            lease_again: None,
            pace: Pace::new(f64::from(std::process::id() % 101) / 100.0),
            told_paused: None,
            role: Role::Agent,
            store_trouble: None,
            last_trouble: None,
            flush: None,
        };
        (delivery, handle)
    }

    /// Sends only what a console of this role may. The rest waits for one that may.
    #[must_use]
    pub fn restricted(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Delivers until `stop`: then begins nothing new, waits a moment for what is on its way, gives the lease back and
    /// leaves everything else stored for the next start.
    pub async fn run(mut self, stop: CancellationToken) {
        self.at_start().await;
        self.work(&stop).await;
    }

    /// The same for one action; returns the trouble that kept it from being sent.
    pub(super) async fn run_for_one(mut self, stop: CancellationToken) -> Option<Trouble> {
        self.work(&stop).await;
        self.last_trouble.map(|(_, trouble)| trouble)
    }

    async fn work(&mut self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            self.turn().await;
            if self.is_over() {
                break;
            }
            let wake = self.next_time();
            let woken = self.wait(wake, stop).await;
            match woken {
                Woken::Stop => break,
                other => self.handle(other).await,
            }
        }
        self.wind_down().await;
    }

    /// One turn: see what changed, do what is due, begin what may begin.
    pub(super) async fn turn(&mut self) {
        let worked = async {
            self.store_again().await?;
            self.refresh().await?;
            self.due().await?;
            self.keep_lease().await?;
            self.begin().await
        };
        match worked.await {
            Ok(()) if self.pace.may_go(self.now()) => self.store_trouble = None,
            Ok(()) => {}
            Err(error) => self.store_failed(&error),
        }
        self.end_flush();
        self.tell_pause();
    }

    fn now(&self) -> Timestamp {
        self.means.clock.now()
    }

    async fn at_start(&mut self) {
        let now = self.now();
        let keep = SignedDuration::try_from(self.means.timing.keep).unwrap_or(SignedDuration::MAX);
        let started = async {
            if let Ok(before) = now.checked_sub(keep) {
                self.means.outbox.prune(before).await?;
            }
            // Held past its time: the console that held it is gone. The person gets the seconds again.
            for row in self.means.outbox.list(Filter::Open).await? {
                if row.item.state == State::Held && row.item.due.is_some_and(|due| due < now) {
                    self.change(row.item.id(), Event::HeldAgain).await?;
                }
            }
            Ok::<_, StoreError>(())
        };
        if let Err(error) = started.await {
            self.store_failed(&error);
        }
    }

    async fn change(&mut self, id: ActionId, event: Event) -> Result<(), StoreError> {
        let (outbox, timing) = (&self.means.outbox, &self.means.timing);
        change(outbox, id, &event, self.now(), timing).await?;
        Ok(())
    }

    /// Takes up what was written since, here or by another console, and tells it.
    async fn refresh(&mut self) -> Result<(), StoreError> {
        let changed = self
            .means
            .outbox
            .list(Filter::ChangedSince(self.rev))
            .await?;
        if changed.is_empty() {
            return Ok(());
        }
        // The first look finds a week of rows; what ended long ago is no news.
        let before = if self.rev == 0 {
            self.now().checked_sub(OLD).unwrap_or(Timestamp::MIN)
        } else {
            Timestamp::MIN
        };
        for row in &changed {
            self.rev = self.rev.max(row.rev);
            if row.item.state.is_final() {
                self.rows.remove(&row.seq);
            } else {
                self.rows.insert(row.seq, row.clone());
            }
        }
        let items: Vec<Item> = changed
            .into_iter()
            .map(|row| row.item)
            .filter(|item| !item.state.is_final() || item.updated >= before)
            .collect();
        if !items.is_empty() {
            self.tell(SourceEvent::Outbox(items));
        }
        Ok(())
    }

    /// Ends holds that are over, and all of them while everything is to be sent.
    async fn due(&mut self) -> Result<(), StoreError> {
        let now = self.now();
        let flushing = self.flush.is_some();
        let timing = &self.means.timing;
        // All at once: a bulk may hold thousands. Who was taken back meanwhile is not released.
        let over: Vec<(Row, Item)> = self
            .rows
            .values()
            .filter(|r| r.item.state == State::Held)
            .filter(|r| flushing || r.item.due.is_none_or(|due| due <= now))
            .map(|r| {
                let (item, _) = step(r.item.clone(), Event::Release, now, timing);
                (r.clone(), item)
            })
            .collect();
        let late = self.drop_late_claims(now);
        if !over.is_empty() || !late.is_empty() {
            self.means.outbox.transitions(over).await?;
            self.means.outbox.transitions(late).await?;
            self.refresh().await?;
        }
        Ok(())
    }

    /// A claim tells colleagues what a person does now: late it would be wrong.
    fn drop_late_claims(&self, now: Timestamp) -> Vec<(Row, Item)> {
        let items: Vec<&Item> = self.rows.values().map(|r| &r.item).collect();
        let late = overtaken(&items, now);
        let late = self.rows.values().filter(|r| late.contains(&r.item.id()));
        late.map(|row| {
            let (item, _) = step(row.item.clone(), Event::Drop, now, &self.means.timing);
            (row.clone(), item)
        })
        .collect()
    }

    /// Takes, renews or gives back the lease, and takes care of what a dead console left `sending`.
    async fn keep_lease(&mut self) -> Result<(), StoreError> {
        let now = self.now();
        let renew = SignedDuration::try_from(self.means.timing.renew).unwrap_or_default();
        if !self.wants_lease(now) {
            self.lease_again = None;
            if self.lease.take().is_some() {
                self.means.outbox.release().await?;
            }
            return Ok(());
        }
        let fresh = self
            .lease
            .is_some_and(|at| now.duration_since(at) < renew && now >= at);
        let asked_lately = self.lease_again.is_some_and(|at| now < at);
        if !fresh && !asked_lately {
            let limit = self.means.timing.lease;
            match self.means.outbox.acquire(now, limit).await? {
                Lease::Kept | Lease::Taken => {
                    self.lease = Some(now);
                    self.lease_again = None;
                }
                Lease::Others(_) => {
                    self.lease = None;
                    self.lease_again = Some(plus(now, self.means.timing.lease_retry));
                }
            }
        }
        if self.lease.is_some() {
            let left: Vec<ActionId> = self.left_behind().collect();
            let any = !left.is_empty();
            for id in left {
                self.change(id, Event::Abandoned).await?;
            }
            if any {
                self.refresh().await?;
            }
        }
        Ok(())
    }

    fn wants_lease(&self, now: Timestamp) -> bool {
        if !self.busy.is_empty() || self.left_behind().next().is_some() {
            return true;
        }
        self.pace.may_go(now)
            && (!self.sendable(now).is_empty() || !self.to_look_for(now).is_empty())
    }

    /// Stored as being sent, but not by this console.
    fn left_behind(&self) -> impl Iterator<Item = ActionId> {
        self.rows
            .values()
            .filter(|r| r.item.state == State::Sending && self.scope.has(r))
            .map(|r| r.item.id())
            .filter(|id| !self.busy.contains(id) && !self.unstored.iter().any(|f| f.id == *id))
    }

    fn sendable(&self, now: Timestamp) -> Vec<Row> {
        let items = self.rows.values().map(|r| &r.item);
        let items: Vec<&Item> = items.filter(|i| self.may_send(i).is_ok()).collect();
        let ids = pick(&items, now, &self.busy, self.means.timing.in_flight);
        self.rows
            .values()
            .filter(|r| ids.contains(&r.item.id()) && self.scope.has(r))
            .cloned()
            .collect()
    }

    /// Whether this console may send an action; why not.
    fn may_send(&self, item: &Item) -> Result<(), &'static str> {
        self.role.why_not(&item.action.verb).map_or(Ok(()), Err)
    }

    /// What waits here for a console that may send it, in words.
    fn waits_for_another(&self) -> Option<String> {
        let waiting = self
            .rows
            .values()
            .filter(|r| r.item.action.verb.claim().is_none());
        let waiting = waiting.filter(|r| matches!(r.item.state, State::Held | State::Ready));
        let why: Vec<&str> = waiting
            .filter_map(|r| self.may_send(&r.item).err())
            .collect();
        let first = why.first()?;
        let number = match why.len() {
            1 => "1 action waits".to_owned(),
            n => format!("{n} actions wait"),
        };
        Some(format!("{number} for an agent's console: {first}"))
    }

    fn to_look_for(&self, now: Timestamp) -> Vec<Row> {
        self.rows
            .values()
            .filter(|r| is_look_due(&r.item, now) && self.scope.has(r))
            .filter(|r| !self.busy.contains(&r.item.id()))
            .cloned()
            .collect()
    }

    /// Begins what may begin.
    async fn begin(&mut self) -> Result<(), StoreError> {
        let now = self.now();
        if self.lease.is_none() || !self.pace.may_go(now) {
            return Ok(());
        }
        for row in self.to_look_for(now) {
            self.busy.insert(row.item.id());
            self.on_its_way
                .push(Box::pin(look_for(self.means.clone(), row)));
        }
        for row in self.sendable(now) {
            let (item, _) = step(row.item.clone(), Event::Begin, now, &self.means.timing);
            if let Some(row) = self.means.outbox.transition(&row, item, None).await? {
                self.busy.insert(row.item.id());
                self.on_its_way
                    .push(Box::pin(send(self.means.clone(), row)));
            }
        }
        self.refresh().await
    }

    async fn wait(&mut self, wake: Timestamp, stop: &CancellationToken) -> Woken {
        let idle = self.on_its_way.is_empty();
        tokio::select! {
            biased;
            () = stop.cancelled() => Woken::Stop,
            Some(finished) = self.on_its_way.next(), if !idle => Woken::Finished(finished),
            // After the last handle is gone nobody can nudge any more; time still passes.
            Some(command) = self.commands.recv() => Woken::Command(command),
            () = self.means.clock.until(wake) => Woken::Time,
        }
    }

    async fn handle(&mut self, woken: Woken) {
        match woken {
            Woken::Finished(finished) => self.finish(finished).await,
            Woken::Command(command) => self.obey(command),
            Woken::Time | Woken::Stop => {}
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Nudge => {}
            Command::Resume => self.pace.resume(),
            Command::Writer(writer) => self.means.writer = Some(writer),
            Command::Flush(until, reply) => self.flush = Some((until, reply)),
        }
    }

    /// The outbox cannot be used: nothing may be sent that cannot be written down. Tried again after a pause.
    fn store_failed(&mut self, error: &StoreError) {
        tracing::error!(%error, "the outbox cannot be used");
        let trouble = Trouble::new(TroubleKind::Transient, error.to_string());
        let now = self.now();
        self.pace.wait(&trouble, now, &self.means.timing);
        self.store_trouble = Some(trouble.message);
    }

    fn tell(&self, event: SourceEvent) {
        // A console that does not listen (a one-shot command) has dropped its end.
        drop(self.events.send(event));
    }

    fn tell_pause(&mut self) {
        let why = self.pace.paused().or(self.store_trouble.as_deref());
        let why = why.map(ToOwned::to_owned);
        let why = why.or_else(|| self.waits_for_another());
        if why != self.told_paused {
            self.told_paused = why;
            self.tell(SourceEvent::OutboxPaused(self.told_paused.clone()));
        }
    }

    /// Answers a flush when nothing can be done any more, or its time is over.
    fn end_flush(&mut self) {
        let now = self.now();
        let over = match &self.flush {
            None => return,
            Some((until, _)) => now >= *until || self.pace.paused().is_some() || !self.can_go_on(),
        };
        if over && let Some((_, reply)) = self.flush.take() {
            let left = self.rows.values().map(|r| r.item.clone()).collect();
            drop(reply.send(left));
        }
    }

    /// Whether something is still to come that needs no person.
    fn can_go_on(&self) -> bool {
        let mut stuck: Vec<&Item> = Vec::new();
        for row in self.rows.values() {
            let item = &row.item;
            let waits_for_person = matches!(item.state, State::Conflict | State::Parked)
                || self.may_send(item).is_err()
                || (item.state == State::Ready && stuck.iter().any(|s| holds_back(s, item)));
            if waits_for_person {
                stuck.push(item);
            } else if item.state.is_pending() {
                return true;
            }
        }
        !self.unstored.is_empty()
    }

    /// When to wake by itself.
    fn next_time(&self) -> Timestamp {
        let now = self.now();
        let timing = &self.means.timing;
        let mut times = vec![plus(now, timing.watch)];
        let items: Vec<&Item> = self.rows.values().map(|r| &r.item).collect();
        if self.pace.paused().is_none() {
            // What is due while another console sends waits for the lease instead.
            times.extend(next_wake(&items).filter(|at| *at > now));
            times.extend(self.pace.waits_until(now));
        }
        times.extend(self.lease_again);
        times.extend(self.lease.map(|at| plus(at, timing.renew)));
        times.extend(self.flush.as_ref().map(|(until, _)| *until));
        if let Scope::One { until, .. } = &self.scope {
            times.push(*until);
        }
        times.into_iter().min().unwrap_or(now)
    }

    /// Whether the one action of this actor has come to its end.
    fn is_over(&self) -> bool {
        let Scope::One { id, until, .. } = &self.scope else {
            return false;
        };
        let Some(row) = self.rows.values().find(|r| r.item.id() == *id) else {
            return true;
        };
        let troubled = self.last_trouble.as_ref().is_some_and(|(of, _)| of == id);
        match row.item.state {
            State::Held | State::Ready => {
                troubled && row.item.sent_at.is_none() || self.now() >= *until
            }
            State::Sending => !self.busy.contains(id) && self.now() >= *until,
            _ => true,
        }
    }

    /// Waits a moment for what is on its way, stores it, leaves the rest to the next console, and gives the lease back.
    async fn wind_down(&mut self) {
        let until = plus(self.now(), self.means.timing.stop);
        while !self.on_its_way.is_empty() {
            let finished = tokio::select! {
                Some(finished) = self.on_its_way.next() => finished,
                () = self.means.clock.until(until) => break,
                else => break,
            };
            self.finish(finished).await;
        }
        // Dropped, it sends nothing any more.
        self.on_its_way.clear();
        let ended = async {
            self.store_again().await?;
            self.abandon().await?;
            self.refresh().await?;
            self.means.outbox.release().await
        };
        if let Err(error) = ended.await {
            tracing::error!(%error, "the outbox could not be left in order; the next start does it");
        }
        if let Some((_, reply)) = self.flush.take() {
            let left = self.rows.values().map(|r| r.item.clone()).collect();
            drop(reply.send(left));
        }
    }

    /// Says of what was on its way how it stands now, so that nobody need find out first: ready or unknown. Without the
    /// lease it is another console's.
    async fn abandon(&mut self) -> Result<(), StoreError> {
        let left = std::mem::take(&mut self.busy);
        let limit = self.means.timing.lease;
        if left.is_empty() || self.means.outbox.acquire(self.now(), limit).await? != Lease::Kept {
            return Ok(());
        }
        for id in left {
            self.change(id, Event::Abandoned).await?;
        }
        Ok(())
    }
}

fn plus(at: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by)
        .ok()
        .and_then(|by| at.checked_add(by).ok())
        .unwrap_or(Timestamp::MAX)
}
