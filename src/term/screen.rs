//! The screen: draws frames through any [`FrameBackend`], so that tests inject theirs.

use std::fs::File;
use std::io;

use ratatui::layout::Size;
use ratatui::{Frame, Terminal};

use super::backend::{FrameBackend, SizeSource, TtyBackend};
use super::caps::Caps;
use super::writer::Sent;

/// What the real screen writes to: standard output without the line buffer of the standard library, so
/// that one frame is one system call.
#[cfg(unix)]
pub type TtyOut = File;
/// What the real screen writes to.
#[cfg(not(unix))]
pub type TtyOut = io::Stdout;

/// The screen of a real terminal.
pub type TtyScreen = Screen<TtyBackend<TtyOut>>;

/// A screen.
pub struct Screen<B: FrameBackend> {
    terminal: Terminal<B>,
}

impl TtyScreen {
    /// The screen on standard output.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn stdout(caps: &Caps) -> io::Result<Self> {
        Self::new(TtyBackend::new(
            line_out()?,
            caps.synchronized,
            SizeSource::Terminal,
        ))
    }
}

/// What frames are written to: the same terminal, opened anew, so that a write that does not fit comes back at once.
/// The flag belongs to what was opened; on standard output itself it would also be set for standard input and for the
/// shell. Where the terminal cannot be opened by its name, writes wait.
#[cfg(unix)]
fn line_out() -> io::Result<TtyOut> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::WRONLY | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = rustix::termios::ttyname(io::stdout(), Vec::new())
        .and_then(|name| open(name.as_c_str(), flags, Mode::empty()));
    match opened {
        Ok(line) => Ok(File::from(line)),
        Err(_) => tty_out(),
    }
}
/// What frames are written to.
#[cfg(not(unix))]
fn line_out() -> io::Result<TtyOut> {
    tty_out()
}

/// Opens a second handle on standard output.
#[cfg(unix)]
pub(super) fn tty_out() -> io::Result<TtyOut> {
    use std::os::fd::AsFd as _;
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}
/// Standard output.
#[cfg(not(unix))]
pub(super) fn tty_out() -> io::Result<TtyOut> {
    Ok(io::stdout())
}

impl<B: FrameBackend> Screen<B> {
    /// A screen over `backend`.
    ///
    /// # Errors
    /// The backend does not know its size.
    pub fn new(backend: B) -> Result<Self, B::Error> {
        Ok(Self {
            terminal: Terminal::new(backend)?,
        })
    }
    /// Draws a frame: only what changed is sent, in one write.
    ///
    /// # Errors
    /// Those of the terminal. An error means that the terminal is gone; there is no use in trying again.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> Result<(), B::Error> {
        let bracket = Bracket::open(&mut self.terminal);
        bracket.terminal.draw(view)?;
        bracket.close()
    }
    /// Makes the next frame paint every cell, after something else wrote to the terminal.
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn repaint(&mut self) -> Result<(), B::Error> {
        self.terminal.backend_mut().forget();
        let bracket = Bracket::open(&mut self.terminal);
        bracket.terminal.clear()?;
        bracket.close()
    }
    /// Sends bytes that draw nothing: see [`super::osc`].
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), B::Error> {
        self.terminal.backend_mut().send(bytes)
    }
    /// Whether the line has not taken everything yet; nothing should be drawn then.
    pub fn is_full(&self) -> bool {
        self.terminal.backend().is_full()
    }
    /// Offers the line again what it has not taken. How many bytes it took.
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn push(&mut self) -> Result<usize, B::Error> {
        self.terminal.backend_mut().push()
    }
    /// Columns and rows now.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn size(&self) -> Result<Size, B::Error> {
        self.terminal.size()
    }
    /// How much was sent.
    pub fn sent(&self) -> Sent {
        self.terminal.backend().sent()
    }
    /// The backend, for tests.
    pub fn backend(&self) -> &B {
        self.terminal.backend()
    }
    /// The backend, to change it in tests.
    pub fn backend_mut(&mut self) -> &mut B {
        self.terminal.backend_mut()
    }
}

/// Ends the frame however it ends: a `view` that unwinds leaves no terminal that waits for the end of an update.
struct Bracket<'a, B: FrameBackend> {
    terminal: &'a mut Terminal<B>,
    open: bool,
}

impl<'a, B: FrameBackend> Bracket<'a, B> {
    fn open(terminal: &'a mut Terminal<B>) -> Self {
        terminal.backend_mut().begin_frame();
        Self {
            terminal,
            open: true,
        }
    }
    fn close(mut self) -> Result<(), B::Error> {
        self.open = false;
        self.terminal.backend_mut().end_frame()
    }
}

impl<B: FrameBackend> Drop for Bracket<'_, B> {
    fn drop(&mut self) {
        if self.open {
            // Already unwinding or returning an error; a second one adds nothing.
            drop(self.terminal.backend_mut().end_frame());
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::widgets::Paragraph;

    use super::*;

    fn screen() -> Screen<TtyBackend<Vec<u8>>> {
        Screen::new(TtyBackend::new(
            Vec::new(),
            true,
            SizeSource::Fixed(Size::new(20, 3)),
        ))
        .unwrap()
    }

    fn draw(screen: &mut Screen<TtyBackend<Vec<u8>>>, text: &str) {
        screen
            .draw(|frame| frame.render_widget(Paragraph::new(text), frame.area()))
            .unwrap();
    }

    #[test]
    fn a_frame_is_one_write_and_an_equal_frame_none() {
        let mut screen = screen();
        draw(&mut screen, "hello");
        let first = screen.sent();
        assert_eq!(first.writes, 1);
        draw(&mut screen, "hello");
        assert_eq!(screen.sent(), first);
        draw(&mut screen, "hallo");
        assert_eq!(screen.sent().writes, 2);
        // The bracket (16), one move, one letter: a changed letter costs under 30 bytes.
        assert!(screen.sent().bytes - first.bytes < 30);
    }

    #[test]
    fn repaint_paints_everything_again() {
        let mut screen = screen();
        draw(&mut screen, "hello");
        screen.backend_mut().writer_mut().clear();
        screen.repaint().unwrap();
        draw(&mut screen, "hello");
        let mut parser = vt100::Parser::new(3.try_into().unwrap(), 20.try_into().unwrap(), 0);
        parser.process(b"garbage of another program");
        parser.process(screen.backend().writer());
        assert_eq!(parser.screen().contents().trim_end(), "hello");
    }

    #[test]
    fn a_smaller_terminal_gets_a_whole_new_frame() {
        let mut screen = screen();
        draw(&mut screen, "hello");
        screen.backend_mut().set_size(Size::new(3, 1));
        screen.backend_mut().writer_mut().clear();
        draw(&mut screen, "hello");
        let mut parser = vt100::Parser::new(1.try_into().unwrap(), 3.try_into().unwrap(), 0);
        parser.process(screen.backend().writer());
        assert_eq!(parser.screen().contents(), "hel");
    }
}
