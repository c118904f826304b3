//! Who is told of what goes on: after every message the policy looks at the incidents, and what rings becomes an effect.
//!
//! Invariant: nothing rings before the engine has read everything, and nothing while the desk is silent: what is shown
//! then is what was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::alarm::{Case, Escalating, Gate, Means, Policy, Ring, Said};
use crate::domain::claim::Claim;
use crate::domain::ids::{ActionId, GroupId, IncidentId, TicketId};
use crate::domain::incident::{Level, Surge};
use crate::domain::source::{Can, Source};
use crate::domain::watch::{ALL_GROUPS, Alarm, Reading, Standing};
use crate::i18n::incident::Sentences;
use crate::text::fold::fold;
use crate::text::lang::Lang;

use super::super::effect::Effect;
use super::super::model::{Model, NoticeKind};
use super::{Effects, answer, notice};

/// What changes by the hour is looked at this often, in seconds.
const LOOK: i64 = 300;
/// How long a word of ours about an alarm holds here before the desk tells it back.
const TOLD_BACK: SignedDuration = SignedDuration::from_mins(5);
/// How long a console that starts may take to read its outbox.
const LOADS: SignedDuration = SignedDuration::from_secs(60);
/// An answer of the desk that is older than this says nothing of now: the console slept.
const SLEPT: SignedDuration = SignedDuration::from_mins(5);
/// A person who pressed a key so lately sees the screen, where the terminal does not say.
const LOOKS: SignedDuration = SignedDuration::from_secs(60);

/// Looks whether something rings.
pub(super) fn settle(model: &mut Model, fx: &mut Effects) {
    let Some(policy) = model.settings.alarms.clone() else {
        return;
    };
    escalations(model, &policy, fx);
    let heard = model.desk.sources.get(&Source::Desk);
    let heard = heard.and_then(|desk| desk.last_ok);
    let has_slept = heard.is_some_and(|at| model.now.duration_since(at) > SLEPT);
    let is_known = model.board.watch().reading == Reading::UpToDate
        && !model.desk.pulse(Source::Desk).is_silent()
        && !has_slept;
    let stamp = (
        model.board.revision(),
        model.declared.revision(),
        model.now.as_second().div_euclid(LOOK),
    );
    let before = model.alarms.looked;
    let wake = model.alarms.book.next_wake(&policy);
    let is_due = before.is_none_or(|(_, at)| wake.is_some_and(|w| at < w && w <= model.now));
    let is_same = before.is_some_and(|(before, _)| before == stamp);
    if !is_known || (is_same && !is_due) {
        return;
    }
    model.alarms.looked = Some((stamp, model.now));
    let cases = cases(model);
    let now = model.now.to_zoned(model.settings.zone.clone());
    let rings = model.alarms.book.look(&policy, &cases, &now);
    // What was said of one that is over says nothing of the next.
    let open = &model.alarms.book.open;
    model
        .alarms
        .mine
        .retain(|group, _| open.contains_key(group));
    for ring in rings {
        tell(model, &policy, ring, fx);
    }
    keep(model, fx);
}

/// Calls whom a person wanted to be called, when the time to take it back is over.
fn escalations(model: &mut Model, policy: &Arc<Policy>, fx: &mut Effects) {
    let is_due = |wanted: &Escalating| wanted.at <= model.now && !awaits_note(model, wanted);
    if !model.alarms.book.escalating.iter().any(is_due) {
        return;
    }
    let all = std::mem::take(&mut model.alarms.book.escalating);
    let (due, later): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|wanted| wanted.at <= model.now && !awaits_note(model, wanted));
    model.alarms.book.escalating = later;
    for wanted in due {
        if answer::is_withdrawn(model, wanted.note) {
            continue;
        }
        if let Some(case) = case_of(model, &wanted.group, wanted.incident.as_ref()) {
            let now = model.now.to_zoned(model.settings.zone.clone());
            let ring = model.alarms.book.escalate(policy, &case, &now);
            tell(model, policy, ring, fx);
        } else {
            let title = model.group_title(&wanted.group).to_owned();
            let text = format!("{title}: it is over meanwhile; nobody was called");
            notice(model, NoticeKind::Warning, None, text);
        }
    }
    keep(model, fx);
}

