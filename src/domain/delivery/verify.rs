//! After a write: is it on the desk, and is it ours?

use super::field::Field;
use super::history::{Change, Hand, author_name, changes, hand_of};
use super::same::is_same_text;
use crate::domain::action::{Action, Verb};
use crate::domain::claim::Claim;
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::fact::Fact;
use crate::domain::ids::{EntryId, PersonId, TicketId};
use crate::domain::outcome::Difference;
use crate::domain::plan::{Expect, Plan};
use crate::domain::ticket::Ticket;

/// What reading back says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// It is there, by us, and nobody's change was lost over it.
    Done {
        /// The entry that was written, if a text was.
        entry: Option<EntryId>,
        /// What the person should know besides.
        remarks: Vec<String>,
    },
    /// The value is there, but somebody else set it.
    NoChange,
    /// A change of somebody else lies between: theirs was lost, or ours.
    Conflict(Vec<Difference>),
    /// It is not there.
    NotThere,
}

/// What was read back after a write.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The ticket that we compared with, right before the write. `None`: it is not at hand any more.
    pub before: Option<&'a Ticket>,
    /// The ticket now.
    pub after: &'a Ticket,
    /// What happened after the version that we compared with, oldest first.
    pub since: &'a [Entry],
    /// Whether the texts of `since` were read. If not, an entry without a text may have any.
    pub has_texts: bool,
}

/// Decides what came of a write. HTTP answers play no part. An expectation that another value stands is judged by the
/// history: desks that check versions do not do it atomically (of four writers with one version, four may be accepted).
pub fn verify(action: &Action, plan: &Plan, read: &Evidence<'_>, me: &PersonId) -> Verified {
    let mut result = Verified::Done {
        entry: None,
        remarks: Vec::new(),
    };
    for expect in &plan.expects {
        let one = expectation(action, expect, read, me);
        result = worse(result, one);
    }
    result
}

/// Whether the texts of `since` must be read before [`verify`] can say which entry is ours: no entry carries our marker,
/// and there are several candidates, or one and no answer (`is_lost`) that would speak for it.
pub fn is_text_needed(action: &Action, since: &[Entry], me: &PersonId, is_lost: bool) -> bool {
    let marked = since.iter().any(|e| is_marked(e, action));
    let candidates = since.iter().filter(|e| may_be_ours(e, action, me)).count();
    !marked && candidates > usize::from(!is_lost)
}

fn expectation(action: &Action, expect: &Expect, read: &Evidence<'_>, me: &PersonId) -> Verified {
    let (after, since) = (read.after, read.since);
    let value = |field, want| one_field(field, &want, action, read, me);
    match expect {
        Expect::Owner(to) => value(Field::Owner, to.as_ref().map(ToString::to_string)),
        Expect::Status(to) => value(Field::Status, Fact::Known(to.clone())),
        Expect::Priority(to) => value(Field::Priority, Fact::Known(to.to_string())),
        Expect::Queue(to) => value(Field::Queue, Fact::Known(to.clone())),
        Expect::Group(to) => value(Field::Group, to.as_ref().map(ToString::to_string)),
        Expect::HasTag(tag) => tags(has(&after.tags, tag), after, since, me),
        Expect::LacksTag(tag) => tags(has(&after.tags, tag).map(|t| !t), after, since, me),
        Expect::HasLink(link) => there(has(&after.links, link)),
        Expect::LacksLink(link) => there(has(&after.links, link).map(|l| !l)),
        Expect::HasClaim(claim) => there(claims(after, |c| {
            c.console == claim.console && c.until == claim.until
        })),
        Expect::LacksClaim(claim) => {
            there(claims(after, |c| c.console == claim.console).map(|found| !found))
        }
        Expect::HasEntry => entry(action, read, me),
        Expect::MergedInto(into) => merged(action, into, after),
        Expect::Created => there(Some(true)),
    }
}

