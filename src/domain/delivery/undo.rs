//! Taking back what was delivered: a new action with the previous value.

use super::field::Field;
use crate::domain::action::Verb;
use crate::domain::fact::Fact;
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::outbox::{Item, State};
use crate::domain::ticket::Ticket;

/// The verb that takes `item` back on the ticket as it is `now`, or the reason why nothing can, in one sentence.
///
/// Only what is done can be taken back in this way (before it is sent it is dropped instead), only to the value
/// that the person saw before, and only if nobody changed the field since.
pub fn undo_of(item: &Item, now: &Ticket, me: &PersonId) -> Result<Verb, String> {
    let verb = &item.action.verb;
    match item.state {
        State::Done => {}
        State::NoChange => {
            return Err("It changed nothing, so there is nothing to take back.".into());
        }
        State::Held | State::Ready => {
            return Err("It has not been sent yet: drop it instead.".into());
        }
        other => {
            return Err(format!(
                "It is {}: only what was delivered can be taken back.",
                other.word()
            ));
        }
    }
    match verb {
        Verb::Reply { .. } => Err("A reply cannot be taken back: the requester has it.".into()),
        Verb::Note { .. } => {
            Err("A note cannot be taken back: it is part of the ticket's history.".into())
        }
        Verb::Create { .. } => {
            Err("A new ticket cannot be taken back: set its status to rejected instead.".into())
        }
        Verb::Claim { .. } | Verb::Unclaim { .. } => Err("A claim ends by itself.".into()),
        Verb::Merge { .. } => Err("A merge cannot be taken back on the desk.".into()),
        Verb::Tag { tag } => match now.tags.known() {
            Some(tags) if tags.contains(tag) => Ok(Verb::Untag { tag: tag.clone() }),
            _ => Err(format!("The tag {tag} is not there any more.")),
        },
        Verb::Untag { tag } => match now.tags.known() {
            Some(tags) if tags.contains(tag) => Err(format!("The tag {tag} is there again.")),
            _ => Ok(Verb::Tag { tag: tag.clone() }),
        },
        Verb::Link { link } => match now.links.known() {
            Some(links) if !links.contains(link) => Err("The link is not there any more.".into()),
            _ => Ok(Verb::Unlink { link: link.clone() }),
        },
        Verb::Unlink { link } => match now.links.known() {
            Some(links) if links.contains(link) => Err("The link is there again.".into()),
            _ => Ok(Verb::Link { link: link.clone() }),
        },
        Verb::Take
        | Verb::Release
        | Verb::Steal
        | Verb::Assign { .. }
        | Verb::Status { .. }
        | Verb::Priority { .. }
        | Verb::Queue { .. }
        | Verb::Group { .. } => previous_value(item, now, me),
    }
}

fn previous_value(item: &Item, now: &Ticket, me: &PersonId) -> Result<Verb, String> {
    let action = &item.action;
    let field = Field::of(&action.verb).ok_or("It sets no field.")?;
    let stands = field.on(now);
    if stands != Field::wanted(&action.verb, me) {
        return Err(format!(
            "The {} was changed since, to {}: look at the ticket first.",
            field.word(),
            Field::show(&stands)
        ));
    }
    let unknown = || format!("What the {} was before is not known.", field.word());
    let seen = &action.seen;
    match field {
        Field::Owner => match (&seen.owner, &action.verb) {
            (Fact::Empty, _) | (Fact::Unknown, Verb::Take) => Ok(Verb::Release),
            (Fact::Known(person), _) if person == me => Ok(Verb::Take),
            (Fact::Known(person), _) => Ok(Verb::Assign { to: person.clone() }),
            (Fact::Unknown, Verb::Release) => Ok(Verb::Take),
            (Fact::Unknown, _) => Err(unknown()),
        },
        Field::Status => {
            let to = seen.status.clone().ok_or_else(unknown)?;
            Ok(Verb::Status { to })
        }
        Field::Priority => {
            let to = *seen.priority.known().ok_or_else(unknown)?;
            Ok(Verb::Priority { to })
        }
        Field::Queue => {
            let to = seen.queue.known().cloned().ok_or_else(unknown)?;
            Ok(Verb::Queue { to })
        }
        Field::Group => match &seen.group {
            Fact::Unknown => Err(unknown()),
            known => {
                let to: Option<GroupId> = known.known().cloned();
                Ok(Verb::Group { to })
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{action, at, me, ticket};
    use super::*;
    use crate::domain::action::Seen;
    use crate::domain::person::PersonRef;
    use jiff::Timestamp;

    fn done(verb: Verb) -> Item {
        Item {
            action: action(verb, Seen::of(&ticket(), None, Timestamp::UNIX_EPOCH)),
            state: State::Done,
            due: None,
            attempts: 1,
            looks: 0,
            sent_at: Some(at(1)),
            message: String::new(),
            differences: Vec::new(),
            entry: None,
            result: None,
            updated: at(1),
        }
    }

    #[test]
    fn the_value_before_comes_back_if_nobody_changed_it_since() {
        let mut now = ticket();
        now.priority = Fact::Known(90);
        let item = done(Verb::Priority { to: 90 });
        assert_eq!(undo_of(&item, &now, &me()), Ok(Verb::Priority { to: 50 }));
        now.priority = Fact::Known(70);
        let reason = undo_of(&item, &now, &me()).unwrap_err();
        assert!(reason.contains("70"), "{reason}");
    }

    #[test]
    fn ownership_goes_back_to_whom_it_was() {
        let mut now = ticket();
        now.owner = Fact::Known(PersonRef::new(me(), "Me"));
        assert_eq!(undo_of(&done(Verb::Take), &now, &me()), Ok(Verb::Release));
        let mut steal = done(Verb::Steal);
        steal.action.seen.owner = Fact::Known("anna".into());
        assert_eq!(
            undo_of(&steal, &now, &me()),
            Ok(Verb::Assign { to: "anna".into() })
        );
        let mut release = done(Verb::Release);
        release.action.seen.owner = Fact::Known(me());
        assert_eq!(undo_of(&release, &ticket(), &me()), Ok(Verb::Take));
    }

    #[test]
    fn what_cannot_be_taken_back_says_so() {
        for (item, word) in [
            (
                done(Verb::Reply {
                    text: "x".into(),
                    files: Vec::new(),
                }),
                "requester has it",
            ),
            (done(Verb::Merge { into: "4".into() }), "merge"),
            (
                Item {
                    state: State::Held,
                    ..done(Verb::Take)
                },
                "drop it",
            ),
            (
                Item {
                    state: State::NoChange,
                    ..done(Verb::Take)
                },
                "nothing",
            ),
        ] {
            let reason = undo_of(&item, &ticket(), &me()).unwrap_err();
            assert!(reason.contains(word), "{reason}");
        }
        let mut blind = done(Verb::Status { to: "open".into() });
        blind.action.seen = Seen::default();
        let mut now = ticket();
        now.status.name = "open".into();
        assert!(
            undo_of(&blind, &now, &me())
                .unwrap_err()
                .contains("not known")
        );
    }

    #[test]
    fn tags_come_and_go() {
        let mut now = ticket();
        let tag = || done(Verb::Tag { tag: "vip".into() });
        assert!(undo_of(&tag(), &now, &me()).is_err());
        now.tags = Fact::Known(vec!["vip".into()]);
        assert_eq!(
            undo_of(&tag(), &now, &me()),
            Ok(Verb::Untag { tag: "vip".into() })
        );
    }
}
