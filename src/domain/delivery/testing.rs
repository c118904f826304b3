//! Building blocks for the tests of this module.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::action::{Action, Seen, Verb};
use crate::domain::entry::{Entry, EntryKind, Visibility};
use crate::domain::fact::Fact;
use crate::domain::ids::{ActionId, EntryId, PersonId};
use crate::domain::person::PersonRef;
use crate::domain::ticket::{Status, StatusClass, Ticket, Version};

pub(crate) fn me() -> PersonId {
    PersonId::from("me")
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::new(1_770_000_000 + second, 0).unwrap()
}

pub(crate) fn ticket() -> Ticket {
    Ticket {
        id: "17".into(),
        subject: "VPN".into(),
        body: Fact::Unknown,
        status: Status {
            name: "new".into(),
            class: StatusClass::New,
        },
        priority: Fact::Known(50),
        queue: Fact::Known("General".into()),
        owner: Fact::Empty,
        requesters: Fact::Unknown,
        tags: Fact::Empty,
        group: Fact::Empty,
        device: Fact::Unknown,
        links: Fact::Empty,
        created: at(0),
        updated: at(0),
        due: Fact::Unknown,
        resolved: Fact::Unknown,
        custom: BTreeMap::new(),
        claims: Fact::Unknown,
        version: Some(Version("7".into())),
    }
}

pub(crate) fn action(verb: Verb, seen: Seen) -> Action {
    Action {
        id: ActionId::new(Uuid::from_u128(1)),
        ticket: Some("17".into()),
        verb,
        seen,
        at: at(0),
        undoes: None,
        parent: None,
        force: false,
    }
}

pub(crate) fn message(id: u32, author: &str, kind: EntryKind, visibility: Visibility) -> Entry {
    Entry {
        id: EntryId::new(id.to_string()),
        at: at(i64::from(id)),
        author: Fact::Known(PersonRef::new(PersonId::new(author), author)),
        visibility,
        kind,
        text: String::new(),
        cut: false,
        attachments: Vec::new(),
        marker: None,
    }
}

pub(crate) fn change(id: u32, author: &str, field: &str, from: &str, to: &str) -> Entry {
    let kind = EntryKind::Change {
        field: field.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    message(id, author, kind, Visibility::Internal)
}