fn merged(action: &Action, into: &TicketId, after: &Ticket) -> Verified {
    if after.id == *into {
        done()
    } else if action.ticket.as_ref() == Some(&after.id) {
        Verified::NotThere
    } else {
        // The ticket that should stay was merged on in its turn.
        Verified::Done {
            entry: None,
            remarks: vec![format!("it is part of ticket {} now", after.id)],
        }
    }
}

fn done() -> Verified {
    Verified::Done {
        entry: None,
        remarks: Vec::new(),
    }
}

fn there(so: Option<bool>) -> Verified {
    if so == Some(true) {
        done()
    } else {
        Verified::NotThere
    }
}

/// Whether a list has a member; `None` when the desk did not say.
fn has<T: PartialEq>(list: &Fact<Vec<T>>, member: &T) -> Option<bool> {
    match list {
        Fact::Known(list) => Some(list.contains(member)),
        Fact::Empty => Some(false),
        Fact::Unknown => None,
    }
}

/// Whether a claim of this kind stands on a ticket; `None` when the desk did not say.
fn claims(ticket: &Ticket, is_it: impl Fn(&Claim) -> bool) -> Option<bool> {
    match &ticket.claims {
        Fact::Known(claims) => Some(claims.iter().any(is_it)),
        Fact::Empty => Some(false),
        Fact::Unknown => None,
    }
}

/// Of two findings about one plan, the one that the person must hear.
fn worse(a: Verified, b: Verified) -> Verified {
    match (a, b) {
        (
            Verified::Done { entry, mut remarks },
            Verified::Done {
                entry: other,
                remarks: more,
            },
        ) => {
            remarks.extend(more);
            Verified::Done {
                entry: entry.or(other),
                remarks,
            }
        }
        (Verified::Done { .. }, other) | (other, Verified::Done { .. }) => other,
        (conflict @ Verified::Conflict(_), _) | (_, conflict @ Verified::Conflict(_)) => conflict,
        (Verified::NotThere, _) | (_, Verified::NotThere) => Verified::NotThere,
        (Verified::NoChange, Verified::NoChange) => Verified::NoChange,
    }
}

fn one_field(
    field: Field,
    want: &Fact<String>,
    action: &Action,
    read: &Evidence<'_>,
    me: &PersonId,
) -> Verified {
    let now = field.on(read.after);
    let equal = now == *want;
    let changes = changes(read.since, &[field.word()], me);
    let other = |c: &&Change<'_>| c.hand == Hand::Other;
    let conflict = |c: &Change<'_>, theirs: String| {
        Verified::Conflict(vec![Difference {
            field: field.word().to_owned(),
            seen: Field::show(&field.seen(&action.seen)),
            theirs,
            by: author_name(c.entry),
            at: Some(c.entry.at),
            entry: None,
        }])
    };
    let Some(ours) = changes.iter().rposition(|c| c.hand == Hand::Mine) else {
        return match changes.iter().rfind(other) {
            Some(_) if equal => Verified::NoChange,
            Some(theirs) => conflict(theirs, Field::show(&now)),
            None => there(Some(equal)),
        };
    };
    let (before, from_ours) = changes.split_at(ours);
    let our_value = from_ours.first().map_or("", |c| c.to);
    if let Some(lost) = before.iter().rfind(other)
        && !action.force
    {
        // Ours stands, theirs is gone, and the person has never seen it.
        return conflict(lost, lost.to.to_owned());
    }
    if let (Some(read), Some(first)) = (read.before, changes.first())
        && is_torn(field, read, first.from)
        && !action.force
    {
        return Verified::Conflict(vec![Difference {
            field: field.word().to_owned(),
            seen: Field::show(&field.seen(&action.seen)),
            theirs: first.from.to_owned(),
            by: None,
            at: None,
            entry: None,
        }]);
    }
    let later = from_ours.iter().skip(1).rfind(other);
    match later {
        None => there(Some(equal)),
        Some(_) if equal => done(),
        // They started from our value, so they saw it: ours was there.
        Some(theirs) if theirs.from == our_value => Verified::Done {
            entry: None,
            remarks: vec![format!(
                "{} has changed {} again, to {}",
                author_name(theirs.entry).unwrap_or_else(|| "somebody".to_owned()),
                field.word(),
                Field::show(&now)
            )],
        },
        Some(theirs) => conflict(theirs, Field::show(&now)),
    }
}

