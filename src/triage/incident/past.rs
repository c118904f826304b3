//! What the weeks before teach, where only their times, people and subjects are known.
//!
//! Invariant: how many write in all is counted; how they divide into groups is estimated from the subjects that are clear,
//! and counts for less than tickets that were read whole.

use std::collections::{BTreeMap, HashMap};

use super::super::automatic;
use super::Engine;
use super::engine::{SAME_PERSON, SILENT};
use super::stats::real;
use super::usual::{ALL, GroupNo, group_no};
use crate::domain::ids::PersonId;
use crate::domain::source::Arrival;

const HOUR: i64 = 3_600;

/// For how many tickets one with a clear subject stands at most: the others divide alike.
const MOST_FOR_ONE: f64 = 2.0;

/// What a ticket counts of which only the subject was read, beside one that was read whole.
const BY_SUBJECT: f64 = 0.5;

impl Engine {
    /// Learns from tickets of the weeks before how many people usually write, and which words they use. They may come
    /// when the engine runs: then they take the place of what [`Engine::remember`] taught, and alarms that they do not bear
    /// are over.
    pub fn remember_arrivals(&mut self, arrivals: &[Arrival]) {
        let mut hours: BTreeMap<i64, usize> = BTreeMap::new();
        let mut last: HashMap<&PersonId, i64> = HashMap::new();
        let mut last_of_group: HashMap<(&PersonId, GroupNo), i64> = HashMap::new();
        let mut of_groups: BTreeMap<(i64, GroupNo), usize> = BTreeMap::new();
        let (mut read, mut clear) = (0_usize, 0_usize);
        for arrival in arrivals {
            let reporter = arrival.requester.as_ref();
            if automatic::is_automatic(&arrival.subject, reporter.map(PersonId::as_str)) {
                continue;
            }
            let words = self.lexis.read(&arrival.subject, "", &[]);
            self.lexis.learn(&words.stems);
            let at = arrival.at.as_second();
            let hour = at - at.rem_euclid(HOUR);
            let is_news = |before: Option<i64>| {
                before.is_none_or(|before| (at - before).abs() >= SAME_PERSON)
            };
            if is_news(reporter.and_then(|person| last.insert(person, at))) {
                *hours.entry(hour).or_default() += 1;
            }
            read += 1;
            let Some(group) = &arrival.group else {
                continue;
            };
            clear += 1;
            let group = self.group(group);
            let key = reporter.map(|person| (person, group));
            if is_news(key.and_then(|key| last_of_group.insert(key, at))) {
                *of_groups.entry((hour, group)).or_default() += 1;
            }
        }
        // The few that were known before are no measure beside all of them.
        if let Some(untaught) = self.untaught.take() {
            self.usual = untaught;
        }
        // The weeks begin and end at some minute: of the first and the last hour only a part is known. Whole weeks before
        // now that is this very hour of the week, which would count as a quiet one.
        let known = watched(hours.keys().copied());
        let whole = known.get(1..known.len().saturating_sub(1));
        for hour in whole.unwrap_or_default() {
            let people = hours.get(hour).copied().unwrap_or(0);
            self.usual.learn(ALL, *hour, people);
        }
        // Where no subject was read, nothing is known of groups; that is not as if nobody had written in any.
        if clear > 0 {
            let each = (real(read) / real(clear)).min(MOST_FOR_ONE);
            for hour in whole.unwrap_or_default() {
                for place in 0..self.groups.len() {
                    let group = group_no(place);
                    let people = of_groups.get(&(*hour, group)).copied().unwrap_or(0);
                    self.usual
                        .learn_in_part(group, *hour, each * real(people), BY_SUBJECT);
                }
            }
        }
        let watches = self.watches.iter_mut().chain([&mut self.watch_all]);
        for watch in watches {
            watch.measure_anew(self.now, &self.usual);
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
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::super::{Settings, Size};
    use super::*;
    use crate::domain::ids::TicketId;

    #[test]
    fn an_hour_of_which_only_a_part_is_known_teaches_nothing() {
        let mut engine = Engine::new(&Settings {
            zone: TimeZone::UTC,
            size: Size::PerDay(300.0),
        });
        // A ticket a minute, from 07:55 to 11:05.
        let arrivals: Vec<Arrival> = (7 * 60 + 55..11 * 60 + 5)
            .map(|minute| Arrival {
                id: TicketId::new(minute.to_string()),
                at: Timestamp::from_second(minute * 60).unwrap(),
                requester: None,
                subject: String::new(),
                is_solved: true,
                group: None,
            })
            .collect();
        engine.remember_arrivals(&arrivals);
        let is_learned = |hour: &i64| engine.usual.learned(ALL, hour * HOUR);
        let hours: Vec<i64> = (0..24).filter(is_learned).collect();
        assert_eq!(hours, [8, 9, 10]);
    }

    #[test]
    fn a_silence_of_years_teaches_nothing() {
        let days = [-62_135_596_800, 0, 2 * HOUR, 60 * HOUR, 4_000_000 * HOUR];
        let hours = watched(days.into_iter());
        assert_eq!(hours.len(), 1 + 61 + 1);
        assert!(days.iter().all(|hour| hours.contains(hour)));
    }
}
