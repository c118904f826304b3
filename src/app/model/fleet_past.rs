//! How many devices failed a while ago: "VPN down 58 of 511" is news where it was 9, and none where it was 57.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::GroupId;

/// How far back is looked.
const BACK: SignedDuration = SignedDuration::from_hours(1);
/// A rise by fewer devices is no news.
const LEAST: usize = 5;

/// Counts at the marks of the last hour, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FleetPast {
    marks: VecDeque<(Timestamp, BTreeMap<GroupId, usize>)>,
}

impl FleetPast {
    /// Whether nothing was counted yet.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }
    /// Keeps what was counted at a time.
    pub(in crate::app) fn note(&mut self, at: Timestamp, failing: BTreeMap<GroupId, usize>) {
        self.marks.push_back((at, failing));
        while self
            .marks
            .front()
            .is_some_and(|(old, _)| at.duration_since(*old) > BACK)
        {
            self.marks.pop_front();
        }
    }
    /// How many failed at the quietest time of the last hour, if `now` so many more fail that somebody should know: by
    /// half, and by at least five.
    pub fn risen_from(&self, group: &GroupId, now: usize) -> Option<usize> {
        let least = self
            .marks
            .iter()
            .filter_map(|(_, failing)| failing.get(group).copied())
            .min()?;
        (now >= least + LEAST && now * 2 >= least * 3).then_some(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_is_news_for_an_hour() {
        let vpn = GroupId::from("vpn");
        let at = |minutes: i64| Timestamp::from_second(minutes * 60).unwrap();
        let count = |n| BTreeMap::from([(vpn.clone(), n)]);
        let mut past = FleetPast::default();
        assert_eq!(
            past.risen_from(&vpn, 50),
            None,
            "nothing is known of before"
        );
        past.note(at(0), count(9));
        assert_eq!(past.risen_from(&vpn, 13), None);
        assert_eq!(past.risen_from(&vpn, 58), Some(9));
        past.note(at(30), count(58));
        assert_eq!(past.risen_from(&vpn, 60), Some(9));
        past.note(at(61), count(60));
        assert_eq!(
            past.risen_from(&vpn, 62),
            None,
            "by now it is the state of things"
        );
    }
}
