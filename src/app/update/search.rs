//! Finding: filters, the palette, people.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::fact::Fact;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::outcome::Trouble;
use crate::domain::person::{Person, PersonRef};
use crate::domain::query::{Query, QueryError};
use crate::domain::ticket::Ticket;
use crate::input::Command;
use crate::input::command::COMMANDS;
use crate::text::mask::mask;

use super::super::compose::LOOK_UP_AFTER;
use super::super::effect::Effect;
use super::super::line::Line;
use super::super::model::overlay::{Prompt, PromptFor};
use super::super::model::pick::{Pick, PickItem, PickValue, PickWhat};
use super::super::model::screen::Screen;
use super::super::model::{Area, Model, Overlay};
use super::super::words;
use super::{Effects, devices, fields, sync};

/// How long after the last letter everything is searched.
const SEARCH_AFTER: SignedDuration = SignedDuration::from_millis(100);
/// So many tickets are shown of what a search found.
const MOST_FOUND: usize = 50;
/// What is said before anything is typed.
const FIND_TEXT: &str =
    "Words in subjects, texts, names and conversations; \"in quotes\" one behind the other";

pub(super) fn filter(model: &mut Model) {
    let (what, text) = match model.screens.current() {
        Screen::Devices => (PromptFor::DeviceFilter, &model.screens.devices.filter),
        _ => (PromptFor::BoardFilter, &model.screens.board.filter),
    };
    let prompt = Prompt {
        what,
        input: Line::new(text),
        error: None,
        hint: "status:new owner:none age>2h -tag:vip \"free text\"; empty shows everything"
            .to_owned(),
        asked: None,
    };
    model.overlays.push(Overlay::Prompt(Box::new(prompt)));
}

/// What is wrong with what is typed, if anything.
pub(super) fn check(what: PromptFor, text: &str) -> Option<QueryError> {
    match what {
        PromptFor::BoardFilter | PromptFor::Marks => Query::parse(text).err(),
        PromptFor::DeviceFilter => devices::parse(text).err(),
        PromptFor::FilePath
        | PromptFor::Value(_)
        | PromptFor::ViewName
        | PromptFor::ViewColumns => None,
    }
}

pub(super) fn show_error(model: &mut Model, error: QueryError) {
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
        prompt.error = Some(error);
    }
}

pub(super) fn accept_board_filter(model: &mut Model, text: &str) {
    match Query::parse(text) {
        Ok(_) => {
            model.overlays.pop();
            set_board_filter(model, text);
        }
        Err(error) => show_error(model, error),
    }
}

/// Narrows the Board. The person asked for other rows: every pane starts at its first one.
pub(super) fn set_board_filter(model: &mut Model, text: &str) {
    let Ok(query) = Query::parse(text) else {
        return;
    };
    let query = (!query.is_empty()).then_some(query);
    text.trim().clone_into(&mut model.screens.board.filter);
    model.board.set_filter(query);
    let focus = model.screens.board.focus;
    let count = model.screens.board.panes.len();
    let heights: Vec<usize> = (0..count).map(|at| model.height(Area::Pane(at))).collect();
    for (at, (view, height)) in model
        .screens
        .board
        .panes
        .iter_mut()
        .zip(heights)
        .enumerate()
    {
        view.restart(&model.board, at, height, at == focus);
    }
    sync::settle_lists(model);
    model.touch();
}

pub(super) fn accept_device_filter(model: &mut Model, text: &str) {
    match devices::parse(text) {
        Ok(query) => {
            model.overlays.pop();
            devices::set_filter(model, text, query);
        }
        Err(error) => show_error(model, error),
    }
}

/// Every command that applies here, by name.
pub(super) fn palette(model: &mut Model) {
    let context = model.context();
    let items = COMMANDS
        .iter()
        .filter(|spec| spec.in_palette() && spec.applies(context))
        .map(|spec| {
            let key = model.settings.keymap.label(spec.command, context);
            let label = match key {
                Some(key) => format!("{} ({key})", words::title(spec.command)),
                None => words::title(spec.command).to_owned(),
            };
            let help = words::help(spec.command);
            PickItem::new(label, help, PickValue::Command(spec.command))
        })
        .collect();
    let pick = Pick::new(
        PickWhat::Palette,
        words::title(Command::Palette).to_owned(),
        None,
        items,
    );
    model.overlays.push(Overlay::Pick(Box::new(pick)));
}

/// Everybody that is known here; the desk's directory joins in when a name is typed.
pub(super) fn find_person(model: &mut Model) {
    let items = known_people(model).values().map(person_item).collect();
    let mut pick = Pick::new(
        PickWhat::FindPerson,
        "Find a person".to_owned(),
        None,
        items,
    );
    "Type a name, a login or a mail address".clone_into(&mut pick.status);
    model.overlays.push(Overlay::Pick(Box::new(pick)));
}

/// People that tickets, devices and the desk's words mention.
pub(super) fn known_people(model: &Model) -> BTreeMap<PersonId, Person> {
    let mut people: BTreeMap<PersonId, Person> = BTreeMap::new();
    for agent in &model.desk.vocab.agents {
        people.insert(agent.who.id.clone(), agent.clone());
    }
    let requesters = model
        .board
        .rows()
        .filter_map(|row| row.server.requesters.known())
        .flatten();
    let holders = model.board.fleet().iter().filter_map(|d| d.holder.known());
    for who in requesters.chain(holders) {
        if !people.contains_key(&who.id) {
            people.insert(who.id.clone(), mentioned(who));
        }
    }
    people
}

