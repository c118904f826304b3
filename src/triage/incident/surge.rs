//! The surge alarm: a one-sided Poisson CUSUM on distinct people, one for each group and one for all.
//!
//! Every person adds ln ρ, time takes usual × (ρ - 1) away, the sum never falls below zero: the log-likelihood ratio
//! of "ρ times the usual since then" against "as usual". While it is above zero a run goes on; its first person is
//! `since`. So people, usual and limit all cover the same time, and people ≥ limit says the same as sum ≥ [`banner`].
//! The usual is taken at the cautious end of what is known of it: with little history the alarm needs more. A group is
//! measured against the usual times the level that all others have now: what everybody has is the alarm of all.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::engine::SAME_PERSON;
use super::rings::TicketNo;
use super::stats::{real, seconds};
use super::usual::{ALL, GroupNo, Usual};
use crate::domain::incident::Level;

/// ρ: the rise that the alarm is tuned to.
const RISE: f64 = 3.0;

/// Sum that shows a banner, and one that may page, for a group of which so many people usually write an hour: a rare
/// group errs seldom and is slow, so it needs less. Simulated: `docs/engine-incidents.md`.
fn banner(an_hour: f64) -> f64 {
    (4.7 + 1.6 * an_hour.max(0.0).ln_1p()).min(9.0)
}
fn page(an_hour: f64) -> f64 {
    (8.0 + 2.0 * an_hour.max(0.0).ln_1p()).min(13.0)
}

/// Fewest people of any alarm.
const LEAST: usize = 5;

/// An alarm ends when for so many seconds nobody wrote more than usual.
const CALM: i64 = 45 * 60;

/// What a page needs beside its limit where neither sites nor devices can say whether it is more than one place: as much
/// more on the sum.
const BLIND: f64 = 4.0;

/// Somebody who counts at a moment.
#[derive(Debug, Clone, Copy)]
struct Entry {
    at: i64,
    ticket: TicketNo,
    person: u32,
    writer: Writer,
    /// How much time had taken away by then, see [`Watch::drift`].
    drift: f64,
}

/// One person of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Writer {
    pub(crate) group: GroupNo,
    /// Where they work, if known.
    pub(crate) site: Option<u32>,
    /// Whether their device fails in the way of the group; none where nothing is known.
    pub(crate) fails: Option<bool>,
}

#[derive(Debug, Clone, Default)]
struct Run {
    since: i64,
    people: BTreeMap<u32, Writer>,
}

/// What an alarm says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Alarm {
    pub(crate) group: GroupNo,
    pub(crate) people: usize,
    pub(crate) usual: f64,
    pub(crate) limit: usize,
    pub(crate) since: i64,
    pub(crate) level: Level,
}

/// The alarm of one group.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    group: GroupNo,
    sum: f64,
    at: Option<i64>,
    run: Option<Run>,
    level: Option<Level>,
    /// When the alarm was raised.
    raised: i64,
    /// How the others stand to their usual.
    others: f64,
    /// Who wrote lately, when, and in which ticket.
    recent: VecDeque<(i64, u32, TicketNo)>,
    /// What time has taken away in all, if the sum could fall below zero.
    drift: f64,
    /// When the log begins, and the drift then.
    origin: Option<(i64, f64)>,
    /// Who counted lately, in order of time: what is corrected is counted anew from this.
    log: VecDeque<Entry>,
    /// Somebody was woken for this run.
    has_paged: bool,
    /// The sum at which the alarm was raised.
    bar: f64,
    /// Corrections took the reason of the alarm away.
    is_void: bool,
}

/// How many times the usual is assumed, as long as it is not well known: one standard deviation up.
fn caution(usual: &Usual, group: GroupNo) -> f64 {
    1.0 + 1.0 / usual.shape(group).sqrt()
}

