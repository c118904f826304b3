//! Who and what an embedded desk starts with: queues, catalogs, staff.
//!
//! The default is the invented municipality. A test that compares the embedded desk with another one
//! gives it that desk's places and people. Read once, when an empty database is first filled.

pub use super::base::Role;
use super::base::seed;

/// A queue of tickets or a catalog of assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name, unique but for letter case.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Only for the administrator: what is in it makes holes in the pages of all others.
    pub hidden: bool,
}

/// Somebody who may log in, besides `root`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user name.
    pub name: String,
    /// The name of the person.
    pub real_name: String,
    /// The mail address.
    pub email: String,
    /// IANA time zone in which the desk reads this user's dates; empty: the desk's own.
    pub zone: String,
    /// What the member may do.
    pub role: Role,
}

/// Queues, catalogs, staff and doors of a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// Queues of tickets.
    pub queues: Vec<Place>,
    /// Catalogs of assets.
    pub catalogs: Vec<Place>,
    /// Everybody with a token, besides `root`.
    pub staff: Vec<Member>,
    /// IANA time zone of users that have none of their own; empty: UTC.
    pub zone: String,
    /// Whether everybody with an account, without other rights too, may open tickets and answer them, in
    /// every queue, as on a desk that takes mail from anybody.
    pub open: bool,
}

impl Default for Setup {
    fn default() -> Self {
        let place = |(name, description): &(&str, &str)| Place {
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            hidden: *name == seed::HIDDEN,
        };
        let agents = seed::STAFF.iter().map(|(name, real_name, zone)| Member {
            name: (*name).to_owned(),
            real_name: (*real_name).to_owned(),
            email: format!("{}@helpdesk.example", name.replace('å', "aa")),
            zone: (*zone).to_owned(),
            role: Role::Agent,
        });
        let reader = Member {
            name: seed::READER.to_owned(),
            real_name: "Læs Hørsholm".to_owned(),
            email: "reader@helpdesk.example".to_owned(),
            zone: String::new(),
            role: Role::Reader,
        };
        Self {
            queues: seed::QUEUES.iter().map(place).collect(),
            catalogs: vec![place(&(seed::LAPTOPS, "Bærbare"))],
            staff: agents.chain([reader]).collect(),
            zone: String::new(),
            open: false,
        }
    }
}
