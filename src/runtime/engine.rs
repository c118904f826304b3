//! The loop: wait, drain, update, maybe draw. The one place where messages meet the model.
//!
//! Invariant: the model changes only in [`crate::app::update()`]; every waiting key and message is taken before a frame is
//! drawn; nothing is drawn when nothing changed, and nothing while the line has not taken the frame before; while nothing
//! happens the loop sleeps until the earliest deadline.
//! The arms of its `select!` only receive: no network, no disk, no sleep that a key press could restart.

use std::time::{Duration, Instant};

use ratatui::Frame;
use tokio::sync::mpsc;

use super::clock::Clock;
use crate::app::model::{Leaving, Viewport};
use crate::app::msg::Signal;
use crate::app::{Effect, Model, Msg, next_wake, update};
use crate::input::Key;
use crate::input::crossterm::Input;
use crate::term::backend::FrameBackend;
use crate::term::pace::Pace;
use crate::term::screen::Screen;

/// Most messages taken before a look at the screen.
const BATCH: usize = 256;
/// Longest time spent taking them.
const BATCH_TIME: Duration = Duration::from_millis(4);
/// How soon, and how late at most, a full line is offered its bytes again.
const OFFER: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(160));

/// Carries effects out. The terminal's own effects come here too: the loop knows no terminal but its screen.
pub trait Hands<B: FrameBackend> {
    /// Carries one effect out, or starts to. Answers come back as messages.
    fn carry_out(&mut self, effect: Effect, screen: &mut Screen<B>) -> Hold;
}

/// Whether the loop goes on after an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It does.
    No,
    /// The terminal was lent: paint everything, and look at the size again.
    Repaint,
}

/// Where messages come from.
#[derive(Debug)]
pub struct Inbox {
    /// The terminal.
    pub input: mpsc::Receiver<Input>,
    /// Everybody else.
    pub mail: mpsc::UnboundedReceiver<Msg>,
}

/// The loop and what it owns.
pub struct Engine<B: FrameBackend, V, H> {
    model: Model,
    screen: Screen<B>,
    view: V,
    hands: H,
    inbox: Inbox,
    clock: Clock,
    pace: Pace,
    last_key: Option<Key>,
    drawn: Option<(u64, u64)>,
    /// When a line that is full is offered its bytes again, and how long after the last time.
    offer: Option<(Instant, Duration)>,
    input_ended: bool,
}

