//! Before a write: is what the person saw still true, as far as the action touches it?

use jiff::SignedDuration;

use super::field::Field;
use super::history::{Change, Hand, author_name, changes, hand_of};
use crate::domain::action::{Action, Verb};
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::outcome::Difference;
use crate::domain::ticket::{StatusClass, Ticket};

/// How long after its creation the first message of a ticket may be noted: Request Tracker dates the ticket before it
/// writes the message, and was seen to be a second late.
const BEGINS: SignedDuration = SignedDuration::from_secs(3);

/// May the action be sent?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compare {
    /// Yes: nothing that it touches changed.
    Clear,
    /// No need to: the desk has it so already.
    AlreadySo,
    /// No: somebody changed what the person saw. The fields, and for a reply the entries that were not seen.
    Conflict(Vec<Difference>, Vec<Entry>),
}

/// Whether [`compare`](fn@compare) needs to know what happened since the person looked. Where it does not, the
/// request that fetches the history is saved.
pub fn is_entry_needed(action: &Action, ticket: &Ticket, me: &PersonId) -> bool {
    if action.force {
        return false;
    }
    matches!(action.verb, Verb::Reply { .. })
        || matches!(compare(action, ticket, &[], me), Compare::Conflict(..))
}

/// Compares the fields that `action` touches with the ticket as the desk has it now.
///
/// `since` is what happened after the person looked, oldest first: entries after the version or the newest entry
/// that they saw. Where the desk does not tell, it may be empty: then a field that differs is a conflict. What we
/// changed ourselves meanwhile is none, for the person knows it. `action.force` leaves nothing but what is so already.
pub fn compare(action: &Action, ticket: &Ticket, since: &[Entry], me: &PersonId) -> Compare {
    if let Some(answer) = moved(action, ticket) {
        return answer;
    }
    match &action.verb {
        Verb::Reply { .. } => reply(action, ticket, since, me),
        Verb::Note { .. } | Verb::Create { .. } | Verb::Merge { .. } => Compare::Clear,
        Verb::Tag { tag } => so_if(ticket.tags.known().is_some_and(|t| t.contains(tag))),
        Verb::Untag { tag } => so_if(match &ticket.tags {
            Fact::Known(tags) => !tags.contains(tag),
            Fact::Empty => true,
            Fact::Unknown => false,
        }),
        Verb::Link { link } => so_if(ticket.links.known().is_some_and(|l| l.contains(link))),
        Verb::Unlink { link } => so_if(match &ticket.links {
            Fact::Known(links) => !links.contains(link),
            Fact::Empty => true,
            Fact::Unknown => false,
        }),
        Verb::Claim { claim } => so_if(ticket.claims.known().is_some_and(|c| c.contains(claim))),
        Verb::Unclaim { claim } => so_if(match &ticket.claims {
            Fact::Known(claims) => claims.iter().all(|c| c.console != claim.console),
            Fact::Empty => true,
            Fact::Unknown => false,
        }),
        verb => match Field::of(verb) {
            Some(field) => one_field(action, field, ticket, since, me),
            None => Compare::Clear,
        },
    }
}

fn so_if(so: bool) -> Compare {
    if so {
        Compare::AlreadySo
    } else {
        Compare::Clear
    }
}

/// The ticket is not where it was: merged away or deleted.
fn moved(action: &Action, ticket: &Ticket) -> Option<Compare> {
    let asked = action.ticket.as_ref()?;
    let merged = *asked != ticket.id;
    // One that stands where it was and is to go into itself is for the desk to refuse.
    if let Verb::Merge { into } = &action.verb
        && merged
        && *into == ticket.id
    {
        return Some(Compare::AlreadySo);
    }
    if action.force {
        return None;
    }
    if merged {
        let difference = Difference {
            field: "ticket".to_owned(),
            seen: asked.to_string(),
            theirs: format!("merged into {}", ticket.id),
            by: None,
            at: None,
            entry: None,
        };
        return Some(Compare::Conflict(vec![difference], Vec::new()));
    }
    let deleted = ticket.status.class == StatusClass::Deleted
        && !matches!(action.verb, Verb::Status { .. })
        && action.seen.status.as_ref() != Some(&ticket.status.name);
    deleted.then(|| {
        let difference = differs(Field::Status, action, ticket, None);
        Compare::Conflict(vec![difference], Vec::new())
    })
}

