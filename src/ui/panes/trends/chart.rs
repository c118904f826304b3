//! The picture of a trend: bars up for what came, bars down for what was closed, incidents on the line between them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::Mark;
use crate::domain::fact::Fact;
use crate::domain::numbers::Bin;
use crate::domain::numbers::trends::{Span, Trend};
use crate::ui::look::Glyphs;
use crate::ui::paint::Canvas;

/// Columns of the scale.
const SCALE: u16 = 5;

/// What bars are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Strokes {
    /// Two columns and four heights a cell.
    Braille,
    /// Eight heights a cell.
    Blocks,
    /// One height a cell.
    Ascii,
}

impl Strokes {
    /// As the configuration says, as far as the terminal has the signs.
    pub(in crate::ui) fn chosen(word: &str, glyphs: &Glyphs) -> Self {
        match word {
            _ if glyphs.heights.is_empty() => Self::Ascii,
            "ascii" => Self::Ascii,
            "braille" => Self::Braille,
            _ => Self::Blocks,
        }
    }
    /// Columns of bars in a cell.
    fn columns(self) -> usize {
        if self == Self::Braille { 2 } else { 1 }
    }
    /// Heights of a cell, upwards and downwards. No terminal has eight blocks that hang.
    fn heights(self) -> (u32, u32) {
        match self {
            Self::Braille => (4, 4),
            Self::Blocks => (8, 2),
            Self::Ascii => (1, 1),
        }
    }
    /// The cell with its columns filled so high, from the line on; a space where nothing is.
    fn cell(self, filled: &[u32], is_up: bool) -> char {
        let one = filled.first().copied().unwrap_or(0);
        match self {
            Self::Braille => {
                // Dots from the bottom up, left and right (Unicode, "Braille Patterns").
                const LEFT: [u32; 4] = [0x40, 0x04, 0x02, 0x01];
                const RIGHT: [u32; 4] = [0x80, 0x20, 0x10, 0x08];
                let dots = |column: [u32; 4], high: u32| -> u32 {
                    let high = usize::try_from(high).unwrap_or(0);
                    if is_up {
                        column.iter().take(high).sum()
                    } else {
                        column.iter().rev().take(high).sum()
                    }
                };
                let two = filled.get(1).copied().unwrap_or(0);
                match dots(LEFT, one) + dots(RIGHT, two) {
                    0 => ' ',
                    dots => char::from_u32(0x2800 + dots).unwrap_or(' '),
                }
            }
            Self::Blocks if is_up => match one {
                0 => ' ',
                high => char::from_u32(0x2580 + high.min(8)).unwrap_or('█'),
            },
            Self::Blocks => match one {
                0 => ' ',
                1 => '▀',
                _ => '█',
            },
            Self::Ascii if one > 0 => '#',
            Self::Ascii => ' ',
        }
    }
}

/// The tallest bar.
pub(super) fn most(trend: &Trend) -> u32 {
    let bins = trend.bins.iter();
    let known = bins.flat_map(|bin| [bin.arrived, bin.closed]);
    known
        .filter_map(|fact| fact.known().copied())
        .max()
        .unwrap_or(0)
}

/// Bins side by side as one where there are more of them than columns, counted from the newest on.
fn merged(bins: &[Bin], columns: usize) -> Vec<Bin> {
    let each = bins.len().div_ceil(columns.max(1)).max(1);
    let sum = |a: Fact<u32>, b: Fact<u32>| match (a, b) {
        (Fact::Known(a), Fact::Known(b)) => Fact::Known(a.saturating_add(b)),
        _ => Fact::Unknown,
    };
    let parts = bins.rchunks(each).rev();
    parts
        .filter_map(|part| {
            part.iter().copied().reduce(|a, b| Bin {
                from: a.from,
                to: b.to,
                arrived: sum(a.arrived, b.arrived),
                closed: sum(a.closed, b.closed),
            })
        })
        .collect()
}

/// How many steps high a bar is; anything but zero is seen.
fn steps(value: Fact<u32>, most: u32, rows: u16, heights: u32) -> u32 {
    match value {
        Fact::Known(0) | Fact::Empty | Fact::Unknown => 0,
        Fact::Known(n) => {
            let all = u64::from(rows) * u64::from(heights);
            let high = (u64::from(n) * all).div_ceil(u64::from(most.max(1)));
            u32::try_from(high).unwrap_or(0).max(1)
        }
    }
}

