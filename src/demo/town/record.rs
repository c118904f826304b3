//! Writing a day down in the form that `vagt replay` reads, with the truth beside it.
//!
//! From `day.jsonl` come four files: the tickets and what was said in them, `day.devices.jsonl`,
//! `day.history.jsonl` (the tickets of the weeks before) and `day.truth.jsonl` (what really happened).
//! The first three grow with the day; the truth is written anew every minute of the town, and at the end.
//! Nothing depends on the machine or its clock.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::engine::Town;
use super::fleet::{Device, FACTS, fact};
use super::scenario::Kind;
use super::style::Mail;

/// A recording that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error(
    "the day cannot be written to {file}: {source}; the desk goes on, but what follows is not recorded"
)]
pub struct RecordError {
    file: String,
    source: std::io::Error,
}

struct Lines {
    path: PathBuf,
    out: BufWriter<File>,
}

impl Lines {
    fn create(path: PathBuf) -> Result<Self, RecordError> {
        match File::create(&path) {
            Ok(file) => Ok(Self {
                path,
                out: BufWriter::new(file),
            }),
            Err(source) => Err(failed(&path, source)),
        }
    }

    fn put(&mut self, line: &Value) -> Result<(), RecordError> {
        writeln!(self.out, "{line}").map_err(|source| failed(&self.path, source))
    }

    fn flush(&mut self) -> Result<(), RecordError> {
        self.out
            .flush()
            .map_err(|source| failed(&self.path, source))
    }
}

fn failed(path: &Path, source: std::io::Error) -> RecordError {
    RecordError {
        file: path.display().to_string(),
        source,
    }
}

/// Writes down what happens in a town.
pub(crate) struct Recorder {
    tickets: Lines,
    devices: Lines,
    history: Lines,
    truth: PathBuf,
    zone: TimeZone,
    /// The day has begun; before it, everything is history.
    begun: bool,
    /// The first ticket of the day; what is said in older ones is not of it.
    first: Option<i64>,
    /// The truth was last written at this second of the town.
    told: i64,
    /// The first thing that went wrong; nothing is written after it.
    pub(crate) problem: Option<RecordError>,
}

impl Recorder {
    /// Begins a recording; files that are there are written over.
    pub(crate) fn create(path: &Path, zone: TimeZone) -> Result<Self, RecordError> {
        let [devices, history, truth] = beside(path);
        Ok(Self {
            tickets: Lines::create(path.to_owned())?,
            devices: Lines::create(devices)?,
            history: Lines::create(history)?,
            truth,
            zone,
            begun: false,
            first: None,
            told: i64::MIN,
            problem: None,
        })
    }

    fn put(&mut self, which: fn(&mut Self) -> &mut Lines, line: &Value) {
        if self.problem.is_none()
            && let Err(error) = which(self).put(line)
        {
            self.problem = Some(error);
        }
    }

    /// Whether the file that is written now holds this ticket.
    fn is_known(&self, id: i64) -> bool {
        !self.begun || self.first.is_some_and(|first| id >= first)
    }

    fn time(&self, second: i64) -> String {
        time(&self.zone, second)
    }

    /// The day begins with these devices.
    pub(crate) fn begins(&mut self, town: &Town) {
        self.begun = true;
        for (device, who) in town.devices.iter().zip(&town.residents) {
            let mut line = Map::new();
            line.insert("id".to_owned(), json!(device.name));
            line.insert("owner".to_owned(), json!(who.login));
            line.insert("model".to_owned(), json!(device.model));
            for which in 0..FACTS.len() {
                self.put_fact(&mut line, which, device.fact(which));
            }
            self.put(|all| &mut all.devices, &Value::Object(line));
        }
    }

    /// A ticket was written.
    pub(crate) fn wrote(
        &mut self,
        at: i64,
        id: i64,
        town: &Town,
        resident: usize,
        mail: &Mail,
        device: Option<&Device>,
    ) {
        if self.begun && self.first.is_none() {
            self.first = Some(id);
        }
        let who = town.residents.get(resident);
        let site = who.and_then(|who| town.data.town.sites.get(who.site));
        let line = json!({
            "id": id.to_string(),
            "at": self.time(at),
            "subject": mail.subject,
            "body": mail.body,
            "lang": who.map(|who| who.lang.as_str()),
            "reporter": who.map(|who| who.login.as_str()),
            "site": site.map(|site| site.name.as_str()),
            "device": device.map(|device| device.name.as_str()),
        });
        self.put(tickets_or_history, &line);
    }

