//! A time limit on questions: what a client asks must not hold up everybody else.
//!
//! `SQLite` looks at the limit every few thousand steps of a statement. Only reading is limited, and only
//! inside [`DeskBase::within`]: a write that is broken off would take its whole commit with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{Base, DeskBase};

/// Steps of a statement between two looks at the clock: some tens of microseconds.
const STEPS: i32 = 4_000;

/// When the statement that runs now must have ended.
#[derive(Debug, Clone)]
pub(super) struct Patience {
    start: Instant,
    /// In milliseconds after `start`; 0: whenever.
    until: Arc<AtomicU64>,
}

impl Patience {
    /// Watches over the statements of a connection.
    pub(super) fn over(conn: &mut Connection) -> Base<Self> {
        let patience = Self {
            start: Instant::now(),
            until: Arc::default(),
        };
        let watch = patience.clone();
        conn.progress_handler(STEPS, Some(move || watch.ran_out()))?;
        Ok(patience)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn ran_out(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        until > 0 && self.now() >= until
    }
}

impl DeskBase {
    /// Runs something that only reads; a statement in it that would end after the limit ends in an error.
    pub(crate) fn within<T>(&mut self, limit: Duration, work: impl FnOnce(&mut Self) -> T) -> T {
        let limit = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        let until = self.patience.now().saturating_add(limit).max(1);
        self.patience.until.store(until, Ordering::Relaxed);
        let done = work(self);
        self.patience.until.store(0, Ordering::Relaxed);
        done
    }
}
