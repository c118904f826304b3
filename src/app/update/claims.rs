//! Claims: colleagues are told who writes on a ticket, and this console hears it of them.
//!
//! After every message [`settle`] compares what is written on with what the desk was told, so that no way out of the
//! editor can forget a claim. What is told goes through the outbox like every write, but is none of its rows: it asks
//! nobody for anything, keeps nobody from leaving, and is dropped when it could not be sent in time.

use jiff::{SignedDuration, Timestamp};

use crate::domain::action::{Action, Seen, Verb};
use crate::domain::claim::{Claim, Doing};
use crate::domain::ids::TicketId;
use crate::domain::outbox::{Item, State};
use crate::domain::source::Can;
use crate::domain::ticket::Ticket;

use super::super::effect::Effect;
use super::super::model::claims::Mine;
use super::super::model::{Leaving, Model, NoticeKind, Overlay};
use super::super::words;
use super::{Effects, notice, write};

/// How long an editor is open before colleagues are told: one that was opened by mistake tells nobody.
const AFTER: SignedDuration = SignedDuration::from_secs(2);

/// Why colleagues cannot be told, if they cannot.
fn why_not(model: &Model) -> Option<String> {
    if let Some(why) = model.read_only().into_iter().next() {
        return Some(why);
    }
    match model.desk.capabilities().map(|c| &c.claim) {
        Some(Can::Yes) => None,
        Some(Can::No(why)) => Some(why.clone()),
        Some(Can::Unknown) | None => Some("the desk has not said yet whether it can".to_owned()),
    }
}

/// The ticket that a reply or a note is written on.
fn written_on(model: &Model) -> Option<TicketId> {
    model
        .overlays
        .iter()
        .rev()
        .find_map(|overlay| match overlay {
            Overlay::Compose(compose) => Some(compose.target.as_ref()?.ticket.clone()),
            _ => None,
        })
}

/// Brings what the desk is told in step with what is done here.
pub(super) fn settle(model: &mut Model, fx: &mut Effects) {
    let written_on = written_on(model).filter(|_| model.leaving != Leaving::Gone);
    let over: Vec<TicketId> = model
        .claims
        .mine
        .iter()
        .filter(|(id, mine)| {
            let is_over = mine.until.is_some_and(|until| until <= model.now);
            match mine.doing {
                Doing::Writing => written_on.as_ref() != Some(*id),
                Doing::Looking | Doing::Acknowledged | Doing::Snoozed => is_over,
            }
        })
        .map(|(id, _)| id.clone())
        .collect();
    for id in over {
        release(model, &id, fx);
    }
    if let Some(id) = written_on {
        begin(model, id);
    }
    if why_not(model).is_some() {
        return;
    }
    let due: Vec<TicketId> = model
        .claims
        .mine
        .iter()
        .filter(|(_, mine)| mine.tell_at.is_some_and(|at| at <= model.now))
        .map(|(id, _)| id.clone())
        .collect();
    for id in due {
        tell(model, &id, fx);
    }
}

/// An editor is open on a ticket.
fn begin(model: &mut Model, id: TicketId) {
    let mine = model.claims.mine.get(&id);
    if mine.is_some_and(|mine| mine.doing == Doing::Writing) {
        return;
    }
    let others = model.ticket(&id).map(|ticket| said_of(model, ticket));
    if let Some(Some(text)) = others {
        notice(model, NoticeKind::Warning, Some(&id), text);
    }
    let mine = Mine {
        doing: Doing::Writing,
        since: model.now,
        until: model.claims.mine.get(&id).and_then(|mine| mine.until),
        tell_at: model.now.checked_add(AFTER).ok(),
    };
    model.claims.mine.insert(id, mine);
}

/// What others do on a ticket, if anything.
fn said_of(model: &Model, ticket: &Ticket) -> Option<String> {
    let said: Vec<String> = model
        .claimed_by(ticket)
        .map(|claim| words::claimed(model, claim))
        .collect();
    (!said.is_empty()).then(|| format!("{}: {}", ticket.id, said.join("; ")))
}