/// Whether it is not known yet what became of the note of an escalation: the console has just started.
fn awaits_note(model: &Model, wanted: &Escalating) -> bool {
    let is_early = model.now.duration_since(wanted.at) < LOADS;
    let is_there = |note: ActionId| {
        model.outbox.get(note).is_some() || model.outbox.storing.contains_key(&note)
    };
    is_early && wanted.note.is_some_and(|note| !is_there(note))
}

/// The alarm of a group: that of the incident, else the worst.
pub(super) fn case_of(
    model: &Model,
    group: &GroupId,
    incident: Option<&IncidentId>,
) -> Option<Case> {
    let mut cases = cases(model);
    cases.retain(|(case, _)| case.group == *group);
    let is_it = |(case, _): &(Case, Option<Said>)| case.incident.as_ref() == incident;
    let at = cases.iter().position(is_it).unwrap_or(0);
    (at < cases.len()).then(|| cases.swap_remove(at).0)
}

/// When something rings by itself.
pub(super) fn deadline(model: &Model) -> Option<Timestamp> {
    let policy = model.settings.alarms.as_ref()?;
    let wanted = model.alarms.book.escalating.iter().map(|wanted| wanted.at);
    let wake = model.alarms.book.next_wake(policy);
    let all = wanted.chain(wake);
    all.filter(|wake| *wake > model.now).min()
}

/// Puts the book on disk, if it changed.
pub(super) fn keep(model: &mut Model, fx: &mut Effects) {
    if model.alarms.book != model.alarms.kept {
        model.alarms.kept = model.alarms.book.clone();
        fx.push(Effect::KeepAlarms(Box::new(model.alarms.book.clone())));
        model.touch();
    }
}

/// Rings.
fn tell(model: &mut Model, policy: &Arc<Policy>, mut ring: Ring, fx: &mut Effects) {
    let lang = Lang::from_code(&model.settings.lang);
    let sentences = Sentences::new(lang, model.settings.zone.clone());
    ring.sentence = sentence(model, ring.incident.as_ref(), &ring.group, &sentences);
    let has_eyes = if model.terminal.tells_focus {
        model.terminal.focused
    } else {
        model.terminal.touched && model.now.duration_since(model.terminal.last_key) < LOOKS
    };
    if has_eyes {
        ring.means.remove(&Means::Notify);
    }
    let is_page = ring.means.iter().any(|means| *means != Means::Title);
    if is_page {
        let page = sentences.page_of_shift(ring.page, policy.budget);
        let text = format!("{} · {page}", ring.sentence);
        notice(model, NoticeKind::Warning, None, text);
    }
    model.alarms.note(ring.clone());
    fx.push(Effect::Ring(Box::new(ring)));
}

/// What is the matter, in one sentence.
pub(super) fn sentence(
    model: &Model,
    incident: Option<&IncidentId>,
    group: &GroupId,
    sentences: &Sentences,
) -> String {
    let watch = model.board.watch();
    let standing = incident.and_then(|id| watch.standing(id));
    match (standing, watch.surge(group)) {
        (Some(standing), _) => sentences.incident(&standing.incident),
        (None, Some(surge)) => sentences.surge(surge),
        (None, None) => model.group_title(group).to_owned(),
    }
}

/// What goes on, worst first, with what was said about it.
pub(super) fn cases(model: &Model) -> Vec<(Case, Option<Said>)> {
    let watch = model.board.watch();
    let mut parents = BTreeSet::new();
    let mut cases = Vec::new();
    for alarm in watch.alarms() {
        let case = match alarm {
            Alarm::Incident(standing) => {
                let shown = model.declared.shown(&standing.incident.incident);
                let parent = shown.and_then(|shown| shown.parent.clone());
                // Parts of one declared incident are one thing, whatever the engine makes of them.
                if parent
                    .as_ref()
                    .is_some_and(|id| !parents.insert(id.clone()))
                {
                    continue;
                }
                of_incident(model, standing, shown.is_some(), parent)
            }
            Alarm::Surge(surge) => of_surge(model, surge),
        };
        cases.push(case);
    }
    // One alarm a group: what was said on a ticket of any of its incidents is said of it.
    let of_group = |group: &GroupId| {
        let its = cases.iter().filter(|case| case.group == *group);
        said(model, group, its)
    };
    let said: Vec<Option<Said>> = cases.iter().map(|case| of_group(&case.group)).collect();
    cases.into_iter().zip(said).collect()
}

