//! One action on many tickets: who is left out and why, and how far it is.
//!
//! Invariant: a bulk is one thing with children, each an action of its own with its own outcome, so its numbers always
//! add up ([`Tally::sum`]); what is left out in the preview is no child. Start at [`judge`] and [`Tally::of`].

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::action::{Seen, Verb};
use super::delivery::Field;
use super::fact::Fact;
use super::ids::{ActionId, IncidentId, PersonId, TicketId};
use super::outbox::{Item, State};
use super::source::Gone;
use super::template::Missing;
use super::ticket::{LinkTarget, StatusClass, Ticket};
use crate::text::lang::Lang;

/// From so many tickets on, the question before a bulk says how many people it is about, whatever they see of it.
pub const NAME_PEOPLE: usize = 26;

/// From so many tickets on, their number is typed instead of pressing yes.
pub const TYPE_NUMBER: usize = 200;

/// An action on many tickets, as it stands in the outbox beside its children.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// Its id: the `parent` of its children.
    pub id: ActionId,
    /// What it does, in a few words (`status resolved`).
    pub what: String,
    /// How many tickets it is about. A macro has several children for each.
    pub asked: usize,
    /// Marked tickets that were left out, with the reason in words.
    pub left_out: Vec<(TicketId, String)>,
    /// The bulk that this one takes back, if any.
    pub undoes: Option<ActionId>,
    /// The template that its texts were made from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Letters>,
    /// When it was confirmed.
    pub at: Timestamp,
}

/// Texts that were made from a template, each in the language of its own ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// The name of the template.
    pub name: String,
    /// How many are in each language, most first.
    pub languages: Vec<(Lang, usize)>,
    /// Whether a person changed a text for this one answer.
    #[serde(default)]
    pub is_edited: bool,
}

impl Letters {
    /// `da 17 · nb 9 · sv 6`.
    pub fn split(&self) -> String {
        let parts = self.languages.iter().map(|(lang, count)| {
            let code = lang.code().unwrap_or("other");
            format!("{code} {count}")
        });
        parts.collect::<Vec<_>>().join(" · ")
    }
}

/// How many tickets of a bulk came how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Tickets.
    pub asked: usize,
    /// On the desk, read back.
    pub done: usize,
    /// The desk had it so already.
    pub no_change: usize,
    /// Changed by others since the person looked.
    pub conflict: usize,
    /// The desk said no.
    pub refused: usize,
    /// A person must decide.
    pub parked: usize,
    /// Sent without a clear answer: being looked for.
    pub unknown: usize,
    /// Taken back or dropped before it was sent.
    pub dropped: usize,
    /// Held, ready, or on its way.
    pub waiting: usize,
}

impl Tally {
    /// Counts the states of the children.
    pub fn of(states: impl IntoIterator<Item = State>) -> Self {
        let mut tally = Self::default();
        for state in states {
            tally.asked += 1;
            let place = match state {
                State::Done => &mut tally.done,
                State::NoChange => &mut tally.no_change,
                State::Conflict => &mut tally.conflict,
                State::Refused => &mut tally.refused,
                State::Parked => &mut tally.parked,
                State::Unknown => &mut tally.unknown,
                State::Dropped => &mut tally.dropped,
                State::Held | State::Ready | State::Sending => &mut tally.waiting,
            };
            *place += 1;
        }
        tally
    }
    /// Counts tickets: of several actions on one, as a macro does them, the one that is the least done counts.
    pub fn of_tickets<'a>(items: impl IntoIterator<Item = &'a Item>) -> Self {
        let mut states: BTreeMap<&TicketId, State> = BTreeMap::new();
        let mut others = Vec::new();
        for item in items {
            let Some(ticket) = &item.action.ticket else {
                others.push(item.state);
                continue;
            };
            let state = states.entry(ticket).or_insert(item.state);
            if rank(item.state) < rank(*state) {
                *state = item.state;
            }
        }
        Self::of(states.into_values().chain(others))
    }
    /// All of them: always [`Tally::asked`].
    pub fn sum(&self) -> usize {
        self.done
            + self.no_change
            + self.conflict
            + self.refused
            + self.parked
            + self.unknown
            + self.dropped
            + self.waiting
    }
    /// What failed and can be tried again.
    pub fn failed(&self) -> usize {
        self.refused + self.parked
    }
    /// Whether nothing of it will happen any more by itself.
    pub fn is_over(&self) -> bool {
        self.waiting + self.unknown == 0
    }
}