/// A person of whom only the name is known.
fn mentioned(who: &PersonRef) -> Person {
    Person {
        who: who.clone(),
        email: Fact::Unknown,
        phone: Fact::Unknown,
        site: Fact::Unknown,
        lang: Fact::Unknown,
        agent: Fact::Unknown,
    }
}

fn person_item(person: &Person) -> PickItem {
    let facts = [Some(person.who.id.as_str())]
        .into_iter()
        .chain([&person.email, &person.site, &person.phone].map(|f| f.known().map(String::as_str)))
        .flatten();
    let mut detail: Vec<&str> = Vec::new();
    for fact in facts {
        if !detail.contains(&fact) && fact != person.who.name {
            detail.push(fact);
        }
    }
    PickItem::new(
        person.who.name.clone(),
        detail.join(" · "),
        PickValue::Person(Box::new(person.clone())),
    )
}

/// When what is typed should be looked up at the desk.
pub(super) fn look_up_at(model: &Model, pick: &Pick) -> Option<Timestamp> {
    let after = match pick.what {
        PickWhat::FindPerson => LOOK_UP_AFTER,
        PickWhat::FindText => SEARCH_AFTER,
        _ => return None,
    };
    let is_enough = pick.input.trimmed().chars().count() >= 2;
    is_enough
        .then(|| model.now.checked_add(after).ok())
        .flatten()
}

/// The next look-up that waits for its time.
pub(super) fn deadline(model: &Model) -> Option<Timestamp> {
    match model.overlays.last() {
        Some(Overlay::Pick(pick)) => pick.look_up_at,
        _ => None,
    }
}

/// A look-up is due.
pub(super) fn due(model: &mut Model, fx: &mut Effects) {
    let now = model.now;
    if let Some(Overlay::Pick(pick)) = model.overlays.last_mut()
        && pick.look_up_at.is_some_and(|at| at <= now)
    {
        pick.look_up_at = None;
        let text = pick.input.trimmed().to_owned();
        if pick.what == PickWhat::FindText {
            fx.push(Effect::FindText(text));
        } else {
            "Asking the desk …".clone_into(&mut pick.status);
            fx.push(Effect::FindPeople(text));
        }
    }
}

/// Words in everything that is kept here.
pub(super) fn find_text(model: &mut Model) {
    let title = "Find in everything".to_owned();
    let mut pick = Pick::new(PickWhat::FindText, title, None, Vec::new());
    FIND_TEXT.clone_into(&mut pick.status);
    model.overlays.push(Overlay::Pick(Box::new(pick)));
}

/// The search answered.
pub(super) fn text_found(model: &mut Model, text: &str, result: Result<Vec<Ticket>, String>) {
    model.touch();
    let row = |ticket: &Ticket| {
        let at = words::clock(&model.settings.zone, ticket.updated, model.now);
        let who = ticket
            .requester()
            .map_or("unknown", |who| who.name.as_str());
        let label = format!("{} {}", ticket.id, mask(&ticket.subject));
        let detail = format!("{} {at} · {who}", ticket.status.name);
        PickItem::new(label, detail, PickValue::Ticket(ticket.id.clone()))
    };
    // Whoever is told a number on the telephone types that.
    let number = TicketId::from(text.trim_start_matches('#'));
    let by_number = model.ticket(&number);
    let found = result.map(|tickets| {
        let others = tickets.iter().filter(|ticket| ticket.id != number);
        let own = tickets.iter().find(|ticket| ticket.id == number);
        let first = by_number.or(own).into_iter();
        first.chain(others).map(row).collect::<Vec<_>>()
    });
    let Some(Overlay::Pick(pick)) = model.overlays.last_mut() else {
        return;
    };
    if pick.what != PickWhat::FindText || pick.input.trimmed() != text {
        return;
    }
    match found {
        Ok(items) => {
            pick.status = match items.len() {
                0 => "No ticket that is kept here has all these words".to_owned(),
                MOST_FOUND.. => {
                    format!("The {MOST_FOUND} changed last; more words make them fewer")
                }
                n => format!("{n} found, the last changed first"),
            };
            pick.set_items(items);
        }
        Err(why) => pick.status = format!("It could not be looked: {why}"),
    }
}

/// The desk's directory answered.
pub(super) fn people_found(model: &mut Model, text: &str, result: Result<Vec<Person>, Trouble>) {
    model.touch();
    if let Some(Overlay::Compose(_)) = model.overlays.last() {
        fields::people_found(model, text, result);
        return;
    }
    let mut people = known_people(model);
    let Some(Overlay::Pick(pick)) = model.overlays.last_mut() else {
        return;
    };
    if pick.what != PickWhat::FindPerson || pick.input.trimmed() != text {
        return;
    }
    match result {
        Ok(found) => {
            pick.status = match found.len() {
                0 => "The desk knows nobody by that name".to_owned(),
                n => format!("{n} found at the desk"),
            };
            for person in found {
                people.insert(person.who.id.clone(), person);
            }
            pick.set_items(people.values().map(person_item).collect());
        }
        Err(trouble) => {
            pick.status = format!(
                "The desk could not be asked: {}. Shown is who is known here",
                trouble.message
            );
        }
    }
}
