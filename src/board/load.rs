//! Numbers: what is open, what arrives, what is solved. Counted by the minute, in windows that advance only on marks of
//! the clock, so that nothing moves between them; a trend's bins stand on the quarters of the hour.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::Row;
use crate::domain::fact::Fact;
use crate::domain::ids::GroupId;

/// Length of a trend's bin.
const BIN_MINUTES: i64 = 15;
/// Bins of a trend: eight hours.
pub const BINS: usize = 32;
/// Minutes of a trend.
pub const TREND_MINUTES: i64 = BIN_MINUTES * 32;

/// Tickets per bin, oldest first; the last bin is the one that runs.
pub type Trend = [u32; BINS];

#[derive(Debug, Clone, Default)]
struct GroupLoad {
    open: usize,
    unowned: usize,
    new: usize,
    arrived: BTreeMap<i64, u32>,
    solved: BTreeMap<i64, u32>,
}

/// Queue load of all groups.
#[derive(Debug, Clone, Default)]
pub struct Load {
    groups: HashMap<GroupId, GroupLoad>,
    /// Creation times of the backlog, for the one that waits longest.
    waiting: BTreeMap<Timestamp, u32>,
    open: usize,
    /// The minute of the last mark.
    now: i64,
}

fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

fn count(minutes: &mut BTreeMap<i64, u32>, at: Timestamp, up: bool) {
    let n = minutes.entry(minute(at)).or_default();
    *n = if up {
        n.saturating_add(1)
    } else {
        n.saturating_sub(1)
    };
    if *n == 0 {
        minutes.remove(&minute(at));
    }
}

impl Load {
    /// Open tickets in all.
    pub fn open_total(&self) -> usize {
        self.open
    }
    /// Open tickets of a group.
    pub fn open(&self, group: &GroupId) -> usize {
        self.groups.get(group).map_or(0, |g| g.open)
    }
    /// Open tickets of a group that nobody owns (an unknown owner does not count as nobody).
    pub fn unowned(&self, group: &GroupId) -> usize {
        self.groups.get(group).map_or(0, |g| g.unowned)
    }
    /// Open tickets of a group that nobody has begun.
    pub fn new_count(&self, group: &GroupId) -> usize {
        self.groups.get(group).map_or(0, |g| g.new)
    }
    /// Arrivals of a group per bin, the last eight hours.
    pub fn arrivals(&self, group: &GroupId) -> Trend {
        self.groups
            .get(group)
            .map_or([0; BINS], |g| self.trend(&g.arrived))
    }
    /// Arrivals of all groups in the last `minutes`.
    pub fn arrived_lately(&self, minutes: i64) -> u32 {
        self.groups
            .values()
            .map(|g| self.lately(&g.arrived, minutes))
            .sum()
    }
    /// Arrivals of one group in the last `minutes`.
    pub fn arrived_lately_in(&self, group: &GroupId, minutes: i64) -> u32 {
        self.groups
            .get(group)
            .map_or(0, |g| self.lately(&g.arrived, minutes))
    }
    /// Tickets solved in the last `minutes`; only what this console was told.
    pub fn solved_lately(&self, minutes: i64) -> u32 {
        self.groups
            .values()
            .map(|g| self.lately(&g.solved, minutes))
            .sum()
    }
    /// When the ticket that waits longest was created, of those that do not wait for their requester.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.waiting.first_key_value().map(|(at, _)| *at)
    }

    /// From so many minutes before the last mark until now.
    fn lately(&self, counted: &BTreeMap<i64, u32>, minutes: i64) -> u32 {
        counted
            .range(self.now.saturating_sub(minutes)..)
            .map(|(_, n)| n)
            .sum()
    }
    fn trend(&self, counted: &BTreeMap<i64, u32>) -> Trend {
        let mut out = [0; BINS];
        let last = self.now.div_euclid(BIN_MINUTES);
        let first = last - i64::try_from(BINS).unwrap_or(0) + 1;
        for (minute, n) in counted.range(first * BIN_MINUTES..) {
            // What came after the last mark counts with the running bin.
            let bin = minute.div_euclid(BIN_MINUTES).min(last);
            if let Some(slot) = usize::try_from(bin - first)
                .ok()
                .and_then(|i| out.get_mut(i))
            {
                *slot += *n;
            }
        }
        out
    }
    pub(super) fn tick(&mut self, now: Timestamp) {
        self.now = self.now.max(minute(now));
    }
    pub(super) fn add(&mut self, row: &Row) {
        self.count(row, true);
    }
    pub(super) fn remove(&mut self, row: &Row) {
        self.count(row, false);
    }

    fn count(&mut self, row: &Row, up: bool) {
        let ticket = row.ticket();
        let step = |n: &mut usize| {
            *n = if up {
                n.saturating_add(1)
            } else {
                n.saturating_sub(1)
            }
        };
        let group = self.groups.entry(row.group.clone()).or_default();
        count(&mut group.arrived, ticket.created, up);
        if let Some(at) = ticket.resolved.known() {
            count(&mut group.solved, *at, up);
        }
        if !ticket.is_active() {
            return;
        }
        step(&mut group.open);
        step(&mut self.open);
        if ticket.owner == Fact::Empty {
            step(&mut group.unowned);
        }
        if ticket.status.class == crate::domain::ticket::StatusClass::New {
            step(&mut group.new);
        }
        // What waits for its requester is not in the desk's hands.
        if ticket.status.class == crate::domain::ticket::StatusClass::WaitingRequester {
            return;
        }
        let n = self.waiting.entry(ticket.created).or_default();
        *n = if up {
            n.saturating_add(1)
        } else {
            n.saturating_sub(1)
        };
        if *n == 0 {
            self.waiting.remove(&ticket.created);
        }
    }
}
