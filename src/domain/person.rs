//! People: those who ask and those who help.

use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::ids::PersonId;

/// A person as a ticket or device mentions them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonRef {
    /// The desk's id (RT: the login name, which for requesters often is the mail address).
    pub id: PersonId,
    /// The name to show; the id where no name is known.
    pub name: String,
}

impl PersonRef {
    /// A reference; an empty name becomes the id.
    pub fn new(id: PersonId, name: impl Into<String>) -> Self {
        let name = name.into();
        let name = if name.trim().is_empty() {
            id.to_string()
        } else {
            name
        };
        Self { id, name }
    }
}

/// A person as the desk's directory has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Id and name.
    pub who: PersonRef,
    /// Mail address.
    pub email: Fact<String>,
    /// Telephone number.
    pub phone: Fact<String>,
    /// Site, department or address, as the desk has it.
    pub site: Fact<String>,
    /// Language code of the person's desk account (`da`, `nb` …).
    pub lang: Fact<String>,
    /// Whether the person works on tickets (RT: privileged).
    pub agent: Fact<bool>,
}
