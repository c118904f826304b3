//! Person, devices, reasons and links of a ticket as lines.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::board::Row;
use crate::domain::device::{Device, DeviceFact, Value};
use crate::domain::fact::Fact;
use crate::domain::finding::Finding;
use crate::domain::health::{Grade, Thresholds};
use crate::domain::ids::TicketId;
use crate::domain::person::Person;
use crate::domain::source::Detail;
use crate::domain::ticket::Ticket;
use crate::text::width;
use crate::ui::look::Look;
use crate::ui::{compose, when, words};

/// Facts in the order in which they help; others follow by name.
const ORDER: [&str; 17] = [
    "vpn_state",
    "gateway",
    "vpn_client",
    "vpn_version",
    "access",
    "rsrp_dbm",
    "sinr_db",
    "rsrq_db",
    "carrier",
    "wifi_dbm",
    "isp",
    "loss_pct",
    "jitter_ms",
    "rtt_ms",
    "video_client_version",
    "disk_free_gb",
    "os_build",
];
/// Columns of a label.
const LABEL: usize = 13;

/// What is collected for the side of the Ticket screen.
pub(super) fn lines(
    model: &Model,
    id: &TicketId,
    detail: Option<&Detail>,
    look: &Look,
    columns: usize,
) -> Vec<Line<'static>> {
    let mut page = Page {
        model,
        thresholds: &model.settings.health,
        look,
        columns,
        lines: Vec::new(),
    };
    let row = model.board.row(id);
    let ticket = model.ticket(id);
    page.person(ticket, detail.and_then(|d| d.requester.as_ref()));
    page.devices(ticket, detail);
    page.why(row);
    page.others(ticket, detail);
    page.links(ticket);
    page.rest(ticket);
    page.lines
}

/// The devices of a person, for the Person screen.
pub(super) fn device_lines<'a>(
    model: &Model,
    devices: impl Iterator<Item = &'a Device>,
    look: &Look,
    columns: usize,
) -> Vec<Line<'static>> {
    let mut page = Page {
        model,
        thresholds: &model.settings.health,
        look,
        columns,
        lines: Vec::new(),
    };
    for device in devices {
        page.device(device);
    }
    page.lines
}

/// Why a ticket is in its group, for the Ticket screen and the overlay.
pub(in crate::ui) fn why_lines(
    model: &Model,
    row: Option<&Row>,
    look: &Look,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = look.theme;
    let Some(row) = row else {
        return vec![Line::styled("The ticket is not on the Board.", theme.dim)];
    };
    let title = super::ticket::group_title(model, row.group.as_str());
    let mut out = Vec::new();
    let say = |out: &mut Vec<Line<'static>>, text: String, style: Style| {
        out.extend(compose::wrap(&text, style, columns));
    };
    if row.ticket().group.known().is_some() {
        say(
            &mut out,
            format!("{title}: staff chose this group on the desk."),
            theme.text,
        );
    }
    let Some(finding) = &row.finding else {
        say(
            &mut out,
            "The engine has not looked at it yet.".to_owned(),
            theme.dim,
        );
        return out;
    };
    engine_lines(model, finding, &mut out, look, columns);
    out
}

fn engine_lines(
    model: &Model,
    finding: &Finding,
    out: &mut Vec<Line<'static>>,
    look: &Look,
    columns: usize,
) {
    let theme = look.theme;
    let name = |slug: &str| super::ticket::group_title(model, slug);
    let mut say = |text: String, style: Style| out.extend(compose::wrap(&text, style, columns));
    let percent = (finding.confidence.clamp(0.0, 1.0) * 100.0).round();
    if finding.reasons.is_empty() {
        say(
            format!(
                "{}: no words speak for any group.",
                name(finding.group.as_str())
            ),
            theme.text,
        );
    } else {
        say(
            format!(
                "{}, {percent} % sure, because of",
                name(finding.group.as_str())
            ),
            theme.text,
        );
    }
    for reason in finding.reasons.iter().take(6) {
        say(
            format!(
                "  \"{}\" {} {} ({:.1})",
                reason.text,
                look.glyphs.arrow,
                name(reason.group.as_str()),
                reason.weight
            ),
            theme.text,
        );
    }
    for cleared in finding.cleared.iter().take(4) {
        say(
            format!(
                "  \"{}\" rules out {}",
                cleared.text,
                name(cleared.group.as_str())
            ),
            theme.dim,
        );
    }
    if !finding.also.is_empty() {
        let also: Vec<String> = finding.also.iter().map(|g| name(g.as_str())).collect();
        say(format!("could also be {}", also.join(", ")), theme.dim);
    }
    if !finding.lanes.is_empty() {
        let lanes: Vec<String> = finding.lanes.iter().map(|g| name(g.as_str())).collect();
        say(format!("lane: {}", lanes.join(", ")), theme.text);
    }
    if let Some(lang) = &finding.lang {
        say(format!("language: {lang}"), theme.dim);
    }
}

