//! Several actions on one ticket as one step: what becomes of the later ones when an earlier one gets stuck.
//!
//! Invariant: a later part never goes out by itself while an earlier one is refused, in conflict, parked or without a
//! clear answer, and never after one that was taken back. The store applies [`follow`] in the transaction that changes
//! the earlier part, so that no crash can fall between the two.

use crate::domain::outbox::{Item, State};

/// Whether both are parts of one macro on one ticket: children of the same bulk that take nothing back. What takes back
/// goes its own way: whatever can be taken back is.
pub fn are_parts(one: &Item, other: &Item) -> bool {
    let (one, other) = (&one.action, &other.action);
    one.parent.is_some()
        && one.parent == other.parent
        && one.ticket.is_some()
        && one.ticket == other.ticket
        && one.undoes.is_none()
        && other.undoes.is_none()
}

/// How a later part stands once an earlier one came as far as `earlier`; none: as it was. Where the earlier one is on the
/// desk, only the next part goes on.
pub fn follow(earlier: &Item, later: &Item) -> Option<Item> {
    let mut item = later.clone();
    item.updated = item.updated.max(earlier.updated);
    let waits = matches!(later.state, State::Held | State::Ready);
    match earlier.state {
        State::Conflict | State::Refused | State::Parked if waits => {
            item.state = State::Parked;
            item.due = None;
            item.message = format!(
                "not sent, for the {} before it {}",
                earlier.action.verb.word(),
                match earlier.state {
                    State::Conflict => "is in conflict",
                    State::Refused => "was refused",
                    _ => "waits for a decision",
                }
            );
        }
        State::Dropped if waits || later.is_held_back() => {
            item.state = State::Dropped;
            item.due = None;
            item.message = format!(
                "not sent: the {} before it was taken back",
                earlier.action.verb.word()
            );
        }
        State::Done | State::NoChange if later.is_held_back() => {
            item.state = State::Ready;
            item.message.clear();
        }
        _ => return None,
    }
    Some(item)
}

/// Whether a part may become ready as far as `earlier`, a part before it, is concerned.
pub fn may_begin(earlier: &Item) -> bool {
    !matches!(
        earlier.state,
        State::Conflict | State::Refused | State::Parked | State::Dropped
    )
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::holds_back;
    use super::super::testing::{action, at};
    use super::*;
    use crate::domain::action::{Seen, Verb};
    use crate::domain::ids::ActionId;

    fn part(nth: u128, verb: Verb, state: State) -> Item {
        let mut action = action(verb, Seen::default());
        action.id = ActionId::new(Uuid::from_u128(nth));
        action.parent = Some(ActionId::new(Uuid::from_u128(99)));
        Item::new(action, state, None, at(0))
    }

    fn reply(state: State) -> Item {
        let (text, files) = ("x".to_owned(), Vec::new());
        part(1, Verb::Reply { text, files }, state)
    }

    fn tag(state: State) -> Item {
        part(2, Verb::Tag { tag: "vip".into() }, state)
    }

    #[test]
    fn a_part_waits_for_the_one_before_it_whatever_it_does() {
        for state in State::ALL {
            let ended_well = matches!(state, State::Done | State::NoChange | State::Dropped);
            assert_eq!(
                holds_back(&reply(state), &tag(State::Ready)),
                !ended_well,
                "{state:?}"
            );
        }
        // Actions of two steps do not.
        let mut alone = tag(State::Ready);
        alone.action.parent = None;
        assert!(!holds_back(&reply(State::Conflict), &alone));
        // What takes back goes its own way.
        let mut back = tag(State::Ready);
        back.action.undoes = Some(ActionId::new(Uuid::from_u128(7)));
        assert!(!holds_back(&reply(State::Conflict), &back));
    }

    #[test]
    fn the_later_parts_stop_go_on_and_are_taken_back_with_the_earlier_one() {
        let after = |earlier: State, later: Item| follow(&reply(earlier), &later).map(|i| i.state);
        for stuck in [State::Conflict, State::Refused, State::Parked] {
            for waits in [State::Held, State::Ready] {
                assert_eq!(after(stuck, tag(waits)), Some(State::Parked));
            }
            assert_eq!(after(stuck, tag(State::Done)), None);
        }
        let stopped = follow(&reply(State::Refused), &tag(State::Ready)).unwrap();
        assert_eq!(
            stopped.message,
            "not sent, for the reply before it was refused"
        );
        assert_eq!(after(State::Done, stopped.clone()), Some(State::Ready));
        assert_eq!(after(State::NoChange, stopped.clone()), Some(State::Ready));
        assert_eq!(after(State::Dropped, stopped), Some(State::Dropped));
        assert_eq!(
            after(State::Dropped, tag(State::Held)),
            Some(State::Dropped)
        );
        // One that went out and is looked for by a person is not touched.
        let mut tried = tag(State::Parked);
        (tried.attempts, tried.sent_at) = (1, Some(at(1)));
        assert_eq!(after(State::Done, tried.clone()), None);
        assert_eq!(after(State::Dropped, tried), None);
    }
}