/// What counts for a ticket with several actions: what a person must decide first, what is still to come next.
fn rank(state: State) -> u8 {
    match state {
        State::Conflict => 0,
        State::Refused => 1,
        State::Unknown => 2,
        State::Sending | State::Ready | State::Held => 3,
        State::Parked => 4,
        // What was taken back in the middle is not done, whatever went out before.
        State::Dropped => 5,
        State::Done => 6,
        State::NoChange => 7,
    }
}

impl fmt::Display for Tally {
    /// `34 done, 4 changed by others, 2 failed`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} done", self.done)?;
        let parts = [
            (self.no_change, "were so already"),
            (self.conflict, "changed by others"),
            (self.failed(), "failed"),
            (self.unknown, "without a clear answer"),
            (self.dropped, "taken back"),
            (self.waiting, "to send"),
        ];
        for (count, words) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {words}")?;
        }
        Ok(())
    }
}

/// Why a marked ticket is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOut {
    /// It is not on the desk any more.
    Gone(Gone),
    /// Nothing is known of it.
    NotKnown,
    /// It is so already.
    AlreadySo,
    /// Somebody changed it since it was marked: the field, what it was, what it is.
    Changed(&'static str, String, String),
    /// Somebody owns it.
    Owned(String),
    /// It looks as if it belonged to the incident, and does not fit.
    Odd(IncidentId),
    /// Nobody would get the answer.
    NoRequester,
    /// Its requester was answered from here since the incident was declared.
    Answered,
    /// Its requester has the very same answer already: when that was, as the clock shows it.
    HasAnswer(String),
    /// It would be solved, and the device of its requester still fails.
    StillFails,
    /// It would be solved, and its requester wrote that it still does not work.
    SaidNo,
    /// None of the templates that a macro has to choose from is for its group.
    NoWording,
    /// It is solved, so an answer that says what is wrong comes too late.
    Solved,
    /// What a template needs and is not known of it.
    Lacks(Vec<Missing>),
    /// It is the other end of the link.
    Itself,
    /// The others are merged into it.
    Stays,
    /// Why it must not be merged.
    NotMerged(String),
    /// It is a part of this ticket already.
    PartOf(TicketId),
    /// Why it cannot be taken back.
    NotUndone(String),
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(Gone::Merged(into)) => write!(f, "merged into {into}"),
            Self::Gone(Gone::Deleted) => f.write_str("deleted on the desk"),
            Self::Gone(Gone::Hidden) => f.write_str("not visible to you any more"),
            Self::NotKnown => f.write_str("not known any more"),
            Self::AlreadySo => f.write_str("is so already"),
            Self::Changed(field, was, is) => {
                write!(
                    f,
                    "changed by others since you marked it: {field} was {was}, is {is}"
                )
            }
            Self::Owned(who) => write!(f, "belongs to {who}"),
            Self::Odd(incident) => write!(
                f,
                "does not fit {incident}; mark it by itself to include it"
            ),
            Self::Solved => f.write_str("solved already"),
            Self::NoRequester => f.write_str("nobody would get it: no requester"),
            Self::Answered => f.write_str("answered already"),
            Self::HasAnswer(at) => write!(f, "has this answer already, {at}"),
            Self::StillFails => f.write_str("its device still fails"),
            Self::SaidNo => f.write_str("its requester wrote that it still does not work"),
            Self::NoWording => f.write_str("none of the templates is for its group"),
            Self::Lacks(missing) => {
                let each: Vec<String> = missing.iter().map(Missing::to_string).collect();
                f.write_str(&each.join("; "))
            }
            Self::Itself => f.write_str("is the other end of the link"),
            Self::Stays => f.write_str("stays: the others go into it"),
            Self::PartOf(whole) => write!(f, "is a part of {whole} already"),
            Self::NotMerged(why) | Self::NotUndone(why) => f.write_str(why),
        }
    }
}

