//! Person, devices, reasons and links of a ticket as lines.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::board::Row;
use crate::domain::device::{Device, DeviceFact, Value};
use crate::domain::fact::Fact;
use crate::domain::finding::{Finding, Reason};
use crate::domain::health::{Grade, Thresholds};
use crate::domain::ids::TicketId;
use crate::domain::person::Person;
use crate::domain::source::Detail;
use crate::domain::ticket::Ticket;
use crate::text::mask::mask;
use crate::text::width;
use crate::ui::look::Look;
use crate::ui::{compose, when, words};

/// Facts that are read together, in the order in which they help; others follow by name.
const TOGETHER: [(&str, &[&str]); 6] = [
    (
        "VPN",
        &["vpn_state", "gateway", "vpn_client", "vpn_version"],
    ),
    ("4G", &["rsrp_dbm", "sinr_db", "rsrq_db", "carrier"]),
    ("Wi-Fi", &["wifi_dbm", "isp"]),
    (
        "calls",
        &["loss_pct", "jitter_ms", "rtt_ms", "video_client_version"],
    ),
    ("system", &["os_build", "disk_free_gb"]),
    ("place", &["site", "town", "access"]),
];
/// Devices that are shown beside a ticket; the Person screen has them all.
const DEVICES: usize = 3;
/// Columns of a label.
const LABEL: usize = 9;

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
    let mut any = false;
    for device in devices {
        if any {
            page.lines.push(Line::default());
        }
        page.device(device);
        any = true;
    }
    if any {
        page.lines.push(Line::default());
        page.limits();
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
    incident_lines(model, row, &mut out, look, columns);
    let Some(finding) = &row.finding else {
        say(
            &mut out,
            "The engine has not looked at it yet.".to_owned(),
            theme.dim,
        );
        return out;
    };
    engine_lines(model, finding, &mut out, look, columns);
    device_line(model, row, &mut out, look, columns);
    out
}

/// The incident that the ticket is in, or looks as if it were in, and why.
fn incident_lines(
    model: &Model,
    row: &Row,
    out: &mut Vec<Line<'static>>,
    look: &Look,
    columns: usize,
) {
    let theme = look.theme;
    let id = &row.server.id;
    let Some(standing) = model.board.incident_of(id) else {
        return;
    };
    let incident = &standing.incident;
    let mut members = standing.members.iter().map(|m| (m, false));
    let mut odd = standing.odd.iter().map(|m| (m, true));
    let found = members.find(|(m, _)| m.ticket == *id);
    let Some((member, is_odd)) = found.or_else(|| odd.find(|(m, _)| m.ticket == *id)) else {
        return;
    };
    let why = super::incident::reason(standing, member, look);
    let since = when::long(incident.since, model.now, &model.settings.zone);
    let (text, style) = if is_odd {
        let text = format!(
            "looks like incident {} since {since}, and does not fit: {why}",
            incident.incident
        );
        (text, theme.caution)
    } else {
        let text = format!(
            "incident {}, {} people since {since}: {why}",
            incident.incident, incident.people
        );
        (text, theme.strong)
    };
    out.extend(compose::wrap(&text, style, columns));
}

