//! What is news for somebody who was told everything before: compares the model with what was told last.
//!
//! Invariant: what the desk had when it was first in step is told in one line, `started`; from then on every difference
//! is told once, in the order in which the console would show it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value as Json, json};

use crate::app::Model;
use crate::app::model::declared::Shown;
use crate::board::Row;
use crate::cli::incidents;
use crate::cli::list::ticket_json;
use crate::domain::alarm::Said;
use crate::domain::claim::Doing;
use crate::domain::ids::{GroupId, IncidentId, TicketId};
use crate::domain::incident::{Incident, IncidentState, Level, Surge};
use crate::domain::query::Query;
use crate::domain::source::{Gone, Pulse, Source};
use crate::domain::watch::Reading;
use crate::i18n::incident::Sentences;
use crate::runtime::headless::Heard;

/// A ticket as it was told last: its fields as the desk has them, and its group.
#[derive(Debug)]
struct Mark {
    fields: Map<String, Json>,
    /// Claims of colleagues, which change a ticket on the desk and say nothing of it.
    claims: String,
    /// Whether the engine had read it.
    is_read: bool,
    is_active: bool,
    /// Whether the query found it.
    is_found: bool,
}

/// Fields of a ticket whose change is no news by itself: they follow from what the engine read.
const QUIET: [&str; 3] = ["lang", "lanes", "confidence"];

/// Everything that was told.
pub struct Follower {
    query: Query,
    sentences: Sentences,
    place: String,
    has_begun: bool,
    tickets: HashMap<TicketId, Mark>,
    /// New tickets that the engine has not read yet.
    fresh: BTreeSet<TicketId>,
    incidents: BTreeMap<IncidentId, Incident>,
    declared: BTreeSet<IncidentId>,
    surges: BTreeMap<GroupId, Surge>,
    pulses: BTreeMap<Source, Pulse>,
    /// How many alarms of the session were told.
    rang: usize,
    /// What was said about open alarms.
    said: BTreeMap<GroupId, Said>,
}

impl Follower {
    /// Nothing was told. `query`: which tickets are told; everything else is told in any case.
    pub fn new(query: Query, sentences: Sentences, place: String) -> Self {
        Self {
            query,
            sentences,
            place,
            has_begun: false,
            tickets: HashMap::new(),
            fresh: BTreeSet::new(),
            incidents: BTreeMap::new(),
            declared: BTreeSet::new(),
            surges: BTreeMap::new(),
            pulses: BTreeMap::new(),
            rang: 0,
            said: BTreeMap::new(),
        }
    }

    /// What is news after something happened.
    pub fn after(&mut self, heard: &Heard, model: &Model) -> Vec<Json> {
        let mut news = Vec::new();
        self.sources(model, &mut news);
        if !self.has_begun {
            if model.desk.live_since.is_some() {
                self.begin(model, &mut news);
            }
            return Self::stamped(model, news);
        }
        if let Heard::Tickets(ids) = heard {
            for id in ids {
                self.ticket(id, model, &mut news);
            }
        }
        self.watch(model, &mut news);
        self.alarms(model, &mut news);
        Self::stamped(model, news)
    }

    /// The last line.
    pub fn stopped(&self) -> Json {
        let at = jiff::Timestamp::now();
        json!({ "schema": SCHEMA, "event": "stopped", "at": at, "desk": self.place })
    }

