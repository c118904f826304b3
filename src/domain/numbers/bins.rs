//! Arrivals and closures over time, in bins of one length.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::log::Log;
use crate::domain::fact::Fact;

/// No report has more bins.
const MOST: usize = 400;

/// One bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bin {
    /// Where it begins; that moment belongs to it.
    pub from: Timestamp,
    /// Where it ends; that moment belongs to the next one.
    pub to: Timestamp,
    /// Tickets that came.
    pub arrived: Fact<u32>,
    /// Tickets closed for the first time.
    pub closed: Fact<u32>,
}

impl Log {
    /// From a time until another, oldest first, the last bin shorter where the length does not divide. A bin of which not
    /// all is known is unknown. At most 400 bins, the newest.
    pub fn bins(&self, from: Timestamp, to: Timestamp, length: SignedDuration) -> Vec<Bin> {
        let mut edges = vec![from];
        let mut at = from;
        while at < to && length.as_secs() > 0 {
            at = at.checked_add(length).map_or(to, |next| next.min(to));
            edges.push(at);
        }
        let skipped = edges.len().saturating_sub(MOST + 1);
        let edges = edges.split_off(skipped);
        let first = super::Case::first_closed;
        let is_dateless = self
            .cases
            .iter()
            .any(|case| case.state == super::State::Over && case.closed.is_empty());
        let bins = edges.iter().zip(edges.iter().skip(1));
        bins.map(|(from, to)| {
            let is_inside = |at: &Timestamp| at >= from && at < to;
            let count = |n: usize| Fact::Known(u32::try_from(n).unwrap_or(u32::MAX));
            let is_known = self.known.flow.is_some_and(|known| known <= *from);
            let arrived = self.cases.iter().filter(|case| is_inside(&case.created));
            let closed = self.cases.iter().filter_map(first).filter(is_inside);
            Bin {
                from: *from,
                to: *to,
                arrived: if is_known {
                    count(arrived.count())
                } else {
                    Fact::Unknown
                },
                closed: if is_known && !is_dateless {
                    count(closed.count())
                } else {
                    Fact::Unknown
                },
            }
        })
        .collect()
    }
}
