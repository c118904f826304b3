//! Large digits, drawn from full cells: readable across a room, and in any font that has a block or a `#`.

/// Rows of a digit at scale 1.
pub const ROWS: usize = 5;
/// Columns of a digit at scale 1.
const COLUMNS: usize = 3;

/// The shape of a sign: five rows, the three lowest bits of each from left to right. None for a sign that has none.
fn shape(sign: char) -> Option<[u8; ROWS]> {
    Some(match sign {
        '0' => [0b111, 0b101, 0b101, 0b101, 0b111],
        '1' => [0b010, 0b110, 0b010, 0b010, 0b111],
        '2' => [0b111, 0b001, 0b111, 0b100, 0b111],
        '3' => [0b111, 0b001, 0b111, 0b001, 0b111],
        '4' => [0b101, 0b101, 0b111, 0b001, 0b001],
        '5' => [0b111, 0b100, 0b111, 0b001, 0b111],
        '6' => [0b111, 0b100, 0b111, 0b101, 0b111],
        '7' => [0b111, 0b001, 0b010, 0b010, 0b010],
        '8' => [0b111, 0b101, 0b111, 0b101, 0b111],
        '9' => [0b111, 0b101, 0b111, 0b001, 0b111],
        'd' => [0b001, 0b001, 0b111, 0b101, 0b111],
        '+' => [0b000, 0b010, 0b111, 0b010, 0b000],
        '-' => [0b000, 0b000, 0b111, 0b000, 0b000],
        '?' => [0b111, 0b001, 0b011, 0b000, 0b010],
        ':' => [0b000, 0b010, 0b000, 0b010, 0b000],
        ' ' => [0; ROWS],
        _ => return None,
    })
}

/// How large digits are: so many cells wide and high for one of their points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scale {
    /// Cells wide.
    pub wide: usize,
    /// Cells high.
    pub high: usize,
}

impl Scale {
    /// From the largest to the smallest. A cell is about twice as high as wide.
    const ALL: [Self; 6] = [
        Self { wide: 6, high: 3 },
        Self { wide: 4, high: 3 },
        Self { wide: 4, high: 2 },
        Self { wide: 3, high: 2 },
        Self { wide: 2, high: 1 },
        Self { wide: 1, high: 1 },
    ];
    /// The largest at which a text of so many signs fits; none when even the smallest does not.
    pub fn fitting(signs: usize, columns: usize, rows: usize) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|scale| scale.columns(signs) <= columns && scale.high * ROWS <= rows)
    }
    /// Columns of so many signs, a gap between each two.
    pub fn columns(self, signs: usize) -> usize {
        signs * COLUMNS * self.wide + signs.saturating_sub(1) * self.wide
    }
}

/// The rows of a text in large signs, drawn with `ink`. A sign that has no shape is left out.
pub fn rows(text: &str, scale: Scale, ink: char) -> Vec<String> {
    let shapes: Vec<[u8; ROWS]> = text.chars().filter_map(shape).collect();
    let mut rows = Vec::with_capacity(ROWS * scale.high);
    for row in 0..ROWS {
        let mut line = String::new();
        for (at, points) in shapes.iter().enumerate() {
            if at > 0 {
                line.extend(std::iter::repeat_n(' ', scale.wide));
            }
            let points = points.get(row).copied().unwrap_or(0);
            for column in (0..COLUMNS).rev() {
                let cell = if points >> column & 1 == 1 { ink } else { ' ' };
                line.extend(std::iter::repeat_n(cell, scale.wide));
            }
        }
        for _ in 0..scale.high {
            rows.push(line.clone());
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_drawn_as_large_as_fits() {
        let small = Scale { wide: 1, high: 1 };
        assert_eq!(
            rows("17", small, '#'),
            [" #  ###", "##    #", " #   # ", " #   # ", "###  # "]
        );
        assert_eq!(Scale::fitting(2, 7, 5), Some(small));
        assert_eq!(Scale::fitting(2, 6, 5), None);
        assert_eq!(Scale::fitting(2, 7, 4), None);
        let twice = Scale::fitting(2, 14, 9).unwrap();
        assert_eq!((twice.wide, twice.columns(2)), (2, 14));
        let large = Scale::fitting(3, 200, 40).unwrap();
        let drawn = rows("+4x2", large, '#');
        assert_eq!(drawn.len(), ROWS * large.high);
        assert!(drawn.iter().all(|row| row.len() == large.columns(3)));
    }
}
