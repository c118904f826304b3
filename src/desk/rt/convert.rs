//! A ticket from the wire.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desk::rt::RtDesk;
use crate::desk::rt::wire::{self, CustomField, Reference};
use crate::domain::Fact;
use crate::domain::Timestamp;
use crate::domain::claim::{self, Claim};
use crate::domain::ids::{DeviceId, GroupId, PersonId, TicketId};
use crate::domain::person::PersonRef;
use crate::domain::source::Arrival;
use crate::domain::ticket::{Link, LinkKind, LinkTarget, Status, Ticket, Version};
use crate::text::sanitize;

/// Fields of a ticket in lists: what the Board shows. Custom fields and links make a list 8 and 17 times dearer.
pub(super) const LIST_FIELDS: &str =
    "Subject,Status,Priority,Owner,Queue,Requestor,Created,LastUpdated,Due,Resolved";
/// The same with custom fields.
pub(super) const FULL_FIELDS: &str =
    "Subject,Status,Priority,Owner,Queue,Requestor,Created,LastUpdated,Due,Resolved,CustomFields";
/// What the references in a list carry besides the id.
pub(super) const EXPANSIONS: [(&str, &str); 3] = [
    ("fields[Owner]", "RealName"),
    ("fields[Queue]", "Name"),
    ("fields[Requestor]", "RealName"),
];

/// Longest subject in characters; RT cuts at 200 bytes.
const SUBJECT: usize = 250;
/// Longest name, status, queue, tag … in characters.
const WORD: usize = 120;
/// Most requesters, tags and custom fields of one ticket that are kept.
const MANY: usize = 200;
/// Most links: a ticket that stands for an incident has one to each of the others.
const LINKS: usize = 5_000;

/// RT's word for "no owner".
pub(super) const NOBODY: &str = "Nobody";

impl RtDesk {
    /// A ticket from a list row or a single read. `None` without an id: such a row says nothing.
    pub(super) fn ticket(&self, value: &Value, version: Option<Version>) -> Option<Ticket> {
        let id = wire::id(value.get("id")?)?;
        self.learn_fields(value);
        let status = wire::line(value.get("Status"), WORD).unwrap_or_default();
        let created = wire::time(value.get("Created"));
        let updated = wire::time(value.get("LastUpdated"));
        let created = created.known().or(updated.known()).copied();
        let fields = wire::custom_fields(value.get("CustomFields"));
        let names = &self.options.fields;
        let mut custom = BTreeMap::new();
        for field in fields.iter().flatten().take(MANY) {
            let ours = [
                &names.group,
                &names.tags,
                &names.device,
                &names.marker_create,
                &names.claim,
            ];
            if !ours.contains(&&field.name) {
                custom.insert(field.name.clone(), field.values.clone());
            }
        }
        let values = |name: &str| values_of(fields.as_deref(), name);
        let owner = self.owner(value.get("Owner"));
        self.learn_words(&status, owner.known().map(|o| o.id.as_str()));
        Some(Ticket {
            id: TicketId::new(id.to_string()),
            subject: wire::line(value.get("Subject"), SUBJECT).unwrap_or_default(),
            body: Fact::Unknown,
            status: Status {
                class: self.options.class(&status),
                name: status,
            },
            priority: value
                .get("Priority")
                .and_then(wire::number)
                .map_or(Fact::Unknown, Fact::Known),
            queue: queue(value.get("Queue")),
            owner,
            requesters: self.requesters(value.get("Requestor")),
            tags: tags(values(&names.tags)),
            group: first(values(&names.group)).map(|g| GroupId::new(g.trim().to_lowercase())),
            device: first(values(&names.device)),
            links: links(value.get("_hyperlinks"), id),
            claims: claims(values(&names.claim)),
            created: created.unwrap_or(Timestamp::UNIX_EPOCH),
            updated: updated
                .known()
                .copied()
                .or(created)
                .unwrap_or(Timestamp::UNIX_EPOCH),
            due: wire::time(value.get("Due")),
            resolved: wire::time(value.get("Resolved")),
            custom,
            version,
        })
    }

    /// A ticket of the past from a list row. `None` without an id or a time: such a row says nothing.
    pub(super) fn arrival(&self, value: &Value) -> Option<Arrival> {
        let requesters = self.requesters(value.get("Requestor"));
        Some(Arrival {
            id: TicketId::new(wire::id(value.get("id")?)?.to_string()),
            at: wire::time(value.get("Created")).known().copied()?,
            requester: requesters
                .known()
                .and_then(|people| people.first())
                .map(|person| person.id.clone()),
            subject: wire::line(value.get("Subject"), SUBJECT).unwrap_or_default(),
            is_solved: wire::line(value.get("Status"), WORD)
                .is_some_and(|status| self.options.class(&status).is_solved()),
            group: None,
        })
    }

