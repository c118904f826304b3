//! The list of templates and macros with the text of the chosen one, as it would be inserted, or with what it would do.

use std::collections::BTreeMap;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::pick::rows;
use crate::app::Model;
use crate::app::fill::{self, Preview};
use crate::app::macros::{labels, steps, unknown_to_desk};
use crate::app::model::pick::{Offer, Pick, PickValue, PickWhat};
use crate::domain::template::unfilled;
use crate::i18n::{self, say};
use crate::text::lang::Lang;
use crate::text::width;
use crate::ui::compose;
use crate::ui::layout;
use crate::ui::paint::{Canvas, Labels};

/// From this width on the text stands beside the list, else below it.
const WIDE: u16 = 96;
/// Columns of the list beside the text.
const LIST: u16 = 44;

/// Draws it; rows of the list that can be seen, and rows in all.
pub(super) fn draw(
    model: &Model,
    pick: &Pick,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> (u16, usize) {
    let theme = canvas.look.theme;
    let place = layout::middle(area, 140, area.height);
    canvas.clear(place);
    let labels = Labels {
        title: Line::styled(i18n::retold(&pick.title).into_owned(), theme.accent),
        corner: Line::styled(compose::number(pick.matches.len()), theme.dim),
        foot: Line::default(),
    };
    let inside = canvas.border(place, labels, true);
    let (input, below) = layout::cut_top(inside, 1);
    canvas.field(input, "> ", &pick.input, true);
    let (list, text) = if place.width >= WIDE {
        let list = Rect {
            width: LIST.min(below.width),
            ..below
        };
        let text = Rect {
            x: list.right() + 1,
            width: below.width.saturating_sub(list.width + 2),
            ..below
        };
        (list, text)
    } else {
        // On a small screen the text has most of the room: the list can be moved and narrowed.
        let wanted = u16::try_from(pick.matches.len()).unwrap_or(u16::MAX);
        let most = (below.height / 3).max(2);
        let (list, rest) = layout::cut_top(below, wanted.clamp(1, most));
        let text = Rect {
            x: rest.x + 1,
            width: rest.width.saturating_sub(2),
            ..rest
        };
        (list, text)
    };
    rows(pick, canvas, list);
    if let Some(lines) = macro_page(model, pick, canvas, text) {
        canvas.lines(text, &lines);
    }
    if let Some((preview, part)) = preview(model, pick) {
        canvas.lines(text, &page(&preview, part, canvas, text));
    }
    (list.height, pick.matches.len())
}

/// The text of the chosen template; of one for all marked tickets, how many of how many have it in that language.
fn preview(model: &Model, pick: &Pick) -> Option<(Preview, Option<(usize, usize)>)> {
    let PickWhat::Template { lang, offer } = pick.what else {
        return None;
    };
    let PickValue::Template(name) = &pick.chosen()?.value else {
        return None;
    };
    let template = model.shelf.template(name)?;
    if offer == Offer::All {
        let sample = fill::sample_of_marked(model, template, lang);
        let preview = fill::preview(model, template, sample, None);
        let split = fill::split_of_marked(model, template);
        let part = split.get(&preview.lang).copied().unwrap_or(0);
        return Some((preview, Some((part, model.marks.len()))));
    }
    let ticket = pick.target.as_ref().map(|t| &t.ticket);
    Some((fill::preview(model, template, ticket, lang), None))
}

/// What the chosen macro would do, with the texts that it would write on the ticket, or on the first of the marked ones.
fn macro_page(
    model: &Model,
    pick: &Pick,
    canvas: &Canvas<'_>,
    area: Rect,
) -> Option<Vec<Line<'static>>> {
    let theme = canvas.look.theme;
    let columns = usize::from(area.width);
    let (PickWhat::Template { lang, .. }, PickValue::Macro(name)) =
        (pick.what, &pick.chosen()?.value)
    else {
        return None;
    };
    let made = model.shelf.find_macro(name)?;
    let first = || model.marks.iter().map(|(id, _)| id).next();
    let ticket = pick.target.as_ref().map(|t| &t.ticket).or_else(first)?;
    let mut lines = vec![rule(i18n::word("macro-head"), columns, canvas)];
    let mut missing: Vec<String> = unknown_to_desk(model, made);
    let parts = steps(model, made, ticket, lang, &BTreeMap::new());
    if parts.is_none() {
        missing.push(say!("macro-none-fits"));
    }
    for (nth, part) in (1..).zip(labels(made)) {
        let step = parts.as_ref().and_then(|parts| parts.get(nth - 1));
        let letter = step.and_then(|step| step.letter.as_ref());
        let said = letter.map(|l| format!(" {}", say!("template-in", lang = language(l.lang))));
        let line = format!("{nth}. {part}{}", said.unwrap_or_default());
        lines.extend(compose::wrap(&line, theme.strong, columns));
        if let Some(letter) = letter {
            let text = letter.filled.text.lines();
            let rows = text.flat_map(|line| width::wrap(line, columns.saturating_sub(3)));
            lines.extend(rows.map(|row| marked(&format!("   {row}"), theme.text, theme.caution)));
            missing.extend(letter.filled.missing.iter().map(ToString::to_string));
        }
    }
    let foot = missing.iter().map(|why| say!("missing-what", why = why));
    let foot = foot.flat_map(|why| compose::wrap(&why, theme.caution, columns));
    let foot: Vec<Line<'static>> = foot.take(usize::from(area.height) / 3).collect();
    let room = usize::from(area.height).saturating_sub(foot.len());
    if lines.len() > room && room > 0 {
        let more = lines.len() + 1 - room;
        lines.truncate(room - 1);
        lines.push(Line::styled(say!("and-more-lines", n = more), theme.dim));
    }
    lines.extend(foot);
    Some(lines)
}

