//! The way cells become bytes: few of them, and never a wrong column.
//!
//! Own backend rather than ratatui's crossterm one, for four reasons: it writes the short forms of the 16 colours, it
//! does not repeat the state of the cursor in every frame, it sends a frame in one write, and after a glyph whose
//! width terminals disagree about it says the column again, so that a family emoji cannot shift a row.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

use super::writer::{FrameWriter, Sent};

/// What a backend needs beyond ratatui's: frames with a begin and an end, and bytes beside the picture.
pub trait FrameBackend: Backend {
    /// A frame begins.
    fn begin_frame(&mut self) {}
    /// The frame is complete: send it.
    ///
    /// # Errors
    /// Those of the terminal.
    fn end_frame(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
    /// Sends bytes that draw nothing (clipboard, title, bell).
    ///
    /// # Errors
    /// Those of the terminal.
    fn send(&mut self, _bytes: &[u8]) -> Result<(), Self::Error> {
        Ok(())
    }
    /// Forgets what it believes about the terminal's state, after something else wrote to it.
    fn forget(&mut self) {}
    /// Whether the line has not taken everything yet: no frame is drawn until [`FrameBackend::push`] got rid of it.
    fn is_full(&self) -> bool {
        false
    }
    /// Offers the line again what it has not taken. How many bytes it took.
    ///
    /// # Errors
    /// Those of the terminal.
    fn push(&mut self) -> Result<usize, Self::Error> {
        Ok(0)
    }
    /// How much was sent.
    fn sent(&self) -> Sent {
        Sent::default()
    }
}

impl FrameBackend for ratatui::backend::TestBackend {}

/// Where the size of the screen comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeSource {
    /// The terminal on standard output.
    Terminal,
    /// A fixed size, for tests.
    Fixed(Size),
}

/// Colours and modifiers that the terminal writes with now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    const PLAIN: Self = Self {
        fg: Color::Reset,
        bg: Color::Reset,
        modifier: Modifier::empty(),
    };
}

/// A backend for terminals that speak ECMA-48, over any writer.
#[derive(Debug)]
pub struct TtyBackend<W: Write> {
    out: FrameWriter<W>,
    size: SizeSource,
    last_size: Size,
    cursor_shown: Option<bool>,
    /// Where the cursor is, when that is certain.
    at: Option<Position>,
    pen: Pen,
}

impl<W: Write> TtyBackend<W> {
    /// A backend that writes to `out`.
    pub fn new(out: W, synchronized: bool, size: SizeSource) -> Self {
        Self {
            out: FrameWriter::new(out, synchronized),
            size,
            last_size: Size::new(80, 24),
            cursor_shown: None,
            at: None,
            pen: Pen::PLAIN,
        }
    }
    /// Changes a fixed size (tests of resizing).
    pub fn set_size(&mut self, size: Size) {
        self.size = SizeSource::Fixed(size);
    }
    /// The writer below.
    pub fn writer(&self) -> &W {
        self.out.get_ref()
    }
    /// The writer below, to change it in tests.
    pub fn writer_mut(&mut self) -> &mut W {
        self.out.get_mut()
    }

    fn go(&mut self, x: u16, y: u16) -> io::Result<()> {
        match self.at {
            Some(at) if at.x == x && at.y == y => Ok(()),
            Some(at) if at.y == y && at.x < x => write!(self.out, "\x1b[{}C", x - at.x),
            _ => write!(self.out, "\x1b[{};{}H", u32::from(y) + 1, u32::from(x) + 1),
        }
    }

    fn set_pen(&mut self, pen: Pen) -> io::Result<()> {
        if pen == self.pen {
            return Ok(());
        }
        let mut codes: Vec<u8> = Vec::with_capacity(24);
        let gone = self.pen.modifier - pen.modifier;
        let from = if gone.is_empty() {
            self.pen
        } else {
            codes.extend_from_slice(b"0;");
            Pen::PLAIN
        };
        for (modifier, code) in MODIFIERS {
            if pen.modifier.contains(modifier) && !from.modifier.contains(modifier) {
                write!(codes, "{code};")?;
            }
        }
        if pen.fg != from.fg {
            color(&mut codes, pen.fg, 30)?;
        }
        if pen.bg != from.bg {
            color(&mut codes, pen.bg, 40)?;
        }
        self.pen = pen;
        codes.pop();
        self.out.write_all(b"\x1b[")?;
        self.out.write_all(&codes)?;
        self.out.write_all(b"m")
    }

    fn plain(&mut self) -> io::Result<()> {
        if self.pen != Pen::PLAIN {
            self.pen = Pen::PLAIN;
            self.out.write_all(b"\x1b[0m")?;
        }
        Ok(())
    }
}

/// Modifiers and their SGR numbers. Blinking is left out on purpose: nothing on this screen blinks.
const MODIFIERS: [(Modifier, u8); 6] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::REVERSED, 7),
    (Modifier::CROSSED_OUT, 9),
];

/// Writes the SGR numbers of a colour, with a trailing `;`. `base` is 30 for the text, 40 for the ground.
fn color(codes: &mut Vec<u8>, color: Color, base: u8) -> io::Result<()> {
    let n = match color {
        Color::Reset => base + 9,
        Color::Black => base,
        Color::Red => base + 1,
        Color::Green => base + 2,
        Color::Yellow => base + 3,
        Color::Blue => base + 4,
        Color::Magenta => base + 5,
        Color::Cyan => base + 6,
        Color::Gray => base + 7,
        Color::DarkGray => base + 60,
        Color::LightRed => base + 61,
        Color::LightGreen => base + 62,
        Color::LightYellow => base + 63,
        Color::LightBlue => base + 64,
        Color::LightMagenta => base + 65,
        Color::LightCyan => base + 66,
        Color::White => base + 67,
        Color::Indexed(i) => return write!(codes, "{};5;{i};", base + 8),
        Color::Rgb(r, g, b) => return write!(codes, "{};2;{r};{g};{b};", base + 8),
    };
    write!(codes, "{n};")
}

