//! What a person says about an alarm: that they have it in hand, that it should be silent for a while, that somebody else
//! should be called.
//!
//! Invariant: what is said stands on the desk, in the claim field of the ticket that stands for the alarm, so that every
//! console hears it with its next poll; a desk without that field is told nothing, and the person is told so.

use jiff::civil::time;
use jiff::{SignedDuration, Timestamp};

use crate::domain::action::{Action, Seen, Verb};
use crate::domain::alarm::{Case, Escalating, Said};
use crate::domain::claim::{Claim, Doing, console_of_alarms};
use crate::domain::ids::{ActionId, GroupId, IncidentId, TicketId};
use crate::domain::outbox::State;
use crate::domain::person::PersonRef;
use crate::domain::source::Can;
use crate::domain::ticket::Ticket;
use crate::i18n::incident::Sentences;
use crate::text::lang::Lang;

use super::super::effect::Effect;
use super::super::model::outbox::Storing;
use super::super::model::overlay::{Confirm, Then};
use super::super::model::screen::{AlarmId, Screen};
use super::super::model::{Model, NoticeKind, Overlay};
use super::super::words;
use super::{Effects, alarms, notice};

/// An acknowledgement holds for so long: a shift, and the way home.
const ACKNOWLEDGED: SignedDuration = SignedDuration::from_hours(12);
/// How long it is silent, at the first and the second press.
const SILENT: [SignedDuration; 2] = [SignedDuration::from_hours(1), SignedDuration::from_hours(4)];
/// Until when, at the third.
const MORNING: jiff::civil::Time = time(7, 0, 0, 0);

/// The alarm that a key is about: that of the screen or of the row; elsewhere the worst that nobody has in hand, else the
/// worst.
fn meant(model: &mut Model) -> Option<(Case, Option<Said>)> {
    let mut cases = alarms::cases(model);
    let here = match model.screens.current() {
        Screen::Incident(open) => Some(AlarmId::Incident(open.id.clone())),
        Screen::Incidents => model.screens.incidents.list.cursor().cloned(),
        _ => None,
    };
    let found = match here {
        Some(AlarmId::Incident(id)) => cases
            .iter()
            .position(|(case, _)| case.incident.as_ref() == Some(&id)),
        Some(AlarmId::Surge(group)) => cases.iter().position(|(case, _)| case.group == group),
        None => {
            let free = cases.iter().position(|(_, said)| said.is_none());
            free.or_else(|| (!cases.is_empty()).then_some(0))
        }
    };
    if let Some(at) = found {
        return Some(cases.swap_remove(at));
    }
    let text = "Nothing goes on here that could ring";
    notice(model, NoticeKind::Info, None, text);
    None
}

/// I have it in hand; once more: not any more.
pub(super) fn acknowledge(model: &mut Model, fx: &mut Effects) {
    let Some((case, said)) = meant(model) else {
        return;
    };
    let acked = said.filter(|said| said.doing == Doing::Acknowledged);
    if let Some(said) = acked {
        // Elsewhere a second press is one by mistake.
        let is_here = matches!(
            model.screens.current(),
            Screen::Incident(_) | Screen::Incidents
        );
        if is_here && is_mine(model, &said) {
            take_back(model, &case, fx);
            return;
        }
        let text = sentences(model).acknowledged(&said.who, &clock(model, said.at));
        let text = format!("{}: {text}", title(model, &case));
        notice(model, NoticeKind::Info, None, text);
        return;
    }
    let until = model.now.saturating_add(ACKNOWLEDGED).unwrap_or(model.now);
    say(model, &case, Doing::Acknowledged, until, fx);
}

/// Silent for an hour; once more: for four; once more: until the morning.
pub(super) fn snooze(model: &mut Model, fx: &mut Effects) {
    let Some((case, said)) = meant(model) else {
        return;
    };
    let snoozed = said.filter(|said| said.doing == Doing::Snoozed);
    let [short, long] = SILENT;
    let after = |span: SignedDuration| model.now.saturating_add(span).unwrap_or(model.now);
    let until = match snoozed.map(|said| said.until.duration_since(said.at)) {
        None => after(short),
        Some(before) if before <= short => after(long),
        Some(_) => morning(model),
    };
    say(model, &case, Doing::Snoozed, until, fx);
}

