//! How well a ticket fits an incident: the odds of "of this incident" against "of an ordinary day".
//!
//! The odds add what speaks by itself: how many more an hour come from the incident than usually in the ticket's
//! group, how many of the incident's tickets land in that group (the reading errs), its words, an error code; and
//! apart from that the facts: values of the device, whether it fails, another error code. Words say yes and facts say no:
//! an odd one out; so is who breaks a rule, something that nearly all members have.

use std::collections::{BTreeMap, HashMap};

use super::fleet::{Fleet, Sign, ValueId};
use super::record::Record;
use super::share::{self, Shown, Standout};
use super::stats::real;
use super::usual::GroupNo;
use super::words::{Lexis, WordId};

/// How far a member's group is the incident's own, before anything is seen, and how many tickets that is worth.
const OWN_GROUP: f64 = 0.8;
const GROUP_STRENGTH: f64 = 8.0;

/// In how many tickets a word's usual share is smoothed towards what both sides say.
const WORD_STRENGTH: f64 = 15.0;

/// Most that one word, all words together, what goes wrong, and the kind of ticket may say.
const WORD: (f64, f64) = (-1.0, 1.2);
const WORDS_MOST: (f64, f64) = (-2.5, 2.5);
const PROBLEM_MOST: (f64, f64) = (-2.5, 1.5);
const HOWTO_MOST: (f64, f64) = (-2.0, 1.0);

/// Share of an ordinary day's tickets that name one certain problem, and that ask how to do something; our judgement, worth
/// so many tickets.
const PROBLEM_USUAL: (f64, f64) = (0.05, 4.0);
const HOWTO_USUAL: (f64, f64) = (0.15, 20.0);

/// Share of an ordinary day's error codes that is a certain one.
const CODE_USUAL: f64 = 0.1;

/// So many members, and at least so many of a hundred of them, make a rule: who breaks it does not fit, however well the
/// words do.
const RULE: (usize, usize) = (10, 93);

/// Whether nearly all have something.
pub(crate) fn is_rule(with: usize, of: usize) -> bool {
    with >= RULE.0 && with * 100 >= of * RULE.1
}

/// Signs that a device fails.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ailing {
    pub(crate) sign: Sign,
    pub(crate) hit: f64,
    pub(crate) miss: f64,
    pub(crate) is_rule: bool,
}

/// Values of a fact that members share: any of them.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    values: Vec<ValueId>,
    usual: f64,
    hit: f64,
    miss: f64,
    is_rule: bool,
}

impl Known {
    /// `standouts`: of one fact; `own`: the members' devices.
    pub(crate) fn new(standouts: &[Standout], own: &[Shown], fleet: &Fleet) -> Self {
        let values: Vec<ValueId> = standouts.iter().map(|s| s.value).collect();
        let usual = standouts.iter().map(|s| s.usual).sum::<f64>().min(0.999);
        let (with, of) = share::counted(&values, own, fleet);
        // A few devices count little against what stands out.
        let inside = (real(with) + 4.9) / (real(of) + 5.0);
        Self {
            values,
            usual,
            hit: (inside / usual).ln(),
            miss: miss(inside, usual),
            is_rule: is_rule(with, of),
        }
    }
}

/// How much more often than expected, as a logarithm; one ticket more on either side, so that few say little.
fn more(count: f64, expected: f64) -> f64 {
    ((count + 1.0) / (expected + 1.0)).ln()
}

fn miss(inside: f64, usual: f64) -> f64 {
    ((1.0 - inside).max(0.003) / (1.0 - usual)).ln().min(0.0)
}

/// The error code that the members have.
#[derive(Debug, Clone, Copy)]
struct Code {
    word: WordId,
    miss: f64,
    is_rule: bool,
}

/// What an incident's tickets look like.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profile {
    group: GroupNo,
    members: f64,
    groups: HashMap<GroupNo, f64>,
    all_groups: f64,
    words: HashMap<WordId, u32>,
    /// Members that name a problem, and those that ask how to do something.
    with_problem: u32,
    howto: u32,
    facts: Vec<Known>,
    pub(crate) ailing: Option<Ailing>,
    code: Option<Code>,
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
    /// Device, place and error code.
    pub(crate) facts: f64,
    /// It is different in something that nearly all members have.
    pub(crate) breaks_rule: bool,
}

impl Odds {
    pub(crate) fn sum(self) -> f64 {
        self.text + self.facts
    }
}