fn one_field(
    action: &Action,
    field: Field,
    ticket: &Ticket,
    since: &[Entry],
    me: &PersonId,
) -> Compare {
    let now = field.on(ticket);
    if now.is_unknown() {
        return Compare::Clear;
    }
    if now == Field::wanted(&action.verb, me) {
        return Compare::AlreadySo;
    }
    if action.force {
        return Compare::Clear;
    }
    // A take says "nobody owns it", a release "I own it", whatever the screen showed.
    let expected = match action.verb {
        Verb::Take => Fact::Empty,
        Verb::Release if action.seen.owner.is_unknown() => Fact::Known(me.to_string()),
        _ => field.seen(&action.seen),
    };
    if expected.is_unknown() || now == expected {
        return Compare::Clear;
    }
    let changes = changes(since, &[field.word()], me);
    let our_own_hand = !changes.is_empty() && changes.iter().all(|c| c.hand == Hand::Mine);
    if our_own_hand && !matches!(action.verb, Verb::Take) {
        return Compare::Clear;
    }
    // Where only our own hand was in it, it was ours at another console.
    let last = changes
        .iter()
        .rfind(|c| c.hand != Hand::Mine)
        .or(changes.last());
    Compare::Conflict(vec![differs(field, action, ticket, last)], Vec::new())
}

fn reply(action: &Action, ticket: &Ticket, since: &[Entry], me: &PersonId) -> Compare {
    if action.force {
        return Compare::Clear;
    }
    let unseen: Vec<Entry> = since
        .iter()
        .filter(|e| e.is_public_message() && hand_of(e, me) != Hand::Mine)
        .filter(|e| !is_opening(e, ticket))
        .cloned()
        .collect();
    let mut differences = Vec::new();
    let closed = !ticket.is_active() && action.seen.status.as_ref() != Some(&ticket.status.name);
    let changes = changes(since, &[Field::Status.word()], me);
    let by_others = changes.iter().rfind(|c| c.hand != Hand::Mine);
    let by_me_alone = by_others.is_none() && !changes.is_empty();
    // Without anything seen, only the history can say that somebody closed it meanwhile.
    let known_before = action.seen.status.is_some() || by_others.is_some();
    if closed && known_before && !by_me_alone {
        differences.push(differs(Field::Status, action, ticket, by_others));
    }
    if unseen.is_empty() && differences.is_empty() {
        Compare::Clear
    } else {
        Compare::Conflict(differences, unseen)
    }
}

/// The message that the ticket began with. Who acts on a ticket has seen it, though a look at the clock, in whole
/// seconds, may say otherwise of a ticket of this second. (One that came by a merge is another ticket's, and newer.)
fn is_opening(entry: &Entry, ticket: &Ticket) -> bool {
    entry.kind == EntryKind::Create && entry.at.duration_since(ticket.created) <= BEGINS
}

