//! A ticket from the wire.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desk::rt::RtDesk;
use crate::desk::rt::wire::{self, CustomField, Reference};
use crate::domain::Fact;
use crate::domain::Timestamp;
use crate::domain::ids::{DeviceId, GroupId, PersonId, TicketId};
use crate::domain::person::PersonRef;
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
/// Most requesters, tags, links and custom fields of one ticket that are kept.
const MANY: usize = 200;

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
        .take(MANY)
        .collect();
    links.sort();
    links.dedup();
    if links.is_empty() {
        Fact::Empty
    } else {
        Fact::Known(links)
    }
}
