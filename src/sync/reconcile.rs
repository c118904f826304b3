//! Pure parts of keeping step: what to look at when all ids were compared, what an answer means, and how a long
//! answer is cut into batches.
//!
//! Eight of ten desks do not tell that a ticket was deleted or hidden from us, so all ids of active tickets are
//! compared from time to time. A difference is never believed by itself: the tickets are read first.

use std::collections::BTreeSet;

use crate::domain::ids::TicketId;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Changes, Gone};
use crate::domain::ticket::Ticket;

/// Tickets that are active here or there but not in both, in order of their ids. Each must be read.
pub fn to_check(here: &[TicketId], there: &[TicketId]) -> Vec<TicketId> {
    let here: BTreeSet<&TicketId> = here.iter().collect();
    let there: BTreeSet<&TicketId> = there.iter().collect();
    here.symmetric_difference(&there)
        .map(|id| (*id).clone())
        .collect()
}

/// What reading several tickets told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checked {
    /// What is certain.
    pub changes: Changes,
    /// Ids that did not come back; each must be read by itself.
    pub missing: Vec<TicketId>,
}

/// What it means that `asked` was answered with `got`. When more than `max_missing` did not come back, it is no
/// matter of single tickets (a queue is hidden from us now) and they count as hidden.
pub fn checked(asked: &[TicketId], got: Vec<Ticket>, max_missing: usize) -> Checked {
    let back: BTreeSet<&TicketId> = got.iter().map(|t| &t.id).collect();
    let missing: Vec<TicketId> = asked
        .iter()
        .filter(|id| !back.contains(id))
        .cloned()
        .collect();
    let (gone, missing) = if missing.len() > max_missing {
        let gone = missing.into_iter().map(|id| (id, Gone::Hidden)).collect();
        (gone, Vec::new())
    } else {
        (Vec::new(), missing)
    };
    Checked {
        changes: Changes {
            tickets: got,
            gone,
            ..Changes::default()
        },
        missing,
    }
}

/// What reading the single ticket `asked` told. Trouble that says nothing about the ticket is given back.
pub fn confirmed(asked: &TicketId, answer: Result<Ticket, Trouble>) -> Result<Changes, Trouble> {
    let mut changes = Changes::default();
    match answer {
        Ok(ticket) => {
            if ticket.id != *asked {
                changes
                    .gone
                    .push((asked.clone(), Gone::Merged(ticket.id.clone())));
            }
            changes.tickets.push(ticket);
        }
        Err(trouble)
            if matches!(
                trouble.kind,
                TroubleKind::NotFound | TroubleKind::Permission
            ) =>
        {
            changes.gone.push((asked.clone(), Gone::Hidden));
        }
        Err(trouble) => return Err(trouble),
    }
    Ok(changes)
}

/// Whether there is nothing in it to show.
pub fn is_empty(changes: &Changes) -> bool {
    changes.tickets.is_empty()
        && changes.gone.is_empty()
        && changes.devices.is_empty()
        && changes.devices_gone.is_empty()
        && changes.replies.is_empty()
        && changes.deeds.is_empty()
        && changes.deeds_known.is_none()
}

/// Cuts an answer into batches of at most `rows` rows, in order; only the last is `caught_up`. Nothing in it: no
/// batch.
pub fn batches(changes: Changes, rows: usize) -> Vec<Changes> {
    let rows = rows.max(1);
    let blank = Changes {
        next: changes.next,
        progress: changes.progress,
        ..Changes::default()
    };
    let mut out: Vec<Changes> = Vec::new();
    macro_rules! cut {
        ($($part:ident),*) => { $(
            for row in changes.$part {
                let fits = out.last().is_some_and(|last| count(last) < rows);
                if !fits {
                    out.push(blank.clone());
                }
                if let Some(last) = out.last_mut() {
                    last.$part.push(row);
                }
            }
        )* };
    }
    cut!(tickets, gone, devices, devices_gone, replies, deeds);
    if changes.deeds_known.is_some() && out.is_empty() {
        out.push(blank);
    }
    if let Some(last) = out.last_mut() {
        last.caught_up = changes.caught_up;
        last.deeds_known = changes.deeds_known;
    }
    out
}

fn count(changes: &Changes) -> usize {
    changes.tickets.len()
        + changes.gone.len()
        + changes.devices.len()
        + changes.devices_gone.len()
        + changes.replies.len()
        + changes.deeds.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::source::Cursor;
    use crate::sync::poller::fake::ticket;

    fn ids(ids: &[&str]) -> Vec<TicketId> {
        ids.iter().map(|id| TicketId::from(*id)).collect()
    }

    #[test]
    fn only_differences_are_looked_at() {
        assert_eq!(
            to_check(&ids(&["1", "2", "10"]), &ids(&["2", "3", "10"])),
            ids(&["1", "3"])
        );
        assert!(to_check(&ids(&["2", "1"]), &ids(&["1", "2"])).is_empty());
    }

    #[test]
    fn what_did_not_come_back_is_read_by_itself_unless_it_is_many() {
        let asked = ids(&["1", "2", "3"]);
        let few = checked(&asked, vec![ticket("2", "b")], 2);
        assert_eq!(few.missing, ids(&["1", "3"]));
        assert!(few.changes.gone.is_empty());
        assert_eq!(few.changes.tickets.len(), 1);
        let many = checked(&asked, vec![], 2);
        assert!(many.missing.is_empty());
        assert_eq!(many.changes.gone.len(), 3);
    }

    #[test]
    fn a_single_read_tells_merged_hidden_alive_and_nothing() {
        let one = TicketId::from("1");
        let merged = confirmed(&one, Ok(ticket("4", "d"))).unwrap();
        assert_eq!(
            merged.gone,
            [(one.clone(), Gone::Merged(TicketId::from("4")))]
        );
        assert_eq!(merged.tickets.len(), 1);
        let alive = confirmed(&one, Ok(ticket("1", "a"))).unwrap();
        assert!(alive.gone.is_empty());
        let hidden = Trouble::new(TroubleKind::NotFound, "no such ticket");
        let hidden = confirmed(&one, Err(hidden)).unwrap();
        assert_eq!(hidden.gone, [(one.clone(), Gone::Hidden)]);
        let cut = Trouble::new(TroubleKind::Transient, "connection lost");
        assert_eq!(confirmed(&one, Err(cut.clone())), Err(cut));
    }

    proptest! {
        #[test]
        fn batches_keep_every_row_in_order(tickets in 0usize..50, gone in 0usize..20, rows in 0usize..12, caught_up: bool) {
            let changes = Changes {
                tickets: (0..tickets).map(|n| ticket(&n.to_string(), "x")).collect(),
                gone: (0..gone).map(|n| (TicketId::new(format!("g{n}")), Gone::Deleted)).collect(),
                next: Cursor("c".to_owned()),
                caught_up,
                ..Changes::default()
            };
            let cut = batches(changes.clone(), rows);
            prop_assert!(cut.iter().all(|b| count(b) <= rows.max(1) && !is_empty(b)));
            let last_only = cut.iter().rev().skip(1).all(|b| !b.caught_up);
            prop_assert!(last_only);
            prop_assert_eq!(cut.is_empty(), is_empty(&changes));
            let together: Vec<_> = cut.iter().flat_map(|b| b.tickets.clone()).collect();
            prop_assert_eq!(together, changes.tickets);
            let together: Vec<_> = cut.iter().flat_map(|b| b.gone.clone()).collect();
            prop_assert_eq!(together, changes.gone);
        }
    }
}
