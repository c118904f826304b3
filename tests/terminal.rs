//! The terminal is given back on every way out: a child process takes a real pseudo-terminal over and ends in
//! each of the ways that a console can end.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal as Kill, WaitOptions, kill_process, waitpid};
use rustix::termios::{LocalModes, tcgetattr};
use tokio_util::sync::CancellationToken;
use vagt::app::model::{Settings, settings};
use vagt::app::{Effect, Model};
use vagt::config::Config;
use vagt::runtime::clock::Clock;
use vagt::runtime::engine::{Engine, Hands, Hold, Inbox};
use vagt::term::backend::TtyBackend;
use vagt::term::caps::Caps;
use vagt::term::events;
use vagt::term::guard::{self, Guard};
use vagt::term::pace::{Line, Pace};
use vagt::term::screen::{Screen, TtyOut, TtyScreen};
use vagt::term::signals::{Signal, Signals};
use vagt::term::suspend;

const MODE: &str = "VAGT_TEST_ENDS_BY";
const DEADLINE: Duration = Duration::from_secs(20);

/// The child: takes the terminal over and ends as the environment says.
#[test]
#[ignore = "started by the other tests, in a pseudo-terminal"]
fn child() {
    let mode = std::env::var(MODE).expect("started by hand");
    let caps = Caps::from_env();
    guard::install_panic_hook(|_| {});
    let (tell, told) = std::sync::mpsc::channel();
    let signals = Signals::listen(Duration::from_millis(300), move |s| {
        let _ = tell.send(s);
    })
    .unwrap();
    let mut guard = Guard::enter(&caps).unwrap();
    say("READY");
    match mode.as_str() {
        "quit" => {}
        "panic" => panic!("the loop panics"),
        "frame" => run_the_loop(&caps),
        "task" => {
            let task = std::thread::spawn(|| panic!("a task panics"));
            assert!(task.join().is_err());
            say("STILL HERE");
            told.recv().unwrap();
        }
        "signal" => while !matches!(told.recv().unwrap(), Signal::Terminate | Signal::Hangup) {},
        "hang" => loop {
            std::thread::park();
        },
        "stop" => loop {
            match told.recv().unwrap() {
                Signal::Stop => {
                    suspend::stop(&mut guard).unwrap();
                    say("BACK");
                }
                Signal::Continue => {}
                Signal::Terminate | Signal::Hangup => break,
            }
        },
        other => panic!("unknown mode {other}"),
    }
    drop(guard);
    drop(signals);
}

/// The real loop on the real screen, inside the runtime; the view panics in the middle of a frame when a key was
/// pressed.
fn run_the_loop(caps: &Caps) {
    struct NoHands;
    impl Hands<TtyBackend<TtyOut>> for NoHands {
        fn carry_out(&mut self, _: Effect, _: &mut Screen<TtyBackend<TtyOut>>) -> Hold {
            Hold::No
        }
    }
    let config = Config::built_in();
    let (panes, _) = settings::panes(&config);
    let settings = Settings::of(&config, "test".into(), jiff::tz::TimeZone::UTC);
    let model = Model::new(settings, panes, Clock::System.now(), [1, 2]);
    let view = |model: &Model, frame: &mut ratatui::Frame<'_>| {
        frame.render_widget("READY", frame.area());
        assert!(model.overlays.is_empty(), "a frame panics");
        None
    };
    let screen = TtyScreen::stdout(caps).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let (keys, input) = tokio::sync::mpsc::channel(8);
        let (_mail, mail) = tokio::sync::mpsc::unbounded_channel();
        let inbox = Inbox { input, mail };
        let pace = Pace::new(60, Line::Unknown);
        let engine = Engine::new(model, screen, view, NoHands, inbox, Clock::System, pace);
        tokio::select! {
            ended = engine.run() => assert!(ended.is_ok()),
            read = events::pump(keys, CancellationToken::new()) => read.unwrap(),
        }
    });
}

fn say(word: &str) {
    let mut out = std::io::stdout();
    out.write_all(word.as_bytes()).unwrap();
    out.flush().unwrap();
}

/// A child in a pseudo-terminal, and what its terminal shows.
struct Console {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    keys: Mutex<Box<dyn std::io::Write + Send>>,
    /// Kept open, so that the terminal outlives the child.
    slave: File,
    shown: Arc<(Mutex<vt100::Parser>, Condvar)>,
}

