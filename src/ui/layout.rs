//! Where things go, as pure functions of the size and of what has the focus.

use ratatui::layout::Rect;

/// Under this the screen says that it is too small and waits.
pub const LEAST: (u16, u16) = (40, 12);

/// Narrowest pane that still shows number, subject and time.
const PANE_COLUMNS: u16 = 38;
/// Lowest pane of a grid: border, trend, health and nine rows.
const PANE_ROWS: u16 = 13;

/// Columns and rows of the grid of panes in an area.
pub fn grid(area: Rect, panes: usize) -> (usize, usize) {
    let columns = match area.width {
        0..96 => 1,
        96..114 => 2,
        114..180 => 3,
        180..240 => 4,
        wide => usize::from(wide / (PANE_COLUMNS + 10)).min(6),
    };
    let rows = usize::from(area.height / PANE_ROWS).clamp(1, 4);
    // Not more cells than panes: fewer rows first, so that panes stay readable.
    let rows = rows.min(panes.div_ceil(columns)).max(1);
    (columns.min(panes.max(1)), rows)
}

/// The rectangles of `count` panes in rows of `columns`, row by row; what does not divide goes to the first ones, and
/// a last row with fewer panes shares the whole width.
pub fn cells(area: Rect, columns: usize, count: usize) -> Vec<Rect> {
    let columns = columns.max(1);
    let rows = count.div_ceil(columns).max(1);
    let mut out = Vec::with_capacity(count);
    for (row, (y, height)) in shares(area.y, area.height, rows).into_iter().enumerate() {
        let here = (count - row * columns).min(columns);
        for (x, width) in shares(area.x, area.width, here) {
            out.push(Rect {
                x,
                y,
                width,
                height,
            });
        }
    }
    out
}

/// `length` from `start` in `n` shares as even as can be.
fn shares(start: u16, length: u16, n: usize) -> Vec<(u16, u16)> {
    let n = u16::try_from(n).unwrap_or(u16::MAX).max(1);
    let (each, over) = (length / n, length % n);
    let mut at = start;
    (0..n)
        .map(|i| {
            let share = each + u16::from(i < over);
            let here = at;
            at += share;
            (here, share)
        })
        .collect()
}

/// Which panes the cells show: the one with the focus among them, and the pane at `always` (the unsorted) in the last
/// cell. `first` is where the last frame began; it moves only when the focus leaves the page.
pub fn page(
    panes: usize,
    cells: usize,
    focus: usize,
    always: Option<usize>,
    first: usize,
) -> (Vec<usize>, usize) {
    if panes <= cells {
        return ((0..panes).collect(), 0);
    }
    if cells <= 1 {
        return (vec![focus.min(panes.saturating_sub(1))], 0);
    }
    let others: Vec<usize> = (0..panes).filter(|p| Some(*p) != always).collect();
    let room = if always.is_some() { cells - 1 } else { cells };
    let last_first = others.len().saturating_sub(room);
    let mut first = first.min(last_first);
    if let Some(at) = others.iter().position(|p| *p == focus)
        && !(first..first + room).contains(&at)
    {
        // By whole pages: the panes stay where they were seen.
        first = (at / room * room).min(last_first);
    }
    let mut shown: Vec<usize> = others.into_iter().skip(first).take(room).collect();
    shown.extend(always);
    (shown, first)
}

/// A rectangle of at most this size in the middle of `area`.
pub fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// `area` without `rows` at the top, and those rows.
pub fn cut_top(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let top = Rect {
        height: rows,
        ..area
    };
    let rest = Rect {
        y: area.y + rows,
        height: area.height - rows,
        ..area
    };
    (top, rest)
}

/// `area` without `rows` at the bottom, and those rows.
pub fn cut_bottom(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let rest = Rect {
        height: area.height - rows,
        ..area
    };
    let bottom = Rect {
        y: area.y + rest.height,
        height: rows,
        ..area
    };
    (bottom, rest)
}

/// The inside of a border.
pub fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x + 1.min(area.width),
        y: area.y + 1.min(area.height),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn grids_by_size() {
        let grid = |w, h| grid(Rect::new(0, 0, w, h), 14);
        assert_eq!(grid(40, 9), (1, 1));
        assert_eq!(grid(80, 21), (1, 1));
        assert_eq!(grid(100, 30), (2, 2));
        assert_eq!(grid(120, 37), (3, 2));
        assert_eq!(grid(200, 57), (4, 4));
        assert_eq!(grid(200, 43), (4, 3));
    }

    #[test]
    fn the_unsorted_are_always_there_and_pages_do_not_slide() {
        assert_eq!(page(14, 6, 0, Some(13), 0), (vec![0, 1, 2, 3, 4, 13], 0));
        assert_eq!(page(14, 6, 4, Some(13), 0).1, 0);
        assert_eq!(page(14, 6, 5, Some(13), 0), (vec![5, 6, 7, 8, 9, 13], 5));
        // Going to the unsorted leaves the page where it was.
        assert_eq!(page(14, 6, 13, Some(13), 5), (vec![5, 6, 7, 8, 9, 13], 5));
        assert_eq!(page(14, 1, 7, Some(13), 0).0, [7]);
        assert_eq!(page(3, 6, 1, Some(2), 9), (vec![0, 1, 2], 0));
    }

    proptest! {
        #[test]
        fn cells_fill_the_area(w in 1u16..300, h in 1u16..90, c in 1usize..6, n in 1usize..20) {
            let area = Rect::new(0, 0, w, h);
            let all = cells(area, c, n);
            prop_assert_eq!(all.len(), n);
            prop_assert_eq!(all.iter().map(|a| a.area()).sum::<u32>(), area.area());
        }
        #[test]
        fn the_focus_is_always_on_the_page(panes in 1usize..20, cells in 1usize..17, focus in 0usize..20, first in 0usize..20, rest in any::<bool>()) {
            let focus = focus % panes;
            let always = rest.then_some(panes - 1);
            let (shown, _) = page(panes, cells, focus, always, first);
            prop_assert!(shown.contains(&focus));
            prop_assert!(shown.len() <= cells.max(1));
            if cells > 1 && rest { prop_assert!(shown.contains(&(panes - 1))); }
        }
    }
}
