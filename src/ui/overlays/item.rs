//! Texts over a screen: why a ticket is in its group; one action of the outbox whole, with both versions in a conflict.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{text_columns, text_window};
use crate::app::Model;
use crate::domain::action::Verb;
use crate::domain::ids::{ActionId, TicketId};
use crate::domain::outbox::{Item, State};
use crate::domain::outcome::Difference;
use crate::i18n::why::Why;
use crate::i18n::{self, say};
use crate::text::mask::mask;
use crate::text::width;
use crate::ui::cache::ViewCache;
use crate::ui::compose;
use crate::ui::paint::Canvas;
use crate::ui::panes::outbox::{explain, state_style};
use crate::ui::panes::{alike, why};
use crate::ui::{chrome, when, words};

const WIDTH: u16 = 84;
const LABEL: usize = 11;

/// Why a ticket is in its group.
pub(super) fn why(
    model: &Model,
    cache: &mut ViewCache,
    ticket: &TicketId,
    top: usize,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> (u16, usize) {
    let columns = text_columns(area, WIDTH);
    let sentences = cache.sentences(model);
    let look = canvas.look;
    let mut lines = why::lines(model, &sentences, ticket, &look, columns);
    lines.push(Line::default());
    let heading = sentences.why(Why::AlikeHeading);
    lines.push(Line::styled(heading, look.theme.strong));
    lines.extend(alike::lines(model, &sentences, ticket, &look, columns));
    let title = sentences.why_title(ticket.as_str());
    text_window(canvas, area, WIDTH, title, top, &lines, Line::default())
}

/// One action whole.
pub(super) fn draw(
    model: &Model,
    action: ActionId,
    top: usize,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> (u16, usize) {
    let columns = text_columns(area, WIDTH);
    let theme = canvas.look.theme;
    let Some(item) = model.outbox.get(action) else {
        let lines = [Line::styled(i18n::word("item-gone"), theme.dim)];
        return text_window(
            canvas,
            area,
            WIDTH,
            say!("item-action"),
            top,
            &lines,
            Line::default(),
        );
    };
    let mut page = Page {
        model,
        canvas,
        columns,
        lines: Vec::new(),
    };
    page.item(item);
    let lines = page.lines;
    let ticket = item
        .action
        .ticket
        .as_ref()
        .map_or_else(|| say!("item-new-ticket"), ToString::to_string);
    let what = if item.state == State::Conflict {
        i18n::word("item-conflict")
    } else {
        i18n::word("item-action")
    };
    // The keys stand here as well: a notice may cover them at the bottom of the screen.
    let keys = chrome::hints(model, canvas, columns);
    let title = format!("{what}: {ticket}");
    text_window(canvas, area, WIDTH, title, top, &lines, keys)
}

struct Page<'a, 'c> {
    model: &'a Model,
    canvas: &'a Canvas<'c>,
    columns: usize,
    lines: Vec<Line<'static>>,
}

impl Page<'_, '_> {
    fn pair(&mut self, label: &str, text: &str, style: ratatui::style::Style) {
        let room = self.columns.saturating_sub(LABEL);
        for (row, text) in width::wrap(text, room.max(8)).into_iter().enumerate() {
            let label = if row == 0 { label } else { "" };
            self.lines.push(Line::from(vec![
                Span::styled(width::pad(label, LABEL), self.canvas.look.theme.dim),
                Span::styled(text, style),
            ]));
        }
    }
    fn date(&self, at: crate::domain::Timestamp) -> String {
        when::long(at, self.model.now, &self.model.settings.zone)
    }

    fn item(&mut self, item: &Item) {
        let theme = self.canvas.look.theme;
        let verb = crate::app::words::verb(&item.action.verb);
        self.pair(i18n::word("item-label-action"), &verb, theme.strong);
        let state = state_style(&self.canvas.look, item.state);
        let word = crate::app::words::state(item.state);
        self.pair(i18n::word("item-label-state"), word, state);
        let asked = self.date(item.action.at);
        self.pair(i18n::word("item-label-asked"), &asked, theme.text);
        if let Some(at) = item.sent_at {
            let mut text = self.date(at);
            if item.state == State::Unknown || item.looks > 0 {
                text = say!("item-no-clear-answer", at = text);
            }
            self.pair(i18n::word("item-label-sent"), &text, theme.text);
        }
        if item.attempts > 0 {
            let tries = item.attempts.to_string();
            self.pair(i18n::word("item-label-tries"), &tries, theme.text);
        }
        let text = explain(self.model, item);
        self.pair(i18n::word("item-label-now"), &text, theme.text);
        for difference in &item.differences {
            self.difference(difference);
        }
        match &item.action.verb {
            Verb::Reply { text, .. } | Verb::Note { text, .. } => {
                self.text(i18n::word("item-your-text"), text);
            }
            Verb::Create { new } => {
                self.pair(i18n::word("item-label-subject"), &new.subject, theme.text);
                self.text(i18n::word("item-your-text"), &new.text);
            }
            _ => {}
        }
        for file in item.action.verb.files() {
            let line = format!("{} ({})", file.name, words::bytes(file.size));
            self.pair(i18n::word("item-label-file"), &line, theme.text);
        }
        if matches!(item.state, State::Conflict | State::Unknown | State::Parked)
            && matches!(item.action.verb, Verb::Reply { .. } | Verb::Note { .. })
        {
            self.newest(item);
        }
    }

    /// What the person saw, and what the desk has.
    fn difference(&mut self, difference: &Difference) {
        let theme = self.canvas.look.theme;
        let field = i18n::retold(&difference.field).into_owned();
        self.lines.push(Line::default());
        self.lines.push(Line::styled(
            say!("item-changed", field = field),
            theme.strong,
        ));
        self.pair(
            i18n::word("item-label-saw"),
            or_none(&difference.seen),
            theme.text,
        );
        self.pair(
            i18n::word("item-label-has"),
            or_none(&difference.theirs),
            theme.alarm,
        );
        let by = difference
            .by
            .as_deref()
            .unwrap_or(i18n::word("somebody-unknown"));
        let text = difference.at.map_or_else(
            || say!("item-by-unknown-time", by = by),
            |at| say!("item-by-at", by = by, at = self.date(at)),
        );
        self.pair(i18n::word("item-label-by"), &text, theme.text);
    }

    fn text(&mut self, heading: &str, text: &str) {
        let theme = self.canvas.look.theme;
        self.lines.push(Line::default());
        self.lines
            .push(Line::styled(heading.to_owned(), theme.strong));
        self.lines
            .extend(compose::wrap(&mask(text), theme.text, self.columns));
    }

    /// The newest messages of the ticket, to compare with.
    fn newest(&mut self, item: &Item) {
        let theme = self.canvas.look.theme;
        let Some(ticket) = &item.action.ticket else {
            return;
        };
        let Some(detail) = self.model.details.shown(ticket) else {
            self.lines.push(Line::default());
            self.lines
                .push(Line::styled(i18n::word("item-open-ticket"), theme.dim));
            return;
        };
        for entry in detail
            .entries
            .iter()
            .rev()
            .filter(|e| !e.text.trim().is_empty())
            .take(3)
        {
            let who = entry
                .author
                .known()
                .map_or(i18n::word("somebody-unknown"), |p| p.name.as_str());
            let heading = say!(
                "item-on-desk",
                at = self.date(entry.at),
                who = who,
                visibility = words::visibility(entry.visibility)
            );
            self.text(&heading, &entry.text);
        }
    }
}

fn or_none(text: &str) -> &str {
    if text.trim().is_empty() {
        i18n::word("value-none")
    } else {
        text
    }
}
