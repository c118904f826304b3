//! What the numbers are computed from: tickets with what happened to them, and from when on that is known.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::{
    AT_ONCE, Age, Arrivals, Breach, Closures, DAY, FirstAnswers, HOUR, QUARTER, Rate, Reopened,
    SOON, Shift, WEEK, percentile,
};
use crate::domain::deed::{Deed, Deeds, Did};
use crate::domain::fact::Fact;
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::ticket::{LinkKind, StatusClass, Ticket};

/// The time of a closing in the ticket and in its history may differ by this.
const SAME: SignedDuration = SignedDuration::from_secs(60);
/// Fewer minutes than these say nothing about a rate.
const LEAST_MINUTES: u32 = 15;

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The desk has to do something.
    Backlog,
    /// Its requester has to do something.
    Waiting,
    /// Closed.
    Over,
}

/// When a closed ticket was opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reopening {
    /// Then.
    At(Timestamp),
    /// At a time that was not heard: it is open, and was closed before.
    Sometime,
}

/// A ticket as the numbers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// When it was created.
    pub created: Timestamp,
    /// Where it stands.
    pub state: State,
    /// When it was closed, oldest first; a ticket that is over without any is closed at a time that is not known.
    pub closed: Vec<Timestamp>,
    /// When it was opened again.
    pub reopened: Vec<Reopening>,
    /// When a person first answered its requester, as far as that is known.
    pub answered: Option<Timestamp>,
    /// Who works on it: known, nobody, or not said.
    pub owner: Fact<PersonId>,
    /// When it is due.
    pub due: Fact<Timestamp>,
    /// Who asked first.
    pub requester: Fact<PersonId>,
    /// Whether it is part of another ticket.
    pub is_part: bool,
    /// Its problem group.
    pub group: GroupId,
}

impl Case {
    /// What a ticket tells by itself; none for one that was merged or deleted. A desk that keeps the time of the last
    /// closing of an open ticket tells by it that it was opened again.
    pub fn of(ticket: &Ticket, group: &GroupId) -> Option<Self> {
        let state = match ticket.status.class {
            class if class.is_gone() => return None,
            class if class.is_solved() => State::Over,
            StatusClass::WaitingRequester => State::Waiting,
            _ => State::Backlog,
        };
        let closed: Vec<Timestamp> = ticket.resolved.known().copied().into_iter().collect();
        let reopened = if state != State::Over && !closed.is_empty() {
            vec![Reopening::Sometime]
        } else {
            Vec::new()
        };
        let requester = match &ticket.requesters {
            Fact::Known(people) => Fact::from(people.first().map(|who| who.id.clone())),
            Fact::Empty => Fact::Empty,
            Fact::Unknown => Fact::Unknown,
        };
        let links = ticket.links.known().into_iter().flatten();
        Some(Self {
            created: ticket.created,
            state,
            closed,
            reopened,
            answered: None,
            owner: ticket.owner.as_ref().map(|who| who.id.clone()),
            due: ticket.due,
            requester,
            is_part: links.into_iter().any(|link| link.kind == LinkKind::Parent),
            group: group.clone(),
        })
    }

