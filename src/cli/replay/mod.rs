//! `vagt replay`: a recorded day through the engine of the console. It knows nothing but its files: no desk, no cache,
//! no corrections; so the same files give the same output.
//!
//! Invariant: nothing that is printed depends on a line later than its `at`.

mod lines;

use std::collections::HashSet;
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::args::ReplayArgs;
use super::classify::{each_line, engine as reader};
use super::exit::{Exit, Stop};
use super::out::{Out, say};
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::incident::Event;
use crate::i18n::incident::Sentences;
use crate::text::lang::Lang;
use crate::triage::incident::{Engine, Input, NewTicket, Settings, Size};
use crate::triage::{Engine as Reader, Input as Text};
use lines::{DeviceLine, Devices, Line, What};

/// How often the engine takes stock between lines, as in the console.
const TICK: SignedDuration = SignedDuration::from_secs(60);

/// A line may be this late and still be taken.
const LATE: SignedDuration = SignedDuration::from_hours(1);

/// Lines that are looked at behind one that may be from the future.
const BEHIND: usize = 10;

/// A gap longer than this is gone through at both ends only.
const GAP: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What is told of devices and earlier tickets may be so far from the middle of the day; more is a wrong clock.
const FAR: SignedDuration = SignedDuration::from_hours(24 * 366);

/// What became of one ticket.
#[derive(Serialize)]
struct Assignment<'a> {
    event: &'static str,
    ticket: &'a TicketId,
    group: Option<&'a str>,
    incident: Option<String>,
}

/// Runs it. It needs no configuration and no desk.
///
/// # Errors
/// A file that cannot be read; groups that cannot be understood (exit code 3); an unknown language (2).
pub fn run(args: &ReplayArgs, out: &mut Out) -> Result<Exit, Stop> {
    let lang = language(&args.lang)?;
    let reader = reader(args.config.as_deref())?;
    let mut exit = Exit::Done;
    let (devices, changes) = read_devices(args.devices.as_deref(), &mut exit)?;
    let (lines, zone) = read_lines(&args.file, &mut exit)?;
    let ahead: Vec<bool> = (0..lines.len()).map(|nth| is_ahead(&lines, nth)).collect();
    let span = Span::of(&lines, &ahead);
    let size = match args.usual_per_day {
        Some(n) => Size::PerDay(f64::from(n)),
        None if devices.is_empty() => Size::Unknown,
        None => Size::Devices(devices.len()),
    };
    let mut engine = Engine::new(&Settings {
        zone: zone.clone(),
        size,
    });
    for device in devices.iter() {
        engine.know(device);
    }
    if let Some(history) = &args.history {
        let (earlier, _) = read_lines(history, &mut exit)?;
        let earlier: Vec<NewTicket> = earlier
            .into_iter()
            .filter(|line| match span.is_earlier(line.at) {
                Ok(()) => true,
                Err(why) => {
                    say(format!(
                        "{}: {} {why}; left out",
                        place(history, line.number),
                        line.at
                    ));
                    exit = Exit::Partly;
                    false
                }
            })
            .filter_map(|line| match line.what {
                What::Created(ticket) => Some(read(*ticket, &reader)),
                _ => None,
            })
            .collect();
        engine.remember(&earlier);
    }
    let mut play = Play {
        engine,
        reader,
        devices,
        sentences: Sentences::new(lang, zone),
        clock: None,
        next_tick: None,
        ids: Vec::new(),
        seen: HashSet::new(),
    };
    let mut changes = near(changes, args.devices.as_deref(), &span, &mut exit)
        .into_iter()
        .peekable();
    for (line, is_ahead) in lines.into_iter().zip(ahead) {
        let at = line.at;
        if is_ahead && play.is_jump(&line) {
            let place = place(&args.file, line.number);
            say(format!(
                "{place}: {at} is more than an hour ahead of the lines behind it; left out"
            ));
            exit = Exit::Partly;
            continue;
        }
        while let Some(change) = changes.next_if(|change| change.at <= at) {
            play.device(&change, out)?;
        }
        if play.is_too_late(&line) {
            let place = place(&args.file, line.number);
            say(format!(
                "{place}: {at} is more than an hour behind the lines before it; left out"
            ));
            exit = Exit::Partly;
            continue;
        }
        play.line(line, out)?;
    }
    for change in changes {
        play.device(&change, out)?;
    }
    // What the last minute brought.
    if let Some(end) = play.next_tick {
        play.pass(end, out)?;
    }
    play.assignments(out)?;
    Ok(exit)
}

