//! The lines that replay reads: `docs/json.md`. Unknown keys are ignored; text is made safe here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use serde_json::{Map, Value as Json};

use crate::domain::Fact;
use crate::domain::device::{Device, DeviceFact, Value};
use crate::domain::finding::Finding;
use crate::domain::ids::{DeviceId, GroupId, PersonId, TicketId};
use crate::domain::person::PersonRef;
use crate::text::sanitize;
use crate::triage::incident::NewTicket;

/// One line about a ticket.
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) at: Timestamp,
    pub(super) what: What,
}

/// What it says.
pub(super) enum What {
    /// A ticket was created; its finding holds the told language only.
    Created(Box<NewTicket>),
    /// The requester answered.
    Reply { ticket: TicketId, body: String },
    /// It was solved, or is open again.
    Status { ticket: TicketId, is_solved: bool },
    /// It was merged into another one or deleted.
    Gone(TicketId),
}

fn object(text: &str) -> Result<Map<String, Json>, String> {
    match serde_json::from_str(text) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err("expected a JSON object".to_owned()),
        Err(why) => Err(format!("not JSON: {why}")),
    }
}

fn string<'a>(object: &'a Map<String, Json>, key: &str) -> Option<&'a str> {
    object
        .get(key)
        .and_then(Json::as_str)
        .filter(|text| !text.trim().is_empty())
}

fn id(object: &Map<String, Json>) -> Result<String, String> {
    let id = match object.get("id") {
        Some(Json::String(id)) => Some(sanitize::line(id)).filter(|id| !id.is_empty()),
        Some(Json::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    id.ok_or_else(|| "no \"id\"".to_owned())
}

fn time(object: &Map<String, Json>) -> Result<(Timestamp, Offset), String> {
    let text = string(object, "at").ok_or("no \"at\"")?;
    let wrong = |why: jiff::Error| format!("\"at\" is no RFC 3339 time: {why}");
    let at: Timestamp = text.parse().map_err(wrong)?;
    let offset = match Pieces::parse(text).map_err(wrong)?.offset() {
        Some(PiecesOffset::Numeric(offset)) => offset.offset(),
        _ => Offset::UTC,
    };
    Ok((at, offset))
}

/// Reads a line about a ticket, and the offset of its time. None: an event of a kind that says nothing here.
pub(super) fn ticket(number: usize, text: &str) -> Result<Option<(Line, Offset)>, String> {
    let object = object(text)?;
    let ticket = TicketId::new(id(&object)?);
    let (at, offset) = time(&object)?;
    let what = match string(&object, "event") {
        None => What::Created(Box::new(created(&object, ticket, at))),
        Some("reply") if string(&object, "from").unwrap_or("requester") == "requester" => {
            What::Reply {
                ticket,
                body: sanitize::block(string(&object, "body").unwrap_or_default()),
            }
        }
        Some("status") if matches!(string(&object, "status"), Some("merged" | "deleted")) => {
            What::Gone(ticket)
        }
        Some("status") => What::Status {
            ticket,
            is_solved: matches!(
                string(&object, "status"),
                Some("resolved" | "solved" | "closed" | "rejected")
            ),
        },
        Some(_) => return Ok(None),
    };
    Ok(Some((Line { number, at, what }, offset)))
}

fn created(object: &Map<String, Json>, id: TicketId, at: Timestamp) -> NewTicket {
    let mut finding = Finding::of(GroupId::other(), 0.0);
    finding.lang = string(object, "lang").map(str::to_owned);
    NewTicket {
        id,
        at,
        subject: sanitize::line(string(object, "subject").unwrap_or_default()),
        body: sanitize::block(string(object, "body").unwrap_or_default()),
        reporter: string(object, "reporter").map(|id| PersonId::new(sanitize::line(id))),
        site: string(object, "site").map(sanitize::line),
        device: string(object, "device").map(|id| DeviceId::new(sanitize::line(id))),
        finding,
    }
}

/// One line about a device.
pub(super) struct DeviceLine {
    pub(super) number: usize,
    id: DeviceId,
    /// Whether it has a time.
    pub(super) is_change: bool,
    /// From when on; meaningless for what was known from the start.
    pub(super) at: Timestamp,
    owner: Option<Fact<PersonRef>>,
    /// None: not known any more.
    facts: BTreeMap<String, Option<Value>>,
}

/// Reads a line about a device.
pub(super) fn device(number: usize, text: &str) -> Result<DeviceLine, String> {
    let object = object(text)?;
    let id = DeviceId::new(id(&object)?);
    let is_change = object.contains_key("at");
    let at = if is_change {
        time(&object)?.0
    } else {
        Timestamp::UNIX_EPOCH
    };
    let owner = object.get("owner").map(|owner| match owner {
        Json::String(owner) if !owner.is_empty() => {
            Fact::Known(PersonRef::new(PersonId::new(sanitize::line(owner)), ""))
        }
        _ => Fact::Empty,
    });
    let facts = object
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "id" | "at" | "owner" | "event"))
        .filter_map(|(key, value)| {
            let value = match value {
                Json::String(text) => Some(Value::Text(sanitize::line(text))),
                Json::Bool(flag) => Some(Value::Flag(*flag)),
                Json::Number(number) => Some(Value::Number(number.as_f64()?)),
                Json::Null => None,
                Json::Array(_) | Json::Object(_) => return None,
            };
            Some((sanitize::line(key), value))
        })
        .collect();
    Ok(DeviceLine {
        number,
        id,
        is_change,
        at,
        owner,
        facts,
    })
}