/// An incident as the policy looks at it.
pub(super) fn of_incident(
    model: &Model,
    standing: &Standing,
    is_declared: bool,
    parent: Option<TicketId>,
) -> Case {
    let incident = &standing.incident;
    let surges = &model.board.watch().surges;
    let is_its =
        |surge: &&Surge| surge.group == incident.group || surge.group.as_str() == ALL_GROUPS;
    let is_page = surges.iter().filter(is_its).any(|s| s.level == Level::Page);
    let gate = match (is_declared, is_page) {
        (true, _) => Gate::Declared,
        (false, true) => Gate::Page,
        (false, false) => Gate::Banner,
    };
    let tickets: Vec<TicketId> = parent
        .into_iter()
        .chain(incident.tickets.iter().cloned())
        .collect();
    Case {
        group: incident.group.clone(),
        incident: Some(incident.incident.clone()),
        people: incident.people,
        silent: incident.silent.len(),
        places: places(model, &tickets),
        gate,
        since: incident.since,
        tickets,
    }
}

/// A surge without an incident as the policy looks at it.
fn of_surge(model: &Model, surge: &Surge) -> Case {
    let is_all = surge.group.as_str() == ALL_GROUPS;
    let rows = model.board.rows().filter(|row| {
        // Solved ones too: what was said may stand on one.
        (is_all || row.group == surge.group) && row.server.created >= surge.since
    });
    let mut rows: Vec<_> = rows
        .map(|row| (row.server.created, &row.server.id))
        .collect();
    rows.sort();
    let tickets: Vec<TicketId> = rows.into_iter().map(|(_, id)| id.clone()).collect();
    Case {
        group: surge.group.clone(),
        incident: None,
        people: surge.people,
        silent: 0,
        places: places(model, &tickets),
        gate: match surge.level {
            Level::Banner => Gate::Banner,
            Level::Page => Gate::Page,
        },
        since: surge.since,
        tickets,
    }
}

/// Where the people of tickets work: as the ticket says, else as a device of theirs says.
/// One place in two spellings is one.
fn places(model: &Model, tickets: &[TicketId]) -> BTreeSet<String> {
    let fleet = model.board.fleet();
    let place = |id: &TicketId| {
        let ticket = &model.board.row(id)?.server;
        if let Some(site) = ticket.site() {
            return Some(site.to_owned());
        }
        let who = ticket.requester()?;
        let mut devices = fleet.held_by(&who.id);
        devices.find_map(|device| {
            device
                .text("site")
                .or_else(|| device.text("town"))
                .map(str::to_owned)
        })
    };
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for name in tickets.iter().filter_map(place) {
        places.entry(fold(&name)).or_insert(name);
    }
    places.into_values().collect()
}

/// What holds of what people said about an alarm: the latest word on the desk, or ours as long as the desk has not told it
/// back or cannot keep it.
pub(super) fn said<'a>(
    model: &Model,
    group: &GroupId,
    cases: impl Iterator<Item = &'a Case> + Clone,
) -> Option<Said> {
    let since = cases.clone().map(|case| case.since).min()?;
    let tickets = cases.flat_map(|case| &case.tickets);
    let rows = tickets.filter_map(|id| model.board.row(id));
    let claims = rows.flat_map(|row| model.said_of_alarm(&row.server));
    let told = claims
        .max_by_key(|claim| claim.since)
        .map(|claim| of_claim(model, claim));
    let mine = model.alarms.mine.get(group).filter(|mine| {
        let is_kept = model.desk.capabilities().map(|c| &c.claim) == Some(&Can::Yes);
        let is_fresh = model.now.duration_since(mine.at) < TOLD_BACK;
        mine.at >= since && model.now < mine.until && (is_fresh || !is_kept)
    });
    match (told, mine) {
        (Some(told), Some(mine)) if mine.at > told.at => Some(mine.clone()),
        (Some(told), _) => Some(told),
        (None, mine) => mine.cloned(),
    }
}

/// A word on the desk, by our clock.
fn of_claim(model: &Model, claim: &Claim) -> Said {
    let ours = |at: Timestamp| at.checked_sub(model.desk.skew()).unwrap_or(at);
    Said {
        doing: claim.doing,
        who: claim.who.name.clone(),
        id: Some(claim.who.id.clone()),
        at: ours(claim.since),
        until: ours(claim.until),
    }
}
