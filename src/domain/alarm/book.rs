//! What was told: one open alarm a group, what was said about it, and the pages of the shift.
//!
//! Invariant: an alarm rings once, and again only when it doubles, reaches another place, a snooze ends or nobody answers;
//! the book is plain data, so that a console that starts again goes on where the last one was.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use super::{Case, Means, Policy, Ring, Why};
use crate::domain::claim::Doing;
use crate::domain::ids::{ActionId, GroupId, IncidentId, PersonId};
use crate::text::fold::fold;

/// Pages are counted for so long at most: longer than any shift.
const COUNTED: SignedDuration = SignedDuration::from_hours(24);
/// When an open alarm was last seen is noted this often only: the book is written to disk when it changes.
const NOTED: SignedDuration = SignedDuration::from_mins(5);
/// An alarm that is not there for less than this has not ended.
const FLAPS: SignedDuration = SignedDuration::from_mins(10);

/// What a person said about an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// That they acknowledge it, or that it should be silent for a while.
    pub doing: Doing,
    /// Who.
    pub who: String,
    /// Their login on the desk.
    #[serde(default)]
    pub id: Option<PersonId>,
    /// When.
    pub at: Timestamp,
    /// Until when it holds.
    pub until: Timestamp,
}

/// An alarm that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// When it began.
    pub since: Timestamp,
    /// When it was last seen to go on, to a few minutes.
    pub seen: Timestamp,
    /// When it rang last; none: the policy had it wait.
    pub rang: Option<Timestamp>,
    /// How often it rang.
    pub rung: u32,
    /// People when it rang last.
    pub people: usize,
    /// Places when it rang last.
    pub places: BTreeSet<String>,
    /// Whether the title of the terminal says so.
    #[serde(default)]
    pub in_title: bool,
    /// What was said about it.
    pub said: Option<Said>,
    /// Until when it is to be silent.
    pub quiet: Option<Timestamp>,
    /// Since when nobody has it in hand any more, after somebody had.
    #[serde(default)]
    pub free: Option<Timestamp>,
    /// Since when it is not there; it is forgotten a while later, for what comes and goes is one alarm.
    #[serde(default)]
    pub gone: Option<Timestamp>,
    /// Whether it went to whom the policy names for what nobody answers.
    pub escalated: bool,
}

/// Somebody else is to be called, when the time to take it back is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalating {
    /// The group of the alarm.
    pub group: GroupId,
    /// The incident, as it was called then; ids of incidents are made anew at every start.
    pub incident: Option<IncidentId>,
    /// The note that says so on the desk.
    pub note: Option<ActionId>,
    /// When somebody is called.
    pub at: Timestamp,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Book {
    /// Open alarms, by group.
    #[serde(default)]
    pub open: BTreeMap<GroupId, Open>,
    /// When somebody was called, lately.
    #[serde(default)]
    pub pages: Vec<Timestamp>,
    /// Escalations that wait; they outlive the console, as their notes do.
    #[serde(default)]
    pub escalating: Vec<Escalating>,
}

impl Book {
    /// Looks at what goes on (worst first; the first of a group counts) and at what was said about each. Gives back what
    /// rings now.
    pub fn look(
        &mut self,
        policy: &Policy,
        cases: &[(Case, Option<Said>)],
        now: &Zoned,
    ) -> Vec<Ring> {
        let at = now.timestamp();
        let is_there = |group: &GroupId| cases.iter().any(|(case, _)| case.group == *group);
        for (group, open) in &mut self.open {
            let gone = open.gone.unwrap_or(at);
            open.gone = (!is_there(group)).then_some(gone);
        }
        let ended = |gone: Timestamp| at.duration_since(gone) >= FLAPS;
        self.open.retain(|_, open| !open.gone.is_some_and(ended));
        self.pages.retain(|page| at.duration_since(*page) < COUNTED);
        let mut rings: Vec<Ring> = Vec::new();
        let mut looked = BTreeSet::new();
        for (case, said) in cases {
            if !looked.insert(&case.group) {
                continue;
            }
            let means = policy.rule(case, now).map(|rule| rule.means.clone());
            let means = means.unwrap_or_default();
            let escalation = policy.escalation.as_ref().map(|it| it.after);
            let open = self.known(case, at);
            open.hear(said.as_ref(), at);
            let Some(why) = open.rings(case, &means, escalation, at) else {
                continue;
            };
            if why.is_escalation() {
                open.escalated = true;
            } else {
                open.rang = Some(at);
                open.in_title = means.contains(&Means::Title);
                open.rung += 1;
                open.people = case.people;
                open.places.clone_from(&case.places);
            }
            let rung = open.rung;
            let means = if why.is_escalation() {
                [Means::Hook].into()
            } else {
                means
            };
            rings.push(self.ring(policy, case, why, means, rung, now));
        }
        rings
    }

