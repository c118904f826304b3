//! Messages and changes of a ticket as lines.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::domain::Timestamp;
use crate::domain::action::Verb;
use crate::domain::claim;
use crate::domain::entry::{Entry, EntryKind, Visibility};
use crate::domain::fact::Fact;
use crate::domain::ids::TicketId;
use crate::domain::outbox::Item;
use crate::domain::source::Detail;
use crate::i18n::{self, say};
use crate::input::{Command, Context};
use crate::text::mask::mask_unless;
use crate::text::width;
use crate::ui::look::Look;
use crate::ui::{compose, when, words};

/// Messages, oldest first, and what we wrote and the desk has not confirmed. Public and internal are told apart by a
/// word, and by a bar beside what is not public.
pub(super) fn messages(
    model: &Model,
    id: &TicketId,
    detail: Option<&Detail>,
    look: &Look,
    columns: usize,
    (unmasked, quotes): (bool, bool),
) -> Vec<Line<'static>> {
    let key = model
        .settings
        .keymap
        .label(Command::Quotes, Context::Ticket);
    let writer = Writer {
        quotes,
        key: key.unwrap_or_default(),
        look,
        columns,
        unmasked,
        now: model.now,
        zone: &model.settings.zone,
    };
    let mut lines = Vec::new();
    let entries = detail.map_or(&[][..], |d| &d.entries);
    for entry in entries.iter().filter(|e| is_message(e)) {
        writer.entry(entry, &mut lines);
    }
    let not_read = i18n::word("talk-not-read");
    if lines.is_empty() {
        match model.ticket(id).map(|t| &t.body) {
            Some(Fact::Known(body)) if !body.trim().is_empty() => {
                lines.extend(compose::wrap(&writer.mask(body), look.theme.text, columns));
                lines.push(Line::default());
                lines.extend(compose::wrap(not_read, look.theme.dim, columns));
            }
            _ if detail.is_some() => {
                lines.push(Line::styled(i18n::word("talk-none"), look.theme.dim));
            }
            _ => lines.extend(compose::wrap(not_read, look.theme.dim, columns)),
        }
    }
    if let Some(trouble) = model.details.get(id).and_then(|s| s.trouble.as_ref()) {
        lines.push(Line::default());
        lines.extend(compose::wrap(
            &i18n::retold(&trouble.message),
            look.theme.alarm,
            columns,
        ));
    }
    for item in model.outbox.of_ticket(id).filter(|i| !i.state.is_final()) {
        writer.unsent(item, &mut lines);
    }
    // The conversation is shown at its end: an empty line there would be a line lost.
    while lines.last().is_some_and(|line| line.spans.is_empty()) {
        lines.pop();
    }
    lines
}

/// What was changed by whom, oldest first.
pub(super) fn history(
    model: &Model,
    detail: Option<&Detail>,
    look: &Look,
    columns: usize,
    unmasked: bool,
) -> Vec<Line<'static>> {
    let theme = look.theme;
    let entries = detail.map_or(&[][..], |d| &d.entries);
    let mut lines = Vec::new();
    // Claims come and go while people write; they are no history.
    let is_claim = |entry: &&Entry| matches!(&entry.kind, EntryKind::Change { field, .. } if field == claim::FIELD);
    for entry in entries.iter().filter(|entry| !is_claim(entry)) {
        let what = match &entry.kind {
            EntryKind::Change { field, from, to } => format!(
                "{}: {} {} {}",
                i18n::retold(field),
                none_if_empty(from),
                look.glyphs.arrow,
                none_if_empty(to)
            ),
            EntryKind::Create => say!("history-created"),
            EntryKind::Reply => say!("history-message", who = words::visibility(entry.visibility)),
            EntryKind::Note => say!("history-note", who = words::visibility(entry.visibility)),
            EntryKind::System => first_line(&entry.text),
        };
        let head = format!(
            "{} {} ",
            when::long(entry.at, model.now, &model.settings.zone),
            author(entry)
        );
        let mut rows =
            width::wrap(&format!("{head}{}", mask_unless(unmasked, &what)), columns).into_iter();
        if let Some(first) = rows.next() {
            lines.push(Line::styled(first, theme.text));
        }
        lines.extend(rows.map(|row| Line::styled(format!("  {row}"), theme.text)));
    }
    if lines.is_empty() {
        let text = if detail.is_some() {
            i18n::word("history-none")
        } else {
            i18n::word("history-not-read")
        };
        lines.push(Line::styled(text, theme.dim));
    }
    lines
        .into_iter()
        .map(|line| compose::fit(line, columns))
        .collect()
}

