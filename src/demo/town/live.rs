//! The town's past and its going on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::watch;

use super::chance::between;
use super::engine::{Answer, Event, Town, TownPlan};
use super::fleet::fact;
use super::record::Recorder;
use super::start::StartAt;
use super::{data, rhythm};
use crate::demo::base::people::Role;
use crate::demo::base::thread::Handle;
use crate::demo::base::{Base, BaseError, DeskBase};
use crate::demo::clock::DeskClock;
use crate::demo::options::DeskOptions;
use crate::demo::query::dates::wire_time;
use crate::demo::running::DeskError;

/// The last hours, of which most is still open.
const TODAY: i64 = 8 * 3_600;
/// No town writes more than so many tickets in [`TODAY`], unless its scenario says so.
const TODAYS: u32 = 700;
/// Older tickets reach so far back.
const DAYS: i64 = 60;

/// Days that a town with a rhythm has lived: each hour of the week once, so that a reader can learn what is usual.
pub(crate) const HISTORY: i64 = 7;

/// What a fresh desk is to have behind it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Past {
    /// Tickets, at least.
    pub(crate) tickets: usize,
    /// Days that the town has lived, at least.
    pub(crate) days: i64,
}
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
) -> Result<Option<SharedTown>, DeskError> {
    let Some(mut town) = draw(options)? else {
        return Ok(None);
    };
    let past = Past {
        tickets: usize::try_from(options.tickets).unwrap_or(0),
        days: options.starts().map_or(0, |_| HISTORY),
    };
    let now = clock.now_second();
    let town = base
        .write(move |desk| {
            begin(&mut town, desk, past, now, fresh)?;
            Ok::<_, BaseError>(town)
        })
        .await??;
    Ok(Some(Arc::new(Mutex::new(town))))
}

/// Draws the town of these options; none if they want none.
pub(crate) fn draw(options: &DeskOptions) -> Result<Option<Town>, DeskError> {
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
    let at = options.starts();
    let plan = TownPlan {
        seed: options.seed,
        devices: usize::try_from(devices).unwrap_or(1_200),
        per_hour: per_hour.max(2),
        scenario: options.scenario.clone(),
        rhythm: at.is_some(),
        zone: at.map_or_else(TimeZone::system, StartAt::zone),
        // about one a second of real time
        report_every: i64::try_from(
            Duration::try_from_secs_f64(options.speed)
                .unwrap_or_default()
                .as_secs(),
        )
        .unwrap_or(1)
        .max(1),
    };
    let recorder = match &options.record {
        None => None,
        Some(path) => Some(Recorder::create(path, plan.zone.clone())?),
    };
    let mut town = Town::new(Arc::new(loaded), plan);
    town.recorder = recorder;
    Ok(Some(town))
}

/// Gives a fresh desk its past, and plans what happens from `now` on.
pub(crate) fn begin(
    town: &mut Town,
    desk: &mut DeskBase,
    past: Past,
    now: i64,
    fresh: bool,
) -> Base<()> {
    if fresh {
        fill(town, desk, past, now)?;
    } else {
        town.find_devices(desk)?;
    }
    town.plan_scenario(now);
    town.note_down(Recorder::begins);
    Ok(())
}

/// Puts people and devices on an empty desk, and lets the past happen.
fn fill(town: &mut Town, desk: &mut DeskBase, past: Past, now: i64) -> Base<()> {
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
    town.today = today(&town.plan, now);
    for moment in moments(town, past, now) {
        let group = town.draw_group(moment);
        let resident = town.somebody(moment, &group);
        town.plan(
            moment,
            Event::Writes {
                resident,
                group,
                trouble: None,
                howto: false,
            },
        );
    }
    while town.run(desk, now, 10_000)? > 0 {}
    desk.reload()
}

/// Since when tickets are of today, and most are still open. A town that sleeps at night looks back to
/// the morning of the last working day.
fn today(plan: &TownPlan, now: i64) -> i64 {
    if !plan.rhythm {
        return now - TODAY;
    }
    let busy = |at: i64| rhythm::per_mille(at, &plan.zone) >= 500;
    let hours = (1..=96).map(|hour| now - hour * 3_600);
    let worked = hours.skip_while(|at| busy(*at)).skip_while(|at| !busy(*at));
    worked
        .take_while(|at| busy(*at))
        .last()
        .unwrap_or(now - TODAY)
}