impl<B, V, H> Engine<B, V, H>
where
    B: FrameBackend,
    V: FnMut(&Model, &mut Frame<'_>) -> Option<Viewport>,
    H: Hands<B>,
{
    /// A loop over a model. `pace` bounds how often the screen is drawn.
    pub fn new(
        model: Model,
        screen: Screen<B>,
        view: V,
        hands: H,
        inbox: Inbox,
        clock: Clock,
        pace: Pace,
    ) -> Self {
        Self {
            model,
            screen,
            view,
            hands,
            inbox,
            clock,
            pace,
            last_key: None,
            drawn: None,
            offer: None,
            input_ended: false,
        }
    }

    /// Runs until the model leaves. Gives the model back, for inspection.
    ///
    /// # Errors
    /// The terminal is gone. What is unsent is on disk, and what was being written is handed over to be saved.
    pub async fn run(mut self) -> Result<Model, (Model, B::Error)> {
        let outcome = self.go().await;
        match outcome {
            Ok(()) => Ok(self.model),
            Err(error) => {
                // A dead line is often felt before the signal that tells of it: what is being written is kept.
                self.apply_quietly(Msg::Signal(Signal::Hangup));
                Err((self.model, error))
            }
        }
    }

    async fn go(&mut self) -> Result<(), B::Error> {
        self.resize()?;
        self.draw()?;
        while self.model.leaving != Leaving::Gone {
            let first = self.wait().await;
            self.drain(first)?;
            self.push()?;
            if self.frame_due() {
                self.draw()?;
            }
        }
        Ok(())
    }

    /// Waits for a message, or for the earliest deadline.
    async fn wait(&mut self) -> Option<Msg> {
        let wake = self.deadline();
        let sleep = async {
            match wake {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            input = self.inbox.input.recv(), if !self.input_ended => {
                self.input_ended = input.is_none();
                input.map(message)
            }
            msg = self.inbox.mail.recv() => msg,
            () = sleep => None,
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let model = next_wake(&self.model).map(|at| self.clock.instant_of(at));
        let frame = match self.offer {
            Some((at, _)) => Some(at),
            None => self.dirty().then(|| self.pace.ready_at(Instant::now())),
        };
        [model, frame].into_iter().flatten().min()
    }

    fn drain(&mut self, first: Option<Msg>) -> Result<(), B::Error> {
        let began = Instant::now();
        let mut next = first.or_else(|| self.tick_due().then_some(Msg::Tick));
        for _ in 0..BATCH {
            let Some(msg) = next.take().or_else(|| self.take()) else {
                break;
            };
            self.apply(msg)?;
            if self.model.leaving == Leaving::Gone || began.elapsed() > BATCH_TIME {
                break;
            }
        }
        Ok(())
    }

    fn take(&mut self) -> Option<Msg> {
        self.inbox
            .input
            .try_recv()
            .ok()
            .map(message)
            .or_else(|| self.inbox.mail.try_recv().ok())
    }

    fn tick_due(&self) -> bool {
        next_wake(&self.model).is_some_and(|at| at <= self.clock.now())
    }

    fn apply(&mut self, msg: Msg) -> Result<(), B::Error> {
        let now = self.clock.now();
        match &msg {
            Msg::Key(key) => {
                let same = self.last_key == Some(*key);
                self.pace.pressed(same, Instant::now());
                self.last_key = Some(*key);
            }
            Msg::Paste(_) | Msg::Resize { .. } | Msg::Focus(_) => self.pace.attend(Instant::now()),
            _ => {}
        }
        for effect in update(&mut self.model, now, msg) {
            if self.hands.carry_out(effect, &mut self.screen) == Hold::Repaint {
                self.screen.repaint()?;
                self.offer = None;
                self.drawn = None;
                self.resize()?;
            }
        }
        Ok(())
    }

    fn resize(&mut self) -> Result<(), B::Error> {
        let size = self.screen.size()?;
        self.apply_quietly(Msg::Resize {
            columns: size.width,
            rows: size.height,
        });
        Ok(())
    }

    /// For messages whose effects need no terminal.
    fn apply_quietly(&mut self, msg: Msg) {
        let now = self.clock.now();
        for effect in update(&mut self.model, now, msg) {
            self.hands.carry_out(effect, &mut self.screen);
        }
    }

    fn stamp(&self) -> (u64, u64) {
        (self.model.revision, self.model.board.revision())
    }
    fn dirty(&self) -> bool {
        self.drawn != Some(self.stamp())
    }
    fn frame_due(&self) -> bool {
        let now = Instant::now();
        self.dirty() && self.offer.is_none() && self.pace.ready_at(now) <= now
    }

    /// Offers a full line what it has not taken.
    fn push(&mut self) -> Result<(), B::Error> {
        let now = Instant::now();
        let Some((at, gap)) = self.offer else {
            // A title or a copied text may have filled it, too.
            self.offer = self.screen.is_full().then(|| (now + OFFER.0, OFFER.0));
            return Ok(());
        };
        if now < at {
            return Ok(());
        }
        let taken = self.screen.push()?;
        let full = self.screen.is_full();
        self.pace.pushed(taken, full, now);
        // A line that is dead for hours wakes nobody often.
        let gap = if taken > 0 {
            OFFER.0
        } else {
            (gap * 2).min(OFFER.1)
        };
        self.offer = full.then(|| (now + gap, gap));
        Ok(())
    }

    fn draw(&mut self) -> Result<(), B::Error> {
        // The view may find that its areas changed (a resize, another screen); the model hears of it, and what
        // follows is drawn at once. Two rounds always settle: sizes do not depend on what the model makes of them.
        let before = self.screen.sent().bytes;
        for _ in 0..2 {
            self.drawn = Some(self.stamp());
            let (model, view) = (&self.model, &mut self.view);
            let mut told = None;
            self.screen.draw(|frame| told = view(model, frame))?;
            match told {
                Some(viewport) => self.apply_quietly(Msg::Viewport(viewport)),
                None => break,
            }
            if !self.dirty() {
                break;
            }
        }
        let now = Instant::now();
        let full = self.screen.is_full();
        self.pace
            .drawn(self.screen.sent().bytes - before, full, now);
        self.offer = full.then(|| (now + OFFER.0, OFFER.0));
        Ok(())
    }
}

fn message(input: Input) -> Msg {
    match input {
        Input::Key(key) => Msg::Key(key),
        Input::Paste(text) => Msg::Paste(text),
        Input::Resize { columns, rows } => Msg::Resize { columns, rows },
        Input::Focus(focused) => Msg::Focus(focused),
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use jiff::tz::TimeZone;
    use ratatui::layout::Size;

    use super::*;
    use crate::app::model::settings::{self, Settings};
    use crate::config::Config;
    use crate::input::Key;
    use crate::term::backend::{SizeSource, TtyBackend};

    /// A line that can go dead.
    struct Line(Arc<AtomicBool>);

    impl io::Write for Line {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.load(Ordering::SeqCst) {
                Err(io::ErrorKind::BrokenPipe.into())
            } else {
                Ok(bytes.len())
            }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Recorder(mpsc::UnboundedSender<Effect>);

    impl<B: FrameBackend> Hands<B> for Recorder {
        fn carry_out(&mut self, effect: Effect, _: &mut Screen<B>) -> Hold {
            self.0.send(effect).unwrap();
            Hold::No
        }
    }

    #[tokio::test]
    async fn what_is_being_written_is_saved_when_the_line_goes_dead() {
        let config = Config::built_in();
        let (panes, _) = settings::panes(&config);
        let settings = Settings::of(&config, "test".into(), TimeZone::UTC);
        let model = Model::new(settings, panes, Clock::System.now(), [1, 2]);
        let dead = Arc::new(AtomicBool::new(false));
        let size = SizeSource::Fixed(Size::new(80, 24));
        let screen = Screen::new(TtyBackend::new(Line(Arc::clone(&dead)), false, size)).unwrap();
        let view = move |model: &Model, frame: &mut Frame<'_>| {
            if !model.overlays.is_empty() {
                dead.store(true, Ordering::SeqCst);
                frame.render_widget("Hej", frame.area());
            }
            None
        };
        let (keys, input) = mpsc::channel(8);
        for c in "cHej".chars() {
            keys.send(Input::Key(Key::char(c))).await.unwrap();
        }
        let (_mail, mail) = mpsc::unbounded_channel();
        let (effects, mut seen) = mpsc::unbounded_channel();
        let inbox = Inbox { input, mail };
        let engine = Engine::new(
            model,
            screen,
            view,
            Recorder(effects),
            inbox,
            Clock::System,
            Pace::new(60, crate::term::pace::Line::Unknown),
        );
        let ended = tokio::time::timeout(Duration::from_secs(20), engine.run());
        assert!(ended.await.unwrap().is_err(), "the terminal is gone");
        let mut saved = None;
        while let Some(effect) = seen.recv().await {
            if let Effect::SaveDraft(draft) = effect {
                saved = Some(draft.subject);
            }
        }
        assert_eq!(saved.as_deref(), Some("Hej"));
    }
}
