//! What is being written: a reply, a note or a new ticket.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::app::Model;
use crate::app::compose::{Compose, ComposeField, ComposeFile, NewFields};
use crate::app::fill;
use crate::domain::draft::DraftKind;
use crate::i18n::{self, say};
use crate::text::mask::mask;
use crate::text::width;
use crate::ui::compose;
use crate::ui::layout;
use crate::ui::paint::{Canvas, Labels};
use crate::ui::words;

/// From this width on whom it is about stands beside what is written, else below the text.
const WIDE: u16 = 70;

/// Variables without a value that are named below the text; all are named when it is to be sent.
const MISSING: usize = 2;
/// People shown while a requester is looked for.
const PEOPLE: usize = 4;

/// Draws the editor over the lower part of the screen; over all of it where that is small.
pub(super) fn draw(model: &Model, draft: &Compose, canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.look.theme;
    let place = if area.height >= 30 {
        layout::cut_bottom(area, area.height * 3 / 5).0
    } else {
        area
    };
    let what = match draft.kind {
        DraftKind::Reply => i18n::word("write-reply"),
        DraftKind::Note => i18n::word("write-note"),
        DraftKind::New => i18n::word("write-new"),
    };
    let about = if i18n::retold(&draft.about) == what {
        Line::default()
    } else {
        // What is being written is never cut away by whom it is about.
        let beside = if area.width >= WIDE {
            width::of(what) + 4
        } else {
            0
        };
        let room = usize::from(area.width).saturating_sub(beside + 6);
        Line::styled(
            width::fit(&mask(&i18n::retold(&draft.about)), room).into_owned(),
            theme.dim,
        )
    };
    let kept = match draft.of_template {
        Some(_) => i18n::word("write-template-stays"),
        None => i18n::word("write-kept"),
    };
    let kept = Line::styled(kept, theme.dim);
    let title = Line::styled(what, theme.accent);
    let labels = if area.width >= WIDE {
        Labels {
            title,
            corner: about,
            foot: kept,
        }
    } else {
        Labels {
            title,
            corner: Line::default(),
            foot: about,
        }
    };
    canvas.clear(place);
    let inside = canvas.border(place, labels, true);
    let inside = Rect {
        x: inside.x + 1,
        width: inside.width.saturating_sub(2),
        ..inside
    };
    let mut body = inside;
    if let Some(new) = &draft.new {
        body = fields(draft, new, canvas, body);
    }
    let mut feet: Vec<Line<'static>> = Vec::new();
    let columns = usize::from(body.width);
    for file in &draft.files {
        feet.push(file_line(file, canvas, columns));
    }
    if let Some(meanwhile) = model.meanwhile(draft) {
        feet.extend(compose::wrap(&meanwhile, theme.caution, columns));
    }
    if draft.problem.is_none() {
        for missing in fill::missing(model, draft).iter().take(MISSING) {
            let text = say!("missing-what", why = missing.to_string());
            feet.extend(compose::wrap(&text, theme.caution, columns));
        }
    }
    if let Some(problem) = &draft.problem {
        feet.extend(compose::wrap(&i18n::retold(problem), theme.alarm, columns));
    }
    let rows = u16::try_from(feet.len()).unwrap_or(0);
    let (foot, text) = layout::cut_bottom(body, rows.min(body.height.saturating_sub(1)));
    canvas.lines(foot, &feet);
    draft.text.area().render(text, canvas.buffer);
    super::templates::mark(canvas, text);
}

/// The label of a field, all as wide as the widest.
fn label(id: &'static str) -> String {
    width::pad(i18n::word(id), 10)
}

/// The fields of a new ticket; what is left for the text is returned.
fn fields(draft: &Compose, new: &NewFields, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
    let theme = canvas.look.theme;
    let mut rest = area;
    let next = |rest: &mut Rect| {
        let (line, below) = layout::cut_top(*rest, 1);
        *rest = below;
        line
    };
    let is = |field| draft.focus == field;
    let line = next(&mut rest);
    canvas.field(
        line,
        &label("write-subject"),
        &new.subject,
        is(ComposeField::Subject),
    );
    let line = next(&mut rest);
    match &new.requester.chosen {
        Some(person) if !is(ComposeField::Requester) => {
            let text = Line::from(vec![
                Span::styled(label("write-requester"), theme.dim),
                Span::styled(format!("{} ({})", person.name, person.id), theme.text),
            ]);
            canvas.line(
                line.x,
                line.y,
                line.width,
                &compose::fit(text, usize::from(line.width)),
            );
        }
        _ => canvas.field(
            line,
            &label("write-requester"),
            &new.requester.input,
            is(ComposeField::Requester),
        ),
    }
    if is(ComposeField::Requester) {
        for (at, person) in new.requester.found.iter().enumerate().take(PEOPLE) {
            let line = next(&mut rest);
            let site = person.site.known().map_or("", String::as_str);
            let chosen = at == new.requester.selected;
            let sign = if chosen {
                canvas.look.glyphs.cursor
            } else {
                " "
            };
            let text = format!("{sign}{} ({}) {site}", person.who.name, person.who.id);
            let place = Rect {
                x: line.x + 10.min(line.width),
                width: line.width.saturating_sub(10),
                ..line
            };
            let columns = usize::from(place.width);
            let text = compose::fit(Line::styled(text, theme.text), columns);
            canvas.line(place.x, place.y, place.width, &text);
            if chosen {
                canvas.shade(place, theme.cursor);
            }
        }
        if !new.requester.status.is_empty() {
            let line = next(&mut rest);
            let text = Line::styled(
                format!("          {}", i18n::retold(&new.requester.status)),
                theme.dim,
            );
            canvas.line(
                line.x,
                line.y,
                line.width,
                &compose::fit(text, usize::from(line.width)),
            );
        }
    }
    let line = next(&mut rest);
    let queue = new
        .queue()
        .unwrap_or(i18n::word("write-default-queue"))
        .to_owned();
    let focused = is(ComposeField::Queue);
    let [less, more] = canvas.look.glyphs.more;
    let shown = if focused {
        format!("{less} {queue} {more}")
    } else {
        queue
    };
    let text = Line::from(vec![
        Span::styled(label("write-queue"), theme.dim),
        Span::styled(shown, if focused { theme.cursor } else { theme.text }),
    ]);
    canvas.line(
        line.x,
        line.y,
        line.width,
        &compose::fit(text, usize::from(line.width)),
    );
    let line = next(&mut rest);
    canvas.field(
        line,
        &label("write-priority"),
        &new.priority,
        is(ComposeField::Priority),
    );
    let line = next(&mut rest);
    let rule = canvas.look.glyphs.border.horizontal;
    let text = Line::styled(rule.repeat(usize::from(line.width)), theme.dim);
    canvas.line(line.x, line.y, line.width, &text);
    rest
}

fn file_line(file: &ComposeFile, canvas: &Canvas<'_>, columns: usize) -> Line<'static> {
    let theme = canvas.look.theme;
    let (text, style) = match (&file.facts, &file.error) {
        (_, Some(error)) => (
            say!("write-file-error", name = file.path, why = error),
            theme.alarm,
        ),
        (Some(facts), None) => (
            say!(
                "file-and-size",
                name = facts.name,
                size = words::bytes(facts.size)
            ),
            theme.text,
        ),
        (None, None) => (say!("write-file-looking", name = file.path), theme.dim),
    };
    Line::styled(width::fit(&text, columns).into_owned(), style)
}