    fn stamped(model: &Model, news: Vec<(&'static str, Json)>) -> Vec<Json> {
        let stamp = |(event, body): (&'static str, Json)| {
            let mut line = Map::new();
            line.insert("schema".to_owned(), json!(SCHEMA));
            line.insert("event".to_owned(), json!(event));
            line.insert("at".to_owned(), json!(model.now));
            if let Json::Object(body) = body {
                line.extend(body);
            }
            Json::Object(line)
        };
        news.into_iter().map(stamp).collect()
    }

    /// The desk is in step for the first time: what it has is known, and no news.
    fn begin(&mut self, model: &Model, news: &mut News) {
        self.has_begun = true;
        for row in model.board.rows() {
            let mark = self.mark(row, model);
            self.tickets.insert(row.server.id.clone(), mark);
        }
        let me = model.desk.identity.as_ref().map(|known| &known.me);
        let body = json!({ "desk": self.place, "me": me, "open": model.board.open_total(), "query": self.query.to_string() });
        news.push(("started", body));
    }

    fn mark(&self, row: &Row, model: &Model) -> Mark {
        let fields = match ticket_json(row) {
            Json::Object(fields) => fields,
            _ => Map::new(),
        };
        Mark {
            fields,
            claims: format!("{:?}", row.server.claims),
            is_read: row.finding.is_some(),
            is_active: row.server.is_active(),
            is_found: model.board.is_found(&self.query, &row.server.id),
        }
    }

    fn ticket(&mut self, id: &TicketId, model: &Model, news: &mut News) {
        let Some(row) = model.board.row(id).filter(|_| !model.gone.contains_key(id)) else {
            self.fresh.remove(id);
            if let Some(mark) = self.tickets.remove(id).filter(|mark| mark.is_found) {
                let mut body = json!({ "ticket": mark.fields, "why": "gone" });
                if let (Some(gone), Some(body)) = (model.gone.get(id), body.as_object_mut()) {
                    body.insert("why".to_owned(), json!(why(gone)));
                    if let Gone::Merged(into) = gone {
                        body.insert("into".to_owned(), json!(into));
                    }
                }
                news.push(("ticket-gone", body));
            }
            return;
        };
        let now = self.mark(row, model);
        let ticket = || json!({ "ticket": ticket_json(row) });
        let Some(before) = self.tickets.get(id) else {
            if !now.is_read {
                // Its group is told with it; the engine reads it within moments.
                self.fresh.insert(id.clone());
                return;
            }
            self.fresh.remove(id);
            if now.is_found {
                news.push(("ticket-new", ticket()));
            }
            self.tickets.insert(id.clone(), now);
            return;
        };
        let changed = changed(before, &now);
        let is_told = before.is_found || now.is_found;
        let event = match (before.is_active, now.is_active) {
            (true, false) => "ticket-closed",
            (false, true) => "ticket-reopened",
            _ => "ticket-changed",
        };
        if is_told && !changed.is_empty() {
            let mut body = ticket();
            if let Some(body) = body.as_object_mut() {
                body.insert("changed".to_owned(), json!(changed));
            }
            news.push((event, body));
        }
        self.tickets.insert(id.clone(), now);
    }

    fn sources(&mut self, model: &Model, news: &mut News) {
        for (source, liveness) in &model.desk.sources {
            let before = self.pulses.insert(*source, liveness.pulse);
            let event = match (before, liveness.pulse) {
                (Some(before), now) if before == now => continue,
                (_, Pulse::Late) => "source-late",
                (_, Pulse::Stale) => "source-stale",
                (_, Pulse::Refused) => "source-refused",
                (Some(Pulse::Late | Pulse::Stale | Pulse::Refused), Pulse::Live) => "source-back",
                _ => {
                    // Waiting, as it asked for, is between two others: what was told last stands.
                    if let (Some(before), Pulse::Waiting) = (before, liveness.pulse) {
                        self.pulses.insert(*source, before);
                    }
                    continue;
                }
            };
            let message = liveness.trouble.as_ref().map(|trouble| &trouble.message);
            let body = json!({ "source": source, "last_ok": liveness.last_ok, "message": message });
            news.push((event, body));
        }
    }

    fn watch(&mut self, model: &Model, news: &mut News) {
        let watch = model.board.watch();
        if watch.reading != Reading::UpToDate {
            return;
        }
        for standing in &watch.standings {
            let now = &standing.incident;
            let before = self.incidents.get(&now.incident);
            let shown = model.declared.shown(&now.incident);
            if let Some(event) = of_incident(before, now) {
                news.push((event, self.incident_body(now, shown)));
            }
            if before != Some(now) {
                self.incidents.insert(now.incident.clone(), now.clone());
            }
            let is_made = shown.is_some_and(|shown| shown.parent.is_some());
            if is_made && self.declared.insert(now.incident.clone()) {
                news.push(("incident-declared", self.incident_body(now, shown)));
            }
        }
        let stands: BTreeMap<GroupId, Surge> = watch
            .surges
            .iter()
            .map(|surge| (surge.group.clone(), surge.clone()))
            .collect();
        for (group, surge) in &stands {
            let before = self.surges.get(group);
            if before.is_none() {
                news.push(("surge-began", self.surge_body(surge)));
            }
            let was_page = before.is_some_and(|before| before.level == Level::Page);
            if surge.level == Level::Page && !was_page {
                news.push(("page", self.surge_body(surge)));
            }
        }
        for (group, surge) in &self.surges {
            if !stands.contains_key(group) {
                news.push(("surge-ended", self.surge_body(surge)));
            }
        }
        // What was a page stays one until it ends, however it wavers.
        for (group, mut surge) in stands {
            let before = self.surges.get(&group).map(|before| before.level);
            surge.level = surge.level.max(before.unwrap_or(surge.level));
            self.surges.insert(group, surge);
        }
        self.surges
            .retain(|group, _| watch.surges.iter().any(|surge| surge.group == *group));
    }

    fn alarms(&mut self, model: &Model, news: &mut News) {
        let (rings, rang) = model.alarms.after(self.rang);
        for ring in rings {
            let event = if ring.why.is_escalation() {
                "escalated"
            } else {
                "alarm"
            };
            let body = json!({
                "group": ring.group, "why": ring.why.word(), "do": ring.means, "page": ring.page, "people": ring.people, "silent": ring.silent,
                "since": ring.since, "places": ring.places, "tickets": ring.tickets, "incident": ring.incident, "sentence": ring.sentence,
            });
            news.push((event, json!({ "alarm": body })));
        }
        self.rang = rang;
        let mut now = BTreeMap::new();
        for (group, open) in &model.alarms.book.open {
            let Some(said) = &open.said else { continue };
            if self.said.get(group) != Some(said) {
                let event = match said.doing {
                    Doing::Snoozed => "snoozed",
                    _ => "acknowledged",
                };
                let body = json!({ "group": group, "who": said.who, "said_at": said.at, "until": said.until });
                news.push((event, body));
            }
            now.insert(group.clone(), said.clone());
        }
        self.said = now;
    }

    fn incident_body(&self, incident: &Incident, shown: Option<&Shown>) -> Json {
        let declared = shown.and_then(|shown| Some((shown.parent.clone()?, shown.linked)));
        json!({ "incident": incidents::object(incident, &self.sentences, declared) })
    }

    fn surge_body(&self, surge: &Surge) -> Json {
        let mut body = json!(surge);
        if let Some(map) = body.as_object_mut() {
            map.remove("at");
            map.insert("sentence".to_owned(), json!(self.sentences.surge(surge)));
        }
        json!({ "surge": body })
    }
}

/// Lines without their stamp.
type News = Vec<(&'static str, Json)>;

/// The schema of a line.
const SCHEMA: &str = "vagt.watch/1";

fn why(gone: &Gone) -> &'static str {
    match gone {
        Gone::Merged(_) => "merged",
        Gone::Deleted => "deleted",
        Gone::Hidden => "hidden",
    }
}

/// Names of the fields that are different.
fn changed(before: &Mark, now: &Mark) -> Vec<String> {
    let names = now.fields.iter().filter(|(name, value)| {
        let is_first_reading = !before.is_read && name.as_str() == "group";
        before.fields.get(*name) != Some(value)
            && !QUIET.contains(&name.as_str())
            && !is_first_reading
    });
    let names: Vec<String> = names.map(|(name, _)| name.clone()).collect();
    let is_claim = before.claims != now.claims && names == ["updated"];
    if is_claim { Vec::new() } else { names }
}

/// What is to be told of an incident, if anything.
fn of_incident(before: Option<&Incident>, now: &Incident) -> Option<&'static str> {
    let is_open = |incident: &Incident| {
        matches!(
            incident.state,
            IncidentState::Suspected | IncidentState::Changed
        )
    };
    let Some(before) = before else {
        return is_open(now).then_some("incident-suspected");
    };
    match (is_open(before), is_open(now)) {
        (true, false) if now.state == IncidentState::Joined => Some("incident-joined"),
        (true, false) => Some("incident-ended"),
        (false, true) => Some("incident-suspected"),
        (false, false) => None,
        (true, true) => {
            let has_grown = now.people > before.people
                || now.tickets.len() > before.tickets.len()
                || now.silent.len() > before.silent.len();
            if has_grown {
                return Some("incident-grown");
            }
            let is_same = Incident {
                at: now.at,
                state: now.state,
                ..before.clone()
            } == *now;
            (!is_same).then_some("incident-changed")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(people: usize, state: IncidentState) -> Incident {
        Incident {
            at: jiff::Timestamp::UNIX_EPOCH,
            incident: IncidentId::from("i1"),
            state,
            group: GroupId::from("vpn"),
            tickets: Vec::new(),
            people,
            since: jiff::Timestamp::UNIX_EPOCH,
            shared: Vec::new(),
            silent: Vec::new(),
            odd: Vec::new(),
            restored: None,
            into: None,
        }
    }

    #[test]
    fn an_incident_is_told_when_it_is_something_else() {
        let of = |people, state| incident(people, state);
        let first = of(5, IncidentState::Suspected);
        let told = |before: &Incident, now: Incident| of_incident(Some(before), &now);
        assert_eq!(of_incident(None, &first), Some("incident-suspected"));
        assert_eq!(of_incident(None, &of(5, IncidentState::Ended)), None);
        assert_eq!(told(&first, of(5, IncidentState::Changed)), None);
        assert_eq!(
            told(&first, of(6, IncidentState::Changed)),
            Some("incident-grown")
        );
        assert_eq!(
            told(&first, of(4, IncidentState::Changed)),
            Some("incident-changed")
        );
        assert_eq!(
            told(&first, of(5, IncidentState::Ended)),
            Some("incident-ended")
        );
        let ended = of(5, IncidentState::Ended);
        assert_eq!(told(&ended, of(5, IncidentState::Ended)), None);
        assert_eq!(
            told(&ended, of(7, IncidentState::Changed)),
            Some("incident-suspected")
        );
    }
}
