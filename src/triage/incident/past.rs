//! What the weeks before teach, where only their times, people and subjects are known.
//!
//! Invariant: they teach how many write in all, not in which group: a subject alone is too little for that.

use std::collections::{BTreeMap, HashMap};

use super::super::automatic;
use super::Engine;
use super::engine::{SAME_PERSON, SILENT};
use super::usual::ALL;
use crate::domain::ids::PersonId;
use crate::domain::source::Arrival;

const HOUR: i64 = 3_600;

impl Engine {
    /// Learns from tickets of the weeks before how many people usually write, and which words they use. To be called
    /// before the first event.
    pub fn remember_arrivals(&mut self, arrivals: &[Arrival]) {
        let mut hours: BTreeMap<i64, usize> = BTreeMap::new();
        let mut last: HashMap<&PersonId, i64> = HashMap::new();
        for arrival in arrivals {
            let reporter = arrival.requester.as_ref();
            if automatic::is_automatic(&arrival.subject, reporter.map(PersonId::as_str)) {
                continue;
            }
            let words = self.lexis.read(&arrival.subject, "", &[]);
            self.lexis.learn(&words.stems);
            let at = arrival.at.as_second();
            let before = reporter.and_then(|person| last.insert(person, at));
            if before.is_none_or(|before| (at - before).abs() >= SAME_PERSON) {
                *hours.entry(at - at.rem_euclid(HOUR)).or_default() += 1;
            }
        }
        for hour in watched(hours.keys().copied()) {
            let people = hours.get(&hour).copied().unwrap_or(0);
            self.usual.learn(ALL, hour, people);
        }
    }
}

/// The hours that somebody watched, by their first seconds: those in which somebody wrote, oldest first, and the silent
/// ones between them. A silence that is too long for a desk is a hole in what is known, or a wrong clock: it is left out.
pub(super) fn watched(written: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut hours: Vec<i64> = Vec::new();
    for hour in written {
        let mut next = hours.last().map_or(hour, |last| last + HOUR);
        if hour - next > SILENT {
            next = hour;
        }
        while next <= hour {
            hours.push(next);
            next += HOUR;
        }
    }
    hours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_of_years_teaches_nothing() {
        let days = [-62_135_596_800, 0, 2 * HOUR, 60 * HOUR, 4_000_000 * HOUR];
        let hours = watched(days.into_iter());
        assert_eq!(hours.len(), 1 + 61 + 1);
        assert!(days.iter().all(|hour| hours.contains(hour)));
    }
}