/// Draws it.
pub(super) fn draw(
    trend: &Trend,
    marks: &[Mark],
    strokes: Strokes,
    zone: &TimeZone,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    if area.height < 5 || area.width < SCALE + 8 {
        return;
    }
    let theme = canvas.look.theme;
    let cells = area.width - SCALE - 1;
    let bins = merged(&trend.bins, usize::from(cells) * strokes.columns());
    // Each bin is as many columns wide.
    let wide = (usize::from(cells) * strokes.columns() / bins.len().max(1)).max(1);
    let most = bins.iter().flat_map(|bin| [bin.arrived, bin.closed]);
    let most = most
        .filter_map(|fact| fact.known().copied())
        .max()
        .unwrap_or(0);
    // The line and the times below leave the rest to the bars.
    let (up, down) = ((area.height - 2).div_ceil(2), (area.height - 2) / 2);
    let axis = area.y + up;
    let left = area.x + SCALE;
    let columns: Vec<(usize, &Bin)> = bins
        .iter()
        .enumerate()
        .flat_map(|(at, bin)| std::iter::repeat_n((at, bin), wide))
        .collect();
    let (up_heights, down_heights) = strokes.heights();
    for is_up in [true, false] {
        let (rows, heights) = if is_up {
            (up, up_heights)
        } else {
            (down, down_heights)
        };
        for row in 0..rows {
            let below = u32::from(row) * heights;
            let text: String = columns
                .chunks(strokes.columns())
                .map(|cell| {
                    let value = |bin: &Bin| if is_up { bin.arrived } else { bin.closed };
                    if row == 0 && cell.iter().any(|(_, bin)| value(bin).is_unknown()) {
                        return '?';
                    }
                    let filled: Vec<u32> = cell
                        .iter()
                        .map(|(_, bin)| {
                            steps(value(bin), most, rows, heights)
                                .saturating_sub(below)
                                .min(heights)
                        })
                        .collect();
                    strokes.cell(&filled, is_up)
                })
                .collect();
            let y = if is_up {
                axis - 1 - row
            } else {
                axis + 1 + row
            };
            let style = if is_up { theme.text } else { theme.accent };
            canvas.line(left, y, cells, &Line::styled(text, style));
        }
    }
    let scale = |canvas: &mut Canvas<'_>, y: u16, text: String, style: Style| {
        let text = format!("{text:>4}");
        canvas.line(area.x, y, SCALE - 1, &Line::styled(text, style));
    };
    scale(canvas, area.y, most.to_string(), theme.dim);
    scale(canvas, axis, "0".to_owned(), theme.dim);
    if down > 1 {
        scale(canvas, axis + down, most.to_string(), theme.dim);
    }
    let place = |at: Timestamp| -> Option<u16> {
        let found = columns
            .iter()
            .position(|(_, bin)| bin.from <= at && at < bin.to)?;
        u16::try_from(found / strokes.columns()).ok()
    };
    line(
        &place,
        marks,
        &bins,
        canvas,
        Rect {
            x: left,
            y: axis,
            width: used(&columns, strokes),
            height: 1,
        },
    );
    times(
        trend.span,
        &bins,
        &place,
        zone,
        canvas,
        Rect {
            x: left,
            y: axis + down + 1,
            width: cells,
            height: 1,
        },
    );
}

fn used(columns: &[(usize, &Bin)], strokes: Strokes) -> u16 {
    u16::try_from(columns.len().div_ceil(strokes.columns())).unwrap_or(u16::MAX)
}

/// The line between, with the incidents on it.
fn line(
    place: &impl Fn(Timestamp) -> Option<u16>,
    marks: &[Mark],
    bins: &[Bin],
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let (theme, glyphs) = (canvas.look.theme, canvas.look.glyphs);
    let plain = glyphs.border.horizontal.repeat(usize::from(area.width));
    canvas.line(area.x, area.y, area.width, &Line::styled(plain, theme.dim));
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else {
        return;
    };
    // Those that go on stand first in the list and are drawn last, on top.
    for mark in marks.iter().rev() {
        let ends = mark.to.unwrap_or(last.from);
        if ends < first.from {
            continue;
        }
        let from = place(mark.from).unwrap_or(0);
        let to = place(ends)
            .unwrap_or_else(|| area.width.saturating_sub(1))
            .max(from);
        let style = if mark.to.is_none() {
            theme.alarm
        } else {
            theme.caution
        };
        let run = glyphs
            .border_focus
            .horizontal
            .repeat(usize::from(to - from + 1));
        canvas.line(
            area.x + from,
            area.y,
            to - from + 1,
            &Line::styled(run, style),
        );
        if mark.from >= first.from {
            canvas.line(
                area.x + from,
                area.y,
                1,
                &Line::styled(glyphs.rising, style),
            );
        }
    }
}

/// Times below, as many as stand side by side: every half hour, every four hours, every day.
fn times(
    span: Span,
    bins: &[Bin],
    place: &impl Fn(Timestamp) -> Option<u16>,
    zone: &TimeZone,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let theme = canvas.look.theme;
    let (every, format) = match span {
        Span::Hours => (30 * 60, "%H:%M"),
        Span::Day => (4 * 3_600, "%H:%M"),
        Span::Week => (24 * 3_600, "%d.%m"),
    };
    let mut free = area.x;
    for bin in bins {
        let local = bin.from.to_zoned(zone.clone());
        let second = bin.from.as_second() + i64::from(local.offset().seconds());
        let length = bin.to.as_second() - bin.from.as_second();
        // The bin in which such a mark of the clock lies; bins that were put together need not begin on it.
        let into = second.rem_euclid(every);
        if into != 0 && into + length <= every {
            continue;
        }
        let mark = if into == 0 {
            bin.from.as_second()
        } else {
            bin.from.as_second() + every - into
        };
        let Some(at) = Timestamp::from_second(mark).ok().filter(|at| *at < bin.to) else {
            continue;
        };
        let Some(x) = place(at).map(|x| area.x + x) else {
            continue;
        };
        let text = at.to_zoned(zone.clone()).strftime(format).to_string();
        let wide = u16::try_from(text.len()).unwrap_or(5);
        if x >= free && x + wide <= area.right() {
            canvas.line(x, area.y, wide, &Line::styled(text, theme.dim));
            free = x + wide + 1;
        }
    }
}