/// A quote of so many lines is folded.
const FOLDED: usize = 4;

/// A part of a message.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// What its author wrote.
    Own(String),
    /// What they quote, and how many lines that is.
    Quote(String, usize),
}

/// Takes a message apart into what its author wrote and what they quote: lines that begin with `>`, and everything after
/// the line under which mail programs put the message that is answered.
fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut is_below = false;
    for line in text.lines() {
        is_below |= is_cut(line);
        let is_quote = is_below || line.trim_start().starts_with('>');
        match (parts.last_mut(), is_quote) {
            (Some(Part::Own(own)), false) => {
                own.push('\n');
                own.push_str(line);
            }
            (Some(Part::Quote(quote, count)), true) => {
                quote.push('\n');
                quote.push_str(line);
                *count += 1;
            }
            (_, false) => parts.push(Part::Own(line.to_owned())),
            (_, true) => parts.push(Part::Quote(line.to_owned(), 1)),
        }
    }
    parts
}

/// Whether a line is the one under which a mail program puts the message that is answered.
fn is_cut(line: &str) -> bool {
    const WORDS: [&str; 6] = [
        "original message",
        "oprindelig meddelelse",
        "opprinnelig melding",
        "opphavleg melding",
        "ursprungligt meddelande",
        "forwarded message",
    ];
    let line = line.trim();
    let Some(inside) = line.strip_prefix("--").and_then(|l| l.strip_suffix("--")) else {
        return false;
    };
    let inside = inside
        .trim_matches(|c: char| c == '-' || c.is_whitespace())
        .to_lowercase();
    WORDS.contains(&inside.as_str())
}

fn none_if_empty(text: &str) -> &str {
    if text.trim().is_empty() {
        i18n::word("value-none")
    } else {
        text
    }
}

fn first_line(text: &str) -> String {
    match text.lines().find(|l| !l.trim().is_empty()) {
        Some(line) => line.trim().to_owned(),
        None => say!("talk-of-desk"),
    }
}

fn is_message(entry: &Entry) -> bool {
    match entry.kind {
        EntryKind::Create | EntryKind::Reply | EntryKind::Note => true,
        EntryKind::System => !entry.text.trim().is_empty() || !entry.attachments.is_empty(),
        EntryKind::Change { .. } => false,
    }
}

fn author(entry: &Entry) -> &str {
    match &entry.author {
        Fact::Known(person) => &person.name,
        Fact::Empty => i18n::word("the-desk"),
        Fact::Unknown => i18n::word("somebody-unknown"),
    }
}

/// Writes entries as lines.
struct Writer<'a> {
    look: &'a Look,
    columns: usize,
    unmasked: bool,
    /// Whether quotes are shown whole, and the key for it.
    quotes: bool,
    key: String,
    now: Timestamp,
    zone: &'a TimeZone,
}