/// What the device says about the group: whether it fails in the way that the group is about.
fn device_line(
    model: &Model,
    row: &Row,
    out: &mut Vec<Line<'static>>,
    look: &Look,
    columns: usize,
) {
    let ticket = row.ticket();
    let fleet = model.board.fleet();
    let held = ticket.requester().map(|who| fleet.held_by(&who.id));
    let devices: Vec<&Device> = held.into_iter().flatten().collect();
    let named = ticket.device.known();
    let named = devices
        .iter()
        .find(|d| named.is_some_and(|n| *n == d.name || n == d.id.as_str()));
    let device = match (named, devices.as_slice()) {
        (Some(device), _) | (None, [device]) => *device,
        _ => return,
    };
    let health = &model.settings.health;
    let group = &row.group;
    let Some(told) = health.of_group(group, std::iter::once(device), model.now) else {
        return;
    };
    if told.known == 0 {
        return;
    }
    let text = if told.failing > 0 {
        format!("the device agrees: {} ({})", device.name, told.what)
    } else {
        format!("the device does not: {} is not {}", device.name, told.what)
    };
    out.extend(compose::wrap(&text, look.theme.text, columns));
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
    // What speaks for the group stands first; then what speaks for others, the strongest first.
    let mut reasons: Vec<_> = finding.reasons.iter().collect();
    reasons.sort_by(|a, b| {
        let other = |r: &Reason| r.group != finding.group;
        (other(a).cmp(&other(b))).then(b.weight.total_cmp(&a.weight))
    });
    for reason in reasons.into_iter().take(6) {
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
    match finding.howto {
        Some(true) => say("asks how something is done".to_owned(), theme.text),
        Some(false) => say("reports something broken".to_owned(), theme.text),
        None => {}
    }
    if let Some(people) = finding.people.filter(|n| *n > 1) {
        say(format!("speaks of {people} people"), theme.text);
    }
    for urgency in finding.urgency.iter().take(3) {
        say(
            format!("cannot wait ({}): \"{}\"", urgency.sign, urgency.text),
            theme.strong,
        );
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
        let mut held: Vec<&Device> = ticket
            .and_then(Ticket::requester)
            .map(|p| fleet.held_by(&p.id).collect())
            .unwrap_or_default();
        if held.is_empty() {
            held = detail
                .map(|d| d.devices.iter().collect())
                .unwrap_or_default();
        }
        let named = ticket.and_then(|t| t.device.known());
        let is_named = |d: &Device| named.is_some_and(|n| *n == d.name || n == d.id.as_str());
        held.sort_by_key(|d| {
            (
                !is_named(d),
                std::cmp::Reverse(d.last_seen.known().copied()),
            )
        });
        self.heading("Devices");
        if let Some(name) = named
            && !held.iter().any(|d| is_named(d))
        {
            self.say(&format!("the ticket names {name}"), theme.text);
        }
        if held.is_empty() {
            let text = if !fleet.is_empty() || detail.is_some() {
                "No device of this person is known."
            } else {
                "Device health is not known."
            };
            self.say(text, theme.dim);
            return;
        }
        for device in held.iter().take(DEVICES) {
            self.device(device);
        }
        if held.len() > DEVICES {
            let more = format!("and {} more: see the requester", held.len() - DEVICES);
            self.say(&more, theme.dim);
        }
        self.limits();
    }

    /// Whose limits the grades are.
    fn limits(&mut self) {
        let mut sources: Vec<&str> = self.thresholds.limits.iter().map(|l| l.source).collect();
        sources.dedup();
        let text = format!("limits: {} ({})", self.thresholds.name, sources.join(", "));
        self.say(&text, self.look.theme.dim);
    }

    fn device(&mut self, device: &Device) {
        let theme = self.look.theme;
        let dot = self.look.glyphs.dot;
        let mut head = vec![device.name.clone()];
        // The model says more than the kind, where it is known.
        let model = device.text("model").map(str::to_owned);
        head.extend(model.or_else(|| device.kind.known().cloned()));
        head.push(match &device.last_seen {
            Fact::Known(at) => format!("seen {}", self.date(*at)),
            Fact::Empty => "never seen".to_owned(),
            Fact::Unknown => "last seen unknown".to_owned(),
        });
        let head = compose::fit(Line::styled(head.join(dot), theme.strong), self.columns);
        self.lines.push(head);
        for (label, keys) in TOGETHER {
            self.together(device, label, keys);
        }
        let rest: Vec<&str> = device
            .facts
            .keys()
            .map(String::as_str)
            .filter(|key| *key != "model" && !TOGETHER.iter().any(|(_, keys)| keys.contains(key)))
            .collect();
        self.together(device, "other", &rest);
    }

    /// Facts of one kind, with the time at which they were seen where it is not that of the device.
    fn together(&mut self, device: &Device, label: &str, keys: &[&str]) {
        let facts: Vec<(&str, &DeviceFact)> = keys
            .iter()
            .filter_map(|key| Some((*key, device.facts.get(*key)?)))
            .collect();
        let Some((_, first)) = facts.first() else {
            return;
        };
        let theme = self.look.theme;
        let same = facts.iter().all(|(_, fact)| fact.seen == first.seen);
        let time = |fact: &DeviceFact| match fact.seen {
            Some(seen) if device.last_seen.known() != Some(&seen) => {
                Some(Span::styled(format!(" at {}", self.date(seen)), theme.dim))
            }
            _ => None,
        };
        let mut parts: Vec<Vec<Span<'static>>> = facts
            .iter()
            .map(|(key, fact)| {
                let mut part = self.fact(device, key, fact);
                part.extend(time(fact).filter(|_| !same));
                part
            })
            .collect();
        if same && let (Some(last), Some(time)) = (parts.last_mut(), time(first)) {
            last.push(time);
        }
        let rows = compose::flow(parts, "  ", self.columns.saturating_sub(LABEL));
        for (row, line) in rows.into_iter().enumerate() {
            let label = if row == 0 { label } else { "" };
            self.pair(label, line.spans);
        }
    }

    /// One fact: its label where the value does not say what it is, value, unit and grade.
    fn fact(&self, device: &Device, key: &str, fact: &DeviceFact) -> Vec<Span<'static>> {
        let theme = self.look.theme;
        let (label, unit) = words::device_fact(key);
        let grade = self.thresholds.of_fact(device, key, self.model.now);
        let style = match grade {
            Some(g) if g.is_failing() => theme.alarm,
            _ => theme.text,
        };
        let mut spans = Vec::new();
        if !label.is_empty() {
            spans.push(Span::styled(format!("{label} "), theme.dim));
        }
        let mut value = value_text(&fact.value);
        if !unit.is_empty() {
            value.push(' ');
            value.push_str(unit);
        }
        spans.push(Span::styled(value, style));
        // A state says itself what it is; a number needs the word.
        if let (Some(grade), Value::Number(_)) = (grade, &fact.value) {
            let style = grade_style(self.look, grade);
            spans.push(Span::styled(format!(" {}", grade.word()), style));
        }
        spans
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
                Span::raw(mask(&other.subject).into_owned()),
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

    /// Tags and the desk's own fields, those with a value.
    fn rest(&mut self, ticket: Option<&Ticket>) {
        let Some(ticket) = ticket else { return };
        let tags = ticket.tags.known().cloned().unwrap_or_default();
        let fields: Vec<String> = std::iter::once(("tags", tags.join(", ")))
            .chain(
                ticket
                    .custom
                    .iter()
                    .map(|(name, values)| (name.as_str(), values.join(", "))),
            )
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        if fields.is_empty() {
            return;
        }
        self.heading("Fields");
        for field in fields {
            self.say(&field, self.look.theme.text);
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