/// A language by its code.
///
/// # Errors
/// It is none of the five.
pub(super) fn language(code: &str) -> Result<Lang, Stop> {
    match Lang::from_code(code) {
        Lang::Unknown => Err(Stop::new(
            Exit::Usage,
            format!("no sentences in {code:?}; there are da, nb, nn, sv and en"),
        )),
        lang => Ok(lang),
    }
}

fn read(mut ticket: NewTicket, reader: &Reader) -> NewTicket {
    let lang = ticket.finding.lang.as_deref().map(Lang::from_code);
    ticket.finding = reader.classify(&Text {
        subject: &ticket.subject,
        body: &ticket.body,
        lang,
    });
    ticket
}

fn read_lines(file: &Path, exit: &mut Exit) -> Result<(Vec<Line>, TimeZone), Stop> {
    let mut lines = Vec::new();
    let mut zone = None;
    each_line(Some(file), |number, text| {
        match lines::ticket(number, text) {
            Ok(Some((line, offset))) => {
                zone.get_or_insert(offset);
                lines.push(line);
            }
            Ok(None) => {}
            Err(why) => {
                say(format!("{}: {why}", place(file, number)));
                *exit = Exit::Partly;
            }
        }
        Ok(())
    })?;
    let zone = zone.map_or(TimeZone::UTC, TimeZone::fixed);
    Ok((lines, zone))
}

fn read_devices(file: Option<&Path>, exit: &mut Exit) -> Result<(Devices, Vec<DeviceLine>), Stop> {
    let mut devices = Devices::default();
    let mut changes: Vec<DeviceLine> = Vec::new();
    let Some(file) = file else {
        return Ok((devices, changes));
    };
    each_line(Some(file), |number, text| {
        match lines::device(number, text) {
            Ok(line) if line.is_change => changes.push(line),
            Ok(line) => {
                devices.change(&line);
            }
            Err(why) => {
                say(format!("{}: {why}", place(file, number)));
                *exit = Exit::Partly;
            }
        }
        Ok(())
    })?;
    // Of one moment in the order of the file.
    changes.sort_by_key(|change| change.at);
    Ok((devices, changes))
}

/// Where a line stands: `day.jsonl:12`.
fn place(file: &Path, number: usize) -> String {
    format!("{}:{number}", file.display())
}

/// The changes that are not far from the day.
fn near(
    changes: Vec<DeviceLine>,
    file: Option<&Path>,
    span: &Span,
    exit: &mut Exit,
) -> Vec<DeviceLine> {
    let mut near = Vec::with_capacity(changes.len());
    for change in changes {
        if let (Err(why), Some(file)) = (span.is_near(change.at), file) {
            let place = place(file, change.number);
            say(format!("{place}: {} {why}; left out", change.at));
            *exit = Exit::Partly;
        } else {
            near.push(change);
        }
    }
    near
}

/// When the day is that is played; none where there are no lines.
struct Span {
    first: Option<Timestamp>,
    middle: Option<Timestamp>,
}

impl Span {
    fn of(lines: &[Line], ahead: &[bool]) -> Self {
        let mut times: Vec<Timestamp> = lines.iter().map(|line| line.at).collect();
        times.sort_unstable();
        let mut span = Self {
            first: None,
            middle: times.get(times.len() / 2).copied(),
        };
        // The first line with a wrong clock says nothing of when the day begins.
        let taken = lines.iter().zip(ahead).filter(|(_, is_ahead)| !**is_ahead);
        let mut taken = taken.map(|(line, _)| line.at);
        span.first = taken.find(|at| span.is_near(*at).is_ok());
        span
    }
    fn is_near(&self, at: Timestamp) -> Result<(), &'static str> {
        match self.middle {
            Some(middle) if at.duration_since(middle).abs() > FAR => {
                Err("is more than a year away from the tickets that are played")
            }
            _ => Ok(()),
        }
    }
    /// Whether a line is of the time before the day.
    fn is_earlier(&self, at: Timestamp) -> Result<(), &'static str> {
        if self.first.is_some_and(|first| at >= first) {
            return Err("is not before the first ticket that is played");
        }
        self.is_near(at)
    }
}

