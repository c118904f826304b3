//! Which actions on one ticket must keep their order even while an earlier one waits for a person.

use super::field::Field;
use super::parts::are_parts;
use crate::domain::action::Verb;
use crate::domain::outbox::{Item, State};

/// Whether `earlier` keeps `item` from being sent. Per ticket first come, first served: always while `earlier` is still to
/// go out by itself; while it is stuck only where [`order_matters`], and where both are parts of one macro.
pub fn holds_back(earlier: &Item, item: &Item) -> bool {
    // A claim tells colleagues something and waits for nobody but an earlier claim; nothing waits for it.
    let is_claim = |item: &Item| item.action.verb.claim().is_some();
    if is_claim(earlier) != is_claim(item) {
        return false;
    }
    let same_ticket =
        earlier.action.ticket.is_some() && earlier.action.ticket == item.action.ticket;
    if are_parts(earlier, item) {
        return !matches!(
            earlier.state,
            State::Done | State::NoChange | State::Dropped
        );
    }
    same_ticket
        && match earlier.state {
            State::Held | State::Ready | State::Sending => true,
            State::Unknown | State::Conflict | State::Parked => {
                order_matters(&earlier.action.verb, &item.action.verb)
            }
            State::Done | State::NoChange | State::Refused | State::Dropped => false,
        }
}

/// Whether `later` must not overtake `earlier` (both on the same ticket) while `earlier` is stuck: in conflict, parked,
/// or looked for.
///
/// - the same field: the later value must stand in the end;
/// - replies and status changes among each other: a ticket must not be closed before the answer went out, and a
///   conversation keeps its order;
/// - notes among each other;
/// - the same tag, the same link;
/// - anything and a merge: afterwards the ticket is another one.
///
/// Everything else may pass: a reply that waits for a decision does not keep a ticket from being taken.
pub fn order_matters(earlier: &Verb, later: &Verb) -> bool {
    let is_talk = |v: &Verb| matches!(v, Verb::Reply { .. }) || Field::of(v) == Some(Field::Status);
    let is_merge = |v: &Verb| matches!(v, Verb::Merge { .. });
    let is_note = |v: &Verb| matches!(v, Verb::Note { .. });
    let both_claim = earlier.claim().is_some() && later.claim().is_some();
    both_claim
        || is_merge(earlier)
        || is_merge(later)
        || (is_talk(earlier) && is_talk(later))
        || (is_note(earlier) && is_note(later))
        || is_same_thing(earlier, later)
}

fn is_same_thing(earlier: &Verb, later: &Verb) -> bool {
    match (earlier, later) {
        (
            Verb::Tag { tag: a } | Verb::Untag { tag: a },
            Verb::Tag { tag: b } | Verb::Untag { tag: b },
        ) => a == b,
        (
            Verb::Link { link: a } | Verb::Unlink { link: a },
            Verb::Link { link: b } | Verb::Unlink { link: b },
        ) => a == b,
        _ => Field::of(earlier).is_some() && Field::of(earlier) == Field::of(later),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(to: &str) -> Verb {
        Verb::Status { to: to.to_owned() }
    }
    fn reply() -> Verb {
        Verb::Reply {
            text: "x".into(),
            files: Vec::new(),
        }
    }
    fn note() -> Verb {
        Verb::Note {
            text: "x".into(),
            files: Vec::new(),
        }
    }
    fn tag(tag: &str) -> Verb {
        Verb::Tag {
            tag: tag.to_owned(),
        }
    }

    #[test]
    fn order_is_kept_where_the_end_would_differ() {
        for (earlier, later) in [
            (reply(), status("resolved")),
            (status("open"), reply()),
            (reply(), reply()),
            (note(), note()),
            (Verb::Take, Verb::Release),
            (Verb::Priority { to: 1 }, Verb::Priority { to: 2 }),
            (tag("a"), Verb::Untag { tag: "a".into() }),
            (Verb::Merge { into: "4".into() }, note()),
            (note(), Verb::Merge { into: "4".into() }),
        ] {
            assert!(order_matters(&earlier, &later), "{earlier:?} {later:?}");
        }
    }

    #[test]
    fn the_rest_may_pass() {
        for (earlier, later) in [
            (reply(), Verb::Take),
            (reply(), note()),
            (note(), reply()),
            (Verb::Take, status("open")),
            (tag("a"), tag("b")),
            (Verb::Queue { to: "a".into() }, Verb::Priority { to: 2 }),
        ] {
            assert!(!order_matters(&earlier, &later), "{earlier:?} {later:?}");
        }
    }
}
