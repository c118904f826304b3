//! A console under test.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::domain::action::Action;
use crate::domain::ids::ActionId;
use crate::domain::outbox::{Item, State};
use crate::domain::role::Role;
use crate::domain::source::SourceEvent;
use crate::store::db::Location;
use crate::store::outbox::{Filter, Outbox};
use crate::sync::deliver::{Delivery, Handle, Order};
use crate::sync::outbox::Timing;
use crate::sync::testing::clock::Hand;
use crate::sync::testing::desk::Fake;

pub(super) struct Console {
    pub(super) outbox: Outbox,
    pub(super) handle: Handle,
    pub(super) events: mpsc::UnboundedReceiver<SourceEvent>,
    pub(super) stop: CancellationToken,
    task: JoinHandle<()>,
    clock: Hand,
}

impl Console {
    pub(super) fn start(desk: &Fake, clock: &Hand, path: &Path) -> Self {
        Self::start_as(desk, clock, path, Role::Agent)
    }

    pub(super) fn start_as(desk: &Fake, clock: &Hand, path: &Path, role: Role) -> Self {
        let outbox = Outbox::open(&Location::File(path.to_owned()), "main").unwrap();
        let (send, events) = mpsc::unbounded_channel();
        let (delivery, handle) = Delivery::new(
            Arc::new(desk.clone()),
            outbox.clone(),
            Arc::new(clock.clone()),
            Timing::default(),
            send,
        );
        let stop = CancellationToken::new();
        let running = delivery.restricted(role).run(stop.clone());
        #[expect(clippy::disallowed_methods, reason = "a test has no supervisor")]
        let task = tokio::spawn(running);
        Self {
            outbox,
            handle,
            events,
            stop,
            task,
            clock: clock.clone(),
        }
    }

    pub(super) async fn press(&self, actions: &[Action]) {
        self.order(actions, false).await;
    }

    pub(super) async fn order(&self, actions: &[Action], hold: bool) {
        let orders = actions
            .iter()
            .map(|action| Order {
                action: action.clone(),
                files: Vec::new(),
                hold,
            })
            .collect();
        self.handle.enqueue(orders).await.unwrap();
    }

    pub(super) async fn pass(&self, seconds: i64) {
        self.clock.pass(seconds, &[&self.outbox]).await;
    }

    pub(super) async fn item(&self, id: ActionId) -> Item {
        self.outbox.get(id).await.unwrap().unwrap().item
    }

    pub(super) async fn state(&self, action: &Action) -> State {
        self.item(action.id).await.state
    }

    pub(super) async fn states(&self) -> Vec<State> {
        let rows = self.outbox.list(Filter::All).await.unwrap();
        rows.into_iter().map(|r| r.item.state).collect()
    }

    /// Ends as kill -9 ends it, as far as this can be done within one process.
    pub(super) async fn kill(self) {
        self.task.abort();
        drop(self.task.await);
        self.outbox.close();
    }

    /// Ends in order.
    pub(super) async fn quit(self) {
        self.stop.cancel();
        self.clock.settle(&[&self.outbox]).await;
        while !self.task.is_finished() {
            self.clock.pass(1, &[&self.outbox]).await;
        }
        self.outbox.close();
    }

    pub(super) fn told(&mut self) -> Vec<SourceEvent> {
        let mut told = Vec::new();
        while let Ok(event) = self.events.try_recv() {
            told.push(event);
        }
        told
    }
}
