//! Solved tickets like the one that is looked at, and what helped.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::domain::alike::{Alike, Fix};
use crate::domain::ids::TicketId;
use crate::i18n::incident::Sentences;
use crate::i18n::why::Why;
use crate::text::mask::mask;
use crate::ui::look::Look;
use crate::ui::{compose, when};

/// Rows of a fix.
const ROWS: usize = 3;
/// From this width on a ticket and how alike it is stand in one row.
const WIDE: usize = 66;

/// The solved tickets, and among how many they are the most alike.
pub(in crate::ui) fn lines(
    model: &Model,
    sentences: &Sentences,
    id: &TicketId,
    look: &Look,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = look.theme;
    let state = model.details.get(id);
    let Some(found) = state.and_then(|state| state.alike.found.as_deref()) else {
        let text = sentences.why(Why::AlikeLooking);
        return compose::wrap(&text, theme.dim, columns);
    };
    let mut out = Vec::new();
    for alike in &found.tickets {
        one(model, sentences, alike, look, columns, &mut out);
    }
    let text = sentences.alike_among(found.among, !found.tickets.is_empty());
    out.extend(compose::wrap(&text, theme.dim, columns));
    out
}

fn one(
    model: &Model,
    sentences: &Sentences,
    alike: &Alike,
    look: &Look,
    columns: usize,
    out: &mut Vec<Line<'static>>,
) {
    let theme = look.theme;
    let head = Line::from(vec![
        Span::styled(format!("{} ", alike.id), theme.dim),
        Span::styled(mask(&alike.subject).into_owned(), theme.text),
    ]);
    let how = format!(
        "{}{}{}",
        sentences.likeness(alike.likeness),
        look.glyphs.dot,
        sentences.ago(alike.created, model.now),
    );
    let how = Line::styled(how, theme.dim);
    if columns >= WIDE {
        out.push(compose::spread(head, how, columns));
    } else {
        out.push(compose::fit(head, columns));
        out.push(compose::fit(indented(how), columns));
    }
    let date = |at| when::long(at, model.now, &model.settings.zone);
    let text = sentences.fix(&alike.fix, date, |text| mask(text).into_owned());
    let style = match alike.fix {
        Fix::Told { .. } => theme.text,
        Fix::Reading | Fix::Silent | Fix::Unread => theme.dim,
    };
    out.extend(block(&text, style, columns));
    if let Some(text) = sentences.confirmed(&alike.fix) {
        out.extend(block(&text, theme.strong, columns));
    }
}

/// A text in at most [`ROWS`] rows, set in.
fn block(text: &str, style: Style, columns: usize) -> impl Iterator<Item = Line<'static>> {
    let room = columns.saturating_sub(2).max(8);
    compose::wrap_to(text, style, room, ROWS)
        .into_iter()
        .map(indented)
}

fn indented(mut line: Line<'static>) -> Line<'static> {
    line.spans.insert(0, Span::raw("  "));
    line
}