/// The next morning.
fn morning(model: &Model) -> Timestamp {
    let now = model.now.to_zoned(model.settings.zone.clone());
    let date = if now.time() < MORNING {
        Ok(now.date())
    } else {
        now.date().tomorrow()
    };
    let at = date.and_then(|date| date.to_datetime(MORNING).to_zoned(now.time_zone().clone()));
    at.map_or(model.now, |at| at.timestamp())
}

/// The ticket that it is said on: the one that stands for all, else the oldest that is known here.
fn stands_on(model: &Model, case: &Case) -> Option<TicketId> {
    let known = || {
        case.tickets
            .iter()
            .filter(|id| model.board.row(id).is_some())
    };
    let is_active = |id: &&TicketId| model.ticket(id).is_some_and(Ticket::is_active);
    known().find(is_active).or_else(|| known().next()).cloned()
}

/// Why the desk cannot be told, if it cannot.
fn why_not(model: &Model) -> Option<String> {
    match model.desk.capabilities().map(|c| &c.claim) {
        Some(Can::Yes) => None,
        Some(Can::No(why)) => Some(why.clone()),
        Some(Can::Unknown) | None => Some("the desk has not said yet whether it can".to_owned()),
    }
}

fn say(model: &mut Model, case: &Case, doing: Doing, until: Timestamp, fx: &mut Effects) {
    let Some(me) = model.desk.identity.as_ref().map(|known| known.me.clone()) else {
        let text = "The desk has not said yet who you are; try again in a moment";
        notice(model, NoticeKind::Warning, None, text);
        return;
    };
    let said = Said {
        doing,
        who: me.name.clone(),
        id: Some(me.id.clone()),
        at: model.now,
        until,
    };
    model.alarms.mine.insert(case.group.clone(), said);
    model.alarms.looked = None;
    let words = sentences(model);
    let what = match doing {
        Doing::Snoozed => words.snoozed(&me.name, &clock(model, until)),
        _ => words.acknowledged(&me.name, &clock(model, model.now)),
    };
    let ticket = stands_on(model, case);
    let mut text = format!("{}: {what}", title(model, case));
    match (&ticket, why_not(model)) {
        (Some(ticket), None) => {
            let claim = claim(model, doing, &me, until);
            enqueue(model, ticket, Verb::Claim { claim }, fx);
        }
        (_, why) => {
            let why = why.unwrap_or_else(|| "no ticket of it is known here".to_owned());
            text = format!("{text}; colleagues are not told: {why}");
        }
    }
    notice(model, NoticeKind::Done, ticket.as_ref(), text);
}

/// The claim on the desk; its times are those of the desk's clock.
fn claim(model: &Model, doing: Doing, me: &PersonRef, until: Timestamp) -> Claim {
    let skew = model.desk.skew();
    let desk = |at: Timestamp| at.saturating_add(skew).unwrap_or(at);
    let console = console_of_alarms(&model.claims.console);
    Claim::new(doing, me, (desk(model.now), desk(until)), &console)
}

/// Whether what holds was said by the person at this console.
fn is_mine(model: &Model, said: &Said) -> bool {
    let me = model.desk.identity.as_ref().map(|known| &known.me.id);
    me.is_some() && said.id.as_ref() == me
}

fn take_back(model: &mut Model, case: &Case, fx: &mut Effects) {
    model.alarms.mine.remove(&case.group);
    model.alarms.looked = None;
    let Some(me) = model.desk.identity.as_ref().map(|known| known.me.clone()) else {
        return;
    };
    // Another console of this person may have said it, on another ticket of the same alarm.
    let rows = case.tickets.iter().filter_map(|id| model.board.row(id));
    let said: Vec<(TicketId, Claim)> = rows
        .flat_map(|row| {
            let claims = model.said_of_alarm(&row.server);
            claims.map(|claim| (row.server.id.clone(), claim.clone()))
        })
        .filter(|(_, claim)| claim.who.id == me.id)
        .collect();
    for (ticket, claim) in said {
        enqueue(model, &ticket, Verb::Unclaim { claim }, fx);
    }
    let text = format!("{}: nobody has it in hand now", title(model, case));
    notice(model, NoticeKind::Info, None, text);
}