    /// Adds what people did on it. The first answer is the first message by one of the staff who did not ask; where nobody
    /// knows who is staff, by anybody who did not ask.
    pub fn hear(&mut self, deeds: &[Deed], ticket: &Ticket, staff: &HashSet<PersonId>) {
        let asked = |who: &PersonId| {
            let people = ticket.requesters.known().into_iter().flatten();
            people.into_iter().any(|one| one.id == *who)
        };
        let is_staff = |who: &PersonId| staff.is_empty() || staff.contains(who);
        let at = |did: Did| deeds.iter().filter(move |deed| deed.did == did);
        let answers = at(Did::Wrote).filter(|deed| !asked(&deed.by) && is_staff(&deed.by));
        self.answered = answers.map(|deed| deed.at).min();
        let mut closed: Vec<Timestamp> = at(Did::Closed).map(|deed| deed.at).collect();
        // What the ticket says is the last of them, told by another clock, or one of before.
        let is_heard = |one: &Timestamp| {
            let near = |deed: &Timestamp| deed.duration_since(*one).abs() <= SAME;
            closed.iter().any(near)
        };
        let told: Vec<Timestamp> = self
            .closed
            .iter()
            .copied()
            .filter(|one| !is_heard(one))
            .collect();
        closed.extend(told);
        closed.sort_unstable();
        self.closed = closed;
        let again: Vec<Timestamp> = at(Did::Reopened).map(|deed| deed.at).collect();
        if !again.is_empty() {
            self.reopened = again.into_iter().map(Reopening::At).collect();
            self.reopened.sort_unstable();
        }
    }

    /// When it was closed for the first time; none for one that never was, and for one that was opened again before the first
    /// closing that is known: it was closed at some time before.
    pub fn first_closed(&self) -> Option<Timestamp> {
        let first = self.closed.iter().min().copied()?;
        let is_second = self
            .reopened
            .iter()
            .any(|again| matches!(again, Reopening::At(at) if *at < first));
        (!is_second).then_some(first)
    }
}

/// From when on things are known; `None`: not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// Every ticket that came or was closed since then is in the log.
    pub flow: Option<Timestamp>,
    /// Every answer since then.
    pub answers: Option<Timestamp>,
    /// Everything that agents did since then.
    pub activity: Option<Timestamp>,
}

impl Known {
    /// A first read takes what was solved in so many hours before it, and after it the feed misses nothing: from there on
    /// arrivals and closures are known, as far as closed tickets are kept. When that first read was, the deeds tell; without
    /// them it may have been just now, and with 0 hours nothing is known then.
    pub fn of(deeds: &Deeds, has_staff: bool, reach: Reach, now: Timestamp) -> Self {
        let hours = SignedDuration::from_hours(reach.resolved_hours.into());
        let read = deeds.read_at().map(|at| at.min(now));
        let flow = match read {
            Some(at) => Some(before(at, hours)),
            None => (reach.resolved_hours > 0).then(|| before(now, hours)),
        };
        let kept = before(now, reach.kept);
        let since = deeds.since().map(|since| since.max(kept));
        Self {
            flow: flow.map(|flow| flow.max(kept)),
            answers: since,
            activity: since.filter(|_| has_staff),
        }
    }
}

/// How far back tickets that are over are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// So many hours before its beginning a first read takes what was solved.
    pub resolved_hours: u32,
    /// So long what is closed is kept, or was looked at.
    pub kept: SignedDuration,
}

/// Tickets with what happened to them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    /// The tickets.
    pub cases: Vec<Case>,
    /// When each agent last did something on the desk.
    pub active: BTreeMap<PersonId, Timestamp>,
    /// From when on all this is known.
    pub known: Known,
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs().max(0)
}

fn before(now: Timestamp, window: SignedDuration) -> Timestamp {
    now.checked_sub(window).unwrap_or(Timestamp::MIN)
}

/// The minutes of a window of which all is known; none where those are too few.
fn minutes(now: Timestamp, window: SignedDuration, known: Option<Timestamp>) -> Option<u32> {
    let from = known?.max(before(now, window));
    let minutes = u32::try_from(now.duration_since(from).as_mins()).ok()?;
    (minutes >= LEAST_MINUTES).then_some(minutes)
}

/// How many of these times lie in the last so many minutes. The moment that begins the window belongs to it; what lies ahead
/// by a clock that goes fast is of now.
fn rate(times: &[Timestamp], now: Timestamp, minutes: u32) -> Rate {
    let from = before(now, SignedDuration::from_mins(i64::from(minutes)));
    let inside = times.iter().filter(|at| **at >= from);
    Rate {
        count: u32::try_from(inside.count()).unwrap_or(u32::MAX),
        minutes,
    }
}

