//! What colleagues do with tickets: take, move, reply, wait, solve.

use super::chance::{between, percent, skewed};
use super::engine::{Event, Town};

impl Town {
    /// What colleagues will do with a new ticket.
    pub(super) fn plan_colleagues(&mut self, at: i64, ticket: usize, crisis: bool) {
        let old = at < self.today;
        let agent = self.colleague();
        let patience: i64 = if old { 21_600 } else { 10_800 };
        let taken = match (old, crisis) {
            (true, _) => 99,
            (false, true) => 22,
            (false, false) => 52,
        };
        if percent(&mut self.rng, 10) {
            let later = at + between(&mut self.rng, 120, 7_200);
            self.plan(later, Event::Raises { ticket, agent });
        }
        if percent(&mut self.rng, 6) && !old {
            let later = at + between(&mut self.rng, 2_400, 9_000);
            self.plan(later, Event::Nags { ticket });
        }
        if percent(&mut self.rng, 4) && !old {
            let later = at + between(&mut self.rng, 900, 7_200);
            self.plan(later, Event::Calls { ticket, agent });
        }
        if !percent(&mut self.rng, taken) {
            return;
        }
        // Now and then somebody is quicker than you.
        let quick = !old && percent(&mut self.rng, 6);
        let take = at
            + if quick {
                between(&mut self.rng, 15, 90)
            } else {
                skewed(&mut self.rng, 180, patience)
            };
        self.plan(take, Event::Takes { ticket, agent });
        if percent(&mut self.rng, 15) {
            let later = take + between(&mut self.rng, 30, 900);
            self.plan(later, Event::Notes { ticket, agent });
        }
        if percent(&mut self.rng, 25) {
            let later = take + between(&mut self.rng, 20, 600);
            self.plan(later, Event::Moves { ticket, agent });
        }
        let mut last = take;
        if percent(&mut self.rng, 65) {
            last += skewed(&mut self.rng, 60, 3_600);
            self.plan(last, Event::Replies { ticket, agent });
            if percent(&mut self.rng, 18) {
                self.plan(last + 1, Event::Waits { ticket, agent });
            }
        }
        if percent(&mut self.rng, if old { 98 } else { 62 }) {
            last += skewed(&mut self.rng, 300, if old { 140_000 } else { 10_800 });
            self.plan(last, Event::Solves { ticket, agent });
        }
    }
}