/// All devices as they are now.
#[derive(Default)]
pub(super) struct Devices {
    known: BTreeMap<DeviceId, Device>,
}

impl Devices {
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
    pub(super) fn iter(&self) -> impl Iterator<Item = &Device> {
        self.known.values()
    }
    /// Takes a line; the device as it is then.
    pub(super) fn change(&mut self, line: &DeviceLine) -> Device {
        let device = self.known.entry(line.id.clone()).or_insert_with(|| Device {
            id: line.id.clone(),
            name: line.id.to_string(),
            kind: Fact::Unknown,
            holder: Fact::Unknown,
            status: Fact::Unknown,
            last_seen: Fact::Unknown,
            facts: BTreeMap::new(),
            source: "file".to_owned(),
        });
        if let Some(owner) = &line.owner {
            device.holder = owner.clone();
        }
        for (key, value) in &line.facts {
            match value {
                Some(value) => {
                    let value = value.clone();
                    device
                        .facts
                        .insert(key.clone(), DeviceFact { value, seen: None });
                }
                None => {
                    device.facts.remove(key);
                }
            }
        }
        device.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_needs_an_id_and_a_time() {
        let wrong = |text| ticket(1, text).map(|_| ()).unwrap_err();
        assert_eq!(wrong("[]"), "expected a JSON object");
        assert_eq!(wrong(r#"{"at":"2026-02-11T08:00:00Z"}"#), "no \"id\"");
        assert_eq!(wrong(r#"{"id":"1"}"#), "no \"at\"");
        assert!(wrong(r#"{"id":"1","at":"yesterday"}"#).contains("RFC 3339"));
        let (line, offset) = ticket(
            1,
            r#"{"id":1,"at":"2026-02-11T08:07:12+01:00","subject":"a\u001b[2J"}"#,
        )
        .unwrap()
        .unwrap();
        assert_eq!(offset, jiff::tz::offset(1));
        let What::Created(ticket) = line.what else {
            panic!("no ticket")
        };
        assert!(!ticket.subject.contains('\u{1b}'));
    }

    #[test]
    fn names_steer_no_terminal() {
        let text = r#"{"id":"1\u009b2J","at":"2026-02-11T08:07:12Z","reporter":"\u001b]0;x\u0007","device":"\u202eD1"}"#;
        let (line, _) = ticket(1, text).unwrap().unwrap();
        let What::Created(ticket) = line.what else {
            panic!("no ticket")
        };
        let all = format!("{}{:?}{:?}", ticket.id, ticket.reporter, ticket.device);
        assert!(
            !all.contains(|c: char| c.is_control() || c == '\u{202e}'),
            "{all:?}"
        );
        assert!(wrong_id(r#"{"id":"\u202e","at":"2026-02-11T08:07:12Z"}"#));
    }

    fn wrong_id(text: &str) -> bool {
        ticket(1, text).is_err_and(|why| why == "no \"id\"")
    }

    #[test]
    fn a_change_keeps_what_it_does_not_say() {
        let mut devices = Devices::default();
        devices.change(
            &device(
                1,
                r#"{"id":"D1","owner":"u1","gateway":"gw2","rtt_ms":16,"carrier":null}"#,
            )
            .unwrap(),
        );
        let now = devices.change(
            &device(
                2,
                r#"{"id":"D1","at":"2026-02-11T09:06:00+01:00","rtt_ms":null,"vpn_state":"down"}"#,
            )
            .unwrap(),
        );
        assert_eq!(
            (now.text("gateway"), now.text("vpn_state")),
            (Some("gw2"), Some("down"))
        );
        assert_eq!(now.number("rtt_ms"), None);
        assert_eq!(
            now.holder.known().map(|h| h.id.as_str().to_owned()),
            Some("u1".to_owned())
        );
    }
}