impl Watch {
    pub(crate) fn new(group: GroupNo) -> Self {
        Self {
            group,
            sum: 0.0,
            at: None,
            run: None,
            level: None,
            raised: i64::MIN,
            others: 1.0,
            recent: VecDeque::new(),
            drift: 0.0,
            origin: None,
            log: VecDeque::new(),
            has_paged: false,
            bar: 0.0,
            is_void: false,
        }
    }
    /// Whether an alarm stands.
    pub(crate) fn level(&self) -> Option<Level> {
        self.level
    }
    pub(crate) fn group(&self) -> GroupNo {
        self.group
    }
    /// For whom somebody was woken by this run.
    pub(crate) fn woken(&self) -> impl Iterator<Item = u32> + '_ {
        let run = self.run.as_ref().filter(|_| self.has_paged);
        run.into_iter().flat_map(|run| run.people.keys().copied())
    }
    /// Since when the people of the alarm that stands wrote.
    pub(crate) fn alarmed_since(&self) -> Option<i64> {
        self.level?;
        self.run.as_ref().map(|run| run.since)
    }
    /// Time goes on; `level`: how the others stand to their usual now, at least 1.
    pub(crate) fn pass(&mut self, now: i64, usual: &Usual, level: f64) {
        let from = self.at.unwrap_or(now);
        self.others = level;
        if now > from {
            let due = usual.expected(self.group, from, now) * caution(usual, self.group) * level;
            self.sum -= due * (RISE - 1.0);
            self.drift += due * (RISE - 1.0);
            self.at = Some(now);
        } else if self.at.is_none() {
            self.at = Some(now);
        }
        self.origin.get_or_insert((from, self.drift));
        if self.sum <= 0.0 {
            self.sum = 0.0;
            if self.level.is_none() {
                self.end_run();
            }
        }
        while self.recent.front().is_some_and(|(at, ..)| *at < now - CALM) {
            self.recent.pop_front();
        }
        let since = self.run.as_ref().map_or(i64::MAX, |run| run.since);
        while let Some(old) = self.log.front()
            && old.at < (now - SAME_PERSON).min(since)
        {
            self.origin = Some((old.at, old.drift));
            self.log.pop_front();
        }
    }
    fn end_run(&mut self) {
        self.run = None;
        self.has_paged = false;
    }
    /// From here on it counts anew.
    fn reset(&mut self) {
        self.sum = 0.0;
        self.level = None;
        self.is_void = false;
        self.end_run();
        self.log.clear();
        self.origin = self.at.map(|at| (at, self.drift));
    }
    /// Somebody wrote, for the first time or not: it is not calm.
    pub(crate) fn see(&mut self, at: i64, person: u32, ticket: TicketNo) {
        let place = self.recent.partition_point(|(other, ..)| *other <= at);
        self.recent.insert(place, (at, person, ticket));
    }
    /// Somebody wrote; a person counts once in a run. Call [`Watch::pass`] first.
    pub(crate) fn add(&mut self, now: i64, (ticket, person): (TicketNo, u32), writer: Writer) {
        let run = self.run.get_or_insert_with(|| Run {
            since: now,
            people: BTreeMap::new(),
        });
        if run.people.insert(person, writer).is_none() {
            self.sum += RISE.ln();
        }
        // Who counts in the run already counts by this ticket when the other one goes away.
        self.log.push_back(Entry {
            at: now,
            ticket,
            person,
            writer,
            drift: self.drift,
        });
    }
    /// Somebody wrote at a moment that is past and counts only now, unless they count already.
    pub(crate) fn admit(
        &mut self,
        at: i64,
        (ticket, person): (TicketNo, u32),
        writer: Writer,
        now: i64,
    ) {
        let is_past = self.origin.is_none_or(|(origin, _)| at < origin) || at < now - SAME_PERSON;
        let is_counted =
            |e: &Entry| e.ticket == ticket || e.person == person && (e.at - at).abs() < SAME_PERSON;
        if is_past || self.log.iter().any(is_counted) {
            return;
        }
        let place = self.log.partition_point(|e| e.at <= at);
        let drift = self.drift_at(at, place);
        let entry = Entry {
            at,
            ticket,
            person,
            writer,
            drift,
        };
        self.log.insert(place, entry);
        self.count_anew();
    }
    /// The drift at a moment: between what is known of the moments around it, evenly.
    fn drift_at(&self, at: i64, place: usize) -> f64 {
        let known = |e: &Entry| (e.at, e.drift);
        let before = place
            .checked_sub(1)
            .and_then(|p| self.log.get(p))
            .map(known);
        let before = before.or(self.origin).unwrap_or((at, self.drift));
        let now = (self.at.unwrap_or(at), self.drift);
        let after = self.log.get(place).map_or(now, known);
        let part = seconds((at - before.0).max(0)) / seconds((after.0 - before.0).max(1));
        before.1 + (after.1 - before.1) * part.min(1.0)
    }
    /// A ticket counts here no more.
    pub(crate) fn strike(&mut self, ticket: TicketNo) {
        self.recent.retain(|(.., of)| *of != ticket);
        let before = self.log.len();
        self.log.retain(|e| e.ticket != ticket);
        if self.log.len() < before {
            self.count_anew();
        }
    }
    /// A ticket is of another group; only the alarm of all asks.
    pub(crate) fn regroup(&mut self, ticket: TicketNo, group: GroupNo) {
        for entry in self.log.iter_mut().filter(|e| e.ticket == ticket) {
            entry.writer.group = group;
            let run = self.run.as_mut();
            if let Some(writer) = run.and_then(|run| run.people.get_mut(&entry.person)) {
                writer.group = group;
            }
        }
    }
    /// Sum and run as if the log had been told in its order. An alarm that stands keeps its run; where the run would not
    /// have raised it, it is void.
    fn count_anew(&mut self) {
        let stands = self.level.is_some();
        let from = self.run.as_ref().filter(|_| stands).map(|run| run.since);
        let (mut sum, mut peak, mut run) = (0.0_f64, 0.0_f64, None::<Run>);
        let mut before = None;
        for entry in self
            .log
            .iter()
            .filter(|e| from.is_none_or(|from| e.at >= from))
        {
            sum -= entry.drift - before.unwrap_or(entry.drift);
            before = Some(entry.drift);
            if sum <= 0.0 {
                sum = 0.0;
                run = run.filter(|_| stands);
            }
            let run = run.get_or_insert_with(|| Run {
                since: entry.at,
                people: BTreeMap::new(),
            });
            if run.people.insert(entry.person, entry.writer).is_none() {
                sum += RISE.ln();
                peak = peak.max(sum);
            }
        }
        self.sum = (sum - (self.drift - before.unwrap_or(self.drift))).max(0.0);
        self.run = run;
        if !stands && self.sum <= 0.0 {
            self.end_run();
        }
        let people = self.run.as_ref().map_or(0, |run| run.people.len());
        self.is_void = stands && (people < LEAST || peak + RISE.ln() < self.bar);
    }
    /// How many people usually write in this hour, at the cautious end.
    fn an_hour(&self, now: i64, usual: &Usual) -> f64 {
        usual.expected(self.group, now - 3_600, now) * caution(usual, self.group)
    }
    /// As many people since then raise an alarm with this sum.
    fn limit(&self, due: f64, sum: f64, usual: &Usual) -> usize {
        let due = due * caution(usual, self.group) * self.others;
        let limit = ((sum + due * (RISE - 1.0)) / RISE.ln())
            .ceil()
            .clamp(0.0, 1e9);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between zero and a milliard"
        )]
        let limit = limit as usize;
        limit.max(LEAST)
    }
    /// Everybody rises, and that is told: this alarm says nothing more. Whether it stood.
    pub(crate) fn fold(&mut self) -> bool {
        self.level.take().is_some()
    }
    /// Everybody is calm again: counts from now on.
    pub(crate) fn begin_anew(&mut self) {
        self.reset();
    }
    /// A new alarm, or a banner that became a page.
    /// `woken`: for whom somebody was woken already.
    pub(crate) fn alarm(
        &mut self,
        now: i64,
        usual: &Usual,
        woken: impl FnOnce() -> BTreeSet<u32>,
    ) -> Option<Alarm> {
        let run = self.run.as_ref()?;
        let due = usual.expected(self.group, run.since, now.max(run.since + 60));
        let people = run.people.len();
        let an_hour = self.an_hour(now, usual);
        let page = self.limit(due, page_of(run, an_hour), usual);
        let bar = banner(an_hour);
        let banner = self.limit(due, bar, usual);
        let level = if people >= page
            && may_page(run)
            && self.level != Some(Level::Page)
            && !is_known(run, due, &woken())
        {
            Level::Page
        } else if people >= banner {
            Level::Banner
        } else {
            return None;
        };
        if self.level >= Some(level)
            || (self.group == ALL && !is_broad(run, due, banner, usual, now))
        {
            return None;
        }
        if self.level.is_none() {
            self.bar = bar;
        }
        self.level = Some(level);
        self.has_paged |= level == Level::Page;
        self.raised = now;
        let limit = if level == Level::Page { page } else { banner };
        Some(Alarm {
            group: self.group,
            people,
            usual: due,
            limit,
            since: run.since,
            level,
        })
    }
    /// The alarm that stands, with its numbers of now.
    pub(crate) fn standing(&self, now: i64, usual: &Usual) -> Option<Alarm> {
        let (level, run) = (self.level?, self.run.as_ref()?);
        let due = usual.expected(self.group, run.since, now.max(run.since + 60));
        let an_hour = self.an_hour(now, usual);
        let sum = if level == Level::Page {
            page_of(run, an_hour)
        } else {
            banner(an_hour)
        };
        Some(Alarm {
            group: self.group,
            people: run.people.len(),
            usual: due,
            limit: self.limit(due, sum, usual),
            since: run.since,
            level,
        })
    }
    /// Something else is usual than was thought: an alarm that would not stand is void.
    pub(crate) fn measure_anew(&mut self, now: i64, usual: &Usual) {
        let alarm = self.standing(now, usual);
        self.is_void |= alarm.is_some_and(|alarm| alarm.people < alarm.limit);
    }
    /// Whether the alarm is over; the next run begins anew.
    pub(crate) fn clear(&mut self, now: i64, usual: &Usual) -> bool {
        if self.is_void {
            // Who is left goes on counting: what was corrected may be corrected back.
            self.level = None;
            self.is_void = false;
            self.count_anew();
            return true;
        }
        // The time before a rise is calm and says nothing of its end.
        if self.level.is_none() || now < self.raised.saturating_add(CALM) {
            return false;
        }
        let due = usual.expected(self.group, now - CALM, now);
        let lately: BTreeSet<u32> = self.recent.iter().map(|(_, person, _)| *person).collect();
        if real(lately.len()) > due + due.sqrt() {
            return false;
        }
        self.reset();
        true
    }
}

