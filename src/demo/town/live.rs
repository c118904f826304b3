//! The town's past and its going on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::watch;

use super::chance::between;
use super::engine::{Event, Town, TownPlan};
use super::fleet::fact;
use super::{data, rhythm};
use crate::demo::base::people::Role;
use crate::demo::base::thread::Handle;
use crate::demo::base::{Base, BaseError, DeskBase};
use crate::demo::clock::DeskClock;
use crate::demo::options::{DeskOptions, Scenario};
use crate::demo::query::dates::wire_time;

/// The last hours, of which most is still open.
const TODAY: i64 = 8 * 3_600;
/// Tickets of today are at most so many; older ones lie before.
const TODAYS: u32 = 700;
/// Older tickets reach so far back.
const DAYS: i64 = 60;
/// At most so many events share one commit, so that clients are not kept waiting.
const BATCH: usize = 200;

/// A town shared between the task that waits and the thread of the database.
pub(crate) type SharedTown = Arc<Mutex<Town>>;

/// Draws the town of these options, and gives a fresh desk its past.
pub(crate) async fn prepare(
    base: &Handle,
    options: &DeskOptions,
    clock: &DeskClock,
    fresh: bool,
) -> Result<Option<SharedTown>, BaseError> {
    if options.devices == 0 && options.tickets == 0 {
        return Ok(None);
    }
    let loaded = data::load().map_err(|error| BaseError::Assets(error.to_string()))?;
    let recent = options.tickets.min(TODAYS);
    let devices = match options.devices {
        0 => options.tickets.div_ceil(4).clamp(20, 15_000),
        some => some,
    };
    let per_hour = if options.tickets > 0 {
        recent / 8
    } else {
        options.devices / 24
    };
    let plan = TownPlan {
        seed: options.seed,
        devices: usize::try_from(devices).unwrap_or(1_200),
        per_hour: per_hour.max(2),
        scenario: options.scenario,
        rhythm: options.at.is_some(),
        zone: TimeZone::system(),
        // about one a second of real time
        report_every: i64::try_from(
            Duration::try_from_secs_f64(clock.speed())
                .unwrap_or_default()
                .as_secs(),
        )
        .unwrap_or(1)
        .max(1),
    };
    let now = clock.now_second();
    let tickets = options.tickets;
    let town = base
        .write(move |desk| {
            let mut town = Town::new(Arc::new(loaded), plan);
            if fresh {
                fill(&mut town, desk, tickets, now)?;
            } else {
                town.find_devices(desk)?;
            }
            town.plan_scenario(now);
            Ok::<_, BaseError>(town)
        })
        .await??;
    Ok(Some(Arc::new(Mutex::new(town))))
}

/// Puts people and devices on an empty desk, and lets the past happen.
fn fill(town: &mut Town, desk: &mut DeskBase, tickets: u32, now: i64) -> Base<()> {
    let real = desk.now;
    desk.now = now - 200 * 86_400;
    for number in 0..town.devices.len() {
        // Most reported within the hour, a few have been in a drawer for weeks.
        let ago = match between(&mut town.rng, 0, 99) {
            0..=2 => between(&mut town.rng, 86_400, 40 * 86_400),
            3..=9 => between(&mut town.rng, 3_600, 80_000),
            _ => between(&mut town.rng, 1, 3_600),
        };
        if let Some(device) = town.devices.get_mut(number) {
            device.change(fact::LAST_SEEN, wire_time(now - ago));
        }
    }
    town.settle(desk)
        .map_err(|refusal| BaseError::Assets(refusal.to_string()))?;
    desk.now = real;
    town.today = now - TODAY;
    for moment in moments(town, tickets, now) {
        let group = town.ordinary_group();
        let resident = town.somebody(&group);
        town.plan(
            moment,
            Event::Writes {
                resident,
                group,
                outage: None,
            },
        );
    }
    while town.run(desk, now, 10_000)? > 0 {}
    desk.reload()
}

/// When the tickets of the past were written: the latest in the last hours, the others before, at
/// the hours when people work.
fn moments(town: &mut Town, tickets: u32, now: i64) -> Vec<i64> {
    let recent = tickets.min(TODAYS);
    let zone = town.plan.zone.clone();
    let rhythm = town.plan.rhythm;
    let mut found = Vec::new();
    for number in 0..tickets {
        let mut moment = now;
        // Drawn until it falls into a busy hour; a quiet one is taken now and then.
        for _ in 0..40 {
            moment = if number < recent {
                now - between(&mut town.rng, 1, TODAY)
            } else {
                now - TODAY - between(&mut town.rng, 1, DAYS * 86_400)
            };
            let busy = if number < recent && !rhythm {
                2_000
            } else {
                i64::from(rhythm::per_mille(moment, &zone))
            };
            if between(&mut town.rng, 0, 1_999) < busy {
                break;
            }
        }
        found.push(moment);
    }
    found
}

impl Town {
    /// A group by its share of an ordinary day.
    fn ordinary_group(&mut self) -> String {
        let scenario = std::mem::replace(&mut self.scenario, Scenario::Quiet);
        let group = self.draw_group();
        self.scenario = scenario;
        group
    }
}

/// Lets the town live until told to stop.
pub(crate) async fn live(
    base: Handle,
    town: SharedTown,
    clock: Arc<DeskClock>,
    mut stop: watch::Receiver<bool>,
) {
    let mut seen: i64 = 0;
    loop {
        let next = town
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next_at();
        let Some(next) = next else { return };
        let moment = jiff::Timestamp::from_second(next).unwrap_or(jiff::Timestamp::MAX);
        let wait = clock.wait_until(moment).max(Duration::from_millis(200));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let (town, from, now) = (Arc::clone(&town), seen, clock.now_second());
        let work = move |desk: &mut DeskBase| {
            let mut town = town.lock().unwrap_or_else(PoisonError::into_inner);
            let latest = watch_others(&mut town, desk, from)?;
            town.run(desk, now, BATCH)?;
            Ok::<i64, BaseError>(latest)
        };
        match base.write(work).await {
            Ok(Ok(latest)) => seen = latest,
            Ok(Err(error)) => tracing::error!(%error, "the town could not go on"),
            Err(_) => return,
        }
    }
}

/// Lets requesters react to answers by people who are not of the simulation; returns how far the
/// change feed has been read.
fn watch_others(town: &mut Town, desk: &mut DeskBase, from: i64) -> Base<i64> {
    let latest: i64 =
        desk.conn
            .query_row("SELECT coalesce(max(id), 0) FROM transactions", [], |row| {
                row.get(0)
            })?;
    if from > 0 && latest > from {
        let answers: Vec<(i64, i64)> = {
            let mut statement = desk.conn.prepare_cached(
                "SELECT object, creator FROM transactions WHERE id > ?1 AND id <= ?2 AND kind = 1 AND type = 'Correspond'",
            )?;
            let rows = statement.query_map([from, latest], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<Result<_, _>>()?
        };
        for (ticket, creator) in answers {
            let Some(person) = desk.person(creator)? else {
                continue;
            };
            let simulated = crate::demo::base::seed::STAFF
                .iter()
                .skip(2)
                .any(|(name, ..)| *name == person.name);
            if person.role >= Role::Agent && !simulated {
                town.answered(ticket, desk.now);
            }
        }
    }
    Ok(latest)
}
