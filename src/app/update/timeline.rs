//! The course of an incident, gathered for those who were not there.

use std::collections::BTreeSet;

use crate::domain::bulk::Bulk;
use crate::domain::declared::Declared;
use crate::domain::ids::TicketId;
use crate::domain::incident::IncidentState;
use crate::domain::ticket::Ticket;
use crate::domain::timeline::{Happening, Timeline};
use crate::domain::watch::{Ill, Standing, Step};
use crate::i18n::incident::Sentences;
use crate::text::lang::Lang;

use super::super::effect::Effect;
use super::super::model::declared::Shown;
use super::super::model::{Model, NoticeKind};
use super::{Effects, declared, notice};

/// Writes the timeline of the incident into a file.
pub(super) fn export(model: &mut Model, fx: &mut Effects) {
    let Some(id) = declared::here(model) else {
        return;
    };
    let Some(standing) = model.board.watch().standing(&id) else {
        return;
    };
    let timeline = gather(model, standing);
    fx.push(Effect::WriteTimeline(Box::new(timeline)));
}

/// The file is there, or is not.
pub(super) fn written(model: &mut Model, result: Result<String, String>) {
    let (kind, text) = match result {
        Ok(path) => (NoticeKind::Done, format!("The timeline is in {path}")),
        Err(why) => (
            NoticeKind::Error,
            format!("The timeline was not written: {why}"),
        ),
    };
    notice(model, kind, None, text);
}

fn gather(model: &Model, standing: &Standing) -> Timeline {
    let lang = Lang::from_code(&model.settings.lang);
    let sentences = Sentences::new(lang, model.settings.zone.clone());
    let incident = &standing.incident;
    let shown = model.declared.shown(&incident.incident);
    let record = shown.and_then(|s| model.declared.record(s.record?));
    let of_engine = standing.members.iter().chain(&standing.odd);
    let mut tickets: BTreeSet<TicketId> = of_engine.map(|m| m.ticket.clone()).collect();
    tickets.extend(standing.split.iter().cloned());
    if let Some(record) = record {
        tickets.extend(record.members.iter().cloned());
        tickets.extend(record.left_out.keys().cloned());
    }
    let mut happened = story(model, standing);
    happened.extend(record.into_iter().flat_map(of_record));
    happened.extend(bulks(model, &tickets));
    let name = shown.and_then(|s| s.parent.as_ref());
    let name = name.map_or(incident.incident.as_str(), TicketId::as_str);
    let day = incident.since.to_zoned(model.settings.zone.clone());
    Timeline {
        name: format!(
            "{}-{}-{name}",
            day.strftime("%Y-%m-%d-%H%M"),
            incident.group
        ),
        title: sentences.incident(incident),
        since: incident.since,
        facts: facts(model, standing, shown, record),
        happened,
        tickets,
    }
}

fn facts(
    model: &Model,
    standing: &Standing,
    shown: Option<&Shown>,
    record: Option<&Declared>,
) -> Vec<String> {
    let incident = &standing.incident;
    let mut facts = vec![format!(
        "{} people, {} tickets, {} devices that fail without a ticket",
        incident.people,
        incident.tickets.len(),
        incident.silent.len()
    )];
    for shared in &incident.shared {
        facts.push(format!(
            "They share {} {}: {} of {}, everywhere {} of {}",
            shared.fact,
            shared.value,
            shared.inside,
            shared.inside_of,
            shared.fleet,
            shared.fleet_of
        ));
    }
    if let Some((shown, parent)) = shown.and_then(|s| Some((s, s.parent.as_ref()?))) {
        facts.push(format!(
            "Declared as {parent}; {} tickets are linked to it",
            shown.linked
        ));
    }
    for (ticket, why) in record.into_iter().flat_map(|r| &r.left_out) {
        facts.push(format!("{ticket} was left out: {why}"));
    }
    if let Some(restored) = &incident.restored {
        facts.push(format!("Well again: {} of {}", restored.well, restored.of));
    }
    let members = standing.members.iter();
    facts.extend(members.filter_map(|member| not_well(model, standing, &member.ticket)));
    facts
}

/// Who is not well again, and how that is known: `Not well: 4211 Kåre Ødegård, the device still fails`.
fn not_well(model: &Model, standing: &Standing, id: &TicketId) -> Option<String> {
    let why = match standing.ill(id)? {
        Ill::Fails => "the device still fails",
        Ill::SaidNo => "wrote that it still does not work",
        Ill::NotKnown => return None,
    };
    let who = model.ticket(id).and_then(Ticket::requester);
    let who = who.map_or_else(String::new, |who| format!(" {}", who.name));
    Some(format!("Not well: {id}{who}, {why}"))
}

