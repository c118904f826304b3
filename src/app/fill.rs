//! Templates and tickets together: the text of a template for a ticket, and what is still missing in a text.
//!
//! Reads the model only, so that the view can show what [`super::update()`] would insert.

use std::collections::BTreeMap;

use crate::domain::ids::{GroupId, TicketId};
use crate::domain::template::{Filled, Missing, Moment, Template, Values, Variable, unfilled};
use crate::i18n::values::{self, About};
use crate::text::lang::Lang;

use super::compose::Compose;
use super::model::Model;

/// What a person wrote for variables that are not known.
pub type Supplied = BTreeMap<Variable, String>;

/// What a template says for a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The language in which the text should be.
    pub wanted: Lang,
    /// The language in which it is: the nearest that the template has.
    pub lang: Lang,
    /// The text, as far as it can be filled in.
    pub filled: Filled,
}

/// The text of a template, as it would be inserted. `lang`: another language than that of the ticket.
pub fn preview(
    model: &Model,
    template: &Template,
    ticket: Option<&TicketId>,
    lang: Option<Lang>,
) -> Preview {
    letter(model, template, ticket, lang, &BTreeMap::new())
}

/// The same, with what a person wrote for variables that are not known.
pub fn letter(
    model: &Model,
    template: &Template,
    ticket: Option<&TicketId>,
    lang: Option<Lang>,
    supplied: &BTreeMap<Variable, String>,
) -> Preview {
    let wanted = lang.unwrap_or_else(|| language(model, ticket));
    let lang = template.language(wanted);
    let mut values = values(model, ticket, lang);
    for (variable, text) in supplied {
        if values.get(*variable).is_err() {
            values.set(*variable, text, "nothing was written for it");
        }
    }
    let filled = template.fill(lang, &values);
    Preview {
        wanted,
        lang,
        filled,
    }
}

/// The language in which to write about a ticket: that of its text; else that of its requester, of the agent, of the
/// screen.
pub fn language(model: &Model, ticket: Option<&TicketId>) -> Lang {
    let finding = ticket
        .and_then(|id| model.board.row(id))
        .and_then(crate::board::Row::lang);
    let requester = ticket
        .and_then(|id| model.details.shown(id))
        .and_then(|detail| detail.requester.as_ref());
    let me = model.desk.identity.as_ref().map(|i| &i.me.id);
    let agent = model
        .desk
        .vocab
        .agents
        .iter()
        .find(|p| Some(&p.who.id) == me);
    values::language(finding, requester, agent, &model.settings.lang)
}

/// The values of variables for a ticket; without one, those of the agent only.
pub fn values(model: &Model, ticket: Option<&TicketId>, lang: Lang) -> Values {
    let me = model.desk.identity.as_ref().map(|i| &i.me);
    let Some(ticket) = ticket.and_then(|id| model.ticket(id)) else {
        return values::of_agent(me);
    };
    let requester = ticket.requester().map(|p| &p.id);
    let named = ticket.device.known().map(String::as_str);
    let detail = model.details.shown(&ticket.id);
    let mut devices = model.board.fleet().around(named, requester);
    if devices.is_empty() {
        devices = detail.map_or_else(Vec::new, |d| d.devices.iter().collect());
    }
    // One that only looks as if it were in the incident is not told that it is.
    let standing = model
        .board
        .incident_of(&ticket.id)
        .filter(|standing| standing.members.iter().any(|m| m.ticket == ticket.id));
    let membership = standing.and_then(|s| s.members.iter().find(|m| m.ticket == ticket.id));
    let about = About {
        ticket,
        requester: detail.and_then(|d| d.requester.as_ref()),
        devices,
        likely: membership.and_then(|m| m.device.as_ref()),
        incident: standing.map(|s| &s.incident),
        me,
        zone: &model.settings.zone,
        now: model.now,
    };
    values::values(&about, lang)
}

/// Groups and lanes of a ticket, by which templates are offered.
pub fn groups(model: &Model, ticket: Option<&TicketId>) -> Vec<GroupId> {
    let Some(row) = ticket.and_then(|id| model.board.row(id)) else {
        return Vec::new();
    };
    std::iter::once(&row.group)
        .chain(row.lanes())
        .cloned()
        .collect()
}

/// The same of all marked tickets together: the group that most of them are in.
pub fn groups_of_marked(model: &Model) -> Vec<GroupId> {
    let mut counts: BTreeMap<GroupId, usize> = BTreeMap::new();
    for (id, _) in model.marks.iter() {
        for group in groups(model, Some(id)) {
            *counts.entry(group).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(group, _)| group).into_iter().collect()
}

/// Which moment of an incident most of these tickets are in: none, where most are in no incident. It is mended once most
/// of its people are known to be well: one ticket that is solved by telephone mends nothing.
pub fn moment<'a>(model: &Model, tickets: impl Iterator<Item = &'a TicketId>) -> Option<Moment> {
    let (mut all, mut part, mut mended) = (0, 0, 0);
    for id in tickets {
        all += 1;
        if let Some(standing) = model.board.incident_of(id) {
            part += 1;
            let restored = standing.incident.restored.as_ref();
            mended += usize::from(restored.is_some_and(|r| r.well * 2 > r.of));
        }
    }
    if part * 2 <= all {
        None
    } else if mended * 2 > part {
        Some(Moment::Restored)
    } else {
        Some(Moment::Outage)
    }
}

/// How many of the marked tickets would have this template in each of its languages.
pub fn split_of_marked(model: &Model, template: &Template) -> BTreeMap<Lang, usize> {
    let mut split = BTreeMap::new();
    for (id, _) in model.marks.iter() {
        let lang = template.language(language(model, Some(id)));
        *split.entry(lang).or_default() += 1;
    }
    split
}

/// The marked ticket by which a template is shown: the first that would have it in this language, else the first.
pub fn sample_of_marked<'a>(
    model: &'a Model,
    template: &Template,
    lang: Option<Lang>,
) -> Option<&'a TicketId> {
    let fits = |id: &&TicketId| {
        lang.is_none_or(|lang| template.language(language(model, Some(id))) == lang)
    };
    let mut fitting = model.marks.iter().map(|(id, _)| id).filter(fits);
    let first = || model.marks.iter().map(|(id, _)| id).next();
    fitting.next().or_else(first)
}

/// Variables that stand unfilled in what is written, each once, with the reason.
pub fn missing(model: &Model, compose: &Compose) -> Vec<Missing> {
    // A new ticket has no templates: what stands in its text is meant so.
    // In the text of a template variables are variables.
    if compose.new.is_some() || compose.of_template.is_some() {
        return Vec::new();
    }
    let mut found: Vec<Variable> = Vec::new();
    for line in compose.text.lines() {
        for (_, variable) in unfilled(line) {
            if !found.contains(&variable) {
                found.push(variable);
            }
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let ticket = compose.target.as_ref().map(|t| &t.ticket);
    let values = values(model, ticket, language(model, ticket));
    let why = |variable| match values.get(variable) {
        Ok(value) => format!("it stands for {value}: write that"),
        Err(why) => why.to_owned(),
    };
    found
        .into_iter()
        .map(|variable| Missing {
            variable,
            why: why(variable),
        })
        .collect()
}
