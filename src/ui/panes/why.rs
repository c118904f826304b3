//! Why a ticket is in its group and in its incident: what speaks for it, what against, what is ruled out.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::board::Row;
use crate::domain::device::Device;
use crate::domain::finding::Finding;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::watch::{Membership, Standing};
use crate::i18n::incident::Sentences;
use crate::i18n::why::Why;
use crate::text::mask::mask;
use crate::text::width;
use crate::ui::look::Look;
use crate::ui::{compose, when};

/// Words of one side that are shown.
const WORDS: usize = 6;

/// The words that begin a line about one side of the matter.
const LABELS: [Why; 6] = [
    Why::For,
    Why::Against,
    Why::Cleared,
    Why::Second,
    Why::Agrees,
    Why::Differs,
];

/// Why a ticket is in its group, for the Ticket screen and the overlay.
pub(in crate::ui) fn lines(
    model: &Model,
    sentences: &Sentences,
    id: &TicketId,
    look: &Look,
    columns: usize,
) -> Vec<Line<'static>> {
    let label = |what: &Why| width::of(&sentences.why(*what)) + 1;
    let mut page = Page {
        model,
        sentences,
        look,
        columns,
        label: LABELS.iter().map(label).max().unwrap_or(0),
        lines: Vec::new(),
    };
    let theme = look.theme;
    let Some(row) = model.board.row(id) else {
        page.say(&sentences.why(Why::OffBoard), theme.dim);
        return page.lines;
    };
    let title = page.group(&row.group);
    if row.ticket().group.known().is_some() {
        page.say(&sentences.chosen_by_staff(&title), theme.text);
    }
    match &row.finding {
        Some(finding) => page.finding(finding),
        None => page.say(&sentences.why(Why::Unread), theme.dim),
    }
    page.device(row);
    page.incident(id);
    if let Some(finding) = &row.finding {
        page.facts(finding);
    }
    page.lines
}

/// Why a ticket is where it is, in a few words: what differs where it does not fit, else what agrees.
pub(in crate::ui) fn reason(
    sentences: &Sentences,
    standing: &Standing,
    member: &Membership,
    look: &Look,
) -> String {
    if standing.split.contains(&member.ticket) {
        return sentences.why(Why::Split);
    }
    let mut parts = Vec::new();
    if member.is_pinned {
        parts.push(sentences.why(Why::Pinned));
    }
    let facts = if member.differs.is_empty() {
        &member.agrees
    } else {
        &member.differs
    };
    parts.extend(
        facts
            .iter()
            .take(2)
            .map(|(fact, value)| sentences.told_fact(fact, value)),
    );
    parts.extend(member.fails.map(|fails| of_device(sentences, fails)));
    if parts.is_empty() {
        parts.push(sentences.why(Why::WordsAndTime));
    }
    parts.join(look.glyphs.dot)
}

fn of_device(sentences: &Sentences, fails: bool) -> String {
    sentences.why(if fails { Why::Fails } else { Why::Well })
}

/// The ticket's own words.
fn quoted(text: &str) -> String {
    format!("\"{}\"", mask(text))
}

struct Page<'a> {
    model: &'a Model,
    sentences: &'a Sentences,
    look: &'a Look,
    columns: usize,
    /// Columns of the words before the sides.
    label: usize,
    lines: Vec<Line<'static>>,
}