    fn owner(&self, value: Option<&Value>) -> Fact<PersonRef> {
        match Reference::of(value) {
            None => Fact::Unknown,
            Some(r) if r.id == NOBODY => Fact::Empty,
            Some(r) => self.person_ref(&r).map_or(Fact::Unknown, Fact::Known),
        }
    }

    fn requesters(&self, value: Option<&Value>) -> Fact<Vec<PersonRef>> {
        match wire::references(value) {
            None => Fact::Unknown,
            Some(list) => {
                let people: Vec<PersonRef> = list
                    .iter()
                    .take(MANY)
                    .filter_map(|r| self.person_ref(r))
                    .collect();
                if people.is_empty() {
                    Fact::Empty
                } else {
                    Fact::Known(people)
                }
            }
        }
    }

    /// A person as a reference names them; the name is remembered for answers that leave it out.
    pub(super) fn person_ref(&self, reference: &Reference<'_>) -> Option<PersonRef> {
        let id = sanitize::line_max(&reference.id, WORD);
        if id.is_empty() {
            return None;
        }
        let name = match reference.field("RealName", WORD) {
            Some(name) => {
                self.api.learn_name(&id, &name);
                name
            }
            None => self.api.name(&id),
        };
        Some(PersonRef::new(PersonId::new(id), name))
    }
}

/// The values of a custom field. A field that the record does not have says nothing.
fn values_of<'a>(fields: Option<&'a [CustomField]>, name: &str) -> Fact<&'a [String]> {
    if name.is_empty() {
        return Fact::Unknown;
    }
    match fields.and_then(|f| f.iter().find(|f| f.name == name)) {
        None => Fact::Unknown,
        Some(field) if field.values.is_empty() => Fact::Empty,
        Some(field) => Fact::Known(&field.values),
    }
}

fn first(values: Fact<&[String]>) -> Fact<String> {
    match values {
        Fact::Known(v) => v.first().cloned().into(),
        Fact::Empty => Fact::Empty,
        Fact::Unknown => Fact::Unknown,
    }
}

fn tags(values: Fact<&[String]>) -> Fact<Vec<String>> {
    values.map(|v| {
        let mut tags: Vec<String> = v
            .iter()
            .take(MANY)
            .map(|t| sanitize::line_max(t, WORD))
            .filter(|t| !t.is_empty())
            .collect();
        tags.sort();
        tags.dedup();
        tags
    })
}

/// Who claims it; a field with nothing but somebody's own words has no claims.
fn claims(values: Fact<&[String]>) -> Fact<Vec<Claim>> {
    let claims = values.map(|v| v.iter().flat_map(|text| claim::read(text)).collect());
    match claims {
        Fact::Known(claims) if Vec::is_empty(&claims) => Fact::Empty,
        other => other,
    }
}

fn queue(value: Option<&Value>) -> Fact<String> {
    match Reference::of(value) {
        None => Fact::Unknown,
        Some(r) => r.field("Name", WORD).map_or(Fact::Unknown, Fact::Known),
    }
}

/// The word of RT's hyperlinks for a kind of link.
fn link_kind(word: &str) -> Option<LinkKind> {
    Some(match word {
        "refers-to" => LinkKind::RefersTo,
        "referred-to-by" => LinkKind::ReferredToBy,
        "depends-on" => LinkKind::DependsOn,
        "depended-on-by" => LinkKind::DependedOnBy,
        "parent" => LinkKind::Parent,
        "child" => LinkKind::Child,
        _ => return None,
    })
}

/// The links of a ticket, from its row of a list that was asked for them.
pub(super) fn links_of(id: u64, row: &Value) -> Fact<Vec<Link>> {
    links(row.get("_hyperlinks"), id)
}

