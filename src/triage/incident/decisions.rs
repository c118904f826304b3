//! What agents decide: a ticket taken out or put in, two incidents made one. The engine respects it.

use super::engine::{Decision, Engine};
use super::rings::TicketNo;
use super::suspect::Verdict;
use crate::domain::ids::IncidentId;

impl Engine {
    /// What an agent decided stays so.
    pub(super) fn decide(&mut self, decision: &Decision) {
        match decision {
            Decision::Split { ticket, incident } => {
                let (Some(ticket), Some(place)) =
                    (self.ticket_no(ticket), self.open_place(incident))
                else {
                    return;
                };
                let Some(suspect) = self.suspects.get_mut(place) else {
                    return;
                };
                suspect.pinned.remove(&ticket);
                suspect.split.insert(ticket);
                suspect.set(ticket, Verdict::Stranger);
                suspect.count(&self.records);
                suspect.is_dirty = true;
                let no = suspect.no;
                self.let_go(ticket, no);
            }
            Decision::Pin { ticket, incident } => {
                let (Some(ticket), Some(place)) =
                    (self.ticket_no(ticket), self.open_place(incident))
                else {
                    return;
                };
                for suspect in &mut self.suspects {
                    suspect.set(ticket, Verdict::Stranger);
                    suspect.pinned.remove(&ticket);
                }
                if let Some(suspect) = self.suspects.get_mut(place) {
                    suspect.split.remove(&ticket);
                    suspect.pinned.insert(ticket);
                }
                self.put(ticket, place);
            }
            Decision::Join { incident, into } => {
                if let (Some(from), Some(into)) = (self.open_place(incident), self.open_place(into))
                    && from != into
                {
                    self.join(from, into);
                }
            }
            Decision::Free { ticket } => {
                let Some(ticket) = self.ticket_no(ticket) else {
                    return;
                };
                for place in 0..self.suspects.len() {
                    self.free(ticket, place);
                }
                // Where it belongs is seen now, not at the next tick.
                self.review();
            }
            Decision::Apart { incident } => {
                if let Some(place) = place_of(incident) {
                    self.part(place);
                    self.review();
                }
            }
        }
    }

    /// Forgets what was said of a ticket in an incident. One that was only a member because of it has left no trace there.
    fn free(&mut self, ticket: TicketNo, place: usize) {
        let Some(suspect) = self.suspects.get_mut(place) else {
            return;
        };
        let was_split = suspect.split.remove(&ticket);
        let was_pinned = suspect.pinned.remove(&ticket);
        suspect.is_dirty |= was_split || was_pinned;
        if !was_pinned {
            return;
        }
        let (no, since) = (suspect.no, suspect.since);
        suspect.set(ticket, Verdict::Stranger);
        let excess = self.excess(since);
        if let Some(suspect) = self.suspects.get_mut(place) {
            suspect.count(&self.records);
            suspect.learn(&self.records, &self.fleet, self.groups.len(), &excess);
        }
        self.let_go(ticket, no);
    }

    /// The place of an incident; of the one that it was joined to.
    fn open_place(&self, incident: &IncidentId) -> Option<usize> {
        let place = usize::from(self.survivor(u16::try_from(place_of(incident)?).ok()?));
        (place < self.suspects.len()).then_some(place)
    }
}

/// The place of an incident itself.
fn place_of(incident: &IncidentId) -> Option<usize> {
    let number: usize = incident.as_str().strip_prefix('i')?.parse().ok()?;
    number.checked_sub(1)
}
