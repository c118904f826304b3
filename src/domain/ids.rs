//! Identifiers. Opaque strings of the desk, and our own action ids.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! string_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the identifier as the desk spells it.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }
            /// The identifier as the desk spells it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
        impl Ord for $name {
            /// Numbers by value (9 before 10), everything else by text.
            fn cmp(&self, other: &Self) -> Ordering {
                match (self.0.parse::<u64>(), other.0.parse::<u64>()) {
                    (Ok(a), Ok(b)) => a.cmp(&b).then_with(|| self.0.cmp(&other.0)),
                    (Ok(_), Err(_)) => Ordering::Less,
                    (Err(_), Ok(_)) => Ordering::Greater,
                    (Err(_), Err(_)) => self.0.cmp(&other.0),
                }
            }
        }
    };
}

string_id!(
    /// A ticket, as its desk numbers it.
    TicketId
);
string_id!(
    /// A person: the login name where the desk has one (RT: user `Name`).
    PersonId
);
string_id!(
    /// A device (RT: asset id).
    DeviceId
);
string_id!(
    /// One entry of a ticket's conversation or history (RT: transaction id).
    EntryId
);
string_id!(
    /// A stored attachment (RT: attachment id).
    AttachmentId
);
string_id!(
    /// An incident that the engine found: `i1`, `i2` … in the order found.
    IncidentId
);
string_id!(
    /// A problem group, by slug (`vpn`, `video` …). Users may add their own.
    GroupId
);

impl GroupId {
    /// Slugs of the groups that every installation has, in the order of the Board.
    pub const BUILT_IN: [&'static str; 14] = [
        "vpn",
        "video",
        "mobile",
        "wifi",
        "login",
        "hardware",
        "remote",
        "printing",
        "email",
        "files",
        "telephony",
        "school",
        "health",
        "other",
    ];
    /// The group of everything that nobody could place; it is always visible.
    pub fn other() -> Self {
        Self::from("other")
    }
}

/// An action of ours: a version-7 UUID, so ids sort by time. It is also the marker sent to the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActionId(Uuid);

impl ActionId {
    /// Wraps an id that the caller made (the domain has no clock and no randomness).
    pub fn new(id: Uuid) -> Self {
        Self(id)
    }
    /// Reads an id, whole. `None` when the text is not a UUID.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
    /// The UUID.
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticket_numbers_sort_by_value() {
        let mut ids = ["10", "9", "INC-2", "100"].map(TicketId::from);
        ids.sort();
        assert_eq!(ids.map(|i| i.to_string()), ["9", "10", "100", "INC-2"]);
    }
}
