//! Request Tracker 5 over REST 2.0.
//!
//! Start at [`RtDesk`]. What RT really does, trap by trap, stands where it is dealt with: [`changes`](self) by
//! transaction id, reading in `entries` and `texts`, writing in `plan` and `write`, looking for a lost write in
//! `find`. Invariants: page addresses are built here and never taken from RT (its own are built from its configured
//! name and lose the query); no decision rests on a sentence of RT, because those follow the user's language; every
//! string is made safe in `wire`.

mod api;
mod assets;
mod changes;
mod convert;
mod entries;
mod find;
mod names;
mod options;
mod paging;
mod people;
mod plan;
mod port;
mod probe;
mod query;
mod texts;
mod wire;
mod write;

use std::collections::HashMap;
use std::sync::Mutex;

pub use options::{AssetOptions, Auth, FieldNames, RtOptions};

use crate::domain::Timestamp;
use crate::domain::ids::TicketId;
use crate::domain::outcome::Trouble;
use crate::domain::ticket::{Ticket, Version};
use crate::net::{Client, NetOptions};

/// A Request Tracker 5 desk behind one account.
#[derive(Debug)]
pub struct RtDesk {
    api: api::Api,
    options: RtOptions,
    memory: Mutex<changes::Memory>,
    /// When each ticket changed, as last given out: a sweep gives out only what is news.
    updated: Mutex<HashMap<u64, Timestamp>>,
    known: Mutex<names::Known>,
}

impl RtDesk {
    /// A desk. No request is made. The address in `net` is RT's own (`https://desk.example.org` or with its path);
    /// a `/REST/2.0` at its end is taken off.
    pub fn new(options: RtOptions, mut net: NetOptions) -> Result<Self, Trouble> {
        let base = net.base.trim().trim_end_matches('/');
        let base = base.strip_suffix("/REST/2.0").unwrap_or(base).to_owned();
        net.base = base;
        let names = &options.fields;
        for name in [
            &names.group,
            &names.tags,
            &names.device,
            &names.marker_entry,
            &names.marker_create,
            &names.claim,
        ] {
            if !name.is_empty() {
                query::custom_field(name)?;
            }
        }
        let client = Client::new(net)?;
        Ok(Self {
            api: api::Api::new(client, options.auth.clone()),
            options,
            memory: Mutex::default(),
            updated: Mutex::default(),
            known: Mutex::default(),
        })
    }

    /// One ticket with version and links.
    async fn read_one(&self, id: u64) -> Result<Ticket, Trouble> {
        let path = format!(
            "/ticket/{id}?{}=RealName&{}=Name",
            query::encoded("fields[Owner]"),
            query::encoded("fields[Queue]")
        );
        let answer = self.api.get(&path).await?;
        let version = answer.etag.clone().map(Version);
        let value: serde_json::Value = answer.json()?;
        let ticket = self.ticket(&value, version).ok_or_else(|| {
            Trouble::new(
                crate::domain::outcome::TroubleKind::Malformed,
                format!(
                    "The answer of {} is no ticket. It is asked again.",
                    self.api.place()
                ),
            )
        })?;
        self.remember(number_of(&ticket.id), &ticket);
        Ok(ticket)
    }
}

/// The number of a ticket that came from RT; ids that we made of numbers always have one.
fn number_of(id: &TicketId) -> u64 {
    id.as_str().parse().unwrap_or(0)
}