/// Of so few people a site or a device is known that neither two sites nor devices that agree can be asked for: less than a
/// third.
fn is_blind(run: &Run) -> bool {
    let people = run.people.values();
    let known = people.filter(|w| w.site.is_some() || w.fails.is_some());
    known.count() * 3 < run.people.len()
}

fn page_of(run: &Run, an_hour: f64) -> f64 {
    page(an_hour) + if is_blind(run) { BLIND } else { 0.0 }
}

/// Whether more than half of a rise are people for whom somebody was woken already.
fn is_known(run: &Run, due: f64, woken: &BTreeSet<u32>) -> bool {
    let known = run.people.keys().filter(|person| woken.contains(person));
    real(known.count()) * 2.0 > (real(run.people.len()) - due).max(1.0)
}

/// Five people, and two sites or devices that agree; where neither can be known the limit is higher.
fn may_page(run: &Run) -> bool {
    if is_blind(run) {
        return run.people.len() >= LEAST;
    }
    let sites: BTreeSet<u32> = run.people.values().filter_map(|w| w.site).collect();
    let told = run.people.values().filter_map(|w| w.fails);
    let (known, failing) = told.fold((0, 0), |(k, f), fails| (k + 1, f + usize::from(fails)));
    run.people.len() >= LEAST && (sites.len() >= 2 || (failing >= 3 && failing * 2 >= known))
}

