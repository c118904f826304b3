//! Passes what sources tell: to the loop, and to the two engines on their own threads.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::SignedDuration;
use tokio::sync::mpsc;

use super::clock::Clock;
use super::declared;
use super::triage::{self, Ask, Text, Told};
use super::watch::{Feed, is_there};
use crate::app::Msg;
use crate::app::msg::Startup;
use crate::domain::declared::Declared;
use crate::domain::ids::TicketId;
use crate::domain::source::{Pulse, Source, SourceEvent, Vocab};
use crate::domain::ticket::Ticket;
use crate::store::Cache;
use crate::store::cache::Snapshot;
use crate::store::outbox::{Filter, Outbox};
use crate::sync::deliver::Handle as DeliveryHandle;

/// Rows of the outbox that ended within this time are shown at the start.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// Passes what sources tell to the loop and to the triage worker.
pub(super) struct Router {
    pub(super) mail: mpsc::UnboundedSender<Msg>,
    pub(super) texts: std::sync::mpsc::Sender<Ask>,
    pub(super) feeds: std::sync::mpsc::Sender<Feed>,
    pub(super) delivery: DeliveryHandle,
    pub(super) is_live: AtomicBool,
}

impl Router {
    /// Shows what was known the last time, before any source has answered.
    pub(super) async fn startup(&self, snapshot: Snapshot, outbox: &Outbox, clock: Clock) {
        if let Some(vocab) = &snapshot.known.vocab {
            self.staff(vocab);
        }
        self.feed(Feed::Devices {
            changed: snapshot.devices.clone(),
            gone: Vec::new(),
        });
        self.read(&snapshot.tickets, Vec::new());
        let recent = clock.now().checked_sub(RECENT).unwrap_or_default();
        // A parent that was made before the last console was killed: its tickets are linked now.
        for msg in declared::settle(outbox, clock.now()).await {
            self.say(msg);
        }
        let rows = outbox.list(Filter::All).await;
        match outbox.rulings().await {
            Ok(rulings) => self.feed(Feed::Rulings(rulings)),
            Err(error) => self.say(Msg::Mishap(error.to_string())),
        }
        let drafts = outbox.drafts().await;
        let bulks = outbox.bulks().await;
        let declared = outbox.declared().await;
        self.parents(declared.iter().flatten());
        let errors = [
            rows.as_ref().err(),
            drafts.as_ref().err(),
            bulks.as_ref().err(),
            declared.as_ref().err(),
        ];
        if let Some(error) = errors.into_iter().flatten().next() {
            self.say(Msg::Mishap(error.to_string()));
        }
        let items = rows.unwrap_or_default().into_iter().map(|row| row.item);
        self.say(Msg::Startup(Box::new(Startup {
            tickets: snapshot.tickets,
            devices: snapshot.devices,
            findings: snapshot.known.findings,
            deeds: snapshot.known.deeds,
            versions: snapshot.known.versions,
            as_of: snapshot.known.synced,
            bulks: bulks.unwrap_or_default(),
            declared: declared.unwrap_or_default(),
            outbox: items
                .filter(|item| {
                    let is_over = item.state.is_final() && !item.state.wants_person();
                    // The numbers of a bulk are those of all its children.
                    !is_over || item.updated > recent || item.action.parent.is_some()
                })
                .collect(),
            drafts: drafts.unwrap_or_default(),
            identity: snapshot.known.identity.map(Box::new),
            vocab: snapshot.known.vocab.map(Box::new),
        })));
    }

    /// What follows from what delivery told: a parent that was made gets its parts. Gives the event back.
    pub(super) async fn follow(
        &self,
        event: SourceEvent,
        outbox: &Outbox,
        clock: Clock,
    ) -> SourceEvent {
        if !declared::concerns(&event) {
            return event;
        }
        for msg in declared::settle(outbox, clock.now()).await {
            if let Msg::Declared {
                result: Ok(Some(news)),
                ..
            } = &msg
            {
                self.parents(std::iter::once(&news.record));
            }
            self.say(msg);
            self.delivery.nudge();
        }
        event
    }

