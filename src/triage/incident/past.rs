//! What the weeks before teach, where only their times, people and subjects are known.
//!
//! Invariant: they teach how many write in all, not in which group: a subject alone is too little for that.

use std::collections::HashMap;

use super::super::automatic;
use super::Engine;
use super::engine::SAME_PERSON;
use super::usual::ALL;
use crate::domain::ids::PersonId;
use crate::domain::source::Arrival;

const HOUR: i64 = 3_600;

impl Engine {
    /// Learns from tickets of the weeks before how many people usually write, and which words they use. To be called
    /// before the first event.
    pub fn remember_arrivals(&mut self, arrivals: &[Arrival]) {
        let mut hours: HashMap<i64, usize> = HashMap::new();
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
                *hours.entry(at.div_euclid(HOUR)).or_default() += 1;
            }
        }
        let (Some(first), Some(end)) = (hours.keys().min(), hours.keys().max()) else {
            return;
        };
        for hour in *first..=*end {
            let people = hours.get(&hour).copied().unwrap_or(0);
            self.usual.learn(ALL, hour * HOUR, people);
        }
    }
}
