//! Incidents beside the numbers: those that agents declared, as the desk's links tell, and those that are suspected.

use serde_json::{Value as Json, json};

use super::incidents;
use super::list::fact_json;
use super::live::Live;
use crate::board::Board;
use crate::domain::Timestamp;
use crate::domain::declared;
use crate::domain::fact::Fact;
use crate::domain::ids::TicketId;
use crate::domain::watch::{Reading, Standing, Watch, Watched};

/// A ticket that stands for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// The ticket.
    pub ticket: TicketId,
    /// Its subject, masked.
    pub subject: String,
    /// The group.
    pub group: String,
    /// When it was created.
    pub since: Timestamp,
    /// Tickets that are part of it.
    pub parts: usize,
    /// Of these, those that are known not to be over.
    pub open: usize,
}

/// What is known of incidents.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ongoing {
    /// Declared: tickets that are not over and have parts, as far as their links were read. Most parts first.
    pub declared: Vec<Parent>,
    /// Suspected, and as of when; `None`: nobody has looked lately.
    pub suspected: Option<Watched>,
}

impl Ongoing {
    /// What the cache tells: a console that was open lately has looked.
    pub fn of_cache(board: &Board, watched: Option<Watched>, at: Timestamp) -> Self {
        Self {
            declared: declared(board),
            suspected: watched.filter(|watched| watched.is_fresh(at)),
        }
    }

    /// The same, and where no console has looked lately the engine goes through what is there. How many people usually write
    /// is then guessed from the size of the desk: reading the weeks before takes too long for a status line.
    pub fn of_live(live: &Live) -> Self {
        let mut told = Self::of_cache(&live.board, live.watched.clone(), live.now);
        if told.suspected.is_none() {
            told.suspected = incidents::without_past(live).map(|found| Watched {
                at: live.now,
                watch: watch_of(found),
            });
        }
        told
    }

    /// With what was found just now.
    pub fn with(
        board: &Board,
        found: Vec<crate::domain::incident::Incident>,
        at: Timestamp,
    ) -> Self {
        Self {
            declared: declared(board),
            suspected: Some(Watched {
                at,
                watch: watch_of(found),
            }),
        }
    }

    /// For the numbers.
    pub fn watch(&self) -> Option<&Watch> {
        self.suspected.as_ref().map(|watched| &watched.watch)
    }

    /// The suspected ones that go on.
    pub fn standings(&self) -> impl Iterator<Item = &Standing> {
        self.watch().into_iter().flat_map(Watch::open)
    }

    /// As JSON, see `docs/json.md`.
    pub fn json(&self) -> Json {
        let declared = self.declared.iter().map(|parent| {
            json!({
                "ticket": parent.ticket, "subject": parent.subject, "group": parent.group, "since": parent.since,
                "parts": parent.parts, "open": parent.open,
            })
        });
        let suspected = match &self.suspected {
            None => fact_json(&Fact::<()>::Unknown),
            Some(_) => self
                .standings()
                .map(|standing| {
                    let incident = &standing.incident;
                    json!({
                        "group": incident.group, "since": incident.since, "people": incident.people,
                        "tickets": incident.tickets.len(), "silent": incident.silent.len(),
                        "odd": incident.odd.len(),
                    })
                })
                .collect(),
        };
        json!({
            "declared": declared.collect::<Json>(), "suspected": suspected,
            "suspected_at": self.suspected.as_ref().map(|watched| watched.at),
        })
    }
}

fn watch_of(found: Vec<crate::domain::incident::Incident>) -> Watch {
    let standings = found.into_iter().map(|incident| Standing {
        incident,
        members: Vec::new(),
        odd: Vec::new(),
        split: Vec::new(),
        story: Vec::new(),
    });
    Watch {
        reading: Reading::UpToDate,
        standings: standings.collect(),
        surges: Vec::new(),
    }
}

fn declared(board: &Board) -> Vec<Parent> {
    let rows = board.rows().filter(|row| row.ticket().is_active());
    let parents = rows.filter_map(|row| {
        let ticket = row.ticket();
        let parts: Vec<&TicketId> = declared::parts(ticket.links.known()?).collect();
        let is_open = |id: &&&TicketId| board.row(id).is_some_and(|part| part.ticket().is_active());
        (!parts.is_empty()).then(|| Parent {
            ticket: ticket.id.clone(),
            subject: crate::text::mask::mask(&ticket.subject).into_owned(),
            group: row.group.to_string(),
            since: ticket.created,
            open: parts.iter().filter(is_open).count(),
            parts: parts.len(),
        })
    });
    let mut parents: Vec<Parent> = parents.collect();
    parents.sort_by(|a, b| b.parts.cmp(&a.parts).then_with(|| a.ticket.cmp(&b.ticket)));
    parents
}