/// Whether a line may be from the future: most of those behind it are more than an hour before it. One wrong clock must
/// not make the rest of the day late. It may be those behind it that are late: see [`Play::is_jump`].
fn is_ahead(lines: &[Line], nth: usize) -> bool {
    let mut rest = lines.iter().skip(nth);
    let Some(line) = rest.next() else {
        return false;
    };
    let (behind, before) = rest.take(BEHIND).fold((0, 0), |(behind, before), next| {
        let is_before = line.at.duration_since(next.at) > LATE;
        (behind + 1, before + usize::from(is_before))
    });
    before > 1 && before * 2 > behind
}

/// A day being played.
struct Play {
    engine: Engine,
    reader: Reader,
    devices: Devices,
    sentences: Sentences,
    clock: Option<Timestamp>,
    next_tick: Option<Timestamp>,
    ids: Vec<TicketId>,
    seen: HashSet<TicketId>,
}

impl Play {
    fn is_too_late(&self, line: &Line) -> bool {
        self.clock
            .is_some_and(|clock| clock.duration_since(line.at) > LATE)
    }
    /// Whether a line is more than an hour beyond what was played so far.
    fn is_jump(&self, line: &Line) -> bool {
        self.clock
            .is_none_or(|clock| line.at.duration_since(clock) > LATE)
    }
    /// Lets time pass, a tick a minute.
    fn pass(&mut self, to: Timestamp, out: &mut Out) -> Result<(), Stop> {
        while let Some(tick) = self.next_tick.filter(|tick| *tick <= to) {
            let events = self.engine.advance(tick, &[]);
            self.tell(&events, out)?;
            let next = tick.saturating_add(TICK).unwrap_or(to);
            self.next_tick = Some(if to.duration_since(next) > GAP {
                to
            } else {
                next
            });
            if next <= tick {
                break;
            }
        }
        if self.next_tick.is_none() {
            self.next_tick = to.checked_add(TICK).ok();
        }
        self.clock = self.clock.max(Some(to));
        Ok(())
    }
    fn device(&mut self, change: &DeviceLine, out: &mut Out) -> Result<(), Stop> {
        self.pass(change.at, out)?;
        let device = self.devices.change(change);
        let events = self
            .engine
            .advance(change.at, &[Input::Device(Box::new(device))]);
        self.tell(&events, out)
    }
    fn line(&mut self, line: Line, out: &mut Out) -> Result<(), Stop> {
        self.pass(line.at, out)?;
        let input = match line.what {
            What::Created(ticket) => {
                if self.seen.insert(ticket.id.clone()) {
                    self.ids.push(ticket.id.clone());
                }
                Input::Ticket(Box::new(read(*ticket, &self.reader)))
            }
            What::Reply { ticket, body } => Input::Reply {
                ticket,
                body,
                at: None,
            },
            What::Status { ticket, is_solved } => Input::Solved { ticket, is_solved },
            What::Gone(ticket) => Input::Gone(ticket),
        };
        let events = self.engine.advance(line.at, &[input]);
        self.tell(&events, out)
    }
    fn tell(&self, events: &[Event], out: &mut Out) -> Result<(), Stop> {
        for event in events {
            let mut line = json!(event);
            if let (Json::Object(line), Some(sentence)) = (&mut line, self.sentences.event(event)) {
                line.insert("sentence".to_owned(), Json::String(sentence));
            }
            out.record(&line)?;
        }
        Ok(())
    }
    fn assignments(&self, out: &mut Out) -> Result<(), Stop> {
        for ticket in &self.ids {
            let (group, incident) = self.engine.assignment(ticket);
            out.record(&Assignment {
                event: "assignment",
                ticket,
                group: group.map(GroupId::as_str),
                incident: incident.map(|i| i.to_string()),
            })?;
        }
        Ok(())
    }
}
