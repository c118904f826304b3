//! Erlang C: how long callers wait when so many people answer. For telephones and chats alone, which are answered live or
//! not at all; a backlog of tickets drains (see [`super::forecast`]).
//!
//! It takes callers to be patient without end, so it overstates the people that are needed.

use serde::Serialize;

/// What callers find.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Waiting {
    /// The chance that a caller has to wait at all, 0 to 1.
    pub chance: f64,
    /// The mean wait of all callers, seconds.
    pub mean_seconds: f64,
    /// The share that is answered within the time asked for, 0 to 1.
    pub within: f64,
}

/// `calls` an hour of `handling` seconds each, `people` who answer; the share answered within `target` seconds. None when
/// the queue grows without end (as many erlangs as people, or more), and of nonsense.
pub fn erlang_c(calls: f64, handling: f64, people: u32, target: f64) -> Option<Waiting> {
    let is_sound = calls >= 0.0 && handling > 0.0 && target >= 0.0;
    if !is_sound || !calls.is_finite() || !handling.is_finite() || !target.is_finite() {
        return None;
    }
    let load = calls * handling / 3_600.0;
    let n = f64::from(people);
    if load >= n {
        return None;
    }
    // Erlang B by its recurrence, which overflows nowhere.
    let blocked = (1..=people).fold(1.0, |b, k| load * b / (f64::from(k) + load * b));
    let chance = blocked * n / (n - load * (1.0 - blocked));
    let spare = n - load;
    Some(Waiting {
        chance,
        mean_seconds: chance * handling / spare,
        within: 1.0 - chance * (-spare * target / handling).exp(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        // calls/h, minutes each, people, minutes to answer within; chance of waiting, mean wait in minutes, share in time.
        for (calls, minutes, people, chance, wait, within) in [
            (60.0, 10.0, 11, 0.682, 6.8, 0.586),
            (60.0, 10.0, 12, 0.449, 2.25, 0.835),
            (60.0, 10.0, 14, 0.174, 0.44, 0.976),
            (30.0, 12.0, 7, 0.614, 7.4, 0.595),
            (30.0, 12.0, 8, 0.357, 2.1, 0.845),
        ] {
            let told = erlang_c(calls, minutes * 60.0, people, 300.0).unwrap();
            assert!((told.chance - chance).abs() < 0.000_6, "{people}: {told:?}");
            assert!((told.mean_seconds / 60.0 - wait).abs() < 0.06, "{told:?}");
            assert!((told.within - within).abs() < 0.000_6, "{told:?}");
        }
    }

    #[test]
    fn too_few_people_and_nonsense_have_no_answer() {
        // 60 an hour of 10 minutes are 10 erlangs: 10 people never catch up.
        assert_eq!(erlang_c(60.0, 600.0, 10, 300.0), None);
        assert_eq!(erlang_c(60.0, 600.0, 0, 300.0), None);
        assert_eq!(erlang_c(f64::NAN, 600.0, 12, 300.0), None);
        assert_eq!(erlang_c(60.0, 0.0, 12, 300.0), None);
        assert_eq!(erlang_c(-1.0, 600.0, 12, 300.0), None);
        let none = erlang_c(0.0, 600.0, 1, 0.0).unwrap();
        assert!(none.chance.abs() < 1e-12 && (none.within - 1.0).abs() < 1e-12);
        // Hundreds of people overflow nowhere.
        let many = erlang_c(5_000.0, 600.0, 900, 20.0).unwrap();
        assert!(many.chance > 0.0 && many.chance < 1.0, "{many:?}");
    }
}
