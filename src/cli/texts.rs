//! Templates and macros on the command line: which there are, and the text of one for a ticket.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::exit::{Exit, Stop};
use super::incidents::suspected;
use super::live::{self, Live};
use super::out::{Out, say};
use super::session::Ground;
use super::show::finding;
use crate::config::ConfigProblem;
use crate::desk::port::Desk;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::incident::Incident;
use crate::domain::person::{Person, PersonRef};
use crate::domain::template::{Missing, Pattern, Shelf, Template, TemplateKind, Variable, render};
use crate::i18n::values::{About, language, values};
use crate::runtime::clock::Clock;
use crate::store::Cache;
use crate::sync::detail;
use crate::text::lang::Lang;
use crate::text::nearest::nearest;
use crate::text::width;
use crate::triage::Engine;

/// Prints the templates and macros.
///
/// # Errors
/// Output that cannot be written.
pub fn list(as_json: bool, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let loaded = ground.templates();
    if as_json {
        out.json(&shelf_json(&loaded.shelf))?;
    } else {
        for line in table(&loaded.shelf) {
            out.line(line)?;
        }
    }
    for problem in &loaded.problems {
        say(problem.with_caret());
    }
    Ok(Exit::Done)
}

fn table(shelf: &Shelf) -> Vec<String> {
    let groups = |groups: &[GroupId]| {
        let names: Vec<&str> = groups.iter().map(GroupId::as_str).collect();
        if names.is_empty() {
            "all".to_owned()
        } else {
            names.join(",")
        }
    };
    let whose = |is_shipped| if is_shipped { "built in" } else { "own" };
    let mut rows: Vec<[String; 6]> = Vec::new();
    for t in &shelf.templates {
        let codes: Vec<&str> = t.texts.keys().filter_map(|lang| lang.code()).collect();
        rows.push([
            t.name.clone(),
            t.kind.word().to_owned(),
            groups(&t.groups),
            codes.join(","),
            whose(t.is_shipped).to_owned(),
            t.title(Lang::En).to_owned(),
        ]);
    }
    for made in &shelf.macros {
        rows.push([
            made.name.clone(),
            "macro".to_owned(),
            groups(&made.groups),
            made.words().join("+"),
            whose(made.is_shipped).to_owned(),
            made.title(Lang::En).to_owned(),
        ]);
    }
    let wide = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| width::of(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..6).map(wide).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths);
            let padded: Vec<String> = cells.map(|(cell, wide)| width::pad(cell, *wide)).collect();
            padded.join("  ").trim_end().to_owned()
        })
        .collect()
}

fn shelf_json(shelf: &Shelf) -> Json {
    let templates: Vec<Json> = shelf
        .templates
        .iter()
        .map(|t| {
            let mut variables: Vec<&str> = t
                .texts
                .values()
                .flat_map(Pattern::variables)
                .map(Variable::name)
                .collect();
            variables.sort_unstable();
            variables.dedup();
            let languages: Vec<_> = t.texts.keys().collect();
            json!({
                "name": t.name, "kind": t.kind, "groups": t.groups, "title": t.titles, "languages": languages,
                "variables": variables, "built_in": t.is_shipped,
            })
        })
        .collect();
    let macros: Vec<Json> = shelf
        .macros
        .iter()
        .map(|made| {
            json!({
                "name": made.name, "groups": made.groups, "title": made.titles, "does": made.words(),
                "built_in": made.is_shipped,
            })
        })
        .collect();
    json!({ "schema": "vagt.config-templates/1", "templates": templates, "macros": macros })
}

