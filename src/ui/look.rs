//! Colours and glyphs. Invariant: no state is told by colour alone; every style here only repeats a word.
//!
//! The 16 colours of the terminal and its own text colour, so that its owner's palette decides; one accent. Blue and
//! yellow text are avoided: one is unreadable on black, the other on white. Dim is a modifier, not a grey: "bright
//! black" is the background of a popular palette.

use ratatui::style::{Color, Modifier, Style};

/// A theme by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Plain text.
    pub text: Style,
    /// Less important: labels, times, borders without focus.
    pub dim: Style,
    /// Headings and numbers that matter.
    pub strong: Style,
    /// What has the focus: its border and title, the active tab.
    pub accent: Style,
    /// The row under the cursor.
    pub cursor: Style,
    /// The row under the cursor in a list without the focus.
    pub cursor_away: Style,
    /// A person must act: STALE, overdue, refused, conflict, failing.
    pub alarm: Style,
    /// Should be known: late, waiting, read-only, held.
    pub caution: Style,
    /// Words that are for staff only.
    pub internal: Style,
    /// Keys in hints and help.
    pub key: Style,
}

impl Theme {
    /// Names that the configuration may use.
    pub const NAMES: [&'static str; 4] = ["auto", "dark", "light", "mono"];

    /// The theme of that name; `None` for any other name. `color` false (`NO_COLOR`) gives the one without colours.
    pub fn by_name(name: &str, color: bool) -> Option<Self> {
        if !Self::NAMES.contains(&name) {
            return None;
        }
        Some(match name {
            _ if !color => Self::mono(),
            "mono" => Self::mono(),
            "light" => Self::colors(Color::Blue),
            _ => Self::colors(Color::Cyan),
        })
    }

    /// Readable on dark and on light grounds.
    fn colors(accent: Color) -> Self {
        Self {
            accent: Style::new().fg(accent).add_modifier(Modifier::BOLD),
            alarm: Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
            caution: Style::new().fg(Color::Magenta),
            internal: Style::new().fg(Color::Magenta),
            key: Style::new().fg(accent),
            ..Self::mono()
        }
    }

    /// Without colours: bold, dim and reverse only.
    fn mono() -> Self {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        Self {
            text: Style::new(),
            dim: Style::new().add_modifier(Modifier::DIM),
            strong: bold,
            accent: bold,
            cursor: Style::new().add_modifier(Modifier::REVERSED),
            cursor_away: Style::new().add_modifier(Modifier::UNDERLINED),
            alarm: bold,
            caution: Style::new(),
            internal: Style::new(),
            key: bold,
        }
    }
}

/// Characters of a border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Border {
    /// Along the top and bottom.
    pub horizontal: &'static str,
    /// Along the sides.
    pub vertical: &'static str,
    /// Corners: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
}

/// Signs of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Border of what has not the focus.
    pub border: Border,
    /// Border of what has it.
    pub border_focus: Border,
    /// The cursor of a list.
    pub cursor: &'static str,
    /// An action of ours on this ticket is not yet confirmed by the desk.
    pub unconfirmed: &'static str,
    /// Between parts of a line.
    pub dot: &'static str,
    /// Between tabs.
    pub tab: &'static str,
    /// More to the left, to the right.
    pub more: [&'static str; 2],
    /// Eight heights of a sparkline, lowest first; empty where the font has none.
    pub heights: &'static [char],
    /// From a value to another.
    pub arrow: &'static str,
    /// Bar beside internal entries.
    pub bar: &'static str,
    /// Before the number of people of a surge.
    pub rising: &'static str,
}

const THIN: Border = Border {
    horizontal: "─",
    vertical: "│",
    corners: ["┌", "┐", "└", "┘"],
};
const ROUND: Border = Border {
    corners: ["╭", "╮", "╰", "╯"],
    ..THIN
};
const THICK: Border = Border {
    horizontal: "━",
    vertical: "┃",
    corners: ["┏", "┓", "┗", "┛"],
};
const DOUBLE: Border = Border {
    horizontal: "═",
    vertical: "║",
    corners: ["╔", "╗", "╚", "╝"],
};
const ASCII: Border = Border {
    horizontal: "-",
    vertical: "|",
    corners: ["+", "+", "+", "+"],
};
const ASCII_FOCUS: Border = Border {
    horizontal: "=",
    vertical: "|",
    corners: ["+", "+", "+", "+"],
};

impl Glyphs {
    /// Glyphs for a terminal with UTF-8 (`unicode`) whose font has block elements (`blocks`).
    pub fn new(unicode: bool, blocks: bool) -> Self {
        if !unicode {
            return Self {
                border: ASCII,
                border_focus: ASCII_FOCUS,
                cursor: ">",
                unconfirmed: "^",
                dot: " - ",
                tab: " | ",
                more: ["<", ">"],
                heights: &[],
                arrow: "->",
                bar: "|",
                rising: "!",
            };
        }
        Self {
            border: if blocks { ROUND } else { THIN },
            border_focus: if blocks { THICK } else { DOUBLE },
            cursor: if blocks { "›" } else { ">" },
            unconfirmed: "↑",
            dot: " · ",
            tab: " │ ",
            more: if blocks { ["‹", "›"] } else { ["<", ">"] },
            heights: if blocks {
                &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
            } else {
                &[]
            },
            arrow: "→",
            bar: "│",
            rising: "▲",
        }
    }
}

/// How everything looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Colours.
    pub theme: Theme,
    /// Signs.
    pub glyphs: Glyphs,
}

impl Look {
    /// The look of a theme. An unknown name gives the default one; the configuration check tells about it.
    pub fn new(theme: &str, color: bool, unicode: bool, blocks: bool) -> Self {
        Self {
            theme: Theme::by_name(theme, color)
                .or_else(|| Theme::by_name("auto", color))
                .unwrap_or_else(Theme::mono),
            glyphs: Glyphs::new(unicode, blocks),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colours_there_are_none() {
        for name in Theme::NAMES {
            let t = Theme::by_name(name, false).unwrap();
            for style in [
                t.text, t.dim, t.strong, t.accent, t.cursor, t.alarm, t.caution, t.internal, t.key,
            ] {
                assert_eq!((style.fg, style.bg), (None, None), "{name}");
            }
        }
        assert_eq!(Theme::by_name("solarised", true), None);
    }

    #[test]
    fn ascii_glyphs_are_ascii() {
        let g = Glyphs::new(false, false);
        let all = [
            g.cursor,
            g.unconfirmed,
            g.dot,
            g.tab,
            g.arrow,
            g.bar,
            g.rising,
        ];
        assert!(all.iter().all(|s| s.is_ascii()));
        assert!(g.border_focus.corners.iter().all(|s| s.is_ascii()));
    }
}
