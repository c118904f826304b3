//! From the index to the supervisor's numbers.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::Board;
use crate::domain::deed::Deeds;
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::numbers::trends::Trends;
use crate::domain::numbers::{Case, Known, Log, Numbers, Reach};
use crate::domain::source::{Arrival, Changes, MOST_PAST, PAST_BUT, PAST_DAYS};

impl Board {
    /// Puts what people did in the place of what was known of it.
    pub fn set_deeds(&mut self, deeds: Deeds) {
        self.deeds = deeds;
        self.revision += 1;
    }

    /// Says who can own tickets.
    pub fn set_staff(&mut self, staff: HashSet<PersonId>) {
        self.staff = staff;
        self.revision += 1;
    }

    pub(super) fn hear(&mut self, changes: &Changes) {
        for deed in &changes.deeds {
            self.deeds.hear(deed);
        }
        if let Some(known) = changes.deeds_known {
            self.deeds.known(known);
        }
    }

    /// What the numbers are computed from: every known ticket as it should be shown, and what people did.
    pub fn numbers_log(&self, reach: Reach, now: Timestamp) -> Log {
        let staff = self.agents();
        let cases = self.rows().filter_map(|row| {
            let mut case = Case::of(row.ticket(), &row.group)?;
            case.hear(self.deeds.on(&row.server.id), &row.server, &staff);
            Some(case)
        });
        let cases = cases.collect();
        let active = self.deeds.active();
        let at_work = active.filter(|(who, _)| staff.contains(who));
        Log {
            cases,
            active: at_work.map(|(who, at)| (who.clone(), at)).collect(),
            known: Known::of(&self.deeds, !staff.is_empty(), reach, now),
        }
    }

    /// The supervisor's numbers, with the incidents that are known here.
    pub fn numbers(&self, reach: Reach, now: Timestamp) -> Numbers {
        Numbers::of(&self.numbers_log(reach, now), Some(&self.watch), now)
    }

    /// Puts the arrivals of the weeks before in the place of what was known of them. Where the desk told as many as are read at
    /// most, there may be more.
    pub fn set_past(&mut self, past: &[Arrival], now: Timestamp) {
        let back = |hours: u32| {
            now.checked_sub(SignedDuration::from_hours(hours.into()))
                .ok()
        };
        let is_whole = !past.is_empty() && past.len() < MOST_PAST;
        let known = back(PAST_DAYS * 24)
            .zip(back(PAST_BUT))
            .filter(|_| is_whole);
        self.past = (past.iter().map(|arrival| arrival.at).collect(), known);
        self.revision += 1;
    }

    /// What came and was closed over time.
    pub fn trends(&self, reach: Reach, now: Timestamp) -> Trends {
        let (past, known) = &self.past;
        Trends::of(&self.numbers_log(reach, now), past, *known)
    }

    /// Who can own tickets: the people whom the desk names, and owners. An agent may not ask every desk who has the right.
    fn agents(&self) -> HashSet<PersonId> {
        let owners = self.rows().filter_map(|row| match &row.server.owner {
            Fact::Known(owner) => Some(owner.id.clone()),
            Fact::Empty | Fact::Unknown => None,
        });
        self.staff.iter().cloned().chain(owners).collect()
    }
}