    /// Somebody answered a ticket.
    pub(crate) fn replied(&mut self, at: i64, id: i64, from: &str, body: &str) {
        if self.is_known(id) {
            let at = self.time(at);
            let line = json!({"id": id.to_string(), "at": at, "event": "reply", "from": from, "body": body});
            self.put(tickets_or_history, &line);
        }
    }

    /// A ticket got another status.
    pub(crate) fn status(&mut self, at: i64, id: i64, status: &str) {
        if self.is_known(id) {
            let at = self.time(at);
            let line = json!({"id": id.to_string(), "at": at, "event": "status", "status": status});
            self.put(tickets_or_history, &line);
        }
    }

    /// A device reported other facts.
    pub(crate) fn reported(&mut self, at: i64, device: &Device, changes: &[(usize, String)]) {
        if !self.begun {
            return;
        }
        let mut line = Map::new();
        line.insert("id".to_owned(), json!(device.name));
        line.insert("at".to_owned(), json!(self.time(at)));
        for (which, value) in changes {
            self.put_fact(&mut line, *which, value);
        }
        self.put(|all| &mut all.devices, &Value::Object(line));
    }

    /// A fact as `replay` reads it: numbers as numbers, what is not known as null.
    fn put_fact(&self, line: &mut Map<String, Value>, which: usize, value: &str) {
        let Some(name) = FACTS.get(which) else {
            return;
        };
        let value = match which {
            _ if value.is_empty() => Value::Null,
            fact::ACCESS => json!(value.to_lowercase().replace('-', "")),
            fact::RSRP..=fact::DISK => value
                .parse::<i64>()
                .map(Value::from)
                .or_else(|_| value.parse::<f64>().map(Value::from))
                .unwrap_or_else(|_| json!(value)),
            fact::LAST_SEEN => match value.parse::<jiff::Timestamp>() {
                Ok(moment) => json!(self.time(moment.as_second())),
                Err(_) => json!(value),
            },
            _ => json!(value),
        };
        line.insert((*name).to_owned(), value);
    }

    /// What is in the buffers goes to disk, and the truth as far as it is known.
    pub(crate) fn keep(&mut self, town: &Town, now: i64, last: bool) {
        if self.problem.is_some() || (!last && now < self.told.saturating_add(60)) {
            return;
        }
        self.told = now;
        let flushed = [&mut self.tickets, &mut self.devices, &mut self.history]
            .into_iter()
            .try_for_each(Lines::flush);
        let kept = flushed.and_then(|()| self.write_truth(town, now));
        self.problem = kept.err();
    }

    fn write_truth(&self, town: &Town, now: i64) -> Result<(), RecordError> {
        let mut text = String::new();
        for line in truth(town, now, &self.zone) {
            text.push_str(&line.to_string());
            text.push('\n');
        }
        // Whole or not at all: somebody may read it while the day goes on.
        let half = self.truth.with_extension("jsonl.part");
        std::fs::write(&half, text)
            .and_then(|()| std::fs::rename(&half, &self.truth))
            .map_err(|source| failed(&self.truth, source))
    }
}

fn tickets_or_history(all: &mut Recorder) -> &mut Lines {
    if all.begun {
        &mut all.tickets
    } else {
        &mut all.history
    }
}

