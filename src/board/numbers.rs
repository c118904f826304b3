//! From the index to the supervisor's numbers.

use jiff::Timestamp;

use super::Board;
use crate::domain::numbers::{Case, Known, Log, Numbers};

impl Board {
    /// What the numbers are computed from: every known ticket as it should be shown.
    pub fn numbers_log(&self, known: Known) -> Log {
        let cases = self
            .rows()
            .filter_map(|row| Case::of(row.ticket(), &row.group));
        Log {
            cases: cases.collect(),
            known,
            ..Log::default()
        }
    }

    /// The supervisor's numbers, with the incidents that are known here.
    pub fn numbers(&self, known: Known, now: Timestamp) -> Numbers {
        Numbers::of(&self.numbers_log(known), Some(&self.watch), now)
    }
}