/// When the tickets of the past were written: as often as they will come from now on, the latest
/// first, and what is more than the town writes in [`DAYS`] days anywhere in them.
fn moments(town: &mut Town, past: Past, now: i64) -> Vec<i64> {
    let mut found = Vec::new();
    let (first, least) = (now - DAYS * 86_400, now - past.days * 86_400);
    let mut minute = now;
    while minute > first && (found.len() < past.tickets || minute > least) {
        minute -= 60;
        for second in (0..60).rev() {
            for _ in 0..town.mails_a_second(minute, 1, 1) {
                found.push(minute + second);
            }
        }
    }
    // A past of a given number has it to the ticket.
    if past.days == 0 {
        found.truncate(past.tickets);
    }
    while found.len() < past.tickets {
        let mut moment = now;
        // Drawn until it falls into a busy hour; a quiet one is taken now and then.
        for _ in 0..40 {
            moment = now - between(&mut town.rng, 1, DAYS * 86_400);
            if between(&mut town.rng, 0, 1_999) < i64::from(town.busy(moment)) {
                break;
            }
        }
        found.push(moment);
    }
    found
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
        let wait = clock.wait_until(next).max(Duration::from_millis(200));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let (town, from) = (Arc::clone(&town), seen);
        let (now, skew) = (clock.true_second(), clock.skew());
        let work = move |desk: &mut DeskBase| {
            let mut town = town.lock().unwrap_or_else(PoisonError::into_inner);
            let latest = watch_others(&mut town, desk, from, now)?;
            town.skew = skew;
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

/// Lets requesters react to what people who are not of the simulation do, and writes it down; returns
/// how far the change feed has been read.
fn watch_others(town: &mut Town, desk: &mut DeskBase, from: i64, now: i64) -> Base<i64> {
    let latest: i64 =
        desk.conn
            .query_row("SELECT coalesce(max(id), 0) FROM transactions", [], |row| {
                row.get(0)
            })?;
    if from == 0 || latest <= from {
        return Ok(latest);
    }
    let done: Vec<(i64, i64, i64, String, String)> = {
        let mut statement = desk.conn.prepare_cached(
            "SELECT id, object, creator, type, new FROM transactions
             WHERE id > ?1 AND id <= ?2 AND kind = 1 AND type IN ('Correspond', 'Status')",
        )?;
        let rows = statement.query_map([from, latest], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        })?;
        rows.collect::<Result<_, _>>()?
    };
    for (txn, ticket, creator, typ, new) in done {
        let Some(person) = desk.person(creator)? else {
            continue;
        };
        let simulated = crate::demo::base::seed::STAFF
            .iter()
            .skip(2)
            .any(|(name, ..)| *name == person.name);
        if person.role < Role::Agent || simulated {
            continue;
        }
        if typ == "Status" {
            town.note_down(|recorder, _| recorder.status(now, ticket, &new));
            if new == "resolved" {
                town.answered(ticket, now, Answer::Solved);
            }
            continue;
        }
        let text = said(desk, txn)?;
        let asked = text.trim_end().ends_with('?') || text.contains("?\n");
        let answer = if asked { Answer::Asked } else { Answer::Told };
        town.answered(ticket, now, answer);
        town.note_down(|recorder, _| recorder.replied(now, ticket, "agent", &text));
    }
    Ok(latest)
}

/// The text of a message.
fn said(desk: &mut DeskBase, txn: i64) -> Base<String> {
    for attachment in desk.attachments_of(txn)? {
        if let Some(found) = desk.attachment(attachment)?
            && found.filename.is_empty()
            && found.content_type.starts_with("text/plain")
        {
            return Ok(String::from_utf8_lossy(&found.content).into_owned());
        }
    }
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::town::scenario::Scenario;

    #[test]
    fn the_past_has_the_rhythm_of_what_comes() {
        let options = DeskOptions {
            at: StartAt::parse("2026-03-02T07:00"),
            scenario: Scenario::default(),
            ..DeskOptions::demo()
        };
        let mut town = draw(&options).unwrap().unwrap();
        let now = options
            .at
            .unwrap()
            .moment(jiff::Timestamp::UNIX_EPOCH)
            .as_second();
        let past = Past {
            tickets: 400,
            days: 7,
        };
        let found = moments(&mut town, past, now);
        let between = |from: i64, to: i64| {
            let hours = now - to * 3_600..now - from * 3_600;
            found.iter().filter(|at| hours.contains(at)).count()
        };
        // The hours from midnight to seven, Sunday, and the last Friday from eight to noon.
        let (night, sunday, friday) = (between(0, 7), between(7, 31), between(67, 71));
        assert!(night < 30, "{night} of the night before");
        assert!(
            sunday < 80 && friday > 2 * sunday,
            "{sunday} on Sunday, {friday} on Friday morning"
        );
        assert!(found.len() > 1_500 && between(0, 7 * 24) == found.len());

        let exactly = Past {
            tickets: 400,
            days: 0,
        };
        assert_eq!(moments(&mut town, exactly, now).len(), 400);
    }

    #[test]
    fn what_came_since_the_last_working_morning_is_of_today() {
        let options = DeskOptions {
            at: StartAt::parse("2026-03-02T07:00"),
            ..DeskOptions::demo()
        };
        let town = draw(&options).unwrap().unwrap();
        let at = |text: &str| {
            let at = StartAt::parse(text).unwrap();
            at.moment(jiff::Timestamp::UNIX_EPOCH).as_second()
        };
        let (monday, friday) = (at("2026-03-02T07:00"), at("2026-02-27T07:00"));
        assert_eq!(today(&town.plan, monday), friday);
        assert_eq!(today(&town.plan, at("2026-03-03T11:00")), monday);
    }
}