impl<W: Write> Backend for TtyBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.at = None;
        for (x, y, cell) in content {
            self.go(x, y)?;
            self.set_pen(Pen {
                fg: cell.fg,
                bg: cell.bg,
                modifier: cell.modifier,
            })?;
            let symbol = cell.symbol();
            self.out.write_all(symbol.as_bytes())?;
            let width = cell.cell_width().max(1);
            // A glyph of one code point and one column is where every terminal agrees; after anything
            // else, and after the last column, the next cell says its place again.
            let simple = width == 1 && symbol.chars().nth(1).is_none();
            let next = x.saturating_add(width);
            self.at = (simple && next < self.last_size.width).then_some(Position { x: next, y });
        }
        self.plain()
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor_shown != Some(false) {
            self.cursor_shown = Some(false);
            self.out.write_all(b"\x1b[?25l")?;
        }
        self.flush()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor_shown != Some(true) {
            self.cursor_shown = Some(true);
            self.out.write_all(b"\x1b[?25h")?;
        }
        self.flush()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        self.go(position.x, position.y)?;
        self.at = Some(position);
        self.flush()
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.plain()?;
        self.out.write_all(match clear_type {
            ClearType::All => b"\x1b[0m\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        })?;
        self.flush()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(match self.size {
            SizeSource::Fixed(size) => size,
            SizeSource::Terminal => terminal_size().unwrap_or(self.last_size),
        })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.size()?,
            pixels: Size::ZERO,
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> FrameBackend for TtyBackend<W> {
    fn begin_frame(&mut self) {
        if let Ok(size) = self.size() {
            self.last_size = size;
        }
        self.out.begin();
    }
    fn end_frame(&mut self) -> io::Result<()> {
        self.out.end()
    }
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }
    fn forget(&mut self) {
        self.at = None;
        self.cursor_shown = None;
        self.pen = Pen::PLAIN;
        self.out.drop_rest();
    }
    fn is_full(&self) -> bool {
        self.out.is_full()
    }
    fn push(&mut self) -> io::Result<usize> {
        self.out.push()
    }
    fn sent(&self) -> Sent {
        self.out.sent()
    }
}

/// Size of the terminal in columns and rows; `None` when there is no terminal or it does not say.
pub fn terminal_size() -> Option<Size> {
    #[cfg(unix)]
    let size = rustix::termios::tcgetwinsize(io::stdout())
        .ok()
        .map(|w| Size::new(w.ws_col, w.ws_row));
    #[cfg(not(unix))]
    let size = crossterm::terminal::size()
        .ok()
        .map(|(w, h)| Size::new(w, h));
    size.filter(|s| s.width > 0 && s.height > 0)
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn paint(lines: &[(&str, Style)], width: u16) -> Vec<u8> {
        let height = u16::try_from(lines.len()).unwrap();
        let area = Rect::new(0, 0, width, height);
        let mut next = Buffer::empty(area);
        for (y, (text, style)) in lines.iter().enumerate() {
            next.set_string(0, u16::try_from(y).unwrap(), text, *style);
        }
        let before = Buffer::empty(area);
        let mut backend = TtyBackend::new(
            Vec::new(),
            true,
            SizeSource::Fixed(Size::new(width, height)),
        );
        backend.begin_frame();
        backend.draw(before.diff_iter(&next)).unwrap();
        backend.end_frame().unwrap();
        backend.writer().clone()
    }

    fn shown(bytes: &[u8], width: u16, height: u16) -> vt100::Parser {
        let mut parser =
            vt100::Parser::new(height.try_into().unwrap(), width.try_into().unwrap(), 0);
        parser.process(bytes);
        parser
    }

    #[test]
    fn what_is_painted_is_what_a_terminal_shows() {
        let lines = [
            ("VPN ryger hele tiden", Style::new()),
            ("  gateway gw2   20 of 24", Style::new().fg(Color::Red)),
            ("日本語 wide", Style::new().bold().bg(Color::Blue)),
        ];
        let bytes = paint(&lines, 40);
        let screen = shown(&bytes, 40, 3);
        let rows: Vec<String> = screen.screen().rows(0, 40).collect();
        assert_eq!(rows[0], "VPN ryger hele tiden");
        assert_eq!(rows[1], "  gateway gw2   20 of 24");
        assert_eq!(rows[2], "日本語 wide");
        let cell = screen.screen().cell(1, 2).unwrap();
        assert_eq!(cell.fgcolor(), vt100::Color::Idx(1));
        let bold = screen.screen().cell(2, 7).unwrap();
        assert!(bold.bold());
        assert_eq!(bold.bgcolor(), vt100::Color::Idx(4));
    }

    #[test]
    fn after_a_glyph_of_doubtful_width_the_column_is_said_again() {
        let bytes = paint(&[("👨‍👩‍👧x", Style::new())], 20);
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("\x1b[1;3Hx"), "{text:?}");
    }

    #[test]
    fn a_frame_without_changes_sends_no_byte() {
        let area = Rect::new(0, 0, 10, 2);
        let same = Buffer::empty(area);
        let mut backend = TtyBackend::new(Vec::new(), true, SizeSource::Fixed(Size::new(10, 2)));
        for _ in 0..3 {
            backend.begin_frame();
            backend.draw(same.diff_iter(&same.clone())).unwrap();
            backend.hide_cursor().unwrap();
            backend.end_frame().unwrap();
        }
        // Only the first frame says that the cursor is hidden.
        assert_eq!(backend.sent().writes, 1);
    }
}
