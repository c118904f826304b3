//! `vagt watch`: what happens on the desk, one JSON object a line, until it is stopped.
//!
//! Start at [`run`]; [`follow`] says what is news, [`printer`] writes it without keeping anybody waiting.

mod follow;
mod printer;

use std::time::Duration;

use jiff::tz::TimeZone;

use super::args::WatchArgs;
use super::exit::{Exit, Stop};
use super::live::until_told;
use super::out::{Out, say};
use super::replay::language;
use super::session::{Ground, log};
use super::{console, list};
use crate::app::Model;
use crate::config::alarms;
use crate::domain::source::{Pulse, Source};
use crate::i18n::incident::Sentences;
use crate::runtime::headless::{self, Heard};
use follow::Follower;
use printer::Printer;

/// Why nothing is written to the desk.
const LISTENS: &str = "this is `vagt watch`, which only listens";

/// Listens until SIGTERM, Ctrl-C, or until nobody reads any more.
///
/// # Errors
/// A query that cannot be read; a wrong configuration; a desk that does not let us in.
pub fn run(args: &WatchArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let query = list::parse(&args.query)?;
    let lang = language(&args.lang)?;
    ground.right()?;
    let mut setup = console::setup(ground, vec![LISTENS.to_owned()])?;
    if args.alarm {
        let (policy, problems) = alarms::load(&ground.dirs.alarms());
        for problem in problems {
            say(format!("vagt: {}", problem.with_caret()));
        }
        setup.alarms = Some(policy);
        setup.config.ui.lang.clone_from(&args.lang);
    }
    let _log = log(&setup.dirs, &setup.config);
    out.flush()?;
    let place = setup.place.clone();
    let mut follower = Follower::new(query, Sentences::new(lang, TimeZone::system()), place);
    let runtime = console::runtime()?;
    let printer = Printer::start()?;
    let mut refused = None;
    let ended = runtime.block_on(async {
        let after = |heard: &Heard, model: &Model| {
            if let Heard::Mishap(text) = heard {
                say(format!("vagt: {text}"));
            }
            refused = refused_at_the_door(model);
            let lines = follower.after(heard, model);
            refused.is_none() && lines.into_iter().all(|line| printer.print(line))
        };
        headless::run(setup, told_or_unread(), after).await
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended.map_err(|error| Stop::new(Exit::Failed, error.to_string()))?;
    if let Some(stop) = refused {
        return Err(stop);
    }
    printer.print(follower.stopped());
    printer.finish()?;
    Ok(Exit::Done)
}

/// A desk that never let us in: no waiting helps, and whoever started this should hear of it.
pub(super) fn refused_at_the_door(model: &Model) -> Option<Stop> {
    let desk = model.desk.sources.get(&Source::Desk)?;
    let is_new = model.desk.live_since.is_none();
    let trouble = desk.trouble.as_ref();
    let trouble = trouble.filter(|_| is_new && desk.pulse == Pulse::Refused)?;
    Some(Stop::new(Exit::from(trouble), trouble.message.clone()))
}

/// Ends at SIGTERM or Ctrl-C, or when whoever read our output went away.
async fn told_or_unread() {
    tokio::select! {
        () = until_told() => {}
        () = unread() => {}
    }
}

/// Ends when the other end of our output is closed; never where that cannot be known (a file). The thread that waits for
/// it lasts as long as the process.
#[cfg(unix)]
async fn unread() {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;
    let (told, closed) = tokio::sync::oneshot::channel();
    let waits = move || {
        let out = std::io::stdout();
        loop {
            // Nothing is asked for: only an error or a hang-up ends it.
            match poll(&mut [PollFd::new(&out, PollFlags::empty())], None) {
                Err(Errno::INTR) => {}
                Ok(_) => break,
                Err(_) => return,
            }
        }
        // An error: we are on the way out already.
        let _gone = told.send(());
    };
    let thread = std::thread::Builder::new().name("vagt-reader".to_owned());
    if thread.spawn(waits).is_err() || closed.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Never ends: a write that fails tells.
#[cfg(not(unix))]
async fn unread() {
    std::future::pending::<()>().await;
}