fn links(value: Option<&Value>, own: u64) -> Fact<Vec<Link>> {
    let Some(Value::Array(items)) = value else {
        return Fact::Unknown;
    };
    let mut links: Vec<Link> = items
        .iter()
        .filter_map(|item| {
            let kind = link_kind(item.get("ref")?.as_str()?)?;
            let id = item.get("id").and_then(wire::id);
            let target = match (item.get("type").and_then(Value::as_str), id) {
                (Some("ticket"), Some(id)) if id != own => {
                    LinkTarget::Ticket(TicketId::new(id.to_string()))
                }
                (Some("asset"), Some(id)) => LinkTarget::Device(DeviceId::new(id.to_string())),
                (Some("ticket"), _) => return None,
                _ => LinkTarget::Other(wire::line(item.get("_url"), 500)?),
            };
            Some(Link { kind, target })
        })
        .take(LINKS)
        .collect();
    links.sort();
    links.dedup();
    if links.is_empty() {
        Fact::Empty
    } else {
        Fact::Known(links)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::rt::{Auth, RtOptions};
    use crate::net::NetOptions;
    use proptest::prelude::*;
    use serde_json::json;

    fn desk() -> RtDesk {
        let options = RtOptions::new(Auth::Token("1-2-3".into()));
        RtDesk::new(options, NetOptions::new("http://127.0.0.1:1")).unwrap()
    }

    #[test]
    fn what_a_list_leaves_out_is_unknown_and_what_it_says_is_empty() {
        let desk = desk();
        let bare = desk.ticket(&json!({"id": "7"}), None).unwrap();
        assert!(
            bare.owner.is_unknown() && bare.requesters.is_unknown() && bare.priority.is_unknown()
        );
        assert_eq!(
            bare.status.class,
            crate::domain::ticket::StatusClass::Unmapped
        );
        let hidden = json!({"id": 7, "Owner": "", "Requestor": "", "Queue": "", "CustomFields": "", "Due": "", "Priority": ""});
        let hidden = desk.ticket(&hidden, None).unwrap();
        assert!(
            hidden.owner.is_unknown() && hidden.requesters.is_unknown() && hidden.due.is_unknown()
        );
        assert!(
            hidden.tags.is_unknown() && hidden.queue.is_unknown() && hidden.priority.is_unknown()
        );
        let empty = json!({
            "id": 7, "Owner": {"id": "Nobody", "type": "user"}, "Requestor": [], "_hyperlinks": [],
            "CustomFields": [{"name": "Vagt tags", "values": []}, {"name": "Vagt group", "values": [null]}],
        });
        let empty = desk.ticket(&empty, None).unwrap();
        assert_eq!(empty.owner, Fact::Empty);
        assert_eq!(empty.requesters, Fact::Empty);
        assert_eq!(empty.links, Fact::Empty);
        assert_eq!(empty.tags, Fact::Empty);
        assert_eq!(empty.group, Fact::Empty);
        assert!(empty.device.is_unknown());
        assert!(
            desk.ticket(&json!({"Subject": "of nothing"}), None)
                .is_none()
        );
    }

    #[test]
    fn the_name_of_a_person_is_remembered_for_answers_that_leave_it_out() {
        let desk = desk();
        let full = json!({"id": 1, "Requestor": [{"id": "p1", "type": "user", "RealName": "Åse Ødegård"}]});
        desk.ticket(&full, None).unwrap();
        let bare = json!({"id": 2, "Requestor": [{"id": "p1", "type": "user"}]});
        let ticket = desk.ticket(&bare, None).unwrap();
        assert_eq!(ticket.requester().unwrap().name, "Åse Ødegård");
    }

    fn anything() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            Just(Value::from("1970-01-01T00:00:00Z")),
            Just(Value::from("-9999-01-01T00:00:00Z")),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            let key = prop::sample::select(vec![
                "id", "ref", "type", "name", "values", "Name", "RealName", "_url", "label",
            ]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(key.prop_map(str::to_owned), inner, 0..5)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    fn record() -> impl Strategy<Value = Value> {
        let key = prop::sample::select(vec![
            "id",
            "Subject",
            "Status",
            "Priority",
            "Owner",
            "Queue",
            "Requestor",
            "Created",
            "LastUpdated",
            "Due",
            "Resolved",
            "CustomFields",
            "_hyperlinks",
            "Name",
            "Catalog",
            "HeldBy",
            "Description",
            "Type",
            "Field",
            "OldValue",
            "NewValue",
            "Creator",
        ]);
        prop::collection::hash_map(key.prop_map(str::to_owned), anything(), 0..12)
            .prop_map(|m| Value::Object(m.into_iter().collect()))
    }

    proptest! {
        #[test]
        fn no_record_panics_and_no_control_character_comes_through(mut value in record()) {
            let desk = desk();
            value["id"] = json!("12");
            let ticket = desk.ticket(&value, None).unwrap();
            prop_assert!(!ticket.subject.chars().any(char::is_control));
            prop_assert!(!ticket.status.name.chars().any(char::is_control));
            let device = desk.device(&value).unwrap();
            prop_assert!(!device.name.chars().any(char::is_control));
            let _ = desk.is_news(12, &ticket);
        }
    }
}