/// How it began and grew.
fn story(model: &Model, standing: &Standing) -> Vec<Happening> {
    let first = standing
        .members
        .first()
        .and_then(|m| model.ticket(&m.ticket));
    let first = first.map(|ticket| Happening {
        at: ticket.created,
        what: format!("First ticket: {} {}", ticket.id, ticket.subject),
    });
    let steps = telling(&standing.story);
    let steps = steps.into_iter().enumerate().map(|(nth, step)| {
        let word = match step.state {
            _ if nth == 0 => "Suspected",
            IncidentState::Ended => "Over",
            IncidentState::Joined => "Joined to another one",
            IncidentState::Suspected => "It came back",
            IncidentState::Changed => "It grew",
        };
        Happening {
            at: step.at,
            what: format!(
                "{word}: {} people, {} tickets, {} silent devices",
                step.people, step.tickets, step.silent
            ),
        }
    });
    first.into_iter().chain(steps).collect()
}

/// The steps that somebody who was not there wants to read: its beginning and its end, each doubling, each other cause,
/// and how large it became.
fn telling(story: &[Step]) -> Vec<&Step> {
    let mut kept: Vec<&Step> = Vec::new();
    for (at, step) in story.iter().enumerate() {
        let is_news = kept.last().is_none_or(|last| {
            step.state != IncidentState::Changed
                || step.people >= 2 * last.people.max(1)
                || step.shared != last.shared
        });
        let next = story.get(at + 1);
        let is_largest = next.is_none_or(|next| next.state != IncidentState::Changed)
            && kept.last().is_some_and(|last| step.people > last.people);
        if is_news || is_largest {
            kept.push(step);
        }
    }
    kept
}

fn of_record(record: &Declared) -> Vec<Happening> {
    let by = record.by.as_ref().map_or("somebody", |by| by.name.as_str());
    let parent = match (&record.parent, record.is_made()) {
        (Some(parent), true) => format!(" as {parent}, a new ticket"),
        (Some(parent), false) => format!(" as {parent}, which was promoted"),
        (None, _) => String::new(),
    };
    let mut happened = vec![Happening {
        at: record.at,
        what: format!("Declared by {by}{parent}: {}", record.title),
    }];
    happened.extend(record.over.as_ref().map(|over| Happening {
        at: over.at,
        what: format!("Declared no more: {}", over.why),
    }));
    happened
}

/// What was done to many of its tickets at once: linked, answered, resolved, taken back.
fn bulks(model: &Model, tickets: &BTreeSet<TicketId>) -> Vec<Happening> {
    let is_its = |bulk: &&Bulk| {
        let mut children = model.outbox.children(bulk.id);
        children.any(|item| {
            item.action
                .ticket
                .as_ref()
                .is_some_and(|id| tickets.contains(id))
        })
    };
    let told = |bulk: &Bulk| {
        let tally = model.outbox.tally(bulk.id);
        let letters = bulk.template.as_ref();
        let letters = letters.map_or_else(String::new, |l| format!(" ({}: {})", l.name, l.split()));
        Happening {
            at: bulk.at,
            what: format!("{}{letters}: {tally}", bulk.what),
        }
    };
    model.outbox.bulks().filter(is_its).map(told).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn step(minute: i64, people: usize, state: IncidentState, gateway: Option<&str>) -> Step {
        Step {
            at: Timestamp::from_second(minute * 60).unwrap(),
            state,
            people,
            tickets: people,
            silent: 0,
            shared: gateway.map(|value| ("gateway".to_owned(), value.to_owned())),
        }
    }

    #[test]
    fn of_a_growth_the_doublings_are_told_and_how_large_it_became() {
        use IncidentState::{Changed, Ended, Suspected};
        let story = [
            step(0, 3, Suspected, None),
            step(1, 4, Changed, None),
            step(2, 5, Changed, Some("gw2")),
            step(3, 7, Changed, Some("gw2")),
            step(4, 11, Changed, Some("gw2")),
            step(5, 12, Changed, Some("gw2")),
            step(6, 14, Changed, Some("gw2")),
            step(9, 14, Ended, Some("gw2")),
        ];
        let told = telling(&story);
        let people: Vec<usize> = told.iter().map(|step| step.people).collect();
        assert_eq!(people, [3, 5, 11, 14, 14]);
        assert_eq!(told.last().map(|step| step.state), Some(Ended));
    }
}