impl Log {
    fn backlog(&self) -> impl Iterator<Item = &Case> {
        let is_backlog = |case: &&Case| case.state == State::Backlog;
        self.cases.iter().filter(is_backlog)
    }

    /// Arrivals of one group in the last hour.
    pub fn arrivals_of(&self, group: &GroupId, now: Timestamp) -> Fact<Rate> {
        let of_it = self.cases.iter().filter(|case| case.group == *group);
        let times: Vec<Timestamp> = of_it.map(|case| case.created).collect();
        match minutes(now, HOUR, self.known.flow) {
            Some(minutes) => Fact::Known(rate(&times, now, minutes)),
            None => Fact::Unknown,
        }
    }

    pub(super) fn arrivals(&self, now: Timestamp) -> Fact<Arrivals> {
        let known = self.known.flow;
        let (Some(hour), Some(quarter)) = (minutes(now, HOUR, known), minutes(now, QUARTER, known))
        else {
            return Fact::Unknown;
        };
        let times: Vec<Timestamp> = self.cases.iter().map(|case| case.created).collect();
        let from = before(now, SignedDuration::from_mins(i64::from(hour)));
        let fresh = self.cases.iter();
        let fresh: Vec<&Case> = fresh.filter(|case| case.created >= from).collect();
        let people: BTreeSet<&PersonId> =
            fresh.iter().filter_map(|c| c.requester.known()).collect();
        let people = if fresh.iter().any(|case| case.requester.is_unknown()) {
            Fact::Unknown
        } else {
            Fact::Known(u32::try_from(people.len()).unwrap_or(u32::MAX))
        };
        Fact::Known(Arrivals {
            quarter: rate(&times, now, quarter),
            hour: rate(&times, now, hour),
            people,
        })
    }

    pub(super) fn closures(&self, now: Timestamp) -> Fact<Closures> {
        let known = self.known.flow;
        let (Some(hour), Some(quarter)) = (minutes(now, HOUR, known), minutes(now, QUARTER, known))
        else {
            return Fact::Unknown;
        };
        // A desk that does not say when tickets were closed.
        let is_dateless = |case: &Case| case.state == State::Over && case.closed.is_empty();
        if self.cases.iter().any(is_dateless) {
            return Fact::Unknown;
        }
        let first = Case::first_closed;
        let times: Vec<Timestamp> = self.cases.iter().filter_map(first).collect();
        let parts = self.cases.iter().filter(|case| case.is_part);
        let parts: Vec<Timestamp> = parts.filter_map(first).collect();
        Fact::Known(Closures {
            quarter: rate(&times, now, quarter),
            hour: rate(&times, now, hour),
            parts: rate(&parts, now, hour).count,
        })
    }

    pub(super) fn first_answers(&self, now: Timestamp) -> Fact<FirstAnswers> {
        let Some(known) = self.known.answers else {
            return Fact::Unknown;
        };
        // Of a ticket that came before, nobody knows whether the first answer that was heard is the first.
        let since = known.max(before(now, DAY));
        let fresh = || {
            let cases = self.cases.iter();
            cases.filter(move |case| case.created >= since)
        };
        let mut waits: Vec<i64> = fresh()
            .filter_map(|case| Some(seconds(case.created, case.answered?)))
            .collect();
        waits.sort_unstable();
        let waiting =
            fresh().filter(|case| case.answered.is_none() && case.state == State::Backlog);
        Fact::Known(FirstAnswers {
            answered: waits.len(),
            waiting: waiting.count(),
            p50: percentile(&waits, 50),
            p90: percentile(&waits, 90),
            since,
        })
    }