impl Writer<'_> {
    fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        mask_unless(self.unmasked, text)
    }

    fn entry(&self, entry: &Entry, lines: &mut Vec<Line<'static>>) {
        let theme = self.look.theme;
        let who = match entry.kind {
            EntryKind::System => say!("the-desk"),
            _ => author(entry).to_owned(),
        };
        let at = when::long(entry.at, self.now, self.zone);
        let is_public = entry.visibility == Visibility::Public;
        let word = words::visibility(entry.visibility);
        self.head(&at, &who, word, is_public, lines);
        self.text(&entry.text, is_public, lines);
        if entry.cut {
            self.row(i18n::word("talk-goes-on"), is_public, lines);
        }
        for file in &entry.attachments {
            let size = match &file.size {
                Fact::Known(n) => words::bytes(*n),
                Fact::Empty | Fact::Unknown => say!("size-unknown"),
            };
            let text = say!("file-and-size", name = self.mask(&file.name), size = size);
            let mut spans = self.margin(is_public);
            spans.push(Span::styled(text, theme.dim));
            lines.push(compose::fit(Line::from(spans), self.columns));
        }
        lines.push(Line::default());
    }

    /// What we wrote and the desk has not confirmed.
    fn unsent(&self, item: &Item, lines: &mut Vec<Line<'static>>) {
        let (text, is_public) = match &item.action.verb {
            Verb::Reply { text, .. } => (text, true),
            Verb::Note { text, .. } => (text, false),
            _ => return,
        };
        let at = when::long(item.action.at, self.now, self.zone);
        let word = format!(
            "{}, {}",
            if is_public {
                i18n::word("visibility-public")
            } else {
                i18n::word("visibility-internal")
            },
            crate::app::words::state(item.state)
        );
        let at = format!("{} {at}", self.look.glyphs.unconfirmed);
        self.head(&at, i18n::word("me"), &word, is_public, lines);
        self.text(text, is_public, lines);
        for file in item.action.verb.files() {
            let line = say!(
                "file-and-size",
                name = file.name,
                size = words::bytes(file.size)
            );
            self.row(&line, is_public, lines);
        }
        lines.push(Line::default());
    }

    fn head(
        &self,
        at: &str,
        who: &str,
        word: &str,
        is_public: bool,
        lines: &mut Vec<Line<'static>>,
    ) {
        let theme = self.look.theme;
        let style = if is_public {
            theme.text
        } else {
            theme.internal
        };
        let word = format!("({word})");
        let room = self
            .columns
            .saturating_sub(width::of(at) + width::of(&word) + 2);
        let spans = vec![
            Span::styled(format!("{at} "), theme.dim),
            Span::styled(width::fit(who, room).into_owned(), theme.strong),
            Span::raw(" "),
            Span::styled(word, style),
        ];
        lines.push(compose::fit(Line::from(spans), self.columns));
    }

    fn text(&self, text: &str, is_public: bool, lines: &mut Vec<Line<'static>>) {
        let masked = self.mask(text);
        for part in parts(masked.trim_end()) {
            match part {
                Part::Own(text) => self.rows(&text, self.look.theme.text, is_public, lines),
                Part::Quote(text, count) if self.quotes || count < FOLDED => {
                    self.rows(&text, self.look.theme.dim, is_public, lines);
                }
                Part::Quote(_, count) => {
                    let text = say!("talk-quoted", n = count, key = self.key);
                    self.row(&text, is_public, lines);
                }
            }
        }
    }

    fn rows(&self, text: &str, style: Style, is_public: bool, lines: &mut Vec<Line<'static>>) {
        for row in width::wrap(text, self.room()) {
            let mut spans = self.margin(is_public);
            spans.push(Span::styled(row, style));
            lines.push(Line::from(spans));
        }
    }

    fn row(&self, text: &str, is_public: bool, lines: &mut Vec<Line<'static>>) {
        let mut spans = self.margin(is_public);
        spans.push(Span::styled(text.to_owned(), self.look.theme.dim));
        lines.push(compose::fit(Line::from(spans), self.columns));
    }

    fn room(&self) -> usize {
        self.columns.saturating_sub(2)
    }

    /// A bar beside what the requester does not see.
    fn margin(&self, is_public: bool) -> Vec<Span<'static>> {
        vec![if is_public {
            Span::raw("  ")
        } else {
            Span::styled(
                format!("{} ", self.look.glyphs.bar),
                self.look.theme.internal,
            )
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};

    #[test]
    fn quotes_are_told_from_what_somebody_wrote() {
        let text = "Hej\nDet virker ikke\n\n> Prøv igen\n> Hilsen\nTak\n-----Original Message-----\nFra: X\nHej igen";
        let own = |t: &str| Part::Own(t.to_owned());
        assert_eq!(
            parts(text),
            [
                own("Hej\nDet virker ikke\n"),
                Part::Quote("> Prøv igen\n> Hilsen".to_owned(), 2),
                own("Tak"),
                Part::Quote("-----Original Message-----\nFra: X\nHej igen".to_owned(), 3),
            ]
        );
        assert_eq!(
            parts("-- \nMvh Kåre"),
            [own("-- \nMvh Kåre")],
            "a signature"
        );
        assert!(parts("").is_empty());
    }
}
