//! The value of one field of one record, with `fields[X]` inside.

use serde_json::{Map, Value, json};

use super::record::{Record, reference};
use super::{Request, hyperlinks};
use crate::demo::base::assets::Holder;
use crate::demo::base::tickets::Watcher;
use crate::demo::base::{Base, DeskBase, Kind};
use crate::demo::query::dates::wire_time;

/// What a client asked to see, and who asks.
#[derive(Clone, Copy)]
pub(crate) struct Lens<'a> {
    pub(crate) request: &'a Request,
}

impl Lens<'_> {
    /// The list in the query parameter of this name, split at commas.
    fn wanted(self, parameter: &str) -> Vec<String> {
        self.request
            .param(parameter)
            .map(|list| {
                list.split(',')
                    .filter(|field| !field.is_empty())
                    .map(str::to_owned)
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The fields asked for in a list.
    pub(crate) fn fields(self) -> Vec<String> {
        self.wanted("fields")
    }

    /// Whether any parameter asks for fields inside fields: usually not.
    fn nested(self) -> bool {
        self.request
            .query
            .iter()
            .any(|(key, _)| key.starts_with("fields["))
    }

    /// A reference to a record, with the fields that `prefix[field]` asks for inside.
    pub(crate) fn object(
        self,
        base: &mut DeskBase,
        record: &Record,
        field: &str,
        prefix: &str,
    ) -> Base<Value> {
        let mut map = record.reference(base);
        if self.nested() {
            let parameter = format!("{prefix}[{field}]");
            for sub in self.wanted(&parameter) {
                let value = self.value(base, record, &sub, &parameter)?;
                map.insert(sub, value);
            }
        }
        Ok(Value::Object(map))
    }

    /// A user by number, as [`Self::object`]; nobody is an empty string.
    pub(crate) fn user(
        self,
        base: &mut DeskBase,
        id: i64,
        field: &str,
        prefix: &str,
    ) -> Base<Value> {
        match base.person(id)? {
            Some(person) => self.object(base, &Record::User(person), field, prefix),
            None => Ok(empty()),
        }
    }

    /// Users by number, as a list.
    pub(crate) fn users(
        self,
        base: &mut DeskBase,
        ids: &[i64],
        field: &str,
        prefix: &str,
    ) -> Base<Value> {
        let mut list = Vec::with_capacity(ids.len());
        for id in ids {
            list.push(self.user(base, *id, field, prefix)?);
        }
        Ok(Value::Array(list))
    }

    /// The value of a field; unknown fields are an empty string, as on the real desk.
    pub(crate) fn value(
        self,
        base: &mut DeskBase,
        record: &Record,
        field: &str,
        prefix: &str,
    ) -> Base<Value> {
        match field {
            "_hyperlinks" => return hyperlinks::of(base, record, self.request),
            "CustomFields" => return custom_fields(base, record),
            "id" => return Ok(json!(record.id())),
            _ => {}
        }
        match record {
            Record::Ticket(ticket) => match field {
                "Owner" => self.user(base, ticket.owner, field, prefix),
                "Creator" => self.user(base, ticket.creator, field, prefix),
                "LastUpdatedBy" => self.user(base, ticket.updated_by, field, prefix),
                "Queue" => match base.queue(&ticket.queue.to_string()) {
                    Some(queue) => self.object(base, &Record::Queue(queue), field, prefix),
                    None => Ok(empty()),
                },
                "Requestor" | "Cc" | "AdminCc" => {
                    let role = Watcher::named(field).unwrap_or(Watcher::Requestor);
                    let ids = base.watchers(ticket.id, role)?;
                    self.users(base, &ids, field, prefix)
                }
                _ => Ok(plain_ticket(ticket, field)),
            },
            Record::Asset(asset) => match field {
                "Owner" => self.user(base, asset.owner, field, prefix),
                "Creator" => self.user(base, asset.creator, field, prefix),
                "LastUpdatedBy" => self.user(base, asset.updated_by, field, prefix),
                "Catalog" => match base.catalog(&asset.catalog.to_string()) {
                    Some(catalog) => self.object(base, &Record::Catalog(catalog), field, prefix),
                    None => Ok(empty()),
                },
                "HeldBy" | "Contact" => {
                    let role = if field == "HeldBy" {
                        Holder::HeldBy
                    } else {
                        Holder::Contact
                    };
                    let ids = base.holders(asset.id, role)?;
                    self.users(base, &ids, field, prefix)
                }
                "Name" => Ok(json!(asset.name)),
                "Description" => Ok(json!(asset.description)),
                "Status" => Ok(json!(asset.status)),
                "Created" => Ok(time(asset.created)),
                "LastUpdated" => Ok(time(asset.updated)),
                _ => Ok(empty()),
            },
            Record::Txn(txn) => match field {
                "Creator" => self.user(base, txn.creator, field, prefix),
                "Data" => Ok(json!(base.data_of(txn)?)),
                _ => Ok(plain_txn(txn, field)),
            },
            Record::Attachment(attachment) => match field {
                "Creator" => self.user(base, attachment.creator, field, prefix),
                _ => Ok(plain_attachment(attachment, field)),
            },
            Record::User(person) => {
                let full = self.request.viewer.role.rules() || self.request.viewer.id == person.id;
                Ok(match field {
                    "Name" => json!(person.name),
                    "RealName" => json!(person.real_name),
                    "EmailAddress" => json!(person.email),
                    "Organization" => json!(person.organization),
                    "Lang" => json!(person.lang),
                    "Timezone" => json!(person.timezone),
                    "Created" if full => time(person.created),
                    _ => empty(),
                })
            }
            Record::Queue(queue) => Ok(match field {
                "Name" => json!(queue.name),
                "Description" => json!(queue.description),
                "Lifecycle" => json!("default"),
                "SLADisabled" => json!("1"),
                "Disabled" | "SortOrder" => json!("0"),
                "Created" | "LastUpdated" => time(queue.created),
                _ => empty(),
            }),
            Record::Catalog(catalog) => Ok(match field {
                "Name" => json!(catalog.name),
                "Description" => json!(catalog.description),
                "Lifecycle" => json!("assets"),
                "Disabled" => json!("0"),
                "Created" | "LastUpdated" => time(catalog.created),
                _ => empty(),
            }),
            Record::Group(group) => Ok(match field {
                "Name" => json!(group.name),
                "Description" => json!(group.description),
                "Domain" => json!("UserDefined"),
                "Disabled" => json!("0"),
                _ => empty(),
            }),
            Record::Field(custom) => Ok(match field {
                "Name" => json!(custom.name),
                "LookupType" => json!(custom.lookup_type()),
                "Type" => json!(custom.typ),
                "MaxValues" => json!(if custom.multiple { "0" } else { "1" }),
                "Disabled" | "SortOrder" => json!("0"),
                "Created" | "LastUpdated" => time(custom.created),
                _ => empty(),
            }),
        }
    }
}

/// What the real desk says for nothing.
pub(crate) fn empty() -> Value {
    Value::String(String::new())
}

/// A time on the wire.
pub(crate) fn time(second: i64) -> Value {
    Value::String(wire_time(second))
}

/// Fields of a ticket that are plain values.
pub(crate) fn plain_ticket(ticket: &crate::demo::base::tickets::Ticket, field: &str) -> Value {
    match field {
        "Subject" => json!(ticket.subject),
        "Status" => json!(ticket.status),
        "Type" => json!("ticket"),
        "Priority" => json!(ticket.priority.to_string()),
        "InitialPriority" => json!(ticket.initial_priority.to_string()),
        "FinalPriority" => json!(ticket.final_priority.to_string()),
        "TimeWorked" => json!(ticket.time_worked.to_string()),
        "TimeLeft" => json!(ticket.time_left.to_string()),
        "TimeEstimated" => json!(ticket.time_estimated.to_string()),
        "EffectiveId" => json!(ticket.effective.to_string()),
        "Created" => time(ticket.created),
        "LastUpdated" => time(ticket.updated),
        "Starts" => time(ticket.starts),
        "Started" => time(ticket.started),
        "Due" => time(ticket.due),
        "Resolved" => time(ticket.resolved),
        "Told" => time(ticket.told),
        _ => empty(),
    }
}

fn plain_txn(txn: &crate::demo::base::history::Txn, field: &str) -> Value {
    match field {
        "Type" => json!(txn.typ),
        "Field" => json!(txn.field),
        "OldValue" => json!(txn.old),
        "NewValue" => json!(txn.new),
        "ObjectId" => json!(txn.object.to_string()),
        "ObjectType" => json!(txn.kind.class()),
        "Created" => time(txn.created),
        "TimeTaken" => json!(txn.time_taken.to_string()),
        _ => empty(),
    }
}

fn plain_attachment(attachment: &crate::demo::base::history::Attachment, field: &str) -> Value {
    match field {
        "TransactionId" => json!(attachment.txn.to_string()),
        "Parent" => json!(attachment.parent.to_string()),
        "Subject" => json!(attachment.subject),
        "Filename" => json!(attachment.filename),
        "ContentType" => json!(attachment.content_type),
        "ContentLength" => json!(attachment.content.len().to_string()),
        "Created" => time(attachment.created),
        "Content" => Value::String(content_text(&attachment.content)),
        _ => empty(),
    }
}

/// Content as JSON text: UTF-8 as it is, anything else byte by byte.
fn content_text(content: &[u8]) -> String {
    match std::str::from_utf8(content) {
        Ok(text) => text.to_owned(),
        Err(_) => content.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// All custom fields that apply, with their values; an empty string where none apply.
pub(crate) fn custom_fields(base: &mut DeskBase, record: &Record) -> Base<Value> {
    let list = custom_field_list(base, record)?;
    Ok(if list.is_empty() {
        empty()
    } else {
        Value::Array(list)
    })
}

/// As [`custom_fields`], as a list that may be empty.
pub(crate) fn custom_field_list(base: &mut DeskBase, record: &Record) -> Base<Vec<Value>> {
    let Some(kind) = record.kind() else {
        return Ok(Vec::new());
    };
    if let Record::Txn(txn) = record
        && txn.kind != Kind::Ticket
    {
        return Ok(Vec::new());
    }
    let values = base.all_values(kind, record.id())?;
    let fields = base.fields_of(kind);
    Ok(fields
        .into_iter()
        .map(|field| {
            let mut map: Map<String, Value> = reference(base, "customfield", &field.id.to_string());
            let own: Vec<&str> = values
                .iter()
                .filter(|(id, _)| *id == field.id)
                .map(|(_, value)| value.as_str())
                .collect();
            map.insert("name".to_owned(), json!(field.name));
            map.insert("values".to_owned(), json!(own));
            Value::Object(map)
        })
        .collect())
}