/// The files beside a recording: devices, history, truth.
pub(crate) fn beside(path: &Path) -> [PathBuf; 3] {
    let name = path.file_name().map_or_else(
        || "day".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let stem = name.strip_suffix(".jsonl").unwrap_or(&name);
    ["devices", "history", "truth"].map(|what| path.with_file_name(format!("{stem}.{what}.jsonl")))
}

fn time(zone: &TimeZone, second: i64) -> String {
    let moment = jiff::Timestamp::from_second(second).unwrap_or_default();
    moment
        .to_zoned(zone.clone())
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// What really happened until now: the town, each trouble, each ticket of the day.
pub(crate) fn truth(town: &Town, now: i64, zone: &TimeZone) -> Vec<Value> {
    let when = |second: i64| time(zone, second);
    let login = |resident: usize| town.residents.get(resident).map(|who| who.login.clone());
    let device = |resident: usize| town.devices.get(resident).map(|device| device.name.clone());
    let mut lines = vec![json!({
        "truth": "town",
        "scenario": town.plan.scenario.name(),
        "about": town.plan.scenario.about(),
        "seed": town.plan.seed,
        "start": when(town.scenario_start),
        "until": when(now),
        "people": town.residents.len(),
        "devices": town.devices.len(),
    })];
    for (number, trouble) in town.troubles.iter().enumerate() {
        let Some(truth) = town
            .truth(trouble.truth)
            .filter(|truth| truth.kind != Kind::Own)
        else {
            continue;
        };
        let hit: Vec<(usize, Option<i64>)> = trouble
            .hit
            .iter()
            .filter(|(_, hit)| hit.since.is_some())
            .map(|(resident, hit)| (*resident, hit.well))
            .collect();
        let ill = hit.iter().filter(|(_, well)| well.is_none());
        let tickets: Vec<String> = town
            .tickets_of(number)
            .filter_map(|ticket| town.tickets.get(ticket))
            .filter(|ticket| ticket.desk > 0)
            .map(|ticket| ticket.desk.to_string())
            .collect();
        let mut facts = Map::new();
        for (which, values) in &truth.fits {
            facts.insert(which.name().to_owned(), json!(values));
        }
        let shown: Map<String, Value> = truth
            .facts
            .iter()
            .chain(&truth.sets)
            .filter_map(|(which, value)| Some(((*FACTS.get(*which)?).to_owned(), json!(value))))
            .collect();
        lines.push(json!({
            "truth": "incident",
            "incident": town.incident_name(number),
            "cause": truth.cause,
            "kind": truth.kind.word(),
            "group": truth.group,
            "also": truth.also,
            "facts": facts,
            "shown": shown,
            "start": when(trouble.start),
            "end": trouble.end.map(when),
            "people": hit.iter().filter_map(|(resident, _)| login(*resident)).collect::<Vec<_>>(),
            "devices": hit.iter().filter_map(|(resident, _)| device(*resident)).collect::<Vec<_>>(),
            "ill": ill.filter_map(|(resident, _)| device(*resident)).collect::<Vec<_>>(),
            "tickets": tickets,
        }));
    }
    for ticket in town
        .tickets
        .iter()
        .filter(|ticket| ticket.desk > 0 && ticket.at >= town.scenario_start)
    {
        lines.push(json!({
            "truth": "ticket",
            "id": ticket.desk.to_string(),
            "group": ticket.group,
            "also": ticket.also.iter().chain(ticket.trouble.and_then(|trouble| town.truth_of(trouble)).into_iter().flat_map(|truth| &truth.also)).collect::<Vec<_>>(),
            "incident": town.incident_of(ticket).map(|trouble| town.incident_name(trouble)),
            "howto": ticket.howto,
            "lang": town.residents.get(ticket.resident).map(|who| who.lang.as_str()),
            "person": login(ticket.resident),
        }));
    }
    lines
}

impl Town {
    /// `certificate`, and `certificate-2` when it happens again.
    pub(crate) fn incident_name(&self, trouble: usize) -> String {
        let Some(found) = self.troubles.get(trouble) else {
            return String::new();
        };
        let name = self
            .truth(found.truth)
            .map_or("", |truth| truth.name.as_str());
        match found.before {
            0 => name.to_owned(),
            before => format!("{name}-{}", before + 1),
        }
    }

    /// Lets the recorder, if there is one, write something down.
    pub(crate) fn note_down(&mut self, write: impl FnOnce(&mut Recorder, &Self)) {
        if let Some(mut recorder) = self.recorder.take() {
            write(&mut recorder, self);
            self.recorder = Some(recorder);
        }
    }
}