impl Console {
    fn start(mode: &str) -> Self {
        let pty = native_pty_system()
            .openpty(PtySize {
                rows: 24,
                cols: 80,
                pixel_width: 0,
                pixel_height: 0,
            })
            .unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["child", "--exact", "--ignored", "--nocapture"]);
        command.env(MODE, mode);
        command.env("TERM", "xterm-256color");
        let child = pty.slave.spawn_command(command).unwrap();
        let slave = File::options()
            .read(true)
            .write(true)
            .open(pty.master.tty_name().unwrap())
            .unwrap();
        let shown = Arc::new((
            Mutex::new(vt100::Parser::new(
                24.try_into().unwrap(),
                80.try_into().unwrap(),
                0,
            )),
            Condvar::new(),
        ));
        let mut reader = pty.master.try_clone_reader().unwrap();
        let to = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut bytes) {
                to.0.lock().unwrap().process(bytes.get(..n).unwrap());
                to.1.notify_all();
            }
        });
        let keys = Mutex::new(pty.master.take_writer().unwrap());
        Self {
            child,
            keys,
            _master: pty.master,
            slave,
            shown,
        }
    }

    /// A child that has taken the terminal over.
    fn taken_over(mode: &str) -> Self {
        let console = Self::start(mode);
        console.wait_for("the terminal is taken over", |screen| {
            screen.alternate_screen() && screen.contents().contains("READY")
        });
        assert!(!console.is_cooked());
        console
    }

    fn wait_for(&self, what: &str, is: impl Fn(&vt100::Screen) -> bool) {
        let until = Instant::now() + DEADLINE;
        let mut parser = self.shown.0.lock().unwrap();
        while !is(parser.screen()) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "not so: {what}\n{}",
                parser.screen().contents()
            );
            parser = self.shown.1.wait_timeout(parser, left).unwrap().0;
        }
    }

    fn press(&self, keys: &str) {
        let mut to = self.keys.lock().unwrap();
        to.write_all(keys.as_bytes()).unwrap();
        to.flush().unwrap();
    }

    fn is_cooked(&self) -> bool {
        let modes = tcgetattr(&self.slave).unwrap().local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO)
    }

    fn pid(&self) -> Pid {
        let pid = i32::try_from(self.child.process_id().unwrap()).unwrap();
        Pid::from_raw(pid).unwrap()
    }

    fn signal(&self, signal: Kill) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Between giving the terminal back and stopping lie some instructions; a shell waits for the latter, too.
    fn wait_until_stopped(&self) {
        let (_, status) = waitpid(Some(self.pid()), WaitOptions::UNTRACED)
            .unwrap()
            .unwrap();
        assert!(status.stopped(), "{status:?}");
    }

    fn assert_given_back(&self) {
        self.wait_for("the terminal is given back", |screen| {
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        });
        let until = Instant::now() + DEADLINE;
        while !self.is_cooked() {
            assert!(Instant::now() < until, "the line is still raw");
            std::thread::yield_now();
        }
    }

    fn ended(mut self) -> portable_pty::ExitStatus {
        let status = self.child.wait().unwrap();
        self.assert_given_back();
        status
    }
}

#[test]
fn given_back_after_quit() {
    let console = Console::start("quit");
    console.wait_for("it was taken over", |screen| {
        screen.contents().contains("test child ... ok") && !screen.alternate_screen()
    });
    assert!(console.ended().success());
}

#[test]
fn given_back_after_a_panic_of_the_loop() {
    let console = Console::start("panic");
    console.wait_for("the panic is said on the normal screen", |screen| {
        !screen.alternate_screen() && screen.contents().contains("the loop panics")
    });
    assert!(!console.ended().success());
}

#[test]
fn given_back_after_a_panic_in_a_frame_of_the_real_loop() {
    let console = Console::taken_over("frame");
    console.press("?");
    console.wait_for("the panic is said on the normal screen", |screen| {
        !screen.alternate_screen() && screen.contents().contains("a frame panics")
    });
    assert!(!console.ended().success());
}

#[test]
fn a_panic_of_a_task_leaves_the_screen_alone() {
    let console = Console::start("task");
    console.wait_for("the loop goes on", |screen| {
        screen.contents().contains("STILL HERE")
    });
    {
        let parser = console.shown.0.lock().unwrap();
        assert!(parser.screen().alternate_screen());
        assert!(!parser.screen().contents().contains("a task panics"));
    }
    console.signal(Kill::TERM);
    assert!(console.ended().success());
}

#[test]
fn given_back_after_a_signal() {
    for signal in [Kill::TERM, Kill::HUP, Kill::INT] {
        let console = Console::taken_over("signal");
        console.signal(signal);
        assert!(console.ended().success());
    }
}

#[test]
fn given_back_when_the_loop_hangs_at_sigterm() {
    let console = Console::taken_over("hang");
    console.signal(Kill::TERM);
    let status = console.ended();
    assert!(status.signal().is_some(), "{status:?}");
}

#[test]
fn given_back_while_stopped_and_taken_again() {
    let console = Console::taken_over("stop");
    console.signal(Kill::TSTP);
    console.assert_given_back();
    console.wait_until_stopped();
    console.signal(Kill::CONT);
    console.wait_for("the terminal is taken again", |screen| {
        screen.alternate_screen() && screen.contents().contains("BACK")
    });
    assert!(!console.is_cooked());
    console.signal(Kill::TERM);
    assert!(console.ended().success());
}
