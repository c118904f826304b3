//! Who plays which part in a trouble, where its scenario says exactly how many: who is hit, who writes, whose device
//! stays as it is, who doubts.
//!
//! Invariant: a scenario that does not say so draws nothing here, so that its days stay as they were.

use std::collections::BTreeSet;

use super::chance::shuffled;
use super::engine::{Event, Happening, Told, Town};
use super::scenario::{Kind, Truth};

/// The writers of a trouble, in an order of chance: the first notice at once, the last ones are not well again.
#[derive(Debug, Clone)]
pub(super) struct Cast {
    writers: Vec<usize>,
    stay: usize,
    doubt: usize,
}

impl Cast {
    /// Whether somebody writes.
    pub(super) fn writes(&self, resident: usize) -> bool {
        self.writers.contains(&resident)
    }

    /// Whether somebody is among so many who notice and write at once.
    pub(super) fn is_prompt(&self, resident: usize, prompt: usize) -> bool {
        self.writers.iter().take(prompt).any(|who| *who == resident)
    }

    /// Whose device does not come back.
    pub(super) fn stays(&self) -> BTreeSet<usize> {
        self.last(0, self.stay)
    }

    /// Who says that it still does not work.
    pub(super) fn doubts(&self) -> BTreeSet<usize> {
        self.last(self.stay, self.doubt)
    }

    fn last(&self, skip: usize, take: usize) -> BTreeSet<usize> {
        let backwards = self.writers.iter().rev();
        backwards.skip(skip).take(take).copied().collect()
    }
}

impl Town {
    /// So many of those who fit; who has the values that stand first comes first.
    pub(super) fn exactly(&mut self, truth: &Truth, from: Vec<usize>, people: u32) -> Vec<usize> {
        let mut from = shuffled(&mut self.rng, from);
        from.sort_by_key(|resident| self.rank(truth, *resident));
        from.truncate(usize::try_from(people).unwrap_or(usize::MAX));
        from.sort_unstable();
        from
    }

    /// Places of somebody's values in the lists of those that fit.
    fn rank(&self, truth: &Truth, resident: usize) -> Vec<usize> {
        let place = |(which, values): &(_, Vec<String>)| {
            let value = self.value_of(*which, resident);
            let place = values.iter().position(|wanted| value == Some(wanted));
            place.unwrap_or(values.len())
        };
        truth.fits.iter().map(place).collect()
    }

    /// Who writes, if the truth says how many.
    pub(super) fn cast(&mut self, truth: &Truth, hit: &[usize]) -> Option<Cast> {
        let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let many = truth.writers?;
        let mut writers = shuffled(&mut self.rng, hit.to_vec());
        writers.truncate(number(many));
        Some(Cast {
            writers,
            stay: number(truth.stay),
            doubt: number(truth.doubt),
        })
    }

    /// Whether the requester of a ticket will say that it still does not work.
    pub(super) fn doubts(&self, ticket: usize) -> bool {
        let told = self.tickets.get(ticket);
        told.is_some_and(|told| {
            let trouble = told.trouble.and_then(|trouble| self.troubles.get(trouble));
            trouble.is_some_and(|trouble| trouble.doubts.contains(&told.resident))
        })
    }

    /// Of a hundred like the requester of a ticket: how many say something when they are answered, if it is told.
    pub(super) fn reacts(&self, ticket: usize) -> Option<u32> {
        let told = self.tickets.get(ticket)?;
        self.truth_of(told.trouble?)?.react
    }

    /// Who doubts says so once it is over and their own device is well, and only once.
    pub(super) fn says_still(&mut self, at: i64, ticket: usize) -> Vec<Happening> {
        let told = self.tickets.get(ticket);
        let Some((trouble, resident)) = told.and_then(|told| Some((told.trouble?, told.resident)))
        else {
            return Vec::new();
        };
        let Some(found) = self.troubles.get(trouble) else {
            return Vec::new();
        };
        // They try for a while first.
        let well = found.hit.get(&resident).and_then(|hit| hit.well);
        if found.end.is_none() || well.is_none_or(|well| at < well + 240) {
            self.plan(at + 60, Event::Doubts { ticket });
            return Vec::new();
        }
        let is_first = self
            .troubles
            .get_mut(trouble)
            .is_some_and(|found| found.doubts.remove(&resident));
        if is_first {
            self.says(at, ticket, "still")
        } else {
            Vec::new()
        }
    }

    /// Whether somebody is hit by what has its writers counted: they write of nothing else while it lasts.
    pub(super) fn has_a_part(&self, resident: usize) -> bool {
        let troubles = self.troubles.iter();
        troubles
            .filter(|trouble| trouble.end.is_none() && trouble.hit.contains_key(&resident))
            .any(|trouble| {
                let truth = self.truth(trouble.truth);
                truth.is_some_and(|truth| truth.writers.is_some())
            })
    }

    /// The trouble behind a ticket, unless it is the requester's own.
    pub(super) fn incident_of(&self, told: &Told) -> Option<usize> {
        let truth = told.trouble.and_then(|trouble| self.truth_of(trouble));
        truth.filter(|truth| truth.kind != Kind::Own)?;
        told.trouble
    }
}
