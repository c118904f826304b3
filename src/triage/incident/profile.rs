//! How well a ticket fits an incident: the odds of "of this incident" against "of an ordinary day".
//!
//! The odds add what speaks by itself: how many more an hour come from the incident than usually in the ticket's
//! group, how many of the incident's tickets land in that group (the reading errs), its words, an error code; and
//! apart from that the facts: values of the device, whether it fails. Words say yes and facts say no: an odd one out.

use std::collections::HashMap;

use super::fleet::{Fleet, Sign, ValueId};
use super::record::Record;
use super::stats::real;
use super::usual::GroupNo;
use super::words::{Lexis, WordId};

/// How far a member's group is the incident's own, before anything is seen, and how many tickets that is worth.
const OWN_GROUP: f64 = 0.8;
const GROUP_STRENGTH: f64 = 8.0;

/// How many members a word's share is smoothed by.
const WORD_STRENGTH: f64 = 15.0;

/// Most that one word, and all words together, may say.
const WORD_MOST: f64 = 1.2;
const WORDS_MOST: (f64, f64) = (-1.5, 2.5);

/// Signs that a device fails.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ailing {
    pub(crate) sign: Sign,
    pub(crate) hit: f64,
    pub(crate) miss: f64,
}

/// What an incident's tickets look like.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profile {
    group: GroupNo,
    members: f64,
    groups: HashMap<GroupNo, f64>,
    all_groups: f64,
    words: HashMap<WordId, u32>,
    /// Value, its odds, and the odds of another value.
    facts: Vec<(ValueId, f64, f64)>,
    pub(crate) ailing: Option<Ailing>,
    code: Option<WordId>,
}

/// How much goes on when a ticket is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// Tickets of the incident an hour.
    pub(crate) rate: f64,
    /// Usual tickets of the ticket's group in an hour.
    pub(crate) usual: f64,
    /// When the incident began.
    pub(crate) since: i64,
}

/// The odds of a ticket, as logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Odds {
    /// Time, group and words.
    pub(crate) text: f64,
    /// Device and place.
    pub(crate) facts: f64,
}

impl Odds {
    pub(crate) fn sum(self) -> f64 {
        self.text + self.facts
    }
}

impl Profile {
    /// From members; values that stand out, with their share among members and usually; how devices fail.
    pub(crate) fn new(
        group: GroupNo,
        groups: usize,
        members: &[&Record],
        shared: &[(ValueId, f64, f64)],
        ailing: Option<Ailing>,
        excess: &[f64],
    ) -> Self {
        let mut profile = Self {
            group,
            members: real(members.len()),
            all_groups: real(groups.max(2)),
            ailing,
            ..Self::default()
        };
        let mut codes: HashMap<WordId, u32> = HashMap::new();
        let mut with_code = 0_u32;
        for member in members {
            *profile.groups.entry(member.group).or_default() += 1.0;
            for word in &member.stems {
                *profile.words.entry(*word).or_default() += 1;
            }
            with_code += u32::from(!member.codes.is_empty());
            for code in &member.codes {
                *codes.entry(*code).or_default() += 1;
            }
        }
        // More than came beyond the usual cannot be of the incident.
        for (group, count) in &mut profile.groups {
            if *group != profile.group
                && let Some(excess) = excess.get(usize::from(*group))
            {
                *count = count.min(excess.max(0.0));
            }
        }
        profile.code = codes
            .into_iter()
            .filter(|(_, count)| *count >= 5 && *count * 5 >= with_code * 3)
            .max_by_key(|(code, count)| (*count, std::cmp::Reverse(*code)))
            .map(|(code, _)| code);
        for (value, inside, usual) in shared {
            profile.facts.push((
                *value,
                (inside / usual).ln(),
                ((1.0 - inside).max(0.003) / (1.0 - usual)).ln().min(0.0),
            ));
        }
        profile
    }
    /// How likely a ticket of the incident is read as of a group.
    fn reads_as(&self, group: GroupNo, without: f64) -> f64 {
        let prior = if group == self.group {
            OWN_GROUP
        } else {
            (1.0 - OWN_GROUP) / (self.all_groups - 1.0)
        };
        let seen = (self.groups.get(&group).copied().unwrap_or(0.0) - without).max(0.0);
        (seen + GROUP_STRENGTH * prior) / ((self.members - without).max(0.0) + GROUP_STRENGTH)
    }
    /// The odds of a ticket at its time.
    pub(crate) fn odds(
        &self,
        ticket: &Record,
        is_member: bool,
        moment: Moment,
        fleet: &Fleet,
        lexis: &Lexis,
    ) -> Odds {
        let without = if is_member { 1.0 } else { 0.0 };
        let mut reads = self.reads_as(ticket.group, without);
        if ticket.group != self.group {
            // A reading that is sure of itself seldom errs.
            let doubt = f64::from(1.0 - ticket.confidence);
            reads *= (2.0 * doubt).clamp(0.3, 1.3);
            if ticket.also == Some(self.group) {
                reads = reads.max(0.3 * self.reads_as(self.group, 0.0));
            }
        }
        let text = (moment.rate.max(0.01) / moment.usual.max(0.05)).ln()
            + reads.ln()
            + self.words(ticket, without, lexis);
        Odds {
            text: text + self.codes(ticket),
            facts: self.facts(ticket, moment.since, fleet),
        }
    }
    fn words(&self, ticket: &Record, without: f64, lexis: &Lexis) -> f64 {
        let members = (self.members - without).max(0.0);
        if members < 4.0 {
            return 0.0;
        }
        let mut sum = 0.0;
        for word in &ticket.stems {
            let count = (f64::from(self.words.get(word).copied().unwrap_or(0)) - without).max(0.0);
            let (with, of) = lexis.usual(*word);
            let (with, of) = (real(with), real(of));
            if count < 2.0 && with < 4.0 {
                continue;
            }
            // Both sides are smoothed towards what both say: a word that is little known says little.
            let pooled = (count + with) / (members + of).max(1.0);
            let inside = (count + WORD_STRENGTH * pooled) / (members + WORD_STRENGTH);
            let usual = (with + WORD_STRENGTH * pooled) / (of + WORD_STRENGTH);
            sum += (inside / usual).ln().clamp(-0.6, WORD_MOST);
        }
        // Words come together; half of what they say is said twice.
        (sum * 0.5).clamp(WORDS_MOST.0, WORDS_MOST.1)
    }
    fn codes(&self, ticket: &Record) -> f64 {
        match self.code {
            Some(code) if ticket.codes.contains(&code) => 1.0,
            Some(_) if !ticket.codes.is_empty() => -1.0,
            _ => 0.0,
        }
    }
    fn facts(&self, ticket: &Record, since: i64, fleet: &Fleet) -> f64 {
        let mut sum = 0.0;
        for (value, hit, miss) in &self.facts {
            match ticket.value_of(fleet.fact(*value), fleet) {
                Some(own) if own == *value => sum += *hit,
                // What follows is told of devices that have the values before.
                Some(_) => return (sum + *miss).clamp(-6.0, 8.0),
                None => {}
            }
        }
        if let (Some(ailing), Some(device)) = (self.ailing, ticket.device) {
            sum += match fleet.failing(device, ailing.sign).at_or_after(since - 600) {
                Some(true) => ailing.hit,
                Some(false) => ailing.miss,
                None => 0.0,
            };
        }
        sum.clamp(-6.0, 8.0)
    }
    /// The values that it goes by.
    pub(crate) fn values(&self) -> impl Iterator<Item = ValueId> + '_ {
        self.facts.iter().map(|(value, _, _)| *value)
    }
}
