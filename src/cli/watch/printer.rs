//! Writes lines on a thread of its own: a reader that is slow keeps neither the engines nor the end waiting.

use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value as Json;

use crate::cli::exit::{Exit, Stop};
use crate::cli::out::Out;

/// How long the end waits for a reader that does not read.
const PATIENCE: Duration = Duration::from_secs(3);

/// The thread, and the way to it.
pub struct Printer {
    lines: mpsc::Sender<Json>,
    ended: mpsc::Receiver<Result<(), Stop>>,
}

impl Printer {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives none.
    pub fn start() -> Result<Self, Stop> {
        let (lines, told) = mpsc::channel::<Json>();
        let (end, ended) = mpsc::channel();
        std::thread::Builder::new()
            .name("vagt-print".to_owned())
            .spawn(move || {
                // Whoever waits for it may have given up.
                drop(end.send(print(&told)));
            })
            .map_err(|e| Stop::new(Exit::Failed, format!("the system gives no thread: {e}")))?;
        Ok(Self { lines, ended })
    }

    /// Prints a line; personal numbers in its texts are masked. Whether anybody can still read it.
    pub fn print(&self, line: Json) -> bool {
        self.lines.send(line).is_ok()
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    /// It cannot be written; a reader that went away is no error but the end, see [`Stop`]. A reader that does not read.
    pub fn finish(self) -> Result<(), Stop> {
        drop(self.lines);
        self.ended.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            let why = "whoever reads the output did not take the last lines";
            Err(Stop::new(Exit::Failed, why))
        })
    }
}

fn print(told: &mpsc::Receiver<Json>) -> Result<(), Stop> {
    let mut out = Out::new();
    while let Ok(line) = told.recv() {
        out.json(&line)?;
        for line in told.try_iter() {
            out.json(&line)?;
        }
        // Whoever reads is told of each thing when it happens.
        out.flush()?;
    }
    out.flush()
}