/// The template of a name.
///
/// # Errors
/// There is none, or it is for something else (exit code 2); its file cannot be read (3).
pub fn find(name: &str, kind: TemplateKind, ground: &Ground) -> Result<Template, Stop> {
    let loaded = ground.templates();
    let shelf = &loaded.shelf;
    if let Some(template) = shelf.template(name) {
        if template.kind == kind {
            return Ok(template.clone());
        }
        let (is, wanted) = (template.kind.word(), kind.word());
        let why = format!("the template {name} is a {is}, not a {wanted}");
        return Err(Stop::new(Exit::Usage, why));
    }
    if shelf.find_macro(name).is_some() {
        let why = format!(
            "{name} is a macro, not a {}; macros are run in the console",
            kind.word()
        );
        return Err(Stop::new(Exit::Usage, why));
    }
    let file = format!("{name}.toml");
    let broken = loaded.problems.iter().filter(|p| p.is_in_file(&file));
    let broken: Vec<String> = broken.map(ConfigProblem::with_caret).collect();
    if !broken.is_empty() {
        return Err(Stop::new(Exit::Config, broken.join("\n")));
    }
    let of_kind = shelf.templates.iter().filter(|t| t.kind == kind);
    let advice = match nearest(name, of_kind.map(|t| t.name.clone())) {
        Some(near) => format!("did you mean {near}?"),
        None => "`vagt config templates` lists them".to_owned(),
    };
    let why = format!("there is no template {name:?}; {advice}");
    Err(Stop::new(Exit::Usage, why))
}

/// A template and everything that its variables may need.
pub struct Texts {
    template: Template,
    lang: Option<Lang>,
    desk: Arc<dyn Desk>,
    cache: Cache,
    engine: Engine,
    /// What the desk has, where the template speaks of devices or incidents.
    live: Option<(Live, Vec<Incident>)>,
    agent: Option<Person>,
    me: PersonRef,
    screen: String,
    clock: Clock,
}

impl Texts {
    /// Reads what the template needs for any ticket.
    ///
    /// # Errors
    /// Trouble with the desk or with our own files.
    pub async fn open(
        template: Template,
        lang: Option<Lang>,
        ground: &Ground,
        desk: &Arc<dyn Desk>,
        me: &PersonRef,
    ) -> Result<Self, Stop> {
        let config = ground.right()?;
        let has = |test: fn(Variable) -> bool| {
            let mut variables = template.texts.values().flat_map(Pattern::variables);
            variables.any(test)
        };
        let of_incident = has(Variable::is_of_incident);
        let live = if of_incident || has(Variable::is_of_device) {
            let live = Live::open(ground).await?;
            let incidents = if of_incident {
                suspected(&live, ground).await?
            } else {
                Vec::new()
            };
            Some((live, incidents))
        } else {
            None
        };
        Ok(Self {
            agent: desk.person(&me.id).await.ok(),
            cache: live::cache(ground, desk.as_ref(), config)?,
            engine: ground.engine()?,
            desk: Arc::clone(desk),
            me: me.clone(),
            screen: config.ui.lang.clone(),
            template,
            lang,
            live,
            clock: ground.clock()?,
        })
    }

    /// The text for a ticket, in its own language unless another one was asked for.
    ///
    /// # Errors
    /// Trouble with the desk; what is missing (exit code 5), each with the reason.
    pub async fn text(&self, id: &TicketId) -> Result<String, Stop> {
        let now = self.clock.now();
        let read = detail::fetch(self.desk.as_ref(), &self.cache, id, now).await?;
        let ticket = &read.ticket;
        let found = finding(&self.engine, &read).lang;
        let (requester, agent) = (read.requester.as_ref(), self.agent.as_ref());
        let lang = self
            .lang
            .unwrap_or_else(|| language(found.as_deref(), requester, agent, &self.screen));
        let fleet = self.live.as_ref().map(|(live, _)| live.board.fleet());
        let mut devices = Vec::new();
        if let Some(fleet) = fleet {
            devices = fleet.around(
                ticket.device.known().map(String::as_str),
                ticket.requester().map(|p| &p.id),
            );
        }
        let incidents = self.live.as_ref().map(|(_, incidents)| incidents);
        let about = About {
            ticket,
            requester,
            devices,
            likely: None,
            incident: incidents
                .into_iter()
                .flatten()
                .find(|incident| incident.tickets.contains(&ticket.id)),
            me: Some(&self.me),
            zone: &TimeZone::system(),
            now,
        };
        render(&self.template, lang, &values(&about, lang)).map_err(|missing| {
            let why: Vec<String> = missing.iter().map(Missing::to_string).collect();
            Stop::new(Exit::Refused, format!("not sent: {}", why.join("; ")))
        })
    }
}