/// How histories write that there was no value.
const NOTHING: [&str; 3] = ["", "none", "nobody"];

/// Whether the ticket that we compared with was older than the version that came with it: its value is not the one that
/// the history starts from, so that somebody changed it in between and we wrote over that. RT reads a ticket first and
/// its newest transaction, which is its version, last; a change that lands between the two is in one and not in the other.
fn is_torn(field: Field, read: &Ticket, from: &str) -> bool {
    // A number instead of a name says nothing: the history then names people and queues in its own way.
    let is_unnamed = matches!(field, Field::Owner | Field::Queue)
        && !from.is_empty()
        && from.bytes().all(|b| b.is_ascii_digit());
    let is_nothing = NOTHING.iter().any(|word| from.eq_ignore_ascii_case(word));
    match field.on(read) {
        _ if is_unnamed => false,
        Fact::Unknown => false,
        Fact::Empty => !is_nothing,
        // Some histories do not say what was there before.
        Fact::Known(value) => !from.is_empty() && from != value,
    }
}

/// Tags are written as one list on some desks: a tag that a colleague added meanwhile must still be there.
fn tags(so: Option<bool>, after: &Ticket, since: &[Entry], me: &PersonId) -> Verified {
    let lost = changes(since, &["tags"], me).into_iter().find(|c| {
        c.hand == Hand::Other
            && !c.to.is_empty()
            && has(&after.tags, &c.to.to_owned()) == Some(false)
            && !removed_by_another(c, since, me)
    });
    match lost {
        Some(lost) => Verified::Conflict(vec![Difference {
            field: "tags".to_owned(),
            seen: String::new(),
            theirs: lost.to.to_owned(),
            by: author_name(lost.entry),
            at: Some(lost.entry.at),
            entry: None,
        }]),
        None => there(so),
    }
}

fn removed_by_another(added: &Change<'_>, since: &[Entry], me: &PersonId) -> bool {
    changes(since, &["tags"], me)
        .iter()
        .any(|c| c.hand == Hand::Other && c.from == added.to && c.entry.id > added.entry.id)
}

fn entry(action: &Action, read: &Evidence<'_>, me: &PersonId) -> Verified {
    let since = read.since;
    let marked: Vec<&Entry> = since.iter().filter(|e| is_marked(e, action)).collect();
    let by_marker = !marked.is_empty();
    let found = if by_marker {
        marked
    } else {
        since
            .iter()
            .filter(|e| is_ours_by_text(e, action, me, read.has_texts))
            .collect()
    };
    let Some(first) = found.first() else {
        return Verified::NotThere;
    };
    let mut remarks = Vec::new();
    if by_marker && found.len() > 1 {
        remarks.push(format!(
            "it is on the desk {} times; tell the requester, it cannot be taken back",
            found.len()
        ));
    }
    if let Some(other) = since
        .iter()
        .find(|e| e.is_public_message() && hand_of(e, me) == Hand::Other)
        && matches!(action.verb, Verb::Reply { .. })
    {
        remarks.push(format!(
            "{} wrote to the requester at the same time",
            author_name(other).unwrap_or_else(|| "somebody".to_owned())
        ));
    }
    Verified::Done {
        entry: Some(first.id.clone()),
        remarks,
    }
}

fn is_marked(entry: &Entry, action: &Action) -> bool {
    let ours = action.id.to_string();
    entry.marker.as_deref() == Some(ours.as_str())
}

