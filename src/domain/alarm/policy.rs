//! The rules: whom, where, when and how loud. Pure: a case and a time in, a rule out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp, Zoned};

use super::{Case, Gate, Means};
use crate::domain::ids::GroupId;
use crate::text::fold::fold;

/// Named hours of a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// The days on which they begin.
    pub days: BTreeSet<i8>,
    /// From this time on.
    pub from: Time,
    /// Until this time; earlier than `from`: of the next day.
    pub to: Time,
}

impl Hours {
    /// The number of a weekday in [`Hours::days`], Monday 1.
    pub fn day(weekday: Weekday) -> i8 {
        weekday.to_monday_one_offset()
    }
    fn hold(&self, holidays: &BTreeSet<Date>, now: &Zoned) -> bool {
        let begins_on = |date: Date| {
            self.days.contains(&Self::day(date.weekday())) && !holidays.contains(&date)
        };
        let (date, time) = (now.date(), now.time());
        if self.from < self.to {
            return begins_on(date) && self.from <= time && time < self.to;
        }
        let is_late = time >= self.from && begins_on(date);
        let was_late = date.yesterday().is_ok_and(begins_on) && time < self.to;
        is_late || was_late
    }
}

/// A command, without a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// How long it may take.
    pub limit: SignedDuration,
}

/// What happens when nobody acknowledges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// How long after the alarm rang.
    pub after: SignedDuration,
    /// The command.
    pub hook: Hook,
}

/// Which notification the terminal understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// What the environment says of the terminal.
    #[default]
    Auto,
    /// None.
    Off,
    /// `OSC 9`: iTerm2, Windows Terminal, `WezTerm`, Ghostty.
    Osc9,
    /// `OSC 777`: foot, rxvt, VTE.
    Osc777,
    /// `OSC 99`: kitty.
    Osc99,
}

/// One rule. The first whose conditions all hold decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// Groups; none: any.
    pub groups: Vec<GroupId>,
    /// Sites or towns, one of which is enough; none: any.
    pub places: Vec<String>,
    /// Named hours, and whether it holds in them (or outside of them); none: any.
    pub hours: Option<(String, bool)>,
    /// At least so sure; none: any.
    pub gate: Option<Gate>,
    /// At least so many people.
    pub people: usize,
    /// At least so many places.
    pub sites: usize,
    /// What is done; nothing: it waits.
    pub means: BTreeSet<Means>,
}

/// What an installation wants to be told, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Named hours.
    pub hours: BTreeMap<String, Hours>,
    /// Days that are in no hours.
    pub holidays: BTreeSet<Date>,
    /// The rules, in order.
    pub rules: Vec<Rule>,
    /// What [`Means::Hook`] runs.
    pub hook: Option<Hook>,
    /// What happens when nobody acknowledges.
    pub escalation: Option<Escalation>,
    /// When shifts begin; none: at midnight.
    pub shifts: BTreeSet<Time>,
    /// So many pages in a shift are what a person can take.
    pub budget: usize,
    /// Which notification the terminal understands.
    pub protocol: Protocol,
}

impl Policy {
    /// The rule that decides about a case at a time, the first that holds.
    pub fn rule(&self, case: &Case, now: &Zoned) -> Option<&Rule> {
        self.rules.iter().find(|rule| self.holds(rule, case, now))
    }

    fn holds(&self, rule: &Rule, case: &Case, now: &Zoned) -> bool {
        let is_hour = rule.hours.as_ref().is_none_or(|(name, is_within)| {
            let hours = self.hours.get(name);
            hours.is_some_and(|hours| hours.hold(&self.holidays, now)) == *is_within
        });
        let is_place = |wanted: &String| {
            let wanted = fold(wanted);
            case.places.iter().any(|place| fold(place) == wanted)
        };
        is_hour
            && (rule.groups.is_empty() || rule.groups.contains(&case.group))
            && (rule.places.is_empty() || rule.places.iter().any(is_place))
            && rule.gate.is_none_or(|gate| case.gate >= gate)
            && case.people >= rule.people
            && case.places.len() >= rule.sites
    }

    /// When the shift began that a time is in.
    pub fn shift_began(&self, now: &Zoned) -> Timestamp {
        let starts: Vec<Time> = if self.shifts.is_empty() {
            vec![Time::midnight()]
        } else {
            self.shifts.iter().copied().collect()
        };
        let at = |date: Date, time: &Time| {
            let begun = date.to_datetime(*time).to_zoned(now.time_zone().clone());
            begun.ok().map(|zoned| zoned.timestamp())
        };
        let today = starts.iter().filter_map(|time| at(now.date(), time));
        let yesterday = now.date().yesterday().ok();
        let before = yesterday.and_then(|date| at(date, starts.last()?));
        today
            .chain(before)
            .filter(|begun| *begun <= now.timestamp())
            .max()
            .unwrap_or_else(|| now.timestamp())
    }
}