/// A heading with a line behind it.
fn rule(head: &str, columns: usize, canvas: &Canvas<'_>) -> Line<'static> {
    let rule = canvas.look.glyphs.border.horizontal;
    let fill = columns.saturating_sub(width::of(head) + 4);
    let head = format!("{rule}{rule} {head} {}", rule.repeat(fill));
    Line::styled(
        width::fit(&head, columns).into_owned(),
        canvas.look.theme.dim,
    )
}

/// Language, text, and what is missing; the last is never pushed out by a long text.
fn page(
    preview: &Preview,
    part: Option<(usize, usize)>,
    canvas: &Canvas<'_>,
    area: Rect,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let columns = usize::from(area.width);
    let head = if preview.lang == preview.wanted {
        say!("template-in", lang = language(preview.lang))
    } else {
        let (has, lacks) = (language(preview.lang), language(preview.wanted));
        say!("template-in-for", has = has, lacks = lacks)
    };
    let head = match part {
        Some((part, of)) => say!("template-part", head = head, n = part, of = of),
        None => head,
    };
    let mut lines = vec![rule(&head, columns, canvas)];
    let mut foot = Vec::new();
    for missing in &preview.filled.missing {
        foot.extend(compose::wrap(
            &say!("missing-what", why = missing.to_string()),
            theme.caution,
            columns,
        ));
    }
    let most = (usize::from(area.height) / 3).max(1);
    if foot.len() > most {
        foot.truncate(most.saturating_sub(1));
        let text = say!("missing-count", n = preview.filled.missing.len());
        foot.push(Line::styled(text, theme.caution));
    }
    let room = usize::from(area.height).saturating_sub(foot.len() + 1);
    let mut text: Vec<Line<'static>> = preview
        .filled
        .text
        .lines()
        .flat_map(|line| width::wrap(line, columns))
        .map(|row| marked(&row, theme.text, theme.caution))
        .collect();
    if text.len() > room && room > 0 {
        let more = text.len() + 1 - room;
        text.truncate(room - 1);
        text.push(Line::styled(say!("and-more-lines", n = more), theme.dim));
    }
    lines.extend(text);
    lines.extend(foot);
    lines
}

/// A row with what is missing in it in another style.
fn marked(row: &str, plain: Style, missing: Style) -> Line<'static> {
    let mut spans = Vec::new();
    let mut done = 0;
    for (range, _) in unfilled(row) {
        let before = row.get(done..range.start).unwrap_or_default();
        spans.push(Span::styled(before.to_owned(), plain));
        let name = row.get(range.clone()).unwrap_or_default();
        spans.push(Span::styled(name.to_owned(), missing));
        done = range.end;
    }
    let rest = row.get(done..).unwrap_or_default();
    spans.push(Span::styled(rest.to_owned(), plain));
    Line::from(spans)
}

/// Paints what is missing in a text that is drawn already.
pub(super) fn mark(canvas: &mut Canvas<'_>, area: Rect) {
    let style = canvas.look.theme.caution;
    let area = area.intersection(canvas.buffer.area);
    for y in area.y..area.bottom() {
        let mut row = String::new();
        // Where each cell begins in the row.
        let mut starts = Vec::new();
        for x in area.x..area.right() {
            starts.push(row.len());
            row.push_str(canvas.buffer.cell((x, y)).map_or(" ", |cell| cell.symbol()));
        }
        for (range, _) in unfilled(&row) {
            for (x, start) in (area.x..area.right()).zip(&starts) {
                if range.contains(start)
                    && let Some(cell) = canvas.buffer.cell_mut((x, y))
                {
                    cell.set_style(style);
                }
            }
        }
    }
}

/// What a language is called.
pub(super) fn language(lang: Lang) -> &'static str {
    match lang {
        Lang::Da => i18n::word("language-of-da"),
        Lang::Nb => i18n::word("language-of-nb"),
        Lang::Nn => i18n::word("language-of-nn"),
        Lang::Sv => i18n::word("language-of-sv"),
        Lang::En => i18n::word("language-of-en"),
        Lang::Unknown => i18n::word("language-of-unknown"),
    }
}