/// Whether a rise of all is more than the rise of one or two groups: without the two that rose most it is one still,
/// and many groups rose.
fn is_broad(run: &Run, due: f64, limit: usize, usual: &Usual, now: i64) -> bool {
    let mut groups: BTreeMap<GroupNo, usize> = BTreeMap::new();
    for writer in run.people.values() {
        *groups.entry(writer.group).or_default() += 1;
    }
    let mut excess: Vec<(f64, usize, f64)> = groups
        .iter()
        .map(|(group, people)| {
            let due = usual.expected(*group, run.since, now.max(run.since + 60));
            (real(*people) - due, *people, due)
        })
        .collect();
    excess.sort_by(|a, b| b.0.total_cmp(&a.0));
    let rising = excess
        .iter()
        .filter(|(_, people, due)| real(*people) > 1.7 * due + 1.0)
        .count();
    let (top, top_due) = excess
        .iter()
        .take(2)
        .fold((0, 0.0), |(n, d), (_, people, due)| (n + people, d + due));
    let rest = real(run.people.len() - top);
    let rest_due = (due - top_due).max(0.0);
    rising >= 5
        && rest >= real(limit) * (rest_due / due.max(0.01)).clamp(0.4, 1.0)
        && rest > 1.8 * rest_due
}

/// A span as minutes, at least one.
pub(crate) fn minutes(from: i64, to: i64) -> i64 {
    ((to - from + 30) / 60).max(1)
}