    pub(super) fn age(&self, now: Timestamp) -> Fact<Age> {
        let mut ages: Vec<i64> = self.backlog().map(|c| seconds(c.created, now)).collect();
        ages.sort_unstable();
        let oldest = self.backlog().map(|case| case.created).min();
        let all = (percentile(&ages, 50), percentile(&ages, 90), oldest);
        let (Some(p50), Some(p90), Some(oldest)) = all else {
            return Fact::Empty;
        };
        Fact::Known(Age {
            p50,
            p90,
            max: seconds(oldest, now),
            oldest,
        })
    }

    /// `pace`: closures an hour.
    pub(super) fn breach(&self, now: Timestamp, pace: Option<f64>) -> Fact<Breach> {
        let mut dues: Vec<Timestamp> = Vec::new();
        let mut is_silent = false;
        for case in self.backlog() {
            match case.due {
                Fact::Known(due) => dues.push(due),
                Fact::Empty => {}
                Fact::Unknown => is_silent = true,
            }
        }
        if dues.is_empty() {
            return if is_silent {
                Fact::Unknown
            } else {
                Fact::Empty
            };
        }
        dues.sort_unstable();
        let past = dues.partition_point(|due| *due < now);
        let until = |ahead: SignedDuration| {
            let end = now.checked_add(ahead).unwrap_or(Timestamp::MAX);
            dues.partition_point(|due| *due <= end)
        };
        // Nearest due first, those past due before all others: the nth is closed after n/pace hours.
        let late = |end: usize| match pace {
            None => Fact::Unknown,
            Some(pace) => {
                let in_time = |(at, due): &(usize, &Timestamp)| {
                    let ahead = at + 1;
                    let left = seconds(now, **due);
                    takes(ahead, pace).is_some_and(|wait| wait <= left)
                };
                let all = dues.iter().enumerate().take(end).skip(past);
                Fact::Known(end - past - all.filter(in_time).count())
            }
        };
        let (at_once, soon) = (until(AT_ONCE).max(past), until(SOON).max(past));
        Fact::Known(Breach {
            of: dues.len(),
            past,
            due_at_once: at_once - past,
            due_soon: soon - past,
            late_at_once: late(at_once),
            late_soon: late(soon),
        })
    }

    pub(super) fn reopened(&self, now: Timestamp) -> Fact<Reopened> {
        let Some(known) = self.known.flow else {
            return Fact::Unknown;
        };
        let since = known.max(before(now, WEEK));
        let (mut closed, mut reopened) = (0, 0);
        for case in &self.cases {
            let inside = case.closed.iter().filter(|at| **at >= since);
            let Some(first) = inside.min() else { continue };
            closed += 1;
            let is_again = |again: &Reopening| match again {
                Reopening::At(at) => *at >= *first && at.duration_since(*first) <= WEEK,
                // It was closed within the last week, so it was opened again within a week.
                Reopening::Sometime => true,
            };
            reopened += usize::from(case.reopened.iter().any(is_again));
        }
        if closed == 0 {
            return Fact::Empty;
        }
        Fact::Known(Reopened {
            closed,
            reopened,
            since,
        })
    }

    pub(super) fn shift(&self, now: Timestamp) -> Shift {
        let from = before(now, QUARTER);
        let is_heard = self.known.activity.is_some_and(|known| known <= from);
        let agents = if is_heard {
            Fact::Known(self.active.values().filter(|at| **at >= from).count())
        } else {
            Fact::Unknown
        };
        let (mut owned, mut unowned, mut not_said) = (0, 0, 0);
        for case in self.backlog() {
            *match case.owner {
                Fact::Known(_) => &mut owned,
                Fact::Empty => &mut unowned,
                Fact::Unknown => &mut not_said,
            } += 1;
        }
        Shift {
            agents,
            owned,
            unowned,
            not_said,
        }
    }
}

/// Seconds until so many tickets are closed at a pace an hour; none when nothing is closed.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "tickets of one desk"
)]
fn takes(tickets: usize, pace: f64) -> Option<i64> {
    (pace > 0.0).then(|| (tickets as f64 * 3_600.0 / pace).ceil() as i64)
}
