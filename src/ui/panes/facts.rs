//! Person, devices, reasons and links of a ticket as lines.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{alike, why};
use crate::app::Model;
use crate::board::Row;
use crate::domain::declared;
use crate::domain::device::{Device, DeviceFact, Value};
use crate::domain::fact::Fact;
use crate::domain::health::{Grade, Thresholds};
use crate::domain::ids::TicketId;
use crate::domain::person::Person;
use crate::domain::source::Detail;
use crate::domain::ticket::{Link, LinkKind, LinkTarget, Ticket};
use crate::i18n::incident::Sentences;
use crate::i18n::why::Why;
use crate::i18n::{self, say};
use crate::input::{Command, Context};
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
        "facts-label-calls",
        &["loss_pct", "jitter_ms", "rtt_ms", "video_client_version"],
    ),
    ("facts-label-system", &["os_build", "disk_free_gb"]),
    ("facts-label-place", &["site", "town", "access"]),
];
/// The label of facts that are read together; names stay as they are.
fn named(label: &'static str) -> &'static str {
    i18n::named("", label).unwrap_or(label)
}

/// Devices that are shown beside a ticket; the Person screen has them all.
const DEVICES: usize = 3;
/// Columns of a label.
const LABEL: usize = 9;

/// What is collected for the side of the Ticket screen.
pub(super) fn lines(
    model: &Model,
    id: &TicketId,
    detail: Option<&Detail>,
    sentences: &Sentences,
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
    let ticket = model.ticket(id);
    page.person(ticket, detail.and_then(|d| d.requester.as_ref()));
    page.devices(ticket, detail);
    page.why(id, sentences);
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
            Fact::Empty => self.say(i18n::word("facts-no-requester"), theme.dim),
            Fact::Unknown => self.say(i18n::word("facts-requester-not-known"), theme.dim),
        }
        let Some(person) = person else { return };
        for (label, fact) in [
            (i18n::word("person-mail"), &person.email),
            (i18n::word("person-phone"), &person.phone),
            (i18n::word("person-site"), &person.site),
            (i18n::word("person-language"), &person.lang),
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
        self.heading(i18n::word("facts-devices"));
        if let Some(name) = named
            && !held.iter().any(|d| is_named(d))
        {
            self.say(&say!("facts-ticket-names", name = name), theme.text);
        }
        if held.is_empty() {
            let text = if !fleet.is_empty() || detail.is_some() {
                i18n::word("facts-no-device")
            } else {
                i18n::word("facts-health-not-known")
            };
            self.say(text, theme.dim);
            return;
        }
        for device in held.iter().take(DEVICES) {
            self.device(device);
        }
        if let Some((device, dbm)) = ticket.and_then(|t| self.model.way_out(&t.id).first().copied())
        {
            let carrier = device
                .text("carrier")
                .map_or_else(String::new, |c| format!(", {c}"));
            let text = say!(
                "facts-way-out",
                device = device.name,
                dbm = format!("{dbm:.0}"),
                carrier = carrier
            );
            self.say(&text, theme.accent);
        }
        if held.len() > DEVICES {
            let more = say!("facts-more-devices", n = held.len() - DEVICES);
            self.say(&more, theme.dim);
        }
        self.limits();
    }

    /// Whose limits the grades are.
    fn limits(&mut self) {
        let mut sources: Vec<&str> = self.thresholds.limits.iter().map(|l| l.source).collect();
        sources.dedup();
        let name = limits_name(&self.thresholds.name);
        let text = say!("facts-limits", name = name, sources = sources.join(", "));
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
            Fact::Known(at) => say!("facts-seen", at = self.date(*at)),
            Fact::Empty => say!("facts-never-seen"),
            Fact::Unknown => say!("facts-seen-unknown"),
        });
        let head = compose::fit(Line::styled(head.join(dot), theme.strong), self.columns);
        self.lines.push(head);
        for (label, keys) in TOGETHER {
            self.together(device, named(label), keys);
        }
        let rest: Vec<&str> = device
            .facts
            .keys()
            .map(String::as_str)
            .filter(|key| *key != "model" && !TOGETHER.iter().any(|(_, keys)| keys.contains(key)))
            .collect();
        self.together(device, i18n::word("facts-label-other"), &rest);
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
            Some(seen) if device.last_seen.known() != Some(&seen) => Some(Span::styled(
                format!(" {}", say!("facts-at", at = self.date(seen))),
                theme.dim,
            )),
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
            spans.push(Span::styled(format!(" {}", words::grade(grade)), style));
        }
        spans
    }

    fn why(&mut self, id: &TicketId, sentences: &Sentences) {
        self.heading(&sentences.why(Why::Heading));
        let lines = why::lines(self.model, sentences, id, self.look, self.columns);
        self.lines.extend(lines);
        self.heading(&sentences.why(Why::AlikeHeading));
        let lines = alike::lines(self.model, sentences, id, self.look, self.columns);
        self.lines.extend(lines);
    }

    fn others(&mut self, ticket: Option<&Ticket>, detail: Option<&Detail>) {
        let theme = self.look.theme;
        self.heading(i18n::word("facts-others"));
        let twins = ticket.map_or_else(Vec::new, |ticket| self.model.twins(&ticket.id));
        if !twins.is_empty() {
            let ids: Vec<&str> = twins.iter().take(3).map(|t| t.id.as_str()).collect();
            let keymap = &self.model.settings.keymap;
            let key = keymap.label(Command::Merge, Context::Ticket);
            let ids = ids.join(", ");
            let text = match key {
                Some(key) => say!("facts-same-matter-key", ids = ids, key = key),
                None => say!("facts-same-matter", ids = ids),
            };
            self.say(&text, theme.caution);
        }
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
                i18n::word("facts-none")
            } else {
                i18n::word("facts-not-read")
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
        let parts: Vec<TicketId> = declared::parts(links).cloned().collect();
        if !parts.is_empty() {
            self.parts(&parts);
        }
        let is_part = |link: &&Link| {
            matches!(
                (link.kind, &link.target),
                (LinkKind::Child, LinkTarget::Ticket(_))
            )
        };
        let others = || links.iter().filter(|link| !is_part(link));
        if others().next().is_none() {
            return;
        }
        self.heading(i18n::word("facts-links"));
        for link in others() {
            let text = format!(
                "{} {}",
                crate::app::words::link_kind(link.kind),
                link.target
            );
            let line = compose::fit(Line::styled(text, theme.text), self.columns);
            self.lines.push(line);
        }
    }

    /// The tickets that this one stands for: how many are open, and each of them, open ones first.
    fn parts(&mut self, parts: &[TicketId]) {
        let theme = self.look.theme;
        let is_open = |id: &&TicketId| self.model.ticket(id).is_some_and(Ticket::is_active);
        let open = parts.iter().filter(is_open).count();
        self.heading(&say!("facts-parts", n = parts.len(), open = open));
        let mut rows: Vec<&TicketId> = parts.iter().collect();
        rows.sort_by_key(|id| !is_open(id));
        for id in rows {
            let (subject, status) = match self.model.ticket(id) {
                Some(ticket) => {
                    let who = ticket
                        .requester()
                        .map_or(i18n::word("unknown"), |who| who.name.as_str());
                    let subject = mask(&ticket.subject);
                    (
                        format!("{subject}, {who}"),
                        words::status_short(&ticket.status),
                    )
                }
                None => (String::new(), say!("facts-part-not-read")),
            };
            let left = Line::from(vec![
                Span::styled(format!("{id} "), theme.dim),
                Span::raw(subject),
            ]);
            let right = Line::styled(status, theme.dim);
            self.lines.push(compose::spread(left, right, self.columns));
        }
    }

    /// Tags and the desk's own fields, those with a value.
    fn rest(&mut self, ticket: Option<&Ticket>) {
        let Some(ticket) = ticket else { return };
        let tags = ticket.tags.known().cloned().unwrap_or_default();
        let fields: Vec<String> = std::iter::once((i18n::word("facts-tags"), tags.join(", ")))
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
        self.heading(i18n::word("facts-fields"));
        for field in fields {
            self.say(&field, self.look.theme.text);
        }
    }
}

/// What a table of limits is called.
pub(super) fn limits_name(name: &str) -> &str {
    match name {
        "default" => i18n::word("facts-limits-default"),
        own => own,
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
        Value::Number(n) => i18n::decimal(&format!("{n:.1}")),
        Value::Flag(true) => say!("yes"),
        Value::Flag(false) => say!("no"),
        Value::Text(text) => text.clone(),
    }
}