/// A marked ticket as it is looked at before a bulk.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The ticket as it is shown now; none when nothing is known of it.
    pub ticket: Option<&'a Ticket>,
    /// Where it went, if it did.
    pub gone: Option<&'a Gone>,
    /// What the person saw when they marked it.
    pub marked: &'a Seen,
    /// Whether our own action set the same field since: then another value is no surprise.
    pub is_own: bool,
    /// The incident that it does not fit, unless it was marked by itself.
    pub odd: Option<&'a IncidentId>,
}

/// What is done to a marked ticket, or why it is left out. What others change later is found before each write.
pub fn judge(verb: &Verb, case: &Case<'_>, me: Option<&PersonId>) -> Result<Verb, LeftOut> {
    if let Some(gone) = case.gone {
        return Err(LeftOut::Gone(gone.clone()));
    }
    let ticket = case.ticket.ok_or(LeftOut::NotKnown)?;
    if ticket.status.class == StatusClass::Deleted {
        return Err(LeftOut::Gone(Gone::Deleted));
    }
    if let Some(incident) = case.odd {
        return Err(LeftOut::Odd(incident.clone()));
    }
    let owner = match &ticket.owner {
        Fact::Known(owner) if Some(&owner.id) != me => Some(owner.name.clone()),
        _ => None,
    };
    let is_mine = matches!((&ticket.owner, me), (Fact::Known(owner), Some(me)) if owner.id == *me);
    let has = |tag: &String| ticket.tags.known().is_some_and(|tags| tags.contains(tag));
    let is_so = match verb {
        Verb::Take | Verb::Steal => is_mine,
        Verb::Release => matches!(ticket.owner, Fact::Empty),
        Verb::Tag { tag } => has(tag),
        Verb::Untag { tag } => !ticket.tags.is_unknown() && !has(tag),
        Verb::Link { link } => ticket.links.known().is_some_and(|l| l.contains(link)),
        Verb::Unlink { link } => ticket.links.known().is_some_and(|l| !l.contains(link)),
        _ => match (Field::of(verb), me) {
            (Some(field), Some(me)) => field.on(ticket) == Field::wanted(verb, me),
            _ => false,
        },
    };
    if is_so {
        return Err(LeftOut::AlreadySo);
    }
    if let (Some(field), false) = (Field::of(verb), case.is_own) {
        let (was, is) = (field.seen(case.marked), field.on(ticket));
        if was != is && !matches!(was, Fact::Unknown) && !matches!(is, Fact::Unknown) {
            let (was, is) = (Field::show(&was), Field::show(&is));
            return Err(LeftOut::Changed(field.word(), was, is));
        }
    }
    match (verb, owner) {
        (Verb::Take | Verb::Release, Some(owner)) => Err(LeftOut::Owned(owner)),
        // Nobody has it: there is nobody to steal from.
        (Verb::Steal, None) => Ok(Verb::Take),
        (Verb::Reply { .. }, _) if matches!(ticket.requesters, Fact::Empty) => {
            Err(LeftOut::NoRequester)
        }
        (Verb::Link { link }, _) if link.target == LinkTarget::Ticket(ticket.id.clone()) => {
            Err(LeftOut::Itself)
        }
        _ => Ok(verb.clone()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::delivery::testing::{me, ticket};
    use super::super::person::PersonRef;
    use super::*;
    use crate::domain::ticket::{Link, LinkKind};

    fn seen(ticket: &Ticket) -> Seen {
        Seen::of(ticket, None, Timestamp::UNIX_EPOCH)
    }

    fn case<'a>(ticket: &'a Ticket, marked: &'a Seen) -> Case<'a> {
        Case {
            ticket: Some(ticket),
            gone: None,
            marked,
            is_own: false,
            odd: None,
        }
    }

    #[test]
    fn who_is_left_out_and_why() {
        let (me, mut free) = (me(), ticket());
        free.owner = Fact::Empty;
        free.tags = Fact::Known(vec!["vip".into()]);
        free.requesters = Fact::Known(vec![PersonRef::new("kari".into(), "Kari")]);
        let mut owned = free.clone();
        owned.owner = Fact::Known(PersonRef::new("anna".into(), "Anna"));
        let mut mine = free.clone();
        mine.owner = Fact::Known(PersonRef::new(me.clone(), "Me"));
        let mut nobodys = free.clone();
        nobodys.requesters = Fact::Empty;
        let now =
            |ticket: &Ticket, verb: Verb| judge(&verb, &case(ticket, &seen(ticket)), Some(&me));
        let tag = |tag: &str| Verb::Tag { tag: tag.into() };
        let reply = || Verb::Reply {
            text: "Hej".into(),
            files: Vec::new(),
        };
        let itself = Verb::Link {
            link: Link {
                kind: LinkKind::Parent,
                target: LinkTarget::Ticket(free.id.clone()),
            },
        };
        assert_eq!(now(&free, Verb::Take), Ok(Verb::Take));
        assert_eq!(now(&owned, Verb::Take), Err(LeftOut::Owned("Anna".into())));
        assert_eq!(now(&mine, Verb::Take), Err(LeftOut::AlreadySo));
        assert_eq!(now(&free, Verb::Steal), Ok(Verb::Take));
        assert_eq!(now(&owned, Verb::Steal), Ok(Verb::Steal));
        assert_eq!(
            now(&owned, Verb::Release),
            Err(LeftOut::Owned("Anna".into()))
        );
        assert_eq!(now(&free, Verb::Release), Err(LeftOut::AlreadySo));
        assert_eq!(now(&free, tag("vip")), Err(LeftOut::AlreadySo));
        assert_eq!(now(&free, tag("ny")), Ok(tag("ny")));
        assert_eq!(now(&nobodys, reply()), Err(LeftOut::NoRequester));
        assert_eq!(now(&free, itself), Err(LeftOut::Itself));
        let so = Verb::Status {
            to: free.status.name.clone(),
        };
        assert_eq!(now(&free, so), Err(LeftOut::AlreadySo));
    }

    #[test]
    fn what_others_changed_since_it_was_marked_is_left_out_and_what_we_changed_is_not() {
        let (me, before) = (me(), ticket());
        let marked = seen(&before);
        let mut now = before.clone();
        now.status.name = "stalled".into();
        let to = |to: &str| Verb::Status { to: to.into() };
        let changed = judge(&to("resolved"), &case(&now, &marked), Some(&me));
        assert!(
            matches!(changed, Err(LeftOut::Changed("status", _, _))),
            "{changed:?}"
        );
        // Another field is no matter of this action.
        let other = judge(&Verb::Priority { to: 3 }, &case(&now, &marked), Some(&me));
        assert_eq!(other, Ok(Verb::Priority { to: 3 }));
        let own = Case {
            is_own: true,
            ..case(&now, &marked)
        };
        assert_eq!(judge(&to("resolved"), &own, Some(&me)), Ok(to("resolved")));
        let id = IncidentId::new("i1");
        let odd = Case {
            odd: Some(&id),
            ..case(&before, &marked)
        };
        assert_eq!(
            judge(&to("resolved"), &odd, Some(&me)),
            Err(LeftOut::Odd(id.clone()))
        );
    }

    proptest! {
        #[test]
        fn the_numbers_add_up(states in proptest::collection::vec(0..State::ALL.len(), 0..200)) {
            let states: Vec<State> = states.into_iter().map(|at| State::ALL[at]).collect();
            let tally = Tally::of(states.iter().copied());
            prop_assert_eq!(tally.sum(), states.len());
            prop_assert_eq!(tally.asked, states.len());
            prop_assert_eq!(tally.is_over(), states.iter().all(|s| !s.is_pending()));
        }
    }
}