    /// Passes what was found in texts: kept, shown, and told to the incidents.
    pub(super) async fn found(&self, told: Told, cache: &Cache) {
        match told {
            Told::Past(past) => self.feed(Feed::Past(past)),
            Told::Findings(findings) => {
                if let Err(error) = cache.put_findings(&findings).await {
                    tracing::warn!(%error, "findings not kept");
                }
                self.feed(Feed::Findings(findings.clone()));
                self.say(Msg::Findings(findings));
            }
        }
    }

    /// Tickets that were made to stand for others are nobody's report.
    fn parents<'a>(&self, records: impl Iterator<Item = &'a Declared>) {
        let made = records.filter(|record| record.is_made());
        let made: Vec<TicketId> = made.filter_map(|record| record.parent.clone()).collect();
        if !made.is_empty() {
            self.feed(Feed::Parents(made));
        }
    }

    fn staff(&self, vocab: &Vocab) {
        let people = vocab.agents.iter().map(|agent| agent.who.id.clone());
        self.feed(Feed::Staff(people.collect()));
    }

    pub(super) fn pass(&self, event: SourceEvent) {
        match &event {
            SourceEvent::Changed(changes) => {
                self.feed(Feed::Devices {
                    changed: changes.devices.clone(),
                    gone: changes.devices_gone.clone(),
                });
                let gone = changes.gone.iter().map(|(id, _)| id.clone());
                self.read(&changes.tickets, gone.collect());
                if !changes.replies.is_empty() {
                    self.feed(Feed::Replies(changes.replies.clone()));
                }
            }
            SourceEvent::Past(past) => {
                // The incidents hear of them when their subjects are read.
                drop(self.texts.send(Ask::Past(past.clone())));
            }
            SourceEvent::Vocab(vocab) => self.staff(vocab),
            SourceEvent::Identity(identity) => {
                self.delivery.set_writer(identity.me.id.clone());
            }
            SourceEvent::Pulse(Source::Desk, liveness) => {
                let is_live = liveness.pulse == Pulse::Live;
                let was_live = self.is_live.swap(is_live, Ordering::Relaxed);
                match (was_live, is_live) {
                    // The desk is back: what waits for it need not wait for its own next try.
                    (false, true) => self.delivery.resume(),
                    (true, true) => self.delivery.nudge(),
                    _ => {}
                }
                match (liveness.pulse, liveness.last_ok) {
                    (Pulse::Live, Some(at)) => self.feed(Feed::Heard(at)),
                    (pulse, _) if pulse.is_silent() => self.feed(Feed::Silence),
                    _ => {}
                }
            }
            _ => {}
        }
        self.say(Msg::Source(Box::new(event)));
    }

    /// Tickets go to both engines; the one for incidents waits for what the other one finds.
    fn read(&self, tickets: &[Ticket], gone: Vec<TicketId>) {
        let left = tickets.iter().filter(|ticket| !is_there(ticket));
        let left: Vec<_> = left.map(|t| t.id.clone()).chain(gone.clone()).collect();
        if !left.is_empty() {
            drop(self.texts.send(Ask::Gone(left)));
        }
        self.feed(Feed::Tickets {
            changed: tickets.to_vec(),
            gone,
        });
        for batch in tickets.chunks(triage::BATCH) {
            // The worker ends with the loop.
            let texts = batch.iter().map(Text::of).collect();
            drop(self.texts.send(Ask::Texts(texts)));
        }
    }

    /// Whether the desk answered at the last poll.
    pub(super) fn is_live(&self) -> bool {
        self.is_live.load(Ordering::Relaxed)
    }

    pub(super) fn feed(&self, feed: Feed) {
        // The worker ends with the loop; when it failed before, that was told.
        drop(self.feeds.send(feed));
    }

    pub(super) fn say(&self, msg: Msg) {
        // The loop is gone on the way out.
        drop(self.mail.send(msg));
    }
}
