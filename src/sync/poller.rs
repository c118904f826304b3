//! The poller: an actor that keeps the cache and the Board in step with the desk.
//!
//! Invariants: one request of the poller is in flight at a time; an idle poll is one request; rows are stored
//! before they are told, and the cursor with them; it never gives up, and whatever it waits for is told. Start at
//! [`poller`]. It is a future and starts no task.

mod actor;
#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod fault_tests;
mod job;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::desk::port::Desk;
use crate::domain::Timestamp;
use crate::domain::source::SourceEvent;
use crate::store::Cache;

/// How the console is used right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attention {
    /// Somebody presses keys.
    InUse,
    /// Nobody pressed a key for a while.
    Idle,
    /// The terminal has not the focus.
    Unfocused,
}

/// How often things are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    /// From the end of one poll to the next, in use.
    pub in_use: Duration,
    /// The same, idle.
    pub idle: Duration,
    /// The same, without focus.
    pub unfocused: Duration,
    /// Between two comparisons of all ids.
    pub reconcile: Duration,
    /// Between two reads of the vocabulary.
    pub vocab: Duration,
    /// How long closed tickets are kept.
    pub keep_closed: Duration,
}

impl Rhythm {
    fn interval(&self, attention: Attention) -> Duration {
        match attention {
            Attention::InUse => self.in_use,
            Attention::Idle => self.idle,
            Attention::Unfocused => self.unfocused,
        }
    }
}

/// The wall clock.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How long to wait after so many failures in a row (1, 2 …), jitter included.
pub type Backoff = Arc<dyn Fn(u32) -> Duration + Send + Sync>;

/// What the poller works with.
#[derive(Clone)]
pub struct PollerParts {
    /// The desk.
    pub desk: Arc<dyn Desk>,
    /// The cache.
    pub cache: Cache,
    /// Where events go. A full channel makes the poller wait; a closed one ends it.
    pub events: mpsc::Sender<SourceEvent>,
    /// How often.
    pub rhythm: Rhythm,
    /// The time, for what is shown.
    pub now: Clock,
    /// The machine's clock on the wall, to notice that it slept: in a demo the time runs faster.
    pub wall: Clock,
    /// Waits after failures.
    pub backoff: Backoff,
}

/// Steers a poller. The poller ends when the last handle is dropped.
#[derive(Debug, Clone)]
pub struct PollerHandle {
    refresh: mpsc::Sender<()>,
    attention: Arc<watch::Sender<Attention>>,
    stop: CancellationToken,
}

impl PollerHandle {
    /// Polls at once, also out of a pause after a failure; but never before the time that the desk asked for.
    pub fn refresh(&self) {
        // Full: one is waiting already, and one is enough. Closed: there is nobody to poll.
        let _ = self.refresh.try_send(());
    }

    /// Says how the console is used.
    pub fn attention(&self, attention: Attention) {
        self.attention
            .send_if_modified(|now| std::mem::replace(now, attention) != attention);
    }

    /// Ends the poller; a request in flight is given up.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

/// A poller and its handle. Drive the future until it ends: after [`PollerHandle::stop`], or when nobody listens.
pub fn poller(parts: PollerParts) -> (PollerHandle, impl Future<Output = ()> + Send) {
    let (refresh, refresh_asked) = mpsc::channel(1);
    let (attention, attention_said) = watch::channel(Attention::InUse);
    let stop = CancellationToken::new();
    let handle = PollerHandle {
        refresh,
        attention: Arc::new(attention),
        stop: stop.clone(),
    };
    let control = actor::Control {
        refresh: refresh_asked,
        attention: attention_said,
        stop,
    };
    (handle, actor::run(parts, control))
}
