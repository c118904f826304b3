//! Signals become values for the loop; a program that does not react is ended with its terminal restored.
//!
//! Invariant: after SIGTERM, SIGHUP or SIGINT the process ends, and the terminal is usable afterwards, also when
//! the loop hangs in a write to a stalled line. What is unsent is on disk by then, so ending is safe.

use std::io;

/// A signal that the loop must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM or SIGINT from outside: end, keep what is unsent for the next start.
    Terminate,
    /// SIGHUP: the terminal is gone; end, keep what is unsent.
    Hangup,
    /// SIGTSTP from outside: give the terminal back and stop ([`super::suspend::stop`]).
    Stop,
    /// SIGCONT: take the terminal again and paint everything.
    Continue,
}

/// Listens as long as it lives.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    handle: signal_hook::iterator::Handle,
    #[cfg(unix)]
    _ended: std::sync::mpsc::Sender<()>,
}

#[cfg(unix)]
impl Signals {
    /// Starts a thread that hands signals to `tell`. After the first signal that ends the program it waits `patience`
    /// for the loop to drop the listener (a second such signal waits no longer); then it gives the terminal back
    /// and lets the signal do what it does by default.
    ///
    /// # Errors
    /// The system refuses the handlers or the thread.
    pub fn listen(
        patience: std::time::Duration,
        tell: impl Fn(Signal) + Send + 'static,
    ) -> io::Result<Self> {
        use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
        let mut signals =
            signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
        let handle = signals.handle();
        let (ended, alive) = std::sync::mpsc::channel::<()>();
        let mut watch = Some(Watch { alive, patience });
        std::thread::Builder::new()
            .name("vagt-signals".to_owned())
            .spawn(move || {
                for signal in signals.forever() {
                    match signal {
                        SIGTSTP => tell(Signal::Stop),
                        SIGCONT => tell(Signal::Continue),
                        ending => {
                            tell(if ending == SIGHUP {
                                Signal::Hangup
                            } else {
                                Signal::Terminate
                            });
                            match watch.take() {
                                Some(watch) => watch.start(ending),
                                None => end_now(ending),
                            }
                        }
                    }
                }
            })?;
        Ok(Self {
            handle,
            _ended: ended,
        })
    }
}

#[cfg(not(unix))]
impl Signals {
    /// There are no such signals here; the listener does nothing.
    ///
    /// # Errors
    /// None.
    pub fn listen(
        _patience: std::time::Duration,
        _tell: impl Fn(Signal) + Send + 'static,
    ) -> io::Result<Self> {
        Ok(Self {})
    }
}

#[cfg(unix)]
impl Drop for Signals {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// Ends the process when the loop does not.
#[cfg(unix)]
struct Watch {
    alive: std::sync::mpsc::Receiver<()>,
    patience: std::time::Duration,
}

#[cfg(unix)]
impl Watch {
    fn start(self, signal: i32) {
        use std::sync::mpsc::RecvTimeoutError;
        let spawned = std::thread::Builder::new()
            .name("vagt-watch".to_owned())
            .spawn(move || {
                if self.alive.recv_timeout(self.patience) == Err(RecvTimeoutError::Timeout) {
                    end_now(signal);
                }
            });
        if spawned.is_err() {
            end_now(signal);
        }
    }
}

/// Gives the terminal back (for at most half a second: it may be stalled) and dies of the signal.
#[cfg(unix)]
fn end_now(signal: i32) {
    let (done, wait) = std::sync::mpsc::channel();
    let restoring = std::thread::Builder::new().spawn(move || {
        super::guard::restore();
        let _ = done.send(());
    });
    if restoring.is_ok() {
        let _ = wait.recv_timeout(std::time::Duration::from_millis(500));
    }
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}
