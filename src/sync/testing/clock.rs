//! Time that stands still until everybody waits, and then jumps to the next thing that is due.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::at;
use crate::store::outbox::Outbox;
use crate::sync::clock::Clock;

struct State {
    now: Timestamp,
    sleepers: Vec<(Timestamp, oneshot::Sender<()>)>,
}

/// The clock of a test.
#[derive(Clone)]
pub(crate) struct Hand(Arc<Mutex<State>>);

impl Hand {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            now: at(0),
            sleepers: Vec::new(),
        })))
    }

    /// Lets everybody go on until all of them wait for time.
    pub(crate) async fn settle(&self, stores: &[&Outbox]) {
        let mut quiet = 0;
        while quiet < 3 {
            for _ in 0..30 {
                tokio::task::yield_now().await;
            }
            if stores.iter().all(|s| s.db().is_idle()) {
                quiet += 1;
            } else {
                quiet = 0;
            }
        }
    }

    /// Moves to the next time that somebody waits for, at most to `limit`. `false`: nobody waits for anything before it.
    pub(crate) fn jump(&self, limit: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap();
        state.sleepers.retain(|(_, wake)| !wake.is_closed());
        let next = state.sleepers.iter().map(|(at, _)| *at).min();
        let Some(next) = next.filter(|next| *next <= limit) else {
            state.now = state.now.max(limit);
            return false;
        };
        state.now = state.now.max(next);
        let now = state.now;
        let (due, rest) = std::mem::take(&mut state.sleepers)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        state.sleepers = rest;
        for (_, wake) in Vec::from_iter::<Vec<_>>(due) {
            // Who was dropped meanwhile waits no more.
            wake.send(()).ok();
        }
        true
    }

    /// Lets `seconds` pass.
    pub(crate) async fn pass(&self, seconds: i64, stores: &[&Outbox]) {
        let limit = self.now() + jiff::SignedDuration::from_secs(seconds);
        loop {
            self.settle(stores).await;
            if !self.jump(limit) {
                break;
            }
        }
        self.settle(stores).await;
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().now
    }

    fn until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut state = self.0.lock().unwrap();
        if at <= state.now {
            return Box::pin(std::future::ready(()));
        }
        let (wake, sleep) = oneshot::channel();
        state.sleepers.push((at, wake));
        Box::pin(async move {
            drop(sleep.await);
        })
    }
}