struct Page<'a> {
    model: &'a Model,
    thresholds: &'a Thresholds,
    look: &'a Look,
    columns: usize,
    lines: Vec<Line<'static>>,
}

impl Page<'_> {
    fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        self.lines
            .push(Line::styled(text.to_owned(), self.look.theme.strong));
    }
    fn say(&mut self, text: &str, style: Style) {
        self.lines.extend(compose::wrap(text, style, self.columns));
    }
    /// A label and what belongs to it.
    fn pair(&mut self, label: &str, value: Vec<Span<'static>>) {
        let mut spans = vec![Span::styled(width::pad(label, LABEL), self.look.theme.dim)];
        spans.extend(value);
        self.lines
            .push(compose::fit(Line::from(spans), self.columns));
    }
    fn date(&self, at: crate::domain::Timestamp) -> String {
        when::long(at, self.model.now, &self.model.settings.zone)
    }

    fn person(&mut self, ticket: Option<&Ticket>, person: Option<&Person>) {
        let theme = self.look.theme;
        let all = ticket.map_or(&Fact::Unknown, |t| &t.requesters);
        match all {
            Fact::Known(people) => {
                for who in people {
                    let line = if who.name == who.id.as_str() {
                        who.name.clone()
                    } else {
                        format!("{} ({})", who.name, who.id)
                    };
                    self.say(&line, theme.strong);
                }
            }
            Fact::Empty => self.say("No requester.", theme.dim),
            Fact::Unknown => self.say("Requester not known.", theme.dim),
        }
        let Some(person) = person else { return };
        for (label, fact) in [
            ("mail", &person.email),
            ("phone", &person.phone),
            ("site", &person.site),
            ("language", &person.lang),
        ] {
            if let Fact::Known(value) = fact {
                self.pair(label, vec![Span::raw(value.clone())]);
            }
        }
    }

    fn devices(&mut self, ticket: Option<&Ticket>, detail: Option<&Detail>) {
        let theme = self.look.theme;
        let fleet = self.model.board.fleet();
        let held: Vec<&Device> = ticket
            .and_then(Ticket::requester)
            .map(|p| fleet.held_by(&p.id).collect())
            .unwrap_or_default();
        let held = if held.is_empty() {
            detail
                .map(|d| d.devices.iter().collect())
                .unwrap_or_default()
        } else {
            held
        };
        self.heading("Devices");
        if let Some(name) = ticket.and_then(|t| t.device.known()) {
            self.say(&format!("the ticket names {name}"), theme.text);
        }
        if held.is_empty() {
            let known = !fleet.is_empty() || detail.is_some();
            let text = if known {
                "No device of this person is known."
            } else {
                "Device health is not known."
            };
            self.say(text, theme.dim);
            return;
        }
        for device in &held {
            self.device(device);
        }
        let mut sources: Vec<&str> = self.thresholds.limits.iter().map(|l| l.source).collect();
        sources.dedup();
        self.say(
            &format!(
                "limits: {} table ({})",
                self.thresholds.name,
                sources.join(", ")
            ),
            theme.dim,
        );
    }

    fn device(&mut self, device: &Device) {
        let theme = self.look.theme;
        let dot = self.look.glyphs.dot;
        let mut head = vec![device.name.clone()];
        head.extend(device.kind.known().cloned());
        head.push(match &device.last_seen {
            Fact::Known(at) => format!("seen {}", self.date(*at)),
            Fact::Empty => "never seen".to_owned(),
            Fact::Unknown => "last seen unknown".to_owned(),
        });
        let head = compose::fit(Line::styled(head.join(dot), theme.strong), self.columns);
        self.lines.push(head);
        let mut keys: Vec<&String> = device.facts.keys().collect();
        keys.sort_by_key(|key| {
            let place = ORDER.iter().position(|o| o == key);
            (place.unwrap_or(ORDER.len()), (*key).clone())
        });
        for key in keys {
            if let Some(fact) = device.facts.get(key) {
                self.device_fact(device, key, fact);
            }
        }
    }

    fn device_fact(&mut self, device: &Device, key: &str, fact: &DeviceFact) {
        let theme = self.look.theme;
        let (label, unit) = words::device_fact(key);
        let grade = self.thresholds.of_fact(device, key, self.model.now);
        let mut value = value_text(&fact.value);
        if !unit.is_empty() {
            value.push(' ');
            value.push_str(unit);
        }
        let style = match grade {
            Some(g) if g.is_failing() => theme.alarm,
            _ => theme.text,
        };
        let mut spans = vec![Span::styled(value, style)];
        // A state says itself what it is; a number needs the word.
        if let (Some(grade), Value::Number(_)) = (grade, &fact.value) {
            spans.push(Span::styled(
                format!("  {}", grade.word()),
                grade_style(self.look, grade),
            ));
        }
        if let Some(seen) = fact.seen
            && device.last_seen.known() != Some(&seen)
        {
            let at = self.date(seen);
            spans.push(Span::styled(format!("  at {at}"), theme.dim));
        }
        self.pair(label, spans);
    }

    fn why(&mut self, row: Option<&Row>) {
        self.heading("Why this group");
        let lines = why_lines(self.model, row, self.look, self.columns);
        self.lines.extend(lines);
    }

    fn others(&mut self, ticket: Option<&Ticket>, detail: Option<&Detail>) {
        let theme = self.look.theme;
        self.heading("Other tickets of this person");
        let mut others: Vec<&Ticket> = detail
            .map(|d| d.others.iter().collect())
            .unwrap_or_default();
        if others.is_empty()
            && let Some(person) = ticket.and_then(Ticket::requester)
        {
            others = self
                .model
                .board
                .tickets_of(&person.id)
                .map(Row::ticket)
                .filter(|t| Some(&t.id) != ticket.map(|t| &t.id))
                .collect();
            others.reverse();
        }
        if others.is_empty() {
            let text = if detail.is_some() {
                "None."
            } else {
                "Not read yet."
            };
            self.say(text, theme.dim);
        }
        for other in others.into_iter().take(8) {
            let at = when::short(other.created, self.model.now, &self.model.settings.zone);
            let left = Line::from(vec![
                Span::styled(format!("{} ", other.id), theme.dim),
                Span::raw(other.subject.clone()),
            ]);
            let right = Line::styled(
                format!("{} {}", at.trim(), words::status_short(&other.status)),
                theme.dim,
            );
            self.lines.push(compose::spread(left, right, self.columns));
        }
    }

    fn links(&mut self, ticket: Option<&Ticket>) {
        let theme = self.look.theme;
        let Some(Fact::Known(links)) = ticket.map(|t| &t.links) else {
            return;
        };
        if links.is_empty() {
            return;
        }
        self.heading("Links");
        for link in links {
            let text = format!("{} {}", link.kind.word(), link.target);
            let line = compose::fit(Line::styled(text, theme.text), self.columns);
            self.lines.push(line);
        }
    }

    /// Tags and the desk's own fields.
    fn rest(&mut self, ticket: Option<&Ticket>) {
        let Some(ticket) = ticket else { return };
        let tags = ticket.tags.known().filter(|t| !t.is_empty());
        if tags.is_none() && ticket.custom.is_empty() {
            return;
        }
        self.heading("Fields");
        if let Some(tags) = tags {
            self.pair("tags", vec![Span::raw(tags.join(", "))]);
        }
        for (name, values) in &ticket.custom {
            let label = width::fit(name, LABEL - 1).into_owned();
            self.pair(&label, vec![Span::raw(values.join(", "))]);
        }
    }
}

/// Alarm for what fails; nothing for what is well.
pub(super) fn grade_style(look: &Look, grade: Grade) -> Style {
    match grade {
        Grade::Good => look.theme.dim,
        Grade::Fair => look.theme.text,
        Grade::Poor | Grade::Bad => look.theme.alarm,
    }
}

/// A fact's value: at most one digit after the point.
pub(super) fn value_text(value: &Value) -> String {
    match value {
        Value::Number(n) if n.fract().abs() < 0.05 => format!("{n:.0}"),
        Value::Number(n) => format!("{n:.1}"),
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Text(text) => text.clone(),
    }
}