/// Ours by author and kind, as far as that goes. An entry with another action's marker is not.
fn may_be_ours(entry: &Entry, action: &Action, me: &PersonId) -> bool {
    let is_kind = matches!(
        (&action.verb, &entry.kind),
        (Verb::Reply { .. }, EntryKind::Reply) | (Verb::Note { .. }, EntryKind::Note)
    );
    is_kind && entry.marker.is_none() && hand_of(entry, me) == Hand::Mine
}

/// Ours by author, kind and text. A text that was not read counts as ours; one that could not be read does not.
fn is_ours_by_text(entry: &Entry, action: &Action, me: &PersonId, has_texts: bool) -> bool {
    let (Verb::Reply { text, .. } | Verb::Note { text, .. }) = &action.verb else {
        return false;
    };
    may_be_ours(entry, action, me)
        && (is_same_text(entry, text) || !has_texts && entry.text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{action, change, me, message, ticket};
    use super::*;
    use crate::domain::action::Seen;
    use crate::domain::entry::Visibility;
    use crate::domain::person::PersonRef;
    use crate::domain::plan::Marker;
    use jiff::Timestamp;

    fn plan(expects: Vec<Expect>) -> Plan {
        Plan {
            steps: Vec::new(),
            expects,
            marker: Marker::ByState,
            inverse: None,
            notices: Vec::new(),
            warnings: Vec::new(),
        }
    }
    fn judged(action: &Action, plan: &Plan, after: &Ticket, since: &[Entry]) -> Verified {
        let read = Evidence {
            before: None,
            after,
            since,
            has_texts: true,
        };
        verify(action, plan, &read, &me())
    }
    fn set(to: i64) -> Action {
        action(
            Verb::Priority { to },
            Seen::of(&ticket(), None, Timestamp::UNIX_EPOCH),
        )
    }
    /// What reading back says of "priority 10", when the desk has `now` and this history.
    fn priority(now: i64, history: &[Entry]) -> Verified {
        let mut after = ticket();
        after.priority = Fact::Known(now);
        judged(&set(10), &plan(vec![Expect::Priority(10)]), &after, history)
    }
    fn is_done(verified: &Verified) -> bool {
        matches!(verified, Verified::Done { .. })
    }

    #[test]
    fn ours_alone_is_done() {
        assert_eq!(
            priority(10, &[change(8, "me", "priority", "50", "10")]),
            done()
        );
        let beside = [
            change(8, "anna", "status", "new", "open"),
            change(9, "me", "priority", "50", "10"),
        ];
        assert_eq!(
            priority(10, &beside),
            done(),
            "another field is not ours to judge"
        );
    }

    #[test]
    fn the_same_value_by_somebody_else_is_no_change() {
        let history = [change(8, "anna", "priority", "50", "10")];
        assert_eq!(priority(10, &history), Verified::NoChange);
    }

    #[test]
    fn nothing_there_is_not_there_however_the_desk_answered() {
        assert_eq!(priority(50, &[]), Verified::NotThere);
    }

    #[test]
    fn a_foreign_change_that_we_wrote_over_is_a_conflict_though_our_value_stands() {
        let raced = [
            change(8, "anna", "priority", "50", "70"),
            change(9, "me", "priority", "50", "10"),
        ];
        let Verified::Conflict(found) = priority(10, &raced) else {
            panic!("the lost update of anna was not reported");
        };
        assert_eq!(found[0].theirs, "70");
        assert_eq!(found[0].by.as_deref(), Some("anna"));
        let mut after = ticket();
        after.priority = Fact::Known(10);
        let forced = Action {
            force: true,
            ..set(10)
        };
        let knowing = judged(&forced, &plan(vec![Expect::Priority(10)]), &after, &raced);
        assert_eq!(knowing, done(), "the person wanted it all the same");
    }

    #[test]
    fn ours_lost_under_a_racing_write_is_a_conflict_but_a_later_knowing_change_is_none() {
        let raced = [
            change(8, "me", "priority", "50", "10"),
            change(9, "anna", "priority", "50", "70"),
        ];
        assert!(matches!(priority(70, &raced), Verified::Conflict(_)));
        let knowing = [raced[0].clone(), change(9, "anna", "priority", "10", "70")];
        let Verified::Done { remarks, .. } = priority(70, &knowing) else {
            panic!("ours was there when anna changed it");
        };
        assert!(remarks[0].contains("anna"), "{remarks:?}");
    }

    #[test]
    fn only_a_foreign_change_is_a_conflict() {
        let history = [change(8, "anna", "priority", "50", "70")];
        assert!(matches!(priority(70, &history), Verified::Conflict(_)));
    }

    #[test]
    fn an_owner_is_judged_by_the_ticket_and_the_hand_not_by_how_the_history_spells_people() {
        let mut after = ticket();
        after.owner = Fact::Known(PersonRef::new(me(), "Me"));
        let history = [change(8, "me", "owner", "6", "14")];
        let take = action(Verb::Take, Seen::default());
        let expects = plan(vec![Expect::Owner(Fact::Known(me()))]);
        assert_eq!(judged(&take, &expects, &after, &history), done());
        after.owner = Fact::Empty;
        assert_eq!(judged(&take, &expects, &after, &[]), Verified::NotThere);
    }

    fn reply() -> Action {
        action(
            Verb::Reply {
                text: "Hello.\n".into(),
                files: Vec::new(),
            },
            Seen::default(),
        )
    }
    fn replied(history: &[Entry]) -> Verified {
        judged(&reply(), &plan(vec![Expect::HasEntry]), &ticket(), history)
    }
    fn written(id: u32, author: &str, text: &str, marker: Option<String>) -> Entry {
        Entry {
            text: text.to_owned(),
            marker,
            ..message(id, author, EntryKind::Reply, Visibility::Public)
        }
    }

    #[test]
    fn a_reply_is_found_by_marker_then_by_author_and_text() {
        let ours = Some(reply().id.to_string());
        let history = [
            written(8, "me", "Hello.", Some("another".into())),
            written(9, "me", "Hello.", ours.clone()),
        ];
        let Verified::Done { entry, .. } = replied(&history) else {
            panic!()
        };
        assert_eq!(entry.unwrap().as_str(), "9");
        assert!(is_done(&replied(&[written(8, "me", "Hello.", None)])));
        for other in [
            written(8, "me", "Something else", None),
            written(8, "anna", "Hello.", None),
            written(8, "me", "Hello.", Some("another".into())),
            Entry {
                kind: EntryKind::Note,
                ..written(8, "me", "Hello.", None)
            },
        ] {
            assert_eq!(
                replied(std::slice::from_ref(&other)),
                Verified::NotThere,
                "{other:?}"
            );
        }
    }

    #[test]
    fn a_text_that_was_not_read_is_ours_only_while_nothing_is_known_against_it() {
        let unread = [written(8, "me", "", None)];
        let with_texts = |has_texts| {
            let read = Evidence {
                before: None,
                after: &ticket(),
                since: &unread,
                has_texts,
            };
            verify(&reply(), &plan(vec![Expect::HasEntry]), &read, &me())
        };
        assert!(is_done(&with_texts(false)));
        assert_eq!(with_texts(true), Verified::NotThere, "it could not be read");
    }

    #[test]
    fn texts_are_read_where_they_decide_and_only_there() {
        let needed = |history: &[Entry], is_lost| is_text_needed(&reply(), history, &me(), is_lost);
        let one = written(8, "me", "", None);
        let two = [one.clone(), written(9, "me", "", None)];
        let other = written(9, "anna", "", None);
        let marked = written(9, "me", "", Some(reply().id.to_string()));
        assert!(!needed(&[one.clone(), other.clone()], false));
        assert!(needed(std::slice::from_ref(&one), true));
        assert!(needed(&two, false) && needed(&two, true));
        assert!(!needed(&[other], true), "nothing of ours is there");
        assert!(!needed(&[one, marked], true), "the marker says which");
    }

    #[test]
    fn a_value_that_was_changed_while_it_was_read_is_a_conflict() {
        let read_before = ticket();
        let mut after = ticket();
        after.status.name = "stalled".into();
        let stall = action(
            Verb::Status {
                to: "stalled".into(),
            },
            Seen::of(&ticket(), None, Timestamp::UNIX_EPOCH),
        );
        let expects = plan(vec![Expect::Status("stalled".into())]);
        let from = |value| {
            let history = [change(9, "me", "status", value, "stalled")];
            let read = Evidence {
                before: Some(&read_before),
                after: &after,
                since: &history,
                has_texts: false,
            };
            verify(&stall, &expects, &read, &me())
        };
        assert_eq!(from("new"), done());
        assert_eq!(from(""), done(), "a history need not say what was there");
        let Verified::Conflict(found) = from("open") else {
            panic!("somebody opened it, and nobody was told that this was written over");
        };
        assert_eq!(
            (found[0].seen.as_str(), found[0].theirs.as_str()),
            ("new", "open")
        );
    }

    #[test]
    fn an_owner_that_came_while_it_was_read_is_a_conflict_and_a_number_says_nothing() {
        let (free, mut owned) = (ticket(), ticket());
        owned.owner = Fact::Known(PersonRef::new("anna".into(), "Anna"));
        assert!(is_torn(Field::Owner, &free, "anna"));
        assert!(is_torn(Field::Owner, &owned, "Nobody"));
        for nothing in ["", "Nobody", "none"] {
            assert!(!is_torn(Field::Owner, &free, nothing), "{nothing}");
        }
        assert!(!is_torn(Field::Owner, &owned, "anna"));
        assert!(!is_torn(Field::Owner, &owned, "68"));
        assert!(
            is_torn(Field::Priority, &free, "68"),
            "of a priority it is the value"
        );
    }

    #[test]
    fn a_reply_that_is_there_twice_and_one_beside_a_colleagues_are_told() {
        let ours = Some(reply().id.to_string());
        let history = [
            written(8, "me", "Hello.", ours.clone()),
            written(9, "anna", "Hi", None),
            written(10, "me", "Hello.", ours),
        ];
        let Verified::Done { remarks, .. } = replied(&history) else {
            panic!()
        };
        assert!(remarks[0].contains("2 times"), "{remarks:?}");
        assert!(remarks[1].contains("anna"), "{remarks:?}");
    }

    #[test]
    fn a_colleagues_tag_that_our_list_wrote_away_is_a_conflict() {
        let mut after = ticket();
        after.tags = Fact::Known(vec!["vip".into()]);
        let tag = action(Verb::Tag { tag: "vip".into() }, Seen::default());
        let expects = plan(vec![Expect::HasTag("vip".into())]);
        let mut history = vec![
            change(8, "anna", "tags", "", "home"),
            change(9, "me", "tags", "", "vip"),
        ];
        assert!(matches!(
            judged(&tag, &expects, &after, &history),
            Verified::Conflict(_)
        ));
        history.push(change(10, "anna", "tags", "home", ""));
        assert_eq!(
            judged(&tag, &expects, &after, &history),
            done(),
            "she took it away herself"
        );
        after.tags = Fact::Unknown;
        assert_eq!(
            judged(&tag, &expects, &after, &[]),
            Verified::NotThere,
            "unknown is not yes"
        );
    }

    #[test]
    fn a_merge_is_there_when_the_ticket_answers_under_the_other_id() {
        let merge = action(Verb::Merge { into: "4".into() }, Seen::default());
        let expects = plan(vec![Expect::MergedInto("4".into())]);
        let mut after = ticket();
        assert_eq!(judged(&merge, &expects, &after, &[]), Verified::NotThere);
        after.id = "4".into();
        assert_eq!(judged(&merge, &expects, &after, &[]), done());
        after.id = "3".into();
        assert!(is_done(&judged(&merge, &expects, &after, &[])));
    }
}
