//! Puts lines and borders into the frame.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::compose;
use super::look::Look;
use crate::app::line::Line as Input;
use crate::text::{mask, width};

/// The frame being drawn, and how it looks.
pub struct Canvas<'a> {
    /// Cells.
    pub buffer: &'a mut Buffer,
    /// Colours and signs.
    pub look: Look,
    /// Personal numbers are shown: only while the ticket is drawn whose numbers were asked for.
    pub unmasked: bool,
}

/// What stands in the border of a box.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// Top left: what it is.
    pub title: Line<'static>,
    /// Top right: a number or state.
    pub corner: Line<'static>,
    /// Bottom right: what more there is.
    pub foot: Line<'static>,
}

impl Canvas<'_> {
    /// One line at a place; what is wider than `columns` is cut.
    pub fn line(&mut self, x: u16, y: u16, columns: u16, line: &Line<'_>) {
        let area = self.buffer.area;
        if y >= area.bottom() || x >= area.right() {
            return;
        }
        let columns = columns.min(area.right() - x);
        // Whoever builds a line masks whole texts before they are cut; this catches what was forgotten.
        match masked(line).filter(|_| !self.unmasked) {
            Some(masked) => self.buffer.set_line(x, y, &masked, columns),
            None => self.buffer.set_line(x, y, line, columns),
        };
    }
    /// Lines from the top of an area; those below it are not drawn.
    pub fn lines<'b>(&mut self, area: Rect, lines: impl IntoIterator<Item = &'b Line<'static>>) {
        for (y, line) in (area.y..area.bottom()).zip(lines) {
            self.line(area.x, y, area.width, line);
        }
    }
    /// Gives a row of cells another style on top of theirs.
    pub fn shade(&mut self, area: Rect, style: Style) {
        self.buffer.set_style(area, style);
    }
    /// Empties an area.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
        // A wide glyph that reached into the area from the left would lose its right half: it goes whole.
        if area.x > 0 {
            for y in area.y..area.bottom() {
                if let Some(cell) = self.buffer.cell_mut((area.x - 1, y))
                    && width::of(cell.symbol()) > 1
                {
                    cell.set_symbol(" ");
                }
            }
        }
    }
    /// A border with labels; the inside is what is returned.
    pub fn border(&mut self, area: Rect, labels: Labels, focused: bool) -> Rect {
        if area.width < 2 || area.height < 2 {
            return Rect { width: 0, ..area };
        }
        let theme = self.look.theme;
        let (set, style) = if focused {
            (self.look.glyphs.border_focus, theme.accent)
        } else {
            (self.look.glyphs.border, theme.dim)
        };
        let [top_left, top_right, bottom_left, bottom_right] = set.corners;
        let run = usize::from(area.width - 2);
        let corner = compose::fit(labels.corner, run.saturating_sub(2));
        let corner_room = match compose::columns(&corner) {
            0 => 0,
            wide => wide + 2,
        };
        let title = compose::fit(labels.title, run.saturating_sub(corner_room + 2));
        self.rule(
            area,
            area.y,
            [top_left, top_right],
            set.horizontal,
            style,
            title,
            corner,
        );
        self.rule(
            area,
            area.bottom() - 1,
            [bottom_left, bottom_right],
            set.horizontal,
            style,
            Line::default(),
            compose::fit(labels.foot, run.saturating_sub(2)),
        );
        let side = Line::styled(set.vertical, style);
        for y in area.y + 1..area.bottom() - 1 {
            self.line(area.x, y, 1, &side);
            self.line(area.right() - 1, y, 1, &side);
        }
        super::layout::inside(area)
    }
    /// Text at the right end of the lower border of a box that is drawn already.
    pub fn foot(&mut self, area: Rect, text: Line<'static>) {
        let room = usize::from(area.width.saturating_sub(4));
        let text = compose::fit(text, room);
        let wide = u16::try_from(compose::columns(&text)).unwrap_or(0);
        if wide == 0 || area.height < 2 {
            return;
        }
        let mut line = text;
        line.spans.insert(0, Span::raw(" "));
        line.spans.push(Span::raw(" "));
        self.line(
            area.right().saturating_sub(wide + 3),
            area.bottom() - 1,
            wide + 2,
            &line,
        );
    }
    /// A line of text that can be edited, after its label. With the focus it has a caret, and of a text that is too long
    /// the part around the caret is seen.
    pub fn field(&mut self, area: Rect, label: &str, input: &Input, focused: bool) {
        let theme = self.look.theme;
        let columns = usize::from(area.width);
        let shift = if focused {
            self.field_shift(columns, label, input)
        } else {
            0
        };
        let (before, after) = input.parts();
        let mut spans = vec![Span::styled(label.to_owned(), theme.dim)];
        let before = width::skip(before, shift).to_owned();
        if focused {
            let (under, rest) = width::split_first(after).unwrap_or((" ", ""));
            spans.push(Span::raw(before));
            spans.push(Span::styled(under.to_owned(), theme.cursor));
            spans.push(Span::raw(rest.to_owned()));
        } else {
            spans.push(Span::raw(format!("{before}{after}")));
        }
        self.line(area.x, area.y, area.width, &Line::from(spans));
    }
    /// How many columns of a field's text are out of sight on the left.
    pub fn field_shift(&self, columns: usize, label: &str, input: &Input) -> usize {
        let (before, _) = input.parts();
        (width::of(label) + width::of(before) + 2).saturating_sub(columns)
    }
    /// A horizontal edge with text at its ends.
    #[expect(clippy::too_many_arguments, reason = "one edge, named parts")]
    fn rule(
        &mut self,
        area: Rect,
        y: u16,
        corners: [&'static str; 2],
        horizontal: &'static str,
        style: Style,
        left: Line<'static>,
        right: Line<'static>,
    ) {
        let run = usize::from(area.width.saturating_sub(2));
        let ends = |line: Line<'static>| -> Vec<Span<'static>> {
            if compose::columns(&line) == 0 {
                return Vec::new();
            }
            let mut spans = vec![Span::raw(" ")];
            spans.extend(line.spans);
            spans.push(Span::raw(" "));
            spans
        };
        let (left, right) = (ends(left), ends(right));
        let used: usize = left
            .iter()
            .chain(&right)
            .map(|s| width::of(&s.content))
            .sum();
        let [start, end] = corners;
        let mut spans = vec![Span::styled(start, style)];
        spans.extend(left);
        spans.push(Span::styled(
            horizontal.repeat(run.saturating_sub(used)),
            style,
        ));
        spans.extend(right);
        spans.push(Span::styled(end, style));
        self.line(area.x, y, area.width, &Line::from(spans));
    }
}