    /// Calls whom the policy names for what nobody answers, because a person wants it.
    pub fn escalate(&mut self, policy: &Policy, case: &Case, now: &Zoned) -> Ring {
        let open = self.known(case, now.timestamp());
        open.escalated = true;
        let rung = open.rung;
        self.ring(
            policy,
            case,
            Why::Escalated,
            [Means::Hook].into(),
            rung,
            now,
        )
    }

    /// When something rings by itself, if nothing else happens.
    pub fn next_wake(&self, policy: &Policy) -> Option<Timestamp> {
        let escalation = policy.escalation.as_ref().map(|it| it.after);
        let there = self.open.values().filter(|open| open.gone.is_none());
        let times = there.filter_map(|open| {
            if open.quiet.is_some() || open.said.is_some() {
                return open.quiet;
            }
            let rang = open.rang.filter(|_| !open.escalated)?;
            open.free
                .unwrap_or(rang)
                .max(rang)
                .checked_add(escalation?)
                .ok()
        });
        times.min()
    }

    /// The pages of the shift.
    pub fn pages_of_shift(&self, policy: &Policy, now: &Zoned) -> usize {
        let began = policy.shift_began(now);
        self.pages.iter().filter(|page| **page >= began).count()
    }

    fn known(&mut self, case: &Case, at: Timestamp) -> &mut Open {
        let fresh = || Open {
            since: case.since,
            seen: at,
            rang: None,
            rung: 0,
            people: 0,
            places: BTreeSet::new(),
            in_title: false,
            said: None,
            quiet: None,
            free: None,
            gone: None,
            escalated: false,
        };
        let open = self.open.entry(case.group.clone()).or_insert_with(fresh);
        // The one before ended while nobody looked.
        let slack = open.seen.checked_add(NOTED).unwrap_or(open.seen);
        if case.since > slack {
            *open = fresh();
        }
        if at.duration_since(open.seen) >= NOTED {
            open.seen = at;
        }
        open
    }

    fn ring(
        &mut self,
        policy: &Policy,
        case: &Case,
        why: Why,
        means: BTreeSet<Means>,
        rung: u32,
        now: &Zoned,
    ) -> Ring {
        // Where the policy names nobody, an escalation calls nobody.
        let calls = !why.is_escalation() || policy.escalation.is_some();
        let is_page = calls && means.iter().any(|means| *means != Means::Title);
        if is_page {
            self.pages.push(now.timestamp());
        }
        Ring {
            at: now.timestamp(),
            group: case.group.clone(),
            incident: case.incident.clone(),
            why,
            means,
            rung,
            page: self.pages_of_shift(policy, now),
            people: case.people,
            silent: case.silent,
            places: case.places.clone(),
            since: case.since,
            tickets: case.tickets.clone(),
            sentence: String::new(),
        }
    }
}

impl Open {
    /// Hears what holds of what people said about it.
    fn hear(&mut self, said: Option<&Said>, at: Timestamp) {
        self.quiet = match said {
            Some(said) if said.doing == Doing::Snoozed => Some(said.until),
            Some(_) => None,
            // Its time is over; before that, it was taken back.
            None => self.quiet.filter(|until| *until <= at),
        };
        if self.said.is_some() && said.is_none() {
            self.free = Some(at);
        }
        self.said = said.cloned();
    }

    /// Why it rings now, if it does.
    fn rings(
        &mut self,
        case: &Case,
        means: &BTreeSet<Means>,
        escalation: Option<SignedDuration>,
        at: Timestamp,
    ) -> Option<Why> {
        if means.is_empty() || self.quiet.is_some_and(|until| at < until) {
            return None;
        }
        let was_quiet = self.quiet.take();
        let Some(rang) = self.rang else {
            if self.said.is_some() && was_quiet.is_none() {
                // Somebody had it in hand before we heard of it.
                (self.rang, self.people) = (Some(at), case.people);
                self.places.clone_from(&case.places);
                return None;
            }
            return Some(Why::New);
        };
        if was_quiet.is_some_and(|until| until > rang) {
            return Some(Why::SnoozeOver);
        }
        if case.people >= self.people.saturating_mul(2).max(1) {
            return Some(Why::Doubled);
        }
        let known: BTreeSet<String> = self.places.iter().map(|place| fold(place)).collect();
        let is_new = |place: &&String| !known.contains(&fold(place));
        let another = case.places.iter().find(is_new).cloned();
        match another {
            // The first place that is known at all is no other one.
            Some(_) if self.places.is_empty() => self.places.clone_from(&case.places),
            Some(place) => return Some(Why::Spread(place)),
            None => {}
        }
        // Who gave it back an hour later did not call the next one with it.
        let began = self.free.unwrap_or(rang).max(rang);
        let is_late = escalation.is_some_and(|after| at.duration_since(began) >= after);
        (is_late && self.said.is_none() && !self.escalated).then_some(Why::Unanswered)
    }
}
