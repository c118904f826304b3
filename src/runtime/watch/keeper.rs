//! Keeps in the cache what this console knows of incidents, for commands that look there.

use jiff::{SignedDuration, Timestamp};

use crate::domain::watch::{Watch, Watched};
use crate::runtime::clock::Clock;
use crate::store::Cache;

/// Without news it is said again as often as this that the same is still so.
const BEAT: SignedDuration = SignedDuration::from_mins(1);

/// Writes what is known, when it is something else and once a minute.
pub(in crate::runtime) struct Keeper {
    cache: Cache,
    clock: Clock,
    last: Option<Watched>,
}

impl Keeper {
    pub(in crate::runtime) fn new(cache: Cache, clock: Clock) -> Self {
        Self {
            cache,
            clock,
            last: None,
        }
    }

    /// The engine spoke.
    pub(in crate::runtime) async fn news(&mut self, watch: &Watch) {
        let now = self.clock.now();
        let watched = Watched::of(watch, now);
        let is_same = self.last.as_ref().is_some_and(|l| l.watch == watched.watch);
        if !is_same || self.is_due(now) {
            self.write(watched).await;
        }
    }

    /// The desk was heard, or not.
    pub(in crate::runtime) async fn beat(&mut self, is_live: bool) {
        let now = self.clock.now();
        if is_live
            && self.is_due(now)
            && let Some(last) = self.last.clone()
        {
            self.write(Watched { at: now, ..last }).await;
        }
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let last = self.last.as_ref().map(|last| last.at);
        last.is_some_and(|at| now.duration_since(at) >= BEAT)
    }

    async fn write(&mut self, watched: Watched) {
        if let Err(error) = self.cache.put_watched(&watched).await {
            tracing::warn!(%error, "incidents not kept in the cache");
        }
        self.last = Some(watched);
    }
}