fn differs(
    field: Field,
    action: &Action,
    ticket: &Ticket,
    change: Option<&Change<'_>>,
) -> Difference {
    let theirs = match (field, &ticket.owner) {
        (Field::Owner, Fact::Known(owner)) => owner.name.clone(),
        _ => Field::show(&field.on(ticket)),
    };
    Difference {
        field: field.word().to_owned(),
        seen: Field::show(&field.seen(&action.seen)),
        theirs,
        by: change.and_then(|c| author_name(c.entry)),
        at: change.map(|c| c.entry.at),
        entry: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{action, change, me, message, ticket};
    use super::*;
    use crate::domain::action::Seen;
    use crate::domain::entry::Visibility;
    use crate::domain::fact::Fact;
    use crate::domain::ids::TicketId;
    use crate::domain::person::PersonRef;
    use crate::domain::ticket::Status;
    use jiff::Timestamp;

    fn seen() -> Seen {
        Seen::of(&ticket(), None, Timestamp::UNIX_EPOCH)
    }
    fn reply_action() -> Action {
        action(
            Verb::Reply {
                text: "hello".into(),
                files: Vec::new(),
            },
            seen(),
        )
    }
    fn differences(compare: Compare) -> Vec<Difference> {
        match compare {
            Compare::Conflict(differences, _) => differences,
            other => panic!("no conflict: {other:?}"),
        }
    }

    #[test]
    fn a_field_that_nobody_touched_is_clear_whatever_else_changed() {
        let mut now = ticket();
        now.priority = Fact::Known(90);
        now.subject = "another".into();
        let take = action(Verb::Take, seen());
        assert_eq!(compare(&take, &now, &[], &me()), Compare::Clear);
    }

    #[test]
    fn a_changed_field_shows_both_versions_and_who_did_it() {
        let mut now = ticket();
        now.priority = Fact::Known(90);
        let history = [change(8, "anna", "priority", "50", "90")];
        let set = action(Verb::Priority { to: 10 }, seen());
        let found = differences(compare(&set, &now, &history, &me()));
        assert_eq!(found[0].field, "priority");
        assert_eq!(
            (found[0].seen.as_str(), found[0].theirs.as_str()),
            ("50", "90")
        );
        assert_eq!(found[0].by.as_deref(), Some("anna"));
        assert!(found[0].at.is_some());
        let forced = Action { force: true, ..set };
        assert_eq!(compare(&forced, &now, &history, &me()), Compare::Clear);
    }

    #[test]
    fn our_own_earlier_change_is_no_conflict() {
        let mut now = ticket();
        now.priority = Fact::Known(90);
        let mine = [change(8, "me", "priority", "50", "90")];
        let set = action(Verb::Priority { to: 10 }, seen());
        assert_eq!(compare(&set, &now, &mine, &me()), Compare::Clear);
        let both = [mine[0].clone(), change(9, "anna", "priority", "90", "90")];
        assert!(matches!(
            compare(&set, &now, &both, &me()),
            Compare::Conflict(..)
        ));
    }

    #[test]
    fn what_the_desk_did_in_answer_to_our_reply_is_our_own_hand() {
        let mut now = ticket();
        now.status.name = "open".into();
        let mut opened = change(9, "x", "status", "new", "open");
        opened.author = Fact::Empty;
        let history = [
            message(8, "me", EntryKind::Reply, Visibility::Public),
            opened,
        ];
        let resolve = action(
            Verb::Status {
                to: "resolved".into(),
            },
            seen(),
        );
        assert_eq!(compare(&resolve, &now, &history, &me()), Compare::Clear);
        // The same by a colleague, as quick as it may be, is a change that we did not see.
        let by_anna = [
            history[0].clone(),
            change(9, "anna", "status", "new", "open"),
        ];
        assert!(matches!(
            compare(&resolve, &now, &by_anna, &me()),
            Compare::Conflict(..)
        ));
    }

    #[test]
    fn what_is_so_already_is_not_sent() {
        let mut now = ticket();
        now.owner = Fact::Known(PersonRef::new(me(), "Me"));
        now.tags = Fact::Known(vec!["vip".into()]);
        for (verb, answer) in [
            (Verb::Take, Compare::AlreadySo),
            (Verb::Steal, Compare::AlreadySo),
            (Verb::Priority { to: 50 }, Compare::AlreadySo),
            (Verb::Tag { tag: "vip".into() }, Compare::AlreadySo),
            (Verb::Untag { tag: "vip".into() }, Compare::Clear),
            (Verb::Tag { tag: "new".into() }, Compare::Clear),
            (Verb::Group { to: None }, Compare::AlreadySo),
        ] {
            assert_eq!(
                compare(&action(verb.clone(), seen()), &now, &[], &me()),
                answer,
                "{verb:?}"
            );
        }
    }

    #[test]
    fn a_take_of_what_a_colleague_has_taken_is_a_conflict_even_if_it_was_not_seen() {
        let mut now = ticket();
        now.owner = Fact::Known(PersonRef::new("anna".into(), "Anna B"));
        let blind = action(Verb::Take, Seen::default());
        let found = differences(compare(&blind, &now, &[], &me()));
        assert_eq!(found[0].theirs, "Anna B");
        let release = action(Verb::Release, Seen::default());
        assert!(matches!(
            compare(&release, &now, &[], &me()),
            Compare::Conflict(..)
        ));
    }

    #[test]
    fn a_value_that_the_person_never_saw_cannot_be_in_the_way() {
        let set = action(Verb::Priority { to: 10 }, Seen::default());
        assert_eq!(compare(&set, &ticket(), &[], &me()), Compare::Clear);
    }

    #[test]
    fn a_reply_stops_for_a_public_message_by_somebody_else_only() {
        let public = message(8, "kari", EntryKind::Reply, Visibility::Public);
        let conflict = compare(
            &reply_action(),
            &ticket(),
            std::slice::from_ref(&public),
            &me(),
        );
        assert_eq!(
            conflict,
            Compare::Conflict(Vec::new(), vec![public.clone()])
        );
        let forced = Action {
            force: true,
            ..reply_action()
        };
        assert_eq!(
            compare(&forced, &ticket(), &[public], &me()),
            Compare::Clear
        );
        let harmless = [
            message(8, "anna", EntryKind::Note, Visibility::Internal),
            change(9, "anna", "owner", "", "anna"),
            message(10, "me", EntryKind::Reply, Visibility::Public),
            message(11, "x", EntryKind::System, Visibility::Public),
        ];
        assert_eq!(
            compare(&reply_action(), &ticket(), &harmless, &me()),
            Compare::Clear
        );
    }

    #[test]
    fn the_message_that_opened_the_ticket_stops_no_reply() {
        let mut opening = message(8, "kari", EntryKind::Create, Visibility::Public);
        opening.at = ticket().created;
        let answer = |e| compare(&reply_action(), &ticket(), &[e], &me());
        assert_eq!(answer(opening.clone()), Compare::Clear);
        opening.at += SignedDuration::from_secs(1);
        assert_eq!(answer(opening.clone()), Compare::Clear, "the desk was late");
        opening.at += SignedDuration::from_secs(9);
        assert!(
            matches!(answer(opening), Compare::Conflict(..)),
            "the first message of a ticket that was merged into this one"
        );
    }

    #[test]
    fn a_reply_stops_when_somebody_else_closed_the_ticket() {
        let mut now = ticket();
        now.status = Status {
            name: "resolved".into(),
            class: StatusClass::Resolved,
        };
        let by_anna = [change(8, "anna", "status", "new", "resolved")];
        let found = differences(compare(&reply_action(), &now, &by_anna, &me()));
        assert_eq!(found[0].theirs, "resolved");
        let by_me = [change(8, "me", "status", "new", "resolved")];
        assert_eq!(
            compare(&reply_action(), &now, &by_me, &me()),
            Compare::Clear
        );
        let mut knew = reply_action();
        knew.seen.status = Some("resolved".into());
        assert_eq!(compare(&knew, &now, &[], &me()), Compare::Clear);
    }

    #[test]
    fn a_ticket_that_was_merged_or_deleted_meanwhile_is_a_conflict() {
        let mut now = ticket();
        now.id = TicketId::from("99");
        let note = action(
            Verb::Note {
                text: "n".into(),
                files: Vec::new(),
            },
            seen(),
        );
        let found = differences(compare(&note, &now, &[], &me()));
        assert_eq!(found[0].theirs, "merged into 99");
        let merge = |into: &str| action(Verb::Merge { into: into.into() }, seen());
        assert_eq!(compare(&merge("99"), &now, &[], &me()), Compare::AlreadySo);
        assert!(matches!(
            compare(&merge("98"), &now, &[], &me()),
            Compare::Conflict(..)
        ));
        let mut deleted = ticket();
        deleted.status = Status {
            name: "deleted".into(),
            class: StatusClass::Deleted,
        };
        assert!(matches!(
            compare(&note, &deleted, &[], &me()),
            Compare::Conflict(..)
        ));
    }

    #[test]
    fn the_history_is_fetched_only_where_it_decides() {
        let mut now = ticket();
        assert!(is_entry_needed(&reply_action(), &now, &me()));
        let set = action(Verb::Priority { to: 10 }, seen());
        assert!(!is_entry_needed(&set, &now, &me()));
        now.priority = Fact::Known(90);
        assert!(is_entry_needed(&set, &now, &me()));
    }
}
