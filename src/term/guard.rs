//! Takes the terminal over and gives it back, on every way out.
//!
//! Invariant: [`restore`] can be called from anywhere, any number of times, also when the terminal is dead; it never
//! panics. Why not ratatui's `init`: its panic hook gives the terminal back for a panic on *any* thread, so a
//! caught panic of a task takes the screen away from a console that goes on.

use std::io::{self, IsTerminal as _, Write as _};
use std::panic::PanicHookInfo;
use std::sync::{Mutex, PoisonError};
use std::thread::ThreadId;

use super::caps::Caps;
use super::screen::tty_out;

/// Alternate screen, cursor hidden, bracketed paste, focus reports, no wrap at the right edge (a glyph that a terminal
/// takes for wider than we do must not scroll the screen).
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?1004h\x1b[?7l\x1b[0m\x1b[2J";
/// The reverse. It begins with the end of a synchronized update, should a frame have been cut off.
const LEAVE: &str = "\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// Keeps the window title for later, and gives it back (XTWINOPS).
const KEEP_TITLE: &str = "\x1b[22;2t";
const OLD_TITLE: &str = "\x1b[23;2t";

/// Who holds the terminal now.
#[derive(Debug, Clone, Copy)]
struct Held {
    /// The thread that runs the loop: its panics end the program.
    owner: ThreadId,
    title: bool,
}

static HELD: Mutex<Option<Held>> = Mutex::new(None);

fn held() -> std::sync::MutexGuard<'static, Option<Held>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The terminal could not be taken over.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// Standard input or output is no terminal.
    #[error(
        "no terminal: the console needs one on standard input and output; `vagt status` works without"
    )]
    NotATerminal,
    /// The terminal refused.
    #[error("the terminal cannot be used: {0}")]
    Io(#[from] io::Error),
}

/// Holds the terminal. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Guard {
    title: bool,
}

impl Guard {
    /// Takes the terminal over. The calling thread counts as the one whose panics end the program.
    ///
    /// # Errors
    /// [`EnterError`]; the terminal is as before then.
    pub fn enter(caps: &Caps) -> Result<Self, EnterError> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(EnterError::NotATerminal);
        }
        let mut guard = Self { title: caps.title };
        guard.take()?;
        Ok(guard)
    }
    /// Gives the terminal back for a while: for an editor, or to be stopped.
    pub fn release(&mut self) {
        restore();
    }
    /// Takes it over again; also right when something else may have changed its modes (after SIGCONT).
    ///
    /// # Errors
    /// Those of the terminal; it is given back then.
    pub fn take(&mut self) -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()?;
        *held() = Some(Held {
            owner: std::thread::current().id(),
            title: self.title,
        });
        let mut bytes = String::with_capacity(96);
        if self.title {
            bytes.push_str(KEEP_TITLE);
        }
        bytes.push_str(ENTER);
        let written = write(bytes.as_bytes());
        if written.is_err() {
            restore();
        }
        written
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back if it is held. Never panics, never fails aloud: a dead terminal needs nothing.
pub fn restore() {
    let Some(was) = held().take() else { return };
    // Modes of the line first: writing to a stalled terminal may block, this cannot.
    drop(crossterm::terminal::disable_raw_mode());
    let mut bytes = String::from(LEAVE);
    if was.title {
        bytes.push_str(OLD_TITLE);
    }
    drop(write(bytes.as_bytes()));
}

/// Whether the terminal is held now.
pub fn is_held() -> bool {
    held().is_some()
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = tty_out()?;
    out.write_all(bytes)?;
    out.flush()
}

/// Installs the panic hook, once, before [`Guard::enter`].
///
/// Every panic goes to `report` (the log). A panic of the thread that holds the terminal ends the program: the
/// terminal is given back first, then the hook that was there before speaks. A panic of any other thread is
/// caught by whoever supervises it: as long as the terminal is held nothing is printed, because it would land in the
/// middle of the picture.
pub fn install_panic_hook(report: impl Fn(&PanicHookInfo<'_>) + Send + Sync + 'static) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        report(info);
        let owner = held().map(|h| h.owner);
        match owner {
            Some(owner) if owner != std::thread::current().id() => {}
            _ => {
                restore();
                before(info);
            }
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restore_without_a_terminal_is_harmless_and_may_be_repeated() {
        restore();
        restore();
        assert!(!is_held());
    }

    #[test]
    fn every_mode_that_is_set_is_reset() {
        for mode in ["1049", "2004", "1004"] {
            assert!(ENTER.contains(&format!("?{mode}h")), "{mode}");
            assert!(LEAVE.contains(&format!("?{mode}l")), "{mode}");
        }
        for mode in ["25", "7"] {
            assert!(ENTER.contains(&format!("?{mode}l")), "{mode}");
            assert!(LEAVE.contains(&format!("?{mode}h")), "{mode}");
        }
    }
}