/// The line without personal numbers; `None`: it has none. Each span by itself: a ticket number and the year that
/// the subject beside it begins with are no personal number.
fn masked(line: &Line<'_>) -> Option<Line<'static>> {
    let has_one = |span: &Span<'_>| !mask::find(&span.content).is_empty();
    if !line.spans.iter().any(has_one) {
        return None;
    }
    let spans = line
        .spans
        .iter()
        .map(|span| Span::styled(mask::mask(&span.content).into_owned(), span.style));
    Some(Line {
        style: line.style,
        alignment: line.alignment,
        spans: spans.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(line: &Line<'_>) -> String {
        let area = Rect::new(0, 0, 40, 1);
        let mut buffer = Buffer::empty(area);
        let mut canvas = Canvas {
            buffer: &mut buffer,
            look: Look::new("dark", false, true, true),
            unmasked: false,
        };
        canvas.line(0, 0, 40, line);
        (0..40)
            .filter_map(|x| buffer.cell((x, 0)))
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
            .trim_end()
            .to_owned()
    }

    #[test]
    fn a_personal_number_reaches_no_cell_and_a_ticket_number_beside_a_year_does() {
        let number = Line::from(vec![Span::raw("Citizen "), Span::raw("010190-1234 calls")]);
        assert_eq!(painted(&number), "Citizen ******-**** calls");
        let ticket = Line::from(vec![Span::raw("110124 "), Span::raw("2024 budget")]);
        assert_eq!(painted(&ticket), "110124 2024 budget");
    }
}
