//! The hands of the real terminal: title, clipboard, editor, suspend. Everything else goes to [`Starter`].

use std::path::PathBuf;
use std::sync::mpsc as blocking;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::effects::Starter;
use super::engine::{Hands, Hold};
use super::tasks::Tasks;
use crate::app::{Effect, Msg};
use crate::config::write_private_file;
use crate::domain::alarm::Means;
use crate::input::crossterm::Input;
use crate::term::backend::FrameBackend;
use crate::term::caps::Caps;
use crate::term::guard::Guard;
use crate::term::screen::Screen;
use crate::term::{events, osc, suspend};
use crate::text::mask::mask;

/// How long the reader of the terminal may take to let go.
const LET_GO: Duration = Duration::from_secs(2);

/// Reads the terminal, and can be told to let go of it.
pub struct Reader {
    tasks: Tasks,
    to: mpsc::Sender<Input>,
    running: Option<(CancellationToken, blocking::Receiver<()>)>,
}

impl Reader {
    /// A reader that does not read yet.
    pub fn new(tasks: Tasks, to: mpsc::Sender<Input>) -> Self {
        Self {
            tasks,
            to,
            running: None,
        }
    }
    /// Begins to read.
    pub fn start(&mut self) {
        let stop = self.tasks.stopping().child_token();
        let (ended, end) = blocking::channel();
        let (to, token) = (self.to.clone(), stop.clone());
        self.tasks.spawn_to_end("keys", async move {
            if let Err(error) = events::pump(to, token).await {
                tracing::warn!(%error, "the terminal cannot be read any more");
            }
            // An error: the reader was dropped with the loop.
            let _gone = ended.send(());
        });
        self.running = Some((stop, end));
    }
    /// Lets go of the terminal; afterwards nothing here reads a key.
    pub fn stop(&mut self) {
        if let Some((stop, end)) = self.running.take() {
            stop.cancel();
            if end.recv_timeout(LET_GO).is_err() {
                tracing::warn!("the reader of the terminal did not let go in time");
            }
        }
    }
}

/// The hands of the real terminal.
pub struct TtyHands {
    /// Effects that need no terminal.
    pub starter: Starter,
    /// Holds the terminal.
    pub guard: Guard,
    /// What it can do.
    pub caps: Caps,
    /// Reads it.
    pub reader: Reader,
    /// Where answers go.
    pub mail: mpsc::UnboundedSender<Msg>,
    /// `ui.editor`, which wins over `VISUAL` and `EDITOR`.
    pub editor: Option<String>,
    /// Where a copied text is also kept, for terminals without a clipboard.
    pub clip_file: PathBuf,
}

impl<B: FrameBackend> Hands<B> for TtyHands {
    fn carry_out(&mut self, effect: Effect, screen: &mut Screen<B>) -> Hold {
        let Some(effect) = self.starter.start(effect) else {
            return Hold::No;
        };
        match effect {
            Effect::OpenEditor(text) => {
                let edited = self.lend(|hands| hands.edit(&text));
                self.say(Msg::EditorReturned(edited));
                Hold::Repaint
            }
            Effect::Suspend => {
                self.reader.stop();
                if let Err(error) = suspend::stop(&mut self.guard) {
                    tracing::warn!(%error, "the terminal was not taken again");
                }
                self.reader.start();
                Hold::Repaint
            }
            Effect::Redraw => {
                // Something else may have changed the terminal's modes as well.
                if let Err(error) = self.guard.take() {
                    tracing::warn!(%error, "the terminal was not taken again");
                }
                Hold::Repaint
            }
            Effect::SetTitle(title) => {
                // A terminal that is gone shows at the next frame.
                drop(screen.send(&osc::title(&title, &self.caps)));
                Hold::No
            }
            Effect::Ring(ring) => {
                let mut bytes = Vec::new();
                if ring.means.contains(&Means::Bell) {
                    bytes.extend(osc::bell());
                }
                if ring.means.contains(&Means::Notify) {
                    bytes.extend(osc::notify("Vagt", &mask(&ring.sentence), &self.caps));
                }
                drop(screen.send(&bytes));
                Hold::No
            }
            Effect::Copy(text) => {
                self.copy(&text, screen);
                Hold::No
            }
            _ => Hold::No,
        }
    }
}

impl TtyHands {
    fn say(&self, msg: Msg) {
        // Nobody listens any more: the console is on its way out.
        drop(self.mail.send(msg));
    }

    fn lend<T>(&mut self, with: impl FnOnce(&mut Self) -> T) -> T {
        self.reader.stop();
        self.guard.release();
        let result = with(self);
        if let Err(error) = self.guard.take() {
            tracing::warn!(%error, "the terminal was not taken again");
        }
        self.reader.start();
        result
    }

    fn edit(&self, text: &str) -> Result<String, String> {
        let file = tempfile::Builder::new()
            .prefix("vagt-")
            .suffix(".txt")
            .tempfile();
        let file = file.map_err(|e| format!("there is no file for the editor: {e}"))?;
        std::fs::write(file.path(), text)
            .map_err(|e| format!("the editor's file cannot be written: {e}"))?;
        let env = |name: &str| {
            let own = self.editor.clone().filter(|_| name == "VISUAL");
            own.or_else(|| std::env::var(name).ok())
        };
        let (program, arguments) = suspend::editor(file.path(), env).map_err(|e| e.to_string())?;
        let status = std::process::Command::new(&program)
            .args(&arguments)
            .status()
            .map_err(|e| format!("{} cannot be started: {e}", program.to_string_lossy()))?;
        if !status.success() {
            return Err(format!(
                "the editor ended with {status}; the text is as it was"
            ));
        }
        std::fs::read(file.path())
            .map(decoded)
            .map_err(|e| format!("what the editor left cannot be read: {e}"))
    }

    fn copy<B: FrameBackend>(&self, text: &str, screen: &mut Screen<B>) {
        if let Ok(bytes) = osc::copy(text, &self.caps) {
            // A terminal that is gone shows at the next frame.
            drop(screen.send(&bytes));
        }
        let kept = write_private_file(&self.clip_file, text.as_bytes());
        let told = kept.map(|()| self.clip_file.to_string_lossy().into_owned());
        self.say(Msg::Copied(told.map_err(|e| {
            format!("{} cannot be written: {e}", self.clip_file.display())
        })));
    }
}

/// What an editor left. One that works in Latin-1 must not cost the person the text they wrote.
fn decoded(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let bytes = error.into_bytes();
        bytes.into_iter().map(char::from).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn a_text_written_in_latin_1_is_not_lost() {
        assert_eq!(decoded("Hej på dig".into()), "Hej på dig");
        assert_eq!(decoded(b"Hej p\xe5 dig".to_vec()), "Hej på dig");
    }
}