impl Profile {
    /// From members; values that stand out; how devices fail; how many more came than usual, by group.
    pub(crate) fn new(
        group: GroupNo,
        groups: usize,
        members: &[&Record],
        facts: Vec<Known>,
        ailing: Option<Ailing>,
        excess: &[f64],
    ) -> Self {
        let mut profile = Self {
            group,
            members: real(members.len()),
            all_groups: real(groups.max(2)),
            facts,
            ailing,
            ..Self::default()
        };
        let mut codes: BTreeMap<WordId, usize> = BTreeMap::new();
        let mut with_code = 0;
        for member in members {
            *profile.groups.entry(member.group).or_default() += 1.0;
            for word in &member.stems {
                *profile.words.entry(*word).or_default() += 1;
            }
            profile.with_problem += u32::from(!member.problems.is_empty());
            profile.howto += u32::from(member.is_howto);
            with_code += usize::from(!member.codes.is_empty());
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
            .map(|(word, count)| {
                let inside = (real(count) + 4.9) / (real(with_code) + 5.0);
                Code {
                    word,
                    miss: miss(inside, CODE_USUAL),
                    is_rule: is_rule(count, with_code),
                }
            });
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
            + self.words(ticket, without, lexis)
            + self.problems(ticket, without, lexis)
            + self.kind(ticket, without, lexis);
        let (facts, breaks_fact) = self.facts(ticket, moment.since, fleet);
        let (hit, miss, breaks_code) = self.codes(ticket);
        Odds {
            text: text + hit,
            facts: facts + miss,
            breaks_rule: breaks_fact || breaks_code,
        }
    }
    fn words(&self, ticket: &Record, without: f64, lexis: &Lexis) -> f64 {
        let members = (self.members - without).max(0.0);
        if members < 4.0 {
            return 0.0;
        }
        let mut sum = 0.0;
        for word in ticket.stems.iter().filter(|w| !ticket.problems.contains(w)) {
            let count = (f64::from(self.words.get(word).copied().unwrap_or(0)) - without).max(0.0);
            let (with, of) = lexis.usual(*word);
            let (with, of) = (real(with), real(of));
            if count < 2.0 && with < 4.0 {
                continue;
            }
            // Smoothed towards what both sides say: a word that is little known says little.
            let pooled = (count + with) / (members + of).max(1.0);
            let usual = (with + WORD_STRENGTH * pooled) / (of + WORD_STRENGTH);
            sum += more(count, members * usual).clamp(WORD.0, WORD.1);
        }
        // Words come together; half of what they say is said twice.
        (sum * 0.5).clamp(WORDS_MOST.0, WORDS_MOST.1)
    }
    /// What goes wrong, in no language: a forgotten password is no code that never comes.
    fn problems(&self, ticket: &Record, without: f64, lexis: &Lexis) -> f64 {
        let named = f64::from(self.with_problem) - without;
        if ticket.problems.is_empty() || named < 4.0 {
            return 0.0;
        }
        let of = real(lexis.whole());
        let says = ticket.problems.iter().map(|problem| {
            let count = f64::from(self.words.get(problem).copied().unwrap_or(0)) - without;
            let (prior, weight) = PROBLEM_USUAL;
            let usual = (real(lexis.usual(*problem).0) + prior * weight) / (of + weight);
            more(count.max(0.0), named * usual)
        });
        says.fold(f64::MIN, f64::max)
            .clamp(PROBLEM_MOST.0, PROBLEM_MOST.1)
    }
    /// Whether it asks how to do something, or something is broken.
    fn kind(&self, ticket: &Record, without: f64, lexis: &Lexis) -> f64 {
        let members = (self.members - without).max(0.0);
        if members < 4.0 {
            return 0.0;
        }
        let (prior, weight) = HOWTO_USUAL;
        let usual = (real(lexis.howto()) + prior * weight) / (real(lexis.whole()) + weight);
        let own = if ticket.is_howto { without } else { 0.0 };
        let asks = (f64::from(self.howto) - own).max(0.0);
        let odds = if ticket.is_howto {
            more(asks, members * usual)
        } else {
            more(members - asks, members * (1.0 - usual))
        };
        odds.clamp(HOWTO_MOST.0, HOWTO_MOST.1)
    }
    /// What an error code says: for the text, against it as a fact, and whether it breaks a rule.
    fn codes(&self, ticket: &Record) -> (f64, f64, bool) {
        match self.code {
            Some(code) if ticket.codes.contains(&code.word) => (1.0, 0.0, false),
            Some(code) if !ticket.codes.is_empty() => (0.0, code.miss, code.is_rule),
            _ => (0.0, 0.0, false),
        }
    }
    /// The error code that the members have.
    pub(crate) fn code(&self) -> Option<WordId> {
        self.code.map(|code| code.word)
    }
    fn facts(&self, ticket: &Record, since: i64, fleet: &Fleet) -> (f64, bool) {
        let mut sum = 0.0;
        for known in &self.facts {
            let fact = known.values.first().map(|v| fleet.fact(*v));
            match fact.and_then(|fact| ticket.value_of(fact, fleet)) {
                Some(own) if known.values.contains(&own) => sum += known.hit,
                // What follows is told of devices that have the values before.
                Some(_) => return ((sum + known.miss).clamp(-6.0, 8.0), known.is_rule),
                None => {}
            }
        }
        let mut breaks = false;
        if let (Some(ailing), Some(device)) = (self.ailing, ticket.device) {
            sum += match fleet.failing(device, ailing.sign).at_or_after(since - 600) {
                Some(true) => ailing.hit,
                Some(false) => {
                    breaks = ailing.is_rule;
                    ailing.miss
                }
                None => 0.0,
            };
        }
        (sum.clamp(-6.0, 8.0), breaks)
    }
    /// The values of the first fact that it goes by.
    pub(crate) fn first(&self) -> &[ValueId] {
        self.facts.first().map_or(&[], |known| &known.values)
    }
    /// The share of an ordinary day's tickets that have all of its facts.
    pub(crate) fn part(&self) -> f64 {
        self.facts.iter().map(|known| known.usual).product()
    }
}
