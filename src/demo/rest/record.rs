//! Records of all kinds in one type, so that `fields=` and `fields[X]=` work alike everywhere.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::demo::base::assets::Asset;
use crate::demo::base::fields::CustomField;
use crate::demo::base::history::{Attachment, Txn};
use crate::demo::base::places::{Catalog, Group, Queue};
use crate::demo::base::tickets::Ticket;
use crate::demo::base::{DeskBase, Kind, Person};

/// Any record of the desk.
#[derive(Debug, Clone)]
pub(crate) enum Record {
    Ticket(Box<Ticket>),
    Asset(Box<Asset>),
    User(Arc<Person>),
    Queue(Arc<Queue>),
    Catalog(Arc<Catalog>),
    Group(Group),
    Field(Arc<CustomField>),
    Txn(Box<Txn>),
    Attachment(Box<Attachment>),
}

impl Record {
    /// The word for its kind on the wire.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Ticket(_) => "ticket",
            Self::Asset(_) => "asset",
            Self::User(_) => "user",
            Self::Queue(_) => "queue",
            Self::Catalog(_) => "catalog",
            Self::Group(_) => "group",
            Self::Field(_) => "customfield",
            Self::Txn(_) => "transaction",
            Self::Attachment(_) => "attachment",
        }
    }

    /// Its number.
    pub(crate) fn id(&self) -> i64 {
        match self {
            Self::Ticket(ticket) => ticket.id,
            Self::Asset(asset) => asset.id,
            Self::User(person) => person.id,
            Self::Queue(queue) => queue.id,
            Self::Catalog(catalog) => catalog.id,
            Self::Group(group) => group.id,
            Self::Field(field) => field.id,
            Self::Txn(txn) => txn.id,
            Self::Attachment(attachment) => attachment.id,
        }
    }

    /// How others refer to it: users by name, all others by number.
    fn label(&self) -> String {
        match self {
            Self::User(person) => person.name.clone(),
            other => other.id().to_string(),
        }
    }

    /// `{"type", "id", "_url"}`, ids as strings.
    pub(crate) fn reference(&self, base: &DeskBase) -> Map<String, Value> {
        reference(base, self.type_name(), &self.label())
    }

    /// The kind of object that custom fields hang on, if any.
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Ticket(_) => Some(Kind::Ticket),
            Self::Asset(_) => Some(Kind::Asset),
            Self::Txn(_) => Some(Kind::Transaction),
            _ => None,
        }
    }
}

/// `{"type", "id", "_url"}` of anything.
pub(crate) fn reference(base: &DeskBase, kind: &str, id: &str) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("type".to_owned(), Value::String(kind.to_owned()));
    map.insert("id".to_owned(), Value::String(id.to_owned()));
    map.insert(
        "_url".to_owned(),
        Value::String(format!("{}/{kind}/{id}", base.base_url)),
    );
    map
}
