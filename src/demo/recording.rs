//! A day of the town as fast as it can be computed, written down for `vagt replay`.
//!
//! No server and no waiting: the same town works on the same desk as in `vagt serve`, hour by hour. With
//! the same options the files are the same byte for byte, on any machine.

use std::path::PathBuf;

use super::base::{BaseError, DeskBase, seed};
use super::options::DeskOptions;
use super::running::DeskError;
use super::town::live::{self, HISTORY, Past};
use super::town::record::beside;
use super::town::start::{Day, StartAt};

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The files: tickets, devices, history, truth.
    pub files: [PathBuf; 4],
    /// Tickets that were written in the day.
    pub tickets: usize,
    /// Troubles that began in it.
    pub troubles: usize,
}

/// Events between two commits.
const BATCH: usize = 5_000;

/// Lets so many hours of the town pass and writes them down. Options without a date begin on a Monday
/// morning that is always the same; `options.record` is where, and must be there.
pub fn record_day(options: &DeskOptions, hours: u32) -> Result<Recorded, DeskError> {
    let refused = |why: &str| DeskError::Refused(why.to_owned());
    let file = options
        .record
        .clone()
        .ok_or_else(|| refused("a recording needs a file; add --record FILE"))?;
    let start = options.starts().map_or(
        StartAt {
            day: Day::Working,
            time: jiff::civil::time(8, 0, 0, 0),
        },
        |at| at,
    );
    let options = DeskOptions {
        at: Some(start.dated()),
        speed: 1.0,
        ..options.clone()
    };
    let now = start
        .dated()
        .moment(jiff::Timestamp::UNIX_EPOCH)
        .as_second();
    let mut town = live::draw(&options)?
        .ok_or_else(|| refused("a town without devices and tickets has nothing to record"))?;
    let mut desk = DeskBase::open(
        options.db.as_deref(),
        "http://localhost/REST/2.0".to_owned(),
        now,
    )?;
    committed(&mut desk, |desk| {
        let fresh = seed::fill(desk, options.markers, &options.setup)?;
        let past = Past {
            tickets: usize::try_from(options.tickets).unwrap_or(0),
            days: HISTORY,
        };
        live::begin(&mut town, desk, past, now, fresh)
    })?;
    let until = now + i64::from(hours) * 3_600;
    while committed(&mut desk, |desk| town.run(desk, until, BATCH))? > 0 {}
    let mut problem = None;
    town.note_down(|recorder, town| {
        recorder.keep(town, until, true);
        problem = recorder.problem.take();
    });
    if let Some(problem) = problem {
        return Err(problem.into());
    }
    let [devices, history, truth] = beside(&file);
    Ok(Recorded {
        files: [file, devices, history, truth],
        tickets: town
            .tickets
            .iter()
            .filter(|ticket| ticket.desk > 0 && ticket.at >= now)
            .count(),
        troubles: town.troubles.len(),
    })
}

/// Does some work in one commit.
fn committed<T>(
    desk: &mut DeskBase,
    work: impl FnOnce(&mut DeskBase) -> Result<T, BaseError>,
) -> Result<T, BaseError> {
    desk.conn.execute_batch("BEGIN IMMEDIATE")?;
    desk.writes += 1;
    let done = work(desk);
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    desk.conn.execute_batch(end)?;
    done
}
