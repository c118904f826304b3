//! From the index to the supervisor's numbers.

use std::collections::HashSet;

use jiff::Timestamp;

use super::Board;
use crate::domain::deed::Deeds;
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::numbers::{Case, Known, Log, Numbers, Reach};
use crate::domain::source::Changes;

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

    /// Who can own tickets: the people whom the desk names, and owners. An agent may not ask every desk who has the right.
    fn agents(&self) -> HashSet<PersonId> {
        let owners = self.rows().filter_map(|row| match &row.server.owner {
            Fact::Known(owner) => Some(owner.id.clone()),
            Fact::Empty | Fact::Unknown => None,
        });
        self.staff.iter().cloned().chain(owners).collect()
    }
}