impl Page<'_> {
    fn say(&mut self, text: &str, style: Style) {
        self.lines.extend(compose::wrap(text, style, self.columns));
    }

    /// One side of the matter; nothing where there is nothing to say.
    fn side(&mut self, label: Why, parts: &[String], style: Style) {
        if parts.is_empty() {
            return;
        }
        let label = self.sentences.why(label);
        let text = parts.join(self.look.glyphs.dot);
        let room = self.columns.saturating_sub(self.label + 2).max(8);
        for (row, text) in width::wrap(&text, room).into_iter().enumerate() {
            let label = if row == 0 { label.as_str() } else { "" };
            let label = format!("  {}", width::pad(label, self.label));
            self.lines.push(Line::from(vec![
                Span::styled(label, self.look.theme.dim),
                Span::styled(text, style),
            ]));
        }
    }

    fn group(&self, group: &GroupId) -> String {
        self.model.group_title(group).to_owned()
    }

    fn finding(&mut self, finding: &Finding) {
        let theme = self.look.theme;
        if let Some(automatic) = finding.automatic {
            let text = self.sentences.automatic(automatic);
            self.say(&text, theme.strong);
        }
        let title = self.group(&finding.group);
        let text = if finding.reasons.is_empty() {
            self.sentences.nothing_speaks(&title)
        } else {
            self.sentences.sure(&title, finding.confidence)
        };
        self.say(&text, theme.text);
        let mut reasons: Vec<_> = finding.reasons.iter().collect();
        reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let (own, others): (Vec<_>, Vec<_>) = reasons
            .into_iter()
            .partition(|reason| reason.group == finding.group);
        let own: Vec<String> = own
            .into_iter()
            .take(WORDS)
            .map(|reason| quoted(&reason.text))
            .collect();
        let arrow = self.look.glyphs.arrow;
        let about =
            |text: &str, group: &GroupId| format!("{} {arrow} {}", quoted(text), self.group(group));
        let others: Vec<String> = others
            .into_iter()
            .take(WORDS)
            .map(|reason| about(&reason.text, &reason.group))
            .collect();
        let cleared = finding.cleared.iter().take(WORDS);
        let cleared: Vec<String> = cleared
            .map(|cleared| about(&cleared.text, &cleared.group))
            .collect();
        self.side(Why::For, &own, theme.text);
        self.side(Why::Against, &others, theme.text);
        self.side(Why::Cleared, &cleared, theme.text);
        let second = finding.runner_up.as_ref();
        let text = second.map(|next| {
            let title = self.group(&next.group);
            let percent = (next.confidence.clamp(0.0, 1.0) * 100.0).round();
            format!("{title} {percent:.0} %")
        });
        self.side(Why::Second, text.as_slice(), theme.text);
        let also: Vec<String> = finding
            .also
            .iter()
            .filter(|group| second.is_none_or(|next| next.group != **group))
            .map(|group| self.group(group))
            .collect();
        if !also.is_empty() {
            let text = self.sentences.could_also_be(&also);
            self.say(&text, theme.dim);
        }
    }

    /// What the device says about the group: whether it fails in the way that the group is about.
    fn device(&mut self, row: &Row) {
        let ticket = row.ticket();
        let fleet = self.model.board.fleet();
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
        let health = &self.model.settings.health;
        let told = health.of_group(&row.group, std::iter::once(device), self.model.now);
        let Some(told) = told.filter(|told| told.known > 0) else {
            return;
        };
        let is_failing = told.failing > 0;
        let text = self
            .sentences
            .device_says(&row.group, &device.name, is_failing);
        let label = if is_failing {
            Why::Agrees
        } else {
            Why::Differs
        };
        self.side(label, text.as_slice(), self.look.theme.text);
    }

    /// The incident that the ticket is in, or looks as if it were in, with what agrees and what does not.
    fn incident(&mut self, id: &TicketId) {
        let theme = self.look.theme;
        let Some(standing) = self.model.board.incident_of(id) else {
            return;
        };
        let incident = &standing.incident;
        let is_this = |member: &&Membership| member.ticket == *id;
        let member = standing.members.iter().find(is_this);
        let odd = standing.odd.iter().find(is_this);
        let Some(found) = member.or(odd) else {
            return;
        };
        let since = when::long(incident.since, self.model.now, &self.model.settings.zone);
        let name = incident.incident.as_str();
        let (text, style) = if member.is_some() {
            let text = self.sentences.in_incident(name, incident.people, &since);
            (text, theme.strong)
        } else {
            (self.sentences.like_incident(name, &since), theme.caution)
        };
        self.say(&text, style);
        let fact = |(fact, value): &(String, String)| {
            format!("{} {value}", self.sentences.fact_name(fact))
        };
        let mut agrees: Vec<String> = found.agrees.iter().map(fact).collect();
        let mut differs: Vec<String> = found.differs.iter().map(fact).collect();
        match found.fails {
            Some(true) => agrees.push(self.sentences.why(Why::Fails)),
            Some(false) => differs.push(self.sentences.why(Why::Well)),
            None => {}
        }
        if found.is_pinned {
            agrees.push(self.sentences.why(Why::Pinned));
        }
        if agrees.is_empty() && differs.is_empty() {
            agrees.push(self.sentences.why(Why::WordsAndTime));
        }
        self.side(Why::Agrees, &agrees, theme.text);
        self.side(Why::Differs, &differs, theme.text);
    }

    /// What else the text says.
    fn facts(&mut self, finding: &Finding) {
        let theme = self.look.theme;
        for urgency in finding.urgency.iter().take(3) {
            let text = self.sentences.cannot_wait(urgency);
            self.say(&mask(&text), theme.strong);
        }
        // Who wrote no mail asks and reports nothing.
        if let (Some(is_howto), None) = (finding.howto, finding.automatic) {
            let what = if is_howto { Why::HowTo } else { Why::Fault };
            let text = self.sentences.why(what);
            self.say(&text, theme.text);
        }
        if let Some(people) = finding.people.filter(|n| *n > 1) {
            let text = self.sentences.speaks_of(people);
            self.say(&text, theme.text);
        }
        if !finding.lanes.is_empty() {
            let lanes: Vec<String> = finding
                .lanes
                .iter()
                .map(|group| self.group(group))
                .collect();
            let text = self.sentences.lane(&lanes);
            self.say(&text, theme.text);
        }
        let lang = finding.lang.as_deref();
        if let Some(text) = lang.and_then(|lang| self.sentences.written_in(lang)) {
            self.say(&text, theme.dim);
        }
    }
}