/// The key: colleagues are told that I look at the ticket under the cursor, or not any more.
pub(super) fn toggle(model: &mut Model, fx: &mut Effects) {
    let Some(target) = write::target(model) else {
        return;
    };
    let id = target.ticket;
    if let Some(why) = why_not(model) {
        let text = format!("{id}: colleagues cannot be told that you look at it: {why}");
        notice(model, NoticeKind::Warning, Some(&id), text);
        return;
    }
    if model.claims.mine.contains_key(&id) {
        release(model, &id, fx);
        let text = format!("{id}: colleagues do not see any more that you look at it");
        notice(model, NoticeKind::Info, Some(&id), text);
        return;
    }
    let mine = Mine {
        doing: Doing::Looking,
        since: model.now,
        until: None,
        tell_at: Some(model.now),
    };
    model.claims.mine.insert(id.clone(), mine);
    let until = model.now.checked_add(model.settings.claim);
    let until = words::clock(&model.settings.zone, until.unwrap_or(model.now), model.now);
    let others = model.ticket(&id).and_then(|ticket| said_of(model, ticket));
    let others = others.map_or_else(String::new, |said| format!(". {said}"));
    let text = format!("{id}: colleagues see until {until} that you look at it{others}");
    notice(model, NoticeKind::Info, Some(&id), text);
}

/// Tells the desk, for the first time or once more.
fn tell(model: &mut Model, id: &TicketId, fx: &mut Effects) {
    let ttl = model.settings.claim;
    let until = model.now.checked_add(ttl).ok();
    // At most once in a third of the time that it holds.
    let again = model.now.checked_add(ttl / 3).ok();
    if let Some(mine) = model.claims.mine.get_mut(id) {
        mine.until = until;
        mine.tell_at = again.filter(|_| mine.doing == Doing::Writing);
    }
    if let Some(claim) = claim_of(model, id) {
        hand_over(model, id, Verb::Claim { claim }, fx);
    }
}

/// Takes a claim back, if the desk was told of it.
fn release(model: &mut Model, id: &TicketId, fx: &mut Effects) {
    let claim = claim_of(model, id);
    model.claims.mine.remove(id);
    // One that is over needs no word.
    let Some(claim) = claim.filter(|claim| claim.until > model.desk_time()) else {
        return;
    };
    if why_not(model).is_none() {
        hand_over(model, id, Verb::Unclaim { claim }, fx);
    }
}

/// Takes all claims back, on the way out.
pub(super) fn release_all(model: &mut Model, fx: &mut Effects) {
    let ids: Vec<TicketId> = model.claims.mine.keys().cloned().collect();
    for id in ids {
        release(model, &id, fx);
    }
}

/// The claim of this console on a ticket as the desk is told it.
fn claim_of(model: &Model, id: &TicketId) -> Option<Claim> {
    let mine = model.claims.mine.get(id)?;
    let me = &model.desk.identity.as_ref()?.me;
    let skew = model.desk.skew();
    let desk = |at: Timestamp| at.checked_add(skew).unwrap_or(at);
    let times = (desk(mine.since), desk(mine.until?));
    Some(Claim::new(mine.doing, me, times, &model.claims.console))
}

fn hand_over(model: &mut Model, id: &TicketId, verb: Verb, fx: &mut Effects) {
    let action = Action {
        id: model.ids.next(model.now),
        ticket: Some(id.clone()),
        verb,
        seen: Seen::default(),
        at: model.now,
        undoes: None,
        parent: None,
        force: false,
    };
    fx.push(Effect::Enqueue {
        action: Box::new(action),
        files: Vec::new(),
        hold_until: None,
    });
}

/// What became of one that was handed over. Only a refusal is worth a word, and one is enough.
pub(super) fn heard(model: &mut Model, item: &Item) {
    let is_of_alarm = item
        .action
        .verb
        .claim()
        .is_some_and(|claim| claim.doing.is_of_alarm());
    if item.state == State::Refused && (is_of_alarm || !model.claims.said_refused) {
        model.claims.said_refused = true;
        let text = format!(
            "{}: the desk does not take it: {}",
            words::about(&item.action),
            item.message
        );
        notice(model, NoticeKind::Info, item.action.ticket.as_ref(), text);
    }
}

/// When the desk is told next, or a claim of a colleague gets a minute older or ends.
pub(super) fn deadline(model: &Model) -> Option<Timestamp> {
    let told = model.claims.mine.values().filter_map(|mine| {
        let until = mine.until.filter(|_| mine.doing == Doing::Looking);
        mine.tell_at.into_iter().chain(until).min()
    });
    let told = told.min().filter(|_| why_not(model).is_none());
    let now = model.desk_time();
    let seen = model.board.claimed().flat_map(|row| {
        model.claimed_by(&row.server).filter_map(move |claim| {
            let minutes = SignedDuration::from_mins(claim.minutes(now) + 1);
            let older = claim.since.checked_add(minutes);
            Some(older.ok()?.min(claim.until))
        })
    });
    let seen = seen
        .min()
        .and_then(|at| at.checked_sub(model.desk.skew()).ok());
    told.into_iter().chain(seen).min()
}