fn enqueue(model: &mut Model, ticket: &TicketId, verb: Verb, fx: &mut Effects) {
    let action = action(model, ticket, verb);
    fx.push(Effect::Enqueue {
        action: Box::new(action),
        files: Vec::new(),
        hold_until: None,
    });
}

fn action(model: &mut Model, ticket: &TicketId, verb: Verb) -> Action {
    Action {
        id: model.ids.next(model.now),
        ticket: Some(ticket.clone()),
        verb,
        seen: Seen::default(),
        at: model.now,
        undoes: None,
        parent: None,
        force: false,
    }
}

/// Should somebody else be called?
pub(super) fn ask_escalate(model: &mut Model) {
    let Some((case, _)) = meant(model) else {
        return;
    };
    let seconds = model.settings.hold.as_secs();
    let has_hook = model
        .settings
        .alarms
        .as_ref()
        .is_some_and(|policy| policy.escalation.is_some());
    let mut lines = vec![match stands_on(model, &case) {
        Some(ticket) => format!("An internal note on {ticket} says so."),
        None => "No ticket of it is known here: no note is written.".to_owned(),
    }];
    lines.push(if has_hook {
        "The command of [escalate] in alarms.toml is run.".to_owned()
    } else {
        "alarms.toml names no [escalate]: nobody is called.".to_owned()
    });
    if seconds > 0 {
        lines.push(format!("It is held for {seconds} s; undo takes it back."));
    }
    let people = match case.people {
        1 => "1 person".to_owned(),
        n => format!("{n} people"),
    };
    let question = format!("Escalate {} ({people})?", title(model, &case));
    model.overlays.push(Overlay::Confirm(Box::new(Confirm {
        question,
        lines,
        then: Then::Escalate(case.group, case.incident),
    })));
    model.touch();
}

/// Yes: the note is stored, and the command runs when its time to be taken back is over.
pub(super) fn escalate(
    model: &mut Model,
    group: &GroupId,
    incident: Option<&IncidentId>,
    fx: &mut Effects,
) {
    let Some(case) = alarms::case_of(model, group, incident) else {
        let text = "It is over meanwhile: nobody was called";
        notice(model, NoticeKind::Info, None, text);
        return;
    };
    let at = model
        .now
        .saturating_add(model.settings.hold)
        .unwrap_or(model.now);
    let note = stands_on(model, &case).map(|ticket| {
        let text = format!("Escalated. {}", sentence(model, &case));
        let files = Vec::new();
        let action = action(model, &ticket, Verb::Note { text, files });
        let storing = Storing {
            action: action.clone(),
            draft: None,
            undo: false,
        };
        model.outbox.storing.insert(action.id, storing);
        let id = action.id;
        fx.push(Effect::Enqueue {
            action: Box::new(action),
            files: Vec::new(),
            hold_until: Some(at),
        });
        id
    });
    model.alarms.book.escalating.push(Escalating {
        group: group.clone(),
        incident: case.incident,
        note,
        at,
    });
    alarms::keep(model, fx);
    model.touch();
}

/// Whether an escalation was taken back.
pub(super) fn is_withdrawn(model: &Model, note: Option<ActionId>) -> bool {
    let Some(note) = note else { return false };
    let is_undone = model
        .outbox
        .storing
        .get(&note)
        .is_some_and(|storing| storing.undo);
    is_undone
        || model
            .outbox
            .get(note)
            .is_some_and(|item| item.state == State::Dropped)
}

fn sentences(model: &Model) -> Sentences {
    let lang = Lang::from_code(&model.settings.lang);
    Sentences::new(lang, model.settings.zone.clone())
}

fn clock(model: &Model, at: Timestamp) -> String {
    words::clock(&model.settings.zone, at, model.now)
}

fn title(model: &Model, case: &Case) -> String {
    sentences(model).group(case.group.as_str())
}

/// What is the matter.
fn sentence(model: &Model, case: &Case) -> String {
    alarms::sentence(
        model,
        case.incident.as_ref(),
        &case.group,
        &sentences(model),
    )
}
